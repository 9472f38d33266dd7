//! What a station keeps on disk: settings, secrets, and the outbox.

use std::io;

use crate::domain::settings::Mode;
use crate::domain::{Settings, Token, Unfit};
use crate::services::dirs::StationDirs;
use crate::services::outbox::{Outbox, StoreError};
use crate::services::secrets::{HistoryFile, KeyError, RootKey, SecretsError, TokenStore};
use crate::services::settings_file::{Loaded, SettingsFile};
use crate::services::{durable, machine};

/// The files of one station.
#[derive(Clone)]
pub(super) struct StationFiles {
    pub(super) dirs: StationDirs,
    pub(super) tokens: TokenStore,
    settings: SettingsFile,
}

/// Why settings were not saved; the old ones then stand.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// None is stored for the origin, and none was given.
    #[error("the token for this address is missing")]
    TokenMissing,
    /// A trial stores nothing.
    #[error("a trial stores nothing")]
    Trial,
    /// The folder is no place for what must not be lost.
    #[error("the data directory is no place to store anything")]
    Unfit(Unfit),
    /// The secrets could not be kept.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// The disk refused the settings.
    #[error("the settings cannot be written")]
    Storage(#[from] io::Error),
}

/// Why there is no outbox.
#[derive(Debug, thiserror::Error)]
pub(super) enum OutboxError {
    #[error("a trial stores nothing")]
    Trial,
    #[error("the data directory is no place to store anything")]
    Unfit(Unfit),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OutboxError {
    /// Whether another program holds the files.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self, Self::Store(StoreError::Database(error))
            if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy))
    }
}

impl StationFiles {
    pub(super) fn of(dirs: &StationDirs) -> Self {
        let (settings, tokens) = (SettingsFile::in_dir(dirs.data()), TokenStore::new(dirs));
        Self { dirs: dirs.clone(), tokens, settings }
    }

    /// Reads the settings. A station that was set up once and whose settings are gone is not one that never was.
    pub(super) fn load(&self) -> Loaded {
        let loaded = self.settings.load();
        let was_set_up = if loaded.is_first_start { self.tokens.last_mode() } else { None };
        was_set_up.map_or(loaded, Loaded::locked)
    }

    /// Stores settings durably. That it is a kiosk is noted before, and that it is none after: a power cut in between says too
    /// much, which is the safe side.
    ///
    /// # Errors
    /// The old settings then stand.
    pub(super) fn save(&self, settings: &Settings) -> Result<(), SaveError> {
        let mode = settings.preferences.mode;
        if mode == Mode::Kiosk {
            self.tokens.note_mode(mode)?;
        }
        self.settings.save(settings)?;
        if mode != Mode::Kiosk {
            self.note_mode(mode);
        }
        Ok(())
    }

    fn note_mode(&self, mode: Mode) {
        if let Err(error) = self.tokens.note_mode(mode) {
            tracing::warn!(%error, "it cannot be noted whether the station is a kiosk");
        }
    }

    /// Opens the outbox. The caller owns the station.
    pub(super) fn open_outbox(&self) -> Result<Outbox, OutboxError> {
        durable::create_private_dir(self.dirs.data()).map_err(KeyError::Storage)?;
        let root = RootKey::open_or_create(&self.dirs)?;
        let others = RootKey::others(&self.dirs);
        if let Err(error) = self.tokens.reseal(&root, &others) {
            // They open as they are for as long as the other key is there.
            tracing::warn!(%error, "secrets could not be sealed under the key in force");
        }
        // A program before 0.2 noted nothing.
        if let Some(settings) = self.settings.load().settings {
            self.note_mode(settings.preferences.mode);
        }
        let history = HistoryFile::of(&self.dirs, &root, machine::id());
        Ok(Outbox::open(self.dirs.data(), &root, &others, history)?)
    }

    pub(super) fn stored_token(&self, settings: &Settings) -> Option<Token> {
        self.try_stored_token(settings).ok().flatten()
    }

    pub(super) fn try_stored_token(&self, settings: &Settings) -> Result<Option<Token>, SecretsError> {
        self.tokens
            .token_for(&settings.connection.base_url.origin())
            .inspect_err(|error| tracing::error!(%error, "the token cannot be opened"))
    }
}
