//! Draws help: which guide, the guide as cards to scroll, and the way back.

use egui::style::ScrollAnimation;
use egui::{Key, Ui, vec2};

use super::{Action, HelpScreen};
use crate::domain::Guide;
use crate::i18n::{GuideBlock, GuideSection, GuideWords, guide, guide_name};
use crate::screens::ViewContext;
use crate::ui::layout::{self, Half};
use crate::ui::theme::{self, space};
use crate::ui::widgets::{Button, Card, Choice, Icon, headline, key_cap, mixed, wrapped_row};

/// A readable line, and room for the card around it.
const WIDTH: f32 = 760.0;
/// The column of keys, and that of a list's marks.
const KEYS: f32 = 112.0;
const MARKS: f32 = 20.0;
/// How far a key scrolls.
const LINE: f32 = 48.0;
/// How much of a page the next one shows again.
const SEEN_AGAIN: f32 = 64.0;

/// Draws the screen.
pub fn ui(ui: &mut Ui, help: &HelpScreen, cx: &ViewContext<'_>) -> Option<Action> {
    let bar = theme::of(ui.ctx()).control_height() + space::L;
    let (from_page, from_bar) = layout::above_bar(ui, bar, |ui, half| {
        let mut action = None;
        let bottom = ui.max_rect().bottom();
        layout::centred(ui, WIDTH, |ui| {
            action = match half {
                Half::First => page_ui(ui, (help.guide, bottom), cx),
                Half::Second => bar_ui(ui, cx),
            };
        });
        action
    });
    let is_left = ui.input(|input| input.key_pressed(Key::Escape)).then_some(Action::Leave);
    is_left.or(from_bar).or(from_page)
}

fn page_ui(ui: &mut Ui, (open, bottom): (Guide, f32), cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    ui.add_space(space::M);
    let words = Guide::ALL.map(|guide| (guide, guide_name(texts, guide)));
    let choice = words.iter().fold(Choice::new(""), |choice, (guide, words)| choice.option(*guide, words));
    let mut chosen = open;
    let row = wrapped_row(ui, |ui| {
        headline(ui, &texts.get("help-title"));
        ui.add_space(space::M);
        choice.show(ui, &mut chosen)
    });
    ui.add_space(space::S);
    let sections = guide(texts, open);
    let height = bottom - ui.cursor().top() - space::S;
    // Every guide has a place of its own.
    layout::scrolled(&format!("help-{open:?}"), height).show(ui, |ui| {
        scroll_by_keys(ui, height);
        // The bar lies on what it scrolls.
        ui.set_max_width(ui.available_width() - space::M);
        for (number, section) in sections.iter().enumerate() {
            // The first heading is the guide's name, which is chosen above.
            let card = if number == 0 { Card::new() } else { Card::new().title(&section.title) };
            card.show(ui, |ui| section_ui(ui, section));
            ui.add_space(space::M);
        }
    });
    row.inner.then_some(Action::Choose(chosen))
}

/// Nothing in the guide takes the keyboard.
fn scroll_by_keys(ui: &Ui, height: f32) {
    let pressed = |key| ui.input(|input| input.key_pressed(key));
    let page = (height - SEEN_AGAIN).max(LINE);
    let ways = [
        (Key::ArrowDown, LINE),
        (Key::ArrowUp, -LINE),
        (Key::PageDown, page),
        (Key::PageUp, -page),
        (Key::Home, f32::MIN / 2.0),
        (Key::End, f32::MAX / 2.0),
    ];
    if let Some((_, down)) = ways.into_iter().find(|(key, _)| pressed(*key)) {
        ui.scroll_with_delta_animation(vec2(0.0, -down), ScrollAnimation::none());
    }
}

fn section_ui(ui: &mut Ui, section: &GuideSection) {
    ui.spacing_mut().item_spacing.y = space::S;
    // Nothing in it is pressed: no line is higher than its words.
    ui.spacing_mut().interact_size.y = 0.0;
    for block in &section.blocks {
        block_ui(ui, block);
    }
}

fn block_ui(ui: &mut Ui, block: &GuideBlock) {
    let scale = theme::of(ui.ctx()).look.text_scale;
    match block {
        GuideBlock::Paragraph(words) => words_ui(ui, words),
        GuideBlock::Item(mark, words) => beside(ui, MARKS * scale, |ui, half| match half {
            Half::First => mixed(ui, &[(mark, false)]),
            Half::Second => words_ui(ui, words),
        }),
        GuideBlock::Key(keys, words) => beside(ui, KEYS * scale, |ui, half| match half {
            Half::First => {
                ui.horizontal(|ui| keys.iter().for_each(|key| drop(key_cap(ui, key))));
            }
            Half::Second => words_ui(ui, words),
        }),
    }
}

/// What a line begins with, as wide as this, and the line.
fn beside(ui: &mut Ui, width: f32, mut add_contents: impl FnMut(&mut Ui, Half)) {
    ui.horizontal_top(|ui| {
        ui.vertical(|ui| {
            ui.set_width(width);
            add_contents(ui, Half::First);
        });
        ui.vertical(|ui| add_contents(ui, Half::Second));
    });
}

fn words_ui(ui: &mut Ui, words: &[GuideWords]) {
    let pieces: Vec<_> = words.iter().map(|words| (words.text.as_str(), words.is_strong)).collect();
    mixed(ui, &pieces);
}

fn bar_ui(ui: &mut Ui, cx: &ViewContext<'_>) -> Option<Action> {
    let back = cx.texts.get("settings-back");
    let button = Button::quiet(&back).icon(Icon::Back).key("Esc");
    button.show(ui).clicked().then_some(Action::Leave)
}
