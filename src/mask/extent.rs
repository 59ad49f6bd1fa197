//! How far the value reaches that stands behind a name.

use std::ops::Range;

use super::lines::{FAR, Lines, floor, is_blank, is_entry, is_line_end, is_name_byte, trimmed};
use super::vocabulary;
use super::word::word;
use super::xml;

/// So many empty lines and comments may stand between a name and its value.
pub(super) const MAX_EMPTY: usize = 32;

/// What parts a name from its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    /// `name: value`
    Colon,
    /// `name=value`
    Equals,
    /// `--name value`
    Blank,
    /// `<name>value</name>`
    Tag,
}

/// Finds the parts of a text that are the value of a name: nothing, one scalar, or those of a list.
///
/// `name` has no quotation marks, and `from` is behind the separator.
pub(super) fn values(
    lines: &Lines<'_>,
    name: &Range<usize>,
    from: usize,
    separator: Separator,
) -> Vec<Range<usize>> {
    if separator == Separator::Tag {
        return vec![xml::text(lines, from)];
    }
    let is_quoted_name = lines.quote_at(name.end).is_some();
    // `"--password=a b"`: all of the quoted text that begins with the name.
    if let Some(quote) =
        lines.quote_before(name.start).filter(|_| !is_quoted_name && separator != Separator::Blank)
        && let Some((end, _)) = lines.close(quote, from, floor(lines, name.start))
    {
        return vec![trimmed(lines.text, from..end)];
    }
    let at = lines.skip_blanks(from);
    let at = if separator == Separator::Equals { at } else { skip_properties(lines, at) };
    match lines.byte(at) {
        None => Vec::new(),
        Some(byte) if is_line_end(byte) => below(lines, name.start, at),
        Some(b'#' | b'/')
            if at > from && separator == Separator::Colon && lines.comment_end(at).is_some() =>
        {
            below(lines, name.start, at)
        }
        Some(b'|' | b'>') if separator == Separator::Colon && is_header(lines, at) => {
            block(lines, name.start, at)
        }
        Some(b'[') if separator != Separator::Blank && !is_link(lines, at) => list(lines, at),
        Some(b'{') if separator == Separator::Colon && lines.template_end(at).is_none() => Vec::new(),
        // An array of a shell.
        Some(b'(') if separator == Separator::Equals => {
            let end = lines.end(lines.line(at));
            let close = lines.text[at..end].find(')').map_or(end, |it| at + it);
            // `PASSWORD=(a)b`
            let goes_on = lines.byte(close + 1).is_some_and(is_name_byte);
            vec![if goes_on { setting(lines, name, at) } else { at + 1..close }]
        }
        Some(_)
            if separator == Separator::Equals
                && let Some(value) = listed(lines, name.start, at) =>
        {
            vec![value]
        }
        // `- NAME="a b" psql`, `- NAME=$OTHER psql`: what follows is a command.
        Some(b'"' | b'\'' | b'$') if separator == Separator::Equals => vec![word(lines, at)],
        Some(_) if separator == Separator::Colon || is_item(lines, name.start) => {
            vec![scalar(lines, name.start, at)]
        }
        Some(_) if separator == Separator::Equals => vec![setting(lines, name, at)],
        Some(_) => vec![word(lines, at)],
    }
}

/// Returns the value in a file of settings, to the end of its line: `password = a b`. In a script a command follows a word:
/// `PASSWORD=a psql`.
fn setting(lines: &Lines<'_>, name: &Range<usize>, at: usize) -> Range<usize> {
    let (first, line) = (word(lines, at), lines.line(at));
    let end = lines.end(line);
    if lines.start(line) + lines.indent(line) != name.start || first.end >= end {
        return first;
    }
    let rest = lines.text.get(first.end..end).unwrap_or_default();
    let rest = rest.split_once(" #").map_or(rest, |it| it.0);
    let follows = rest.trim_start_matches([' ', '\t', ';']);
    let program = follows.split([' ', '\t']).next().unwrap_or_default();
    let is_command = rest.contains(['$', '|', '&', '<', '>', '`', '"', '\'', '\\'])
        || rest.contains(" -")
        || rest.starts_with("; ")
        || follows.contains(['/', '='])
        || vocabulary::has(program);
    if follows.is_empty() || is_command { first } else { first.start..first.end + rest.trim_end().len() }
}

