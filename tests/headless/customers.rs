//! `points` and `signup` where everything goes well.

use serde_json::json;

use crate::station::{Server, StationHome};
use crate::{BIRTHDAY, FIRST_NAME, LAST_NAME, PASS, PHONE, assert_usage, outcome, run_both_ways};

#[test]
fn points_are_found_by_phone_by_pass_and_from_standard_input() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let found = |points: i64| json!({ "outcome": "found", "points": points });
    let cases: [(&[&str], &str, i64); 8] = [
        (&["points", "--phone", "79167795322"], "", 11_806),
        (&["points", "--phone", "8 (916) 779-53-22"], "", 11_806),
        (&["points", "--phone", "+79990000002"], "", 0),
        (&["points", "--phone", "9990000003"], "", -150),
        (&["points", "--pass", "Карта 7+1/4&5%"], "", 9_876_543_210),
        (&["points", "--pass=SWIP-0001"], "", 1),
        (&["points", "-"], "{\"phone\":\"79990000005\"}", 320),
        (&["points", "-"], " {\"pass\": \"4006381333931\"}\n", 11_806),
    ];
    for (args, input, points) in cases {
        run_both_ways(&home, args, input).assert(0, &found(points));
    }
    let expected = [
        "GET /customer-loyalty-stats phone=79167795322",
        "GET /customer-loyalty-stats phone=79167795322",
        "GET /customer-loyalty-stats phone=79990000002",
        "GET /customer-loyalty-stats phone=79990000003",
        "GET /customer-loyalty-stats pass=Карта 7+1/4&5%",
        "GET /customer-loyalty-stats pass=SWIP-0001",
        "GET /customer-loyalty-stats phone=79990000005",
        "GET /customer-loyalty-stats pass=4006381333931",
    ];
    let twice: Vec<_> = expected.iter().flat_map(|line| [*line, *line]).collect();
    assert_eq!(server.requests(), twice);
}

#[test]
fn an_unknown_customer_is_not_found() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    run_both_ways(&home, &["points", "--phone", PHONE], "").assert(12, &outcome("not_found"));
    run_both_ways(&home, &["points", "--pass", PASS], "").assert(12, &outcome("not_found"));
    run_both_ways(&home, &["points", "-"], &json!({ "phone": PHONE }).to_string()).assert(12, &outcome("not_found"));
}

#[test]
fn a_signup_sends_what_was_given_and_nothing_else() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let registered = outcome("registered");
    let full = ["signup", "--phone", PHONE, "--first-name", FIRST_NAME, "--last-name", LAST_NAME];
    run_both_ways(&home, &[&full[..], &["--birthday", BIRTHDAY]].concat(), "").assert(0, &registered);
    let person = json!({ "phone": PHONE, "first_name": FIRST_NAME, "last_name": LAST_NAME, "birthday": BIRTHDAY });
    run_both_ways(&home, &["signup", "-"], &person.to_string()).assert(0, &registered);
    let whole = format!(
        "POST /customer-signups {{\"phone\":\"{PHONE}\",\"firstName\":\"{FIRST_NAME}\",\"lastName\":\"{LAST_NAME}\",\
         \"birthday\":\"{BIRTHDAY}\"}}"
    );
    assert_eq!(server.requests(), [&*whole; 4]);

    run_both_ways(&home, &["signup", "--phone", "8 916 123-45-67"], "").assert(0, &registered);
    let empty = ["signup", "--phone", PHONE, "--first-name", "", "--last-name", "  ", "--birthday", ""];
    run_both_ways(&home, &empty, "").assert(0, &registered);
    let nothing = json!({ "phone": PHONE, "first_name": "", "last_name": null, "birthday": " " });
    run_both_ways(&home, &["signup", "-"], &nothing.to_string()).assert(0, &registered);
    let bare = format!("POST /customer-signups {{\"phone\":\"{PHONE}\"}}");
    assert_eq!(server.requests()[4..], [&*bare; 6]);
    run_both_ways(&home, &["points", "--phone", PHONE], "").assert(0, &json!({ "outcome": "found", "points": 0 }));
}

#[test]
fn what_stands_for_an_apostrophe_a_hyphen_or_a_space_is_sent_as_it() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let names = ["--first-name", "O\u{2018}ktam", "--last-name", "Анна\u{2013}Мария\u{A0} Ли"];
    run_both_ways(&home, &[&["signup", "--phone", PHONE][..], &names].concat(), "").assert(0, &outcome("registered"));
    let person = json!({ "phone": PHONE, "first_name": "O`ktam", "last_name": "\u{200B}Анна\u{2014}Мария  Ли " });
    run_both_ways(&home, &["signup", "-"], &person.to_string()).assert(0, &outcome("registered"));
    let sent = format!(
        "POST /customer-signups {{\"phone\":\"{PHONE}\",\"firstName\":\"O'ktam\",\"lastName\":\"Анна-Мария Ли\"}}"
    );
    assert_eq!(server.requests(), [&*sent; 4]);
}

