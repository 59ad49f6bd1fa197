//! Words that completion offers for values that a function of ours reads.

use crate::text::nearest::nearest;
use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command, Error};

use crate::report::Format;
use crate::rules;

/// Parses a value, and suggests words to completion that need not be all there are. Help shows them only if the argument
/// does not hide them.
#[derive(Clone)]
pub(crate) struct WithCompletions<T> {
    pub(crate) parse: fn(&str) -> Result<T, String>,
    pub(crate) suggestions: fn() -> Vec<PossibleValue>,
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for WithCompletions<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<T, Error> {
        self.parse.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.suggestions)().into_iter()))
    }
}

/// Names of rules, which are looked up later.
pub(crate) const RULES: WithCompletions<String> =
    WithCompletions { parse: to_string, suggestions: || rule_ids_and(&["all"]) };

/// The name of a rule or topic, which is looked up later.
pub(crate) const PAGES: WithCompletions<String> =
    WithCompletions { parse: to_string, suggestions: || rule_ids_and(&TOPICS.map(|(topic, _)| topic)) };

/// A format, alone or with the file that the report goes to.
pub(crate) const FORMATS: WithCompletions<FormatTo> = WithCompletions {
    parse: FormatTo::parse,
    suggestions: || {
        let word = |it: &Format| PossibleValue::new(it.as_str()).help(it.description());
        Format::ALL.iter().map(word).collect()
    },
};

fn to_string(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}

fn rule_ids_and(others: &[&'static str]) -> Vec<PossibleValue> {
    let ids = rules::registry().iter().map(|rule| rule.id);
    ids.chain(others.iter().copied()).map(PossibleValue::new).collect()
}

/// Pages about more than one rule.
pub(crate) const TOPICS: [(&str, &str); 2] = [
    ("exit-codes", include_str!("../../docs/exit-codes.md")),
    ("retries", include_str!("../../docs/retries.md")),
];

/// A format, and the file that the report goes to.
#[derive(Clone, Debug)]
pub(crate) struct FormatTo {
    pub(crate) format: Format,
    pub(crate) file: Option<PathBuf>,
}

impl FormatTo {
    /// Reads `sarif` or `sarif=report.sarif`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (name, file) = text.split_once('=').map_or((text, None), |(name, file)| (name, Some(file)));
        match Format::ALL.iter().find(|format| format.as_str() == name) {
            Some(&format) => Ok(FormatTo { format, file: file.map(PathBuf::from) }),
            None => {
                let known = || Format::ALL.iter().map(|format| format.as_str());
                Err(match nearest(name, known()) {
                    Some(near) => format!("there is no format `{name}`; did you mean `{near}`?"),
                    None => {
                        let all = known().collect::<Vec<_>>().join("`, `");
                        format!("there is no format `{name}`; the formats are `{all}`")
                    }
                })
            }
        }
    }
}
