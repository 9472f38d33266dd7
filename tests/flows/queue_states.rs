//! Every state that an entry of the queue can stand in, brought about by faults of the server or of the station's files, as a
//! manager sees it.
//!
//! One is left out: only programs before 0.2 put entries into a file for another machine.

use std::fs;
use std::sync::Arc;

use egui::Key;
use swip_kiosk::domain::delivery::{Concern, EntryState};
use swip_kiosk::domain::queue::QueueWork;
use swip_kiosk::domain::{Enrolment, Phone, PhoneRules, SettingKey, Signup};
use swip_kiosk::services::sandbox::{Fault, Faults, Plan};
use swip_kiosk::services::{Clock, Station};

use crate::manager_queue::{on_signup, picture, refused};
use crate::queue::take_again_with_a_name;
use crate::support::{NEW_PHONE, NEW_PHONE_SENT, Shop, Window, in_every_language, wait_outside};

/// Another phone that nobody has.
const SECOND_PHONE: &str = "9161234568";

/// How often a server errs over one signup, while others get through, before a manager must look.
const SERVER_ERRORS: usize = 20;

impl Window {
    /// Looks for the row of a state, chooses it, and sees what can be done about it.
    fn sees_state(&mut self, name: &str, advice: &str, language: &str) {
        self.select(&format!("entry-{name}"));
        assert!(self.sees(&format!("entry-advice-{advice}")), "{name}:\n{}", self.list());
        picture(self, name, language);
    }
}

/// A connected shop with a PIN, whose server does this to signups.
fn shop_with(language: &str, faults: Faults) -> Shop {
    let shop = Shop::connected(language).with_pin();
    shop.set_faults(faults);
    shop
}

/// The queue of the shop after one signup was taken.
fn queue_after_one(shop: &Shop, language: &str) -> Window {
    let mut window = shop.open(language);
    window.save(NEW_PHONE);
    window.open_queue();
    window
}

/// Works at the shop's station without a window, and closes it.
fn at_work(shop: &Shop, work: impl FnOnce(&Station)) {
    let station = Arc::new(Station::open(&shop.dirs()).0);
    let worker = {
        let station = Arc::clone(&station);
        shop.tokio.spawn(async move { station.deliver_forever().await })
    };
    work(&station);
    worker.abort();
    let _ = shop.tokio.block_on(worker);
    shop.tokio.block_on(station.stop());
}

/// Takes a signup, and waits for as long as a customer does.
fn sign_up(shop: &Shop, station: &Station, phone: &str) {
    let phone = Phone::parse(phone, PhoneRules::default()).expect("a phone");
    let signup = Signup { phone, first_name: None, last_name: None, birthday: None };
    let enrolment = Enrolment { signup, consents: Vec::new() };
    shop.tokio.block_on(station.submit(enrolment, Clock::System)).expect("stored");
}

fn too_many_requests() -> Faults {
    on_signup(Fault::too_many_requests("1800"))
}

#[test]
fn what_an_answer_makes_of_an_entry_is_told_with_the_next_step() {
    in_every_language(|language| {
        for (fault, name, advice) in [
            (Fault::CutAfter, "unknown", "unknown"),
            (Fault::status(503), "unknown", "unknown"),
            (Fault::status(404), "held-address", "address"),
            (Fault::status(403), "held-credentials", "credentials"),
        ] {
            let shop = shop_with(language, on_signup(fault));
            queue_after_one(&shop, language).sees_state(name, advice, language);
        }
    });
}

#[test]
fn what_swip_refuses_is_told_by_its_kind() {
    in_every_language(|language| {
        for (code, name) in [(422, "against-rules"), (402, "unacceptable")] {
            let (shop, mut window) = refused(language);
            shop.set_faults(on_signup(Fault::status(code)));
            let before = shop.signups().len();
            window.click("queue-retry-all");
            // Outside the window: its time must not run out for the manager.
            wait_outside("the answer", || shop.signups().len() > before);
            window.sees_state(name, "against-rules", language);
        }
    });
}

#[test]
fn what_was_never_tried_and_what_was_told_to_wait_are_told_apart() {
    in_every_language(|language| {
        let shop = shop_with(language, too_many_requests());
        let mut window = shop.open(language);
        window.save(NEW_PHONE);
        window.save(SECOND_PHONE);
        window.open_queue();
        window.sees_state("pending", "wait", language);
        window.sees_state("saved", "wait", language);
        assert_eq!(shop.signups().len(), 1, "the second one waits without an attempt");
    });
}

#[test]
fn what_is_being_sent_is_told_while_it_is() {
    in_every_language(|language| {
        let shop = shop_with(language, on_signup(Fault::status(401)));
        let mut window = queue_after_one(&shop, language);
        window.wait_for_row("entry-held-credentials");
        // Longer than anybody waits for an answer.
        shop.set_faults(Faults::on_signup(Plan::delayed(60_000)));
        let before = shop.signups().len();
        window.click("queue-retry-all");
        wait_outside("the attempt", || shop.signups().len() > before);
        // Come back, it is read anew.
        window.click("settings-back");
        window.click("queue-open");
        window.sees_state("in-flight", "wait", language);
    });
}

