//! How far the value reaches that stands behind a name.

use std::ops::Range;

use super::lines::{Lines, is_blank, is_entry, is_line_end, is_name_byte, trimmed};
use super::xml;

/// What only decides how a value is read is looked for so far: untrusted files can have a line of any length, with a name on
/// every few bytes of it.
const FAR: usize = 1000;

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
    let at = skip_properties(lines, lines.skip_blanks(from));
    match lines.byte(at) {
        None => Vec::new(),
        Some(byte) if is_line_end(byte) => below(lines, name.start, at),
        Some(b'#') if at > from && separator == Separator::Colon && is_comment(lines, at) => {
            below(lines, name.start, at)
        }
        Some(b'|' | b'>') if separator == Separator::Colon && is_header(lines, at) => {
            block(lines, name.start, at)
        }
        Some(b'[') if separator != Separator::Blank && !is_link(lines, at) => list(lines, at),
        Some(b'{') if separator == Separator::Colon => Vec::new(),
        // An array of a shell.
        Some(b'(') if separator == Separator::Equals => {
            let end = lines.end(lines.line(at));
            let items = at + 1..lines.text[at..end].find(')').map_or(end, |it| at + it);
            vec![items]
        }
        // `- NAME="a b" psql`, `- NAME=$OTHER psql`: what follows is a command.
        Some(b'"' | b'\'' | b'$') if separator == Separator::Equals => vec![word(lines, at)],
        Some(_) if separator == Separator::Colon || is_item(lines, name.start) => {
            vec![scalar(lines, name.start, at)]
        }
        Some(_) => vec![word(lines, at)],
    }
}

