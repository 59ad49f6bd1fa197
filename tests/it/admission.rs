//! Admission: reviews recorded from a kube-apiserver 1.36, and reviews made from them.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::common::review::{ask, config, create, denied, directory, policy, recording, update};
use batchlint::policy::config;
use batchlint::policy::config::Config;
use batchlint::text::source::Source;
use batchlint::webhook::review::{Decision, ReviewVerdict, UnjudgedReason, one_line, parse_review, unjudged};
use serde_json::{Value, json};

#[test]
fn recorded_reviews_are_answered() {
    let mut names: Vec<_> =
        std::fs::read_dir(directory()).unwrap().map(|it| it.unwrap().file_name()).collect();
    names.sort();
    let names = names.iter().map(|it| it.to_str().unwrap()).filter(|it| it.ends_with(".json"));
    let mut table = String::from("What becomes of the recorded reviews under advise, standard and strict.\n");
    for name in names {
        let review = recording(name);
        let user = review["request"]["userInfo"]["username"].as_str().unwrap();
        let verdicts = ["advise", "standard", "strict"].map(|it| ask(&review, &policy(it)));
        let decisions = verdicts.each_ref().map(|it| it.decision.as_str()).join(" ");
        let _ = writeln!(table, "\n{name} by {user}: {decisions}");
        let strict = &verdicts[2].answer.response;
        for line in strict.status.iter().flat_map(|status| status.message.lines()) {
            let _ = writeln!(table, "  {line}");
        }
        strict.warnings.iter().for_each(|it| _ = writeln!(table, "  warning: {it}"));
        let notes = strict.audit_annotations.iter().filter(|(key, _)| matches!(**key, "findings" | "passed"));
        notes.for_each(|(key, value)| _ = writeln!(table, "  {key}: {value}"));
    }
    let expected = directory().join("answers.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&expected, &table).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&expected).unwrap(), table, "UPDATE=1 writes it anew");
}

#[test]
fn a_policy_decides_what_is_denied() {
    let review = create(|_| {});
    assert_eq!(ask(&review, &policy("advise")).decision, Decision::Warn);
    let standard = ask(&review, &policy("standard"));
    assert_eq!(denied(&standard), ["missing-backoff-limit", "missing-deadline", "missing-memory-limit"]);
    let strict = ask(&review, &policy("strict"));
    assert_eq!(denied(&strict).len(), 4, "{:?}", denied(&strict));
    let status = serde_json::to_value(standard.answer.response.status.unwrap()).unwrap();
    assert_eq!((&status["code"], &status["reason"]), (&json!(403), &json!("Forbidden")));
    let message = status["message"].as_str().unwrap();
    assert!(message.starts_with("3 findings under the policy `standard`\nmissing-"), "{message}");
    assert_eq!(status["details"]["kind"], "CronJob");
    let causes = status["details"]["causes"].as_array().unwrap();
    let field = |rule| &causes.iter().find(|it| it["reason"] == rule).unwrap()["field"];
    assert_eq!(field("missing-backoff-limit"), "spec.jobTemplate.spec.backoffLimit");
}

#[test]
fn rules_namespaces_and_labels_have_their_own() {
    let yaml = "
admission:
  policy: standard
  rules: {missing-deadline: warn, mutable-image: enforce}
  overrides:
    - {namespaces: [f*], rules: {missing-backoff-limit: audit}}
    - {labels: {team: data-*}, policy: advise, rules: {mutable-image: warn}, reason: they are moving}
";
    let config = config(yaml);
    let verdict = ask(&create(|_| {}), &config);
    assert_eq!(denied(&verdict), ["missing-memory-limit", "mutable-image"]);
    let findings = &verdict.answer.response.audit_annotations["findings"];
    assert!(
        findings.contains("missing-backoff-limit spec.jobTemplate.spec.backoffLimit audit"),
        "{findings}"
    );
    let of_team = create(|it| it["metadata"]["labels"] = json!({"team": "data-eu"}));
    assert_eq!(ask(&of_team, &config).decision, Decision::Warn);
}

#[test]
fn a_mistake_in_the_section_has_its_place() {
    let mistakes = |yaml: &str| {
        let mut config = Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 24));
        let source = Arc::new(Source::new("a.yaml", yaml));
        let mistakes = config::file::read_into(&source, &mut config).unwrap_err();
        mistakes.iter().map(|it| format!("{}: {}", it.span.text(yaml), it.message)).collect::<Vec<_>>()
    };
    assert_eq!(
        mistakes("admission: {policy: strikt, rule: {}, rules: {missing-tll: warn, missing-ttl: deny}}"),
        [
            "strikt: this setting must be one of `advise`, `standard`, `strict`",
            "rule: there is no setting `rule`; did you mean `rules`?",
            "missing-tll: there is no rule `missing-tll`; did you mean `missing-ttl`?",
            "deny: this setting must be one of `audit`, `warn`, `enforce`",
        ]
    );
}

