//! Values without a separator directly behind the name: `password hunter2Zx9`, `# password (staging): hunter2Zx9`.

use std::ops::Range;

use super::excuse::hides;
use super::extent::MAX_EMPTY;
use super::lines::{Lines, is_blank, is_line_end};
use super::name::Promise;
use super::next::next_word;
use super::word::word;
use crate::facts::secret::chance::is_random;
use crate::text::span::range_in;
use crate::text::word_list::has_word;

/// How far behind its name a value in a comment is searched for, in bytes.
const NEAR: usize = 200;

/// Words in front of a value.
const VERBS: [&str; 7] = ["is", "was", "ist", "lautet", "war", "est", "es"];

/// Marks in front of a value.
const MARKS: [&str; 4] = ["=", "->", "=>", "→"];

/// The shortest word that a sentence tells, in bytes.
const LEAST: usize = 6;

/// Returns the value that a comment has behind a name and a few more words, or on its next line.
pub(super) fn in_comment(lines: &Lines<'_>, name: &Range<usize>) -> Option<Range<usize>> {
    if !lines.is_in_comment(name.start) {
        return None;
    }
    let line = lines.line(name.end);
    let end = lines.text.floor_char_boundary(lines.end(line).min(name.end + NEAR));
    let (mut at, mut is_marked) = (name.end, false);
    while let Some(it) = next_plain_word(lines, at, end) {
        let text = &lines.text[it.clone()];
        if is_marked && is_made(text) {
            return Some(it);
        }
        is_marked = text.ends_with([':', '=']) || MARKS.contains(&text) || VERBS.contains(&text);
        at = it.end;
    }
    (at == name.end).then(|| below_comment(lines, name)).flatten()
}

/// Returns the only word of the next line of a comment.
pub(super) fn below_comment(lines: &Lines<'_>, name: &Range<usize>) -> Option<Range<usize>> {
    let line = lines.line(name.end);
    let below = line + 1..lines.count().min(line + MAX_EMPTY);
    let text = |it: usize| Some(lines.content(it).strip_prefix('#')?.trim());
    let next = below.into_iter().find(|it| text(*it) != Some(""))?;
    let text = text(next).filter(|it| is_made(it) && !it.contains([' ', '\t']))?;
    range_in(lines.text, text).filter(|_| lines.is_in_comment(name.start))
}

/// Returns the next word before the end of a comment, without the punctuation around it.
fn next_plain_word(lines: &Lines<'_>, from: usize, end: usize) -> Option<Range<usize>> {
    let text = lines.text.get(from..end)?;
    let start = from + text.len() - text.trim_start_matches([' ', '\t', '"', '\'', '`', '(', ',', ';']).len();
    let rest = &lines.text.as_bytes()[start..end];
    let length = rest.iter().take_while(|it| !is_blank(**it) && !is_line_end(**it)).count();
    let word = lines.text[start..start + length].trim_end_matches(['"', '\'', '`', ',', '.', ';']);
    (!word.is_empty()).then(|| start..start + word.len())
}

/// Whether a word in a comment may be a credential: it has letters and digits.
fn is_made(text: &str) -> bool {
    let has = |test: fn(&u8) -> bool| text.as_bytes().iter().any(test);
    text.len() >= 6
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && hides(Promise::Password, "", text)
}

/// Returns the value that a name has without a separator: `password hunter2Zx9`, `PASSWORD 'hunter2'`, `the password is
/// hunter2Zx9`.
pub(super) fn told(lines: &Lines<'_>, name: &Range<usize>, promise: Promise) -> Option<Range<usize>> {
    let next = next_word(lines, name.end)?;
    // `the password for app is hunter2`
    let whom = ["for", "of"].contains(&&lines.text[next.clone()]).then(|| next_word(lines, next.end));
    let next = match whom {
        Some(whom) => next_word(lines, whom?.end)?,
        None => next,
    };
    let verb = &lines.text[next.clone()];
    let is_verb = VERBS.contains(&verb);
    let value = if is_verb || verb == "to" { next_word(lines, next.end)? } else { next };
    // `the password is the hunter2Zx9 of the runbook`
    let is_article = is_verb && ["a", "the"].contains(&&lines.text[value.clone()]);
    let value = if is_article { next_word(lines, value.end)? } else { value };
    if is_verb && promise > Promise::Reference && is_claimed(lines, &value) {
        return Some(trimmed(lines, value));
    }
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

/// Whether a word behind `is` is what a name has: it ends the sentence, or has quotation marks around it. In a comment, a word of
/// a language is none.
fn is_claimed(lines: &Lines<'_>, value: &Range<usize>) -> bool {
    const STATES: &str = "absent available compulsory correct default defined different empty expired fine given here \
        identical incorrect invalid known mandatory missing necessary needed nothing optional present ready required right safe \
        secret secure strong there unavailable undefined unknown unset unsafe valid visible wanted wrong yours";
    const GOES_ON: &str = "and but for on when where while";
    let text = &lines.text[trimmed(lines, value.clone())];
    let is_quoted = lines.quote_before(value.start).is_some();
    let is_state =
        has_word(STATES, &text.to_ascii_lowercase()) || text.ends_with("ed") || text.ends_with("ing");
    let behind = &lines.text[value.start + text.len()..];
    let is_end = || {
        let next = behind.trim_start_matches([' ', '\t']);
        let word = next.split(|it: char| !it.is_ascii_alphabetic()).next().unwrap_or_default();
        !next.starts_with(|it: char| it.is_alphanumeric() || it == '$') || has_word(GOES_ON, word)
    };
    let is_hidden = || hides(Promise::Password, "", text);
    text.len() >= LEAST
        && (is_quoted || !is_state && is_end() && !lines.is_in_comment(value.start))
        && is_hidden()
}

/// Returns a word without the marks that end a sentence.
fn trimmed(lines: &Lines<'_>, word: Range<usize>) -> Range<usize> {
    let text = lines.text[word.clone()].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '"', '\'', '`']);
    word.start..word.start + text.len()
}

/// Returns the text that a function is called with whose name promises a password: `PASSWORD('hunter2')`.
pub(super) fn called(lines: &Lines<'_>, name: &Range<usize>, promise: Promise) -> Option<Range<usize>> {
    let open = lines.skip_blanks(name.end);
    let is_call = promise == Promise::Password && lines.byte(open) == Some(b'(');
    let at = lines.skip_blanks(open + 1);
    is_call.then(|| lines.quote_at(at)).flatten().map(|_| word(lines, at))
}
