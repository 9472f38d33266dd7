//! A file of texts as the entries that are safe to keep: a shop writes them, and neither the parser nor the formatter of Fluent
//! sets itself a limit.

use std::collections::BTreeMap;
use std::panic;

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

/// Each level of the parser takes a brace or a parenthesis, and none is taken off: whatever it makes of them, it nests no deeper.
const MOST_OPENED: usize = 64;
/// The longest consent is shorter. A hundred references to such a text are still a text that can be drawn once.
const LONGEST_BYTES: usize = 32 * 1024;

/// The entries of a file. One that is broken, or that the program's own texts have no use for, is left out.
pub(super) fn entries(text: &str) -> impl Iterator<Item = FluentResource> + '_ {
    pieces(text).into_iter().filter(|piece| is_small(piece) && has_whole_escapes(piece)).filter_map(|piece| {
        let parse = || FluentResource::try_new(piece.to_owned()).unwrap_or_else(|(partial, _)| partial);
        // The parser is code of others, and fed by anybody.
        let resource = panic::catch_unwind(parse).ok()?;
        let is_plain = resource.entries().all(is_plain);
        is_plain.then_some(resource)
    })
}

/// The entries whose messages and terms are there once: which of two is meant, nobody can tell.
pub(super) fn without_repeated(entries: Vec<FluentResource>) -> impl Iterator<Item = FluentResource> {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for id in entries.iter().flat_map(ids) {
        *times.entry(id).or_default() += 1;
    }
    entries.into_iter().filter(move |entry| ids(entry).all(|id| times.get(&id) == Some(&1)))
}

/// A term has the hyphen that tells it from a message.
fn ids(entry: &FluentResource) -> impl Iterator<Item = String> + '_ {
    entry.entries().filter_map(|entry| match entry {
        Entry::Message(message) => Some(message.id.name.to_owned()),
        Entry::Term(term) => Some(format!("-{}", term.id.name)),
        _ => None,
    })
}

/// The text cut before every line that may begin an entry. Each is parsed alone, so one cannot nest into the next.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut position = 0;
    for line in text.split_inclusive('\n') {
        if position > start && line.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '-') {
            pieces.push(&text[start..position]);
            start = position;
        }
        position += line.len();
    }
    pieces.push(&text[start..]);
    pieces
}

fn is_small(piece: &str) -> bool {
    piece.len() <= LONGEST_BYTES && piece.bytes().filter(|sign| matches!(sign, b'{' | b'(')).count() <= MOST_OPENED
}

/// The parser cuts through a letter that comes before the end of `\u0000` or `\U000000`.
fn has_whole_escapes(piece: &str) -> bool {
    let bytes = piece.as_bytes();
    let is_whole = |at: usize| {
        let length = match bytes.get(at + 1) {
            Some(b'u') => 4,
            Some(b'U') => 6,
            _ => return true,
        };
        bytes.iter().skip(at + 2).take(length).all(u8::is_ascii)
    };
    bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\\').all(|(at, _)| is_whole(at))
}

fn is_plain(entry: &Entry<&str>) -> bool {
    match entry {
        Entry::Message(message) => {
            message.value.iter().all(is_plain_text) && message.attributes.iter().all(|one| is_plain_text(&one.value))
        }
        Entry::Term(term) => is_plain_text(&term.value) && term.attributes.iter().all(|one| is_plain_text(&one.value)),
        Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) | Entry::Junk { .. } => true,
    }
}

