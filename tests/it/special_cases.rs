//! What rules say where a manifest has what makes their usual words false.

use crate::advice::{NEVER, job};
use crate::common::{findings, only_finding};

/// Returns a Job with one native sidecar, which runs a script.
fn sidecar(shell: &str, lines: &str) -> String {
    let indented: String = lines.lines().map(|it| format!("          {it}\n")).collect();
    let run = format!(
        "        restartPolicy: Always\n        command: [{shell}, -c]\n        args:\n        - |\n{indented}"
    );
    let main = "      containers: [{name: work, image: 'registry.example.com/work:1.0.0'}]\n";
    job("", NEVER, &run).replace("      containers:\n", "      initContainers:\n") + main
}

#[test]
fn the_status_of_a_sidecar_decides_nothing() {
    let (message, _) = only_finding("missing-errexit", &sidecar("sh", "fetch a\nload a"));
    assert!(message.ends_with("decides whether the script fails"), "{message}");
    assert!(
        findings("masked-exit-status", &sidecar("sh", "render /in/a > /out/a\necho rendered")).is_empty()
    );
    assert!(findings("missing-pipefail", &sidecar("bash", "fetch a | gzip > /out/b")).is_empty());
    assert!(findings("swallowed-failure", &sidecar("sh", "fetch a || true")).is_empty());
    assert!(findings("test-as-last-command", &sidecar("sh", "[ -f /in/a ] && load a")).is_empty());
    assert!(
        !findings("missing-pipefail", &sidecar("bash", "set -e\nfetch a | gzip > /out/b\nserve")).is_empty()
    );
}

#[test]
fn a_pod_waits_for_its_image_until_something_ends_that() {
    let message = |spec: &str, pod: &str| {
        let text = job(spec, &format!("{NEVER}{pod}"), "        imagePullPolicy: Never\n");
        only_finding("image-never-pulled", &text).0
    };
    assert!(
        message("", "")
            .contains("in `ErrImageNeverPull` until someone loads the image there or deletes the Job: ")
    );
    let deadline = "  activeDeadlineSeconds: 600\n";
    assert!(message(deadline, "").contains("until the deadline ends the Job after 600 s: "));
    let of_pod = "      activeDeadlineSeconds: 60\n";
    assert!(message(deadline, of_pod).contains("in `ErrImageNeverPull`: "));
}

#[test]
fn busybox_as_the_first_process_needs_a_script() {
    let help = |image: &str| {
        let run = "        command: [timeout, '900', import]\n";
        let text = job("  activeDeadlineSeconds: 600\n", NEVER, run);
        only_finding(
            "inner-timeout-above-deadline",
            &text.replace("registry.example.com/import:1.4.2", image),
        )
        .1
    };
    assert!(help("alpine:3.20.2").contains("; run `timeout` in a script with another command after it"));
    assert!(help("debian:12.5").ends_with("or raise the deadline"));
}

#[test]
fn a_pod_with_a_deadline_of_its_own_needs_no_liveness_probe() {
    let found = |pod: &str| {
        let text = job("  activeDeadlineSeconds: 28800\n", &format!("{NEVER}{pod}"), "");
        findings("missing-liveness-probe", &text).len()
    };
    assert_eq!((found(""), found("      activeDeadlineSeconds: 900\n")), (1, 0));
}

#[test]
fn what_is_left_of_the_first_of_two_objects_is_named() {
    let other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: import}\ndata: {mode: fast}\n";
    let (message, _) = only_finding("misplaced-separator", &(job("", NEVER, "") + other));
    assert!(
        message.ends_with("the first object is lost, and its `spec` becomes part of the second one"),
        "{message}"
    );
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: import}\n".to_owned();
    let (message, _) = only_finding("misplaced-separator", &(account + &job("", NEVER, "")));
    assert!(message.ends_with("the first object is lost"), "{message}");
}

#[test]
fn the_pods_get_the_labels_that_the_job_has() {
    let text = job("", NEVER, "").replace("{name: import}", "{name: import, labels: {team: shop}}");
    let (_, help) = only_finding("missing-labels", &text);
    assert_eq!(help, "repeat the Job's labels in `metadata.labels` of the pod template");
}

#[test]
fn a_request_of_kubectl_is_not_told_to_ignore_all_failures() {
    let run = "        command: [bash, -ec]
        args:
        - |
          pod=$(kubectl get pods -o jsonpath='{.items[0].metadata.name}')
          if [ -z \"$pod\" ]; then exit 0; fi
          restart \"$pod\"
";
    let (_, help) = only_finding("late-status-check", &job("", NEVER, run));
    assert!(help.contains("`${pod%% *}`"), "{help}");
}
