use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::image::defect;
use crate::manifest::workload::Container;
use crate::rule::{Check, Reporter, Rule};
use crate::text::placeholder::is_placeholder;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "invalid-image-reference",
        summary: "No runtime can parse the image reference",
        category: Category::Resources,
        severity: Severity::Error,
        confidence: Confidence::High,
        since: "0.1.0",
        page: include_str!("../../rules/invalid-image-reference.md"),
        ..Meta::DEFAULT
    },
    check: Check::Container(check),
};

fn check(container: Container<'_>, reporter: &mut Reporter<'_>) {
    let image = container.image();
    // `ko://` is for the tool that builds the image and writes its name there.
    let is_filled_in = |text: &&str| !is_placeholder(text) && !text.starts_with("ko://");
    let Some(text) = image.text().filter(is_filled_in) else { return };
    let Some(defect) = defect(text) else { return };
    let finding = reporter.report(
        image,
        format!(
            "`{}` never starts: no container runtime can parse `{text}`, because {defect}",
            container.title()
        ),
    );
    finding.help(match text.split(['/', ':']).find(|it| is_like_constant(it)) {
        Some(name) => format!(
            "if `{name}` stands for a value, fill it in; otherwise write the repository in lower case"
        ),
        None => {
            "write `[host[:port]/]repository[:tag][@sha256:…]`, with the repository in lower case".to_owned()
        }
    });
}

/// Whether a part of a reference is written like a constant, as in `gcr.io/PROJECT_ID/import`.
fn is_like_constant(part: &str) -> bool {
    part.len() > 2
        && part.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || b"_-".contains(&it))
        && part.starts_with(|it: char| it.is_ascii_uppercase())
}
