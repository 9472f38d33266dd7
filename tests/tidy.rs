//! House rules that no compiler checks: sizes, names, words, clocks, colours, traces of a machine.
//!
//! Each rule is a function from a file to findings, and each has a test that shows it going red.

#[path = "support/sources.rs"]
mod sources;
#[path = "support/tokens.rs"]
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use tokens::{Source, Word};

const MAX_FILE_LINES: usize = 400;
const MAX_FUNCTION_LINES: usize = 80;
const MAX_PARAMETERS: usize = 5;
const MAX_FIELDS: usize = 12;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] =
    &["util", "utils", "helper", "helpers", "common", "type", "types", "manager", "managers", "misc"];

/// Where Cyrillic string literals are no words for people to read, each with its reason.
const CYRILLIC_ALLOWED: &[(&str, &str)] = &[
    ("src/i18n/", "the texts themselves"),
    ("src/ui/keyboard/", "the letters on the keys"),
    ("src/services/sandbox/", "names of the sandbox's made-up customers"),
];

/// Looks at one file and says what is wrong with it, one line each.
type Rule = fn(&Source) -> Vec<String>;

/// The rules for one source file.
const RULES: &[Rule] = &[opening, file_size, sizes, shortcuts, exceptions, reasons, words, clocks, colours, prints];

/// A file opens with one sentence that says what it is.
fn opening(source: &Source) -> Vec<String> {
    let is_open = source.text.starts_with("//! ");
    finding(!is_open, source, 1, "starts with `//!` and a sentence")
}

/// A file can be read in one sitting.
fn file_size(source: &Source) -> Vec<String> {
    let lines = source.lines_without_tests();
    let message = format!("has {lines} lines without tests, {MAX_FILE_LINES} are allowed");
    finding(lines > MAX_FILE_LINES, source, 1, &message)
}

/// Functions, parameter lists and structs keep their size.
fn sizes(source: &Source) -> Vec<String> {
    struct Sizes<'a> {
        source: &'a Source,
        found: Vec<String>,
    }
    impl Sizes<'_> {
        fn function(&mut self, signature: &syn::Signature, end: usize) {
            let line = signature.span().start().line;
            let lines = end + 1 - line;
            let name = &signature.ident;
            let message = format!("`{name}` has {lines} lines, {MAX_FUNCTION_LINES} are allowed");
            let is_long = lines > MAX_FUNCTION_LINES;
            self.found.extend(finding(is_long, self.source, line, &message));
            let count = signature.inputs.len();
            let message = format!("`{name}` has {count} parameters, {MAX_PARAMETERS} are allowed");
            self.found.extend(finding(count > MAX_PARAMETERS, self.source, line, &message));
        }
    }
    impl<'ast> Visit<'ast> for Sizes<'_> {
        fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
            self.function(&item.sig, item.block.span().end().line);
            visit::visit_item_fn(self, item);
        }
        fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
            self.function(&item.sig, item.block.span().end().line);
            visit::visit_impl_item_fn(self, item);
        }
        fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
            self.function(&item.sig, item.span().end().line);
            visit::visit_trait_item_fn(self, item);
        }
        fn visit_fields_named(&mut self, fields: &'ast syn::FieldsNamed) {
            let (count, line) = (fields.named.len(), fields.span().start().line);
            let message = format!("has {count} fields, {MAX_FIELDS} are allowed");
            self.found.extend(finding(count > MAX_FIELDS, self.source, line, &message));
        }
    }
    let mut sizes = Sizes { source, found: Vec::new() };
    for item in source.items_without_tests() {
        sizes.visit_item(item);
    }
    sizes.found
}

/// No panics by convenience and nothing left undone, outside of tests.
fn shortcuts(source: &Source) -> Vec<String> {
    [". unwrap (", "todo !", "unimplemented !"]
        .iter()
        .flat_map(|pattern| refuse(source, pattern, "answers instead of panicking"))
        .collect()
}

