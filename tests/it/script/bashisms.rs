//! What a plain `sh` lacks is what the real `dash` and the `ash` of BusyBox refuse, or do otherwise than Bash.
//!
//! Each example is run: it prints `ok` in Bash. Where a shell is missing, the test says so.

use std::process::{Command, Stdio};
use std::{env, fs};

use super::rules::{found, manifest};
use crate::common::skip::skip;

/// Scripts that print `ok` in Bash, with whether `dash` and BusyBox 1.35 do.
const EXAMPLES: &[(&str, bool, bool)] = &[
    // What all of them have.
    ("trap 'echo ok' EXIT", true, true),
    ("trap 'true' TERM INT; echo ok", true, true),
    ("f() { local x=ok; echo $x; }; f", true, true),
    ("x=ok.txt; echo ${x%.*}", true, true),
    ("printf '%s\\n' ok", true, true),
    ("echo ok | { read -r x; echo $x; }", true, true),
    ("x=$((1 + 2)); [ $x = 3 ] && echo ok", true, true),
    ("set -eu; echo ok", true, true),
    ("echo ok 2>&1 >&1", true, true),
    ("command -v sh > /dev/null && echo ok", true, true),
    ("[ a = a ] && [ -n x ] && echo ok", true, true),
    ("case ok in o*) echo ok ;; esac", true, true),
    ("readonly x=ok; echo $x", true, true),
    ("unset -v x; echo ok", true, true),
    ("exec 3>&1; echo ok >&3", true, true),
    ("test -e /dev/null -a -n x && echo ok", true, true),
    // What only `dash` lacks.
    ("[[ ok == ok ]] && echo ok", false, true),
    ("[[ ok =~ ^o.$ ]] && echo ok", false, true),
    ("[[ ok =~ '^o' || a == a ]] && echo ok", false, true),
    ("[ a == a ] && echo ok", false, true),
    ("source /dev/null && echo ok", false, true),
    ("let x=1 && echo ok", false, true),
    ("function f { echo ok; }; f", false, true),
    ("function f() { echo ok; }; f", false, true),
    ("set -o pipefail; echo ok", false, true),
    ("set -o errtrace; echo ok", false, true),
    ("x=aokb; echo ${x:1:2}", false, true),
    ("x=oz; echo ${x/z/k}", false, true),
    ("i=1; : $((i++)); [ $i = 2 ] && echo ok", false, true),
    ("[ $((10#08)) = 8 ] && echo ok", false, true),
    ("[ $((2**3)) = 8 ] && echo ok", false, true),
    ("echo -e 'ok'", false, true),
    ("echo ok | { read -t 5 x && echo $x; }", false, true),
    ("echo ok | { read -d k x; [ $x = o ] && echo ok; }", false, true),
    ("echo ok | { read; echo $REPLY; }", false, true),
    ("wait -n; echo $? | grep -q 127 && echo ok", false, true),
    ("trap 'true' SIGTERM && echo ok", false, true),
    ("trap 'true' sigint && echo ok", false, true),
    ("[ -n \"$RANDOM\" ] && echo ok", false, true),
    ("echo ok >& /dev/stdout", false, true),
    ("false &> /dev/null || echo ok", false, true),
    ("[ $'o\\x6b' = ok ] && echo ok", false, true),
    ("x=12a; [ ${x%%[^0-9]*} = 12 ] && echo ok", false, true),
    ("type -a sh > /dev/null 2>&1 && echo ok", false, true),
    ("cat <(echo ok)", false, true),
    ("trap 'echo ok' ERR; false", false, true),
    ("[ -n \"$EPOCHSECONDS\" ] && echo ok", false, true),
    // What both lack.
    ("x=(a ok); echo ${x[1]}", false, false),
    ("x=ok; echo ${x[0]}", false, false),
    ("x=OK; echo ${x,,}", false, false),
    ("y=x x=ok; echo ${!y}", false, false),
    ("x=ok; echo ${x@L}", false, false),
    ("x=o; x+=k; echo $x", false, false),
    ("cat <<< ok", false, false),
    ("echo ok |& cat", false, false),
    ("for ((i = 0; i < 1; i++)); do echo ok; done", false, false),
    ("x=5; ((x > 4)) && echo ok", false, false),
    ("select x in ok; do echo $x; break; done <<< 1 2> /dev/null", false, false),
    ("say-ok() { echo ok; }; say-ok", false, false),
    ("[[ ok =~ ^(ok)$ ]] && echo ok", false, false),
    ("[[ ok =~ o+(k) ]] && echo ok", false, false),
    ("[[ ok == @(ok|no) ]] && echo ok", false, false),
    ("shopt -s extglob\ncase ok in +(o|k)) echo ok ;; esac", false, false),
    ("[[ ok =~ ok|no ]] && echo ok", false, false),
    ("[[ ( ok == ok ) && a == a ]] && echo ok", false, false),
    ("declare x=ok && echo $x", false, false),
    ("typeset x=ok && echo $x", false, false),
    ("pushd / > /dev/null && echo ok", false, false),
    ("shopt -s nullglob && echo ok", false, false),
    ("mapfile x < /dev/null && echo ok", false, false),
    ("builtin true && echo ok", false, false),
    ("sleep 1 & disown && echo ok", false, false),
    ("set -B; echo ok", false, false),
    ("f() { true; }; export -f f && echo ok", false, false),
    ("readonly -a x && echo ok", false, false),
    ("unset -n x && echo ok", false, false),
    ("f() { local -r x=ok; echo $x; }; f", false, false),
    ("exec {fd}> /dev/null; echo ok", false, false),
    ("trap 'true' DEBUG && echo ok", false, false),
    ("trap 'true' RETURN && echo ok", false, false),
    ("printf -v x ok && [ $x = ok ] && echo ok", false, false),
    ("printf '%q\\n' ok", false, false),
    ("printf '%(ok)T\\n' -1", false, false),
    ("echo ok | { read -r -a x && echo $x; }", false, false),
    ("[ -v HOME ] && echo ok", false, false),
    ("[ -a /dev/null ] && echo ok", false, false),
    ("[ -o hashall ] && echo ok", false, false),
    ("echo $(</dev/null)x{1..2} | grep -q 'x1 x2' && echo ok", false, false),
    ("[ -n \"$(</etc/hostname)\" ] && echo ok", false, false),
    ("[ -n \"$SECONDS\" ] && echo ok", false, false),
    ("[ -n \"$UID\" ] && echo ok", false, false),
    ("false | true; [ ${PIPESTATUS[0]} = 1 ] && echo ok", false, false),
    ("compgen -k > /dev/null && echo ok", false, false),
];

