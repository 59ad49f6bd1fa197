use crate::diagnostic::finding::MAX_EXAMINED;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::meta::{Admission, Category};
use crate::diagnostic::practice::Yield;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::two_objects::repeated_keys;
use crate::manifest::document::{Duplicate, DuplicateCause};
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::place::Place;
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "duplicate-key",
        summary: "A mapping has the same key more than once",
        category: Category::Validity,
        severity: Severity::Error,
        confidence: Confidence::High,
        admission: Admission::Never,
        yields_to: &[Yield::in_object("misplaced-separator")],
        since: "0.1.0",
        fix: Some(Safety::Safe),
        ..Meta::DEFAULT
    },
    check: Check::Object(check),
};

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    let document = object.node.document;
    let has_two_objects = !repeated_keys(object).is_empty();
    // Merges are for overriding keys, and every YAML reader does that.
    let is_meant = |it: &Duplicate| it.cause == DuplicateCause::OverridesMerge;
    let is_own = |it: &&Duplicate| !is_meant(it) && document.kept(it).0.is_within(object.node);
    for duplicate in object.node.duplicates().iter().filter(is_own).take(MAX_EXAMINED) {
        let (map, entry) = document.kept(duplicate);
        let (key, path) = (entry.key, entry.value.path());
        let message = match duplicate.cause {
            DuplicateCause::Repeated => {
                format!(
                    "`{key}` appears more than once: kubectl silently sends only the last value; if another client sends \
                     all values, the API server rejects the object when `fieldValidation` is `Strict`"
                )
            }
            DuplicateCause::OverridesMerge => continue,
            DuplicateCause::OverriddenByMerge => {
                format!(
                    "Kubernetes lets the later `<<` override `{key}`; other YAML parsers keep the explicit \
                     key"
                )
            }
        };
        let place = |span| Place { path: path.clone(), span };
        let is_merge = duplicate.cause == DuplicateCause::OverriddenByMerge;
        let which = if is_merge { "explicit" } else { "earlier" };
        let text = &document.source.text;
        let is_same = duplicate.first_value.text(text) == entry.value.raw();
        // Whichever value counts, it is the same.
        let severity = if is_same && !has_two_objects { Severity::Warning } else { Severity::Error };
        let finding = reporter.report_as(severity, place(duplicate.second), message);
        let lost = if is_same { "" } else { "; its value is lost" };
        finding.related(place(duplicate.first), format!("the {which} `{key}`{lost}"));
        finding.help(match (is_same, is_merge) {
            (true, false) => "remove one of them: their values are the same".to_owned(),
            (true, true) => format!("remove `{key}`: `<<` sets the same value"),
            (false, false) => "keep only the one you mean".to_owned(),
            (false, true) => {
                format!("move `<<` above `{key}` to keep the explicit value, or remove `{key}`")
            }
        });
        // What is the first object's, and the same in the second, is still needed.
        if is_same && !has_two_objects && duplicate.cause == DuplicateCause::Repeated {
            let edits = Edit::remove_lost(map, duplicate.first, duplicate.first_value);
            finding.fix("remove the first one", Safety::Safe, edits);
        }
    }
}
