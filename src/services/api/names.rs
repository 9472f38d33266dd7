//! The addresses of the server's name, asked of the system: nobody waits long for it, and what it said before is remembered.
//!
//! Where one of several name servers is dead, the system tries it for 5 seconds before it asks the next one.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::services::process::STACK_BYTES;

/// A customer waits no longer for an address.
const NAME_DEADLINE: Duration = Duration::from_secs(3);

type Addresses = Vec<SocketAddr>;
/// Asks the system, for as long as it takes.
type Ask = Arc<dyn Fn(&str) -> io::Result<Addresses> + Send + Sync>;

/// The names of one client, which goes to one server alone.
#[derive(Clone)]
pub(super) struct SystemNames {
    ask: Ask,
    state: Arc<Mutex<NameState>>,
}

#[derive(Default)]
struct NameState {
    /// The last answer with addresses; whoever answers there must show the server's certificate.
    known: Option<Addresses>,
    /// The end of a question that is under way.
    asking: Option<watch::Receiver<bool>>,
    /// Why the last one had no answer.
    error: Option<io::ErrorKind>,
}

impl SystemNames {
    /// Asks the system.
    pub(super) fn new() -> Self {
        // The port is that of the address.
        Self::asking(Arc::new(|name| Ok((name, 0).to_socket_addrs()?.collect())))
    }

    fn asking(ask: Ask) -> Self {
        Self { ask, state: Arc::default() }
    }

    async fn addresses(&self, name: &str) -> io::Result<Addresses> {
        let mut end = self.ask_once(name)?;
        let is_answered = timeout(NAME_DEADLINE, end.wait_for(|is_over| *is_over)).await.is_ok();
        let state = self.state();
        let error = if is_answered { state.error } else { Some(io::ErrorKind::TimedOut) };
        state.known.clone().ok_or_else(|| error.unwrap_or(io::ErrorKind::NotFound).into())
    }

    /// When the question under way ends, or a new one.
    fn ask_once(&self, name: &str) -> io::Result<watch::Receiver<bool>> {
        let mut state = self.state();
        if let Some(end) = &state.asking {
            return Ok(end.clone());
        }
        let (over, end) = watch::channel(false);
        let (names, name) = (self.clone(), name.to_owned());
        // A thread that the runtime knows of would keep the program from ending.
        thread::Builder::new().stack_size(STACK_BYTES).name("names".to_owned()).spawn(move || {
            let answer = (names.ask)(&name);
            let mut state = names.state();
            state.asking = None;
            match answer {
                Ok(addresses) if !addresses.is_empty() => (state.known, state.error) = (Some(addresses), None),
                Ok(_) => state.error = Some(io::ErrorKind::NotFound),
                Err(error) => state.error = Some(error.kind()),
            }
            drop(state);
            over.send_replace(true);
        })?;
        state.asking = Some(end.clone());
        Ok(end)
    }

    fn state(&self) -> MutexGuard<'_, NameState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Resolve for SystemNames {
    fn resolve(&self, name: Name) -> Resolving {
        let names = self.clone();
        Box::pin(async move {
            let addresses = names.addresses(name.as_str()).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::{SyncSender, sync_channel};

    use super::*;

    type SystemAnswer = io::Result<Addresses>;

    /// Names whose answers come when the test gives them, and how often they were asked for.
    fn names() -> (SystemNames, SyncSender<SystemAnswer>, Arc<AtomicUsize>) {
        let (answers, given) = sync_channel::<SystemAnswer>(4);
        let (given, asked) = (Mutex::new(given), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&asked);
        let ask = move |_: &str| {
            count.fetch_add(1, Ordering::SeqCst);
            given.lock().unwrap().recv().unwrap()
        };
        (SystemNames::asking(Arc::new(ask)), answers, asked)
    }

    fn address(last: u8) -> Addresses {
        vec![([192, 0, 2, last], 0).into()]
    }

    /// Waits until no question is under way.
    async fn settled(names: &SystemNames) {
        let end = names.state().asking.clone();
        if let Some(mut end) = end {
            end.wait_for(|is_over| *is_over).await.unwrap();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_comes_late_serves_the_next_call_and_nobody_asks_twice() {
        let (names, answers, asked) = names();
        for _ in 0..2 {
            let error = names.addresses("swip.example").await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        }
        answers.send(Ok(address(1))).unwrap();
        settled(&names).await;
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        // The second question hangs again; the first one's answer will do.
        assert_eq!(names.addresses("swip.example").await.unwrap(), address(1));
        answers.send(Ok(address(2))).unwrap();
        settled(&names).await;
        answers.send(Ok(address(2))).unwrap();
        assert_eq!(names.addresses("swip.example").await.unwrap(), address(2));
    }

    #[tokio::test]
    async fn a_name_that_is_unknown_is_told_and_one_that_was_known_stays_known() {
        let (names, answers, _) = names();
        for answer in [Err(io::ErrorKind::ConnectionRefused.into()), Ok(Vec::new())] {
            answers.send(answer).unwrap();
            assert!(names.addresses("swip.example").await.is_err());
        }
        answers.send(Ok(address(1))).unwrap();
        assert_eq!(names.addresses("swip.example").await.unwrap(), address(1));
        answers.send(Err(io::ErrorKind::Other.into())).unwrap();
        assert_eq!(names.addresses("swip.example").await.unwrap(), address(1));
    }
}
