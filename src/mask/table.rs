//! Tables with a column whose name announces credentials: CSV, Markdown, rows that SQL inserts.

use std::ops::Range;

use super::lines::{Lines, is_blank, is_line_end, is_name_byte, trimmed};
use super::name::{Promise, promise};
use crate::mask::hidden::Scan;
use crate::text::span::range_in;

/// The longest header of a table, in bytes.
const LONGEST_HEADER: usize = 2000;

/// How many quotation marks and spaces are skipped between a name and the separator of columns.
const MAX_MARKS: usize = 8;

/// The index of a column, what its name announces, and its name.
type Column<'t> = (usize, Promise, &'t str);

/// Hides the columns of the table that has a promising name in its header.
pub(super) fn look(scan: &mut Scan<'_>, name: &Range<usize>) {
    if name.start < scan.next_table {
        return;
    }
    let lines = scan.lines;
    insert(scan, name.start);
    let bytes = lines.text.as_bytes();
    // Spaces, quotation marks and Markdown's emphasis can surround a name.
    let is_around = |it: &&u8| is_blank(**it) || b"\"'\\`*".contains(*it);
    let before = bytes[..name.start].iter().rev().take(MAX_MARKS).find(|it| !is_around(it));
    let after = bytes[name.end..].iter().take(MAX_MARKS).find(|it| !is_around(it));
    let next = [name.start.checked_sub(1).and_then(|it| lines.byte(it)), lines.byte(name.end)];
    let is_mark = |it: &u8| [before, after].contains(&Some(it)) || *it == b'\t' && next.contains(&Some(*it));
    if let Some(mark) = [b'|', b',', b';', b'\t'].into_iter().find(is_mark)
        && name.start >= scan.next_table
    {
        rows(scan, lines.line(name.start), mark);
    }
}

/// Hides the columns of the lines below a header.
fn rows(scan: &mut Scan<'_>, header: usize, mark: u8) {
    let lines = scan.lines;
    let line = |it: usize| lines.start(it) + lines.indent(it)..lines.end(it);
    scan.next_table = lines.end(header);
    if line(header).len() > LONGEST_HEADER {
        return;
    }
    let names = cells(lines, line(header), mark);
    let is_name = |it: &Range<usize>| {
        let name = &lines.text[it.clone()];
        name.bytes().all(|it| is_name_byte(it) || mark == b'|' && (is_blank(it) || b"*`".contains(&it)))
    };
    if names.len() < 2 || !names.iter().all(is_name) {
        return;
    }
    let columns = columns(lines, &names);
    let mut next = header + 1;
    while next < lines.count() {
        let row = cells(lines, line(next), mark);
        if row.len() != names.len() {
            break;
        }
        hide(scan, &columns, &row);
        scan.next_table = lines.end(next);
        next += 1;
    }
}

/// Hides the columns of the rows that SQL inserts: `(name, password) VALUES ('bob', 'hunter2')`.
fn insert(scan: &mut Scan<'_>, name: usize) {
    let lines = scan.lines;
    let bytes = lines.text.as_bytes();
    let floor = name.saturating_sub(LONGEST_HEADER).max(scan.next_table.min(name));
    let Some(open) = memchr::memrchr(b'(', &bytes[floor..name]).map(|it| floor + it) else { return };
    let far = bytes.len().min(name + LONGEST_HEADER);
    let Some(close) = memchr::memchr(b')', &bytes[name..far]).map(|it| name + it) else { return };
    let mut at = skip(lines, close + 1);
    if !bytes[at..].get(..6).is_some_and(|it| it.eq_ignore_ascii_case(b"values")) {
        return;
    }
    let columns = columns(lines, &cells(lines, open + 1..close, b','));
    scan.next_table = close;
    at = skip(lines, at + 6);
    while lines.byte(at) == Some(b'(') {
        let end = closing(bytes, at);
        let row = cells(lines, at + 1..end, b',');
        hide(scan, &columns, &row);
        scan.next_table = end;
        at = skip(lines, end + 1);
        if lines.byte(at) == Some(b',') {
            at = skip(lines, at + 1);
        }
    }
}

/// Returns the place of the parenthesis that closes a row of SQL, or the end of the text.
fn closing(bytes: &[u8], open: usize) -> usize {
    let (mut depth, mut quote) = (0_usize, None);
    for (at, &byte) in bytes.iter().enumerate().skip(open) {
        match (quote, byte) {
            (Some(mark), byte) if byte == mark => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'(') => depth += 1,
            (None, b')') if depth == 1 => return at,
            (None, b')') => depth -= 1,
            _ => {}
        }
    }
    bytes.len()
}

/// Returns the place behind blanks, line ends and the backslashes before them.
fn skip(lines: &Lines<'_>, mut at: usize) -> usize {
    while lines.byte(at).is_some_and(|it| is_blank(it) || is_line_end(it) || it == b'\\') {
        at += 1;
    }
    at
}

fn columns<'t>(lines: &Lines<'t>, names: &[Range<usize>]) -> Vec<Column<'t>> {
    let columns = names.iter().enumerate().map(|(at, it)| (at, &lines.text[it.clone()]));
    columns.filter_map(|(at, name)| Some((at, promise(name)?, name))).collect()
}

fn hide(scan: &mut Scan<'_>, columns: &[Column<'_>], row: &[Range<usize>]) {
    for (column, promise, name) in columns {
        let is_rule = |it: &str| it.bytes().all(|it| b"-: ".contains(&it));
        if let Some(cell) = row.get(*column).filter(|it| !is_rule(&scan.lines.text[(*it).clone()])) {
            scan.hide_value(*promise, name, cell.clone());
        }
    }
}

/// Returns the cells of a row, without the blanks and quotation marks around them.
fn cells(lines: &Lines<'_>, row: Range<usize>, mark: u8) -> Vec<Range<usize>> {
    let bytes = lines.text.as_bytes();
    let lead = bytes[row.clone()].iter().take_while(|it| b"#- \t".contains(it)).count();
    let (mut found, mut start, mut quote) = (Vec::new(), row.start + lead, None);
    for (at, &byte) in bytes.iter().enumerate().take(row.end).skip(row.start + lead) {
        match (quote, byte) {
            (Some(mark), byte) if byte == mark => quote = None,
            (Some(_), _) => {}
            (None, byte @ (b'"' | b'\'')) if mark != b'|' => quote = Some(byte),
            (None, byte) if byte == mark => {
                found.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(start.min(row.end)..row.end);
    let inner = |it: Range<usize>| {
        let it = trimmed(lines.text, it);
        let text = lines.text[it.clone()].trim_matches(['"', '\'', '`', '*']);
        range_in(lines.text, text).unwrap_or(it)
    };
    found.into_iter().map(inner).collect()
}
