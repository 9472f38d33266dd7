//! Points: a scanned card, or a phone where the station allows it.

use std::time::Duration;

use jiff::civil::DateTime;

use super::{Kiosk, Status};
use crate::domain::customer::pass_text;
use crate::domain::{
    CustomerQuery, EntryKind, Failure, Lookup, Now, PassError, PassId, Phone, PhoneError, Points, SignupDraft,
};
use crate::effect::{Effect, RequestId};
use crate::screens::UpdateContext;

/// What is typed or scanned to see points.
#[derive(PartialEq, Eq)]
pub struct PointsEntry {
    /// As typed or scanned.
    pub entry: String,
    /// What is wrong with it, once it was asked for.
    pub error: Option<PointsEntryError>,
    /// Whether the field shall take the keyboard; the view takes it.
    pub wants_focus: bool,
    /// When its first character came, in uptime.
    started_at: Option<Duration>,
    /// When its last one came, in uptime.
    edited_at: Duration,
}

/// A lookup under way.
#[derive(Debug, PartialEq, Eq)]
pub struct PointsLookup {
    /// Its answer's id.
    pub id: RequestId,
    /// Since when, in uptime.
    pub since: Duration,
}

/// What came of a lookup.
#[derive(Debug, PartialEq, Eq)]
pub struct PointsAnswer {
    /// What.
    pub found: FoundPoints,
    /// Since when it shows untouched, in uptime.
    pub since: Duration,
}

/// What a lookup brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundPoints {
    /// The balance, and when SWiP gave it, in local time.
    Points(Points, DateTime),
    /// Nobody.
    Nobody,
    /// No answer.
    Nothing,
    /// Too many phones were asked for.
    TooMany,
}

/// What is wrong with what was typed or scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointsEntryError {
    /// It was taken for a phone.
    Phone(PhoneError),
    /// It was taken for a card.
    Pass(PassError),
}

/// A scanner types this fast or faster, per character; nobody else does.
const SCAN_PACE: Duration = Duration::from_millis(30);
/// What is shorter says nothing about who typed it.
const SHORTEST_SCAN: usize = 8;

impl Drop for PointsEntry {
    fn drop(&mut self) {
        self.wipe();
    }
}

/// A phone or a card stays out of every debug output.
impl std::fmt::Debug for PointsEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PointsEntry").field("error", &self.error).finish_non_exhaustive()
    }
}

impl PointsEntry {
    /// An empty field.
    pub(super) fn new(now: Duration) -> Self {
        Self { entry: String::new(), error: None, wants_focus: true, started_at: None, edited_at: now }
    }

    fn wipe(&mut self) {
        let mut gone = SignupDraft { phone: std::mem::take(&mut self.entry), ..SignupDraft::default() };
        gone.wipe();
        self.started_at = None;
    }

    pub(super) fn edited(&mut self, now: Duration) {
        self.error = None;
        self.edited_at = now;
        if self.entry.is_empty() {
            self.started_at = None;
        } else {
            self.started_at.get_or_insert(now);
        }
    }

    /// Whether it came too fast for a person.
    fn is_scanned(&self) -> bool {
        let length = u32::try_from(self.entry.chars().count()).unwrap_or(u32::MAX);
        let Some(started) = self.started_at.filter(|_| length as usize >= SHORTEST_SCAN) else {
            return false;
        };
        self.edited_at.saturating_sub(started) <= SCAN_PACE.saturating_mul(length)
    }

    fn query(&self, cx: &UpdateContext<'_>) -> Result<CustomerQuery, PointsEntryError> {
        let by_phone = cx.preferences.kiosk.points_by_phone;
        match EntryKind::of(&self.entry) {
            EntryKind::Empty | EntryKind::Phone if by_phone && !self.is_scanned() => {
                Phone::parse(&self.entry, cx.preferences.phone_rules)
                    .map(CustomerQuery::Phone)
                    .map_err(PointsEntryError::Phone)
            }
            _ => PassId::parse(pass_text(&self.entry)).map(CustomerQuery::Pass).map_err(PointsEntryError::Pass),
        }
    }
}

impl Kiosk {
    pub(super) fn look_up(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        let Status::Points(entry) = &mut self.status else {
            return Vec::new();
        };
        let query = match entry.query(cx) {
            Ok(query) => query,
            Err(error) => {
                if !cx.preferences.kiosk.points_by_phone || entry.is_scanned() {
                    // The next scan begins anew: nobody can take this one away where there are no keys.
                    entry.wipe();
                }
                entry.error = Some(error);
                entry.wants_focus = true;
                return Vec::new();
            }
        };
        let since = cx.now.uptime;
        if matches!(query, CustomerQuery::Phone(_)) {
            if !self.lookups.allows(since) {
                self.status = Status::Answer(PointsAnswer { found: FoundPoints::TooMany, since });
                return Vec::new();
            }
            self.lookups.count(since);
        }
        let id = cx.ids.next_id();
        self.status = Status::LookingUp(PointsLookup { id, since });
        vec![Effect::LookUp { id, query }]
    }

    pub(super) fn looked_up(&mut self, id: RequestId, result: Result<Lookup, Failure>, now: Now) {
        let is_awaited = matches!(&self.status, Status::LookingUp(asked) if asked.id == id);
        if !is_awaited {
            return;
        }
        let found = match result {
            Ok(Lookup::Member(points)) => FoundPoints::Points(points, now.local),
            Ok(Lookup::Unknown) => FoundPoints::Nobody,
            Err(_) => FoundPoints::Nothing,
        };
        self.active_at = now.uptime;
        self.status = Status::Answer(PointsAnswer { found, since: now.uptime });
    }
}
