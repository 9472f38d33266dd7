//! Whom the client trusts, and what is wrong with a server that it does not.

use std::error::Error;
use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use reqwest::{Certificate, ClientBuilder};
use rustls::CertificateError;

use super::error::{ApiError, NotSent};
use crate::domain::connection::{CaFile, Connection};
use crate::domain::failure::CertificateFault;
use crate::services::byte_order::without_mark;
use crate::services::plain_file;

/// A bundle of all the world's CAs is a quarter of this.
const LONGEST_CA_FILE: u64 = 1024 * 1024;

/// Lets the client trust the machine's authorities and those of the settings, and nobody that the environment names.
pub(super) fn limit_trust(builder: ClientBuilder, connection: &Connection) -> Result<ClientBuilder, ApiError> {
    // Plain http to this machine must work without any CA certificate on it.
    if !connection.base_url.is_https() {
        return Ok(builder.tls_certs_only(Vec::<Certificate>::new()));
    }
    let own = match &connection.ca_file {
        None => Vec::new(),
        Some(file) => read_certificates(file).ok_or(ApiError::NotSent(NotSent::CaFile))?,
    };
    system::add(builder, own)
}

/// What the files that trust hangs on looked like, to be compared: other authorities make another one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustMark(Vec<FileMark>);

/// Present or not, when it was changed, its size, and which file it is.
type FileMark = Option<(Option<SystemTime>, u64, u64)>;

impl TrustMark {
    /// As they are now. No file is read for it.
    pub fn of(connection: &Connection) -> Self {
        if !connection.base_url.is_https() {
            return Self::default();
        }
        let own = connection.ca_file.iter().map(|file| file_mark(file.path()));
        Self(own.chain(system::paths().map(file_mark)).collect())
    }
}

fn file_mark(path: &Path) -> FileMark {
    let about = fs::metadata(path).ok()?;
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&about);
    #[cfg(not(unix))]
    let number = 0;
    Some((about.modified().ok(), about.len(), number))
}

/// The certificates of a PEM file; none if there is not one of them, or one that cannot be read.
fn read_certificates(file: &CaFile) -> Option<Vec<Certificate>> {
    let pem = plain_file::read(file.path(), LONGEST_CA_FILE).ok()?;
    Certificate::from_pem_bundle(&without_mark(&pem)).ok().filter(|certificates| !certificates.is_empty())
}

/// Where the system keeps its authorities in files.
#[cfg(all(unix, not(target_vendor = "apple")))]
mod system {
    use std::path::Path;

    use reqwest::{Certificate, ClientBuilder};
    use rustls::RootCertStore;

    use super::{ApiError, NotSent};

    /// One file of all authorities: the first that is there. `SSL_CERT_FILE` and `SSL_CERT_DIR`, which the usual way to load them
    /// heeds, would let whoever sets the environment vouch for any server.
    const BUNDLES: [&str; 7] = [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
        "/usr/local/share/certs/ca-root-nss.crt",
        "/usr/local/etc/ssl/cert.pem",
    ];
    const FOLDERS: [&str; 3] = ["/etc/ssl/certs", "/etc/pki/tls/certs", "/usr/local/share/certs"];

    pub(super) fn add(builder: ClientBuilder, own: Vec<Certificate>) -> Result<ClientBuilder, ApiError> {
        let certificates: Vec<_> = own.into_iter().chain(authorities()).collect();
        if certificates.is_empty() {
            return Err(ApiError::NotSent(NotSent::NoCaCertificates));
        }
        Ok(builder.tls_certs_only(certificates))
    }

    /// Where authorities may be.
    pub(super) fn paths() -> impl Iterator<Item = &'static Path> {
        BUNDLES.iter().chain(&FOLDERS).map(Path::new)
    }

    /// One that cannot be used is left out: it is not ours.
    fn authorities() -> impl Iterator<Item = Certificate> {
        let there = |path: &&&str| Path::new(path).exists();
        let file = BUNDLES.iter().find(there).map(Path::new);
        let folder = FOLDERS.iter().find(there).map(Path::new);
        let found = rustls_native_certs::load_certs_from_paths(file, folder).certs;
        let usable = found.into_iter().filter(|der| RootCertStore::empty().add(der.clone()).is_ok());
        usable.filter_map(|der| Certificate::from_der(&der).ok())
    }
}

/// Elsewhere the system itself judges, whatever the environment says.
#[cfg(not(all(unix, not(target_vendor = "apple"))))]
mod system {
    use reqwest::{Certificate, ClientBuilder};

    use super::ApiError;

    pub(super) fn paths() -> impl Iterator<Item = &'static std::path::Path> {
        std::iter::empty()
    }

    pub(super) fn add(builder: ClientBuilder, own: Vec<Certificate>) -> Result<ClientBuilder, ApiError> {
        Ok(if own.is_empty() { builder } else { builder.tls_certs_merge(own) })
    }
}

/// Why the handshake failed, if TLS is somewhere among the causes.
pub(super) fn tls_fault(error: &reqwest::Error) -> Option<NotSent> {
    let mut cause = error.source();
    while let Some(current) = cause {
        if let Some(error) = current.downcast_ref::<rustls::Error>() {
            return Some(certificate_fault(error).map_or(NotSent::Tls, NotSent::Certificate));
        }
        cause = inner_of(current).or_else(|| current.source());
    }
    None
}

/// What an I/O error carries: that is not its source, and may be an I/O error that carries something itself.
fn inner_of<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let inner = error.downcast_ref::<io::Error>()?.get_ref()?;
    Some(inner)
}

fn certificate_fault(error: &rustls::Error) -> Option<CertificateFault> {
    let rustls::Error::InvalidCertificate(error) = error else { return None };
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Some(CertificateFault::Expired),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            Some(CertificateFault::NotYetValid)
        }
        // An authority that was made anew under its old name has another key.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => Some(CertificateFault::UnknownAuthority),
        // Browsers have long ceased to read the common name, which is then the only one.
        CertificateError::NotValidForNameContext { presented, .. } if presented.is_empty() => {
            Some(CertificateFault::NoName)
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Some(CertificateFault::OtherName)
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            Some(CertificateFault::OtherPurpose)
        }
        // What a system says in words of its own may be anything.
        CertificateError::Other(other) => other.0.downcast_ref().map(|error| match error {
            webpki::Error::CaUsedAsEndEntity => CertificateFault::IsAuthority,
            _ => CertificateFault::Unusable,
        }),
        _ => Some(CertificateFault::Unusable),
    }
}
