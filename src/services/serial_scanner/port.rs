//! A serial port: which there are, and one opened for this program alone.

use std::io;
use std::path::{Path, PathBuf};

use serial2_tokio::SerialPort as Line;

use crate::domain::{PortName, PortStatus, SerialPort};

/// An open port that no other program reads meanwhile.
pub(super) struct OpenPort {
    pub(super) line: Line,
    /// Given up after the line is closed.
    _lock: PortLock,
}

/// More than any till has.
const MOST_PORTS: usize = 32;

/// Opens a port. Blocks, and must run within tokio.
///
/// # Errors
/// What the port is instead of open.
pub(super) fn open(port: &SerialPort) -> Result<OpenPort, PortStatus> {
    try_open(port).map_err(|error| {
        let status = status_of(&error);
        tracing::debug!(error = %error.kind(), ?status, "the scanner's port does not open");
        status
    })
}

fn try_open(port: &SerialPort) -> io::Result<OpenPort> {
    let path = Path::new(port.name.as_str());
    // Before a byte of its settings is touched: it may be at work for somebody else.
    let lock = PortLock::take(path)?;
    let line = Line::open(path, port.speed.get())?;
    lock.shut();
    // Many scanners send nothing before they see these; a port without such wires does not mind.
    let _ = line.set_dtr(true);
    let _ = line.set_rts(true);
    // What was scanned while nobody listened is nobody's any more.
    line.discard_input_buffer()?;
    Ok(OpenPort { line, _lock: lock })
}

fn status_of(error: &io::Error) -> PortStatus {
    match error.kind() {
        io::ErrorKind::NotFound => PortStatus::NotFound,
        // Windows says so of a port that somebody has open.
        io::ErrorKind::PermissionDenied if cfg!(windows) => PortStatus::Taken,
        io::ErrorKind::PermissionDenied => PortStatus::NotAllowed,
        io::ErrorKind::ResourceBusy | io::ErrorKind::WouldBlock => PortStatus::Taken,
        _ => error.raw_os_error().map_or(PortStatus::Unusable, status_of_code),
    }
}

/// Keeps other programs out: by a lock those that ask, by a mark those that do not. On Windows a port that is open is nobody
/// else's by itself.
struct PortLock {
    #[cfg(unix)]
    file: std::os::fd::OwnedFd,
}

#[cfg(unix)]
use unix::{stable_names, status_of_code};
#[cfg(windows)]
use windows::{stable_names, status_of_code};

#[cfg(unix)]
mod unix {
    use std::fs;
    use std::io;
    use std::path::{Path, PathBuf};

    use rustix::fs::{FlockOperation, Mode, OFlags, flock};
    use rustix::io::Errno;
    use rustix::termios::{ioctl_tiocexcl, ioctl_tiocnxcl, isatty};

    use super::PortLock;
    use crate::domain::PortStatus;

    /// Links that keep their names whatever is plugged in beside them.
    const BY_ID: &str = "/dev/serial/by-id";

    impl PortLock {
        pub(super) fn take(path: &Path) -> io::Result<Self> {
            if !path.is_absolute() {
                return Err(io::ErrorKind::NotFound.into());
            }
            let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
            let file = rustix::fs::open(path, flags, Mode::empty())?;
            if !isatty(&file) {
                return Err(Errno::NOTTY.into());
            }
            flock(&file, FlockOperation::NonBlockingLockExclusive)?;
            Ok(Self { file })
        }

        /// Nobody opens it from now on, save whoever may do anything.
        pub(super) fn shut(&self) {
            let _ = ioctl_tiocexcl(&self.file);
        }
    }

    impl Drop for PortLock {
        fn drop(&mut self) {
            // A port made by a program stays behind, and the mark with it.
            let _ = ioctl_tiocnxcl(&self.file);
        }
    }

