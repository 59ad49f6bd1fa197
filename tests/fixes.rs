//! Fixes: what they make of a text, that findings go and nothing new comes, and what `Safe` means.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests may fail, and read files")]

mod common;

use batchlint::fix::apply;
use batchlint::lint::{Outcome, lint};
use batchlint::source::Source;
use common::program::Folder;
use common::strict;

fn judge(text: &str) -> Outcome {
    lint(Source::new("a.yaml", text), &strict(None))
}

/// Applies all fixes of one rule to a text.
fn fixed(rule: &str, text: &str) -> String {
    let outcome = judge(text);
    let fixes: Vec<_> =
        outcome.findings.iter().filter(|it| it.rule.id == rule).filter_map(|it| it.fix.clone()).collect();
    assert!(!fixes.is_empty(), "{rule} offers no fix for\n{text}");
    apply(text, &fixes)
}

fn job(spec: &str) -> String {
    format!("apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a}}\nspec:{spec}")
}

#[test]
fn a_missing_field_is_written_before_the_others_in_their_indentation() {
    let before = job(
        "\n    # why\n    template:\n        spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}\n",
    );
    let after = before.replace("    # why\n", "    backoffLimit: 6\n    # why\n");
    assert_eq!(fixed("missing-backoff-limit", &before), after);
}

#[test]
fn line_ends_and_null_stay_as_they_are_written() {
    let before = job(
        "\n  backoffLimit: # later\n  template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}\n",
    );
    let before = before.replace('\n', "\r\n");
    let after = before.replace("backoffLimit: # later", "backoffLimit: 6 # later");
    assert_eq!(fixed("missing-backoff-limit", &before), after);
    let null = before.replace("backoffLimit: # later", "backoffLimit: ~");
    assert_eq!(
        fixed("missing-backoff-limit", &null),
        before.replace("backoffLimit: # later", "backoffLimit: 6")
    );
}

#[test]
fn flow_style_and_json_are_edited_in_their_own_way() {
    let flow = job(" {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}}\n");
    assert_eq!(
        fixed("missing-backoff-limit", &flow),
        flow.replace("spec: {template", "spec: {backoffLimit: 6, template")
    );
    let json = r#"{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"a","image":"a:1"}]}}}}"#;
    let after = json.replace(r#""spec":{"template""#, r#""spec":{"backoffLimit": 6, "template""#);
    assert_eq!(fixed("missing-backoff-limit", json), after);
}

#[test]
fn what_an_alias_shares_is_not_edited() {
    let shared = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: batch/v1\n  kind: Job\n  metadata: {name: a}\n  spec: &spec\n    template:\n      spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}\n- apiVersion: batch/v1\n  kind: Job\n  metadata: {name: b}\n  spec: *spec\n";
    let outcome = judge(shared);
    let limits = outcome.findings.iter().filter(|it| it.rule.id == "missing-backoff-limit");
    assert!(limits.clone().count() == 2 && limits.clone().all(|it| it.fix.is_none()));
}

#[test]
fn the_program_fixes_files_in_place_and_keeps_the_rest() {
    let before = job(
        "\n  # as it is\n  template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}   \n",
    ) + "---\n# another\n";
    let folder = Folder::new("fix", &[("job.yaml", &before)]);
    let diff = folder.run(&["check", "--diff"]);
    assert_eq!(diff.code, 1);
    assert!(
        diff.out.contains("+  backoffLimit: 6\n") && diff.out.starts_with("--- a/job.yaml\n"),
        "{}",
        diff.out
    );
    assert_eq!(
        std::fs::read_to_string(folder.0.join("job.yaml")).unwrap(),
        before,
        "`--diff` writes nothing"
    );
    let fixed = folder.run(&["check", "--fix-only"]);
    assert_eq!((fixed.code, fixed.err.as_str()), (0, "applied 1 fix\n"));
    let after = before.replace("  # as it is", "  backoffLimit: 6\n  # as it is");
    assert_eq!(std::fs::read_to_string(folder.0.join("job.yaml")).unwrap(), after);
    assert_eq!(folder.run(&["check", "--diff"]).out, "", "a second run has nothing to fix");
}

#[cfg(unix)]
#[test]
fn permissions_stay_and_links_stay_links() {
    use std::os::unix::fs::PermissionsExt as _;
    let text = job(" {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}}\n");
    let folder = Folder::new("fix-link", &[("real/job.yaml", &text)]);
    let (real, link) = (folder.0.join("real/job.yaml"), folder.0.join("link.yaml"));
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("real/job.yaml", &link).unwrap();
    folder.run(&["check", "--fix", "link.yaml"]);
    assert!(std::fs::read_to_string(&real).unwrap().contains("backoffLimit: 6"));
    assert!(std::fs::symlink_metadata(&link).unwrap().file_type().is_symlink());
    assert_eq!(std::fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_diff_hides_secrets() {
    let text = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n      - name: a\n        env: [{name: DB_PASSWORD, value: horse-battery-staple}]\n";
    let folder = Folder::new("fix-secret", &[("job.yaml", text)]);
    let diff = folder.run(&["check", "--diff", "--unsafe-fixes"]).out;
    assert!(!diff.is_empty() && !diff.contains("horse"), "{diff}");
}
