//! Values without a separator directly behind the name: `password hunter2Zx9`, `# password (staging): hunter2Zx9`.

use std::ops::Range;

use super::excuse::{hides, is_uuid, speaks_of_credentials};
use super::extent::MAX_EMPTY;
use super::lines::{Lines, is_blank, is_line_end};
use super::name::{Promise, is_about};
use super::next::next_word;
use super::unread::{WORDS, is_plain};
use super::word::word;
use crate::facts::secret::chance::is_random;
use crate::facts::secret::promise::words;
use crate::text::span::range_in;
use crate::text::word_list::{has_word, has_word_in_any_case};

/// How far behind its name a value in a comment is searched for, in bytes.
const NEAR: usize = 200;

/// Words in front of a value.
const VERBS: [&str; 10] = ["is", "was", "ist", "lautet", "war", "est", "es", "è", "é", "jest"];

/// Words between a name and such a word, or between that and the value.
const LINKS: &str = "a again be been changed currently has now reset rotated set the updated will";

/// Links behind which `to` stands before a value.
const CHANGES: &str = "changed reset rotated set updated";

/// Words in front of a value that follow the name without a blank, in languages that need none.
const JOINED: [&str; 8] = ["是", "为", "為", "は", "는", "은", "คือ", "→"];

/// Marks in front of a value.
const MARKS: [&str; 8] = ["=", "->", "=>", "→", "-", "–", "—", "："];

/// The longest remark in parentheses behind a name, in bytes.
const LONGEST_REMARK: usize = 40;

/// So many words and marks may stand between a name and its value in a sentence.
const MAX_LINKS: usize = 8;

/// The shortest word that a sentence tells, in bytes.
const LEAST: usize = 6;

/// Returns the value that a comment has behind a name and a few more words, or on its next line.
pub(super) fn in_comment(lines: &Lines<'_>, name: &Range<usize>) -> Option<Range<usize>> {
    let is_comment = lines.is_in_comment(name.start);
    let line = lines.line(name.end);
    let end = lines.text.floor_char_boundary(lines.end(line).min(name.end + NEAR));
    let (mut at, mut is_marked, mut last) = (name.end, false, "");
    while let Some(it) = next_plain_word(lines, at, end) {
        let text = &lines.text[it.clone()];
        // Outside of comments a sentence has to end with what a machine has made: `description: "token used by CI: …"`.
        let is_token =
            || text.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it)) && is_random(text);
        let is_told = is_marked && if is_comment { is_made(text) } else { is_token() };
        if is_told || is_uuid(text) {
            return Some(it);
        }
        let is_change = text == "to" && has_word(CHANGES, &last.to_ascii_lowercase());
        is_marked = text.ends_with([':', '='])
            || MARKS.contains(&text)
            || VERBS.contains(&text)
            || text == "be"
            || is_change
            || is_marked && has_word(LINKS, text);
        last = text;
        at = it.end;
    }
    (at == name.end).then(|| below_comment(lines, name)).flatten()
}

/// Returns the only word of the next line of a comment.
pub(super) fn below_comment(lines: &Lines<'_>, name: &Range<usize>) -> Option<Range<usize>> {
    let line = lines.line(name.end);
    let below = line + 1..lines.count().min(line + MAX_EMPTY);
    let text = |it: usize| Some(lines.content(it).strip_prefix('#')?.trim());
    let next = below.into_iter().find(|it| text(*it) != Some(""))?;
    let text = text(next).filter(|it| is_made(it) && !it.contains([' ', '\t']))?;
    range_in(lines.text, text).filter(|_| lines.is_in_comment(name.start))
}

