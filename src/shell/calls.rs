//! Where the commands of functions run: where these are called last.

use std::collections::HashMap;

use super::step::{Context, Step};
use super::syntax::CommandKind;
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
            let before = self.bodies.partition_point(|(body, _)| body.start <= at);
            let around = self.bodies[..before].last().filter(|(body, _)| at < body.end);
            let Some((_, name)) = around else { return Some((at, context)) };
            let (start, outer) = *self.calls.get(name)?;
            at = start;
            context.in_loop |= outer.in_loop;
            context.in_branch |= outer.in_branch;
            context.in_loop_condition |= outer.in_loop_condition;
        }
        None
    }
}
