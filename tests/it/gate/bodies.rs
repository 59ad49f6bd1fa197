//! However a review is written, and whatever a text in it looks like, its object is checked or said to be unjudged.

use crate::common::gate::{
    CRON_JOB_CONTROLLER, answer, as_user, both, config, container, containers, create, cron_job, job, pod,
    policy, spec, update, with_owner, with_text,
};
use crate::common::review::{ask, denied};
use batchlint::webhook::review::{Decision, UnjudgedReason, check_request, parse_head, parse_review};
use serde_json::{Value, json};

/// `fieldsV1` is kept as it comes: deep, not UTF-8, half a surrogate pair, a number that is too large.
#[test]
fn what_nobody_reads_is_skipped_whatever_it_is() {
    let deep = |levels: usize| [vec![b'['; levels], vec![b']'; levels]].concat();
    let nested = |levels: usize| [b"{\"f:a\":".repeat(levels), b"{}".to_vec(), b"}".repeat(levels)].concat();
    let texts = [
        deep(140),
        deep(100_000),
        nested(140),
        nested(5_000),
        b"1e400".to_vec(),
        b"\"\\ud800\"".to_vec(),
        b"\"\\udc00\\ud800x\"".to_vec(),
        b"\"\xff\xfe\"".to_vec(),
        b"{\"\xff\":\"\\ud800\"}".to_vec(),
        b"{\"a\":1,\"a\":2}".to_vec(),
        b"\"\\u0000\"".to_vec(),
    ];
    let fields =
        json!([{"manager": "x", "operation": "Apply", "fieldsType": "FieldsV1", "fieldsV1": "mark"}]);
    let places: [&dyn Fn(&mut Value); 3] = [
        &|it| it["metadata"]["managedFields"] = fields.clone(),
        &|it| spec(it)["template"]["metadata"]["managedFields"] = fields.clone(),
        &|it| {
            let template = json!({"metadata": {"managedFields": fields}, "spec": {}});
            pod(it)["volumes"] = json!([{"name": "v", "ephemeral": {"volumeClaimTemplate": template}}]);
        },
    ];
    for text in &texts {
        for place in &places {
            for review in both(place) {
                let verdict = answer(&with_text(&review, "mark", text), &policy("strict"));
                let what = String::from_utf8_lossy(&text[..text.len().min(20)]).into_owned();
                assert_eq!(verdict.decision, Decision::Deny, "{what}");
                assert!(denied(&verdict).contains(&"literal-secret"), "{what}");
            }
        }
        // The stored object may hold it as well.
        let mut old = job();
        old["metadata"]["managedFields"] = fields.clone();
        let review = update(old, |it| {
            it["metadata"].as_object_mut().unwrap().remove("managedFields");
            containers(it).push(container("d"));
        });
        assert_eq!(answer(&with_text(&review, "mark", text), &policy("strict")).decision, Decision::Deny);
    }
}

/// Only metadata has such a list: under the same name elsewhere stands a text like any other.
#[test]
fn a_credential_cannot_hide_under_the_name_of_what_is_skipped() {
    let url = "postgres://app:Zx9Qk7hunter@db.example.com/orders";
    for review in both(|it| it["metadata"]["annotations"] = json!({"managedFields": url})) {
        assert!(denied(&ask(&review, &policy("strict"))).contains(&"secret-in-url"));
    }
}

