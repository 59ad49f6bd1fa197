//! What the texts in fields mean: image references, credentials, placeholders, quantities. Pure functions.

pub mod api_client;
pub mod deadline;
pub mod duration;
pub mod endless;
pub mod gitops;
pub mod host_path;
pub mod image;
pub mod index;
pub mod leaks;
pub mod migration;
pub mod nearest;
pub mod placeholder;
pub mod quantity;
pub mod secret;
pub mod words;
