//! What SWiP knows and answers, what was taken from customers, and the promises that a request must keep when it arrives.

use std::collections::BTreeMap;
use std::future::{Future, ready};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use swip_kiosk::services::outbox::Timing;
use tokio::sync::Notify;

use crate::actions::{CUSTOMERS, Crash, SERVERS, SHOPS};
use crate::behaviour::{Behaviour, Reply};
use crate::durable::Durable;
use crate::lookups::Lookups;
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
    /// Lookups are in force, by the settings.
    pub(crate) asks_first: bool,
    /// A server was seen to tell unknown customers no longer.
    pub(crate) is_lookup_void: bool,
    pub(crate) time: Time,
    pub(crate) disk: Disk,
    pub(crate) broken: Option<Broken>,
    /// Nothing happened at once so far.
    pub(crate) totals_are_known: bool,
    /// How often the database was damaged: it does not count from the first row on then.
    pub(crate) recoveries: u32,
    pub(crate) figures: Figures,
    /// When a lookup was cut, and of which phone.
    cut_lookup: Option<(Duration, String)>,
}

/// How one server treats whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attitude {
    pub(crate) behaviour: Behaviour,
    pub(crate) lookups: Lookups,
    /// Nothing may be sent before, in true time.
    pub(crate) busy_until: Duration,
    /// The clock on the wall was put forward since; a restart may take the wait for over.
    pub(crate) is_wait_in_doubt: bool,
}

/// A signup that a customer gave.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "what is known of it, each by itself")]
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
    /// Since when it is kept, in true time.
    pub(crate) kept_since: Duration,
    /// It waited too long.
    pub(crate) is_expired: bool,
    /// It may have been carried out.
    pub(crate) is_uncertain: bool,
    /// SWiP was asked for it since it was last sent.
    pub(crate) is_asked: bool,
    /// It was in no file that could be read when the database was damaged.
    pub(crate) is_lost: bool,
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
    /// What was sent last.
    pub(crate) posted: Option<usize>,
    /// What each server had asked for before that.
    pub(crate) busy_before: [Duration; SERVERS],
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
    /// By the clock that never jumps.
    pub(crate) uptime: Duration,
    /// How long that clock has stood still, or nobody was there to look at it.
    pub(crate) still: Duration,
    pub(crate) wall_offset_ms: i64,
    /// In true time.
    pub(crate) last_request: Option<Duration>,
    /// How far the clock on the wall was set forward, in all.
    pub(crate) pushed: Duration,
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
    pub(crate) expired: u64,
    pub(crate) asked: u64,
    pub(crate) damaged: u64,
    pub(crate) came_back: u64,
    pub(crate) lost: u64,
}

impl Default for Attitude {
    fn default() -> Self {
        Self {
            behaviour: Behaviour::Good,
            lookups: Lookups::Work { unknown_is_zero: true },
            busy_until: Duration::ZERO,
            is_wait_in_doubt: false,
        }
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
            asks_first: false,
            is_lookup_void: false,
            time: Time::default(),
            disk: Disk::default(),
            broken: None,
            totals_are_known: true,
            recoveries: 0,
            figures: Figures::default(),
            cut_lookup: None,
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

    fn pause(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.0.world().time.uptime += wait;
        Box::pin(ready(()))
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
        self.true_ms() + self.time.wall_offset_ms
    }

    fn true_ms(&self) -> i64 {
        1_780_000_000_000 + i64::try_from(self.time.now().as_millis()).unwrap_or(0)
    }

    /// A new process knows nothing but what is on disk.
    pub(crate) fn started(&mut self) {
        self.is_lookup_void = false;
        for server in &mut self.servers {
            if server.is_wait_in_doubt {
                server.busy_until = Duration::ZERO;
            }
        }
    }

    /// A server asks for so many seconds of silence.
    pub(crate) fn asks_to_wait(&mut self, server: usize, seconds: u64) {
        let until = self.time.now() + Duration::from_secs(seconds.clamp(1, 3600));
        let attitude = &mut self.servers[server];
        attitude.busy_until = attitude.busy_until.max(until);
        attitude.is_wait_in_doubt = false;
    }

    pub(crate) fn phone(&self, customer: usize) -> String {
        format!("7916{:06}{customer}", self.sequence % 1_000_000)
    }

    /// A name that no log would hold by chance.
    pub(crate) fn name(customer: usize, details: usize) -> String {
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
            let asked = (self.time.now(), phone.clone());
            // One exchange: what broke on a connection that was kept is asked again at once, once.
            let is_repeat = self.cut_lookup.take().is_some_and(|cut| cut == asked);
            if self.doing.is_background && !is_repeat {
                self.figures.asked += 1;
                self.is_welcome(server)?;
                self.time.last_request = Some(self.time.now());
            }
            let reply = self.points(server, &request.merchant, &phone);
            self.cut_lookup = Some(asked).filter(|_| matches!(reply, Reply::Cut) && !is_repeat);
            Ok(reply)
        } else {
            Err(Promise::OwnServer.broken("a request that nobody should make"))
        }
    }

