//! Functions that end with a test and so return its status, although they have done their work.

use std::collections::BTreeSet;

use super::loops::is_test;
use super::lost_status::test_words;
use super::programs::Fact;
use super::script::Script;
use super::step::{Fate, Step};
use super::syntax::{AndOr, Command, CommandKind, Operator, Part};
use super::traversal::commands_in;
use super::variables::variables;

/// A function that ends with a test.
pub struct EndingTest<'a> {
    /// Its name.
    pub name: &'a str,
    /// The test, with what it decides about.
    pub item: &'a AndOr<'a>,
    /// A call of the function that `set -e` guards.
    pub call: &'a Command<'a>,
}

impl<'a> Script<'a> {
    /// Returns a function whose last command is a test with another one after `&&`, and whose call ends the script when the test is
    /// false: `save() { upload; [ "$VERBOSE" = 1 ] && set -x; }`.
    pub fn test_at_end_of_function(&self) -> Option<EndingTest<'a>> {
        let is_guarded = |step: &&Step<'a>| {
            step.fate == Fate::Guarded && step.options.errexit && !step.context.in_condition
        };
        self.steps.iter().filter(is_guarded).find_map(|step| {
            let (name, body) = self.functions.get_key_value(&*step.command.name()?)?;
            let item = self.ending_test(body)?;
            Some(EndingTest { name, item, call: step.command })
        })
    }

    fn ending_test(&self, body: &'a Command<'a>) -> Option<&'a AndOr<'a>> {
        let CommandKind::Group(list) = &body.kind else { return None };
        let (item, before) = list.items.split_last()?;
        let ([test], [(Operator::And, then)]) = (item.first.commands.as_slice(), item.rest.as_slice()) else {
            return None;
        };
        let [then] = then.commands.as_slice() else { return None };
        let mut inner = Vec::new();
        commands_in(list, &mut inner);
        // What asks about the work itself is meant to say that it has failed, and so is what tells or returns it.
        let made: BTreeSet<&str> = inner.iter().flat_map(|it| names_set_by(it)).collect();
        let mut asked = Vec::new();
        test_words(test).iter().for_each(|it| variables(&it.parts, &mut asked));
        let is_answer = asked.iter().any(|it| it.name == "?" || made.contains(it.name))
            || test_words(test).iter().flat_map(|it| &it.parts).any(|it| matches!(it, Part::Command { .. }));
        let decides = is_test(then) || then.is("return") || then.is("exit") || then.has(Fact::Prints);
        let works = |it: &Command<'_>| !is_test(it) && self.is_work(it);
        let has_work = before.iter().flat_map(AndOr::pipelines).flat_map(|it| &it.commands).any(works);
        (is_test(test) && !item.first.negated && !item.background && !is_answer && !decides && has_work)
            .then_some(item)
    }
}

/// Returns the names of the variables that a command sets.
fn names_set_by<'c>(command: &'c Command<'_>) -> impl Iterator<Item = &'c str> {
    let declared = command.arguments().iter().map(|it| it.prefix().split('=').next().unwrap_or_default());
    let declares = ["local", "declare", "typeset", "export", "read"].iter().any(|it| command.is(it));
    command.assignments().iter().map(|it| it.name).chain(declared.filter(move |_| declares))
}
