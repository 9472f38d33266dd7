//! Every input that the fuzzer found worth keeping holds what its target promises.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "../fuzz/targets/mod.rs"]
mod targets;

use std::fs;
use std::path::Path;

/// Feeds every file of a target's corpus; a file that fails is named.
fn replay(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let files = fs::read_dir(&folder).expect("a corpus").map(|file| file.expect("a file").path());
    let mut files: Vec<_> = files.collect();
    files.sort();
    assert!(files.len() >= 5, "the corpus of {target} is found");
    for file in files {
        let bytes = fs::read(&file).expect("read");
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        assert!(std::panic::catch_unwind(|| run(&bytes)).is_ok(), "{target}: {name}");
    }
}

#[test]
fn every_answer_in_the_corpus_is_sorted_by_its_status() {
    replay("error_body", targets::error_body::run);
}

#[test]
fn every_file_of_texts_in_the_corpus_is_said_or_left_out() {
    replay("language", targets::language::run);
}

#[test]
fn every_name_in_the_corpus_is_refused_or_has_one_form() {
    replay("name", targets::name::run);
}

#[test]
fn every_phone_in_the_corpus_is_refused_or_has_one_form() {
    replay("phone", targets::phone::run);
}

#[test]
fn every_profile_in_the_corpus_is_refused_or_understood() {
    replay("profile", targets::profile::run);
}

#[test]
fn every_settings_file_in_the_corpus_loads() {
    replay("settings", targets::settings::run);
}
