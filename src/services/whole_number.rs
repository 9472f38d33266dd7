//! A whole number, in whichever form JSON writes it.

/// The number that a JSON number says: `11806`, `11806.0` and `1.1806e4` are one. None for a fraction, for what does not fit 64
/// bits, and for what is no number.
///
/// Read digit by digit: a float would round a fraction away.
pub(super) fn whole_number(text: &str) -> Option<i64> {
    let (is_negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
        None => (unsigned, 0),
    };
    let (before, after) = match mantissa.split_once('.') {
        Some((_, "")) => return None,
        Some(halves) => halves,
        None => (mantissa, ""),
    };
    let is_json =
        are_digits(before) && (after.is_empty() || are_digits(after)) && (before == "0" || !before.starts_with('0'));
    if !is_json {
        return None;
    }
    let digits = format!("{before}{after}");
    let leading = digits.len() - digits.trim_start_matches('0').len();
    let significant = digits.trim_matches('0');
    if significant.is_empty() {
        return Some(0);
    }
    // How many digits the whole number has.
    let length = i64::try_from(before.len()).ok()? - i64::try_from(leading).ok()? + exponent;
    let zeros = usize::try_from(length).ok()?.checked_sub(significant.len())?;
    if length > LONGEST {
        return None;
    }
    let value: i128 = format!("{significant}{}", "0".repeat(zeros)).parse().ok()?;
    i64::try_from(if is_negative { -value } else { value }).ok()
}

/// The digits of the largest number of 64 bits.
const LONGEST: i64 = 19;

fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    // What is longer than any sensible exponent is none, and cannot overflow what it is added to.
    let exponent = are_digits(digits).then(|| digits.parse::<i32>().ok())??;
    Some(i64::from(if text.starts_with('-') { -exponent } else { exponent }))
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_same_number_in_every_form_is_the_same() {
        for text in
            ["11806", "11806.0", "11806.000", "1.1806e4", "1.1806E+4", "118060e-1", "11806e0", "0.11806e5", "11806.0e0"]
        {
            assert_eq!(whole_number(text), Some(11_806), "{text}");
        }
        for (text, value) in [
            ("0", 0),
            ("-0", 0),
            ("-0.0", 0),
            ("0e9", 0),
            ("0.000", 0),
            ("-150.0", -150),
            ("9223372036854775807.0", i64::MAX),
            ("-9223372036854775808.0", i64::MIN),
            ("9.223372036854775807e18", i64::MAX),
            ("9007199254740993.0", 9_007_199_254_740_993),
            ("1e18", 1_000_000_000_000_000_000),
        ] {
            assert_eq!(whole_number(text), Some(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_whole_number_is_none() {
        for text in [
            "11806.5",
            "118.06",
            "1.00000000000000000001",
            "4503599627370495.1",
            "9007199254740993.5",
            "1e-1",
            "1.5e0",
            "12a",
            "",
            " ",
            "-",
            ".",
            "1.",
            ".5",
            "e5",
            "1e",
            "1e+",
            "NaN",
            "Infinity",
            "1e400",
            "-1e400",
            "1e99999999999",
            "1e-99999999999",
            "9223372036854775808",
            "-9223372036854775809",
            "9223372036854775808.0",
            "1e19",
            "01",
            "+1",
            "--1",
            "0x10",
            "1_000",
            "1 000",
            "1,5",
            "٣",
            "true",
        ] {
            assert_eq!(whole_number(text), None, "{text}");
        }
        assert_eq!(whole_number(&format!("1{}", "0".repeat(60_000))), None);
        assert_eq!(whole_number(&format!("1{}e-60000", "0".repeat(60_000))), Some(1));
        assert_eq!(whole_number("0.1e2147483647"), None);
    }

    proptest! {
        #[test]
        fn any_number_of_64_bits_is_read_in_any_form(value in any::<i64>(), zeros in 0_usize..5) {
            let text = value.to_string();
            prop_assert_eq!(whole_number(&format!("{text}.{}", "0".repeat(zeros + 1))), Some(value));
            prop_assert_eq!(whole_number(&format!("{text}{}e-{zeros}", "0".repeat(zeros))), Some(value));
            prop_assert_eq!(whole_number(&format!("{text}.{}1", "0".repeat(zeros))), None);
        }
    }
}
