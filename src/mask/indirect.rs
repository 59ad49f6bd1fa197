//! Values that are not next to their names: behind an alias, in a variable, in the next item of a list, on the next line.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::bound;
use super::extent::{Separator, values};
use super::lines::{FAR, Lines, is_blank, is_line_end, is_name_byte};
use super::name::{Promise, is_object_name};
use super::next::{LONGEST_KNOWN, next_word};
use super::unread::is_plain;
use super::word::word;
use crate::facts::secret::chance::is_random;
use crate::mask::hidden::Scan;
use crate::text::span::range_in;
use crate::text::word_list::has_word;

/// How many values of a variable are checked for a password within them.
const MAX_VALUES: usize = 8;

/// The longest name of a variable, in bytes.
const LONGEST_NAME: usize = 64;

/// The longest value that is searched for several variables, in bytes.
const LONGEST_SUM: usize = 100;

/// How far behind a name a value may begin, in bytes.
const NEAR: usize = 40;

/// The longest flag that gives a program a variable, in bytes: `--argjson`.
const LONGEST_FLAG: usize = 9;

/// So many words and ends of lines may stand between a name and its value.
const MAX_LINKS: usize = 6;

/// Returns the anchors before a value that no alias uses, and the tags with a digit: they may be the beginning of a
/// password.
pub(super) fn unused_properties(scan: &mut Scan<'_>, from: usize) -> Vec<Range<usize>> {
    let lines = scan.lines;
    let (mut found, mut at) = (Vec::new(), lines.skip_blanks(from));
    for _ in 0..2 {
        let Some(mark @ (b'&' | b'!')) = lines.byte(at) else { break };
        let rest = &lines.text.as_bytes()[at + 1..];
        let length = rest.iter().take(FAR).take_while(|it| !is_blank(**it) && !is_line_end(**it)).count();
        let name = &lines.text[at + 1..lines.text.floor_char_boundary(at + 1 + length)];
        let is_used = if mark == b'&' {
            let aliases = scan.aliases.get_or_insert_with(|| names_behind(lines.text, '*').collect());
            aliases.contains(name)
        } else {
            !name.contains(|it: char| it.is_ascii_digit())
        };
        if !is_used {
            found.push(at + 1..at + 1 + name.len());
        }
        at = lines.skip_blanks(at + 1 + name.len());
    }
    found
}

/// Returns the names of YAML's anchors or aliases, each behind its mark.
fn names_behind(text: &str, mark: char) -> impl Iterator<Item = &str> {
    let end = |it: char| !it.is_ascii() || !is_name_byte(it as u8);
    text.match_indices(mark).filter_map(move |(at, _)| text[at + 1..].split(end).next())
}

/// Returns the name in `$NAME`, `${NAME}` and `$(NAME)`.
pub(super) fn variable(value: &str) -> Option<&str> {
    let rest = value.trim_matches(['"', '\'', '\\']).strip_prefix('$')?;
    let within = |open: char, close: char| rest.strip_prefix(open).and_then(|it| it.strip_suffix(close));
    let name = within('{', '}').or_else(|| within('(', ')')).unwrap_or(rest);
    (!name.is_empty() && name.bytes().all(is_variable_byte)).then_some(name)
}

fn is_variable_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Returns the variable that a value consists of, or, `with_others`, all variables in it.
pub(super) fn variables_in(value: &str, with_others: bool) -> Vec<&str> {
    if !with_others || value.contains("://") || value.len() > LONGEST_SUM {
        return variable(value).into_iter().collect();
    }
    let name = |part: &str| part.bytes().take_while(|it| is_variable_byte(*it)).count();
    let parts = value.split('$').skip(1).map(|it| it.trim_start_matches(['(', '{']));
    parts.map(|it| &it[..name(it)]).filter(|it| !it.is_empty()).collect()
}

/// Returns the values that a text gives to a variable, once: `P=hunter2`, `name: P` and `value: hunter2`.
pub(super) fn take_values(scan: &mut Scan<'_>, name: &str) -> Vec<Range<usize>> {
    let lines = scan.lines;
    scan.variables.get_or_insert_with(|| variables(lines)).remove(name).unwrap_or_default()
}

/// Whether a value is a variable to which the text gives a value: `$line`, behind `read line`.
pub(super) fn is_assigned(scan: &mut Scan<'_>, value: &str) -> bool {
    let Some(name) = value.trim_matches(['"', '\'', '\\']).strip_prefix('$').and(variable(value)) else {
        return false;
    };
    let text = scan.lines.text;
    scan.assigned.get_or_insert_with(|| assigned(text)).contains(name)
}

