//! The scanner's card: the ports there are, the one that is read meanwhile, and what was scanned last.

use super::{Exit, SettingsScreen, SettingsSection};
use crate::domain::settings::SettingGroup;
use crate::domain::{PassId, PortName, Scan, ScanError, ScannedText, SerialPort, SettingsDraft, token};
use crate::effect::{Effect, RequestId};
use crate::screens::{Update, UpdateContext};

/// What the card shows beside its settings.
#[derive(Default)]
pub struct ScannerCard {
    /// What was scanned last, or typed instead; it may be a customer's card.
    pub text: String,
    /// Why nothing of it can be shown.
    pub refusal: Option<ScanError>,
    /// It belongs in sight; the view takes it.
    pub is_new: bool,
    /// The ports there are.
    pub ports: FoundPorts,
    /// The port that is read while the screen is open: the one that was typed, saved or not.
    tried: Option<SerialPort>,
}

/// What is known of the ports there are.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum FoundPorts {
    /// Nobody has asked.
    #[default]
    Unasked,
    /// They are looked for.
    Asked(RequestId),
    /// These.
    Found(Vec<PortName>),
}

impl ScannerCard {
    pub(super) fn new(draft: &SettingsDraft) -> Self {
        let mut card = Self::default();
        card.tried = draft.scanner_or_defaults().serial_port();
        card
    }

    fn forget_scan(&mut self) {
        token::wipe(&mut self.text);
        self.refusal = None;
    }
}

/// What was scanned is gone with the screen.
impl Drop for ScannerCard {
    fn drop(&mut self) {
        self.forget_scan();
    }
}

/// What was scanned stays out of every debug output.
impl std::fmt::Debug for ScannerCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ScannerCard").finish_non_exhaustive()
    }
}

impl SettingsScreen {
    /// The serial port that is read while the screen is open.
    pub fn serial_port(&self) -> Option<SerialPort> {
        self.scanner.tried.clone()
    }

    /// What becomes of what was scanned, by the rules as they are typed; nothing where nothing was.
    pub fn verdict(&self) -> Option<Result<PassId, ScanError>> {
        let ScannerCard { text, refusal, .. } = &self.scanner;
        let rules = || self.form.draft.scanner_or_defaults().rules;
        let read = || rules().read(&Scan::Text(ScannedText::new(text.clone())));
        refusal.map(Err).or_else(|| (!text.is_empty()).then(read))
    }

    pub(super) fn scanned(&mut self, scan: &Scan) {
        self.sections.show(SettingsSection::Settings(SettingGroup::Scanner));
        self.scanner.forget_scan();
        self.scanner.is_new = true;
        match scan {
            Scan::Text(text) => text.as_str().clone_into(&mut self.scanner.text),
            Scan::Refused => self.scanner.refusal = Some(ScanError::Refused),
            Scan::Unclear => self.scanner.refusal = Some(ScanError::Unclear),
        }
    }

    /// The port that is typed now is the one to be read.
    pub(super) fn try_port(&mut self) {
        self.scanner.tried = self.form.draft.scanner_or_defaults().serial_port();
    }

    pub(super) fn find_ports(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        let id = cx.ids.next_id();
        self.scanner.ports = FoundPorts::Asked(id);
        vec![Effect::FindPorts { id }]
    }

    pub(super) fn ports_found(&mut self, id: RequestId, ports: Vec<PortName>) {
        if self.scanner.ports == FoundPorts::Asked(id) {
            self.scanner.ports = FoundPorts::Found(ports);
        }
    }

    /// Another screen takes this one's place for a while: what was scanned does not wait behind it.
    /// Not while an answer is awaited that would find the screen gone.
    pub(super) fn step_aside(&mut self, exit: Exit) -> Update<Exit> {
        if !self.can_choose_pin() {
            return Update::default();
        }
        self.scanner.forget_scan();
        Update::exit(exit)
    }
}
