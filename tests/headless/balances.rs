//! `balances`: a list in, a list out, and what happens when SWiP does not answer all of it.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use calamine::{Reader, Xlsx};
use encoding_rs::WINDOWS_1251;
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

use crate::station::{Running, Server, StationHome, until};
use crate::{assert_silent, assert_usage, invalid, outcome, run_both_ways};

/// The rows of a result, without their times; a time is there exactly where somebody was asked.
fn rows(path: &str) -> Vec<String> {
    let mut table = csv::Reader::from_path(path).expect("a table");
    assert_eq!(table.headers().expect("columns"), ["input", "outcome", "points", "time"].as_slice());
    let records = table.records().map(|record| record.expect("a row"));
    let row = |record: csv::StringRecord| {
        let was_asked = ["found", "not_found", "refused"].contains(&&record[1]);
        assert_eq!(record[3].parse::<jiff::Timestamp>().is_ok(), was_asked, "{record:?}");
        format!("{} {} {}", &record[0], &record[1], &record[2])
    };
    records.map(row).collect()
}

fn counts(rows: [usize; 6]) -> Value {
    let names = ["rows", "found", "not_found", "invalid", "refused", "unanswered"];
    let counts = names.iter().zip(rows).map(|(name, count)| ((*name).to_owned(), count.into()));
    Value::Object(counts.collect())
}

fn with(mut object: Value, more: &Value) -> Value {
    let object_mut = object.as_object_mut().expect("an object");
    object_mut.extend(more.as_object().expect("an object").clone());
    object
}

fn balances(home: &StationHome, list: &str, out: &str) -> crate::station::Ended {
    let ended = home.run(&["balances", list, "--out", out, "--json"]);
    assert_silent(&ended, &["79167795322", "79990000001"]);
    ended
}

fn path_in(home: &StationHome, name: &str) -> String {
    home.folder().join(name).to_str().expect("a plain path").to_owned()
}

/// Phones from 79161000000 on.
fn phones(count: usize) -> Vec<String> {
    (0..count).map(|at| format!("7916{:07}", 1_000_000 + at)).collect()
}

/// Phones asked about, in the order of the ledger.
fn asked(server: &Server) -> Vec<String> {
    let phone = |line: String| line.rsplit_once('=').map(|(_, phone)| phone.to_owned());
    server.requests().into_iter().filter_map(phone).collect()
}

#[test]
fn a_list_as_an_office_writes_it_comes_back_with_its_balances() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let text = "Клиенты;;\r\n;;\r\n№;Имя;Телефон\r\n1;Анна;8 (916) 779-53-22\r\n2;\"Пётр; мл.\";+7 999 000-00-03\r\n\
                3;Мария;7,91678E+10\r\n4;Олег;=HYPERLINK(\"x\")\r\n;;\r\n5;Ян;79161234567\r\n6;Нина;79990000666\r\n";
    let (bytes, _, _) = WINDOWS_1251.encode(text);
    let list = path_in(&home, "Список клиентов.csv");
    fs::write(&list, bytes).expect("written");
    let out = path_in(&home, "out.csv");
    balances(&home, &list, &out).assert(0, &with(outcome("ok"), &counts([6, 2, 1, 2, 1, 0])));
    let expected = [
        "8 (916) 779-53-22 found 11806",
        "'+7 999 000-00-03 found -150",
        "7,91678E+10 invalid ",
        "'=HYPERLINK(\"x\") invalid ",
        "79161234567 not_found ",
        "79990000666 refused ",
    ];
    assert_eq!(rows(&out), expected);
    let mut asked = asked(&server);
    asked.sort();
    assert_eq!(asked, ["79161234567", "79167795322", "79990000003", "79990000666"]);
    assert!(!Path::new(&format!("{out}.part")).exists(), "a list that is done leaves nothing beside it");
}

