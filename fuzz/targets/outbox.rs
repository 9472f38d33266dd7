//! The outbox as a broken disk may give it back. The first byte says how the rest is read:
//!
//! - 0: the length of the database, 3 bytes, big-endian; the database; its write-ahead log
//! - 1: changes to a good database: offset, 3 bytes; how many bytes, 1 byte; the bytes; and so on
//! - 2: the same to the log of a good database
//! - 3: the length that a good database is cut to, 3 bytes

use std::collections::BTreeSet;
use std::fs;
use std::iter;
use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

use jiff::civil::date;
use swip_kiosk::domain::settings::Preferences;
use swip_kiosk::domain::{BirthdayForm, Enrolment, SettingKey, SettingsDraft, Signup, SignupDraft, Token, TokenChoice};
use swip_kiosk::services::{Station, StationDirs};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

const ROWS: usize = 30;
const SECTOR: usize = 512;
const DB: &str = "outbox.db";
const LOG: &str = "outbox.db-wal";

/// A good outbox: its database whole, its database and log as a power cut leaves them, and where the rows lie.
struct Good {
    home: TempDir,
    whole: Vec<u8>,
    cut_db: Vec<u8>,
    cut_log: Vec<u8>,
    places: Vec<(String, Range<usize>)>,
}

/// Whatever lies there: no panic, nothing is deleted that was not taken over, and rows outside of the damage come back.
pub(crate) fn run(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else { return };
    let good = good();
    let (db, log, hit) = match kind {
        0 => {
            let Some((length, rest)) = length(rest) else { return };
            let (db, log) = rest.split_at(length.min(rest.len()));
            (db.to_vec(), log.to_vec(), None)
        }
        1 => {
            let mut db = good.whole.clone();
            let hit = change(&mut db, rest);
            (db, Vec::new(), Some(hit))
        }
        2 => {
            let mut log = good.cut_log.clone();
            change(&mut log, rest);
            (good.cut_db.clone(), log, None)
        }
        3 => {
            let Some((length, _)) = length(rest) else { return };
            let length = length % (good.whole.len() + 1);
            let lost = length..good.whole.len();
            (good.whole[..length].to_vec(), Vec::new(), Some(iter::once(lost).collect()))
        }
        _ => return,
    };
    let Some(found) = open(good, &db, &log) else { return };
    let Some(hit) = hit else { return };
    for (row, place) in &good.places {
        let is_hit = hit.iter().any(|hit| hit.start < place.end && place.start < hit.end);
        assert!(is_hit || found.contains(row), "{row} is lost, though only {hit:?} was damaged");
    }
}

/// Opens an outbox with these files, and says which rows came back; none where it says that it cannot be used.
fn open(good: &Good, db: &[u8], log: &[u8]) -> Option<BTreeSet<String>> {
    let data = tempfile::tempdir_in(good.home.path()).expect("a folder");
    let data = data.path();
    fs::copy(good.home.path().join("data/station-id"), data.join("station-id")).expect("copied");
    for (name, bytes) in [(DB, db), (LOG, log)] {
        if !bytes.is_empty() || name == DB {
            fs::write(data.join(name), bytes).expect("written");
        }
    }
    let found = rows(&dirs(good.home.path(), data));
    if found.is_some() {
        settled(data);
    }
    let kept = |name: &str| fs::read(data.join("quarantine").join(name)).ok();
    if data.join("quarantine").exists() {
        let kept_db = kept("outbox-1.db").unwrap_or_default();
        assert!(is_same(&kept_db, db), "the damaged database is not kept as it was");
        assert!(kept("outbox-1.db-wal").unwrap_or_default() == log, "its log is not kept as it was");
    } else if found.is_none() {
        assert!(fs::read(data.join(DB)).ok().as_deref() == Some(db), "what cannot be used was changed");
        assert!(fs::read(data.join(LOG)).unwrap_or_default() == log, "the log of what cannot be used was changed");
    }
    found
}

/// Whether a database is the one that was given. One that says it has no log, as a copy by SQLite's own tools does, gets one
/// before anything else is known of it: what SQLite then writes into the header is no loss.
fn is_same(kept: &[u8], given: &[u8]) -> bool {
    const LOG: Range<usize> = 18..20;
    const COUNTERS: [Range<usize>; 2] = [24..28, 92..100];
    let has_log = given.get(LOG) == Some(&[2, 2]);
    let may_differ =
        |at: usize| !has_log && (LOG.contains(&at) || COUNTERS.iter().any(|counter| counter.contains(&at)));
    kept.len() == given.len() && (0..given.len()).all(|at| kept[at] == given[at] || may_differ(at))
}

