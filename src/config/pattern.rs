//! Patterns of paths and names: `vendor/**`, `team-*`.

use std::path::Path;

use super::glob::{self, alternatives};

/// A glob: `*` stands for anything within a name, `**` for folders, `?` for a character, `{a,b}` for either.
#[derive(Clone, Debug)]
pub struct Pattern {
    globs: Vec<String>,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn new(text: &str) -> Result<Self, String> {
        let globs = alternatives(text).and_then(|globs| {
            globs.iter().try_for_each(|it| glob::check(it))?;
            Ok(globs)
        });
        globs.map(|globs| Pattern { globs }).map_err(|error| refused(text, &error))
    }

    /// Says whether the pattern covers the whole text.
    pub fn matches(&self, text: &str) -> bool {
        self.globs.iter().any(|it| glob::matches(it, text))
    }
}

/// Patterns of files and folders that are left out, as a `.gitignore` has them: without a `/` they hold at any depth, later
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
    /// Says what is wrong with it.
    pub fn add(&mut self, text: String) -> Result<(), String> {
        let lines = alternatives(&text).map_err(|error| refused(&text, &error))?;
        for line in &lines {
            match self.ignores.add(line) {
                Ok(true) => {}
                // Blank lines and comments are none.
                Ok(false) => return Err(refused(&text, "it matches nothing")),
                Err(error) => return Err(refused(&text, &error)),
            }
        }
        self.patterns.push(text);
        Ok(())
    }

    /// Whether a file or folder is left out or taken in; nothing where no pattern matches, and the folder that it is in
    /// decides. The path is relative, with `/` between its parts.
    pub fn verdict(&self, path: &Path, is_folder: bool) -> Option<bool> {
        if !path.is_relative() || self.patterns.is_empty() {
            return None;
        }
        self.ignores.verdict(&path.to_string_lossy(), is_folder)
    }

    /// Returns the patterns as they are written.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }
}

/// The patterns of a `.gitignore`, as `git` reads them.
#[derive(Clone, Debug, Default)]
pub struct Ignores {
    rules: Vec<Ignore>,
}

/// A line of a `.gitignore`.
#[derive(Clone, Debug)]
struct Ignore {
    glob: Box<str>,
    /// Whether it takes in again what an earlier line leaves out.
    is_negated: bool,
    only_folders: bool,
    /// Whether it is about whole paths, else about names at any depth.
    is_path: bool,
    is_literal: bool,
}

impl Ignores {
    /// Adds a line, and says whether it is a pattern: blank lines and comments are none.
    ///
    /// # Errors
    /// Says what is wrong with the pattern.
    pub fn add(&mut self, line: &str) -> Result<bool, String> {
        let mut text = line.trim_end_matches(['\r', '\n']);
        while text.ends_with(' ') && !text.ends_with("\\ ") {
            text = &text[..text.len() - 1];
        }
        if text.is_empty() || text.starts_with('#') {
            return Ok(false);
        }
        let negated = text.strip_prefix('!');
        text = negated.unwrap_or(text);
        let folder = text.strip_suffix('/');
        text = folder.unwrap_or(text);
        let is_path = text.contains('/');
        text = text.strip_prefix('/').unwrap_or(text);
        // Anywhere is where names are looked for anyway.
        let name = text.strip_prefix("**/").filter(|it| !it.contains('/') && *it != "**");
        text = name.unwrap_or(text);
        if text.is_empty() {
            return Ok(false);
        }
        glob::check(text)?;
        self.rules.push(Ignore {
            glob: text.into(),
            is_negated: negated.is_some(),
            only_folders: folder.is_some(),
            is_path: is_path && name.is_none(),
            is_literal: !text.contains(['*', '?', '[', '\\']),
        });
        Ok(true)
    }

    /// Whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether the last pattern that matches leaves a path out, or takes it in; nothing where none matches. The path is
    /// relative to the file's folder, with `/` between its parts.
    pub fn verdict(&self, path: &str, is_folder: bool) -> Option<bool> {
        let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
        let covers = |it: &&Ignore| {
            if it.only_folders && !is_folder {
                return false;
            }
            let subject = if it.is_path { path } else { name };
            match it.is_literal {
                true => *it.glob == *subject,
                false if it.is_path => glob::matches(&it.glob, subject),
                false => glob::matches_name(&it.glob, subject),
            }
        };
        self.rules.iter().rev().find(covers).map(|it| !it.is_negated)
    }
}

fn refused(text: &str, reason: &str) -> String {
    const SHOWN: usize = 60;
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("`{shown}` is no pattern: {reason}")
}
