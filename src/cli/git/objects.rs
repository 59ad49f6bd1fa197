//! Runs `git`, and reads objects from it.

use crate::project::contents::MAX_BYTES;
use crate::project::paths::without_os_code;
use std::io;
use std::io::BufReader;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

/// A file or link of a commit.
pub(crate) struct Blob<'l> {
    /// Relative to the repository.
    pub path: &'l Path,
    pub object: &'l str,
    pub is_link: bool,
}

impl<'l> Blob<'l> {
    /// Reads `100644 blob 1234…<tab>path`; submodules are none.
    pub(crate) fn parse(line: &'l str) -> Option<Self> {
        let (head, path) = line.split_once('\t')?;
        let mut words = head.split(' ');
        let mode = words.next()?;
        let is_blob = words.next()? == "blob";
        let object = words.next()?;
        is_blob.then_some(Blob { path: Path::new(path), object, is_link: mode == "120000" })
    }
}

/// A blob that has more bytes than a manifest may have.
pub(crate) struct TooLarge;

/// Reads `<object> blob <bytes>`, the bytes, and a line end.
fn next_object(answers: &mut impl io::BufRead) -> io::Result<Result<Vec<u8>, TooLarge>> {
    let mut head = String::new();
    answers.read_line(&mut head)?;
    let length = head.trim_end().rsplit_once(' ').and_then(|(_, length)| length.parse::<u64>().ok());
    let length = length.ok_or_else(|| {
        io::Error::other(if head.is_empty() {
            "it has ended"
        } else {
            "the repository does not have the object"
        })
    })?;
    if length > MAX_BYTES {
        io::copy(&mut answers.by_ref().take(length + 1), &mut io::sink())?;
        return Ok(Err(TooLarge));
    }
    let mut bytes = vec![0; length as usize];
    answers.read_exact(&mut bytes)?;
    answers.read_exact(&mut [0])?;
    Ok(Ok(bytes))
}

/// Runs `git` and returns what it prints; the error is its own message.
pub(crate) fn run(arguments: &[&str]) -> Result<Vec<u8>, String> {
    let output = output(arguments)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let message = String::from_utf8_lossy(&output.stderr);
    Err(format!("git says: {}", message.lines().next().unwrap_or("nothing").trim_start_matches("fatal: ")))
}

pub(crate) fn output(arguments: &[&str]) -> Result<Output, String> {
    output_within(LIMIT, arguments)
}

/// Runs `git` for so long at most: it waits forever where a file that it keeps is a named pipe.
pub(crate) fn output_within(limit: Duration, arguments: &[&str]) -> Result<Output, String> {
    let mut command = command(arguments);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let child = child.map_err(|error| not_started(&error))?;
    let id = child.id();
    let (done, is_done) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let watch = scope.spawn(move || {
            let is_late = is_done.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout);
            if is_late {
                end(id);
            }
            is_late
        });
        let output = child.wait_with_output();
        drop(done);
        match watch.join() {
            Ok(true) => Err(format!("`git` did not finish within {limit:?} and was stopped")),
            _ => output.map_err(|error| not_started(&error)),
        }
    })
}

/// Passes `take` the bytes of objects, each with a name for messages, in their order, until it fails.
pub(crate) fn read_blobs(
    objects: &[(&str, &str)],
    take: &mut dyn FnMut(usize, Result<Vec<u8>, TooLarge>) -> Result<(), String>,
) -> Result<(), String> {
    read_blobs_within(LIMIT, command(&["cat-file", "--batch"]), objects, take)
}

/// Reads objects from `git cat-file`, which waits forever where an object is a named pipe: each is given `limit`.
fn read_blobs_within(
    limit: Duration,
    mut command: Command,
    objects: &[(&str, &str)],
    take: &mut dyn FnMut(usize, Result<Vec<u8>, TooLarge>) -> Result<(), String>,
) -> Result<(), String> {
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = child.spawn().map_err(|error| not_started(&error))?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let (Some(mut stdin), Some(stdout)) = (stdin, stdout) else {
        return Err("`git` started without pipes".to_owned());
    };
    let id = child.id();
    // Gets a message before an object is read and another one after it.
    let (reads, watched) = mpsc::channel::<()>();
    let taken = std::thread::scope(|scope| {
        let watch = scope.spawn(move || {
            while watched.recv().is_ok() {
                if watched.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout) {
                    end(id);
                    return true;
                }
            }
            false
        });
        // Who asks for everything before reading anything waits forever.
        scope.spawn(move || {
            let asked = objects.iter().try_for_each(|(object, _)| writeln!(stdin, "{object}"));
            // The reader says what went wrong.
            drop((asked, stdin));
        });
        let mut answers = BufReader::new(stdout);
        let taken = objects.iter().enumerate().try_for_each(|(index, (_, name))| {
            let _ = reads.send(());
            let bytes = next_object(&mut answers)
                .map_err(|error| format!("`git cat-file` cannot read {name}: {}", without_os_code(&error)))?;
            let _ = reads.send(());
            take(index, bytes)
        });
        drop(reads);
        // Where reading failed, it may still be busy with the objects that follow.
        let _ = child.kill();
        match watch.join() {
            Ok(true) => {
                Err(format!("`git cat-file` did not return an object within {limit:?} and was stopped"))
            }
            _ => taken,
        }
    });
    let _ = child.wait();
    taken
}

