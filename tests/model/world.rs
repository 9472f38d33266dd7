//! What SWiP knows and answers, what was taken from customers, and the promises that a request must keep when it arrives.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use swip_kiosk::services::outbox::Timing;
use tokio::sync::Notify;

use crate::actions::{CUSTOMERS, Crash, SERVERS, SHOPS};
use crate::behaviour::{Behaviour, MEMBER_CODE, Reply, head_and_body};
use crate::durable::Durable;
use crate::promises::{Broken, Promise};
use crate::server::Request;

/// The server and the merchant of each shop.
pub(crate) const SHOP: [(usize, &str); SHOPS] = [(0, "ALFA"), (0, "BETA"), (1, "ALFA")];

/// The world, shared by the servers and the driver.
#[derive(Default)]
pub(crate) struct Shared {
    world: Mutex<World>,
    /// The process is to die now.
    pub(crate) dies: Notify,
    /// A request will never be answered.
    pub(crate) hangs: Notify,
}

/// Everything outside the station.
pub(crate) struct World {
    pub(crate) servers: [Attitude; SERVERS],
    pub(crate) origins: [String; SERVERS],
    /// Makes phones, names and tokens those of one sequence.
    pub(crate) sequence: u32,
    /// Who is a member where: server, merchant, phone.
    pub(crate) members: BTreeMap<(usize, String, String), i64>,
    pub(crate) taken: Vec<Taken>,
    pub(crate) doing: Doing,
    pub(crate) time: Time,
    pub(crate) disk: Disk,
    pub(crate) broken: Option<Broken>,
    /// Nothing happened at once so far.
    pub(crate) totals_are_known: bool,
    pub(crate) figures: Figures,
}

/// How one server treats whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attitude {
    pub(crate) behaviour: Behaviour,
    pub(crate) lookups_work: bool,
    pub(crate) unknown_is_zero: bool,
    /// Nothing may be sent before.
    pub(crate) busy_until: Duration,
}

/// A signup that a customer gave.
#[derive(Clone, Debug, Default)]
pub(crate) struct Taken {
    /// As it is in the row: unique in a sequence.
    pub(crate) created_ms: i64,
    pub(crate) shop: usize,
    pub(crate) customer: usize,
    pub(crate) details: usize,
    /// It had a row of its own.
    pub(crate) was_stored: bool,
    /// Said to be refused before it was ever said to be saved.
    pub(crate) is_withdrawn: bool,
    /// A delivery of it is on disk.
    pub(crate) is_delivered: bool,
    /// How often it was sent.
    pub(crate) posts: i64,
}

/// What the driver is doing.
#[derive(Default)]
pub(crate) struct Doing {
    /// The shop in force.
    pub(crate) shop: usize,
    pub(crate) is_background: bool,
    /// More than one thing at once: what is on disk cannot be copied.
    pub(crate) is_concurrent: bool,
    pub(crate) crash: Option<Crash>,
    pub(crate) has_died: bool,
    /// What was answered since this began.
    pub(crate) seen: Vec<Seen>,
}

/// One answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Delivered { taken: usize },
    Member { customer: usize },
    Refused { customer: usize },
    Points { customer: usize, points: i64 },
    Other,
}

/// The virtual clocks and dice.
#[derive(Default)]
pub(crate) struct Time {
    pub(crate) uptime: Duration,
    pub(crate) wall_offset_ms: i64,
    pub(crate) last_post: Option<Duration>,
    dice: u64,
}

/// Where the station's files are.
#[derive(Default)]
pub(crate) struct Disk {
    pub(crate) data: PathBuf,
    /// The database as it was when the last request arrived.
    pub(crate) at_arrival: PathBuf,
}

/// What was done in all, to see that the sequences go everywhere.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) sequences: u64,
    pub(crate) actions: u64,
    pub(crate) posts: u64,
    pub(crate) lookups: u64,
    pub(crate) deaths: u64,
    pub(crate) registered: u64,
    pub(crate) members: u64,
    pub(crate) saved: u64,
    pub(crate) refused: u64,
    pub(crate) hung: u64,
}

impl Default for Attitude {
    fn default() -> Self {
        Self { behaviour: Behaviour::Good, lookups_work: true, unknown_is_zero: true, busy_until: Duration::ZERO }
    }
}