/// Returns the names before an equals sign and behind the words with which a shell reads a value.
fn assigned(text: &str) -> HashSet<&str> {
    let name = |at: usize| {
        let length = text.as_bytes()[..at]
            .iter()
            .rev()
            .take(LONGEST_NAME)
            .take_while(|it| is_variable_byte(**it))
            .count();
        &text[at - length..at]
    };
    let mut names: HashSet<&str> = memchr::memchr_iter(b'=', text.as_bytes()).map(name).collect();
    for word in ["read ", "for ", "local "] {
        let part = |at: usize| &text[at..text.floor_char_boundary(at + LONGEST_SUM)];
        let parts = memchr::memmem::find_iter(text.as_bytes(), word).map(|at| part(at + word.len()));
        let ends = |it: char| it.is_whitespace() && it != ' ' || ";|&<\"'".contains(it);
        names.extend(
            parts.flat_map(|it| it.split(ends).next().unwrap_or_default().split(' ').take(MAX_VALUES)),
        );
    }
    names
}

/// Hides the passwords that the variables in a text hold behind a mark: `bob:hunter2`, `-phunter2`.
pub(super) fn hide_values_with(scan: &mut Scan<'_>, text: &str, mark: &str) {
    let lines = scan.lines;
    for name in variables_in(text, true) {
        let values = scan.variables.get_or_insert_with(|| variables(lines)).get(name);
        let values: Vec<Range<usize>> = values.into_iter().flatten().take(MAX_VALUES).cloned().collect();
        for value in values {
            let at = lines.text[value.clone()].find(mark).map(|at| value.start + at);
            let is_first = |at: &usize| {
                !mark.starts_with('-') || *at == value.start || is_blank(lines.text.as_bytes()[at - 1])
            };
            let is_address = |at: &usize| lines.text[*at..].starts_with("://");
            if let Some(at) = at.filter(|it| is_first(it) && !is_address(it)) {
                scan.hide_value(Promise::Password, "", at + mark.len()..value.end);
            }
        }
    }
}

fn variables<'t>(lines: &Lines<'t>) -> HashMap<&'t str, Vec<Range<usize>>> {
    let bytes = lines.text.as_bytes();
    let mut found: HashMap<&str, Vec<Range<usize>>> = HashMap::new();
    let (mut last_name, mut last_value): (Option<&str>, Option<Vec<Range<usize>>>) = (None, None);
    for at in memchr::memchr2_iter(b'=', b':', bytes) {
        let end = at - lines.quote_before(at).map_or(0, |it| it.length());
        let length = bytes[..end].iter().rev().take(64).take_while(|it| is_variable_byte(**it)).count();
        let name = end - length..end;
        let is_capitals = |it: &str| it.bytes().all(|it| !it.is_ascii_lowercase());
        match (bytes[at], &lines.text[name.clone()]) {
            (_, text) if text.is_empty() || text.starts_with(|it: char| it.is_ascii_digit()) => {}
            (b'=', text) => found.entry(text).or_default().push(word(lines, at + 1)),
            (_, "name") => {
                let name = values(lines, &name, at + 1, Separator::Colon).pop().map(|it| &lines.text[it]);
                match (name, last_value.take()) {
                    (Some(name), Some(values)) => found.entry(name).or_default().extend(values),
                    (name, _) => last_name = name,
                }
            }
            (_, "value") => {
                // The first entry of an item belongs to a name that follows.
                if matches!(lines.before(lines.unquoted_start(&name)), Some(b'-' | b'{')) {
                    last_name = None;
                }
                let values = values(lines, &name, at + 1, Separator::Colon);
                match last_name.take() {
                    Some(name) => found.entry(name).or_default().extend(values),
                    None => last_value = Some(values),
                }
            }
            (_, text) if is_capitals(text) && lines.byte(at + 1).is_some_and(is_blank) => {
                found.entry(text).or_default().extend(values(lines, &name, at + 1, Separator::Colon));
            }
            _ => {}
        }
    }
    bound::add(lines, &mut found);
    // `jq --arg p hunter2 '.password = $p'`
    for at in memchr::memmem::find_iter(bytes, "--arg") {
        let flag = at
            + bytes[at..]
                .iter()
                .take(LONGEST_FLAG)
                .take_while(|it| !is_blank(**it) && b"-adgjnorst".contains(it))
                .count();
        if let Some(name) = next_word(lines, flag)
            && let Some(value) = next_word(lines, name.end)
        {
            found.entry(&lines.text[name]).or_default().push(value);
        }
    }
    found
}

