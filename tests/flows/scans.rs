//! A scanner that types, wherever the keyboard is: its card is looked up, and no field gets a sign of it.

use std::time::Duration;

use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::NodeT;
use fastrand::Rng;
use swip_kiosk::app::Screen;
use swip_kiosk::screens::counter::Status;
use swip_kiosk::screens::kiosk;
use swip_kiosk::services::sandbox::{Faults, Plan, seeds};

use crate::support::{NEW_PHONE, Passes, Shop, Window};
use crate::typing::{key, stroke};

/// A sixtieth of a second.
pub(crate) const SECONDS_PER_FRAME: f32 = 0.016;

/// Where the keyboard is when the scanner types.
pub(crate) const PLACES: [&str; 7] =
    ["box", "a button", "first name", "birthday", "phone of the form", "a lookup", "a signup"];

/// The keys of a sign and what a layout writes by them: as it is meant, Russian, Kazakh.
fn keys_of(sign: char, layout: usize) -> Vec<Event> {
    let name =
        if sign == '-' { Key::Minus } else { Key::from_name(&sign.to_ascii_uppercase().to_string()).expect("a key") };
    let modifiers = if sign.is_ascii_uppercase() { Modifiers::SHIFT } else { Modifiers::NONE };
    let text = match layout {
        1 | 2 if sign.is_ascii_alphabetic() => "Ф".to_owned(),
        2 if sign.is_ascii_digit() => "ұ".to_owned(),
        _ => sign.to_string(),
    };
    stroke(name, Some(name), modifiers, Some(&text))
}

/// A burst as a quick machine gets it: the first key wakes it, then a few come with each frame.
pub(crate) fn scan(window: &mut Window, card: &str, (layout, end): (usize, Option<Key>), rng: &mut Rng) {
    let mut strokes: Vec<_> = card.chars().map(|sign| keys_of(sign, layout)).chain(end.map(key)).collect();
    Passes::pass(window, strokes.remove(0));
    while !strokes.is_empty() {
        let count = rng.usize(1..=4).min(strokes.len());
        Passes::pass(window, strokes.drain(..count).flatten().collect());
    }
    // Until the scanner is silent for sure.
    (0..6).for_each(|_| Passes::pass(window, Vec::new()));
}

pub(crate) fn asked_for_pass(shop: &Shop, card: &str) -> usize {
    let is_asked = |(by, whom): &(String, String)| by == "pass" && whom == card;
    shop.server().ledger().iter().filter(|entry| entry.query.iter().any(is_asked)).count()
}

pub(crate) fn status(window: &Window) -> &Status {
    let Screen::Counter(counter) = &window.harness.state().state().screen else { panic!("no counter") };
    &counter.status
}

pub(crate) fn frames(window: &mut Window, count: usize) {
    (0..count).for_each(|_| Passes::pass(window, Vec::new()));
}

/// Brings the window to a place with the keyboard there.
pub(crate) fn go_to(shop: &Shop, window: &mut Window, place: &str) {
    match place {
        "box" => {}
        "a button" => window.press(Key::Tab),
        "a lookup" => {
            shop.set_faults(Faults::on_stats(Plan { requests: Some(1), ..Plan::delayed(400) }));
            window.look_up(NEW_PHONE);
            frames(window, 2);
        }
        _ => {
            window.look_up(NEW_PHONE);
            window.wait_for("form-attested");
            frames(window, 40);
            match place {
                "birthday" => window.focus("form-birthday"),
                "phone of the form" => window.focus("form-phone"),
                "a signup" => {
                    shop.set_faults(Faults::on_signup(Plan::delayed(400)));
                    window.press(Key::Enter);
                    frames(window, 2);
                }
                _ => {}
            }
        }
    }
}

#[test]
fn a_scan_is_looked_up_wherever_the_keyboard_is_and_no_field_gets_a_sign_of_it() {
    let mut rng = Rng::with_seed(14);
    for number in 0..42_usize {
        let place = PLACES[number % PLACES.len()];
        let card = match number % 4 {
            0 => format!("79{:09}", rng.u32(0..1_000_000_000)),
            1 => format!("{:013}", rng.u64(0..10_000_000_000_000)),
            2 => format!("SWIP-{:05}", rng.u32(0..100_000)),
            _ => (0..10).map(|_| rng.uppercase()).collect(),
        };
        let end = [None, Some(Key::Enter), Some(Key::Tab)][number % 3];
        let shop = Shop::connected("ru");
        let mut window = shop.open_at(SECONDS_PER_FRAME, "ru");
        go_to(&shop, &mut window, place);
        scan(&mut window, &card, (number % 3, end), &mut rng);
        let case = format!("{number}: {card} at {place}, {end:?}");
        window.wait(&case, |window| matches!(status(window), Status::UnknownPass));
        assert_eq!(asked_for_pass(&shop, &card), 1, "{case}");
        assert_eq!(window.value("counter-box"), card, "{case}");
        let signups = usize::from(place == "a signup");
        window.wait(&case, |_| shop.signups().len() == signups);
        let had_form = ["first name", "birthday", "phone of the form"].contains(&place);
        assert_eq!(window.has_button("unfinished-open"), had_form, "{case}");
        if had_form {
            // A tap counts on a page that could be seen.
            frames(&mut window, 40);
            window.click("unfinished-open");
            let fields = ["form-phone", "form-first-name", "form-last-name", "form-birthday"];
            assert_eq!(
                fields.map(|field| window.value(field)),
                ["+7 916 123-45-67", "", "", ""].map(str::to_owned),
                "{case}"
            );
        }
    }
}

