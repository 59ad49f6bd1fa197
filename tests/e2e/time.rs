//! What `batchlint timeline` predicts is what the real controllers do, within [`LATENCY`].

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, sleep_until};

use super::client::run;
use super::cluster::{Api, directory, until};
use super::pods::{Attempt, Record, Work, play};
use super::webhook::{UNGATED, alone};

/// So many seconds later than in an ideal cluster may things happen here. Retries do not add up: what Kubernetes waits for is
/// counted from whole seconds.
const LATENCY: f64 = 1.0;

/// As much for a CronJob, where they do: the controller doubles its wait after each error.
const LATENCY_OF_RUNS: f64 = 2.0;

/// Fractions that this machine's clock and the watches may be off.
const EARLY: f64 = 0.2;

/// A Job, how its containers run, and what someone does to it.
struct Case {
    name: &'static str,
    spec: Value,
    attempt: u64,
    exit_code: i64,
    succeed_on: Option<usize>,
    /// Seconds from its creation.
    suspended: Option<(u64, u64)>,
}

fn case(name: &'static str, attempt: u64, exit_code: i64, spec: Value) -> Case {
    Case { name, spec, attempt, exit_code, succeed_on: None, suspended: None }
}

fn jobs() -> Vec<Case> {
    let rule = |action: &str| json!({"rules": [{"action": action, "onExitCodes": {"operator": "In", "values": [42]}}]});
    let indexed = |completions: u64, limit: u64| json!({"completionMode": "Indexed", "completions": completions, "parallelism": completions, "backoffLimitPerIndex": limit});
    vec![
        // Each retry waits twice as long: 10 s, 20 s.
        case("retries", 3, 1, json!({"backoffLimit": 2})),
        // The kubelet's restarts count as well, and the last one is killed as soon as it has begun.
        case(
            "restarts",
            3,
            1,
            json!({"backoffLimit": 2, "template": {"spec": {"restartPolicy": "OnFailure"}}}),
        ),
        // A wait that the deadline cuts off, and a pod.
        case("deadline-between", 5, 1, json!({"activeDeadlineSeconds": 22})),
        case("deadline-within", 60, 1, json!({"activeDeadlineSeconds": 8})),
        // Three pods fail at the same time: one wait for all of them, as long as for three failures.
        case("parallel", 3, 1, json!({"parallelism": 3, "completions": 3, "backoffLimit": 3})),
        // Every index has a wait of its own, and fails or succeeds on its own.
        case("indexes-fail", 3, 1, indexed(2, 1)),
        Case { succeed_on: Some(2), ..case("indexes-succeed", 3, 1, indexed(3, 1)) },
        case("exit-code-fails", 4, 42, json!({"podFailurePolicy": rule("FailJob"), "backoffLimit": 3})),
        // It is not counted, but waited for.
        case(
            "exit-code-ignored",
            3,
            42,
            json!({"podFailurePolicy": rule("Ignore"), "backoffLimit": 0, "activeDeadlineSeconds": 50}),
        ),
        // The other indexes are not needed.
        case(
            "success-policy",
            4,
            0,
            json!({"completionMode": "Indexed", "completions": 5, "parallelism": 2,
                "successPolicy": {"rules": [{"succeededIndexes": "0,2", "succeededCount": 2}]}}),
        ),
        // The deadline starts again when it is resumed.
        Case { suspended: Some((4, 9)), ..case("suspended", 60, 0, json!({"activeDeadlineSeconds": 10})) },
        case("time-to-live", 3, 0, json!({"ttlSecondsAfterFinished": 5})),
        // Without `completions` the first success is enough.
        case("queue", 5, 0, json!({"parallelism": 2})),
        case(
            "replaced-once-failed",
            60,
            0,
            json!({"podReplacementPolicy": "Failed", "activeDeadlineSeconds": 6, "completions": 2}),
        ),
    ]
}

/// Adds a pod template to the spec of a Job.
fn with_pod(mut spec: Value) -> Value {
    let restart_policy = spec["template"]["spec"]["restartPolicy"].as_str().unwrap_or("Never");
    // A pod that has a node is asked to end when it is deleted, and can take its time.
    let pod = json!({"restartPolicy": restart_policy, "nodeName": "played", "containers": [{"name": "main", "image": "work:1"}]});
    spec["template"] = json!({"spec": pod});
    spec
}

