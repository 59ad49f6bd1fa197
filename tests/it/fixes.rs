//! Fixes: what they make of a text, that findings go and nothing new comes, and what `Safe` means.

mod hidden;
mod metadata;
mod properties;
mod safe;

use crate::common::program::TempDirectory;
use crate::common::strict;
use batchlint::engine::lint::lint;
use batchlint::engine::outcome::Outcome;
use batchlint::manifest::edit::Safety;
use batchlint::manifest::edit::apply::apply;
use batchlint::rewrite::fix_all::fix_all;
use batchlint::text::source::Source;

fn judge(text: &str) -> Outcome {
    lint(Source::new("a.yaml", text), &strict(None))
}

/// Applies all fixes of one rule to a text.
fn fixed(rule: &str, text: &str) -> String {
    let outcome = judge(text);
    let fixes: Vec<_> =
        outcome.findings.iter().filter(|it| it.rule.id == rule).filter_map(|it| it.fix.as_deref()).collect();
    assert!(!fixes.is_empty(), "{rule} offers no fix for\n{text}");
    apply(text, fixes)
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

/// A mapping ends where its last value is written, which an alias is: not where the anchor is.
#[test]
fn an_alias_at_the_end_of_a_mapping_leaves_its_other_fields_editable() {
    let before = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: &app sync}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers: [{name: a, image: 'a:1'}]\n      serviceAccountName: *app\n";
    let after = before.replace("spec:\n  template", "spec:\n  backoffLimit: 6\n  template");
    assert_eq!(fixed("missing-backoff-limit", before), after);
}

/// `apk` changes owners: without the rights of root it fails.
#[test]
fn rights_that_a_script_needs_are_not_taken_away() {
    let with_script = |script: &str| {
        job_of(&format!(
            "      restartPolicy: Never\n      containers: [{{name: a, image: 'a:1', command: [sh, -c, '{script}']}}]\n"
        ))
    };
    let finding = |text: &str| {
        judge(text).findings.into_iter().find(|it| it.rule.id == "capabilities-not-dropped").unwrap()
    };
    let needed = finding(&with_script("apk add --no-cache curl && curl https://example.com"));
    assert!(needed.fix.is_none() && needed.alternative.is_none());
    let help = needed.help.unwrap();
    assert!(help.contains("no fix is offered because `apk` needs some of these capabilities"), "{help}");
    assert!(finding(&with_script("curl https://example.com")).fix.is_some());
}

/// Applies what `--fix --unsafe-fixes` does for one rule.
fn boldly_fixed(rule: &str, text: &str) -> String {
    let outcome = judge(text);
    let own = outcome.findings.iter().filter(|it| it.rule.id == rule);
    let fixes: Vec<_> = own.filter_map(|it| it.fix_within(Safety::Unsafe)).collect();
    assert!(!fixes.is_empty(), "{rule} offers no fix for\n{text}");
    apply(text, fixes)
}

/// Writes a Job with this pod `spec`, indented by six.
fn job_of(pod: &str) -> String {
    job(&format!("\n  backoffLimit: 2\n  template:\n    spec:\n{pod}"))
}

#[test]
fn the_help_says_where_an_alias_stands_in_the_way() {
    let shared = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: batch/v1\n  kind: Job\n  metadata: {name: a}\n  spec: &spec\n    template:\n      spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}\n- apiVersion: batch/v1\n  kind: Job\n  metadata: {name: b}\n  spec: *spec\n";
    let outcome = judge(shared);
    let limits = outcome.findings.iter().filter(|it| it.rule.id == "missing-backoff-limit");
    let says = |help: Option<&str>| help.is_some_and(|it| it.ends_with("through an alias or a merge"));
    assert!(limits.clone().count() == 2 && limits.clone().all(|it| says(it.help.as_deref())));
}

#[test]
fn a_misplaced_field_moves_with_its_comments_to_the_indentation_of_its_new_place() {
    let before = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  schedule: '5 4 * * *'\n  # who may run it\n  securityContext:\n    # not root\n    runAsUser: 1000 # app\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          restartPolicy: Never\n          containers: [{name: a, image: 'a:1'}]\n";
    let after = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  schedule: '5 4 * * *'\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          # who may run it\n          securityContext:\n            # not root\n            runAsUser: 1000 # app\n          restartPolicy: Never\n          containers: [{name: a, image: 'a:1'}]\n";
    assert_eq!(boldly_fixed("unknown-field", before), after);
    let in_flow = "{apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {template: {spec: {restartPolicy: Never, backoffLimit: 2, containers: [{name: a, image: 'a:1'}]}}}}\n";
    let moved = in_flow
        .replace("backoffLimit: 2, ", "")
        .replace("spec: {template", "spec: {backoffLimit: 2, template");
    assert_eq!(boldly_fixed("unknown-field", in_flow), moved);
}

