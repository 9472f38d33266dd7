//! Looking customers up and signing them up.

use std::time::Duration;

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, PointerButton};
use egui_kittest::kittest::Queryable;
use serde_json::{Value, json};
use swip_kiosk::services::sandbox::{Fault, Faults, LedgerAnswer, Plan, SecondSignup, seeds};

use crate::support::{NEW_PHONE, NEW_PHONE_SENT, Shop, Window, in_every_language, wait_outside};

/// The one signup the server has seen: its body.
fn only_signup(shop: &Shop) -> Value {
    let signups = shop.signups();
    assert_eq!(signups.len(), 1, "{signups:?}");
    assert_eq!((signups[0].method.as_str(), &signups[0].breach), ("POST", &None));
    serde_json::from_str(&signups[0].body).expect("JSON")
}

fn assert_no_breach(shop: &Shop) {
    for entry in shop.server().ledger() {
        assert_eq!(entry.breach, None, "{entry:?}");
    }
}

#[test]
fn a_member_sees_points_with_their_word_and_their_time() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        for seed in [seeds::REGULAR, seeds::ONE_POINT, seeds::NEGATIVE, seeds::LARGE] {
            window.look_up(seed.phone);
            let (number, word) = window.points(seed.points);
            window.wait_for("counter-member");
            assert!(window.harness.query_by_label(&number).is_some(), "{}", window.list());
            assert!(window.harness.query_by_label(&word).is_some(), "{}", window.list());
            assert!(window.sees_words(&window.text_with("counter-answered-at", "time", "12:41")));
            assert!(window.is_announced(&number), "{number}");
            window.press(Key::Escape);
            window.settle();
        }
        assert!(window.sees("link-online"));
        assert!(shop.signups().is_empty());
        assert_no_breach(&shop);
    });
}

#[test]
fn a_pass_shows_the_same_points() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    for seed in [seeds::REGULAR, seeds::LARGE] {
        let pass = seed.pass.expect("a pass");
        window.look_up(&format!("#{pass}"));
        let (number, _) = window.points(seed.points);
        window.wait_for_words(&number);
        window.press(Key::Escape);
    }
    let queries: Vec<_> = shop.server().ledger().into_iter().map(|entry| entry.query).collect();
    assert_eq!(queries[1], [("pass".to_owned(), "Карта 7+1/4&5%".to_owned())]);
    assert_no_breach(&shop);
}

#[test]
fn ten_digits_and_enter_and_enter_sign_up_once() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        shop.set_faults(Faults::on_stats(Plan::delayed(300)));
        window.type_text(NEW_PHONE);
        window.press(Key::Enter);
        // "Looking up…" was seen.
        window.settle();
        window.press(Key::Enter);
        window.wait_for("done-registered");
        assert_eq!(only_signup(&shop), json!({ "phone": NEW_PHONE_SENT }));
        assert!(window.is_announced(&window.text("done-registered")));
        assert!(window.sees_words("+7 916 123-45-67"));
        assert_eq!(window.value("counter-box"), "", "ready for the next customer");
        assert_eq!(window.focused(), Some(window.text("counter-box")));
        assert_no_breach(&shop);
    });
}

#[test]
fn enter_after_the_answer_signs_up_too() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    window.look_up(NEW_PHONE);
    window.wait_for("form-title");
    window.settle();
    assert_eq!(window.value("form-phone"), "+7 916 123-45-67");
    assert!(shop.signups().is_empty());
    window.press(Key::Enter);
    window.wait_for("done-registered");
    assert_eq!(only_signup(&shop), json!({ "phone": NEW_PHONE_SENT }));
}

#[test]
fn enter_in_the_very_frame_of_the_answer_signs_up_too() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    shop.set_faults(Faults::on_stats(Plan::delayed(300)));
    window.look_up(NEW_PHONE);
    // What is waited for was seen.
    window.harness.run_steps(3);
    wait_outside("the answer", || shop.server().ledger().iter().any(|entry| entry.answer != LedgerAnswer::Pending));
    // On its way from the server to the window, which draws nothing meanwhile.
    std::thread::sleep(Duration::from_millis(100));
    window.press(Key::Enter);
    window.wait_for("done-registered");
    assert_eq!(only_signup(&shop), json!({ "phone": NEW_PHONE_SENT }));
}