/// Lints are never switched off silently, tests never skipped; test code included.
fn exceptions(source: &Source) -> Vec<String> {
    let mut found = refuse_everywhere(source, "# [ ignore", "is run or removed");
    if source.name.starts_with("src/") {
        for pattern in ["# [ allow (", "# ! [ allow ("] {
            let message = "is written #[expect(.., reason = \"..\")]";
            found.extend(refuse_everywhere(source, pattern, message));
        }
        for pattern in ["# [ expect (", "# ! [ expect ("] {
            for index in source.find(pattern) {
                let rest = &source.words[index..];
                let end = rest.iter().position(|word| word.text == "]");
                let attribute = &rest[..end.unwrap_or(rest.len())];
                if !attribute.iter().any(|word| word.text == "reason") {
                    let line = source.words[index].line;
                    found.extend(finding(true, source, line, "#[expect] states its reason"));
                }
            }
        }
    }
    found
}

/// What is left to do says why it was left.
fn reasons(source: &Source) -> Vec<String> {
    let is_bare = |line: &str, mark: &str| {
        line.match_indices(mark).any(|(at, _)| {
            let rest = &line[at + mark.len()..];
            let before = line[..at].chars().next_back();
            let is_word =
                !before.is_some_and(char::is_alphanumeric) && !rest.starts_with(|c: char| c.is_alphanumeric());
            let reason = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'));
            is_word && reason.is_none_or(|(reason, _)| reason.trim().is_empty())
        })
    };
    let lines = source.text.lines().enumerate();
    lines
        .filter(|(_, line)| ["TODO", "FIXME", "XXX"].iter().any(|mark| is_bare(line, mark)))
        .flat_map(|(index, _)| finding(true, source, index + 1, "a TODO(why) states its reason"))
        .collect()
}

/// Words that people read live in the texts, in every language.
fn words(source: &Source) -> Vec<String> {
    if CYRILLIC_ALLOWED.iter().any(|(folder, _reason)| source.name.starts_with(folder)) {
        return Vec::new();
    }
    let is_cyrillic = |c: char| ('\u{400}'..='\u{52f}').contains(&c);
    source
        .code()
        .filter(|word| word.is_string && word.text.contains(is_cyrillic))
        .flat_map(|word| finding(true, source, word.line, "words live in the texts"))
        .collect()
}

/// Time comes in as a value; only the outside world and `main` look at a clock.
fn clocks(source: &Source) -> Vec<String> {
    if source.name.starts_with("src/services") || source.name == "src/main.rs" {
        return Vec::new();
    }
    ["Instant", "SystemTime", "Zoned", "Timestamp"]
        .iter()
        .flat_map(|clock| {
            let pattern = format!("{clock} :: now");
            refuse(source, &pattern, "takes the time as a value")
        })
        .collect()
}

/// Every colour is a token of the theme.
fn colours(source: &Source) -> Vec<String> {
    if source.name.starts_with("src/ui/theme") {
        return Vec::new();
    }
    let is_colour = |name: &str| {
        // The absence of a colour is not a choice of colour.
        let is_constant =
            name.chars().all(|c| c.is_ascii_uppercase() || c == '_') && !["TRANSPARENT", "PLACEHOLDER"].contains(&name);
        is_constant || name.starts_with("from_")
    };
    let mut found = Vec::new();
    for pattern in ["Color32 ::", "Rgba ::", "Hsva ::"] {
        for index in source.find(pattern).filter(|&index| !source.words[index].is_test) {
            let name = source.words.get(index + 2);
            if name.is_some_and(|name| is_colour(&name.text)) {
                let line = source.words[index].line;
                found.extend(finding(true, source, line, "colours are tokens of the theme"));
            }
        }
    }
    found.extend(refuse(source, "hex_color !", "takes a token of the theme"));
    found
}

/// Only the command line talks to the terminal.
fn prints(source: &Source) -> Vec<String> {
    let name = source.name.as_str();
    let is_terminal = ["src/cli.rs", "src/main.rs", "src/lib.rs"].contains(&name);
    if is_terminal || name.starts_with("src/cli/") {
        return Vec::new();
    }
    ["println !", "eprintln !", "print !", "eprint !"]
        .iter()
        .flat_map(|pattern| refuse(source, pattern, "is left to the command line"))
        .collect()
}

