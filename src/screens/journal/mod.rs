//! The journal at the manager's: figures and a chart of some days, and the records to look through.

#[cfg(test)]
mod tests;
pub mod view;
mod view_figures;
mod view_records;

use std::path::PathBuf;

use crate::domain::journal::{
    JournalAnswer, JournalQuestion, JournalRange, JournalReport, JournalRows, JournalSearch, KindGroup, OutcomeGroup,
    RecordPlace,
};
use crate::domain::settings::Mode;
use crate::domain::{Failure, FileForm, PhoneMask};
use crate::effect::{Effect, RequestId};
use crate::screens::{Update, UpdateContext};

/// The journal screen.
#[derive(Debug, Default)]
pub struct JournalScreen {
    /// Which days.
    pub range: JournalRange,
    /// What is looked for among the records.
    pub search: JournalSearch,
    /// How the phone ends that is looked for, as typed.
    pub phone_end: String,
    /// The figures and the chart.
    pub report: JournalPart<JournalReport>,
    /// The records on the screen.
    pub page: JournalPart<JournalRows>,
    /// The page is another one: it begins at its top. The view takes it.
    pub is_turned: bool,
    /// The file.
    pub file: FileStatus,
    /// From before where each page after the first begins, up to the one on the screen.
    starts: Vec<RecordPlace>,
}

/// Something that the journal is asked for. What it told before stays while it is asked anew.
#[derive(Debug, PartialEq, Eq)]
pub struct JournalPart<T> {
    /// What it told last.
    pub told: Option<T>,
    /// Why it told nothing.
    pub failure: Option<Failure>,
    /// The question that is open.
    asked: Option<RequestId>,
}

/// What became of the file.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum FileStatus {
    /// Nobody wants one.
    #[default]
    Unwanted,
    /// It is being written.
    Writing(RequestId),
    /// It is there.
    Written(PathBuf),
    /// It is not.
    Failed(Failure),
}

/// What a person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Other days.
    Choose(JournalRange),
    /// What was done, of all.
    SearchKinds(Option<KindGroup>),
    /// How it ended, of all.
    SearchOutcomes(Option<OutcomeGroup>),
    /// The end of the phone was edited.
    EditPhoneEnd,
    /// Records before those on the screen.
    Older,
    /// Records after them.
    Newer,
    /// Everything anew.
    Refresh,
    /// All records of these days in a file.
    Export(FileForm),
    /// Back.
    Leave,
}

/// What happened.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// A person did something.
    Acted(Action),
    /// The screen came up.
    Opened,
    /// The journal told something, or did not.
    Answered {
        /// To which request.
        id: RequestId,
        /// What.
        result: Result<JournalAnswer, Failure>,
    },
}

/// Where this screen is left for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Where the person came from.
    Left,
}

/// How many digits of a phone the journal keeps.
const PHONE_END: usize = 2;

impl JournalScreen {
    /// Which page of the records is on the screen, counted from 1.
    pub fn page_number(&self) -> usize {
        self.starts.len() + 1
    }

    /// Whether there are older records than those on the screen.
    pub fn has_older(&self) -> bool {
        self.page.told.as_ref().is_some_and(|page| page.next.is_some())
    }

    /// Whether something is looked for, not all.
    pub fn is_searching(&self) -> bool {
        self.search != JournalSearch::default()
    }

    /// Takes an event in.
    pub fn update(&mut self, event: Event, cx: &mut UpdateContext<'_>) -> Update<Exit> {
        match event {
            Event::Acted(Action::Leave) => Update::exit(Exit::Left),
            Event::Acted(action) => self.act(action, cx).into(),
            Event::Opened => self.read_all(cx).into(),
            Event::Answered { id, result } => {
                self.answered(id, result);
                Update::default()
            }
        }
    }

