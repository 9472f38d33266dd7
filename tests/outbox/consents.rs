//! The evidence of consents is stored with the signup, outlives it for its time, and goes when it must.

use std::fs;

use serde_json::json;
use swip_kiosk::domain::consent::{ConsentDays, ConsentTexts};
use swip_kiosk::domain::delivery::{RetentionDays, Submission};
use swip_kiosk::domain::{Asked, Enrolment, Given, How, LanguageTag, PersonName, Phone, PhoneRules, Purpose};
use swip_kiosk::services::outbox::{AllEvidence, Broken, Enqueued, Evidence, Forgotten, KeepFor, Taken};
use swip_kiosk::services::{Clock, Station};

use crate::retention::{DAY, HONEST, Work, station as set_up};
use crate::station::{Server, StationHome};
use crate::{Opened, closed, deliver, fault, person, phone, posts};

const NOW_MS: i64 = 1_700_000_000_000;

fn asked(purpose: Purpose, version: &str) -> Asked {
    let mut texts = ConsentTexts::default();
    texts.add(purpose.name(), version, "ru", &format!("Согласен, редакция {version}.")).expect("a good text");
    texts.of(purpose).expect("there").asked(&LanguageTag::default())
}

pub(crate) fn ticked(purpose: Purpose, version: &str) -> Given {
    Given { asked: asked(purpose, version), how: How::TickedByCustomer }
}

/// Staff vouches for it.
fn attested(purpose: Purpose, version: &str) -> Given {
    Given { how: How::AttestedByStaff, ..ticked(purpose, version) }
}

fn of(phone: &str) -> Phone {
    Phone::parse(phone, PhoneRules::MOBILE).expect("a phone")
}

/// Purpose, version and time of every piece of evidence about a phone.
fn told(found: &[Evidence]) -> Vec<(Purpose, &str, i64)> {
    found
        .iter()
        .map(|one| (one.purpose.expect("one of ours"), one.facts.version.as_str(), one.facts.taken_ms - NOW_MS))
        .collect()
}

impl Opened {
    pub(crate) async fn take(&self, number: usize, name: &str, consents: Vec<Given>, after_ms: i64) -> Enqueued {
        let enrolment = Enrolment { signup: person(&phone(number), name), consents };
        self.deliverer.outbox().enqueue(enrolment, self.link.clone(), NOW_MS + after_ms).await.expect("stored")
    }

    async fn evidence(&self, number: usize) -> Vec<Evidence> {
        self.deliverer.outbox().evidence_of(of(&phone(number))).await.expect("read")
    }
}

const DATA: Purpose = Purpose::PersonalData;
const ADVERTS: Purpose = Purpose::Marketing;

#[tokio::test(flavor = "multi_thread")]
async fn each_consent_is_a_piece_of_evidence_and_its_text_is_kept_once() {
    let (_server, home) = set_up();
    let opened = Opened::of(&home).await;
    for number in 0..3 {
        opened.take(number, "Анна", vec![ticked(DATA, "1"), ticked(ADVERTS, "7")], 0).await;
    }
    let found = opened.evidence(1).await;
    assert_eq!(told(&found), [(ADVERTS, "7", 0), (DATA, "1", 0)]);
    let one = &found[1];
    assert_eq!((one.how, one.facts.language.as_str()), (Some(How::TickedByCustomer), "ru"));
    assert_eq!(one.phone, Ok(of(&phone(1))));
    let ids = (opened.link.merchant_id.as_str(), opened.link.store_id.as_str(), opened.link.cash_id.as_str());
    let facts = &one.facts;
    assert_eq!((facts.merchant_id.as_str(), facts.store_id.as_str(), facts.cash_id.as_str()), ids);
    let all = opened.deliverer.outbox().all_evidence().await.expect("read");
    assert_eq!((all.consents.len(), all.texts.len()), (6, 2));
    assert_eq!(all.texts[&facts.text_hash], "Согласен, редакция 1.");
}

