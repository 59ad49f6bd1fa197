//! Credentials in a shell script: in assignments, behind the flags of its commands, in here-documents and in SQL.

use super::expansion::{Expansion, Origins, Variables};
use super::url;
use crate::facts::secret::arguments::{behind_names, may_start_tool};
use crate::facts::secret::promise::{is_secret, promise};
use crate::facts::secret::sql;
use crate::manifest::document::Node;
use crate::shell::programs::Fact;
use crate::shell::syntax::{Command, Part, Variable, Word};
use crate::shell::traversal::every_command;
use crate::shell::{ScriptCache, parse};
use crate::text::span::Span;
use std::collections::BTreeMap;

/// A credential in a script: what it stands behind, and the part of the script that it is.
pub(super) type Found<'d> = (&'d str, &'d str);

/// Finds the credentials of a script that starts with these variables; none if the shell could not read it.
///
/// `argument` is the argument that it is, among those that are read once for everybody.
pub(super) fn search<'d>(
    text: &'d str,
    argument: Option<(&ScriptCache<'d>, Node<'d>)>,
    variables: &Variables<'d>,
) -> Vec<Found<'d>> {
    if !may_hold(text) {
        return Vec::new();
    }
    let own;
    let parsed = match argument.and_then(|(cache, node)| cache.get(node)) {
        Some(parsed) => parsed,
        None => {
            own = parse(text);
            &own
        }
    };
    let Ok(tree) = parsed else { return Vec::new() };
    let (mut script, mut commands) = (Script { text, variables: variables.clone() }, Vec::new());
    every_command(&tree.list, &mut commands);
    let mut found = Vec::new();
    for command in &commands {
        found.extend(script.in_command(command));
        script.assign(command);
    }
    found.extend(commands.windows(2).filter_map(|pair| script.piped(pair[0], pair[1])));
    found.extend(tree.texts.iter().flat_map(|body| in_file(body.text(text))));
    found.extend(sql::passwords(text));
    found.extend(in_password_file(text, &tree.texts));
    found
}

/// Whether a script has any of the words without which there is nothing to find: most have none, and need not be
/// read.
fn may_hold(text: &str) -> bool {
    const WORDS: [&str; 8] =
        ["pass", "pw", "secret", "token", "key", "credential", "authorization", "identified"];
    let lower = text.to_ascii_lowercase();
    let is_address = || text.contains("://") && text.contains('@');
    WORDS.iter().any(|it| lower.contains(it)) || is_address() || may_start_tool(text)
}

struct Script<'d> {
    text: &'d str,
    variables: Variables<'d>,
}

impl<'d> Script<'d> {
    fn in_command(&mut self, command: &Command<'d>) -> Vec<Found<'d>> {
        let mut found = Vec::new();
        for it in command.assignments().iter().filter(|it| !it.array) {
            let Some(value) = self.variables.fill_in_word(&it.value) else { continue };
            if is_secret(it.name, &value.text) {
                found.push((it.name, value.origin(&value.text).unwrap_or(it.value.span.text(self.text))));
            }
            found.extend(self.in_address(&it.value, &value));
        }
        let words = command.words();
        let is_text = command.has(Fact::Texts);
        if !is_text {
            let filled: Vec<_> = words.iter().map(|it| self.variables.fill_in_word(it)).collect();
            // What the shell makes only when it runs is no literal credential.
            let texts: Vec<&str> =
                filled.iter().map(|it| it.as_ref().map_or("$", |it| it.text.as_str())).collect();
            let origins = Origins::of(filled.iter().flatten());
            found.extend(behind_names(&texts).into_iter().filter_map(|(name, value)| {
                Some((origins.origin(name).unwrap_or_default(), origins.origin(value)?))
            }));
            for (word, filled) in words.iter().zip(&filled) {
                found.extend(filled.iter().flat_map(|it| self.in_address(word, it)));
            }
        }
        let writes = command.redirections.iter().any(|it| it.operator.starts_with('>'));
        let is_data = |word: &&Word<'_>| {
            if is_text { writes } else { word.prefix().trim_start().starts_with(['{', '[']) }
        };
        let data = words.iter().skip(1).filter(is_data).filter_map(|word| match word.parts.as_slice() {
            [Part::Text { text, .. }] => Some(self.part(word.span, text)),
            _ => None,
        });
        found.extend(data.flat_map(in_file));
        found
    }

