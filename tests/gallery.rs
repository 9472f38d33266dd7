//! Drives every widget by its label, as a person at a keyboard or with assistive technology would.

use egui::accesskit::{Invalid, Role, Toggled};
use egui::{Event, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use swip_kiosk::ui::theme::{self, Contrast, Density};

#[path = "../examples/gallery/content.rs"]
mod content;

use content::Gallery;

type Screen = Harness<'static, Gallery>;

fn screen(gallery: Gallery) -> Screen {
    let look = gallery.look;
    let mut harness = Harness::builder()
        .with_size([1024.0, 2400.0])
        .with_context_setup(move |ctx| theme::install(ctx, look))
        .build_ui_state(|ui, gallery: &mut Gallery| gallery.show(ui), gallery);
    harness.run();
    harness
}

fn default_screen() -> Screen {
    screen(Gallery::default())
}

const PHONE: &str = "Phone or pass";

fn focused_phone(text: &str) -> Screen {
    let mut harness = screen(Gallery { phone: text.to_owned(), ..Gallery::default() });
    harness.get_by_label(PHONE).focus();
    harness.run();
    // Gaining the focus by keyboard selects everything; the tests start at the end instead.
    harness.key_press(Key::End);
    harness.run();
    harness
}

fn press(harness: &mut Screen, keys: &[Key]) {
    for key in keys {
        harness.key_press(*key);
        harness.run();
    }
}

fn type_text(harness: &mut Screen, text: &str) {
    for letter in text.chars() {
        harness.event(Event::Text(letter.to_string()));
        harness.run();
    }
}

fn key_down(harness: &mut Screen, key: Key, repeat: bool) {
    harness.event(Event::Key { key, physical_key: None, pressed: true, repeat, modifiers: Modifiers::NONE });
    harness.run();
}

#[test]
fn every_widget_is_found_by_its_label() {
    let mut harness = screen(Gallery { is_toasting: true, ..Gallery::default() });
    for label in ["Sign up", "Delete", "Look up", "Settings", "Go back", "Try again", "Close this message"] {
        assert_eq!(harness.get_by_label(label).accesskit_node().role(), Role::Button, "{label}");
    }
    for label in [PHONE, "First name", "Shop"] {
        assert_eq!(harness.get_by_label(label).accesskit_node().role(), Role::TextInput, "{label}");
    }
    assert_eq!(harness.get_by_label("Key").accesskit_node().role(), Role::PasswordInput);
    assert_eq!(harness.get_by_label("High").accesskit_node().role(), Role::RadioButton);
    assert_eq!(harness.get_by_label("I agree to receive news").accesskit_node().role(), Role::CheckBox);
    assert_eq!(harness.get_by_label("Is this your number?").accesskit_node().role(), Role::Heading);
    assert_eq!(harness.get_by_label("Welcome").accesskit_node().role(), Role::Status);
    assert_eq!(harness.get_by_label("The service does not answer").accesskit_node().role(), Role::Alert);
    assert_eq!(harness.get_by_label("Saved").accesskit_node().role(), Role::Status);
    for words in ["1 170", "+7 916 779-53-22", "Connected", "F10", "This is a trial. Nothing is sent."] {
        let _ = harness.get_by_label(words);
    }
    harness.state_mut().is_busy = true;
    harness.step();
    harness.step();
    assert_eq!(harness.get_by_label("Asking the service").accesskit_node().role(), Role::ProgressIndicator);
}

#[test]
fn every_look_and_language_draws_without_a_missing_letter_and_rests() {
    for contrast in [Contrast::Normal, Contrast::High] {
        for density in [Density::Counter, Density::Kiosk] {
            for (is_russian, text_scale) in [(false, 1.0), (true, 2.0)] {
                let mut gallery = Gallery { is_russian, ..Gallery::default() };
                gallery.look.contrast = contrast;
                gallery.look.density = density;
                gallery.look.text_scale = text_scale;
                let _ = screen(gallery);
            }
        }
    }
}

#[test]
fn nothing_is_clipped_sideways_at_twice_the_text_size() {
    for (width, is_russian) in [(1024.0_f32, true), (768.0, true), (768.0, false)] {
        let mut gallery = Gallery { is_russian, ..Gallery::default() };
        gallery.look.text_scale = 2.0;
        gallery.look.density = Density::Kiosk;
        let look = gallery.look;
        let mut harness = Harness::builder()
            .with_size([width, 6000.0])
            .with_context_setup(move |ctx| theme::install(ctx, look))
            .build_ui_state(|ui, gallery: &mut Gallery| gallery.show(ui), gallery);
        harness.run();
        for node in harness.root().children_recursive() {
            let Some(bounds) = node.accesskit_node().bounding_box() else { continue };
            let right = bounds.x1;
            assert!(right <= f64::from(width) + 1.0, "{:?} ends at {right} of {width}", node.accesskit_node().label());
        }
    }
}

#[test]
fn no_frame_is_asked_for_at_rest() {
    let mut harness = focused_phone("+7 916");
    assert!(harness.get_by_label(PHONE).accesskit_node().is_focused());
    harness.step();
    for viewport in harness.output().viewport_output.values() {
        assert_eq!(viewport.repaint_delay, std::time::Duration::MAX);
    }
}

#[test]
fn a_spinner_asks_for_few_frames_and_for_none_without_motion() {
    for (motion, expected) in [(true, 50), (false, u128::MAX)] {
        let mut gallery = Gallery { is_busy: true, ..Gallery::default() };
        gallery.look.motion = motion;
        let mut harness = screen(gallery);
        harness.step();
        for viewport in harness.output().viewport_output.values() {
            assert!(viewport.repaint_delay.as_millis() >= expected.min(std::time::Duration::MAX.as_millis()));
        }
    }
}

#[test]
fn tab_goes_through_the_form_in_reading_order() {
    let mut harness = focused_phone("");
    for label in ["First name", "Key", "I agree to receive news", "Sign up", "Ask first"] {
        press(&mut harness, &[Key::Tab]);
        assert!(harness.get_by_label(label).accesskit_node().is_focused(), "{label}");
    }
    assert_eq!(harness.state().leaves, 1);
}

#[test]
fn typing_a_phone_formats_it_and_keeps_the_caret_at_the_end() {
    let mut harness = focused_phone("");
    type_text(&mut harness, "9167795322");
    assert_eq!(harness.state().phone, "+7 916 779-53-22");
    type_text(&mut harness, "x9");
    assert_eq!(harness.state().phone, "+7 916 779-53-22");
}

#[test]
fn backspace_walks_over_separators() {
    let mut harness = focused_phone("+7 916 779-53-22");
    for expected in ["+7 916 779-53-2", "+7 916 779-53", "+7 916 779-5", "+7 916 779", "+7 916 77"] {
        press(&mut harness, &[Key::Backspace]);
        assert_eq!(harness.state().phone, expected);
    }
}

#[test]
fn an_edit_in_the_middle_stays_where_it_is() {
    let mut harness = focused_phone("+7 916 779-53");
    press(&mut harness, &[Key::ArrowLeft, Key::ArrowLeft, Key::ArrowLeft, Key::Backspace]);
    assert_eq!(harness.state().phone, "+7 916 775-3");
    type_text(&mut harness, "04");
    assert_eq!(harness.state().phone, "+7 916 770-45-3");
    press(&mut harness, &[Key::Delete]);
    assert_eq!(harness.state().phone, "+7 916 770-43");
}

#[test]
fn a_paste_is_formatted_and_an_endless_one_is_cut() {
    let mut harness = focused_phone("");
    harness.event(Event::Paste("8 (916) 779-53-22".to_owned()));
    harness.run();
    assert_eq!(harness.state().phone, "+7 916 779-53-22");
    harness.get_by_label("First name").focus();
    harness.run();
    harness.event(Event::Paste("a".repeat(1_000_000)));
    harness.run();
    assert_eq!(harness.state().name.len(), 1024);
}

#[test]
fn focus_by_keyboard_selects_everything() {
    let mut harness = screen(Gallery { name: "Anna".to_owned(), ..Gallery::default() });
    harness.get_by_label(PHONE).focus();
    harness.run();
    press(&mut harness, &[Key::Tab]);
    type_text(&mut harness, "B");
    assert_eq!(harness.state().name, "B");
}

#[test]
fn a_held_enter_counts_once_and_keeps_the_keyboard() {
    let mut harness = focused_phone("");
    key_down(&mut harness, Key::Enter, false);
    for _ in 0..5 {
        key_down(&mut harness, Key::Enter, true);
    }
    assert_eq!(harness.state().enters, 1);
    assert!(harness.get_by_label(PHONE).accesskit_node().is_focused());
}

#[test]
fn a_held_enter_presses_a_button_once() {
    let mut harness = default_screen();
    harness.get_by_label("Sign up").focus();
    harness.run();
    key_down(&mut harness, Key::Enter, false);
    for _ in 0..5 {
        key_down(&mut harness, Key::Enter, true);
    }
    assert_eq!(harness.state().presses, 1);
    harness.get_by_label("Sign up").click();
    harness.run();
    harness.get_by_label("Sign up").click_accesskit();
    harness.run();
    assert_eq!(harness.state().presses, 3);
}

#[test]
fn an_error_is_told_with_its_field() {
    let mut harness = default_screen();
    let field = harness.get_by_label("First name");
    assert_eq!(field.accesskit_node().data().invalid(), Some(Invalid::True));
    assert_eq!(field.accesskit_node().description().as_deref(), Some("Enter the first name."));
    harness.state_mut().name = "Anna".to_owned();
    harness.run();
    assert_eq!(harness.get_by_label("First name").accesskit_node().data().invalid(), None);
}

#[test]
fn a_disabled_button_says_why_and_takes_no_press() {
    let harness = default_screen();
    let node = harness.get_by_label("Look up");
    assert!(node.accesskit_node().is_disabled());
    assert_eq!(node.accesskit_node().description().as_deref(), Some("Enter ten digits first."));
    let _ = harness.get_by_label("Enter ten digits first.");
}

#[test]
fn a_busy_button_takes_no_press() {
    let mut harness = screen(Gallery { is_busy: true, ..Gallery::default() });
    harness.get_by_label("Sign up").click();
    harness.run();
    assert_eq!(harness.state().presses, 0);
}

#[test]
fn arrows_move_the_choice_and_the_focus_with_it() {
    let mut harness = default_screen();
    harness.get_by_label("Normal").focus();
    harness.run();
    press(&mut harness, &[Key::ArrowRight]);
    assert_eq!(harness.state().look.contrast, Contrast::High);
    assert!(harness.get_by_label("High").accesskit_node().is_focused());
    assert_eq!(harness.get_by_label("High").accesskit_node().toggled(), Some(Toggled::True));
    press(&mut harness, &[Key::ArrowRight]);
    assert_eq!(harness.state().look.contrast, Contrast::High);
    press(&mut harness, &[Key::ArrowUp]);
    assert_eq!(harness.state().look.contrast, Contrast::Normal);
    harness.get_by_label("Kiosk").click();
    harness.run();
    assert_eq!(harness.state().look.density, Density::Kiosk);
}

#[test]
fn a_box_is_ticked_by_pointer_and_by_space() {
    let mut harness = default_screen();
    harness.get_by_label("I agree to receive news").click();
    harness.run();
    assert!(harness.state().is_agreed);
    harness.get_by_label("I agree to receive news").focus();
    harness.run();
    press(&mut harness, &[Key::Space]);
    assert!(!harness.state().is_agreed);
}

#[test]
fn a_dialog_keeps_the_keyboard_and_gives_it_back() {
    let mut harness = default_screen();
    harness.get_by_label("Ask first").focus();
    harness.run();
    press(&mut harness, &[Key::Enter]);
    let _ = harness.get_by_role_and_label(Role::Dialog, "Delete this entry?");
    for label in ["Keep it", "Delete it", "Keep it"] {
        assert!(harness.get_by_label(label).accesskit_node().is_focused(), "{label}");
        press(&mut harness, &[Key::Tab]);
    }
    harness.get_by_label("Sign up").click();
    harness.run();
    assert_eq!(harness.state().presses, 0);
    press(&mut harness, &[Key::Escape]);
    assert!(!harness.state().is_asking);
    assert!(harness.get_by_label("Ask first").accesskit_node().is_focused());
}

#[test]
fn a_dialog_that_is_there_from_the_start_takes_the_keyboard() {
    let harness = screen(Gallery { is_asking: true, ..Gallery::default() });
    assert!(harness.get_by_label("Keep it").accesskit_node().is_focused());
}

#[test]
fn a_segment_that_cannot_be_chosen_says_why() {
    let mut harness = default_screen();
    let node = harness.get_by_label("On its own");
    assert!(node.accesskit_node().is_disabled());
    assert_eq!(node.accesskit_node().description().as_deref(), Some("Connect the station first."));
    harness.get_by_label("At the till").focus();
    harness.run();
    press(&mut harness, &[Key::ArrowRight]);
    assert!(harness.get_by_label("At the till").accesskit_node().is_focused());
}

#[test]
fn a_press_beside_the_words_of_a_field_still_reaches_it() {
    let mut harness = default_screen();
    let words = harness.get_by_label(PHONE).rect();
    harness.event(Event::PointerMoved(words.left_center() - egui::vec2(30.0, 0.0)));
    for pressed in [true, false] {
        harness.event(Event::PointerButton {
            pos: words.left_center() - egui::vec2(30.0, 0.0),
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
        harness.run();
    }
    assert!(harness.get_by_label(PHONE).accesskit_node().is_focused());
}
