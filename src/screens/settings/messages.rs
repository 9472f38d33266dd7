//! What people want of the settings, what happens to them, where they stand and where they are left for.

use std::time::Duration;

use super::SettingsSection;
use crate::domain::check::TestOutcome;
use crate::domain::settings::SettingGroup;
use crate::domain::{AboutFacts, Failure, PortName, ProfileAnswer, ProfileFault, Scan, SettingKey};
use crate::effect::RequestId;
use crate::screens::ManagerPage;

/// Where the screen stands.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// A person works on it.
    #[default]
    Editing,
    /// The connection is being tried.
    Testing {
        /// Its answer's id.
        id: RequestId,
        /// Since when, in uptime.
        since: Duration,
    },
    /// The settings are being stored.
    Saving(RequestId),
    /// They could not be stored.
    Failed(Failure),
    /// A person wants to leave and has unsaved changes.
    ConfirmingLeave,
    /// A person wants the defaults of a card.
    ConfirmingDefaults(SettingGroup),
}

/// What a person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A field was edited.
    Edit(SettingKey),
    /// The phone for the test was edited.
    EditTestPhone,
    /// A field was edited and left at once: a key and Tab within one frame.
    Finish(SettingKey),
    /// A field was left.
    LeaveField(SettingKey),
    /// Try the connection.
    Test,
    /// Give the manager's door a PIN, or another one.
    ChoosePin,
    /// Go on to another page of the manager's.
    Open(ManagerPage),
    /// Read the brand folder anew.
    ReadBrand,
    /// Show for a while which monitor is chosen.
    ShowMonitor,
    /// Look which serial ports there are.
    FindPorts,
    /// Something was typed in place of a scan.
    EditScan,
    /// Another section; a search is over with it.
    Show(SettingsSection),
    /// No search any more.
    EndSearch,
    /// What support is sent was copied.
    NoteCopied,
    /// The settings into a file.
    ExportProfile,
    /// A profile into the form: what was brought, or whose path was typed.
    ReadProfile,
    /// A setting as it is saved.
    Undo(SettingKey),
    /// Every setting as it is saved.
    UndoAll,
    /// The defaults of a card, which is asked about first.
    AskDefaults(SettingGroup),
    /// Do.
    SetDefaults,
    /// Store everything.
    Save,
    /// Leave the screen.
    Leave,
    /// Leave and forget the changes.
    Discard,
    /// Stay after all.
    Stay,
}

/// What happened.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// A person did something.
    Acted(Action),
    /// The test is done.
    Tested {
        /// To which request.
        id: RequestId,
        /// What it found.
        result: Result<TestOutcome, Failure>,
    },
    /// Something was scanned.
    Scanned(Scan),
    /// The serial ports there are.
    PortsFound {
        /// To which request.
        id: RequestId,
        /// By name.
        ports: Vec<PortName>,
    },
    /// What the station tells of itself; nothing if it could not be gathered.
    AboutRead {
        /// To which request.
        id: RequestId,
        /// What.
        facts: Option<Box<AboutFacts>>,
    },
    /// A profile was written or read, or was not.
    ProfileAnswered {
        /// To which request.
        id: RequestId,
        /// What came of it.
        result: Result<ProfileAnswer, ProfileFault>,
    },
    /// The settings are stored, or are not.
    Saved {
        /// To which request.
        id: RequestId,
        /// Why not.
        result: Result<(), Failure>,
    },
}

/// Where this screen is left for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The PIN pad, to choose a PIN; what is typed here stays.
    ChoosePin,
    /// Another page of the manager's; what is typed here stays.
    Open(ManagerPage),
    /// Work.
    Left,
}
