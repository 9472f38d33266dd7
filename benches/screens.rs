//! How long one pass of every screen takes, without a window: laying out and tessellating at 1920 by 1080, in Russian.

#![expect(clippy::disallowed_methods, reason = "a measurement looks at the clock")]

#[path = "support/figures.rs"]
mod figures;

use std::error::Error;
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{Context, Event, Modifiers, RawInput, Rect, pos2, vec2};
use figures::{heading, micros, percentile, row};
use jiff::civil::{DateTime, date};
use swip_kiosk::app::{App, Dependencies, Screen, State, Trial};
use swip_kiosk::domain::balances::{
    ListContent, ListFilter, ListRows, ListSort, MOST_ROWS, RowAnswer, SavedList, read_cell,
};
use swip_kiosk::domain::delivery::Submission;
use swip_kiosk::domain::settings::Mode;
use swip_kiosk::domain::{CustomerQuery, Failure, LanguageTag, Phone, PhoneRules, Points};
use swip_kiosk::effect::RequestIds;
use swip_kiosk::i18n::Catalogue;
use swip_kiosk::screens::balances::BalancesScreen;
use swip_kiosk::screens::counter::{Checked, Counter, CounterOutcome, Member, Operation, Sending, SignupForm, Status};
use swip_kiosk::screens::kiosk;
use swip_kiosk::screens::out_of_service::OutOfService;
use swip_kiosk::screens::welcome::Welcome;
use swip_kiosk::services::profile::Profile;
use swip_kiosk::services::station::AtWork;
use swip_kiosk::services::{Clock, Station};
use tokio::runtime::Runtime;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const PASSES: u32 = 2_000;
const WARM_UP: u32 = 100;
const FRAME: Duration = Duration::from_micros(16_667);
const PHONE: &str = "79167795322";

const PROFILE: &str = r#"{"swip_kiosk": 1, "base_url": "https://swip.example", "token": "secret-token",
    "merchant_id": "DEMO", "store_id": "Demo store", "cash_id": "0001"}"#;

fn main() -> Result<()> {
    let runtime = Runtime::new()?;
    heading(&format!("one pass, 1920 x 1080, {PASSES} passes each"));
    let screens: [(&str, Screen); 7] = [
        ("welcome", Screen::Welcome(Welcome::default())),
        ("counter, ready", counter("", Status::Ready)),
        ("counter, member", counter(PHONE, member()?)),
        ("counter, form", counter(PHONE, Status::Form(form()))),
        ("counter, sending", counter(PHONE, sending()?)),
        ("settings", settings()?),
        ("out of service", Screen::OutOfService(OutOfService)),
    ];
    for (name, screen) in screens {
        measure(name, screen, &runtime, |_| Vec::new())?;
    }
    for (name, screen) in kiosk_screens()? {
        measure(&format!("kiosk, {name}"), screen, &runtime, |_| Vec::new())?;
    }
    measure("balances, 100,000 rows, scrolled", a_long_list(), &runtime, |_| {
        let (unit, phase) = (egui::MouseWheelUnit::Line, egui::TouchPhase::Move);
        let source = egui::MouseWheelSource::Wheel;
        let wheel = Event::MouseWheel { unit, delta: vec2(0.0, -30.0), modifiers: Modifiers::NONE, phase, source };
        vec![Event::PointerMoved(pos2(900.0, 700.0)), wheel]
    })?;
    // A digit in, a digit out: nothing of the box can be kept from the pass before.
    measure("counter, typing", counter("", Status::Ready), &runtime, |pass| {
        if pass % 2 == 0 { vec![Event::Text("9".to_owned())] } else { backspace() }
    })
}

