//! The least eframe window there is, as large as the program's: one text field. The baseline of what a window costs.
//!
//! What is typed shows up in the title, so a test can wait for it. `--exit-after-first-frame` closes the window as
//! soon as one frame was on the screen.

use std::sync::Arc;

use eframe::egui;

struct Bare {
    text: String,
    is_brief: bool,
}

impl eframe::App for Bare {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        egui::CentralPanel::default().show(ui, |ui| {
            let field = ui.text_edit_singleline(&mut self.text);
            if field.changed() {
                let title = egui::ViewportCommand::Title(format!("bare: {}", self.text));
                ui.ctx().send_viewport_cmd(title);
            }
            // Once, not on every frame: without the window's focus the field never has it, and asking draws a frame.
            if ui.ctx().cumulative_frame_nr() == 0 {
                field.request_focus();
            }
        });
        if self.is_brief {
            // The first frame is presented before the second one begins.
            if ui.ctx().cumulative_frame_nr() == 0 {
                ui.ctx().request_repaint();
            } else {
                ui.ctx().send_viewport_cmd(egui::ViewportCommand::Close);
            }
        }
    }
}

fn fonts() -> egui::FontDefinitions {
    let mut fonts = egui::FontDefinitions::empty();
    let inter = include_bytes!("../assets/fonts/Inter-Regular.otf");
    let data = Arc::new(egui::FontData::from_static(inter));
    fonts.font_data.insert("inter".to_owned(), data);
    for family in [egui::FontFamily::Proportional, egui::FontFamily::Monospace] {
        fonts.families.insert(family, vec!["inter".to_owned()]);
    }
    fonts
}

fn main() -> eframe::Result {
    let is_brief = std::env::args().any(|argument| argument == "--exit-after-first-frame");
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default().with_inner_size([1280.0, 800.0]),
        renderer: eframe::Renderer::Glow,
        ..eframe::NativeOptions::default()
    };
    let app = Bare { text: String::new(), is_brief };
    eframe::run_native(
        "bare",
        options,
        Box::new(|creation| {
            creation.egui_ctx.set_fonts(fonts());
            Ok(Box::new(app))
        }),
    )
}
