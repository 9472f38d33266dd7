//! Which shop this is and where its SWiP server stands.

use std::fmt;

use url::{Host, Url};

use super::settings::SettingError;

/// How a station reaches SWiP and under which ids; the token is kept apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Where the API is.
    pub base_url: BaseUrl,
    /// `X-Merchant-ID`.
    pub merchant_id: MerchantId,
    /// `X-Store-ID`.
    pub store_id: StationId,
    /// `X-Cash-ID`.
    pub cash_id: StationId,
    /// How points are asked for.
    pub stats_method: StatsMethod,
}

/// The address of the API: `https`, or plain `http` to a loopback address; a path prefix is kept.
///
/// User info, query and fragment are refused, so that the text is safe to show.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

/// Scheme, host and port: what a token belongs to. Serialised as `https://host:port`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(String);

/// The merchant: 1 to 64 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MerchantId(String);

/// A store or cash id: 1 to 64 printable ASCII characters, inner spaces allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StationId(String);

/// The HTTP method of a points lookup: SWiP's page says both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatsMethod {
    /// The page's heading.
    #[default]
    Get,
    /// The page's example; for a server that answers 405 to GET.
    Post,
}

const LONGEST_ID: usize = 64;
const LONGEST_URL: usize = 2048;

impl BaseUrl {
    /// Reads an address.
    ///
    /// # Errors
    /// The first rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, SettingError> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(SettingError::Empty);
        }
        if trimmed.len() > LONGEST_URL {
            return Err(SettingError::TooLong);
        }
        let mut url = Url::parse(trimmed).map_err(|_| SettingError::NotAnAddress)?;
        let has_extras =
            !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some();
        if has_extras {
            return Err(SettingError::AddressWithExtras);
        }
        match (url.scheme(), url.host()) {
            ("https", Some(_)) => {}
            ("http", Some(host)) if is_loopback(&host) => {}
            ("http", Some(_)) => return Err(SettingError::NotSecure),
            _ => return Err(SettingError::NotAnAddress),
        }
        // One form for one place: the trailing slash does not matter.
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }

    /// The address without a trailing slash.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// Where the token may go.
    pub fn origin(&self) -> Origin {
        Origin(self.0.origin().ascii_serialization())
    }

    /// Whether requests travel over TLS.
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({})", self.as_str())
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        // A name is resolved by the network, save this one, which must not be.
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    }
}

impl Origin {
    /// The origin as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl MerchantId {
    /// Reads a merchant id; never checked for four letters, because SWiP says that may change.
    ///
    /// # Errors
    /// The first rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, SettingError> {
        id_text(text, |c| c.is_ascii_graphic()).map(Self)
    }

    /// The id as sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl StationId {
    /// Reads a store or cash id.
    ///
    /// # Errors
    /// The first rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, SettingError> {
        id_text(text, |c| c.is_ascii_graphic() || c == ' ').map(Self)
    }

    /// The id as sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn id_text(text: &str, is_allowed: fn(char) -> bool) -> Result<String, SettingError> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        Err(SettingError::Empty)
    } else if !trimmed.chars().all(is_allowed) {
        Err(SettingError::UnexpectedCharacter)
    } else if trimmed.len() > LONGEST_ID {
        Err(SettingError::TooLong)
    } else {
        Ok(trimmed.to_owned())
    }
}
