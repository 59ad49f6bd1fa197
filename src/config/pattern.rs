//! Patterns of paths and names: `vendor/**`, `team-*`.

use globset::{GlobBuilder, GlobMatcher};

/// A glob: `*` stands for anything within a name, `**` for folders, `?` for a character, `{a,b}` for either.
#[derive(Clone, Debug)]
pub struct Pattern {
    matcher: GlobMatcher,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn new(text: &str) -> Result<Self, String> {
        let glob = GlobBuilder::new(text).literal_separator(true).build();
        let glob = glob.map_err(|error| format!("`{text}` is no pattern: {}", error.kind()))?;
        Ok(Pattern { matcher: glob.compile_matcher() })
    }

    /// Says whether the pattern covers the whole text.
    pub fn matches(&self, text: &str) -> bool {
        self.matcher.is_match(text)
    }
}
