//! What an object says of its owner and of the tool that applies it, which anybody can write: `missing-ttl` relies on
//! no more of it than cannot leave a finished Job behind.

use crate::common::gate::{containers, create, job, pod, policy};
use crate::common::review::{ask, denied};
use serde_json::{Value, json};

fn needs_ttl(metadata: &Value) -> bool {
    let mut object = job();
    object["metadata"].as_object_mut().unwrap().extend(metadata.as_object().unwrap().clone());
    denied(&ask(&create(object), &policy("strict"))).contains(&"missing-ttl")
}

/// A CronJob deletes its Jobs, as `kubectl create job --from` makes them, and the garbage collector those of one that is
/// not there. A second owner that is there keeps the Job from the garbage collector.
#[test]
fn a_cron_job_that_is_the_only_owner_tidies_up() {
    let owner = |api_version: &str, kind: &str, controller: Value| json!({"apiVersion": api_version, "kind": kind, "name": "a", "uid": "b", "controller": controller});
    let owned = |owners: &[&Value]| needs_ttl(&json!({"ownerReferences": owners}));
    let cron_job = owner("batch/v1", "CronJob", json!(true));
    let config_map = owner("v1", "ConfigMap", json!(null));
    assert!(!owned(&[&cron_job]), "a run by hand");
    assert!(owned(&[&cron_job, &config_map]), "the garbage collector keeps what somebody still owns");
    assert!(owned(&[&config_map, &cron_job]), "in any order");
    assert!(owned(&[&cron_job, &cron_job]), "twice");
    assert!(owned(&[&owner("batch/v1", "CronJob", json!(false))]), "the CronJob does not control it");
    assert!(owned(&[&owner("batch/v9", "CronJob", json!(true))]), "nobody can look for this owner");
    assert!(owned(&[&owner("batch/v1", "Job", json!(true))]), "another kind");
    assert!(owned(&[&owner("v1", "ConfigMap", json!(true))]), "another kind");
    assert!(owned(&[]), "no owner");
}

/// A Job that a tool applies needs no TTL: once deleted it would be created, and run, again.
#[test]
fn only_what_a_tool_interprets_counts_as_applied_by_it() {
    let (mut wrong, all) = (Vec::new(), ["labels", "annotations"]);
    for (key, value, needs) in [
        ("argocd.argoproj.io/hook", "PostSync", false),
        ("argocd.argoproj.io/hook", "PreSync,PostSync", false),
        ("argocd.argoproj.io/tracking-id", "shop:batch/Job:fx/evil", false),
        ("argocd.argoproj.io/instance", "shop", false),
        ("argocd.argoproj.io/sync-wave", "5", false),
        ("helm.sh/hook", "pre-upgrade", false),
        ("helm.sh/hook", "post-install, post-upgrade", false),
        ("helm.toolkit.fluxcd.io/name", "shop", false),
        ("kustomize.toolkit.fluxcd.io/name", "shop", false),
        ("kustomize.toolkit.fluxcd.io/force", "enabled", false),
        ("argocd.argoproj.io/", "", true),
        ("argocd.argoproj.io/x", "x", true),
        ("argocd.argoproj.io/hook", "", true),
        ("argocd.argoproj.io/hook", "Skip", true),
        ("argocd.argoproj.io/hook", "x", true),
        ("argocd.argoproj.io/hook-delete-policy", "HookSucceeded", true),
        ("argocd.argoproj.io/instance", "", true),
        ("argocd.argoproj.io/tracking-id", "", true),
        ("helm.sh/hook", "", true),
        ("helm.sh/hook", "x", true),
        ("helm.sh/hook-delete-policy", "hook-succeeded", true),
        ("helm.sh/hook-weight", "1", true),
        ("helm.sh/chart", "shop-1", true),
        ("helm.toolkit.fluxcd.io/", "x", true),
        ("helm.toolkit.fluxcd.io/x", "x", true),
        ("kustomize.toolkit.fluxcd.io/", "x", true),
        ("kustomize.toolkit.fluxcd.io/x", "x", true),
        ("kustomize.toolkit.fluxcd.io/reconcile", "disabled", true),
    ] {
        for metadata in all {
            // An annotation of Flux is not a label: it only means something to the tool where the tool looks for it.
            let is_annotation = key.ends_with("/reconcile");
            if !(is_annotation && metadata == "labels")
                && needs_ttl(&json!({metadata: {key: value}})) != needs
            {
                wrong.push(format!("{metadata} {key}: {value}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// A node selector asks for labels that others set on nodes. Only `os` makes Kubernetes' Pod Security treat a pod as one for
/// Windows, and the API server rejects fields of Linux then.
#[test]
fn a_node_selector_makes_no_pod_one_for_windows() {
    let denies = |field: &str, value: Value| {
        let mut object = job();
        pod(&mut object)[field] = value;
        containers(&mut object)[0]["securityContext"] = json!({"privileged": true});
        denied(&ask(&create(object), &policy("strict"))).contains(&"privileged-container")
    };
    for key in ["kubernetes.io/os", "beta.kubernetes.io/os"] {
        assert!(denies("nodeSelector", json!({key: "windows"})), "{key}");
    }
    assert!(!denies("os", json!({"name": "windows"})));
}
