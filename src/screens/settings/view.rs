//! Draws the settings: the sections, and the buttons always in sight below.

use egui::Ui;

use super::{Action, SettingsScreen, Status, view_changes, view_monitor, view_sections};
use crate::screens::ViewContext;
use crate::ui::keyboard::{self, KeyboardKind};
use crate::ui::layout::{self, Half};
use crate::ui::theme::{self, space};
use crate::ui::widgets::{Button, Icon, Modal, wrapped_row};

/// The bar below beside its button: the reason why that cannot be pressed, and room around them.
const AROUND_BUTTON: f32 = 52.0;

/// Draws the screen.
pub fn ui(ui: &mut Ui, settings: &mut SettingsScreen, cx: &ViewContext<'_>) -> Option<Action> {
    if let Some(shown) = settings.shown_monitor(cx.now) {
        view_monitor::shown_ui(ui, shown, cx);
        return None;
    }
    let is_next = keys_ui(ui, cx);
    let theme = theme::of(ui.ctx());
    let button = theme.control_height().max(theme.line_height(theme.control_text()) + space::M);
    let bar = button + AROUND_BUTTON * theme.look.text_scale;
    let (from_form, from_buttons) = layout::above_bar(ui, bar, |ui, half| match half {
        Half::First => view_sections::ui(ui, (settings, is_next), cx),
        Half::Second => buttons_ui(ui, settings, cx),
    });
    let from_dialog = dialog_ui(ui, settings, cx);
    from_dialog.or(from_buttons).or(from_form)
}

/// Where nobody plugs a keyboard in, the one on the screen comes with the field. True at its "next".
fn keys_ui(ui: &mut Ui, cx: &ViewContext<'_>) -> bool {
    let is_wanted = cx.is_touch_only && ui.ctx().text_edit_focused();
    is_wanted && keyboard::dock(ui, KeyboardKind::Anything, cx.texts.tag().as_str())
}

fn buttons_ui(ui: &mut Ui, settings: &SettingsScreen, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let mut action = None;
    let reason = save_reason(settings, cx);
    let width = if layout::has_side(ui) { layout::list_and_page_width(ui) } else { layout::READING_WIDTH };
    layout::centred(ui, width, |ui| {
        let is_saving = matches!(settings.status, Status::Saving(_));
        let save = texts.get("settings-save");
        let button = Button::primary(&save).icon(Icon::Check).busy(is_saving);
        ui.horizontal_top(|ui| {
            if settings.stored.can_leave
                && Button::quiet(&texts.get("settings-back")).icon(Icon::Back).show(ui).clicked()
            {
                action = Some(Action::Leave);
            }
            if button.disabled_because(reason.as_deref()).show(ui).clicked() {
                action = Some(Action::Save);
            }
            let undo = texts.get("settings-undo-all");
            if settings.can_undo() && Button::plain(&undo).icon(Icon::Refresh).busy(is_saving).show(ui).clicked() {
                action = Some(Action::UndoAll);
            }
        });
    });
    action
}

fn save_reason<'a>(settings: &SettingsScreen, cx: &ViewContext<'a>) -> Option<std::borrow::Cow<'a, str>> {
    if settings.stored.is_read_only {
        Some(cx.texts.get("settings-trial"))
    } else if settings.is_changed() {
        None
    } else {
        Some(cx.texts.get("settings-unchanged"))
    }
}

fn dialog_ui(ui: &Ui, settings: &SettingsScreen, cx: &ViewContext<'_>) -> Option<Action> {
    if let Status::ConfirmingDefaults(group) = settings.status {
        return view_changes::dialog_ui(ui, group, cx);
    }
    if settings.status != Status::ConfirmingLeave {
        return None;
    }
    let texts = cx.texts;
    let heading = texts.get("settings-unsaved");
    let explanation = texts.get("settings-unsaved-text");
    let response = Modal::new("settings-unsaved", &heading).body(&explanation).show(ui.ctx(), |ui| {
        let mut action = None;
        wrapped_row(ui, |ui| {
            // A trial has nowhere to save to.
            let can_save = !settings.stored.is_read_only;
            if can_save && Button::primary(&texts.get("settings-unsaved-save")).show(ui).clicked() {
                action = Some(Action::Save);
            }
            if Button::danger(&texts.get("settings-unsaved-discard")).show(ui).clicked() {
                action = Some(Action::Discard);
            }
            if Button::quiet(&texts.get("settings-unsaved-stay")).show(ui).clicked() {
                action = Some(Action::Stay);
            }
        });
        action
    });
    response.inner.or(response.dismissed.then_some(Action::Stay))
}
