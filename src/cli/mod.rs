//! The headless verbs, as thin as the screens: options in, one report out.

mod balances;
mod balances_report;
mod consents;
mod input;
mod queue;
mod queue_report;
mod reason;
mod report;

use std::fs;
use std::future::pending;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::domain::delivery::{Reconcile, Submission};
use crate::domain::settings::Preferences;
use crate::domain::{
    BirthdayForm, Connection, ConsentSources, CustomerQuery, Enrolment, Failure, Lookup, PassId, Phone, Pin, PinError,
    SettingKey, Settings, SignupDraft, SignupErrors, SignupField, TokenChoice, Unfit,
};
use crate::i18n::{Catalogue, Texts, built_in_consents};
use crate::options::{CheckOptions, PointsOptions, ProvisionOptions, SandboxArgs, SignupOptions, Verb};
use crate::services::json::RepeatedKey;
use crate::services::profile::Profile;
use crate::services::sandbox::{self, Sandbox, SandboxError};
use crate::services::secrets::PinStore;
use crate::services::station::{Opened, SaveError};
use crate::services::station_lock::LockError;
use crate::services::{Clock, Station, StationDirs, StationLock, place};
use Complaint::Usage;
use report::{CheckStep, Report};

/// What is said on standard error alone.
enum Complaint {
    /// A command line that means nothing.
    Usage(&'static str),
    /// A key of standard input that is there twice.
    GivenTwice(RepeatedKey),
    /// The sandbox cannot serve.
    Sandbox(SandboxError),
}

/// The words of the verbs.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    /// In every language.
    pub catalogue: &'a Catalogue,
    /// In the one of the person who reads the report.
    pub texts: &'a Texts,
}

/// What every verb works with.
struct Headless<'a> {
    dirs: &'a StationDirs,
    tokio: &'a Runtime,
    catalogue: &'a Catalogue,
}

const EXIT_USAGE: u8 = 2;
const EXIT_UNAVAILABLE: u8 = 23;

/// Carries one verb out and says how it ended.
pub fn run(verb: Verb, dirs: &StationDirs, words: Words<'_>, tokio: &Runtime) -> u8 {
    let Words { catalogue, texts } = words;
    let headless = Headless { dirs, tokio, catalogue };
    let is_json = verb.is_json();
    let report = caught(|| match (headless.hidden(&verb), verb) {
        (Some(unfit), _) => Ok(Report::Failed(Failure::Unfit(unfit))),
        (None, Verb::Provision(options)) => headless.provision(&options),
        (None, Verb::Check(options)) => Ok(headless.check(&options)),
        (None, Verb::Points(options)) => headless.points(options),
        (None, Verb::Signup(options)) => headless.signup(options),
        (None, Verb::Pin(_)) => headless.pin(),
        (None, Verb::Queue(options)) => headless.queue(&options),
        (None, Verb::Consents(options)) => headless.consents(&options),
        (None, Verb::Balances(options)) => headless.balances(&options),
        (None, Verb::Sandbox(options)) => Err(serve_sandbox(&options, tokio)),
    });
    match report {
        Ok(report) => {
            print_line(&if is_json { report.json() } else { report.words(texts) });
            report.exit_code()
        }
        Err(Usage(message)) => {
            complain(message);
            EXIT_USAGE
        }
        Err(Complaint::GivenTwice(RepeatedKey { key, line })) => {
            complain(&format!("{key} is given twice on standard input, the second time in line {line}"));
            EXIT_USAGE
        }
        Err(Complaint::Sandbox(error)) => {
            complain(&error.to_string());
            EXIT_UNAVAILABLE
        }
    }
}

/// Whatever reads the output gets its line even if there is a bug of ours.
fn caught(work: impl FnOnce() -> Result<Report, Complaint>) -> Result<Report, Complaint> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or(Ok(Report::Failed(Failure::Internal)))
}

/// Says something to whoever reads standard error.
pub fn complain(message: &str) {
    // A closed standard error is nobody to complain to.
    let _ = writeln!(io::stderr(), "swip-kiosk: {message}");
}

