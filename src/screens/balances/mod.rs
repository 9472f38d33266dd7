//! The points of many customers: a list comes in, is confirmed, asked about row by row, and written into a file.

mod act;
#[cfg(test)]
mod tests;
pub mod view;
mod view_list;
mod view_preview;

use std::path::PathBuf;
use std::time::Duration;

use crate::domain::balances::{
    ListAnswer, ListFault, ListFilter, ListNews, ListPreview, ListQuestion, ListSort, ListSource, ListWork, SavedList,
};
use crate::domain::{Failure, FileForm};
use crate::effect::{Effect, RequestId};
use crate::screens::{Update, UpdateContext};

/// The balances screen.
#[derive(Debug, Default)]
pub struct BalancesScreen {
    /// Where the screen stands.
    pub status: Status,
    /// The path of a file, as typed.
    pub path: String,
    /// How the source was understood, until it is confirmed.
    pub preview: Option<ListPreview>,
    /// The list that was confirmed.
    pub list: Option<ListWork>,
    /// How fast it goes.
    pub speed: ListSpeed,
    /// What became of the file.
    pub file: ListFile,
    /// Whether it is asked if the list may go.
    pub asks_to_close: bool,
    /// The rows are others, or in another order: the view begins at their top, and takes this.
    pub is_turned: bool,
    /// Where the preview comes from.
    source: Option<ListSource>,
    /// The list that is being asked about, or was.
    run: Option<RequestId>,
    /// Answers that no file holds.
    has_unsaved: bool,
}

/// Where the screen stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// There is no list.
    #[default]
    Choosing,
    /// What was brought is no list.
    Refused(ListFault),
    /// The list that was interrupted is being looked for, which another one would replace.
    Finding(RequestId),
    /// A list is being read.
    Reading(RequestId),
    /// A person looks whether it was understood.
    Previewing,
    /// Rows are asked about.
    Running,
    /// Nobody asks until a person wants to.
    Paused,
    /// A person has ended it before its end.
    Cancelled,
    /// It has ended before its end.
    Ended(Failure),
    /// Every row was asked about.
    Done,
}

/// How fast a list goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListSpeed {
    /// When it began, or went on, in uptime.
    since: Duration,
    /// Rows that got their answer since then.
    answered: u32,
    /// Until when nothing is asked, in uptime.
    waits_until: Duration,
}

/// How many answers come, in the unit in which the number tells something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ListRate {
    /// A second.
    Second(f64),
    /// A minute.
    Minute(f64),
}

/// What became of the file.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum ListFile {
    /// Nobody wants one.
    #[default]
    Unwanted,
    /// It is being written.
    Writing {
        /// By which request.
        id: RequestId,
        /// Whether an answer came after it was begun.
        is_behind: bool,
    },
    /// It is there.
    Written {
        /// Where.
        path: PathBuf,
        /// Whether an answer came that is not in it.
        is_behind: bool,
    },
    /// It is not.
    Failed(Failure),
}

/// What a person wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Read the file whose path was typed.
    OpenPath,
    /// Read what was dropped or pasted.
    Bring(ListSource),
    /// Take the customers from another column, from 0.
    ChooseColumn(usize),
    /// It was understood: ask.
    Start,
    /// Ask no more for now.
    Pause,
    /// Ask about what has no answer yet.
    GoOn,
    /// Ask about those that were given up, too.
    RetryFailed,
    /// Ask no more, and do not go on after a restart.
    Cancel,
    /// Show other rows.
    Filter(ListFilter),
    /// Show them in another order.
    Sort(ListSort),
    /// Write everything into a file.
    Export(FileForm),
    /// Make room for another list.
    Close,
    /// Do, though answers go with it.
    ConfirmClose,
    /// Do not.
    KeepOpen,
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
    /// A question was answered, or was not.
    Answered {
        /// To which request.
        id: RequestId,
        /// What was told.
        result: Result<ListAnswer, Failure>,
    },
    /// The list has got on.
    News {
        /// Of which request.
        id: RequestId,
        /// Since the last time.
        news: Vec<ListNews>,
    },
    /// Nobody asks about the list any more.
    Ended {
        /// Of which request.
        id: RequestId,
        /// Why.
        result: Result<(), Failure>,
    },
}

/// Where this screen is left for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Where the person came from.
    Left,
}

impl ListSpeed {
    /// Answers a second since it began or went on; none before there is anything to tell.
    pub fn a_second(&self, now: Duration) -> Option<f64> {
        let passed = now.saturating_sub(self.since).as_secs_f64();
        (self.answered > 0 && passed >= 1.0).then(|| f64::from(self.answered) / passed)
    }

    /// The same for people; none where hardly anything comes.
    pub fn rate(&self, now: Duration) -> Option<ListRate> {
        let a_second = self.a_second(now)?;
        if a_second >= 1.0 {
            return Some(ListRate::Second(a_second));
        }
        Some(a_second * 60.0).filter(|a_minute| *a_minute >= 1.0).map(ListRate::Minute)
    }

