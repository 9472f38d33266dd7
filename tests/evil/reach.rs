//! Servers that cannot be reached, and connections that come and go. Time is virtual where it is waited for.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Name, Resolve, Resolving};
use serde_json::json;
use swip_kiosk::domain::{CustomerQuery, SettingKey, Settings, Token};
use swip_kiosk::services::api::{ApiClient, ApiError, CUSTOMER_DEADLINE, NotSent, PATIENT_DEADLINE};
use swip_kiosk::services::{Clock, Station};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::Instant;

use crate::calls::{TOKEN, answer, client, look_up, no_content, ok, only_phone, phone, secure_client, settings};
use crate::raw_server::{RawServer, Step};
use crate::station::StationHome;
use crate::{Shop, posts, profile, saved};

/// What a connection may take in all: name, connection and handshake.
const CONNECT_DEADLINE: Duration = Duration::from_secs(5);

enum Names {
    Unknown,
    Silent,
}

impl Resolve for Names {
    fn resolve(&self, _: Name) -> Resolving {
        match self {
            Self::Unknown => Box::pin(async { Err("no such name".into()) }),
            Self::Silent => Box::pin(std::future::pending()),
        }
    }
}

fn client_with(names: Names, settings: &Settings, deadline: Duration) -> ApiClient {
    let token = Token::parse(TOKEN).expect("a good token");
    ApiClient::with_names(settings, &token, deadline, Some(Arc::new(names))).expect("a client")
}

/// Settings for a name that is never asked for in the real network.
fn named() -> (StationHome, Settings) {
    let home = StationHome::new();
    let ca_file = home.file("shop.pem", &crate::certificates::Authority::new().pem());
    let settings = settings("https://swip.example", &[(SettingKey::CaFile, &ca_file)]);
    (home, settings)
}

