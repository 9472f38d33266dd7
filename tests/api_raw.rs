//! The API client against servers that send anything at all, and what such a server gets to see of it.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "support/calls.rs"]
mod calls;
#[path = "support/raw_server.rs"]
mod raw_server;

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

use calls::{
    PATIENT, PHONE, SHORT, TOKEN, answer, client, client_of, look_up, no_content, ok, only_phone, phone, register,
    send, settings, signup,
};
use raw_server::{RawServer, Script, Step};
use serde_json::{Value, json};
use swip_kiosk::domain::{CustomerQuery, PassId, SettingKey, Token};
use swip_kiosk::services::api::{ApiClient, ApiError, Lost, NotSent};

/// What a busy machine may add to a deadline.
const LEEWAY: Duration = Duration::from_secs(5);

fn pass(text: &str) -> CustomerQuery {
    CustomerQuery::Pass(PassId::parse(text).expect("a good pass"))
}

/// What each script makes of a lookup and of a signup.
async fn assert_outcomes(cases: &[(&str, Script, &str, &str)]) {
    for (name, script, of_lookup, of_signup) in cases {
        let server = RawServer::start([script.clone()]).await;
        assert_eq!(look_up(&client_of(&server, PATIENT)).await, *of_lookup, "lookup: {name}");
        assert_eq!(register(&client_of(&server, PATIENT)).await, *of_signup, "signup: {name}");
        assert_eq!(server.connections(), 2, "one attempt a call: {name}");
    }
}

