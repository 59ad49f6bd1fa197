//! Which offenders of an update are new, and how a denial names them.

use crate::common::gate::{container, containers, cron_job, job, policy, spec, update, with_owner};
use crate::common::review::{ask, denied};
use serde_json::{Value, json};

/// The same password opens another door for another user, or on another host.
#[test]
fn a_password_for_another_user_is_new() {
    for (old, new, is_new) in [
        ("https://app:hunter2Zx9Qk@db/shop", "https://root:hunter2Zx9Qk@db/shop", true),
        ("https://app:hunter2Zx9Qk@db/shop", "https://app:hunter2Zx9Qk@prod/shop", true),
        ("https://:hunter2Zx9Qk@db/shop", "https://root:hunter2Zx9Qk@db/shop", true),
        ("https://app:hunter2Zx9Qk@db/shop", "https://app:hunter2Zx9Qk@db/stock?x=y", false),
        ("http://app:hunter2Zx9Qk@db", "https://app:hunter2Zx9Qk@db", false),
        ("curl -u app:hunter2Zx9Qk db", "curl -u root:hunter2Zx9Qk db", true),
        ("curl --user=app:hunter2Zx9Qk db", "curl --user=root:hunter2Zx9Qk db", true),
        ("curl -u app:hunter2Zx9Qk db", "curl -v -u app:hunter2Zx9Qk db", false),
    ] {
        for object in [job(), cron_job()] {
            let with = |text: &str| {
                let mut object = object.clone();
                containers(&mut object)[0]["command"][2] = json!(text);
                object
            };
            let found = denied(&ask(&update(with(old), |it| *it = with(new)), &policy("strict")));
            assert_eq!(!found.is_empty(), is_new, "{old} {new}: {found:?}");
        }
    }
}

/// However many there are, none is left out when they are compared.
#[test]
fn one_more_of_very_many_is_new() {
    let named =
        |numbers: std::ops::Range<usize>| numbers.map(|it| container(&format!("c{it}"))).collect::<Vec<_>>();
    let variables = |numbers: std::ops::Range<usize>| {
        let each = |it| json!({"name": format!("PASSWORD_{it}"), "value": format!("hunter{it}Zx9Qk")});
        Value::from(numbers.map(each).collect::<Vec<_>>())
    };
    let mut old = cron_job();
    *containers(&mut old) = named(0..250);
    containers(&mut old)[0]["env"] = variables(0..2500);
    let changed = |edit: &dyn Fn(&mut Value)| denied(&ask(&update(old.clone(), edit), &policy("strict")));
    for at in [0, 120, 250] {
        let found = changed(&|it| containers(it).insert(at, container("d")));
        for rule in ["literal-secret", "missing-memory-limit", "privileged-container", "secret-in-command"] {
            assert!(found.contains(&rule), "{rule} is not in {found:?}");
        }
    }
    assert!(changed(&|it| containers(it)[0]["env"] = variables(1..2501)).contains(&"literal-secret"));
    assert_eq!(changed(&|it| containers(it)[0]["env"] = variables(1..2500)), [""; 0]);
    assert_eq!(changed(&|it| containers(it).reverse()), [""; 0]);
    assert_eq!(changed(&|it| drop(containers(it).remove(120))), [""; 0]);
}

/// What a denial says is about what the update adds, and not about what was there.
#[test]
fn a_denial_names_the_new_offender() {
    for old in [job(), cron_job()] {
        let verdict = ask(&update(old, |it| containers(it).push(container("d"))), &policy("strict"));
        let answer = serde_json::to_value(&verdict.answer).unwrap();
        let causes = answer["response"]["status"]["details"]["causes"].as_array().unwrap();
        assert!(causes.len() > 3, "{causes:?}");
        for cause in causes {
            let field = cause["field"].as_str().unwrap();
            assert!(field.contains("containers[1]"), "{cause}");
        }
    }
}

/// A CronJob tidies up the Jobs that it has made. An owner that a Job gets later does not.
#[test]
fn an_owner_that_comes_later_tidies_nothing_up() {
    let owned = |kind: &str, uid: &str| {
        let mut object = job();
        with_owner(&mut object, "batch/v1", kind, json!(true));
        object["metadata"]["ownerReferences"][0]["uid"] = json!(uid);
        object
    };
    let denies = |old: Value, new: Value| {
        denied(&ask(&update(old, |it| *it = new), &policy("strict"))).contains(&"missing-ttl")
    };
    let mut with_limit = job();
    spec(&mut with_limit)["ttlSecondsAfterFinished"] = json!(3600);
    assert!(denies(owned("CronJob", "a"), owned("CronJob", "b")), "another CronJob");
    assert!(denies(owned("CronJob", "a"), owned("ScaledJob", "a")), "something else");
    assert!(denies(owned("CronJob", "a"), job()), "nobody");
    assert!(denies(with_limit, owned("CronJob", "a")), "a CronJob in place of the limit");
    assert!(!denies(owned("CronJob", "a"), owned("CronJob", "a")), "the same CronJob");
    assert!(!denies(job(), job()), "it was not tidied up before");
}
