//! Failures that a script only tells somebody about.

use super::ignored_failures::is_quiet;
use super::programs::Fact;
use super::readiness_probes::is_probe;
use super::syntax::{AndOr, Command, CommandKind, List, Operator, Part, Word};
use super::traversal::commands_in;
use crate::shell::script::Script;
use crate::text::span::Span;
use crate::text::word_list::has_word;

/// Work whose failure the script only tells about.
#[derive(Clone, Copy)]
pub struct ReportedFailure<'a> {
    /// The command.
    pub command: &'a Command<'a>,
    /// Whether it stands in a loop, which then continues.
    pub in_loop: bool,
    /// Whether `continue` leaves out what else the loop does for the item.
    pub is_skipped: bool,
}

/// Programs that tell somebody elsewhere.
const MESSENGERS: &str = "apprise curl http mail mailx ntfy sendmail wget";

/// Programs that tidy up after the work, or show something, and whose success does not show that it was done.
const TIDYING: &str = "date df du find rm rmdir sleep sync unset";

/// What the commands of a branch do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Branch<'a> {
    /// They print, or end the script with 0.
    Prints,
    /// They send a message with this program, and may print.
    Tells(&'a str),
    /// They do something else.
    Works,
}

impl<'a> Script<'a> {
    /// Returns the work whose failure the `if` at the end of the script, or of a loop that is at its end, only prints, or does
    /// not look at.
    pub fn only_reported_failure(&self) -> Option<ReportedFailure<'a>> {
        self.only_reported_in(&self.tree.list, false)
    }

    fn only_reported_in(&self, list: &'a List<'a>, in_loop: bool) -> Option<ReportedFailure<'a>> {
        let at = list.items.iter().rposition(|item| !only_reports(item) && !tidies(item))?;
        let last = list.items.get(at).filter(|it| it.rest.is_empty() && !it.background)?;
        let command = last.first.commands.last().filter(|_| !last.first.negated)?;
        if let Some(body) = body_for_each(command) {
            let found = self.only_reported_in(body, true).or_else(|| self.skipped_item(body));
            return found.filter(|_| !leaves(body));
        }
        let [_] = last.first.commands.as_slice() else { return None };
        let CommandKind::If { branches, otherwise } = &command.kind else { return None };
        let [(condition, body)] = branches.as_slice() else { return None };
        let [asked] = condition.items.as_slice() else { return None };
        let [command] = asked.first.commands.as_slice() else { return None };
        // In a loop the other items are not other work.
        if in_loop && asks_no_status(command) {
            let inner = [Some(body), otherwise.as_ref()].into_iter().flatten();
            return inner.into_iter().find_map(|it| self.only_reported_in(it, true));
        }
        let branches = [Some(body), otherwise.as_ref()];
        let (before, status) = status_before(&list.items[..at]);
        if let Some(before) = before
            && let Some(command) = self.failure_only_reported_by_status(before, status, command, branches)
        {
            return Some(ReportedFailure { command, in_loop, is_skipped: false });
        }
        let [succeeded, failed] = if asked.first.negated { [branches[1], branches[0]] } else { branches };
        let hides = match failed.map(branch) {
            Some(Branch::Prints) => true,
            Some(Branch::Tells(program)) => succeeded.is_some_and(|it| tells_with(it, program)),
            Some(Branch::Works) => false,
            None => succeeded.map(branch) == Some(Branch::Prints),
        };
        let is_work = asked.rest.is_empty()
            && matches!(command.kind, CommandKind::Simple { .. })
            && self.is_work(command)
            && !is_quiet(command)
            && !is_probe(command);
        (hides && is_work).then_some(ReportedFailure { command, in_loop, is_skipped: false })
    }

    /// Returns the work of a loop after whose failure it prints that, and continues with the next item.
    fn skipped_item(&self, body: &'a List<'a>) -> Option<ReportedFailure<'a>> {
        body.items.iter().find_map(|item| {
            let [first] = item.first.commands.as_slice() else { return None };
            let asked = match (&first.kind, item.rest.as_slice()) {
                (CommandKind::If { branches, otherwise }, []) => {
                    let [(condition, body)] = branches.as_slice() else { return None };
                    let [asked] = condition.items.as_slice() else { return None };
                    let failed = if asked.first.negated { Some(body) } else { otherwise.as_ref() };
                    (asked.rest.is_empty() && failed.is_some_and(skips_item)).then_some(&asked.first)
                }
                (_, [(Operator::Or, handler)]) => match handler.commands.as_slice() {
                    [Command { kind: CommandKind::Group(list), .. }] if skips_item(list) => Some(&item.first),
                    _ => None,
                },
                _ => None,
            };
            let [command] = asked?.commands.as_slice() else { return None };
            let is_work = matches!(command.kind, CommandKind::Simple { .. })
                && self.is_work(command)
                && !is_quiet(command)
                && !is_probe(command);
            is_work.then_some(ReportedFailure { command, in_loop: true, is_skipped: true })
        })
    }

    /// Returns the work before an `if [ $? -ne 0 ]` that only prints, or sends a message in any case.
    fn failure_only_reported_by_status(
        &self,
        before: &'a AndOr<'a>,
        status: &str,
        asked: &'a Command<'a>,
        branches: [Option<&'a List<'a>>; 2],
    ) -> Option<&'a Command<'a>> {
        let words: &[Word<'_>] = match &asked.kind {
            CommandKind::Test(words) => words,
            _ if asked.is("[") || asked.is("test") => asked.words(),
            _ => return None,
        };
        let reads =
            |word: &Word<'_>| matches!(word.parts.as_slice(), [Part::Variable(it)] if it.name == status);
        let is_told = |failed: &'a List<'a>, other: &'a List<'a>| match branch(failed) {
            Branch::Tells(program) => tells_with(other, program),
            Branch::Prints => true,
            Branch::Works => false,
        };
        let has = |operators: &[&str]| words.iter().any(|word| operators.iter().any(|it| word.is(it)));
        let hides = match branches {
            [Some(body), None] => branch(body) == Branch::Prints,
            [Some(body), Some(other)] => {
                branch(body) == Branch::Prints && branch(other) == Branch::Prints
                    || has(&["-eq", "=", "=="]) && is_told(other, body)
                    || has(&["-ne", "!=", "-gt"]) && is_told(body, other)
            }
            _ => false,
        };
        if !words.iter().any(reads) || !hides {
            return None;
        }
        let command =
            before.first.commands.last().filter(|_| before.rest.is_empty() && !before.background)?;
        let is_seen = self.steps.iter().any(|it| std::ptr::eq(it.command, command) && it.options.errexit);
        (!is_seen && self.is_work(command) && !is_quiet(command)).then_some(command)
    }

    /// Returns where commands stand that only tell somebody how the work went, of the same program in both branches of an `if`, in
    /// the order of the text.
    pub(super) fn notices(&self) -> Vec<Span> {
        let told = self.commands().iter().filter_map(|command| {
            let CommandKind::If { branches, otherwise: Some(other) } = &command.kind else { return None };
            let [(_, body)] = branches.as_slice() else { return None };
            let program = match [branch(body), branch(other)] {
                [Branch::Tells(program), _] if tells_with(other, program) => program,
                [_, Branch::Tells(program)] if tells_with(body, program) => program,
                _ => return None,
            };
            Some((program, [body, other]))
        });
        let mut places = Vec::new();
        for (program, lists) in told {
            let mut found = Vec::new();
            lists.into_iter().for_each(|list| commands_in(list, &mut found));
            places.extend(found.iter().filter(|it| it.is(program)).map(|it| it.span));
        }
        places.sort_unstable_by_key(|it| it.start);
        places
    }
}

