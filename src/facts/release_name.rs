//! The release name that Helm makes up for a chart that is rendered without one.

use crate::manifest::workload::Object;
use crate::text::source::Origin;

/// What `helm template` calls a release that nobody names.
const INVENTED: &str = "release-name";

/// The longest name of a CronJob (`pkg/apis/batch/validation`).
const LONGEST: usize = 52;

/// Whether an error is about the length of a name that a release with a short name keeps within the limit.
pub(crate) fn is_of_release_name(object: Object<'_>, error: &str) -> bool {
    let name = object.name().text().unwrap_or_default();
    matches!(object.node.document.source.origin, Origin::Rendered { .. })
        && ["52 characters", "63 bytes"].iter().any(|it| error.contains(it))
        && name.contains(INVENTED)
        && name.len() - INVENTED.len() < LONGEST
}
