//! Whether the name of a Job stays the same from one release to the next.

use crate::manifest::image::Image;
use crate::manifest::workload::{Job, Pod};
use crate::text::placeholder::is_placeholder;
use crate::text::source::Origin;
use crate::text::word_list::says_any;

/// The digits of a short date.
const DATE: usize = 6;

/// Whether every release gives the Job the same name.
pub fn is_fixed(job: Job<'_>) -> bool {
    let is_fixed = |name: &str| !is_placeholder(name) && !changes_with_content(name, job);
    let template = job.object.node.document.source.template.as_ref();
    job.object.name().text().is_some_and(is_fixed)
        && !template.is_some_and(|it| changes_with_release(&it.text))
}

/// Whether a template of Helm gives an object another name in each release, or makes it only at the first.
fn changes_with_release(template: &str) -> bool {
    const NEW: &str =
        "now randAlpha randAlphaNum randAscii randBytes randInt randNumeric Revision shuffle uuidv";
    let mut names = template.lines().filter(|it| it.trim_start().starts_with("name:"));
    template.contains(".Release.IsInstall") || names.any(|it| says_any(NEW, it))
}

/// Whether the name has a number, a hash or the version of an image at its end, or a part made up at random, so that a new template
/// comes with a new name.
fn changes_with_content(name: &str, job: Job<'_>) -> bool {
    let last = name.rsplit(['-', '.']).next().unwrap_or_default();
    let mut images = job.pod().into_iter().flat_map(Pod::containers).filter_map(|it| it.image().text());
    let has_tag =
        |tag: &str| name.contains(tag) || name.contains(&tag.replace('.', "-").to_ascii_lowercase());
    // Helm has filled in the number of the release by then.
    let is_rendered = matches!(job.object.node.document.source.origin, Origin::Rendered { .. });
    let is_number = |part: &str| {
        (is_rendered || part.len() >= DATE) && !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit())
    };
    last.bytes().any(|it| it.is_ascii_digit())
        || name.split(['-', '.']).any(|part| is_number(part) || is_random(part))
        || images.any(|text| Image::parse(text).and_then(|it| it.tag).is_some_and(has_tag))
}

/// Whether a part of a name goes from letters to digits and back, as a hash and what a generator writes do: `7f3a9c`, not `k8s` or
/// `postgres15`.
fn is_random(part: &str) -> bool {
    let is_digit = |it: &u8| it.is_ascii_digit();
    let turns = part.as_bytes().windows(2).filter(|it| is_digit(&it[0]) != is_digit(&it[1])).count();
    part.len() >= 6 && turns >= 2
}