#[test]
fn a_misplaced_field_stays_where_the_right_place_is_taken_or_one_of_two() {
    let taken = job_of(
        "      restartPolicy: Never\n      backoffLimit: 3\n      containers: [{name: a, image: 'a:1'}]\n",
    );
    let of_two = job_of(
        "      restartPolicy: Never\n      command: [work]\n      containers:\n      - {name: a, image: 'a:1'}\n      - {name: b, image: 'b:1'}\n",
    );
    for text in [taken, of_two] {
        let findings = judge(&text).findings;
        assert!(findings.iter().any(|it| it.rule.id == "unknown-field" && it.fix.is_none()), "{text}");
    }
}

#[test]
fn a_sidecar_becomes_a_native_one() {
    let before = job_of(
        "      restartPolicy: Never\n      containers:\n        - name: work\n          image: a:1\n          command: [work]\n        # the database\n        - name: proxy # keep\n          image: b:1\n          command: [cloud-sql-proxy, db]\n",
    );
    let after = job_of(
        "      restartPolicy: Never\n      initContainers:\n        # the database\n        - name: proxy # keep\n          restartPolicy: Always\n          image: b:1\n          command: [cloud-sql-proxy, db]\n      containers:\n        - name: work\n          image: a:1\n          command: [work]\n",
    );
    assert_eq!(boldly_fixed("endless-sidecar", &before), after);
    let with_others = before.replace(
        "      containers:",
        "      initContainers:\n      - {name: first, image: 'c:1', command: [migrate]}\n      containers:",
    );
    let behind_them = job_of(
        "      restartPolicy: Never\n      initContainers:\n      - {name: first, image: 'c:1', command: [migrate]}\n      # the database\n      - name: proxy # keep\n        restartPolicy: Always\n        image: b:1\n        command: [cloud-sql-proxy, db]\n      containers:\n        - name: work\n          image: a:1\n          command: [work]\n",
    );
    assert_eq!(boldly_fixed("endless-sidecar", &with_others), behind_them);
    let flow = job(
        " {backoffLimit: 2, template: {spec: {restartPolicy: Never, containers: [{name: work, image: 'a:1', command: [work]}, {name: proxy, image: 'b:1', command: [envoy]}]}}}\n",
    );
    let moved = job(
        " {backoffLimit: 2, template: {spec: {initContainers: [{restartPolicy: Always, name: proxy, image: 'b:1', command: [envoy]}], restartPolicy: Never, containers: [{name: work, image: 'a:1', command: [work]}]}}}\n",
    );
    assert_eq!(boldly_fixed("endless-sidecar", &flow), moved);
}

/// `# [END proxy]` belongs to what `# [START proxy]` stands above.
#[test]
fn a_closing_comment_moves_with_what_it_closes() {
    let proxy = "      # [START proxy]\n      - name: proxy\n        image: b:1\n        command: [cloud-sql-proxy, db]\n      # [END proxy]\n";
    let native = proxy.replace("name: proxy\n", "name: proxy\n        restartPolicy: Always\n");
    let work =
        "      # the end of the day\n      - name: work\n        image: a:1\n        command: [work]\n";
    let head = "      restartPolicy: Never\n";
    let after = job_of(&format!("{head}      initContainers:\n{native}      containers:\n{work}"));
    for both in [format!("{proxy}{work}"), format!("{work}{proxy}")] {
        let before = job_of(&format!("{head}      containers:\n{both}"));
        assert_eq!(boldly_fixed("endless-sidecar", &before), after);
    }
}

/// A list that moves is indented below its key like the lists next to it.
#[test]
fn what_moves_is_indented_as_its_new_neighbours() {
    let containers = "      containers:\n      - name: a\n        image: a:1\n";
    let before = format!(
        "      restartPolicy: Never\n{containers}        volumes:\n            # for reports\n            - name: data\n              emptyDir: {{}}\n"
    );
    let after = format!(
        "      volumes:\n      # for reports\n      - name: data\n        emptyDir: {{}}\n      restartPolicy: Never\n{containers}"
    );
    assert_eq!(boldly_fixed("unknown-field", &job_of(&before)), job_of(&after));
}

