//! Releases with hooks, made from chance, and what this linter says that Helm and Argo CD make of them.

use std::sync::Arc;

use batchlint::manifest::document::{Node, read};
use batchlint::manifest::hook::{Tool, WEIGHT, Words, hooks_of, wave, whole_number};
use batchlint::neighbours::delivery::Delivery;
use batchlint::{Date, Finding, Source, config, lint};
use serde_json::{Map, Value, json};

use crate::generate::Generator;

const HOOKS: &str = "pre-install|post-install|pre-upgrade|post-upgrade|pre-rollback|post-rollback|pre-delete|post-delete|test|\
    test-success|test-failure|crd-install|preinstall|Pre-Install|POST-UPGRADE|pre-rollbac\u{212a}|PreSync|Sync|PostSync|SyncFail|Skip|\
    Presync|presync|PreDelete|PostDelete|SyncFailed| |";
const POLICIES: &str = "before-hook-creation|hook-succeeded|hook-failed|Hook-Succeeded|hook-success|BeforeHookCreation|HookSucceeded|\
    HookFailed|HookSuceeded|hookfailed|none|";
const NUMBERS: &str = "0|1|-1|5|+5|-05|1.0| 2|high|1_0|0x1|9223372036854775807|9223372036854775808|--1|+|-|";
const NAMES: &str = "a|migrate|z|shop-settings";

/// Makes releases.
pub(crate) struct Releases {
    chance: Generator,
}

impl Releases {
    pub(crate) fn new(seed: u64) -> Self {
        Releases { chance: Generator::new(seed) }
    }

    fn word(&mut self, words: &str) -> String {
        let words: Vec<&str> = words.split('|').collect();
        self.chance.pick(&words).to_owned()
    }

    fn words(&mut self, words: &str) -> String {
        let count = 1 + self.chance.below(3);
        let words: Vec<String> = (0..count).map(|_| self.word(words)).collect();
        let comma = self.chance.pick(&[",", ", ", " ,\u{a0}"]);
        words.join(comma)
    }

    fn annotations(&mut self) -> Map<String, Value> {
        let mut found = Map::new();
        for (key, words, is_list, of) in [
            ("helm.sh/hook", HOOKS, true, 3),
            ("helm.sh/hook-weight", NUMBERS, false, 2),
            ("helm.sh/hook-delete-policy", POLICIES, true, 2),
            ("argocd.argoproj.io/hook", HOOKS, true, 1),
            ("argocd.argoproj.io/sync-wave", NUMBERS, false, 1),
            ("argocd.argoproj.io/hook-delete-policy", POLICIES, true, 1),
        ] {
            if self.chance.below(4) < of {
                let value = if is_list { self.words(words) } else { self.word(words) };
                found.insert(key.to_owned(), value.into());
            }
        }
        // Most names are right, so that the order shows.
        if self.chance.below(2) == 0 {
            found.insert("helm.sh/hook".to_owned(), "pre-install".into());
            found.retain(|key, _| key.starts_with("helm"));
        }
        found
    }

    /// Returns a Job, and a Secret that it needs.
    pub(crate) fn release(&mut self) -> [Value; 2] {
        let (job, secret) = (self.word(NAMES), self.word(NAMES));
        let container = json!({"name": "a", "image": "a:1", "envFrom": [{"secretRef": {"name": secret}}]});
        [
            json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": job, "annotations": self.annotations()},
                "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [container]}}}}),
            json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": secret, "annotations": self.annotations()},
                "data": {"a": "YQ=="}}),
        ]
    }
}

/// Returns the findings about a release.
fn findings(release: &[Value]) -> Vec<Finding> {
    let text = json!({"apiVersion": "v1", "kind": "List", "items": release}).to_string();
    lint("release.json", &text, &config(Date::constant(2027, 1, 31)))
}

