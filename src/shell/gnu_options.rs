//! Options of GNU's programs that BusyBox does not have, in any of its configurations.
//!
//! `tests/it/script/bashisms.rs` asks a real BusyBox about each.

use super::syntax::{Command, Word};
use crate::text::word_list::has_word;

/// Options by program, as BusyBox 1.35 refuses them.
const MISSING: [(&str, &str); 15] = [
    ("base64", "--decode --wrap --ignore-garbage"),
    ("cut", "--delimiter --fields --characters --complement"),
    ("date", "--iso-8601 --rfc-3339"),
    ("df", "--output"),
    (
        "grep",
        "-P --perl-regexp --quiet --only-matching --extended-regexp --ignore-case --invert-match --count",
    ),
    ("head", "--lines --bytes"),
    ("ls", "--time-style"),
    ("mktemp", "--suffix"),
    ("sha256sum", "--check"),
    ("sort", "--unique --reverse --key --numeric-sort --human-numeric-sort"),
    ("stat", "--format --printf"),
    ("tail", "--lines --bytes"),
    ("timeout", "--kill-after --signal --preserve-status --foreground"),
    ("uniq", "--count --repeated"),
    ("wc", "--lines --bytes --words"),
];

/// Words that GNU's `date` and `touch` compute with.
const RELATIVE: &str = "ago yesterday tomorrow today now next last day days week weeks month months year years hour hours \
    minute minutes min mins second seconds sec secs monday tuesday wednesday thursday friday saturday sunday";

/// What BusyBox refuses in a command.
pub enum Refused {
    /// An option.
    Option(String),
    /// A date that only GNU's programs can compute.
    Date(String),
}

/// Returns the first word of a command that BusyBox refuses, with what is wrong with it.
pub fn refused_by_busybox<'c, 's>(command: &'c Command<'s>) -> Option<(&'c Word<'s>, Refused)> {
    let name = command.words().first()?.literal()?;
    if name == "date" || name == "touch" {
        return relative_date(command.arguments());
    }
    let (_, missing) = MISSING.iter().find(|(program, _)| *program == name)?;
    // What follows the program of `timeout` is for that, as is what follows `--`.
    let mut words = command.arguments().iter().take_while(|it| !it.is("--"));
    let is_of_other = |word: &Word<'_>| name == "timeout" && !word.prefix().starts_with('-');
    words.by_ref().take_while(|it| !is_of_other(it)).find_map(|word| {
        let option = word.prefix().split('=').next().unwrap_or_default();
        let short = option.strip_prefix('-').filter(|it| !it.starts_with('-')).unwrap_or_default();
        let has_short =
            name == "grep" && short.ends_with('P') && short.bytes().all(|it| it.is_ascii_alphabetic());
        let found = has_short || has_word(missing, option);
        found.then(|| (word, Refused::Option(if has_short { "-P".to_owned() } else { option.to_owned() })))
    })
}

/// Returns the argument of `-d` that holds words that only GNU's programs compute with.
fn relative_date<'c, 's>(arguments: &'c [Word<'s>]) -> Option<(&'c Word<'s>, Refused)> {
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let text = word.known_text();
        let date = if ["-d", "--date", "-ud"].contains(&text.as_str()) {
            words.next()?
        } else if text.starts_with("--date=") || text.starts_with("-d") {
            word
        } else if text.starts_with("--iso-8601") || text.starts_with("--rfc-3339") {
            let option = text.split('=').next().unwrap_or_default().to_owned();
            return Some((word, Refused::Option(option)));
        } else {
            continue;
        };
        let text = date.known_text();
        let text = text.strip_prefix("--date=").or_else(|| text.strip_prefix("-d")).unwrap_or(&text);
        let lower = text.to_ascii_lowercase();
        let mut parts = lower.split(|it: char| !it.is_ascii_alphabetic());
        return parts.any(|it| has_word(RELATIVE, it)).then(|| (date, Refused::Date(text.trim().to_owned())));
    }
    None
}