#[test]
fn a_secret_is_read_from_a_secret() {
    let env = |entry: &str| {
        job_of(&format!(
            "      restartPolicy: Never\n      containers:\n      - name: a\n        image: a:1\n        env:\n{entry}"
        ))
    };
    let before = env(
        "        - name: DB_PASSWORD\n          value: horse-battery-staple # later\n        - {name: OTHER_PASSWORD, value: horse-battery-staple}\n",
    );
    let after = env(
        "        - name: DB_PASSWORD\n          valueFrom:\n            secretKeyRef:\n              name: a\n              key: DB_PASSWORD # later\n        - {name: OTHER_PASSWORD, valueFrom: {secretKeyRef: {name: a, key: OTHER_PASSWORD}}}\n",
    );
    assert_eq!(boldly_fixed("literal-secret", &before), after);
}

#[test]
fn a_script_gets_errexit_in_its_own_style() {
    let container = |command: &str| {
        job_of(&format!(
            "      restartPolicy: Never\n      containers:\n      - name: a\n        image: debian:13\n        command: {command}"
        ))
    };
    let cases = [
        ("[sh, -c, 'import; publish']\n", "[sh, -ec, 'import; publish']\n"),
        ("['/bin/bash', '-xc', \"import\\npublish\"]\n", "['/bin/bash', '-exc', \"import\\npublish\"]\n"),
        (
            "[sh, -c]\n        args:\n        - |\n          import\n          publish\n",
            "[sh, -c]\n        args:\n        - |\n          set -e\n          import\n          publish\n",
        ),
        (
            "\n        - bash\n        - -c\n        - |\n          #!/bin/bash\n\n          import\n          publish\n",
            "\n        - bash\n        - -c\n        - |\n          #!/bin/bash\n\n          set -e\n          import\n          publish\n",
        ),
    ];
    for (before, after) in cases {
        assert_eq!(boldly_fixed("missing-errexit", &container(before)), container(after));
    }
}

/// Options join the `set` that a script starts with.
#[test]
fn a_script_sets_its_options_in_one_line() {
    let rules = ["missing-errexit", "missing-pipefail", "missing-nounset"];
    let job = |script: &str| {
        job_of(&format!(
            "      restartPolicy: Never\n      containers:\n      - name: a\n        image: debian:13\n        command: [bash, -c]\n        args:\n        - |\n{script}"
        ))
    };
    let commands = "          dump \"$SHOP\" | gzip > /tmp/shop.gz\n          publish\n";
    let cases = [
        ("", "          set -euo pipefail\n"),
        ("          # nightly\n          set -x\n", "          # nightly\n          set -xeuo pipefail\n"),
        ("          set -o pipefail\n", "          set -euo pipefail\n"),
    ];
    for (before, after) in cases {
        let mut config = strict(None);
        config.select = rules.into_iter().collect();
        let fixed =
            fix_all(&Source::new("a.yaml", job(&format!("{before}{commands}"))), &config, Safety::Unsafe);
        assert_eq!(fixed.text, job(&format!("{after}{commands}")));
        assert!(fixed.run.outcome.findings.is_empty(), "{:?}", fixed.run.outcome.findings);
    }
}

/// The `sh` of Debian may have no `pipefail`, but Debian has Bash; of other images nothing is known.
#[test]
fn a_pipeline_in_sh_is_run_by_bash_where_that_is_there() {
    let job = |image: &str, shell: &str, script: &str| {
        job_of(&format!(
            "      restartPolicy: Never\n      containers:\n      - name: a\n        image: {image}\n        command: [{shell}, -c]\n        args:\n        - |\n{script}"
        ))
    };
    let script = "          render a | fill > /tmp/a\n          publish /tmp/a\n";
    let mut config = strict(None);
    config.select = ["missing-errexit", "missing-pipefail"].into_iter().collect();
    let fixed = |text: String| fix_all(&Source::new("a.yaml", text), &config, Safety::Unsafe);
    let of_debian = fixed(job("python:3.12-slim", "sh", script));
    let options = "          set -eo pipefail\n";
    assert_eq!(of_debian.text, job("python:3.12-slim", "bash", &format!("{options}{script}")));
    assert!(of_debian.run.outcome.findings.is_empty());
    let unknown = job("registry.example.com/a:1.0", "sh", script);
    assert_eq!(fixed(unknown.clone()).text, unknown);
    // `dash` and Bash print this in two ways.
    let escaped = job("python:3.12-slim", "sh", &format!("{script}          echo 'a\\nb'\n"));
    assert_eq!(fixed(escaped.clone()).text, escaped);
}

