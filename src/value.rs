//! What the texts in fields mean: quantities, durations, and the programs in command lines. Pure functions.

pub mod duration;
pub mod program;
pub mod quantity;
pub mod wrapper;
