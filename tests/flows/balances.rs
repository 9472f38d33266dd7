//! The balances at the manager's: a list comes in by paste, by path and by a file that is dropped, is asked about, held up,
//! interrupted, put in order and written into a file.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use egui::accesskit::Role;
use egui::{Event, Key, Vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use swip_kiosk::app::{Screen, State};
use swip_kiosk::domain::PhoneRules;
use swip_kiosk::domain::balances::pace::AT_ONCE;
use swip_kiosk::domain::balances::{ListContent, ListRows, SavedList, read_cell};
use swip_kiosk::screens::balances::{BalancesScreen, Status};
use swip_kiosk::services::sandbox::{Fault, Faults, LedgerAnswer, LedgerEntry, Plan, seeds};
use swip_kiosk::services::{Station, StationLock};
use tokio::sync::{mpsc, oneshot};

use crate::support::{PIN, Shop, Window, in_every_language, tag, wait_outside};

/// The window of the process that owns the station, and what proves it. Its minute without a touch is long beside what is waited for.
fn open_owned(shop: &Shop, language: &str) -> (Window, StationLock) {
    let lock = StationLock::acquire(&shop.dirs()).expect("the station is free");
    let (station, opened) = Station::open(&shop.dirs());
    station.own(&lock);
    let state = State::new(opened, Some(tag(language)));
    (shop.sized_window((state, station), language, ([1366.0, 768.0], FRAME)), lock)
}

/// Seconds from frame to frame.
const FRAME: f32 = 0.05;
/// Ten seconds of the window's time.
const PASSES_BETWEEN_TOUCHES: u32 = 200;
const MOST_TOUCHES: u32 = 100;

impl Window {
    fn balances(&self) -> &BalancesScreen {
        match &self.harness.state().state().screen {
            Screen::Balances(balances) => balances,
            other => panic!("no balances but {other:?}"),
        }
    }

    /// From the counter to the balances by its key and the PIN.
    fn open_balances(&mut self) {
        self.press(Key::F4);
        self.wait("the door", |window| matches!(window.harness.state().state().screen, Screen::Door(_)));
        self.type_text(PIN);
        self.press(Key::Enter);
        self.wait("the balances", |window| matches!(window.harness.state().state().screen, Screen::Balances(_)));
        self.wait("what was interrupted", |window| !matches!(window.balances().status, Status::Finding(_)));
        self.settle();
    }

    /// A text is pasted where no field has the keyboard.
    fn bring(&mut self, text: &str) {
        self.paste(text);
        self.wait_for("balances-first-rows");
        // A press counts once the page could be seen.
        self.harness.run_steps(8);
    }

    /// Asked about until something is so; somebody is there meanwhile, so that the door stays open.
    fn wait_list(&mut self, what: &str, holds: impl Fn(&BalancesScreen) -> bool) {
        for _ in 0..MOST_TOUCHES {
            let passes = Cell::new(0);
            self.wait(what, |window| {
                passes.set(passes.get() + 1);
                holds(window.balances()) || passes.get() >= PASSES_BETWEEN_TOUCHES
            });
            if holds(self.balances()) {
                return self.settle();
            }
            self.press(Key::F12);
        }
        panic!("waited in vain: {what}");
    }

    fn answered(&self) -> usize {
        self.balances().list.as_ref().map_or(0, |list| list.len() - list.waiting())
    }

    fn choose_option(&mut self, words: &str) {
        self.harness.get_by_role_and_label(Role::RadioButton, words).click();
        self.settle();
    }

    /// The rows of the list without its headings, each as it is told.
    fn list_rows(&self) -> Vec<String> {
        let rows = self.harness.query_all_by_role(Role::Row);
        rows.filter_map(|row| row.accesskit_node().label()).skip(1).collect()
    }
}

/// A file as a window system brings it.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("nobody asks for them".to_owned())
    }
}

