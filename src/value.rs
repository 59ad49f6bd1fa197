//! What values mean: placeholders, quantities.

pub mod placeholder;
pub mod quantity;
