//! Reports for tools: what they say, and that it is what the schemas and GitHub ask for.

use crate::common;

use std::sync::Arc;

use crate::common::report::{
    MANIFEST, checked_object, finding, mark, no_text, outcome, render, render_compared,
};
use batchlint::diagnostic::comparison::{Comparison, KnownFinding, Reference};
use batchlint::diagnostic::severity::Severity;
use batchlint::engine::outcome::{Outcome, SkipReason, Skipped};
use batchlint::manifest::edit::{Edit, Safety};
use batchlint::manifest::place::Place;
use batchlint::report::{Format, ReportOptions};
use batchlint::text::source::Source;
use batchlint::text::span::Span;
use quick_xml::events::Event;
use serde_json::{Value, json};

const REPORT_SCHEMA: &str = include_str!("../../../schemas/report.schema.json");
const GITLAB_SCHEMA: &str = include_str!("../../../testdata/schemas/gitlab-code-quality.json");
const SARIF_SCHEMA: &str = include_str!("../../../testdata/schemas/sarif-2.1.0.json");

/// Renders JSON and checks it against a schema.
fn valid(format: Format, outcome: &Outcome, schema: &str) -> Value {
    demand_valid(&render(format, outcome, ReportOptions::default()), schema)
}

/// Checks a report in JSON against a schema.
fn demand_valid(report: &str, schema: &str) -> Value {
    // A stray bracket in SARIF's pattern of languages, mended in the standard's errata.
    let schema = schema.replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}$");
    let schema = serde_json::from_str(&schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let report = serde_json::from_str(report).expect("the report is JSON");
    let errors: Vec<_> =
        validator.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    report
}

/// Returns one finding of every shape: in a text with related places, empty, over lines, unread, without text, and rendered.
fn every_shape() -> Outcome {
    let name = "jobs/a b%:ü.yaml";
    let mut related = finding(name, MANIFEST, "300", "too short");
    related.help("write `900`");
    related.related(mark(MANIFEST, "backoffLimit: 6"), "six retries");
    related.fix("write `900`", Safety::Unsafe, Ok(vec![Edit::new(related.place.span, "900")]));
    related.item = Some(2);
    let rule = batchlint::rules::registry().find("excessive-retries").expect("the rule exists");
    let mut twice = no_text("too often");
    twice.rule = rule;
    related.also = vec![twice.clone(), twice];
    let mut empty = finding(name, "é: [", "[", "ends too early");
    (empty.place, empty.subject) = (Place::default(), Arc::default());
    (empty.place.span.start, empty.place.span.end) = (5, 5);
    empty.severity = Severity::Error;
    let mut lines = finding(name, "a:\n- 1\n- 2\nb: 3\n", "- 1\n- 2\n", "two lines");
    (lines.severity, lines.document) = (Severity::Info, 1);
    let mut rendered = finding("kustomization.yaml (rendered, document 2)", MANIFEST, "300", "too short");
    rendered.related(mark(MANIFEST, "backoffLimit: 6"), "six retries");
    let mut outcome = outcome(vec![related, empty, lines, no_text("nowhere"), rendered]);
    outcome.unread = 1;
    outcome.skip_counts =
        [(SkipReason::OtherKind, 5), (SkipReason::NotKubernetes, 1), (SkipReason::Patch, 1)].into();
    outcome.skip_counts.extend([
        (SkipReason::Template, 1),
        (SkipReason::Owned, 2),
        (SkipReason::CommentedJson, 1),
        (SkipReason::Excluded, 4),
    ]);
    let (file, explanation) = ("tsconfig.json".to_owned(), "this is a comment".to_owned());
    outcome.skipped = vec![Skipped { file, reason: SkipReason::CommentedJson, explanation }];
    outcome.suppressed = vec![no_text("hidden")];
    outcome
}

/// Returns a comparison with a baseline that has three of the findings, and one that is fixed.
fn comparison() -> Comparison {
    let text = str::to_owned;
    let fixed = KnownFinding {
        file: text("jobs/a.yaml"),
        object: text("Job a"),
        rule: text("missing-ttl"),
        path: text("spec"),
        fingerprint: text("0123456789abcdef"),
    };
    let with = Reference::Baseline(text("known.json"));
    Comparison { with, known: 3, fixed: vec![fixed] }
}