#[tokio::test(flavor = "multi_thread")]
async fn details_that_replace_what_was_not_sent_take_their_own_consents_and_later_ones_stand_beside() {
    let (_server, home) = set_up();
    let opened = Opened::of(&home).await;
    let first = opened.take(1, "Анна", vec![attested(DATA, "1"), attested(ADVERTS, "1")], 0).await;
    let second = opened.take(1, "Мария", vec![attested(DATA, "1")], 5).await;
    assert_eq!(second, Enqueued::Replaced(first.id()));
    assert_eq!(told(&opened.evidence(1).await), [(DATA, "1", 5)], "advertising went with the first details");

    // The same once more: what was agreed to stays as it was, and what is new is added.
    let third = opened.take(1, "Мария", vec![attested(DATA, "2"), attested(ADVERTS, "2")], 9).await;
    assert_eq!(third, Enqueued::Same(first.id()));
    assert_eq!(told(&opened.evidence(1).await), [(DATA, "1", 5), (ADVERTS, "2", 9)]);

    // What may have been sent stays: the first details with their consents, the others have their own.
    drop(opened);
    closed(&home);
    let db = rusqlite::Connection::open(home.data().join("outbox.db")).expect("the database");
    assert_eq!(db.execute("UPDATE entry SET attempts = 1, unsettled = 1", []).expect("changed"), 1);
    drop(db);
    let opened = Opened::of(&home).await;
    let aside = opened.take(1, "Ольга", vec![attested(DATA, "3")], 11).await;
    assert!(matches!(aside, Enqueued::Aside(_)));
    assert_eq!(told(&opened.evidence(1).await), [(DATA, "1", 5), (ADVERTS, "2", 9), (DATA, "3", 11)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_alone_adds_to_details_that_wait_and_replaces_none_of_them() {
    let (server, home) = set_up();
    let opened = Opened::of(&home).await;
    let alone = |first: &str, last: &str, consents| {
        let mut signup = person(&phone(1), first);
        signup.last_name = PersonName::parse(last).expect("a name");
        Enrolment { signup, consents }
    };
    let store =
        |enrolment, after_ms: i64| opened.deliverer.outbox().enqueue(enrolment, opened.link.clone(), NOW_MS + after_ms);
    let first = store(alone("Анна", "", vec![ticked(DATA, "1")]), 0).await.expect("stored");
    assert!(matches!(first, Enqueued::New(_)));
    let strangers = alone("Мария", "Ли", vec![ticked(DATA, "2"), ticked(ADVERTS, "2")]);
    let second = store(strangers.clone(), 5).await.expect("stored");
    assert_eq!(second, Enqueued::Filled(first.id()));
    assert_eq!(told(&opened.evidence(1).await), [(DATA, "1", 0), (ADVERTS, "2", 5)], "evidence is added, none goes");
    assert_eq!(store(strangers, 6).await.expect("stored"), Enqueued::Same(first.id()));

    // Staff has looked at whose phone it is.
    let by_staff = store(alone("Ольга", "", vec![attested(DATA, "3")]), 9).await.expect("stored");
    assert_eq!(by_staff, Enqueued::Replaced(first.id()));
    assert_eq!(told(&opened.evidence(1).await), [(DATA, "3", 9)]);
    let added = store(alone("Мария", "Ли", vec![ticked(DATA, "2")]), 12).await.expect("stored");
    assert_eq!(added, Enqueued::Filled(first.id()));
    drop(opened);
    assert_eq!(deliver(&home, 20), 0);
    let posts = posts(&server);
    assert_eq!(posts.len(), 1);
    let body = format!("{{\"phone\":\"{}\",\"firstName\":\"Ольга\",\"lastName\":\"Ли\"}}", phone(1));
    assert_eq!(posts[0]["body"], body);
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_outlives_the_delivery_and_what_swip_refuses_in_front_of_the_customer_leaves_none() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let opened = Opened::of(&home).await;
    let enrol = |number| Enrolment { signup: person(&phone(number), "Анна"), consents: vec![ticked(DATA, "1")] };
    assert_eq!(opened.station.submit(enrol(1), Clock::System).await, Ok(Submission::Registered));
    assert!(opened.deliverer.outbox().list().await.expect("a list").is_empty());
    assert_eq!(opened.evidence(1).await.len(), 1);

    server.set_faults(&fault(&json!({ "status": { "code": 400 } })));
    assert!(opened.station.submit(enrol(2), Clock::System).await.is_err());
    assert!(opened.deliverer.outbox().list().await.expect("a list").is_empty());
    assert_eq!(opened.evidence(2).await, []);
    assert_eq!(opened.evidence(1).await.len(), 1, "the other customer's stays");
}

/// All the evidence of a station, opened for this alone; without its key it has no connection.
fn all(home: &StationHome) -> (AllEvidence, Vec<Evidence>) {
    let found = tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let (station, _) = Station::open(&home.dirs());
        let outbox = station.deliverer().await.expect("an outbox").outbox();
        let of_one = outbox.evidence_of(of(&phone(1))).await.expect("read");
        (outbox.all_evidence().await.expect("read"), of_one)
    });
    closed(home);
    found
}

#[test]
fn evidence_has_both_times_where_swip_contradicts_the_clock() {
    let (_server, home) = set_up();
    let taken = Taken { wall_ms: NOW_MS, corrected_ms: Some(NOW_MS + 60_000_000) };
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let opened = Opened::of(&home).await;
        let enrolment = Enrolment { signup: person(&phone(1), "Анна"), consents: vec![ticked(DATA, "1")] };
        opened.deliverer.outbox().enqueue(enrolment, opened.link.clone(), taken).await.expect("stored");
    });
    closed(&home);
    let (_, found) = all(&home);
    assert!(found[0].phone.is_ok());
    assert_eq!((found[0].facts.taken_ms, found[0].facts.corrected_ms), (NOW_MS, taken.corrected_ms));
    edit(&home, "UPDATE consent SET corrected_ms = NULL");
    assert_eq!(all(&home).1[0].phone, Err(Broken::Altered));
}

