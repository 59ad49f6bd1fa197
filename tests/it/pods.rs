//! What a namespace does with the pods of a Job: held against what Kubernetes' own code said, and by example.
//!
//! `oracle/admission/compare` compares with any number of other pods, `oracle/admission/record` records anew.

use std::sync::Arc;

use batchlint::kubernetes::pod_admission::Pod;
use batchlint::kubernetes::pod_admission::contradiction::contradictions;
use batchlint::kubernetes::pod_admission::created::created;
use batchlint::kubernetes::pod_admission::limits::LimitRange;
use batchlint::kubernetes::pod_admission::quota::{Quota, unstated_message, usage};
use batchlint::kubernetes::pod_admission::security::{Level, Policy, violations};
use batchlint::kubernetes::verdict::api_field::ApiField;
use batchlint::manifest::document::{Stream, read};
use batchlint::text::source::Source;
use serde_json::Value;

use crate::common::admission;

#[test]
fn pods_are_admitted_as_kubernetes_does() {
    let text = std::fs::read_to_string("testdata/kubernetes/pods.jsonl").expect("the pairs");
    let mut wrong = 0;
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        if let Some(difference) = admission::difference(&case["answer"], &admission::answer(&case["pair"])) {
            println!("{}\n{difference}", case["pair"]);
            wrong += 1;
        }
    }
    assert_eq!(wrong, 0, "answers that differ");
    assert!(text.lines().count() > 100);
}

fn parse(yaml: &str) -> Stream {
    read(&Arc::new(Source::new("pod.yaml", yaml)))
}

fn root(stream: &Stream) -> ApiField<'_> {
    ApiField::from(stream.documents.first().expect("a document").root())
}