#[test]
fn name_and_birthday_go_along_when_they_are_given() {
    for (language, typed) in [("ru", "24011990"), ("en", "24/01/1990")] {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.look_up(NEW_PHONE);
        window.wait_for("form-title");
        window.settle();
        // The keyboard is at the first name already; Tab leads on.
        window.type_text("Анна-Мария");
        window.press(Key::Tab);
        window.type_text("Әбдіқадір");
        window.press(Key::Tab);
        window.type_text(typed);
        window.press(Key::Enter);
        window.wait_for("done-registered");
        let expected = json!({
            "phone": NEW_PHONE_SENT, "firstName": "Анна-Мария", "lastName": "Әбдіқадір", "birthday": "1990-01-24",
        });
        assert_eq!(only_signup(&shop), expected);
    }
}

#[test]
fn an_unknown_pass_leads_to_signup_by_phone() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.look_up("#NOBODY-1");
        window.wait_for("counter-unknown-pass");
        assert!(window.is_announced(&window.text("counter-unknown-pass")));
        window.click("counter-sign-up-by-phone");
        assert_eq!(window.value("form-phone"), "");
        window.fill("form-phone", NEW_PHONE);
        window.press(Key::Enter);
        window.wait_for("done-registered");
        assert_eq!(only_signup(&shop), json!({ "phone": NEW_PHONE_SENT }));
    });
}

#[test]
fn a_member_without_points_is_not_taken_for_a_stranger() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.look_up(seeds::ZERO.phone);
        window.press(Key::Enter);
        window.wait_for("counter-no-points");
        let (number, word) = window.points(0);
        assert!(window.sees_words(&number) && window.sees_words(&word));
        assert!(shop.signups().is_empty(), "not even after a second Enter");
        window.click("counter-sign-up-anyway");
        window.wait_for("form-title");
        window.press(Key::Enter);
        window.wait_for("done-registered");
        assert_eq!(only_signup(&shop), json!({ "phone": seeds::ZERO.phone }));
    });
}

#[test]
fn who_is_a_member_already_is_told_so() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    let unanswered = Plan::once(Fault::status(500));
    shop.set_faults(Faults { second_signup: SecondSignup::Conflict409, ..Faults::on_stats(unanswered) });
    window.look_up(seeds::REGULAR.phone);
    window.wait_for("form-not-checked");
    window.settle();
    window.press(Key::Enter);
    window.wait_for("done-already-member");
    assert_eq!(shop.signups().len(), 1);
}

#[test]
fn a_refused_signup_comes_back_with_its_reason_and_everything_typed() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        // The list of the blocked answers lookups too, so the form says that nobody was asked.
        window.look_up(seeds::BLACKLISTED_PHONE);
        window.wait_for("form-not-checked");
        window.settle();
        window.type_text("Anna");
        window.press(Key::Enter);
        window.wait("the refusal", |window| window.sees("advice-rejected") && !window.sees("form-not-checked"));
        assert!(window.sees("failure-rejected") && window.is_announced(&window.text("failure-rejected")));
        assert_eq!(window.value("form-phone"), "+7 999 000-06-66");
        assert_eq!(window.value("form-first-name"), "Anna");
        window.settle();
        assert_eq!(window.focused(), Some(window.text("form-phone")));
        assert_eq!(shop.signups().len(), 1);
        window.fill("form-phone", NEW_PHONE);
        assert!(window.sees("form-not-checked"), "an edit answers the reproach");
        window.press(Key::Enter);
        window.wait_for("done-registered");
        assert_eq!(shop.signups().len(), 2);
    });
}

#[test]
fn a_wrong_field_says_so_when_it_is_left_and_sends_nothing() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.look_up(NEW_PHONE);
        window.wait_for("form-title");
        window.settle();
        window.type_text("Anna7");
        assert_eq!(window.error("form-first-name"), None, "not while typing");
        window.press(Key::Tab);
        window.settle();
        assert_eq!(window.error("form-first-name"), Some(window.text("name-error-character")));
        assert!(window.is_announced(&window.text("name-error-character")));
        window.press(Key::Enter);
        window.settle();
        assert_eq!(window.focused(), Some(window.text("form-first-name")), "to the field that is wrong");
        assert!(shop.signups().is_empty());
        window.fill("form-first-name", "Anna");
        assert_eq!(window.error("form-first-name"), None);
    });
}

