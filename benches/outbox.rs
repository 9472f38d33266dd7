//! What the outbox costs: a stored signup beside a bare commit, a start with a full queue beside one with none, and the copy.

#![expect(clippy::disallowed_methods, reason = "a measurement looks at the clock")]

#[path = "../tests/support/desktop.rs"]
mod desktop;
#[path = "support/figures.rs"]
mod figures;

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use desktop::frames::Frames;
use desktop::{Desktop, Program, Result};
use figures::{heading, median, micros, millis, percentile, ratio, row};
use jiff::civil::date;
use rusqlite::params;
use swip_kiosk::domain::settings::Preferences;
use swip_kiosk::domain::{
    BirthdayForm, Connection, ConsentSources, ConsentTexts, Enrolment, LanguageTag, Signup, SignupDraft,
};
use swip_kiosk::services::outbox::{KeepFor, Outbox};
use swip_kiosk::services::{Station, StationDirs};

const ROWS: u32 = 5_000;
/// One of each of so many signups.
const EVIDENCE: u32 = 100_000;
/// No more wait than may; each round has an outbox of its own.
const COMMITS: u32 = 4_500;
const ROUNDS: u32 = 5;
const WARM_UP: u32 = 100;
const STARTS: u32 = 40;
const PATIENCE: Duration = Duration::from_secs(30);
/// Somewhere in 2026: nobody may be born after it.
const NOW_MS: i64 = 1_790_000_000_000;

/// A station of its own, whose server is nowhere.
struct Home {
    folder: tempfile::TempDir,
}

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let full = Home::new()?;
    runtime.block_on(stored_beside_bare())?;
    runtime.block_on(fill(&full))?;
    starts(&Home::new()?, &full)?;
    runtime.block_on(copied(&full))
}

/// What it costs to bring the copy up to date, with a full queue and the evidence of years.
async fn copied(home: &Home) -> Result<()> {
    const UPDATES: u32 = 20;
    multiply_evidence(home)?;
    let (station, _) = Station::open(&home.dirs()?);
    let link = station.settings().map_err(|_| "not set up")?.connection;
    let deliverer = station.deliverer().await.map_err(|_| "no outbox")?;
    let outbox = deliverer.outbox().clone();
    heading(&format!("the copy: {ROWS} entries, {EVIDENCE} pieces of evidence"));
    let start = Instant::now();
    station.stop().await;
    row("the first copy is made", &millis(start.elapsed()), "");
    let (mut updates, mut bytes) = (Vec::new(), Vec::new());
    for number in 0..UPDATES {
        // The place of one that waits is taken, so that nothing grows.
        let written = written_bytes()?;
        outbox.enqueue(enrolment_of(number, "Мария")?, link.clone(), NOW_MS).await?;
        bytes.push(written_bytes()? - written);
        deliverer.sweep(KeepFor::default()).await?;
        let (written, start) = (written_bytes()?, Instant::now());
        // Besides the copy it looks at the age of everything, which is taken off.
        station.stop().await;
        let whole = start.elapsed();
        bytes.push(written_bytes()? - written);
        let start = Instant::now();
        deliverer.sweep(KeepFor::default()).await?;
        updates.push(whole.saturating_sub(start.elapsed()));
    }
    let of = |parity: usize| bytes.iter().skip(parity).step_by(2).sum::<u64>() / u64::from(UPDATES) / 1024;
    row("a signup writes", &format!("{} KiB", of(0)), "");
    row("an update for one signup writes", &format!("{} KiB", of(1)), "");
    row("an update takes, median", &millis(median(&mut updates)), "");
    meanwhile(&station, &outbox, &link).await
}

/// How long a signup takes while the copy is brought up to date all the time.
async fn meanwhile(station: &Station, outbox: &Outbox, link: &Connection) -> Result<()> {
    const SIGNUPS: u32 = 1_000;
    let mut times = Vec::new();
    let asked = async {
        for number in 1..=SIGNUPS {
            let start = Instant::now();
            // What waits already is found and answered.
            outbox.enqueue(enrolment_of(ROWS - number, "Анна")?, link.clone(), NOW_MS).await?;
            times.push(start.elapsed());
            tokio::time::sleep(Duration::from_millis(7)).await;
        }
        Result::Ok(())
    };
    tokio::select! {
        ended = asked => ended?,
        ended = copy_always(station, outbox, link) => { ended?; },
    }
    for percent in [50, 99, 100] {
        let name = format!("p{percent}: a signup that waits already, while one update follows the other");
        row(&name, &millis(percentile(&mut times, percent)), "");
    }
    Ok(())
}

