//! `consents`: the evidence of what customers agreed to, for the merchant.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use zeroize::Zeroizing;

use super::Complaint::{self, Usage};
use super::reason::phone_reason;
use super::report::Report;
use super::{Headless, input};
use crate::domain::pin::PinVerdict;
use crate::domain::{Failure, Phone, PhoneError, PhoneRules, SignupField};
use crate::options::{ConsentsOptions, ConsentsVerb, OneCustomer};
use crate::services::Station;
use crate::services::secrets::PinStore;

/// One verb with what was given to it.
enum Wish {
    Export(PathBuf, Option<Zeroizing<Vec<u8>>>),
    Find(Result<Phone, PhoneError>),
    Delete(Result<Phone, PhoneError>),
}

impl Headless<'_> {
    /// Carries one verb out. It needs the station to itself, but no settings.
    pub(super) fn consents(&self, options: &ConsentsOptions) -> Result<Report, Complaint> {
        let wish = match &options.verb {
            ConsentsVerb::Export { file } => {
                let file = std::path::absolute(file).map_err(|_| Usage("the file has no name"))?;
                let is_set = PinStore::open(self.dirs, Duration::ZERO).is_set();
                Wish::Export(file, is_set.then(input::read_line).transpose()?)
            }
            ConsentsVerb::Find(customer) => Wish::Find(phone(customer)?),
            ConsentsVerb::Delete(customer) => Wish::Delete(phone(customer)?),
        };
        if let Some(wrong) = wish.wrong() {
            return Ok(wrong);
        }
        let lock = match self.lock() {
            Ok(lock) => lock,
            Err(failure) => return Ok(Report::Failed(failure)),
        };
        if let Wish::Export(_, Some(pin)) = &wish
            && let Some(refused) = self.refused(pin)
        {
            return Ok(refused);
        }
        let (station, _) = Station::open(self.dirs);
        station.own(&lock);
        Ok(self.tokio.block_on(wish.carry_out(&station)).unwrap_or_else(Report::Failed))
    }

    /// Why the PIN does not open the door; none if it does.
    fn refused(&self, pin: &[u8]) -> Option<Report> {
        // What is no text is no PIN, but a try all the same.
        let text = std::str::from_utf8(pin).unwrap_or_default();
        match PinStore::open(self.dirs, Duration::ZERO).try_pin(text, Duration::ZERO) {
            Ok(verdict) => pin_try_reason(verdict).map(|reason| Report::invalid("pin", reason)),
            Err(error) => {
                super::complain(&error.to_string());
                Some(Report::Failed(Failure::Storage))
            }
        }
    }
}

impl Wish {
    /// What is wrong with it without a look at the evidence.
    fn wrong(&self) -> Option<Report> {
        match self {
            Self::Export(file, _) => fs::symlink_metadata(file).is_ok().then(|| Report::invalid("file", "exists")),
            Self::Find(phone) | Self::Delete(phone) => {
                phone.as_ref().err().map(|error| Report::invalid("phone", phone_reason(*error)))
            }
        }
    }

    async fn carry_out(self, station: &Station) -> Result<Report, Failure> {
        match self {
            Self::Export(file, _) => {
                let exported = station.export_evidence(file).await?;
                Ok(exported.map_or_else(|| Report::invalid("file", "exists"), Report::Written))
            }
            Self::Find(Ok(phone)) => {
                let found = station.evidence_of(phone).await?;
                Ok(if found.is_empty() { Report::NotFound } else { Report::Consents(found) })
            }
            Self::Delete(Ok(phone)) => {
                let forgotten = station.forget(phone).await?;
                let is_nobody = forgotten.consents + forgotten.signups == 0;
                Ok(if is_nobody { Report::NotFound } else { Report::Forgotten(forgotten) })
            }
            Self::Find(Err(error)) | Self::Delete(Err(error)) => Ok(Report::invalid("phone", phone_reason(error))),
        }
    }
}

/// Whoever was signed up once is found, whatever the station accepts by now.
fn phone(customer: &OneCustomer) -> Result<Result<Phone, PhoneError>, Complaint> {
    let text = if let Some(phone) = &customer.phone {
        Zeroizing::new(phone.clone())
    } else {
        let mut given = input::read_customer()?;
        let phone = given.fields.remove(&SignupField::Phone).map(Zeroizing::new);
        let is_phone_alone = given.pass.is_none() && given.fields.is_empty();
        phone.filter(|_| is_phone_alone).ok_or(Usage("consents takes a phone and nothing else"))?
    };
    Ok(Phone::parse(&text, PhoneRules::ANY))
}

/// The name of why a try of the PIN opens nothing; none if it does, or nobody ever set one.
fn pin_try_reason(verdict: PinVerdict) -> Option<&'static str> {
    match verdict {
        PinVerdict::Right | PinVerdict::NotSet => None,
        PinVerdict::Wrong { .. } => Some("wrong_pin"),
        PinVerdict::Locked { .. } => Some("locked"),
        PinVerdict::Lost => Some("cannot_be_opened"),
    }
}