#[test]
fn without_a_server_the_form_opens_unchecked_and_says_so() {
    in_every_language(|language| {
        let mut shop = Shop::connected(language);
        let mut window = shop.open(language);
        shop.stop_server();
        window.look_up(NEW_PHONE);
        window.wait_for("form-not-checked");
        assert!(window.sees("failure-no-connection") && window.sees("advice-network"));
        assert!(window.is_announced(&window.text("form-not-checked")));
        window.settle();
        window.press(Key::Enter);
        window.wait_for("done-saved");
        window.settle();
        assert!(window.is_announced(&window.text("done-saved")));
        assert!(window.sees("failure-no-connection"), "the bar still tells how the connection is");
        assert_eq!(window.value("counter-box"), "");
    });
}

#[test]
fn a_slow_server_stops_no_frame_and_its_late_answer_changes_nothing() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        shop.set_faults(Faults::on_stats(Plan::delayed(400)));
        window.look_up(seeds::REGULAR.phone);
        window.wait("the server to be asked", |_| !shop.server().ledger().is_empty());
        window.press(Key::Escape);
        window.settle();
        assert!(window.sees("counter-empty"));
        window.wait("the answer to be sent", |_| shop.server().ledger()[0].answer != LedgerAnswer::Pending);
        std::thread::sleep(Duration::from_millis(50));
        window.settle();
        let (number, _) = window.points(seeds::REGULAR.points);
        assert!(window.sees("counter-empty") && !window.sees_words(&number), "{}", window.list());
        assert!(window.sees("recent-empty"));
    });
}

#[test]
fn the_words_of_waiting_change_while_frames_go_on() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        shop.set_faults(Faults::on_stats(Plan::delayed(600_000)));
        window.look_up(NEW_PHONE);
        window.harness.run_steps(3);
        assert!(window.sees("counter-looking-up"), "{}", window.list());
        window.press(Key::Enter);
        window.harness.run_steps(2);
        assert!(window.sees("counter-looking-up-then"), "{}", window.list());
        // A frame is a quarter of a second here.
        window.harness.run_steps(12);
        assert!(window.sees("counter-takes-long"), "{}", window.list());
        window.press(Key::Escape);
        window.settle();
        assert!(window.sees("counter-empty"));
        assert!(shop.signups().is_empty());
    });
}

#[test]
fn a_signup_under_way_cannot_be_taken_back() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    shop.set_faults(Faults::on_signup(Plan::delayed(300)));
    window.look_up(NEW_PHONE);
    window.wait_for("form-title");
    window.settle();
    window.press(Key::Enter);
    window.wait("the server to be asked", |_| !shop.signups().is_empty());
    window.press(Key::Escape);
    window.press(Key::F2);
    window.wait_for("done-registered");
    assert_eq!(shop.signups().len(), 1);
}

#[test]
fn a_server_that_never_answers_a_signup_stops_no_frame() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    shop.set_faults(Faults::on_signup(Plan::delayed(600_000)));
    window.look_up(NEW_PHONE);
    window.wait_for("form-title");
    window.settle();
    window.press(Key::Enter);
    window.wait("the server to be asked", |_| !shop.signups().is_empty());
    let before = window.harness.ctx.cumulative_pass_nr();
    window.harness.run_steps(100);
    assert!(window.harness.ctx.cumulative_pass_nr() >= before + 100);
    // All of them were drawn while the question was open.
    assert_eq!(shop.signups()[0].answer, LedgerAnswer::Pending);
    assert!(!window.sees("done-saved") && !window.sees("done-registered"), "{}", window.list());
    window.wait_for("done-saved");
    assert_eq!(shop.signups().len(), 1);
}

