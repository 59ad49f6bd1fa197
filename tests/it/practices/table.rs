//! The practices that a policy can insist on: every shape in which one is missing is found, denied, and named as it was
//! asked for, whichever rule reports it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::common::practice::Kind::{CronJob, Job};
use crate::common::practice::{GOOD, Shape, main, mild_in_files, shape, shapes};
use batchlint::diagnostic::practice::Practice::*;
use batchlint::engine::lint::lint;
use batchlint::engine::outcome::Outcome;
use batchlint::lsp::action;
use batchlint::manifest::document;
use batchlint::policy::config;
use batchlint::policy::config::{Config, RuleLevel, RuleSetting};
use batchlint::policy::suppress::ANNOTATION;
use batchlint::rewrite::add_suppressions::add_suppressions;
use batchlint::rules;
use batchlint::text::source::Source;
use batchlint::webhook::review::{Decision, ReviewVerdict, check_request, parse_review};
use serde_json::{Value, json};

/// Rules about other matters, which each shape would break.
const OTHERS: [&str; 4] =
    ["missing-concurrency-policy", "missing-resource-requests", "missing-ttl", "root-user"];

fn config(yaml: &str) -> Config {
    let mut config = Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 28));
    for id in OTHERS {
        let off = RuleSetting { level: Some(RuleLevel::Off), ..RuleSetting::default() };
        config.rules.entry(id).or_default().push(Arc::new(off));
    }
    config::file::read_into(&Arc::new(Source::new(".batchlint.yaml", yaml)), &mut config).unwrap();
    config
}

fn check(manifest: &str, config: &Config) -> Outcome {
    let outcome = lint(Source::new("job.yaml", manifest), config);
    assert_eq!((outcome.objects, outcome.unread), (1, 0), "{manifest}");
    outcome
}

/// Returns the rules that a report names: of the findings and in their `also`.
fn named(outcome: &Outcome) -> BTreeSet<&'static str> {
    outcome.findings.iter().flat_map(|it| it.parts().map(|part| part.rule.id)).collect()
}

/// Returns the object of a manifest as the API server hands it on, with its defaults.
fn defaulted(manifest: &str) -> Value {
    let stream = document::read(&Arc::new(Source::new("job.yaml", manifest)));
    let mut object = stream.documents[0].root().to_json();
    if object["kind"] == "Job" {
        let defaults = [
            ("backoffLimit", json!(6)),
            ("completionMode", json!("NonIndexed")),
            ("manualSelector", json!(false)),
            ("podReplacementPolicy", json!("TerminatingOrFailed")),
            ("suspend", json!(false)),
        ];
        let alone = [("completions", json!(1)), ("parallelism", json!(1))];
        let is_alone = object["spec"]["parallelism"].is_null();
        for (key, value) in defaults.into_iter().chain(alone.into_iter().filter(|_| is_alone)) {
            let field = &mut object["spec"][key];
            *field = if field.is_null() { value } else { field.take() };
        }
    }
    object
}

/// Asks the webhook to admit a manifest.
fn admit(manifest: &str, config: &Config) -> ReviewVerdict {
    ask("CREATE", defaulted(manifest), Value::Null, config)
}

/// Asks the webhook to admit the second manifest in the place of the first.
fn update(old: &str, new: &str, config: &Config) -> ReviewVerdict {
    ask("UPDATE", defaulted(new), defaulted(old), config)
}

fn ask(operation: &str, object: Value, old: Value, config: &Config) -> ReviewVerdict {
    let kind = json!({"group": "batch", "version": "v1", "kind": object["kind"]});
    let resource = if object["kind"] == "Job" { "jobs" } else { "cronjobs" };
    let review = json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
        "uid": "1", "kind": kind, "resource": {"group": "batch", "version": "v1", "resource": resource},
        "namespace": "shop", "name": "orders", "operation": operation, "userInfo": {"username": "alice"},
        "object": object, "oldObject": old,
    }});
    let mut request = parse_review(&serde_json::to_vec(&review).unwrap()).unwrap();
    check_request(&mut request, config, "0123456789abcdef", &|| false)
}

/// Checks each shape, and says which of them come out wrong.
fn each(judge: impl Fn(&Shape) -> Result<(), String>) {
    let wrong: Vec<_> =
        shapes().iter().filter_map(|it| Some(format!("{}: {}", it.name(), judge(it).err()?))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn expect(holds: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what()) }
}

