//! Figures of a measurement: medians, percentiles, and how they are printed.

#![allow(dead_code, reason = "each of the benches that include this file uses a part of it")]
#![expect(clippy::print_stdout, reason = "benches print their figures")]

use std::time::Duration;

/// The middle value; zero of none.
pub(crate) fn median<T: Copy + Ord + Default>(values: &mut [T]) -> T {
    percentile(values, 50)
}

/// The value that so many percent do not exceed; zero of none.
pub(crate) fn percentile<T: Copy + Ord + Default>(values: &mut [T], percent: usize) -> T {
    values.sort_unstable();
    let rank = (values.len() * percent).div_ceil(100).saturating_sub(1);
    values.get(rank).copied().unwrap_or_default()
}

/// How many times `base` a value is.
pub(crate) fn ratio(value: f64, base: f64) -> String {
    format!("{:.2}x", value / base)
}

pub(crate) fn micros(time: Duration) -> String {
    format!("{:.1} us", time.as_secs_f64() * 1e6)
}

pub(crate) fn millis(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

/// A line with a heading.
pub(crate) fn heading(words: &str) {
    println!("\n{words}");
}

/// A figure under its name, and what it should be if that is laid down.
pub(crate) fn row(name: &str, figure: &str, target: &str) {
    if target.is_empty() {
        println!("  {name:<32} {figure}");
    } else {
        println!("  {name:<32} {figure:<28} target: {target}");
    }
}
