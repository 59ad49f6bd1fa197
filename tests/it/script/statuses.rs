//! What the rules say of lost failures is what the shells do: every script of `testdata/scripts/statuses.txt` is run with
//! one failing command after the other. Where the script then ends with 0, a rule speaks; where it never does, none does.
//!
//! A header names the shell with its options, and why the rules deliberately do not follow the shells, after `known:`.
//! Where a shell is missing, the test says so.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

use super::rules::{found, manifest};
use crate::common::skip::skip;

/// Commands that stand for work: each counts its calls, and one call of one of them fails.
const STUBS: [&str; 10] =
    ["load", "fetch", "transform", "publish", "dump", "compress", "tool", "kubectl", "ping", "nslookup"];

const STUB: &str = "#!/bin/sh\nname=${0##*/}\nn=0\n[ ! -f \"$STATE/$name\" ] || read -r n < \"$STATE/$name\"\n\
    n=$((n + 1))\necho \"$n\" > \"$STATE/$name\"\n[ \"$FAIL\" != \"$name:$n\" ]\n";

const RULES: [&str; 5] = [
    "masked-exit-status",
    "missing-errexit",
    "missing-pipefail",
    "swallowed-failure",
    "background-without-wait",
];

struct Case {
    shell: String,
    option: String,
    /// Why the rules do not follow the shells here.
    known: Option<String>,
    script: String,
}

fn cases() -> Vec<Case> {
    let text = fs::read_to_string("testdata/scripts/statuses.txt").unwrap();
    let blocks = text.strip_prefix("== ").unwrap().split("\n== ");
    blocks
        .map(|block| {
            let (head, script) = block.split_once('\n').unwrap();
            let (head, known) = match head.split_once(" known: ") {
                Some((head, why)) => (head, Some(why.to_owned())),
                None => (head, None),
            };
            let (shell, option) = head.split_once(' ').unwrap();
            Case { shell: shell.to_owned(), option: option.to_owned(), known, script: script.to_owned() }
        })
        .collect()
}

/// Runs a script in an empty directory; returns its status and how often each stub was called.
fn run(
    shell: &[&str],
    case: &Case,
    directory: &Path,
    fail: &str,
) -> (Option<i32>, BTreeMap<&'static str, u32>) {
    let (state, work) = (directory.join("state"), directory.join("work"));
    for path in [&state, &work] {
        let _ = fs::remove_dir_all(path);
        fs::create_dir_all(path).unwrap();
    }
    let path = format!("{}:/usr/bin:/bin", directory.join("stubs").display());
    let mut command = Command::new(shell[0]);
    command.arg0(if shell[0] == "busybox" { "busybox" } else { case.shell.as_str() });
    command.args(&shell[1..]).arg(&case.option).arg(&case.script);
    command.env_clear().env("PATH", path).env("STATE", &state).env("FAIL", fail).current_dir(&work);
    // What runs in the background has the pipe too, so that its end is that of everything.
    let status = command.stdin(Stdio::null()).output().unwrap().status;
    let count = |name: &&'static str| {
        let count = fs::read_to_string(state.join(name)).ok()?.trim().parse().ok()?;
        Some((*name, count))
    };
    (status.code(), STUBS.iter().filter_map(count).collect())
}

/// Returns the calls whose failure the script hides in a shell.
fn hidden(shell: &[&str], case: &Case, directory: &Path) -> Vec<String> {
    let (_, counts) = run(shell, case, directory, "");
    let calls =
        counts.into_iter().flat_map(|(name, count)| (1..=count).map(move |at| format!("{name}:{at}")));
    calls.filter(|call| run(shell, case, directory, call).0 == Some(0)).collect()
}

#[test]
fn a_rule_speaks_where_a_shell_loses_a_failure() {
    let directory = env::temp_dir().join(format!("batchlint-statuses-{}", std::process::id()));
    fs::create_dir_all(directory.join("stubs")).unwrap();
    for name in STUBS {
        let path = directory.join("stubs").join(name);
        fs::write(&path, STUB).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let is_there = |shell: &&[&str]| {
        let found = Command::new(shell[0]).args(&shell[1..]).args(["-c", "exit 0"]).status().is_ok();
        if !found {
            skip(&format!("what {} makes of failures, because it is not there", shell[0]));
        }
        found
    };
    let all: [&[&str]; 3] = [&["bash"], &["dash"], &["busybox", "sh"]];
    let there: Vec<&[&str]> = all.into_iter().filter(is_there).collect();
    let cases = cases();
    assert!(cases.len() >= 100, "{}", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let shells = there.iter().filter(|it| case.shell == "sh" || it[0] == "bash");
        let hidden: Vec<_> = shells.map(|it| (it[0], hidden(it, case, &directory))).collect();
        if hidden.is_empty() {
            continue;
        }
        let hides = hidden.iter().any(|(_, calls)| !calls.is_empty());
        let manifest = manifest("registry.example.com/job:1.0", &[&case.shell, &case.option], &case.script);
        let found = found(&RULES, &manifest);
        let agrees = hides != found.is_empty();
        if agrees == case.known.is_some() {
            wrong.push(format!("{} {}\n{}{hidden:?}\n{found:?}\n", case.shell, case.option, case.script));
        }
    }
    fs::remove_dir_all(&directory).unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
