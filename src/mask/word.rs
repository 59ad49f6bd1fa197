//! Words as a shell reads them, in a text of which nobody knows where it is one.

use std::ops::Range;

use super::lines::{FAR, Lines, floor, is_blank, is_line_end, is_name_byte};

/// Returns a word as a shell has it, from `start` on; without its quotation marks where they are around all of it.
pub(super) fn word(lines: &Lines<'_>, start: usize) -> Range<usize> {
    word_until(lines, start, lines.text.len())
}

/// Returns such a word, or what of it stands before `limit`.
pub(super) fn word_until(lines: &Lines<'_>, start: usize, limit: usize) -> Range<usize> {
    let bytes = &lines.text.as_bytes()[..limit];
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
            b'{' if let Some(end) = lines.template_end(at) => {
                at = end;
                is_closed = false;
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
            // `-u app,'hunter 2'`, and not `[app,'hunter 2']`
            b',' if at > start && !is_closed && is_last(lines, at + 1) => at += 1,
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

/// Whether a quotation mark within a word begins a part of it: `bob:'a b'`, `--name="a b"`, `-p'a b'`.
fn opens(lines: &Lines<'_>, at: usize) -> bool {
    let Some((quote, from)) = lines.quote_at(at).filter(|_| at > 0) else { return false };
    let Some(next) = lines.byte(from).filter(|it| !is_blank(*it)) else { return false };
    let is_after_mark = b":=%,@/".contains(&lines.text.as_bytes()[at - 1]);
    let is_inner = || !is_line_end(next) && !b"\"',:;|)]}&<>".contains(&next);
    // `-p'<a b>'`
    let before = &lines.text.as_bytes()[..at];
    let is_after_flag = || {
        before.len() > 2
            && before[at - 2] == b'-'
            && before[at - 1].is_ascii_alphabetic()
            && is_blank(before[at - 3])
    };
    is_after_mark || (is_inner() || is_after_flag()) && lines.close_near(quote, from).is_some()
}

/// Whether a quoted text begins at a place that ends a word of a shell.
fn is_last(lines: &Lines<'_>, at: usize) -> bool {
    let closed = lines.quote_at(at).and_then(|(quote, from)| lines.close_near(quote, from));
    closed.is_some_and(|(_, after)| lines.byte(after).is_none_or(|it| is_blank(it) || is_line_end(it)))
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
