//! No input makes the linter panic or hang, and every place that it reports lies in the text.

use std::sync::Arc;

use crate::common::reshape::{Choices, reshape};
use crate::common::tree::{Style, Tree};
use batchlint::engine::lint::{lint, lint_value};
use batchlint::manifest::document;
use batchlint::manifest::edit::Safety;
use batchlint::policy::config::{Config, Preset};
use batchlint::rewrite::add_suppressions::add_suppressions;
use batchlint::rewrite::fix_all::fix_all;
use batchlint::text::source::Source;
use proptest::prelude::*;

/// Whole manifests in every style, to be mangled.
const SEEDS: &[&str] = &[
    include_str!("../../rules/unknown-field.md"),
    include_str!("../../rules/duplicate-key.md"),
    include_str!("../../rules/wrong-type.md"),
    r#"{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a"},"spec":{"template":{"spec":{"containers":[{"name":"é\n","image":"a:1"}]}}}}"#,
    "a: &a [1, {b: *a}]\n<<: {c: !!binary aGk=}\n? |\n  key\n: >-\n  folded\n  text\n--- # next\n- - - x\n...\nrest\n",
];

/// A manifest with a part of every kind, whose structure is changed.
const WHOLE: &str = include_str!("../../testdata/clean/cron-job.yaml");

fn strict() -> Config {
    let mut config = Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 24));
    config.preset = Preset::Strict;
    config
}

/// Reads a manifest into a tree that is easy to change.
fn tree_of(manifest: &str) -> Tree {
    let stream = document::read(&Arc::new(Source::new("seed.yaml", manifest)));
    Tree::from(&stream.documents.first().expect("a document").root().to_json())
}

fn check(text: &str) -> Result<(), TestCaseError> {
    let config = strict();
    let outcome = lint(Source::new("mangled.yaml", text), &config);
    for finding in &outcome.findings {
        let places = finding.related.iter().map(|label| &label.place).chain([&finding.place]);
        for place in places {
            prop_assert!(text.get(place.span.range()).is_some(), "{}: {place:?}", finding.rule.id);
        }
        prop_assert!(!finding.message.is_empty());
    }
    Ok(())
}

