//! Plays a sequence and holds what is said and what is on disk to the promises.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use swip_kiosk::domain::delivery::{RetentionDays, Submission};
use swip_kiosk::domain::failure::Unavailable;
use swip_kiosk::domain::settings::Preferences;
use swip_kiosk::domain::{
    BirthdayForm, ConsentSources, ConsentTexts, CustomerQuery, Enrolment, Failure, LanguageTag, Signup, SignupDraft,
};
use swip_kiosk::services::Clock;

use crate::actions::{Action, Crash, Damage, SERVERS, SHOPS};
use crate::behaviour::Behaviour;
use crate::durable::{Durable, read};
use crate::keeping::{age, hold_expiries};
use crate::lookups::Lookups;
use crate::promises::{Broken, Promise};
use crate::rig::Life;
use crate::world::{SHOP, Seen, Taken, World};

/// What a customer is told.
type Told = Result<Submission, Failure>;

/// Within this all that can be sent is sent, once SWiP is well: the longest pause is an hour, so is the longest wait.
const WELL_WITHIN: u64 = 3 * 3600;

/// Plays a sequence on a station that was never set up.
pub(crate) async fn play(life: &mut Life<'_>, actions: &[Action]) -> Result<(), Broken> {
    life.shared.world().figures.sequences += 1;
    life.set_up(0, true, false);
    for action in actions {
        life.shared.world().figures.actions += 1;
        Box::pin(act(life, action)).await?;
        if action.concerns_the_station() {
            check(life)?;
        }
    }
    drain(life).await
}

async fn act(life: &mut Life<'_>, action: &Action) -> Result<(), Broken> {
    life.shared.world().doing.seen.clear();
    match *action {
        Action::SignUp { customer, details, crash } => sign_up(life, customer, details, crash).await?,
        Action::Step { crash } => {
            arm(life, crash, true);
            life.step().await;
            disarm(life);
        }
        Action::SignUpDuringStep { customer, details } => {
            Box::pin(sign_up_during_step(life, customer, details)).await?;
        }
        Action::Behave { server, behaviour } => life.behave(server, behaviour).await,
        Action::AnswerLookups { server, lookups } => life.shared.world().servers[server].lookups = lookups,
        Action::LookUp { customer } => look_up(life, customer).await,
        Action::Work { seconds } => {
            arm(life, None, true);
            life.work(seconds).await;
            disarm(life);
        }
        Action::Sleep { seconds } => life.shared.world().time.uptime += Duration::from_secs(seconds),
        Action::SetTheClock { days } => {
            // What is on disk was read by the clock as it was.
            life.deliverer().await;
            let mut world = life.shared.world();
            let offset_ms = days * 24 * 3_600_000;
            let is_forward = offset_ms > world.time.wall_offset_ms;
            world.time.set_wall(offset_ms);
            world.servers.iter_mut().for_each(|server| server.is_wait_in_doubt |= is_forward);
        }
        Action::Kill => life.die(false),
        Action::Restart => {
            life.restart(Duration::ZERO).await;
            // The end of a program is a look at the queue, too; by the days that nobody has set.
            hold_expiries(life, RetentionDays::default().get())?;
        }
        Action::Damage(damage) => recover(life, damage).await?,
        Action::SetUp { shop, brings_token, adopts, asks_first } => {
            let now = life.shared.world().doing.shop;
            let is_accepted = life.set_up(shop, brings_token, asks_first);
            if is_accepted && !brings_token && SHOP[shop].0 != SHOP[now].0 {
                return Err(Promise::OwnToken.broken("a token was taken over for another origin"));
            }
            if adopts {
                life.station.adopt_queue().await;
            }
        }
        Action::Retry => retry(life).await,
        Action::Age { hours, days, is_off, wrong_by } => {
            age(life, Duration::from_hours(hours), days, (is_off, wrong_by)).await?;
        }
    }
    life.shared.world().broken.take().map_or(Ok(()), Err)
}

