//! What the texts in fields mean: image references, credentials, placeholders, quantities. Pure functions.

pub mod duration;
pub mod gitops;
pub mod image;
pub mod index;
pub mod migration;
pub mod nearest;
pub mod placeholder;
#[allow(dead_code, reason = "the verdict of the API server needs the rest")]
pub mod quantity;
pub mod secret;
