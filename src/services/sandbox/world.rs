//! The sandbox's world: its customers, its blacklist and the rules between them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::contract::{SignupRequest, StatsRequest};
use super::faults::{Faults, SecondSignup};
use super::ledger::Ledger;
use super::seeds;

/// A customer of the sandbox.
#[derive(Serialize, Clone, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    /// Eleven digits starting with 7.
    pub phone: String,
    /// The text of the pass.
    pub pass: Option<String>,
    /// The balance.
    pub points: i64,
    /// As given at signup.
    pub first_name: Option<String>,
    /// As given at signup.
    pub last_name: Option<String>,
    /// As given at signup.
    pub birthday: Option<String>,
}

impl Customer {
    /// A customer without a pass and without a name.
    pub fn new(phone: &str, points: i64) -> Self {
        Self { phone: phone.to_owned(), points, ..Self::default() }
    }

    /// The same customer with this pass.
    #[must_use]
    pub fn with_pass(mut self, pass: &str) -> Self {
        self.pass = Some(pass.to_owned());
        self
    }
}

// By hand: people type their own names into a trial, and debug output ends up in logs.
impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Customer").field("points", &self.points).finish_non_exhaustive()
    }
}

/// What became of a signup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignedUp {
    /// The account is new.
    Created,
    /// The phone is a customer already, and is answered so.
    Known(SecondSignup),
    /// The merchant does not want this phone.
    Blacklisted,
}

/// What a lookup found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FoundCustomer {
    /// This balance.
    Points(i64),
    /// Nobody.
    Unknown,
    /// The merchant does not want this phone.
    Blacklisted,
}

/// Everything that changes while the sandbox runs.
pub(super) struct SandboxWorld {
    customers: BTreeMap<String, Customer>,
    blacklist: BTreeSet<String>,
    passes_issued: u32,
    pub(super) faults: Faults,
    pub(super) ledger: Ledger,
}

impl SandboxWorld {
    /// A world with the seeded customers and no faults.
    pub(super) fn seeded() -> Self {
        let mut world = Self {
            customers: BTreeMap::new(),
            blacklist: BTreeSet::from([seeds::BLACKLISTED_PHONE.to_owned()]),
            passes_issued: 0,
            faults: Faults::default(),
            ledger: Ledger::default(),
        };
        for seed in seeds::ALL {
            let customer = Customer::new(seed.phone, seed.points);
            world.add(match seed.pass {
                Some(pass) => customer.with_pass(pass),
                None => customer,
            });
        }
        world
    }

    /// Adds a customer, or replaces the one with the same phone.
    pub(super) fn add(&mut self, customer: Customer) {
        self.customers.insert(customer.phone.clone(), customer);
    }

    /// Everyone, by phone.
    pub(super) fn customers(&self) -> Vec<Customer> {
        self.customers.values().cloned().collect()
    }

    /// Registers a customer and gives out a pass; a known phone changes nothing.
    pub(super) fn sign_up(&mut self, signup: &SignupRequest) -> SignedUp {
        if self.blacklist.contains(&signup.phone) {
            return SignedUp::Blacklisted;
        }
        if self.customers.contains_key(&signup.phone) {
            return SignedUp::Known(self.faults.second_signup);
        }
        self.passes_issued += 1;
        // Taken apart: a field that is forgotten here does not compile.
        let SignupRequest { phone, first_name, last_name, birthday } = signup.clone();
        self.add(Customer {
            phone,
            pass: Some(format!("SWIP-NEW-{:04}", self.passes_issued)),
            points: 0,
            first_name,
            last_name,
            birthday,
        });
        SignedUp::Created
    }

    /// Looks a customer up.
    pub(super) fn look_up(&self, lookup: &StatsRequest) -> FoundCustomer {
        let customer = match lookup {
            StatsRequest::Phone(phone) if self.blacklist.contains(phone) => return FoundCustomer::Blacklisted,
            StatsRequest::Phone(phone) => self.customers.get(phone),
            StatsRequest::Pass(pass) => {
                let mut all = self.customers.values();
                all.find(|customer| customer.pass.as_ref() == Some(pass))
            }
        };
        match customer {
            Some(customer) => FoundCustomer::Points(customer.points),
            None if self.faults.unknown_is_zero => FoundCustomer::Points(0),
            None => FoundCustomer::Unknown,
        }
    }
}
