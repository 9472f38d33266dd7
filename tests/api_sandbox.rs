//! The API client against the built-in sandbox: nothing it sends breaks the contract. Outcomes: `classification`, `api_raw`.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::time::Duration;

use jiff::civil::date;
use swip_kiosk::domain::check::steps;
use swip_kiosk::domain::{
    BirthdayForm, CustomerQuery, Failure, Lookup, PassId, Phone, PhoneRules, Points, Registration, SettingKey,
    Settings, SettingsDraft, Signup, SignupDraft, Token, TokenChoice,
};
use swip_kiosk::services::api::{
    Answer, AnswerVerdict, ApiClient, ApiError, Body, CodeMeanings, Endpoint, Exchange, Lost, NotSent, StatusKind,
    classify,
};
use swip_kiosk::services::sandbox::{
    Customer, Fault, Faults, LedgerEntry, Plan, Sandbox, SandboxOptions, SecondSignup, seeds,
};

/// A deadline that only a stuck call meets.
const PATIENT: Duration = Duration::from_secs(20);

const NEW_PHONE: &str = "79991112233";
const TOKEN_CANARY: &str = "token-canary-0123456789";

async fn sandbox() -> Sandbox {
    let token = Some(TOKEN_CANARY.to_owned());
    Sandbox::start(SandboxOptions { port: 0, token }).await.expect("a free port")
}

fn settings(sandbox: &Sandbox, more: &[(SettingKey, &str)]) -> Settings {
    let station = sandbox.station();
    let mut draft = SettingsDraft::default();
    draft.set(SettingKey::BaseUrl, station.base_url);
    draft.set(SettingKey::MerchantId, station.merchant_id);
    draft.set(SettingKey::StoreId, station.store_id);
    draft.set(SettingKey::CashId, station.cash_id);
    for (key, text) in more {
        draft.set(*key, *text);
    }
    draft.check().expect("good settings")
}

fn client_with(sandbox: &Sandbox, deadline: Duration, more: &[(SettingKey, &str)]) -> ApiClient {
    let token = Token::parse(&sandbox.station().token).expect("a good token");
    ApiClient::new(&settings(sandbox, more), &token, deadline).expect("a client")
}

fn client(sandbox: &Sandbox) -> ApiClient {
    client_with(sandbox, PATIENT, &[])
}

fn phone(digits: &str) -> Phone {
    Phone::parse(digits, PhoneRules::default()).expect("a good phone")
}

fn by_phone(digits: &str) -> CustomerQuery {
    CustomerQuery::Phone(phone(digits))
}

fn by_pass(text: &str) -> CustomerQuery {
    CustomerQuery::Pass(PassId::parse(text).expect("a good pass"))
}

fn form(phone: &str, first_name: &str, last_name: &str, birthday: &str) -> SignupDraft {
    let [phone, first_name, last_name, birthday] = [phone, first_name, last_name, birthday].map(str::to_owned);
    SignupDraft { phone, first_name, last_name, birthday }
}

fn signup(phone: &str, first_name: &str, last_name: &str, birthday: &str) -> Signup {
    let rules = SettingsDraft::default().preferences_or_defaults();
    let draft = form(phone, first_name, last_name, birthday);
    draft.check(BirthdayForm::Iso, &rules, date(2026, 3, 15)).expect("a good form")
}

fn only_phone(phone: &str) -> Signup {
    signup(phone, "", "", "")
}

fn reason<T>(result: Result<T, ApiError>) -> Option<&'static str> {
    result.err().map(|error| Failure::from(&error).reason())
}

/// The last request, which was right to the letter.
fn last_correct(sandbox: &Sandbox) -> LedgerEntry {
    let entry = sandbox.ledger().pop().expect("a request");
    assert_eq!(entry.breach, None);
    assert!(entry.authorized);
    entry
}

#[tokio::test]
async fn every_seeded_customer_is_found_by_phone_and_pass_by_get_and_post() {
    let sandbox = sandbox().await;
    for method in ["get", "post"] {
        let client = client_with(&sandbox, PATIENT, &[(SettingKey::StatsMethod, method)]);
        for seed in seeds::ALL {
            let member = Ok(Lookup::Member(Points::new(seed.points)));
            assert_eq!(client.look_up(&by_phone(seed.phone)).await, member);
            let entry = last_correct(&sandbox);
            assert_eq!(entry.method, method.to_ascii_uppercase());
            assert_eq!(entry.path, "/customer-loyalty-stats");
            assert_eq!(entry.query, [("phone".to_owned(), seed.phone.to_owned())]);
            assert_eq!(entry.body, "");
            if let Some(pass) = seed.pass {
                assert_eq!(client.look_up(&by_pass(pass)).await, member, "{pass}");
                assert_eq!(last_correct(&sandbox).query, [("pass".to_owned(), pass.to_owned())]);
            }
        }
        for query in [by_phone(NEW_PHONE), CustomerQuery::Phone(Phone::unassignable()), by_pass("nobody's")] {
            assert_eq!(client.look_up(&query).await, Ok(Lookup::Unknown));
            last_correct(&sandbox);
        }
    }
}

