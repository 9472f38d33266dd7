//! A file that is cut, changed or unfinished opens nothing, and no cut of an export leaves an entry to two machines.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::date;
use tempfile::TempDir;

use super::file::{self, Cost, HEADER_BYTES, Seal};
use super::rows::{Bundle, Step};
use super::{ExportError, OpenError};
use crate::domain::delivery::EntryState;
use crate::domain::settings::Preferences;
use crate::domain::{BirthdayForm, Connection, Enrolment, Passphrase, Settings, SettingsDraft, Signup, SignupDraft};
use crate::services::StationDirs;
use crate::services::outbox::seal::Keyring;
use crate::services::outbox::store::{EXPORTED, Store};
use crate::services::outbox::{Enqueued, schema};
use crate::services::secrets::RootKey;

/// The least there is: these tests try hundreds of files.
const CHEAP: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };

fn passphrase() -> Passphrase {
    Passphrase::parse("correct horse battery").unwrap()
}

fn seal() -> Seal {
    Seal::new(&passphrase(), CHEAP).unwrap()
}

fn settings(merchant_id: &str) -> Settings {
    let mut draft = SettingsDraft::default();
    for (key, value) in [
        (crate::domain::SettingKey::BaseUrl, "https://api.example.org"),
        (crate::domain::SettingKey::MerchantId, merchant_id),
        (crate::domain::SettingKey::StoreId, "Store 1"),
        (crate::domain::SettingKey::CashId, "0001"),
        (crate::domain::SettingKey::Mode, "counter"),
        (crate::domain::SettingKey::Language, "en"),
    ] {
        draft.set(key, value);
    }
    draft.check().unwrap()
}

fn link() -> Connection {
    settings("MRCH").connection
}

fn person(number: usize, first_name: &str) -> Signup {
    let draft =
        SignupDraft { phone: format!("7916{number:07}"), first_name: first_name.to_owned(), ..SignupDraft::default() };
    draft.check(BirthdayForm::Iso, &Preferences::default(), date(2026, 1, 1)).unwrap()
}

/// A store in a folder of its own.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn store_at(&self, db: &Path) -> Store {
        let keys = StationDirs::resolve(Some(self.path("data")), Some(self.path("keys"))).unwrap();
        let root = RootKey::open_or_create(&keys).unwrap();
        Store::new(schema::open(db).unwrap(), Arc::new(Keyring::new(&root, &[]))).unwrap()
    }

    fn store(&self) -> Store {
        self.store_at(&self.path("outbox.db"))
    }
}

fn states(store: &Store) -> Vec<EntryState> {
    store.list().unwrap().into_iter().map(|entry| entry.state).collect()
}

#[test]
fn a_file_that_is_cut_or_changed_anywhere_opens_nothing() {
    let whole = seal().seal(b"what was sealed").unwrap();
    assert_eq!(file::open(&whole, &passphrase()).unwrap().0.as_slice(), b"what was sealed");
    for length in 0..whole.len() {
        assert!(file::open(&whole[..length], &passphrase()).is_err(), "the first {length} bytes");
    }
    for at in 0..whole.len() {
        for bit in [0x01, 0x80] {
            let mut changed = whole.clone();
            changed[at] ^= bit;
            assert!(file::open(&changed, &passphrase()).is_err(), "byte {at}, bit {bit:#x}");
        }
    }
    assert!(file::open(&[whole.as_slice(), b"x"].concat(), &passphrase()).is_err(), "something behind it");
    let other = Passphrase::parse("correct horse batterz").unwrap();
    assert_eq!(file::open(&whole, &other).unwrap_err(), OpenError::CannotBeOpened);
}

#[test]
fn what_is_no_export_and_what_a_newer_program_made_are_told_apart() {
    let mut bytes = seal().seal(b"").unwrap();
    bytes[7] = b'3';
    assert_eq!(file::open(&bytes, &passphrase()).unwrap_err(), OpenError::UnknownVersion);
    bytes[..8].fill(0);
    assert_eq!(file::open(&bytes, &passphrase()).unwrap_err(), OpenError::NotAnExport);
    assert_eq!(file::open(b"", &passphrase()).unwrap_err(), OpenError::NotAnExport);
    let mut greedy = seal().seal(b"").unwrap();
    // All the memory there is.
    greedy[8..12].fill(0xff);
    assert_eq!(file::open(&greedy, &passphrase()).unwrap_err(), OpenError::CannotBeOpened);
    let bytes = seal().seal(b"no entries").unwrap();
    assert!(matches!(Bundle::open(&bytes, &passphrase()), Err(OpenError::CannotBeOpened)));
}

#[test]
fn two_files_of_one_passphrase_share_no_salt_and_no_nonce() {
    let (one, two) = (seal().seal(b"x").unwrap(), seal().seal(b"x").unwrap());
    assert!(one[20..36] != two[20..36] && one[36..HEADER_BYTES] != two[36..HEADER_BYTES]);
}