/// A controller that is trusted by mistake lets everybody past: only one account's exact name is taken.
#[test]
fn a_controller_is_one_account_and_its_owners_have_groups() {
    let mistake = |controller: &str| {
        let yaml = format!("admission: {{controllers: [{controller}]}}");
        let mut config = Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 24));
        let source = Arc::new(Source::new("a.yaml", yaml.as_str()));
        let mistakes = config::file::read_into(&source, &mut config).err().unwrap_or_default();
        let lines = mistakes.iter().map(|it| format!("{}: {}", it.span.text(&yaml), it.message));
        lines.collect::<Vec<_>>().join("\n")
    };
    for (user, expected) in [
        ("", "exact name"),
        ("*", "exact name"),
        ("system:serviceaccount:*", "exact name"),
        ("system:serviceaccount:keda:*", "exact name"),
        ("system:serviceaccount:keda:keda-?", "exact name"),
        ("system:serviceaccount:{keda,a}:b", "exact name"),
        ("keda operator", "exact name"),
        ("system:serviceaccount:", "a service account must be written"),
        ("system:serviceaccount:keda", "a service account must be written"),
        ("system:serviceaccount:keda:", "a service account must be written"),
        ("system:serviceaccount::keda-operator", "a service account must be written"),
        ("system:serviceaccount:keda:a:b", "a service account must be written"),
        ("system:serviceaccount:Keda:keda-operator", "a service account must be written"),
        ("system:serviceaccounts", "this is a group"),
        ("system:serviceaccounts:keda", "this is a group"),
        ("system:authenticated", "this is a group"),
        ("system:masters", "this is a group"),
        ("system:anonymous", "does not identify a controller"),
        ("system:", "does not identify a controller"),
    ] {
        let found = mistake(&format!("{{user: '{user}', owners: [ScaledJob.keda.sh]}}"));
        assert!(found.starts_with(&format!("'{user}': ")) && found.contains(expected), "{user}: {found}");
    }
    let keda = "system:serviceaccount:keda:keda-operator";
    for owner in [
        "ScaledJob",
        "scaledjob.keda.sh",
        "*.keda.sh",
        "ScaledJob.*",
        "ScaledJob.keda.sh/v1",
        "ScaledJob.",
        ".keda.sh",
        "ScaledJob.Keda.sh",
        "ScaledJob..sh",
        "ScaledJob.-keda.sh",
        "",
    ] {
        let found = mistake(&format!("{{user: '{keda}', owners: ['{owner}']}}"));
        let expected =
            format!("'{owner}': an owner must be a kind with its group, such as `ScaledJob.keda.sh`");
        assert_eq!(found, expected);
    }
    assert_eq!(mistake(&format!("{{user: '{keda}'}}")), "user: a controller needs `owners`");
    assert_eq!(mistake("{owners: [ScaledJob.keda.sh]}"), "owners: a controller needs `user`");
    assert_eq!(
        mistake(&format!("{{user: '{keda}', owners: []}}")),
        "[]: a controller must have at least one kind of owner"
    );
    assert_eq!(
        mistake(&format!("{{user: '{keda}', owners: [A.b], owner: x}}")),
        "owner: there is no setting `owner`; did you mean `owners`?"
    );
    for good in [keda, "system:kube-scheduler", "keda", "keda@example.com", "https://issuer.example.com#keda"]
    {
        assert_eq!(
            mistake(&format!("{{user: '{good}', owners: [ScaledJob.keda.sh, JobSet.jobset.x-k8s.io]}}")),
            ""
        );
    }
}

#[test]
fn an_update_is_denied_for_new_findings_only() {
    let standard = policy("standard");
    let spec = |it: &mut Value, key: &str, value: Value| it["spec"][key] = value;
    let same = ask(&update(|it| spec(it, "schedule", json!("0 3 * * *"))), &standard);
    assert_eq!((same.decision, denied(&same)), (Decision::Warn, vec![]));
    // A second container, in front, without a memory limit: the old one's finding moves on by one.
    let container = json!({"name": "new", "image": "busybox:1.36", "resources": {}});
    let containers = "/spec/jobTemplate/spec/template/spec/containers";
    let worse = update(|it| it.pointer_mut(containers).unwrap().as_array_mut().unwrap().insert(0, container));
    let worse = ask(&worse, &standard);
    assert_eq!(denied(&worse), ["missing-memory-limit"]);
    let message = worse.answer.response.status.unwrap().message;
    assert!(message.contains("containers[0].resources"), "{message}");
    // What a suppression hid was there too.
    let mut freed = update(|it| spec(it, "schedule", json!("0 3 * * *")));
    freed["request"]["oldObject"]["metadata"]["annotations"] =
        json!({"batchlint.dev/ignore": "missing-deadline: it is being written"});
    assert_eq!(denied(&ask(&freed, &standard)), Vec::<&str>::new());
}

