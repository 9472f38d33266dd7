//! Scanners and people before a simulated machine: seeded, and timed as keys come.

use fastrand::Rng;

use super::*;

/// How a machine takes keys in: passes of so many milliseconds.
#[derive(Clone, Copy)]
struct Machine {
    least: u64,
    most: u64,
}

const QUICK: Machine = Machine { least: 2, most: 16 };
const SLOW: Machine = Machine { least: 60, most: 400 };

/// What a layout writes with the keys of the top row and the letters.
#[derive(Clone, Copy)]
enum TillLayout {
    Us,
    Ru,
    Kz,
}

const LAYOUTS: [TillLayout; 3] = [TillLayout::Us, TillLayout::Ru, TillLayout::Kz];

/// A key that goes down at a time, in seconds, and what comes with it.
type TimedKey = (f64, Vec<Event>);

fn seconds(millis: u64) -> f64 {
    std::time::Duration::from_millis(millis).as_secs_f64()
}

fn key(name: Key, modifiers: Modifiers, text: Option<String>) -> Vec<Event> {
    let go = |pressed| Event::Key { key: name, physical_key: Some(name), pressed, repeat: false, modifiers };
    [go(true)].into_iter().chain(text.map(Event::Text)).chain([go(false)]).collect()
}

/// The key of a sign, and what the till's layout makes of it.
fn keystroke(sign: char, layout: TillLayout, has_caps: bool) -> Vec<Event> {
    let name = match sign {
        '-' => Key::Minus,
        sign => Key::from_name(&sign.to_ascii_uppercase().to_string()).expect("a key"),
    };
    let is_shifted = sign.is_ascii_uppercase();
    let modifiers = if is_shifted { Modifiers::SHIFT } else { Modifiers::NONE };
    let written = match layout {
        TillLayout::Us if has_caps && sign.is_ascii_uppercase() => sign.to_ascii_lowercase(),
        TillLayout::Ru | TillLayout::Kz if sign.is_ascii_alphabetic() => 'Ф',
        TillLayout::Kz if sign.is_ascii_digit() => 'ұ',
        TillLayout::Us | TillLayout::Ru | TillLayout::Kz => sign,
    };
    let shift = |pressed| {
        let modifiers = Modifiers::NONE;
        Event::Key { key: Key::ShiftLeft, physical_key: Some(Key::ShiftLeft), pressed, repeat: false, modifiers }
    };
    let written = key(name, modifiers, Some(written.to_string()));
    if is_shifted { [vec![shift(true)], written, vec![shift(false)]].concat() } else { written }
}

fn content(rng: &mut Rng) -> String {
    let digits = |rng: &mut Rng, count: usize| (0..count).map(|_| rng.digit(10)).collect::<String>();
    match rng.u8(0..4) {
        0 => {
            let count = rng.usize(12..=16);
            digits(rng, count)
        }
        1 => format!("79{}", digits(rng, 9)),
        2 => {
            let count = rng.usize(8..=14);
            (0..count).map(|_| if rng.bool() { rng.uppercase() } else { rng.lowercase() }).collect()
        }
        _ => format!("SWIP-{}", digits(rng, 6)),
    }
}

/// Keys at so many milliseconds each, and the one at the end.
fn typed(rng: &mut Rng, text: &str, (least, most): (u64, u64), end: Option<Key>, layout: TillLayout) -> Vec<TimedKey> {
    let (mut at, has_caps) = (1.0, rng.bool());
    let mut keys: Vec<TimedKey> = Vec::new();
    for events in
        text.chars().map(|sign| keystroke(sign, layout, has_caps)).chain(end.map(|end| key(end, Modifiers::NONE, None)))
    {
        keys.push((at, events));
        at += seconds(rng.u64(least..=most));
    }
    keys
}

/// What comes out of a machine that sleeps until a key or a timer wakes it, and is busy with each pass.
fn play(
    rng: &mut Rng,
    machine: Machine,
    keys: &[TimedKey],
    (marks, place): (&ScanMarks, KeyPlace),
) -> (Vec<Event>, Vec<Burst>) {
    let mut wedge = Wedge::default();
    let (mut given, mut bursts) = (Vec::new(), Vec::new());
    let mut keys = keys.iter().peekable();
    let mut now = 0.5;
    loop {
        let wakes_at = match (keys.peek(), wedge.due_in(now)) {
            (Some((at, _)), Some(due)) => at.min(now + due),
            (Some((at, _)), None) => *at,
            (None, Some(due)) => now + due,
            (None, None) => break,
        };
        // Waking takes a moment, in which more may come.
        now = f64::max(now, wakes_at + seconds(rng.u64(0..=2)));
        let mut batch = Vec::new();
        while let Some((_, events)) = keys.next_if(|(at, _)| *at <= now) {
            batch.extend(events.iter().cloned());
        }
        for arrival in wedge.take(now, batch, (Some(marks), place)) {
            match arrival {
                Arrival::Event(event) => given.push(event),
                Arrival::Burst(burst) => bursts.push(burst),
            }
        }
        now += seconds(rng.u64(machine.least..=machine.most));
    }
    (given, bursts)
}

