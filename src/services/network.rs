//! How this machine is connected, as a hint: a real request is the only proof.

/// The routes, to be compared; nothing where the system does not tell.
pub fn routes() -> Option<Vec<u8>> {
    #[cfg(target_os = "linux")]
    {
        let old = std::fs::read("/proc/net/route").ok();
        // A machine without the new kind has no such file.
        let new = std::fs::read_to_string("/proc/net/ipv6_route").map(|routes| ways(&routes)).unwrap_or_default();
        old.map(|old| [old, new.into_bytes()].concat())
    }
    #[cfg(not(target_os = "linux"))]
    {
        None
    }
}

/// What leads out of this machine in the kernel's list of routes of IPv6. Addresses of the machine itself, and what every link has,
/// are no ways; how often one was used is left out.
#[cfg(any(target_os = "linux", test))]
fn ways(routes: &str) -> String {
    let way = |line: &str| {
        let fields: Vec<_> = line.split_whitespace().collect();
        let [to, length, _, _, by, .., interface] = fields.as_slice() else {
            return None;
        };
        let is_way = *interface != "lo" && *length != "80" && !to.starts_with("fe8") && !to.starts_with("ff");
        is_way.then(|| format!("{to}/{length} {by} {interface}\n"))
    };
    routes.lines().filter_map(way).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOWHERE: &str = "00000000000000000000000000000000";
    const ROUTER: &str = "fe80000000000000020c29fffe000001";

    fn route(to: &str, length: &str, by: &str, counts: &str, interface: &str) -> String {
        format!("{to} {length} {NOWHERE} 00 {by} 00000400 {counts} 00000001 {interface:>8}\n")
    }

    #[test]
    fn a_way_of_ipv6_that_comes_or_goes_is_noticed_and_nothing_else_is() {
        let still = [
            route("00000000000000000000000000000001", "80", NOWHERE, "00000002 00000000", "lo"),
            route("fe800000000000000000000000000000", "40", NOWHERE, "00000001 00000000", "eth0"),
            route("ff000000000000000000000000000000", "08", NOWHERE, "00000004 00000000", "eth0"),
            // An address of this machine; those for privacy change every day.
            route("20010db8000000000a0b0c0d0e0f1011", "80", NOWHERE, "00000002 00000000", "eth0"),
            route(NOWHERE, "00", NOWHERE, "00000001 00000000", "lo"),
        ]
        .concat();
        assert_eq!(ways(&still), "");
        let out = route(NOWHERE, "00", ROUTER, "00000001 00000000", "eth0");
        let local = route("20010db8000000000000000000000000", "40", NOWHERE, "00000001 00000000", "eth0");
        let with = ways(&[still.clone(), out.clone(), local.clone()].concat());
        assert_ne!(with, "", "a way out");
        assert_ne!(ways(&[still.clone(), local].concat()), with, "the router is gone");
        assert_ne!(ways(&[still, out.replace("eth0", "wlan0")].concat()), ways(&out), "another way out");
        assert_eq!(ways(&out), ways(&out.replace("00000001 00000000", "00000007 000001a4")), "it was used");
        assert_eq!(ways("no routes"), "");
    }
}
