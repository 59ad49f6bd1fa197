//! Which findings of an update were there before it?

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::diagnostic::finding::Finding;
use crate::diagnostic::meta::{Admission, Category};
use crate::facts::secret::detected::Secret;
use crate::facts::secret::{self, secrets};
use crate::manifest::document::{Document, Node, Value};
use crate::manifest::workload::{Classification, classify};
use crate::shell::ScriptCache;
use crate::text::span::range_in;
use crate::webhook::review::object::pod_spec;

/// What identifies an offender: the rule, where it is, and the value there, if that makes a difference.
type Offender = (&'static str, String, Option<String>);

/// What was wrong with an object before an update, how often for each rule at each place.
pub(super) struct KnownOffenders<'o> {
    old: &'o Document,
    new: &'o Document,
    offenders: HashMap<Offender, usize>,
    /// The credentials that are new, by their paths; looked for when first asked for.
    new_credentials: Option<HashSet<String>>,
}

impl<'o> KnownOffenders<'o> {
    pub(super) fn new<'f>(
        old: &'o Document,
        new: &'o Document,
        findings: impl Iterator<Item = &'f Finding>,
    ) -> Self {
        let mut offenders = HashMap::new();
        for finding in findings {
            all(finding, old).into_iter().for_each(|it| *offenders.entry(it).or_default() += 1);
        }
        KnownOffenders { old, new, offenders, new_credentials: None }
    }

    /// Returns the path of the first offender of a finding in the updated object that is new; `None` if all are known, each
    /// of which counts once.
    ///
    /// Rules report many offenders of one kind as one finding with related places: a single new one makes it new.
    pub(super) fn first_new<'f>(&mut self, finding: &'f Finding) -> Option<&'f str> {
        if self.is_about_untouched(finding) {
            return None;
        }
        if finding.rule.category == Category::Secrets
            && let Some(path) = self.new_credential(finding)
        {
            return Some(path);
        }
        if finding.rule.category == Category::Security && self.leaves_user_namespace() {
            return places(finding).next();
        }
        let mut absorbed = Vec::new();
        for (path, offender) in places(finding).zip(all(finding, self.new)) {
            // The defect of a missing value is that of any value: a `subPath` shows less of a volume than none.
            let missing = (offender.0, offender.1.clone(), None);
            let is_left = |it: &Offender| self.offenders.get(it).is_some_and(|count| *count > 0);
            let Some(known) = [offender, missing].into_iter().find(is_left) else {
                absorbed.into_iter().for_each(|it| *self.offenders.entry(it).or_default() += 1);
                return Some(path);
            };
            self.offenders.entry(known.clone()).and_modify(|count| *count -= 1);
            absorbed.push(known);
        }
        None
    }

    /// Whether the finding is that somebody left a field out, in which both objects have the same default.
    ///
    /// That it was left out is known only while the object says what was stated, which an update can begin to do.
    fn is_about_untouched(&self, finding: &Finding) -> bool {
        let at = |object| last(&finding.place.path, object).filter(|it| !it.is_null()).map(Node::to_json);
        finding.rule.admission != Admission::Same && at(self.new).is_some_and(|it| at(self.old) == Some(it))
    }

    /// Whether root in the pods was nobody on their nodes before the update, and is root there now.
    fn leaves_user_namespace(&self) -> bool {
        let is_in_one =
            |object| pod_spec(object).is_some_and(|pod| pod.field("hostUsers").boolean() == Some(false));
        is_in_one(self.old) && !is_in_one(self.new)
    }

    /// Returns the first of the finding's places with a credential that was not there before.
    fn new_credential<'f>(&mut self, finding: &'f Finding) -> Option<&'f str> {
        let (old, new) = (self.old, self.new);
        let paths = self.new_credentials.get_or_insert_with(|| {
            let known = credentials(old).into_iter().map(|(path, text)| (stable(&path, old), text));
            let known: HashSet<_> = known.collect();
            let mut found = credentials(new);
            found.retain(|(path, text)| !known.contains(&(stable(path, new), text.clone())));
            found.into_iter().map(|(path, _)| path).collect()
        });
        places(finding).find(|path| paths.contains(*path))
    }
}

/// Whether an update fills variables in where it did not before, or others.
pub(super) fn has_new_variables(old: &Document, new: &Document) -> bool {
    match (classify(old.root()), classify(new.root())) {
        (Classification::Object(old), Classification::Object(new)) => secret::has_new_variables(new, old),
        _ => true,
    }
}

