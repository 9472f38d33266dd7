//! What a person does with a list.

use super::{Action, BalancesScreen, ListFile, ListSpeed, Status};
use crate::domain::balances::{ListFilter, ListQuestion, ListSort, ListSource, ListWork};
use crate::domain::{FileForm, typed_path};
use crate::effect::Effect;
use crate::screens::UpdateContext;

impl BalancesScreen {
    /// Whether a list may be brought: not while there is one, or may be one that was interrupted.
    pub fn takes_lists(&self) -> bool {
        self.list.is_none() && !matches!(self.status, Status::Finding(_))
    }

    /// Whether some rows have no answer yet.
    pub fn can_go_on(&self) -> bool {
        self.status != Status::Running && self.list.as_ref().is_some_and(|list| list.waiting() > 0)
    }

    /// Whether some rows were given up.
    pub fn can_retry(&self) -> bool {
        self.status != Status::Running && self.list.as_ref().is_some_and(|list| list.counts().unanswered > 0)
    }

    pub(super) fn act(&mut self, action: Action, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        match action {
            Action::OpenPath => match typed_path(&self.path) {
                Some(path) => self.bring(ListSource::File(path), cx),
                None => Vec::new(),
            },
            Action::Bring(source) => self.bring(source, cx),
            Action::ChooseColumn(column) => match self.source.clone() {
                Some(source) if self.preview.is_some() => self.read(source, Some(column), cx),
                _ => Vec::new(),
            },
            Action::Start => self.start(cx),
            Action::Pause if self.status == Status::Running => self.stop(Status::Paused),
            Action::Cancel if matches!(self.status, Status::Running | Status::Paused | Status::Ended(_)) => {
                self.cancel(cx)
            }
            Action::GoOn if self.can_go_on() => self.run(cx),
            Action::RetryFailed if self.can_retry() => {
                self.list.as_mut().map(ListWork::ask_failed_again);
                self.run(cx)
            }
            Action::Filter(filter) => self.arrange(|list| (filter, list.sort())),
            Action::Sort(sort) => self.arrange(|list| (list.filter(), sort)),
            Action::Export(form) => self.export(form, cx),
            Action::Close if self.status != Status::Running && self.has_unsaved => {
                self.asks_to_close = true;
                Vec::new()
            }
            Action::Close | Action::ConfirmClose if self.status != Status::Running => self.close(cx),
            Action::KeepOpen => {
                self.asks_to_close = false;
                Vec::new()
            }
            // Nothing of the kind is on the screen.
            Action::Pause
            | Action::Cancel
            | Action::GoOn
            | Action::RetryFailed
            | Action::Close
            | Action::ConfirmClose
            | Action::Leave => Vec::new(),
        }
    }

    fn bring(&mut self, source: ListSource, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        if self.takes_lists() { self.read(source, None, cx) } else { Vec::new() }
    }

    fn read(&mut self, source: ListSource, column: Option<usize>, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        self.source = Some(source.clone());
        self.ask(Status::Reading, ListQuestion::Read(source, column), cx)
    }

    /// The preview becomes the list.
    fn start(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        if self.status != Status::Previewing || self.preview.as_ref().is_none_or(|preview| preview.counts().0 == 0) {
            return Vec::new();
        }
        let Some(list) = self.preview.take().and_then(|preview| preview.list.ok()) else { return Vec::new() };
        // What the list came from may hold names, and is of no use any more.
        (self.source, self.path) = (None, String::new());
        self.list = Some(ListWork::new(list));
        self.run(cx)
    }

    fn run(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        let Some(list) = &self.list else { return Vec::new() };
        let id = cx.ids.next_id();
        (self.run, self.status) = (Some(id), Status::Running);
        // Where one is that is being written will be told.
        if !self.file.is_being_written() {
            self.file = ListFile::Unwanted;
        }
        self.speed = ListSpeed { since: cx.now.uptime, ..ListSpeed::default() };
        vec![Effect::RunList { id, list: list.saved() }]
    }

    fn stop(&mut self, status: Status) -> Vec<Effect> {
        self.status = status;
        vec![Effect::StopList]
    }

    fn cancel(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        let mut effects = self.stop(Status::Cancelled);
        effects.push(Effect::AskList { id: cx.ids.next_id(), question: ListQuestion::Forget });
        effects
    }

    fn arrange(&mut self, wish: impl FnOnce(&ListWork) -> (ListFilter, ListSort)) -> Vec<Effect> {
        if let Some(list) = &mut self.list {
            let (filter, sort) = wish(list);
            list.arrange(filter, sort);
            self.is_turned = true;
        }
        Vec::new()
    }

    fn export(&mut self, form: FileForm, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        let Some(list) = self.list.as_ref().filter(|_| !self.file.is_being_written()) else {
            return Vec::new();
        };
        let id = cx.ids.next_id();
        self.file = ListFile::Writing { id, is_behind: false };
        vec![Effect::AskList { id, question: ListQuestion::Export(list.saved(), form) }]
    }

    /// Everything is forgotten, also what would go on after a restart.
    fn close(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        let had_list = self.list.is_some();
        *self = Self::default();
        if had_list {
            vec![Effect::AskList { id: cx.ids.next_id(), question: ListQuestion::Forget }]
        } else {
            Vec::new()
        }
    }
}
