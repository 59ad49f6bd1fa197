//! What `granit-parser` stumbles over, in words for people who write manifests.

use granit_parser::ErrorKind;

use super::error::SyntaxError;
use crate::text::span::Span;

const CHECK_INDENTATION: &str = "check the indentation";
const TAB: &str = "a tab cannot indent YAML";
const UNCLOSED: &str = "the quote that starts here is never closed";

/// Says what is wrong at `place` of the document `text`, which starts at `offset` of its file.
pub(super) fn explain(kind: &ErrorKind, text: &str, offset: u32, place: Span) -> SyntaxError {
    let at = Place::new(text, (place.start - offset) as usize);
    let is_conflict = |line: &str| ["<<<<<<< ", "=======", ">>>>>>> "].iter().any(|it| line.starts_with(it));
    if is_conflict(at.line) || is_conflict(at.line_above) {
        return SyntaxError::new("a merge conflict is left in the file", place);
    }
    let (message, help) = words(kind, &at);
    let tab = if message == TAB { indenting_tab(text, (place.start - offset) as usize) } else { None };
    let place = tab.map_or(place, |tab| Span::new(offset as usize + tab, offset as usize + tab + 1));
    let error = SyntaxError::new(message, place);
    if help.is_empty() { error } else { error.help(help) }
}

/// Finds the first tab that indents a line, from the line of `at` on: reading stopped before the tab or behind it.
fn indenting_tab(text: &str, at: usize) -> Option<usize> {
    let mut start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    for line in text[start..].split_inclusive('\n') {
        let content = line.trim_start_matches([' ', '\t']);
        let tab = line[..line.len() - content.len()].find('\t');
        if tab.is_some() && !content.trim_start().is_empty() && !content.starts_with('#') {
            return tab.map(|tab| start + tab);
        }
        start += line.len();
    }
    None
}

/// The text around the place at which reading stopped.
struct Place<'a> {
    /// The line.
    line: &'a str,
    /// The last line before it that is neither empty nor a comment.
    line_above: &'a str,
    /// The line before the place.
    before: &'a str,
    /// The line from the place on.
    rest: &'a str,
}

impl<'a> Place<'a> {
    fn new(text: &'a str, at: usize) -> Self {
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
        let is_content = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        let line_above = text[..start].lines().rev().find(is_content).unwrap_or_default();
        Place { line: &text[start..end], line_above, before: &text[start..at], rest: &text[at..end] }
    }

    /// The word that starts at the place.
    fn word(&self) -> &'a str {
        let end = self.rest.find(|it: char| it.is_whitespace() || ",[]{}".contains(it));
        &self.rest[..end.unwrap_or(self.rest.len())]
    }

    fn first(&self) -> char {
        self.rest.chars().next().unwrap_or(' ')
    }
}

