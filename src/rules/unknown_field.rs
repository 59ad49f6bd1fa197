use crate::diagnostic::meta::Meta;
use crate::diagnostic::meta::{Admission, Category};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::cron_fields::cron_fields;
use crate::facts::two_objects::repeated_keys;
use crate::kubernetes::types::intended_field::{
    intended_path, nearest_but_for_unit, nearest_name, place_of, reference_name,
};
use crate::kubernetes::types::type_check::TypeError;
use crate::manifest::document::{Entry, Node, Value};
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::{Object, is_directive};
use crate::rule::{Check, Reporter, Rule};
use crate::schema::version::Version;
use crate::text::placeholder::names_line_with_default;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unknown-field",
        summary: "Kubernetes has no such field here",
        category: Category::Validity,
        severity: Severity::Error,
        confidence: Confidence::High,
        admission: Admission::Never,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Decode(check),
};

fn check(problem: &TypeError<'_>, reporter: &mut Reporter<'_>) {
    let &TypeError::UnknownField { object, entry, within } = problem else { return };
    // A part of a patch, or a line that a tool replaces.
    let is_of_tool = is_directive(entry.key) && object.is_partial() || names_line_with_default(entry.key);
    if is_of_tool || is_left_over(object, entry) || is_cron_field(object, entry, reporter) {
        return;
    }
    let version = reporter.kubernetes_version();
    let parent = entry.value.parent().filter(|parent| !parent.is_object()).map(|parent| parent.path());
    let place = parent.map_or_else(|| format!("a {}", object.kind_name()), |path| format!("`{path}`"));
    let other = within.any_minor(entry.key);
    let message = match other {
        Some(field) if field.since > version.minor => {
            let since = Version { minor: field.since };
            format!("Kubernetes {version} has no field `{}` in {place}: it was added in {since}", entry.key)
        }
        Some(field) => {
            let until = Version { minor: field.until };
            format!(
                "Kubernetes {version} has no field `{}` in {place}: it was removed after {until}",
                entry.key
            )
        }
        None => {
            let kind = object.kind_name();
            format!(
                "there is no field `{}` in {place}: with strict validation, kubectl's default, the API server \
                 rejects the {kind}",
                entry.key
            )
        }
    };
    let reference = reference_name(entry.key, within, version).filter(|_| other.is_none());
    let nearest = reference.or_else(|| nearest_name(entry.key, within, version).filter(|_| other.is_none()));
    let but_for_unit = || nearest_but_for_unit(entry.key, within, version).filter(|_| other.is_none());
    let belongs = || intended_path(entry.value, object, version).filter(|_| other.is_none());
    let hint = |name: &str| format!("did you mean `{name}`?");
    let certain = nearest.filter(|name| reference.is_some() || name.eq_ignore_ascii_case(entry.key));
    let set_there = belongs().and_then(|path| already_set(&path, object));
    let elsewhere = |path: &str| {
        if let Some(value) = set_there {
            already(entry, path, value)
        } else if path.contains('.') {
            format!("move `{}` to `{path}`", entry.key)
        } else {
            format!("move `{path}` to the top level of the manifest")
        }
    };
    let help = misread_key(entry)
        .filter(|_| other.is_none())
        .or_else(|| certain.map(hint))
        .or_else(|| belongs().map(|path| elsewhere(&path)));
    let finding = reporter.report(entry, message);
    if let Some(help) = help {
        finding.help(help);
    } else if let Some(name) = nearest.or_else(but_for_unit) {
        finding.help(hint(name));
    }
    if let Some(name) = nearest.filter(|name| finding.help.as_deref() == Some(&*hint(name))) {
        let is_free = entry.value.parent().is_some_and(|map| map.get(name).is_none());
        if is_free {
            finding.fix(format!("write `{name}`"), Safety::Unsafe, Edit::rename(entry, name));
        }
    } else if let Some(path) = belongs().filter(|path| finding.help.as_deref() == Some(&*elsewhere(path))) {
        let is_same = set_there.is_some_and(|it| {
            !matches!(it.value(), Value::Map | Value::List) && it.raw() == entry.value.raw()
        });
        let edits = match set_there {
            Some(_) => is_same.then(|| Edit::remove(entry)),
            None => place_of(&path, object).map(|(map, missing)| Edit::relocate(entry, map, &missing)),
        };
        let title = if is_same { format!("remove `{}`", entry.key) } else { elsewhere(&path) };
        edits.into_iter().for_each(|edits| _ = finding.fix(title.clone(), Safety::Unsafe, edits));
    }
}

/// Whether the field is one of the object above, from which no `---` separates this one: it is right once they are two.
fn is_left_over(object: Object<'_>, entry: Entry<'_>) -> bool {
    // More repeated keys than this are not two objects.
    const MAX_REPEATED: usize = 50;
    let is_own = entry.value.parent().is_some_and(Node::is_object);
    let second = || repeated_keys(object).first().map(|it| it.second.start);
    is_own
        && object.node.duplicates().len() <= MAX_REPEATED
        && second().is_some_and(|it| entry.value.span().start < it)
}

/// Whether the field makes a CronJob of the Job: they all have one cause, and one finding, at the schedule.
fn is_cron_field(object: Object<'_>, entry: Entry<'_>, reporter: &mut Reporter<'_>) -> bool {
    let Some((schedule, others)) = cron_fields(object) else { return false };
    let is_same = |it: &Entry<'_>| it.value.id == entry.value.id;
    if !is_same(&schedule) {
        return others.iter().any(is_same);
    }
    let which = match others.len() {
        0 => "`schedule` is a field".to_owned(),
        1 => format!("`schedule` and `{}` are fields", others[0].key),
        count => format!("`schedule` and {count} other fields are those"),
    };
    let finding = reporter.report(
        schedule,
        format!(
            "{which} of a CronJob, not of a Job: with strict validation, kubectl's default, the API server rejects the Job"
        ),
    );
    for other in &others {
        finding.related(*other, "a Job does not have this field either");
    }
    finding.help(if others.iter().any(|it| it.key == "jobTemplate") {
        "write `kind: CronJob`"
    } else {
        "write `kind: CronJob`, and move what belongs to the Job, such as `template`, into `jobTemplate.spec`; or remove what \
         belongs to a CronJob"
    });
    true
}

/// Returns what is at a path already.
fn already_set<'d>(path: &str, object: Object<'d>) -> Option<Node<'d>> {
    let key = path.rsplit('.').next()?;
    let (map, missing) = place_of(path, object)?;
    map.get(key).filter(|it| missing.is_empty() && it.value() != Value::Null)
}

/// Says what to do with an entry whose place has a value already.
fn already(entry: Entry<'_>, path: &str, value: Node<'_>) -> String {
    match value.value() {
        Value::Map | Value::List => {
            format!("move what is in `{}` to `{path}`, which is set already", entry.key)
        }
        _ if value.raw().contains('\n') => format!("remove it: `{path}` is set already"),
        _ => format!("remove it: `{path}` is already `{}`", value.raw()),
    }
}

/// Explains a key that YAML 1.1 reads as something else: `on`, `y`, `1.0`.
fn misread_key(entry: Entry<'_>) -> Option<String> {
    let raw = entry.key_span.text(&entry.value.document.source.text);
    let is_word = raw.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    (is_word && !raw.is_empty() && raw != entry.key)
        .then(|| format!("YAML 1.1 reads the key `{raw}` as `{}`: put it in quotes", entry.key))
}
