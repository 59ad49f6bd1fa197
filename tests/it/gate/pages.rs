//! The gate and every rule: the objects of all pages, made, changed and made worse.

use std::sync::Arc;

use crate::common::gate::{containers, create, pod, update};
use crate::common::review::{ask, denied};
use crate::common::{blocks, config, pages};
use batchlint::engine::lint::lint_admitted;
use batchlint::manifest::document::{self, Document};
use batchlint::manifest::workload::{Classification, classify};
use batchlint::policy::config::Config;
use batchlint::policy::config::admission::Policy;
use batchlint::text::source::Source;
use serde_json::{Value, json};

/// An object of a page, as an API server would have it.
struct Example {
    id: &'static str,
    section: String,
    config: Config,
    object: Value,
}

fn examples() -> Vec<Example> {
    let mut examples = Vec::new();
    for (id, page) in pages() {
        for block in blocks(page) {
            let mut config = config(&block, id);
            config.admission.everywhere.policy = Some(Policy::Strict);
            let stream = document::read(&Arc::new(Source::new("page.yaml", block.yaml.as_str())));
            for node in stream.documents.iter().flat_map(|it| it.objects()) {
                let Classification::Object(object) = classify(node) else { continue };
                let has_pod = object
                    .job()
                    .is_some_and(|it| it.pod().is_some_and(|pod| pod.containers().next().is_some()));
                let (mut object, kind) = (node.to_json(), object.kind_name());
                if has_pod && object["kind"] == kind && object["metadata"].is_object() {
                    object["apiVersion"] = json!("batch/v1");
                    let (section, config) = (block.section.clone(), config.clone());
                    examples.push(Example { id, section, config, object });
                }
            }
        }
    }
    examples
}

/// Returns the containers of an object under other names, so that each rule has more than one to report.
fn copies_of_containers(object: &Value) -> Vec<Value> {
    let mut copies = containers(&mut object.clone()).clone();
    for it in &mut copies {
        it["name"] = json!(format!("{}-2", it["name"].as_str().unwrap_or_default()));
    }
    copies
}

/// Reverses lists of a pod whose order means nothing to Kubernetes, in all containers.
fn reverse(object: &mut Value, lists: &[&str]) {
    let reverse_in = |owner: &mut Value| {
        for list in lists {
            owner.get_mut(list).and_then(Value::as_array_mut).into_iter().for_each(|it| it.reverse());
        }
    };
    reverse_in(pod(object));
    for kind in ["containers", "initContainers"] {
        pod(object).get_mut(kind).and_then(Value::as_array_mut).into_iter().flatten().for_each(reverse_in);
    }
}

/// Counts the places at which a rule finds something.
fn places(object: &Value, id: &str, config: &Config) -> usize {
    let outcome = lint_admitted(&mut Document::from_value(object), false, config, &|| false).unwrap();
    outcome.findings.iter().filter(|it| it.rule.id == id).map(|it| 1 + it.related.len()).sum()
}

/// What was there before an update does not deny it, whichever rule it is of.
#[test]
fn an_update_beside_a_finding_is_not_denied() {
    let examples = examples();
    assert!(examples.len() > 400, "{}", examples.len());
    for Example { id, section, config, object } in examples {
        let changed = update(object.clone(), |it| {
            it["metadata"]["annotations"]["example.com/note"] = json!("x");
        });
        assert_eq!(denied(&ask(&changed, &config)), [""; 0], "{id}, {section}\n{object:#}");
    }
}

/// Which container or volume comes first offends nobody, though rules report the first and name the others beside it.
#[test]
fn an_update_that_reorders_is_not_denied() {
    const LISTS: [&[&str]; 4] = [
        &["containers"],
        &["volumes", "volumeMounts", "ports", "tolerations"],
        &["initContainers"],
        &["env", "envFrom"],
    ];
    for Example { id, section, config, object } in examples() {
        let mut doubled = object.clone();
        containers(&mut doubled).extend(copies_of_containers(&object));
        for old in [object, doubled] {
            for lists in LISTS {
                let review = update(old.clone(), |it| reverse(it, lists));
                let found = denied(&ask(&review, &config));
                assert_eq!(found, [""; 0], "{id}, {section}, {lists:?}\n{old:#}");
            }
        }
    }
}

/// What a rule denies in a new object it denies in an update of a clean one.
#[test]
fn an_update_that_makes_an_object_wrong_is_denied_as_the_object_itself_is() {
    let examples = examples();
    for wrong in examples.iter().filter(|it| it.section == "Wrong") {
        if !denied(&ask(&create(wrong.object.clone()), &wrong.config)).contains(&wrong.id) {
            continue;
        }
        let right = examples.iter().filter(|it| it.id == wrong.id && it.section == "Right");
        for right in right.filter(|it| it.object["kind"] == wrong.object["kind"]) {
            // What is right with one option may be wrong with another.
            if places(&right.object, wrong.id, &wrong.config) > 0 {
                continue;
            }
            let review = update(right.object.clone(), |it| *it = wrong.object.clone());
            let found = denied(&ask(&review, &wrong.config));
            assert!(found.contains(&wrong.id), "{}: {found:?}\n{:#}", wrong.id, wrong.object);
        }
    }
}

/// A second offender is denied beside one that was there before, though rules report both as one finding.
#[test]
fn one_more_offender_is_denied() {
    let mut rules = std::collections::BTreeSet::new();
    for Example { id, section, config, object } in examples() {
        let more = copies_of_containers(&object);
        for is_first in [false, true] {
            let mut worse = object.clone();
            let at = if is_first { 0 } else { containers(&mut worse).len() };
            containers(&mut worse).splice(at..at, more.clone());
            let is_denied = denied(&ask(&create(worse.clone()), &config)).contains(&id);
            if !is_denied || places(&worse, id, &config) <= places(&object, id, &config) {
                continue;
            }
            let review = update(object.clone(), |it| *it = worse.clone());
            let found = denied(&ask(&review, &config));
            assert!(found.contains(&id), "{id}, {section}: {found:?}\n{worse:#}");
            rules.insert(id);
        }
    }
    assert!(rules.len() > 20, "{rules:?}");
}
