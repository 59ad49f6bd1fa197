//! Failures that nobody would notice, and why.

use super::script::IgnoredFailureCause;
use crate::shell::script::IgnoredFailures;
use std::collections::BTreeSet;

use super::pipeline_readers::needs_input;
use super::programs::Fact;
use super::readiness_probes::is_probe;
use super::step::{Fate, Step};
use super::syntax::{Command, CommandKind, Word};
use super::traversal;
use crate::shell::script::Script;
use crate::shell::servers::{describe_server, describe_wait};
use crate::text::span::Span;
use crate::text::word_list::has_word;

impl<'a> Script<'a> {
    /// Returns the commands whose failure the Job does not see.
    pub fn ignored_failures(&self) -> Option<&IgnoredFailures<'a>> {
        self.ignored_failures.get_or_init(|| self.find_ignored_failures()).as_ref()
    }

    fn find_ignored_failures(&self) -> Option<IgnoredFailures<'a>> {
        let unseen = self.unseen_assignments();
        let mut ignored: Vec<_> =
            self.steps.iter().filter(|step| self.is_ignored(step, &unseen)).copied().collect();
        let notices = self.notices();
        ignored.retain(|it| !is_within(&notices, it.command.span));
        self.retain_unasked(&mut ignored);
        self.retain_unmissed(&mut ignored);
        self.retain_uncopied(&mut ignored);
        let decides: Vec<_> = self.steps.iter().filter(|it| it.fate == Fate::Decides).collect();
        if ignored.iter().all(|step| is_quiet(step.command)) {
            // Where nothing else is done, what is made, deleted or asked is the work.
            ignored.retain(|step| makes(step.command));
            if ignored.is_empty() {
                ignored = self.only_deletions();
            }
            if ignored.is_empty() && !self.steps.iter().any(|it| self.is_work(it.command)) {
                ignored.extend(self.only_question());
            }
            let is_masked = !decides.is_empty() && decides.iter().all(|it| always_succeeds(it));
            if ignored.is_empty() || !is_masked {
                return None;
            }
        }
        // What never ends has no status; `endless-main` says so.
        if decides.iter().any(|step| never_returns(step.command)) {
            return None;
        }
        let last = decides.last().copied().filter(|_| decides.iter().all(|it| always_succeeds(it)));
        let after = ignored.first().map_or(0, |it| it.command.span.start);
        let off = self.steps.iter().rfind(|step| {
            step.command.is("set") && step.command.has_argument("+e") && step.command.span.start < after
        });
        let cause = match (off, last) {
            (Some(off), _) => IgnoredFailureCause::TurnedOff(*off),
            (None, Some(exit)) if exit.command.is("exit") => IgnoredFailureCause::Exit(*exit),
            (None, Some(last)) => IgnoredFailureCause::Masked(*last),
            (None, None) => IgnoredFailureCause::NoErrexit,
        };
        Some(IgnoredFailures { steps: ignored, cause })
    }

    /// Returns the commands in conditions whose failure the condition does not see, where `set -e` would do nothing: those
    /// before the last one of a group, a loop or a function.
    pub fn ignored_in_conditions(&self) -> Vec<(&Step<'a>, &'a Command<'a>)> {
        let ignored = self.steps.iter().filter(|step| {
            step.pipeline_fate == Fate::Unguarded
                && matches!(step.fate, Fate::Unguarded | Fate::Piped)
                && !step.context.in_substitution
                && !step.context.is_failing
                && self.is_work(step.command)
                && !is_quiet(step.command)
                && !self.ends_at_failure(step)
                // A loop that waits asks several things.
                && !(step.context.in_loop_condition && is_probe(step.command))
        });
        let found = ignored.filter_map(|step| Some((step, step.enclosing?)));
        found.filter(|(_, around)| !self.ends_with_check(around)).collect()
    }

    /// Whether a command is a server, which a signal ends.
    pub fn is_server(&self, command: &Command<'_>) -> bool {
        with_words(command, |words| describe_server(words).is_some())
    }

    /// Returns the name of the function that a command stands in.
    pub fn function_around(&self, command: &Command<'_>) -> Option<&'a str> {
        self.commands().iter().find_map(|function| match &function.kind {
            CommandKind::Function { name, body, .. } if body.span.contains(command.span) => Some(*name),
            _ => None,
        })
    }

    /// Returns the function of this name.
    pub fn function(&self, name: &str) -> Option<&'a Command<'a>> {
        self.functions.get(name).copied()
    }

    /// Whether the last command of what is asked looks at what those before it have left.
    fn ends_with_check(&self, around: &'a Command<'a>) -> bool {
        let body = around.name().and_then(|name| self.function(&name)).unwrap_or(around);
        let Some(last) = traversal::lists_of(body).last().and_then(|list| list.items.last()) else {
            return false;
        };
        let Some(command) = last.pipelines().last().and_then(|it| it.commands.last()) else { return false };
        let returns = command.is("return") || command.is("exit");
        if returns {
            !command.arguments().iter().all(|word| word.is("0"))
        } else {
            traversal::is_trivial(command) && !command.has(Fact::Succeeds)
        }
    }

    fn is_ignored(&self, step: &Step<'a>, unseen: &[Span]) -> bool {
        step.pipeline_fate == Fate::Ignored
            && matches!(step.fate, Fate::Ignored | Fate::Piped)
            && (!step.context.in_substitution || is_within(unseen, step.command.span))
            && !step.context.is_failing
            && (self.is_work(step.command) || self.lists_for_loop(step))
            // Where there is nothing to start, it ends the script.
            && !step.command.is("exec")
            && !self.ends_at_failure(step)
    }

    /// Returns the commands whose failure makes `&&` skip the rest of a list, after which the script continues in spite
    /// of `set -e`.
    pub fn skipped_lists(&self) -> impl Iterator<Item = &Step<'a>> {
        const QUESTIONS: [&str; 7] = ["is", "has", "have", "should", "needs", "can", "exists"];
        let is_question = |command: &Command<'_>| {
            let name = command.name().unwrap_or_default();
            name.split(['-', '_']).any(|word| QUESTIONS.contains(&word))
        };
        let counted = self.counted_failures();
        self.steps.iter().filter(move |step| {
            step.fate == Fate::Skips
                && self.is_work(step.command)
                && !is_quiet(step.command)
                && !is_probe(step.command)
                && !is_question(step.command)
                && !is_within(&counted, step.command.span)
                && !self.ends_at_failure(step)
        })
    }

    /// Returns the first command of a pipeline that is more than something printed: the one whose failure matters.
    pub fn source_of(&self, step: &Step<'a>) -> &'a Command<'a> {
        let is_source = |it: &&Command<'_>| {
            matches!(it.kind, CommandKind::Simple { .. }) && !it.has(Fact::Trivial) && !it.is("cat")
        };
        // Where the last command fails without input, it fails along with the others.
        if step.pipeline.commands.last().is_some_and(needs_input) {
            return step.command;
        }
        step.pipeline.commands.iter().find(is_source).unwrap_or(step.command)
    }

    /// Returns where assignments of `$(…)` stand whose variables the script uses without ever looking at them.
    pub fn unseen_assignments(&self) -> Vec<Span> {
        if self.steps.iter().all(|step| !step.context.in_substitution) {
            return Vec::new();
        }
        let (tested, inspected) = (self.tested_variables(), self.inspected_variables());
        let assigning = self.commands().iter().filter(|it| it.words().is_empty());
        let assignments = assigning.flat_map(|it| it.assignments());
        let unseen = assignments.filter(|it| !tested.contains(it.name) && !inspected.contains(it.name));
        unseen.map(|it| it.span).collect()
    }

    /// Returns the command of a script that does nothing but ask another machine something.
    fn only_question(&self) -> Option<Step<'a>> {
        const QUESTIONS: [&str; 7] = ["ping", "ping6", "nslookup", "dig", "host", "getent", "nc"];
        let asks = |step: &&Step<'a>| {
            step.fate == Fate::Ignored
                && !step.context.in_substitution
                && QUESTIONS.iter().any(|it| step.command.is(it))
        };
        let mut asking = self.steps.iter().filter(asks);
        let first = asking.next().copied();
        first.filter(|_| asking.next().is_none())
    }

    /// Whether a command does work that can fail: not one that only prints or looks.
    pub fn is_work(&self, command: &Command<'_>) -> bool {
        if traversal::is_trivial(command) {
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
        if let CommandKind::Group(list) | CommandKind::Subshell(list) = &body.kind {
            traversal::commands_in(list, &mut inner);
        }
        !inner.is_empty()
            && inner
                .iter()
                .all(|it| !matches!(it.kind, CommandKind::Simple { .. }) || traversal::is_trivial(it))
    };
    let names = commands.iter().filter_map(|command| match &command.kind {
        CommandKind::Function { name, body, .. } => only_prints(body).then_some(*name),
        _ => None,
    });
    names.collect()
}

