//! Draws the list of the sections with the search above it, and the section that shows, or what was found.

use egui::{Id, Key, Ui};

use super::view_brand::brand_ui;
use super::view_fields::FieldsView;
use super::view_pages::{banners_ui, pages_ui};
use super::{
    Action, SectionMark, SettingsScreen, SettingsSection, Status, view_about, view_keys, view_profile, view_test,
};
use crate::domain::SettingKey;
use crate::domain::settings::SettingGroup;
use crate::i18n::{SettingSearch, Texts};
use crate::screens::ViewContext;
use crate::ui::layout::{self, Half};
use crate::ui::theme::{Tone, space};
use crate::ui::widgets::{Card, Field, Icon, Tabs, body, headline, muted, title};

/// The longest text that is looked for.
const LONGEST_QUERY: usize = 64;

/// Beside each other where there is room, else the list above.
pub(super) fn ui(
    ui: &mut Ui,
    (settings, is_next): (&mut SettingsScreen, bool),
    cx: &ViewContext<'_>,
) -> Option<Action> {
    let is_asked = matches!(settings.status, Status::ConfirmingLeave | Status::ConfirmingDefaults(_));
    let ends_search = !is_asked && settings.sections.is_searching() && ui.input(|input| input.key_pressed(Key::Escape));
    let mut fields = FieldsView::new(settings, cx).moving_on(is_next);
    if layout::has_side(ui) {
        let page = fields.settings_mut().page_name();
        layout::list_and_page(ui, page, |ui, half| match half {
            Half::First => list_ui(ui, (&mut fields, true), cx),
            Half::Second => page_ui(ui, &mut fields, cx),
        });
    } else {
        layout::column(ui, layout::READING_WIDTH, |ui| {
            list_ui(ui, (&mut fields, false), cx);
            ui.add_space(space::M);
            page_ui(ui, &mut fields, cx);
        });
    }
    let from_fields = fields.action(ui);
    if ends_search { Some(Action::EndSearch) } else { from_fields }
}

