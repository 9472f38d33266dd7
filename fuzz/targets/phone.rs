//! A phone as somebody may type it: the first byte says whether landlines are taken, the rest is the text.

use swip_kiosk::domain::{Phone, PhoneRules};

/// Every accepted phone has one form, and reading what is shown gives the same phone again.
pub(crate) fn run(data: &[u8]) {
    let Some((flags, text)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let rules =
        [PhoneRules::MOBILE, PhoneRules::WITH_LANDLINES, PhoneRules::MOBILE, PhoneRules::ANY][usize::from(flags & 3)];
    let Ok(phone) = Phone::parse(text, rules) else { return };
    let digits = phone.digits();
    assert!(digits.len() == 11 && digits.starts_with('7') && digits.bytes().all(|b| b.is_ascii_digit()));
    for shown in [digits.to_owned(), phone.pretty()] {
        assert!(Phone::parse(&shown, rules).as_ref() == Ok(&phone), "it reads as another one");
    }
    // Stricter rules never make another number of it.
    if let Ok(mobile) = Phone::parse(text, PhoneRules::default()) {
        assert!(mobile == phone);
    }
    for hidden in [phone.masked(), format!("{phone:?}")] {
        assert_eq!(hidden.bytes().filter(u8::is_ascii_digit).count(), 3, "7 and the last two");
    }
}
