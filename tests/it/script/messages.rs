//! What the rules about scripts say: with the names, characters and ranges of this script, and with a help that works in it.

use batchlint::engine::lint::lint;
use batchlint::text::source::Source;

use super::rules::manifest;
use crate::common::strict;

const PLAIN: &str = "registry.example.com/job:1.0";
const DASH: &str = "debian:12.5";
const ALPINE: &str = "alpine:3.20.2";

/// Returns the message and the help of a rule's first finding in a manifest.
fn said_of(rule: &str, text: &str) -> (String, String) {
    let findings = lint(Source::new("job.yaml", text), &strict(None)).findings;
    let finding = findings.into_iter().find(|it| it.rule.id == rule);
    let finding = finding.unwrap_or_else(|| panic!("{rule} reports nothing: {text}"));
    (finding.message.to_string(), finding.help.as_deref().unwrap_or_default().to_owned())
}

fn said(rule: &str, image: &str, command: &[&str], script: &str) -> (String, String) {
    said_of(rule, &manifest(image, command, script))
}

fn assert_in(text: &str, part: &str) {
    assert!(text.contains(part), "{text:?} does not contain {part:?}");
}

/// An assignment is named by its variable and the command in it, with both parentheses.
#[test]
fn assignments_have_a_whole_name() {
    let rest = "\nif [ $? -ne 0 ]; then exit 1; fi";
    let cases = [
        ("tmp=$(mktemp)", "`tmp=$(mktemp)`", "`if ! tmp=$(mktemp); then`"),
        ("tmp=$(mktemp -d)", "`tmp=$(mktemp …)`", "`if ! tmp=$(mktemp …); then`"),
        ("tmp=\"$(mktemp -d | head -n 1)\"", "`tmp=$(mktemp …)`", "`status=0; tmp=$(mktemp …) || status=$?`"),
        ("import orders", "`import`", "`if ! import …; then`"),
    ];
    for (work, name, way) in cases {
        let (message, help) = said("late-status-check", PLAIN, &["bash", "-ec"], &format!("{work}{rest}"));
        assert_in(&message, &format!("when {name} fails"));
        assert_in(&help, way);
    }
}

/// A loop in a pipeline runs in a subshell, which takes its variables along.
#[test]
fn a_loop_in_a_pipeline_is_told_to_read_a_file() {
    let body = "while read -r a; do\n  if ! load \"$a\"; then echo failed; fi\ndone";
    let help = |script: &str| said("swallowed-failure", PLAIN, &["bash", "-ec"], script).1;
    assert!(help(&format!("list | {body}")).starts_with("let the loop read a file"));
    assert!(help(&format!("{body} < /tmp/list")).starts_with("write `failed=1`"));
}

/// Without `set -e`, only the status of the last command counts.
#[test]
fn a_script_without_errexit_needs_it_where_more_follows() {
    let help = |option: &str, script: &str| said("swallowed-failure", PLAIN, &["sh", option], script).1;
    for (option, script) in [("-ec", "load a || true\necho done"), ("-c", "load a || true")] {
        assert!(help(option, script).starts_with("remove `|| true`, or exit"), "{script}");
    }
    assert_in(
        &help("-c", "load a || true\necho done"),
        "remove `|| true` and write `set -e` at the top, or exit",
    );
    let looped = "for a in x y; do\n  load $a || true\ndone";
    let branch = "if [ -n \"$A\" ]; then\n  load a || true\n  echo done\nfi";
    for script in [looped, branch] {
        assert_in(&help("-c", script), "and write `set -e` at the top");
    }
    assert_in(&help("-c", "dump | gzip > /a.gz\nexit 0"), "remove `exit 0`, and run the script with `bash`");
    assert_in(&help("-c", "load a || exit 0"), "remove `|| exit 0`, or");
}

/// `wc` prints 0 where nothing comes in.
#[test]
fn an_answer_that_is_counted_is_0_after_a_failure() {
    let message = |rest: &str| {
        let script = format!("N=$(kubectl get pods -o name{rest}; then sweep; fi");
        said("swallowed-failure", PLAIN, &["sh", "-c"], &script).0
    };
    assert_in(&message(" | wc -l)\nif [ $N -gt 0 ]"), "`$N` is 0, the `if` skips the work");
    assert_in(&message(")\nif [ -n \"$N\" ]"), "`$N` is empty, the `if` skips the work");
    let script = "N=$(kubectl get pods -o name)\nif [ -n \"$N\" ]; then sweep; fi";
    let help = said("swallowed-failure", PLAIN, &["sh", "-c"], script).1;
    assert_eq!(help, "let the script fail when `kubectl` does: write `set -e` at the top");
}