/// Asks `batchlint timeline`.
fn predict(object: &Value, arguments: &[String]) -> Value {
    let file = directory().join(format!("{}.json", object["metadata"]["name"].as_str().unwrap()));
    fs::write(&file, object.to_string()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_batchlint"));
    let output = command.args(["timeline", "--format", "json"]).args(arguments).arg(&file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Makes a namespace in which pods can be created, one of those that no webhook is asked about.
pub(crate) async fn namespace(api: &mut Api, name: &str) {
    assert!(
        UNGATED.contains(&name),
        "{name} is missing there: the webhook of another test would deny its objects"
    );
    api.post("/api/v1/namespaces", &json!({"metadata": {"name": name}})).await;
    let account = format!("/api/v1/namespaces/{name}/serviceaccounts/default");
    until(30, async || api.get(&account).await.code == 200, "the namespace has its service account").await;
}

/// Waits for the beginning of a second: from there Kubernetes' whole seconds are exact.
async fn whole_second() {
    let nanoseconds = Timestamp::now().subsec_nanosecond();
    sleep(Duration::from_nanos(1_000_000_000 - u64::try_from(nanoseconds).unwrap())).await;
}

#[test]
fn jobs_go_as_predicted() {
    run(async {
        const NAMESPACE: &str = "retries";
        let _alone = alone().await;
        let mut api = Api::new().await;
        namespace(&mut api, NAMESPACE).await;
        let works = jobs().into_iter().map(|it| {
            let Case { attempt, exit_code, succeed_on, .. } = it;
            (it.name.to_owned(), Work { attempt: Duration::from_secs(attempt), exit_code, succeed_on })
        });
        let record = Record::default();
        let playing = tokio::spawn(play(NAMESPACE, works.collect(), record.clone()));
        let courses = Arc::new(Mutex::new(BTreeMap::new()));
        let creating = tokio::spawn(create(NAMESPACE, courses.clone()));
        let list = format!("/apis/batch/v1/namespaces/{NAMESPACE}/jobs?resourceVersion=0");
        for _ in 0..1500 {
            let jobs = api.get(&list).await.body;
            let job = |name: &str| jobs["items"].as_array()?.iter().find(|it| it["metadata"]["name"] == name);
            courses.lock().unwrap().values_mut().for_each(|it| it.look(job(it.case.name)));
            if creating.is_finished() && courses.lock().unwrap().values().all(Course::is_over) {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
        creating.await.unwrap();
        playing.abort();
        let mut wrong = Vec::new();
        for (name, course) in &*courses.lock().unwrap() {
            let predicted = prediction(&course.case);
            let observed = course.observed(&record.lock().unwrap());
            match compare(&predicted, &observed) {
                Ok(late) => println!("{name}: at most {late:.1} s late"),
                Err(why) => {
                    wrong.push(format!("{name}: {why}\n  predicted {predicted}\n  observed  {observed}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

/// Creates the Jobs, one in a second.
async fn create(namespace: &'static str, courses: Arc<Mutex<BTreeMap<&'static str, Course>>>) {
    let mut api = Api::new().await;
    for case in jobs() {
        let (name, course) = (case.name, Course::begin(&mut api, case, namespace).await);
        courses.lock().unwrap().insert(name, course);
    }
}

fn prediction(case: &Case) -> Value {
    let mut arguments =
        vec![format!("--attempt={}s", case.attempt), format!("--exit-code={}", case.exit_code)];
    arguments.extend(case.succeed_on.map(|it| format!("--succeed-on={it}")));
    if let Some((from, to)) = case.suspended {
        arguments.extend([format!("--suspend-at={from}s"), format!("--resume-at={to}s")]);
    }
    let mut predicted = predict(&object(case), &arguments);
    // What it does not simulate is no prediction.
    predicted.as_object_mut().unwrap().remove("notes");
    predicted
}

fn object(case: &Case) -> Value {
    json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": case.name}, "spec": with_pod(case.spec.clone())})
}

/// What is seen of a Job.
struct Course {
    case: Case,
    created: Instant,
    end: Value,
    deleted: Value,
}

impl Course {
    /// Creates the Job, and does to it what is to be done, later.
    async fn begin(api: &mut Api, case: Case, namespace: &str) -> Course {
        let jobs = format!("/apis/batch/v1/namespaces/{namespace}/jobs");
        whole_second().await;
        let created = Instant::now();
        let reply = api.post(&jobs, &object(&case)).await;
        assert_eq!(reply.code, 201, "{}", reply.body["message"]);
        let path = format!("{jobs}/{}", case.name);
        for (at, suspend) in case.suspended.into_iter().flat_map(|(from, to)| [(from, true), (to, false)]) {
            let path = path.clone();
            tokio::spawn(async move {
                sleep_until(created + Duration::from_secs(at)).await;
                let mut api = Api::new().await;
                assert_eq!(api.patch(&path, &json!({"spec": {"suspend": suspend}})).await.code, 200);
            });
        }
        Course { case, created, end: Value::Null, deleted: Value::Null }
    }

    fn look(&mut self, job: Option<&Value>) {
        let now = self.created.elapsed().as_secs_f64();
        let is_going = job.is_none_or(|it| it["metadata"]["deletionTimestamp"].is_string());
        // A list may be older than the Job.
        if self.deleted.is_null() && is_going && self.end.is_object() {
            self.deleted = json!(now);
        }
        let Some(status) = job.map(|it| &it["status"]).filter(|_| self.end.is_null()) else { return };
        let is_end = |it: &&Value| it["type"] == "Complete" || it["type"] == "Failed";
        let Some(end) = status["conditions"].as_array().into_iter().flatten().find(is_end) else { return };
        let count = |name: &str| status[name].as_i64().unwrap_or_default();
        let (condition, reason) = (&end["type"], &end["reason"]);
        self.end = json!({"at": now, "condition": condition, "reason": reason, "failed": count("failed"), "succeeded": count("succeeded")});
    }

    fn is_over(&self) -> bool {
        let is_to_go = self.case.spec["ttlSecondsAfterFinished"].is_number();
        if is_to_go { self.deleted.is_number() } else { self.end.is_object() }
    }

    /// Writes what was seen as `batchlint timeline` writes what it predicts.
    fn observed(&self, record: &[Attempt]) -> Value {
        let mut attempts: Vec<_> = record.iter().filter(|it| it.job == self.case.name).collect();
        attempts.sort_by_key(|it| (&it.created, it.index, &it.pod, it.restart));
        let mut pods: Vec<&str> = Vec::new();
        let seconds = |at: Instant| (at - self.created).as_secs_f64();
        let attempts = attempts.into_iter().map(|it| {
            if pods.last() != Some(&it.pod.as_str()) {
                pods.push(&it.pod);
            }
            json!({"start": seconds(it.start), "end": it.end.map(seconds), "pod": pods.len() - 1, "restart": it.restart, "index": it.index, "outcome": it.outcome})
        });
        json!({"attempts": attempts.collect::<Vec<_>>(), "end": self.end, "deleted": self.deleted})
    }
}

/// Returns by how many seconds an observation is late at most, or where it differs from the prediction.
fn compare(predicted: &Value, observed: &Value) -> Result<f64, String> {
    match (predicted, observed) {
        (Value::Object(ours), Value::Object(theirs)) => {
            ours.iter().try_fold(0.0, |most: f64, (name, ours)| {
                let late = compare(ours, &theirs[name]).map_err(|why| format!("{name}: {why}"))?;
                Ok(most.max(late))
            })
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            let mut ours = ours.clone();
            ours.sort_by_key(|it| (it["pod"].as_u64(), it["restart"].as_u64()));
            if ours.len() != theirs.len() {
                return Err(format!("{} predicted, {} observed", ours.len(), theirs.len()));
            }
            ours.iter().zip(theirs).enumerate().try_fold(0.0, |most: f64, (index, (ours, theirs))| {
                let late = compare(ours, theirs).map_err(|why| format!("{index}: {why}"))?;
                Ok(most.max(late))
            })
        }
        (Value::Number(ours), Value::Number(theirs)) if theirs.is_f64() => {
            let late = theirs.as_f64().unwrap() - ours.as_f64().unwrap();
            let is_near = (-EARLY..LATENCY).contains(&late);
            if is_near { Ok(late) } else { Err(format!("{ours} s predicted, {theirs:.3} s observed")) }
        }
        _ if predicted == observed => Ok(0.0),
        _ => Err(format!("{predicted} predicted, {observed} observed")),
    }
}

/// A CronJob, and how long its runs take.
struct Scheduled {
    name: &'static str,
    spec: Value,
    takes: u64,
}

fn cron_jobs() -> Vec<Scheduled> {
    let minutely = |name: &'static str, takes: u64, mut spec: Value| {
        spec["schedule"] = json!("* * * * *");
        Scheduled { name, spec, takes }
    };
    vec![
        minutely("allow", 65, json!({"concurrencyPolicy": "Allow"})),
        minutely("replace", 65, json!({"concurrencyPolicy": "Replace"})),
        // The run that was due meanwhile starts late, when the one before has ended …
        minutely("forbid", 65, json!({"concurrencyPolicy": "Forbid"})),
        // … unless it would be too late.
        minutely("forbid-late", 65, json!({"concurrencyPolicy": "Forbid", "startingDeadlineSeconds": 4})),
        // Runs of the same minute have the same name, which the controller takes for an error that it tries again after.
        Scheduled { name: "every", spec: json!({"schedule": "@every 20s"}), takes: 3 },
    ]
}

#[test]
fn cron_jobs_run_as_predicted() {
    run(async {
        const NAMESPACE: &str = "schedules";
        let mut api = Api::new().await;
        namespace(&mut api, NAMESPACE).await;
        let works: BTreeMap<_, _> = cron_jobs()
            .into_iter()
            .map(|it| {
                let attempt = Duration::from_secs(it.takes);
                (format!("{}-", it.name), Work { attempt, exit_code: 0, succeed_on: None })
            })
            .collect();
        let playing = tokio::spawn(play(NAMESPACE, works, Record::default()));
        let root = format!("/apis/batch/v1/namespaces/{NAMESPACE}");
        whole_second().await;
        let mut predictions = Vec::new();
        let mut last = Timestamp::now();
        let horizon = (Timestamp::now() + 2.minutes() + 62.seconds()).to_string();
        for case in cron_jobs() {
            let mut spec = case.spec;
            spec["jobTemplate"] = json!({"spec": with_pod(json!({}))});
            let object = json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": case.name}, "spec": spec});
            let reply = api.post(&format!("{root}/cronjobs"), &object).await;
            assert_eq!(reply.code, 201, "{}", reply.body["message"]);
            let created = reply.body["metadata"]["creationTimestamp"].as_str().unwrap();
            let arguments = [
                format!("--as-of={created}"),
                format!("--until={horizon}"),
                format!("--attempt={}s", case.takes),
                "--exit-code=0".to_owned(),
            ];
            let runs = predict(&object, &arguments)["runs"].clone();
            let starts = runs.as_array().unwrap().iter().filter_map(|it| it["started"].as_str());
            last = starts.map(|it| it.parse().unwrap()).fold(last, Timestamp::max);
            predictions.push((case.name, runs));
        }
        let mut seen: BTreeMap<(String, String), Timestamp> = BTreeMap::new();
        while Timestamp::now() < last + 3.seconds() {
            let jobs = api.get(&format!("{root}/jobs?resourceVersion=0")).await.body;
            for job in jobs["items"].as_array().into_iter().flatten() {
                let metadata = &job["metadata"];
                let owner = metadata["ownerReferences"][0]["name"].as_str().unwrap().to_owned();
                let time = &metadata["annotations"]["batch.kubernetes.io/cronjob-scheduled-timestamp"];
                seen.entry((owner, time.as_str().unwrap().to_owned())).or_insert_with(Timestamp::now);
            }
            sleep(Duration::from_millis(100)).await;
        }
        playing.abort();
        let mut wrong = Vec::new();
        for (name, runs) in predictions {
            for run in runs.as_array().unwrap() {
                let time = run["scheduled"].as_str().unwrap();
                let started = seen.remove(&(name.to_owned(), time.to_owned()));
                let late = started.zip(run["started"].as_str()).map(|(seen, predicted)| {
                    (seen - predicted.parse::<Timestamp>().unwrap()).total(jiff::Unit::Second).unwrap()
                });
                let is_as_predicted = match late {
                    Some(late) => (-EARLY..LATENCY_OF_RUNS).contains(&late),
                    None => started.is_none() && run["started"].is_null(),
                };
                if !is_as_predicted {
                    wrong.push(format!("{name}: predicted {run}, observed {started:?}"));
                }
            }
        }
        wrong.extend(seen.iter().map(|it| format!("not predicted: {it:?}")));
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}
