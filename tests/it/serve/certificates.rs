//! The steps in which certificates change: at each of them what is published verifies what is served.
#![cfg(feature = "webhook")]

use batchlint::webhook::rotate::{RotationPlan, SecretData, plan, with_next_authority};
use batchlint::webhook::tls::Pem;

const DAY: i64 = 86_400;

/// 2026-11-24
const START: i64 = 1_795_478_400;

fn step(data: &mut SecretData, now: i64) -> RotationPlan {
    let names = ["batchlint.ops.svc".to_owned()];
    let published: Vec<_> =
        ["ca.crt", "previous-ca.crt"].iter().filter_map(|key| data.get(key)).cloned().collect();
    let plan = plan(data, &names, now).unwrap();
    let of_now = data.get("ca.crt").filter(|_| published.len() < 2 || !plan.what.contains("withdrawn"));
    assert!(
        of_now.is_none_or(|pem| plan.bundle.contains(pem)),
        "{}: the leaf in use stays verifiable",
        plan.what
    );
    *data = plan.data.clone();
    assert!(plan.bundle.contains(&data["ca.crt"]));
    let pem = Pem {
        certificate: data["tls.crt"].clone().into_bytes(),
        key: data["tls.key"].clone().into_bytes(),
        client_ca: Some(plan.bundle.clone().into_bytes()),
    };
    assert!(pem.identity().is_ok());
    plan
}

fn authorities(plan: &RotationPlan) -> usize {
    plan.bundle.matches("BEGIN CERTIFICATE").count()
}

#[test]
fn certificates_are_made_kept_and_renewed() {
    let mut data = SecretData::new();
    assert_eq!(step(&mut data, START).what, "a CA and a leaf certificate are created");
    let first = data.clone();
    let idle = step(&mut data, START + 59 * DAY);
    assert_eq!((idle.what, idle.goes_on, authorities(&idle)), ("nothing to renew", false, 1));
    assert_eq!(data, first);
    assert_eq!(step(&mut data, START + 61 * DAY).what, "the leaf certificate is renewed");
    assert_eq!(data["ca.crt"], first["ca.crt"]);
    assert_ne!(data["tls.crt"], first["tls.crt"]);
}

#[test]
fn an_authority_changes_while_both_are_published() {
    let mut data = SecretData::new();
    step(&mut data, START);
    let first = data.clone();
    let now = START + 250 * DAY;
    let published = step(&mut data, now);
    assert_eq!((authorities(&published), published.goes_on), (2, true), "{}", published.what);
    assert_eq!(data["tls.crt"], first["tls.crt"]);
    let changed = step(&mut data, now + 30);
    assert_eq!((authorities(&changed), changed.goes_on, changed.waits_for_bundle), (2, false, true));
    assert_ne!(data["tls.crt"], first["tls.crt"]);
    assert_eq!(
        authorities(&step(&mut data, now + 60)),
        2,
        "servers and connections may still have the old one"
    );
    let last = step(&mut data, now + DAY);
    assert_eq!((last.what, authorities(&last)), ("the old CA is removed", 1));
    assert!(!last.bundle.contains(&first["ca.crt"]));
    assert_eq!(step(&mut data, now + DAY).what, "nothing to renew");
}

#[test]
fn what_cannot_be_used_is_made_anew() {
    let mut data = SecretData::new();
    step(&mut data, START);
    for key in ["ca.crt", "ca.key"] {
        let mut broken = data.clone();
        broken.insert(key, "nonsense".to_owned());
        assert_eq!(
            plan(&broken, &["a".to_owned()], START).unwrap().what,
            "a CA and a leaf certificate are created"
        );
    }
    data.remove("tls.key");
    assert_eq!(plan(&data, &["a".to_owned()], START).unwrap().what, "the leaf certificate is renewed");
    assert_eq!(
        plan(&data, &["a".to_owned()], START + 400 * DAY).unwrap().what,
        "a CA and a leaf certificate are created"
    );
    let asked = with_next_authority(data, START).unwrap();
    assert_eq!(
        plan(&asked, &["a".to_owned()], START).unwrap().what,
        "the leaf certificate is now issued by the new CA"
    );
}
