//! What a customer agrees to: which purposes there are, what is asked in which words, what was given.

mod form;
mod question;
mod texts;

use std::sync::Arc;

use super::LanguageTag;
use super::settings::key::SettingKey;

pub use form::ConsentForm;
pub use question::{ConsentAnswer, ConsentQuestion, KeptConsent};
pub use texts::{ConsentField, ConsentText, ConsentTexts, LONGEST_TEXT, LONGEST_TEXTS, WORDS_OF_OURS};

/// What a consent is for; each is asked for by itself, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// That personal data is worked with at all.
    PersonalData,
    /// The rules of the loyalty programme.
    Terms,
    /// Advertising.
    Marketing,
}

/// One consent as it is asked for: these very words are what is agreed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What for.
    pub purpose: Purpose,
    /// Which version of the merchant's text.
    pub version: Arc<str>,
    /// The language the text is in, which need not be that of the screen.
    pub language: LanguageTag,
    /// Plain text in lines, no markup.
    pub text: Arc<str>,
}

/// One consent that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// To what.
    pub asked: Asked,
    /// In which way.
    pub how: How,
}

/// Who says that a consent was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum How {
    /// The customer ticked a box that was empty before.
    TickedByCustomer,
    /// A member of staff signs the customer up and vouches for it.
    AttestedByStaff,
}

/// Whole days that the evidence of a consent is kept, in the range of their setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsentDays(u16);

/// How a station asks for consents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsentRules {
    /// The merchant's texts.
    pub texts: ConsentTexts,
    /// How long the evidence is kept.
    pub retention: ConsentDays,
}

/// Everything that decides what is asked of the next customer.
#[derive(Clone, Copy, Debug)]
pub struct ConsentSources<'a> {
    /// The merchant's texts.
    pub merchant: &'a ConsentTexts,
    /// The plain ones of the program, for want of those.
    pub built_in: &'a ConsentTexts,
    /// The language of the screen.
    pub language: &'a LanguageTag,
}

impl Purpose {
    /// All, in the order in which they are asked.
    pub const ALL: [Self; 3] = [Self::PersonalData, Self::Terms, Self::Marketing];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::PersonalData => "personal_data",
            Self::Terms => "terms",
            Self::Marketing => "marketing",
        }
    }

    /// The purpose of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.name() == name)
    }

    /// Whether nobody is signed up without it.
    pub fn is_required(self) -> bool {
        match self {
            Self::PersonalData | Self::Terms => true,
            Self::Marketing => false,
        }
    }
}

impl How {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::TickedByCustomer, Self::AttestedByStaff];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::TickedByCustomer => "ticked_by_customer",
            Self::AttestedByStaff => "attested_by_staff",
        }
    }

    /// The way of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|how| how.name() == name)
    }
}

impl ConsentDays {
    /// So many days, if evidence may be kept for them.
    pub fn new(days: u16) -> Option<Self> {
        SettingKey::ConsentRetentionDays.accepts(days).then_some(Self(days))
    }

    /// As a number.
    pub fn get(self) -> u16 {
        self.0
    }
}

impl Default for ConsentDays {
    fn default() -> Self {
        Self(SettingKey::ConsentRetentionDays.default_number())
    }
}

impl ConsentSources<'_> {
    /// What is asked of a customer. Personal data always is; the other built-in texts stand in only for a merchant who
    /// gave none at all.
    pub fn asked(&self) -> Vec<Asked> {
        let is_silent = self.merchant.is_empty();
        let text = |purpose: Purpose| {
            let built_in = || self.built_in.of(purpose).filter(|_| is_silent || purpose == Purpose::PersonalData);
            self.merchant.of(purpose).or_else(built_in)
        };
        Purpose::ALL.into_iter().filter_map(|purpose| text(purpose).map(|text| text.asked(self.language))).collect()
    }

    /// What a member of staff vouches for who signs a customer up: all that is required, nothing else.
    pub fn attested(&self) -> Vec<Given> {
        let required = self.asked().into_iter().filter(|asked| asked.purpose.is_required());
        required.map(|asked| Given { asked, how: How::AttestedByStaff }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> ConsentTexts {
        ConsentTexts::parse(text).unwrap()
    }

    fn purposes(merchant: &str) -> Vec<(Purpose, String)> {
        let (merchant, built_in) = (
            texts(merchant),
            ConsentTexts::of_ours(["en", "ru"].into_iter().flat_map(|language| {
                let language = LanguageTag::parse(language).unwrap();
                [Purpose::PersonalData, Purpose::Marketing]
                    .map(|purpose| (purpose, language.clone(), "Ours.".to_owned()))
            })),
        );
        let sources = ConsentSources { merchant: &merchant, built_in: &built_in, language: &LanguageTag::default() };
        sources.asked().into_iter().map(|asked| (asked.purpose, asked.version.to_string())).collect()
    }

    #[test]
    fn a_merchant_who_gave_no_texts_asks_with_the_built_in_ones() {
        let ours = |purpose| (purpose, WORDS_OF_OURS.to_owned());
        assert_eq!(purposes(""), [ours(Purpose::PersonalData), ours(Purpose::Marketing)]);
        let merchants = |purpose| (purpose, "1".to_owned());
        assert_eq!(
            purposes("[marketing 1 ru]\nРеклама."),
            [ours(Purpose::PersonalData), merchants(Purpose::Marketing)],
            "personal data is always asked for"
        );
        assert_eq!(
            purposes("[terms 1 ru]\nПравила.\n[personal_data 1 ru]\nДанные."),
            [merchants(Purpose::PersonalData), merchants(Purpose::Terms)],
            "who has texts but none for advertising asks nothing about it"
        );
    }

    #[test]
    fn staff_vouch_for_what_is_required_and_nothing_else() {
        let merchant = texts("[personal_data 1 ru]\nДа.\n[terms 2 ru]\nДа.\n[marketing 3 ru]\nДа.");
        let none = ConsentTexts::default();
        let sources = ConsentSources { merchant: &merchant, built_in: &none, language: &LanguageTag::default() };
        let given: Vec<_> = sources.attested().into_iter().map(|given| (given.asked.purpose, given.how)).collect();
        let how = How::AttestedByStaff;
        assert_eq!(given, [(Purpose::PersonalData, how), (Purpose::Terms, how)]);
    }

    #[test]
    fn names_lead_back() {
        assert!(Purpose::ALL.into_iter().all(|purpose| Purpose::of_name(purpose.name()) == Some(purpose)));
        assert!(How::ALL.into_iter().all(|how| How::of_name(how.name()) == Some(how)));
    }
}
