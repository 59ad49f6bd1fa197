//! The overlays of a base, where people keep them: next to its directory, or in a directory next to it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::project::kustomization::kustomization;
use crate::project::paths::normalize;
use crate::text::source::ImageChange;

/// How many directories are looked into around a base.
const MOST: usize = 256;

/// How many overlays may be built on top of each other.
const DEEPEST: usize = 4;

/// How many changes are kept for one base.
const MOST_CHANGES: usize = 10_000;

/// A directory whose kustomization builds on that of another one, and how it changes images.
struct Overlay {
    directory: PathBuf,
    images: Arc<[ImageChange]>,
}

/// The overlays around each directory, by the directory that they build on.
#[derive(Default)]
pub(super) struct Overlays {
    around: HashMap<PathBuf, Arc<HashMap<PathBuf, Vec<Overlay>>>>,
}

impl Overlays {
    /// Returns how images change in each build of a directory whose own kustomization makes the changes `own`: one build for each
    /// overlay, or that of the directory itself if it has no overlay.
    pub(super) fn builds(&mut self, directory: &Path, own: Vec<ImageChange>) -> Vec<Arc<[ImageChange]>> {
        let (mut builds, mut left) = (Vec::new(), MOST_CHANGES);
        self.collect(directory, own, DEEPEST, &mut builds, &mut left);
        builds
    }

    fn collect(
        &mut self,
        base: &Path,
        changes: Vec<ImageChange>,
        depth: usize,
        builds: &mut Vec<Arc<[ImageChange]>>,
        left: &mut usize,
    ) {
        let around = base.parent().filter(|_| depth > 0).map(|it| self.around(it));
        match around.as_ref().and_then(|it| it.get(base)) {
            None => builds.push(changes.into()),
            Some(overlays) => {
                for overlay in overlays {
                    // An overlay without changes counts as one: it is a build, too.
                    let cost = 1 + changes.len() + overlay.images.len();
                    let Some(rest) = left.checked_sub(cost) else { break };
                    *left = rest;
                    let all = changes.iter().chain(overlay.images.iter()).cloned().collect();
                    self.collect(&overlay.directory, all, depth - 1, builds, left);
                }
            }
        }
    }

    /// Reads the kustomizations in the directories of a directory, and in theirs. Outside of a repository nothing is looked for: the
    /// directories there belong to somebody else.
    fn around(&mut self, directory: &Path) -> Arc<HashMap<PathBuf, Vec<Overlay>>> {
        if let Some(known) = self.around.get(directory) {
            return known.clone();
        }
        let mut found: HashMap<PathBuf, Vec<Overlay>> = HashMap::new();
        if directory.ancestors().any(|it| it.join(".git").exists()) {
            let mut left = MOST;
            let near = directories(directory, &mut left);
            let far: Vec<_> = near.iter().flat_map(|it| directories(it, &mut left)).collect();
            for directory in near.into_iter().chain(far) {
                let Some((_, own)) = kustomization(&directory) else { continue };
                let images: Arc<[ImageChange]> = own.images.into();
                for base in own.resources.iter().filter(|it| it.contains("..")) {
                    let base = normalize(&directory.join(base));
                    let overlay = Overlay { directory: directory.clone(), images: images.clone() };
                    found.entry(base).or_default().push(overlay);
                }
            }
        }
        let found = Arc::new(found);
        self.around.insert(directory.to_owned(), found.clone());
        found
    }
}

/// Returns the directories in a directory, without links, in the order of their names.
fn directories(directory: &Path, left: &mut usize) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let own = entries.filter(|it| it.file_type().is_ok_and(|it| it.is_dir()) && it.file_name() != ".git");
    let mut found: Vec<_> = own.map(|it| it.path()).take(*left).collect();
    *left -= found.len();
    found.sort_unstable();
    found
}
