//! The help of one rule asks for nothing that the API server or another rule of the same report objects to.

use batchlint::engine::lint::lint;
use batchlint::text::source::Source;

use crate::advice::{NEVER, job};
use crate::common::{findings, strict};

/// Returns the help of a rule's first finding.
fn help(rule: &str, text: &str) -> String {
    let found = findings(rule, text);
    let first = found.first().unwrap_or_else(|| panic!("{rule} finds nothing in {text}"));
    first.help.as_deref().unwrap_or_default().to_owned()
}

#[test]
fn a_pod_failure_policy_allows_only_never() {
    let policy = "  podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget, status: 'True'}]}]}\n";
    let both = "set `restartPolicy` to `Never` (each retry is a new pod";
    assert!(help("restart-policy", &job("", "", "")).starts_with(both));
    let only = "set `restartPolicy: Never`, the only policy that `podFailurePolicy` allows";
    assert_eq!(help("restart-policy", &job(policy, "", "")), only);
}

#[test]
fn the_ttl_of_a_job_that_a_tool_creates_again_is_removed() {
    let with = |metadata: &str, ttl: u32| {
        let fields = format!("  activeDeadlineSeconds: 3600\n  ttlSecondsAfterFinished: {ttl}\n");
        job(&fields, NEVER, "").replace("name: import}", &format!("name: import{metadata}}}"))
    };
    let wave = ", annotations: {argocd.argoproj.io/sync-wave: '2'}";
    for (rule, ttl) in [("short-ttl", 60), ("deadline-not-below-ttl", 600)] {
        let removed = help(rule, &with(wave, ttl));
        assert!(
            removed.starts_with("remove `ttlSecondsAfterFinished`: the next sync creates"),
            "{rule}: {removed}"
        );
        assert!(help(rule, &with("", ttl)).starts_with("set `ttlSecondsAfterFinished` "), "{rule}");
        assert!(findings(rule, &with(wave, ttl))[0].fix.is_none(), "{rule}: a fix would raise it");
    }
    let longer = help("short-ttl", &with("", 60));
    assert!(longer.ends_with("such as 86400 for a day, and above the deadline of 3600 s"), "{longer}");
}

#[test]
fn the_ttl_of_a_cron_job_that_keeps_its_runs_is_removed() {
    let cron_job = |ttl: u32, deadline: &str| {
        format!(
            "apiVersion: batch/v1
kind: CronJob
metadata: {{name: import}}
spec:
  schedule: 0 3 * * *
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      backoffLimit: 2
      ttlSecondsAfterFinished: {ttl}
      template:
        spec:
          restartPolicy: Never
{deadline}          containers: [{{name: import, image: registry.example.com/import:1.4.2}}]
"
        )
    };
    let removed = "remove `ttlSecondsAfterFinished`: the history limits of a CronJob delete its old runs";
    assert_eq!(help("short-ttl", &cron_job(60, "")), removed);
    let moved = help("pod-level-deadline", &cron_job(600, "          activeDeadlineSeconds: 600\n"));
    assert!(moved.ends_with("; then remove `ttlSecondsAfterFinished`"), "{moved}");
}

#[test]
fn kubernetes_1_29_has_no_field_for_apparmor() {
    let of = |minor: &str, text: &str| {
        let found = lint(Source::new("job.yaml", text), &strict(Some(minor))).findings;
        found.into_iter().filter(|it| it.rule.id == "unconfined-apparmor").collect::<Vec<_>>()
    };
    let field = job("", NEVER, "        securityContext: {appArmorProfile: {type: Unconfined}}\n");
    assert_eq!((of("1.29", &field).len(), of("1.30", &field).len()), (0, 1));
    let key = "container.apparmor.security.beta.kubernetes.io/main";
    let annotation = field.replace(
        "  template:\n",
        &format!("  template:\n    metadata: {{annotations: {{{key}: unconfined}}}}\n"),
    );
    let old = &of("1.29", &annotation)[0];
    assert!(
        old.help.as_deref().unwrap_or_default().contains("set it to `runtime/default`"),
        "{:?}",
        old.help
    );
}

#[test]
fn an_init_container_that_takes_no_probe_is_not_advised_to_have_another() {
    let probe = "        readinessProbe: {tcpSocket: {port: 80}}\n";
    let init = "      initContainers:
      - name: wait
        image: registry.example.com/wait:1.4.2
        readinessProbe: {tcpSocket: {port: 80}}
";
    let rule = "useless-readiness-probe";
    assert_eq!(findings(rule, &job("", NEVER, probe)).len(), 1);
    assert_eq!(findings(rule, &job("", &format!("{NEVER}{init}"), "")).len(), 0);
    let sidecar = format!("{NEVER}{init}        restartPolicy: Always\n");
    assert_eq!(findings(rule, &job("", &sidecar, "")).len(), 1);
}

#[test]
fn a_file_in_tmp_needs_a_volume_if_the_root_is_read_only() {
    let script = "        command: [bash, -ec]
        args:
        - |
          count=0
          kubectl get pods -o name | while read -r pod; do count=$((count + 1)); done
          echo $count
";
    let rule = "variable-lost-in-pipeline";
    let advice = "; mount an `emptyDir` with a `sizeLimit` at `/tmp` for it";
    assert!(!help(rule, &job("", NEVER, script)).contains(advice));
    let read_only = format!("{script}        securityContext: {{readOnlyRootFilesystem: true}}\n");
    assert!(help(rule, &job("", NEVER, &read_only)).ends_with(advice));
    let mounted = format!(
        "{read_only}        volumeMounts: [{{name: tmp, mountPath: /tmp}}]\n      volumes: [{{name: tmp, emptyDir: {{sizeLimit: 1Gi}}}}]\n"
    );
    assert!(!help(rule, &job("", NEVER, &mounted)).contains(advice));
}
