//! Files that a ConfigMap, a Secret or a projected volume puts into a container, with their mode.

use crate::manifest::document::{Field, Node};
use crate::manifest::workload::{Container, Object, Pod};

/// A file of a volume.
pub(crate) struct VolumeFile<'d> {
    /// The volume.
    pub(crate) volume: Node<'d>,
    /// Whether the whole volume is mounted there, with every key as a file.
    has_all_keys: bool,
    /// The field of the volume that names its source.
    pub(crate) kind: &'static str,
    /// Whether an item sets the mode for this file alone.
    pub(crate) has_own_mode: bool,
    /// The permissions of the file.
    pub(crate) mode: i64,
    /// The ConfigMaps that can hold the content, each with the key in it; none if something else can.
    pub(crate) contents: Vec<(&'d str, String)>,
}

impl VolumeFile<'_> {
    /// Whether anybody can execute the file; without any such permission not even root can.
    pub(crate) fn is_executable(&self) -> bool {
        self.mode & 0o111 != 0
    }
}

impl<'d> VolumeFile<'d> {
    /// Returns the ConfigMap without which the file does not exist, and the key.
    pub(crate) fn only_key(&self) -> Option<(&'d str, &str)> {
        // The kubelet has directories of its own in a volume, such as `..data`.
        let is_key = |key: &str| !key.is_empty() && !key.contains("..");
        match &self.contents[..] {
            [(name, key)] if self.has_all_keys && is_key(key) => Some((name, key)),
            _ => None,
        }
    }
}

/// The mode of files for which neither an item nor the volume states one (`ConfigMapVolumeSourceDefaultMode`,
/// `pkg/apis/core/v1/defaults.go`).
const DEFAULT_MODE: i64 = 0o644;

/// Returns the volume of a pod by its name.
pub(crate) fn volume_of<'d>(pod: Pod<'d>, name: &str) -> Option<Node<'d>> {
    pod.volumes().items().find(|it| it.field("name").is(name))
}

/// Whether a container mounts a volume of its pod, or has it as a device: the kubelet sets up no others
/// (`processPodVolumes`, `pkg/kubelet/volumemanager/populator`).
pub(crate) fn is_used(pod: Pod<'_>, volume: Node<'_>) -> bool {
    let Some(name) = volume.field("name").text() else { return false };
    let of_container = |it: Container<'_>| {
        ["volumeMounts", "volumeDevices"].iter().any(|field| names(it.node.field(field), name))
    };
    pod.containers().any(of_container)
}

/// Whether an item of a list has a name.
fn names(list: Field<'_>, name: &str) -> bool {
    list.items().any(|it| it.field("name").is(name))
}

/// Returns what to write where a mount names a volume that the pod does not have.
pub(crate) fn missing_volume(object: Object<'_>, name: &str) -> String {
    if object.job().and_then(|it| volume_of(it.pod()?, name)).is_some() {
        format!(
            "correct the volume `{name}` first: the API server rejects its definition too, so it does not find the volume"
        )
    } else if is_in_misplaced_list(object.node, name) {
        format!("move `volumes` to the pod's `spec` first: the volume `{name}` is in the list")
    } else {
        format!("add a volume `{name}` to the pod's `volumes`, or correct the name")
    }
}

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
    let name = mount.field("name").text().filter(|_| !mount.field("subPathExpr").is_set())?;
    let volume = volume_of(container.pod, name)?;
    let kind = ["configMap", "secret", "projected"].into_iter().find(|kind| volume.get(kind).is_some())?;
    let source = volume.get(kind)?;
    // With `subPath` a part of the volume is mounted.
    let sub = mount.field("subPath").text().unwrap_or_default().trim_matches('/');
    let inner = [sub, rest.as_str()].into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join("/");
    let default = mode(source, "defaultMode")?.unwrap_or(DEFAULT_MODE);
    let sources = if kind == "projected" { projected(source)? } else { vec![(kind, source)] };
    let has_all_keys = sub.is_empty() && !sources.iter().any(|(_, it)| it.field("items").is_set());
    let item_of = |source: Node<'d>| source.field("items").items().find(|it| it.field("path").is(&inner));
    let item = sources.iter().find_map(|(_, source)| item_of(*source));
    let own = item.map_or(Some(None), |it| mode(it, "mode"))?;
    let mut contents = Vec::new();
    for (kind, source) in sources {
        let key = match item_of(source) {
            Some(item) => item.field("key").text().map(str::to_owned),
            None => (!source.field("items").is_set()).then(|| inner.clone()),
        };
        let Some(key) = key else { continue };
        let Some(name) = source.field("name").text().filter(|_| kind == "configMap") else {
            contents.clear();
            break;
        };
        contents.push((name, key));
    }
    let (has_own_mode, mode) = (own.is_some(), own.unwrap_or(default));
    Some(VolumeFile { volume, has_all_keys, kind, has_own_mode, mode, contents })
}

/// Returns the sources of a projected volume that are ConfigMaps or Secrets, each with its kind; `None` if others are among
/// them.
fn projected(volume: Node<'_>) -> Option<Vec<(&'static str, Node<'_>)>> {
    let sources = volume.field("sources").items();
    sources
        .map(|it| ["configMap", "secret"].into_iter().find_map(|kind| Some((kind, it.get(kind)?))))
        .collect()
}

/// Returns how to write a mode whose octal digits stand there as a decimal number: `0755`, or `493` in JSON.
pub(crate) fn octal_mode(node: Node<'_>) -> Option<String> {
    let digits = node.raw();
    let value = i64::from_str_radix(digits, 8).ok().filter(|_| digits.len() == 3)?;
    Some(if node.document.is_json() { value.to_string() } else { format!("0{digits}") })
}

/// Returns a mode, if one is set; `None` if its value is not a number, which the API server rejects.
fn mode(node: Node<'_>, key: &'static str) -> Option<Option<i64>> {
    let field = node.field(key);
    if field.is_set() { field.integer().map(Some) } else { Some(None) }
}

/// Whether a volume of this name is in a list of volumes somewhere between an object and its containers.
fn is_in_misplaced_list(node: Node<'_>, name: &str) -> bool {
    const WAYS: [&str; 5] = ["containers", "initContainers", "jobTemplate", "spec", "template"];
    node.entries().any(|it| match it.key {
        "volumes" => it.value.items().any(|volume| volume.field("name").is(name)),
        key => WAYS.contains(&key) && is_in_misplaced_list(it.value, name),
    }) || node.items().any(|it| is_in_misplaced_list(it, name))
}

/// Returns why a file at a path does not outlast the pod; `None` if it does, or if that is not known.
pub(crate) fn deleted_with_pod(container: Container<'_>, path: &str) -> Option<String> {
    if path.starts_with("/dev/") || path.starts_with("/proc/") {
        return None;
    }
    let mounts = container.volume_mounts().items().filter_map(|mount| {
        let at = mount.field("mountPath").text()?.trim_end_matches('/');
        let is_below = path.strip_prefix(at).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        is_below.then_some((at.len(), mount))
    });
    let Some((_, mount)) = mounts.max_by_key(|(len, _)| *len) else {
        return Some("no volume is mounted there".to_owned());
    };
    let name = mount.field("name").text()?;
    let volume = volume_of(container.pod, name)?;
    let others = container.pod.containers().filter(|it| it.node.id != container.node.id);
    let is_shared = others.flat_map(|it| it.volume_mounts().items()).any(|it| it.field("name").is(name));
    (volume.get("emptyDir").is_some() && !is_shared)
        .then(|| format!("the volume `{name}` is an `emptyDir` that no other container mounts"))
}
