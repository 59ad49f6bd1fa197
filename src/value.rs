//! What the texts in fields mean: image references, credentials, placeholders. Pure functions.

pub mod api_client;
pub mod gitops;
pub mod host_path;
pub mod image;
pub mod index;
pub mod migration;
pub mod nearest;
pub mod placeholder;
pub mod secret;