fn print_line(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Serves until the process is ended.
fn serve_sandbox(options: &SandboxArgs, tokio: &Runtime) -> Complaint {
    tokio.block_on(async {
        let options = sandbox::SandboxOptions { port: options.port, token: None };
        match Sandbox::start(options).await {
            Ok(sandbox) => {
                print_line(&sandbox.profile().to_string());
                pending().await
            }
            Err(error) => Complaint::Sandbox(error),
        }
    })
}

impl Headless<'_> {
    /// Why what a verb would find in the station's directories cannot be believed; none if it can. What keeps the station
    /// from storing anything is said in any case.
    fn hidden(&self, verb: &Verb) -> Option<Unfit> {
        if matches!(verb, Verb::Sandbox(_)) {
            return None;
        }
        let found = place::check(self.dirs).inspect_err(|found| complain(&found.to_string())).err()?;
        found.hides.then_some(found.why)
    }

    fn provision(&self, options: &ProvisionOptions) -> Result<Report, Complaint> {
        let bytes = input::read_profile(&options.file)?;
        let is_file = !input::is_stdin(&options.file);
        if is_file && input::is_readable_by_others(&options.file) {
            complain("others can read the profile, and the token in it");
        }
        let profile = match Profile::parse(&bytes) {
            Ok(profile) => profile,
            Err(error) => return Ok(Report::invalid_profile(error)),
        };
        let report = self.store(profile);
        if report == Report::Provisioned && options.consume && is_file && fs::remove_file(&options.file).is_err() {
            complain("the profile could not be deleted");
        }
        Ok(report)
    }

    fn store(&self, profile: Profile) -> Report {
        let token = profile.token.map_or(TokenChoice::Stored, TokenChoice::New);
        let (station, _) = Station::open(self.dirs);
        if token == TokenChoice::Stored && !station.has_token_for(&profile.settings) {
            return Report::invalid(SettingKey::Token.name(), "missing");
        }
        let lock = match self.lock() {
            Ok(lock) => lock,
            Err(failure) => return Report::Failed(failure),
        };
        station.own(&lock);
        match station.save(profile.settings, &token) {
            Ok(_) => {
                self.tokio.block_on(station.adopt_waiting_queue());
                Report::Provisioned
            }
            Err(SaveError::TokenMissing) => Report::invalid(SettingKey::Token.name(), "missing"),
            Err(error) => {
                complain(&error.to_string());
                Report::Failed(Failure::Storage)
            }
        }
    }

    fn check(&self, options: &CheckOptions) -> Report {
        let (station, opened) = Station::open(self.dirs);
        let protection = opened.keys.protection;
        let Some(settings) = usable_settings(opened) else {
            let failure = Some(Failure::NotConfigured);
            return Report::Checked { steps: vec![CheckStep::Settings(failure)], failure, protection, clock: None };
        };
        let phone = match &options.phone {
            None => Phone::unassignable(),
            Some(text) => match Phone::parse(text, settings.preferences.phone_rules) {
                Ok(phone) => phone,
                Err(error) => return Report::invalid("phone", reason::phone_reason(error)),
            },
        };
        let query = CustomerQuery::Phone(phone);
        let tested = settings.connection.clone();
        let test = self.tokio.block_on(station.test(settings, &TokenChoice::Stored, &query));
        let Ok(outcome) = test else {
            return Report::Failed(Failure::NotConfigured);
        };
        if outcome.tells_unknown && tested.reconcile != Reconcile::Lookup {
            self.ask_from_now_on(&tested);
        }
        let results = outcome.steps;
        let failure = results
            .iter()
            .find_map(|result| result.failure)
            .or_else(|| Some(Failure::Unfit(place::check(self.dirs).err()?.why)));
        let steps =
            std::iter::once(CheckStep::Settings(None)).chain(results.into_iter().map(CheckStep::Connection)).collect();
        let clock = station.server_time().clock_error(Clock::System);
        Report::Checked { steps, failure, protection, clock }
    }

    /// Stores what a test has shown. `check` works beside a window, whose settings are its own: then nothing is written.
    fn ask_from_now_on(&self, tested: &Connection) {
        let Ok(lock) = self.lock() else {
            return;
        };
        // As they are now that nobody else can change them.
        let (station, _) = Station::open(self.dirs);
        station.own(&lock);
        station.ask_from_now_on(tested);
    }

    fn points(&self, options: PointsOptions) -> Result<Report, Complaint> {
        let (phone, pass) = if options.stdin.is_some() {
            let mut customer = input::read_customer()?;
            let phone = customer.fields.remove(&SignupField::Phone);
            if !customer.fields.is_empty() {
                return Err(Usage("points takes phone or pass"));
            }
            (phone, customer.pass)
        } else {
            (options.phone, options.pass)
        };
        if phone.is_some() == pass.is_some() {
            return Err(Usage("points takes either phone or pass"));
        }
        let (station, opened) = Station::open(self.dirs);
        let Some(settings) = usable_settings(opened) else {
            return Ok(Report::Failed(Failure::NotConfigured));
        };
        let query = match (phone, pass) {
            (_, Some(pass)) => match PassId::parse(&pass) {
                Ok(pass) => CustomerQuery::Pass(pass),
                Err(error) => return Ok(Report::invalid("pass", reason::pass_reason(error))),
            },
            (phone, None) => match Phone::parse(&phone.unwrap_or_default(), settings.preferences.phone_rules) {
                Ok(phone) => CustomerQuery::Phone(phone),
                Err(error) => return Ok(Report::invalid("phone", reason::phone_reason(error))),
            },
        };
        Ok(match self.tokio.block_on(station.look_up(&query)) {
            Ok(Lookup::Member(points)) => Report::Found(points),
            Ok(Lookup::Unknown) => Report::NotFound,
            Err(failure) => Report::Failed(failure),
        })
    }

    fn signup(&self, options: SignupOptions) -> Result<Report, Complaint> {
        let mut draft = signup_draft(options)?;
        let (station, opened) = Station::open(self.dirs);
        let Some(settings) = usable_settings(opened) else {
            return Ok(Report::Failed(Failure::NotConfigured));
        };
        let today = Clock::System.local().date();
        let checked = draft.check(BirthdayForm::Iso, &settings.preferences, today);
        draft.wipe();
        let signup = match checked {
            Ok(signup) => signup,
            Err(errors) => return Ok(first_error(&errors)),
        };
        let lock = match self.lock() {
            Ok(lock) => lock,
            Err(failure) => return Ok(Report::Failed(failure)),
        };
        station.own(&lock);
        let built_in = built_in_consents(self.catalogue, None);
        let Preferences { consents, language, .. } = &settings.preferences;
        let sources = ConsentSources { merchant: &consents.texts, built_in: &built_in, language };
        let enrolment = Enrolment { signup, consents: sources.attested() };
        Ok(match self.tokio.block_on(station.submit(enrolment, Clock::System)) {
            Ok(Submission::Registered) => Report::Registered,
            Ok(Submission::AlreadyMember) => Report::AlreadyMember,
            Ok(Submission::Saved | Submission::SavedForManager) => Report::Saved,
            Err(failure) => Report::Failed(failure),
        })
    }

    /// Needs no settings: a kiosk may get its PIN before or after them.
    fn pin(&self) -> Result<Report, Complaint> {
        let line = input::read_line()?;
        let text = std::str::from_utf8(&line).map_err(|_| PinError::UnexpectedCharacter);
        let pin = match text.and_then(Pin::parse) {
            Ok(pin) => pin,
            Err(error) => return Ok(Report::invalid("pin", reason::pin_reason(error))),
        };
        let _lock = match self.lock() {
            Ok(lock) => lock,
            Err(failure) => return Ok(Report::Failed(failure)),
        };
        Ok(match PinStore::open(self.dirs, Duration::ZERO).set(&pin) {
            Ok(()) => Report::PinSet,
            Err(error) => {
                complain(&error.to_string());
                Report::Failed(Failure::Storage)
            }
        })
    }

    fn lock(&self) -> Result<StationLock, Failure> {
        let lock = StationLock::acquire(self.dirs).map_err(|error| match error {
            LockError::InUse => Failure::StationInUse,
            LockError::Unfit(found) => Failure::Unfit(found.why),
            LockError::Storage(error) => {
                complain(&format!("the data directory cannot be used: {}", error.kind()));
                Failure::Storage
            }
        })?;
        lock.unfit().map_or(Ok(lock), |unfit| Err(Failure::Unfit(unfit)))
    }
}

