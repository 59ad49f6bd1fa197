//! Passwords in the commands of protocols and in lines of settings: `AUTH hunter2`, `a LOGIN app hunter2`, `user app hunter2`,
//! `requirepass hunter2`.

use std::ops::Range;

use super::input::first_line;
use super::lines::{Lines, is_blank, is_line_end};
use super::name::Promise;
use crate::facts::secret::promise::{is_password_word, words};
use crate::mask::hidden::Scan;
use crate::text::span::range_in;
use crate::text::word_list::{has_word, has_word_in_any_case};

/// How far from the program its commands are searched for, in bytes.
const FAR: usize = 500;

/// How far before a command the program is named that it is for, in bytes.
const NEAR: usize = 200;

/// So many arguments a command has at most.
const MAX_ARGUMENTS: usize = 3;

/// Returns the password behind a command that logs in, of which a promising name is the first word.
pub(super) fn log_in(lines: &Lines<'_>, name: &Range<usize>) -> Option<Range<usize>> {
    const MECHANISMS: &str =
        "CRAM-MD5 DIGEST-MD5 EXTERNAL GSSAPI LOGIN NTLM PLAIN SCRAM-SHA-1 SCRAM-SHA-256 SSL TLS XOAUTH2";
    let name = unescaped(lines, name);
    let verb = &lines.text[name.clone()];
    let arguments = arguments(lines, name.end);
    let last = arguments.last()?.clone();
    let is_whole = match (verb, arguments.len()) {
        ("AUTH", 1 | 2) => begins(lines, name.start),
        ("auth", 1 | 2) => begins(lines, name.start) && is_for_redis(lines, name.start),
        ("PASS", 1) => begins(lines, name.start),
        // IMAP has a tag before each command.
        ("LOGIN", 2) => is_tagged(lines, name.start),
        // psql asks for the password, and takes nothing but the user.
        ("password", 2) => lines.before(name.start) == Some(b'\\'),
        (_, 1) => is_directive(lines, &name) || is_set(lines, &name),
        (_, 2) => sets_password(verb) && is_directive(lines, &name),
        _ => false,
    };
    (is_whole && !has_word(MECHANISMS, &lines.text[last.clone()])).then_some(last)
}

/// Returns a name without the letter of an escape before it: in `\nPASS`, it ends the line before.
pub(super) fn unescaped(lines: &Lines<'_>, name: &Range<usize>) -> Range<usize> {
    let is_escaped = lines.text[..name.start].ends_with('\\') && lines.byte(name.start) == Some(b'n');
    name.start + usize::from(is_escaped)..name.end
}

/// Whether a command of a protocol begins at a place: at the beginning of its line, of a quoted text, or behind `echo`.
pub(super) fn begins(lines: &Lines<'_>, at: usize) -> bool {
    const BEFORE: &str = "-e -n 3 echo print printf quote send";
    let start = lines.start(lines.line(at)).max(lines.text.floor_char_boundary(at.saturating_sub(NEAR)));
    let before = &lines.text[start..at];
    let is_escaped = before.strip_suffix('n').is_some_and(|it| it.ends_with('\\'));
    let before = before.trim_end_matches([' ', '\t']);
    is_escaped
        || before.is_empty()
        || before.ends_with(['"', '\'', '`', ';', '(', '{', '|', '&', '+'])
        || before.split([' ', '\t']).next_back().is_some_and(|it| has_word(BEFORE, it))
}

/// Whether a word alone stands before a command, at the beginning of its line or of a quoted text.
fn is_tagged(lines: &Lines<'_>, at: usize) -> bool {
    const LONGEST_TAG: usize = 8;
    let bytes = lines.text.as_bytes();
    let blanks = bytes[..at].iter().rev().take(NEAR).take_while(|it| is_blank(**it)).count();
    let end = at - blanks;
    let tag = bytes[..end].iter().rev().take(LONGEST_TAG).take_while(|it| it.is_ascii_alphanumeric()).count();
    let tag = unescaped(lines, &(end - tag..end));
    blanks > 0 && !tag.is_empty() && begins(lines, tag.start) && !has_word("echo printf", &lines.text[tag])
}

fn is_for_redis(lines: &Lines<'_>, at: usize) -> bool {
    let before = &lines.text[lines.text.floor_char_boundary(at.saturating_sub(NEAR))..at];
    ["redis", "keydb", "valkey", "6379"].iter().any(|it| before.contains(it))
}

