mod killed;

use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::Practice;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::endless::{never_completes, unintended_endless};
use crate::manifest::document::Node;
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::{Container, Pod};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::text::phrases;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "endless-sidecar",
        summary: "A container alongside the work never ends, so the Job never completes",
        category: Category::Lifetime,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        practice: Some(Practice::NoEndlessSidecar),
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Scripts(check),
};

fn check(pod: Pod<'_>, scripts: &[&Script<'_>], reporter: &mut Reporter<'_>) {
    blocking_init_container(pod, scripts, reporter);
    if scripts.iter().any(|script| stopped_only_on_success(script, reporter)) {
        return;
    }
    let mains: Vec<_> = pod.main_containers().collect();
    let (mut endless, mut others) = (Vec::new(), Vec::new());
    for &container in &mains {
        // One that restarts forever is for `always-restarting-container`.
        match unintended_endless(container, scripts) {
            Some(cause) => endless.push((container, cause)),
            None => others.push(container),
        }
    }
    let shares_processes = pod.share_process_namespace().boolean() == Some(true);
    if shares_processes {
        killed::report(pod, scripts, reporter);
        return;
    }
    if others.iter().any(|it| may_end_others(*it)) {
        return;
    }
    let Some(work) = others.first() else { return };
    let mut endless = endless.into_iter();
    let Some((first, cause)) = endless.next() else { return injected(pod, reporter) };
    // A probe that fails ends the container, and some let it fail on purpose.
    let has_probe = first.liveness_probe().is_set() || first.node.field("startupProbe").is_set();
    let severity = if cause.is_certain && !has_probe { Severity::Error } else { Severity::Warning };
    let message = format!(
        "{}: `{}` keeps running when `{}` is done, because it {}",
        never_completes(pod),
        first.title(),
        work.title(),
        cause.what
    );
    let finding = reporter.report_as(severity, cause.field, message);
    finding.help(killed::native(first.title()));
    let sidecars: Vec<_> = std::iter::once(first).chain(endless.clone().map(|it| it.0)).collect();
    if sidecars.iter().all(|it| it.restart_policy().written().is_none()) {
        let nodes: Vec<_> = sidecars.iter().map(|it| it.node).collect();
        let edits = Edit::move_items(&nodes, "initContainers", "restartPolicy", "Always");
        let names: Vec<_> = sidecars.iter().map(|it| format!("`{}`", it.title())).collect();
        let title =
            format!("move {} to `initContainers` with `restartPolicy: Always`", phrases::list(&names));
        finding.fix(title, Safety::Unsafe, edits);
    }
    for (container, cause) in endless {
        finding.related(cause.field, format!("`{}` never ends either", container.title()));
    }
}

/// Whether a container's command has words with which it may end the others: an address that makes a proxy quit,
/// or kubectl.
fn may_end_others(container: Container<'_>) -> bool {
    const WORDS: [&str; 8] = [
        "quitquitquit",
        "graceful_shutdown",
        "/quit",
        "/shutdown",
        "--shutdown",
        "linkerd-await",
        "kubectl exec",
        "kubectl delete",
    ];
    let mut texts = container.command_line().filter_map(Node::text);
    texts.any(|text| WORDS.iter().any(|word| text.contains(word)))
}

/// `work && curl …/quitquitquit`: after a failure nothing ends the proxy. Returns whether it is so.
fn stopped_only_on_success(script: &Script<'_>, reporter: &mut Reporter<'_>) -> bool {
    let Some((work, call)) = script.quits_only_on_success() else { return false };
    let name = script.title(work);
    let deadline = script.container().pod.job.active_deadline_seconds().integer();
    let until = deadline.map(|it| format!(" until the deadline of {it} s")).unwrap_or_default();
    let message = format!(
        "when `{name}` fails, the script does not reach the call that ends the sidecar, and the pod keeps running{until}"
    );
    let finding = reporter.report(script.name_place(call), message);
    finding.help(
        "move the call into a `trap '…' EXIT` at the top of the script: it then runs even after a failure",
    );
    finding.related(script.name_place(work), "the script ends here when this fails");
    true
}

