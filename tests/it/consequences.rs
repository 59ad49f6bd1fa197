//! A message says what follows from this manifest, and no more.

use batchlint::diagnostic::severity::Severity;
use batchlint::engine::lint::lint;
use batchlint::manifest::edit::apply::apply;
use batchlint::text::source::Source;

use crate::common::{findings, only_finding, strict};

fn job(spec: &str, pod: &str, container: &str) -> String {
    format!(
        "apiVersion: batch/v1
kind: Job
metadata: {{name: import}}
spec:
{spec}  template:
    spec:
      restartPolicy: Never
{pod}      containers:
      - name: import
        image: registry.example.com/import:1.4.2
{container}"
    )
}

/// The deadline of a pod ends the pod: the Job starts another.
#[test]
fn a_sleep_can_outlast_the_deadline_of_the_job_or_of_the_pod() {
    let finding = |spec: &str, pod: &str, command: &str| {
        only_finding(
            "inner-timeout-above-deadline",
            &job(spec, pod, &format!("        command: {command}\n")),
        )
    };
    let (message, help) = finding("  activeDeadlineSeconds: 60\n", "", "[timeout, \"90\", import]");
    assert_eq!(
        message,
        "`timeout` would stop its command after 90 s, but `activeDeadlineSeconds` ends the Job after 60 s"
    );
    assert!(help.contains("the container itself can report what went wrong"), "{help}");
    let (message, help) = finding("", "      activeDeadlineSeconds: 60\n", "[sleep, \"90\"]");
    assert_eq!(
        message,
        "`sleep` would last 90 s, but the pod's `activeDeadlineSeconds` ends each pod after 60 s"
    );
    assert!(help.contains("it ends before the deadline"), "{help}");
}

/// Restarts start after 0, 10, 30, 70, 150, 310 s and so on: a deadline before the last of them comes first.
#[test]
fn a_job_fails_at_what_comes_first() {
    let message = |deadline: u16| {
        let spec = format!("  backoffLimit: 6\n  activeDeadlineSeconds: {deadline}\n");
        let job = job(&spec, "", "").replace("Never", "OnFailure");
        only_finding("lost-failure-logs", &job).0
    };
    let lost = "and its pod is deleted along with the logs that say why";
    assert_eq!(message(300), format!("the Job fails at its deadline of 300 s, before restart 6, {lost}"));
    assert_eq!(message(310), format!("after 6 restarts the Job fails, {lost}"));
}

/// Waits of 10, 20, 40 … 600 s: the last of 20 retries starts after 10 + 20 + … + 320 + 14 × 600 s.
#[test]
fn a_deadline_is_long_enough_when_the_last_retry_can_start() {
    let spec = |deadline: i64| format!("  backoffLimit: 20\n  activeDeadlineSeconds: {deadline}\n");
    let (_, help) = only_finding("unreachable-retries", &job(&spec(3600), "", ""));
    assert_eq!(
        help,
        "lower `backoffLimit` to 10, or set `activeDeadlineSeconds` above 9030: retry 20 starts after 9030 s at the earliest"
    );
    let (message, _) = only_finding("unreachable-retries", &job(&spec(9030), "", ""));
    assert!(message.starts_with("retry 20 of 20 cannot start"), "{message}");
    assert!(findings("unreachable-retries", &job(&spec(9031), "", "")).is_empty());
}

#[test]
fn a_port_of_the_node_comes_from_the_port_or_from_the_network_of_the_pod() {
    let (spec, container) = ("  completions: 4\n  parallelism: 4\n", "        ports:\n        - ");
    let (_, help) = only_finding(
        "host-port-in-parallel",
        &job(spec, "", &format!("{container}{{containerPort: 80, hostPort: 80}}\n")),
    );
    assert!(help.starts_with("remove `hostPort`"), "{help}");
    let pod = "      hostNetwork: true\n";
    let (_, help) = only_finding(
        "host-port-in-parallel",
        &job(spec, pod, &format!("{container}{{containerPort: 80}}\n")),
    );
    assert!(help.starts_with("remove `hostNetwork`"), "{help}");
}

