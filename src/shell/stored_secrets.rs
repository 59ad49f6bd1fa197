//! Secrets of the cluster that a script stores in files.

use super::file_names::known_start;
use super::step::Step;
use super::syntax::{Command, Part, Redirection, Word};
use super::traversal::{is_file_output, operands_of};
use crate::shell::script::Script;
use crate::text::word_list::has_word;

/// Programs that encrypt, or that store what they get encrypted.
const ENCRYPTING: &str =
    "7z 7za age ansible-vault borg ccrypt duplicity gpg gpg2 kopia kubeseal openssl restic sops zip";

/// Programs that only pass on or compress what they read.
const PASSING: &str = "cat gzip pigz tee xz zstd";

/// Programs that upload a file.
const UPLOADING: &str = "aws az gcloud gsutil mc s3cmd s5cmd scp rsync";

/// Programs that take a file away from where it is.
const TAKING: &str = "mv rclone rm shred unlink";

/// Of a script so many commands are looked at.
const MAX_COMMANDS: usize = 200;

impl<'a> Script<'a> {
    /// Returns the files that stay, in which a script stores whole Secrets, unless it encrypts anything.
    pub fn unencrypted_secrets(&self) -> Vec<&'a Word<'a>> {
        let encrypts = |it: &&Command<'_>| it.name().is_some_and(|it| has_word(ENCRYPTING, &it));
        if self.commands().iter().any(encrypts) {
            return Vec::new();
        }
        let clients = self.steps.iter().filter(|it| it.command.is("kubectl") || it.command.is("oc"));
        let exports = clients.take(MAX_COMMANDS).filter(|it| exports_secrets(self, it.command));
        let files = exports.filter_map(|step| file(self, step)).take(20);
        files.filter(|it| is_kept(self, it)).collect()
    }
}

/// Whether a command prints whole Secrets: `kubectl get secrets -o yaml`, or `kubectl get "$kind" -o yaml` for several kinds.
fn exports_secrets(script: &Script<'_>, command: &Command<'_>) -> bool {
    let words: Vec<String> = command.arguments().iter().map(|it| it.known_text()).collect();
    let mut operands = operands_of(command.arguments()).skip_while(|it| !it.is("get")).skip(1);
    let Some(kind) = operands.next() else { return false };
    // `secrets.akeyless.io` are another kind.
    let is_secret =
        |it: &str| it.split('/').next().is_some_and(|it| has_word("secret secrets secrets.v1", it));
    let listed = match kind.parts.as_slice() {
        [Part::Variable(it)] if it.operator.is_empty() => script.loop_words(it.name),
        _ => None,
    };
    let is_listed =
        listed.is_some_and(|it| it.iter().any(|it| it.literal().is_some_and(|it| is_secret(&it))));
    let kinds = is_listed || kind.known_text().split(',').any(is_secret);
    let is_whole = |it: &str| matches!(it, "yaml" | "json");
    let format = words.iter().enumerate().any(|(at, it)| match it.as_str() {
        "-o" | "--output" => words.get(at + 1).is_some_and(|it| is_whole(it)),
        it => ["-o=", "-o", "--output="].iter().any(|option| it.strip_prefix(option).is_some_and(is_whole)),
    });
    kinds && format
}

/// Returns the file to which a pipeline writes what one of its commands prints, unless others pick something out of it.
fn file<'a>(script: &Script<'a>, step: &Step<'a>) -> Option<&'a Word<'a>> {
    let commands = &step.pipeline.commands;
    let at = commands.iter().position(|it| std::ptr::eq(it, step.command))?;
    let passes = |it: &Command<'_>| it.name().is_some_and(|it| has_word(PASSING, &it));
    let is_output = |it: &&Redirection<'_>| {
        is_file_output(it.operator, &it.target) && !it.span.text(script.text()).starts_with('2')
    };
    let last = commands.last().filter(|_| commands[at + 1..].iter().all(passes))?;
    last.redirections.iter().find(is_output).map(|it| &it.target)
}

/// Whether a file is still there for the next pod, or is uploaded.
fn is_kept(script: &Script<'_>, file: &Word<'_>) -> bool {
    let path = script.resolved(file);
    let start = known_start(&path);
    let uploads = |it: &&Command<'_>| it.name().is_some_and(|it| has_word(UPLOADING, &it));
    let gets = |it: &Command<'_>| it.arguments().iter().take(20).any(|it| script.resolved(it) == path);
    let takes = |it: &&Command<'_>| it.name().is_some_and(|it| has_word(TAKING, &it));
    let is_in = |it: &Word<'_>| {
        let name = script.resolved(it);
        let start = known_start(&name);
        !start.is_empty() && path.starts_with(start)
    };
    if script
        .commands()
        .iter()
        .filter(|it| takes(it))
        .take(50)
        .any(|it| it.arguments().iter().take(20).any(is_in))
    {
        return false;
    }
    !start.is_empty() && script.outlives_pod(start)
        || script.commands().iter().filter(|it| uploads(it)).take(50).any(|it| gets(it))
}