/// Returns the next word before the end of a comment, without the punctuation around it.
fn next_plain_word(lines: &Lines<'_>, from: usize, end: usize) -> Option<Range<usize>> {
    let text = lines.text.get(from..end)?;
    let start = from + text.len() - text.trim_start_matches([' ', '\t', '"', '\'', '`', '(', ',', ';']).len();
    let rest = &lines.text.as_bytes()[start..end];
    let length = rest.iter().take_while(|it| !is_blank(**it) && !is_line_end(**it)).count();
    let word = lines.text[start..start + length].trim_end_matches(['"', '\'', '`', ',', '.', ';']);
    (!word.is_empty()).then(|| start..start + word.len())
}

/// Whether a word in a comment may be a credential: it has letters and digits.
fn is_made(text: &str) -> bool {
    let has = |test: fn(&u8) -> bool| text.as_bytes().iter().any(test);
    text.len() >= LEAST
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && hides(Promise::Password, "", text)
}

/// Returns the value that a name has without a separator: `password hunter2Zx9`, `PASSWORD 'hunter2'`, `the password is
/// hunter2Zx9`.
pub(super) fn told(lines: &Lines<'_>, name: &Range<usize>, promise: Promise) -> Option<Range<usize>> {
    let said = || said(lines, name).or_else(|| joined(lines, name)).or_else(|| beside(lines, name, promise));
    if promise > Promise::Reference
        && let Some(value) = said()
    {
        return Some(value);
    }
    let next = next_word(lines, name.end)?;
    // `the password for app is hunter2`
    let whom = ["for", "of"].contains(&&lines.text[next.clone()]).then(|| next_word(lines, next.end));
    let next = match whom {
        Some(whom) => next_word(lines, whom?.end)?,
        None => next,
    };
    let verb = &lines.text[next.clone()];
    let is_verb = VERBS.contains(&verb);
    let value = if is_verb || verb == "to" { next_word(lines, next.end)? } else { next };
    // `the password is the hunter2Zx9 of the runbook`
    let is_article = is_verb && ["a", "the"].contains(&&lines.text[value.clone()]);
    let value = if is_article { next_word(lines, value.end)? } else { value };
    let between = &lines.text[name.end..value.start];
    let opens = between.trim_start_matches([' ', '\t']).starts_with(['\'', '"'])
        || lines.text[value.clone()].starts_with(['\'', '"']);
    let is_quoted = opens && between.starts_with([' ', '\t']);
    // `define('NAME', 'value')`
    let is_called = || {
        let quotes = |it: char| "\"'\\ ".contains(it);
        let (before, after) = (&lines.text[..name.start], &lines.text[value.end..]);
        between.trim_matches(quotes).trim_end_matches([' ', '"', '\'', '\\']).trim_end_matches(quotes) == ","
            && before.trim_end_matches(quotes).ends_with('(')
            && after.trim_start_matches(quotes).starts_with(')')
    };
    if is_called() {
        return Some(value);
    }
    // `<a name="password" value="${PASSWORD}">` says what it is given.
    let is_named = lines.text[value.clone()].contains("=\"") || lines.text[value.clone()].contains("='");
    let is_near = !between.contains("}}")
        && !lines.text[value.clone()].starts_with("}}")
        && !between.contains(['\n', '\r', ','])
        && !is_named;
    let is_random = || value.len() < 200 && is_random(&lines.text[value.clone()]);
    (is_near && (is_quoted || is_random())).then_some(value)
}

