//! What Bash has and a plain `sh` does not: `dash` and the `ash` of BusyBox each lack different features.
//!
//! `tests/it/script/bashisms.rs` runs an example of each in the real shells.

mod conditions;
mod effect;

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::flavour::{Flavour, Lack};
use super::readiness_probes::opens_connection;
use super::syntax::{Command, CommandKind, Part, Pipeline, Redirection, Tree, Variable, Word};
use super::traversal::{every_command, words_in};
use crate::shell::script::Script;
use crate::text::span::Span;
use Effect::{Differs, Empty, Fails, Name, RunsOnce, Stops, Substitution, Syntax, Unexpanded};
use Lack::{Both, Dash, DashAndOldBusyBox};
use conditions::{in_double_brackets, in_test};
pub use effect::Effect;
use effect::Feature;

/// What an older `dash` lacks, by [`has_old_dash`](crate::manifest::old_dash::has_old_dash).
pub const PIPEFAIL: &str = "`pipefail`";

/// A use of something that only Bash has.
#[derive(Clone, Copy, Debug)]
pub struct Bashism {
    /// What it is, for messages.
    pub what: &'static str,
    /// Where it stands in the script.
    pub span: Span,
    /// Which shells lack it.
    pub lack: Lack,
    /// What these do with it.
    pub effect: Effect,
}

/// Returns what a plain `sh` lacks, in the order of the text.
pub fn bashisms(script: &Script<'_>) -> Vec<Bashism> {
    // A script that looks which shell runs it has its own way for each.
    if script.text().contains("BASH_VERSION") {
        return Vec::new();
    }
    let Some(error) = script.error else { return in_tree(script.tree, script.text(), Some(script)) };
    // What stands above the place where no shell can go on stops a plain one even before.
    let above = script.text().get(..error.span.start as usize).unwrap_or_default();
    let mut found = Vec::new();
    let mut start = 0;
    for line in above.split_inclusive('\n') {
        if let Ok(tree) = super::parse(line) {
            let of_line =
                in_tree(&tree, line, None).into_iter().filter(|it| matches!(it.effect, Syntax | Name));
            found.extend(of_line.map(|it| Bashism {
                span: Span { start: it.span.start + start, end: it.span.end + start },
                ..it
            }));
        }
        start += crate::text::span::to_u32(line.len());
    }
    found
}

fn in_tree(tree: &Tree<'_>, text: &str, script: Option<&Script<'_>>) -> Vec<Bashism> {
    let mut found: Vec<Bashism> = Vec::new();
    let mut add = |(what, lack, effect): Feature, span| found.push(Bashism { what, span, lack, effect });
    let mut commands = Vec::new();
    every_command(&tree.list, &mut commands);
    let asked = asked_names(&commands);
    for command in &commands {
        let is_asked = command.name().is_some_and(|name| asked.contains(&*name));
        if let Some((feature, span)) = in_double_brackets(command, text) {
            add(feature, span);
        } else if let Some(feature) = in_command(command, text).filter(|_| !is_asked) {
            add(feature, command.words().first().map_or(head(command, text), |it| it.span));
        }
        for assignment in command.assignments() {
            if assignment.array {
                add(("arrays", Both, Syntax), assignment.span);
            } else if assignment.append {
                add(("`+=`", Both, Fails), assignment.span);
            }
        }
        for redirection in &command.redirections {
            if let Some(feature) = in_redirection(redirection, text) {
                add(feature, redirection.span);
            }
        }
    }
    let mut pipelines: Vec<_> = script.iter().flat_map(|it| &it.steps).map(|step| step.pipeline).collect();
    pipelines.dedup_by(|next, last| std::ptr::eq(*next, *last));
    for pipeline in pipelines {
        if let Some(span) = stderr_pipe(pipeline, text) {
            add(("`|&`", Both, Syntax), span);
        }
    }
    let assigned: BTreeSet<&str> =
        commands.iter().flat_map(|it| it.assignments()).map(|it| it.name).collect();
    let is_set = |name: &str| assigned.contains(name) || script.is_some_and(|it| it.is_in_env(name));
    let only_words = commands.iter().filter_map(|it| match &it.kind {
        CommandKind::For { words, .. } if words.len() == 1 => Some(words[0].span.start),
        _ => None,
    });
    let only_words: BTreeSet<u32> = only_words.collect();
    let reported: BTreeSet<Span> = found.iter().filter(|it| it.effect == Syntax).map(|it| it.span).collect();
    let mut add = |(what, lack, effect): Feature, span| found.push(Bashism { what, span, lack, effect });
    words_in(&tree.list, &mut |word| {
        if let Some(((what, lack, effect), span)) = in_word(word, text, &is_set) {
            let runs_once = effect == Unexpanded && only_words.contains(&span.start);
            // `[[ $x =~ +(a|b) ]]` has been found as a whole.
            if effect == Syntax && reported.contains(&span) {
                return;
            }
            add((what, lack, if runs_once { RunsOnce } else { effect }), span);
        }
    });
    found.sort_by_key(|it| it.span.start);
    found.dedup_by_key(|it| (it.span.start, it.what));
    found
}

