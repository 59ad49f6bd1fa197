//! Failures that a script expects and handles itself: `set -e` or `pipefail` would end it before it does.

use std::cell::OnceCell;

use super::flow::steps;
use super::gnu_options::refused_by_busybox;
use super::ignored_failures::{is_quiet, is_within};
use super::install::installs_as_user;
use super::made_files::MadeFiles;
use super::programs::Fact;
use super::rotations::renames;
use super::status_use::{StatusUse, begins_with_status, can_fail};
use super::step::{Fate, Step};
use super::syntax::{AndOr, Command, CommandKind, Operator, Word, has_short_option, has_start};
use super::traversal::{is_trivial, lists_of};
use crate::shell::Flavour;
use crate::shell::script::Script;
use crate::text::span::Span;
use crate::text::word_list::has_word;
use crate::value::program::ShellOptions;

/// What a command says by its status.
const IS_ANSWER: &str = "which can be an answer instead of an error";

impl<'a> Script<'a> {
    /// Returns a command after whose failure the script is meant to continue, and at which `set -e` would end it:
    /// `fetch; if [ $? -ne 0 ]`, `id=$(find-id); if [ -z "$id" ]`, `count=$(grep -c full log)`.
    pub fn ended_by_errexit(&self) -> Option<&'a Command<'a>> {
        self.expected_failure().map(|it| it.0)
    }

    /// Returns the same, with what makes the failure one that the script is meant to survive: half a sentence.
    pub fn expected_failure(&self) -> Option<(&'a Command<'a>, &'static str)> {
        let options = ShellOptions { errexit: true, ..self.source.shell.options };
        let steps = steps(self.tree, options, self.source.drops_errexit());
        let looked_at = self.looked_at_assignments();
        // Of many renames the first is looked at, as a script that rotates begins with it.
        let rename =
            self.commands().iter().find(|it| renames(it)).filter(|it| self.renames_earlier_result(it));
        let made = OnceCell::new();
        let is_own = |step: &Step<'a>| {
            let made: &MadeFiles = made.get_or_init(|| MadeFiles::of(self, &steps));
            made.are_deleted_by(self, step)
        };
        let is_rename = |command: &Command<'_>| rename.is_some_and(|it| it.span == command.span);
        let ends = |step: &Step<'a>| {
            let is_end_of_function = step.context.in_function && step.fate == Fate::Checked;
            let is_asked = step.context.in_substitution && is_within(&looked_at, step.command.span);
            let counts = (step.fate == Fate::Guarded || is_end_of_function)
                && !step.context.in_condition
                && !step.context.is_failing;
            if !counts {
                None
            } else if answers(step.command) {
                Some(IS_ANSWER)
            } else if is_hushed(step.command, self.text()) && is_harmless(step.command) {
                Some("and the script hides its errors")
            } else if fails_if_done(step.command) && !is_own(step) {
                Some("as it does if an earlier run has done the same")
            } else if is_rename(step.command) {
                Some("as it does if there is nothing to rename yet")
            } else if self.refuses_date(step.command) {
                Some("because it does not support these options")
            } else if installs_as_user(step.command) && self.container().is_non_root() {
                Some("as it always does: the container does not run as root")
            } else if self.changed_read_only_path(step.command).is_some() {
                Some("because the volume is mounted read-only")
            } else {
                (is_asked && !always_answers(step)).then_some("and the script checks its output afterwards")
            }
        };
        let found = steps.iter().find_map(|it| Some((it.command, ends(it)?)));
        let is_read = || Some((self.command_before_status()?, "and the script checks its status afterwards"));
        found.or_else(is_read).or_else(|| Some((self.call_that_ends_with_test(&steps)?, IS_ANSWER)))
    }

    /// Returns a command in front of another of its pipeline whose failure is not one: `pipefail` would make it one.
    pub fn failed_by_pipefail(&self) -> Option<&'a Command<'a>> {
        let fails = |step: &&Step<'a>| {
            let counts = !matches!(step.pipeline_fate, Fate::Swallowed | Fate::Argument | Fate::Background);
            let is_expected = step.command.is("yes")
                || answers(step.command)
                || is_hushed(step.command, self.text()) && is_harmless(step.command);
            // `${PIPESTATUS[0]}` is read after the pipeline, at whose failure `set -e` would end the script.
            let is_read = step.fate == Fate::Checked && step.pipeline_fate == Fate::Guarded;
            step.fate == Fate::Piped && counts && is_expected || is_read
        };
        self.steps.iter().find(fails).map(|it| it.command)
    }

    /// Returns where `$(…)` is assigned to variables that the script looks at afterwards.
    fn looked_at_assignments(&self) -> Vec<Span> {
        let mut names = self.tested_variables();
        names.extend(self.inspected_variables());
        let assigning = self.commands().iter().filter(|it| it.words().is_empty());
        let assignments = assigning.flat_map(|it| it.assignments());
        assignments.filter(|it| names.contains(it.name)).map(|it| it.span).collect()
    }

    /// Returns a command whose status the next one reads: `fetch; case $? in`, `(fetch && load); status=$?`.
    fn command_before_status(&self) -> Option<&'a Command<'a>> {
        let status_use = StatusUse::new(self.tree);
        let is_read = |pair: &&'a [AndOr<'a>]| {
            let [item, next] = pair else { return false };
            !item.background
                && item.rest.iter().all(|(operator, _)| *operator == Operator::And)
                && can_fail(item)
                && begins_with_status(next)
                && status_use.reads_status(next)
        };
        let found = self.lists().into_iter().find_map(|list| list.items.windows(2).find(is_read))?;
        found[0].pipelines().last()?.commands.last()
    }

    /// Returns the call of a function whose last command is `[ … ] && work`: false, it fails the call.
    fn call_that_ends_with_test(&self, steps: &[Step<'a>]) -> Option<&'a Command<'a>> {
        let ends_with_test = |name: &str| {
            let body = self.function(name)?;
            let last = lists_of(body).last()?.items.last()?;
            let is_joined = last.rest.iter().all(|(operator, _)| *operator == Operator::And);
            (is_joined && !last.rest.is_empty() && answers(last.first.commands.last()?)).then_some(())
        };
        let calls = steps.iter().filter(|it| it.fate == Fate::Guarded && !it.context.in_condition);
        calls.map(|it| it.command).find(|it| it.name().and_then(|name| ends_with_test(&name)).is_some())
    }

    /// Whether a command computes a date in a way that the `date` of the image certainly does not support.
    fn refuses_date(&self, command: &Command<'_>) -> bool {
        let is_busybox = matches!(self.source.shell.flavour, Flavour::BusyBox | Flavour::OldBusyBox);
        // `-v-30d` is of BSD.
        let is_of_bsd = || has_start(command.arguments(), "-v");
        command.is("date") && (is_of_bsd() || is_busybox && refused_by_busybox(command).is_some())
    }
}