/// Returns the commands whose status a test after them can read, with the name under which it does: `?`, or `status` where
/// `status=$?` stands between.
fn status_before<'a>(items: &'a [AndOr<'a>]) -> (Option<&'a AndOr<'a>>, &'a str) {
    let is_set = |item: &&AndOr<'_>| {
        item.rest.is_empty() && item.first.commands.iter().all(|it| it.is("set") || it.has(Fact::Prints))
    };
    let mut others = items.iter().rev().skip_while(is_set);
    let saved = others.next().and_then(|it| {
        let [command] = it.first.commands.as_slice() else { return None };
        let [assignment] = command.assignments() else { return None };
        let is_status = matches!(assignment.value.parts.as_slice(), [Part::Variable(it)] if it.name == "?");
        (is_status && it.rest.is_empty() && command.words().is_empty()).then_some(assignment.name)
    });
    match saved {
        Some(name) => (others.next(), name),
        None => (items.last(), "?"),
    }
}

/// Whether a command is a test, of anything but the status of the command before it.
fn asks_no_status(command: &Command<'_>) -> bool {
    let words: &[Word<'_>] = match &command.kind {
        CommandKind::Test(words) => words,
        _ if command.is("[") || command.is("test") => command.words(),
        _ => return false,
    };
    let reads = |part: &Part<'_>| matches!(part, Part::Variable(it) if it.name == "?");
    !words.iter().any(|word| word.parts.iter().any(reads))
}

