//! Feeds `targets/language.rs`.

#![no_main]

#[path = "../targets/language.rs"]
mod language;

libfuzzer_sys::fuzz_target!(|data: &[u8]| language::run(data));
