//! Shows every widget: `cargo run --example gallery -- [WIDTHxHEIGHT] [high] [kiosk] [ru] [still] [big] [ask] [busy]`.

use swip_kiosk::ui::theme::{self, Contrast, Density};

mod content;

use content::Gallery;

struct Window(Gallery);

impl eframe::App for Window {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.0.show(ui);
    }
}

fn main() -> eframe::Result {
    let mut gallery = Gallery::default();
    let mut window_size = [1024.0, 768.0];
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "high" => gallery.look.contrast = Contrast::High,
            "kiosk" => gallery.look.density = Density::Kiosk,
            "still" => gallery.look.motion = false,
            "big" => gallery.look.text_scale = 2.0,
            "ru" => gallery.is_russian = true,
            "ask" => gallery.is_asking = true,
            "toast" => gallery.is_toasting = true,
            "busy" => gallery.is_busy = true,
            other => window_size = parsed_size(other).unwrap_or(window_size),
        }
    }
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default().with_inner_size(window_size),
        ..eframe::NativeOptions::default()
    };
    eframe::run_native(
        "gallery",
        options,
        Box::new(|creation| {
            theme::install(&creation.egui_ctx, gallery.look);
            Ok(Box::new(Window(gallery)))
        }),
    )
}

fn parsed_size(text: &str) -> Option<[f32; 2]> {
    let (width, height) = text.split_once('x')?;
    Some([width.parse().ok()?, height.parse().ok()?])
}
