//! The client of SWiP's API: a method per endpoint, bounded in time and memory, silent about secrets.

mod classify;
mod error;
mod http;
mod names;
mod trust;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::{Method, RequestBuilder};
use tokio::time::Instant;

pub use classify::{Answer, AnswerVerdict, Body, CodeMeanings, Endpoint, Exchange, classify};

pub use error::{ApiError, Lost, NotSent, StatusKind};
pub use http::Names;
pub use trust::TrustMark;
pub use wire::read_retry_after;

use http::HttpClient;

use super::server_time::ServerTime;
use crate::domain::connection::{Connection, StatsMethod};
use crate::domain::{CustomerQuery, Lookup, Registration, Settings, Signup, Token};

/// How long a call may take in all while a customer waits.
pub const CUSTOMER_DEADLINE: Duration = Duration::from_secs(8);
/// How long a call may take in all when nobody waits.
pub const PATIENT_DEADLINE: Duration = Duration::from_secs(15);

const JSON: &str = "application/json";

impl Endpoint {
    fn path(self) -> &'static str {
        match self {
            Self::Signup => "/customer-signups",
            Self::Stats => "/customer-loyalty-stats",
        }
    }

    /// The `Api-Version` header of the endpoint.
    fn version(self) -> &'static str {
        match self {
            Self::Signup | Self::Stats => "3",
        }
    }
}

/// A connection to one SWiP server under one station's ids.
#[derive(Clone)]
pub struct ApiClient {
    http: HttpClient,
    connection: Connection,
    codes: CodeMeanings,
    deadline: Duration,
    /// A server was not trusted, which may be the fault of what was read of authorities.
    has_mistrusted: Arc<AtomicBool>,
    server_time: ServerTime,
}

impl ApiClient {
    /// Sets a client up; no request is sent.
    ///
    /// # Errors
    /// [`NotSent::NoCaCertificates`] where an `https` server could never be trusted, [`NotSent::CaFile`] where the
    /// settings name a file of certificates that is none; [`ApiError::Setup`] if token or
    /// ids make no headers, which their types rule out.
    pub fn new(settings: &Settings, token: &Token, deadline: Duration) -> Result<Self, ApiError> {
        Self::with_names(settings, token, deadline, None)
    }

