//! `window.json` in the data directory: where the window was. Lost or damaged, the window is where the system puts it.

use std::fs;
use std::path::PathBuf;

use super::dirs::StationDirs;
use super::{durable, plain_file};
use crate::domain::WindowPlaces;

/// Far more than a shop's monitors take.
const LONGEST: u64 = 64 * 1024;

/// The file of one station.
#[derive(Clone, Debug)]
pub struct WindowFile {
    path: PathBuf,
}

impl WindowFile {
    /// That of a station.
    pub fn of(dirs: &StationDirs) -> Self {
        Self { path: dirs.data().join("window.json") }
    }

    /// What it holds.
    pub fn read(&self) -> WindowPlaces {
        let text = plain_file::read(&self.path, LONGEST).ok();
        text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }

    /// Replaces what it holds. Where that fails, the window is next time where it was last time.
    pub fn write(&self, places: &WindowPlaces) {
        let written = serde_json::to_vec(places)
            .map_err(std::io::Error::from)
            .and_then(|text| durable::replace(&self.path, |aside| fs::write(aside, &text)));
        if let Err(error) = written {
            tracing::warn!(error = %error.kind(), "where the window was is not kept");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::window_place::{MonitorArea, WindowPlace};

    #[test]
    fn what_is_written_is_read_again_and_a_damaged_file_holds_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = StationDirs::resolve(Some(folder.path().to_owned()), Some(folder.path().join("keys"))).unwrap();
        let file = WindowFile::of(&dirs);
        assert_eq!(file.read(), WindowPlaces::default());
        let mut places = WindowPlaces::default();
        let place = WindowPlace { corner: Some((1, 2)), size: (800, 600), is_maximized: false };
        places.note("till", place);
        file.write(&places);
        let monitor = MonitorArea { name: "till".to_owned(), corner: (0, 0), size: (1024, 768) };
        assert_eq!(file.read().on(&[monitor]), Some(place));
        fs::write(folder.path().join("window.json"), "{\"last").unwrap();
        assert_eq!(file.read(), WindowPlaces::default());
    }
}
