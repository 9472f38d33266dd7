//! On which monitor a kiosk is.

use super::SettingError;

/// The name of a monitor as the window system gives it, such as `HDMI-1`: at most 64 characters, none of them for control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonitorName(String);

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

const LONGEST: usize = 64;

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
}
