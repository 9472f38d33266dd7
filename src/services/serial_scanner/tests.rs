//! A scanner as a pair of ends: what is written to one, the port of the other brings.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use fastrand::Rng;
use nix::fcntl::OFlag;
use nix::pty::{PtyMaster, grantpt, posix_openpt, ptsname_r, unlockpt};
use rustix::fs::{FlockOperation, flock};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::time::Instant;

use super::splitter::LONGEST_SCAN;
use super::*;
use crate::domain::{PortName, PortSpeed, ScannedText};

const CARD: &str = "4006381333931";

/// A folder with a name that a scanner has whenever it is plugged in.
struct Socket(TempDir);

/// A scanner that is plugged in: what is written to it, it has scanned.
struct Scanner {
    wire: PtyMaster,
    device: PathBuf,
}

impl Socket {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("usb-scanner-if00")
    }

    fn port(&self) -> SerialPort {
        let name = PortName::parse(self.path().to_str().unwrap()).unwrap().unwrap();
        SerialPort { name, speed: PortSpeed::default() }
    }

    fn plug_in(&self) -> Scanner {
        let wire = posix_openpt(OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC).unwrap();
        grantpt(&wire).unwrap();
        unlockpt(&wire).unwrap();
        let device = PathBuf::from(ptsname_r(&wire).unwrap());
        symlink(&device, self.path()).unwrap();
        Scanner { wire, device }
    }

    fn unplug(&self, scanner: Scanner) {
        fs::remove_file(self.path()).unwrap();
        drop(scanner);
    }
}

impl Scanner {
    fn scan(&mut self, bytes: &[u8]) {
        self.wire.write_all(bytes).unwrap();
    }
}

/// A reader, and how often it has woken the window.
fn read(port: SerialPort) -> (PortReader, Arc<AtomicUsize>) {
    let wakes = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&wakes);
    let wake = move || {
        counted.fetch_add(1, Ordering::Relaxed);
    };
    (PortReader::start(&Handle::current(), port, None, wake), wakes)
}

impl PortReader {
    async fn becomes(&mut self, wanted: PortStatus) {
        let reached = self.status.wait_for(|status| *status == wanted);
        timeout(Duration::from_mins(10), reached).await.unwrap_or_else(|_| panic!("never {wanted:?}")).unwrap();
    }

    async fn scan(&mut self) -> Scan {
        self.scans.recv().await.unwrap()
    }

