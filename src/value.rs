//! What the texts in fields mean: image references, credentials, placeholders, quantities. Pure functions.

pub mod image;
pub mod placeholder;
#[allow(dead_code, reason = "the verdict of the API server needs the rest")]
pub mod quantity;
pub mod secret;
