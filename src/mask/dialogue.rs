//! Credentials that a script compares, puts in the place of a name, or tells a program that asks.

use std::ops::Range;

use super::here_document::here_document;
use super::input::redirected;
use super::lines::{FAR, Lines, is_blank, is_line_end, trimmed};
use super::next::next_word;
use super::protocol::{begins, unescaped};
use super::word::{word, word_until};
use crate::text::span::range_in;
use crate::text::word_list::has_word;

/// What belongs together stands so near, in bytes.
const NEAR: usize = 200;

/// So many keys with a word each stand before a password.
const MAX_PAIRS: usize = 4;

/// The longest text in the place of which an editor puts another one, in bytes.
const LONGEST_PATTERN: usize = 64;

/// Returns the credentials that a script names next to a promising name.
pub(super) fn answers(lines: &Lines<'_>, name: &Range<usize>) -> Vec<Range<usize>> {
    let mut found = compared(lines, name);
    found.extend(equated(lines, name));
    found.extend(of_login(lines, name));
    found.extend(sent(lines, name));
    found.extend(given(lines, name));
    found.extend(formatted(lines, name));
    found.extend(looped(lines, name));
    found.extend(read(lines, name));
    found
}

/// Returns the words that a loop gives a variable: `for password in hunter2 tulip; do`.
fn looped(lines: &Lines<'_>, name: &Range<usize>) -> Vec<Range<usize>> {
    const LEAST: usize = 4;
    let at = lines.skip_blanks(name.end);
    let mut found = Vec::new();
    if !lines.text[..name.start].ends_with("for ") || at == name.end || !lines.text[at..].starts_with("in ") {
        return found;
    }
    let end = lines.end(lines.line(at)).min(lines.text.floor_char_boundary(at + FAR));
    let mut at = lines.skip_blanks(at + "in ".len());
    while at < end && !lines.byte(at).is_some_and(|it| b";|&)#\\".contains(&it)) {
        let it = word_until(lines, at, end);
        at = it.end.max(at + 1) + usize::from(lines.quote_at(it.end).is_some());
        at = lines.skip_blanks(at);
        // Files, or what a command prints.
        if it.len() >= LEAST && !lines.text[it.clone()].contains(['$', '`', '*', '{']) {
            found.push(it);
        }
    }
    found
}

/// Returns what a script reads into a variable: `read -r password <<< hunter2`, `while read password; do ...; done <<E`,
/// `password=$(cat <<E`.
fn read(lines: &Lines<'_>, name: &Range<usize>) -> Vec<Range<usize>> {
    const MAX_LINES: usize = 16;
    let first = lines.line(name.start);
    let start = lines.start(first).max(lines.text.floor_char_boundary(name.start.saturating_sub(NEAR)));
    let before = lines.text[start..name.start].rsplit([';', '|', '&', '(']).next().unwrap_or_default();
    let own = name.end..lines.end(first).max(name.end).min(lines.text.floor_char_boundary(name.end + FAR));
    let is_read = before.split([' ', '\t']).any(|it| it == "read");
    let behind = lines.text[own.clone()].trim_start_matches(['=', '"']);
    if !is_read && !["$(cat <<", "`cat <<"].iter().any(|it| behind.starts_with(it)) {
        return Vec::new();
    }
    let last = (first + MAX_LINES).min(lines.count());
    let is_end = |it: &usize| lines.content(*it).contains("done <<");
    let below = || (first + 1..last).find(is_end).map(|it| lines.start(it)..lines.end(it));
    let mark = lines.text[own.clone()].find("<<").map(|it| own.start + it..own.end);
    let given = mark.or_else(|| below().filter(|_| is_read));
    let Some(given) = given else { return Vec::new() };
    match here_document(lines, given.clone()) {
        Some(body) => body.map(|it| trimmed(lines.text, lines.start(it)..lines.end(it))).collect(),
        None => redirected(lines, given.start, given.end).into_iter().collect(),
    }
}

