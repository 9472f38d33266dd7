//! The widgets, one per file; every one has a role, a name and a value for assistive technology.

mod badge;
mod banner;
mod button;
mod card;
mod check;
mod choice;
mod digits;
mod field;
mod icon;
mod icon_marks;
mod modal;
mod modal_focus;
mod paint;
mod place;
mod press;
mod qr;
mod ribbon;
mod spinner;
mod text;
pub mod toast;

pub use badge::{StatusPill, key_cap};
pub use banner::{Banner, BannerResponse};
pub use button::{Button, icon_button};
pub use card::Card;
pub use check::Check;
pub use choice::Choice;
pub use digits::Digits;
pub use field::{Field, FieldResponse, FieldSize, forget_typed};
pub use icon::Icon;
pub use modal::{Modal, ModalResponse};
pub use place::wrapped_row;
pub use qr::Qr;
pub use ribbon::Ribbon;
pub use spinner::Spinner;
pub use text::{body, caption, display, headline, muted, strong, title};
pub use toast::ToastView;
