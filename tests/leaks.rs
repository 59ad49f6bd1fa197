//! No output shows a credential: every kind, at every place of a manifest, whole and broken, in every format.
//!
//! One in a few of all combinations is tried; `LEAKS=all cargo test --test leaks` tries them all.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests may fail, and read files and the environment"
)]

#[path = "leaks/announced.rs"]
mod announced;
mod common;
#[path = "leaks/given.rs"]
mod given;
#[path = "leaks/kinds.rs"]
mod kinds;
#[path = "leaks/places.rs"]
mod places;
#[path = "leaks/prose.rs"]
mod prose;
#[path = "leaks/random.rs"]
mod random;
#[path = "leaks/spoken.rs"]
mod spoken;
#[path = "leaks/structures.rs"]
mod structures;
#[path = "leaks/texts.rs"]
mod texts;
#[path = "leaks/unread.rs"]
mod unread;
#[path = "leaks/variants.rs"]
mod variants;

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use batchlint::baseline;
use batchlint::diagnostic::comparison::KnownFinding;
use batchlint::dry_run::answers;
use batchlint::engine::lint::{lint, lint_manifest};
use batchlint::engine::outcome::Outcome;
use batchlint::engine::read::read;
use batchlint::engine::unchecked::misconfigured;
use batchlint::kubernetes::types::allowed;
use batchlint::kubernetes::verdict::body::Client;
use batchlint::lsp::position::Encoding;
use batchlint::lsp::{diagnostics, symbol};
use batchlint::manifest::document;
use batchlint::manifest::document::{Node, Value};
use batchlint::manifest::edit::Safety;
use batchlint::policy::config;
use batchlint::report::{self, Format, Pictures, Report, ReportOptions};
use batchlint::rewrite::add_suppressions::add_suppressions;
use batchlint::rewrite::diff::diff;
use batchlint::rewrite::fix_all::fix_all;
use batchlint::schema::version::Version;
use batchlint::schema::{self, Struct, Type};
use batchlint::text::source::Source;
use batchlint::webhook::review;
use common::program::TempDirectory;
use common::strict;
use kinds::Kind;
use places::{DAMAGES, PLACES, Place};
use serde_json::json;

/// So many characters of a credential in a row are a leak.
const LEAK: usize = 6;

/// Of all combinations, one in so many is tried by default.
const SAMPLE: usize = 41;

/// What the program shows of a text, by the name of the output.
type Shown = BTreeMap<String, String>;

/// Returns the part of a credential that a text shows.
fn leak<'k>(text: &str, hidden: &'k [String]) -> Option<&'k str> {
    // Of ranges of six characters each, the first one that the text has.
    hidden.iter().find_map(|part| {
        let starts: Vec<usize> = part.char_indices().map(|it| it.0).chain([part.len()]).collect();
        starts.windows(LEAK + 1).map(|it| &part[it[0]..it[LEAK]]).find(|it| text.contains(it))
    })
}

fn reports(outcome: &Outcome, pictures: &Pictures, shown: &mut Shown) {
    for &format in Format::ALL {
        let mut out = Vec::new();
        let options =
            ReportOptions { as_of: Some(jiff::civil::date(2026, 11, 24)), ..ReportOptions::default() };
        let report = Report { pictures: Some(pictures), ..Report::new(outcome, &options) };
        report::write(format, &report, &mut out).unwrap();
        shown.insert(format.as_str().to_owned(), String::from_utf8(out).unwrap());
    }
}

/// Checks a text and returns all that people and tools are shown.
fn show(text: &str) -> Shown {
    let mut shown = Shown::new();
    let (source, config) = (Source::new("a.yaml", text), strict(None));
    let manifest = read(source.with_text(text));
    let outcome = lint_manifest(&manifest, &config).finish();
    let mut pictures = Pictures::default();
    pictures.take(&manifest.documents);
    reports(&outcome, &pictures, &mut shown);
    let entries =
        outcome.findings.iter().filter_map(|it| KnownFinding::for_finding(it, "a.yaml".to_owned())).collect();
    shown.insert("baseline".to_owned(), baseline::to_json(entries).unwrap());
    for (name, safety) in [("--fix --diff", Safety::Safe), ("--unsafe-fixes --diff", Safety::Unsafe)] {
        let fixed = fix_all(&source, &config, safety);
        shown.insert(name.to_owned(), diff("a.yaml", text, &fixed.text, &fixed.between));
    }
    let added = add_suppressions(&source, &config, "known");
    shown.insert("--add-ignore --diff".to_owned(), diff("a.yaml", text, &added.text, &[]));
    editor(&source, &mut shown);
    let source = Arc::new(source);
    let answers = answers(&source, &document::read(&source), Version::NEWEST, Client::Kubectl);
    let words: Vec<_> =
        answers.iter().flat_map(|it| it.places.iter().map(|place| &place.1).chain([&it.title])).collect();
    shown.insert("dry-run".to_owned(), format!("{words:?}"));
    shown.insert("dry-run --format json".to_owned(), serde_json::to_string(&answers).unwrap());
    shown
}