/// Pictures in the sizes of a counter, where they are asked for.
fn picture(window: &mut Window, name: &str, language: &str) {
    #[cfg(feature = "snapshots")]
    for size in [Vec2::new(1366.0, 768.0), Vec2::new(1920.0, 1080.0), Vec2::new(768.0, 1366.0)] {
        window.harness.set_size(size);
        window.settle();
        crate::pictures::take(window, &format!("balances-{name}-{language}-{}", size.x));
    }
    window.harness.set_size(Vec2::new(1366.0, 768.0));
    window.settle();
    let _ = (name, language);
}

/// Phones from 79161000000 on, one a line.
fn phones(count: usize) -> String {
    let phones: Vec<String> = (0..count).map(|at| format!("7916{:07}\n", 1_000_000 + at)).collect();
    phones.concat()
}

/// How often each phone was asked about, as the server has noted it down.
fn asked(shop: &Shop) -> Vec<String> {
    let ledger = shop.server().ledger();
    let queries = ledger.into_iter().filter(|entry| entry.path == "/customer-loyalty-stats");
    let phone = |entry: LedgerEntry| entry.query.into_iter().find(|(name, _)| name == "phone").map(|(_, phone)| phone);
    let mut asked: Vec<String> = queries.filter_map(phone).collect();
    asked.sort();
    asked
}

#[test]
fn a_list_is_pasted_understood_asked_about_put_in_order_and_saved() {
    in_every_language(|language| {
        let shop = Shop::connected(language).with_pin();
        let (mut window, _lock) = open_owned(&shop, language);
        window.open_balances();
        picture(&mut window, "empty", language);
        let list = format!(
            "Имя\tТелефон\nАнна\t{}\nПётр\t+7 999 000-00-03\nОлег\tнет\nЯн\t79161234567\n=1+1\t79990000666\n",
            seeds::REGULAR.phone
        );
        window.bring(&list);
        assert!(window.sees("balances-delimiter-tab"));
        assert!(window.sees_words(&window.text_with("balances-customers", "count", "4")));
        assert!(window.sees_words(&window.text_with("balances-not-customers", "count", "1")));
        picture(&mut window, "preview", language);
        // The other column holds nobody but passes; back to the phones.
        window.choose_option("Имя");
        window.wait("the other column", |window| {
            window.balances().preview.as_ref().is_some_and(|preview| preview.column() == Some(0))
        });
        window.choose_option("Телефон");
        window.wait("the phones", |window| {
            window.balances().preview.as_ref().is_some_and(|preview| preview.column() == Some(1))
        });
        window.settle();
        window.click("balances-start");
        window.wait_list("the end", |balances| balances.status == Status::Done);
        assert!(window.sees("balances-done"));
        assert_eq!(asked(&shop).len(), 4);
        let total = window.points(11_806 - 150).0;
        assert!(window.sees_words(&window.text_with("balances-total", "points", &total)), "{}", window.list());
        picture(&mut window, "done", language);
        assert_ne!(window.rest(), Duration::ZERO, "at rest nothing is drawn");

        let rows = window.list_rows();
        assert_eq!(rows.len(), 5);
        assert!(rows[2].contains(&window.text("balances-answer-invalid")), "{rows:#?}");
        window.choose_option(&window.text("balances-sort-most"));
        let rows = window.list_rows();
        assert!(rows[0].contains(seeds::REGULAR.phone) && rows[1].contains("000-00-03"), "{rows:#?}");
        window.choose_option(&window.text_with("balances-filter-unusable", "count", "2"));
        assert_eq!(window.list_rows().len(), 2);

        window.click("balances-export-csv");
        window.wait_for("balances-exported");
        let files = || fs::read_dir(shop.home.path()).expect("a folder").map(|file| file.expect("a file").path());
        let csv = files().find(|path| path.extension().is_some_and(|end| end == "csv")).expect("a table");
        let text = fs::read_to_string(&csv).expect("read");
        let (start, formula) = match language {
            "ru" => {
                ("\u{feff}input;outcome;points;time\r\n79167795322;found;11806;", "\r\n'+7 999 000-00-03;found;-150;")
            }
            _ => ("input,outcome,points,time\r\n79167795322,found,11806,", "\r\n'+7 999 000-00-03,found,-150,"),
        };
        assert!(text.starts_with(start) && text.contains(formula) && text.lines().count() == 6, "{text}");
        picture(&mut window, "exported", language);
        window.click("balances-export-xlsx");
        window.wait("the workbook", |_| files().any(|path| path.extension().is_some_and(|end| end == "xlsx")));
        window.wait_for("balances-exported");
        // Everything is in a file: nothing is asked.
        window.click("balances-other");
        window.wait_for("balances-source");
        window.wait("nothing is kept", |_| !shop.dirs().data().join("balances.list").exists());
    });
}

