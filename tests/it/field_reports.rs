//! What people report in public about Jobs and what stands around them, five cases of a theme and more: each defect is found by its
//! rule, and the same files without it are not reported.

use crate::common::program::TempDirectory;

/// Whether a rule finds something in a file of some objects.
fn is_found(rule: &str, text: &str) -> bool {
    // Helm installs what is in the templates of a chart.
    let run = TempDirectory::new("field-reports", &[("shop/templates/all.yaml", text)])
        .run(&["check", "--select", rule, "--format", "concise", "."]);
    assert_eq!(run.err, "", "nothing goes wrong");
    run.out.contains(&format!("[{rule}]"))
}

/// Holds the two texts that differ in one place against the rule.
fn holds(rule: &str, text: &str, defect: &str, right: &str) {
    assert!(text.contains("DEFECT"), "{rule}: {text}");
    assert!(is_found(rule, &text.replace("DEFECT", defect)), "{rule}: `{defect}` is not found");
    assert!(!is_found(rule, &text.replace("DEFECT", right)), "{rule}: `{right}` is right");
}

/// Returns a Job with annotations, fields of its own and of its pods, and what its container has.
fn job(annotations: &str, spec: &str, pod: &str, container: &str) -> String {
    format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: work, namespace: shop, annotations: {{{annotations}}}}}\nspec:\n  {spec}\n  \
         template:\n    spec:\n      restartPolicy: Never\n      {pod}\n      containers:\n      - {{name: work, image: 'a:1', {container}}}\n"
    )
}

/// Returns an object in the namespace of the Job, as a document before it.
fn object(kind: &str, rest: &str) -> String {
    let version = match kind {
        "StatefulSet" | "Deployment" => "apps/v1",
        _ => "v1",
    };
    format!("apiVersion: {version}\nkind: {kind}\n{rest}\n---\n")
}

/// Theme 6: hooks of Helm and Argo CD.
#[test]
fn hooks_that_fail_are_kept_and_run_when_they_should() {
    let hook = |rest: &str| job(&format!("helm.sh/hook: pre-upgrade, {rest}"), "backoffLimit: 0", "", "");
    let policy = hook("helm.sh/hook-delete-policy: 'DEFECT'");
    holds("hook-left-behind", &policy, "hook-succeeded", "before-hook-creation,hook-succeeded");
    holds("failed-hook-deleted", &policy, "before-hook-creation,hook-failed", "before-hook-creation");
    holds("unknown-delete-policy", &policy, "hook-suceeded", "before-hook-creation,hook-succeeded");
    holds(
        "unknown-hook",
        &job("helm.sh/hook: DEFECT", "backoffLimit: 0", "", ""),
        "pre-upgade",
        "pre-upgrade",
    );
    let deadline = job("helm.sh/hook: pre-upgrade", "activeDeadlineSeconds: DEFECT", "", "");
    holds("hook-outlasts-wait", &deadline, "1080", "240");
    let ttl = job("argocd.argoproj.io/hook: PreSync", "ttlSecondsAfterFinished: DEFECT", "", "");
    holds("ttl-races-hook", &ttl, "0", "86400");
    let map = object("ConfigMap", "metadata: {name: settings, namespace: shop}\ndata: {region: north}");
    let needs = map
        + &job("helm.sh/hook: DEFECT", "backoffLimit: 0", "", "envFrom: [{configMapRef: {name: settings}}]");
    holds("needs-later-object", &needs, "pre-install", "post-install");
}

