use crate::document::Field;
use crate::finding::{Confidence, Severity};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::workload::{Container, Pod};

pub static RULE: Rule = Rule {
    id: "root-user",
    summary: "A container may run as root",
    category: Category::Security,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/root-user.md"),
    options: &[],
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let has_user_namespace =
        reporter.kubernetes_version().minor >= 33 && pod.spec.field("hostUsers").boolean() == Some(false);
    if pod.is_windows() || has_user_namespace {
        return;
    }
    let roots: Vec<_> = pod.containers().filter_map(|it| Some((it, cause(it)?))).collect();
    for is_stated in [true, false] {
        let mut same = roots.iter().filter(|(_, field)| (field.name() == "runAsUser") == is_stated);
        let Some(&(first, field)) = same.next() else { continue };
        let name = first.title();
        let finding = match is_stated {
            true => reporter.report(field, format!("`{name}` runs as root: `runAsUser` is 0")),
            false => reporter.report(
                field,
                format!("`{name}` runs as the user of its image, often root: `runAsNonRoot` is not `true`"),
            ),
        };
        finding.help(match is_stated {
            true => "set `runAsUser` to a number above 0 (or remove it) and `runAsNonRoot: true`",
            false => {
                "set `securityContext.runAsNonRoot: true`, and `runAsUser` to a number above 0 where the image names \
                 no user or names it in letters"
            }
        });
        for (container, _) in same {
            let own = if is_stated { container.run_as_user() } else { container.run_as_non_root() };
            finding.related(own, "this container too");
        }
    }
}

/// Returns the field that lets the container run as root; what it sets itself counts before what its pod sets.
fn cause(container: Container<'_>) -> Option<Field<'_>> {
    let pod = container.pod;
    let user = decisive(container.run_as_user(), pod.run_as_user());
    let non_root = decisive(container.run_as_non_root(), pod.run_as_non_root());
    match (user.integer(), non_root.boolean()) {
        // With uid 0 as well the container never starts: `non-root-contradiction`.
        (_, Some(true)) => None,
        (Some(0), _) => Some(user),
        _ if user.is_set() => None,
        _ => Some(non_root),
    }
}

fn decisive<'d>(own: Field<'d>, of_pod: Field<'d>) -> Field<'d> {
    if own.is_set() { own } else { of_pod }
}
