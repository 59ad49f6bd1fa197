//! A manifest that is easy to change: scalars are kept as YAML text, and a mapping may have a key twice.

use std::fmt::Write as _;

use serde_json::Value;

/// A part of a manifest.
#[derive(Clone, Debug)]
pub(crate) enum Tree {
    /// A scalar as it is written.
    Scalar(String),
    /// A list.
    List(Vec<Tree>),
    /// A mapping, whose keys may repeat.
    Map(Vec<(String, Tree)>),
}

/// How a manifest is written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Style {
    /// YAML in indented lines.
    Block,
    /// YAML in brackets, on one line; JSON, where no scalar is YAML's own.
    Flow,
    /// YAML with every field of the object on lines of its own, and the rest in brackets.
    Mixed,
}

impl From<&Value> for Tree {
    fn from(value: &Value) -> Self {
        match value {
            Value::Array(items) => Tree::List(items.iter().map(Tree::from).collect()),
            Value::Object(map) => {
                Tree::Map(map.iter().map(|(key, value)| (key.clone(), value.into())).collect())
            }
            scalar => Tree::Scalar(scalar.to_string()),
        }
    }
}

impl Tree {
    /// Returns the items of a list or the values of a mapping.
    pub(crate) fn children(&self) -> Vec<&Tree> {
        match self {
            Tree::Scalar(_) => Vec::new(),
            Tree::List(items) => items.iter().collect(),
            Tree::Map(entries) => entries.iter().map(|entry| &entry.1).collect(),
        }
    }

    /// Returns the part that the numbers of children lead to.
    pub(crate) fn at(&mut self, path: &[usize]) -> &mut Tree {
        let Some((&first, rest)) = path.split_first() else { return self };
        match self {
            Tree::List(items) => items[first].at(rest),
            Tree::Map(entries) => entries[first].1.at(rest),
            Tree::Scalar(_) => self,
        }
    }

    /// Writes the manifest.
    pub(crate) fn write(&self, style: Style) -> String {
        match style {
            Style::Block => self.in_lines(usize::MAX),
            Style::Mixed => self.in_lines(2),
            Style::Flow => self.flow() + "\n",
        }
    }

    fn in_lines(&self, deepest: usize) -> String {
        let mut text = String::new();
        self.block(0, deepest, &mut text);
        text
    }

    fn flow(&self) -> String {
        match self {
            Tree::Scalar(text) => text.clone(),
            Tree::List(items) => format!("[{}]", items.iter().map(Tree::flow).collect::<Vec<_>>().join(", ")),
            Tree::Map(entries) => {
                let entry = |(key, value): &(String, Tree)| {
                    format!("{}: {}", Value::from(key.as_str()), value.flow())
                };
                format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// Writes the lines of a part, each into the same text: nested parts are not written again and again.
    fn block(&self, depth: usize, deepest: usize, text: &mut String) {
        let indent = "  ".repeat(depth);
        let mut line = |head: &str, value: &Tree| {
            let _ = match value {
                Tree::Scalar(_) => writeln!(text, "{indent}{head} {}", value.flow()),
                _ if depth >= deepest || value.children().is_empty() => {
                    writeln!(text, "{indent}{head} {}", value.flow())
                }
                _ => {
                    let written = writeln!(text, "{indent}{head}");
                    value.block(depth + 1, deepest, text);
                    written
                }
            };
        };
        match self {
            Tree::Scalar(scalar) => {
                let _ = writeln!(text, "{scalar}");
            }
            Tree::List(items) => items.iter().for_each(|item| line("-", item)),
            Tree::Map(entries) => {
                entries.iter().for_each(|(key, value)| line(&format!("{}:", plain(key)), value))
            }
        }
    }
}

/// Writes a key without quotes where that is the same.
fn plain(key: &str) -> String {
    let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let is_plain = key.starts_with(|it: char| it.is_ascii_alphabetic())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-./_".contains(&byte))
        && !words.contains(&key.to_ascii_lowercase().as_str());
    if is_plain { key.to_owned() } else { Value::from(key).to_string() }
}
