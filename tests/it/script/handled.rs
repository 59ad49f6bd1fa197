//! Failures that scripts handle themselves, in another way than by the status: what rules say of them, and which fixes they
//! leave alone.

use super::rules::{found, manifest};
use crate::common::strict;
use batchlint::diagnostic::finding::Finding;
use batchlint::engine::lint::lint;
use batchlint::text::source::Source;

const IMAGE: &str = "registry.example.com/job:1.0";

/// Returns the finding of a rule in a script.
fn finding(rule: &str, image: &str, shell: &str, script: &str) -> Finding {
    let command: Vec<&str> = shell.split(' ').collect();
    let outcome = lint(Source::new("job.yaml", manifest(image, &command, script)), &strict(None));
    let found = outcome.findings.into_iter().find(|it| it.rule.id == rule);
    found.unwrap_or_else(|| panic!("{rule} finds nothing in\n{script}"))
}

/// Asserts for each script whether a rule offers its fix.
fn expect_fixes(rule: &str, shell: &str, cases: &[(&str, bool)]) {
    for (script, is_offered) in cases {
        let finding = finding(rule, IMAGE, shell, script);
        assert_eq!(finding.fix.is_some(), *is_offered, "{script}\n{:?}", finding.help);
        let says_why = finding.help.unwrap_or_default().contains("no fix is offered because");
        assert_eq!(says_why, !is_offered, "{script}");
    }
}

fn expect(rules: &[&str], shell: &str, cases: &[(&str, &str)]) {
    let command: Vec<&str> = shell.split(' ').collect();
    for (script, expected) in cases {
        let found = found(rules, &manifest(IMAGE, &command, script));
        let is_right = match *expected {
            "" => found.is_empty(),
            start => found.len() == 1 && found[0].starts_with(start),
        };
        assert!(is_right, "{script}\n  gives {found:?}\n  and not {expected:?}");
    }
}

/// `dash`, Bash and BusyBox end each of these at the first command once `set -e` stands at the top.
#[test]
fn errexit_is_not_written_where_a_script_handles_a_failure() {
    expect_fixes(
        "missing-errexit",
        "bash -c",
        &[
            ("fetch\nload", true),
            ("check-ns a\nif [ $? -ne 0 ]; then create-ns a; fi\nbackup\nupload", false),
            ("check-ns a\nrc=$?\n[ $rc -eq 0 ] || create-ns a\nbackup\nupload", false),
            ("check-ns a\ncase $? in 3) create-ns a;; esac\nbackup\nupload", false),
            ("check-ns a && check-ns b\nif [ $? -ne 0 ]; then create-ns a; fi\nbackup\nupload", false),
            ("check-ns a\necho \"ended with $?\"\nbackup\nupload", true),
            ("check-ns a || create-ns a\nbackup\nupload", true),
            ("id=$(find-id)\nif [ -z \"$id\" ]; then echo none; exit 0; fi\nbackup\nupload", false),
            ("id=$(find-id)\n[[ -n $id ]] || id=0\nbackup\nupload", false),
            ("id=$(find-id)\ncase \"$id\" in a*) echo a;; esac\nbackup\nupload", false),
            ("id=$(find-id)\nbackup \"${id:-none}\"\nupload", false),
            ("id=$(find-id || true)\nif [ -z \"$id\" ]; then exit 0; fi\nbackup\nupload", true),
            ("start=$(date +%s)\nif [ \"$start\" -gt 5 ]; then echo late; fi\nbackup\nupload", true),
            ("new=$(list | sort | head -n 1)\nif [ -z \"$new\" ]; then exit 0; fi\nbackup\nupload", true),
            ("n=$(grep -c full /log)\necho \"$n\"\nbackup\nupload", false),
            ("let i++\nbackup\nupload", false),
            ("((i++))\nbackup\nupload", false),
            ("read -r -d '' sql <<E\nselect 1\nE\nbackup\nupload", false),
            ("read -r sql <<< \"$LINE\"\nbackup\nupload", true),
            ("diff a b\nbackup\nupload", false),
            ("done_already() { [ -f /done ] && echo yes; }\ndone_already\nbackup\nupload", false),
            ("mkdir /data/new\nbackup\nupload", false),
            ("mkdir -p /data/new\nbackup\nupload", true),
            ("kubectl delete job old\nbackup\nupload", false),
            ("kubectl delete job old --ignore-not-found\nbackup\nupload", true),
            ("rm /data/old 2>/dev/null\nbackup\nupload", false),
            ("day=$(date -d '30 days ago' || date -v-30d)\nbackup\nupload \"$day\"", false),
        ],
    );
}