#[test]
fn what_is_going_or_unchanged_passes() {
    let strict = policy("strict");
    let mut going = update(|it| it["spec"]["schedule"] = json!("0 3 * * *"));
    for object in ["object", "oldObject"] {
        going["request"][object]["metadata"]["deletionTimestamp"] = json!("2026-11-22T01:12:02Z");
    }
    assert_eq!(ask(&going, &strict).decision, Decision::Pass);
    let touched = update(|it| it["metadata"]["resourceVersion"] = json!("2"));
    assert_eq!(ask(&touched, &strict).decision, Decision::Pass);
    for operation in ["DELETE", "CONNECT"] {
        let mut review = create(|_| {});
        review["request"]["operation"] = json!(operation);
        assert_eq!(ask(&review, &strict).decision, Decision::Pass, "{operation}");
    }
    let mut pod = create(|it| *it = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {}, "spec": {}}));
    pod["request"]["kind"] = json!({"group": "", "version": "v1", "kind": "Pod"});
    assert_eq!(ask(&pod, &strict).decision, Decision::Pass);
}

#[test]
fn a_controllers_child_is_not_denied_but_a_persons_copy_is() {
    let strict = policy("strict");
    let mut child = recording("00018-CREATE-Job.json");
    for user in ["system:serviceaccount:kube-system:cronjob-controller", "system:kube-controller-manager"] {
        child["request"]["userInfo"]["username"] = json!(user);
        let verdict = ask(&child, &strict);
        assert_eq!((verdict.decision, denied(&verdict)), (Decision::Allow, vec![]), "{user}");
        assert!(!verdict.found.is_empty(), "it is counted");
        assert!(verdict.answer.response.audit_annotations["findings"].ends_with(" audit"));
    }
    let told = config("admission: {policy: strict, children: warn}");
    assert_eq!(ask(&child, &told).decision, Decision::Warn);
    let by_hand = recording("00006-CREATE-Job.json");
    assert_eq!(by_hand["request"]["object"]["metadata"]["ownerReferences"][0]["kind"], "CronJob");
    assert_eq!(ask(&by_hand, &strict).decision, Decision::Deny);
}

#[test]
fn a_default_that_may_be_stated_never_denies() {
    let plain = recording("00001-CREATE-Job.json");
    assert_eq!(plain["request"]["object"]["spec"]["backoffLimit"], 6);
    assert!(!denied(&ask(&plain, &policy("strict"))).contains(&"missing-backoff-limit"));
    let mut applied = plain.clone();
    applied["request"]["object"]["metadata"]["annotations"] = json!({
        "kubectl.kubernetes.io/last-applied-configuration": "{\"spec\":{\"template\":{}}}"
    });
    assert!(denied(&ask(&applied, &policy("strict"))).contains(&"missing-backoff-limit"));
}

#[test]
fn suppressions_are_honoured_noted_or_ignored() {
    let review = create(|it| {
        it["metadata"]["annotations"] = json!({"batchlint.dev/ignore": "missing-deadline: runs for weeks"});
    });
    let with = |suppressions: &str| {
        let yaml = format!("admission: {{policy: standard, suppressions: {suppressions}}}");
        ask(&review, &config(&yaml))
    };
    let told = |verdict: &ReviewVerdict| {
        let beginning = "suppressed, but reported anyway: missing-deadline ";
        verdict.answer.response.warnings.iter().any(|it| it.starts_with(beginning))
    };
    let honoured = with("honour");
    assert!(!denied(&honoured).contains(&"missing-deadline") && !told(&honoured));
    let suppressed = &honoured.answer.response.audit_annotations["suppressed"];
    assert_eq!(suppressed, "missing-deadline spec.jobTemplate.spec.activeDeadlineSeconds");
    let noted = with("audit");
    assert!(!denied(&noted).contains(&"missing-deadline") && told(&noted));
    assert_eq!((honoured.suppressed.len(), noted.suppressed.len()), (1, 1));
    assert!(denied(&with("ignore")).contains(&"missing-deadline"));
    let for_one = "admission: {policy: standard, rules: {missing-deadline: {suppressions: ignore}}}";
    assert!(denied(&ask(&review, &config(for_one))).contains(&"missing-deadline"));
}

