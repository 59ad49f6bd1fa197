//! Rules that see all objects of a run.

use crate::manifest::fleet::Fleet;
use std::sync::Arc;

use crate::engine::finish::{add_fingerprints, hide_secrets};
use crate::engine::lint::subject;
use crate::engine::outcome::Outcome;
use crate::manifest::workload::Object;
use crate::mask;
use crate::policy::config::Config;
use crate::policy::suppress;
use crate::rule::{Check, Reporter};
use crate::rules;

/// Adds what the rules about all objects find to the outcome of a run, and sorts it.
///
/// `config_for` gives the configuration of a file by its name.
pub fn lint_fleet(outcome: &mut Outcome, config_for: &dyn Fn(&str) -> Option<Config>) {
    let mut documents = std::mem::take(&mut outcome.kept);
    documents.sort_by(|left, right| (&left.source.name, left.index).cmp(&(&right.source.name, right.index)));
    let fleet = Fleet::new(&documents);
    let mut found = Outcome::default();
    for rule in rules::ALL {
        let Check::Fleet(check) = rule.check else { continue };
        check(&fleet, &mut |object: Object<'_>, report: &mut dyn FnMut(&mut Reporter<'_>)| {
            let document = object.node.document;
            let Some(config) = config_for(document.source.file()) else { return };
            let subject = Arc::new(subject(object));
            let rules = config.rules_for(Some(&subject));
            let Some(active) = rules.into_iter().find(|active| active.rule.id == rule.meta.id) else {
                return;
            };
            let place_in_list = || document.objects().position(|node| node == object.node);
            let item = if document.root().is_object() { None } else { place_in_list() };
            let before = found.findings.len();
            report(&mut Reporter {
                active: &active,
                subject,
                source: document.source.clone(),
                document: document.index,
                item,
                config: &config,
                findings: &mut found.findings,
            });
            let mut own = found.findings.split_off(before);
            let mut hidden = suppress::apply(object, &mut own, &[], &config).suppressed;
            for (findings, into) in [(&mut own, &mut found.findings), (&mut hidden, &mut found.suppressed)] {
                findings.retain(|it| config.shows(it, Some(&active)));
                into.append(findings);
            }
        });
    }
    if !found.findings.is_empty() || !found.suppressed.is_empty() {
        for file in documents.chunk_by(|left, right| Arc::ptr_eq(&left.source, &right.source)) {
            hide_secrets(&mut found, &file[0].source, &mask::all_secrets(file), file);
        }
        found.sort();
        add_fingerprints(&mut found.findings);
        outcome.add(found);
    }
    outcome.kept = documents;
    outcome.sort();
}