#[test]
fn errexit_is_not_written_along_with_fail_where_a_script_handles_a_failure() {
    let calls = "curl -X POST http://api/a\nload";
    expect_fixes(
        "curl-without-fail",
        "bash -c",
        &[
            (calls, true),
            (&format!("id=$(find-id)\nif [ -z \"$id\" ]; then exit 0; fi\n{calls}"), false),
            (&format!("set -e\nid=$(find-id)\nif [ -z \"$id\" ]; then exit 0; fi\n{calls}"), true),
        ],
    );
}

/// Of `yes` the pipe ends by a signal, and `grep` fails when it finds nothing.
#[test]
fn pipefail_is_not_written_where_a_pipeline_may_fail() {
    let dump = "dump | gzip > /b/new.gz";
    expect_fixes(
        "missing-pipefail",
        "bash -ec",
        &[
            (dump, true),
            (&format!("{dump}\nn=$(list | grep full | wc -l)\necho \"$n\""), false),
            (&format!("{dump}\nls /b | grep -v keep | xargs -r rm"), false),
            (&format!("{dump}\nls /b/*.old 2>/dev/null | tail -n +8 | xargs -r rm"), false),
            (&format!("{dump}\nls -t /b | tail -n +8 | xargs -r rm"), true),
            (&format!("{dump}\nls /b | grep -v keep | xargs -r rm || true"), true),
        ],
    );
    let yes = finding("missing-pipefail", IMAGE, "bash -ec", &format!("{dump}\nyes | installer"));
    assert!(yes.fix.is_none() && yes.help.unwrap().contains("fail with 141"));
}

/// As root without `CHOWN`, `SYS_CHROOT`, `SETUID` and the like these fail.
#[test]
fn capabilities_stay_where_a_script_needs_them() {
    let rule = "capabilities-not-dropped";
    for script in [
        "chown -R 1000:1000 /data",
        "exec chown 1000 /data",
        "find /data -type d -exec chgrp 1000 {} +",
        "chroot /host reboot-check",
        "su app -c load",
        "setcap cap_net_raw+ep /tool",
        "mount -t nfs a:/b /mnt",
        "if load; then chown 1000 /data; fi",
        "owner=$(chown -v 1000 /data)",
        "cp -a /seed/. /data",
        "tar xzf /seed.tgz -C /data",
    ] {
        let finding = finding(rule, IMAGE, "sh -c", script);
        assert!(finding.fix.is_none(), "{script}");
        assert!(finding.help.unwrap().contains("no fix is offered because"), "{script}");
    }
    for script in [
        "load /data",
        "echo chown 1000 /data",
        "cp -r /seed /data",
        "tar czf /b.tgz /data",
        "tar --exclude=x -czf /b.tgz /data",
    ] {
        assert!(finding(rule, IMAGE, "sh -c", script).fix.is_some(), "{script}");
    }
}

/// An answer tells of the work right before the question, and of what names the same thing.
#[test]
fn a_result_tells_of_its_own_work_only() {
    let check =
        "count=$(psql -tc 'select count(*) from a')\nif [ \"$count\" -gt 0 ]; then echo ok; else exit 1; fi";
    expect(
        &["masked-exit-status", "missing-errexit"],
        "sh -c",
        &[
            (&format!("load a\n{check}"), ""),
            (&format!("fetch a\nload a\n{check}"), "missing-errexit [fetch] when `fetch` fails"),
            (&format!("unzip /a.gz | psql -q\n{check}"), "missing-errexit [unzip] when `unzip` fails"),
            ("fetch /b\nsort-out /b\nn=$(count /b)\nif [ \"$n\" = 0 ]; then exit 1; fi\necho ok", ""),
            (
                "dump /b\nupload /b s3://c/b\nn=$(aws s3 ls s3://c/b)\nif [ -z \"$n\" ]; then exit 1; fi\necho ok",
                "masked-exit-status [echo] when `dump` fails",
            ),
        ],
    );
}

