//! One customer's signup, and the form it is typed into.

use jiff::civil::Date;
use zeroize::Zeroize;

use super::settings::Preferences;
use super::{Birthday, BirthdayError, FieldError, Given, How, PersonName, Phone, SignupErrors, SignupField};

/// What SWiP gets about a new customer; only the phone is required.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signup {
    /// Whom the account belongs to.
    pub phone: Phone,
    /// Left out of the request when not given.
    pub first_name: Option<PersonName>,
    /// Left out of the request when not given.
    pub last_name: Option<PersonName>,
    /// Left out of the request when not given.
    pub birthday: Option<Birthday>,
}

/// A signup, and what the customer agreed to with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// What SWiP gets.
    pub signup: Signup,
    /// What this station keeps as evidence.
    pub consents: Vec<Given>,
}

/// The form as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SignupDraft {
    /// Any way people write a phone.
    pub phone: String,
    /// May be empty.
    pub first_name: String,
    /// May be empty.
    pub last_name: String,
    /// May be empty; which order and separators it is in, the caller of [`SignupDraft::check`] knows.
    pub birthday: String,
}

/// How the text of a birthday is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BirthdayForm {
    /// Day, month, year: the screens.
    Typed,
    /// `yyyy-MM-dd`: the command line.
    Iso,
}

impl Enrolment {
    /// A signup that nobody agreed to anything for: for what only looks at delivery.
    pub fn without_consents(signup: Signup) -> Self {
        Self { signup, consents: Vec::new() }
    }

    /// Whether a customer signed up alone: nobody has looked at whose phone it is.
    pub fn is_by_customer(&self) -> bool {
        self.consents.iter().any(|given| given.how == How::TickedByCustomer)
    }
}

impl Signup {
    /// These details; what they lack is taken from a later signup of the same phone.
    #[must_use]
    pub fn filled_from(self, later: &Self) -> Self {
        let Self { phone, first_name, last_name, birthday } = self;
        Self {
            phone,
            first_name: first_name.or_else(|| later.first_name.clone()),
            last_name: last_name.or_else(|| later.last_name.clone()),
            birthday: birthday.or(later.birthday),
        }
    }
}

impl SignupDraft {
    /// What was typed into a field.
    pub fn text(&self, field: SignupField) -> &str {
        match field {
            SignupField::Phone => &self.phone,
            SignupField::FirstName => &self.first_name,
            SignupField::LastName => &self.last_name,
            SignupField::Birthday => &self.birthday,
        }
    }

    /// The text of a field, to be typed into.
    pub fn text_mut(&mut self, field: SignupField) -> &mut String {
        match field {
            SignupField::Phone => &mut self.phone,
            SignupField::FirstName => &mut self.first_name,
            SignupField::LastName => &mut self.last_name,
            SignupField::Birthday => &mut self.birthday,
        }
    }

    /// Empties one field, and wipes what was typed from memory.
    pub fn clear(&mut self, field: SignupField) {
        self.text_mut(field).zeroize();
    }

    /// Wipes what was typed from memory.
    pub fn wipe(&mut self) {
        for field in SignupField::ALL {
            self.clear(field);
        }
    }

    /// Shows names as they will be sent; what is no name stays as it was typed.
    pub fn tidy_names(&mut self) {
        for text in [&mut self.first_name, &mut self.last_name] {
            if let Ok(Some(name)) = PersonName::parse(text) {
                text.zeroize();
                text.push_str(name.as_str());
            }
        }
    }

    /// Checks the whole form against the station's rules and the calendar day `today`.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn check(&self, form: BirthdayForm, rules: &Preferences, today: Date) -> Result<Signup, SignupErrors> {
        let phone = Phone::parse(&self.phone, rules.phone_rules).map_err(FieldError::Phone);
        let first_name = PersonName::parse(&self.first_name).map_err(FieldError::Name);
        let last_name = PersonName::parse(&self.last_name).map_err(FieldError::Name);
        let birthday = self.check_birthday(form, rules, today).map_err(FieldError::Birthday);
        let mut errors = SignupErrors::new();
        for field in SignupField::ALL {
            let error = match field {
                SignupField::Phone => phone.as_ref().err(),
                SignupField::FirstName => first_name.as_ref().err(),
                SignupField::LastName => last_name.as_ref().err(),
                SignupField::Birthday => birthday.as_ref().err(),
            };
            errors.extend(error.map(|error| (field, *error)));
        }
        match (phone, first_name, last_name, birthday) {
            (Ok(phone), Ok(first_name), Ok(last_name), Ok(birthday)) => {
                Ok(Signup { phone, first_name, last_name, birthday })
            }
            (..) => Err(errors),
        }
    }

    fn check_birthday(
        &self,
        form: BirthdayForm,
        rules: &Preferences,
        today: Date,
    ) -> Result<Option<Birthday>, BirthdayError> {
        let text = self.birthday.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let parse = match form {
            BirthdayForm::Typed => Birthday::parse_typed,
            BirthdayForm::Iso => Birthday::parse_iso,
        };
        parse(text, rules.birthday_rules(), today).map(Some)
    }
}

impl std::fmt::Debug for SignupDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignupDraft(•••)")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::{NameError, PhoneError};

    const TODAY: Date = date(2026, 3, 15);

    fn draft(texts: [&str; 4]) -> SignupDraft {
        let [phone, first_name, last_name, birthday] = texts.map(str::to_owned);
        SignupDraft { phone, first_name, last_name, birthday }
    }

    #[test]
    fn a_phone_is_enough() {
        let signup =
            draft(["8 916 779-53-22", " ", "", "\t"]).check(BirthdayForm::Typed, &Preferences::default(), TODAY);
        let signup = signup.unwrap();
        assert_eq!(signup.phone.digits(), "79167795322");
        assert!(signup.first_name.is_none() && signup.last_name.is_none() && signup.birthday.is_none());
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let rules = Preferences { minimum_age: 18, ..Preferences::default() };
        let errors = draft(["12", "1", "-", "01.01.2020"]).check(BirthdayForm::Typed, &rules, TODAY);
        let expected = SignupErrors::from([
            (SignupField::Phone, FieldError::Phone(PhoneError::TooShort)),
            (SignupField::FirstName, FieldError::Name(NameError::UnexpectedCharacter)),
            (SignupField::LastName, FieldError::Name(NameError::NotAName)),
            (SignupField::Birthday, FieldError::Birthday(BirthdayError::TooYoung(18))),
        ]);
        assert_eq!(errors, Err(expected));
    }

    #[test]
    fn the_form_of_the_birthday_is_the_callers() {
        let rules = Preferences::default();
        let of = |form, text| {
            draft(["9167795322", "", "", text]).check(form, &rules, TODAY).map(|one| one.birthday.unwrap().iso())
        };
        assert_eq!(of(BirthdayForm::Typed, "24.01.1990"), of(BirthdayForm::Iso, "1990-01-24"));
        assert_eq!(
            of(BirthdayForm::Iso, "24.01.1990").unwrap_err()[&SignupField::Birthday],
            FieldError::Birthday(BirthdayError::Incomplete)
        );
    }

    #[test]
    fn debug_output_names_nobody() {
        let draft = draft(["89167795322", "Анна", "Петрова", "24.01.1990"]);
        let signup = draft.check(BirthdayForm::Typed, &Preferences::default(), TODAY).unwrap();
        let shown = format!("{draft:?} {signup:?}");
        for secret in ["916", "779", "Анна", "Петрова", "1990"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
