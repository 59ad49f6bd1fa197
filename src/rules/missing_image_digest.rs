use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::removed_image::removed_image;
use crate::manifest::image::Image;
use crate::manifest::workload::{Container, Pod};
use crate::rule::{Check, Reporter, Rule};
use crate::text::placeholder::is_placeholder;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-image-digest",
        summary: "The image is named by a tag, which anyone with push access can move",
        category: Category::Resources,
        severity: Severity::Info,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let mut unpinned = pod.containers().filter_map(unpinned);
    let Some((text, first)) = unpinned.next() else { return };
    let finding = reporter.report(
        first.image(),
        format!(
            "a node that pulls `{text}` gets whatever was last pushed under that tag: the image has no digest"
        ),
    );
    finding.help(format!("add the digest after the tag, `{text}@sha256:…`"));
    for (_, container) in unpinned {
        finding.related(container.image(), "no digest here either");
    }
}

/// Returns the container with its image, where the tag names a version; `mutable-image` reports others.
fn unpinned(container: Container<'_>) -> Option<(&str, Container<'_>)> {
    let text = container.image().text().filter(|it| !is_placeholder(it))?;
    let image = Image::parse(text)?;
    // `frozen-registry` reports an image that nobody can pull.
    let can_be_pinned = image.digest.is_none() && !image.is_mutable() && removed_image(container).is_none();
    can_be_pinned.then_some((text, container))
}
