//! No output shows a credential: every kind, at every place of a manifest, whole and broken, in every format.
//!
//! One in a few of all combinations is tried; `LEAKS=all cargo test --test leaks` tries them all.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests may fail, and read files and the environment"
)]

mod common;
#[path = "leaks/kinds.rs"]
mod kinds;
#[path = "leaks/places.rs"]
mod places;

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use batchlint::baseline::{self, Entry};
use batchlint::config;
use batchlint::document::{self, Node, Value};
use batchlint::fix::{Safety, diff, fix_all};
use batchlint::kubernetes::Version;
use batchlint::kubernetes::answer::answers;
use batchlint::kubernetes::strict::Client;
use batchlint::lint::{Outcome, lint, lint_fleet, misconfigured};
use batchlint::lsp::position::Encoding;
use batchlint::lsp::{diagnostic, symbol};
use batchlint::report::{self, Format, Options};
use batchlint::source::Source;
use batchlint::suppress::add_suppressions;
use batchlint::webhook::review;
use common::program::Folder;
use common::strict;
use kinds::Kind;
use places::{DAMAGES, PLACES, Place};
use serde_json::json;

/// So many characters of a credential in a row are a leak.
const LEAK: usize = 6;

/// Of all combinations, one in so many is tried by default.
const SAMPLE: usize = 17;

/// What the program shows of a text, by the name of the output.
type Shown = BTreeMap<String, String>;

/// Returns the part of a credential that a text shows.
fn leak<'k>(text: &str, hidden: &'k [String]) -> Option<&'k str> {
    // Of ranges of six characters each, the first one that the text has.
    hidden.iter().find_map(|part| {
        let starts: Vec<usize> = part.char_indices().map(|it| it.0).chain([part.len()]).collect();
        starts.windows(LEAK + 1).map(|it| &part[it[0]..it[LEAK]]).find(|it| text.contains(it))
    })
}

fn reports(outcome: &Outcome, shown: &mut Shown) {
    for &format in Format::ALL {
        let mut out = Vec::new();
        let options = Options { as_of: Some(jiff::civil::date(2026, 11, 24)), ..Options::default() };
        report::write(format, outcome, 1, &options, &mut out).unwrap();
        shown.insert(format.as_str().to_owned(), String::from_utf8(out).unwrap());
    }
}

/// Judges a text and returns all that people and tools are shown.
fn show(text: &str) -> Shown {
    let mut shown = Shown::new();
    let (source, config) = (Source::new("a.yaml", text), strict(None));
    let mut outcome = lint(source.with_text(text), &config);
    lint_fleet(&mut outcome, &|_| Some(config.clone()));
    reports(&outcome, &mut shown);
    let entries = outcome.findings.iter().filter_map(|it| Entry::of(it, "a.yaml".to_owned())).collect();
    shown.insert("baseline".to_owned(), baseline::write(entries).unwrap());
    for (name, safety) in [("--fix --diff", Safety::Safe), ("--unsafe-fixes --diff", Safety::Unsafe)] {
        let fixed = fix_all(&source, &config, safety);
        shown.insert(name.to_owned(), diff("a.yaml", text, &fixed.text, &fixed.between));
    }
    let added = add_suppressions(&source, &config, "known");
    shown.insert("--add-ignore --diff".to_owned(), diff("a.yaml", text, &added.text, &[]));
    editor(&source, &mut shown);
    let answers = answers(&Arc::new(source), Version::NEWEST, Client::Kubectl);
    let words: Vec<_> =
        answers.iter().flat_map(|it| it.places.iter().map(|place| &place.1).chain([&it.title])).collect();
    shown.insert("dry-run".to_owned(), format!("{words:?}"));
    shown.insert("dry-run --format json".to_owned(), serde_json::to_string(&answers).unwrap());
    shown
}

/// Adds what an editor shows. Edits of the text that it has open keep what is there.
fn editor(source: &Source, shown: &mut Shown) {
    let uri = "file:///a.yaml".parse().unwrap();
    let findings = diagnostic::judge(source, &strict(None));
    let of = |it| diagnostic::of(it, &uri, Encoding::Utf16, diagnostic::Abilities { related: true });
    let diagnostics: Vec<_> = findings.iter().map(of).collect();
    shown.insert("diagnostics".to_owned(), serde_json::to_string(&diagnostics).unwrap());
    let fixes = findings.iter().flat_map(|it| it.fix.iter().chain(&it.alternative));
    shown.insert("titles of actions".to_owned(), fixes.map(|it| &*it.title).collect::<Vec<_>>().join("\n"));
    shown.insert("symbols".to_owned(), format!("{:?}", symbol::all(&source.text)));
}

/// Turns a node into JSON, as kubectl sends it.
fn to_json(node: Node<'_>) -> serde_json::Value {
    match node.value() {
        Value::Null => serde_json::Value::Null,
        Value::Bool(it) => it.into(),
        Value::Int(it) => json!(i64::try_from(it).unwrap()),
        Value::Float(it) => it.into(),
        Value::String(it) => it.into(),
        Value::List => node.items().map(to_json).collect(),
        Value::Map => node.entries().map(|it| (it.key.to_owned(), to_json(it.value))).collect(),
    }
}

