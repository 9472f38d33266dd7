//! What was typed is what is sent, however much of it comes at once.

use std::time::Duration;

use egui::{Event, Key, Modifiers, Pos2};
use egui_kittest::kittest::NodeT;
use serde_json::{Value, json};
use swip_kiosk::app::Screen;
use swip_kiosk::domain::SignupField;
use swip_kiosk::screens::counter::Status;
use swip_kiosk::screens::kiosk;
use swip_kiosk::services::sandbox::{Faults, LedgerAnswer, Plan, seeds};

use crate::kiosk::{target, touch};
use crate::support::{NEW_PHONE, NEW_PHONE_SENT, Passes, Shop, Window, in_every_language, wait_outside};

/// A key without text, down and up.
pub(crate) fn key(key: Key) -> Vec<Event> {
    stroke(key, Some(key), Modifiers::NONE, None)
}

/// A key down, what it writes, and up.
pub(crate) fn stroke(key: Key, physical_key: Option<Key>, modifiers: Modifiers, text: Option<&str>) -> Vec<Event> {
    let go = |pressed| Event::Key { key, physical_key, pressed, repeat: false, modifiers };
    let text = text.map(|text| Event::Text(text.to_owned()));
    [go(true)].into_iter().chain(text).chain([go(false)]).collect()
}

/// The letters of a text, each with its key.
pub(crate) fn text(text: &str) -> Vec<Event> {
    let one = |letter: char| match Key::from_name(&letter.to_uppercase().to_string()) {
        Some(name) => {
            let modifiers = if letter.is_uppercase() { Modifiers::SHIFT } else { Modifiers::NONE };
            stroke(name, Some(name), modifiers, Some(&letter.to_string()))
        }
        None => vec![Event::Text(letter.to_string())],
    };
    text.chars().flat_map(one).collect()
}

/// Hands keys over in batches of the given sizes, over and over; a window never gets a key without its text.
pub(crate) fn send(window: &mut impl Passes, events: &[Event], sizes: &[usize]) {
    let is_down = |event: &Event| matches!(event, Event::Key { pressed: true, .. });
    let mut keys = events.chunk_by(|_, next| !is_down(next));
    for size in sizes.iter().cycle() {
        let batch: Vec<_> = keys.by_ref().take(*size).flatten().cloned().collect();
        if batch.is_empty() {
            break;
        }
        window.pass(batch);
    }
}

/// One batch, a key at a time, and splits at places that mean nothing.
pub(crate) const SPLITS: [&[usize]; 5] = [&[10_000], &[1], &[7], &[1, 3, 11, 2], &[23, 1]];

fn only_signup(shop: &Shop) -> Value {
    let signups = shop.signups();
    assert_eq!(signups.len(), 1, "{signups:?}");
    serde_json::from_str(&signups[0].body).expect("JSON")
}

/// The window with the form of somebody whom SWiP does not know.
fn at_the_form(shop: &Shop) -> Window {
    let mut window = shop.open("ru");
    window.look_up(NEW_PHONE);
    window.wait_for("form-title");
    window.settle();
    window
}

#[test]
fn a_name_typed_behind_a_phone_is_the_name_under_that_phone_whatever_comes_at_once() {
    for sizes in SPLITS {
        let shop = Shop::connected("ru");
        let mut window = shop.open("ru");
        let typed = [
            text(NEW_PHONE),
            key(Key::Enter),
            text("Anna"),
            key(Key::Tab),
            text("Smith"),
            key(Key::Tab),
            text("24011990"),
        ];
        send(&mut window, &typed.concat(), sizes);
        window.wait_for("form-title");
        window.settle();
        window.settle();
        window.press(Key::Enter);
        window.wait_for("done-registered");
        let sent = json!({
            "phone": NEW_PHONE_SENT, "firstName": "Anna", "lastName": "Smith", "birthday": "1990-01-24",
        });
        assert_eq!(only_signup(&shop), sent, "{sizes:?}");
    }
}

