//! One station at work: its settings, its token, and the client they make.

mod about;
mod balances;
mod consents;
mod files;
mod journal_reading;
mod journaling;
mod link;
mod list_work;
mod pin;
mod profile_work;
mod queue;
mod queue_work;
mod retention;
mod signup_under_way;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::{OnceCell, watch};

pub use self::files::SaveError;
use self::files::StationFiles;
use self::link::Link;
use super::api::ApiClient;
use super::brand::BrandFolder;
use super::clock::Clock;
use super::dirs::StationDirs;
use super::journal::Journal;
use super::outbox::{Deliverer, Timing};
use super::profile::Profile;
use super::sandbox::{Sandbox, SandboxOptions};
use super::secrets::PinStore;
use super::server_time::ServerTime;
use super::settings_file::Loaded;
use crate::domain::check::{TestOutcome, steps};
use crate::domain::delivery::{Reconcile, Submission};
use crate::domain::{
    Connection, CustomerQuery, Enrolment, Failure, KeyFacts, Lookup, Phone, Registration, Settings, Token, TokenChoice,
    Unfit,
};

/// The station's door to the outside: every screen and every verb goes through it.
pub struct Station {
    /// None on a trial, which stores nothing.
    store: Option<StationFiles>,
    /// What calls go through; replaced as a whole when the settings change, so that no call mixes old and new.
    link: Mutex<Option<Arc<Link>>>,
    /// What waits for SWiP; opened by the one process that owns the station, when it is first needed.
    deliverer: OnceCell<Arc<Deliverer>>,
    /// Whether there is a server that signups may be delivered to: not before the set-up, never on a trial.
    is_connected: watch::Sender<bool>,
    /// What the delivery takes its time and chance from, if not from the machine.
    timing: Option<Arc<dyn Timing>>,
    journal: Journal,
    /// What opens the manager's door; none on a trial.
    pins: Option<Arc<PinStore>>,
    /// One at a time changes what is stored.
    saving: Arc<Mutex<()>>,
    /// What SWiP says the time is.
    server_time: ServerTime,
    /// Why nothing can be stored, if so: known once the process owns the station.
    unfit: OnceLock<Unfit>,
    /// How many customers are being signed up now.
    signups: watch::Sender<usize>,
}

/// What a station was found to be when it started.
#[derive(Debug)]
pub struct Opened {
    /// The settings and what was wrong with them.
    pub loaded: Loaded,
    /// The end of the stored token for the settings' origin, if there is one and it can be opened.
    pub token_tail: Option<String>,
    /// What protects the station's secrets, and which of them are out of reach.
    pub keys: KeyFacts,
    /// How much longer nobody may try the manager PIN: after a restart the whole wait starts anew.
    pub pin_wait: Duration,
}

/// What a station works with after a change.
#[derive(Debug)]
pub struct AtWork {
    /// The settings in force.
    pub settings: Settings,
    /// The end of the token in force.
    pub token_tail: String,
}

impl Station {
    /// Opens the station of a data directory, set up or not.
    pub fn open(dirs: &StationDirs) -> (Self, Opened) {
        let store = StationFiles::of(dirs);
        let loaded = store.load();
        let stored = loaded.settings.as_ref().map_or(Ok(None), |settings| store.try_stored_token(settings));
        // The station's uptime starts here.
        let pins = PinStore::open(dirs, Duration::ZERO);
        let keys =
            KeyFacts { protection: store.tokens.protection(), is_token_lost: stored.is_err(), pin: pins.state() };
        let token = stored.ok().flatten();
        let token_tail = token.as_ref().map(|token| token.tail().to_owned());
        let opened = Opened { token_tail, keys, pin_wait: pins.wait(Duration::ZERO), loaded };
        let is_connected = watch::Sender::new(token.is_some());
        let server_time = ServerTime::default();
        let linked = opened.loaded.settings.clone().zip(token);
        let link = linked.map(|(settings, token)| Link::new(settings, token, server_time.clone()));
        let (link, deliverer, unfit) = (Mutex::new(link), OnceCell::new(), OnceLock::new());
        let (journal, pins, saving) = (Journal::of(Some(dirs.data())), Some(Arc::new(pins)), Arc::default());
        let store = Some(store);
        let (timing, signups) = (None, watch::Sender::new(0));
        let station =
            Self { store, link, deliverer, is_connected, timing, journal, pins, saving, server_time, unfit, signups };
        (station, opened)
    }

