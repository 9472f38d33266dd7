//! The balances screen without a window.

use jiff::civil::date;

use super::*;
use crate::domain::balances::{
    AnsweredRow, CustomerList, Delimiter, ListContent, ListEncoding, ListError, ListForm, ListRow, RowAnswer,
};
use crate::domain::failure::Unavailable;
use crate::domain::settings::Preferences;
use crate::domain::{ConsentSources, ConsentTexts, CustomerQuery, LanguageTag, Now, PassId, Points};
use crate::effect::RequestIds;

/// A manager at the screen.
#[derive(Default)]
struct BalancesDesk {
    balances: BalancesScreen,
    ids: RequestIds,
    now: Duration,
}

const DOWN: Failure = Failure::Unavailable(Unavailable::NoConnection);

impl BalancesDesk {
    /// Opened; no list was interrupted.
    fn opened() -> Self {
        let mut desk = Self { now: Duration::from_secs(500), ..Self::default() };
        let asked = desk.on(Event::Opened);
        assert_eq!(question(&asked), &ListQuestion::Find);
        desk.answer(&asked[0], Ok(ListAnswer::Found(None)));
        assert_eq!(desk.balances.status, Status::Choosing);
        desk
    }

    /// A list of three was brought, and is asked about.
    fn running() -> (Self, RequestId) {
        let mut desk = Self::opened();
        desk.read(ListSource::Pasted("A\nB\nC".into()));
        let asked = desk.act(Action::Start);
        let [Effect::RunList { id, list }] = &asked[..] else { panic!("{asked:?}") };
        assert_eq!((list.list.rows.len(), desk.balances.status), (3, Status::Running));
        (desk, *id)
    }

    /// A source is read as [`preview`].
    fn read(&mut self, source: ListSource) {
        let asked = self.act(Action::Bring(source.clone()));
        assert_eq!(question(&asked), &ListQuestion::Read(source, None));
        self.answer(&asked[0], Ok(ListAnswer::Read(Ok(preview(0)))));
        assert_eq!(self.balances.status, Status::Previewing);
    }

    fn update(&mut self, event: Event) -> Update<Exit> {
        let (texts, language) = (ConsentTexts::default(), LanguageTag::default());
        let consents = ConsentSources { merchant: &texts, built_in: &texts, language: &language };
        let now = Now { uptime: self.now, local: date(2026, 3, 1).at(12, 0, 0, 0) };
        let preferences = &Preferences::default();
        self.balances.update(event, &mut UpdateContext { now, preferences, consents, ids: &mut self.ids })
    }

    fn on(&mut self, event: Event) -> Vec<Effect> {
        let Update { effects, exit } = self.update(event);
        assert_eq!(exit, None);
        effects
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        self.on(Event::Acted(action))
    }

    fn answer(&mut self, effect: &Effect, result: Result<ListAnswer, Failure>) {
        let Effect::AskList { id, .. } = effect else { panic!("{effect:?}") };
        assert_eq!(self.on(Event::Answered { id: *id, result }), []);
    }

    fn tell(&mut self, id: RequestId, answers: &[(usize, RowAnswer)]) {
        let news = answers
            .iter()
            .map(|(row, answer)| ListNews::Answered(AnsweredRow { row: *row, answer: *answer, at_ms: 1 }));
        assert_eq!(self.on(Event::News { id, news: news.collect() }), []);
    }

    fn list(&self) -> &ListWork {
        self.balances.list.as_ref().expect("a list")
    }

    /// The rows that an effect asks about.
    fn asked(effects: &[Effect]) -> (RequestId, Vec<usize>) {
        let [Effect::RunList { id, list }] = effects else { panic!("{effects:?}") };
        let rows = list.answers.iter().enumerate().filter(|(_, answer)| answer.is_none());
        (*id, rows.map(|(row, _)| row).collect())
    }
}

fn question(effects: &[Effect]) -> &ListQuestion {
    match effects {
        [Effect::AskList { question, .. }] => question,
        other => panic!("{other:?}"),
    }
}

fn customers(column: usize) -> CustomerList {
    let row =
        |input: &str| ListRow { input: input.to_owned(), query: PassId::parse(input).ok().map(CustomerQuery::Pass) };
    let rows = ["A", "B", "C"].map(row).to_vec();
    CustomerList { rows, column, headings: 0, content: ListContent::Passes }
}

fn preview(column: usize) -> ListPreview {
    let table = ["A", "B", "C"].map(|cell| vec![cell.to_owned(), "x".to_owned()]);
    let form = ListForm::Text(ListEncoding::Utf8, Delimiter::Semicolon);
    ListPreview::new(form, &table, Ok(customers(column)), None)
}

