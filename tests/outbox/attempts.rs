//! No byte leaves before the attempt is on disk.

use std::io::Read;
use std::net::TcpListener;

use serde_json::json;

use crate::station::{Running, Server, StationHome};
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
