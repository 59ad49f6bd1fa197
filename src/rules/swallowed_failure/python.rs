//! `except: pass` in a program in Python.

use crate::rule::Reporter;
use crate::shell::Script;
use crate::text::span::Span;

/// A line of a program, with where it starts.
#[derive(Clone, Copy)]
struct Line<'t> {
    start: usize,
    text: &'t str,
}

impl<'t> Line<'t> {
    /// Returns the line without its indentation and its comment.
    fn code(self) -> &'t str {
        self.text.split('#').next().unwrap_or_default().trim()
    }

    /// Returns by how much the line is indented.
    fn indentation(self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }
}

/// Reports each that hides the failure of the work.
pub(super) fn report(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let lines = script.text().split('\n').scan(0, |at, text| {
        let start = *at;
        *at += text.len() + 1;
        Some(Line { start, text })
    });
    let lines: Vec<_> = lines.filter(|it| !it.code().is_empty()).collect();
    for (index, line) in lines.iter().enumerate() {
        let code = line.code();
        let catches_all = ["except:", "except Exception:", "except BaseException:"]
            .iter()
            .find(|it| code.starts_with(**it));
        let Some(clause) = catches_all else { continue };
        let body = code[clause.len()..].trim();
        // A comment between them says that somebody wants it so.
        let follows = |it: &&Line<'_>| it.start == line.start + line.text.len() + 1;
        let next = lines.get(index + 1).filter(follows).map(|it| it.code()).unwrap_or_default();
        if (body == "pass" || body.is_empty() && next == "pass") && !is_wait(&lines, index) {
            let start = line.start + line.indentation();
            let place = script.place(Span::new(start, start + clause.len()));
            let effect = script.source.effect_of_success();
            let finding = reporter
                .report(place, format!("`{clause} pass` hides every error of its `try`, and {effect}"));
            finding.help("catch only the exception that you expect, and let the others end the program");
        }
    }
}

/// A `try` that waits is not longer, and neither is the loop around it.
const MAX_LINES: usize = 20;

/// Whether an `except` belongs to a loop that asks whether something else is ready and then ends; the work has to follow if the
/// loop also ends without an answer.
fn is_wait(lines: &[Line<'_>], except: usize) -> bool {
    const QUESTIONS: [&str; 12] = [
        "alive",
        "connect",
        "health",
        "httpx.get(",
        "ping",
        "ready",
        "requests.get(",
        "requests.head(",
        "select 1",
        "session.get(",
        "status",
        "urlopen",
    ];
    let indentation = lines[except].indentation();
    let first = except.saturating_sub(MAX_LINES);
    let is_try = |it: &usize| lines[*it].indentation() == indentation && lines[*it].code() == "try:";
    let Some(start) = (first..except).rev().find(is_try) else { return false };
    let is_around = |it: &usize| lines[*it].indentation() < indentation;
    let Some(head) = (first..start).rev().find(is_around) else { return false };
    let code = lines[head].code();
    let is_endless = ["while True:", "while 1:"].contains(&code);
    let is_repeated = code.starts_with("while ") || code.starts_with("for ") && code.contains(" in range(");
    let asks = lines[start + 1..except].iter().any(|it| {
        let code = it.code().to_ascii_lowercase();
        QUESTIONS.iter().any(|word| code.contains(word))
    });
    let outer = lines[head].indentation();
    let body = lines[except..].iter().take(MAX_LINES).take_while(|it| it.indentation() > outer).count();
    let (repeated, rest) = lines[start..].split_at(except - start + body);
    let leaves = |it: &Line<'_>| {
        // `if ready: break`, `ask(); break`
        let first_word = |it: &str| matches!(it.split_whitespace().next(), Some("break" | "return"));
        it.code().split([':', ';']).any(first_word)
    };
    let works = |it: &Line<'_>| {
        let code = it.code();
        !code.starts_with("print(") && !["pass", "sys.exit(0)", "exit(0)", "sys.exit()"].contains(&code)
    };
    let is_read = body < MAX_LINES;
    asks && is_repeated && is_read && repeated.iter().any(leaves) && (is_endless || rest.iter().any(works))
}