    /// How much longer `rows` more take.
    pub fn left(&self, rows: usize, now: Duration) -> Option<Duration> {
        let rows = f64::from(u32::try_from(rows).unwrap_or(u32::MAX));
        Duration::try_from_secs_f64(rows / self.a_second(now)?).ok()
    }

    /// For how long nothing is asked from now on.
    pub fn wait(&self, now: Duration) -> Option<Duration> {
        Some(self.waits_until.saturating_sub(now)).filter(|wait| !wait.is_zero())
    }
}

impl ListFile {
    /// Whether it is being written.
    pub fn is_being_written(&self) -> bool {
        matches!(self, Self::Writing { .. })
    }

    /// An answer came that is not in it.
    fn fall_behind(&mut self) {
        match self {
            Self::Writing { is_behind, .. } | Self::Written { is_behind, .. } => *is_behind = true,
            Self::Unwanted | Self::Failed(_) => {}
        }
    }
}

impl BalancesScreen {
    /// The screen with a list of which something is known; nobody asks about it.
    pub fn of(saved: SavedList) -> Self {
        let list = ListWork::known(saved);
        let status = if list.waiting() == 0 { Status::Done } else { Status::Paused };
        let has_unsaved = list.counts().rows() > list.counts().invalid;
        Self { status, list: Some(list), has_unsaved, ..Self::default() }
    }

    /// What stays while nobody looks: a list that was confirmed.
    pub fn put_aside(self) -> Option<Self> {
        let Self { status, list, speed, run, has_unsaved, .. } = self;
        list.is_some().then(|| Self { status, list, speed, run, has_unsaved, ..Self::default() })
    }

    /// Takes an event in.
    pub fn update(&mut self, event: Event, cx: &mut UpdateContext<'_>) -> Update<Exit> {
        match event {
            Event::Acted(Action::Leave) => return Update::exit(Exit::Left),
            Event::Acted(action) => return self.act(action, cx).into(),
            // A list that was begun is there already.
            Event::Opened if self.list.is_none() => return self.ask(Status::Finding, ListQuestion::Find, cx).into(),
            Event::Answered { id, result } => self.answered(id, result),
            Event::News { id, news } if self.run == Some(id) => self.take_news(news, cx.now.uptime),
            Event::Ended { id, result } if self.run == Some(id) && self.status == Status::Running => {
                let is_whole = self.list.as_ref().is_none_or(|list| list.waiting() == 0);
                self.status = match result {
                    Ok(()) if is_whole => Status::Done,
                    // Somebody else has stopped it, as what starts the window afresh after a panic does.
                    Ok(()) => Status::Paused,
                    Err(failure) => Status::Ended(failure),
                };
            }
            Event::Opened | Event::News { .. } | Event::Ended { .. } => {}
        }
        Update::default()
    }

    fn answered(&mut self, id: RequestId, result: Result<ListAnswer, Failure>) {
        if let ListFile::Writing { id: begun, is_behind } = self.file
            && begun == id
        {
            self.file = match result {
                Ok(ListAnswer::Exported(path)) => {
                    self.has_unsaved = is_behind;
                    ListFile::Written { path, is_behind }
                }
                Ok(ListAnswer::Found(_) | ListAnswer::Read(_) | ListAnswer::Forgotten) => {
                    ListFile::Failed(Failure::Internal)
                }
                Err(failure) => ListFile::Failed(failure),
            };
            return;
        }
        if self.status != Status::Reading(id) && self.status != Status::Finding(id) {
            return;
        }
        self.status = match result {
            Ok(ListAnswer::Found(Some(saved))) => {
                *self = Self::of(saved);
                return;
            }
            Ok(ListAnswer::Read(Ok(preview))) => {
                self.preview = Some(preview);
                Status::Previewing
            }
            Ok(ListAnswer::Read(Err(fault))) => {
                self.preview = None;
                Status::Refused(fault)
            }
            Ok(ListAnswer::Found(None)) => Status::Choosing,
            Ok(ListAnswer::Exported(_) | ListAnswer::Forgotten) => {
                Status::Refused(ListFault::Failed(Failure::Internal))
            }
            Err(failure) => {
                self.preview = None;
                Status::Refused(ListFault::Failed(failure))
            }
        };
    }

    fn take_news(&mut self, news: Vec<ListNews>, now: Duration) {
        let Some(list) = &mut self.list else { return };
        let mut answers = Vec::with_capacity(news.len());
        for one in news {
            match one {
                ListNews::Answered(answered) => answers.push(answered),
                ListNews::Waits(ms) => self.speed.waits_until = now.saturating_add(Duration::from_millis(ms)),
            }
        }
        if !answers.is_empty() {
            list.take(&answers);
            let answered = u32::try_from(answers.len()).unwrap_or(u32::MAX);
            self.speed.answered = self.speed.answered.saturating_add(answered);
            self.has_unsaved = true;
            self.file.fall_behind();
        }
    }

    /// Something that is told before there is a list.
    fn ask(
        &mut self,
        status: fn(RequestId) -> Status,
        question: ListQuestion,
        cx: &mut UpdateContext<'_>,
    ) -> Vec<Effect> {
        let id = cx.ids.next_id();
        self.status = status(id);
        vec![Effect::AskList { id, question }]
    }
}
