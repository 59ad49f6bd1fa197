//! Passwords behind flags for a user and a password, whatever the program is: `--user bob:hunter2`, `-u bob -p hunter2`.

use std::ops::Range;

use super::everyday::is_everyday;
use super::excuse::{is_password_of, is_user};
use super::lines::{Lines, is_blank, is_line_end, is_name_byte};
use super::name::Promise;
use super::next::next_word;
use super::word::{word, word_until};
use crate::mask::hidden::Scan;

/// Flags with which many programs accept a user and a password.
pub(super) const USER_FLAGS: [&str; 13] = [
    "-auth",
    "-u",
    "-U",
    "-xu",
    "--username",
    "--user",
    "--proxy-user",
    "--auth",
    "--basic-auth",
    "--creds",
    "--src-creds",
    "--dest-creds",
    "--login",
];

/// The longest user in front of a password, in bytes.
const LONGEST_USER: usize = 100;

/// How far before and behind the flag its command is looked at, in bytes.
const FAR: usize = 1000;

/// Hides the password behind a flag for a user and a password, whatever the program: `--user bob:hunter2`,
/// `-u bob -p hunter2`.
pub(super) fn user(scan: &mut Scan<'_>, flag: &Range<usize>) {
    let lines = scan.lines;
    let before = flag.start.checked_sub(1).and_then(|at| lines.byte(at));
    if before.is_some_and(is_name_byte) || lines.byte(flag.end).is_some_and(is_name_byte) {
        return;
    }
    if let Some(password) = flag_after_user(lines, flag) {
        scan.hide_value(Promise::Generated, "", password);
    }
    let value = match lines.byte(flag.end) {
        Some(b'=') => {
            let rest = &lines.text.as_bytes()[flag.end + 1..];
            let mut near =
                rest.iter().take(LONGEST_USER).take_while(|it| !is_blank(**it) && !is_line_end(**it));
            near.any(|it| *it == b':').then(|| word(lines, flag.end + 1))
        }
        _ => next_word(lines, flag.end),
    };
    let Some(value) = value else { return };
    let text = lines.text[value.clone()].trim_start_matches(['"', '\'', '\\']);
    let Some((user, password)) = text.split_once(':') else { return };
    let password = password.trim_end_matches(['"', '\'']);
    // `--user hunter2:`
    if password.is_empty() && is_user(user) && !user.contains('$') && !is_everyday(user) {
        let start = value.end - text.len();
        return scan.hide_value(Promise::Generated, "", start..start + user.len());
    }
    // A few programs have other things in the values of these flags: `sort -u a:b/c`.
    if is_user(user) && is_password_of(Promise::Generated, user, password) {
        let start = value.end - text.len() + user.len() + 1;
        scan.hide_value(Promise::Generated, "", start..value.end);
    }
}

/// Returns the value of a flag for a password that follows one for a user in a command: `-u bob -p hunter2`.
fn flag_after_user(lines: &Lines<'_>, flag: &Range<usize>) -> Option<Range<usize>> {
    const FLAGS: [&str; 4] = ["-p", "-P", "-xp", "-K"];
    const MAX_BETWEEN: usize = 12;
    let line = lines.line(flag.start);
    let start = lines.start(line).max(lines.text.floor_char_boundary(flag.start.saturating_sub(FAR)));
    // There `-p` alone asks for the password.
    if ["mysql", "mariadb"].iter().any(|it| lines.text[start..flag.start].contains(it)) {
        return None;
    }
    let end = lines.end(line).min(lines.text.floor_char_boundary(flag.end + FAR));
    if !FLAGS.iter().any(|it| lines.text[flag.end..end].contains(it)) {
        return None;
    }
    let mut at = flag.end;
    for _ in 0..MAX_BETWEEN {
        at = lines.skip_blanks(at);
        if at >= end || matches!(lines.byte(at), Some(b'|' | b';' | b'&' | b'>' | b'<' | b'#')) {
            return None;
        }
        let it = word_until(lines, at, end);
        let text = &lines.text[it.clone()];
        let value = match text.split_once('=') {
            Some((name, value)) if FLAGS.contains(&name) => Some(it.end - value.len()..it.end),
            None if FLAGS.contains(&text) => Some(word(lines, lines.skip_blanks(it.end))),
            _ => None,
        };
        if let Some(value) = value {
            // The ports of `docker run -u 1000 -p 8080:80`.
            const LONGEST: usize = "65535".len();
            let is_port = |it: &str| it.len() <= LONGEST && it.bytes().all(|it| it.is_ascii_digit());
            let text = &lines.text[value.clone()];
            return (!text.starts_with('-') && !text.split([':', '.', '-', '/']).all(is_port))
                .then_some(value);
        }
        at = it.end.max(at + 1) + usize::from(lines.quote_at(it.end).is_some());
    }
    None
}
