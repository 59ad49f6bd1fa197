//! Values that a template engine or a person was to replace.

/// Says whether the text is, or holds, something that was to be replaced.
pub fn is_placeholder(text: &str) -> bool {
    text.contains("${") || text.contains("{{")
}
