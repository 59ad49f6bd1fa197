//! The word behind a name or a flag, whatever stands between them.

use std::ops::Range;

use super::extent::MAX_EMPTY;
use super::lines::{FAR, Lines, is_blank, is_entry, is_line_end, is_name_byte, trimmed};
use super::vocabulary;
use super::word::word;
use crate::text::span::range_in;
use crate::text::word_list::has_word;

/// The longest word that is shown wherever it stands, in bytes.
pub(super) const LONGEST_KNOWN: usize = 5;

/// What some write between a name and its value: `NAME <<< value`, `name -> value`, `name - value`.
const MARKS: [&str; 3] = ["<<<", "->", "- "];

/// Returns the word on the line below a flag, where each has its line for itself.
pub(super) fn word_below(lines: &Lines<'_>, flag: &Range<usize>) -> Option<Range<usize>> {
    let line = lines.line(flag.start);
    let is_alone = lines.content(line).trim() == &lines.text[flag.clone()] && line + 1 < lines.count();
    let below = is_alone.then(|| lines.start(line + 1) + lines.indent(line + 1)..lines.end(line + 1))?;
    let below = trimmed(lines.text, below.start.min(below.end)..below.end);
    let word = &lines.text[below.clone()];
    let is_word =
        !word.is_empty() && !word.starts_with('-') && !word.contains([' ', '\t']) && !is_entry(word);
    is_word.then_some(below)
}

/// Returns the only word of the line below one that ends at a place, unless everybody may know it: another command may follow,
/// too.
pub(super) fn alone_below(lines: &Lines<'_>, end: usize) -> Option<Range<usize>> {
    const COMMANDS: &str = "break continue return shift";
    let first = lines.line(end) + 1;
    if lines.skip_blanks(end) < lines.end(first - 1) {
        return None;
    }
    let is_empty = |line: &usize| lines.content(*line).is_empty();
    let line = (first..lines.count()).take(MAX_EMPTY).find(|it| !is_empty(it))?;
    let content = lines.content(line).trim_end().trim_end_matches('\\').trim_end();
    let word = content.trim_matches(['"', '\'']);
    let is_command = |it: &str| vocabulary::has(it) || has_word(COMMANDS, it);
    // The end of a here-document is written in capitals.
    let is_end = word.bytes().all(|it| it.is_ascii_uppercase());
    let is_word = word.len() > LONGEST_KNOWN
        && !word.starts_with(['-', '/', '.', '#', '<', '[', '&', '|', '}', ']'])
        && !word.contains(|it: char| it.is_whitespace() || "=({$,".contains(it))
        && !word.ends_with([':', ')', ']', '}'])
        && !is_entry(content)
        && !is_end
        && !is_command(word);
    range_in(lines.text, word).filter(|_| is_word)
}

/// Returns the word or the item of a list behind a flag, also where an item with a separator alone stands between them; `None`
/// if another flag follows.
pub(super) fn next_word(lines: &Lines<'_>, flag_end: usize) -> Option<Range<usize>> {
    let next = word_after(lines, flag_end)?;
    let is_separator = ["=", ":", ":=", "=="].contains(&&lines.text[next.clone()]);
    if is_separator { word_after(lines, next.end) } else { Some(next) }
}

fn word_after(lines: &Lines<'_>, flag_end: usize) -> Option<Range<usize>> {
    let start = lines.quote_at(flag_end).map_or(flag_end, |(_, after)| after);
    let Behind { at, is_comma, is_item } = behind_marks(lines, start)?;
    if at == start || lines.byte(at).is_none_or(is_line_end) {
        return None;
    }
    // Behind a flag without quotation marks, a shell takes an argument in them for no other flag.
    let may_begin_so = !is_comma && !is_item && start == flag_end && lines.quote_at(at).is_some();
    let range =
        match lines.quote_at(at).and_then(|(quote, inner)| Some((inner, lines.close(quote, inner, 0)?))) {
            Some((inner, (end, after)))
                if lines.byte(after).is_none_or(|it| !is_name_byte(it) && !b"\"'\\".contains(&it)) =>
            {
                inner..end
            }
            // Within brackets, indentation does not end a quoted text.
            None if is_comma && lines.quote_at(at).is_some() => {
                let from = lines.quote_at(at)?.1;
                let rest = &lines.text.as_bytes()[from..];
                let end = rest.iter().take(FAR).position(|it| *it == lines.text.as_bytes()[from - 1]);
                trimmed(lines.text, from..from + end.unwrap_or_default())
            }
            // In a list, a comma ends a scalar without quotes.
            None if is_comma => {
                let rest = &lines.text.as_bytes()[at..];
                // `&anchor hunter2`
                let has_anchor = rest.first() == Some(&b'&');
                let is_end = |it: &u8| is_blank(*it) && !has_anchor || is_line_end(*it) || b",]".contains(it);
                at..at + rest.iter().position(is_end).unwrap_or(rest.len())
            }
            // The item of a list ends with its line.
            None if is_item => trimmed(lines.text, at..lines.end(lines.line(at))),
            _ => word(lines, at),
        };
    (may_begin_so || !lines.text[range.clone()].starts_with('-')).then_some(range)
}

