//! What people type at a counter, and what an ideal window makes of it: one that loses nothing, keeps the order and has every
//! answer at once. It shares no code with the program, and knows nothing of frames, batches or requests.

#![allow(dead_code, reason = "each of the tests that include this file uses a part of it")]
#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;

use fastrand::Rng;
use serde_json::{Map, Value, json};

/// One thing a cashier does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stroke {
    /// The key, or keys, that write this.
    Sign(char),
    Backspace,
    Tab,
    BackTab,
    Enter,
    Escape,
    F2,
    /// Copies this elsewhere and pastes it.
    Paste(String),
    /// The last key or tap once more, at once: a finger that bounces. Nobody means it.
    Again,
    /// Waits until every answer is there, and looks at it.
    Look,
    /// On a kiosk's screen.
    Tap(Target),
}

/// What a customer taps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Join,
    /// On the pad.
    Digit(char),
    /// On, and on the last page "yes".
    Next,
    /// The box that must be ticked.
    Consent,
    /// Of the last page.
    Done,
}

/// A stroke, and how many milliseconds pass before it.
pub(crate) type Timed = (u64, Stroke);

/// What SWiP gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// Asked for by `phone` or `pass`.
    Lookup(&'static str, String),
    /// The same, given up before the answer was looked at: it may not have left any more.
    GivenUp(&'static str, String),
    /// With this body.
    Signup(Value),
}

/// Members of every fresh sandbox, as SWiP writes their phones.
const MEMBERS: [&str; 3] = ["79167795322", "79990000001", "79990000005"];
/// Passes of members, and one of nobody.
const PASSES: [&str; 3] = ["SWIP-0001", "SWIP-0003", "SWIP-9999"];
const FIRST_NAMES: [&str; 7] = ["Anna", "Alexander", "Ян", "Константин", "Jo", "Ольга", "Zoe"];
const LAST_NAMES: [&str; 6] = ["Smith", "Иванова", "Li", "Рождественский", "Ng", "Featherstone"];
/// Day, month, year.
const BIRTHDAYS: [&str; 3] = ["24011990", "05121978", "29022000"];

/// A window as it should be.
#[derive(Debug)]
pub(crate) struct Ideal {
    page: Page,
    members: BTreeSet<String>,
    /// Since [`Ideal::take_sent`].
    sent: Vec<Sent>,
    /// What was given up and has not been seen at SWiP.
    given_up: Vec<Sent>,
    is_looked_at: bool,
}

#[derive(Debug)]
enum Page {
    Box(Text),
    /// Phone, first name, last name, birthday; and which of them has the keyboard.
    Form([Text; 4], usize),
}

#[derive(Debug, Default)]
struct Text {
    typed: String,
    /// What is typed next replaces it.
    is_marked: bool,
}

impl Text {
    fn sign(&mut self, sign: char) {
        if std::mem::take(&mut self.is_marked) {
            self.typed.clear();
        }
        self.typed.push(sign);
    }

    fn erase(&mut self) {
        if std::mem::take(&mut self.is_marked) {
            self.typed.clear();
        }
        self.typed.pop();
    }

    fn digits(&self) -> String {
        self.typed.chars().filter(char::is_ascii_digit).collect()
    }

    /// As SWiP wants it, if it is a phone.
    fn phone(&self) -> Option<String> {
        let digits = self.digits();
        let is_phone = self.typed.chars().all(|sign| sign.is_ascii_digit() || "+-() ".contains(sign));
        match (digits.len(), digits.as_bytes().first()) {
            _ if !is_phone => None,
            (10, _) => Some(format!("7{digits}")),
            (11, Some(b'7' | b'8')) => Some(format!("7{}", &digits[1..])),
            _ => None,
        }
    }
}

impl Ideal {
    pub(crate) fn new() -> Self {
        let members = MEMBERS.map(str::to_owned).into();
        Self { page: Page::Box(Text::default()), members, sent: Vec::new(), given_up: Vec::new(), is_looked_at: true }
    }

    /// What was sent since this was last asked.
    pub(crate) fn take_sent(&mut self) -> Vec<Sent> {
        std::mem::take(&mut self.sent)
    }

    /// Whether SWiP got what it should, in order. What was given up may be missing, and may come late: nothing waits for it.
    pub(crate) fn is_as_meant(&mut self, meant: &[Sent], got: &[Sent]) -> bool {
        self.given_up.extend(meant.iter().filter_map(|sent| match sent {
            Sent::GivenUp(by, whom) => Some(Sent::Lookup(by, whom.clone())),
            Sent::Lookup(..) | Sent::Signup(_) => None,
        }));
        // A signup runs while the next customer is looked up: each kind keeps its order.
        let of_kind = |is_signup: bool| {
            let is_of_kind = move |sent: &&Sent| match sent {
                Sent::Signup(_) => is_signup,
                Sent::Lookup(..) => !is_signup,
                Sent::GivenUp(..) => false,
            };
            meant.iter().filter(is_of_kind).peekable()
        };
        let (mut signups, mut lookups) = (of_kind(true), of_kind(false));
        for sent in got {
            let next = if matches!(sent, Sent::Signup(_)) { &mut signups } else { &mut lookups };
            if next.next_if(|next| *next == sent).is_some() {
                continue;
            }
            let Some(at) = self.given_up.iter().position(|given_up| given_up == sent) else { return false };
            self.given_up.swap_remove(at);
        }
        signups.next().is_none() && lookups.next().is_none()
    }

    /// How many requests SWiP has seen at least since that.
    pub(crate) fn least_sent(&self) -> usize {
        self.sent.iter().filter(|sent| !matches!(sent, Sent::GivenUp(..))).count()
    }

    /// Takes one stroke in.
    pub(crate) fn take(&mut self, stroke: &Stroke) {
        let text = match &mut self.page {
            Page::Box(text) => text,
            Page::Form(fields, at) => &mut fields[*at],
        };
        match stroke {
            Stroke::Sign(sign) => text.sign(*sign),
            Stroke::Paste(pasted) => pasted.chars().for_each(|sign| text.sign(sign)),
            Stroke::Backspace => text.erase(),
            Stroke::Tab => self.go(1),
            Stroke::BackTab => self.go(-1),
            Stroke::Enter => self.enter(),
            Stroke::Escape | Stroke::F2 => self.give_up(),
            Stroke::Look => self.is_looked_at = true,
            Stroke::Again | Stroke::Tap(_) => {}
        }
    }

    fn go(&mut self, by: isize) {
        match &mut self.page {
            // To the buttons; what is typed next comes back.
            Page::Box(text) => text.is_marked = true,
            Page::Form(fields, at) => {
                *at = at.saturating_add_signed(by);
                fields[*at].is_marked = true;
            }
        }
    }

    fn enter(&mut self) {
        match &mut self.page {
            Page::Box(text) if text.typed.is_empty() => {}
            Page::Box(text) => {
                text.is_marked = true;
                let phone = text.phone();
                self.sent.push(match &phone {
                    Some(phone) => Sent::Lookup("phone", phone.clone()),
                    None => Sent::Lookup("pass", text.typed.clone()),
                });
                if let Some(phone) = phone.filter(|phone| !self.members.contains(phone)) {
                    let phone = Text { typed: phone, is_marked: false };
                    self.page = Page::Form([phone, Text::default(), Text::default(), Text::default()], 1);
                }
                self.is_looked_at = false;
            }
            // Nobody has seen it: a finger that bounced.
            Page::Form(..) if !self.is_looked_at => {}
            Page::Form(fields, _) => {
                let mut body = Map::new();
                let phone = fields[0].phone().expect("the scripts type whole phones");
                body.insert("phone".to_owned(), json!(phone));
                for (name, text) in [("firstName", &fields[1]), ("lastName", &fields[2])] {
                    if !text.typed.is_empty() {
                        body.insert(name.to_owned(), json!(text.typed));
                    }
                }
                let digits = fields[3].digits();
                if !digits.is_empty() {
                    let [day, month, year] = [&digits[..2], &digits[2..4], &digits[4..]];
                    body.insert("birthday".to_owned(), json!(format!("{year}-{month}-{day}")));
                }
                self.sent.push(Sent::Signup(body.into()));
                self.members.insert(phone);
                self.page = Page::Box(Text::default());
                self.is_looked_at = false;
            }
        }
    }

    fn give_up(&mut self) {
        if !self.is_looked_at
            && let Some(Sent::Lookup(by, whom)) = self.sent.pop_if(|sent| matches!(sent, Sent::Lookup(..)))
        {
            self.sent.push(Sent::GivenUp(by, whom));
        }
        self.page = Page::Box(Text::default());
        self.is_looked_at = true;
    }
}

/// Writes scripts that leave no doubt about what is meant: nobody knows what letters behind a member's phone are for.
pub(crate) struct Author {
    rng: Rng,
    script: Vec<Timed>,
    /// Milliseconds between strokes; a person's are 45 at least.
    pace: (u64, u64),
    /// Whether the cashier knows that the box is there.
    is_at_rest: bool,
}

/// The script of a number; the same number gives the same script.
pub(crate) fn script(number: u64) -> Vec<Timed> {
    let mut author = Author { rng: Rng::with_seed(number), script: Vec::new(), pace: (1, 1), is_at_rest: true };
    for _ in 0..author.rng.usize(2..=3) {
        author.customer();
    }
    author.look();
    author.script
}

impl Author {
    fn customer(&mut self) {
        self.pace = *self.any(&[(45, 60), (45, 90), (60, 200)]);
        match self.rng.u8(0..10) {
            0..5 => self.newcomer(),
            5..7 => self.member(),
            7 | 8 => self.scan(),
            _ => self.changes_mind(),
        }
    }

    fn any<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        self.rng.choice(of).expect("there are some")
    }

    fn stroke(&mut self, stroke: Stroke) {
        let pause = self.rng.u64(self.pace.0..=self.pace.1);
        self.script.push((pause, stroke));
    }

    fn look(&mut self) {
        self.stroke(Stroke::Look);
        self.is_at_rest = true;
    }

    fn signs(&mut self, text: &str) {
        text.chars().for_each(|sign| self.stroke(Stroke::Sign(sign)));
    }

    /// Some text, with a slip now and then that is mended at once.
    fn text(&mut self, text: &str) {
        for (at, sign) in text.chars().enumerate() {
            if at > 2 && self.rng.u8(0..12) == 0 {
                let slip = if sign.is_ascii_digit() { '5' } else { 'x' };
                self.stroke(Stroke::Sign(slip));
                self.stroke(Stroke::Backspace);
            }
            self.stroke(Stroke::Sign(sign));
        }
    }

    fn fresh_phone(&mut self) -> String {
        let start = *self.any(&["", "8", "7"]);
        format!("{start}916{:07}", self.rng.u32(1_000_000..10_000_000))
    }

    fn newcomer(&mut self) {
        let phone = self.fresh_phone();
        if self.is_at_rest && self.rng.u8(0..4) == 0 {
            self.stroke(Stroke::Paste(phone));
        } else {
            self.text(&phone);
        }
        self.stroke(Stroke::Enter);
        if self.rng.u8(0..3) == 0 {
            let pause = self.rng.u64(1..=100);
            self.script.push((pause, Stroke::Again));
        }
        if self.rng.bool() {
            self.look();
        }
        self.details();
        self.look();
        self.stroke(Stroke::Enter);
        if self.rng.u8(0..3) == 0 {
            self.stroke(Stroke::Enter);
        }
        self.is_at_rest = false;
        if self.rng.bool() {
            self.look();
        }
    }

    fn details(&mut self) {
        let first = *self.any(&FIRST_NAMES);
        if self.rng.u8(0..4) > 0 {
            self.text(first);
        }
        if self.rng.u8(0..4) > 0 {
            self.stroke(Stroke::Tab);
            let last = *self.any(&LAST_NAMES);
            self.text(last);
            match self.rng.u8(0..4) {
                0 => {
                    // Back to the first name, and all the way again.
                    self.stroke(Stroke::BackTab);
                    let better = *self.any(&FIRST_NAMES);
                    self.text(better);
                    self.stroke(Stroke::Tab);
                    self.text(last);
                }
                1 => {
                    self.stroke(Stroke::BackTab);
                    self.stroke(Stroke::BackTab);
                    let phone = self.fresh_phone();
                    self.text(&phone);
                    self.stroke(Stroke::Tab);
                    self.stroke(Stroke::Tab);
                    self.stroke(Stroke::Backspace);
                }
                _ => {}
            }
            if self.rng.bool() {
                self.stroke(Stroke::Tab);
                let birthday = *self.any(&BIRTHDAYS);
                self.signs(birthday);
            }
        }
    }

    fn member(&mut self) {
        let phone = *self.any(&MEMBERS);
        let skipped = usize::from(self.rng.bool());
        self.text(&phone[skipped..]);
        self.stroke(Stroke::Enter);
        self.is_at_rest = false;
        if self.rng.bool() {
            self.look();
        }
    }

    /// A scanner types as fast as a keyboard can.
    fn scan(&mut self) {
        if !self.is_at_rest {
            self.look();
        }
        self.pace = (1, 1);
        let pass = *self.any(&PASSES);
        self.signs(pass);
        self.stroke(Stroke::Enter);
        self.look();
    }

    fn changes_mind(&mut self) {
        let phone = self.fresh_phone();
        if self.rng.bool() {
            self.text(&phone);
            self.stroke(Stroke::Enter);
            let first = *self.any(&FIRST_NAMES);
            self.text(first);
        } else {
            self.signs(&phone[..5]);
        }
        let way_out = self.any(&[Stroke::Escape, Stroke::F2]).clone();
        self.stroke(way_out);
        self.is_at_rest = true;
    }
}