/// Elsewhere an API server writes nothing of the kind. What cannot be read is answered, and its `uid` is kept.
#[test]
fn an_object_that_cannot_be_read_is_unjudged() {
    let deep = [vec![b'['; 200], vec![b']'; 200]].concat();
    let cases: [(&[u8], UnjudgedReason); 8] = [
        (&deep, UnjudgedReason::TooDeep),
        (b"\"\xff\"", UnjudgedReason::NotUtf8),
        (b"\"\\ud800\"", UnjudgedReason::Surrogate),
        (b"\"\\udc00\"", UnjudgedReason::Surrogate),
        (b"\"\\ud800\\u0041\"", UnjudgedReason::Surrogate),
        (b"1e400", UnjudgedReason::Malformed),
        (b"{\"a\":1,\"a\":1}", UnjudgedReason::Ambiguous),
        (b"tru", UnjudgedReason::Malformed),
    ];
    for (text, reason) in cases {
        for place in ["object", "oldObject"] {
            let mut review = update(job(), |it| containers(it).push(container("d")));
            review["request"][place]["spec"]["x"] = json!("mark");
            let body = with_text(&review, "mark", text);
            let strict = answer(&body, &policy("strict"));
            let response = &strict.answer.response;
            let uid = review["request"]["uid"].as_str().unwrap();
            assert_eq!((response.allowed, response.uid.as_str()), (false, uid), "{reason:?}");
            assert_eq!(strict.unjudged, Some(reason));
            let standard = answer(&body, &policy("standard"));
            let response = &standard.answer.response;
            assert_eq!((standard.decision, response.allowed), (Decision::Unjudged, true));
            assert!(response.warnings[0].starts_with("batchlint did not check this object: "));
        }
    }
}

/// The order in which keys stand says nothing, in whatever way they are written.
#[test]
fn the_head_is_read_wherever_it_stands() {
    let object = serde_json::to_string(&job()).unwrap();
    let uid = "705ab4f5-6393-11e8-b7cc-42010a800002";
    let bodies = [
        format!(
            r#"{{"request":{{"oldObject":null,"object":{object},"userInfo":{{"username":"alice"}},"operation":"CREATE","kind":{{"kind":"Job","version":"v1","group":"batch"}},"uid":"{uid}"}},"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}}"#
        ),
        format!(
            "\n{{ \"apiVersion\" : \"admission.k8s.io\\/v1\" ,\t\"k\\u0069nd\":\"\\u0041dmissionReview\",\r\n\"requ\\u0065st\" : {{ \"\\u0075id\" : \"{uid}\" , \"operation\" :\"CRE\\u0041TE\", \"object\" : {object}\n}} }} "
        ),
    ];
    for body in bodies {
        let verdict = answer(body.as_bytes(), &policy("strict"));
        assert_eq!((verdict.decision, verdict.answer.response.uid.as_str()), (Decision::Deny, uid), "{body}");
    }
}

