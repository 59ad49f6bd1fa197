//! Patterns of paths and names: `vendor/**`, `team-*`.

use std::collections::HashMap;
use std::path::Path;

use super::glob::{self, GlobError, MAX_STEPS, alternatives};

/// The most patterns with wildcards that a configuration may exclude: each is held against each path.
const MAX_GLOBS: usize = 1000;

/// A pattern that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{shown}` is not a valid pattern: {source}")]
pub struct PatternError {
    /// The pattern, shortened.
    pub shown: String,
    /// What is wrong with it.
    pub source: PatternProblem,
}

/// What is wrong with a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternProblem {
    /// The pattern is not a glob.
    #[error(transparent)]
    Glob(#[from] GlobError),
    /// The pattern is blank or a comment.
    #[error("it matches nothing")]
    MatchesNothing,
    /// The patterns before it already have as many wildcards as allowed.
    #[error("more than {MAX_GLOBS} of them have wildcards")]
    TooMany,
}

/// A glob: `*` stands for anything within a name, `**` for directories, `?` for a character, `{a,b}` for either.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    globs: Vec<String>,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Returns what is wrong with it.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        let globs = alternatives(text).and_then(|globs| {
            globs.iter().try_for_each(|it| glob::check(it))?;
            Ok(globs)
        });
        globs
            .map(|globs| Pattern { text: text.to_owned(), globs })
            .map_err(|error| pattern_error(text, error))
    }

    /// Returns the pattern as it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the pattern covers the whole text.
    pub fn matches(&self, text: &str) -> bool {
        let mut left = MAX_STEPS;
        self.globs.iter().any(|it| glob::matches(it, text, &mut left))
    }

    /// Whether the pattern covers the whole of a text that is not a path, so that `*` stands for a `/` too; `None` if that takes
    /// more steps than are left.
    pub fn matches_value(&self, text: &str, left: &mut usize) -> Option<bool> {
        for it in &self.globs {
            if glob::matches_name(it, text, left) {
                return Some(true);
            }
            if *left == 0 {
                return None;
            }
        }
        Some(false)
    }
}

/// Returns how many steps it may take to hold patterns against a text that is not a path: in proportion to its length.
pub fn steps_for(text: &str) -> usize {
    MAX_STEPS + 16 * text.len()
}

/// Patterns of files and directories that are left out, as a `.gitignore` has them: without a `/` they hold at any depth, later
/// ones win, and `!` takes a file in again. Unlike there, `{a,b}` stands for either.
#[derive(Clone, Debug, Default)]
pub struct Exclude {
    patterns: Vec<String>,
    ignores: Ignores,
}

impl Exclude {
    /// Adds a pattern.
    ///
    /// # Errors
    /// Returns what is wrong with it.
    pub fn add(&mut self, text: String) -> Result<(), PatternError> {
        let lines = alternatives(&text).map_err(|error| pattern_error(&text, error))?;
        for line in &lines {
            match self.ignores.add(line) {
                Ok(true) => {}
                // Blank lines and comments are none.
                Ok(false) => return Err(pattern_error(&text, PatternProblem::MatchesNothing)),
                Err(error) => return Err(pattern_error(&text, error)),
            }
        }
        if self.ignores.globs.len() > MAX_GLOBS {
            return Err(pattern_error(&text, PatternProblem::TooMany));
        }
        self.patterns.push(text);
        Ok(())
    }

    /// Whether a file or directory is left out or taken in; `None` if no pattern matches, and the directory that it is in
    /// decides. The path is relative, with `/` between its parts.
    pub fn decision(&self, path: &Path, is_directory: bool) -> Option<bool> {
        if !path.is_relative() || self.is_empty() {
            return None;
        }
        self.ignores.decision(&path.to_string_lossy(), is_directory).ok().flatten()
    }

    /// Whether there are no patterns.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Returns the patterns as they are written.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }
}

/// The patterns of a `.gitignore`, as `git` reads them.
#[derive(Clone, Debug, Default)]
pub struct Ignores {
    /// The lines with wildcards, in their order.
    globs: Vec<Glob>,
    /// The last line for each name or path that is written out: of names, of names of directories, of paths, of directories' paths.
    literals: [HashMap<Box<str>, Line>; 4],
    lines: usize,
}

