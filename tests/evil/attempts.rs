//! Connections that break at every possible place: the signup is there in the end, and there is one account.

use swip_kiosk::domain::delivery::{EntryState, Submission};
use swip_kiosk::domain::{BirthdayForm, Enrolment, SettingKey, Signup, SignupDraft, Token};
use swip_kiosk::services::api::ApiClient;
use swip_kiosk::services::{Clock, Station};

use crate::calls::{
    PATIENT, PHONE, TOKEN, answer, client_of, look_up, no_content, ok, only_phone, register, secure_client, settings,
};
use crate::raw_server::{RawServer, Step};
use crate::{Shop, saved};

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_was_made_before_the_connection_broke_is_made_once() {
    let half = b"HTTP/1.1 204 No Con".to_vec();
    let endings = [vec![Step::Reset], vec![], vec![Step::Send(half.clone())], vec![Step::Send(half), Step::Reset]];
    let shop = Shop::open([]).await;
    for (number, ending) in endings.into_iter().enumerate() {
        let phone = format!("7916{number:07}");
        shop.server.play([ending]);
        shop.signup(&phone).assert(10, &saved());
        assert_eq!(shop.posts(&phone), 1, "the server has all of it");
        assert_eq!(shop.entries(), ["unknown"]);
        shop.assert_delivered();
        assert_eq!(shop.posts(&phone), 2, "sent again once, because nobody can know");
    }
    let first = shop.server.whole_requests("POST");
    let bodies: std::collections::BTreeSet<_> = first.iter().filter_map(|post| post.split("\r\n\r\n").nth(1)).collect();
    assert_eq!(bodies.len(), 4, "the same words each time, so that SWiP's key is the same");
}

