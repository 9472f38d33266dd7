//! A disk that refuses, a panic, a full disk: what the thread that owns the database makes of them.

use jiff::civil::date;
use tempfile::TempDir;

use super::*;
use crate::domain::Signup;
use crate::domain::delivery::{Backoff, Concern, EntryState, FinalState, Flow, Hold};
use crate::domain::failure::Refusal;
use crate::domain::queue::DeleteReason;
use crate::domain::settings::Preferences;
use crate::domain::{Asked, BirthdayForm, Enrolment, Given, How, LanguageTag, Purpose, SignupDraft};
use crate::services::StationDirs;
use crate::services::outbox::Change;
use crate::services::outbox::Outbox;
use crate::services::outbox::db::seal::RecordId;
use crate::services::outbox::{ReturnCause, Returned};
use crate::services::profile::Profile;
use crate::services::secrets::{HistoryFile, RootKey};

const NOW_MS: i64 = 1_700_000_000_000;

struct Home {
    folder: TempDir,
    root: RootKey,
}

fn dirs_in(folder: &TempDir) -> StationDirs {
    StationDirs::resolve(Some(folder.path().join("data")), Some(folder.path().join("keys"))).unwrap()
}

impl Home {
    fn new() -> Self {
        Self::in_folder(tempfile::tempdir().unwrap())
    }

    fn in_folder(folder: TempDir) -> Self {
        let root = RootKey::open_or_create(&dirs_in(&folder)).unwrap();
        Self { folder, root }
    }

    fn history(&self) -> HistoryFile {
        self.history_at("machine a")
    }

    fn history_at(&self, machine: &str) -> HistoryFile {
        HistoryFile::of(&dirs_in(&self.folder), &self.root, Some(machine.to_owned()))
    }

    fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    fn database(&self) -> Database {
        Database::open(&self.data(), Keyring::new(&self.root, &[]), self.history()).unwrap()
    }

    /// Takes the whole folder away, and puts it back.
    fn hide(&self) {
        std::fs::rename(self.data(), self.folder.path().join("away")).unwrap();
    }

    fn show(&self) {
        std::fs::rename(self.folder.path().join("away"), self.data()).unwrap();
    }
}

fn link() -> Connection {
    let text = r#"{"swip_kiosk": 1, "base_url": "http://127.0.0.1:9", "token": "t", "merchant_id": "M", "store_id": "S",
                   "cash_id": "1"}"#;
    Profile::parse(text.as_bytes()).unwrap().settings.connection
}

fn signup(number: u32) -> Signup {
    let draft = SignupDraft { phone: format!("7916{number:07}"), ..SignupDraft::default() };
    draft.check(BirthdayForm::Iso, &Preferences::default(), date(2026, 1, 1)).unwrap()
}

fn enqueue(database: &mut Database, number: u32) -> Result<Enqueued, StoreError> {
    let stored = database.enqueue(&Enrolment::without_consents(signup(number)), &link(), NOW_MS);
    database.after_work();
    stored
}

fn ids(database: &mut Database) -> Vec<i64> {
    database.carry_out(|store| queue::list(store)).unwrap().iter().map(|entry| entry.id).collect()
}

fn disk(database: &Database) -> Disk {
    database.tells().0.borrow().disk
}

/// From now on this connection writes nothing.
fn refuse(database: &mut Database) {
    database.carry_out(|store| Ok(store.db.execute_batch("PRAGMA query_only = ON")?)).unwrap();
}

fn io_error() -> StoreError {
    let failure = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR_FSYNC);
    StoreError::Database(rusqlite::Error::SqliteFailure(failure, None))
}

#[test]
fn files_that_another_program_holds_are_waited_for_five_seconds() {
    let wait = Home::new()
        .database()
        .carry_out(|store| Ok(store.db.query_row("PRAGMA busy_timeout", [], |row| row.get::<_, i64>(0))?));
    assert_eq!(wait.unwrap(), 5_000);
}

#[test]
fn what_the_disk_refuses_is_not_saved_and_the_next_one_is() {
    let home = Home::new();
    let mut database = home.database();
    assert_eq!(enqueue(&mut database, 1).unwrap(), Enqueued::New(1));
    refuse(&mut database);
    assert!(matches!(enqueue(&mut database, 2), Err(StoreError::Database(_))));
    assert_eq!(ids(&mut database), [1], "opened anew, and nothing half done");
    assert_eq!(*database.tells().1.borrow(), 1);
    assert_eq!(enqueue(&mut database, 2).unwrap(), Enqueued::New(2));
}

