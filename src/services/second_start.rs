//! A second start of the program asks the first one to show its window, and ends.
//!
//! The first one listens on this machine only, and leaves its port and a random key in the data directory, in a file that is closed
//! to other users. All that can be asked for is that the window comes to the front.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::timeout;

use super::dirs::StationDirs;
use super::hex::hex;
use super::{durable, plain_file};

/// Longer than a busy till takes to answer.
const PATIENCE: Duration = Duration::from_secs(2);
const KEY_BYTES: usize = 16;
/// As hexadecimal digits.
const KEY_DIGITS: usize = 2 * KEY_BYTES;
const HEARD: &[u8; 5] = b"heard";
const LONGEST_FILE: u64 = 256;

/// Where the first program hears of others.
#[derive(Debug)]
pub struct SecondStarts {
    listener: TcpListener,
    key: String,
}

impl SecondStarts {
    /// Listens for other starts of this station.
    ///
    /// # Errors
    /// The system gives no port or no randomness, or the data directory takes no file.
    pub async fn listen(dirs: &StationDirs) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let mut key = [0; KEY_BYTES];
        getrandom::fill(&mut key).map_err(io::Error::other)?;
        let key = hex(&key);
        let port = listener.local_addr()?.port();
        // A file of before may be open to others, whatever this one is to be.
        let _ = fs::remove_file(file_of(dirs));
        let mut file = durable::create_private(&file_of(dirs), OpenOptions::new().create_new(true))?;
        file.write_all(format!("{port} {key}\n").as_bytes())?;
        Ok(Self { listener, key })
    }

    /// Waits until the program was started again. Whoever does not know the key is sent away.
    pub async fn next(&self) {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    if let Ok(Ok(true)) = timeout(PATIENCE, self.hear(stream)).await {
                        return;
                    }
                }
                // Such as too many open files: no reason to be busy.
                Err(_) => tokio::time::sleep(PATIENCE).await,
            }
        }
    }

    async fn hear(&self, mut stream: tokio::net::TcpStream) -> io::Result<bool> {
        let mut said = [0; KEY_DIGITS];
        stream.read_exact(&mut said).await?;
        let is_ours = said == self.key.as_bytes();
        if is_ours {
            stream.write_all(HEARD).await?;
        }
        Ok(is_ours)
    }
}

/// Asks the program that has the station to show its window; says whether it heard.
pub fn show_first_window(dirs: &StationDirs) -> bool {
    ask(dirs).is_ok_and(|answer| answer == *HEARD)
}

fn ask(dirs: &StationDirs) -> io::Result<[u8; HEARD.len()]> {
    let text = plain_file::read(&file_of(dirs), LONGEST_FILE)?;
    let text = std::str::from_utf8(&text).map_err(io::Error::other)?;
    let (port, key) = text.trim_end().split_once(' ').ok_or(io::ErrorKind::InvalidData)?;
    let port = port.parse().map_err(|_| io::ErrorKind::InvalidData)?;
    let mut stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(key.as_bytes())?;
    let mut answer = [0; HEARD.len()];
    stream.read_exact(&mut answer)?;
    Ok(answer)
}

fn file_of(dirs: &StationDirs) -> PathBuf {
    dirs.data().join("window.port")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dirs(folder: &tempfile::TempDir) -> StationDirs {
        StationDirs::resolve(Some(folder.path().join("data")), Some(folder.path().join("keys"))).unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_first_program_hears_of_a_second_one_and_of_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let (mine, others) = (dirs(&folder), dirs(&tempfile::tempdir().unwrap()));
        fs::create_dir(mine.data()).unwrap();
        assert!(!show_first_window(&mine), "nobody is there");
        let first = SecondStarts::listen(&mine).await.unwrap();
        assert!(!show_first_window(&others));

        let port = first.listener.local_addr().unwrap().port();
        let mut stranger = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        stranger.write_all(&[b'0'; KEY_DIGITS]).unwrap();
        let asks = tokio::task::spawn_blocking(move || {
            let mut answer = Vec::new();
            // The end without a word, or a reset.
            let _ = stranger.read_to_end(&mut answer);
            (answer, show_first_window(&mine))
        });
        first.next().await;
        assert_eq!(asks.await.unwrap(), (Vec::new(), true));
    }

    #[tokio::test]
    async fn a_port_that_another_program_has_now_is_no_answer() {
        let folder = tempfile::tempdir().unwrap();
        let mine = dirs(&folder);
        fs::create_dir(mine.data()).unwrap();
        for text in ["", "x", "1 ", "70000 aa", "0 aa"] {
            fs::write(file_of(&mine), text).unwrap();
            assert!(!show_first_window(&mine), "{text}");
        }
    }
}
