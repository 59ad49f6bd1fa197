//! What a change does to objects: rules that see the version of a commit too.

use super::repository;
use crate::common::program::Run;
use batchlint::engine::change::lint_change;
use batchlint::engine::read::read;
use batchlint::text::source::Source;

use crate::common::strict;

pub(super) const JOB: &str = "\
apiVersion: batch/v1
kind: Job
metadata: {name: shop-migrate}
spec:
  activeDeadlineSeconds: 600
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: migrate
        image: registry.example.com/shop/migrate:2.3.0
        env:
        - {name: REGION, value: eu}
        - {name: MODE, value: fast}
        resources: {limits: {cpu: 1, memory: 1Gi}}
";

pub(super) const CRON_JOB: &str = "\
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec:
  schedule: '0 3 * * *'
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: report, image: 'registry.example.com/shop/report:1.4.2'}]
";

/// Checks a file after a change; only these rules are on.
fn check(name: &str, old: &str, new: &str, rules: &str) -> Option<Run> {
    let directory = repository(name, &[("jobs.yaml", old)])?;
    directory.write("jobs.yaml", new.as_bytes());
    let run = directory.run(&[
        "check",
        "--format",
        "concise",
        "--new-from",
        "main",
        "--select",
        rules,
        "--fail-on",
        "info",
    ]);
    assert_eq!(run.err, "");
    Some(run)
}

/// The messages of a rule in what a change of a file does.
fn found(rule: &str, old: &str, new: &str) -> Vec<String> {
    let manifest = |text: &str| read(Source::new("jobs.yaml", text));
    let outcome = lint_change(&manifest(old), &manifest(new), &strict(None), &|_| false);
    let own = outcome.findings.into_iter().filter(|it| it.rule.id == rule);
    own.map(|it| it.message.into_owned()).collect()
}

#[test]
fn a_changed_template_is_found_where_it_stands_now_and_counts() {
    let new = format!("# a comment\n{}", JOB.replace("2.3.0", "2.4.0"));
    let Some(run) = check("change-template", JOB, &new, "immutable-field-changed") else { return };
    let expected = "jobs.yaml:12:16: warning[immutable-field-changed] the API server rejects this change as long as the \
                    Job exists: `spec.template.spec.containers[0].image` is immutable\n\
                    checked 1 object in 1 file: 1 warning; 0 known from main\n";
    assert_eq!((run.code, run.out.as_str()), (1, expected));
}

#[test]
fn fields_that_change_too_are_counted() {
    let change = |new: &str| found("immutable-field-changed", JOB, new).concat();
    let two = JOB.replace("2.3.0", "2.4.0").replace("value: eu", "value: us");
    assert!(change(&two).ends_with(
        "`spec.template.spec.containers[0].image` is immutable, and so is another field in this change"
    ));
    let three = two.replace("value: fast", "value: slow");
    assert!(
        change(&three).ends_with(" is immutable, and so are 2 other fields in this change"),
        "{}",
        change(&three)
    );
}

#[test]
fn a_comment_suppresses_it_and_is_never_unused() {
    let new = JOB.replace("2.3.0", "2.4.0 # batchlint: ignore[immutable-field-changed] deleted by hand");
    let rules = "immutable-field-changed,unused-suppression";
    let Some(run) = check("change-suppressed", JOB, &new, rules) else { return };
    assert_eq!((run.code, run.out.contains("no new findings")), (0, true), "{}", run.out);
    let Some(run) = check("change-later", &new, &format!("{new}# x\n"), rules) else { return };
    assert_eq!((run.code, run.out.contains("no new findings")), (0, true), "{}", run.out);
}

