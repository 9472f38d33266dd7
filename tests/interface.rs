//! The pages of `docs/reference` and the code say the same: verbs, options, settings, outcomes, exit codes, reasons.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

#[path = "support/sources.rs"]
#[allow(dead_code, reason = "each of the tests that include this file uses a part of it")]
mod sources;

use std::collections::BTreeSet;
use std::fs;

use clap::CommandFactory;
use swip_kiosk::domain::settings::{SettingGroup, SettingKey, SettingKind, SettingPlace};
use swip_kiosk::options::Options;
use syn::visit::{self, Visit};

type Words = BTreeSet<String>;

fn page() -> String {
    fs::read_to_string(sources::root().join("docs/reference/interface.md")).expect("the page")
}

/// The rows of the table whose first column is called `name`, each as its cells.
fn table(name: &str) -> Vec<Vec<String>> {
    let page = page();
    let rows = page.lines().skip_while(|line| !line.starts_with(&format!("| {name} |"))).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    let rows: Vec<Vec<String>> = rows.map(cells).collect();
    assert!(!rows.is_empty(), "no table of {name}");
    rows
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn quoted_in_column(table: &[Vec<String>], column: usize) -> Words {
    table.iter().flat_map(|cells| quoted(&cells[column]).map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// Collects the texts and numbers in functions of certain names, and the texts that are handed to certain functions.
struct Literals {
    is_wanted: fn(&str) -> bool,
    called: &'static str,
    is_inside: bool,
    found: Words,
}

impl Literals {
    fn in_files(files: &[&str], is_wanted: fn(&str) -> bool, called: &'static str) -> Words {
        let mut literals = Self { is_wanted, called, is_inside: false, found: Words::new() };
        for file in files {
            let text = fs::read_to_string(sources::root().join(file)).expect("a source file");
            literals.visit_file(&syn::parse_file(&text).expect("Rust"));
        }
        assert!(!literals.found.is_empty(), "nothing was found in {files:?}");
        literals.found
    }

    fn visit_named(&mut self, name: &syn::Ident, body: &syn::Block) {
        let outside = self.is_inside;
        self.is_inside = (self.is_wanted)(&name.to_string());
        self.visit_block(body);
        self.is_inside = outside;
    }
}

impl<'ast> Visit<'ast> for Literals {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.visit_named(&item.sig.ident, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.visit_named(&item.sig.ident, &item.block);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        let is_called = match &*call.func {
            syn::Expr::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == self.called),
            _ => false,
        };
        let last = call.args.last().filter(|_| is_called);
        if let Some(syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. })) = last {
            self.found.insert(text.value());
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_lit(&mut self, literal: &'ast syn::Lit) {
        if self.is_inside {
            self.found.extend(match literal {
                syn::Lit::Str(text) => Some(text.value()),
                syn::Lit::Int(number) => Some(number.base10_digits().to_owned()),
                _ => None,
            });
        }
    }
}

#[test]
fn every_test_that_the_page_of_faults_names_is_there() {
    let page = fs::read_to_string(sources::root().join("docs/design/faults.md")).expect("the page");
    let tests = sources::rust_files("tests").into_iter().chain(sources::rust_files("src"));
    let sources: Vec<_> = tests.map(|(_, text)| text).collect();
    let is_name = |word: &&str| word.contains('_') && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let named: Words = quoted(&page).filter(is_name).map(str::to_owned).collect();
    assert!(named.len() > 40, "the names are found: {}", named.len());
    for name in named {
        assert!(sources.iter().any(|text| text.contains(&format!("fn {name}("))), "no test {name}");
    }
}

const REPORT: &str = "src/cli/report.rs";

#[test]
fn the_list_of_reasons_is_closed() {
    let files = [
        "src/cli/reason.rs",
        "src/cli/balances.rs",
        "src/cli/balances_report.rs",
        "src/cli/mod.rs",
        "src/cli/consents.rs",
        "src/domain/failure.rs",
        "src/domain/unfit.rs",
        "src/domain/delivery/mod.rs",
    ];
    let in_code = Literals::in_files(&files, |name| name == "reason" || name.ends_with("_reason"), "invalid");
    let table = table("reason");
    assert_eq!(quoted_in_column(&table, 0), in_code);
    assert_eq!(table.len(), in_code.len(), "each has one row");
    for reason in in_code {
        assert!(reason.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{reason} is snake_case");
    }
}

#[test]
fn every_outcome_and_exit_code_is_listed() {
    let table = table("exit code");
    let outcomes = Literals::in_files(&[REPORT], |name| name == "outcome", "");
    assert_eq!(quoted_in_column(&table, 1), outcomes);
    let mut codes = Literals::in_files(&[REPORT], |name| name == "exit_code", "");
    // Those that are not a report's: no display, wrong usage.
    codes.extend(["1", "2"].map(str::to_owned));
    let listed: Words = table.iter().map(|cells| cells[0].clone()).collect();
    assert_eq!(listed, codes);
}

#[test]
fn every_step_and_protection_is_listed() {
    let files = ["src/domain/check.rs", REPORT, "src/domain/protection.rs"];
    let page = page();
    for name in Literals::in_files(&files, |name| name == "name", "") {
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
}

/// What the page of settings says in all columns but the last; of a text, the value is in words of the page's own.
fn row(key: SettingKey) -> [String; 4] {
    let entry = key.entry();
    let place = if entry.place == SettingPlace::Top { "top" } else { "settings" };
    let words = |words: &[&str]| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ");
    let value = match &entry.kind {
        SettingKind::Text | SettingKind::Texts | SettingKind::Secret => String::new(),
        SettingKind::OneOf(list) => words(list),
        SettingKind::Switch => words(&["true", "false"]),
        SettingKind::Number(range) => format!("{} to {}", range.start(), range.end()),
        SettingKind::Numbers(most) => format!("up to {most} whole numbers"),
    };
    let is_number = matches!(entry.kind, SettingKind::Number(_) | SettingKind::Numbers(_));
    let default = match entry.default {
        "" if entry.group == SettingGroup::Connection => String::new(),
        "" => "none".to_owned(),
        default if is_number => default.to_owned(),
        default => format!("`{default}`"),
    };
    [format!("`{}`", entry.name), place.to_owned(), value, default]
}

#[test]
fn the_page_of_settings_says_what_their_entries_say() {
    let page = fs::read_to_string(sources::root().join("docs/reference/settings.md")).expect("the page");
    let mut group = String::new();
    let mut listed = Vec::new();
    for line in page.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            heading.clone_into(&mut group);
        } else if line.starts_with("| `") {
            let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
            let key = SettingKey::ALL.iter().find(|key| format!("`{}`", key.name()) == cells[0]);
            let key = *key.unwrap_or_else(|| panic!("no setting {}", cells[0]));
            let expected = row(key);
            let is_text = expected[2].is_empty();
            let value = if is_text { "" } else { cells[2] };
            assert_eq!([cells[0], cells[1], value, cells[3]], expected.each_ref().map(String::as_str));
            assert_eq!(group, format!("{:?}", key.entry().group), "the card of {}", cells[0]);
            assert!(!cells[2].is_empty() && !cells[4].is_empty(), "{} is described", cells[0]);
            listed.push(key);
        }
    }
    assert_eq!(listed, SettingKey::ALL, "each has one row, in the order of the form");
}

/// Words that name something else as well.
const COMMON_WORDS: [&str; 5] = ["token", "mode", "language", "reconcile", "consents"];

#[test]
fn the_name_of_a_setting_is_written_once() {
    let files = sources::rust_files("src");
    let tests = sources::test_only_files(&files);
    for key in SettingKey::ALL.iter().filter(|key| !COMMON_WORDS.contains(&key.name())) {
        let literal = format!("\"{}\"", key.name());
        let is_product =
            |text: &str| text.split("#[cfg(test)]\nmod tests {").next().is_some_and(|code| code.contains(&literal));
        let named = files.iter().filter(|(name, text)| !tests.contains(name) && is_product(text));
        let named: Vec<_> = named.map(|(name, _)| name.as_str()).collect();
        assert_eq!(named, ["src/domain/settings/key.rs"], "{literal}");
    }
}

#[test]
fn every_verb_and_option_is_listed_and_no_other() {
    let mut command = Options::command();
    command.build();
    let mut options: Words = ["--help", "--version"].map(str::to_owned).into();
    let mut verbs = Words::new();
    let all: Vec<_> = command.get_subcommands().filter(|verb| verb.get_name() != "help").collect();
    verbs.extend(all.iter().map(|verb| verb.get_name().to_owned()));
    // `queue` has verbs of its own.
    let nested: Vec<_> = all.iter().flat_map(|verb| verb.get_subcommands()).collect();
    for part in std::iter::once(&command).chain(all).chain(nested) {
        options.extend(part.get_arguments().filter_map(|argument| argument.get_long()).map(|long| format!("--{long}")));
    }
    let page = page();
    let usage = page.split("```").nth(1).expect("the usage");
    let is_verb = |word: &&str| word.bytes().all(|b| b.is_ascii_lowercase());
    let listed = usage.lines().filter_map(|line| line.strip_prefix("swip-kiosk ")).filter_map(|line| {
        let line = line.trim_start_matches("[GLOBAL]").trim();
        line.split(' ').next().filter(is_verb).filter(|word| *word != "the").map(str::to_owned)
    });
    assert_eq!(listed.collect::<Words>(), verbs);
    let words = page.split(|c: char| !(c.is_ascii_lowercase() || c == '-'));
    let named = words.filter(|word| word.starts_with("--") && !word.starts_with("---") && word.len() > 2);
    assert_eq!(named.map(str::to_owned).collect::<Words>(), options);
}
