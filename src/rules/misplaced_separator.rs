use crate::diagnostic::meta::{Admission, Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::two_objects::repeated_keys;
use crate::manifest::edit::{Edit, Safety, layout};
use crate::manifest::place::Place;
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};
use crate::text::span::Span;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "misplaced-separator",
        summary: "A `---` is missing between two objects, or splits one",
        category: Category::Validity,
        severity: Severity::Error,
        confidence: Confidence::High,
        admission: Admission::Never,
        since: "0.1.0",
        checks_lost: true,
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Object(check),
};

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    if object.node.document.is_json() || object.node.parent().is_some() {
        return;
    }
    missing(object, reporter);
    stray(object, reporter);
}

/// Reports two objects in one document: kubectl keeps the last value of each key.
fn missing(object: Object<'_>, reporter: &mut Reporter<'_>) {
    let document = object.node.document;
    let text = &document.source.text;
    let repeated = repeated_keys(object);
    let Some(first) = repeated.first() else { return };
    let key = document.kept(first).1.key;
    let starts = repeated.iter().filter(|it| document.kept(it).1.key == key).map(|it| it.second);
    let starts: Vec<usize> = starts.map(|it| it.start as usize).collect();
    // In flow style nothing can separate them.
    if starts.iter().any(|&at| !text[..at].ends_with('\n')) {
        return;
    }
    let place = Place { path: object.node.path(), span: first.second };
    let left = object.node.entries().find(|it| it.value.span().start < first.second.start);
    let rest = left.map(|it| format!(", and its `{}` becomes part of the second one", it.key));
    let message = format!(
        "a `---` is missing above this line: kubectl treats both objects as one and keeps only the last value of each \
         key, so the first object is lost{}",
        rest.unwrap_or_default()
    );
    let finding = reporter.report(place, message);
    let related = Place { path: object.node.path(), span: first.first };
    finding.related(related, "the first object starts here").help("write `---` between the objects");
    let separator = format!("---{}", layout::line_end(document));
    let edits =
        starts.iter().map(|&at| Edit::insert(layout::comments_above(document, at, 0), separator.clone()));
    finding.fix("write `---` between the objects", Safety::Unsafe, Ok(edits.collect()));
}

/// Reports a separator between an object and its `spec`.
fn stray(object: Object<'_>, reporter: &mut Reporter<'_>) {
    let document = object.node.document;
    let start = document.span.end as usize;
    let rest = &document.source.text[start..];
    if object.node.get("spec").is_some() || !rest.starts_with("---") {
        return;
    }
    let first = rest.split_inclusive('\n').next().unwrap_or_default();
    let rest = rest[first.len()..].lines().take_while(|it| !it.starts_with("---"));
    let keys: Vec<&str> = rest.filter_map(|it| Some(it.split_once(':')?.0)).filter(|it| is_key(it)).collect();
    let is_half = keys.contains(&"spec") && keys.iter().all(|it| matches!(*it, "metadata" | "spec"));
    if !is_half {
        return;
    }
    let kind = object.kind_name();
    let place = Place { path: object.node.path(), span: Span::new(start, start + 3) };
    let message = format!(
        "this `---` separates the {kind} from its `spec`: both parts are rejected, because the first lacks the `spec` and \
            the second the `kind`"
    );
    let finding = reporter.report(place, message);
    let edit = Edit::new(Span::new(start, start + first.len()), "");
    finding.help("remove the `---`").fix("remove the `---`", Safety::Unsafe, Ok(vec![edit]));
}

/// Whether what stands before a colon is a key of the whole document, not of a mapping in it and no comment.
fn is_key(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_alphabetic())
}
