use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::exits::ScriptExit;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "reserved-exit-code",
        summary: "The script exits with a code that already means something else",
        category: Category::Scripts,
        severity: Severity::Info,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let text = script.text();
    let looks_for_programs =
        ["command -v", "hash ", "type ", "which ", " -x "].iter().any(|it| text.contains(it));
    let handles_signals = script.commands().iter().any(|it| it.is("trap"));
    // A script that looks for a program can say that it is missing, and a handler can end as the signal would have ended it.
    let is_meant = |code: i64| match code {
        126 | 127 => looks_for_programs,
        _ => code > 128 && handles_signals,
    };
    let exits = script.exits();
    for ScriptExit { command, code, .. } in
        exits.iter().filter(|it| (126..=165).contains(&it.code) && !is_meant(it.code))
    {
        let meaning = match code {
            126 => "that a command cannot be executed".to_owned(),
            127 => "that a command is not found".to_owned(),
            128 => "that the container runtime could not start the container".to_owned(),
            137 => "that a process was killed by SIGKILL, for example when memory ran out".to_owned(),
            143 => "that a process was ended by SIGTERM, for example when its pod was deleted".to_owned(),
            _ => format!("that a process was ended by signal {}", code - 128),
        };
        let finding = reporter.report(
            script.place(command.span),
            format!(
                "this failure can be mistaken for another one: \
                exit code {code} normally means {meaning}"
            ),
        );
        finding.help("use a number from 1 to 125 for errors that the script itself detects");
    }
}
