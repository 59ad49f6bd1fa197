//! The verdict held against the API server's own code, live: `oracle/compare` builds that and runs this.
//!
//! `ORACLE` is the program of `oracle/verdict`, `MINOR` its Kubernetes minor, `COUNT` how many manifests are made, `SEED`
//! which ones. A kind of difference is shown once, with the shortest manifest that has it.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "tests may fail, read files, run and print"
)]

mod admission;
#[path = "../common/admission.rs"]
mod admitted;
mod generate;
mod hooks;
#[path = "../common/json.rs"]
mod json;
mod mutate;
#[path = "../common/tree.rs"]
mod tree;
mod update;
#[path = "../common/verdict.rs"]
mod verdict;
mod words;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;

use batchlint::kubernetes::verdict::body::Client;
use batchlint::manifest::document;
use batchlint::schema::version::Version;
use batchlint::text::source::Source;
use mutate::Mutator;
use serde_json::{Map, Value};

/// The oldest version whose words are ported.
const WORDED: Version = Version { minor: 36 };

const CASES: &str = "testdata/kubernetes/cases.jsonl";

/// The older versions whose answers are recorded where they differ: with their words, or only where they stop and at which
/// fields.
const OLDER: [u8; 2] = [36, 31];

fn older_cases(minor: u8) -> String {
    format!("testdata/kubernetes/cases-1.{minor}.jsonl")
}

fn variable<T: std::str::FromStr>(name: &str, default: T) -> T {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is not a number")),
        Err(_) => default,
    }
}

/// Asks the server's code about manifests; calls `found` with each and its answers.
fn judge(program: &str, manifests: &[String], mut found: impl FnMut(&str, &Value)) {
    let mut next = manifests.iter();
    let lines = manifests.iter().map(|manifest| Value::from(manifest.as_str()).to_string());
    ask(program, lines, |answer| found(next.next().expect("a manifest"), answer));
}

/// Asks a program about lines; calls `found` with each answer.
fn ask(
    program: &str,
    questions: impl ExactSizeIterator<Item = String> + Send,
    mut found: impl FnMut(&Value),
) {
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program} cannot be run: {error}"));
    let mut input = BufWriter::new(child.stdin.take().expect("a pipe"));
    let output = BufReader::new(child.stdout.take().expect("a pipe"));
    let count = questions.len();
    thread::scope(|scope| {
        scope.spawn(move || {
            for question in questions {
                writeln!(input, "{question}").expect("the judge reads");
            }
        });
        let mut lines = output.lines();
        for _ in 0..count {
            let line = lines.next().expect("an answer to every question").expect("text");
            found(&serde_json::from_str(&line).expect("JSON"));
        }
    });
    assert!(child.wait().expect("the judge ends").success());
}

/// Lists what differs between two answers, all of them: also what follows from the rest.
/// Of a Kubernetes older than that the words do not count.
fn differences(expected: &Value, actual: &Value, version: Version) -> Vec<String> {
    let (recorded, shown) = (verdict::recorded(expected), verdict::recorded(actual));
    if version < WORDED && expected["stage"] == "route" {
        // kubectl reads text in other ways too, and is not the server.
        return Vec::new();
    }
    if version < WORDED {
        return verdict::differences(&verdict::outline(recorded), &verdict::outline(shown));
    }
    let mut lines = verdict::differences(&recorded, &shown);
    if !lines.is_empty() {
        return lines;
    }
    for name in ["kind", "accepted", "code", "reason"] {
        if expected[name] != actual[name] {
            lines.push(format!("{name} -{} +{}", expected[name], actual[name]));
        }
    }
    // The causes are a part of the message; their order does not count.
    let sorted = |answer: &Value| {
        let mut bytes = answer["message"].as_str().unwrap_or_default().to_owned().into_bytes();
        bytes.sort_unstable();
        bytes
    };
    // Where stars stand for the name in a reference, the causes have been held against the server's around them.
    let is_starred =
        actual["message"].as_str().is_some_and(|it| it.contains("Ref.") && it.contains("\"***\""));
    if expected["stage"] != "route" && !is_starred && sorted(expected) != sorted(actual) {
        lines.push(format!("message -{} +{}", expected["message"], actual["message"]));
    }
    lines
}

