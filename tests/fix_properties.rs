//! What holds for every fix, tried on every block of every page: the finding goes, nothing new comes, a second run
//! changes nothing, comments stay, and what is `Safe` leaves the object that Kubernetes stores the same.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests may fail, and read files")]

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;

use batchlint::config::Config;
use batchlint::document;
use batchlint::finding::Finding;
use batchlint::fix::{Fix, Safety, apply, fix_all};
use batchlint::lint::{Outcome, lint};
use batchlint::source::Source;
use common::{blocks, config, pages};

/// Rules that may speak once the manifest means what it says: of a field that is read now, of lines that run now.
const UNCOVERED: [(&str, &[&str]); 7] = [
    ("command-as-one-string", &["unforwarded-signal"]),
    ("folded-script", &["missing-errexit", "unforwarded-signal"]),
    ("pod-level-deadline", &["lost-failure-logs"]),
    ("restart-policy", &["lost-failure-logs"]),
    ("restart-policy-preference", &["lost-failure-logs"]),
    ("unknown-field", &["disruption-counts-as-failure", "lost-failure-logs", "stuck-forbid"]),
    ("wrong-type", &["lost-failure-logs"]),
];

fn judge(text: &str, config: &Config) -> Outcome {
    lint(Source::new("a.yaml", text), config)
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
        if count > were.get(id).unwrap_or(&0) && !uncovered.contains(id) {
            let it = after.findings.iter().rev().find(|it| it.rule.id == *id).unwrap();
            problems.push(format!("`{id}` is new at {}: {}", it.place.path, it.message));
        }
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
        let once = fix_all("a.yaml", text.to_owned(), config, least);
        let twice = fix_all("a.yaml", once.text.clone(), config, least);
        if once.text != twice.text {
            all.push(format!("a second run with {least:?} changes\n{}\n---- to\n{}", once.text, twice.text));
        }
        let offered = once.outcome.findings.iter().filter(|it| it.fix_within(least).is_some());
        let stuck: Vec<_> = offered.map(|it| it.rule.id).collect();
        if !stuck.is_empty() {
            all.push(format!("fixes of {stuck:?} change nothing in\n{}", once.text));
        }
        let (were, are) = (counts(&outcome), counts(&once.outcome));
        let new: Vec<_> = are.keys().filter(|id| !were.contains_key(*id)).collect();
        if least == Safety::Safe && !new.is_empty() {
            all.push(format!("{new:?} are new in\n{}", once.text));
        }
    }
    all
}

#[test]
fn fixes_of_pages() {
    let pages: Vec<_> = pages().collect();
    let problems_of = |(id, page): &(&str, &str)| {
        let blocks = blocks(page).into_iter();
        blocks.flat_map(|block| all_problems(id, &block.yaml, &config(&block, id))).collect::<Vec<_>>()
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
