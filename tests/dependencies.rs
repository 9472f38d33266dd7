//! What the program is built from: `deny.toml`, held to without a network.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "support/sources.rs"]
#[allow(dead_code, reason = "each of the tests that include this file uses a part of it")]
mod sources;

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::Value;

type Words = BTreeSet<String>;

fn file(name: &str) -> String {
    fs::read_to_string(sources::root().join(name)).expect("a file")
}

/// What stands in quotes in one list of `deny.toml`.
fn listed(list: &str) -> Words {
    let rules = file("deny.toml");
    let rest = rules.split(&format!("\n{list} = [")).nth(1).unwrap_or_else(|| panic!("no list {list}"));
    let lines = rest.split(']').next().unwrap_or_default().lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.flat_map(|line| line.split('"').skip(1).step_by(2)).map(str::to_owned).collect()
}

/// The packages of this machine's build, tests included.
fn packages() -> Vec<Value> {
    let rustc = Command::new("rustc").arg("-vV").output().expect("rustc");
    let told = String::from_utf8(rustc.stdout).expect("text");
    let host = told.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform", host])
        .current_dir(sources::root())
        .output()
        .expect("cargo");
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    let metadata: Value = serde_json::from_slice(&cargo.stdout).expect("JSON");
    metadata["packages"].as_array().expect("a list").clone()
}

/// Whether an expression of licences can be met with those allowed. `/` is how `OR` was once written.
fn is_allowed(expression: &str, allowed: &Words) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words: Vec<&str> = spaced.split_whitespace().rev().collect();
    let is_met = any_of(&mut words, allowed);
    is_met && words.is_empty()
}

fn any_of(words: &mut Vec<&str>, allowed: &Words) -> bool {
    let mut is_met = all_of(words, allowed);
    while words.last() == Some(&"OR") {
        words.pop();
        is_met |= all_of(words, allowed);
    }
    is_met
}

fn all_of(words: &mut Vec<&str>, allowed: &Words) -> bool {
    let mut is_met = one(words, allowed);
    while words.last() == Some(&"AND") {
        words.pop();
        is_met &= one(words, allowed);
    }
    is_met
}

fn one(words: &mut Vec<&str>, allowed: &Words) -> bool {
    match words.pop() {
        Some("(") => {
            let is_met = any_of(words, allowed);
            words.pop() == Some(")") && is_met
        }
        Some(licence) if words.last() == Some(&"WITH") => {
            words.pop();
            words.pop().is_some_and(|exception| allowed.contains(&format!("{licence} WITH {exception}")))
        }
        Some(licence) => allowed.contains(licence),
        None => false,
    }
}

#[test]
fn every_package_has_a_licence_that_is_allowed() {
    let allowed = listed("allow");
    let packages = packages();
    assert!(packages.len() > 100, "{}", packages.len());
    let wrong: Vec<_> = packages
        .iter()
        .filter(|package| !package["license"].as_str().is_some_and(|licence| is_allowed(licence, &allowed)))
        .map(|package| format!("{}: {}", package["name"], package["license"]))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn expressions_of_licences_are_read() {
    let allowed: Words = ["MIT", "Apache-2.0", "Unicode-3.0", "A WITH B"].map(str::to_owned).into();
    for good in ["MIT", "GPL-3.0 OR MIT", "GPL-3.0/MIT", "(MIT OR GPL-3.0) AND Unicode-3.0", "A WITH B OR GPL-3.0"] {
        assert!(is_allowed(good, &allowed), "{good}");
    }
    for bad in
        ["", "GPL-3.0", "MIT AND GPL-3.0", "OR MIT", "(MIT", "MIT)", "MIT Apache-2.0", "A", "A WITH C", "MIT WITH B"]
    {
        assert!(!is_allowed(bad, &allowed), "{bad}");
    }
}

/// The lock file names the packages of every platform.
#[test]
fn every_package_is_locked_and_comes_from_the_public_index() {
    let lock = file("Cargo.lock");
    let index = listed("allow-registry").into_iter().next().expect("one index");
    let mut count = 0;
    for package in lock.split("[[package]]").skip(1) {
        if package.contains("name = \"swip-kiosk\"") {
            continue;
        }
        count += 1;
        assert!(package.contains(&format!("source = \"registry+{index}\"")), "{package}");
        assert!(package.contains("checksum = \""), "{package}");
    }
    assert!(count > 100, "{count}");
    let manifest = file("Cargo.toml");
    for way in ["git =", "path = \"..", "[patch", "[replace", "= \"*\""] {
        assert!(!manifest.contains(way), "{way}");
    }
}

#[test]
fn no_package_is_one_of_those_that_are_banned() {
    let lock = file("Cargo.lock");
    let banned = listed("deny");
    assert!(banned.len() > 3, "{banned:?}");
    for name in banned {
        let package = match name.split_once('@') {
            Some((name, version)) => format!("name = \"{name}\"\nversion = \"{version}\"\n"),
            None => format!("name = \"{name}\"\n"),
        };
        assert!(!lock.contains(&package), "{name}");
    }
}
