//! What someone is typing at a place: a key, a value, or a text that is nobody's business.

use crate::lsp::outline::model::Cursor;
use std::ops::Range;

use crate::lsp::outline::model::{Outline, ParentLink};

impl Outline<'_> {
    /// Returns what is typed at `offset`; nothing in comments and in texts of several lines.
    pub fn cursor(&self, offset: usize) -> Option<Cursor> {
        if offset < self.span.start || offset > self.span.end {
            return None;
        }
        if self.scalars.iter().any(|scalar| scalar.start <= offset && offset < scalar.end) {
            return None;
        }
        let line = self.line_start(offset);
        let before = &self.text[line..offset];
        if before.trim_start().starts_with('#') {
            return None;
        }
        let holds = |node: &usize| {
            let brackets = self.nodes[*node].brackets.as_ref();
            brackets.is_some_and(|it| it.start <= offset && offset <= it.end)
        };
        match (0..self.nodes.len()).rev().find(holds) {
            Some(holder) => self.in_brackets(holder, offset),
            None => self.in_lines(line, before, offset),
        }
    }

    fn in_brackets(&self, holder: usize, offset: usize) -> Option<Cursor> {
        let typed =
            |node: usize, word: Range<usize>| Cursor::Word { holder, node: Some(node), word, indent: 0 };
        // What stands between the last comma or bracket and the place decides.
        for node in self.children(holder).filter(|&node| self.start(node) <= offset) {
            let it = &self.nodes[node];
            let is_key = it.step == ParentLink::Key;
            if is_key && it.key.start <= offset && offset <= it.key.end {
                return Some(typed(node, it.key.clone()));
            }
            let has_value = !it.value.is_empty();
            if !is_key && has_value && it.value.start <= offset && offset <= it.value.end {
                return Some(typed(node, it.value.clone()));
            }
            if is_key && let Some(word) = self.scalar_at(node, offset) {
                return Some(Cursor::Value { node, word });
            }
        }
        let before = self.text[self.span.start..offset].trim_end();
        before.ends_with([',', '{', '[']).then_some(Cursor::Word {
            holder,
            node: None,
            word: offset..offset,
            indent: 0,
        })
    }

    /// Returns where a node starts, which an item in brackets does with its value.
    fn start(&self, node: usize) -> usize {
        self.nodes[node].key.start
    }

    fn in_lines(&self, line: usize, before: &str, offset: usize) -> Option<Cursor> {
        let on_line = |node: &usize| {
            let it = &self.nodes[*node];
            !it.is_flow && *node != 0 && it.key.start >= line && it.key.start < offset
        };
        let last = (0..self.nodes.len()).rev().find(on_line);
        if let Some(node) = last.filter(|&node| self.nodes[node].step == ParentLink::Key) {
            let it = &self.nodes[node];
            if offset <= it.key.end {
                let (holder, indent) = (it.parent, it.column - 1);
                return Some(Cursor::Word { holder, node: Some(node), word: it.key.clone(), indent });
            }
            let word = self.scalar_at(node, offset)?;
            return Some(Cursor::Value { node, word });
        }
        // The key at the place itself, with nothing typed before it.
        let starts_here = |node: &usize| {
            let it = &self.nodes[*node];
            !it.is_flow && *node != 0 && it.step == ParentLink::Key && it.key.start == offset
        };
        if let Some(node) = (0..self.nodes.len()).find(starts_here) {
            let it = &self.nodes[node];
            let (holder, indent) = (it.parent, it.column - 1);
            return Some(Cursor::Word { holder, node: Some(node), word: it.key.clone(), indent });
        }
        let item = last;
        let typed = before.trim_start_matches([' ', '\t', '-']);
        let start = offset - typed.len();
        // After a dash comes a blank first.
        if before.ends_with('-') || typed.contains([' ', '\t', '"', '\'', '#', ':']) {
            return None;
        }
        let is_word = |char: char| char.is_alphanumeric() || "-_./".contains(char);
        let rest = &self.text[offset..self.span.end];
        let end = offset + rest.find(|char| !is_word(char)).unwrap_or(rest.len());
        let indent = start - line;
        let holder = match item {
            Some(item) => item,
            None => self.holder(self.last_before(line), indent + 1, false),
        };
        Some(Cursor::Word { holder, node: None, word: start..end, indent })
    }

    /// Returns the bytes of a node's value on the line of `offset`, if that is in them or right after the colon.
    fn scalar_at(&self, node: usize, offset: usize) -> Option<Range<usize>> {
        let it = &self.nodes[node];
        let is_before = self.text.get(it.key.end..offset)?.trim() == ":";
        let is_in = !it.value.is_empty() && it.value.start <= offset && offset <= it.value.end;
        let rest = self.text.get(offset..it.value.end).unwrap_or_default();
        let end = offset + rest.find(['\n', '\r']).unwrap_or(rest.len());
        if is_before && !is_in {
            // What stands on another line is not replaced.
            let reaches = end == it.value.end;
            return Some(offset..if reaches { end } else { offset });
        }
        is_in.then(|| it.value.start.max(self.line_start(offset))..end)
    }

    fn line_start(&self, offset: usize) -> usize {
        self.text[..offset].rfind('\n').map_or(0, |at| at + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what is typed at the `|` of a text.
    fn typed(text: &str) -> String {
        let offset = text.find('|').expect("the text has a `|`");
        let text = text.replacen('|', "", 1);
        let outline = Outline::at(&text, offset);
        let path = |node| {
            let step = |&node: &usize| match outline.nodes[node].step {
                ParentLink::Item(number) => format!("[{number}]"),
                _ => format!(".{}", outline.key(node)),
            };
            outline.ancestors(node).iter().map(step).collect::<String>()
        };
        match outline.cursor(offset) {
            Some(Cursor::Word { holder, word, .. }) => {
                format!("{:?} in `{}`", &text[word], path(holder))
            }
            Some(Cursor::Value { node, word }) => format!("{:?} of `{}`", &text[word], path(node)),
            None => "nothing".to_owned(),
        }
    }

    #[test]
    fn a_word_on_its_own_line_belongs_where_its_indentation_says() {
        assert_eq!(
            typed("spec:\n  template:\n    spec:\n      rest|\n      containers: []\n"),
            "\"rest\" in `.spec.template.spec`"
        );
        assert_eq!(
            typed("spec:\n  template:\n    spec:\n      restartPolicy: Never\n  |\n"),
            "\"\" in `.spec`"
        );
        assert_eq!(typed("spec:\n  |\n  template: {}\n"), "\"\" in `.spec`");
        assert_eq!(typed("spec:\n  containers:\n  - name: a\n    im|\n"), "\"im\" in `.spec.containers[0]`");
        assert_eq!(typed("spec:\n  containers:\n  - na|\n"), "\"na\" in `.spec.containers[0]`");
        assert_eq!(typed("ki|\n"), "\"ki\" in ``");
    }

    #[test]
    fn behind_a_colon_stands_a_value() {
        assert_eq!(typed("spec:\n  restartPolicy: |\n  x: 1\n"), "\"\" of `.spec.restartPolicy`");
        assert_eq!(typed("spec:\n  restartPolicy: Ne|ver # why\n"), "\"Never\" of `.spec.restartPolicy`");
        assert_eq!(typed("spec:\n  restartPolicy: Never # wh|y\n"), "nothing");
        assert_eq!(typed("spec:\n  rest|artPolicy: Never\n"), "\"restartPolicy\" in `.spec`");
    }

    #[test]
    fn brackets_are_read_too() {
        assert_eq!(typed("spec: {restartPolicy: |}\n"), "\"\" of `.spec.restartPolicy`");
        assert_eq!(typed("spec: {a: 1, re|}\n"), "\"re\" in `.spec`");
        assert_eq!(typed("spec:\n  c: [{name: a, |\n"), "\"\" in `.spec.c[0]`");
        assert_eq!(
            typed("{\"spec\": {\"restartPolicy\": \"Ne|\"}}"),
            "\"\\\"Ne\\\"\" of `.spec.restartPolicy`"
        );
    }

    #[test]
    fn scripts_and_comments_are_nobodys_business() {
        assert_eq!(typed("args:\n- >-\n  some |text\n"), "nothing");
        assert_eq!(typed("args: >\n  some |text\n"), "nothing");
        assert_eq!(typed("# some |text\n"), "nothing");
    }
}
