//! The settings on disk: loading cannot fail, saving is atomic and durable, a broken file is never lost.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::byte_order::without_mark;
use super::durable::{self, Prepared};
use super::plain_file;
use super::whole_number::whole_number;
use crate::domain::settings::{Mode, Preferences, SettingKind, SettingPlace, SettingsDraft};
use crate::domain::{SettingKey, Settings};

/// The settings file of one station, and its last good copy beside it.
#[derive(Clone, Debug)]
pub struct SettingsFile {
    current: PathBuf,
    last_good: PathBuf,
    /// It is there if the station is a kiosk: what cannot be read must not let a customer out.
    kiosk: PathBuf,
}

/// What was found on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// A usable connection with everything else, if there is one.
    pub settings: Option<Settings>,
    /// What is known without a connection.
    pub preferences: Preferences,
    /// What was dropped and what stands in its place, for the person who sets the station up.
    pub notes: Vec<SettingsNote>,
    /// Whether the station was never set up; broken settings are not that.
    pub is_first_start: bool,
}

/// One thing that was wrong with the settings file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsNote {
    /// The file cannot be read as settings; the last good copy stands.
    UnreadableUsedLastGood,
    /// The file cannot be read as settings, and there is no good copy.
    Unreadable,
    /// The value of a field is not one; the last good value or the default stands.
    BadValue(SettingKey),
    /// The file has a field that the program does not know. Its name, at most 40 characters of ASCII.
    UnknownField(String),
}

/// A whole file ends with this field, so that a cut-off one shows.
const VERSION_FIELD: &str = "version";
const VERSION: i64 = 1;
/// A settings file is a few hundred bytes; more is garbage.
const LONGEST_BYTES: u64 = 256 * 1024;

type Table = BTreeMap<String, Value>;

impl SettingsFile {
    /// The settings file in a data directory.
    pub fn in_dir(data: &Path) -> Self {
        Self {
            current: data.join("settings.toml"),
            last_good: data.join("settings.last-good.toml"),
            kiosk: data.join("kiosk"),
        }
    }

    /// Reads what is there.
    pub fn load(&self) -> Loaded {
        match (Read::from(&self.current), Read::from(&self.last_good)) {
            (Read::Missing, Read::Missing) if !self.was_kiosk() => Loaded::first_start(),
            (Read::Whole(table), good) => Loaded::from_table(&table, good.draft()),
            (_, Read::Whole(good)) | (Read::Missing | Read::Unreadable, Read::CutOff(good)) => {
                let mut loaded = Loaded::from_table(&good, SettingsDraft::default());
                loaded.notes.insert(0, SettingsNote::UnreadableUsedLastGood);
                loaded
            }
            (Read::CutOff(table), good) => Loaded::from_table(&table, good.draft()),
            (Read::Missing | Read::Unreadable, Read::Missing | Read::Unreadable) => {
                Loaded::locked(if self.was_kiosk() { Mode::Kiosk } else { Mode::Counter })
            }
        }
    }

    fn was_kiosk(&self) -> bool {
        fs::symlink_metadata(&self.kiosk).is_ok()
    }

    /// Stores settings durably. A file that could not be used whole is kept aside as `settings.broken-N.toml`.
    ///
    /// # Errors
    /// Whatever the disk refused; the old settings then stand.
    pub fn save(&self, settings: &Settings) -> io::Result<()> {
        let table = to_table(settings);
        let write = |aside: &Path| confy::store_path(aside, &table).map_err(io::Error::other);
        // Everything that may fail for want of space or rights comes before the first change.
        let last_good = Prepared::write(&self.last_good, write)?;
        let current = Prepared::write(&self.current, write)?;
        self.keep_broken()?;
        let is_kiosk = settings.preferences.mode == Mode::Kiosk;
        if is_kiosk && !self.was_kiosk() {
            durable::touch_private(&self.kiosk)?;
        }
        current.commit()?;
        if let Err(error) = last_good.commit() {
            // The settings are stored; only their copy is the old one.
            tracing::warn!(error = %error.kind(), "the copy of the settings cannot be replaced");
        }
        if !is_kiosk && self.was_kiosk() {
            // Left behind by a power cut it says too much, which is the safe side.
            let _ = fs::remove_file(&self.kiosk);
        }
        Ok(())
    }

    /// Gives a broken file a second name. It keeps its own until the new one takes that over, so that a power cut in
    /// between takes nothing away.
    fn keep_broken(&self) -> io::Result<()> {
        let is_broken = match Read::from(&self.current) {
            Read::Missing => false,
            Read::Unreadable | Read::CutOff(_) => true,
            Read::Whole(table) => !Loaded::from_table(&table, SettingsDraft::default()).notes.is_empty(),
        };
        if !is_broken {
            return Ok(());
        }
        let mut asides = (1_u32..).map(|n| self.current.with_file_name(format!("settings.broken-{n}.toml")));
        let Some(aside) = asides.find(|aside| fs::symlink_metadata(aside).is_err()) else {
            return Ok(());
        };
        if self.current.is_dir() {
            return durable::rename(&self.current, aside);
        }
        // Not every file system has second names; a copy is as good.
        fs::hard_link(&self.current, &aside).or_else(|_| fs::copy(&self.current, &aside).map(drop))
    }
}

/// One file as read.
enum Read {
    Missing,
    Unreadable,
    /// Fields, but not the one that ends a file.
    CutOff(Table),
    Whole(Table),
}

