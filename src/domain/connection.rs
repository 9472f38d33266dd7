//! Which shop this is and where its SWiP server stands.

use std::fmt;
use std::path::Path;

use url::{Host, Url};

use super::delivery::Reconcile;
use super::settings::error::SettingError;

/// How a station reaches SWiP and under which ids; the token is kept apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Where the API is.
    pub base_url: BaseUrl,
    /// `X-Merchant-ID`.
    pub merchant_id: MerchantId,
    /// `X-Store-ID`.
    pub store_id: StoreId,
    /// `X-Cash-ID`.
    pub cash_id: CashId,
    /// How points are asked for.
    pub stats_method: StatsMethod,
    /// How a signup is settled that may have arrived.
    pub reconcile: Reconcile,
    /// Certificates that are trusted besides the machine's own, if there are any.
    pub ca_file: Option<CaFile>,
}

/// The whole path of a file of CA certificates, for a shop whose network looks into TLS: at most 2,048 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaFile(String);

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

/// The store: 1 to 64 printable ASCII characters, inner spaces allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreId(String);

/// The cash desk: 1 to 64 printable ASCII characters, inner spaces allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashId(String);

/// The HTTP method of a points lookup: SWiP's page says both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatsMethod {
    /// The page's heading.
    #[default]
    Get,
    /// The page's example; for a server that answers 405 to GET.
    Post,
}

impl StatsMethod {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Get, Self::Post];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
        }
    }
}

impl Connection {
    /// Whether lookups over it go to the same place, for the same merchant, and in the same way: what one was seen to
    /// tell, the other tells too.
    pub fn looks_up_like(&self, other: &Self) -> bool {
        self.base_url == other.base_url
            && self.merchant_id == other.merchant_id
            && self.stats_method == other.stats_method
    }
}

const LONGEST_ID: usize = 64;
const LONGEST_URL: usize = 2048;
const LONGEST_PATH: usize = 2048;

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
        // It is kept as it is sent: letters beyond ASCII are longer there.
        if url.as_str().len() > LONGEST_URL { Err(SettingError::TooLong) } else { Ok(Self(url)) }
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

