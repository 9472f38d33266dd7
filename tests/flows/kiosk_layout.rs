//! Every page of the kiosk in every language, look and size, measured: nothing leaves the window, nothing lies on something
//! else, no word is cut, every target is large enough, and what has to be scrolled says so.

use std::time::Duration;

use egui::accesskit::Role;
use egui::{Key, Vec2};
use egui_kittest::kittest::Queryable;
use jiff::civil::date;
use swip_kiosk::app::{Screen, State};
use swip_kiosk::domain::pin::wait_after;
use swip_kiosk::domain::settings::{PanelInches, TextPercent};
use swip_kiosk::domain::{ConsentTexts, Phone, PhoneRules, PinError, Points, Purpose as ConsentPurpose, SettingKey};
use swip_kiosk::screens::door::{Door, EndedStay, PinPurpose, Status as DoorStatus};
use swip_kiosk::screens::kiosk::{
    Ending, Finished, FoundPoints, Kiosk, Page, PointsAnswer, PointsEntryError, PointsLookup, Status, TAKES_LONG,
};
use swip_kiosk::services::sandbox::{Faults, Plan};
use swip_kiosk::ui::brand;

use crate::brand::{png, put};
use crate::kiosk::{consent, tap, tap_words};
use crate::measure::{faults, out_of_low_reach, too_small_letters};
use crate::support::{LANGUAGES, NEW_PHONE, PIN, Shop, Window, tag};

/// Landscape and portrait, as small as they may be and as common.
const SIZES: [Vec2; 3] = [Vec2::new(1024.0, 768.0), Vec2::new(1920.0, 1080.0), Vec2::new(768.0, 1366.0)];
/// Panels on which everything is drawn smaller; the last one is 1280 by 720 at 150 %.
const SMALL: [Vec2; 4] =
    [Vec2::new(800.0, 480.0), Vec2::new(480.0, 800.0), Vec2::new(1024.0, 600.0), Vec2::new(853.0, 480.0)];
/// So high that the longest page shows whole.
const WHOLE: [Vec2; 2] = [Vec2::new(768.0, 10_200.0), Vec2::new(860.0, 10_200.0)];
/// The largest, on which everything is drawn larger.
const LARGEST: Vec2 = Vec2::new(3840.0, 2160.0);
/// Capitals as high as the accessibility standard for such machines asks (ADA 707.7.2), in millimetres.
const CAPITALS: f32 = 4.8;
/// Panels that a kiosk fills.
const PANELS: [Panel; 8] = [
    Panel { size: Vec2::new(1024.0, 768.0), inches: 15.0, is_told: false, capitals: CAPITALS },
    Panel { size: Vec2::new(1920.0, 1080.0), inches: 21.5, is_told: false, capitals: CAPITALS },
    Panel { size: Vec2::new(1080.0, 1920.0), inches: 32.0, is_told: false, capitals: CAPITALS },
    Panel { size: Vec2::new(1366.0, 768.0), inches: 15.6, is_told: true, capitals: CAPITALS },
    Panel { size: Vec2::new(1920.0, 1080.0), inches: 15.6, is_told: true, capitals: CAPITALS },
    Panel { size: Vec2::new(1080.0, 1920.0), inches: 21.5, is_told: true, capitals: CAPITALS },
    // Below 15 inches people stand nearer, and less is enough: by as much as the panel is smaller.
    Panel { size: Vec2::new(800.0, 480.0), inches: 10.0, is_told: true, capitals: 3.2 },
    Panel { size: Vec2::new(800.0, 480.0), inches: 7.0, is_told: true, capitals: 2.2 },
];
/// Where everything to touch begins for whoever asks for it further down, as a share of the height.
const LOW_REACH: f32 = 0.45;
/// The same for the uppermost row of a keyboard that has one more than most.
const LOW_REACH_OF_MANY_KEYS: f32 = 0.41;
const PERCENTS: [u16; 3] = [100, 150, 200];

/// A panel, and how high its smallest capitals must be.
#[derive(Clone, Copy)]
struct Panel {
    size: Vec2,
    inches: f32,
    /// Whether the program knows how many inches it has.
    is_told: bool,
    /// In millimetres.
    capitals: f32,
}

/// How a page is looked at.
#[derive(Clone, Copy)]
struct View {
    language: &'static str,
    percent: u16,
    is_high: bool,
    is_low: bool,
    size: Vec2,
    panel: Option<Panel>,
}

