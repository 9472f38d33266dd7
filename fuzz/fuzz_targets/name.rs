//! Feeds `targets/name.rs`.

#![no_main]

#[path = "../targets/name.rs"]
mod name;

libfuzzer_sys::fuzz_target!(|data: &[u8]| name::run(data));
