//! Sentences that announce a credential: a comment, a text that a command prints, the text of an annotation. They show only words
//! that everybody uses, because the credential may be any other, before or behind its name.

use std::ops::Range;

use super::everyday::is_everyday;
use super::here_document::{self, here_documents};
use super::hidden::Scan;
use super::lines::{Lines, is_line_end, is_name_byte};
use super::name::is_object_name;
use super::sentence::{is_prose, is_sentence, line_within, own_line, sentence, written};
use super::unread::is_plain;
use crate::text::span::range_in;
use crate::text::word_list::{has_word, has_word_in_any_case};

/// So many lines of a comment may be empty before the one that goes on.
const MAX_EMPTY: usize = 3;

/// The most words of a line that is nothing but a credential, or a user and one.
const MAX_WORDS: usize = 4;

/// So many words behind a user may be a name and a password.
const MAX_PAIR: usize = 2;

/// The longest word that is shown whatever it means, in bytes.
const LONGEST_SHORT: usize = 4;

/// The longest word in letters of other languages, of which many have no blanks, in bytes.
const LONGEST_WORD: usize = 64;

/// How far behind such a phrase a sentence says with what, in bytes.
const FAR: usize = 100;

/// What stands between a user and a password.
const PAIR_MARKS: &str = "/:|,(=-–—";

/// Users, behind whom a password may stand.
pub(super) const USERS: [&str; 3] = ["admin", "root", "user"];

/// What says that somebody logs in, and perhaps with what.
pub(super) const PHRASES: [&str; 9] = [
    "authenticate",
    "log in",
    "logged in",
    "logging in",
    "logs in",
    "sign in",
    "signing in",
    "signs in",
    "unlock",
];

/// Hides the words around such a phrase, if they are a sentence: `use hunter2 to log in`, but not `the log in /tmp`.
pub(super) fn phrase(scan: &mut Scan<'_>, range: &Range<usize>) {
    const NEXT: &str = "as it using via with";
    const MAX_BETWEEN: usize = 6;
    let bytes = scan.lines.text.as_bytes();
    let at = scan.lines.skip_blanks(range.end);
    let length = bytes[at..].iter().take(LONGEST_SHORT + 1).take_while(|it| it.is_ascii_alphabetic()).count();
    let next = &scan.lines.text[at..at + length];
    let is_inner = range.start > 0 && bytes[range.start - 1].is_ascii_alphanumeric();
    let is_last = || bytes.get(at).is_none_or(|it| is_line_end(*it) || b".;)\"'\\".contains(it));
    let is_direct = at > range.end && has_word(NEXT, next);
    // `unlock the vault with hunter2`
    let behind = &scan.lines.text[range.end..scan.lines.text.floor_char_boundary(at + FAR)];
    let behind = behind.split([' ', '\t']).skip(1);
    let behind =
        behind.take_while(|it| it.bytes().all(|it| it.is_ascii_alphabetic() || b",'-".contains(&it)));
    let is_with = !is_inner && behind.take(MAX_BETWEEN).any(|it| has_word("using with", it));
    if !is_inner && (is_last() || is_direct || is_with) {
        around(scan, range, is_with);
    }
}

/// Hides the words around a name that announces a credential, if they are a sentence: where only their words tell that they are,
/// it is looked at if the name `is_clear`.
pub(super) fn around(scan: &mut Scan<'_>, name: &Range<usize>, is_clear: bool) {
    if name.start < scan.prose.next {
        return;
    }
    let lines = scan.lines;
    let spoken = sentence(lines, name.start).or_else(|| {
        let shown = in_document(scan, name.start);
        let printed = || {
            shown.map(|_| own_line(lines.text, name.start)).filter(|it| is_sentence(&lines.text[it.clone()]))
        };
        let is_text = is_clear || shown.is_some();
        printed().filter(|_| shown == Some(true)).or_else(|| written(lines, name.start).filter(|_| is_text))
    });
    let Some(sentence) = spoken else {
        scan.prose.names.push(name.start);
        return;
    };
    let part = sentence.start.max(scan.prose.next)..sentence.end.max(name.end);
    scan.prose.next = part.end;
    words(lines.text, part, &mut |word| scan.hide_word(word));
    if let Some(line) = below(lines, name) {
        words(lines.text, line, &mut |word| scan.hide_word(word));
    }
}

