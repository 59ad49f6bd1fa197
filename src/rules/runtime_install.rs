use crate::finding::{Confidence, Severity};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::script::Script;
use crate::script::syntax::Command;

pub static RULE: Rule = Rule {
    id: "runtime-install",
    summary: "The Job installs software each time it runs",
    category: Category::Scripts,
    severity: Severity::Info,
    confidence: Confidence::High,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/runtime-install.md"),
    options: &[],
    fix: None,
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let commands = script.commands();
    let found: Vec<_> = commands.iter().filter(|it| installs(it)).collect();
    let Some((first, others)) = found.split_first() else { return };
    let message = format!(
        "each run, and each retry, downloads with `{}`: it depends on a server elsewhere and may get other versions",
        script.title(first)
    );
    let finding = reporter.report(script.name_place(first), message);
    finding.help("build an image that has what the Job needs");
    for command in others.iter().take(5) {
        finding.related(script.name_place(command), "this too");
    }
}

/// The package managers of distributions, which run as root and need its rights.
const MANAGERS: [&str; 8] = ["apt", "apt-get", "apk", "yum", "dnf", "microdnf", "tdnf", "zypper"];

/// Returns the distribution's package manager that a script installs with.
pub fn package_manager(script: &Script<'_>) -> Option<String> {
    let installing = script.commands().iter().filter(|command| installs(command));
    installing.filter_map(|command| command.name()).find(|name| MANAGERS.contains(&&**name)).map(Into::into)
}

fn installs(command: &Command<'_>) -> bool {
    let Some(name) = command.name() else { return false };
    let verb = |wanted: &[&str]| command.arguments().iter().any(|word| wanted.iter().any(|it| word.is(it)));
    let local = command.arguments().iter().any(|word| word.is("--no-index") || word.is("."));
    !local
        && match &*name {
            "apt" | "apt-get" | "yum" | "dnf" | "microdnf" | "zypper" | "gem" | "brew" | "cargo" | "tdnf" => {
                verb(&["install"])
            }
            "apk" => verb(&["add"]),
            "pip" | "pip3" | "pipx" | "go" | "conda" | "mamba" => verb(&["install"]),
            "npm" | "pnpm" | "yarn" => verb(&["install", "add", "i", "ci"]),
            "python" | "python3" => verb(&["pip"]) && verb(&["install"]),
            _ => false,
        }
}
