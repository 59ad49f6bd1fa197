//! A text as lines and quotes, whatever else it is: YAML, JSON, a shell script, or none of them any more.

use std::ops::Range;

/// What only decides how a text is read is looked for so far: untrusted files can have a line of any length, with a name on
/// every few bytes of it.
pub(super) const FAR: usize = 1000;

/// A text with the places of its lines.
pub(super) struct Lines<'t> {
    pub text: &'t str,
    starts: Vec<(usize, usize)>,
}

/// A quotation mark with the backslashes before it: `"`, `'`, `\"` within JSON, `\\\"` within JSON within JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quote {
    mark: u8,
    slashes: usize,
}

impl Quote {
    /// Returns how many bytes it has.
    pub(super) fn length(self) -> usize {
        self.slashes + 1
    }
}

pub(super) fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

pub(super) fn is_line_end(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

/// Whether a byte may be in the name of a field, a variable or a flag. What is no ASCII may.
pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-./".contains(&byte) || !byte.is_ascii()
}

/// Whether these are the bytes of a full-width colon or equals sign, as comments in Chinese and Japanese have them.
pub(super) fn is_wide_separator(bytes: &[u8; 3]) -> bool {
    ["：", "＝"].iter().any(|it| it.as_bytes() == bytes)
}

/// Returns the whole name around `hit`, from `floor` on.
pub(super) fn whole_name(lines: &Lines<'_>, hit: Range<usize>, floor: usize) -> Range<usize> {
    let bytes = lines.text.as_bytes();
    let (mut start, mut end) = (hit.start, hit.end);
    while start > floor && is_name_byte(bytes[start - 1]) {
        start -= 1;
    }
    let goes_on = |rest: &[u8]| is_name_byte(rest[0]) && !rest.first_chunk().is_some_and(is_wide_separator);
    while end < bytes.len() && goes_on(&bytes[end..]) {
        end += 1;
    }
    let start = lines.text.ceil_char_boundary(start);
    start..lines.text.floor_char_boundary(end).max(start)
}

/// Whether a line has a key of its own.
pub(super) fn is_entry(content: &str) -> bool {
    let content = content.trim_start_matches(['"', '\'']);
    let name = content.bytes().take_while(|it| is_name_byte(*it)).count();
    let rest = content[name..].trim_start_matches(['"', '\'']);
    name > 0 && (rest == ":" || rest.starts_with(": ") || rest.starts_with(":\t"))
}

/// Returns the end of a text, of this length in bytes or less.
pub(super) fn end(text: &str, length: usize) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(length))..]
}

/// Returns a part of a text without the blanks around it.
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + part.len() - part.trim_start().len();
    start..(start + part.trim().len()).max(start)
}