#[test]
fn a_list_comes_by_path_and_by_a_file_that_is_dropped_and_what_is_none_is_told() {
    let shop = Shop::connected("ru").with_pin();
    let (mut window, _lock) = open_owned(&shop, "ru");
    window.open_balances();
    let file = |name: &str, bytes: &[u8]| {
        let path = shop.home.path().join(name);
        fs::write(&path, bytes).expect("written");
        path
    };
    let (cp1251, _, _) = encoding_rs::WINDOWS_1251.encode("Имя;Телефон\r\nАнна;79167795322\r\n");
    let path = file("Список.csv", &cp1251);
    window.fill("balances-path", &format!("\"{}\"", path.display()));
    window.press(Key::Enter);
    window.wait_for("balances-first-rows");
    assert!(window.sees_words("Windows-1251") && window.sees_words("Анна"));
    window.settle();
    window.click("balances-other");
    for (name, bytes, error) in [
        ("empty.csv", &b"\r\n"[..], "list-empty"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "list-not-a-table"),
        ("packed.xlsx", b"PK\x03\x04", "list-not-a-table"),
    ] {
        let path = file(name, bytes);
        window.harness.input_mut().dropped_files = vec![Arc::new(Dropped(path))];
        window.wait_for(error);
        window.settle();
    }
    picture(&mut window, "refused", "ru");
    fs::File::create(shop.home.path().join("huge.csv")).and_then(|file| file.set_len(1 << 30)).expect("a sparse file");
    window.harness.input_mut().dropped_files = vec![Arc::new(Dropped(shop.home.path().join("huge.csv")))];
    window.wait_for("list-too-large");
    window.harness.input_mut().dropped_files = vec![Arc::new(Dropped(file("line.csv", &[b'7'; 100_000])))];
    window.wait_for("list-cell-too-long");
    window.harness.input_mut().dropped_files = vec![Arc::new(Dropped(shop.home.path().join("none.csv")))];
    window.wait_for("balances-unreadable");
    window.harness.input_mut().dropped_files = vec![Arc::new(Dropped(file("names.csv", "Анна;A-1\n".as_bytes())))];
    window.wait_for("list-no-column");
    assert!(window.balances().list.is_none());
    assert_eq!(asked(&shop), [""; 0]);
}

