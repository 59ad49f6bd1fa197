//! Dumps that a script writes together with the messages about them: `pg_dump -v 2>&1 | gzip > dump.gz`.

use super::step::Step;
use super::syntax::{Command, Pipeline, Word};
use crate::shell::dumps::writes_dump_to_output;
use crate::shell::script::Script;
use crate::text::span::Span;
use crate::text::word_list::has_word;

/// Programs that pass on all that they read, in whatever form: others may leave messages out.
const PASSING: &str = "7z age aws az azcopy bzip2 cat dd gcloud gpg gpg2 gsutil gzip lbzip2 lz4 lzop mbuffer mc openssl pbzip2 pigz pv \
    rclone s3cmd s5cmd split tee xz zstd";

/// Where a stream goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    /// To the next command of the pipeline, or where the script's own output goes.
    Output,
    /// To the script's own standard error.
    Errors,
    /// To the file that a redirection names.
    File(u32),
}

impl<'a> Script<'a> {
    /// Returns the place of the redirection that sends the messages of a dump to where the dump goes.
    pub fn messages_in_dump(&self, step: &Step<'a>) -> Option<Span> {
        let (command, commands) = (step.command, &step.pipeline.commands);
        if !writes_dump_to_output(&command.name()?, command.arguments()) {
            return None;
        }
        let at = commands.iter().position(|it| std::ptr::eq(it, command))?;
        let rest = &commands[at + 1..];
        let passes = |it: &Command<'_>| it.name().is_some_and(|name| has_word(PASSING, &name));
        let (out, err, span) = self.streams(command);
        match (out, err) {
            (Target::File(start), Target::File(other)) if start == other => {
                let file = command.redirections.iter().find(|it| it.span.start == start)?;
                let name = self.resolved(&file.target);
                let is_log =
                    name.starts_with("/dev/") || name.starts_with("/proc/") || name.ends_with(".log");
                span.filter(|_| rest.is_empty() && !is_log)
            }
            (Target::Output, Target::Output) if !rest.is_empty() && rest.iter().all(passes) => span,
            (Target::Output, Target::Errors) if !rest.is_empty() && rest.iter().all(passes) => {
                self.joined_by_pipe(step.pipeline, at)
            }
            _ => None,
        }
    }

    /// Returns where both streams of a command go, and the redirection that has sent one of them after the other.
    fn streams(&self, command: &Command<'_>) -> (Target, Target, Option<Span>) {
        let (mut out, mut err, mut span) = (Target::Output, Target::Errors, None);
        for it in &command.redirections {
            let text = it.span.text(self.text());
            let descriptor = &text[..text.find(['<', '>', '&']).unwrap_or_default()];
            let file = Target::File(it.span.start);
            let is = |name: &str| it.target.is(name);
            match (it.operator, descriptor) {
                (">&", "2") if is("1") => (err, span) = (out, Some(it.span)),
                (">&", "" | "1") if is("2") => out = err,
                (">" | ">>" | ">|", "" | "1") => out = file,
                (">" | ">>" | ">|", "2") => err = file,
                ("&>" | "&>>", _) | (">&", "") => (out, err, span) = (file, file, Some(it.span)),
                _ => {}
            }
        }
        (out, err, span)
    }

    /// Returns where `|&` stands after a command of a pipeline.
    fn joined_by_pipe(&self, pipeline: &Pipeline<'_>, at: usize) -> Option<Span> {
        let (start, end) = (pipeline.commands[at].span.end, pipeline.commands.get(at + 1)?.span.start);
        let found = Span { start, end }.text(self.text()).find("|&")? + start as usize;
        Some(Span::new(found, found + 2))
    }
}

/// Whether a program that makes a dump tells what it does in each run.
pub fn reports_progress(name: &str, arguments: &[Word<'_>]) -> bool {
    let has_letter = |(at, it): (usize, &Word<'_>)| match it.prefix().strip_prefix('-') {
        Some(letters) => !letters.starts_with('-') && letters.contains('v'),
        // The first word of `tar` needs no dash.
        None => at == 0 && it.prefix().contains('v'),
    };
    name == "mongodump" && !arguments.iter().any(|it| it.is("--quiet"))
        || arguments.iter().any(|it| it.is("--verbose") || it.is("-v"))
        || name == "tar" && arguments.iter().enumerate().any(has_letter)
}
