//! Commands that install software.

use super::syntax::{Command, Word};
use crate::shell::script::Script;
use crate::value::program::base_name;

/// The package managers of distributions, which run as root and need its rights.
const MANAGERS: [&str; 8] = ["apt", "apt-get", "apk", "yum", "dnf", "microdnf", "tdnf", "zypper"];

/// Returns the distribution's package manager that a script installs with.
pub fn package_manager(script: &Script<'_>) -> Option<String> {
    let installing = script.commands().iter().filter(|command| installs(command));
    let names = installing.filter_map(|command| run_by(command).first()?.literal());
    names.map(|name| base_name(&name).to_owned()).find(|name| MANAGERS.contains(&name.as_str()))
}

/// Returns the words of the program that `exec` or `sudo` starts.
pub fn run_by<'c, 's>(command: &'c Command<'s>) -> &'c [Word<'s>] {
    const WRAPPERS: [&str; 7] = ["exec", "sudo", "command", "nice", "nohup", "env", "time"];
    let words = command.words();
    let is_before = |word: &&Word<'_>| {
        WRAPPERS.iter().any(|it| word.is(it)) || word.prefix().starts_with('-') || word.prefix().contains('=')
    };
    let skipped =
        if WRAPPERS.iter().any(|it| command.is(it)) { words.iter().take_while(is_before).count() } else { 0 };
    &words[skipped..]
}

/// Says whether a command fetches and installs software.
pub fn installs(command: &Command<'_>) -> bool {
    let Some((name, arguments)) = run_by(command).split_first() else { return false };
    let Some(name) = name.literal() else { return false };
    let verb = |wanted: &[&str]| arguments.iter().any(|word| wanted.iter().any(|it| word.is(it)));
    let local = arguments.iter().any(|word| word.is("--no-index") || word.is("."));
    !local
        && match base_name(&name) {
            "apt" | "apt-get" | "yum" | "dnf" | "microdnf" | "zypper" | "gem" | "brew" | "cargo" | "tdnf"
            | "pip" | "pip3" | "pipx" | "go" | "conda" | "mamba" | "poetry" | "pipenv" | "pdm" | "bundle"
            | "composer" => verb(&["install"]),
            "apk" => verb(&["add"]),
            "uv" => verb(&["install", "sync"]),
            "npm" | "pnpm" | "yarn" => verb(&["install", "add", "i", "ci"]),
            "python" | "python3" => verb(&["pip"]) && verb(&["install"]),
            _ => false,
        }
}
