//! Every setting that there is, one entry each. The profile, the settings file, the form and the reference page follow from it.

use std::ops::RangeInclusive;

use crate::domain::{PortSpeed, SignupField};

/// What is the same for a setting wherever it stands.
#[derive(Clone, Debug)]
pub struct SettingEntry {
    /// As in files; its label is `settings-…` with hyphens, and its hint the same with `-hint`, if there is one.
    pub name: &'static str,
    /// Where the form shows it.
    pub group: SettingGroup,
    /// What its text may be.
    pub kind: SettingKind,
    /// The text that stands where none is given; what has to be given has an empty one.
    pub default: &'static str,
    /// Where a profile has it, and since when a settings file does.
    pub place: SettingPlace,
}

/// A card of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingGroup {
    /// How SWiP is reached.
    Connection,
    /// What the station is.
    Station,
    /// What becomes of what a scanner reads.
    Scanner,
    /// What holds at a kiosk only.
    Kiosk,
    /// What it accepts, and what SWiP does not document.
    Rules,
    /// What customers agree to.
    Consents,
}

/// What the text of a setting may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// A text by rules of its own.
    Text,
    /// Texts with commas, by rules of their own; digits among them keep their zeros.
    Texts,
    /// The same, kept sealed and never in a settings file.
    Secret,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// `true` or `false`.
    Switch,
    /// A whole number in this range.
    Number(RangeInclusive<u16>),
    /// Whole numbers with commas, at most so many.
    Numbers(usize),
}

/// Where a profile has a setting, and since when a settings file does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingPlace {
    /// At the top of a profile, and in every settings file.
    Top,
    /// Under `settings` in a profile, and in every settings file.
    FirstVersion,
    /// Under `settings` in a profile; a settings file of an earlier version is whole without it.
    Later,
}

