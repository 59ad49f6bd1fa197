use crate::diagnostic::condition::Condition;
use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::gitops;
use crate::manifest::hook::{self, SYNC_WAVE, Tool, WEIGHT};
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "hook-ignored-by-flux",
        summary: "Flux applies a Job that hooks or waves of another tool were to order",
        category: Category::Lifetime,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Object(check),
};

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    // Flux writes it on what it has applied.
    let is_applied = object.labels().entries().any(|it| it.key == "kustomize.toolkit.fluxcd.io/name");
    let is_template =
        hook::is_of_chart(object.node) && !hook::is_release_output(&object.node.document.source);
    let is_left_alone = object.annotation("kustomize.toolkit.fluxcd.io/reconcile") == Some("disabled");
    if is_template && !is_applied || is_left_alone {
        return;
    }
    let keys = Tool::ALL.map(Tool::hook_key).into_iter().chain([WEIGHT, SYNC_WAVE]);
    let mut ignored = keys.filter_map(|key| object.annotations().entries().find(|it| it.key == key));
    let Some(first) = ignored.next() else { return };
    let kind = object.kind_name();
    let message = format!(
        "Flux applies the {kind} together with the other objects of its path: it does not read `{}`",
        first.key
    );
    let is_hook = Tool::ALL.iter().any(|it| it.hook_key() == first.key);
    let finding = reporter.report_milder(!is_hook, first, message);
    finding.condition = (!is_applied).then_some(Condition::AppliedByFlux);
    let value = first.value.text().unwrap_or_default();
    let is_before = ["PreSync", "pre-"].iter().any(|it| value.contains(it)) || value.starts_with('-');
    let order = if is_before {
        "with `spec.wait: true`, name it in `spec.dependsOn` of the Kustomization of the other objects"
    } else {
        "whose `spec.dependsOn` names the Kustomization of the other objects, set `spec.wait: true` in that one"
    };
    let is_immutable = object.cron_job().is_none() && !gitops::is_replaced(object);
    let force = if is_immutable {
        "; for Flux to replace the Job when it changes, add the annotation `kustomize.toolkit.fluxcd.io/force: enabled`"
    } else {
        ""
    };
    finding.help(format!(
        "give the {kind} a Flux Kustomization of its own {order}, and remove the annotation{force}"
    ));
    ignored.for_each(|it| _ = finding.related(it, "Flux does not read this either"));
}