fn found(points: i64) -> RowAnswer {
    RowAnswer::Found(Points::new(points))
}

#[test]
fn a_list_is_brought_understood_otherwise_and_asked_about() {
    let mut desk = BalancesDesk::opened();
    desk.balances.path = "  \"/tmp/Список.csv\" ".to_owned();
    let source = ListSource::File(PathBuf::from("/tmp/Список.csv"));
    let asked = desk.act(Action::OpenPath);
    assert_eq!(question(&asked), &ListQuestion::Read(source.clone(), None));
    desk.answer(&asked[0], Ok(ListAnswer::Read(Ok(preview(0)))));
    let again = desk.act(Action::ChooseColumn(1));
    assert_eq!(question(&again), &ListQuestion::Read(source, Some(1)));
    assert_eq!(desk.act(Action::Start), [], "what it will be is not known yet");
    desk.answer(&again[0], Ok(ListAnswer::Read(Ok(preview(1)))));
    assert_eq!(desk.balances.preview.as_ref().and_then(ListPreview::column), Some(1));
    let (id, rows) = BalancesDesk::asked(&desk.act(Action::Start));
    assert_eq!(rows, [0, 1, 2]);
    assert_eq!(desk.balances.path, "", "where it came from is forgotten");
    desk.tell(id, &[(1, found(7)), (0, RowAnswer::NotFound)]);
    assert_eq!((desk.list().waiting(), desk.list().counts().points), (1, 7));
    assert_eq!(desk.act(Action::Bring(ListSource::Pasted("D".into()))), [], "there is a list already");
    desk.tell(id, &[(2, found(1))]);
    desk.on(Event::Ended { id, result: Ok(()) });
    assert_eq!(desk.balances.status, Status::Done);
}

#[test]
fn what_is_no_list_is_told_and_another_may_be_brought() {
    let mut desk = BalancesDesk::opened();
    assert_eq!(desk.act(Action::OpenPath), [], "nothing was typed");
    for fault in [ListFault::Unreadable, ListFault::List(ListError::TooLarge)] {
        let asked = desk.act(Action::Bring(ListSource::Pasted("?".into())));
        desk.answer(&asked[0], Ok(ListAnswer::Read(Err(fault))));
        assert_eq!(desk.balances.status, Status::Refused(fault));
    }
    let asked = desk.act(Action::Bring(ListSource::Pasted("?".into())));
    desk.answer(&asked[0], Err(Failure::NotConfigured));
    assert_eq!(desk.balances.status, Status::Refused(ListFault::Failed(Failure::NotConfigured)));
    // A table without such a column is shown, but cannot be started.
    let asked = desk.act(Action::Bring(ListSource::Pasted("?".into())));
    let nobody = ListPreview { list: Err(ListError::NoColumn), ..preview(0) };
    desk.answer(&asked[0], Ok(ListAnswer::Read(Ok(nobody))));
    assert_eq!(desk.act(Action::Start), []);
    assert_eq!(desk.act(Action::Close), []);
    assert_eq!(desk.balances.status, Status::Choosing);
}

#[test]
fn the_last_source_counts_and_a_late_answer_changes_nothing() {
    let mut desk = BalancesDesk::opened();
    let first = desk.act(Action::Bring(ListSource::Pasted("A".into())));
    let second = desk.act(Action::Bring(ListSource::Pasted("B".into())));
    desk.answer(&first[0], Ok(ListAnswer::Read(Err(ListFault::Unreadable))));
    assert!(matches!(desk.balances.status, Status::Reading(_)));
    desk.answer(&second[0], Ok(ListAnswer::Read(Ok(preview(0)))));
    assert_eq!(desk.balances.status, Status::Previewing);
}

#[test]
fn a_pause_keeps_what_came_and_going_on_asks_for_the_rest() {
    let (mut desk, id) = BalancesDesk::running();
    desk.tell(id, &[(0, found(5))]);
    assert_eq!(desk.act(Action::Pause), [Effect::StopList]);
    assert_eq!(desk.act(Action::Pause), [], "once");
    // What was told before the stop still counts; the end that follows it changes nothing.
    desk.tell(id, &[(1, RowAnswer::NotFound)]);
    desk.on(Event::Ended { id, result: Ok(()) });
    assert_eq!(desk.balances.status, Status::Paused);
    let (again, rows) = BalancesDesk::asked(&desk.act(Action::GoOn));
    assert_eq!(rows, [2]);
    assert_eq!(desk.act(Action::GoOn), [], "it is asked about already");
    desk.tell(id, &[(2, RowAnswer::Refused)]);
    assert_eq!(desk.list().waiting(), 1, "that was another run");
    desk.on(Event::Ended { id: again, result: Err(DOWN) });
    assert_eq!(desk.balances.status, Status::Ended(DOWN));
    assert_eq!(BalancesDesk::asked(&desk.act(Action::GoOn)).1, [2]);
}

