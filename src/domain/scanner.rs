//! The scanner of a station: what becomes of a scan, and the serial port that one may be at.

use super::{ScanRules, SettingError};

/// What a station's scanner is set to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScannerSettings {
    /// What is taken off what it reads.
    pub rules: ScanRules,
    /// Where it is, if it is at a serial port and does not type.
    pub port: Option<PortName>,
    /// How fast that is.
    pub speed: PortSpeed,
}

/// The name of a serial port: a path such as `/dev/ttyACM0`, or a name such as `COM3`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortName(String);

/// How fast a serial port is, in bits a second. A virtual one, as a scanner at USB makes it, does not care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortSpeed(u32);

/// A serial port to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SerialPort {
    /// Which.
    pub name: PortName,
    /// How fast.
    pub speed: PortSpeed,
}

/// How it is with the scanner at a serial port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PortStatus {
    /// None is set.
    #[default]
    Off,
    /// It was not looked for yet.
    Looking,
    /// It is read.
    Connected,
    /// There is no such port: the scanner is not plugged in.
    NotFound,
    /// Another program has it.
    Taken,
    /// The user of the program may not open it.
    NotAllowed,
    /// It is no serial port, or one that does not work.
    Unusable,
}

const LONGEST_NAME: usize = 255;

impl ScannerSettings {
    /// The port to be read, if there is one.
    pub fn serial_port(&self) -> Option<SerialPort> {
        self.port.clone().map(|name| SerialPort { name, speed: self.speed })
    }
}

impl PortName {
    /// Reads a name; none where there is nothing but spaces. Whether the port is there, is for later.
    ///
    /// # Errors
    /// The first rule that the text breaks.
    pub fn parse(text: &str) -> Result<Option<Self>, SettingError> {
        let text = text.trim();
        if text.chars().count() > LONGEST_NAME {
            return Err(SettingError::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(SettingError::UnexpectedCharacter);
        }
        // Where a relative path leads, depends on who starts the program.
        let is_port = text.starts_with('/') || text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_port {
            return Err(SettingError::NotAPort);
        }
        Ok((!text.is_empty()).then(|| Self(text.to_owned())))
    }

    /// The name as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PortSpeed {
    /// All of them, as words of the setting; the first is the default.
    pub const WORDS: &'static [&'static str] = &["9600", "19200", "38400", "57600", "115200"];

    /// Reads a speed.
    ///
    /// # Errors
    /// What is none of those that scanners have.
    pub fn parse(text: &str) -> Result<Self, SettingError> {
        let speed = text.parse().map_err(|_| SettingError::UnknownValue)?;
        Self::WORDS.contains(&text).then_some(Self(speed)).ok_or(SettingError::UnknownValue)
    }

    /// In bits a second.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl Default for PortSpeed {
    fn default() -> Self {
        Self(9600)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_a_whole_path_or_a_plain_name_and_an_empty_text_is_none() {
        assert_eq!(PortName::parse("  "), Ok(None));
        for name in ["/dev/ttyACM0", "/dev/serial/by-id/usb-Honeywell_1450g 1-if00", "COM3", "COM12"] {
            assert_eq!(PortName::parse(&format!(" {name} ")).unwrap().unwrap().as_str(), name);
        }
        for name in ["dev/ttyACM0", "../ttyACM0", r"\\.\COM3", "COM 3", "порт"] {
            assert_eq!(PortName::parse(name), Err(SettingError::NotAPort), "{name}");
        }
        assert_eq!(PortName::parse("/dev/\n"), Ok(PortName::parse("/dev/").unwrap()), "trimmed");
        assert_eq!(PortName::parse("/dev/a\nb"), Err(SettingError::UnexpectedCharacter));
        assert_eq!(PortName::parse(&format!("/{}", "x".repeat(255))), Err(SettingError::TooLong));
    }

    #[test]
    fn a_speed_is_one_of_the_list() {
        for word in PortSpeed::WORDS {
            assert_eq!(PortSpeed::parse(word).unwrap().get().to_string(), *word);
        }
        for text in ["", "9601", "9600 ", "+9600", "09600", "-9600", "fast"] {
            assert_eq!(PortSpeed::parse(text), Err(SettingError::UnknownValue), "{text:?}");
        }
        assert_eq!(PortSpeed::parse(PortSpeed::WORDS[0]), Ok(PortSpeed::default()));
    }
}
