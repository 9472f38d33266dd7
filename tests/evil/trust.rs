//! Servers that are not who they should be, or speak in a way that can be overheard.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::calls::{
    PATIENT, PHONE, answer, look_up, no_content, ok, only_phone, phone, register, secure_client, send, settings,
};
use crate::certificates::{Authority, GOOD, Leaf, self_signed, self_signed_authority};
use crate::raw_server::{RawServer, Script, Step};
use crate::station::{StationHome, finish};
use crate::{Shop, saved, unavailable};
use serde_json::json;
use swip_kiosk::domain::delivery::Submission;
use swip_kiosk::domain::{Enrolment, Lookup, Points, SettingKey, Token};
use swip_kiosk::services::api::{ApiClient, ApiError, NotSent};
use swip_kiosk::services::outbox::Timing;
use swip_kiosk::services::{Clock, Station};
use tokio_rustls::rustls::ServerConfig;

/// What a server shows that has to do with an authority.
type Mistrusted = fn(&Authority) -> ServerConfig;

type Case = (&'static str, Mistrusted);

const WRONG: [Case; 6] = [
    ("expired", |authority| authority.server(Leaf { years: (2000, 2020), ..GOOD })),
    ("not yet valid", |authority| authority.server(Leaf { years: (3000, 4000), ..GOOD })),
    ("of another address", |authority| authority.server(Leaf { name: "127.0.0.2", ..GOOD })),
    ("of another name", |authority| authority.server(Leaf { name: "swip.example", ..GOOD })),
    ("signed by itself", |_| self_signed()),
    ("signed by a stranger", |_| Authority::new().server(GOOD)),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_a_wrong_certificate_is_told_nothing_and_the_signup_waits_for_a_right_one() {
    for (name, config) in WRONG {
        let authority = Authority::new();
        let wrong = config(&authority);
        let shop = Shop::with(authority, wrong, [no_content()]).await;
        shop.signup(PHONE).assert(10, &saved());
        assert_eq!(shop.entries(), ["held not_secure"], "{name}");
        shop.points().assert(23, &unavailable("not_secure"));
        assert_eq!(shop.deliver(1), 10, "{name}");
        assert_eq!(shop.entries(), ["held not_secure"], "{name}");
        assert_eq!(shop.server.connections(), 2, "{name}: tried once, and not again for an hour");
        assert_eq!((shop.server.handshakes(), shop.server.spoken_to()), (0, 0), "{name}: not a byte of HTTP");

        shop.server.show(shop.authority.server(GOOD));
        shop.assert_delivered();
        assert_eq!(shop.posts(PHONE), 1, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_connection_test_tells_a_wrong_certificate_from_a_wrong_address() {
    let authority = Authority::new();
    let expired = authority.server(Leaf { years: (2000, 2020), ..GOOD });
    let shop = Shop::with(authority, expired, [ok(r#"{"points": 1}"#)]).await;
    let ended = shop.home.run(&["check", "--json"]);
    let steps = ended.json()["steps"].clone();
    let last = steps.as_array().expect("a list").last().expect("a step");
    assert_eq!(last, &json!({ "step": "secure", "ok": false, "reason": "not_secure" }));
    shop.server.show(shop.authority.server(GOOD));
    assert_eq!(shop.home.run(&["check", "--json"]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reason_to_mistrust_a_certificate_has_words_of_its_own() {
    let mut said = BTreeSet::new();
    let (own, own_pem) = self_signed_authority();
    let authority = || (Authority::new(), None);
    let cases: [(&str, Mistrusted); 9] = [
        ("expired", |authority| authority.server(Leaf { years: (2000, 2020), ..GOOD })),
        ("not_yet_valid", |authority| authority.server(Leaf { years: (3000, 4000), ..GOOD })),
        ("other_name", |authority| authority.server(Leaf { name: "swip.example", ..GOOD })),
        ("other_name", |authority| authority.server(Leaf { name: "127.0.0.2", ..GOOD })),
        ("no_name", Authority::server_by_common_name),
        ("other_purpose", Authority::server_with_a_clients),
        ("unusable", Authority::server_signed_by_a_server),
        ("unknown_authority", |_| Authority::new().server(GOOD)),
        ("unknown_authority", |_| self_signed()),
    ];
    let cases = cases.map(|(fault, config)| {
        let (authority, pem) = authority();
        let config = config(&authority);
        (fault, authority, config, pem)
    });
    let marked = ("is_authority", Authority::new(), own, Some(own_pem));
    for (fault, authority, config, pem) in cases.into_iter().chain([marked]) {
        let shop = Shop::with(authority, config, [ok(r#"{"points": 1}"#)]).await;
        if let Some(pem) = pem {
            std::fs::write(&shop.ca_file, pem).expect("written");
        }
        let json = shop.home.run(&["check", "--json"]).json();
        assert_eq!(json["certificate"], fault, "{json}");
        let last = json["steps"].as_array().expect("a list").last().expect("a step").clone();
        assert_eq!(last, json!({ "step": "secure", "ok": false, "reason": "not_secure" }), "{fault}");
        for language in ["ru", "en"] {
            let words = shop.home.run(&["--lang", language, "check"]).stdout;
            let words = words.lines().last().expect("words").to_owned();
            said.insert((fault, words));
        }
        assert_eq!(shop.server.spoken_to(), 0, "{fault}");
    }
    let faults: BTreeSet<_> = said.iter().map(|(fault, _)| fault).collect();
    let words: BTreeSet<_> = said.iter().map(|(_, words)| words).collect();
    assert_eq!((faults.len(), words.len(), said.len()), (8, 16, 16), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_trusted_because_the_environment_names_him() {
    let stranger = Authority::new();
    let shop = Shop::with(Authority::new(), stranger.server(GOOD), [ok(r#"{"points": 1}"#)]).await;
    let pem = shop.home.file("stranger.pem", &stranger.pem());
    let folder = shop.home.folder().join("strangers");
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::copy(&pem, folder.join("0a1b2c3d.0")).expect("copied");
    for with_ca_file in [true, false] {
        if !with_ca_file {
            let mut without = crate::profile(&format!("https://{}", shop.server.address()), "/".as_ref());
            without["settings"] = json!({});
            shop.home.provision(&without);
        }
        for (variable, value) in [("SSL_CERT_FILE", pem.as_str()), ("SSL_CERT_DIR", folder.to_str().expect("a path"))] {
            let mut command = shop.home.command(&["points", "--phone", PHONE, "--json"]);
            let ended = finish(command.env(variable, value), b"");
            let reason = ended.json()["reason"].as_str().expect("a reason").to_owned();
            assert!(["not_secure", "no_ca_certificates"].contains(&reason.as_str()), "{variable}: {ended:?}");
        }
    }
    assert_eq!((shop.server.handshakes(), shop.server.spoken_to()), (0, 0));
}

/// A clock on the wall that a test sets.
#[derive(Default)]
struct SetClock(AtomicI64);

impl Timing for SetClock {
    fn uptime(&self) -> Duration {
        Clock::System.steady().expect("the machine's clock goes on")
    }

    fn unix_ms(&self) -> i64 {
        Clock::System.unix_ms() + self.0.load(Ordering::SeqCst)
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

/// A shop whose CA file names somebody else than the authority of its server.
async fn mistrusting() -> Shop {
    let shop = Shop::open([vec![Step::Send(answer("204 No Content", "", "")), Step::Request, Step::Hold]]).await;
    std::fs::write(&shop.ca_file, Authority::new().pem()).expect("written");
    shop
}

#[tokio::test(flavor = "multi_thread")]
async fn authorities_that_are_replaced_on_disk_count_from_the_next_call_on() {
    let authority = Authority::new();
    let config = authority.server(GOOD);
    let shop = Shop::with(authority, config, [ok(r#"{"points": 12}"#)]).await;
    let stranger = Authority::new().pem();
    let (station, _) = Station::open(&shop.home.dirs());
    for round in 0..3 {
        std::fs::write(&shop.ca_file, &stranger).expect("written");
        assert!(station.look_up(&phone()).await.is_err(), "round {round}: nobody vouches for the server any more");
        std::fs::write(&shop.ca_file, shop.authority.pem()).expect("written");
        assert_eq!(station.look_up(&phone()).await, Ok(Lookup::Member(Points::new(12))), "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_for_tls_is_tried_as_soon_as_authorities_or_the_clock_are_others() {
    for is_by_clock in [false, true] {
        let shop = mistrusting().await;
        let clock = Arc::new(SetClock::default());
        let station = Arc::new(Station::open(&shop.home.dirs()).0.timed_by(Arc::<SetClock>::clone(&clock)));
        let saved = station.submit(Enrolment::without_consents(only_phone()), Clock::System).await;
        assert_eq!(saved, Ok(Submission::Saved));
        let delivering = Arc::clone(&station);
        let delivery = tokio::spawn(async move { delivering.deliver_forever().await.map(|_| ()) });
        let outbox = station.deliverer().await.expect("an outbox").outbox().clone();
        // Long enough for a look at how things stand, short of the first probe.
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert_eq!(shop.server.handshakes(), 0);
        if is_by_clock {
            clock.0.store(20 * 365 * 86_400_000, Ordering::SeqCst);
            let connections = shop.server.connections();
            wait_until("a try", || shop.server.connections() > connections).await;
        } else {
            std::fs::write(&shop.ca_file, shop.authority.pem()).expect("written");
            wait_until("a delivery", || shop.posts(PHONE) == 1).await;
            let mut left = usize::MAX;
            for _ in 0..100 {
                left = outbox.list().await.expect("entries").len();
                if left == 0 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            assert_eq!(left, 0);
        }
        delivery.abort();
    }
}

/// Well before the first probe of a queue that is held, which comes after a minute.
async fn wait_until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..400 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("waited in vain for {what}");
}

/// A hello of a server of another age, with a cipher of that age.
fn old_hello(version: u8) -> Script {
    let mut hello = vec![0x16, 3, version, 0, 42, 2, 0, 0, 38, 3, version];
    hello.extend([7; 32]);
    hello.extend([0, 0, 0x2f, 0]);
    vec![Step::Send(hello), Step::Hold]
}

fn alert(version: u8, code: u8) -> Script {
    send([0x15, 3, version, 0, 2, 2, code])
}

#[tokio::test]
async fn a_server_of_another_age_and_one_without_tls_hear_no_word() {
    let home = StationHome::new();
    let ca_file = home.file("shop.pem", &Authority::new().pem());
    let cases = [
        ("SSL 3.0", old_hello(0)),
        ("TLS 1.0", old_hello(1)),
        ("TLS 1.1", old_hello(2)),
        ("TLS 1.0 by an alert", alert(1, 70)),
        ("TLS 1.1 by an alert", alert(2, 70)),
        ("no cipher in common", alert(3, 40)),
        ("plain HTTP", send(answer("200 OK", "", r#"{"points": 1}"#))),
        ("plain HTTP that complains", send(answer("400 Bad Request", "", "this is an HTTPS port"))),
        ("a record of a wrong length", send([0x16, 3, 3, 0xff, 0xff, 0, 0, 0])),
        ("zeros", send([0; 64])),
        ("SSH", send("SSH-2.0-OpenSSH_9.9\r\n")),
    ];
    let cases = cases.map(|(name, script)| (name, script, "not_secure"));
    // That may be anything: a load balancer without a server, too.
    let cut_off = [("an end", vec![], "no_connection"), ("a reset", vec![Step::Reset], "no_connection")];
    for (name, script, reason) in cases.into_iter().chain(cut_off) {
        let server = RawServer::start([script]).await;
        let client = secure_client(&server, ca_file.as_ref(), PATIENT);
        assert_eq!(look_up(&client).await, reason, "{name}");
        assert_eq!(register(&client).await, reason, "{name}");
        assert_eq!(server.connections(), 2, "{name}: no second try in another version");
        for hello in server.requests() {
            assert_eq!(hello.first(), Some(&0x16), "{name}: a handshake and nothing else");
            let text = String::from_utf8_lossy(&hello);
            assert!(!text.contains("canary") && !text.contains("HTTP/1") && !text.contains(PHONE), "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authority_of_a_shop_is_trusted_where_the_settings_name_it() {
    let shop = Shop::open([ok(r#"{"points": 12}"#)]).await;
    shop.points().assert(0, &json!({ "outcome": "found", "points": 12 }));
    assert_eq!(shop.server.handshakes(), 1);

    // The same server to a station that does not name it.
    let profile = json!({ "settings": {} });
    let mut without = crate::profile(&format!("https://{}", shop.server.address()), "/".as_ref());
    without["settings"] = profile["settings"].clone();
    shop.home.provision(&without);
    let ended = shop.points();
    let reason = ended.json()["reason"].as_str().expect("a reason").to_owned();
    assert!(["not_secure", "no_ca_certificates"].contains(&reason.as_str()), "{ended:?}");
    assert_eq!(shop.server.handshakes(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_certificates_that_is_none_keeps_the_signup_and_says_what_is_wrong() {
    let authority = Authority::new();
    let cases = [
        ("gone", None),
        ("empty", Some(String::new())),
        ("no PEM", Some("certificates".to_owned())),
        ("no certificate in it", Some(authority.pem().replace("MII", "AAA"))),
        ("too large", Some("\n".repeat(1 << 20) + &authority.pem())),
    ];
    let shop = Shop::open([no_content()]).await;
    for (number, (name, text)) in cases.into_iter().enumerate() {
        let phone = format!("7916{number:07}");
        match text {
            Some(text) => std::fs::write(&shop.ca_file, text).expect("written"),
            None => std::fs::remove_file(&shop.ca_file).expect("removed"),
        }
        shop.signup(&phone).assert(10, &saved());
        shop.points().assert(23, &unavailable("ca_file_unusable"));
        assert_eq!(shop.deliver(1), 10, "{name}");
        assert_eq!(shop.entries(), ["saved"], "{name}");
        assert_eq!(shop.posts(&phone), 0, "{name}");

        std::fs::write(&shop.ca_file, shop.authority.pem()).expect("written");
        shop.assert_delivered();
        assert_eq!(shop.posts(&phone), 1, "{name}");
    }
}

#[test]
fn plain_http_to_this_machine_needs_no_certificates_at_all() {
    let settings = settings("http://127.0.0.1:1", &[(SettingKey::CaFile, "/nowhere/shop.pem")]);
    let token = Token::parse("t").expect("a token");
    assert!(ApiClient::new(&settings, &token, PATIENT).is_ok());
    let settings = crate::calls::settings("https://127.0.0.1:1", &[(SettingKey::CaFile, "/nowhere/shop.pem")]);
    let error = ApiClient::new(&settings, &token, PATIENT).err();
    assert_eq!(error, Some(ApiError::NotSent(NotSent::CaFile)));
}
