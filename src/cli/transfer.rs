//! `queue export` and `queue import`: a queue on its way to another machine.

use std::fs;
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::Complaint::{self, Usage};
use super::queue::failed;
use super::report::{Report, open_reason, passphrase_reason};
use super::{complain, input};
use crate::domain::{Connection, Failure, Passphrase};
use crate::options::TransferOptions;
use crate::services::Clock;
use crate::services::outbox::{Bundle, ExportError, Outbox};

/// What was given on the command line and on standard input, as it is.
pub(super) struct Given {
    passphrase: Zeroizing<String>,
    file: GivenFile,
}

enum GivenFile {
    /// A path that is to be a file.
    New(PathBuf),
    /// What was in a file.
    Bytes(Zeroizing<Vec<u8>>),
}

/// A transfer that can begin.
pub(super) enum Transfer {
    /// Into a new file.
    Out(PathBuf, Passphrase),
    /// From one that was opened.
    In(Bundle),
}

const PASSPHRASE: &str = "passphrase";
const FILE: &str = "file";

impl Given {
    pub(super) fn for_export(options: &TransferOptions) -> Result<Self, Complaint> {
        let file = std::path::absolute(&options.file).map_err(|_| Usage("the file has no name"))?;
        Ok(Self { passphrase: input::read_passphrase()?, file: GivenFile::New(file) })
    }

    pub(super) fn for_import(options: &TransferOptions) -> Result<Self, Complaint> {
        let bytes = input::read_export(&options.file)?;
        Ok(Self { passphrase: input::read_passphrase()?, file: GivenFile::Bytes(bytes) })
    }

    /// What can be wrong without a look at the queue.
    pub(super) fn check(self) -> Result<Transfer, Report> {
        let passphrase = Passphrase::parse(&self.passphrase)
            .map_err(|error| Report::invalid(PASSPHRASE, passphrase_reason(error)))?;
        match self.file {
            GivenFile::New(path) if fs::symlink_metadata(&path).is_ok() => Err(exists()),
            GivenFile::New(path) => Ok(Transfer::Out(path, passphrase)),
            GivenFile::Bytes(bytes) => Bundle::open(&bytes, &passphrase)
                .map(Transfer::In)
                .map_err(|error| Report::invalid(FILE, open_reason(error))),
        }
    }
}

impl Transfer {
    /// Does it, for a station that works under `link`.
    pub(super) async fn carry_out(self, outbox: &Outbox, link: Connection) -> Result<Report, Failure> {
        match self {
            Self::Out(path, passphrase) => match outbox.export(path, passphrase).await {
                Ok(count) => Ok(Report::Exported(count)),
                Err(ExportError::Exists) => Ok(exists()),
                Err(ExportError::Store(error)) => Err(failed(&error)),
                Err(error @ ExportError::File(_)) => {
                    complain(&error.to_string());
                    Err(Failure::Storage)
                }
            },
            Self::In(bundle) => {
                let imported = outbox.import(bundle, link, Clock::System.unix_ms()).await;
                imported.map(Report::Imported).map_err(|error| failed(&error))
            }
        }
    }
}

fn exists() -> Report {
    Report::invalid(FILE, "exists")
}
