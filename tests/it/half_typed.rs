//! Half-typed texts: whatever is cut off or mangled, the editor's functions answer, and every place lies in the text.

use std::ops::Range;
use std::sync::Arc;

use batchlint::lsp::outline::Outline;
use batchlint::lsp::position::{Encoding, TextPositions};
use batchlint::lsp::symbol::Symbol;
use batchlint::lsp::{action, completion, diagnostics, hover, symbol};
use batchlint::policy::config::{Config, Preset};
use batchlint::text::source::Source;
use proptest::prelude::*;

/// Whole manifests in every style, to be cut off and mangled.
const SEEDS: &[&str] = &[
    "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: nightly\nspec:\n  schedule: \"0 3 * * *\"\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          restartPolicy: Never # é😀\n          containers:\n          - name: a\n            image: &i \"a:1\"\n            args:\n            - |\n              set -eu\n              run: this\n          - {name: b, image: *i, env: [{name: X, value: 'it''s'}]}\n",
    "{\"kind\": \"JobList\", \"items\": [{\"kind\": \"Job\", \"metadata\": {\"name\": \"é\\\"x\"}, \"spec\": {\"suspend\": true, \"template\": {\"spec\": {\"containers\": [{\"name\": \"a\"}]}}}}]}",
    "# batchlint: ignore[missing-ttl] why\r\nkind: Job\r\nspec:\r\n  template:\r\n    spec: {containers: [{\r\n      name: a,\r\n      image: b}]}\r\n---\r\nkind: List\r\nitems:\r\n- kind: Job\r\n  spec:\r\n    backoffLimit: 1\r\n",
];

fn config() -> Config {
    let mut config = Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 24));
    config.preset = Preset::Strict;
    config
}

/// Asks everything about one place of a text.
fn ask(text: &str, offset: usize) {
    let within = |range: &Range<usize>| {
        assert!(text.get(range.clone()).is_some(), "{range:?} of {text:?}");
    };
    let outline = Outline::at(text, offset);
    for node in &outline.nodes {
        within(&node.key);
        within(&node.value);
    }
    for item in completion::complete_at(&outline, offset, 37) {
        within(&item.replace);
        assert!(
            item.replace.start <= offset && offset <= item.replace.end,
            "{item:?} at {offset} of {text:?}"
        );
        completion::without_snippet(&item.insert);
    }
    if let Some((_, range)) = hover::hover_at(&outline, &[], offset, 37) {
        within(&range);
    }
    let source = Source::new("", text);
    for encoding in [Encoding::Utf8, Encoding::Utf16] {
        let places = TextPositions { source: &source, encoding };
        assert_eq!(places.offset(places.position(offset)), offset, "{offset} of {text:?}");
    }
}

fn ask_symbols(text: &str) {
    fn check(text: &str, symbol: &Symbol) {
        let Symbol { range, selection, .. } = symbol;
        assert!(
            text.get(range.clone()).is_some() && text.get(selection.clone()).is_some(),
            "{symbol:?} {text:?}"
        );
        assert!(range.start <= selection.start && selection.end <= range.end, "{symbol:?} {text:?}");
        symbol.children.iter().for_each(|child| check(text, child));
    }
    symbol::symbols(text).iter().for_each(|it| check(text, it));
}

/// The places of a text between two characters, but not inside of a line break, where no editor puts a cursor.
fn places(text: &str) -> impl Iterator<Item = usize> {
    (0..=text.len()).filter(|&at| text.is_char_boundary(at) && !text[..at].ends_with('\r'))
}

#[test]
fn a_manifest_can_be_asked_about_at_every_place_while_it_is_typed() {
    for seed in SEEDS {
        for end in places(seed) {
            ask(&seed[..end], end);
            ask_symbols(&seed[..end]);
        }
        places(seed).for_each(|at| ask(seed, at));
    }
}

/// A bracket or a quote that is still open reaches to the end of the text, whatever character that is.
#[test]
fn a_text_may_end_with_any_character() {
    for text in ["metadata: {name: é", "a: [😀", "a: \"\u{2028}", "- {é", "a: |\n  é", "'é"] {
        places(text).for_each(|at| ask(text, at));
        ask_symbols(text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mangled_texts_get_answers(
        seed in 0..SEEDS.len(),
        edits in prop::collection::vec(
            (any::<usize>(), 0usize..20, prop_oneof!["[\\[\\]{}:,&*!|>'\"#%@`?\\-\n\t ]{0,4}", "\\PC{0,3}", Just("\n---\n".to_owned()), Just("\n- ".to_owned())]),
            0..8,
        ),
        place in any::<usize>(),
    ) {
        let mut text = SEEDS[seed].to_owned();
        for (from, length, insert) in edits {
            let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap();
            let start = boundary(from % (text.len() + 1));
            let end = boundary(start + length).max(start);
            text.replace_range(start..end, &insert);
        }
        let all: Vec<usize> = places(&text).collect();
        ask(&text, all[place % all.len()]);
        ask_symbols(&text);
        let uri = "file:///a.yaml".parse().unwrap();
        let source = Arc::new(Source::new("a.yaml", text.as_str()));
        for finding in diagnostics::lint_text(&source, &config()).iter().take(3) {
            let shown = diagnostics::to_diagnostic(finding, &uri, Encoding::Utf16, diagnostics::DiagnosticSupport { related: true });
            prop_assert!(shown.range.start <= shown.range.end);
            for edits in action::ignore(&[finding], &source, &config()).into_iter().flatten() {
                prop_assert!(action::apply_edits(&text, &edits).len() > text.len());
            }
        }
    }

    /// The edits of "apply all safe fixes" make the one text of the other, whatever the two are.
    #[test]
    fn changes_lead_from_one_text_to_the_other(before in "(a|b|é|\n|\r\n){0,20}", after in "(a|b|é|\n|\r\n){0,20}") {
        prop_assert_eq!(action::apply_edits(&before, &action::line_edits(&before, &after)), after);
    }
}
