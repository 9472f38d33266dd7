//! The names of the settings.

/// The name of one setting, as in the settings file and in a station profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SettingKey {
    /// Where the API is.
    BaseUrl,
    /// The token, which no settings file holds.
    Token,
    /// `X-Merchant-ID`.
    MerchantId,
    /// `X-Store-ID`.
    StoreId,
    /// `X-Cash-ID`.
    CashId,
    /// `get` or `post`: how points are asked for.
    StatsMethod,
    /// `repost` or `lookup`: how a signup is settled that may have arrived.
    Reconcile,
    /// A path, or nothing.
    CaFile,
    /// `counter` or `kiosk`.
    Mode,
    /// A language tag.
    Language,
    /// `true` or `false`.
    HighContrast,
    /// `true` or `false`.
    AcceptLandlines,
    /// Prefixes of three digits.
    MobilePrefixes,
    /// Whole years, 0 to 99.
    MinimumAge,
    /// Whole numbers.
    NotFoundCodes,
    /// Whole numbers.
    AlreadyExistsCodes,
    /// Whole days, 1 to 90.
    RetentionDays,
    /// Whole seconds, 20 to 300.
    IdleSeconds,
    /// `true` or `false`.
    AskFirstName,
    /// `true` or `false`.
    AskLastName,
    /// `true` or `false`.
    AskBirthday,
    /// `true` or `false`.
    KioskPointsByPhone,
    /// A monitor's name, or nothing.
    KioskMonitor,
    /// Whole percent, 100 to 200.
    TextPercent,
    /// The merchant's texts for consents.
    Consents,
    /// Whole days, 30 to 3650.
    ConsentRetentionDays,
}

impl SettingKey {
    /// The keys of a settings file: all but the token.
    pub const STORED: [Self; 25] = [
        Self::BaseUrl,
        Self::MerchantId,
        Self::StoreId,
        Self::CashId,
        Self::StatsMethod,
        Self::Reconcile,
        Self::CaFile,
        Self::Mode,
        Self::Language,
        Self::HighContrast,
        Self::AcceptLandlines,
        Self::MobilePrefixes,
        Self::MinimumAge,
        Self::NotFoundCodes,
        Self::AlreadyExistsCodes,
        Self::RetentionDays,
        Self::IdleSeconds,
        Self::AskFirstName,
        Self::AskLastName,
        Self::AskBirthday,
        Self::KioskPointsByPhone,
        Self::KioskMonitor,
        Self::TextPercent,
        Self::Consents,
        Self::ConsentRetentionDays,
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::BaseUrl => "base_url",
            Self::Token => "token",
            Self::MerchantId => "merchant_id",
            Self::StoreId => "store_id",
            Self::CashId => "cash_id",
            Self::StatsMethod => "stats_method",
            Self::Reconcile => "reconcile",
            Self::CaFile => "ca_file",
            Self::Mode => "mode",
            Self::Language => "language",
            Self::HighContrast => "high_contrast",
            Self::AcceptLandlines => "accept_landlines",
            Self::MobilePrefixes => "mobile_prefixes",
            Self::MinimumAge => "minimum_age",
            Self::NotFoundCodes => "not_found_codes",
            Self::AlreadyExistsCodes => "already_exists_codes",
            Self::RetentionDays => "retention_days",
            Self::IdleSeconds => "idle_seconds",
            Self::AskFirstName => "ask_first_name",
            Self::AskLastName => "ask_last_name",
            Self::AskBirthday => "ask_birthday",
            Self::KioskPointsByPhone => "kiosk_points_by_phone",
            Self::KioskMonitor => "kiosk_monitor",
            Self::TextPercent => "text_percent",
            Self::Consents => "consents",
            Self::ConsentRetentionDays => "consent_retention_days",
        }
    }

    /// Whether its value is a list of numbers.
    pub fn is_list(self) -> bool {
        matches!(self, Self::NotFoundCodes | Self::AlreadyExistsCodes)
    }

    /// Whether its value is a list of texts, of digits here: a number would lose its zeros.
    pub fn is_list_of_texts(self) -> bool {
        matches!(self, Self::MobilePrefixes)
    }

    /// Whether its value is `true` or `false`.
    pub fn is_switch(self) -> bool {
        matches!(
            self,
            Self::HighContrast
                | Self::AcceptLandlines
                | Self::AskFirstName
                | Self::AskLastName
                | Self::AskBirthday
                | Self::KioskPointsByPhone
        )
    }

    /// Whether its value is one whole number.
    pub fn is_number(self) -> bool {
        matches!(
            self,
            Self::MinimumAge | Self::RetentionDays | Self::IdleSeconds | Self::TextPercent | Self::ConsentRetentionDays
        )
    }

    /// Whether a whole settings file may be without it: the first version did not know it.
    pub fn is_optional(self) -> bool {
        matches!(
            self,
            Self::Reconcile
                | Self::CaFile
                | Self::MobilePrefixes
                | Self::RetentionDays
                | Self::IdleSeconds
                | Self::AskFirstName
                | Self::AskLastName
                | Self::AskBirthday
                | Self::KioskPointsByPhone
                | Self::KioskMonitor
                | Self::TextPercent
                | Self::Consents
                | Self::ConsentRetentionDays
        )
    }

    /// The key of a name in a settings file.
    pub fn of_stored(name: &str) -> Option<Self> {
        Self::STORED.into_iter().find(|key| key.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stored_key_is_found_by_its_name_and_the_token_never() {
        for key in SettingKey::STORED {
            assert_eq!(SettingKey::of_stored(key.name()), Some(key));
        }
        assert_eq!(SettingKey::of_stored(SettingKey::Token.name()), None);
        assert_eq!(SettingKey::of_stored("BASE_URL"), None);
    }
}
