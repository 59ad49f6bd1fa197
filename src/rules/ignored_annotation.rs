use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::gitops;
use crate::manifest::document::Node;
use crate::manifest::hook::Tool;
use crate::manifest::workload::{Kind, Object};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "ignored-annotation",
        summary: "An annotation that nothing reads is used instead of a field",
        category: Category::Lifetime,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Object(check),
};

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    policy_without_hook(object, reporter);
    let of_template = object.job().map(|it| it.template_annotations());
    let of_jobs = object.node.field("spec.jobTemplate.metadata.annotations");
    let fields = [object.annotations(), of_jobs].into_iter().chain(of_template);
    for entry in fields.filter_map(|it| it.node()).flat_map(Node::entries) {
        let Some((what, field)) = ignored(entry.key) else { continue };
        let message = format!("{what}: nothing in Kubernetes reads the annotation `{}`", entry.key);
        let name = field.rsplit('.').next();
        let mut is_set = false;
        // The annotation can have the field's own name.
        let is_annotation = |it: Node<'_>| it.parent().and_then(Node::key) == Some("annotations");
        object.node.visit(&mut |it| is_set |= it.key() == name && !is_annotation(it));
        let finding = reporter.report(entry, message);
        let is_cron_job = object.kind == Kind::CronJob;
        if is_set {
            finding.help(format!("remove it: `{field}` is already set"));
        } else if field == "ttlSecondsAfterFinished" && is_cron_job {
            // A TTL there is reported by `ttl-defeats-history`.
            finding.help("remove it: the history limits of a CronJob delete its old runs");
        } else if name == Some("seccompProfile") {
            finding.help(format!("remove it, and set {}", seccomp(entry.key, entry.value.text())));
        } else {
            finding.help(format!("remove it, and set `{field}`"));
        }
    }
}

/// Reports a delete policy of what is not a hook. A weight has a use there, for Argo CD.
fn policy_without_hook(object: Object<'_>, reporter: &mut Reporter<'_>) {
    let annotations = || object.annotations().entries();
    let has = |key: &str| annotations().any(|it| it.key == key);
    if Tool::ALL.iter().any(|it| has(it.hook_key())) {
        return;
    }
    for tool in Tool::ALL {
        let Some(entry) = annotations().find(|it| it.key == tool.policy_key()) else { continue };
        let (kind, name, key) = (object.kind_name(), tool.as_str(), tool.hook_key());
        let message = format!(
            "the {kind} is not deleted by this policy: {name} reads it only on hooks, and `{key}` is not set"
        );
        let moment = if tool == Tool::Helm { "pre-install,pre-upgrade" } else { "PreSync" };
        let finding = reporter.report(entry, message);
        finding.condition = gitops::condition_of(entry.key);
        // A hook that is a CronJob can be deleted before its first run.
        finding.help(match object.kind {
            Kind::CronJob => "remove the policy".to_owned(),
            Kind::Job => format!(
                "add the annotation `{key}` with the moment at which {name} is to create the {kind}, such as `{moment}`, or \
                 remove the policy"
            ),
        });
    }
}

/// Returns what does not happen because of an annotation that nothing reads, and the field that does it.
fn ignored(key: &str) -> Option<(&'static str, &'static str)> {
    let (prefix, name) = key.split_once('/').unwrap_or(("", key));
    let is_kubernetes = prefix.is_empty() || prefix.ends_with("kubernetes.io") || prefix.ends_with("k8s.io");
    let name = name.to_ascii_lowercase().replace(['-', '_', '.'], "");
    match (prefix, name.as_str()) {
        // Since 1.27 (`pkg/apis/core/annotation_key_constants.go`).
        ("seccomp.security.alpha.kubernetes.io", "pod")
        | ("container.seccomp.security.alpha.kubernetes.io", _) => {
            Some(("this sets no seccomp profile", "securityContext.seccompProfile"))
        }
        ("ttl.kubernetes.io" | "ttl.k8s.io", _) => Some(("this sets no TTL", "ttlSecondsAfterFinished")),
        (_, "ttlsecondsafterfinished") if is_kubernetes => {
            Some(("this sets no TTL", "ttlSecondsAfterFinished"))
        }
        (_, "activedeadlineseconds") if is_kubernetes => {
            Some(("this sets no deadline", "activeDeadlineSeconds"))
        }
        (_, "backofflimit") if is_kubernetes => Some(("this sets no retry limit", "backoffLimit")),
        _ => None,
    }
}

/// Returns the field, with its value, that does what an annotation for seccomp was to do.
fn seccomp(key: &str, value: Option<&str>) -> String {
    let owner = if key.starts_with("container.") { "container" } else { "pod" };
    let field = format!("the {owner}'s `securityContext.seccompProfile.type`");
    match value.and_then(|it| it.strip_prefix("localhost/")) {
        Some(profile) => format!("{field} to `Localhost` and `localhostProfile` to `{profile}`"),
        None => format!("{field} to `RuntimeDefault`"),
    }
}
