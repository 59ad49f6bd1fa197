//! Passwords in addresses, with a scheme or without one.

use std::ops::Range;

use super::everyday::is_everyday;
use super::excuse::{has_literal, hides};
use super::indirect;
use super::lines::{Lines, is_blank, is_line_end, is_name_byte};
use super::name::Promise;
use crate::facts::secret::chance::is_random;
use crate::mask::hidden::Scan;

/// The ends of schemes: plain, escaped in JSON, and percent-encoded.
pub(super) const MARKS: [&str; 3] = ["://", ":\\/\\/", "%3a%2f%2f"];

/// The longest user and password of an address without a scheme that are searched for, in bytes.
const LONGEST_LOGIN: usize = 256;

/// The longest scheme, in bytes.
const LONGEST_SCHEME: usize = 32;

/// Passwords next to which the user's name is the token.
const NO_PASSWORDS: [&str; 3] = ["", "x-oauth-basic", "x"];

/// Words before `:` in the addresses of people, accounts and packages: `mailto:bob@example.com`.
const ACCOUNTS: [&str; 9] =
    ["acct", "deleted", "domain", "group", "mailto", "npm", "serviceAccount", "sip", "user"];

/// Hides the password in an address, whose scheme ends at a place. Those in its parameters have names.
pub(super) fn address(scan: &mut Scan<'_>, mark: Range<usize>) {
    let lines = scan.lines;
    let bytes = lines.text.as_bytes();
    let ends = |it: u8| is_blank(it) || is_line_end(it) || b"\"'`<>".contains(&it);
    let rest = &bytes[mark.end..];
    let quoted = quoted_end(lines, mark.start);
    // Each address ends where the next one begins, so that the time is linear.
    let is_mark = |at: usize| {
        let mark = |it: &str| {
            rest[at..].get(..it.len()).is_some_and(|rest| rest.eq_ignore_ascii_case(it.as_bytes()))
        };
        b":%".contains(&rest[at]) && MARKS.iter().any(|it| mark(it))
    };
    let mut length = 0;
    while length < rest.len() && !is_mark(length) {
        let at = mark.end + length;
        let next = match rest[length] {
            byte if ends(byte) => match quoted {
                Some(end) if at < end && lines.text[at..end].contains('@') => Some(at + 1),
                _ => goes_on(lines, mark.end, at),
            },
            _ => Some(lines.template_end(at).unwrap_or(at + 1)),
        };
        let Some(next) = next else { break };
        length = next - mark.end;
    }
    let whole = &lines.text[mark.end..mark.end + length];
    let login = if bytes[mark.start] == b'%' { encoded_login(whole) } else { login(whole) };
    let Some((user, password)) = login else { return };
    let place = |it: &Range<usize>| mark.end + it.start..mark.end + it.end;
    match password {
        Some(password) if NO_PASSWORDS.contains(&&whole[password.clone()]) => {
            if hides(Promise::Password, "", &whole[user.clone()]) {
                scan.hide(place(&user));
            }
        }
        Some(password) => hide_password(scan, place(&password)),
        None => {
            let name = &whole[user.clone()];
            // NATS takes a token in the place of the user, and Redis needs a password next to any but its own.
            let of = |it: &&str| lines.text[..mark.start].ends_with(*it);
            let is_token = of(&"nats") || ["redis", "rediss", "valkey"].iter().any(of) && !is_everyday(name);
            if is_token || is_random(name) || name.len() >= 20 && name.bytes().any(|it| it.is_ascii_digit()) {
                hide_password(scan, place(&user));
            } else {
                indirect::hide_values_with(scan, name, ":");
            }
        }
    }
}

/// Returns where the quotation marks around all of an address end, whose scheme ends at a place: its password may have anything in it.
fn quoted_end(lines: &Lines<'_>, scheme_end: usize) -> Option<usize> {
    let before = &lines.text.as_bytes()[scheme_end.saturating_sub(LONGEST_SCHEME)..scheme_end];
    let is_scheme = |it: &&u8| it.is_ascii_alphanumeric() || b"+.-".contains(*it);
    let start = scheme_end - before.iter().rev().take_while(is_scheme).count();
    let (close, _) = lines.quote_before(start).and_then(|it| lines.close_near(it, start))?;
    (close <= start + LONGEST_LOGIN).then_some(close)
}

/// Returns where an address goes on that seems to end before its host: on the next line, behind a blank that was one, or behind a
/// quotation mark at the beginning of its password.
fn goes_on(lines: &Lines<'_>, start: usize, at: usize) -> Option<usize> {
    let login = lines.text.get(start..at)?.trim_end_matches('\\');
    if login.len() > LONGEST_LOGIN || login.contains(|it: char| "@/?#".contains(it) || it.is_whitespace()) {
        return None;
    }
    let is_user = login.ends_with(':');
    let rest = &lines.text[at..];
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r', '\\']).len();
    let is_line = rest[..blanks].bytes().filter(|it| *it == b'\n').count() == 1;
    let next = match blanks {
        0 if is_user => at + 1,
        1.. if is_line || is_user && blanks == 1 => at + blanks,
        _ => return None,
    };
    let rest = lines.text[next..].bytes().take(LONGEST_LOGIN);
    let mut rest = rest.take_while(|it| !is_blank(*it) && !is_line_end(*it) && !b"\"'/".contains(it));
    let has_password = is_user || login.contains(':') || rest.clone().any(|it| it == b':');
    (has_password && rest.any(|it| it == b'@')).then_some(next)
}

