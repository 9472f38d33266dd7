//! The plain consent texts of the program, for a merchant who has given none yet.

use std::borrow::Cow;

use super::{Catalogue, FALLBACK, Texts};
use crate::domain::consent::ConsentTexts;
use crate::domain::{How, Purpose};

/// The built-in texts in every language, with the merchant's name where it is known. They say what the program does with
/// the data; what else the law of the land asks for, only the merchant can write.
pub fn built_in_consents(catalogue: &Catalogue, merchant: Option<&str>) -> ConsentTexts {
    const IDS: [(Purpose, &str); 2] =
        [(Purpose::PersonalData, "consent-personal-data"), (Purpose::Marketing, "consent-marketing")];
    // Nobody agrees to words that stand in for missing ones.
    let is_whole =
        |texts: &Texts| IDS.iter().map(|(_, id)| *id).chain(["consent-merchant"]).all(|id| texts.own(id).is_some());
    // The first one stands in for a language without a text, which the evidence then names.
    let (first, rest): (Vec<_>, Vec<_>) = catalogue.languages.iter().partition(|(tag, _)| tag.as_str() == FALLBACK);
    let languages = first.into_iter().chain(rest).filter(|(_, texts)| is_whole(texts));
    ConsentTexts::of_ours(languages.flat_map(|(tag, texts)| {
        IDS.map(|(purpose, id)| {
            let mut text = texts.get(id).into_owned();
            if let Some(merchant) = merchant {
                text.push('\n');
                text.push_str(&texts.with("consent-merchant", &[("merchant", merchant.into())]));
            }
            (purpose, tag.clone(), text)
        })
    }))
}

/// What a consent is for, in a few words.
pub fn purpose_name(texts: &Texts, purpose: Purpose) -> Cow<'_, str> {
    texts.get(match purpose {
        Purpose::PersonalData => "consent-purpose-personal-data",
        Purpose::Terms => "consent-purpose-terms",
        Purpose::Marketing => "consent-purpose-marketing",
    })
}

/// Who says that a consent was given.
pub fn consent_origin(texts: &Texts, how: How) -> Cow<'_, str> {
    texts.get(match how {
        How::TickedByCustomer => "consents-how-ticked",
        How::AttestedByStaff => "consents-how-attested",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::LanguageTag;
    use crate::domain::consent::{ConsentSources, WORDS_OF_OURS};

    fn texts_in(language: &str, merchant: Option<&str>) -> Vec<(Purpose, String)> {
        let built_in = built_in_consents(&Catalogue::built_in(), merchant);
        let (none, language) = (ConsentTexts::default(), LanguageTag::parse(language).unwrap());
        let asked = ConsentSources { merchant: &none, built_in: &built_in, language: &language }.asked();
        assert!(asked.iter().all(|asked| asked.language == language && &*asked.version == WORDS_OF_OURS));
        asked.into_iter().map(|asked| (asked.purpose, asked.text.to_string())).collect()
    }

    #[test]
    fn a_language_without_texts_of_its_own_is_asked_in_russian() {
        let more = [("kk".to_owned(), "language-name = Қазақша\nconsent-marketing = Жарнама.".to_owned())];
        let built_in = built_in_consents(&Catalogue::with_more(&more), None);
        let asked =
            |purpose| built_in.of(purpose).unwrap().asked(&LanguageTag::parse("kk").unwrap()).language.to_string();
        assert_eq!([Purpose::PersonalData, Purpose::Marketing].map(asked), ["ru", "ru"]);
    }

    #[test]
    fn every_language_has_plain_texts_with_and_without_the_merchants_name() {
        for language in ["ru", "en"] {
            let (nameless, named) = (texts_in(language, None), texts_in(language, Some("Пекарня «Колос»")));
            let purposes: Vec<_> = nameless.iter().map(|(purpose, _)| *purpose).collect();
            assert_eq!(purposes, [Purpose::PersonalData, Purpose::Marketing]);
            for ((_, without), (_, with)) in nameless.iter().zip(&named) {
                assert!(!without.contains("consent-") && !without.contains('{'), "{without}");
                assert!(with.starts_with(without) && with.contains("Пекарня «Колос»"), "{with}");
            }
        }
    }
}
