//! What a kustomization in the directory of a file or in one above it says of the file: whether it is a patch, and how it and its
//! overlays change images.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::project::kustomization::kustomization;
use crate::project::overlays::Overlays;
use crate::project::paths::normalize;
use crate::text::source::{ImageChange, Origin, Source};

/// The files that kustomizations name. Each kustomization is read once, when a file below it is first asked about.
#[derive(Default)]
pub(crate) struct Patches {
    /// By directory: what is named there and in the directories above it.
    named: Mutex<HashMap<PathBuf, Named>>,
    /// The last directory that was asked about, as it was written: files mostly come one directory after the other.
    last: Mutex<Option<(PathBuf, Named)>>,
    overlays: Mutex<Overlays>,
}

type Named = Arc<NamedFiles>;

#[derive(Default)]
struct NamedFiles {
    patches: HashSet<PathBuf>,
    /// How images change, by the resource that they are in.
    images: HashMap<PathBuf, Vec<Arc<[ImageChange]>>>,
}

impl Patches {
    /// Makes the source of a file, with what kustomizations say of it; whether the file is there does not matter.
    pub(crate) fn source(&self, path: &Path, name: &str, text: String) -> Source {
        let mut source = Source::new(name, text);
        let named = self.named_for(path);
        if !named.patches.is_empty() || !named.images.is_empty() {
            let path = normalize(&std::path::absolute(path).unwrap_or_default());
            if named.patches.contains(&path) {
                source.origin = Origin::Patch;
            }
            source.image_changes = named.images.get(&path).cloned().unwrap_or_default();
        }
        source
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
        let mut known = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut named, mut unknown) = (Named::default(), Vec::new());
        for directory in directory.ancestors() {
            if let Some(found) = known.get(directory) {
                named = found.clone();
                break;
            }
            unknown.push(directory);
            if directory.join(".git").exists() {
                break;
            }
        }
        for directory in unknown.into_iter().rev() {
            named = self.with_own(directory, named);
            known.insert(directory.to_owned(), named.clone());
        }
        named
    }

    /// Adds what the kustomization of a directory names to what those above it do.
    fn with_own(&self, directory: &Path, above: Named) -> Named {
        let Some((_, own)) = kustomization(directory) else { return above };
        let mut overlays = self.overlays.lock().unwrap_or_else(PoisonError::into_inner);
        let builds = overlays.builds(directory, own.images);
        let is_changed = builds.iter().any(|it| !it.is_empty());
        if own.patches.is_empty() && !is_changed {
            return above;
        }
        let within = |file: &String| normalize(&directory.join(file));
        let mut named = NamedFiles { patches: above.patches.clone(), images: above.images.clone() };
        named.patches.extend(own.patches.iter().map(within));
        for file in own.resources.iter().map(within).filter(|_| is_changed) {
            named.images.entry(file).or_default().extend(builds.iter().cloned());
        }
        Arc::new(named)
    }
}