/// Reports an init container that never ends: the next one does not start before.
fn blocking_init_container(pod: Pod<'_>, scripts: &[&Script<'_>], reporter: &mut Reporter<'_>) {
    let Some((container, cause)) =
        pod.init_containers().find_map(|it| Some((it, unintended_endless(it, scripts)?)))
    else {
        return;
    };
    let severity = if cause.is_certain { Severity::Error } else { Severity::Warning };
    let message = format!(
        "the work never starts: the init container `{}` must end first, but it {}",
        container.title(),
        cause.what
    );
    let finding = reporter.report_as(severity, cause.field, message);
    finding.help(
        "give the container `restartPolicy: Always`: that makes it a sidecar, and the next containers start \
         while it runs",
    );
    let edits = Edit::set(container.restart_policy(), "Always");
    finding.fix("set the container's `restartPolicy: Always`", Safety::Unsafe, edits);
}

/// Annotations or labels with which a service mesh or Vault adds a container that never ends, and what it adds.
const INJECTORS: &[(&str, &[&str], &str)] = &[
    ("sidecar.istio.io/inject", &["true"], "Istio's `istio-proxy`"),
    ("linkerd.io/inject", &["enabled", "ingress"], "Linkerd's `linkerd-proxy`"),
    ("vault.hashicorp.com/agent-inject", &["true"], "Vault's `vault-agent`"),
    ("dapr.io/enabled", &["true"], "Dapr's `daprd`"),
    ("consul.hashicorp.com/connect-inject", &["true"], "Consul's `consul-dataplane`"),
    // An empty list stands for any value but `false`: the names of collectors.
    ("sidecar.opentelemetry.io/inject", &[], "OpenTelemetry's `otc-container`"),
];

/// Reports a container that is added because the pod template asks for it.
fn injected(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let metadata = [pod.job.template_annotations(), pod.job.template_labels()];
    let entries: Vec<_> = metadata.into_iter().filter_map(|it| it.node()).flat_map(Node::entries).collect();
    // Each of them has a way not to leave the container behind.
    let is_native = entries.iter().any(|entry| {
        let key = entry.key.to_ascii_lowercase();
        let is_way = ["nativesidecar", "native-sidecar", "agent-pre-populate-only"]
            .iter()
            .any(|way| key.ends_with(way));
        is_way && entry.value.text() == Some("true")
    });
    let is_asked = |values: &[&str], value: &str| match values {
        [] => !matches!(value, "" | "false"),
        _ => values.contains(&value),
    };
    let asks = |key: &str, values: &[&str]| {
        entries
            .iter()
            .find(|it| it.key == key && it.value.text().is_some_and(|value| is_asked(values, value)))
    };
    let mut asked =
        INJECTORS.iter().filter_map(|(key, values, what)| Some((asks(key, values)?, *key, *what)));
    let Some((entry, key, what)) = asked.next().filter(|_| !is_native) else { return };
    // Injectors can be set up to add native sidecars, which the manifest does not show; Vault's cannot.
    let can_be_native = key != "vault.hashicorp.com/agent-inject";
    let condition = if can_be_native { ", unless it is a native sidecar" } else { "" };
    let finding = reporter.report(
        entry.value,
        format!(
            "{}: {what}, which `{key}` injects, keeps running when the work is done{condition}",
            never_completes(pod)
        ),
    );
    finding.help(match key {
        "sidecar.istio.io/inject" => "set `sidecar.istio.io/nativeSidecar: \"true\"`, or `sidecar.istio.io/inject: \"false\"` if the Job does not need the mesh",
        "linkerd.io/inject" => "upgrade Linkerd to 2.20 or later, which injects native sidecars, or set \
            `config.alpha.linkerd.io/proxy-enable-native-sidecar: \"true\"` in older versions; set \
            `linkerd.io/inject: disabled` if the Job does not need the mesh",
        "dapr.io/enabled" => "set `dapr.io/enable-native-sidecar: \"true\"` (since Dapr 1.18), or let the \
            work end the sidecar with a POST to `http://localhost:3500/v1.0/shutdown` as its last step, \
            even after a failure",
        "consul.hashicorp.com/connect-inject" => "set `consul.hashicorp.com/enable-sidecar-proxy-lifecycle: \
            \"true\"`, and let the work end the proxy with a POST to `http://localhost:20600/graceful_shutdown` \
            as its last step, even after a failure",
        "sidecar.opentelemetry.io/inject" => "upgrade the operator to 0.132 or later, which injects native sidecars, \
            or remove the annotation and send the data to a collector that is not a sidecar",
        _ => "set `vault.hashicorp.com/agent-pre-populate-only: \"true\"`: the init container alone then \
            fetches the secrets",
    });
}