#[test]
fn what_waits_for_a_secure_connection_says_so() {
    in_every_language(|language| {
        let shop = Shop::empty();
        // The server speaks no TLS.
        let address = shop.server().station().base_url.replace("http://", "https://");
        let shop = shop.set_up(language, &[(SettingKey::BaseUrl, &address)]).with_pin();
        queue_after_one(&shop, language).sees_state("held-tls", "tls", language);
        assert!(shop.signups().is_empty(), "nothing was sent");
    });
}

#[test]
fn what_was_taken_for_another_shop_stays_behind_when_the_shop_changes() {
    in_every_language(|language| {
        let shop = shop_with(language, too_many_requests());
        at_work(&shop, |station| sign_up(&shop, station, NEW_PHONE));
        let shop = shop.set_up(language, &[(SettingKey::MerchantId, "ANOTHER")]);
        shop.set_faults(Faults::default());
        let mut window = shop.open(language);
        window.open_queue();
        window.sees_state("held-other-station", "other-station", language);
        assert!(!window.has_button("queue-retry-one"), "there is nothing to retry");
        assert_eq!(shop.signups().len(), 1, "only the one before");
    });
}

#[test]
fn what_was_sealed_under_a_key_that_is_gone_is_counted_and_kept() {
    in_every_language(|language| {
        let shop = shop_with(language, too_many_requests());
        at_work(&shop, |station| sign_up(&shop, station, NEW_PHONE));
        for file in fs::read_dir(shop.home.path().join("keys")).expect("a folder") {
            let path = file.expect("a file").path();
            if path.extension().is_some_and(|extension| extension == "key") {
                fs::remove_file(path).expect("removed");
            }
        }
        let shop = shop.with_pin().set_up(language, &[]);
        shop.set_faults(Faults::default());
        let mut window = shop.open(language);
        window.open_queue();
        window.sees_state("held-key", "key", language);
        assert!(window.sees("queue-sealed"));
        assert!(!window.has_button("queue-reveal"), "what cannot be opened cannot be shown");
        assert_eq!(shop.signups().len(), 1, "only the one before");
    });
}

#[test]
fn what_is_turned_away_while_another_gets_through_is_blamed_alone() {
    in_every_language(|language| {
        let only_him = Plan::always(Fault::status(403)).only_for(NEW_PHONE_SENT);
        let shop = shop_with(language, Faults::on_signup(only_him));
        let mut window = shop.open(language);
        window.save(NEW_PHONE);
        window.look_up(SECOND_PHONE);
        window.wait_for("form-title");
        window.settle();
        window.press(Key::Enter);
        window.wait_for("done-registered");
        window.open_queue();
        // Somebody got through, so the station is not to blame: it is tried again by itself.
        window.sees_state("not-permitted", "not-permitted", language);
        assert_eq!(window.rows("entry-not-permitted").len(), 1);
    });
}

#[test]
fn what_was_taken_twice_with_other_details_waits_for_a_manager() {
    in_every_language(|language| {
        let shop = shop_with(language, on_signup(Fault::CutAfter));
        let mut window = shop.open(language);
        window.save(NEW_PHONE);
        take_again_with_a_name(&mut window, NEW_PHONE);
        window.open_queue();
        window.sees_state("taken-twice", "taken-twice", language);
    });
}

#[test]
fn what_the_server_errs_over_again_and_again_while_others_get_through_waits_for_a_manager() {
    let only_him = Plan::always(Fault::status(500)).only_for(NEW_PHONE_SENT);
    let shop = shop_with("ru", Faults::on_signup(only_him));
    at_work(&shop, |station| {
        sign_up(&shop, station, NEW_PHONE);
        let errs = Some(EntryState::Attention(Concern::ServerErrors));
        let states = || shop.tokio.block_on(station.queue_list()).expect("a list").entries.first().map(|row| row.state);
        let mut others = 79_160_000_000_u64..;
        while states() != errs {
            // Each error counts once somebody else got through since the last one.
            sign_up(&shop, station, &others.next().expect("a phone").to_string());
            let before = shop.signups().len();
            shop.tokio.block_on(station.work_on_queue(QueueWork::Retry(None))).expect("stored");
            wait_outside("the next attempt", || shop.signups().len() > before);
        }
        let errors = shop.signups().len() - usize::try_from(others.start - 79_160_000_000).expect("few");
        assert!(errors >= SERVER_ERRORS, "{errors} errors");
    });
    let mut window = shop.open("ru");
    window.open_queue();
    window.sees_state("server-errors", "server-errors", "ru");
}
