use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};
use crate::text::nearest::{is_like, nearest};
use crate::text::placeholder::is_placeholder;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "restart-policy",
        summary: "The pod's restart policy is neither `Never` nor `OnFailure`",
        category: Category::Validity,
        severity: Severity::Error,
        confidence: Confidence::High,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

const ALLOWED: [&str; 2] = ["Never", "OnFailure"];
const HELP: &str = "set `restartPolicy` to `Never` (each retry is a new pod, and the failed one keeps its logs) or \
                    `OnFailure` (the container restarts in its pod)";

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let (field, object) = (pod.restart_policy(), pod.job.object);
    // Any other type than a text is `wrong-type`'s. The API server's default stands for an empty text too.
    let text = if field.is_missing() { Some("") } else { field.text() };
    // `unsubstituted-placeholder` reports placeholders.
    let Some(text) = text.filter(|it| !ALLOWED.contains(it) && !is_placeholder(it)) else { return };
    if object.is_partial() || (field.written().is_none() && is_elsewhere(pod)) {
        return;
    }
    let why = match text {
        "" => "`restartPolicy` is not set, and its default, `Always`, is only for pods that are \
            meant to run forever"
            .to_owned(),
        "Always" => "`restartPolicy: Always` is only for pods that are meant to run forever".to_owned(),
        _ => format!("the `restartPolicy` `{text}` is neither `Never` nor `OnFailure`"),
    };
    let message = format!("the API server rejects the {}: {why}", object.kind_name());
    let finding = reporter.report(field, message);
    match near_miss(text) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None if pod.job.spec.field("podFailurePolicy").is_set() => {
            finding.help("set `restartPolicy: Never`, the only policy that `podFailurePolicy` allows")
        }
        None => finding.help(HELP),
    };
    if let (Some(meant), Some(node)) = (near_miss(text), field.node()) {
        finding.fix(format!("write `{meant}`"), Safety::Unsafe, Edit::replace_text(node, meant));
    }
    // A container may have a policy of its own, but that does not stand for the pod's.
    for own in pod.main_containers().map(|it| it.restart_policy()).filter(|it| it.is_set()) {
        finding.related(own, "this is the container's policy, not the pod's");
    }
}

/// Whether `unknown-field` reports it: the key is misspelled, or one of the mappings around the pod's `spec` has it.
fn is_elsewhere(pod: Pod<'_>) -> bool {
    let around = std::iter::successors(Some(pod.spec), |it| it.parent().filter(|_| !it.is_object()));
    let mut keys = around.flat_map(|it| it.entries()).map(|it| it.key);
    keys.any(|key| is_like(key, "restartPolicy"))
}

fn near_miss(text: &str) -> Option<&'static str> {
    let letters: String = text.chars().filter(char::is_ascii_alphabetic).collect();
    nearest(&letters, ALLOWED.into_iter())
}
