//! Whether the name of a Job stays the same from one release to the next.

use crate::manifest::image::Image;
use crate::manifest::workload::{Job, Pod};
use crate::text::placeholder::is_placeholder;

/// Whether every release gives the Job the same name.
pub fn is_fixed(job: Job<'_>) -> bool {
    job.object.name().text().is_some_and(|name| !is_placeholder(name) && !changes_with_content(name, job))
}

/// Whether the name has a number, a hash or the version of an image at its end, so that a new template comes with
/// a new name.
fn changes_with_content(name: &str, job: Job<'_>) -> bool {
    let last = name.rsplit(['-', '.']).next().unwrap_or_default();
    let mut images = job.pod().into_iter().flat_map(Pod::containers).filter_map(|it| it.image().text());
    let has_tag =
        |tag: &str| name.contains(tag) || name.contains(&tag.replace('.', "-").to_ascii_lowercase());
    last.bytes().any(|it| it.is_ascii_digit())
        || images.any(|text| Image::parse(text).and_then(|it| it.tag).is_some_and(has_tag))
}
