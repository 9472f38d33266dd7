//! From the command line to the window or a verb, and back with an exit code.

use std::env;
use std::ffi::OsString;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tracing::Subscriber;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, fmt};

use crate::app::launch::{self, WindowError};
use crate::app::{Dependencies, DeskServices, State};
use crate::cli;
use crate::domain::{Failure, LanguageTag};
use crate::i18n::Catalogue;
use crate::options::{GlobalOptions, Options, WindowOptions};
use crate::services::second_start::{SecondStarts, show_first_window};
use crate::services::station_lock::LockError;
use crate::services::window_file::WindowFile;
use crate::services::{Clock, LogFile, Station, StationDirs, StationLock, languages, process};

const EXIT_NO_WINDOW: u8 = 1;
const EXIT_USAGE: u8 = 2;
const EXIT_BUSY: u8 = 25;
const EXIT_STORAGE: u8 = 26;
const EXIT_BUG: u8 = 70;

/// Tokio's two, one for files, those of the outbox and the journal.
const FIRST_THREADS: usize = 5;

/// What is news to somebody who reads the log later, and to nobody who has just started the program.
const LOG_ALONE: &str = "log";

/// How long running jobs are waited for when the window is closed.
const FAREWELL: Duration = Duration::from_secs(2);

/// Hears what the program says about its work and writes it to standard error and the log.
pub fn subscriber(log: &LogFile) -> impl Subscriber + Send + Sync + use<> {
    // Only our own words: those of libraries may repeat what they were given.
    let ours = Targets::new().with_target("swip_kiosk", tracing::Level::INFO);
    let log = log.clone();
    let to_stderr = fmt::layer().with_writer(io::stderr).with_ansi(false);
    let to_log = fmt::layer().with_writer(move || log.clone()).with_ansi(false);
    let kept = ours.clone().with_target(LOG_ALONE, tracing::Level::INFO);
    tracing_subscriber::registry().with(to_stderr.with_filter(ours)).with(to_log.with_filter(kept))
}

/// Runs the program and returns its exit code. A panic is a bug of ours: it is caught, and its words, which may name
/// anybody, are shown to nobody.
pub fn run(args: impl IntoIterator<Item = OsString>, log: &LogFile) -> u8 {
    panic::set_hook(Box::new(|info| {
        // The name of the file will do: the rest is a path of the machine it was built on.
        let place = info.location().map(|place| {
            let file = Path::new(place.file()).file_name().unwrap_or_default();
            format!("{}:{}", file.display(), place.line())
        });
        let place = place.unwrap_or_default();
        tracing::error!(place, "a bug: the program panicked");
    }));
    let code = panic::catch_unwind(AssertUnwindSafe(|| run_caught(args, log))).unwrap_or(EXIT_BUG);
    log.finish();
    code
}

fn run_caught(args: impl IntoIterator<Item = OsString>, log: &LogFile) -> u8 {
    if !process::keep_memory_private() {
        tracing::warn!("the system would let this process's memory be dumped");
    }
    let options = match Options::parse_from_args(args) {
        Ok(options) => options,
        Err(error) => {
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(EXIT_USAGE);
        }
    };
    let dirs = match StationDirs::resolve(options.global.data_dir.clone(), options.global.key_dir.clone()) {
        Ok(dirs) => dirs,
        Err(error) => return fail(&error.to_string(), EXIT_STORAGE),
    };
    let catalogue = Arc::new(Catalogue::with_more(&languages::read(&dirs)));
    let language = match chosen_language(&options.global, &catalogue) {
        Ok(language) => language,
        Err(message) => return fail(&message, EXIT_USAGE),
    };
    let Ok(tokio) = runtime() else {
        return fail("the system gives no threads", EXIT_BUG);
    };
    let code = match options.verb {
        Some(verb) => {
            let language = language.unwrap_or_else(|| Station::open(&dirs).1.loaded.preferences.language);
            match catalogue.texts(&language) {
                Some(texts) => cli::run(verb, &dirs, cli::Words { catalogue: &catalogue, texts }, &tokio),
                None => EXIT_BUG,
            }
        }
        None => open_window(&options.window, &dirs, language, Outside { catalogue, tokio: &tokio, log }),
    };
    tokio.shutdown_timeout(FAREWELL);
    code
}

/// What a window is opened with, whatever the station.
struct Outside<'a> {
    catalogue: Arc<Catalogue>,
    tokio: &'a Runtime,
    log: &'a LogFile,
}