/// Adds what an editor shows. Edits of the text that it has open keep what is there.
fn editor(source: &Source, shown: &mut Shown) {
    let uri = "file:///a.yaml".parse().unwrap();
    let findings = diagnostics::lint_text(source, &strict(None));
    let of = |it| {
        diagnostics::to_diagnostic(
            it,
            &uri,
            Encoding::Utf16,
            diagnostics::DiagnosticSupport { related: true },
        )
    };
    let diagnostics: Vec<_> = findings.iter().map(of).collect();
    shown.insert("diagnostics".to_owned(), serde_json::to_string(&diagnostics).unwrap());
    let fixes = findings.iter().flat_map(|it| it.fix.iter().chain(&it.alternative));
    shown.insert("titles of actions".to_owned(), fixes.map(|it| &*it.title).collect::<Vec<_>>().join("\n"));
    shown.insert("symbols".to_owned(), format!("{:?}", symbol::symbols(&source.text)));
}

/// Turns a node into JSON, as kubectl sends it.
fn to_json(node: Node<'_>) -> serde_json::Value {
    match node.value() {
        Value::Null => serde_json::Value::Null,
        Value::Bool(it) => it.into(),
        Value::Int(it) => json!(i64::try_from(it).unwrap()),
        Value::Float(it) => it.into(),
        Value::String(it) => it.into(),
        Value::List => node.items().map(to_json).collect(),
        Value::Map => node.entries().map(|it| (it.key.to_owned(), to_json(it.value))).collect(),
    }
}

/// Returns what an API server is told about the object of a text, if it has one.
fn admit(text: &str) -> Shown {
    let mut shown = Shown::new();
    let stream = document::read(&Arc::new(Source::new("a.yaml", text)));
    let Some(document) = stream.documents.first() else { return shown };
    let object = to_json(document.root());
    let name = object["metadata"]["name"].clone();
    for policy in ["advise", "strict"] {
        let mut config = strict(None);
        let yaml = format!("admission: {{policy: {policy}}}");
        config::file::read_into(&Arc::new(Source::new(".batchlint.yaml", yaml)), &mut config).unwrap();
        let review = json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
            "uid": "1", "kind": {"group": "batch", "version": "v1", "kind": "CronJob"}, "operation": "CREATE",
            "userInfo": {"username": "jane"}, "object": object, "name": name, "namespace": "b"}});
        let mut request = review::parse_review(review.to_string().as_bytes()).unwrap();
        let verdict = review::check_request(&mut request, &config, "0123456789abcdef", &|| false);
        shown.insert(format!("admission under {policy}"), serde_json::to_string(&verdict.answer).unwrap());
    }
    shown
}

/// What must not be seen of a kind at a place; nothing where nobody can know that it is a credential.
fn hidden(kind: &Kind, place: &Place) -> Option<Vec<String>> {
    match place.id {
        // The encoded form is as good as the value.
        "base64" => Some(vec![STANDARD.encode(&kind.value)]),
        // Within another text a short word may be any other: `postgres` is a password and an image.
        "copies" if kind.id == "word" => None,
        _ => (place.is_named && kind.name != "SETTING" || kind.has_shape).then(|| kind.hidden.clone()),
    }
}

