//! Credentials behind the verb with which a program logs in: `snyk auth hunter2`, `heroku auth:token hunter2`.

use std::ops::Range;

use super::everyday::is_everyday;
use super::excuse::hides;
use super::hidden::Scan;
use super::lines::{Lines, is_blank, is_line_end, is_name_byte};
use super::name::Promise;
use super::next::next_word;
use crate::text::word_list::has_word;

/// The longest name of a program, in bytes.
const LONGEST_PROGRAM: usize = 64;

/// The shortest credential that such a verb has, in bytes.
const LEAST: usize = 6;

/// Hides the word behind a verb, which is a promising name behind that of a program, unless it says what to do or where.
pub(super) fn argument(scan: &mut Scan<'_>, verb: &Range<usize>) {
    const VERBS: &str = "auth authtoken login signin";
    let lines = scan.lines;
    if !has_word(VERBS, &lines.text[verb.clone()]) || !follows_program(lines, verb) {
        return;
    }
    // `auth:token`
    let is_part = |it: &&u8| it.is_ascii_lowercase() || b":-_".contains(*it);
    let end =
        verb.end + lines.text.as_bytes()[verb.end..].iter().take(LONGEST_PROGRAM).take_while(is_part).count();
    let Some(value) = next_word(lines, end) else { return };
    // `cf auth app hunter2`
    let password = next_word(lines, value.end).filter(|_| &lines.text[verb.clone()] == "auth");
    for word in [Some(value), password].into_iter().flatten() {
        if may_be_credential(&lines.text[word.clone()]) {
            scan.hide_word(word);
        }
    }
}

/// Whether a word behind such a verb says neither what to do nor where.
fn may_be_credential(text: &str) -> bool {
    let is_host =
        || text.contains('.') && text.bytes().all(|it| it.is_ascii_alphanumeric() || b"-.".contains(&it));
    let is_place = text.contains(['/', ':', '=', '$', '{', '(', ' ']) || is_host();
    text.len() >= LEAST && !is_place && !is_everyday(text) && hides(Promise::Generated, "", text)
}

/// Whether the name of a program stands before a verb, perhaps with another verb, and begins a command.
fn follows_program(lines: &Lines<'_>, verb: &Range<usize>) -> bool {
    const BEFORE: &str = "do else exec if npx run sudo then time";
    const MAX_NAMES: usize = 2;
    let bytes = lines.text.as_bytes();
    let is_between = |it: u8| is_blank(it) || b"\"',\\".contains(&it);
    let back = |end: usize, test: &dyn Fn(u8) -> bool| {
        end - bytes[..end].iter().rev().take(LONGEST_PROGRAM).take_while(|it| test(**it)).count()
    };
    let mut start = verb.start;
    for _ in 0..MAX_NAMES {
        let mut end = back(start, &is_between);
        // An item of a list that stands below another one.
        if bytes[..end].ends_with(b"-") && end < start {
            end = back(back(end - 1, &|it| is_blank(it) || is_line_end(it)), &is_between);
        }
        let name = back(end, &is_name_byte);
        let text = lines.text.get(name..end).unwrap_or_default();
        if text.is_empty() || text.starts_with('-') || end == start {
            return false;
        }
        let before = back(name, &is_between);
        let word = back(before, &is_name_byte);
        // In a list of arguments, too, a command begins with its quotation mark.
        let is_quoted = || lines.quote_before(name).is_some();
        if before == 0
            || is_line_end(bytes[before - 1])
            || b";|&([`-{!:".contains(&bytes[before - 1])
            || is_quoted()
            || lines.text.get(word..before).is_some_and(|it| has_word(BEFORE, it))
        {
            return true;
        }
        start = name;
    }
    false
}
