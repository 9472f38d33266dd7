//! Certificates of every kind, good and bad, made for one test and trusted by nobody else.

#![allow(dead_code, reason = "each of the tests that include this file uses a part of it")]

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

/// Somebody who signs certificates.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// What a server shows of itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leaf {
    /// A name or an address.
    pub(crate) name: &'static str,
    /// The first and the last year.
    pub(crate) years: (i32, i32),
}

/// What the server of these tests should show.
pub(crate) const GOOD: Leaf = Leaf { name: "127.0.0.1", years: (2000, 4000) };

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        params.distinguished_name.push(DnType::CommonName, "A shop's own authority");
        Self(CertifiedIssuer::self_signed(params, key()).expect("a certificate"))
    }

    /// Its own certificate, as it stands in a file.
    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    /// A server that shows a certificate of this authority's.
    pub(crate) fn server(&self, leaf: Leaf) -> ServerConfig {
        let key = key();
        let certificate = params(leaf).signed_by(&key, &*self.0).expect("a certificate");
        config(certificate.der().clone(), &key)
    }

    /// A server whose certificate is good for clients alone.
    pub(crate) fn server_with_a_clients(&self) -> ServerConfig {
        let key = key();
        let mut params = params(GOOD);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let certificate = params.signed_by(&key, &*self.0).expect("a certificate");
        config(certificate.der().clone(), &key)
    }

    /// A server whose certificate another server of this authority's has signed.
    pub(crate) fn server_signed_by_a_server(&self) -> ServerConfig {
        let between = CertifiedIssuer::signed_by(params(GOOD), key(), &*self.0).expect("a certificate");
        let key = key();
        let certificate = params(GOOD).signed_by(&key, &*between).expect("a certificate");
        chain(vec![certificate.der().clone(), between.der().clone()], &key)
    }

    /// A server whose certificate names it in the common name alone.
    pub(crate) fn server_by_common_name(&self) -> ServerConfig {
        let key = key();
        let mut params = params(GOOD);
        params.subject_alt_names = Vec::new();
        params.distinguished_name.push(DnType::CommonName, GOOD.name);
        let certificate = params.signed_by(&key, &*self.0).expect("a certificate");
        config(certificate.der().clone(), &key)
    }
}

/// A server that shows an authority's own certificate, and that certificate as it stands in a file.
pub(crate) fn self_signed_authority() -> (ServerConfig, String) {
    let key = key();
    let mut params = params(GOOD);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = params.self_signed(&key).expect("a certificate");
    (config(certificate.der().clone(), &key), certificate.pem())
}

/// A server whose certificate nobody has signed but itself.
pub(crate) fn self_signed() -> ServerConfig {
    let key = key();
    let certificate = params(GOOD).self_signed(&key).expect("a certificate");
    config(certificate.der().clone(), &key)
}

fn key() -> KeyPair {
    KeyPair::generate().expect("a key")
}

fn params(leaf: Leaf) -> CertificateParams {
    let (first, last) = leaf.years;
    let mut params = CertificateParams::new(vec![leaf.name.to_owned()]).expect("a name");
    params.not_before = date_time_ymd(first, 1, 1);
    params.not_after = date_time_ymd(last, 1, 1);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

fn config(certificate: CertificateDer<'static>, key: &KeyPair) -> ServerConfig {
    chain(vec![certificate], key)
}

fn chain(certificates: Vec<CertificateDer<'static>>, key: &KeyPair) -> ServerConfig {
    let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
    let builder = ServerConfig::builder_with_provider(ring::default_provider().into());
    let builder = builder.with_safe_default_protocol_versions().expect("versions of TLS");
    let mut config = builder.with_no_client_auth().with_single_cert(certificates, key).expect("a key pair");
    // It would speak either; what is spoken is the client's choice.
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}
