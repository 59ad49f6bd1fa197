//! What becomes of the status of every command: who looks at it, and whether anything stops when it fails.

use std::collections::{BTreeMap, BTreeSet};

use super::exits::{exits_with_failure, failing_end};
use super::status_use::{StatusUse, begins_with_status, can_fail};
use super::step::{Context, Fate, Step};
use super::syntax::{AndOr, Command, CommandKind, List, Operator, Part, Pipeline, Tree, Word, set_options};
use super::traversal;
use crate::text::span::{Span, keep_outermost};
use crate::value::program::ShellOptions;

/// Goes through a script and says what becomes of the status of each command.
///
/// `drops_errexit` says whether `$(…)` turns `set -e` off, as it does in Bash without `inherit_errexit`.
pub fn steps<'a>(tree: &'a Tree<'a>, options: ShellOptions, drops_errexit: bool) -> Vec<Step<'a>> {
    let mut walk = Walk::new(tree, options);
    walk.all(&BTreeMap::new());
    // What a function does is known only once all its calls are.
    let conditions = calls_in_conditions(&walk, drops_errexit);
    if !conditions.is_empty() {
        walk = Walk { status_use: walk.status_use, ..Walk::new(tree, options) };
        walk.all(&conditions);
    }
    walk.steps
}

/// Finds the functions that are called where `set -e` is off, also by other functions, with the call and whether that
/// is the condition of a loop.
fn calls_in_conditions<'a>(
    walk: &Walk<'a>,
    drops_errexit: bool,
) -> BTreeMap<&'a str, (&'a Command<'a>, bool)> {
    let names: BTreeSet<&str> = walk.functions.iter().map(|(name, _)| *name).collect();
    let callers = outermost(&walk.functions);
    let mut found = BTreeMap::new();
    let mut calls = Vec::new();
    for step in &walk.steps {
        let Some(name) = step.command.name().and_then(|name| names.get(&*name).copied()) else { continue };
        let is_condition = step.context.in_condition && !step.context.in_substitution;
        let is_substituted = drops_errexit && step.context.in_substitution && step.fate == Fate::Guarded;
        let asks = (is_condition || is_substituted) && step.fate != Fate::Swallowed;
        let behind = callers.partition_point(|(_, body)| body.start <= step.command.span.start);
        let caller = callers[..behind].last().filter(|(_, body)| body.contains(step.command.span));
        let caller = caller.map(|(caller, _)| *caller);
        let call = (step.command, step.context.in_loop_condition);
        calls.push((name, asks, caller.filter(|caller| *caller != name), call));
    }
    // One turn for each function that calls the next.
    for _ in 0..MAX_CALLS {
        let before = found.len();
        for (name, asks, caller, call) in &calls {
            let inherited = caller.and_then(|caller| found.get(caller)).copied();
            if let Some(call) = asks.then_some(*call).or(inherited) {
                found.entry(*name).or_insert(call);
            }
        }
        if found.len() == before {
            break;
        }
    }
    found
}

/// Returns the functions that are in no other, in the order in which they stand.
fn outermost<'a>(functions: &[(&'a str, &'a Command<'a>)]) -> Vec<(&'a str, Span)> {
    let mut found: Vec<_> = functions.iter().map(|(name, body)| (*name, body.span)).collect();
    keep_outermost(&mut found, |(_, body)| *body);
    found
}

/// Functions that call each other deeper than this are taken for called elsewhere.
const MAX_CALLS: usize = 30;

struct Walk<'a> {
    tree: &'a Tree<'a>,
    steps: Vec<Step<'a>>,
    options: ShellOptions,
    /// The functions, with their bodies.
    functions: Vec<(&'a str, &'a Command<'a>)>,
    handler: Option<&'a Pipeline<'a>>,
    enclosing: Option<&'a Command<'a>>,
    /// What reads the status of the next step too late.
    late_check: Option<&'a AndOr<'a>>,
    /// Whether the status of each command of the next pipeline is read.
    reads_each: bool,
    status_use: StatusUse<'a>,
}

