//! What go-yaml stumbles over, in its own words, with help for people who write manifests.

mod place;

use super::error::SyntaxError;
use super::fault::{Context, Fault};
use crate::text::span::Span;
use place::Place;

/// Explains an error in the document at `chunk` of the source.
pub(super) fn explain(fault: &Fault, source: &str, chunk: Span) -> SyntaxError {
    let text = chunk.text(source);
    let start = if is_about_start(fault) { fault.from } else { fault.at };
    let at = Place::new(text, (start.clamp(chunk.start, chunk.end) - chunk.start) as usize);
    let length = at.rest.chars().next().map_or(0, char::len_utf8);
    let place = Span::new(start as usize, start as usize + length);
    let error = SyntaxError { line: fault.line, ..SyntaxError::new(fault.words.clone(), place) };
    let help = if at.is_conflict() {
        "a merge conflict is left in the file".to_owned()
    } else {
        help(fault, &at, Span { start: fault.from, end: fault.at }.text(source))
    };
    if help.is_empty() { error } else { error.help(help) }
}

/// Whether the place to look at is where the construct starts, and not where reading stopped.
fn is_about_start(fault: &Fault) -> bool {
    let words = [
        "could not find expected ':'",
        "found unexpected end of stream",
        "found unexpected document indicator",
    ];
    fault.context == Context::OpenBracket || words.contains(&&*fault.words)
}

/// Says what the words mean; `read` is what was being read.
fn help(fault: &Fault, at: &Place<'_>, read: &str) -> String {
    let help = match &*fault.words {
        _ if fault.context == Context::OpenBracket => return format!("`{}` is never closed", at.first()),
        "found character that cannot start any token" => {
            return after_quote(at.before).map_or_else(|| cannot_start(at.first()), str::to_owned);
        }
        "found a tab character that violates indentation"
        | "found a tab character where an indentation space is expected" => return cannot_start('\t'),
        "mapping values are not allowed in this context" => return second_colon(at),
        "could not find expected ':'" if at.ends_block => {
            "the text of the block above ends before this line, which is not indented like it: indent the line"
        }
        "could not find expected ':'" => {
            return format!("expected `key: value` on this line: {}", no_key(at.line));
        }
        "did not find expected key" | "did not find expected '-' indicator" => return no_entry(at),
        "did not find expected ',' or '}'" => return no_comma(at, read, '}'),
        "did not find expected ',' or ']'" => return no_comma(at, read, ']'),
        "did not find expected node content" => return no_content(at, read),
        "did not find expected alphabetic or numeric character" => return no_name(fault.context, read),
        words if words.starts_with("unknown anchor") => return unknown_anchor(at),
        "block sequence entries are not allowed in this context" if at.before.contains(':') => {
            "a list cannot start on the line of its key: write the first `- ` on the next line"
        }
        "block sequence entries are not allowed in this context" => {
            "an item (`- `) is not allowed here: check the indentation"
        }
        "mapping keys are not allowed in this context" => {
            "a `? ` starts a key, and none is allowed here: quote a value that starts with `? `"
        }
        "found unexpected end of stream" | "found unexpected document indicator" => {
            "the quote that opens here is never closed"
        }
        "found unknown escape character" => {
            "a `\\` in double quotes starts an escape, and YAML has no such escape: write `\\\\` for a backslash, or use single quotes"
        }
        "did not find expected hexdecimal number" | "found invalid Unicode character escape code" => {
            "an escape in this double-quoted string does not stand for a character"
        }
        "found an indentation indicator equal to 0" => BLOCK_HEADER,
        "did not find expected comment or line break" if fault.context == Context::BlockScalar => {
            BLOCK_HEADER
        }
        "did not find expected <document start>" => {
            "`---` must follow the directives (lines that start with `%`)"
        }
        _ if fault.context == Context::Tag => {
            "a value that starts with `!` is a tag, and YAML has no such tag: quote the value"
        }
        _ if fault.context == Context::Directive => {
            "a line that starts with `%` is a directive: quote a value that starts with `%`"
        }
        _ => "",
    };
    help.to_owned()
}

/// What to write instead of a mapping or list before a `:`.
pub(super) const NO_KEY: &str =
    "a key has to be a string: write a name before the `:`, or quote what stands there";

const BLOCK_HEADER: &str = "only `+`, `-` and a number from 1 to 9 can follow `|` or `>` on its line: start the text on the \
                            next line, or quote a value that starts with `|` or `>`";

fn cannot_start(character: char) -> String {
    let what = match character {
        '\t' => return "a tab cannot indent YAML: indent with spaces".to_owned(),
        '`' => "a backtick".to_owned(),
        other => format!("`{other}`"),
    };
    format!("a value without quotes cannot start with {what}: quote the value")
}

