//! The shell scripts inside containers: which argument is one, what the shell makes of it, and where that stands.
//!
//! [`ScriptSource`] finds the script and the text that the shell gets once Kubernetes has put in its variables, `parse`
//! reads it, [`flow`] says what becomes of the status of each command, and [`Script`] is what rules see.

pub mod bashisms;
mod cache;
pub mod calls;
pub mod client_errors;
mod compound;
mod constants;
mod continued;
mod counted;
mod deletions;
pub mod dumps;
pub mod empty_results;
mod error;
pub mod exits;
pub mod expected_failures;
mod extglob;
pub mod fatal_failures;
pub mod file_formats;
pub mod file_names;
mod flavour;
pub mod flow;
mod function_status;
pub mod function_tests;
pub mod gnu_options;
pub mod idle;
pub mod ignored_failures;
pub mod importance;
pub mod install;
mod invocation;
pub mod kills;
mod lists;
pub mod loops;
pub mod lost_status;
pub mod lost_variables;
mod made_files;
pub mod misnamed_files;
pub mod mixed_output;
mod mounts;
mod moving_names;
pub mod notifications;
mod optional_variables;
pub mod own_start;
pub mod packages;
mod parse;
pub mod passwords;
pub mod pipeline_readers;
mod pod_context;
pub mod privileges;
pub mod program_checks;
pub mod programs;
pub mod queries;
mod read_all;
mod readiness_probes;
pub mod recreated_objects;
mod redirect;
mod references;
pub mod reported_failures;
mod result_checks;
pub mod rotations;
pub mod script;
pub mod script_edit;
pub mod self_comparisons;
pub mod servers;
mod simple;
mod source_map;
mod status_use;
pub mod step;
pub mod stored_secrets;
pub mod streams;
pub mod syntax;
mod templates;
pub mod traversal;
pub mod unlimited_waits;
pub mod unnoticed;
pub mod unsure_deletions;
pub mod variables;
mod word;

use std::cell::OnceCell;

pub use cache::{MAX_KEPT, ParsedScript, RuleScript, ScriptCache};
pub use continued::{parse, parse_for_bash};
pub use error::{ScriptError, UnreadableCause};
pub use flavour::{Flavour, Lack, flavour};
pub use invocation::{Invocation, Shell};
pub use parse::MAX_LENGTH;
pub use pod_context::{LASTING, PodContext};
pub use read_all::{parse_all, unread_scripts};
pub use references::reference;
pub use script::{Script, ScriptSource};
pub use source_map::SourceMap;

use crate::manifest::document::{Node, Style};
use crate::manifest::place::Place;
use crate::manifest::workload::Container;
use crate::text::span::{Span, to_u32};
use references::expand_references;
use script::Caller;
use syntax::{Assignment, Command, CommandKind, Part, Tree};

impl<'d> ScriptSource<'d> {
    /// Finds the script of a container.
    pub fn find(invocation: &'d Invocation<'d>) -> Option<Self> {
        let shell = invocation.shell.filter(|shell| shell.flavour != Flavour::Other)?;
        let node = *invocation.words.get(shell.script)?;
        let (text, removed) = expand_references(node.text()?, &|name| invocation.is_in_env(name));
        let (caller, is_sourced, places) = Default::default();
        Some(ScriptSource { invocation, shell, node, text, caller, is_sourced, removed, places })
    }

    /// Makes the source of a file, in which Kubernetes puts no variables.
    pub fn of_file(
        invocation: &'d Invocation<'d>,
        shell: Shell<'d>,
        node: Node<'d>,
        is_sourced: bool,
    ) -> Self {
        let text = node.text().unwrap_or_default().into();
        let (caller, removed, places) = Default::default();
        ScriptSource { invocation, shell, node, text, caller, is_sourced, removed, places }
    }

    /// Makes it the source of a script that another one runs.
    pub fn called_by(self, caller: Caller<'d>, shell: Shell<'d>) -> Self {
        ScriptSource { shell, caller: Some(caller), ..self }
    }