/// Returns what a script compares a variable with: `[ "$DB_PASSWORD" = hunter2 ]`, `case $TOKEN in hunter2)`.
fn compared(lines: &Lines<'_>, name: &Range<usize>) -> Vec<Range<usize>> {
    let is_quote = |it: char| "\"'\\".contains(it);
    let start = lines.text.floor_char_boundary(name.start.saturating_sub(NEAR));
    let before = &lines.text[start..name.start];
    let is_braced = before.ends_with('{');
    let Some(before) = before.strip_suffix('{').unwrap_or(before).strip_suffix('$') else {
        return Vec::new();
    };
    let before = before.trim_end_matches(is_quote).trim_end_matches([' ', '\t']);
    // `${NAME:-}`, `${NAME%x}`
    let line_end = lines.end(lines.line(name.end)).min(name.end + LONGEST_PATTERN);
    let brace = || lines.text.as_bytes()[name.end..line_end].iter().position(|it| *it == b'}');
    let end = name.end + if is_braced { brace().map_or(0, |it| it + 1) } else { 0 };
    let end = lines.skip_blanks(lines.quote_at(end).map_or(end, |it| it.1));
    let rest = &lines.text[end..];
    if before.ends_with("case")
        && rest
            .strip_prefix("in")
            .is_some_and(|it| it.starts_with(|it: char| it.is_whitespace() || it == '\\'))
    {
        return cases(lines, end + 2);
    }
    let operator = ["==", "!=", "=~", "="].iter().find(|it| rest.starts_with(**it));
    let right = operator.map(|it| word(lines, lines.skip_blanks(end + it.len())));
    let left = || {
        let before = before.strip_suffix('=')?.trim_end_matches(['=', '!']);
        // `! PGPASSWORD=$DB_PASSWORD psql` is not a test.
        let is_apart = before.ends_with([' ', '\t']);
        let before = before.trim_end_matches([' ', '\t']);
        let text = before.rsplit([' ', '\t']).next()?;
        let opens = before[..before.len() - text.len()].trim_end();
        let is_test = opens.ends_with('[') || opens.ends_with("test") || is_apart && opens.ends_with('!');
        range_in(lines.text, text.trim_matches(is_quote)).filter(|_| is_test)
    };
    right.into_iter().chain(left()).collect()
}

/// Returns the text in quotation marks that a program compares a name with: `if password != "hunter2"`, `"hunter2" === token`.
fn equated(lines: &Lines<'_>, name: &Range<usize>) -> Vec<Range<usize>> {
    const OPERATORS: [&str; 13] =
        ["!==", "===", "!=", "==", "-ceq", "-cne", "-eq", "-ne", "<>", "<-", "eq ", "ne ", ".equals("];
    let quoted = |at: usize| {
        let (quote, inner) = lines.quote_at(at)?;
        Some(inner..lines.close_near(quote, inner)?.0)
    };
    let line = lines.line(name.start);
    let rest = &lines.text[name.end..lines.end(line).max(name.end)];
    let at = name.end + rest.len() - rest.trim_start_matches(['"', '\'', ']', ')', ' ', '\t']).len();
    let operator = OPERATORS.iter().find(|it| lines.text[at..].starts_with(**it));
    let right = operator.and_then(|it| quoted(lines.skip_blanks(at + it.len())));
    let start = lines.start(line).max(lines.text.floor_char_boundary(name.start.saturating_sub(NEAR)));
    let before = lines.text[start..name.start].trim_end_matches(['$', ' ', '\t']);
    let left = OPERATORS.iter().find_map(|it| before.strip_suffix(it)).and_then(|before| {
        let before = before.trim_end_matches([' ', '\t']);
        let quote = before.chars().next_back().filter(|it| "\"'".contains(*it))?;
        let inner = before[..before.len() - 1].rsplit(quote).next()?;
        range_in(lines.text, inner.trim_end_matches('\\'))
    });
    right.into_iter().chain(left).collect()
}

/// Returns the value that a program gives a variable of `jq`: `--arg password hunter2`.
fn given(lines: &Lines<'_>, name: &Range<usize>) -> Option<Range<usize>> {
    let start = lines.text.floor_char_boundary(lines.unquoted_start(name).saturating_sub(LONGEST_PATTERN));
    let before = lines.text[start..lines.unquoted_start(name)].trim_end();
    let before = before.trim_end_matches([',', '-', '"', '\'', ' ', '\n', '\r']);
    ["--arg", "--argjson", "--argstr"]
        .iter()
        .any(|it| before.ends_with(it))
        .then(|| next_word(lines, name.end))?
}

