//! Users and passwords in the lines of files that only their form tells: `"app" "hunter2"` of pgbouncer, `[smtp.example.com]:587
//! app:hunter2` of Postfix, `app * hunter2 *` of PPP, `user app on >hunter2 ~*` of Redis.

use std::ops::Range;

use super::excuse::{is_password_of, is_user};
use super::hidden::Scan;
use super::lines::{Lines, is_blank};
use super::name::Promise;
use super::word::{word, word_until};
use crate::text::span::range_in;

/// What stands between the user and the password.
pub(super) const MARKS: [&str; 7] = ["\" \"", "\\\" \\\"", "]:", " * ", " on >", "setuser ", ",p="];

/// The longest line of such a file, in bytes.
const LONGEST: usize = 400;

/// Hides the password in the line of such a file that has a mark.
pub(super) fn look(scan: &mut Scan<'_>, mark: &Range<usize>) {
    let lines = scan.lines;
    let found = match &*lines.text[mark.clone()].to_ascii_lowercase() {
        "setuser " => {
            return of_command(lines, mark.end)
                .into_iter()
                .for_each(|it| scan.hide_value(Promise::Password, "", it));
        }
        ",p=" => of_letters(lines, mark),
        "]:" => behind_host(lines, mark.end),
        " * " => of_secrets(lines, mark),
        " on >" => of_rules(lines, mark.end),
        _ => of_quotes(lines, mark),
    };
    if let Some(password) = found {
        scan.hide_value(Promise::Password, "", password);
    }
}

/// Returns the second of two texts in quotation marks that are all of a line, or of a text in other quotation marks.
fn of_quotes(lines: &Lines<'_>, mark: &Range<usize>) -> Option<Range<usize>> {
    let bytes = lines.text.as_bytes();
    let length = bytes[..mark.start].iter().rev().take(LONGEST).take_while(|it| is_user_byte(**it)).count();
    let start = mark.start - length;
    let quote = lines.quote_before(start)?;
    let (end, after) = lines.close_near(quote, mark.end)?;
    let is_edge = |it: Option<u8>| it.is_none_or(|it| b"'\\\n\r".contains(&it));
    let before = lines.before(start - quote.length());
    let is_user = bytes[start].is_ascii_lowercase() && length > 0;
    (is_user && is_edge(before) && is_edge(lines.byte(after))).then_some(mark.end..end)
}

fn is_user_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.@".contains(&byte)
}

/// Returns the password behind the host, the port and the user of a server for mail.
fn behind_host(lines: &Lines<'_>, port: usize) -> Option<Range<usize>> {
    let digits = lines.text.as_bytes()[port..].iter().take(6).take_while(|it| it.is_ascii_digit()).count();
    let at = port + digits;
    lines.byte(at).filter(|it| digits > 0 && is_blank(*it))?;
    let login = word(lines, lines.skip_blanks(at));
    let (user, password) = lines.text[login.clone()].split_once(':')?;
    let is_login = is_user(user) && is_password_of(Promise::Password, user, password);
    is_login.then(|| login.end - password.len()..login.end)
}

/// Returns the third of four words of a line, the second and the fourth of which are for everybody.
fn of_secrets(lines: &Lines<'_>, mark: &Range<usize>) -> Option<Range<usize>> {
    let rest = &lines.text[mark.end..lines.text.floor_char_boundary(mark.end + LONGEST)];
    let (password, rest) = rest.split_once(" *")?;
    let is_end = |it: char| it == '\n' || it == '\r' || it == '\'' || it == '"' || it == '\\';
    let user =
        lines.text.as_bytes()[..mark.start].iter().rev().take(LONGEST).take_while(|it| is_user_byte(**it));
    let start = mark.start - user.count();
    let begins = matches!(lines.before(start), None | Some(b'\'' | b'"'));
    let is_whole = rest.is_empty() || rest.starts_with(is_end);
    (begins && start < mark.start && is_whole && !password.contains(char::is_whitespace) && password != "*")
        .then(|| range_in(lines.text, password.trim_matches(['"', '\''])))?
}

/// Returns the passwords in a command that gives a user of Redis rules: `ACL SETUSER app on '>hunter2' '~*'`.
fn of_command(lines: &Lines<'_>, from: usize) -> Vec<Range<usize>> {
    const MAX_RULES: usize = 16;
    let end = lines.end(lines.line(from)).min(lines.text.floor_char_boundary(from + LONGEST));
    let (mut found, mut at) = (Vec::new(), from);
    for _ in 0..MAX_RULES {
        at = lines.skip_blanks(at);
        if at >= end {
            break;
        }
        let rule = word_until(lines, at, end);
        at = rule.end.max(at + 1) + usize::from(lines.quote_at(rule.end).is_some());
        if lines.byte(rule.start) == Some(b'>') && rule.len() > 1 {
            found.push(rule.start + 1..rule.end);
        }
    }
    found
}

/// Returns the password among settings that have one letter each, as Percona's tools have them: `h=db,u=app,p=hunter2`.
fn of_letters(lines: &Lines<'_>, mark: &Range<usize>) -> Option<Range<usize>> {
    let start = lines.text.floor_char_boundary(mark.start.saturating_sub(LONGEST));
    let before = &lines.text[start..mark.start];
    let before = before.rsplit([' ', '\t', '\n', '"', '\'']).next()?;
    let is_setting =
        |it: &str| it.len() > 1 && it.as_bytes()[1] == b'=' && it.as_bytes()[0].is_ascii_alphabetic();
    let length =
        lines.text[mark.end..].bytes().take_while(|it| !is_blank(*it) && !b",\"'\r\n\\".contains(it)).count();
    before.split(',').all(is_setting).then_some(mark.end..mark.end + length)
}

/// Returns the password of a rule of Redis, behind which keys or commands follow.
fn of_rules(lines: &Lines<'_>, at: usize) -> Option<Range<usize>> {
    let password = word(lines, at);
    let next = lines.byte(lines.skip_blanks(password.end))?;
    b"~+&".contains(&next).then_some(password)
}
