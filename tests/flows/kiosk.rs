//! A customer alone at the kiosk, by touch; and what is left of one who went away.

use std::time::Duration;

use egui::accesskit::Role;
use egui::text_edit::TextEditState;
use egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, TouchDeviceId, TouchId, TouchPhase, Vec2};
use egui_kittest::kittest::NodeT;
use serde_json::{Value, json};
use swip_kiosk::domain::SettingKey;
use swip_kiosk::services::sandbox::{Faults, LedgerAnswer, Plan, SecondSignup, seeds};

use crate::support::{NEW_PHONE, NEW_PHONE_SENT, Shop, Window, in_every_language, wait_outside};

/// Nothing is asked besides the phone.
pub(crate) const PHONE_ONLY: [(SettingKey, &str); 3] =
    [(SettingKey::AskFirstName, "false"), (SettingKey::AskLastName, "false"), (SettingKey::AskBirthday, "false")];

/// A finger comes down and up again, as the window system reports the first one: as a touch and as the pointer.
pub(crate) fn touch(window: &mut Window, place: Pos2) {
    let finger = |phase| Event::Touch { device_id: TouchDeviceId(1), id: TouchId(1), phase, pos: place, force: None };
    let press = |pressed| Event::PointerButton {
        pos: place,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    let frames = [
        vec![finger(TouchPhase::Start), Event::PointerMoved(place), press(true)],
        vec![finger(TouchPhase::End), press(false), Event::PointerGone],
    ];
    for events in frames {
        window.harness.input_mut().events.extend(events);
        window.harness.step();
    }
}

/// The button, key or box with these words; of two with the same the lower one.
pub(crate) fn target(window: &Window, words: &str) -> Rect {
    let is_meant = |node: &egui_kittest::Node<'_>| {
        let node = node.accesskit_node();
        matches!(node.role(), Role::Button | Role::CheckBox) && node.label().is_some_and(|label| label.contains(words))
    };
    let exact = |rects: &mut Vec<Rect>, is_exact: bool| {
        rects.extend(window.harness.root().children_recursive().filter(is_meant).filter_map(|node| {
            let label = node.accesskit_node().label().unwrap_or_default();
            (!is_exact || label == words).then(|| node.rect())
        }));
    };
    let mut rects = Vec::new();
    exact(&mut rects, true);
    if rects.is_empty() {
        exact(&mut rects, false);
    }
    rects.sort_by(|a, b| a.top().total_cmp(&b.top()));
    rects.pop().unwrap_or_else(|| panic!("nothing says {words:?}:\n{}", window.list()))
}

/// Taps what has these words, and lets the page that may come settle.
pub(crate) fn tap_words(window: &mut Window, words: &str) {
    let place = target(window, words).center();
    touch(window, place);
    window.settle();
}

pub(crate) fn tap(window: &mut Window, id: &str) {
    let words = window.text(id);
    tap_words(window, &words);
}

/// Taps the keys of the on-screen keyboard.
fn tap_keys(window: &mut Window, text: &str) {
    for letter in text.chars() {
        tap_words(window, &letter.to_string());
    }
}

/// Ticks what is required to sign up.
pub(crate) fn consent(window: &mut Window) {
    let purpose = window.text("consent-purpose-personal-data");
    // A long text leaves the screen: its beginning is in sight.
    let place = target(window, &purpose).left_top() + Vec2::splat(40.0);
    touch(window, place);
    window.settle();
}

/// From the invitation to the last page, by nothing but the phone.
pub(crate) fn to_confirm(window: &mut Window, phone: &str) {
    tap(window, "kiosk-join");
    tap_keys(window, phone);
    tap(window, "kiosk-next");
    consent(window);
    tap(window, "kiosk-next");
}

/// Waits until the server has answered the signup.
fn wait_for_an_answer(shop: &Shop) {
    wait_outside("an answer", || shop.signups().iter().any(|entry| entry.answer != LedgerAnswer::Pending));
}

fn only_signup(shop: &Shop) -> Value {
    let signups = shop.signups();
    assert_eq!(signups.len(), 1, "{signups:?}");
    assert_eq!(signups[0].breach, None);
    serde_json::from_str(&signups[0].body).expect("JSON")
}

/// The only frame at rest is the one against burn-in, every five minutes.
const UNTIL_THE_PICTURE_MOVES: Duration = Duration::from_mins(4);