/// Makes the names and the table of one list, so that no setting can be in only one of them.
macro_rules! settings {
    ($($(#[$doc:meta])* $key:ident = $entry:expr,)*) => {
        /// The name of one setting, in the order of the form.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum SettingKey {
            $($(#[$doc])* $key,)*
        }

        impl SettingKey {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$key,)*];

            /// What is known of it.
            pub const fn entry(self) -> SettingEntry {
                match self {
                    $(Self::$key => $entry,)*
                }
            }
        }
    };
}

use SettingGroup::{Connection, Consents, Kiosk, Rules, Scanner, Station};

settings! {
    /// Where the API is.
    BaseUrl = text("base_url", Connection).at_the_top(),
    /// The token.
    Token = SettingEntry { kind: SettingKind::Secret, ..text("token", Connection) }.at_the_top(),
    /// `X-Merchant-ID`.
    MerchantId = text("merchant_id", Connection).at_the_top(),
    /// `X-Store-ID`.
    StoreId = text("store_id", Connection).at_the_top(),
    /// `X-Cash-ID`.
    CashId = text("cash_id", Connection).at_the_top(),

    /// Who stands in front of it.
    Mode = one_of("mode", Station, &["counter", "kiosk"]).at_the_top(),
    /// The tag of the language it starts in.
    Language = SettingEntry { default: "ru", ..text("language", Station) }.at_the_top(),
    /// The high-contrast theme instead of the light one.
    HighContrast = switch("high_contrast", Station, "false").since_the_first(),
    /// The size of text, in percent of the usual.
    TextPercent = number("text_percent", Station, 100..=200, "100"),

    /// What a scanner puts in front of what it reads.
    ScannerPrefix = text("scanner_prefix", Scanner),
    /// What it puts behind.
    ScannerSuffix = text("scanner_suffix", Scanner),
    /// How many characters a scanned pass has; any number if 0.
    ScannerLength = number("scanner_length", Scanner, 0..=64, "0"),
    /// Whether of a scanned web address only the last part is the pass.
    ScannerStripsUrl = switch("scanner_strips_url", Scanner, "false"),
    /// The serial port that a scanner is at which does not type.
    ScannerPort = text("scanner_port", Scanner),
    /// How fast that port is.
    ScannerSpeed = one_of("scanner_speed", Scanner, PortSpeed::WORDS),

    /// Whether a kiosk asks for the first name.
    AskFirstName = switch("ask_first_name", Kiosk, "true"),
    /// Whether a kiosk asks for the last name.
    AskLastName = switch("ask_last_name", Kiosk, "true"),
    /// Whether a kiosk asks for the birthday.
    AskBirthday = switch("ask_birthday", Kiosk, "true"),
    /// Whether a kiosk shows points to whoever types a phone.
    KioskPointsByPhone = switch("kiosk_points_by_phone", Kiosk, "false"),
    /// How many seconds nothing is touched before a kiosk asks whether somebody is there.
    IdleSeconds = number("idle_seconds", Kiosk, 20..=300, "45"),
    /// How many signups, and how many lookups, a kiosk takes in a row without a pause.
    KioskInARow = number("kiosk_in_a_row", Kiosk, 12..=200, "15"),
    /// How many seconds a kiosk lets pass from one to the next after that.
    KioskPauseSeconds = number("kiosk_pause_seconds", Kiosk, 5..=60, "30"),
    /// The monitor that a kiosk fills.
    KioskMonitor = text("kiosk_monitor", Kiosk),
    /// The diagonal of the panel that a kiosk fills; as the system says if 0.
    KioskInches = number("kiosk_inches", Kiosk, 0..=150, "0"),
    /// The layouts of a kiosk's on-screen keyboard; those of the screens' languages if none is named.
    KioskKeyboards = SettingEntry { kind: SettingKind::Texts, ..text("kiosk_keyboards", Kiosk) },

    /// Whether fixed-line numbers are accepted.
    AcceptLandlines = switch("accept_landlines", Rules, "false").since_the_first(),
    /// First three digits of mobile numbers that the program does not know yet.
    MobilePrefixes = SettingEntry { kind: SettingKind::Texts, ..text("mobile_prefixes", Rules) },
    /// Least age of a customer who gives a birthday, in years.
    MinimumAge = number("minimum_age", Rules, 0..=99, "0").since_the_first(),
    /// How many days a signup may wait for SWiP before its personal data is destroyed.
    RetentionDays = number("retention_days", Rules, 1..=90, "30"),
    /// How many days the journal is kept.
    JournalDays = number("journal_days", Rules, 7..=3650, "730"),
    /// How points are asked for.
    StatsMethod = one_of("stats_method", Rules, &["get", "post"]).since_the_first(),
    /// How a signup is settled that may have arrived.
    Reconcile = one_of("reconcile", Rules, &["repost", "lookup"]),
    /// SWiP's codes for a customer it does not know. The default is the one of its one example.
    NotFoundCodes = numbers("not_found_codes", Rules, "9").since_the_first(),
    /// SWiP's codes for a customer who is already a member.
    AlreadyExistsCodes = numbers("already_exists_codes", Rules, "").since_the_first(),
    /// A file of certificates that are trusted besides the machine's own.
    CaFile = text("ca_file", Rules),

    /// The merchant's texts for consents.
    Consents = text("consents", Consents),
    /// How many days the evidence of a consent is kept: three years unless set.
    ConsentRetentionDays = number("consent_retention_days", Consents, 30..=3650, "1095"),
}

impl SettingKey {
    /// Whether a kiosk asks for a field of the signup; nothing for one that it always asks for.
    pub fn asks_for(field: SignupField) -> Option<Self> {
        match field {
            SignupField::Phone => None,
            SignupField::FirstName => Some(Self::AskFirstName),
            SignupField::LastName => Some(Self::AskLastName),
            SignupField::Birthday => Some(Self::AskBirthday),
        }
    }
}

const fn text(name: &'static str, group: SettingGroup) -> SettingEntry {
    SettingEntry { name, group, kind: SettingKind::Text, default: "", place: SettingPlace::Later }
}

/// The most numbers in a list of them.
pub(super) const MOST_NUMBERS: usize = 32;

/// The first of the words is the default.
const fn one_of(name: &'static str, group: SettingGroup, words: &'static [&'static str]) -> SettingEntry {
    let default = if let [first, ..] = words { first } else { "" };
    SettingEntry { kind: SettingKind::OneOf(words), default, ..text(name, group) }
}

const fn switch(name: &'static str, group: SettingGroup, default: &'static str) -> SettingEntry {
    SettingEntry { kind: SettingKind::Switch, default, ..text(name, group) }
}

const fn number(
    name: &'static str,
    group: SettingGroup,
    range: RangeInclusive<u16>,
    default: &'static str,
) -> SettingEntry {
    SettingEntry { kind: SettingKind::Number(range), default, ..text(name, group) }
}

const fn numbers(name: &'static str, group: SettingGroup, default: &'static str) -> SettingEntry {
    SettingEntry { kind: SettingKind::Numbers(MOST_NUMBERS), default, ..text(name, group) }
}

impl SettingEntry {
    const fn at_the_top(self) -> Self {
        Self { place: SettingPlace::Top, ..self }
    }

    const fn since_the_first(self) -> Self {
        Self { place: SettingPlace::FirstVersion, ..self }
    }
}

impl SettingKey {
    /// The name in files.
    pub const fn name(self) -> &'static str {
        self.entry().name
    }

    /// The keys of a settings file.
    pub fn stored() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|key| key.entry().kind != SettingKind::Secret)
    }

    /// The key of a name in a settings file.
    pub fn of_stored(name: &str) -> Option<Self> {
        Self::stored().find(|key| key.name() == name)
    }

    /// Whether its value may be this number.
    pub fn accepts(self, number: u16) -> bool {
        matches!(self.entry().kind, SettingKind::Number(range) if range.contains(&number))
    }

    /// Whether it may be put to its default: not what tells whose the station is, and where SWiP is.
    pub fn has_default(self) -> bool {
        self.entry().group != SettingGroup::Connection
    }

    /// Its default, if its value is a number.
    pub fn default_number(self) -> u16 {
        self.entry().default.parse().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SettingsDraft;

    #[test]
    fn every_stored_key_is_found_by_its_name_and_the_token_never() {
        for key in SettingKey::stored() {
            assert_eq!(SettingKey::of_stored(key.name()), Some(key));
        }
        assert_eq!(SettingKey::stored().count(), SettingKey::ALL.len() - 1);
        assert_eq!(SettingKey::of_stored(SettingKey::Token.name()), None);
        assert_eq!(SettingKey::of_stored("BASE_URL"), None);
    }

    #[test]
    fn what_has_to_be_given_has_no_default() {
        let missing = SettingsDraft::default().check().unwrap_err();
        let without: Vec<_> = SettingKey::stored().filter(|key| !key.has_default()).collect();
        assert_eq!(missing.into_keys().collect::<Vec<_>>(), without);
        assert!(!SettingKey::Token.has_default());
    }

    #[test]
    fn every_default_number_is_in_its_range_and_no_other_setting_accepts_one() {
        for key in SettingKey::ALL {
            let is_number = matches!(key.entry().kind, SettingKind::Number(_));
            assert_eq!(key.accepts(key.default_number()), is_number, "{key:?}");
        }
    }
}
