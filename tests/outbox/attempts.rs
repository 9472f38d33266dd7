//! No byte leaves before the attempt is on disk, and no entry is sent twice at once.

use std::io::Read;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::date;
use serde_json::json;
use swip_kiosk::domain::failure::Refusal;
use swip_kiosk::domain::{Enrolment, Failure};
use swip_kiosk::services::Clock;

use crate::station::{Running, Server, StationHome};
use crate::virtual_time::{Desk, requests};
use crate::{copy_database, listed, person, phone, row};

#[test]
fn an_attempt_is_on_disk_when_its_first_byte_arrives() {
    let sandbox = Server::start();
    let home = StationHome::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    home.provision(&sandbox.profile_with(&json!({ "base_url": address })));
    let mut program = Running::start(&mut home.command(&["signup", "--phone", &phone(1), "--json"]));
    let (mut stream, _) = listener.accept().expect("a request");
    let mut byte = [0_u8; 1];
    stream.read_exact(&mut byte).expect("a byte");
    // As a power cut would leave it; then as kill -9 does.
    let copy = home.folder().join("copy");
    copy_database(&home.data(), &copy);
    program.kill();
    let db = rusqlite::Connection::open(copy.join("outbox.db")).expect("the copy");
    let found: (String, i64) = db
        .query_row("SELECT state, attempts FROM entry", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("the row is there");
    assert_eq!(found, ("in_flight".to_owned(), 1));
    assert_eq!(listed(&home), [row("unknown", None, 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_signup_is_under_way_nobody_else_posts_it_however_often_the_worker_wakes() {
    let server = Server::start();
    server.set_faults(&json!({ "signup": { "delay_ms": 600_000 } }));
    let home = StationHome::provisioned(&server);
    let desk = Desk::open(&home, &Arc::default()).await;
    let phone = phone(1);
    let waking = async {
        posted(&server).await;
        for _ in 0..4 {
            // As a lookup of the next customer does when it is answered.
            desk.deliverer.reached_by_lookup();
            desk.work(Duration::from_secs(2)).await;
        }
    };
    tokio::select! {
        () = desk.sign_up(&phone) => panic!("the server keeps it waiting"),
        () = waking => {}
    }
    assert_eq!(requests(&server).0, 1);
}

/// Waits until a signup is at the server.
async fn posted(server: &Server) {
    while requests(server).0 == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signup_taken_again_while_it_is_under_way_is_told_as_it_ends_and_never_saved_for_nothing() {
    let server = Server::start();
    server.set_faults(&json!({ "signup": { "fault": { "status": { "code": 400 } }, "delay_ms": 700 } }));
    let home = StationHome::provisioned(&server);
    let desk = Desk::open(&home, &Arc::default()).await;
    let now = Clock::Fixed(date(2026, 1, 1).at(12, 0, 0, 0));
    let take = || desk.station.submit(Enrolment::without_consents(person(&phone(1), "Анна")), now);
    let again = async {
        posted(&server).await;
        take().await
    };
    let (first, second) = tokio::join!(take(), again);
    let refused = Err(Failure::Refused(Refusal::Rejected));
    assert_eq!((first, second), (refused, refused));
    assert_eq!((desk.states().await, requests(&server).0), (Vec::new(), 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_to_be_saved_is_there_though_its_row_went_meanwhile() {
    let server = Server::start();
    server.set_faults(&json!({ "signup": { "fault": { "status": { "code": 500 } }, "delay_ms": 3000 } }));
    let home = StationHome::provisioned(&server);
    let desk = Desk::open(&home, &Arc::default()).await;
    let phone = phone(1);
    let losing = async {
        posted(&server).await;
        // Damage may do the same; whoever signs up is a customer again.
        let forgotten = desk.station.forget(person(&phone, "").phone).await.expect("forgotten");
        assert_eq!(forgotten.signups, 1);
    };
    tokio::join!(desk.sign_up(&phone), losing);
    assert_eq!(desk.states().await.len(), 1);
}
