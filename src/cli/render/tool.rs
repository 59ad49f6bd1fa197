//! Runs a program that renders: for a bounded time, in bounded memory, and without a network where it can be kept off it.
#![expect(clippy::disallowed_methods, reason = "other programs are run and waited for here")]

use std::ffi::OsStr;
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::project::contents::{MAX_BYTES, text_of};
use crate::project::paths::without_os_code;

/// Longer than this no rendering may take.
const LIMIT: Duration = Duration::from_secs(60);

/// More memory than this no rendering gets, in bytes. Only Linux can limit a program that has started.
const MEMORY: u64 = 2 * 1024 * 1024 * 1024;

/// What keeps `helm`, `kustomize` and the `git` that they call from fetching and from running plugins. Nothing listens at
/// the address of the proxy.
const OFFLINE: &[(&str, &str)] = &[
    ("HTTP_PROXY", "http://127.0.0.1:9"),
    ("HTTPS_PROXY", "http://127.0.0.1:9"),
    ("ALL_PROXY", "http://127.0.0.1:9"),
    ("http_proxy", "http://127.0.0.1:9"),
    ("https_proxy", "http://127.0.0.1:9"),
    ("all_proxy", "http://127.0.0.1:9"),
    ("NO_PROXY", ""),
    ("no_proxy", ""),
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("HELM_NO_PLUGINS", "1"),
    ("HELM_PLUGINS", "/dev/null"),
];

/// Why a program did not render.
#[derive(Debug)]
pub(crate) enum RenderFailure {
    /// There is no such program.
    Missing,
    /// It ran and failed; why, in a line.
    Failed(String),
}

/// Runs a program and returns what it prints.
pub(crate) fn run(program: &str, arguments: &[&OsStr], may_fetch: bool) -> Result<String, RenderFailure> {
    run_within(LIMIT, MEMORY, program, arguments, may_fetch)
}

fn run_within(
    limit: Duration,
    memory: u64,
    program: &str,
    arguments: &[&OsStr],
    may_fetch: bool,
) -> Result<String, RenderFailure> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("GIT_TERMINAL_PROMPT", "0").env("KUBECONFIG", "/dev/null");
    if !may_fetch {
        command.envs(OFFLINE.iter().copied());
    }
    // What it starts itself is ended with it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => RenderFailure::Missing,
        _ => RenderFailure::Failed(format!("cannot start `{program}`: {}", without_os_code(&error))),
    })?;
    limit_resources(&child, memory);
    let (out, err) = (read_pipe(child.stdout.take()), read_pipe(child.stderr.take()));
    let started = Instant::now();
    let Some(status) = wait(&mut child, started, limit) else {
        end(&mut child);
        return Err(RenderFailure::Failed(format!(
            "`{program}` did not finish within {limit:?} and was stopped"
        )));
    };
    let left = || limit.saturating_sub(started.elapsed()).max(Duration::from_secs(1));
    let text = |bytes: mpsc::Receiver<Vec<u8>>| bytes.recv_timeout(left()).unwrap_or_default();
    if !status.success() {
        let said = text(err);
        let why = if is_out_of_memory(&said) {
            format!("`{program}` needs more than {} MiB of memory, the most it may use", memory >> 20)
        } else {
            message(program, status, &said)
        };
        return Err(RenderFailure::Failed(why));
    }
    text_of(text(out))
        .map_err(|_| RenderFailure::Failed(format!("`{program}` prints more than 32 MiB, or not UTF-8")))
}

/// Ends a program and all that it has started.
fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// Limits the memory of a program, and its time on the processors for when nobody is left to end it.
#[cfg(target_os = "linux")]
fn limit_resources(child: &Child, memory: u64) {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let processors = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let limits = [(Resource::Data, memory), (Resource::Cpu, LIMIT.as_secs() * processors)];
    for (resource, most) in limits {
        let limit = Rlimit { current: Some(most), maximum: Some(most) };
        let _ = prlimit(i32::try_from(child.id()).ok().and_then(Pid::from_raw), resource, limit);
    }
}

#[cfg(not(target_os = "linux"))]
fn limit_resources(_: &Child, _: u64) {}

/// Whether a program's last words are those of one that got no more memory: of the runtime of Go, or of the C library.
fn is_out_of_memory(stderr: &[u8]) -> bool {
    let text = String::from_utf8_lossy(stderr).to_ascii_lowercase();
    ["out of memory", "cannot allocate memory", "memory exhausted"].iter().any(|it| text.contains(it))
}

/// Waits for the end of a program; `None` if it comes too late.
fn wait(child: &mut Child, started: Instant, limit: Duration) -> Option<ExitStatus> {
    let mut pause = Duration::from_millis(1);
    while started.elapsed() < limit {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
    None
}

/// Reads a pipe while the program runs, which waits when a pipe is full. At most a byte more than a file may have is kept.
fn read_pipe(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    if let Some(mut pipe) = pipe {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = pipe.by_ref().take(MAX_BYTES + 1).read_to_end(&mut bytes);
            let _ = sender.send(bytes);
            let _ = io::copy(&mut pipe, &mut io::sink());
        });
    }
    receiver
}

