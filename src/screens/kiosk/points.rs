//! Points: a scanned card, or a phone where the station allows it.

use std::time::Duration;

use jiff::civil::DateTime;

use super::{Kiosk, Status};
use crate::domain::customer::pass_text;
use crate::domain::{
    CustomerQuery, EntryKind, Failure, Lookup, Now, PassError, PassId, Phone, PhoneError, Points, SignupDraft, phone,
};
use crate::effect::{Effect, RequestId};
use crate::screens::UpdateContext;

/// What is typed or scanned to see points.
#[derive(PartialEq, Eq)]
pub struct PointsEntry {
    /// As typed or scanned.
    pub entry: String,
    /// The same before it was formatted as a phone.
    pub typed: String,
    /// What is wrong with it, once it was asked for.
    pub error: Option<PointsEntryError>,
    /// Whether the field shall take the keyboard; the view takes it.
    pub wants_focus: bool,
}

/// A lookup under way.
#[derive(Debug, PartialEq, Eq)]
pub struct PointsLookup {
    /// Its answer's id.
    pub id: RequestId,
    /// Since when the customer waits, in uptime.
    pub since: Duration,
    /// Since when SWiP is asked, in uptime; until then as [`Self::since`].
    pub(super) sent_at: Duration,
    /// What is still to be asked, if this customer came after too many others.
    pub(super) held: Option<HeldLookup>,
}

/// A lookup that is asked a little later.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HeldLookup {
    /// In uptime.
    pub(super) until: Duration,
    query: CustomerQuery,
}

impl PointsLookup {
    /// A lookup that was asked at a moment, in uptime.
    pub fn asked(id: RequestId, since: Duration) -> Self {
        Self { id, since, sent_at: since, held: None }
    }
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
}

/// What is wrong with what was typed or scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointsEntryError {
    /// It was taken for a phone.
    Phone(PhoneError),
    /// It was taken for a card.
    Pass(PassError),
}

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
    pub(super) fn new() -> Self {
        Self { entry: String::new(), typed: String::new(), error: None, wants_focus: true }
    }

    fn wipe(&mut self) {
        for text in [&mut self.entry, &mut self.typed] {
            let mut gone = SignupDraft { phone: std::mem::take(text), ..SignupDraft::default() };
            gone.wipe();
        }
    }

    fn query(&self, cx: &UpdateContext<'_>) -> Result<CustomerQuery, PointsEntryError> {
        let by_phone = cx.preferences.kiosk.points_by_phone;
        match EntryKind::of(&self.entry) {
            EntryKind::Empty | EntryKind::Phone if by_phone => Phone::parse(&self.entry, cx.preferences.phone_rules)
                .map(CustomerQuery::Phone)
                .map_err(PointsEntryError::Phone),
            _ => PassId::parse(pass_text(phone::before_format(&self.typed, &self.entry)))
                .map(CustomerQuery::Pass)
                .map_err(PointsEntryError::Pass),
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
                if !cx.preferences.kiosk.points_by_phone {
                    // The next scan begins anew: nobody can take this one away where there are no keys.
                    entry.wipe();
                }
                entry.error = Some(error);
                entry.wants_focus = true;
                return Vec::new();
            }
        };
        self.ask(query, cx)
    }

    /// A card that was scanned before or on the page of points; on any other page it is nobody's.
    pub(super) fn scanned(&mut self, pass: PassId, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        if self.asked_since.is_some() || !matches!(self.status, Status::Attract | Status::Points(_)) {
            return Vec::new();
        }
        self.active_at = cx.now.uptime;
        self.is_choosing_comfort = false;
        self.ask(CustomerQuery::Pass(pass), cx)
    }

    fn ask(&mut self, query: CustomerQuery, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        let since = cx.now.uptime;
        let id = cx.ids.next_id();
        let until = since + self.lookups.wait(since, cx.preferences.kiosk.rate());
        self.status = Status::LookingUp(PointsLookup {
            held: Some(HeldLookup { until, query }),
            ..PointsLookup::asked(id, since)
        });
        self.ticked(cx)
    }

    /// Asks for what is due. Cards count like phones: their numbers can be tried as well.
    pub(super) fn ask_held(&mut self, cx: &UpdateContext<'_>) -> Option<Effect> {
        let now = cx.now.uptime;
        let Status::LookingUp(asked) = &mut self.status else {
            return None;
        };
        let HeldLookup { query, .. } = asked.held.take_if(|held| held.until <= now)?;
        self.lookups.count(now, cx.preferences.kiosk.rate());
        asked.sent_at = now;
        Some(Effect::LookUp { id: asked.id, query })
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