impl Default for World {
    fn default() -> Self {
        Self {
            servers: Default::default(),
            origins: Default::default(),
            sequence: 0,
            members: BTreeMap::new(),
            taken: Vec::new(),
            doing: Doing::default(),
            time: Time::default(),
            disk: Disk::default(),
            broken: None,
            totals_are_known: true,
            figures: Figures::default(),
        }
    }
}

impl Shared {
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request.
    pub(crate) fn asked(&self, server: usize, request: &Request) -> Reply {
        let mut world = self.world();
        let had_died = world.doing.has_died;
        let reply = world.asked(server, request).unwrap_or_else(|broken| {
            world.broken.get_or_insert(broken);
            Reply::Cut
        });
        if world.doing.has_died && !had_died {
            self.dies.notify_one();
        } else if matches!(reply, Reply::Never) {
            self.hangs.notify_one();
        }
        reply
    }
}

/// The clocks of a world, for the station.
pub(crate) struct VirtualTiming(pub(crate) Arc<Shared>);

impl Timing for VirtualTiming {
    fn uptime(&self) -> Duration {
        self.0.world().time.uptime
    }

    fn unix_ms(&self) -> i64 {
        self.0.world().wall_ms()
    }

    fn chance(&self) -> f64 {
        let mut world = self.0.world();
        // A step of the generator of Knuth's MMIX.
        world.time.dice =
            world.time.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let upper = u32::try_from(world.time.dice >> 32).unwrap_or(0);
        f64::from(upper) / f64::from(u32::MAX)
    }
}

impl World {
    /// Forgets everything but the origins and the figures.
    pub(crate) fn begin(&mut self, sequence: u32, disk: Disk) {
        let origins = std::mem::take(&mut self.origins);
        *self = Self { origins, sequence, disk, figures: self.figures, ..Self::default() };
        self.time.dice = u64::from(sequence);
    }

    /// Unix milliseconds by the clock on the wall.
    pub(crate) fn wall_ms(&self) -> i64 {
        let passed = i64::try_from(self.time.uptime.as_millis()).unwrap_or(0);
        1_780_000_000_000 + self.time.wall_offset_ms + passed
    }

    pub(crate) fn phone(&self, customer: usize) -> String {
        format!("7916{:06}{customer}", self.sequence % 1_000_000)
    }

    /// A name that no log would hold by chance.
    pub(crate) fn name(&self, customer: usize, details: usize) -> String {
        const LETTERS: [&str; CUSTOMERS] = ["а", "б", "в", "г", "д", "е"];
        format!("Канарейка{}{}", LETTERS[customer], LETTERS[details])
    }

    pub(crate) fn token(&self, server: usize) -> String {
        format!("canary-token-{}-{server}", self.sequence)
    }

    /// Whether SWiP has the account of what was taken.
    pub(crate) fn has_account(&self, taken: &Taken) -> bool {
        let (server, merchant) = SHOP[taken.shop];
        self.members.contains_key(&(server, merchant.to_owned(), self.phone(taken.customer)))
    }

    fn asked(&mut self, server: usize, request: &Request) -> Result<Reply, Broken> {
        if request.token != format!("Bearer {}", self.token(server)) && !request.token.is_empty() {
            return Err(Promise::OwnToken.broken(format!("server {server} got a token of elsewhere")));
        }
        if SHOP[self.doing.shop].0 != server || request.token.is_empty() {
            return Err(Promise::OwnServer.broken(format!("server {server} was asked, which is not the station's")));
        }
        if request.line.starts_with("POST /customer-signups ") {
            self.signup(server, request)
        } else if let Some((_, rest)) = request.line.split_once("/customer-loyalty-stats?phone=") {
            self.figures.lookups += 1;
            let phone = rest.split(' ').next().unwrap_or_default().to_owned();
            Ok(self.points(server, &request.merchant, &phone))
        } else {
            Err(Promise::OwnServer.broken("a request that nobody should make"))
        }
    }

