//! Passwords in the arguments of programs that do not say so: `mysql -phunter2`, `curl -u bob:hunter2`,
//! `sqlplus bob/hunter2`, `echo bob:hunter2 | chpasswd`.

use std::ops::Range;

use super::dialogue;
use super::everyday::is_everyday;
use super::given::{EXPECT, cookies, sent};
use super::here_document::{find, here_document};
use super::indirect;
use super::lines::{Lines, Quote, is_blank, is_line_end, is_name_byte, trimmed};
use super::name::Promise;
use super::next::alone_below;
use super::word::word;
use crate::facts::secret::operand::{PROGRAMS, operand};
use crate::facts::secret::tools::{TOOLS, Tool, is_community};
use crate::mask::hidden::Scan;
use crate::text::span::range_in;
use crate::value::program::base_name;

/// So many further lines can belong to a command.
const MAX_LINES: usize = 64;

/// An argument without a flag is among so many words behind the name of its program.
const MAX_WORDS: usize = 32;

/// The program that reads lines with `user:password`.
const ACCOUNTS: &str = "chpasswd";

/// A program that reads lines with `user app hunter2`.
const FTP: &str = "ftp";

/// The text that a program is given on its line is looked for so far.
const FAR: usize = 1000;

/// Returns the names of these programs.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TOOLS.iter().flat_map(|it| it.names).chain(&PROGRAMS).chain(&[ACCOUNTS, FTP, EXPECT]).copied()
}

/// Hides the passwords in the command that has the name of a program at a place.
pub(super) fn look(scan: &mut Scan<'_>, range: Range<usize>) {
    let text = scan.lines.text;
    let is_inner = |byte: Option<u8>| byte.is_some_and(|it| it.is_ascii_alphanumeric() || it == b'_');
    let before = range.start.checked_sub(1).and_then(|at| scan.lines.byte(at));
    if is_inner(before) || is_inner(scan.lines.byte(range.end)) {
        return;
    }
    if &text[range.clone()] == ACCOUNTS {
        return accounts(scan, &range);
    }
    if &text[range.clone()] == EXPECT {
        sent(scan.lines, range.end).into_iter().for_each(|it| scan.hide_value(Promise::Password, "", it));
        return;
    }
    if ["ftp", "lftp"].contains(&&text[range.clone()]) {
        let lines = scan.lines;
        let end = lines.end(lines.line(range.start));
        let body = here_document(lines, range.end.max(scan.next_account).min(end)..end.min(range.end + FAR));
        if let Some(body) = body {
            scan.next_account = lines.start(body.end.min(lines.count() - 1));
            for it in dialogue::of_ftp_user(lines, body) {
                scan.hide_value(Promise::Password, "", it);
            }
        }
    }
    if range.start < scan.next_command {
        return;
    }
    let (mut words, end) = words(scan.lines, range.start);
    let below = words.last().and_then(|it| alone_below(scan.lines, it.end));
    words.extend(below.clone());
    let mut tool: Option<&'static Tool> = None;
    let (mut found, mut given, mut may_log_in) = (Vec::new(), Vec::new(), false);
    for (index, it) in words.iter().enumerate() {
        let text = &scan.lines.text[it.clone()];
        let named = TOOLS.iter().find(|tool| tool.names.contains(&base_name(text)));
        (tool, may_log_in) = (named.or(tool), may_log_in && named.is_none() || tool_is_told(tool, text));
        if let Some(tool) = tool.filter(|it| it.subcommand.is_empty() || may_log_in) {
            let next = words.get(index + 1);
            found.extend(behind_flag(scan.lines, tool, it, next, next == below.as_ref()));
            let is_flag = |it: &Range<usize>| tool.flags.contains(&&scan.lines.text[it.clone()]);
            if text.contains('$') && (tool.separator.is_none() || index > 0 && is_flag(&words[index - 1])) {
                let mark = tool.separator.map_or(tool.flags[0].to_owned(), String::from);
                given.push((mark, it.clone()));
            }
        }
        if PROGRAMS.contains(&base_name(text)) {
            found.extend(without_flag(scan.lines, &words[index..]));
        }
    }
    scan.next_command = end;
    found.extend(stored(scan.lines, &words));
    found.extend(cookies(scan.lines, &words));
    for it in found {
        scan.hide_value(Promise::Password, "", it);
    }
    for (mark, it) in given {
        indirect::hide_values_with(scan, &scan.lines.text[it], &mark);
    }
}

