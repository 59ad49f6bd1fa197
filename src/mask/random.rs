//! Words that look made by chance, wherever they stand: no name announces them, and they have no shape that is known.

use std::ops::Range;

use super::chosen::{is_chosen, is_made_up, is_pronounceable};
use super::excuse::is_uuid;
use super::groups;
use super::label::is_public;
use super::lines::end;
use super::parts::{SHORT, parts};
use super::public_name::is_public_name;
use super::shuffled::{self, CAPITAL, CLASSES, DIGIT, SMALL};
use super::unread::WORDS;
use crate::facts::secret::chance::{has_variety, is_language, is_unlike_words};
use crate::text::span::range_in;
use crate::text::word_list::has_word;

/// The shortest word that may be a credential, in bytes.
const SHORTEST: usize = 6;

/// The shortest credential of letters alone, in bytes.
const SHORTEST_LETTERS: usize = 12;

/// The shortest letters before or behind a number that are no word, in bytes.
const SHORTEST_ODD: usize = 8;

/// The shortest credential of hexadecimal digits: shorter ones abbreviate commits.
const SHORTEST_HEX: usize = 16;

/// The longest part of a name that Kubernetes or kustomize makes up, in bytes.
const LONGEST_SUFFIX: usize = 10;

/// How much of a text before a word is looked at, in bytes.
const NEAR: usize = 60;

/// The shortest word that is looked at, in bytes.
const SHORTEST_PART: usize = 4;

/// The shortest part of such a word that is hidden elsewhere, in bytes.
const SHORTEST_NAMED: usize = 8;

/// The longest word that is hidden as a whole, in bytes.
const LONGEST: usize = 1000;

/// The length of a UUID, in bytes.
const UUID: usize = 36;

/// The length of its first part, in bytes.
const UUID_PART: usize = 8;

/// Calls `hide` with the words of a text that look made by chance.
pub(super) fn find(text: &str, hide: &mut dyn FnMut(Range<usize>)) {
    let bytes = text.as_bytes();
    let (mut at, mut hidden) = (0, 0);
    // Where a word with its marks begins, and what its bytes are.
    let (mut start, mut classes) = (0, 0);
    while at < bytes.len() {
        let class = CLASSES[usize::from(bytes[at])];
        if class & (SMALL | CAPITAL | DIGIT) == 0 {
            if class == 0 {
                find_password(text, start..at, classes, hide);
                (start, classes) = (at + 1, 0);
            }
            classes |= class;
            at += 1;
            continue;
        }
        let (first, mut own) = (at, 0);
        while let Some(class) = bytes.get(at).map(|it| CLASSES[usize::from(*it)] & (SMALL | CAPITAL | DIGIT))
            && class > 0
        {
            own |= class;
            at += 1;
        }
        classes |= own;
        let run = first..at;
        let word = &bytes[run.clone()];
        // Most words are: it is told before anything else is asked of them.
        let is_plain = word.len() < SHORTEST_PART || word.len() < SHORTEST_LETTERS && own == SMALL;
        let is_escaped = first > 0 && bytes[first - 1] == b'\\';
        let inner = if is_escaped { without_escape(text, run.clone()) } else { run.clone() };
        let is_uuid = is_secret_uuid(text, &inner);
        let begins_groups = groups::may_begin(text, &inner);
        if is_plain && !is_uuid && !begins_groups {
            continue;
        }
        if run.start >= hidden
            && (is_uuid || is_credential(text, run.clone()) || begins_groups && groups::is_key(text, &inner))
            && !is_public_name(text, &run)
        {
            let word = word_around(text, run.clone());
            hidden = word.end;
            // A message may name a part of it: the host of an address.
            let part = label_around(text, &word, run);
            if part.len() >= SHORTEST_NAMED && part.len() < word.len() {
                hide(part);
            }
            hide(word);
        }
    }
    find_password(text, start..bytes.len(), classes, hide);
}

/// Calls `hide` with a word between blanks and quotation marks, if it is a password of all kinds of bytes.
fn find_password(text: &str, word: Range<usize>, classes: u8, hide: &mut dyn FnMut(Range<usize>)) {
    if shuffled::may_be(&text.as_bytes()[word.clone()], classes)
        && let Some(found) = shuffled::password(&text[word]).and_then(|it| range_in(text, it))
    {
        hide(found);
    }
}

fn is_credential(text: &str, run: Range<usize>) -> bool {
    let run = without_escape(text, run);
    let word = &text[run.clone()];
    word.len() >= SHORTEST && looks_random(text, run) && !has_word(WORDS, word)
}

