//! What the names of files in a script are made of: texts, and variables that stand for texts.

use std::collections::HashMap;

use super::syntax::{CommandKind, Part, Word};
use crate::shell::script::{Script, Value};
use crate::text::placeholder::is_placeholder;

/// Stands around a part of a name that only the run knows.
const UNKNOWN_PART: char = '\u{1}';

/// A longer value, in bytes, is not part of a name.
const LONGEST: usize = 1000;

/// The values of a name's variables consist of no more parts than this.
const MOST_PARTS: usize = 50;

impl<'a> Script<'a> {
    /// Returns the text of a word, with the values of variables that are set only once, or that `env` states. What only the run
    /// knows is in it as it is written, between marks: two words with the same text name the same file.
    pub fn resolved(&self, word: &Word<'_>) -> String {
        self.resolved_parts(&word.parts)
    }

    /// Returns the text of parts of a word in the same way.
    pub fn resolved_parts(&self, parts: &[Part<'_>]) -> String {
        let (mut text, mut left) = (String::new(), MOST_PARTS);
        self.resolve(parts, 0, &mut left, &mut text);
        text
    }

    fn resolve(&self, parts: &[Part<'_>], skipped: usize, left: &mut usize, text: &mut String) {
        let add_unknown = |text: &mut String, part: &str| {
            text.push(UNKNOWN_PART);
            text.push_str(part);
            text.push(UNKNOWN_PART);
        };
        for (index, part) in parts.iter().enumerate() {
            match part {
                Part::Text { text: part, .. } => {
                    text.push_str(&part[if index == 0 { skipped } else { 0 }..]);
                }
                Part::Variable(it) => {
                    let is_plain = it.operator.is_empty() && !it.is_element;
                    let value = self.single_values().get(it.name).copied().flatten();
                    match value.filter(|it| is_plain && it.parts.len() < *left) {
                        Some(value) => {
                            *left = left.saturating_sub(1 + value.parts.len());
                            self.resolve(value.parts, value.skipped, left, text);
                        }
                        None if is_plain => match self.stated_values().get(it.name) {
                            Some(value) if value.len() <= LONGEST && *left > 0 => {
                                *left -= 1;
                                text.push_str(value);
                            }
                            _ => add_unknown(text, it.name),
                        },
                        None => add_unknown(text, it.span.text(self.text())),
                    }
                }
                Part::Command { span, .. } => add_unknown(text, span.text(self.text())),
                Part::Arithmetic(it) => add_unknown(text, it),
            }
        }
    }

    /// Returns what a variable takes the values of one by one: the words of the only `for` over it, if nothing else sets it.
    pub fn loop_words(&self, name: &str) -> Option<&'a [Word<'a>]> {
        let mut loops = self.commands().iter().filter_map(|command| match &command.kind {
            CommandKind::For { name: variable, words, .. } if *variable == name => Some(words.as_slice()),
            _ => None,
        });
        let words = loops.next().filter(|it| !it.is_empty() && loops.next().is_none())?;
        let is_set = self.commands().iter().flat_map(|it| it.assignments()).any(|it| it.name == name);
        (!is_set).then_some(words)
    }

    /// Returns the values that the container's `env` states of variables that the script, or one that calls it, leaves alone.
    fn stated_values(&self) -> &HashMap<&'a str, &'a str> {
        self.stated_values.get_or_init(|| {
            let inherited = self.source.caller.as_ref().map(|it| it.names.as_ref());
            let (Some(set), false, false) =
                (self.set_variables(), self.source.shell.wrapped, inherited == Some(None))
            else {
                return HashMap::new();
            };
            let is_set =
                |name: &str| set.contains(name) || inherited.flatten().is_some_and(|it| it.contains(name));
            let mut values = HashMap::new();
            for variable in self.container().env().items() {
                let Some(name) = variable.field("name").text().filter(|it| !is_set(it)) else { continue };
                // Of two with one name the last one counts, and what is yet to be filled in is not known.
                match variable.field("value").text().filter(|it| !is_placeholder(it) && !it.contains("$(")) {
                    Some(value) => _ = values.insert(name, value),
                    None => _ = values.remove(name),
                }
            }
            values
        })
    }

    /// Returns the variables that the script sets, each with its value if that is set in one place only.
    fn single_values(&self) -> &HashMap<&'a str, Option<Value<'a>>> {
        self.single_values.get_or_init(|| {
            let mut values = HashMap::new();
            let mut set = |name: &'a str, value: Option<Value<'a>>| {
                let value = value.filter(|it| can_stand_for(it.parts, name));
                values.entry(name).and_modify(|it| *it = None).or_insert(value);
            };
            for &command in self.commands() {
                for it in command.assignments() {
                    let value = Value { parts: &it.value.parts, skipped: 0 };
                    // Before a command the value is only that command's.
                    let is_whole = !it.array && !it.append && command.words().is_empty();
                    set(it.name, is_whole.then_some(value));
                }
                if let CommandKind::For { name, .. } = &command.kind {
                    set(name, None);
                }
                let CommandKind::Simple { words, .. } = &command.kind else { continue };
                let name = command.name().unwrap_or_default();
                let sets = ["export", "local", "readonly", "declare", "typeset"].contains(&&*name);
                let reads = ["read", "unset", "getopts", "mapfile", "readarray", "printf", "let"];
                for word in words.iter().skip(1).filter(|_| sets || reads.contains(&&*name)) {
                    let text = word.prefix();
                    match text.split_once('=').filter(|_| sets) {
                        Some((name, _)) => {
                            set(name, Some(Value { parts: &word.parts, skipped: name.len() + 1 }));
                        }
                        None if sets => {}
                        None => set(text, None),
                    }
                }
            }
            values
        })
    }
}

/// Whether a value can be put in place of its variable: it is short, and does not hold the variable itself.
fn can_stand_for(parts: &[Part<'_>], name: &str) -> bool {
    let texts = parts.iter().map(|part| match part {
        Part::Text { text, .. } => text.len(),
        _ => 0,
    });
    texts.sum::<usize>() <= LONGEST
        && !parts.iter().any(|part| matches!(part, Part::Variable(it) if it.name == name))
}

/// Returns the end of a name that is known before it is run: what follows its last unknown part and its last slash.
pub(super) fn known_end(name: &str) -> &str {
    let end = name.rsplit(UNKNOWN_PART).next().unwrap_or_default();
    end.rsplit('/').next().unwrap_or_default()
}

/// Returns the beginning of a name that is known before it is run.
pub fn known_start(name: &str) -> &str {
    name.split(UNKNOWN_PART).next().unwrap_or_default()
}

/// Whether all of a text is known.
pub fn is_known(text: &str) -> bool {
    !text.contains(UNKNOWN_PART)
}
