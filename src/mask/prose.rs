//! Sentences that announce a credential: a comment, a text that a command prints, the text of an annotation. They show only words
//! that everybody uses, because the credential may be any other, before or behind its name.

use std::ops::Range;

use super::everyday::is_everyday;
use super::hidden::Scan;
use super::lines::{Lines, is_blank, is_name_byte};
use super::unread::is_plain;
use crate::text::word_list::has_word;

/// How far before and behind a name its sentence is looked at, in bytes.
const FAR: usize = 400;

/// So many lines of a comment may be empty before the one that goes on.
const MAX_EMPTY: usize = 3;

/// The most words of a line that is nothing but a credential, or a user and one.
const MAX_WORDS: usize = 4;

/// So many words behind a user may be a name and a password.
const MAX_PAIR: usize = 2;

/// The longest word that is shown whatever it means, in bytes.
const LONGEST_SHORT: usize = 4;

/// The longest word that people remember, in bytes: others look made by chance, or are none.
const LONGEST_WORD: usize = 64;

/// What stands between a user and a password.
const PAIR_MARKS: &str = "/:|,(=-–—";

/// Users, behind whom a password may stand.
pub(super) const USERS: [&str; 3] = ["admin", "root", "user"];

/// Hides the words around a name that announces a credential, if they are a sentence.
pub(super) fn around(scan: &mut Scan<'_>, name: &Range<usize>) {
    if name.start < scan.prose.next {
        return;
    }
    let lines = scan.lines;
    let Some(sentence) = sentence(lines, name.start) else {
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
    match sentence(lines, user.start) {
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

/// Returns the sentence that has a name: a comment, or what a command prints.
fn sentence(lines: &Lines<'_>, at: usize) -> Option<Range<usize>> {
    let line = own_line(lines.text, at);
    comment(lines, &line, at).or_else(|| printed(lines, &line, at))
}

/// Returns the line around a place, or what of it is near; a text within JSON has its lines in one.
fn own_line(text: &str, at: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let first = text.ceil_char_boundary(at.saturating_sub(FAR));
    let last = text.floor_char_boundary(bytes.len().min(at + FAR));
    let ends = |at: &usize| bytes[*at] != b'\\' || matches!(bytes.get(at + 1), Some(b'n' | b'r'));
    let start = memchr::memrchr3_iter(b'\n', b'\r', b'\\', &bytes[first..at]).map(|it| first + it).find(ends);
    let end = memchr::memchr3_iter(b'\n', b'\r', b'\\', &bytes[at..last]).map(|it| at + it).find(ends);
    let start = start.map_or(first, |it| it + if bytes[it] == b'\\' { 2 } else { 1 });
    start.min(at)..end.unwrap_or(last)
}

/// Returns the comment that has a name, of YAML, of a script or of a program.
fn comment(lines: &Lines<'_>, line: &Range<usize>, at: usize) -> Option<Range<usize>> {
    let before = &lines.text.as_bytes()[line.start..at];
    let indent = before.iter().take_while(|it| is_blank(**it)).count();
    let leads = [&b"#"[..], b"//", b"-- "].iter().any(|it| before[indent..].starts_with(it));
    let mark = if leads {
        indent
    } else {
        let is_mark = |at: usize| at > 0 && (is_blank(before[at - 1]) || b"\"';".contains(&before[at - 1]));
        memchr::memchr_iter(b'#', before).find(|at| is_mark(*at))?
    };
    // Within JSON, a quotation mark ends the script.
    let is_in_json = || lines.content(lines.line(at)).starts_with(['{', '[', '"']);
    let rest = &lines.text.as_bytes()[at..line.end];
    let is_end = |it: &usize| rest[*it] == b'"' && (*it == 0 || rest[*it - 1] != b'\\');
    let end = if is_in_json() { memchr::memchr_iter(b'"', rest).find(is_end) } else { None };
    let end = end.map_or(line.end, |it| at + it);
    // What the linter is told stays.
    let comment = &lines.text[line.start + mark..end];
    let told = comment.find("batchlint: ").and_then(|it| Some(it + comment[it..].find(']')? + 1));
    Some(line.start + mark + told.unwrap_or_default()..end)
}

/// Whether a word is the name of a command or a function that prints a text, or its last part.
fn prints(word: &[u8]) -> bool {
    matches!(
        word,
        b"alert"
            | b"debug"
            | b"die"
            | b"echo"
            | b"error"
            | b"fail"
            | b"fatal"
            | b"info"
            | b"log"
            | b"logger"
            | b"notify"
            | b"print"
            | b"printf"
            | b"println"
            | b"puts"
            | b"say"
            | b"throw"
            | b"warn"
            | b"warning"
            | b"write"
    )
}

/// Returns the text that a command prints, or a program, which has a name.
fn printed(lines: &Lines<'_>, line: &Range<usize>, at: usize) -> Option<Range<usize>> {
    let bytes = lines.text.as_bytes();
    let (mut word, mut from) = (line.start, None);
    for end in line.start..at {
        if !bytes[end].is_ascii_alphabetic() {
            if prints(&bytes[word..end]) && b" \t(\"'".contains(&bytes[end]) {
                from = Some(end);
            }
            word = end + 1;
        }
    }
    let start = from?;
    let mut place = start;
    while place < at {
        match bytes[place] {
            b';' | b'|' | b'&' | b'<' | b'>' | b'`' => return None,
            b'"' | b'\'' | b'\\' if let Some((quote, inner)) = lines.quote_at(place) => {
                let (end, after) = lines.close_near(quote, inner).unwrap_or((line.end, line.end));
                if at < after {
                    return (inner <= at).then(|| inner..end.clamp(at, line.end));
                }
                place = after.max(place + 1);
            }
            _ => place += 1,
        }
    }
    let ends = |it: &u8| b";|&<>\"".contains(it);
    let length = bytes[at..line.end].iter().position(ends).unwrap_or(line.end - at);
    Some(start..lines.text.floor_char_boundary(at + length))
}

/// Returns the next line of a comment of YAML whose last word is a name, if it has only a few words.
fn below(lines: &Lines<'_>, name: &Range<usize>) -> Option<Range<usize>> {
    let line = lines.line(name.end);
    let is_last =
        lines.text[name.end..lines.end(line).max(name.end)].bytes().all(|it| !it.is_ascii_alphanumeric());
    let first = line + 1;
    let text = |it: usize| lines.content(it).strip_prefix('#').map(str::trim);
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
    for &name in names {
        if name < next {
            continue;
        }
        let line = own_line(text, name);
        let line = line.start.max(next)..line.end.min(value.end);
        let Some(sentence) = text.get(line.clone()) else { continue };
        if !(is_annotation && is_prose(sentence) || is_sentence(sentence)) {
            next = line.end;
            continue;
        }
        let behind = &text[name..line.end];
        let length = behind.bytes().take_while(|it| is_name_byte(*it) && *it != b'/').count();
        match &behind[..length] {
            _ if behind.starts_with('@') => pair(text, name + 1..line.end, true, hide),
            user if USERS.iter().any(|it| it.eq_ignore_ascii_case(user)) => {
                pair(text, name + length..line.end, false, hide)
            }
            _ => {
                next = line.end;
                words(text, line, hide);
            }
        }
    }
}

/// Whether a line of an annotation may be a sentence: it has words, and is no part of a program, of JSON or of YAML.
fn is_prose(line: &str) -> bool {
    const PAIRS: &str = "cred creds credentials login logins zugangsdaten";
    let line = line.trim();
    let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
    let is_item = first == "-" || line.starts_with(['\'', '"', '#']);
    match first.strip_suffix(':') {
        _ if line.contains(['{', '}', '$', '=', '<']) || is_item => false,
        // `creds: app/hunter2`
        Some(key) if !rest.trim().contains(' ') => {
            has_word(PAIRS, &key.to_ascii_lowercase()) && rest.contains(['/', ':', '|'])
        }
        _ => !rest.is_empty(),
    }
}

/// Whether a line has the look of a sentence wherever it stands: three words or more, and none of the marks of a program.
fn is_sentence(line: &str) -> bool {
    let has_marks = line.contains(['$', '=', '{', '}', '<', '>', '\\', '|', ';', '`']) || line.contains(" -");
    !has_marks
        && line.split_whitespace().filter(|it| it.bytes().any(|it| it.is_ascii_alphabetic())).count() > 2
}

/// Calls `hide` with the words of a part of a text that not everybody uses.
fn words(text: &str, part: Range<usize>, hide: &mut dyn FnMut(Range<usize>)) {
    let Some(inner) = text.get(part.clone()) else { return };
    let is_end = |it: char| it.is_whitespace() || "\"'`,;()[]{}<>|".contains(it);
    let is_variable = |at: usize, token: &str| text[..at].ends_with("${") && token.bytes().all(is_name_byte);
    let mut start = part.start;
    for token in inner.split(is_end) {
        let at = start;
        start += token.len();
        start += text[start..].chars().next().map_or(0, char::len_utf8);
        if token.len() > LONGEST_SHORT && !is_variable(at, token) {
            parts(token, at, hide);
        }
    }
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
    if !(LONGEST_SHORT + 1..=LONGEST_WORD).contains(&word.len())
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
