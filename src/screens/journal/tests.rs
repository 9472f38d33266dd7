//! The journal screen without a window.

use std::time::Duration;

use jiff::civil::date;

use super::*;
use crate::domain::settings::Preferences;
use crate::domain::{ConsentSources, ConsentTexts, LanguageTag, Now};
use crate::effect::RequestIds;

/// A manager at the screen.
#[derive(Default)]
struct JournalDesk {
    journal: JournalScreen,
    ids: RequestIds,
    preferences: Preferences,
}

impl JournalDesk {
    /// Opened, and told a first page of several.
    fn opened() -> Self {
        let mut desk = Self::default();
        let asked = desk.on(Event::Opened);
        assert_eq!(questions(&asked), [report(JournalRange::Today), page(JournalRange::Today, None)]);
        desk.answer(&asked[0], Ok(JournalAnswer::Report(JournalReport::default())));
        desk.answer(&asked[1], Ok(a_page(Some(place(200)))));
        desk
    }

    fn update(&mut self, event: Event) -> Update<Exit> {
        let (texts, language) = (ConsentTexts::default(), LanguageTag::default());
        let consents = ConsentSources { merchant: &texts, built_in: &texts, language: &language };
        let now = Now { uptime: Duration::from_secs(500), local: date(2026, 3, 1).at(12, 0, 0, 0) };
        let preferences = &self.preferences;
        self.journal.update(event, &mut UpdateContext { now, preferences, consents, ids: &mut self.ids })
    }

    fn on(&mut self, event: Event) -> Vec<Effect> {
        let Update { effects, exit } = self.update(event);
        assert_eq!(exit, None);
        effects
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        self.on(Event::Acted(action))
    }

    fn answer(&mut self, effect: &Effect, result: Result<JournalAnswer, Failure>) {
        let Effect::AskJournal { id, .. } = effect else { panic!("{effect:?}") };
        assert_eq!(self.on(Event::Answered { id: *id, result }), []);
    }
}

fn questions(effects: &[Effect]) -> Vec<JournalQuestion> {
    let question = |effect: &Effect| match effect {
        Effect::AskJournal { question, .. } => *question,
        other => panic!("{other:?}"),
    };
    effects.iter().map(question).collect()
}

fn place(number: i64) -> RecordPlace {
    RecordPlace { at_ms: number * 1_000, number }
}

fn a_page(next: Option<RecordPlace>) -> JournalAnswer {
    JournalAnswer::Page(JournalRows { rows: Vec::new(), next })
}

fn report(range: JournalRange) -> JournalQuestion {
    JournalQuestion::Report(range)
}

fn page(range: JournalRange, before: Option<RecordPlace>) -> JournalQuestion {
    JournalQuestion::Page(range, JournalSearch::default(), before)
}

#[test]
fn other_days_are_asked_for_from_their_newest_record_on() {
    let mut desk = JournalDesk::opened();
    let asked = desk.act(Action::Older);
    desk.answer(&asked[0], Ok(a_page(None)));
    assert_eq!(desk.journal.page_number(), 2);
    let asked = desk.act(Action::Choose(JournalRange::LastMonth));
    assert_eq!(questions(&asked), [report(JournalRange::LastMonth), page(JournalRange::LastMonth, None)]);
    assert_eq!(desk.journal.page_number(), 1);
}

#[test]
fn pages_are_gone_through_and_back_one_at_a_time() {
    let mut desk = JournalDesk::opened();
    let older = desk.act(Action::Older);
    assert_eq!(questions(&older), [page(JournalRange::Today, Some(place(200)))]);
    assert_eq!(desk.act(Action::Older), [], "one page at a time");
    assert_eq!(desk.act(Action::Newer), [], "one page at a time");
    desk.answer(&older[0], Ok(a_page(Some(place(100)))));
    let older = desk.act(Action::Older);
    assert_eq!(questions(&older), [page(JournalRange::Today, Some(place(100)))]);
    desk.answer(&older[0], Ok(a_page(None)));
    assert_eq!((desk.journal.page_number(), desk.journal.has_older()), (3, false));
    assert_eq!(desk.act(Action::Older), [], "there are none");
    let newer = desk.act(Action::Newer);
    assert_eq!(questions(&newer), [page(JournalRange::Today, Some(place(200)))]);
    desk.answer(&newer[0], Ok(a_page(Some(place(100)))));
    let newer = desk.act(Action::Newer);
    assert_eq!(questions(&newer), [page(JournalRange::Today, None)]);
    desk.answer(&newer[0], Ok(a_page(None)));
    assert_eq!(desk.act(Action::Newer), [], "there are none");
}