/// A line that belongs to nothing above, or what follows a value on its line.
fn no_entry(at: &Place<'_>) -> String {
    let before = at.before.trim_end();
    if at.is_bracket_key() {
        return NO_KEY.to_owned();
    }
    if ",]}".contains(at.first()) {
        let is_value = before.is_empty() || before.trim_end_matches(['-', '?']).trim_end().ends_with(':');
        return if is_value { cannot_start(at.first()) } else { format!("`{}` closes nothing", at.first()) };
    }
    let help = after_quote(before).unwrap_or(match before.chars().last() {
        Some(']' | '}') => "text follows the closing bracket: quote the whole value",
        _ => "check the indentation of this line: it belongs to no mapping or list above it",
    });
    help.to_owned()
}

/// Says why text stands after a quote, if it does.
fn after_quote(before: &str) -> Option<&'static str> {
    match before.chars().last()? {
        quote @ ('\'' | '"') if closes_earlier_line(before, quote) => Some(
            "the quote before this closes one that a line above opens: close that one on the line where it opens",
        ),
        '\'' => Some("text follows the closing quote: write `''` for a quote inside the string"),
        '"' => Some("text follows the closing quote: write `\\\"` for a quote inside the string"),
        _ => None,
    }
}

/// Whether the quote at the end of a line's text closes one that an earlier line has opened: it has no partner here.
fn closes_earlier_line(before: &str, quote: char) -> bool {
    let mut is_escaped = false;
    let quotes = before.chars().filter(|&character| {
        let is_quote = character == quote && !is_escaped;
        is_escaped = quote == '"' && character == '\\' && !is_escaped;
        is_quote
    });
    quotes.count() % 2 == 1
}

/// A list or mapping in brackets that continues with neither `,` nor its end.
fn no_comma(at: &Place<'_>, read: &str, close: char) -> String {
    let open = if close == ']' { '[' } else { '{' };
    match at.first() {
        '?' => "inside brackets, a `?` ends an unquoted value: quote the value".to_owned(),
        other @ (']' | '}') => format!("`{other}` closes a bracket that was opened with `{open}`"),
        _ if read.contains('\n') => {
            format!("`,` is missing before this, or the `{open}` above is not closed")
        }
        _ => format!("`,` or `{close}` is missing before this"),
    }
}

/// A place at which a value must follow.
fn no_content(at: &Place<'_>, read: &str) -> String {
    if at.is_last {
        return "the document ends where a value must follow".to_owned();
    }
    match at.first() {
        ':' => "inside brackets, an unquoted value cannot start with `:`: quote the value".to_owned(),
        '-' => "an item (`- `) is not allowed in brackets: quote the text".to_owned(),
        '!' | '&' | '*' => cannot_start(at.first()),
        other if ",]}".contains(other) && read.is_empty() => cannot_start(other),
        _ => "a value is missing before this".to_owned(),
    }
}

/// An anchor or alias without a name, or with other characters in it.
fn no_name(context: Context, read: &str) -> String {
    let (sign, what) = if context == Context::Alias { ('*', "an alias") } else { ('&', "an anchor") };
    let why = match read.len() {
        0 | 1 => "no name follows",
        _ => "its name can have letters, digits, `_` and `-` only",
    };
    format!("`{sign}` starts {what}, but {why}: quote a value that starts with `{sign}`")
}

fn unknown_anchor(at: &Place<'_>) -> String {
    let word = at.word().trim_end_matches(':');
    if at.rest.trim() == word {
        "define that anchor with `&` and its name before the value you mean, in the same document".to_owned()
    } else {
        "quote a value that starts with `*`".to_owned()
    }
}

/// A `: ` where no key can be: in a value on the same line, or in a line that goes on with the value above.
fn second_colon(at: &Place<'_>) -> String {
    if at.before.contains(": ") || at.before.contains(":\t") {
        return "this line has a second `: `, inside the value: quote a value that contains `: `".to_owned();
    }
    let above = at.line_above.trim_start_matches([' ', '-']);
    if above.contains(": ") {
        let help = "this line is indented further than the key above, which already has a value: check the indentation";
        return help.to_owned();
    }
    let place = match at.distance {
        1 => "on the line above".to_owned(),
        lines => format!("{lines} lines above"),
    };
    format!("expected `key: value` {place}: {}", no_key(above))
}

/// Says what a line may lack to be a key with its value.
fn no_key(line: &str) -> &'static str {
    let line = line.trim();
    if is_shell_command(line) {
        return "this is a shell command, which cannot be in a manifest";
    }
    match line.find(':') {
        Some(colon) if colon + 1 < line.len() => "add a space after the `:`",
        _ => "write `key: value`, or check the indentation",
    }
}