/// Returns the value in a list of settings within quotation marks: `"user=app,password=a b,version=3"`.
fn listed(lines: &Lines<'_>, name: usize, at: usize) -> Option<Range<usize>> {
    let line = lines.line(at);
    let before = &lines.text.as_bytes()[lines.start(line).max(name.saturating_sub(FAR))..name];
    let rest = &lines.text.as_bytes()[at..lines.end(line)];
    // Settings that semicolons part can have commas in them.
    let ends: &[u8] = if before.last()? == &b';' { b"\"';" } else { b"\"',;" };
    before.last().filter(|it| b",;".contains(it))?;
    let length = rest.iter().take(FAR).position(|it| ends.contains(it))?;
    let is_open = |mark: u8| before.iter().filter(|it| **it == mark).count() % 2 == 1;
    let is_end = match rest[length] {
        mark @ (b'"' | b'\'') => is_open(mark),
        _ => is_open(b'"') || is_open(b'\''),
    };
    (is_end && length > 0).then(|| trimmed(lines.text, at..at + length))
}

/// Whether a name begins an item of a list: in `- NAME=a b`, all that follows is the value.
fn is_item(lines: &Lines<'_>, name: usize) -> bool {
    let line = lines.line(name);
    let indent = lines.start(line) + lines.indent(line);
    lines.byte(indent) == Some(b'-') && name <= indent + FAR && lines.skip_blanks(indent + 1) == name
}

/// Passes over a tag and an anchor of YAML.
fn skip_properties(lines: &Lines<'_>, mut at: usize) -> usize {
    for _ in 0..2 {
        let is_property = matches!(lines.byte(at), Some(b'!' | b'&'));
        let rest = &lines.text[at..];
        let length = rest.bytes().take(FAR).take_while(|it| !is_blank(*it) && !is_line_end(*it)).count();
        let next = lines.skip_blanks(at + length);
        // A password may begin like this, and then nothing follows.
        let is_tag = rest.starts_with("!!") || next < lines.text.len();
        if !is_property
            || !is_tag
            || length < 2
            || next == at + length && !lines.byte(next).is_some_and(is_line_end)
        {
            return at;
        }
        if lines.byte(next).is_some_and(is_line_end)
            && !rest.starts_with("!!")
            && below(lines, at, next).is_empty()
        {
            return at;
        }
        at = next;
    }
    at
}

/// Whether a block scalar begins: `|`, `>-`, `|2+`.
fn is_header(lines: &Lines<'_>, at: usize) -> bool {
    let rest = &lines.text[at + 1..lines.end(lines.line(at))];
    let rest = rest.trim_start_matches(|it: char| it.is_ascii_digit() || "+-".contains(it)).trim();
    rest.is_empty() || rest.starts_with('#')
}

/// Whether a bracket is one of Markdown or a pattern: `[A-Z]+`.
fn is_link(lines: &Lines<'_>, at: usize) -> bool {
    let line = &lines.text.as_bytes()[at..lines.end(lines.line(at))];
    let end = line.iter().take(FAR).position(|it| *it == b']');
    end.and_then(|end| line.get(end + 1)).is_some_and(|it| b"({+*".contains(it))
}

/// Returns the lines of a block scalar.
fn block(lines: &Lines<'_>, name: usize, at: usize) -> Vec<Range<usize>> {
    let (floor, first) = (floor(lines, name), lines.line(at) + 1);
    let belongs = |line: &usize| lines.content(*line).is_empty() || lines.indent(*line) > floor;
    let count = (first..lines.count()).take_while(belongs).count();
    if count == 0 {
        return Vec::new();
    }
    vec![trimmed(lines.text, lines.start(first)..lines.end(first + count - 1))]
}

/// Returns a scalar of YAML, without quotation marks.
fn scalar(lines: &Lines<'_>, name: usize, at: usize) -> Range<usize> {
    let floor = floor(lines, name);
    if let Some((quote, inner)) = lines.quote_at(at)
        && let Some((end, after)) = lines.close(quote, inner, floor)
    {
        // `'a''b'` has more behind what seems the end, and so has what a shell puts together.
        let is_end = lines.byte(after).is_none_or(|it| !is_name_byte(it) && !b"\"'\\".contains(&it));
        return inner..if is_end { end } else { word(lines, at).end.max(end) };
    }
    let key = if lines.quote_before(name).is_some() { name - 1 } else { name };
    let is_flow = matches!(lines.before(key), Some(b'{' | b',' | b'['));
    let line = lines.line(at);
    let end = plain_end(lines, at..lines.end(line), is_flow);
    if is_flow || end < lines.end(line) {
        return trimmed(lines.text, at..end);
    }
    trimmed(lines.text, at..continued(lines, line, floor))
}

