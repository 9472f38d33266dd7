//! Languages that a shop adds: `languages/<tag>/*.ftl` in the data directory, read once at the start.

use std::fs;
use std::path::{Path, PathBuf};

use super::StationDirs;
use super::byte_order::without_mark;
use super::plain_file;

/// The folder in the data directory.
const FOLDER: &str = "languages";
/// More is no set of texts; the rest is left out.
const MOST_ENTRIES: usize = 64;
const LONGEST_BYTES: u64 = 256 * 1024;

/// Pairs of a language's tag, as its folder is called, and the text of one of its files. What cannot be read is left out.
pub fn read(dirs: &StationDirs) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in entries(&dirs.data().join(FOLDER)) {
        let Some(tag) = folder.file_name().and_then(|name| name.to_str()) else { continue };
        let files = entries(&folder).into_iter().filter(|file| file.extension().is_some_and(|kind| kind == "ftl"));
        for file in files {
            if let Some(text) = text(&file) {
                found.push((tag.to_owned(), text));
            } else {
                tracing::warn!(tag, "a file of texts cannot be read; it is left out");
            }
        }
    }
    found
}

/// What is in a folder, sorted by name.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.take(MOST_ENTRIES).flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn text(file: &Path) -> Option<String> {
    let bytes = plain_file::read(file, LONGEST_BYTES).ok()?;
    std::str::from_utf8(&without_mark(&bytes)).ok().map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dirs(home: &Path) -> StationDirs {
        StationDirs::resolve(Some(home.join("data")), Some(home.join("keys"))).unwrap()
    }

    fn write(home: &Path, name: &str, text: impl AsRef<[u8]>) {
        let file = home.join("data/languages").join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    #[test]
    fn a_file_from_notepad_has_the_same_text() {
        let home = tempfile::tempdir().unwrap();
        write(home.path(), "kk/app.ftl", "\u{feff}a = b\r\n");
        assert_eq!(read(&dirs(home.path()))[0].1, "a = b\r\n");
    }

    #[test]
    fn every_file_of_texts_is_found_under_its_tag() {
        let home = tempfile::tempdir().unwrap();
        assert!(read(&dirs(home.path())).is_empty(), "no folder is no language");
        for name in ["uz-Latn/b.ftl", "kk/app.ftl", "kk/keyboard.ftl", "kk/notes.txt", "stray.ftl"] {
            write(home.path(), name, name);
        }
        let found = read(&dirs(home.path()));
        let found: Vec<_> = found.iter().map(|(tag, text)| (tag.as_str(), text.as_str())).collect();
        assert_eq!(found, [("kk", "kk/app.ftl"), ("kk", "kk/keyboard.ftl"), ("uz-Latn", "uz-Latn/b.ftl")]);
    }

    #[test]
    fn garbage_is_left_out_and_nothing_is_waited_for() {
        let home = tempfile::tempdir().unwrap();
        write(home.path(), "kk/a.ftl", "a = b\n");
        write(home.path(), "kk/bytes.ftl", [0xFF, 0xFE, 0x00]);
        write(home.path(), "kk/long.ftl", "#".repeat(256 * 1024 + 1));
        fs::create_dir(home.path().join("data/languages/kk/folder.ftl")).unwrap();
        #[cfg(unix)]
        {
            let pipe = home.path().join("data/languages/kk/pipe.ftl");
            rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        }
        assert_eq!(read(&dirs(home.path())), [("kk".to_owned(), "a = b\n".to_owned())]);
    }
}
