//! A script that has been read, and what was worked out of it so far.

use super::error::ScriptError;
use super::step::Step;
use super::syntax::Command;
use crate::manifest::document::Node;
use crate::shell::invocation::Invocation;
use crate::shell::invocation::Shell;
use crate::shell::source_map::SourceMap;
use crate::shell::syntax;
use crate::shell::syntax::Tree;
use crate::text::span::Span;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::collections::HashSet;

/// A script that has been read, for rules.
pub struct Script<'a> {
    /// The text with its place.
    pub source: &'a ScriptSource<'a>,
    /// The syntax tree; empty if it cannot be read.
    pub tree: &'a Tree<'a>,
    /// Why it cannot be read.
    pub error: Option<&'a ScriptError>,
    /// Its simple commands and tests, with what becomes of their status.
    pub steps: Vec<Step<'a>>,
    pub(super) commands: Vec<&'a Command<'a>>,
    /// The bodies of the functions.
    pub(super) functions: HashMap<&'a str, &'a Command<'a>>,
    /// The functions that do nothing but print.
    pub(super) printers: BTreeSet<&'a str>,
    pub(super) ending_functions: OnceCell<EndingFunctions<'a>>,
    pub(super) ignored_failures: OnceCell<Option<IgnoredFailures<'a>>>,
    pub(super) readers: OnceCell<Vec<&'a Command<'a>>>,
    pub(super) unset: OnceCell<Vec<&'a syntax::Variable<'a>>>,
    /// Some of the names that `env` or the script sets, to find the one that was meant.
    pub(super) known_names: OnceCell<Vec<&'a str>>,
    /// The variables that it sets, with the value of each that is set once.
    pub(super) single_values: OnceCell<HashMap<&'a str, Option<Value<'a>>>>,
    /// The values that `env` states of variables that it does not set.
    pub(super) stated_values: OnceCell<HashMap<&'a str, &'a str>>,
    /// The variables that it sets to what begins with `-`.
    pub(super) option_variables: OnceCell<HashSet<&'a str>>,
    /// The volumes by the path at which they are mounted.
    pub(super) mounts: OnceCell<HashMap<&'a str, Node<'a>>>,
}

/// The functions of a script that never return a failure.
#[derive(Default)]
pub(super) struct EndingFunctions<'a> {
    /// All of them.
    pub(super) settled: BTreeSet<&'a str>,
    /// Those that end the script with a failure instead.
    pub(super) names: BTreeSet<&'a str>,
    /// The places of `( … )`, of which `exit` ends no more than that.
    pub(super) subshells: Vec<Span>,
}

/// Commands whose failure the Job does not see.
pub struct IgnoredFailures<'a> {
    /// The commands, at least one.
    pub steps: Vec<Step<'a>>,
    /// Why.
    pub cause: IgnoredFailureCause<'a>,
}

/// Why a failure is not seen.
pub enum IgnoredFailureCause<'a> {
    /// Nothing sets `-e`, and a later command can still fail.
    NoErrexit,
    /// The last command always succeeds.
    Masked(Step<'a>),
    /// The script ends with `exit 0`.
    Exit(Step<'a>),
    /// `set +e` turns it off.
    TurnedOff(Step<'a>),
}

/// A script as the shell gets it.
pub struct ScriptSource<'d> {
    /// What the container starts.
    pub invocation: &'d Invocation<'d>,
    /// The shell that reads it.
    pub shell: Shell<'d>,
    /// The argument that holds it.
    pub node: Node<'d>,
    /// The text, after Kubernetes has put in its variables.
    pub text: Cow<'d, str>,
    /// The script that runs this one among its commands.
    pub caller: Option<Caller<'d>>,
    /// Whether the shell reads it from a file with `.`.
    pub is_sourced: bool,
    /// Where in the text Kubernetes has taken a `$` away.
    pub(super) removed: Vec<u32>,
    pub(super) places: OnceCell<SourceMap>,
}

/// What a script that runs another means for that.
pub struct Caller<'d> {
    /// The variables that it sets and may pass on; `None` if any may be.
    pub names: Option<BTreeSet<&'d str>>,
    /// Whether the status of the other is the status of the container.
    pub decides: bool,
    /// Whether it ends the other after some time: `timeout 60 sh FILE`.
    pub is_timed: bool,
}

/// The value that a script sets a variable to: parts of a word, from a byte of the first one on.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) parts: &'a [syntax::Part<'a>],
    pub(super) skipped: usize,
}
