//! What values mean: placeholders.

pub mod placeholder;