#[tokio::test]
async fn the_name_of_this_machine_is_asked_of_nobody() {
    for names in [Names::Unknown, Names::Silent] {
        let server = RawServer::start([ok(r#"{"points": 12}"#)]).await;
        let port = server.address().rsplit(':').next().expect("a port").to_owned();
        let client = client_with(names, &settings(&format!("http://localhost:{port}"), &[]), PATIENT_DEADLINE);
        assert_eq!(look_up(&client).await, "12");
        assert_eq!(server.connections(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_swip_contradicts_is_told_and_put_right_for_ages() {
    const YEAR_MS: i64 = 365 * 86_400_000;
    for (date, is_ahead) in [("Thu, 01 Jan 2015 10:00:00 GMT", true), ("Fri, 01 Jan 2100 10:00:00 GMT", false)] {
        let dated = answer("200 OK", &format!("date: {date}\r\n"), r#"{"points": 12}"#);
        let shop = Shop::open([vec![Step::Send(dated)]]).await;
        let (station, _) = Station::open(&shop.home.dirs());
        let time = station.server_time();
        assert_eq!(time.clock_error(Clock::System), None, "nothing is known yet");
        station.look_up(&phone()).await.expect("an answer");
        let error = time.clock_error(Clock::System).expect("years off");
        assert!(error.ahead_ms.abs() > YEAR_MS && (error.ahead_ms > 0) == is_ahead, "{error:?}");
        let year = Clock::System.local_put_right(Some(error)).year();
        assert!([2014, 2015].contains(&year) || [2099, 2100].contains(&year), "{year}");
        assert_eq!(time.clock_error(Clock::Fixed(jiff::civil::date(2026, 1, 1).at(0, 0, 0, 0))), None);

        let ended = shop.home.run(&["check", "--json"]);
        let minutes = ended.json()["clock_ahead_minutes"].as_i64().expect("told");
        assert!((minutes > 0) == is_ahead && ended.code == 0, "{ended:?}");
        for (language, words) in [("ru", if is_ahead { "спешат" } else { "отстают" }), ("en", "clock is")]
        {
            let ended = shop.home.run(&["--lang", language, "check"]);
            assert!(ended.stdout.contains(words), "{ended:?}");
        }
    }
    let shop = Shop::open([ok(r#"{"points": 12}"#)]).await;
    assert_eq!(shop.home.run(&["check", "--json"]).json()["clock_ahead_minutes"], serde_json::Value::Null);
}

/// Asserts that nothing is sent, and that no more is waited for than a connection may take.
#[expect(clippy::disallowed_methods, reason = "virtual time is what is tested")]
async fn assert_given_up(client: &ApiClient, what: &str) {
    let query: CustomerQuery = phone();
    for call in ["lookup", "signup"] {
        let started = Instant::now();
        let error = match call {
            "lookup" => client.look_up(&query).await.err(),
            _ => client.register(&only_phone()).await.err(),
        };
        assert_eq!(error, Some(ApiError::NotSent(NotSent::Connect)), "{what}, {call}");
        let took = started.elapsed();
        assert!((CONNECT_DEADLINE..CONNECT_DEADLINE * 2).contains(&took), "{what}, {call}: {took:?} of virtual time");
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_not_there_and_one_that_never_comes_are_not_sent() {
    let (_home, settings) = named();
    let unknown = client_with(Names::Unknown, &settings, CUSTOMER_DEADLINE);
    assert_eq!(unknown.look_up(&phone()).await, Err(ApiError::NotSent(NotSent::Name)));
    assert_eq!(unknown.register(&only_phone()).await, Err(ApiError::NotSent(NotSent::Name)));
    for deadline in [CUSTOMER_DEADLINE, PATIENT_DEADLINE] {
        assert_given_up(&client_with(Names::Silent, &settings, deadline), "a silent resolver").await;
    }
}

#[tokio::test]
async fn packets_that_vanish_are_given_up_after_five_seconds() {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
    let listener = socket.listen(1).expect("a listener");
    let address = listener.local_addr().expect("an address");
    // Nobody takes them out of the line, so that the next ones hear nothing.
    let mut line = Vec::new();
    while let Ok(stream) = tokio::time::timeout(Duration::from_millis(200), TcpStream::connect(address)).await {
        line.push(stream.expect("a connection"));
        assert!(line.len() < 64, "the line never fills");
    }
    tokio::time::pause();
    for deadline in [CUSTOMER_DEADLINE, PATIENT_DEADLINE] {
        assert_given_up(&client(&format!("http://{address}"), deadline), "a full line").await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_never_goes_on_is_given_up_after_five_seconds() {
    let home = StationHome::new();
    let ca_file = home.file("shop.pem", &crate::certificates::Authority::new().pem());
    let server = RawServer::start_silent().await;
    assert_given_up(&secure_client(&server, ca_file.as_ref(), CUSTOMER_DEADLINE), "silence").await;
    assert_eq!(server.connections(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_of_the_environment_sees_nothing_of_a_signup_behind_tls() {
    let proxy = TcpListener::bind("127.0.0.1:0").expect("a free port");
    proxy.set_nonblocking(true).expect("a setting");
    let url = format!("http://{}", proxy.local_addr().expect("an address"));
    let shop = Shop::open([no_content()]).await;
    let mut command = shop.home.command(&["signup", "--phone", "79160000001", "--json"]);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        command.env(name, &url);
    }
    command.env("NO_PROXY", "").env("no_proxy", "");
    let ended = crate::station::finish(&mut command, b"");
    ended.assert(0, &json!({ "outcome": "registered" }));
    assert_eq!(shop.posts("79160000001"), 1);
    let visit = proxy.accept().map(|_| ()).map_err(|error| error.kind());
    assert_eq!(visit, Err(std::io::ErrorKind::WouldBlock), "nobody came");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_comes_and_goes_gets_each_signup_once() {
    let shop = Shop::open([no_content()]).await;
    let phones: Vec<_> = (0..6).map(|number| format!("7916{number:07}")).collect();
    for (number, phone) in phones.iter().enumerate() {
        // There, gone, silent in the handshake, there again.
        match number % 3 {
            0 => shop.server.play([no_content()]),
            1 => shop.server.play([vec![crate::raw_server::Step::Take(0), crate::raw_server::Step::Reset]]),
            _ => shop.server.play([ok("")]),
        }
        let expected = if number % 3 == 0 { 0 } else { 10 };
        assert_eq!(shop.signup(phone).code, expected, "{number}");
    }
    shop.assert_delivered();
    for (number, phone) in phones.iter().enumerate() {
        assert_eq!(shop.posts(phone), if number % 3 == 2 { 2 } else { 1 }, "{number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_closes_and_opens_again_gets_the_signup_that_waited() {
    let home = StationHome::new();
    let port = {
        let server = RawServer::start([no_content()]).await;
        server.address().to_owned()
    };
    home.provision(&profile(&format!("http://{port}"), "/unused.pem".as_ref()));
    crate::station::until("the port is closed", || std::net::TcpStream::connect(&port).is_err());
    home.run(&["signup", "--phone", "79160000001", "--json"]).assert(10, &saved());
    let listed = home.run(&["queue", "list", "--json"]).json();
    assert_eq!(listed["entries"][0]["state"], "pending");
    let server = RawServer::start_at(&port, [no_content()]).await;
    assert_eq!(home.run(&["queue", "deliver", "--until-empty", "--deadline", "30", "--json"]).code, 0);
    assert_eq!(posts(&server, "79160000001"), 1);
}