/// Names the kind of a difference: the line without what belongs to one manifest only.
fn kind(line: &str) -> String {
    let mut kind = String::new();
    let mut is_quoted = false;
    for part in line.split_inclusive(|it: char| !it.is_ascii_alphanumeric()) {
        let word = part.trim_end_matches(|it: char| !it.is_ascii_alphanumeric());
        is_quoted ^= part.ends_with('\'') || part.ends_with('`');
        if word.parse::<f64>().is_ok() || is_quoted { kind.push('#') } else { kind.push_str(part) }
    }
    kind.chars().take(160).collect()
}

/// A kind of difference.
struct Example {
    count: usize,
    manifest: String,
    text: String,
}

#[test]
#[ignore = "needs Go: run oracle/compare"]
fn the_verdict_is_that_of_the_api_server() {
    let program: String = std::env::var("ORACLE").expect("ORACLE; run oracle/compare");
    let version = Version { minor: variable("MINOR", Version::NEWEST.minor) };
    let (count, seed) = (variable("COUNT", 1_000), variable("SEED", 1));
    let mut mutator = Mutator::new(seed, &manifests());
    let manifests: Vec<String> = (0..count).map(|_| mutator.manifest()).collect();
    let (mut stages, mut kinds): (BTreeMap<String, usize>, BTreeMap<String, Example>) = Default::default();
    judge(&program, &manifests, |manifest, line| {
        *stages.entry(line["raw"]["stage"].to_string()).or_default() += 1;
        for (client, name) in [(Client::Raw, "raw"), (Client::Kubectl, "kubectl")] {
            let answer = verdict::answer(manifest, version, client);
            let lines = differences(&line[name], &answer, version);
            let Some(first) = lines.first() else { continue };
            let text = format!("{name}\n  {}", lines.join("\n  "));
            let kind = kinds.entry(kind(first)).or_insert_with(|| Example {
                count: 0,
                manifest: manifest.to_owned(),
                text: text.clone(),
            });
            kind.count += 1;
            if manifest.len() < kind.manifest.len() {
                (kind.manifest, kind.text) = (manifest.to_owned(), text);
            }
            // What is sent by kubectl differs in the same way.
            break;
        }
    });
    println!("{count} manifests from seed {seed}, Kubernetes {version}: {stages:?}");
    for (kind, example) in &kinds {
        println!("--- {} × {kind}\n{}\n{}", example.count, example.manifest, example.text);
    }
    assert!(kinds.is_empty(), "{} kinds of differences", kinds.len());
}

#[test]
#[ignore = "needs Go: run oracle/yaml/compare"]
fn texts_are_read_as_kubectl_reads_them() {
    let program: String = std::env::var("ORACLE").expect("ORACLE; run oracle/yaml/compare");
    let (length, count, seed) = (variable("LENGTH", 3), variable("COUNT", 20_000), variable("SEED", 1));
    let (mut texts, seeds) = (yaml::short(length), yaml::seeds());
    let mut chance = generate::Generator::new(seed);
    texts.extend((0..count).map(|_| yaml::mutate(&chance.pick(&seeds), |end| chance.below(end))));
    texts.extend(yaml::files(&variable("FOLDER", String::new())));
    let mut differences = yaml::Differences::default();
    judge(&program, &texts, |text, answer| {
        if let Some(line) = yaml::difference(text, answer) {
            differences.add(text, line);
        }
    });
    println!("{} texts", texts.len());
    for line in differences.lines() {
        println!("{line}");
    }
    assert!(differences.lines().is_empty(), "{} kinds of differences", differences.lines().len());
}

