//! Everything a run did to its disk, and what it had said to whom by then, in order.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use nix::libc;
use nix::unistd::Pid;

use crate::shop::Home;
use crate::tracer::{Call, Ended, Verdict, Watch};

/// A file, whatever its names: numbered as they are made.
pub(crate) type FileId = usize;

/// One thing that happened. Paths are relative to the station's folder.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    MakeDir(PathBuf),
    Create(PathBuf, FileId),
    Write(FileId, u64, Vec<u8>),
    Truncate(FileId, u64),
    Rename(PathBuf, PathBuf),
    Unlink(PathBuf),
    SyncFile(FileId),
    SyncDir(PathBuf),
    /// A verb begins.
    Begin(Verb),
    /// Its line on standard output is about to be written.
    Said(String),
    /// A signup is about to leave.
    Posted(String),
    /// Its 204 has come.
    Accepted(String),
}

/// What is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// With the settings of this store.
    Provision(String),
    /// Of this phone.
    SignUp(String),
    Deliver,
    /// Of what waits.
    List,
}

/// Watches one program after the other, and writes down what they do.
pub(crate) struct Recorder {
    folder: PathBuf,
    /// Whether nobody listens where the program connects to.
    pub(crate) is_server_down: bool,
    pub(crate) events: Vec<Event>,
    files: BTreeMap<(u64, u64), FileId>,
    made: usize,
    /// Whether the file that a thread is about to open was there before.
    opening: BTreeMap<Pid, bool>,
    posted: Option<String>,
}

impl Recorder {
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            is_server_down: false,
            events: Vec::new(),
            files: BTreeMap::new(),
            made: 0,
            opening: BTreeMap::new(),
            posted: None,
        }
    }

    /// Runs a verb under watch.
    pub(crate) fn run(&mut self, home: &Home, verb: Verb, args: &[&str]) -> Ended {
        self.events.push(Event::Begin(verb));
        crate::tracer::run(&home.command(args), self)
    }

    /// The disk loses the first page of a file, between two programs.
    pub(crate) fn damage(&mut self, path: &Path) {
        const PAGE: [u8; 4096] = [0; 4096];
        let full = self.folder.join(path);
        let found = full.metadata().unwrap();
        let id = self.files[&(found.dev(), found.ino())];
        OpenOptions::new().write(true).open(full).unwrap().write_all_at(&PAGE, 0).unwrap();
        self.events.extend([Event::Write(id, 0, PAGE.to_vec()), Event::SyncFile(id)]);
    }

    fn inside(&self, path: &Path) -> Option<PathBuf> {
        path.strip_prefix(&self.folder).ok().map(Path::to_owned)
    }

    /// The file behind a descriptor, if it is one of the station's; what was there before the recording is none.
    fn file(&self, call: &Call, argument: usize) -> Option<FileId> {
        self.inside(&call.target(argument))?;
        self.files.get(&call.identity(argument)?).copied()
    }

    fn opened(&mut self, call: &Call, result: i64) {
        let Some(path) = self.inside(&call.path(1)) else {
            return;
        };
        let was_there = self.opening.remove(&call.thread).unwrap_or(true);
        let opened = Call { args: [result.cast_unsigned(), 0, 0, 0, 0, 0], ..*call };
        let flags = call.args[2];
        let has = |flag: i32| flags & u64::from(flag.cast_unsigned()) != 0;
        if has(libc::O_CREAT) && !was_there {
            let id = self.made;
            self.made += 1;
            self.files.insert(opened.identity(0).unwrap(), id);
            self.events.push(Event::Create(path, id));
        } else if has(libc::O_TRUNC)
            && let Some(id) = self.file(&opened, 0)
        {
            self.events.push(Event::Truncate(id, 0));
        }
    }

    fn renamed(&mut self, from: &Path, to: &Path) {
        if let (Some(from), Some(to)) = (self.inside(from), self.inside(to)) {
            self.events.push(Event::Rename(from, to));
        }
    }

    fn synced(&mut self, call: &Call) {
        let target = call.target(0);
        if let Some(id) = self.file(call, 0) {
            self.events.push(Event::SyncFile(id));
        } else if let Some(folder) = self.inside(&target).filter(|_| target.is_dir()) {
            self.events.push(Event::SyncDir(folder));
        }
    }
}