/// Readers take the first of two equal keys or the last, and some ignore case.
#[test]
fn a_key_that_comes_twice_never_lets_anything_pass() {
    let review = serde_json::to_string(&create(job())).unwrap();
    let harmless = r#"{"apiVersion":"v1","kind":"Pod","metadata":{}}"#;
    for (key, value) in [
        ("operation", r#""DELETE""#),
        ("Operation", r#""DELETE""#),
        ("OPERATION", r#""CONNECT""#),
        ("object", harmless),
        ("Object", harmless),
        ("oldObject", harmless),
        ("kind", r#"{"group":"","kind":"Pod"}"#),
        ("\u{212a}ind", r#"{"group":"","kind":"Pod"}"#),
        ("u\\u017ferInfo", r#"{"username":"system:kube-controller-manager"}"#),
        ("userInfo", r#"{"username":"system:kube-controller-manager"}"#),
        ("subResource", r#""status""#),
        ("namespace", r#""kube-system""#),
    ] {
        let added = format!("\"{key}\":{value},");
        for place in ["\"name\":\"evil\",\"namespace\":\"fx\",\"operation\"", "\"dryRun\":false"] {
            let body = review.replacen(place, &format!("{added}{place}"), 1);
            // An exact name that stands once is no second one.
            let verdict = answer(body.as_bytes(), &policy("strict"));
            assert!(
                body.contains(&added) && !verdict.answer.response.allowed,
                "{key} {:?}",
                verdict.decision
            );
        }
    }
    for (key, value) in [("uid", "\"x\""), ("UID", "\"x\"")] {
        let body = review.replacen("\"dryRun\"", &format!("\"{key}\":{value},\"dryRun\""), 1);
        assert!(parse_review(body.as_bytes()).is_err(), "nobody knows whose answer it would be");
    }
    let twice = review.replacen("\"request\"", "\"request\":{\"uid\":\"y\"},\"request\"", 1);
    assert!(parse_review(twice.as_bytes()).is_err());
    // In the object the last one counts for some, the first one for others.
    for (place, added) in [
        ("\"spec\":{\"parallelism\"", "\"spec\":{},"),
        ("\"containers\":[", "\"containers\":[],"),
        ("\"privileged\":true", "\"privileged\":false,"),
        ("\"name\":\"evil\",\"namespace\":\"fx\",\"uid\"", "\"labels\":{},\"labels\":{},"),
        ("\"apiVersion\":\"batch/v1\"", "\"kind\":\"Pod\","),
        ("\"apiVersion\":\"batch/v1\"", "\"Kind\":\"Pod\","),
        ("\"apiVersion\":\"batch/v1\"", "\"metadata\":{\"deletionTimestamp\":\"x\"},"),
    ] {
        let body = review.replacen(place, &format!("{added}{place}"), 1);
        let verdict = answer(body.as_bytes(), &policy("strict"));
        assert_eq!(verdict.unjudged, Some(UnjudgedReason::Ambiguous), "{added}");
        assert!(!verdict.answer.response.allowed);
    }
}

/// An API server gives the object the kind that it asks about. Anything else is read as one kind here and as another there.
#[test]
fn an_object_of_another_kind_than_asked_is_unjudged() {
    // Both templates: as a Job it is sound, as a CronJob it is not, and the other way round.
    let mut both = cron_job();
    let template = job()["spec"]["template"].clone();
    both["spec"]["template"] = template;
    let kinds = [
        (None, Some("Job")),
        (None, Some("CronJob")),
        (Some("batch/v1"), None),
        (None, None),
        (Some("batch/v1beta1"), Some("Job")),
        (Some("batch"), Some("Job")),
        (Some("batch/v1"), Some("CronJob")),
        (Some("batch/v1"), Some("job")),
        (Some("v1"), Some("Pod")),
    ];
    for (api_version, kind) in kinds {
        let mut review = create(job());
        let mut object = both.clone();
        for (key, value) in [("apiVersion", api_version), ("kind", kind)] {
            match value {
                Some(value) => object[key] = json!(value),
                None => _ = object.as_object_mut().unwrap().remove(key),
            }
        }
        review["request"]["object"] = object;
        let verdict = ask(&review, &policy("strict"));
        assert_eq!(verdict.unjudged, Some(UnjudgedReason::WrongKind), "{api_version:?} {kind:?}");
        assert!(!verdict.answer.response.allowed, "{api_version:?} {kind:?}");
    }
}

/// Rules do not look into a script that is too long or nested too deep, and neither does the search for credentials.
#[test]
fn a_script_that_nobody_reads_is_unjudged() {
    let comments = |text: &str| format!("{text}\n{}", "# x\n".repeat(40_000));
    let nested =
        |open: &str, text: &str, close: &str| format!("{}{text}{}", open.repeat(70), close.repeat(70));
    let login = "mysql -phunter2Zx9Qk";
    let scripts = [
        comments(login),
        format!("coproc cat\n{login}"),
        nested("if true; then ", login, "; fi"),
        nested("( ", login, " )"),
        nested("{ ", login, "; }"),
        nested("while true; do ", login, "; done"),
        nested("case a in a) ", login, ";; esac"),
        nested("echo $(", login, ")"),
        nested("f() { ", login, "; }"),
        nested("echo \"$(", login, ")\""),
        nested("for i in 1; do ", login, "; done"),
    ];
    for (index, script) in scripts.iter().enumerate() {
        let mut clean = cron_job();
        *containers(&mut clean) =
            vec![json!({"name": "c", "image": "alpine:3.20", "command": ["sh", "-c", script]})];
        let audited = |policy: &str| config(&format!("admission: {{policy: {policy}, rules: {{}}}}"));
        let verdict = ask(&create(clean.clone()), &audited("advise"));
        assert_eq!(verdict.unjudged, Some(UnjudgedReason::UnreadScript), "{index}");
        assert!(!ask(&create(clean.clone()), &audited("strict")).answer.response.allowed, "{index}");
        // An update that leaves it alone is not held up by it.
        let other = update(clean.clone(), |it| it["spec"]["schedule"] = json!("0 3 * * *"));
        assert_eq!(ask(&other, &policy("strict")).decision, Decision::Warn, "{index}");
        let more = update(clean, |it| {
            let script =
                containers(it)[0]["command"][2].as_str().unwrap().replace("hunter2Zx9Qk", "Zx9Qkhunter");
            containers(it)[0]["command"][2] = json!(script);
        });
        assert!(!ask(&more, &policy("strict")).answer.response.allowed, "{index}");
    }
}

/// Scripts that are read one by one, and too long together, hide nothing either.
#[test]
fn scripts_that_are_too_long_together_are_not_passed_over() {
    for mut object in [job(), cron_job()] {
        for number in 0..6 {
            let mut more = container(&format!("c{number}"));
            more["command"] = json!(["sh", "-ec", "load orders\n".repeat(5_000)]);
            containers(&mut object).push(more);
        }
        // Nothing else denies it.
        let mut config = config("admission: {policy: standard, unjudged: deny}");
        config.select = ["script-syntax-error"].into_iter().collect();
        let verdict = ask(&create(object.clone()), &config);
        assert_eq!(verdict.unjudged, Some(UnjudgedReason::UnreadScript));
        assert!(!verdict.answer.response.allowed);
        // What was there before is known.
        let verdict = ask(&update(object, |it| it["metadata"]["labels"] = json!({"a": "b"})), &config);
        assert_eq!(verdict.unjudged, None);
    }
}

/// Scripts are read though no rule about them is on, for credentials may stand in them; commands that no shell runs are none.
#[test]
fn a_script_that_cannot_be_read_is_unjudged_whichever_rules_are_on() {
    let deep = format!("{}mysql -phunter2Zx9Qk{}", "( ".repeat(70), " )".repeat(70));
    let long = format!("{}mysql -phunter2Zx9Qk", "load orders\n".repeat(11_000));
    let mut config = config("admission: {policy: standard, unjudged: deny}");
    config.select = ["missing-ttl"].into_iter().collect();
    let with = |command: Value| {
        let mut object = job();
        containers(&mut object)[0]["command"] = command;
        object
    };
    for script in [&deep, &long, "coproc cat"] {
        let object = with(json!(["sh", "-c", script]));
        assert_eq!(ask(&create(object.clone()), &config).unjudged, Some(UnjudgedReason::UnreadScript));
        let update = |edit: &dyn Fn(&mut Value)| ask(&update(object.clone(), edit), &config).unjudged;
        // The old script in another container is known; another one is not.
        assert_eq!(update(&|it| containers(it)[0]["name"] = json!("other")), None);
        let other = json!(["sh", "-c", format!("{script} # changed")]);
        let changed = update(&|it| containers(it)[0]["command"] = other.clone());
        assert_eq!(changed, Some(UnjudgedReason::UnreadScript));
    }
    for command in [json!(["/bin/load", deep]), json!(["sh", "-c", "(("]), json!(["sh", "-c", "load orders"])]
    {
        assert_eq!(ask(&create(with(command)), &config).unjudged, None);
    }
}

/// Nothing fills in a template that is about to be stored.
#[test]
fn braces_in_a_script_make_no_template() {
    let script = "docker ps --format {{.ID}}\nmysqldump app | gzip > /backup/app.gz\necho done";
    let bash = json!(["bash", "-c", script]);
    for review in both(|it| containers(it)[0]["command"] = bash.clone()) {
        let found = denied(&ask(&review, &policy("strict")));
        assert!(
            found
                .iter()
                .any(|it| matches!(*it, "missing-errexit" | "missing-pipefail" | "masked-exit-status")),
            "{found:?}"
        );
    }
}

/// What looks like a placeholder is a tag like any other once it is stored.
#[test]
fn a_placeholder_is_no_way_past_the_registries() {
    let yaml = "rules: {unlisted-registry: {severity: error, allowed: [registry.example.com]}}\nadmission: {policy: strict}";
    for image in ["evil.example.net/app:__LATEST__", "evil.example.net/app:1", "evil.example.net/__A__/app"] {
        let review = create({
            let mut object = cron_job();
            containers(&mut object)[0]["image"] = json!(image);
            object
        });
        assert!(denied(&ask(&review, &config(yaml))).contains(&"unlisted-registry"), "{image}");
    }
}

/// Of a body that is too large the beginning is read. An object that is to go must not be kept by that; that it is to go, only
/// the operation and the stored object tell.
#[test]
fn the_beginning_of_a_body_says_what_goes() {
    let strict = policy("strict");
    let answer = |review: &Value, end: &str| {
        let body = serde_json::to_string(review).unwrap();
        let mut request = parse_head(&body.as_bytes()[..body.find(end).unwrap()]).unwrap();
        check_request(&mut request, &strict, "0123456789abcdef", &|| false)
    };
    let mut review = update(job(), |it| containers(it).push(container("d")));
    let (in_spec, in_old) = ("\"terminationGracePeriodSeconds\"", "\"oldObject\"");
    for end in [in_spec, in_old] {
        let verdict = answer(&review, end);
        assert_eq!(verdict.unjudged, Some(UnjudgedReason::CutOff), "{end}");
        assert!(!verdict.answer.response.allowed, "{end}");
    }
    review["request"]["operation"] = json!("DELETE");
    assert_eq!(answer(&review, in_spec).decision, Decision::Pass);
    review["request"]["operation"] = json!("UPDATE");
    for object in ["object", "oldObject"] {
        review["request"][object]["metadata"]["deletionTimestamp"] = json!("2026-11-28T00:00:00Z");
    }
    assert_eq!(answer(&review, "\"dryRun\"").decision, Decision::Pass);
    for end in [in_spec, in_old] {
        let verdict = answer(&review, end);
        assert_eq!(verdict.unjudged, Some(UnjudgedReason::CutOff), "{end}: the new object can say anything");
        assert!(!verdict.answer.response.allowed, "{end}");
    }
    review["request"]["oldObject"]["metadata"].as_object_mut().unwrap().remove("deletionTimestamp");
    assert!(!answer(&review, "\"dryRun\"").answer.response.allowed);
    review["request"]["operation"] = json!("CREATE");
    assert!(!answer(&review, "\"dryRun\"").answer.response.allowed);
}

/// What a cut-off object says of its owner and its labels counts as far as it is there.
#[test]
fn the_beginning_of_a_body_says_whose_it_is() {
    let yaml = "admission: {policy: strict, overrides: [{labels: {team: a}, policy: advise}]}";
    let allows = |review: &Value, end: &str| {
        let body = serde_json::to_string(review).unwrap();
        let mut request = parse_head(&body.as_bytes()[..body.find(end).unwrap()]).unwrap();
        check_request(&mut request, &config(yaml), "0123456789abcdef", &|| false).answer.response.allowed
    };
    let mut object = job();
    object["metadata"]["labels"] = json!({"team": "a"});
    let labelled = create(object.clone());
    assert!(allows(&labelled, "\"spec\""), "the labels are known");
    assert!(!allows(&labelled, "\"team\""), "no label makes the policy milder that is not known");
    assert!(!allows(&create(job()), "\"spec\""), "there may be labels to come");
    object["metadata"]["labels"] = json!({});
    with_owner(&mut object, "batch/v1", "CronJob", json!(true));
    let child = as_user(create(object), CRON_JOB_CONTROLLER);
    assert!(allows(&child, "\"spec\""), "it is a CronJob's");
    assert!(!allows(&as_user(child, "alice"), "\"spec\""), "it only says so");
}
