use crate::diagnostic::condition::Condition;
use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::image::defect;
use crate::manifest::workload::Container;
use crate::rule::{Check, Reporter, Rule};
use crate::text::placeholder::is_placeholder;
use crate::text::source::Origin;
use crate::text::to_fill_in::is_order;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "invalid-image-reference",
        summary: "No runtime can parse the image reference",
        category: Category::Resources,
        severity: Severity::Error,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Container(check),
};

fn check(container: Container<'_>, reporter: &mut Reporter<'_>) {
    let image = container.image();
    // `ko://` is for the tool that builds the image and writes its name there; placeholders are reported as such.
    let is_meant = |text: &&str| !is_placeholder(text) && !is_order(text) && !text.starts_with("ko://");
    let Some(text) = image.text().filter(is_meant) else { return };
    let Some(cause) = defect(text) else { return };
    let constants: Vec<String> = constants(text).map(|it| format!("`{it}`")).collect();
    // A file may be a template that a script fills in before it is applied.
    let is_file = matches!(container.node.document.source.origin, Origin::File);
    let is_template = is_file && !constants.is_empty();
    let severity = if is_template { Severity::Warning } else { Severity::Error };
    let message = format!(
        "`{}` never starts: no container runtime can parse `{text}`, because {cause}",
        container.title()
    );
    let finding = reporter.report_as(severity, image, message);
    let form = if cause.starts_with("the digest") {
        "write the whole digest as the registry shows it, `@sha256:…`, or a tag in its place"
    } else if cause == "the tag after the colon is empty" {
        "write a tag after the colon"
    } else if cause.starts_with("the tag has") {
        "write a tag of at most 128 letters, digits, `_`, `.` and `-` that begins with a letter, a digit or `_`"
    } else if cause == "it contains whitespace" {
        "remove the whitespace"
    } else {
        "write `[host[:port]/]repository[:tag][@sha256:…]`, with the repository in lower case"
    };
    let names = constants.join(" and ");
    finding.help(match constants.len() {
        0 => match text.split_once("://") {
            Some((_, rest)) if !rest.is_empty() && defect(rest).is_none() => {
                format!("write `{rest}`, without the scheme")
            }
            _ => form.to_owned(),
        },
        1 => format!("if {names} stands for a value, fill it in; otherwise {form}"),
        _ => format!("if {names} stand for values, fill them in; otherwise {form}"),
    });
    if is_template {
        finding.condition = Some(Condition::NotFilledIn([Box::from(text)].into()));
    }
}

/// Returns the parts of a reference that are written like a constant, as in `gcr.io/PROJECT_ID/import`. Tags can have capital
/// letters.
fn constants(text: &str) -> impl Iterator<Item = &str> {
    let (name, digest) = text.split_once('@').unwrap_or((text, ""));
    let (host, path) = name.split_once('/').unwrap_or(("", name));
    let path = path.split_once(':').map_or(path, |(path, _)| path);
    host.split(['.', ':']).chain(path.split('/')).chain(digest.split(':')).filter(|it| is_like_constant(it))
}

/// Whether a part of a reference is written like a constant: `PROJECT_ID`.
fn is_like_constant(part: &str) -> bool {
    part.len() > 2
        && part.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || b"_-".contains(&it))
        && part.starts_with(|it: char| it.is_ascii_uppercase())
}
