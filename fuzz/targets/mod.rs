//! What each fuzz target does with one input. The fuzzer feeds it, and so does `tests/fuzz_corpus.rs`.

pub(crate) mod error_body;
pub(crate) mod language;
pub(crate) mod name;
pub(crate) mod phone;
pub(crate) mod profile;
pub(crate) mod settings;
