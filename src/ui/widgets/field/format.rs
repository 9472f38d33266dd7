//! Formatting while typing: a text buffer that keeps the caret beside the digit it was beside.

use std::any::TypeId;
use std::ops::Range;

use egui::TextBuffer;
use egui::text::CharIndex;

/// Wraps the caller's text; every edit is formatted at once, so no frame shows it raw.
pub(super) struct FormattedBuffer<'t> {
    text: &'t mut String,
    format: fn(&str) -> String,
    /// Where the caret was before the edit: tells Backspace from Delete.
    caret_before: usize,
    edited: Edited,
}

/// What became of the text; both are `None` while nothing was edited.
#[derive(Clone, Copy, Default)]
pub(super) struct Edited {
    /// Where the caret belongs.
    pub(super) caret: Option<usize>,
    /// Whether the text is another one: a refused letter edits but changes nothing.
    pub(super) is_changed: Option<bool>,
}

impl<'t> FormattedBuffer<'t> {
    pub(super) fn new(text: &'t mut String, format: fn(&str) -> String, caret_before: usize) -> Self {
        Self { text, format, caret_before, edited: Edited::default() }
    }

    pub(super) fn edited(&self) -> Edited {
        self.edited
    }

    fn replace(&mut self, raw: &str, raw_caret: usize) -> usize {
        let formatted = (self.format)(raw);
        let caret = moved_caret(raw, raw_caret, &formatted);
        let is_changed = *self.text != formatted;
        *self.text = formatted;
        self.edited.caret = Some(caret);
        self.edited.is_changed = Some(is_changed || self.edited.is_changed.unwrap_or(false));
        self.caret_before = caret;
        caret
    }

    /// Removing a separator alone would be undone by the formatter: the digit beside it goes instead.
    fn widened(&self, chars: &[char], range: Range<usize>) -> Range<usize> {
        let is_one_separator = range.len() == 1 && chars.get(range.start).is_some_and(|c| !c.is_ascii_digit());
        if !is_one_separator || !chars.iter().any(char::is_ascii_digit) {
            return range;
        }
        let is_delete = range.start == self.caret_before;
        let digit = if is_delete {
            chars.iter().enumerate().skip(range.end).find(|(_, c)| c.is_ascii_digit()).map(|(at, _)| at)
        } else {
            chars.iter().take(range.start).rposition(char::is_ascii_digit)
        };
        match digit {
            Some(at) if is_delete => range.start..at + 1,
            Some(at) => at..range.end,
            None => range,
        }
    }
}

impl TextBuffer for FormattedBuffer<'_> {
    fn is_mutable(&self) -> bool {
        true
    }

    fn as_str(&self) -> &str {
        self.text
    }

    fn insert_text(&mut self, text: &str, char_index: CharIndex) -> usize {
        let mut chars: Vec<char> = self.text.chars().collect();
        let at = char_index.0.min(chars.len());
        let added: Vec<char> = text.chars().collect();
        let raw_caret = at + added.len();
        chars.splice(at..at, added);
        let raw: String = chars.into_iter().collect();
        // egui moves its caret right by what is returned; it is set exactly once the field is drawn.
        self.replace(&raw, raw_caret).saturating_sub(char_index.0)
    }

    fn delete_char_range(&mut self, char_range: Range<CharIndex>) {
        let mut chars: Vec<char> = self.text.chars().collect();
        let end = char_range.end.0.min(chars.len());
        let start = char_range.start.0.min(end);
        let range = self.widened(&chars, start..end);
        let raw_caret = range.start;
        chars.drain(range);
        let raw: String = chars.into_iter().collect();
        self.replace(&raw, raw_caret);
    }

    fn type_id(&self) -> TypeId {
        TypeId::of::<FormattedBuffer<'static>>()
    }
}

