//! Passwords in the arguments of functions that connect or log in, whatever the language: `connect("db", "app", "hunter2")`.

use std::ops::Range;

use super::excuse::hides;
use super::hidden::Scan;
use super::lines::{Lines, is_blank, is_line_end};
use super::name::Promise;
use crate::facts::secret::promise::words;

/// What the names of such functions begin or end with, in lower case.
pub(super) const NAMES: [&str; 15] = [
    "authenticate(",
    "authprovider(",
    "bind",
    "connect",
    "connection(",
    "dial(",
    "ftp(",
    "ftp_tls(",
    "jenkins(",
    "jira(",
    "mysqli(",
    "newinstance",
    "pdo(",
    "session(",
    "smtp(",
];

/// The longest rest of such a name, in bytes.
const LONGEST_NAME: usize = 32;

/// The longest arguments of a function that are looked at, in bytes.
const LONGEST_CALL: usize = 300;

/// So many arguments stand before the last one that may be a password.
const MAX_ARGUMENTS: usize = 5;

/// Hides the password in a call of a function whose name has one of these words.
pub(super) fn look(scan: &mut Scan<'_>, word: &Range<usize>) {
    let lines = scan.lines;
    let is_name = |it: &&u8| it.is_ascii_alphanumeric() || **it == b'_';
    let rest = &lines.text.as_bytes()[word.start..];
    let open = word.start + rest.iter().take(LONGEST_NAME).take_while(is_name).count();
    if lines.byte(open) == Some(b'(') {
        let is_bind = lines.text[word.clone()].eq_ignore_ascii_case("bind");
        for it in passwords(lines, open, is_bind) {
            scan.hide_word(it);
        }
    }
}

/// Does the same for a function whose name promises a user and a password, or a password: `smtp.login("app", "hunter2")`.
pub(super) fn with_user(scan: &mut Scan<'_>, name: &Range<usize>, promise: Promise) {
    let text = &scan.lines.text[name.clone()];
    let is_named = match promise {
        Promise::Login | Promise::Password => true,
        Promise::Reference => words(text).iter().any(|it| it.starts_with("CREDENTIAL")),
        Promise::Weak | Promise::Generated => text.ends_with("Auth"),
    };
    let open = scan.lines.skip_blanks(name.end);
    if is_named && scan.lines.byte(open) == Some(b'(') {
        for it in passwords(scan.lines, open, false) {
            scan.hide_value(Promise::Password, "", it);
        }
    }
}

/// Returns what may be a password among the texts in quotation marks that a function is called with: behind the first of two the
/// second, behind the first of three or more the next two, of which one is a user. A directory is given a name of its own kind first.
fn passwords(lines: &Lines<'_>, open: usize, is_bind: bool) -> Vec<Range<usize>> {
    let texts = arguments(lines, open);
    let text = |it: &Range<usize>| &lines.text[it.clone()];
    if is_bind && !texts.iter().any(|(_, it)| text(it).contains(['=', '@', '\\'])) {
        return Vec::new();
    }
    let is_port = |it: &str| it.len() <= "65535".len() && it.bytes().all(|it| it.is_ascii_digit());
    let may_be_password = |it: &Range<usize>| !is_port(text(it)) && hides(Promise::Password, "", text(it));
    let first = match &texts[..] {
        [(1.., _)] => 0,
        _ => 1,
    };
    let next = texts.into_iter().skip(first).take(2).map(|it| it.1);
    next.filter(may_be_password).collect()
}

/// Returns the second text in quotation marks of a call or a list that begins at a place: `HTTPBasicAuth('app', 'hunter2')`,
/// `('app', 'hunter2')`.
pub(super) fn second_argument(lines: &Lines<'_>, from: usize) -> Option<Range<usize>> {
    let at = lines.skip_blanks(from);
    let end = lines.end(lines.line(at)).min(at + LONGEST_CALL);
    let is_name = |it: &&u8| it.is_ascii_alphanumeric() || b"_.: ".contains(*it);
    let open = at + lines.text.as_bytes().get(at..end)?.iter().take_while(is_name).count();
    lines.byte(open).filter(|it| b"([".contains(it))?;
    let texts = arguments(lines, open);
    texts.into_iter().nth(1).map(|it| it.1)
}

/// Returns the arguments of a call that are texts in quotation marks, each with its place among all.
fn arguments(lines: &Lines<'_>, open: usize) -> Vec<(usize, Range<usize>)> {
    let bytes = lines.text.as_bytes();
    let limit = bytes.len().min(open + LONGEST_CALL);
    let (mut found, mut at, mut index, mut depth, mut is_first) = (Vec::new(), open + 1, 0, 0_usize, true);
    while at < limit && index < MAX_ARGUMENTS {
        match bytes[at] {
            b')' | b']' | b'}' if depth == 0 => break,
            b')' | b']' | b'}' => depth -= 1,
            b'(' | b'[' | b'{' => depth += 1,
            b',' if depth == 0 => {
                (index, is_first) = (index + 1, true);
                at += 1;
                continue;
            }
            byte if is_blank(byte) || is_line_end(byte) => {
                at += 1;
                continue;
            }
            // `\n` within JSON.
            b'\\' if bytes.get(at + 1) == Some(&b'n') => {
                at += 2;
                continue;
            }
            b'"' | b'\'' | b'\\' if let Some((quote, inner)) = lines.quote_at(at) => {
                let Some((end, after)) = lines.close_near(quote, inner) else { break };
                if is_first && depth == 0 && end > inner {
                    found.push((index, inner..end));
                }
                at = after;
                is_first = false;
                continue;
            }
            // `r"a"`, `N'a'`
            byte if is_first && byte.is_ascii_alphabetic() && lines.quote_at(at + 1).is_some() => {
                at += 1;
                continue;
            }
            _ => {}
        }
        is_first = false;
        at += 1;
    }
    found
}
