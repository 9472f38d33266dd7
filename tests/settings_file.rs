//! The settings on disk: whatever lies there, loading says something, and saving never loses anything.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use proptest::prelude::*;
use swip_kiosk::domain::settings::Mode;
use swip_kiosk::domain::{SettingKey, Settings, SettingsDraft};
use swip_kiosk::services::settings_file::{Loaded, SettingsFile, SettingsNote};
use tempfile::TempDir;

/// What a kiosk may be set to, every value other than its default.
const KIOSK: [(SettingKey, &str); 25] = [
    (SettingKey::BaseUrl, "https://api.example.org:8443/v3"),
    (SettingKey::MerchantId, "MRCH"),
    (SettingKey::StoreId, "Store 12"),
    (SettingKey::CashId, "0001"),
    (SettingKey::StatsMethod, "post"),
    (SettingKey::CaFile, if cfg!(windows) { "C:/shop.pem" } else { "/etc/shop.pem" }),
    (SettingKey::Mode, "kiosk"),
    (SettingKey::Language, "en"),
    (SettingKey::HighContrast, "true"),
    (SettingKey::AcceptLandlines, "true"),
    (SettingKey::MobilePrefixes, "001, 709"),
    (SettingKey::MinimumAge, "18"),
    (SettingKey::NotFoundCodes, "9, 17"),
    (SettingKey::AlreadyExistsCodes, "21"),
    (SettingKey::RetentionDays, "7"),
    (SettingKey::JournalDays, "90"),
    (SettingKey::IdleSeconds, "60"),
    (SettingKey::AskFirstName, "false"),
    (SettingKey::AskLastName, "false"),
    (SettingKey::AskBirthday, "false"),
    (SettingKey::KioskPointsByPhone, "true"),
    (SettingKey::KioskMonitor, "HDMI-1"),
    (SettingKey::KioskInches, "21"),
    (SettingKey::KioskKeyboards, "kk"),
    (SettingKey::TextPercent, "150"),
];

/// What no key takes, as TOML.
const NO_VALUES: [&str; 6] = ["1.5", "nan", "{ a = 1 }", "[[1]]", "[\"x\", 1]", "1979-05-27"];