/// Theme 8: what is admitted now and refused at night.
#[test]
fn what_the_namespace_refuses_at_night_is_said_before() {
    let quota = |hard: &str| {
        object(
            "ResourceQuota",
            &format!("metadata: {{name: all, namespace: shop}}\nspec: {{hard: {{{hard}}}}}"),
        )
    };
    let enforcing = |level: &str| {
        object(
            "Namespace",
            &format!("metadata: {{name: shop, labels: {{pod-security.kubernetes.io/enforce: {level}}}}}"),
        )
    };
    let with =
        |before: String, pod: &str, container: &str| before + &job("", "backoffLimit: 0", pod, container);
    let stated = with(quota("limits.memory: 8Gi"), "", "resources: {limits: {DEFECT}}");
    holds("refused-by-quota", &stated, "cpu: 1", "memory: 1Gi");
    let small = with(quota("requests.cpu: 2"), "", "resources: {requests: {cpu: DEFECT}}");
    holds("refused-by-quota", &small, "4", "1");
    let limits =
        "metadata: {name: all, namespace: shop}\nspec: {limits: [{type: Container, max: {memory: 512Mi}}]}";
    let limited = with(object("LimitRange", limits), "", "resources: {limits: {memory: DEFECT}}");
    holds("refused-by-limit-range", &limited, "1Gi", "256Mi");
    let volume = "volumes: [{name: a, DEFECT}]";
    let mounted = with(enforcing("baseline"), volume, "volumeMounts: [{name: a, mountPath: /a}]");
    holds("refused-by-pod-security", &mounted, "hostPath: {path: /srv}", "emptyDir: {}");
    let user = "securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}";
    let restricted = "securityContext: {allowPrivilegeEscalation: DEFECT, capabilities: {drop: [ALL]}}";
    holds("refused-by-pod-security", &with(enforcing("restricted"), user, restricted), "true", "false");
    let account = |name: &str| format!("serviceAccountName: {name}");
    let role =
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: deploy, namespace: shop}\n---\n".to_owned();
    holds("misspelled-name", &with(role, &account("DEFECT"), ""), "deplyo", "deploy");
}

/// Theme 9: volumes that only one node, or one pod, can have.
#[test]
fn volumes_for_one_node_are_not_shared() {
    let claim = |modes: &str| {
        let rest = format!(
            "metadata: {{name: data, namespace: shop}}\nspec: {{accessModes: [{modes}], resources: {{requests: {{storage: 1Gi}}}}}}"
        );
        object("PersistentVolumeClaim", &rest)
    };
    let pods = |volumes: &str| {
        format!(
            "selector: {{matchLabels: {{app: web}}}}\n  template: {{metadata: {{labels: {{app: web}}}}, spec: {{{volumes} containers: [{{name: web, image: 'a:1', volumeMounts: [{{name: data, mountPath: /data}}]}}]}}}}"
        )
    };
    let of_claim =
        |name: &str| format!("volumes: [{{name: data, persistentVolumeClaim: {{claimName: {name}}}}}]");
    let mount = "volumeMounts: [{name: data, mountPath: /data}]";
    let web = object(
        "Deployment",
        &format!("metadata: {{name: web, namespace: shop}}\nspec:\n  {}", pods(&(of_claim("data") + ","))),
    );
    let backup = job("", "backoffLimit: 0", &of_claim("data"), mount);
    holds("contested-volume", &(claim("DEFECT") + &web + &backup), "ReadWriteOnce", "ReadWriteMany");
    let template = "volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]";
    let database = format!(
        "metadata: {{name: db, namespace: shop}}\nspec:\n  serviceName: db\n  {template}\n  {}",
        pods("")
    );
    let dump = object("StatefulSet", &database) + &job("", "backoffLimit: 0", &of_claim("DEFECT"), mount);
    holds("contested-volume", &dump, "data-db-0", "data-cache-0");
    let parallel = claim("ReadWriteOncePod") + &job("", "parallelism: DEFECT", &of_claim("data"), mount);
    holds("shared-exclusive-volume", &parallel, "3", "1");
    let nightly = |name: &str, schedule: &str, policy: &str| {
        format!(
            "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  schedule: '{schedule}'\n  timeZone: Etc/UTC\n  \
             concurrencyPolicy: {policy}\n  jobTemplate: {{spec: {{activeDeadlineSeconds: 7200, template: {{spec: {{restartPolicy: Never, {}, \
             containers: [{{name: a, image: 'a:1', {mount}}}]}}}}}}}}\n---\n",
            of_claim("data")
        )
    };
    let overlapping = claim("ReadWriteOncePod") + &nightly("a", "0 * * * *", "DEFECT");
    holds("shared-exclusive-volume", &overlapping, "Allow", "Forbid");
    let together = claim("ReadWriteOncePod")
        + &nightly("a", "30 3 * * *", "Forbid")
        + &nightly("b", "DEFECT 3 * * *", "Forbid");
    holds("claim-held-by-other-run", &together, "30", "50");
}