/// Returns what a shell prints; nothing where it is missing.
fn run(shell: &[&str], script: &str) -> Option<String> {
    let (program, arguments) = shell.split_first()?;
    let mut command = Command::new(program);
    command.args(arguments).arg("-c").arg(script).stdin(Stdio::null()).stderr(Stdio::null());
    let output = command.current_dir(env::temp_dir()).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn the_shells_lack_what_the_rule_says() {
    let mut wrong = Vec::new();
    for (shell, image) in [
        (&["bash"][..], "registry.access.redhat.com/ubi9/ubi:9.4"),
        (&["dash"][..], "debian:12.5"),
        (&["busybox", "sh"][..], "alpine:3.20.2"),
    ] {
        if run(shell, "echo ok").is_none_or(|it| it != "ok\n") {
            skip(&format!("what {} lacks, because it is not there", shell[0]));
            continue;
        }
        for (script, in_dash, in_busybox) in EXAMPLES {
            let works = run(shell, script).is_some_and(|it| it == "ok\n");
            let expected = match shell[0] {
                "bash" => true,
                "dash" => *in_dash,
                _ => *in_busybox,
            };
            if works != expected {
                wrong.push(format!(
                    "{} {} run {script:?}",
                    shell[0],
                    if works { "does" } else { "does not" }
                ));
            }
            let found = found(&["bashism-in-sh"], &manifest(image, &["sh", "-c"], script));
            if found.is_empty() != expected {
                wrong.push(format!("for {}, {script:?} gives {found:?}", shell[0]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A script that asks which shell runs it, or whether a builtin is there, uses it only where it is.
#[test]
fn what_is_asked_for_first_is_not_reported() {
    for script in [
        "type shopt > /dev/null 2>&1 && shopt -s nullglob\nload",
        "if command -v mapfile > /dev/null; then mapfile -t x < /list; fi\nload",
        "if [ -n \"$BASH_VERSION\" ]; then set -o errtrace; shopt -s nullglob; fi\nload",
    ] {
        let found = found(&["bashism-in-sh"], &manifest("debian:12.5", &["sh", "-c"], script));
        assert_eq!(found, [""; 0], "{script}");
    }
}

/// Where no shell can read on below, a plain `sh` has stopped above already.
#[test]
fn a_plain_shell_stops_even_before_a_mistake() {
    let script = "DBS=(orders users)\nfor db in \"${DBS[@]}\"; do\n  if dump $db; then\n    echo ok\ndone";
    let found =
        found(&["bashism-in-sh", "script-syntax-error"], &manifest("debian:12.5", &["sh", "-c"], script));
    assert!(found[0].starts_with("bashism-in-sh [DBS=(orders users)]"), "{found:?}");
    let at_the_latest = "script-syntax-error [done] `sh` stops here at the latest and exits with 2";
    assert!(found[1].starts_with(at_the_latest), "{found:?}");
}

/// BusyBox refuses each option that the rule reports, and reads what it leaves alone.
#[test]
fn busybox_refuses_the_options_of_gnu() {
    let refused = [
        "date -d '30 days ago'",
        "date -d yesterday",
        "date --date='-1 day'",
        "date -u -d 'next monday' +%F",
        "date -d \"$DAY + 1 day\"",
        "date --iso-8601=seconds",
        "touch -d '1 hour ago' file",
        "echo a | grep -P a",
        "echo a | grep -oP a",
        "echo a | grep --perl-regexp a",
        "echo a | grep --quiet a",
        "df --output=pcent .",
        "stat --format=%s file",
        "stat --printf=%s file",
        "mktemp -u --suffix=.a",
        "ls --time-style=full-iso file",
        "timeout --kill-after=1 1 true",
        "timeout --preserve-status 1 true",
        "timeout --signal=KILL 1 true",
        "echo YQ== | base64 --decode",
        "echo a | base64 --wrap=0",
        "head --lines=1 file",
        "tail --lines=1 file",
        "sort --unique file",
        "uniq --count file",
        "wc --lines file",
        "cut --delimiter=: --fields=1 file",
        "sha256sum --check file",
    ];
    let taken = [
        "date -d @0",
        "date -d 2024-01-01",
        "date -d \"@$(($(date +%s) - 86400))\" +%F",
        "date -Iseconds",
        "date --utc",
        "echo a | grep -E a",
        "echo a | grep --color=never a",
        "stat -c %s file",
        "timeout -k 1 1 true",
        "timeout 10 true --preserve-status",
        "echo YQ== | base64 -d",
        "head -n 1 file",
        "sort -u file",
        "wc -l file",
        "cut -d: -f1 file",
        "touch -d '2024-01-01 00:00' file",
    ];
    let directory = env::temp_dir().join(format!("batchlint-busybox-{}", std::process::id()));
    fs::create_dir_all(&directory).unwrap();
    fs::write(directory.join("file"), "a:b\n").unwrap();
    let programs = Command::new("busybox").args(["--install", "-s"]).arg(&directory).status();
    let has_busybox = programs.is_ok_and(|it| it.success());
    if !has_busybox {
        skip("the options of BusyBox, because it is not there");
    }
    // Only BusyBox's own programs are in this `PATH`.
    let succeeds = |script: &str| {
        let mut command = Command::new(directory.join("sh"));
        command.args(["-c", script]).env_clear().env("PATH", &directory).env("DAY", "2024-01-01");
        command.current_dir(&directory).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().unwrap().success()
    };
    let mut wrong = Vec::new();
    for (script, expected) in refused.iter().map(|it| (it, false)).chain(taken.iter().map(|it| (it, true))) {
        if has_busybox && succeeds(script) != expected {
            wrong.push(format!("BusyBox does not agree on {script:?}"));
        }
        let found = found(&["gnu-option-in-busybox"], &manifest("alpine:3.20.2", &["sh", "-c"], script));
        if found.is_empty() != expected {
            wrong.push(format!("{script:?} gives {found:?}"));
        }
    }
    fs::remove_dir_all(&directory).unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