fn all(keys: &[TimedKey]) -> Vec<Event> {
    keys.iter().flat_map(|(_, events)| events.iter().cloned()).collect()
}

fn writes(events: &[Event]) -> bool {
    events.iter().any(|event| match event {
        Event::Key { key, pressed, .. } => *pressed && *key != Key::ShiftLeft,
        event => matches!(event, Event::Text(_)),
    })
}

const PLACES: [KeyPlace; 5] =
    [KeyPlace::Box, KeyPlace::Digits, KeyPlace::Elsewhere, KeyPlace::Nowhere, KeyPlace::Unknown];
const ENDS: [Option<Key>; 3] = [None, Some(Key::Enter), Some(Key::Tab)];

#[test]
fn a_thousand_bursts_are_told_as_they_are_and_leave_nothing_in_any_field() {
    let mut rng = Rng::with_seed(14);
    for number in 0..1_000 {
        let text = content(&mut rng);
        let pace = rng.u64(1..=30);
        let (end, at, layout) = (ENDS[number % 3], PLACES[number % 5], LAYOUTS[number / 5 % 3]);
        let keys = typed(&mut rng, &text, (1, pace), end, layout);
        let (given, bursts) = play(&mut rng, QUICK, &keys, (&ScanMarks::default(), at));
        assert!(bursts == [Burst::Scan(text.clone())], "{number}: {text} at {pace} ms");
        assert!(!writes(&given), "{number}: {text} at {pace} ms: {given:?}");
    }
}

#[test]
fn on_a_slow_till_no_wrong_pass_is_told_and_content_decides() {
    let mut rng = Rng::with_seed(15);
    let prefixed = ScanMarks { prefix: "~".to_owned(), suffix: String::new() };
    let mut told = 0;
    for number in 0..1_000 {
        let text = content(&mut rng);
        let pace = rng.u64(1..=30);
        let (end, at, layout) = (ENDS[number % 3], PLACES[number % 5], LAYOUTS[number / 5 % 3]);
        let keys = typed(&mut rng, &text, (1, pace), end, layout);
        let (given, bursts) = play(&mut rng, SLOW, &keys, (&prefixed, at));
        let case = format!("{number}: {text} at {pace} ms, {end:?}, {at:?}");
        match &bursts[..] {
            [Burst::Scan(scanned)] => {
                assert_eq!(*scanned, text, "{case}");
                assert!(!writes(&given), "{case}");
                told += 1;
            }
            [Burst::Unclear] => assert!(at == KeyPlace::Elsewhere && text.len() == 11 && !writes(&given), "{case}"),
            [] => {
                assert_eq!(given, all(&keys), "{case}: nothing is lost");
                // The box takes it as well; letters alone, and what may be a phone, nobody can tell.
                let is_told_by_content =
                    text.len() >= 12 && text.bytes().all(|sign| sign.is_ascii_digit()) || text.contains('-');
                let has_place = matches!(at, KeyPlace::Box | KeyPlace::Unknown) && end.is_none();
                assert!(!is_told_by_content || has_place, "{case}");
            }
            _ => panic!("{case}: {} bursts", bursts.len()),
        }
    }
    assert!(told > 600, "{told}");
}

#[test]
fn what_a_person_types_comes_out_as_it_came() {
    let mut rng = Rng::with_seed(16);
    for number in 0..1_000 {
        let lead = ["9", "79", "89", "7", "8"][number % 5];
        let text = match number % 10 {
            9 => "alexandra".to_owned(),
            _ => format!("{lead}{}", (0..11 - lead.len()).map(|_| rng.digit(10)).collect::<String>()),
        };
        let place = if number % 10 == 9 { KeyPlace::Elsewhere } else { [KeyPlace::Box, KeyPlace::Digits][number % 2] };
        let machine = if number % 4 == 3 { SLOW } else { QUICK };
        let fastest = rng.u64(45..=90);
        let keys = typed(&mut rng, &text, (fastest.min(60), fastest.max(60)), ENDS[number % 3], LAYOUTS[number % 3]);
        let keys = if number % 7 == 0 { typed(&mut rng, &text, (45, 45), ENDS[number % 3], LAYOUTS[0]) } else { keys };
        let (given, bursts) = play(&mut rng, machine, &keys, (&ScanMarks::default(), place));
        assert!(bursts.is_empty(), "{number}: {text} at {fastest} ms");
        assert_eq!(given, all(&keys), "{number}: {text} at {fastest} ms");
    }
}