impl<'a> Walk<'a> {
    fn new(tree: &'a Tree<'a>, options: ShellOptions) -> Self {
        Walk {
            tree,
            steps: Vec::new(),
            options,
            functions: Vec::new(),
            handler: None,
            enclosing: None,
            late_check: None,
            reads_each: false,
            status_use: StatusUse::new(tree),
        }
    }

    /// Goes through the script and its functions, of which `conditions` are called in a condition.
    fn all(&mut self, conditions: &BTreeMap<&'a str, (&'a Command<'a>, bool)>) {
        self.list(&self.tree.list, Fate::Decides, Context::default());
        // Functions run where they are called, and most are called at the end.
        let mut done = 0;
        while let Some(&(name, body)) = self.functions.get(done) {
            done += 1;
            let call = conditions.get(name);
            self.enclosing = call.map(|(command, _)| *command);
            let context = Context {
                in_function: true,
                in_condition: call.is_some(),
                in_loop_condition: call.is_some_and(|(_, in_loop)| *in_loop),
                ..Context::default()
            };
            self.command(body, Fate::Checked, context);
        }
    }

    fn list(&mut self, list: &'a List<'a>, last: Fate, context: Context) {
        let count = list.items.len();
        let is_branch = context.in_branch || context.is_guarded;
        let is_failing = context.is_failing || is_branch && list.items.last().is_some_and(exits_with_failure);
        let context = Context { is_failing, ..context };
        let is_script = std::ptr::eq(list, &raw const self.tree.list);
        let failing_from = if is_script { failing_end(list) } else { count };
        for (index, item) in list.items.iter().enumerate() {
            let context = Context { is_failing: is_failing || index >= failing_from, ..context };
            let next = list.items.get(index + 1);
            let passes_on = index + 2 == count && next.is_some_and(passes_status_on);
            let is_read = next.is_some_and(|next| self.status_use.reads_status(next));
            let is_ended = self.options.errexit && !context.in_condition && !context.in_substitution;
            let fate = if item.background {
                Fate::Background
            } else if passes_on && next.is_some_and(|it| it.first.commands[0].is("exit")) {
                // `exit` ends the script, and `return` the function, with the status of this one.
                Fate::Decides
            } else if passes_on && context.in_function {
                Fate::Checked
            } else if index + 1 == count || passes_on {
                last
            } else if is_read && !is_ended {
                Fate::Checked
            } else if context.in_condition
                && !context.in_substitution
                && self.enclosing.is_some()
                && last != Fate::Swallowed
            {
                Fate::Unguarded
            } else if context.in_condition {
                Fate::Checked
            } else if context.in_substitution {
                Fate::Argument
            } else if self.options.errexit {
                Fate::Guarded
            } else {
                Fate::Ignored
            };
            let is_single = item.rest.is_empty() && item.first.commands.last().is_some_and(is_step);
            let reads_each = next.is_some_and(|next| self.status_use.reads_each_status(next));
            // `set -e` acts on the status of the last command only.
            let is_early = reads_each && item.first.commands.len() > 1 && !self.options.pipefail;
            self.late_check = next.filter(|next| {
                is_read
                    && is_single
                    && !is_early
                    && fate == Fate::Guarded
                    && begins_with_status(next)
                    && can_fail(item)
            });
            self.reads_each = reads_each;
            self.and_or(item, fate, context);
            self.late_check = None;
        }
    }

