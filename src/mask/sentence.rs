//! Where sentences are: in comments, in what a command prints, in quotation marks, in the lines of a value.

use std::ops::Range;

use super::common;
use super::lines::{Lines, is_blank};
use crate::shell::programs;
use crate::text::word_list::{has_word, has_word_in_any_case};

/// How far before and behind a name its line is looked at, in bytes.
const FAR: usize = 2000;

/// Returns the sentence that has a name: a comment, or what a command prints.
pub(super) fn sentence(lines: &Lines<'_>, at: usize) -> Option<Range<usize>> {
    own_comment(lines, at)
        .or_else(|| comment(lines, &own_line(lines.text, at), at))
        .or_else(|| printed(lines, at))
}

/// Returns the text in quotation marks, or the line that a script writes, which has a name, if it reads like a sentence.
pub(super) fn written(lines: &Lines<'_>, at: usize) -> Option<Range<usize>> {
    let line = own_line(lines.text, at);
    quoted(lines, &line, at)
        .or_else(|| Some(line).filter(|it| lines.text.get(it.clone()).is_some_and(is_text)))
}

/// Returns the line around a place, or what of it is near; a text within JSON has its lines in one.
pub(super) fn own_line(text: &str, at: usize) -> Range<usize> {
    let first = text.ceil_char_boundary(at.saturating_sub(FAR));
    line_within(text, at, first..text.floor_char_boundary(text.len().min(at + FAR)))
}

/// Returns what of the line around a place is in a part of a text.
pub(super) fn line_within(text: &str, at: usize, part: Range<usize>) -> Range<usize> {
    let bytes = text.as_bytes();
    let ends = |at: &usize| bytes[*at] != b'\\' || matches!(bytes.get(at + 1), Some(b'n' | b'r'));
    let before = memchr::memrchr3_iter(b'\n', b'\r', b'\\', &bytes[part.start..at]);
    let start = before.map(|it| part.start + it).find(ends);
    let end = memchr::memchr3_iter(b'\n', b'\r', b'\\', &bytes[at..part.end]).map(|it| at + it).find(ends);
    let start = start.map_or(part.start, |it| it + if bytes[it] == b'\\' { 2 } else { 1 });
    start.min(at)..end.unwrap_or(part.end)
}

/// Returns the line that has a name if it is nothing but a comment of YAML or of a script, however long it is.
fn own_comment(lines: &Lines<'_>, at: usize) -> Option<Range<usize>> {
    let line = lines.line(at);
    let content = lines.content(line);
    let start = lines.end(line) - content.len();
    (content.starts_with('#') && at >= start).then(|| start + told(content)..lines.end(line))
}

/// Returns how long what the linter is told is at the beginning of a comment: that stays.
fn told(comment: &str) -> usize {
    let told = comment.find("batchlint: ").and_then(|it| Some(it + comment[it..].find(']')? + 1));
    told.unwrap_or_default()
}

/// Returns the comment behind something else that has a name, of YAML, of a script or of a program.
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
    Some(line.start + mark + told(&lines.text[line.start + mark..end])..end)
}

/// Whether a word is the name of a command or a function that prints a text or sends it to people, or its last part.
pub(super) fn prints(word: &[u8]) -> bool {
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
            | b"mail"
            | b"mailx"
            | b"notify"
            | b"print"
            | b"printf"
            | b"println"
            | b"puts"
            | b"say"
            | b"throw"
            | b"wall"
            | b"warn"
            | b"warning"
            | b"write"
    )
}

/// Returns what a command prints, or a program, which has a name: all that stands behind the command, to its end.
fn printed(lines: &Lines<'_>, at: usize) -> Option<Range<usize>> {
    let bytes = lines.text.as_bytes();
    let own = lines.line(at);
    let line = lines.start(own).max(lines.text.ceil_char_boundary(at.saturating_sub(FAR)))
        ..lines.end(own).max(at).min(lines.text.floor_char_boundary(at + FAR));
    let (mut word, mut from) = (line.start, None);
    for end in line.start..at {
        if !bytes[end].is_ascii_alphabetic() {
            // `\necho` within JSON.
            let name = word + usize::from(word > 0 && bytes[word - 1] == b'\\')..end;
            // `"error"` is a text.
            let is_quoted =
                || b"\"'".contains(&bytes[end]) && bytes[..name.start].last() == Some(&bytes[end]);
            let is_printer = prints(bytes.get(name.clone()).unwrap_or_default());
            if is_printer && b" \t(\"'".contains(&bytes[end]) && !is_quoted() {
                from = Some(end);
            }
            word = end + 1;
        }
    }
    let start = from?;
    // The function of a template.
    let before = &lines.text[line.start..start];
    if before.rfind("{{").is_some_and(|at| !before[at..].contains("}}")) {
        return None;
    }
    let (end, is_open) = command_end(lines, start..line.end);
    // What a quotation mark opens that nothing closes goes on to the end of the line.
    (at < end || is_open).then(|| start..lines.text.floor_char_boundary(if is_open { line.end } else { end }))
}