#[test]
fn a_field_that_is_come_back_to_is_replaced_by_what_follows_in_the_same_batch() {
    for sizes in SPLITS {
        let shop = Shop::connected("ru");
        let mut window = at_the_form(&shop);
        let back = stroke(Key::Tab, Some(Key::Tab), Modifiers::SHIFT, None);
        send(&mut window, &[text("Ann"), key(Key::Tab), text("Smith"), back, text("Anna")].concat(), sizes);
        window.settle();
        window.settle();
        let names = (window.value("form-first-name"), window.value("form-last-name"));
        assert_eq!(names, ("Anna".to_owned(), "Smith".to_owned()), "{sizes:?}");
    }
}

#[test]
fn a_bouncing_enter_in_the_batch_of_the_first_signs_nobody_up() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    send(&mut window, &[text(NEW_PHONE), key(Key::Enter), key(Key::Enter)].concat(), &[10_000]);
    window.wait_for("form-title");
    window.settle();
    assert!(shop.signups().is_empty());
}

#[test]
fn letters_typed_during_a_lookup_of_a_member_are_dropped_in_sight_and_digits_begin_the_next_customer() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    send(&mut window, &[text(seeds::REGULAR.phone), key(Key::Enter), text("Anna"), text("916")].concat(), &[10_000]);
    window.wait_for("toast-typing-dropped");
    window.settle();
    assert_eq!(window.value("counter-box"), "+7 916");
    assert!(shop.signups().is_empty());
}

#[test]
fn the_next_customer_replaces_the_one_that_was_answered() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    for (customer, next, expected) in [(seeds::REGULAR.phone, "916", "+7 916"), ("SWIP-9999", "SWIP-0001", "SWIP-0001")]
    {
        window.look_up(customer);
        let answered = |window: &Window| {
            let Screen::Counter(counter) = &window.harness.state().state().screen else { return false };
            matches!(counter.status, Status::Member(_) | Status::UnknownPass)
        };
        window.wait("an answer", answered);
        window.settle();
        send(&mut window, &text(next), &[1]);
        window.settle();
        assert_eq!(window.value("counter-box"), expected);
    }
}

#[test]
fn escape_during_a_lookup_drops_what_was_typed_for_it() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    send(
        &mut window,
        &[text(NEW_PHONE), key(Key::Enter), text("Anna"), key(Key::Escape), text("916")].concat(),
        &[10_000],
    );
    window.settle();
    window.settle();
    assert_eq!(window.value("counter-box"), "+7 916");
}

#[test]
fn what_is_typed_while_a_button_has_the_keyboard_is_typed_into_the_box() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    // Two scans of a scanner that ends with Tab.
    send(&mut window, &[text("SWIP1"), key(Key::Tab)].concat(), &[10_000]);
    window.settle();
    assert_ne!(window.focused(), Some(window.text("counter-box")));
    send(&mut window, &text("SWIP2"), &[10_000]);
    window.settle();
    assert_eq!(window.value("counter-box"), "SWIP2");
    assert_eq!(window.focused(), Some(window.text("counter-box")));
}

#[test]
fn the_digit_row_and_the_keypad_give_digits_under_every_layout() {
    let row = [Key::Num9, Key::Num1, Key::Num6, Key::Num2, Key::Num5];
    // What these keys are called, and what they write: Kazakh, French, a keypad without NumLock.
    let kazakh = ["ұ", "\"", ",", "ә", "ғ"];
    let french = ["ç", "&", "-", "é", "("];
    let written = |texts: [&str; 5]| -> Vec<Event> {
        let one = |(name, text): (&Key, &str)| stroke(*name, Some(*name), Modifiers::NONE, Some(text));
        row.iter().zip(texts).flat_map(one).collect()
    };
    let moves = [Key::PageUp, Key::End, Key::ArrowRight, Key::ArrowDown, Key::Num5];
    let keypad = row.iter().zip(moves).flat_map(|(name, to)| stroke(to, Some(*name), Modifiers::NONE, None)).collect();
    for events in [written(kazakh), written(french), written(["9", "1", "6", "2", "5"]), keypad] {
        for sizes in [&[10_000], &[1]] {
            let shop = Shop::connected("ru");
            let mut window = shop.open("ru");
            send(&mut window, &events, sizes);
            window.settle();
            assert_eq!(window.value("counter-box"), "+7 916 25", "{events:?}");
        }
    }
}