/// Lets so many seconds pass.
fn pass(window: &mut Window, seconds: usize) {
    window.harness.run_steps(seconds * 10);
}

#[test]
fn fifteen_taps_lead_from_the_invitation_to_the_welcome_and_ten_seconds_back() {
    in_every_language(|language| {
        let shop = Shop::kiosk(language, &PHONE_ONLY).with_pin();
        let mut window = shop.open_kiosk(language);
        // One for the invitation, ten digits, two for the pages, one box, and the last one.
        to_confirm(&mut window, NEW_PHONE);
        assert!(window.sees_words("+7 916 123-45-67"), "{}", window.list());
        tap(&mut window, "kiosk-confirm-yes");
        window.wait_for("kiosk-welcome");
        assert_eq!(only_signup(&shop), json!({ "phone": NEW_PHONE_SENT }));
        assert!(window.is_announced(&window.text("kiosk-welcome")));
        assert!(window.sees_words("+7 ••• •••-••-67") && !window.sees_words("916 123"), "{}", window.list());
        pass(&mut window, 11);
        assert!(window.has_button("kiosk-join"), "{}", window.list());
        assert!(window.rest() > UNTIL_THE_PICTURE_MOVES, "at rest nothing is drawn");
    });
}

#[test]
fn a_name_and_a_birthday_are_typed_on_the_screen() {
    let shop = Shop::kiosk("ru", &[]).with_pin();
    let mut window = shop.open_kiosk("ru");
    tap(&mut window, "kiosk-join");
    tap_keys(&mut window, NEW_PHONE);
    tap(&mut window, "kiosk-next");
    tap_keys(&mut window, "Анна");
    tap(&mut window, "kiosk-next");
    tap(&mut window, "kiosk-skip");
    tap_keys(&mut window, "24011990");
    tap(&mut window, "kiosk-next");
    consent(&mut window);
    tap(&mut window, "kiosk-next");
    tap(&mut window, "kiosk-confirm-yes");
    window.wait_for("kiosk-welcome");
    let expected = json!({ "phone": NEW_PHONE_SENT, "firstName": "Анна", "birthday": "1990-01-24" });
    assert_eq!(only_signup(&shop), expected);
}

#[test]
fn a_physical_keyboard_does_the_same() {
    let shop = Shop::kiosk("en", &[]).with_pin();
    let mut window = shop.open_kiosk("en");
    tap(&mut window, "kiosk-join");
    for text in [NEW_PHONE, "Anna", "", "24011990"] {
        window.type_text(text);
        window.settle();
        window.press(Key::Enter);
        window.settle();
    }
    consent(&mut window);
    tap(&mut window, "kiosk-next");
    tap(&mut window, "kiosk-confirm-yes");
    window.wait_for("kiosk-welcome");
    let expected = json!({ "phone": NEW_PHONE_SENT, "firstName": "Anna", "birthday": "1990-01-24" });
    assert_eq!(only_signup(&shop), expected);
}

#[test]
fn without_a_server_the_signup_is_saved() {
    in_every_language(|language| {
        let mut shop = Shop::kiosk(language, &PHONE_ONLY).with_pin();
        let mut window = shop.open_kiosk(language);
        to_confirm(&mut window, NEW_PHONE);
        shop.stop_server();
        tap(&mut window, "kiosk-confirm-yes");
        window.wait_for("kiosk-saved");
        assert!(window.is_announced(&window.text("kiosk-saved")));
        pass(&mut window, 11);
        assert!(window.has_button("kiosk-join"));
    });
}

#[test]
fn a_refused_phone_looks_like_any_other_failure() {
    let shop = Shop::kiosk("ru", &PHONE_ONLY).with_pin();
    let mut window = shop.open_kiosk("ru");
    to_confirm(&mut window, &seeds::BLACKLISTED_PHONE[1..]);
    tap(&mut window, "kiosk-confirm-yes");
    window.wait_for("kiosk-staff-closed");
    assert!(window.sees("kiosk-staff"));
    assert!(window.is_announced(&window.text("kiosk-staff")));
}