#[test]
fn those_that_were_given_up_are_asked_about_again() {
    let (mut desk, id) = BalancesDesk::running();
    desk.tell(id, &[(0, found(5)), (1, RowAnswer::Unavailable), (2, RowAnswer::Unavailable)]);
    assert_eq!(desk.act(Action::RetryFailed), [], "not while others are asked about");
    desk.on(Event::Ended { id, result: Ok(()) });
    assert_eq!(desk.act(Action::GoOn), [], "every row was asked about");
    assert_eq!(BalancesDesk::asked(&desk.act(Action::RetryFailed)).1, [1, 2]);
    assert_eq!(desk.list().counts().unanswered, 0);
}

#[test]
fn a_cancelled_list_is_not_kept_but_its_answers_can_be_saved() {
    let (mut desk, id) = BalancesDesk::running();
    desk.tell(id, &[(2, found(5))]);
    let effects = desk.act(Action::Cancel);
    assert!(matches!(&effects[..], [Effect::StopList, Effect::AskList { question: ListQuestion::Forget, .. }]));
    assert_eq!(desk.balances.status, Status::Cancelled);
    let asked = desk.act(Action::Export(FileForm::Workbook));
    let ListQuestion::Export(saved, FileForm::Workbook) = question(&asked) else { panic!("{asked:?}") };
    assert_eq!(saved.answers, [None, None, Some((found(5), 1))]);
    assert_eq!(desk.act(Action::Export(FileForm::Commas)), [], "one file at a time");
    // Answers that are in no file are not thrown away unasked.
    assert_eq!(desk.act(Action::Close), []);
    assert!(desk.balances.asks_to_close);
    desk.act(Action::KeepOpen);
    desk.answer(&asked[0], Ok(ListAnswer::Exported(PathBuf::from("/x.xlsx"))));
    assert_eq!(desk.balances.file, ListFile::Written { path: PathBuf::from("/x.xlsx"), is_behind: false });
    assert_eq!(question(&desk.act(Action::Close)), &ListQuestion::Forget);
    assert_eq!(desk.balances.status, Status::Choosing);
}

#[test]
fn a_list_that_was_interrupted_goes_on_after_a_restart() {
    let work = ListWork::new(customers(0));
    let mut saved = work.saved();
    saved.answers[1] = Some((found(3), 1));
    let mut desk = BalancesDesk::default();
    let asked = desk.on(Event::Opened);
    desk.answer(&asked[0], Ok(ListAnswer::Found(Some(saved.clone()))));
    assert_eq!((desk.balances.status, desk.list().waiting()), (Status::Paused, 2));
    assert_eq!(BalancesDesk::asked(&desk.act(Action::GoOn)).1, [0, 2]);
    let whole = SavedList { answers: vec![Some((found(3), 1)); 3], ..saved };
    let mut desk = BalancesDesk::default();
    let asked = desk.on(Event::Opened);
    desk.answer(&asked[0], Ok(ListAnswer::Found(Some(whole))));
    assert_eq!(desk.balances.status, Status::Done);
}

#[test]
fn a_list_stays_while_nobody_looks_and_nothing_else_does() {
    let (mut desk, id) = BalancesDesk::running();
    desk.act(Action::Filter(ListFilter::Found));
    assert_eq!(desk.update(Event::Acted(Action::Leave)).exit, Some(Exit::Left));
    desk.balances = std::mem::take(&mut desk.balances).put_aside().expect("a list");
    desk.tell(id, &[(0, found(5))]);
    assert_eq!(desk.on(Event::Opened), []);
    assert_eq!((desk.list().shown(), desk.balances.status), (&[0][..], Status::Running));
    let mut desk = BalancesDesk::opened();
    desk.read(ListSource::Pasted("A".into()));
    assert!(std::mem::take(&mut desk.balances).put_aside().is_none());
}

#[test]
fn how_fast_it_goes_is_told_from_when_it_went_on() {
    let (mut desk, id) = BalancesDesk::running();
    assert_eq!(desk.balances.speed.a_second(desk.now), None);
    desk.now += Duration::from_secs(2);
    desk.tell(id, &[(0, found(1)), (1, found(1))]);
    assert_eq!(desk.balances.speed.a_second(desk.now), Some(1.0));
    assert_eq!(desk.balances.speed.left(3, desk.now), Some(Duration::from_secs(3)));
    desk.on(Event::News { id, news: vec![ListNews::Waits(30_000)] });
    assert_eq!(desk.balances.speed.wait(desk.now), Some(Duration::from_secs(30)));
    desk.now += Duration::from_secs(30);
    assert_eq!(desk.balances.speed.wait(desk.now), None);
    desk.act(Action::Pause);
    desk.act(Action::GoOn);
    assert_eq!(desk.balances.speed.a_second(desk.now + Duration::from_secs(9)), None);
}