fn open_window(options: &WindowOptions, dirs: &StationDirs, language: Option<LanguageTag>, outside: Outside<'_>) -> u8 {
    let Outside { catalogue, tokio, log } = outside;
    let dependencies =
        |station| Dependencies { tokio: tokio.handle().clone(), station, clock: Clock::System, catalogue };
    if options.sandbox {
        let station = Station::trial();
        let Ok(at_work) = tokio.block_on(station.start_sandbox()) else {
            return fail("the sandbox did not start", EXIT_BUG);
        };
        let mode = options.mode.map(Into::into).unwrap_or_default();
        let state = State::sandbox(at_work, mode, language).windowed(options.windowed);
        return exit_code(launch::run_window(state, dependencies(Arc::new(station)), None));
    }
    match StationLock::acquire(dirs) {
        Ok(lock) => {
            log.keep_in(dirs);
            tracing::info!(target: LOG_ALONE, version = env!("CARGO_PKG_VERSION"), system = env::consts::OS, "a window opens");
            let (station, opened) = Station::open(dirs);
            station.own(&lock);
            let station = Arc::new(station);
            let state = State::new(opened, language).windowed(options.windowed);
            let file = WindowFile::of(dirs);
            let desk = DeskServices { places: file.read(), file, second_starts: tokio.block_on(listen(dirs)) };
            let code = exit_code(launch::run_window(state, dependencies(Arc::clone(&station)), Some(desk)));
            tokio.block_on(station.stop());
            code
        }
        Err(LockError::InUse) => {
            cli::complain("the station is in use by another window or process");
            // A notice beside the window, or over a kiosk, would be in the way.
            if !show_first_window(dirs) {
                show_notice(dirs, language, dependencies, Failure::StationInUse);
            }
            EXIT_BUSY
        }
        Err(LockError::Unfit(found)) => {
            cli::complain(&found.to_string());
            show_notice(dirs, language, dependencies, Failure::Unfit(found.why));
            EXIT_STORAGE
        }
        Err(LockError::Storage(error)) => {
            fail(&format!("the data directory cannot be used: {}", error.kind()), EXIT_STORAGE)
        }
    }
}

async fn listen(dirs: &StationDirs) -> Option<SecondStarts> {
    SecondStarts::listen(dirs)
        .await
        .inspect_err(|error| tracing::warn!(error = %error.kind(), "another start will not raise this window"))
        .ok()
}

/// Says in a window what was said on standard error; without a display that has to do.
fn show_notice(
    dirs: &StationDirs,
    language: Option<LanguageTag>,
    dependencies: impl FnOnce(Arc<Station>) -> Dependencies,
    failure: Failure,
) {
    let (station, opened) = Station::open(dirs);
    let _ = launch::run_notice(&dependencies(Arc::new(station)), &State::new(opened, language), failure);
}

fn exit_code(outcome: Result<(), WindowError>) -> u8 {
    match outcome {
        Ok(()) => 0,
        Err(error) => fail(&error.to_string(), if error == WindowError::Broken { EXIT_BUG } else { EXIT_NO_WINDOW }),
    }
}

fn chosen_language(options: &GlobalOptions, catalogue: &Catalogue) -> Result<Option<LanguageTag>, String> {
    let Some(text) = &options.lang else {
        return Ok(None);
    };
    let languages = catalogue.languages();
    let known = languages.iter().map(|(tag, _)| tag).find(|tag| tag.as_str().eq_ignore_ascii_case(text));
    known.cloned().map(Some).ok_or_else(|| {
        let tags: Vec<_> = languages.iter().map(|(tag, _)| tag.as_str()).collect();
        format!("--lang is one of: {}", tags.join(", "))
    })
}

/// Two threads are plenty for one station; idle ones cost nothing.
fn runtime() -> io::Result<Runtime> {
    ask_for_threads()?;
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2).max_blocking_threads(16).thread_stack_size(process::STACK_BYTES).enable_all();
    // Whatever passed through is gone before a thread sleeps.
    builder.on_thread_park(process::wipe_stack).build()
}

/// Tokio panics where it cannot have its threads, the first one for files among them. The stacks of these stay with the process
/// for that.
fn ask_for_threads() -> io::Result<()> {
    let gate = Mutex::new(());
    thread::scope(|scope| {
        let _closed = gate.lock();
        for _ in 0..FIRST_THREADS {
            thread::Builder::new().spawn_scoped(scope, || drop(gate.lock()))?;
        }
        Ok(())
    })
}

fn fail(message: &str, code: u8) -> u8 {
    cli::complain(message);
    code
}
