//! Credentials in a shell script: in assignments, behind the flags of its commands, in here-documents, in SQL and in the scripts
//! within it.

use super::expansion::{Expansion, Origins, Variables};
use super::input;
use super::password_file;
use super::text;
use super::url;
use crate::facts::secret::arguments::{behind_names, may_start_tool};
use crate::facts::secret::promise::{is_secret, may_promise};
use crate::facts::secret::sql;
use crate::shell::ParsedScript;
use crate::shell::parse;
use crate::shell::programs::Fact;
use crate::shell::syntax::{Assignment, Command, CommandKind, List, Part, Tree, Variable, Word};
use crate::shell::traversal::{commands_in, every_command, lists_of};
use crate::text::span::Span;
use crate::value::program::{base_name, script_position};
use std::collections::HashMap;

/// A credential in a script: what it stands behind, and the part of the script that it is.
pub(super) type Found<'d> = (&'d str, &'d str);

/// Scripts within scripts are read so far.
const MAX_DEPTH: usize = 4;

/// Finds the credentials of a script that starts with these variables; what cannot be read is noted there.
///
/// `known` returns the script if a container runs it: rules say that such a script cannot be read.
pub(super) fn search<'d, 'p>(
    text: &'d str,
    known: &dyn Fn() -> Option<&'p ParsedScript<'d>>,
    variables: &'d Variables<'d>,
) -> Vec<Found<'d>>
where
    'd: 'p,
{
    if !may_hold(text) {
        return Vec::new();
    }
    match known() {
        Some(Ok(tree)) => in_tree(text, tree, Variables::within(variables), 0),
        Some(Err(_)) => Vec::new(),
        None => in_own(text, variables, 0),
    }
}

/// Finds the credentials of a script that nobody else reads.
fn in_own<'d>(text: &'d str, variables: &'d Variables<'d>, depth: usize) -> Vec<Found<'d>> {
    if depth <= MAX_DEPTH
        && let Ok(tree) = parse(text)
    {
        return in_tree(text, &tree, Variables::within(variables), depth);
    }
    variables.skip(text);
    Vec::new()
}

/// Returns what stands before each credential of a script that is a file; nothing where that is not in the text.
pub(super) fn names_in_file(text: &str) -> Vec<&str> {
    let variables = Variables::none();
    let found = search(text, &|| None, &variables);
    let in_text = |name: &str| {
        let at = (name.as_ptr().addr()).checked_sub(text.as_ptr().addr());
        at.and_then(|at| text.get(at..at + name.len())).unwrap_or_default()
    };
    found.iter().map(|(name, _)| in_text(name)).collect()
}

fn in_tree<'d>(text: &'d str, tree: &Tree<'d>, variables: Variables<'d>, depth: usize) -> Vec<Found<'d>> {
    let mut commands = Vec::new();
    every_command(&tree.list, &mut commands);
    let mut script = Script { text, tree, variables, functions: HashMap::new(), depth };
    let mut found = Vec::new();
    // The end of the function that is being defined, and the arguments outside of it: within, nothing tells what they are.
    let mut outside = None;
    for command in &commands {
        if let Some((end, arguments)) = outside
            && command.span.start >= end
        {
            script.set_positional(arguments);
            outside = None;
        }
        found.extend(script.in_command(command));
        script.assign(command);
        if outside.is_none() && matches!(command.kind, CommandKind::Function { .. }) {
            outside = Some((command.span.end, script.positional()));
            script.set_positional([None; POSITIONAL.len()]);
        }
        if let Some(body) = script.called(command) {
            let arguments = script.positional();
            script.set_arguments(command.arguments());
            let mut inner = Vec::new();
            commands_in(body, &mut inner);
            inner.iter().for_each(|it| found.extend(script.in_command(it)));
            script.set_positional(arguments);
        }
    }
    found.extend(commands.windows(2).filter_map(|pair| script.piped(pair[0], pair[1])));
    found.extend(tree.texts.iter().flat_map(|body| named(body.text(text))));
    for document in &tree.documents {
        let filled = script.variables.fill_in_word(document);
        found.extend(filled.iter().flat_map(|it| origins(it, named(&it.text))));
    }
    found.extend(sql::passwords(text));
    found.extend(password_file::in_script(text, &tree.texts));
    found
}

