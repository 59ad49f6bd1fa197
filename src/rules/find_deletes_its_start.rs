use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Safety};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::own_start::{OwnStart, own_start};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "find-deletes-its-start",
        summary: "A call of `find` deletes the directory that it starts in",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let all: Vec<_> = script.steps.iter().filter_map(|step| Some((step, own_start(step)?))).collect();
    let Some(((step, found), others)) = all.split_first() else { return };
    let start = script.excerpt(found.start.span);
    let number = found.age.span.text(script.text()).replace(['+', '"', '\''], "");
    let number = if number.contains('$') { format!("`{number}`") } else { number };
    let age = format!("{number} {}{}", found.unit, if number == "1" { "" } else { "s" });
    let message = format!(
        "once nothing has been added to `{start}` or removed from it for more than {age}, `find` matches `{start}` itself, and `rm` \
         deletes everything in it"
    );
    let finding = reporter.report(script.name_place(step.command), message);
    finding.help("write `-mindepth 1` after the directory: `find` then matches only what is in it");
    let edit = |it: &OwnStart<'_>| Edit::insert_in_script(script.source, it.after.span, "-mindepth 1 ", true);
    let edits: Result<Vec<_>, _> = all.iter().map(|(_, it)| edit(it)).collect();
    finding.fix("write `-mindepth 1` after the directory", Safety::Unsafe, edits.map(|it| it.concat()));
    others.iter().take(5).for_each(|(step, _)| {
        finding.related(script.name_place(step.command), "this one matches its start too");
    });
}