/// The database is damaged: whatever the copy has comes back, and what can be read, and nothing that was to go.
async fn recover(life: &mut Life<'_>, damage: Damage) -> Result<(), Broken> {
    life.deliverer().await;
    let before = life.durable();
    let old = life.damage(damage);
    // Nothing reads them any more; SQLite may need to take in the log of the copy.
    let copy = old.join("outbox.copy.db");
    let copy = read(&copy).expect("the copy can be read");
    life.deliverer().await;
    let after = life.durable();
    let mut world = life.shared.world();
    world.recoveries += 1;
    world.totals_are_known = false;
    world.figures.damaged += 1;
    // The copy may be from before SWiP asked to wait.
    world.servers.iter_mut().for_each(|server| server.busy_until = Duration::ZERO);
    let mut counts = (0, 0);
    for taken in &mut world.taken {
        let is_in = |durable: &Durable| durable.row(taken.created_ms).is_some();
        let (was_there, is_copied, is_back) = (is_in(&before), is_in(&copy), is_in(&after));
        if is_back && (taken.is_withdrawn || taken.is_expired) {
            return Err(Promise::ComesBack.broken("what was withdrawn or had expired is back"));
        }
        // Killed between leaving the copy and leaving the database.
        let was_to_go = before.row(taken.created_ms).is_some_and(|row| copy.barred.contains(&row.nonce));
        let must_be_back = is_copied || was_there && !was_to_go && damage == Damage::Index;
        if must_be_back && !is_back {
            return Err(Promise::ComesBack.broken(format!("{damage:?}: not there, copied {is_copied}")));
        }
        if is_back {
            // Whatever became of it, nobody knows.
            (taken.is_uncertain, taken.is_asked, taken.is_delivered) = (true, false, false);
            // The copy may be from before it was sent.
            taken.posts = after.row(taken.created_ms).map_or(0, |row| row.attempts);
            counts.0 += 1;
        } else if was_there {
            taken.is_lost = true;
            counts.1 += 1;
        }
    }
    world.figures.came_back += counts.0;
    world.figures.lost += counts.1;
    Ok(())
}

async fn retry(life: &Life<'_>) {
    let deliverer = life.deliverer().await;
    deliverer.retry(None).await.expect("the disk is well");
    // A manager does not wait for what SWiP asked.
    life.shared.world().servers.iter_mut().for_each(|server| server.busy_until = Duration::ZERO);
}

pub(crate) async fn look_up(life: &mut Life<'_>, customer: usize) {
    let deliverer = life.deliverer().await;
    let query = CustomerQuery::Phone(signup(&life.shared.world(), customer, 0).phone);
    let said = life.watched(life.station.look_up(&query)).await;
    if matches!(said, Some(Err(Failure::Unavailable(Unavailable::Busy)))) {
        // The loop of the worker, which nobody plays here, keeps at once what SWiP asked for.
        deliverer.reload().await;
    }
    life.said.push(format!("{said:?}"));
}

fn arm(life: &Life<'_>, crash: Option<Crash>, is_background: bool) {
    let mut world = life.shared.world();
    world.doing.is_background = is_background;
    world.doing.crash = crash;
}

/// Ends what was armed: the process dies if it met the point where it should, and what it was told is on disk if not.
/// Whether it died.
fn disarm(life: &mut Life<'_>) -> bool {
    let mut world = life.shared.world();
    let crash = world.doing.crash.take();
    let was_sent = world.doing.seen.iter().any(|seen| !matches!(seen, Seen::Points { .. }));
    let dies = std::mem::take(&mut world.doing.has_died) || crash == Some(Crash::BeforeTheEndIsStored) && was_sent;
    world.doing.is_background = false;
    world.doing.is_concurrent = false;
    let posted = world.doing.posted.take();
    if dies && world.broken.is_none() {
        if let Some(posted) = posted {
            // Nobody heard the answer, nor what it asked for.
            world.taken[posted].is_uncertain = true;
            let before = world.doing.busy_before;
            world.servers.iter_mut().zip(before).for_each(|(server, before)| server.busy_until = before);
        }
        drop(world);
        life.die(true);
        return true;
    }
    for seen in world.doing.seen.clone() {
        if let Seen::Delivered { taken } = seen {
            world.taken[taken].is_delivered = true;
        }
    }
    false
}