/// A customer alone at a kiosk, with a keyboard plugged in, who looks at every page. What turned a page bounces now and then.
pub(crate) struct Customer {
    pub(crate) signs_up: Vec<Timed>,
    /// Once the answer shows.
    pub(crate) leaves: Vec<Timed>,
    /// What is meant.
    pub(crate) signup: Value,
}

/// The customer of a number; the same number gives the same one.
pub(crate) fn customer(number: u64) -> Customer {
    let mut author = Author { rng: Rng::with_seed(number), script: Vec::new(), pace: (1, 1), is_at_rest: true };
    author.pace = *author.any(&[(45, 60), (45, 90), (60, 120)]);
    let phone = format!("916{:07}", author.rng.u32(1_000_000..10_000_000));
    let (first, last, birthday) = (*author.any(&FIRST_NAMES), *author.any(&LAST_NAMES), *author.any(&BIRTHDAYS));
    author.turn(Stroke::Tap(Target::Join));
    if author.rng.bool() {
        author.text(&phone);
    } else {
        phone.chars().for_each(|digit| author.stroke(Stroke::Tap(Target::Digit(digit))));
    }
    author.turn_either_way();
    for text in [first, last, birthday] {
        author.text(text);
        author.turn_either_way();
    }
    author.stroke(Stroke::Tap(Target::Consent));
    author.turn(Stroke::Tap(Target::Next));
    author.turn(Stroke::Tap(Target::Next));
    let signs_up = std::mem::take(&mut author.script);
    author.turn(Stroke::Tap(Target::Done));
    let [day, month, year] = [&birthday[..2], &birthday[2..4], &birthday[4..]];
    let birthday = format!("{year}-{month}-{day}");
    let signup = json!({ "phone": format!("7{phone}"), "firstName": first, "lastName": last, "birthday": birthday });
    Customer { signs_up, leaves: author.script, signup }
}

impl Author {
    fn turn_either_way(&mut self) {
        let way = self.any(&[Stroke::Enter, Stroke::Tap(Target::Next)]).clone();
        self.turn(way);
    }

    fn turn(&mut self, way: Stroke) {
        self.stroke(way);
        if self.rng.u8(0..3) == 0 {
            let pause = self.rng.u64(1..=100);
            self.script.push((pause, Stroke::Again));
        }
        self.look();
    }
}