#[tokio::test]
async fn bodies_of_every_kind_have_their_outcome() {
    const UNUSABLE: &str = "unusable_answer";
    const COMPRESSED: &str = "compressed_answer";
    let gzip = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 42, 200, 207, 204, 43, 41, 86, 178, 82, 48, 52, 180, 48, 48, 171, 5,
        0, 235, 212, 87, 221, 17, 0, 0, 0,
    ];
    let html = "<!DOCTYPE html><html><body>Sign in</body></html>";
    let encoded_as =
        |encoding: &str, body: &str| send(answer("200 OK", &format!("content-encoding: {encoding}\r\n"), body));
    let encoded = |encoding: &str| send(answer("200 OK", &format!("content-encoding: {encoding}\r\n"), gzip));
    assert_outcomes(&[
        ("points", ok(r#"{"points": 11806}"#), "11806", UNUSABLE),
        ("more fields", ok(r#"{"name":"x","points":-150,"extra":[1]}"#), "-150", UNUSABLE),
        ("byte order mark", ok("\u{FEFF}{\"points\":1}"), "1", UNUSABLE),
        (
            "another content type",
            send(answer("200 OK", "content-type: text/html\r\n", r#"{"points":1}"#)),
            "1",
            UNUSABLE,
        ),
        ("missing field", ok("{}"), UNUSABLE, UNUSABLE),
        ("text", ok(r#"{"points":"11806"}"#), "11806", UNUSABLE),
        ("a float", ok(r#"{"points":11806.0}"#), "11806", UNUSABLE),
        ("a fraction", ok(r#"{"points":11806.5}"#), UNUSABLE, UNUSABLE),
        ("a text that is no number", ok(r#"{"points":"12a"}"#), UNUSABLE, UNUSABLE),
        ("null", ok(r#"{"points":null}"#), UNUSABLE, UNUSABLE),
        ("a sign-in page", send(answer("200 OK", "content-type: text/html\r\n", html)), UNUSABLE, UNUSABLE),
        ("empty", ok(""), UNUSABLE, UNUSABLE),
        ("not UTF-8 beside them", ok(b"{\"points\": 1, \"x\": \"\xff\"}"), "1", UNUSABLE),
        ("not UTF-8", ok(b"{\"points\": \"\xff\"}"), UNUSABLE, UNUSABLE),
        ("deep", ok("[".repeat(60_000)), UNUSABLE, UNUSABLE),
        ("gzip", encoded("gzip"), COMPRESSED, COMPRESSED),
        ("brotli, so it says", encoded("br"), COMPRESSED, COMPRESSED),
        ("two layers", encoded("identity, GZIP"), COMPRESSED, COMPRESSED),
        ("identity, so it says", encoded_as("Identity", r#"{"points":1}"#), "1", UNUSABLE),
        ("no coding at all", encoded_as("", r#"{"points":1}"#), "1", UNUSABLE),
        ("gzip without a word", ok(gzip), COMPRESSED, COMPRESSED),
        ("deflate without a word", ok([0x78, 0x9c, 0xab, 0x56]), COMPRESSED, COMPRESSED),
        ("zstd without a word", ok([0x28, 0xb5, 0x2f, 0xfd, 0]), COMPRESSED, COMPRESSED),
        (
            "UTF-16",
            ok("\u{FEFF}{\"points\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()),
            "1",
            UNUSABLE,
        ),
        ("204, so it says", send(answer("204 No Content", "content-encoding: gzip\r\n", "")), UNUSABLE, "Registered"),
        ("204", send(answer("204 No Content", "", "")), UNUSABLE, "Registered"),
        ("204 with a body", send(answer("204 No Content", "", "{\"x\":1}")), UNUSABLE, "Registered"),
        ("201", send(answer("201 Created", "", "{}")), UNUSABLE, UNUSABLE),
        (
            "chunks",
            send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"poi\r\n9\r\nnts\": 12}\r\n0\r\n\r\n"),
            "12",
            UNUSABLE,
        ),
        ("until the end", send("HTTP/1.1 200 OK\r\n\r\n{\"points\": 12}"), "12", UNUSABLE),
        ("HTTP/1.0", send("HTTP/1.0 200 OK\r\n\r\n{\"points\": 12}"), "12", UNUSABLE),
        ("64 KiB", ok(format!("{{\"points\": 12}}{}", " ".repeat(64 * 1024 - 14))), "12", UNUSABLE),
        ("a byte more", ok(format!("{{\"points\": 12}}{}", " ".repeat(64 * 1024 - 13))), UNUSABLE, UNUSABLE),
    ])
    .await;
}

#[tokio::test]
async fn errors_of_both_shapes_have_their_outcome_on_both_endpoints() {
    let not_found =
        r#"{"@type":"E","code":9,"description":"Customer[79] not found","timestamp":"x","fieldErrors":null}"#;
    let shape_a = r#"{"error":"Bad Request","message":"x","timestamp":"x","status":400}"#;
    let packed = |status: &str| send(answer(status, "content-encoding: gzip\r\n", [0x1f, 0x8b, 8, 0]));
    assert_outcomes(&[
        ("400 B", send(answer("400 Bad Request", "", not_found)), "unknown", "rejected"),
        ("400 A", send(answer("400 Bad Request", "", shape_a)), "rejected", "rejected"),
        ("404 B", send(answer("404 Not Found", "", not_found)), "unknown", "wrong_address"),
        ("404 HTML", send(answer("404 Not Found", "", "<html>")), "wrong_address", "wrong_address"),
        ("400 packed", packed("400 Bad Request"), "compressed_answer", "compressed_answer"),
        ("404 packed", packed("404 Not Found"), "compressed_answer", "wrong_address"),
        ("409 packed", packed("409 Conflict"), "conflict", "compressed_answer"),
        ("422 packed", packed("422 X"), "compressed_answer", "compressed_answer"),
        ("401 packed", packed("401 Unauthorized"), "token_rejected", "token_rejected"),
        ("500 packed", packed("500 X"), "server_error", "server_error"),
        ("401", send(answer("401 Unauthorized", "", not_found)), "token_rejected", "token_rejected"),
        ("403", send(answer("403 Forbidden", "", "")), "not_permitted", "not_permitted"),
        ("405", send(answer("405 Method Not Allowed", "", "")), "method_not_allowed", "method_not_allowed"),
        ("407", send(answer("407 Proxy Authentication Required", "", "")), "unacceptable", "unacceptable"),
        ("422 cut off", send("HTTP/1.1 422 X\r\ncontent-length: 99\r\n\r\n{\"co"), "against_rules", "against_rules"),
        ("429", send(answer("429 X", "retry-after: -1\r\n", "")), "busy", "busy"),
        ("503", send(answer("503 X", "", "")), "server_error", "server_error"),
        ("503, later", send(answer("503 X", "retry-after: 1000000000\r\n", "")), "busy", "busy"),
        ("511", send(answer("511 X", "", "<html>")), "redirected", "redirected"),
        ("599", send(answer("599 X", "", "")), "server_error", "server_error"),
        ("999", send(answer("999 X", "", "")), "unusable_answer", "unusable_answer"),
    ])
    .await;
}

#[tokio::test]
async fn heads_of_every_kind_have_their_outcome() {
    const BROKEN: &str = "interrupted";
    const POINTS: &str = "\r\n{\"points\": 12}";
    let with_headers = |headers: &str| send(format!("HTTP/1.1 200 OK\r\nconnection: close\r\n{headers}{POINTS}"));
    let many = |count: usize| (0..count).fold(String::new(), |all, index| format!("{all}x-{index}: y\r\n"));
    let informed = |lines: &str| send(format!("{lines}HTTP/1.1 200 OK\r\n{POINTS}"));
    assert_outcomes(&[
        ("nothing", send(""), BROKEN, BROKEN),
        ("no status line", send("\r\n\r\n\r\n"), BROKEN, BROKEN),
        ("another protocol", send("SSH-2.0-OpenSSH_9.9\r\n"), BROKEN, BROKEN),
        ("another version", send(format!("HTTP/9.9 200 OK\r\n{POINTS}")), BROKEN, BROKEN),
        ("two digits", send(format!("HTTP/1.1 20 OK\r\n{POINTS}")), BROKEN, BROKEN),
        ("four digits", send(format!("HTTP/1.1 2000 OK\r\n{POINTS}")), BROKEN, BROKEN),
        ("below 100", send(format!("HTTP/1.1 099 OK\r\n{POINTS}")), BROKEN, BROKEN),
        ("letters", send(format!("HTTP/1.1 abc OK\r\n{POINTS}")), BROKEN, BROKEN),
        ("zeros", send(vec![0; 1000]), BROKEN, BROKEN),
        ("TLS", send(b"\x15\x03\x03\x00\x02\x02\x28".as_slice()), BROKEN, BROKEN),
        ("a header without a colon", with_headers("broken\r\n"), BROKEN, BROKEN),
        ("a header with a NUL", with_headers("x: \0\r\n"), BROKEN, BROKEN),
        ("two lengths", with_headers("content-length: 14\r\ncontent-length: 3\r\n"), BROKEN, BROKEN),
        ("a length of letters", with_headers("content-length: abc\r\n"), BROKEN, BROKEN),
        ("a huge length", with_headers("content-length: 99999999999999999999999\r\n"), BROKEN, BROKEN),
        ("a huge header", with_headers(&format!("x: {}\r\n", "y".repeat(4 << 20))), BROKEN, BROKEN),
        ("1,000 headers", with_headers(&many(1000)), BROKEN, BROKEN),
        ("50 headers", with_headers(&many(50)), "12", "unusable_answer"),
        ("the same header 50 times", with_headers(&"x: y\r\n".repeat(50)), "12", "unusable_answer"),
        ("cookies", with_headers("set-cookie: a=b\r\nset-cookie: c=d\r\n"), "12", "unusable_answer"),
        (
            "bytes in a header",
            send(b"HTTP/1.1 200 OK\r\nx: \xff\xfe\r\n\r\n{\"points\": 12}".as_slice()),
            "12",
            "unusable_answer",
        ),
        ("100", informed("HTTP/1.1 100 Continue\r\n\r\n"), "12", "unusable_answer"),
        (
            "103",
            informed("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"),
            "12",
            "unusable_answer",
        ),
        ("only 100", send("HTTP/1.1 100 Continue\r\n\r\n"), BROKEN, BROKEN),
        (
            "broken chunks",
            send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n"),
            BROKEN,
            "unusable_answer",
        ),
    ])
    .await;
}

#[tokio::test]
async fn an_answer_cut_anywhere_is_never_taken_for_a_whole_one() {
    let fixed = answer("200 OK", "content-type: application/json\r\n", r#"{"points": 11806}"#);
    let chunked =
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n11\r\n{\"points\": 11806}\r\n0\r\n\r\n".to_vec();
    for whole in [fixed, chunked] {
        let cuts = (0..=whole.len()).map(|length| send(&whole[..length]));
        let server = RawServer::start(cuts).await;
        for length in 0..=whole.len() {
            let outcome = look_up(&client_of(&server, PATIENT)).await;
            let expected = if length == whole.len() { "11806" } else { "interrupted" };
            assert_eq!(outcome, expected, "{length} of {} bytes", whole.len());
        }
        assert_eq!(server.connections(), whole.len() + 1, "no retries");
    }
    let whole = answer("204 No Content", "x: y\r\n", "");
    let server = RawServer::start((0..=whole.len()).map(|length| send(&whole[..length]))).await;
    for length in 0..=whole.len() {
        let outcome = register(&client_of(&server, PATIENT)).await;
        let expected = if length == whole.len() { "Registered" } else { "interrupted" };
        assert_eq!(outcome, expected, "{length} of {} bytes", whole.len());
    }
    assert_eq!(server.connections(), whole.len() + 1, "no retries");
}

#[tokio::test]
async fn redirects_are_never_followed_and_the_token_goes_nowhere_else() {
    let elsewhere = RawServer::start([ok(r#"{"points": 666}"#)]).await;
    for status in [300, 301, 302, 303, 304, 305, 307, 308, 399] {
        let to_another = format!("location: http://{}/customer-loyalty-stats\r\n", elsewhere.address());
        for location in [to_another.as_str(), "location: /elsewhere\r\n", "location: \r\n", "location: ://\r\n", ""] {
            let server = RawServer::start([send(answer(&format!("{status} X"), location, ""))]).await;
            assert_eq!(look_up(&client_of(&server, PATIENT)).await, "redirected", "{status} {location}");
            assert_eq!(register(&client_of(&server, PATIENT)).await, "redirected", "{status} {location}");
            assert_eq!(server.connections(), 2, "{status} {location}");
        }
    }
    assert_eq!(elsewhere.connections(), 0);
    assert!(elsewhere.requests().is_empty());
}

#[expect(clippy::disallowed_methods, reason = "how long a call takes is what is tested")]
async fn assert_ends_at(deadline: Duration, name: &str, script: Script, of_lookup: &str) {
    let server = RawServer::start([script]).await;
    let client = client_of(&server, deadline);
    let started = Instant::now();
    assert_eq!(look_up(&client).await, of_lookup, "{name}");
    let took = started.elapsed();
    assert!((deadline..deadline + LEEWAY).contains(&took), "{name} took {took:?}");
}

#[tokio::test]
async fn slow_answers_end_at_the_deadline_however_alive_they_look() {
    let pause = Duration::from_millis(20);
    let ok_head = b"HTTP/1.1 200 OK\r\ncontent-length: 4096\r\n\r\n".to_vec();
    let honest = format!("{{\"points\": 12}}{}", " ".repeat(4082));
    let cases = [
        ("silence", vec![Step::Hold]),
        ("head byte by byte", vec![Step::Drip(answer("200 OK", "", &honest), pause)]),
        ("body byte by byte", vec![Step::Send(ok_head.clone()), Step::Drip(honest.clone().into_bytes(), pause)]),
        ("no body", vec![Step::Send(ok_head.clone()), Step::Hold]),
        ("half a head", vec![Step::Send(b"HTTP/1.1 200 OK\r\ncont".to_vec()), Step::Hold]),
        (
            "headers without end",
            vec![Step::Send(b"HTTP/1.1 200 OK\r\n".to_vec()), Step::Drip(b"x: y\r\n".repeat(1000), pause)],
        ),
        ("100 without end", vec![Step::Drip(b"HTTP/1.1 100 Continue\r\n\r\n".repeat(1000), pause)]),
    ];
    for (name, script) in cases {
        assert_ends_at(SHORT, name, script, "timed_out").await;
    }
    let error = [b"HTTP/1.1 401 X\r\ncontent-length: 99\r\n\r\n".to_vec(), b"{\"".to_vec()].concat();
    // Long enough for the head to come through on a busy machine.
    let long = Duration::from_secs(1);
    assert_ends_at(long, "the status has said it", vec![Step::Send(error), Step::Hold], "token_rejected").await;
}

#[tokio::test]
async fn a_204_is_not_kept_waiting_by_its_body() {
    let head = b"HTTP/1.1 204 No Content\r\ncontent-length: 99\r\n\r\n".to_vec();
    let server = RawServer::start([vec![Step::Send(head), Step::Hold]]).await;
    assert_eq!(register(&client_of(&server, PATIENT)).await, "Registered");
}

/// Runs a test by itself in a process of its own, with these variables; true in that process.
fn is_alone(test: &str, variables: &[(&str, String)]) -> bool {
    const MARK: &str = "SWIP_KIOSK_TEST_ALONE";
    if std::env::var_os(MARK).is_some() {
        return true;
    }
    let program = std::env::current_exe().expect("this test's program");
    let output = Command::new(program)
        .args(["--exact", test, "--nocapture"])
        .env(MARK, "1")
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .output()
        .expect("a process");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("1 passed"), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    false
}

/// Memory of this process in KiB: now, and at its highest.
fn memory_kib() -> (u64, u64) {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let value = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a line of that name");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    };
    (value("VmRSS:"), value("VmHWM:"))
}

#[test]
fn huge_and_endless_answers_leave_the_memory_flat() {
    if is_alone("huge_and_endless_answers_leave_the_memory_flat", &[]) {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(assert_memory_is_flat());
    }
}

/// As much gzip as asked for, which unpacks to about 160 times as much: a space, then the same 258 spaces again and again.
fn gzip_bomb(length: usize) -> Vec<u8> {
    let mut bytes = vec![31, 139, 8, 0, 0, 0, 0, 0, 0, 3];
    let (mut bits, mut count) = (0_u32, 0);
    let mut push = |value: u32, width: u32, bytes: &mut Vec<u8>| {
        bits |= value << count;
        count += width;
        while count >= 8 {
            bytes.push((bits & 0xff) as u8);
            bits >>= 8;
            count -= 8;
        }
    };
    // The last block, with the codes that everybody knows; a space; codes are written from their highest bit on.
    push(0b011, 3, &mut bytes);
    push(u32::from(0x50_u8.reverse_bits()), 8, &mut bytes);
    while bytes.len() < length {
        // 258 more, from one back.
        push(0b1010_0011, 8, &mut bytes);
        push(0, 5, &mut bytes);
    }
    bytes
}

#[test]
fn the_bomb_of_these_tests_is_one() {
    // gunzip of the first bytes: what is left out at the end is only told at the end.
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bomb.gz");
    fs::write(&path, gzip_bomb(10_000)).expect("written");
    let output = Command::new("gzip").args(["-dc"]).arg(&path).output().expect("gzip");
    assert!(output.stdout.len() > 1_000_000, "{} bytes", output.stdout.len());
    assert!(output.stdout.iter().all(|byte| *byte == b' '));
}

async fn assert_memory_is_flat() {
    const BOUND_KIB: u64 = 8 * 1024;
    let block = vec![b' '; 64 * 1024];
    let chunk = [b"10000\r\n".as_slice(), &block, b"\r\n"].concat();
    let start = |head: &str| Step::Send(format!("HTTP/1.1 {head}\r\n\r\n").into_bytes());
    let cases = [
        (
            "100 MB",
            vec![start("200 OK\r\ncontent-length: 104857600"), Step::Repeat(block.clone(), Some(1600))],
            "unusable_answer",
        ),
        (
            "endless chunks",
            vec![start("200 OK\r\ntransfer-encoding: chunked"), Step::Repeat(chunk, None)],
            "unusable_answer",
        ),
        ("endless, no length", vec![start("200 OK"), Step::Repeat(block.clone(), None)], "unusable_answer"),
        ("an endless error", vec![start("500 X"), Step::Repeat(block.clone(), None)], "server_error"),
        (
            "one endless header",
            vec![Step::Send(b"HTTP/1.1 200 OK\r\nx: ".to_vec()), Step::Repeat(block, None)],
            "interrupted",
        ),
        ("endless 100", vec![Step::Repeat(b"HTTP/1.1 100 Continue\r\n\r\n".repeat(1000), None)], "timed_out"),
    ];
    let encoded = |encoding: &str, length: usize| {
        start(&format!("200 OK\r\ncontent-encoding: {encoding}\r\ncontent-length: {length}"))
    };
    let (small, large) = (gzip_bomb(60 * 1024), gzip_bomb(1024 * 1024));
    let cases = cases.into_iter().chain([
        (
            "10 GB",
            vec![start("200 OK\r\ncontent-length: 10737418240"), Step::Repeat(vec![b' '; 64 * 1024], None)],
            "unusable_answer",
        ),
        ("a small bomb", vec![encoded("gzip", small.len()), Step::Send(small)], "compressed_answer"),
        ("a large bomb", vec![encoded("gzip", large.len()), Step::Send(large.clone())], "compressed_answer"),
        ("a bomb in a bomb", vec![encoded("gzip, gzip", large.len()), Step::Send(large)], "compressed_answer"),
        (
            "endless brotli",
            vec![start("200 OK\r\ncontent-encoding: br"), Step::Repeat(vec![0; 4096], None)],
            "compressed_answer",
        ),
        (
            "endless zstd",
            vec![start("500 X\r\ncontent-encoding: zstd"), Step::Repeat(vec![0; 4096], None)],
            "server_error",
        ),
    ]);
    // The first calls set up what stays: allocator arenas, the resolver, the runtime's threads.
    let warm = RawServer::start([ok(r#"{"points": 1}"#)]).await;
    for _ in 0..8 {
        assert_eq!(look_up(&client_of(&warm, PATIENT)).await, "1");
    }
    for (name, script, of_lookup) in cases {
        let (before, _) = memory_kib();
        let server = RawServer::start([script]).await;
        let deadline = if of_lookup == "timed_out" { SHORT } else { PATIENT };
        assert_eq!(look_up(&client_of(&server, deadline)).await, of_lookup, "{name}");
        let (after, highest) = memory_kib();
        assert!(highest.saturating_sub(before) < BOUND_KIB, "{name}: {before} KiB, then up to {highest} KiB");
        assert!(after.saturating_sub(before) < BOUND_KIB, "{name}: {before} KiB, then {after} KiB");
        if of_lookup != "timed_out" {
            assert!(server.bytes_sent() < 32 << 20, "{name}: {} bytes were taken", server.bytes_sent());
        }
    }
}

#[tokio::test]
async fn a_closed_port_is_no_connection() {
    // Bound but not listening: nobody else gets the port, and nobody answers.
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
    let address = socket.local_addr().expect("an address");
    let client = client(&format!("http://{address}"), PATIENT);
    assert_eq!(client.look_up(&phone()).await, Err(ApiError::NotSent(NotSent::Connect)));
    assert_eq!(client.register(&only_phone()).await, Err(ApiError::NotSent(NotSent::Connect)));
}

/// A client of an https address, or the machine's lack of CA certificates.
fn secure_client(base_url: &str) -> Option<ApiClient> {
    let token = Token::parse(TOKEN).expect("a good token");
    match ApiClient::new(&settings(base_url, &[]), &token, PATIENT) {
        Ok(client) => Some(client),
        Err(error) => {
            assert_eq!(error, ApiError::NotSent(NotSent::NoCaCertificates));
            assert!(rustls_native_certs::load_native_certs().certs.is_empty(), "only where there are none");
            None
        }
    }
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_told_apart() {
    if let Some(client) = secure_client("https://swip-kiosk-test.invalid") {
        assert_eq!(client.look_up(&phone()).await, Err(ApiError::NotSent(NotSent::Name)));
    }
}

#[test]
fn the_environment_puts_no_proxy_in_between() {
    let proxy = TcpListener::bind("127.0.0.1:0").expect("a free port");
    proxy.set_nonblocking(true).expect("a setting");
    let url = format!("http://{}", proxy.local_addr().expect("an address"));
    let names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let mut variables = names.map(|name| (name, url.clone())).to_vec();
    variables.extend([("NO_PROXY", String::new()), ("no_proxy", String::new())]);
    if is_alone("the_environment_puts_no_proxy_in_between", &variables) {
        assert!(std::env::var("HTTP_PROXY").is_ok_and(|proxy| proxy.starts_with("http://127.0.0.1:")));
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let server = RawServer::start([ok(r#"{"points": 12}"#)]).await;
            assert_eq!(look_up(&client_of(&server, PATIENT)).await, "12");
            assert_eq!(server.connections(), 1);
        });
    } else {
        let visit = proxy.accept().map(|_| ()).map_err(|error| error.kind());
        assert_eq!(visit, Err(std::io::ErrorKind::WouldBlock), "nobody came");
    }
}

/// A request as it came: request line, headers with names in lower case, body.
struct Seen {
    line: String,
    headers: BTreeMap<String, String>,
    body: String,
}

fn seen(server: &RawServer) -> Seen {
    let requests = server.requests();
    let [request] = &requests[..] else {
        panic!("one request, not {}", requests.len());
    };
    let text = String::from_utf8(request.clone()).expect("text");
    let (head, body) = text.split_once("\r\n\r\n").expect("a whole head");
    let mut lines = head.split("\r\n");
    let line = lines.next().expect("a request line").to_owned();
    let mut headers = BTreeMap::new();
    for header in lines {
        let (name, value) = header.split_once(": ").expect("name and value");
        let twice = headers.insert(name.to_ascii_lowercase(), value.to_owned());
        assert_eq!(twice, None, "{name} is sent once");
    }
    Seen { line, headers, body: body.to_owned() }
}

/// Every header that a request may have, and no other: no cookie, no referer, no encoding but plain.
fn headers(server: &RawServer, more: &[(&str, &str)]) -> BTreeMap<String, String> {
    let authorization = format!("Bearer {TOKEN}");
    let agent = concat!("swip-kiosk/", env!("CARGO_PKG_VERSION"));
    let fixed = [
        ("host", server.address()),
        ("authorization", &authorization),
        ("x-merchant-id", "ABCD"),
        ("x-store-id", "Test storeID"),
        ("x-cash-id", "1231"),
        ("api-version", "3"),
        ("accept", "*/*"),
        ("accept-encoding", "identity"),
        ("user-agent", agent),
    ];
    fixed.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn a_signup_is_sent_exactly_as_the_contract_says() {
    let cases = [
        (only_phone(), json!({"phone": PHONE})),
        (signup("", "Петрова", ""), json!({"phone": PHONE, "lastName": "Петрова"})),
        (
            signup(" Анна-Мария ", "O'Neill", "1990-01-24"),
            json!({"phone": PHONE, "firstName": "Анна-Мария", "lastName": "O'Neill", "birthday": "1990-01-24"}),
        ),
    ];
    for (signup, body) in cases {
        let server = RawServer::start([no_content()]).await;
        client_of(&server, PATIENT).register(&signup).await.expect("204");
        let seen = seen(&server);
        assert_eq!(seen.line, "POST /customer-signups HTTP/1.1");
        let length = seen.body.len().to_string();
        let more = [("content-type", "application/json"), ("content-length", length.as_str())];
        assert_eq!(seen.headers, headers(&server, &more));
        assert_eq!(serde_json::from_str::<Value>(&seen.body).expect("JSON"), body);
        for key in ["firstName", "lastName", "birthday"] {
            assert_eq!(seen.body.contains(key), body.get(key).is_some(), "{key}: {}", seen.body);
        }
        assert!(!seen.body.contains("null") && !seen.body.contains("\"\""), "{}", seen.body);
    }
}

#[tokio::test]
async fn a_lookup_is_sent_exactly_as_the_contract_says() {
    let queries = [
        (phone(), "phone=79167795322"),
        (pass("4006381333931"), "pass=4006381333931"),
        (pass("#&+ %=?/\"<>\\"), "pass=%23%26%2B%20%25%3D%3F%2F%22%3C%3E%5C"),
        (pass("Карта 7"), "pass=%D0%9A%D0%B0%D1%80%D1%82%D0%B0%207"),
        (pass("../a;b,c"), "pass=..%2Fa%3Bb%2Cc"),
    ];
    for (query, sent) in queries {
        for (setting, line, more) in [
            ("get", "GET", &[][..]),
            ("post", "POST", &[("content-type", "application/json"), ("content-length", "0")][..]),
        ] {
            let server = RawServer::start([ok(r#"{"points": 12}"#)]).await;
            let settings = settings(&format!("http://{}", server.address()), &[(SettingKey::StatsMethod, setting)]);
            let token = Token::parse(TOKEN).expect("a good token");
            let client = ApiClient::new(&settings, &token, PATIENT).expect("a client");
            client.look_up(&query).await.expect("points");
            let seen = seen(&server);
            assert_eq!(seen.line, format!("{line} /customer-loyalty-stats?{sent} HTTP/1.1"));
            assert_eq!(seen.headers, headers(&server, more));
            assert_eq!(seen.body, "");
        }
    }
}

#[tokio::test]
async fn a_path_prefix_is_kept_and_a_trailing_slash_does_not_matter() {
    for prefix in ["/swip/v1", "/swip/v1/", "/swip/v1///"] {
        let server = RawServer::start([ok(r#"{"points": 12}"#)]).await;
        let client = client(&format!("http://{}{prefix}", server.address()), PATIENT);
        assert_eq!(look_up(&client).await, "12");
        assert_eq!(seen(&server).line, format!("GET /swip/v1/customer-loyalty-stats?phone={PHONE} HTTP/1.1"));
    }
}

#[tokio::test]
async fn cookies_are_not_kept_from_one_call_to_the_next() {
    let first = send(answer("200 OK", "connection: close\r\nset-cookie: a=b; Path=/\r\n", r#"{"points": 1}"#));
    let server = RawServer::start([first, ok(r#"{"points": 2}"#)]).await;
    let client = client_of(&server, PATIENT);
    assert_eq!(look_up(&client).await, "1");
    assert_eq!(look_up(&client).await, "2");
    let second = String::from_utf8(server.requests().pop().expect("a request")).expect("text");
    assert!(!second.to_ascii_lowercase().contains("cookie"), "{second}");
}

#[tokio::test]
async fn a_call_that_times_out_says_so_as_a_type() {
    let server = RawServer::start([vec![Step::Hold]]).await;
    let client = client_of(&server, SHORT);
    assert_eq!(client.look_up(&phone()).await, Err(ApiError::Lost(Lost::TimedOut)));
    assert_eq!(client.register(&only_phone()).await, Err(ApiError::Lost(Lost::TimedOut)));
}
