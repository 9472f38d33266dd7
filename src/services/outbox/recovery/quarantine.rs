//! Where damaged databases are kept, as they were found, until they have reached the age of what may be in them.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::services::outbox::db::schema::{exists, wal_of};
use crate::services::outbox::status::{ReturnCause, Returned};
use crate::services::{durable, plain_file};

/// The folder of databases that were damaged: `outbox-N.db` with its log, `outbox-N.salvaged` once everything that could be
/// read is back, and `outbox-N.seen` once a person knows.
#[derive(Debug)]
pub(in crate::services::outbox) struct Quarantine {
    folder: PathBuf,
}

/// Three numbers.
const LONGEST_MARK: u64 = 256;

/// A damaged database that was moved here.
#[derive(Debug)]
pub(super) struct Damaged {
    stem: PathBuf,
}

/// What `outbox-N.salvaged` says, in this order; programs before 0.2 wrote the count alone.
struct RestoreMark {
    count: u32,
    /// Of the copy, as in [`Returned`].
    copied_ms: Option<i64>,
    /// The station clock.
    moved_ms: Option<i64>,
}

impl Quarantine {
    pub(in crate::services::outbox) fn of(data: &Path) -> Self {
        Self { folder: data.join("quarantine") }
    }

    /// Moves a database and its log here. A database that has vanished leaves an empty file, so that it is known.
    pub(in crate::services::outbox) fn take(&self, db: &Path) -> io::Result<()> {
        durable::create_private_dir(&self.folder)?;
        let mut all = (1_u32..).map(|number| self.damaged(number));
        let damaged = all.find(|damaged| !exists(&damaged.db()) && !damaged.is_searched());
        let damaged = damaged.ok_or(io::ErrorKind::Other)?;
        // The log goes first: left alone without its database, SQLite would delete it. A move that is cut short between
        // the two is finished under the same number.
        for (from, to) in [(wal_of(db), wal_of(&damaged.db())), (db.to_owned(), damaged.db())] {
            if exists(&from) {
                // What is no file is kept under a name that nobody opens.
                let to = if plain_file::is_no_file(&from) { to.with_added_extension("no-file") } else { to };
                durable::rename(&from, &to)?;
                durable::sync_parent(&to)?;
                durable::sync_parent(&from)?;
            }
        }
        durable::touch_private(&damaged.db())?;
        tracing::error!(
            name = damaged.stem.file_name().and_then(|name| name.to_str()),
            "the outbox database is damaged and was moved to the quarantine"
        );
        Ok(())
    }

    /// What was not searched to the end, oldest first.
    pub(super) fn unsearched(&self) -> io::Result<Vec<Damaged>> {
        Ok(self.all()?.into_iter().filter(|damaged| !damaged.is_searched()).collect())
    }

    /// What came back after the last damage, unless a person knows.
    pub(in crate::services::outbox) fn unseen(&self) -> io::Result<Option<Returned>> {
        let mut marks = self.all()?.into_iter().filter(|damaged| damaged.is_searched() && !exists(&damaged.seen()));
        Ok(marks.next_back().map(|damaged| {
            let RestoreMark { count, copied_ms, .. } = damaged.mark();
            Returned { cause: ReturnCause::Damage, count, copied_ms }
        }))
    }

    /// A person has taken note of all there is.
    pub(in crate::services::outbox) fn acknowledge(&self) -> io::Result<()> {
        let searched = self.all()?.into_iter().filter(Damaged::is_searched);
        searched.map(|damaged| damaged.seen()).try_for_each(|seen| durable::touch_private(&seen))
    }

