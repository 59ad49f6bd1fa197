//! Messages and helps hold for the manifest that they are about.

use batchlint::engine::lint::lint;
use batchlint::text::source::Source;

use crate::common::{findings, only_finding, strict};

/// Returns a Job with these lines in its `spec`, its pod and its container.
pub(crate) fn job(spec: &str, pod: &str, container: &str) -> String {
    format!(
        "apiVersion: batch/v1
kind: Job
metadata: {{name: import}}
spec:
{spec}  template:
    spec:
{pod}      containers:
      - name: main
        image: registry.example.com/import:1.4.2
{container}"
    )
}

pub(crate) const NEVER: &str = "      restartPolicy: Never\n";

#[test]
fn a_field_whose_place_is_taken_is_not_moved_there() {
    let of = |spec: &str, container: &str| {
        findings("unknown-field", &job(spec, NEVER, container))
            .into_iter()
            .map(|it| (it.help.unwrap_or_default().to_string(), it.fix.map(|it| it.title.to_string())))
            .collect::<Vec<_>>()
    };
    let is = |spec: &str, help: &str, fix: Option<&str>| {
        assert_eq!(of(spec, ""), [(help.to_owned(), fix.map(str::to_owned))], "{spec}");
    };
    let already = "remove it: `spec.template.spec.restartPolicy` is already `Never`";
    is("  restartPolicy: Never\n", already, Some("remove `restartPolicy`"));
    is("  restartPolicy: OnFailure\n", already, None);
    is(
        "  containers: [{name: main, image: x}]\n",
        "move what is in `containers` to `spec.template.spec.containers`, which is set already",
        None,
    );
    let to = "move `hostNetwork` to `spec.template.spec.hostNetwork`";
    is("  hostNetwork: true\n", to, Some(to));
}

#[test]
fn a_name_is_that_of_what_it_is_in() {
    let help = |volume: &str| {
        let pod = format!("{NEVER}      volumes:\n      - name: data\n        {volume}\n");
        only_finding("unknown-field", &job("", &pod, "")).1
    };
    assert_eq!(help("secret: {name: token}"), "did you mean `secretName`?");
    assert_eq!(help("persistentVolumeClaim: {name: data}"), "did you mean `claimName`?");
    assert_eq!(help("persistentVolumeClaim: {pvcName: data}"), "did you mean `claimName`?");
    assert_eq!(help("configMap: {configMapName: settings}"), "did you mean `name`?");
    assert_eq!(help("projected: {sources: [{secret: {secretName: token}}]}"), "did you mean `name`?");
    assert_eq!(help("hostPath: {path: /data, name: data}"), "");
    assert_eq!(help("azureFile: {secretName: token, shareName: data, name: data}"), "");
    let container = "        envFrom: [{secretRef: {secretName: token}}]\n";
    assert_eq!(only_finding("unknown-field", &job("", NEVER, container)).1, "did you mean `name`?");
}

#[test]
fn a_volume_in_a_misplaced_list_is_not_added_again() {
    let mount = "        volumeMounts: [{name: config, mountPath: /config}]\n";
    let volumes = |name: &str| format!("volumes: [{{name: {name}, configMap: {{name: c}}}}]\n");
    let help = |text: &str| {
        let found = findings("invalid-value", text);
        found.first().and_then(|it| it.help.clone()).unwrap_or_default().to_string()
    };
    let moved = "move `volumes` to the pod's `spec` first: the volume `config` is in the list";
    let outside =
        job("", NEVER, mount).replace("  template:\n", &format!("  template:\n    {}", volumes("config")));
    assert_eq!(help(&outside), moved);
    assert_eq!(help(&job("", NEVER, &format!("{mount}        {}", volumes("config")))), moved);
    let other = job("", NEVER, &format!("{mount}        {}", volumes("other")));
    assert_eq!(help(&other), "add a volume `config` to the pod's `volumes`, or correct the name");
}

