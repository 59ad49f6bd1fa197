//! Words that a sentence shows although it mentions a credential: those that everybody uses, and what refers to something else.

use super::common;
use super::name::promise;
use super::unread::{KNOWN, WORDS, consists_of, is_plain, is_variable};
use super::vocabulary;
use crate::facts::secret::promise::is_foreign_password;
use crate::shell::programs;
use crate::text::word_list::has_word;

/// The longest name of a variable in one word that announces a credential, in bytes: `PGPASSWORD`.
const LONGEST_VARIABLE: usize = 16;

/// The longest name of a project in front of the number of a ticket, in bytes.
const LONGEST_PROJECT: usize = 6;

/// Whether a word consists of those that everybody uses, a short number and abbreviations, or refers to a variable, a file or an
/// address.
pub(super) fn is_everyday(word: &str) -> bool {
    // Of a year and a word people make passwords.
    const MOST_DIGITS: usize = 2;
    if refers(word) {
        // `DATABASE_URL2`
        let is_number = |it: char| it.is_ascii_digit() && is_variable(word);
        return is_plain(word.trim_end_matches(is_number));
    }
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let has_word = || word.split(|it: char| !it.is_alphabetic()).any(|it| it.len() > KNOWN.short);
    consists_of(word, is_in_use, KNOWN) && (digits <= MOST_DIGITS || !has_word() || has_listed(word))
}

/// Whether a word is one of those that have digits.
fn has_listed(word: &str) -> bool {
    word.split(|it: char| !it.is_alphanumeric()).any(|it| has_word(WORDS, it))
}

/// Whether letters are a word that everybody uses, one that announces a credential in a language that ASCII cannot write, or several
/// as in the name of a field: `existingSecret`.
fn is_in_use(part: &str) -> bool {
    let is_word = |it: &str| common::has(it) || vocabulary::has(it) || programs::is_known(it);
    let is_field = || {
        let starts = part.match_indices(|it: char| it.is_ascii_uppercase()).map(|it| it.0);
        let ends = starts.clone().chain([part.len()]);
        part.starts_with(|it: char| it.is_ascii_lowercase())
            && part.contains(|it: char| it.is_ascii_uppercase())
            && std::iter::once(0).chain(starts).zip(ends).all(|(start, end)| is_word(&part[start..end]))
    };
    is_word(part) || is_field() || is_foreign_password(part)
}

/// Whether a word refers to something else: a flag, a variable, a path, a file or an address.
fn refers(word: &str) -> bool {
    const ENDINGS: &str =
        "conf crt csv env html ini io json key log md org com net pem py sh sql svc txt xml yaml yml local";
    let is_file = || word.rsplit_once('.').is_some_and(|(_, ending)| has_word(ENDINGS, ending));
    let is_path = || word.starts_with(['/', '~', '.']) || word.bytes().filter(|it| *it == b'/').count() > 1;
    let is_capitals = || word.bytes().all(|it| it.is_ascii_uppercase());
    // `OPS-4711`
    let is_ticket = |(project, number): (&str, &str)| {
        (2..=LONGEST_PROJECT).contains(&project.len())
            && project.bytes().all(|it| it.is_ascii_uppercase())
            && number.len() <= KNOWN.number
            && number.bytes().all(|it| it.is_ascii_digit())
    };
    word.starts_with("--")
        || word.starts_with('$')
        || word.len() <= LONGEST_VARIABLE && is_capitals() && promise(word).is_some()
        || word.split_once('-').is_some_and(is_ticket)
        || is_variable(word)
        || !word.contains(['@', '=', '&', '?', ':']) && (is_path() || is_file())
        || word.contains("://") && !word.contains(['@', '=', '&', '?'])
}