/// Returns the patterns of a `case`.
fn cases(lines: &Lines<'_>, from: usize) -> Vec<Range<usize>> {
    let end = lines.text.floor_char_boundary(lines.text.len().min(from + FAR));
    let clauses = lines.text[from..end].split(";;");
    let clauses = clauses.map(|it| it.trim_start_matches(['\\', 'n', ' ', '\t', '\n', '\r', '(']));
    let patterns = clauses.take_while(|it| !it.starts_with("esac")).filter_map(|it| it.split_once(')'));
    let parts = patterns.flat_map(|(pattern, _)| pattern.split('|'));
    let texts = parts.map(|it| it.trim().trim_matches(['"', '\'', '\\']));
    texts.filter(|it| !it.contains(char::is_whitespace)).filter_map(|it| range_in(lines.text, it)).collect()
}

/// Returns the argument that `printf` writes behind a name: `printf 'user %s password %s' app hunter2`.
fn formatted(lines: &Lines<'_>, name: &Range<usize>) -> Option<Range<usize>> {
    let start = lines
        .start(lines.line(name.start))
        .max(lines.text.floor_char_boundary(name.start.saturating_sub(NEAR)));
    let rest = lines.text[name.end..].trim_start_matches(['=', ':', ' ', '"', '\\']);
    if !["%s", "%q", "%b"].iter().any(|it| rest.starts_with(it)) {
        return None;
    }
    let format = start + lines.text[start..name.start].rfind("printf ")? + "printf ".len();
    let count = lines.text[format..name.start].matches('%').count();
    let (quote, inner) = lines.quote_at(lines.skip_blanks(format))?;
    let (_, mut at) = lines.close_near(quote, inner)?;
    let mut value = None;
    for _ in 0..=count {
        let argument = word(lines, lines.skip_blanks(at));
        at = argument.end + lines.quote_at(argument.end).map_or(0, |(quote, _)| quote.length());
        value = Some(argument).filter(|it| !it.is_empty());
    }
    value
}

/// Returns the text around `hit` in the place of which an editor or a shell puts another one, and that one:
/// `s/__PASSWORD__/hunter2/`, `${text//__PASSWORD__/hunter2}`.
pub(super) fn substituted(lines: &Lines<'_>, hit: &Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let bytes = lines.text.as_bytes();
    let line = lines.line(hit.start);
    let start = lines.start(line).max(hit.start.saturating_sub(LONGEST_PATTERN));
    let is_mark = |it: u8| it.is_ascii_punctuation() && !b"\"'\\`-_.=()[]{}$".contains(&it);
    let is_command = |at: &usize| {
        let before = at.checked_sub(1).map(|it| bytes[it]);
        bytes[*at] == b's'
            && is_mark(bytes[at + 1])
            && before.is_none_or(|it| !it.is_ascii_alphabetic() && !b"/-._".contains(&it))
            && !bytes[at + 2..hit.start.max(at + 2)].contains(&bytes[at + 1])
    };
    let command = (start..hit.start.saturating_sub(1)).rev().find(is_command);
    let pattern = command
        .map(|at| (at + 2, bytes[at + 1]))
        .or_else(|| Some((expanded(bytes, start..hit.start)?, b'/')))?;
    let end = lines.end(line).min(hit.end + FAR);
    let next = |from: usize, end: usize, mark: u8| {
        let is_end = |at: &usize| bytes[*at] == mark && bytes[at - 1] != b'\\';
        (from..end).find(is_end)
    };
    let (from, mark) = pattern;
    let middle = next(hit.end, end.min(hit.end + LONGEST_PATTERN), mark)?;
    let last = next(middle + 1, end, if command.is_some() { mark } else { b'}' })?;
    let text = lines.text[middle + 1..last].trim_matches(['"', '\'', '\\']);
    Some((from..middle, range_in(lines.text, text)?))
}

/// Returns where the pattern begins at the end of a part of the text: `${text//`.
fn expanded(bytes: &[u8], part: Range<usize>) -> Option<usize> {
    let slash = part.clone().rev().find(|at| bytes[*at] == b'/')?;
    let before = bytes[part.start..slash].strip_suffix(b"/").unwrap_or(&bytes[part.start..slash]);
    let name = before.iter().rev().take_while(|it| it.is_ascii_alphanumeric() || **it == b'_').count();
    (name > 0 && before[..before.len() - name].ends_with(b"${")).then_some(slash + 1)
}

