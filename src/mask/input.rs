//! Passwords that a command pipes to a program or writes to a file: `echo hunter2 | sudo -S`, `kinit <<< hunter2`,
//! `echo hunter2 > /run/password`.

use std::ops::Range;

use super::here_document::here_document;
use super::lines::{Lines, is_entry, is_line_end, trimmed};
use super::name::Promise;
use super::word::word;
use crate::mask::hidden::Scan;
use crate::text::span::range_in;

/// Programs, and flags of programs, that read a password from standard input.
pub(super) const READERS: [&str; 45] = [
    "elasticsearch-keystore add",
    "lpass login",
    "op signin",
    "htpasswd -i",
    "vault login",
    "--passwd-on-stdin",
    "-pass stdin",
    "keystore add",
    "mkpasswd",
    "secret create",
    "secret put",
    "secret set",
    "pass insert",
    "ssh-add -",
    "--password-stdin",
    "--passphrase-fd",
    "--with-token",
    "--data-file=-",
    "/dev/stdin",
    "adduser",
    "ecryptfs-add-passphrase",
    "gocryptfs",
    "keepassxc-cli",
    "mysql_config_editor",
    "slappasswd",
    "cryptsetup",
    "kinit",
    "passwd",
    "pinentry",
    "smbpasswd",
    "sudo",
    "su -",
    "systemd-creds",
    "adcli",
    "age -p",
    "ccencrypt",
    "gpg-preset-passphrase",
    "kibana-keystore add",
    "kubeseal --raw",
    "logstash-keystore add",
    "openconnect",
    "opensearch-keystore add",
    "pdbedit",
    "realm join",
    "vncpasswd",
];

/// How many lines before that of a program may belong to its pipeline.
const MAX_LINES: usize = 8;

/// The longest flag of `echo`, and the longest format of `printf` with nothing but the argument in it.
const LONGEST_FLAG: usize = 4;
const LONGEST_FORMAT: usize = 4;

/// How far from the program or the file its input is searched for, in bytes.
const FAR: usize = 500;

/// Hides the input of the program that has its name or its flag at `range`, if it reads a password.
pub(super) fn read(scan: &mut Scan<'_>, range: Range<usize>) {
    let lines = scan.lines;
    let is_inner = |at: Option<usize>| {
        at.and_then(|it| lines.byte(it)).is_some_and(|it| it.is_ascii_alphanumeric() || b"_./-".contains(&it))
    };
    let is_whole = lines.text[range.clone()].starts_with('-')
        || !is_inner(range.start.checked_sub(1)) && !is_inner(Some(range.end));
    if is_whole && (!lines.text[range.clone()].eq_ignore_ascii_case("sudo") || asks(lines, range.end)) {
        hide(scan, range);
    }
}

/// Whether flags of `sudo` follow that make it read a password: `-S`, `-kS`.
fn asks(lines: &Lines<'_>, mut at: usize) -> bool {
    const MAX_FLAGS: usize = 6;
    for _ in 0..MAX_FLAGS {
        if at >= lines.text.len() {
            break;
        }
        let flag = word(lines, lines.skip_blanks(at).max(at));
        let text = &lines.text[flag.clone()];
        if text == "--stdin" || text.starts_with('-') && !text.starts_with("--") && text.contains('S') {
            return true;
        }
        // `-p ''` has a value.
        if !text.starts_with('-') && !text.is_empty() {
            return false;
        }
        at = flag.end.max(at + 1);
    }
    false
}

/// Hides the input of the program or the file that is named at `range`: the arguments of `echo` before it, a here-string
/// or a here-document.
pub(super) fn hide(scan: &mut Scan<'_>, range: Range<usize>) {
    let lines = scan.lines;
    let last = lines.line(range.start);
    let floor = lines
        .start(first_line(lines, last))
        .max(scan.next_input.min(range.start))
        .max(lines.text.floor_char_boundary(range.start.saturating_sub(FAR)));
    scan.next_input = range.end;
    if let Some(written) = echoed(lines, floor, range.start) {
        scan.hide_value(Promise::Password, "", written);
    }
    for written in grouped(lines, floor, range.start) {
        scan.hide_value(Promise::Password, "", written);
    }
    let end = lines.text.floor_char_boundary(lines.end(last).max(range.end).min(range.end + FAR));
    let parts = [range.end..end, floor..range.start];
    if let Some(given) = parts.clone().into_iter().find_map(|it| redirected(lines, it.start, it.end)) {
        scan.hide_value(Promise::Password, "", given);
    }
    // Each line of a file has one, as far as it is none of settings, which have names of their own.
    let Some(body) = parts.into_iter().find_map(|it| here_document(lines, it)) else { return };
    let is_list = !body.is_empty() && body.len() <= MAX_LINES && !lines.content(body.start).contains(' ');
    if !is_list || lines.start(body.start) < scan.next_account {
        return;
    }
    scan.next_account = lines.end(body.end - 1);
    for line in body.skip(1) {
        let content = lines.content(line).trim_end();
        if !content.contains([' ', '=', '{'])
            && !content.starts_with(['#', '[', '<', '}'])
            && !is_entry(content)
        {
            scan.hide_value(
                Promise::Password,
                "",
                lines.end(line) - lines.content(line).len()..lines.end(line),
            );
        }
    }
}