#[test]
fn no_output_shows_a_credential() {
    let all = std::env::var_os("LEAKS").is_some_and(|it| it == "all");
    let kinds = kinds::all(0);
    let mut cases = Vec::new();
    for (number, kind) in kinds.iter().enumerate() {
        for place in PLACES {
            for damage in DAMAGES {
                cases.push((number, kind, place, damage));
            }
        }
    }
    let count = cases.len();
    let cases: Vec<_> = cases.into_iter().enumerate().filter(|(at, _)| all || at % SAMPLE == 0).collect();
    println!(
        "{} of {count} combinations: {} kinds, {} places, {} states",
        cases.len(),
        kinds.len(),
        PLACES.len(),
        DAMAGES.len()
    );
    let check = |&(_, (_, kind, place, damage)): &(usize, (usize, &Kind, &Place, &places::Damage))| {
        let text = (damage.apply)(&(place.write)(kind));
        let hidden = hidden(kind, place)?;
        let mut shown = show(&text);
        if damage.id == "whole" {
            shown.extend(admit(&text));
        }
        let (output, part, text) =
            shown.iter().find_map(|(output, text)| Some((output, leak(text, &hidden)?, text)))?;
        let at = text.find(part)?;
        let line = text[..at].rfind('\n').map_or(0, |it| it + 1);
        let excerpt: String = text[line..].chars().take(300).collect();
        Some(format!("{} in `{}`, {}: {output} shows {part:?}: {excerpt}", kind.id, place.id, damage.id))
    };
    let half = cases.len() / 2;
    let leaks: Vec<String> = std::thread::scope(|scope| {
        let (left, right) = cases.split_at(half);
        let others = scope.spawn(|| right.iter().filter_map(check).collect::<Vec<_>>());
        let mut leaks: Vec<_> = left.iter().filter_map(check).collect();
        leaks.extend(others.join().unwrap());
        leaks
    });
    let shown: Vec<_> = leaks.iter().take(40).map(String::as_str).collect();
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), shown.join("\n"));
}

/// Returns the text that excerpts of a file's findings are cut from, and the words of all findings.
fn excerpt(text: &str) -> (String, String) {
    let outcome = lint(Source::new("a.yaml", text), &strict(None));
    // Nothing is shown of a template.
    let shown = outcome.findings.first().map_or_else(String::new, |it| it.source.text.clone());
    let words = outcome.findings.iter().map(|it| format!("{} {:?}\n", it.message, it.help));
    (shown, words.collect())
}

#[test]
fn nobody_hides_a_credential_in_another_form() {
    let hidden: Vec<String> =
        variants::ENCODED.iter().chain([&variants::SECRET]).map(|it| (*it).to_owned()).collect();
    type Write = fn(&str) -> String;
    let states: [(&str, Write); 7] = [
        ("in a container", |it| format!("{}{}", places::CONTAINER, kinds::indented(it, 8))),
        ("behind a mistake", |it| format!(" x: [y\n{it}")),
        ("broken", |it| format!("kind: Job\napiVersion: batch/v1\n{it}x: y: z\n")),
        ("in a list", |it| format!("kind: Job\nspec:\n- a: b\n{}x: y: z\n", kinds::indented(it, 2))),
        ("with Windows line ends", |it| format!("kind: Job\n{it}x: y: z\n").replace('\n', "\r\n")),
        ("with old Macintosh line ends", |it| format!("kind: Job\n{it}x: y: z\n").replace('\n', "\r")),
        ("in a script", |it| format!("kind: Job\nscript: |\n{}x: y: z\n", kinds::indented(it, 4))),
    ];
    let mut leaks = Vec::new();
    for (state, write) in states {
        for variant in [variants::VARIANTS, structures::VARIANTS, texts::VARIANTS].concat() {
            let (shown, words) = excerpt(&write(variant));
            if leak(&shown, &hidden).or(leak(&words, &hidden)).is_some() {
                leaks.push(format!("{state}: {variant:?}: {shown:?}"));
            }
        }
    }
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
}

/// However much stands between a name and its value, and on either side.
#[test]
fn a_value_far_from_its_name() {
    let hidden = [variants::SECRET.to_owned()];
    let comment = "  # Asked for by the team of the shop, and not to be changed without it.\n".repeat(500);
    let text = "x".repeat(40_000);
    for item in [
        format!("- name: DB_PASSWORD\n{comment}  value: {}\n- a: b\n", variants::SECRET),
        format!("- value: {}\n{comment}  name: DB_PASSWORD\n- a: b\n", variants::SECRET),
        format!("- {{name: DB_PASSWORD, note: {text}, value: {}}}\n", variants::SECRET),
        format!("- {{value: {}, note: {text}, name: DB_PASSWORD}}\n", variants::SECRET),
    ] {
        let (shown, words) = excerpt(&format!("kind: Job\nenv:\n{item}x: y: z\n"));
        assert_eq!(leak(&shown, &hidden).or(leak(&words, &hidden)), None, "{}", &item[..60]);
    }
    // A password may be longer than what is looked at, and have characters of several bytes.
    for before in ["", "a"] {
        let (shown, _) =
            excerpt(&format!("kind: Job\nx: chpasswd <<< {before}bob:{}\nx: y: z\n", "ü".repeat(2000)));
        assert!(shown.contains('×') && !shown.contains('ü'), "{shown}");
    }
    // What belongs to another mapping is shown.
    let other = format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: token-refresher\n{comment}spec:\n  managedBy: shown\n"
    );
    assert_eq!(excerpt(&other).0.matches("shown").count(), 1);
}

