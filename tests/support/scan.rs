//! Looks for texts in everything that a running process may write to.

#![allow(dead_code, reason = "each of the tests that include this file uses a part of it")]

use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use super::desktop::Result;

/// At most so much of one region is read at once; texts lie well inside of the overlap.
const PIECE: usize = 1 << 20;
const OVERLAP: usize = 1 << 10;

/// Which of the texts lie in the memory of a process, as UTF-8 or as UTF-16, and in which region.
///
/// # Errors
/// If the memory cannot be read: it is closed to everybody but root.
pub(crate) fn found_in_memory(process: u32, texts: &[&str]) -> Result<Vec<String>> {
    let memory = File::open(format!("/proc/{process}/mem")).map_err(|error| format!("root alone may look: {error}"))?;
    let forms: Vec<(&str, Vec<u8>)> = texts.iter().flat_map(|text| forms(text)).collect();
    let mut found = Vec::new();
    let mut looked = 0;
    for line in fs::read_to_string(format!("/proc/{process}/maps"))?.lines() {
        let mut words = line.split_whitespace();
        let (Some(range), Some(rights)) = (words.next(), words.next()) else { continue };
        let name = words.nth(3).unwrap_or("no name");
        if !rights.starts_with("rw") || name == "[vvar]" {
            continue;
        }
        let (from, to) = range.split_once('-').ok_or("a range")?;
        let (from, to) = (u64::from_str_radix(from, 16)?, u64::from_str_radix(to, 16)?);
        let mut at = from;
        let mut piece = vec![0; PIECE + OVERLAP];
        while at < to {
            let length = usize::try_from(to - at)?.min(piece.len());
            // A page that was promised and never touched cannot be read, and holds nothing.
            if memory.read_exact_at(&mut piece[..length], at).is_ok() {
                looked += length;
                let in_it = found_in(&piece[..length], &forms);
                found.extend(in_it.iter().map(|text| format!("{text} in {name} of {line}")));
            }
            at += PIECE as u64;
        }
    }
    if looked == 0 { Err("nothing could be read".into()) } else { Ok(found) }
}

fn forms(text: &str) -> [(&str, Vec<u8>); 2] {
    [(text, text.as_bytes().to_vec()), (text, text.encode_utf16().flat_map(u16::to_le_bytes).collect())]
}

/// Which of the forms lie in the bytes. All are looked for in one pass: there is much memory, and the test is not optimised.
fn found_in<'a>(bytes: &[u8], forms: &[(&'a str, Vec<u8>)]) -> Vec<&'a str> {
    let mut begins = [false; 256];
    for (_, form) in forms {
        begins[usize::from(form[0])] = true;
    }
    let mut found = Vec::new();
    for (at, byte) in bytes.iter().enumerate() {
        if begins[usize::from(*byte)] {
            let here = forms.iter().filter(|(_, form)| bytes[at..].starts_with(form));
            found.extend(here.map(|(text, _)| *text));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
