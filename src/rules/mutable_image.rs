use crate::finding::{Confidence, Severity};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::value::image::Image;
use crate::value::placeholder::is_placeholder;
use crate::workload::{Container, Pod};

pub static RULE: Rule = Rule {
    id: "mutable-image",
    summary: "The same manifest may run other code tomorrow",
    category: Category::Resources,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/mutable-image.md"),
    options: &[],
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let mut rest: Vec<(&str, Container<'_>)> = pod.containers().filter_map(mutable).collect();
    let again = if pod.job.cron_job().is_some() { "the next run" } else { "a retry" };
    while !rest.is_empty() {
        let (text, first) = rest.remove(0);
        let Some(Image { name, tag, .. }) = Image::parse(text) else { continue };
        let cause = match tag {
            Some(tag) => format!("the tag `{tag}` of `{text}` moves"),
            None => format!("`{text}` has no tag and stands for `{name}:latest`"),
        };
        let finding =
            reporter.report(first.image(), format!("{again} may run other code than the last: {cause}"));
        finding.help(format!(
            "write the version that was tested, `{name}:<version>`, or its digest, `{name}@sha256:…`"
        ));
        rest.retain(|(other, container)| {
            if *other == text {
                finding.related(container.image(), "the same image");
            }
            *other != text
        });
    }
}

/// Returns the container with its image, where another image may have that name tomorrow.
fn mutable(container: Container<'_>) -> Option<(&str, Container<'_>)> {
    let text = container.image().text().filter(|it| !is_placeholder(it))?;
    Image::parse(text)?.is_mutable().then_some((text, container))
}