/// A lock file says what is installed.
#[test]
fn what_a_lock_file_names_does_not_change() {
    let message = |script: &str| said("runtime-install", PLAIN, &["sh", "-ec"], script).0;
    assert_in(&message("npm install\nnode load.js"), "dependencies can change");
    assert!(!message("npm ci\nnode load.js").contains("dependencies"));
}

/// What hides the failure of a command in `$(…)` is what goes.
#[test]
fn an_empty_answer_is_told_apart_by_what_hides_the_failure() {
    let rest = "\nif [ -z \"$PODS\" ]; then\n  exit 0\nfi\nload $PODS";
    let help = |option: &str, ask: &str| {
        said("swallowed-failure", PLAIN, &["sh", option], &format!("PODS=$(kubectl get pods {ask}){rest}")).1
    };
    assert_eq!(help("-ec", "|| true"), "let the script fail when `kubectl` does: remove `|| true`");
    assert_in(&help("-c", "2>/dev/null"), "write `set -e` at the top, and remove `2>/dev/null`");
}

/// A volume hides what the image has in its directory.
#[test]
fn no_volume_is_mounted_over_files_of_the_image() {
    let help = |path: &str| {
        let text = manifest(PLAIN, &["sh", "-ec"], &format!("load > {path}"));
        let image = format!("image: {PLAIN}\n");
        let secured = format!("{image}        securityContext: {{readOnlyRootFilesystem: true}}\n");
        said_of("write-to-read-only-root", &text.replace(&image, &secured)).1
    };
    assert_in(&help("/tmp/orders"), "mount an `emptyDir` with a `sizeLimit` at `/tmp`");
    assert_in(&help("/etc/shop/orders"), "write to a directory where a volume is mounted");
    assert_in(&help("/var/log/orders"), "at `/var/log`");
}

/// BusyBox's `timeout` replaces itself with the program, and a signal from within does not end process 1.
#[test]
fn timeout_does_not_become_the_first_process() {
    let (_, help) = said("unforwarded-signal", ALPINE, &["sh", "-ec"], "prepare\ntimeout 60 load a");
    assert!(help.starts_with("start `timeout` with `&`"), "{help}");
    let (_, help) = said("unforwarded-signal", ALPINE, &["sh", "-ec"], "prepare\nload a");
    assert!(help.starts_with("write `exec` before this last `load`"), "{help}");
}

/// With `set -u`, no variable becomes an empty string.
#[test]
fn an_unset_variable_ends_a_script_that_says_so() {
    let effect = |command| said("undefined-variable", PLAIN, &["sh", command], "import \"$orders\"").0;
    assert_in(&effect("-ec"), "the shell replaces it with an empty string");
    assert_in(&effect("-euc"), "`set -u` ends the script here");
}

/// After `if ! work; then`, `$?` is 0.
#[test]
fn a_check_that_needs_the_number_is_told_to_save_it() {
    let uses = ["status=$?\n[ $status -ne 3 ] || exit 3", "if [ $? -ne 0 ]; then exit $?; fi"];
    for check in uses {
        let script = format!("import orders\n{check}\necho ok");
        let (_, help) = said("late-status-check", PLAIN, &["bash", "-ec"], &script);
        assert!(help.starts_with("write `status=0; import … || status=$?`"), "{check}: {help}");
    }
}

/// The mask takes no backquote of the message along with a value.
#[test]
fn backquotes_of_the_shell_do_not_end_those_of_a_message() {
    let script = "TOKEN=`aws ecr get-login-password | cut -c1-2000`\nkubectl delete secret --ignore-not-found pull\n\
                  kubectl create secret docker-registry pull --docker-password=\"${TOKEN}\"\necho \"done\"";
    let (message, help) = said("masked-exit-status", PLAIN, &["/bin/sh", "-c"], script);
    assert_in(&message, "when `aws` fails, the script continues and ends with `echo`, which exits with 0");
    assert_in(&help, "pipefail");
}

