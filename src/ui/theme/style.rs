//! Translates the tokens into egui's own style, for the parts egui draws itself.

use egui::style::{ScrollAnimation, WidgetVisuals};
use egui::{CornerRadius, Margin, Shadow, Stroke, Style, TextStyle, Visuals, vec2};

use super::{Contrast, TextSize, Theme, Weight, radius, space, stroke};

/// Makes `style` look like `theme`; called when the look changes, not each frame.
pub(super) fn apply(theme: &Theme, style: &mut Style) {
    style.visuals = visuals(theme);
    style.text_styles = [
        (TextStyle::Small, theme.font(TextSize::Caption, Weight::Regular)),
        (TextStyle::Body, theme.font(TextSize::Body, Weight::Regular)),
        (TextStyle::Button, theme.font(theme.control_text(), Weight::SemiBold)),
        (TextStyle::Heading, theme.font(TextSize::Title, Weight::SemiBold)),
        (TextStyle::Monospace, theme.font(TextSize::Body, Weight::Regular)),
    ]
    .into();
    style.spacing.item_spacing = vec2(space::S, space::S);
    style.spacing.button_padding = vec2(space::M, space::S);
    style.spacing.interact_size = vec2(theme.control_height(), theme.control_height());
    style.spacing.menu_margin = Margin::same(8);
    style.spacing.window_margin = Margin::same(24);
    style.spacing.scroll.bar_width = space::S;
    style.spacing.scroll.foreground_color = false;
    // Fingers never hover: a bar that waits for that says to nobody that there is more.
    style.spacing.scroll.floating_width = space::S;
    style.spacing.scroll.dormant_handle_opacity = 1.0;
    style.spacing.scroll.active_handle_opacity = 1.0;
    style.spacing.scroll.dormant_background_opacity = 1.0;
    style.spacing.scroll.active_background_opacity = 1.0;
    // Fading the edge would take contrast from words that are still being read.
    style.spacing.scroll.fade.strength = 0.0;
    style.interaction.selectable_labels = false;
    // Nothing of egui's own moves: a frame is drawn only when something happened.
    style.animation_time = 0.0;
    style.scroll_animation = ScrollAnimation::none();
}

fn visuals(theme: &Theme) -> Visuals {
    let colors = &theme.colors;
    let mut visuals = Visuals::light();
    let state = |fill, line, ink, width| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(width, line),
        corner_radius: CornerRadius::same(radius::CONTROL),
        fg_stroke: Stroke::new(stroke::HAIRLINE, ink),
        expansion: 0.0,
    };
    visuals.widgets.noninteractive = state(colors.surface, colors.line.hair, colors.ink.text, stroke::HAIRLINE);
    visuals.widgets.inactive = state(colors.line.strong, colors.line.strong, colors.ink.text, stroke::HAIRLINE);
    visuals.widgets.inactive.weak_bg_fill = colors.surface;
    visuals.widgets.hovered = state(colors.sunken, colors.line.strong, colors.ink.text, stroke::HAIRLINE);
    visuals.widgets.active = state(colors.pressed, colors.line.strong, colors.ink.text, stroke::HAIRLINE);
    visuals.widgets.open = visuals.widgets.hovered;
    // egui writes placeholders in the weak colour; our own muted words name theirs.
    visuals.weak_text_color = Some(colors.ink.placeholder);
    visuals.selection.bg_fill = match theme.look.contrast {
        Contrast::Normal => colors.accent.soft,
        Contrast::High => colors.pressed,
    };
    visuals.selection.stroke = Stroke::new(stroke::HAIRLINE, colors.ink.text);
    visuals.text_cursor.blink = false;
    visuals.text_cursor.stroke = Stroke::new(stroke::STRONG, colors.accent.base);
    visuals.hyperlink_color = colors.accent.base;
    visuals.faint_bg_color = colors.sunken;
    visuals.extreme_bg_color = colors.sunken;
    visuals.text_edit_bg_color = Some(colors.surface);
    visuals.code_bg_color = colors.sunken;
    visuals.warn_fg_color = theme.tone(super::Tone::Warning).ink;
    visuals.error_fg_color = theme.tone(super::Tone::Error).ink;
    visuals.panel_fill = colors.paper;
    visuals.window_fill = colors.surface;
    visuals.window_stroke = Stroke::new(stroke::HAIRLINE, colors.line.hair);
    visuals.window_corner_radius = CornerRadius::same(radius::CARD);
    visuals.menu_corner_radius = CornerRadius::same(radius::CONTROL);
    visuals.window_shadow = Shadow { offset: [0, 8], blur: 24, spread: 0, color: colors.float.shadow };
    visuals.popup_shadow = visuals.window_shadow;
    // The widgets choose colours for what is disabled; fading them as well would break the contrast.
    visuals.disabled_alpha = 1.0;
    visuals
}
