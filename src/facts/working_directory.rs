//! Which file a path is, by the directory in which a program starts.

use std::borrow::Cow;

use crate::manifest::workload::Container;
use crate::shell::Script;
use crate::shell::step::{Context, Step};
use crate::shell::syntax::{Command, CommandKind};

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
    let directory = directory?.trim_end_matches('/');
    Some(format!("{directory}/{}", path.trim_start_matches("./")))
}

/// Returns the directory in which a command of a script runs, if that is certain.
fn directory<'a>(script: &Script<'a>, step: &Step<'a>) -> Option<Cow<'a, str>> {
    let mut changes =
        script.commands().iter().filter(|it| ["cd", "popd", "pushd"].iter().any(|name| it.is(name)));
    let Some(change) = changes.next() else {
        return script.container().node.field("workingDir").text().map(Cow::Borrowed);
    };
    let is_alone = changes.next().is_none() && change.span.start < step.command.span.start;
    let position = script.steps.iter().find(|it| std::ptr::eq(it.command, *change)).filter(|_| is_alone)?;
    let Context { in_branch, in_loop, in_function, in_substitution, .. } = position.context;
    let ends_before = |it: &&Command<'_>| {
        matches!(it.kind, CommandKind::Subshell(_))
            && it.span.contains(change.span)
            && !it.span.contains(step.command.span)
    };
    let is_left = script.commands().iter().any(ends_before);
    let [target] = change.arguments() else { return None };
    let target = target.literal().filter(|it| it.starts_with('/'))?;
    (!in_branch && !in_loop && !in_function && !in_substitution && !is_left).then_some(target)
}
