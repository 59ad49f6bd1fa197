//! What Bash has and a plain `sh` has not.

use super::flavour::Flavour;
use super::readiness_probes::opens_connection;
use super::syntax::{Command, CommandKind, Part, Variable, Word};
use super::traversal::words_in;
use crate::shell::script::Script;
use crate::text::span::Span;

/// Something that only Bash has.
pub struct Bashism {
    /// What it is, for messages.
    pub what: &'static str,
    /// Where it stands.
    pub span: Span,
    /// Whether BusyBox has it too.
    pub in_busybox: bool,
    /// Whether a shell without it stops there with `Bad substitution`.
    pub is_expansion: bool,
}

/// Finds what a plain `sh` has not, in the order of the text.
pub fn bashisms(script: &Script<'_>) -> Vec<Bashism> {
    let mut found: Vec<Bashism> = Vec::new();
    for command in script.commands() {
        if let Some((what, in_busybox)) = in_command(command) {
            found.push(Bashism {
                what,
                span: command.words().first().map_or(head(command), |it| it.span),
                in_busybox,
                is_expansion: false,
            });
        }
        for assignment in command.assignments().iter().filter(|it| it.array || it.append) {
            let what = if assignment.array { "arrays" } else { "`+=`" };
            found.push(Bashism { what, span: assignment.span, in_busybox: false, is_expansion: false });
        }
        for redirection in &command.redirections {
            let known = match redirection.operator {
                "<<<" => Some(("`<<<`", false)),
                "&>" | "&>>" => Some(("`&>`", true)),
                _ if opens_connection(redirection) => Some(("`/dev/tcp`", false)),
                _ => None,
            };
            found.extend(known.map(|(what, in_busybox)| Bashism {
                what,
                span: redirection.span,
                in_busybox,
                is_expansion: false,
            }));
        }
    }
    words_in(&script.tree.list, &mut |word| found.extend(in_word(word)));
    found.sort_by_key(|it| it.span.start);
    found
}

fn head(command: &Command<'_>) -> Span {
    Span { start: command.span.start, end: command.span.end.min(command.span.start + 2) }
}

fn in_command(command: &Command<'_>) -> Option<(&'static str, bool)> {
    match &command.kind {
        CommandKind::Test(_) => Some(("`[[`", true)),
        CommandKind::Arithmetic(_) => Some(("`((…))`", false)),
        CommandKind::For { arithmetic: Some(_), .. } => Some(("`for ((…))`", false)),
        CommandKind::Function { keyword: true, .. } => Some(("`function`", true)),
        CommandKind::Simple { .. } => match command.name().as_deref()? {
            "source" => Some(("`source`", true)),
            "declare" | "typeset" => Some(("`declare`", false)),
            "pushd" | "popd" => Some(("`pushd`", false)),
            "shopt" => Some(("`shopt`", false)),
            "mapfile" | "readarray" => Some(("`mapfile`", false)),
            "set" if command.has_argument("pipefail") => Some(("`pipefail` before version 0.5.13", true)),
            "trap" if command.has_argument("ERR") => Some(("`trap … ERR`", false)),
            "wait" if command.has_argument("-n") => Some(("`wait -n`", true)),
            "read" if command.arguments().iter().any(|it| it.prefix().starts_with("-t")) => {
                Some(("`read -t`", true))
            }
            "echo"
                if command
                    .arguments()
                    .first()
                    .is_some_and(|it| ["-e", "-en", "-ne"].iter().any(|e| it.is(e))) =>
            {
                Some(("`echo -e`", true))
            }
            "[" | "test" if command.has_argument("==") => Some(("`==` in `[`", true)),
            _ => None,
        },
        _ => None,
    }
}

fn in_word(word: &Word<'_>) -> Option<Bashism> {
    let other = |what, span, in_busybox| Some(Bashism { what, span, in_busybox, is_expansion: false });
    word.parts.iter().find_map(|part| match part {
        Part::Command { process: true, span, .. } => other("`<(…)`", *span, false),
        Part::Arithmetic(text) if text.contains("++") || text.contains("--") => {
            other("`i++`", word.span, true)
        }
        Part::Arithmetic(text) if text.contains("RANDOM") => other("`$RANDOM`", word.span, true),
        Part::Variable(it) if it.name == "RANDOM" => other("`$RANDOM`", it.span, true),
        Part::Variable(it) => {
            let (what, in_busybox) = in_expansion(it)?;
            Some(Bashism { what, span: it.span, in_busybox, is_expansion: true })
        }
        Part::Text { text, quoted: false } if is_range(text) => other("`{1..9}`", word.span, false),
        _ => None,
    })
}

/// Returns what an expansion uses that only Bash has, and whether BusyBox has it too.
fn in_expansion(variable: &Variable<'_>) -> Option<(&'static str, bool)> {
    Some(match variable.operator {
        _ if variable.is_element => ("`${A[0]}`", false),
        "//" | "/" | "/#" | "/%" => ("`${A/b/c}`", true),
        ":" => ("`${A:0:1}`", true),
        "^^" | "^" | ",," | "," => ("`${A^^}`", false),
        "!" => ("`${!A}`", false),
        _ => return None,
    })
}

/// Whether a shell stops at the expansion with `Bad substitution`, set or not.
pub fn is_bad_substitution(variable: &Variable<'_>, flavour: Flavour) -> bool {
    in_expansion(variable).is_some_and(|(_, in_busybox)| flavour.lacks(in_busybox))
}

/// Whether a text holds a range in braces, `{1..9}`.
fn is_range(text: &str) -> bool {
    let inner = text.split_once('{').and_then(|(_, rest)| rest.split_once('}')).map(|(inner, _)| inner);
    inner.and_then(|it| it.split_once("..")).is_some_and(|(from, to)| {
        let is_bound =
            |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'.');
        is_bound(from) && is_bound(to)
    })
}