/// Whether a place is in a here-document, and if so, whether people read that.
fn in_document(scan: &mut Scan<'_>, at: usize) -> Option<bool> {
    let lines = scan.lines;
    let documents = scan.documents.get_or_insert_with(|| here_documents(lines));
    here_document::around(documents, lines.line(at)).map(|it| it.is_shown)
}

/// Hides what stands behind a user in a sentence: `admin / hunter2`, `app@host (hunter2)`.
pub(super) fn behind_user(scan: &mut Scan<'_>, user: &Range<usize>) {
    let lines = scan.lines;
    let bytes = lines.text.as_bytes();
    let is_name = |it: Option<&u8>| it.is_some_and(|it| is_name_byte(*it) && *it != b'/');
    let before = user.start.checked_sub(1).and_then(|at| bytes.get(at));
    let is_host = &bytes[user.clone()] == b"@";
    let is_digest = || lines.text[user.end..].starts_with("sha256:");
    if is_host != is_name(before)
        || is_host != is_name(bytes.get(user.end))
        || user.start < scan.prose.next
        || is_host && is_digest()
    {
        return;
    }
    let spoken = sentence(lines, user.start);
    let is_shown = spoken.is_none() && in_document(scan, user.start) == Some(true);
    match spoken.or_else(|| is_shown.then(|| own_line(lines.text, user.start))) {
        Some(sentence) => pair(lines.text, user.end..sentence.end, is_host, &mut |word| scan.hide_word(word)),
        None => scan.prose.names.push(user.start),
    }
}

/// Calls `hide` with the words behind a user, as far as they are none that everybody uses.
fn pair(text: &str, part: Range<usize>, is_host: bool, hide: &mut dyn FnMut(Range<usize>)) {
    let Range { start: mut at, end } = part;
    if is_host {
        at += text.as_bytes()[at..end].iter().take_while(|it| is_name_byte(**it) && **it != b'/').count();
    }
    for _ in 0..MAX_PAIR {
        let rest = text.get(at..end).unwrap_or_default();
        let behind = rest.trim_start_matches(|it: char| {
            it.is_whitespace() || "\"'`\\".contains(it) || PAIR_MARKS.contains(it)
        });
        let between = &rest[..rest.len() - behind.len()];
        // A sentence goes on behind an address.
        if between.is_empty() || is_host && !between.contains(|it: char| PAIR_MARKS.contains(it)) {
            return;
        }
        let length =
            behind.find(|it: char| it.is_whitespace() || "\"'`,;()|".contains(it)).unwrap_or(behind.len());
        let start = end - behind.len();
        let mut found = false;
        words(text, start..start + length, &mut |word| {
            found = true;
            hide(word);
        });
        if !found {
            return;
        }
        at = start + length;
    }
}

/// Returns the next line of a comment of YAML, or of what a script prints, whose last word is a name, if it has only a few words.
fn below(lines: &Lines<'_>, name: &Range<usize>) -> Option<Range<usize>> {
    let line = lines.line(name.end);
    let is_last =
        lines.text[name.end..lines.end(line).max(name.end)].bytes().all(|it| !it.is_ascii_alphanumeric());
    let first = line + 1;
    let text = |it: usize| {
        let line = lines.content(it);
        line.strip_prefix('#').or_else(|| line.strip_prefix("echo ")).map(str::trim)
    };
    let next =
        (first..lines.count().min(first + MAX_EMPTY)).filter(|_| is_last).find(|it| text(*it) != Some(""))?;
    let text = text(next).filter(|it| it.split_whitespace().count() <= MAX_WORDS)?;
    Some(lines.end(next) - lines.content(next).len()..lines.end(next)).filter(|_| !text.is_empty())
}

