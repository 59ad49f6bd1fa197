//! Texts as kubectl reads them, held against its own reader: `oracle/yaml/compare` builds that and runs this.
//!
//! `ORACLE` is the program of `oracle/yaml`, `COUNT` how many texts are mutated, `SEED` how, `LENGTH` how long the texts are
//! of which all are tried. A kind of difference is shown once, with the shortest text that has it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use batchlint::manifest::document::{self, Duplicate, SyntaxError};
use batchlint::text::source::Source;
use serde_json::{Number, Value as Json};

use crate::json::same;

/// Where short texts are put, at `%`: whole files, and all that has its own rules for what starts or ends a value.
const PLACES: &[&str] = &[
    "%",
    "a: %\n",
    "a: b%\nc: d\n",
    "- %\n- a\n",
    "a: [b, %]\n",
    "{a: %}\n",
    "%: a\nb: c\n",
    "a: \"%\"\nb: '%'\n",
    "a: |%\n  b\n c\n",
    "a:\n- b: &c d\n  %\ne: *c\n",
];

/// What the short texts are made of.
const CHARACTERS: &str = " \t\n-:?,[]{}#&*!|>'\"%\\.a0~<";

/// What is put into longer texts.
const PIECES: &[&str] = &[
    "\0", " ", "  ", "\t", "\n", "\r", "\r\n", "\n\n", "-", "- ", ":", ": ", "?", "? ", ",", "[", "]", "{",
    "}", "#", " #", "&", "&a ", "*", "*a", "!", "!!str ", "!!int ", "!<!> ", "|", "|-\n", ">", ">+\n", "'",
    "\"", "\\", "%", "@", "`", "a", "0", "~", "<<: ", "=", ".", "...\n", "---\n", "--- ", "\u{85}",
    "\u{2028}", "é", "\u{feff}", "\u{7f}", "😀", "yes", "0x1", "1e3", ".inf", "null",
];

/// Makes every text of up to `length` characters, in every place.
pub(crate) fn short(length: usize) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut start = 0;
    for _ in 0..length {
        let end = words.len();
        for at in start..end {
            for character in CHARACTERS.chars() {
                words.push(format!("{}{character}", words[at]));
            }
        }
        start = end;
    }
    let fill = |place: &&str| words.iter().map(|word| place.replace('%', word)).collect::<Vec<_>>();
    PLACES.iter().flat_map(fill).collect()
}

/// Changes a text in some places.
pub(crate) fn mutate(text: &str, mut below: impl FnMut(usize) -> usize) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=below(3) {
        let at = below(characters.len() + 1);
        let end = (at + below(4)).min(characters.len());
        match below(4) {
            0 => drop(characters.drain(at..end)),
            1 => {
                let from = below(characters.len() + 1);
                let to = (from + below(20)).min(characters.len());
                let copy = characters[from..to].to_vec();
                characters.splice(at..at, copy);
            }
            _ => drop(characters.splice(at..end.min(at + below(2)), PIECES[below(PIECES.len())].chars())),
        }
    }
    characters.into_iter().collect()
}

/// Returns the texts that are mutated: manifests of all rules, and what is read in tricky ways.
pub(crate) fn seeds() -> Vec<String> {
    let mut seeds = Vec::new();
    for folder in ["testdata/clean", "rules"] {
        let mut paths: Vec<_> =
            fs::read_dir(folder).expect("a folder").map(|it| it.expect("a file").path()).collect();
        paths.sort();
        for path in paths {
            let text = fs::read_to_string(&path).expect("a text");
            if path.extension().is_some_and(|it| it == "md") {
                let blocks = text.split("```yaml\n").skip(1).filter_map(|it| it.split("```").next());
                seeds.extend(blocks.map(str::to_owned));
            } else {
                seeds.push(text);
            }
        }
    }
    let cases = fs::read_to_string("testdata/documents/yaml.jsonl").expect("the cases");
    let text =
        |line: &str| serde_json::from_str::<Json>(line).expect("JSON")["yaml"].as_str().map(str::to_owned);
    seeds.extend(cases.lines().filter_map(text));
    seeds
}