/// Whether a line is a command that makes or applies a manifest, or the end of its here-document.
fn is_shell_command(line: &str) -> bool {
    const PROGRAMS: [&str; 6] = ["$ ", "cat ", "echo ", "helm ", "kubectl ", "oc "];
    line == "EOF" || PROGRAMS.iter().any(|it| line.starts_with(it))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::NO_KEY;
    use crate::manifest::document::SyntaxError;
    use crate::text::source::Source;
    use crate::text::span::Position;

    fn error(text: &str) -> (SyntaxError, Position) {
        let source = Arc::new(Source::new("a.yaml", text));
        let problems = crate::manifest::document::read(&source).problems;
        let error = problems.first().expect("an error").error.clone();
        let place = source.positions(error.span).0;
        (error, place)
    }

    #[test]
    fn common_mistakes_get_plain_help() {
        let cases = [
            ("a: */5 *", "`*` starts an alias, but no name follows: quote a value that starts with `*`"),
            ("a: *b c", "quote a value that starts with `*`"),
            ("a: * *", "`*` starts an alias, but no name follows: quote a value that starts with `*`"),
            (
                "a: 1\n<<: *base",
                "define that anchor with `&` and its name before the value you mean, in the same document",
            ),
            ("a: @b", "a value without quotes cannot start with `@`: quote the value"),
            ("a: b: c", "this line has a second `: `, inside the value: quote a value that contains `: `"),
            (
                "a: 1\n b: 2",
                "this line is indented further than the key above, which already has a value: check the indentation",
            ),
            (
                "a:\n    b: 1\n  c: 2",
                "check the indentation of this line: it belongs to no mapping or list above it",
            ),
            ("a:1\nb: 2", "expected `key: value` on the line above: add a space after the `:`"),
            (
                "# a\nwhat it does\n\na: 1\n",
                "expected `key: value` 2 lines above: write `key: value`, or check the indentation",
            ),
            ("a: 1\nb:2\n", "expected `key: value` on this line: add a space after the `:`"),
            ("a:\n\tb: 1", "a tab cannot indent YAML: indent with spaces"),
            ("a: [1, 2", "`[` is never closed"),
            ("a: [1, 2}", "`}` closes a bracket that was opened with `[`"),
            ("a: {b: https://x/?c=d}", "inside brackets, a `?` ends an unquoted value: quote the value"),
            (
                "a: [serve, :8080]",
                "inside brackets, an unquoted value cannot start with `:`: quote the value",
            ),
            ("a: 'it's'", "text follows the closing quote: write `''` for a quote inside the string"),
            ("a: \"b\" c", "text follows the closing quote: write `\\\"` for a quote inside the string"),
            ("a: \"b\\\\\" c", "text follows the closing quote: write `\\\"` for a quote inside the string"),
            ("a: \"b", "the quote that opens here is never closed"),
            (
                "- \"a\n- \"b\"\n",
                "the quote before this closes one that a line above opens: close that one on the line where it opens",
            ),
            (
                "- \"@a\n- \"@b\"\n",
                "the quote before this closes one that a line above opens: close that one on the line where it opens",
            ),
            (
                "- 'it''s\n- 'b'\n",
                "the quote before this closes one that a line above opens: close that one on the line where it opens",
            ),
            (
                "kubectl apply -f - <<EOF\na: 1\n",
                "expected `key: value` on the line above: this is a shell command, which cannot be in a manifest",
            ),
            ("a: 1\n{}: {}\n", NO_KEY),
            ("a:\n- b\n- [ ] : c\n", NO_KEY),
            ("a: 1\n[b]: c\n", NO_KEY),
            ("a: [] b\n", "text follows the closing bracket: quote the whole value"),
            (
                "a: 1\nEOF\n",
                "expected `key: value` on this line: this is a shell command, which cannot be in a manifest",
            ),
            ("<<<<<<< HEAD\na: 1\n", "a merge conflict is left in the file"),
            (
                "a:\n  b: |\n    cat > f <<EOF\nFROM x\n    EOF\nc: 1\n",
                "the text of the block above ends before this line, which is not indented like it: indent the line",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(error(text).0.help.as_deref(), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn a_tab_has_its_place() {
        let cases = [
            ("a:\n\tb: 1\n", (2, 1)),
            ("a: 1\n\tb: 2\n", (2, 1)),
            ("a: 1\n\n\t# why\n\tb: 2\n", (3, 1)),
            ("a:\n  - b: 2\n  \t\tc: 3\n", (3, 3)),
            ("a:\n  b:\t\n\t  c: 1\n", (3, 1)),
            ("a:\n\t\t- b\n", (2, 1)),
            ("a: |\n\tb\n", (2, 1)),
            ("a:\n  b: \"x\n\ty\"\n  c: z\n\tz\n", (5, 1)),
            ("a: 1\n---\nb: 1\n\tc: 2\n", (4, 1)),
        ];
        for (text, expected) in cases {
            let (error, place) = error(text);
            assert_eq!(
                error.help.as_deref(),
                Some("a tab cannot indent YAML: indent with spaces"),
                "{text:?}"
            );
            assert_eq!((place.line, place.column), expected, "{text:?}");
        }
    }
}
