//! Who may name whom: the table below is the architecture, and these tests hold the code to it.
//!
//! Every `use` tree and every path in expressions, types, patterns, attributes and macro bodies is resolved to the
//! part or the crate it names and compared with the table. Code under `#[cfg(test)]` is exempt.

#[path = "support/layers.rs"]
mod layers;
#[path = "support/sources.rs"]
mod sources;

use layers::{Row, check, circles};

/// What every part may name besides its row: the standard library and itself.
const TABLE: &[Row] = &[
    Row {
        part: "domain",
        ours: &[],
        others: &[
            "serde",
            "thiserror",
            "jiff",
            "qrcodegen",
            "url",
            "zeroize",
            "unicode_normalization",
            "unicode_properties",
            "unicode_segmentation",
        ],
    },
    Row { part: "effect", ours: &["domain"], others: &[] },
    Row {
        part: "i18n",
        ours: &["domain"],
        others: &["fluent_bundle", "fluent_syntax", "unic_langid", "rust_embed", "jiff"],
    },
    Row { part: "ui", ours: &[], others: &["egui", "egui_plot"] },
    // Every file of a screen that does not draw. Screens never name each other.
    Row {
        part: "screen",
        ours: &["own screen", "screens::Update", "screens::UpdateContext", "screens::ManagerPage", "domain", "effect"],
        others: &["jiff"],
    },
    // `src/screens/x/view*`: draws, and knows nothing of effects.
    Row {
        part: "view",
        ours: &["own screen", "screens::ViewContext", "screens::ManagerPage", "domain", "i18n", "ui"],
        others: &["egui"],
    },
    Row { part: "screens", ours: &["every screen", "domain", "effect", "i18n"], others: &[] },
    Row {
        part: "services",
        ours: &["domain"],
        others: &[
            // the network, both ways
            "tokio",
            "reqwest",
            "rustls",
            "webpki",
            "rustls_native_certs",
            "hyper",
            "hyper_util",
            "http",
            "http_body_util",
            "bytes",
            "axum",
            "tower",
            "url",
            // files and formats
            "confy",
            "directories",
            "image",
            "calamine",
            "csv",
            "encoding_rs",
            "rust_xlsxwriter",
            "zip",
            "tempfile",
            "rusqlite",
            "fs4",
            "rustix",
            "serde",
            "serde_json",
            "toml",
            // secrets
            "apple_native_keyring_store",
            "argon2",
            "base64",
            "chacha20poly1305",
            "hkdf",
            "hmac",
            "keyring_core",
            "rustix",
            "sha2",
            "windows_native_keyring_store",
            // a scanner at a serial port
            "serial2_tokio",
            // the window system
            "arboard",
            "x11rb",
            "fastrand",
            "getrandom",
            "zeroize",
            // time, errors, the log
            "jiff",
            "httpdate",
            "thiserror",
            "tracing",
        ],
    },
    // `app`, `bin`, `cli`, `options`, `start`, `lib.rs` and `main.rs` put it together.
    Row {
        part: "app",
        ours: &["everything"],
        others: &[
            "eframe",
            "raw_window_handle",
            "winit",
            "egui",
            "clap",
            "serde",
            "serde_json",
            "thiserror",
            "tracing",
            "zeroizing_alloc",
            "tracing_subscriber",
            "tokio",
            // what comes in by standard input
            "zeroize",
        ],
    },
    // `src/app/runner.rs` alone turns effects into promises.
    Row { part: "runner", ours: &["everything"], others: &["egui", "tokio", "tracing", "poll_promise"] },
];

/// The dependencies of the crate, so that `use jiff::…` is told from a module of ours.
fn crates() -> Vec<String> {
    let manifest = include_str!("../Cargo.toml");
    let mut inside = false;
    let mut names = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.contains("dependencies");
        } else if inside && let Some((name, _)) = line.split_once('=') {
            names.push(name.trim().replace('-', "_"));
        }
    }
    names
}

