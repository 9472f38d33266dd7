//! Profiles as a manager works with them: written without a token, and read for a form.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use super::Station;
use crate::domain::{ProfileAnswer, ProfileFault, ProfileQuestion, ProfileSource, ReadProfile, Settings};
use crate::services::clock::Clock;
use crate::services::table_file::new_file;
use crate::services::{durable, plain_file, profile};

impl Station {
    /// Writes a profile into a new file, or reads one.
    ///
    /// # Errors
    /// Why nothing came of it; what is wrong within a profile is part of the answer.
    pub async fn ask_profile(&self, question: ProfileQuestion) -> Result<ProfileAnswer, ProfileFault> {
        let places = self.store.as_ref().map(|store| store.dirs.places_for_people()).unwrap_or_default();
        match question {
            ProfileQuestion::Write(settings, path) => {
                let job = spawn_blocking(move || write(&settings, path, places));
                job.await.unwrap_or(Err(ProfileFault::NotWritten)).map(ProfileAnswer::Written)
            }
            ProfileQuestion::Read(source) => {
                let job = spawn_blocking(move || read(&source));
                job.await.unwrap_or(Err(ProfileFault::NotRead)).map(|read| ProfileAnswer::Read(Box::new(read)))
            }
        }
    }
}

/// Into the file that was named, a new one in the folder that was, or one where people find it.
fn write(settings: &Settings, path: Option<PathBuf>, places: Vec<PathBuf>) -> Result<PathBuf, ProfileFault> {
    let text = profile::written(settings);
    let create = |path: &Path| durable::create_new(path, text.as_bytes());
    let folders = match path {
        None => places,
        Some(path) if !path.is_absolute() => return Err(ProfileFault::NotAPath),
        Some(folder) if folder.is_dir() => vec![folder],
        Some(file) => return create(&file).map(|()| file).map_err(|error| not_written(&error)),
    };
    let stem = format!("swip-kiosk-profile-{}", Clock::System.local().date());
    new_file(&folders, (&stem, "json"), create).map_err(|error| not_written(&error))
}

fn not_written(error: &io::Error) -> ProfileFault {
    tracing::warn!(kind = ?error.kind(), "a profile was not written");
    if error.kind() == ErrorKind::AlreadyExists { ProfileFault::Exists } else { ProfileFault::NotWritten }
}

fn read(source: &ProfileSource) -> Result<ReadProfile, ProfileFault> {
    match source {
        ProfileSource::Pasted(text) if text.len() > profile::LONGEST_BYTES => Err(ProfileFault::NotRead),
        ProfileSource::Pasted(text) => Ok(profile::read(text.as_bytes())),
        ProfileSource::File(path) if !path.is_absolute() => Err(ProfileFault::NotAPath),
        ProfileSource::File(path) => {
            let limit = u64::try_from(profile::LONGEST_BYTES).unwrap_or(u64::MAX);
            let bytes = plain_file::read(path, limit).map(Zeroizing::new).map_err(|error| {
                tracing::warn!(kind = ?error.kind(), "a profile cannot be read");
                ProfileFault::NotRead
            })?;
            // What Notepad puts in front of a text.
            Ok(profile::read(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes)))
        }
    }
}