#[test]
fn the_box_says_that_a_scan_of_eleven_digits_is_a_pass_and_one_key_makes_it_a_phone() {
    let shop = Shop::connected("en");
    let mut window = shop.open_at(SECONDS_PER_FRAME, "en");
    scan(&mut window, seeds::REGULAR.phone, (0, Some(Key::Enter)), &mut Rng::with_seed(1));
    window.wait_for("counter-unknown-pass");
    let told = window.field("counter-box").accesskit_node().description().unwrap_or_default();
    assert!(told.starts_with(&window.text("counter-kind-pass")), "{told}");
    window.press(Key::F6);
    window.wait_for("counter-member");
}

#[test]
fn a_phone_typed_by_a_fast_person_is_a_phone() {
    let mut rng = Rng::with_seed(3);
    for _ in 0..8 {
        let shop = Shop::connected("ru");
        let mut window = shop.open_at(SECONDS_PER_FRAME, "ru");
        for digit in NEW_PHONE.chars() {
            Passes::pass(&mut window, keys_of(digit, 0));
            // 48 to 80 ms a key.
            let silence = rng.usize(2..=4);
            frames(&mut window, silence);
        }
        window.press(Key::Enter);
        window.wait_for("form-attested");
        assert_eq!(window.value("form-phone"), "+7 916 123-45-67");
        assert_eq!(asked_for_pass(&shop, NEW_PHONE), 0);
    }
}

#[test]
fn two_scans_behind_each_other_are_two_customers() {
    let shop = Shop::connected("ru");
    let mut window = shop.open_at(SECONDS_PER_FRAME, "ru");
    let mut rng = Rng::with_seed(4);
    for card in ["4006381333932", "SWIP-0001"] {
        scan(&mut window, card, (1, Some(Key::Enter)), &mut rng);
    }
    window.wait_for("counter-member");
    assert_eq!(window.value("counter-box"), "SWIP-0001");
    assert_eq!((asked_for_pass(&shop, "4006381333932"), asked_for_pass(&shop, "SWIP-0001")), (1, 1));
}

#[test]
fn a_kiosk_takes_a_scan_on_its_first_page_and_on_that_of_points_and_nowhere_else() {
    let kiosk_status = |window: &Window| {
        let Screen::Kiosk(kiosk) = &window.harness.state().state().screen else { panic!("no kiosk") };
        format!("{:?}", kiosk.status)
    };
    let mut rng = Rng::with_seed(5);
    for page in ["", "kiosk-my-points"] {
        let shop = Shop::kiosk_with("ru", &[]);
        let mut window = shop.open_kiosk_at(SECONDS_PER_FRAME, "ru");
        if !page.is_empty() {
            frames(&mut window, 30);
            window.click(page);
        }
        scan(&mut window, "4006381333931", (0, Some(Key::Enter)), &mut rng);
        window.wait("points", |window| kiosk_status(window).contains("Points("));
        assert_eq!(asked_for_pass(&shop, "4006381333931"), 1);
    }
    let shop = Shop::kiosk_with("ru", &[]);
    let mut window = shop.open_kiosk_at(SECONDS_PER_FRAME, "ru");
    frames(&mut window, 30);
    window.click("kiosk-join");
    scan(&mut window, "79167795322", (0, Some(Key::Enter)), &mut rng);
    std::thread::sleep(Duration::from_millis(50));
    frames(&mut window, 10);
    let Screen::Kiosk(kiosk) = &window.harness.state().state().screen else { panic!("no kiosk") };
    let kiosk::Status::Form(form) = &kiosk.status else { panic!("no form: {:?}", kiosk.status) };
    assert_eq!(form.draft.phone, "", "a card is nobody's phone");
    assert_eq!(asked_for_pass(&shop, "79167795322"), 0);
}