/// Returns the value of which a sentence says that a name has it: `the password is: hunter2`, `password (staging) - hunter2`, `the
/// password for app will be changed to hunter2`.
fn said(lines: &Lines<'_>, name: &Range<usize>) -> Option<Range<usize>> {
    let end =
        lines.text.floor_char_boundary(lines.end(lines.line(name.end)).min(name.end + NEAR).max(name.end));
    let (mut at, mut is_said, mut is_for, mut last) = (name.end, false, false, "");
    // `pwd->hunter2`
    if lines.text[..at].ends_with('-') && lines.byte(at) == Some(b'>') {
        (at, is_said) = (at + 1, true);
    } else if !lines.byte(at).is_some_and(is_blank) {
        return None;
    }
    for _ in 0..MAX_LINKS {
        at = lines.skip_blanks(at);
        let rest = lines.text.get(at..end)?;
        if let Some(remark) = rest.strip_prefix(['(', '[']).filter(|_| !is_said) {
            let length = remark.bytes().take(LONGEST_REMARK).position(|it| b")]".contains(&it))?;
            at += length + 2;
            // `(staging): hunter2`
            if let Some(b':' | b'=') = lines.byte(at) {
                (at, is_said) = (at + 1, true);
            }
            continue;
        }
        let word = rest.split([' ', '\t']).next().filter(|it| !it.is_empty())?;
        let lower = word.to_lowercase();
        let link = lower.trim_end_matches(':');
        is_for |= ["for", "of"].contains(&link);
        let is_mark = MARKS.contains(&word) && !lines.text[name.clone()].contains('/');
        let is_change = link == "to" && (has_word(CHANGES, last) || lines.text[name.clone()].contains('ł'));
        if is_mark || VERBS.contains(&link) || is_change {
            is_said = true;
        } else if is_for && !is_said {
            // `the password for the shop is hunter2`
            last = "";
        } else if !has_word(LINKS, link) {
            break;
        } else {
            // `will be hunter2`
            is_said |= link == "be";
            last = if has_word(CHANGES, link) { "changed" } else { "" };
        }
        at += word.len();
    }
    let value = is_said.then(|| emphasized(lines, at, end)).flatten()?;
    let whole = trimmed(lines, value.clone());
    let text = &lines.text[whole.clone()];
    let is_foreign = || {
        is_odd(text)
            && is_free(text)
            && hides(Promise::Password, "", text)
            && !lines.is_in_comment(whole.start)
    };
    (is_claimed(lines, &value) || is_foreign()).then_some(whole)
}

/// Returns the word at a place without the marks of quotes and of Markdown around it.
fn emphasized(lines: &Lines<'_>, at: usize, end: usize) -> Option<Range<usize>> {
    let text = lines.text.get(at..end)?;
    if let Some((quote, inner)) = lines.quote_at(at) {
        return lines.close_near(quote, inner).map(|it| inner..it.0);
    }
    let word = text.split([' ', '\t']).next()?;
    let start = at + word.len() - word.trim_start_matches(['`', '*', '(']).len();
    let inner = &lines.text[start..at + word.len()];
    let length = inner.find(['`', '"']).unwrap_or(inner.len());
    let inner = inner[..length].trim_end_matches("**");
    (!inner.is_empty()).then(|| start..start + inner.len())
}

/// Returns the value that follows a name in a language without blanks: `密码是hunter2`, `パスワードはhunter2です`.
fn joined(lines: &Lines<'_>, name: &Range<usize>) -> Option<Range<usize>> {
    let text = &lines.text[name.clone()];
    if text.is_ascii() {
        return None;
    }
    let (at, verb) = JOINED.iter().find_map(|it| Some((text.find(it)?, it)))?;
    let start = lines.skip_blanks(name.start + at + verb.len());
    let value = word(lines, start);
    let text = lines.text[value.clone()].trim_end_matches(|it: char| !it.is_ascii());
    let is_hidden =
        if lines.is_in_comment(start) { is_made(text) } else { hides(Promise::Password, "", text) };
    (text.len() >= LEAST && is_hidden).then(|| value.start..value.start + text.len())
}