/// The finding, if there is one.
fn finding(is_found: bool, source: &Source, line: usize, message: &str) -> Vec<String> {
    let text = || format!("{}:{line}: {message}", source.name);
    is_found.then(text).into_iter().collect()
}

/// Refuses a sequence of tokens outside of tests.
fn refuse(source: &Source, pattern: &str, rule: &str) -> Vec<String> {
    let is_code = |index: &usize| !source.words[*index].is_test;
    at(source, source.find(pattern).filter(is_code), pattern, rule)
}

/// Refuses a sequence of tokens in tests too.
fn refuse_everywhere(source: &Source, pattern: &str, rule: &str) -> Vec<String> {
    at(source, source.find(pattern), pattern, rule)
}

fn at(source: &Source, places: impl Iterator<Item = usize>, pattern: &str, rule: &str) -> Vec<String> {
    places
        .flat_map(|index| {
            let line = source.words[index].line;
            let message = format!("`{}` {rule}", pattern.replace(' ', ""));
            finding(true, source, line, &message)
        })
        .collect()
}

/// Every rule on one file.
fn check(name: &str, text: &str) -> Vec<String> {
    match Source::read(name, text) {
        Ok(source) => RULES.iter().flat_map(|rule| rule(&source)).collect(),
        Err(error) => vec![format!("{name}: cannot be parsed: {error}")],
    }
}

/// The rules that hold in test code too.
fn check_test_code(name: &str, text: &str) -> Vec<String> {
    match Source::read(name, text) {
        Ok(source) => [opening(&source), exceptions(&source)].concat(),
        Err(error) => vec![format!("{name}: cannot be parsed: {error}")],
    }
}

/// File and folder names say what is inside.
fn check_name(path: &str) -> Vec<String> {
    path.split('/')
        .filter(|part| EMPTY_NAMES.contains(&part.split('.').next().unwrap_or_default()))
        .map(|part| format!("{path}: `{part}` does not say what is inside"))
        .collect()
}

/// Text files of every kind: their ends, their lines, and no trace of somebody's machine.
fn check_text(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if !text.is_empty() && !text.ends_with('\n') {
        found.push(format!("{path}: no newline at the end"));
    }
    if text.ends_with("\n\n") {
        found.push(format!("{path}: an empty line at the end"));
    }
    for (index, line) in text.split('\n').enumerate() {
        let number = index + 1;
        if line.ends_with([' ', '\t', '\r']) {
            found.push(format!("{path}:{number}: spaces at the end of the line"));
        }
        for folder in machine_folders() {
            if names_folder(line, &folder) {
                found.push(format!("{path}:{number}: a path of one machine, {folder}"));
            }
        }
    }
    found
}

/// Folders that exist on somebody's machine only, put together so that this file does not name them.
fn machine_folders() -> [String; 4] {
    ["work", "root", "home", "Users"].map(|name| format!("/{name}/"))
}

/// Whether the line has an absolute path below the folder, and not an address or a longer path.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + folder.len()..].chars().next();
        let is_start = before.is_none_or(|c| !c.is_alphanumeric() && !"._-/}~*)>$".contains(c));
        is_start && after.is_some_and(char::is_alphanumeric)
    })
}

/// The files under version control, or all of them where there is none.
fn tracked_files() -> Vec<String> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(sources::root())
        .output();
    let names = match listed {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout)
            .split('\0')
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
        _ => {
            let mut names = Vec::new();
            walk(sources::root(), "", &mut names);
            names
        }
    };
    let exists = |name: &String| sources::root().join(name).is_file();
    names.into_iter().filter(exists).collect()
}

fn walk(folder: &Path, prefix: &str, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let own = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            if own != "target" && own != ".git" {
                walk(&entry.path(), &format!("{prefix}{own}/"), names);
            }
        } else {
            names.push(format!("{prefix}{own}"));
        }
    }
}