#[test]
fn an_export_cut_at_any_step_leaves_no_entry_to_two_machines() {
    let place = Place::new();
    let file = place.path("queue.swipq");
    let mut store = place.store();
    for number in 0..3 {
        store.enqueue(&Enrolment::without_consents(person(number, "Anna")), &link(), 1_700_000_000_000).unwrap();
    }
    let mut steps = Vec::new();
    let exported = store.export(&file, &seal(), |step| {
        // As a power cut would leave it.
        for name in ["outbox.db", "outbox.db-wal"] {
            fs::copy(place.path(name), place.path(&format!("{step:?}-{name}"))).unwrap();
        }
        fs::copy(&file, place.path(&format!("{step:?}.swipq"))).unwrap();
        steps.push(step);
    });
    assert_eq!(exported.unwrap(), 3);
    assert_eq!(steps, [Step::Written, Step::Marked, Step::Finished]);
    for step in steps {
        let found = states(&place.store_at(&place.path(&format!("{step:?}-outbox.db"))));
        assert_eq!(found.len(), 3, "nothing is lost at {step:?}");
        let opens = Bundle::open(&fs::read(place.path(&format!("{step:?}.swipq"))).unwrap(), &passphrase()).is_ok();
        let is_held = found.iter().all(|state| *state == EXPORTED);
        assert_eq!((opens, is_held), (step == Step::Finished, step != Step::Written), "at {step:?}");
    }
}

#[test]
fn an_export_that_fails_holds_nothing_and_leaves_what_is_there_alone() {
    let place = Place::new();
    let mut store = place.store();
    store.enqueue(&Enrolment::without_consents(person(1, "Anna")), &link(), 1_700_000_000_000).unwrap();
    let there = place.path("there");
    fs::write(&there, "mine").unwrap();
    assert!(matches!(store.export(&there, &seal(), |_| {}), Err(ExportError::Exists)));
    assert_eq!(fs::read(&there).unwrap(), b"mine");
    let nowhere = place.path("no/such/folder");
    assert!(matches!(store.export(&nowhere, &seal(), |_| {}), Err(ExportError::File(_))));
    assert_eq!(states(&store), [EntryState::Saved]);
}

#[test]
fn what_is_exported_is_not_begun_retried_or_woken_by_new_settings() {
    let place = Place::new();
    let mut store = place.store();
    let id = store.enqueue(&Enrolment::without_consents(person(1, "Anna")), &link(), 1_700_000_000_000).unwrap().id();
    store.export(&place.path("file"), &seal(), |_| {}).unwrap();
    assert_eq!(store.begin(id, &link()).unwrap(), None);
    assert_eq!(store.begin(id, &settings("ELSE").connection).unwrap(), None);
    assert_eq!(store.retry(None).unwrap(), 0);
    store.belong_to(&link().base_url.origin(), "ELSE").unwrap();
    store.belong_to(&link().base_url.origin(), "MRCH").unwrap();
    assert_eq!(states(&store), [EXPORTED]);
    // Nor by a start without its key.
    drop(store);
    fs::rename(place.path("keys"), place.path("away")).unwrap();
    let mut store = place.store();
    assert_eq!(states(&store), [EXPORTED]);
    assert_eq!(store.release(None).unwrap(), 1);
    assert_eq!(states(&store), [EntryState::Unknown]);
}

/// Whether the only entry counts as one that may have been carried out: asked for first, and never written over.
fn assert_may_have_been_sent(store: &mut Store, what: &str) {
    let id = store.list().unwrap()[0].id;
    let entry = store.peek(id, &link()).unwrap().unwrap();
    assert_eq!((entry.attempts, entry.tally.is_unsettled), (0, true), "{what}");
    let again = store.enqueue(&Enrolment::without_consents(person(1, "Bella")), &link(), 1_700_000_000_001).unwrap();
    assert!(matches!(again, Enqueued::Aside(_)), "{what}: {again:?}");
    assert_eq!(store.read(id).unwrap().unwrap().signup, person(1, "Anna"), "{what}");
}

#[test]
fn what_another_machine_may_have_sent_is_never_taken_for_unsent() {
    let (ours, theirs) = (Place::new(), Place::new());
    let mut store = ours.store();
    let id = store.enqueue(&Enrolment::without_consents(person(1, "Anna")), &link(), 1_700_000_000_000).unwrap().id();
    let fresh = store.peek(id, &link()).unwrap().unwrap();
    assert!(!fresh.tally.is_unsettled, "nothing was sent yet");
    let file = ours.path("queue.swipq");
    store.export(&file, &seal(), |_| {}).unwrap();
    let bundle = || Bundle::open(&fs::read(&file).unwrap(), &passphrase()).unwrap();
    store.release(None).unwrap();
    assert_may_have_been_sent(&mut store, "released");

    let mut store = theirs.store();
    store.import(&bundle(), &link(), 1_700_000_000_001).unwrap();
    assert_may_have_been_sent(&mut store, "imported");

    // One that rested for another station first.
    let third = Place::new();
    let mut store = third.store();
    store.import(&bundle(), &settings("ELSE").connection, 1_700_000_000_001).unwrap();
    store.belong_to(&link().base_url.origin(), "MRCH").unwrap();
    assert_eq!(states(&store), [EntryState::Pending]);
    assert_may_have_been_sent(&mut store, "imported for another station");
}

#[test]
fn a_lookup_under_way_does_not_take_an_entry_back_from_another_machine() {
    let place = Place::new();
    let mut store = place.store();
    let id = store.enqueue(&Enrolment::without_consents(person(1, "Анна")), &link(), 0).unwrap().id();
    let looked_up = store.peek(id, &link()).unwrap().unwrap();
    assert_eq!(store.export(&place.path("file"), &seal(), |_| {}).unwrap(), 1);
    store.keep_tried(&looked_up, EntryState::Pending).unwrap();
    assert_eq!(states(&store), [EXPORTED]);
    assert_eq!(store.peek(id, &link()).unwrap(), None, "a lookup for it would end in a request");
}