/// What a repository may configure to be run, or to be asked of others: none of it is. What `rev-parse`, `ls-tree` and
/// `cat-file` do not use today stands here too, for other versions of `git` may.
const DISABLED_SETTINGS: &[&str] = &[
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.pager=cat",
    "core.askPass=",
    "core.sshCommand=false",
    "core.gitProxy=",
    "core.alternateRefsCommand=false",
    "credential.helper=",
    "diff.external=",
    "gpg.program=false",
    "log.showSignature=false",
    "protocol.allow=never",
    "protocol.ext.allow=never",
    "protocol.file.allow=never",
    "fetch.recurseSubmodules=false",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
    // A bare repository can be committed into another one, with a configuration of its own.
    "safe.bareRepository=explicit",
];

/// Makes a call of `git` that runs nothing else, fetches nothing, asks nobody and writes nothing.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    for setting in DISABLED_SETTINGS {
        command.args(["-c", setting]);
    }
    command.arg("--no-pager").args(arguments).env("LC_ALL", "C").stdin(Stdio::null());
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
    // No protocol has this name: older versions fetch what is missing even so.
    command.env("GIT_ALLOW_PROTOCOL", "none").env("GIT_PROTOCOL_FROM_USER", "0");
    command.env("GIT_ASKPASS", "").env("SSH_ASKPASS", "").env("GIT_SSH_COMMAND", "false");
    command.env_remove("GIT_EXTERNAL_DIFF").env_remove("GIT_PROXY_COMMAND").env_remove("GIT_TRACE2");
    command
}

fn not_started(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it needs `git`, which is not on the `PATH`".to_owned(),
        _ => format!("cannot start `git`: {}", without_os_code(error)),
    }
}

/// Longer than this no call of `git` may take that lists something.
const LIMIT: Duration = Duration::from_secs(60);

#[cfg(unix)]
fn end(process: u32) {
    use rustix::process::{Pid, Signal, kill_process};
    if let Some(process) = i32::try_from(process).ok().and_then(Pid::from_raw) {
        let _ = kill_process(process, Signal::KILL);
    }
}

#[cfg(not(unix))]
fn end(_: u32) {}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// `git` opens `HEAD` and waits for somebody who writes into it.
    #[test]
    fn a_repository_with_a_named_pipe_holds_nobody_up() {
        let directory = std::env::temp_dir().join(format!("batchlint-git-pipe-{}", std::process::id()));
        std::fs::create_dir_all(directory.join("objects")).unwrap();
        std::fs::create_dir_all(directory.join("refs")).unwrap();
        assert!(Command::new("mkfifo").arg(directory.join("HEAD")).status().unwrap().success());
        let place = format!("--git-dir={}", directory.display());
        let failure = output_within(Duration::from_millis(300), &[&place, "rev-parse", "HEAD"]).unwrap_err();
        assert_eq!(failure, "`git` did not finish within 300ms and was stopped");
        std::fs::remove_dir_all(&directory).unwrap();
    }

    /// `git cat-file` opens the file of an object and waits likewise: for the first one, and for one after a missing one.
    #[test]
    fn an_object_that_is_a_named_pipe_holds_nobody_up() {
        let directory = std::env::temp_dir().join(format!("batchlint-git-object-{}", std::process::id()));
        std::fs::create_dir_all(directory.join("objects/aa")).unwrap();
        std::fs::create_dir_all(directory.join("refs")).unwrap();
        std::fs::write(directory.join("HEAD"), "ref: refs/heads/main\n").unwrap();
        let (pipe, missing) = ("a".repeat(40), "b".repeat(40));
        let file = directory.join("objects/aa").join(&pipe[2..]);
        assert!(Command::new("mkfifo").arg(file).status().unwrap().success());
        let place = format!("--git-dir={}", directory.display());
        let read = |limit: Duration, objects: &[(&str, &str)]| {
            let command = command(&[&place, "cat-file", "--batch"]);
            read_blobs_within(limit, command, objects, &mut |_, _| Ok(())).unwrap_err()
        };
        let late = read(Duration::from_millis(300), &[(&pipe, "a.yaml")]);
        assert_eq!(late, "`git cat-file` did not return an object within 300ms and was stopped");
        // Nobody waits for a second object where the first one cannot be read.
        let lacking = read(Duration::from_secs(60), &[(&missing, "b.yaml"), (&pipe, "a.yaml")]);
        assert_eq!(lacking, "`git cat-file` cannot read b.yaml: the repository does not have the object");
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
