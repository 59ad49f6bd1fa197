//! Values that a shell gives to variables without an equals sign: `for p in hunter2`, `read -r u p <<< "bob hunter2"`,
//! `set -- bob hunter2`, `${P:-hunter2}`.

use std::collections::HashMap;
use std::ops::Range;

use super::lines::Lines;
use crate::text::span::range_in;

/// So much is looked at behind one of these commands, in bytes.
const NEAR: usize = 200;

/// So many words are looked at behind one of these commands.
const MAX_WORDS: usize = 16;

/// The names of a script's arguments.
const POSITIONAL: [&str; 9] = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// What stands between the words of a command.
const BLANKS: &[char] = &[' ', '\t', '"', '\'', '\\', ':', ','];

/// Adds the values that a text gives to variables, by their names.
pub(super) fn add<'t>(lines: &Lines<'t>, found: &mut HashMap<&'t str, Vec<Range<usize>>>) {
    let text = lines.text;
    let mut add = |name: &'t str, value: &'t str| {
        let is_name = !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
        if let Some(value) = range_in(text, value).filter(|it| is_name && !it.is_empty()) {
            found.entry(name).or_default().push(value);
        }
    };
    for rest in behind(text, "for ") {
        let (name, words) = rest.split_once(" in ").unwrap_or_default();
        let words = words.split([';', '\n']).next().unwrap_or_default();
        words.split(BLANKS).take(MAX_WORDS).for_each(|it| add(name, it));
    }
    for rest in behind(text, "set -- ") {
        let words = rest.split([';', '\n', '&', '|']).next().unwrap_or_default().split([' ', '\t']);
        let words = words.filter(|it| !it.is_empty()).map(|it| it.trim_matches(['"', '\'', '\\']));
        POSITIONAL.into_iter().zip(words).for_each(|(name, it)| add(name, it));
    }
    for command in ["read ", "mapfile ", "readarray "] {
        for rest in behind(text, command) {
            let line = rest.split([';', '\n']).next().unwrap_or_default();
            let Some((names, values)) = line.split_once("<<<") else { continue };
            // What separates them is set elsewhere: each may have each.
            for name in names.split(' ').filter(|it| !it.starts_with('-')).take(MAX_WORDS) {
                values.split(BLANKS).take(MAX_WORDS).for_each(|it| add(name, it));
            }
        }
    }
    for rest in behind(text, "${") {
        let inner = rest.split(['}', '\n']).next().unwrap_or_default();
        let Some(end) = inner.find([':', '-', '=', '+']) else { continue };
        let (name, operator) = inner.split_at(end);
        // `${P:?message}` ends the script, `${P:1}` is a part of a value.
        let operator = operator.strip_prefix(':').unwrap_or(operator);
        if let Some(default) = operator.strip_prefix(['-', '=', '+']) {
            add(name, default);
        }
    }
}

/// Returns what follows each of these words, as far as it is looked at.
fn behind<'t>(text: &'t str, word: &'static str) -> impl Iterator<Item = &'t str> {
    memchr::memmem::find_iter(text.as_bytes(), word).map(move |at| {
        let start = at + word.len();
        &text[start..text.floor_char_boundary(start + NEAR)]
    })
}