fn rows(dirs: &StationDirs) -> Option<BTreeSet<String>> {
    let (station, _) = Station::open(dirs);
    runtime().block_on(async {
        let list = station.deliverer().await.ok()?.outbox().list().await.unwrap_or_default();
        Some(list.into_iter().filter_map(|entry| entry.phone_masked.map(|masked| row(entry.id, &masked))).collect())
    })
}

/// Waits until the thread that owned the database has closed it, if it does.
fn settled(data: &Path) {
    for _ in 0..200_000 {
        if !data.join(LOG).exists() {
            return;
        }
        std::thread::yield_now();
    }
}

fn row(id: i64, masked: &str) -> String {
    format!("{id} {masked}")
}

fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<3>()?;
    Some((length.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)), rest))
}

/// Changes what the input says, and tells the sectors that were touched: a disk breaks no less.
fn change(bytes: &mut [u8], mut input: &[u8]) -> Vec<Range<usize>> {
    let mut hit = Vec::new();
    while let Some((offset, [count, rest @ ..])) = length(input) {
        let at = offset % bytes.len();
        let count = usize::from(*count).min(rest.len()).min(bytes.len() - at);
        let (new, rest) = rest.split_at(count);
        if bytes[at..at + count] != *new {
            bytes[at..at + count].copy_from_slice(new);
            hit.push(at / SECTOR * SECTOR..(at + count).div_ceil(SECTOR) * SECTOR);
        }
        input = rest;
    }
    hit
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Builder::new_multi_thread().worker_threads(1).build().expect("a runtime"))
}

fn dirs(home: &Path, data: &Path) -> StationDirs {
    StationDirs::resolve(Some(data.to_owned()), Some(home.join("keys"))).expect("both are given")
}

fn good() -> &'static Good {
    static GOOD: OnceLock<Good> = OnceLock::new();
    GOOD.get_or_init(make_good)
}

fn make_good() -> Good {
    let home = tempfile::tempdir().expect("a folder");
    let data = home.path().join("data");
    let (station, _) = Station::open(&dirs(home.path(), &data));
    let mut draft = SettingsDraft::default();
    for (key, text) in [
        (SettingKey::BaseUrl, "https://api.example.org"),
        (SettingKey::MerchantId, "MRCH"),
        (SettingKey::StoreId, "Store 1"),
        (SettingKey::CashId, "0001"),
    ] {
        draft.set(key, text);
    }
    let settings = draft.check().expect("good settings");
    let token = TokenChoice::New(Token::parse("fuzz").expect("a token"));
    station.save(settings.clone(), &token).expect("saved");
    let masked: Vec<String> = (0..ROWS).map(|number| person(number).phone.masked()).collect();
    let (cut_db, cut_log) = runtime().block_on(async {
        let outbox = station.deliverer().await.expect("an outbox").outbox();
        for number in 0..ROWS {
            let link = settings.connection.clone();
            outbox.enqueue(Enrolment::without_consents(person(number)), link, 1_700_000_000_000).await.expect("stored");
        }
        (fs::read(data.join(DB)).expect("read"), fs::read(data.join(LOG)).expect("read"))
    });
    drop(station);
    settled(&data);
    let whole = fs::read(data.join(DB)).expect("read");
    let numbered = masked.iter().enumerate().map(|(at, masked)| row(i64::try_from(at + 1).expect("few"), masked));
    let places = numbered.zip(sealed_places(&home.path().join("copy.db"), &whole)).collect();
    Good { home, whole, cut_db, cut_log, places }
}

/// Where each row lies: its columns before the sealed part, and that.
fn sealed_places(copy: &Path, whole: &[u8]) -> Vec<Range<usize>> {
    fs::write(copy, whole).expect("written");
    let db = rusqlite::Connection::open(copy).expect("the copy");
    let mut query = db.prepare("SELECT sealed FROM entry ORDER BY id").expect("a query");
    let sealed = query.query_map([], |row| row.get::<_, Vec<u8>>(0)).expect("rows");
    let place = |sealed: Vec<u8>| {
        let at = whole.windows(sealed.len()).position(|window| window == sealed).expect("it is in the file");
        at.saturating_sub(200)..at + sealed.len()
    };
    sealed.map(|sealed| place(sealed.expect("a row"))).collect()
}

fn person(number: usize) -> Signup {
    let draft = SignupDraft { phone: format!("7916{number:07}"), ..SignupDraft::default() };
    draft.check(BirthdayForm::Iso, &Preferences::default(), date(2026, 1, 1)).expect("a good form")
}
