//! A text (before the first NUL) is edited (as the bytes behind it say), and asked about after each edit.
#![no_main]

#[path = "../../tests/common/reshape.rs"]
#[allow(dead_code)]
mod reshape;
#[path = "../../tests/common/tree.rs"]
#[allow(dead_code)]
mod tree;

use std::ops::Range;
use std::sync::Arc;

use batchlint::lsp::outline::Outline;
use batchlint::lsp::position::{Encoding, TextPositions, apply};
use batchlint::lsp::symbol::Symbol;
use batchlint::lsp::{action, completion, diagnostics, hover, symbol};
use batchlint::text::source::Source;
use libfuzzer_sys::fuzz_target;
use lsp_types::{Position, TextDocumentContentChangeEvent};
use reshape::Choices;

/// What is typed or pasted.
const TYPED: [&str; 24] = [
    "",
    "a",
    ":",
    ": ",
    " ",
    "  ",
    "\n",
    "\r\n",
    "- ",
    "#",
    "'",
    "\"",
    "[",
    "]",
    "{",
    "}",
    ",",
    "|",
    "é😀",
    "\t",
    "---\n",
    "name: ",
    "# batchlint: ignore[missing-ttl] why\n",
    "spec:\n  template:\n    spec:\n      ",
];

/// As many edits are made of one input.
const MAX_EDITS: usize = 8;

fuzz_target!(|bytes: &[u8]| {
    let at = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    let Ok(text) = std::str::from_utf8(&bytes[..at]) else { return };
    let mut choices = Choices(&bytes[at..]);
    let encoding = [Encoding::Utf8, Encoding::Utf16][choices.below(2)];
    let mut text = text.to_owned();
    for _ in 0..MAX_EDITS {
        let mut position =
            || Position { line: choices.below(256) as u32, character: choices.below(256) as u32 };
        let range = lsp_types::Range { start: position(), end: position() };
        let typed = TYPED[choices.below(TYPED.len())].to_owned();
        let change = TextDocumentContentChangeEvent { range: Some(range), range_length: None, text: typed };
        text = apply(&text, vec![change], encoding);
        let source = Source::new("", text.as_str());
        ask(&text, TextPositions { source: &source, encoding }.offset(range.start));
        if choices.0.is_empty() {
            break;
        }
    }
    let uri = "file:///fuzz.yaml".parse().expect("a URI");
    let config = batchlint_fuzz::strict();
    let source = Arc::new(Source::new("fuzz.yaml", text.as_str()));
    for finding in diagnostics::lint_text(&source, &config).iter().take(2) {
        let shown = diagnostics::to_diagnostic(finding, &uri, encoding, diagnostics::DiagnosticSupport { related: true });
        assert!(shown.range.start <= shown.range.end);
        for edits in action::ignore(&[finding], &source, &config).into_iter().flatten() {
            action::apply_edits(&text, &edits);
        }
    }
});

/// Asks everything about one place of a text.
fn ask(text: &str, offset: usize) {
    let within = |range: &Range<usize>| assert!(text.get(range.clone()).is_some(), "{range:?}");
    let outline = Outline::at(text, offset);
    for node in &outline.nodes {
        within(&node.key);
        within(&node.value);
    }
    for item in completion::complete_at(&outline, offset, 37) {
        within(&item.replace);
    }
    if let Some((_, range)) = hover::hover_at(&outline, &[], offset, 37) {
        within(&range);
    }
    symbol::symbols(text).iter().for_each(|it| check(text, it));
}

fn check(text: &str, symbol: &Symbol) {
    let Symbol { range, selection, .. } = symbol;
    assert!(text.get(range.clone()).is_some() && text.get(selection.clone()).is_some());
    assert!(range.start <= selection.start && selection.end <= range.end, "{symbol:?}");
    symbol.children.iter().for_each(|child| check(text, child));
}
