use crate::finding::{Confidence, Severity};
use crate::fix::{Edit, Safety};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::script::flow::{Fate, Step};
use crate::script::losses::quits_sidecar;
use crate::script::syntax::Command;
use crate::script::{Invocation, Script, base_name};

pub static RULE: Rule = Rule {
    id: "curl-without-fail",
    summary: "A call with curl succeeds when the server answers with an error",
    category: Category::Scripts,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/curl-without-fail.md"),
    options: &[],
    fix: Some(Safety::Unsafe),
    check: Check::Invocation(check),
};

fn check(invocation: &Invocation<'_>, script: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    if let Some(script) = script {
        let calls: Vec<_> = script.steps.iter().filter(|step| is_unchecked(step)).collect();
        let Some((first, others)) = calls.split_first() else { return };
        let finding = reporter.report(script.name_place(first.command), MESSAGE);
        finding.help(HELP);
        let words = calls.iter().filter_map(|step| step.command.words().first());
        let edits = words.map(|it| Edit::insert_in_script(script.source, it.span, " --fail", false));
        finding.fix("add `--fail`", Safety::Unsafe, Edit::all(edits));
        others.iter().for_each(|step| {
            finding.related(script.name_place(step.command), "this one too");
        });
        return;
    }
    let at = invocation.program();
    let words: Vec<&str> = (at..invocation.words.len()).filter_map(|it| invocation.word(it)).collect();
    if words.first().is_some_and(|it| base_name(it) == "curl") && ignores_errors(&words[1..]) {
        let finding = reporter.report(invocation.words[at], MESSAGE);
        finding.help(HELP);
        if let Some(next) = invocation.words.get(at + 1) {
            finding.fix("add `--fail`", Safety::Unsafe, Edit::insert_item(*next, "--fail"));
        }
    }
}

const MESSAGE: &str =
    "`curl` exits 0 when the server answers with 404 or 500, and the Job counts that as a success";
const HELP: &str = "add `--fail` (`-f`), or `--fail-with-body` to see what the server says";

fn is_unchecked(step: &Step<'_>) -> bool {
    let looks = |it: &Command<'_>| {
        ["grep", "jq", "awk", "sed", "head", "python", "python3", "xargs"].iter().any(|name| it.is(name))
    };
    let counts = matches!(step.fate, Fate::Decides | Fate::Guarded | Fate::Lost | Fate::Checked)
        || step.fate == Fate::Piped && !step.pipeline.commands.last().is_some_and(looks);
    let words: Vec<_> =
        step.command.arguments().iter().map(|word| word.literal().unwrap_or_default()).collect();
    let words: Vec<&str> = words.iter().map(|it| &**it).collect();
    counts
        && step.command.is("curl")
        && !step.context.in_substitution
        && !quits_sidecar(step.command)
        && ignores_errors(&words)
}

/// Says whether curl's arguments ask for a page and do not ask to fail.
fn ignores_errors(words: &[&str]) -> bool {
    let short =
        |word: &str, letter: char| word.starts_with('-') && !word.starts_with("--") && word.contains(letter);
    let fails = |word: &&str| {
        word.starts_with("--fail") || short(word, 'f') || short(word, 'K') || *word == "--config"
    };
    // Who asks for the status looks at it; who asks for nothing but the version has none.
    let asks = |word: &&str| {
        short(word, 'w')
            || *word == "--write-out"
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
