//! The syntax verdict is that of the real shells, which read each script without running it, and of ShellCheck.
//!
//! The scripts are those of the rules' pages, of `testdata/kubernetes`, and made ones at the edges of the grammar. `e2e/shellcheck`
//! runs all of it; where `dash` or `bash` is missing, the other tests say so.

use crate::common;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::{env, fs};

use crate::common::scripts::{BASH_SYNTAX, SYNTAX};
use crate::common::skip::skip;
use batchlint::manifest::document;
use batchlint::manifest::document::Document;
use batchlint::manifest::workload::{Classification, classify};
use batchlint::rules;
use batchlint::shell::syntax::Tree;
use batchlint::shell::{Flavour, Invocation, ScriptError, ScriptSource as Script, parse, parse_for_bash};
use batchlint::text::source::Source;

/// A script for `sh`, or for Bash.
struct Case {
    shell: &'static str,
    text: String,
    origin: String,
}

/// Returns the scripts that every shell reads, then those for Bash.
fn cases() -> Vec<Case> {
    let made = |shell: &'static str, texts: &[&str]| -> Vec<Case> {
        let case = |text: &&str| Case { shell, text: (*text).to_owned(), origin: "made".to_owned() };
        texts.iter().map(case).collect()
    };
    let mut cases = made("sh", SYNTAX);
    cases.extend(made("bash", BASH_SYNTAX));
    for rule in rules::registry().iter() {
        let blocks = common::blocks(rules::page(rule)).into_iter();
        cases.extend(blocks.flat_map(|block| in_manifest(rule.id, block.yaml)));
    }
    let from_pages = cases.len();
    cases.extend(recorded().into_iter().flat_map(|(name, text)| in_manifest(&name, text)));
    assert!(from_pages > 150 && cases.len() > from_pages, "{from_pages} of {}", cases.len());
    // Mutations of a manifest leave its script as it is.
    let mut seen = BTreeSet::new();
    cases.retain(|it| seen.insert((it.shell, it.text.clone())));
    cases
}

/// Returns the manifests of `testdata/kubernetes`.
fn recorded() -> Vec<(String, String)> {
    let lines = fs::read_to_string("testdata/kubernetes/cases.jsonl").unwrap();
    let case = |line: &str| -> (String, String) {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| case[key].as_str().unwrap().to_owned();
        (text("id"), text("manifest"))
    };
    lines.lines().map(case).collect()
}

/// Returns the scripts of a manifest, as the shell gets them; those with gaps for a template engine are none yet.
fn in_manifest(origin: &str, text: String) -> Vec<Case> {
    let documents = document::read(&Arc::new(Source::new(origin, text))).documents;
    let objects = documents.iter().flat_map(Document::objects).filter_map(|node| match classify(node) {
        Classification::Object(object) => object.job()?.pod(),
        _ => None,
    });
    let invocations: Vec<Invocation<'_>> =
        objects.flat_map(|pod| pod.containers()).filter_map(Invocation::new).collect();
    let scripts = invocations.iter().filter_map(Script::find).filter(|it| !it.text.contains("{{"));
    // Scripts beyond our limits, or with syntax that we do not support, get no verdict.
    let is_unread = |text: &str| parse(text).is_err_and(|error| error.cause.is_unread());
    let scripts = scripts.filter(|it| !is_unread(&it.text));
    let cases = scripts.filter_map(|it| {
        let shell = match it.shell.flavour {
            Flavour::Bash => "bash",
            Flavour::Python | Flavour::Other => return None,
            _ => "sh",
        };
        Some(Case { shell, text: it.text.clone().into_owned(), origin: origin.to_owned() })
    });
    cases.collect()
}

/// Gives a script to a program; returns whether it ends with 0, and what it prints. Nothing where it is missing.
fn ask(program: &str, arguments: &[&str], script: &str) -> Option<(bool, String)> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    child.stdin.take()?.write_all(script.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Some((output.status.success(), String::from_utf8(output.stdout).unwrap()))
}

/// Reads a script as we do for a shell.
fn parse_for<'t>(shell: &str, text: &'t str) -> Result<Tree<'t>, ScriptError> {
    if shell == "bash" { parse_for_bash(text) } else { parse(text) }
}

/// Compares with a shell that reads and does not run.
fn compare_with(shell: &str, cases: impl Iterator<Item = Case>) {
    if ask(shell, &["-n"], "true").is_none() {
        return skip(&format!("which scripts {shell} reads, because it is not there"));
    }
    let mut count = 0;
    for Case { text, origin, .. } in cases {
        let (theirs, _) = ask(shell, &["-n"], &text).expect("it ran before");
        let ours = parse_for(shell, &text);
        assert_eq!(ours.is_ok(), theirs, "{shell}, {origin}: {text:?}: {:?}", ours.err());
        count += 1;
    }
    eprintln!("{count} scripts, as {shell} reads them");
}

#[test]
fn bash_agrees() {
    compare_with("bash", cases().into_iter());
}

/// Here every construct of Bash is taken, for which a rule of its own speaks; so `dash` is asked about the others.
#[test]
fn dash_agrees() {
    let for_bash = ["bashism-in-sh"];
    compare_with(
        "dash",
        cases().into_iter().filter(|it| it.shell == "sh" && !for_bash.contains(&&*it.origin)),
    );
}

/// The codes with which ShellCheck says that it could not read a script; its other SC1xxx are advice on scripts that
/// shells read.
const UNREADABLE: &[(u32, &str)] = &[
    (1070, "parsing stopped: keywords or parentheses do not match"),
    (1072, "what stands here is not expected; it comes with SC1073, which says in what"),
    (1073, "this construct could not be parsed"),
    (1088, "parsing stopped: parentheses where none can be"),
    (1089, "parsing stopped: a keyword that ends nothing"),
];

#[test]
#[ignore = "needs ShellCheck: run e2e/shellcheck"]
fn shellcheck_agrees() {
    let program = env::var("SHELLCHECK").expect("e2e/shellcheck says where it is");
    let (mut count, mut wrong) = (0, Vec::new());
    for Case { shell, text, origin } in cases() {
        // For `sh` it takes what Bash adds as well, and then says so in SC2xxx and SC3xxx.
        let (_, answer) =
            ask(&program, &["--shell", shell, "--format", "json1", "-"], &text).expect("it runs");
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        let codes: Vec<u64> =
            answer["comments"].as_array().unwrap().iter().filter_map(|it| it["code"].as_u64()).collect();
        let theirs = !codes.iter().any(|code| UNREADABLE.iter().any(|(it, _)| u64::from(*it) == *code));
        let ours = parse_for(shell, &text);
        if ours.is_ok() != theirs {
            wrong.push(format!("{origin}: {text:?}: {codes:?}, {:?}", ours.err()));
        }
        count += 1;
    }
    assert_eq!(wrong, [""; 0], "\n{}", wrong.join("\n"));
    eprintln!("{count} scripts, as ShellCheck reads them");
}
