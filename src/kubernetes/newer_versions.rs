//! Since which version API servers take what an older one rejects.

use std::collections::{BTreeMap, HashSet};

use super::verdict::{Stage, for_findings};
use crate::kubernetes::verdict::error::{Cause, ErrorType};
use crate::manifest::workload::Object;
use crate::schema::version::Version;

/// What newer versions reject in an object, found once for each version that is asked for.
pub struct NewerVersions<'d> {
    object: Object<'d>,
    /// For each minor the fields with what is wrong with them.
    rejected: BTreeMap<u8, HashSet<(String, ErrorType)>>,
}

impl<'d> NewerVersions<'d> {
    /// Starts without having asked for any.
    pub fn new(object: Object<'d>) -> Self {
        NewerVersions { object, rejected: BTreeMap::new() }
    }

    /// Finds the first newer version that has nothing against the value.
    pub fn accepts(&mut self, cause: &Cause<'_>, version: Version) -> Option<Version> {
        let newest = Version::NEWEST.minor;
        let mut newer = (version.minor + 1..=newest).map(|minor| Version { minor });
        // Asking for the newest first keeps this cheap where no version takes it.
        newer.clone().next_back().filter(|&newest| !self.rejects(newest, cause))?;
        newer.find(|&version| !self.rejects(version, cause))
    }

    fn rejects(&mut self, version: Version, cause: &Cause<'_>) -> bool {
        let object = self.object;
        let rejected = self.rejected.entry(version.minor).or_insert_with(|| {
            let causes = match for_findings(object, version).stage {
                Stage::Invalid(causes) => causes,
                _ => Vec::new(),
            };
            causes.into_iter().map(|cause| (cause.path, cause.kind)).collect()
        });
        rejected.contains(&(cause.path.clone(), cause.kind))
    }
}