fn signup(world: &World, customer: usize, details: usize) -> Signup {
    let (phone, first_name) = (world.phone(customer), World::name(customer, details));
    let draft = SignupDraft { phone, first_name, ..SignupDraft::default() };
    draft.check(BirthdayForm::Iso, &Preferences::default(), date(2026, 1, 1)).expect("a good form")
}

/// The live row of a customer at the shop in force, as an index of what was taken.
fn live_row(world: &World, durable: &Durable, customer: usize) -> Option<usize> {
    let is_live = |taken: &Taken| durable.row(taken.created_ms).is_some_and(crate::durable::Row::is_live);
    let ours = |taken: &Taken| taken.customer == customer && taken.shop == world.doing.shop;
    world.taken.iter().position(|taken| ours(taken) && is_live(taken))
}

/// Takes a signup in; the clock that its row is told by.
fn take(world: &mut World, customer: usize, details: usize) -> Clock {
    let serial = i64::try_from(world.taken.len()).expect("a small number");
    let created_ms = world.wall_ms().div_euclid(1000) * 1000 + serial;
    let shop = world.doing.shop;
    let kept_since = world.time.now();
    world.taken.push(Taken { created_ms, shop, customer, details, kept_since, ..Taken::default() });
    let moment = Timestamp::from_millisecond(created_ms).expect("a time");
    Clock::Fixed(moment.to_zoned(TimeZone::UTC).datetime())
}

async fn sign_up(life: &mut Life<'_>, customer: usize, details: usize, crash: Option<Crash>) -> Result<(), Broken> {
    let before = life.durable();
    let (enrolment, clock, waiting) = {
        let mut world = life.shared.world();
        let waiting = live_row(&world, &before, customer);
        let replaceable = waiting.filter(|waiting| {
            let row = before.row(world.taken[*waiting].created_ms);
            row.is_some_and(|row| row.attempts == 0 && !row.is_unsettled)
        });
        if let Some(waiting) = replaceable.filter(|waiting| world.taken[*waiting].details != details) {
            world.taken[waiting].details = details;
            world.taken[waiting].kept_since = world.time.now();
        }
        (enrolment(&world, customer, details), take(&mut world, customer, details), waiting)
    };
    arm(life, crash, false);
    let told = life.watched(life.station.submit(enrolment, clock)).await;
    if disarm(life) {
        // Nobody heard anything.
        return Ok(());
    }
    told.map_or(Ok(()), |told| heard(life, waiting.is_none(), told))
}

async fn sign_up_during_step(life: &mut Life<'_>, customer: usize, details: usize) -> Result<(), Broken> {
    let before = life.durable();
    let (enrolment, clock, waiting) = {
        let mut world = life.shared.world();
        let waiting = live_row(&world, &before, customer);
        // Which of the two comes first would decide whether other details replace the first.
        let details = waiting.map_or(details, |waiting| world.taken[waiting].details);
        world.totals_are_known = false;
        (enrolment(&world, customer, details), take(&mut world, customer, details), waiting)
    };
    arm(life, None, false);
    life.shared.world().doing.is_concurrent = true;
    let deliverer = life.deliverer().await;
    let client = life.station.client().await;
    let background = async {
        if let (swip_kiosk::domain::delivery::Next::Send(id), Ok(client)) = (deliverer.next(), client) {
            deliverer.deliver_in_background(id, &client).await;
        }
    };
    let both = async { tokio::join!(life.station.submit(enrolment, clock), background).0 };
    let told = Box::pin(life.watched(both)).await;
    disarm(life);
    told.map_or(Ok(()), |told| heard(life, waiting.is_none(), told))
}