#[test]
fn a_workbook_in_and_a_workbook_out() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let (list, out) = (path_in(&home, "list.xlsx"), path_in(&home, "out.xlsx"));
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "Карта").expect("written");
    sheet.write_string(1, 0, "4006381333931").expect("written");
    sheet.write_number(2, 0, 4_006_381_333_931_f64).expect("written");
    sheet.write_string(3, 0, "SWIP-0002").expect("written");
    workbook.save(&list).expect("saved");
    balances(&home, &list, &out).assert(0, &with(outcome("ok"), &counts([3, 3, 0, 0, 0, 0])));
    let mut result: Xlsx<_> = calamine::open_workbook(&out).expect("a workbook");
    let sheet = result.worksheet_range_at(0).expect("a sheet").expect("cells");
    let cells: Vec<String> = sheet.rows().map(|row| format!("{:?} {} {:?}", row[0], row[1], row[2])).collect();
    let expected = [
        "String(\"input\") outcome String(\"points\")",
        "String(\"4006381333931\") found Float(11806.0)",
        "String(\"4006381333931\") found Float(11806.0)",
        "String(\"SWIP-0002\") found Float(0.0)",
    ];
    assert_eq!(cells, expected);
}

#[test]
fn what_is_no_list_is_refused_before_anything_is_sent() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let huge = path_in(&home, "huge.csv");
    fs::File::create(&huge).and_then(|file| file.set_len(1 << 30)).expect("a sparse file");
    let many = home.file("many.csv", &"79167795322\n".repeat(100_001));
    let cases = [
        (home.file("empty.csv", "\u{feff}\r\n"), "empty"),
        (huge, "too_large"),
        (many, "too_many_rows"),
        (home.file("quote.csv", &format!("\"{}", "79167795322\n".repeat(5_000))), "cell_too_long"),
        (home.file("names.csv", "Анна;Иванова\nПётр;Петров\n"), "no_column"),
        (home.file("picture.csv", "\u{89}PNG\u{1a}\u{0}"), "not_a_table"),
        (home.file("packed.xlsx", "PK\u{3}\u{4}"), "not_a_table"),
    ];
    let out = path_in(&home, "out.csv");
    for (list, reason) in cases {
        run_both_ways(&home, &["balances", &list, "--out", &out], "").assert(20, &invalid("file", reason));
    }
    let list = home.file("list.csv", "79167795322\n");
    let before = home.file("before.csv", "не трогать");
    run_both_ways(&home, &["balances", &list, "--out", &before], "").assert(20, &invalid("out", "exists"));
    assert_eq!(fs::read_to_string(&before).expect("a file"), "не трогать");
    run_both_ways(&home, &["balances", &list, "--out", "/nowhere/out.csv"], "").assert(26, &outcome("storage_failed"));
    assert_usage(&home.run(&["balances", &path_in(&home, "none.csv"), "--out", &out]));
    assert_usage(&home.run(&["balances", &list]));
    let unset = StationHome::new();
    run_both_ways(&unset, &["balances", &list, "--out", &out], "").assert(24, &outcome("not_configured"));
    assert!(!Path::new(&out).exists());
    assert_eq!(server.requests(), Vec::<String>::new());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a driver of real programs waits in real time")]
fn the_wait_that_swip_asks_for_is_kept_and_no_row_is_lost_by_it() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    server
        .set_faults(&json!({ "stats": { "fault": { "status": { "code": 429, "retry_after": "2" } }, "requests": 2 } }));
    let phones = phones(30);
    let (list, out) = (home.file("list.csv", &phones.join("\n")), path_in(&home, "out.csv"));
    let started = Instant::now();
    balances(&home, &list, &out).assert(0, &with(outcome("ok"), &counts([30, 0, 30, 0, 0, 0])));
    assert!(started.elapsed() >= Duration::from_secs(2), "it waited {:?}", started.elapsed());
    assert_eq!(rows(&out), phones.iter().map(|phone| format!("{phone} not_found ")).collect::<Vec<_>>());
    // The two that were turned away are asked about again, and nothing else is.
    assert_eq!(asked(&server).len(), 32);
}