#[test]
fn a_list_pauses_goes_on_and_is_cancelled_within_one_pass() {
    in_every_language(|language| {
        let shop = Shop::connected(language).with_pin();
        shop.set_faults(Faults::on_stats(Plan::delayed(30)));
        let (mut window, _lock) = open_owned(&shop, language);
        window.open_balances();
        window.bring(&phones(5_000));
        window.click("balances-start");
        window.wait("some answers", |window| window.answered() >= 20);
        picture(&mut window, "running", language);
        window.click("balances-pause");
        assert_eq!(window.balances().status, Status::Paused);
        picture(&mut window, "paused", language);
        assert_ne!(window.rest(), Duration::ZERO, "at rest nothing is drawn");
        // What was on its way has ended; nothing more is asked.
        std::thread::sleep(Duration::from_millis(100));
        let before = asked(&shop).len();
        std::thread::sleep(Duration::from_millis(150));
        assert_eq!(asked(&shop).len(), before);
        window.click("balances-go-on");
        let known = window.answered();
        window.wait("more answers", |window| window.answered() >= known + 20);
        let words = window.text("balances-cancel");
        window.harness.get_by_role_and_label(Role::Button, &words).click();
        window.harness.step();
        assert_eq!(window.balances().status, Status::Cancelled, "in the pass of the press");
        std::thread::sleep(Duration::from_millis(100));
        let before = asked(&shop).len();
        std::thread::sleep(Duration::from_millis(150));
        assert_eq!(asked(&shop).len(), before);
        window.settle();
        assert!(window.sees("balances-cancelled"));
        window.wait("nothing is kept", |_| !shop.dirs().data().join("balances.list").exists());
        window.click("balances-other");
        window.wait_for("balances-close-title");
        picture(&mut window, "close", language);
        window.click("balances-close");
        window.wait_for("balances-source");
    });
}

#[test]
fn rows_without_an_answer_are_asked_about_again_and_a_wait_that_swip_asks_for_is_told() {
    in_every_language(|language| {
        let shop = Shop::connected(language).with_pin();
        let (mut window, _lock) = open_owned(&shop, language);
        window.open_balances();
        shop.set_faults(Faults::on_stats(Plan::always(Fault::status(401))));
        window.bring(&phones(12));
        window.click("balances-start");
        window.wait_list("the end", |balances| matches!(balances.status, Status::Ended(_)));
        assert!(window.has_button("balances-go-on"));
        picture(&mut window, "ended", language);
        shop.set_faults(Faults::on_stats(Plan::times(2, Fault::too_many_requests("2"))));
        window.click("balances-go-on");
        window.wait_list("SWiP wishes to be left alone", |balances| balances.speed.wait(Duration::ZERO).is_some());
        picture(&mut window, "waiting", language);
        window.wait_list("the end", |balances| balances.status == Status::Done);
        let phones = asked(&shop);
        assert!(phones.len() <= 12 + 4 + 2 + 4, "{}", phones.len());
        assert_eq!(window.answered(), 12);
        assert!(window.sees("balances-done"));
    });
}

#[test]
fn a_list_goes_on_behind_the_shut_door_and_after_a_restart() {
    let shop = Shop::connected("ru").with_pin();
    shop.set_faults(Faults::on_stats(Plan::delayed(20)));
    let (mut window, lock) = open_owned(&shop, "ru");
    window.open_balances();
    window.bring(&phones(400));
    window.click("balances-start");
    window.wait("some answers", |window| window.answered() >= 10);
    // A minute of the window's time without a touch, in which not much is answered.
    shop.set_faults(Faults::on_stats(Plan::delayed(1_000)));
    window.harness.run_steps(1_250);
    assert!(matches!(window.harness.state().state().screen, Screen::Counter(_)));
    assert!(!window.sees_words("79161000"), "{}", window.list());
    shop.set_faults(Faults::on_stats(Plan::delayed(20)));
    let before = asked(&shop).len();
    window.wait("it goes on meanwhile", |_| asked(&shop).len() >= before + 20);
    window.open_balances();
    let known = window.answered();
    assert!(known >= before.saturating_sub(8), "{known} of {before}");
    assert_eq!(window.balances().status, Status::Running);
    // The program is killed.
    drop((window, lock));
    std::thread::sleep(Duration::from_millis(200));
    let before = asked(&shop).len();
    let (mut window, _lock) = open_owned(&shop, "ru");
    window.open_balances();
    assert_eq!(window.balances().status, Status::Paused);
    assert!(window.answered() >= known, "{} of {known}", window.answered());
    assert!(window.answered() < 400);
    window.click("balances-go-on");
    window.wait_list("the end", |balances| balances.status == Status::Done);
    let phones = asked(&shop);
    let mut distinct = phones.clone();
    distinct.dedup();
    assert_eq!(distinct.len(), 400, "none is lost");
    // Four were on their way at the kill.
    assert!(phones.len() <= 400 + 4, "{} after {before}", phones.len());
}