impl Read {
    fn from(path: &Path) -> Self {
        let bytes = match plain_file::read(path, LONGEST_BYTES) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Self::Missing,
            Err(_) => return Self::Unreadable,
            Ok(bytes) => bytes,
        };
        // confy itself reads UTF-8 alone.
        match toml::from_slice::<Table>(&without_mark(&bytes)) {
            Ok(table) if table.get(VERSION_FIELD).and_then(Value::as_i64) == Some(VERSION) => Self::Whole(table),
            Ok(mut table) => {
                let is_cut = !table.contains_key(VERSION_FIELD);
                // The fields are written in order. 1 may be what is left of 18; other values have an end that shows.
                if let Some(last) = table.last_entry().filter(|last| is_cut && last.get().is_number()) {
                    last.remove();
                }
                Self::CutOff(table)
            }
            Err(_) => Self::Unreadable,
        }
    }

    /// The good values in it, for want of better ones.
    fn draft(&self) -> SettingsDraft {
        match self {
            Self::Whole(table) | Self::CutOff(table) => good_fields(table, &mut Vec::new()),
            Self::Missing | Self::Unreadable => SettingsDraft::default(),
        }
    }
}

impl Loaded {
    fn first_start() -> Self {
        Self { settings: None, preferences: Preferences::default(), notes: Vec::new(), is_first_start: true }
    }

    /// Of a station that was set up, as this, and of whose settings nothing can be used.
    pub(super) fn locked(mode: Mode) -> Self {
        let notes = vec![SettingsNote::Unreadable];
        Self {
            settings: None,
            preferences: Preferences { mode, ..Preferences::default() },
            notes,
            is_first_start: false,
        }
    }

    /// The fields of `table`, with those of `fallback` where one is missing or bad. What a program of an earlier version did
    /// not write has its default.
    fn from_table(table: &Table, fallback: SettingsDraft) -> Self {
        let mut notes = Vec::new();
        let mut draft = fallback;
        let good = good_fields(table, &mut notes);
        for key in SettingKey::stored() {
            if let Some(text) = good.get(key) {
                draft.set(key, text);
            }
        }
        // A file that has its end was written whole.
        let is_whole = table.contains_key(VERSION_FIELD);
        for key in SettingKey::stored().filter(|key| !table.contains_key(key.name())) {
            if is_whole && key.entry().place == SettingPlace::Later {
                draft.remove(key);
            } else {
                notes.push(SettingsNote::BadValue(key));
            }
        }
        if draft.get(SettingKey::Mode).is_none() {
            // Whoever stands there may be a customer.
            draft.set(SettingKey::Mode, Mode::Kiosk.name());
        }
        let preferences = draft.preferences_or_defaults();
        Self { settings: draft.check().ok(), preferences, notes, is_first_start: false }
    }
}

/// The fields of a table whose values are values of theirs.
fn good_fields(table: &Table, notes: &mut Vec<SettingsNote>) -> SettingsDraft {
    let mut draft = SettingsDraft::default();
    for (name, value) in table.iter().filter(|(name, _)| *name != VERSION_FIELD) {
        let Some(key) = SettingKey::of_stored(name) else {
            notes.push(SettingsNote::UnknownField(printable(name)));
            continue;
        };
        match value_text(key, value) {
            Some(text) => draft.set(key, text),
            None => notes.push(SettingsNote::BadValue(key)),
        }
    }
    let bad = draft.check().err().unwrap_or_default();
    for key in bad.into_keys() {
        // What is missing has no text here, and what is of the wrong type was noted above.
        if draft.remove(key).is_some() {
            notes.push(SettingsNote::BadValue(key));
        }
    }
    draft
}

/// The text of a value as a person would type it; none for a table, a fraction, or a list where none belongs.
pub(super) fn value_text(key: SettingKey, value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(is_on) => Some(is_on.to_string()),
        Value::Number(_) => whole(value),
        Value::Array(items) if matches!(key.entry().kind, SettingKind::Numbers(_)) => {
            let numbers: Option<Vec<_>> = items.iter().map(whole).collect();
            numbers.map(|numbers| numbers.join(", "))
        }
        Value::Array(items) if key.entry().kind == SettingKind::Texts => {
            let text = |item: &Value| item.as_str().map(str::to_owned).or_else(|| whole(item));
            let texts: Option<Vec<_>> = items.iter().map(text).collect();
            texts.map(|texts| texts.join(", "))
        }
        Value::Array(_) | Value::Null | Value::Object(_) => None,
    }
}

/// A whole number in whichever form it is written: `14`, `14.0` and `"14"` are one.
pub(super) fn whole(value: &Value) -> Option<String> {
    let number = match value {
        Value::Number(number) => whole_number(&number.to_string()),
        Value::String(text) => whole_number(text.trim()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    number.map(|number| number.to_string())
}

/// Every field with the type a person would expect in the file.
fn to_table(settings: &Settings) -> Table {
    let draft = SettingsDraft::from(settings);
    let mut table: Table =
        SettingKey::stored().filter_map(|key| Some((key.name().to_owned(), typed(key, draft.get(key)?)))).collect();
    table.insert(VERSION_FIELD.to_owned(), VERSION.into());
    table
}

/// A text as the value that people would write in a file.
pub(super) fn typed(key: SettingKey, text: &str) -> Value {
    match key.entry().kind {
        SettingKind::Switch => (text == "true").into(),
        SettingKind::Number(_) => text.parse::<i64>().map_or(Value::Null, Value::from),
        SettingKind::Numbers(_) => text.split(", ").filter_map(|code| code.parse::<i64>().ok()).collect(),
        SettingKind::Texts => text.split(", ").filter(|part| !part.is_empty()).collect(),
        SettingKind::Text | SettingKind::Secret | SettingKind::OneOf(_) => text.into(),
    }
}

/// A name out of a broken file, fit to be shown.
fn printable(name: &str) -> String {
    name.chars().filter(char::is_ascii_graphic).take(40).collect()
}