#[test]
fn a_deletion_may_be_all_that_a_script_does() {
    expect(
        &["masked-exit-status", "missing-errexit", "swallowed-failure"],
        "sh -c",
        &[
            (
                "echo start\nkubectl delete pods -n x --field-selector=status.phase=Failed\necho done",
                "masked-exit-status [echo] when `kubectl` fails",
            ),
            ("rm -rf /data/tmp\necho done", "masked-exit-status [echo] when `rm` fails"),
            ("find /data -mtime +7 -delete\necho done", "masked-exit-status [echo] when `find` fails"),
            ("find /data -mtime +7 -exec rm {} +\necho done", "masked-exit-status [echo] when `find` fails"),
            ("aws s3 rm s3://a/b --recursive\necho done", "masked-exit-status [echo] when `aws` fails"),
            ("mytool delete old\nexit 0", "swallowed-failure [exit 0] when `mytool` fails"),
            (
                "for pod in $(kubectl get pods -o name); do kubectl delete \"$pod\"; done\necho done",
                "masked-exit-status [echo] when `kubectl` fails",
            ),
            // Next to other work it tidies up, and a deletion that finds nothing does not fail.
            ("set -e\nload\nset +e\nrm -rf /data/tmp\necho done", ""),
            ("rm -rf /data/tmp 2>/dev/null\necho done", ""),
            ("rm /data/tmp/*\necho done", ""),
            ("kubectl delete pod old\necho done", ""),
            ("rm -rf /data/tmp || exit 1\necho done", ""),
            ("rm -rf /data/tmp", ""),
            ("mkdir -p /data/tmp\necho done", ""),
        ],
    );
}

#[test]
fn a_failure_is_swallowed_in_a_function_too() {
    let message = "swallowed-failure [true] when `upload` fails, `|| true` turns that into a success";
    expect(
        &["swallowed-failure"],
        "bash -c",
        &[
            ("set -eu\nf() { upload \"$1\" || true; echo ok; }\nf a\nf b", message),
            ("set -eu\nf() { upload \"$1\" || true; }\ng() { f a; }\ng\necho ok", message),
            ("set -eu\nf() { upload \"$1\" || true; }\nf a\npublish", ""),
            ("set -eu\nf() { upload \"$1\" || true; }\nload", ""),
            ("set -eu\ntry() { \"$@\" || true; }\nload\ntry upload a", ""),
            ("set -eu\ntell() { curl -sf http://chat/x || true; }\nload\ntell done", ""),
            ("set -eu\nclean() { kubectl delete pod a || true; }\ntrap clean EXIT\nload", ""),
            ("set -eu\nf() { upload \"$1\" || true; }\nfor it in a b; do f \"$it\"; done", ""),
        ],
    );
}

