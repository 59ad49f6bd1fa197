use std::cell::LazyCell;
use std::collections::BTreeSet;

use crate::diagnostic::condition::Condition;
use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::secret::unchanged::{is_promised, unchanged_credentials};
use crate::kubernetes::types::placeholders::{
    Effect, effect, placeholders, reserved_hosts, values_to_fill_in,
};
use crate::kubernetes::verdict;
use crate::manifest::document::Node;
use crate::manifest::workload::{Job, Object, Pod};
use crate::rule::{Check, Reporter, Rule};
use crate::text::placeholder::has_variable;
use crate::text::source::Origin;
use crate::text::to_fill_in::addressed_to_reader;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unsubstituted-placeholder",
        summary: "A placeholder is left where Kubernetes needs a value",
        category: Category::Validity,
        severity: Severity::Error,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Object(check),
};

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    let mut found = placeholders(object, reporter.kubernetes_version());
    // Without an image nothing gets the values.
    if found.is_empty() && report_images(object, reporter) {
        return;
    }
    // `<api-key>` in a variable is a placeholder wherever it stands, and an unchanged credential.
    let known: BTreeSet<u32> = found.iter().map(|it| it.span().start).collect();
    found.extend(values(object).into_iter().filter(|it| !known.contains(&it.span().start)));
    let Some((first, more)) = found.split_first() else { return report_hosts(object, reporter) };
    let others = match more.len() {
        0 => String::new(),
        1 => ", nor was a placeholder in another field".to_owned(),
        count => format!(", nor were placeholders in {count} other fields"),
    };
    let text = first.text().unwrap_or_default();
    let version = reporter.kubernetes_version();
    let verdict = LazyCell::new(|| verdict::for_findings(object, version));
    let effect = found.iter().map(|&node| effect(node, version, || verdict.rejects(node))).max();
    let what_happens = match effect.unwrap_or(Effect::Rejected) {
        Effect::Rejected => format!("the API server rejects the {}", object.kind_name()),
        Effect::RunsRejected => "the API server rejects the Job of every run".to_owned(),
        Effect::NoSuchImage => {
            "the image cannot be pulled, and the pod waits in `ImagePullBackOff`".to_owned()
        }
        Effect::NoImage => "the pod waits in `InvalidImageName`".to_owned(),
        Effect::NoPodStarts => "no pod can start".to_owned(),
        Effect::InVariable => "the program gets this value as written".to_owned(),
        Effect::KeptAsWritten => "Kubernetes passes this value on as written".to_owned(),
    };
    // A file may be a template that something fills in before it is applied, and the work may get along with it.
    let is_file = matches!(object.node.document.source.origin, Origin::File);
    let is_accepted = effect.is_some_and(|it| it <= Effect::KeptAsWritten);
    let is_mild = is_file || is_accepted;
    // Where it cannot stay, `${NAME}` is no mistake: such a file is a template for `envsubst` or Flux.
    let is_template = is_file && !is_accepted && found.iter().all(|it| it.text().is_some_and(has_variable));
    let severity = match (is_template, is_mild) {
        (true, _) => Severity::Info,
        (false, true) => Severity::Warning,
        (false, false) => Severity::Error,
    };
    let message = format!("{what_happens}: the placeholder in `{text}` was not replaced{others}");
    let finding = reporter.report_as(severity, *first, message);
    // What no tool looks for is for people: `gcr.io/YOUR_PROJECT/app`.
    let is_for_people = |text: &str| !text.contains(['$', '{', '#', '%', '@']) && !text.contains("__");
    finding.help(if !found.iter().all(|it| it.text().is_some_and(is_for_people)) {
        "fill in the placeholder, or render the template with the tool that it was written for, and check or apply the result"
    } else if found.iter().all(|it| is_promised(*it) && it.key() == Some("value")) {
        "remove `value`, and read the credential from a Secret: `valueFrom.secretKeyRef`"
    } else if found.iter().any(|it| is_promised(*it)) {
        "write your own value in place of the placeholder, and read a credential from a Secret: `valueFrom.secretKeyRef`"
    } else {
        "write your own value in place of the placeholder"
    });
    for &node in more {
        finding.related(node, format!("`{}` was not replaced either", node.text().unwrap_or_default()));
    }
    if is_file {
        finding.condition = Some(not_filled_in(found.iter()));
    }
}

/// Reports `https://vault.example.com` where nothing else is left to be filled in.
fn report_hosts(object: Object<'_>, reporter: &mut Reporter<'_>) {
    let hosts = reserved_hosts(object);
    let Some(((first, host), others)) = hosts.split_first() else { return };
    let message = format!(
        "no public DNS server knows `{host}`: its domain is reserved for examples, and the name was not replaced"
    );
    let finding = reporter.report_as(Severity::Info, *first, message);
    finding.help("write the name of your own host");
    for (node, host) in others {
        finding.related(*node, format!("`{host}` was not replaced either"));
    }
    if matches!(object.node.document.source.origin, Origin::File) {
        finding.condition = Some(not_filled_in(hosts.iter().map(|(node, _)| node)));
    }
}

/// Returns the condition that no workflow fills in the placeholders in all of these values.
fn not_filled_in<'a>(values: impl Iterator<Item = &'a Node<'a>>) -> Condition {
    Condition::NotFilledIn(values.filter_map(|it| it.text()).map(Box::from).collect())
}

/// Returns what programs get that a person was to replace.
fn values(object: Object<'_>) -> Vec<Node<'_>> {
    let mut found = values_to_fill_in(object);
    let known: BTreeSet<u32> = found.iter().map(|it| it.span().start).collect();
    let unchanged = unchanged_credentials(object);
    found.extend(unchanged.into_iter().filter(|it| !known.contains(&it.span().start)));
    found.sort_by_key(|it| it.span().start);
    found
}

/// Reports `your-registry/app`: a name that an image can have, and that nobody else has given one; returns whether there is one.
fn report_images(object: Object<'_>, reporter: &mut Reporter<'_>) -> bool {
    let containers = object.job().and_then(Job::pod).into_iter().flat_map(Pod::containers);
    let images = containers.filter_map(|it| it.image().node());
    let mut found = images.filter_map(|it| Some((it, addressed_to_reader(it.text()?)?)));
    let Some((image, part)) = found.next() else { return false };
    let message = format!(
        "the image cannot be pulled, and the pod waits in `ImagePullBackOff`: the placeholder `{part}` in `{}` was not \
         replaced",
        image.text().unwrap_or_default()
    );
    let finding = reporter.report_as(Severity::Warning, image, message);
    finding.help("write the name of your own registry and image");
    let others: Vec<_> = found.map(|(image, _)| image).chain(values(object)).collect();
    for node in &others {
        finding.related(*node, format!("`{}` was not replaced either", node.text().unwrap_or_default()));
    }
    if matches!(object.node.document.source.origin, Origin::File) {
        finding.condition = Some(not_filled_in(std::iter::once(&image).chain(&others)));
    }
    true
}
