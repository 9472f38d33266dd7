//! The real program's services over real sockets and a real database, driven step by step in virtual time.

use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde_json::json;
use swip_kiosk::domain::delivery::{Next, RetentionDays};
use swip_kiosk::domain::{Settings, Token, TokenChoice};
use swip_kiosk::services::outbox::{Deliverer, KeepFor};
use swip_kiosk::services::profile::Profile;
use swip_kiosk::services::{Station, StationDirs};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::actions::{Damage, SERVERS};
use crate::behaviour::{Behaviour, MEMBER_CODE};
use crate::durable::{self, Durable, copy_database};
use crate::lookups::UNKNOWN_CODE;
use crate::server::Server;
use crate::world::{Disk, SHOP, Shared, VirtualTiming};

/// What outlives a sequence.
pub(crate) struct Rig {
    pub(crate) tokio: Runtime,
    pub(crate) shared: Arc<Shared>,
    pub(crate) servers: [Server; SERVERS],
    sequence: u32,
}

/// The station of one sequence, through all its lives.
pub(crate) struct Life<'a> {
    pub(crate) shared: &'a Arc<Shared>,
    pub(crate) servers: &'a mut [Server; SERVERS],
    folder: TempDir,
    /// Each start after a kill has a folder of its own: the killed process is given no time to tidy up.
    lives: u32,
    pub(crate) station: Station,
    /// What was said in errors.
    pub(crate) said: Vec<String>,
}

/// Requests of one round of work; a longer round ends early.
const SENDS: usize = 12;

impl Rig {
    pub(crate) fn new() -> Self {
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let shared = Arc::new(Shared::default());
        let servers = tokio.block_on(async { [Server::start(0, &shared).await, Server::start(1, &shared).await] });
        shared.world().origins = [servers[0].origin(), servers[1].origin()];
        Self { tokio, shared, servers, sequence: 0 }
    }

    /// A station that was never set up, in a world of its own.
    pub(crate) fn begin(&mut self) -> (&Runtime, Life<'_>) {
        self.sequence += 1;
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let folder = folder.expect("a folder");
        let disk = Disk { data: data(&folder, 0), at_arrival: folder.path().join("at-arrival") };
        fs::create_dir_all(&disk.at_arrival).expect("a folder");
        fs::create_dir_all(folder.path().join("now")).expect("a folder");
        self.shared.world().begin(self.sequence, disk);
        for server in &mut self.servers {
            let _guard = self.tokio.enter();
            server.up();
        }
        let station = open(&folder, 0, &self.shared);
        let (shared, servers) = (&self.shared, &mut self.servers);
        (&self.tokio, Life { shared, servers, folder, lives: 0, station, said: Vec::new() })
    }
}

fn data(folder: &TempDir, lives: u32) -> PathBuf {
    folder.path().join(format!("data-{lives}"))
}

fn open(folder: &TempDir, lives: u32, shared: &Arc<Shared>) -> Station {
    let dirs = StationDirs::resolve(Some(data(folder, lives)), Some(folder.path().join("keys"))).expect("both given");
    let (station, _) = Station::open(&dirs);
    station.timed_by(Arc::new(VirtualTiming(Arc::clone(shared))))
}