/// Seen with kubectl, and with `grep`, `which` and `pgrep` of GNU and BusyBox: they fail when they find nothing.
#[test]
fn a_question_whether_nothing_was_found_may_come_too_late() {
    let first = "get pod -l app=x -o jsonpath='{.items[0].metadata.name}'";
    let pod = &format!(
        "set -e\npod=$(kubectl {first} 2>/dev/null)\nif [ -z \"$pod\" ]; then echo none; exit 0; fi"
    );
    let late = "late-status-check [if] when `kubectl` finds nothing";
    let grep = "late-status-check [if] when `grep` finds nothing";
    expect(
        &["late-status-check"],
        "bash -c",
        &[
            (pod, late),
            ("set -e\nf=$(ls /in | grep csv)\nload\nif [ \"$f\" = '' ]; then exit 0; fi", grep),
            ("set -e\nf=$(ls /in | grep csv)\n[ -z \"$f\" ] && exit 0\nload", "late-status-check [[] when"),
            ("set -e\nf=$(ls /in | grep csv)\n[[ -n $f ]] || exit 0\nload", "late-status-check [[[] when"),
            ("set -eo pipefail\nf=$(ls /in | grep csv | head -n 1)\nif [ -z \"$f\" ]; then exit 0; fi", grep),
            (
                "set -e\nt=$(command -v tool)\nif [ -z \"$t\" ]; then exit 1; fi",
                "late-status-check [if] when `command`",
            ),
            // These come to the question.
            ("pod=$(kubectl get pod a -o name)\nif [ -z \"$pod\" ]; then exit 0; fi", ""),
            ("set -e\nf=$(ls /in | grep csv | head -n 1)\nif [ -z \"$f\" ]; then exit 0; fi", ""),
            ("set -e\nf=$(ls /in | grep csv || true)\nif [ -z \"$f\" ]; then exit 0; fi", ""),
            ("set -e\nn=$(ls /in | grep -c csv)\nif [ -z \"$n\" ]; then exit 0; fi", ""),
            ("set -e\np=$(kubectl get pods -o name)\nif [ -z \"$p\" ]; then exit 0; fi", ""),
            (
                "set -e\np=$(kubectl get pods -o jsonpath='{.items[*].metadata.name}')\nif [ -z \"$p\" ]; then exit 0; fi",
                "",
            ),
            ("set -e\nlocal f=$(ls /in | grep csv)\nif [ -z \"$f\" ]; then exit 0; fi", ""),
            ("set -e\nf=$(ls /in | grep csv)\nf=$(other)\nif [ -z \"$f\" ]; then exit 0; fi", ""),
            ("set -e\nf=$(ls /in | grep csv)\nif [ -n \"$f\" ]; then load; fi", ""),
        ],
    );
}

/// Braces that go to a program do not keep a script from being read.
#[test]
fn templates_of_programs_are_not_templates_of_the_script() {
    let error = "script-syntax-error";
    expect(
        &[error],
        "bash -c",
        &[
            ("d=$(docker inspect --format='{{.X}}' y)\necho $d\"", error),
            ("docker ps --format '{{.Names}}\\t{{.Status}}'\necho \"$d", error),
            ("docker ps --format \"{{.Names}}\"\nif true; then", error),
            ("kubectl get pods -o go-template='{{range .items}}{{.metadata.name}}{{end}}'\necho 'x", error),
            ("docker inspect -f {{.State.Status}} y\necho )", error),
            ("echo {{ .Values.text }}\necho \"$d", ""),
            ("{{- if .Values.on }}\nload\n{{- end }}\necho \"$d", ""),
            ("load --format {{ .Values.format }}\necho \"$d", ""),
            ("load --format {{.Values.format}}\necho \"$d", ""),
            ("echo \"{{ name }}\necho", ""),
        ],
    );
    let read = "load\nupload\ndocker inspect -f {{.State.Status}} y\npublish";
    expect(
        &["missing-errexit"],
        "sh -c",
        &[(read, "missing-errexit [load]"), (&read.replace("-f ", ""), "")],
    );
}

#[test]
fn packages_bring_their_own_programs_only() {
    let found = |image: &str, script: &str| {
        found(&["missing-program", "gnu-option-in-busybox"], &manifest(image, &["sh", "-c"], script))
    };
    let wait = "until pg_isready -h db; do sleep 2; done";
    for (image, script, expected) in [
        ("python:3.11-slim", format!("pip install psycopg2-binary\n{wait}"), "missing-program [pg_isready]"),
        ("python:3.11-slim", "pip install requests awscli\naws s3 ls".to_owned(), ""),
        (
            "python:3.11-slim",
            format!("pip install -r requirements.txt\n{wait}"),
            "missing-program [pg_isready]",
        ),
        ("python:3.11-slim", format!("apt-get install -y postgresql-client\n{wait}"), ""),
        ("python:3.11-slim", format!("apt-get install -y curl jq\n{wait}"), "missing-program [pg_isready]"),
        ("python:3.11-slim", format!("apt-get install -y $PACKAGES\n{wait}"), ""),
        ("alpine:3.20", "apk add --no-cache curl\nbash /a".to_owned(), "missing-program [bash]"),
        ("alpine:3.20", "apk add --no-cache bash\nbash /a".to_owned(), ""),
        (
            "postgres:16-alpine",
            "apk add --no-cache aws-cli\nC=$(date -d \"30 days ago\" +%F)\nprune \"$C\"".to_owned(),
            "gnu-option-in-busybox [\"30 days ago\"]",
        ),
        ("alpine:3.20", "apk add coreutils curl\ndate -d yesterday".to_owned(), ""),
        ("alpine:3.20", "apk add some-tool\ndate -d yesterday".to_owned(), ""),
    ] {
        let found = found(image, &script);
        let is_right = if expected.is_empty() {
            found.is_empty()
        } else {
            found.len() == 1 && found[0].starts_with(expected)
        };
        assert!(is_right, "{image}: {script}\n  gives {found:?}\n  and not {expected:?}");
    }
}