#[test]
fn nothing_is_brought_before_it_is_known_what_was_interrupted() {
    let mut desk = BalancesDesk::default();
    let asked = desk.on(Event::Opened);
    assert!(!desk.balances.takes_lists());
    assert_eq!(desk.act(Action::Bring(ListSource::Pasted("D".into()))), []);
    desk.balances.path = "/tmp/list.csv".to_owned();
    assert_eq!(desk.act(Action::OpenPath), []);
    desk.answer(&asked[0], Ok(ListAnswer::Found(Some(ListWork::new(customers(0)).saved()))));
    assert_eq!((desk.balances.status, desk.list().waiting()), (Status::Paused, 3));
    // Where nothing can be found, a list may be brought.
    let mut desk = BalancesDesk::default();
    let asked = desk.on(Event::Opened);
    desk.answer(&asked[0], Err(Failure::Storage));
    desk.read(ListSource::Pasted("A".into()));
}

#[test]
fn a_file_that_was_begun_before_the_last_answers_does_not_hold_them() {
    let (mut desk, id) = BalancesDesk::running();
    desk.tell(id, &[(0, found(5))]);
    let asked = desk.act(Action::Export(FileForm::Workbook));
    desk.tell(id, &[(1, found(5)), (2, RowAnswer::NotFound)]);
    desk.on(Event::Ended { id, result: Ok(()) });
    desk.answer(&asked[0], Ok(ListAnswer::Exported(PathBuf::from("/x.xlsx"))));
    assert_eq!(desk.balances.file, ListFile::Written { path: PathBuf::from("/x.xlsx"), is_behind: true });
    assert_eq!(desk.act(Action::Close), [], "two answers are in no file");
    assert!(desk.balances.asks_to_close);
    desk.act(Action::KeepOpen);
    let asked = desk.act(Action::Export(FileForm::Workbook));
    desk.answer(&asked[0], Ok(ListAnswer::Exported(PathBuf::from("/y.xlsx"))));
    assert_eq!(question(&desk.act(Action::Close)), &ListQuestion::Forget);
}

#[test]
fn a_file_that_is_there_is_told_as_one_in_part_once_another_answer_has_come() {
    let (mut desk, id) = BalancesDesk::running();
    desk.tell(id, &[(0, found(5))]);
    let asked = desk.act(Action::Export(FileForm::Commas));
    desk.answer(&asked[0], Ok(ListAnswer::Exported(PathBuf::from("/x.csv"))));
    assert_eq!(desk.balances.file, ListFile::Written { path: PathBuf::from("/x.csv"), is_behind: false });
    desk.tell(id, &[(1, found(5))]);
    assert_eq!(desk.balances.file, ListFile::Written { path: PathBuf::from("/x.csv"), is_behind: true });
}

#[test]
fn where_a_file_is_that_was_being_written_is_told_though_the_list_went_on() {
    let (mut desk, id) = BalancesDesk::running();
    desk.tell(id, &[(0, found(5))]);
    desk.act(Action::Pause);
    let asked = desk.act(Action::Export(FileForm::Workbook));
    desk.act(Action::GoOn);
    desk.answer(&asked[0], Ok(ListAnswer::Exported(PathBuf::from("/x.xlsx"))));
    assert_eq!(desk.balances.file, ListFile::Written { path: PathBuf::from("/x.xlsx"), is_behind: false });
}

#[test]
fn a_slow_list_is_told_by_the_minute() {
    let (mut desk, id) = BalancesDesk::running();
    desk.tell(id, &[(0, found(1)), (1, found(1))]);
    let rate = |seconds| desk.balances.speed.rate(desk.now + Duration::from_secs(seconds));
    assert_eq!(rate(1), Some(ListRate::Second(2.0)));
    assert_eq!(rate(2), Some(ListRate::Second(1.0)));
    assert_eq!(rate(5), Some(ListRate::Minute(24.0)));
    assert_eq!(rate(120), Some(ListRate::Minute(1.0)));
    assert_eq!(rate(121), None, "none is told rather than none a minute");
}

#[test]
fn a_list_that_was_stopped_from_elsewhere_is_not_done() {
    let (mut desk, id) = BalancesDesk::running();
    desk.tell(id, &[(0, found(5))]);
    desk.on(Event::Ended { id, result: Ok(()) });
    assert_eq!(desk.balances.status, Status::Paused);
    assert_eq!(BalancesDesk::asked(&desk.act(Action::GoOn)).1, [1, 2]);
}
