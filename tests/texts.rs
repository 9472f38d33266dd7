//! Every language complete: the same messages with the same variables, none missing, none left over, all drawable.

#![expect(clippy::panic, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[path = "support/sources.rs"]
mod sources;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use egui::{Context, RichText};
use egui_kittest::Harness;
use fluent_bundle::FluentResource;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Message, Pattern, PatternElement};
use jiff::civil::date;
use swip_kiosk::domain::settings::SettingKind;
use swip_kiosk::domain::{LanguageTag, Points, SettingKey};
use swip_kiosk::i18n::{Catalogue, Texts};
use swip_kiosk::ui::theme::{self, Contrast, Look, TextSize, Weight};
use syn::visit::{self, Visit};

/// A message: its file and its variables.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    file: String,
    variables: BTreeSet<String>,
}

/// The messages of one language, or what is wrong with its files.
type Language = Result<BTreeMap<String, Found>, String>;

/// The folders of `i18n/`: a language's tag, and its files as (name, text).
fn folders() -> BTreeMap<String, Vec<(String, String)>> {
    let mut folders = BTreeMap::new();
    for folder in fs::read_dir(sources::root().join("i18n")).expect("a folder of texts").flatten() {
        let tag = folder.file_name().to_string_lossy().into_owned();
        let mut files = Vec::new();
        for file in fs::read_dir(folder.path()).expect("a language is a folder").flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            assert!(file.path().extension().is_some_and(|kind| kind == "ftl"), "i18n/{tag}/{name} is no text");
            files.push((name, fs::read_to_string(file.path()).expect("a text in UTF-8")));
        }
        files.sort();
        folders.insert(tag, files);
    }
    folders
}

/// Reads the files of a language; every message once, none broken, none empty.
fn read(files: &[(String, String)]) -> Language {
    let mut messages = BTreeMap::new();
    for (file, text) in files {
        let resource = FluentResource::try_new(text.clone()).map_err(|(_, errors)| format!("{file}: {errors:?}"))?;
        for entry in resource.entries() {
            let message = match entry {
                Entry::Message(message) => message,
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => continue,
                other => return Err(format!("{file}: neither message nor comment: {other:?}")),
            };
            let id = message.id.name.to_owned();
            let found = Found { file: file.clone(), variables: variables(message).map_err(|e| format!("{id}: {e}"))? };
            if messages.insert(id.clone(), found).is_some() {
                return Err(format!("{file}: {id} is there twice"));
            }
        }
    }
    Ok(messages)
}

/// The variables of a message, or why it is none of ours.
fn variables(message: &Message<&str>) -> Result<BTreeSet<String>, &'static str> {
    let Some(value) = &message.value else { return Err("has no text") };
    if !message.attributes.is_empty() {
        return Err("has attributes, which nobody reads");
    }
    let mut variables = BTreeSet::new();
    pattern_variables(value, &mut variables)?;
    Ok(variables)
}

fn pattern_variables(pattern: &Pattern<&str>, found: &mut BTreeSet<String>) -> Result<(), &'static str> {
    let is_blank = |element: &PatternElement<&str>| match element {
        PatternElement::TextElement { value } => value.trim().is_empty(),
        PatternElement::Placeable { .. } => false,
    };
    if pattern.elements.iter().all(is_blank) {
        return Err("is empty");
    }
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            expression_variables(expression, found)?;
        }
    }
    Ok(())
}

fn expression_variables(expression: &Expression<&str>, found: &mut BTreeSet<String>) -> Result<(), &'static str> {
    let inline = match expression {
        Expression::Inline(inline) => inline,
        Expression::Select { selector, variants } => {
            for variant in variants {
                pattern_variables(&variant.value, found)?;
            }
            selector
        }
    };
    match inline {
        InlineExpression::StringLiteral { value } if !value.is_empty() => Ok(()),
        InlineExpression::VariableReference { id } => {
            found.insert(id.name.to_owned());
            Ok(())
        }
        _ => Err("has an expression that is neither a text nor a variable"),
    }
}