#[test]
fn a_concurrency_policy_is_the_default_or_with_a_deadline_what_is_better() {
    let cron_job = |policy: &str| {
        format!(
            "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: a}}\nspec:\n{policy}  schedule: '5 4 * * *'\n  jobTemplate:\n    spec:\n      activeDeadlineSeconds: 600\n      template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: 'a:1'}}]}}}}\n"
        )
    };
    let rule = "missing-concurrency-policy";
    assert_eq!(fixed(rule, &cron_job("")), cron_job("  concurrencyPolicy: Allow\n"));
    assert_eq!(boldly_fixed(rule, &cron_job("")), cron_job("  concurrencyPolicy: Forbid\n"));
    let hanging = cron_job("").replace("      activeDeadlineSeconds: 600\n", "");
    assert!(
        boldly_fixed(rule, &hanging).contains("Allow"),
        "a run that hangs would keep all others from starting"
    );
}

#[test]
fn a_default_is_not_written_beside_a_misplaced_or_misspelled_field() {
    let cron_job = |above: &str, below: &str| {
        format!(
            "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: a}}\nspec:\n  schedule: '5 4 * * *'\n  concurrencyPolicy: Replace\n{above}  jobTemplate:\n    spec:\n{below}      template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: 'a:1'}}]}}}}\n"
        )
    };
    for text in [cron_job("  backoffLimit: 2\n", ""), cron_job("", "      backofLimit: 2\n")] {
        let safe = fix_all(&Source::new("a.yaml", text.as_str()), &strict(None), Safety::Safe).text;
        assert!(!safe.contains("6\n"), "{safe}");
        let bold = fix_all(&Source::new("a.yaml", text), &strict(None), Safety::Unsafe).text;
        assert_eq!(bold.matches("      backoffLimit: 2\n").count(), 1, "{bold}");
        assert!(!bold.contains("backoffLimit: 6"), "{bold}");
    }
}

#[test]
fn numbers_and_texts_are_replaced_within_their_quotes() {
    let cron_job = |schedule: &str, ttl: &str| {
        format!(
            "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: a}}\nspec:\n  schedule: {schedule}\n  jobTemplate:\n    spec:\n      activeDeadlineSeconds: 5400\n      ttlSecondsAfterFinished: {ttl}\n      template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: 'a:1'}}]}}}}\n"
        )
    };
    let uneven = cron_job("\"*/7 4-6 * * *\"", "86400");
    assert_eq!(boldly_fixed("uneven-step", &uneven), cron_job("\"*/6 4-6 * * *\"", "86400"));
    let twice = cron_job("\"*/20 */20 * * *\"", "86400");
    assert_eq!(boldly_fixed("uneven-step", &twice), cron_job("\"*/20 */12 * * *\"", "86400"));
    let short = cron_job("'*/30 * * * *'", "3600 # an hour");
    assert_eq!(boldly_fixed("deadline-not-below-ttl", &short), cron_job("'*/30 * * * *'", "7200 # an hour"));
}

#[test]
fn the_program_fixes_files_in_place_and_keeps_the_rest() {
    let before = job(
        "\n  # as it is\n  template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}   \n",
    ) + "---\n# another\n";
    let directory = TempDirectory::new("fix", &[("job.yaml", &before)]);
    let diff = directory.run(&["check", "--diff"]);
    assert_eq!((diff.code, diff.err.as_str()), (1, "would apply 1 fix\n"));
    assert!(
        diff.out.contains("+  backoffLimit: 6\n") && diff.out.starts_with("--- a/job.yaml\n"),
        "{}",
        diff.out
    );
    assert_eq!(
        std::fs::read_to_string(directory.0.join("job.yaml")).unwrap(),
        before,
        "`--diff` writes nothing"
    );
    let fixed = directory.run(&["check", "--fix-only"]);
    assert_eq!((fixed.code, fixed.err.as_str()), (0, "applied 1 fix\n"));
    let after = before.replace("  # as it is", "  backoffLimit: 6\n  # as it is");
    assert_eq!(std::fs::read_to_string(directory.0.join("job.yaml")).unwrap(), after);
    let again = directory.run(&["check", "--diff"]);
    assert_eq!((again.code, again.out.as_str(), again.err.as_str()), (0, "", "would apply 0 fixes\n"));
}

