use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::removed_image::removed_image;
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::Container;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "frozen-registry",
        summary: "The image is frozen in the registry that it names, or was removed from it",
        category: Category::Resources,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Container(check),
};

fn check(container: Container<'_>, reporter: &mut Reporter<'_>) {
    let image = container.image();
    let Some(written) = image.text() else { return };
    let is_pulled = !container.image_pull_policy().is("Never");
    let frozen = written.strip_prefix("k8s.gcr.io/").filter(|_| is_pulled);
    let (message, help, meant) = if let Some(rest) = frozen {
        let meant = format!("registry.k8s.io/{rest}");
        let message = "the pull depends on a redirect that can end at any time: `k8s.gcr.io` has been frozen since April 2023";
        let help = format!("write `{meant}`, the same image in the current registry");
        (message.to_owned(), help, Some(meant))
    } else if let Some(removed) = removed_image(container) {
        let message = format!(
            "a node that has to pull `{written}` cannot, and the pod waits in `ImagePullBackOff`: {}",
            removed.what
        );
        (message, removed.help, removed.meant)
    } else {
        return;
    };
    let finding = reporter.report(image, message);
    finding.help(help);
    if let (Some(node), Some(meant)) = (image.node(), meant) {
        finding.fix(format!("write `{meant}`"), Safety::Unsafe, Edit::replace_text(node, &meant));
    }
}
