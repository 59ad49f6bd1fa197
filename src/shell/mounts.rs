//! What is mounted where a script reads and writes.

use super::syntax::Command;
use super::traversal::is_file_output;
use crate::shell::script::Script;

/// Programs that change the files whose paths they get, or what is known of them.
const CHANGING: [&str; 6] = ["chmod", "chown", "mkdir", "rm", "tee", "touch"];

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

    /// Returns a path that a command would change in a volume that is mounted read-only.
    pub fn changed_read_only_path(&self, command: &Command<'_>) -> Option<String> {
        let redirected = command.redirections.iter().filter(|it| is_file_output(it.operator, &it.target));
        let changes =
            CHANGING.iter().any(|it| command.is(it)) || command.is("sed") && command.has_argument("-i");
        let arguments = command.arguments().iter().filter(|_| changes);
        let mut paths = redirected.map(|it| &it.target).chain(arguments).filter_map(|word| word.literal());
        let is_read_only = |name: &str| self.source.invocation.pod_context.has_read_only_volume(name);
        paths.find(|path| self.mount_above(path).is_some_and(is_read_only)).map(|it| it.to_string())
    }

    /// Returns the volume that is mounted at this path, or nearest above it.
    pub fn mount_above(&self, path: &str) -> Option<&'a str> {
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