/// Returns the place of the first two letters.
fn head(command: &Command<'_>, text: &str) -> Span {
    let len = command.span.text(text).chars().take(2).map(char::len_utf8).sum::<usize>();
    Span::new(command.span.start as usize, command.span.start as usize + len)
}

/// Returns the names of which the script asks whether the shell has them: `type shopt && shopt -s nullglob`.
fn asked_names<'s>(commands: &[&Command<'s>]) -> BTreeSet<Cow<'s, str>> {
    let asks = |it: &&&Command<'s>| ["type", "command", "hash", "which"].iter().any(|name| it.is(name));
    commands.iter().filter(asks).flat_map(|it| it.arguments()).filter_map(Word::literal).collect()
}

fn in_command(command: &Command<'_>, text: &str) -> Option<Feature> {
    match &command.kind {
        CommandKind::Test(_) => Some(("`[[`", Dash, Fails)),
        CommandKind::Arithmetic(_) => Some(("`((…))`", Both, Differs)),
        CommandKind::For { arithmetic: Some(_), .. } => Some(("`for ((…))`", Both, Syntax)),
        CommandKind::For { .. } if command.span.text(text).starts_with("select") => {
            Some(("`select`", Both, Syntax))
        }
        CommandKind::Function { name, .. }
            if name.contains(|it: char| !it.is_ascii_alphanumeric() && it != '_') =>
        {
            Some(("the name of a function", Both, Name))
        }
        CommandKind::Function { keyword: true, .. } => Some(("`function`", Dash, Syntax)),
        CommandKind::Simple { .. } => in_simple(command),
        _ => None,
    }
}

fn in_simple(command: &Command<'_>) -> Option<Feature> {
    let arguments = command.arguments();
    let has_option = |letters: &[char]| {
        let options = arguments.iter().map(Word::prefix).take_while(|it| it.starts_with(['-', '+']));
        options.into_iter().any(|it| it.contains(letters))
    };
    match command.name().as_deref()? {
        "source" => Some(("`source`", Dash, Fails)),
        "let" => Some(("`let`", Dash, Fails)),
        "declare" => Some(("`declare`", Both, Fails)),
        "typeset" => Some(("`typeset`", Both, Fails)),
        "pushd" => Some(("`pushd`", Both, Fails)),
        "popd" => Some(("`popd`", Both, Fails)),
        "shopt" => Some(("`shopt`", Both, Fails)),
        "mapfile" => Some(("`mapfile`", Both, Fails)),
        "readarray" => Some(("`readarray`", Both, Fails)),
        "builtin" => Some(("`builtin`", Both, Fails)),
        "disown" => Some(("`disown`", Both, Fails)),
        "caller" => Some(("`caller`", Both, Fails)),
        "compgen" => Some(("`compgen`", Both, Fails)),
        "set" if command.has_argument("pipefail") => Some((PIPEFAIL, Dash, Stops)),
        "set" if command.has_argument("errtrace") => Some(("`errtrace`", Dash, Stops)),
        "set" if has_option(&['B', 'T']) => Some(("`set -B` or `set -T`", Both, Stops)),
        "export" if has_option(&['f']) => Some(("`export -f`", Both, Stops)),
        "readonly" if has_option(&['a', 'A', 'f']) => Some(("options of `readonly`", Both, Stops)),
        "unset" if has_option(&['n']) => Some(("`unset -n`", Both, Stops)),
        "local" if arguments.first().is_some_and(|it| it.prefix().starts_with('-')) => {
            Some(("options of `local`", Both, Stops))
        }
        "exec" if arguments.first().is_some_and(|it| it.is("-c")) => Some(("`exec -c`", Both, Stops)),
        "exec" if arguments.first().is_some_and(|it| it.is("-a")) => Some(("`exec -a`", Dash, Stops)),
        "type" if has_option(&['a', 't', 'P']) => Some(("options of `type`", Dash, Fails)),
        "wait" if command.has_argument("-n") => Some(("`wait -n`", Dash, Fails)),
        "trap" => in_trap(arguments.get(1..).unwrap_or_default()),
        "read" => in_read(arguments),
        "printf" if arguments.first().is_some_and(|it| it.is("-v")) => Some(("`printf -v`", Both, Fails)),
        "printf" => {
            let format = arguments.first()?.literal()?;
            let has = |directive: &str| format.replace("%%", "").contains(directive);
            (has("%q") || has("%(")).then_some(("`%q` or `%(…)T` in `printf`", Both, Fails))
        }
        "echo" => {
            let first = arguments.first()?;
            ["-e", "-en", "-ne"].iter().any(|it| first.is(it)).then_some(("`echo -e`", Dash, Differs))
        }
        "[" => in_test(arguments.split_last()?.1),
        "test" => in_test(arguments),
        _ => None,
    }
}