/// Returns the item behind the name of a variable, `[DB_PASSWORD, hunter2]` and `[DB_PASSWORD, {value: hunter2}]`, or behind a
/// word for passwords.
pub(super) fn next_item(lines: &Lines<'_>, name: &Range<usize>, promise: Promise) -> Option<Range<usize>> {
    let text = &lines.text[name.clone()];
    let is_variable = text.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_');
    let is_item = matches!(lines.before(lines.unquoted_start(name)), Some(b'[' | b'-' | b','));
    let end = lines.quote_at(name.end).map_or(name.end, |it| it.1);
    let is_end = lines.byte(lines.skip_blanks(end)).is_none_or(|it| it == b',' || is_line_end(it));
    let next = (is_item && is_end).then(|| next_word(lines, name.end)).flatten();
    // `[mysqladmin, password, hunter2]`, but not `[create, token, default]`
    let is_told = |it: &Range<usize>| {
        let text = &lines.text[it.clone()];
        let is_name = text.contains('-') && is_object_name(text);
        promise == Promise::Password
            || promise > Promise::Reference && !is_plain(text) && !is_name
            || promise > Promise::Weak && is_random(text)
    };
    next.filter(|it| is_variable || is_told(it))
}

/// Returns the item behind one that ends with the separator before `from`: `[--password=, hunter2]`, `["--password:", hunter2]`.
pub(super) fn behind_item(lines: &Lines<'_>, from: usize, separator: Separator) -> Option<Range<usize>> {
    let end = lines.quote_at(from).map_or(from, |it| it.1);
    let next = lines.byte(end + 1);
    let is_end = match lines.byte(end)? {
        b',' => next.is_none_or(|it| is_blank(it) || is_line_end(it) || b"\"'".contains(&it)),
        byte => is_line_end(byte),
    };
    let is_item = is_end && (end > from || separator == Separator::Equals);
    is_item.then(|| next_word(lines, from)).flatten().filter(|it| !lines.text[it.clone()].ends_with(':'))
}

/// Words between a name and its value.
const LINKS: &str =
    "apikey are as basic be bearer by equals for in is isn't null set the to token used was with";

/// Returns the word that follows a name behind marks, ends of lines and of items, and words such as `is`, unless it is one that
/// everybody may know: `[password, "->", hunter2Zx]`, `the password is set to hunter2Zx`.
pub(super) fn near(lines: &Lines<'_>, from: usize) -> Option<Range<usize>> {
    let mut rest = lines.text.get(from..lines.text.ceil_char_boundary(from + NEAR))?;
    for _ in 0..MAX_LINKS {
        while let Some(escape) = rest.strip_prefix('\\').filter(|it| it.starts_with(['n', 'r', 't'])) {
            rest = &escape[1..];
        }
        let start = rest.find(|it: char| it.is_alphanumeric() || "$/{\\".contains(it))?;
        // The value of a variable, a file, another flag.
        if is_filled_in(&rest[start..]) || start > 0 && rest[..start].ends_with('-') {
            return None;
        }
        rest = &rest[start..];
        if let Some(escape) = rest.strip_prefix('\\') {
            rest = escape.strip_prefix(['n', 'r', 't']).unwrap_or(escape);
            continue;
        }
        if let Some(behind) = rest.strip_prefix('$') {
            rest = behind;
            continue;
        }
        let range = range_in(lines.text, rest)?;
        let word = &lines.text[range.start..];
        let end =
            word.find(|it: char| it.is_whitespace() || "\"'`,;|&()[]{}<>".contains(it)).unwrap_or(word.len());
        let word = word[..end].trim_end_matches(['\\', '.', '!', '?']);
        if word.ends_with([':', '=']) || word.contains("://") || assigns(word) {
            return None;
        }
        if !has_word(LINKS, &word.to_ascii_lowercase()) {
            return (word.len() > LONGEST_KNOWN && !is_plain(word))
                .then_some(range.start..range.start + word.len());
        }
        rest = rest.get(word.len()..)?;
    }
    None
}

/// Whether a value is one, and neither nothing nor a word that may stand before one.
pub(super) fn is_value(text: &str) -> bool {
    let text = &text[..text.floor_char_boundary(FAR)];
    let mut rest = text.split('\\');
    let first = rest.next().unwrap_or_default();
    let is_letter = |it: char| it.is_alphanumeric();
    let has_letters = first.contains(is_letter)
        || rest.any(|it| it.trim_start_matches(['n', 'r', 't']).contains(is_letter));
    has_letters && !has_word(LINKS, &text.to_ascii_lowercase())
}

/// Whether a variable or the path of a file begins.
fn is_filled_in(text: &str) -> bool {
    let is_name = |it: char| it.is_alphanumeric() || "_({".contains(it);
    text.starts_with(['/', '{']) || text.strip_prefix('$').is_some_and(|it| it.starts_with(is_name))
}

/// Whether a word gives a value to a variable.
fn assigns(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(is_variable_byte))
}
