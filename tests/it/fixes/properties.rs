//! What holds for every fix, tried on every block of every page: the finding goes, nothing new comes, a second run
//! changes nothing, comments stay, and what is `Safe` leaves the object that Kubernetes stores the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::common::{Block, blocks, config, pages};
use batchlint::diagnostic::condition::Condition;
use batchlint::diagnostic::finding::Finding;
use batchlint::diagnostic::meta::Category;
use batchlint::diagnostic::severity::Severity;
use batchlint::engine::lint::lint_manifest;
use batchlint::engine::outcome::Outcome;
use batchlint::engine::read::read;
use batchlint::manifest::document;
use batchlint::manifest::edit::apply::apply;
use batchlint::manifest::edit::{Fix, Safety};
use batchlint::policy::config::Config;
use batchlint::rewrite::add_suppressions::add_suppressions;
use batchlint::rewrite::fix_all::fix_all;
use batchlint::text::source::Source;
use serde_json::{Value, json};

/// Rules that may speak once the manifest means what it says: of a field that is read now, of lines that run now.
const UNCOVERED: [(&str, &[&str]); 9] = [
    ("command-as-one-string", &["unforwarded-signal"]),
    ("folded-script", &["missing-errexit", "unforwarded-signal"]),
    ("misplaced-metadata", &["degraded-application"]),
    ("pod-level-deadline", &["lost-failure-logs", "unprotected-long-run"]),
    ("restart-policy", &["lost-failure-logs"]),
    ("restart-policy-preference", &["lost-failure-logs"]),
    ("unknown-field", &["disruption-counts-as-failure", "lost-failure-logs", "stuck-forbid"]),
    ("unknown-metadata-value", &["endless-sidecar"]),
    ("wrong-type", &["lost-failure-logs"]),
];

/// Checks a text as one of several files: fixes and suppressions know nothing of rules about all objects. None of the files says that
/// a tool applies this one.
fn judge(text: &str, config: &Config) -> Outcome {
    let mut outcome = lint_manifest(&read(Source::new("a.yaml", text)), config).outcome;
    outcome.findings.retain(|it| !it.condition.as_ref().is_some_and(Condition::needs_applier));
    outcome
}

/// How often each rule speaks.
fn counts(outcome: &Outcome) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    outcome.findings.iter().for_each(|it| *counts.entry(it.rule.id).or_default() += 1);
    counts
}

fn comments(text: &str) -> Vec<String> {
    let stream = document::read(&Arc::new(Source::new("a.yaml", text)));
    let comments = stream.documents.iter().flat_map(|it| {
        it.comments.iter().map(|comment| comment.span.text(text).trim().to_owned()).collect::<Vec<_>>()
    });
    let mut comments: Vec<_> = comments.collect();
    comments.sort();
    comments
}

/// What the API server fills in, of all that fixes write; `tests/it/fixes/safe.rs` has that from Kubernetes itself.
const DEFAULTS: [(&str, &str, i64); 3] = [
    ("/spec", "successfulJobsHistoryLimit", 3),
    ("/spec", "failedJobsHistoryLimit", 1),
    ("/spec/jobTemplate/spec", "backoffLimit", 6),
];

/// Returns the objects of a text as Kubernetes stores them, as far as the fields go that safe fixes touch.
fn stored(text: &str) -> Vec<Value> {
    let stream = document::read(&Arc::new(Source::new("a.yaml", text)));
    let objects =
        stream.documents.iter().flat_map(|it| it.objects().map(|it| it.to_json()).collect::<Vec<_>>());
    objects.map(with_defaults).collect()
}

fn with_defaults(mut object: Value) -> Value {
    let is_job = object["spec"].get("jobTemplate").is_none();
    if object["apiVersion"] == "batch/v1beta1" {
        object["apiVersion"] = json!("batch/v1");
    }
    let defaults = DEFAULTS.iter().filter(|_| !is_job).map(|(map, key, value)| (*map, *key, json!(value)));
    let of_job = is_job.then_some(("/spec", "backoffLimit", json!(6)));
    let policy = (!is_job).then_some(("/spec", "concurrencyPolicy", json!("Allow")));
    for (map, key, value) in defaults.chain(of_job).chain(policy) {
        let field = object.pointer_mut(map).and_then(Value::as_object_mut);
        let Some(map) = field else { continue };
        if map.get(key).is_none_or(|it| it.is_null() || *it == "") {
            map.insert(key.to_owned(), value);
        }
    }
    let pod = if is_job { "/spec/template/spec" } else { "/spec/jobTemplate/spec/template/spec" };
    if let Some(pod) = object.pointer_mut(pod).and_then(Value::as_object_mut) {
        let old = pod.remove("serviceAccount");
        old.into_iter().for_each(|it| _ = pod.entry("serviceAccountName").or_insert(it));
    }
    object
}