/// Whether a name and a word are all of a line, as files with settings have them: `bindpw hunter2`. A single word for passwords
/// may be the first of a heading.
fn is_directive(lines: &Lines<'_>, name: &Range<usize>) -> bool {
    const NAMES: &str = "bindpw masterauth masterpass requirepass rootpw userpassword";
    let line = lines.line(name.start);
    let text = &lines.text[name.clone()];
    let is_name = has_word_in_any_case(NAMES, text) || words(text).len() > 1 && !text.starts_with('-');
    let is_small = text.bytes().all(|it| it.is_ascii_lowercase() || b"_-".contains(&it));
    lines.start(line) + lines.indent(line) == name.start && is_name && is_small
}

/// Whether a command gives a variable the word behind it: `setx DB_PASSWORD hunter2`, `set -gx DB_PASSWORD hunter2`.
fn is_set(lines: &Lines<'_>, name: &Range<usize>) -> bool {
    let before = lines.text[..name.start].trim_end_matches([' ', '\t']);
    let is_whole = |it: &str| !it.ends_with(|it: char| it.is_alphanumeric() || "_-".contains(it));
    ["setx", "setenv", "set -x", "set -gx"].iter().any(|it| before.strip_suffix(it).is_some_and(is_whole))
}

/// Whether a name is that of a function or a script that gives a user a password: `set_password app hunter2`.
fn sets_password(name: &str) -> bool {
    const VERBS: &str = "CHANGE RESET SET UPDATE";
    let words = words(name);
    words.first().is_some_and(|it| has_word(VERBS, it)) && words.last().is_some_and(|it| is_password_word(it))
}

/// Returns the arguments of a command, which ends with its line, with the quoted text that it is in, or before an escape.
fn arguments(lines: &Lines<'_>, from: usize) -> Vec<Range<usize>> {
    let end = lines.end(lines.line(from)).min(from + FAR);
    let bytes = lines.text.as_bytes();
    let (mut found, mut at) = (Vec::new(), from);
    while found.len() <= MAX_ARGUMENTS {
        let start = lines.skip_blanks(at);
        if start == at || start >= end {
            break;
        }
        if let Some((quote, inner)) = lines.quote_at(start)
            && let Some((close, after)) = lines.close_near(quote, inner)
        {
            // A quotation mark behind a blank may end the whole command.
            if close == inner || is_blank(bytes[inner]) {
                break;
            }
            found.push(inner..close);
            at = after;
            continue;
        }
        let ends = |it: &u8| is_blank(*it) || is_line_end(*it) || b"\"'`;|&()<>\\".contains(it);
        let length = bytes[start..end].iter().position(ends).unwrap_or(end - start);
        let length = lines.text.floor_char_boundary(start + length) - start;
        if length == 0 {
            break;
        }
        found.push(start..start + length);
        at = start + length;
    }
    found
}

/// Hides the passwords in the commands that `ftp` is given on its line or through a pipe: `user app hunter2`,
/// `open -u app,hunter2 host`.
pub(super) fn ftp(scan: &mut Scan<'_>, program: &Range<usize>) {
    let lines = scan.lines;
    if !lines.text[program.clone()].ends_with("ftp") {
        return;
    }
    let last = lines.line(program.start);
    let start = lines.start(first_line(lines, last)).max(program.start.saturating_sub(FAR));
    // `cat <<EOF | ftp host`
    let has_document = lines.text.get(start..program.start).is_some_and(|it| it.contains("<<"));
    let end = if has_document { lines.text.len() } else { lines.end(last) }.min(program.end + FAR);
    let part = &lines.text[lines.text.ceil_char_boundary(start)..lines.text.floor_char_boundary(end)];
    let passwords: Vec<&str> =
        part.split([';', '"', '\'', '`', '(', ')', '|', '\n']).flat_map(of_commands).collect();
    for password in passwords {
        if let Some(range) = range_in(lines.text, password) {
            scan.hide_value(Promise::Password, "", range);
        }
    }
}

/// Returns the passwords in the commands that the escape `\n` parts.
fn of_commands(text: &str) -> impl Iterator<Item = &str> {
    let commands = text.split("\\n").flat_map(|it| it.split("\\r"));
    commands.filter_map(|command| {
        let mut words = command
            .split([' ', '\t'])
            .filter(|it| !it.is_empty() && !matches!(*it, "echo" | "printf" | "-e"));
        match words.next()? {
            "user" | "USER" => words.nth(1),
            "open" => words.skip_while(|it| *it != "-u").nth(1)?.split_once(',').map(|it| it.1),
            _ => None,
        }
    })
}