#[test]
#[ignore = "needs Go: run oracle/admission/compare"]
fn pods_are_admitted_as_kubernetes_does() {
    let program: String = std::env::var("ORACLE").expect("ORACLE; run oracle/admission/compare");
    let (count, seed) = (variable("COUNT", 2_000), variable("SEED", 1));
    let mut pairs = admission::Pairs::new(seed, variable("MINOR", 36));
    let pairs: Vec<Value> = (0..count).map(|_| pairs.pair()).collect();
    let mut kinds: BTreeMap<String, Example> = BTreeMap::new();
    let (mut parts, mut next): (BTreeMap<String, usize>, _) = (BTreeMap::new(), pairs.iter());
    ask(&program, pairs.iter().map(ToString::to_string), |expected| {
        let pair = next.next().expect("a pair");
        admitted::parts(expected).into_iter().for_each(|part| *parts.entry(part).or_default() += 1);
        let Some(text) = admitted::difference(expected, &admitted::answer(pair)) else { return };
        let manifest = pair.to_string();
        let first = text.lines().next().unwrap_or_default().to_owned();
        let kind = kinds.entry(first).or_insert_with(|| Example {
            count: 0,
            manifest: manifest.clone(),
            text: text.clone(),
        });
        kind.count += 1;
        if manifest.len() < kind.manifest.len() {
            (kind.manifest, kind.text) = (manifest, text);
        }
    });
    println!("{count} pairs from seed {seed}: {parts:?}");
    for (kind, example) in &kinds {
        println!("--- {} × {kind}\n{}\n{}", example.count, example.manifest, example.text);
    }
    assert!(kinds.is_empty(), "{} kinds of differences", kinds.len());
}

#[test]
#[ignore = "needs Go: run oracle/hooks/compare"]
fn hooks_are_read_as_helm_and_argo_cd_do() {
    let program = |name| std::env::var(name).expect("run oracle/hooks/compare");
    let (count, seed) = (variable("COUNT", 2_000), variable("SEED", 1));
    let mut releases = hooks::Releases::new(seed);
    let releases: Vec<[Value; 2]> = (0..count).map(|_| releases.release()).collect();
    let mut kinds: BTreeMap<String, Example> = BTreeMap::new();
    let mut add = |title: &str, manifest: String, text: Option<String>| {
        let Some(text) = text else { return };
        let first = Example { count: 0, manifest: manifest.clone(), text: String::new() };
        let kind = kinds.entry(format!("{title}: {text}")).or_insert(first);
        kind.count += 1;
        if manifest.len() < kind.manifest.len() {
            kind.manifest = manifest;
        }
    };
    let mut next = releases.iter();
    let lines = releases.iter().map(|it| Value::from(it.to_vec()).to_string());
    ask(&program("HELM"), lines, |answer| {
        let release = next.next().expect("a release");
        for version in ["helm3", "helm4"] {
            let text = hooks::helm_difference(release, &answer[version]);
            add(version, Value::from(release.to_vec()).to_string(), text);
        }
    });
    let objects: Vec<&Value> = releases.iter().flatten().collect();
    let mut next = objects.iter();
    let lines = objects.iter().map(|it| it["metadata"]["annotations"].to_string());
    ask(&program("ARGO_CD"), lines, |answer| {
        let object = next.next().expect("an object");
        add("Argo CD", object.to_string(), hooks::argo_cd_difference(object, answer));
    });
    println!("{count} releases from seed {seed}");
    for (kind, example) in &kinds {
        println!("--- {} × {kind}\n{}", example.count, example.manifest);
    }
    assert!(kinds.is_empty(), "{} kinds of differences", kinds.len());
}

