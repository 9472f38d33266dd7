//! Whether a station's directories are a place where it can keep what must not be lost.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::dirs::StationDirs;
use super::disk;
use crate::domain::Unfit;

/// What is wrong with a place, and whose it is.
#[derive(Debug, thiserror::Error)]
pub struct UnfitPlace {
    /// What is wrong.
    pub why: Unfit,
    /// What it is for.
    role: &'static str,
    /// The user it belongs to, if that is another one.
    owner: Option<String>,
    /// Whether something of the station cannot even be read: it must not be taken for lost, or never set up.
    pub hides: bool,
}

impl fmt::Display for UnfitPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { why, role, owner, .. } = self;
        let whose = owner.as_deref();
        let owner = whose.unwrap_or("another user");
        match why {
            Unfit::NoPermission if whose.is_none() => {
                write!(f, "{role} cannot be read and written: allow that with chmod")
            }
            Unfit::OtherUser => write!(f, "{role} belongs to {owner}: run this as sudo -u '{owner}'"),
            Unfit::NoPermission => {
                write!(f, "{role} cannot be read and written; it belongs to {owner}: give it back with chown")
            }
            Unfit::ReadOnly => write!(f, "{role} is on a disk that takes nothing"),
            Unfit::Volatile => write!(f, "{role} is in memory and gone with the next start of the machine"),
            Unfit::Shared => write!(f, "{role} is on a network share or in a folder that is synchronised"),
        }
    }
}

/// The files that a station cannot work without, where they are there, and what they are for.
const FILES: [(&str, &str); 6] = [
    ("station-id", "the name of the root key"),
    ("secrets.json", "the file of token and PIN"),
    ("outbox.db", "the list of waiting signups"),
    ("outbox.db-wal", "the log of the list of waiting signups"),
    ("outbox.copy.db", "the copy of the list of waiting signups"),
    ("settings.toml", "the settings file"),
];

/// Looks at a station's directories, which may not be there yet.
///
/// # Errors
/// The first thing that is wrong.
pub fn check(dirs: &StationDirs) -> Result<(), UnfitPlace> {
    let folders = [(dirs.data(), "the data directory"), (dirs.keys(), "the key directory")];
    access::check(folders, &files(dirs))?;
    let unfit = |why, role| Err(UnfitPlace { why, role, owner: None, hides: false });
    if disk::is_shared(dirs.data()) {
        return unfit(Unfit::Shared, "the data directory");
    }
    match folders.into_iter().find(|(folder, _)| disk::is_volatile(folder)) {
        Some((_, role)) => unfit(Unfit::Volatile, role),
        None => Ok(()),
    }
}

/// How the names begin that the program gives in the data directory.
const IN_DATA: [&str; 16] = [
    "station-id",
    "station.lock",
    "secrets.json",
    "settings.",
    "kiosk",
    "outbox.",
    "journal.",
    "balances.",
    "exports",
    "reserve",
    "pin-tries",
    "quarantine",
    "brand",
    "languages",
    "log",
    "window.",
];
/// How they end in the key directory.
const IN_KEYS: [&str; 4] = [".key", ".marks", ".pin-tries", ".station"];

/// Closes what is open to other users: the files of the station, and the directories where they hold nothing else. What is in
/// another one, such as a home or a folder of the system, is not ours to close.
pub(super) fn close_to_others(dirs: &StationDirs) {
    let begins = |name: &str, starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
    close_folder(dirs.data(), |path, name| begins(name, &IN_DATA) || path == dirs.keys());
    close_folder(&dirs.log(), |_, name| name.starts_with("station."));
    // Tables and databases with phones in them.
    close_folder(&dirs.data().join("exports"), |_, name| begins(name, &["balances-", "consents-", "journal-"]));
    close_folder(&dirs.data().join("quarantine"), |_, name| begins(name, &["journal-", "outbox-"]));
    close_folder(dirs.keys(), |_, name| is_of_keys(name));
}

fn is_of_keys(name: &str) -> bool {
    IN_KEYS.iter().any(|end| name.trim_end_matches(".new").ends_with(end))
}

fn close_folder(folder: &Path, is_ours: impl Fn(&Path, &str) -> bool) {
    let mut holds_others = false;
    for file in fs::read_dir(folder).into_iter().flatten().flatten() {
        if !is_ours(&file.path(), &file.file_name().to_string_lossy()) {
            holds_others = true;
        } else if file.file_type().is_ok_and(|kind| kind.is_file()) {
            access::close_to_others(&file.path());
        }
    }
    if !holds_others {
        access::close_to_others(folder);
    }
}