/// Returns a Job whose container, or whose init container, runs a script.
fn script(shell: &str, lines: &str, is_init: bool) -> String {
    let indented: String = lines.lines().map(|it| format!("          {it}\n")).collect();
    let run = format!("        command: [{shell}, -c]\n        args:\n        - |\n{indented}");
    let text = job("", NEVER, &run);
    if is_init {
        let main = "      containers: [{name: work, image: 'registry.example.com/work:1.0.0'}]\n";
        text.replace("      containers:\n", "      initContainers:\n") + main
    } else {
        text
    }
}

#[test]
fn after_an_init_container_the_next_container_starts() {
    for (rule, shell, lines) in [
        ("masked-exit-status", "sh", "render /in/a > /out/a\necho rendered"),
        ("missing-pipefail", "bash", "fetch a | gzip > /out/b"),
        ("swallowed-failure", "sh", "fetch a || true"),
        ("swallowed-failure", "sh", "fetch a\nexit 0"),
        ("swallowed-failure", "python", "try:\n    work()\nexcept:\n    pass"),
        ("curl-without-fail", "sh", "curl http://shop/a"),
        ("unchecked-client-errors", "sh", "psql -f /sql/a.sql"),
    ] {
        let message = |is_init| only_finding(rule, &script(shell, lines, is_init)).0;
        assert!(message(false).contains("the Job counts as Complete"), "{}", message(false));
        assert!(message(true).contains("the next container starts"), "{}", message(true));
        assert!(!message(true).contains("Complete"), "{}", message(true));
    }
    let sidecar = script("sh", "curl http://shop/a", true)
        .replace("      - name: main\n", "      - name: main\n        restartPolicy: Always\n");
    let message = only_finding("curl-without-fail", &sidecar).0;
    assert!(message.contains("the kubelet restarts the sidecar"), "{message}");
}

#[test]
fn a_pipeline_without_input_has_the_value_that_its_last_command_prints() {
    let value = |pipeline: &str| {
        let text =
            script("bash", &format!("set -eu\nvalue=$(fetch x | {pipeline})\nstore \"$value\""), false);
        let message = only_finding("missing-pipefail", &text).0;
        let (_, value) = message.split_once("the script continues with ").expect("a value");
        value.split_once(':').map_or(value, |(value, _)| value).to_owned()
    };
    for last in ["wc -l", "wc -c", "grep -c x", "grep -vc x"] {
        assert_eq!(value(last), "the value 0", "{last}");
    }
    for last in [
        "tr -d a",
        "cut -d, -f1",
        "sort -n",
        "uniq -c",
        "jq -r .a",
        "sed -n p",
        "awk '{print $1}'",
        "base64 -d",
    ] {
        assert_eq!(value(last), "an empty value", "{last}");
    }
    for last in ["sha256sum", "wc", "jq -s .", "awk 'END{print NR}'", "gzip", "summarize"] {
        assert_eq!(value(last), "the result for empty input", "{last}");
    }
}

#[test]
fn restarts_in_a_pod_share_its_deadline() {
    let message = |policy: &str, limit: &str| {
        let pod = format!("      restartPolicy: {policy}\n      activeDeadlineSeconds: 3600\n");
        only_finding("pod-level-deadline", &job(limit, &pod, "")).0
    };
    assert!(message("Never", "  backoffLimit: 4\n").contains("up to 4 retries get the same time again"));
    assert!(message("Never", "  backoffLimit: 1\n").contains("a retry gets the same time again"));
    assert!(message("OnFailure", "  backoffLimit: 4\n").contains("up to 4 new pods get the same time again"));
    assert!(message("OnFailure", "  backoffLimit: 1\n").contains("a new pod gets the same time again"));
}

