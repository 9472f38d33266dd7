//! A server that does everything a server should not, and what the program then does with a signup.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod answers;
mod attempts;
#[path = "../support/calls.rs"]
mod calls;
#[path = "../support/certificates.rs"]
mod certificates;
mod elsewhere;
#[path = "../support/raw_server.rs"]
mod raw_server;
mod reach;
#[path = "../support/station.rs"]
mod station;
mod trust;

use std::path::{Path, PathBuf};

use calls::{TOKEN, no_content};
use certificates::{Authority, GOOD};
use raw_server::{RawServer, Script};
use serde_json::{Value, json};
use station::{Ended, StationHome};
use tokio_rustls::rustls::ServerConfig;

/// A server behind TLS, the authority that vouches for it, and a station that works against it.
struct Shop {
    authority: Authority,
    server: RawServer,
    home: StationHome,
    ca_file: PathBuf,
}

impl Shop {
    /// With a good certificate.
    async fn open(scripts: impl IntoIterator<Item = Script>) -> Self {
        let authority = Authority::new();
        let config = authority.server(GOOD);
        Self::with(authority, config, scripts).await
    }

    /// With a certificate that may not be one of the authority's.
    async fn with(authority: Authority, config: ServerConfig, scripts: impl IntoIterator<Item = Script>) -> Self {
        let server = RawServer::start_tls(config, scripts).await;
        let home = StationHome::new();
        let ca_file = PathBuf::from(home.file("shop.pem", &authority.pem()));
        home.provision(&profile(&format!("https://{}", server.address()), &ca_file));
        Self { authority, server, home, ca_file }
    }

    fn signup(&self, phone: &str) -> Ended {
        self.home.run(&["signup", "--phone", phone, "--json"])
    }

    fn points(&self) -> Ended {
        self.home.run(&["points", "--phone", "79160000000", "--json"])
    }

    /// The exit code of sending what waits.
    fn deliver(&self, seconds: u32) -> i32 {
        let seconds = seconds.to_string();
        self.home.run(&["queue", "deliver", "--until-empty", "--deadline", &seconds, "--json"]).code
    }

    /// How each entry stands, with the reason if there is one.
    fn entries(&self) -> Vec<String> {
        let listed = self.home.run(&["queue", "list", "--json"]).json();
        let entries = listed["entries"].as_array().expect("a list").iter();
        entries
            .map(|entry| match &entry["reason"] {
                Value::Null => entry["state"].as_str().expect("a state").to_owned(),
                reason => format!("{} {}", entry["state"].as_str().expect("a state"), reason.as_str().expect("a text")),
            })
            .collect()
    }

    /// How many whole signups of a phone the server was sent.
    fn posts(&self, phone: &str) -> usize {
        posts(&self.server, phone)
    }

    /// Somebody knows that what was wrong is mended: what is held need not wait for the next try.
    fn try_again(&self) {
        assert_eq!(self.home.run(&["queue", "retry", "--json"]).code, 0);
    }

    /// The server comes to its senses: what waits is delivered, and nothing more is sent after that.
    fn assert_delivered(&self) {
        self.server.play([no_content()]);
        self.try_again();
        assert_eq!(self.deliver(30), 0, "{:?}", self.entries());
        assert!(self.entries().is_empty());
        let before = self.server.connections();
        assert_eq!(self.deliver(30), 0);
        assert_eq!(self.server.connections(), before, "nothing is sent once it was delivered");
    }
}

/// How many whole signups of a phone a server was sent.
fn posts(server: &RawServer, phone: &str) -> usize {
    let posts = server.whole_requests("POST /customer-signups ");
    posts.iter().filter(|post| post.contains(phone)).count()
}

/// A station's profile.
fn profile(base_url: &str, ca_file: &Path) -> Value {
    json!({
        "swip_kiosk": 1,
        "base_url": base_url,
        "token": TOKEN,
        "merchant_id": "ABCD",
        "store_id": "Test storeID",
        "cash_id": "1231",
        "settings": { "ca_file": ca_file },
    })
}

fn saved() -> Value {
    json!({ "outcome": "saved" })
}

fn unavailable(reason: &str) -> Value {
    json!({ "outcome": "unavailable", "reason": reason })
}
