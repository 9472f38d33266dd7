//! What has waited too long.

use std::time::Duration;

use crate::promises::{Broken, Promise};
use crate::rig::Life;
use crate::world::Time;

/// Looks at the queue, lets time pass, and looks again; before that somebody may set the clock on the wall wrong, and right.
pub(crate) async fn age(
    life: &mut Life<'_>,
    passes: Duration,
    days: u16,
    (is_off, wrong_by): (bool, Option<i64>),
) -> Result<(), Broken> {
    look(life, days).await?;
    let there: Vec<i64> = life.durable().rows.iter().map(|row| row.created_ms).collect();
    if let Some(wrong_by) = wrong_by {
        let right = life.shared.world().time.wall_offset_ms;
        life.shared.world().time.set_wall(wrong_by * 24 * 3_600_000);
        look(life, days).await?;
        life.shared.world().time.set_wall(right);
        look(life, days).await?;
    }
    if is_off {
        life.restart(passes).await;
    } else {
        // A program at work looks every hour.
        let mut left = passes;
        while !left.is_zero() {
            let step = left.min(Duration::from_hours(2));
            life.shared.world().time.uptime += step;
            left -= step;
            life.look(days).await;
        }
    }
    look(life, days).await?;
    let durable = life.durable();
    let left = durable.rows.iter().find(|row| limit(days, !row.is_live()) <= passes && there.contains(&row.created_ms));
    match left {
        Some(row) if !is_off => {
            Err(Promise::KeptNoLonger.broken(format!("{} {:?} after {passes:?} at work", row.state, row.reason)))
        }
        _ => Ok(()),
    }
}

fn limit(days: u16, needs_a_manager: bool) -> Duration {
    let more = if needs_a_manager { 14 } else { 0 };
    Duration::from_hours((u64::from(days) + more) * 24)
}

/// How much older than it is something may look by now: three days for each day at work, if somebody set the clock forward.
fn may_look_older(time: &Time) -> Duration {
    let days_at_work = u32::try_from(time.uptime.as_secs() / (24 * 3600)).expect("not for ever");
    time.pushed.min(Duration::from_hours(72) * (days_at_work + 1))
}

/// One look at the queue, held to the time that has passed in truth.
async fn look(life: &mut Life<'_>, days: u16) -> Result<(), Broken> {
    life.look(days).await;
    hold_expiries(life, days)
}

/// Holds what has expired by now to the time that has passed in truth.
pub(crate) fn hold_expiries(life: &Life<'_>, days: u16) -> Result<(), Broken> {
    let durable = life.durable();
    let mut world = life.shared.world();
    let (now, older) = (world.time.now(), may_look_older(&world.time));
    let mut count = 0;
    for taken in world.taken.iter_mut().filter(|taken| !taken.is_expired) {
        let tombstone = durable.tombstones.iter().find(|(created_ms, _)| *created_ms == taken.created_ms);
        let Some((_, needed_a_manager)) = tombstone else { continue };
        let kept = now.saturating_sub(taken.kept_since);
        if kept + older < limit(days, *needed_a_manager) {
            return Err(Promise::KeptLongEnough.broken(format!("expired after {kept:?}, kept for {days} days")));
        }
        taken.is_expired = true;
        count += 1;
    }
    world.figures.expired += count;
    Ok(())
}
