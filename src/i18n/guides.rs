//! The guides, as the help screen shows them: the pages of `docs/guide`, taken into the program when it is built.

use std::borrow::Cow;

use super::Texts;
use crate::domain::Guide;

/// A part of a guide, from one heading to the next; the first one is the page's own.
#[derive(Debug, PartialEq, Eq)]
pub struct GuideSection {
    /// Its heading.
    pub title: String,
    /// What it says.
    pub blocks: Vec<GuideBlock>,
}

/// What stands by itself in a guide.
#[derive(Debug, PartialEq, Eq)]
pub enum GuideBlock {
    /// Running text.
    Paragraph(Vec<GuideWords>),
    /// A line of a list, and what it begins with.
    Item(String, Vec<GuideWords>),
    /// A line of a table with the keys in its first column.
    Key(Vec<String>, Vec<GuideWords>),
}

/// Words of one weight.
#[derive(Debug, PartialEq, Eq)]
pub struct GuideWords {
    /// The words.
    pub text: String,
    /// What stands so on the screen, or on a key.
    pub is_strong: bool,
}

/// A guide in the language of the texts. One from the data directory has none: there the program's first language stands in.
pub fn guide(texts: &Texts, guide: Guide) -> Vec<GuideSection> {
    parse(page(texts.tag().as_str(), guide))
}

/// The name of a guide, to choose it by.
pub fn guide_name(texts: &Texts, guide: Guide) -> Cow<'_, str> {
    texts.get(match guide {
        Guide::Cashier => "help-cashier",
        Guide::Technician => "help-technician",
        Guide::Kiosk => "help-kiosk",
    })
}

fn page(language: &str, guide: Guide) -> &'static str {
    match (guide, language) {
        (Guide::Cashier, "en") => include_str!("../../docs/guide/cashier.md"),
        (Guide::Cashier, _) => include_str!("../../docs/guide/cashier.ru.md"),
        (Guide::Technician, "en") => include_str!("../../docs/guide/technician.md"),
        (Guide::Technician, _) => include_str!("../../docs/guide/technician.ru.md"),
        (Guide::Kiosk, "en") => include_str!("../../docs/guide/kiosk.md"),
        (Guide::Kiosk, _) => include_str!("../../docs/guide/kiosk.ru.md"),
    }
}

/// As much of Markdown as the guides use.
fn parse(page: &str) -> Vec<GuideSection> {
    let mut sections: Vec<GuideSection> = Vec::new();
    for block in page.replace('\r', "").split("\n\n").map(str::trim) {
        if let Some(title) = block.strip_prefix("## ").or_else(|| block.strip_prefix("# ")) {
            sections.push(GuideSection { title: title.to_owned(), blocks: Vec::new() });
        } else if let Some(section) = sections.last_mut() {
            section.blocks.extend(blocks(block));
        }
    }
    sections
}

fn blocks(block: &str) -> Vec<GuideBlock> {
    // The way to the other language.
    if block.starts_with("*[") {
        return Vec::new();
    }
    if block.starts_with('|') {
        return block.lines().skip(2).map(key).collect();
    }
    let mut found = Vec::new();
    for line in block.lines() {
        match mark(line) {
            Some((mark, rest)) => found.push((mark.to_owned(), rest.to_owned())),
            None => match found.last_mut() {
                Some((_, text)) => *text = format!("{text} {}", line.trim()),
                None => found.push((String::new(), line.to_owned())),
            },
        }
    }
    let block = |(mark, text): (String, String)| match mark.as_str() {
        "" => GuideBlock::Paragraph(words(&text)),
        "-" => GuideBlock::Item("•".to_owned(), words(&text)),
        _ => GuideBlock::Item(mark, words(&text)),
    };
    found.into_iter().map(block).collect()
}

/// What a line of a list begins with, and the rest of it.
fn mark(line: &str) -> Option<(&str, &str)> {
    let (mark, rest) = line.split_once(' ')?;
    let is_number = || mark.strip_suffix('.').is_some_and(|digits| digits.parse::<u8>().is_ok());
    (mark == "-" || is_number()).then_some((mark, rest))
}

