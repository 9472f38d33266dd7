//! Signups that wait for SWiP: durable before anybody is told so, sealed, and sent until they are there.

mod db;
mod delivery;
mod entry;
mod error;
mod handle;
mod recovery;
mod status;

pub use db::consents::{AllEvidence, Broken, Evidence, ExportError, Facts, Forgotten};
pub use db::one_entry::Change;
pub use db::retention::{ExpiredEntry, KeepFor};
pub(in crate::services) use delivery::clock::SystemTiming;
pub use delivery::clock::Timing;
pub use delivery::worker::Deliverer;
pub use entry::{Counts, Enqueued, Entry, Outgoing, Sender, Taken};
pub use error::StoreError;
pub use handle::Outbox;
pub use status::{Closed, Disk, ReturnCause, Returned, Status};
