//! Patterns of paths and names: `vendor/**`, `team-*`.

use std::path::Path;

use globset::{GlobBuilder, GlobMatcher};
use ignore::gitignore::{Gitignore, GitignoreBuilder};

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

/// Patterns of files and folders that are left out, as a `.gitignore` has them: without a `/` they hold at any depth, later
/// ones win, and `!` takes a file in again.
#[derive(Clone, Debug, Default)]
pub struct Exclude {
    patterns: Vec<String>,
    matcher: Option<Gitignore>,
}

impl Exclude {
    /// Adds a pattern.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn add(&mut self, text: String) -> Result<(), String> {
        self.patterns.push(text);
        let mut builder = GitignoreBuilder::new("");
        let added = self.patterns.iter().try_for_each(|it| builder.add_line(None, it).map(|_| ()));
        let built = added.and_then(|()| builder.build());
        let is_pattern = |it: &Gitignore| it.len() == self.patterns.len();
        let error = match built {
            Ok(matcher) if is_pattern(&matcher) => {
                self.matcher = Some(matcher);
                return Ok(());
            }
            // Blank lines and comments are none.
            Ok(_) => ": it matches nothing".to_owned(),
            Err(ignore::Error::Glob { err, .. }) => format!(": {err}"),
            Err(error) => format!(": {error}"),
        };
        Err(format!("`{}` is no pattern{error}", self.patterns.pop().unwrap_or_default()))
    }

    /// Says whether a file or folder, or a folder that it is in, is left out; `path` is relative.
    pub fn covers(&self, path: &Path, is_folder: bool) -> bool {
        let Some(matcher) = self.matcher.as_ref().filter(|_| path.is_relative()) else { return false };
        matcher.matched_path_or_any_parents(path, is_folder).is_ignore()
    }

    /// Returns the patterns as they are written.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }
}
