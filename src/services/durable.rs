//! Files that are either old or new after a power cut, never half of each.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::plain_file;

/// How often a denied rename is tried again, and how long between the tries.
const TRIES: u32 = 20;
const MOMENT: Duration = Duration::from_millis(50);

/// Creates a directory with its parents, closed to other users, that stays after a power cut.
pub(super) fn create_private_dir(dir: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = dir.ancestors().take_while(|dir| !dir.exists()).collect();
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(dir)?;
    if missing.is_empty() {
        // Whoever made it may have been killed before it was durable. A parent that we may not open has been there for long.
        let _ = sync_parent(dir);
    }
    missing.into_iter().try_for_each(sync_parent)
}

/// Replaces `path` by what `write` puts at the path it is given, mode 0600: written aside, synced, renamed, and the
/// rename synced.
///
/// One writer at a time: the caller holds the station's lock.
pub(super) fn replace(path: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    Prepared::write(path, write)?.commit()
}

/// A file that is durable, but not yet in its place.
pub(super) struct Prepared {
    path: PathBuf,
    aside: PathBuf,
}

impl Prepared {
    /// Writes what will be at `path` aside, mode 0600, and syncs it; `path` is as it was.
    pub(super) fn write(path: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<Self> {
        let aside = path.with_added_extension("new");
        // What a power cut left there may be open to others.
        match fs::remove_file(&aside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        create_private(&aside, OpenOptions::new().create_new(true))?;
        // Windows syncs only what is open for writing.
        let written = write(&aside).and_then(|()| OpenOptions::new().write(true).open(&aside)?.sync_all());
        if written.is_err() {
            // Half a file is of no use, and may hold what is private.
            let _ = fs::remove_file(&aside);
        }
        written?;
        Ok(Self { path: path.to_owned(), aside })
    }

    /// Puts it in its place.
    pub(super) fn commit(self) -> io::Result<()> {
        make_way(&self.path)?;
        rename(&self.aside, &self.path)?;
        sync_parent(&self.path)
    }
}

/// Gives what is no file, and stands where one belongs, another name: nothing can be put in the place of a folder.
pub(super) fn make_way(path: &Path) -> io::Result<()> {
    if plain_file::is_no_file(path) { rename(path, path.with_added_extension("no-file")) } else { Ok(()) }
}

/// Creates `path` with `bytes`, mode 0600, and fails if it is there already.
pub(super) fn create_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use io::Write;
    let mut file = create_private(path, OpenOptions::new().create_new(true))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    sync_parent(path)
}

/// Makes sure that `path` is there, mode 0600 if it is new, and stays there after a power cut.
pub(super) fn touch_private(path: &Path) -> io::Result<()> {
    create_private(path, OpenOptions::new().create(true).truncate(false))?;
    sync_parent(path)
}

/// Opens a file for writing, mode 0600 if it is new.
pub(super) fn create_private(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.write(true).open(path)
}

/// Gives a file another name, in place of what is there. The new name is durable after [`sync_parent`].
///
/// On Windows a scanner for viruses may hold either file for a moment: then it is tried again for a second.
pub(super) fn rename(from: impl AsRef<Path>, to: impl AsRef<Path>) -> io::Result<()> {
    for _ in 0..TRIES {
        match fs::rename(&from, &to) {
            Err(error) if cfg!(windows) && error.kind() == io::ErrorKind::PermissionDenied => thread::sleep(MOMENT),
            renamed => return renamed,
        }
    }
    fs::rename(from, to)
}

/// Makes a change of a name in a folder durable.
pub(super) fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => open_dir(Path::new("."))?.sync_all(),
        Some(parent) => open_dir(parent)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(not(windows))]
fn open_dir(dir: &Path) -> io::Result<File> {
    File::open(dir)
}

/// Windows opens a folder only when it is asked to with a flag, and syncs it only when it is open for writing.
#[cfg(windows)]
fn open_dir(dir: &Path) -> io::Result<File> {
    use std::os::windows::fs::OpenOptionsExt;
    const FILE_FLAG_BACKUP_SEMANTICS: u32 = 0x0200_0000;
    OpenOptions::new().write(true).custom_flags(FILE_FLAG_BACKUP_SEMANTICS).open(dir)
}
