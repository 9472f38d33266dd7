//! What staff is told of the signups that wait, and of the way to SWiP.

use std::fs;

use egui::Key;
use swip_kiosk::services::sandbox::{Fault, Faults, Plan, seeds};

use crate::support::{NEW_PHONE, Shop, Window, in_every_language};

fn sign_up(window: &mut Window, phone: &str) {
    window.look_up(phone);
    window.wait_for("form-title");
    window.settle();
    window.press(Key::Enter);
    window.wait_for("done-saved-advice");
}

/// The words of the pill up to the time, which is that of this machine.
fn waiting(window: &Window, count: &str) -> String {
    let words = window.text_with("queue-waiting", "count", count);
    words.split(',').next().unwrap_or_default().to_owned()
}

/// Signs up somebody who waits already, with other details.
pub(crate) fn take_again_with_a_name(window: &mut Window, phone: &str) {
    window.look_up(phone);
    window.wait("an answer", |window| window.sees("form-title") || window.sees("counter-sign-up-anyway"));
    if window.has_button("counter-sign-up-anyway") {
        window.click("counter-sign-up-anyway");
    }
    window.fill("form-first-name", "Анна");
    window.click("form-sign-up");
    window.wait_for("done-saved-for-manager-advice");
}

#[test]
fn what_waits_is_counted_and_an_outage_is_called_one() {
    in_every_language(|language| {
        let mut shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.look_up(seeds::REGULAR.phone);
        window.wait_for("counter-member");
        assert!(window.sees("link-online"));
        assert!(!window.sees_words(&waiting(&window, "1")), "nothing waits yet");
        window.press(Key::Escape);
        shop.stop_server();
        for (number, count) in [("9161234501", "1"), ("9161234502", "2"), ("9161234503", "3")] {
            sign_up(&mut window, number);
            window.wait_for_words(&waiting(&window, count));
            window.press(Key::Escape);
        }
        window.wait_for("link-outage");
        assert!(!window.sees("link-online"));
    });
}

#[test]
fn a_station_that_is_turned_away_says_so_and_what_to_do() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        shop.set_faults(Faults::on_signup(Plan::always(Fault::status(401))));
        sign_up(&mut window, NEW_PHONE);
        window.wait_for("failure-token-rejected");
        window.wait_for("queue-held-advice");
        assert!(window.sees("advice-settings"));
        window.press(Key::Escape);
        // A lookup that comes through proves that it is over.
        shop.set_faults(Faults::default());
        window.look_up(seeds::REGULAR.phone);
        window.wait("the notice to go", |window| !window.sees("queue-held-advice"));
        window.wait_for("link-online");
    });
}

#[test]
fn what_needs_a_manager_is_counted_apart() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    shop.set_faults(Faults::on_signup(Plan::always(Fault::CutAfter)));
    sign_up(&mut window, NEW_PHONE);
    window.press(Key::Escape);
    take_again_with_a_name(&mut window, NEW_PHONE);
    let attention = window.text_with("queue-attention", "count", "1");
    window.wait_for_words(&attention);
}

#[test]
fn where_nothing_can_be_stored_it_is_said_before_anybody_types_and_points_go_on() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        // A folder where the database should be, and nowhere to move it to.
        fs::create_dir_all(shop.settings_file("outbox.db").join("in the way")).expect("a folder");
        fs::write(shop.settings_file("quarantine"), "in the way").expect("a file");
        let mut window = shop.open(language);
        window.wait_for("queue-failed");
        assert!(window.sees("queue-failed-advice"));
        assert_eq!(window.value("counter-box"), "");
        window.look_up(seeds::REGULAR.phone);
        window.wait_for("counter-member");
        assert!(window.sees("queue-failed"));
    });
}