#[test]
fn ordinary_manifests_stay_as_they_are() {
    let ordinary = [variants::ORDINARY, texts::ORDINARY].concat();
    type Write = fn(&str) -> String;
    let whole: Write = |it| {
        places::CONTAINER.replace(
            "{name: a}",
            &format!("\n  name: a\n  annotations:\n    a: |\n{}", kinds::indented(it, 6)),
        )
    };
    let broken: Write = |it| format!("kind: Job\n{it}\nx: y: z\n");
    let is_changed = |write: Write, part: &str| {
        let text = write(part);
        let (shown, _) = excerpt(&text);
        (shown != text).then(|| format!("{part:?}: {shown:?}"))
    };
    let ordinary = variants::MADE.iter().chain(&ordinary);
    let changed: Vec<String> = ordinary.filter_map(|part| is_changed(whole, part)).collect();
    assert!(changed.is_empty(), "{} texts:\n{}", changed.len(), changed.join("\n"));
    let shown = variants::MADE.iter().filter(|part| is_changed(broken, part).is_none());
    assert_eq!(shown.collect::<Vec<_>>(), Vec::<&&str>::new());
}

/// Where a text is not understood, only words that everybody may know are shown.
#[test]
fn no_credential_in_a_text_that_was_not_understood() {
    let mut leaks = Vec::new();
    for (kind, variants) in unread::KINDS {
        let chosen: &[&str] = if unread::MEANT.contains(kind) { &[] } else { unread::CHOSEN };
        let secrets = [unread::SECRETS, chosen].concat();
        for (variant, secret) in variants.iter().flat_map(|it| secrets.iter().map(move |secret| (it, secret)))
        {
            // A short word may be the name of a field that Kubernetes does not have, even with a digit: `env2`.
            if *kind == "in a key" && *secret == "hunter2" {
                continue;
            }
            let text = unread::write(variant, secret);
            let hidden = [(*secret).to_owned()];
            for (output, text) in show(&text) {
                if let Some(part) = leak(&text, &hidden) {
                    leaks.push(format!("{kind}: {variant:?}: {output} shows {part:?}"));
                }
            }
        }
    }
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
}

/// Nothing in the credential gives it away, but what stands around it does.
#[test]
fn no_credential_that_is_announced() {
    let mut leaks = Vec::new();
    for (kind, variants) in announced::KINDS {
        for (variant, secret) in
            variants.iter().flat_map(|it| announced::SECRETS.iter().map(move |secret| (it, secret)))
        {
            let hidden = [(*secret).to_owned()];
            for (output, text) in show(&unread::write(variant, secret)) {
                if let Some(part) = leak(&text, &hidden) {
                    leaks.push(format!("{kind}: {variant:?}: {output} shows {part:?}"));
                }
            }
        }
    }
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
    let changed = announced::ORDINARY.iter().filter(|line| {
        let text = unread::write(line, "");
        excerpt(&text).0 != text
    });
    assert_eq!(changed.collect::<Vec<_>>(), Vec::<&&str>::new());
}

/// What a text says next to a credential gives it away.
#[test]
fn no_credential_that_a_text_speaks_of() {
    let rows = |kinds: &'static [(&'static str, &'static [&'static str])],
                secrets: &'static [&'static str]| {
        kinds.iter().flat_map(|(_, variants)| *variants).flat_map(move |it| {
            secrets.iter().map(move |secret| (unread::write(it, secret), (*secret).to_owned()))
        })
    };
    let references =
        spoken::REFERENCES.iter().flat_map(|it| spoken::ODD.iter().map(move |secret| (*it, *secret)));
    let references = references.map(|(it, secret)| (unread::write(it, secret), secret.to_owned()));
    let mut leaks = Vec::new();
    for (text, secret) in rows(spoken::KINDS, announced::SECRETS).chain(references).chain(sentences()) {
        let hidden = [secret];
        for (output, shown) in show(&text) {
            if let Some(part) = leak(&shown, &hidden) {
                leaks.push(format!("{output} shows {part:?} of {text}"));
                break;
            }
        }
    }
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
    let changed = spoken::ORDINARY.iter().filter(|line| {
        let text = unread::write(line, "");
        excerpt(&text).0 != text
    });
    assert_eq!(changed.collect::<Vec<_>>(), Vec::<&&str>::new());
}