/// Whether a comment begins, and no password of a person who does not know that this is one.
fn is_comment(lines: &Lines<'_>, at: usize) -> bool {
    lines.byte(at + 1).is_none_or(|it| is_blank(it) || is_line_end(it) || it == b'#')
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

/// Returns the indentation that lines of a value behind a name at `at` exceed.
pub(super) fn floor(lines: &Lines<'_>, at: usize) -> usize {
    let line = lines.line(at);
    let before = &lines.text[lines.start(line)..at];
    let leads = before.len() <= FAR && before.bytes().all(|it| is_blank(it) || b"-?'\"\\#".contains(&it));
    if leads { before.len() - usize::from(before.ends_with(['"', '\''])) } else { lines.indent(line) }
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
    let ends = |at: usize| match rest.as_bytes()[at] {
        b',' | b'}' | b']' => is_flow,
        // What the linter is told stays.
        b' ' => rest[at..].starts_with(" # batchlint"),
        b'"' | b'\'' => {
            rest[at + 1..].starts_with([',', '}', ']', ')', ':', ' ', ';']) || at + 1 == rest.len()
        }
        _ => false,
    };
    let end = (1..rest.len()).find(|&at| ends(at)).unwrap_or(rest.len());
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
    let is_empty = |line: &usize| lines.content(*line).is_empty() || lines.content(*line).starts_with('#');
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

/// Returns a word as a shell has it, from `at` on; without its quotation marks where they are around all of it.
pub(super) fn word(lines: &Lines<'_>, start: usize) -> Range<usize> {
    let bytes = lines.text.as_bytes();
    if let Some(command) = backquoted(lines, start) {
        return command;
    }
    let (mut at, mut is_closed) = (start, false);
    let mut inner = None;
    while at < bytes.len() {
        let next = bytes.get(at + 1).copied().unwrap_or(b'\n');
        let goes_on = |it: u8| is_name_byte(it) || b"\"'\\$".contains(&it);
        match bytes[at] {
            byte if is_blank(byte) || is_line_end(byte) => break,
            // `'it'\''s'`, with more backslashes within JSON.
            b'\\'
                if is_closed
                    && escaped_quote(bytes, at)
                        .is_some_and(|it| bytes.get(it).is_some_and(|it| goes_on(*it))) =>
            {
                at = escaped_quote(bytes, at).unwrap_or(at + 1);
            }
            b'"' | b'\'' | b'\\' if at == start || is_closed || opens(lines, at) => {
                let Some((quote, from)) = lines.quote_at(at) else {
                    at += 1;
                    is_closed = false;
                    continue;
                };
                let next = bytes.get(from).copied().unwrap_or(b'\n');
                let end_of_outer = at > start && !goes_on(next) && !opens(lines, at);
                let closed = lines.close(quote, from, floor(lines, start)).filter(|_| !end_of_outer);
                let Some((end, after)) = closed else {
                    // Nobody closes it: all of the line may belong to it.
                    let is_open = at == start && !is_blank(next) && !is_line_end(next);
                    inner = is_open.then(|| from..lines.end(lines.line(from)));
                    is_closed = is_open;
                    break;
                };
                inner = (at == start).then_some(from..end);
                (at, is_closed) = (after, true);
            }
            b'"' | b'\'' if !is_name_byte(next) => break,
            b'\\' if b"\"'".contains(&next) && !bytes.get(at + 2).is_some_and(|it| is_name_byte(*it)) => {
                break;
            }
            b'$' if next == b'(' => {
                at = substitution_end(lines, at + 2);
                is_closed = false;
            }
            b'$' if next == b'{' => {
                let rest = &lines.text[at..lines.end(lines.line(at))];
                at += rest.bytes().take(FAR).position(|it| it == b'}').map_or(1, |end| end + 1);
                is_closed = false;
            }
            // `correct\ horse`
            b'\\' if is_blank(next) => at += 2,
            b';' => break,
            // `<a name="value"/>`
            b'/' if is_closed && next == b'>' => break,
            byte @ (b'|' | b')' | b'`' | b'}' | b'&' | b'<' | b'>' | b',' | b']') if at > start => {
                let ends = is_blank(next) || is_line_end(next) || b"\"'\\;,|)}&]".contains(&next);
                if ends || is_closed || b"&,".contains(&byte) && is_assignment(&bytes[at + 1..]) {
                    break;
                }
                at += 1;
            }
            _ => {
                at += 1;
                is_closed = false;
                inner = None;
            }
        }
    }
    match inner {
        Some(inner) if is_closed => inner,
        _ => start..at,
    }
}

/// Returns the place behind a quotation mark with backslashes before it.
fn escaped_quote(bytes: &[u8], at: usize) -> Option<usize> {
    let slashes = bytes[at..].iter().take(8).take_while(|it| **it == b'\\').count();
    bytes.get(at + slashes).filter(|it| b"\"'".contains(it)).map(|_| at + slashes + 1)
}

/// Whether a quotation mark within a word begins a part of it: `bob:'a b'`, `--name="a b"`.
fn opens(lines: &Lines<'_>, at: usize) -> bool {
    let is_after_mark = at > 0 && b":=%,@/".contains(&lines.text.as_bytes()[at - 1]);
    is_after_mark
        && lines.quote_at(at).is_some_and(|(_, from)| lines.byte(from).is_some_and(|it| !is_blank(it)))
}

/// Returns where `$(` ends, on its line.
fn substitution_end(lines: &Lines<'_>, from: usize) -> usize {
    let end = lines.end(lines.line(from)).min(from + FAR);
    let mut depth = 1;
    for at in from..end {
        match lines.text.as_bytes()[at] {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    end
}

/// Returns a command whose output is assigned, if it is on one line and has an argument: a password can have backquotes, too.
fn backquoted(lines: &Lines<'_>, at: usize) -> Option<Range<usize>> {
    if at == 0 || lines.byte(at - 1) != Some(b'=') || lines.byte(at) != Some(b'`') {
        return None;
    }
    let end = lines.end(lines.line(at)).min(at + FAR);
    let (inner, _) = lines.text.get(at + 1..end)?.split_once('`')?;
    inner.contains(' ').then(|| at..at + inner.len() + 2)
}

/// Whether `name=` follows.
fn is_assignment(bytes: &[u8]) -> bool {
    let name = bytes.iter().take(64).take_while(|it| is_name_byte(**it)).count();
    name > 0 && bytes.get(name) == Some(&b'=')
}
