//! JSON that people write by hand: a key that is given twice has two meanings, and a reader that keeps the last one hides it.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A key that an object has twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepeatedKey {
    /// As it is written.
    pub key: String,
    /// The line of the second one, from 1.
    pub line: usize,
}

/// The first key that is there twice, at any depth. What is no JSON has none: whoever reads it says so.
pub fn repeated_key(bytes: &[u8]) -> Option<RepeatedKey> {
    let mut key = None;
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let line = Walk(&mut key).deserialize(&mut json).err()?.line();
    key.map(|key| RepeatedKey { key, line })
}

/// Goes through a value and stops at a key that was there before.
struct Walk<'a>(&'a mut Option<String>);

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(key) = fields.next_key::<String>()? {
            if seen.contains(&key) {
                *self.0 = Some(key);
                return Err(A::Error::custom("a key is given twice"));
            }
            seen.insert(key);
            fields.next_value_seed(Walk(self.0))?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Walk(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_key_that_is_there_twice_is_named_with_its_line() {
        let found = |text: &str| repeated_key(text.as_bytes()).map(|RepeatedKey { key, line }| (key, line));
        for (text, key, line) in [
            (r#"{"a": 1, "a": 1}"#, "a", 1),
            ("{\n\"a\": 1,\n\"b\": {\"c\": [1, {\"d\": 1}],\n\"c\":\n2}}", "c", 4),
            ("[{\"x\": null},\n{\"x\": 1.5, \"\\u0078\": true}]", "x", 2),
            ("{\"a\": 1,\r\n\"a\": 2,", "a", 2),
        ] {
            assert_eq!(found(text), Some((key.to_owned(), line)), "{text}");
        }
        for text in ["", "{", "[]", r#"{"a": {"a": {"a": "a"}}, "b": [{"a": 1}, {"a": 1}]}"#, "\"a\"", "7", "{\"a\" 1}"]
        {
            assert_eq!(found(text), None, "{text}");
        }
        assert_eq!(found(&"[".repeat(100_000)), None, "no end of the stack");
    }
}