    /// Where the shop's own looks are; a trial has none.
    pub fn brand(&self) -> Option<BrandFolder> {
        self.store.as_ref().map(|store| BrandFolder::in_dir(store.dirs.data()))
    }

    /// A station that only ever works against a sandbox of its own and stores nothing.
    pub fn trial() -> Self {
        Self {
            store: None,
            link: Mutex::new(None),
            deliverer: OnceCell::new(),
            is_connected: watch::Sender::new(false),
            timing: None,
            journal: Journal::of(None),
            pins: None,
            saving: Arc::default(),
            server_time: ServerTime::default(),
            unfit: OnceLock::new(),
            signups: watch::Sender::new(0),
        }
    }

    /// The same station, whose delivery takes time and chance from elsewhere: tests.
    #[must_use]
    pub fn timed_by(self, timing: Arc<dyn Timing>) -> Self {
        Self { timing: Some(timing), ..self }
    }

    /// Whether anything can be stored here.
    fn fit(&self) -> Result<(), Unfit> {
        self.unfit.get().map_or(Ok(()), |unfit| Err(*unfit))
    }

    async fn ask_for_points(&self, query: &CustomerQuery) -> Result<Lookup, Failure> {
        let link = self.link()?;
        let client = link.client().await.map_err(|error| Failure::from(&error))?;
        let result = client.look_up(query).await;
        if let Some(deliverer) = self.deliverer.get() {
            // Whoever is not found is signed up next: there should be room, or a sign that there is none.
            deliverer.outbox().look_at_disk();
        }
        self.tell_deliverer(&result);
        result.map_err(|error| Failure::from(&error))
    }

    async fn store_and_send(&self, enrolment: Enrolment, clock: Clock) -> Result<Submission, Failure> {
        let _under_way = signup_under_way::SignupUnderWay::begin(&self.signups);
        let link = self.link()?;
        let client = link.client().await.map_err(|error| Failure::from(&error));
        if link.is_trial() {
            return match client?.register(&enrolment.signup).await.map_err(|error| Failure::from(&error))? {
                Registration::Registered => Ok(Submission::Registered),
                Registration::AlreadyMember => Ok(Submission::AlreadyMember),
            };
        }
        let deliverer = self.deliverer().await?;
        deliverer
            .submit(
                enrolment,
                link.settings.connection.clone(),
                client.as_deref().map_err(|failure| *failure),
                self.server_time.taken(clock),
            )
            .await
    }

