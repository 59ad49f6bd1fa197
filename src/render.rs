//! What Helm and kustomize make of templates and overlays: findings in it are brought back to the files that people write.

mod align;
pub mod generated;
pub mod overlay;

use crate::diagnostic::meta::Scope;
use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

pub use align::Alignment;

use crate::diagnostic::elsewhere::Elsewhere;
use crate::diagnostic::finding::{Finding, Subject};
use crate::engine::outcome::Outcome;
use crate::manifest::document::Document;
use crate::mask;
use crate::text::source::Source;
use crate::text::span::Span;

/// A document of Helm's output, and the file of the chart that it comes from.
#[derive(Debug, PartialEq, Eq)]
pub struct ChartDocument<'t> {
    /// The file as Helm names it, below the name of the chart: `app/templates/job.yaml`; empty where it names none.
    pub file: &'t str,
    /// The document.
    pub text: &'t str,
}

/// Takes Helm's output apart: each document begins with `---` and `# Source: app/templates/job.yaml`.
pub fn split_output(output: &str) -> Vec<ChartDocument<'_>> {
    const START: &str = "---\n# Source: ";
    let starts = output.match_indices(START).map(|(at, _)| at);
    let starts: Vec<_> = starts.filter(|&at| at == 0 || output[..at].ends_with('\n')).collect();
    let ends = starts.iter().skip(1).copied().chain([output.len()]);
    // Nothing is passed over: Helm's plugins may print what comes from no file.
    let before = &output[..starts.first().copied().unwrap_or(output.len())];
    let unnamed = (!before.trim().is_empty()).then_some(ChartDocument { file: "", text: before });
    let parts = starts.iter().zip(ends).filter_map(|(&start, end)| {
        let (file, text) = output[start + START.len()..end].split_once('\n')?;
        Some(ChartDocument { file: file.trim_end(), text })
    });
    unnamed.into_iter().chain(parts).collect()
}

/// Brings a finding in a rendered document back to the template. What no line of the template explains stays where it is.
///
/// `rendered` is that document with its secrets, which the source of the finding lacks.
pub fn to_template(finding: &mut Finding, template: &Arc<Source>, rendered: &Source, alignment: &Alignment) {
    // Edits of the rendered text are none of the template's.
    (finding.fix, finding.alternative) = (None, None);
    let in_template = |span: Span| {
        let line = alignment.line(rendered.lines().line(span.start))?;
        Some(place_in_line(template, line, rendered, span))
    };
    let Some(span) = in_template(finding.place.span) else { return };
    finding.place.span = span;
    finding.related.retain_mut(|label| match in_template(label.place.span) {
        Some(span) => {
            label.place.span = span;
            true
        }
        None => false,
    });
    finding.source = template.clone();
}

/// Brings a place in another rendered document back to its line in the template, if one explains it.
pub fn elsewhere_to_template(place: &mut Elsewhere, template: &Source, alignment: &Alignment) {
    let Some(line) = alignment.line(place.start.line) else { return };
    let (start, text) = (template.lines().start_of(line) as usize, template.line(line));
    let indent = text.len() - text.trim_start().len();
    place.move_to(template, Span::new(start + indent, start + text.trim_end().len().max(indent)));
}

/// Returns where the text of a rendered span is in a line of the template, or else all that the line says.
fn place_in_line(template: &Source, line: usize, rendered: &Source, span: Span) -> Span {
    let text = template.line(line);
    let start = template.lines().start_of(line) as usize;
    let wanted = span.text(&rendered.text).lines().next().unwrap_or_default();
    let mut found = text.match_indices(wanted).filter(|_| !wanted.is_empty());
    let only = match (found.next(), found.next()) {
        (Some((at, _)), None) => Some((at, at + wanted.len())),
        _ => only_action(text),
    };
    let indent = text.len() - text.trim_start().len();
    let (from, to) = only.unwrap_or((indent, text.trim_end().len()));
    Span::new(start + from, start + to)
}

/// Returns where the only action of a line is.
fn only_action(text: &str) -> Option<(usize, usize)> {
    let from = text.find("{{")?;
    let to = from + text[from..].find("}}")? + 2;
    (!text[to..].contains("{{")).then_some((from, to))
}

/// What came out of one of several renderings of the same files.
#[derive(Default)]
pub struct Rendering {
    /// What makes it another one: the value files, or the directory.
    pub label: String,
    /// What was found, brought back to the files.
    pub outcome: Outcome,
    /// What was rendered.
    pub rendered: Vec<Document>,
    /// What it was made of, where that can be read as it is.
    pub origins: Vec<Document>,
}