/// Changes a closed database by hand.
fn edit(home: &StationHome, sql: &str) {
    let db = rusqlite::Connection::open(home.data().join("outbox.db")).expect("the database");
    assert_eq!(db.execute(sql, []).expect("changed"), 1, "{sql}");
}

#[test]
fn evidence_that_was_edited_in_the_database_proves_nothing() {
    for change in [
        "purpose = 'anything'",
        "purpose = CAST(x'ff' AS TEXT)",
        "how = 'attested_by_staff'",
        "how = 'anything'",
        "version = '2'",
        "version = CAST(x'ff' AS TEXT)",
        "language = 'en'",
        "taken_ms = taken_ms + 1",
        "merchant_id = 'another'",
        "store_id = 'another'",
        "cash_id = 'another'",
        "corrected_ms = 7",
        "text_hash = x'00'",
        "text_hash = (SELECT hash FROM consent_text WHERE text LIKE '%2.')",
        "phone_tag = (SELECT phone_tag FROM consent WHERE entry = 2)",
        "sealed = (SELECT sealed FROM consent WHERE entry = 2)",
        "entry = 3",
    ] {
        let (_server, home) = set_up();
        tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
            let opened = Opened::of(&home).await;
            opened.take(1, "Анна", vec![ticked(DATA, "1")], 0).await;
            opened.take(2, "Мария", vec![ticked(DATA, "2")], 0).await;
        });
        closed(&home);
        edit(&home, &format!("UPDATE consent SET {change} WHERE entry = 1"));
        let (all, _) = all(&home);
        let broken: Vec<_> = all.consents.iter().filter_map(|one| one.phone.as_ref().err()).collect();
        assert_eq!((all.consents.len(), broken), (2, vec![&Broken::Altered]), "{change}");
        let ended = home.run(&["consents", "delete", "--phone", &phone(1), "--json"]);
        assert_eq!(ended.code, 0, "{change}: {ended:?}");
    }
}

#[test]
fn a_tag_that_gives_its_end_to_the_time_proves_nothing() {
    let (_server, home) = set_up();
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        Opened::of(&home).await.take(1, "Анна", vec![ticked(DATA, "1")], 0).await;
    });
    closed(&home);
    {
        // What is bound is the same bytes: a shorter tag, and a time that was invented.
        let db = rusqlite::Connection::open(home.data().join("outbox.db")).expect("the database");
        let tag: [u8; 32] = db.query_row("SELECT phone_tag FROM consent", [], |row| row.get(0)).expect("a row");
        let (tag, end) = tag.split_at(24);
        let corrected_ms = i64::from_be_bytes(end.try_into().expect("eight bytes"));
        db.execute("UPDATE consent SET phone_tag = ?1, corrected_ms = ?2", rusqlite::params![tag, corrected_ms])
            .expect("edited");
    }
    let (all, _) = all(&home);
    assert_eq!(all.consents.iter().map(|one| one.phone.clone()).collect::<Vec<_>>(), [Err(Broken::Altered)]);
}

#[test]
fn a_text_that_was_edited_is_not_shown_as_what_somebody_agreed_to() {
    let (_server, home) = set_up();
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        Opened::of(&home).await.take(1, "Анна", vec![ticked(DATA, "1")], 0).await;
    });
    closed(&home);
    edit(&home, "UPDATE consent_text SET text = 'Согласна на всё.'");
    let (all, of_one) = all(&home);
    assert_eq!((all.consents.len(), all.texts.len()), (1, 0));
    assert_eq!(of_one[0].phone, Err(Broken::Altered));
}