/// Whether a script has any of the words without which there is nothing to find: most have none, and need not be
/// read.
fn may_hold(text: &str) -> bool {
    let is_address = || text.contains('@') && (text.contains("://") || text.contains(':'));
    may_promise(text)
        || is_address()
        || may_start_tool(text)
        || text.contains(" -u ")
        || input::may_read(text)
}

/// Finds the credentials of a text in a script.
fn named(text: &str) -> Vec<Found<'_>> {
    text::by_name("", text).into_iter().map(|it| (it.name, it.text)).collect()
}

/// Returns where the credentials of a text come from that the shell makes.
fn origins<'d>(made: &Expansion<'d>, found: Vec<Found<'_>>) -> Vec<Found<'d>> {
    let origin = |(name, value)| Some((made.origin(name).unwrap_or_default(), made.origin(value)?));
    found.into_iter().filter_map(origin).collect()
}

struct Script<'t, 'd> {
    text: &'d str,
    tree: &'t Tree<'d>,
    variables: Variables<'d>,
    /// The functions that nothing has called yet.
    functions: HashMap<&'d str, &'t Command<'d>>,
    /// How many scripts this one is within.
    depth: usize,
}

impl<'t, 'd> Script<'t, 'd> {
    fn in_command(&mut self, command: &Command<'d>) -> Vec<Found<'d>> {
        let mut found = Vec::new();
        for it in command.assignments() {
            if it.array {
                found.extend(self.in_array(it));
                continue;
            }
            self.in_defaults(&it.value.parts, &mut found);
            let Some(value) = self.variables.fill_in_word(&it.value) else { continue };
            if is_secret(it.name, &value.text) {
                found.push((it.name, value.origin(&value.text).unwrap_or(it.value.span.text(self.text))));
            }
            found.extend(origins(&value, self.in_address(&it.value, &value)));
            if !it.value.parts.iter().all(|it| matches!(it, Part::Text { quoted: false, .. })) {
                found.extend(origins(&value, named(&value.text)));
            }
        }
        let words = command.words();
        words.iter().for_each(|it| self.in_defaults(&it.parts, &mut found));
        let filled: Vec<_> = words.iter().map(|it| self.variables.fill_in_word(it)).collect();
        // What the shell makes only when it runs is not a literal credential.
        let texts: Vec<&str> =
            filled.iter().map(|it| it.as_ref().map_or("$", |it| it.text.as_str())).collect();
        let all = Origins::of(filled.iter().flatten());
        let mut add = |(name, value): Found<'_>| {
            found.extend(all.origin(value).map(|it| (all.origin(name).unwrap_or_default(), it)));
        };
        let is_text = command.has(Fact::Texts);
        let writes = command.redirections.iter().any(|it| it.operator.starts_with('>'));
        let scripts = if is_text { Vec::new() } else { scripts_in(&texts) };
        if !is_text {
            behind_names(&texts).into_iter().for_each(&mut add);
        }
        for (word, text) in texts.iter().enumerate().skip(1) {
            let is_script = scripts.binary_search_by_key(&word, |it| it.0).is_ok();
            let is_data =
                if is_text { writes } else { text.contains([' ', '\n', '{', '"', '\'', '@', '&', ';']) };
            if is_data && !is_script {
                named(text).into_iter().for_each(&mut add);
            }
            if !is_text && let Some(filled) = &filled[word] {
                self.in_address(&words[word], filled).into_iter().for_each(&mut add);
            }
        }
        input::in_command(command, &texts).into_iter().for_each(&mut add);
        for (_, script) in scripts.into_iter().filter(|it| may_hold(it.1)) {
            in_own(script, &self.variables, self.depth + 1).into_iter().for_each(&mut add);
        }
        found.extend(self.given(command));
        found
    }

