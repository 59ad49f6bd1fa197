//! Credentials that programs are given in ways of their own: `curl -b sessionid=hunter2`, `send "hunter2\r"`.

use std::ops::Range;

use super::everyday::is_everyday;
use super::lines::{Lines, is_blank, is_line_end};
use crate::shell::programs;
use crate::text::span::range_in;
use crate::value::program::base_name;

/// The program that answers the questions of others.
pub(super) const EXPECT: &str = "expect";

/// So much of what it answers is looked at, in bytes.
const FAR: usize = 1000;

/// Returns the values of the cookies that `curl` sends, whatever their names are: a session is one.
pub(super) fn cookies(lines: &Lines<'_>, words: &[Range<usize>]) -> Vec<Range<usize>> {
    let text = |it: &Range<usize>| &lines.text[it.clone()];
    let Some(curl) = words.iter().position(|it| base_name(text(it)) == "curl") else { return Vec::new() };
    let is_bundle = |it: &str| {
        let letters = it.strip_prefix('-').and_then(|it| it.strip_suffix('b'));
        letters.is_some_and(|it| it.bytes().all(|it| it.is_ascii_alphabetic()))
    };
    let pairs =
        words[curl + 1..].windows(2).filter(|it| text(&it[0]) == "--cookie" || is_bundle(text(&it[0])));
    let own = words[curl + 1..].iter().filter_map(|it| text(it).strip_prefix("-b"));
    let given = own.chain(pairs.map(|it| text(&it[1])));
    let cookies = given.flat_map(|it| it.split(';')).filter_map(|it| it.split_once('='));
    let is_value = |it: &&str| !it.is_empty() && !it.starts_with(['$', '{', '<']) && !is_everyday(it);
    let values = cookies.map(|(_, value)| value.trim_matches(['"', '\'', '\\'])).filter(is_value);
    values.filter_map(|it| range_in(lines.text, it)).collect()
}

/// Returns the single words that a script for `expect` sends, before the next one asks: commands and everyday words are none.
pub(super) fn sent(lines: &Lines<'_>, from: usize) -> Vec<Range<usize>> {
    const SEND: &str = "send";
    let end = lines.text.floor_char_boundary(lines.text.len().min(from + FAR));
    let part = &lines.text[from..end];
    let part = part.find(EXPECT).map_or(part, |at| &part[..at]);
    let starts = part.match_indices(SEND).map(|(at, _)| from + at + SEND.len());
    let words = starts.filter_map(|start| {
        let at = lines.skip_blanks(start);
        let at = if lines.text[at..].starts_with("-- ") { lines.skip_blanks(at + "-- ".len()) } else { at };
        let (quote, inner) = lines.quote_at(at)?;
        let close = lines.close_near(quote, inner)?.0.min(end);
        let text = &lines.text[inner.min(close)..close];
        let is_escape = |it: &usize| text[*it..].chars().all(|it| "\\rnt".contains(it));
        let text = text.rfind('\\').filter(is_escape).map_or(text, |at| text[..at].trim_end_matches('\\'));
        let is_word = !text.is_empty() && !text.bytes().any(|it| is_blank(it) || is_line_end(it));
        let is_secret = is_word && !text.starts_with('$') && !is_everyday(text) && !programs::is_known(text);
        range_in(lines.text, text).filter(|_| is_secret)
    });
    words.collect()
}