/// A list of the longest kind, of which every row is answered, most points first.
fn a_long_list() -> Screen {
    let most = u32::try_from(MOST_ROWS).unwrap_or(u32::MAX);
    let row = |row: u32| read_cell(&format!("7916{row:07}"), ListContent::Phones, PhoneRules::MOBILE);
    let rows: Vec<_> = (0..most).map(row).collect();
    let answers = (0..most).map(|row| Some((RowAnswer::Found(Points::new(i64::from(row) * 7_919 % 10_007)), 0)));
    let list = ListRows { rows: rows.into(), content: ListContent::Phones };
    let mut screen = BalancesScreen::of(SavedList { list, answers: answers.collect() });
    if let Some(list) = &mut screen.list {
        list.arrange(ListFilter::All, ListSort::MostPoints);
    }
    Screen::Balances(Box::new(screen))
}

fn measure(name: &str, screen: Screen, runtime: &Runtime, events: impl Fn(u32) -> Vec<Event>) -> Result<()> {
    let ctx = Context::default();
    let dependencies = Dependencies {
        tokio: runtime.handle().clone(),
        station: Arc::new(Station::trial()),
        clock: Clock::Fixed(noon()),
        catalogue: Arc::new(Catalogue::built_in()),
    };
    let mut state = state()?;
    state.screen = screen;
    let mut app = App::new(&ctx, state, dependencies);
    let mut frame = eframe::Frame::_new_kittest();
    let (mut passes, mut tessellations, mut first) = (Vec::new(), Vec::new(), Duration::ZERO);
    let mut interrupted = 0;
    for pass in 0..WARM_UP + PASSES {
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), vec2(1920.0, 1080.0))),
            time: Some((FRAME * pass).as_secs_f64()),
            focused: true,
            events: events(pass),
            ..RawInput::default()
        };
        let turns = turns();
        let start = Instant::now();
        let output = ctx.run_ui(input, |ui| {
            eframe::App::logic(&mut app, ui.ctx(), &mut frame);
            eframe::App::ui(&mut app, ui, &mut frame);
        });
        let laid_out = start.elapsed();
        let start = Instant::now();
        let primitives = ctx.tessellate(output.shapes, output.pixels_per_point);
        let tessellated = start.elapsed();
        if primitives.is_empty() {
            return Err("nothing was drawn".into());
        }
        if pass == 0 {
            first = laid_out + tessellated;
        } else if turns != self::turns() {
            interrupted += 1;
        } else if pass >= WARM_UP {
            passes.push(laid_out);
            tessellations.push(tessellated);
        }
    }
    heading(name);
    let target = "p99 at most 2000 us";
    row("UI pass, p50 / p99", &two(&mut passes), target);
    row("tessellation, p50 / p99", &two(&mut tessellations), "");
    row("the very first, both", &micros(first), "");
    row("left out, interrupted", &format!("{interrupted} passes"), "");
    Ok(())
}

/// How often the system has given this thread a processor. If that changes during a pass, somebody else had it
/// meanwhile, and the time says nothing about the pass. Where the system does not tell, nothing is left out.
fn turns() -> Option<u64> {
    let counts = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    counts.split_whitespace().nth(2)?.parse().ok()
}

fn two(times: &mut [Duration]) -> String {
    format!("{} / {}", micros(percentile(times, 50)), micros(percentile(times, 99)))
}

fn noon() -> DateTime {
    date(2026, 3, 14).at(12, 0, 0, 0)
}

fn state() -> Result<State> {
    let Profile { settings, .. } = Profile::parse(PROFILE.as_bytes())?;
    let at_work = AtWork { settings, token_tail: "oken".to_owned() };
    let mut state = State::sandbox(at_work, Mode::Counter, LanguageTag::parse("ru"));
    state.station.trial = Trial::No;
    Ok(state)
}

fn settings() -> Result<Screen> {
    use swip_kiosk::app::{Event, ShellAction};
    use swip_kiosk::domain::Now;
    let mut state = state()?;
    let now = Now { uptime: Duration::ZERO, local: noon() };
    state.update(Event::Shell(ShellAction::OpenSettings), now);
    Ok(state.screen)
}

