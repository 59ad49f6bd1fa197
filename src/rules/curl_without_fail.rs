use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Safety};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Invocation;
use crate::shell::Script;
use crate::shell::ignored_failures::quits_sidecar;
use crate::shell::notifications::notifies;
use crate::shell::pipeline_readers::needs_input;
use crate::shell::programs::Fact;
use crate::shell::step::{Fate, Step};
use crate::shell::syntax::{AndOr, Command, CommandKind};
use crate::value::program::base_name;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "curl-without-fail",
        summary: "A call with curl succeeds even when the server returns an error",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

fn check(invocation: &Invocation<'_>, script: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    if let Some(script) = script {
        let mut calls: Vec<_> = script.steps.iter().filter(|step| is_unchecked(script, step)).collect();
        // Work that is done is not done again because nobody could be told of it.
        let works = |it: &Step<'_>| script.is_work(it.command) && !notifies(it.command, script.text());
        let done = script.steps.iter().find(|it| works(it)).map(|it| it.command.span.end);
        calls.retain(|it| {
            !notifies(it.command, script.text()) || done.is_none_or(|end| end > it.command.span.start)
        });
        let Some((first, others)) = calls.split_first() else { return };
        let effect = match first.fate {
            _ if first.context.in_loop_condition => "the wait ends as soon as anything responds",
            Fate::Decides if !first.context.in_condition => script.source.effect_of_success(),
            _ if script.output_file(first.command).is_some() => {
                "the script continues with the server's error page in the output file"
            }
            Fate::Piped => "the next command of the pipeline reads the server's error page",
            _ => "the script continues as if the call had succeeded",
        };
        let message = format!("{FACT}, and {effect}");
        let finding = reporter.report(script.name_place(first.command), message);
        let words = calls.iter().filter_map(|step| step.command.words().first());
        let edits = words.map(|it| Edit::insert_in_script(script.source, it.span, " --fail", false));
        let is_ignored = calls.iter().any(|it| it.fate == Fate::Ignored);
        if let Some(ended) = script.ended_by_errexit().filter(|_| is_ignored) {
            let name = script.title(ended);
            finding.help(format!(
                "add `--fail` (`-f`), and write `|| exit 1` after the call; no fix is offered because `set -e` would also end \
                 the script when `{name}` fails, even if the script is meant to continue then"
            ));
        } else if is_ignored && script.text().contains("set +e") {
            finding.help("add `--fail` (`-f`), and write `|| exit 1` after the call: after `set +e` the script continues whatever fails");
        } else if is_ignored {
            // Alone, `--fail` would change a status that nobody looks at.
            finding.help("add `--fail` (`-f`), and write `set -e` at the top: without it the script continues after any failure");
            let edits = edits.chain([Edit::set_option(script, "e")]);
            finding.fix("add `--fail`, and `set -e` at the top", Safety::Unsafe, Edit::all(edits));
        } else {
            let is_piped = calls.iter().any(|it| it.fate == Fate::Piped);
            let advice = script.source.shell.flavour.pipefail_advice();
            let help = if is_piped { format!("add `--fail` (`-f`), and {advice}") } else { HELP.to_owned() };
            finding.help(help);
            finding.fix("add `--fail`", Safety::Unsafe, Edit::all(edits));
        }
        others.iter().for_each(|step| {
            finding.related(script.name_place(step.command), "has no `--fail` either");
        });
        return;
    }
    let at = invocation.program();
    let words: Vec<&str> = (at..invocation.words.len()).filter_map(|it| invocation.word(it)).collect();
    if words.first().is_some_and(|it| base_name(it) == "curl") && ignores_errors(&words[1..], false) {
        let message = format!("{FACT}, and {}", invocation.effect_of_success());
        let finding = reporter.report(invocation.words[at], message);
        finding.help(HELP);
        if let Some(next) = invocation.words.get(at + 1) {
            finding.fix("add `--fail`", Safety::Unsafe, Edit::insert_item(*next, "--fail"));
        }
    }
}

const FACT: &str = "`curl` exits with 0 even when the server returns 404 or 500";
const HELP: &str =
    "add `--fail` (`-f`) or, with curl 7.76 or later, `--fail-with-body`, which keeps the server's message";

fn is_unchecked(script: &Script<'_>, step: &Step<'_>) -> bool {
    // What comes behind it in the pipeline may look at the page, or fail because it is another one than it needs.
    let reader = step.pipeline.commands.last().filter(|last| !std::ptr::eq(*last, step.command));
    let is_seen = reader.is_some_and(|it| it.has(Fact::Reads) || needs_input(it));
    let counts = matches!(
        step.fate,
        Fate::Decides | Fate::Guarded | Fate::Skips | Fate::Ignored | Fate::Checked | Fate::Piped
    ) && !is_seen;
    let words: Vec<_> =
        step.command.arguments().iter().map(|word| word.literal().unwrap_or_default()).collect();
    let words: Vec<&str> = words.iter().map(|it| &**it).collect();
    counts
        && step.command.is("curl")
        && !step.context.in_substitution
        && !step.context.is_failing
        && !quits_sidecar(step.command)
        && ignores_errors(&words, reader.is_some() || !step.command.redirections.is_empty())
        && !step.command.arguments().iter().any(|word| script.may_hold_options(word))
        && script.function("curl").is_none()
        && !script.output_is_read(step.command)
        && !makes_load(script, step.command)
}

/// Whether a call only makes load: it throws the answer away, over and over until a time is up.
fn makes_load(script: &Script<'_>, call: &Command<'_>) -> bool {
    const NOWHERE: &str = "/dev/null";
    let text = script.text();
    let discards = call.arguments().iter().any(|it| it.literal().is_some_and(|it| it.ends_with(NOWHERE)))
        || call.redirections.iter().any(|it| it.target.is(NOWHERE));
    let asks_clock = |it: &AndOr<'_>| {
        let text = it.span().text(text);
        text.contains("date +%s") || text.contains("SECONDS")
    };
    let leaves = |it: &&&Command<'_>| ["break", "exit", "return"].iter().any(|name| it.is(name));
    let repeats = |around: &&Command<'_>| {
        let CommandKind::Loop { condition, .. } = &around.kind else { return false };
        around.span.contains(call.span)
            && condition.items.iter().any(asks_clock)
            && !script.commands().iter().filter(leaves).any(|it| around.span.contains(it.span))
    };
    discards && script.commands().iter().any(repeats)
}

/// Whether curl's arguments ask for a page and do not ask to fail. What `--write-out` prints, somebody may read.
fn ignores_errors(words: &[&str], is_read: bool) -> bool {
    let short =
        |word: &str, letter: char| word.starts_with('-') && !word.starts_with("--") && word.contains(letter);
    let fails = |word: &&str| {
        word.starts_with("--fail") || short(word, 'f') || short(word, 'K') || *word == "--config"
    };
    // Who asks for nothing but the version has no status.
    let asks = |word: &&str| {
        is_read && (short(word, 'w') || *word == "--write-out")
            || short(word, 'V')
            || *word == "--version"
            || *word == "--help"
    };
    let other = |word: &&str| {
        ["ftp://", "sftp://", "file://", "telnet://", "smtp://"].iter().any(|it| word.starts_with(it))
            || word.contains("quitquitquit")
    };
    !words.is_empty() && !words.iter().any(|it| fails(it) || asks(it) || other(it))
}
