//! Who comes to the kiosk, and what they do there.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use serde_json::{Value, json};
use swip_kiosk::app::QueueStatus;
use swip_kiosk::domain::SignupField;
use swip_kiosk::screens::kiosk::{Ending, FoundPoints, Page, PointsAnswer, Status};
use swip_kiosk::services::sandbox::seeds;

use crate::memory::Memory;
use crate::station::{Server, StationHome, finish};
use crate::window::Window;

const PIN: &[u8] = b"739102846\n";
/// One comes every quarter of an hour: a kiosk takes a hundred a day.
const BETWEEN: f64 = 900.0;
/// Nobody touches anything until it is asked whether somebody is there, and until that is no.
const IDLE: f64 = 46.0;
const WARNED: f64 = 16.0;
/// An answer may show, and a result has gone by itself.
const ANSWERED: f64 = 2.0;
const RESULT_GONE: f64 = 11.0;
/// The server is away for one customer out of so many.
const OUTAGE: usize = 500;

/// A kiosk, the server in another process, and the customers so far.
pub(crate) struct Shop {
    window: Window,
    served: BTreeMap<Kind, usize>,
    saved: usize,
    server: Server,
    _home: StationHome,
}

/// What the server does to signups while it is away.
fn away() -> Value {
    json!({ "signup": { "fault": "cut_before" } })
}

/// What a customer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Types everything on the screen.
    Thorough,
    /// Types the phone and skips the rest.
    Hasty,
    /// The same, and is a member already.
    Member,
    /// Reads English, in large letters.
    Foreign,
    /// Has a second look at the number.
    Careful,
    /// Types on a keyboard that is plugged in, and tries what a desktop does.
    Plugged,
    /// Goes away in the middle of a name.
    WalksAway,
    /// Goes away before "Is this your number?", after starting over once.
    StartsOver,
    /// Asks for points by phone.
    Points,
    /// Has a card scanned.
    Card,
}

/// Who comes one after another, and then again.
const KINDS: [Kind; 20] = [
    Kind::Thorough,
    Kind::Hasty,
    Kind::Points,
    Kind::WalksAway,
    Kind::Member,
    Kind::Foreign,
    Kind::Hasty,
    Kind::Card,
    Kind::StartsOver,
    Kind::Member,
    Kind::Hasty,
    Kind::Plugged,
    Kind::WalksAway,
    Kind::Hasty,
    Kind::Points,
    Kind::Member,
    Kind::Hasty,
    Kind::Careful,
    Kind::Card,
    Kind::Hasty,
];

impl Shop {
    pub(crate) fn open() -> Self {
        let server = Server::start();
        let home = StationHome::new();
        let settings = json!({ "kiosk_points_by_phone": true });
        home.provision(&server.profile_with(&json!({ "mode": "kiosk", "settings": settings })));
        let pin = finish(&mut home.command(&["pin"]), PIN);
        assert_eq!(pin.code, 0, "{pin:?}");
        let mut window = Window::open(&home.dirs());
        window.wait("the invitation", |window| window.has("kiosk-join"));
        Self { window, served: BTreeMap::new(), saved: 0, server, _home: home }
    }

    /// The memory once everything has come to rest.
    pub(crate) fn measure(&mut self) -> Memory {
        self.window.wait(
            "the delivery",
            |window| matches!(window.state().queue, QueueStatus::Open(status) if status.counts.waiting == 0),
        );
        Memory::now()
    }

    /// One customer, from the invitation to the invitation.
    pub(crate) fn serve(&mut self, customer: usize) {
        let kind = KINDS[customer % KINDS.len()];
        *self.served.entry(kind).or_default() += 1;
        self.window.pass(BETWEEN);
        self.window.settle();
        let is_away = customer % OUTAGE == 1;
        if is_away {
            self.server.set_faults(&away());
        }
        let phone = format!("916{customer:07}");
        match kind {
            Kind::Thorough => self.is_thorough(&phone),
            Kind::Hasty => self.is_hasty(&phone),
            Kind::Member => self.is_hasty(&seeds::ALL[customer / KINDS.len() % seeds::ALL.len()].phone[1..]),
            Kind::Foreign => self.is_foreign(&phone),
            Kind::Careful => self.is_careful(&phone),
            Kind::Plugged => self.is_plugged(&phone),
            Kind::WalksAway => self.walks_away(&phone),
            Kind::StartsOver => self.starts_over(&phone),
            Kind::Points => self.asks_for_points(|window| window.tap_keys(&seeds::REGULAR.phone[1..])),
            Kind::Card => self.asks_for_points(|window| window.scan(seeds::REGULAR.pass.expect("a card"))),
        }
        self.is_forgotten();
        if is_away {
            self.server.set_faults(&json!({}));
        }
    }