    /// The next one that was not refused.
    async fn text(&mut self) -> Scan {
        loop {
            let scan = self.scan().await;
            if scan != Scan::Refused {
                return scan;
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the time that stands still")]
fn virtual_now() -> Instant {
    Instant::now()
}

fn text(text: &str) -> Scan {
    Scan::Text(ScannedText::new(text.to_owned()))
}

/// What comes of what is sent to a line, in virtual time.
async fn scans_of<F: Future<Output = ()>>(send: impl FnOnce(tokio::io::DuplexStream) -> F) -> Vec<Scan> {
    let (sender, mut line) = tokio::io::duplex(64);
    let (to_scans, mut scans) = mpsc::channel(MOST_WAITING);
    let teller = Teller { scans: to_scans, status: watch::channel(PortStatus::Connected).0, wake: || () };
    let reading = async move { read_scans(&mut line, &teller).await.unwrap() };
    let taking = async {
        let mut taken = Vec::new();
        while let Some(scan) = scans.recv().await {
            taken.push(scan);
        }
        taken
    };
    tokio::join!(send(sender), reading, taking).2
}

#[tokio::test(start_paused = true)]
async fn of_a_thousand_scans_in_pieces_each_is_the_pass_it_says_and_none_is_another() {
    let mut rng = Rng::with_seed(60);
    for end in ["\r", "\n", "\r\n", "\t", "\0", ""] {
        let cards: Vec<String> = (0..200).map(|_| some_card(&mut rng)).collect();
        let sent = scans_of(async |mut line| {
            for (number, card) in cards.iter().enumerate() {
                let bytes = format!("{card}{end}").into_bytes();
                // A scanner that has shown its end may be held up for longer.
                let longest = if end.is_empty() || number == 0 { 49 } else { 499 };
                let mut at = 0;
                while at < bytes.len() {
                    let count = rng.usize(1..=bytes.len() - at);
                    line.write_all(&bytes[at..at + count]).await.unwrap();
                    at += count;
                    if at < bytes.len() && rng.bool() {
                        sleep(Duration::from_millis(rng.u64(0..=longest))).await;
                    }
                }
                if end.is_empty() || rng.bool() {
                    sleep(Duration::from_millis(rng.u64(51..1_000))).await;
                }
            }
        })
        .await;
        let expected: Vec<Scan> = cards.iter().map(|card| text(card)).collect();
        assert!(sent == expected, "{end:?}");
    }
}

fn some_card(rng: &mut Rng) -> String {
    match rng.u8(0..4) {
        0 => format!("{:013}", rng.u64(0..10_000_000_000_000)),
        1 => format!("Карта-{}", rng.u32(0..1_000_000)),
        2 => format!("https://swip.example/pass/{}", rng.u64(..)),
        _ => (0..rng.usize(1..=LONGEST_SCAN)).map(|_| rng.alphanumeric()).collect(),
    }
}

#[tokio::test]
async fn scans_come_through_a_real_port_however_many_are_sent_at_once() {
    let (socket, mut rng) = (Socket::new(), Rng::with_seed(7));
    let mut scanner = socket.plug_in();
    let (mut reader, wakes) = read(socket.port());
    reader.becomes(PortStatus::Connected).await;
    let mut left = 1_000;
    while left > 0 {
        let count = rng.usize(1..=MOST_WAITING).min(left);
        let cards: Vec<String> = (0..count).map(|_| format!("{:013}", rng.u64(0..10_000_000_000_000))).collect();
        scanner.scan(format!("{}\r\n", cards.join("\r\n")).as_bytes());
        for card in cards {
            assert!(reader.scan().await == text(&card));
        }
        left -= count;
    }
    assert!(!reader.has_scans());
    assert!(wakes.load(Ordering::Relaxed) > 1_000, "once for each, and for the port");
}

#[tokio::test(start_paused = true)]
async fn what_was_scanned_by_half_when_the_scanner_was_unplugged_is_no_part_of_the_next_scan() {
    let socket = Socket::new();
    let mut scanner = socket.plug_in();
    let (mut reader, _) = read(socket.port());
    for _ in 0..20 {
        reader.becomes(PortStatus::Connected).await;
        scanner.scan(format!("{CARD}\r").as_bytes());
        assert!(reader.text().await == text(CARD));
        scanner.scan(&CARD.as_bytes()[..5]);
        socket.unplug(scanner);
        reader.becomes(PortStatus::NotFound).await;
        scanner = socket.plug_in();
        let unplugged_at = virtual_now();
        reader.becomes(PortStatus::Connected).await;
        assert!(unplugged_at.elapsed() <= BEFORE_ANOTHER_LOOK, "{:?}", unplugged_at.elapsed());
        scanner.scan(format!("{}\r", &CARD[5..]).as_bytes());
        assert!(reader.text().await == text(&CARD[5..]));
    }
}

#[tokio::test(start_paused = true)]
async fn a_scanner_that_sends_ends_is_waited_for_and_half_a_number_is_no_pass() {
    let half = CARD.len() / 2;
    let scans = scans_of(async |mut line| {
        line.write_all(format!("{CARD}\r{}", &CARD[..half]).as_bytes()).await.unwrap();
        sleep(Duration::from_millis(499)).await;
        line.write_all(format!("{}\r{}", &CARD[half..], &CARD[..half]).as_bytes()).await.unwrap();
        sleep(Duration::from_millis(501)).await;
        // It was told to send none.
        line.write_all(CARD.as_bytes()).await.unwrap();
        sleep(Duration::from_millis(51)).await;
        line.write_all(b"12345").await.unwrap();
        sleep(Duration::from_millis(51)).await;
    })
    .await;
    assert!(scans == [text(CARD), text(CARD), Scan::Refused, text(CARD), text("12345")]);
}

#[tokio::test(start_paused = true)]
async fn a_megabyte_without_an_end_is_refused_whole_and_not_kept() {
    for end in ["\r", ""] {
        let scans = scans_of(async |mut line| {
            line.write_all(&vec![b'7'; 1 << 20]).await.unwrap();
            line.write_all(end.as_bytes()).await.unwrap();
            sleep(Duration::from_millis(51)).await;
            line.write_all(format!("{CARD}{end}").as_bytes()).await.unwrap();
            sleep(Duration::from_millis(501)).await;
        })
        .await;
        assert!(scans == [Scan::Refused, text(CARD)], "{end:?}");
    }
    let mut splitter = Splitter::default();
    assert!((0..1 << 20).all(|_| splitter.take(b'7').is_none()));
    assert_eq!(splitter.room(), LONGEST_SCAN);
    let longest = "7".repeat(LONGEST_SCAN);
    assert!(splitter.quiet() == Some(Scan::Refused) && longest.bytes().all(|byte| splitter.take(byte).is_none()));
    assert!(splitter.take(b'\r') == Some(text(&longest)));
}

#[test]
fn garbage_is_refused_until_its_end_and_what_follows_is_read() {
    for garbage in [&b"40\x0763"[..], b"\x1b[A", b"\x7f", b"\x02123\x03", b"\x1d01", b"\xff\xfe", b"\xd0", b"caf\xe9"] {
        let mut splitter = Splitter::default();
        assert!(garbage.iter().all(|byte| splitter.take(*byte).is_none()), "{garbage:?}");
        assert!(splitter.take(b'\r') == Some(Scan::Refused), "{garbage:?}");
        assert!(CARD.bytes().all(|byte| splitter.take(byte).is_none()) && splitter.take(b'\n') == Some(text(CARD)));
    }
    let mut rng = Rng::with_seed(14);
    let mut splitter = Splitter::default();
    for _ in 0..200_000 {
        let scan = if rng.u8(..) == 0 { splitter.quiet() } else { splitter.take(rng.u8(..)) };
        assert!(!matches!(scan, Some(Scan::Unclear)));
        assert_eq!(splitter.room(), LONGEST_SCAN);
    }
}

#[tokio::test(start_paused = true)]
async fn a_port_that_another_program_has_is_told_as_taken_and_read_once_it_is_free() {
    let socket = Socket::new();
    let mut scanner = socket.plug_in();
    let other = File::options().read(true).write(true).open(&scanner.device).unwrap();
    flock(&other, FlockOperation::NonBlockingLockExclusive).unwrap();
    let (mut reader, _) = read(socket.port());
    reader.becomes(PortStatus::Taken).await;
    sleep(Duration::from_mins(5)).await;
    assert_eq!(reader.status(), PortStatus::Taken);
    drop(other);
    reader.becomes(PortStatus::Connected).await;
    scanner.scan(format!("{CARD}\r").as_bytes());
    assert!(reader.scan().await == text(CARD));
}

#[tokio::test(start_paused = true)]
async fn of_two_that_read_one_port_the_first_has_it_and_the_second_takes_over() {
    let socket = Socket::new();
    let mut scanner = socket.plug_in();
    let (mut first, _) = read(socket.port());
    first.becomes(PortStatus::Connected).await;
    let (mut second, _) = read(socket.port());
    second.becomes(PortStatus::Taken).await;
    // It rests now: what follows is no race between the two.
    drop(second);
    scanner.scan(format!("{CARD}\r").as_bytes());
    assert!(first.scan().await == text(CARD));
    // At another speed, the same window has it at once.
    let speed = PortSpeed::parse("115200").unwrap();
    let mut faster = PortReader::start(&Handle::current(), SerialPort { speed, ..socket.port() }, Some(first), || ());
    let asked_at = virtual_now();
    faster.becomes(PortStatus::Connected).await;
    assert_eq!(asked_at.elapsed(), Duration::ZERO);
    let (mut second, _) = read(socket.port());
    second.becomes(PortStatus::Taken).await;
    drop(faster);
    second.becomes(PortStatus::Connected).await;
    scanner.scan(format!("{CARD}\r").as_bytes());
    assert!(second.scan().await == text(CARD) && !second.has_scans());
}

#[tokio::test]
async fn an_open_port_opens_for_no_other_program() {
    let socket = Socket::new();
    let scanner = socket.plug_in();
    fs::set_permissions(&scanner.device, fs::Permissions::from_mode(0o666)).unwrap();
    let opens = |device: &Path| {
        let mut shell = Command::new("sh");
        shell.args(["-c", ": < \"$0\""]).arg(device).stderr(Stdio::null());
        if rustix::process::geteuid().is_root() {
            // Nothing is shut before root.
            shell.uid(65534);
        }
        shell.status().unwrap().success()
    };
    assert!(opens(&scanner.device));
    let (mut reader, _) = read(socket.port());
    reader.becomes(PortStatus::Connected).await;
    assert!(!opens(&scanner.device));
    let task = reader.task.take().unwrap();
    task.abort();
    let _ = task.await;
    assert!(opens(&scanner.device), "it is let go");
}

#[tokio::test(start_paused = true)]
async fn a_port_that_is_not_there_is_looked_for_and_what_is_no_port_is_left_alone() {
    let socket = Socket::new();
    let (mut reader, wakes) = read(socket.port());
    reader.becomes(PortStatus::NotFound).await;
    sleep(Duration::from_hours(1)).await;
    assert_eq!(wakes.load(Ordering::Relaxed), 1, "no news wakes nobody");
    fs::write(socket.path(), CARD).unwrap();
    reader.becomes(PortStatus::Unusable).await;
    assert_eq!(fs::read_to_string(socket.path()).unwrap(), CARD);
    fs::remove_file(socket.path()).unwrap();
    reader.becomes(PortStatus::NotFound).await;
    let _scanner = socket.plug_in();
    reader.becomes(PortStatus::Connected).await;
    let woken = wakes.load(Ordering::Relaxed);
    sleep(Duration::from_hours(1)).await;
    assert_eq!(wakes.load(Ordering::Relaxed), woken, "at rest nothing wakes");
}

#[tokio::test(start_paused = true)]
async fn what_was_scanned_before_the_port_was_opened_is_nobodys() {
    let socket = Socket::new();
    let mut scanner = socket.plug_in();
    scanner.scan(format!("{CARD}\r").as_bytes());
    let (mut reader, _) = read(socket.port());
    reader.becomes(PortStatus::Connected).await;
    scanner.scan(b"12345\r");
    assert!(reader.scan().await == text("12345"));
}
