//! Programs that a script ends by their names: `pkill proxy`, `killall proxy`, `kill $(pidof proxy)`.

use super::syntax::{AndOr, Command, List, Operator, Part, Word};
use super::traversal::lists_of;
use crate::shell::script::Script;

/// What ends programs.
const TOOLS: [&str; 3] = ["pkill", "killall", "kill"];

/// A command that ends another program.
pub struct Kill<'a> {
    /// The command, or the `trap` that runs it.
    pub command: &'a Command<'a>,
    /// What it is called: `pkill`.
    pub tool: &'static str,
    /// The name of the program, or a part of it.
    name: String,
    /// Whether the name may be a part of a longer one.
    is_part: bool,
    /// Whether the signal is `SIGKILL`, which no program can catch, and not `SIGTERM`.
    pub is_certain: bool,
}

impl Kill<'_> {
    /// Whether it ends a program of this name, of which the kernel keeps 15 bytes (`comm`, `proc(5)`).
    pub fn ends(&self, program: &str) -> bool {
        let kept = program.get(..15).unwrap_or(program);
        if self.is_part { program.contains(&self.name) } else { self.name == program || self.name == kept }
    }
}

impl<'a> Script<'a> {
    /// Returns what the script ends whenever its work succeeds: at its top level, or in a `trap` for its end.
    pub fn kills(&self) -> Vec<Kill<'a>> {
        let mut found = Vec::new();
        let may_end = |it: &&Command<'a>| TOOLS.iter().any(|tool| it.is(tool)) || it.is("trap");
        // Nobody writes more by hand.
        for command in reached(&self.tree.list).filter(may_end).take(50) {
            found.extend(kill(command, self));
            let arguments = command.arguments();
            let is_for_end = arguments.iter().skip(1).any(|it| it.is("EXIT") || it.is("0"));
            let Some(action) = arguments.first().and_then(Word::literal) else { continue };
            if !command.is("trap") || !is_for_end {
                continue;
            }
            let in_list = |list: &List<'_>| {
                let mut kills = reached(list).filter_map(|it| kill(it, self));
                let Kill { tool, name, is_part, is_certain, .. } = kills.next()?;
                Some(Kill { command, tool, name, is_part, is_certain })
            };
            found.extend(match self.function(action.trim()) {
                Some(body) => lists_of(body).first().and_then(|list| in_list(list)),
                None => super::parse(&action).ok().and_then(|tree| in_list(&tree.list)),
            });
        }
        found
    }
}

/// Returns the commands of a list that run when all before them have succeeded.
fn reached<'t, 's>(list: &'t List<'s>) -> impl Iterator<Item = &'t Command<'s>> {
    let joined = |item: &'t AndOr<'s>| {
        let behind = item.rest.iter().take_while(|(operator, _)| *operator == Operator::And);
        std::iter::once(&item.first).chain(behind.map(|(_, pipeline)| pipeline))
    };
    let single = |commands: &'t [Command<'s>]| match commands {
        [command] => Some(command),
        _ => None,
    };
    let items = list.items.iter().filter(|it| !it.background);
    items.flat_map(joined).filter_map(move |pipeline| single(&pipeline.commands))
}

/// Returns what a command ends, if its words say so.
fn kill<'t>(command: &'t Command<'t>, script: &Script<'_>) -> Option<Kill<'t>> {
    let tool = TOOLS.into_iter().find(|it| command.is(it))?;
    let mut is_certain = false;
    let (mut is_part, mut target) = (tool == "pkill", None);
    let mut words = command.arguments().iter();
    while let Some(word) = words.next() {
        let text = word.literal();
        match text.as_deref() {
            Some("--") => {}
            Some("-f") if tool == "pkill" => {}
            Some("-x") if tool == "pkill" => is_part = false,
            Some("-q" | "-w") if tool == "killall" => {}
            Some("-s" | "--signal") => is_certain = is_kill(&words.next()?.literal()?)?,
            Some(option) if option.starts_with('-') => {
                is_certain = is_kill(option.trim_start_matches('-').trim_start_matches("signal="))?;
            }
            Some(_) | None if target.is_some() => return None,
            _ => target = Some(word),
        }
    }
    let name = match tool {
        "kill" => {
            let (name, is_pattern) = looked_up(target?, script)?;
            is_part = is_pattern;
            name
        }
        _ => target?.literal()?.into_owned(),
    };
    let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | '/');
    let base = name.rsplit('/').next().unwrap_or_default();
    // A part of two letters is in too many names.
    (name.chars().all(is_name) && base.len() > 2).then(|| Kill {
        command,
        tool,
        name: base.to_owned(),
        is_part,
        is_certain,
    })
}

/// Returns the name in `$(pidof name)` or `$(pgrep name)`, also by way of a variable, and whether it is a pattern.
fn looked_up(word: &Word<'_>, script: &Script<'_>) -> Option<(String, bool)> {
    let list = match word.parts.as_slice() {
        [Part::Command { list, process: false, .. }] => list,
        [Part::Variable(variable)] if variable.operator.is_empty() => {
            let mut assigned = script.commands().iter().flat_map(|it| it.assignments());
            let mut values = assigned.by_ref().filter(|it| it.name == variable.name);
            let (value, None) = (values.next()?, values.next()) else { return None };
            match value.value.parts.as_slice() {
                [Part::Command { list, process: false, .. }] => list,
                _ => return None,
            }
        }
        _ => return None,
    };
    let [item] = list.items.as_slice() else { return None };
    let [command] = item.first.commands.as_slice() else { return None };
    let is_pattern = command.is("pgrep");
    if !is_pattern && !command.is("pidof") {
        return None;
    }
    let is_option = |it: &&Word<'_>| ["-f", "-x", "-n", "-o", "-s"].iter().any(|option| it.is(option));
    let mut names = command.arguments().iter().skip_while(is_option);
    let (name, None) = (names.next()?, names.next()) else { return None };
    Some((name.literal()?.into_owned(), is_pattern && !command.has_argument("-x")))
}

/// Whether a signal is `SIGKILL`; `None` for one that is neither it nor `SIGTERM`.
fn is_kill(signal: &str) -> Option<bool> {
    match signal.trim_start_matches("SIG") {
        "9" | "KILL" => Some(true),
        "15" | "TERM" => Some(false),
        _ => None,
    }
}
