//! Files on a claim to which each run appends what its work prints.

use crate::facts::volume_file::volume_of;
use crate::facts::working_directory::path_in_script;
use crate::manifest::place::Place;
use crate::manifest::workload::Pod;
use crate::rule::Reporter;
use crate::shell::Script;
use crate::shell::file_names::is_known;
use crate::shell::programs::Fact;
use crate::shell::step::Step;
use crate::shell::syntax::Word;
use crate::shell::traversal::own_words;

/// Of so many commands of a script it is asked what they append to.
const MAX_STEPS: usize = 200;

/// A file to which each run appends.
pub(super) struct Appended<'d> {
    place: Place,
    path: String,
    /// The claim that it is on.
    pub(super) claim: &'d str,
}

/// Finds a file on a claim to which a script appends, if it does nothing else with the file.
pub(super) fn find<'d>(pod: Pod<'d>, scripts: &[&Script<'_>]) -> Option<Appended<'d>> {
    scripts.iter().find_map(|script| {
        script.steps.iter().take(MAX_STEPS).find_map(|step| {
            let word = target(script, step).filter(|_| prints_much(script, step))?;
            let name = script.resolved(word);
            let path = path_in_script(script, step, &name).filter(|_| is_known(&name))?;
            let mount = script.mount_above(&path)?;
            let volume = volume_of(pod, mount.field("name").text()?)?;
            let claim = volume.field("persistentVolumeClaim.claimName").text()?;
            let place = script.place(word.span);
            is_only_appended(script, &name).then_some(Appended { place, path, claim })
        })
    })
}

impl Appended<'_> {
    /// Reports the file.
    pub(super) fn report(self, reporter: &mut Reporter<'_>) {
        let Appended { place, path, claim } = self;
        let message = format!(
            "each run appends to `{path}` on the claim `{claim}`, and nothing in the manifest shortens it: once the volume is full, \
             no run can write to it"
        );
        let help = "leave the output to the log of the container, or write a new file in each run and delete old ones";
        reporter.report(place, message).help(help);
    }
}

/// Returns the word with the file to which a command appends: `>> FILE`, `| tee -a FILE`.
fn target<'a>(script: &Script<'a>, step: &Step<'a>) -> Option<&'a Word<'a>> {
    let command = step.command;
    if command.is("tee") && (command.has_argument("-a") || command.has_argument("--append")) {
        return script.written_file(command);
    }
    let appends = |operator: &str| matches!(operator, ">>" | "&>>");
    let mut found = command.redirections.iter();
    found
        .find(|it| appends(it.operator) && !it.span.text(script.text()).starts_with('2'))
        .map(|it| &it.target)
}

/// Whether what is appended is the output of work, not a line that tells of it: that would take years to fill a volume.
fn prints_much(script: &Script<'_>, step: &Step<'_>) -> bool {
    let first = step.pipeline.commands.first().unwrap_or(step.command);
    // Without a program `exec` redirects all that follows.
    first.is("exec") || !first.has(Fact::Prints) && !first.has(Fact::Trivial) && script.is_work(first)
}

/// Whether commands only append to a file, and do nothing else with it.
fn is_only_appended(script: &Script<'_>, name: &str) -> bool {
    let (mut named, mut appended) = (0, 0);
    for command in script.commands() {
        own_words(command, &mut |word| named += usize::from(script.resolved(word) == *name));
        named -= command.assignments().iter().filter(|it| script.resolved(&it.value) == *name).count();
    }
    for step in &script.steps {
        appended += usize::from(target(script, step).is_some_and(|it| script.resolved(it) == *name));
    }
    named == appended
}