#[tokio::test]
async fn any_pass_arrives_as_it_was_read() {
    let sandbox = sandbox().await;
    let client = client(&sandbox);
    let passes = ["#&+ %", "a+b c", "%41", "Карта № 5", "?x=1&y=2", "a/b\\c", "\"<>'`", "会員 123", "~!*()._-", "="];
    for (index, text) in (0_i64..).zip(passes) {
        let phone = format!("799911100{index:02}");
        sandbox.add_customer(Customer::new(&phone, index).with_pass(text));
        assert_eq!(client.look_up(&by_pass(text)).await, Ok(Lookup::Member(Points::new(index))), "{text}");
        assert_eq!(last_correct(&sandbox).query, [("pass".to_owned(), text.to_owned())]);
    }
}

#[tokio::test]
async fn signups_register_once_with_exactly_the_given_fields() {
    let sandbox = sandbox().await;
    let client = client(&sandbox);
    let full = signup("8 (999) 111-22-33", " Анна-Мария ", "O'Neill", "1990-01-24");
    assert_eq!(client.register(&full).await, Ok(Registration::Registered));
    let entry = last_correct(&sandbox);
    assert_eq!((entry.method.as_str(), entry.path.as_str()), ("POST", "/customer-signups"));
    let body = r#"{"phone":"79991112233","firstName":"Анна-Мария","lastName":"O'Neill","birthday":"1990-01-24"}"#;
    assert_eq!(entry.body, body);
    assert!(entry.accounts_created && entry.query.is_empty());

    assert_eq!(client.register(&only_phone("9991112244")).await, Ok(Registration::Registered));
    assert_eq!(last_correct(&sandbox).body, r#"{"phone":"79991112244"}"#);
    assert_eq!(client.register(&only_phone(NEW_PHONE)).await, Ok(Registration::Registered), "SWiP tells no difference");
    assert!(!last_correct(&sandbox).accounts_created);
    assert_eq!(client.look_up(&by_phone(NEW_PHONE)).await, Ok(Lookup::Member(Points::new(0))));
}

#[tokio::test]
async fn a_wrong_token_or_merchant_or_address_is_named() {
    let sandbox = sandbox().await;
    let settings = |more| settings(&sandbox, more);
    let (right, wrong) = (Token::parse(TOKEN_CANARY).expect("a token"), Token::parse("other").expect("a token"));
    let elsewhere = format!("{}/v1", sandbox.station().base_url);
    let cases = [
        (settings(&[]), &wrong, "token_rejected"),
        (settings(&[(SettingKey::MerchantId, "ABCD")]), &right, "not_permitted"),
        (settings(&[(SettingKey::BaseUrl, &elsewhere)]), &right, "wrong_address"),
    ];
    for (settings, token, expected) in cases {
        let client = ApiClient::new(&settings, token, PATIENT).expect("a client");
        assert_eq!(reason(client.look_up(&by_phone(seeds::ZERO.phone)).await), Some(expected));
        assert_eq!(reason(client.register(&only_phone(NEW_PHONE)).await), Some(expected));
    }
    assert!(sandbox.customers().iter().all(|customer| customer.phone != NEW_PHONE));
}

#[tokio::test]
async fn codes_of_the_settings_tell_who_is_a_member_and_who_is_unknown() {
    let sandbox = sandbox().await;
    let client =
        client_with(&sandbox, PATIENT, &[(SettingKey::AlreadyExistsCodes, "1"), (SettingKey::NotFoundCodes, "7")]);
    let coded = |code: i64, status| Fault::Raw {
        status,
        content_type: "application/json".to_owned(),
        body: format!(r#"{{"@type":"ApiError","code":{code},"description":"x","timestamp":"x","fieldErrors":[1]}}"#),
    };
    for status in [400, 409, 422] {
        sandbox.set_faults(Faults::on_signup(Plan::once(coded(1, status))));
        assert_eq!(client.register(&only_phone(NEW_PHONE)).await, Ok(Registration::AlreadyMember), "{status}");
    }
    for status in [400, 404, 422] {
        sandbox.set_faults(Faults::on_stats(Plan::once(coded(7, status))));
        assert_eq!(client.look_up(&by_phone(NEW_PHONE)).await, Ok(Lookup::Unknown), "{status}");
    }
    sandbox.set_faults(Faults::default());
    assert_eq!(reason(client.look_up(&by_phone(NEW_PHONE)).await), Some("rejected"), "9 means nothing here");
}

#[tokio::test]
async fn a_second_signup_a_blocked_phone_and_a_wrong_method_have_their_outcome() {
    let sandbox = sandbox().await;
    let (get, post) = (client(&sandbox), client_with(&sandbox, PATIENT, &[(SettingKey::StatsMethod, "post")]));
    let answers = [
        (SecondSignup::NoContent, None),
        (SecondSignup::BadRequest400, Some("rejected")),
        (SecondSignup::Conflict409, Some("conflict")),
        (SecondSignup::Unprocessable422, Some("against_rules")),
    ];
    for (second_signup, expected) in answers {
        sandbox.set_faults(Faults { second_signup, ..Faults::default() });
        assert_eq!(reason(get.register(&only_phone(seeds::REGULAR.phone)).await), expected);
    }
    sandbox.set_faults(Faults { unknown_is_zero: true, stats_get_405: true, ..Faults::default() });
    assert_eq!(reason(get.look_up(&by_phone(NEW_PHONE)).await), Some("method_not_allowed"));
    assert_eq!(post.look_up(&by_phone(NEW_PHONE)).await, Ok(Lookup::Member(Points::new(0))));
    sandbox.set_faults(Faults::default());
    assert_eq!(reason(get.look_up(&by_phone(seeds::BLACKLISTED_PHONE)).await), Some("rejected"));
    assert_eq!(reason(get.register(&only_phone(seeds::BLACKLISTED_PHONE)).await), Some("rejected"));
    assert!(sandbox.ledger().iter().all(|entry| entry.breach.is_none()));
}

#[tokio::test]
async fn many_calls_at_once_share_one_client() {
    let sandbox = sandbox().await;
    let client = std::sync::Arc::new(client(&sandbox));
    let calls = (0..50).map(|index| {
        let client = std::sync::Arc::clone(&client);
        tokio::spawn(async move { client.register(&only_phone(&format!("799911133{index:02}"))).await })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.expect("no panic"), Ok(Registration::Registered));
    }
    let created = sandbox.ledger().iter().filter(|entry| entry.accounts_created && entry.breach.is_none()).count();
    assert_eq!(created, 50);
}

#[tokio::test]
async fn no_type_on_the_way_shows_the_token_or_a_person() {
    let sandbox = sandbox().await;
    let client = client(&sandbox);
    let full = signup(seeds::REGULAR.phone, "Анна", "Петрова", "1990-01-24");
    let queries = [by_phone(seeds::REGULAR.phone), by_pass("PASS-canary-0001")];
    let token = Token::parse(TOKEN_CANARY).expect("a good token");
    let draft = form(seeds::REGULAR.phone, "Анна", "Петрова", "1990-01-24");
    let settings = settings(&sandbox, &[]);
    let mut outputs = vec![format!("{full:?} {queries:?} {token:?} {draft:?} {settings:?} {sandbox:?}")];
    outputs.push(format!("{:?} {:?}", TokenChoice::New(token), SettingsDraft::from(&settings)));
    outputs.push(format!("{:?} {:?}", queries[0].masked(), full.phone.masked()));

    // SWiP's own words repeat the phone, and a redirect may carry anything.
    let echo = format!(r#"{{"code":3,"description":"Customer[{}] {TOKEN_CANARY}"}}"#, seeds::REGULAR.phone);
    let raw = |status| Fault::Raw { status, content_type: String::new(), body: echo.clone() };
    let location = format!("http://127.0.0.1:1/?{TOKEN_CANARY}&{}", seeds::REGULAR.phone);
    let faults = [
        raw(200),
        raw(400),
        raw(401),
        raw(500),
        Fault::Redirect { status: 302, location },
        Fault::CutBefore,
        Fault::CutMidBody,
        Fault::Garbage,
        Fault::RawWire { text: format!("HTTP/1.1 {TOKEN_CANARY} {}\r\n\r\n", seeds::REGULAR.phone) },
    ];
    for fault in faults {
        let plan = Plan::always(fault);
        sandbox.set_faults(Faults { signup: plan.clone(), stats: plan, ..Faults::default() });
        let registration = client.register(&full).await;
        let by_phone = client.look_up(&queries[0]).await;
        let by_pass = client.look_up(&queries[1]).await;
        outputs.push(format!("{registration:?} {by_phone:?} {by_pass:?}"));
        for error in [registration.err(), by_phone.err(), by_pass.err()].into_iter().flatten() {
            let failure = Failure::from(&error);
            outputs.push(format!("{error} {error:?} {failure:?} {:?}", steps(Err(failure), false)));
        }
    }
    let body = Body::Whole(echo.into_bytes());
    let exchange = Exchange::Answered(Answer { status: 400, retry_after: None, body });
    let codes = CodeMeanings::from(&settings.preferences);
    let verdict = classify(Endpoint::Stats, &exchange, &codes);
    assert!(matches!(
        verdict,
        AnswerVerdict::Failed(ApiError::Status { kind: StatusKind::Refused(_), code: Some(3), .. })
    ));
    outputs.push(format!("{verdict:?} {exchange:?} {codes:?} {:?} {}", NotSent::Tls, Lost::TimedOut));

    let shown = outputs.join("\n");
    let digits = seeds::REGULAR.phone;
    let as_bytes = format!("{:?}", digits.as_bytes()).replace(['[', ']'], "");
    for secret in [TOKEN_CANARY, digits, &digits[1..], "PASS-canary", "Анна", "Петрова", "1990", as_bytes.as_str()]
    {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert!(shown.contains("TokenRejected"), "the errors are in there");
}
