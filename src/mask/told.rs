//! Values without a separator directly behind the name: `password hunter2Zx9`, `PASSWORD('hunter2')`.

use std::ops::Range;

use super::lines::{Lines, is_line_end};
use super::name::Promise;
use super::next::next_word;
use super::word::word;
use crate::facts::secret::chance::is_random;

/// Returns the value that a name has without a separator: `password hunter2Zx9`, `PASSWORD 'hunter2'`.
pub(super) fn told(lines: &Lines<'_>, name: &Range<usize>) -> Option<Range<usize>> {
    let value = next_word(lines, name.end)?;
    let between = &lines.text[name.end..value.start];
    let opens = between.trim_start_matches([' ', '\t']).starts_with(['\'', '"'])
        || lines.text[value.clone()].starts_with(['\'', '"']);
    let is_quoted = opens && between.starts_with([' ', '\t']);
    // `define('NAME', 'value')`
    let is_called = || {
        let quotes = |it: char| "\"'\\ ".contains(it);
        let (before, after) = (&lines.text[..name.start], &lines.text[value.end..]);
        between.trim_matches(quotes).trim_end_matches([' ', '"', '\'', '\\']).trim_end_matches(quotes) == ","
            && before.trim_end_matches(quotes).ends_with('(')
            && after.trim_start_matches(quotes).starts_with(')')
    };
    if is_called() {
        return Some(value);
    }
    // `<a name="password" value="${PASSWORD}">` says what it is given.
    let is_named = lines.text[value.clone()].contains("=\"") || lines.text[value.clone()].contains("='");
    let is_near = !between.contains("}}")
        && !lines.text[value.clone()].starts_with("}}")
        && !between.contains(['\n', '\r', ','])
        && !is_named;
    let is_random = || value.len() < 200 && is_random(&lines.text[value.clone()]);
    (is_near && (is_quoted || is_random())).then_some(value)
}

/// Returns the text in quotation marks to which SQL sets a name: `SET SESSION app.password TO 'hunter2'`.
pub(super) fn set_to(lines: &Lines<'_>, name: &Range<usize>) -> Option<Range<usize>> {
    let verb = lines.skip_blanks(name.end);
    let is_set = lines.text[verb..].get(..3).is_some_and(|it| it.eq_ignore_ascii_case("to "));
    let at = lines.skip_blanks(verb + if is_set { 3 } else { 0 });
    (is_set && lines.quote_at(at).is_some()).then(|| word(lines, at))
}

/// Returns the text in quotation marks on the line below a name: SQL may go on there.
pub(super) fn quoted_below(lines: &Lines<'_>, name: &Range<usize>, promise: Promise) -> Option<Range<usize>> {
    let line = lines.line(name.end);
    if promise != Promise::Password
        || lines.skip_blanks(name.end) < lines.end(line)
        || line + 1 >= lines.count()
    {
        return None;
    }
    let at = lines.start(line + 1) + lines.indent(line + 1);
    let (quote, inner) = lines.quote_at(at)?;
    let (end, after) = lines.close_near(quote, inner)?;
    let next = lines.byte(lines.skip_blanks(after));
    next.is_none_or(|it| is_line_end(it) || b";),".contains(&it)).then_some(inner..end)
}

/// Returns the text that a function is called with whose name promises a password: `PASSWORD('hunter2')`.
pub(super) fn called(lines: &Lines<'_>, name: &Range<usize>, promise: Promise) -> Option<Range<usize>> {
    let open = lines.skip_blanks(name.end);
    let is_call = promise == Promise::Password && lines.byte(open) == Some(b'(');
    let at = lines.skip_blanks(open + 1);
    // `PASSWORD(b'hunter2')`
    let is_bytes =
        lines.byte(at).is_some_and(|it| it.is_ascii_alphabetic()) && lines.quote_at(at + 1).is_some();
    let at = at + usize::from(is_bytes);
    is_call.then(|| lines.quote_at(at)).flatten().map(|_| word(lines, at))
}
