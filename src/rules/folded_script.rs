mod comments;
mod followers;

use crate::diagnostic::meta::Meta;
use std::collections::BTreeSet;

use crate::diagnostic::meta::{Admission, Category};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Safety};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::syntax::{Command, Part, Word};
use crate::text::span::{Span, to_u32};
use crate::text::word_list::has_word as has_word_of;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "folded-script",
        summary: "YAML joins the script's lines into one",
        category: Category::Scripts,
        severity: Severity::Error,
        confidence: Confidence::High,
        admission: Admission::Never,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let text = script.text();
    let mut returns = text.match_indices("\r\n").map(|(at, _)| at).take(MAX_RETURNS);
    if let Some(at) = returns.find(|at| !is_in_word(script, to_u32(*at))) {
        let start = text[..at].rfind('\n').map_or(0, |it| it + 1);
        let message = "the script's lines end with a carriage return, which the shell treats as part of the \
            last word";
        let finding = reporter.report(script.place(Span::new(start, at)), message);
        finding.help("write `\\n` instead of `\\r\\n` in the double-quoted script");
        return;
    }
    let joints = script.source.joined_lines();
    if joints.is_empty() {
        return;
    }
    let Some((first, what)) = swallowed(script, &joints) else { return };
    let finding =
        reporter.report(script.place(first), format!("`>` joins this line to the one before: {what}"));
    finding.help("write `|` instead of `>`: it keeps the line breaks");
    finding.fix("write `|` instead of `>`", Safety::Unsafe, Edit::unfold(script.source.node));
}

/// Of so many carriage returns it is asked whether they are in quotes.
const MAX_RETURNS: usize = 20;

/// Whether a word continues after the line break at `at`, as between quotes: `printf 'GET / HTTP/1.0\r\n'`.
fn is_in_word(script: &Script<'_>, at: u32) -> bool {
    let mut words = script.commands().iter().flat_map(|it| it.words());
    words.any(|word| word.span.start <= at && word.span.end > at + 2)
}

/// Finds a line that a comment swallows, that a backslash no longer continues, or that becomes the arguments of the command before it.
fn swallowed(script: &Script<'_>, joints: &[u32]) -> Option<(Span, &'static str)> {
    let text = script.text();
    let line = |at: u32| {
        let rest = text.get(at as usize..).unwrap_or_default();
        let next =
            joints.get(joints.partition_point(|it| *it <= at)).map_or(rest.len(), |it| (*it - at) as usize);
        Span::new(at as usize, at as usize + rest[..next].find('\n').unwrap_or(next).max(1))
    };
    // One line can have very many joints.
    let starts: Vec<u32> = text.match_indices('\n').map(|(at, _)| to_u32(at + 1)).collect();
    let line_start =
        |at: u32| starts.partition_point(|it| *it <= at).checked_sub(1).map_or(0, |index| starts[index]);
    let start_of = |at: u32| {
        let before = joints.partition_point(|it| *it < at).checked_sub(1).map_or(0, |it| joints[it]);
        before.max(line_start(at))
    };
    let starts_with_comment =
        |at: u32| text.get(start_of(at) as usize..).is_some_and(|it| it.trim_start().starts_with('#'));
    let comments = comments::behind_commands(script);
    let comment = joints.iter().find(|&&at| {
        let line = line_start(at);
        let first = comments.partition_point(|it| *it < line);
        // A comment that joins another one loses nothing.
        let is_comment = text.get(at as usize..).is_some_and(|it| it.starts_with('#'));
        !is_comment && (starts_with_comment(at) || comments.get(first).is_some_and(|it| *it < at))
    });
    if let Some(&at) = comment {
        return Some((line(at), "this line becomes part of the comment and does not run"));
    }
    // A backslash before a blank makes the blank a part of the next word.
    let is_continued = |at: &&u32| text.get(..**at as usize).is_some_and(|it| it.ends_with("\\ "));
    let continued = joints.iter().filter(is_continued).find(|&&at| {
        let escapes = |word: &Word<'_>| {
            word.span.contains(Span { start: at - 2, end: at })
                && word.parts.iter().any(|part| matches!(part, Part::Text { text: " ", quoted: true }))
        };
        script.commands().iter().any(|it| it.words().iter().any(escapes))
    });
    if let Some(&at) = continued {
        return Some((
            line(at),
            "the backslash is now followed by a space, which becomes part of this argument",
        ));
    }
    let arguments: BTreeSet<u32> =
        script.commands().iter().flat_map(|it| it.arguments()).map(|word| word.span.start).collect();
    let starts = |at: u32| {
        let word = text.get(at as usize..).unwrap_or_default().split_whitespace().next().unwrap_or_default();
        STARTS.contains(&word) && arguments.contains(&at)
    };
    // To look at the commands again for each of thousands of lines would take long.
    let is_argument =
        |index: usize, at: u32| index < 200 && arguments.contains(&at) && is_complete_before(script, at);
    joints
        .iter()
        .enumerate()
        .find(|&(index, &at)| starts(at) || is_argument(index, at))
        .map(|(_, &at)| (line(at), "the shell passes this line to the previous command as arguments"))
}

/// Whether the command that has the word at `at` as an argument is complete without it: `set -e`, `cd /data`,
/// `export A=b`, `echo "…"`.
fn is_complete_before(script: &Script<'_>, at: u32) -> bool {
    let text = script.text();
    let has_word = |it: &&&Command<'_>| it.arguments().iter().any(|word| word.span.start == at);
    let Some(command) = script.commands().iter().find(has_word) else { return false };
    let before: Vec<&str> = command
        .arguments()
        .iter()
        .take_while(|word| word.span.start < at)
        .map(|word| word.span.text(text))
        .collect();
    let mut words = text.get(at as usize..).unwrap_or_default().split_ascii_whitespace();
    let (next, then) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if followers::is_one(command, &before, next, then.trim_start_matches(['"', '\''])) {
        return true;
    }
    let Some(last) = before.last() else { return false };
    let is_program = next.starts_with(|it: char| it.is_ascii_alphabetic() || it == '/' || it == '.')
        && !next.contains('=');
    match command.name().as_deref() {
        Some("set") => {
            is_program && before.iter().all(|it| it.starts_with(['-', '+'])) && !last.ends_with('o')
        }
        Some("cd") => before.len() == 1 && is_program,
        Some("trap") => {
            before.len() > 1 && is_program && !next.starts_with(|it: char| it.is_ascii_uppercase())
        }
        Some("export") => before.iter().all(|it| it.contains('=')) && is_program,
        // What is printed may go on, but not with the name of a program behind a closing quote.
        Some("echo") => last.ends_with(['"', '\'']) && has_word_of(PROGRAMS, next),
        _ => false,
    }
}

/// Programs that nobody prints the name of behind a quoted message.
const PROGRAMS: &str =
    "aws curl gcloud java kubectl mysqldump node npm pg_dump php psql python python3 ruby wget";

/// Words that start a command and are never an argument.
const STARTS: [&str; 14] = [
    "set", "echo", "export", "cd", "exit", "if", "for", "while", "until", "case", "sleep", "exec", "mkdir",
    "fi",
];
