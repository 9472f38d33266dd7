//! The program's own look: a theme, a handful of widgets, and nothing about loyalty.

pub mod brand;
pub mod forget;
pub mod keyboard;
pub mod layout;
pub mod theme;
pub mod widgets;
