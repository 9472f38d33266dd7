//! Shows which consent texts are in force. A profile brings them; nobody types a legal text here.

use egui::Ui;

use crate::domain::ConsentTexts;
use crate::i18n::purpose_name;
use crate::screens::ViewContext;
use crate::ui::theme::space;
use crate::ui::widgets::{body, muted};

/// Every text with its version and its languages, or that the program's own are in force.
pub(super) fn texts_ui(ui: &mut Ui, typed: &str, cx: &ViewContext<'_>) {
    let texts = cx.texts;
    let consents = ConsentTexts::parse(typed).unwrap_or_default();
    for text in consents.iter() {
        let languages: Vec<_> = text.languages().map(ToString::to_string).collect();
        let variables = [
            ("purpose", purpose_name(texts, text.purpose()).into_owned().into()),
            ("version", text.version().to_owned().into()),
            ("languages", languages.join(", ").into()),
        ];
        body(ui, &texts.with("settings-consent", &variables));
    }
    let advice = if consents.is_empty() { "settings-consents-built-in" } else { "settings-consents-profile" };
    muted(ui, &texts.get(advice));
    ui.add_space(space::M);
}
