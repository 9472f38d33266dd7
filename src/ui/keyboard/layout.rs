//! Which keys stand where: the letters of a language, the digits, and the keys around them.

/// The letters of one language, and what its keys are called in that language.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Layout {
    /// The language's tag, such as `ru`.
    pub tag: String,
    /// The language's name for itself; it stands on the space bar.
    pub name: String,
    /// The letters: a line a row, keys apart by spaces; `a|B` where the capital is not the usual one.
    pub letters: String,
    /// Signs that stand in names, apart by spaces.
    pub signs: String,
    /// What the keys without a letter are called.
    pub names: KeyNames,
    /// Only where [`offer`](super::offer) names it.
    pub is_spare: bool,
    /// Whether the switch leads to it.
    pub is_offered: bool,
}

/// What the keys without a letter are called, for assistive technology; `next` is also written on its key.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct KeyNames {
    /// Signs that have a name; another one is called by itself.
    pub signs: Vec<(char, String)>,
    /// The space bar.
    pub space: String,
    /// The next letter is a capital.
    pub shift: String,
    /// Takes the last character away.
    pub backspace: String,
    /// The keys that switch to each of the layouts, in the order they are installed in.
    pub switch: Vec<String>,
    /// On to the next field.
    pub next: String,
    /// Puts the keyboard away.
    pub hide: String,
    /// The keys between the pages of [`KeyboardKind::Anything`].
    pub pages: PageNames,
}

/// What the keys between the pages of [`KeyboardKind::Anything`] are called.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PageNames {
    /// To the page of signs.
    pub signs: String,
    /// Back to the letters.
    pub letters: String,
    /// What is written on the key back to the letters.
    pub abc: String,
}

/// What the keyboard is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum KeyboardKind {
    /// Names: the letters of a language, the first of a word a capital.
    #[default]
    Letters,
    /// A phone or a birthday: digits only.
    Digits,
    /// Addresses, tokens, ids: Latin letters first, digits with them, signs on a page of their own, and no capital that
    /// nobody asked for. "Next" is the caller's to do, and a key puts the keyboard away.
    Anything,
}

/// The two pages of [`KeyboardKind::Anything`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) enum KeyPage {
    #[default]
    Letters,
    Signs,
}

/// One key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cap {
    /// A letter, small and capital.
    Letter(String, String),
    /// A sign or a digit.
    Sign(String),
    Space,
    Shift,
    Backspace,
    /// To the layout with this number.
    Switch(usize),
    /// To the other page.
    Turn(KeyPage),
    Hide,
    Next,
}

/// A key and its width, in widths of a letter key.
pub(super) type Row = Vec<(Cap, f32)>;

/// The keys with a word or a picture are wider than a letter.
const SIDE: f32 = 1.5;
const NEXT: f32 = 2.5;
/// More rows or longer ones could not be hit; the rest of a wrong file is left out.
const MOST_ROWS: usize = 5;
const MOST_KEYS: usize = 13;
/// The digits above the letters and the signs of [`KeyboardKind::Anything`].
const DIGITS: &str = "1 2 3 4 5 6 7 8 9 0";
/// The signs of addresses and tokens first. The last row has backspace beside it.
const SIGNS: [&str; 3] = ["- _ / : @ # % & = +", "? ! ( ) [ ] { } ~ ^", ", ; ' \" * \\ | $"];
const SIGN_COLUMNS: f32 = 10.0;

impl Layout {
    /// Whether it has letters at all; a language without its own uses another's.
    pub fn has_letters(&self) -> bool {
        !self.letters.trim().is_empty()
    }

    /// Whether an address can be typed with it.
    pub(super) fn is_latin(&self) -> bool {
        ('a'..='z').all(|letter| self.letters.contains(letter))
    }
}

