//! Practices for scripts in Jobs, each with a script that follows or breaks it and what batchlint says.
//!
//! They are those of a tutorial on failures and retries: let failures be seen, end every wait, retry with a bound, tell
//! failures apart, and make a second run do no harm.

mod table;

use std::collections::BTreeSet;

use crate::common::strict;
use batchlint::engine::lint::lint;
use batchlint::text::source::Source;

/// A practice, what the Job's `spec` has besides its template, the shell, the script, and the rules that speak.
type Practice = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

const PRACTICES: &[Practice] = &[
    // A failure is a status other than 0
    ("one failing command fails the Job", "", "sh -c", "exit 1", &[]),
    ("what is printed before changes nothing", "", "sh -c", "echo \"try at $(date)\"\nexit 1", &[]),
    (
        "a check says how it went",
        "",
        "sh -c",
        "if pg_isready -h db -p 5432; then\n  echo ready\n  exit 0\nelse\n  echo 'not ready'\n  exit 1\nfi",
        &[],
    ),
    ("a code that no byte holds", "", "sh -c", "check || exit 256", &["invalid-exit-code"]),
    ("a code that means a signal", "", "sh -c", "check || exit 137", &["reserved-exit-code"]),
    ("a script without a shell", "", "", "migrate up && echo done", &["command-as-one-string"]),
    // The last command decides
    ("an `echo` behind the work", "", "bash -c", "migrate up\necho 'migrated'", &["masked-exit-status"]),
    (
        "an `echo` where `set -e` ends the script before",
        "",
        "bash -c",
        "set -e\nmigrate up\necho 'migrated'",
        &[],
    ),
    ("an `echo` joined by `&&`", "", "bash -c", "migrate up && echo 'migrated'", &[]),
    ("work behind work", "", "bash -c", "fetch orders\nload orders", &["missing-errexit"]),
    ("work behind work with `bash -ec`", "", "bash -ec", "fetch orders\nload orders", &[]),
    ("a failure that is made a success", "", "bash -ec", "load orders || true", &["swallowed-failure"]),
    (
        "a failure that is reported, then passed on",
        "",
        "bash -ec",
        "load orders || { echo 'no orders' >&2; exit 1; }",
        &[],
    ),
    ("a success whatever happened", "", "bash -c", "load orders\nexit 0", &["swallowed-failure"]),
    ("a pipeline", "", "bash -ec", "dump shop | gzip > /tmp/shop.gz", &["missing-pipefail"]),
    ("a pipeline with `pipefail`", "", "bash -ec", "set -o pipefail\ndump shop | gzip > /tmp/shop.gz", &[]),
    (
        "a page that is not there",
        "",
        "bash -ec",
        "curl -X POST https://api.example.com/sync",
        &["curl-without-fail"],
    ),
    ("a page that has to be there", "", "bash -ec", "curl --fail -X POST https://api.example.com/sync", &[]),
    (
        "an array above a mistake, in a shell that may have none",
        "",
        "sh -ec",
        "ids=(1 2)\nif load orders; then echo loaded\ndone",
        &["bashism-in-sh", "script-syntax-error"],
    ),
    (
        "a word that Bash reads and cannot expand",
        "",
        "bash -ec",
        "load \"${\"orders\"}\"",
        &["script-syntax-error"],
    ),
    (
        "an archive that is gone with the pod",
        "",
        "sh -ec",
        "tar czf /tmp/orders.tgz /orders",
        &["result-lost-with-pod"],
    ),
    ("an archive on a volume", "", "sh -ec", "tar czf /data/orders.tgz /orders", &[]),
    (
        "an archive of whatever directory",
        "",
        "sh -c",
        "cd /orders\ntar czf /data/orders.tgz .",
        &["missing-errexit", "unforwarded-signal"],
    ),
    ("an archive of the right directory", "", "sh -c", "cd /orders && tar czf /data/orders.tgz .", &[]),
    // `set -e`, `set -u`, `set -x`, and what the script needs
    (
        "strict from the start, prerequisites checked",
        "",
        "sh -c",
        "set -eux\nif [ ! -f /data/orders.csv ]; then\n  echo 'no orders' >&2\n  exit 1\nfi\nif load /data/orders.csv; then\n  \
         echo loaded\nelse\n  exit 1\nfi\nexit 0",
        &[],
    ),
    ("a variable that may be missing", "", "bash -ec", "load \"$TABLE\"", &["missing-nounset"]),
    ("a variable with a check", "", "bash -ec", "load \"${TABLE:?which table}\"", &[]),
    ("a variable with a test", "", "bash -ec", "if [ -z \"$TABLE\" ]; then exit 1; fi\nload \"$TABLE\"", &[]),
    // Codes of one's own
    (
        "codes that nobody explains, and that the Job does not tell apart",
        "",
        "sh -c",
        "check-db || exit 10\ncheck-api || exit 11",
        &["undocumented-exit-codes", "exit-codes-without-policy"],
    ),
    (
        "codes with names",
        "",
        "sh -c",
        "NO_DB=10\nNO_API=11\nif ! check-db; then exit $NO_DB; fi\nif ! check-api; then exit $NO_API; fi",
        &["exit-codes-without-policy"],
    ),
    (
        "codes with names that decide about retries",
        "podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [10]}}]}",
        "sh -c",
        "NO_DB=10\nNO_API=11\nif ! check-db; then exit $NO_DB; fi\nif ! check-api; then exit $NO_API; fi",
        &[],
    ),
    // Waiting
    (
        "a wait without an end",
        "",
        "sh -c",
        "until nc -z db 5432; do\n  sleep 2\ndone\necho ready",
        &["endless-wait"],
    ),
    (
        "a wait that the Job's deadline ends",
        "activeDeadlineSeconds: 600",
        "sh -c",
        "until nc -z db 5432; do\n  sleep 2\ndone\necho ready",
        &[],
    ),
    (
        "a wait that counts",
        "",
        "sh -c",
        "for i in $(seq 30); do\n  if nc -z db 5432; then exit 0; fi\n  sleep 2\ndone\nexit 1",
        &[],
    ),
    ("a wait with `timeout`", "", "sh -c", "timeout 60 sh -c 'until nc -z db 5432; do sleep 2; done'", &[]),
    (
        "a `timeout` that the deadline comes before",
        "activeDeadlineSeconds: 300",
        "sh -c",
        "timeout 600 load orders",
        &["inner-timeout-above-deadline"],
    ),
    (
        "a `timeout` before the deadline",
        "activeDeadlineSeconds: 900",
        "sh -c",
        "timeout 600 load orders",
        &[],
    ),
    // The end of a pod
    (
        "a program behind the shell, which gets no signal",
        "",
        "sh -ec",
        "prepare\nload orders",
        &["unforwarded-signal"],
    ),
    ("a program in the shell's place", "", "sh -ec", "prepare\nexec load orders", &[]),
    // Retries in the script
    ("a retry without an end", "", "bash -c", "until load orders; do\n  sleep 10\ndone", &["endless-retry"]),
    (
        "five tries, each with a longer pause",
        "",
        "bash -c",
        "delay=2\nfor try in 1 2 3 4 5; do\n  if load orders; then exit 0; fi\n  sleep \"$delay\"\n  delay=$((delay * 2))\ndone\nexit 1",
        &[],
    ),
    (
        "a circuit breaker: three failures are enough",
        "",
        "bash -c",
        "failures=0\nwhile true; do\n  if load orders; then exit 0; fi\n  failures=$((failures + 1))\n  if [ \"$failures\" -ge 3 ]; then \
         exit 1; fi\n  sleep 5\ndone",
        &[],
    ),
    // Python
    (
        "bounded tries in Python, with a status at the end",
        "",
        "python -c",
        "import sys, time\nfor attempt in range(5):\n    try:\n        load()\n        sys.exit(0)\n    except ConnectionError as error:\n        \
         print(error)\n        time.sleep(2 ** attempt)\nsys.exit(1)",
        &[],
    ),
    (
        "errors that Python forgets",
        "",
        "python -c",
        "try:\n    load()\nexcept Exception:\n    pass",
        &["swallowed-failure"],
    ),
    // A second run
    ("lines that a retry adds again", "", "bash -ec", "report >> /data/report.csv", &["not-idempotent"]),
    ("a file that a retry writes anew", "", "bash -ec", "report > /data/report.csv", &[]),
    // Work that goes on beside the script
    ("work in the background", "", "bash -c", "load orders &\necho started", &["background-without-wait"]),
    ("work in the background that is waited for", "", "bash -c", "load orders &\nwait $!", &[]),
];