async fn copy_always(station: &Station, outbox: &Outbox, link: &Connection) -> Result<Infallible> {
    loop {
        for name in ["Инна", "Нина"] {
            outbox.enqueue(enrolment_of(0, name)?, link.clone(), NOW_MS).await?;
        }
        station.stop().await;
    }
}

/// Bytes that this process gave to files so far.
fn written_bytes() -> Result<u64> {
    let io = std::fs::read_to_string("/proc/self/io")?;
    let line = io.lines().find_map(|line| line.strip_prefix("wchar: ")).ok_or("no figure")?;
    Ok(line.parse()?)
}

/// Gives the signups of years to one station: their evidence stays when they have gone.
fn multiply_evidence(home: &Home) -> Result<()> {
    let db = rusqlite::Connection::open(home.folder.path().join("data/outbox.db"))?;
    let columns = "purpose, how, version, language, text_hash, taken_ms, merchant_id, store_id, cash_id, phone_tag,
                   key_mark, randomblob(51)";
    for copy in 1..EVIDENCE / ROWS {
        db.execute(
            &format!(
                "INSERT INTO consent (entry, purpose, how, version, language, text_hash, taken_ms, merchant_id, store_id,
                                      cash_id, phone_tag, key_mark, sealed)
                 SELECT entry + ?1, {columns} FROM consent WHERE entry BETWEEN 1 AND ?2"
            ),
            [copy * 1_000_000, ROWS],
        )?;
    }
    let count: u32 = db.query_row("SELECT COUNT(*) FROM consent", [], |row| row.get(0))?;
    if count == EVIDENCE { Ok(()) } else { Err(format!("{count} pieces of evidence").into()) }
}

async fn fill(home: &Home) -> Result<()> {
    let (outbox, link) = home.outbox().await?;
    for number in 0..ROWS {
        outbox.enqueue(enrolment(number)?, link.clone(), NOW_MS).await?;
    }
    Ok(())
}

impl Home {
    fn new() -> Result<Self> {
        // Beside the code: a folder for temporary files may be memory.
        let home = Self { folder: tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))? };
        let profile = home.folder.path().join("profile.json");
        std::fs::write(
            &profile,
            r#"{"swip_kiosk": 1, "base_url": "http://127.0.0.1:9", "token": "t", "merchant_id": "M", "store_id": "S",
                "cash_id": "1"}"#,
        )?;
        let status = home.command(&["provision"]).arg(&profile).stderr(Stdio::null()).status()?;
        if status.success() { Ok(home) } else { Err("the station was not provisioned".into()) }
    }

    fn dirs(&self) -> Result<StationDirs> {
        let folder = |name| Some(self.folder.path().join(name));
        Ok(StationDirs::resolve(folder("data"), folder("keys"))?)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_swip-kiosk"));
        command.args(self.folders()).args(args).stdout(Stdio::null());
        command
    }

    fn folders(&self) -> [PathBuf; 4] {
        let folder = self.folder.path();
        ["--data-dir".into(), folder.join("data"), "--key-dir".into(), folder.join("keys")]
    }

    async fn outbox(&self) -> Result<(Outbox, Connection)> {
        let (station, _) = Station::open(&self.dirs()?);
        let link = station.settings().map_err(|_| "not set up")?.connection;
        let deliverer = station.deliverer().await.map_err(|_| "no outbox")?;
        Ok((deliverer.outbox().clone(), link))
    }
}

/// A signup with the consent that every one has.
fn enrolment(number: u32) -> Result<Enrolment> {
    enrolment_of(number, "Анна")
}

fn enrolment_of(number: u32, first_name: &str) -> Result<Enrolment> {
    let texts = ConsentTexts::parse("[personal_data 1 ru]\nЯ согласен на обработку моих персональных данных.")
        .map_err(|_| "no texts")?;
    let language = LanguageTag::default();
    let sources = ConsentSources { merchant: &texts, built_in: &texts, language: &language };
    Ok(Enrolment { signup: signup(number, first_name)?, consents: sources.attested() })
}

fn signup(number: u32, first_name: &str) -> Result<Signup> {
    let draft = SignupDraft {
        phone: format!("7916{number:07}"),
        first_name: first_name.to_owned(),
        last_name: "Иванова".to_owned(),
        birthday: "1990-01-24".to_owned(),
    };
    draft.check(BirthdayForm::Iso, &Preferences::default(), date(2026, 1, 1)).map_err(|_| "a bad form".into())
}

const INSERT: &str = "INSERT INTO entry (tag, what) VALUES (?1, ?2)";

/// One row of the size of ours, in a table with an index, committed as durably.
fn bare(folder: &Path) -> Result<rusqlite::Connection> {
    let db = rusqlite::Connection::open(folder.join("bare.db"))?;
    db.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL;
         CREATE TABLE entry (id INTEGER PRIMARY KEY, tag BLOB NOT NULL UNIQUE, what BLOB NOT NULL);",
    )?;
    Ok(db)
}

