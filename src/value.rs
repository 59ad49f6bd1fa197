//! What the texts in fields mean: image references, credentials, placeholders, quantities. Pure functions.

pub mod image;
pub mod nearest;
pub mod placeholder;
pub mod quantity;
pub mod secret;
