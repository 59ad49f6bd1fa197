//! Hides the value of a name, unless it tells nothing.

use std::ops::Range;

use super::excuse::{hides, is_happening, is_sentence};
use super::extent::{Separator, values};
use super::hidden::Scan;
use super::indirect;
use super::lines::{Lines, is_blank, trimmed};
use super::name::Promise;
use super::next::{alone_below, continuation_end};
use super::unread::is_plain;
use super::word::word;
use super::{call, prose};

/// The longest equals sign with the blanks around it, in bytes.
const LONGEST_SEPARATOR: usize = 16;

/// The longest expression whose quoted texts are hidden, in bytes.
const LONGEST_EXPRESSION: usize = 500;

/// So much of a long value tells whether it is hidden, in bytes.
const LONGEST_HEAD: usize = 300;

/// So many more lines an expression has.
const MAX_LINES: usize = 8;

/// The longest text of several lines in quotation marks, in bytes.
const LONGEST_TEXT: usize = 4096;

/// Returns the text between three quotation marks, as TOML and Python have it.
fn multiline(lines: &Lines<'_>, from: usize) -> Option<Range<usize>> {
    let at = lines.skip_blanks(from);
    let rest = &lines.text[at..lines.text.floor_char_boundary(lines.text.len().min(at + LONGEST_TEXT))];
    let mark = ["\"\"\"", "'''"].into_iter().find(|it| rest.starts_with(it))?;
    let length = rest[mark.len()..].find(mark)?;
    Some(trimmed(lines.text, at + mark.len()..at + mark.len() + length)).filter(|it| !it.is_empty())
}

/// Returns where a text in backquotes ends that begins at a place, on its line.
fn backquote_end(lines: &Lines<'_>, at: usize) -> Option<usize> {
    let inner = lines.text.as_bytes()[at..lines.end(lines.line(at)).max(at)].strip_prefix(b"`")?;
    inner.iter().take(LONGEST_EXPRESSION).position(|it| *it == b'`').map(|length| at + 1 + length)
}

