//! What comes out of files that are not checked: those that cannot be read, and configurations with mistakes.

use std::sync::Arc;

use crate::diagnostic::finding::Finding;
use crate::diagnostic::meta::Meta;
use crate::engine::finish::finish;
use crate::engine::outcome::Outcome;
use crate::manifest::document;
use crate::manifest::place::Place;
use crate::policy::config::file::ConfigError;
use crate::rules;
use crate::text::source::Source;
use crate::text::span::Span;

/// Returns what comes out of a file that cannot be read at all.
pub fn unreadable(name: &str, reason: &str) -> Outcome {
    let message = format!("the file cannot be read: {reason}");
    unreadable_part(&Arc::new(Source::new(name, "")), Span::default(), message)
}

/// Returns what comes out of a file of which a part cannot be used.
pub fn unreadable_part(source: &Arc<Source>, span: Span, message: String) -> Outcome {
    let outcome = Outcome { unread: 1, ..Outcome::default() };
    with_findings(outcome, &rules::syntax_error::RULE.meta, source, [(span, message)])
}

/// Returns what comes out of a configuration with mistakes.
pub fn misconfigured(source: &Arc<Source>, errors: Vec<ConfigError>) -> Outcome {
    let outcome = Outcome { misconfigured: 1, ..Outcome::default() };
    let errors = errors.into_iter().map(|mistake| (mistake.span, mistake.message));
    with_findings(outcome, &rules::invalid_configuration::RULE.meta, source, errors)
}

fn with_findings(
    mut outcome: Outcome,
    rule: &'static Meta,
    source: &Arc<Source>,
    errors: impl IntoIterator<Item = (Span, String)>,
) -> Outcome {
    outcome.findings.extend(errors.into_iter().map(|(span, message)| {
        let place = Place { path: String::new(), span };
        Finding::new(rule, source.clone(), place, message)
    }));
    // A configuration is understood as far as it is YAML.
    finish(outcome.into(), source, &[], &document::read(source).documents, &|| false).outcome
}