/// Returns sentences with a credential, in all places where people write them.
fn sentences() -> impl Iterator<Item = (String, String)> {
    let in_comment = |it: &str| format!("# {it}\nstdin: false");
    let in_note = |it: &str| format!("metadata:\n  annotations:\n    note: |\n      {it}\n");
    let in_echo = |it: &str| format!("command:\n- sh\n- -c\n- |\n  echo '{it}'");
    let written = move |it: &str, secret: &str| {
        [in_note(it), in_echo(it), in_comment(it)].map(|it| (unread::write(&it, secret), secret.to_owned()))
    };
    let all = spoken::SENTENCES.iter().chain(spoken::TELEGRAMS);
    all.flat_map(move |it| spoken::MIXED.iter().flat_map(move |secret| written(it, secret)))
}

/// A sentence that mentions a credential shows only everyday words, and functions and programs that log in have it as an
/// argument.
#[test]
fn no_credential_beside_everyday_words() {
    let in_script = |it: &str| format!("command:\n- sh\n- -c\n- |\n  set -e\n  {it}\n  run");
    let in_json = |it: &str| {
        let script = serde_json::to_string(&format!("set -e\n{it}\nrun")).unwrap();
        format!("command: [\"sh\", \"-c\", {script}]")
    };
    let mut texts: Vec<String> = Vec::new();
    for it in prose::COMMENTS {
        texts.extend([format!("# {it}\nstdin: false"), format!("stdin: false # {it}")]);
        texts.extend([in_script(&format!("# {it}")), in_json(&format!("run # {it}"))]);
    }
    for printer in prose::PRINTERS {
        let printed = prose::PRINTED.iter().map(|it| printer.replace("TEXT", it));
        texts.extend(printed.flat_map(|it| [in_script(&it), in_json(&it)]));
    }
    let note = |it: &&str| format!("metadata:\n  annotations:\n    note: '{it}'\n");
    texts.extend(prose::NOTES.iter().map(note));
    texts.extend(prose::KINDS.iter().flat_map(|it| it.1).map(|it| (*it).to_owned()));
    let mut leaks = Vec::new();
    let of_chance = prose::PRONOUNCEABLE.iter().map(|it| ("args: [\"SECRET\"]".to_owned(), it));
    let announced =
        texts.iter().flat_map(|it| announced::SECRETS.iter().map(move |secret| (it.clone(), secret)));
    for (text, secret) in announced.chain(of_chance) {
        let text = unread::write(&text, secret);
        let hidden = [(*secret).to_owned()];
        let (shown, words) = excerpt(&text);
        if leak(&shown, &hidden).or(leak(&words, &hidden)).is_some() {
            leaks.push(text);
        }
    }
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
    let changed = prose::ORDINARY.iter().filter_map(|line| {
        let text = unread::write(line, "");
        let (shown, _) = excerpt(&text);
        (shown != text).then_some(shown)
    });
    assert_eq!(changed.collect::<Vec<_>>(), Vec::<String>::new());
}

/// A forgotten `---` makes all keys of the second object repeated ones; what Kubernetes reads of it is understood.
#[test]
fn findings_about_an_object_with_repeated_keys_can_be_read() {
    let job = format!("{}        args: [--since, yesterday]\n", places::CONTAINER);
    let second =
        job.replace("busybox", "registry.example.com/shop/report:latest").replace("name: a", "name: report");
    let (shown, words) = excerpt(&format!("{job}{second}"));
    assert!(
        words.contains("`report`") && words.contains("`registry.example.com/shop/report:latest`"),
        "{words}"
    );
    assert!(!words.contains('*') && !shown.contains('*'), "{words}{shown}");
}