/// Returns the word directly behind a word for passwords that is none of a language, or has marks of Markdown around it: `use
/// password hunter2_Zx for staging`.
fn beside(lines: &Lines<'_>, name: &Range<usize>, promise: Promise) -> Option<Range<usize>> {
    // Programs that have such names.
    const PROGRAMS: &str = "pass passwd";
    let at = lines.skip_blanks(name.end);
    let text = &lines.text[name.clone()];
    let is_word =
        text.chars().all(char::is_alphabetic) && !text.bytes().skip(1).any(|it| it.is_ascii_uppercase());
    let before = lines.text[..name.start].chars().next_back();
    let is_sentence = before.is_none_or(|it| it.is_whitespace() || "\"'(`*".contains(it));
    if at == name.end || !is_word || !is_sentence || has_word_in_any_case(PROGRAMS, text) {
        return None;
    }
    let end = lines.text.floor_char_boundary(lines.end(lines.line(at)).min(at + NEAR).max(at));
    let value = trimmed(lines, emphasized(lines, at, end)?);
    let has_marks = value.start > at && !lines.is_in_comment(at);
    let text = &lines.text[value.clone()];
    let is_value = || text.len() >= LEAST && !is_state(text) && hides(Promise::Password, "", text);
    let is_odd = || promise == Promise::Password && is_odd(text);
    ((has_marks || is_odd()) && is_free(text) && is_value()).then_some(value)
}

/// Returns the password behind a user and a mark, behind a word for both: `creds app/hunter2_Zx`.
pub(super) fn behind_user(lines: &Lines<'_>, name: &Range<usize>) -> Option<Range<usize>> {
    const NAMES: &str = "CRED CREDS CREDENTIALS LOGIN LOGINS ZUGANGSDATEN";
    let is_named = has_word_in_any_case(NAMES, &lines.text[name.clone()]);
    let next = next_word(lines, name.end).filter(|_| is_named)?;
    let text = &lines.text[next.clone()];
    let (user, password) = text.split_once(['/', ':', '|'])?;
    let is_user =
        !user.is_empty() && user.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-.@".contains(&it));
    let value = trimmed(lines, next.start + user.len() + 1..next.end);
    (is_user && is_odd(password) && is_free(password)).then_some(value)
}

/// Whether a word is none of a language: it has a digit, a capital behind others, or a mark within it, and is not in capitals as
/// variables are.
fn is_odd(text: &str) -> bool {
    let has = |test: fn(&u8) -> bool| text.as_bytes().iter().any(test);
    let inner = text.trim_matches(|it: char| !it.is_alphanumeric());
    let is_mixed = || text.bytes().skip(1).any(|it| it.is_ascii_uppercase()) && has(u8::is_ascii_lowercase);
    text.len() >= LEAST
        && has(u8::is_ascii_alphabetic)
        && (has(u8::is_ascii_digit)
            || inner.contains(['_', '!', '#', '$', '%', '&', '+', '~', '^', '?'])
            || is_mixed())
        && (has(u8::is_ascii_lowercase) || !inner.contains('_'))
        && !has_word(WORDS, text)
}

/// Whether a word neither speaks of credentials nor is a path, an assignment, a variable or a call.
fn is_free(text: &str) -> bool {
    let is_bound = speaks_of_credentials(text)
        || is_about(text)
        || text.starts_with(['$', '-', '<', '{', '%'])
        || text.contains(['/', '=', '(', ')', '[', ',', ':', '@', '\\'])
        || text.contains('.') && is_plain(text);
    !is_bound
}

/// Whether a word behind `is` is what a name has: it ends the sentence, or has quotation marks around it. In a comment, a word of
/// a language is none.
fn is_claimed(lines: &Lines<'_>, value: &Range<usize>) -> bool {
    const GOES_ON: &str = "and but for on when where while";
    let text = &lines.text[trimmed(lines, value.clone())];
    let is_quoted = lines.quote_before(value.start).is_some();
    let behind = &lines.text[value.start + text.len()..];
    let is_end = || {
        let next = behind.trim_start_matches([' ', '\t']);
        let word = next.split(|it: char| !it.is_ascii_alphabetic()).next().unwrap_or_default();
        !next.starts_with(|it: char| it.is_alphanumeric() || it == '$') || has_word(GOES_ON, word)
    };
    let is_hidden = || hides(Promise::Password, "", text);
    text.len() >= LEAST
        && (is_quoted || !is_state(text) && is_end() && !lines.is_in_comment(value.start))
        && is_hidden()
}

