//! Every page of `rules/` is a test: its YAML blocks get just the findings that their comments expect, as a file and
//! as an admission object. `cargo test missing-deadline` runs one page.

mod common;

use std::collections::BTreeSet;
use std::sync::Arc;

use batchlint::diagnostic::finding::Finding;
use batchlint::diagnostic::meta::Admission;
use batchlint::diagnostic::severity::Severity;
use batchlint::engine::change::lint_admitted_change;
use batchlint::engine::lint::lint_value;
use batchlint::engine::outcome::{Outcome, SkipReason};
use batchlint::manifest::document::{self, Document};
use batchlint::manifest::workload::{Classification, classify};
use batchlint::text::source::Source;
use common::{asserted, blocks, config, expectations, judge, pages};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Value, json};

fn main() {
    let trials = pages().flat_map(|(id, page)| {
        let as_file = Trial::test(id.to_owned(), move || page_gets_its_findings(id, page));
        let as_object = Trial::test(format!("{id} (admission)"), move || text_and_object_agree(id, page));
        let advice = Trial::test(format!("{id} (advice)"), move || advice_is_no_finding(id, page));
        [as_file, as_object, advice]
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

/// The page's own rule and every error are asserted; `Wrong` has a finding and `Right` has none.
fn page_gets_its_findings(id: &str, page: &str) -> Result<(), Failed> {
    for block in blocks(page) {
        let (expected, found) = (expectations(&block.yaml), asserted(&judge(&block, id), id));
        if expected != found {
            let text = judge(&block, id)
                .findings
                .iter()
                .map(|it| format!("  {}: {}\n", it.rule.id, it.message))
                .collect::<String>();
            return Err(format!(
                "{}:\n{}\nexpected {expected:?}\nfound    {found:?}\n{text}",
                block.section, block.yaml
            )
            .into());
        }
        // A preset has a rule or not by the severity of the rule: a worse finding would get lost with it.
        if let Some(it) = judge(&block, id).findings.iter().find(|it| {
            it.rule.id == id && it.severity > it.rule.severity && it.rule.severity == Severity::Info
        }) {
            return Err(format!("a finding is worse than its rule: {}", it.message).into());
        }
        let speaks = expected.iter().any(|((_, rule), _)| rule == id);
        if (block.section == "Wrong") != speaks && matches!(&*block.section, "Wrong" | "Right") {
            return Err(format!(
                "a block under `{}` must {}",
                block.section,
                if speaks { "be clean" } else { "be found" }
            )
            .into());
        }
    }
    Ok(())
}

/// What a page recommends, no rule warns about: in `Right`, the fields that the findings in `Wrong` are about are clean.
fn advice_is_no_finding(id: &str, page: &str) -> Result<(), Failed> {
    let about = |it: &Finding| {
        let related = it.related.iter().map(|it| it.place.path.clone());
        related.chain([it.place.path.clone()]).collect::<Vec<_>>()
    };
    let blocks = blocks(page);
    let wrong = blocks.iter().filter(|it| it.section == "Wrong").map(|it| judge(it, id).findings);
    let own = wrong.flatten().filter(|it| it.rule.id == id);
    let touched: BTreeSet<String> = own.flat_map(|it| about(&it)).filter(|it| !it.is_empty()).collect();
    for block in blocks.iter().filter(|it| it.section == "Right") {
        let findings = judge(block, id).findings;
        let contradicts =
            |it: &&Finding| it.severity >= Severity::Warning && touched.contains(&it.place.path);
        if let Some(it) = findings.iter().find(contradicts) {
            let (path, rule) = (&it.place.path, it.rule.id);
            return Err(format!("`{rule}` warns about {path}: {}\n{}", it.message, block.yaml).into());
        }
    }
    Ok(())
}

/// The same object as text and as JSON gives the same rules at the same paths, but for rules that need the text.
fn text_and_object_agree(id: &str, page: &str) -> Result<(), Failed> {
    for mut block in blocks(page) {
        // Comments are gone at admission, and with them what they suppress.
        block.yaml = block.yaml.replace("batchlint:", "");
        let config = config(&block, id);
        let text = pairs(&judge(&block, id));
        let stream = document::read(&Arc::new(Source::new("page.yaml", block.yaml.as_str())));
        // Only a file can be a part of an object, or a template.
        let mut objects = stream.documents.iter().flat_map(|it| it.objects()).map(classify);
        let is_partial =
            |it: Classification<'_>| matches!(it, Classification::Object(object) if object.is_partial());
        // At admission an object is judged without what its namespace fills in.
        let has_defaults =
            ["kind: LimitRange\n", "kind: ServiceAccount\n"].iter().any(|it| block.yaml.contains(it));
        if block.yaml.contains("{{") || has_defaults || objects.any(is_partial) {
            continue;
        }
        let values = stream.documents.iter().map(|document| applied(document.root().to_json()));
        let mut outcomes: Vec<_> = values.map(|value| lint_value(&value, &config)).collect();
        if let Some(before) = &block.before {
            let before = document::read(&Arc::new(Source::new("page.yaml", before.as_str())));
            let pairs = before.documents.iter().zip(&stream.documents);
            let object = |it: &Document| Document::from_value(&it.root().to_json());
            let change = |(old, new): (_, _)| lint_admitted_change(&object(old), &object(new), &config);
            outcomes.extend(pairs.map(change));
        }
        // What a controller made is skipped at admission, whatever its text would get.
        if outcomes.iter().any(|it| it.skip_counts.contains_key(&SkipReason::Owned)) {
            continue;
        }
        let json: BTreeSet<_> = outcomes.iter().flat_map(pairs).collect();
        if text != json {
            return Err(format!("{}\nas text {text:?}\nas JSON {json:?}", block.yaml).into());
        }
    }
    Ok(())
}

/// Says in the object what was stated, as server-side apply does: a default in it is not one that an API server wrote.
fn applied(mut object: Value) -> Value {
    let fields =
        object["spec"].as_object().into_iter().flatten().map(|(key, _)| (format!("f:{key}"), json!({})));
    let fields = json!({"f:spec": Value::Object(fields.collect())});
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.insert("managedFields".to_owned(), json!([{"operation": "Apply", "fieldsV1": fields}]));
    }
    object
}

fn pairs(outcome: &Outcome) -> BTreeSet<(&'static str, String)> {
    let findings = outcome.findings.iter().filter(|it| it.rule.admission != Admission::Never);
    findings.map(|it| (it.rule.id, it.place.path.clone())).collect()
}
