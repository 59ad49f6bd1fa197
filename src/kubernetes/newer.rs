//! Since which version API servers take what an older one refuses.

use std::collections::{BTreeMap, HashSet};

use super::verdict::{Stage, for_findings};
use crate::kubernetes::verdict::error::{Cause, ErrorType};
use crate::manifest::workload::Object;
use crate::schema::version::Version;

/// What newer versions refuse in an object, found once for each version that is asked for.
pub struct Newer<'d> {
    object: Object<'d>,
    /// For each minor the fields with what is wrong with them.
    refused: BTreeMap<u8, HashSet<(String, ErrorType)>>,
}

impl<'d> Newer<'d> {
    /// Starts without having asked for any.
    pub fn of(object: Object<'d>) -> Self {
        Newer { object, refused: BTreeMap::new() }
    }

    /// Finds the first newer version that has nothing against the value.
    pub fn accepts(&mut self, cause: &Cause<'_>, version: Version) -> Option<Version> {
        let newest = Version::NEWEST.minor;
        let mut newer = (version.minor + 1..=newest).map(|minor| Version { minor });
        // Asking for the newest first keeps this cheap where no version takes it.
        newer.clone().next_back().filter(|&newest| !self.refuses(newest, cause))?;
        newer.find(|&version| !self.refuses(version, cause))
    }

    fn refuses(&mut self, version: Version, cause: &Cause<'_>) -> bool {
        let object = self.object;
        let refused = self.refused.entry(version.minor).or_insert_with(|| {
            let causes = match for_findings(object, version).stage {
                Stage::Invalid(causes) => causes,
                _ => Vec::new(),
            };
            causes.into_iter().map(|cause| (cause.path, cause.kind)).collect()
        });
        refused.contains(&(cause.path.clone(), cause.kind))
    }
}
