//! Results of other programs than dumps, where the options say where they go.

use crate::facts::volume_file::deleted_with_pod;
use crate::manifest::place::Place;
use crate::manifest::workload::{Container, ContainerKind};
use crate::rule::Reporter;
use crate::shell::syntax::Redirection;
use crate::shell::{Invocation, Script};
use crate::text::word_list::has_word;
use crate::value::program::base_name;

/// What an option is called after which a program writes its result.
const OUTPUTS: &str = "-o --out --output --output-file --outfile --report --report-path --result-file";

/// `scan --output /output/scan.json` as the last command of a script.
pub(super) fn report_last(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let Some(last) = script.tree.list.items.last().filter(|it| it.rest.is_empty()) else { return };
    let [command] = last.first.commands.as_slice() else { return };
    if !script.is_work(command) || script.source.caller.is_some() || command.words().is_empty() {
        return;
    }
    let names: Vec<String> = command.words().iter().map(|it| script.resolved(it)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let goes_out = |it: &&Redirection<'_>| {
        matches!(it.operator, ">" | ">|") && !it.span.text(script.text()).starts_with('2')
    };
    let redirected = command.redirections.iter().find(goes_out).map(|it| &it.target);
    let named = || command.words().get(output(&names)?);
    let Some(word) = redirected.or_else(named).filter(|_| !takes_elsewhere(script.container(), &names))
    else {
        return;
    };
    let name = script.resolved(word);
    report_output(
        script.container(),
        &script.title(command),
        option_value(&name),
        script.place(word.span),
        reporter,
    );
}

/// The same without a shell.
pub(super) fn report_program(invocation: &Invocation<'_>, reporter: &mut Reporter<'_>) {
    let words: Vec<&str> = invocation.words.iter().filter_map(|it| it.text()).collect();
    let (at, container) = (invocation.program(), invocation.container);
    let Some(found) = output(&words).filter(|_| !takes_elsewhere(container, &words)) else { return };
    let name = if invocation.commands > 0 { base_name(words[at]) } else { "the program" };
    report_output(container, name, option_value(words[found]), invocation.words[found].into(), reporter);
}

fn report_output(
    container: Container<'_>,
    program: &str,
    path: &str,
    place: Place,
    reporter: &mut Reporter<'_>,
) {
    // What is scratch by its name is not a result.
    const SCRATCH: [&str; 6] = ["tmp", "temp", "cache", "log", "shm", "scratch"];
    let Some((directory, _)) = path.rsplit_once('/').filter(|(above, _)| !above.is_empty()) else { return };
    let lower = path.to_ascii_lowercase();
    let is_scratch = SCRATCH.iter().any(|it| lower.contains(it)) || container.kind != ContainerKind::Main;
    let Some(reason) = deleted_with_pod(container, path).filter(|it| !is_scratch && it.contains("emptyDir"))
    else {
        return;
    };
    let program = if program.starts_with("the ") { program.to_owned() } else { format!("`{program}`") };
    let message = format!(
        "what {program} writes to `{directory}` is lost with the pod: {reason}, and nothing runs afterwards that uploads it"
    );
    let finding = reporter.report(place, message);
    finding.help(
        "replace the `emptyDir` with a PersistentVolumeClaim, or upload the file in the same container",
    );
}

/// Returns the position of the word with the file that an option names for the output.
fn output(words: &[&str]) -> Option<usize> {
    let at =
        words.iter().skip(1).position(|it| has_word(OUTPUTS, it.split('=').next().unwrap_or_default()))? + 1;
    let found = if words[at].contains('=') { at } else { at + 1 };
    words.get(found).filter(|it| option_value(it).starts_with('/')).map(|_| found)
}

/// Returns the value in a word, also after `--output=`.
fn option_value(word: &str) -> &str {
    word.split_once('=').filter(|_| word.starts_with('-')).map_or(word, |(_, value)| value)
}

/// Whether a program may bring its result somewhere else itself: it knows an address or a store.
fn takes_elsewhere(container: Container<'_>, words: &[&str]) -> bool {
    const PLACES: [&str; 12] = [
        "://", "upload", "push", "publish", "bucket", "s3", "gcs", "blob", "webhook", "send", "mail",
        "remote",
    ];
    let is_place = |text: &str| {
        let lower = text.to_ascii_lowercase();
        PLACES.iter().any(|it| lower.contains(it))
    };
    let mut names = container.env().items().filter_map(|it| it.field("name").text());
    words.iter().any(|it| is_place(it))
        || names.any(is_place)
        || container.env_from().items().next().is_some()
}
