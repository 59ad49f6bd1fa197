use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Style;
use crate::manifest::place::Place;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::programs::{Fact, holds};
use crate::shell::syntax::Part;
use crate::shell::{Invocation, Script};
use crate::value::program::base_name;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "typographic-character",
        summary: "A typographic quote or dash is used instead of a plain one",
        category: Category::Scripts,
        severity: Severity::Error,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

fn check(invocation: &Invocation<'_>, script: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    if let Some(script) = script {
        let words = script.commands().iter().filter(|it| !it.has(Fact::Texts)).flat_map(|it| it.words());
        let is_bare = |part: Option<&Part<'_>>| matches!(part, Some(Part::Text { quoted: false, .. }));
        let found = words
            .filter_map(|word| Some((word, typographic(word.prefix(), is_bare(word.parts.first()))?)))
            .next();
        if let Some((word, character)) = found {
            report(script.place(word.span), character, "the shell", reporter);
        }
        return;
    }
    // `echo` prints its arguments, and PowerShell accepts these characters as plain ones.
    let program = invocation.word(invocation.program()).map_or("", base_name);
    if holds(program, Fact::Texts) || matches!(program, "powershell" | "pwsh") {
        return;
    }
    let found = invocation.words.iter().find_map(|node| {
        let is_bare = node.style() == Style::Plain;
        Some((*node, typographic(node.text()?, is_bare)?))
    });
    if let Some((node, character)) = found {
        report(node, character, "YAML", reporter);
    }
}

/// Reports a character; `reader` is what would take a plain quote for one.
fn report(place: impl Into<Place>, character: char, reader: &str, reporter: &mut Reporter<'_>) {
    if is_dash(character) {
        let message = format!("the program sees no flag here: the dash is `{character}` and not `-`");
        let help = "write `--` if the flag has a long name, or `-` if it is a single letter";
        reporter.report(place, message).help(help);
    } else {
        let message = format!("{reader} treats `{character}` as part of the word, not as a quote");
        reporter.report(place, message).help("write a plain quote, `\"` or `'`");
    }
}

/// Returns the character that a word starts with, if a word processor has put it there: a curly quote between plain quotes is text.
fn typographic(text: &str, is_bare: bool) -> Option<char> {
    let mut letters = text.chars();
    let first = letters.next()?;
    let is_flag = is_dash(first) && letters.next().is_some_and(|it| it.is_ascii_alphabetic());
    (is_flag || is_bare && matches!(first, '“' | '”' | '„' | '‘' | '’')).then_some(first)
}

fn is_dash(character: char) -> bool {
    matches!(character, '–' | '—')
}