/// The directories of the system are root's, and the node's devices are for privileged containers.
#[test]
fn only_root_takes_a_node_over_by_its_files() {
    let message = |path: &str, security: &str| {
        let pod = format!("      volumes: [{{name: node, hostPath: {{path: {path}}}}}]\n");
        let container = format!(
            "        volumeMounts: [{{name: node, mountPath: /node}}]\n        securityContext: {security}\n"
        );
        only_finding("host-path", &job("", &pod, &container)).0
    };
    let takes_over = |path: &str, security: &str| message(path, security).contains("controls the node");
    assert!(takes_over("/etc", "{}"));
    assert!(takes_over("/etc", "{runAsUser: 0}"));
    assert!(!takes_over("/etc", "{runAsUser: 1000}"));
    assert!(!takes_over("/etc", "{runAsNonRoot: true}"));
    assert!(!takes_over("/dev", "{}"));
    assert!(takes_over("/dev", "{privileged: true}"));
    assert!(!takes_over("/srv/exports", "{}"));
}

/// The kernel writes to a device whatever the mount says.
#[test]
fn a_read_only_mount_of_devices_does_not_help() {
    let text = job(
        "",
        "      volumes: [{name: node, hostPath: {path: /dev}}]\n",
        "        volumeMounts: [{name: node, mountPath: /dev, readOnly: true}]\n        securityContext: {privileged: true}\n",
    );
    let (message, help) = only_finding("host-path", &text);
    assert!(message.contains("controls the node"), "{message}");
    assert!(help.starts_with("remove the mount"), "{help}");
}