impl View {
    /// Every way in which a page is looked at; `can_be_low` where a customer can ask for everything further down.
    fn all(can_be_low: bool) -> Vec<Self> {
        let mut views = Vec::new();
        for language in LANGUAGES {
            for percent in PERCENTS {
                for is_high in [false, true] {
                    for is_low in [false, true] {
                        let view = |size| Self { language, percent, is_high, is_low, size, panel: None };
                        if can_be_low || !is_low {
                            views.extend(SIZES.map(view));
                            if percent == 100 && !is_high {
                                views.extend(SMALL.map(view));
                            }
                        }
                    }
                }
            }
            let usual = Self { language, percent: 100, is_high: false, is_low: false, size: LARGEST, panel: None };
            views.push(usual);
            if can_be_low {
                views.extend(PANELS.map(|panel| Self { size: panel.size, panel: Some(panel), ..usual }));
            }
        }
        views
    }

    fn name(&self) -> String {
        let Self { language, percent, is_high, is_low, size, panel } = *self;
        let inches = panel.map(|panel| format!("-{}in", panel.inches)).unwrap_or_default();
        let look = format!("{}{}", if is_high { "-high" } else { "" }, if is_low { "-low" } else { "" });
        format!("{language}-{percent}{look}-{}x{}{inches}", size.x, size.y)
    }
}

/// A window that is led from page to page, and what was found wrong on the way.
struct Tour {
    window: Window,
    shop: Shop,
    found: Vec<String>,
    low_reach: f32,
}

impl Tour {
    fn start(shop: Shop) -> Self {
        let window = shop.open_kiosk("ru");
        Self { window, shop, found: Vec::new(), low_reach: LOW_REACH }
    }

    fn end(self) {
        assert!(self.found.is_empty(), "{} faults:\n{}", self.found.len(), self.found.join("\n"));
    }

    fn state(&mut self) -> &mut State {
        self.window.harness.state_mut().state_mut()
    }

    fn kiosk(&mut self) -> &mut Kiosk {
        match &mut self.state().screen {
            Screen::Kiosk(kiosk) => kiosk,
            other => panic!("no kiosk: {other:?}"),
        }
    }

    fn door(&mut self) -> &mut Door {
        match &mut self.state().screen {
            Screen::Door(door) => door,
            other => panic!("no door: {other:?}"),
        }
    }

    fn now(&self) -> Duration {
        Duration::from_secs_f64(self.window.harness.ctx.input(|input| input.time))
    }

    /// Looks at the page in every way. No time passes meanwhile.
    fn look(&mut self, page: &str) {
        self.look_at(page, false);
    }

    fn look_at(&mut self, page: &str, may_scroll: bool) {
        let can_be_low = matches!(self.state().screen, Screen::Kiosk(_));
        self.look_in(&View::all(can_be_low), (page, may_scroll));
    }

    fn look_in(&mut self, views: &[View], (page, may_scroll): (&str, bool)) {
        let can_be_low = matches!(self.state().screen, Screen::Kiosk(_));
        self.window.settle();
        let now = self.window.harness.ctx.input(|input| input.time);
        self.window.harness.input_mut().time = Some(now);
        let first = View { language: "ru", percent: 100, is_high: false, is_low: false, size: SIZES[0], panel: None };
        for &view in views {
            self.turn_to(view);
            let zoom = self.window.harness.ctx.zoom_factor();
            assert!(view.size != LARGEST || (zoom - 2.5).abs() < 0.01, "{page}: {zoom}");
            let name = format!("{page}-{}", view.name());
            self.found.extend(faults(&self.window, may_scroll).into_iter().map(|fault| format!("{name}: {fault}")));
            if let Some(Panel { inches, capitals, .. }) = view.panel {
                let small = too_small_letters(&self.window, (inches, capitals));
                self.found.extend(small.into_iter().map(|fault| format!("{name}: {fault}")));
            }
            if can_be_low && (view.is_low || view.size.y > view.size.x) && !may_scroll {
                let high = out_of_low_reach(&self.window, self.low_reach);
                self.found.extend(high.into_iter().map(|fault| format!("{name}: {fault}")));
            }
            #[cfg(feature = "snapshots")]
            crate::pictures::take(&mut self.window, &name);
        }
        self.turn_to(first);
        self.window.harness.input_mut().time = None;
    }