/// `dash` 0.5.12 ends at `set -o pipefail` with "Illegal option".
#[test]
fn pipefail_is_for_shells_that_have_it() {
    let script = "list orders | sort > /data/orders\npublish /data/orders";
    let help = |image: &str, shell: &str| said("missing-errexit", image, &[shell, "-c"], script).1;
    let own = "write `set -eo pipefail` at the top";
    assert!(help(PLAIN, "bash").starts_with(own));
    assert!(help(ALPINE, "sh").starts_with(own), "BusyBox has it");
    assert!(help(DASH, "sh").starts_with(&format!("run the script with `bash`, and {own}")));
    assert!(help(PLAIN, "sh").starts_with("run the script with `bash`"), "nobody knows this `sh`");
}

/// Since 0.5.12-7, the `dash` of Debian has it.
#[test]
fn pipefail_is_missing_in_old_releases_only() {
    let script = "set -o pipefail\nlist orders | sort > /data/orders";
    let is_found = |image: &str| {
        !crate::common::findings("bashism-in-sh", &manifest(image, &["sh", "-c"], script)).is_empty()
    };
    for (image, expected) in
        [("debian:12.5", true), ("ubuntu:22.04", true), ("debian:13", false), ("python:3.12-slim", false)]
    {
        assert_eq!(is_found(image), expected, "{image}");
    }
}

#[test]
fn what_a_plain_sh_does_with_bash_is_said_of_this_script() {
    let cases = [
        (
            "for day in {1..31}; do load $day; done",
            "does not expand `{1..31}`: the loop runs once, with that text as it is",
        ),
        ("load part-{1..3}.csv", "does not expand `part-{1..3}.csv`: the text stays as it is"),
        (
            "load-all() { load; }\nload-all",
            "allows only letters, digits and `_` in the name of a function: the script ends",
        ),
        ("load $(</data/day)", "does not support `$(<file)`: it expands to nothing"),
        ("days=(1 2)\nload", "does not support arrays: the script ends at this line with a syntax error"),
    ];
    for (script, part) in cases {
        assert_in(&said("bashism-in-sh", DASH, &["sh", "-c"], script).0, &format!("is `dash`, which {part}"));
    }
}

/// The message names the character that is in the file.
#[test]
fn typographic_characters_are_named() {
    for character in ["“", "”", "„", "‘", "’"] {
        let (message, help) =
            said("typographic-character", PLAIN, &["sh", "-c"], &format!("{character}load orders"));
        assert_in(&message, &format!("treats `{character}` as part of the word"));
        assert_in(&help, "a plain quote");
    }
    for character in ["–", "—"] {
        let (message, help) =
            said("typographic-character", PLAIN, &["sh", "-c"], &format!("load {character}all"));
        assert_in(&message, &format!("the dash is `{character}`"));
        assert_in(&help, "`--` if the flag has a long name");
    }
}

#[test]
fn the_help_names_only_what_hides_the_failure() {
    let help = |script: &str| said("swallowed-failure", PLAIN, &["sh", "-c"], script).1;
    assert!(help("load orders\npublish\nexit 0").ends_with("and remove `exit 0`"));
    assert!(help("set -e\nset +e\nload orders\npublish").ends_with("and remove `set +e`"));
}

#[test]
fn an_ignored_first_line_says_what_to_write_instead() {
    let help = |line: &str| {
        said("ignored-shebang", PLAIN, &["bash", "-c"], &format!("{line}\nload orders\npublish")).1
    };
    assert_eq!(help("#!/bin/bash -eux"), "write `set -eux` on the next line");
    assert_eq!(help("#!/bin/bash -el"), "write `set -e` on the next line", "`-l` is not an option of `set`");
    assert_eq!(help("#!/usr/bin/env python3"), "start the script with `python3 -c`");
    assert_eq!(help("#!/usr/bin/perl"), "start the script with `perl -e`");
    assert_eq!(help("#!/usr/bin/env php"), "start the script with `php -r`");
}

/// Each program has its own unit.
#[test]
fn an_endless_wait_is_told_a_timeout_of_its_program() {
    let cases = [
        (
            "kubectl wait job/load --for=condition=Complete --timeout=-1s",
            "`kubectl` waits for up to a week",
            "`--timeout=30m`",
        ),
        ("wait-for-it.sh db:5432 -t 0", "`wait-for-it.sh` waits forever", "`--timeout=300`"),
        ("wait4x tcp db:5432 --timeout=0", "`wait4x` waits forever", "`--timeout=5m`"),
        ("wait-on tcp:db:5432", "`wait-on` waits forever", "`--timeout 5m`"),
    ];
    for (script, effect, timeout) in cases {
        let (message, help) = said("endless-wait", PLAIN, &["sh", "-ec"], &format!("{script}\nload"));
        assert_in(&message, effect);
        assert!(message.starts_with("if the "), "{message}");
        assert_in(&help, timeout);
    }
}

