//! What a scanner means by a key: it types on a US keyboard, whatever layout the till has.

use egui::Key;

/// The sign of a key with or without Shift; nothing for a key that writes none.
pub(super) fn sign_of(key: Key, is_shifted: bool) -> Option<char> {
    let (plain, shifted) = signs_of(key)?;
    Some(if is_shifted { shifted } else { plain })
}

fn signs_of(key: Key) -> Option<(char, char)> {
    let name = key.name();
    let mut letters = name.chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        if letter.is_ascii_uppercase() {
            return Some((letter.to_ascii_lowercase(), letter));
        }
        if let Some(digit) = letter.to_digit(10) {
            let above = [')', '!', '@', '#', '$', '%', '^', '&', '*', '('];
            return Some((letter, above[digit as usize]));
        }
    }
    match key {
        Key::Space => Some((' ', ' ')),
        Key::Minus => Some(('-', '_')),
        Key::Equals => Some(('=', '+')),
        Key::OpenBracket => Some(('[', '{')),
        Key::CloseBracket => Some((']', '}')),
        Key::Backslash => Some(('\\', '|')),
        Key::Semicolon => Some((';', ':')),
        Key::Quote => Some(('\'', '"')),
        Key::Backtick => Some(('`', '~')),
        Key::Comma => Some((',', '<')),
        Key::Period => Some(('.', '>')),
        Key::Slash => Some(('/', '?')),
        // Keys that egui names by their sign.
        Key::Colon => Some((':', ':')),
        Key::Plus => Some(('+', '+')),
        Key::Pipe => Some(('|', '|')),
        Key::Questionmark => Some(('?', '?')),
        Key::Exclamationmark => Some(('!', '!')),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_give_the_signs_of_a_us_keyboard() {
        let typed =
            |keys: &[(Key, bool)]| keys.iter().filter_map(|(key, shift)| sign_of(*key, *shift)).collect::<String>();
        assert_eq!(typed(&[(Key::S, true), (Key::W, false), (Key::Num0, false), (Key::Minus, false)]), "Sw0-");
        assert_eq!(
            typed(&[(Key::Semicolon, true), (Key::Slash, false), (Key::Slash, true), (Key::Num3, true)]),
            ":/?#"
        );
        for key in [Key::F1, Key::Enter, Key::Tab, Key::Escape, Key::Backspace, Key::ArrowUp] {
            assert_eq!(sign_of(key, false), None, "{key:?}");
        }
    }
}