#[test]
fn the_second_tap_of_a_double_one_presses_nothing_of_the_page_that_the_first_one_brought() {
    let shop = Shop::kiosk_with("ru", &[]);
    let mut window = shop.open_kiosk("ru");
    window.settle();
    let join = target(&window, &window.text("kiosk-join")).center();
    touch(&mut window, join);
    // The page has been painted; where the button was, a key of the pad stands.
    window.harness.run_steps(2);
    touch(&mut window, join);
    window.settle();
    let Screen::Kiosk(kiosk) = &window.harness.state().state().screen else { panic!("no kiosk") };
    let kiosk::Status::Form(form) = &kiosk.status else { panic!("no form: {:?}", kiosk.status) };
    assert_eq!((form.page, form.draft.phone.as_str()), (kiosk::Page::Field(SignupField::Phone), ""));
    window.settle();
    touch(&mut window, join);
    window.settle();
    let Screen::Kiosk(kiosk) = &window.harness.state().state().screen else { panic!("no kiosk") };
    let kiosk::Status::Form(form) = &kiosk.status else { panic!("no form: {:?}", kiosk.status) };
    assert_ne!(form.draft.phone, "", "a tap that is meant counts");
}

#[test]
fn what_is_typed_beside_the_form_or_on_its_button_goes_on_in_the_field_left_last() {
    for sizes in SPLITS {
        let shop = Shop::connected("ru");
        let mut window = at_the_form(&shop);
        send(&mut window, &text("An"), sizes);
        touch(&mut window, Pos2::new(20.0, 2000.0));
        window.settle();
        send(&mut window, &text("na"), sizes);
        window.settle();
        assert_eq!(window.value("form-first-name"), "Anna", "{sizes:?}");
        // Over the last name and the birthday to the button.
        send(&mut window, &[key(Key::Tab), key(Key::Tab), text("240119"), key(Key::Tab), text("90")].concat(), sizes);
        (0..3).for_each(|_| window.settle());
        assert_eq!(window.value("form-birthday"), "24.01.1990", "{sizes:?}");
        send(&mut window, &key(Key::Enter), sizes);
        window.wait_for("done-registered");
    }
}

/// Who was asked for, in order: by `phone` or `pass`.
fn asked(shop: &Shop) -> Vec<(String, String)> {
    let mut entries = shop.server().ledger();
    entries.retain(|entry| entry.path == "/customer-loyalty-stats");
    entries.into_iter().flat_map(|entry| entry.query).collect()
}

/// Whether the box says that it is taken for this kind.
fn is_taken_for(window: &Window, kind: &str) -> bool {
    let field = window.field("counter-box");
    field.accesskit_node().description().is_some_and(|told| told.starts_with(&window.text(kind)))
}

#[test]
fn a_card_of_more_digits_than_a_phone_is_looked_up_digit_for_digit() {
    let cards = ["4006381333931", "9780201379624", "791677953221", "8916779532219", "1234567890123456"];
    for sizes in SPLITS {
        let shop = Shop::connected("ru");
        let mut window = shop.open("ru");
        for card in cards {
            send(&mut window, &text(card), sizes);
            window.settle();
            assert_eq!(
                (window.value("counter-box"), is_taken_for(&window, "counter-kind-pass")),
                (card.to_owned(), true)
            );
            send(&mut window, &key(Key::Enter), sizes);
            window.wait("an answer", |window| window.sees("counter-unknown-pass") || window.sees("counter-member"));
            window.settle();
        }
        let meant = cards.map(|card| ("pass".to_owned(), card.to_owned()));
        assert_eq!(asked(&shop), meant, "{sizes:?}");
    }
}

