use std::borrow::Cow;

use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::Yield;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::openshift::has_release_image;
use crate::facts::printing::only_prints;
use crate::facts::removed_image::{how_to_pin, removed_image};
use crate::manifest::document::Field;
use crate::manifest::image::{Image, is_replaced, keeps_image, moving_image};
use crate::manifest::workload::{Container, Pod};
use crate::rule::{Check, Reporter, Rule};
use crate::text::to_fill_in::addressed_to_reader;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "mutable-image",
        summary: "The same manifest can run different code tomorrow",
        category: Category::Resources,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        yields_to: &[Yield::at_field("stale-image"), Yield::at_field("unpullable-image")],
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check<'d>(pod: Pod<'d>, reporter: &mut Reporter<'_>) {
    // `frozen-registry` says what to pin where no registry has the image.
    let counts = |it: Container<'d>| !has_release_image(it) && removed_image(it).is_none();
    let moving = |it: Container<'d>| Some((moving_image(it).filter(|_| counts(it))?, it));
    let mut rest: Vec<(Cow<'_, str>, Container<'_>)> = pod.containers().filter_map(moving).collect();
    let what_happens = match pod.job.cron_job() {
        Some(_) => "the next run can run different code from the last one",
        None if starts_one_pod(pod) => "the Job can run different code when it is created again",
        None => "the next pod can run different code from the last one",
    };
    while !rest.is_empty() {
        let (text, first) = rest.remove(0);
        let Some(image) = Image::parse(&text) else { continue };
        let written = first.image().text().and_then(Image::parse);
        let is_built = written.is_some_and(|it| is_replaced(first, it));
        let who = if is_built { "kustomize makes the image " } else { "" };
        let which = if is_built { ", which" } else { "" };
        let cause = match image.tag {
            Some(tag) => format!("{who}`{text}`{which} has the moving tag `{tag}`"),
            None => format!("{who}`{text}`{which} has no tag and means `{}:latest`", image.name),
        };
        let finding =
            reporter.report_milder(only_prints(pod), first.image(), format!("{what_happens}: {cause}"));
        finding.help(if is_built {
            "set `newTag` of this image in the kustomization to the tested version, or `digest` to its digest"
                .to_owned()
        } else {
            how_to_pin(image)
        });
        // Where nodes keep what they have, the pull policy has its share in it; none has `your-registry/app`.
        let keeps = keeps_image(first) && addressed_to_reader(&text).is_none();
        if keeps {
            finding.related(first.image_pull_policy(), "each node keeps using the copy that it already has");
        }
        rest.retain(|(other, container)| {
            let is_same = *other == text && keeps_image(*container) == keeps_image(first);
            if is_same {
                finding.related(container.image(), "the same image");
            }
            if is_same && keeps {
                finding.related(container.image_pull_policy(), "nodes keep this image too");
            }
            !is_same
        });
    }
}

/// Whether the Job starts one pod and never another: one completion, and no retry.
fn starts_one_pod(pod: Pod<'_>) -> bool {
    let is_one = |field: Field<'_>| field.is_missing() || field.integer() == Some(1);
    pod.restart_policy().is("Never")
        && pod.job.backoff_limit().integer() == Some(0)
        && pod.job.pod_failure_policy().is_missing()
        && is_one(pod.job.parallelism())
        && is_one(pod.job.completions())
}
