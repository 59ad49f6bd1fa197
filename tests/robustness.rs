//! No input makes the linter panic or hang, and every place that it reports lies in the text.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests may fail, and read files"
)]

use batchlint::config::{Config, Preset};
use batchlint::lint::lint;
use batchlint::source::Source;
use proptest::prelude::*;

/// Whole manifests in every style, to be mangled.
const SEEDS: &[&str] = &[
    include_str!("../rules/unknown-field.md"),
    include_str!("../rules/duplicate-key.md"),
    include_str!("../rules/wrong-type.md"),
    r#"{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a"},"spec":{"template":{"spec":{"containers":[{"name":"é\n","image":"a:1"}]}}}}"#,
    "a: &a [1, {b: *a}]\n<<: {c: !!binary aGk=}\n? |\n  key\n: >-\n  folded\n  text\n--- # next\n- - - x\n...\nrest\n",
];

fn check(text: &str) -> Result<(), TestCaseError> {
    let mut config = Config::new(jiff::civil::date(2026, 11, 24));
    config.preset = Preset::Strict;
    let outcome = lint(Source::new("mangled.yaml", text), &config);
    for finding in &outcome.findings {
        let places = finding.related.iter().map(|label| &label.place).chain([&finding.place]);
        for place in places {
            prop_assert!(text.get(place.span.range()).is_some(), "{}: {place:?}", finding.rule.id);
        }
        prop_assert!(!finding.message.is_empty());
    }
    Ok(())
}

/// Cuts a piece out, repeats it, or puts special characters in.
fn mangle(seed: &str, edits: &[(usize, usize, String)]) -> String {
    let mut text = seed.to_owned();
    for (from, len, insert) in edits {
        let boundary =
            |at: usize| (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        let start = boundary(from % (text.len() + 1));
        let end = boundary(start + len).max(start);
        text.replace_range(start..end, insert);
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mangled_manifests_never_panic(
        seed in 0..SEEDS.len(),
        edits in prop::collection::vec(
            (any::<usize>(), 0usize..40, prop_oneof!["[\\[\\]{}:,&*!|>'\"#%@`?\\-\n\t ]{0,4}", "\\PC{0,3}", Just("\u{feff}".to_owned()), Just("\r\n---\n".to_owned())]),
            0..12,
        ),
    ) {
        check(&mangle(SEEDS[seed], &edits))?;
    }

    #[test]
    fn any_text_never_panics(text in "\\PC{0,200}") {
        check(&text)?;
    }
}

/// Inputs made to cost much end soon, each with a finding.
#[test]
fn hostile_input_ends_in_a_finding() {
    let laughs: String = (1..12)
        .map(|level| format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(",")))
        .collect();
    let chain: String =
        (1..20_000).map(|level| format!("a{level}: &a{level} {{x: *a{}}}\n", level - 1)).collect();
    let many_keys: String = (0..50_000).map(|key| format!("  k{key}: v\n")).collect();
    let passwords: String = (0..5_000)
        .map(|it| format!("        - {{name: P{it}_PASSWORD, value: k{}}}\n", it * 7_919))
        .collect();
    let many_passwords = format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a}}\nspec:\n  template:\n    spec:\n      containers:\n      - \
         name: a\n        env:\n{passwords}"
    );
    let inputs = [
        ("[".repeat(100_000), "nested brackets"),
        ("- ".repeat(20_000) + "a", "nested dashes"),
        ("{\"a\":".repeat(100_000), "nested JSON"),
        (format!("a0: &a0 [x]\n{laughs}"), "billion laughs"),
        (format!("a0: &a0 x\n{chain}"), "a chain of aliases"),
        (format!("apiVersion: batch/v1\nkind: Job\nspec:\n{many_keys}"), "50,000 unknown keys"),
        ("k".repeat(1_000_000) + ": v", "a key of a megabyte"),
        (many_passwords, "5,000 passwords"),
    ];
    for (text, name) in inputs {
        let outcome = lint(Source::new("hostile.yaml", text), &Config::new(jiff::civil::date(2026, 11, 24)));
        assert!(!outcome.findings.is_empty(), "{name} gives no finding");
        assert!(
            outcome.findings.iter().all(|finding| finding.message.len() <= 1100),
            "{name} gives a long message"
        );
    }
}