/// What the rule reports, the API server rejects; what it leaves out is counted, since it is silent where it is not sure.
#[test]
#[ignore = "needs Go: run oracle/update/compare"]
fn updates_are_rejected_where_the_rule_says_so() {
    let program: String = std::env::var("ORACLE").expect("ORACLE; run oracle/update/compare");
    let (count, seed) = (variable("COUNT", 2_000), variable("SEED", 1));
    // Only what can be created can be updated.
    let cases = cases()
        .into_iter()
        .map(|case| (case["manifest"].as_str().unwrap_or_default().to_owned(), case["stage"] == "ok"));
    let clean = manifests().into_iter().skip(cases.len());
    let mut mutator = Mutator::new(seed, &cases.chain(clean).collect::<Vec<_>>());
    let read = |text: &String| {
        let stream = document::read(&Arc::new(Source::new("job.json", text.as_str())));
        let mut job = stream.documents.first()?.root().to_json();
        // With a TTL the rule is silent.
        job.get_mut("spec")?.as_object_mut()?.remove("ttlSecondsAfterFinished");
        Some(job)
    };
    let mut pairs = Vec::new();
    while pairs.len() < count {
        let [old, new] = mutator.pair();
        if let (Some(old), Some(new)) = (read(&old), read(&new))
            && new["spec"]["template"]["spec"]["containers"].is_array()
            && old["kind"] == "Job"
            && (&old["kind"], &old["metadata"]["name"]) == (&new["kind"], &new["metadata"]["name"])
        {
            pairs.push([old, new]);
        }
    }
    let mut next = pairs.iter();
    let (mut valid, mut found, mut left_out) = (0, 0, BTreeMap::<String, Example>::new());
    let mut wrong = Vec::new();
    ask(&program, pairs.iter().map(|it| Value::from(it.to_vec()).to_string()), |answer| {
        let [old, new] = next.next().expect("a pair");
        if answer["valid"] != true {
            return;
        }
        let (reported, rejected) = (update::reported(old, new), update::rejected(answer));
        valid += 1;
        found += usize::from(!reported.is_empty());
        if !reported.is_subset(&rejected) {
            wrong.push(format!("{reported:?} {rejected:?}\n{old}\n{new}"));
        }
        for field in rejected.difference(&reported) {
            let manifest = format!("{old}\n{new}");
            let example = left_out.entry(field.clone()).or_insert_with(|| Example {
                count: 0,
                manifest: manifest.clone(),
                text: String::new(),
            });
            example.count += 1;
            if manifest.len() < example.manifest.len() {
                example.manifest = manifest;
            }
        }
    });
    println!("{count} pairs from seed {seed}, {valid} of valid Jobs: {found} reported");
    for (field, Example { count, manifest, .. }) in &left_out {
        println!("{count} × `{field}` left out, such as\n{manifest}");
    }
    wrong.sort_by_key(String::len);
    wrong.iter().take(10).for_each(|it| println!("--- {it}"));
    assert!(wrong.is_empty(), "{} updates are reported and not rejected", wrong.len());
}

/// Returns the words of a text, without what belongs to one pod only.
fn words_only(text: &str) -> Vec<String> {
    let words = text.split(' ').map(|word| word.trim_end_matches([',', ';', ':', '.']));
    let words = words.filter(|it| it.len() > 1 && it.bytes().all(|it| it.is_ascii_alphabetic()));
    let mut words: Vec<String> = words.map(str::to_owned).collect();
    words.dedup();
    words
}

/// Asks about many pods, and keeps the shortest pair that shows something new: a check, a reason, another plural.
#[test]
#[ignore = "needs Go: run oracle/admission/record"]
fn record_pods() {
    let program: String = std::env::var("ORACLE").expect("ORACLE; run oracle/admission/record");
    let mut pairs = admission::Pairs::new(1, 36);
    let mut pairs: Vec<Value> = (0..20_000).map(|_| pairs.pair()).collect();
    pairs.sort_by_cached_key(|pair| pair.to_string().len());
    let (mut seen, mut text) = (BTreeSet::new(), String::new());
    let mut next = pairs.iter();
    ask(&program, pairs.iter().map(ToString::to_string), |answer| {
        let pair = next.next().expect("a pair");
        let mut is_new = false;
        for part in admitted::texts(answer) {
            is_new |= seen.insert(words_only(&part));
        }
        if is_new {
            text += &(serde_json::json!({"pair": pair, "answer": answer}).to_string() + "\n");
        }
    });
    fs::write("testdata/kubernetes/pods.jsonl", text).expect("the pairs");
}

