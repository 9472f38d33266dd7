//! Answers that ask to wait, forms of errors beside statuses, and numbers of points that are none.

use std::time::Duration;

use serde_json::json;
use swip_kiosk::services::api::ApiError;

use crate::Shop;
use crate::calls::{PATIENT, answer, client_of, ok, only_phone, send};
use crate::raw_server::RawServer;

#[tokio::test]
async fn a_wish_to_wait_is_understood_in_every_form_and_nonsense_is_none() {
    const DATE: &str = "date: Wed, 21 Oct 2015 07:28:00 GMT\r\n";
    let cases = [
        ("retry-after: 5\r\n", Some(5)),
        ("retry-after:   7  \r\n", Some(7)),
        ("retry-after: 0\r\n", Some(0)),
        ("retry-after: 999999999\r\n", Some(999_999_999)),
        // Moments in Unix seconds, of which nobody knows how far they are away.
        ("retry-after: 1000000000\r\n", Some(0)),
        ("retry-after: 18446744073709551615\r\n", Some(0)),
        ("retry-after: 18446744073709551616\r\n", None),
        ("retry-after: -1\r\n", None),
        ("retry-after: 1.5\r\n", None),
        ("retry-after: soon\r\n", None),
        ("retry-after:\r\n", None),
        ("retry-after: \u{e9}\r\n", None),
        ("retry-after: Wed, 21 Oct 2015 07:28:30 GMT\r\n", None),
        ("", None),
    ];
    let dated = [
        ("retry-after: Wed, 21 Oct 2015 07:28:30 GMT\r\n", Some(30)),
        ("retry-after: Wednesday, 21-Oct-15 07:29:00 GMT\r\n", Some(60)),
        ("retry-after: Wed, 21 Oct 2015 07:27:00 GMT\r\n", Some(0)),
        ("retry-after: Fri, 31 Dec 9999 23:59:59 GMT\r\n", Some(251_956_888_319)),
        ("retry-after: Wed, 32 Oct 2015 07:28:30 GMT\r\n", None),
    ];
    let dated = dated.map(|(header, secs)| (format!("{DATE}{header}"), secs));
    let undated = cases.map(|(header, secs)| (header.to_owned(), secs));
    for (headers, secs) in undated.into_iter().chain(dated) {
        for status in [429, 503] {
            let server = RawServer::start([send(answer(&format!("{status} X"), &headers, ""))]).await;
            let error = client_of(&server, PATIENT).register(&only_phone()).await.expect_err("no 204");
            assert_eq!(error.retry_after(), secs.map(Duration::from_secs), "{status} {headers}");
        }
        // Nobody else may make us wait.
        let server = RawServer::start([send(answer("500 X", &headers, ""))]).await;
        let error = client_of(&server, PATIENT).register(&only_phone()).await.expect_err("no 204");
        assert_eq!(error.retry_after(), None, "{headers}");
        assert!(matches!(error, ApiError::Status { status: 500, .. }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_to_wait_is_kept_to_and_nonsense_keeps_no_signup_back() {
    for wait in ["-1", "soon", "0", "1000000000", "18446744073709551615"] {
        let shop = Shop::open([send(answer("429 X", &format!("retry-after: {wait}\r\n"), ""))]).await;
        assert_eq!(shop.signup("79160000000").code, 10, "{wait}");
        shop.assert_delivered();
        assert_eq!(shop.posts("79160000000"), 2, "{wait}");
    }
    for wait in ["60", "999999999"] {
        let shop = Shop::open([send(answer("429 X", &format!("retry-after: {wait}\r\n"), ""))]).await;
        assert_eq!(shop.signup("79160000000").code, 10, "{wait}");
        let before = shop.server.connections();
        assert_eq!(shop.signup("79160000001").code, 10, "{wait}");
        assert_eq!(shop.deliver(1), 10, "{wait}");
        assert_eq!(shop.server.connections(), before, "{wait}");
        // A manager does not wait any longer.
        shop.assert_delivered();
    }
}

/// The body of an error in each of SWiP's shapes, and in none.
fn shapes(status: u16) -> [(&'static str, String); 4] {
    [
        ("A", json!({ "error": "X", "message": "x", "timestamp": "x", "status": status }).to_string()),
        ("B", json!({ "@type": "E", "code": 9, "description": "x", "timestamp": "x", "fieldErrors": [1] }).to_string()),
        ("HTML", "<!DOCTYPE html><html><body>Sorry</body></html>".to_owned()),
        ("nothing", String::new()),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_a_waiting_signup_is_for_the_manager_in_every_shape() {
    let shop = Shop::open([]).await;
    let mut number = 0;
    for (status, reason) in [(400, "rejected"), (413, "unacceptable"), (422, "against_rules")] {
        for (shape, body) in shapes(status) {
            let phone = format!("7916{number:07}");
            number += 1;
            shop.server.play([send(answer("500 X", "", "<html>"))]);
            assert_eq!(shop.signup(&phone).code, 10, "{status} {shape}");
            assert_eq!(shop.entries().last().map(String::as_str), Some("unknown"), "{status} {shape}");
            // A lookup, where one decides, does not find the phone.
            let not_found = send(answer("400 X", "", &shapes(400)[1].1));
            let refusal = send(answer(&format!("{status} X"), "connection: close\r\n", &body));
            shop.server.play([refusal, not_found]);
            assert_eq!(shop.deliver(20), 0, "{status} {shape}");
            let stands = format!("attention {reason}");
            assert_eq!(shop.entries().last(), Some(&stands), "{status} {shape}");
        }
    }
    assert_eq!(shop.entries().len(), number, "nothing was deleted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_of_points_that_is_none_is_never_printed() {
    let shop = Shop::open([]).await;
    let none = [
        "\"12a\"",
        "\"\"",
        "118.06",
        "1e400",
        "null",
        "true",
        "[1]",
        "{}",
        "9223372036854775808",
        "-9223372036854775809",
    ];
    for points in none {
        shop.server.play([ok(format!("{{\"points\":{points}}}"))]);
        shop.points().assert(23, &crate::unavailable("unusable_answer"));
    }
    shop.server.play([ok("{\"balance\":1}")]);
    shop.points().assert(23, &crate::unavailable("unusable_answer"));
    for (text, points) in
        [("-150", -150), ("9223372036854775807", i64::MAX), ("\"11806\"", 11_806), ("11806.0", 11_806), ("1e3", 1_000)]
    {
        shop.server.play([ok(format!("{{\"points\":{text}}}"))]);
        shop.points().assert(0, &json!({ "outcome": "found", "points": points }));
    }
}