/// What helps to see a mistake stays in the lines around it.
#[test]
fn broken_lines_can_be_read() {
    let write = |line: &str| format!("{}{}x: y: z\n", places::CONTAINER, kinds::indented(line, 8));
    for (line, expected) in unread::READABLE {
        let (shown, _) = excerpt(&write(line));
        let behind_image =
            |text: &str| text.split_once("busybox\n").or(text.split_once("*******\n")).unwrap().1.to_owned();
        assert_eq!(behind_image(&shown), behind_image(&write(expected)), "{line}");
    }
}

/// No program, flag or name announces it: what looks made by chance is hidden for its looks.
#[test]
fn words_made_by_chance() {
    let write = |line: &str| format!("{}{}\n", places::CONTAINER, kinds::indented(line, 8));
    let mut leaks = Vec::new();
    for line in random::LINES {
        for secret in random::SECRETS {
            let (shown, words) = excerpt(&write(&line.replace("SECRET", secret)));
            let hidden = [secret.trim_end_matches(['!', '3', '&']).to_owned()];
            if leak(&shown, &hidden).or(leak(&words, &hidden)).is_some() {
                leaks.push((line, secret));
            }
        }
    }
    assert!(leaks.is_empty(), "{leaks:#?}");
    let changed = random::PUBLIC.iter().filter(|line| excerpt(&write(line)).0 != write(line));
    assert_eq!(changed.collect::<Vec<_>>(), Vec::<&&str>::new());
}

/// What a text, a name, a program or a line of a file says of a word gives it away, whatever it looks like.
#[test]
fn no_credential_that_is_given_away() {
    let long = "a long story about how it came to be that way";
    let words = given::KINDS.iter().flat_map(|it| it.1).flat_map(|it| {
        announced::SECRETS
            .iter()
            .chain(&["Marble4Glacier"])
            .map(move |secret| (it.replace("LONG", long), *secret))
    });
    let made =
        given::BESIDE.iter().flat_map(|it| given::MADE.iter().map(|secret| ((*it).to_owned(), *secret)));
    let mut leaks = Vec::new();
    for (text, secret) in words.chain(made) {
        let text = unread::write(&text, secret);
        let (shown, words) = excerpt(&text);
        let hidden = [secret.to_owned()];
        if leak(&shown, &hidden).or(leak(&words, &hidden)).is_some() {
            leaks.push(text);
        }
    }
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
    let changed = given::ORDINARY.iter().chain(given::PUBLIC).filter_map(|line| {
        let text = unread::write(line, "");
        let (shown, _) = excerpt(&text);
        (shown != text).then_some(shown)
    });
    assert_eq!(changed.collect::<Vec<_>>(), Vec::<String>::new());
}

/// A name in the place of which something else stands is none.
#[test]
fn the_name_of_a_variable_in_the_place_of_a_number() {
    for value in ["${job_backoffLimit}", "$(job_backoffLimit)", "'{{ .Values.job.backoffLimit }}'"] {
        let text = places::CONTAINER
            .replace("spec:\n  template", &format!("spec:\n  backoffLimit: {value}\n  template"));
        let (shown, words) = excerpt(&text);
        assert!(shown.is_empty() || shown.contains(value), "{shown}");
        assert!(!words.contains("***"), "{words}");
    }
}

#[test]
fn words_in_a_broken_line() {
    let shown = |word: &str| excerpt(&format!("kind: Job\nname {word}\nx: y: z\n")).0;
    let expected = |word: &str| format!("kind: Job\nname {word}\nx: y: z\n");
    let stars = |word: &str| word.chars().map(|it| ['*', '×', '＊'][it.len_utf8() - 1]).collect::<String>();
    for word in [unread::CHOSEN, unread::SHORT].concat() {
        assert_eq!(shown(word), expected(&stars(word)), "{word}");
    }
    for word in unread::HIDDEN {
        assert_eq!(shown(word), expected(&"*".repeat(word.len())), "{word}");
    }
    for (word, hidden) in unread::ASSIGNED {
        assert_eq!(shown(word), expected(hidden), "{word}");
    }
}

/// Stars in the place of a field's name or of one of its values would destroy the line with the mistake.
#[test]
fn the_words_of_kubernetes_are_shown_everywhere() {
    fn collect(within: &'static Struct, seen: &mut Vec<&'static str>, words: &mut Vec<&'static str>) {
        if seen.contains(&within.go_name) {
            return;
        }
        seen.push(within.go_name);
        for field in within.fields() {
            words.push(field.name);
            words.extend(allowed::values(within, field, Version::NEWEST.minor));
            let mut kind = &field.kind;
            while let Type::List { element: inner, .. } | Type::Map { value: inner, .. } = kind {
                kind = inner;
            }
            if let Type::Struct(inner) = kind {
                collect(inner, seen, words);
            }
        }
    }
    let mut words = Vec::new();
    collect(schema::cron_job(), &mut Vec::new(), &mut words);
    assert!(words.len() > 500, "{}", words.len());
    let text = format!("kind: Job\n{}\nx: y: z\n", words.join(" .\n"));
    assert_eq!(excerpt(&text).0, text);
}