#[test]
fn a_phone_in_one_batch_is_no_pass_and_a_card_is_one_where_a_phone_has_no_place() {
    let mut rng = Rng::with_seed(17);
    let card = "79167795322";
    for (place, expected) in
        [(KeyPlace::Box, 0), (KeyPlace::Digits, 0), (KeyPlace::Unknown, 0), (KeyPlace::Elsewhere, 1)]
    {
        let keys: Vec<_> = typed(&mut rng, card, (0, 0), Some(Key::Enter), TillLayout::Us);
        let (_, bursts) = play(&mut rng, SLOW, &keys, (&ScanMarks::default(), place));
        assert_eq!(bursts.len(), expected, "{place:?}");
        assert!(bursts.iter().all(|burst| *burst == Burst::Unclear));
    }
    let marks = ScanMarks { prefix: "79".to_owned(), suffix: String::new() };
    let keys: Vec<_> = typed(&mut rng, card, (0, 0), Some(Key::Enter), TillLayout::Us);
    let (given, bursts) = play(&mut rng, SLOW, &keys, (&marks, KeyPlace::Box));
    assert!(bursts == [Burst::Scan(card.to_owned())] && !writes(&given), "its prefix tells");
}

#[test]
fn control_keys_within_a_burst_refuse_it_whole() {
    let mut rng = Rng::with_seed(18);
    for bad in [
        key(Key::R, Modifiers::CTRL, None),
        key(Key::F4, Modifiers::NONE, None),
        key(Key::Escape, Modifiers::NONE, None),
    ] {
        let mut keys = typed(&mut rng, "4006381333931", (3, 3), Some(Key::Enter), TillLayout::Us);
        let at = keys[10].0;
        keys.insert(11, (at, bad));
        let (given, bursts) = play(&mut rng, QUICK, &keys, (&ScanMarks::default(), KeyPlace::Box));
        assert!(bursts == [Burst::Refused] && !writes(&given), "{given:?}");
    }
}

#[test]
fn a_scanner_without_an_end_fills_nothing() {
    let mut rng = Rng::with_seed(19);
    let endless = "7".repeat(5_000);
    let keys = typed(&mut rng, &endless, (1, 2), None, TillLayout::Us);
    let (given, bursts) = play(&mut rng, QUICK, &keys, (&ScanMarks::default(), KeyPlace::Box));
    assert!(bursts == [Burst::Refused] && !writes(&given));
}

#[test]
fn an_end_that_comes_late_or_twice_is_swallowed_and_a_later_enter_is_not() {
    let mut wedge = Wedge::default();
    let mut rng = Rng::with_seed(20);
    let mut take =
        |at: f64, events: Vec<Event>| wedge.take(at, events, (Some(&ScanMarks::default()), KeyPlace::Box)).len();
    let keys = typed(&mut rng, "4006381333931", (0, 0), None, TillLayout::Us);
    let (first, rest) = keys.split_at(1);
    take(1.0, all(first));
    take(1.016, all(rest));
    assert_eq!(take(1.070, Vec::new()), 1, "it is over");
    let enter = |pressed| Event::Key {
        key: Key::Enter,
        physical_key: Some(Key::Enter),
        pressed,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    assert_eq!(take(1.080, vec![enter(true)]), 0);
    assert_eq!(take(1.090, vec![enter(true)]), 0);
    assert_eq!(take(2.0, vec![enter(true)]), 1);
}

#[test]
fn where_nothing_is_scanned_nothing_is_held() {
    let mut wedge = Wedge::default();
    let mut rng = Rng::with_seed(21);
    let keys = typed(&mut rng, "4006381333931", (0, 0), Some(Key::Enter), TillLayout::Us);
    assert_eq!(wedge.take(1.0, all(&keys), (None, KeyPlace::Box)).len(), all(&keys).len());
    assert_eq!(wedge.due_in(1.0), None);
}