#[test]
fn a_trial_asks_the_sandbox_and_saves_nothing() {
    let shop = Shop::empty();
    let mut window = shop.open_trial("ru");
    window.press(Key::F4);
    window.wait("the balances", |window| matches!(window.harness.state().state().screen, Screen::Balances(_)));
    window.wait("nothing was interrupted", |window| window.balances().status == Status::Choosing);
    window.settle();
    window.bring("79167795322\n");
    window.click("balances-start");
    window.wait_list("the end", |balances| balances.status == Status::Done);
    window.click("balances-export-csv");
    assert!(!window.sees("balances-exported"));
}

#[test]
fn a_kiosk_has_no_way_to_the_balances() {
    let shop = Shop::kiosk_with("ru", &[]);
    let (station, opened) = Station::open(&shop.dirs());
    let mut state = State::new(opened, Some(tag("ru")));
    let settings = {
        let mut counter = Shop::connected("ru").open("ru");
        counter.click("app-settings");
        counter.settle();
        counter.has_button("balances-open")
    };
    assert!(settings, "a counter has it");
    state.screen = Screen::Balances(Box::default());
    let mut window = shop.window(state, station, "ru");
    window.harness.event(Event::Paste("79167795322".to_owned()));
    window.settle();
}

#[test]
fn a_list_asks_about_nobody_while_a_customer_is_signed_up() {
    let shop = Shop::connected("ru").with_pin();
    shop.set_faults(Faults { signup: Plan::delayed(3_000), stats: Plan::delayed(20), ..Faults::default() });
    let (mut window, _lock) = open_owned(&shop, "ru");
    window.open_balances();
    window.bring(&phones(5_000));
    window.click("balances-start");
    window.wait("some answers", |window| window.answered() >= 10);
    window.click("settings-back");
    window.wait("the counter", |window| matches!(window.harness.state().state().screen, Screen::Counter(_)));
    window.look_up("9161234567");
    window.wait_for("form-title");
    window.harness.run_steps(10);
    window.press(Key::Enter);
    window.wait("the signup to be on its way", |_| !shop.signups().is_empty());
    wait_outside("its answer", || {
        let ledger = shop.server().ledger();
        let mut since = ledger.iter().skip_while(|entry| entry.path != "/customer-signups");
        let is_under_way = since.next().is_some_and(|signup| signup.answer == LedgerAnswer::Pending);
        // Those that were on their way before it may come after it.
        assert!(!is_under_way || since.count() <= AT_ONCE, "the list goes on");
        !is_under_way
    });
    window.wait_for("done-registered");
    assert_eq!(shop.signups().len(), 1);
    window.open_balances();
    assert_eq!(window.balances().status, Status::Running, "the list is not done before the signup");
}

#[test]
fn a_list_that_is_ended_before_it_is_kept_leaves_no_file() {
    let shop = Shop::connected("ru");
    let (station, _) = Station::open(&shop.dirs());
    let rows = vec![read_cell("79167795322", ListContent::Phones, PhoneRules::MOBILE)];
    let saved = SavedList { list: ListRows { rows: rows.into(), content: ListContent::Phones }, answers: vec![None] };
    let (news, _told) = mpsc::channel(10);
    let (_, stopped) = oneshot::channel();
    shop.tokio.block_on(station.run_list(saved, news, stopped)).expect("ended");
    let names =
        fs::read_dir(shop.home.path().join("data")).expect("a folder").map(|file| file.expect("a file").file_name());
    let names: Vec<_> = names.filter(|name| name.to_string_lossy().starts_with("balances")).collect();
    assert!(names.is_empty(), "{names:?}");
}