    /// Returns what follows when the script exits with 0.
    pub fn effect_of_success(&self) -> &'static str {
        match &self.caller {
            Some(caller) if !caller.decides => "the script that runs this one continues",
            _ => self.invocation.effect_of_success(),
        }
    }

    /// Returns what a shell needs to get so that the script starts with `-e`: a file has no `-c` before it.
    pub fn errexit_option(&self) -> &'static str {
        let is_argument = self.invocation.words.get(self.shell.script).is_some_and(|it| *it == self.node);
        if is_argument || self.is_sourced { "-ec" } else { "-e" }
    }

    /// Reads it, unless it stands in the manifest as the shell gets it and has been read already.
    pub fn parse<'s>(&'s self, cache: &'s ScriptCache<'_>) -> RuleScript<'s> {
        if self.shell.flavour == Flavour::Python {
            return RuleScript::Own(Ok(Tree::default()));
        }
        let is_unchanged = self.node.text() == Some(&*self.text);
        let script = match cache.get(self.node).filter(|_| is_unchanged) {
            Some(parsed) => RuleScript::Shared(parsed),
            None => RuleScript::Own(parse(&self.text)),
        };
        let is_refused = |it: &ScriptError| it.cause == UnreadableCause::Shell;
        let script = match script.parsed() {
            Err(error) if self.shell.flavour == Flavour::Bash && is_refused(error) => {
                RuleScript::Own(parse_for_bash(&self.text))
            }
            _ => script,
        };
        // Nobody fills in what an API server is about to store.
        let is_template = !self.node.document.source.is_from_server()
            && self.text.contains("{{")
            && templates::is_template(&self.text, script.parsed());
        if !is_template {
            return script;
        }
        RuleScript::Own(Err(ScriptError {
            message: "a template is still to be filled in".to_owned(),
            span: Span::default(),
            cause: UnreadableCause::Template,
        }))
    }

    /// Whether `$(…)` turns `set -e` off. As `sh`, Bash passes it on.
    pub(crate) fn drops_errexit(&self) -> bool {
        self.shell.name == "bash" && !self.text.contains("inherit_errexit")
    }

    /// Returns where a part of the argument stands, before Kubernetes has put anything in.
    pub fn original_place(&self, part: Span) -> Place {
        let places = self.places.get_or_init(|| SourceMap::new(self.node));
        Place { path: self.node.path(), span: places.span(part) }
    }

    /// Returns where in the text lines start that a fold has joined to the ones before.
    pub fn joined_lines(&self) -> Vec<u32> {
        let is_folded = self.node.style() == Style::Folded && self.removed.is_empty();
        if !is_folded {
            Vec::new()
        } else {
            self.places.get_or_init(|| SourceMap::new(self.node)).joined_lines(&self.text)
        }
    }

    /// Returns where a part of the script stands in the manifest.
    pub fn place(&self, part: Span) -> Place {
        self.original_place(self.original_span(part))
    }

    /// Returns a part of the script as it was before Kubernetes has put anything in.
    pub fn original_text(&self, part: Span) -> &'d str {
        self.original_span(part).text(self.node.text().unwrap_or_default())
    }

    fn original_span(&self, part: Span) -> Span {
        let original = |at: u32| at + to_u32(self.removed.partition_point(|&it| it <= at));
        Span { start: original(part.start), end: original(part.end) }
    }
}

/// Returns the script of a container among those of its pod, which are in the order of the manifest.
pub fn script_of<'s, 'a>(scripts: &[&'s Script<'a>], container: Container<'_>) -> Option<&'s Script<'a>> {
    let at = scripts.binary_search_by_key(&container.node.id, |script| script.container().node.id).ok()?;
    Some(scripts[at])
}

impl<'a> Script<'a> {
    /// Returns a script that has been parsed, for rules; `nothing` stands for one that cannot be parsed.
    pub fn new(
        source: &'a Option<ScriptSource<'a>>,
        script: &'a Option<RuleScript<'a>>,
        nothing: &'a Tree<'a>,
    ) -> Option<Self> {
        let (source, result) = (source.as_ref()?, script.as_ref()?.parsed());
        let tree = result.as_ref().unwrap_or(nothing);
        let steps = flow::steps(tree, source.shell.options, source.drops_errexit());
        let mut commands = Vec::new();
        traversal::commands_in(&tree.list, &mut commands);
        let functions = commands.iter().filter_map(|it| match &it.kind {
            CommandKind::Function { name, body, .. } => Some((*name, &**body)),
            _ => None,
        });
        let functions = functions.collect();
        let printers = ignored_failures::printers(&commands);
        Some(Script {
            source,
            tree,
            error: result.as_ref().err(),
            steps,
            commands,
            functions,
            printers,
            ending_functions: OnceCell::new(),
            option_variables: OnceCell::new(),
            ignored_failures: OnceCell::new(),
            readers: OnceCell::new(),
            unset: OnceCell::new(),
            known_names: OnceCell::new(),
            single_values: OnceCell::new(),
            stated_values: OnceCell::new(),
            mounts: OnceCell::new(),
        })
    }