/// Hides the sentences of a text that a value of a document is, `names` of which announce a credential; in an annotation few lines
/// are anything else.
pub(super) fn in_value(
    text: &str,
    value: Range<usize>,
    names: &[usize],
    is_annotation: bool,
    hide: &mut dyn FnMut(Range<usize>),
) {
    let mut next = value.start;
    let mut line = value.start..value.start;
    for &name in names {
        if name < next {
            continue;
        }
        if name >= line.end {
            line = line_within(text, name, next..value.end);
            let sentence = text.get(line.clone()).unwrap_or_default();
            if !(is_annotation && is_prose(sentence) || is_sentence(sentence)) {
                next = line.end;
                continue;
            }
        }
        let behind = text.get(name..line.end).unwrap_or_default();
        let length = behind.bytes().take_while(|it| is_name_byte(*it) && *it != b'/').count();
        match &behind[..length] {
            _ if behind.starts_with('@') => pair(text, name + 1..line.end, true, hide),
            user if USERS.iter().any(|it| it.eq_ignore_ascii_case(user)) => {
                pair(text, name + length..line.end, false, hide)
            }
            _ => {
                next = line.end;
                words(text, line.clone(), hide);
            }
        }
    }
}

/// Calls `hide` with the words of a part of a text that not everybody uses.
fn words(text: &str, part: Range<usize>, hide: &mut dyn FnMut(Range<usize>)) {
    let Some(inner) = text.get(part) else { return };
    let is_end = |it: char| it.is_whitespace() || "\"'`,;()[]{}<>|".contains(it);
    let is_variable = |at: usize, token: &str| text[..at].ends_with("${") && token.bytes().all(is_name_byte);
    for token in inner.split(is_end).filter(|it| it.len() > LONGEST_SHORT) {
        let Some(Range { start, end }) = range_in(text, token) else { continue };
        if !is_variable(start, token) && !names_object(token, &text[..start], &text[end..]) {
            parts(token, start, hide);
        }
    }
}

/// Whether a word is the name of a Secret, as it is called in a sentence: `no shop-tls secret found`, `comes from the secret shop-db`.
fn names_object(word: &str, before: &str, behind: &str) -> bool {
    const VERBS: &str = "are be is was were";
    let is_secret = |it: &str| has_word_in_any_case("secret secrets", it.trim_end_matches(['.', ',']));
    let word = word.trim_end_matches(['.', ':']);
    let mut next = behind.split(' ').skip(1);
    let mut is_called =
        || next.next().is_some_and(is_secret) && !next.next().is_some_and(|it| has_word(VERBS, it));
    let last = || before.trim_end_matches(['`', '\'', '"']).strip_suffix(' ')?.rsplit([' ', '\n']).next();
    word.contains('-') && is_object_name(word) && (last().is_some_and(is_secret) || is_called())
}

/// Does the same for a word with marks in it: `app:hunter2`, `name=hunter2`, `\nhunter2`.
fn parts(token: &str, at: usize, hide: &mut dyn FnMut(Range<usize>)) {
    let (token, at) = match token.strip_prefix('\\') {
        Some(rest) if rest.starts_with(['n', 'r', 't', '"']) => (&rest[1..], at + 2),
        _ => (token, at),
    };
    let is_mark = |it: char| it.is_ascii_punctuation() && it != '$';
    let end = token.trim_end_matches(is_mark).len();
    let start = end - token[..end].trim_start_matches(is_mark).len();
    let word = &token[start..end];
    if word.len() <= LONGEST_SHORT
        || word.len() > LONGEST_WORD && !word.is_ascii()
        || is_everyday(&token[..end])
        || is_everyday(word)
    {
        return;
    }
    // In a language without blanks, a value follows its name at once.
    let is_foreign = |it: char| it > '\u{250}';
    let first = word.chars().next().is_some_and(is_foreign);
    let cut = word
        .find([':', '=', '@', '/', '\\'])
        .map(|at| (at, at + usize::from(word.as_bytes()[at] != b'\\')))
        .or_else(|| word.find(|it| is_foreign(it) != first).map(|at| (at, at)));
    match cut {
        Some((left, right)) => {
            let base = at + start;
            parts(&word[..left], base, hide);
            parts(&word[right..], base + right, hide);
        }
        None => hide(at + start..at + end),
    }
}

/// Whether a word is hidden wherever else it stands: one that people make up of words, numbers and marks.
pub(super) fn hides_elsewhere(word: &str) -> bool {
    let has = |test: fn(&u8) -> bool| word.as_bytes().iter().any(test);
    let is_mixed = || has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    has(u8::is_ascii_digit)
        && (is_mixed() || word.contains(['!', '#', '$', '%', '^', '&', '*', '?', '+']))
        && !is_plain(word)
}