/// Returns the values that `vault kv put secret/db login=hunter2` stores, whatever their keys are.
fn stored(lines: &Lines<'_>, words: &[Range<usize>]) -> Vec<Range<usize>> {
    let text = |it: &Range<usize>| &lines.text[it.clone()];
    let vault = words.iter().position(|it| base_name(text(it)) == "vault");
    let Some(words) = vault.map(|at| &words[at + 1..]) else { return Vec::new() };
    if !words.iter().take(2).any(|it| matches!(text(it), "write" | "put" | "patch")) {
        return Vec::new();
    }
    let values = words.iter().filter(|it| !text(it).starts_with('-')).filter_map(|it| {
        let value = text(it).split_once('=')?.1;
        // `@file`, and what a pipe gives.
        (!value.is_empty() && !value.starts_with('@') && value != "-").then(|| it.end - value.len()..it.end)
    });
    values.collect()
}

/// Returns the password that a program has as an argument without a flag.
fn without_flag(lines: &Lines<'_>, words: &[Range<usize>]) -> Option<Range<usize>> {
    let ends = |pair: &[Range<usize>]| {
        lines.text[pair[0].end..pair[1].start].contains([';', '|', '&', '`'])
            || lines.text[pair[1].clone()].starts_with(['<', '>'])
    };
    let count = words.windows(2).take(MAX_WORDS).take_while(|it| !ends(it)).count();
    let texts: Vec<&str> = words[..=count].iter().map(|it| &lines.text[it.clone()]).collect();
    range_in(lines.text, operand(&texts)?.text)
}

/// Hides the passwords that `chpasswd` is given: on its line, or in the lines of its here-document.
fn accounts(scan: &mut Scan<'_>, name: &Range<usize>) {
    let lines = scan.lines;
    let line = lines.line(name.start);
    let (mut start, mut end) = (lines.start(line), lines.end(line));
    start = start.max(name.start.saturating_sub(FAR)).max(scan.last.end.min(name.start));
    end = end.min(name.end + FAR);
    if let Some(body) = here_document(lines, name.end..end) {
        end = body.last().map_or(end, |it| lines.end(it));
        start = start.max(scan.next_account);
        scan.next_account = end;
    }
    let mut at = start;
    while let Some(colon) = find(lines, at..end, b":") {
        at = colon + 1;
        let is_user = colon > start && is_name_byte(lines.text.as_bytes()[colon - 1]);
        let is_end = |it: u8| is_blank(it) || is_line_end(it) || b"\"'/|".contains(&it);
        if is_user && lines.byte(at).is_some_and(|it| !is_end(it)) {
            let value = password_of_account(lines, colon);
            at = value.end;
            scan.hide_value(Promise::Password, "", value);
        }
    }
}

/// Returns what follows the colon, to the quotation mark around it or to the next blank.
fn password_of_account(lines: &Lines<'_>, colon: usize) -> Range<usize> {
    let bytes = lines.text.as_bytes();
    let user = bytes[..colon].iter().rev().take(FAR).take_while(|it| is_name_byte(**it)).count();
    let quote = lines.quote_before(colon - user);
    let line_end = lines.end(lines.line(colon)).max(colon + 1);
    let closed = quote.and_then(|quote| lines.close(quote, colon + 1, 0)).filter(|it| it.0 <= line_end);
    let is_word = |it: &&u8| !is_blank(**it) && !is_line_end(**it) && !b"\"'".contains(*it);
    let length = || bytes[colon + 1..line_end].iter().take_while(is_word).count();
    let whole = colon + 1..closed.map_or_else(|| colon + 1 + length(), |it| it.0);
    whole.start..whole.start + lines.text[whole].trim_end_matches("\\n").trim_end_matches('\\').len()
}