#[test]
fn a_row_that_is_there_although_its_commit_failed_is_told_as_it_is() {
    let home = Home::new();
    let mut database = home.database();
    let mut committed_all_the_same = |store: &mut Store| {
        entries::enqueue(store, &Enrolment::without_consents(signup(1)), &link(), NOW_MS.into())?;
        Err(io_error())
    };
    let told = database.store_or_find(&mut committed_all_the_same, (&Enrolment::without_consents(signup(1)), &link()));
    assert_eq!(told.unwrap(), Enqueued::Same(1));
    assert_eq!(ids(&mut database), [1]);
}

/// An entry as the tests take it.
fn record_id(id: i64) -> RecordId {
    RecordId { id, created_ms: NOW_MS }
}

#[test]
fn what_may_be_done_twice_is_tried_again_on_a_database_opened_anew() {
    let home = Home::new();
    let mut database = home.database();
    enqueue(&mut database, 1).unwrap();
    refuse(&mut database);
    let attempt = database.carry_out(|store| attempts::begin(store, 1, &link())).unwrap().unwrap();
    assert_eq!(attempt.attempts, 1);
    refuse(&mut database);
    database.carry_out(|store| attempts::end(store, record_id(1), FinalState::Delivered)).unwrap();
    assert!(ids(&mut database).is_empty());
}

#[test]
fn after_three_errors_in_a_row_signup_is_out_of_service_until_the_disk_is_back() {
    let home = Home::new();
    let mut database = home.database();
    enqueue(&mut database, 1).unwrap();
    refuse(&mut database);
    home.hide();
    let answers: Vec<_> = (2..5).map(|number| enqueue(&mut database, number).unwrap_err()).collect();
    assert!(matches!(answers[0], StoreError::Database(_)), "{answers:?}");
    assert!(matches!(answers.last(), Some(StoreError::OutOfService)), "{answers:?}");
    assert_eq!(disk(&database), Disk::Broken, "the screens know before the next customer types");
    // Looked at again by itself, in vain as long as nothing has changed.
    database.look_after();
    assert_eq!(disk(&database), Disk::Broken);
    home.show();
    database.look_after();
    assert_eq!(disk(&database), Disk::Good);
    assert_eq!(ids(&mut database), [1]);
    assert_eq!(enqueue(&mut database, 2).unwrap(), Enqueued::New(2));
}

#[test]
fn errors_with_a_success_between_them_are_not_in_a_row() {
    let home = Home::new();
    let mut database = home.database();
    for number in 1..10 {
        refuse(&mut database);
        assert!(enqueue(&mut database, number).is_err());
        assert_eq!(disk(&database), Disk::Good);
        enqueue(&mut database, number).unwrap();
    }
}

#[test]
fn a_disk_with_little_room_takes_nobody_new_and_lets_what_waits_leave() {
    let home = Home::new();
    let mut database = home.database();
    enqueue(&mut database, 1).unwrap();
    database.reserve.ask_for(u64::MAX);
    database.look_around();
    assert_eq!(disk(&database), Disk::Low);
    assert!(matches!(enqueue(&mut database, 2), Err(StoreError::LowDisk)));
    assert_eq!(enqueue(&mut database, 1).unwrap(), Enqueued::Same(1), "what waits already does wait");
    database.carry_out(|store| attempts::end(store, record_id(1), FinalState::Delivered)).unwrap();
    database.reserve.ask_for(1);
    // It looks by itself.
    database.look_after();
    assert_eq!(disk(&database), Disk::Good);
    assert_eq!(enqueue(&mut database, 2).unwrap(), Enqueued::New(2));
}

/// How much of the disk a file really takes.
fn room_taken(found: &std::fs::Metadata) -> u64 {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::blocks(found) * 512;
    #[cfg(not(unix))]
    return found.len();
}

