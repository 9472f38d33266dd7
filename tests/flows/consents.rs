//! The consents at the manager's: whose are found by the whole phone, put into a file, and destroyed.

use std::fs;
use std::path::PathBuf;

use egui::accesskit::Role;
use egui::{Key, Vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use swip_kiosk::app::Screen;
use swip_kiosk::domain::consent::WORDS_OF_OURS;
use swip_kiosk::services::Clock;
use swip_kiosk::services::sandbox::{Fault, Faults, Plan};

use crate::manager_keys::go_in;
use crate::support::{NEW_PHONE, PIN, Shop, Window, in_every_language};

const NEW_PHONE_SHOWN: &str = "+7 916 123-45-67";
const OTHER_PHONE: &str = "9167654321";

impl Window {
    fn is_at_consents(&self) -> bool {
        matches!(self.harness.state().state().screen, Screen::Consents(_))
    }

    /// From the counter over the gear and the PIN to the consents.
    fn open_consents(&mut self) {
        self.harness.set_size(Vec2::new(1366.0, 768.0));
        self.press(Key::Escape);
        self.settle();
        // As a screen reader presses it: a count that comes beside it meanwhile moves it.
        let settings = self.text("app-settings");
        self.harness.get_by_role_and_label(Role::Button, &settings).click_accesskit();
        self.wait("the door", |window| matches!(window.harness.state().state().screen, Screen::Door(_)));
        assert!(!self.sees("consents-title"));
        self.type_text(PIN);
        self.press(Key::Enter);
        self.wait("the settings", |window| matches!(window.harness.state().state().screen, Screen::Settings(_)));
        self.settle();
        self.click("consents-open");
        self.wait("the consents", Self::is_at_consents);
        self.settle();
    }

    /// Types a phone and presses Enter; waits for what is told of it.
    fn find_consents(&mut self, phone: &str) {
        self.fill("queue-forget-phone", phone);
        self.press(Key::Enter);
        self.wait("an answer", |window| match &window.harness.state().state().screen {
            Screen::Consents(consents) => !consents.is_busy(),
            other => panic!("no consents but {other:?}"),
        });
        self.settle();
    }

    /// A customer is signed up at the counter.
    fn sign_up(&mut self, phone: &str) {
        self.look_up(phone);
        self.wait("an answer", |window| window.sees("form-title") || window.sees("counter-sign-up-anyway"));
        self.settle();
        self.press(Key::Enter);
        self.wait("the end", |window| window.sees("done-registered") || window.sees("done-saved-advice"));
        self.press(Key::Escape);
    }

    /// The button of a dialog, which may be called like one below it.
    fn click_in_dialog(&mut self, id: &str) {
        let words = self.text(id);
        self.harness.query_all_by_role_and_label(Role::Button, &words).last().expect("a button").click();
        self.settle();
    }
}

/// Pictures in the sizes of a counter, where they are asked for.
fn picture(window: &mut Window, name: &str, language: &str) {
    #[cfg(feature = "snapshots")]
    for size in [Vec2::new(1366.0, 768.0), Vec2::new(1920.0, 1080.0), Vec2::new(768.0, 1366.0)] {
        window.harness.set_size(size);
        window.settle();
        crate::pictures::take(window, &format!("consents-{name}-{language}-{}", size.x));
    }
    window.harness.set_size(Vec2::new(1366.0, 768.0));
    window.settle();
    let _ = (name, language);
}

/// The files of a kind beside the station's folders.
fn files(shop: &Shop, extension: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(shop.home.path()).expect("a folder").map(|file| file.expect("a file").path());
    files.filter(|path| path.extension().is_some_and(|end| end == extension)).collect()
}

#[test]
fn what_a_customer_agreed_to_is_found_by_the_whole_phone_behind_the_pin() {
    in_every_language(|language| {
        let shop = Shop::connected(language).with_pin();
        let mut window = shop.open(language);
        window.sign_up(NEW_PHONE);
        window.sign_up(OTHER_PHONE);
        window.open_consents();
        assert!(window.sees("consents-pick"));
        assert_eq!(window.focused(), Some(window.text("queue-forget-phone")), "whoever comes here types a phone");
        picture(&mut window, "empty", language);

        // Half a phone finds nobody, not even the one who is there.
        window.fill("queue-forget-phone", "916123");
        window.press(Key::Enter);
        window.settle();
        assert!(window.error("queue-forget-phone").is_some() && !window.sees_words(NEW_PHONE_SHOWN));
        picture(&mut window, "no-phone", language);

        window.find_consents("8 (916) 123-45-67");
        assert!(window.sees_words(NEW_PHONE_SHOWN) && window.sees("consents-how-attested"));
        assert!(window.sees("consent-purpose-personal-data") && !window.sees("consent-purpose-marketing"));
        let own_name = if language == "ru" { "Русский" } else { "English" };
        let words = [("version", WORDS_OF_OURS.into()), ("language", own_name.into())];
        let text = window.text_of("consents-text", &words);
        assert!(window.sees_words(&text), "{}", window.list());
        assert!(!window.sees_words("765-43-21"), "nobody else's");
        assert_ne!(window.rest(), std::time::Duration::ZERO, "at rest nothing is drawn");
        picture(&mut window, "found", language);

        window.find_consents("9990000001");
        assert!(window.sees("consents-none") && !window.sees_words(NEW_PHONE_SHOWN));
        picture(&mut window, "none", language);

        // What is typed next has nothing to do with what was found.
        window.find_consents(NEW_PHONE);
        window.focus("queue-forget-phone");
        window.press(Key::Backspace);
        window.settle();
        assert!(!window.has_button("consents-forget"), "{}", window.list());

        window.click("settings-back");
        window.wait("the settings", |window| matches!(window.harness.state().state().screen, Screen::Settings(_)));
        window.click("consents-open");
        assert_eq!(window.value("queue-forget-phone"), "", "nothing stays of whom was asked about");
    });
}

#[test]
fn a_customer_who_takes_the_consent_back_is_destroyed_once_that_is_confirmed() {
    in_every_language(|language| {
        let shop = Shop::connected(language).with_pin();
        let (mut window, _lock) = shop.open_owned(language);
        window.sign_up(NEW_PHONE);
        window.sign_up(OTHER_PHONE);
        // Somebody has signed up once more, and that waits.
        shop.set_faults(Faults {
            stats: Plan::always(Fault::status(503)),
            ..Faults::on_signup(Plan::always(Fault::status(401)))
        });
        window.sign_up(NEW_PHONE);
        window.open_consents();
        window.find_consents(NEW_PHONE);
        window.click("consents-forget");
        assert!(window.sees_words(&window.text_with("consents-forget-title", "phone", NEW_PHONE_SHOWN)));
        picture(&mut window, "forget", language);
        window.click_in_dialog("queue-keep");
        assert!(window.sees("consents-how-attested"), "nothing was destroyed");
        window.click("consents-forget");
        window.click_in_dialog("queue-delete");
        let words = window.text_of("queue-done-forgotten", &[("signups", 1.into()), ("consents", 2.into())]);
        window.wait_for_words(&words);
        assert!(!window.sees_words("123-45-67"));
        picture(&mut window, "forgotten", language);
        window.find_consents(NEW_PHONE);
        assert!(window.sees("consents-none"));
        window.find_consents(OTHER_PHONE);
        assert!(window.sees("consents-how-attested"), "nobody else is destroyed");

        // The journal tells that it was done, and not whose.
        window.click("settings-back");
        window.click("journal-open");
        window.wait_for("journal-customer-forgotten");
        let forgotten = window.text("journal-customer-forgotten");
        let rows = window.harness.query_all_by_role(Role::Row).filter_map(|row| row.accesskit_node().label());
        let rows: Vec<_> = rows.filter(|row| row.contains(&forgotten)).collect();
        assert!(rows.len() == 1 && !rows[0].contains("+7"), "{rows:?}");
    });
}

#[test]
fn a_customer_who_is_forgotten_is_counted_no_more() {
    let shop = Shop::connected("ru").with_pin();
    shop.set_faults(Faults::on_signup(Plan::always(Fault::status(503))));
    shop.sign_up_elsewhere(NEW_PHONE, 10);
    // Nothing is left to be sent, so nothing else looks at the queue.
    let db = rusqlite::Connection::open(shop.dirs().data().join("outbox.db")).expect("the database");
    let rests = "UPDATE entry SET state = 'attention', reason = 'rejected'";
    assert_eq!(db.execute(rests, []).expect("changed"), 1);
    drop(db);
    let (mut window, _lock) = shop.open_owned("ru");
    let attention = window.text_with("queue-attention", "count", "1");
    window.wait_for_words(&attention);
    window.open_consents();
    window.find_consents(NEW_PHONE);
    window.click("consents-forget");
    window.click_in_dialog("queue-delete");
    window.wait_for_words(&window.text_of("queue-done-forgotten", &[("signups", 1.into()), ("consents", 1.into())]));
    window.click("settings-back");
    window.click("settings-back");
    window.wait("the counter", |window| matches!(window.harness.state().state().screen, Screen::Counter(_)));
    window.wait("the count to go", |window| !window.sees_words(&attention));
}

#[test]
fn all_consents_are_saved_in_a_file_and_the_screen_says_where_it_is() {
    in_every_language(|language| {
        let shop = Shop::connected(language).with_pin();
        let (mut window, _lock) = shop.open_owned(language);
        window.sign_up(NEW_PHONE);
        window.sign_up(OTHER_PHONE);
        window.open_consents();
        window.find_consents(NEW_PHONE);
        window.click("consents-export-csv");
        window.wait_for_words(&window.text_with("consents-exported", "count", "2"));
        picture(&mut window, "exported", language);
        let [csv] = &files(&shop, "csv")[..] else { panic!("not one table") };
        assert!(window.sees_words(&csv.display().to_string()), "{}", window.list());
        let name = csv.file_name().expect("a name").to_string_lossy();
        assert!(name.starts_with("consents-2") && !name.contains("916"), "{name}");
        let text = fs::read_to_string(csv).expect("read");
        let (start, row) = match language {
            "ru" => {
                ("\u{feff}phone;purpose;version;", "\r\n79161234567;personal_data;built-in-1;ru;attested_by_staff;")
            }
            _ => ("phone,purpose,version,", "\r\n79161234567,personal_data,built-in-1,en,attested_by_staff,"),
        };
        assert!(text.starts_with(start) && text.contains(row) && text.lines().count() == 3, "{text}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(csv).expect("a file").permissions().mode() & 0o777, 0o600);
        }
        window.click("consents-export-xlsx");
        window.wait("the workbook", |_| !files(&shop, "xlsx").is_empty());
        window.wait_for_words(&files(&shop, "xlsx")[0].display().to_string());

        window.click("settings-back");
        window.click("journal-open");
        window.wait_for("journal-consents-exported");
    });
}

#[test]
fn a_file_that_cannot_be_written_is_told_and_evidence_that_was_edited_is_marked() {
    in_every_language(|language| {
        let shop = Shop::connected(language).with_pin();
        shop.sign_up_elsewhere(NEW_PHONE, 0);
        edit(&shop);
        let mut window = shop.open(language);
        // No place takes a file: what it would be written to first is a folder.
        let today = Clock::System.local().date();
        for day in [today, today.tomorrow().expect("a day")] {
            fs::create_dir(shop.home.path().join(format!("consents-{day}.csv.new"))).expect("a folder");
        }
        fs::write(shop.dirs().data().join("exports"), b"").expect("no folder");
        window.open_consents();
        window.click("consents-export-csv");
        window.wait_for("failure-storage");
        window.find_consents(NEW_PHONE);
        assert!(!window.sees("failure-storage"), "it is over with the next wish");
        assert!(window.sees("consents-altered") && window.sees_words("2099-01"));
        picture(&mut window, "altered", language);
        window.click("consents-export-csv");
        window.wait_for("failure-storage");
        picture(&mut window, "failed", language);
        assert!(files(&shop, "csv").is_empty());
    });
}

/// Changes the evidence by hand.
fn edit(shop: &Shop) {
    let db = rusqlite::Connection::open(shop.dirs().data().join("outbox.db")).expect("the database");
    assert_eq!(db.execute("UPDATE consent SET version = '2099-01'", []).expect("changed"), 1);
}

#[test]
fn a_minute_without_a_touch_closes_the_consents() {
    let shop = Shop::connected("ru").with_pin();
    let mut window = shop.open("ru");
    window.sign_up(NEW_PHONE);
    window.open_consents();
    window.find_consents(NEW_PHONE);
    window.wait("the counter", |window| matches!(window.harness.state().state().screen, Screen::Counter(_)));
    assert!(!window.sees_words("123-45-67") || window.sees_words("••"), "{}", window.list());
}

#[test]
fn a_kiosk_has_no_way_to_the_consents() {
    let shop = Shop::kiosk_with("ru", &[]);
    let mut window = shop.open_kiosk("ru");
    go_in(&mut window);
    assert!(window.has_button("queue-open"), "{}", window.list());
    assert!(!window.has_button("consents-open") && !window.has_button("balances-open"));
}
