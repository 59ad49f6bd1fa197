use crate::finding::{Confidence, Severity};
use crate::live;
use crate::rule::{Category, Check, Reporter, Rule};
use crate::value::image::{Image, defect};
use crate::value::placeholder::is_placeholder;
use crate::workload::{Container, Pod};

pub static RULE: Rule = Rule {
    id: "stale-image",
    summary: "The tag moves, and nodes keep the image that they pulled first",
    category: Category::Resources,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    since: "0.1.0",
    page: include_str!("../../rules/stale-image.md"),
    check: Check::Pod(check),
    ..Rule::DEFAULT
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let mut stale = pod.containers().filter_map(stale);
    let Some((text, first)) = stale.next() else { return };
    let policy = first.image_pull_policy();
    let message = match policy.is("Never") {
        true => format!(
            "each node runs the copy of `{text}` that it happens to have, and without one no pod starts: `imagePullPolicy` is `Never`"
        ),
        false => format!(
            "each node goes on with the `{text}` that it pulled first, whatever is pushed later: `imagePullPolicy` is `IfNotPresent`"
        ),
    };
    let finding = reporter.report(policy, message);
    finding.related(first.image(), "this reference moves").help(
        "write the version that was tested, or its digest; with a reference that moves only `Always` follows it",
    );
    for (_, container) in stale {
        finding.related(container.image_pull_policy(), "this container too");
    }
}

/// Says whether the container may run an image that its tag has left behind: `mutable-image` is silent on these.
pub(super) fn stale(container: Container<'_>) -> Option<(&str, Container<'_>)> {
    let text = container.image().text().filter(|it| !is_placeholder(it))?;
    let policy = container.image_pull_policy();
    let image = Image::parse(text)?;
    // An API server writes `IfNotPresent` behind every other tag.
    let is_stated = !live::is_live(container.pod.job.object) || matches!(image.tag, None | Some("latest"));
    let is_kept = policy.is("Never") || policy.is("IfNotPresent") && is_stated;
    (is_kept && image.is_mutable() && defect(text).is_none()).then_some((text, container))
}
