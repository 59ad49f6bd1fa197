//! Failures that the shell never gets to see, or takes for a test that is false.

use crate::rule::Reporter;
use crate::shell::Script;

/// Reports them.
pub(super) fn report(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    if let Some((find, program)) = script.unnoticed_by_find() {
        let name = script.excerpt(program.span);
        let message =
            format!("when `{name}` fails, `find` still exits with 0: it ignores what `-exec … \\;` returns");
        let finding = reporter.report(script.place(program.span), message);
        finding.help(format!(
            "end `-exec` with `+` if `{name}` accepts several files, as in `-exec {name} {{}} +`: `find` then fails too"
        ));
        finding.related(script.name_place(find), "exits with 0 unless it cannot read a directory");
    }
    if let Some((work, other)) = script.unnoticed_choice() {
        let (name, other_name) = (script.title(work), script.title(other));
        let message = format!(
            "when `{name}` fails, `{other_name}` runs as well, and only its exit status counts: `&& … ||` is not an `if`"
        );
        let finding = reporter.report(script.name_place(work), message);
        finding.help("write `if …; then …; else …; fi`");
        finding.related(script.name_place(other), "runs after that failure too");
    }
}
