use crate::finding::{Confidence, Severity};
use crate::rule::{Category, Check, Reporter, Rule};
use crate::script::flow::Step;
use crate::script::syntax::{Command, Word};
use crate::script::{Script, base_name, is_shell};

pub static RULE: Rule = Rule {
    id: "runtime-install",
    summary: "The Job installs software each time it runs",
    category: Category::Scripts,
    severity: Severity::Info,
    confidence: Confidence::High,
    since: "0.1.0",
    page: include_str!("../../rules/runtime-install.md"),
    check: Check::Script(check),
    ..Rule::DEFAULT
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let mut found: Vec<_> = script.commands().iter().copied().filter(|it| installs(it)).collect();
    let piped = script.steps.iter().filter(|it| runs_download(it)).map(|it| it.command);
    found.extend(piped);
    found.sort_by_key(|it| it.span.start);
    let Some((first, others)) = found.split_first() else { return };
    let name = run_by(first).first().and_then(Word::literal).unwrap_or_default();
    let message = format!(
        "each run, and each retry, downloads with `{}`: it depends on a server elsewhere and may get other versions",
        base_name(&name)
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
    let names = installing.filter_map(|command| run_by(command).first()?.literal());
    names.map(|name| base_name(&name).to_owned()).find(|name| MANAGERS.contains(&name.as_str()))
}

/// Returns the words of the program that `exec` or `sudo` starts.
fn run_by<'c, 's>(command: &'c Command<'s>) -> &'c [Word<'s>] {
    const WRAPPERS: [&str; 7] = ["exec", "sudo", "command", "nice", "nohup", "env", "time"];
    let words = command.words();
    let is_before = |word: &&Word<'_>| {
        WRAPPERS.iter().any(|it| word.is(it)) || word.prefix().starts_with('-') || word.prefix().contains('=')
    };
    let skipped =
        if WRAPPERS.iter().any(|it| command.is(it)) { words.iter().take_while(is_before).count() } else { 0 };
    &words[skipped..]
}

fn installs(command: &Command<'_>) -> bool {
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

/// `curl … | bash`
fn runs_download(step: &Step<'_>) -> bool {
    let downloads = step.command.is("curl") || step.command.is("wget");
    let runs = |it: &Command<'_>| it.name().is_some_and(|name| is_shell(&name)) && !it.has_argument("-c");
    downloads && step.pipeline.commands.last().is_some_and(runs)
}
