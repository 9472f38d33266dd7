//! Feeds `targets/error_body.rs`.

#![no_main]

#[path = "../targets/error_body.rs"]
mod error_body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| error_body::run(data));