#[test]
fn json_says_everything_that_is_known() {
    let report = render_compared(Format::Json, &every_shape(), Some(&comparison()), ReportOptions::default());
    let report = demand_valid(&report, REPORT_SCHEMA);
    let first = json!({
        "rule": "missing-deadline", "also": ["excessive-retries"], "severity": "warning", "confidence": "medium",
        "message": "too short", "help": "write `900`",
        "path": "spec.field", "file": "jobs/a b%:ü.yaml", "document": 0, "item": 2,
        "object": {"kind": "CronJob", "namespace": "prod", "name": "nightly"},
        "span": {
            "start": {"line": 8, "column": 30, "offset": 163}, "end": {"line": 8, "column": 33, "offset": 166},
        },
        "related": [{
            "path": "spec.field", "message": "six retries",
            "span": {
                "start": {"line": 7, "column": 7, "offset": 118}, "end": {"line": 7, "column": 22, "offset": 133},
            },
        }],
        "fix": {
            "title": "write `900`", "safety": "unsafe", "edits": [{"start": 163, "end": 166, "text": "900"}],
        },
        "fingerprint": "0123456789abcdef",
        "url": "https://batchlint.dev/rules/missing-deadline",
    });
    assert_eq!(report["findings"][0], first);
    let empty = json!({"line": 1, "column": 5, "offset": 5});
    assert_eq!(report["findings"][1]["span"], json!({"start": empty, "end": empty}));
    assert_eq!(report["findings"][1]["object"], Value::Null);
    assert_eq!(report["findings"][2]["span"]["end"], json!({"line": 4, "column": 1, "offset": 11}));
    assert_eq!(report["findings"][3]["span"], Value::Null);
    let summary = json!({
        "objects": 1, "files": 9, "errors": 1, "warnings": 3, "infos": 1, "unread": 1, "misconfigured": 0,
        "fixable": {"safe": 0, "unsafe": 1},
        "aside": {
            "other-kind": 5, "not-kubernetes": 1, "patch": 1, "template": 1, "owned": 2, "commented-json": 1, "excluded": 4,
        },
        "skipped": [{"file": "tsconfig.json", "aside": "commented-json", "reason": "this is a comment"}],
        "suppressed": 1,
        "baseline": {"known": 3, "fixed": [{
            "file": "jobs/a.yaml", "object": "Job a", "rule": "missing-ttl", "path": "spec",
            "fingerprint": "0123456789abcdef",
        }]},
    });
    assert_eq!(report["summary"], summary);
    valid(Format::Json, &Outcome::default(), REPORT_SCHEMA);
}