/// A flag says what failed if the script tests it, and a path that ends with `exit 1` loses no failure.
#[test]
fn what_a_script_decides_itself_is_not_lost() {
    let skipped = "masked-exit-status [backup] when `backup` fails, the commands after `&&` are skipped";
    expect(
        &["masked-exit-status"],
        "bash -ec",
        &[
            ("ok=false\nbackup && upload && ok=true\nif [ $ok = false ]; then echo none; fi\nrestart", ""),
            ("backup && upload && ok=1\n[ -n \"$ok\" ] || echo none\nrestart", ""),
            ("backup && upload && ok=1\n[ -n \"$ok\" ] || echo none\necho done", skipped),
            ("backup && day=$(date) && upload $day && ok=1\n[ -n \"$ok\" ] || echo none\nrestart", ""),
            ("backup && upload && ok=true\nrestart", skipped),
            ("backup && upload && name=$(date)\n[ -n \"$name\" ] || echo none\nrestart", skipped),
        ],
    );
    let lost = "missing-errexit [stop] when `stop` fails";
    expect(
        &["missing-errexit", "curl-without-fail"],
        "sh -c",
        &[
            ("if ask; then exit 0; fi\ncurl -X PUT http://a/stop\ncurl -X PUT http://a/start\nexit 1", ""),
            ("ask && exit 0\nstop\nstart\nexit 3", ""),
            ("stop\nif ask; then exit 0; fi\nstart\nexit 1", lost),
            ("finish() { exit 0; }\nstop\nask && finish\nstart\nexit 1", lost),
            ("trap 'exit 0' EXIT\nstop\nstart\nexit 1", lost),
            ("stop\nstart\nexit $code", lost),
        ],
    );
}

/// With `set -e` the Job would end at an `apk` that never works for another user than root.
#[test]
fn errexit_is_not_written_where_nothing_can_be_installed() {
    let fix = |user: &str| {
        let text = manifest("postgres:16-alpine", &["sh", "-c"], "apk add --no-cache curl\nbackup\nupload")
            .replace(
                "      restartPolicy",
                &format!("      securityContext: {{{user}}}\n      restartPolicy"),
            );
        let findings = lint(Source::new("job.yaml", text), &strict(None)).findings;
        let found = findings.into_iter().find(|it| it.rule.id == "missing-errexit").expect("a finding");
        (found.fix.is_some(), found.help.unwrap_or_default().contains("when `apk` fails, as it always does"))
    };
    assert_eq!(fix("runAsUser: 0"), (true, false));
    assert_eq!(fix("runAsUser: 1001"), (false, true));
    assert_eq!(fix("runAsNonRoot: true"), (false, true));
}

