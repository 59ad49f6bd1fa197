//! What comes out of files that are not checked: those that cannot be read, and configurations with mistakes.

use std::sync::Arc;

use crate::diagnostic::finding::Finding;
use crate::engine::finish::finish;
use crate::engine::outcome::Outcome;
use crate::manifest::place::Place;
use crate::policy::config::file::ConfigError;
use crate::rules;
use crate::text::source::Source;
use crate::text::span::Span;

/// Returns what comes out of a file that cannot be read at all.
pub fn unreadable(name: &str, reason: &str) -> Outcome {
    let message = format!("the file cannot be read: {reason}");
    with_errors(&Arc::new(Source::new(name, "")), [(Span::default(), message)])
}

/// Returns what comes out of a configuration with mistakes.
pub fn misconfigured(source: &Arc<Source>, errors: Vec<ConfigError>) -> Outcome {
    with_errors(source, errors.into_iter().map(|mistake| (mistake.span, mistake.message)))
}

fn with_errors(source: &Arc<Source>, errors: impl IntoIterator<Item = (Span, String)>) -> Outcome {
    let mut outcome = Outcome { unread: 1, ..Outcome::default() };
    let rule = &rules::syntax_error::RULE.meta;
    outcome.findings.extend(errors.into_iter().map(|(span, message)| {
        let place = Place { path: String::new(), span };
        Finding::new(rule, source.clone(), place, message)
    }));
    finish(outcome.into(), source, &[], &[], &|| false).outcome
}
