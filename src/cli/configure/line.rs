//! What `config` writes.

/// A line of YAML, with the place where its value is set; `None` for a default.
pub(super) type Line = (String, Option<String>);
