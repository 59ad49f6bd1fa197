//! Files that a ConfigMap, a Secret or a projected volume puts into a container, with their mode.

use crate::manifest::document::Node;
use crate::manifest::workload::Container;

/// A file of a volume.
pub(crate) struct VolumeFile<'d> {
    /// The volume.
    pub(crate) volume: Node<'d>,
    /// The permissions of the file.
    pub(crate) mode: i64,
}

impl VolumeFile<'_> {
    /// Whether anybody may execute the file; without any such permission not even root may.
    pub(crate) fn is_executable(&self) -> bool {
        self.mode & 0o111 != 0
    }
}

/// The mode of files for which neither an item nor the volume states one (`ConfigMapVolumeSourceDefaultMode`,
/// `pkg/apis/core/v1/defaults.go`).
const DEFAULT_MODE: i64 = 0o644;

/// Returns the file at an absolute path of a container, if a ConfigMap, Secret or projected volume puts it there.
pub(crate) fn volume_file<'d>(container: Container<'d>, path: &str) -> Option<VolumeFile<'d>> {
    if !path.starts_with('/') || path.contains("$(") {
        return None;
    }
    let below = |mount: Node<'d>| {
        let at = mount.field("mountPath").text()?.trim_end_matches('/');
        let rest = path.strip_prefix(at).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
        Some((at.len(), mount, rest.trim_start_matches('/').to_owned()))
    };
    let mounts = container.volume_mounts().items().filter_map(below);
    let (_, mount, rest) = mounts.max_by_key(|(len, _, _)| *len)?;
    let name = mount.field("name").text()?;
    let volume = container.pod.volumes().items().find(|it| it.field("name").is(name))?;
    let kind = ["configMap", "secret", "projected"].into_iter().find(|kind| volume.get(kind).is_some())?;
    let source = volume.get(kind)?;
    // With `subPath` a part of the volume is mounted.
    let sub = mount.field("subPath").text().unwrap_or_default().trim_matches('/');
    let inner = [sub, rest.as_str()].into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join("/");
    let default = source.field("defaultMode").integer().unwrap_or(DEFAULT_MODE);
    if kind == "projected" {
        let is_plain = |it: Node<'d>| it.get("configMap").is_some() || it.get("secret").is_some();
        if !source.field("sources").items().all(is_plain) {
            return None;
        }
    }
    let sources = source.field("sources").items().flat_map(|it| [it.get("configMap"), it.get("secret")]);
    let items = [Some(source)].into_iter().chain(sources).flatten().flat_map(|it| it.field("items").items());
    let item = items.into_iter().find(|it| it.field("path").is(&inner));
    let own = item.and_then(|it| it.field("mode").integer());
    Some(VolumeFile { volume, mode: own.unwrap_or(default) })
}
