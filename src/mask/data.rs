//! The data of Secrets and of Kustomize's generators of Secrets: all of it is hidden.

use std::ops::Range;

use super::extent::{Separator, values};
use super::lines::{Lines, floor, is_entry, trimmed};
use super::marks::key_before;
use super::name::Promise;
use super::structure::{Scalar, scalars};
use super::vocabulary;
use crate::mask::hidden::Scan;

/// Hides all data of the objects that say they are a Secret.
pub(super) fn hide_data(scan: &mut Scan<'_>) {
    let (mut done, mut done_inside) = (0, 0);
    for at in scan.take_secrets() {
        if at < done || at < done_inside || !is_kind(scan.lines, at) {
            continue;
        }
        let lines = scan.lines;
        let line = lines.line(at);
        let object = around(lines, line, done);
        let region = inside(lines, line, object.start);
        let (start, end) = match &region {
            Some(script) => (script.start, script.end.min(object.end)),
            None => (object.start, object.end),
        };
        let is_whole = lines.text[lines.start(line)..].trim_start_matches(['"', '\'']).starts_with("kind");
        let (first, end) =
            (lines.start(start), if end < lines.count() { lines.start(end) } else { lines.text.len() });
        let mut next = first;
        for colon in memchr::memchr_iter(b':', &lines.text.as_bytes()[first..end]).map(|it| it + first) {
            if colon >= next
                && let Some(key) = key_before(lines, colon).filter(|it| is_data(lines, it, is_whole))
            {
                next = hide_below(scan, &key, colon + 1);
            }
        }
        // What is around a script can be a Secret, too.
        *(if region.is_some() { &mut done_inside } else { &mut done }) = end;
    }
}

/// Returns the lines of the document around a line, from a byte on.
fn around(lines: &Lines<'_>, line: usize, from: usize) -> Range<usize> {
    let parts = |line: usize| lines.text[lines.start(line)..].starts_with("---");
    let start =
        (0..line).rev().take_while(|&it| lines.start(it) >= from && !parts(it)).last().unwrap_or(line);
    start..(line + 1..lines.count()).find(|&it| parts(it)).unwrap_or(lines.count())
}

/// Returns the lines of the block scalar around a line, such as a script with the Secret in a here-document: the keys around it
/// are those of another object.
fn inside(lines: &Lines<'_>, line: usize, first: usize) -> Option<Range<usize>> {
    let is_header = |content: &str| {
        let (key, mark) = content.trim_end().rsplit_once(' ')?;
        let is_mark =
            mark.starts_with(['|', '>']) && mark[1..].bytes().all(|it| b"+-123456789".contains(&it));
        (is_mark && key.trim_end().ends_with([':', '-'])).then_some(())
    };
    let mut least = lines.indent(line);
    for above in (first..line).rev().filter(|it| !lines.content(*it).is_empty()) {
        let indent = lines.indent(above);
        if indent >= least {
            continue;
        }
        if is_header(lines.content(above)).is_some() {
            let is_left = |it: &usize| !lines.content(*it).is_empty() && lines.indent(*it) <= indent;
            return Some(above + 1..(line + 1..lines.count()).find(is_left).unwrap_or(lines.count()));
        }
        least = indent;
    }
    None
}

fn is_kind(lines: &Lines<'_>, at: usize) -> bool {
    let at = at - lines.quote_before(at).map_or(0, |it| it.length());
    let before = lines.text[lines.text.floor_char_boundary(at.saturating_sub(64))..at]
        .trim_end_matches([' ', '\t', '\\', '"', '\'']);
    before.strip_suffix(':').is_some_and(|it| it.trim_end_matches([' ', '\\', '"', '\'']).ends_with("kind"))
}