fn words(kind: &ErrorKind, at: &Place<'_>) -> (String, String) {
    let (message, help): (&str, &str) = match kind {
        ErrorKind::UnknownAnchor => return unknown_anchor(at),
        ErrorKind::MissingAnchorOrAliasName => {
            let what = if at.first() == '*' { "an alias" } else { "an anchor" };
            let message = format!("`{}` starts {what}, but no name follows", at.first());
            return (message, format!("quote a value that starts with `{}`", at.first()));
        }
        ErrorKind::UnexpectedCharacter { character } => return cannot_start(*character),
        ErrorKind::MisplacedFlowCollectionEnd => {
            return (format!("`{}` closes nothing", at.first()), String::new());
        }
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            return (format!("`{close}` closes a bracket that was opened with `{open}`"), String::new());
        }
        ErrorKind::UnclosedFlowCollection { open } => {
            return (format!("`{open}` is never closed"), String::new());
        }
        ErrorKind::UnexpectedEofBlockMapping
        | ErrorKind::UnexpectedEofBlockSequence
        | ErrorKind::ExpectedNodeContent
            if ",]}".contains(at.first()) =>
        {
            return cannot_start(at.first());
        }
        ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping => ("a bracket is never closed", ""),
        ErrorKind::UnexpectedEofBlockMapping
        | ErrorKind::UnexpectedEofBlockSequence
        | ErrorKind::UnexpectedEof => ("the document ends too early", ""),
        ErrorKind::ExpectedNodeContent => ("a value is missing here", ""),
        ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::InvalidIndentation => {
            ("this line belongs to no mapping or list above it", CHECK_INDENTATION)
        }
        ErrorKind::SimpleKeyExpected => ("expected `key: value` on this line", no_key(at.line)),
        ErrorKind::MappingValueNotAllowed => return second_colon(at),
        ErrorKind::ExpectedFlowMappingSeparator => ("`,` or `}` is missing before this", ""),
        ErrorKind::ExpectedFlowSequenceSeparator => ("`,` or `]` is missing before this", ""),
        ErrorKind::InvalidColonPlacement => {
            ("a `:` is not allowed here inside brackets", "close the bracket above, or quote the text")
        }
        ErrorKind::FlowMappingValueAdjacentCollection
        | ErrorKind::InvalidMappingValueWhitespace
        | ErrorKind::InvalidBlockEntryWhitespace
        | ErrorKind::ExpectedWhitespace => ("a space is missing here", ""),
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => (UNCLOSED, ""),
        ErrorKind::InvalidTrailingSingleQuotedScalar => {
            ("text follows the closing quote", "write `''` for a quote inside the string")
        }
        ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            ("text follows the closing quote", "write `\\\"` for a quote inside the string")
        }
        ErrorKind::UnknownQuotedScalarEscape => (
            "a `\\` in this double-quoted string starts an escape that YAML does not have",
            "write `\\\\` for a backslash, or use single quotes",
        ),
        ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => {
            ("an escape in this double-quoted string does not stand for a character", "")
        }
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabAtBlockScalarStart => (TAB, "indent with spaces"),
        ErrorKind::BlockSequenceEntryNotAllowed if at.before.contains(':') => {
            ("a list cannot start on the line of its key", "write the first `- ` on the next line")
        }
        ErrorKind::BlockSequenceEntryNotAllowed | ErrorKind::BlockEntryInFlowCollection => {
            ("an item (`- `) is not allowed here", CHECK_INDENTATION)
        }
        ErrorKind::InvalidBlockScalarHeader | ErrorKind::ZeroBlockScalarIndent => (
            "only `+`, `-` and a number from 1 to 9 can follow `|` or `>` on its line",
            "start the text on the next line, or quote a value that starts with `|` or `>`",
        ),
        ErrorKind::InvalidBlockScalarIndent
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::InvalidFlowScalarIndent => {
            ("a line is indented less than the text it belongs to", CHECK_INDENTATION)
        }
        ErrorKind::CommentNotSeparated => ("a space is missing before `#`", ""),
        ErrorKind::CommentInterceptedScalar => {
            ("a comment cannot appear inside a value that spans several lines", "")
        }
        ErrorKind::PlainScalarStartsWithDashFlowIndicator => {
            ("a value without quotes cannot start with `-` and a bracket", "quote the value")
        }
        ErrorKind::MappingKeyNotAllowed => ("a key is not allowed here", CHECK_INDENTATION),
        ErrorKind::InvalidSimpleKey => ("a key and its `:` belong on one line", ""),
        ErrorKind::InvalidDocumentEnd => ("text follows `...` on its line", ""),
        ErrorKind::ExpectedDocumentStart | ErrorKind::MissingDocumentEndBeforeDirective => {
            ("`---` must follow the directives (lines that start with `%`)", "")
        }
        ErrorKind::UndeclaredTagHandle
        | ErrorKind::ExpectedTagBang
        | ErrorKind::InvalidTagTerminator
        | ErrorKind::MissingTagUri
        | ErrorKind::UnclosedVerbatimTag
        | ErrorKind::InvalidTagEscape => {
            ("a value that starts with `!` is a tag, and YAML has no such tag", "quote the value")
        }
        ErrorKind::BomInsideDocument => ("a byte-order mark is inside the document", "remove it"),
        other => return (other.to_string(), String::new()),
    };
    (message.to_owned(), help.to_owned())
}

fn cannot_start(character: char) -> (String, String) {
    let what = if character == '`' { "a backtick".to_owned() } else { format!("`{character}`") };
    (format!("a value without quotes cannot start with {what}"), "quote the value".to_owned())
}