/// Every language, read.
fn languages() -> BTreeMap<String, BTreeMap<String, Found>> {
    let read = |(tag, files): (String, Vec<_>)| match read(&files) {
        Ok(messages) => (tag, messages),
        Err(error) => panic!("i18n/{tag}/{error}"),
    };
    folders().into_iter().map(read).collect()
}

/// What one language has and another has not.
fn differences(languages: &BTreeMap<String, BTreeMap<String, Found>>) -> Vec<String> {
    let mut found = Vec::new();
    for (tag, messages) in languages {
        for (other, theirs) in languages {
            for (id, message) in messages {
                match theirs.get(id) {
                    None => found.push(format!("{id} is in {tag} but not in {other}")),
                    Some(same) if same != message => {
                        found.push(format!("{id}: {tag} has {message:?}, {other} has {same:?}"));
                    }
                    Some(_) => {}
                }
            }
        }
    }
    found
}

#[test]
fn every_language_has_the_same_messages_with_the_same_variables() {
    let languages = languages();
    for tag in ["ru", "en"] {
        assert!(languages.contains_key(tag), "{tag}");
    }
    let found = differences(&languages);
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// The languages of two made-up files.
fn pair(ru: &str, en: &str) -> BTreeMap<String, BTreeMap<String, Found>> {
    [("ru", ru), ("en", en)]
        .into_iter()
        .map(|(tag, text)| (tag.to_owned(), read(&[("a.ftl".to_owned(), text.to_owned())]).expect("good texts")))
        .collect()
}

#[test]
fn a_message_missing_in_one_language_and_a_variable_of_another_name_are_reported() {
    assert_eq!(differences(&pair("a = x { $n }\n", "a = y { $n }\n")), Vec::<String>::new());
    assert!(!differences(&pair("a = x\nb = z\n", "a = y\n")).is_empty());
    assert!(!differences(&pair("a = x { $n }\n", "a = y { $m }\n")).is_empty());
    assert!(!differences(&pair("a = { $n ->\n *[other] x { $m }\n }\n", "a = y { $n }\n")).is_empty());
}

#[test]
fn broken_and_empty_and_repeated_messages_are_reported() {
    for text in ["a = { $\n", "a = { \"\" }\n", "a = x\na = y\n", "a = x\n .b = y\n", "-a = x\n", "a = { b }\n", "a\n"]
    {
        assert!(read(&[("a.ftl".to_owned(), text.to_owned())]).is_err(), "{text:?}");
    }
    assert!(read(&[("a.ftl".to_owned(), "# Words.\n\na = x\n".to_owned())]).is_ok());
}

/// The message ids that source code names.
#[derive(Default)]
struct Ids {
    /// Passed to `get`, `with` or `own` of texts.
    asked: BTreeSet<String>,
    /// String literals that are no argument of any call: tables of ids, among other things.
    listed: BTreeSet<String>,
    call: Call,
}

/// What the literals being visited are passed to.
#[derive(Clone, Copy, Default, PartialEq)]
enum Call {
    #[default]
    Nothing,
    Texts,
    Other,
}

impl Ids {
    fn within(&mut self, call: Call, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.call, call);
        visit(self);
        self.call = outer;
    }

    fn of_file(text: &str) -> Self {
        let mut ids = Self::default();
        ids.visit_file(&syn::parse_file(text).expect("source code"));
        ids
    }
}

/// Whether a method is called on texts: `texts.get(…)`, `cx.texts.get(…)`, `self.get(…)` in the texts' own files.
fn is_texts(call: &syn::ExprMethodCall) -> bool {
    let is_reader = ["get", "with", "own"].iter().any(|reader| call.method == reader);
    let receiver = match &*call.receiver {
        syn::Expr::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        syn::Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => Some(name.to_string()),
            syn::Member::Unnamed(_) => None,
        },
        _ => None,
    };
    is_reader && receiver.is_some_and(|name| name == "texts" || name == "self")
}