/// The place of a dump in the message is the place for a claim in the help.
#[test]
fn a_lost_dump_is_told_its_directory() {
    let said = |script: &str| said("result-lost-with-pod", PLAIN, &["sh", "-ec"], script);
    let (message, help) = said("pg_dump shop > /backup/shop-$(date +%F).sql");
    assert_in(
        &message,
        "what `pg_dump` writes to `/backup` is lost with the pod: no volume is mounted there",
    );
    assert_in(&help, "mount a PersistentVolumeClaim at `/backup`");
    assert_in(&said("mongodump --out /backup").1, "at `/backup`");
    assert_in(&said("pg_dump shop > /shop.sql").1, "write the file to a PersistentVolumeClaim");
}

/// After a bare `wait`, Bash no longer knows the process ID, so that both together always fail.
#[test]
fn a_wait_for_each_process_replaces_a_bare_one() {
    for (script, part) in [
        ("load a &\nload b &\nwait", "instead of the bare `wait`, save the process ID after each `&`"),
        ("for a in x y; do load \"$a\" & done\nwait", "instead of the bare `wait`, save all process IDs"),
        ("load a &\nwait", "instead of the bare `wait`, save the process ID of the command"),
    ] {
        let (_, help) = said("background-without-wait", PLAIN, &["bash", "-ec"], script);
        assert_in(&help, part);
    }
}

/// A default value in the middle of a text ends where only its author knows.
#[test]
fn a_brace_is_written_only_where_the_default_value_certainly_ends() {
    let help = |script: &str| said("default-without-braces", PLAIN, &["sh", "-ec"], script).1;
    assert_eq!(help("load \"$DB_HOST:-postgres\""), "write `${DB_HOST:-postgres}`");
    assert!(help("load \"$DB_HOST:-app$SUFFIX\"").starts_with("write `${DB_HOST:-…}`"));
    assert_eq!(
        help("load \"http://$DB_USER:-app@db/shop\""),
        "write `${DB_USER:-…}`, with the closing brace where the default value ends"
    );
}

/// In a pipeline `--fail` alone changes nothing that the Job sees.
#[test]
fn a_failure_of_curl_counts_in_a_pipeline_only_with_pipefail() {
    let (message, help) =
        said("curl-without-fail", PLAIN, &["bash", "-ec"], "curl -s http://shop/a | load -");
    assert_in(&message, "and the next command of the pipeline reads the server's error page");
    assert_in(&help, "add `--fail` (`-f`), and write `set -eo pipefail` at the top");
    let (_, help) = said("curl-without-fail", PLAIN, &["sh", "-ec"], "curl -s http://shop/a | load -");
    assert_in(&help, "and run the script with `bash`");
    let (_, help) = said("curl-without-fail", PLAIN, &["sh", "-c"], "set +e\ncurl -s http://shop/a\nload");
    assert_in(&help, "and write `|| exit 1` after the call");
    let piped = "set -o pipefail\ncurl -s http://shop/a | load -";
    let (message, help) = said("curl-without-fail", PLAIN, &["bash", "-ec"], piped);
    assert_in(&message, "and the Job counts as Complete");
    assert_in(&help, "`--fail-with-body`");
}

/// A value in quotes keeps them in an item; one without has none to remove.
#[test]
fn a_flag_and_its_value_are_told_apart() {
    let text = |command: &str| manifest(PLAIN, &["sh", "-c"], "load").replace("[\"sh\", \"-c\"]", command);
    let said = |command: &str| {
        said_of(
            "flag-and-value-in-one-item",
            &text(command).replace("        args:\n        - |\n          load\n", ""),
        )
    };
    let (message, help) = said("[curl, --fail, '-H \"Accept: text/csv\"', http://shop]");
    assert_eq!(message, "`curl` uses a value that starts with a space: `-H` and its value are one argument");
    assert_eq!(help, "write the value as an item of its own: `-H`, `…`, without the quotes");
    let (message, help) = said("[report, --config /etc/report.yaml]");
    assert!(message.starts_with("`report` does not recognize `--config`"));
    assert_eq!(help, "write `--config=…`, or the value as an item of its own: `--config`, `…`");
    let (message, _) = said("[python3, report.py, --config /etc/report.yaml]");
    assert!(message.starts_with("the program does not recognize `--config`"));
}