/// Returns the line on which the pipeline begins that has its last command on a line.
pub(super) fn first_line(lines: &Lines<'_>, last: usize) -> usize {
    let mut line = last;
    while line > last.saturating_sub(MAX_LINES) && is_continued(lines.content(line - 1)) {
        line -= 1;
    }
    line
}

/// Whether a command goes on below a line: behind a backslash, or a pipe that is not the mark of a block scalar.
fn is_continued(line: &str) -> bool {
    line.ends_with('\\') || line.strip_suffix('|').is_some_and(|it| !it.trim_end().ends_with([':', '-']))
}

/// Returns the arguments of the last `echo`, `printf` or `yes` before a pipe or a redirection.
fn echoed(lines: &Lines<'_>, floor: usize, end: usize) -> Option<Range<usize>> {
    let bytes = lines.text.as_bytes();
    let find =
        |name: &[u8]| memchr::memmem::rfind(&bytes[floor..end], name).map(|at| floor + at + name.len());
    // Others end in these letters.
    let yes =
        find(b"yes ").filter(|it| !it.checked_sub(5).is_some_and(|it| bytes[it].is_ascii_alphanumeric()));
    let mut at = find(b"echo ").max(find(b"printf ")).max(yes)?;
    let mut words = Vec::new();
    while at < end {
        at = lines.skip_blanks(at);
        let it = word(lines, at);
        let text = &lines.text[it.start.max(at)..it.end.max(at)];
        let is_end = matches!(lines.byte(at), None | Some(b'|' | b'>' | b'&' | b';')) || text.is_empty();
        if is_end {
            break;
        }
        let length = text.find(['|', '>']).filter(|_| it.start == at).unwrap_or(text.len());
        let it = it.start..it.start + length;
        if it.end > end {
            break;
        }
        at = it.end.max(at + 1) + usize::from(lines.quote_at(it.end).is_some());
        words.push(it);
    }
    // A flag or a format; a word in quotation marks with more than a format in it may begin like one.
    let is_argument = |it: &&Range<usize>| {
        let text = &lines.text[(*it).clone()];
        let is_quoted = lines.quote_before(it.start).is_some();
        let is_flag = text.starts_with('-') && !(is_quoted && text.len() > LONGEST_FLAG);
        let is_format = text.starts_with('%') && !(is_quoted && text.len() > LONGEST_FORMAT);
        !is_flag && !is_format
    };
    let first = words.iter().find(is_argument)?.start;
    // A pipe or a redirection must follow, and no other command.
    let rest = &lines.text[at.min(end)..end];
    let end = words.last().map_or(first, |it| it.end);
    let end = first + lines.text[first..end].trim_end_matches([')', '}', '\\']).len();
    (rest.contains(['|', '>']) && !rest.contains(';')).then_some(first..end)
}

/// Returns the arguments of the commands in parentheses before a pipe: `(echo hunter2; echo hunter2) | passwd`.
fn grouped(lines: &Lines<'_>, floor: usize, end: usize) -> Vec<Range<usize>> {
    let part = lines.text.get(floor..end).unwrap_or_default();
    let group = part.rsplit_once('|').map(|it| it.0.trim_end()).and_then(|it| it.strip_suffix([')', '}']));
    let inner = group.and_then(|it| it.rsplit(['(', '{']).next().filter(|inner| inner.len() < it.len()));
    let commands = inner.into_iter().flat_map(|it| it.split([';', '\n', '&']));
    commands.filter_map(|command| printed(lines, command)).collect()
}

/// Returns the arguments of an `echo` or `printf`, without its flags.
fn printed(lines: &Lines<'_>, command: &str) -> Option<Range<usize>> {
    let (program, mut rest) = command.trim().split_once(' ')?;
    while let Some((_, behind)) = rest.trim_start().split_once(' ').filter(|it| it.0.starts_with('-')) {
        rest = behind;
    }
    let rest = rest.trim_matches([' ', '"', '\'', '\\']);
    range_in(lines.text, rest).filter(|it| matches!(program, "echo" | "printf") && !it.is_empty())
}

/// Returns what a command prints that stands for a file: `--password-file <(echo hunter2)`.
pub(super) fn substituted(lines: &Lines<'_>, flag_end: usize) -> Option<Range<usize>> {
    let at = lines.skip_blanks(flag_end);
    let at = if lines.byte(at) == Some(b'=') { lines.skip_blanks(at + 1) } else { at };
    let end = lines.end(lines.line(at)).min(lines.text.floor_char_boundary(at + FAR));
    printed(lines, lines.text.get(at..end)?.strip_prefix("<(")?.split(')').next()?)
}

/// Returns the text of a here-string, or the first line of a here-document.
pub(super) fn redirected(lines: &Lines<'_>, from: usize, end: usize) -> Option<Range<usize>> {
    let rest = lines.text.get(from..end)?;
    let mark = rest.find("<<").filter(|it| !rest[..*it].contains([';', '|']))?;
    let at = from + mark + 2;
    if lines.byte(at) == Some(b'<') {
        return Some(word(lines, lines.skip_blanks(at + 1)));
    }
    let next = lines.line(at) + 1;
    let body = (next < lines.count()).then(|| lines.start(next)..lines.end(next))?;
    (!rest[mark..].starts_with("<<=") && lines.byte(at).is_some_and(|it| !is_line_end(it)))
        .then(|| trimmed(lines.text, body))
}
