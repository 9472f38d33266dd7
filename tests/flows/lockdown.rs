//! What gets through to a kiosk's screens, and what does not.

use egui::{Event, Key, Modifiers, PointerButton, ViewportCommand, ViewportEvent, ViewportId};
use swip_kiosk::app::State;
use swip_kiosk::domain::settings::Mode;
use swip_kiosk::services::Station;

use crate::support::{Shop, Window, tag};

/// A kiosk whose customer has come to the phone.
fn at_the_phone(shop: &Shop, is_windowed: bool) -> Window {
    let station = Station::trial();
    let at_work = shop.tokio.block_on(station.start_sandbox()).expect("a sandbox");
    let state = State::sandbox(at_work, Mode::Kiosk, Some(tag("en"))).windowed(is_windowed);
    let mut window = shop.window(state, station, "en");
    window.click("kiosk-join");
    window.settle();
    window.focus("kiosk-phone");
    window.settle();
    window
}

/// Copies what is in the field, pastes over it, and says what the field holds then and what left the window.
fn copy_and_paste(window: &mut Window) -> (String, usize) {
    window.type_text("9161234567");
    window.settle();
    let select =
        |key| Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::COMMAND };
    let events = [select(Key::A), Event::Copy, Event::Paste("9990000666".to_owned())];
    window.harness.input_mut().events.extend(events);
    window.harness.step();
    let left = window.harness.output().platform_output.commands.len();
    window.settle();
    (window.value("kiosk-phone"), left)
}

#[test]
fn nothing_is_copied_out_of_a_kiosk_or_pasted_into_it() {
    let shop = Shop::empty();
    let mut kiosk = at_the_phone(&shop, false);
    let (held, left) = copy_and_paste(&mut kiosk);
    assert!(held.contains("916 123-45-67"), "{held}");
    assert_eq!(left, 0);
    // The same keys do their work where nobody is locked in: the test would notice.
    let (held, _) = copy_and_paste(&mut at_the_phone(&shop, true));
    assert!(held.contains("999 000-06-66"), "{held}");
}

#[test]
fn a_kiosk_refuses_to_close_and_a_windowed_one_does_not() {
    let shop = Shop::empty();
    for (is_windowed, is_refused) in [(false, true), (true, false)] {
        let mut kiosk = at_the_phone(&shop, is_windowed);
        let input = kiosk.harness.input_mut();
        input.viewports.entry(ViewportId::ROOT).or_default().events.push(ViewportEvent::Close);
        kiosk.harness.step();
        let commands = &kiosk.harness.output().viewport_output[&ViewportId::ROOT].commands;
        assert_eq!(commands.contains(&ViewportCommand::CancelClose), is_refused);
        kiosk.harness.input_mut().viewports.entry(ViewportId::ROOT).or_default().events.clear();
    }
}

#[test]
fn a_right_click_at_a_kiosk_is_none() {
    let shop = Shop::empty();
    let mut kiosk = at_the_phone(&shop, false);
    let place = kiosk.field("kiosk-phone").rect().center();
    for pressed in [true, false] {
        let modifiers = Modifiers::NONE;
        let event = Event::PointerButton { pos: place, button: PointerButton::Secondary, pressed, modifiers };
        kiosk.harness.input_mut().events.push(event);
    }
    kiosk.harness.step();
    assert!(!kiosk.harness.ctx.input(|input| input.pointer.secondary_pressed() || input.pointer.any_pressed()));
}
