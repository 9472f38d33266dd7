//! Paths as people give them.

use std::path::PathBuf;

/// A path as people paste it: with spaces around it, or in quotes.
pub fn typed_path(text: &str) -> Option<PathBuf> {
    let text = text.trim();
    let unquoted = ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    let path = unquoted.unwrap_or(text);
    (!path.is_empty()).then(|| PathBuf::from(path))
}