fn assert_clean(found: &[String]) {
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn every_source_file_follows_the_house_rules() {
    let files = sources::rust_files("src");
    assert!(!files.is_empty(), "no source files were found");
    // A `tests.rs` beside its module is test code as a whole.
    let tests = sources::test_only_files(&files);
    let mut found = Vec::new();
    for (name, text) in &files {
        if tests.contains(name) {
            found.extend(check_test_code(name, text));
        } else {
            found.extend(check(name, text));
        }
    }
    assert_clean(&found);
}

/// Where types of a name are declared; those of one name more than once, but what every screen has.
fn names_given_twice(files: &[(String, String)]) -> Vec<String> {
    struct Types<'a> {
        file: &'a str,
        places: BTreeMap<String, BTreeSet<String>>,
    }
    impl Types<'_> {
        fn note(&mut self, name: &syn::Ident) {
            let place = format!("{}:{}", self.file, name.span().start().line);
            self.places.entry(name.to_string()).or_default().insert(place);
        }
    }
    impl<'ast> Visit<'ast> for Types<'_> {
        fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
            self.note(&item.ident);
            visit::visit_item_struct(self, item);
        }
        fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
            self.note(&item.ident);
            visit::visit_item_enum(self, item);
        }
        fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
            self.note(&item.ident);
            visit::visit_item_trait(self, item);
        }
        fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
            self.note(&item.ident);
            visit::visit_item_type(self, item);
        }
    }
    let mut types = Types { file: "", places: BTreeMap::new() };
    for (name, text) in files {
        types.file = name;
        // One that cannot be parsed goes red elsewhere.
        if let Ok(file) = syn::parse_file(text) {
            types.visit_file(&file);
        }
    }
    let of_screens = ["Action", "Event", "Status", "Exit"];
    let twice =
        types.places.into_iter().filter(|(name, places)| places.len() > 1 && !of_screens.contains(&name.as_str()));
    twice.map(|(name, places)| format!("`{name}` is declared in {places:?}")).collect()
}

#[test]
fn no_type_name_is_given_twice() {
    assert_clean(&names_given_twice(&sources::rust_files("src")));
}

#[test]
fn a_type_name_that_is_given_twice_goes_red() {
    let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let files = [file("a.rs", "struct One; enum Event {}"), file("b.rs", "mod tests { type One = u8; enum Event {} }")];
    assert_eq!(names_given_twice(&files), ["`One` is declared in {\"a.rs:1\", \"b.rs:1\"}"]);
}

#[test]
fn no_test_is_skipped() {
    let found: Vec<String> = ["tests", "examples", "benches", "fuzz/targets", "fuzz/fuzz_targets"]
        .iter()
        .flat_map(|folder| sources::rust_files(folder))
        .flat_map(|(name, text)| check_test_code(&name, &text))
        .collect();
    assert_clean(&found);
}

#[test]
fn every_tracked_file_is_well_formed_and_well_named() {
    let names = tracked_files();
    assert!(names.iter().any(|name| name == "Cargo.toml"));
    let mut found = Vec::new();
    for name in names {
        found.extend(check_name(&name));
        if name.starts_with("fuzz/corpus/") {
            // What a machine found, as it is.
            continue;
        }
        let bytes = fs::read(sources::root().join(&name)).unwrap();
        // Fonts and pictures are no text.
        if let Ok(text) = String::from_utf8(bytes)
            && !text.contains('\0')
        {
            found.extend(check_text(&name, &text));
        }
    }
    assert_clean(&found);
}

#[test]
fn dependencies_come_from_the_public_index_only() {
    let foreign: Vec<&str> = [include_str!("../Cargo.lock"), include_str!("../fuzz/Cargo.lock")]
        .into_iter()
        .flat_map(str::lines)
        .filter(|line| line.starts_with("source = "))
        .filter(|line| !line.contains("\"registry+https://github.com/rust-lang/crates.io-index\""))
        .collect();
    assert!(foreign.is_empty(), "{foreign:?}");
}