/// Where the next word or item begins, and whether it is an item, in brackets behind a comma or on a line of its own.
struct Behind {
    at: usize,
    is_comma: bool,
    is_item: bool,
}

/// Passes over blanks, comments and marks, the end of a line that goes on, and the dashes of items. Behind a flag in a comment
/// items are in comments, too.
fn behind_marks(lines: &Lines<'_>, start: usize) -> Option<Behind> {
    let (mut at, mut is_comma, mut is_item) = (start, false, false);
    let is_hidden = lines.content(lines.line(start)).starts_with('#');
    for _ in 0..MAX_EMPTY {
        let from = at;
        at = continuation_end(lines, lines.skip_blanks(at));
        let rest = &lines.text[at..];
        let mark = MARKS.iter().find(|it| rest.starts_with(**it)).filter(|_| at > start);
        if !is_comma && rest.starts_with(',') {
            is_comma = true;
            at += 1;
        } else if let Some(end) = lines.comment_end(at).filter(|_| at > start) {
            at = end;
        } else if let Some(mark) = mark {
            at += mark.trim_end().len();
        } else if rest.starts_with(['\n', '\r']) {
            let below = lines.line(at) + 1;
            let is_empty =
                |line: &usize| lines.content(*line).is_empty() || lines.is_comment_line(*line) && !is_hidden;
            let next = (below..lines.count()).take(MAX_EMPTY).find(|it| !is_empty(it))?;
            let content = if is_hidden { lines.uncommented(next) } else { lines.content(next) };
            let begins_item = content == "-" || content.starts_with("- ");
            if !(begins_item || is_comma || is_item) {
                return None;
            }
            is_item |= begins_item;
            at = lines.end(next) - content.len() + usize::from(begins_item);
        } else if at == from {
            break;
        }
    }
    Some(Behind { at, is_comma, is_item })
}

/// Returns where a text goes on that a backslash continues, behind the ends of lines and items, as they are or written as
/// escapes; `at` if none does.
pub(super) fn continuation_end(lines: &Lines<'_>, at: usize) -> usize {
    let bytes = lines.text.as_bytes();
    let limit = bytes.len().min(at + FAR);
    let (mut next, mut is_continued, mut has_end) = (at, false, false);
    while next < limit {
        let byte = bytes[next];
        let following = bytes.get(next + 1).copied().unwrap_or(b'\n');
        let is_closed =
            || matches!(lines.byte(lines.skip_blanks(next + 1)), None | Some(b',' | b'\n' | b'\r'));
        next += match byte {
            b'\\' if following == b'\\' || is_line_end(following) => {
                is_continued = true;
                if following == b'\\' { 2 } else { 1 }
            }
            b'\\' if is_continued && escape_length(following) > 0 => {
                has_end |= !is_blank(following) && following != b't';
                escape_length(following)
            }
            b'"' | b'\'' if is_continued && is_closed() => 1,
            b'-' if has_end && is_blank(following) => 1,
            b',' | b'\n' | b'\r' if is_continued => {
                has_end = true;
                1
            }
            _ if is_blank(byte) => 1,
            _ => break,
        };
    }
    if has_end { next.min(bytes.len()) } else { at }
}

/// Returns how long an escape of YAML or JSON is whose character is blank or ends a line; 0 for others.
fn escape_length(letter: u8) -> usize {
    match letter {
        b'x' => 4,
        b'u' => 6,
        b'U' => 10,
        _ if b" \tafnrtv_LNP".contains(&letter) => 2,
        _ => 0,
    }
}
