use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::lost_variables::LostVariable;
use crate::shell::syntax::CommandKind;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "variable-lost-in-pipeline",
        summary: "A variable that a loop at the end of a pipeline sets keeps its old value",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let Some(LostVariable { name, value, set, part, used }) = script.variable_lost_in_pipeline() else {
        return;
    };
    let value = if value.is_empty() { "empty".to_owned() } else { format!("`{value}`") };
    let message = format!(
        "`${name}` is still {value} here: `{}` at the end of a pipeline runs in a subshell, and what it sets is lost",
        script.title(part)
    );
    let finding = reporter.report(script.place(used.span), message);
    // `< <(command)` would hide a failure of the command.
    let end = if matches!(part.kind, CommandKind::Group(_)) { "}" } else { "done" };
    finding.help(format!(
        "redirect the output of what comes before the last `|` to a file, as in `command > /tmp/list`, and read the file in \
         place of the pipe: `{end} < /tmp/list`{}",
        script.tmp_advice()
    ));
    finding.related(script.place(set), "this value is lost");
}