#[test]
fn a_path_of_the_node_that_no_container_mounts_is_not_seen() {
    let found = |mounts: &str| {
        let volume =
            |name: &str, path: &str| format!("      - {{name: {name}, hostPath: {{path: {path}}}}}\n");
        let pod = format!("{NEVER}      volumes:\n{}{}", volume("data", "/data"), volume("bin", "/usr/bin"));
        findings("host-path", &job("", &pod, &format!("        volumeMounts: [{mounts}]\n")))
    };
    let data = "{name: data, mountPath: /data}";
    assert_eq!(found("").len(), 0);
    assert_eq!(found(data)[0].related.len(), 1, "the mount");
    assert_eq!(found(&format!("{data}, {{name: bin, mountPath: /bin}}"))[0].related.len(), 3);
}

#[test]
fn a_service_that_states_a_namespace_is_not_that_of_a_job_that_states_none() {
    let of = |service: &str, of_job: &str| {
        let labels = "    metadata: {labels: {app: shop}}\n";
        let job = job("", NEVER, "").replace("  template:\n", &format!("  template:\n{labels}"));
        let job = job.replace("{name: import}", &format!("{{name: import{of_job}}}"));
        let service = format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: shop{service}}}\nspec: {{selector: {{app: shop}}, ports: [{{port: 80}}]}}\n---\n\
             apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: shop{service}}}\nspec: {{template: {{metadata: {{labels: {{app: \
             shop}}}}}}}}\n"
        );
        findings("selected-by-accident", &format!("{service}---\n{job}")).len()
    };
    assert_eq!(of("", ""), 1);
    assert_eq!(of(", namespace: prod", ", namespace: prod"), 1);
    assert_eq!(of(", namespace: prod", ""), 0);
    assert_eq!(of("", ", namespace: prod"), 0);
}

#[test]
fn a_fix_turns_on_what_the_help_says() {
    let of = |shell: &str, lines: &str| {
        let found = findings("missing-errexit", &script(shell, lines, false));
        let [finding] = found.as_slice() else { panic!("{lines}: {found:?}") };
        let help = finding.help.as_deref().unwrap_or_default();
        let option = |text: &str| {
            text.split_once("`set -").map(|(_, rest)| rest.split('`').next().unwrap_or_default().to_owned())
        };
        (option(help).unwrap_or_default(), finding.fix.as_ref().and_then(|it| option(&it.title)))
    };
    let is = |shell, lines, help: &str, fix: Option<&str>| {
        assert_eq!(of(shell, lines), (help.to_owned(), fix.map(str::to_owned)), "{lines}");
    };
    is("bash", "extract a | sha256sum\nextract b\nload c", "eo pipefail", Some("eo pipefail"));
    is("bash", "extract b\nextract a | sha256sum\nload c", "e", Some("e"));
    // A pipeline that ends early would fail.
    is("bash", "extract a | sha256sum\nextract b | head -n 1\nconvert b\nload c", "e", Some("e"));
    is("bash", "extract a | sha256sum\nextract b | head -n 1\nload c", "e", None);
    // What `set -e` sees is named first.
    is("dash", "extract a | sha256sum\nextract b\nload c", "e", Some("e"));
    // Without `pipefail` nothing of this would be noticed.
    is("dash", "extract a | sha256sum\nload c", "eo pipefail", None);
}

#[test]
fn what_a_group_is_called_is_not_its_brace() {
    let message = |group: &str| {
        only_finding("swallowed-failure", &script("sh", &format!("set -e\ncheck-it || {group}"), false)).0
    };
    assert!(message("{\n  echo no\n}").contains("`|| { … }` turns that"), "{}", message("{\n  echo no\n}"));
    assert!(message("true").contains("`|| true` turns that"));
}

