//! A server, a token, and the client between them.

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::domain::{Settings, Token};
use crate::services::api::{ApiClient, ApiError, CUSTOMER_DEADLINE, TrustMark};
use crate::services::sandbox::Sandbox;
use crate::services::server_time::ServerTime;

/// The client is built at the first call: that reads the machine's CA certificates, and the window must not wait for it. It is
/// built anew when they are others.
pub(super) struct Link {
    pub(super) settings: Settings,
    pub(super) token: Token,
    built: Mutex<Built>,
    sandbox: Option<Sandbox>,
    server_time: ServerTime,
}

/// What came of reading the authorities, and how they looked then.
#[derive(Default)]
struct Built {
    client: Option<Arc<ApiClient>>,
    mark: Option<TrustMark>,
}

impl Link {
    pub(super) fn new(settings: Settings, token: Token, server_time: ServerTime) -> Arc<Self> {
        Arc::new(Self { settings, token, built: Mutex::default(), sandbox: None, server_time })
    }

    pub(super) fn to_sandbox(settings: Settings, token: Token, sandbox: Sandbox) -> Arc<Self> {
        Arc::new(Self {
            settings,
            token,
            built: Mutex::default(),
            sandbox: Some(sandbox),
            server_time: ServerTime::default(),
        })
    }

    pub(super) fn is_trial(&self) -> bool {
        self.sandbox.is_some()
    }

    pub(super) async fn client(&self) -> Result<Arc<ApiClient>, ApiError> {
        let mark = Some(TrustMark::of(&self.settings.connection));
        let mut built = self.built.lock().await;
        if let Some(client) = built.client.take().filter(|client| built.mark == mark && !client.has_mistrusted()) {
            built.client = Some(Arc::clone(&client));
            return Ok(client);
        }
        built.mark = mark;
        let client = ApiClient::new(&self.settings, &self.token, CUSTOMER_DEADLINE)?;
        let client = Arc::new(client.telling(self.server_time.clone()));
        built.client = Some(Arc::clone(&client));
        Ok(client)
    }

    /// Whether the authorities on disk are others than those that were read.
    pub(super) async fn has_other_authorities(&self) -> bool {
        let mark = TrustMark::of(&self.settings.connection);
        self.built.lock().await.mark.as_ref().is_some_and(|then| *then != mark)
    }
}