    /// Destroys what was moved here so long ago that nothing in it may be kept any more; whether anything stays. `now_ms`
    /// is the station clock.
    pub(in crate::services::outbox) fn expire(&self, now_ms: i64, keep: Duration) -> io::Result<bool> {
        let mut stays = false;
        for damaged in self.all()? {
            let mut mark = damaged.mark();
            // A time that the clock has not shown was put there by somebody else.
            mark.moved_ms = mark.moved_ms.filter(|moved_ms| (0..=now_ms).contains(moved_ms));
            let age_ms = mark.moved_ms.map_or(0, |moved_ms| now_ms - moved_ms);
            if damaged.is_searched() && u64::try_from(age_ms).is_ok_and(|age_ms| Duration::from_millis(age_ms) >= keep)
            {
                damaged.destroy()?;
                continue;
            }
            if damaged.is_searched() && mark.moved_ms.is_none() {
                damaged.note(&RestoreMark { moved_ms: Some(now_ms), ..mark })?;
            }
            stays = true;
        }
        Ok(stays)
    }

    /// Destroys everything that was searched: a customer in it is to be forgotten.
    pub(in crate::services::outbox) fn clear(&self) -> io::Result<()> {
        self.all()?.into_iter().filter(Damaged::is_searched).try_for_each(|damaged| damaged.destroy())
    }

    fn all(&self) -> io::Result<Vec<Damaged>> {
        let names = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            names => names?,
        };
        let mut numbers = BTreeSet::new();
        for name in names {
            let name = name?.file_name();
            let number =
                name.to_str().and_then(|name| name.strip_prefix("outbox-")?.split('.').next()?.parse::<u32>().ok());
            numbers.extend(number);
        }
        Ok(numbers.into_iter().map(|number| self.damaged(number)).collect())
    }

    fn damaged(&self, number: u32) -> Damaged {
        Damaged { stem: self.folder.join(format!("outbox-{number}")) }
    }
}

impl Damaged {
    pub(super) fn db(&self) -> PathBuf {
        self.stem.with_added_extension("db")
    }

    fn searched(&self) -> PathBuf {
        self.stem.with_added_extension("salvaged")
    }

    fn seen(&self) -> PathBuf {
        self.stem.with_added_extension("seen")
    }

    fn is_searched(&self) -> bool {
        exists(&self.searched())
    }

    /// Takes note that everything that could be read is back.
    pub(super) fn mark_restored(&self, returned: Returned, moved_ms: i64) -> io::Result<()> {
        let Returned { count, copied_ms, .. } = returned;
        self.note(&RestoreMark { count, copied_ms, moved_ms: Some(moved_ms) })
    }

    fn note(&self, mark: &RestoreMark) -> io::Result<()> {
        let number = |number: Option<i64>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
        let text = format!("{} {} {}\n", mark.count, number(mark.copied_ms), number(mark.moved_ms));
        durable::replace(&self.searched(), |aside| fs::write(aside, text))
    }

    fn mark(&self) -> RestoreMark {
        let text = plain_file::read(&self.searched(), LONGEST_MARK).unwrap_or_default();
        let mut words = std::str::from_utf8(&text).unwrap_or_default().split_whitespace();
        RestoreMark {
            count: words.next().and_then(|word| word.parse().ok()).unwrap_or_default(),
            copied_ms: words.next().and_then(|word| word.parse().ok()),
            moved_ms: words.next().and_then(|word| word.parse().ok()),
        }
    }

    /// The mark goes last: without it the rest would be searched once more.
    fn destroy(&self) -> io::Result<()> {
        for path in [wal_of(&self.db()), self.db(), self.seen(), self.searched()] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => durable::sync_parent(&path)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_moved_at_a_time_that_somebody_put_there_ends_like_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let quarantine = Quarantine::of(folder.path());
        durable::create_private_dir(&quarantine.folder).unwrap();
        for (number, moved_ms) in [i64::MAX, i64::MIN, 2_000, 1_000].into_iter().enumerate() {
            let damaged = quarantine.damaged(u32::try_from(number).unwrap());
            fs::write(damaged.db(), "x").unwrap();
            damaged.note(&RestoreMark { count: 1, copied_ms: None, moved_ms: Some(moved_ms) }).unwrap();
        }
        let keep = Duration::from_millis(500);
        assert!(quarantine.expire(1_000, keep).unwrap(), "what says nothing of use counts from now on");
        assert!(quarantine.expire(1_499, keep).unwrap());
        assert!(!quarantine.expire(1_500, keep).unwrap());
        assert!(quarantine.all().unwrap().is_empty());
    }
}
