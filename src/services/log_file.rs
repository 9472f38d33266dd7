//! The log that support is sent: what the program says on standard error, in files that together stay small.
//!
//! A thread of its own writes, so that no disk holds anybody up; what cannot be written is lost, and counted. Nothing here may log.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::mem;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::dirs::StationDirs;
use super::{disk, durable, process};

/// Lines that wait for the disk, or for the station to be ours.
const MOST_WAITING: usize = 256;
/// How long the last lines are waited for at the end of the program.
const FAREWELL: Duration = Duration::from_secs(1);

/// Takes lines from any thread at once. Nothing is written before a station is kept in it.
#[derive(Clone, Debug)]
pub struct LogFile {
    lines: Arc<LogLines>,
}

#[derive(Debug)]
struct LogLines {
    sender: SyncSender<LogJob>,
    /// Until the station is ours.
    receiver: Mutex<Option<Receiver<LogJob>>>,
    lost: AtomicU64,
}

#[derive(Debug)]
enum LogJob {
    Line(Vec<u8>),
    /// Answers when all lines before it are written.
    Tell(SyncSender<()>),
}

/// How much there may be of it.
#[derive(Clone, Copy, Debug)]
struct LogLimits {
    /// Of one file.
    bytes: u64,
    /// Files besides the one that is written.
    older: usize,
    /// What the disk must have left. More than signups need (`outbox/db/reserve.rs`) and all files together: they come first.
    least_free: u64,
}

const LIMITS: LogLimits = LogLimits { bytes: 2 * 1024 * 1024, older: 4, least_free: 64 * 1024 * 1024 };

impl LogFile {
    /// One that keeps the first lines for whoever opens the station.
    pub fn waiting() -> Self {
        let (sender, receiver) = sync_channel(MOST_WAITING);
        let lines = LogLines { sender, receiver: Mutex::new(Some(receiver)), lost: AtomicU64::new(0) };
        Self { lines: Arc::new(lines) }
    }

    /// From now on it is written into the log folder of a station that is ours. Without a thread for it there is none.
    pub fn keep_in(&self, dirs: &StationDirs) {
        self.keep(LogFiles { folder: dirs.log(), limits: LIMITS });
    }

    fn keep(&self, files: LogFiles) {
        let receiver = self.lines.receiver.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(receiver) = receiver else { return };
        let lines = Arc::clone(&self.lines);
        let thread = thread::Builder::new().name("log".to_owned()).stack_size(process::STACK_BYTES);
        let _ = thread.spawn(move || {
            for job in receiver {
                match job {
                    LogJob::Line(line) => lines.write(&files, &line),
                    LogJob::Tell(done) => mem::drop(done.try_send(())),
                }
            }
        });
    }

    /// Waits for what was said so far, for a second at most.
    pub fn finish(&self) {
        if self.lines.receiver.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
            return;
        }
        let (done, told) = sync_channel(1);
        if self.lines.sender.try_send(LogJob::Tell(done)).is_ok() {
            let _ = told.recv_timeout(FAREWELL);
        }
    }
}

