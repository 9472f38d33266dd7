//! Lists of customers as a manager works on them: read, asked about, kept while that lasts, written into a file.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot::error::TryRecvError;
use tokio::sync::{mpsc, oneshot};

use super::{Station, StationFiles};
use crate::domain::balances::{
    AnsweredRow, ListAnswer, ListFault, ListHeadings, ListNews, ListPreview, ListQuestion, ListSource, RowAnswer,
    SavedList,
};
use crate::domain::journal::Kind;
use crate::domain::{Failure, FileForm, PhoneRules};
use crate::services::balances::{
    ListKeeper, ListOwner, ReadError, WrittenRow, preview_bytes, preview_file, write_file,
};
use crate::services::clock::Clock;
use crate::services::secrets::RootKey;
use crate::services::table_file::write_new;

/// One at a time is begun or forgotten: a list that was ended while its file was written leaves none.
static KEEPING: Mutex<()> = Mutex::new(());

impl Station {
    /// Answers a question about lists.
    ///
    /// # Errors
    /// [`Failure::NotConfigured`] before the set-up, [`Failure::Storage`] if the disk refused.
    pub async fn ask_list(&self, question: ListQuestion, headings: &ListHeadings) -> Result<ListAnswer, Failure> {
        let settings = self.settings()?;
        let (rules, store) = (settings.preferences.phone_rules, self.store.clone());
        let is_trial = self.is_trial();
        let (owner, headings) = (ListOwner::of(&settings.connection), headings.clone());
        let job = tokio::task::spawn_blocking(move || match question {
            ListQuestion::Find => {
                // A trial keeps nothing.
                let Some(store) = store.filter(|_| !is_trial) else { return Ok(ListAnswer::Found(None)) };
                let root = root_of(&store)?;
                let now_ms = Clock::System.unix_ms();
                Ok(ListAnswer::Found(ListKeeper::find(store.dirs.data(), &root, &owner, (rules, now_ms))))
            }
            ListQuestion::Read(source, column) => Ok(ListAnswer::Read(read(&source, rules, &headings, column))),
            ListQuestion::Export(saved, form) => {
                export(&store.ok_or(Failure::Storage)?, &saved, form).map(ListAnswer::Exported)
            }
            ListQuestion::Forget => {
                let _keeping = keeping();
                let forgotten = store.map_or(Ok(()), |store| ListKeeper::forget(store.dirs.data()));
                forgotten.map(|()| ListAnswer::Forgotten).map_err(|error| failed(&error, "forgotten"))
            }
        });
        job.await.map_err(|_| Failure::Internal)?
    }

    /// Asks about every row of a list of which nothing is known. Each answer is kept, then told; what is asked ends at once when
    /// `stop` is sent or dropped. One record of the journal tells that it was done.
    ///
    /// # Errors
    /// What ended the list before its end.
    pub async fn run_list(
        &self,
        saved: SavedList,
        news: mpsc::Sender<ListNews>,
        stop: oneshot::Receiver<()>,
    ) -> Result<(), Failure> {
        let rows = saved.list.rows.iter().zip(&saved.answers).enumerate();
        let asked = rows.filter(|(_, (_, answered))| answered.is_none());
        let asked: Vec<_> = asked.filter_map(|(at, (row, _))| Some((at, row.query.clone()?))).collect();
        let rows = saved.list.rows.len();
        let Some((mut keeper, stop)) = self.keep_list(saved, stop).await? else { return Ok(()) };
        let mut take = |told: ListNews| {
            // There is always room for every answer.
            if matches!(told, ListNews::Waits(_)) && news.capacity() <= rows {
                return Ok(());
            }
            if let (ListNews::Answered(AnsweredRow { row, answer, at_ms }), Some(keeper)) = (told, keeper.as_mut()) {
                keeper.keep(row, answer, at_ms).map_err(|error| failed(&error, "kept"))?;
            }
            news.try_send(told).map_err(|_| Failure::Internal)
        };
        let result = tokio::select! {
            biased;
            _ = stop => Ok(()),
            result = self.look_up_list(asked, &mut take) => result,
        };
        // Whoever does not listen any more has ended the list.
        let result = result.or_else(|failure| if news.is_closed() { Ok(()) } else { Err(failure) });
        if !self.is_trial() {
            self.note_down(Kind::BalancesListed, result.as_ref().err());
        }
        result
    }

    /// Keeps a list from its beginning on, unless it was stopped already: nothing then. A trial keeps none.
    async fn keep_list(&self, saved: SavedList, mut stop: oneshot::Receiver<()>) -> Result<Option<KeptList>, Failure> {
        let Some(store) = self.store.clone().filter(|_| !self.is_trial()) else { return Ok(Some((None, stop))) };
        let owner = ListOwner::of(&self.settings()?.connection);
        let job = tokio::task::spawn_blocking(move || {
            let root = root_of(&store)?;
            let _keeping = keeping();
            if stop.try_recv() != Err(TryRecvError::Empty) {
                return Ok(None);
            }
            let begun = ListKeeper::begin(store.dirs.data(), &root, &owner, &saved);
            begun.map(|keeper| Some((Some(keeper), stop))).map_err(|error| failed(&error, "kept"))
        });
        job.await.map_err(|_| Failure::Internal)?
    }

    fn is_trial(&self) -> bool {
        self.link().is_ok_and(|link| link.is_trial())
    }
}

/// What keeps a list, where anything does, and what stops it.
type KeptList = (Option<ListKeeper>, oneshot::Receiver<()>);

fn keeping() -> MutexGuard<'static, ()> {
    KEEPING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn root_of(store: &StationFiles) -> Result<RootKey, Failure> {
    RootKey::open_or_create(&store.dirs).map_err(|error| {
        tracing::error!(%error, "the key for a list cannot be had");
        Failure::Storage
    })
}

fn read(
    source: &ListSource,
    rules: PhoneRules,
    headings: &ListHeadings,
    column: Option<usize>,
) -> Result<ListPreview, ListFault> {
    match source {
        ListSource::File(path) => preview_file(path, rules, headings, column).map_err(|error| match error {
            ReadError::List(error) => ListFault::List(error),
            ReadError::File(error) => {
                tracing::warn!(kind = ?error.kind(), "a list cannot be read");
                ListFault::Unreadable
            }
        }),
        ListSource::Pasted(text) => preview_bytes(text.as_bytes(), rules, headings, column).map_err(ListFault::List),
    }
}

/// Writes a list into a new file where people find it.
fn export(store: &StationFiles, saved: &SavedList, form: FileForm) -> Result<PathBuf, Failure> {
    let rows = saved.list.rows.iter().zip(&saved.answers).map(|(row, known)| {
        let answer = match (&row.query, known) {
            (None, _) => RowAnswer::Invalid,
            (Some(_), Some((answer, _))) => *answer,
            (Some(_), None) => RowAnswer::Unavailable,
        };
        WrittenRow { input: &row.input, answer, at_ms: known.map(|(_, at_ms)| at_ms) }
    });
    let rows: Vec<_> = rows.collect();
    let stem = format!("balances-{}", Clock::System.local().date());
    let places = store.dirs.places_for_people();
    let written = write_new(&places, &stem, form, |path, dialect| write_file(path, &rows, dialect));
    written.map_err(|error| failed(&error, "written"))
}

fn failed(error: &io::Error, what: &'static str) -> Failure {
    tracing::error!(kind = ?error.kind(), wish = what, "the disk refused a list");
    Failure::Storage
}