#[test]
fn the_phone_is_sealed_and_a_key_that_comes_back_opens_it_again() {
    let (_server, home) = set_up();
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        Opened::of(&home).await.take(1, "Анна", vec![ticked(DATA, "1")], 0).await;
    });
    closed(&home);
    let bytes = fs::read(home.data().join("outbox.db")).expect("the database");
    let digits = phone(1);
    assert!(!bytes.windows(10).any(|window| window == &digits.as_bytes()[1..]), "the phone is in clear text");

    let key = home.key_files().remove(0);
    let aside = home.folder().join("aside");
    fs::rename(&key, &aside).expect("moved");
    let (evidence, of_one) = all(&home);
    assert_eq!(of_one, [], "the tag was another key's");
    let phones: Vec<_> = evidence.consents.iter().map(|one| one.phone.clone()).collect();
    assert_eq!(phones, [Err(Broken::KeyLost)], "it stays, unreadable");

    fs::rename(&aside, &key).expect("moved");
    assert_eq!(told(&all(&home).1), [(DATA, "1", 0)]);
    // Sealed under the key in force by now: the old one may go.
    fs::remove_file(&key).expect("removed");
    let found = all(&home).1;
    assert_eq!((told(&found), found[0].phone.clone()), (vec![(DATA, "1", 0)], Ok(of(&digits))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_is_forgotten_leaves_neither_evidence_nor_signups() {
    let (_server, home) = set_up();
    let opened = Opened::of(&home).await;
    opened.take(1, "Анна", vec![ticked(DATA, "1"), ticked(ADVERTS, "7")], 0).await;
    opened.take(2, "Пётр", vec![ticked(DATA, "1")], 0).await;
    let outbox = opened.deliverer.outbox();
    let forget = |number| outbox.forget(of(&phone(number)));
    assert_eq!(forget(1).await.expect("done"), Forgotten { consents: 2, signups: 1 });
    assert_eq!(forget(1).await.expect("done"), Forgotten::default());
    assert_eq!((opened.evidence(1).await.len(), opened.evidence(2).await.len()), (0, 1));
    assert_eq!(outbox.list().await.expect("a list").len(), 1);
    let texts = outbox.all_evidence().await.expect("read").texts;
    assert_eq!(texts.into_values().collect::<Vec<_>>(), ["Согласен, редакция 1."], "a text that nobody saw goes");
    // A text that went is there again for whoever sees it next.
    opened.take(3, "Олег", vec![ticked(ADVERTS, "7")], 0).await;
    assert_eq!(outbox.all_evidence().await.expect("read").texts.len(), 2);
}

fn keep(signups: u16, consents: u16) -> KeepFor {
    KeepFor {
        signups: RetentionDays::new(signups).expect("a number of days"),
        consents: ConsentDays::new(consents).expect("a number of days"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_ends_with_its_time_by_a_dead_clock_but_not_before_its_signup() {
    let (_server, home) = set_up();
    let mut work = Work::start(&home).await;
    let enrol = |number| Enrolment { signup: person(&phone(number), "Анна"), consents: vec![ticked(DATA, "1")] };
    let link = work.station.settings().expect("set up").connection;
    let outbox = work.deliverer.outbox().clone();
    outbox.enqueue(enrol(1), link.clone(), HONEST).await.expect("stored");
    let evidence = async |number| outbox.evidence_of(of(&phone(number))).await.expect("read").len();
    // The signup waits for a day, its evidence for thirty.
    work.keep = keep(1, 30);
    for day in 0..30 {
        work.timing.wall_ms.store(0, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(evidence(1).await, 1, "on day {day}");
        work.work(24).await;
    }
    assert_eq!(work.count().await, 0);
    assert_eq!(evidence(1).await, 1, "its first hour was over before it was first seen");
    // Another one waits for longer than its evidence is kept.
    outbox.enqueue(enrol(2), link, HONEST).await.expect("stored");
    work.work(1).await;
    assert_eq!(evidence(1).await, 0);
    assert_eq!(outbox.all_evidence().await.expect("read").texts.len(), 1, "the text is another's, too");
    work.keep = keep(90, 30);
    work.work(24 * 35).await;
    assert_eq!((work.count().await, evidence(2).await), (1, 1));
    work.keep = keep(1, 30);
    work.work(1).await;
    assert_eq!((work.count().await, evidence(2).await), (0, 0), "both go at once");
    assert!(outbox.all_evidence().await.expect("read").texts.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_grows_old_while_the_station_is_off_and_its_queue_is_empty() {
    let (_server, home) = set_up();
    let mut wall_ms = HONEST;
    let mut work = Work::start(&home).await;
    work.keep = keep(1, 30);
    let link = work.station.settings().expect("set up").connection;
    let enrolment = Enrolment { signup: person(&phone(1), "Анна"), consents: vec![ticked(DATA, "1")] };
    let stored = work.deliverer.outbox().enqueue(enrolment, link, HONEST).await.expect("stored");
    assert!(matches!(stored, Enqueued::New(_)));
    // A shop that is open for eight hours a day; the first of all was over before it was first seen.
    for day in 0..=30 {
        let found = work.deliverer.outbox().evidence_of(of(&phone(1))).await.expect("read");
        assert_eq!((work.count().await, found.len()), (usize::from(day < 2), 1), "after {day} days");
        work.work(8).await;
        work.stop(&home);
        wall_ms += i64::try_from(DAY.as_millis()).expect("not for ever");
        work = Work::start_at(&home, wall_ms).await;
        work.keep = keep(1, 30);
        work.look().await;
    }
    assert_eq!(work.deliverer.outbox().evidence_of(of(&phone(1))).await.expect("read"), []);
}