#[test]
fn an_answer_to_another_question_changes_nothing() {
    let mut desk = JournalDesk::opened();
    let first = desk.act(Action::SearchKinds(Some(KindGroup::Lookups)));
    let second = desk.act(Action::SearchKinds(None));
    desk.answer(&first[0], Err(Failure::Storage));
    assert_eq!(desk.journal.page.failure, None);
    desk.answer(&second[0], Ok(a_page(None)));
    assert!(!desk.journal.has_older());
    desk.answer(&second[0], Err(Failure::Storage));
    assert_eq!(desk.journal.page.failure, None, "it was answered");
}

#[test]
fn a_phone_is_looked_for_once_its_end_is_whole() {
    let mut desk = JournalDesk::opened();
    let type_end = |desk: &mut JournalDesk, text: &str| {
        text.clone_into(&mut desk.journal.phone_end);
        questions(&desk.act(Action::EditPhoneEnd))
    };
    assert_eq!(type_end(&mut desk, "0"), []);
    let search = JournalSearch { phone: PhoneMask::of_tail(7), ..JournalSearch::default() };
    assert_eq!(type_end(&mut desk, "07"), [JournalQuestion::Page(JournalRange::Today, search, None)]);
    assert_eq!(type_end(&mut desk, "07"), [], "it is looked for already");
    assert_eq!(type_end(&mut desk, "0"), [page(JournalRange::Today, None)], "half an end is anybody's");
}

#[test]
fn a_failure_takes_the_old_answer_away_and_leaves_a_way_on() {
    let mut desk = JournalDesk::opened();
    let asked = desk.act(Action::Refresh);
    assert!(desk.journal.report.told.is_some(), "what is there stays until the answer");
    desk.answer(&asked[0], Err(Failure::Storage));
    desk.answer(&asked[1], Err(Failure::Internal));
    assert_eq!((&desk.journal.report.told, desk.journal.report.failure), (&None, Some(Failure::Storage)));
    assert_eq!((&desk.journal.page.told, desk.journal.page.failure), (&None, Some(Failure::Internal)));
    let asked = desk.act(Action::Refresh);
    desk.answer(&asked[0], Ok(JournalAnswer::Report(JournalReport::default())));
    assert_eq!(desk.journal.report.failure, None);
}

#[test]
fn the_file_is_written_once_at_a_time_and_told_until_other_days_are_chosen() {
    let mut desk = JournalDesk::opened();
    let export = Action::Export(FileForm::Semicolons);
    let asked = desk.act(export);
    assert_eq!(questions(&asked), [JournalQuestion::Export(JournalRange::Today, FileForm::Semicolons)]);
    assert_eq!(desk.act(export), [], "it is being written");
    let path = PathBuf::from("journal.csv");
    desk.answer(&asked[0], Ok(JournalAnswer::Exported(path.clone())));
    assert_eq!(desk.journal.file, FileStatus::Written(path));
    let asked = desk.act(export);
    desk.answer(&asked[0], Err(Failure::Storage));
    assert_eq!(desk.journal.file, FileStatus::Failed(Failure::Storage));
    desk.act(Action::Choose(JournalRange::Week));
    assert_eq!(desk.journal.file, FileStatus::Unwanted);
}

#[test]
fn a_kiosk_writes_no_file() {
    let mut desk = JournalDesk::opened();
    desk.preferences.mode = Mode::Kiosk;
    assert_eq!(desk.act(Action::Export(FileForm::Workbook)), []);
    assert_eq!(desk.update(Event::Acted(Action::Leave)).exit, Some(Exit::Left));
}