/// What cannot change in a Job: `ValidateJobSpecUpdate` and `validatePodTemplateUpdate` of Kubernetes 1.37.2.
#[test]
fn immutable_fields_are_known_by_what_is_stored() {
    let id = "immutable-field-changed";
    let changes = |from: &str, to: &str| {
        let new = JOB.replacen(from, to, 1);
        assert_ne!(new, JOB, "{from}");
        found(id, JOB, &new).len()
    };
    let spec = |line: &str| changes("  template:\n", &format!("  {line}\n  template:\n"));
    let pod = |line: &str| {
        changes("      restartPolicy: Never\n", &format!("      restartPolicy: Never\n      {line}\n"))
    };
    for line in [
        "completions: 2",
        "completionMode: Indexed",
        "backoffLimitPerIndex: 1",
        "managedBy: example.com/queue",
        "podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]}",
        "successPolicy: {rules: [{succeededCount: 1}]}",
        "selector: {matchLabels: {a: b}}",
    ] {
        assert_eq!(spec(line), 1, "{line}");
    }
    for line in [
        "completions: 1",
        "completionMode: NonIndexed",
        "backoffLimit: 2",
        "parallelism: 3",
        "ttlSecondsAfterFinished: 60",
        "suspend: true",
        "podReplacementPolicy: Failed",
        "manualSelector: false",
    ] {
        assert_eq!(spec(line), 0, "{line}");
    }
    // The queue of a suspended Job may choose its nodes, but not where its pods are in relation to others.
    let suspended = JOB.replacen("  template:\n", "  suspend: true\n  template:\n", 1);
    let affinity = |fields: &str| {
        let fields = format!("      restartPolicy: Never\n      affinity: {{{fields}}}\n");
        suspended.replacen("      restartPolicy: Never\n", &fields, 1)
    };
    let node = "nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{}]}}";
    let pod_affinity =
        "podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone}]}";
    let both = format!("{node}, {pod_affinity}");
    for (old, new, number) in [
        (&suspended, &affinity(node), 0),
        (&affinity(node), &suspended, 0),
        (&affinity(pod_affinity), &affinity(&both), 0),
        (&suspended, &affinity(pod_affinity), 1),
        (&affinity(node), &affinity(&both), 1),
    ] {
        assert_eq!(found(id, old, new).len(), number, "{old} {new}");
    }
    for line in ["nodeSelector: {a: b}", "enableServiceLinks: false", "terminationGracePeriodSeconds: 5"] {
        assert_eq!(pod(line), 1, "{line}");
    }
    for line in
        ["dnsPolicy: ClusterFirst", "terminationGracePeriodSeconds: 30", "securityContext: {}", "volumes: []"]
    {
        assert_eq!(pod(line), 0, "{line}");
    }
    assert_eq!(changes("value: eu", "value: us"), 1);
    assert_eq!(changes("        - {name: MODE, value: fast}\n", ""), 1);
    assert_eq!(changes("memory: 1Gi", "memory: 1024Mi"), 0);
    assert_eq!(
        changes("{limits: {cpu: 1, memory: 1Gi}}", "{limits: {cpu: 1000m, memory: 1Gi}, requests: {cpu: 1}}"),
        0
    );
    assert_eq!(
        changes("{limits: {cpu: 1, memory: 1Gi}}", "{limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 500m}}"),
        1
    );
    let (eu, fast) = ("        - {name: REGION, value: eu}\n", "        - {name: MODE, value: fast}\n");
    assert_eq!(changes(&format!("{eu}{fast}"), &format!("{fast}{eu}")), 0, "another order");
    assert_eq!(changes("migrate:2.3.0", "migrate:${VERSION}"), 0, "it may be the old one");
    let script = |line: &str| {
        JOB.replace("        env:", &format!("        args:\n        - |\n          {line}\n        env:"))
    };
    let host = "oc get route -o go-template='{{.spec.host}}' a";
    assert_eq!(found(id, &script(host), &script(&format!("{host} b"))).len(), 1, "the rest has changed");
    assert_eq!(
        found(id, &script("load {{ .a }}"), &script("load {{ .b }}")).len(),
        0,
        "both may be one text"
    );
    assert_eq!(changes("  activeDeadlineSeconds: 600\n", ""), 0);
}

