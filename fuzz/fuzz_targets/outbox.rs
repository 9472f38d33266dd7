//! Feeds `targets/outbox.rs`.

#![no_main]

#[path = "../targets/outbox.rs"]
mod outbox;

libfuzzer_sys::fuzz_target!(|data: &[u8]| outbox::run(data));