impl Watch for Recorder {
    fn enter(&mut self, call: &Call) -> Verdict {
        match call.number {
            libc::SYS_openat => {
                let was_there = call.path(1).symlink_metadata().is_ok();
                self.opening.insert(call.thread, was_there);
            }
            libc::SYS_write if call.args[0] == 1 => {
                self.events.push(Event::Said(String::from_utf8(call.bytes()).unwrap()));
            }
            libc::SYS_writev | libc::SYS_sendto | libc::SYS_write
                if call.target(0).to_string_lossy().starts_with("socket:") =>
            {
                let bytes = String::from_utf8_lossy(&call.bytes()).into_owned();
                if let Some((_, rest)) = bytes.split_once("\"phone\":\"") {
                    let phone = rest.split('"').next().unwrap().to_owned();
                    self.posted = Some(phone.clone());
                    self.events.push(Event::Posted(phone));
                }
            }
            libc::SYS_mmap => {
                let wanted = (libc::PROT_WRITE.cast_unsigned(), libc::MAP_SHARED.cast_unsigned());
                let has = |argument: usize, flag: u32| call.args[argument] & u64::from(flag) != 0;
                let is_written = has(2, wanted.0) && has(3, wanted.1) && !has(3, libc::MAP_ANONYMOUS.cast_unsigned());
                assert!(!is_written || self.inside(&call.target(4)).is_none(), "a file is written through memory");
            }
            // What the disk of these tests does not know.
            libc::SYS_fallocate
            | libc::SYS_pwritev
            | libc::SYS_pwritev2
            | libc::SYS_sendfile
            | libc::SYS_sync_file_range => assert!(self.inside(&call.target(0)).is_none(), "{call:?}"),
            libc::SYS_copy_file_range => assert!(self.inside(&call.target(2)).is_none(), "{call:?}"),
            libc::SYS_truncate
            | libc::SYS_link
            | libc::SYS_symlink
            | libc::SYS_rmdir
            | libc::SYS_creat
            | libc::SYS_open => assert!(self.inside(&call.path(0)).is_none(), "{call:?}"),
            libc::SYS_connect if self.is_server_down => return Verdict::Fail(nix::errno::Errno::ECONNREFUSED),
            _ => {}
        }
        Verdict::Go
    }

    fn leave(&mut self, call: &Call, result: i64) {
        if result < 0 {
            return;
        }
        match call.number {
            libc::SYS_openat => self.opened(call, result),
            libc::SYS_write | libc::SYS_pwrite64 | libc::SYS_writev => {
                if let Some(id) = self.file(call, 0) {
                    let written = result.cast_unsigned();
                    let at = if call.number == libc::SYS_pwrite64 { call.args[3] } else { call.position(0) - written };
                    let mut bytes = call.bytes();
                    bytes.truncate(usize::try_from(written).unwrap());
                    self.events.push(Event::Write(id, at, bytes));
                }
            }
            libc::SYS_ftruncate => {
                if let Some(id) = self.file(call, 0) {
                    self.events.push(Event::Truncate(id, call.args[1]));
                }
            }
            libc::SYS_fsync | libc::SYS_fdatasync => self.synced(call),
            libc::SYS_rename => self.renamed(&call.path(0), &call.path(1)),
            libc::SYS_renameat | libc::SYS_renameat2 => self.renamed(&call.path(1), &call.path(3)),
            libc::SYS_unlink => self.events.extend(self.inside(&call.path(0)).map(Event::Unlink)),
            libc::SYS_unlinkat => self.events.extend(self.inside(&call.path(1)).map(Event::Unlink)),
            libc::SYS_mkdir => self.events.extend(self.inside(&call.path(0)).map(Event::MakeDir)),
            libc::SYS_recvfrom | libc::SYS_read
                if result > 0 && call.target(0).to_string_lossy().starts_with("socket:") =>
            {
                let bytes = call.memory(call.args[1], result.cast_unsigned());
                if bytes.starts_with(b"HTTP/1.1 204") {
                    self.events.extend(self.posted.take().map(Event::Accepted));
                }
            }
            _ => {}
        }
    }
}
