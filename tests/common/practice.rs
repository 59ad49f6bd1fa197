//! The shapes in which practices are missing.

use Kind::{CronJob, Job};
use batchlint::diagnostic::practice::Practice;
use batchlint::diagnostic::practice::Practice::*;

/// A manifest that lacks a practice, and the findings that say so: the rule, and the others that it stands for.
pub(crate) struct Shape {
    pub practice: Practice,
    pub what: &'static str,
    pub kind: Kind,
    /// Lines of the CronJob's `spec`.
    pub cron_job: &'static str,
    /// Lines of the Job's `spec`.
    pub job: &'static str,
    /// A line of the object's annotations, and one of the pod template's.
    pub annotations: [&'static str; 2],
    /// Lines of the pod's `spec`.
    pub pod: String,
    pub findings: &'static [(&'static str, &'static [&'static str])],
    /// Whether it is left for an admission webhook to see.
    pub at_gate: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Job,
    CronJob,
}

pub(crate) const GOOD: &str = "backoffLimit: 2\nactiveDeadlineSeconds: 3600";
const NO_DEADLINE: &str = "backoffLimit: 2";
const MANY_RETRIES: &str = "backoffLimit: 30";
const TEN_YEARS: &str = "backoffLimit: 2\nactiveDeadlineSeconds: 315360000";
const WAIT: &str = r#"command: [sh, -ec, "until nc -z db 5432; do sleep 2; done"]"#;
const RETRY: &str = r#"command: [sh, -ec, "until load orders; do sleep 10; done"]"#;
const WATCHED: &str = "livenessProbe: {tcpSocket: {port: 80}}";

/// Returns a pod with a container for each list of fields.
fn pod(containers: &[&str]) -> String {
    format!("containers:\n{}", list("main", containers))
}

/// Returns a pod with a main container that has nothing wrong, and such an init container.
fn with_init(init: &str) -> String {
    format!("initContainers:\n{}{}", list("init", &[init]), main("command: [load, orders]"))
}

/// Returns a pod with one container.
pub(crate) fn main(fields: &str) -> String {
    pod(&[fields])
}

fn list(name: &str, containers: &[&str]) -> String {
    let container = |(at, fields): (usize, &&str)| {
        let limit = if fields.contains("resources") { "" } else { ", resources: {limits: {memory: 64Mi}}" };
        let image =
            if fields.contains("image:") { "" } else { ", image: \"registry.example.com/orders:1.4.2\"" };
        format!("- {{name: {name}-{at}{image}{limit}, {fields}}}\n")
    };
    containers.iter().enumerate().map(container).collect()
}

pub(crate) fn shape(
    practice: Practice,
    what: &'static str,
    kind: Kind,
    job: &'static str,
    pod: String,
    findings: &'static [(&'static str, &'static [&'static str])],
) -> Shape {
    Shape { practice, what, kind, cron_job: "", job, annotations: ["", ""], pod, findings, at_gate: true }
}

/// Returns shapes that are only infos in files, because nobody waits for what hangs there, or nothing does.
pub(crate) fn mild_in_files() -> Vec<Shape> {
    let missing = |what, kind, fields: &str| {
        shape(Deadline, what, kind, NO_DEADLINE, main(fields), &[("missing-deadline", &[])])
    };
    let suspended = missing("a suspended CronJob", CronJob, "command: [load, orders]");
    vec![
        Shape { cron_job: "concurrencyPolicy: Forbid\nsuspend: true", ..suspended },
        missing("a Job that only prints", Job, "command: [echo, hello]"),
        missing("a Job that gives up", Job, "command: [curl, --max-time, '60', 'http://shop/run']"),
    ]
}