    fn turn_to(&mut self, view: View) {
        let state = self.state();
        state.language = tag(view.language);
        state.station.preferences.legibility.text_percent = TextPercent::new(view.percent).expect("a size of text");
        state.station.preferences.legibility.is_high_contrast = view.is_high;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some inches")]
        let inches = view.panel.filter(|panel| panel.is_told).and_then(|panel| PanelInches::new(panel.inches as u16));
        state.station.preferences.kiosk_device.panel = inches;
        if let Screen::Kiosk(kiosk) = &mut state.screen {
            kiosk.language = Some(tag(view.language));
            kiosk.comfort.is_low = view.is_low;
            if let Status::Form(form) = &mut kiosk.status {
                // A tick goes with the words it was made under.
                let given: Vec<_> = form.consents.boxes().filter(|(_, is_given)| *is_given).collect();
                let given: Vec<_> = given.into_iter().map(|(asked, _)| asked.purpose).collect();
                form.consents.say_anew(state.station.consents(&state.language).asked());
                let boxes: Vec<_> = form.consents.boxes().map(|(asked, is_given)| (asked.purpose, is_given)).collect();
                for (purpose, is_given) in boxes {
                    if given.contains(&purpose) && !is_given {
                        form.consents.toggle(purpose);
                    }
                }
            }
        }
        self.window.language = tag(view.language);
        // What the window's backend does when everything is drawn larger.
        for frames in [1, 2] {
            let zoom = self.window.harness.ctx.zoom_factor();
            self.window.harness.set_size(view.size / zoom);
            self.window.harness.run_steps(frames);
        }
    }

    /// Shows another page to the customer who stands there.
    fn show(&mut self, page: &str, status: Status) {
        self.kiosk().status = status;
        self.look(page);
    }
}

fn phone() -> Phone {
    Phone::parse(NEW_PHONE, PhoneRules::default()).expect("a phone")
}

#[test]
fn the_pages_of_a_signup_fit() {
    let mut tour = Tour::start(Shop::kiosk("ru", &[]).with_pin());
    tour.look("attract");
    tap(&mut tour.window, "kiosk-join");
    tour.look("phone");
    tap(&mut tour.window, "kiosk-next");
    tour.look("phone-wrong");
    tour.window.type_text(NEW_PHONE);
    tap(&mut tour.window, "kiosk-next");
    for (page, text) in [("first-name", "Анна-Мария Константиновна"), ("last-name", "1"), ("birthday", "31021990")]
    {
        tour.look(page);
        tour.window.type_text(text);
        tour.window.settle();
        tour.window.press(Key::Enter);
        tour.window.settle();
        if page != "first-name" {
            tour.look(&format!("{page}-wrong"));
            tap(&mut tour.window, "kiosk-skip");
        }
    }
    tour.look_at("consents", true);
    consent(&mut tour.window);
    tour.look_at("consents-given", true);
    tap(&mut tour.window, "kiosk-next");
    tour.look("confirm");
    tour.shop.set_faults(Faults { signup: Plan::delayed(600_000), ..Faults::default() });
    tap(&mut tour.window, "kiosk-confirm-yes");
    assert!(matches!(tour.kiosk().status, Status::Sending(_)));
    tour.look("sending");
    tour.end();
}

#[test]
fn keyboards_with_a_row_more_fit() {
    let layouts = (SettingKey::KioskKeyboards, "ru, kk, tt");
    let mut tour = Tour::start(Shop::kiosk("ru", &[layouts]).with_pin());
    tap(&mut tour.window, "kiosk-join");
    tour.window.type_text(NEW_PHONE);
    tap(&mut tour.window, "kiosk-next");
    tour.low_reach = LOW_REACH_OF_MANY_KEYS;
    for (page, name) in [("first-name-kk", "Қазақша"), ("first-name-tt", "Татарча")] {
        let words = tour.window.text_with("keyboard-switch", "name", name);
        tap_words(&mut tour.window, &words);
        // Another language of the screens brings its own letters.
        let views = View::all(true).into_iter().filter(|view| view.language == "ru");
        tour.look_in(&views.collect::<Vec<_>>(), (page, false));
    }
    tour.end();
}

