//! The byte order mark that Notepad and 1C put before a text.

/// The bytes of a text in UTF-8, without the mark if there is one.
pub fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}