struct Folder {
    folder: TempDir,
    file: SettingsFile,
}

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = SettingsFile::in_dir(folder.path());
        Self { folder, file }
    }

    /// A folder in which `settings` were saved once.
    fn with(settings: &Settings) -> Self {
        let folder = Self::new();
        folder.save(settings);
        folder
    }

    fn save(&self, settings: &Settings) {
        self.file.save(settings).expect("saved");
    }

    fn load(&self) -> Loaded {
        self.file.load()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn current(&self) -> PathBuf {
        self.path("settings.toml")
    }

    fn last_good(&self) -> PathBuf {
        self.path("settings.last-good.toml")
    }

    fn write(&self, bytes: impl AsRef<[u8]>) {
        fs::write(self.current(), bytes).expect("written");
    }

    fn forget_last_good(&self) {
        fs::remove_file(self.last_good()).expect("it was there");
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).expect("a folder").map(|entry| entry.expect("an entry"));
        let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

fn settings_with(changes: &[(SettingKey, &str)]) -> Settings {
    let mut draft = SettingsDraft::default();
    for (key, text) in KIOSK.iter().chain(changes) {
        draft.set(*key, *text);
    }
    draft.check().expect("valid settings")
}

fn kiosk() -> Settings {
    settings_with(&[])
}

/// The kiosk's file with the line of one key replaced.
fn file_with(key: &str, value: &str) -> String {
    static LINES: LazyLock<toml_lines::Lines> = LazyLock::new(|| toml_lines::read(&Folder::with(&kiosk()).current()));
    toml_lines::write(&LINES, key, value)
}

/// A settings file as `key = value` pairs, values as TOML.
mod toml_lines {
    use std::fs;
    use std::path::Path;

    pub(super) type Lines = Vec<(String, String)>;

    pub(super) fn read(path: &Path) -> Lines {
        let text = fs::read_to_string(path).expect("a settings file");
        let mut lines = Lines::new();
        for line in text.lines() {
            match line.split_once(" = ") {
                Some((key, value)) => lines.push((key.to_owned(), value.to_owned())),
                None => lines.last_mut().expect("a key comes first").1.push_str(line),
            }
        }
        lines
    }

    pub(super) fn write(lines: &Lines, key: &str, value: &str) -> String {
        let others = lines.iter().filter(|(name, _)| name != key);
        let others = others.fold(String::new(), |text, (name, value)| format!("{text}{name} = {value}\n"));
        format!("{key} = {value}\n{others}")
    }
}

fn bad_values(loaded: &Loaded) -> Vec<SettingKey> {
    let keys = loaded.notes.iter().filter_map(|note| match note {
        SettingsNote::BadValue(key) => Some(*key),
        _ => None,
    });
    keys.collect()
}

/// A station that cannot work and was not new either.
fn assert_locked(loaded: &Loaded, what: &str) {
    assert!(loaded.settings.is_none(), "{what}");
    assert!(!loaded.is_first_start, "{what}");
    assert!(!loaded.notes.is_empty(), "{what}");
    assert_eq!(loaded.preferences.mode, Mode::Kiosk, "{what}: whoever stands there may be a customer");
}

#[cfg(unix)]
fn mode_of(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

#[test]
fn only_an_empty_folder_is_a_first_start() {
    let folder = Folder::new();
    assert!(folder.load().is_first_start);
    assert_eq!(folder.load().notes, []);
    assert_eq!(folder.names(), <[String; 0]>::default(), "looking leaves no trace");

    let nowhere = SettingsFile::in_dir(&folder.path("missing"));
    assert!(nowhere.load().is_first_start);

    folder.write("");
    assert!(!folder.load().is_first_start);
    fs::remove_file(folder.current()).expect("it was there");
    fs::write(folder.last_good(), "").expect("written");
    assert_locked(&folder.load(), "nothing but a broken copy");
}

#[test]
fn a_kiosk_stays_one_whatever_becomes_of_its_files_and_a_counter_never_becomes_one() {
    let counter = || settings_with(&[(SettingKey::Mode, "counter")]);
    let spoil =
        |folder: &Folder| [folder.current(), folder.last_good()].map(|path| fs::write(path, "?").expect("written"));
    let remove =
        |folder: &Folder| [folder.current(), folder.last_good()].map(|path| fs::remove_file(path).expect("removed"));
    let folder = Folder::with(&kiosk());
    spoil(&folder);
    assert_locked(&folder.load(), "a kiosk whose files are broken");
    remove(&folder);
    assert_locked(&folder.load(), "a kiosk whose files are gone");

    folder.save(&counter());
    assert_eq!(folder.names(), ["settings.last-good.toml", "settings.toml"]);
    spoil(&folder);
    assert_eq!(folder.load().preferences.mode, Mode::Counter);
    assert!(!folder.load().is_first_start);
    remove(&folder);
    assert!(folder.load().is_first_start);
}

#[test]
fn what_was_saved_is_loaded_without_a_note() {
    let folder = Folder::with(&kiosk());
    let expected =
        Loaded { preferences: kiosk().preferences, settings: Some(kiosk()), notes: Vec::new(), is_first_start: false };
    assert_eq!(folder.load(), expected);
    assert_eq!(folder.names(), ["kiosk", "settings.last-good.toml", "settings.toml"]);
}

#[test]
fn a_file_cut_off_at_any_byte_gives_way_to_the_last_good_copy() {
    let folder = Folder::with(&kiosk());
    let whole = fs::read(folder.current()).expect("a file");
    let needed = whole.trim_ascii_end().len();
    for length in 0..whole.len() {
        folder.write(&whole[..length]);
        let loaded = folder.load();
        assert_eq!(loaded.settings, Some(kiosk()), "{length} bytes");
        assert!(!loaded.is_first_start);
        let expected: &[_] = if length < needed { &[SettingsNote::UnreadableUsedLastGood] } else { &[] };
        assert_eq!(loaded.notes, expected, "{length} bytes");
    }
}

/// The size of text stands after everything that a connection needs: a cut may take it alone, which is noted.
fn is_kiosk_but_for_its_end(settings: &Settings) -> bool {
    *settings == kiosk() || *settings == settings_with(&[(SettingKey::TextPercent, "100")])
}

#[test]
fn a_file_cut_off_at_any_byte_without_a_copy_never_shows_a_value_that_was_not_there() {
    let folder = Folder::with(&kiosk());
    folder.forget_last_good();
    let whole = fs::read(folder.current()).expect("a file");
    let known = SettingsDraft::from(&kiosk());
    let defaults = SettingsDraft::from(&swip_kiosk::domain::settings::Preferences::default());
    for length in 0..whole.trim_ascii_end().len() {
        folder.write(&whole[..length]);
        let loaded = folder.load();
        assert!(!loaded.is_first_start);
        let draft = SettingsDraft::from(&loaded.preferences);
        for key in SettingKey::stored().filter(|key| draft.get(*key).is_some()) {
            let is_kept = draft.get(key) == known.get(key);
            let is_noted = loaded.notes.contains(&SettingsNote::Unreadable) || bad_values(&loaded).contains(&key);
            let is_safe = draft.get(key) == defaults.get(key) || key == SettingKey::Mode;
            assert!(is_kept || (is_safe && is_noted), "{key:?} of {length} bytes is {:?}", draft.get(key));
        }
        let is_kiosk = loaded.preferences.mode == Mode::Kiosk;
        assert!(is_kiosk || loaded.settings.is_none(), "a kiosk became a counter at {length} bytes");
        assert!(loaded.settings.as_ref().is_none_or(is_kiosk_but_for_its_end), "{length} bytes");
    }
}

#[test]
fn a_copy_cut_off_at_any_byte_is_of_use_when_there_is_nothing_else() {
    let folder = Folder::with(&kiosk());
    let whole = fs::read(folder.current()).expect("a file");
    for length in 0..whole.len() {
        folder.write("version = ");
        fs::write(folder.last_good(), &whole[..length]).expect("written");
        let loaded = folder.load();
        assert!(!loaded.is_first_start && !loaded.notes.is_empty());
        let is_good = loaded.settings.as_ref().is_none_or(is_kiosk_but_for_its_end);
        assert!(is_good, "{length} bytes");
        if length + 1 == whole.len() {
            assert_eq!(loaded.settings, Some(kiosk()));
        }
    }
}

/// Puts what no settings file is in the place of one.
type Spoil = fn(&Path);

const SPOILT: [(&str, Spoil); 6] = [
    ("garbage", |path| fs::write(path, "]{ \u{1}garbage").expect("written")),
    ("invalid UTF-8", |path| fs::write(path, b"mode = \"\xff\xfe\"\nversion = 1\n").expect("written")),
    ("NUL bytes, as a power cut leaves them", |path| fs::write(path, [0_u8; 512]).expect("written")),
    ("10 MB", |path| {
        let text = format!("# {}\nversion = 1\n", "x".repeat(10 * 1024 * 1024));
        fs::write(path, text).expect("written");
    }),
    ("a folder", |path| fs::create_dir(path).expect("made")),
    ("a link to nowhere in particular", |path| link(Path::new("/dev/null"), path)),
];

#[cfg(unix)]
fn link(to: &Path, path: &Path) {
    std::os::unix::fs::symlink(to, path).expect("linked");
}

#[cfg(not(unix))]
fn link(_to: &Path, path: &Path) {
    fs::create_dir(path).expect("made");
}

#[test]
fn what_cannot_be_read_gives_way_to_the_last_good_copy_or_locks_the_station() {
    for (what, spoil) in SPOILT {
        let folder = Folder::with(&kiosk());
        fs::remove_file(folder.current()).expect("it was there");
        spoil(&folder.current());
        let loaded = folder.load();
        assert_eq!(loaded.settings, Some(kiosk()), "{what}");
        assert_eq!(loaded.preferences.mode, Mode::Kiosk, "{what}");
        assert_eq!(loaded.notes, [SettingsNote::UnreadableUsedLastGood], "{what}");

        folder.forget_last_good();
        assert_locked(&folder.load(), what);
        assert_eq!(folder.load().notes, [SettingsNote::Unreadable], "{what}");

        spoil(&folder.last_good());
        assert_locked(&folder.load(), what);
    }
}

#[cfg(unix)]
#[test]
fn a_file_without_the_right_to_read_it_gives_way_to_the_last_good_copy() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with(&kiosk());
    fs::set_permissions(folder.current(), fs::Permissions::from_mode(0o000)).expect("set");
    // An administrator can read it all the same.
    let is_readable = fs::read(folder.current()).is_ok();
    let loaded = folder.load();
    assert_eq!(loaded.settings, Some(kiosk()));
    assert_eq!(loaded.notes.is_empty(), is_readable);
    folder.save(&kiosk());
    assert_eq!(folder.load().notes, []);
    assert_eq!(mode_of(&folder.current()), 0o600);
}

#[test]
fn a_missing_file_gives_way_to_the_last_good_copy() {
    let folder = Folder::with(&kiosk());
    fs::remove_file(folder.current()).expect("it was there");
    let loaded = folder.load();
    assert_eq!(loaded.settings, Some(kiosk()));
    assert_eq!(loaded.notes, [SettingsNote::UnreadableUsedLastGood]);
    assert!(!loaded.is_first_start);
}

#[test]
fn an_unknown_key_is_noted_by_name_and_everything_else_kept() {
    let folder = Folder::new();
    for (name, shown) in [("colour", "colour".to_owned()), ("\"ключ\\u0007-1\"", "-1".to_owned())] {
        folder.write(file_with(name, "1"));
        let loaded = folder.load();
        assert_eq!(loaded.settings, Some(kiosk()));
        assert_eq!(loaded.notes, [SettingsNote::UnknownField(shown)]);
    }
    folder.write(file_with(&"k".repeat(1000), "\"a secret\""));
    assert_eq!(folder.load().notes, [SettingsNote::UnknownField("k".repeat(40))]);
    folder.write(file_with("token", "\"a secret\""));
    let loaded = folder.load();
    assert_eq!(loaded.notes, [SettingsNote::UnknownField("token".to_owned())]);
    assert!(!format!("{loaded:?}").contains("secret"), "a value of a foreign key goes nowhere");
}

#[test]
fn a_value_of_the_wrong_type_gives_way_to_the_last_good_one() {
    let folder = Folder::with(&kiosk());
    for key in SettingKey::stored() {
        for value in NO_VALUES {
            folder.write(file_with(key.name(), value));
            let loaded = folder.load();
            assert_eq!(loaded.settings, Some(kiosk()), "{key:?} = {value}");
            assert_eq!(loaded.notes, [SettingsNote::BadValue(key)], "{key:?} = {value}");
        }
    }
}

#[test]
fn a_value_of_the_wrong_type_without_a_copy_gives_way_to_the_default_or_locks_the_station() {
    let folder = Folder::new();
    for key in SettingKey::stored() {
        let is_required =
            [SettingKey::BaseUrl, SettingKey::MerchantId, SettingKey::StoreId, SettingKey::CashId].contains(&key);
        for value in NO_VALUES {
            folder.write(file_with(key.name(), value));
            let loaded = folder.load();
            assert_eq!(loaded.settings.is_none(), is_required, "{key:?} = {value}");
            assert_eq!(loaded.notes, [SettingsNote::BadValue(key)], "{key:?} = {value}");
            assert_eq!(loaded.preferences.mode, Mode::Kiosk, "{key:?} = {value}");
        }
    }
}

#[test]
fn a_value_out_of_range_is_noted_once() {
    let folder = Folder::with(&kiosk());
    let cases = [
        (SettingKey::BaseUrl, "\"http://api.example.org\""),
        (SettingKey::BaseUrl, "5"),
        (SettingKey::MerchantId, "\"\""),
        (SettingKey::MerchantId, "[1, 2]"),
        (SettingKey::StoreId, "[1, 2]"),
        (SettingKey::CashId, "\"касса\""),
        (SettingKey::StatsMethod, "\"put\""),
        (SettingKey::CaFile, "\"shop.pem\""),
        (SettingKey::Mode, "\"Kiosk\""),
        (SettingKey::Mode, "true"),
        (SettingKey::Language, "1"),
        (SettingKey::HighContrast, "1"),
        (SettingKey::AcceptLandlines, "\"yes\""),
        (SettingKey::MinimumAge, "100"),
        (SettingKey::MinimumAge, "-1"),
        (SettingKey::MinimumAge, "true"),
        (SettingKey::NotFoundCodes, "[9.5]"),
        (SettingKey::AlreadyExistsCodes, "\"nine\""),
        (SettingKey::RetentionDays, "0"),
        (SettingKey::RetentionDays, "91"),
        (SettingKey::RetentionDays, "1.5"),
        (SettingKey::JournalDays, "6"),
        (SettingKey::JournalDays, "3651"),
        (SettingKey::IdleSeconds, "19"),
        (SettingKey::IdleSeconds, "301"),
        (SettingKey::AskFirstName, "\"no\""),
        (SettingKey::AskLastName, "0"),
        (SettingKey::AskBirthday, "[]"),
        (SettingKey::KioskPointsByPhone, "1"),
        (SettingKey::KioskMonitor, "\"HDMI\\n1\""),
        (SettingKey::KioskInches, "151"),
        (SettingKey::KioskKeyboards, "[\"1\"]"),
        (SettingKey::TextPercent, "99"),
        (SettingKey::TextPercent, "201"),
    ];
    for (key, value) in cases {
        folder.write(file_with(key.name(), value));
        let loaded = folder.load();
        assert_eq!(loaded.settings, Some(kiosk()), "{key:?} = {value}");
        assert_eq!(loaded.notes, [SettingsNote::BadValue(key)], "{key:?} = {value}");
    }
}

#[test]
fn values_written_by_hand_in_another_type_are_understood() {
    let folder = Folder::with(&kiosk());
    let cases = [
        (SettingKey::CashId, "7", "7"),
        (SettingKey::HighContrast, "\"false\"", "false"),
        (SettingKey::MinimumAge, "\"21\"", "21"),
        (SettingKey::NotFoundCodes, "\"9 10\"", "9, 10"),
        (SettingKey::NotFoundCodes, "12", "12"),
        (SettingKey::AlreadyExistsCodes, "[]", ""),
    ];
    for (key, value, text) in cases {
        folder.write(file_with(key.name(), value));
        let loaded = folder.load();
        assert_eq!(loaded.settings, Some(settings_with(&[(key, text)])), "{key:?} = {value}");
        assert_eq!(loaded.notes, [], "{key:?} = {value}");
    }
}

#[test]
fn a_missing_key_is_noted() {
    let folder = Folder::with(&kiosk());
    let text = fs::read_to_string(folder.current()).expect("a file");
    folder.write(text.replace("cash_id = \"0001\"\n", ""));
    let loaded = folder.load();
    assert_eq!(loaded.settings, Some(kiosk()));
    assert_eq!(loaded.notes, [SettingsNote::BadValue(SettingKey::CashId)]);
}

#[test]
fn a_key_that_is_there_twice_makes_the_file_one_that_cannot_be_read() {
    let settings = kiosk();
    let folder = Folder::with(&settings);
    let path = folder.path("settings.toml");
    let text = fs::read_to_string(&path).expect("read");
    fs::write(&path, format!("mode = \"counter\"\n{text}")).expect("written");
    let loaded = folder.load();
    assert_eq!(loaded.settings, Some(settings), "the last good copy");
    assert_eq!(loaded.notes, [SettingsNote::UnreadableUsedLastGood]);
}

#[test]
fn a_file_of_an_earlier_version_has_the_defaults_of_what_came_since_and_is_not_broken() {
    let folder = Folder::with(&kiosk());
    let text = fs::read_to_string(folder.current()).expect("a file");
    let since = [
        "reconcile",
        "ca_file",
        "retention_days",
        "journal_days",
        "idle_seconds",
        "ask_first_name",
        "ask_last_name",
        "ask_birthday",
        "kiosk_points_by_phone",
        "kiosk_monitor",
        "kiosk_inches",
        "kiosk_keyboards",
        "text_percent",
        "scanner_prefix",
        "scanner_suffix",
        "scanner_length",
        "scanner_strips_url",
        "scanner_port",
        "scanner_speed",
    ];
    let is_since = |line: &&str| since.iter().any(|key| line.starts_with(&format!("{key} = ")));
    let earlier: String = text.split_inclusive('\n').filter(|line| !is_since(line)).collect();
    assert_eq!(text.lines().count() - earlier.lines().count(), since.len());
    // With the last good copy of a later version beside it, and without.
    for has_copy in [true, false] {
        folder.write(&earlier);
        if !has_copy {
            folder.forget_last_good();
        }
        let loaded = folder.load();
        let expected = settings_with(&[
            (SettingKey::CaFile, ""),
            (SettingKey::RetentionDays, "30"),
            (SettingKey::JournalDays, "730"),
            (SettingKey::IdleSeconds, "45"),
            (SettingKey::AskFirstName, "true"),
            (SettingKey::AskLastName, "true"),
            (SettingKey::AskBirthday, "true"),
            (SettingKey::KioskPointsByPhone, "false"),
            (SettingKey::KioskMonitor, ""),
            (SettingKey::KioskInches, "0"),
            (SettingKey::KioskKeyboards, ""),
            (SettingKey::TextPercent, "100"),
        ]);
        assert_eq!((loaded.settings, loaded.notes), (Some(expected), Vec::new()), "with a copy: {has_copy}");
        folder.save(&kiosk());
        assert_eq!(folder.names(), ["kiosk", "settings.last-good.toml", "settings.toml"], "with a copy: {has_copy}");
    }
}

#[test]
fn a_file_of_a_newer_version_is_read_as_far_as_it_is_known_and_kept_aside() {
    let folder = Folder::new();
    folder.write(format!("{}shelf = \"new\"\n", file_with("version", "2")));
    let newer = fs::read(folder.current()).expect("a file");
    let loaded = folder.load();
    assert_eq!(loaded.settings, Some(kiosk()));
    assert_eq!(loaded.notes, [SettingsNote::UnknownField("shelf".to_owned())]);
    folder.save(&kiosk());
    assert_eq!(fs::read(folder.path("settings.broken-1.toml")).expect("kept"), newer);
}

#[test]
fn a_broken_file_is_kept_aside_and_never_overwritten() {
    let folder = Folder::with(&kiosk());
    for n in 1..=3 {
        let text = format!("broken {n}");
        folder.write(&text);
        folder.save(&kiosk());
        for kept in 1..=n {
            let path = folder.path(&format!("settings.broken-{kept}.toml"));
            assert_eq!(fs::read_to_string(path).expect("kept"), format!("broken {kept}"));
        }
        assert_eq!(folder.load().notes, []);
    }
    folder.save(&kiosk());
    assert_eq!(folder.names().iter().filter(|name| name.contains("broken")).count(), 3, "{:?}", folder.names());

    fs::remove_file(folder.current()).expect("it was there");
    fs::create_dir(folder.current()).expect("made");
    fs::write(folder.current().join("inside"), "x").expect("written");
    folder.save(&kiosk());
    assert_eq!(fs::read_to_string(folder.path("settings.broken-4.toml").join("inside")).expect("kept"), "x");
    assert_eq!(folder.load().settings, Some(kiosk()));

    folder.write(file_with("minimum_age", "\"old\""));
    folder.save(&kiosk());
    assert!(folder.path("settings.broken-5.toml").is_file(), "half broken is broken");
    folder.write(file_with("colour", "1"));
    folder.save(&kiosk());
    assert!(folder.path("settings.broken-6.toml").is_file(), "so is a file with something unknown");
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    for name in ["settings.toml.new", "settings.last-good.toml.new"] {
        // Left over from a run that was cut off.
        fs::write(folder.path(name), "left over").expect("written");
        fs::set_permissions(folder.path(name), fs::Permissions::from_mode(0o666)).expect("set");
    }
    folder.save(&kiosk());
    assert_eq!(mode_of(&folder.current()), 0o600);
    assert_eq!(mode_of(&folder.last_good()), 0o600);
    assert_eq!(folder.load().settings, Some(kiosk()));
    assert_eq!(folder.names(), ["kiosk", "settings.last-good.toml", "settings.toml"]);
}

#[test]
fn a_save_that_fails_changes_nothing() {
    for blocked in ["settings.toml.new", "settings.last-good.toml.new"] {
        let states: [fn(&Folder); 3] = [
            |_| {},
            |folder| folder.write("version = "),
            |folder| {
                folder.write(file_with("colour", "1"));
                folder.forget_last_good();
            },
        ];
        for (n, prepare) in states.into_iter().enumerate() {
            let folder = Folder::with(&kiosk());
            prepare(&folder);
            let before = folder.load();
            fs::create_dir(folder.path(blocked)).expect("made");
            assert!(folder.file.save(&settings_with(&[(SettingKey::Mode, "counter")])).is_err(), "{blocked}, {n}");
            assert_eq!(folder.load(), before, "{blocked}, state {n}");
        }
    }
}

#[test]
fn a_reader_sees_the_old_settings_or_the_new_ones() {
    let folder = Folder::with(&kiosk());
    let counter = settings_with(&[(SettingKey::Mode, "counter"), (SettingKey::StoreId, "S")]);
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut looks = 0;
            while !is_done.load(Ordering::Relaxed) {
                let loaded = folder.load();
                assert_eq!(loaded.notes, []);
                let settings = loaded.settings.expect("settings at any time");
                assert!(settings == kiosk() || settings == counter, "half of each");
                looks += 1;
            }
            looks
        });
        for _ in 0..50 {
            folder.save(&counter);
            folder.save(&kiosk());
        }
        is_done.store(true, Ordering::Relaxed);
        assert!(reader.join().unwrap_or_else(|_| panic!("the reader saw something else")) > 0);
    });
}