#[rustfmt::skip]
pub(crate) fn shapes() -> Vec<Shape> {
    let good = || main("command: [load, orders]");
    let cron = |cron_job, it| Shape { cron_job, ..it };
    let at = |annotations, it| Shape { annotations, ..it };
    let in_files = |it| Shape { at_gate: false, ..it };
    let ends_pods = || format!("activeDeadlineSeconds: 600\n{}", good());
    let migrates = || main("command: [orders, migrate]");
    const FORBID: &str = "concurrencyPolicy: Forbid";
    vec![
        shape(Deadline, "a Job", Job, NO_DEADLINE, good(), &[("missing-deadline", &[])]),
        shape(Deadline, "a Job whose containers all wait", Job, NO_DEADLINE, main(WAIT), &[("endless-wait", &["missing-deadline"])]),
        shape(Deadline, "a Job that retries in its script", Job, NO_DEADLINE, main(RETRY), &[("endless-retry", &["missing-deadline"])]),
        shape(Deadline, "a wait in an init container, though probes watch the work", Job, NO_DEADLINE,
            format!("initContainers:\n{}{}", list("init", &[WAIT]), main(WATCHED)), &[("endless-wait", &[])]),
        shape(Deadline, "many retries", Job, MANY_RETRIES, good(), &[("excessive-retries", &["missing-deadline"])]),
        shape(Deadline, "many retries of a migration", Job, MANY_RETRIES, migrates(),
            &[("excessive-retries", &["missing-deadline"])]),
        shape(Deadline, "a deadline of the pods only", Job, NO_DEADLINE, ends_pods(), &[("pod-level-deadline", &["missing-deadline"])]),
        shape(Deadline, "a deadline of the pods only, and many retries", Job, MANY_RETRIES, ends_pods(),
            &[("excessive-retries", &["missing-deadline"]), ("pod-level-deadline", &[])]),
        cron("concurrencyPolicy: Allow", shape(Deadline, "runs side by side", CronJob, NO_DEADLINE, good(), &[("missing-deadline", &[])])),
        cron("concurrencyPolicy: Replace", shape(Deadline, "runs that replace others", CronJob, NO_DEADLINE, good(), &[("missing-deadline", &[])])),
        cron(FORBID, shape(Deadline, "runs that wait for others", CronJob, NO_DEADLINE, good(), &[("stuck-forbid", &["missing-deadline"])])),
        cron(FORBID, shape(Deadline, "`Forbid`, and many retries", CronJob, MANY_RETRIES, good(),
            &[("excessive-retries", &[]), ("stuck-forbid", &["missing-deadline"])])),
        cron(FORBID, shape(Deadline, "`Forbid`, and a wait", CronJob, NO_DEADLINE, main(WAIT),
            &[("endless-wait", &["missing-deadline", "stuck-forbid"])])),
        cron(FORBID, shape(Deadline, "`Forbid`, and a deadline of the pods only", CronJob, NO_DEADLINE, ends_pods(),
            &[("pod-level-deadline", &["missing-deadline"])])),

        shape(Deadline, "ten years", Job, TEN_YEARS, good(), &[("missing-deadline", &[])]),
        shape(Deadline, "the longest deadline", Job, "backoffLimit: 2\nactiveDeadlineSeconds: 9223372036854775807", good(), &[("missing-deadline", &[])]),
        shape(Deadline, "a year and a second", CronJob, "backoffLimit: 2\nactiveDeadlineSeconds: 31536001", good(), &[("missing-deadline", &[])]),
        shape(Deadline, "ten years, and a wait", Job, TEN_YEARS, main(WAIT), &[("endless-wait", &["missing-deadline"])]),
        shape(Deadline, "ten years, and many retries", Job, "backoffLimit: 30\nactiveDeadlineSeconds: 315360000", good(),
            &[("excessive-retries", &["missing-deadline"])]),
        shape(Deadline, "ten years for the pods only", Job, NO_DEADLINE, format!("activeDeadlineSeconds: 315360000\n{}", good()),
            &[("pod-level-deadline", &["missing-deadline"])]),
        cron(FORBID, shape(Deadline, "`Forbid`, and ten years", CronJob, TEN_YEARS, good(), &[("stuck-forbid", &["missing-deadline"])])),

        // The API server writes 6 into a Job, and nobody can tell who stated it.
        in_files(shape(BackoffLimit, "a Job", Job, "activeDeadlineSeconds: 9000", good(), &[("missing-backoff-limit", &[])])),
        in_files(shape(BackoffLimit, "parallel work", Job, "parallelism: 3\nactiveDeadlineSeconds: 9000", good(), &[("missing-backoff-limit", &[])])),
        in_files(shape(BackoffLimit, "a migration", Job, "activeDeadlineSeconds: 9000", migrates(), &[("missing-backoff-limit", &[])])),
        shape(BackoffLimit, "a CronJob", CronJob, "activeDeadlineSeconds: 9000", good(), &[("missing-backoff-limit", &[])]),

        shape(DeadlineBelowTtl, "a Job", Job, "backoffLimit: 2\nactiveDeadlineSeconds: 7200\nttlSecondsAfterFinished: 3600", good(), &[("deadline-not-below-ttl", &[])]),
        shape(DeadlineBelowTtl, "a TTL of seconds", Job, "backoffLimit: 2\nactiveDeadlineSeconds: 7200\nttlSecondsAfterFinished: 5", good(),
            &[("short-ttl", &["deadline-not-below-ttl"])]),
        shape(DeadlineBelowTtl, "no TTL to speak of", Job, "backoffLimit: 2\nactiveDeadlineSeconds: 7200\nttlSecondsAfterFinished: 0", good(),
            &[("short-ttl", &["deadline-not-below-ttl"])]),
        shape(DeadlineBelowTtl, "a CronJob", CronJob, "backoffLimit: 2\nactiveDeadlineSeconds: 7200\nttlSecondsAfterFinished: 3600", good(),
            &[("ttl-defeats-history", &["deadline-not-below-ttl"])]),
        shape(DeadlineBelowTtl, "a CronJob with a TTL of seconds", CronJob, "backoffLimit: 2\nactiveDeadlineSeconds: 7200\nttlSecondsAfterFinished: 5", good(),
            &[("short-ttl", &["deadline-not-below-ttl", "ttl-defeats-history"])]),

        shape(NoCredential, "a variable", Job, GOOD, main("env: [{name: DB_PASSWORD, value: hunter2Zx9}]"), &[("literal-secret", &[])]),
        shape(NoCredential, "a variable of a CronJob", CronJob, GOOD, main("env: [{name: DB_PASSWORD, value: hunter2Zx9}]"), &[("literal-secret", &[])]),
        shape(NoCredential, "a variable of an init container", Job, GOOD, with_init("env: [{name: DB_PASSWORD, value: hunter2Zx9}]"), &[("literal-secret", &[])]),
        shape(NoCredential, "a variable of a sidecar", Job, GOOD, with_init("restartPolicy: Always, env: [{name: DB_PASSWORD, value: hunter2Zx9}]"), &[("literal-secret", &[])]),
        shape(NoCredential, "an address in a variable", Job, GOOD, main("env: [{name: DATABASE, value: \"postgres://shop:hunter2Zx9@db/shop\"}]"), &[("secret-in-url", &[])]),
        shape(NoCredential, "an address in an argument", CronJob, GOOD, main("args: [\"postgres://shop:hunter2Zx9@db/shop\"]"), &[("secret-in-url", &[])]),
        shape(NoCredential, "a flag in the command", Job, GOOD, main("command: [load, --password=hunter2Zx9]"), &[("secret-in-command", &[])]),
        shape(NoCredential, "a flag in the arguments", Job, GOOD, main("args: [--password, hunter2Zx9]"), &[("secret-in-command", &[])]),
        shape(NoCredential, "a script", Job, GOOD, main("command: [sh, -ec, \"export DB_PASSWORD=hunter2Zx9\\nexec load orders\"]"), &[("secret-in-command", &[])]),
        shape(NoCredential, "a script of an init container", CronJob, GOOD, with_init("command: [sh, -ec, \"exec load --password=hunter2Zx9\"]"), &[("secret-in-command", &[])]),
        shape(NoCredential, "the command of a probe", Job, GOOD, main("livenessProbe: {exec: {command: [check, --password=hunter2Zx9]}}"), &[("secret-in-command", &[])]),
        at(["example.com/db-password: hunter2Zx9", ""], shape(NoCredential, "an annotation", Job, GOOD, good(), &[("secret-in-annotation", &[])])),
        at(["", "example.com/db-password: hunter2Zx9"], shape(NoCredential, "an annotation of the pods", CronJob, GOOD, good(), &[("secret-in-annotation", &[])])),

        shape(MemoryLimits, "no resources", Job, GOOD, main("resources: {}"), &[("missing-memory-limit", &[])]),
        shape(MemoryLimits, "a request only", CronJob, GOOD, main("resources: {requests: {memory: 64Mi}}"), &[("missing-memory-limit", &[])]),
        shape(MemoryLimits, "a limit of nothing", Job, GOOD, main("resources: {limits: {memory: 0}}"), &[("missing-memory-limit", &[])]),
        shape(MemoryLimits, "a limit of no bytes", Job, GOOD, main("resources: {limits: {memory: 0Mi}}"), &[("missing-memory-limit", &[])]),
        shape(MemoryLimits, "an init container", Job, GOOD, with_init("resources: {}"), &[("missing-memory-limit", &[])]),
        shape(MemoryLimits, "a sidecar", Job, GOOD, with_init("restartPolicy: Always, resources: {}"), &[("missing-memory-limit", &[])]),
        shape(MemoryLimits, "one container of two", CronJob, GOOD, pod(&["command: [load, orders]", "resources: {}, command: [load, stock]"]), &[("missing-memory-limit", &[])]),

        shape(NoEndlessSidecar, "a command", Job, GOOD, pod(&["command: [load, orders]", "command: [tail, -f, /dev/null]"]), &[("endless-sidecar", &[])]),
        shape(NoEndlessSidecar, "a script", CronJob, GOOD, pod(&["command: [load, orders]", "command: [sh, -c, \"while true; do date; sleep 10; done\"]"]), &[("endless-sidecar", &[])]),
        shape(NoEndlessSidecar, "an image", Job, GOOD, pod(&["command: [load, orders]", "image: \"gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.8.0\""]), &[("endless-sidecar", &[])]),
        shape(NoEndlessSidecar, "an init container", Job, GOOD, with_init("command: [tail, -f, /dev/null]"), &[("endless-sidecar", &[])]),
        at(["", "sidecar.istio.io/inject: \"true\""], shape(NoEndlessSidecar, "a service mesh", CronJob, GOOD, good(), &[("endless-sidecar", &[])])),
    ]
}