#[test]
fn a_new_customer_and_a_member_see_the_same_after_the_same_time() {
    let mut shown = Vec::new();
    for phone in [NEW_PHONE, &seeds::REGULAR.phone[1..]] {
        let shop = Shop::kiosk("ru", &PHONE_ONLY).with_pin();
        shop.set_faults(Faults { second_signup: SecondSignup::Conflict409, ..Faults::default() });
        let mut window = shop.open_kiosk("ru");
        to_confirm(&mut window, phone);
        let place = target(&window, &window.text("kiosk-confirm-yes")).center();
        touch(&mut window, place);
        let sent = time(&window);
        wait_for_an_answer(&shop);
        // On its way from the server through the disk to the window, in which no time passes meanwhile.
        std::thread::sleep(Duration::from_millis(300));
        window.wait_for("kiosk-welcome");
        let words = window.list().replace("-67", "").replace("-22", "");
        shown.push((time(&window) - sent, words));
    }
    assert_eq!(shown[0].1, shown[1].1);
    // A frame is a tenth of a second.
    for (seconds, _) in &shown {
        assert!((1.45..1.65).contains(seconds), "{seconds}");
    }
}

/// The window's clock, in seconds.
fn time(window: &Window) -> f64 {
    window.harness.ctx.input(|input| input.time)
}

/// Types a phone, a name and a birthday and stands at the last field.
fn half_a_form(window: &mut Window) {
    tap(window, "kiosk-join");
    for text in [NEW_PHONE, "Аграфена", "Перепёлкина"] {
        window.type_text(text);
        window.settle();
        tap(window, "kiosk-next");
    }
    window.type_text("24011990");
    window.settle();
}

const PLANTED: [&str; 6] = ["916", "123-45", "Аграфена", "Перепёлкина", "24.01", "1990"];

#[test]
fn who_walks_away_is_asked_and_then_forgotten() {
    let shop = Shop::kiosk("ru", &[]).with_pin();
    let mut window = shop.open_kiosk("ru");
    half_a_form(&mut window);
    tap_words(&mut window, "English");
    // Neither the clipboard nor the selection of the desktop gets anything.
    for key in [Key::A, Key::C, Key::X] {
        window.harness.input_mut().events.push(Event::Key {
            key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: Modifiers::COMMAND,
        });
        window.harness.input_mut().events.push(Event::Copy);
        window.harness.step();
        assert!(window.harness.output().platform_output.commands.is_empty());
    }
    pass(&mut window, 46);
    window.language = crate::support::tag("en");
    window.wait_for("kiosk-still-here");
    assert!(
        window.is_announced(&window.text("kiosk-still-here-left").replace("{ $seconds }", ""))
            || window.list().contains("Timer")
    );
    pass(&mut window, 16);
    window.language = crate::support::tag("ru");
    assert!(window.has_button("kiosk-join"), "{}", window.list());
    assert!(window.rest() > UNTIL_THE_PICTURE_MOVES);
    let list = window.list();
    for planted in PLANTED {
        assert!(!list.contains(planted), "{planted}:\n{list}");
    }
    assert_eq!(window.harness.ctx.data(egui::util::IdTypeMap::count::<TextEditState>), 0, "no undo history is left");
    assert_eq!(window.focused(), None);
    // The next customer can bring nothing back.
    tap(&mut window, "kiosk-join");
    for _ in 0..50 {
        window.harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
        window.harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
        window.harness.step();
    }
    assert_eq!(window.value("kiosk-phone"), "");
    assert!(shop.signups().is_empty());
}

#[test]
fn only_the_button_says_that_somebody_is_there_and_the_phone_shows_no_more() {
    let shop = Shop::kiosk("ru", &[]).with_pin();
    let mut window = shop.open_kiosk("ru");
    tap(&mut window, "kiosk-join");
    window.type_text(NEW_PHONE);
    let beneath = target(&window, &window.text("kiosk-start-over")).center();
    pass(&mut window, 46);
    assert!(window.sees("kiosk-still-here"), "{}", window.list());
    // Beside the question, where the button that starts over lies beneath; and any key.
    touch(&mut window, beneath);
    window.press(Key::ArrowDown);
    window.press(Key::Escape);
    window.settle();
    assert!(window.sees("kiosk-still-here"), "{}", window.list());
    tap(&mut window, "kiosk-still-here-yes");
    window.settle();
    assert!(!window.sees("kiosk-still-here"));
    assert_eq!(window.value("kiosk-phone"), "");
    assert!(!window.list().contains("123-45"), "{}", window.list());
    tap(&mut window, "kiosk-next");
    window.settle();
    assert!(window.sees("kiosk-first-name"), "it is still known: {}", window.list());
}

