//! What is mounted where a script reads and writes.

use crate::shell::script::Script;

/// A path has at most this many bytes (`PATH_MAX`, `include/uapi/linux/limits.h`).
const LONGEST_PATH: usize = 4096;

impl<'a> Script<'a> {
    /// Whether a file at this path is still there for the next pod: a claim or a directory of the node holds it.
    pub fn outlives_pod(&self, path: &str) -> bool {
        self.mount_above(path).is_some_and(|name| self.source.invocation.pod_context.has_lasting_volume(name))
    }

    /// Whether a volume is mounted at this path or above it.
    pub fn is_mounted(&self, path: &str) -> bool {
        self.mount_above(path).is_some()
    }

    /// Returns the volume that is mounted at this path, or nearest above it.
    fn mount_above(&self, path: &str) -> Option<&'a str> {
        let mounts = self.mounts.get_or_init(|| {
            let mounts = self.container().volume_mounts().items();
            let pairs = mounts.filter_map(|mount| {
                let path = mount.field("mountPath").text()?.trim_end_matches('/');
                Some((path, mount.field("name").text()?))
            });
            pairs.collect()
        });
        // The kernel knows no longer ones.
        if mounts.is_empty() || path.len() > LONGEST_PATH {
            return None;
        }
        let directories = path.match_indices('/').map(|(at, _)| at).rev();
        std::iter::once(path.len()).chain(directories).find_map(|end| mounts.get(&path[..end]).copied())
    }
}
