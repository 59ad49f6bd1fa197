//! Texts with actions of Go's templates, such as `{{ .Values.tag }}`.

use std::ops::Range;

/// What stands for the bytes of an action until its line is known.
const FILLED: u8 = 0;

/// Returns the text without its actions, each byte where it was: a placeholder stands for an action in a line, spaces for one
/// that has its lines for itself, and for the named templates, which are written elsewhere.
pub fn without_actions(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    // The statements that are open, with where a named template starts.
    let mut open: Vec<Option<usize>> = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find("{{") {
        let start = at + found;
        let Some(end) = end_of(text, start) else { break };
        let inner = text[start + 2..end - 2].trim_start_matches('-').trim_start();
        fill(&mut bytes, start..end, FILLED);
        match inner.split(|it: char| !it.is_ascii_alphabetic()).next() {
            Some("define") => open.push(Some(start)),
            Some("if" | "range" | "with" | "block") => open.push(None),
            Some("end") => {
                if let Some(start) = open.pop().flatten() {
                    fill(&mut bytes, start..end, b' ');
                }
            }
            _ => {}
        }
        at = end;
    }
    bytes.split_inclusive_mut(|it| *it == b'\n').for_each(settle);
    String::from_utf8(bytes).unwrap_or_default()
}

/// Returns the end of the action that starts with braces: those that end it are in no comment and no string.
fn end_of(text: &str, start: usize) -> Option<usize> {
    let after = start + 2;
    let inner = text[after..].trim_start_matches('-').trim_start();
    if inner.starts_with("/*") {
        let comment_end = after + text[after..].find("*/")?;
        return Some(comment_end + text[comment_end..].find("}}")? + 2);
    }
    let bytes = text.as_bytes();
    let (mut at, mut quote) = (after, None);
    while let Some(&byte) = bytes.get(at) {
        match quote {
            Some(mark) if byte == b'\\' && mark != b'`' => at += 1,
            Some(mark) if byte == mark => quote = None,
            Some(_) => {}
            None if byte == b'}' && bytes.get(at + 1) == Some(&b'}') => return Some(at + 2),
            None if matches!(byte, b'"' | b'\'' | b'`') => quote = Some(byte),
            None => {}
        }
        at += 1;
    }
    None
}

/// Writes a byte over all of a part, but for the ends of its lines.
fn fill(bytes: &mut [u8], part: Range<usize>, with: u8) {
    bytes[part].iter_mut().filter(|it| !matches!(it, b'\n' | b'\r')).for_each(|it| *it = with);
}

/// Writes what stands for the actions of a line.
fn settle(line: &mut [u8]) {
    if line.iter().all(|it| *it == FILLED || it.is_ascii_whitespace()) {
        line.iter_mut().filter(|it| **it == FILLED).for_each(|it| *it = b' ');
        return;
    }
    for run in line.chunk_by_mut(|left, right| (*left == FILLED) == (*right == FILLED)) {
        if let [FILLED, ..] = run {
            run.fill(b'x');
            run[0] = b'<';
            run[run.len() - 1] = b'>';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::without_actions;

    #[test]
    fn actions_become_placeholders_or_spaces() {
        let pairs = [
            ("a: {{ .b }}-c # ü\n", "a: <xxxxxx>-c # ü\n"),
            (
                "{{- if .a }}\nb: \"{{ \"}}\" }}\"\n  {{ end -}}\n",
                "            \nb: \"<xxxxxxxx>\"\n            \n",
            ),
            ("{{/* }} ü */}}a: 1", "<xxxxxxxxxxxxx>a: 1"),
            ("a: {{ list\n  1 }}\nb: 2", "a: <xxxxx>\n      \nb: 2"),
            ("a: {{ b", "a: {{ b"),
        ];
        for (text, expected) in pairs {
            assert_eq!(without_actions(text), expected);
        }
    }

    #[test]
    fn named_templates_are_written_elsewhere() {
        let text = "{{ define \"a\" }}\nkind: Job\n{{ if .x }}y{{ end }}\n{{ end }}\nb: 1\n";
        let read = without_actions(text);
        assert_eq!((read.trim(), read.len()), ("b: 1", text.len()));
    }
}