/// Whether failure of the command means no more than that there was nothing to do.
pub fn is_quiet(command: &Command<'_>) -> bool {
    const CLEANUPS: &str = "rm rmdir mkdir chmod chown ln kill pkill killall umount mount touch useradd adduser groupadd addgroup \
        modprobe partprobe udevadm sysctl createdb dropdb unlink swapoff stty source . wait";
    const VERBS: &str =
        "delete create remove rm rmi stop kill prune label annotate uncordon cordon unlock mb logout unset";
    let name = command.name().unwrap_or_default();
    let is_verb = |it: &Word<'_>| it.literal().is_some_and(|it| has_word(VERBS, &it));
    has_word(CLEANUPS, &name) || command.arguments().iter().take(4).any(is_verb) || quits_sidecar(command)
}

/// Whether a command only lists what there is, for people to read.
pub fn is_listing(command: &Command<'_>) -> bool {
    const LISTINGS: [(&str, &[&str]); 12] = [
        ("aws", &["s3 ls"]),
        ("docker", &["images", "ps"]),
        ("gsutil", &["du", "ls"]),
        ("helm", &["history", "list", "ls", "status"]),
        ("mc", &["du", "ls", "tree"]),
        ("podman", &["images", "ps"]),
        ("rclone", &["ls", "lsd", "lsf", "lsl", "size", "tree"]),
        ("restic", &["snapshots", "stats"]),
        ("s3cmd", &["du", "ls"]),
        ("s5cmd", &["du", "ls"]),
        ("velero", &["get"]),
        ("mcli", &["du", "ls", "tree"]),
    ];
    let Some(name) = command.name() else { return false };
    let words = command.arguments().iter().map(|it| it.prefix()).filter(|it| !it.starts_with('-'));
    let words: Vec<&str> = words.take(2).collect();
    let writes = command.redirections.iter().any(|it| traversal::is_file_output(it.operator, &it.target));
    let lists = |verb: &&str| {
        verb.split(' ').zip(&words).filter(|(it, word)| it == *word).count() == verb.split(' ').count()
    };
    !writes && LISTINGS.iter().any(|(program, verbs)| *program == name && verbs.iter().any(lists))
}

