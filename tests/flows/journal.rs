//! The journal at the manager's and at the counter: what was done is there after a restart, in figures, in a list and in a file.

use std::fs;

use egui::Key;
use egui::Vec2;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
use swip_kiosk::app::{Screen, State};
use swip_kiosk::services::sandbox::{Fault, Faults, Plan, seeds};
use swip_kiosk::services::{Station, StationLock};

use crate::support::{NEW_PHONE, PIN, Shop, Window, in_every_language, tag};

impl Window {
    /// From the counter to the journal by its key and the PIN.
    fn open_journal(&mut self) {
        self.press(Key::F8);
        self.wait("the door", |window| matches!(window.harness.state().state().screen, Screen::Door(_)));
        self.type_text(PIN);
        self.press(Key::Enter);
        self.wait("the journal", |window| matches!(window.harness.state().state().screen, Screen::Journal(_)));
        self.wait("the figures", |window| !window.sees("journal-reading"));
        self.settle();
    }

    fn choose_one(&mut self, id: &str) {
        let words = self.text(id);
        self.harness.get_by_role_and_label(Role::RadioButton, &words).click();
        self.settle();
    }

    /// The rows of the list, each as it is told.
    fn records(&self) -> Vec<String> {
        let rows = self.harness.query_all_by_role(Role::Row);
        rows.filter_map(|row| egui_kittest::kittest::NodeT::accesskit_node(&row).label()).collect()
    }
}

/// Pictures in both sizes of a counter, where they are asked for.
fn picture(window: &mut Window, name: &str, language: &str) {
    #[cfg(feature = "snapshots")]
    for size in [Vec2::new(1366.0, 768.0), Vec2::new(1920.0, 1080.0)] {
        window.harness.set_size(size);
        window.settle();
        crate::pictures::take(window, &format!("journal-{name}-{language}-{}", size.x));
    }
    let _ = (window, name, language);
}

/// A member looked up, a signup, and one that is only saved.
fn work(shop: &Shop, window: &mut Window) {
    window.look_up(seeds::REGULAR.phone);
    window.wait_for("counter-member");
    window.press(Key::Escape);
    window.look_up(NEW_PHONE);
    window.wait_for("form-title");
    window.settle();
    window.press(Key::Enter);
    window.wait_for("done-registered");
    window.press(Key::Escape);
    shop.set_faults(Faults::on_signup(Plan::always(Fault::status(401))));
    window.look_up("9167654321");
    window.wait_for("form-title");
    window.settle();
    window.press(Key::Enter);
    window.wait_for("done-saved");
    window.press(Key::Escape);
}

#[test]
fn what_was_done_today_is_told_after_a_restart_at_the_counter_and_in_the_journal() {
    in_every_language(|language| {
        let shop = Shop::connected(language).with_pin();
        shop.sign_up_elsewhere(NEW_PHONE, 0);
        shop.set_faults(Faults::on_signup(Plan::always(Fault::status(401))));
        shop.sign_up_elsewhere("9167654321", 10);

        let (mut window, _lock) = shop.open_owned(language);
        window.wait_for("recent-saved");
        assert!(window.sees("recent-registered") && window.sees_words("+7 ••• •••-••-67"));
        assert!(!window.sees("recent-empty"));
        for customer in [seeds::REGULAR.phone, "#no such pass", "79167795399"] {
            window.look_up(customer);
            window.wait("an answer", |window| !window.sees("counter-looking-up"));
            window.settle();
            window.press(Key::Escape);
        }
        picture(&mut window, "counter", language);
        window.harness.set_size(Vec2::new(1366.0, 768.0));

        window.open_journal();
        let (registered, kind) = (window.text("recent-registered"), window.text("journal-signup"));
        let found = window.records();
        let is_signup = |row: &&String| row.contains(&registered) && row.contains(&kind);
        assert_eq!(found.iter().filter(is_signup).count(), 1, "{found:#?}");
        assert!(!found.iter().any(|row| row.contains("123-45")), "{found:#?}");
        let chart = window.text_with("journal-chart", "count", "2");
        assert!(window.sees_words(&chart), "one registered and one saved");
        picture(&mut window, "today", language);
        window.harness.set_size(Vec2::new(1366.0, 768.0));
        window.settle();

        // By kind, by outcome, by the end of a phone; all of a phone that is pasted is its end.
        window.choose_one("journal-kinds-lookups");
        window.wait("the lookups alone", |window| window.records().len() == 3);
        window.choose_one("journal-kinds-signups");
        window.choose_one("journal-outcomes-waiting");
        window.wait("the saved one alone", |window| window.records().len() == 1);
        assert!(window.records()[0].contains("+7 ••• •••-••-21"), "{:?}", window.records());
        window.fill("journal-phone-end", "99");
        window.wait_for("journal-none-found");
        window.focus("journal-phone-end");
        window.harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
        window.paste("+7 916 765-43-21");
        window.wait("the saved one again", |window| window.records().len() == 1);
        assert_eq!(window.value("journal-phone-end"), "21");
        assert_ne!(window.rest(), std::time::Duration::ZERO, "at rest nothing is drawn");

        window.choose_one("journal-yesterday");
        window.wait_for("journal-nothing");
        window.click("settings-back");
        window.wait("the counter", |window| matches!(window.harness.state().state().screen, Screen::Counter(_)));
    });
}

