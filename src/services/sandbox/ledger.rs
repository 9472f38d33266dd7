//! What the sandbox has seen: every request, in order, and what became of it.

use std::collections::VecDeque;
use std::fmt;

use serde::Serialize;

/// How many requests are remembered.
const MAX_ENTRIES: usize = 10_000;

/// How many bytes of requests are remembered, so that large bodies cannot fill the memory either.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// One request, and what became of it.
#[derive(Serialize, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Counts from 1 and has no gaps, so that forgotten entries show.
    pub number: u64,
    /// As sent.
    pub method: String,
    /// As sent, without the query.
    pub path: String,
    /// The query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// Whether the `Authorization` header was right; its value is never kept.
    pub authorized: bool,
    /// `X-*`, `Api-Version` and `Content-Type`, names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// The names of all headers, in lower case, in order.
    pub header_names: Vec<String>,
    /// The body as text; empty while it has not arrived.
    pub body: String,
    /// What was answered.
    pub answer: LedgerAnswer,
    /// Whether this request created an account.
    pub accounts_created: bool,
    /// What about the request breaks the contract, if anything does, even where a fault hid it from the client.
    pub breach: Option<String>,
    /// Whether a planned fault decided the answer.
    pub faulted: bool,
}

/// What was answered to a request.
#[derive(Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "snake_case")]
pub enum LedgerAnswer {
    /// Nothing yet; for ever, if the client gave up.
    Pending,
    /// This status.
    Status(u16),
    /// This status by a planned fault that writes on the wire itself; the answer may be broken or endless.
    Broken(u16),
    /// Nothing: the connection was closed.
    Cut,
}

impl LedgerEntry {
    /// The status that was answered, if one was.
    pub fn status(&self) -> Option<u16> {
        match self.answer {
            LedgerAnswer::Status(status) | LedgerAnswer::Broken(status) => Some(status),
            LedgerAnswer::Pending | LedgerAnswer::Cut => None,
        }
    }

    /// The first recorded header of this name (in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    fn weight(&self) -> usize {
        let pairs = self.query.iter().chain(&self.headers);
        let pairs: usize = pairs.map(|(name, value)| name.len() + value.len()).sum();
        let names: usize = self.header_names.iter().map(String::len).sum();
        self.path.len() + pairs + names + self.body.len()
    }
}

// By hand: query and body name people, and debug output ends up in logs.
impl fmt::Debug for LedgerEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LedgerEntry")
            .field("number", &self.number)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("authorized", &self.authorized)
            .field("answer", &self.answer)
            .field("accounts_created", &self.accounts_created)
            .field("breach", &self.breach)
            .field("faulted", &self.faulted)
            .finish_non_exhaustive()
    }
}

/// The remembered requests, newest last.
#[derive(Default)]
pub(super) struct Ledger {
    entries: VecDeque<LedgerEntry>,
    bytes: usize,
    last_number: u64,
}

impl Ledger {
    /// Remembers a request and gives it its number.
    pub(super) fn open(&mut self, mut entry: LedgerEntry) -> u64 {
        self.last_number += 1;
        entry.number = self.last_number;
        self.bytes += entry.weight();
        self.entries.push_back(entry);
        self.forget_oldest();
        self.last_number
    }

    /// Changes an entry that may have been forgotten meanwhile.
    pub(super) fn update(&mut self, number: u64, change: impl FnOnce(&mut LedgerEntry)) {
        let found = self.entries.iter_mut().rfind(|entry| entry.number == number);
        if let Some(entry) = found {
            self.bytes -= entry.weight();
            change(entry);
            self.bytes += entry.weight();
            self.forget_oldest();
        }
    }

    /// All that is remembered, oldest first.
    pub(super) fn entries(&self) -> Vec<LedgerEntry> {
        self.entries.iter().cloned().collect()
    }

    fn forget_oldest(&mut self) {
        while self.entries.len() > MAX_ENTRIES || self.bytes > MAX_BYTES {
            let Some(oldest) = self.entries.pop_front() else {
                return;
            };
            self.bytes -= oldest.weight();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(body: &str) -> LedgerEntry {
        LedgerEntry {
            number: 0,
            method: "POST".to_owned(),
            path: "/customer-signups".to_owned(),
            query: Vec::new(),
            authorized: true,
            headers: Vec::new(),
            header_names: Vec::new(),
            body: body.to_owned(),
            answer: LedgerAnswer::Pending,
            accounts_created: false,
            breach: None,
            faulted: false,
        }
    }

    #[test]
    fn it_forgets_the_oldest_beyond_ten_thousand() {
        let mut ledger = Ledger::default();
        for _ in 0..MAX_ENTRIES + 3 {
            ledger.open(entry(""));
        }
        let entries = ledger.entries();
        assert_eq!(entries.len(), MAX_ENTRIES);
        assert_eq!(entries.first().map(|entry| entry.number), Some(4));
    }

    #[test]
    fn large_bodies_cannot_fill_the_memory() {
        let mut ledger = Ledger::default();
        let body = "x".repeat(1024 * 1024);
        for _ in 0..40 {
            let number = ledger.open(entry(""));
            ledger.update(number, |entry| entry.body.clone_from(&body));
        }
        assert!(ledger.bytes <= MAX_BYTES);
        let kept: usize = ledger.entries().iter().map(LedgerEntry::weight).sum();
        assert_eq!(kept, ledger.bytes);
        assert_eq!(ledger.entries().last().map(|entry| entry.number), Some(40));
    }

    #[test]
    fn debug_output_names_nobody() {
        let shown = format!("{:?}", entry("{\"phone\":\"79990000001\"}"));
        assert!(!shown.contains("79990000001"), "{shown}");
    }
}