fn list_ui(ui: &mut Ui, (fields, is_side): (&mut FieldsView<'_>, bool), cx: &ViewContext<'_>) {
    let texts = cx.texts;
    let is_new = fields.settings_mut().is_first_setup();
    headline(ui, &texts.get(if is_new { "settings-title-new" } else { "settings-title" }));
    if is_new {
        muted(ui, &texts.get("settings-lead-new"));
    }
    ui.add_space(space::M);
    // Who sets a station up has nothing to look for yet.
    if !is_new {
        fields.search(ui);
        ui.add_space(space::S);
    }
    let settings = fields.settings_mut();
    let all = sections(settings, cx);
    let chosen = all.iter().position(|section| *section == settings.sections.chosen);
    let chosen = chosen.filter(|_| !settings.sections.is_searching());
    let marks = ["settings-section-wrong", "settings-section-changed", "keys-in-data"];
    let ([wrong, changed, warned], name) = (marks.map(|id| texts.get(id)), texts.get("settings-sections"));
    let names: Vec<_> = all.iter().map(|section| texts.get(title_of(*section))).collect();
    let tabs = all.iter().zip(&names).fold(Tabs::new(&name), |tabs, (section, name)| {
        let mark = settings.mark(*section).map(|mark| match mark {
            SectionMark::Wrong => (Tone::Error, &*wrong),
            SectionMark::Changed => (Tone::Neutral, &*changed),
            SectionMark::Warned => (Tone::Warning, &*warned),
        });
        tabs.tab(name, mark)
    });
    let pressed = if is_side { tabs.show_list(ui, chosen) } else { tabs.show_rows(ui, chosen) };
    if let Some(section) = pressed.and_then(|at| all.get(at)) {
        fields.act(Action::Show(*section));
    }
}

/// Those there are: no files where customers stand.
fn sections(settings: &SettingsScreen, cx: &ViewContext<'_>) -> Vec<SettingsSection> {
    let has_files = settings.can_use_profiles(cx.preferences.mode);
    SettingsSection::ALL.into_iter().filter(|section| has_files || *section != SettingsSection::Profile).collect()
}

fn page_ui(ui: &mut Ui, fields: &mut FieldsView<'_>, cx: &ViewContext<'_>) {
    let settings = fields.settings_mut();
    if let Some(action) = pages_ui(ui, settings, cx) {
        fields.act(action);
    }
    let settings = fields.settings_mut();
    banners_ui(ui, settings, cx);
    if settings.sections.is_searching() {
        found_ui(ui, fields, cx);
    } else {
        let section = settings.sections.chosen;
        section_ui(ui, (fields, section), cx);
    }
}

fn section_ui(ui: &mut Ui, (fields, section): (&mut FieldsView<'_>, SettingsSection), cx: &ViewContext<'_>) {
    let texts = cx.texts;
    match section {
        SettingsSection::Settings(group) => {
            Card::new().title(&texts.get(title_of(section))).show(ui, |ui| {
                fields.group(ui, group, |_| true);
                if group == SettingGroup::Scanner {
                    fields.scan(ui);
                }
                fields.defaults(ui, group);
            });
            if group == SettingGroup::Connection {
                ui.add_space(space::M);
                view_test::card_ui(ui, fields, cx);
            }
        }
        SettingsSection::Brand => {
            let card = Card::new().title(&texts.get(title_of(section))).show(ui, |ui| brand_ui(ui, cx));
            if let Some(action) = card.inner {
                fields.act(action);
            }
        }
        SettingsSection::Profile => view_profile::cards_ui(ui, fields, cx),
        SettingsSection::About => view_about::card_ui(ui, fields, cx),
        SettingsSection::Security => {
            let settings = fields.settings_mut();
            let keys = settings.stored.keys;
            let card =
                Card::new().title(&texts.get(title_of(section))).show(ui, |ui| view_keys::pin_ui(ui, settings, cx));
            if let Some(keys) = keys {
                ui.add_space(space::M);
                view_keys::protection_ui(ui, keys.protection, texts);
            }
            if let Some(action) = card.inner {
                fields.act(action);
            }
        }
    }
}

/// Every setting that is found, on its card; what is no setting is found by what it is called.
fn found_ui(ui: &mut Ui, fields: &mut FieldsView<'_>, cx: &ViewContext<'_>) {
    let texts = cx.texts;
    let search = SettingSearch::new(&fields.settings_mut().sections.query);
    let mut is_empty = true;
    for section in sections(fields.settings_mut(), cx) {
        let heading = texts.get(title_of(section));
        let SettingsSection::Settings(group) = section else {
            if search.finds(&words_of(section, texts).each_ref().map(|words| &**words)) {
                is_empty = false;
                section_ui(ui, (fields, section), cx);
                ui.add_space(space::M);
            }
            continue;
        };
        let is_found = |key: SettingKey| search.finds_setting(texts, key, &heading);
        let has_scan = group == SettingGroup::Scanner && search.finds(&[&texts.get("settings-scan"), &heading]);
        if has_scan || fields.has(group, is_found) {
            is_empty = false;
            Card::new().title(&heading).show(ui, |ui| {
                fields.group(ui, group, is_found);
                if has_scan {
                    fields.scan(ui);
                }
            });
            ui.add_space(space::M);
        }
        if group == SettingGroup::Connection && search.finds(&[&texts.get("settings-test"), &heading]) {
            is_empty = false;
            view_test::card_ui(ui, fields, cx);
            ui.add_space(space::M);
        }
    }
    if is_empty {
        title(ui, &texts.get("settings-search-none"));
        body(ui, &texts.get("settings-search-none-advice"));
    }
}

/// What a section is found by that holds no settings.
fn words_of(section: SettingsSection, texts: &Texts) -> [std::borrow::Cow<'_, str>; 2] {
    let more = match section {
        SettingsSection::Security => "security-pin",
        SettingsSection::Profile => "profile-export-lead",
        SettingsSection::About => "about-diagnostics",
        SettingsSection::Brand => "brand-found",
        SettingsSection::Settings(_) => title_of(section),
    };
    [texts.get(title_of(section)), texts.get(more)]
}

pub(super) fn title_of(section: SettingsSection) -> &'static str {
    match section {
        SettingsSection::Settings(SettingGroup::Connection) => "settings-connection",
        SettingsSection::Settings(SettingGroup::Station) => "settings-station",
        SettingsSection::Settings(SettingGroup::Scanner) => "settings-scanner",
        SettingsSection::Settings(SettingGroup::Kiosk) => "settings-kiosk",
        SettingsSection::Settings(SettingGroup::Rules) => "settings-rules",
        SettingsSection::Settings(SettingGroup::Consents) => "settings-consents",
        SettingsSection::Brand => "brand-title",
        SettingsSection::Security => "settings-security",
        SettingsSection::Profile => "profile-title",
        SettingsSection::About => "about-title",
    }
}

impl SettingsScreen {
    /// Each page is scrolled by itself.
    fn page_name(&self) -> &'static str {
        if self.sections.is_searching() { "found" } else { title_of(self.sections.chosen) }
    }
}

impl FieldsView<'_> {
    /// What is looked for, in all sections.
    fn search(&mut self, ui: &mut Ui) {
        let texts = self.words();
        let words = texts.get("settings-search");
        let takes_focus = self.takes_focus();
        let sections = &mut self.settings_mut().sections;
        let wants_focus = std::mem::take(&mut sections.wants_focus) || takes_focus;
        let response = Field::new(&words, &mut sections.query)
            .id(Id::unique("settings-search"))
            .without_label()
            .placeholder(&words)
            .leading(Icon::Search)
            .limit(LONGEST_QUERY)
            .request_focus(wants_focus)
            .show(ui);
        self.note_focus(&response.response);
    }
}
