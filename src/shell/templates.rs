//! Whether a script is a template that another program is still to fill in, or only passes one on to a program of its own.

use super::error::Parsed;
use super::syntax::{Part, Tree};
use super::traversal;

/// Options whose values are templates of the program itself: `docker ps --format '{{.Names}}'`.
const OPTIONS: [&str; 6] = ["--format", "-f", "--template", "-o", "--output", "-t"];

/// A script that passes on more of them is not written by hand.
const MAX_BRACES: usize = 100;

/// Whether a script with `{{` is still to be filled in: not where it can be parsed and quotes protect the braces, nor where
/// they are the value of an option.
pub(super) fn is_template(text: &str, parsed: &Parsed<Tree<'_>>) -> bool {
    match parsed {
        Ok(tree) => has_bare_braces(text, tree),
        Err(_) => {
            let mut braces = text.match_indices("{{").enumerate();
            braces.any(|(index, (at, _))| index >= MAX_BRACES || !is_passed_on(text, at))
        }
    }
}

/// Whether the braces of a template engine stand in a script outside of quotes.
fn has_bare_braces(text: &str, tree: &Tree<'_>) -> bool {
    let mut found = false;
    traversal::words_in(&tree.list, &mut |word| {
        let is_brace =
            |part: &Part<'_>| matches!(part, Part::Text { text, quoted: false } if text.contains("{{"));
        let start = word.span.start as usize;
        found |= word.parts.iter().any(is_brace) && !is_bare_value(text, start, word.span.text(text));
    });
    found
}

/// Whether the braces at a place of a script that cannot be parsed go to a program as they are.
fn is_passed_on(text: &str, at: usize) -> bool {
    let line_start = text[..at].rfind('\n').map_or(0, |it| it + 1);
    let line = &text[line_start..at];
    let line_end = text[at..].find('\n').map_or(text.len(), |it| at + it);
    match line.rfind(['\'', '"']) {
        Some(quote) => {
            let mark = &line[quote..=quote];
            let Some(end) = text[at..line_end].find(mark) else { return false };
            let is_closed = text[at + end + 1..].chars().next().is_none_or(|it| !it.is_ascii_alphanumeric());
            let before = &line[..quote];
            let is_opened = before.is_empty() || before.ends_with([' ', '\t', '=', '(', ',']);
            is_closed && is_opened && (mark == "'" || is_value(before))
        }
        None => {
            let start = line.rfind([' ', '\t']).map_or(0, |it| it + 1);
            let word = text[line_start + start..line_end].split([' ', '\t']).next().unwrap_or_default();
            is_bare_value(text, line_start + start, word)
        }
    }
}

/// Whether a word without quotes is the value of an option, in Go's syntax and without what Helm fills in.
fn is_bare_value(text: &str, start: usize, word: &str) -> bool {
    const OF_HELM: [&str; 5] = [".Values", ".Release", ".Chart", ".Files", ".Capabilities"];
    let is_go = word.match_indices("{{").all(|(at, _)| word[at + 2..].starts_with('.'));
    let before = word.split("{{").next().unwrap_or_default();
    is_go && !OF_HELM.iter().any(|it| word.contains(it)) && (is_value(before) || is_value(&text[..start]))
}

/// Whether a value of an option comes next: `--format `, `-o go-template=`.
fn is_value(before: &str) -> bool {
    let before = before.strip_suffix("go-template=").unwrap_or(before);
    let before = before.trim_end_matches([' ', '\t']);
    let before = before.strip_suffix('=').unwrap_or(before);
    let word = before.rsplit([' ', '\t', '\n']).next().unwrap_or_default();
    OPTIONS.contains(&word)
}