    fn signup(&mut self, server: usize, request: &Request) -> Result<Reply, Broken> {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        let (phone, name) = (text("phone"), text("firstName"));
        let is_of =
            |taken: &Taken| self.phone(taken.customer) == phone && self.name(taken.customer, taken.details) == name;
        let candidates: Vec<usize> = (0..self.taken.len()).filter(|index| is_of(&self.taken[*index])).collect();
        let taken = self.arrived(server, &candidates)?;
        self.taken[taken].posts += 1;
        self.figures.posts += 1;
        self.time.last_post = Some(self.time.uptime);
        if self.doing.crash == Some(Crash::OnArrival) {
            self.doing.has_died = true;
            return Ok(Reply::Never);
        }
        let customer = self.taken[taken].customer;
        let behaviour = self.servers[server].behaviour;
        let key = (server, request.merchant.clone(), phone);
        let was_member = self.members.contains_key(&key);
        if behaviour.creates() && !was_member {
            self.members.insert(key, if customer % 2 == 1 { 5 } else { 0 });
        }
        if self.doing.crash == Some(Crash::BeforeTheAnswer) {
            self.doing.has_died = true;
            return Ok(Reply::Never);
        }
        let now = self.time.uptime;
        self.doing.seen.push(match behaviour {
            Behaviour::RefusesMembers { with_code: true, .. } if was_member => Seen::Member { customer },
            Behaviour::RefusesMembers { .. } if was_member => Seen::Refused { customer },
            Behaviour::Good | Behaviour::RefusesMembers { .. } => Seen::Delivered { taken },
            Behaviour::Refuses { .. } => Seen::Refused { customer },
            Behaviour::Busy { retry_after: Some(wait), .. } => {
                self.servers[server].busy_until = now + Duration::from_secs(wait.clamp(1, 3600));
                Seen::Other
            }
            _ => Seen::Other,
        });
        Ok(behaviour.answer(was_member, &self.origins[1 - server]))
    }

    /// Holds a request to the promises at the moment it arrives; what it is of, by what is on disk.
    fn arrived(&self, server: usize, candidates: &[usize]) -> Result<usize, Broken> {
        let now = self.time.uptime;
        if now < self.servers[server].busy_until && !self.doing.is_concurrent {
            return Err(Promise::RetryAfter.broken(format!("sent at {now:?}, which was asked not to be")));
        }
        let is_spaced = self.time.last_post.is_none_or(|last| now >= last + Duration::from_millis(500));
        if self.doing.is_background && !is_spaced {
            return Err(Promise::Pace.broken(format!("sent at {now:?}, less than half a second after the last")));
        }
        if self.doing.is_concurrent {
            let ours = candidates.iter().rfind(|index| self.taken[**index].shop == self.doing.shop);
            return ours.copied().ok_or_else(|| Promise::OwnRows.broken("a row of another shop was sent"));
        }
        let durable = Durable::of(&self.disk.data, &self.disk.at_arrival);
        let is_marked = |index: &&usize| {
            let row = durable.row(self.taken[**index].created_ms);
            row.is_some_and(|row| row.state == "in_flight" && row.attempts > self.taken[**index].posts)
        };
        let Some(marked) = candidates.iter().find(is_marked).copied() else {
            let states: Vec<_> = durable.rows.iter().map(|row| (row.state.as_str(), row.attempts)).collect();
            return Err(Promise::AttemptMark.broken(format!("a request arrived, the rows are {states:?}")));
        };
        let taken = &self.taken[marked];
        if taken.shop != self.doing.shop {
            return Err(
                Promise::OwnRows.broken(format!("a row of shop {} was sent to {}", taken.shop, self.doing.shop))
            );
        }
        if taken.is_delivered {
            return Err(Promise::NoRepost.broken(format!("customer {} was delivered already", taken.customer)));
        }
        Ok(marked)
    }

    fn points(&mut self, server: usize, merchant: &str, phone: &str) -> Reply {
        let attitude = self.servers[server];
        if !attitude.lookups_work {
            return head_and_body(500, "", "");
        }
        let points = self.members.get(&(server, merchant.to_owned(), phone.to_owned())).copied();
        if let Some(customer) = (0..CUSTOMERS).find(|customer| self.phone(*customer) == phone) {
            self.doing.seen.push(Seen::Points { customer, points: points.unwrap_or(0) });
        }
        match points {
            None if !attitude.unknown_is_zero => head_and_body(404, "", r#"{"code":9,"message":"not found"}"#),
            points => head_and_body(200, "", &format!(r#"{{"points":{}}}"#, points.unwrap_or(0))),
        }
    }
}

const _: () = assert!(MEMBER_CODE == 7001);
