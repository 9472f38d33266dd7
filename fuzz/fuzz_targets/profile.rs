//! Feeds `targets/profile.rs`.

#![no_main]

#[path = "../targets/profile.rs"]
mod profile;

libfuzzer_sys::fuzz_target!(|data: &[u8]| profile::run(data));