fn unknown_anchor(at: &Place<'_>) -> (String, String) {
    let word = at.word().trim_end_matches(':');
    let name = word.strip_prefix('*').unwrap_or(word);
    let message = format!("`{word}` is an alias, but no anchor has that name");
    let is_name =
        !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-".contains(&it));
    let help = if is_name && at.rest.trim() == word {
        format!("write `&{name}` before the value you mean, in the same document")
    } else {
        "quote a value that starts with `*`".to_owned()
    };
    (message, help)
}

/// A `: ` where no key can be: in a value on the same line, or in a line that goes on with the value above.
fn second_colon(at: &Place<'_>) -> (String, String) {
    if at.before.contains(": ") || at.before.contains(":\t") {
        let message = "this line has a second `: `, inside the value";
        return (message.to_owned(), "quote a value that contains `: `".to_owned());
    }
    let above = at.line_above.trim_start_matches([' ', '-']);
    if above.contains(": ") {
        let message = "this line is indented further than the key above, which already has a value";
        return (message.to_owned(), CHECK_INDENTATION.to_owned());
    }
    ("expected `key: value` on the line above".to_owned(), no_key(above).to_owned())
}

/// Says what a line may lack to be a key with its value.
fn no_key(line: &str) -> &'static str {
    let line = line.trim();
    match line.find(':') {
        Some(colon) if colon + 1 < line.len() => "add a space after the `:`",
        _ => "write `key: value`, or check the indentation",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::text::source::Source;

    fn message(text: &str) -> String {
        let problems = crate::manifest::document::read(&Arc::new(Source::new("a.yaml", text))).problems;
        let error = &problems.first().expect("an error").error;
        format!("{}; {}", error.message, error.help.as_deref().unwrap_or("-"))
    }

    #[test]
    fn common_mistakes_get_plain_words() {
        let cases = [
            (
                "a: */5 *",
                "`*/5` is an alias, but no anchor has that name; quote a value that starts with `*`",
            ),
            ("a: * *", "`*` starts an alias, but no name follows; quote a value that starts with `*`"),
            (
                "a: 1\n<<: *base",
                "`*base` is an alias, but no anchor has that name; write `&base` before the value you mean, in the \
                 same document",
            ),
            ("a: @b", "a value without quotes cannot start with `@`; quote the value"),
            ("a: b: c", "this line has a second `: `, inside the value; quote a value that contains `: `"),
            (
                "a: 1\n b: 2",
                "this line is indented further than the key above, which already has a value; check the indentation",
            ),
            (
                "a:\n    b: 1\n  c: 2",
                "this line belongs to no mapping or list above it; check the indentation",
            ),
            ("a:1\nb: 2", "expected `key: value` on the line above; add a space after the `:`"),
            ("a: 1\nb:2\n", "expected `key: value` on this line; add a space after the `:`"),
            ("a:\n\tb: 1", "a tab cannot indent YAML; indent with spaces"),
            ("a: [1, 2", "`[` is never closed; -"),
            ("<<<<<<< HEAD\na: 1\n", "a merge conflict is left in the file; -"),
        ];
        for (text, expected) in cases {
            assert_eq!(message(text), expected, "{text:?}");
        }
    }

    /// At the first tab of the line that it indents, wherever reading stops.
    #[test]
    fn a_tab_has_its_place() {
        let cases = [
            ("a:\n\tb: 1\n", (2, 1)),
            ("a: 1\n\tb: 2\n", (2, 1)),
            ("a: 1\n\n\t# why\n\tb: 2\n", (4, 1)),
            ("a:\n  - b: 2\n  \t\tc: 3\n", (3, 3)),
            ("a:\n  b:\t\n\t  c: 1\n", (3, 1)),
            ("a:\n\t\t- b\n", (2, 1)),
            ("a: |\n\tb\n", (2, 1)),
            ("a:\n  b: \"x\n\ty\"\n  c: z\n\tz\n", (5, 1)),
            ("a: 1\n---\nb: 1\n\tc: 2\n", (4, 1)),
        ];
        for (text, expected) in cases {
            let source = Arc::new(Source::new("a.yaml", text));
            let problems = crate::manifest::document::read(&source).problems;
            let error = &problems.first().expect("an error").error;
            let place = source.positions(error.span).0;
            assert!(error.message.starts_with("a tab"), "{text:?}: {}", error.message);
            assert_eq!((place.line, place.column), expected, "{text:?}");
        }
    }
}