/// Says what is wrong with a fix of a text.
fn problems(text: &str, config: &Config, before: &Outcome, finding: &Finding, fix: &Fix) -> Vec<String> {
    let rule = finding.rule.id;
    let fixed = apply(text, [fix]);
    let after = judge(&fixed, config);
    let (were, are) = (counts(before), counts(&after));
    let mut problems = Vec::new();
    if after.unread > before.unread {
        problems.push("the text cannot be read any more".to_owned());
    }
    if are.get(rule) >= were.get(rule) {
        problems.push("the finding stays".to_owned());
    }
    let uncovered = UNCOVERED.iter().find(|it| it.0 == rule).map_or(&[][..], |it| it.1);
    for (id, count) in &are {
        // What is an object only now is checked only now.
        let is_first_checked = rule == "misplaced-separator";
        if count > were.get(id).unwrap_or(&0) && !uncovered.contains(id) && !is_first_checked {
            let it = after.findings.iter().rev().find(|it| it.rule.id == *id).unwrap();
            problems.push(format!("`{id}` is new at {}: {}", it.place.path, it.message));
        }
    }
    if fix.safety == Safety::Safe && stored(text) != stored(&fixed) {
        problems.push("Kubernetes stores another object".to_owned());
    }
    if comments(text) != comments(&fixed) && !fix.title.starts_with("remove") {
        problems.push("comments are lost".to_owned());
    }
    problems
        .iter()
        .map(|problem| {
            format!("{rule} ({}, {:?}): {problem}\n{text}\n---- becomes\n{fixed}", fix.title, fix.safety)
        })
        .collect()
}

/// Tries the fixes of one rule one by one, and those of all rules together.
fn all_problems(id: &str, text: &str, config: &Config) -> Vec<String> {
    let outcome = judge(text, config);
    let own = outcome.findings.iter().filter(|it| it.rule.id == id);
    let fixes = own.flat_map(|it| it.fix.iter().chain(&it.alternative).map(move |fix| (it, fix)));
    let mut all: Vec<_> =
        fixes.flat_map(|(finding, fix)| problems(text, config, &outcome, finding, fix)).collect();
    for least in [Safety::Safe, Safety::Unsafe] {
        let mut once = fix_all(&Source::new("a.yaml", text), config, least);
        once.run.outcome.findings.retain(|it| !it.condition.as_ref().is_some_and(Condition::needs_applier));
        let twice = fix_all(&Source::new("a.yaml", once.text.as_str()), config, least);
        if once.text != twice.text {
            all.push(format!("a second run with {least:?} changes\n{}\n---- to\n{}", once.text, twice.text));
        }
        let offered = once.run.outcome.findings.iter().filter(|it| it.fix_within(least).is_some());
        let stuck: Vec<_> = offered.map(|it| it.rule.id).collect();
        if !stuck.is_empty() {
            all.push(format!("fixes of {stuck:?} change nothing in\n{}", once.text));
        }
        if least == Safety::Safe && stored(text) != stored(&once.text) {
            all.push(format!("Kubernetes stores another object:\n{text}\n---- becomes\n{}", once.text));
        }
        let (were, are) = (counts(&outcome), counts(&once.run.outcome));
        let new: Vec<_> = are.keys().filter(|id| !were.contains_key(*id)).collect();
        let are_errors = once
            .run
            .outcome
            .findings
            .iter()
            .any(|it| it.severity == Severity::Error && new.contains(&&it.rule.id));
        if !new.is_empty() && (least == Safety::Safe || are_errors) {
            all.push(format!("{new:?} are new in\n{}", once.text));
        }
    }
    all
}

/// Suppressing all that is found leaves nothing to be found but what cannot be suppressed.
fn unsuppressed(text: &str, config: &Config) -> Vec<String> {
    let before = judge(text, config);
    let added = add_suppressions(&Source::new("a.yaml", text), config, "it is meant; all of it");
    let after = judge(&added.text, config);
    let can_be = |it: &&Finding| it.rule.category != Category::Suppressions && it.rule.id != "syntax-error";
    let left = after.findings.iter().filter(can_be).map(|it| format!("`{}` stays", it.rule.id));
    let new = counts(&after).into_iter().filter(|(id, count)| count > counts(&before).get(id).unwrap_or(&0));
    let problems = left.chain(new.map(|(id, _)| format!("`{id}` is new")));
    problems.map(|problem| format!("--add-ignore: {problem}\n{text}\n---- becomes\n{}", added.text)).collect()
}

#[test]
fn fixes_and_suppressions_of_pages() {
    let pages: Vec<_> = pages().collect();
    let problems_of = |(id, page): &(&str, &str)| {
        let problems = |block: &Block| {
            let config = config(block, id);
            [all_problems(id, &block.yaml, &config), unsuppressed(&block.yaml, &config)].concat()
        };
        blocks(page).iter().flat_map(problems).collect::<Vec<_>>()
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let all: Vec<String> = std::thread::scope(|scope| {
        let work =
            |share: usize| pages.iter().skip(share).step_by(cores).flat_map(problems_of).collect::<Vec<_>>();
        let threads: Vec<_> = (0..cores).map(|share| scope.spawn(move || work(share))).collect();
        threads.into_iter().flat_map(|it| it.join().unwrap()).collect()
    });
    assert!(all.is_empty(), "{} problems\n{}", all.len(), all.join("\n=======\n"));
}
