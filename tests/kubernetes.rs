//! The verdict held against what a real API server said: 2,444 manifests, recorded from Kubernetes 1.36.3.
//!
//! `cargo test --test kubernetes -- --nocapture` prints how much agrees; `DIFFERENCES=1` prints every difference,
//! `CASES=<file>` reads other cases.
#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests may fail, read files and be told what to read"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use batchlint::kubernetes::Version;
use batchlint::kubernetes::answer::{Answer, answers};
use batchlint::kubernetes::strict::Client;
use batchlint::source::Source;
use serde_json::Value;

const PROVEN: Version = Version { minor: 36 };

/// The cases that are known to differ, each with the reason.
const KNOWN: &[(&str, &str)] = &[];

/// How much of one kind agrees.
#[derive(Default)]
struct Count {
    same: usize,
    all: usize,
}

impl Count {
    fn add(&mut self, same: bool) {
        self.all += 1;
        self.same += usize::from(same);
    }

    fn share(&self) -> f64 {
        100.0 * self.same as f64 / self.all.max(1) as f64
    }
}

fn texts(value: &Value) -> Vec<String> {
    let mut texts: Vec<String> =
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    texts.sort();
    texts
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}

/// The causes as (type, field) and as whole lines.
fn expected_causes(case: &Value) -> (Vec<String>, Vec<String>) {
    let causes = case["causes"].as_array().into_iter().flatten();
    let part = |cause: &Value, at: usize| cause[at].as_str().unwrap_or_default().to_owned();
    let lines: Vec<_> = causes.map(|it| (part(it, 0), part(it, 1), part(it, 2))).collect();
    let mut pairs: Vec<_> = lines.iter().map(|(kind, field, _)| format!("{kind} {field}")).collect();
    pairs.sort();
    pairs.dedup();
    (
        pairs,
        sorted(lines.into_iter().map(|(kind, field, message)| format!("{kind} {field} {message}")).collect()),
    )
}

fn actual_causes(answer: &Answer) -> (Vec<String>, Vec<String>) {
    let kind = |kind: &'static str| kind.trim_start_matches("FieldValue");
    let mut pairs: Vec<_> =
        answer.causes.iter().map(|it| format!("{} {}", kind(it.kind), it.field)).collect();
    pairs.sort();
    pairs.dedup();
    let lines = answer.causes.iter().map(|it| format!("{} {} {}", kind(it.kind), it.field, it.message));
    (pairs, sorted(lines.collect()))
}

/// What differs between an answer and what was recorded.
struct Differences {
    accepted: bool,
    stage: bool,
    pairs: bool,
    messages: bool,
    warnings: bool,
    text: String,
}

fn compare(answer: &Answer, case: &Value) -> Differences {
    let ((pairs, lines), (actual_pairs, actual_lines)) = (expected_causes(case), actual_causes(answer));
    let (warnings, actual_warnings) = (texts(&case["warnings"]), sorted(answer.warnings.clone()));
    let stage = case["stage"] == answer.stage;
    let strict = match case["strict"].is_null() {
        true => true,
        false => texts(&case["strict"]) == sorted(answer.strict.clone()),
    };
    // kubectl's words for YAML that cannot be read are not ours.
    let is_ours =
        case["stage"] != "route" || !case["message"].as_str().is_some_and(|it| it.contains("yaml: "));
    let message =
        case["message"].is_null() || !is_ours || case["message"].as_str() == answer.message.as_deref();
    let mut text = String::new();
    if !stage || !strict || !message {
        text += &format!("  stage {} {}\n    {}\n", case["stage"], case["message"], case["strict"]);
        text += &format!("  but   {:?} {:?}\n    {:?}\n", answer.stage, answer.message, answer.strict);
    }
    for (expected, actual, sign) in [
        (&lines, &actual_lines, '-'),
        (&actual_lines, &lines, '+'),
        (&warnings, &actual_warnings, '!'),
        (&actual_warnings, &warnings, '?'),
    ] {
        let mut rest = actual.clone();
        for line in expected {
            match rest.iter().position(|it| it == line) {
                Some(at) => _ = rest.remove(at),
                None => text += &format!("  {sign} {line}\n"),
            }
        }
    }
    Differences {
        accepted: answer.accepted == (case["stage"] == "ok"),
        stage,
        pairs: stage && pairs == actual_pairs,
        messages: stage && strict && message && lines == actual_lines,
        warnings: warnings == actual_warnings,
        text,
    }
}