#[test]
fn a_secret_is_in_no_answer() {
    let secret = "xK9-hunter2-pw";
    for edit in ["CREATE", "UPDATE"] {
        let mut review = update(|it| {
            let container = &mut it["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0];
            container["env"] = json!([{"name": "DB_PASSWORD", "value": secret}]);
            container["args"] = json!(["--password", secret]);
        });
        review["request"]["operation"] = json!(edit);
        let verdict = ask(&review, &policy("standard"));
        assert!(denied(&verdict).contains(&"literal-secret"));
        assert!(!format!("{verdict:?}").contains(secret));
        assert!(!serde_json::to_string(&verdict.answer).unwrap().contains(secret));
    }
}

#[test]
fn many_findings_fit() {
    let review = create(|it| {
        let pod = &mut it["spec"]["jobTemplate"]["spec"]["template"]["spec"];
        pod["containers"] = (0..200)
            .map(|n| json!({"name": format!("{}{n}", "long".repeat(12)), "image": format!("busybox{n}")}))
            .collect();
    });
    let warned = ask(&review, &policy("advise")).answer.response.warnings;
    assert!(warned.len() >= 15, "{warned:?}");
    assert!(warned.last().unwrap().ends_with(" more findings"), "{warned:?}");
    let message = ask(&review, &policy("strict")).answer.response.status.unwrap().message;
    // A line for each of ten findings and its help, and before and after them what holds for all.
    assert_eq!(message.lines().count(), 23, "{message}");
    assert!(message.contains("\nand 94 more, of mutable-image\n"), "{message}");
}

#[test]
fn what_is_no_review_is_refused_without_repeating_it() {
    let mut wrong_kind = create(|_| {});
    wrong_kind["kind"] = json!("ConversionReview");
    let mut without_uid = create(|_| {});
    without_uid["request"]["uid"] = json!("");
    let mut wrong_type = create(|_| {});
    wrong_type["request"]["operation"] = json!(["hunter2"]);
    let cases = [
        (b"".to_vec(), "the body ends too early"),
        (b"password: hunter2".to_vec(), "the body is not JSON"),
        (
            serde_json::to_vec(&wrong_kind).unwrap(),
            "the body is not an AdmissionReview of admission.k8s.io/v1",
        ),
        (serde_json::to_vec(&without_uid).unwrap(), "the request has no `uid`"),
        (
            b"{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\"}".to_vec(),
            "the review has no `request`",
        ),
    ];
    for (body, expected) in cases {
        assert_eq!(parse_review(&body).unwrap_err().0, expected);
    }
    // It has a `uid`, so that somebody can be told.
    let request = parse_review(&serde_json::to_vec(&wrong_type).unwrap()).unwrap();
    assert_eq!(request.unreadable, Some(UnjudgedReason::Malformed));
}

/// Under `strict` nothing is stored that nobody has looked at, under the others nobody is kept from working.
#[test]
fn what_cannot_be_judged_goes_by_the_configuration_or_else_by_the_policy() {
    let request = parse_review(&serde_json::to_vec(&create(|_| {})).unwrap()).unwrap();
    let answer = |yaml: &str| unjudged(&request, UnjudgedReason::OutOfTime, &config(yaml)).answer.response;
    for (yaml, allowed) in [
        ("admission: {policy: advise}", true),
        ("admission: {policy: standard}", true),
        ("admission: {policy: strict}", false),
        ("admission: {policy: strict, unjudged: allow}", true),
        ("admission: {policy: advise, unjudged: deny}", false),
        ("admission: {policy: advise, overrides: [{namespaces: [fx], policy: strict}]}", false),
        ("admission: {policy: strict, overrides: [{namespaces: [fx], policy: advise}]}", true),
        ("admission: {policy: strict, overrides: [{labels: {team: x}, policy: advise}]}", false),
    ] {
        assert_eq!(answer(yaml).allowed, allowed, "{yaml}");
    }
    let why = "batchlint did not check this object: it took too long";
    assert_eq!(answer("admission: {unjudged: allow}").warnings, [why]);
    let denied = serde_json::to_value(answer("admission: {unjudged: deny}")).unwrap();
    assert_eq!((&denied["uid"], &denied["status"]["code"]), (&json!(request.uid), &json!(503)));
}

#[test]
fn a_line_is_a_line() {
    assert_eq!(one_line("a\nb\u{85}c\u{7f}", 10), "a b c ");
    assert_eq!(one_line("ééé", 2), "é…");
    assert_eq!(one_line("ééé", 3), "ééé");
}