/// What the script has made before is there: only a file of an earlier run may be gone already.
#[test]
fn a_file_that_the_script_has_made_can_be_deleted() {
    let named = "file=\"shop_$(date +%F).rdb\"\nredis-cli --rdb \"/b/$file\"\n";
    expect_fixes(
        "missing-errexit",
        "sh -c",
        &[
            (&format!("{named}upload \"/b/$file\"\nrm \"/b/$file\"\nprune"), true),
            (
                &format!(
                    "{named}if [ -n \"$S3\" ]; then\n  upload \"/b/$file\"\n  rm \"/b/$file\"\nfi\nprune"
                ),
                true,
            ),
            ("pg_dump --file=/b/a.sql shop\nupload\nrm /b/a.sql\nprune", true),
            ("dump > /b/a.sql\nupload\nrm /b/a.sql\nprune", true),
            ("dump > /b/a.sql\nupload\nrm /b/b.sql\nprune", false),
            ("rm /b/a.sql\ndump > /b/a.sql\nupload\nprune", false),
            ("if full; then dump > /b/a.sql; fi\nupload\nrm /b/a.sql\nprune", false),
            ("dump > /b/a.sql || true\nupload\nrm /b/a.sql\nprune", false),
        ],
    );
}

/// What tells a monitor how the run goes must not decide it; what works does, in a function too.
#[test]
fn a_function_that_tells_how_the_run_goes_may_hide_its_failure() {
    let report = "set -e\nreport() {\n  ./manage record --status \"$1\" || true\n}\n";
    let swallowed = "swallowed-failure [true]";
    expect(
        &["swallowed-failure"],
        "sh -c",
        &[
            (&format!("{report}report running\npg_dump -f /b/a.sql\nreport success"), ""),
            (&format!("{report}trap 'report ended' EXIT\npg_dump -f /b/a.sql\nreport success"), ""),
            (
                &format!(
                    "{report}on_exit() {{\n  if [ $? -ne 0 ]; then report failed; fi\n}}\ntrap on_exit EXIT\n\
                     pg_dump -f /b/a.sql\nreport success"
                ),
                "",
            ),
            (&format!("{report}report orders\nreport invoices"), swallowed),
            (&format!("{report}report running\npg_dump -f /b/a.sql || true\nreport success"), swallowed),
        ],
    );
}

/// A count is `0` when nothing is counted, as Bash, dash and BusyBox show, and never empty.
#[test]
fn a_count_is_never_empty() {
    let script = |count: &str, test: &str| {
        format!("N=$(kubectl get pods -o name {count})\nif [ {test} ]; then sweep --all; fi")
    };
    let lost = "swallowed-failure [kubectl] when `kubectl` fails, `$N` is 0";
    for count in [
        "| wc -l",
        "| wc -l | tr -d ' '",
        "| awk 'END { print NR }'",
        "| awk '{ s += 1 } END { print s + 0 }'",
        "| jq -s length",
    ] {
        expect(
            &["swallowed-failure"],
            "bash -ec",
            &[
                (&script(count, "\"$N\" -gt 0"), lost),
                (&script(count, "-n \"$N\""), ""),
                (&script(count, "\"$N\" != 0"), lost),
            ],
        );
    }
    expect(
        &["swallowed-failure"],
        "bash -ec",
        &[(
            &script("| sort", "-n \"$N\""),
            "swallowed-failure [kubectl] when `kubectl` fails, `$N` is empty",
        )],
    );
}

/// With `set -o pipefail`, Bash ends the pipelines of the first list with 141, and those of the second with 0.
#[test]
fn only_what_stops_reading_makes_a_pipeline_fail() {
    let stops = |reader: &str| {
        let script = format!("list-backups | {reader} > /work/names\nuse-names");
        finding("missing-pipefail", IMAGE, "bash -ec", &script)
            .help
            .unwrap_or_default()
            .contains("stops reading early")
    };
    for reader in [
        "head -n 10",
        "head -3",
        "sed 5q",
        "sed '/done/q'",
        "sed -n '3{p;q}'",
        "awk '{ print; exit }'",
        "awk 'NR > 3 { exit 0 } { print }'",
    ] {
        assert!(stops(reader), "{reader}");
    }
    for reader in [
        "head -n -10",
        "head -c -5",
        "head --lines=-10",
        "sed 's/resourcequotas/rq/'",
        "awk '/exit code/ { print $NF }'",
        "awk '{ s += $1 } END { exit s }'",
    ] {
        assert!(!stops(reader), "{reader}");
    }
}
