//! What an answer of SWiP means: every endpoint, every status, every kind of body, row by row of the contract.

#![expect(clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use swip_kiosk::domain::{Failure, Points, SettingKey, SettingsDraft};
use swip_kiosk::services::api::{
    Answer, AnswerVerdict, ApiError, Body, CodeMeanings, Endpoint, Exchange, Lost, NotSent, StatusKind, classify,
    read_retry_after,
};

const ENDPOINTS: [Endpoint; 2] = [Endpoint::Signup, Endpoint::Stats];

/// SWiP's code for "not found", and the one that these tests set for "already exists".
const NOT_FOUND: i64 = 9;
const EXISTS: i64 = 5;

fn codes() -> CodeMeanings {
    let mut draft = SettingsDraft::default();
    draft.set(SettingKey::NotFoundCodes, NOT_FOUND.to_string());
    draft.set(SettingKey::AlreadyExistsCodes, EXISTS.to_string());
    CodeMeanings::from(&draft.preferences_or_defaults())
}

fn answered(endpoint: Endpoint, status: u16, has_retry_after: bool, body: Body) -> AnswerVerdict {
    classify(
        endpoint,
        &Exchange::Answered(Answer { status, retry_after: has_retry_after.then_some(Duration::from_secs(1)), body }),
        &codes(),
    )
}

fn whole(bytes: impl Into<Vec<u8>>) -> Body {
    Body::Whole(bytes.into())
}

/// A body, the points it gives and the code it gives.
struct Sample {
    name: &'static str,
    body: Body,
    points: Option<i64>,
    code: Option<i64>,
}

fn sample(name: &'static str, body: impl Into<Vec<u8>>) -> Sample {
    Sample { name, body: whole(body), points: None, code: None }
}

fn shape_b(code: &Value) -> String {
    let at = "2024-01-24T10:00:00Z";
    json!({"@type": "ApiError", "code": code, "description": "x", "timestamp": at, "fieldErrors": null}).to_string()
}