fn tool_is_told(tool: Option<&Tool>, word: &str) -> bool {
    tool.is_some_and(|it| !it.subcommand.is_empty() && it.subcommand == word)
}

/// Returns the password that a flag has, in its word or the next one, which may be on the line below.
fn behind_flag(
    lines: &Lines<'_>,
    tool: &Tool,
    at: &Range<usize>,
    next: Option<&Range<usize>>,
    is_below: bool,
) -> Option<Range<usize>> {
    let text = &lines.text[at.clone()];
    let whole = tool.flags.iter().find(|flag| text.starts_with(**flag)).map(|it| (it.len(), it.len()));
    let (flag, length) = whole.or_else(|| bundled(tool, text).map(|it| (it, 2)))?;
    let rest = &text[flag..];
    let value = match (rest, length) {
        ("", _) if tool.attached && !is_below => return None,
        ("", _) => next?.clone(),
        (_, 2) => at.start + flag..at.end,
        _ if tool.attached => at.start + flag..at.end,
        (rest, _) => at.end - rest.strip_prefix('=')?.len()..at.end,
    };
    let whole = &lines.text[value.clone()];
    if is_community(&text[..flag], whole) {
        return None;
    }
    let start = match tool.separator {
        // `curl -u hunter2:` has the key of a server in the place of a user.
        Some(':') if let Some(key) = key_alone(whole) => {
            return Some(value.start + key.start..value.start + key.end);
        }
        Some(separator) => whole.find(separator)? + 1,
        None if !whole.trim_start_matches(['"', '\'', '\\']).starts_with(tool.prefix) => return None,
        None => whole.find(tool.prefix)? + tool.prefix.len(),
    };
    let inner = whole[start..].trim_start_matches(['"', '\'', '\\']);
    let start = value.end - inner.len();
    Some(start..start + inner.trim_end_matches(['"', '\'', '\\']).len())
}

/// Returns what stands before a colon with nothing behind it, unless it is an everyday word.
fn key_alone(login: &str) -> Option<Range<usize>> {
    let is_quote = |it: char| "\"'\\".contains(it);
    let start = login.len() - login.trim_start_matches(is_quote).len();
    let key = login[start..].trim_end_matches(is_quote).strip_suffix(':')?;
    (!key.contains([':', '$']) && !is_everyday(key)).then(|| start..start + key.len())
}

/// Returns the end of the flag for a user and a password in a bundle of one-letter flags: `-fsSu`.
fn bundled(tool: &Tool, text: &str) -> Option<usize> {
    let letters = text.strip_prefix('-').filter(|_| tool.separator.is_some())?;
    let count = letters.bytes().take_while(u8::is_ascii_alphabetic).count();
    let letter = |flag: &&str| flag.len() == 2 && letters[..count].contains(&flag[1..]);
    let flag = tool.flags.iter().find(|it| letter(it))?;
    letters.find(&flag[1..]).map(|at| at + 2)
}

/// Whether a word is a flag that an argument follows.
fn takes_argument(word: &str) -> bool {
    word.starts_with('-') && !runs_command(word) && !word.contains('=')
}

/// Whether a word is the `-c` of a shell, which a command follows.
fn runs_command(word: &str) -> bool {
    let letters = word.trim_start_matches('-');
    letters.len() < word.len() && letters.ends_with('c') && letters.len() <= 3
}