/// Hides the password in front of an `@` in an address without a scheme: `app:hunter2@db:5432/shop`,
/// `scott/hunter2@db:1521/shop`.
pub(super) fn without_scheme(scan: &mut Scan<'_>, at: usize) {
    let lines = scan.lines;
    let bytes = lines.text.as_bytes();
    let host = &bytes[at + 1..bytes.len().min(at + LONGEST_LOGIN)];
    if !host.first().is_some_and(|it| it.is_ascii_alphanumeric() || *it == b'/') {
        return;
    }
    let floor = at.saturating_sub(LONGEST_LOGIN).max(scan.last.end.min(at));
    let ends = |it: &&u8| !is_blank(**it) && !is_line_end(**it) && !b"\"'`,;|<>".contains(*it);
    let start = at - bytes[floor..at].iter().rev().take_while(ends).count();
    let Some(login) = lines.text.get(start..at).filter(|it| !it.contains("://")) else { return };
    let name = host.iter().take_while(|it| it.is_ascii_alphanumeric() || b".-_".contains(it)).count();
    let is_digest = host.starts_with(b"sha");
    let digits = host.iter().skip(name + 1).take_while(|it| it.is_ascii_digit()).count();
    let is_end = |it: Option<&u8>| it.is_none_or(|it| !it.is_ascii_alphanumeric() && !b".-_".contains(it));
    let has_port =
        host.get(name) == Some(&b':') && (1..=5).contains(&digits) && is_end(host.get(name + 1 + digits));
    // The driver of Go needs no host: `app:hunter2@/shop`.
    let is_go = host.starts_with(b"/") && !host.starts_with(b"//");
    let has_path = name > 0 && host.get(name) == Some(&b'/');
    let found = match (login.find(':'), login.find('/')) {
        (Some(colon), _) => {
            let user = login[..colon].rsplit(['=', '/', '(', '[', '{']).next().unwrap_or_default();
            let password = &login[colon + 1..];
            let is_user = !user.is_empty()
                && user.bytes().all(|it| is_name_byte(it) || it == b'@')
                && !ACCOUNTS.contains(&user);
            // `app:hunter2@db` is all of a word, and no version follows: `npm:left-pad@1.3.0`.
            let is_whole = is_end(host.get(name)) && host[0].is_ascii_alphabetic() && login.starts_with(user);
            let is_address = name > 0
                && (has_port || has_path || is_whole || is_random(password))
                && !["arn", "mailto", "npm", "pkg"].contains(&user)
                || is_go && !user.contains('.');
            (is_user && is_address && !password.starts_with('/')).then_some(colon + 1)
        }
        (None, Some(slash)) => {
            let is_user = login[..slash].bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
            let is_oracle = (has_port || host.starts_with(b"//")) && slash > 0;
            (is_user && is_oracle && !login[slash + 1..].contains('/')).then_some(slash + 1)
        }
        _ => None,
    };
    if let Some(from) = found.filter(|_| !is_digest) {
        hide_password(scan, start + from..at);
    }
}

/// Hides a password, and the values of the variables that it is made of.
pub(super) fn hide_password(scan: &mut Scan<'_>, range: Range<usize>) {
    let password = &scan.lines.text[range.clone()];
    scan.hide_variables(Promise::Password, "", password);
    if hides(Promise::Password, "", password) && !is_made_of_variables(password) {
        scan.hide(range);
    }
}

/// The spans of a user and a password behind the scheme of an address.
type Login = (Range<usize>, Option<Range<usize>>);

/// Finds the user and the password of an address.
fn login(whole: &str) -> Option<Login> {
    let authority = whole.split(['/', '?', '#']).next().unwrap_or_default();
    let at = authority.rfind('@').or_else(|| unescaped(whole))?;
    let colon = whole[..at].find(':');
    Some((0..colon.unwrap_or(at), colon.map(|it| it + 1..at)))
}

/// Finds the user and the password of an address that is percent-encoded as a whole.
fn encoded_login(whole: &str) -> Option<Login> {
    let lower = whole.get(..whole.len().min(LONGEST_LOGIN))?.to_ascii_lowercase();
    let at = lower.find("%40")?;
    let colon = lower[..at].find("%3a");
    Some((0..colon.unwrap_or(at), colon.map(|it| it + 3..at)))
}

/// Returns where a password ends that has characters in it which an address should escape: `user:pa/ss@host`.
fn unescaped(whole: &str) -> Option<usize> {
    let (user, rest) = whole.split_once(':')?;
    let at = whole.rfind('@')?;
    let is_port = rest
        .split(['/', '?', '#'])
        .next()
        .is_some_and(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()));
    (!user.contains(['/', '?', '#']) && at > user.len() && !is_port).then_some(at)
}

/// Whether a password is made of variables only: `$(USER)$(NUMBER)`.
fn is_made_of_variables(password: &str) -> bool {
    let mut rest = password;
    while let Some(inner) = ["$(", "${", "{{"].iter().find_map(|it| rest.strip_prefix(it)) {
        if has_literal(rest) {
            return false;
        }
        rest = inner.split_once([')', '}']).map_or("", |(_, rest)| rest.trim_start_matches('}'));
    }
    rest.is_empty() && !password.is_empty()
}