/// Returns the answer to the first document, if there is one.
fn answer(manifest: &str, client: Client) -> Option<Answer> {
    let source = Arc::new(Source::new("case.yaml", manifest));
    answers(&source, PROVEN, client).into_iter().next()
}

fn cases() -> Vec<Value> {
    let path = std::env::var("CASES").unwrap_or_else(|_| "testdata/kubernetes/cases.jsonl".to_owned());
    let text = std::fs::read_to_string(path).expect("the cases");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn the_verdict_is_that_of_the_api_server() {
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    let mut differing = Vec::new();
    for case in cases() {
        let id = case["id"].as_str().unwrap_or_default().to_owned();
        let manifest = case["manifest"].as_str().unwrap_or_default();
        let kubectl = if case["kubectl"].is_null() { &case } else { &case["kubectl"] };
        for (client, expected) in [(Client::Raw, &case), (Client::Kubectl, kubectl)] {
            // Where a manifest is sent as JSON numbers differ; kubectl's were recorded with their differences only.
            let Some(answer) = answer(manifest, client) else {
                assert_eq!(case["stage"], "route", "{id}");
                continue;
            };
            let differences = compare(&answer, expected);
            counts.entry("accepted or refused").or_default().add(differences.accepted);
            counts.entry("stage").or_default().add(differences.stage);
            counts.entry("types and fields").or_default().add(differences.pairs);
            counts.entry("messages").or_default().add(differences.messages);
            counts.entry("warnings").or_default().add(differences.warnings);
            if !differences.text.is_empty() {
                differing.push(id.clone());
                if std::env::var_os("DIFFERENCES").is_some() {
                    println!("{id} {client:?}\n{}", differences.text);
                }
            }
        }
    }
    for (name, count) in &counts {
        println!("{name:20} {:5} of {:5}  {:6.2} %", count.same, count.all, count.share());
    }
    println!("{} differ: {differing:?}", differing.len());
    let least = |name: &str, share: f64| assert!(counts[name].share() >= share, "{name}");
    least("accepted or refused", 100.0);
    least("types and fields", 99.0);
    least("messages", 98.0);
    least("warnings", 98.0);
    if std::env::var_os("CASES").is_none() {
        let known: Vec<&str> = KNOWN.iter().map(|it| it.0).collect();
        assert_eq!(differing, known, "differences that are not known, or are no more");
    }
}

#[test]
fn errors_are_on_the_lines_that_they_are_about() {
    let text = std::fs::read_to_string("testdata/kubernetes/lines.yaml").expect("the manifests");
    let source = Arc::new(Source::new("lines.yaml", text.as_str()));
    let marked: Vec<usize> =
        text.lines().enumerate().filter(|it| it.1.ends_with(" #!")).map(|it| it.0 + 1).collect();
    let mut found = BTreeMap::new();
    for answer in answers(&source, PROVEN, Client::Raw) {
        assert_eq!(answer.stage, "invalid", "{:?}", answer.message);
        for (span, reason) in &answer.places {
            found.entry(source.positions(*span).0.line).or_insert_with(Vec::new).push(reason.clone());
        }
    }
    let wrong: Vec<_> = found.iter().filter(|(line, _)| !marked.contains(line)).collect();
    let missing: Vec<_> = marked.iter().filter(|line| !found.contains_key(line)).collect();
    println!("{} lines with errors", marked.len());
    assert!(
        wrong.is_empty() && missing.is_empty(),
        "errors on other lines {wrong:#?}, no errors on {missing:?}"
    );
}