    fn and_or(&mut self, item: &'a AndOr<'a>, fate: Fate, context: Context) {
        let pipelines: Vec<&'a Pipeline<'a>> = item.pipelines().collect();
        let reads_each = std::mem::take(&mut self.reads_each);
        let leaving = item.rest.iter().rposition(|(_, it)| leaves(it));
        for (index, pipeline) in pipelines.iter().enumerate() {
            let later = &item.rest[index.min(item.rest.len())..];
            let fallback = later.iter().find(|(operator, _)| *operator == Operator::Or).map(|(_, it)| it);
            let before = self.handler;
            let own = match fallback {
                Some(handler) => {
                    self.handler = Some(handler);
                    if handler.commands.iter().all(|it| self.status_use.forces_success(it)) {
                        Fate::Swallowed
                    } else {
                        Fate::Checked
                    }
                }
                None if later.is_empty() => fate,
                // `import && exit 0` has another end for the failure.
                None if leaving.is_some_and(|it| it >= index) => Fate::Checked,
                // Where `&&` follows, `set -e` does not end the script (POSIX, `set`).
                None if fate == Fate::Guarded => Fate::Skips,
                None if fate == Fate::Unguarded => Fate::Checked,
                None => fate,
            };
            let is_condition = !later.is_empty() || pipeline.negated;
            let before_it = index.checked_sub(1).map(|it| (item.rest[it].0, pipelines[it]));
            let guards = |(operator, before): (Operator, &Pipeline<'_>)| {
                operator == Operator::Or || before.commands.last().is_some_and(traversal::is_trivial)
            };
            let context = Context {
                in_condition: context.in_condition || is_condition,
                is_guarded: context.is_guarded || before_it.is_some_and(guards),
                ..context
            };
            let enclosing = self.enclosing;
            if let [command] = pipeline.commands.as_slice()
                && is_condition
                && enclosing.is_none()
                && is_compound(command)
            {
                self.enclosing = Some(command);
            }
            self.reads_each = reads_each && later.is_empty();
            self.pipeline(pipeline, if pipeline.negated { Fate::Checked } else { own }, context);
            self.handler = before;
            self.enclosing = enclosing;
        }
    }

    fn pipeline(&mut self, pipeline: &'a Pipeline<'a>, fate: Fate, context: Context) {
        let reads_each = std::mem::take(&mut self.reads_each);
        for (index, command) in pipeline.commands.iter().enumerate() {
            let is_last = index + 1 == pipeline.commands.len();
            let own = if is_last || self.options.pipefail {
                fate
            } else if reads_each {
                Fate::Checked
            } else {
                Fate::Piped
            };
            if is_step(command) {
                self.steps.push(Step {
                    command,
                    fate: own,
                    pipeline_fate: fate,
                    options: self.options,
                    context,
                    pipeline,
                    handler: self.handler,
                    enclosing: self.enclosing,
                    late_check: if is_last { self.late_check.take() } else { None },
                });
            }
            self.command(command, own, context);
        }
    }

    fn command(&mut self, command: &'a Command<'a>, fate: Fate, context: Context) {
        let looped = Context { in_loop: true, ..context };
        let repeated = match fate {
            Fate::Decides if context.in_condition && self.enclosing.is_some() => Fate::Unguarded,
            Fate::Decides if self.options.errexit && !context.in_condition => Fate::Guarded,
            Fate::Decides => Fate::Ignored,
            fate => fate,
        };
        match &command.kind {
            CommandKind::Simple { assignments, words } => {
                let value = if words.is_empty() { fate } else { Fate::Argument };
                assignments.iter().for_each(|it| self.word(&it.value, value, context));
                words.iter().for_each(|word| self.word(word, Fate::Argument, context));
                self.set(words);
            }
            CommandKind::Test(words) => {
                words.iter().for_each(|word| self.word(word, Fate::Argument, context));
            }
            CommandKind::Arithmetic(_) => {}
            CommandKind::Group(list) => self.list(list, fate, context),
            CommandKind::Subshell(list) => {
                let options = self.options;
                self.list(list, fate, context);
                self.options = options;
            }
            CommandKind::If { branches, otherwise } => {
                let inner = Context { in_branch: true, ..context };
                for (condition, body) in branches {
                    self.condition(condition, Context { in_condition: true, ..context });
                    self.list(body, fate, inner);
                }
                otherwise.iter().for_each(|body| self.list(body, fate, inner));
            }
            CommandKind::Loop { condition, body, .. } => {
                let asked = Context { in_condition: true, in_loop_condition: true, ..looped };
                self.condition(condition, asked);
                self.list(body, repeated, looped);
            }
            CommandKind::For { words, body, .. } => {
                words.iter().for_each(|word| self.word(word, Fate::Argument, context));
                self.list(body, repeated, looped);
            }
            CommandKind::Case { subject, arms } => {
                self.word(subject, Fate::Argument, context);
                arms.iter().for_each(|arm| self.list(arm, fate, Context { in_branch: true, ..context }));
            }
            CommandKind::Function { name, body, .. } => self.functions.push((name, body)),
        }
        for redirection in &command.redirections {
            self.word(&redirection.target, Fate::Argument, context);
        }
    }

