//! Commands that a joined line cannot have as arguments.

use crate::shell::programs::Fact;
use crate::shell::syntax::Command;

/// Programs that nobody names as an argument at the start of a line, each with what its own arguments begin with.
const FOLLOWERS: [(&str, &[&str]); 8] = [
    ("chmod", &["-", "+", "0", "7"]),
    ("cp", &["-", "/"]),
    ("curl", &["-", "http", "$"]),
    ("kill", &["-", "$"]),
    ("mv", &["-", "/"]),
    ("rm", &["-", "/"]),
    ("touch", &["/", "$"]),
    ("wget", &["-", "http", "$"]),
];

/// Parts of the names of programs whose arguments are a command.
const WRAPPERS: [&str; 20] = [
    "await",
    "chroot",
    "docker",
    "entrypoint",
    "env",
    "exec",
    "init",
    "ionice",
    "kubectl",
    "nice",
    "nohup",
    "oc",
    "podman",
    "retry",
    "run",
    "ssh",
    "su",
    "time",
    "wait",
    "xargs",
];

/// Whether a word is a program with its own arguments, and no argument of the command before it.
pub(super) fn is_one(command: &Command<'_>, before: &[&str], next: &str, then: &str) -> bool {
    let is_follower =
        FOLLOWERS.iter().any(|(name, starts)| *name == next && starts.iter().any(|it| then.starts_with(it)));
    let name = command.name().unwrap_or_default();
    let is_wrapper = WRAPPERS.iter().any(|it| if it.len() < 4 { name == *it } else { name.contains(it) });
    // `--`, `--command` and the like take what follows.
    let is_awaited =
        before.contains(&"--") || before.last().is_some_and(|it| it.starts_with('-') && !it.contains('='));
    is_follower && !is_wrapper && !is_awaited && !command.has(Fact::Prints) && !command.is("trap")
}
