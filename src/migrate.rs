//! Other linters: which rule takes the place of which of their checks, and their settings and exemptions as ours.

pub mod annotations;
pub mod check;
pub mod checks;
pub mod configuration;
pub mod notes;
pub mod readers;
pub mod settings;
pub mod suppressions;