/// Where the caret belongs in `formatted`, given where it stood in `raw`: beside the same digit.
fn moved_caret(raw: &str, raw_caret: usize, formatted: &str) -> usize {
    let length = formatted.chars().count();
    if raw_caret >= raw.chars().count() {
        return length;
    }
    let (raw_digits, formatted_digits) = (digits(raw), digits(formatted));
    if raw_digits.is_empty() {
        return raw_caret.min(length);
    }
    // A formatter may put digits in front, such as a country code; those count too.
    let put_in_front = formatted_digits.strip_suffix(raw_digits.as_str()).map_or(0, str::len);
    let left = raw.chars().take(raw_caret).filter(char::is_ascii_digit).count();
    let wanted = if left == 0 { 0 } else { left + put_in_front };
    after_digits(formatted, wanted)
}

fn after_digits(text: &str, wanted: usize) -> usize {
    if wanted == 0 {
        return 0;
    }
    let mut seen = 0;
    for (at, letter) in text.chars().enumerate() {
        seen += usize::from(letter.is_ascii_digit());
        if seen == wanted {
            return at + 1;
        }
    }
    text.chars().count()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(raw: &str) -> String {
        sample_phone(raw)
    }

    fn typed(text: &str, caret: usize, added: &str) -> (String, usize) {
        let mut text = text.to_owned();
        let mut buffer = FormattedBuffer::new(&mut text, phone, caret);
        buffer.insert_text(added, CharIndex(caret));
        let caret = buffer.edited().caret.unwrap();
        (text, caret)
    }

    fn erased(text: &str, caret: usize, range: Range<usize>) -> (String, usize) {
        let mut text = text.to_owned();
        let mut buffer = FormattedBuffer::new(&mut text, phone, caret);
        buffer.delete_char_range(CharIndex(range.start)..CharIndex(range.end));
        let caret = buffer.edited().caret.unwrap();
        (text, caret)
    }

    #[test]
    fn typing_at_the_end_keeps_the_caret_at_the_end() {
        assert_eq!(typed("", 0, "9"), ("+7 9".to_owned(), 4));
        assert_eq!(typed("+7 916", 6, "7"), ("+7 916 7".to_owned(), 8));
    }

    #[test]
    fn a_digit_in_the_middle_leaves_the_caret_after_it() {
        assert_eq!(typed("+7 916 779", 4, "5"), ("+7 951 677-9".to_owned(), 5));
        assert_eq!(typed("+7 916 779-53-22", 6, "5"), ("+7 916 577-95-32".to_owned(), 8));
    }

    #[test]
    fn a_letter_changes_nothing() {
        assert_eq!(typed("+7 916 7", 5, "x"), ("+7 916 7".to_owned(), 5));
    }

    #[test]
    fn a_paste_with_any_spacing_is_formatted() {
        assert_eq!(typed("", 0, "8 (916) 779-53-22").0, "+7 916 779-53-22");
    }

    #[test]
    fn backspace_over_a_separator_takes_the_digit_before_it() {
        assert_eq!(erased("+7 916 779", 7, 6..7), ("+7 917 79".to_owned(), 5));
    }

    #[test]
    fn delete_over_a_separator_takes_the_digit_after_it() {
        assert_eq!(erased("+7 916 779", 6, 6..7), ("+7 916 79".to_owned(), 6));
    }

    #[test]
    fn a_selection_of_one_separator_and_digits_is_simply_removed() {
        assert_eq!(erased("+7 916 779", 8, 5..8), ("+7 917 9".to_owned(), 5));
    }

    fn sample_phone(raw: &str) -> String {
        let digits: Vec<char> = raw.chars().filter(char::is_ascii_digit).collect();
        let national = match digits.as_slice() {
            [] => return String::new(),
            ['7' | '8', rest @ ..] => rest,
            all => all,
        };
        let mut formatted = "+7".to_owned();
        for (index, digit) in national.iter().take(10).enumerate() {
            match index {
                0 | 3 => formatted.push(' '),
                6 | 8 => formatted.push('-'),
                _ => {}
            }
            formatted.push(*digit);
        }
        formatted
    }
}