/// Returns the indentation that lines of a value behind a name at `at` exceed.
pub(super) fn floor(lines: &Lines<'_>, at: usize) -> usize {
    let line = lines.line(at);
    let before = &lines.text[lines.start(line)..at];
    let leads = before.len() <= FAR && before.bytes().all(|it| is_blank(it) || b"-?'\"\\#".contains(&it));
    if leads { before.len() - usize::from(before.ends_with(['"', '\''])) } else { lines.indent(line) }
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let is_end = |at: usize| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes).filter(|&at| is_end(at)).map(|at| at + 1);
        let starts = std::iter::once(0).chain(ends);
        let indent = |start: usize| bytes[start..].iter().take_while(|it| is_blank(**it)).count();
        Lines { text, starts: starts.map(|start| (start, indent(start))).collect() }
    }

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Returns the number of the line of a byte.
    pub(super) fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|&(start, _)| start <= at) - 1
    }

    pub(super) fn count(&self) -> usize {
        self.starts.len()
    }

    pub(super) fn start(&self, line: usize) -> usize {
        self.starts[line].0
    }

    pub(super) fn indent(&self, line: usize) -> usize {
        self.starts[line].1
    }

    /// Returns where a line ends, without the characters that end it.
    pub(super) fn end(&self, line: usize) -> usize {
        let next = self.starts.get(line + 1).map_or(self.text.len(), |it| it.0);
        let bytes = &self.text.as_bytes()[self.start(line)..next];
        self.start(line) + bytes.len() - bytes.iter().rev().take_while(|it| is_line_end(**it)).count()
    }

    /// Returns a line without indentation.
    pub(super) fn content(&self, line: usize) -> &'t str {
        let start = (self.start(line) + self.indent(line)).min(self.end(line));
        &self.text[start..self.end(line)]
    }

    /// Returns a line without indentation and without the mark of a comment of YAML.
    pub(super) fn uncommented(&self, line: usize) -> &'t str {
        self.content(line).trim_start_matches(['#', ' ', '\t'])
    }

    pub(super) fn skip_blanks(&self, mut at: usize) -> usize {
        while self.byte(at).is_some_and(is_blank) {
            at += 1;
        }
        at
    }

    /// Returns the last byte before a place that is not blank, if there is one on its line.
    pub(super) fn before(&self, mut at: usize) -> Option<u8> {
        while at > 0 && is_blank(self.text.as_bytes()[at - 1]) {
            at -= 1;
        }
        self.byte(at.checked_sub(1)?).filter(|it| !is_line_end(*it))
    }

    /// Returns the quotation mark that begins at a place, and the place behind it.
    pub(super) fn quote_at(&self, at: usize) -> Option<(Quote, usize)> {
        let slashes = self.text.as_bytes().get(at..)?.iter().take_while(|it| **it == b'\\').count();
        let mark = self.byte(at + slashes).filter(|it| b"\"'".contains(it))?;
        Some((Quote { mark, slashes }, at + slashes + 1))
    }

    /// Returns the quotation mark that ends before a place.
    pub(super) fn quote_before(&self, at: usize) -> Option<Quote> {
        let mark = self.byte(at.checked_sub(1)?).filter(|it| b"\"'".contains(it))?;
        let before = &self.text.as_bytes()[..at - 1];
        Some(Quote { mark, slashes: before.iter().rev().take_while(|it| **it == b'\\').count() })
    }

    /// Returns where a comment ends that begins at a place, of YAML or of JSON; a password can begin with these marks, too.
    pub(super) fn comment_end(&self, at: usize) -> Option<usize> {
        let rest = &self.text.as_bytes()[at..];
        let is_end = |it: Option<&u8>| it.is_none_or(|it| is_blank(*it) || is_line_end(*it) || *it == b'#');
        match rest {
            [b'#', ..] if is_end(rest.get(1)) => Some(self.end(self.line(at))),
            [b'/', b'/', ..] if is_end(rest.get(2)) => Some(self.end(self.line(at))),
            [b'/', b'*', inner @ ..] if is_end(inner.first()) => {
                let end = inner.windows(2).take(FAR).position(|it| it == b"*/")?;
                Some(at + end + 4)
            }
            _ => None,
        }
    }

    /// Whether a line has nothing but a comment.
    pub(super) fn is_comment_line(&self, line: usize) -> bool {
        let content = self.content(line);
        content.starts_with('#') || content.starts_with("// ") || content == "//"
    }

    /// Returns where the expression of a template ends that begins at a place: `{{ default "a" .Values.b }}`.
    pub(super) fn template_end(&self, at: usize) -> Option<usize> {
        let rest = self.text.as_bytes()[at..].strip_prefix(b"{{")?;
        let end =
            rest.windows(2).take(FAR).take_while(|it| !is_line_end(it[0])).position(|it| it == b"}}")?;
        Some(at + end + 4)
    }

    /// Returns the place before a name and the quotation mark around it.
    pub(super) fn unquoted_start(&self, name: &Range<usize>) -> usize {
        self.quote_before(name.start).map_or(name.start, |it| name.start - it.length())
    }

    /// Whether a place is in a comment, as far as its line tells: behind a `#` at the beginning of a word, or
    /// behind `//` at its own.
    pub(super) fn is_in_comment(&self, at: usize) -> bool {
        let start = self.start(self.line(at)).max(at.saturating_sub(FAR));
        let before = &self.text.as_bytes()[start..at];
        let line = before.trim_ascii_start();
        line.starts_with(b"#") || line.starts_with(b"//") || before.windows(3).any(|it| it == b" # ")
    }

    /// Returns where a quoted text ends, and where what closes it does; `None` if no line that belongs to it, which
    /// is one that is indented by more than `floor`, has the end.
    pub(super) fn close(&self, quote: Quote, from: usize, floor: usize) -> Option<(usize, usize)> {
        self.close_before(quote, from, floor, self.text.len())
    }

    /// Does the same for one that ends on the line where it begins, and not far.
    pub(super) fn close_near(&self, quote: Quote, from: usize) -> Option<(usize, usize)> {
        let end = self.end(self.line(from)).min(from + FAR);
        self.close_before(quote, from, 0, end.max(from))
    }

    fn close_before(&self, quote: Quote, from: usize, floor: usize, limit: usize) -> Option<(usize, usize)> {
        let bytes = self.text.as_bytes();
        let (mut at, mut slashes) = (from, 0);
        let unit = 2 * (quote.slashes + 1);
        while at < limit {
            let byte = bytes[at];
            if byte == quote.mark {
                let is_plain = quote.mark == b'\'' && quote.slashes == 0;
                if is_plain && bytes.get(at + 1) == Some(&b'\'') {
                    at += 1;
                } else if is_plain || slashes % unit == quote.slashes {
                    return Some((at - quote.slashes.min(slashes), at + 1));
                }
            }
            slashes = if byte == b'\\' { slashes + 1 } else { 0 };
            at += 1;
            if is_line_end(byte) && !(byte == b'\r' && bytes.get(at) == Some(&b'\n')) && at < bytes.len() {
                let line = self.line(at);
                if !self.content(line).is_empty() && self.indent(line) <= floor {
                    return None;
                }
            }
        }
        None
    }
}