/// Calls `look` with an object as this linter reads it.
fn with<T>(object: &Value, look: impl FnOnce(Node<'_>) -> T) -> T {
    let source = Arc::new(Source::new("object.json", object.to_string()));
    look(read(&source).documents.first().expect("a document").root())
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Returns how what is said of a release differs from what a version of Helm makes of it.
pub(crate) fn helm_difference(release: &[Value; 2], expected: &Value) -> Option<String> {
    let found = findings(release);
    let [job, secret] = release;
    let says =
        |rule: &str, words: &str| found.iter().any(|it| it.rule.id == rule && it.message.contains(words));
    let annotations = &job["metadata"]["annotations"];
    let hooks = expected["hooks"].as_array().expect("hooks");
    let is_named = |it: &&Value, object: &Value| it["name"] == object["metadata"]["name"];
    // Both objects can have the same name.
    let same = job["metadata"]["name"] == secret["metadata"]["name"];
    let hook = hooks.iter().find(|it| is_named(it, job)).filter(|_| !same);
    let is_out = annotations["helm.sh/hook"].is_string() && hook.is_none() && !same;
    let mut claims = vec![];
    if !same {
        claims.push(("out of the release", is_out, says("unknown-hook", "Helm leaves")));
    }
    if let Some(hook) = hook {
        let events = texts(&hook["events"]);
        let policies = texts(&hook["policies"]);
        let has = |policy: &str| policies.contains(&policy);
        let [before, succeeded, failed] = *Tool::Helm.policies();
        let read: Vec<&str> = with(job, |node| hooks_of(node, Tool::Helm));
        let read: Vec<&str> =
            read.into_iter().map(|it| if it == "test-success" { "test" } else { it }).collect();
        claims.push(("hooks", true, read == events));
        let weight = with(job, |node| whole_number(Words::of(node, WEIGHT)?.text));
        claims.push(("weight", true, hook["weight"].as_i64() == Some(weight.unwrap_or(0))));
        let none = !policies.is_empty() && ![before, succeeded, failed].into_iter().any(has);
        claims.push(("no policy", none, says("unknown-delete-policy", "replaces the default")));
        let left = !has(before) && has(succeeded) != has(failed);
        claims.push(("left behind", left, says("hook-left-behind", "")));
        claims.push((
            "deleted when failed",
            has(failed),
            says("failed-hook-deleted", "`hook-failed`") || says("failed-hook-deleted", "`Hook-Failed`"),
        ));
        let created = texts(&expected["created"]);
        let at = |object: &Value| created.iter().position(|it| object["metadata"]["name"] == **it);
        let is_of_helm = with(job, |node| Delivery::of(node).tool == Some(Tool::Helm));
        if let (Some(job), Some(secret), true, true) =
            (at(job), at(secret), is_of_helm, events.contains(&"pre-install"))
        {
            claims.push(("needs what comes later", secret > job, says("needs-later-object", "Helm")));
        }
    }
    differing(claims)
}

/// Returns how what is said of an object differs from what Argo CD makes of it.
pub(crate) fn argo_cd_difference(object: &Value, expected: &Value) -> Option<String> {
    let annotations = &object["metadata"]["annotations"];
    let types = texts(&expected["hooks"]);
    let (own, delivery, number) =
        with(object, |node| (hooks_of(node, Tool::ArgoCd), Delivery::of(node), wave(node)));
    let mut claims = vec![("wave", true, expected["wave"].as_i64() == Some(number))];
    // gitops-engine leaves these to Argo CD.
    let is_of_deletion = own.iter().any(|it| matches!(*it, "PreDelete" | "PostDelete"));
    if annotations["argocd.argoproj.io/hook"].is_string() && !is_of_deletion {
        let found = findings(std::slice::from_ref(object));
        let says =
            found.iter().any(|it| it.rule.id == "unknown-hook" && it.message.contains("Argo CD never"));
        let is_out = expected["hook"] == true && types.is_empty();
        claims.push(("never applied", is_out && object["kind"] == "Job", says));
    }
    if !is_of_deletion {
        let phase = |it: &&str| match *it {
            "PreSync" => Some(-1),
            "Sync" => Some(0),
            "PostSync" => Some(1),
            _ => None,
        };
        let first = types.iter().filter_map(phase).min();
        let first = if expected["hook"] == true || expected["skipped"] == true { first } else { Some(0) };
        claims.push(("phase", true, delivery.sync.map(|it| it.0) == first));
    }
    if annotations["helm.sh/hook-delete-policy"].is_null() {
        let read = with(object, |node| {
            let words = Words::of(node, Tool::ArgoCd.policy_key()).into_iter().flat_map(Words::iter);
            let mut read: Vec<&str> =
                words.filter_map(|it| Tool::ArgoCd.reads(it, Tool::ArgoCd.policies())).collect();
            read.sort_unstable();
            read.dedup();
            if read.is_empty() { vec!["BeforeHookCreation"] } else { read }
        });
        let mut policies = texts(&expected["policies"]);
        policies.sort_unstable();
        claims.push(("policies", true, read == policies));
    }
    differing(claims)
}

/// Returns the first claim that differs.
fn differing(claims: Vec<(&str, bool, bool)>) -> Option<String> {
    let (what, expected, said) = claims.into_iter().find(|(_, expected, said)| expected != said)?;
    Some(format!("{what}: expected {expected}, said {said}"))
}