impl<'t> Scan<'t> {
    /// Hides a part of the text; what follows is looked at from its end on.
    pub(super) fn hide(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            if range.end > self.last.end {
                self.last = range.clone();
            }
            self.found.push(range);
        }
    }

    /// Hides a word of a sentence; where else it stands, only if it is hardly one of a language.
    pub(super) fn hide_word(&mut self, word: Range<usize>) {
        let list = if prose::hides_elsewhere(&self.lines.text[word.clone()]) {
            &mut self.found
        } else {
            &mut self.prose.words
        };
        list.push(word);
    }

    /// Hides the value of a name unless it tells nothing.
    pub(super) fn hide_value(&mut self, promise: Promise, name: &str, range: Range<usize>) {
        let value = &self.lines.text[range.clone()];
        // On a long line each name would look through all that follows.
        let head = &value[..value.floor_char_boundary(LONGEST_HEAD)];
        let is_told = || is_sentence(head) && (self.lines.is_in_comment(range.start) || is_happening(head));
        let is_hidden =
            hides(promise, name, if promise > Promise::Weak { value } else { head }) && !is_told();
        self.hide_variables(promise, name, if is_hidden { value } else { head });
        if is_hidden && !indirect::is_assigned(self, value) {
            self.hide(range);
        }
    }

    /// Hides the values of the variables in the value of a name.
    pub(super) fn hide_variables(&mut self, promise: Promise, name: &str, value: &'t str) {
        let mut left = indirect::variables_in(value, promise >= Promise::Generated);
        while let Some(variable) = left.pop() {
            for value in indirect::take_values(self, variable) {
                let text = &self.lines.text[value.clone()];
                left.extend(indirect::variables_in(text, promise >= Promise::Generated));
                if hides(promise, name, text) {
                    self.hide(value);
                }
            }
        }
    }

    /// Hides the value of a name behind a separator: one scalar, or those of a list.
    pub(super) fn hide_values(
        &mut self,
        key: &Range<usize>,
        from: usize,
        separator: Separator,
        promise: Promise,
        name: &str,
    ) {
        if let Some(inner) = multiline(self.lines, from) {
            return self.hide_value(promise, name, inner);
        }
        // `auth = HTTPBasicAuth('app', 'hunter2')`
        if promise == Promise::Login
            && separator == Separator::Equals
            && let Some(password) = call::second_argument(self.lines, from)
        {
            return self.hide_value(Promise::Password, "", password);
        }
        let values = values(self.lines, key, from, separator);
        let text = self.lines.text;
        if separator != Separator::Tag && !values.iter().any(|it| indirect::is_value(&text[it.clone()])) {
            let below = alone_below(self.lines, from).filter(|_| promise > Promise::Weak);
            self.hide_value_or_near(promise, name, below, from);
        }
        for value in values {
            self.hide_value(promise, name, value);
        }
        if separator == Separator::Equals && promise > Promise::Weak && self.is_in_code(from) {
            self.hide_quoted(promise, name, from);
        }
        if separator != Separator::Tag
            && let next = continuation_end(self.lines, from)
            && next > from
        {
            let value = word(self.lines, next);
            // `PASSWORD= \` may have a command on the next line.
            let is_command =
                self.lines.byte(from).is_some_and(is_blank) && is_plain(&self.lines.text[value.clone()]);
            if !is_command {
                self.hide_value(promise, name, value);
            }
        }
        self.hide_properties(from, promise, name);
    }

    /// Whether the value behind an equals sign is an expression of a program, which blanks part from it: `password = get('hunter2')`.
    fn is_in_code(&self, from: usize) -> bool {
        let before = &self.lines.text.as_bytes()[..from];
        let is_parted =
            before.last().copied().is_some_and(is_blank) || self.lines.byte(from).is_some_and(is_blank);
        let before = before[from.saturating_sub(LONGEST_SEPARATOR)..].trim_ascii_end();
        is_parted
            && before
                .strip_suffix(b"=")
                .and_then(<[u8]>::last)
                .is_some_and(|it| is_blank(*it) || b":=+".contains(it))
    }

    /// Hides the quoted texts of an expression: on the rest of its line, and on the lines that continue it.
    fn hide_quoted(&mut self, promise: Promise, name: &str, from: usize) {
        let lines = self.lines;
        let first = lines.line(from);
        let goes_on = |line: &usize| {
            let content = lines.content(*line).trim_end_matches([' ', '\t', '\\']);
            ["(", "+", "||", "??", " or"].iter().any(|it| content.ends_with(it))
        };
        let count = (first..(lines.count() - 1).min(first + MAX_LINES)).take_while(goes_on).count();
        let end = lines.end(first + count).min(from + LONGEST_EXPRESSION);
        let mut at = from.max(self.next_quoted);
        self.next_quoted = end.max(at);
        while at < end {
            let opened = lines.quote_at(at);
            let closed = opened.and_then(|(quote, inner)| Some((inner, lines.close_near(quote, inner)?)));
            match closed {
                Some((inner, (close, behind))) if close <= end => {
                    self.hide_value(promise, name, inner..close);
                    at = behind;
                }
                _ => {
                    let inner = at + 1..backquote_end(lines, at).unwrap_or(at + 1);
                    if !inner.is_empty() {
                        self.hide_value(promise, name, inner.clone());
                    }
                    at = inner.end;
                }
            }
        }
    }

    /// Hides tags and anchors before a value that may be its beginning.
    pub(super) fn hide_properties(&mut self, from: usize, promise: Promise, name: &str) {
        for property in indirect::unused_properties(self, from) {
            self.hide_value(promise, name, property);
        }
    }

    /// Hides the value of a name, or a word near behind the name if the value is none.
    pub(super) fn hide_value_or_near(
        &mut self,
        promise: Promise,
        name: &str,
        value: Option<Range<usize>>,
        end: usize,
    ) {
        let text = self.lines.text;
        let is_value = |it: &Range<usize>| indirect::is_value(&text[it.clone()]);
        let near = || indirect::near(self.lines, end).filter(|_| promise > Promise::Reference);
        if let Some(value) = value.filter(is_value).or_else(near) {
            self.hide_value(promise, name, value);
        }
    }
}
