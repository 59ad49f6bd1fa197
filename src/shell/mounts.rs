//! What is mounted where a script reads and writes.

use super::syntax::{Command, has_short_option};
use super::traversal::is_file_output;
use crate::manifest::document::Node;
use crate::shell::script::Script;
use crate::text::word_list::has_word;

/// Programs that change the files whose paths they get, or what is known of them.
const CHANGING: &str = "chmod chown rm tee touch";

/// A path has at most this many bytes (`PATH_MAX`, `include/uapi/linux/limits.h`).
const LONGEST_PATH: usize = 4096;

impl<'a> Script<'a> {
    /// Whether a file at this path is still there for the next pod: a claim or a directory of the node holds it.
    pub fn outlives_pod(&self, path: &str) -> bool {
        let name = self.mount_above(path).and_then(|it| it.field("name").text());
        name.is_some_and(|name| self.source.invocation.pod_context.has_lasting_volume(name))
    }

    /// Whether a volume is mounted at this path or above it.
    pub fn is_mounted(&self, path: &str) -> bool {
        self.mount_above(path).is_some()
    }

    /// Returns what has to be added to an advice to write into `/tmp`: nothing if the script can.
    pub fn tmp_advice(&self) -> &'static str {
        let is_read_only = self.container().read_only_root_filesystem().boolean() == Some(true);
        if is_read_only && !self.is_mounted("/tmp/list") {
            "; mount an `emptyDir` with a `sizeLimit` at `/tmp` for it"
        } else {
            ""
        }
    }

    /// Returns a path that a command would change in a volume that is mounted read-only, and the mount.
    pub fn changed_read_only_path(&self, command: &Command<'_>) -> Option<(String, Node<'a>)> {
        let redirected = command.redirections.iter().filter(|it| is_file_output(it.operator, &it.target));
        let arguments = command.arguments().iter().filter(|_| changes_files(command));
        let mut paths = redirected.map(|it| &it.target).chain(arguments).filter_map(|word| word.literal());
        paths.find_map(|path| {
            let mount = self.mount_above(&path)?;
            let name = mount.field("name").text()?;
            // What it finds may all be in a volume that is mounted below.
            let is_elsewhere = || command.is("find") && self.has_writable_mount_below(&path);
            (self.is_read_only(mount, name) && !is_elsewhere()).then(|| (path.to_string(), mount))
        })
    }

    fn is_read_only(&self, mount: Node<'_>, volume: &str) -> bool {
        mount.field("readOnly").boolean() == Some(true)
            || self.source.invocation.pod_context.has_read_only_volume(volume)
    }

    /// Whether a volume that can be written to is mounted below a path.
    fn has_writable_mount_below(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.container().volume_mounts().items().any(|mount| {
            let below = mount.field("mountPath").text().and_then(|it| it.strip_prefix(path));
            let volume = mount.field("name").text().unwrap_or_default();
            below.is_some_and(|it| it.starts_with('/')) && !self.is_read_only(mount, volume)
        })
    }

    /// Returns what is mounted at this path, or nearest above it.
    pub fn mount_above(&self, path: &str) -> Option<Node<'a>> {
        let mounts = self.mounts.get_or_init(|| {
            let mounts = self.container().volume_mounts().items();
            let pairs =
                mounts.filter_map(|it| Some((it.field("mountPath").text()?.trim_end_matches('/'), it)));
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

/// Whether a command changes the files or directories whose paths it gets.
fn changes_files(command: &Command<'_>) -> bool {
    let name = command.name().unwrap_or_default();
    match &*name {
        // A directory that is there already is enough.
        "mkdir" => !has_short_option(command.arguments(), &['p']) && !command.has_argument("--parents"),
        "find" => {
            let mut pairs = command.arguments().windows(2);
            command.has_argument("-delete") || pairs.any(|it| it[0].is("-exec") && it[1].is("rm"))
        }
        "sed" => command.has_argument("-i"),
        name => has_word(CHANGING, name),
    }
}
