//! How long a run can last, whatever happens in it.

use super::retry::{RestartPolicy, never_waits, restart_waits};
use crate::manifest::document::Node;
use crate::manifest::known_images::{BinSh, known_image};
use crate::manifest::workload::{Container, Job, Pod};
use crate::time::deadline::is_effective;
use crate::value::duration;
use crate::value::program::{base_name, is_shell, is_single_command, script_of};

/// The longest that a run can last, once its pods start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LongestRun {
    /// In seconds.
    pub seconds: i64,
    /// What bounds it.
    pub bound: Bound,
}

/// What bounds a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// `activeDeadlineSeconds` of the Job.
    Deadline,
    /// `activeDeadlineSeconds` of its pods, and the limit of retries.
    PodDeadline,
    /// `timeout` in the container's command, and the limit of retries.
    Timeout,
}

impl Bound {
    /// Returns why a run ends then, in the middle of a sentence.
    pub fn describe(self) -> &'static str {
        match self {
            Bound::Deadline => "its deadline",
            Bound::PodDeadline => "the deadline of its pods, with all retries and their back-off",
            Bound::Timeout => "the `timeout` of its command, with all retries and their back-off",
        }
    }
}

/// More retries than this bound nothing that anyone would wait for.
const MAX_RETRIES: i64 = 1_000;

/// Returns the longest that a run can last: its deadline; else what bounds each try, times the tries, and the waits
/// between them. Nothing where nothing bounds it.
pub fn longest_run(job: Job<'_>) -> Option<LongestRun> {
    let field = job.active_deadline_seconds();
    if is_effective(field) {
        return field.integer().map(|seconds| LongestRun { seconds, bound: Bound::Deadline });
    }
    job.pod().and_then(|pod| longest_tries(job, pod))
}

/// Returns the longest that all tries of a Job can last together, without its own deadline.
pub(crate) fn longest_tries(job: Job<'_>, pod: Pod<'_>) -> Option<LongestRun> {
    let limit = job.backoff_limit();
    let retries = if limit.is_missing() { Some(6) } else { limit.integer() };
    let retries = retries.filter(|it| (0..=MAX_RETRIES).contains(it))?;
    let is_one =
        |field: crate::manifest::document::Field<'_>| field.is_missing() || field.integer() == Some(1);
    let is_simple = is_one(job.parallelism()) && is_one(job.completions());
    // Failures that a policy ignores have no limit, and those of an index have their own.
    if !is_simple || job.pod_failure_policy().is_set() || job.backoff_limit_per_index().is_set() {
        return None;
    }
    let pod_deadline = pod.active_deadline_seconds();
    let times = retries as usize;
    if let Some(seconds) = pod_deadline.integer().filter(|_| is_effective(pod_deadline)) {
        // A pod at its deadline has failed; with either policy a new one follows.
        let seconds =
            seconds.saturating_mul(retries + 1).saturating_add(never_waits().take(times).sum::<i64>());
        return Some(LongestRun { seconds, bound: Bound::PodDeadline });
    }
    let mut containers = pod.main_containers();
    let (container, None, None) = (containers.next()?, containers.next(), pod.init_containers().next())
    else {
        return None;
    };
    let seconds = timeout(container).filter(|_| pod_deadline.is_missing())?;
    let tries = match restart_policy(pod)? {
        RestartPolicy::Never => (retries + 1) * seconds + never_waits().take(times).sum::<i64>(),
        // The restart that reaches the limit is ended at once.
        RestartPolicy::OnFailure => {
            let restarts = times.max(1);
            restarts as i64 * seconds + restart_waits().take(restarts).sum::<i64>()
        }
    };
    Some(LongestRun { seconds: tries, bound: Bound::Timeout })
}

/// Returns who tries again.
pub fn restart_policy(pod: Pod<'_>) -> Option<RestartPolicy> {
    match pod.restart_policy().text()? {
        "Never" => Some(RestartPolicy::Never),
        "OnFailure" => Some(RestartPolicy::OnFailure),
        _ => None,
    }
}

/// Returns the seconds after which a container's command is ended by `timeout`, where it is one simple command.
///
/// BusyBox's replaces itself by the command and lets a child of it send the signals (`coreutils/timeout.c`): where that is
/// process 1 of the pod, which no process of its own can kill, it ends nothing for sure.
///
/// GNU: `timeout [-k DURATION] [-s SIGNAL] DURATION COMMAND`; the kill of `-k` comes later by its duration.
fn timeout(container: Container<'_>) -> Option<i64> {
    let command: Vec<&str> = container.command().items().filter_map(Node::text).collect();
    let arguments = container.args().items().filter_map(Node::text);
    let words: Vec<&str> = command.into_iter().chain(arguments).collect();
    let mut script = Vec::new();
    let mut is_first = container.pod.share_process_namespace().boolean() != Some(true);
    let words = match words[..] {
        [shell, ..] if is_shell(shell) => {
            let (_, at) = script_of(&words)?;
            // One command only: what follows an operator may take any time.
            if is_single_command(words[at]) {
                script.extend(words[at].split_whitespace().skip_while(|&word| word == "exec"));
            }
            // Where a line ends, `ash` starts a process for the command.
            is_first &= !words[at].ends_with('\n') || words[at].trim_start().starts_with("exec ");
            &script[..]
        }
        _ => &words[..],
    };
    let [program, rest @ ..] = words else { return None };
    if base_name(program) != "timeout" || is_first && has_busybox(container) {
        return None;
    }
    let (mut rest, mut kill) = (rest, 0);
    loop {
        match rest {
            ["-k" | "--kill-after", after, tail @ ..] => (kill, rest) = (seconds(after)?, tail),
            ["-s" | "--signal", _, tail @ ..] => rest = tail,
            ["--foreground" | "--preserve-status" | "-v" | "--verbose", tail @ ..] => rest = tail,
            [option, tail @ ..] if option.starts_with("--kill-after=") => {
                (kill, rest) = (seconds(&option["--kill-after=".len()..])?, tail);
            }
            [option, tail @ ..] if option.starts_with("--signal=") => rest = tail,
            // 0 switches the timeout off.
            [after, _, ..] => return seconds(after).filter(|&it| it > 0).map(|it| it + kill),
            _ => return None,
        }
    }
}

/// Whether `timeout` is BusyBox's in the image of a container.
fn has_busybox(container: Container<'_>) -> bool {
    let image = known_image(container.image().text().unwrap_or_default());
    image.is_some_and(|it| matches!(it.sh, BinSh::Ash | BinSh::OldAsh))
}

/// Reads a duration of `timeout` into seconds, the last of which counts as a whole one.
fn seconds(text: &str) -> Option<i64> {
    duration::seconds(text).filter(|&it| it < 1e9).map(|it| it.ceil() as i64)
}