#[test]
fn an_answer_that_comes_after_the_customer_has_gone_changes_nothing() {
    let shop = Shop::kiosk("ru", &[]).with_pin();
    let mut window = shop.open_kiosk("ru");
    shop.set_faults(Faults::on_stats(Plan::delayed(400)));
    tap(&mut window, "kiosk-my-points");
    window.type_text("#CARD-1");
    window.press(Key::Enter);
    window.settle();
    tap(&mut window, "kiosk-start-over");
    let before = window.list();
    wait_outside("an answer", || shop.server().ledger().iter().any(|entry| entry.answer != LedgerAnswer::Pending));
    std::thread::sleep(Duration::from_millis(200));
    window.settle();
    assert_eq!(window.list(), before);
}

#[test]
fn a_scanned_card_shows_its_points() {
    in_every_language(|language| {
        let shop = Shop::kiosk(language, &[]).with_pin();
        let mut window = shop.open_kiosk(language);
        tap(&mut window, "kiosk-my-points");
        window.type_text(seeds::REGULAR.pass.expect("a pass"));
        window.press(Key::Enter);
        let (number, word) = window.points(seeds::REGULAR.points);
        window.wait_for_words(&number);
        assert!(window.is_announced(&number) && window.sees_words(&word));
        assert!(window.sees_words("12:41"));
        pass(&mut window, 11);
        assert!(window.has_button("kiosk-join"));
    });
}

#[test]
fn a_customer_chooses_what_suits_and_the_next_one_begins_anew() {
    let shop = Shop::kiosk("ru", &PHONE_ONLY).with_pin();
    let mut window = shop.open_kiosk("ru");
    let plain = target(&window, &window.text("kiosk-join")).height();
    tap(&mut window, "kiosk-comfort");
    tap(&mut window, "kiosk-comfort-large");
    tap(&mut window, "kiosk-comfort-low");
    tap(&mut window, "kiosk-done");
    assert!(target(&window, &window.text("kiosk-join")).height() > plain);
    let low = target(&window, &window.text("kiosk-comfort")).top();
    assert!(low > 768.0 / 2.0, "{low}");
    tap(&mut window, "kiosk-join");
    tap(&mut window, "kiosk-start-over");
    assert!((target(&window, &window.text("kiosk-join")).height() - plain).abs() < 0.5);
    assert!(target(&window, &window.text("kiosk-comfort")).top() < 768.0 / 2.0);
}

#[test]
fn all_of_a_consents_card_answers() {
    let shop = Shop::kiosk("ru", &PHONE_ONLY).with_pin();
    let mut window = shop.open_kiosk("ru");
    tap(&mut window, "kiosk-join");
    tap_keys(&mut window, NEW_PHONE);
    tap(&mut window, "kiosk-next");
    let purpose = window.text("consent-purpose-personal-data");
    let is_given = |window: &Window| !window.sees("kiosk-consent-missing");
    let card = target(&window, &purpose);
    assert!(card.width() > 600.0 && !is_given(&window));
    for (at, place) in [card.left_top(), card.right_top(), card.center(), card.left_bottom(), card.right_bottom()]
        .into_iter()
        .enumerate()
    {
        let inside = place + (card.center() - place).normalized() * 8.0;
        touch(&mut window, inside);
        window.settle();
        assert_eq!(is_given(&window), at % 2 == 0, "{inside:?} of {card:?}");
    }
}

#[test]
fn the_globe_goes_through_the_layouts_that_are_set() {
    let layouts = (SettingKey::KioskKeyboards, "ru, kk, tt");
    let shop = Shop::kiosk("ru", &[layouts]).with_pin();
    let mut window = shop.open_kiosk("ru");
    tap(&mut window, "kiosk-join");
    tap_keys(&mut window, NEW_PHONE);
    tap(&mut window, "kiosk-next");
    let to = |window: &Window, name: &str| window.text_with("keyboard-switch", "name", name);
    for (name, keys) in [("Қазақша", "Әң"), ("Татарча", "җә"), ("Русский", "я")] {
        let words = to(&window, name);
        tap_words(&mut window, &words);
        tap_keys(&mut window, keys);
    }
    assert_eq!(window.value("kiosk-first-name"), "Әңҗәя");
    // English has not been named.
    let english = to(&window, "English");
    assert!(!window.sees_words(&english), "{}", window.list());
}
