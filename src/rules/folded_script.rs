use crate::diagnostic::meta::Meta;
use std::collections::BTreeSet;

use crate::diagnostic::meta::{Admission, Category};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Safety};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::syntax::{Part, Word};
use crate::text::span::{Span, to_u32};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "folded-script",
        summary: "YAML joins the script's lines into one",
        category: Category::Scripts,
        severity: Severity::Error,
        confidence: Confidence::High,
        admission: Admission::Never,
        since: "0.1.0",
        page: include_str!("../../rules/folded-script.md"),
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let text = script.text();
    if let Some(at) = text.find("\r\n") {
        let start = text[..at].rfind('\n').map_or(0, |it| it + 1);
        let message = "the script's lines end with a carriage return, which the shell treats as part of the \
            last word";
        let finding = reporter.report(script.place(Span::new(start, at)), message);
        finding.help("end the lines with a line feed only");
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

/// Finds a line that a comment swallows, that a backslash no longer continues, or that becomes the arguments of the command before it.
fn swallowed(script: &Script<'_>, joints: &[u32]) -> Option<(Span, &'static str)> {
    let text = script.text();
    let line = |at: u32| {
        let rest = text.get(at as usize..).unwrap_or_default();
        let next =
            joints.get(joints.partition_point(|it| *it <= at)).map_or(rest.len(), |it| (*it - at) as usize);
        Span::new(at as usize, at as usize + rest[..next].find('\n').unwrap_or(next).max(1))
    };
    let start_of = |at: u32| {
        let before = joints.partition_point(|it| *it < at).checked_sub(1).map_or(0, |it| joints[it]);
        before.max(line_start(text, at))
    };
    let comment = joints
        .iter()
        .find(|&&at| text.get(start_of(at) as usize..).is_some_and(|it| it.trim_start().starts_with('#')));
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
    joints
        .iter()
        .find(|&&at| starts(at))
        .map(|&at| (line(at), "the shell passes this line to the previous command as arguments"))
}

fn line_start(text: &str, at: u32) -> u32 {
    text.get(..at as usize).and_then(|it| it.rfind('\n')).map_or(0, |it| to_u32(it + 1))
}

/// Words that start a command and are never an argument.
const STARTS: [&str; 14] = [
    "set", "echo", "export", "cd", "exit", "if", "for", "while", "until", "case", "sleep", "exec", "mkdir",
    "fi",
];