    /// Returns the passwords in the addresses that a word becomes; those that stand in the script as they are do not need
    /// it to be read.
    fn in_address(&self, word: &Word<'d>, filled: &Expansion<'d>) -> Vec<Found<'d>> {
        if word.parts.iter().all(|it| matches!(it, Part::Text { .. })) {
            return Vec::new();
        }
        let name = word.prefix();
        url::passwords(&filled.text).into_iter().filter_map(|it| Some((name, filled.origin(it)?))).collect()
    }

    /// Keeps the values that a command gives to variables.
    fn assign(&mut self, command: &Command<'d>) {
        for it in command.assignments().iter().filter(|it| !it.array && !it.append) {
            self.set(it.name, &it.value.parts);
        }
        let declares = ["export", "declare", "local", "readonly", "typeset"];
        if command.name().is_some_and(|it| declares.contains(&&*it)) {
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
    }

    fn set(&mut self, name: &'d str, value: &[Part<'d>]) {
        match value {
            [Part::Text { text, .. }] => self.variables.set(name, text),
            [Part::Variable(Variable { name: other, operator: "", .. })] => {
                self.variables.repeat(name, other);
            }
            _ => self.variables.forget(name),
        }
    }

    /// Returns the part of the script that is this text, or all of the script there without the quotes around it.
    fn part(&self, span: Span, text: &str) -> &'d str {
        let raw = span.text(self.text);
        raw.rfind(text).map_or(raw.trim_matches(['\'', '"']), |at| &raw[at..at + text.len()])
    }

    /// `echo hunter2 | docker login --password-stdin`, `echo bob:hunter2 | chpasswd`
    fn piped(&self, first: &Command<'_>, second: &Command<'_>) -> Option<Found<'d>> {
        let between = self.text.get(first.span.end as usize..second.span.start as usize)?;
        let is_piped = between.trim() == "|" && first.has(Fact::Prints);
        if !is_piped {
            return None;
        }
        if second.is("chpasswd") {
            let (name, word) = (second.words().first()?, first.arguments().last()?);
            let literal = word.literal()?;
            let password = literal.split_once(':')?.1.trim_end_matches("\\n");
            return is_secret("piped_password", password)
                .then(|| (self.part(name.span, "chpasswd"), self.part(word.span, password)));
        }
        let reads = second.words().iter().find(|it| it.prefix().ends_with("password-stdin"))?;
        let word = first.arguments().iter().rfind(|it| !it.prefix().starts_with('-'))?;
        let value = word.literal().filter(|it| is_secret("piped_password", it))?;
        Some((self.part(reads.span, reads.prefix()), self.part(word.span, &value)))
    }
}

/// Looks at what becomes a file, or is sent: lines with `name=value` or `name: value`, and JSON.
pub(super) fn in_file(text: &str) -> Vec<Found<'_>> {
    let is_json = text.trim_start().starts_with(['{', '[']);
    let parts = text.split(move |it: char| it == '\n' || is_json && matches!(it, ',' | '{' | '}'));
    parts.filter_map(setting).collect()
}

/// Finds the passwords in lines of a `.pgpass`, which has `host:port:database:user:password`.
fn in_password_file<'d>(text: &'d str, bodies: &[Span]) -> Vec<Found<'d>> {
    let Some(at) = text.find("pgpass") else { return Vec::new() };
    let name = &text[at..at + 6];
    let bodies = bodies.iter().flat_map(|it| it.text(text).lines());
    let arguments = text.split(['"', '\'', '\n', ' ', '\\']);
    let found: BTreeMap<usize, Found<'d>> = bodies
        .chain(arguments)
        .filter_map(|line| {
            let fields: Vec<&str> = line.trim().split(':').collect();
            let [host, port, _, _, password] = fields[..] else { return None };
            let is_port = port == "*" || !port.is_empty() && port.bytes().all(|it| it.is_ascii_digit());
            let is_host = host.bytes().all(|it| it.is_ascii_alphanumeric() || b".-_*/".contains(&it));
            let is_made = password.contains(['$', '`']);
            (is_host && is_port && !is_made && is_secret("pgpass_password", password))
                .then_some((password.as_ptr().addr(), (name, password)))
        })
        .collect();
    found.into_values().collect()
}

/// Reads `name=value` or `name: value` with a credential in it.
fn setting(line: &str) -> Option<Found<'_>> {
    let line = line.trim().trim_start_matches("export ").trim_end_matches([',', ';']);
    let (name, value) = line.split_once(['=', ':'])?;
    let is_key_quoted = name.trim().ends_with(['\'', '"']);
    let (name, value) = (name.trim().trim_matches(['\'', '"']), value.trim());
    let is_quoted = |quote: char| value.len() > 1 && value.starts_with(quote) && value.ends_with(quote);
    let value = if is_quoted('"') || is_quoted('\'') {
        &value[1..value.len() - 1]
    } else if value.contains(['\'', '"']) || is_code(value) {
        return None;
    } else {
        value
    };
    // `'password': password` is a program's.
    let is_literal = |it: &str| it.bytes().any(|it| !it.is_ascii_alphabetic() && it != b'_');
    if is_key_quoted && !is_quoted('"') && !is_quoted('\'') && !is_literal(value) {
        return None;
    }
    let is_name = name.bytes().all(|it| it.is_ascii_alphanumeric() || b"_.-".contains(&it));
    let is_made = value.contains(['$', '`']) || value.contains("{{");
    (is_name && !is_made && is_secret(name, value)).then_some((name, value))
}

/// Whether a value is an expression of a program: a call, a field, another name for a secret.
fn is_code(value: &str) -> bool {
    let is_field =
        value.contains('.') && value.bytes().all(|it| it.is_ascii_alphabetic() || b"_.".contains(&it));
    let is_name = value.bytes().all(|it| it.is_ascii_lowercase() || it == b'_') && promise(value).is_some();
    value.contains(['(', '[', '{']) || is_field || (is_name && value != "password")
}