/// Theme 10: evictions and autoscalers.
#[test]
fn protection_from_eviction_is_where_it_is_read() {
    let of_pods = |annotation: &str, spec: &str| {
        job("", spec, "", "").replace(
            "  template:\n",
            &format!("  template:\n    metadata: {{annotations: {{{annotation}}}}}\n"),
        )
    };
    let evict = "cluster-autoscaler.kubernetes.io/safe-to-evict: 'false'";
    holds(
        "protection-without-deadline",
        &of_pods(evict, "DEFECT: 7200"),
        "ttlSecondsAfterFinished",
        "activeDeadlineSeconds",
    );
    let spec = "activeDeadlineSeconds: 36000";
    holds("misplaced-metadata", &job("DEFECT", spec, "", ""), evict, "example.com/owner: shop");
    holds("unprotected-long-run", &of_pods("DEFECT", spec), "example.com/owner: shop", evict);
    let value = "cluster-autoscaler.kubernetes.io/safe-to-evict: 'DEFECT'";
    holds("unknown-metadata-value", &of_pods(value, spec), "no", "false");
    holds(
        "misspelled-metadata",
        &of_pods("karpenter.sh/DEFECT: 'true'", spec),
        "doNotDisrupt",
        "do-not-disrupt",
    );
}

/// Theme 13: scripts that are next to the manifest.
#[test]
fn scripts_in_a_config_map_are_read_as_those_in_the_manifest() {
    let scripts = |script: &str| {
        let lines: String = script.lines().map(|it| format!("\n    {it}")).collect();
        object(
            "ConfigMap",
            &format!("metadata: {{name: scripts, namespace: shop}}\ndata:\n  run.sh: |{lines}"),
        )
    };
    let with = |script: &str, image: &str, command: &str, mode: &str| {
        let volume =
            format!("volumes: [{{name: scripts, configMap: {{name: scripts, defaultMode: {mode}}}}}]");
        let container = format!("command: {command}, volumeMounts: [{{name: scripts, mountPath: /scripts}}]");
        scripts(script)
            + &job("", "backoffLimit: 0", &volume, &container)
                .replace("image: 'a:1'", &format!("image: '{image}'"))
    };
    let started = |script: &str| with(script, "postgres:16.4", "[bash, /scripts/run.sh]", "0444");
    holds(
        "masked-exit-status",
        &started("DEFECT\npg_dump -h db -f /tmp/a.sql shop\necho done"),
        "date",
        "set -e",
    );
    holds(
        "missing-pipefail",
        &started("set -DEFECT\npg_dump -h db shop | gzip > /backup/a.gz\nupload /backup/a.gz"),
        "e",
        "eo pipefail",
    );
    let called = |mode: &str| with("#!/bin/bash\nset -e\nload", "postgres:16.4", "[/scripts/run.sh]", mode);
    holds("script-not-executable", &called("DEFECT"), "0444", "0555");
    let other =
        |name: &str| with("set -e\nload", "postgres:16.4", &format!("[bash, /scripts/{name}]"), "0444");
    holds("script-not-found", &other("DEFECT"), "start.sh", "run.sh");
    let shell = |shell: &str| {
        with("set -e\nwget -q http://shop/a", "alpine:3.22", &format!("[{shell}, /scripts/run.sh]"), "0444")
    };
    holds("missing-program", &shell("DEFECT"), "bash", "sh");
}
