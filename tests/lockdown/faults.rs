//! Bugs, kills, and a screen that goes away.