    /// `PASSWORDS=(hunter2)`, `C=([password]=hunter2)`, `C[password]=hunter2`
    fn in_array(&self, assignment: &Assignment<'d>) -> Vec<Found<'d>> {
        let element = assignment.span.text(self.text).strip_prefix(assignment.name);
        let key = element.and_then(|it| it.strip_prefix('[')?.split_once(']')).map(|it| it.0);
        let name = assignment.name.trim_end_matches(['S', 's']);
        let value = |part: &Part<'d>| {
            let Part::Text { text, .. } = part else { return None };
            let pair = text.strip_prefix('[').and_then(|it| it.split_once("]="));
            let (own, value) = pair.unwrap_or((key.unwrap_or(name), text));
            (is_secret(own, value) || is_secret(name, value)).then_some((assignment.name, value))
        };
        let mut found: Vec<_> = assignment.value.parts.iter().filter_map(value).collect();
        // `a=(mysql -phunter2); "${a[@]}"`
        let text = |part: &Part<'d>| if let Part::Text { text, .. } = part { text } else { "$" };
        let words: Vec<&'d str> = assignment.value.parts.iter().map(text).collect();
        found.extend(behind_names(&words));
        found
    }

    /// `${DB_PASSWORD:-hunter2}`, wherever it stands.
    fn in_defaults(&self, parts: &[Part<'d>], found: &mut Vec<Found<'d>>) {
        for part in parts {
            let Part::Variable(Variable { name, operator, argument, .. }) = part else { continue };
            if matches!(*operator, ":-" | "-" | ":=" | "=" | ":+" | "+")
                && let Some([text]) = self.variables.pieces(argument).as_deref()
                && is_secret(name, text)
            {
                found.push((name, text));
            }
            self.in_defaults(argument, found);
        }
    }

    /// Returns the passwords in the addresses that a word becomes; those that stand in the script as they are do not need
    /// it to be read.
    fn in_address<'e>(&self, word: &Word<'_>, filled: &'e Expansion<'d>) -> Vec<Found<'e>> {
        if word.parts.iter().all(|it| matches!(it, Part::Text { .. })) {
            return Vec::new();
        }
        url::passwords(&filled.text).into_iter().map(|it| ("", it)).collect()
    }

    /// Keeps the values that a command gives to variables.
    fn assign(&mut self, command: &'t Command<'d>) {
        for it in command.assignments().iter().filter(|it| !it.array && !it.append) {
            self.set(it.name, &it.value.parts);
        }
        match &command.kind {
            CommandKind::For { name, words, .. } => match words.first() {
                Some(word) => self.set(name, &word.parts),
                None => self.variables.forget(name),
            },
            CommandKind::Function { name, body, .. } => _ = self.functions.insert(name, body),
            _ => {}
        }
        let Some(program) = command.name() else { return };
        if ["export", "declare", "local", "readonly", "typeset"].contains(&&*program) {
            for word in command.arguments() {
                if let Some((Part::Text { text, .. }, parts)) = word.parts.split_first()
                    && let Some((name, value)) = text.split_once('=')
                {
                    let own = Part::Text { text: value, quoted: false };
                    let parts = if value.is_empty() { parts } else { &[own] };
                    self.set(name, parts);
                }
            }
        }
        if program == "set" && command.arguments().first().is_some_and(|it| it.is("--")) {
            self.set_arguments(&command.arguments()[1..]);
        }
    }

    fn set(&mut self, name: &'d str, value: &[Part<'d>]) {
        match self.variables.pieces(value).as_deref() {
            Some([piece]) => self.variables.set(name, piece),
            _ => self.variables.forget(name),
        }
    }

    /// Returns the values of `$1` to `$9` that are known.
    fn positional(&self) -> Positional<'d> {
        POSITIONAL.map(|name| self.variables.get(name))
    }

    fn set_positional(&mut self, values: Positional<'d>) {
        for (name, value) in POSITIONAL.into_iter().zip(values) {
            match value {
                Some(value) => self.variables.set(name, value),
                None => self.variables.forget(name),
            }
        }
    }

    /// Makes words the arguments, and the only ones.
    fn set_arguments(&mut self, words: &[Word<'d>]) {
        let mut values = [None; POSITIONAL.len()];
        for (value, word) in values.iter_mut().zip(words) {
            if let Some([piece]) = self.variables.pieces(&word.parts).as_deref() {
                *value = Some(*piece);
            }
        }
        self.set_positional(values);
    }

    /// Returns the body of the function that a command calls for the first time.
    fn called(&mut self, command: &Command<'d>) -> Option<&'t List<'d>> {
        let body = self.functions.remove(&*command.name()?)?;
        lists_of(body).into_iter().next()
    }

    /// Returns the part of the script that is this text, or all of the script there without the quotes around it.
    fn part(&self, span: Span, text: &str) -> &'d str {
        let raw = span.text(self.text);
        raw.rfind(text).map_or(raw.trim_matches(['\'', '"']), |at| &raw[at..at + text.len()])
    }

    /// Returns the credentials that a command reads from a here-string or a here-document: `read -r PASSWORD <<< hunter2`.
    fn given(&mut self, command: &Command<'d>) -> Vec<Found<'d>> {
        let mut found = Vec::new();
        for redirection in &command.redirections {
            let text = match redirection.operator {
                "<<<" => self.variables.pieces(&redirection.target.parts).and_then(|it| it.first().copied()),
                "<<" | "<<-" => {
                    let next = self.tree.texts.partition_point(|it| it.start < command.span.end);
                    self.tree.texts.get(next).map(|it| it.text(self.text))
                }
                // `< <(echo hunter2)`
                "<" => self.variables.pieces(&redirection.target.parts).and_then(|it| it.first().copied()),
                _ => None,
            };
            let Some(text) = text else { continue };
            if redirection.operator == "<<<" {
                found.extend(named(text));
            }
            if redirection.operator != "<"
                || matches!(redirection.target.parts.as_slice(), [Part::Command { .. }])
            {
                found.extend(input::given(command, text));
            }
        }
        found
    }

    /// `echo hunter2 | docker login --password-stdin`, `echo bob:hunter2 | chpasswd`
    fn piped(&self, first: &Command<'d>, second: &Command<'d>) -> Option<Found<'d>> {
        let between = self.text.get(first.span.end as usize..second.span.start as usize)?;
        if between.trim() != "|" {
            return None;
        }
        let word = first.arguments().iter().rfind(|it| !it.prefix().starts_with('-'))?;
        let text = if first.is("printenv") {
            self.variables.get(&word.literal()?)?
        } else if first.has(Fact::Prints) {
            match self.variables.pieces(&word.parts)?.as_slice() {
                [piece] => piece,
                _ => self.part(word.span, &word.literal()?),
            }
        } else {
            return None;
        };
        input::given(second, text).into_iter().next()
    }
}

/// The names of a script's arguments.
pub(super) const POSITIONAL: [&str; 9] = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// Their values, as far as they are known.
type Positional<'d> = [Option<&'d str>; POSITIONAL.len()];

/// Returns which words of a command are scripts, or have one behind the name of an alias.
fn scripts_in<'a>(words: &[&'a str]) -> Vec<(usize, &'a str)> {
    /// Programs and builtins that run a script which is an argument.
    const RUNNERS: [&str; 13] = [
        "alias", "doas", "eval", "flock", "lftp", "parallel", "runuser", "script", "ssh", "su", "sudo",
        "trap", "watch",
    ];
    if let Some(at) = script_position(words) {
        return vec![(at, words[at])];
    }
    let is_runner = |word: &&str| RUNNERS.contains(&base_name(word));
    if !words.iter().take(4).any(is_runner) {
        return Vec::new();
    }
    let is_alias = words[0] == "alias";
    let behind_name = |word: &'a str| word.split_once('=').filter(|_| is_alias).map_or(word, |it| it.1);
    let scripts = words.iter().enumerate().skip(1).filter(|it| it.1.contains(' '));
    scripts.map(|(at, word)| (at, behind_name(word))).collect()
}
