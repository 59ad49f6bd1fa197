//! What is denied, warned of and let through.

use serde_json::json;

use super::client::run;
use super::cluster::{Api, CRON_JOBS, DRY, JOBS, cron_job, denied, job, until, warns};
use super::webhook::Webhook;

#[test]
fn findings_deny_or_warn_by_policy() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "advise", "Fail").await;
        let reply = api.post(&format!("{CRON_JOBS}{DRY}"), &cron_job("warned")).await;
        assert_eq!(reply.code, 201, "{}", reply.body);
        assert!(
            warns(&reply, "missing-deadline spec.jobTemplate.spec.activeDeadlineSeconds: "),
            "{:?}",
            reply.warnings
        );
        webhook.configure("standard").await;
        for path in [CRON_JOBS.to_owned(), format!("{CRON_JOBS}{DRY}")] {
            let reply = api.post(&path, &cron_job("denied")).await;
            assert!(denied(&reply), "{}", reply.body);
            let causes = reply.body["details"]["causes"].as_array().unwrap();
            assert!(
                causes.iter().any(|it| it["field"] == "spec.jobTemplate.spec.backoffLimit"),
                "{causes:?}"
            );
        }
        let mut good = cron_job("good");
        good["metadata"]["annotations"] = json!({"batchlint.dev/ignore": "missing-deadline: a; missing-backoff-limit: b; missing-memory-limit: c"});
        assert_eq!(api.post(CRON_JOBS, &good).await.code, 201);
        api.delete(&format!("{CRON_JOBS}/good")).await;
        // Server-side apply says what was stated.
        let mut applied = job("applied");
        applied["spec"]["activeDeadlineSeconds"] = json!(60);
        applied["spec"]["template"]["spec"]["containers"][0]["resources"] =
            json!({"limits": {"memory": "1Mi"}});
        let path = format!("{JOBS}/applied?fieldManager=e2e&dryRun=All");
        let reply = api.call("PATCH", &path, "application/apply-patch+yaml", &applied).await;
        assert!(denied(&reply) && reply.body.to_string().contains("missing-backoff-limit"), "{}", reply.body);
        assert_eq!(
            api.post(&format!("{JOBS}{DRY}"), &applied).await.code,
            201,
            "nobody knows whether 6 was stated"
        );
        webhook.stop(&mut api).await;
    });
}

#[test]
fn updates_are_denied_for_new_findings_and_deletes_never() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "advise", "Fail").await;
        assert_eq!(api.post(CRON_JOBS, &cron_job("old")).await.code, 201);
        webhook.configure("strict").await;
        let path = format!("{CRON_JOBS}/old");
        let reply = api.patch(&path, &json!({"spec": {"schedule": "5 3 * * *"}})).await;
        assert_eq!(reply.code, 200, "{}", reply.body);
        assert!(warns(&reply, "missing-deadline"));
        let pod = json!({"spec": {"jobTemplate": {"spec": {"template": {"spec": {"containers": [{"name": "b", "image": "busybox"}]}}}}}});
        let reply = api.call("PATCH", &path, "application/strategic-merge-patch+json", &pod).await;
        assert!(denied(&reply), "{}", reply.body);
        let reply = api.patch(&path, &json!({"metadata": {"labels": {"a": "b"}}})).await;
        assert!(reply.code == 200 && warns(&reply, "missing-deadline"), "{}", reply.body);
        let token = json!({"metadata": {"annotations": {"example.com/token": "ghp_0Zq3xW8vLr5tYk2bNc7mHd4sJf6gPa1eUo9i"}}});
        let reply = api.patch(&path, &token).await;
        assert!(denied(&reply), "an annotation is judged without a change of the spec: {}", reply.body);
        let whole = api.get(&path).await.body;
        assert_eq!(api.call("PUT", &path, "application/json", &whole).await.code, 200);
        assert_eq!(api.delete(&path).await.code, 200);
        webhook.stop(&mut api).await;
    });
}

#[test]
fn controllers_do_their_work_under_the_strictest_policy() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "advise", "Fail").await;
        // Each deadline ends its Job without any node; then comes the TTL, and the garbage collector's update.
        let mut ending = job("ending");
        ending["spec"]["activeDeadlineSeconds"] = json!(1);
        ending["spec"]["ttlSecondsAfterFinished"] = json!(1);
        assert_eq!(api.post(JOBS, &ending).await.code, 201);
        let mut minutely = cron_job("minutely");
        minutely["spec"]["schedule"] = json!("* * * * *");
        let made = api.post(CRON_JOBS, &minutely).await;
        assert_eq!(made.code, 201);
        webhook.configure("strict").await;
        // What `kubectl create job by-hand --from=cronjob/minutely` sends is a person's, though it names a controller.
        let uid = &made.body["metadata"]["uid"];
        let mut by_hand = job("by-hand");
        by_hand["metadata"] = json!({"name": "by-hand", "namespace": "default", "creationTimestamp": null,
            "annotations": {"cronjob.kubernetes.io/instantiate": "manual"},
            "ownerReferences": [{"apiVersion": "batch/v1", "kind": "CronJob", "name": "minutely", "uid": uid, "controller": true}]});
        let by_kubectl = format!("{JOBS}?fieldManager=kubectl-create&fieldValidation=Strict");
        let reply = api.post(&by_kubectl, &by_hand).await;
        assert!(denied(&reply), "{}", reply.body);
        until(
            30,
            async || api.get(&format!("{JOBS}/ending")).await.code == 404,
            "the TTL takes the Job away",
        )
        .await;
        let child = async || {
            let jobs = api.get(JOBS).await.body;
            let names: Vec<_> = jobs["items"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|it| it["metadata"]["name"].as_str())
                .collect();
            names.iter().any(|it| it.starts_with("minutely-"))
        };
        until(75, child, "the CronJob makes a Job").await;
        let path = format!("{CRON_JOBS}/minutely?propagationPolicy=Foreground");
        assert_eq!(api.delete(&path).await.code, 200);
        until(
            30,
            async || api.get(&format!("{CRON_JOBS}/minutely")).await.code == 404,
            "it goes with its Jobs",
        )
        .await;
        webhook.stop(&mut api).await;
    });
}

#[test]
fn a_large_job_is_judged() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "standard", "Fail").await;
        let mut large = job("large");
        large["spec"]["suspend"] = json!(true);
        large["spec"]["activeDeadlineSeconds"] = json!(60);
        large["spec"]["template"]["spec"]["containers"][0]["resources"] =
            json!({"limits": {"memory": "1Mi"}});
        large["spec"]["template"]["spec"]["containers"][0]["args"] =
            json!((0..14).map(|_| "x".repeat(100_000)).collect::<Vec<_>>());
        let reply = api.post(JOBS, &large).await;
        assert_eq!(reply.code, 201, "{}", reply.body["message"]);
        let reply = api.patch(&format!("{JOBS}/large"), &json!({"spec": {"parallelism": 2}})).await;
        assert_eq!(reply.code, 200, "{}", reply.body["message"]);
        assert!(!warns(&reply, "did not check"), "{:?}", reply.warnings);
        api.delete(&format!("{JOBS}/large?propagationPolicy=Background")).await;
        webhook.stop(&mut api).await;
    });
}