#[test]
fn the_sidecar_is_ended_before_the_script_exits() {
    let script = "import.sh /data\ncurl -X POST http://localhost:15020/quitquitquit";
    let (_, help) = said("missing-errexit", PLAIN, &["sh", "-c"], script);
    assert_eq!(
        help,
        "write `status=$?` right after `import.sh`, and `exit \"$status\"` after the call that ends the sidecar"
    );
}

/// The command that stops reading early can be in the middle of its pipeline.
#[test]
fn the_command_that_stops_reading_early_is_named() {
    let script = "token=$(fetch http://server/tokens | head -1 | cut -d' ' -f1)\nupload \"$token\"";
    let (_, help) = said("missing-errexit", ALPINE, &["sh", "-c"], script);
    assert_in(&help, "with `pipefail` the pipeline would fail with 141, because `head` stops reading early");
    let (_, help) = said("missing-pipefail", ALPINE, &["sh", "-ec"], "dump shop | head -5 | upload");
    assert_in(&help, "because `head` stops reading early");
}

/// The status of a pipeline is that of its last command, so the loop waits for what `grep` finds.
#[test]
fn a_loop_waits_for_the_last_command_of_a_pipeline() {
    let wait = "while ! docker exec mail postqueue -p | grep -q empty; do sleep 2; done\nload";
    let (message, _) = said("endless-wait", PLAIN, &["sh", "-ec"], wait);
    assert_in(&message, "if `grep` never succeeds, the Job waits forever");
    let (message, _) =
        said("endless-retry", PLAIN, &["sh", "-ec"], "until dump shop | upload; do sleep 2; done\nload");
    assert_in(&message, "the loop repeats `upload` until it succeeds");
}

/// With `Replace` the next run of a CronJob ends a loop that never ends by itself.
#[test]
fn the_next_run_can_end_a_loop() {
    let message = |rule: &str, script: &str| {
        let text = format!(
            "apiVersion: batch/v1
kind: CronJob
metadata: {{name: sync}}
spec:
  schedule: 5 * * * *
  concurrencyPolicy: Replace
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{{name: sync, image: {PLAIN}, command: [sh, -ec, '{script}']}}]
"
        );
        said_of(rule, &text).0
    };
    let retry = message("endless-retry", "until load a; do sleep 2; done");
    assert_in(&retry, "each run continues until the next one replaces it, and `backoffLimit` has no effect");
    let wait = message("endless-wait", "until nc -z db 5432; do sleep 2; done");
    assert_in(&wait, "if `nc` never succeeds, the Job waits until the next run replaces it");
    let same = message("same-on-both-sides", "while [ \"$(state)\" = \"$(state)\" ]; do sleep 2; done");
    assert_in(&same, "the loop almost never ends, and the Job waits until the next run replaces it");
}

/// `mkdir -p` of a directory that is there already does not fail.
#[test]
fn a_directory_can_be_there_already() {
    let message = |script: &str| {
        let text = manifest(PLAIN, &["sh", "-ec"], script);
        let image = format!("image: {PLAIN}\n");
        let secured = format!("{image}        securityContext: {{readOnlyRootFilesystem: true}}\n");
        said_of("write-to-read-only-root", &text.replace(&image, &secured)).0
    };
    assert_in(&message("mkdir -p /tmp /data"), "unless the image has `/data`, `mkdir` fails");
    assert_in(&message("mkdir /tmp/new"), "the write to `/tmp/new` fails");
}

/// One status is not enough for several commands before the call that ends a sidecar.
#[test]
fn several_commands_before_the_end_of_a_sidecar_become_one() {
    let help = |work: &str| {
        let script = format!("{work}\ncurl -X POST http://localhost:15020/quitquitquit");
        said("missing-errexit", PLAIN, &["sh", "-c"], &script).1
    };
    assert!(help("load a").starts_with("write `status=$?` right after `load`"));
    assert!(help("fetch a\nload a").starts_with("write `&&` between the commands before that call"));
}