/// Whether a text with blanks, in quotation marks or as the item of a list, is one argument of a program, as far as the word before
/// it tells, and not a command with arguments of its own.
fn is_argument(before: Option<&str>, text: &str) -> bool {
    let is_program = |it: &str| {
        let name = base_name(it);
        PROGRAMS.contains(&name) || TOOLS.iter().any(|tool| tool.names.contains(&name))
    };
    !text.contains(' ')
        || text.starts_with('-')
        || before
            .is_some_and(|it| takes_argument(it) || !runs_command(it) && !text.split(' ').any(is_program))
}

/// Whether a quoted text begins at a place.
fn is_quoted(lines: &Lines<'_>, at: usize) -> bool {
    let before = lines.quote_before(at).and_then(|it| lines.byte((at - it.length()).checked_sub(1)?));
    before.is_some_and(|it| is_blank(it) || b"[,=(".contains(&it))
}

/// Returns where the item of a list begins on a line, also one in a comment.
fn item(lines: &Lines<'_>, line: usize) -> Option<usize> {
    let item = lines.uncommented(line).strip_prefix("- ")?.trim_start();
    Some(lines.end(line) - item.len())
}

/// Whether a line goes on with a command that began on one above it, in a comment if that was in one.
fn goes_on(lines: &Lines<'_>, line: usize, is_comment: bool) -> bool {
    let content = lines.uncommented(line);
    lines.content(line).starts_with('#') == is_comment
        && (lines.content(line - 1).trim_end().ends_with([',', '['])
            || content.starts_with("- ")
            || content.starts_with("args:")
            || content.starts_with("\"args\":")
            || content.starts_with(['"', '\'', ']']))
}

/// Returns the words from a place on to the end of the command: of the line, those that it is continued on, and the items
/// of a list; and where it ends.
fn words(lines: &Lines<'_>, from: usize) -> (Vec<Range<usize>>, usize) {
    let (mut words, mut line) = (Vec::new(), lines.line(from));
    let is_comment = lines.content(line).starts_with('#');
    let last = lines.count().min(line + MAX_LINES);
    let mut at = from;
    loop {
        let end = lines.end(line);
        let item = item(lines, line).filter(|it| *it >= from);
        at = item.unwrap_or(at).max(at);
        while at < end {
            let byte = lines.text.as_bytes()[at];
            if let Some(after) = lines.comment_end(at).filter(|_| lines.text[..at].ends_with([' ', '\t'])) {
                at = after;
                continue;
            }
            let is_between = b"\"'".contains(&byte) || b",[]()|&;`".contains(&byte) && !is_quoted(lines, at);
            let is_continuation = byte == b'\\' && at + 1 == end;
            if is_blank(byte) || is_line_end(byte) || is_between || is_continuation {
                at += 1;
                continue;
            }
            let quote = lines.quote_before(at);
            let quoted = quote.and_then(|quote| lines.close_near(quote, at));
            let before = words.last().map(|it: &Range<usize>| &lines.text[it.clone()]);
            let is_whole = || is_argument(before, &lines.text[trimmed(lines.text, at..end)]);
            let it = match quoted {
                // One argument in quotes, and what the shell puts together with it; a whole command in quotes is taken apart.
                Some((close, after)) if close <= end && is_argument(before, &lines.text[at..close]) => {
                    let length = quote.map_or(0, Quote::length);
                    let goes_on =
                        lines.byte(after).is_some_and(|it| is_name_byte(it) || b"\"'\\$".contains(&it));
                    at..if goes_on { word(lines, at - length).end.max(close) } else { close }
                }
                None if item == Some(at) && before.is_some() && is_whole() => trimmed(lines.text, at..end),
                _ => word(lines, at),
            };
            let it = it.start.min(at)..it.end.min(end).max(at + 1);
            at = it.end;
            words.push(it);
        }
        let is_continued = lines.content(line).ends_with('\\');
        line += 1;
        // A comment may stand between two items.
        while !is_comment && line < last && lines.is_comment_line(line) {
            line += 1;
        }
        if line >= last || !is_continued && !goes_on(lines, line, is_comment) {
            return (words, end);
        }
        at = lines.start(line) + lines.indent(line);
    }
}