#[test]
fn a_full_disk_gives_the_reserve_up_so_that_what_waits_can_leave() {
    let home = Home::new();
    let mut database = home.database();
    let reserve = home.data().join("reserve");
    let allocated = |path: &std::path::Path| path.metadata().map(|found| room_taken(&found)).unwrap_or_default();
    assert!(allocated(&reserve) >= 1024 * 1024, "really taken");
    for number in 1..40 {
        enqueue(&mut database, number).unwrap();
    }
    // No page more, as if the disk were full.
    database.carry_out(|store| Ok(store.db.execute_batch("PRAGMA max_page_count = 1")?)).unwrap();
    let full = database.attempt(&mut |store: &mut Store| {
        (100..200).try_for_each(|number| {
            entries::enqueue(store, &Enrolment::without_consents(signup(number)), &link(), NOW_MS.into()).map(drop)
        })
    });
    assert!(
        matches!(full, Err(StoreError::Database(error)) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull))
    );
    assert!(!reserve.exists(), "the room is free");
    database.carry_out(|store| attempts::end(store, record_id(1), FinalState::Delivered)).unwrap();
    database.after_work();
    assert!(allocated(&reserve) >= 1024 * 1024, "taken again, for there is room");
}

#[test]
fn work_that_is_left_half_done_is_undone_and_no_success() {
    let home = Home::new();
    let mut database = home.database();
    enqueue(&mut database, 1).unwrap();
    let left = database.carry_out(|store| Ok(store.db.execute_batch("BEGIN; DELETE FROM entry;")?));
    assert!(left.is_err());
    assert_eq!(ids(&mut database), [1]);
}

#[tokio::test]
async fn a_panic_on_the_thread_of_the_outbox_costs_one_answer_and_nothing_else() {
    let home = Home::new();
    let outbox = Outbox::open(&home.data(), &home.root, &[], home.history()).unwrap();
    outbox.enqueue(Enrolment::without_consents(signup(1)), link(), NOW_MS).await.unwrap();
    for _ in 0..5 {
        let panicked: Result<(), _> = outbox
            .ask(|store| {
                store.db.execute_batch("BEGIN; DELETE FROM entry;")?;
                panic!("as a bug would")
            })
            .await;
        assert!(matches!(panicked, Err(StoreError::Panicked)));
        assert!(matches!(outbox.work::<()>(|_| panic!("outside of a job")).await, Err(StoreError::Stopped)));
        outbox.ask(|store| attempts::keep(store, 1, EntryState::Pending)).await.unwrap();
    }
    assert_eq!(outbox.list().await.unwrap().len(), 1, "what was begun is undone");
    assert_eq!(outbox.enqueue(Enrolment::without_consents(signup(2)), link(), NOW_MS).await.unwrap(), Enqueued::New(2));
}

#[test]
fn the_log_stays_small_however_many_come_and_go() {
    // Their pages are many times what the log may hold.
    const COUNT: u32 = 1_500;
    // The size of a file is the same in memory, and there it takes seconds.
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let home = Home::in_folder(folder);
    let mut database = home.database();
    let mut longest = 0;
    let mut look = || {
        let log = home.data().join("outbox.db-wal").metadata().map(|found| found.len()).unwrap_or_default();
        longest = longest.max(log);
        log
    };
    for number in 1..=COUNT {
        enqueue(&mut database, number).unwrap();
        look();
    }
    database.look_after();
    assert_eq!(look(), 0, "emptied when there is nothing to do");
    for id in 1..=i64::from(COUNT) {
        database.carry_out(|store| attempts::begin(store, id, &link())).unwrap().unwrap();
        look();
        database.carry_out(|store| attempts::end(store, record_id(id), FinalState::Delivered)).unwrap();
        look();
    }
    assert!(ids(&mut database).is_empty());
    assert!(longest > 0 && longest < 4 * 1024 * 1024, "{longest}");
}

#[test]
fn a_number_is_given_once() {
    let home = Home::new();
    let mut database = home.database();
    for (number, id) in [(1, 1), (2, 2)] {
        assert_eq!(enqueue(&mut database, number).unwrap(), Enqueued::New(id));
    }
    database.carry_out(|store| attempts::end(store, record_id(2), FinalState::Delivered)).unwrap();
    assert_eq!(enqueue(&mut database, 3).unwrap(), Enqueued::New(3), "the newest went before it");
    for id in [1, 3] {
        database.carry_out(|store| attempts::end(store, record_id(id), FinalState::Delivered)).unwrap();
    }
    drop(database);
    assert_eq!(
        enqueue(&mut home.database(), 4).unwrap(),
        Enqueued::New(4),
        "all of them went, and it was started anew"
    );
}