/// The rules that look at what a script does.
fn is_about_scripts(id: &str) -> bool {
    let others = [
        "endless-wait",
        "endless-sidecar",
        "endless-main",
        "exit-codes-without-policy",
        "inner-timeout-above-deadline",
    ];
    let category = batchlint::rules::registry().find(id).map(|it| it.category.title());
    category == Some("Scripts") || others.contains(&id)
}

fn rules_that_speak(manifest: &str) -> BTreeSet<String> {
    let outcome = lint(Source::new("job.yaml", manifest), &strict(None));
    outcome.findings.iter().map(|it| it.rule.id.to_owned()).filter(|id| is_about_scripts(id)).collect()
}

fn job(spec: &str, containers: &str) -> String {
    let spec = if spec.is_empty() { String::new() } else { format!("  {spec}\n") };
    format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: job}}\nspec:\n{spec}  template:\n    spec:\n      restartPolicy: Never\n      \
         volumes:\n      - {{name: data, persistentVolumeClaim: {{claimName: data}}}}\n{containers}"
    )
}

#[test]
fn a_script_gets_what_its_practice_deserves() {
    let mut wrong = Vec::new();
    for &(practice, spec, shell, script, expected) in PRACTICES {
        let words = shell.split_whitespace().chain([script]);
        let words: Vec<String> = words.map(|word| serde_json::to_string(word).unwrap()).collect();
        let container = format!(
            "      containers:\n      - name: main\n        image: registry.example.com/job:1.0\n        command: [{}]\n        \
             volumeMounts:\n        - {{name: data, mountPath: /data}}\n",
            words.join(", ")
        );
        let expected: BTreeSet<String> = expected.iter().map(|&id| id.to_owned()).collect();
        let found = rules_that_speak(&job(spec, &container));
        if found != expected {
            wrong.push(format!("{practice}: {found:?} instead of {expected:?}"));
        }
    }
    assert_eq!(wrong, [""; 0], "{}", wrong.join("\n"));
}