/// The inputs with which a reader of the security report would begin.
#[test]
fn manifests_that_have_leaked() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/leaks");
    let hidden = [
        "hunter2Zx9",
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "704701501918-100978194255-yrpp48mrGACZI3hw7IPbnpDk",
    ];
    let hidden = hidden.map(str::to_owned);
    let mut count = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        // Put together here, so that scanners of this repository find none.
        let text = text.replace("SLACK-TOKEN-", &["xo", "xb-"].concat());
        assert!(leak(&text, &hidden).is_some(), "{}", path.display());
        for (output, text) in show(&text) {
            assert_eq!(leak(&text, &hidden), None, "{}: {output}: {text}", path.display());
        }
        count += 1;
    }
    assert_eq!(count, 8);
}

#[test]
fn excerpts_of_configurations() {
    let hidden = [variants::SECRET.to_owned()];
    let text = format!("preset: strict\ntoken: {0}\nregistry: https://bob:{0}@r.example\n", variants::SECRET);
    let source = Arc::new(Source::new(".batchlint.yaml", text));
    let mistakes = config::file::read_into(&source, &mut strict(None)).unwrap_err();
    let mut shown = Shown::new();
    reports(&misconfigured(&source, mistakes), &Pictures::default(), &mut shown);
    assert!(shown["human"].contains("there is no setting `token`"), "{}", shown["human"]);
    shown.iter().for_each(|(output, text)| assert_eq!(leak(text, &hidden), None, "{output}: {text}"));
}

/// The outputs that only the program writes.
#[test]
fn the_program_shows_none_either() {
    let secret = ["glp", "at-", "x7Kq2Vb9Zr4Tn6Wm1Ps3"].concat();
    let hidden = ["x7Kq2Vb9Zr4Tn6Wm1Ps3".to_owned()];
    let manifest = format!(
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: {secret}, namespace: {secret}}}\nspec:\n  schedule: \"@daily\"\n  \
         timeZone: Etc/UTC\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          restartPolicy: Never\n          \
         containers: [{{name: a, image: 'a:{secret}', env: [{{name: DB_PASSWORD, value: {secret}}}]}}]\n"
    );
    let refused = manifest.replace("@daily", &secret);
    let directory = TempDirectory::new("leaks", &[("a.yaml", &manifest), ("refused.yaml", &refused)]);
    let calls: &[&[&str]] = &[
        &["check", "--no-config", "--preset", "strict", "."],
        &["check", "--no-config", "--preset", "strict", "--unsafe-fixes", "--diff", "."],
        &["check", "--no-config", "--preset", "strict", "--add-ignore", "known", "--diff", "."],
        &["check", "--no-config", "--preset", "strict", "--format", "html", "."],
        &["dry-run", "--no-config", "a.yaml"],
        &["dry-run", "--no-config", "--format", "json", "refused.yaml"],
        &["timeline", "a.yaml"],
        &["timeline", "refused.yaml"],
        &["timeline", "--name", "other", "a.yaml"],
        &["timeline", "--format", "svg", "a.yaml"],
        &["calendar", "."],
        &["calendar", "--format", "json", "a.yaml"],
        &["alerts", "a.yaml"],
        &["explain", &secret],
        &["check", "--select", &secret, "a.yaml"],
        &["check", "--preset", &secret, "a.yaml"],
    ];
    for call in calls {
        let run = directory.run(call);
        assert_eq!(leak(&run.out, &hidden), None, "{call:?}: {}", run.out);
        assert_eq!(leak(&run.err, &hidden), None, "{call:?}: {}", run.err);
        assert!(!run.out.is_empty() || !run.err.is_empty(), "{call:?}");
    }
}