/// Makes one line of what a program says about its failure.
fn message(program: &str, status: ExitStatus, stderr: &[u8]) -> String {
    const LONGEST: usize = 1000;
    let text = String::from_utf8_lossy(stderr);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    // Helm's hint is about a flag of its own, and warnings are not why it failed.
    const OTHERS: [&str; 4] = ["Use --debug flag", "WARNING:", "Warning:", "# Warning:"];
    let lines = lines.filter(|line| !OTHERS.iter().any(|it| line.starts_with(it)));
    let words: Vec<_> = lines.map(without_log_header).collect();
    let words: String = words.join(" ").trim_start_matches("Error: ").chars().take(LONGEST).collect();
    if words.is_empty() {
        format!("`{program}` fails without any message: {status}")
    } else {
        format!("`{program}` fails: {words}")
    }
}

/// Returns the error in a line of kubectl's log, without the time and the number of its process, which change with each run:
/// `E1128 01:17:47.438299   17575 run.go:72] "command failed" err="…"`.
fn without_log_header(line: &str) -> &str {
    let is_header = line.starts_with(['E', 'F']) && line[1..].starts_with(|it: char| it.is_ascii_digit());
    let Some((_, said)) = line.split_once("] ").filter(|_| is_header) else { return line };
    said.split_once(" err=").map_or(said, |(_, error)| error.trim_matches('"'))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Result<String, RenderFailure> {
        run_within(Duration::from_millis(300), MEMORY, "sh", &[OsStr::new("-c"), OsStr::new(script)], false)
    }

    /// A program that hangs, or leaves one behind that does, holds nobody up.
    #[test]
    fn a_program_has_its_time() {
        let started = Instant::now();
        let failure = shell("sleep 30 & sleep 30").unwrap_err();
        assert!(
            matches!(failure, RenderFailure::Failed(it) if it == "`sh` did not finish within 300ms and was stopped")
        );
        assert!(started.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn what_a_program_says_about_its_failure_becomes_a_line() {
        let script =
            "echo 'WARNING: x' >&2; printf 'Error: a\\n\\n  b\\nUse --debug flag to see\\n' >&2; exit 3";
        let failure = shell(script).unwrap_err();
        assert!(matches!(&failure, RenderFailure::Failed(it) if it == "`sh` fails: a b"), "{failure:?}");
        let failure = shell("exit 3").unwrap_err();
        assert!(
            matches!(failure, RenderFailure::Failed(it) if it.contains("without any message: exit status: 3"))
        );
    }

    #[test]
    fn the_header_of_a_log_line_is_not_why_a_program_failed() {
        let script = "echo '# Warning: a is deprecated' >&2; echo 'E1128 01:17:47.4   17 run.go:72] \"command failed\" \
            err=\"no such file: a.yaml\"' >&2; exit 1";
        let failure = shell(script).unwrap_err();
        let why = "`sh` fails: no such file: a.yaml";
        assert!(matches!(&failure, RenderFailure::Failed(it) if it == why), "{failure:?}");
    }

    /// More than a pipe holds, on both of them.
    #[test]
    fn long_output_is_read_while_the_program_runs() {
        let text = shell("head -c 300000 /dev/zero | tr '\\0' a >&2; head -c 300000 /dev/zero | tr '\\0' a");
        assert_eq!(text.unwrap().len(), 300_000);
    }

    /// `tail` keeps all that it reads of a text without line ends.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_program_has_its_memory() {
        // The limit is set a moment after the start.
        let script = "sleep 1; head -c 300000000 /dev/zero | tail -c 200000000";
        let limit = 64 * 1024 * 1024;
        let arguments = [OsStr::new("-c"), OsStr::new(script)];
        let failure = run_within(Duration::from_secs(60), limit, "sh", &arguments, false).unwrap_err();
        let why = "`sh` needs more than 64 MiB of memory, the most it may use";
        assert!(matches!(&failure, RenderFailure::Failed(it) if it == why), "{failure:?}");
    }

    /// What a program starts is ended with it, also where it would outlast it.
    #[cfg(target_os = "linux")]
    #[test]
    fn nothing_that_a_program_starts_outlasts_its_time() {
        let mark = std::env::temp_dir().join(format!("batchlint-outlasts-{}", std::process::id()));
        shell(&format!("(sleep 1; touch {}) & sleep 30", mark.display())).unwrap_err();
        std::thread::sleep(Duration::from_millis(1500));
        assert!(!mark.exists());
    }

    #[test]
    fn a_program_that_is_not_there_is_missing() {
        assert!(matches!(run("batchlint-no-such-program", &[], false), Err(RenderFailure::Missing)));
    }
}