/// A line of a `.gitignore`.
#[derive(Clone, Copy, Debug)]
struct Line {
    number: usize,
    /// Whether it takes in again what an earlier line leaves out.
    is_negated: bool,
}

#[derive(Clone, Debug)]
struct Glob {
    text: Box<str>,
    line: Line,
    only_directories: bool,
    /// Whether it is about whole paths, else about names at any depth.
    is_path: bool,
    /// Whether it is a `*` and what names end with: most are.
    is_ending: bool,
}

/// What comes of patterns that take more steps than a path may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooCostly;

impl Ignores {
    /// Adds a line, and says whether it is a pattern: blank lines and comments are none.
    ///
    /// # Errors
    /// Returns what is wrong with the pattern.
    pub fn add(&mut self, line: &str) -> Result<bool, GlobError> {
        let mut text = line.trim_end_matches(['\r', '\n']);
        while text.ends_with(' ') && !text.ends_with("\\ ") {
            text = &text[..text.len() - 1];
        }
        if text.is_empty() || text.starts_with('#') {
            return Ok(false);
        }
        let negated = text.strip_prefix('!');
        text = negated.unwrap_or(text);
        let directory = text.strip_suffix('/');
        text = directory.unwrap_or(text);
        let is_path = text.contains('/');
        text = text.strip_prefix('/').unwrap_or(text);
        // Anywhere is where names are looked for anyway.
        let name = text.strip_prefix("**/").filter(|it| !it.contains('/') && *it != "**");
        text = name.unwrap_or(text);
        if text.is_empty() {
            return Ok(false);
        }
        glob::check(text)?;
        let (only_directories, is_path) = (directory.is_some(), is_path && name.is_none());
        let line = Line { number: self.lines, is_negated: negated.is_some() };
        self.lines += 1;
        let is_literal = |text: &str| !text.contains(['*', '?', '[', '\\']);
        if is_literal(text) {
            self.literals[literals_at(is_path, only_directories)].insert(text.into(), line);
        } else {
            let is_ending = !is_path && text.strip_prefix('*').is_some_and(is_literal);
            self.globs.push(Glob { text: text.into(), line, only_directories, is_path, is_ending });
        }
        Ok(true)
    }

    /// Whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.lines == 0
    }

    /// Whether the last pattern that matches leaves a path out, or takes it in; `None` if none matches. The path is
    /// relative to the file's directory, with `/` between its parts.
    ///
    /// # Errors
    /// The patterns take too many steps to say.
    pub fn decision(&self, path: &str, is_directory: bool) -> Result<Option<bool>, TooCostly> {
        let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
        let mut last: Option<Line> = None;
        for is_path in [false, true] {
            for only_directories in [false, true] {
                let subject = if is_path { path } else { name };
                let line = self.literals[literals_at(is_path, only_directories)].get(subject);
                let is_later = |it: &&Line| last.is_none_or(|last| last.number < it.number);
                if let Some(line) = line.filter(|_| is_directory || !only_directories).filter(is_later) {
                    last = Some(*line);
                }
            }
        }
        let mut left = MAX_STEPS;
        for it in self.globs.iter().rev() {
            if last.is_some_and(|last| last.number > it.line.number) {
                break;
            }
            if it.only_directories && !is_directory {
                continue;
            }
            let matches = if it.is_ending {
                name.ends_with(&it.text[1..])
            } else if it.is_path {
                glob::matches(&it.text, path, &mut left)
            } else {
                glob::matches_name(&it.text, name, &mut left)
            };
            left = left.saturating_sub(1);
            if matches {
                last = Some(it.line);
                break;
            }
            if left == 0 {
                return Err(TooCostly);
            }
        }
        Ok(last.map(|it| !it.is_negated))
    }
}

/// Returns which of the maps has a literal pattern.
fn literals_at(is_path: bool, only_directories: bool) -> usize {
    usize::from(is_path) * 2 + usize::from(only_directories)
}

fn pattern_error(text: &str, problem: impl Into<PatternProblem>) -> PatternError {
    const SHOWN: usize = 60;
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    PatternError { shown, source: problem.into() }
}
