//! Files that are read whole: what stands in the place of one is never waited for and never read without end.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// Reads a file of at most so many bytes.
///
/// # Errors
/// `InvalidData` for what is no file, as a folder, a pipe, a device or a link in a circle, and for a longer one; else what the system
/// says.
pub(super) fn read(path: &Path, longest: u64) -> io::Result<Vec<u8>> {
    check(path)?;
    let mut bytes = Vec::new();
    // It may grow while it is read.
    File::open(path)?.take(longest + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > longest { Err(io::ErrorKind::InvalidData.into()) } else { Ok(bytes) }
}

/// Whether there is a file, without a look into it.
///
/// # Errors
/// As those of `read`.
pub(super) fn check(path: &Path) -> io::Result<()> {
    use io::ErrorKind::{InvalidData, NotFound, PermissionDenied};
    match fs::metadata(path) {
        Ok(about) if about.is_file() => Ok(()),
        Err(error) if matches!(error.kind(), NotFound | PermissionDenied) || !path.is_symlink() => Err(error),
        _ => Err(InvalidData.into()),
    }
}

/// Opens a file that somebody names. What a shell hands over as `/dev/fd/63` has somebody at its other end; any other pipe may not.
///
/// # Errors
/// As those of `read`.
pub fn open_named(path: &Path) -> io::Result<File> {
    if !["/dev/fd", "/dev/stdin", "/proc/self/fd"].iter().any(|handed| path.starts_with(handed)) {
        check(path)?;
    }
    File::open(path)
}

/// Whether something is there that is no file and leads to none.
pub(super) fn is_no_file(path: &Path) -> bool {
    check(path).is_err_and(|error| error.kind() == io::ErrorKind::InvalidData)
}

#[cfg(all(test, unix))]
mod tests {
    use rustix::fs::{CWD, FileType, mknodat};

    use super::*;

    #[test]
    fn what_is_no_file_is_damage_and_nothing_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        mknodat(CWD, at("pipe"), FileType::Fifo, 0o600.into(), 0).unwrap();
        std::os::unix::fs::symlink(at("circle"), at("circle")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", at("device")).unwrap();
        fs::write(at("long"), "12345").unwrap();
        for path in [folder.path().to_owned(), at("pipe"), at("circle"), at("device"), at("long")] {
            assert_eq!(read(&path, 4).unwrap_err().kind(), io::ErrorKind::InvalidData, "{}", path.display());
        }
        assert_eq!(read(&at("none"), 4).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(read(&at("long"), 5).unwrap(), b"12345");
    }
}