fn key(line: &str) -> GuideBlock {
    let (keys, rest) = line.trim_matches(['|', ' ']).split_once('|').unwrap_or_default();
    let keys = words(keys.trim()).into_iter().filter(|words| words.is_strong).map(|words| words.text);
    GuideBlock::Key(keys.collect(), words(rest.trim()))
}

/// Every second piece between two stars is strong.
fn words(text: &str) -> Vec<GuideWords> {
    let pieces = text.split("**").zip([false, true].into_iter().cycle());
    let words = pieces.map(|(text, is_strong)| GuideWords { text: text.replace('`', ""), is_strong });
    words.filter(|words| !words.text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Catalogue, LanguageFolder};

    /// Every guide in every language that it is written in.
    fn guides() -> Vec<(&'static str, Guide, Vec<GuideSection>)> {
        let both = |guide| ["ru", "en"].map(|language| (language, guide, parse(page(language, guide))));
        Guide::ALL.into_iter().flat_map(both).collect()
    }

    fn words_of(block: &GuideBlock) -> &[GuideWords] {
        match block {
            GuideBlock::Paragraph(words) | GuideBlock::Item(_, words) | GuideBlock::Key(_, words) => words,
        }
    }

    #[test]
    fn what_the_guides_use_of_markdown_is_read() {
        let page = "# One\n\n*[Other](x.md)*\n\nA **b**\nc.\n\n## Two\n\n| key | does |\n|---|---|\n| **F2**, **Esc** | d |\n\n- e\n  f\n- g\n\n1. h\n";
        let plain = |text: &str| GuideWords { text: text.to_owned(), is_strong: false };
        let strong = GuideWords { text: "b".to_owned(), is_strong: true };
        let item = |mark: &str, text: &str| GuideBlock::Item(mark.to_owned(), vec![plain(text)]);
        let keys = ["F2", "Esc"].map(str::to_owned).to_vec();
        let one = vec![GuideBlock::Paragraph(vec![plain("A "), strong, plain(" c.")])];
        let two = vec![GuideBlock::Key(keys, vec![plain("d")]), item("•", "e f"), item("•", "g"), item("1.", "h")];
        let section = |title: &str, blocks| GuideSection { title: title.to_owned(), blocks };
        assert_eq!(parse(page), [section("One", one), section("Two", two)]);
        assert_eq!(parse(&page.replace('\n', "\r\n")), parse(page), "as Windows may check it out");
    }

    #[test]
    fn the_guides_are_the_same_in_both_languages_and_use_nothing_else() {
        let guides = guides();
        for pair in guides.chunks(2) {
            let shape = |guide: &(_, _, Vec<GuideSection>)| -> Vec<_> {
                guide.2.iter().map(|section| section.blocks.len()).collect()
            };
            assert_eq!(shape(&pair[0]), shape(&pair[1]), "{:?}", pair[0].1);
        }
        for (language, guide, sections) in &guides {
            assert!(sections.len() > 3, "{language} {guide:?}");
            for block in sections.iter().flat_map(|section| &section.blocks) {
                let text: String = words_of(block).iter().map(|words| words.text.as_str()).collect();
                let is_plain = !text.contains(['*', '|', '[', '#', '<']);
                assert!(is_plain && !text.is_empty(), "{language} {guide:?}: {text}");
            }
        }
    }

    #[test]
    fn what_is_strong_stands_so_on_the_screen() {
        let catalogue = Catalogue::built_in();
        for (language, guide, sections) in guides() {
            let of_language = LanguageFolder::iter().filter(|file| file.starts_with(language));
            let texts: String = of_language
                .filter_map(|file| LanguageFolder::get(&file))
                .map(|file| String::from_utf8_lossy(&file.data).into_owned())
                .collect();
            let blocks = sections.iter().flat_map(|section| &section.blocks);
            for words in blocks.flat_map(words_of).filter(|words| words.is_strong && words.text != "Enter") {
                let is_key = words.text.strip_prefix('F').is_some_and(|number| number.parse::<u8>().is_ok());
                assert!(is_key || texts.contains(&words.text), "{language} {guide:?}: {}", words.text);
            }
        }
        assert_eq!(catalogue.languages().len(), 2, "a new language wants guides of its own");
    }
}