/// Returns where a plain scalar ends on its line.
fn plain_end(lines: &Lines<'_>, range: Range<usize>, is_flow: bool) -> usize {
    let rest = &lines.text[range.clone()];
    let start = lines.start(lines.line(range.start)).max(range.start.saturating_sub(FAR));
    // `echo "password: a"`, but not `password: a" b`.
    let before = &lines.text.as_bytes()[start..range.start];
    let count = |mark: u8| before.iter().filter(|it| **it == mark).count();
    let (is_open, is_single_open) = (count(b'"') % 2 == 1, count(b'\'') % 2 == 1);
    let ends = |at: usize| match rest.as_bytes()[at] {
        b',' | b'}' | b']' => is_flow,
        // What the linter is told stays.
        b' ' => rest[at..].starts_with(" # batchlint"),
        mark @ (b'"' | b'\'') => {
            let is_last =
                rest[at + 1..].starts_with([',', '}', ']', ')', ':', ' ', ';']) || at + 1 == rest.len();
            is_last && if mark == b'"' { is_open } else { is_single_open }
        }
        _ => false,
    };
    let first = lines.template_end(range.start).map_or(1, |it| it - range.start);
    // Each name on a long line would look through all that follows, but within one word there are no more names.
    let is_one_word = !rest.bytes().take(FAR).any(is_blank);
    let limit = if is_one_word { rest.len() } else { rest.len().min(FAR) };
    let end = (first..limit).find(|&at| ends(at)).unwrap_or(rest.len());
    range.start + rest[..end].trim_end_matches('\\').len()
}

/// Returns the end of a plain scalar that further lines continue, each of which is indented by more than `floor`.
fn continued(lines: &Lines<'_>, line: usize, floor: usize) -> usize {
    let belongs = |it: &usize| {
        let content = lines.content(*it);
        lines.indent(*it) > floor
            && !is_entry(content)
            && !content.starts_with(['#', '-'])
            && !content.is_empty()
    };
    let count = (line + 1..lines.count()).take_while(belongs).count();
    lines.end(line + count)
}

/// Returns the values on the lines below a name.
fn below(lines: &Lines<'_>, name: usize, at: usize) -> Vec<Range<usize>> {
    // Within brackets, indentation says nothing.
    let key = if lines.quote_before(name).is_some() { name - 1 } else { name };
    let is_flow = matches!(lines.before(key), Some(b'{' | b','));
    let (floor, first) = (if is_flow { 0 } else { floor(lines, name) }, lines.line(at) + 1);
    let is_empty = |line: &usize| lines.content(*line).is_empty() || lines.is_comment_line(*line);
    let near = first..lines.count().min(first + MAX_EMPTY);
    let Some(first) = near.into_iter().find(|it| !is_empty(it)) else { return Vec::new() };
    let (indent, content) = (lines.indent(first), lines.content(first));
    let is_item = |line: usize| lines.content(line).starts_with("- ");
    let start = lines.start(first) + indent;
    if is_item(first) && indent >= floor {
        let items = (first..lines.count()).take_while(|&line| lines.indent(line) == indent && is_item(line));
        let scalars = items.filter(|&line| !is_entry(lines.content(line)[2..].trim_start()));
        let item = |line: usize| {
            let at = lines.skip_blanks(lines.start(line) + indent + 1);
            if at < lines.end(line) { scalar(lines, at, at) } else { at..at }
        };
        scalars.map(item).collect()
    } else if is_entry(content)
        || content.starts_with(['{', '}', ']', '#', '-'])
        || indent <= floor && !is_flow
    {
        Vec::new()
    } else if content.starts_with('[') {
        list(lines, start)
    } else {
        let quoted = lines.quote_at(start).and_then(|(quote, inner)| {
            let (end, _) = lines.close(quote, inner, floor)?;
            Some(inner..end)
        });
        vec![quoted.unwrap_or_else(|| trimmed(lines.text, start..continued(lines, first, floor)))]
    }
}

/// Returns the scalars of a list in brackets.
fn list(lines: &Lines<'_>, open: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = open + 1;
    while let Some(byte) = lines.byte(at) {
        match byte {
            b']' => break,
            b'{' | b'[' | b':' => return Vec::new(),
            b',' | b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            _ => {
                let quoted = lines
                    .quote_at(at)
                    .and_then(|(quote, inner)| Some((inner, lines.close(quote, inner, 0)?)));
                let (range, next) = match quoted {
                    Some((inner, (end, after))) => (inner..end, after),
                    None => {
                        let rest = &lines.text[at..lines.end(lines.line(at))];
                        let end = at + rest.find([',', ']', '{', '[']).unwrap_or(rest.len());
                        (trimmed(lines.text, at..end), end.max(at + 1))
                    }
                };
                found.push(range);
                at = next;
            }
        }
    }
    found
}