/// Returns the paths and texts of an object's credentials, with the users and hosts that they are for.
fn credentials(object: &Document) -> Vec<(String, String)> {
    let Classification::Object(object) = classify(object.root()) else { return Vec::new() };
    let search = secrets(object, &ScriptCache::new(object));
    search.secrets.into_iter().map(|it| (it.value.path(), login(&it).to_owned())).collect()
}

/// Returns a credential with the user in front of it and the host behind it, as in `https://app:hunter2@db`: for another
/// user the same password is another credential.
fn login<'d>(secret: &Secret<'d>) -> &'d str {
    let is_end = |it: char| it.is_whitespace() || "\"'`<>,;".contains(it);
    let whole = secret.value.text().unwrap_or_default();
    let Some(Range { start, end }) = range_in(whole, secret.text) else { return secret.text };
    let (before, behind) = (&whole[..start], &whole[end..]);
    let word = before.rfind(is_end).map_or(0, |at| at + 1);
    let user = before[word..].rfind("://").map_or(word, |at| word + at + 3);
    let first = if before.ends_with(':') { user } else { start };
    let host = behind.find(|it| is_end(it) || "/?#".contains(it)).unwrap_or(behind.len());
    let host = if behind.starts_with('@') { host } else { 0 };
    &whole[first..end + host]
}

fn places(finding: &Finding) -> impl Iterator<Item = &str> {
    let related = finding.related.iter().map(|label| &label.place);
    [&finding.place].into_iter().chain(related).chain(&finding.affects).map(|place| place.path.as_str())
}

fn all(finding: &Finding, object: &Document) -> Vec<Offender> {
    // Another image, another path of the node and another user are other offenders.
    let has_values = finding.rule.category == Category::Security;
    let offender = |path: &str| {
        let has_value = has_values || path.ends_with(".image");
        let value =
            last(path, object).filter(|it| has_value && !matches!(it.value(), Value::Map | Value::List));
        (finding.rule.id, stable(path, object), value.map(|it| it.to_json().to_string()))
    };
    places(finding).map(offender).collect()
}

/// Writes a path with what list items are known by in place of their numbers, so that a new container in front does not
/// make the findings in the others new.
fn stable(path: &str, object: &Document) -> String {
    let mut result = String::new();
    let mut list = "";
    for (part, value) in steps(path, object) {
        result +=
            &item_name(list, value).filter(|_| part.starts_with('[')).unwrap_or_else(|| part.to_owned());
        list = part;
    }
    result
}

/// Returns what an item of `list` is known by, where that is not its number.
fn item_name(list: &str, item: Option<Node<'_>>) -> Option<String> {
    let item = item?;
    match item.value() {
        // The words of a command are known by their order: a script that is changed is still the same script.
        Value::String(_) if matches!(list, ".command" | ".args") => None,
        Value::String(text) => Some(format!("[{text:?}]")),
        _ => {
            let keys = ["name", "mountPath", "devicePath", "containerPort", "key"];
            if let Some((key, value)) = keys.iter().find_map(|key| Some((key, item.get(key)?))) {
                return Some(format!("[{key}={}]", value.to_json()));
            }
            // `envFrom: [{secretRef: {name: a}}]`
            let (key, name) = item.entries().find_map(|it| Some((it.key, it.value.get("name")?)))?;
            Some(format!("[{key}.name={}]", name.to_json()))
        }
    }
}

/// Returns the value at the end of a path.
fn last<'o>(path: &str, object: &'o Document) -> Option<Node<'o>> {
    steps(path, object).last().and_then(|(_, value)| value)
}

/// Returns the parts of a path, each with the value that is there.
fn steps<'p, 'o>(path: &'p str, object: &'o Document) -> impl Iterator<Item = (&'p str, Option<Node<'o>>)> {
    let mut at = Some(object.root());
    parts(path).map(move |part| {
        at = match part.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            Some(key) => at.and_then(|node| match node.value() {
                Value::List => key.parse::<usize>().ok().and_then(|index| node.items().nth(index)),
                _ => node.get(key),
            }),
            None => at.and_then(|it| it.get(part.trim_start_matches('.'))),
        };
        (part, at)
    })
}

/// Cuts `spec.containers[0].image` into `spec`, `.containers`, `[0]` and `.image`.
pub(super) fn parts(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = path;
    std::iter::from_fn(move || {
        let inner = rest.as_bytes().get(1..)?;
        let end = if rest.starts_with('[') {
            memchr::memchr(b']', inner).map(|at| at + 2)
        } else {
            memchr::memchr2(b'.', b'[', inner).map(|at| at + 1)
        };
        let (part, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        Some(part)
    })
}