/// Returns what an API server is told about the object of a text, if it has one.
fn admit(text: &str) -> Shown {
    let mut shown = Shown::new();
    let stream = document::read(&Arc::new(Source::new("a.yaml", text)));
    let Some(document) = stream.documents.first() else { return shown };
    let object = to_json(document.root());
    for policy in ["advise", "strict"] {
        let mut config = strict(None);
        let yaml = format!("admission: {{policy: {policy}}}");
        config::read::read(&Arc::new(Source::new(".batchlint.yaml", yaml)), &mut config).unwrap();
        let review = json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
            "uid": "1", "kind": {"group": "batch", "version": "v1", "kind": "CronJob"}, "operation": "CREATE",
            "userInfo": {"username": "jane"}, "object": object, "name": "a", "namespace": "b"}});
        let request = review::read(review.to_string().as_bytes()).unwrap();
        let verdict = review::judge(&request, &config, "0123456789abcdef", &|| false);
        shown.insert(format!("admission under {policy}"), serde_json::to_string(&verdict.answer).unwrap());
    }
    shown
}

/// What must not be seen of a kind at a place; nothing where nobody can know that it is a credential.
fn hidden(kind: &Kind, place: &Place) -> Option<Vec<String>> {
    match place.id {
        // The encoded form is as good as the value.
        "base64" => Some(vec![STANDARD.encode(&kind.value)]),
        _ => (place.is_named && kind.name != "SETTING" || kind.has_shape).then(|| kind.hidden.clone()),
    }
}

#[test]
fn no_output_shows_a_credential() {
    let all = std::env::var_os("LEAKS").is_some_and(|it| it == "all");
    let kinds = kinds::all(0);
    let mut cases = Vec::new();
    for (number, kind) in kinds.iter().enumerate() {
        for place in PLACES {
            for damage in DAMAGES {
                cases.push((number, kind, place, damage));
            }
        }
    }
    let count = cases.len();
    let cases: Vec<_> = cases.into_iter().enumerate().filter(|(at, _)| all || at % SAMPLE == 0).collect();
    println!(
        "{} of {count} combinations: {} kinds, {} places, {} states",
        cases.len(),
        kinds.len(),
        PLACES.len(),
        DAMAGES.len()
    );
    let check = |&(_, (_, kind, place, damage)): &(usize, (usize, &Kind, &Place, &places::Damage))| {
        let text = (damage.apply)(&(place.write)(kind));
        let hidden = hidden(kind, place)?;
        let mut shown = show(&text);
        if damage.id == "whole" {
            shown.extend(admit(&text));
        }
        let (output, part, text) =
            shown.iter().find_map(|(output, text)| Some((output, leak(text, &hidden)?, text)))?;
        let at = text.find(part)?;
        let line = text[..at].rfind('\n').map_or(0, |it| it + 1);
        let excerpt: String = text[line..].chars().take(300).collect();
        Some(format!("{} in `{}`, {}: {output} shows {part:?}: {excerpt}", kind.id, place.id, damage.id))
    };
    let half = cases.len() / 2;
    let leaks: Vec<String> = std::thread::scope(|scope| {
        let (left, right) = cases.split_at(half);
        let others = scope.spawn(|| right.iter().filter_map(check).collect::<Vec<_>>());
        let mut leaks: Vec<_> = left.iter().filter_map(check).collect();
        leaks.extend(others.join().unwrap());
        leaks
    });
    let shown: Vec<_> = leaks.iter().take(40).map(String::as_str).collect();
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), shown.join("\n"));
}

/// The test above can fail: what no one can know to be a credential is found in what it looks at.
#[test]
fn a_leak_would_be_found() {
    let kinds = kinds::all(0);
    let kind = kinds.iter().find(|it| it.id == "api-key").unwrap();
    let text = DAMAGES[1].id;
    assert_eq!(text, "a line that is not indented");
    let unnamed = Kind { name: "COLOUR", ..kind.clone() };
    let text = (DAMAGES[1].apply)(&(PLACES[0].write)(&unnamed));
    let shown = show(&text);
    for output in ["human", "html"] {
        assert!(leak(&shown[output], &kind.hidden).is_some(), "{output}");
    }
    // In a message: the API server's words repeat an invalid name.
    let text = places::PLACES[0].write;
    let text = text(&unnamed).replace("name: a\n", &format!("name: \"{}_\"\n", kind.value));
    let shown = show(&text);
    for output in
        ["concise", "json", "sarif", "github", "gitlab", "junit", "markdown", "dry-run", "diagnostics"]
    {
        assert!(leak(&shown[output], &kind.hidden).is_some(), "{output}");
    }
    assert!(admit(&text).values().all(|it| leak(it, &kind.hidden).is_some()));
}
