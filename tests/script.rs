//! Scripts in containers: the same script in every style gives the same findings at the right places, the syntax
//! verdict is the real shells', and no script makes the linter panic or slow.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests may fail, and run shells"
)]

mod common;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use batchlint::lint::lint;
use batchlint::rules;
use batchlint::script::{Cause, MAXIMUM_LENGTH, parse};
use batchlint::source::Source;
use common::strict;
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
    let is_script = |rule: &batchlint::rule::Rule| {
        ["Scripts", "Lifetime", "Failure and retry"].contains(&rule.category.title())
            && rule.id != "folded-script"
    };
    let plain = |span: batchlint::span::Span| {
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

/// Scripts that shells take, and scripts that they refuse.
const SYNTAX: &[&str] = &[
    "echo a; echo b &\nwait",
    "if a; then b; elif c; then d; else e; fi",
    "case $1 in a|b) echo x;; (c) ;; *) echo y; esac",
    "for i in 1 2 3; do echo $i; done; for x do echo; done",
    "while read -r x; do echo \"$x\"; done < /dev/null",
    "f() { echo; }; f; g() (echo)",
    "cat <<EOF\n$(echo hi) `date` ${x:-\"a b\"}\nEOF\necho after",
    "cat <<-'EOF' | sort\n\t$(broken\n\tEOF\necho",
    "a=$(echo $(echo `date`)); b=${a%%*.} c=$((1 + (2 * 3)))",
    "echo \"$(echo \"$(echo \"x\")\")\" 'it''s' \\'",
    "! a | b && c || { d; }; (e; f) > x 2>&1",
    "echo a#b # c\n# d\n\n",
    "echo \"${x#\\\"}\" ${#x} ${x} $# $$ $! $-",
    "if (a) then b; fi; { (a) }",
    "x=1 y=2 cmd <<A <<B\na\nA\nb\nB\n",
    "until a; do b; done &",
    "",
    "# only a comment",
    "if a; then b",
    "fi",
    "echo 'x",
    "echo \"x",
    "echo $(a",
    "echo `a",
    "a ;; b",
    "case x in a) b",
    "for in do done",
    "while a; done",
    "{ a",
    "( a",
    "a | | b",
    "a && ; b",
    "if ; then a; fi",
    "done",
    "echo >",
    "f() ",
    "; a",
    "a ) b",
    "then a",
    "if a; then fi",
    "${x",
];

/// What only Bash takes.
const BASH_SYNTAX: &[&str] = &[
    "[[ $a == b* && ! -f x || ( $c =~ ^(a|b)+$ ) ]]",
    "a=(1 2 \"3 4\"); echo ${a[@]} ${#a[@]}; a+=(5); a[1]=x",
    "for ((i = 0; i < 3; i++)); do echo $i; done; ((i++))",
    "diff <(a) <(b) >& x; cmd &> y; cat <<< \"$x\"",
    "function f { echo; }; function g() { echo; }",
    "echo ${x//a/b} ${x:1:2} ${x^^} ${!x} {1..3} $((x ** 2))",
    "select x in a b; do break; done",
    "declare -A m=([a]=1 [b]=2)",
    "if [[ a ]]; then b; fi |& c",
    "shopt -s extglob; echo $'a\\'b'",
    "[[ a",
    "((a",
    "a=(1 2",
];

/// Runs a shell over scripts without executing them; nothing where the shell is missing.
fn accepts(shell: &[&str], script: &str) -> Option<bool> {
    let (program, arguments) = shell.split_first()?;
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else { return None };
    child.stdin.take()?.write_all(script.as_bytes()).unwrap();
    Some(child.wait().unwrap().success())
}

#[test]
fn the_syntax_verdict_is_the_shells() {
    let pages: Vec<String> = rules::ALL.iter().flat_map(|rule| page_scripts(rule.page)).collect();
    let all = || SYNTAX.iter().copied().chain(pages.iter().map(String::as_str));
    let ours = |script: &str| parse(script).is_ok();
    let mut compared: BTreeMap<&str, usize> = BTreeMap::new();
    let scripts = all().chain(BASH_SYNTAX.iter().copied()).map(|it| (it, &["bash", "-n"][..]));
    let plain = SYNTAX.iter().map(|it| (*it, &["dash", "-n"][..]));
    for (script, shell) in scripts.chain(plain) {
        let Some(theirs) = accepts(shell, script) else { continue };
        *compared.entry(shell[0]).or_default() += 1;
        assert_eq!(ours(script), theirs, "{shell:?}: {script:?}: {:?}", parse(script).err());
    }
    // ShellCheck parses by itself: SC1xxx of level error is a mistake in the syntax.
    for script in SYNTAX.iter().filter(|it| !it.is_empty()) {
        let shell = ["shellcheck", "-s", "bash", "-S", "error", "-i", "SC1072,SC1073", "-"];
        let Some(theirs) = accepts(&shell, script) else { continue };
        *compared.entry("shellcheck").or_default() += 1;
        assert!(theirs == ours(script) || theirs, "shellcheck: {script:?}");
    }
    eprintln!("compared with {compared:?}");
}

/// Returns the scripts of a page's manifests.
fn page_scripts(page: &str) -> Vec<String> {
    let blocks = common::blocks(page).into_iter();
    let sources = blocks.map(|block| std::sync::Arc::new(Source::new("page.yaml", block.yaml)));
    let mut scripts = Vec::new();
    for source in sources {
        for document in &batchlint::document::read(&source).documents {
            for node in document.objects() {
                let batchlint::workload::Reading::Object(object) = batchlint::workload::Reading::of(node)
                else {
                    continue;
                };
                for container in
                    object.job().and_then(|job| job.pod()).into_iter().flat_map(|pod| pod.containers())
                {
                    let invocation = batchlint::script::Invocation::of(container);
                    let is_template = |text: &str| text.contains("{{");
                    let is_shell =
                        |it: &batchlint::script::Source<'_>| batchlint::script::is_shell(it.shell.name);
                    let script = invocation.as_ref().and_then(batchlint::script::Source::of);
                    scripts.extend(
                        script
                            .filter(|it| is_shell(it) && !is_template(&it.text))
                            .map(|it| it.text.into_owned()),
                    );
                }
            }
        }
    }
    scripts
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
    let fill = |part: &str| part.repeat(MAXIMUM_LENGTH / part.len());
    let inputs = [
        (fill("if a; then b; fi\n"), Cause::Shell),
        (fill("a=$b; exit 2; mkdir x\n"), Cause::Shell),
        (fill("rm -r $a/ & f() { echo; }\n"), Cause::Shell),
        (fill("cat <<E\n"), Cause::Shell),
        (fill("echo $("), Cause::Limit),
        (fill("(("), Cause::Limit),
        (fill("echo $(("), Cause::Limit),
        (fill("echo ${a:-"), Cause::Limit),
        (fill("\"$("), Cause::Limit),
        (fill("{ "), Cause::Limit),
        (fill("f() "), Cause::Limit),
        (fill("! "), Cause::Shell),
        (fill("`"), Cause::Shell),
        (fill("a=["), Cause::Shell),
        (fill("{a "), Cause::Shell),
        ((0..15_000).map(|it| format!("$a{it}\n")).collect(), Cause::Shell),
        ("x".repeat(1 << 21), Cause::Limit),
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
