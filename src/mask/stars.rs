//! Texts with stars in place of their credentials.

use std::borrow::Cow;
use std::ops::Range;

/// What stands in messages for a credential.
const MASK: &str = "***";

/// Returns the parts of a message that are quoted from a manifest, in the order in which they come. A password such as
/// `other` is not hidden in the words around them: stars there would destroy the sentence and give the password away.
pub(super) fn quoted(text: &str) -> Vec<Range<usize>> {
    let (mut parts, mut rest) = (Vec::new(), 0);
    while let Some(start) = text[rest..].find(['`', '"']).map(|at| rest + at + 1) {
        let mark = &text[start - 1..start];
        let end = text[start..].find(mark).map_or(text.len(), |at| start + at);
        parts.push(start..end);
        rest = text.len().min(end + 1);
    }
    parts
}

/// Replaces parts of a text that is not copied where there are none.
pub(super) fn replace_in(text: &mut Cow<'static, str>, found: Vec<Range<usize>>) {
    if !found.is_empty() {
        replace(text.to_mut(), found);
    }
}

/// Replaces parts of a text; what overlaps is one.
pub(super) fn replace(text: &mut String, mut found: Vec<Range<usize>>) {
    if found.is_empty() {
        return;
    }
    found.sort_unstable_by_key(|it| (it.start, it.end));
    let (mut result, mut end) = (String::with_capacity(text.len()), 0);
    for range in found {
        if range.start >= end && !(range.start == end && end > 0 && result.ends_with(MASK)) {
            result.push_str(&text[end..range.start]);
            result.push_str(MASK);
        }
        end = end.max(range.end);
    }
    result.push_str(&text[end..]);
    *text = result;
}

/// Writes stars over ranges of a text, each as long as the character under it. Indentation and line ends stay.
pub(super) fn overwrite(text: &str, ranges: impl Iterator<Item = Range<usize>>) -> String {
    let mut is_hidden = vec![false; text.len()];
    for range in ranges {
        is_hidden.get_mut(range).into_iter().for_each(|bytes| bytes.fill(true));
    }
    let mut is_indentation = true;
    text.char_indices()
        .map(|(at, letter)| {
            is_indentation = letter == '\n' || (is_indentation && letter == ' ');
            match letter.len_utf8() {
                _ if !is_hidden[at] || is_indentation || letter == '\r' => letter,
                1 => '*',
                2 => '×',
                3 => '＊',
                _ => '🞰',
            }
        })
        .collect()
}