#[test]
fn what_is_listed_for_the_log_is_not_the_work() {
    let of = |lines: &str| findings("swallowed-failure", &script("sh", &format!("set -e\n{lines}"), false));
    for listing in [
        "mc ls b/a",
        "aws s3 ls s3://a",
        "helm list -A",
        "rclone lsl a:b",
        "restic snapshots",
        "gsutil ls gs://a",
    ] {
        assert_eq!(of(&format!("mc cp /a b/a\n{listing} || echo empty\necho done")).len(), 0, "{listing}");
        assert_eq!(of(&format!("{listing} || echo empty")).len(), 1, "{listing} is all there is");
        let found = of(&format!("push a || true\nload b || true\n{listing} || echo empty"));
        assert!(found[0].message.contains("`push`"), "{found:?}");
        assert_eq!(found[0].related.len(), 2, "the later one too: {found:?}");
    }
    let checked = "aws s3 cp a s3://b/a || true\naws s3 ls s3://b/a";
    assert_eq!(of(checked).len(), 0, "the listing checks the copy");
    for work in ["aws s3 sync a s3://a", "mc mirror a b", "mc ls b/a > /data/list", "helm upgrade a b"] {
        assert_eq!(of(&format!("mc cp /a b/a\n{work} || echo no")).len(), 1, "{work}");
    }
}

#[test]
fn a_pipeline_for_the_log_needs_no_pipefail() {
    let of =
        |lines: &str| findings("missing-pipefail", &script("bash", &format!("set -e\n{lines}"), false)).len();
    for listing in ["aws s3 ls s3://a | tail -10", "mc ls b/a | sort | head", "kubectl get pods | tail -n +2"]
    {
        assert_eq!(of(&format!("{listing}\necho done")), 0, "{listing}");
    }
    for work in [
        "n=$(mc ls b/a | wc -l)\necho $n",
        "aws s3 ls s3://a | tail -10 > /data/list",
        "mc ls b/a | report",
        "dump | sort",
    ] {
        assert_eq!(of(&format!("{work}\necho done")), 1, "{work}");
    }
}

#[test]
fn every_process_of_a_loop_is_waited_for() {
    let help = |lines: &str| only_finding("background-without-wait", &script("bash", lines, false)).1;
    for (lines, each) in [
        ("for d in /a /b; do\n  sync-it $d &\ndone\nwait", true),
        ("for d in /a /b; do\n  sync-it $d &\ndone", true),
        ("sync-it /a &\nwait", false),
        ("sync-it /a &\necho started", false),
    ] {
        assert_eq!(help(lines).contains("pids=\"$pids $!\""), each, "{lines}: {}", help(lines));
    }
}

#[test]
fn a_failure_that_is_counted_and_fails_the_script_is_not_lost() {
    let of = |lines: &str| {
        findings("masked-exit-status", &script("bash", &format!("set -e\nmade=0\n{lines}"), false))
    };
    let end = "if [ \"$made\" -ne 2 ]; then\n  echo few\n  exit 1\nfi";
    for lines in [
        format!("load a && made=$((made + 1))\n{end}"),
        format!("load a && ((made++))\n{end}"),
        "load a && made=1\n[ \"$made\" = 1 ] || exit 1\necho ok".to_owned(),
        "load a && made=1\necho ok\n[ \"$made\" = 1 ]".to_owned(),
        "load a && made=1\n[[ $made = 1 ]] || { echo no; exit 1; }\necho ok".to_owned(),
    ] {
        assert_eq!(of(&lines).len(), 0, "{lines}");
    }
    for lines in [
        "load a && made=1\nif [ \"$made\" -ne 1 ]; then\n  echo few\nfi\necho ok".to_owned(),
        "load a && made=1\n[ \"$made\" = 1 ] || echo few\necho ok".to_owned(),
        format!("load a && publish b\n{end}"),
        format!("load a && other=1\n{end}"),
        format!("load a && made=1 && publish b\n{end}"),
    ] {
        assert_eq!(of(&lines).len(), 1, "{lines}");
    }
}