/// Whether a key of a Secret holds its data: `data` or `stringData`, perhaps misspelled, and at the top level every key that
/// a Secret does not have.
fn is_data(lines: &Lines<'_>, key: &Range<usize>, is_whole: bool) -> bool {
    const DATA: [&str; 3] = ["data", "stringdata", "binarydata"];
    const OTHER: [&str; 8] =
        ["apiversion", "kind", "metadata", "type", "immutable", "items", "spec", "status"];
    let at = lines.unquoted_start(key);
    let name = lines.text[key.clone()].replace(['-', '_'], "").to_ascii_lowercase();
    let is_top = at == lines.start(lines.line(at));
    let is_near = |it: &&str| name != "date" && strsim::osa_distance(it, &name) <= it.len() / 4;
    DATA.iter().any(is_near) || is_whole && is_top && !OTHER.contains(&&*name)
}

/// Hides every scalar below a key, and returns where what is below it ends.
pub(super) fn hide_below(scan: &mut Scan<'_>, key: &Range<usize>, from: usize) -> usize {
    let (found, mut end) = scalars(scan.lines, key, from, scan.lines.text.len());
    if found.is_empty() {
        scan.hide_values(key, from, Separator::Colon, Promise::Password, "");
        end = values(scan.lines, key, from, Separator::Colon).iter().map(|it| it.end).fold(end, usize::max);
    }
    for Scalar { from, value, .. } in found {
        scan.hide(value);
        scan.hide_properties(from, Promise::Password, "");
    }
    commented(scan, from..end);
    scan.next_data = end;
    end
}

/// Hides the values of entries in comments.
fn commented(scan: &mut Scan<'_>, part: Range<usize>) {
    let lines = scan.lines;
    let (first, last) = (lines.line(part.start) + 1, lines.line(part.end));
    for line in (first - 1..=last).filter(|it| lines.start(*it) < part.end) {
        let whole = lines.content(line);
        // A comment behind an entry is one, too: `a: b # login: hunter2`.
        let comment =
            if lines.is_comment_line(line) { Some(whole) } else { whole.split_once(" #").map(|it| it.1) };
        let Some(comment) = comment else { continue };
        let content = comment.trim_start_matches(['#', '/', ' ', '\t']);
        let start = lines.end(line) - content.len();
        let is_setting = || content.split_once('=').is_some_and(|(name, _)| !name.trim_end().contains(' '));
        // A word alone may be one that was data before.
        let is_alone = || !content.trim_end().contains(' ') && !vocabulary::has(content.trim_end());
        if let Some(colon) = content.find(':').filter(|_| is_entry(content)) {
            scan.hide(trimmed(lines.text, start + colon + 1..lines.end(line)));
        } else if let Some(equals) = content.find('=').filter(|_| is_setting()) {
            scan.hide(trimmed(lines.text, start + equals + 1..lines.end(line)));
        } else if is_alone() {
            scan.hide(trimmed(lines.text, start..lines.end(line)));
        }
    }
}

/// Hides the values of the literals from which Kustomize makes Secrets: `literals: [user=app, db=hunter2]`.
pub(super) fn hide_literals(scan: &mut Scan<'_>, key: &Range<usize>, from: usize) {
    let lines = scan.lines;
    let (floor, first) = (floor(lines, key.start), lines.line(from));
    let belongs = |line: &usize| {
        let content = lines.content(*line);
        let is_item = content.starts_with(['-', ']', '}', '#']) && lines.indent(*line) >= floor;
        content.is_empty() || lines.indent(*line) > floor || is_item
    };
    let count = (first + 1..lines.count()).take_while(belongs).count();
    let region = from..lines.end(first + count).max(from);
    scan.next_literal = region.end;
    let is_end = |it: char| ",]\"'\n\r".contains(it);
    for (at, _) in lines.text[region.clone()].match_indices('=') {
        let start = region.start + at + 1;
        let length = lines.text[start..region.end].find(is_end).unwrap_or(region.end - start);
        scan.hide_value(Promise::Password, "", start..start + length);
    }
}