/// Whether a branch prints that something has failed, and continues with the next item of a loop.
fn skips_item(list: &List<'_>) -> bool {
    const FAILURES: [&str; 6] = ["fail", "error", "could not", "cannot", "unable", "❌"];
    let [told @ .., last] = list.items.as_slice() else { return false };
    let says = |word: &Word<'_>| {
        let text = word.known_text().to_ascii_lowercase();
        FAILURES.iter().any(|it| text.contains(it))
    };
    let commands = || told.iter().flat_map(|it| &it.first.commands);
    last.rest.is_empty()
        && matches!(last.first.commands.as_slice(), [it] if it.is("continue"))
        && told.iter().all(|it| it.rest.is_empty())
        && commands().all(|it| it.has(Fact::Prints))
        && commands().flat_map(|it| it.arguments()).any(says)
}

/// Whether a message is sent with a program somewhere in a branch.
fn tells_with(list: &List<'_>, program: &str) -> bool {
    let mut found = Vec::new();
    commands_in(list, &mut found);
    found.iter().any(|it| it.is(program))
}

/// Returns the body of a loop that runs it for each of some items, whatever becomes of the others.
fn body_for_each<'a>(command: &'a Command<'a>) -> Option<&'a List<'a>> {
    match &command.kind {
        CommandKind::For { body, arithmetic: None, .. } => Some(body),
        CommandKind::Loop { condition, body, until: false } => {
            let first = condition.items.first()?.first.commands.first()?;
            first.is("read").then_some(body)
        }
        _ => None,
    }
}

/// Whether a loop ends early, as one does that tries again.
fn leaves(body: &List<'_>) -> bool {
    let mut found = Vec::new();
    commands_in(body, &mut found);
    found.iter().any(|it| ["break", "exit", "return", "exec"].iter().any(|name| it.is(name)))
}

/// Whether a part of a script prints, or ends the script with 0, and does nothing that can fail.
fn only_reports(item: &AndOr<'_>) -> bool {
    let only_reports = |command: &Command<'_>| {
        command.has(Fact::Succeeds) || command.is("exit") && command.has_argument("0")
    };
    item.rest.is_empty() && item.first.commands.iter().all(only_reports)
}

/// Whether a part of a script only tidies up or shows something.
fn tidies(item: &AndOr<'_>) -> bool {
    let is_swallowed = !item.rest.is_empty()
        && item.rest.iter().flat_map(|(_, it)| &it.commands).all(|it| it.has(Fact::Succeeds));
    let tidies = |it: &Command<'_>| {
        it.name().is_some_and(|name| has_word(TIDYING, &name)) || is_swallowed && is_quiet(it)
    };
    (item.rest.is_empty() || is_swallowed) && item.first.commands.iter().all(tidies)
}

/// Returns what a branch does.
fn branch<'a>(list: &'a List<'a>) -> Branch<'a> {
    let mut found = Branch::Prints;
    for item in &list.items {
        let is_message = || {
            let [command] = item.first.commands.as_slice() else { return None };
            let program = command.words().first()?.prefix();
            has_word(MESSENGERS, program).then_some(program)
        };
        let is_ignored = item.rest.iter().flat_map(|(_, it)| &it.commands).all(|it| it.has(Fact::Succeeds));
        found = match (only_reports(item), is_message().filter(|_| is_ignored), found) {
            (true, ..) => found,
            (false, Some(program), Branch::Prints) => Branch::Tells(program),
            (false, Some(program), Branch::Tells(other)) if program == other => found,
            _ => return Branch::Works,
        };
    }
    found
}