impl Shape {
    /// Writes the manifest, with more annotations.
    pub(crate) fn manifest(&self, more: &str) -> String {
        let [own, of_pods] = self.annotations;
        let annotations = |lines: &str, by| {
            indented(&format!("annotations:\n{}", indented(lines, 2)), if lines.is_empty() { 99 } else { by })
        };
        let metadata = annotations(&[own, more].join("\n"), 2);
        let template = |by| {
            let metadata = if of_pods.is_empty() {
                String::new()
            } else {
                "metadata:\n".to_owned() + &annotations(of_pods, 2)
            };
            let pod = format!("spec:\n  restartPolicy: Never\n{}", indented(&self.pod, 2));
            indented(&format!("{}\ntemplate:\n{}", self.job, indented(&(metadata + &pod), 2)), by)
        };
        let metadata = if own.is_empty() && more.is_empty() { String::new() } else { metadata };
        match self.kind {
            Job => format!(
                "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: orders\n{metadata}spec:\n{}",
                template(2)
            ),
            CronJob => format!(
                "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: orders\n{metadata}spec:\n  schedule: \"7 3 * * *\"\n\
                 {}  jobTemplate:\n    spec:\n{}",
                indented(self.cron_job, 2),
                template(6)
            ),
        }
    }

    /// Returns the ids of all rules that report it, each with the one that stands for it.
    pub(crate) fn rules(&self) -> Vec<(&'static str, &'static str)> {
        let all = self.findings.iter();
        all.flat_map(|&(id, also)| [id].into_iter().chain(also.iter().copied()).map(move |it| (it, id)))
            .collect()
    }

    pub(crate) fn name(&self) -> String {
        format!("{}: {}", self.practice.as_str(), self.what)
    }
}

fn indented(lines: &str, by: usize) -> String {
    let lines = lines.lines().filter(|line| !line.is_empty());
    lines.map(|line| format!("{}{line}\n", " ".repeat(by))).collect()
}