#[test]
fn a_tick_moves_nothing() {
    let mut tour = Tour::start(Shop::kiosk("ru", &[]).with_pin());
    to_consents(&mut tour);
    // No time passes: the customer would be asked whether he is still there.
    let now = tour.window.harness.ctx.input(|input| input.time);
    tour.window.harness.input_mut().time = Some(now);
    for view in View::all(true) {
        let places = [false, true].map(|is_given| {
            if let Status::Form(form) = &mut tour.kiosk().status
                && form.consents.is_complete() != is_given
            {
                form.consents.toggle(ConsentPurpose::PersonalData);
            }
            tour.turn_to(view);
            let boxes = tour.window.harness.query_all_by_role(Role::CheckBox);
            boxes.map(|node| node.rect()).collect::<Vec<_>>()
        });
        assert_eq!(places[0], places[1], "{}", view.name());
    }
}

/// To a page that the customer has not earned yet.
fn to_consents(tour: &mut Tour) {
    tap(&mut tour.window, "kiosk-join");
    if let Status::Form(form) = &mut tour.kiosk().status {
        form.page = Page::Consents;
    }
    tour.window.settle();
}

#[test]
fn long_texts_of_a_consent_are_scrolled_and_the_page_says_so() {
    let mut tour = Tour::start(Shop::kiosk("ru", &[]).with_pin());
    let text = |words: &str| format!("{}\n\n", words.repeat(12)).repeat(4);
    let (ru, en) = (text("Я даю согласие на обработку моих данных. "), text("I agree to the use of my data. "));
    let texts = format!("[personal_data 2 ru]\n{ru}\n[personal_data 2 en]\n{en}");
    tour.state().station.preferences.consents.texts = ConsentTexts::parse(&texts).expect("texts");
    to_consents(&mut tour);
    tour.look_at("consents-long", true);
    let mut pages = 1;
    while tour.window.has_button("kiosk-read-on") {
        tap(&mut tour.window, "kiosk-read-on");
        pages += 1;
        assert!(pages < 100, "the end never comes");
    }
    assert!(pages > 2);
    tap(&mut tour.window, "kiosk-read-top");
    assert!(tour.window.has_button("kiosk-read-on"));
    // The box is in sight again.
    consent(&mut tour.window);
    let Status::Form(form) = &tour.kiosk().status else { panic!("no form") };
    assert!(form.consents.is_complete());
    tour.end();
}

#[test]
fn what_a_customer_is_told_at_the_end_fits() {
    let mut tour = Tour::start(Shop::kiosk("ru", &[]).with_pin());
    let since = tour.now();
    for (page, ending) in [("welcome", Ending::Welcome), ("saved", Ending::Saved)] {
        tour.show(page, Status::Done(Finished { ending, phone: phone().mask(), since }));
    }
    tour.show("staff", Status::AskStaff { since });
    tour.kiosk().status = Status::Attract;
    tour.kiosk().set_open(false);
    tour.look("attract-closed");
    tour.kiosk().set_open(true);
    tour.end();
}

#[test]
fn the_pages_of_points_fit() {
    let mut tour = Tour::start(Shop::kiosk("ru", &[(SettingKey::KioskPointsByPhone, "true")]).with_pin());
    tap(&mut tour.window, "kiosk-my-points");
    tour.look("points");
    tap(&mut tour.window, "kiosk-points-show");
    tour.look("points-wrong");
    tour.state().station.preferences.kiosk.points_by_phone = false;
    if let Status::Points(entry) = &mut tour.kiosk().status {
        entry.error = None;
    }
    tour.look("points-scan");
    if let Status::Points(entry) = &mut tour.kiosk().status {
        entry.error = Some(PointsEntryError::Pass(swip_kiosk::domain::PassError::Empty));
    }
    tour.look("points-scan-wrong");
    tour.window.harness.run_steps(50);
    let now = tour.now();
    let id = tour.state().ids.next_id();
    tour.show("points-waiting", Status::LookingUp(PointsLookup::asked(id, now.saturating_sub(Duration::from_secs(1)))));
    tour.show("waiting-long", Status::LookingUp(PointsLookup::asked(id, now.saturating_sub(TAKES_LONG))));
    let at = date(2025, 5, 20).at(12, 41, 0, 0);
    for (page, found) in [
        ("balance", FoundPoints::Points(Points::new(11_806), at)),
        ("balance-huge", FoundPoints::Points(Points::new(1_234_567_890), at)),
        ("points-nobody", FoundPoints::Nobody),
        ("points-nothing", FoundPoints::Nothing),
    ] {
        tour.show(page, Status::Answer(PointsAnswer { found, since: now }));
    }
    tour.end();
}

