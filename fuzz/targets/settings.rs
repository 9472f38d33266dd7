//! The settings file and its last good copy, as a disk may give them back: two texts with a zero byte between.

use std::fs;

use swip_kiosk::services::settings_file::SettingsFile;

/// Loading cannot fail; what is loaded survives a save, and a file that was not used whole is kept.
pub(crate) fn run(data: &[u8]) {
    let Ok(folder) = tempfile::tempdir() else { return };
    let mut files = data.splitn(2, |byte| *byte == 0);
    let current = files.next().unwrap_or_default();
    let written = [("settings.toml", Some(current)), ("settings.last-good.toml", files.next())];
    for (name, bytes) in written {
        if let Some(bytes) = bytes {
            fs::write(folder.path().join(name), bytes).expect("written");
        }
    }
    let file = SettingsFile::in_dir(folder.path());
    let loaded = file.load();
    assert!(!loaded.is_first_start, "broken settings are no first start");
    assert!(file.load() == loaded, "loading changes nothing");
    let Some(settings) = loaded.settings else { return };
    assert!(settings.preferences == loaded.preferences);
    file.save(&settings).expect("saved");
    let again = file.load();
    assert!(again.settings.as_ref() == Some(&settings), "saved and loaded, it is another one");
    assert!(again.notes.is_empty(), "{:?}", again.notes);
    if !loaded.notes.is_empty() {
        let kept = fs::read(folder.path().join("settings.broken-1.toml")).ok();
        assert!(kept.as_deref() == Some(current), "the broken file is not kept");
    }
}