fn samples() -> Vec<Sample> {
    let with_code = |name, code: i64| Sample { code: Some(code), ..sample(name, shape_b(&json!(code))) };
    let both = |name, body: &[u8]| Sample { name, body: whole(body), points: Some(1), code: Some(9) };
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let at = "2024-01-24T10:00:00Z";
    let shape_a = json!({"error": "Bad Request", "message": "x", "timestamp": at, "status": 400}).to_string();
    let with_bom = [b"\xEF\xBB\xBF".as_slice(), shape_b(&json!(NOT_FOUND)).as_bytes()].concat();
    vec![
        sample("shape A", shape_a),
        with_code("shape B, not found", NOT_FOUND),
        with_code("shape B, already exists", EXISTS),
        with_code("shape B, another code", 77),
        Sample { code: Some(9), ..sample("shape B with a byte order mark", with_bom) },
        Sample { code: Some(9), ..sample("shape B with field errors", r#"{"code":9,"fieldErrors":["a",{"b":1},2]}"#) },
        sample("shape B without a code", r#"{"@type":"ApiError","description":"Customer[79] not found"}"#),
        Sample { code: Some(9), ..sample("code as text", shape_b(&json!("9"))) },
        sample("code as a text that is no number", shape_b(&json!("9a"))),
        sample("code as an empty text", shape_b(&json!(""))),
        sample("code as a fraction", shape_b(&json!(9.5))),
        Sample { code: Some(9), ..sample("code as a float", r#"{"code":9.0}"#) },
        Sample { code: Some(9), ..sample("code with an exponent", r#"{"code":90e-1}"#) },
        sample("code as null", shape_b(&Value::Null)),
        sample("code beyond 64 bits", r#"{"code":99999999999999999999}"#),
        sample("code twice", r#"{"code":9,"code":5}"#),
        sample("code inside", r#"{"error":{"code":9}}"#),
        Sample { points: Some(11_806), ..sample("points", r#"{"points": 11806}"#) },
        Sample { points: Some(11_806), ..sample("points as text", r#"{"points":"11806"}"#) },
        Sample { points: Some(11_806), ..sample("points as a float", r#"{"points":11806.0}"#) },
        sample("HTML", "<!DOCTYPE html><html><body>Sign in</body></html>"),
        sample("nothing", ""),
        sample("null", "null"),
        sample("a number", "9"),
        sample("a list", r#"[{"code":9,"points":1}]"#),
        sample("JSON cut off", r#"{"code":9,"points":1"#),
        sample("JSON and more", r#"{"code":9,"points":1} x"#),
        both("text that is not UTF-8 beside a code", b"{\"code\":9,\"points\":1,\"x\":\"\xff\xfe\"}"),
        both("half a sign beside a code", br#"{"x":"\ud83d","code":9,"points":1}"#),
        sample("a code that is not UTF-8", b"{\"code\":\"9\xff\",\"points\":\"1\xff\"}".as_slice()),
        sample("bytes", [0, 159, 146, 150]),
        sample("deep nesting", nested(30_000)),
        both("deep nesting beside a code", format!(r#"{{"code":9,"points":1,"x":{}}}"#, nested(1000)).as_bytes()),
        sample("opening brackets only", "[{\"a\":".repeat(8000)),
        Sample { body: Body::TooLong, ..sample("too long", "") },
        Sample { body: Body::Broken(Lost::TimedOut), ..sample("too slow", "") },
        Sample { body: Body::Broken(Lost::Interrupted), ..sample("broken off", "") },
    ]
}

/// The rows of the contract for answers that are no success: statuses, and the reason that people get to see.
const ROWS: &[(&[u16], &str)] = &[
    (&[400], "rejected"),
    (&[401], "token_rejected"),
    (&[403], "not_permitted"),
    (&[422], "against_rules"),
    (&[404, 406, 410, 415, 505], "wrong_address"),
    (&[405, 501], "method_not_allowed"),
    (&[408, 425], "undecided"),
    (&[409], "conflict"),
    (&[429], "busy"),
    (&[511], "redirected"),
];

fn reason_of_status(status: u16, has_retry_after: bool) -> &'static str {
    let row = ROWS.iter().find(|(statuses, _)| statuses.contains(&status));
    match (row, status / 100) {
        (Some((_, reason)), _) => reason,
        (None, 3) => "redirected",
        (None, 4) => "unacceptable",
        (None, 5) if status == 503 && has_retry_after => "busy",
        (None, 5) => "server_error",
        _ => "unusable_answer",
    }
}

fn reason(error: &ApiError) -> &'static str {
    Failure::from(error).reason()
}

fn assert_row(endpoint: Endpoint, status: u16, has_retry_after: bool, sample: &Sample) {
    let verdict = answered(endpoint, status, has_retry_after, sample.body.clone());
    let row = format!("{endpoint:?} {status} {}: {verdict:?}", sample.name);
    match (endpoint, status, sample.code) {
        (Endpoint::Signup, 204, _) => assert_eq!(verdict, AnswerVerdict::Registered, "{row}"),
        (Endpoint::Stats, 200, _) => match (&sample.body, sample.points) {
            (_, Some(points)) => assert_eq!(verdict, AnswerVerdict::Member(Points::new(points)), "{row}"),
            (Body::Broken(why), None) => assert_eq!(verdict, AnswerVerdict::Failed(ApiError::Lost(*why)), "{row}"),
            (_, None) => assert_eq!(verdict, AnswerVerdict::Failed(ApiError::Unusable { status }), "{row}"),
        },
        (_, 200..=299, _) => assert_eq!(verdict, AnswerVerdict::Failed(ApiError::Unusable { status }), "{row}"),
        (Endpoint::Stats, 400 | 404 | 422, Some(NOT_FOUND)) => {
            assert_eq!(verdict, AnswerVerdict::UnknownCustomer, "{row}");
        }
        (Endpoint::Signup, 400 | 409 | 422, Some(EXISTS)) => assert_eq!(verdict, AnswerVerdict::AlreadyMember, "{row}"),
        _ => match verdict {
            AnswerVerdict::Failed(error @ ApiError::Status { status: kept, code, .. }) => {
                assert_eq!((kept, code), (status, sample.code), "{row}");
                assert_eq!(reason(&error), reason_of_status(status, has_retry_after), "{row}");
            }
            _ => panic!("{row}"),
        },
    }
}

#[test]
fn every_status_and_body_of_both_endpoints_means_what_the_contract_says() {
    let samples = samples();
    for endpoint in ENDPOINTS {
        for status in (100..=599).chain([0, 99, 600, 999, u16::MAX]) {
            for has_retry_after in [false, true] {
                for sample in &samples {
                    assert_row(endpoint, status, has_retry_after, sample);
                }
            }
        }
    }
}

#[test]
fn nothing_but_204_registers_and_nothing_but_200_gives_points() {
    let points = || whole(r#"{"points":1}"#);
    for status in 0..=1000 {
        let signup = answered(Endpoint::Signup, status, false, points());
        assert_eq!(signup == AnswerVerdict::Registered, status == 204, "{status}");
        let stats = answered(Endpoint::Stats, status, false, points());
        assert_eq!(stats == AnswerVerdict::Member(Points::new(1)), status == 200, "{status}");
    }
}

#[test]
fn a_code_counts_only_where_it_is_set_to_mean_something() {
    let nothing = {
        let mut draft = SettingsDraft::default();
        draft.set(SettingKey::NotFoundCodes, "");
        CodeMeanings::from(&draft.preferences_or_defaults())
    };
    for endpoint in ENDPOINTS {
        for code in [NOT_FOUND, EXISTS] {
            let answer = Answer { status: 400, retry_after: None, body: whole(shape_b(&json!(code))) };
            let verdict = classify(endpoint, &Exchange::Answered(answer), &nothing);
            let AnswerVerdict::Failed(error) = verdict else {
                panic!("{endpoint:?} {code}: {verdict:?}");
            };
            assert_eq!(reason(&error), "rejected");
        }
    }
}

#[test]
fn what_never_got_an_answer_keeps_its_cause() {
    let not_sent = [
        (NotSent::Name, "name_not_found"),
        (NotSent::Connect, "no_connection"),
        (NotSent::Tls, "not_secure"),
        (NotSent::NoCaCertificates, "no_ca_certificates"),
        (NotSent::CaFile, "ca_file_unusable"),
    ];
    let lost = [(Lost::TimedOut, "timed_out"), (Lost::Interrupted, "interrupted")];
    let not_sent = not_sent.map(|(why, reason)| (Exchange::NotSent(why), ApiError::NotSent(why), reason));
    let lost = lost.map(|(why, reason)| (Exchange::Lost(why), ApiError::Lost(why), reason));
    for endpoint in ENDPOINTS {
        for (exchange, error, words) in not_sent.iter().chain(&lost) {
            assert_eq!(classify(endpoint, exchange, &codes()), AnswerVerdict::Failed(error.clone()));
            assert_eq!(reason(error), *words);
        }
    }
    assert_eq!(reason(&ApiError::Setup), "internal");
}

#[test]
fn points_are_whole_numbers_of_64_bits_or_not_available() {
    let points = |text: &str| answered(Endpoint::Stats, 200, false, whole(text));
    let numbers = [
        ("0", 0),
        ("1", 1),
        ("-1", -1),
        ("11806", 11_806),
        ("2147483648", 2_147_483_648),
        ("9007199254740993", 9_007_199_254_740_993),
        ("9223372036854775807", i64::MAX),
        ("-9223372036854775808", i64::MIN),
        (r#""11806""#, 11_806),
        (r#"" -150 ""#, -150),
        (r#""11806.0""#, 11_806),
        (r#""\u0031""#, 1),
        ("118.0", 118),
        ("1e3", 1_000),
        ("1E+3", 1_000),
        ("-0", 0),
        ("-0.0", 0),
        ("9007199254740993.0", 9_007_199_254_740_993),
    ];
    for (number, value) in numbers {
        for text in
            [format!(r#"{{"points":{number}}}"#), format!("\u{FEFF}\r\n{{ \"a\": [], \"points\" : {number} }} ")]
        {
            assert_eq!(points(&text), AnswerVerdict::Member(Points::new(value)), "{text}");
        }
    }
    assert_eq!(
        points(r#"{"po\u0069nts":3}"#),
        AnswerVerdict::Member(Points::new(3)),
        "an escaped name is the same name"
    );
    let unusable = [
        "118.06",
        "11806.5",
        "1.00000000000000000001",
        r#""11806.5""#,
        r#""12a""#,
        r#""""#,
        r#""NaN""#,
        r#""true""#,
        r#""11 806""#,
        r#""[1]""#,
        r#""\"1\"""#,
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551615",
        "99999999999999999999",
        "1e999",
        "null",
        "true",
        "[1]",
        r#"{"points":1}"#,
        "01",
        "+1",
        "0x10",
        "1_000",
        "1 000",
        "NaN",
        "Infinity",
        "",
        "1,",
        r#"1,"points":1"#,
        r#"1,"points":2"#,
        r#"1,"points":null"#,
        r#""1","points":2"#,
        r#"1,"po\u0069nts":2"#,
    ];
    for value in unusable {
        let text = format!(r#"{{"points":{value}}}"#);
        assert_eq!(points(&text), AnswerVerdict::Failed(ApiError::Unusable { status: 200 }), "{text}");
    }
    for text in ["{}", "[]", "[11806]", "11806", r#"{"Points":1}"#, r#"{"points ":1}"#, r#"{"data":{"points":1}}"#] {
        assert_eq!(points(text), AnswerVerdict::Failed(ApiError::Unusable { status: 200 }), "{text}");
    }
}

fn any_endpoint() -> impl Strategy<Value = Endpoint> {
    prop_oneof![Just(Endpoint::Signup), Just(Endpoint::Stats)]
}

/// Bytes near what SWiP sends: JSON of its keys with values of any type, whole, cut or with a byte changed.
fn near_answers() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(3, 16, 4, |inner| prop::collection::vec(inner, 0..4).prop_map(Value::from));
    let key = prop_oneof![
        Just("points".to_owned()),
        Just("code".to_owned()),
        Just("fieldErrors".to_owned()),
        any::<String>()
    ];
    let object = prop::collection::hash_map(key, value, 0..5).prop_map(|fields| json!(fields).to_string().into_bytes());
    (object, any::<prop::sample::Index>(), any::<u8>(), 0..3_u8).prop_map(|(mut bytes, at, byte, change)| {
        let at = at.index(bytes.len());
        match change {
            0 => bytes.truncate(at),
            1 => bytes[at] = byte,
            _ => {}
        }
        bytes
    })
}

/// Generated, but the same in every run.
fn same_cases_every_time(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::with_cases(cases) }
}

proptest! {
    #![proptest_config(same_cases_every_time(3000))]

    #[test]
    fn any_answer_has_a_meaning(
        endpoint in any_endpoint(),
        status in any::<u16>(),
        has_retry_after in any::<bool>(),
        bytes in prop_oneof![prop::collection::vec(any::<u8>(), 0..200), near_answers()],
    ) {
        let verdict = answered(endpoint, status, has_retry_after, whole(bytes));
        let is_documented = match verdict {
            AnswerVerdict::Registered => (endpoint, status) == (Endpoint::Signup, 204),
            AnswerVerdict::Member(_) => (endpoint, status) == (Endpoint::Stats, 200),
            AnswerVerdict::UnknownCustomer => endpoint == Endpoint::Stats && [400, 404, 422].contains(&status),
            AnswerVerdict::AlreadyMember => endpoint == Endpoint::Signup && [400, 409, 422].contains(&status),
            AnswerVerdict::Failed(ApiError::Unusable { status: kept }) => kept == status && status / 100 == 2,
            AnswerVerdict::Failed(ApiError::Status { status: kept, .. }) => kept == status && status / 100 != 2,
            AnswerVerdict::Failed(_) => false,
        };
        prop_assert!(is_documented);
    }

    #[test]
    fn points_are_exactly_what_the_body_says_or_none(bytes in near_answers()) {
        let body = serde_json::from_slice::<Value>(&bytes).ok();
        let integer = body.and_then(|body| body.get("points")?.as_i64());
        // What stands beside them may be no UTF-8, and no number that fits.
        let text = String::from_utf8_lossy(&bytes);
        let fields = serde_json::from_str::<BTreeMap<String, &RawValue>>(&text).ok();
        let said = fields.and_then(|fields| serde_json::from_str::<Value>(fields.get("points")?.get()).ok());
        match answered(Endpoint::Stats, 200, false, whole(bytes)) {
            AnswerVerdict::Member(points) if integer.is_some() => prop_assert_eq!(Some(points.value()), integer),
            AnswerVerdict::Member(points) => {
                let number = said.and_then(|said| said.as_str().map_or(said.as_f64(), |text| text.trim().parse().ok()));
                #[expect(clippy::cast_precision_loss, reason = "the nearest float is the one that was written")]
                let points = points.value() as f64;
                prop_assert_eq!(Some(points), number);
            }
            verdict => {
                prop_assert_eq!((verdict, integer), (AnswerVerdict::Failed(ApiError::Unusable { status: 200 }), None));
            }
        }
    }

    #[test]
    fn any_whole_number_of_64_bits_is_a_balance(value in any::<i64>()) {
        let verdict = answered(Endpoint::Stats, 200, false, whole(json!({"points": value}).to_string()));
        prop_assert_eq!(verdict, AnswerVerdict::Member(Points::new(value)));
    }
}

#[test]
fn credentials_are_never_called_temporary() {
    for endpoint in ENDPOINTS {
        for status in [401, 403] {
            let verdict = answered(endpoint, status, true, whole(shape_b(&json!(NOT_FOUND))));
            let is_credentials = matches!(
                verdict,
                AnswerVerdict::Failed(ApiError::Status { kind: StatusKind::Credentials(_), code: Some(NOT_FOUND), .. })
            );
            assert!(is_credentials, "{endpoint:?} {status}: {verdict:?}");
        }
    }
}

#[test]
fn a_wait_is_seconds_or_a_moment_beside_the_servers_own_time() {
    const NOW: &str = "Sun, 29 Nov 2026 20:00:00 GMT";
    let wait = |text: &str, date: Option<&str>| read_retry_after(text, date).map(|wait| wait.as_secs());
    assert_eq!(wait("120", None), Some(120));
    assert_eq!(wait("Sun, 29 Nov 2026 20:02:00 GMT", Some(NOW)), Some(120));
    // A number of Unix seconds is no wait of half a century.
    assert_eq!(wait("1795982520", Some(NOW)), Some(120));
    assert_eq!(wait("1795982520000", Some(NOW)), Some(120), "nor is one of milliseconds");
    assert_eq!(wait("1795982520000", None), Some(0));
    assert_eq!(wait("1795982520", None), Some(0), "busy, nobody knows for how long");
    assert_eq!(wait("18446744073709551615", Some(NOW)), Some(0));
    assert_eq!(wait("1000000000", Some(NOW)), Some(0), "long over");
    assert_eq!(wait("soon", Some(NOW)), None);
}