/// Returns the texts of all YAML files below a folder; none without a name.
pub(crate) fn files(folder: &str) -> Vec<String> {
    let (mut texts, mut folders) = (Vec::new(), vec![PathBuf::from(folder)]);
    folders.retain(|it| !it.as_os_str().is_empty());
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).expect("a folder").map(|it| it.expect("a file").path()) {
            let is_yaml = path.extension().is_some_and(|it| it == "yaml" || it == "yml" || it == "json");
            match fs::read_to_string(&path) {
                _ if path.is_dir() && !path.is_symlink() => folders.push(path),
                Ok(text) if is_yaml => texts.push(text),
                _ => {}
            }
        }
    }
    texts
}

/// Returns what is read otherwise than kubectl does.
pub(crate) fn difference(text: &str, answer: &Json) -> Option<String> {
    let stream = document::read(&Arc::new(Source::new("text.yaml", text)));
    let problem = stream.problems.iter().find(|problem| !problem.silent);
    let limit = problem.map_or(usize::MAX, |problem| problem.document);
    let read = stream.documents.iter().filter(|it| it.index < limit).map(|it| it.root().to_json());
    let read: Vec<Json> = read.filter(|it| !it.is_null()).collect();
    let expected = answer["documents"].as_array().expect("documents");
    let error = answer["error"].as_str();
    match (error, problem) {
        (None, Some(problem)) => return Some(format!("false error: {}", problem.error.message)),
        (Some(error), None) => return Some(format!("no error, kubectl says: {}", words(error))),
        _ => {}
    }
    // With a bad separator kubectl loses the document before it, which is shown here.
    let is_lost = problem.is_some_and(|it| it.error.message == "invalid Yaml document separator");
    let is_same = read.len() == expected.len()
        && read.iter().zip(expected).all(|(read, it)| same(read, it, same_number));
    // Of keys like `1` and `"1"`, which are different to go-yaml and the same in JSON, kubectl takes either value.
    let is_written_otherwise = |it: &Duplicate| it.first.text(text) != it.second.text(text);
    let is_random = stream.documents.iter().flat_map(|it| &it.duplicates).any(is_written_otherwise);
    if !is_same && !is_random && !is_lost {
        return Some(format!("value: -{} +{}", Json::from(expected.clone()), Json::from(read)));
    }
    let (error, problem) = (error?, problem?);
    let is_yaml = error.starts_with(CONVERTING);
    let SyntaxError { line, message, .. } = &problem.error;
    let found = if *line > 0 { format!("line {line}: {message}") } else { message.clone() };
    let (expected, found) = (words(error), words(&found));
    (is_yaml && expected != found).then(|| format!("words: -{expected} +{found}"))
}

const CONVERTING: &str = "error converting YAML to JSON: ";

/// Returns an error of kubectl without what is said before it.
fn words(error: &str) -> &str {
    let error = error.strip_prefix(CONVERTING).unwrap_or(error);
    let error = error.strip_prefix("yaml: ").unwrap_or(error);
    // What follows are values as Go prints them.
    let end = ["invalid map key", "unsupported map key"].iter().find(|it| error.starts_with(**it));
    end.map_or(error, |end| &error[..end.len()])
}

/// Compares numbers by value: reading a float may miss the last bit.
fn same_number(left: &Number, right: &Number) -> bool {
    if !left.is_f64() && !right.is_f64() {
        return left == right;
    }
    let (left, right) = (left.as_f64().unwrap_or_default(), right.as_f64().unwrap_or_default());
    (left - right).abs() <= left.abs() * 1e-14
}

/// Kinds of differences: how many texts have each, and the shortest.
#[derive(Default)]
pub(crate) struct Differences(BTreeMap<String, (usize, String, String)>);

impl Differences {
    /// Adds a text with what is different.
    pub(crate) fn add(&mut self, text: &str, line: String) {
        let kind: String = match line.split_once(": -") {
            Some(("value", _)) => "value".to_owned(),
            _ => line.chars().filter(|it| !it.is_ascii_digit()).take(120).collect(),
        };
        let (count, shortest, shown) = self.0.entry(kind).or_insert((0, text.to_owned(), line.clone()));
        *count += 1;
        if text.len() < shortest.len() {
            (*shortest, *shown) = (text.to_owned(), line);
        }
    }

    /// Returns one line for each kind.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.iter().map(|(_, (count, text, line))| format!("{count} × {text:?}\n    {line}")).collect()
    }
}
