//! The byte order mark that Windows puts before a text: Notepad and 1C before UTF-8, `PowerShell` and what Notepad calls Unicode
//! before UTF-16.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

/// The bytes of a text in UTF-8, without the mark if there is one.
pub fn without_mark(bytes: &[u8]) -> Cow<'_, [u8]> {
    match Encoding::for_bom(bytes) {
        None => Cow::Borrowed(bytes),
        Some((encoding, mark)) if encoding == UTF_8 => Cow::Borrowed(&bytes[mark..]),
        Some((encoding, mark)) => {
            let (text, has_errors) = encoding.decode_without_bom_handling(&bytes[mark..]);
            if has_errors { Cow::Borrowed(bytes) } else { Cow::Owned(text.into_owned().into_bytes()) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_windows_is_the_same_text_in_every_encoding_with_a_mark() {
        let text = "{\"имя\": 1}\r\n";
        let utf16 = |to_bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            format!("\u{feff}{text}").encode_utf16().flat_map(to_bytes).collect()
        };
        for bytes in [
            text.as_bytes().to_vec(),
            format!("\u{feff}{text}").into_bytes(),
            utf16(u16::to_le_bytes),
            utf16(u16::to_be_bytes),
        ] {
            assert_eq!(&*without_mark(&bytes), text.as_bytes());
        }
        assert_eq!(&*without_mark(b"\xff\xfe"), b"");
        assert_eq!(&*without_mark(b"\xff\xfea"), b"\xff\xfea", "half a sign: no text");
    }
}