#[test]
fn nothing_is_looked_at_while_all_is_well() {
    let home = Home::new();
    let mut database = home.database();
    database.look_after();
    assert_eq!(database.alarm, None, "at rest it sleeps until it is asked");
    enqueue(&mut database, 1).unwrap();
    assert!(database.alarm.is_some(), "the log is emptied once, and the copy brought up to date");
    database.look_after();
    assert_eq!(database.alarm, None);
}

#[test]
fn the_answer_to_an_entry_that_was_damaged_meanwhile_ends_no_other() {
    let home = Home::new();
    let mut database = home.database();
    enqueue(&mut database, 1).unwrap();
    database.update_copy();
    enqueue(&mut database, 2).unwrap();
    let under_way = database.carry_out(|store| attempts::begin(store, 2, &link())).unwrap().unwrap();
    database.close();
    std::fs::write(home.data().join("outbox.db"), [0; 4096]).unwrap();
    assert_eq!(ids(&mut database), [1]);
    let next = database.enqueue(&Enrolment::without_consents(signup(3)), &link(), NOW_MS + 1).unwrap();
    assert_eq!(next.id(), 1_002, "its number stays its own");
    let old = record_id(under_way.id);
    database.carry_out(move |store| attempts::end(store, old, FinalState::Delivered)).unwrap();
    database.carry_out(move |store| attempts::keep_tried(store, &under_way, EntryState::Unknown)).unwrap();
    assert_eq!(ids(&mut database), [1, 1_002]);
    let kept = database.carry_out(|store| queue::list(store)).unwrap();
    assert_eq!(kept[1].state, EntryState::Saved);
}

#[test]
fn a_copied_disk_is_noticed_on_the_other_machine_and_its_entries_are_asked_for() {
    let home = Home::new();
    let mut first = home.database();
    enqueue(&mut first, 1).unwrap();
    drop(first);
    let again = home.database();
    assert_eq!(again.status.borrow().returned, None, "the same machine");
    drop(again);

    let open = || Database::open(&home.data(), Keyring::new(&home.root, &[]), home.history_at("machine b")).unwrap();
    let told = Some(Returned { cause: ReturnCause::OtherMachine, count: 1, copied_ms: None });
    let mut clone = open();
    assert_eq!(clone.status.borrow().returned, told);
    let states: Vec<_> = clone.carry_out(|store| queue::live(store)).unwrap().iter().map(|one| one.state).collect();
    assert_eq!(states, [EntryState::Unknown]);
    drop(clone);
    // It is this machine's from now on, and what was said stays until somebody has read it.
    let mut again = open();
    assert_eq!(again.status.borrow().returned, told);
    again.acknowledge_return().unwrap();
    assert_eq!(again.status.borrow().returned, None);
    drop(again);
    assert_eq!(open().status.borrow().returned, None);
}

fn consent() -> Given {
    let (version, text) = ("2026-01".into(), "Я согласен".into());
    let asked = Asked { purpose: Purpose::PersonalData, version, language: LanguageTag::default(), text };
    Given { asked, how: How::TickedByCustomer }
}

#[test]
fn a_corrected_entry_is_another_one_and_its_evidence_goes_along() {
    let home = Home::new();
    let mut database = home.database();
    let enrolment = Enrolment { signup: signup(1), consents: vec![consent()] };
    database.enqueue(&enrolment, &link(), NOW_MS).unwrap();
    let under_way = database.carry_out(|store| attempts::begin(store, 1, &link())).unwrap().unwrap();
    let refused = EntryState::Attention(Concern::Refused(Refusal::Rejected));
    database.carry_out(|store| attempts::keep_tried(store, &under_way, refused)).unwrap();
    database.update_copy();
    let corrected = database.carry_out(|store| one_entry::correct(store, 1, &signup(2))).unwrap();
    assert_eq!(corrected, Change::Done);
    // An answer to what was sent before says nothing of it.
    database.carry_out(|store| attempts::end(store, record_id(1), FinalState::Delivered)).unwrap();
    let kept = database.carry_out(|store| queue::list(store)).unwrap();
    assert_eq!((kept.len(), kept[0].id, kept[0].state, kept[0].created_ms), (1, 2, EntryState::Pending, NOW_MS));
    assert_eq!(database.carry_out(|store| one_entry::reveal(store, 2)).unwrap(), Some(signup(2)));
    let mut evidence =
        |number| database.carry_out(|store| consents::evidence_of(store, &signup(number).phone)).unwrap();
    assert_eq!(evidence(1), []);
    let moved = evidence(2);
    assert_eq!((moved.len(), &moved[0].phone, moved[0].facts.taken_ms), (1, &Ok(signup(2).phone), NOW_MS));
    // The old details do not come back with the copy.
    database.close();
    std::fs::write(home.data().join("outbox.db"), [0; 4096]).unwrap();
    let _ = ids(&mut database);
    let found = database.carry_out(|store| entries::entries_of(store, "main", &signup(1).phone)).unwrap();
    assert_eq!(found, Vec::<i64>::new());
}

