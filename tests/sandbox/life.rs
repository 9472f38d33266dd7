//! How a sandbox starts and ends, and what it shows of itself.

use std::io::Read;
use std::net::TcpStream;

use swip_kiosk::services::sandbox::{Fault, Faults, Plan, Sandbox, SandboxError, SandboxOptions, seeds};

use crate::{connect, raw_request, sandbox, stats_of, status, until};

#[tokio::test]
async fn dropping_it_closes_the_port_and_the_connections() {
    let sandbox = sandbox().await;
    let station = sandbox.station();
    let address = station.base_url.strip_prefix("http://").expect("plain http").to_owned();
    sandbox.set_faults(Faults::on_stats(Plan::delayed(600_000)));
    let mut waiting = connect(&station);
    let line = format!("GET /customer-loyalty-stats?phone={}", seeds::ZERO.phone);
    std::io::Write::write_all(&mut waiting, raw_request(&station, &line, "").as_bytes()).expect("bytes go out");
    until("the request is being served", || !sandbox.ledger().is_empty()).await;
    assert!(TcpStream::connect(&address).is_ok(), "open while it lives");

    drop(sandbox);
    until("the port is closed", || TcpStream::connect(&address).is_err()).await;
    let ended = tokio::task::spawn_blocking(move || waiting.read(&mut [0; 1])).await.expect("no panic");
    match ended {
        Ok(bytes) => assert_eq!(bytes, 0, "an end, not an answer"),
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset),
    }
}

#[tokio::test]
async fn it_serves_many_at_once_while_one_is_stuck() {
    let sandbox = sandbox().await;
    let station = sandbox.station();
    sandbox.set_faults(Faults::on_stats(Plan::once(Fault::EndlessBody)));
    let stuck = stats_of(&station, seeds::ZERO.phone).send().await.expect("a head");
    let many: Vec<_> = (0..50).map(|_| tokio::spawn(status(stats_of(&station, seeds::ZERO.phone)))).collect();
    for one in many {
        assert_eq!(one.await.expect("no panic"), 200);
    }
    drop(stuck);
}

#[tokio::test]
async fn a_taken_port_and_a_bad_token_are_errors() {
    let first = sandbox().await;
    let port = first.station().base_url.rsplit(':').next().and_then(|text| text.parse().ok());
    let port = port.expect("a port in the address");
    let second = Sandbox::start(SandboxOptions { port, token: None }).await;
    assert!(matches!(second, Err(SandboxError::Port { port: named, .. }) if named == port));
    for token in ["", "two words", "ключ", "a\nb"] {
        let options = SandboxOptions { port: 0, token: Some(token.to_owned()) };
        assert!(matches!(Sandbox::start(options).await, Err(SandboxError::Token)), "{token:?}");
    }
}

#[tokio::test]
async fn its_token_is_random_or_given_and_never_in_debug_output() {
    let (one, two) = (sandbox().await, sandbox().await);
    let token = one.station().token;
    assert_eq!(token.len(), 32);
    assert!(token.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_ne!(token, two.station().token);

    let options = SandboxOptions { port: 0, token: Some("secret-canary".to_owned()) };
    let options_shown = format!("{options:?}");
    let given = Sandbox::start(options).await.expect("a free port");
    assert_eq!(given.station().token, "secret-canary");
    assert_eq!(status(stats_of(&given.station(), seeds::ZERO.phone)).await, 200);
    let (station, ledger, customers) = (given.station(), given.ledger(), given.customers());
    let shown = format!("{options_shown} {given:?} {station:?} {ledger:?} {customers:?}");
    assert!(shown.contains("SandboxStation") && shown.contains("LedgerEntry"), "debug output shows something: {shown}");
    assert!(!shown.contains("secret-canary"), "{shown}");
    assert!(!shown.contains(seeds::ZERO.phone), "{shown}");
}

#[tokio::test]
async fn its_profile_is_what_a_station_needs() {
    let sandbox = sandbox().await;
    let station = sandbox.station();
    let expected = serde_json::json!({
        "swip_kiosk": 1,
        "base_url": station.base_url,
        "token": station.token,
        "merchant_id": "DEMO",
        "store_id": "Demo store",
        "cash_id": "0001",
        "language": "ru",
        "mode": "counter",
    });
    assert_eq!(sandbox.profile(), expected);
    assert!(station.base_url.starts_with("http://127.0.0.1:"));
}
