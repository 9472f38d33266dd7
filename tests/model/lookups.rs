//! How a server may treat lookups, and what follows from its answer.

use proptest::prelude::*;

use crate::actions::CUSTOMERS;
use crate::behaviour::{Reply, head_and_body};
use crate::world::{SHOP, Seen, World};

/// The code that the stations know as "not found".
pub(crate) const UNKNOWN_CODE: i64 = 7002;
/// The number that nobody can have.
const NOBODY: &str = "70000000000";

/// SWiP's attitude to lookups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lookups {
    /// As the contract says; what it says of unknown customers is not in it.
    Work { unknown_is_zero: bool },
    /// It fails.
    Fail,
    /// It refuses, and would for ever.
    Refuse { status: u16 },
    /// It asks to wait, in seconds.
    Busy { wait: u64 },
    /// It closes the connection.
    Cut,
}

impl Lookups {
    /// Any of them; those that work most often.
    pub(crate) fn any() -> impl Strategy<Value = Self> {
        prop_oneof![
            6 => any::<bool>().prop_map(|unknown_is_zero| Self::Work { unknown_is_zero }),
            1 => Just(Self::Fail),
            1 => prop::sample::select(vec![400, 403, 404, 405, 422]).prop_map(|status| Self::Refuse { status }),
            1 => prop::sample::select(vec![1, 20, 900]).prop_map(|wait| Self::Busy { wait }),
            1 => Just(Self::Cut),
        ]
    }
}

impl World {
    /// Answers a lookup.
    pub(crate) fn points(&mut self, server: usize, merchant: &str, phone: &str) -> Reply {
        let unknown_is_zero = match self.servers[server].lookups {
            Lookups::Work { unknown_is_zero } => unknown_is_zero,
            Lookups::Fail => return head_and_body(500, "", ""),
            Lookups::Refuse { status } => {
                self.was_asked(server, merchant, phone);
                return head_and_body(status, "", "{}");
            }
            Lookups::Busy { wait } => {
                self.asks_to_wait(server, wait.min(60));
                return head_and_body(429, &format!("Retry-After: {wait}\r\n"), "");
            }
            Lookups::Cut => return Reply::Cut,
        };
        self.was_asked(server, merchant, phone);
        self.is_lookup_void |= unknown_is_zero && phone == NOBODY;
        let points = self.members.get(&(server, merchant.to_owned(), phone.to_owned())).copied();
        if let Some(customer) = (0..CUSTOMERS).find(|customer| self.phone(*customer) == phone) {
            self.doing.seen.push(Seen::Points { customer, points: points.unwrap_or(0) });
        }
        match points {
            None if !unknown_is_zero => head_and_body(404, "", &format!(r#"{{"code":{UNKNOWN_CODE}}}"#)),
            points => head_and_body(200, "", &format!(r#"{{"points":{}}}"#, points.unwrap_or(0))),
        }
    }

    fn was_asked(&mut self, server: usize, merchant: &str, phone: &str) {
        let asked: Vec<bool> = self
            .taken
            .iter()
            .map(|taken| SHOP[taken.shop] == (server, merchant) && self.phone(taken.customer) == phone)
            .collect();
        for (taken, is_asked) in self.taken.iter_mut().zip(asked) {
            taken.is_asked |= is_asked;
        }
    }
}
