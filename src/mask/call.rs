//! Passwords in the arguments of functions that connect, log in or encrypt, whatever the language: `connect("db", "app", "hunter2")`.

use std::ops::Range;

use super::everyday::is_everyday;
use super::excuse::hides;
use super::hidden::Scan;
use super::lines::{Lines, is_blank, is_line_end};
use super::name::Promise;
use super::protocol::begins;
use super::word::word;
use crate::facts::secret::promise::words;
use crate::text::span::range_in;
use crate::text::word_list::has_word_in_any_case;

/// What the names of such functions begin or end with, in lower case.
pub(super) const NAMES: [&str; 19] = [
    "authenticate(",
    "authprovider(",
    "bind",
    "conn ",
    "connect",
    "connection(",
    "decrypt",
    "dial(",
    "encrypt",
    "ftp(",
    "ftp_tls(",
    "hmac(",
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
    let is = |names: &str| has_word_in_any_case(names, &lines.text[word.clone()]);
    if lines.byte(open) == Some(b'(') {
        let found =
            if is("decrypt encrypt hmac(") { keys(lines, open) } else { passwords(lines, open, is("bind")) };
        found.into_iter().for_each(|it| scan.hide_word(it));
    } else if let Some(password) = of_connect(lines, word) {
        scan.hide_value(Promise::Password, "", password);
    }
}

/// Returns the texts in quotation marks behind the first argument of a function that encrypts, one of which is its key: the others say
/// how it does that.
fn keys(lines: &Lines<'_>, open: usize) -> Vec<Range<usize>> {
    const WAYS: [&str; 13] = [
        "3des", "aes", "base64", "bf", "cbc", "cipher", "compress", "des", "gcm", "hex", "md5", "sha", "utf",
    ];
    let is_way = |text: &str| {
        let lower = text.to_ascii_lowercase();
        let rest = |it: &&str| lower.strip_prefix(*it);
        WAYS.iter().filter_map(rest).any(|it| !it.starts_with(|it: char| it.is_ascii_alphabetic()))
    };
    let behind = arguments(lines, open).into_iter().filter(|(index, _)| *index > 0).map(|it| it.1);
    let is_key = |it: &Range<usize>| {
        let text = &lines.text[it.clone()];
        !is_way(text) && !is_everyday(text) && hides(Promise::Password, "", text)
    };
    behind.filter(is_key).collect()
}

/// Returns the password in the command with which a shell for SQL logs in: `CONNECT app/hunter2@db`.
fn of_connect(lines: &Lines<'_>, verb: &Range<usize>) -> Option<Range<usize>> {
    let verb = verb.start..verb.start + lines.text[verb.clone()].trim_end().len();
    let at = lines.skip_blanks(verb.end);
    if at == verb.end || !begins(lines, verb.start) {
        return None;
    }
    let login = word(lines, at);
    let (user, rest) = lines.text[login.clone()].split_once('/')?;
    let password = rest.rsplit_once('@').map_or(rest, |it| it.0).trim_matches('"');
    let behind = lines.text[login.end..lines.end(lines.line(at)).max(login.end)].trim_start();
    let is_user =
        !user.is_empty() && user.bytes().all(|it| it.is_ascii_alphanumeric() || b"_\"".contains(&it));
    let has_role = behind.get(..3).is_some_and(|it| it.eq_ignore_ascii_case("as "));
    let is_last = has_role || behind.is_empty() || behind.starts_with([';', '"', '\'', '\\']);
    // Others connect to places.
    let is_sql = has_role || rest.contains('@') || lines.text[verb].bytes().all(|it| it.is_ascii_uppercase());
    range_in(lines.text, password).filter(|_| is_user && is_last && is_sql && !password.contains('/'))
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
