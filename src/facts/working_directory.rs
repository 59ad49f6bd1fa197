//! Which file a path is, by the directory in which a program starts.

use crate::manifest::workload::Container;
use crate::shell::Script;
use crate::shell::file_names::is_known;
use crate::shell::step::{Context, Step};
use crate::shell::syntax::{Command, CommandKind};

/// Of so many changes of the directory each is followed.
const MAX_CHANGES: usize = 20;

/// Returns a path that a container starts from the root directory, if the directory that it starts from is known.
pub(crate) fn path_in_container(container: Container<'_>, path: &str) -> Option<String> {
    absolute(path, container.node.field("workingDir").text())
}

/// Does the same for a path in a command of a script.
pub(crate) fn path_in_script<'a>(script: &Script<'a>, step: &Step<'a>, path: &str) -> Option<String> {
    if path.starts_with('/') {
        Some(path.to_owned())
    } else {
        absolute(path, directory(script, step).as_deref())
    }
}

fn absolute(path: &str, directory: Option<&str>) -> Option<String> {
    if path.starts_with('/') {
        return Some(path.to_owned());
    }
    let mut directory = directory?.trim_end_matches('/');
    let mut path = path.trim_start_matches("./");
    while let Some(rest) = path.strip_prefix("../") {
        directory = directory.rsplit_once('/')?.0;
        path = rest.trim_start_matches("./");
    }
    Some(format!("{directory}/{path}"))
}

/// Returns the directory in which a command of a script runs, if that is certain.
fn directory<'a>(script: &Script<'a>, step: &Step<'a>) -> Option<String> {
    let mut directory = script.container().node.field("workingDir").text().map(str::to_owned);
    let is_change = |it: &&Step<'_>| ["cd", "popd", "pushd"].iter().any(|name| it.command.is(name));
    for change in script.steps.iter().filter(is_change).take(MAX_CHANGES) {
        if is_left(script, change, step) {
            continue;
        }
        let Context { in_branch, in_loop, in_function, in_substitution, .. } = change.context;
        if in_function || change.command.span.start > step.command.span.start {
            // A loop or a call may come here again.
            if in_function || step.context.in_loop || step.context.in_function {
                return None;
            }
            continue;
        }
        let target = match change.command.arguments() {
            [target] if change.command.is("cd") => Some(script.resolved(target)),
            _ => None,
        };
        let is_certain = !in_branch && !in_loop && !in_substitution && !change.context.is_guarded;
        let target = target.filter(|it| is_certain && is_known(it) && !it.starts_with(['~', '-']));
        directory = target.filter(|it| !it.is_empty()).and_then(|it| absolute(&it, directory.as_deref()));
    }
    directory
}

/// Whether a change of the directory ends with a subshell before a command runs.
fn is_left<'a>(script: &Script<'a>, change: &Step<'a>, step: &Step<'a>) -> bool {
    let ends_before = |it: &&Command<'_>| {
        matches!(it.kind, CommandKind::Subshell(_))
            && it.span.contains(change.command.span)
            && !it.span.contains(step.command.span)
    };
    script.commands().iter().any(ends_before)
}
