//! How a server may treat signups, and the bytes it answers with.

use proptest::prelude::*;

/// SWiP's attitude to signups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// As the contract says; who is a member already is one again.
    Good,
    /// As the contract says, but a member is refused with this status, with the code for that or without.
    RefusesMembers { status: u16, with_code: bool },
    /// It refuses everybody.
    Refuses { status: u16 },
    /// The station is turned away, or the address is wrong.
    TurnsAway { status: u16 },
    /// It asks to wait, in seconds.
    Busy { status: u16, retry_after: Option<u64> },
    /// It fails, before or after the work is done.
    Fails { status: u16, processed: bool },
    /// It closes the connection, before or after the work is done.
    Cuts { processed: bool },
    /// It never answers, before or after the work is done.
    Hangs { processed: bool },
    /// A network's sign-in page, or some other success that is none.
    OddSuccess { status: u16 },
    /// It sends on to the other server.
    Redirects { status: u16 },
    /// It says something that is no HTTP.
    Babbles,
    /// Nothing listens.
    Down,
}

/// The code that the stations know as "already a member".
pub(crate) const MEMBER_CODE: i64 = 7001;

/// What goes back over the wire.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// These bytes.
    Bytes(String),
    /// Nothing: the connection is closed.
    Cut,
    /// Nothing, ever.
    Never,
}

impl Behaviour {
    /// Any of them; the good one most often.
    pub(crate) fn any() -> impl Strategy<Value = Self> {
        let status = |codes: &'static [u16]| prop::sample::select(codes);
        let waits = prop::option::weighted(0.9, prop::sample::select(vec![0, 1, 4, 20, 90, 5000]));
        prop_oneof![
            6 => Just(Self::Good),
            2 => (status(&[400, 409, 422]), any::<bool>())
                .prop_map(|(status, with_code)| Self::RefusesMembers { status, with_code }),
            2 => status(&[400, 409, 413, 422]).prop_map(|status| Self::Refuses { status }),
            2 => status(&[401, 403, 404, 405, 410]).prop_map(|status| Self::TurnsAway { status }),
            2 => (status(&[429, 503]), waits).prop_map(|(status, retry_after)| Self::Busy { status, retry_after }),
            2 => (status(&[500, 502, 504, 408]), any::<bool>())
                .prop_map(|(status, processed)| Self::Fails { status, processed }),
            2 => any::<bool>().prop_map(|processed| Self::Cuts { processed }),
            1 => any::<bool>().prop_map(|processed| Self::Hangs { processed }),
            1 => status(&[200, 201, 202]).prop_map(|status| Self::OddSuccess { status }),
            1 => status(&[301, 302, 303, 307, 308]).prop_map(|status| Self::Redirects { status }),
            1 => Just(Self::Babbles),
            1 => Just(Self::Down),
        ]
    }

    /// Whether a signup takes effect for somebody who is no member yet.
    pub(crate) fn creates(self) -> bool {
        match self {
            Self::Good | Self::RefusesMembers { .. } => true,
            Self::Fails { processed, .. } | Self::Cuts { processed } | Self::Hangs { processed } => processed,
            _ => false,
        }
    }

    /// Whether its answer to somebody it does not let in leaves open what became of the signup.
    pub(crate) fn is_uncertain(self) -> bool {
        match self {
            Self::Busy { status, retry_after } => status == 503 && retry_after.is_none(),
            Self::Fails { .. } | Self::Cuts { .. } | Self::Hangs { .. } | Self::OddSuccess { .. } | Self::Babbles => {
                true
            }
            _ => false,
        }
    }

    /// The answer to a signup of somebody who was a member before, or was not; `elsewhere` is the other server.
    pub(crate) fn answer(self, was_member: bool, elsewhere: &str) -> Reply {
        let code = &format!(r#"{{"code":{MEMBER_CODE},"message":"exists"}}"#);
        let plain = r#"{"error":"no"}"#;
        match self {
            Self::RefusesMembers { status, with_code } if was_member => {
                head_and_body(status, "", if with_code { code } else { plain })
            }
            Self::Good | Self::RefusesMembers { .. } => Reply::Bytes("HTTP/1.1 204 No Content\r\n\r\n".to_owned()),
            Self::Refuses { status } | Self::TurnsAway { status } | Self::Fails { status, .. } => {
                head_and_body(status, "", plain)
            }
            Self::Busy { status, retry_after } => {
                let header = retry_after.map(|wait| format!("Retry-After: {wait}\r\n")).unwrap_or_default();
                head_and_body(status, &header, plain)
            }
            Self::OddSuccess { status } => head_and_body(status, "Content-Type: text/html\r\n", "<h1>sign in</h1>"),
            Self::Redirects { status } => {
                head_and_body(status, &format!("Location: {elsewhere}/customer-signups\r\n"), "")
            }
            Self::Babbles => Reply::Bytes("what?\r\n\r\n".to_owned()),
            Self::Cuts { .. } | Self::Down => Reply::Cut,
            Self::Hangs { .. } => Reply::Never,
        }
    }
}

/// A whole answer with a status, more header lines and a body.
pub(crate) fn head_and_body(status: u16, headers: &str, body: &str) -> Reply {
    Reply::Bytes(format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len()))
}
