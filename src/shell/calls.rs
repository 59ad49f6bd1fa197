//! Where the commands of functions run: where these are called last.

use std::collections::{HashMap, HashSet};

use super::ignored_failures::is_quiet;
use super::step::{Context, Fate, Step};
use super::syntax::{CommandKind, Word};
use crate::shell::script::Script;
use crate::text::span::{Span, keep_outermost};

/// The last call of each function.
pub struct LastCalls<'a> {
    /// The functions that are in no other, in the order in which they stand.
    bodies: Vec<(Span, &'a str)>,
    calls: HashMap<&'a str, (u32, Context)>,
}

/// Functions that call each other more deeply than this count as never called.
const MAX_CALLS: usize = 30;

impl<'a> Script<'a> {
    /// Finds the last call of each function.
    pub fn last_calls(&self) -> LastCalls<'a> {
        let mut bodies: Vec<_> = self
            .commands()
            .iter()
            .filter_map(|command| match &command.kind {
                CommandKind::Function { name, body, .. } => Some((body.span, *name)),
                _ => None,
            })
            .collect();
        keep_outermost(&mut bodies, |(body, _)| *body);
        let mut calls: HashMap<&str, (u32, Context)> = HashMap::new();
        for step in &self.steps {
            let name = step.command.name().unwrap_or_default();
            let start = step.command.span.start;
            if let Some((name, _)) = self.functions.get_key_value(&*name) {
                let call = calls.entry(*name).or_insert((start, step.context));
                *call = if call.0 < start { (start, step.context) } else { *call };
            }
        }
        LastCalls { bodies, calls }
    }
}

impl<'a> LastCalls<'a> {
    /// Returns where a step runs last, and in which context; `None` if its function is never called.
    pub fn place_of(&self, step: &Step<'a>) -> Option<(u32, Context)> {
        let (mut at, mut context) = (step.command.span.start, step.context);
        for _ in 0..MAX_CALLS {
            let Some((_, name)) = self.function_at(at) else { return Some((at, context)) };
            let (start, outer) = *self.calls.get(name)?;
            at = start;
            context.in_loop |= outer.in_loop;
            context.in_branch |= outer.in_branch;
            context.in_loop_condition |= outer.in_loop_condition;
        }
        None
    }

    /// Returns the functions that tell how the run goes and must not decide it: they hide their own failures, and other work
    /// follows a call, or a `trap` calls them.
    pub fn telling(&self, script: &Script<'a>) -> Vec<Span> {
        let (mut first_calls, mut last_work, mut working) = (HashMap::new(), 0, HashSet::new());
        let mut trapped: HashSet<String> = HashSet::new();
        for command in script.commands().iter().filter(|it| it.is("trap")) {
            let text = command.arguments().first().map(Word::known_text).unwrap_or_default();
            let words = text.split(|it: char| !it.is_ascii_alphanumeric() && !"_-".contains(it));
            trapped.extend(words.map(str::to_owned));
        }
        for step in &script.steps {
            let around = self.function_at(step.command.span.start).map(|(_, name)| name);
            let name = step.command.name().unwrap_or_default();
            let place = self.place_of(step).map(|(at, _)| at);
            if script.function(&name).is_some() {
                if around.is_some_and(|it| trapped.contains(it)) {
                    trapped.insert(name.to_string());
                }
                let first = first_calls.entry(name.to_string()).or_insert(u32::MAX);
                *first = place.map_or(*first, |it| it.min(*first));
            } else if step.fate != Fate::Swallowed && script.is_work(step.command) && !is_quiet(step.command)
            {
                last_work = place.unwrap_or_default().max(last_work);
                working.extend(around);
            }
        }
        let tells = |(_, name): &&(Span, &str)| {
            let is_first = || first_calls.get(*name).is_some_and(|it| *it < last_work);
            !working.contains(name) && (trapped.contains(*name) || is_first())
        };
        self.bodies.iter().filter(tells).map(|(body, _)| *body).collect()
    }

    /// Returns the function, in no other, that a place is in.
    fn function_at(&self, at: u32) -> Option<(Span, &'a str)> {
        let before = self.bodies.partition_point(|(body, _)| body.start <= at);
        self.bodies[..before].last().filter(|(body, _)| at < body.end).copied()
    }
}