/// A signup with a consent whose version tells which customer, details and shop it is of.
fn enrolment(world: &World, customer: usize, details: usize) -> Enrolment {
    let mut texts = ConsentTexts::default();
    texts.add("personal_data", &version(world.doing.shop, customer, details), "ru", "Да.").expect("a good text");
    let none = ConsentTexts::default();
    let sources = ConsentSources { merchant: &texts, built_in: &none, language: &LanguageTag::default() };
    Enrolment { signup: signup(world, customer, details), consents: sources.attested() }
}

fn version(shop: usize, customer: usize, details: usize) -> String {
    format!("{shop}.{customer}.{details}")
}

/// Holds what the customer hears to what happened and to what is on disk.
fn heard(life: &mut Life<'_>, is_first: bool, told: Told) -> Result<(), Broken> {
    life.said.push(format!("{told:?}"));
    let durable = life.durable();
    let mut world = life.shared.world();
    if world.broken.is_some() {
        return Ok(());
    }
    let newest = world.taken.len() - 1;
    let Taken { created_ms, shop, customer, details, .. } = world.taken[newest];
    let is_new = durable.row(created_ms).is_some();
    let has_seen = |wanted: &dyn Fn(&Seen) -> bool| world.doing.seen.iter().any(wanted);
    let delivered = |seen: &Seen| matches!(*seen, Seen::Delivered { taken } if world.taken[taken].customer == customer);
    let proven = |seen: &Seen| {
        *seen == Seen::Member { customer }
            || matches!(*seen, Seen::Points { customer: asked, points } if asked == customer && points != 0)
    };
    // Asked for after an attempt whose end was unknown.
    let was_asked = |seen: &Seen| matches!(*seen, Seen::Points { customer: asked, .. } if asked == customer);
    let was_found = world.asks_first && has_seen(&was_asked) && world.has_account(&world.taken[newest]);
    let is_true = match told {
        Ok(Submission::Registered) => has_seen(&delivered) || was_found,
        Ok(Submission::AlreadyMember) => has_seen(&proven),
        Ok(Submission::Saved | Submission::SavedForManager) => {
            let is_same = |taken: &&Taken| (taken.shop, taken.customer, taken.details) == (shop, customer, details);
            let mut same = world.taken.iter().filter(is_same);
            let is_on_disk = same.any(|taken| durable.row(taken.created_ms).is_some());
            // Whoever was sent by the worker at the same moment is there already.
            let is_there = !world.totals_are_known && world.has_account(&world.taken[newest]);
            if !is_on_disk && !is_there {
                return Err(Promise::SavedIsTrue.broken(format!("customer {customer} is not on disk")));
            }
            true
        }
        Err(Failure::Refused(_)) => has_seen(&|seen: &Seen| *seen == Seen::Refused { customer }) && !is_new,
        Err(_) => return Err(Promise::AlwaysTaken.broken(format!("customer {customer} was told {told:?}"))),
    };
    if told.is_ok() && !durable.consents.contains(&version(shop, customer, details)) {
        return Err(Promise::EvidenceIsKept.broken(format!("customer {customer} was told {told:?}")));
    }
    if !is_true {
        return Err(Promise::RegisteredIsTrue.broken(format!("customer {customer} was told {told:?}")));
    }
    world.taken[newest].is_withdrawn = is_first && told.is_err();
    let figures = &mut world.figures;
    match told {
        Ok(Submission::Registered) => figures.registered += 1,
        Ok(Submission::AlreadyMember) => figures.members += 1,
        Ok(Submission::Saved | Submission::SavedForManager) => figures.saved += 1,
        Err(_) => figures.refused += 1,
    }
    Ok(())
}