#[test]
fn who_replaces_a_job_may_change_it() {
    let metadata =
        |more: &str| JOB.replace("{name: shop-migrate}", &format!("{{name: shop-migrate, {more}}}"));
    for annotation in [
        "helm.sh/hook: pre-upgrade",
        "argocd.argoproj.io/hook: PreSync",
        "'argocd.argoproj.io/sync-options': 'Force=true,Replace=true'",
        "kustomize.toolkit.fluxcd.io/force: enabled",
    ] {
        let old = metadata(&format!("annotations: {{{annotation}}}"));
        assert_eq!(
            found("immutable-field-changed", &old, &old.replace("2.3.0", "2.4.0")).len(),
            0,
            "{annotation}"
        );
    }
    let old = JOB.replace("  template:", "  ttlSecondsAfterFinished: 60\n  template:");
    assert_eq!(found("immutable-field-changed", &old, &old.replace("2.3.0", "2.4.0")).len(), 0);
    // A Job of another name or namespace is another one.
    assert_eq!(
        found("immutable-field-changed", JOB, &JOB.replace("migrate}", "migrate-2}").replace("2.3.0", "2"))
            .len(),
        0
    );
    let (a, b) = (metadata("namespace: a"), metadata("namespace: b"));
    assert_eq!(found("immutable-field-changed", &a, &b.replace("2.3.0", "2.4.0")).len(), 0);
    let indexed = JOB
        .replace("  template:", "  completionMode: Indexed\n  completions: 3\n  parallelism: 3\n  template:");
    let scaled = indexed.replace("completions: 3", "completions: 5");
    assert_eq!(found("immutable-field-changed", &indexed, &scaled).len(), 1);
    assert_eq!(
        found("immutable-field-changed", &indexed, &scaled.replace("parallelism: 3", "parallelism: 5")).len(),
        0
    );
}

/// The credentials of the old version are hidden in what is said of the new one.
#[test]
fn credentials_of_the_old_version_stay_hidden() {
    let env = |name: &str, key: &str| {
        CRON_JOB
            .replace("name: report}", &format!("name: {name}}}"))
            .replace("name: report,", &format!("name: report, env: [{{name: DB_PASSWORD, value: {key}}}],"))
    };
    let messages =
        found("renamed-cron-job", &env("hunter2-zx9qk", "hunter2-zx9qk"), &env("report", "xyzzy-17-b"));
    assert_eq!(messages.len(), 1);
    assert!(!messages[0].contains("hunter2"), "{}", messages[0]);
}

#[test]
fn a_resumed_cron_job_starts_what_it_missed() {
    let id = "resume-starts-run";
    let with = |lines: &str| CRON_JOB.replace("  jobTemplate:", &format!("{lines}  jobTemplate:"));
    let old = with("  suspend: true\n");
    let expected = "the latest run that was due while the CronJob was suspended, if any, starts as soon as this is applied, up to \
                    24 h late: `startingDeadlineSeconds` is not set";
    assert_eq!(found(id, &old, CRON_JOB), [expected]);
    assert_eq!(found(id, &old, &with("  startingDeadlineSeconds: 86399\n")).len(), 0);
    assert_eq!(found(id, &old, &with("  startingDeadlineSeconds: 86400\n")).len(), 1);
    assert_eq!(
        found(id, &old, &CRON_JOB.replace("0 3", "0 4")).len(),
        0,
        "the controller waits for the new time"
    );
    assert_eq!(found(id, &old, &old).len(), 0);
    assert_eq!(found(id, CRON_JOB, CRON_JOB).len(), 0);
    // Weekdays: from Friday to Monday it is longer.
    let weekdays = |text: &str| text.replace("* * *'", "* * 1-5'");
    let deadline = with("  startingDeadlineSeconds: 90000\n");
    assert_eq!(found(id, &weekdays(&old), &weekdays(&deadline)).len(), 0);
}

