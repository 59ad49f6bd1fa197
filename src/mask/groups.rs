//! Keys as machines write them for people: groups of equal lengths, `HLY9-A26L-64LB-4CWK`, `qzvx-klwp-mjhd-rtkb`, `xk3Yq.9fWdt.Lm2Vb`.

use std::ops::Range;

use super::common;
use crate::facts::secret::chance::is_unlike_words;
use crate::shell::programs;

/// How long a group is, in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=8;

/// So many groups tell enough.
const MAX_GROUPS: usize = 8;

/// The length of the groups that Apple makes, of letters with one capital and one digit: `kyzpiQ-ritpuw-1agmyk`.
const APPLE: usize = 6;

/// Whether a word may be the first of several groups, as its length and the mark behind it tell.
pub(super) fn may_begin(text: &str, run: &Range<usize>) -> bool {
    LENGTHS.contains(&run.len()) && text.as_bytes().get(run.end).is_some_and(|it| b"-_.".contains(it))
}

/// Whether a word is the first of several groups as keys have them.
pub(super) fn is_key(text: &str, run: &Range<usize>) -> bool {
    let groups = groups(text, run);
    let least = if run.len() < 5 { 4 } else { 3 };
    if groups.len() < least {
        return false;
    }
    let is_repeated = || (1..groups.len()).any(|at| groups[..at].contains(&groups[at]));
    let count = |test: fn(&u8) -> bool| groups.iter().flat_map(|it| it.bytes()).filter(test).count();
    let (digits, capitals) = (count(u8::is_ascii_digit), count(u8::is_ascii_uppercase));
    // `QUEUE_MYSQL_QUEUE`
    let is_mixed = (1..groups.concat().len() - 2).contains(&capitals);
    let may_be_letters = || !is_repeated() && (text.as_bytes()[run.end] == b'-' || is_mixed);
    let has_letters = |it: &&&str| it.bytes().any(|it| it.is_ascii_alphabetic());
    let mixed =
        groups.iter().filter(|it| it.bytes().any(|it| it.is_ascii_digit())).filter(has_letters).count();
    let is_apple = run.len() == APPLE && groups.len() == 3 && (digits, capitals) == (1, 1);
    let is_known = |it: &&str| common::has(it) || programs::is_known(&it.to_ascii_lowercase());
    is_apple
        || mixed + 1 >= groups.len()
        || (mixed > 0 || digits == 0 && may_be_letters() && is_unlike_words(&groups.concat()))
            && !groups.iter().any(is_known)
}

/// Returns the groups of the same length that begin with a word, with the same mark between them.
fn groups<'t>(text: &'t str, run: &Range<usize>) -> Vec<&'t str> {
    let bytes = text.as_bytes();
    let (mut found, mut at) = (Vec::new(), run.start);
    while found.len() < MAX_GROUPS {
        let end = at + run.len();
        let is_group = bytes.get(at..end).is_some_and(|it| it.iter().all(u8::is_ascii_alphanumeric));
        if !is_group || bytes.get(end).is_some_and(u8::is_ascii_alphanumeric) {
            break;
        }
        found.push(&text[at..end]);
        if bytes.get(end) != bytes.get(run.end) {
            break;
        }
        at = end + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_first(text: &str) -> bool {
        let length = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
        may_begin(text, &(0..length)) && is_key(text, &(0..length))
    }

    #[test]
    fn groups_that_are_no_words_are_a_key() {
        for text in [
            "HLY9-A26L-64LB-4CWK",
            "qzvx-klwp-mjhd-rtkb",
            "M81E-REQL-GJDN-1CDF",
            "kyzpiQ-ritpuw-1agmyk",
            "X6V2C-KKIGK-TWPOW-BVJEF-X7W43",
            "fvlb7f_4rhyjl_qnt2mk",
            "xk3Yq.9fWdt.Lm2Vb",
        ] {
            assert!(is_first(text), "{text}");
        }
    }

    #[test]
    fn names_of_words_are_none() {
        for text in [
            "long-term-blob-data",
            "shop-east-prod-http",
            "cron-sync-html-ftps",
            "node-pool-gpu1-east",
            "2026-1130-0300-0000",
            "redis.mysql.nginx",
            "report-backup-8weeks",
            "4111-1111-1111-1111",
        ] {
            assert!(!is_first(text), "{text}");
        }
    }
}
