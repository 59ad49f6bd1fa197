//! The values that tools accept for a label or annotation.

use crate::text::nearest::nearest;
use crate::text::phrases;
use crate::value::duration;

/// The values that a tool accepts.
#[derive(Debug)]
pub enum Values {
    /// Any.
    Any,
    /// One of these words.
    Words {
        /// The documented ones.
        words: &'static [&'static str],
        /// What the tool's code accepts besides.
        also: &'static [&'static str],
        /// Whether the case does not matter.
        in_any_case: bool,
    },
    /// `true`, `false`, or how long it is to be true, as Go writes durations.
    BooleanOrDuration,
    /// A whole number, as Go's `strconv.Atoi` reads it.
    Integer,
    /// Options, separated by commas, each `true` or `false` unless it is stated here as a whole.
    Options(&'static [&'static str]),
    /// Any: the tool only looks whether the key is there, so that `false` says the opposite of what it does.
    Presence,
}

/// The words that mean yes, and those that mean no, in one place or another.
const YES: &[&str] = &["true", "yes", "on", "enabled", "enable", "1", "y", "t"];
const NO: &[&str] = &["false", "no", "off", "disabled", "disable", "0", "n", "f"];

/// Whether one of the words is this one, in any case.
fn has(words: &[&str], word: &str) -> bool {
    words.iter().any(|it| it.eq_ignore_ascii_case(word))
}

impl Values {
    /// Returns the part of a value that the tool does not accept: all of it, or one option of a list.
    pub fn refused<'t>(&self, text: &'t str) -> Option<&'t str> {
        let is_accepted = match self {
            Values::Any => true,
            Values::Words { words, also, in_any_case: true } => has(words, text) || has(also, text),
            Values::Words { words, also, .. } => words.contains(&text) || also.contains(&text),
            Values::BooleanOrDuration => matches!(text, "true" | "false") || duration::parse_go(text).is_ok(),
            Values::Integer => text.parse::<i64>().is_ok(),
            Values::Options(options) => {
                return text.split(',').map(str::trim).find(|it| is_slip_of(options, it));
            }
            Values::Presence => !has(NO, text),
        };
        (!is_accepted).then_some(text)
    }

    /// Returns the value that was most likely meant by one that is not accepted.
    pub fn meant(&self, text: &str) -> Option<&'static str> {
        let words = match self {
            Values::Words { words, .. } => *words,
            Values::BooleanOrDuration => &["true", "false"],
            Values::Options(options) => {
                return options
                    .iter()
                    .copied()
                    .find(|it| it.eq_ignore_ascii_case(text))
                    .or_else(|| same_in_words(options, text))
                    .or_else(|| near(text, options));
            }
            Values::Any | Values::Integer | Values::Presence => return None,
        };
        let same = |meaning: &[&str]| words.iter().copied().find(|it| has(meaning, it));
        match text {
            _ if has(YES, text) => same(YES),
            _ if has(NO, text) => same(NO),
            _ => near(text, words),
        }
    }

    /// Returns what is accepted, to follow "not".
    pub fn expected(&self) -> String {
        let quoted = |words: &[&str]| {
            phrases::alternatives(&words.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>())
        };
        match self {
            Values::Words { words, .. } => quoted(words),
            Values::BooleanOrDuration => "`true` or a duration such as `2h`".to_owned(),
            Values::Integer => "a whole number".to_owned(),
            Values::Any | Values::Options(_) | Values::Presence => String::new(),
        }
    }
}

/// Whether an option is most likely one of the known ones, misspelled. Others can be newer than this list.
fn is_slip_of(options: &[&'static str], option: &str) -> bool {
    let name = option.split('=').next().unwrap_or_default();
    let is_name = options.iter().any(|it| it.split('=').next() == Some(name));
    let value = option.get(name.len()..).unwrap_or_default();
    let is_flag = is_name && matches!(value, "" | "=true" | "=false");
    let is_slip = || same_in_words(options, option).is_some() || near(option, options).is_some();
    !is_flag && !options.contains(&option) && is_slip()
}

/// Returns the option that says the same with `true` or `false` as one with another word: `Prune=false` for `Prune=no`.
fn same_in_words(options: &[&'static str], option: &str) -> Option<&'static str> {
    let (name, word) = option.split_once('=')?;
    let value = if has(YES, word) { "true" } else { "false" };
    let is_same = |it: &&&'static str| it.split_once('=') == Some((name, value));
    options.iter().find(is_same).copied().filter(|_| has(YES, word) || has(NO, word))
}

/// Returns the word that is most like a text.
fn near(text: &str, words: &[&'static str]) -> Option<&'static str> {
    nearest(text, words.iter().copied()).and_then(|found| words.iter().copied().find(|it| *it == found))
}