impl<'ast> Visit<'ast> for Ids {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !sources::is_test_only(sources::attributes_of(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.visit_expr(&call.receiver);
        let mut arguments = call.args.iter();
        if is_texts(call)
            && let Some(id) = arguments.next()
        {
            self.within(Call::Texts, |ids| ids.visit_expr(id));
        }
        self.within(Call::Other, |ids| arguments.for_each(|argument| ids.visit_expr(argument)));
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        // `Some("id")` is still a table.
        let is_some = matches!(&*call.func, syn::Expr::Path(path) if path.path.is_ident("Some"));
        let inside = if is_some { self.call } else { Call::Other };
        self.within(inside, |ids| call.args.iter().for_each(|argument| ids.visit_expr(argument)));
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        let inside = if self.call == Call::Texts { Call::Texts } else { Call::Nothing };
        self.within(inside, |ids| visit::visit_block(ids, block));
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        let inside = if self.call == Call::Texts { Call::Texts } else { Call::Nothing };
        self.within(inside, |ids| visit::visit_expr_closure(ids, closure));
    }

    fn visit_lit_str(&mut self, literal: &'ast syn::LitStr) {
        match self.call {
            Call::Texts => self.asked.insert(literal.value()),
            Call::Nothing => self.listed.insert(literal.value()),
            Call::Other => false,
        };
    }
}

/// Whether a literal that is no argument of a call looks like one of the ids: same first word, hyphens.
fn looks_like_one_of(known: &BTreeSet<&str>, literal: &str) -> bool {
    let first = |id: &str| id.split_once('-').map(|(first, _)| first.to_owned());
    let is_shaped = literal.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    is_shaped && first(literal).is_some_and(|word| known.iter().any(|id| first(id).as_ref() == Some(&word)))
}

/// The ids that the code names, and those it may be naming.
fn ids_in_the_code() -> Ids {
    let mut all = Ids::default();
    let files = sources::rust_files("src");
    let tests = sources::test_only_files(&files);
    for (name, text) in files.iter().filter(|(name, _)| !tests.contains(name)) {
        // The widgets and the services know no words of ours.
        if !name.starts_with("src/services") && !name.starts_with("src/ui") && !name.starts_with("src/domain") {
            let ids = Ids::of_file(text);
            all.asked.extend(ids.asked);
            all.listed.extend(ids.listed);
        }
    }
    all
}

/// The messages the code names and nobody wrote, and the messages that nobody names.
fn unmatched(known: &BTreeSet<&str>, code: &Ids) -> (Vec<String>, Vec<String>) {
    let listed = code.listed.iter().filter(|literal| looks_like_one_of(known, literal));
    let named: BTreeSet<&str> = code.asked.iter().chain(listed).map(String::as_str).collect();
    let missing = named.difference(known).map(|id| (*id).to_owned()).collect();
    let unused = known.difference(&named).map(|id| (*id).to_owned()).collect();
    (missing, unused)
}

/// The ids that settings have by their names. A switch and a list of words explain themselves; others may do so, too.
fn ids_of_settings(known: &BTreeSet<&str>) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    // The consents have texts of their own instead of a label.
    for key in SettingKey::ALL.iter().filter(|key| **key != SettingKey::Consents) {
        let id = format!("settings-{}", key.name().replace('_', "-"));
        if let SettingKind::OneOf(words) = key.entry().kind {
            ids.extend(words.iter().map(|word| format!("{id}-{word}")));
        }
        ids.extend(Some(format!("{id}-hint")).filter(|hint| known.contains(hint.as_str())));
        ids.insert(id);
    }
    ids
}

#[test]
fn every_id_in_the_code_is_a_message_and_every_message_is_used() {
    let languages = languages();
    let known: BTreeSet<&str> = languages.values().flat_map(|messages| messages.keys().map(String::as_str)).collect();
    let mut code = ids_in_the_code();
    code.asked.extend(ids_of_settings(&known));
    assert!(code.asked.len() > 50, "the ids are found: {}", code.asked.len());
    let (missing, unused) = unmatched(&known, &code);
    assert!(missing.is_empty(), "named in the code, in no text: {missing:?}");
    assert!(unused.is_empty(), "in the texts, named nowhere: {unused:?}");
}

