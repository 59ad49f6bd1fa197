use crate::finding::{Confidence, Severity};
use crate::fix::{Edit, Safety};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::script::Script;
use crate::script::losses::is_quiet;
use crate::script::syntax::{Command, Kind};

pub static RULE: Rule = Rule {
    id: "unforwarded-signal",
    summary: "The shell keeps the signal to end from its program",
    category: Category::Scripts,
    severity: Severity::Info,
    confidence: Confidence::Medium,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/unforwarded-signal.md"),
    options: &[],
    fix: Some(Safety::Unsafe),
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let (items, shell) = (&script.tree.list.items, script.source.shell);
    let shared = script.container().pod.spec.field("shareProcessNamespace").boolean() == Some(true);
    let traps = script.commands().iter().any(|it| it.is("trap") || it.is("exec"));
    // What another script defines may be a function, which `exec` does not find.
    let is_plain = shell.first && !shared && !traps && items.len() > 1 && script.sets().is_some();
    let Some(last) = items.last().filter(|_| is_plain) else { return };
    let [command] = last.first.commands.as_slice() else { return };
    let is_last = last.rest.is_empty() && !last.background && matches!(command.kind, Kind::Simple { .. });
    let defines = |it: &&Command<'_>| matches!(&it.kind, Kind::Function { name, .. } if command.is(name));
    if !is_last
        || command.name().is_none()
        || !script.is_work(command)
        || is_quiet(command)
        || script.commands().iter().any(defines)
    {
        return;
    }
    // `bash -c` starts the last command in its own place (`execute_cmd.c`, `evalstring.c`); `dash` and BusyBox do not.
    if shell.name == "bash" && command.redirections.is_empty() {
        return;
    }
    let name = script.title(command);
    let message = format!(
        "when the pod is to end, SIGTERM goes to `{}` and not to `{name}`, which is killed after the grace period",
        shell.name
    );
    let finding = reporter.report(script.name_place(command), message);
    finding.help(format!("write `exec` before `{name}`: it takes the shell's place and gets the signal"));
    if let Some(word) = command.words().first().filter(|_| command.assignments().is_empty()) {
        let edits = Edit::insert_in_script(script.source, word.span, "exec ", true);
        finding.fix(format!("write `exec` before `{name}`"), Safety::Unsafe, edits);
    }
}