/// The digits, three in a row.
pub(super) fn digits() -> Vec<Row> {
    let sign = |digit: &str| (Cap::Sign(digit.to_owned()), 1.0);
    vec![
        vec![sign("1"), sign("2"), sign("3")],
        vec![sign("4"), sign("5"), sign("6")],
        vec![sign("7"), sign("8"), sign("9")],
        vec![(Cap::Backspace, 1.0), sign("0"), (Cap::Next, 1.0)],
    ]
}

/// Every sign that an address, a token or an id may have; `other` is the layout that the switch leads to, if there is another.
pub(super) fn anything(layout: &Layout, other: Option<usize>, page: KeyPage) -> Vec<Row> {
    let mut rows = vec![signs(DIGITS)];
    match page {
        KeyPage::Letters => {
            rows.extend(letters(layout, other));
            rows.pop();
            let columns = rows.iter().map(width).fold(0.0, f32::max);
            let mut left = vec![(Cap::Turn(KeyPage::Signs), SIDE)];
            left.extend(other.map(|other| (Cap::Switch(other), SIDE)));
            rows.push(below(left, columns));
        }
        KeyPage::Signs => {
            rows.extend(SIGNS.map(signs));
            let room = SIGN_COLUMNS - rows.last().map_or(0.0, width);
            rows.last_mut().into_iter().for_each(|row| row.push((Cap::Backspace, room)));
            rows.push(below(vec![(Cap::Turn(KeyPage::Letters), SIDE)], SIGN_COLUMNS));
        }
    }
    rows
}

fn signs(line: &str) -> Row {
    line.split(' ').map(|sign| (Cap::Sign(sign.to_owned()), 1.0)).collect()
}

/// The keys at `left`, space, and what ends a field.
fn below(mut left: Row, columns: f32) -> Row {
    let right = [(Cap::Sign(".".to_owned()), 1.0), (Cap::Hide, SIDE), (Cap::Next, NEXT)];
    let space = columns - width(&left) - right.iter().map(|(_, width)| width).sum::<f32>();
    left.push((Cap::Space, space.max(SIDE)));
    left.extend(right);
    left
}

/// The letters of a layout; `other` is the one that the switch leads to, if there is another.
pub(super) fn letters(layout: &Layout, other: Option<usize>) -> Vec<Row> {
    let mut rows: Vec<Row> = layout.letters.lines().map(letter_row).filter(|row| !row.is_empty()).collect();
    rows.truncate(MOST_ROWS);
    let last = rows.pop().unwrap_or_default();
    let last_width = width(&last) + 2.0 * SIDE;
    let columns = rows.iter().map(width).fold(last_width, f32::max);
    let side = (columns - width(&last)) / 2.0;
    let side = side.min(SIDE * 1.5);
    rows.push([vec![(Cap::Shift, side)], last, vec![(Cap::Backspace, side)]].concat());
    rows.push(bottom(layout, other, columns));
    rows
}

fn bottom(layout: &Layout, other: Option<usize>, columns: f32) -> Row {
    let mut signs = layout.signs.split_whitespace().take(4).map(|sign| (Cap::Sign(sign.to_owned()), 1.0));
    let right: Row = signs.next().into_iter().collect();
    let mut row: Row = other.map(|other| (Cap::Switch(other), SIDE)).into_iter().collect();
    row.extend(signs);
    let space = (columns - width(&row) - width(&right) - NEXT).max(SIDE);
    row.push((Cap::Space, space));
    row.extend(right);
    row.push((Cap::Next, NEXT));
    row
}

fn letter_row(line: &str) -> Row {
    line.split_whitespace().take(MOST_KEYS).map(|key| (letter(key), 1.0)).collect()
}

fn letter(key: &str) -> Cap {
    match key.split_once('|') {
        Some((small, capital)) => Cap::Letter(small.to_owned(), capital.to_owned()),
        None => Cap::Letter(key.to_owned(), key.to_uppercase()),
    }
}

