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
    let mut done = 0;
    for at in scan.take_secrets() {
        if at < done || !is_kind(scan.lines, at) {
            continue;
        }
        let lines = scan.lines;
        let parts = |line: usize| lines.text[lines.start(line)..].starts_with("---");
        let line = lines.line(at);
        let start =
            (0..line).rev().take_while(|&it| lines.start(it) >= done && !parts(it)).last().unwrap_or(line);
        let end =
            (line + 1..lines.count()).find(|&it| parts(it)).map_or(lines.text.len(), |it| lines.start(it));
        let is_whole = lines.text[lines.start(line)..].trim_start_matches(['"', '\'']).starts_with("kind");
        let first = lines.start(start);
        let mut next = first;
        for colon in memchr::memchr_iter(b':', &lines.text.as_bytes()[first..end]).map(|it| it + first) {
            if colon >= next
                && let Some(key) = key_before(lines, colon).filter(|it| is_data(lines, it, is_whole))
            {
                next = hide_below(scan, &key, colon + 1);
            }
        }
        done = end;
    }
}

fn is_kind(lines: &Lines<'_>, at: usize) -> bool {
    let at = at - lines.quote_before(at).map_or(0, |it| it.length());
    let before = lines.text[lines.text.floor_char_boundary(at.saturating_sub(64))..at]
        .trim_end_matches([' ', '\t', '\\', '"', '\'']);
    before.strip_suffix(':').is_some_and(|it| it.trim_end_matches([' ', '\\', '"', '\'']).ends_with("kind"))
}

/// Whether a key of a Secret holds its data: `data` or `stringData`, perhaps misspelt, and at the top level every key that
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