    pub(super) fn status_of_code(code: i32) -> PortStatus {
        // A device that has just gone.
        let gone = [Errno::NXIO, Errno::NODEV, Errno::IO];
        if gone.iter().any(|errno| errno.raw_os_error() == code) { PortStatus::NotFound } else { PortStatus::Unusable }
    }

    /// Names that stay the same, each with the port it stands for now.
    pub(super) fn stable_names() -> Vec<(PathBuf, PathBuf)> {
        let links = fs::read_dir(BY_ID).into_iter().flatten().flatten().map(|entry| entry.path());
        links.filter_map(|link| Some((fs::canonicalize(&link).ok()?, link))).map(|(port, link)| (link, port)).collect()
    }
}

#[cfg(windows)]
mod windows {
    use std::io;
    use std::path::{Path, PathBuf};

    use super::PortLock;
    use crate::domain::PortStatus;

    impl PortLock {
        #[expect(clippy::unnecessary_wraps, reason = "elsewhere it may fail")]
        pub(super) fn take(_path: &Path) -> io::Result<Self> {
            Ok(Self {})
        }

        #[expect(clippy::unused_self, reason = "elsewhere there is something to do")]
        pub(super) fn shut(&self) {}
    }

    pub(super) fn status_of_code(code: i32) -> PortStatus {
        match code {
            // A sharing violation.
            32 => PortStatus::Taken,
            // A device that does not work, does not answer, is not there, or is not connected.
            31 | 121 | 433 | 1167 => PortStatus::NotFound,
            _ => PortStatus::Unusable,
        }
    }

    /// The system keeps the name of a port itself.
    pub(super) fn stable_names() -> Vec<(PathBuf, PathBuf)> {
        Vec::new()
    }
}

/// The ports there are, those with a name that stays the same first. Blocks.
pub fn available_ports() -> Vec<PortName> {
    names_of(Line::available_ports().unwrap_or_default(), stable_names())
}

fn names_of(ports: Vec<PathBuf>, stable: Vec<(PathBuf, PathBuf)>) -> Vec<PortName> {
    let has_stable = |port: &PathBuf| stable.iter().any(|(_, behind)| behind == port);
    let mut others: Vec<PathBuf> = ports.into_iter().filter(|port| !has_stable(port)).collect();
    // COM9 stands before COM10.
    others.sort_by_key(|port| (port.as_os_str().len(), port.clone()));
    let mut stable: Vec<PathBuf> = stable.into_iter().map(|(name, _)| name).collect();
    stable.sort();
    let all = stable.into_iter().chain(others);
    all.filter_map(|path| PortName::parse(path.to_str()?).ok().flatten()).take(MOST_PORTS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_listed_once_by_its_stable_name_and_those_come_first() {
        let paths = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
        let by_id = "/dev/serial/by-id/usb-Scanner-if00";
        let stable = vec![(PathBuf::from(by_id), PathBuf::from("/dev/ttyACM0"))];
        let found = names_of(paths(&["/dev/ttyS10", "/dev/ttyS9", "/dev/ttyACM0"]), stable);
        let names: Vec<_> = found.iter().map(PortName::as_str).collect();
        assert_eq!(names, [by_id, "/dev/ttyS9", "/dev/ttyS10"]);
        let many: Vec<PathBuf> = (0..100).map(|n| PathBuf::from(format!("COM{n}"))).collect();
        assert_eq!(names_of(many, Vec::new()).len(), MOST_PORTS);
    }

    #[test]
    fn what_keeps_a_port_from_opening_has_words_of_its_own() {
        use io::ErrorKind as Kind;
        for (kind, status) in [
            (Kind::NotFound, PortStatus::NotFound),
            (Kind::ResourceBusy, PortStatus::Taken),
            (Kind::WouldBlock, PortStatus::Taken),
            (Kind::PermissionDenied, if cfg!(windows) { PortStatus::Taken } else { PortStatus::NotAllowed }),
            (Kind::Other, PortStatus::Unusable),
        ] {
            assert_eq!(status_of(&kind.into()), status, "{kind:?}");
        }
    }
}