/// The width of a row, in widths of a letter key.
pub(super) fn width(row: &Row) -> f32 {
    row.iter().map(|(_, width)| width).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(letters: &str, signs: &str) -> Layout {
        Layout { letters: letters.to_owned(), signs: signs.to_owned(), ..Layout::default() }
    }

    #[test]
    fn shift_and_backspace_stand_beside_the_last_letters() {
        let rows = letters(&layout("q w e r t y u i o p\na s d f g h j k l\nz x c v b n m", "- '"), Some(1));
        assert_eq!(rows.len(), 4);
        assert_eq!(rows[2].first(), Some(&(Cap::Shift, 1.5)));
        assert_eq!(rows[2].last(), Some(&(Cap::Backspace, 1.5)));
        let bottom: Vec<_> = rows[3].iter().map(|(cap, _)| cap.clone()).collect();
        let sign = |text: &str| Cap::Sign(text.to_owned());
        assert_eq!(bottom, [Cap::Switch(1), sign("'"), Cap::Space, sign("-"), Cap::Next]);
        for row in [&rows[0], &rows[2], &rows[3]] {
            assert!((width(row) - 10.0).abs() < 0.001, "{row:?}");
        }
    }

    #[test]
    fn addresses_and_tokens_have_all_their_signs_and_every_row_can_be_hit() {
        let latin = layout("q w e r t y u i o p\na s d f g h j k l\nz x c v b n m", "-");
        let cyrillic = layout("й ц у к е н г ш щ з х ъ\nф ы в а п р о л д ж э ё\nя ч с м и т ь б ю", "-");
        assert!(latin.is_latin() && !cyrillic.is_latin());
        let pages = [
            anything(&latin, Some(1), KeyPage::Letters),
            anything(&cyrillic, Some(0), KeyPage::Letters),
            anything(&latin, Some(1), KeyPage::Signs),
        ];
        for rows in &pages {
            assert_eq!(rows.len(), 5, "the keyboard keeps its height: {rows:?}");
            // 768 wide, 8 beside the keys, 6 between them.
            assert!(rows.iter().map(width).all(|columns| columns * (48.0 + 6.0) - 6.0 <= 768.0 - 16.0), "{rows:?}");
            let digits: String =
                rows[0].iter().map(|(cap, _)| if let Cap::Sign(digit) = cap { digit } else { "" }).collect();
            assert_eq!(digits, "1234567890");
            assert!(rows.iter().flatten().all(|(_, columns)| *columns >= 1.0), "{rows:?}");
        }
        assert!(pages[2].iter().all(|row| (width(row) - SIGN_COLUMNS).abs() < 0.001), "{:?}", pages[2]);
        let has = |sign: char| pages[2].iter().flatten().any(|(cap, _)| *cap == Cap::Sign(sign.to_string()));
        let lacking: String = ('!'..='~').filter(char::is_ascii_punctuation).filter(|sign| !has(*sign)).collect();
        assert_eq!(lacking, "<>`");
        for rows in &pages {
            let mut caps: Vec<_> = rows.iter().flatten().map(|(cap, _)| format!("{cap:?}")).collect();
            caps.sort();
            let count = caps.len();
            caps.dedup();
            assert_eq!(caps.len(), count, "no key stands there twice");
        }
    }

    #[test]
    fn a_key_may_name_its_capital() {
        assert_eq!(letter("i|İ"), Cap::Letter("i".to_owned(), "İ".to_owned()));
        assert_eq!(letter("ё"), Cap::Letter("ё".to_owned(), "Ё".to_owned()));
    }

    #[test]
    fn a_wrong_file_makes_no_keyboard_that_cannot_be_hit() {
        let rows = letters(&layout(&format!("{}\n", "a ".repeat(90)).repeat(50), &"- ".repeat(50)), None);
        assert_eq!(rows.len(), 6);
        assert!(rows.iter().all(|row| row.len() <= 15));
        assert_eq!(letters(&layout("", ""), None).len(), 2, "keys to erase and to go on are always there");
    }
}