impl Life<'_> {
    pub(crate) async fn deliverer(&self) -> Arc<Deliverer> {
        Arc::clone(self.station.deliverer().await.expect("an outbox"))
    }

    /// What is on disk; nobody writes now.
    pub(crate) fn durable(&self) -> Durable {
        let now = self.folder.path().join("now");
        Durable::of(&data(&self.folder, self.lives), &now)
    }

    /// Sees an attempt to its end; none if the process dies on the way. A request that is never answered takes its
    /// deadline, in virtual time.
    pub(crate) async fn watched<T>(&self, attempt: impl Future<Output = T>) -> Option<T> {
        tokio::pin!(attempt);
        let mut hung = 0;
        let end = loop {
            tokio::select! {
                biased;
                () = self.shared.dies.notified() => break None,
                () = self.shared.hangs.notified() => {
                    hung += 1;
                    if hung == 1 {
                        tokio::time::pause();
                    }
                }
                end = &mut attempt => break Some(end),
            }
        };
        if hung > 0 {
            tokio::time::resume();
            let mut world = self.shared.world();
            world.figures.hung += 1;
            world.time.uptime += Duration::from_secs(15);
        }
        end
    }

    /// Sends what is due, if anything is; whether it was.
    pub(crate) async fn step(&self) -> bool {
        let deliverer = self.deliverer().await;
        let Next::Send(id) = deliverer.next() else {
            return false;
        };
        if let Ok(client) = self.station.client().await {
            self.watched(deliverer.deliver_in_background(id, &client)).await;
        }
        true
    }

    /// Lets the worker work for so long.
    pub(crate) async fn work(&self, seconds: u64) {
        let end = self.shared.world().time.uptime + Duration::from_secs(seconds);
        for _ in 0..SENDS {
            match self.deliverer().await.next() {
                Next::Send(_) => {
                    self.step().await;
                }
                Next::Wait(until) if until <= end => {
                    let mut world = self.shared.world();
                    world.time.uptime = world.time.uptime.max(until);
                }
                Next::Wait(_) | Next::Idle => break,
            }
        }
        let mut world = self.shared.world();
        world.time.uptime = world.time.uptime.max(end);
    }

    /// The process dies with the database as it is now, or as it was when the last request arrived, and starts again.
    pub(crate) fn die(&mut self, at_arrival: bool) {
        let (old, new) = (data(&self.folder, self.lives), data(&self.folder, self.lives + 1));
        fs::create_dir_all(&new).expect("a folder");
        for file in fs::read_dir(&old).expect("a folder") {
            let file = file.expect("a file");
            if !file.file_name().to_string_lossy().starts_with("outbox.db") && file.path().is_file() {
                fs::copy(file.path(), new.join(file.file_name())).expect("copied");
            }
        }
        let database = if at_arrival { self.shared.world().disk.at_arrival.clone() } else { old };
        copy_database(&database, &new);
        self.lives += 1;
        self.shared.world().figures.deaths += 1;
        self.start();
    }

    /// The process dies, and what it leaves is damaged before the next start; the files of before.
    pub(crate) fn damage(&mut self, damage: Damage) -> PathBuf {
        let old = data(&self.folder, self.lives);
        let has_old_rows = self.shared.world().disk.at_arrival.join("outbox.db").exists();
        self.die(damage == Damage::OldRows && has_old_rows);
        let new = data(&self.folder, self.lives);
        durable::damage(&new, damage);
        self.forget_old_rows();
        old
    }

    /// The program is closed properly, and started again after so long.
    pub(crate) async fn restart(&mut self, off: Duration) {
        // What a killed process left is taken in first.
        self.deliverer().await;
        self.station.stop().await;
        self.forget_old_rows();
        let data = data(&self.folder, self.lives);
        // Another station in its place: the handles of this one are gone then.
        self.station = Station::trial();
        while data.join("outbox.db-wal").exists() {
            thread::yield_now();
        }
        self.shared.world().time.still += off;
        self.start();
    }

    /// No disk gives back what was there before the copy was brought up to date, or before the file was moved aside.
    fn forget_old_rows(&self) {
        let at_arrival = self.shared.world().disk.at_arrival.clone();
        durable::remove_database(&at_arrival);
    }

    fn start(&mut self) {
        self.station = open(&self.folder, self.lives, self.shared);
        let mut world = self.shared.world();
        world.disk.data = data(&self.folder, self.lives);
        // A start takes its time.
        world.time.uptime += Duration::from_secs(1);
        world.started();
    }

    fn settings(&self, shop: usize, asks_first: bool) -> Settings {
        let (server, merchant) = SHOP[shop];
        let profile = json!({
            "swip_kiosk": 1,
            "base_url": self.servers[server].origin(),
            "merchant_id": merchant,
            "store_id": "S",
            "cash_id": "K",
            "settings": {
                "already_exists_codes": [MEMBER_CODE],
                "not_found_codes": [UNKNOWN_CODE],
                "reconcile": if asks_first { "lookup" } else { "repost" },
            },
        });
        Profile::parse(profile.to_string().as_bytes()).expect("a profile").settings
    }

    /// Sets the station up for a shop; whether it was accepted.
    pub(crate) fn set_up(&mut self, shop: usize, brings_token: bool, asks_first: bool) -> bool {
        let settings = self.settings(shop, asks_first);
        let token = self.shared.world().token(SHOP[shop].0);
        let stored = TokenChoice::Stored;
        let choice = if brings_token { TokenChoice::New(Token::parse(&token).expect("a token")) } else { stored };
        let is_saved = self.station.save(settings, &choice).is_ok();
        if is_saved {
            let mut world = self.shared.world();
            world.doing.shop = shop;
            world.asks_first = asks_first;
        }
        is_saved
    }

    /// One look at what must not be kept for longer than so many days.
    pub(crate) async fn look(&mut self, days: u16) {
        let days = RetentionDays::new(days).expect("a good number");
        self.deliverer().await.sweep(KeepFor { signups: days, ..KeepFor::default() }).await.expect("the disk is well");
    }

    pub(crate) async fn behave(&mut self, server: usize, behaviour: Behaviour) {
        self.shared.world().servers[server].behaviour = behaviour;
        if behaviour == Behaviour::Down {
            self.servers[server].down().await;
        } else {
            self.servers[server].up();
        }
    }
}
