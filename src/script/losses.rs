//! Failures that nobody would notice, and why.

use std::collections::BTreeSet;

use super::Script;
use super::flow::{Fate, Step};
use super::known;
use super::syntax::{Command, Kind};

/// Commands whose failure the Job does not see.
pub struct Losses<'a> {
    /// The commands, at least one.
    pub lost: Vec<Step<'a>>,
    /// Why.
    pub cause: Cause<'a>,
}

/// Why a failure is not seen.
pub enum Cause<'a> {
    /// Nothing sets `-e`, and a later command can still fail.
    NoErrexit,
    /// The last command always succeeds.
    Masked(Step<'a>),
    /// The script ends with `exit 0`.
    Exit(Step<'a>),
    /// `set +e` turns it off.
    TurnedOff(Step<'a>),
}

impl<'a> Script<'a> {
    /// Returns the commands whose failure the Job does not see.
    pub fn losses(&self) -> Option<&Losses<'a>> {
        self.losses.get_or_init(|| self.find_losses()).as_ref()
    }

    fn find_losses(&self) -> Option<Losses<'a>> {
        let lost: Vec<_> = self.steps.iter().filter(|step| self.is_lost(step)).copied().collect();
        // A folder that is not there makes the next command fail.
        if lost.iter().all(|step| step.command.is("cd") || is_quiet(step.command)) {
            return None;
        }
        let decides: Vec<_> = self.steps.iter().filter(|it| it.fate == Fate::Decides).collect();
        let last = decides.last().copied().filter(|_| decides.iter().all(|it| always_succeeds(it)));
        let after = lost.first().map_or(0, |it| it.command.span.start);
        let off = self.steps.iter().rfind(|step| {
            step.command.is("set") && step.command.has_argument("+e") && step.command.span.start < after
        });
        let cause = match (off, last) {
            (Some(off), _) => Cause::TurnedOff(*off),
            (None, Some(exit)) if exit.command.is("exit") => Cause::Exit(*exit),
            (None, Some(last)) => Cause::Masked(*last),
            (None, None) => Cause::NoErrexit,
        };
        Some(Losses { lost, cause })
    }

    fn is_lost(&self, step: &Step<'a>) -> bool {
        step.whole == Fate::Lost
            && matches!(step.fate, Fate::Lost | Fate::Piped)
            && !step.context.in_substitution
            && self.is_work(step.command)
    }

    /// Says whether a command does work that can fail: not one that only prints or looks.
    pub fn is_work(&self, command: &Command<'_>) -> bool {
        if known::is_trivial(command) {
            return false;
        }
        let Some(name) = command.name() else { return true };
        !self.printers.contains(&*name)
    }
}

/// Returns the names of the functions that do nothing but print.
pub fn printers<'a>(commands: &[&'a Command<'a>]) -> BTreeSet<&'a str> {
    let only_prints = |body: &'a Command<'a>| {
        let mut inner = Vec::new();
        if let Kind::Group(list) | Kind::Subshell(list) = &body.kind {
            known::commands_in(list, &mut inner);
        }
        !inner.is_empty()
            && inner.iter().all(|it| !matches!(it.kind, Kind::Simple { .. }) || known::is_trivial(it))
    };
    let names = commands.iter().filter_map(|command| match &command.kind {
        Kind::Function { name, body, .. } => only_prints(body).then_some(*name),
        _ => None,
    });
    names.collect()
}

/// Says whether failure of the command means no more than that there was nothing to do.
pub fn is_quiet(command: &Command<'_>) -> bool {
    const CLEANUPS: &str = "rm rmdir mkdir chmod chown ln kill pkill killall umount mount touch useradd adduser groupadd addgroup \
        modprobe partprobe udevadm sysctl createdb dropdb unlink swapoff stty source . curl_ wait";
    const VERBS: &str =
        "delete create remove rm rmi stop kill prune label annotate uncordon cordon unlock mb logout unset";
    let name = command.name().unwrap_or_default();
    let is_verb =
        |it: &super::syntax::Word<'_>| it.literal().is_some_and(|it| VERBS.split(' ').any(|verb| verb == it));
    CLEANUPS.split_whitespace().any(|it| it == name)
        || command.arguments().iter().take(4).any(is_verb)
        || quits_sidecar(command)
}

/// Says whether a command tells a sidecar, which runs in the same pod, to end.
pub fn quits_sidecar(command: &Command<'_>) -> bool {
    let near = |it: &super::syntax::Word<'_>| {
        it.literal().is_some_and(|it| {
            it.contains("quitquitquit")
                || it.contains("/shutdown")
                || it.contains("://localhost")
                || it.contains("://127.0.0.1")
        })
    };
    command.arguments().iter().any(near)
}

/// Says whether the command that decides is one that cannot fail.
fn always_succeeds(step: &Step<'_>) -> bool {
    let command = step.command;
    match command.name().as_deref() {
        Some("echo" | "printf" | "true" | ":" | "date" | "sleep") => true,
        Some("exit") => command.arguments().first().is_some_and(|word| word.is("0")),
        _ => false,
    }
}
