//! Trees that nobody vouches for: what is in them is neither waited for nor followed out, and changes nothing else.
#![cfg(target_os = "linux")]

mod globs;
mod links;
mod programs;
mod special;
mod writing;

use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::program::{Run, TempDirectory};

/// A Job that lacks a deadline and a back-off limit; the latter has a safe fix.
const JOB: &str = "\
apiVersion: batch/v1
kind: Job
metadata: {name: import}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: import, image: \"import:1\"}]
";

/// Checks for missing deadlines.
fn check(directory: &Path, arguments: &[&str]) -> Run {
    let arguments = [&["check", "--select", "missing-deadline", "--format", "concise"], arguments].concat();
    finish(batchlint().args(arguments).current_dir(directory))
}

/// The program, which is ended after a minute: then it waits for something.
fn batchlint() -> Command {
    within_a_minute(env!("CARGO_BIN_EXE_batchlint"))
}

fn within_a_minute(program: &str) -> Command {
    let mut command = Command::new("timeout");
    command.args(["60", program]);
    command
}

fn finish(command: &mut Command) -> Run {
    let run = Run::from(command.stdin(Stdio::null()).output().unwrap());
    assert_ne!(run.code, 124, "it waits for something: {}", run.out);
    run
}

/// Runs a program that the tests need.
fn run(program: &str, arguments: &[&str], directory: &Path) {
    let output = Command::new(program).args(arguments).current_dir(directory).output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Makes a link, and the directories that it is in.
fn link(directory: &TempDirectory, target: &str, name: &str) {
    let path = directory.0.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(target, path).unwrap();
}

/// Makes the directory a repository of its own, as far as the program looks.
fn repository(directory: &TempDirectory) {
    directory.write(".git/HEAD", b"ref: refs/heads/main\n");
}
