//! What SWiP may answer: endpoint, status, `Retry-After` and `Date` up to two line ends, then the body.

use std::time::Duration;

use serde_json::Value;
use swip_kiosk::domain::{Failure, SettingKey, SettingsDraft};
use swip_kiosk::services::api::{
    Answer, AnswerVerdict, ApiError, Body, CodeMeanings, Endpoint, Exchange, classify, read_retry_after,
};
use swip_kiosk::services::byte_order::without_mark;

/// The status decides, the body only refines, and nothing of the body is ever said.
pub(crate) fn run(data: &[u8]) {
    let [flags, high, low, rest @ ..] = data else { return };
    let endpoint = if flags & 1 == 0 { Endpoint::Signup } else { Endpoint::Stats };
    let status = u16::from_be_bytes([*high, *low]) % 1000;
    let mut parts = rest.splitn(3, |byte| *byte == b'\n');
    let mut header = || std::str::from_utf8(parts.next().unwrap_or_default()).unwrap_or_default();
    let (wait, server_date) = (header(), header());
    let body = parts.next().unwrap_or_default();
    let retry_after = read_retry_after(wait, Some(server_date).filter(|text| !text.is_empty()));

    let verdict = |body: Body| {
        let exchange = Exchange::Answered(Answer { status, retry_after, body });
        (classify(endpoint, &exchange, &codes()), format!("{exchange:?}"))
    };
    let (bare, _) = verdict(Body::Whole(Vec::new()));
    let (found, shown) = verdict(Body::Whole(body.to_vec()));
    assert!(shown.ends_with(&format!("Whole({} bytes) }})", body.len())), "{shown}");
    match &found {
        AnswerVerdict::Registered => assert!(endpoint == Endpoint::Signup && status == 204),
        AnswerVerdict::AlreadyMember => assert!(endpoint == Endpoint::Signup && [400, 409, 422].contains(&status)),
        AnswerVerdict::Member(_) => assert!(endpoint == Endpoint::Stats && status == 200),
        AnswerVerdict::UnknownCustomer => assert!(endpoint == Endpoint::Stats && [400, 404, 422].contains(&status)),
        AnswerVerdict::Failed(error) => {
            let AnswerVerdict::Failed(bare) = &bare else { panic!("a body turned a success into a failure") };
            assert!(Failure::from(error) == Failure::from(bare), "the body decided");
            assert!(error.retry_after() == bare.retry_after());
            let code = match error {
                ApiError::Status { code, .. } => *code,
                _ => None,
            };
            let expected = bare.to_string().replace("code None", &format!("code {code:?}"));
            assert_eq!(error.to_string(), expected, "words of the body are said");
            assert!(code.is_none_or(|code| says(body, "code", code)), "a code that is not there");
        }
    }
    if let AnswerVerdict::Member(points) = found {
        assert!(says(body, "points", points.value()), "points that are not there");
    }
    let too_long = verdict(Body::TooLong).0;
    assert!(!matches!(
        too_long,
        AnswerVerdict::Member(_) | AnswerVerdict::AlreadyMember | AnswerVerdict::UnknownCustomer
    ));
    assert!(retry_after.is_none_or(|wait| wait <= Duration::from_secs(u64::MAX)));
}

/// Whether a field is this number, written as a whole number, a float or a text.
fn says(body: &[u8], key: &str, number: i64) -> bool {
    let Ok(body) = serde_json::from_slice::<Value>(&without_mark(body)) else { return false };
    let Some(value) = body.get(key) else { return false };
    let float = value.as_str().map_or(value.as_f64(), |text| text.trim().parse().ok());
    #[expect(clippy::cast_precision_loss, reason = "the nearest float is the one that was written")]
    let nearest = number as f64;
    // This reader of floats may be a digit off in the last place.
    let is_near = float.is_some_and(|float| (float - nearest).abs() <= nearest.abs() * 4.0 * f64::EPSILON);
    value.as_i64().map_or(is_near, |written| written == number)
}

fn codes() -> CodeMeanings {
    let mut draft = SettingsDraft::default();
    draft.set(SettingKey::NotFoundCodes, "9");
    draft.set(SettingKey::AlreadyExistsCodes, "5");
    CodeMeanings::from(&draft.preferences_or_defaults())
}