/// What stands in each shape for what the practice is about; nothing else is found by the rules of any practice.
#[test]
fn each_shape_is_found_once() {
    each(|shape| {
        let outcome = check(&shape.manifest(""), &config(""));
        let found = outcome.findings.iter().map(|it| (it.rule.id, it.also_ids())).collect::<BTreeSet<_>>();
        let expected: BTreeSet<_> = shape.findings.iter().map(|&(id, also)| (id, also.to_vec())).collect();
        expect(found == expected, || format!("found {found:?} instead of {expected:?}"))
    });
}

/// Whoever asks for a rule hears from that rule.
#[test]
fn a_rule_that_is_selected_reports_its_defect() {
    each(|shape| {
        for (id, _) in shape.rules() {
            let mut selected = config("");
            selected.select = [id].into();
            let found: Vec<_> =
                check(&shape.manifest(""), &selected).findings.iter().map(|it| it.rule.id).collect();
            expect(found == [id], || format!("--select {id} finds {found:?}"))?;
        }
        Ok(())
    });
}

/// Ways to have nothing of a rule.
const WAYS: [&str; 5] = ["--ignore", "off", "off in an override", "a comment", "an annotation"];

/// Checks a shape without a rule. A comment stands above the line of the finding that is shown.
fn without(shape: &Shape, id: &'static str, shown_as: &str, way: &str) -> Outcome {
    let manifest = shape.manifest("");
    match way {
        "--ignore" => {
            let mut config = config("");
            config.ignore = [id].into();
            check(&manifest, &config)
        }
        "off" => check(&manifest, &config(&format!("rules: {{{id}: off}}"))),
        "off in an override" => {
            check(&manifest, &config(&format!("overrides: [{{names: [orders], rules: {{{id}: off}}}}]")))
        }
        "a comment" => {
            let outcome = check(&manifest, &config(""));
            let shown = outcome.findings.iter().find(|it| it.rule.id == shown_as).unwrap();
            let line = shown.source.positions(shown.place.span).0.line;
            let mut lines: Vec<_> = manifest.lines().map(str::to_owned).collect();
            let indent = lines[line - 1].len() - lines[line - 1].trim_start().len();
            lines.insert(line - 1, format!("{}# batchlint: ignore[{id}] we know", " ".repeat(indent)));
            check(&lines.join("\n"), &config(""))
        }
        _ => check(&shape.manifest(&format!("{ANNOTATION}: \"{id}: we know\"")), &config("")),
    }
}

/// Without one rule, whatever takes it away, the others still report what they see, and no suppression is called unused.
#[test]
fn without_a_rule_the_others_report_the_defect() {
    each(|shape| {
        let all = shape.rules();
        for &(id, shown_as) in &all {
            for way in WAYS {
                let named = named(&without(shape, id, shown_as, way));
                let left: BTreeSet<_> = all.iter().map(|it| it.0).filter(|it| *it != id).collect();
                expect(!named.contains(id) && named.is_superset(&left), || {
                    format!("without {id} by {way}: {named:?}")
                })?;
                expect(!named.contains("unused-suppression"), || format!("{way} for {id} is called unused"))?;
            }
        }
        Ok(())
    });
}

/// `--add-ignore` writes every id that a finding stands for, so that nothing is left.
#[test]
fn suppressing_all_that_is_found_leaves_nothing() {
    each(|shape| {
        let added = add_suppressions(&Source::new("job.yaml", shape.manifest("")), &config(""), "we know");
        let left: Vec<_> = added.run.outcome.findings.iter().map(|it| it.rule.id).collect();
        expect(left.is_empty(), || format!("{left:?} in\n{}", added.text))
    });
}

/// So does an editor that is asked to ignore one finding.
#[test]
fn ignoring_one_finding_in_an_editor_takes_all_that_it_stands_for_away() {
    each(|shape| {
        let (manifest, config) = (shape.manifest(""), config(""));
        let source = Arc::new(Source::new("job.yaml", manifest.as_str()));
        let findings = check(&manifest, &config).findings;
        let ways = action::ignore(&findings.iter().collect::<Vec<_>>(), &source, &config);
        for (finding, edits) in findings.iter().zip(ways) {
            let edits = edits.ok_or_else(|| format!("{} cannot be ignored", finding.rule.id))?;
            let named = named(&check(&action::apply_edits(&manifest, &edits), &config));
            let left = finding.parts().map(|it| it.rule.id).find(|it| named.contains(it));
            expect(left.is_none(), || format!("{left:?} after ignoring {}", finding.rule.id))?;
        }
        Ok(())
    });
}

