use std::rc::Rc;

use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::api_call::callers;
use crate::manifest::workload::{Container, Pod};
use crate::neighbours::Neighbour;
use crate::neighbours::facts::Facts;
use crate::neighbours::kind::Kind;
use crate::rule::surroundings::Surroundings;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::syntax::Tree;
use crate::shell::{Invocation, MAX_KEPT, PodContext, Script, ScriptCache, ScriptSource, parse_all};
use crate::text::nearest::is_slip;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unbound-service-account",
        summary: "A container calls the API server as a ServiceAccount that has no role",
        category: Category::Failure,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: Scope::Fleet,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Neighbours { concerns, check },
};

fn concerns(around: &Surroundings<'_>) -> bool {
    let mut accounts = around.facts.named(Kind::ServiceAccount);
    bindings(around).is_some() || accounts.any(|it| misspelled_subject(around, it).is_some())
}

/// Returns the RoleBinding of the namespace that names a ServiceAccount with a slip in its namespace, and what it names.
fn misspelled_subject<'n>(around: &Surroundings<'n>, account: &str) -> Option<(&'n Neighbour, &'n str)> {
    let own = around.home.namespace.as_deref()?;
    // In a short name two letters side by side can only be swapped.
    let is_swapped = |other: &str| {
        let sorted = |text: &str| {
            let mut letters: Vec<char> = text.chars().collect();
            letters.sort_unstable();
            letters
        };
        own.len() > 3 && sorted(own) == sorted(other)
    };
    let is_meant = |other: &str| other != own && (is_slip(other, own) || is_swapped(other));
    let is_known = |other: &str| around.neighbours.all_named(Kind::Namespace, other).next().is_some();
    around.around(Kind::RoleBinding).into_iter().find_map(|binding| {
        let Facts::Binding(accounts) = &binding.facts else { return None };
        let mut named = accounts.iter().filter(|it| it.name.as_deref() == Some(account));
        let other = named.find_map(|it| it.namespace.as_deref().filter(|it| is_meant(it)))?;
        (!is_known(other)).then_some((binding, other))
    })
}

/// Returns how many bindings the namespace has and the first of them, where lists have all bindings.
fn bindings<'n>(around: &Surroundings<'n>) -> Option<(usize, &'n Neighbour)> {
    around.neighbours.whole(Kind::ClusterRoleBinding, &around.home)?;
    around.neighbours.whole(Kind::RoleBinding, &around.home)
}

fn check(pod: Pod<'_>, around: &Surroundings<'_>, reporter: &mut Reporter<'_>) {
    let field = pod.account();
    let account = field.text().filter(|it| !it.is_empty()).unwrap_or("default");
    let Some(namespace) = &around.home.namespace else { return };
    let misspelled = misspelled_subject(around, account);
    let bindings = bindings(around).filter(|_| misspelled.is_none());
    if misspelled.is_none() && bindings.is_none() {
        return;
    }
    // Without a token nobody is refused as this account.
    let gets_token = pod.automount_service_account_token().boolean() != Some(false);
    if !gets_token
        || field.is_set() && field.text().is_none()
        || around.neighbours.is_bound(namespace, account)
    {
        return;
    }
    let mut callers = callers_of(pod).into_iter();
    let Some((container, program)) = callers.next() else { return };
    if let Some((binding, other)) = misspelled {
        let message = format!(
            "unless another binding allows it, the API server answers `Forbidden` to `{program}` in `{}`: the {} names the ServiceAccount \
             `{account}` of the namespace `{other}`, and the pods run in `{namespace}`",
            container.title(),
            binding.title()
        );
        let finding = reporter.report(pod.service_account_name(), message);
        finding.help(format!("write `namespace: {namespace}` in the subject of the {}", binding.title()));
        finding.elsewhere(binding.related("this RoleBinding names the account"));
        return;
    }
    let Some((count, first)) = bindings else { return };
    let others = match count {
        1 => format!("neither the RoleBinding of the namespace `{namespace}`"),
        _ => format!("none of the {count} RoleBindings of the namespace `{namespace}`"),
    };
    let conjunction = if count == 1 { "nor a" } else { "and no" };
    let message = format!(
        "the API server answers `Forbidden` to `{program}` in `{}`: {others} {conjunction} ClusterRoleBinding names the ServiceAccount \
         `{account}`",
        container.title()
    );
    // What is granted to `default` goes to the other pods of the namespace, too.
    let subject = match account {
        "default" => "set `serviceAccountName` to a ServiceAccount of the Job's own, and bind it".to_owned(),
        _ => format!("bind the ServiceAccount `{account}`"),
    };
    let help = format!(
        "{subject} to a Role or ClusterRole that allows these calls, with `kubectl create rolebinding` or, for objects \
         without a namespace, `kubectl create clusterrolebinding`"
    );
    let finding = reporter.report(pod.service_account_name(), message).help(help);
    finding.related(container.node, format!("runs `{program}`"));
    for (other, program) in callers {
        finding.related(other.node, format!("runs `{program}` too"));
    }
    finding.elsewhere(first.related("this list has every RoleBinding of the namespace"));
}

/// Returns the containers that call the API server as the pod's account, with their client.
fn callers_of(pod: Pod<'_>) -> Vec<(Container<'_>, &'static str)> {
    let (cache, context) = (ScriptCache::new(pod.job.object), Rc::new(PodContext::new(pod)));
    let invocations: Vec<_> = pod.containers().filter_map(|it| Invocation::in_pod(it, &context)).collect();
    let sources: Vec<_> = invocations.iter().map(ScriptSource::find).collect();
    let (mut left, nothing) = (MAX_KEPT, Tree::default());
    let parsed = parse_all(&sources, &cache, &mut left);
    let scripts: Vec<_> = sources
        .iter()
        .zip(&parsed)
        .filter_map(|(source, parsed)| Script::new(source, parsed, &nothing))
        .collect();
    let mut read: Vec<&Script<'_>> = scripts.iter().collect();
    read.sort_by_key(|script| script.container().node.id);
    callers(pod, &read).collect()
}
