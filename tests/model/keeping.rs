//! What has waited too long.

use std::time::Duration;

use crate::model::look_up;
use crate::promises::{Broken, Promise};
use crate::rig::Life;

/// Looks at the queue, hears the time, lets it pass, hears it again, and looks.
pub(crate) async fn age(
    life: &mut Life<'_>,
    passes: Duration,
    days: u8,
    (is_off, wrong_date): (bool, Option<i64>),
) -> Result<(), Broken> {
    look(life, days).await?;
    let there: Vec<i64> = life.durable().rows.iter().map(|row| row.created_ms).collect();
    life.shared.world().time.uptime += Duration::from_secs(1);
    hear(life, wrong_date).await;
    look(life, days).await?;
    if is_off {
        life.restart(passes).await;
    } else {
        life.shared.world().time.uptime += passes;
    }
    hear(life, None).await;
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

/// Two answers tell the time; one of them may be wrong.
async fn hear(life: &mut Life<'_>, wrong_date: Option<i64>) {
    life.shared.world().time.lie = wrong_date;
    for _ in 0..2 {
        look_up(life, 0).await;
    }
    life.shared.world().time.lie = None;
}

fn limit(days: u8, needs_a_manager: bool) -> Duration {
    let more = if needs_a_manager { 14 } else { 0 };
    Duration::from_hours((u64::from(days) + more) * 24)
}

/// One look at the queue, held to the time that has passed in truth.
async fn look(life: &mut Life<'_>, days: u8) -> Result<(), Broken> {
    life.look(days).await;
    let durable = life.durable();
    let mut world = life.shared.world();
    let now = world.time.now();
    let mut count = 0;
    for taken in world.taken.iter_mut().filter(|taken| !taken.is_expired) {
        let tombstone = durable.tombstones.iter().find(|(created_ms, _)| *created_ms == taken.created_ms);
        let Some((_, needed_a_manager)) = tombstone else { continue };
        let kept = now.saturating_sub(taken.kept_since);
        // A `Date` has no fractions.
        if kept + Duration::from_secs(1) < limit(days, *needed_a_manager) {
            return Err(Promise::KeptLongEnough.broken(format!("expired after {kept:?}, kept for {days} days")));
        }
        taken.is_expired = true;
        count += 1;
    }
    world.figures.expired += count;
    Ok(())
}