/// Puts renderings of the same files together. A finding that several have is there once; where some have its object
/// without it, the message names those that have it. A secret of any of them is hidden in all.
///
/// Returns with that what was rendered.
pub fn merge(mut renderings: Vec<Rendering>) -> (Outcome, Vec<Document>) {
    let rendered: Vec<_> = renderings.iter_mut().flat_map(|it| std::mem::take(&mut it.rendered)).collect();
    let origins: Vec<_> = renderings.iter_mut().flat_map(|it| std::mem::take(&mut it.origins)).collect();
    let mut merged = unite(renderings);
    for findings in [&mut merged.findings, &mut merged.suppressed] {
        mask::hide_in_origins(findings, &rendered, &origins);
    }
    (merged, rendered)
}

fn unite(renderings: Vec<Rendering>) -> Outcome {
    let count = renderings.len();
    // Overlays put an object of the same name into namespaces of their own.
    let name_of = |it: &Subject| format!("{} {}", it.kind, it.name);
    let mut holders: HashMap<String, usize> = HashMap::new();
    let mut merged = Outcome::default();
    let mut found: BTreeMap<FindingKey, (Finding, Vec<String>)> = BTreeMap::new();
    for Rendering { label, mut outcome, .. } in renderings {
        let subjects: HashSet<String> = outcome.checked.iter().map(|it| name_of(&it.subject)).collect();
        subjects.into_iter().for_each(|subject| *holders.entry(subject).or_default() += 1);
        let mut numbers: HashMap<FindingKey, usize> = HashMap::new();
        let findings = std::mem::take(&mut outcome.findings);
        // Whoever has a finding, perhaps in the file that it was made of, has not passed.
        let failed: HashSet<&Arc<Subject>> = findings.iter().map(|it| &it.subject).collect();
        outcome.checked.retain(|it| !failed.contains(&it.subject));
        for mut finding in findings {
            let mut key = FindingKey::new(&finding);
            let number = numbers.entry(key.clone()).or_default();
            key.number = *number;
            *number += 1;
            match found.entry(key) {
                Entry::Vacant(entry) => _ = entry.insert((finding, vec![label.clone()])),
                Entry::Occupied(mut entry) => {
                    let (known, labels) = entry.get_mut();
                    known.severity = known.severity.max(finding.severity);
                    finding.also.retain(|it| !known.also_ids().contains(&it.rule.id));
                    known.also.append(&mut finding.also);
                    labels.push(label.clone());
                }
            }
        }
        merged.add(outcome);
    }
    let anywhere = |key: &FindingKey, finding: &Finding| {
        let object = name_of(&finding.subject);
        FindingKey { object, ..key.clone() }
    };
    let mut with_it: HashMap<FindingKey, usize> = HashMap::new();
    for (key, (finding, labels)) in &found {
        *with_it.entry(anywhere(key, finding)).or_default() += labels.len();
    }
    for (key, (mut finding, labels)) in found {
        let holders = holders.get(&name_of(&finding.subject)).copied().unwrap_or(count);
        if with_it.get(&anywhere(&key, &finding)).is_some_and(|it| *it < holders) {
            // A suppression that hides something in one rendering is of use.
            if finding.rule.scope == Scope::Suppression {
                continue;
            }
            // What could not be rendered has no label.
            let labels: Vec<_> = labels.into_iter().filter(|it| !it.is_empty()).collect();
            if !labels.is_empty() {
                finding.message.to_mut().push_str(&format!(" (with {})", labels.join("; ")));
            }
        }
        merged.findings.push(finding);
    }
    merged.sort();
    merged
}

/// What makes two findings of different renderings the same; lines may differ.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct FindingKey {
    file: String,
    object: String,
    rule: &'static str,
    path: String,
    message: Cow<'static, str>,
    /// Its number among equals of one rendering.
    number: usize,
}

impl FindingKey {
    fn new(finding: &Finding) -> Self {
        FindingKey {
            file: finding.source.name.clone(),
            object: finding.subject.to_string(),
            rule: finding.rule.id,
            path: finding.place.path.clone(),
            message: finding.message.clone(),
            number: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ChartDocument, split_output};

    #[test]
    fn what_helm_prints_is_taken_apart_and_nothing_is_lost() {
        let output = "a: 1\n---\n# Source: app/templates/a.yaml\nb: 2\n---\n# Source: app/templates/b.yaml\nc: |\n  ---\n";
        let part = |file, text| ChartDocument { file, text };
        let expected = [
            part("", "a: 1\n"),
            part("app/templates/a.yaml", "b: 2\n"),
            part("app/templates/b.yaml", "c: |\n  ---\n"),
        ];
        assert_eq!(split_output(output), expected);
        assert_eq!(split_output("kind: Job\n"), [part("", "kind: Job\n")]);
        assert_eq!(split_output("\n"), []);
    }
}