#[test]
fn ids_are_found_wherever_code_names_them() {
    let code = Ids::of_file(
        r#"
        fn f(texts: &Texts, cx: &Cx) {
            body(ui, &texts.get("a-direct"));
            cx.texts.with("a-with", &[("field", "a-argument".into())]);
            texts.get(match x { A => "a-arm", B => { "a-block" } });
            texts.get(if x { "a-then" } else { "a-else" });
            let (one, two) = match x { A => ("a-one", "a-two") };
            pair(ui, |ui| { let label = Some("a-inside"); });
            Entry { label: "a-field", hint: texts.get(hint) };
            Panel::top("a-panel").id_salt(("a-salt", 1));
            map.get("a-map");
        }
        #[cfg(test)] mod tests { fn g() { texts.get("a-test"); let x = "a-table"; } }
        "#,
    );
    let known: BTreeSet<&str> = ["a-direct", "a-unused"].into();
    let (missing, unused) = unmatched(&known, &code);
    let expected = ["a-arm", "a-block", "a-else", "a-field", "a-inside", "a-one", "a-then", "a-two", "a-with"];
    assert_eq!(missing, expected);
    assert_eq!(unused, ["a-unused"]);
}

fn tag(text: &str) -> LanguageTag {
    LanguageTag::parse(text).expect("a tag")
}

fn words(texts: &Texts, value: i64) -> String {
    format!("{} {}", texts.points_number(Points::new(value)), texts.points_word(Points::new(value)))
}

#[test]
fn points_have_the_right_plural_and_grouped_thousands() {
    let catalogue = Catalogue::built_in();
    let ru = catalogue.texts(&tag("ru")).expect("Russian");
    for (value, expected) in [
        (0, "0 баллов"),
        (1, "1 балл"),
        (2, "2 балла"),
        (4, "4 балла"),
        (5, "5 баллов"),
        (11, "11 баллов"),
        (14, "14 баллов"),
        (21, "21 балл"),
        (22, "22 балла"),
        (25, "25 баллов"),
        (101, "101 балл"),
        (111, "111 баллов"),
        (999, "999 баллов"),
        (1000, "1\u{a0}000 баллов"),
        (11_806, "11\u{a0}806 баллов"),
        (-1, "\u{2212}1 балл"),
        (-150, "\u{2212}150 баллов"),
        (9_876_543_210, "9\u{a0}876\u{a0}543\u{a0}210 баллов"),
        (i64::MIN, "\u{2212}9\u{a0}223\u{a0}372\u{a0}036\u{a0}854\u{a0}775\u{a0}808 баллов"),
    ] {
        assert_eq!(words(ru, value), expected);
    }
    let en = catalogue.texts(&tag("en")).expect("English");
    for (value, expected) in
        [(0, "0 points"), (1, "1 point"), (-1, "\u{2212}1 point"), (21, "21 points"), (11_806, "11,806 points")]
    {
        assert_eq!(words(en, value), expected);
    }
}

#[test]
fn every_plural_of_russian_has_its_forms() {
    for (file, text) in &folders()["ru"] {
        let resource = FluentResource::try_new(text.clone()).expect("good texts");
        for entry in resource.entries() {
            let Entry::Message(Message { id, value: Some(value), .. }) = entry else { continue };
            for element in &value.elements {
                let PatternElement::Placeable { expression: Expression::Select { variants, .. } } = element else {
                    continue;
                };
                // Of whole numbers, Russian knows one, few and many; `other` may stand in for one of them only.
                assert!(variants.len() >= 2, "{file}: {}", id.name);
            }
        }
    }
}

#[test]
fn a_missing_message_shows_its_id_and_a_missing_variable_does_no_harm() {
    let catalogue = Catalogue::from_sources([("ru", "a = x { $n }\n")]);
    let texts = catalogue.texts(&tag("ru")).expect("a language");
    assert_eq!(texts.get("nothing-here"), "nothing-here");
    assert!(texts.get("a").starts_with("x "));
}

#[test]
fn nothing_invisible_is_in_the_texts() {
    for (tag, files) in folders() {
        for (file, text) in files {
            let is_invisible = |c: &char| {
                matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
                    || (c.is_control() && *c != '\n')
            };
            assert_eq!(text.chars().find(is_invisible), None, "i18n/{tag}/{file}");
        }
    }
    let catalogue = Catalogue::built_in();
    for (tag, _) in catalogue.languages() {
        let texts = catalogue.texts(&tag).expect("a language");
        let age = texts.with("birthday-error-too-young", &[("age", 18.into())]);
        assert!(age.contains("18") && !age.contains('\u{2068}'), "{age}");
    }
}

