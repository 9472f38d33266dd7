//! The X server of the packaged openbox session lets nobody in who has not its cookie.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use x11rb::rust_connection::{DefaultStream, RustConnection};

const NAME: &str = "MIT-MAGIC-COOKIE-1";
const COOKIE_BYTES: usize = 16;

struct Ends(Child);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whether the server of a display lets somebody in who has this cookie.
fn lets_in(display: &str, cookie: &[u8]) -> bool {
    let stream = UnixStream::connect(format!("/tmp/.X11-unix/X{display}")).expect("the server listens");
    let (stream, _) = DefaultStream::from_unix_stream(stream).expect("a stream");
    let name = if cookie.is_empty() { Vec::new() } else { NAME.as_bytes().to_vec() };
    RustConnection::connect_to_stream_with_auth_info(stream, 0, name, cookie.to_vec()).is_ok()
}

#[test]
fn the_x_server_of_a_kiosk_lets_nobody_in_without_its_cookie() {
    let folder = tempfile::tempdir().expect("a folder");
    let fake = folder.path().join("xinit");
    fs::write(&fake, "#!/bin/sh\nprintf '%s\\n' \"$XAUTHORITY\" \"$@\"\n").expect("written");
    fs::set_permissions(&fake, fs::Permissions::from_mode(0o755)).expect("made to run");
    let start = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/linux/openbox/start");
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").expect("a path"));
    let said = Command::new(start).env("PATH", path).env("RUNTIME_DIRECTORY", folder.path()).output().expect("it runs");
    let said = String::from_utf8(said.stdout).expect("text");
    let words: Vec<_> = said.lines().collect();
    let file = words[0];
    assert!(words.windows(2).any(|pair| pair == ["-auth", file]), "{words:?}");
    assert_eq!(fs::metadata(file).expect("the cookie").permissions().mode() & 0o777, 0o600);
    let entry = fs::read(file).expect("the cookie");

    let server = Command::new("Xvfb")
        .args(["-displayfd", "1", "-nolisten", "tcp", "-auth", file])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut server = Ends(server.expect("Xvfb"));
    let mut display = String::new();
    BufReader::new(server.0.stdout.take().expect("ours")).read_line(&mut display).expect("a display");
    let display = display.trim();
    assert!(lets_in(display, &entry[entry.len() - COOKIE_BYTES..]), "the session is let in");
    assert!(!lets_in(display, b""), "nobody without a cookie");
    assert!(!lets_in(display, &[7; COOKIE_BYTES]), "nor with another");
}
