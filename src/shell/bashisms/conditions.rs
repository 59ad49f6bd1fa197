//! What Bash has in the conditions `[ … ]` and `[[ … ]]`.

use super::effect::Effect::{Fails, Syntax};
use super::effect::Feature;
use crate::shell::flavour::Lack::{Both, Dash};
use crate::shell::syntax::{Command, CommandKind, Word};
use crate::text::span::Span;

/// Finds what a shell takes for its own syntax that has `[[` as an ordinary command: `[[ $name =~ ^(a|b)$ ]]`.
pub(super) fn in_double_brackets(command: &Command<'_>, text: &str) -> Option<(Feature, Span)> {
    let CommandKind::Test(words) = &command.kind else { return None };
    let pattern = words.windows(2).find(|it| it[0].is("=~")).map(|it| it[1].span);
    let starts = words.iter().map(|it| it.span.start);
    let ends = std::iter::once(command.span.start).chain(words.iter().map(|it| it.span.end));
    let mut between = ends.zip(starts).map(|(start, end)| Span { start, end });
    let has = |character| pattern.filter(|it| is_unquoted(it.text(text), character));
    let bracket = has('(').or_else(|| between.find(|it| it.text(text).contains('(')));
    let bracket = bracket.map(|span| (("an unquoted `(` in `[[`", Both, Syntax), span));
    bracket.or_else(|| has('|').map(|span| (("an unquoted `|` in `[[`", Both, Fails), span)))
}

/// Whether a character stands in a pattern without quotes around it, a backslash or a `$` before it.
fn is_unquoted(pattern: &str, character: char) -> bool {
    let (mut quote, mut before) = (None, ' ');
    for letter in pattern.chars() {
        match quote {
            Some(open) if letter == open => quote = None,
            Some(_) => {}
            None if before == '\\' => {
                before = ' ';
                continue;
            }
            None if matches!(letter, '\'' | '"') => quote = Some(letter),
            None if letter == character && before != '$' => return true,
            None => {}
        }
        before = letter;
    }
    false
}

/// Finds operators of Bash in the words of `[ … ]`.
pub(super) fn in_test(words: &[Word<'_>]) -> Option<Feature> {
    if words.iter().any(|it| it.is("=~")) {
        return Some(("`=~` in `[`", Both, Fails));
    }
    if words.iter().any(|it| it.is("==")) {
        return Some(("`==` in `[`", Dash, Fails));
    }
    let words = if words.first().is_some_and(|it| it.is("!")) { &words[1..] } else { words };
    let [operator, _] = words else { return None };
    let is_own = ["-v", "-a", "-o", "-R", "-N"].iter().any(|it| operator.is(it));
    is_own.then_some(("`-v`, `-a FILE`, `-o OPTION`, `-R` or `-N` in `[`", Both, Fails))
}
