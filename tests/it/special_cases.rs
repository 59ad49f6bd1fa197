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
fn a_sidecar_loses_only_the_work_that_its_end_cuts_short() {
    let (message, _) = only_finding("background-without-wait", &sidecar("sh", "load a &\necho started"));
    assert!(message.ends_with("`load` is killed, and the kubelet restarts the sidecar"), "{message}");
    assert!(findings("background-without-wait", &sidecar("sh", "load a &\nload b &\nwait")).is_empty());
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
    assert_eq!(
        help,
        "set labels such as the Job's in `metadata.labels` of the pod template, but none by which a Service selects pods"
    );
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

/// Returns a CronJob with these lines in its `spec` and in that of its Jobs.
fn cron_job(spec: &str, of_jobs: &str) -> String {
    format!(
        "apiVersion: batch/v1
kind: CronJob
metadata: {{name: import}}
spec:
{spec}  jobTemplate:
    spec:
{of_jobs}      template:
        spec:
          restartPolicy: Never
          containers: [{{name: import, image: 'registry.example.com/import:1.4.2'}}]
"
    )
}

#[test]
fn only_some_of_the_runs_are_followed_so_soon() {
    let message = |schedule: &str| {
        let spec = format!("  schedule: '{schedule}'\n  concurrencyPolicy: Replace\n");
        only_finding("killed-runs", &cron_job(&spec, "      activeDeadlineSeconds: 7200\n")).0
    };
    assert!(message("0 * * * *").contains(" is deleted when the next one starts"));
    assert!(message("0 8,9 * * *").contains(" can be deleted when the next one starts"));
}

#[test]
fn a_ttl_counts_from_the_end_of_a_run() {
    let message = |ttl: &str| {
        let of_jobs = format!("      activeDeadlineSeconds: 3600\n      ttlSecondsAfterFinished: {ttl}\n");
        only_finding("ttl-defeats-history", &cron_job("  schedule: '0 3 * * *'\n", &of_jobs)).0
    };
    assert!(message("82800").starts_with("a failed run is deleted before the next run "));
    assert!(message("84000").starts_with("a failed run is deleted about when the next run "));
}

#[test]
fn a_step_of_hours_starts_over_only_if_the_next_day_matches() {
    let found = |schedule: &str| {
        let spec = format!("  schedule: '{schedule}'\n");
        findings("uneven-step", &cron_job(&spec, "")).len()
    };
    for schedule in ["0 */5 1 * *", "0 */5 1,15 * *", "0 */5 * * 1", "0 */5 * * 1,3"] {
        assert_eq!(found(schedule), 0, "{schedule}");
    }
    for schedule in ["0 */5 * * *", "0 */5 1-7 * *", "0 */5 1,31 * *", "0 */5 * * 1-5", "0 */5 1 * 1,2"] {
        assert_eq!(found(schedule), 1, "{schedule}");
    }
}

#[test]
fn a_delete_policy_that_was_meant_leaves_no_job_behind() {
    let text = job("", NEVER, "").replace(
        "{name: import}",
        "{name: import, annotations: {helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: hook-suceeded}}",
    );
    let (_, help) = only_finding("unknown-delete-policy", &text);
    assert_eq!(help, "write `before-hook-creation,hook-succeeded`");
    let (_, help) =
        only_finding("unknown-delete-policy", &text.replace("hook-suceeded", "'hook-succeeded,never'"));
    assert_eq!(help, "write `before-hook-creation,hook-succeeded`");
}

#[test]
fn a_variable_for_cron_may_name_no_zone() {
    let help = |zone: &str| {
        let text = cron_job("  schedule: '30 2 * * *'\n", "")
            .replace("import:1.4.2'}", &format!("import:1.4.2', env: [{{name: CRON_TZ, value: {zone}}}]}}"));
        only_finding("missing-time-zone", &text).1
    };
    assert!(help("Europe/Berlin").starts_with("set `timeZone: Europe/Berlin` next to "));
    assert!(help("Berlin").starts_with("set `timeZone: Europe/Berlin` next to "));
    assert!(
        help("our-head-office")
            .starts_with("set `timeZone`, next to `schedule`, to the zone that the variable means")
    );
}

#[test]
fn a_removed_volume_type_needs_a_csi_driver() {
    let help = |volume: &str| {
        let pod = format!("{NEVER}      volumes: [{{name: data, {volume}}}]\n");
        only_finding("restricted-volume-type", &job("", &pod, "")).1
    };
    assert!(
        help("nfs: {server: a.example, path: /a}").starts_with("describe the storage in a PersistentVolume")
    );
    assert!(
        help("glusterfs: {endpoints: a, path: b}").starts_with("provide the storage through a CSI driver")
    );
}

/// Tried with Bash 5.2, as `bash` and as `sh`, BusyBox 1.35 and dash 0.5.12.
#[test]
fn some_shells_start_the_last_command_in_their_own_place() {
    let message = |script: &str| {
        let run = format!("        command: [sh, -c, \"{script}\"]\n");
        only_finding("unforwarded-signal", &job("", NEVER, &run)).0
    };
    assert!(message("prepare; import\\n").ends_with("grace period, unless `sh` is Bash"));
    assert!(message("prepare; import").ends_with("grace period, unless `sh` is Bash or BusyBox"));
    assert!(message("prepare; import > /tmp/log").ends_with("grace period, unless `sh` is BusyBox"));
    assert!(message("prepare; import > /tmp/log\\n").ends_with("grace period"));
}

#[test]
fn the_last_iteration_of_a_loop_does_not_stand_for_all() {
    let help = |script: &str| {
        let run = format!("        command: [bash, -c, \"{script}\"]\n");
        only_finding("masked-exit-status", &job("", NEVER, &run)).1
    };
    assert!(help("import a\\necho done").ends_with("or join the commands with `&&`"));
    assert!(
        help("for f in a b; do import $f; done\\necho done").ends_with("or start the script with `bash -ec`")
    );
}

#[test]
fn a_field_without_a_value_needs_one() {
    let said =
        |schedule: &str| only_finding("never-fires", &cron_job(&format!("  schedule: '{schedule}'\n"), ""));
    let (message, help) = said("0 6 * * ,");
    assert_eq!(message, "the CronJob never runs: a field of the schedule names no value");
    assert!(help.starts_with("write a value in each field, or "), "{help}");
    assert!(said("0 6 30 2 *").1.starts_with("choose a day that exists in the month, or "));
}

#[test]
fn a_name_is_right_only_with_the_compression_that_it_promises() {
    let said = |line: &str| {
        let run = format!(
            "        command: [bash, -ec, \"{line}\"]\n        volumeMounts: [{{name: data, mountPath: /data}}]\n"
        );
        let pod =
            format!("{NEVER}      volumes: [{{name: data, persistentVolumeClaim: {{claimName: data}}}}]\n");
        only_finding("misleading-file-name", &job("", &pod, &run))
    };
    let (message, help) = said("pg_dump -Fc shop | gzip > /data/shop.sql");
    assert!(
        message.ends_with("`psql` cannot restore it; only `pg_restore` can, after `gzip -d`"),
        "{message}"
    );
    assert_eq!(help, "end the name in `.dump.gz`");
    let (message, help) = said("pg_dump -Fc shop > /data/shop.sql");
    assert!(message.ends_with("`psql` cannot restore it; only `pg_restore` can"), "{message}");
    assert_eq!(help, "end the name in `.dump`, or let `pg_dump` write SQL: `--format=plain`");
}

#[test]
fn the_help_says_which_part_of_an_image_reference_to_change() {
    let help = |image: &str| {
        let text = job("", NEVER, "").replace("registry.example.com/import:1.4.2", image);
        only_finding("invalid-image-reference", &text).1
    };
    assert!(help("a.example/b:v1.0+build").starts_with("write a tag of at most 128 letters"));
    assert_eq!(help("' a.example/b:1.0'"), "remove the whitespace");
    assert!(help("a.example/b@sha256:2C26").starts_with("write the whole digest"));
}