/// Returns all recorded manifests and the clean ones, with whether they can be decoded.
fn manifests() -> Vec<(String, bool)> {
    let clean = fs::read_dir("testdata/clean").expect("a folder");
    let mut paths: Vec<_> = clean.map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    let clean = paths.iter().map(|path| (fs::read_to_string(path).expect("a manifest"), true));
    let text = |case: &Map<String, Value>| case["manifest"].as_str().unwrap_or_default().to_owned();
    let is_decoded = |case: &Map<String, Value>| case["stage"] == "ok" || case["stage"] == "invalid";
    cases().iter().map(|case| (text(case), is_decoded(case))).chain(clean).collect()
}

fn cases() -> Vec<Map<String, Value>> {
    let text = fs::read_to_string(CASES).expect("the cases");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// Asks the servers about the manifest of every case again: of the older ones what differs is written. What is recorded of
/// a server that is not there (`ORACLE_1_31`) stays.
#[test]
#[ignore = "needs Go: run oracle/record"]
fn record() {
    let program = std::env::var("ORACLE").expect("run oracle/record");
    let cases = cases();
    let manifests: Vec<String> =
        cases.iter().map(|case| case["manifest"].as_str().unwrap_or_default().to_owned()).collect();
    let recorded = |line: &Value| {
        let (mut raw, kubectl) = (verdict::recorded(&line["raw"]), verdict::recorded(&line["kubectl"]));
        if !verdict::differences(&raw, &kubectl).is_empty() {
            raw.insert("kubectl".to_owned(), kubectl.into());
        }
        raw
    };
    let ask = |program: &str| {
        let mut answers = Vec::new();
        judge(program, &manifests, |_, line| answers.push(recorded(line)));
        answers
    };
    let new = ask(&program);
    for minor in OLDER {
        let old = match std::env::var(format!("ORACLE_1_{minor}")) {
            Ok(program) => ask(&program),
            Err(_) => before(minor, &cases),
        };
        let mut text = String::new();
        for ((case, new), old) in cases.iter().zip(&new).zip(old) {
            let is_worded = minor >= WORDED.minor;
            let known =
                |answer: Map<String, Value>| if is_worded { answer } else { verdict::outline(answer) };
            let old = known(old);
            if !is_same(&known(new.clone()), &old) {
                let id = [("id".to_owned(), case["id"].clone())].into_iter();
                text += &(Value::from(id.chain(old).collect::<Map<_, _>>()).to_string() + "\n");
            }
        }
        fs::write(older_cases(minor), text).expect("the cases");
    }
    let mut text = String::new();
    for (case, new) in cases.iter().zip(new) {
        // The order of what is the same is random.
        let mut line = case.clone();
        if !is_same(case, &new) {
            line = case
                .iter()
                .filter(|it| it.0 == "id" || it.0 == "manifest")
                .map(|it| (it.0.clone(), it.1.clone()))
                .collect();
            line.extend(new);
        }
        text += &(Value::from(line).to_string() + "\n");
    }
    fs::write(CASES, text).expect("the cases");
}

/// Returns what is recorded of an older version: what differs, and else the same as of the newest.
fn before(minor: u8, cases: &[Map<String, Value>]) -> Vec<Map<String, Value>> {
    let text = fs::read_to_string(older_cases(minor)).unwrap_or_default();
    let lines = text.lines().map(|line| serde_json::from_str::<Map<String, Value>>(line).expect("JSON"));
    let different: BTreeMap<String, Map<String, Value>> =
        lines.map(|line| (line["id"].to_string(), line)).collect();
    let answer = |case: &Map<String, Value>| {
        let mut answer = different.get(&case["id"].to_string()).unwrap_or(case).clone();
        answer.retain(|key, _| key != "id" && key != "manifest");
        answer
    };
    cases.iter().map(answer).collect()
}

/// Says whether two recordings are the same, also of what kubectl sends.
fn is_same(left: &Map<String, Value>, right: &Map<String, Value>) -> bool {
    fn kubectl(map: &Map<String, Value>) -> &Map<String, Value> {
        map.get("kubectl").and_then(Value::as_object).unwrap_or(map)
    }
    verdict::differences(left, right).is_empty()
        && verdict::differences(kubectl(left), kubectl(right)).is_empty()
}
