mod output;

use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::volume_file::deleted_with_pod;
use crate::facts::working_directory::path_in_script;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::dumps::{DUMPS, path_in};
use crate::shell::file_names::known_start;
use crate::shell::programs::Fact;
use crate::shell::step::Step;
use crate::shell::syntax::Word;
use crate::shell::{Invocation, Script};
use crate::text::word_list::has_word;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "result-lost-with-pod",
        summary: "A dump, archive or report is written to a place that is deleted with the pod",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

/// Commands after a dump that only look at files, or change what is known of them.
const LOOKING: &str =
    "[ cat chmod chown du echo head ls md5sum mkdir rm sha256sum sleep stat sync tail test wc";

/// Directories of the image that a volume would hide from the programs.
const HIDDEN_BY_MOUNT: [&str; 12] = [
    "/bin",
    "/etc",
    "/home",
    "/lib",
    "/opt",
    "/root",
    "/sbin",
    "/tmp",
    "/usr",
    "/usr/local",
    "/var",
    "/var/lib",
];

/// Commands that write files, and upload none.
const WRITING: &str = "7z 7za bzip2 cp dd find gzip install ln mv pax pigz split tar tee xz zip zstd";

fn check(invocation: &Invocation<'_>, script: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    match script {
        Some(script) if report_dump(script, reporter) => {}
        Some(script) => output::report_last(script, reporter),
        None => output::report_program(invocation, reporter),
    }
}

/// Reports a dump or an archive that is lost; returns whether there is one.
fn report_dump(script: &Script<'_>, reporter: &mut Reporter<'_>) -> bool {
    let results = script.steps.iter().filter_map(|step| Some((step, script.dump_file(step)?)));
    // What is below a link is elsewhere.
    if script.steps.iter().any(|it| it.command.is("ln") && takes(script, it)) {
        return false;
    }
    for (step, word) in results.take(20) {
        let Some(path) = place(script, step, word) else { continue };
        let path = path.as_str();
        let Some(reason) = deleted_with_pod(script.container(), path) else { continue };
        let mut later = script.steps.iter().filter(|it| it.command.span.start > step.command.span.start);
        if later.any(|it| !std::ptr::eq(it.pipeline, step.pipeline) && takes(script, it)) {
            continue;
        }
        let name = script.title(step.command);
        let makes_directory = step.command.is("pg_basebackup") || step.command.is("mongodump");
        let known = known_start(path);
        let above = known.rsplit_once('/').map(|(above, _)| above).filter(|above| !above.is_empty());
        let directory = above.filter(|_| !makes_directory || known != path).unwrap_or(known);
        let message = format!(
            "what `{name}` writes to `{directory}` is lost with the pod: {reason}, and no later command uploads it"
        );
        let finding = reporter.report(script.place(word.span), message);
        let mount = if reason.contains("emptyDir") {
            "replace the `emptyDir` with a PersistentVolumeClaim".to_owned()
        } else if (above.is_some() || makes_directory) && !HIDDEN_BY_MOUNT.contains(&directory) {
            format!("mount a PersistentVolumeClaim at `{directory}`")
        } else {
            "write the file to a PersistentVolumeClaim".to_owned()
        };
        finding.help(format!("{mount}, or upload the file in the same script"));
        return true;
    }
    false
}

/// Returns the path that a word of a command names, from the root directory, if its beginning is known.
fn place<'a>(script: &Script<'a>, step: &Step<'a>, word: &Word<'_>) -> Option<String> {
    let text = script.resolved(word);
    let path = path_in(&text);
    path_in_script(script, step, path)
        .filter(|_| !known_start(path).is_empty() && !path.starts_with(['~', '-']))
}

/// Whether a later command may take a file away: anything but what works on files here, and that too where it writes to a
/// place that stays, or to one that is not known.
fn takes<'a>(script: &Script<'a>, step: &Step<'a>) -> bool {
    let (command, arguments) = (step.command, step.command.arguments());
    let Some(name) = command.name() else { return !command.words().is_empty() };
    let stays = |word: &Word<'_>| match place(script, step, word) {
        Some(path) => !path.starts_with("/dev/") && deleted_with_pod(script.container(), &path).is_none(),
        // The image can start in a directory that is mounted.
        None => has_lasting_mount(script),
    };
    let is_named = |word: &&Word<'_>| path_in(&script.resolved(word)).starts_with('/');
    let writes = command.redirections.iter().filter(|it| matches!(it.operator, ">" | ">>" | ">|"));
    if writes
        .map(|it| &it.target)
        .any(|it| !it.is("/dev/null") && it.literal().is_none_or(|it| !is_number(&it)) && stays(it))
    {
        return true;
    }
    let is_dump = has_word(DUMPS, &name);
    match &*name {
        "cp" | "install" | "mv" => {
            let is_target = |it: &&Word<'_>| it.is("-t") || it.prefix().starts_with("--target-directory");
            match arguments.iter().position(|it| is_target(&it)) {
                Some(at) if arguments[at].prefix().contains('=') => stays(&arguments[at]),
                Some(at) => arguments.get(at + 1).is_some_and(stays),
                None => arguments.last().is_some_and(stays),
            }
        }
        _ if has_word(LOOKING, &name) => false,
        _ if is_dump || has_word(WRITING, &name) => {
            match script.dump_file(step).or_else(|| script.written_file(command)) {
                Some(word) => stays(word),
                None => arguments.iter().filter(is_named).any(stays),
            }
        }
        _ => !command.has(Fact::Trivial),
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|it| it.is_ascii_digit())
}

/// Whether a volume of the container is still there for the next pod.
fn has_lasting_mount(script: &Script<'_>) -> bool {
    let mounts = script.container().volume_mounts().items();
    mounts
        .filter_map(|it| it.field("mountPath").text())
        .any(|it| deleted_with_pod(script.container(), it).is_none())
}