    /// Goes through a condition, whose last command is what is asked.
    fn condition(&mut self, condition: &'a List<'a>, context: Context) {
        let enclosing = self.enclosing.take();
        if let [item] = condition.items.as_slice()
            && let [command] = item.first.commands.as_slice()
            && matches!(command.kind, CommandKind::Group(_) | CommandKind::Subshell(_))
            && item.rest.is_empty()
            && !context.in_loop_condition
        {
            self.enclosing = Some(command);
        }
        self.list(condition, Fate::Checked, context);
        self.enclosing = enclosing;
    }

    fn word(&mut self, word: &'a Word<'a>, fate: Fate, context: Context) {
        self.parts(&word.parts, fate, context);
    }

    fn parts(&mut self, parts: &'a [Part<'a>], fate: Fate, context: Context) {
        for part in parts {
            match part {
                Part::Command { list, process, .. } => {
                    let options = self.options;
                    let context = Context { in_substitution: true, ..context };
                    self.list(list, if *process { Fate::Argument } else { fate }, context);
                    self.options = options;
                }
                Part::Variable(variable) => self.parts(&variable.argument, Fate::Argument, context),
                Part::Text { .. } | Part::Arithmetic(_) => {}
            }
        }
    }

    /// Heeds `set -e` and the like.
    fn set(&mut self, words: &[Word<'a>]) {
        let mut texts = words.iter().map_while(Word::literal);
        match texts.next().as_deref() {
            Some("set") => set_options(&words[1..], &mut self.options),
            // `trap 'exit 1' ERR` ends the script as `set -e` does.
            Some("trap") if texts.any(|it| it == "ERR") => self.options.errexit = true,
            _ => {}
        }
    }
}

/// Whether a command ends the script, or a function, with the status of the command before it.
fn passes_status_on(item: &AndOr<'_>) -> bool {
    let [command] = item.first.commands.as_slice() else { return false };
    let ends = command.is("exit") || command.is("return");
    ends && item.rest.is_empty() && command.arguments().iter().all(|word| is_variable(word, "?"))
}

fn is_variable(word: &Word<'_>, name: &str) -> bool {
    matches!(word.parts.as_slice(), [Part::Variable(variable)] if variable.name == name)
}

/// Whether a part of a list goes elsewhere: to the end of the script, of a function or of a loop.
fn leaves(pipeline: &Pipeline<'_>) -> bool {
    let ends = |it: &Command<'_>| ["exit", "return", "break", "continue"].iter().any(|name| it.is(name));
    pipeline.commands.iter().any(|command| {
        ends(command)
            || matches!(&command.kind, CommandKind::Group(list) if list.items.iter().any(|it| it.pipelines().any(leaves)))
    })
}

/// Whether a command is run itself, and is not made of others: `cat file`, `[[ -f file ]]`, `((n++))`.
fn is_step(command: &Command<'_>) -> bool {
    matches!(command.kind, CommandKind::Simple { .. } | CommandKind::Test(_) | CommandKind::Arithmetic(_))
}

/// Whether a command is made of others.
fn is_compound(command: &Command<'_>) -> bool {
    !is_step(command) && !matches!(command.kind, CommandKind::Function { .. })
}