#[test]
fn a_run_that_is_replaced_never_fails() {
    let text = |policy: &str| {
        let body: String = job("", NEVER, "").lines().skip(3).map(|it| format!("    {it}\n")).collect();
        format!(
            "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: import}}\nspec:\n  schedule: '*/5 * * * *'\n  \
             concurrencyPolicy: {policy}\n  jobTemplate:\n{body}"
        )
    };
    let message = only_finding("missing-deadline", &text("Replace")).0;
    let says = "a run that hangs is deleted when the next one replaces it, and never counts as failed";
    assert!(message.starts_with(says), "{message}");
    assert!(only_finding("missing-deadline", &text("Allow")).0.contains("later runs start alongside it"));
}

#[test]
fn of_work_that_never_ends_no_rule_says_what_follows_its_end() {
    let rules = |args: &str| {
        let found = lint(
            Source::new("job.yaml", job("", NEVER, &format!("        args: [{args}]\n"))),
            &strict(None),
        );
        let of_end = ["endless-main", "missing-deadline", "missing-ttl"];
        let ids = found.findings.iter().map(|it| it.rule.id).filter(|it| of_end.contains(it));
        let mut ids: Vec<_> = ids.collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(rules("sleep, infinity"), ["endless-main"]);
    assert_eq!(rules("sleep, '60'"), ["missing-deadline", "missing-ttl"]);
}

/// `<your_pat_token>` is a placeholder and an unchanged credential, and still one field.
#[test]
fn one_placeholder_is_counted_once() {
    let job = |env: &str| {
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a}}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      \
             containers: [{{name: a, image: 'a:1', env: [{env}]}}]\n"
        )
    };
    let token = "{name: GH_PAT, value: <your_pat_token>}";
    let (message, _) = only_finding("unsubstituted-placeholder", &job(token));
    assert!(message.ends_with("was not replaced"), "{message}");
    let (message, _) = only_finding(
        "unsubstituted-placeholder",
        &job(&format!("{token}, {{name: REGION, value: <REGION>}}")),
    );
    assert!(message.ends_with("was not replaced, nor was a placeholder in another field"), "{message}");
}

/// MinIO has pushed its releases to quay.io since June 2021.
#[test]
fn a_removed_image_is_pulled_from_where_it_is() {
    let of = |image: &str| {
        let container = format!("      - {{name: b, image: '{image}'}}\n");
        let found = findings("frozen-registry", &job("", NEVER, &container));
        let [finding] = found.as_slice() else { panic!("one finding is expected: {found:?}") };
        let fix = finding.fix.as_ref().map(|it| it.title.to_string());
        (finding.help.as_deref().unwrap_or_default().to_owned(), fix)
    };
    let (help, fix) = of("minio/mc:RELEASE.2019-10-09T22-54-57Z");
    assert!(help.starts_with("write a release of June 2021 or later from `quay.io/minio/mc`"), "{help}");
    assert_eq!(fix, None);
    let (help, fix) = of("minio/mc:RELEASE.2021-06-13T17-48-22Z");
    assert!(help.starts_with("write `quay.io/minio/mc:RELEASE.2021-06-13T17-48-22Z`, where"), "{help}");
    assert!(fix.is_some());
    let (help, fix) = of("minio/mc");
    assert!(help.starts_with("write `quay.io/minio/mc:<version>`, where"), "{help}");
    // Which version to pin, its author has to say.
    assert_eq!(fix, None);
}

/// Each part of a reference that is written like a constant is named, but not a tag.
#[test]
fn constants_in_a_reference_are_named() {
    let help = |image: &str| {
        let container = format!("      - {{name: b, image: '{image}'}}\n");
        only_finding("invalid-image-reference", &job("", NEVER, &container)).1
    };
    let both = help("ACCOUNT_ID.dkr.ecr.REGION.amazonaws.com/shop/app:1.4.2");
    assert!(both.starts_with("if `ACCOUNT_ID` and `REGION` stand for values, fill them in"), "{both}");
    let tag = help("registry.example.com/Shop:RELEASE");
    assert!(tag.starts_with("write `[host"), "{tag}");
}