impl Write for LogFile {
    /// One call is one line. It never fails and never waits.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.lines.sender.try_send(LogJob::Line(line.to_vec())).is_err() {
            self.lines.lost.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl LogLines {
    fn write(&self, files: &LogFiles, line: &[u8]) {
        let lost = self.lost.load(Ordering::Relaxed);
        let gap = if lost == 0 { String::new() } else { format!("(lines lost here: {lost})\n") };
        if files.append(&[gap.as_bytes(), line].concat()).is_ok() {
            self.lost.fetch_sub(lost, Ordering::Relaxed);
        } else {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The files in their folder: the one that is written, and older ones.
#[derive(Clone, Debug)]
struct LogFiles {
    folder: PathBuf,
    limits: LogLimits,
}

impl LogFiles {
    /// Opened for each line, for there are few: whoever takes a file away, or has it open elsewhere, is in nobody's way.
    fn append(&self, text: &[u8]) -> io::Result<()> {
        if !self.folder.is_dir() {
            durable::create_private_dir(&self.folder)?;
        }
        if disk::free_bytes(&self.folder).is_some_and(|free| free < self.limits.least_free) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let path = self.path(0);
        // Whoever opens a pipe waits for the other end.
        durable::make_way(&path)?;
        let is_full = path.metadata().is_ok_and(|found| found.len() + text.len() as u64 > self.limits.bytes);
        if is_full {
            self.make_room()?;
        }
        let mut file = durable::create_private(&path, OpenOptions::new().create(true).append(true))?;
        let before = file.metadata()?.len();
        // Half a line would be read as a whole one.
        file.write_all(text).inspect_err(|_| mem::drop(file.set_len(before)))
    }

    /// Every file grows older by one; the oldest one is gone.
    fn make_room(&self) -> io::Result<()> {
        for age in (0..self.limits.older).rev() {
            match durable::rename(self.path(age), self.path(age + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn path(&self, age: usize) -> PathBuf {
        let name = if age == 0 { "station.log".to_owned() } else { format!("station.{age}.log") };
        self.folder.join(name)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn files(folder: &tempfile::TempDir, limits: LogLimits) -> LogFiles {
        LogFiles { folder: folder.path().join("log"), limits }
    }

    /// Room on the disk does not matter to them.
    const SMALL: LogLimits = LogLimits { bytes: 100, older: 2, least_free: 0 };

    fn say(log: &LogFile, line: &str) {
        log.clone().write_all(line.as_bytes()).unwrap();
    }

    #[test]
    fn nothing_is_written_before_the_station_is_ours_and_nothing_is_missing_then() {
        let folder = tempfile::tempdir().unwrap();
        let (log, files) = (LogFile::waiting(), files(&folder, SMALL));
        say(&log, "before\n");
        log.finish();
        assert!(!files.folder.exists());
        log.keep(files.clone());
        say(&log, "after\n");
        log.finish();
        assert_eq!(fs::read_to_string(files.path(0)).unwrap(), "before\nafter\n");
    }

    #[test]
    fn the_files_together_stay_small_and_the_newest_lines_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(&folder, SMALL);
        for line in 0..100 {
            files.append(format!("{line:09}\n").as_bytes()).unwrap();
        }
        let mut names: Vec<_> = fs::read_dir(&files.folder).unwrap().map(|file| file.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["station.1.log", "station.2.log", "station.log"]);
        let kept: String = [2, 1, 0].iter().map(|age| fs::read_to_string(files.path(*age)).unwrap()).collect();
        assert_eq!(kept, (70..100).map(|line| format!("{line:09}\n")).collect::<Vec<_>>().concat());
    }

    #[test]
    fn what_a_full_disk_did_not_take_is_counted_and_signups_keep_their_room() {
        let folder = tempfile::tempdir().unwrap();
        let full = files(&folder, LogLimits { least_free: u64::MAX, ..SMALL });
        let log = LogFile::waiting();
        log.lines.write(&full, b"lost\n");
        log.lines.write(&full, b"lost, too\n");
        assert!(!full.path(0).exists());
        log.lines.write(&files(&folder, SMALL), b"kept\n");
        log.lines.write(&files(&folder, SMALL), b"kept, too\n");
        assert_eq!(fs::read_to_string(full.path(0)).unwrap(), "(lines lost here: 2)\nkept\nkept, too\n");
    }

    #[test]
    fn nobody_waits_for_lines_that_nobody_writes() {
        let log = LogFile::waiting();
        for _ in 0..MOST_WAITING + 3 {
            say(&log, "a line\n");
        }
        assert_eq!(log.lines.lost.load(Ordering::Relaxed), 3);
    }

    #[cfg(unix)]
    #[test]
    fn it_is_closed_to_other_users_and_what_stands_in_its_place_makes_way() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let files = files(&folder, SMALL);
        fs::create_dir_all(files.path(0)).unwrap();
        files.append(b"a line\n").unwrap();
        assert_eq!(fs::metadata(files.path(0)).unwrap().permissions().mode() & 0o777, 0o600);
        fs::remove_dir_all(&files.folder).unwrap();
        files.append(b"a line\n").unwrap();
        assert_eq!(fs::metadata(&files.folder).unwrap().permissions().mode() & 0o777, 0o700);
    }
}
