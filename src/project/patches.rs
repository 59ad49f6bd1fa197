//! Which files are patches: a kustomization in their directory or in one above it names them.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::project::kustomization::kustomization;
use crate::project::paths::normalize;

/// The patches that kustomizations name. Each kustomization is read once, when a file below it is first asked about.
#[derive(Default)]
pub(crate) struct Patches {
    /// By directory: what is named there and in the directories above it.
    named: Mutex<HashMap<PathBuf, Named>>,
    /// The last directory that was asked about, as it was written: files mostly come one directory after the other.
    last: Mutex<Option<(PathBuf, Named)>>,
}

type Named = Arc<HashSet<PathBuf>>;

impl Patches {
    /// Whether a kustomization names a file as a patch; whether the file is there does not matter.
    pub(crate) fn names(&self, path: &Path) -> bool {
        let named = self.named_for(path);
        !named.is_empty() && std::path::absolute(path).is_ok_and(|it| named.contains(&normalize(&it)))
    }

    /// Returns what may name a file.
    fn named_for(&self, path: &Path) -> Named {
        let written = path.parent().unwrap_or(path).as_os_str();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, named)) = last.as_ref().filter(|(known, _)| known.as_os_str() == written) {
            return named.clone();
        }
        let path = normalize(&std::path::absolute(path).unwrap_or_default());
        let named = path.parent().map(|it| self.named_from(it)).unwrap_or_default();
        *last = Some((written.into(), named.clone()));
        named
    }

    /// Returns what the kustomizations of a directory and of those above it name, up to the repository's own directory.
    fn named_from(&self, directory: &Path) -> Named {
        let known = self.named.lock().unwrap_or_else(PoisonError::into_inner).get(directory).cloned();
        known.unwrap_or_else(|| {
            let above = directory.parent().filter(|_| !directory.join(".git").exists());
            let above = above.map(|it| self.named_from(it)).unwrap_or_default();
            let own = kustomization(directory).map(|(_, it)| it.patches).unwrap_or_default();
            let named = if own.is_empty() {
                above
            } else {
                let own = own.iter().map(|it| normalize(&directory.join(it)));
                Arc::new(own.chain(above.iter().cloned()).collect())
            };
            let mut known = self.named.lock().unwrap_or_else(PoisonError::into_inner);
            known.entry(directory.to_owned()).or_insert(named).clone()
        })
    }
}
