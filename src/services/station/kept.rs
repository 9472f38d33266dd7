//! How long signups are kept that SWiP does not take.

use std::convert::Infallible;

use super::Station;
use crate::domain::Failure;
use crate::domain::delivery::Heard;
use crate::services::outbox::KeepFor;

impl Station {
    /// Ends what has waited too long, for ever.
    ///
    /// # Errors
    /// [`Failure::Storage`] if the outbox cannot be used.
    pub(super) async fn look_after_the_queue(&self) -> Result<Infallible, Failure> {
        let keep = || {
            let preferences = self.settings().map(|settings| settings.preferences).unwrap_or_default();
            KeepFor { signups: preferences.retention_days, consents: preferences.consents.retention }
        };
        let never: Infallible = self.deliverer().await?.look_after(|| self.heard(), keep).await;
        Ok(never)
    }

    /// What SWiP has said lately about the time, at the address of the settings in force.
    fn heard(&self) -> Option<[Heard; 2]> {
        let link = self.link().ok().filter(|link| !link.is_trial())?;
        link.client.get()?.heard()
    }
}
