//! The power is cut at any moment of a recorded day: what was acknowledged is there, whatever the disk had not written.
//!
//! 2,000 cuts by default; `POWER_CUTS=20000` is the long setting.

use std::collections::BTreeMap;
use std::path::Path;
use std::thread;

use swip_kiosk::services::outbox::Entry;
use swip_kiosk::services::sandbox::{Fault, Faults, Plan};
use swip_kiosk::services::{Station, StationDirs};
use tokio::runtime::{Builder, Runtime};

use crate::disk::{Disk, Seeded};
use crate::recording::{Event, Recorder, Verb};
use crate::shop::{Home, Shop};

/// How many threads look at disks.
const WORKERS: usize = 2;
const SEED: u64 = 20_261_121;

fn cuts() -> usize {
    std::env::var("POWER_CUTS").ok().and_then(|text| text.parse().ok()).unwrap_or(2_000)
}

/// A day of the real program: set up, signups with the server up, down and cutting, deliveries, set up anew, and a disk that
/// loses the head of the database.
fn recorded() -> Vec<Event> {
    let shop = Shop::open();
    let home = Home::new();
    let mut recorder = Recorder::new(home.path());
    let provision = |recorder: &mut Recorder, store: &str| {
        let file = home.file("profile.json", &shop.profile(&[("store_id", store)]));
        let ended = recorder.run(&home, Verb::Provision(store.to_owned()), &["provision", &file]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
    };
    let sign_up = |recorder: &mut Recorder, number: usize, code: i32| {
        let phone = format!("7916{number:07}");
        let ended = recorder.run(&home, Verb::SignUp(phone.clone()), &["signup", "--phone", &phone]);
        assert_eq!(ended.code, Some(code), "{ended:?}");
    };
    let deliver = |recorder: &mut Recorder, code: i32, seconds: &str| {
        let args = ["queue", "deliver", "--until-empty", "--deadline", seconds];
        let ended = recorder.run(&home, Verb::Deliver, &args);
        assert_eq!(ended.code, Some(code), "{ended:?}");
    };
    provision(&mut recorder, "First");
    sign_up(&mut recorder, 1, 0);
    recorder.is_server_down = true;
    sign_up(&mut recorder, 2, 10);
    sign_up(&mut recorder, 3, 10);
    recorder.is_server_down = false;
    shop.faults(Faults::on_signup(Plan::always(Fault::CutAfter)));
    sign_up(&mut recorder, 4, 10);
    deliver(&mut recorder, 10, "1");
    shop.faults(Faults::default());
    sign_up(&mut recorder, 5, 0);
    provision(&mut recorder, "Second");
    deliver(&mut recorder, 0, "60");
    recorder.is_server_down = true;
    sign_up(&mut recorder, 6, 10);
    // Its end brings the copy up to date, which takes the place of the database then.
    deliver(&mut recorder, 10, "1");
    recorder.damage(Path::new("data/outbox.db"));
    let ended = recorder.run(&home, Verb::List, &["queue", "list"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    sign_up(&mut recorder, 7, 10);
    recorder.events
}

/// What was promised about one phone.
#[derive(Clone, Copy, Debug, Default)]
struct Promise {
    is_saved: bool,
    /// Said to be registered, or delivered by a run that said that nothing is left.
    is_over: bool,
    posts: usize,
    is_accepted: bool,
}

/// What was promised by a moment of the day.
#[derive(Clone, Debug, Default)]
struct Promises {
    phones: BTreeMap<String, Promise>,
    /// The store that the station was said to be set up for.
    store: Option<String>,
    verb: Option<Verb>,
}

impl Promises {
    fn hear(&mut self, event: &Event) {
        match event {
            Event::Begin(verb) => self.verb = Some(verb.clone()),
            Event::Posted(phone) => self.phones.entry(phone.clone()).or_default().posts += 1,
            Event::Accepted(phone) => self.phones.entry(phone.clone()).or_default().is_accepted = true,
            Event::Said(line) => match self.verb.as_ref().unwrap() {
                Verb::Provision(store) => {
                    assert!(line.contains("provisioned"), "{line}");
                    self.store = Some(store.clone());
                }
                Verb::SignUp(phone) => {
                    let promise = self.phones.entry(phone.clone()).or_default();
                    promise.is_over |= line.contains("registered");
                    promise.is_saved |= line.contains("saved");
                }
                Verb::List => {}
                Verb::Deliver => {
                    let is_all = line.contains("ok");
                    self.phones.values_mut().for_each(|promise| promise.is_over |= is_all);
                }
            },
            _ => {}
        }
    }

    /// What is broken on a disk after a cut.
    fn broken(&self, folder: &Path, tokio: &Runtime) -> Vec<String> {
        let mut broken = self.broken_settings(folder);
        match tokio.block_on(entries(folder)) {
            Ok(entries) => {
                broken.extend(self.phones.iter().filter_map(|(phone, promise)| promise.broken(phone, &entries)));
            }
            Err(error) => broken.push(format!("the outbox cannot be opened: {error}")),
        }
        broken
    }

    fn broken_settings(&self, folder: &Path) -> Vec<String> {
        let mut broken = Vec::new();
        let (_, opened) = Station::open(&dirs(folder));
        let found = opened.loaded.settings.as_ref().map(|settings| settings.connection.store_id.as_str().to_owned());
        let coming = match &self.verb {
            Some(Verb::Provision(store)) => Some(store.clone()),
            _ => None,
        };
        if found != self.store && (found.is_none() || found != coming) {
            broken.push(format!("the settings are of {found:?}, not of {:?}", self.store));
        }
        if found.is_some() && opened.token_tail.is_none() {
            broken.push("the token is gone".to_owned());
        }
        if !opened.loaded.notes.is_empty() {
            broken.push(format!("the settings are not whole: {:?}", opened.loaded.notes));
        }
        broken
    }
}

impl Promise {
    fn broken(self, phone: &str, entries: &[Entry]) -> Option<String> {
        let is_its = |entry: &&Entry| entry.phone_masked.as_ref().is_some_and(|masked| masked.ends_with(&phone[9..]));
        let entry = entries.iter().find(is_its);
        let is_owed = (self.is_saved || self.posts > 0) && !self.is_accepted;
        match entry {
            None if is_owed => Some(format!("{phone} is lost: {self:?}")),
            Some(entry) if self.is_over => Some(format!("{phone} would be sent again: {entry:?}")),
            Some(entry) if usize::try_from(entry.attempts).unwrap() < self.posts => {
                Some(format!("{phone} was sent without a mark: {self:?} {entry:?}"))
            }
            _ => None,
        }
    }
}

fn dirs(folder: &Path) -> StationDirs {
    StationDirs::resolve(Some(folder.join("data")), Some(folder.join("keys"))).unwrap()
}

async fn entries(folder: &Path) -> Result<Vec<Entry>, String> {
    let (station, _) = Station::open(&dirs(folder));
    let deliverer = station.deliverer().await.map_err(|error| format!("{error:?}"))?;
    deliverer.outbox().list().await.map_err(|error| error.to_string())
}

/// What the cuts of one day have shown.
#[derive(Debug, Default)]
struct Findings {
    /// What was broken, with the moment and the number of the cut.
    broken: Vec<String>,
    /// How often a database was moved aside; its rows come back.
    quarantined: usize,
}

/// Cuts the power so many times, at moments spread over the whole recording.
fn cut(events: &[Event], count: usize, seed: u64) -> Findings {
    let mut findings = Findings::default();
    let tokio = Builder::new_current_thread().enable_all().build().unwrap();
    let mut seeded = Seeded(seed);
    let mut moments: Vec<usize> = (0..count).map(|_| seeded.below(events.len() + 1)).collect();
    moments.sort_unstable();
    let (mut disk, mut promises, mut at) = (Disk::default(), Promises::default(), 0);
    for (number, moment) in moments.into_iter().enumerate() {
        for event in &events[at..moment] {
            disk.apply(event);
            promises.hear(event);
        }
        at = moment;
        let home = Home::in_memory();
        disk.after_a_cut(&mut seeded, home.path());
        let broken = promises.broken(home.path(), &tokio);
        findings.broken.extend(broken.into_iter().map(|line| {
            format!("cut {number} after {:?}: {line}", events[..moment].last().map(brief).unwrap_or_default())
        }));
        findings.quarantined += usize::from(home.has_quarantine());
    }
    findings
}

/// An event without its bytes.
fn brief(event: &Event) -> String {
    match event {
        Event::Write(id, at, bytes) => format!("Write({id}, {at}, {} bytes)", bytes.len()),
        event => format!("{event:?}"),
    }
}

/// The same on several threads.
fn cut_everywhere(events: &[Event], count: usize) -> Findings {
    thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS as u64)
            .map(|worker| scope.spawn(move || cut(events, count / WORKERS, SEED + worker)))
            .collect();
        let mut all = Findings::default();
        for worker in workers {
            let findings = worker.join().unwrap();
            all.broken.extend(findings.broken);
            all.quarantined += findings.quarantined;
        }
        all
    })
}

#[test]
fn whenever_the_power_goes_what_was_acknowledged_is_there() {
    let events = recorded();
    let findings = cut_everywhere(&events, cuts());
    println!("{} cuts in {} events: {} quarantined", cuts(), events.len(), findings.quarantined);
    let shown: Vec<_> = findings.broken.iter().take(20).collect();
    assert!(findings.broken.is_empty(), "{} broken promises: {shown:#?}", findings.broken.len());
}
