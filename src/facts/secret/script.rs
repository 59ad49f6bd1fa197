//! Credentials in a shell script: in assignments, behind the flags of its commands, in here-documents and in SQL.

use crate::facts::secret::arguments::{behind_names, may_start_tool};
use crate::facts::secret::promise::{is_secret, promise};
use crate::facts::secret::sql;
use crate::shell::known::every_command;
use crate::shell::parse;
use crate::shell::programs::Fact;
use crate::shell::syntax::{Command, Part, Word};
use crate::text::span::Span;
use std::collections::BTreeMap;

/// A credential in a script: what it stands behind, and the part of the script that it is.
pub(super) type Found<'d> = (&'d str, &'d str);

/// Finds the credentials of a script; none where the shell could not read it.
pub(super) fn search(text: &str) -> Vec<Found<'_>> {
    if !may_hold(text) {
        return Vec::new();
    }
    let Ok(tree) = parse(text) else { return Vec::new() };
    let (script, mut commands) = (Script { text }, Vec::new());
    every_command(&tree.list, &mut commands);
    let mut found: Vec<Found<'_>> = commands.iter().flat_map(|command| script.in_command(command)).collect();
    found.extend(commands.windows(2).filter_map(|pair| script.piped(pair[0], pair[1])));
    found.extend(tree.texts.iter().flat_map(|body| in_file(body.text(text))));
    found.extend(sql::passwords(text));
    found.extend(in_password_file(text, &tree.texts));
    found
}

/// Says whether a script has any of the words without which there is nothing to find: most have none, and need not be
/// read again.
fn may_hold(text: &str) -> bool {
    const WORDS: [&str; 8] =
        ["pass", "pwd", "secret", "token", "key", "credential", "authorization", "identified"];
    let lower = text.to_ascii_lowercase();
    WORDS.iter().any(|it| lower.contains(it)) || may_start_tool(text)
}

struct Script<'d> {
    text: &'d str,
}

impl<'d> Script<'d> {
    fn in_command(&self, command: &Command<'_>) -> Vec<Found<'d>> {
        let assigned = command.assignments().iter().filter(|it| !it.array).filter_map(|it| {
            let value = it.value.literal().filter(|value| is_secret(it.name, value))?;
            Some((self.part(it.span, it.name), self.part(it.value.span, &value)))
        });
        let mut found: Vec<Found<'d>> = assigned.collect();
        let words = command.words();
        let is_text = command.has(Fact::Texts);
        if !is_text {
            // What the shell makes only when it runs is no literal credential.
            let literals: Vec<_> = words.iter().map(|it| it.literal().unwrap_or("$".into())).collect();
            let texts: Vec<&str> = literals.iter().map(|it| &**it).collect();
            found.extend(behind_names(&texts).into_iter().map(|(index, value, name)| {
                let span = words[index].span;
                let near = Span { start: words[index.saturating_sub(1)].span.start, end: span.end };
                let is_near = near.text(self.text).contains(name);
                let around = if is_near { near } else { Span { start: words[0].span.start, ..near } };
                (self.part(around, name), self.part(span, value))
            }));
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
    let value = match () {
        () if is_quoted('"') || is_quoted('\'') => &value[1..value.len() - 1],
        () if value.contains(['\'', '"']) || is_code(value) => return None,
        () => value,
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

/// Says whether a value is an expression of a program: a call, a field, another name for a secret.
fn is_code(value: &str) -> bool {
    let is_field =
        value.contains('.') && value.bytes().all(|it| it.is_ascii_alphabetic() || b"_.".contains(&it));
    let is_name = value.bytes().all(|it| it.is_ascii_lowercase() || it == b'_') && promise(value).is_some();
    value.contains(['(', '[', '{']) || is_field || (is_name && value != "password")
}
