//! Formatting while typing: a text buffer that keeps the caret beside the digit it was beside.

use std::any::TypeId;
use std::ops::Range;

use egui::TextBuffer;
use egui::text::CharIndex;

/// Wraps the caller's text; every edit is formatted at once, so no frame shows it raw.
pub(super) struct FormattedBuffer<'t> {
    text: &'t mut String,
    format: fn(&str) -> String,
    /// What was typed, before it was formatted.
    typed: Option<&'t mut String>,
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
        Self { text, format, typed: None, caret_before, edited: Edited::default() }
    }

    /// Keeps what was typed as well. It is formatted anew with each edit at its end: what a formatter put in front of a
    /// phone goes again when the text turns out to be none.
    pub(super) fn remembering(mut self, typed: Option<&'t mut String>) -> Self {
        self.typed = typed;
        if let Some(typed) = &mut self.typed
            && (self.format)(typed) != *self.text
        {
            // The text was put there by somebody else.
            self.text.clone_into(typed);
        }
        self
    }

    fn note_insertion(&mut self, added: &str, is_at_end: bool, raw: &str) {
        match &mut self.typed {
            Some(typed) if is_at_end => typed.push_str(added),
            Some(typed) => raw.clone_into(typed),
            None => {}
        }
    }

    fn note_removal(&mut self, removed: &str, is_at_end: bool, raw: &str) {
        let Some(typed) = &mut self.typed else { return };
        if !is_at_end || **typed == *self.text {
            raw.clone_into(typed);
            return;
        }
        // As many digits as are gone from what shows; those that the formatter put there were never typed.
        let gone = digits(removed).len();
        let kept = digits(typed).len().saturating_sub(gone);
        let end = after_digits(typed, kept);
        let end = typed.char_indices().nth(end).map_or(typed.len(), |(at, _)| at);
        typed.truncate(if raw.is_empty() { 0 } else { end });
    }

    pub(super) fn edited(&self) -> Edited {
        self.edited
    }

    fn replace(&mut self, raw: &str, raw_caret: usize) -> usize {
        let formatted = (self.format)(self.typed.as_deref().map_or(raw, String::as_str));
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
        self.note_insertion(text, raw_caret == raw.chars().count(), &raw);
        // egui moves its caret right by what is returned; it is set exactly once the field is drawn.
        self.replace(&raw, raw_caret).saturating_sub(char_index.0)
    }

    fn delete_char_range(&mut self, char_range: Range<CharIndex>) {
        let mut chars: Vec<char> = self.text.chars().collect();
        let end = char_range.end.0.min(chars.len());
        let start = char_range.start.0.min(end);
        let range = self.widened(&chars, start..end);
        let raw_caret = range.start;
        let is_at_end = range.end == chars.len();
        let removed: String = chars.drain(range).collect();
        let raw: String = chars.into_iter().collect();
        self.note_removal(&removed, is_at_end, &raw);
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

    /// What shows after these edits at the end, and what was typed.
    fn remembered(edits: &[&str]) -> (String, String) {
        let (mut text, mut typed) = (String::new(), String::new());
        for edit in edits {
            let end = text.chars().count();
            let mut buffer = FormattedBuffer::new(&mut text, long_or_phone, end).remembering(Some(&mut typed));
            if *edit == "<" {
                buffer.delete_char_range(CharIndex(end - 1)..CharIndex(end));
            } else {
                buffer.insert_text(edit, CharIndex(end));
            }
        }
        (text, typed)
    }

    /// What is too long for a phone, or holds a letter, stays as it is.
    fn long_or_phone(raw: &str) -> String {
        let is_phone = digits(raw).len() < 12 && !raw.chars().any(char::is_alphabetic);
        if is_phone { sample_phone(raw) } else { raw.to_owned() }
    }

    #[test]
    fn what_a_formatter_put_in_front_goes_when_the_text_is_no_phone() {
        let (shown, typed) = remembered(&["8", "916", "7795322"]);
        assert_eq!((shown.as_str(), typed.as_str()), ("+7 916 779-53-22", "89167795322"));
        let (shown, _) = remembered(&["8", "916", "7795322", "1", "9"]);
        assert_eq!(shown, "8916779532219");
        let (shown, _) = remembered(&["9", "7", "8", "0201379", "624"]);
        assert_eq!(shown, "9780201379624");
        let (shown, typed) = remembered(&["8", "916", "7795322", "1", "<", "<"]);
        assert_eq!((shown.as_str(), typed.as_str()), ("+7 916 779-53-2", "8916779532"));
        let (shown, typed) = remembered(&["8", "<", "9", "1", "<", "<"]);
        assert_eq!((shown.as_str(), typed.as_str()), ("", ""));
        let (shown, _) = remembered(&["SW", "1", "<", "<", "<"]);
        assert_eq!(shown, "", "what shows as it was typed goes sign by sign");
    }

    #[test]
    fn an_edit_in_the_middle_takes_what_shows_for_typed() {
        let (mut text, mut typed) = ("+7 916 779".to_owned(), "8916779".to_owned());
        let mut buffer = FormattedBuffer::new(&mut text, phone, 4).remembering(Some(&mut typed));
        buffer.insert_text("5", CharIndex(4));
        assert_eq!((text.as_str(), typed.as_str()), ("+7 951 677-9", "+7 9516 779"));
        let (mut text, mut typed) = ("+7 916".to_owned(), "somebody else's".to_owned());
        let _ = FormattedBuffer::new(&mut text, phone, 6).remembering(Some(&mut typed));
        assert_eq!(typed, "+7 916");
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