/// A bad sample, put into the middle of an otherwise clean file.
fn assert_refused(name: &str, code: &str, words: &str) {
    let found = check(name, &format!("//! A sample.\n\n{code}\n"));
    let is_named = |line: &String| line.starts_with(name) && line.contains(words);
    assert!(
        found.len() == 1 && found.iter().any(is_named),
        "`{code}` in {name} should be refused once for `{words}`, got {found:?}"
    );
}

fn assert_allowed(name: &str, code: &str) {
    assert_clean(&check(name, &format!("//! A sample.\n\n{code}\n")));
}

const FILE: &str = "src/domain/phone.rs";

#[test]
fn a_file_without_an_opening_sentence_goes_red() {
    for text in ["use std::fmt;\n", "// A comment.\n", "//!\n", ""] {
        let found = check(FILE, text);
        assert_eq!(found.len(), 1, "{text:?}: {found:?}");
        assert!(found[0].contains("//!"), "{found:?}");
    }
}

#[test]
fn a_long_file_goes_red_and_its_tests_do_not_count() {
    let long = "const A: u8 = 1;\n".repeat(MAX_FILE_LINES);
    assert_refused(FILE, &long, "403 lines");
    assert_allowed(FILE, &format!("#[cfg(test)]\nmod tests {{\n{long}}}"));
    assert_allowed(FILE, &"const A: u8 = 1;\n".repeat(MAX_FILE_LINES - 3));
}

#[test]
fn large_functions_and_structs_go_red() {
    let body = "    g();\n".repeat(MAX_FUNCTION_LINES - 1);
    assert_refused(FILE, &format!("fn f() {{\n{body}}}"), "`f` has 81 lines");
    let method = format!("impl X {{ fn m(&self) {{\n{body}}} }}");
    assert_refused(FILE, &method, "`m` has 81 lines");
    let body = "    g();\n".repeat(MAX_FUNCTION_LINES - 2);
    assert_allowed(FILE, &format!("fn f() {{\n{body}}}"));
    let six = "fn f(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8) {}";
    assert_refused(FILE, six, "6 parameters");
    let fields = "field: u8, ".repeat(13);
    assert_refused(FILE, &format!("struct S {{ {fields} }}"), "13 fields");
    assert_refused(FILE, &format!("enum E {{ V {{ {fields} }} }}"), "13 fields");
}

#[test]
fn shortcuts_go_red_outside_of_tests() {
    assert_refused(FILE, "fn f() { g().unwrap(); }", "unwrap");
    assert_refused(FILE, "fn f() { g()\n    .unwrap (); }", "unwrap");
    assert_refused(FILE, "fn f() { todo!() }", "todo!");
    assert_refused(FILE, "fn f() { assert!(unimplemented!()); }", "unimplemented!");
    assert_allowed(FILE, "#[cfg(test)] mod tests { fn f() { g().unwrap(); } }");
    assert_allowed(FILE, "// never `.unwrap()` here\nfn f() { g(\".unwrap()\"); }");
}

#[test]
fn silenced_lints_and_skipped_tests_go_red() {
    assert_refused(FILE, "#[allow(dead_code)] fn f() {}", "allow");
    assert_refused(FILE, "mod m { #![allow(dead_code, reason = \"x\")] }", "allow");
    assert_refused(FILE, "#[expect(dead_code)] fn f() {}", "reason");
    assert_allowed(FILE, "#[expect(dead_code, reason = \"x\")] fn f() {}");
    let skipped = "#[cfg(test)] mod tests { #[test] #[ignore = \"slow\"] fn f() {} }";
    assert_refused(FILE, skipped, "ignore");
}

#[test]
fn a_todo_without_a_reason_goes_red() {
    let mark = ["TO", "DO"].concat();
    assert_refused(FILE, &format!("// {mark}: later"), "reason");
    assert_refused(FILE, &format!("// {mark}(): later"), "reason");
    assert_allowed(FILE, &format!("// {mark}(waits for the new API): later"));
    assert_allowed(FILE, "const TODOS: u8 = 1;");
}