    fn is_thorough(&mut self, phone: &str) {
        self.types_phone(phone);
        for (page, text) in [
            (Page::Field(SignupField::FirstName), "Анна"),
            (Page::Field(SignupField::LastName), "Ёлкина"),
            (Page::Field(SignupField::Birthday), "24011990"),
        ] {
            self.stands_at(page);
            self.window.tap_keys(text);
            self.window.tap("kiosk-next");
        }
        self.agrees();
        self.signs_up();
    }

    fn is_hasty(&mut self, phone: &str) {
        self.types_phone(phone);
        self.skips();
        self.agrees();
        self.signs_up();
    }

    fn is_foreign(&mut self, phone: &str) {
        self.window.tap_words("English");
        self.window.tap("kiosk-comfort");
        self.window.tap("kiosk-comfort-large");
        self.window.tap("kiosk-comfort-contrast");
        self.window.tap("kiosk-done");
        self.is_hasty(phone);
    }

    fn is_careful(&mut self, phone: &str) {
        self.types_phone(phone);
        self.skips();
        self.agrees();
        self.window.tap("kiosk-confirm-no");
        self.stands_at(Page::Field(SignupField::Phone));
        self.window.tap("keyboard-backspace");
        self.window.tap_keys(phone);
        self.window.tap("kiosk-next");
        self.skips();
        self.window.tap("kiosk-next");
        self.signs_up();
    }

    fn is_plugged(&mut self, phone: &str) {
        self.window.tap("kiosk-join");
        for (page, text) in [
            (Page::Field(SignupField::Phone), phone),
            (Page::Field(SignupField::FirstName), "Аграфена"),
            (Page::Field(SignupField::LastName), "Перепёлкина"),
            (Page::Field(SignupField::Birthday), "24011990"),
        ] {
            self.stands_at(page);
            self.window.try_shortcuts();
            self.window.type_line(text);
        }
        self.agrees();
        self.signs_up();
    }

    fn walks_away(&mut self, phone: &str) {
        self.types_phone(phone);
        self.window.tap_keys("Ив");
        self.window.pass(IDLE);
        assert!(self.window.kiosk().asked_since.is_some(), "nobody is asked for");
        self.window.pass(WARNED);
    }

    fn starts_over(&mut self, phone: &str) {
        self.types_phone(phone);
        self.window.tap("kiosk-start-over");
        self.types_phone(phone);
        self.skips();
        self.agrees();
        self.window.pass(IDLE);
        self.window.pass(WARNED);
    }

    fn asks_for_points(&mut self, says: impl Fn(&mut Window)) {
        self.window.tap("kiosk-my-points");
        says(&mut self.window);
        self.window.tap("kiosk-points-show");
        self.window.wait("the points", |window| !matches!(window.kiosk().status, Status::LookingUp(_)));
        let is_found =
            matches!(self.window.kiosk().status, Status::Answer(PointsAnswer { found: FoundPoints::Points(..), .. }));
        assert!(is_found, "{:?}", self.window.kiosk().status);
        self.window.pass(RESULT_GONE);
    }

    fn types_phone(&mut self, phone: &str) {
        self.window.tap("kiosk-join");
        self.stands_at(Page::Field(SignupField::Phone));
        self.window.tap_keys(phone);
        self.window.tap("kiosk-next");
        self.stands_at(Page::Field(SignupField::FirstName));
    }

    fn skips(&mut self) {
        for page in [
            Page::Field(SignupField::FirstName),
            Page::Field(SignupField::LastName),
            Page::Field(SignupField::Birthday),
        ] {
            self.stands_at(page);
            self.window.tap("kiosk-skip");
        }
    }

    fn agrees(&mut self) {
        self.stands_at(Page::Consents);
        self.window.tap("consent-purpose-personal-data");
        self.window.tap("kiosk-next");
        self.stands_at(Page::Confirm);
    }

    fn signs_up(&mut self) {
        self.stands_at(Page::Confirm);
        self.window.tap("kiosk-confirm-yes");
        self.window.pass(ANSWERED);
        self.window.wait("the answer", |window| !matches!(window.kiosk().status, Status::Sending(_)));
        let Status::Done(done) = &self.window.kiosk().status else { panic!("{:?}", self.window.kiosk().status) };
        self.saved += usize::from(done.ending == Ending::Saved);
        self.window.pass(RESULT_GONE);
    }

    fn stands_at(&self, page: Page) {
        let status = &self.window.kiosk().status;
        assert!(matches!(status, Status::Form(form) if form.page == page), "not at {page:?}: {status:?}");
    }

    /// Back at the invitation, with the frames in which egui forgets.
    fn is_forgotten(&mut self) {
        for _ in 0..3 {
            self.window.pass(0.1);
        }
        assert_eq!(self.window.kiosk().status, Status::Attract);
        assert!(self.window.has("kiosk-join"), "no invitation");
    }
}

impl Display for Shop {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} frames, {} saved for later, {:?}", self.window.frames, self.saved, self.served)
    }
}