#[test]
fn a_key_switches_a_phone_to_a_pass_and_back() {
    let shop = Shop::connected("en");
    let mut window = shop.open("en");
    send(&mut window, &[text("89167795322"), key(Key::F6)].concat(), &[1]);
    window.settle();
    assert!(
        is_taken_for(&window, "counter-kind-pass") && window.has_button("counter-take-as-phone"),
        "{}",
        window.list()
    );
    assert_eq!(window.value("counter-box"), "89167795322");
    send(&mut window, &[key(Key::F6), key(Key::F6), key(Key::Enter)].concat(), &[1]);
    window.wait_for("counter-unknown-pass");
    window.click("counter-take-as-phone");
    window.wait_for("counter-member");
    let meant = [("pass", "89167795322"), ("phone", "79167795322")];
    assert_eq!(asked(&shop), meant.map(|(by, whom)| (by.to_owned(), whom.to_owned())));
}

#[test]
fn the_next_customer_is_served_while_the_first_ones_signup_runs() {
    for sizes in SPLITS {
        let shop = Shop::connected("ru");
        let mut window = at_the_form(&shop);
        shop.set_faults(Faults::on_signup(Plan::delayed(600)));
        let digits = text(&seeds::REGULAR.phone[1..]);
        send(&mut window, &[key(Key::Enter), digits, key(Key::Enter)].concat(), sizes);
        window.wait_for("counter-member");
        assert!(window.sees("form-sending"), "it runs still: {}", window.list());
        window.wait_for("recent-registered");
        let (number, _) = window.points(seeds::REGULAR.points);
        assert!(window.sees("counter-member") && window.sees_words(&number), "{}", window.list());
        assert!(!window.sees("done-registered") && !window.sees("form-sending"));
        assert_eq!(only_signup(&shop), json!({ "phone": NEW_PHONE_SENT }));
    }
}

#[test]
fn a_signup_that_fails_behind_another_customer_waits_with_everything_typed() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.look_up(seeds::BLACKLISTED_PHONE);
        window.wait_for("form-not-checked");
        window.settle();
        shop.set_faults(Faults::on_signup(Plan::delayed(600)));
        send(&mut window, &[text("Anna"), key(Key::Enter), text(&seeds::REGULAR.phone[1..])].concat(), &[1]);
        window.wait_for("unfinished-open");
        assert!(window.sees("failure-rejected") && window.is_announced(&window.text("failure-rejected")));
        assert_eq!(window.value("counter-box"), "+7 916 779-53-22", "who stands there is not disturbed");
        window.click("unfinished-open");
        assert_eq!(
            (window.value("form-first-name"), window.value("form-phone")),
            ("Anna".to_owned(), "+7 999 000-06-66".to_owned())
        );
        assert!(!window.has_button("unfinished-open"));
    });
}

#[test]
fn what_comes_at_once_with_a_refusal_never_reaches_the_form_that_comes_back() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    window.look_up(seeds::BLACKLISTED_PHONE);
    window.wait_for("form-not-checked");
    window.settle();
    window.press(Key::Enter);
    wait_outside("the refusal", || shop.signups().iter().any(|entry| entry.answer != LedgerAnswer::Pending));
    // It is on its way to the window, which draws nothing meanwhile.
    std::thread::sleep(Duration::from_millis(300));
    send(&mut window, &[text("9161234567"), key(Key::Enter)].concat(), &[10_000]);
    window.settle();
    assert_eq!(window.value("form-phone"), "+7 999 000-06-66");
    assert_eq!(window.value("form-first-name"), "");
    assert!(window.sees("toast-typing-dropped"), "{}", window.list());
    assert_eq!(shop.signups().len(), 1);
}