#[test]
fn words_in_code_go_red() {
    assert_refused(FILE, "const A: &str = \"Привет\";", "words live");
    assert_refused(FILE, "fn f() { g(h!(r\"баллы\")); }", "words live");
    assert_allowed(FILE, "/// Привет.\nconst A: char = 'я'; // да");
    assert_allowed("src/ui/keyboard/layouts.rs", "const A: &str = \"йцукен\";");
    assert_allowed(FILE, "#[cfg(test)] mod tests { const A: &str = \"Айгуль\"; }");
}

#[test]
fn clocks_go_red() {
    for clock in ["std::time::Instant", "SystemTime", "jiff::Zoned", "Timestamp"] {
        let code = format!("fn f() {{ {clock}::now(); }}");
        assert_refused(FILE, &code, "takes the time");
        assert_refused("src/app/mod.rs", &code, "takes the time");
        assert_allowed("src/services/outbox/delivery.rs", &code);
        assert_allowed("src/main.rs", &code);
    }
    assert_refused(FILE, "fn f() { g(Instant::now); }", "takes the time");
}

#[test]
fn colour_literals_go_red() {
    let file = "src/ui/widgets/button.rs";
    for colour in ["Color32::from_rgb(1, 2, 3)", "egui::Color32::WHITE", "Rgba::from_gray(0.5)"] {
        let code = format!("fn f() {{ {colour}; }}");
        assert_refused(file, &code, "tokens of the theme");
        assert_allowed("src/ui/theme/tokens.rs", &code);
    }
    assert_refused(file, "fn f() { hex_color!(\"#fff\"); }", "theme");
    assert_allowed(file, "fn f(c: Color32) { g(Color32::TRANSPARENT); }");
}

#[test]
fn prints_go_red() {
    for print in ["println", "eprintln", "print", "eprint"] {
        let code = format!("fn f() {{ {print}!(\"x\"); }}");
        assert_refused("src/services/mod.rs", &code, "command line");
        assert_allowed("src/cli.rs", &code);
        assert_allowed("src/cli/queue.rs", &code);
    }
}

#[test]
fn empty_names_go_red() {
    assert_eq!(check_name("src/utils/phone.rs").len(), 1);
    assert_eq!(check_name("src/domain/helpers.rs").len(), 1);
    assert_eq!(check_name("tests/common/mod.rs").len(), 1);
    assert!(check_name("src/domain/phone.rs").is_empty());
    assert!(check_name("src/services/outbox/store.rs").is_empty());
}

#[test]
fn untidy_text_goes_red() {
    assert_eq!(check_text("README.md", "One.\nTwo.").len(), 1);
    assert_eq!(check_text("README.md", "One. \nTwo.\n").len(), 1);
    assert_eq!(check_text("README.md", "One.\t\nTwo.\r\n").len(), 2);
    assert_eq!(check_text("README.md", "One.\n\n").len(), 1);
    assert!(check_text("README.md", "One.\n\nTwo.\n").is_empty());
    assert!(check_text("empty", "").is_empty());
}

#[test]
fn paths_of_one_machine_go_red() {
    for folder in machine_folders() {
        for line in [format!("cd {folder}main\n"), format!("path = \"{folder}main\"\n"), format!("`{folder}main`\n")] {
            assert_eq!(check_text("a.sh", &line).len(), 1, "{line}");
        }
        let address = format!("See https://example.org{folder}page and ./a{folder}b.\n");
        assert!(check_text("a.md", &address).is_empty(), "{address}");
    }
}

#[test]
fn a_file_that_cannot_be_parsed_goes_red() {
    assert_refused(FILE, "fn broken( {", "cannot be parsed");
}

#[test]
fn the_words_of_a_file_are_told_apart() {
    let source = Source::read(FILE, "//! A.\nfn f() { a::b('x', \"y\") }\n").unwrap();
    let words: Vec<&Word> = source.code().collect();
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let expected = ["fn", "f", "(", ")", "{", "a", "::", "b", "(", "'x'", ",", "\"y\"", ")", "}"];
    assert_eq!(texts, expected);
    assert_eq!(words.iter().filter(|word| word.is_string).count(), 1);
    assert!(words.iter().all(|word| word.line == 2));
}