fn refused(spec: &str, level: Level, minor: u8) -> Vec<String> {
    let stream = parse(&format!("spec: {spec}"));
    let found = violations(Pod::of_template(root(&stream)), Policy { level, minor });
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn pod_security_says_what_to_change() {
    let plain = "{containers: [{name: a}]}";
    assert_eq!(refused(plain, Level::Privileged, 36), [""; 0]);
    assert_eq!(refused(plain, Level::Baseline, 36), [""; 0]);
    assert_eq!(
        refused(plain, Level::Restricted, 36),
        [
            "allowPrivilegeEscalation != false (container \"a\" must set securityContext.allowPrivilegeEscalation=false)",
            "unrestricted capabilities (container \"a\" must set securityContext.capabilities.drop=[\"ALL\"])",
            "runAsNonRoot != true (pod or container \"a\" must set securityContext.runAsNonRoot=true)",
            "seccompProfile (pod or container \"a\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \
             \"Localhost\")",
        ]
    );
}

#[test]
fn checks_hold_since_their_version() {
    // A sysctl is safe since 1.37, a host in a probe is refused since 1.34.
    let sysctl =
        "{containers: [], securityContext: {sysctls: [{name: net.ipv4.tcp_notsent_lowat, value: '1'}]}}";
    assert_eq!(refused(sysctl, Level::Baseline, 36), ["forbidden sysctls (net.ipv4.tcp_notsent_lowat)"]);
    assert_eq!(refused(sysctl, Level::Baseline, 37), [""; 0]);
    let probe = "{containers: [{name: a, livenessProbe: {tcpSocket: {port: 1, host: x}}}]}";
    assert_eq!(refused(probe, Level::Baseline, 33), [""; 0]);
    let words = "probe or lifecycle host (container \"a\" uses probe or lifecycle host \"x\")";
    assert_eq!(refused(probe, Level::Baseline, 34), [words]);
    // A pod with users of its own may be root since 1.35.
    let own_users = "{hostUsers: false, containers: [], securityContext: {runAsUser: 0}}";
    assert_eq!(refused(own_users, Level::Restricted, 34), ["runAsUser=0 (pod must not set runAsUser=0)"]);
    assert_eq!(refused(own_users, Level::Restricted, 35), [""; 0]);
}

#[test]
fn ports_are_the_nodes_in_its_network() {
    // The server fills in `hostPort` for pods, not for their templates.
    let spec = "{hostNetwork: true, containers: [{name: a, ports: [{containerPort: 80}]}]}";
    let words = ["host namespaces (hostNetwork=true)", "hostPort (container \"a\" uses hostPort 80)"];
    assert_eq!(refused(spec, Level::Baseline, 36), words);
}

#[test]
fn labels_of_a_namespace_are_read_as_the_server_reads_them() {
    let policy = |enforce, version| Policy::from_labels(enforce, version, 36);
    assert_eq!(policy(None, None), Policy { level: Level::Privileged, minor: 36 });
    assert_eq!(policy(Some("baseline"), Some("v1.30")), Policy { level: Level::Baseline, minor: 30 });
    assert_eq!(policy(Some("baseline"), Some("latest")), Policy { level: Level::Baseline, minor: 36 });
    // What is misspelled is strict, and a version that the server does not have is its own.
    assert_eq!(policy(Some("Baseline"), Some("1.30")), Policy { level: Level::Restricted, minor: 36 });
    assert_eq!(policy(Some("restricted"), Some("v1.40")), Policy { level: Level::Restricted, minor: 36 });
}

/// Returns what a pod has in `namespace`, what makes it invalid, and what the LimitRange refuses.
fn limited(pod: &str, limits: &str, minor: u8) -> (Vec<String>, Vec<String>) {
    let (pod, limits) = (parse(&format!("spec: {pod}")), parse(&format!("limits: {limits}")));
    let range = LimitRange::of_spec(root(&limits));
    let resources = created(Pod::of_template(root(&pod)), std::slice::from_ref(&range), None, minor);
    let invalid = contradictions(&resources).iter().map(ToString::to_string).collect();
    (invalid, range.breaches(&resources).iter().map(ToString::to_string).collect())
}

#[test]
fn a_default_limit_below_a_request_makes_the_pod_invalid() {
    let pod = "{containers: [{name: a, resources: {requests: {cpu: 2}}}]}";
    let (invalid, breaches) = limited(pod, "[{type: Container, default: {cpu: 1}}]", 36);
    let words = "spec.containers[0].resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1";
    assert_eq!(invalid, [words]);
    assert_eq!(breaches, [""; 0]);
}

#[test]
fn defaults_come_before_bounds() {
    // Without a default the maximum is one, and the default limit is the default request.
    let pod = "{containers: [{name: a}]}";
    let (invalid, breaches) = limited(pod, "[{type: Container, max: {cpu: 1}, min: {memory: 1Gi}}]", 36);
    assert_eq!((invalid.as_slice(), breaches.as_slice()), (&[] as &[String], &[] as &[String]));
    // A pod's items fill in nothing.
    let (_, breaches) = limited(pod, "[{type: Pod, max: {cpu: 1}, min: {memory: 1Gi}}]", 36);
    let words = [
        "minimum memory usage per Pod is 1Gi.  No request is specified",
        "maximum cpu usage per Pod is 1.  No limit is specified",
    ];
    assert_eq!(breaches, words);
}

#[test]
fn a_limit_may_be_so_many_times_the_request() {
    let pod = "{containers: [{name: a, resources: {requests: {cpu: 300m}, limits: {cpu: 1}}}]}";
    let (_, breaches) = limited(pod, "[{type: Container, maxLimitRequestRatio: {cpu: 3}}]", 36);
    assert_eq!(
        breaches,
        ["cpu max limit to request ratio per Container is 3, but provided ratio is 3.333333"]
    );
}

#[test]
fn a_pod_as_a_whole_has_resources_since_1_34() {
    let pod = "{resources: {limits: {cpu: 4}}, containers: [{name: a}]}";
    let limits = "[{type: Pod, max: {cpu: 2}}]";
    assert_eq!(limited(pod, limits, 33).1, ["maximum cpu usage per Pod is 2.  No limit is specified"]);
    assert_eq!(limited(pod, limits, 34).1, ["maximum cpu usage per Pod is 2, but limit is 4"]);
    // Before 1.37 a pod's own request is its limit before containers get their defaults, then it is their sum.
    let both = "[{type: Container, default: {cpu: 1}}, {type: Pod, min: {cpu: 3}}]";
    assert_eq!(limited(pod, both, 36).1, [""; 0]);
    assert_eq!(limited(pod, both, 37).1, ["minimum cpu usage per Pod is 3, but request is 1"]);
}

/// Returns whether a quota counts a pod, what its containers do not state, and how many such pods fit.
fn counted(pod: &str, quota: &str) -> (bool, String, Option<(String, i128)>) {
    let (pod, quota) = (parse(&format!("spec: {pod}")), parse(quota));
    let (pod, quota) = (Pod::of_template(root(&pod)), Quota::of_spec(root(&quota)));
    let resources = created(pod, &[], None, 36);
    let unstated = quota.unstated(&resources);
    let message = if unstated.is_empty() { String::new() } else { unstated_message(&unstated) };
    let first = quota.excesses(&usage(&resources)).first().map(|it| (it.resource.clone(), it.pods));
    (quota.counts(pod, &resources, 36), message, first)
}

#[test]
fn a_quota_says_what_must_be_stated() {
    let pod =
        "{initContainers: [{name: i}], containers: [{name: a, resources: {requests: {cpu: 1}}}, {name: b}]}";
    let (_, message, _) = counted(pod, "hard: {requests.cpu: 8, limits.cpu: 8, requests.storage: 1Gi}");
    assert_eq!(message, "must specify limits.cpu for: a,b,i; requests.cpu for: b,i");
}

#[test]
fn a_quota_has_room_for_so_many_pods() {
    let pod = "{containers: [{name: a, resources: {requests: {cpu: 1500m, memory: 1Gi}}}]}";
    let hard = "hard: {requests.cpu: 4, memory: 8Gi, pods: 10}";
    assert_eq!(counted(pod, hard), (true, String::new(), Some(("requests.cpu".to_owned(), 2))));
}

#[test]
fn a_scope_looks_at_the_pods_own_deadline() {
    let terminating = "{hard: {pods: 1}, scopes: [Terminating]}";
    assert!(counted("{containers: [{name: a}], activeDeadlineSeconds: 60}", terminating).0);
    // A Job's deadline is not the pod's.
    assert!(!counted("{containers: [{name: a}]}", terminating).0);
    assert!(
        counted("{containers: [{name: a}]}", "{hard: {pods: 1}, scopes: [BestEffort, NotTerminating]}").0
    );
}

#[test]
fn a_quota_of_other_things_counts_no_pods() {
    assert!(!counted("{containers: [{name: a}]}", "hard: {services: 1, requests.storage: 1Gi}").0);
}
