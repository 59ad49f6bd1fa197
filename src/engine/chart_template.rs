//! What a chart's template shows before it is rendered: hooks that no rendering has.

use std::sync::Arc;

use crate::diagnostic::finding::Finding;
use crate::engine::lint::check_manifest;
use crate::engine::outcome::Outcome;
use crate::engine::read::{Manifest, read};
use crate::engine::rule_set::RuleSet;
use crate::manifest::hook::Tool;
use crate::mask;
use crate::rules::unknown_hook;
use crate::text::go_template::without_actions;
use crate::text::source::Source;

/// Returns the findings about names of hooks that Helm does not have, where the template itself states them: Helm leaves such an
/// object out of what it renders.
pub fn unknown_hooks(template: Source, config: &Arc<RuleSet>) -> Outcome {
    let mut outcome = Outcome::default();
    if template.text.contains(Tool::Helm.hook_key()) {
        let template = Arc::new(template);
        let manifest = read(template.with_text(without_actions(&template.text)));
        let found = check_manifest(&manifest, config).outcome;
        outcome.findings = of_template(found.findings, &manifest, &template);
        outcome.suppressed = of_template(found.suppressed, &manifest, &template);
    }
    outcome
}

/// Returns the findings about Helm's hooks, in the template instead of the text without actions, which has the same places.
fn of_template(mut findings: Vec<Finding>, manifest: &Manifest, template: &Arc<Source>) -> Vec<Finding> {
    findings.retain(|it| {
        let is_of_helm = || it.place.path.contains(Tool::Helm.hook_key());
        it.rule.id == unknown_hook::RULE.meta.id && is_of_helm()
    });
    for finding in &mut findings {
        // Fixes are tried on texts that can be read.
        (finding.fix, finding.alternative) = (None, None);
        finding.also.clear();
        let subject = Arc::make_mut(&mut finding.subject);
        if let Some(at) = manifest.source.text.find(&subject.name) {
            subject.name = template.text[at..at + subject.name.len()].to_owned();
        }
        finding.source = template.clone();
    }
    mask::hide_in_origins(&mut findings, &manifest.documents, &[]);
    findings
}