fn person(number: usize) -> Signup {
    let draft = SignupDraft { phone: format!("7916{number:07}"), ..SignupDraft::default() };
    let rules = crate::calls::settings("https://example.com", &[]).preferences;
    draft.check(BirthdayForm::Iso, &rules, jiff::civil::date(2026, 3, 15)).expect("a good form")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_cut_at_any_byte_is_delivered_in_the_end_and_makes_one_account() {
    let shop = Shop::open([no_content()]).await;
    let (station, _) = Station::open(&shop.home.dirs());
    let submit = |number| station.submit(Enrolment::without_consents(person(number)), Clock::System);
    assert_eq!(submit(9_999_999).await, Ok(Submission::Registered));
    let length = shop.server.requests()[0].len();
    assert!(length > 200, "a whole request");
    for taken in 0..=length {
        let ending = if taken % 2 == 0 { vec![Step::Take(taken)] } else { vec![Step::Take(taken), Step::Reset] };
        shop.server.play([ending]);
        assert_eq!(submit(taken).await, Ok(Submission::Saved), "{taken} of {length} bytes");
        let outbox = station.deliverer().await.expect("an outbox").outbox();
        let entries = outbox.list().await.expect("entries");
        let states: Vec<_> = entries.iter().map(|entry| entry.state).collect();
        assert_eq!(states, [EntryState::Unknown], "{taken} of {length} bytes");

        shop.server.play([no_content()]);
        // The customer comes again: the same row is sent.
        assert_eq!(submit(taken).await, Ok(Submission::Registered), "{taken} of {length} bytes");
        assert!(outbox.list().await.expect("entries").is_empty());
        let whole = if taken == length { 2 } else { 1 };
        assert_eq!(shop.posts(&format!("7916{taken:07}")), whole, "{taken} of {length} bytes");
    }
    assert_eq!(shop.server.connections(), 1 + 2 * (length + 1), "each attempt is one connection, and no other is made");
}

#[tokio::test]
async fn a_request_cut_at_any_byte_is_told_as_broken_and_not_repeated() {
    let whole = RawServer::start([no_content()]).await;
    assert_eq!(register(&client_of(&whole, PATIENT)).await, "Registered");
    let length = whole.requests()[0].len();
    let cuts = (0..=length).flat_map(|taken| [vec![Step::Take(taken)], vec![Step::Take(taken), Step::Reset]]);
    let server = RawServer::start(cuts).await;
    let client = client_of(&server, PATIENT);
    for taken in 0..=length {
        for ending in ["a farewell", "a reset"] {
            assert_eq!(register(&client).await, "interrupted", "{taken} of {length} bytes, then {ending}");
        }
    }
    assert_eq!(server.connections(), 2 * (length + 1), "no retries");
}

#[tokio::test]
async fn one_call_is_one_request_at_the_server_on_every_kind_of_connection() {
    let balance = || Step::Send(answer("200 OK", "", r#"{"points": 1}"#));
    let shop = Shop::open([vec![balance(), Step::Request, Step::Reset]]).await;
    let client = secure_client(&shop.server, &shop.ca_file, PATIENT);
    assert_eq!(look_up(&client).await, "1");
    assert_eq!(register(&client).await, "interrupted", "the connection was kept, then reset under the second request");
    assert_eq!((shop.server.connections(), shop.server.requests().len()), (1, 2));

    // A connection that the server closed while nobody used it.
    shop.server.play([vec![balance()]]);
    let client = secure_client(&shop.server, &shop.ca_file, PATIENT);
    for calls in 1..=5 {
        assert_eq!(look_up(&client).await, "1");
        assert_eq!(shop.server.requests().len(), 2 + calls, "each call is one request");
    }

    // Answers after which other clients try once more by themselves.
    let before = shop.server.requests().len();
    let again =
        ["408 Request Timeout", "425 Too Early", "429 X", "500 X", "502 X", "503 X", "504 X", "421 Misdirected"];
    for status in again {
        shop.server.play([vec![Step::Send(answer(status, "connection: close\r\nretry-after: 0\r\n", ""))]]);
        let outcome = client.register(&only_phone()).await;
        assert!(outcome.is_err(), "{status}");
    }
    assert_eq!(shop.server.requests().len(), before + again.len());
}

#[tokio::test]
async fn a_lookup_on_a_connection_that_the_server_has_closed_is_repeated_once_and_a_signup_never() {
    let balance = |points: u32| Step::Send(answer("200 OK", "", format!("{{\"points\": {points}}}")));
    for ending in [vec![Step::Request], vec![Step::Request, Step::Reset]] {
        let closing = [vec![balance(1)], ending].concat();
        let server = RawServer::start([closing.clone(), vec![balance(2)]]).await;
        let client = client_of(&server, PATIENT);
        assert_eq!(look_up(&client).await, "1");
        assert_eq!(look_up(&client).await, "2", "asked again");
        assert_eq!(server.connections(), 2, "on a new connection");

        let server = RawServer::start([closing, no_content()]).await;
        let client = client_of(&server, PATIENT);
        assert_eq!(look_up(&client).await, "1");
        assert_eq!(register(&client).await, "interrupted");
        assert_eq!((server.connections(), server.whole_requests("POST ").len()), (1, 1), "a signup may have been done");
    }
    // A server that closes every connection under the second request, and one under the first.
    let server = RawServer::start([vec![balance(1), Step::Request]]).await;
    let client = client_of(&server, PATIENT);
    for _ in 0..15 {
        assert_eq!(look_up(&client).await, "1");
    }
    let server = RawServer::start([vec![Step::Reset]]).await;
    assert_eq!(look_up(&client_of(&server, PATIENT)).await, "interrupted");
    assert_eq!(server.connections(), 1, "nothing was kept, so nothing is repeated");
    let server = RawServer::start([vec![balance(1), Step::Request], vec![Step::Reset]]).await;
    let client = client_of(&server, PATIENT);
    assert_eq!(look_up(&client).await, "1");
    assert_eq!(look_up(&client).await, "interrupted");
    assert_eq!(server.connections(), 2, "once, and not again");
}

#[tokio::test]
async fn a_lookup_by_post_is_never_repeated() {
    let balance = Step::Send(answer("200 OK", "", r#"{"points": 1}"#));
    let server = RawServer::start([vec![balance.clone(), Step::Request], vec![balance]]).await;
    let settings = settings(&format!("http://{}", server.address()), &[(SettingKey::StatsMethod, "post")]);
    let client = ApiClient::new(&settings, &Token::parse(TOKEN).expect("a token"), PATIENT).expect("a client");
    assert_eq!(look_up(&client).await, "1");
    assert_eq!(look_up(&client).await, "interrupted");
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn nothing_but_http_1_1_is_offered_and_spoken() {
    // The server would rather speak HTTP/2, where a library may repeat what a server turned away.
    let shop = Shop::open([ok(r#"{"points": 1}"#)]).await;
    assert_eq!(look_up(&secure_client(&shop.server, &shop.ca_file, PATIENT)).await, "1");
    let offers = shop.server.offers();
    assert!(offers.iter().flatten().all(|protocol| protocol == "http/1.1"), "{offers:?}");
    assert_eq!(shop.server.whole_requests("GET ").len(), 1);
    let preface = b"PRI * HTTP/2.0";
    assert!(shop.server.requests().iter().all(|request| !request.starts_with(preface)));

    let plain = RawServer::start([ok(r#"{"points": 1}"#)]).await;
    assert_eq!(look_up(&client_of(&plain, PATIENT)).await, "1");
    let request = plain.whole_requests("GET ").pop().expect("a request").to_ascii_lowercase();
    assert!(request.contains(" http/1.1\r\n") && !request.contains("upgrade"), "{request}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_years_off_keeps_no_signup_back() {
    let shop = Shop::open([vec![Step::Reset]]).await;
    let (station, _) = Station::open(&shop.home.dirs());
    let years = [1970, 2016, 2036, 2099, 2026];
    for (number, year) in years.into_iter().enumerate() {
        let clock = Clock::Fixed(jiff::civil::date(year, 1, 1).at(12, 0, 0, 0));
        assert_eq!(
            station.submit(Enrolment::without_consents(person(number)), clock).await,
            Ok(Submission::Saved),
            "{year}"
        );
    }
    let outbox = station.deliverer().await.expect("an outbox").outbox();
    assert_eq!(outbox.list().await.expect("entries").len(), years.len());
    shop.server.play([no_content()]);
    for (number, year) in years.into_iter().enumerate().rev() {
        let clock = Clock::Fixed(jiff::civil::date(years[0], 1, 1).at(12, 0, 0, 0));
        assert_eq!(
            station.submit(Enrolment::without_consents(person(number)), clock).await,
            Ok(Submission::Registered),
            "{year}"
        );
    }
    assert!(outbox.list().await.expect("entries").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_whose_answer_was_a_204_is_gone_whatever_came_after_it() {
    let head = |more: &str| format!("HTTP/1.1 204 No Content\r\n{more}\r\n").into_bytes();
    let answers = [
        vec![Step::Send(answer("204 No Content", "", "a body"))],
        vec![Step::Send(head("content-length: 1000000\r\n")), Step::Hold],
        vec![Step::Send(head("transfer-encoding: chunked\r\n")), Step::Hold],
        vec![Step::Send(head("content-encoding: gzip\r\n")), Step::Send(vec![0; 4096])],
        vec![Step::Send([head(""), answer("500 X", "", "")].concat())],
    ];
    let shop = Shop::open([]).await;
    for (number, answer) in answers.into_iter().enumerate() {
        let phone = format!("7916{number:07}");
        shop.server.play([answer]);
        shop.signup(&phone).assert(0, &serde_json::json!({ "outcome": "registered" }));
        shop.assert_delivered();
        assert_eq!(shop.posts(&phone), 1);
    }
    assert_eq!(shop.posts(PHONE), 0);
}
