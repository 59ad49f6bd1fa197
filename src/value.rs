//! What the texts in fields mean: image references, credentials, placeholders, quantities. Pure functions.

pub mod duration;
pub mod quantity;
