//! Draws what protects the station's secrets, and says when some of them are out of reach.

use egui::Ui;

use super::{Action, SettingsScreen};
use crate::domain::{KeyFacts, PinState, Protection};
use crate::i18n::Texts;
use crate::screens::ViewContext;
use crate::ui::theme::{self, Tone, space};
use crate::ui::widgets::{Banner, Button, Icon, body, icon_line, muted};

/// Says what went with a lost key, and what to do.
pub(super) fn lost_ui(ui: &mut Ui, keys: KeyFacts, texts: &Texts) {
    if keys.is_token_lost {
        Banner::new(Tone::Error, &texts.get("keys-lost")).body(&texts.get("keys-lost-token")).show(ui);
        ui.add_space(space::M);
    }
    if keys.pin == PinState::Lost {
        Banner::new(Tone::Warning, &texts.get("keys-lost-pin")).body(&texts.get("keys-lost-pin-advice")).show(ui);
        ui.add_space(space::M);
    }
}

/// Whether the settings have a manager PIN before them, and the way to give them one.
pub(super) fn pin_ui(ui: &mut Ui, settings: &SettingsScreen, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let pin = settings.stored.keys.map_or(PinState::NotSet, |keys| keys.pin);
    let (words, button) = match pin {
        PinState::NotSet => ("security-no-pin", "security-set-pin"),
        PinState::Set => ("security-pin", "security-change-pin"),
        // What to do stands above, where what is lost is told.
        PinState::Lost => {
            body(ui, &texts.get("keys-lost-pin"));
            return None;
        }
    };
    if settings.stored.is_read_only {
        muted(ui, &texts.get("security-trial"));
        return None;
    }
    let (icon, tone) = match pin {
        PinState::Set => (Icon::CheckCircle, Tone::Success),
        PinState::NotSet | PinState::Lost => (Icon::Warning, Tone::Warning),
    };
    let ink = theme::of(ui.ctx()).tone(tone).ink;
    icon_line(ui, (icon, ink), |ui| body(ui, &texts.get(words)));
    muted(ui, &texts.get("security-pin-hint"));
    // Not while an answer is awaited that would find the screen gone.
    let is_free = settings.can_choose_pin();
    let button = texts.get(button);
    let is_clicked = Button::quiet(&button).icon(Icon::Key).busy(!is_free).show(ui).clicked();
    is_clicked.then_some(Action::ChoosePin)
}

/// One quiet line; a key that protects nothing is worth a warning.
pub(super) fn protection_ui(ui: &mut Ui, protection: Protection, texts: &Texts) {
    let words = match protection {
        Protection::KeyFileInDataDir => {
            Banner::new(Tone::Warning, &texts.get("keys-in-data")).body(&texts.get("keys-in-data-advice")).show(ui);
            return;
        }
        Protection::Credential => "keys-in-credential",
        Protection::Keychain => "keys-in-keychain",
        Protection::KeyFile => "keys-in-file",
    };
    let ink = theme::of(ui.ctx()).colors.ink.muted;
    icon_line(ui, (Icon::Lock, ink), |ui| muted(ui, &texts.get(words)));
}
