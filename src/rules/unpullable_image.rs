use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::image::{Image, defect, is_replaced, is_stand_in};
use crate::manifest::live;
use crate::manifest::official_images::is_local;
use crate::manifest::workload::Container;
use crate::rule::{Check, Reporter, Rule};
use crate::text::placeholder::is_placeholder;
use crate::text::to_fill_in::addressed_to_reader;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unpullable-image",
        summary: "Every pod pulls an image that its name finds in no registry",
        category: Category::Resources,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Container(check),
};

fn check(container: Container<'_>, reporter: &mut Reporter<'_>) {
    let (field, policy) = (container.image(), container.image_pull_policy());
    let Some(text) = field.text().filter(|it| defect(it).is_none()) else { return };
    let Some(image) = Image::parse(text).filter(|it| is_local(it.name)) else { return };
    // After `latest` and without a tag, the API server writes `Always`.
    let is_stated = policy.is("Always")
        && (!live::is_live(container.pod.job.object) || !matches!(image.tag, None | Some("latest")));
    let is_filled_in = is_stand_in(image) || is_placeholder(text) || addressed_to_reader(text).is_some();
    if !is_stated || is_filled_in || is_replaced(container, image) {
        return;
    }
    let name = image.name;
    let message = format!(
        "each pod waits in `ImagePullBackOff`: `imagePullPolicy` is `Always`, and Docker Hub has no official image `{name}`"
    );
    let finding = reporter.report(field, message);
    finding.related(policy, "a copy that is already on the node does not help").help(format!(
        "name the registry that has it, as in `registry.example.com/team/{name}`; if it is loaded into the nodes, give each build a \
         tag of its own and set `imagePullPolicy: IfNotPresent`"
    ));
}