    /// As [`Self::new`], with names resolved by somebody else than the system.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_names(
        settings: &Settings,
        token: &Token,
        deadline: Duration,
        names: Option<Names>,
    ) -> Result<Self, ApiError> {
        let connection = settings.connection.clone();
        let http = http::build(&connection, token, names)?;
        let codes = CodeMeanings::from(&settings.preferences);
        Ok(Self {
            http,
            connection,
            codes,
            deadline,
            has_mistrusted: Arc::default(),
            server_time: ServerTime::default(),
        })
    }

    /// The same, which passes on what SWiP says the time is.
    #[must_use]
    pub fn telling(self, server_time: ServerTime) -> Self {
        Self { server_time, ..self }
    }

    /// Whether a server was not trusted since authorities were read: a new client may trust it.
    pub fn has_mistrusted(&self) -> bool {
        self.has_mistrusted.load(Ordering::Relaxed)
    }

    /// The server and the ids it works under.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The same for calls that nobody waits for.
    #[must_use]
    pub fn patient(&self) -> Self {
        Self { deadline: PATIENT_DEADLINE, ..self.clone() }
    }

    /// The same for one call that may take so long.
    #[must_use]
    pub fn within(&self, deadline: Duration) -> Self {
        Self { deadline, ..self.clone() }
    }

    /// Creates a customer's account: `POST /customer-signups`.
    ///
    /// # Errors
    /// Whatever kept SWiP from saying yes.
    pub async fn register(&self, signup: &Signup) -> Result<Registration, ApiError> {
        let Connection { store_id, cash_id, .. } = &self.connection;
        self.register_under(signup, store_id.as_str(), cash_id.as_str()).await
    }

    /// As [`Self::register`], under the store and cash id that the signup was taken under.
    ///
    /// # Errors
    /// Whatever kept SWiP from saying yes.
    pub async fn register_under(
        &self,
        signup: &Signup,
        store_id: &str,
        cash_id: &str,
    ) -> Result<Registration, ApiError> {
        let body = serde_json::to_vec(&wire::SignupBody::from(signup)).map_err(|_| ApiError::Setup)?;
        let request = self.request(Endpoint::Signup, Method::POST, "").header(CONTENT_TYPE, JSON).body(body);
        let request = request.header("X-Store-ID", store_id).header("X-Cash-ID", cash_id);
        match self.call(Endpoint::Signup, request).await {
            AnswerVerdict::Registered => Ok(Registration::Registered),
            AnswerVerdict::AlreadyMember => Ok(Registration::AlreadyMember),
            AnswerVerdict::Failed(error) => Err(error),
            AnswerVerdict::Member(_) | AnswerVerdict::UnknownCustomer => Err(ApiError::Setup),
        }
    }

    /// Asks for a customer's points: `GET /customer-loyalty-stats`, or `POST` where the settings say so.
    ///
    /// # Errors
    /// Whatever kept SWiP from a definite answer.
    pub async fn look_up(&self, query: &CustomerQuery) -> Result<Lookup, ApiError> {
        let pair = match query {
            CustomerQuery::Phone(phone) => ("phone", phone.digits()),
            CustomerQuery::Pass(pass) => ("pass", pass.as_str()),
        };
        let query = wire::query(pair);
        let request = match self.connection.stats_method {
            StatsMethod::Get => self.request(Endpoint::Stats, Method::GET, &query),
            StatsMethod::Post => {
                self.request(Endpoint::Stats, Method::POST, &query).header(CONTENT_TYPE, JSON).header(CONTENT_LENGTH, 0)
            }
        };
        match self.call(Endpoint::Stats, request).await {
            AnswerVerdict::Member(points) => Ok(Lookup::Member(points)),
            AnswerVerdict::UnknownCustomer => Ok(Lookup::Unknown),
            AnswerVerdict::Failed(error) => Err(error),
            AnswerVerdict::Registered | AnswerVerdict::AlreadyMember => Err(ApiError::Setup),
        }
    }

    fn request(&self, endpoint: Endpoint, method: Method, query: &str) -> RequestBuilder {
        let url = format!("{}{}{query}", self.connection.base_url.as_str(), endpoint.path());
        self.http.client.request(method, url).header("Api-Version", endpoint.version()).timeout(self.deadline)
    }

    /// One exchange. A GET on a connection that was kept is repeated once on a new one if it broke before a status: the server may
    /// have closed it while nobody used it. A POST may have been carried out, and is the caller's to repeat.
    #[expect(clippy::disallowed_methods, reason = "both tries have one deadline")]
    async fn exchange(&self, endpoint: Endpoint, request: RequestBuilder) -> Exchange {
        let is_get = endpoint == Endpoint::Stats && self.connection.stats_method == StatsMethod::Get;
        let again = if is_get { request.try_clone() } else { None };
        let (begun, connects) = (Instant::now(), self.http.connects());
        let first = http::send(request, &self.server_time).await;
        let was_kept = self.http.connects() == connects;
        match again {
            Some(again) if was_kept && first == Exchange::Lost(Lost::Interrupted) => {
                let again = again.timeout(self.deadline.saturating_sub(begun.elapsed()));
                http::send(again, &self.server_time).await
            }
            _ => first,
        }
    }

    async fn call(&self, endpoint: Endpoint, request: RequestBuilder) -> AnswerVerdict {
        let exchange = self.exchange(endpoint, request).await;
        if matches!(exchange, Exchange::NotSent(NotSent::Tls | NotSent::Certificate(_))) {
            self.has_mistrusted.store(true, Ordering::Relaxed);
        }
        let verdict = classify(endpoint, &exchange, &self.codes);
        if let AnswerVerdict::Failed(error) = &verdict {
            tracing::warn!(?endpoint, %error, "a call to SWiP failed");
        }
        verdict
    }
}