fn looks_random(text: &str, run: Range<usize>) -> bool {
    let word = &text[run.clone()];
    let bytes = word.as_bytes();
    let digits = bytes.iter().filter(|it| it.is_ascii_digit()).count();
    let smalls = bytes.iter().filter(|it| it.is_ascii_lowercase()).count();
    match digits {
        _ if digits == bytes.len() => false,
        0 if smalls == bytes.len() || smalls == 0 => {
            bytes.len() >= SHORTEST_LETTERS && is_unlike_words(word) && has_variety(word)
        }
        0 if smalls + 1 >= bytes.len() => false,
        0 => {
            bytes.len() >= SHORTEST_LETTERS
                && (!is_language(word) || is_unlike_words(word))
                && odd_parts(word).1 >= 2
        }
        _ if bytes.iter().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f')) => {
            bytes.len() >= SHORTEST_HEX && !is_public(text, &run)
        }
        _ => {
            (is_scrambled(word) || is_made_up(word) || is_pronounceable(word) || is_chosen(text, &run))
                && !is_suffix(text, &run)
        }
    }
}

/// Whether a word is the first part of a UUID, as many servers use them for keys: `codecov -t 6b1d0c9e-55a4-4f0e-9a57-1c0de7a1b2c3`.
fn is_secret_uuid(text: &str, run: &Range<usize>) -> bool {
    let uuid = || text.get(run.start..run.start + UUID);
    run.len() == UUID_PART
        && uuid().is_some_and(|it| is_uuid(it) && has_variety(it))
        && !is_public(text, &(run.start..run.start + UUID))
}

/// Takes an escape of YAML or JSON from the beginning of a word: in `\nhunter`, the letter `n`.
fn without_escape(text: &str, run: Range<usize>) -> Range<usize> {
    let is_escaped = text[..run.start].bytes().rev().take_while(|it| *it == b'\\').count() % 2 == 1;
    let length = match text.as_bytes()[run.start] {
        _ if !is_escaped => 0,
        b'x' => 3,
        b'u' => 5,
        b'U' => 9,
        _ => 1,
    };
    (run.start + length).min(run.end)..run.end
}

/// Whether letters and digits alternate as they do in no name: `k3X9q`, but not `ipv4`, `v1beta1`, `s3storage` or `1h30m`.
fn is_scrambled(word: &str) -> bool {
    let (parts, odd) = odd_parts(word);
    let is_time = word.bytes().all(|it| it.is_ascii_digit() || b"hmsdPYMWDTHSZ".contains(&it));
    let first = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    let last = word.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    let numbers = word.split(|it: char| !it.is_ascii_digit()).filter(|it| !it.is_empty()).count();
    let has_odd = match parts {
        ..=2 => {
            let letters = word.trim_matches(|it: char| it.is_ascii_digit());
            letters.len() >= SHORTEST_ODD && is_unlike_words(letters)
        }
        // A letter may end a name, and an abbreviation begin one: `rack12b`, `MySQL8`, `ec2metadata`.
        3 => last != 1 && odd > usize::from(odd_parts(&word[..first]).1 > 0),
        _ => odd > 1 || word.len() >= SHORTEST_LETTERS && (numbers > 2 || odd > 0 && numbers > 1),
    };
    has_odd && !is_time
}

/// Returns how many words and numbers follow each other in letters and digits, and how many of the words are none.
fn odd_parts(word: &str) -> (usize, usize) {
    let is_word = |part: &str| {
        if part.len() < 3 { has_word(SHORT, &part.to_ascii_lowercase()) } else { is_language(part) }
    };
    let (mut count, mut odd) = (0, 0);
    for part in parts(word) {
        count += 1;
        odd += usize::from(!part.as_bytes()[0].is_ascii_digit() && !is_word(part));
    }
    (count, odd)
}

