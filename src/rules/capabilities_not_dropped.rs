use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Node;
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::{Container, Pod, plain_capability};
use crate::rule::{Check, Reporter, Rule};
use crate::shell;
use crate::shell::PodContext;
use crate::shell::Script;
use crate::shell::install::package_manager;
use crate::shell::privileges::{
    needed_capabilities, needs_privileges, program_on_files, program_with_privileges, works_on_files,
};
use crate::text::phrases;
use crate::value::program::base_name;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "capabilities-not-dropped",
        summary: "A container keeps the root privileges that its runtime grants by default",
        category: Category::Security,
        severity: Severity::Info,
        confidence: Confidence::High,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Scripts(check),
};

fn check(pod: Pod<'_>, scripts: &[&Script<'_>], reporter: &mut Reporter<'_>) {
    let mut keeping = pod.containers().filter(|&it| keeps_some(it) && !pod.is_windows());
    let Some(first) = keeping.next() else { return };
    let message =
        format!("`{}` keeps {}: `capabilities.drop` does not include `ALL`", first.title(), kept(first));
    let finding = reporter.report(first.dropped_capabilities(), message);
    let help = "set `securityContext.capabilities.drop: [ALL]`, and add back what the program needs";
    let others: Vec<_> = keeping.collect();
    let all = std::iter::once(&first).chain(&others);
    let context = PodContext::new(pod);
    let needing = |it: &Container<'_>| program_that_needs_some(*it, shell::script_of(scripts, *it), &context);
    match all.clone().find_map(needing) {
        // It runs as root and changes owners, users or mounts: without these rights it fails.
        Some((program, need)) => {
            finding.help(format!("{help}; no fix is offered because `{program}` {need}"));
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

/// Capabilities that every runtime grants by default.
const COMMON: [&str; 7] = ["CHOWN", "DAC_OVERRIDE", "SETUID", "SETGID", "FOWNER", "KILL", "SETPCAP"];

/// Says what a container keeps, with the first few that it does not drop by name.
fn kept(container: Container<'_>) -> String {
    let dropped = || container.dropped_capabilities().items().filter_map(Node::text).map(plain_capability);
    let is_kept = |name: &&str| !dropped().any(|it| it.eq_ignore_ascii_case(name));
    let examples: Vec<_> =
        COMMON.iter().copied().filter(is_kept).take(3).map(|it| format!("`{it}`")).collect();
    let other = if dropped().next().is_some() { "other " } else { "" };
    let such_as =
        if examples.is_empty() { String::new() } else { format!(", such as {}", phrases::list(&examples)) };
    format!("the runtime's {other}default capabilities{such_as}")
}

/// A privileged container gets them all, whatever it drops; so does one that adds them all.
fn keeps_some(container: Container<'_>) -> bool {
    let mut dropped = container.dropped_capabilities().items().filter_map(Node::text);
    !dropped.any(|it| it.eq_ignore_ascii_case("ALL"))
        && !container.is_privileged()
        && !container.adds_capability("ALL")
}

/// Returns the program of a container that fails as root without capabilities, and what it needs.
fn program_that_needs_some(
    container: Container<'_>,
    script: Option<&Script<'_>>,
    context: &PodContext<'_>,
) -> Option<(String, String)> {
    if let Some(manager) = script.and_then(package_manager) {
        let need = "needs some of these capabilities: build an image that contains what it installs";
        return Some((manager, need.to_owned()));
    }
    let started = |is_one: fn(&str) -> bool| {
        let mut words = container.command_line().filter_map(Node::text).take(MAX_WRAPPED);
        words.find(|it| is_one(it)).map(|it| base_name(it).to_owned())
    };
    let with_privileges = script.and_then(program_with_privileges).or_else(|| started(needs_privileges));
    // Another user than root has no capabilities to lose, except through a program that gives them to everyone.
    let is_lost = |it: &String| !container.is_non_root() || matches!(it.as_str(), "su" | "sudo");
    if let Some(program) = with_privileges.filter(is_lost) {
        let need = format!("needs {}", needed_capabilities(&program));
        return Some((program, need));
    }
    if container.is_non_root() {
        return None;
    }
    let mut names = container.volume_mounts().items().filter_map(|it| it.field("name").text());
    // What others have left there can be closed to all but them.
    names.find(|it| context.has_lasting_volume(it))?;
    let program = script.and_then(program_on_files).or_else(|| started(works_on_files))?;
    let need = "can need `DAC_OVERRIDE` for files of other users in the mounted volumes";
    Some((program, need.to_owned()))
}

/// How many words may stand up to the program that a container starts: wrappers, their options and it.
const MAX_WRAPPED: usize = 6;