/// Whether a pipeline only lists what there is, for people to read: `aws s3 ls … | tail`, `kubectl get pods | head`.
pub fn is_shown(step: &Step<'_>) -> bool {
    const SHOWING: [&str; 6] = ["cat", "column", "head", "sort", "tail", "uniq"];
    let [first, rest @ ..] = step.pipeline.commands.as_slice() else { return false };
    let verb = traversal::verb_of(first.arguments()).map_or("", |it| it.prefix());
    let is_question = (first.is("kubectl") || first.is("oc")) && matches!(verb, "describe" | "get" | "top");
    let shows =
        |command: &Command<'_>| command.redirections.is_empty() && SHOWING.iter().any(|it| command.is(it));
    !step.context.in_substitution && (is_listing(first) || is_question) && rest.iter().all(shows)
}

/// Whether a place is in one of several that follow each other.
pub fn is_within(places: &[Span], inner: Span) -> bool {
    let before = places.partition_point(|it| it.start <= inner.start);
    before.checked_sub(1).is_some_and(|at| places[at].contains(inner))
}

/// Whether a command makes something that later work needs: `kubectl create secret`.
fn makes(command: &Command<'_>) -> bool {
    command.arguments().iter().take(4).any(|it| it.is("create"))
}

/// Whether a command tells a sidecar, which runs in the same pod, to end.
pub fn quits_sidecar(command: &Command<'_>) -> bool {
    let near = |word: &Word<'_>| {
        word.literal().is_some_and(|text| {
            text.contains("quitquitquit")
                || text.contains("/shutdown")
                || text.contains("://localhost")
                || text.contains("://127.0.0.1")
        })
    };
    command.arguments().iter().any(near)
}

fn never_returns(command: &Command<'_>) -> bool {
    with_words(command, |words| describe_wait(words).is_some())
}

/// Asks about the words of a command that has no expansions.
fn with_words(command: &Command<'_>, ask: impl Fn(&[&str]) -> bool) -> bool {
    let words: Option<Vec<_>> = command.words().iter().map(|word| word.literal()).collect();
    let words = words.unwrap_or_default();
    let words: Vec<&str> = words.iter().map(|it| &**it).skip_while(|it| *it == "exec").collect();
    ask(&words)
}

/// Whether the command that decides is one that cannot fail.
fn always_succeeds(step: &Step<'_>) -> bool {
    let command = step.command;
    let exits_with_0 = command.is("exit") && command.arguments().first().is_some_and(|word| word.is("0"));
    exits_with_0 || command.has(Fact::Succeeds)
}