    /// The client of the settings in force, if there are any; a trial has none that may be delivered to.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn client(&self) -> Result<Arc<ApiClient>, Failure> {
        let link = self.link()?;
        if link.is_trial() {
            return Err(Failure::NotConfigured);
        }
        link.client().await.map_err(|error| Failure::from(&error))
    }

    /// What SWiP says the time is.
    pub fn server_time(&self) -> &ServerTime {
        &self.server_time
    }

    /// Waits until there is a server that signups may be delivered to.
    pub async fn connected(&self) {
        // The sender lives as long as the station.
        let _ = self.is_connected.subscribe().wait_for(|is_connected| *is_connected).await;
    }

    async fn try_out(
        &self,
        settings: Settings,
        token: &TokenChoice,
        query: &CustomerQuery,
    ) -> Result<TestOutcome, SaveError> {
        let token = self.token(&settings, token).ok_or(SaveError::TokenMissing)?;
        let is_https = settings.connection.base_url.is_https();
        let link = Link::new(settings, token, self.server_time.clone());
        let result = match link.client().await {
            Ok(client) => client.look_up(query).await,
            Err(error) => Err(error),
        };
        // Any other number may be somebody's, or was until lately.
        let is_nobodys = *query == CustomerQuery::Phone(Phone::unassignable());
        let tells_unknown = is_nobodys && matches!(result, Ok(Lookup::Unknown));
        let steps = steps(result.map_err(|error| Failure::from(&error)), is_https);
        Ok(TestOutcome { steps, tells_unknown, is_adopted: false })
    }

    /// Settles signups that may have arrived by asking, if a test has shown that the settings at work allow it; stored durably.
    /// True if the station works so now. Only the process that owns the station may ask. Blocks on the disk.
    pub fn ask_from_now_on(&self, tested: &Connection) -> bool {
        let _saving = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(mut settings) = self.settings() else {
            return false;
        };
        if self.store.is_none() || !settings.connection.looks_up_like(tested) {
            return false;
        }
        if let Some(deliverer) = self.deliverer.get() {
            deliverer.note_lookups_tell();
        }
        if settings.connection.reconcile == Reconcile::Lookup {
            return true;
        }
        settings.connection.reconcile = Reconcile::Lookup;
        let saved = self.store_settings(settings, &TokenChoice::Stored);
        if let Err(error) = &saved {
            tracing::warn!(%error, "what the connection test has shown could not be stored");
        }
        saved.is_ok()
    }

    fn store_settings(&self, settings: Settings, choice: &TokenChoice) -> Result<AtWork, SaveError> {
        let store = self.store.as_ref().ok_or(SaveError::Trial)?;
        self.fit().map_err(SaveError::Unfit)?;
        let origin = settings.connection.base_url.origin();
        let token = self.token(&settings, choice).ok_or(SaveError::TokenMissing)?;
        // The new token is durable before the settings point to it, the old one goes after: a power cut leaves what works.
        if let TokenChoice::New(token) = choice {
            store.tokens.add(&origin, token)?;
        }
        store.save(&settings)?;
        if let Err(error) = store.tokens.keep_only(&origin) {
            // The settings are stored. The old token stays sealed for its own origin until the next save.
            tracing::warn!(%error, "the token for the old address could not be forgotten");
        }
        let at_work = AtWork { settings: settings.clone(), token_tail: token.tail().to_owned() };
        self.set_link(Link::new(settings, token, self.server_time.clone()));
        Ok(at_work)
    }

    /// Starts a sandbox and works against it, without storing anything.
    ///
    /// # Errors
    /// [`Failure::Internal`] if no loopback port can be had.
    pub async fn start_sandbox(&self) -> Result<AtWork, Failure> {
        let sandbox = Sandbox::start(SandboxOptions::default()).await.map_err(|error| {
            tracing::error!(%error, "the sandbox did not start");
            Failure::Internal
        })?;
        let profile = Profile::parse(sandbox.profile().to_string().as_bytes()).map_err(|_| Failure::Internal)?;
        let (settings, token) = (profile.settings, profile.token.ok_or(Failure::Internal)?);
        let at_work = AtWork { settings: settings.clone(), token_tail: token.tail().to_owned() };
        self.set_link(Link::to_sandbox(settings, token, sandbox));
        Ok(at_work)
    }

    /// The settings at work, if the station is set up.
    ///
    /// # Errors
    /// [`Failure::NotConfigured`]
    pub fn settings(&self) -> Result<Settings, Failure> {
        self.link().map(|link| link.settings.clone())
    }

    /// Whether a token is stored for the settings' origin.
    pub fn has_token_for(&self, settings: &Settings) -> bool {
        self.token(settings, &TokenChoice::Stored).is_some()
    }

    fn token(&self, settings: &Settings, choice: &TokenChoice) -> Option<Token> {
        match choice {
            TokenChoice::New(token) => Some(token.clone()),
            TokenChoice::Stored => match &self.store {
                Some(store) => store.stored_token(settings),
                None => self.token_at_work(settings),
            },
        }
    }

    /// On a trial the token is kept nowhere but where it is used.
    fn token_at_work(&self, settings: &Settings) -> Option<Token> {
        let link = self.link().ok()?;
        let is_same_origin = link.settings.connection.base_url.origin() == settings.connection.base_url.origin();
        is_same_origin.then(|| link.token.clone())
    }

    fn link(&self) -> Result<Arc<Link>, Failure> {
        let link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        link.clone().ok_or(Failure::NotConfigured)
    }

    fn set_link(&self, link: Arc<Link>) {
        let is_connected = !link.is_trial();
        *self.link.lock().unwrap_or_else(PoisonError::into_inner) = Some(link);
        self.is_connected.send_replace(is_connected);
    }
}
