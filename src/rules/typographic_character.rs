use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::programs::Fact;
use crate::shell::{Invocation, Script};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "typographic-character",
        summary: "A typographic quote or dash stands where a plain one belongs",
        category: Category::Scripts,
        severity: Severity::Error,
        confidence: Confidence::High,
        since: "0.1.0",
        page: include_str!("../../rules/typographic-character.md"),
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

fn check(invocation: &Invocation<'_>, script: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    if let Some(script) = script {
        let words = script.commands().iter().filter(|it| !it.has(Fact::Texts)).flat_map(|it| it.words());
        if let Some((word, what)) = words.filter_map(|word| Some((word, typographic(word.prefix())?))).next()
        {
            let message = format!("the shell takes {what} for a letter like any other");
            reporter.report(script.place(word.span), message).help(HELP);
        }
        return;
    }
    for node in &invocation.words {
        if let Some(what) = node.text().and_then(typographic) {
            let message = format!("the program takes {what} for a letter like any other");
            reporter.report(*node, message).help(HELP);
            return;
        }
    }
}

const HELP: &str = "write plain quotes (`\"` or `'`) and a plain `-`";

/// Returns the character that a word starts with, if a word processor has put it there.
fn typographic(text: &str) -> Option<&'static str> {
    match text.chars().next()? {
        '“' | '”' | '„' => Some("the curly quote `“`"),
        '‘' | '’' => Some("the curly quote `’`"),
        '–' | '—' if text.chars().nth(1).is_some_and(|it| it.is_ascii_alphabetic()) => {
            Some("the dash `–`")
        }
        _ => None,
    }
}
