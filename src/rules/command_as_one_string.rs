use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Safety};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Invocation;
use crate::shell::Script;
use crate::value::program::{advice_for_line, base_name, is_list_of_words, is_shell};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "command-as-one-string",
        summary: "A whole command line is given instead of a program's name",
        category: Category::Scripts,
        severity: Severity::Error,
        confidence: Confidence::High,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

fn check(invocation: &Invocation<'_>, _: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    let Some((first, text)) = invocation.words.first().and_then(|it| Some((*it, it.text()?))) else { return };
    let line = text.trim();
    let is_open = line.contains("$(") || line.contains("{{") || line.contains("${");
    let is_options = line.starts_with('-');
    if invocation.commands > 0 && line.contains([' ', '\n']) && !is_open && !is_options {
        let program = base_name(line.split_whitespace().next().unwrap_or_default());
        let message = format!(
            "the container never starts: this whole line, not only `{program}`, is treated as the name of the program"
        );
        let finding = reporter.report(first, message);
        // After the script of `sh -c`, further items would only be its arguments.
        finding.help(match (invocation.words.len(), is_list_of_words(line)) {
            (1, _) => advice_for_line(line),
            (_, true) => "write each word as a separate item",
            (_, false) => "put `sh`, `-c` before the line, and move the other items into the line",
        });
        return;
    }
    // `bash "echo a"`: a shell takes its first argument for a file.
    let at = invocation.program() + 1;
    let shell = invocation.word(at - 1).filter(|it| is_shell(it) && invocation.shell.is_none());
    let (Some(shell), Some(node), Some(line)) = (shell, invocation.words.get(at), invocation.word(at)) else {
        return;
    };
    let is_line =
        line.trim().contains([' ', '\n']) && !line.starts_with(['-', '+', '/', '.']) && !line.contains("$(");
    if is_line {
        let shell = base_name(shell);
        let message = format!(
            "`{shell}` treats this whole line as a file name, does not find the file and exits with an error"
        );
        let finding = reporter.report(*node, message);
        finding.help(format!("put `-c` before the line: `{shell}`, `-c`, …"));
        finding.fix("put `-c` before the line", Safety::Unsafe, Edit::insert_item(*node, "-c"));
    }
}