/// Text, variables, references, and choices by a variable. There are no functions here, arguments only cost memory, and
/// the formatter panics where a placeable within another, or a choice by a literal, has no text.
fn is_plain_text(pattern: &Pattern<&str>) -> bool {
    pattern.elements.iter().all(|element| match element {
        PatternElement::TextElement { .. } => true,
        PatternElement::Placeable { expression: Expression::Inline(inline) } => match inline {
            InlineExpression::StringLiteral { .. }
            | InlineExpression::NumberLiteral { .. }
            | InlineExpression::MessageReference { .. }
            | InlineExpression::VariableReference { .. } => true,
            InlineExpression::TermReference { arguments, .. } => arguments.is_none(),
            InlineExpression::FunctionReference { .. } | InlineExpression::Placeable { .. } => false,
        },
        PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
            matches!(selector, InlineExpression::VariableReference { .. })
                && variants.iter().all(|variant| is_plain_text(&variant.value))
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::domain::LanguageTag;
    use crate::i18n::Catalogue;

    /// Less than any thread of the program has.
    const STACK_BYTES: usize = 512 * 1024;
    const IDS: [&str; 4] = ["a", "a0", "b", "language-name"];

    /// What the ids say in a language of this file, with our variables; on a thread with little stack.
    fn said(file: String) -> Vec<String> {
        let say = move || {
            let catalogue = Catalogue::from_sources([("kk", file.as_str())]);
            let texts = catalogue.texts(&LanguageTag::parse("kk").unwrap()).unwrap();
            IDS.iter().map(|id| texts.with(id, &[("n", 1.into()), ("word", "w".into())]).into_owned()).collect()
        };
        std::thread::Builder::new().stack_size(STACK_BYTES).spawn(say).unwrap().join().unwrap()
    }

    fn flood(unit: &str) -> String {
        format!("a = {}\nb = still here\n", unit.repeat(60 * 1024 / unit.len()))
    }

    #[test]
    fn an_escape_that_breaks_off_at_a_letter_costs_its_message_alone() {
        for escape in ["\\u00с", "\\uс", "\\U0001с", "\\u004€"] {
            let said = said(format!("a = {{ \"{escape}\" }}\nb = {escape}\na0 = C:\\users {{ \"\\u0041\" }}\n"));
            assert_eq!(said[1], "C:\\users A", "{escape}");
            assert!(!said[0].contains('с'), "{escape}");
        }
    }

    #[test]
    fn no_nesting_ends_the_program() {
        for unit in [
            "{",
            "{ ",
            "{{",
            "{ A(",
            "{\"{\"",
            "{ -t(",
            "{ A(x, ",
            "{ $n ->\n [one] ",
            "{ $n ->\n *[one] {",
            "{ { ",
            "{ \"\" ->\n *[a] ",
            "{}",
            "}{",
            "(",
            "[",
            "\n .a = {",
            "\n{",
            "\n {",
            "\r{",
            "\r\n {",
            "{ A(A(A(",
            "A(",
        ] {
            let said = said(flood(unit));
            assert_eq!(said[2], "still here", "the next message after {unit:?}");
        }
        let begun = format!("a = {{ {}", "A(".repeat(30 * 1024));
        let whole = format!("{begun}{} }}\nb = still here\n", ")".repeat(30 * 1024));
        assert_eq!(said(whole)[2], "still here");
        let whole = format!("a = {} \"x\" {}\nb = still here\n", "{".repeat(30 * 1024), "}".repeat(30 * 1024));
        assert_eq!(said(whole)[2], "still here");
    }

    #[test]
    fn no_message_that_refers_to_others_ends_the_program() {
        let chain = |link: &dyn Fn(usize) -> String| (0..2_000).map(|n| link(n) + "\n").collect::<String>();
        let nested =
            |n: usize, inner: String| format!("a{n} = {}{inner}{}", "{ $n ->\n *[one] ".repeat(15), "\n }".repeat(15));
        for file in [
            "a = { a }\n".to_owned(),
            "a = { b }\nb = { a }\n".to_owned(),
            "a = x{ a }{ b }\nb = y{ a }{ b }\n".to_owned(),
            "-a = { -a }\na = { -a }{ -a.b }\n .b = { a.b }\n".to_owned(),
            chain(&|n| format!("a{n} = {{ a{} }}", n + 1)),
            chain(&|n| format!("a{n} = {{ a{0} }}{{ a{0} }}", n + 1)),
            chain(&|n| nested(n, format!("{{ a{} }}", n + 1))),
            // The formatter's own limit of a hundred, met where what it would name has no name.
            chain(&|n| format!("a{n} = {{ {{ a{} }} }}", n + 1)),
            chain(&|n| format!("a{n} = {{ \"x\" ->\n *[y] {{ a{} }}\n }}", n + 1)),
            chain(&|n| format!("a{n} = {{ 1 ->\n *[y] {{ a{} }}\n }}", n + 1)),
            "a0 = { -t(n: 1.00000000000000000000000000000) }\n-t = { $n ->\n [one] x\n *[other] y\n }\n".to_owned(),
        ] {
            assert!(said(file).iter().all(|text| text.len() <= 64 * 1024));
        }
    }

    #[test]
    fn no_message_grows_without_end() {
        let long = "x".repeat(20 * 1024);
        let references = "{ b }".repeat(50);
        assert_eq!(said(format!("a = {references}\nb = {long}\n"))[0], "a", "a megabyte on a button");
        let arguments = "b,".repeat(10_000);
        assert_eq!(said(format!("a = {{ A({arguments}) }}\nb = {long}\n"))[0], "a", "200 MB on the way");
        assert_eq!(said(format!("a = {}\nb = c\n", "x".repeat(40 * 1024)))[..3], ["a", "a0", "c"]);
    }

    #[test]
    fn a_message_that_is_there_twice_is_none() {
        assert_eq!(said("a = one\na0 = x\n# note\na = two\nb = { -t }\n-t = y\n".to_owned())[..3], ["a", "x", "y"]);
        let files = [("kk", "a = one\nb = z"), ("kk", "a = two")];
        let catalogue = Catalogue::from_sources(files);
        let texts = catalogue.texts(&LanguageTag::parse("kk").unwrap()).unwrap();
        assert_eq!((texts.get("a"), texts.get("b")), ("a".into(), "z".into()), "in another file of the language");
    }

    #[test]
    fn what_translators_need_is_kept() {
        let file = "# A note\n\n-name = Колос\na = Один\n  два { \"{\" }{ -name } { b }\na0 = { $n ->\n    [one] { $word } (one)\n   *[other] more\n}\nb = ü\nbroken = {\n";
        assert_eq!(said(file.to_owned()), ["Один\nдва {Колос ü", "w (one)", "ü", "language-name"]);
        assert_eq!(said(file.replace('\n', "\r\n"))[1..3], ["w (one)", "ü"]);
    }

    proptest! {
        #[test]
        fn whatever_is_in_a_file_it_is_said_or_left_out(parts in proptest::collection::vec(prop_oneof![
            Just("a = "), Just("b = "), Just("a0 = "), Just("-t = "), Just("\n"), Just("\r\n"), Just("{ "), Just(" }"), Just("a"),
            Just("b"), Just("a0"), Just("-t"), Just("-t.x"), Just("$n"), Just("$word"), Just(" ->\n *[one] "), Just("\n [other] "), Just("\"x\""),
            Just("\"\\u12"), Just("1.5"), Just("-"), Just("("), Just(")"), Just("A("), Just(", n: 1"), Just("\n .x = "), Just("é"), Just("# "), Just("\0"),
        ], 0..60)) {
            prop_assert!(said(parts.concat()).iter().all(|text| text.len() <= 64 * 1024));
        }
    }
}