/// Whether a word is the end of a name that Kubernetes or kustomize made up: `app-config-7g5h8k2m9f`.
fn is_suffix(text: &str, run: &Range<usize>) -> bool {
    let is_end = |it: char| !(it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-');
    let name = end(&text[..run.start], NEAR).rsplit(is_end).next().unwrap_or_default();
    let is_made_up = |it: u8| it.is_ascii_digit() || it.is_ascii_lowercase() && !b"aeiou".contains(&it);
    run.len() <= LONGEST_SUFFIX
        && name.len() > 1
        && name.ends_with('-')
        && text[run.clone()].bytes().all(is_made_up)
        && !text[run.end..].starts_with(|it: char| it.is_ascii_alphanumeric() || "+/=".contains(it))
}

/// Returns the whole word of which a part looks made by chance, with the marks in it; of a path what begins with the part.
fn word_around(text: &str, run: Range<usize>) -> Range<usize> {
    let is_end = |it: char| it.is_whitespace() || "\"'`,()[]{}=:;@&?<>|\\".contains(it);
    let before = end(&text[..run.start], LONGEST);
    let behind = &text[run.end..text.floor_char_boundary(run.end + LONGEST)];
    let start = before.rfind(is_end).map_or(0, |at| before.ceil_char_boundary(at + 1));
    let start = run.start - before.len() + start;
    let end = run.end + behind.find(is_end).unwrap_or(behind.len());
    let is_path = text[start..].starts_with(['/', '.', '~', '$']) || text[..start].ends_with("//");
    let slash = text[start..run.start].rfind('/').filter(|_| is_path);
    let start = slash.map_or(start, |slash| start + slash + 1);
    let is_mark = |it: char| !it.is_alphanumeric();
    end - text[start..end].trim_start_matches(is_mark).len()
        ..start + text[start..end].trim_end_matches(is_mark).len()
}

/// Returns the part of a hidden word around a run of letters and digits, up to what ends the name of a host or of a directory.
fn label_around(text: &str, word: &Range<usize>, run: Range<usize>) -> Range<usize> {
    let is_end = |it: char| "/.:@%".contains(it);
    let (start, end) = (run.start.max(word.start), run.end.min(word.end).max(run.start));
    let start = text[word.start..start].rfind(is_end).map_or(word.start, |at| word.start + at + 1);
    start..text[end..word.end].find(is_end).map_or(word.end, |at| end + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hides(text: &str) -> bool {
        let mut found = Vec::new();
        find(text, &mut |word| found.push(word));
        !found.is_empty()
    }

    #[test]
    fn the_path_of_an_image_is_public() {
        for text in [
            "image: public.ecr.aws/t5o6f0a6/scanner:latest",
            "- image: \"registry.example.com:5000/t5o6f0a6/scanner\"",
            "{\"image\":\"public.ecr.aws/t5o6f0a6/scanner:1\"}",
            "image: public.ecr.aws/t5o6f0a6/scanner@sha256:0f",
            "image: sokritha7/think-nlp-app:latest",
        ] {
            assert!(!hides(text), "{text}");
        }
        for text in [
            "image: t5o6f0a6",
            "image: t5o6f0a6:x@registry.example.com/scanner",
            "image: ttl.sh/t5o6f0a6",
            "image: user:t5o6f0a6@registry.example.com/scanner",
            "image: registry.example.com/t5o6f0a6/x@registry.example.com/scanner",
            "image: https://t5o6f0a6/scanner",
            "image: registry.example.com/scanner:t5o6f0a6/a",
            "image: registry.example.com/T5o6F0a6/scanner",
            "path: registry.example.com/t5o6f0a6/scanner",
            "my-image: registry.example.com/t5o6f0a6/scanner",
            "curl https://registry.example.com/t5o6f0a6/scanner",
        ] {
            assert!(hides(text), "{text}");
        }
    }

    #[test]
    fn the_names_that_clouds_make_up_are_public() {
        for text in [
            "psql -h mydb.c9akciq32rfd.us-east-1.rds.amazonaws.com",
            "https://q7xkz3bnwn.execute-api.us-east-1.amazonaws.com/prod",
            "image: acrq7xkz3bnwnfhe.azurecr.io/app:latest",
            "mongodb+srv://cluster0.q7xkz3b.mongodb.net/app",
            "--role-arn arn:aws:iam::123456789012:role/stack-BackupRole-1XQ7ZK3VNWFHE",
        ] {
            assert!(!hides(text), "{text}");
        }
        for text in [
            "psql -h mydb.c9akciq32rfd.example.com",
            "https://q7xkz3bnwn.lambda-url.us-east-1.on.aws/",
            "https://q7xkz3bnwn@x.amazonaws.com/",
            "https://q7xkz3bnwn.amazonaws.com@x/",
            "https://x.amazonaws.com/q7xkz3bnwn",
            "q7xkz3bnwnamazonaws.com",
            "arn q7xkz3bnwn",
        ] {
            assert!(hides(text), "{text}");
        }
    }

    #[test]
    fn an_image_names_no_credential() {
        let hides = |text: &str| !crate::mask::scan::scan(text).is_empty();
        assert!(!hides("- image: ghcr.io/example/github-app-token:2026.07.31"));
        assert!(!hides("image: \"example.com:5000/secret-sync:hunter\""));
        assert!(hides("image: ghcr.io/example/app:1 token:hunter2"));
        assert!(hides("image: ghcr.io/example/app:1?token=hunter2"));
        assert!(hides("image: token:hunter2"), "this has no path");
    }
}
