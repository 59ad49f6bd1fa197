//! Scripts in containers: the same script in every style gives the same findings at the right places, and no script
//! makes the linter panic or slow.

mod bashisms;
mod handled;
mod logs;
mod messages;
mod rules;
mod secrets;
mod shells;
mod statuses;

use std::time::{Duration, Instant};

use crate::common::scripts::{BASH_SYNTAX, SYNTAX};
use crate::common::strict;
use batchlint::engine::lint::lint;
use batchlint::shell::{MAX_LENGTH, UnreadableCause, parse};
use batchlint::text::source::Source;
use proptest::prelude::*;

/// Each ends its commands with `;`, so that folding the lines changes nothing.
const SCRIPTS: &[&str] = &[
    "echo \"début: \\\"$DAY\\\"\";\nmigrate 'up';\necho done;",
    "set -e;\ndump \"é\tü\" | gzip > /data/x.gz;\nexport A=$(vault-login --role \"x\");\nupload '/data/x.gz' || true;",
    "until nc -z 'db' 5432; do\n  echo \"waiting: \\\\ é\";\n  sleep 2;\ndone;\ncurl -X POST \"https://api.example.com/é\" &&\nexit 256;",
    "fetch 'ä';\ntransform \"ö\";\nif [ -f /x ]; then\n  upload ü &\nfi;\nexit 0;",
    "if true; then\n  echo 'é'; (\n done;",
];

/// The styles in which YAML and JSON can write a script.
fn styles(script: &str) -> Vec<(&'static str, String)> {
    let json = serde_json::to_string(script).unwrap();
    let indented = |text: &str| text.lines().map(|line| format!("          {line}\n")).collect::<String>();
    let single = script.replace('\'', "''").replace('\n', "\n\n          ");
    // A folded line that is indented more keeps its line end.
    let folded =
        script.lines().map(|line| if line.starts_with(' ') { format!("\n{line}") } else { line.to_owned() });
    let folded = folded.collect::<Vec<_>>().join("\n");
    vec![
        ("literal", format!("|-\n{}", indented(script))),
        ("literal with its indentation", format!("|2-\n{}", indented(script))),
        ("folded", format!(">-\n{}", indented(&folded))),
        ("double-quoted", format!("{json}\n")),
        ("double-quoted over lines", format!("{}\n", json.replace("\\n", "\\n\\\n          "))),
        ("escaped", format!("{}\n", json.replace('é', "\\u00e9").replace('ü', "\\xfc"))),
        ("single-quoted", format!("'{single}'\n")),
    ]
}

fn manifest(scalar: &str) -> String {
    format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: job}}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      \
         containers:\n      - name: main\n        image: registry.example.com/job:1.0\n        command: [sh, -c]\n        args:\n        - {scalar}"
    )
}

fn json_manifest(script: &str) -> String {
    serde_json::json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "job"},
        "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [
            {"name": "main", "image": "registry.example.com/job:1.0", "command": ["sh", "-c"], "args": [script]}
        ]}}},
    })
    .to_string()
}

/// Returns the rules inside the script with the text that they point to, and the texts of related places.
fn findings(text: &str) -> Vec<(String, String, Vec<String>)> {
    let outcome = lint(Source::new("job.yaml", text), &strict(None));
    let is_script = |rule: &batchlint::diagnostic::meta::Meta| {
        ["Scripts", "Lifetime", "Failure and retry"].contains(&rule.category.title())
            && rule.id != "folded-script"
    };
    let plain = |span: batchlint::text::span::Span| {
        let raw = span.text(text);
        raw.replace("\\u00e9", "é").replace("\\xfc", "ü").replace("\\\"", "\"").replace("''", "'")
    };
    let found = outcome.findings.iter().filter(|it| is_script(it.rule) && it.place.path.contains("args"));
    let mut found: Vec<_> = found
        .map(|it| {
            let related = it.related.iter().map(|label| plain(label.place.span)).collect();
            (it.rule.id.to_owned(), plain(it.place.span), related)
        })
        .collect();
    found.sort();
    found
}

#[test]
fn the_same_script_in_every_style_gives_the_same_findings_at_the_right_places() {
    for script in SCRIPTS {
        let expected = findings(&manifest(&format!(
            "|-\n{}",
            script.lines().map(|it| format!("          {it}\n")).collect::<String>()
        )));
        assert!(!expected.is_empty(), "{script}");
        for (style, scalar) in styles(script) {
            let text = manifest(&scalar);
            assert_eq!(findings(&text), expected, "{style}:\n{text}");
        }
        let text = json_manifest(script);
        assert_eq!(findings(&text), expected, "JSON:\n{text}");
    }
}