impl CaFile {
    /// Reads a path; none where there is nothing but spaces. Whether the file is there, is for later.
    ///
    /// # Errors
    /// The first rule that the text breaks.
    pub fn parse(text: &str) -> Result<Option<Self>, SettingError> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            Ok(None)
        } else if trimmed.len() > LONGEST_PATH {
            Err(SettingError::TooLong)
        } else if trimmed.chars().any(char::is_control) || !Path::new(trimmed).is_absolute() {
            // Where a relative one leads, depends on who starts the program.
            Err(SettingError::NotAPath)
        } else {
            Ok(Some(Self(trimmed.to_owned())))
        }
    }

    /// The path as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path.
    pub fn path(&self) -> &Path {
        Path::new(&self.0)
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

impl StoreId {
    /// Reads a store id.
    ///
    /// # Errors
    /// The first rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, SettingError> {
        id_text(text, is_printable).map(Self)
    }

    /// The id as sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl CashId {
    /// Reads a cash id.
    ///
    /// # Errors
    /// The first rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, SettingError> {
        id_text(text, is_printable).map(Self)
    }

    /// The id as sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_printable(c: char) -> bool {
    c.is_ascii_graphic() || c == ' '
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

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Result<String, SettingError> {
        BaseUrl::parse(text).map(|url| url.as_str().to_owned())
    }

    #[cfg(unix)]
    #[test]
    fn a_ca_file_is_a_whole_path_or_none() {
        let path = |text: &str| CaFile::parse(text).map(|file| file.map(|file| file.as_str().to_owned()));
        assert_eq!(path(""), Ok(None));
        assert_eq!(path(" \t"), Ok(None));
        for text in ["/etc/ssl/shop.pem", " /Мой магазин/ca.pem\n"] {
            assert_eq!(path(text), Ok(Some(text.trim().to_owned())));
        }
        for text in ["shop.pem", "../shop.pem", "file:///etc/shop.pem", "/etc/sh\nop.pem", "/etc/\0"] {
            assert_eq!(path(text), Err(SettingError::NotAPath), "{text:?}");
        }
        assert!(path(&format!("/{}", "x".repeat(2047))).is_ok());
        assert_eq!(path(&format!("/{}", "x".repeat(2048))), Err(SettingError::TooLong));
    }

    #[test]
    fn an_address_is_https_with_any_host_port_and_path() {
        let cases = [
            ("https://api.example.com", "https://api.example.com"),
            (" https://api.example.com/ \n", "https://api.example.com"),
            ("HTTPS://API.Example.COM:443", "https://api.example.com"),
            ("https://api.example.com:8443/swip/v1/", "https://api.example.com:8443/swip/v1"),
            ("https://api.example.com/a%20b//", "https://api.example.com/a%20b"),
            ("https://10.0.0.1", "https://10.0.0.1"),
            ("https://[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443/x"),
            ("https://пример.рф", "https://xn--e1afmkfd.xn--p1ai"),
        ];
        for (text, shown) in cases {
            assert_eq!(url(text).as_deref(), Ok(shown), "{text:?}");
            assert_eq!(url(shown).as_deref(), Ok(shown), "its own form is kept");
            assert!(BaseUrl::parse(text).unwrap().is_https());
        }
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        let loopback = [
            "http://127.0.0.1:8080",
            "http://127.9.9.9",
            "http://localhost:1",
            "http://LOCALHOST",
            "http://[::1]:8080/x",
        ];
        for text in loopback {
            assert!(!BaseUrl::parse(text).unwrap().is_https(), "{text}");
        }
        let elsewhere = [
            "http://api.example.com",
            "http://10.0.0.1",
            "http://0.0.0.0",
            "http://[2001:db8::1]",
            "http://[::]",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://sub.localhost",
        ];
        for text in elsewhere {
            assert_eq!(url(text), Err(SettingError::NotSecure), "{text}");
        }
    }

    #[test]
    fn an_address_holds_neither_user_nor_query_nor_fragment() {
        let extras = [
            "https://user@example.com",
            "https://user:pass@example.com",
            "https://:pass@example.com",
            "https://example.com/?",
            "https://example.com/?a=b",
            "https://example.com/#",
            "https://example.com/x#y",
            "http://127.0.0.1@example.com",
        ];
        for text in extras {
            assert_eq!(url(text), Err(SettingError::AddressWithExtras), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in
            ["api.example.com", "https://", "ftp://example.com", "file:///etc", "https://exa mple.com", "https://[::1"]
        {
            assert_eq!(url(text), Err(SettingError::NotAnAddress), "{text}");
        }
        assert_eq!(url(" "), Err(SettingError::Empty));
        assert_eq!(url(&format!("https://example.com/{}", "x".repeat(2048))), Err(SettingError::TooLong));
        // 1,020 bytes as typed, six for each letter as kept.
        assert_eq!(url(&format!("https://example.com/{}", "я".repeat(500))), Err(SettingError::TooLong));
    }

    #[test]
    fn an_origin_is_scheme_host_and_port_and_nothing_else() {
        let origin = |text: &str| BaseUrl::parse(text).unwrap().origin();
        assert_eq!(origin("https://api.example.com/v1"), origin("https://API.example.com:443/v2/"));
        assert_eq!(origin("https://api.example.com/v1").as_str(), "https://api.example.com");
        assert_eq!(origin("http://127.0.0.1:80").as_str(), "http://127.0.0.1");
        assert_eq!(origin("http://[::1]:8080/x").as_str(), "http://[::1]:8080");
        for other in ["https://api.example.com:8443", "https://example.com", "https://api.example.org"] {
            assert_ne!(origin("https://api.example.com"), origin(other));
        }
        assert_ne!(origin("http://localhost"), origin("https://localhost"));
    }

    #[test]
    fn ids_are_short_printable_ascii_and_only_a_merchant_has_no_spaces() {
        for text in ["ABCD", "A", "abcde-12!~", &"x".repeat(64)] {
            assert_eq!(MerchantId::parse(&format!(" {text}\n")).unwrap().as_str(), text);
            assert_eq!(StoreId::parse(&format!("\t{text} ")).unwrap().as_str(), text);
        }
        assert_eq!(StoreId::parse("Test storeID").unwrap().as_str(), "Test storeID");
        assert_eq!(MerchantId::parse("AB CD"), Err(SettingError::UnexpectedCharacter));
        for text in ["АВС", "a\nb", "a\u{7F}", "a\tb", "a\u{A0}b", "caf\u{E9}"] {
            assert_eq!(MerchantId::parse(text), Err(SettingError::UnexpectedCharacter), "{text:?}");
            assert_eq!(StoreId::parse(text), Err(SettingError::UnexpectedCharacter), "{text:?}");
        }
        assert_eq!(MerchantId::parse(" "), Err(SettingError::Empty));
        assert_eq!(StoreId::parse(&"x".repeat(65)), Err(SettingError::TooLong));
    }
}