#[test]
fn a_key_of_standard_input_that_is_there_twice_is_named() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let twice = format!("{{\"phone\": \"{PHONE}\",\n\"first_name\": \"A\",\n\"phone\": \"{PHONE}\"}}");
    for verb in ["signup", "points"] {
        let ended = home.run_with(&[verb, "-", "--json"], &twice);
        assert_eq!(ended.code, 2);
        assert!(ended.said().contains("phone is given twice") && ended.said().contains("line 3"), "{ended:?}");
        crate::assert_silent(&ended, &[]);
    }
    let unknown = format!("{{\"{FIRST_NAME}\": 1, \"{FIRST_NAME}\": 1}}");
    crate::assert_silent(&home.run_with(&["signup", "-", "--json"], &unknown), &[]);
    assert!(server.requests().is_empty());
}

#[test]
fn a_new_mobile_prefix_is_a_setting() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let signup = ["signup", "--phone", "+7 709 123-45-67"];
    assert_eq!(home.run(&signup).code, 20);
    home.provision(&server.profile_with(&json!({ "settings": { "mobile_prefixes": ["709", "001"] } })));
    run_both_ways(&home, &signup, "").assert(0, &outcome("registered"));
    run_both_ways(&home, &["points", "--phone", "80011234567"], "").assert(12, &outcome("not_found"));
}

#[test]
fn a_member_is_recognised_by_the_codes_of_the_station() {
    let server = Server::start();
    let home = StationHome::new();
    home.provision(&server.profile_with(&json!({ "settings": { "already_exists_codes": [21] } })));
    let raw = json!({ "status": 409, "content_type": "application/json", "body": "{\"code\":21}" });
    server.set_faults(&json!({ "signup": { "fault": { "raw": raw } } }));
    run_both_ways(&home, &["signup", "--phone", PHONE], "").assert(11, &outcome("already_member"));
}

#[test]
fn the_ids_of_the_station_are_sent_and_every_answer_is_asked_for_once() {
    let server = Server::start();
    let home = StationHome::new();
    home.provision(&server.profile_with(&json!({ "store_id": "Store 5", "cash_id": "K-7" })));
    assert_eq!(home.run(&["signup", "--phone", PHONE, "--json"]).code, 0);
    assert_eq!(home.run(&["points", "--phone", PHONE, "--json"]).code, 0);
    let ledger = server.ledger();
    assert_eq!(ledger.len(), 2);
    for entry in ledger {
        let headers = entry["headers"].as_array().expect("a list");
        for expected in [
            json!(["x-merchant-id", "DEMO"]),
            json!(["x-store-id", "Store 5"]),
            json!(["x-cash-id", "K-7"]),
            json!(["api-version", "3"]),
        ] {
            assert!(headers.contains(&expected), "{entry}");
        }
        let names = entry["header_names"].as_array().expect("a list");
        for name in ["cookie", "referer"] {
            assert!(!names.contains(&json!(name)), "{entry}");
        }
    }
}

#[test]
fn both_or_neither_of_phone_and_pass_is_wrong_usage() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let arguments: [&[&str]; 8] = [
        &["points"],
        &["points", "--phone", PHONE, "--pass", PASS],
        &["points", "--phone", PHONE, "-"],
        &["points", "--phone", PHONE, "--phone", PHONE],
        &["signup"],
        &["signup", "--phone", PHONE, "-"],
        &["signup", "-", "--first-name", FIRST_NAME],
        &["signup", "--pass", PASS],
    ];
    for args in arguments {
        assert_usage(&home.run(args));
        assert_usage(&home.run(&[args, &["--json"]].concat()));
    }
    let person = json!({ "phone": PHONE, "pass": PASS }).to_string();
    let named = json!({ "phone": PHONE, "first_name": FIRST_NAME }).to_string();
    let unknown = json!({ "phone": PHONE, "firstName": FIRST_NAME }).to_string();
    let twice = format!("{{\"phone\":\"{PHONE}\",\"phone\":\"{PHONE}\"}}");
    let two = format!("{{\"phone\":\"{PHONE}\"}}{{\"phone\":\"{PHONE}\"}}");
    let inputs = [
        ("points", &*person),
        ("points", "{}"),
        ("points", "{\"phone\":null}"),
        ("points", &named),
        ("points", &unknown),
        ("points", &twice),
        ("points", &two),
        ("points", PHONE),
        ("points", ""),
        ("signup", &person),
        ("signup", "{}"),
        ("signup", &unknown),
        ("signup", "[]"),
        ("signup", "{\"phone\":"),
    ];
    for (verb, input) in inputs {
        assert_usage(&home.run_with(&[verb, "-", "--json"], input));
    }
    assert_eq!(server.ledger().len(), 0);
}

#[test]
fn an_argument_that_is_not_understood_is_not_repeated() {
    let home = StationHome::new();
    let arguments: [&[&str]; 8] = [
        &["signup", PHONE],
        &["points", PHONE, "--json"],
        &["signup", "--phone", PHONE, LAST_NAME],
        &["signup", "--phone", PHONE, "--birthdy", BIRTHDAY],
        &["signup", "--phone", PHONE, "--birthdy=1987-06-05"],
        &["signup", "--phone", PHONE, "-Tweetybird"],
        &["check", "--phone", PHONE, LAST_NAME],
        &[LAST_NAME],
    ];
    for args in arguments {
        assert_usage(&home.run(args));
    }
    let typo = home.run(&["signup", "--phone", PHONE, "--birthdy=1987-06-05"]);
    assert!(typo.stderr.contains("--birthdy") && typo.stderr.contains("Usage:"), "{typo:?}");
}