/// The files of a station that may be there, and what they are for. What else lies beside the key is nobody's concern.
fn files(dirs: &StationDirs) -> Vec<(PathBuf, &'static str)> {
    let named = FILES.iter().map(|(name, role)| (dirs.data().join(name), *role));
    let keys = fs::read_dir(dirs.keys()).into_iter().flatten().flatten();
    let keys = keys.filter(|key| is_of_keys(&key.file_name().to_string_lossy()));
    named.chain(keys.map(|key| (key.path(), "a file of the key directory"))).collect()
}

#[cfg(unix)]
mod access {
    use std::io;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    use rustix::fs::Access;
    use rustix::io::Errno;

    use super::{Path, PathBuf, Unfit, UnfitPlace, fs};

    /// Looks whose the folders are, and whether they and the files can be read and written; what is not there is made later.
    pub(super) fn check(
        folders: [(&Path, &'static str); 2],
        files: &[(PathBuf, &'static str)],
    ) -> Result<(), UnfitPlace> {
        let all = || folders.into_iter().chain(files.iter().map(|(path, role)| (path.as_path(), *role)));
        let unread = all().find(|(path, _)| denied(path, Access::READ_OK) == Some(Unfit::NoPermission));
        let hides = unread.is_some();
        let found = |why, (path, role): (&Path, _)| {
            let owner = fs::metadata(path).ok().map(|found| found.uid()).filter(|owner| *owner != own_uid());
            Err(UnfitPlace { why, role, owner: owner.map(name_of), hides })
        };
        if let Some(others) = folders.into_iter().find(|(folder, _)| is_others(folder)) {
            return found(Unfit::OtherUser, others);
        }
        if let Some(unread) = unread {
            return found(Unfit::NoPermission, unread);
        }
        // What is not there must be made.
        let places = ["the place of the data directory", "the place of the key directory"];
        for ((wanted, _), role) in folders.into_iter().zip(places) {
            let above = wanted.ancestors().find(|folder| fs::symlink_metadata(folder).is_ok());
            let above = above.filter(|there| *there != wanted);
            if let Some((why, above)) = above.and_then(|above| Some((denied(above, Access::WRITE_OK)?, above))) {
                return found(why, (above, role));
            }
        }
        for place @ (path, _) in all() {
            if let Some(why) = denied(path, Access::READ_OK | Access::WRITE_OK) {
                return found(why, place);
            }
        }
        Ok(())
    }

    pub(super) fn close_to_others(path: &Path) {
        let Some(permissions) = fs::metadata(path).ok().map(|found| found.permissions()) else {
            return;
        };
        let private = permissions.mode() & 0o700;
        if permissions.mode() & 0o777 == private {
            return;
        }
        let closed = fs::set_permissions(path, fs::Permissions::from_mode(private));
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        match closed {
            Ok(()) => tracing::warn!(%name, "it was open to other users of this machine, and is closed now"),
            Err(error) => tracing::warn!(%name, error = %error.kind(), "it is open to other users of this machine"),
        }
    }

    fn is_others(folder: &Path) -> bool {
        fs::metadata(folder).is_ok_and(|found| found.uid() != own_uid())
    }

    fn own_uid() -> u32 {
        rustix::process::geteuid().as_raw()
    }

    /// Why something that is there cannot be used so. Whatever else keeps it from that, the first use of it says so.
    fn denied(path: &Path, wanted: Access) -> Option<Unfit> {
        let wanted = match fs::metadata(path) {
            Ok(found) if found.is_dir() => wanted | Access::EXEC_OK,
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Some(Unfit::NoPermission),
            _ => wanted,
        };
        match rustix::fs::access(path, wanted) {
            Err(Errno::ROFS) => Some(Unfit::ReadOnly),
            Err(Errno::ACCESS | Errno::PERM) => Some(Unfit::NoPermission),
            Ok(()) | Err(_) => None,
        }
    }

    /// The name of a user, or the number as `sudo` takes it.
    fn name_of(uid: u32) -> String {
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let name = users.lines().find_map(|line| {
            let mut parts = line.split(':');
            let name = parts.next()?;
            (parts.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
        });
        name.unwrap_or_else(|| format!("#{uid}"))
    }
}

#[cfg(not(unix))]
mod access {
    use super::{Path, PathBuf, UnfitPlace};

    pub(super) fn close_to_others(_path: &Path) {}

    pub(super) fn check(
        _folders: [(&Path, &'static str); 2],
        _files: &[(PathBuf, &'static str)],
    ) -> Result<(), UnfitPlace> {
        Ok(())
    }
}
