//! Which rules speak of a script, and where: each case is one that shells decide, run in bash, dash and BusyBox.

use crate::common::strict;
use batchlint::engine::lint::lint;
use batchlint::manifest::edit::Safety;
use batchlint::rewrite::fix_all::fix_all;
use batchlint::text::source::Source;
use proptest::prelude::*;

const IMAGE: &str = "registry.example.com/job:1.0";

pub(super) fn manifest(image: &str, command: &[&str], script: &str) -> String {
    let words: Vec<String> = command.iter().map(|word| serde_json::to_string(word).unwrap()).collect();
    let lines: String = script.lines().map(|line| format!("          {line}\n")).collect();
    format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: job}}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      \
         containers:\n      - name: main\n        image: {image}\n        command: [{}]\n        args:\n        - |\n{lines}",
        words.join(", ")
    )
}

/// What some rules find: `rule [the text at its place] the message`.
pub(super) fn found(rules: &[&str], text: &str) -> Vec<String> {
    let outcome = lint(Source::new("job.yaml", text), &strict(None));
    let findings = outcome.findings.iter().filter(|it| rules.contains(&it.rule.id));
    findings.map(|it| format!("{} [{}] {}", it.rule.id, it.place.span.text(text), it.message)).collect()
}

/// Asserts for each script what the rules find: nothing, or the beginning of what [`found`] says.
fn expect(rules: &[&str], image: &str, shell: &str, cases: &[(&str, &str)]) {
    let command: Vec<&str> = shell.split(' ').collect();
    let mut wrong = Vec::new();
    for (script, expected) in cases {
        let found = found(rules, &manifest(image, &command, script));
        let is_right = if expected.is_empty() {
            found.is_empty()
        } else {
            found.len() == 1 && found[0].starts_with(expected)
        };
        if !is_right {
            wrong.push(format!("{script}\n  gives {found:?}\n  and not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Who asks another program whether it is ready waits; who does the work again retries.
#[test]
fn waits_are_told_from_retries() {
    let waits = [
        ("until nc -z db 5432 && echo ok; do sleep 2; done", "if `nc` never succeeds"),
        ("until $(curl -sf http://api/health >/dev/null); do sleep 2; done", "if `curl` never succeeds"),
        ("until `curl -sf http://api/health >/dev/null`; do sleep 2; done", "if `curl` never succeeds"),
        ("until docker ps; do sleep 3; done", "if `docker` never"),
        ("while ! mariadb-admin ping --silent; do sleep 1; done", "if `mariadb-admin` never"),
        ("while ! ssh host hostname; do sleep 1; done", "if `ssh` never"),
        ("until mountpoint -q /data; do sleep 1; done", "if `mountpoint` never"),
        (
            "until kafka-topics.sh --bootstrap-server k:9092 --list; do sleep 1; done",
            "if `kafka-topics.sh` never",
        ),
        ("until mc alias set shop http://minio \"$K\" \"$S\"; do sleep 1; done", "if `mc` never"),
        ("until aws rds describe-db-instances; do sleep 1; done", "if `aws` never"),
        ("until python manage.py check; do sleep 1; done", "if `python` never"),
        ("until echo quit | telnet db 5432; do sleep 1; done", "if `telnet` never"),
        ("until (</dev/tcp/db/5432) 2>/dev/null; do sleep 1; done", "if `</dev/tcp/db/5432` never"),
        ("while curl -sf http://queue/busy; do sleep 5; done", "if `curl` keeps succeeding"),
        ("while kubectl get job old; do sleep 5; done", "if `kubectl` keeps succeeding"),
        (
            "while [ $(wget -qO- http://q | grep -c x) -gt 0 ]; do sleep 1; done",
            "if `[ $(wget -qO- http://q | grep -c x) -gt 0 ]` stays",
        ),
    ];
    for (script, message) in waits {
        let expected = format!("endless-wait [{}] {message}", &script[..5]);
        expect(&["endless-wait", "endless-retry"], IMAGE, "bash -c", &[(script, &expected)]);
    }
    expect(
        &["endless-wait", "endless-retry"],
        IMAGE,
        "bash -c",
        &[
            ("until load orders; do sleep 2; done", "endless-retry [until] the loop repeats `load`"),
            // `tee` succeeds even if `load` fails; with `pipefail` that is a failure.
            ("until load orders | tee /a; do sleep 2; done", ""),
            ("while ! load orders | tee /a; do sleep 2; done", ""),
            ("while true; do load orders | tee /a && break; sleep 2; done", ""),
            ("while true; do if load orders | tee /a; then break; fi; sleep 2; done", ""),
            (
                "set -o pipefail\nuntil load orders | tee /a; do sleep 2; done",
                "endless-retry [until] the loop repeats `load`",
            ),
            ("while load-next; do sleep 1; done", ""),
            ("while read -r line || [ -n \"$line\" ]; do sleep 1; done < /list", ""),
            // The script ends, and with it what it does not wait for.
            ("until load a; do sleep 2; done &\nload b", ""),
            ("(until load a; do sleep 2; done) &\nload b &\nwait", "endless-retry [until]"),
            // The script's own children end by themselves.
            ("while [ \"$(jobs -r | wc -l)\" -ge 4 ]; do sleep 1; done", ""),
            ("while [ \"$(ls /run/*.pid | wc -l)\" -ge 4 ]; do wait -n; done", ""),
        ],
    );
}

/// In a condition `set -e` does nothing, in functions and groups too (POSIX, `set`).
#[test]
fn conditions_lose_all_but_the_last_status() {
    let work = "set -e\nwork() {\n  fetch a\n  load a\n  echo done\n}\n";
    let function =
        "masked-exit-status [fetch] when `fetch` fails, the function `work` continues despite `set -e`";
    for call in ["work || exit 1", "work && publish", "if work; then publish; else exit 1; fi", "! work"] {
        expect(&["masked-exit-status"], IMAGE, "bash -c", &[(&format!("{work}{call}"), function)]);
    }
    expect(
        &["masked-exit-status", "missing-errexit"],
        IMAGE,
        "bash -c",
        &[
            (&format!("{work}work"), ""),
            (
                "set -e\n{ fetch a; load a; } && publish",
                "masked-exit-status [fetch] when `fetch` fails, the commands after",
            ),
            ("set -e\n(fetch a; load a) || exit 1", "masked-exit-status [fetch]"),
            // The last turn alone decides, and `set -e` would not help.
            (
                "for a in x y; do load $a; done && publish",
                "masked-exit-status [load] when `load` fails, the loop continues",
            ),
            // Each failure is looked at.
            ("set -e\nwork() { fetch a && load a; }\nwork || exit 1", ""),
            ("set -e\nwork() { fetch a || return 1; load a; }\nwork || exit 1", ""),
            ("set -e\nwork() { load a; status=$?; rm -f /tmp/a; return $status; }\nwork || exit 1", ""),
            ("set -e\nready() { ask a > /tmp/a; grep -q yes /tmp/a; }\nif ready; then publish; fi", ""),
            ("set -e\nfor i in 1 2 3; do load a && break; sleep 5; done || exit 1", ""),
            ("set -e\n(cd /data && load) || exit 1", ""),
        ],
    );
}

#[test]
fn a_status_that_is_only_printed_is_lost() {
    expect(
        &["masked-exit-status", "missing-errexit", "swallowed-failure"],
        IMAGE,
        "bash -c",
        &[
            ("load a; rc=$?; echo \"rc=$rc\"", "masked-exit-status [echo] when `load` fails"),
            ("load a; rc=$?; echo \"rc=$rc\"; exit $rc", ""),
            ("load a; rc=$?; echo \"rc=$rc\" | tee /tmp/log; [ $rc -eq 0 ]", ""),
            ("load a || status=$?\necho done", "swallowed-failure [status=$?]"),
            ("load a || status=$?\nexit ${status:-0}", ""),
            (
                "if ! load a; then echo failed; fi",
                "swallowed-failure [load] when `load` fails, the `if` hides it",
            ),
            ("if load a; then echo loaded; else echo failed; fi", "swallowed-failure [load]"),
            ("if ! load a; then echo failed; exit 1; fi", ""),
            ("if has-news; then load a; fi", ""),
            ("load a && exit 0\nexit 1", ""),
            ("for i in 1 2 3; do load a && exit 0; sleep 2; done\nexit 1", ""),
            // It has no end, so that nothing is counted as a success.
            ("load a; sleep infinity", ""),
            ("load a; publish a; exec sleep infinity", ""),
            (
                "if [ -n \"$A\" ]; then\n  fetch a\n  echo fetched\nelse\n  echo none\nfi",
                "masked-exit-status [echo] when `fetch`",
            ),
        ],
    );
}

#[test]
fn a_swallowed_failure_is_the_last_work() {
    expect(
        &["swallowed-failure"],
        IMAGE,
        "bash -ec",
        &[
            ("dump a || true", "swallowed-failure [true] when `dump` fails"),
            ("dump a || date", "swallowed-failure [date] when `dump` fails"),
            ("dump a || set +x", "swallowed-failure [set +x] when `dump` fails"),
            ("\"${TOOL}\" a || true", "swallowed-failure [true] when `\"${TOOL}\"` fails"),
            ("dump a || true\nexec load a", ""),
            ("dump a || true\ncount=$(load a)", ""),
            ("dump a || true\nexit 1", ""),
            ("load a\ncurl -fsS https://ping.example.com/a || true", ""),
            ("kubectl -n shop get pods || true", ""),
            ("case $1 in a) dump a || true ;; b) load b ;; esac", ""),
        ],
    );
}

#[test]
fn wait_without_arguments_has_no_status() {
    expect(
        &["background-without-wait"],
        IMAGE,
        "bash -ec",
        &[
            (
                "load a &\nload b &\nwait",
                "background-without-wait [load] a failure of `load` in the background",
            ),
            ("load a &\npid=$!\nwait $pid", ""),
            ("proxy &\nload a\nkill %1\nwait", ""),
            ("(load a || touch /tmp/failed) &\nwait\n[ ! -f /tmp/failed ]", ""),
        ],
    );
}

/// Nothing to read makes some commands fail, and SIGPIPE ends what writes to one that stops early.
#[test]
fn a_pipeline_counts_where_its_end_hides_its_beginning() {
    let piped = |script: &str| found(&["missing-pipefail"], &manifest(IMAGE, &["bash", "-ec"], script));
    for end in [
        "kubectl apply -f -",
        "grep x",
        "tar -x",
        "gunzip",
        "sha256sum -c -",
        "python3 -c 'json.load(sys.stdin)'",
    ] {
        assert_eq!(piped(&format!("dump a | {end}")), [""; 0]);
    }
    for end in ["kubectl delete -f -", "grep -c x", "tar -c", "gzip", "tee /tmp/a"] {
        assert_eq!(piped(&format!("dump a | {end}")).len(), 1, "{end}");
    }
    let same = piped("kubectl create secret generic a --dry-run=client -o yaml | kubectl replace -f -");
    assert!(same[0].contains("when the first `kubectl` fails, the pipeline still succeeds"), "{same:?}");
    let text = manifest(IMAGE, &["bash", "-ec"], "dump a | gzip > /tmp/a.gz\nrandom | head -c 9 > /tmp/key");
    let outcome = lint(Source::new("job.yaml", text.as_str()), &strict(None));
    let finding = outcome.findings.iter().find(|it| it.rule.id == "missing-pipefail").unwrap();
    assert!(finding.fix_within(Safety::Unsafe).is_none(), "`head` would end `random` with SIGPIPE");
}

/// A program that starts the shell may give it variables, but the script is one all the same.
#[test]
fn scripts_behind_other_programs_are_read() {
    let wrappers: [&[&str]; 7] = [
        &["/entrypoint.sh", "sh", "-c"],
        &["runner.sh", "bash", "-c"],
        &["nsenter", "-t", "1", "-m", "--", "sh", "-c"],
        &["sudo", "-u", "app", "bash", "-c"],
        &["su", "app", "-c"],
        &["flock", "/tmp/lock", "sh", "-c"],
        &["conda", "run", "-n", "shop", "bash", "-c"],
    ];
    let rules = ["masked-exit-status", "unexpanded-variable", "undefined-reference", "extra-shell-arguments"];
    for wrapper in wrappers {
        let found = found(&rules, &manifest(IMAGE, wrapper, "load $TABLE $(RELEASE)\necho done"));
        assert_eq!(found.len(), 1, "{wrapper:?}: {found:?}");
        assert!(found[0].starts_with("masked-exit-status [echo]"), "{found:?}");
    }
    let named = manifest(IMAGE, &["app", "--shell", "bash", "-c", "app.yaml", "$TABLE"], "a");
    let none = found(&["unexpanded-variable"], &named);
    assert_eq!(none.len(), 1, "`--shell bash` names one and starts none: {none:?}");
}

#[test]
fn curl_may_get_its_options_elsewhere() {
    expect(
        &["curl-without-fail"],
        IMAGE,
        "bash -ec",
        &[
            ("args=(--fail)\ncurl \"${args[@]}\" https://a", ""),
            ("OPTIONS=-fsS\ncurl $OPTIONS https://a", ""),
            ("get() { curl -s \"$@\"; }\nget --fail https://a", ""),
            (
                "curl -s \"$URL\"",
                "curl-without-fail [curl] `curl` exits with 0 even when the server returns 404 or 500, and the Job counts",
            ),
            (
                "curl -sO https://a/run\nchmod +x run\n./run",
                "curl-without-fail [curl] `curl` exits with 0 even when the server returns 404 or 500, and the script continues",
            ),
            ("curl -s -o /tmp/a https://a\nload \"$(jq -er .id /tmp/a)\"", ""),
            ("curl -s https://a > /tmp/a\ngrep -q ok /tmp/a", ""),
            (
                "until curl -s https://a; do sleep 1; done",
                "curl-without-fail [curl] `curl` exits with 0 even when the server returns 404 or 500, and the wait ends",
            ),
            ("if ! load a; then\n  curl -s https://a\n  exit 1\nfi", ""),
        ],
    );
}

#[test]
fn a_client_says_only_on_request_that_the_server_refused() {
    let psql = "unchecked-client-errors [psql] `psql` exits with 0 even when statements in a file or on standard input fail, and ";
    let ends = format!("{psql}the Job counts");
    let continues = format!("{psql}the script continues");
    expect(
        &["unchecked-client-errors"],
        IMAGE,
        "bash -ec",
        &[
            ("psql -f a.sql", &ends),
            ("psql -f a.sql\necho done", &continues),
            ("psql -h db < a.sql", &ends),
            ("gunzip -c a.sql.gz | psql \"$URL\"", &ends),
            ("psql <<EOF\nDELETE FROM a;\nEOF", &ends),
            ("psql -v ON_ERROR_STOP=1 -f a.sql", ""),
            ("psql <<'EOF'\n\\set ON_ERROR_STOP on\nDELETE FROM a;\nEOF", ""),
            ("psql <<EOF\nSELECT 1;\nEOF", ""),
            ("psql -c 'DELETE FROM a'", ""),
            ("psql $PSQL_OPTS -f a.sql", ""),
            ("psql -f a.sql || true", ""),
            ("until psql -f a.sql; do sleep 1; done", ""),
            ("psql -f a.sql | grep -q done", ""),
            ("redis-cli FLUSHALL\necho done", "unchecked-client-errors [redis-cli]"),
            ("echo flushall | redis-cli -h cache", "unchecked-client-errors [redis-cli]"),
            ("redis-cli INFO", ""),
            ("redis-cli -e FLUSHALL", ""),
            ("cat a | redis-cli --pipe", ""),
            (
                "/opt/mssql-tools/bin/sqlcmd -S db -i a.sql",
                "unchecked-client-errors [/opt/mssql-tools/bin/sqlcmd]",
            ),
            ("sqlcmd -S db -b -i a.sql", ""),
        ],
    );
    // Without `set -e` nobody looks at the status: other rules say so.
    expect(&["unchecked-client-errors"], IMAGE, "sh -c", &[("psql -f a.sql\necho done", "")]);
}

#[test]
fn a_pipeline_keeps_what_its_parts_set() {
    let lost = "variable-lost-in-pipeline [$n] `$n` is still `0` here";
    expect(
        &["variable-lost-in-pipeline"],
        "alpine:3.20",
        "sh -c",
        &[
            ("n=0\nlist | while read -r a; do n=$((n + 1)); done\necho $n", lost),
            ("n=0\nlist | while read -r a; do load \"$a\" || n=1; done\nexit $n", lost),
            ("n=0\nlist > /a\nwhile read -r a; do n=$((n + 1)); done < /a\necho $n", ""),
            ("n=0\nlist | while read -r a; do n=$((n + 1)); done\nn=5\necho $n", ""),
            ("n=0\nlist | while read -r a; do n=$(size $a); done\necho $n", ""),
            ("n=0\nlist | while read -r a; do n=$((n + 1)); echo $n; done", ""),
        ],
    );
    expect(
        &["variable-lost-in-pipeline"],
        IMAGE,
        "bash -c",
        &[("shopt -s lastpipe\nn=0\nlist | while read -r a; do n=$((n + 1)); done\necho $n", "")],
    );
}

#[test]
fn the_time_moves_on_between_two_commands() {
    expect(
        &["file-name-computed-twice"],
        IMAGE,
        "sh -ec",
        &[
            (
                "dump > /a/$(date +%s).sql\ngzip /a/$(date +%s).sql",
                "file-name-computed-twice [/a/$(date +%s).sql]",
            ),
            ("dump > \"/a/$(date +%T).sql\"\ngzip \"/a/$(date +%T).sql\"", "file-name-computed-twice"),
            ("dump > /a/`date +%s`\nupload /a/`date +%s`.gz", "file-name-computed-twice"),
            ("dump > /a/$(date +%F).sql\ngzip /a/$(date +%F).sql", ""),
            ("dump > /a/$(date +%s).sql\ngzip /b/$(date +%s).sql", ""),
            ("if a; then dump > /a/$(date +%s); else load > /a/$(date +%s); fi", ""),
            ("echo start/$(date +%s)\necho start/$(date +%s)", ""),
            ("dump > /a/$(date -r /b +%s)\ngzip /a/$(date -r /b +%s)", ""),
        ],
    );
}

#[test]
fn a_cluster_that_does_not_answer_leaves_nothing_to_do() {
    expect(
        &["missing-pipefail"],
        IMAGE,
        "bash -ec",
        &[
            (
                "kubectl get pod -o name | while read -r a; do kubectl delete \"$a\"; done",
                "missing-pipefail [kubectl]",
            ),
            ("kubectl get pod -o name | xargs -r kubectl delete", "missing-pipefail [kubectl]"),
            ("kubectl get pod -o name | xargs kubectl delete", ""),
            ("kubectl get pod -o name | while read -r a; do echo \"$a\"; done", ""),
            ("token=$(fetch | jq -er .token)\nprune \"$token\"", ""),
            ("token=$(fetch | jq -r .token)\nprune \"$token\"", "missing-pipefail [fetch]"),
        ],
    );
    expect(
        &["swallowed-failure"],
        IMAGE,
        "sh -ec",
        &[
            ("for a in b c; do report $a || true; done\necho done", "swallowed-failure [true]"),
            ("for a in b c; do report $a || true; done\nsend", ""),
            ("for a in b c; do kubectl delete $a || true; done", ""),
        ],
    );
}

#[test]
fn variables_are_set_in_many_ways() {
    expect(
        &["missing-nounset", "undefined-variable"],
        IMAGE,
        "bash -ec",
        &[
            ("f() { local xs=(\"$@\"); declare -a more=(a b); load \"${xs[@]}\" \"${more[@]}\"; }\nf a", ""),
            ("exec {log}>/tmp/log\necho a >&$log", ""),
            ("echo ${!APP_*} ${!APP_@}", ""),
            // With `set -u` this working script would end.
            ("table=${TABLE}\nif [ \"$table\" = \"\" ]; then table=orders; fi\nload \"$table\"", ""),
        ],
    );
    expect(&["undefined-reference"], IMAGE, "bash -ec", &[("awk '{print $$2}' /a\nload $$1", "")]);
}

#[test]
fn dash_lacks_what_others_have() {
    let lacks = "bashism-in-sh";
    expect(
        &[lacks],
        "python:3.12-slim",
        "sh -ec",
        &[
            ("echo -e 'a\\tb'", "bashism-in-sh [echo]"),
            ("sleep $RANDOM", "bashism-in-sh [$RANDOM]"),
            ("load $((i++))", "bashism-in-sh [$((i++))]"),
            ("true </dev/tcp/db/5432", "bashism-in-sh [</dev/tcp/db/5432]"),
            ("wait -n", "bashism-in-sh [wait]"),
            ("read -t 5 answer", "bashism-in-sh [read]"),
            ("load ${DAYS[0]}", "bashism-in-sh [${DAYS[0]}]"),
            ("load \"${#DAYS[@]}\"", "bashism-in-sh [${#DAYS[@]}]"),
            ("load \"$DAYS[0]\" \"${DAYS}[0]\"", ""),
            ("echo 'a -e'; read answer; wait; load $((i + 1))", ""),
        ],
    );
    // BusyBox has all of them but the network.
    expect(
        &[lacks],
        "alpine:3.20",
        "sh -ec",
        &[("echo -e a; sleep $RANDOM; load $((i++)); wait -n; read -t 5 a", "")],
    );
}

/// `dash` and BusyBox stop at such an expansion with `Bad substitution`, so nothing continues with an empty string.
#[test]
fn an_expansion_at_which_the_shell_stops_is_reported_once() {
    let rules = ["bashism-in-sh", "missing-nounset", "undefined-variable"];
    let element = ("load ${DAYS[0]}", "bashism-in-sh [${DAYS[0]}]");
    let upper = ("load ${day^^}", "bashism-in-sh [${day^^}]");
    for image in ["python:3.12-slim", "alpine:3.20", IMAGE] {
        expect(&rules, image, "sh -ec", &[element, upper]);
        let other = ("load $DAY ${DAYS[0]}", "missing-nounset [$DAY]");
        expect(&rules[1..], image, "sh -ec", &[other]);
    }
    expect(&rules, IMAGE, "bash -ec", &[("load ${DAYS[0]}", "missing-nounset [${DAYS[0]}]")]);
    expect(&rules, "alpine:3.20", "sh -ec", &[("load ${DAY:0:2}", "missing-nounset [${DAY:0:2}]")]);
}

#[test]
fn an_index_of_an_array_needs_its_bracket() {
    let cases = [
        ("days=([0]=sat [1 )\nload", "script-syntax-error [[] "),
        ("days=([0]=sat [1]=sun)\nload", ""),
        ("days=(\"[\" a[ )\nload", ""),
    ];
    expect(&["script-syntax-error"], IMAGE, "bash -ec", &cases);
}

#[test]
fn extended_patterns_need_an_earlier_line() {
    let error = "script-syntax-error [(] ";
    let cases = [
        ("shopt -s extglob\nrm /data/!(keep)", ""),
        ("rm /data/!(keep)", error),
        ("shopt -s extglob; rm /data/!(keep)", error),
        ("rm /data/@(a|b)", error),
        ("rm /data/*(a)", error),
        ("for file in +(a); do load \"$file\"; done", error),
        ("day=?(a)", error),
        ("case $DAY in @(sat|sun)) exit ;; esac", error),
        ("shopt -qs nullglob extglob\nrm /data/@(a|b)", ""),
        // What is read may turn it on.
        (". /lib.sh\nrm /data/@(a|b)", ""),
        ("[[ $DAY == @(sat|sun) ]] || load", ""),
        ("[[ $DAY != !(sat|sun) ]] || load", ""),
        ("load \"${DAY##+(0)}\" '@(a)' a@$(hostname)", ""),
    ];
    expect(&["script-syntax-error"], IMAGE, "bash -ec", &cases);
    expect(&["script-syntax-error"], IMAGE, "bash -O extglob -ec", &[("rm /data/!(keep)", "")]);
}

/// What Bash cannot expand it reads past, and `dash` and BusyBox stop there: `echo ${"a"}`.
#[test]
fn bash_notices_some_mistakes_when_it_gets_there() {
    let late = "script-syntax-error [";
    let cases = [
        ("load ${\"a\"}", late),
        ("load ${'a'}", late),
        ("load \"${\"a\"}\"", late),
        ("load ${}", late),
        ("${}=x load", late),
        ("load `fetch \"a`", late),
        ("load `if`", late),
        ("load ${a:-\"b\"} `fetch \"a\"`", ""),
    ];
    expect(&["script-syntax-error"], IMAGE, "bash -ec", &cases);
    for (script, expected) in cases {
        let all = found(&["script-syntax-error"], &manifest(IMAGE, &["sh", "-ec"], script));
        let stops = all.iter().all(|it| it.contains("and exits with 2"));
        assert!(all.is_empty() == expected.is_empty() && stops, "{script}: {all:?}");
    }
    // What stands below is read.
    let rules = ["masked-exit-status"];
    expect(&rules, IMAGE, "bash -c", &[("echo ${}\nload a\necho done", "masked-exit-status [echo]")]);
}

/// `>` makes one line of an `if` and what follows; a line that is indented deeper stays one.
#[test]
fn folded_lines_are_said_to_be_folded() {
    let folded = |script: &str| manifest(IMAGE, &["bash", "-ec"], script).replace("- |", "- >");
    let help = |text: &str| {
        let outcome = lint(Source::new("job.yaml", text), &strict(None));
        let finding = outcome.findings.iter().find(|it| it.rule.id == "script-syntax-error").unwrap();
        finding.help.clone().unwrap()
    };
    assert!(help(&folded("if load a; then\n  echo loaded\nfi\npublish")).contains("write `|`"));
    let rules = ["folded-script", "option-as-command", "missing-errexit"];
    let cases = [
        ("load \\\n--table a", "folded-script [--table a]"),
        ("load a # first\nload b", "folded-script [load b]"),
        ("load a;\nload b # second\nload c", "folded-script [load c]"),
        ("load 'a # b'\n--table=c", ""),
        ("load a#b\n--table=c", ""),
        ("load --to=a\ncurl http://localhost:9091/quitquitquit", "folded-script [curl http"),
        ("load --to=a\ntouch /done", "folded-script [touch /done]"),
        ("trap 'rm -f lock' EXIT\nload a", "folded-script [load a]"),
        ("timeout 5\ncurl http://a", ""),
        ("./wait-for.sh db:5432 --\ncurl http://a", ""),
        ("apk add --no-cache\ncurl jq", ""),
        ("load \\\n  --table a", ""),
        ("load a\n  --table=/a", "option-as-command [--table=/a] the shell runs `--table=/a`"),
        ("load a\n--table a", ""),
    ];
    for (script, expected) in cases {
        let found = found(&rules, &folded(script));
        assert!(
            found.iter().all(|it| !expected.is_empty() && it.starts_with(expected)),
            "{script}: {found:?}"
        );
        assert_eq!(found.is_empty(), expected.is_empty(), "{script}");
    }
}

#[test]
fn the_shell_stays_where_exec_would_not_do() {
    expect(
        &["unforwarded-signal"],
        IMAGE,
        "sh -ec",
        &[
            ("prepare\nload a", "unforwarded-signal [load]"),
            ("prepare\ncat > /tmp/a <<EOF\na\nEOF", ""),
            ("prepare\nmc ls shop", ""),
            ("prepare\ngit checkout main", ""),
            ("alias load='load -v'\nload a", ""),
        ],
    );
    let bash = "registry.access.redhat.com/ubi9/ubi:9.4";
    expect(&["unforwarded-signal"], bash, "sh -ec", &[("prepare\nload a", "")]);
    let source = Source::new("job.yaml", manifest(IMAGE, &["sh", "-ec"], "prepare\ntime load a"));
    let fixed = fix_all(&source, &strict(None), Safety::Unsafe);
    assert!(!fixed.text.contains("exec"), "`time` is the shell's: {}", fixed.text);
}

/// `set -e` acts on the last command of a pipeline; `PIPESTATUS` has the others too.
#[test]
fn each_status_of_a_pipeline_can_be_read() {
    let rules = ["late-status-check", "missing-pipefail"];
    let reads = "work a | tee /a\nrc=${PIPESTATUS[0]}\nexit $rc";
    let late = "late-status-check [rc]";
    let cases = [
        (reads, ""),
        ("work a | tee /a\nif [ ${PIPESTATUS[0]} -ne 0 ]; then exit 1; fi", ""),
        ("work a | tee /a\nexit ${PIPESTATUS[0]}", ""),
        ("work a | tee /a\necho ${PIPESTATUS[0]}\nload b", "missing-pipefail [work]"),
        ("work a\nrc=${PIPESTATUS[0]}\nexit $rc", late),
    ];
    expect(&rules, IMAGE, "bash -ec", &cases);
    expect(&rules, IMAGE, "bash -eo pipefail -c", &[(reads, late)]);
    let other = manifest(IMAGE, &["bash", "-ec"], &format!("dump b | gzip > /b\n{reads}"));
    let outcome = lint(Source::new("job.yaml", other), &strict(None));
    let finding = outcome.findings.iter().find(|it| it.rule.id == "missing-pipefail").unwrap();
    assert!(finding.fix.is_none(), "`pipefail` ends the script before the status is read");
}

/// What commands have printed can be longer than a pipe holds.
#[test]
fn a_reader_that_stops_early_keeps_pipefail_away() {
    let is_fixed = |script: &str| {
        let outcome = lint(Source::new("job.yaml", manifest(IMAGE, &["bash", "-ec"], script)), &strict(None));
        outcome.findings.iter().find(|it| it.rule.id == "missing-pipefail").unwrap().fix.is_some()
    };
    assert!(is_fixed("dump a | gzip > /a\nif echo \"$MODE\" | grep -q full; then load b; fi"));
    assert!(!is_fixed(
        "all=$(list a)\ndump a | gzip > /a\nif printf '%s' \"$all\" | grep -q b; then load b; fi"
    ));
}

/// Without the program that it installs, a later command ends the script.
#[test]
fn a_lost_installation_is_noticed_where_its_program_is_missing() {
    let cases = [
        ("apk add --no-cache postgresql-client\nset -e\ntest \"$(psql -c 'select 1')\" = 1\necho ok", ""),
        ("apk add curl\ncurl -f https://example.com/a", ""),
        ("apk add postgresql-client\ntest \"$(psql -c 'select 1')\" = 1", ""),
        ("apk add curl\ncurl -f https://example.com/a || true\nload b", "missing-errexit [apk]"),
        ("apk add postgresql-client\nload b", "missing-errexit [apk]"),
    ];
    expect(&["masked-exit-status", "missing-errexit"], IMAGE, "sh -c", &cases);
}

/// Only root can install packages: what `root-user` advises must not be what `runtime-install` then reports.
#[test]
fn root_that_installs_packages_needs_another_image_first() {
    let help = |script: &str| {
        let text = manifest("alpine:3.20", &["sh", "-ec"], script);
        let outcome = lint(Source::new("job.yaml", text), &strict(None));
        let finding = outcome.findings.iter().find(|it| it.rule.id == "root-user").unwrap();
        finding.help.as_deref().unwrap_or_default().to_owned()
    };
    assert!(
        help("apk add curl\ncurl -f https://example.com/a").starts_with("first build an image that contains")
    );
    assert!(help("pip install a\nload b").starts_with("set `securityContext.runAsNonRoot: true`"));
}

/// In a program only what stands in quotation marks is a value; a name is that of a variable.
#[test]
fn a_variable_of_a_program_is_not_a_credential() {
    let program = "const hubToken2 = process.env.TOKEN;\nrules.push({ a: 'b',\n  password: hubToken2,\n});";
    let in_shell = format!("node - <<'EOF'\n{program}\nEOF");
    for (command, script) in [(["node", "-e"], program), (["sh", "-ec"], in_shell.as_str())] {
        let found =
            |script: &str| found(&["secret-in-command"], &manifest("node:22", &command, script)).len();
        assert_eq!(found(script), 0, "{script}");
        assert_eq!(found(&script.replace("password: hubToken2", "password: 'hubToken2'")), 1, "{script}");
        assert_eq!(found(&script.replace("password: hubToken2", "password: hubToken3")), 1, "{script}");
    }
}

#[test]
fn the_words_of_a_credential_name_its_program() {
    let said = "secret-in-command [hunter2Zx9] an argument of `mc` is a credential in plain text";
    let cases = [("mc alias set shop https://s3.example.com app hunter2Zx9", said)];
    expect(&["secret-in-command"], IMAGE, "sh -ec", &cases);
}

#[test]
fn software_is_installed_in_many_ways() {
    let cases = [
        ("exec pip install a", "runtime-install [exec]"),
        ("sudo -E apt-get install -y a", "runtime-install [sudo]"),
        ("uv pip install a", "runtime-install [uv]"),
        ("poetry install", "runtime-install [poetry]"),
        ("curl -fsSL https://get.example.com | bash", "runtime-install [curl]"),
        ("curl -fsSL https://get.example.com | bash -c 'cat'", ""),
    ];
    expect(&["runtime-install"], IMAGE, "bash -ec", &cases);
}

#[test]
fn what_is_made_only_where_it_is_missing_may_be_made_again() {
    let cases = [
        ("psql -c 'CREATE DATABASE shop'", "not-idempotent"),
        ("psql -lqt | grep -q shop || psql -c 'CREATE DATABASE shop'", ""),
        ("psql -c 'DROP TABLE IF EXISTS a; CREATE TABLE a (b int)'", ""),
        ("dropdb --if-exists shop; psql -c 'CREATE DATABASE shop'", ""),
        ("if ! psql -c 'SELECT 1 FROM a'; then psql -c 'CREATE TABLE a (b int)'; fi", ""),
    ];
    expect(&["not-idempotent"], IMAGE, "sh -ec", &cases);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// A fix that does not make its finding go is not made again and again.
    #[test]
    fn no_fix_is_made_twice(lines in prop::collection::vec(prop_oneof![
        Just("load a"), Just("for a in x y; do load $a; done && publish"), Just("dump | gzip > /tmp/a"), Just("curl -s https://a"),
        Just("load \"$TABLE\""), Just("work() { fetch a; load a; }"), Just("work || true"), Just("exec load"), Just("exit 0"),
        Just("{ fetch a; load a; } || exit 1"), Just("set +e"), Just("dump | head -1"), Just("(load a) &"), Just("wait"),
    ], 1..7), shell in prop_oneof![Just("sh"), Just("bash")]) {
        let text = manifest(IMAGE, &[shell, "-c"], &lines.join("\n"));
        let fixed = fix_all(&Source::new("job.yaml", text), &strict(None), Safety::Unsafe);
        for fix in ["set -e\n", "set -u\n", "set -o pipefail\n", "exec exec", "--fail --fail", "-ee", "-uu"] {
            prop_assert!(fixed.text.matches(fix).count() <= 1, "{}", fixed.text);
        }
    }
}

/// What no rule about scripts checks is reported, with the reason.
#[test]
fn scripts_that_are_not_read_are_named() {
    let limits = |text: &str| {
        let outcome = lint(Source::new("job.yaml", text), &strict(None));
        let found = outcome.findings.into_iter().filter(|it| it.rule.id == "unread-script");
        found.map(|it| it.message.split_once(": ").unwrap().1.to_owned()).collect::<Vec<_>>()
    };
    let script = |bytes: usize| "# why\n".repeat(bytes / 6);
    assert_eq!(limits(&manifest(IMAGE, &["sh", "-c"], &script(120_000))), [""; 0]);
    let long = limits(&manifest(IMAGE, &["sh", "-c"], &script(198_000)));
    assert_eq!(
        long,
        [
            "it has 198000 bytes, and only scripts of up to 128 KiB are read, as many as Linux accepts as an argument"
        ]
    );
    let deep = limits(&manifest(IMAGE, &["sh", "-c"], &("( ".repeat(61) + "a" + &" )".repeat(61))));
    assert_eq!(deep, ["it is nested more than 60 levels deep"]);
    let coprocess = limits(&manifest(IMAGE, &["bash", "-c"], "coproc convert { csv-to-json; }"));
    assert_eq!(coprocess, ["it uses `coproc`, which batchlint does not support"]);
    // What a template engine fills in is checked when that is done.
    assert_eq!(limits(&manifest(IMAGE, &["bash", "-c"], "{{ coproc convert }}")), [""; 0]);
    let container = |name: usize| {
        let lines = script(120_000).replace("#", "          #");
        format!(
            "      - name: c{name}\n        image: a:1\n        command: [sh, -c]\n        args:\n        - |\n{lines}"
        )
    };
    let three = format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a}}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      \
         containers:\n{}",
        [1, 2, 3].map(container).concat()
    );
    assert_eq!(limits(&three), ["the scripts of the object add up to more than 256 KiB"]);
}

/// A timeout of 0, none at all, or a negative one: such programs wait forever, and kubectl for up to a week.
#[test]
fn an_option_takes_the_end_from_a_wait() {
    expect(
        &["endless-wait"],
        IMAGE,
        "bash -c",
        &[
            (
                "wait-for-it db:5432 -t 0 -- load",
                "endless-wait [wait-for-it] if the service never becomes available",
            ),
            ("./wait-for-it.sh db:5432 --timeout=0", "endless-wait [./wait-for-it.sh]"),
            ("wait4x tcp db:5432 --timeout 0s && load", "endless-wait [wait4x]"),
            ("wait-on http://db:8080/health && load", "endless-wait [wait-on]"),
            (
                "kubectl wait --for=condition=complete job/migrate --timeout=-1s",
                "endless-wait [kubectl] if the condition is never met",
            ),
            ("wait-for-it db:5432 -t 60 -- load", ""),
            ("wait-for-it db:5432 -- load", ""),
            ("wait4x tcp db:5432 -t 60s", ""),
            ("wait-on -t 60000 http://db:8080/health", ""),
            ("kubectl wait --for=condition=complete job/migrate --timeout=60s", ""),
            (
                "for ((;;)); do nc -z db 5432 && break; sleep 2; done",
                "endless-wait [for] if `nc` never succeeds",
            ),
            ("for ((i = 0; i < 30; i++)); do nc -z db 5432 && break; sleep 2; done", ""),
        ],
    );
    let direct =
        |words: &[&str]| found(&["endless-wait"], &manifest(IMAGE, words, "job/migrate")).first().cloned();
    let week = direct(&["kubectl", "wait", "--timeout=-1s", "--for=condition=complete"]);
    assert!(week.is_some_and(|it| it.contains("`kubectl` waits for up to a week")));
    assert_eq!(direct(&["kubectl", "wait", "--timeout=60s", "--for=condition=complete"]), None);
}

#[test]
fn python_waits_and_serves_too() {
    let wait = "import socket, time\nwhile True:\n    try:\n        socket.create_connection((\"db\", 5432))\n        break\n    except OSError:\n        time.sleep(1)";
    let counted = wait.replace("time.sleep(1)", "tries += 1\n        time.sleep(1)");
    let worker = "import time\nwhile True:\n    poll()\n    time.sleep(5)\n";
    expect(
        &["endless-wait", "endless-main"],
        IMAGE,
        "python3 -c",
        &[
            (wait, "endless-wait [while True:] if the service never answers"),
            (&counted, ""),
            (worker, "endless-main"),
            ("while True:\n    if not work():\n        break", ""),
            ("for day in days():\n    load(day)", ""),
        ],
    );
}

#[test]
fn what_never_ends_may_stand_behind_work() {
    expect(
        &["endless-main"],
        IMAGE,
        "bash -c",
        &[
            ("load a && tail -f /dev/null", "endless-main"),
            ("load a && publish a && sleep infinity", "endless-main"),
            ("[ -n \"$DEBUG\" ] && sleep infinity\nload a", ""),
            ("load a || sleep infinity", ""),
            ("load a && sleep 5", ""),
        ],
    );
}

/// A loop with a condition that is always true never ends, however that is written.
#[test]
fn conditions_without_a_variable_never_change() {
    let endless = [
        "while [ 1 -eq 1 ]",
        "while ! false",
        "while test -z ''",
        "while [ \"x\" = \"x\" ]",
        "while [[ 1 == 1 ]]",
        "while [ 1 ]",
        "while ((1))",
        "until false",
        "until [ 1 -gt 2 ]",
        "until test",
        "until [ ! x ]",
        "while [ -n x ]",
    ];
    let ends = [
        "while false",
        "until ! false",
        "while [ -f /work/busy ]",
        "while [ -n \"$BUSY\" ]",
        "while [ $A -eq 1 ]",
        "while [ 1 -eq 2 ]",
        "until [ x ]",
        "while ((0))",
        "while ((A))",
        "while [ a* = b ]",
        "until test -z ''",
        "while [ $BUSY ]",
    ];
    for (heads, expected) in [(&endless[..], "endless-main"), (&ends[..], "")] {
        for head in heads {
            let script = format!("{head}; do load; sleep 5; done");
            expect(&["endless-main"], IMAGE, "bash -c", &[(&script, expected)]);
        }
    }
}

/// `>` makes one line of several: what follows a complete command becomes its arguments.
#[test]
fn a_fold_gives_the_next_line_to_the_command_before() {
    let folded = |script: &str| {
        let text = manifest(IMAGE, &["bash", "-c"], script).replace("- |\n", "- >\n");
        found(&["folded-script"], &text)
            .first()
            .map(|it| it.split(']').next().unwrap_or_default().trim_end().to_owned())
    };
    for (script, line) in [
        ("set -e\nload orders\nload customers", "load orders"),
        ("set -eu\n./load.sh orders", "./load.sh orders"),
        ("cd /data\nload orders", "load orders"),
        ("export DAY=today\nload orders", "load orders"),
        ("echo \"start\"\npython load.py", "python load.py"),
    ] {
        assert_eq!(folded(script), Some(format!("folded-script [{line}")), "{script}");
    }
    for script in [
        "load\n--day today\n--all",
        "set -e;\nload orders",
        "cd /data &&\nload orders",
        "echo \"start\"\n\"of the import\"",
        "export A=1\nB=2",
    ] {
        assert_eq!(folded(script), None, "{script}");
    }
}

/// Where no shell runs, a command between `$(` and `)` or backquotes is text.
#[test]
fn a_substitution_needs_a_shell_wherever_it_stands() {
    let report =
        |word: &str| found(&["shell-syntax-without-shell"], &manifest(IMAGE, &["report", word], "all"));
    for word in [
        "--day=$(date +%F)",
        "$(date +%F)",
        "--host=$(hostname)",
        "day-`date +%F`",
        "--n=$(ls /data | wc -l)",
    ] {
        assert_eq!(report(word).len(), 1, "{word}");
    }
    for word in ["--day=$(DAY)", "--day=$$(date +%F)", "use `total` here", "--text=a (b c)", "$(day)"] {
        assert_eq!(report(word), [""; 0], "{word}");
    }
}

#[test]
fn kubernetes_replaces_only_variables_that_stand_above() {
    let env = |lines: &str| {
        let text = format!("{}        env:\n{lines}", manifest(IMAGE, &["report"], "--all"));
        found(&["undefined-reference"], &text)
    };
    let later =
        env("        - {name: URL, value: 'http://$(HOST):80'}\n        - {name: HOST, value: shop}\n");
    assert_eq!(later.len(), 1);
    assert!(later[0].contains("`URL` gets the literal text `$(HOST)`"), "{later:?}");
    for lines in [
        "        - {name: HOST, value: shop}\n        - {name: URL, value: 'http://$(HOST):80'}\n",
        "        - {name: URL, value: 'http://$$(HOST):80'}\n        - {name: HOST, value: shop}\n",
    ] {
        assert_eq!(env(lines), [""; 0], "{lines}");
    }
}

/// What nobody reads is not looked at, and an option alone ends no script.
#[test]
fn curl_is_seen_only_where_somebody_looks() {
    expect(
        &["curl-without-fail"],
        IMAGE,
        "sh -ec",
        &[
            (
                "curl -s -w '%{http_code}' -T a https://files/a || exit 1\necho done",
                "curl-without-fail [curl]",
            ),
            ("code=$(curl -s -o /dev/null -w '%{http_code}' https://a)\n[ \"$code\" = 200 ]", ""),
            ("curl -s -w '%{http_code}' https://a | grep -q 200", ""),
        ],
    );
    let text = manifest(IMAGE, &["sh", "-c"], "curl -s https://a > /dev/null\nload a");
    let outcome = lint(Source::new("job.yaml", text.as_str()), &strict(None));
    let finding = outcome.findings.iter().find(|it| it.rule.id == "curl-without-fail").unwrap();
    assert!(finding.help.as_deref().unwrap_or_default().contains("`set -e`"), "{:?}", finding.help);
}

#[test]
fn work_in_the_background_is_lost_behind_a_pause_and_an_upload() {
    expect(
        &["background-without-wait"],
        IMAGE,
        "sh -ec",
        &[
            (
                "/app run -c config.yaml & sleep 300",
                "background-without-wait [/app] the script can end while",
            ),
            ("dump -f /backup/a.sql a &\nsleep 300", "background-without-wait [dump]"),
            (
                "dump -f /backup/a.sql a & publish /backup/a.sql",
                "background-without-wait [dump] `publish` can read half a file: it starts while `dump` is still writing",
            ),
            ("dump a > /backup/a.sql & publish /backup/a.sql", "background-without-wait [dump]"),
            ("proxy -f /etc/proxy.conf &\nsleep 5\nload a", ""),
            ("load a & sleep infinity", ""),
        ],
    );
}

#[test]
fn every_failure_of_a_loop_may_be_a_message() {
    expect(
        &["swallowed-failure"],
        IMAGE,
        "bash -ec",
        &[
            ("for a in x y; do load $a && echo ok || echo failed; done", "swallowed-failure [echo failed]"),
            ("for a in x y; do load $a || echo \"$a failed\"; done", "swallowed-failure [echo"),
            ("for i in 1 2 3; do load a && break || echo retry; done", ""),
            ("for a in x y; do load $a || echo failed; done\npublish", ""),
        ],
    );
}

/// A check of the result afterwards sees that the work has failed.
#[test]
fn a_result_that_is_asked_for_is_looked_at() {
    expect(
        &["masked-exit-status", "missing-errexit"],
        IMAGE,
        "sh -c",
        &[
            (
                "load a\ncount=$(psql -tc 'select count(*) from a')\nif [ \"$count\" -gt 0 ]; then echo ok; else exit 1; fi\necho done",
                "",
            ),
            (
                "start=$(date +%s)\nload a\nend=$(date +%s)\nif [ $((end - start)) -gt 3 ]; then exit 1; fi\necho done",
                "masked-exit-status [echo] when `load` fails",
            ),
            ("cd /data\nrm -rf ./*", "missing-errexit [cd] when `cd` fails"),
            ("cd /data || exit 1\nrm -rf ./*", ""),
            ("cd /data\nrm -rf /data/old", ""),
            ("ping -c 1 db\necho done", "masked-exit-status [echo] when `ping` fails"),
            ("nslookup db\nping -c 1 db\necho done", ""),
        ],
    );
}

/// A proxy that only a success ends keeps the pod of a failure running.
#[test]
fn a_sidecar_is_ended_on_every_way_out() {
    let quit = "curl -sf -XPOST http://127.0.0.1:15020/quitquitquit";
    expect(
        &["endless-sidecar"],
        IMAGE,
        "bash -c",
        &[
            (
                &format!("load a && {quit}"),
                "endless-sidecar [curl] when `load` fails, the script does not reach the call that ends the sidecar",
            ),
            (&format!("set -e\nload a\n{quit}"), "endless-sidecar [curl]"),
            (&format!("load a\n{quit}"), ""),
            (&format!("trap '{quit}' EXIT\nset -e\nload a"), ""),
            (&format!("load a\nstatus=$?\n{quit}\nexit $status"), ""),
        ],
    );
    let text = manifest(IMAGE, &["sh", "-c"], &format!("fetch a\nload a\n{quit}"));
    let outcome = lint(Source::new("job.yaml", text.as_str()), &strict(None));
    let finding = outcome.findings.iter().find(|it| it.rule.id == "missing-errexit").unwrap();
    assert!(finding.fix_within(Safety::Unsafe).is_none(), "`set -e` would end the script before the proxy");
}

/// `readarray` does not fail with the command that it reads from; the work in the loop does.
#[test]
fn what_reads_lines_into_an_array_does_not_fail() {
    let cases = [
        (
            "readarray -t spaces < <(oc get ns -o name)\nfor it in \"${spaces[@]}\"; do oc patch \"$it\" -p '{}'; done",
            "missing-errexit [oc] when `oc` fails",
        ),
        ("mapfile -t files < /list\nload \"${files[@]}\"", ""),
    ];
    expect(&["missing-errexit"], IMAGE, "bash -c", &cases);
}

/// Shells remove a backslash before the end of a line first of all. A token that continues behind it is not read, but it is no
/// error.
#[test]
fn a_backslash_that_splits_a_token_is_no_syntax_error() {
    let rules = ["script-syntax-error", "unread-script"];
    let about = |script: &str| found(&rules, &manifest(IMAGE, &["sh", "-c"], script));
    for script in
        ["load |\\\n| exit 3", "load &\\\n& send", "echo a 2>\\\n&1", "for a in b; do load; do\\\nne"]
    {
        assert!(about(script).concat().starts_with("unread-script"), "{script}: {:?}", about(script));
    }
    assert!(about("load |\\\n) exit 3").concat().starts_with("script-syntax-error"));
    assert_eq!(about("load \\\n  --all"), Vec::<String>::new());
}