/// What an API server is told repeats the name of the object, and that may be its credential.
#[test]
fn the_name_in_a_denial() {
    let secret = "wrong-horse-3x9";
    let manifest = format!(
        "{{apiVersion: batch/v1, kind: CronJob, metadata: {{name: {secret}}}, spec: {{schedule: '@daily', jobTemplate: {{spec: \
         {{template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: a, env: [{{name: DB_PASSWORD, value: \
         {secret}}}]}}]}}}}}}}}}}}}"
    );
    let shown = admit(&manifest);
    assert!(
        shown["admission under strict"].contains(r#""name":"***""#),
        "{}",
        shown["admission under strict"]
    );
    let hidden = [secret.to_owned()];
    shown.iter().for_each(|(output, text)| assert_eq!(leak(text, &hidden), None, "{output}: {text}"));
}

/// A fix moves a password to a Secret, and nothing in the new text says any more that the word elsewhere is one.
#[test]
fn a_plain_word_that_a_fix_moves() {
    for word in ["kaesekuchen", "swordfish", "postgres"] {
        let manifest = format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a}}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      \
             containers:\n      - name: a\n        image: a:1.2.3\n        env:\n        - name: DB_PASSWORD\n          value: \"{word}\"\n        \
             command: [bash, -ec]\n        args:\n        - |\n{}          # the same {word} as on the old server\n          restore-tool \
             app {word} /backup/a.sql\n",
            "          echo next\n".repeat(8)
        );
        let directory = TempDirectory::new("leaks", &[("a.yaml", &manifest)]);
        let diff = directory.run(&["check", "--no-config", "--unsafe-fixes", "--diff", "a.yaml"]).out;
        assert!(diff.contains("+            secretKeyRef:"), "the fix moves it: {diff}");
        assert_eq!(leak(&diff, &[word.to_owned()]), None, "{diff}");
    }
}

/// What excerpts hide because of where it stands is hidden in the edits that take it somewhere else.
#[test]
fn a_sentence_that_a_fix_moves() {
    let words = ["cinnamonwren", "sage_674", "marble-glacier"];
    let moved = [
        "  command: [bash, -c]\n  args: [\"echo 'the password is SECRET'\"]\n",
        "  args:\n  - load\n  # the password was SECRET until May\n  - a\n",
        "  command: [bash, -c]\n  args:\n  - |\n    if load; then\n      echo \"login: admin / SECRET\"\n",
        "  env: # credentials: app/SECRET\n  - {name: A, value: b}\n",
    ];
    for (part, word) in moved.iter().flat_map(|it| words.map(|word| (it, word))) {
        let part = kinds::indented(&part.replace("SECRET", word), 4);
        let text = format!("{}{part}", places::CONTAINER);
        for (output, shown) in show(&text) {
            assert_eq!(leak(&shown, &[word.to_owned()]), None, "{output}: {shown} of {text}");
        }
    }
}

/// A message names the host of an address that is hidden from there on.
#[test]
fn a_part_of_a_hidden_word() {
    let text = "command: [bash, -c, \"curl -fsS https://SECRET.example.com/a || true\"]";
    for word in ["BR2PR46C6P5I74SMPTN4", "CiULwbraxlXuENbUJfLxYTwM", "xf9-fBKX3JpCu-Vsf7j4Uw"] {
        for (output, shown) in show(&unread::write(text, word)) {
            assert_eq!(leak(&shown, &[word.to_owned()]), None, "{output}: {shown}");
        }
    }
}

/// The tests above can fail: what no one can know to be a credential is found in what it looks at.
#[test]
fn a_leak_would_be_found() {
    let kinds = kinds::all(0);
    let kind = kinds.iter().find(|it| it.id == "api-key").unwrap();
    let words = "strawberry-field";
    let unnamed =
        Kind { name: "COLOUR", value: words.to_owned(), hidden: vec![words.to_owned()], ..kind.clone() };
    let kind = &unnamed;
    let (shown, _) = excerpt(&(PLACES[0].write)(&unnamed));
    assert!(leak(&shown, &kind.hidden).is_some());
    // In a message: the API server's words repeat an invalid name.
    let text = places::PLACES[0].write;
    let text = text(&unnamed).replace("name: a\n", &format!("name: \"{}_\"\n", kind.value));
    let shown = show(&text);
    for output in
        ["concise", "json", "sarif", "github", "gitlab", "junit", "markdown", "dry-run", "diagnostics"]
    {
        assert!(leak(&shown[output], &kind.hidden).is_some(), "{output}");
    }
    assert!(admit(&text).values().all(|it| leak(it, &kind.hidden).is_some()));
}