/// Whether a word says what state a credential is in.
fn is_state(text: &str) -> bool {
    const STATES: &str = "absent available compulsory correct default defined different empty expire expired fine given here \
        identical incorrect invalid known mandatory missing necessary needed nothing optional present ready required right safe \
        secret secure strong there unavailable undefined unknown unset unsafe valid visible wanted wrong yours";
    has_word(STATES, &text.to_ascii_lowercase()) || text.ends_with("ed") || text.ends_with("ing")
}

/// Returns a word without the marks that end a sentence.
fn trimmed(lines: &Lines<'_>, word: Range<usize>) -> Range<usize> {
    let text = lines.text[word.clone()].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '"', '\'', '`']);
    word.start..word.start + text.len()
}

/// The longest arguments of a function that are looked at, in bytes.
const LONGEST_CALL: usize = 300;

/// Returns the second of the texts that a function is called with whose name promises a user and a password, or a password:
/// `smtp.login("app", "hunter2")`.
pub(super) fn called_with_user(
    lines: &Lines<'_>,
    name: &Range<usize>,
    promise: Promise,
) -> Option<Range<usize>> {
    let text = &lines.text[name.clone()];
    let is_named = match promise {
        Promise::Login | Promise::Password => true,
        Promise::Reference => words(text).iter().any(|it| it.starts_with("CREDENTIAL")),
        Promise::Weak | Promise::Generated => text.ends_with("Auth"),
    };
    is_named.then(|| second_argument(lines, name.end)).flatten()
}

/// Returns the second text in quotation marks of a call or a list that begins at a place: `HTTPBasicAuth('app', 'hunter2')`,
/// `('app', 'hunter2')`.
pub(super) fn second_argument(lines: &Lines<'_>, from: usize) -> Option<Range<usize>> {
    let at = lines.skip_blanks(from);
    let end = lines.end(lines.line(at)).min(at + LONGEST_CALL);
    let is_name = |it: &&u8| it.is_ascii_alphanumeric() || b"_.: ".contains(*it);
    let open = at + lines.text.as_bytes().get(at..end)?.iter().take_while(is_name).count();
    lines.byte(open).filter(|it| b"([".contains(it))?;
    let (quote, inner) = lines.quote_at(lines.skip_blanks(open + 1))?;
    let (_, after) = lines.close_near(quote, inner)?;
    let comma = lines.skip_blanks(after);
    let (quote, inner) =
        lines.quote_at(lines.skip_blanks(comma + 1)).filter(|_| lines.byte(comma) == Some(b','))?;
    lines.close_near(quote, inner).map(|it| inner..it.0)
}

/// Returns the text in quotation marks on the line below a name: SQL may go on there.
pub(super) fn quoted_below(lines: &Lines<'_>, name: &Range<usize>, promise: Promise) -> Option<Range<usize>> {
    let line = lines.line(name.end);
    if promise != Promise::Password
        || lines.skip_blanks(name.end) < lines.end(line)
        || line + 1 >= lines.count()
    {
        return None;
    }
    let at = lines.start(line + 1) + lines.indent(line + 1);
    let (quote, inner) = lines.quote_at(at)?;
    let (end, after) = lines.close_near(quote, inner)?;
    let next = lines.byte(lines.skip_blanks(after));
    next.is_none_or(|it| is_line_end(it) || b";),".contains(&it)).then_some(inner..end)
}

/// Returns the text that a function is called with whose name promises a password: `PASSWORD('hunter2')`.
pub(super) fn called(lines: &Lines<'_>, name: &Range<usize>, promise: Promise) -> Option<Range<usize>> {
    let open = lines.skip_blanks(name.end);
    let is_call = promise == Promise::Password && lines.byte(open) == Some(b'(');
    let at = lines.skip_blanks(open + 1);
    is_call.then(|| lines.quote_at(at)).flatten().map(|_| word(lines, at))
}
