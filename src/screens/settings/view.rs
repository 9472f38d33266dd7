//! Draws the settings: one column of cards, and the buttons always in sight below.

use egui::{Key, Ui};

use super::view_brand::brand_ui;
use super::view_fields::FieldsView;
use super::view_keys;
use super::view_monitor;
use super::{Action, ManagerPage, SettingsScreen, Status, TestReport};
use crate::domain::settings::{Mode, SettingGroup};
use crate::i18n::{failure_advice, failure_title, step_name};
use crate::screens::ViewContext;
use crate::ui::keyboard::{self, KeyboardKind};
use crate::ui::layout::{self, Half};
use crate::ui::theme::{self, Tone, space};
use crate::ui::widgets::{Banner, Button, Card, Icon, Modal, Spinner, body, headline, icon_line, muted, wrapped_row};

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
        Half::First => {
            let mut action = None;
            layout::column(ui, layout::READING_WIDTH, |ui| action = form_ui(ui, (settings, is_next), cx));
            action
        }
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

fn form_ui(ui: &mut Ui, (settings, is_next): (&mut SettingsScreen, bool), cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let is_new = settings.stored.origin.is_none();
    headline(ui, &texts.get(if is_new { "settings-title-new" } else { "settings-title" }));
    muted(ui, &texts.get(if is_new { "settings-lead-new" } else { "settings-lead" }));
    ui.add_space(space::M);
    let from_pages = pages_ui(ui, settings, cx);
    if let Status::Failed(failure) = settings.status {
        Banner::new(Tone::Error, &failure_title(texts, failure)).body(&failure_advice(texts, failure)).show(ui);
        ui.add_space(space::M);
    }
    if settings.stored.is_read_only {
        Banner::new(Tone::Info, &texts.get("settings-trial")).body(&texts.get("settings-trial-advice")).show(ui);
        ui.add_space(space::M);
    }
    let keys = settings.stored.keys;
    if let Some(keys) = keys {
        view_keys::lost_ui(ui, keys, texts);
    }
    let mut fields = FieldsView::new(settings, cx).moving_on(is_next);
    Card::new().title(&texts.get("settings-connection")).show(ui, |ui| fields.group(ui, SettingGroup::Connection));
    ui.add_space(space::M);
    let from_test = Card::new().title(&texts.get("settings-test")).show(ui, |ui| {
        fields.test_phone(ui);
        test_ui(ui, fields.settings_mut(), cx)
    });
    for (title, group) in [
        ("settings-station", SettingGroup::Station),
        ("settings-scanner", SettingGroup::Scanner),
        ("settings-kiosk", SettingGroup::Kiosk),
        ("settings-rules", SettingGroup::Rules),
        ("settings-consents", SettingGroup::Consents),
    ] {
        ui.add_space(space::M);
        Card::new().title(&texts.get(title)).show(ui, |ui| {
            fields.group(ui, group);
            if group == SettingGroup::Scanner {
                fields.scan(ui);
            }
        });
    }
    let from_fields = fields.action(ui);
    ui.add_space(space::M);
    let from_brand = Card::new().title(&texts.get("brand-title")).show(ui, |ui| brand_ui(ui, cx)).inner;
    ui.add_space(space::M);
    let from_pin =
        Card::new().title(&texts.get("settings-security")).show(ui, |ui| view_keys::pin_ui(ui, settings, cx)).inner;
    if let Some(keys) = keys {
        ui.add_space(space::M);
        view_keys::protection_ui(ui, keys.protection, texts);
    }
    from_pin.or(from_test.inner).or(from_brand).or(from_fields).or(from_pages)
}

/// The ways to help and to the other pages of the manager's. A trial has only the first, and so has a station that is being set up.
fn pages_ui(ui: &mut Ui, settings: &SettingsScreen, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let stored = &settings.stored;
    let has_pages = stored.can_leave && stored.origin.is_some() && !stored.is_read_only;
    let is_busy = !settings.can_choose_pin();
    let help = Action::Open(ManagerPage::Help);
    let mut action = ui.input(|input| input.key_pressed(Key::F1)).then_some(help);
    wrapped_row(ui, |ui| {
        if Button::quiet(&texts.get("help-open")).key("F1").busy(is_busy).show(ui).clicked() {
            action = Some(help);
        }
        if !has_pages {
            return;
        }
        let everywhere = [("queue-open", ManagerPage::Queue), ("journal-open", ManagerPage::Journal)];
        // What brings whole phones to the screen and into files has no place where customers stand.
        let at_counters = [("balances-open", ManagerPage::Balances), ("consents-open", ManagerPage::Consents)];
        let is_counter = cx.preferences.mode == Mode::Counter;
        for (words, page) in everywhere.into_iter().chain(at_counters.into_iter().filter(|_| is_counter)) {
            if Button::quiet(&texts.get(words)).busy(is_busy).show(ui).clicked() {
                action = Some(Action::Open(page));
            }
        }
    });
    ui.add_space(space::M);
    action
}

fn test_ui(ui: &mut Ui, settings: &mut SettingsScreen, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    ui.add_space(space::S);
    let is_testing = matches!(settings.status, Status::Testing { .. });
    let test = texts.get("settings-test-button");
    let is_clicked = Button::quiet(&test).icon(Icon::Plug).busy(is_testing).show(ui).clicked();
    ui.add_space(space::S);
    if is_testing {
        Spinner::new().label(&texts.get("settings-testing")).show(ui);
    }
    if let Some(report) = &mut settings.test {
        let shown = ui.scope(|ui| report_ui(ui, report, cx)).response;
        if std::mem::take(&mut report.is_new) {
            ui.scroll_to_rect(shown.rect, None);
        }
    }
    is_clicked.then_some(Action::Test)
}

fn report_ui(ui: &mut Ui, report: &TestReport, cx: &ViewContext<'_>) {
    let texts = cx.texts;
    for result in &report.steps {
        let (icon, tone) = match result.failure {
            None => (Icon::CheckCircle, Tone::Success),
            Some(_) => (Icon::Error, Tone::Error),
        };
        let ink = theme::of(ui.ctx()).tone(tone).ink;
        icon_line(ui, (icon, ink), |ui| body(ui, &step_name(texts, result.step)));
    }
    ui.add_space(space::S);
    match report.failure() {
        None => Banner::new(Tone::Success, &texts.get("settings-test-passed")).show(ui),
        Some(failure) => {
            Banner::new(Tone::Error, &failure_title(texts, failure)).body(&failure_advice(texts, failure)).show(ui)
        }
    };
}

fn buttons_ui(ui: &mut Ui, settings: &SettingsScreen, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let mut action = None;
    let reason = save_reason(settings, cx);
    layout::centred(ui, layout::READING_WIDTH, |ui| {
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