/// Holds what is on disk to the promises.
fn check(life: &Life<'_>) -> Result<(), Broken> {
    let durable = life.durable();
    let mut world = life.shared.world();
    let mut tags = BTreeSet::new();
    let mut people = BTreeSet::new();
    for row in &durable.rows {
        let Some(taken) = world.taken.iter_mut().find(|taken| taken.created_ms == row.created_ms) else {
            return Err(Promise::Endings.broken("a row that nobody gave"));
        };
        taken.was_stored = true;
        if row.is_live() && !(tags.insert(&row.tag) && people.insert((taken.shop, taken.customer))) {
            return Err(Promise::OneLiveRow.broken(format!("customer {} has two", taken.customer)));
        }
    }
    let ended: i64 = durable.ended.values().sum();
    let rows = i64::try_from(durable.rows.len()).unwrap_or(i64::MAX);
    let expired = i64::try_from(world.taken.iter().filter(|taken| taken.is_expired).count()).unwrap_or(i64::MAX);
    let listed = i64::try_from(durable.tombstones.len()).unwrap_or(i64::MAX);
    if world.recoveries == 0 && (durable.taken != rows + ended + expired || listed != expired) {
        let seen = format!(
            "{} rows came, {rows} are there, {ended} ended, {expired} expired, {listed} are listed as such",
            durable.taken
        );
        return Err(Promise::Endings.broken(seen));
    }
    let gone = |taken: &&Taken| durable.row(taken.created_ms).is_none();
    let withdrawn = world.taken.iter().filter(gone).filter(|taken| taken.is_withdrawn).count();
    let withdrawn = i64::try_from(withdrawn).unwrap_or(i64::MAX);
    let counted = durable.ended.get("withdrawn").copied().unwrap_or(0);
    if world.totals_are_known && withdrawn != counted {
        return Err(
            Promise::Endings.broken(format!("{withdrawn} were refused to their face, {counted} are counted so"))
        );
    }
    for taken in world.taken.iter().filter(gone) {
        let has_ended = taken.is_withdrawn || taken.is_expired || taken.is_lost;
        if taken.was_stored && !has_ended && !world.has_account(taken) {
            let promise = if counted > withdrawn { Promise::Endings } else { Promise::RegisteredIsTrue };
            return Err(promise.broken(format!("customer {} is gone, and SWiP has no account", taken.customer)));
        }
    }
    Ok(())
}

/// SWiP is well again, the station visits each shop, and a manager sends the rest: nothing may be left.
async fn drain(life: &mut Life<'_>) -> Result<(), Broken> {
    for server in 0..SERVERS {
        life.behave(server, Behaviour::Good).await;
        let lookups = &mut life.shared.world().servers[server].lookups;
        if !matches!(lookups, Lookups::Work { .. }) {
            *lookups = Lookups::Work { unknown_is_zero: server == 0 };
        }
    }
    life.station.adopt_queue().await;
    let now = life.shared.world().doing.shop;
    settle(life, now).await?;
    for shop in 0..SHOPS {
        let asks_first = life.shared.world().asks_first;
        life.set_up(shop, true, asks_first);
        life.station.adopt_queue().await;
        settle(life, shop).await?;
        for _ in 0..=life.durable().rows.len() {
            retry(life).await;
            settle(life, shop).await?;
        }
    }
    let durable = life.durable();
    if !durable.rows.is_empty() {
        let left: Vec<_> = durable.rows.iter().map(|row| (&row.state, &row.reason)).collect();
        return Err(Promise::NothingLost.broken(format!("left in the end: {left:?}")));
    }
    Ok(())
}

/// Gives the worker time; whatever is live then and belongs to the shop is one that will never be sent.
async fn settle(life: &mut Life<'_>, shop: usize) -> Result<(), Broken> {
    life.shared.world().doing.seen.clear();
    arm(life, None, true);
    for _ in 0..8 {
        life.work(WELL_WITHIN / 8).await;
    }
    disarm(life);
    life.shared.world().broken.take().map_or(Ok(()), Err)?;
    check(life)?;
    let durable = life.durable();
    let world = life.shared.world();
    for taken in world.taken.iter().filter(|taken| taken.shop == shop) {
        if let Some(row) = durable.row(taken.created_ms).filter(|row| row.is_live()) {
            let seen = format!("customer {} still waits after hours: {} {:?}", taken.customer, row.state, row.reason);
            return Err(Promise::NothingLost.broken(seen));
        }
    }
    Ok(())
}
