//! The strokes of every icon on the grid of 24.

/// An icon; always beside a word, or on a button that has an accessible name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names are what they show")]
pub enum Icon {
    Check,
    CheckCircle,
    Warning,
    Error,
    Info,
    Gear,
    Back,
    Forward,
    Down,
    Up,
    Close,
    Search,
    User,
    UserPlus,
    Gift,
    Star,
    Phone,
    Card,
    Link,
    Plug,
    Play,
    Clock,
    Wifi,
    WifiOff,
    Globe,
    Eye,
    EyeOff,
    Key,
    Store,
    Lock,
    Refresh,
    Person,
    Help,
    Dot,
}

/// One stroke; points are `(x, y)` on the grid.
pub(super) enum Mark {
    /// An open line.
    Line(&'static [(f32, f32)]),
    /// A line back to its start.
    Closed(&'static [(f32, f32)]),
    /// A ring.
    Circle((f32, f32), f32),
    /// A filled disc.
    Dot((f32, f32), f32),
    /// A part of a ring, in degrees clockwise from three o'clock.
    Arc { center: (f32, f32), radius: f32, from: f32, to: f32 },
}

use Mark::{Arc, Circle, Closed, Dot, Line};

/// The strokes of an icon.
pub(super) const fn marks(icon: Icon) -> &'static [Mark] {
    match icon {
        Icon::Check => &[Line(&[(5.0, 12.5), (10.0, 17.5), (19.0, 7.0)])],
        Icon::CheckCircle => &[Circle((12.0, 12.0), 9.0), Line(&[(8.0, 12.4), (11.0, 15.4), (16.2, 9.2)])],
        Icon::Warning => &[
            Closed(&[(12.0, 4.0), (21.5, 20.0), (2.5, 20.0)]),
            Line(&[(12.0, 10.0), (12.0, 14.0)]),
            Dot((12.0, 17.0), 1.2),
        ],
        Icon::Error => &[Circle((12.0, 12.0), 9.0), Line(&[(12.0, 7.5), (12.0, 12.5)]), Dot((12.0, 16.2), 1.25)],
        Icon::Info => &[Circle((12.0, 12.0), 9.0), Line(&[(12.0, 11.5), (12.0, 16.5)]), Dot((12.0, 7.9), 1.25)],
        Icon::Gear => GEAR,
        Icon::Back => &[Line(&[(19.0, 12.0), (5.0, 12.0)]), Line(&[(11.0, 6.0), (5.0, 12.0), (11.0, 18.0)])],
        Icon::Forward => &[Line(&[(5.0, 12.0), (19.0, 12.0)]), Line(&[(13.0, 6.0), (19.0, 12.0), (13.0, 18.0)])],
        Icon::Down => &[Line(&[(12.0, 5.0), (12.0, 19.0)]), Line(&[(6.0, 13.0), (12.0, 19.0), (18.0, 13.0)])],
        Icon::Up => &[Line(&[(12.0, 19.0), (12.0, 5.0)]), Line(&[(6.0, 11.0), (12.0, 5.0), (18.0, 11.0)])],
        Icon::Close => &[Line(&[(6.0, 6.0), (18.0, 18.0)]), Line(&[(18.0, 6.0), (6.0, 18.0)])],
        Icon::Search => &[Circle((10.5, 10.5), 6.5), Line(&[(15.4, 15.4), (20.5, 20.5)])],
        Icon::User => &[Circle((12.0, 8.0), 4.0), SHOULDERS],
        Icon::UserPlus => USER_PLUS,
        Icon::Gift => GIFT,
        Icon::Star => &[Closed(STAR)],
        Icon::Phone => PHONE,
        Icon::Card => CARD,
        Icon::Link => LINK,
        Icon::Plug => PLUG,
        Icon::Play => &[Closed(&[(7.5, 4.5), (19.5, 12.0), (7.5, 19.5)])],
        Icon::Clock => &[Circle((12.0, 12.0), 9.0), Line(&[(12.0, 7.0), (12.0, 12.0), (15.5, 14.0)])],
        Icon::Wifi => WIFI,
        Icon::WifiOff => WIFI_OFF,
        Icon::Globe => GLOBE,
        Icon::Eye => &[EYE_TOP, EYE_BOTTOM, Circle((12.0, 12.0), 2.8)],
        Icon::EyeOff => &[EYE_TOP, EYE_BOTTOM, Circle((12.0, 12.0), 2.8), Line(&[(4.0, 20.0), (20.0, 4.0)])],
        Icon::Key => {
            &[Circle((7.5, 15.5), 4.5), Line(&[(10.8, 12.2), (20.5, 2.5)]), Line(&[(16.0, 7.0), (19.0, 10.0)])]
        }
        Icon::Store => STORE,
        Icon::Lock => LOCK,
        Icon::Refresh => &[
            Arc { center: (12.0, 12.0), radius: 8.0, from: 20.0, to: 320.0 },
            Line(&[(18.6, 2.6), (18.6, 7.2), (14.0, 7.2)]),
        ],
        Icon::Person => &[
            Circle((12.0, 12.0), 9.5),
            Dot((12.0, 6.8), 1.6),
            Line(&[(7.0, 9.8), (12.0, 10.8), (17.0, 9.8)]),
            Line(&[(12.0, 10.8), (12.0, 13.6)]),
            Line(&[(9.4, 18.0), (12.0, 13.6), (14.6, 18.0)]),
        ],
        Icon::Help => &[
            Circle((12.0, 12.0), 9.0),
            Arc { center: (12.0, 9.6), radius: 2.7, from: 180.0, to: 410.0 },
            Line(&[(13.7, 11.7), (12.0, 13.6)]),
            Dot((12.0, 16.8), 1.25),
        ],
        Icon::Dot => &[Circle((12.0, 12.0), 9.0), Dot((12.0, 12.0), 3.0)],
    }
}

const SHOULDERS: Mark = Arc { center: (12.0, 22.0), radius: 8.0, from: 190.0, to: 350.0 };

const EYE_TOP: Mark = Arc { center: (12.0, 17.5), radius: 11.0, from: 210.0, to: 330.0 };
const EYE_BOTTOM: Mark = Arc { center: (12.0, 6.5), radius: 11.0, from: 30.0, to: 150.0 };

const STAR: &[(f32, f32)] = &[
    (12.0, 3.0),
    (14.65, 8.85),
    (21.0, 9.55),
    (16.25, 13.85),
    (17.6, 20.1),
    (12.0, 16.9),
    (6.4, 20.1),
    (7.75, 13.85),
    (3.0, 9.55),
    (9.35, 8.85),
];

const GEAR: &[Mark] = &[
    Circle((12.0, 12.0), 6.2),
    Circle((12.0, 12.0), 2.4),
    Line(&[(12.0, 5.8), (12.0, 2.8)]),
    Line(&[(12.0, 18.2), (12.0, 21.2)]),
    Line(&[(5.8, 12.0), (2.8, 12.0)]),
    Line(&[(18.2, 12.0), (21.2, 12.0)]),
    Line(&[(7.6, 7.6), (5.5, 5.5)]),
    Line(&[(16.4, 16.4), (18.5, 18.5)]),
    Line(&[(16.4, 7.6), (18.5, 5.5)]),
    Line(&[(7.6, 16.4), (5.5, 18.5)]),
];

const GIFT: &[Mark] = &[
    Closed(&[(3.0, 8.0), (21.0, 8.0), (21.0, 12.0), (3.0, 12.0)]),
    Line(&[(5.0, 12.0), (5.0, 21.0), (19.0, 21.0), (19.0, 12.0)]),
    Line(&[(12.0, 8.0), (12.0, 21.0)]),
    Circle((9.2, 5.4), 2.6),
    Circle((14.8, 5.4), 2.6),
];

const LINK: &[Mark] = &[
    Arc { center: (8.0, 12.0), radius: 5.0, from: 90.0, to: 270.0 },
    Line(&[(8.0, 7.0), (10.5, 7.0)]),
    Line(&[(8.0, 17.0), (10.5, 17.0)]),
    Arc { center: (16.0, 12.0), radius: 5.0, from: -90.0, to: 90.0 },
    Line(&[(13.5, 7.0), (16.0, 7.0)]),
    Line(&[(13.5, 17.0), (16.0, 17.0)]),
    Line(&[(8.5, 12.0), (15.5, 12.0)]),
];

const WIFI: &[Mark] = &[
    Arc { center: (12.0, 19.0), radius: 13.0, from: 228.0, to: 312.0 },
    Arc { center: (12.0, 19.0), radius: 8.5, from: 228.0, to: 312.0 },
    Arc { center: (12.0, 19.0), radius: 4.2, from: 228.0, to: 312.0 },
    Dot((12.0, 19.0), 1.4),
];

const WIFI_OFF: &[Mark] = &[
    Arc { center: (12.0, 19.0), radius: 13.0, from: 228.0, to: 312.0 },
    Arc { center: (12.0, 19.0), radius: 8.5, from: 228.0, to: 312.0 },
    Dot((12.0, 19.0), 1.4),
    Line(&[(4.0, 20.5), (20.0, 3.5)]),
];

const STORE: &[Mark] = &[
    Closed(&[(5.0, 3.5), (19.0, 3.5), (21.5, 9.0), (2.5, 9.0)]),
    Arc { center: (5.7, 9.0), radius: 3.15, from: 0.0, to: 180.0 },
    Arc { center: (12.0, 9.0), radius: 3.15, from: 0.0, to: 180.0 },
    Arc { center: (18.3, 9.0), radius: 3.15, from: 0.0, to: 180.0 },
    Line(&[(5.0, 13.0), (5.0, 21.0), (19.0, 21.0), (19.0, 13.0)]),
];

const USER_PLUS: &[Mark] = &[
    Circle((9.0, 8.0), 4.0),
    Arc { center: (9.0, 21.0), radius: 7.0, from: 188.0, to: 352.0 },
    Line(&[(19.0, 7.0), (19.0, 13.0)]),
    Line(&[(16.0, 10.0), (22.0, 10.0)]),
];

const PLUG: &[Mark] = &[
    Line(&[(9.0, 2.5), (9.0, 7.0)]),
    Line(&[(15.0, 2.5), (15.0, 7.0)]),
    Line(&[(6.0, 7.0), (18.0, 7.0)]),
    Line(&[(6.0, 7.0), (6.0, 10.0)]),
    Line(&[(18.0, 7.0), (18.0, 10.0)]),
    Arc { center: (12.0, 10.0), radius: 6.0, from: 0.0, to: 180.0 },
    Line(&[(12.0, 16.0), (12.0, 21.5)]),
];

const CARD: &[Mark] = &[
    Closed(&[(4.0, 5.0), (20.0, 5.0), (21.5, 6.5), (21.5, 17.5), (20.0, 19.0), (4.0, 19.0), (2.5, 17.5), (2.5, 6.5)]),
    Line(&[(2.5, 10.0), (21.5, 10.0)]),
    Line(&[(6.5, 15.0), (10.5, 15.0)]),
];

const PHONE: &[Mark] = &[
    Closed(&[(8.0, 2.5), (16.0, 2.5), (17.5, 4.0), (17.5, 20.0), (16.0, 21.5), (8.0, 21.5), (6.5, 20.0), (6.5, 4.0)]),
    Line(&[(11.0, 18.0), (13.0, 18.0)]),
];

const GLOBE: &[Mark] = &[
    Circle((12.0, 12.0), 9.0),
    Line(&[(3.0, 12.0), (21.0, 12.0)]),
    Arc { center: (3.4, 12.0), radius: 12.4, from: -46.0, to: 46.0 },
    Arc { center: (20.6, 12.0), radius: 12.4, from: 134.0, to: 226.0 },
];

const LOCK: &[Mark] = &[
    Closed(&[(5.0, 11.0), (19.0, 11.0), (19.0, 21.0), (5.0, 21.0)]),
    Line(&[(7.5, 11.0), (7.5, 7.5)]),
    Line(&[(16.5, 11.0), (16.5, 7.5)]),
    Arc { center: (12.0, 7.5), radius: 4.5, from: 180.0, to: 360.0 },
];
