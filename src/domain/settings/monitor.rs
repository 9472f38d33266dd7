//! On which monitor a kiosk is.

use super::key::SettingKey;
use super::{KeyboardLayouts, SettingError};

/// The name of a monitor as the window system gives it, such as `HDMI-1`: at most 64 characters, none of them for control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonitorName(String);

/// What a kiosk is shown on and typed with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KioskDevice {
    /// On which monitor it is; `None` for the one that the window system takes.
    pub monitor: Option<MonitorName>,
    /// How large that is, if it is set.
    pub panel: Option<PanelInches>,
    /// What its on-screen keyboard goes through.
    pub keyboards: KeyboardLayouts,
}

/// What is told of a monitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonitorFacts {
    /// As the window system calls it.
    pub name: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// The diagonal of a panel in whole inches, in the range of its setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PanelInches(u16);

/// A panel whose size the system knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel {
    /// The name of its connector, such as `HDMI-A-1`.
    pub name: String,
    /// How large it is.
    pub inches: PanelInches,
}

const LONGEST: usize = 64;

impl PanelInches {
    /// A diagonal, if a panel may have it.
    pub fn new(inches: u16) -> Option<Self> {
        (inches > 0 && SettingKey::KioskInches.accepts(inches)).then_some(Self(inches))
    }

    /// As set; 0 is unknown.
    ///
    /// # Errors
    /// When it is in no range.
    pub(super) fn parse(text: &str) -> Result<Option<Self>, SettingError> {
        match text.trim().parse() {
            Ok(0) => Ok(None),
            Ok(inches) => Self::new(inches).map(Some).ok_or(SettingError::NotInRange),
            Err(_) => Err(SettingError::NotInRange),
        }
    }

    /// In inches.
    pub fn get(self) -> u16 {
        self.0
    }
}

/// The size of the panel that a kiosk fills: of the monitor that is set, or else of the only one.
pub fn panel_of(panels: &[Panel], monitor: Option<&MonitorName>) -> Option<PanelInches> {
    let by_name = |monitor: &MonitorName| panels.iter().find(|panel| is_same(&panel.name, monitor.as_str()));
    let found = match (monitor, panels) {
        (Some(monitor), _) => by_name(monitor),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    found.map(|panel| panel.inches)
}

/// Whether both name one connector: the kernel's `HDMI-A-1` is `HDMI-1` to X.
fn is_same(kernels: &str, windows: &str) -> bool {
    let plain = |name: &str| name.replace("-A-", "-").replace("-B-", "-").replace("-I-", "-").replace('-', "");
    kernels == windows || plain(kernels) == plain(windows)
}

impl MonitorName {
    /// A name from a text; none from an empty one.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Option<Self>, SettingError> {
        let text = text.trim();
        if text.chars().count() > LONGEST {
            return Err(SettingError::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(SettingError::UnexpectedCharacter);
        }
        Ok((!text.is_empty()).then(|| Self(text.to_owned())))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_any_short_line_and_an_empty_text_is_none() {
        assert_eq!(MonitorName::parse("  "), Ok(None));
        for name in ["HDMI-1", "eDP-1", r"\\.\DISPLAY2", "Монитор слева"] {
            assert_eq!(MonitorName::parse(&format!(" {name} ")).unwrap().unwrap().as_str(), name);
        }
        assert!(MonitorName::parse(&"я".repeat(64)).is_ok());
        assert_eq!(MonitorName::parse(&"я".repeat(65)), Err(SettingError::TooLong));
        assert_eq!(MonitorName::parse("HDMI\n1"), Err(SettingError::UnexpectedCharacter));
    }

    #[test]
    fn the_panel_of_a_kiosk_is_the_one_that_is_set_or_the_only_one() {
        let panel = |name: &str, inches| Panel { name: name.to_owned(), inches: PanelInches::new(inches).unwrap() };
        let [one, two] = [panel("HDMI-A-1", 21), panel("eDP-1", 15)];
        let named = |name: &str| MonitorName::parse(name).unwrap();
        assert_eq!(panel_of(std::slice::from_ref(&one), None), PanelInches::new(21));
        assert_eq!(panel_of(&[one.clone(), two.clone()], None), None);
        let both = [one, two];
        for (name, inches) in [("HDMI-1", 21), ("HDMI-A-1", 21), ("HDMI1", 21), ("eDP-1", 15), ("DP-1", 0)] {
            assert_eq!(panel_of(&both, named(name).as_ref()), PanelInches::new(inches), "{name}");
        }
    }

    #[test]
    fn a_panel_has_some_inches_or_none_that_are_known() {
        assert_eq!(PanelInches::parse("0"), Ok(None));
        assert_eq!(PanelInches::parse(" 15 ").unwrap().map(PanelInches::get), Some(15));
        for text in ["151", "21.5", "", "-15"] {
            assert_eq!(PanelInches::parse(text), Err(SettingError::NotInRange), "{text}");
        }
    }
}