/// `standard` and `strict` insist on every practice, and the denial names every rule that has to do with it.
#[test]
fn policies_insist_on_practices() {
    each(|shape| {
        for policy in ["advise", "standard", "strict"] {
            let verdict = admit(&shape.manifest(""), &config(&format!("admission: {{policy: {policy}}}")));
            let answer = serde_json::to_value(&verdict.answer.response).unwrap();
            if policy != "advise" {
                let is_right = (verdict.decision == Decision::Deny) == shape.at_gate;
                expect(is_right, || format!("{policy}: {}", verdict.decision.as_str()))?;
            }
            let text = match policy {
                "advise" => answer["warnings"].to_string(),
                _ => answer["status"]["message"].to_string() + &answer["warnings"].to_string(),
            };
            let missing: Vec<_> = shape.rules().into_iter().filter(|it| !text.contains(it.0)).collect();
            expect(!shape.at_gate || missing.is_empty(), || {
                format!("{policy} does not name {missing:?}: {text}")
            })?;
        }
        Ok(())
    });
}

/// What is only an info in files, which the default preset leaves out, is denied all the same.
#[test]
fn policies_insist_on_what_is_mild_in_files() {
    for shape in mild_in_files() {
        let (id, _) = shape.findings[0];
        let is_named = |config: &Config| named(&check(&shape.manifest(""), config)).contains(id);
        assert!(!is_named(&config("")) && is_named(&config("preset: strict")), "{}", shape.name());
        let verdict = admit(&shape.manifest(""), &config("admission: {policy: standard}"));
        let answer = serde_json::to_value(&verdict.answer.response).unwrap();
        assert_eq!(verdict.decision, Decision::Deny, "{}", shape.name());
        assert!(answer["status"]["message"].to_string().contains(id), "{}: {answer}", shape.name());
    }
}

/// At the gate, too, a rule that is off or suppressed takes only itself away: the practice holds while another rule of it
/// reports the defect.
#[test]
fn no_practice_is_left_by_way_of_one_rule() {
    let policy = "admission: {policy: standard, suppressions: honour}";
    each(|shape| {
        for (id, _) in shape.rules() {
            let others = shape.rules().into_iter().map(|it| it.0).filter(|it| *it != id);
            let offends = |id: &str| rules::registry().find(id).unwrap().practice.is_some();
            let is_denied = shape.at_gate && others.into_iter().any(offends);
            let off = admit(&shape.manifest(""), &config(&format!("{policy}\nrules: {{{id}: off}}")));
            let annotation = format!("{ANNOTATION}: \"{id}: we know\"");
            let suppressed = admit(&shape.manifest(&annotation), &config(policy));
            let warned = format!("admission: {{policy: standard, rules: {{{id}: warn}}}}");
            let warned = admit(&shape.manifest(""), &config(&warned));
            for (way, verdict) in [("off", off), ("suppressed", suppressed), ("only warns", warned)] {
                let decision = verdict.decision;
                expect((decision == Decision::Deny) == is_denied, || {
                    format!("{id} {way}: {}", decision.as_str())
                })?;
            }
        }
        Ok(())
    });
}

/// A CronJob whose runs wait for one that hangs: `stuck-forbid` stands for `missing-deadline`.
fn stuck() -> Shape {
    shapes().into_iter().find(|it| it.findings == [("stuck-forbid", &["missing-deadline"][..])]).unwrap()
}

