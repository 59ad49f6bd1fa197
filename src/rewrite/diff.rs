//! What changes would do to a file, to look at.

use std::fmt::Write;

use similar::{ChangeTag, TextDiff};

use crate::mask::{is_certain, without_secrets};

/// So many lines around a change are shown.
const CONTEXT: usize = 3;

/// A line of a diff.
struct Line<'t> {
    tag: ChangeTag,
    text: &'t str,
    is_shown: bool,
    /// Whether both versions of a line that stays hide the same of it.
    is_alike: bool,
}

/// Returns a unified diff of the texts of a file before and after changes, with stars for the credentials of both.
///
/// The lines around a change end where one may hold a credential. `between` are the texts that a file had between the two,
/// whose credentials are not shown either.
pub fn diff(name: &str, before: &str, after: &str, between: &[String]) -> String {
    let [old, new] = without_secrets([before, after], between);
    let (mut old, mut new) = (old.as_str(), new.as_str());
    let diff = TextDiff::from_lines(before, after);
    let mut lines: Vec<Line<'_>> = Vec::new();
    for change in diff.iter_all_changes() {
        let (tag, length) = (change.tag(), change.value().len());
        let is_shown = tag != ChangeTag::Equal;
        let removed = (tag != ChangeTag::Insert).then(|| take(&mut old, length));
        let added = (tag != ChangeTag::Delete).then(|| take(&mut new, length));
        let is_alike = removed == added;
        let Some(text) = removed.or(added) else { continue };
        lines.push(Line { tag, text, is_shown, is_alike });
    }
    show_context(&mut lines);
    let mut written = String::new();
    let (mut old, mut new, mut at) = (1, 1, 0);
    while at < lines.len() {
        let length = lines[at..].iter().take_while(|line| line.is_shown).count();
        let hunk = &lines[at..at + length.max(1)];
        let count = |tag: ChangeTag| hunk.iter().filter(|line| line.tag != tag).count();
        let (removed, added) = (count(ChangeTag::Insert), count(ChangeTag::Delete));
        if length > 0 {
            if written.is_empty() {
                written = format!("--- a/{name}\n+++ b/{name}\n");
            }
            _ = writeln!(written, "@@ -{} +{} @@", range(old, removed), range(new, added));
            hunk.iter().for_each(|line| push(&mut written, line));
        }
        old += removed;
        new += added;
        at += hunk.len();
    }
    written
}

/// Takes the next line of a text in which stars take as many bytes as what they hide.
fn take<'t>(text: &mut &'t str, length: usize) -> &'t str {
    let (line, rest) = text.split_at(length);
    *text = rest;
    line
}

/// Marks the lines before and after each change that are shown for orientation.
fn show_context(lines: &mut [Line<'_>]) {
    let changed: Vec<usize> = (0..lines.len()).filter(|&at| lines[at].tag != ChangeTag::Equal).collect();
    for at in changed {
        let before = (at.saturating_sub(CONTEXT)..at).rev();
        let after = at + 1..(at + 1 + CONTEXT).min(lines.len());
        show_certain(lines, before);
        show_certain(lines, after);
    }
}

/// Marks lines up to the first that may hold a credential.
fn show_certain(lines: &mut [Line<'_>], places: impl Iterator<Item = usize>) {
    for at in places {
        if !(lines[at].is_shown || lines[at].is_alike && is_certain(lines[at].text)) {
            return;
        }
        lines[at].is_shown = true;
    }
}

/// Writes where a hunk is in a file, as `diff -u` does: an empty one is after a line, and the length 1 is left out.
fn range(start: usize, length: usize) -> String {
    match length {
        0 => format!("{},0", start - 1),
        1 => start.to_string(),
        _ => format!("{start},{length}"),
    }
}

fn push(written: &mut String, line: &Line<'_>) {
    let mark = match line.tag {
        ChangeTag::Equal => ' ',
        ChangeTag::Delete => '-',
        ChangeTag::Insert => '+',
    };
    written.push(mark);
    written.push_str(line.text);
    if !line.text.ends_with('\n') {
        written.push_str("\n\\ No newline at end of file\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where every line is certain, a diff is that of `similar`, hunk by hunk.
    #[test]
    fn all_context_is_shown_where_it_is_certain() {
        let line = |at: usize| format!("{}: {at}\n", ["spec", "parallelism", "backoffLimit"][at % 3]);
        let before: String = (0..40).map(line).collect();
        // Each number is a set of lines: those are changed, or go, or get one more in front.
        for seed in 0..400_u64 {
            let is_in = |at: usize| seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(at as u32) % 7 == 0;
            let changed = |at: usize| match (is_in(at), at as u64 % 3 == seed % 3, seed % 2 == 0) {
                (false, ..) => line(at),
                (true, true, _) => String::new(),
                (true, false, true) => format!("spec: 0\n{}", line(at)),
                (true, false, false) => "spec: 0\n".to_owned(),
            };
            let after: String = (0..40).map(changed).collect();
            let after = if seed % 5 == 0 { after.trim_end() } else { &after };
            let expected = TextDiff::from_lines(before.as_str(), after);
            let expected = expected.unified_diff().context_radius(CONTEXT).header("a/f", "b/f").to_string();
            assert_eq!(diff("f", &before, after, &[]), expected, "{seed}");
        }
    }

    #[test]
    fn context_ends_at_a_line_that_may_hold_a_credential() {
        let before =
            "kind: Job\nvalue: app/tulipamber\nspec:\n  parallelism: 1\n  # tulipamber\n  suspend: true\n";
        let after = before.replace("parallelism: 1", "parallelism: 2");
        let expected = "\
--- a/f
+++ b/f
@@ -3,2 +3,2 @@
 spec:
-  parallelism: 1
+  parallelism: 2
";
        assert_eq!(diff("f", before, &after, &[]), expected);
    }
}