fn in_trap(signals: &[Word<'_>]) -> Option<Feature> {
    let has = |name: &str| signals.iter().any(|it| it.is(name));
    if has("DEBUG") || has("RETURN") {
        return Some(("`trap … DEBUG` or `trap … RETURN`", Both, Fails));
    }
    if has("ERR") {
        return Some(("`trap … ERR`", DashAndOldBusyBox, Fails));
    }
    let is_long = |it: &Word<'_>| it.prefix().get(..3).is_some_and(|it| it.eq_ignore_ascii_case("sig"));
    signals.iter().any(is_long).then_some(("signal names that start with `SIG` in `trap`", Dash, Fails))
}

fn in_read(arguments: &[Word<'_>]) -> Option<Feature> {
    let mut words = arguments.iter().peekable();
    let mut found = None;
    while let Some(word) = words.next_if(|it| it.prefix().starts_with('-')) {
        let letters = word.literal().unwrap_or_default();
        if letters.contains('a') && !letters.contains('p') {
            return Some(("`read -a`", Both, Fails));
        }
        if letters.contains(['t', 'n', 'N', 's', 'd', 'u']) && !letters.starts_with("-p") {
            found = Some(("`read -t`, `-n`, `-s`, `-d` or `-u`", Dash, Fails));
        }
        if letters.ends_with(['p', 't', 'n', 'N', 'd', 'u']) {
            words.next();
        }
    }
    found.or_else(|| words.next().is_none().then_some(("`read` without a variable", Dash, Fails)))
}

fn in_redirection(redirection: &Redirection<'_>, text: &str) -> Option<Feature> {
    match redirection.operator {
        "<<<" => Some(("`<<<`", Both, Syntax)),
        "&>" | "&>>" => Some(("`&>`", Dash, Differs)),
        _ if opens_connection(redirection) => Some(("`/dev/tcp`", Both, Fails)),
        _ if redirection.span.text(text).starts_with('{') => Some(("`{name}>`", Both, Stops)),
        ">&" => {
            let target = redirection.target.literal()?;
            let is_file = !target.trim_end_matches('-').bytes().all(|it| it.is_ascii_digit());
            is_file.then_some(("`>&` with a file", Dash, Syntax))
        }
        _ => None,
    }
}

/// Returns where `|&` stands between two commands.
fn stderr_pipe(pipeline: &Pipeline<'_>, text: &str) -> Option<Span> {
    pipeline.commands.windows(2).find_map(|pair| {
        let gap = Span { start: pair[0].span.end, end: pair[1].span.start };
        let at = gap.text(text).find("|&")?;
        Some(Span::new(gap.start as usize + at, gap.start as usize + at + 2))
    })
}

fn in_word(word: &Word<'_>, text: &str, is_set: &dyn Fn(&str) -> bool) -> Option<(Feature, Span)> {
    if word.span.text(text).starts_with("$'") {
        return Some((("`$'…'`", Dash, Differs), word.span));
    }
    word.parts.iter().find_map(|part| match part {
        Part::Command { process: true, span, .. } => Some((("`<(…)`", DashAndOldBusyBox, Syntax), *span)),
        Part::Command { list, span, .. } => {
            let [item] = list.items.as_slice() else { return None };
            let [command] = item.first.commands.as_slice() else { return None };
            let reads = matches!(command.redirections.as_slice(), [it] if it.operator == "<");
            let only = matches!(&command.kind, CommandKind::Simple { assignments, words } if assignments.is_empty() && words.is_empty());
            (reads && only).then_some((("`$(<file)`", Both, Empty), *span))
        }
        Part::Arithmetic(text) => Some((in_arithmetic(text)?, word.span)),
        Part::Variable(it) => Some((in_variable(it, is_set)?, it.span)),
        // Only where `extglob` may be on, or in `[[`, is this a word: elsewhere no shell can read it.
        Part::Text { text, quoted: false } if has_extended_pattern(text) => {
            Some((("extended patterns, such as `@(a|b)`", Both, Syntax), word.span))
        }
        Part::Text { text, quoted: false } if is_range(text) => {
            Some((("a range in braces", Both, Unexpanded), word.span))
        }
        _ => None,
    })
}

fn in_arithmetic(text: &str) -> Option<Feature> {
    let has_base = text.split('#').next().is_some_and(|it| {
        it.len() < text.len() && it.ends_with(|it: char| it.is_ascii_digit()) && !it.contains('$')
    });
    if text.contains("++") || text.contains("--") {
        return Some(("`i++`", Dash, Stops));
    }
    if has_base {
        return Some(("`10#…` in arithmetic", Dash, Stops));
    }
    if text.contains("**") {
        return Some(("`**` in arithmetic", Dash, Stops));
    }
    text.contains("RANDOM").then_some(("`$RANDOM`", Dash, Differs))
}

fn in_variable(variable: &Variable<'_>, is_set: &dyn Fn(&str) -> bool) -> Option<Feature> {
    if let Some((what, lack)) = in_expansion(variable) {
        return Some((what, lack, Substitution));
    }
    // `${VERSION%%[^0-9]*}`: to `dash` the `^` is one of the characters.
    let is_negated = |it: &Part<'_>| matches!(it, Part::Text { text, quoted: false } if text.contains("[^"));
    if matches!(variable.operator, "%" | "%%" | "#" | "##") && variable.argument.iter().any(is_negated) {
        return Some(("`[^…]` in patterns", Dash, Differs));
    }
    let (what, lack) = match variable.name {
        "RANDOM" => ("`$RANDOM`", Dash),
        "EPOCHSECONDS" => ("`$EPOCHSECONDS`", DashAndOldBusyBox),
        "EPOCHREALTIME" => ("`$EPOCHREALTIME`", DashAndOldBusyBox),
        "SECONDS" => ("`$SECONDS`", Both),
        "PIPESTATUS" => ("`$PIPESTATUS`", Both),
        "UID" => ("`$UID`", Both),
        "EUID" => ("`$EUID`", Both),
        "FUNCNAME" | "BASH_SOURCE" | "BASHPID" => ("`$BASH_SOURCE` and the like", Both),
        _ => return None,
    };
    let has_default = matches!(variable.operator, ":-" | "-" | ":=" | "=");
    (!has_default && !is_set(variable.name)).then_some((what, lack, Differs))
}

/// Returns what an expansion uses that only Bash has, and which shells lack it.
fn in_expansion(variable: &Variable<'_>) -> Option<(&'static str, Lack)> {
    Some(match variable.operator {
        _ if variable.is_element => ("elements of arrays", Both),
        "//" | "/" | "/#" | "/%" => ("replacements in expansions, such as `${A/b/c}`", Dash),
        ":" => ("substring expansions, such as `${A:0:1}`", Dash),
        "^^" | "^" | ",," | "," => ("case conversions, such as `${A^^}`", Both),
        "!" => ("indirect expansions, such as `${!A}`", Both),
        "@" => ("transformations, such as `${A@Q}`", Both),
        _ => return None,
    })
}

/// Whether a shell stops at the expansion with `Bad substitution`, set or not.
pub fn is_bad_substitution(variable: &Variable<'_>, flavour: Flavour) -> bool {
    in_expansion(variable).is_some_and(|(_, lack)| flavour.lacks(lack))
}

/// Whether a text holds a pattern of Bash's `extglob`.
fn has_extended_pattern(text: &str) -> bool {
    ["?(", "*(", "+(", "@(", "!("].iter().any(|it| text.contains(it))
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