#[test]
fn json_keeps_control_characters_as_escapes() {
    let outcome = outcome(vec![finding("a\u{9b}.yaml", MANIFEST, "300", "\u{1b}[31m \u{202e} \n é")]);
    let text = render(Format::Json, &outcome, ReportOptions::default());
    assert!(text.contains(r#""message": "\u001b[31m \u202e \n é""#), "{text}");
    let report = valid(Format::Json, &outcome, REPORT_SCHEMA);
    assert_eq!(report["findings"][0]["file"], "a\u{9b}.yaml");
    assert_eq!(report["findings"][0]["message"], "\u{1b}[31m \u{202e} \n é");
}

#[test]
fn sarif_places_each_result() {
    let log = valid(Format::Sarif, &every_shape(), SARIF_SCHEMA);
    let results = &log["runs"][0]["results"];
    let artifact = json!({"uri": "jobs/a%20b%25%3A%C3%BC.yaml", "uriBaseId": "%SRCROOT%"});
    let first = json!({
        "ruleId": "missing-deadline",
        "ruleIndex": rule_index(&log),
        "level": "warning",
        "message": {"text": "too short\nalso: excessive-retries\nhelp: write `900`"},
        "locations": [{
            "physicalLocation": {
                "artifactLocation": artifact,
                "region": {"startLine": 8, "startColumn": 30, "endLine": 8, "endColumn": 33},
            },
            "logicalLocations": [{"fullyQualifiedName": "spec.field"}],
        }],
        "relatedLocations": [{
            "id": 1,
            "physicalLocation": {
                "artifactLocation": artifact,
                "region": {"startLine": 7, "startColumn": 7, "endLine": 7, "endColumn": 22},
            },
            "logicalLocations": [{"fullyQualifiedName": "spec.field"}],
            "message": {"text": "six retries"},
        }],
        "partialFingerprints": {"batchlint/v1": "0123456789abcdef"},
        "properties": {"also": ["excessive-retries"]},
        "fixes": [{
            "description": {"text": "write `900`"},
            "artifactChanges": [{
                "artifactLocation": artifact,
                "replacements": [{
                    "deletedRegion": {"startLine": 8, "startColumn": 30, "endLine": 8, "endColumn": 33},
                    "insertedContent": {"text": "900"},
                }],
            }],
        }],
    });
    assert_eq!(results[0], first);
    let region = |at: usize| &results[at]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region(1), &json!({"startLine": 1, "startColumn": 5, "endLine": 1, "endColumn": 5}));
    assert_eq!(region(2), &json!({"startLine": 2, "startColumn": 1, "endLine": 3, "endColumn": 4}));
    assert_eq!(results[1]["level"], "error");
    assert_eq!(results[2]["level"], "note");
    let path_only = json!([{"logicalLocations": [{"fullyQualifiedName": "spec.activeDeadlineSeconds"}]}]);
    assert_eq!(results[3]["locations"], path_only);
    let clean = valid(Format::Sarif, &Outcome::default(), SARIF_SCHEMA);
    assert_eq!(clean["runs"][0]["results"], json!([]));
}

/// All pages together have 600 KB, which every upload would bring.
#[test]
fn sarif_brings_the_rules_that_have_findings_with_their_pages() {
    let mut outcome = every_shape();
    let mut other = finding("a.yaml", MANIFEST, "300", "too short");
    other.rule = batchlint::rules::registry().find("duplicate-key").expect("the rule exists");
    outcome.findings.push(other);
    let log = valid(Format::Sarif, &outcome, SARIF_SCHEMA);
    let driver = &log["runs"][0]["tool"]["driver"];
    let rules = driver["rules"].as_array().expect("rules are a list");
    let ids: Vec<_> = rules.iter().map(|rule| &rule["id"]).collect();
    assert_eq!(ids, ["duplicate-key", "missing-deadline"]);
    for result in log["runs"][0]["results"].as_array().expect("results are a list") {
        let index = result["ruleIndex"].as_u64().and_then(|it| usize::try_from(it).ok()).expect("an index");
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    assert_eq!(driver["semanticVersion"], env!("CARGO_PKG_VERSION"));
    let rule = &rules[rule_index(&log)];
    assert_eq!(rule["name"], "MissingDeadline");
    assert_eq!(rule["helpUri"], "https://batchlint.dev/rules/missing-deadline");
    assert_eq!(rule["defaultConfiguration"], json!({"level": "warning"}));
    let properties = json!({"tags": ["lifetime"], "precision": "medium", "problem.severity": "warning"});
    assert_eq!(rule["properties"], properties);
    for rule in rules {
        let page = rule["help"]["markdown"].as_str().expect("a page");
        assert!(page.starts_with(&format!("# {}\n", rule["id"].as_str().expect("an id"))));
        assert!(!page.contains("](../"), "a link from a file that its readers do not have: {page}");
        assert!(!page.contains("<!--"), "who writes the page is not for its readers: {page}");
        assert!(rule["fullDescription"]["text"].as_str().is_some_and(|text| text.ends_with('.')), "{rule}");
    }
}

#[test]
fn markdown_is_a_table_that_no_text_gets_out_of() {
    let mut findings =
        vec![finding("a|b.yaml", MANIFEST, "300", "`x|y` <b> @all [x](https://x.example)\n# y")];
    findings[0].help("write `900`");
    findings.push(no_text("nowhere"));
    let expected = "\
# batchlint

checked 1 object in 9 files: 2 warnings

| severity | rule | place | what is wrong |
|---|---|---|---|
| warning | [missing-deadline](https://batchlint.dev/rules/missing-deadline) | a\\|b.yaml:8<br>CronJob prod/nightly | `x\\|y` &lt;b> &#64;all \\[x\\](https:<!-- -->//x.example)\\\\n\\# y<br>help: write `900` |
| warning | [missing-deadline](https://batchlint.dev/rules/missing-deadline) | Job import | nowhere |
";
    assert_eq!(render(Format::Markdown, &outcome(findings), ReportOptions::default()), expected);
    let clean = render(Format::Markdown, &Outcome::default(), ReportOptions::default());
    assert_eq!(clean, "# batchlint\n\nno Job or CronJob in 9 files\n");
    let many = (0..501).map(|_| finding("a.yaml", MANIFEST, "300", "too short")).collect();
    let many = render(Format::Markdown, &outcome(many), ReportOptions::default());
    assert!(many.ends_with("|\n\nand 1 more finding\n"));
}

/// Marks, related places and their words stand where they belong, also in long lines and lines with tabs.
#[test]
fn html_marks_the_excerpt() {
    let report = render(Format::Html, &every_shape(), ReportOptions::default());
    let line = "<span class=\"line hit\"><span class=\"number\">8</span>      activeDeadlineSeconds: <mark>300</mark></span>\n";
    assert!(report.contains(line), "{report}");
    let related = "<span class=\"number\">7</span>      <mark class=\"related\">backoffLimit: 6</mark><span class=\"said\">six retries</span></span>\n";
    assert!(report.contains(related), "{report}");
    assert!(report.contains("<mark>- 1</mark></span>\n") && report.contains("<mark>- 2</mark></span>\n"));

    let long = format!("a: {}<b>{}", "x".repeat(400), "y".repeat(400));
    let report = render(
        Format::Html,
        &outcome(vec![finding("a.yaml", &long, "<b>", "in the middle")]),
        ReportOptions::default(),
    );
    let line = report.split("<span class=\"number\">1</span>").nth(1).expect("the line is there");
    let line = line.split("</span>").next().expect("the line ends");
    assert!(
        line.starts_with("…xxx") && line.ends_with("yyy…") && line.contains("x<mark>&lt;b&gt;</mark>y"),
        "{line}"
    );
    let tabs = outcome(vec![finding("a.yaml", "{\n\t\"a\":\t1}", "1", "one")]);
    assert!(
        render(Format::Html, &tabs, ReportOptions::default())
            .contains("</span>    &quot;a&quot;:    <mark>1</mark>}</span>")
    );
}

fn rule_index(log: &Value) -> usize {
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules are a list");
    rules.iter().position(|rule| rule["id"] == "missing-deadline").expect("the rule is there")
}

#[test]
fn workflow_commands_escape_as_github_reads_them() {
    let name = "jobs/a b,100%:x.yaml";
    let mut findings = vec![
        finding(name, "é: \"日本\" # x\n", "\"日本\"", "is 100% wrong: a,b"),
        finding(name, "a:\n- 1\n- 2\n", "- 1\n- 2\n", "two lines"),
        no_text("nowhere"),
    ];
    findings[0].help("write `x`");
    (findings[1].severity, findings[2].severity) = (Severity::Info, Severity::Error);
    let expected = "\
::warning file=jobs/a b%2C100%25%3Ax.yaml,line=1,endLine=1,col=4,endColumn=8,title=batchlint (missing-deadline)::is 100%25 wrong: a,b%0Ahelp: write `x`
::notice file=jobs/a b%2C100%25%3Ax.yaml,line=2,endLine=3,title=batchlint (missing-deadline)::two lines
::error title=batchlint (missing-deadline)::nowhere
checked 1 object in 9 files: 1 error, 1 warning, 1 info
";
    assert_eq!(render(Format::Github, &outcome(findings), ReportOptions::default()), expected);
}

#[test]
fn gitlab_gets_a_line_and_a_fingerprint_for_each_file() {
    let report = valid(Format::Gitlab, &every_shape(), GITLAB_SCHEMA);
    let first = json!({
        "description": "too short (also excessive-retries) (help: write `900`)",
        "check_name": "missing-deadline",
        "fingerprint": report[0]["fingerprint"],
        "severity": "major",
        "location": {"path": "jobs/a b%:ü.yaml", "lines": {"begin": 8, "end": 8}},
        "content": {"body": "Nothing ends the Job when it hangs: https://batchlint.dev/rules/missing-deadline"},
    });
    assert_eq!(report[0], first);
    assert_eq!((&report[1]["severity"], &report[2]["severity"]), (&json!("critical"), &json!("info")));
    assert_eq!(report[2]["location"]["lines"], json!({"begin": 2, "end": 3}));
    let clean = valid(Format::Gitlab, &Outcome::default(), GITLAB_SCHEMA);
    assert_eq!(clean, json!([]));

    // The same object in two files is two findings.
    let overlays = ["./dev/a.yaml", "prod/a.yaml"].map(|name| finding(name, MANIFEST, "300", "too short"));
    let report = valid(Format::Gitlab, &outcome(overlays.into()), GITLAB_SCHEMA);
    assert_ne!(report[0]["fingerprint"], report[1]["fingerprint"]);
    assert_eq!(report[0]["location"]["path"], "dev/a.yaml");
}

#[test]
fn junit_has_a_case_for_each_finding_and_each_clean_object() {
    let mut findings = vec![
        finding("b.yaml", MANIFEST, "300", "too <short> & \"odd\" \u{1b}[31m\u{ffff}"),
        finding("b.yaml", "é: [", "[", "ends too early"),
        finding("b.yaml", MANIFEST, "6", "a habit"),
    ];
    findings[0].help("write `900`");
    findings[0].related(mark(MANIFEST, "backoffLimit: 6"), "six retries");
    (findings[1].place.path, findings[1].subject) = (String::new(), Arc::default());
    (findings[1].severity, findings[1].document) = (Severity::Error, 2);
    (findings[2].severity, findings[2].document) = (Severity::Info, 1);
    let mut outcome = outcome(findings);
    outcome.checked = vec![
        checked_object("b.yaml", 0),
        checked_object("b.yaml", 1),
        checked_object("a.yaml", 0),
        checked_object("b.yaml", 3),
    ];
    let expected = "\
<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<testsuites name=\"batchlint\" tests=\"5\" skipped=\"1\" failures=\"1\" errors=\"1\">
    <testsuite name=\"a.yaml\" tests=\"1\" skipped=\"0\" errors=\"0\" failures=\"0\">
        <testcase name=\"no findings\" classname=\"CronJob prod/nightly\" file=\"a.yaml\"/>
    </testsuite>
    <testsuite name=\"b.yaml\" tests=\"4\" skipped=\"1\" errors=\"1\" failures=\"1\">
        <testcase name=\"missing-deadline: spec.field\" classname=\"CronJob prod/nightly\" file=\"b.yaml\">
            <failure message=\"too &lt;short&gt; &amp; &quot;odd&quot; \\u{1b}[31m\\u{ffff}\" type=\"warning\">b.yaml:8: too &lt;short&gt; &amp; &quot;odd&quot; \\u{1b}[31m\\u{ffff}
b.yaml:7: six retries
help: write `900`
https://batchlint.dev/rules/missing-deadline</failure>
        </testcase>
        <testcase name=\"missing-deadline: spec.field\" classname=\"CronJob prod/nightly\" file=\"b.yaml\">
            <skipped message=\"a habit\" type=\"info\">b.yaml:7: a habit
https://batchlint.dev/rules/missing-deadline</skipped>
        </testcase>
        <testcase name=\"missing-deadline\" classname=\"b.yaml\" file=\"b.yaml\">
            <error message=\"ends too early\" type=\"error\">b.yaml:1: ends too early
https://batchlint.dev/rules/missing-deadline</error>
        </testcase>
        <testcase name=\"no findings\" classname=\"CronJob prod/nightly\" file=\"b.yaml\"/>
    </testsuite>
</testsuites>
";
    assert_eq!(render(Format::Junit, &outcome, ReportOptions::default()), expected);
    check_junit(expected);
    check_junit(&render(Format::Junit, &every_shape(), ReportOptions::default()));
    check_junit(&render(Format::Junit, &Outcome::default(), ReportOptions::default()));
}

/// Asserts what the readers of JUnit XML agree on: suites of cases, each with at most one of `failure`, `error` and
/// `skipped`, and sums that are right.
fn check_junit(xml: &str) {
    let sums = ["tests", "failures", "errors", "skipped"];
    let (mut open, mut seen): (Vec<String>, Vec<[usize; 4]>) = Default::default();
    let mut stated = Vec::new();
    let mut reader = quick_xml::Reader::from_str(xml);
    loop {
        let event = reader.read_event().expect("the report is XML");
        let (start, is_empty) = match &event {
            Event::Start(start) => (start, false),
            Event::Empty(start) => (start, true),
            Event::End(_) => {
                if open.pop().is_some_and(|it| it.starts_with("testsuite")) {
                    assert_eq!(seen.pop(), stated.pop(), "{xml}");
                }
                continue;
            }
            Event::Eof => break,
            _ => continue,
        };
        let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
        let attribute = |key: &str| {
            let value = start.try_get_attribute(key).expect("attributes are read")?.value;
            Some(String::from_utf8_lossy(&value).into_owned())
        };
        let parent = open.last().map_or("", String::as_str);
        let column = match (parent, name.as_str()) {
            ("", "testsuites") | ("testsuites", "testsuite") => {
                assert!(attribute("name").is_some_and(|it| !it.is_empty()) || parent == "testsuites");
                let sum = |key: &&str| attribute(key).and_then(|it| it.parse().ok()).expect("a sum");
                stated.push(sums.each_ref().map(sum));
                seen.push([0; 4]);
                None
            }
            ("testsuite", "testcase") => {
                let is_named = |key| attribute(key).is_some_and(|it| !it.is_empty());
                assert!(is_named("name") && is_named("classname"), "{xml}");
                Some(0)
            }
            ("testcase", "failure") => Some(1),
            ("testcase", "error") => Some(2),
            ("testcase", "skipped") => Some(3),
            other => panic!("{other:?} in {xml}"),
        };
        if let Some(column) = column {
            assert!(column == 0 || attribute("message").is_some() && attribute("type").is_some());
            seen.iter_mut().for_each(|sums| sums[column] += 1);
        }
        if !is_empty {
            open.push(name);
        } else if name.starts_with("testsuite") {
            assert_eq!(seen.pop(), stated.pop(), "{xml}");
        }
    }
    assert!(open.is_empty() && seen.is_empty());
}

#[test]
fn a_real_finding_is_one_line_for_grep() {
    let text = "{metadata: {name: ü}, apiVersion: batch/v1, kind: Job, spec: {template: {spec: {containers: [{name: a, image: b}]}}}}";
    let config = common::strict(None);
    let mut outcome = batchlint::engine::lint::lint(Source::new("C:/jobs/a.yaml", text), &config);
    outcome.findings.retain(|finding| finding.rule.id == "missing-deadline");
    let expected = "\
C:/jobs/a.yaml:1:56: warning[missing-deadline] a Job that hangs keeps running until someone deletes it: `activeDeadlineSeconds` is not set
checked 1 object in 9 files: 1 warning
";
    assert_eq!(render(Format::Concise, &outcome, ReportOptions::default()), expected);
}

proptest::proptest! {
    // Nine formats take a while without optimisation.
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    /// Whatever spans a rule comes up with, every format writes something, and no control character.
    #[test]
    fn no_text_and_no_span_upsets_a_report(
        text in "([a-zé日\u{1b}\t :-]{0,90}[\r\n]{0,3}){0,12}",
        spans in proptest::collection::vec((0_u32..300, 0_u32..300), 1..8),
        unicode: bool,
        width in 0_usize..120,
    ) {
        let mut odd = finding("a.yaml", &text, "", "odd");
        let places: Vec<_> = spans
            .iter()
            .map(|&(start, end)| Place { path: "spec".to_owned(), span: Span { start, end } })
            .collect();
        odd.place = places[0].clone();
        for place in &places[1..] {
            odd.related(place.clone(), "see");
        }
        for &format in Format::ALL {
            let options = ReportOptions { unicode, width, ..ReportOptions::default() };
            let report = render(format, &outcome(vec![odd.clone()]), options);
            assert!(report.contains("missing-deadline"));
            assert!(!report.contains("Failed to read"), "miette found no excerpt: {report}");
            assert!(!report.contains(|char: char| char != '\n' && char.is_control()), "{report}");
        }
    }
}
