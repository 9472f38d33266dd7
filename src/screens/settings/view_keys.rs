//! Draws what protects the station's secrets, and says when some of them are out of reach.

use egui::Ui;

use crate::domain::{KeyFacts, Protection};
use crate::i18n::Texts;
use crate::ui::theme::{self, Tone, size, space};
use crate::ui::widgets::{Banner, Icon, muted, wrapped_row};

/// Says what went with a lost key, and what to do.
pub(super) fn lost_ui(ui: &mut Ui, keys: KeyFacts, texts: &Texts) {
    if keys.is_token_lost {
        Banner::new(Tone::Error, &texts.get("keys-lost")).body(&texts.get("keys-lost-token")).show(ui);
        ui.add_space(space::M);
    }
    if keys.is_pin_lost {
        Banner::new(Tone::Warning, &texts.get("keys-lost-pin")).body(&texts.get("keys-lost-pin-advice")).show(ui);
        ui.add_space(space::M);
    }
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
    wrapped_row(ui, |ui| {
        Icon::Lock.show(ui, size::ICON, theme::of(ui.ctx()).colors.ink.muted);
        muted(ui, &texts.get(words));
    });
}