/// Every character of the texts, and those that customers bring.
fn letters() -> BTreeSet<char> {
    let kazakh = "ӘҒҚҢӨҰҮҺІәғқңөұүһі";
    let signs = "₽₸€−–—«»“”‘’ʻʼ…•№·×+/%&@#*()[]{}!?\u{a0}\u{202f}";
    let written: String = folders().into_values().flatten().map(|(_, text)| text).collect();
    let alphabets = ('А'..='я').chain(['Ё', 'ё']).chain('A'..='Z').chain('a'..='z').chain('0'..='9');
    let all = written.chars().chain(kazakh.chars()).chain(signs.chars()).chain(alphabets);
    all.filter(|c| !c.is_control()).collect()
}

/// Draws characters in a weight; a letter without a picture panics under test.
fn draw(text: String, weight: Weight) {
    let install = |ctx: &Context| theme::install(ctx, Look { contrast: Contrast::Normal, ..Look::default() });
    let mut harness = Harness::builder().with_size([1024.0, 768.0]).with_context_setup(install).build_ui(move |ui| {
        let font = theme::of(ui.ctx()).font(TextSize::Body, weight);
        ui.label(RichText::new(&text).font(font));
    });
    harness.run();
}

#[test]
fn every_letter_of_every_language_has_a_picture_in_both_weights() {
    let all: String = letters().into_iter().collect();
    draw(all.clone(), Weight::Regular);
    draw(all, Weight::SemiBold);
}

#[test]
#[should_panic(expected = "glyph")]
fn a_letter_without_a_picture_is_noticed() {
    draw("漢".to_owned(), Weight::Regular);
}

#[test]
fn a_third_language_is_a_folder_more() {
    let third = "language-name = Қазақша\nform-thousands = { \"\\u202F\" }\nform-time = %H.%M\n\
                 points-word = { $count ->\n    [one] ұпай\n   *[other] ұпай\n}\n";
    let file = |tag: &str, text: &str| (tag.to_owned(), text.to_owned());
    let more =
        [file("kk", third), file("not a tag", third), file("RU", "app-settings = Иное\n"), file("xx", "a = b\n")];
    let catalogue = Catalogue::with_more(&more);
    let names: Vec<_> = catalogue.languages().into_iter().map(|(tag, name)| format!("{tag} {name}")).collect();
    assert_eq!(names, ["en English", "kk Қазақша", "ru Русский", "xx xx"]);
    let ru = catalogue.texts(&tag("ru")).expect("a built-in language");
    assert_eq!(ru.get("app-settings"), "Настройки", "what is built in stays");
    let kk = catalogue.texts(&tag("kk")).expect("the third language");
    assert_eq!(words(kk, 11_806), "11\u{202f}806 ұпай");
    assert_eq!(kk.time(date(2025, 5, 20).at(12, 41, 0, 0)), "12.41");
    assert_eq!(kk.get("app-settings"), "Настройки", "a message that is missing is the fallback's");
    assert_eq!(kk.get("nothing-here"), "nothing-here");
    let unknown = catalogue.texts(&tag("uz")).expect("the fallback");
    assert_eq!(unknown.tag(), &tag("ru"));
}

#[test]
fn every_language_names_itself_and_writes_times_and_birthdays() {
    let catalogue = Catalogue::built_in();
    let mut seen = BTreeSet::new();
    for (tag, name) in catalogue.languages() {
        let texts = catalogue.texts(&tag).expect("a language");
        assert!(name != "language-name" && seen.insert(name), "{tag}");
        assert_eq!(texts.time(date(2025, 5, 20).at(9, 5, 0, 0)), "09:05");
        assert!("./-".contains(texts.birthday_separator()), "{tag}");
        assert!(texts.get("form-birthday-placeholder").contains(texts.birthday_separator()), "{tag}");
    }
    assert!(seen.len() >= 2);
}