#[test]
fn what_is_being_sent_or_would_be_a_second_one_is_left_as_it_is() {
    let home = Home::new();
    let mut database = home.database();
    enqueue(&mut database, 1).unwrap();
    enqueue(&mut database, 2).unwrap();
    database.carry_out(|store| attempts::begin(store, 1, &link())).unwrap();
    let correct = |database: &mut Database, id, number| {
        database.carry_out(|store| one_entry::correct(store, id, &signup(number))).unwrap()
    };
    assert_eq!(correct(&mut database, 1, 3), Change::InFlight);
    let delete = |store: &mut Store| one_entry::delete(store, 1, DeleteReason::Test, NOW_MS);
    assert_eq!(database.carry_out(delete).unwrap(), Change::InFlight);
    assert_eq!(correct(&mut database, 2, 1), Change::AnotherWaits);
    assert_eq!(correct(&mut database, 9, 3), Change::Gone);
    assert_eq!(ids(&mut database), [1, 2]);
    assert_eq!(database.carry_out(|store| one_entry::reveal(store, 2)).unwrap(), Some(signup(2)));
}

#[test]
fn of_a_deleted_entry_stays_why_and_the_evidence_and_nothing_else() {
    let home = Home::new();
    let mut database = home.database();
    let enrolment = Enrolment { signup: signup(1), consents: vec![consent()] };
    database.enqueue(&enrolment, &link(), NOW_MS).unwrap();
    database.update_copy();
    let delete = |store: &mut Store| one_entry::delete(store, 1, DeleteReason::WrongNumber, NOW_MS + 5);
    assert_eq!(database.carry_out(delete).unwrap(), Change::Done);
    assert_eq!(ids(&mut database), Vec::<i64>::new());
    let ended = database.carry_out(|store| retention::expired_entries(store)).unwrap();
    assert_eq!((ended.len(), ended[0].id, ended[0].expired_ms), (1, 1, NOW_MS + 5));
    assert_eq!(ended[0].deleted, Some(DeleteReason::WrongNumber));
    assert_eq!(database.carry_out(|store| consents::evidence_of(store, &signup(1).phone)).unwrap().len(), 1);
    database.close();
    std::fs::write(home.data().join("outbox.db"), [0; 4096]).unwrap();
    assert_eq!(ids(&mut database), Vec::<i64>::new(), "it does not come back with the copy");
}

#[test]
fn what_a_clock_far_ahead_held_for_tls_is_tried_once_it_is_set_back() {
    const HOUR_MS: i64 = 3_600_000;
    let hold = Backoff { flow: Flow::Held(Hold::Tls), until: Duration::from_hours(1) };
    let left = |set_back_ms: i64| {
        let mut database = Home::new().database();
        database.carry_out(|store| backoffs::save(store, &[hold], Duration::ZERO, NOW_MS)).unwrap();
        let saved = database.carry_out(|store| backoffs::saved(store, Duration::ZERO, NOW_MS - set_back_ms)).unwrap();
        saved.iter().map(|backoff| backoff.until.as_secs()).collect::<Vec<_>>()
    };
    assert_eq!(left(-HOUR_MS / 2), [1_800]);
    assert_eq!(left(30_000), [3_600], "it runs unevenly");
    assert_eq!(left(100_000 * HOUR_MS), Vec::<u64>::new());
}

#[test]
fn what_was_delivered_at_once_is_in_the_copy_as_soon_as_what_waits() {
    let home = Home::new();
    let mut database = home.database();
    database.update_copy();
    assert_eq!(enqueue(&mut database, 1).unwrap(), Enqueued::New(1));
    let record = RecordId { id: 1, created_ms: NOW_MS };
    database.carry_out(|store| attempts::end(store, record, FinalState::Delivered)).unwrap();
    database.after_work();
    let alarm = database.alarm.expect("the copy is behind");
    assert!(alarm <= now() + IDLE);
}
