//! What `config` writes.

/// A line of YAML, with where its value is set; nothing where nobody has set it.
pub(super) type Line = (String, Option<String>);
