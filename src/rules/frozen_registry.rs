use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::image::Image;
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
        page: include_str!("../../rules/frozen-registry.md"),
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Container(check),
};

fn check(container: Container<'_>, reporter: &mut Reporter<'_>) {
    let image = container.image();
    let Some(written) = image.text() else { return };
    let (message, help, meant) = if let Some(rest) = written.strip_prefix("k8s.gcr.io/") {
        let meant = format!("registry.k8s.io/{rest}");
        let message = "the pull depends on a redirect that can end at any time: `k8s.gcr.io` has been frozen since April 2023";
        let help = format!("write `{meant}`, the same image in the current registry");
        (message.to_owned(), help, Some(meant))
    } else if let Some(removed) = Image::parse(written).and_then(removed) {
        // What a node has already is not pulled, and a kustomization can name another image.
        let is_replaced = |name| {
            container
                .node
                .document
                .source
                .image_changes
                .iter()
                .any(|build| build.iter().any(|it| it.name == name))
        };
        if container.image_pull_policy().is("Never")
            || Image::parse(written).is_some_and(|it| is_replaced(it.name))
        {
            return;
        }
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

/// An image that its publisher has removed from Docker Hub.
struct Removed {
    what: &'static str,
    help: String,
    /// The same image elsewhere, where all of its tags are.
    meant: Option<String>,
}

/// Returns what is known of an image that was removed from Docker Hub.
fn removed(image: Image<'_>) -> Option<Removed> {
    let full = image.full_name();
    let name = full.strip_prefix("docker.io/").or_else(|| full.strip_prefix("registry-1.docker.io/"))?;
    let tag = image.tag.unwrap_or_default();
    if name == "minio/minio" || name == "minio/mc" {
        let mark = |mark, part: Option<&str>| part.map(|it| format!("{mark}{it}")).unwrap_or_default();
        let meant = format!("quay.io/{name}{}{}", mark(":", image.tag), mark("@", image.digest));
        return Some(Removed {
            what: "MinIO removed its repositories from Docker Hub in September 2026",
            help: format!(
                "write `{meant}`, where MinIO's last releases still are, or use an image that gets updates"
            ),
            meant: Some(meant),
        });
    }
    // `latest` is still there for some applications, and so are digests.
    let rest = name.strip_prefix("bitnami/")?;
    let has_version = image.digest.is_none() && tag.starts_with(|it: char| it.is_ascii_digit());
    has_version.then(|| Removed {
        what: "Bitnami removed all tags with a version from `docker.io/bitnami` in autumn 2025",
        help: format!(
            "use an image that gets updates, such as one that the makers of `{rest}` publish; \
             `docker.io/bitnamilegacy/{rest}` has most of the old tags, but gets no updates"
        ),
        meant: None,
    })
}