/// A container that is restarted finds the volumes of its pod as it left them.
#[test]
fn a_restart_in_the_same_pod_finds_what_was_written() {
    let text = |policy: &str| {
        format!(
            "apiVersion: batch/v1
kind: Job
metadata: {{name: import}}
spec:
  template:
    spec:
      restartPolicy: {policy}
      volumes: [{{name: work, emptyDir: {{}}}}]
      containers:
      - name: import
        image: registry.example.com/import:1.4.2
        command: [sh, -ec, \"mkdir /work/new; import\"]
        volumeMounts: [{{name: work, mountPath: /work}}]
"
        )
    };
    assert!(only_finding("not-idempotent", &text("OnFailure")).0.contains("`mkdir` fails"));
    assert!(findings("not-idempotent", &text("Never")).is_empty());
}

/// A run that is never retried is repeated by the next run of its CronJob.
#[test]
fn a_script_runs_again_in_a_retry_or_in_the_next_run() {
    let message = |limit: i64| {
        let text = format!(
            "apiVersion: batch/v1
kind: CronJob
metadata: {{name: import}}
spec:
  schedule: \"0 3 * * *\"
  jobTemplate:
    spec:
      backoffLimit: {limit}
      template:
        spec:
          restartPolicy: Never
          volumes: [{{name: data, persistentVolumeClaim: {{claimName: data}}}}]
          containers:
          - name: import
            image: registry.example.com/import:1.4.2
            command: [sh, -ec, \"mkdir /data/new; import\"]
            volumeMounts: [{{name: data, mountPath: /data}}]
"
        );
        only_finding("not-idempotent", &text).0
    };
    assert!(message(2).starts_with("when a retry runs the script again, "));
    assert!(message(0).starts_with("when the next run starts the script again, "));
}

/// A run that ends at the start of another one does not overlap with it.
#[test]
fn runs_are_counted_to_their_end() {
    let cron_job = |deadline: u32| {
        format!(
            "apiVersion: batch/v1
kind: CronJob
metadata: {{name: import}}
spec:
  schedule: '*/15 * * * *'
  jobTemplate:
    spec:
      activeDeadlineSeconds: {deadline}
      template:
        spec:
          restartPolicy: Never
          containers: [{{name: import, image: 'registry.example.com/import:1.4.2'}}]
"
        )
    };
    assert!(only_finding("overlapping-runs", &cron_job(3600)).0.starts_with("up to 4 runs"));
    assert!(only_finding("overlapping-runs", &cron_job(3601)).0.starts_with("up to 5 runs"));
}

/// Where one finding's fix would make the numbers of another's wrong, the other has none.
#[test]
fn a_pod_deadline_waits_for_a_limit_in_the_wrong_place_and_stays_below_the_ttl() {
    let pod = |limit: &str| format!("{limit}      activeDeadlineSeconds: 3600\n");
    let fix = |spec: &str, limit: &str| {
        let finding = findings("pod-level-deadline", &job(spec, &pod(limit), "")).remove(0);
        finding.fix.map(|it| it.title.to_string())
    };
    // 5 × 3600 s, and waits of 10, 20, 40 and 80 s.
    let written = "write `activeDeadlineSeconds: 18150` into `spec`".to_owned();
    assert_eq!(fix("  backoffLimit: 4\n", ""), Some(written.clone()));
    assert_eq!(fix("", "      backoffLimit: 4\n"), None, "the limit is not read yet");
    assert_eq!(fix("  backoffLimit: 4\n  ttlSecondsAfterFinished: 86400\n", ""), Some(written));
    assert_eq!(fix("  backoffLimit: 4\n  ttlSecondsAfterFinished: 3600\n", ""), None, "both are a decision");
    let all = |limit: &str| findings("missing-backoff-limit", &job("", &pod(limit), "")).len();
    assert_eq!((all(""), all("      backoffLimit: 4\n")), (1, 0), "`unknown-field` reports the second");
}

/// An amount that is raised must stay acceptable: a request above its limit is rejected.
#[test]
fn an_amount_is_not_raised_above_its_limit() {
    let fix = |request: &str, limit: &str| {
        let resources =
            format!("        resources: {{requests: {{memory: {request}}}, limits: {{memory: {limit}}}}}\n");
        findings("implausible-quantity", &job("", "", &resources))
            .remove(0)
            .fix
            .map(|it| it.title.to_string())
    };
    assert_eq!(fix("256m", "512Mi").as_deref(), Some("write `256Mi`"));
    assert_eq!(fix("900m", "512Mi"), None);
    assert_eq!(fix("2560000m", "512Mi"), None);
    assert_eq!(fix("256m", "512m").as_deref(), Some("write `512Mi`"), "both are raised");
}

/// A migration that someone decided to start once is not to be started again after a drain.
#[test]
fn what_must_not_start_twice_is_not_to_ignore_disruptions() {
    let found = |limit: u8, command: &str| {
        let spec = format!("  backoffLimit: {limit}\n");
        findings("disruption-counts-as-failure", &job(&spec, "", &format!("        command: {command}\n")))
            .len()
    };
    for command in ["[orders, migrate, up]", "[alembic, upgrade, head]", "[sh, -c, pg_restore -d shop /dump]"]
    {
        assert_eq!((found(0, command), found(1, command)), (0, 1), "{command}");
    }
    assert_eq!(found(0, "[import, --all]"), 1);
}

/// Tools that record each migration continue where they stopped, unless the database cannot roll one back.
#[test]
fn a_migration_that_resumes_can_be_retried() {
    let found = |command: &str, env: &str| {
        let container =
            format!("        command: {command}\n        env: [{{name: DATABASE_URL, value: \"{env}\"}}]\n");
        findings("retried-migration", &job("  backoffLimit: 3\n", "", &container)).len()
    };
    for command in [
        "[alembic, upgrade, head]",
        "[python, manage.py, migrate, --noinput]",
        "[sh, -c, npx prisma migrate deploy]",
        "[bundle, exec, rake, \"db:migrate\"]",
        "[/flyway/flyway, migrate]",
    ] {
        assert_eq!(found(command, "postgres.shop.svc"), 0, "{command}");
        assert_eq!(found(command, "mysql.shop.svc"), 1, "{command}");
    }
    assert_eq!(found("[orders, migrate]", "postgres.shop.svc"), 1);
    assert_eq!(found("[kubectl, wait, job/migrate, --for=condition=complete]", ""), 0, "it waits for one");
}

/// Statements of a template in comments: its placeholders are not mistakes.
#[test]
fn a_file_with_a_templates_statements_in_comments_is_a_template() {
    let text = |head: &str| {
        job("", "", "")
            .replacen("apiVersion", &format!("{head}apiVersion"), 1)
            .replace(":1.4.2", ":{{ .tag }}")
    };
    let skipped = |head: &str| lint(Source::new("job.yaml", text(head)), &strict(None)).findings.is_empty();
    assert!(skipped("# {{ if eq .Cluster.Login \"true\" }}\n"));
    assert!(skipped("# {{- $image := \"a\" }}\n"));
    assert!(!skipped("# set `{{ .tag }}` first\n"));
}

/// With one `---` each object is read, whatever stands above the second.
#[test]
fn a_missing_separator_is_written_above_the_comments_of_the_second_object() {
    let text = format!("{}# the second\n{}", job("", "", ""), job("", "", ""));
    let found = findings("misplaced-separator", &text);
    let fix = found[0].fix.as_deref().unwrap();
    let fixed = apply(&text, [fix]);
    assert_eq!(fixed, format!("{}---\n# the second\n{}", job("", "", ""), job("", "", "")));
    assert!(findings("duplicate-key", &text).is_empty(), "one cause, one finding");
    let three = [job("", "", ""), job("", "", ""), job("", "", "")];
    let fix = findings("misplaced-separator", &three.concat()).remove(0).fix.unwrap();
    assert_eq!(apply(&three.concat(), [&*fix]), three.join("---\n"));
}

/// A key that both objects have is needed in each, so that no fix removes one of them.
#[test]
fn no_key_of_a_lost_object_is_removed() {
    let text = format!("{}{}", job("", "", ""), job("", "", ""));
    let mut config = strict(None);
    config.select = ["duplicate-key"].into();
    let found = lint(Source::new("job.yaml", text), &config).findings;
    assert!(found.len() >= 2 && found.iter().all(|it| it.fix.is_none()), "{found:?}");
}

/// Whoever writes down why a TTL is short has thought of it; what the field does is not a reason.
#[test]
fn a_ttl_is_explained_by_a_reason() {
    let found = |comment: &str| {
        let text = format!(
            "apiVersion: batch/v1
kind: CronJob
metadata: {{name: ingest}}
spec:
  schedule: '0 2 * * 0'
  failedJobsHistoryLimit: 1
  jobTemplate:
    spec:
      ttlSecondsAfterFinished: 21600 # {comment}
      template:
        spec:
          restartPolicy: Never
          containers: [{{name: ingest, image: 'registry.example.com/ingest:1.4.2'}}]
"
        );
        findings("ttl-defeats-history", &text).iter().map(|it| it.severity).collect::<Vec<_>>()
    };
    for comment in ["Clean up completed jobs after 6 hours", "6 h", "auto-cleanup of old pods"] {
        assert_eq!(found(comment), [Severity::Warning], "{comment}");
    }
    assert_eq!(found("the quota for objects is small here"), [Severity::Info]);
}

/// `set -e` would end the script at what fails each time.
#[test]
fn errexit_is_not_written_where_a_volume_is_read_only() {
    let script = |volume: &str| {
        let volumes = format!("      volumes: [{{name: scripts, {volume}}}]\n");
        let container = "        command: [sh, -c, \"chmod +x /scripts/run.sh; fetch; load\"]
        volumeMounts: [{name: scripts, mountPath: /scripts}]
";
        let found = findings("missing-errexit", &job("", &volumes, container));
        let [finding] = found.as_slice() else { panic!("{found:?}") };
        finding.fix.is_some()
    };
    assert!(!script("configMap: {name: scripts}"));
    assert!(script("emptyDir: {}"));
}

/// A directory has several devices, and a device plugin gives a container only those that it requests.
#[test]
fn devices_are_named_as_what_they_are() {
    let words = |path: &str, container: &str| {
        let pod = format!("      volumes: [{{name: node, hostPath: {{path: {path}}}}}]\n");
        let container = format!("        volumeMounts: [{{name: node, mountPath: /node}}]\n{container}");
        only_finding("host-path", &job("", &pod, &container))
    };
    let requested = "        resources: {limits: {cpu: 1, gpu.intel.com/i915: 1}}\n";
    let privileged = "        securityContext: {privileged: true}\n";
    for (path, container, message, help) in [
        (
            "/dev/kvm",
            "",
            "`/dev/kvm` is a device of the node that the pods land on, and a container that is not privileged cannot use it unless the \
             runtime allows that",
            "request this device from a device plugin",
        ),
        (
            "/dev/snd",
            "",
            "`/dev/snd` is a directory of devices of the node that the pods land on, and a container that is not privileged cannot use \
             them unless the runtime allows that",
            "request these devices from a device plugin in `resources.limits`, which also finds a node that has them",
        ),
        (
            "/dev/dri",
            requested,
            "`/dev/dri` is a directory of devices of the node that the pods land on, and a container that is not privileged can use them \
             only if the device plugin of `gpu.intel.com/i915` gives them to the container",
            "remove the volume if `gpu.intel.com/i915` stands for these devices: the device plugin then puts them into the container",
        ),
        (
            "/dev/bus/usb",
            privileged,
            "the pods use the devices in `/dev/bus/usb` of the node that they land on, and other nodes may not have them",
            "request these devices",
        ),
    ] {
        let (found, helps) = words(path, container);
        assert_eq!(found, message);
        assert!(helps.starts_with(help), "{helps}");
    }
}