#[test]
fn every_part_names_only_what_its_row_allows() {
    let files = sources::rust_files("src");
    assert!(!files.is_empty(), "no source files were found");
    let found = check(TABLE, &crates(), &files);
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn no_file_imports_itself_by_way_of_others() {
    // The views of one screen draw each other's parts.
    let is_of_one_screen = |circle: &String| {
        let screens: std::collections::BTreeSet<_> =
            circle.split(", ").map(|file| file.split_once("/view").map(|(screen, _)| screen)).collect();
        screens.len() == 1 && !screens.contains(&None)
    };
    let mut found = circles(&crates(), &sources::rust_files("src"));
    found.retain(|circle| !is_of_one_screen(circle));
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn files_that_import_each_other_are_reported() {
    let file = |name: &str, text: &str| (format!("src/ui/{name}.rs"), text.to_owned());
    let files = [
        file("mod", "mod one; mod two; mod three; pub use one::One;"),
        file("one", "use super::two::Two; pub struct One;"),
        file("two", "use crate::ui::three; pub struct Two;"),
        file("three", "use super::One; fn f(_: crate::domain::Phone) {}"),
    ];
    assert_eq!(circles(&crates(), &files), ["src/ui/one.rs, src/ui/three.rs, src/ui/two.rs"]);
    assert!(circles(&crates(), &files[..3]).is_empty());
}

/// Checks one made-up file.
fn findings(file: &str, text: &str) -> Vec<String> {
    check(TABLE, &crates(), &[(file.to_owned(), text.to_owned())])
}

/// Asserts that the made-up file is refused exactly once, naming the file and `named`.
fn assert_refused(file: &str, text: &str, named: &str) {
    let found = findings(file, text);
    assert!(
        found.iter().any(|line| line.starts_with(file) && line.contains(named)),
        "{file} with `{text}` should be refused for {named}, got {found:?}"
    );
}

fn assert_allowed(file: &str, text: &str) {
    let found = findings(file, text);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_use_of_the_services_in_the_domain_is_reported() {
    assert_refused("src/domain/phone.rs", "use crate::services::api::Client;", "services::api::Client");
    assert_refused("src/domain/mod.rs", "use super::services;", "services");
    assert_refused("src/domain/phone.rs", "pub use {std::fmt, crate::{domain::name, services::*}};", "services");
    assert_refused("src/effect.rs", "fn f() { swip_kiosk::services::start(); }", "services::start");
}

#[test]
fn a_full_path_to_a_foreign_crate_is_reported() {
    let file = "src/screens/welcome/mod.rs";
    assert_refused(file, "fn f(_: reqwest::Client) {}", "reqwest");
    assert_refused(file, "fn f() { ::tokio::spawn(g()); }", "tokio");
    assert_refused(file, "impl serde::Serialize for X {}", "serde");
    assert_refused(file, "#[tokio::main] fn f() {}", "tokio");
    assert_refused(file, "#[derive(serde::Serialize)] struct X;", "serde");
    assert_refused(file, "extern crate reqwest as quiet;", "reqwest");
    assert_refused(file, "fn f() { tracing::info!(\"x\"); }", "tracing");
}

#[test]
fn the_line_is_reported_too() {
    let found = findings("src/ui/mod.rs", "//! Ours.\n\nuse eframe::App;\n");
    assert_eq!(found, ["src/ui/mod.rs:3: ui may not name the crate `eframe` (eframe::App)"]);
}

#[test]
fn screens_never_name_each_other() {
    let file = "src/screens/welcome/mod.rs";
    assert_refused(file, "use super::super::settings;", "settings");
    assert_refused(file, "use super::settings::State;", "settings");
    assert_refused(file, "use self::super::settings::State;", "settings");
    assert_refused(file, "use crate::screens::*;", "screens");
    let view = "src/screens/welcome/view.rs";
    assert_refused(view, "fn f() { super::super::settings::state(); }", "settings");
    assert_refused(view, "use crate::screens::settings::Action;", "settings");
    assert_refused(view, "use crate::effect::Effect;", "effect");
    assert_refused("src/screens/welcome/view/header.rs", "use crate::effect::Effect;", "effect");
    assert_refused(file, "use super::view; use egui::Ui;", "egui");
    assert_refused(file, "use crate::i18n::Texts;", "i18n");
    assert_refused(file, "mod inner { fn f() { super::super::super::services::x(); } }", "services");
}

#[test]
fn promises_stay_in_the_runner() {
    assert_refused("src/app/state.rs", "struct S { p: poll_promise::Promise<u8> }", "poll_promise");
    assert_refused("src/app/mod.rs", "use poll_promise::Promise;", "poll_promise");
    assert_allowed("src/app/runner.rs", "use poll_promise::Promise;");
}

#[test]
fn another_name_for_the_crate_hides_nothing() {
    let file = "src/domain/phone.rs";
    assert_refused(file, "use crate as x;", "the crate's root");
    assert_refused(file, "use crate as x; fn f() { x::services::start(); }", "services::start");
    assert_refused(file, "use super::super as up; use up::app as a; fn f() { a::run(); }", "app::run");
    assert_refused(file, "use std::fmt as f; use reqwest as http; fn g(_: http::Client) {}", "reqwest::Client");
    assert_refused(file, "use crate::*;", "the crate's root");
}

#[test]
fn macro_bodies_are_looked_into() {
    let file = "src/screens/welcome/mod.rs";
    assert_refused(file, "fn f() { assert!(matches!(crate::services::x(), 1)); }", "services::x");
    assert_refused(file, "macro_rules! m { () => { $crate::app::run() } }", "app::run");
    assert_refused(file, "include!(\"other.rs\");", "include!");
}

#[test]
fn a_file_without_a_row_is_reported() {
    assert_refused("src/extra.rs", "", "no row");
    assert_refused("src/domain/mod.rs", "#[path = \"../services/api.rs\"] mod api;", "#[path]");
    assert_refused("src/services/mod.rs", "pub use reqwest;", "whole crate");
    assert_refused("src/domain/mod.rs", "fn broken( {", "cannot be parsed");
}

#[test]
fn what_the_table_allows_passes() {
    assert_allowed(
        "src/domain/phone.rs",
        "use super::name::Name; use serde::Serialize; use std::fmt; fn f(t: jiff::Timestamp) {}",
    );
    assert_allowed(
        "src/screens/welcome/mod.rs",
        "mod view; pub use view::ui; use crate::{domain::Phone, effect::Effect}; use self::view as v; fn f() { v::ui() }",
    );
    assert_allowed(
        "src/screens/welcome/view.rs",
        "use super::{Action, State}; use crate::{screens::ViewContext, i18n::Texts, ui::widgets}; use egui::Ui;",
    );
    assert_allowed(
        "src/screens/mod.rs",
        "pub mod welcome; use crate::i18n::Texts; fn f() { welcome::x(); self::counter::y() }",
    );
    // A module of ours may be called like a crate.
    assert_allowed("src/ui/mod.rs", "mod tracing; pub use tracing::Line;");
    assert_allowed("src/main.rs", "fn main() { swip_kiosk::run() }");
}

#[test]
fn test_code_is_exempt() {
    assert_allowed(
        "src/domain/phone.rs",
        "#[cfg(test)] mod tests { use super::*; use crate::services::x; use proptest::prelude::*; }",
    );
    let parent = ("src/domain/phone.rs".to_owned(), "#[cfg(test)] mod tests;".to_owned());
    let child = ("src/domain/phone/tests.rs".to_owned(), "use crate::services::x;".to_owned());
    assert!(check(TABLE, &crates(), &[parent, child.clone()]).is_empty());
    assert!(!check(TABLE, &crates(), &[child]).is_empty());
    assert_refused("src/domain/phone.rs", "#[cfg(not(test))] mod real { use crate::services::x; }", "services");
}
