//! What this process lets nobody see: its memory.

/// Lets no core dump of this process be written, and no other process of the same user look into it. Called once, before
/// anything secret is read; says whether the system agreed.
///
/// Linux has both. Other Unix systems have the first; Windows has neither without code that we do not write (see
/// docs/decisions).
pub fn keep_memory_private() -> bool {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit { current: Some(0), maximum: Some(0) };
        let has_no_core = setrlimit(Resource::Core, none).is_ok();
        has_no_core && is_closed_to_others()
    }
    #[cfg(not(unix))]
    true
}

/// The stack of a thread of ours, whatever the environment asks for.
pub const STACK_BYTES: usize = 2 * 1024 * 1024;

/// Overwrites what calls that are over have left on the stack of this thread: ciphers work on copies there.
#[inline(never)]
#[expect(clippy::large_stack_arrays, reason = "the stack is what is to be overwritten")]
pub fn wipe_stack() {
    /// Deeper than those calls go; see [`STACK_BYTES`].
    const DEPTH: usize = 256 * 1024;
    let mut stack = [0_u8; DEPTH];
    std::hint::black_box(&mut stack);
}

#[cfg(target_os = "linux")]
fn is_closed_to_others() -> bool {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    // Also where the system pipes cores to a program, which no limit of ours would stop.
    set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok()
}

#[cfg(all(unix, not(target_os = "linux")))]
fn is_closed_to_others() -> bool {
    true
}