/// Every page of the kiosk, each come to as a customer does.
fn kiosk_screens() -> Result<Vec<(&'static str, Screen)>> {
    let names = ["attract", "phone", "first name", "last name", "birthday", "consents", "confirm", "sending"];
    let mut screens: Vec<_> =
        names.into_iter().enumerate().map(|(pages, name)| Ok((name, kiosk_after(pages)?))).collect::<Result<_>>()?;
    let Screen::Kiosk(mut kiosk) = kiosk_after(0)? else { return Err("no kiosk".into()) };
    // It goes after ten seconds: those are far away.
    let since = Duration::from_hours(1);
    kiosk.status =
        kiosk::Status::Done(kiosk::Finished { ending: kiosk::Ending::Welcome, phone: phone()?.mask(), since });
    screens.push(("welcome", Screen::Kiosk(kiosk)));
    Ok(screens)
}

/// The kiosk so many pages after the invitation.
fn kiosk_after(pages: usize) -> Result<Screen> {
    use swip_kiosk::domain::{ConsentSources, ConsentTexts, Now, Purpose};
    use swip_kiosk::screens::UpdateContext;
    use swip_kiosk::screens::kiosk::{Action, Event, Kiosk};
    let state = state()?;
    let (preferences, mut ids) = (&state.station.preferences, RequestIds::default());
    let texts = ConsentTexts::parse("[personal_data 1 ru]\nЯ согласен на обработку моих персональных данных.")
        .map_err(|_| "no texts")?;
    let consents = ConsentSources { merchant: &texts, built_in: &texts, language: &preferences.language };
    let mut kiosk = Kiosk::new(true);
    for page in 0..pages {
        if let kiosk::Status::Form(form) = &mut kiosk.status {
            PHONE.clone_into(&mut form.draft.phone);
            if !form.consents.is_complete() {
                form.consents.toggle(Purpose::PersonalData);
            }
        }
        // A press too soon after a page has turned is none.
        let now = Now { uptime: Duration::from_secs(u64::try_from(page)?), local: noon() };
        let mut cx = UpdateContext { now, preferences, consents, ids: &mut ids };
        let action = if page == 0 { Action::Join } else { Action::Next };
        kiosk.update(Event::Acted(action), &mut cx);
    }
    Ok(Screen::Kiosk(Box::new(kiosk)))
}

/// A counter late in the day: the list beside it is full.
fn counter(entry: &str, status: Status) -> Screen {
    let outcomes = [
        CounterOutcome::Member(Points::new(11_806)),
        CounterOutcome::Unknown,
        CounterOutcome::SignedUp(Submission::Registered),
        CounterOutcome::Failed(Failure::Storage),
    ];
    let masked = "+7 ••• •••-••-22".to_owned();
    let recent = outcomes.into_iter().cycle().take(8);
    let recent = recent.map(|outcome| Operation { at: noon(), masked: masked.clone(), outcome }).collect();
    let mut counter = Counter::default();
    entry.clone_into(&mut counter.entry);
    counter.status = status;
    counter.recent = recent;
    Screen::Counter(Box::new(counter))
}

fn phone() -> Result<Phone> {
    Ok(Phone::parse(PHONE, PhoneRules::default())?)
}

fn member() -> Result<Status> {
    let query = CustomerQuery::Phone(phone()?);
    Ok(Status::Member(Member { query, points: Points::new(11_806), answered_at: noon() }))
}

fn form() -> SignupForm {
    let mut form = SignupForm::new(PHONE.to_owned(), Checked::Yes, Duration::ZERO);
    form.draft.first_name = "Anna Maria".into();
    form.draft.last_name = "Rimskaya-Korsakova".into();
    form.draft.birthday = "29.02.1992".into();
    form
}

fn sending() -> Result<Status> {
    let id = RequestIds::default().next_id();
    Ok(Status::Sending(Sending { id, form: form(), phone: phone()?, since: Duration::ZERO }))
}

fn backspace() -> Vec<Event> {
    let key = |pressed| Event::Key {
        key: egui::Key::Backspace,
        physical_key: None,
        pressed,
        repeat: false,
        modifiers: egui::Modifiers::NONE,
    };
    vec![key(true), key(false)]
}