#[test]
fn the_days_are_saved_as_a_file_and_the_screen_says_where() {
    in_every_language(|language| {
        let shop = Shop::connected(language).with_pin();
        let (mut window, _lock) = shop.open_owned(language);
        work(&shop, &mut window);
        window.open_journal();
        window.click("journal-export-csv");
        window.wait_for("journal-exported");
        picture(&mut window, "exported", language);
        let files = || fs::read_dir(shop.home.path()).expect("a folder").map(|file| file.expect("a file").path());
        let csv = files().find(|path| path.extension().is_some_and(|end| end == "csv")).expect("a table");
        assert!(window.sees_words(&csv.display().to_string()), "{}", window.list());
        let text = fs::read_to_string(&csv).expect("read");
        let (start, mask) = match language {
            "ru" => ("\u{feff}time;utc_offset;kind;", ";signup;saved;'+7 ••• •••-••-21;1;"),
            _ => ("time,utc_offset,kind,", ",signup,saved,'+7 ••• •••-••-21,1,"),
        };
        assert!(text.starts_with(start) && text.contains(mask), "{text}");
        window.click("journal-export-xlsx");
        window.wait("the workbook", |_| files().any(|path| path.extension().is_some_and(|end| end == "xlsx")));
    });
}

#[test]
fn a_journal_that_cannot_be_read_says_so_and_is_asked_again() {
    let shop = Shop::connected("ru").with_pin();
    // The window of a process that does not own the station.
    let mut window = shop.open("ru");
    assert!(window.sees("recent-empty"), "no past, and no complaint");
    window.open_journal();
    assert!(window.sees("failure-station-in-use"));
    picture(&mut window, "failed", "ru");
    window.click("journal-refresh");
    window.wait_for("failure-station-in-use");
}

#[test]
fn a_trial_has_no_journal() {
    let shop = Shop::empty();
    let mut window = shop.open_trial("ru");
    assert!(!window.has_button("counter-key-journal"));
    window.press(Key::F8);
    window.settle();
    assert!(matches!(window.harness.state().state().screen, Screen::Counter(_)));
}

#[test]
fn a_kiosk_saves_no_file() {
    let shop = Shop::kiosk_with("ru", &[]);
    let lock = StationLock::acquire(&shop.dirs()).expect("the station is free");
    let (station, opened) = Station::open(&shop.dirs());
    station.own(&lock);
    let mut state = State::new(opened, Some(tag("ru")));
    state.screen = Screen::Journal(Box::default());
    let mut window = shop.window(state, station, "ru");
    window.click("journal-refresh");
    window.wait("the figures", |window| !window.sees("journal-reading"));
    assert!(!window.has_button("journal-export-csv") && !window.has_button("journal-export-xlsx"));
    picture(&mut window, "kiosk", "ru");
}