#[test]
fn a_wait_of_an_hour_ends_the_list_and_a_station_that_is_turned_away_asks_once() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let (list, out) = (home.file("list.csv", &phones(50).join("\n")), path_in(&home, "out.csv"));
    server.set_faults(&json!({ "stats": { "fault": { "status": { "code": 429, "retry_after": "3600" } } } }));
    let unanswered = counts([50, 0, 0, 0, 0, 50]);
    let busy = json!({ "outcome": "unavailable", "reason": "busy" });
    balances(&home, &list, &out).assert(23, &with(busy, &unanswered));
    server.set_faults(&json!({ "stats": { "fault": { "status": { "code": 401 } } } }));
    let refused = json!({ "outcome": "credentials_refused", "reason": "token_rejected" });
    balances(&home, &list, &out).assert(22, &with(refused, &unanswered));
    assert_eq!(rows(&out)[49], "79161000049 credentials_refused ");
    assert!(server.requests().len() <= 8, "{}", server.requests().len());
}

#[test]
fn a_list_that_is_killed_or_done_only_in_part_goes_on_without_asking_twice() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let phones = phones(120);
    let (list, out) = (home.file("list.csv", &phones.join("\n")), path_in(&home, "out.csv"));
    let part = format!("{out}.part");
    let answered = || fs::read_to_string(&part).map_or(0, |text| text.lines().count().saturating_sub(1));
    let args = ["balances", &list, "--out", &out, "--json"];
    server.set_faults(&json!({ "stats": { "delay_ms": 40 } }));
    let mut running = Running::start(&mut home.command(&args));
    until("some answers", || answered() >= 20);
    running.kill();
    assert!(!Path::new(&out).exists(), "a list that was killed has no result yet");
    let known = answered();
    // The next one meets a token that is no longer accepted.
    let running = Running::start(&mut home.command(&args));
    until("more answers", || answered() >= known + 20);
    server.set_faults(&json!({ "stats": { "fault": { "status": { "code": 401 } } } }));
    let ended = running.finish();
    assert_eq!(ended.code, 23, "{ended:?}");
    assert_eq!((&ended.json()["outcome"], &ended.json()["reason"]), (&json!("unavailable"), &json!("token_rejected")));
    let names: std::collections::BTreeSet<_> =
        rows(&out).iter().map(|row| row.split(' ').nth(1).map(str::to_owned)).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    server.set_faults(&json!({}));
    balances(&home, &list, &out).assert(0, &with(outcome("ok"), &counts([120, 0, 120, 0, 0, 0])));
    assert_eq!(rows(&out), phones.iter().map(|phone| format!("{phone} not_found ")).collect::<Vec<_>>());
    assert!(!Path::new(&part).exists());
    // Four were on their way at the kill, and four when the station was turned away.
    let asked = asked(&server);
    let distinct: std::collections::BTreeSet<_> = asked.iter().collect();
    assert_eq!(distinct.len(), 120);
    assert!(asked.len() <= 120 + 8, "{} requests", asked.len());
}

#[test]
fn what_another_shop_was_answered_and_what_was_a_phone_is_asked_about_anew() {
    let (server, other) = (Server::start(), Server::start());
    let (home, other_home) = (StationHome::provisioned(&server), StationHome::provisioned(&other));
    let phones = phones(40);
    let list = home.file("list.csv", &format!("Телефон\n{}", phones.join("\n")));
    let out = path_in(&home, "out.csv");
    let leave_half_done = || {
        server.set_faults(&json!({ "stats": { "delay_ms": 200 } }));
        let part = format!("{out}.part");
        let answered = || fs::read_to_string(&part).map_or(0, |text| text.lines().count().saturating_sub(1));
        let mut running = Running::start(&mut home.command(&["balances", &list, "--out", &out, "--json"]));
        until("some answers", || answered() >= 8);
        running.kill();
        server.set_faults(&json!({}));
    };
    leave_half_done();
    balances(&other_home, &list, &out).assert(0, &with(outcome("ok"), &counts([40, 0, 40, 0, 0, 0])));
    assert_eq!(asked(&other).len(), 40, "the other shop asks about every one of them");
    fs::remove_file(&out).expect("the result of the other shop");
    leave_half_done();
    // The same digits, now as those of cards.
    let cards = home.file("cards.csv", &format!("Карта\n{}", phones.join("\n")));
    let before = server.requests().len();
    balances(&home, &cards, &out).assert(0, &with(outcome("ok"), &counts([40, 0, 40, 0, 0, 0])));
    assert_eq!(server.requests().len() - before, 40);
}