/// Whether a command answers by its status: that nothing was found, that two things differ, that a number is 0.
fn answers(command: &Command<'_>) -> bool {
    const ANSWERS: &str = "[ test grep egrep fgrep zgrep pgrep pidof diff cmp expr let which type";
    let Some(name) = command.name() else {
        return matches!(command.kind, CommandKind::Test(_) | CommandKind::Arithmetic(_));
    };
    match &*name {
        "command" => command.has_argument("-v") || command.has_argument("-V"),
        // Without a line end behind what it reads it fails.
        "read" => {
            let is_ended = |it: &str| it == "<<<" || it.starts_with("<<");
            let has_delimiter = has_short_option(command.arguments(), &['d']);
            has_delimiter || !command.redirections.iter().any(|it| is_ended(it.operator))
        }
        name => has_word(ANSWERS, name),
    }
}

/// Whether a script throws away what a command says of its failure.
pub(super) fn is_hushed(command: &Command<'_>, text: &str) -> bool {
    let to_nowhere = |start: &str| {
        let mut found = command.redirections.iter();
        found.any(|it| it.span.text(text).starts_with(start) && it.target.is("/dev/null"))
    };
    let joins = command.redirections.iter().any(|it| it.span.text(text).starts_with("2>&1"));
    to_nowhere("2>") || to_nowhere("&>") || joins && (to_nowhere(">") || to_nowhere("1>"))
}

fn is_harmless(command: &Command<'_>) -> bool {
    is_trivial(command) || is_quiet(command)
}

/// Whether a command fails where an earlier run has done what it does: `mkdir /data/new`, `kubectl create namespace a`.
fn fails_if_done(command: &Command<'_>) -> bool {
    const MAKES: &str =
        "rmdir unlink useradd adduser groupadd addgroup createdb dropdb kill pkill killall umount";
    const CLIENTS: &str = "kubectl oc docker podman nerdctl";
    let has_letter = |letter: char| has_short_option(command.arguments(), &[letter]);
    let has = |start: &str| has_start(command.arguments(), start);
    let verb = command.arguments().iter().filter_map(Word::literal).find(|it| !it.starts_with('-'));
    let verb = verb.unwrap_or_default();
    let Some(name) = command.name() else { return false };
    match &*name {
        "mkdir" => !has_letter('p') && !has("--parents"),
        "rm" | "ln" => !has_letter('f') && !has("--force"),
        client if has_word(CLIENTS, client) => match &*verb {
            "delete" => !has("--ignore-not-found"),
            "create" => !command.has_argument("job") && !has("--dry-run"),
            verb => has_word("rm rmi stop kill", verb) && !has_letter('f'),
        },
        name => has_word(MAKES, name) && !has("--if-exists"),
    }
}

/// Whether the status of a substitution's last command is never a failure in practice.
fn always_answers(step: &Step<'_>) -> bool {
    const SURE: &str = "basename dirname hostname mktemp nproc pwd seq uname uptime whoami";
    const FILTERS: &str =
        "awk base64 cat column cut gawk head md5sum rev sed sha256sum sort tail tr uniq wc xargs";
    let Some(name) = step.command.name() else { return false };
    let is_first = step.pipeline.commands.first().is_some_and(|it| std::ptr::eq(it, step.command));
    step.command.has(Fact::Succeeds) || has_word(SURE, &name) || !is_first && has_word(FILTERS, &name)
}
