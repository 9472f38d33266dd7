//! What counts as a press: a held key is one press, not many.

use egui::accesskit::Action;
use egui::{Event, Key, Response, Ui};

/// Whether a widget was pressed this frame by pointer, assistive technology, or a key going down.
///
/// egui also counts the repeats of a held key, which would turn one long Enter into many orders.
pub(super) fn pressed(ui: &Ui, response: &Response) -> bool {
    response.clicked() && (by_pointer(response) || by_assistive_technology(ui, response) || by_fresh_key(ui))
}

/// Takes a click back that only a key repeat made, so that `Response::clicked` tells the same.
pub(super) fn without_repeats(ui: &Ui, mut response: Response) -> Response {
    if response.clicked() && !pressed(ui, &response) {
        response.flags.remove(egui::response::Flags::FAKE_PRIMARY_CLICKED);
    }
    response
}

/// Whether Enter went down this frame, repeats aside.
pub(super) fn fresh_enter(ui: &Ui) -> bool {
    ui.input(|input| input.events.iter().any(|event| is_fresh(event, &[Key::Enter])))
}

fn by_pointer(response: &Response) -> bool {
    response.clicked_by(egui::PointerButton::Primary)
}

fn by_assistive_technology(ui: &Ui, response: &Response) -> bool {
    ui.input(|input| input.has_accesskit_action_request(response.id, Action::Click))
}

fn by_fresh_key(ui: &Ui) -> bool {
    ui.input(|input| input.events.iter().any(|event| is_fresh(event, &[Key::Enter, Key::Space])))
}

/// Whether an event is one of these keys going down, repeats aside.
pub(super) fn is_fresh(event: &Event, keys: &[Key]) -> bool {
    matches!(event, Event::Key { key, pressed: true, repeat: false, .. } if keys.contains(key))
}
