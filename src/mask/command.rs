//! Passwords behind the flags of programs whose flags do not say so: `mysql -phunter2`, `curl -u bob:hunter2`.

use std::ops::Range;

use super::extent::word;
use super::lines::{Lines, is_blank, is_line_end};
use super::name::{Promise, hides};
use crate::facts::secret::arguments::{TOOLS, Tool};
use crate::mask::hidden::Scan;
use crate::shell::program::base_name;

/// So many further lines can belong to a command.
const MOST_LINES: usize = 64;

/// Returns the names of these programs.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TOOLS.iter().flat_map(|it| it.names).copied()
}

/// Hides the passwords in the command that has the name of a program at a place.
pub(super) fn look(scan: &mut Scan<'_>, range: Range<usize>) {
    if range.start < scan.next_command {
        return;
    }
    let (words, end) = words(scan.lines, range.start);
    let mut tool: Option<&'static Tool> = None;
    let (mut found, mut may_log_in) = (Vec::new(), false);
    for (index, it) in words.iter().enumerate() {
        let text = &scan.lines.text[it.clone()];
        let named = TOOLS.iter().find(|tool| tool.names.contains(&base_name(text)));
        (tool, may_log_in) = (named.or(tool), may_log_in && named.is_none() || tool_is_told(tool, text));
        if let Some(tool) = tool.filter(|it| it.subcommand.is_empty() || may_log_in) {
            found.extend(behind_flag(scan.lines, tool, it, words.get(index + 1)));
        }
    }
    scan.next_command = end;
    for it in found {
        if hides(Promise::Password, "", &scan.lines.text[it.clone()]) {
            scan.hide(it);
        }
    }
}

fn tool_is_told(tool: Option<&Tool>, word: &str) -> bool {
    tool.is_some_and(|it| !it.subcommand.is_empty() && it.subcommand == word)
}

/// Returns the password that a flag has, in its word or the next one.
fn behind_flag(
    lines: &Lines<'_>,
    tool: &Tool,
    at: &Range<usize>,
    next: Option<&Range<usize>>,
) -> Option<Range<usize>> {
    let text = &lines.text[at.clone()];
    let flag = tool.flags.iter().find(|flag| text.starts_with(**flag))?;
    let rest = &text[flag.len()..];
    let value = match (rest, flag.len()) {
        ("", _) if tool.attached => return None,
        ("", _) => next?.clone(),
        (_, 2) => at.start + 2..at.end,
        (rest, _) => at.end - rest.strip_prefix('=')?.len()..at.end,
    };
    let whole = &lines.text[value.clone()];
    let start = match tool.separator {
        Some(separator) => whole.find(separator)? + 1,
        None if !whole.trim_start_matches(['"', '\'', '\\']).starts_with(tool.prefix) => return None,
        None => whole.find(tool.prefix)? + tool.prefix.len(),
    };
    let inner = whole[start..].trim_start_matches(['"', '\'', '\\']);
    let start = value.end - inner.len();
    Some(start..start + inner.trim_end_matches(['"', '\'', '\\']).len())
}

/// Returns the words from a place on to the end of the command: of the line, those that it is continued on, and the items
/// of a list; and where it ends.
fn words(lines: &Lines<'_>, from: usize) -> (Vec<Range<usize>>, usize) {
    let (mut words, mut line) = (Vec::new(), lines.line(from));
    let last = lines.count().min(line + MOST_LINES);
    let mut at = from;
    loop {
        let end = lines.end(line);
        while at < end {
            let byte = lines.text.as_bytes()[at];
            if is_blank(byte) || is_line_end(byte) || b"\"',[]()|&;`".contains(&byte) {
                at += 1;
                continue;
            }
            let quoted = lines.quote_before(at).and_then(|quote| lines.close(quote, at, 0));
            let it = match quoted {
                // One argument in quotes; a whole command in quotes is taken apart.
                Some((close, _)) if close <= end && !lines.text[at..close].contains(' ') => at..close,
                _ => word(lines, at),
            };
            let it = it.start.min(at)..it.end.min(end).max(at + 1);
            at = it.end;
            words.push(it);
        }
        let is_continued = lines.content(line).ends_with('\\');
        line += 1;
        if line >= last {
            return (words, end);
        }
        let content = lines.content(line);
        let goes_on = is_continued
            || content.starts_with("- ")
            || content.starts_with("args:")
            || content.starts_with("\"args\":")
            || content.starts_with(['"', '\'', ']']);
        if !goes_on {
            return (words, end);
        }
        at = lines.start(line);
    }
}
