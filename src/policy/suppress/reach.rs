//! Which findings suppressions cover: each is looked at once, however many suppressions and findings there are.

use std::collections::HashMap;

use crate::diagnostic::finding::Finding;
use crate::diagnostic::meta::Meta;

/// What a suppression covers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Reach {
    /// Findings on these lines of the file.
    Lines { first: usize, last: usize },
    /// Findings at this path and below.
    Path(&'static str),
}

/// The suppressions of an object by rule and reach: those with the same do the same.
#[derive(Default)]
pub(super) struct Groups(HashMap<&'static str, HashMap<Reach, Group>>);

/// Suppressions with the same rule and reach.
#[derive(Clone, Copy, Default)]
struct Group {
    /// Whether one of them is in force.
    hides: bool,
    /// Whether there is a finding that they cover.
    is_used: bool,
}

impl Groups {
    /// Adds a suppression; one that is not in force only counts as used.
    pub(super) fn add(&mut self, rule: &Meta, reach: &Reach, is_in_force: bool) {
        self.0.entry(rule.id).or_default().entry(reach.clone()).or_default().hides |= is_in_force;
    }

    /// Whether a suppression with this rule and reach covers a finding.
    pub(super) fn is_used(&self, rule: &Meta, reach: &Reach) -> bool {
        self.0.get(rule.id).and_then(|groups| groups.get(reach)).is_some_and(|group| group.is_used)
    }

    /// Returns for each finding whether it is hidden. Readers may know of a finding only by one that stands for it, one of its
    /// `candidates`, and write the suppression there.
    pub(super) fn apply(&mut self, findings: &[Finding], candidates: &[Vec<usize>]) -> Vec<bool> {
        let mut hidden = vec![false; findings.len()];
        let mut by_rule: HashMap<&str, Vec<(usize, usize, usize)>> = HashMap::new();
        for (at, finding) in findings.iter().enumerate().filter(|(_, it)| self.0.contains_key(it.rule.id)) {
            for shown in std::iter::once(at).chain(candidates[at].iter().copied()) {
                let line = finding.source.lines().line(findings[shown].place.span.start);
                by_rule.entry(finding.rule.id).or_default().push((line, at, shown));
            }
        }
        for (rule, mut found) in by_rule {
            let Some(groups) = self.0.get_mut(rule) else { continue };
            found.sort_unstable();
            let (mut lines, mut paths) = (Vec::new(), Vec::new());
            for (reach, group) in groups {
                match *reach {
                    Reach::Lines { first, last } => lines.push((first, last, group)),
                    Reach::Path(path) => paths.push((path, group)),
                }
            }
            lines.sort_unstable_by_key(|&(first, last, _)| (first, last));
            let mut lines = lines.into_iter().peekable();
            // Only items that hold each other have a line in common, so that few are open at a time.
            let mut open: Vec<(usize, &mut Group)> = Vec::new();
            for (line, at, shown) in found {
                while let Some((_, last, group)) = lines.next_if(|&(first, ..)| first <= line) {
                    open.push((last, group));
                }
                open.retain(|&(last, _)| line <= last);
                let by_line = open.iter_mut().map(|(_, group)| &mut **group);
                let reaches = |path: &str| is_below(&findings[shown].place.path, path);
                let by_path =
                    paths.iter_mut().filter(|(path, _)| reaches(path)).map(|(_, group)| &mut **group);
                for group in by_line.chain(by_path) {
                    group.is_used = true;
                    hidden[at] |= group.hides;
                }
            }
        }
        hidden
    }
}

/// Whether a path is `top` or below it.
pub(crate) fn is_below(path: &str, top: &str) -> bool {
    let below = path.strip_prefix(top);
    below.is_some_and(|rest| top.is_empty() || rest.is_empty() || rest.starts_with(['.', '[']))
}
