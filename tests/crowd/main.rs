//! Customers one after another at a kiosk that runs for weeks: its memory does not grow.
//!
//! The program's window without a screen, its own outbox and journal on disk, its own allocator; SWiP is a sandbox in a
//! process of its own. Time is virtual, a customer comes every quarter of an hour. `.ci/run` plays a thousand of them.
//! `CUSTOMERS=5000 cargo test --test crowd -- --nocapture` plays more of them and prints what was measured.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod customers;
mod memory;
#[path = "../support/station.rs"]
mod station;
mod window;

use std::alloc::System;
use std::time::Instant;

use cap::Cap;
use customers::Shop;
use memory::Memory;
use zeroizing_alloc::ZeroAlloc;

/// The program's own allocator, and a count of what it gives out.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<Cap<System>> = ZeroAlloc(Cap::new(System, usize::MAX));

/// What a thousand customers may add to what the system has given the process. What they do add is pages of the databases,
/// of which SQLite holds at most 2 MiB each.
const MOST_GROWTH: usize = 2 * 1024 * 1024;
/// What they may add to what is in use: what is on its way at the moment of the look. A hundred bytes that every customer
/// leaves behind are above, once they are a thousand.
const MOST_LIVE_GROWTH: usize = 64 * 1024;
const USUAL_CUSTOMERS: usize = 400;
/// After so many, every cache has what it holds, the letters of every name among them, and every thread its share of the heap.
const WARM_UP: usize = 200;
/// How often the memory is looked at.
const LOOK: usize = 100;

#[test]
#[expect(clippy::disallowed_methods, reason = "how long it took is printed")]
fn customers_one_after_another_leave_the_memory_flat() {
    let count = std::env::var("CUSTOMERS").map_or(USUAL_CUSTOMERS, |text| text.parse().expect("a number"));
    assert!(count > WARM_UP, "{WARM_UP} customers only warm it up");
    let started = Instant::now();
    let mut shop = Shop::open();
    let (mut before, mut last) = (None, shop.measure());
    println!("{:>9} {:>8} {}", "customers", "seconds", Memory::HEADING);
    for customer in 1..=count {
        shop.serve(customer);
        if customer % LOOK == 0 || customer == count {
            last = shop.measure();
            println!("{customer:>9} {:>8.1} {last}", started.elapsed().as_secs_f64());
        }
        if customer == WARM_UP {
            before = Some(last);
        }
    }
    let before = before.expect("they are more than the first ones");
    println!("{shop}");
    println!("from {WARM_UP} to {count} customers: {}", last.since(before));
    let grown = last.since(before);
    assert!(grown.resident <= MOST_GROWTH, "what the system gave has grown: {grown}");
    assert!(grown.live <= MOST_LIVE_GROWTH, "what is in use has grown: {grown}");
}
