//! Which files are parts of objects, which kustomize or kubectl completes, and which are objects that only look like parts.

use batchlint::engine::lint::lint;
use batchlint::engine::outcome::SkipReason;
use batchlint::policy::config::{Config, Preset};
use batchlint::text::source::Source;

/// Puts `pod`, `container` and `job` into a whole Job, which has no memory limit.
fn manifest(job: &str, pod: &str, container: &str) -> String {
    format!(
        "
apiVersion: batch/v1
kind: Job
metadata: {{name: a}}
spec:
  {job}
  template:
    metadata: {{labels: {{a: b}}}}
    spec:
      {pod}
      restartPolicy: Never
      containers:
      - name: a
        image: busybox:1.36
        {container}
"
    )
}

/// Says whether the file is checked as a whole, and not skipped as a patch.
fn is_judged(yaml: &str) -> bool {
    let mut config = Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 24));
    config.preset = Preset::Strict;
    let outcome = lint(Source::new("a.yaml", yaml), &config);
    let is_whole = outcome.findings.iter().any(|it| it.rule.id == "missing-memory-limit");
    let is_patch = outcome.skip_counts.contains_key(&SkipReason::Patch);
    assert_ne!(is_whole, is_patch, "{yaml}");
    is_whole
}

#[test]
fn a_directive_where_one_can_stand_makes_a_patch() {
    for (job, pod, container) in [
        ("$patch: replace", "", ""),
        ("$retainKeys: [template]", "", ""),
        ("", "$patch: merge", ""),
        ("", "$setElementOrder/containers: [{name: a}]", ""),
        ("", "$deleteFromPrimitiveList/imagePullSecrets: [a]", ""),
        ("", "volumes: [{name: v, $patch: delete}]", ""),
        ("", "volumes: [{name: v, csi: {driver: a.b, $retainKeys: [driver]}}]", ""),
        ("", "", "$patch: delete"),
        ("", "", "$setElementOrder/env: []"),
        ("", "", "env: [{name: A, $patch: delete}]"),
        ("", "", "resources: {$patch: replace}"),
        ("podFailurePolicy: {$patch: replace, rules: []}", "", ""),
    ] {
        assert!(!is_judged(&manifest(job, pod, container)), "{job}{pod}{container}");
    }
}

/// Maps of texts have any keys, and `fieldsV1` is opaque: nothing in them takes an object out of judgement.
#[test]
fn a_key_in_a_map_is_no_directive() {
    for key in ["$patch", "$retainKeys", "$setElementOrder/containers", "$deleteFromPrimitiveList/args", "$x"]
    {
        for (job, pod, container) in [
            (format!("selector: {{matchLabels: {{{key}: y}}}}"), String::new(), String::new()),
            (String::new(), format!("nodeSelector: {{{key}: y}}"), String::new()),
            (String::new(), format!("overhead: {{{key}: y}}"), String::new()),
            (
                String::new(),
                format!("volumes: [{{name: v, csi: {{driver: a.b, volumeAttributes: {{{key}: y}}}}}}]"),
                String::new(),
            ),
            (
                String::new(),
                format!("volumes: [{{name: v, flexVolume: {{driver: a/b, options: {{{key}: y}}}}}}]"),
                String::new(),
            ),
            (String::new(), String::new(), format!("resources: {{requests: {{{key}: 1}}}}")),
            (String::new(), String::new(), format!("env: [{{name: A, value: '{{\"{key}\": 1}}'}}]")),
        ] {
            assert!(is_judged(&manifest(&job, &pod, &container)), "{job}{pod}{container}");
        }
        let whole = manifest("", "", "");
        for metadata in [
            format!("{{name: a, annotations: {{{key}: y}}}}"),
            format!("{{name: a, labels: {{{key}: y}}}}"),
            format!("{{name: a, managedFields: [{{fieldsV1: {{{key}: {{}}}}}}]}}"),
        ] {
            assert!(is_judged(&whole.replace("{name: a}", &metadata)), "{metadata}");
        }
    }
}

/// A misspelled directive is none: kustomize and kubectl take it for a field.
#[test]
fn a_dollar_alone_makes_no_directive() {
    for key in [
        "$x",
        "$",
        "$Patch",
        "$patches",
        "$setElementOrder",
        "$setElementOrder/",
        "$deleteFromPrimitiveList/",
        "$retainkeys",
        "x$patch",
    ] {
        assert!(is_judged(&manifest("", &format!("{key}: delete"), "")), "{key}");
        assert!(is_judged(&manifest("", "", &format!("{key}: delete"))), "{key}");
    }
}
