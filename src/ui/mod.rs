//! The program's own look: a theme, a handful of widgets, and nothing about loyalty.

pub mod brand;
pub mod forget;
pub mod input_queue;
pub mod keyboard;
pub mod layout;
pub mod theme;
pub mod wedge;
pub mod widgets;
