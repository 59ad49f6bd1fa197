//! What the texts in fields mean: image references, credentials, placeholders. Pure functions.

pub mod duration;
pub mod image;
pub mod placeholder;
pub mod secret;
