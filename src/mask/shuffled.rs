//! Passwords as programs make them: small letters, capitals, digits and marks in turn, so that no part of one looks like much.

use super::common;
use super::parts::{SHORT, parts};
use super::unread::{WORDS, is_plain};
use super::vocabulary;
use crate::facts::secret::chance::is_language;
use crate::shell::programs;
use crate::text::word_list::has_word;

/// The shortest and the longest of them, in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 10..=128;

/// The shortest name of an option, in bytes.
const SHORTEST_NAME: usize = 4;

/// The fewest letters, if a number is most of it.
const SHORTEST_LETTERS: usize = 4;

/// The shortest without a digit, in bytes.
const LONG: usize = 16;

/// What the bytes of a word are.
pub(super) const SMALL: u8 = 1;
pub(super) const CAPITAL: u8 = 2;
pub(super) const DIGIT: u8 = 4;
pub(super) const MARK: u8 = 8;

/// What each byte is; nothing, where it ends a word.
pub(super) static CLASSES: [u8; 256] = {
    let mut classes = [MARK; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'a'..=b'z' => SMALL,
            b'A'..=b'Z' => CAPITAL,
            b'0'..=b'9' => DIGIT,
            0..=b' ' | b'"' | b'\'' | b'\\' | b'`' => 0,
            _ => MARK,
        };
        byte += 1;
    }
    classes
};

/// Whether a word of these kinds of bytes may be one: most are told by that alone. Without a digit it has many capitals.
pub(super) fn may_be(word: &[u8], classes: u8) -> bool {
    let has_all = classes | DIGIT == SMALL | CAPITAL | DIGIT | MARK;
    let has_capitals =
        || word.len() >= LONG && word.iter().filter(|it| it.is_ascii_uppercase()).count() * 5 >= word.len();
    has_all && word.len() >= *LENGTHS.start() && (classes & DIGIT > 0 || has_capitals())
}

/// Returns the part of a word that is such a password: all of it, or what stands behind the name of an option.
pub(super) fn password(word: &str) -> Option<&str> {
    // An address, and the digest of a file that a browser loads.
    if word.contains("://") || ["sha256-", "sha384-", "sha512-"].iter().any(|it| word.starts_with(it)) {
        return None;
    }
    // `${COLOUR:-aB3!xY9_kL2$}`
    if let Some((_, default)) = word.split_once(":-").filter(|it| it.0.contains("${")) {
        return password(default.strip_suffix('}').unwrap_or(default));
    }
    let is_name = |it: &str| {
        it.len() >= SHORTEST_NAME
            && it.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_.".contains(&it))
            && is_plain(it)
    };
    if let Some((_, value)) = word.split_once(['=', ':']).filter(|it| is_name(it.0)) {
        return password(value);
    }
    let inner = word.trim_matches(|it: char| ",;()[]{}<>$".contains(it));
    is_shuffled(inner).then_some(inner)
}

fn is_shuffled(word: &str) -> bool {
    const CODE: [&str; 13] =
        ["${", "$(", "{{", "a-z", "A-Z", "0-9", "%2F", "%3A", "%3C", "%3D", "%3E", "%20", "yyyy"];
    let has = |class: u8| word.bytes().any(|it| CLASSES[usize::from(it)] == class);
    if !LENGTHS.contains(&word.len())
        || ![SMALL, CAPITAL, MARK].into_iter().all(has)
        || word.contains(';') && word.contains('=')
        || CODE.iter().any(|it| word.contains(it))
    {
        return false;
    }
    // Names have other marks.
    let is_strong = word.contains(['!', '#', '$', '%', '^', '&', '*', '?', '+', '~'])
        || word.contains('@') && !word.contains(['.', '/']);
    let is_word = |part: &str| match part.len() {
        1 if !is_strong && b"TZ".contains(&part.as_bytes()[0]) => true,
        ..=2 => !is_strong && has_word(SHORT, &part.to_ascii_lowercase()),
        3 | 4 if is_strong => common::has(part) || vocabulary::has(part) || programs::is_known(part),
        _ => is_language(part),
    };
    let (mut letters, mut words, mut odd, mut capitals) = (0, 0, 0, 0);
    let runs = word.split(|it: char| !it.is_ascii_alphanumeric());
    for part in
        runs.filter(|it| !has_word(WORDS, it)).flat_map(parts).filter(|it| !it.as_bytes()[0].is_ascii_digit())
    {
        letters += part.len();
        words += 1;
        let is_odd = !is_word(part);
        odd += usize::from(is_odd);
        capitals += usize::from(is_odd && part.as_bytes()[0].is_ascii_uppercase());
    }
    // Formats and commands for editors have many single letters: `%Y-%m-%dT%H:%M`, `s/A/b/`.
    let is_long = word.len() >= LONG && letters * 2 >= 3 * words && !word.contains(['%', '$']);
    // Names have short parts, too, but not in capitals.
    let least = match (has(DIGIT), is_strong) {
        (true, true) if capitals > 0 && letters >= SHORTEST_LETTERS => 2,
        (true, _) if capitals > 1 => 3,
        (false, _) if capitals > 1 && is_long => 4,
        _ => return false,
    };
    odd >= least && odd * 2 > words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_digits_and_marks_in_turn_are_a_password() {
        for word in [
            "x@Kj9mQ+wEtR",
            "aB3!xY9_kL2$",
            "--colour=q7V!mZ2x#Rt9",
            "7Rk#pQ2!vX9z",
            "hT5^wZq-8bN*",
            "ikMxje^03627",
            "QoGglv/jOuLitzf/lzkdmuMy",
        ] {
            assert!(password(word).is_some(), "{word}");
        }
        assert_eq!(password("--colour=q7V!mZ2x#Rt9"), Some("q7V!mZ2x#Rt9"));
    }

    #[test]
    fn what_programs_and_formats_write_is_none() {
        for word in [
            "%Y-%m-%dT%H:%M:%S",
            "2026-11-29T03:00:00Z",
            "s/[^A-Za-z0-9]//g",
            "{print$1\\\"-\\\"$2}",
            "${A1##*/}-b",
            "ECDHE-RSA-AES128-GCM-SHA256",
            "-XX:MaxRAMPercentage=75.0",
            "-Djava.net.preferIPv4Stack=true",
            "https%3A%2F%2Fa.b",
            "{.items[0].metadata.annotations.A1}",
            "Content-Type:application/x-www-form-urlencoded;v=1",
            "lib264-H.264/AVC",
            "quay.io/minio/mc:RELEASE.2025-08-13T08-35-41Z",
            "MYSQL_PWD=tq8ZbVx3rLm5",
            "RS256/ES256:key1",
            "($0.119/GiB",
            "yyyy-MM-ddTHH:mm:ssZ",
            "$cfg.config.oid4vp.clientId",
            "s/A/b/;s/C/d/;s/E/f/",
            "tp-cp-o11y.appName",
            "&ves3gppProvisioning",
            "kyverno-svc.kyverno.svc.*",
            "https://example.com/a/73Dd6C17/b.py#L278-L279",
            "actions/Setup-Go@v5",
            "git@github.com:Shop/backup2.git",
        ] {
            assert_eq!(password(word), None, "{word}");
        }
    }
}
