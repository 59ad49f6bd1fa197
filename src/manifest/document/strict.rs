//! What go-yaml refuses and granit takes: YAML 1.2 is more generous here than the YAML 1.1 of Kubernetes.

use super::error::SyntaxError;
use crate::text::span::Span;

/// Refuses a tab in the indentation before a token in block style.
pub(super) fn check_indentation(source: &str, token: Span) -> Result<(), SyntaxError> {
    let before = &source.as_bytes()[..token.start as usize];
    if before.last() != Some(&b'\t') {
        return Ok(());
    }
    let blanks = before.iter().rev().take_while(|&&byte| byte == b' ' || byte == b'\t').count();
    let start = before.len() - blanks;
    let at_line_start = blanks == before.len() || before[start - 1] == b'\n';
    if at_line_start {
        let tab = start + before[start..].iter().take_while(|&&byte| byte == b' ').count();
        let place = Span::new(tab, tab + 1);
        return Err(SyntaxError::new("a tab cannot indent YAML", place).help("indent with spaces"));
    }
    Ok(())
}

/// Refuses a key that goes on after the end of its line, unless `?` announces it. `chunk` starts at `offset`.
pub(super) fn check_key(chunk: &str, key: Span, offset: u32) -> Result<(), SyntaxError> {
    let (start, end) = ((key.start - offset) as usize, (key.end - offset) as usize);
    let spans_lines = chunk.get(start..end).is_some_and(|text| text.contains('\n'));
    let rest = chunk.get(end..).unwrap_or_default();
    if !spans_lines && !rest.starts_with(['\n', '\r', ' ']) {
        return Ok(());
    }
    let blanks = rest.len() - rest.trim_start().len();
    let colon_on_later_line = rest[blanks..].starts_with(':') && rest[..blanks].contains('\n');
    if !spans_lines && !colon_on_later_line {
        return Ok(());
    }
    let is_announced = chunk.get(..start).is_some_and(|before| before.trim_end().ends_with('?'));
    if is_announced { Ok(()) } else { Err(SyntaxError::new("a key and its `:` belong on one line", key)) }
}

/// Refuses the escapes of JSON that YAML 1.1 lacks: `\/`, and halves of surrogate pairs.
pub(super) fn check_escapes(source: &str, scalar: Span, value: &str) -> Result<(), SyntaxError> {
    let raw = scalar.text(source);
    // Without an escape the value is as long as the text in its quotes.
    if raw.len() == value.len() + 2 {
        return Ok(());
    }
    let mut at = 0;
    while let Some(found) = raw[at..].find('\\') {
        let escape = at + found;
        let rest = &raw[escape + 1..];
        let place =
            |len: usize| Span::new(scalar.start as usize + escape, scalar.start as usize + escape + len);
        if rest.starts_with('/') {
            return Err(SyntaxError::new("YAML 1.1 has no escape `\\/`", place(2)));
        }
        let code = rest.strip_prefix('u').and_then(|digits| digits.get(..4));
        if code
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .is_some_and(|it| (0xd800..0xe000).contains(&it))
        {
            return Err(SyntaxError::new("YAML has no escape for half of a surrogate pair", place(6)));
        }
        at = escape + 1 + rest.chars().next().map_or(0, char::len_utf8);
    }
    Ok(())
}

/// Refuses a tab where the first line of a block scalar is to show its indentation.
pub(super) fn check_block(source: &str, scalar: Span) -> Result<(), SyntaxError> {
    let raw = scalar.text(source);
    // The span starts with `|` or `>`, or already with the content.
    let header = if raw.starts_with(['|', '>']) { raw.find('\n').map_or(raw.len(), |at| at + 1) } else { 0 };
    if raw[..header].contains(|it: char| it.is_ascii_digit()) {
        return Ok(());
    }
    let mut at = header;
    for line in raw[header..].split_inclusive('\n') {
        let content = line.trim_start_matches(' ');
        if content.starts_with('\t') {
            let tab = scalar.start as usize + at + line.len() - content.len();
            let error = SyntaxError::new("a tab cannot indent YAML", Span::new(tab, tab + 1));
            return Err(error.help("indent with spaces"));
        }
        if !content.trim_end().is_empty() {
            break;
        }
        at += line.len();
    }
    Ok(())
}
