//! A small window that says why the station cannot be opened, and closes by itself.

use std::sync::Arc;
use std::time::Duration;

use egui::{CentralPanel, Context, Frame, Margin, Ui, ViewportCommand};

use crate::domain::{Failure, LanguageTag};
use crate::i18n::{Catalogue, failure_advice, failure_title};
use crate::ui::theme::{self, Look, space};
use crate::ui::widgets::{Button, muted, title};

/// The notice.
pub(super) struct Notice {
    catalogue: Arc<Catalogue>,
    language: LanguageTag,
    failure: Failure,
}

impl Notice {
    /// Its size in logical pixels.
    pub(super) const SIZE: [f32; 2] = [520.0, 240.0];
    const SHOWN: Duration = Duration::from_secs(10);

    /// The notice in a language.
    pub(super) fn new(ctx: &Context, catalogue: Arc<Catalogue>, language: LanguageTag, failure: Failure) -> Self {
        theme::install(ctx, Look::default());
        Self { catalogue, language, failure }
    }
}

impl eframe::App for Notice {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let shown = Duration::try_from_secs_f64(ui.input(|input| input.time)).unwrap_or_default();
        if shown >= Self::SHOWN {
            ui.ctx().send_viewport_cmd(ViewportCommand::Close);
            return;
        }
        ui.ctx().request_repaint_after(Self::SHOWN.saturating_sub(shown));
        let Some(texts) = self.catalogue.texts(&self.language) else {
            return;
        };
        let paper = theme::of(ui.ctx()).colors.paper;
        let frame = Frame::new().fill(paper).inner_margin(Margin::from(space::L));
        CentralPanel::default().frame(frame).show(ui, |ui| {
            title(ui, &failure_title(texts, self.failure));
            muted(ui, &failure_advice(texts, self.failure));
            ui.add_space(space::L);
            let close = Button::primary(&texts.get("notice-close")).show(ui);
            // A counter has a keyboard: Enter must close it, without a search for the button.
            if ui.memory(|memory| memory.focused().is_none()) {
                close.request_focus();
            }
            if close.clicked() {
                ui.ctx().send_viewport_cmd(ViewportCommand::Close);
            }
        });
    }
}