async fn stored_beside_bare() -> Result<()> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        one_round(&Home::new()?, &mut ours, &mut theirs).await?;
    }
    heading(&format!("enqueue: {ROUNDS} times {COMMITS} signups and bare FULL commits, interleaved on one disk"));
    for percent in [50, 90, 99] {
        let (ours, theirs) = (percentile(&mut ours, percent), percentile(&mut theirs, percent));
        row(&format!("p{percent}: a signup, a bare commit"), &format!("{}, {}", micros(ours), micros(theirs)), "");
        let target = if percent == 99 { "at most 1.30x" } else { "" };
        row(&format!("p{percent}: ratio"), &ratio(ours.as_secs_f64(), theirs.as_secs_f64()), target);
    }
    Ok(())
}

async fn one_round(home: &Home, ours: &mut Vec<Duration>, theirs: &mut Vec<Duration>) -> Result<()> {
    let (outbox, link) = home.outbox().await?;
    let db = bare(home.folder.path())?;
    for number in 0..WARM_UP + COMMITS {
        let enrolment = enrolment(number)?;
        let mut tag = [7_u8; 32];
        // In no order, as ours are.
        tag[..4].copy_from_slice(&number.wrapping_mul(2_654_435_761).to_be_bytes());
        // Who comes second finds the disk awake, so they take turns.
        let mut times = [Duration::ZERO; 2];
        for who in [number % 2, 1 - number % 2] {
            let start = Instant::now();
            if who == 0 {
                outbox.enqueue(enrolment.clone(), link.clone(), NOW_MS).await?;
            } else {
                db.execute(INSERT, params![tag.as_slice(), [9_u8; 240].as_slice()])?;
            }
            times[usize::try_from(who)?] = start.elapsed();
            if who == 0 {
                // What it does after its answer keeps nobody waiting, and must not slow the other down.
                outbox.enqueue(enrolment.clone(), link.clone(), NOW_MS).await?;
            }
        }
        if number >= WARM_UP {
            ours.push(times[0]);
            theirs.push(times[1]);
        }
    }
    Ok(())
}

/// What a start with a full queue costs beside one with none: until the window shows its first frame, which is what a
/// person waits for, and until a verb has read the whole queue and ended.
fn starts(empty: &Home, full: &Home) -> Result<()> {
    let desktop = Desktop::start(1280, 800)?;
    let window = |home: &Home| first_frame(&desktop, home);
    compare("start to the first frame of the window", STARTS, &window, [empty, full], "at most 1.10x")?;
    let verb = |home: &Home| -> Result<Duration> {
        let start = Instant::now();
        // Nothing is held: opens everything, plans everything, sends nothing.
        let status = home.command(&["queue", "retry", "--json"]).stderr(Stdio::null()).status()?;
        if status.success() { Ok(start.elapsed()) } else { Err("the program did not start".into()) }
    };
    compare("a verb that reads the queue, start to end", STARTS, &verb, [empty, full], "")
}

fn first_frame(desktop: &Desktop, home: &Home) -> Result<Duration> {
    desktop.wait_for("the screen to be empty", PATIENCE, || Ok(desktop.screenshot()?.is_blank().then_some(())))?;
    let mut frames = Frames::watch(desktop)?;
    let mut command = desktop.command(Path::new(env!("CARGO_BIN_EXE_swip-kiosk")));
    command.args(home.folders());
    let start = Instant::now();
    let mut program = Program::start(&mut command)?;
    frames.wait_until_drawn(PATIENCE)?;
    let time = start.elapsed();
    program.kill()?;
    Ok(time)
}

fn compare(
    name: &str,
    runs: u32,
    time_of: &dyn Fn(&Home) -> Result<Duration>,
    [empty, full]: [&Home; 2],
    target: &str,
) -> Result<()> {
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for round in 0..runs + 2 {
        let [one, other] = if round % 2 == 0 { [full, empty] } else { [empty, full] };
        let mut times = [time_of(one)?, time_of(other)?];
        if round % 2 == 1 {
            times.reverse();
        }
        if round >= 2 {
            with.push(times[0]);
            without.push(times[1]);
        }
    }
    let (with, without) = (median(&mut with), median(&mut without));
    heading(&format!("{name}: {runs} each, interleaved, medians"));
    row(&format!("{ROWS} queued"), &millis(with), "");
    row("none queued", &millis(without), "");
    row("ratio", &ratio(with.as_secs_f64(), without.as_secs_f64()), target);
    Ok(())
}
