//! Which containers can run as root.

use crate::manifest::document::Field;
use crate::manifest::workload::Container;

/// Returns the field that lets the container run as root; what it sets itself counts before what its pod sets.
pub(crate) fn root_cause(container: Container<'_>) -> Option<Field<'_>> {
    let user = container.deciding("securityContext.runAsUser");
    let non_root = container.deciding("securityContext.runAsNonRoot");
    match (user.integer(), non_root.boolean()) {
        // With uid 0 as well the container never starts: `non-root-contradiction`.
        (_, Some(true)) => None,
        (Some(0), _) => Some(user),
        _ if user.is_set() => None,
        _ => Some(non_root),
    }
}

/// Whether the container is sure to run as another user than root.
pub(crate) fn is_non_root(container: Container<'_>) -> bool {
    let user = container.deciding("securityContext.runAsUser").integer();
    let non_root = container.deciding("securityContext.runAsNonRoot").boolean() == Some(true);
    user.map_or(non_root, |it| it != 0)
}
