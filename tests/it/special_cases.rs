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

/// Returns a Job whose only container runs these lines with `bash`.
fn with_script(options: &str, lines: &str) -> String {
    let indented: String = lines.lines().map(|it| format!("          {it}\n")).collect();
    job("", NEVER, &format!("        command: [bash, {options}]\n        args:\n        - |\n{indented}"))
}

#[test]
fn an_option_is_joined_with_its_command_in_a_way_that_works() {
    let help = |text: &str| only_finding("option-as-command", text).1;
    let literal = |lines: &str| help(&with_script("-ec", lines));
    let folded = |lines: &str| help(&with_script("-ec", lines).replace("- |", "- >"));
    let plain = "write `\\` as the last character of the previous line";
    assert!(literal("load /in\n  --table orders").starts_with(plain));
    assert!(
        literal("load \\\n  # the table\n  --table orders").starts_with("move the comment above the command")
    );
    assert!(literal("load /in\n\n  --table orders").starts_with("remove the empty line before this one"));
    assert!(literal("load /in \\ \n  --table orders").starts_with("remove the spaces after the `\\`"));
    assert!(folded("load /in\n  --table orders").starts_with("indent this line like the one before"));
    assert!(folded("load /in\n\n--table orders").starts_with("remove the empty line before this one"));
    assert!(folded("load /in \\\n  --table orders\n  --all").starts_with(plain));
    let quoted = "        command: [bash, -ec, \"load /in\\n --table orders\"]\n";
    assert!(help(&job("", NEVER, quoted)).starts_with("write a space in place of each line break"));
}

#[test]
fn a_check_for_success_keeps_its_branches() {
    let help = |check: &str| {
        let (_, help) =
            only_finding("late-status-check", &with_script("-ec", &format!("load orders\n{check}")));
        help.split(',').next().unwrap_or_default().to_owned()
    };
    assert_eq!(help("if [ $? -eq 0 ]; then echo good; else notify bad; fi"), "write `if load …; then`");
    assert_eq!(help("if [[ $? == 0 ]]; then echo good; fi"), "write `if load …; then`");
    assert_eq!(help("[ $? -eq 0 ] && echo good"), "write `if load …; then`");
    assert_eq!(help("[ $? -eq 0 ] || exit 1"), "write `if ! load …; then`");
    assert_eq!(help("if [ $? != 0 ]; then exit 1; fi"), "write `if ! load …; then`");
}

#[test]
fn only_capabilities_that_are_kept_are_named() {
    let message = |drop: &str| {
        let fields = format!("        securityContext: {{capabilities: {{drop: [{drop}]}}}}\n");
        only_finding("capabilities-not-dropped", &job("", NEVER, &fields)).0
    };
    assert!(
        message("").contains("keeps the runtime's default capabilities, such as `CHOWN`, `DAC_OVERRIDE` and")
    );
    let some = message("CAP_CHOWN, setuid");
    assert!(
        some.contains("keeps the runtime's other default capabilities, such as `DAC_OVERRIDE`, `SETGID` and"),
        "{some}"
    );
    let all = message("CHOWN, DAC_OVERRIDE, SETUID, SETGID, FOWNER, KILL, SETPCAP");
    assert!(all.contains("keeps the runtime's other default capabilities: "), "{all}");
}

#[test]
fn a_wait_ends_when_the_next_run_replaces_it() {
    let wait = with_script("-ec", "until nc -z db 5432; do sleep 2; done\nload");
    let message = |text: &str| only_finding("endless-wait", text).0;
    assert!(message(&wait).contains("the Job waits forever: "));
    let years = wait.replace("  template:", "  activeDeadlineSeconds: 999999999\n  template:");
    assert!(message(&years).contains("the Job waits until its deadline: "));
    let (_, spec) = wait.split_once("spec:\n").unwrap_or_default();
    let indented: String = spec.lines().map(|it| format!("    {it}\n")).collect();
    let run = |policy: &str| {
        format!(
            "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: import}}\nspec:\n  schedule: '0 * * * *'\n  \
             concurrencyPolicy: {policy}\n  jobTemplate:\n    spec:\n{indented}"
        )
    };
    assert!(message(&run("Replace")).contains("the Job waits until the next run replaces it: "));
    assert!(message(&run("Forbid")).contains("the Job waits forever: "));
    let beside = "(until nc -z db 5432; do sleep 2; done; report) &\nload";
    assert!(findings("endless-wait", &with_script("-ec", beside)).is_empty());
    assert!(message(&with_script("-ec", &format!("{beside}\nwait"))).contains("the Job waits forever: "));
    assert!(
        findings("endless-wait", &sidecar("sh", "until nc -z db 5432; do sleep 2; done\nserve")).is_empty()
    );
}

#[test]
fn curly_quotes_between_plain_quotes_are_text() {
    let found = |run: &str| findings("typographic-character", &job("", NEVER, run)).len();
    assert_eq!(found("        command: [notify, \"“Import” done\"]\n"), 0);
    assert_eq!(found("        command: [echo, “done”]\n"), 0);
    assert_eq!(found("        command: [pwsh, –File, /load.ps1]\n"), 0);
    assert_eq!(found("        command: [notify, “done”]\n"), 1);
    assert_eq!(found("        command: [\"load\", \"–all\"]\n"), 1);
}

#[test]
fn an_assignment_before_a_program_needs_a_shell() {
    let help = |line: &str| {
        only_finding("command-as-one-string", &job("", NEVER, &format!("        command: ['{line}']\n"))).1
    };
    assert!(help("load orders").starts_with("write each word as a separate item"));
    assert!(help("TABLE=orders load all").starts_with("put `sh`, `-c` before the line"));
}

#[test]
fn a_pod_that_fails_at_its_deadline_starts_its_restarts_over() {
    let found = |pod: &str| {
        let spec = "  backoffLimit: 8\n  activeDeadlineSeconds: 300\n";
        findings("unreachable-retries", &job(spec, &format!("      restartPolicy: OnFailure\n{pod}"), ""))
            .len()
    };
    assert_eq!((found(""), found("      activeDeadlineSeconds: 60\n")), (1, 0));
}

#[test]
fn two_items_of_one_address_are_joined() {
    let aliases = "      hostAliases: [{ip: 10.0.0.1, hostnames: [a]}, {ip: 10.0.0.1, hostnames: [b]}]\n";
    let (_, help) = only_finding("api-warning", &job("", &format!("{NEVER}{aliases}"), ""));
    assert_eq!(help, "put the `hostnames` of both items into one");
}

#[test]
fn an_appended_dump_overwrites_nothing() {
    let found = |operator: &str| {
        let run =
            format!("        command: [bash, -ec, \"pg_dump shop {operator} /b/shop-$(date +%F).sql\"]\n");
        let mount = "        volumeMounts: [{name: b, mountPath: /b}]\n      volumes: [{name: b, persistentVolumeClaim: {claimName: b}}]\n";
        findings("partial-dump", &job("", NEVER, &format!("{run}{mount}"))).len()
    };
    assert_eq!((found(">"), found(">>")), (1, 0));
}

#[test]
fn a_deadline_of_many_years_is_still_an_end() {
    let message = |spec: &str| only_finding("missing-deadline", &job(spec, NEVER, "")).0;
    assert!(message("").starts_with("a Job that hangs keeps running until someone deletes it: "));
    let years = message("  activeDeadlineSeconds: 315360000\n");
    assert!(years.starts_with("a Job that hangs keeps running until its deadline: "), "{years}");
}