/// A sidecar that watches for ever keeps the Job from ending, unless Kubernetes knows that it is one.
#[test]
fn a_watcher_beside_the_work() {
    let work = "      - {name: main, image: registry.example.com/job:1.0, command: [load, orders]}\n";
    let watch = "      - name: watch\n        image: registry.example.com/watch:1.0\n        command:\n        - sh\n        - -c\n        \
                 - while true; do if [ -f /data/error.log ]; then tail -n 5 /data/error.log; fi; sleep 10; done\n";
    let beside = format!("      containers:\n{work}{watch}");
    assert_eq!(rules_that_speak(&job("", &beside)), BTreeSet::from(["endless-sidecar".to_owned()]));
    let native =
        format!("      containers:\n{work}      initContainers:\n{watch}        restartPolicy: Always\n");
    assert_eq!(rules_that_speak(&job("", &native)), BTreeSet::new());
}

/// What a probe runs is checked by Kubernetes each time, and loses no failure of the Job.
#[test]
fn the_script_of_a_probe() {
    let probe =
        "livenessProbe: {exec: {command: [sh, -c, 'ps aux | grep -v grep | grep load']}, periodSeconds: 60}";
    let container = format!(
        "      containers:\n      - name: main\n        image: registry.example.com/job:1.0\n        command: [load, orders]\n        {probe}\n"
    );
    assert_eq!(rules_that_speak(&job("", &container)), BTreeSet::new());
}
