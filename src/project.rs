//! The files of a user: found, opened within limits, and read with the configuration that holds for them.
#![expect(
    clippy::disallowed_methods,
    reason = "files, directories and the environment are read in this room"
)]

pub(crate) mod bases;
pub(crate) mod contents;
pub(crate) mod entry;
mod ignores;
pub(crate) mod kustomization;
pub(crate) mod open;
mod overlays;
pub(crate) mod patches;
pub(crate) mod paths;
pub(crate) mod selection;
pub(crate) mod settings;
pub(crate) mod walk;
