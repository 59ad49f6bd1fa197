//! Plays the pods of a namespace, as a kubelet would: no container runs, but Kubernetes sees it run, end and be restarted.
//!
//! The controllers are the real ones; the waits before restarts in the same pod are ours, as the kubelet has them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::cluster::Api;

/// How the containers of a Job run.
#[derive(Clone, Copy)]
pub(crate) struct Work {
    pub attempt: Duration,
    pub exit_code: i64,
    /// The attempt of the Job, or of each index, that exits with 0.
    pub succeed_on: Option<usize>,
}

/// One run of a container.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub job: String,
    pub pod: String,
    /// When Kubernetes created the pod, in whole seconds.
    pub created: String,
    pub index: Option<i64>,
    pub restart: usize,
    pub start: Instant,
    pub end: Option<Instant>,
    pub outcome: &'static str,
}

/// What was played.
pub(crate) type Record = Arc<Mutex<Vec<Attempt>>>;

/// A deleted pod needs so long to end.
const ENDS_IN: Duration = Duration::from_secs(2);

enum State {
    Runs { attempt: usize, until: Instant, code: i64 },
    Waits { until: Instant },
    Ends { attempt: Option<usize>, until: Instant },
    Over,
}

struct Pod {
    state: State,
    restarts: usize,
    started: Timestamp,
}

/// Plays the pods of a namespace for ever: those of a Job by the work that has the longest part of its name.
pub(crate) async fn play(namespace: &'static str, works: BTreeMap<String, Work>, record: Record) {
    let mut api = Api::new().await;
    let path = format!("/api/v1/namespaces/{namespace}/pods");
    let mut pods: BTreeMap<String, Pod> = BTreeMap::new();
    loop {
        let list = api.get(&format!("{path}?resourceVersion=0")).await.body;
        for object in list["items"].as_array().into_iter().flatten() {
            let name = object["metadata"]["name"].as_str().unwrap();
            let job = object["metadata"]["labels"]["batch.kubernetes.io/job-name"].as_str().unwrap();
            let work = works.iter().filter(|it| job.starts_with(it.0.as_str())).max_by_key(|it| it.0.len());
            let work = *work.unwrap().1;
            let path = format!("{path}/{name}");
            let pod = pods.entry(name.to_owned()).or_insert_with(|| Pod {
                state: State::Waits { until: Instant::now() },
                restarts: 0,
                started: Timestamp::now(),
            });
            if let Some(status) = step(pod, object, job, work, &record) {
                api.patch(&format!("{path}/status"), &json!({"status": status})).await;
            }
            let is_deleted = object["metadata"]["deletionTimestamp"].is_string();
            if is_deleted && matches!(pod.state, State::Over) {
                api.delete(&format!("{path}?gracePeriodSeconds=0")).await;
            }
        }
        sleep(Duration::from_millis(100)).await;
    }
}

/// Moves a pod on, and returns its new status if it has one.
fn step(pod: &mut Pod, object: &Value, job: &str, work: Work, record: &Record) -> Option<Value> {
    let now = Instant::now();
    let mut record = record.lock().unwrap();
    let is_deleted = object["metadata"]["deletionTimestamp"].is_string();
    match pod.state {
        State::Waits { until } if is_deleted => {
            pod.state = State::Ends { attempt: None, until: until.min(now + ENDS_IN) };
            None
        }
        State::Runs { attempt, .. } if is_deleted => {
            pod.state = State::Ends { attempt: Some(attempt), until: now + ENDS_IN };
            None
        }
        State::Ends { attempt, until } if now >= until => {
            if let Some(attempt) = attempt.and_then(|it| record.get_mut(it)) {
                (attempt.end, attempt.outcome) = (Some(now), "deleted");
            }
            pod.state = State::Over;
            Some(status("Failed", pod, &ended(pod, 143)))
        }
        State::Waits { until } if now >= until => {
            let index = object["metadata"]["labels"]["batch.kubernetes.io/job-completion-index"].as_str();
            let index = index.map(|it| it.parse().unwrap());
            let number = 1 + record.iter().filter(|it| it.job == job && it.index == index).count();
            let code = if work.succeed_on == Some(number) { 0 } else { work.exit_code };
            pod.state = State::Runs { attempt: record.len(), until: now + work.attempt, code };
            pod.started = Timestamp::now();
            record.push(Attempt {
                job: job.to_owned(),
                pod: object["metadata"]["name"].as_str().unwrap().to_owned(),
                created: object["metadata"]["creationTimestamp"].as_str().unwrap().to_owned(),
                index,
                restart: pod.restarts,
                start: now,
                end: None,
                outcome: "running",
            });
            Some(status("Running", pod, &json!({"running": {"startedAt": whole(pod.started)}})))
        }
        State::Runs { attempt, until, code } if now >= until => {
            let outcome = if code == 0 { "succeeded" } else { "failed" };
            (record[attempt].end, record[attempt].outcome) = (Some(now), outcome);
            if code != 0 && object["spec"]["restartPolicy"] == "OnFailure" {
                let wait = if pod.restarts == 0 { 0 } else { 10 << (pod.restarts - 1) };
                let waiting = status("Running", pod, &json!({"waiting": {"reason": "CrashLoopBackOff"}}));
                pod.restarts += 1;
                pod.state = State::Waits { until: now + Duration::from_secs(wait) };
                return Some(waiting);
            }
            pod.state = State::Over;
            Some(status(if code == 0 { "Succeeded" } else { "Failed" }, pod, &ended(pod, code)))
        }
        _ => None,
    }
}

fn ended(pod: &Pod, code: i64) -> Value {
    let (started, finished) = (whole(pod.started), whole(Timestamp::now()));
    json!({"terminated": {"exitCode": code, "startedAt": started, "finishedAt": finished}})
}

fn status(phase: &str, pod: &Pod, state: &Value) -> Value {
    let runs = state["running"].is_object();
    let container = json!({"name": "main", "image": "work:1", "imageID": "", "ready": runs, "restartCount": pod.restarts, "state": state});
    json!({"phase": phase, "startTime": whole(pod.started), "containerStatuses": [container]})
}

/// A time as the API has it: without fractions of a second.
fn whole(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap().to_string()
}
