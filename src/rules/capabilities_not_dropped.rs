use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Node;
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::{Container, Pod};
use crate::rule::{Check, Reporter, Rule};
use crate::shell;
use crate::shell::Script;
use crate::shell::install::package_manager;
use crate::shell::privileges::{needs_privileges, program_with_privileges};
use crate::value::program::base_name;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "capabilities-not-dropped",
        summary: "A container keeps the root privileges that its runtime grants by default",
        category: Category::Security,
        severity: Severity::Info,
        confidence: Confidence::High,
        since: "0.1.0",
        page: include_str!("../../rules/capabilities-not-dropped.md"),
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Scripts(check),
};

fn check(pod: Pod<'_>, scripts: &[&Script<'_>], reporter: &mut Reporter<'_>) {
    let mut keeping = pod.containers().filter(|&it| keeps_some(it) && !pod.is_windows());
    let Some(first) = keeping.next() else { return };
    let message = format!(
        "`{}` keeps the runtime's default capabilities, such as `CHOWN`, `DAC_OVERRIDE` and `SETUID`: \
         `capabilities.drop` does not include `ALL`",
        first.title()
    );
    let finding = reporter.report(first.dropped_capabilities(), message);
    let help = "set `securityContext.capabilities.drop: [ALL]`, and add back what the program needs";
    let others: Vec<_> = keeping.collect();
    let all = std::iter::once(&first).chain(&others);
    let needing = |it: &Container<'_>| program_that_needs_some(*it, shell::script_of(scripts, *it));
    match all.clone().find_map(needing) {
        // It runs as root and changes owners, users or mounts: without these rights it fails.
        Some((program, is_installer)) => {
            let instead = if is_installer { ": build an image that contains what it installs" } else { "" };
            finding.help(format!(
                "{help}; no fix is offered because `{program}` needs some of these capabilities{instead}"
            ));
        }
        None => {
            let edits = Edit::all(all.map(|it| Edit::set(it.dropped_capabilities(), vec!["ALL"])));
            finding.help(help).fix("set `capabilities.drop: [ALL]`", Safety::Unsafe, edits);
        }
    }
    for container in others {
        finding.related(container.dropped_capabilities(), "not dropped here either");
    }
}

/// A privileged container gets them all, whatever it drops; so does one that adds them all.
fn keeps_some(container: Container<'_>) -> bool {
    let mut dropped = container.dropped_capabilities().items().filter_map(Node::text);
    !dropped.any(|it| it.eq_ignore_ascii_case("ALL"))
        && !container.is_privileged()
        && !container.adds_capability("ALL")
}

/// Returns the program of a container that fails as root without capabilities, and whether it installs software.
fn program_that_needs_some(container: Container<'_>, script: Option<&Script<'_>>) -> Option<(String, bool)> {
    if let Some(manager) = script.and_then(package_manager) {
        return Some((manager, true));
    }
    // Another user than root has no capabilities to lose.
    if container.is_non_root() {
        return None;
    }
    let started =
        || container.command_line().filter_map(Node::text).take(MAX_WRAPPED).find(|it| needs_privileges(it));
    let found = script.and_then(program_with_privileges);
    found.or_else(|| started().map(|it| base_name(it).to_owned())).map(|it| (it, false))
}

/// How many words may stand up to the program that a container starts: wrappers, their options and it.
const MAX_WRAPPED: usize = 6;
