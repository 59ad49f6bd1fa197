//! What stands around the place at which reading stopped.

/// The text around the place at which reading stopped.
pub(super) struct Place<'a> {
    /// The line.
    pub(super) line: &'a str,
    /// The last line before it that is neither empty nor a comment.
    pub(super) line_above: &'a str,
    /// How many lines above that one is.
    pub(super) distance: usize,
    /// The line before the place.
    pub(super) before: &'a str,
    /// The line from the place on.
    pub(super) rest: &'a str,
    /// Whether nothing but blanks and comments follows in the document.
    pub(super) is_last: bool,
    /// Whether the line is the first that is indented too little for a block scalar.
    pub(super) ends_block: bool,
}

impl<'a> Place<'a> {
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
        let is_content = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        let above = text[..start].lines().rev().enumerate().find(|(_, line)| is_content(line));
        let (distance, line_above) = above.map_or((1, ""), |(lines, line)| (lines + 1, line));
        let is_last = !text[at..].lines().any(|line| is_content(&line));
        let (line, before, rest) = (&text[start..end], &text[start..at], &text[at..end]);
        let ends_block = follows_block(&text[..start], indentation(line));
        Place { line, line_above, distance, before, rest, is_last, ends_block }
    }

    /// Returns the word that starts at the place.
    pub(super) fn word(&self) -> &'a str {
        let end = self.rest.find(|it: char| it.is_whitespace() || ",[]{}".contains(it));
        &self.rest[..end.unwrap_or(self.rest.len())]
    }

    pub(super) fn first(&self) -> char {
        self.rest.chars().next().unwrap_or(' ')
    }

    /// Whether the line has empty brackets for a key: `{}: x`.
    pub(super) fn is_bracket_key(&self) -> bool {
        let line: String = self.line.trim_start_matches([' ', '-']).split_whitespace().collect();
        line.starts_with("{}:") || line.starts_with("[]:")
    }

    /// Whether the line, or the one above, is a mark that git leaves where it cannot merge.
    pub(super) fn is_conflict(&self) -> bool {
        let is_mark = |line: &str| ["<<<<<<< ", "=======", ">>>>>>> "].iter().any(|it| line.starts_with(it));
        is_mark(self.line) || is_mark(self.line_above)
    }
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Whether a text ends in a block scalar that a line with less indentation than its text ends: `run: |`.
fn follows_block(above: &str, indented: usize) -> bool {
    let mut least = usize::MAX;
    for line in above.lines().rev().filter(|it| !it.trim().is_empty()) {
        let own = indentation(line);
        let header = line.trim_end().trim_end_matches(['+', '-']);
        if own < least
            && least != usize::MAX
            && [": |", "- |", ": >", "- >"].iter().any(|it| header.ends_with(it))
        {
            return indented < least;
        }
        least = least.min(own);
        if least <= indented {
            return false;
        }
    }
    false
}
