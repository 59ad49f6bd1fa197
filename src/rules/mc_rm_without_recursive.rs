use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::syntax::{Command, Part, Word};
use crate::text::word_list::has_word;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "mc-rm-without-recursive",
        summary: "A call of `mc rm` does not delete what is below its prefix",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    for step in &script.steps {
        let Some(missing) = missing_flags(script, step.command) else { continue };
        let message = match missing {
            "--force" => {
                "`mc rm` deletes nothing and exits with 1: with these flags it also requires `--force`"
            }
            _ => {
                "`mc rm` deletes none of the objects below this prefix: it does that only with `--recursive` and `--force`"
            }
        };
        reporter.report(script.name_place(step.command), message).help(format!("add `{missing}`"));
    }
}

/// Returns the flags without which `mc rm` refuses to do anything (`cmd/rm-main.go`).
fn missing_flags<'a>(script: &Script<'a>, command: &'a Command<'a>) -> Option<&'static str> {
    let words = command.arguments();
    if !command.is("mc") && !command.is("mcli") || words.iter().any(|it| script.may_hold_options(it)) {
        return None;
    }
    let at = words.iter().position(|it| it.is("rm"))?;
    // What stands before the verb is a flag, or its value.
    let is_verb = words[..at].iter().all(|it| it.prefix().starts_with('-') || it.prefix().contains('/'));
    let given = &words[at + 1..];
    let has = |names: &str| given.iter().any(|it| has_word(names, it.prefix()));
    if !is_verb || has("--purge --help -h") {
        return None;
    }
    let is_forced = has("--force");
    if has("--recursive -r --versions --stdin") {
        return (!is_forced).then_some("--force");
    }
    let ends =
        |it: &Word<'_>| matches!(it.parts.last(), Some(Part::Text { text, .. }) if text.ends_with('/'));
    let is_prefix = given.iter().any(|it| !it.prefix().starts_with(['-', '.', '/']) && ends(it));
    is_prefix.then_some(if is_forced { "--recursive" } else { "--recursive --force" })
}
