//! What rules say of a change: the real API server rejects it, and the real CronJob controller starts a run.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::client::run;
use super::cluster::{Api, cron_job, job, until};
use super::time::namespace;

/// `immutable-field-changed`
#[test]
fn an_immutable_field_is_rejected_while_the_job_exists() {
    run(async {
        let mut api = Api::new().await;
        namespace(&mut api, "immutable").await;
        let jobs = "/apis/batch/v1/namespaces/immutable/jobs";
        assert_eq!(api.post(jobs, &job("a")).await.code, 201);
        let path = format!("{jobs}/a");
        let container = json!([{"name": "a", "image": "busybox:2"}]);
        let template =
            api.patch(&path, &json!({"spec": {"template": {"spec": {"containers": container}}}})).await;
        let completions = api.patch(&path, &json!({"spec": {"completions": 2}})).await;
        for reply in [template, completions] {
            let message = reply.body["message"].as_str().unwrap_or_default();
            assert_eq!((reply.code, message.contains("field is immutable")), (422, true), "{message}");
        }
        assert_eq!(api.patch(&path, &json!({"spec": {"activeDeadlineSeconds": 60}})).await.code, 200);
    });
}

/// The times for which a CronJob has started runs, in seconds since 1970, each with the time at which it was.
async fn runs(api: &mut Api, name: &str) -> Vec<(i64, i64)> {
    let jobs = api.get("/apis/batch/v1/namespaces/changes/jobs").await.body;
    let of_name = |it: &&Value| it["metadata"]["ownerReferences"][0]["name"] == name;
    let time = |it: &Value| it.as_str().unwrap().parse::<Timestamp>().unwrap().as_second();
    let run = |it: &Value| {
        let metadata = &it["metadata"];
        let due = &metadata["annotations"]["batch.kubernetes.io/cronjob-scheduled-timestamp"];
        (time(due), time(&metadata["creationTimestamp"]))
    };
    let mut runs: Vec<_> = jobs["items"].as_array().unwrap().iter().filter(of_name).map(run).collect();
    runs.sort_unstable();
    runs
}

/// `resume-starts-run` and `schedule-change-starts-run`
#[test]
fn a_resume_and_a_later_time_start_runs_that_were_missed() {
    run(async {
        let mut api = Api::new().await;
        namespace(&mut api, "changes").await;
        let cron_jobs = "/apis/batch/v1/namespaces/changes/cronjobs";
        let wait_until = async |second: i64| {
            let seconds = second - Timestamp::now().as_second();
            sleep(Duration::from_secs(seconds.max(0).unsigned_abs())).await;
        };
        let start = (Timestamp::now().as_second() / 60 + 1) * 60;
        wait_until(start + 1).await;
        let minute = |number: i64| (start / 60 + number) % 60;
        let (first, second, fourth) = (minute(1), minute(2), minute(4));
        let mut moved = cron_job("moved");
        moved["spec"]["schedule"] = json!(format!("{first},{fourth} * * * *"));
        let mut paused = cron_job("paused");
        (paused["spec"]["schedule"], paused["spec"]["suspend"]) =
            (json!(format!("{first} * * * *")), json!(true));
        for it in [&moved, &paused] {
            assert_eq!(api.post(cron_jobs, it).await.code, 201);
        }
        wait_until(start + 2 * 60 + 10).await;
        assert_eq!(runs(&mut api, "paused").await, []);
        assert_eq!(runs(&mut api, "moved").await.len(), 1);
        let change = json!({"spec": {"schedule": format!("{second} * * * *")}});
        assert_eq!(api.patch(&format!("{cron_jobs}/moved"), &change).await.code, 200);
        let resume = json!({"spec": {"suspend": false}});
        assert_eq!(api.patch(&format!("{cron_jobs}/paused"), &resume).await.code, 200);
        let is_resumed = async || !runs(&mut api, "paused").await.is_empty();
        until(10, is_resumed, "a run that was due during the suspension starts").await;
        let (due, started) = runs(&mut api, "paused").await[0];
        assert_eq!(due, start + 60);
        assert!(started < start + 3 * 60, "it starts at once");
        // The change of schedule starts nothing by itself; the old schedule's next time does.
        wait_until(start + 4 * 60 - 5).await;
        assert_eq!(runs(&mut api, "moved").await.len(), 1);
        let is_made_up = async || runs(&mut api, "moved").await.len() == 2;
        until(20, is_made_up, "the time that was missed is made up for").await;
        let (due, started) = runs(&mut api, "moved").await[1];
        assert_eq!(due, start + 2 * 60);
        assert!((start + 4 * 60..start + 4 * 60 + 5).contains(&started), "{started}");
    });
}