/// Cuts a piece out, repeats it, or puts special characters in.
fn mangle(seed: &str, edits: &[(usize, usize, String)]) -> String {
    let mut text = seed.to_owned();
    for (from, len, insert) in edits {
        let boundary =
            |at: usize| (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        let start = boundary(from % (text.len() + 1));
        let end = boundary(start + len).max(start);
        text.replace_range(start..end, insert);
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mangled_manifests_never_panic(
        seed in 0..SEEDS.len(),
        edits in prop::collection::vec(
            (any::<usize>(), 0usize..40, prop_oneof!["[\\[\\]{}:,&*!|>'\"#%@`?\\-\n\t ]{0,4}", "\\PC{0,3}", Just("\u{feff}".to_owned()), Just("\r\n---\n".to_owned()), "[\0\r\u{85}\u{2028}]{1,2}"]),
            0..12,
        ),
    ) {
        check(&mangle(SEEDS[seed], &edits))?;
    }

    /// Parts are swapped, repeated, nested, moved and given other types: what is left is YAML or JSON that means something else.
    #[test]
    fn manifests_of_any_shape_never_panic(
        seed in prop_oneof![Just(WHOLE), Just(SEEDS[3])],
        choices in prop::collection::vec(any::<u8>(), 1..100),
    ) {
        let text = reshape(tree_of(seed), Choices(&choices));
        check(&text)?;
        if let Ok(object) = serde_json::from_str(&text) {
            lint_value(&object, &strict());
        }
    }

    /// What could be read can be read when it is fixed, or when all that is found is suppressed.
    #[test]
    fn manifests_of_any_shape_stay_readable(choices in prop::collection::vec(any::<u8>(), 1..40)) {
        let source = Source::new("reshaped.yaml", reshape(tree_of(WHOLE), Choices(&choices)));
        let before = lint(source.with_text(source.text.as_str()), &strict()).unread;
        prop_assert!(fix_all(&source, &strict(), Safety::Unsafe).run.outcome.unread <= before);
        prop_assert!(add_suppressions(&source, &strict(), "why not").run.outcome.unread <= before);
    }

    #[test]
    fn any_text_never_panics(text in "\\PC{0,200}") {
        check(&text)?;
    }
}

/// Numbers that Kubernetes would refuse reach every calculation: in a debug build an overflow panics.
#[test]
fn extreme_numbers_never_overflow() {
    let numbers =
        ["9223372036854775807", "-9223372036854775808", "18446744073709551615", "2147483648", "-1", "1e308"];
    for seed in [WHOLE, EXTREME] {
        let tree = tree_of(seed);
        let mut paths = Vec::new();
        scalars(&tree, &mut Vec::new(), &mut paths);
        assert!(paths.len() > 10, "{seed}");
        for path in &paths {
            for number in numbers {
                let mut changed = tree.clone();
                *changed.at(path) = Tree::Scalar(number.to_owned());
                check(&changed.write(Style::Block)).expect("it ends well");
            }
        }
        for number in numbers {
            let mut changed = tree.clone();
            for path in paths.iter().filter(
                |path| matches!(tree.clone().at(path), Tree::Scalar(text) if text.parse::<i64>().is_ok()),
            ) {
                *changed.at(path) = Tree::Scalar(number.to_owned());
            }
            check(&changed.write(Style::Block)).expect("it ends well");
        }
    }
}

/// A CronJob with every number that a rule calculates with.
const EXTREME: &str = "
apiVersion: batch/v1
kind: CronJob
metadata: {name: a}
spec:
  schedule: '*/5 3 * * *'
  timeZone: Europe/Berlin
  startingDeadlineSeconds: 100
  concurrencyPolicy: Forbid
  successfulJobsHistoryLimit: 3
  failedJobsHistoryLimit: 1
  jobTemplate:
    spec:
      activeDeadlineSeconds: 600
      backoffLimit: 6
      backoffLimitPerIndex: 2
      maxFailedIndexes: 3
      completionMode: Indexed
      completions: 10
      parallelism: 3
      ttlSecondsAfterFinished: 100
      podFailurePolicy: {rules: [{action: Ignore, onExitCodes: {operator: In, values: [3]}}]}
      template:
        spec:
          restartPolicy: Never
          activeDeadlineSeconds: 300
          terminationGracePeriodSeconds: 30
          containers:
          - name: a
            image: 'a:1'
            command: [sh, -c, 'timeout 500 a; sleep 20']
            resources: {limits: {cpu: 1, memory: 1073741824}, requests: {cpu: 1, memory: 1073741824}}
            ports: [{containerPort: 80, hostPort: 80}]
            livenessProbe: {periodSeconds: 10, failureThreshold: 3, initialDelaySeconds: 5, timeoutSeconds: 1, httpGet: {port: 80}}
            securityContext: {runAsUser: 1000, runAsGroup: 1000}
          tolerations: [{operator: Exists, tolerationSeconds: 300}]
";

/// Lists the paths of all scalars.
fn scalars(tree: &Tree, path: &mut Vec<usize>, paths: &mut Vec<Vec<usize>>) {
    if let Tree::Scalar(_) = tree {
        paths.push(path.clone());
    }
    for (at, child) in tree.children().into_iter().enumerate() {
        path.push(at);
        scalars(child, path, paths);
        path.pop();
    }
}

/// A character that YAML refuses is marked as a whole.
#[test]
fn the_place_of_a_refused_character_is_the_character() {
    for character in ['\u{80}', '\u{9f}', '\u{7f}', '\u{1}', '\u{ffff}'] {
        let outcome = lint(Source::new("a.yaml", format!("a: x{character}`\n")), &strict());
        let finding = &outcome.findings[0];
        assert_eq!(finding.place.span.text(&finding.source.text), character.to_string());
    }
}

/// Inputs made to cost much end soon, each with a finding.
#[test]
fn hostile_input_ends_in_a_finding() {
    let laughs: String = (1..12)
        .map(|level| format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(",")))
        .collect();
    let chain: String =
        (1..20_000).map(|level| format!("a{level}: &a{level} {{x: *a{}}}\n", level - 1)).collect();
    let many_keys: String = (0..50_000).map(|key| format!("  k{key}: v\n")).collect();
    let passwords: String = (0..5_000)
        .map(|it| format!("        - {{name: P{it}_PASSWORD, value: k{}}}\n", it * 7_919))
        .collect();
    let many_passwords = format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a}}\nspec:\n  template:\n    spec:\n      containers:\n      - \
         name: a\n        env:\n{passwords}"
    );
    let inputs = [
        // A NUL ends a text for libyaml, wherever it stands.
        ("{a: \"x\0y\" b".to_owned(), "a NUL before an error"),
        ("[".repeat(100_000), "nested brackets"),
        ("- ".repeat(20_000) + "a", "nested dashes"),
        ("{\"a\":".repeat(100_000), "nested JSON"),
        (format!("a0: &a0 [x]\n{laughs}"), "billion laughs"),
        (format!("a0: &a0 x\n{chain}"), "a chain of aliases"),
        (format!("apiVersion: batch/v1\nkind: Job\nspec:\n{many_keys}"), "50,000 unknown keys"),
        ("k".repeat(1_000_000) + ": v", "a key of a megabyte"),
        (many_passwords, "5,000 passwords"),
    ];
    for (text, name) in inputs {
        let outcome = lint(
            Source::new("hostile.yaml", text),
            &Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 24)),
        );
        assert!(!outcome.findings.is_empty(), "{name} gives no finding");
        assert!(
            outcome.findings.iter().all(|finding| finding.message.len() <= 1100),
            "{name} gives a long message"
        );
    }
}

/// An API server takes 3 MiB for an object at most; aliases can make much more of a small file.
#[test]
fn aliases_repeat_long_texts_within_a_limit() {
    let script = "true\n".repeat(20_000);
    let job = |aliases: usize| {
        let anchor = script.replace('\n', "\n          ");
        let containers: String =
            (0..aliases).map(|it| format!("      - {{name: c{it}, command: [sh, -c, *s]}}\n")).collect();
        format!(
            "apiVersion: batch/v1\nkind: Job\nspec:\n  template:\n    spec:\n      containers:\n      - name: a\n        \
             args:\n        - &s |-\n          {anchor}\n{containers}"
        )
    };
    let errors = |text: String| -> Vec<String> {
        let outcome = lint(Source::new("aliases.yaml", text), &strict());
        let errors = outcome.findings.into_iter().filter(|it| it.rule.id == "syntax-error");
        errors.map(|it| it.message.into_owned()).collect()
    };
    let limit = "the aliases of the file repeat more than 4 MiB of text";
    assert_eq!(errors(job(30)), [""; 0], "3 MB");
    assert_eq!(errors(job(50)), [limit], "5 MB");
    // The documents of a file share the limit.
    assert_eq!(errors(format!("{}---\n{}", job(30), job(30))), [limit], "6 MB in two documents");
}
