use crate::diagnostic::condition::Condition;
use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::Yield;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::node_work::works_on_node;
use crate::facts::openshift::{assigns_user, can_be_assigned_user};
use crate::facts::printing::only_prints;
use crate::facts::root::{has_non_root_image, needs_root, root_cause, uses_home_of_root};
use crate::manifest::document::Field;
use crate::manifest::workload::{Container, Pod};
use crate::rule::{Check, Reporter, Rule};
use crate::shell;
use crate::shell::Script;
use crate::shell::install::installs_as_user;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "root-user",
        summary: "A container can run as root",
        category: Category::Security,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        yields_to: &[Yield::at_field("privileged-container"), Yield::at_field("host-namespaces")],
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Scripts(check),
};

fn check(pod: Pod<'_>, scripts: &[&Script<'_>], reporter: &mut Reporter<'_>) {
    if pod.is_windows() || pod.has_user_namespace(reporter.kubernetes_version()) {
        return;
    }
    let roots: Vec<_> = pod.containers().filter_map(|it| Some((it, root_cause(it)?))).collect();
    for (is_stated, has_node) in [(true, false), (true, true), (false, false), (false, true)] {
        if !is_stated && assigns_user(pod) {
            continue;
        }
        let is_same = |(container, field): &&(Container<'_>, Field<'_>)| {
            (field.name() == "runAsUser") == is_stated
                && node_access(*container).is_some() == has_node
                && (is_stated || !has_non_root_image(*container))
        };
        let mut same: Vec<_> = roots.iter().filter(is_same).copied().collect();
        // Whatever the order of the containers, the finding names the pod's field, if it counts for one of them.
        same.sort_by_key(|(container, field)| field.parent.id == container.node.id);
        report(&same, is_stated, scripts, reporter);
    }
}

/// Reports containers that run as root for the same reason.
fn report(
    same: &[(Container<'_>, Field<'_>)],
    is_stated: bool,
    scripts: &[&Script<'_>],
    reporter: &mut Reporter<'_>,
) {
    let Some(&(first, field)) = same.first() else { return };
    let name = first.title();
    let message = if is_stated {
        format!("`{name}` runs as root: `runAsUser` is 0")
    } else {
        format!("`{name}` runs as the user of its image, often root: `runAsNonRoot` is not `true`")
    };
    // Most files of a node are for root alone.
    let is_needed = same.iter().all(|(container, _)| needs_root(*container));
    let is_mild = works_on_node(first.pod) || only_prints(first.pod) || is_needed;
    let finding = reporter.report_milder(is_mild, field, message);
    let help = if is_stated {
        "set `runAsNonRoot: true`, and set `runAsUser` to a number above 0 or, if the image sets a numeric user, remove it"
    } else {
        "set `securityContext.runAsNonRoot: true`, and `runAsUser` to a number above 0 unless the image \
             itself sets such a number"
    };
    // Without that, `runtime-install` would report what the container does then.
    let installing = same.iter().find_map(|(container, _)| {
        let script = shell::script_of(scripts, *container)?;
        let command = script.commands().iter().find(|it| installs_as_user(it))?;
        Some((script, *command))
    });
    match installing {
        None if is_needed => {
            finding.help("build the image with rootless BuildKit, or run the builds in a namespace of their own: kaniko needs root");
        }
        Some((script, command)) => {
            let name = script.title(command);
            finding.help(format!(
                "first build an image that contains the software the Job needs, because only root can install packages \
                 with `{name}`; then {help}"
            ));
        }
        None => match same.iter().find(|(container, _)| uses_home_of_root(*container)) {
            Some((container, _)) => {
                let name = container.title();
                finding.help(format!(
                    "first move the files that `{name}` uses out of `/root`, which only root can enter; then {help}"
                ));
            }
            None => _ = finding.help(help),
        },
    }
    if !is_stated {
        finding.condition = Some(no_other_user(first.pod, same));
    }
    let path = if is_stated { "securityContext.runAsUser" } else { "securityContext.runAsNonRoot" };
    if field.parent.id != first.node.id {
        finding.related(
            first.node.field(path),
            if is_stated {
                "this container runs as root"
            } else {
                "this container runs as the user of its image"
            },
        );
    }
    for (container, _) in &same[1..] {
        finding.related(container.node.field(path), "this container can run as root too");
    }
    const EFFECT: &str = "lets root in the container take over its node";
    for (container, _) in same.iter().filter(|(it, _)| it.is_privileged()) {
        finding.related(container.privileged(), EFFECT);
    }
    if first.pod.host_pid().boolean() == Some(true) {
        finding.related(first.pod.host_pid(), EFFECT);
    }
}

/// Returns what must be true of other files, or containers that state no user have one even so.
fn no_other_user(pod: Pod<'_>, containers: &[(Container<'_>, Field<'_>)]) -> Condition {
    // `restricted-v2` gives the containers another user, where nothing asks for more than it allows.
    let account = can_be_assigned_user(pod).then(|| {
        let namespace = pod.job.object.namespace().text().unwrap_or_default();
        let name = pod.account().text().filter(|it| !it.is_empty()).unwrap_or("default");
        (namespace.into(), name.into())
    });
    let images = containers.iter().map(|(it, _)| it.image().text().unwrap_or_default().into());
    Condition::NoOtherUser { account, images: images.collect() }
}

/// Returns the field that gives a container the processes of its node, whatever else root can do: its own finding says
/// what that means.
fn node_access(container: Container<'_>) -> Option<Field<'_>> {
    let fields = [container.privileged(), container.pod.host_pid()];
    fields.into_iter().find(|it| it.boolean() == Some(true))
}
