//! No byte leaves before the attempt is on disk, and no entry is sent twice at once.

use std::io::Read;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::station::{Running, Server, StationHome};
use crate::virtual_time::{Desk, requests};
use crate::{copy_database, listed, phone, row};

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
        while requests(&server).0 == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        for _ in 0..4 {
            // As a lookup of the next customer does when it is answered.
            desk.deliverer.reached();
            desk.work(Duration::from_secs(2)).await;
        }
    };
    tokio::select! {
        () = desk.sign_up(&phone) => panic!("the server keeps it waiting"),
        () = waking => {}
    }
    assert_eq!(requests(&server).0, 1);
}