/// The settings of a station that can be worked with: a connection, and the token for it.
fn usable_settings(opened: Opened) -> Option<Settings> {
    opened.token_tail.and(opened.loaded.settings)
}

fn signup_draft(mut options: SignupOptions) -> Result<SignupDraft, Complaint> {
    let mut draft = SignupDraft::default();
    if options.stdin.is_none() {
        for field in SignupField::ALL {
            *draft.text_mut(field) = options.take(field).unwrap_or_default();
        }
        return Ok(draft);
    }
    let mut customer = input::read_customer()?;
    if customer.pass.is_some() {
        return Err(Usage("signup takes a phone, not a pass"));
    }
    for field in SignupField::ALL {
        match customer.fields.remove(&field) {
            Some(text) => *draft.text_mut(field) = text,
            None if field.is_required() => return Err(Usage("signup needs a phone")),
            None => {}
        }
    }
    Ok(draft)
}

/// The first wrong field, in the order of the form.
fn first_error(errors: &SignupErrors) -> Report {
    let first = errors.first_key_value();
    first.map_or(Report::Failed(Failure::Internal), |(field, error)| {
        Report::invalid(field.name(), reason::field_reason(*error))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bug_has_its_line_and_its_code_and_none_of_its_words() {
        let report = caught(|| std::panic::panic_any("79161234567"));
        let Ok(report) = report else { unreachable!("no usage") };
        assert_eq!(report.json(), r#"{"outcome":"unavailable","reason":"internal"}"#);
        assert_eq!(report.exit_code(), 70);
    }
}