#[test]
fn the_questions_above_a_page_fit() {
    let mut tour = Tour::start(Shop::kiosk("ru", &[]).with_pin());
    tour.kiosk().is_choosing_comfort = true;
    tour.look("attract-comfort");
    tour.kiosk().is_choosing_comfort = false;
    tour.window.settle();
    tap(&mut tour.window, "kiosk-join");
    assert!(matches!(tour.kiosk().status, Status::Form(_)), "{}", tour.window.list());
    tour.kiosk().is_choosing_comfort = true;
    tour.look("phone-comfort");
    tour.kiosk().is_choosing_comfort = false;
    tour.window.settle();
    let now = tour.now();
    tour.kiosk().asked_since = Some(now);
    tour.look("idle");
    tour.end();
}

#[test]
fn a_shop_with_a_name_a_logo_pictures_and_a_code_fits() {
    let shop = Shop::kiosk("ru", &[]).with_pin();
    put(&shop, "logo.png", png(400, 100));
    put(&shop, "one.png", png(1600, 900));
    let headline =
        r#""headline": {"ru": "Каждый шестой кофе в подарок участникам", "en": "Every sixth coffee is on us"}"#;
    let more = r#""logo": "logo.png", "pictures": ["one.png"], "link": "https://example.com/card/of/a/shop""#;
    let name = r#""name": "Кофейня у Красного моста на набережной""#;
    put(&shop, "brand.json", format!("{{{headline}, {more}, {name}}}"));
    let mut tour = Tour::start(shop);
    tour.window.wait("the picture", |window| brand::has_attract(&window.harness.ctx));
    tour.window.settle();
    tour.look("brand-attract");
    let since = tour.now();
    for (page, ending) in [("brand-welcome", Ending::Welcome), ("brand-saved", Ending::Saved)] {
        tour.show(page, Status::Done(Finished { ending, phone: phone().mask(), since }));
    }
    tour.end();
}

#[test]
fn the_managers_door_fits() {
    let mut tour = Tour::start(Shop::kiosk("ru", &[]));
    tour.look("out-of-service");
    let words = tour.window.text("out-of-service-set-pin");
    tour.window.click_words(&words);
    tour.look("door-set");
    tour.door().status = DoorStatus::Refused(PinError::Obvious);
    tour.look("door-set-refused");
    tour.door().purpose = PinPurpose::Open;
    tour.door().step = swip_kiosk::screens::door::PinStep::Current;
    tour.door().facts.can_leave = true;
    tour.door().status = DoorStatus::Typing;
    tour.look("door");
    for digit in [7, 3, 9, 1, 0, 2, 8, 4, 6] {
        tour.door().typed.push(digit);
    }
    tour.look("door-typed");
    tour.door().typed.clear();
    tour.door().status = DoorStatus::Wrong;
    tour.look("door-wrong");
    let free_at = tour.now() + wait_after(9);
    tour.door().free_at = free_at;
    tour.look("door-locked");
    tour.door().facts.last_stay = Some(EndedStay { has_dropped_changes: true });
    tour.look("door-timed-out");
    tour.door().free_at = Duration::ZERO;
    tour.door().facts.last_stay = None;
    tour.door().status = DoorStatus::Lost;
    tour.look("door-lost");
    tour.end();
}

#[test]
fn the_settings_of_a_kiosk_fit() {
    let mut tour = Tour::start(Shop::kiosk("ru", &[]).with_pin());
    let corner = egui::pos2(4.0, 4.0);
    for _ in 0..5 {
        for pressed in [true, false] {
            let button = egui::PointerButton::Primary;
            let press = egui::Event::PointerButton { pos: corner, button, pressed, modifiers: egui::Modifiers::NONE };
            tour.window.harness.input_mut().events.push(press);
        }
        tour.window.harness.step();
    }
    tour.window.settle();
    tour.window.type_text(PIN);
    tour.window.press(Key::Enter);
    tour.window.wait_for("settings-search");
    tour.window.settle();
    tour.look_at("settings", true);
    let views = View::all(false).into_iter().filter(|view| view.size == SIZES[0]);
    let whole: Vec<_> = views.flat_map(|view| WHOLE.map(|size| View { size, ..view })).collect();
    tour.look_in(&whole, ("settings", false));
    tour.end();
}
