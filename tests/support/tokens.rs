//! A source file as a flat list of tokens, each of which knows its line and whether it belongs to tests.

use std::ops::RangeInclusive;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::sources::{attributes_of, is_test_only};

/// One token; `::` is one, brackets are one each, doc comments are left out.
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) line: usize,
    pub(crate) is_string: bool,
    pub(crate) is_test: bool,
}

/// A file with what the rules look at.
pub(crate) struct Source {
    /// The path from the crate's folder.
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) words: Vec<Word>,
    file: syn::File,
    test_lines: Vec<RangeInclusive<usize>>,
}

impl Source {
    pub(crate) fn read(name: &str, text: &str) -> syn::Result<Source> {
        let file = syn::parse_file(text)?;
        let mut tests = TestLines(Vec::new());
        tests.visit_file(&file);
        let mut source =
            Source { name: name.to_owned(), text: text.to_owned(), words: Vec::new(), file, test_lines: tests.0 };
        source.flatten(text.parse()?);
        Ok(source)
    }

    /// The tokens outside of tests.
    pub(crate) fn code(&self) -> impl Iterator<Item = &Word> {
        self.words.iter().filter(|word| !word.is_test)
    }

    /// Where a sequence of tokens starts; the pattern has them separated by spaces.
    pub(crate) fn find(&self, pattern: &str) -> impl Iterator<Item = usize> {
        let wanted: Vec<String> = pattern.split(' ').map(str::to_owned).collect();
        let windows = self.words.windows(wanted.len()).enumerate();
        let places: Vec<usize> = windows
            .filter(|(_, words)| words.iter().map(|word| &word.text).eq(wanted.iter()))
            .map(|(index, _)| index)
            .collect();
        places.into_iter()
    }

    pub(crate) fn lines_without_tests(&self) -> usize {
        let tests: usize = self.test_lines.iter().map(|r| r.end() + 1 - r.start()).sum();
        self.text.lines().count() - tests
    }

    /// The items of the file that are not for tests.
    pub(crate) fn items_without_tests(&self) -> impl Iterator<Item = &syn::Item> {
        let items = self.file.items.iter();
        items.filter(|item| !is_test_only(attributes_of(item)))
    }

    fn flatten(&mut self, tokens: TokenStream) {
        let mut is_doc_next = false;
        for token in tokens {
            let line = token.span().start().line;
            match token {
                TokenTree::Group(group) => {
                    let is_doc = is_doc_next && is_doc_comment(&group.stream());
                    is_doc_next = false;
                    if is_doc {
                        self.drop_marks();
                        continue;
                    }
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::None => ("", ""),
                    };
                    self.push(open.to_owned(), line, false);
                    self.flatten(group.stream());
                    self.push(close.to_owned(), group.span_close().start().line, false);
                }
                TokenTree::Punct(mark) => {
                    let mark_text = mark.as_char().to_string();
                    is_doc_next = mark_text == "#" || (is_doc_next && mark_text == "!");
                    let is_second = mark_text == ":" && self.words.last().is_some_and(|word| word.text == ":+");
                    if is_second {
                        self.words.pop();
                        self.push("::".to_owned(), line, false);
                    } else if mark_text == ":" && mark.spacing() == Spacing::Joint {
                        self.push(":+".to_owned(), line, false);
                    } else {
                        self.push(mark_text, line, false);
                    }
                }
                TokenTree::Ident(name) => self.push(name.to_string(), line, false),
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    let is_string = text.ends_with(['"', '#']);
                    self.push(text, line, is_string);
                }
            }
        }
    }

    fn push(&mut self, text: String, line: usize, is_string: bool) {
        let is_test = self.test_lines.iter().any(|lines| lines.contains(&line));
        self.words.push(Word { text, line, is_string, is_test });
    }

    /// Takes back the `#` or `#!` of a doc comment.
    fn drop_marks(&mut self) {
        if self.words.last().is_some_and(|word| word.text == "!") {
            self.words.pop();
        }
        self.words.pop();
    }
}

fn is_doc_comment(attribute: &TokenStream) -> bool {
    let mut tokens = attribute.clone().into_iter();
    let is_doc = matches!(tokens.next(), Some(TokenTree::Ident(name)) if name == "doc");
    is_doc && matches!(tokens.next(), Some(TokenTree::Punct(mark)) if mark.as_char() == '=')
}

/// The lines of the outermost items that are for tests only.
struct TestLines(Vec<RangeInclusive<usize>>);

impl<'ast> Visit<'ast> for TestLines {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if is_test_only(attributes_of(item)) {
            let span = item.span();
            self.0.push(span.start().line..=span.end().line);
        } else {
            visit::visit_item(self, item);
        }
    }
}