    fn act(&mut self, action: Action, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        match action {
            Action::Choose(range) => {
                self.range = range;
                self.file = FileStatus::Unwanted;
                self.read_all(cx)
            }
            Action::Refresh => self.read_all(cx),
            Action::SearchKinds(kinds) => self.look_for(JournalSearch { kinds, ..self.search }, cx),
            Action::SearchOutcomes(outcomes) => self.look_for(JournalSearch { outcomes, ..self.search }, cx),
            Action::EditPhoneEnd => {
                // Half of an end would be another one's.
                let is_whole = self.phone_end.len() == PHONE_END;
                let end = self.phone_end.parse().ok().filter(|_| is_whole);
                let phone = end.and_then(PhoneMask::of_tail);
                if phone == self.search.phone {
                    return Vec::new();
                }
                self.look_for(JournalSearch { phone, ..self.search }, cx)
            }
            Action::Older => match self.page.told.as_ref().and_then(|page| page.next) {
                // One page at a time.
                Some(next) if self.page.asked.is_none() => {
                    self.starts.push(next);
                    self.read_page(cx)
                }
                _ => Vec::new(),
            },
            Action::Newer if self.page.asked.is_none() && self.starts.pop().is_some() => self.read_page(cx),
            Action::Export(form) => self.export(form, cx),
            Action::Newer | Action::Leave => Vec::new(),
        }
    }

    fn look_for(&mut self, search: JournalSearch, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        self.search = search;
        self.starts.clear();
        self.read_page(cx)
    }

    fn read_all(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        self.starts.clear();
        let mut effects = vec![self.report.ask(JournalQuestion::Report(self.range), cx)];
        effects.extend(self.read_page(cx));
        effects
    }

    fn read_page(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        let question = JournalQuestion::Page(self.range, self.search, self.starts.last().copied());
        vec![self.page.ask(question, cx)]
    }

    /// A kiosk has no place for a file that a person could get at.
    fn export(&mut self, form: FileForm, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        if cx.preferences.mode == Mode::Kiosk || matches!(self.file, FileStatus::Writing(_)) {
            return Vec::new();
        }
        let id = cx.ids.next_id();
        self.file = FileStatus::Writing(id);
        vec![Effect::AskJournal { id, question: JournalQuestion::Export(self.range, form) }]
    }

    fn answered(&mut self, id: RequestId, result: Result<JournalAnswer, Failure>) {
        if self.report.asked == Some(id) {
            self.report.answered(result.map(|answer| match answer {
                JournalAnswer::Report(report) => Some(report),
                JournalAnswer::Page(_) | JournalAnswer::Exported(_) | JournalAnswer::Recent(_) => None,
            }));
        } else if self.page.asked == Some(id) {
            self.is_turned = true;
            self.page.answered(result.map(|answer| match answer {
                JournalAnswer::Page(page) => Some(page),
                JournalAnswer::Report(_) | JournalAnswer::Exported(_) | JournalAnswer::Recent(_) => None,
            }));
        } else if self.file == FileStatus::Writing(id) {
            self.file = match result {
                Ok(JournalAnswer::Exported(path)) => FileStatus::Written(path),
                Ok(JournalAnswer::Report(_) | JournalAnswer::Page(_) | JournalAnswer::Recent(_)) => {
                    FileStatus::Failed(Failure::Internal)
                }
                Err(failure) => FileStatus::Failed(failure),
            };
        }
    }
}

impl<T> JournalPart<T> {
    fn ask(&mut self, question: JournalQuestion, cx: &mut UpdateContext<'_>) -> Effect {
        let id = cx.ids.next_id();
        self.asked = Some(id);
        Effect::AskJournal { id, question }
    }

    /// An old answer under a new heading would be a lie: a failure takes it away.
    fn answered(&mut self, result: Result<Option<T>, Failure>) {
        self.asked = None;
        let result = result.and_then(|told| told.ok_or(Failure::Internal));
        self.failure = result.as_ref().err().copied();
        self.told = result.ok();
    }
}

impl<T> Default for JournalPart<T> {
    fn default() -> Self {
        Self { told: None, failure: None, asked: None }
    }
}
