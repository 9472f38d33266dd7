//! The outside world: SWiP, the disk, the clock, the sandbox.

pub mod api;
pub mod balances;
pub mod brand;
pub mod byte_order;
pub mod clipboard;
pub mod clock;
mod damage;
pub mod dirs;
mod disk;
#[cfg(target_os = "linux")]
pub mod display;
mod durable;
mod hex;
pub mod journal;
pub mod json;
pub mod languages;
pub mod log_file;
mod machine;
pub mod network;
pub mod outbox;
pub mod panels;
pub mod panics;
pub mod place;
pub mod plain_file;
pub mod process;
pub mod profile;
pub mod sandbox;
pub mod second_start;
pub mod secrets;
pub mod serial_scanner;
pub mod server_time;
pub mod settings_file;
pub mod station;
pub mod station_lock;
mod table_file;
mod whole_number;
pub mod window_file;

pub use clock::Clock;
pub use dirs::StationDirs;
pub use log_file::LogFile;
pub use station::Station;
pub use station_lock::StationLock;