/// Returns where the command, or the call of a function, ends whose arguments begin at a part of a line, and whether that is within
/// quotation marks that open there.
fn command_end(lines: &Lines<'_>, part: Range<usize>) -> (usize, bool) {
    let bytes = lines.text.as_bytes();
    let (mut at, mut depth, mut is_apart) = (part.start, 0_usize, true);
    while at < part.end {
        match bytes[at] {
            b';' | b'|' | b'&' | b'<' | b'>' | b'`' => break,
            b'\\' if bytes.get(at + 1) == Some(&b'n') => break,
            b'(' => depth += 1,
            b')' if depth < 2 => break,
            b')' => depth -= 1,
            b'"' | b'\'' | b'\\' if let Some((quote, inner)) = lines.quote_at(at) => {
                // One behind a letter ends a text around the command.
                if !is_apart {
                    break;
                }
                match lines.close_near(quote, inner) {
                    Some((_, after)) => (at, is_apart) = (after, false),
                    None => return (at, true),
                }
                continue;
            }
            _ => {}
        }
        is_apart = !bytes[at].is_ascii_alphanumeric() && !b".!?:".contains(&bytes[at]);
        at += 1;
    }
    (at.min(part.end), false)
}

/// Returns the text in quotation marks that has a name, the innermost, if it reads like a sentence.
fn quoted(lines: &Lines<'_>, line: &Range<usize>, at: usize) -> Option<Range<usize>> {
    let bytes = lines.text.as_bytes();
    let (mut place, mut found) = (line.start, None);
    while let Some(mark) = memchr::memchr2(b'"', b'\'', bytes.get(place..at)?).map(|it| place + it) {
        let slashes = bytes[place..mark].iter().rev().take_while(|it| **it == b'\\').count();
        let (quote, inner) = lines.quote_at(mark - slashes)?;
        place = match lines.close_near(quote, inner) {
            Some((_, after)) if after <= at => after,
            Some((end, _)) => {
                found = Some(inner..end.max(at).min(line.end));
                inner
            }
            None => inner,
        };
    }
    found.filter(|it| lines.text.get(it.clone()).is_some_and(reads))
}

/// Whether a line of an annotation may be a sentence: it has words, and is no part of a program, of JSON or of YAML.
pub(super) fn is_prose(line: &str) -> bool {
    const PAIRS: &str = "cred creds credentials login logins zugangsdaten";
    let line = line.trim();
    let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
    let is_item = first == "-" || line.starts_with(['\'', '"', '#']);
    match first.strip_suffix(':') {
        _ if line.contains(['{', '}', '$', '=', '<']) || is_item => is_sentence(line),
        // `creds: app/hunter2`
        Some(key) if !rest.trim().contains(' ') => {
            has_word(PAIRS, &key.to_ascii_lowercase()) && rest.contains(['/', ':', '|']) || is_login(line)
        }
        _ => !rest.is_empty() || is_login(line),
    }
}

/// Whether a line is nothing but an account that may do anything, and a word: `admin:hunter2`, `root / hunter2`.
fn is_login(line: &str) -> bool {
    let login = line.split_once([':', '/', '|']);
    login.is_some_and(|(user, rest)| {
        has_word_in_any_case("admin root", user.trim()) && !rest.trim().contains([' ', '@', '/', ':'])
    })
}

/// Whether a line has the look of a sentence wherever it stands: three words or more, and none of the marks of a program, or more of
/// the words of a sentence than of these.
pub(super) fn is_sentence(line: &str) -> bool {
    let has_marks = line.contains(['$', '=', '{', '}', '<', '>', '\\', '|', ';', '`']) || line.contains(" -");
    let words = || line.split_whitespace().filter(|it| it.bytes().any(|it| it.is_ascii_alphabetic()));
    !has_marks && words().count() > 2 || reads(line)
}

/// Whether a line of a text that a script writes is a sentence, and no command.
fn is_text(line: &str) -> bool {
    const OPENING: &str = "case do elif else export for function if return select then until while";
    let first = line.split_whitespace().next().unwrap_or_default();
    !programs::is_known(first) && !has_word(OPENING, first) && reads(line)
}

/// Whether a text reads like a sentence, also with marks of a program in it: half of its words are those that everybody uses, and of
/// those that only sentences have there are enough.
fn reads(text: &str) -> bool {
    const BETWEEN: &str = "a am an and are as at be been but by can for from has have he in into is it its now of on our please she \
        so that the their them then there they this to use was we were will with without you your";
    const LEAST: usize = 3;
    let words = || text.split_whitespace().map(|it| it.trim_matches(|it: char| it.is_ascii_punctuation()));
    let (all, between) =
        words().fold((0, 0), |(all, between), it| (all + 1, between + usize::from(has_word(BETWEEN, it))));
    let marks = || text.bytes().filter(|it| b"$={}<>\\|;`()[]".contains(it)).count();
    // That is told at once of most lines.
    all >= LEAST
        && between > 0
        && between * 2 >= marks()
        && words().filter(|it| common::has(it)).count() * 2 >= all
}