#[test]
fn a_denial_names_each_rule_for_people_and_for_programs() {
    let verdict = admit(&stuck().manifest(""), &config("admission: {policy: standard}"));
    let answer = serde_json::to_value(&verdict.answer.response).unwrap();
    let message = answer["status"]["message"].as_str().unwrap();
    let line = "\nstuck-forbid (also missing-deadline) spec.jobTemplate.spec.activeDeadlineSeconds: if one run hangs";
    assert!(message.contains(line), "{message}");
    let causes = answer["status"]["details"]["causes"].as_array().unwrap();
    let reasons: Vec<_> = causes.iter().map(|it| it["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["stuck-forbid", "missing-deadline"]);
    let path = "spec.jobTemplate.spec.activeDeadlineSeconds";
    let audit = format!("stuck-forbid {path} enforce; missing-deadline {path} enforce");
    assert_eq!(answer["auditAnnotations"]["findings"], audit);
    let found: Vec<_> = verdict.found.iter().map(|it| (it.0.id, it.1.as_str())).collect();
    assert_eq!(found, [("stuck-forbid", "enforce"), ("missing-deadline", "enforce")]);
}

/// Whoever raises the severity of a rule gets it, also where another finding stands for that rule.
#[test]
fn a_finding_is_as_bad_as_the_worst_that_it_stands_for() {
    let severity = |yaml: &str| check(&stuck().manifest(""), &config(yaml)).findings[0].severity.as_str();
    assert_eq!(severity(""), "warning");
    assert_eq!(severity("rules: {missing-deadline: error}"), "error");
    assert_eq!(severity("rules: {stuck-forbid: info}"), "warning");
}

/// An update is checked by what each rule found before: another rule may report an old defect, and one that is already
/// reported may stand for a new one.
#[test]
fn an_update_is_denied_for_what_it_adds_whichever_rule_reports_it() {
    let standard = config("admission: {policy: standard}");
    let allow = Shape { cron_job: "concurrencyPolicy: Allow", ..stuck() };
    assert_eq!(update(&stuck().manifest(""), &allow.manifest(""), &standard).decision, Decision::Warn);
    // `Forbid` makes more of the missing deadline than there was before.
    assert_eq!(update(&allow.manifest(""), &stuck().manifest(""), &standard).decision, Decision::Deny);
    let short =
        |job| shape(DeadlineBelowTtl, "", CronJob, job, main("command: [load, orders]"), &[]).manifest("");
    let before = short("backoffLimit: 2\nactiveDeadlineSeconds: 4\nttlSecondsAfterFinished: 5");
    let after = short("backoffLimit: 2\nactiveDeadlineSeconds: 7200\nttlSecondsAfterFinished: 5");
    assert_eq!(update(&before, &after, &standard).decision, Decision::Deny);
    assert_eq!(update(&after, &after.replace("7200", "7100"), &standard).decision, Decision::Warn);
}

/// Nothing is said of a Job and a CronJob that follow every practice.
#[test]
fn whoever_follows_them_is_let_in() {
    for kind in [Job, CronJob] {
        let follows = shape(Deadline, "", kind, GOOD, main("command: [load, orders]"), &[]).manifest("");
        assert!(check(&follows, &config("")).findings.is_empty(), "{follows}");
        let verdict = admit(&follows, &config("admission: {policy: strict}"));
        assert_eq!(verdict.decision, Decision::Allow, "{follows}");
    }
}

/// A rule that would blame a number is silent where the API server may have written it and nobody stated it.
#[test]
fn what_nobody_stated_is_not_blamed() {
    let mut config = config("rules: {excessive-retries: {minimum: 5}}");
    config.select = ["excessive-retries", "retried-migration", "unreachable-retries"].into();
    let manifest = |job| shape(Deadline, "", Job, job, main("command: [orders, migrate]"), &[]).manifest("");
    let blamed =
        |job| admit(&manifest(job), &config).found.into_iter().map(|it| it.0.id).collect::<BTreeSet<_>>();
    assert_eq!(blamed("activeDeadlineSeconds: 300"), [].into());
    assert_eq!(blamed("completions: 1"), [].into());
    assert_eq!(
        blamed("backoffLimit: 8\nactiveDeadlineSeconds: 300"),
        ["retried-migration", "unreachable-retries"].into()
    );
}

/// Rules know each other as data only: which finding stands for a defect is for the engine to decide.
#[test]
fn rules_do_not_look_at_each_other() {
    for rule in rules::registry().iter() {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
        let code = std::fs::read_to_string(directory.join(rule.id.replace('-', "_") + ".rs")).unwrap();
        let looks =
            ["use crate::rules", "crate::rules::", "super::"].into_iter().find(|it| code.contains(it));
        assert_eq!(looks, None, "{}", rule.id);
    }
}

/// A rule yields to rules that there are, and never to itself, however many stand between.
#[test]
fn rules_yield_to_rules_and_not_in_circles() {
    fn yields_to(id: &str, seen: &mut Vec<&'static str>) {
        let rule = rules::registry().find(id).unwrap_or_else(|| panic!("there is no rule `{id}`"));
        for next in rule.yields_to {
            seen.push(next.to);
            assert!(seen.len() < rules::registry().iter().len(), "a circle: {seen:?}");
            yields_to(next.to, seen);
            seen.pop();
        }
    }
    rules::registry().iter().for_each(|rule| yields_to(rule.id, &mut Vec::new()));
}
