//! The files of a user: found, opened within limits, and read with the configuration that holds for them.

pub mod kustomization;
pub mod entry;
pub mod paths;
pub mod ignores;
pub mod open;
pub(crate) mod patches;
pub(crate) mod settings;
pub mod text;
pub mod walk;

