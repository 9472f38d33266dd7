//! Answers that lead elsewhere: sign-in pages of a network, and redirects.

use crate::calls::{PATIENT, TOKEN, answer, look_up, ok, register, secure_client, send};
use crate::certificates::GOOD;
use crate::raw_server::RawServer;
use crate::{Shop, saved};

const PAGE: &str = "<!DOCTYPE html><html><body>Sign in to use this network</body></html>";

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_page_is_never_a_yes_and_the_signup_arrives_once_it_is_gone() {
    let html = "content-type: text/html\r\n";
    let to_page = "location: http://sign-in.example/\r\ncontent-type: text/html\r\n";
    let cases = [
        ("200 OK", html, "unknown"),
        ("201 Created", html, "unknown"),
        ("302 Found", to_page, "held address"),
        ("303 See Other", to_page, "held address"),
        ("511 Network Authentication Required", html, "held address"),
        ("200 OK", "content-type: application/json\r\n", "unknown"),
    ];
    let shop = Shop::open([]).await;
    for (number, (status, headers, state)) in cases.into_iter().enumerate() {
        let phone = format!("7916{number:07}");
        shop.server.play([send(answer(status, headers, PAGE))]);
        shop.signup(&phone).assert(10, &saved());
        assert_eq!(shop.entries(), [state], "{status}");
        let points = shop.points();
        assert_eq!(points.code, 23, "no page is a balance: {points:?}");
        shop.assert_delivered();
        assert_eq!(shop.posts(&phone), 2, "{status}: once to the page, once to SWiP");
    }
}

#[tokio::test]
async fn a_redirect_takes_no_request_anywhere_and_no_token() {
    let shop = Shop::open([]).await;
    // Trusted just the same, so that only the client's own will keeps it away.
    let trusted = RawServer::start_tls(shop.authority.server(GOOD), [ok(r#"{"points": 666}"#)]).await;
    let plain = RawServer::start([ok(r#"{"points": 666}"#)]).await;
    let client = secure_client(&shop.server, &shop.ca_file, PATIENT);
    let path = "customer-loyalty-stats";
    let locations = [
        format!("https://{}/{path}", trusted.address()),
        format!("https://localhost:{}/{path}", trusted.address().rsplit(':').next().expect("a port")),
        format!("http://{}/{path}", plain.address()),
        format!("//{}/{path}", plain.address()),
        format!("https://{}/{path}", shop.server.address()),
        format!("https://{}/elsewhere", shop.server.address()),
        "/elsewhere".to_owned(),
        String::new(),
    ];
    for status in [301, 302, 303, 307, 308] {
        for location in &locations {
            let before = shop.server.requests().len();
            let headers = format!("location: {location}\r\nrefresh: 0; url={location}\r\nconnection: close\r\n");
            shop.server.play([send(answer(&format!("{status} X"), &headers, ""))]);
            assert_eq!(look_up(&client).await, "redirected", "{status} {location}");
            assert_eq!(register(&client).await, "redirected", "{status} {location}");
            assert_eq!(shop.server.requests().len(), before + 2, "{status} {location}: no second request");
        }
    }
    assert_eq!((trusted.connections(), plain.connections()), (0, 0));
    let kept = shop.server.whole_requests("");
    assert!(kept.iter().all(|request| request.contains(TOKEN)), "the token goes where it belongs");
    assert!(kept.iter().all(|request| !request.to_ascii_lowercase().contains("\r\nreferer:")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signup_that_met_a_redirect_waits_until_the_address_is_right() {
    let shop = Shop::open([]).await;
    let elsewhere = RawServer::start_tls(shop.authority.server(GOOD), [ok("")]).await;
    for (number, status) in [301, 302, 303, 307, 308].into_iter().enumerate() {
        let phone = format!("7916{number:07}");
        let location = format!("location: https://{}/\r\n", elsewhere.address());
        shop.server.play([send(answer(&format!("{status} X"), &location, ""))]);
        shop.signup(&phone).assert(10, &saved());
        assert_eq!(shop.entries(), ["held address"], "{status}");
        shop.assert_delivered();
        assert_eq!(shop.posts(&phone), 2, "{status}");
    }
    assert_eq!(elsewhere.connections(), 0);
}