#[test]
fn places_are_exact_to_the_column() {
    let text = manifest("\"set -e; echo \\\"\\u00e9\\\"\\n\\\n          exit 256\"\n");
    let outcome = lint(Source::new("job.yaml", text.as_str()), &strict(None));
    let finding = outcome.findings.iter().find(|it| it.rule.id == "invalid-exit-code").expect("a finding");
    let start = finding.source.positions(finding.place.span).0;
    assert_eq!((start.line, start.column), (14, 11), "{text}");
    assert_eq!(finding.place.span.text(&text), "exit 256");
}

/// Kubernetes takes the first `$` of `$$` away, and places behind it move.
#[test]
fn places_follow_what_kubernetes_puts_in() {
    let text = manifest("|\n          echo $$(date) $$HOME\n          exit 256\n");
    let outcome = lint(Source::new("job.yaml", text.as_str()), &strict(None));
    let finding = outcome.findings.iter().find(|it| it.rule.id == "invalid-exit-code").expect("a finding");
    assert_eq!(finding.place.span.text(&text), "exit 256");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mangled_scripts_never_panic(
        seed in 0..SYNTAX.len() + BASH_SYNTAX.len() + SCRIPTS.len(),
        edits in prop::collection::vec(
            (any::<usize>(), 0usize..12, prop_oneof!["[\\[\\]{}();&|<>$`'\"#\\\\=!*?\n\t -]{0,4}", "\\PC{0,3}", "(if|fi|do|done|case|esac|<<E|\\$\\(\\(|\\$\\{|EOF)[ \n;]?"]),
            0..10,
        ),
    ) {
        let seeds: Vec<&str> = SYNTAX.iter().chain(BASH_SYNTAX).chain(SCRIPTS).copied().collect();
        let mut text = seeds[seed].to_owned();
        for (from, len, insert) in &edits {
            let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
            let start = boundary(from % (text.len() + 1));
            let end = boundary(start + len).max(start);
            text.replace_range(start..end, insert);
        }
        if let Err(error) = parse(&text) {
            prop_assert!(text.get(error.span.range()).is_some(), "{error:?}");
        }
        let quoted = serde_json::to_string(&text).unwrap();
        for whole in [manifest(&quoted), json_manifest(&text)] {
            for finding in &lint(Source::new("job.yaml", whole.as_str()), &strict(None)).findings {
                prop_assert!(whole.get(finding.place.span.range()).is_some(), "{}", finding.rule.id);
            }
        }
    }
}

/// Nothing made to be slow is: a megabyte, and nesting without end.
#[test]
fn hostile_scripts_end_soon() {
    let fill = |part: &str| part.repeat(MAX_LENGTH / part.len());
    let inputs = [
        (fill("if a; then b; fi\n"), UnreadableCause::Shell),
        (fill("a=$b; exit 2; mkdir x\n"), UnreadableCause::Shell),
        (fill("rm -r $a/ & f() { echo; }\n"), UnreadableCause::Shell),
        (fill("cat <<E\n"), UnreadableCause::Shell),
        (fill("a|"), UnreadableCause::Shell),
        (format!("{}a", fill("a|")), UnreadableCause::Limit),
        (format!("{}a", "a&&".repeat(40_000)), UnreadableCause::Limit),
        (format!("{}a", "a|".repeat(60_000)), UnreadableCause::Limit),
        (fill("curl -o a b; cat a; export c=$(d)\n"), UnreadableCause::Shell),
        (
            (0..8_000).map(|it| format!("f{it}() {{ f{}; }}\n", it + 1)).collect::<String>() + "f0 || f1",
            UnreadableCause::Limit,
        ),
        (fill("echo $("), UnreadableCause::Limit),
        (fill("(("), UnreadableCause::Limit),
        (fill("echo $(("), UnreadableCause::Limit),
        (fill("echo ${a:-"), UnreadableCause::Limit),
        (fill("\"$("), UnreadableCause::Limit),
        (fill("{ "), UnreadableCause::Limit),
        (fill("f() "), UnreadableCause::Limit),
        (fill("! "), UnreadableCause::Shell),
        (fill("`"), UnreadableCause::Shell),
        (fill("a=["), UnreadableCause::Shell),
        (fill("{a "), UnreadableCause::Shell),
        ((0..15_000).map(|it| format!("$a{it}\n")).collect(), UnreadableCause::Shell),
        ("x".repeat(1 << 21), UnreadableCause::Limit),
    ];
    for (script, cause) in inputs {
        let start = Instant::now();
        let result = parse(&script);
        let name: String = script.chars().take(12).collect();
        if let Err(error) = &result {
            assert_eq!(error.cause, cause, "{name}: {}", error.message);
        }
        let outcome = lint(Source::new("job.yaml", json_manifest(&script)), &strict(None));
        assert!(outcome.findings.len() < 100, "{name}");
        assert!(start.elapsed() < Duration::from_secs(60), "{name} took {:?}", start.elapsed());
    }
}
