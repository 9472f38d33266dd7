//! How this machine is connected, as a hint: a real request is the only proof.

/// The routes, to be compared; nothing where the system does not tell.
pub fn routes() -> Option<Vec<u8>> {
    #[cfg(target_os = "linux")]
    {
        std::fs::read("/proc/net/route").ok()
    }
    #[cfg(not(target_os = "linux"))]
    {
        None
    }
}