/// Returns the password behind a user, as `.netrc` and the commands of `ftp` have it: `login app password hunter2`.
fn of_login(lines: &Lines<'_>, name: &Range<usize>) -> Option<Range<usize>> {
    const OTHERS: &str = "and as for in is name on or the to with";
    const USERS: &str = "login machine user username";
    const KEYS: &str = "account host login machine port protocol user username";
    const NAMES: &str = "pass passwd password";
    let name = unescaped(lines, name);
    let at = lines.skip_blanks(name.end);
    if at == name.end
        || lines.byte(at).is_none_or(is_line_end)
        || !has_word(NAMES, lines.text[name.clone()].to_lowercase().rsplit('-').next().unwrap_or_default())
    {
        return None;
    }
    let value = word(lines, at);
    let text = lines.text[value.clone()].trim_end_matches([',', ';', '.', '"', '\'']);
    let text = text.strip_suffix("\\n").unwrap_or(text);
    if has_word(OTHERS, text) {
        return None;
    }
    let start = lines.text.floor_char_boundary(name.start.saturating_sub(NEAR));
    let before = &lines.text[start..name.start];
    let is_mark = |it: char| it.is_whitespace() || ",;\"'\\".contains(it);
    let words = before.split(is_mark).rev().map(str::to_lowercase);
    let mut words = words.filter(|it| !it.is_empty() && it != "quote" && it != "n").take(MAX_PAIRS * 2);
    let mut is_login = false;
    while let Some(user) = words.next()
        && let Some(key) = words.next()
        && !is_login
        && !has_word(OTHERS, &user)
    {
        let key = key.strip_prefix('n').filter(|it| has_word(KEYS, it)).unwrap_or(&key);
        is_login = has_word(USERS, key);
        if !has_word(KEYS, key) {
            break;
        }
    }
    let end = lines.text.floor_char_boundary(lines.text.len().min(name.end + NEAR));
    let is_in_file = || {
        let is_default = before.trim_end().ends_with("default");
        (is_default || begins(lines, name.start)) && lines.text[start..end].contains("netrc")
    };
    (is_login || is_in_file()).then(|| value.start..value.start + text.len())
}

/// Returns the passwords in the commands for `ftp`: `user app hunter2`.
pub(super) fn of_ftp_user(lines: &Lines<'_>, body: Range<usize>) -> Vec<Range<usize>> {
    let commands = body.filter_map(|line| {
        let mut words = lines.content(line).split([' ', '\t']).filter(|it| !it.is_empty());
        let is_user = matches!(words.next(), Some("user" | "USER"));
        words.next().filter(|_| is_user)?;
        range_in(lines.text, words.next()?.trim_matches(['"', '\'']))
    });
    commands.collect()
}

/// Returns what is sent to a program that asks for a name: `expect "Password:"; send "hunter2\r"`.
fn sent(lines: &Lines<'_>, name: &Range<usize>) -> Option<Range<usize>> {
    let start = lines.text.floor_char_boundary(name.start.saturating_sub(NEAR));
    if !lines.text[start..name.start].contains("expect") {
        return None;
    }
    let end = lines.text.floor_char_boundary(lines.text.len().min(name.end + NEAR));
    let behind = &lines.text[name.end..end];
    let rest = &behind[behind.find("send")? + "send".len()..];
    let rest = rest.strip_prefix("line").unwrap_or(rest).trim_start_matches([' ', '\t', '(']);
    let rest = rest.strip_prefix("-- ").unwrap_or(rest);
    let at = range_in(lines.text, rest)?.start;
    let is_word = lines.byte(at).is_some_and(|it| !is_blank(it) && !is_line_end(it));
    let value = is_word.then(|| word(lines, at))?;
    let is_escape = |it: char| "\"'\\rn".contains(it);
    let text = &lines.text[value.clone()];
    let escapes = text.rfind('\\').filter(|at| text[*at..].chars().all(is_escape));
    Some(value.start..value.start + escapes.map_or(text.len(), |at| text[..at].trim_end_matches('\\').len()))
}
