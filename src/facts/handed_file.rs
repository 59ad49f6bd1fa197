//! Files that an init container copies to an `emptyDir` for the containers that start after it.

use crate::facts::copied_file::finally_copied;
use crate::facts::volume_file::{VolumeFile, volume_file, volume_of};
use crate::facts::working_directory::path_in_container;
use crate::manifest::document::Node;
use crate::manifest::workload::Container;
use crate::shell::{Invocation, Script, ScriptCache, ScriptSource};
use crate::value::program::base_name;

/// Longer scripts, in bytes, do more than copy files. As each container reads that of the init container, they are short.
const LONGEST: usize = 4_096;

/// So many init containers are looked at.
const MAX_INIT: usize = 16;

/// Returns the file of a volume that stands at an absolute path of a container, because the only init container that can write there
/// copies it.
pub(crate) fn handed_file<'d>(container: Container<'d>, path: &str) -> Option<VolumeFile<'d>> {
    let below = |mount: Node<'d>| {
        let at = mount.field("mountPath").text()?.trim_end_matches('/');
        let rest = path.strip_prefix(at).filter(|rest| rest.starts_with('/'))?;
        Some((at.len(), mount, rest))
    };
    let mounts = container.volume_mounts().items().filter_map(below);
    let (_, mount, rest) = mounts.max_by_key(|(len, ..)| *len)?;
    let name = mount.field("name").text().filter(|_| is_whole(mount))?;
    volume_of(container.pod, name)?.get("emptyDir")?;
    let mut init =
        container.pod.init_containers().take(MAX_INIT).filter_map(|it| Some((it, mount_of(it, name)?)));
    let (writer, mount) =
        init.next().filter(|(it, _)| it.node.id != container.node.id && !it.is_sidecar())?;
    // Another one may change what this one has copied.
    if !init.all(|(it, _)| it.node.id == container.node.id) || !is_whole(mount) {
        return None;
    }
    let target = format!("{}{rest}", mount.field("mountPath").text()?.trim_end_matches('/'));
    volume_file(writer, &origin(writer, &target)?)
}

/// Whether a mount shows all of its volume.
fn is_whole(mount: Node<'_>) -> bool {
    !mount.field("subPath").is_set() && !mount.field("subPathExpr").is_set()
}

/// Returns the mount through which a container can write to a volume.
fn mount_of<'d>(container: Container<'d>, volume: &str) -> Option<Node<'d>> {
    let is_writable = |it: &Node<'d>| it.field("readOnly").boolean() != Some(true);
    container.volume_mounts().items().find(|it| it.field("name").is(volume) && is_writable(it))
}

/// Returns the path of the file that a container copies to a path.
fn origin(container: Container<'_>, target: &str) -> Option<String> {
    let invocation = Invocation::new(container)?;
    if invocation.shell.is_none() {
        return copied_by_program(&invocation, target);
    }
    let source = ScriptSource::find(&invocation).filter(|it| it.text.len() <= LONGEST);
    let (cache, nothing) = (ScriptCache::new(container.pod.job.object), Default::default());
    let parsed = source.as_ref().map(|it| it.parse(&cache));
    let script = Script::new(&source, &parsed, &nothing).filter(|it| !it.source.shell.wrapped)?;
    finally_copied(&script, target).map(|it| it.path)
}

/// Does the same for a container that runs nothing but `cp FILE … TARGET`: without a shell nothing expands patterns.
fn copied_by_program(invocation: &Invocation<'_>, target: &str) -> Option<String> {
    let words: Vec<&str> = invocation.words.iter().filter_map(|it| it.text()).collect();
    let ["cp" | "/bin/cp" | "/usr/bin/cp", arguments @ ..] = words.as_slice() else { return None };
    let files: Vec<&str> = arguments.iter().copied().filter(|it| !it.starts_with('-')).collect();
    let (to, files) = files.split_last()?;
    let to = path_in_container(invocation.container, to)?;
    let below = target.strip_prefix(to.trim_end_matches('/')).and_then(|it| it.strip_prefix('/'));
    files.iter().find_map(|file| {
        let file = path_in_container(invocation.container, file)?;
        match file.strip_suffix("/.") {
            Some(directory) => Some(format!("{directory}/{}", below?)),
            None => (to == target || below == Some(base_name(&file))).then_some(file),
        }
    })
}