#[test]
fn a_thousand_enters_send_one_signup() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    window.type_text(NEW_PHONE);
    for _ in 0..1000 {
        window.harness.key_press(Key::Enter);
    }
    window.harness.step();
    window.wait_for("done-registered");
    assert_eq!(only_signup(&shop), json!({ "phone": NEW_PHONE_SENT }));
    let lookups = shop.server().ledger().len() - 1;
    assert_eq!(lookups, 1);
}

#[test]
fn a_thousand_presses_of_the_button_send_one_signup() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    window.look_up(NEW_PHONE);
    window.wait_for("form-sign-up");
    let pos = window.harness.get_by_role_and_label(Role::Button, &window.text("form-sign-up")).rect().center();
    for _ in 0..10 {
        for pressed in [true, false].repeat(100) {
            let button = PointerButton::Primary;
            window.harness.event(Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE });
        }
        window.harness.step();
    }
    window.wait_for("done-registered");
    assert_eq!(only_signup(&shop), json!({ "phone": NEW_PHONE_SENT }));
}

#[test]
fn a_held_enter_is_one_enter() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    window.type_text(NEW_PHONE);
    for repeat in std::iter::once(false).chain(std::iter::repeat_n(true, 50)) {
        let key = Key::Enter;
        window.harness.event(Event::Key { key, physical_key: None, pressed: true, repeat, modifiers: Modifiers::NONE });
    }
    window.harness.step();
    window.wait_for("form-title");
    window.settle();
    assert!(shop.signups().is_empty());
}

#[test]
fn what_is_pasted_during_a_lookup_waits_for_the_form_and_its_enter_sends_nothing() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    shop.set_faults(Faults::on_stats(Plan { requests: Some(1), ..Plan::delayed(200) }));
    window.look_up(NEW_PHONE);
    window.settle();
    let key =
        Event::Key { key: Key::Enter, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE };
    let select =
        Event::Key { key: Key::A, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::COMMAND };
    window.harness.input_mut().events.extend([select, Event::Paste(seeds::REGULAR.phone.to_owned()), key]);
    window.harness.step();
    window.wait_for("form-title");
    window.settle();
    assert_eq!(window.value("form-first-name"), seeds::REGULAR.phone);
    assert!(shop.signups().is_empty());
}

#[test]
fn the_list_of_the_day_is_masked() {
    let shop = Shop::connected("en");
    let mut window = shop.open("en");
    window.look_up(seeds::REGULAR.phone);
    window.wait_for_words("11,806");
    window.press(Key::Escape);
    window.settle();
    assert!(window.sees_words("22") && !window.sees_words("916"), "{}", window.list());
    assert!(!window.list().contains(seeds::REGULAR.phone));
    window.click("app-settings");
    window.click("settings-back");
    assert!(window.sees_words("11,806"), "the list outlives a look at the settings");
}

#[test]
fn undo_never_brings_the_last_customer_back() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    let undo = |window: &mut Window| {
        for _ in 0..20 {
            window.harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
        }
        window.harness.step();
        window.settle();
        assert_eq!(window.value("counter-box"), "", "{}", window.list());
    };
    window.look_up(seeds::REGULAR.phone);
    window.wait_for("counter-member");
    window.press(Key::Escape);
    window.settle();
    undo(&mut window);
    window.look_up(seeds::ZERO.phone);
    window.wait_for("counter-member");
    window.click("app-settings");
    window.click("settings-back");
    window.focus("counter-box");
    undo(&mut window);
}

#[test]
fn a_broken_answer_is_a_failure_and_never_points() {
    for fault in [Fault::Garbage, Fault::PointsFloat, Fault::PointsMissing, Fault::CutBefore, Fault::CaptivePortal] {
        let shop = Shop::connected("en");
        let mut window = shop.open("en");
        shop.set_faults(Faults::on_stats(Plan::always(fault.clone())));
        window.look_up(&format!("#{}", seeds::REGULAR.pass.expect("a pass")));
        window.wait_for("counter-try-again");
        assert!(!window.sees("counter-member"), "{fault:?}");
        shop.set_faults(Faults::default());
        window.click("counter-try-again");
        window.wait_for_words("11,806");
        assert!(window.harness.query_by_label("11,806").is_some());
    }
}