    /// Returns the container.
    pub fn container(&self) -> Container<'a> {
        self.source.invocation.container
    }

    /// Returns the text as the shell gets it.
    pub fn text(&self) -> &'a str {
        &self.source.text
    }

    /// Returns where a part of the script stands in the manifest.
    pub fn place(&self, part: Span) -> Place {
        self.source.place(part)
    }

    /// Returns the place of a command's name.
    pub fn name_place(&self, command: &Command<'_>) -> Place {
        self.place(command.words().first().map_or(command.span, |word| word.span))
    }

    /// Returns what messages call a command: its name, or what stands in the place of one.
    pub fn title(&self, command: &Command<'_>) -> String {
        let name = if command.is("exec") {
            command.arguments().first().and_then(|word| word.literal())
        } else {
            command.name().filter(|it| !it.is_empty())
        };
        match (name, command.assignments().first(), command.words().first()) {
            (Some(name), ..) => self.shortened(&name),
            (None, _, Some(word)) => self.shortened(word.span.text(self.text())),
            (None, Some(assignment), None) => self.assignment_title(assignment),
            (None, None, None) if matches!(command.kind, CommandKind::Group(_)) => "{ … }".to_owned(),
            (None, None, None) if matches!(command.kind, CommandKind::Subshell(_)) => "( … )".to_owned(),
            (None, None, None) => {
                let text = command.span.text(self.text());
                self.shortened(text.split_whitespace().next().unwrap_or(text))
            }
        }
    }

    /// Returns what messages call an assignment: `list=$(kubectl …)`.
    fn assignment_title(&self, assignment: &Assignment<'_>) -> String {
        let commands = assignment.value.parts.iter().find_map(|part| match part {
            Part::Command { list, process: false, .. } => Some(list),
            _ => None,
        });
        let name = assignment.name;
        let Some(item) = commands.and_then(|list| list.items.first()) else { return format!("{name}=…") };
        let first = item.first.commands.first().and_then(|it| Some((it, it.name()?)));
        let Some((first, inner)) = first.filter(|(_, name)| !name.is_empty()) else {
            return format!("{name}=$(…)");
        };
        let is_all = commands.is_some_and(|list| list.items.len() == 1)
            && item.rest.is_empty()
            && item.first.commands.len() == 1
            && first.words().len() == 1
            && first.redirections.is_empty();
        format!("{name}=$({}{})", self.shortened(&inner), if is_all { "" } else { " …" })
    }

    /// Returns the text of a part of the script for messages: its first line, if it is not too long.
    pub fn excerpt(&self, part: Span) -> String {
        self.shortened(part.text(self.text()))
    }

    fn shortened(&self, text: &str) -> String {
        const MAX: usize = 48;
        let line = text.lines().next().unwrap_or_default();
        let short: String = line.chars().take(MAX).collect();
        let is_whole = short.len() == text.len();
        // Backquotes stand around it.
        let short = short.replace('`', "'");
        let is_cut_inside = short.contains("$(") && short.matches('(').count() > short.matches(')').count();
        match (is_whole, is_cut_inside) {
            (true, _) => short,
            (false, true) => format!("{}…)", short.trim_end()),
            (false, false) => format!("{}…", short.trim_end()),
        }
    }

    /// Whether `env` has a variable of this name, or the script that runs this one may pass it on.
    pub fn is_in_env(&self, name: &str) -> bool {
        let is_given = |it: &Caller<'_>| it.names.as_ref().is_none_or(|names| names.contains(name));
        self.source.invocation.is_in_env(name) || self.source.caller.as_ref().is_some_and(is_given)
    }

    /// Returns its commands, with those in other commands and in functions, and in substitutions of none.
    pub fn commands(&self) -> &[&'a Command<'a>] {
        &self.commands
    }
}