fn quick(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// The texts of any valid settings.
fn any_settings() -> impl Strategy<Value = Settings> {
    let codes = || prop::collection::vec(any::<i64>(), 0..=32);
    let ids = ("[!-~]{1,64}", "[!-~]([ -~]{0,62}[!-~])?", "[!-~]([ -~]{0,62}[!-~])?");
    let address = "https://[a-z]{1,20}\\.[a-z]{2,8}(:[1-9][0-9]{0,3})?(/[a-z0-9_.~-]{1,20}[a-z]){0,3}";
    let switches = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (address, ids, switches, (0_u8..=99, 1_u8..=90), "[a-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}", codes(), codes()).prop_map(
        |(
            address,
            (merchant, store, cash),
            (post, kiosk, contrast, landlines),
            (age, days),
            language,
            found,
            exists,
        )| {
            let list = |codes: Vec<i64>| codes.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
            let texts = [
                (SettingKey::BaseUrl, address),
                (SettingKey::MerchantId, merchant),
                (SettingKey::StoreId, store),
                (SettingKey::CashId, cash),
                (SettingKey::StatsMethod, if post { "post" } else { "get" }.to_owned()),
                (SettingKey::Mode, if kiosk { "kiosk" } else { "counter" }.to_owned()),
                (SettingKey::Language, language),
                (SettingKey::HighContrast, contrast.to_string()),
                (SettingKey::AcceptLandlines, landlines.to_string()),
                (SettingKey::MinimumAge, age.to_string()),
                (SettingKey::NotFoundCodes, list(found)),
                (SettingKey::AlreadyExistsCodes, list(exists)),
                (SettingKey::RetentionDays, days.to_string()),
            ];
            let mut draft = SettingsDraft::default();
            for (key, text) in texts {
                draft.set(key, text);
            }
            draft.check().unwrap_or_else(|errors| panic!("{errors:?}"))
        },
    )
}

proptest! {
    #![proptest_config(quick(128))]

    #[test]
    fn any_valid_settings_come_back_as_they_were(settings in any_settings()) {
        let folder = Folder::with(&settings);
        let loaded = folder.load();
        prop_assert_eq!(loaded.notes, []);
        prop_assert_eq!(loaded.settings, Some(settings));
    }
}

proptest! {
    #![proptest_config(quick(512))]

    #[test]
    fn any_bytes_load_without_a_panic(current in any::<Option<Vec<u8>>>(), copy in any::<Option<Vec<u8>>>()) {
        let folder = Folder::new();
        let is_new = current.is_none() && copy.is_none();
        for (path, bytes) in [(folder.current(), current), (folder.last_good(), copy)] {
            if let Some(bytes) = bytes {
                fs::write(path, bytes).expect("written");
            }
        }
        prop_assert_eq!(folder.load().is_first_start, is_new);
    }

    #[test]
    fn any_damage_to_a_good_file_loads_without_a_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let folder = Folder::new();
        fs::write(folder.last_good(), file_with("version", "1")).expect("written");
        let mut bytes = file_with("version", "1").into_bytes();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        folder.write(bytes);
        let loaded = folder.load();
        prop_assert!(!loaded.is_first_start);
        prop_assert!(loaded.settings.is_some(), "the copy is whole");
    }
}
