//! The built-in SWiP server: real HTTP on a loopback port, the contract checked strictly, faults on request.
//!
//! It is the demonstration, the test double and the integrator's playground. `docs/reference/sandbox.md` shows it from outside.
//!
//! ```text
//! serve      listener, connections           routes   the two endpoints, the record
//! contract   what a correct request is       control  /_sandbox: ledger, faults, customers
//! world      customers, blacklist            reply    answers, both error shapes
//! faults     the plans, as data              spoil    plan + honest answer -> what is sent
//! ledger     what was seen                   wire     what hyper will not send
//! ```

mod contract;
mod control;
mod faults;
mod ledger;
mod reply;
mod routes;
pub mod seeds;
mod serve;
mod spoil;
mod wire;
mod world;

use std::fmt;
use std::fmt::Write as _;
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use faults::{ErrorShape, Fault, Faults, Plan, SecondSignup};
pub use ledger::{LedgerAnswer, LedgerEntry};
pub use world::Customer;

use crate::domain::SettingKey;
use world::SandboxWorld;

/// A running sandbox server; dropping it stops the server and closes its connections.
pub struct Sandbox {
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

/// How to start a sandbox.
#[derive(Clone, Default)]
pub struct SandboxOptions {
    /// The port on 127.0.0.1; 0 is a free one.
    pub port: u16,
    /// The token that clients must send; `None` is a random one.
    pub token: Option<String>,
}

/// What a station needs to know to talk to a sandbox.
#[derive(Clone, PartialEq, Eq)]
pub struct SandboxStation {
    /// `http://127.0.0.1:PORT`
    pub base_url: String,
    /// The bearer token.
    pub token: String,
    /// The only merchant here.
    pub merchant_id: String,
    /// A store; the sandbox accepts every other, too.
    pub store_id: String,
    /// A terminal; the sandbox accepts every other, too.
    pub cash_id: String,
}

/// Why a sandbox could not start.
#[derive(thiserror::Error, Debug)]
pub enum SandboxError {
    /// The port is taken or not allowed.
    #[error("port {port} on 127.0.0.1 cannot be used")]
    Port {
        /// The port that was asked for.
        port: u16,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The system gives no random numbers.
    #[error("no random token can be made")]
    Random(#[source] getrandom::Error),
    /// The given token cannot stand in a header.
    #[error("a token is one or more visible ASCII characters")]
    Token,
}

/// What the server and its owner share.
struct Shared {
    station: SandboxStation,
    world: Mutex<SandboxWorld>,
}

impl Shared {
    /// The world. The guard never lives across an await.
    fn world(&self) -> MutexGuard<'_, SandboxWorld> {
        // The world is consistent after every statement, so a panic elsewhere does not make it useless.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sandbox {
    /// Starts a server on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// When the port cannot be used, the token cannot stand in a header, or no random token can be made.
    pub async fn start(options: SandboxOptions) -> Result<Self, SandboxError> {
        let token = match options.token {
            Some(token) if is_visible_ascii(&token) => token,
            Some(_) => return Err(SandboxError::Token),
            None => random_token()?,
        };
        let port_error = |source| SandboxError::Port { port: options.port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await.map_err(port_error)?;
        let address = listener.local_addr().map_err(port_error)?;
        let shared = Arc::new(Shared {
            station: SandboxStation {
                base_url: format!("http://{address}"),
                token,
                merchant_id: "DEMO".to_owned(),
                store_id: "Demo store".to_owned(),
                cash_id: "0001".to_owned(),
            },
            world: Mutex::new(SandboxWorld::seeded()),
        });
        let server = tokio::spawn(serve::accept(listener, routes::router(&shared)));
        Ok(Self { shared, server })
    }

    /// What a station needs to know.
    pub fn station(&self) -> SandboxStation {
        self.shared.station.clone()
    }

    /// A ready station profile.
    pub fn profile(&self) -> Value {
        let station = &self.shared.station;
        json!({
            "swip_kiosk": 1,
            (SettingKey::BaseUrl.name()): station.base_url,
            (SettingKey::Token.name()): station.token,
            (SettingKey::MerchantId.name()): station.merchant_id,
            (SettingKey::StoreId.name()): station.store_id,
            (SettingKey::CashId.name()): station.cash_id,
            (SettingKey::Language.name()): SettingKey::Language.entry().default,
            (SettingKey::Mode.name()): SettingKey::Mode.entry().default,
        })
    }

    /// Every request seen, oldest first; the last 10,000 are kept.
    pub fn ledger(&self) -> Vec<LedgerEntry> {
        self.shared.world().ledger.entries()
    }

    /// Replaces all faults.
    pub fn set_faults(&self, faults: Faults) {
        self.shared.world().faults = faults;
    }

    /// The faults as they stand, counted down by the requests seen.
    pub fn faults(&self) -> Faults {
        self.shared.world().faults.clone()
    }

    /// All customers, by phone.
    pub fn customers(&self) -> Vec<Customer> {
        self.shared.world().customers()
    }

    /// Adds a customer, or replaces the one with the same phone.
    pub fn add_customer(&self, customer: Customer) {
        self.shared.world().add(customer);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("station", &self.shared.station).finish_non_exhaustive()
    }
}

impl fmt::Debug for SandboxOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxOptions")
            .field("port", &self.port)
            .field("token", &self.token.as_ref().map(|_| "…"))
            .finish()
    }
}

impl fmt::Debug for SandboxStation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxStation").finish_non_exhaustive()
    }
}

fn is_visible_ascii(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// 128 random bits, in hexadecimal.
fn random_token() -> Result<String, SandboxError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(SandboxError::Random)?;
    let mut token = String::new();
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(token, "{byte:02x}");
    }
    Ok(token)
}
