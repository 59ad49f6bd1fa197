use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::step::Fate;
use crate::shell::syntax::Command;
use crate::shell::traversal::is_file_output;
use crate::text::word_list::has_word;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "write-to-read-only-root",
        summary: "The script writes to a read-only file system",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

/// More writes of a script are not examined.
const MAX_WRITES: usize = 100;

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let container = script.container();
    if container.read_only_root_filesystem().boolean() != Some(true) {
        return;
    }
    // `if touch FILE` asks whether one can write.
    let is_question = |command: &Command<'_>| {
        command.is("touch")
            && script.steps.iter().any(|it| {
                std::ptr::eq(it.command, command) && (it.context.in_condition || it.fate == Fate::Swallowed)
            })
    };
    let writes = script.commands().iter().filter_map(|it| Some((it, written(script, it)?))).take(MAX_WRITES);
    let found: Vec<_> = writes.filter(|it| !is_question(it.0)).collect();
    let Some(((command, path), others)) = found.split_first() else { return };
    let is_short = path.len() <= 60;
    let shown = if is_short { format!("`{path}`") } else { "the path".to_owned() };
    // With `-p` a directory of the image is left as it is, without an error.
    let what = if makes_parents(command) {
        format!("unless the image has {shown}, `mkdir` fails")
    } else {
        format!("the write to {shown} fails")
    };
    let message = format!("{what}: `readOnlyRootFilesystem` is `true`, and no volume is mounted there");
    let directory = path.rsplit_once('/').map_or("/", |it| it.0).to_owned();
    let finding = reporter.report(script.place(command.span), message);
    if directory.is_empty() || !is_short || hides_files(&directory) {
        finding
            .help("write to a directory where a volume is mounted, such as an `emptyDir` with a `sizeLimit`");
    } else {
        finding
            .help(format!("mount an `emptyDir` with a `sizeLimit` at `{directory}`, or write to a volume"));
    }
    for (command, _) in others.iter().take(5) {
        finding.related(script.place(command.span), "this write fails too");
    }
}

/// Returns a path on the root file system that a command writes to.
fn written(script: &Script<'_>, command: &Command<'_>) -> Option<String> {
    let redirected = command.redirections.iter().filter(|it| is_file_output(it.operator, &it.target));
    let made = ["touch", "mkdir", "tee"].iter().any(|it| command.is(it));
    let words = command.arguments();
    // `touch -r OTHER FILE` only reads the other one.
    let is_read = |at: usize| at > 0 && command.is("touch") && words[at - 1].is("-r");
    let arguments = words.iter().enumerate().filter(|(at, _)| made && !is_read(*at)).map(|(_, it)| it);
    let paths = redirected.map(|it| &it.target).chain(arguments).filter_map(|word| word.literal());
    // The kubelet mounts this file too.
    let message = script.container().node.field("terminationMessagePath");
    let is_mounted = |it: &str| is_elsewhere(it) || message.is(it) || script.is_mounted(it);
    let is_made = |it: &str| makes_parents(command) && is_of_every_image(it);
    let mut on_root = paths.filter(|it| it.starts_with('/') && !is_mounted(it) && !is_made(it));
    on_root.next().map(|it| it.into_owned())
}

/// Whether a command is `mkdir -p`, to which a directory that is there already is no error.
fn makes_parents(command: &Command<'_>) -> bool {
    let is_option =
        |it: &str| it == "--parents" || !it.starts_with("--") && it.starts_with('-') && it.contains('p');
    command.is("mkdir") && command.arguments().iter().any(|it| is_option(it.prefix()))
}

/// Whether a directory is in nearly every image that has a shell.
fn is_of_every_image(path: &str) -> bool {
    const DIRECTORIES: &str = "bin dev etc home lib mnt opt proc root run sbin srv sys tmp usr var";
    let path = path.trim_matches('/');
    has_word(DIRECTORIES, path) || ["usr/bin", "usr/local", "var/log", "var/tmp"].contains(&path)
}

/// Whether a path is in a file system that the runtime mounts, or the file that the kubelet does (`makeHostsMount`).
fn is_elsewhere(path: &str) -> bool {
    path == "/etc/hosts" || ["/dev/", "/proc/", "/sys/"].iter().any(|it| path.starts_with(it))
}

/// Whether a directory has files of the image, as far as anyone can tell, which a volume would hide.
fn hides_files(directory: &str) -> bool {
    const OF_IMAGE: &str = "app bin boot etc home lib lib32 lib64 opt root sbin srv usr var";
    const TO_WRITE: [&str; 4] = ["/var/cache", "/var/log", "/var/run", "/var/tmp"];
    let first = directory.split('/').nth(1).unwrap_or_default();
    has_word(OF_IMAGE, first) && !TO_WRITE.iter().any(|it| directory.starts_with(it))
}
