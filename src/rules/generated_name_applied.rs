use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::gitops;
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "generated-name-applied",
        summary: "A GitOps tool cannot apply an object without a name",
        category: Category::Metadata,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Object(check),
};

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    if object.name().is_set() || !object.generate_name().is_set() || gitops::is_replaced_by_name(object) {
        return;
    }
    let (tool, sign) = match gitops::applied_by(object) {
        Some((tool, entry)) => (tool, Some(entry)),
        None if reporter.is_gitops() && !gitops::is_hook(object) => ("the GitOps tool", None),
        None => return,
    };
    let kind = object.kind_name();
    // It checks all that it is to apply before it applies anything.
    let (never, others) = match tool {
        "Flux" => ("applies neither", " nor anything else in the same path"),
        _ => ("never applies", ""),
    };
    let finding = reporter.report(
        object.generate_name(),
        format!(
            "{tool} {never} the {kind}{others}: to be applied, an object needs a name, and `generateName` gives it one only when \
             it is created"
        ),
    );
    finding.help(match tool {
        // Each sync creates a hook again, which would end the runs of a CronJob.
        _ if object.cron_job().is_some() => "set `metadata.name`",
        "Argo CD" => {
            "make the object a hook (for example `argocd.argoproj.io/hook: Sync`), for which Argo CD generates a name, or \
             set `metadata.name`"
        }
        "Flux" => {
            "set `metadata.name`; for Flux to replace a Job when its manifest changes, add the annotation \
             `kustomize.toolkit.fluxcd.io/force: enabled`"
        }
        _ => "set `metadata.name`, or make the object a hook if the tool has hooks",
    });
    if let Some(entry) = sign {
        finding.related(entry, format!("this shows that {tool} applies the {kind}"));
    }
}