#[test]
fn a_later_hour_starts_a_run_for_the_day_of_the_change() {
    let id = "schedule-change-starts-run";
    let change = |old: &str, new: &str, more: &str| {
        let text = |schedule: &str| CRON_JOB.replace("'0 3 * * *'", &format!("'{schedule}'"));
        found(id, &text(old), &text(new).replace("  jobTemplate:", &format!("{more}  jobTemplate:")))
    };
    let expected = "in 75 % of cases, depending on when it is applied, this change starts an extra run, 18 h late, when the \
                    old schedule would have been due next: a time of the new schedule counts as missed";
    assert_eq!(change("0 3 * * *", "0 9 * * *", ""), [expected]);
    assert_eq!(change("0 3 * * *", "0 9 * * *", "  startingDeadlineSeconds: 64800\n").len(), 0);
    assert_eq!(change("0 3 * * *", "0 9 * * *", "  startingDeadlineSeconds: 64801\n").len(), 1);
    assert_eq!(change("0 3 * * *", "0 9 * * *", "  suspend: true\n").len(), 0);
    // A time zone is a change of times as well.
    assert_eq!(change("0 3 * * *", "0 3 * * *", "  timeZone: America/New_York\n").len(), 1);
    for (old, new) in [
        ("0 9 * * *", "0 3 * * *"),
        // The next time of the new schedule comes first.
        ("0 3 * * 0", "0 3 * * *"),
        ("0 3 * * *", "0 3 * * 0"),
        ("0 * * * *", "30 * * * *"),
        ("*/15 * * * *", "0 9 * * *"),
        ("0 3 * * *", "00 03 * * *"),
        ("0 3 * * *", "@every 12h"),
        ("0 3 * * *", "0 9 30 2 *"),
    ] {
        assert_eq!(change(old, new, "").len(), 0, "{old} {new}");
    }
}

#[test]
fn a_renamed_cron_job_leaves_the_old_one_running() {
    let new = CRON_JOB.replace("name: report}", "name: daily-report}");
    let rules = "renamed-cron-job";
    let Some(run) = check("change-rename", CRON_JOB, &new, rules) else { return };
    assert!(run.out.contains("the old CronJob `report` keeps starting runs"), "{}", run.out);
    let id = "renamed-cron-job";
    assert_eq!(found(id, CRON_JOB, &new.replace("report:1.4.2", "other:7")).len(), 1, "nearly the same");
    let other = new.replace("report:1.4.2", "other:7").replace("0 3", "0 4").replace("Never", "OnFailure");
    assert_eq!(found(id, CRON_JOB, &other).len(), 0, "other work");
    assert_eq!(found(id, CRON_JOB, &format!("{CRON_JOB}---\n{new}")).len(), 0, "a copy");
    let two = format!("{new}---\n{}", CRON_JOB.replace("name: report}", "name: weekly}"));
    assert_eq!(found(id, CRON_JOB, &two).len(), 0, "which of them?");
    let suspended = |text: &str| text.replace("  jobTemplate:", "  suspend: true\n  jobTemplate:");
    assert_eq!(found(id, &suspended(CRON_JOB), &suspended(&new)).len(), 0);
    let pruned =
        |text: &str| text.replace("report}", "report, annotations: {argocd.argoproj.io/sync-wave: '1'}}");
    assert_eq!(found(id, &pruned(CRON_JOB), &pruned(&new)).len(), 0);

    // In another namespace it is another CronJob.
    let at = |namespace: &str| {
        CRON_JOB.replace("name: report}", &format!("name: report, namespace: {namespace}}}"))
    };
    let moved = "the old CronJob in the namespace `shop` keeps starting runs alongside the one in `sales`, which does the same \
                 work: `kubectl apply` does not delete it";
    assert_eq!(found(id, &at("shop"), &at("sales")), [moved]);
    assert_eq!(found(id, CRON_JOB, &at("sales")).len(), 0, "it may have been there");
    assert_eq!(found(id, &at("shop"), &format!("{}---\n{}", at("shop"), at("sales"))).len(), 0, "a copy");
    assert_eq!(found(id, &at("${NAMESPACE}"), &at("sales")).len(), 0);
    let Some(run) = check("change-namespace", &at("shop"), &at("sales"), rules) else { return };
    assert!(run.out.contains("the old CronJob in the namespace `shop` keeps starting runs"), "{}", run.out);

    // What stands in another file of the run is not gone.
    let Some(directory) = repository("change-moved", &[("jobs.yaml", CRON_JOB)]) else { return };
    directory.write("jobs.yaml", new.as_bytes());
    directory.write("moved.yaml", CRON_JOB.as_bytes());
    let run = directory.run(&["check", "--new-from", "main", "--select", rules]);
    assert!(run.out.contains("no new findings"), "{}", run.out);
}
