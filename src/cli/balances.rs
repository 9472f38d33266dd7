//! `balances`: the points of a whole list of customers, from a file into a file.

use std::path::Path;

use super::balances_report::BalancesReport;
use super::report::Report;
use super::{Complaint, Headless, complain};
use crate::domain::Failure;
use crate::domain::balances::{AnsweredRow, CustomerList, ListCounts, ListNews, RowAnswer};
use crate::i18n::list_headings;
use crate::options::BalancesOptions;
use crate::services::balances::{Dialect, ListOwner, Progress, ReadError, WrittenRow, read_file, write_file};
use crate::services::{Clock, Station, plain_file};

/// What is known of a row, and since when; a row that is no customer has no time.
type Known = Option<(RowAnswer, Option<i64>)>;

const UNREADABLE: Complaint = Complaint::Usage("the list cannot be read");

impl Headless<'_> {
    /// Looks a list up. It changes nothing of the station, so it works beside a running window.
    pub(super) fn balances(&self, options: &BalancesOptions) -> Result<Report, Complaint> {
        plain_file::open_named(&options.file).map_err(|_| UNREADABLE)?;
        let out = std::path::absolute(&options.out).map_err(|_| Complaint::Usage("the file has no name"))?;
        let (station, opened) = Station::open(self.dirs);
        let Some(settings) = super::usable_settings(opened) else {
            return Ok(Report::Failed(Failure::NotConfigured));
        };
        let rules = settings.preferences.phone_rules;
        let list = match read_file(&options.file, rules, &list_headings(self.catalogue)) {
            Ok(list) => list,
            Err(ReadError::List(error)) => return Ok(Report::BadList(error)),
            Err(ReadError::File(_)) => return Err(UNREADABLE),
        };
        // What is there may be anything; what is there beside the progress of a list is the result of that list.
        if out.symlink_metadata().is_ok() && !Progress::is_beside(&out) {
            return Ok(Report::invalid("out", "exists"));
        }
        let owner = ListOwner::of(&settings.connection);
        Ok(self.look_up((&station, &owner), &list, &out).map_or_else(
            |error| {
                complain(&format!("the result cannot be written: {}", error.kind()));
                Report::Failed(Failure::Storage)
            },
            Report::Balances,
        ))
    }

    fn look_up(
        &self,
        (station, owner): (&Station, &ListOwner),
        list: &CustomerList,
        out: &Path,
    ) -> std::io::Result<BalancesReport> {
        let (mut progress, before) = Progress::open(out, owner, list, Clock::System.unix_ms())?;
        let mut known: Vec<Known> = before.into_iter().map(|one| one.map(|(answer, at)| (answer, Some(at)))).collect();
        let mut asked = Vec::new();
        for (at, row) in list.rows.iter().enumerate() {
            match &row.query {
                None => known[at] = Some((RowAnswer::Invalid, None)),
                Some(query) if known[at].is_none() => asked.push((at, query.clone())),
                Some(_) => {}
            }
        }
        let mut broken = None;
        let mut take = |news: ListNews| {
            let ListNews::Answered(AnsweredRow { row, answer, at_ms }) = news else { return Ok(()) };
            known[row] = Some((answer, Some(at_ms)));
            let kept = progress.keep(WrittenRow { input: &list.rows[row].input, answer, at_ms: Some(at_ms) });
            kept.map_err(|error| {
                broken = Some(error);
                Failure::Storage
            })
        };
        let failure = self.tokio.block_on(station.look_up_list(asked, &mut take)).err();
        if let Some(error) = broken {
            return Err(error);
        }
        let unanswered = match failure {
            Some(Failure::Credentials(_)) => RowAnswer::CredentialsRefused,
            _ => RowAnswer::Unavailable,
        };
        let answers: Vec<_> = known.into_iter().map(|known| known.unwrap_or((unanswered, None))).collect();
        let rows = list.rows.iter().zip(&answers);
        let rows = rows.map(|(row, (answer, at_ms))| WrittenRow { input: &row.input, answer: *answer, at_ms: *at_ms });
        write_file(out, &rows.collect::<Vec<_>>(), Dialect::Plain)?;
        let counts = ListCounts::of(answers.into_iter().map(|(answer, _)| answer));
        if counts.unanswered == 0 {
            progress.finish()?;
        }
        Ok(BalancesReport { counts, failure })
    }
}
