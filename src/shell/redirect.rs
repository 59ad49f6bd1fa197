//! Reads redirections and here-documents.

use super::error::Parsed;
use super::parse::{HereDocument, Parser};
use super::syntax::{Redirection, Word};
use super::word::Mode;
use crate::text::span::Span;

const OPERATORS: [&str; 12] = ["&>>", "<<<", "<<-", "&>", ">>", "<<", "<&", ">&", "<>", ">|", "<", ">"];

impl<'s> Parser<'s> {
    /// Reads a redirection; `None` if none starts.
    pub(super) fn redirection(&mut self) -> Parsed<Option<Redirection<'s>>> {
        let (start, rest) = (self.at, self.rest());
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let inner = rest.bytes().skip(1).take_while(|it| it.is_ascii_alphanumeric() || *it == b'_').count();
        let is_name = rest.starts_with('{') && rest[inner + 1..].starts_with('}');
        let name = if is_name { inner + 2 } else { 0 };
        let descriptor = if name > 0 && rest[name..].starts_with(['<', '>']) { name } else { digits };
        let after = &rest[descriptor..];
        let Some(operator) = OPERATORS.iter().find(|it| after.starts_with(**it)) else { return Ok(None) };
        if matches!(after.as_bytes(), [b'<' | b'>', b'(', ..])
            || (descriptor > 0 && operator.starts_with('&'))
        {
            return Ok(None);
        }
        let operator = &after[..operator.len()];
        self.at += descriptor + operator.len();
        self.blanks();
        let Some(target) = self.word()? else {
            return self.error(
                format!("`{operator}` has no target"),
                start,
                start + descriptor + operator.len(),
            );
        };
        let span = Span::new(start, self.at);
        if matches!(operator, "<<" | "<<-") {
            let raw = target.span.text(self.text);
            let quoted = raw.contains(['\'', '"', '\\']);
            let delimiter = raw.replace(['\'', '"', '\\'], "");
            self.documents.push(HereDocument { delimiter, quoted, dashed: operator == "<<-" });
        }
        Ok(Some(Redirection { operator, target, span }))
    }

    /// Reads the here-documents that were announced on the line that has just ended.
    pub(super) fn here_documents(&mut self) {
        for HereDocument { delimiter, quoted, dashed, .. } in std::mem::take(&mut self.documents) {
            let start = self.at;
            let mut body = self.end;
            while self.at < self.end {
                let line = self.rest().split('\n').next().unwrap_or_default();
                let (from, next) = (self.at, (self.at + line.len() + 1).min(self.end));
                self.at = next;
                let text = if dashed { line.trim_start_matches('\t') } else { line };
                if text.strip_suffix('\r').unwrap_or(text) == delimiter {
                    body = from;
                    break;
                }
            }
            let after = self.at;
            self.texts.push(Span::new(start, body));
            if !quoted && body > start {
                self.document_parts(start, body);
            }
            self.at = after;
        }
    }

    /// Reads the expansions of a here-document: what is wrong in them is found when it runs.
    fn document_parts(&mut self, start: usize, body: usize) {
        let end = std::mem::replace(&mut self.end, body);
        self.at = start;
        let mut parts = Vec::new();
        let _ = self.nested(|parser| parser.parts(Mode::HereDocument, &mut parts));
        self.documents.clear();
        self.bodies.push(Word { parts, span: Span::new(start, body) });
        self.end = end;
    }
}
