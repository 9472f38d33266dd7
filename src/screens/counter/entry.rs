//! The customer box: what its text is taken for, and whom that asks for.

use super::{Action, Counter, EntryError, LookingUp, Status};
use crate::domain::customer::pass_text;
use crate::domain::{CustomerQuery, EntryKind, PassId, Phone, phone};
use crate::effect::Effect;
use crate::screens::UpdateContext;

impl Counter {
    /// What the box is taken for.
    pub fn kind(&self) -> EntryKind {
        match EntryKind::of(&self.entry) {
            EntryKind::Empty => EntryKind::Empty,
            found => self.taken_as.unwrap_or(found),
        }
    }

    /// Whether the box could be taken for the other kind: what holds a letter is no phone.
    pub fn can_switch(&self) -> bool {
        !self.entry.trim().is_empty() && phone::is_phone_like(&self.entry)
    }

    /// Takes the box for the other kind, and asks again if that was asked already.
    pub(super) fn switch_kind(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        if !self.shows_entry() || !self.can_switch() {
            return Vec::new();
        }
        let kind = if self.kind() == EntryKind::Phone { EntryKind::Pass } else { EntryKind::Phone };
        self.taken_as = Some(kind);
        self.entry_error = None;
        self.entry = match kind {
            EntryKind::Pass => phone::digits_of(phone::before_format(&self.typed, &self.entry)),
            EntryKind::Phone | EntryKind::Empty => phone::format_as_typed(&self.entry),
        };
        if self.status == Status::Ready {
            return Vec::new();
        }
        self.status = Status::Ready;
        self.act(Action::LookUp, cx)
    }

    /// A scan is the next customer wherever the keyboard is; what stands on the screen makes room.
    pub(super) fn scanned(&mut self, pass: PassId, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        self.make_room();
        self.next_customer();
        pass.as_str().clone_into(&mut self.entry);
        self.taken_as = Some(EntryKind::Pass);
        self.ask(CustomerQuery::Pass(pass), cx)
    }

    pub(super) fn ask(&mut self, query: CustomerQuery, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        let id = cx.ids.next_id();
        self.entry_error = None;
        let since = cx.now.uptime;
        self.status = Status::LookingUp(LookingUp { id, query: query.clone(), since, signs_up_next: false });
        vec![Effect::LookUp { id, query }]
    }

    /// Whom the box asks for.
    pub(super) fn query(&self, cx: &UpdateContext<'_>) -> Result<CustomerQuery, EntryError> {
        match self.kind() {
            EntryKind::Empty | EntryKind::Phone => Phone::parse(&self.entry, cx.preferences.phone_rules)
                .map(CustomerQuery::Phone)
                .map_err(EntryError::Phone),
            EntryKind::Pass => PassId::parse(pass_text(&self.entry)).map(CustomerQuery::Pass).map_err(EntryError::Pass),
        }
    }
}