    fn signup(&mut self, server: usize, request: &Request) -> Result<Reply, Broken> {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        let (phone, name) = (text("phone"), text("firstName"));
        let is_of =
            |taken: &Taken| self.phone(taken.customer) == phone && Self::name(taken.customer, taken.details) == name;
        let candidates: Vec<usize> = (0..self.taken.len()).filter(|index| is_of(&self.taken[*index])).collect();
        let taken = self.arrived(server, &candidates)?;
        let asks_first = self.asks_first && !self.is_lookup_void && !self.doing.is_concurrent;
        let again = &mut self.taken[taken];
        if asks_first && again.is_uncertain && !again.is_asked {
            return Err(Promise::AsksFirst.broken(format!("customer {} was sent again unasked", again.customer)));
        }
        again.posts += 1;
        again.is_uncertain = true;
        again.is_asked = false;
        self.figures.posts += 1;
        self.time.last_request = Some(self.time.now());
        self.doing.posted = Some(taken);
        self.doing.busy_before = self.servers.map(|server| server.busy_until);
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
        // What an earlier attempt left open is not looked at: it was asked for, or need not be.
        self.taken[taken].is_uncertain = behaviour.is_uncertain();
        let seen = match behaviour {
            Behaviour::RefusesMembers { with_code: true, .. } if was_member => Seen::Member { customer },
            Behaviour::RefusesMembers { .. } if was_member => Seen::Refused { customer },
            Behaviour::Good | Behaviour::RefusesMembers { .. } => Seen::Delivered { taken },
            Behaviour::Refuses { .. } => Seen::Refused { customer },
            Behaviour::Busy { retry_after: Some(wait), .. } => {
                self.asks_to_wait(server, wait);
                Seen::Other
            }
            _ => Seen::Other,
        };
        self.doing.seen.push(seen);
        Ok(behaviour.answer(was_member, &self.origins[1 - server]))
    }

    /// Holds a request to the promises at the moment it arrives; what it is of, by what is on disk.
    fn arrived(&self, server: usize, candidates: &[usize]) -> Result<usize, Broken> {
        self.is_welcome(server)?;
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

    /// Whether a request may arrive at this moment.
    fn is_welcome(&self, server: usize) -> Result<(), Broken> {
        let now = self.time.now();
        if now < self.servers[server].busy_until && !self.doing.is_concurrent {
            return Err(Promise::RetryAfter.broken(format!("sent at {now:?}, which was asked not to be")));
        }
        let is_spaced = self.time.last_request.is_none_or(|last| now >= last + Duration::from_millis(500));
        if self.doing.is_background && !is_spaced {
            return Err(Promise::Pace.broken(format!("sent at {now:?}, less than half a second after the last")));
        }
        Ok(())
    }
}

impl Time {
    /// Sets the clock on the wall, so many milliseconds off the truth.
    pub(crate) fn set_wall(&mut self, offset_ms: i64) {
        let forward_ms = offset_ms.saturating_sub(self.wall_offset_ms);
        self.pushed += Duration::from_millis(u64::try_from(forward_ms).unwrap_or(0));
        self.wall_offset_ms = offset_ms;
    }

    /// How long it is since the beginning, in truth.
    pub(crate) fn now(&self) -> Duration {
        self.uptime + self.still
    }
}
