//! The fields of a brand, read one by one: a wrong one is noted and left out, the rest stands.

use super::{Brand, BrandLink, BrandNote, BrandWords, PictureName, PictureTurn, Rgb};
use crate::domain::language::LanguageTag;

/// A field of `brand.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrandField {
    /// `name`
    Name,
    /// `accent`
    Accent,
    /// `headline`
    Headline,
    /// `link`
    Link,
    /// `logo`
    Logo,
    /// `pictures`
    Pictures,
    /// `picture_minutes`
    PictureMinutes,
}

/// A brand being read.
#[derive(Debug, Default)]
pub struct BrandFields {
    brand: Brand,
    notes: Vec<BrandNote>,
}

/// More pictures than a day's worth of turns are a mistake.
const MOST_PICTURES: usize = 24;
/// So many notes fit a screen.
const MOST_NOTES: usize = 20;
const LONGEST_UNKNOWN: usize = 40;

impl BrandField {
    const ALL: [Self; 7] =
        [Self::Name, Self::Accent, Self::Headline, Self::Link, Self::Logo, Self::Pictures, Self::PictureMinutes];

    /// The name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Accent => "accent",
            Self::Headline => "headline",
            Self::Link => "link",
            Self::Logo => "logo",
            Self::Pictures => "pictures",
            Self::PictureMinutes => "picture_minutes",
        }
    }

    /// The field of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

impl BrandFields {
    /// Takes the text of a field that is one text.
    pub fn set_text(&mut self, field: BrandField, text: &str) {
        let brand = &mut self.brand;
        let is_good = match field {
            BrandField::Name => put(&mut brand.name, BrandWords::name(text)),
            BrandField::Accent => put(&mut brand.accent, Rgb::parse(text)),
            BrandField::Link => put(&mut brand.link, BrandLink::parse(text)),
            BrandField::Logo => put(&mut brand.logo, PictureName::parse(text)),
            BrandField::Headline | BrandField::Pictures | BrandField::PictureMinutes => false,
        };
        if !is_good {
            self.bad(field);
        }
    }

    /// Takes a headline in a language; a second one in the same contradicts the first.
    pub fn add_headline(&mut self, language: &str, text: &str) {
        match (LanguageTag::parse(language), BrandWords::headline(text)) {
            (Some(language), Some(words)) if !self.brand.headlines.contains_key(&language) => {
                self.brand.headlines.insert(language, words);
            }
            _ => self.bad(BrandField::Headline),
        }
    }

    /// Takes the file of one more picture.
    pub fn add_picture(&mut self, file: &str) {
        match PictureName::parse(file).filter(|_| self.brand.pictures.len() < MOST_PICTURES) {
            Some(name) => self.brand.pictures.push(name),
            None => self.bad(BrandField::Pictures),
        }
    }

    /// Takes how many minutes a picture stays.
    pub fn set_minutes(&mut self, minutes: u64) {
        match PictureTurn::minutes(minutes) {
            Some(turn) => self.brand.turn = turn,
            None => self.bad(BrandField::PictureMinutes),
        }
    }

    /// Notes that the value of a field is not one.
    pub fn bad(&mut self, field: BrandField) {
        self.note(BrandNote::BadValue(field));
    }

    /// Notes a field that is none.
    pub fn unknown(&mut self, name: &str) {
        self.note(BrandNote::UnknownField(printable(name)));
    }

    /// Notes a key that is there twice.
    pub fn given_twice(&mut self, key: &str, line: usize) {
        self.note(BrandNote::GivenTwice(printable(key), line));
    }

    /// Each thing is noted once.
    fn note(&mut self, note: BrandNote) {
        if self.notes.len() < MOST_NOTES && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// What was good, and what was not.
    pub fn finish(self) -> (Brand, Vec<BrandNote>) {
        (self.brand, self.notes)
    }
}

/// A name out of somebody's file, fit to be shown.
fn printable(name: &str) -> String {
    name.chars().filter(char::is_ascii_graphic).take(LONGEST_UNKNOWN).collect()
}

fn put<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    *place = value;
    place.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_found_by_its_name() {
        for field in BrandField::ALL {
            assert_eq!(BrandField::of_name(field.name()), Some(field));
        }
        assert_eq!(BrandField::of_name("colour"), None);
    }

    #[test]
    fn a_wrong_field_is_noted_once_and_the_rest_stands() {
        let mut fields = BrandFields::default();
        fields.set_text(BrandField::Name, "Кофейня");
        fields.set_text(BrandField::Accent, "red");
        fields.set_text(BrandField::Accent, "blue");
        fields.add_headline("ru", "Баллы за каждый кофе");
        fields.add_headline("русский", "Баллы");
        fields.add_headline("ru ", "Другие слова");
        for _ in 0..40 {
            fields.add_picture("a.png");
        }
        fields.set_minutes(0);
        fields.unknown("цвет colour");
        let (brand, notes) = fields.finish();
        assert_eq!(brand.name.unwrap().as_str(), "Кофейня");
        let headlines: Vec<_> = brand.headlines.values().map(BrandWords::as_str).collect();
        assert_eq!(headlines, ["Баллы за каждый кофе"], "the second for a language is none");
        assert_eq!((brand.accent, brand.headlines.len(), brand.pictures.len()), (None, 1, 24));
        let bad = |field| BrandNote::BadValue(field);
        let expected = [BrandField::Accent, BrandField::Headline, BrandField::Pictures, BrandField::PictureMinutes];
        assert_eq!(notes[..4], expected.map(bad));
        assert_eq!(notes[4..], [BrandNote::UnknownField("colour".to_owned())]);
    }
}