/// Whoever asks for both learns which one to leave out.
#[test]
fn changes_are_shown_or_written_not_both() {
    let directory = TempDirectory::new("fix-and-diff", &[("job.yaml", &job(" {}\n"))]);
    for flag in ["--fix", "--fix-only"] {
        let run = directory.run(&["check", flag, "--diff"]);
        let advice = format!("remove `{flag}` to see them, `--diff` to apply them");
        assert!(run.code == 2 && run.err.contains(&advice), "{}", run.err);
    }
}

/// A diff is no report: it says at least that there is something which it does not show.
#[test]
fn a_diff_says_that_something_cannot_be_read() {
    let directory = TempDirectory::new("fix-unread", &[("job.yaml", "kind: Job\na: [\n")]);
    let run = directory.run(&["check", "--diff"]);
    let said = "would apply 0 fixes; 1 input could not be read: `batchlint check` says why\n";
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (2, "", said));
    let run = directory.run(&["check", "--diff", "--add-ignore", "later"]);
    assert!(run.err.starts_with("would suppress 0 findings; "), "{}", run.err);
}

#[cfg(unix)]
#[test]
fn permissions_stay_and_links_stay_links() {
    use std::os::unix::fs::PermissionsExt as _;
    let text = job(" {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}}\n");
    let directory = TempDirectory::new("fix-link", &[("real/job.yaml", &text)]);
    let (real, link) = (directory.0.join("real/job.yaml"), directory.0.join("link.yaml"));
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("real/job.yaml", &link).unwrap();
    directory.run(&["check", "--fix", "link.yaml"]);
    assert!(std::fs::read_to_string(&real).unwrap().contains("backoffLimit: 6"));
    assert!(std::fs::symlink_metadata(&link).unwrap().file_type().is_symlink());
    assert_eq!(std::fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_diff_hides_secrets() {
    let text = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n      - name: a\n        env: [{name: DB_PASSWORD, value: horse-battery-staple}]\n";
    let directory = TempDirectory::new("fix-secret", &[("job.yaml", text)]);
    let diff = directory.run(&["check", "--diff", "--unsafe-fixes"]).out;
    assert!(!diff.is_empty() && !diff.contains("horse"), "{diff}");
}

#[test]
fn reports_show_fixes_and_never_a_secret_in_them() {
    let text = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n      - name: a\n        image: a:1\n      env:\n      - {name: DB_PASSWORD, value: horse-battery-staple}\n";
    let directory = TempDirectory::new("fix-report", &[("job.yaml", text)]);
    let human = directory.run(&["check"]).out;
    assert!(human.contains("fix:  write the default, `6` (--fix)"), "{human}");
    assert!(human.contains("1 fixable with `--fix`, 1 more with `--unsafe-fixes`"), "{human}");
    let json: serde_json::Value =
        serde_json::from_str(&directory.run(&["check", "--format", "json"]).out).unwrap();
    let fix = |rule: &str| {
        let findings = json["findings"].as_array().unwrap();
        findings.iter().find(|it| it["rule"] == rule).unwrap()["fix"].clone()
    };
    assert_eq!(fix("missing-backoff-limit")["edits"][0]["text"], "  backoffLimit: 6\n");
    assert_eq!(fix("unknown-field")["edits"], serde_json::Value::Null, "it would show the variables");
    // The variable is in the wrong place, where nobody looks for a secret yet.
    let moved = directory.run(&["check", "--diff", "--unsafe-fixes"]).out;
    assert!(moved.contains("env:") && !moved.contains("horse"), "{moved}");
}

const TWO: &str = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n      - name: a\n        image: debian:13\n        command:\n        - sh\n        - -c\n        - |\n          import\n          publish\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: batch/v1, kind: Job, metadata: {name: b}, spec: {template: {spec: {restartPolicy: Never,\n   containers: [{name: a, image: 'a:1'}]}}}}\n- apiVersion: batch/v1\n  kind: Job\n  metadata: {name: c}\n  spec:\n    template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:latest'}]}}\n";

#[test]
fn add_ignore_suppresses_all_that_is_found() {
    let directory = TempDirectory::new("add-ignore", &[("jobs.yaml", TWO)]);
    let found = directory.run(&["check", "--format", "concise", "--quiet"]).out.lines().count();
    let added = directory.run(&["check", "--add-ignore", "looked at in 2026"]);
    assert_eq!((added.code, added.err), (0, format!("suppressed {found} findings\n")), "{}", added.out);
    let text = std::fs::read_to_string(directory.0.join("jobs.yaml")).unwrap();
    let comments = text.lines().filter(|line| line.trim_start().starts_with("# batchlint: ignore["));
    assert!(comments.clone().all(|line| line.ends_with("] looked at in 2026")), "{text}");
    let rest: Vec<_> = text.lines().filter(|line| !line.contains("batchlint:")).collect();
    assert_eq!(rest, TWO.lines().collect::<Vec<_>>(), "nothing else changes");
    assert!(
        text.contains("        # batchlint: ignore[missing-errexit"),
        "above the item that holds the script\n{text}"
    );
    assert_eq!(directory.run(&["check"]).code, 0, "neither findings nor unused suppressions");
}

/// A finding that stands for another one suppresses two, and both are counted in both places.
#[test]
fn add_ignore_counts_what_the_report_counts() {
    let text = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  schedule: 7 3 * * *\n  concurrencyPolicy: Forbid\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          restartPolicy: Never\n          containers: [{name: a, image: 'a:1'}]\n";
    let directory = TempDirectory::new("add-ignore-also", &[("job.yaml", text)]);
    let select = ["--select", "stuck-forbid,missing-deadline"];
    let found = directory.run(&[&["check", "--format", "concise"], &select[..]].concat()).out;
    assert!(found.contains("(also missing-deadline)") && found.contains(": 1 warning"), "{found}");
    let added = directory.run(&[&["check", "--add-ignore", "known"], &select[..]].concat());
    assert_eq!(added.err, "suppressed 2 findings\n");
    assert!(added.out.ends_with(": no findings; 2 suppressed\n"), "{}", added.out);
}

#[test]
fn add_ignore_writes_annotations_where_comments_cannot_be() {
    let json = r#"{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a:latest"}]}}}}"#;
    let directory = TempDirectory::new("add-ignore-json", &[("job.json", json)]);
    directory.run(&["check", "--add-ignore", "by hand; for now"]);
    let text = std::fs::read_to_string(directory.0.join("job.json")).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let annotation = value["metadata"]["annotations"]["batchlint.dev/ignore"].as_str().unwrap();
    assert!(annotation.contains("mutable-image: by hand, for now; "), "{annotation}");
    assert_eq!(directory.run(&["check"]).code, 0);
}

#[test]
fn add_ignore_needs_a_reason_and_leaves_what_nobody_may_suppress() {
    let directory = TempDirectory::new(
        "add-ignore-forbidden",
        &[("jobs.yaml", TWO), (".batchlint.yaml", "suppressions: {forbidden: [missing-deadline]}\n")],
    );
    assert_eq!(directory.run(&["check", "--add-ignore", " "]).code, 2);
    let left = directory.run(&["check", "--add-ignore", "old", "--format", "concise", "--quiet"]);
    assert_eq!((left.code, left.out.lines().count()), (1, 3), "{}", left.out);
    assert!(left.out.lines().all(|line| line.contains("missing-deadline")), "{}", left.out);
}

#[test]
fn a_suppression_that_hides_nothing_goes_and_leaves_the_others() {
    let with = |comment: &str| {
        job_of(&format!(
            "      restartPolicy: Never{comment}\n      containers: [{{name: a, image: 'a:1'}}]\n"
        ))
    };
    let other = "\n      # batchlint: ignore[missing-memory-limit, mutable-image] small";
    let left = "\n      # batchlint: ignore[missing-memory-limit] small";
    assert_eq!(fixed("unused-suppression", &with(other)), with(left));
    assert_eq!(fixed("unused-suppression", &with(" # batchlint: ignore[mutable-image] small")), with(""));
    let line = "\n      # batchlint: ignore[mutable-image] small";
    assert_eq!(fixed("unused-suppression", &with(line)), with(""));
}
