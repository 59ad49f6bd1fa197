//! Paths of the node that `hostPath` volumes name, and the mounts through which containers use them.

use std::collections::HashMap;

use crate::diagnostic::finding::Finding;
use crate::kubernetes::verdict::resources::is_extended;
use crate::manifest::document::{Entry, Field, Node};
use crate::manifest::workload::{Container, Pod};
use crate::text::word_list::has_word;

/// The sockets that container runtimes listen on.
const SOCKETS: &[&str] = &[
    "docker.sock",
    "containerd.sock",
    "crio.sock",
    "cri-dockerd.sock",
    "dockershim.sock",
    "podman.sock",
    "docker_engine",
    "containerd-containerd",
];

/// Directories with little in them but such a socket.
const SOCKET_DIRECTORIES: &[&str] =
    &["/run/containerd", "/run/crio", "/run/docker", "/run/podman", "/run/k3s", "/run/k3s/containerd"];

/// Directories in which a file written is a program that root on the node will run, sooner or later.
const SYSTEM_DIRECTORIES: &[&str] = &[
    "/",
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/home",
    "/lib",
    "/lib64",
    "/opt",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/sys",
    "/usr",
    "/usr/bin",
    "/usr/local/bin",
    "/var",
    "/var/lib",
    "/var/spool",
];

/// Trees of which the same is true at any depth.
const SYSTEM_TREES: &[&str] = &[
    "/etc/",
    "/proc/sys/",
    "/proc/sysrq-trigger/",
    "/root/",
    "/sys/",
    "/usr/",
    "/var/lib/kubelet/",
    "/var/spool/cron/",
];

/// Trees with the certificates, the configuration and the state of Kubernetes on a node: of kubeadm, k3s, k0s, MicroK8s
/// and Talos.
const KUBERNETES_TREES: &[&str] = &[
    "/etc/cni/",
    "/etc/kubernetes/",
    "/etc/rancher/",
    "/opt/cni/",
    "/system/secrets/",
    "/var/lib/etcd/",
    "/var/lib/k0s/",
    "/var/lib/kube-controller-manager/",
    "/var/lib/kube-scheduler/",
    "/var/lib/kubelet/",
    "/var/lib/rancher/",
    "/var/snap/microk8s/",
];

/// Trees that a node fills itself, besides those of the system: nobody puts the files of an application there.
const NODE_TREES: &[&str] = &["/lib/modules/", "/proc/", "/run/", "/var/log/"];

/// Whether the path is the socket of a container runtime, or a directory that exists for it; on Windows sockets
/// are named pipes.
pub fn is_runtime_socket(path: &str) -> bool {
    let file = path.rsplit(['/', '\\']).next().unwrap_or_default();
    // A runtime of a user without privileges has its socket below `/run/user`, and gives nobody root.
    SOCKETS.contains(&file) && !is_in(&["/run/user/"], path) || is_socket_directory(path)
}

/// Whether the path is a directory that exists for the socket of a container runtime.
pub fn is_socket_directory(path: &str) -> bool {
    SOCKET_DIRECTORIES.contains(&plain(path).as_str())
}

/// Whether the path is the directory of the node's devices.
pub fn is_devices(path: &str) -> bool {
    plain(path) == "/dev"
}

/// Devices that behave the same on every node, and that the runtime lets every container use.
const COMMON_DEVICES: &str = "/dev/full /dev/null /dev/random /dev/urandom /dev/zero";

/// Directories below `/dev` that have devices in them, or links to some.
const DEVICE_DIRECTORIES: &str = "/dev/block /dev/bus /dev/bus/usb /dev/char /dev/cpu /dev/disk /dev/disk/by-id /dev/disk/by-label \
    /dev/disk/by-partlabel /dev/disk/by-partuuid /dev/disk/by-path /dev/disk/by-uuid /dev/dma_heap /dev/dri /dev/dri/by-path /dev/dvb \
    /dev/infiniband /dev/input /dev/input/by-id /dev/input/by-path /dev/mapper /dev/md /dev/net /dev/serial /dev/serial/by-id \
    /dev/serial/by-path /dev/snd /dev/snd/by-id /dev/snd/by-path /dev/usb /dev/v4l /dev/v4l/by-id /dev/v4l/by-path /dev/vfio \
    /dev/zvol";

/// What a path is that has no files for the pods.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Special {
    /// A device that every node has.
    CommonDevice,
    /// Another device.
    Device,
    /// A directory of devices.
    Devices,
    /// A socket that a program on the node listens on.
    Socket,
}

/// Returns a resource in the limits of a container for which a device plugin gives it devices.
pub fn requested_device(container: Container<'_>) -> Option<&str> {
    let requested = |it: &Entry<'_>| is_extended(it.key) && it.value.text() != Some("0");
    container.limits().entries().find(requested).map(|it| it.key)
}

/// Returns what a path is that is no file and no directory of files, by the `type` that its volume states or by its name.
pub fn special(path: &str, stated: Option<&str>) -> Option<Special> {
    let (path, is_socket) = (plain(path), stated == Some("Socket"));
    // These are file systems.
    let is_below_devices = is_in(&["/dev/"], &path)
        && !is_devices(&path)
        && !is_in(&["/dev/hugepages/", "/dev/mqueue/", "/dev/shm/"], &path);
    if has_word(COMMON_DEVICES, &path) {
        Some(Special::CommonDevice)
    } else if matches!(stated, Some("BlockDevice" | "CharDevice")) || is_below_devices && !is_socket {
        let is_directory = matches!(stated, Some("Directory" | "DirectoryOrCreate"))
            || stated.is_none_or(str::is_empty) && (has_word(DEVICE_DIRECTORIES, &path) || is_usb_bus(&path));
        Some(if is_directory { Special::Devices } else { Special::Device })
    } else {
        (is_socket || stated.is_none_or(str::is_empty) && path.ends_with(".sock")).then_some(Special::Socket)
    }
}

/// Whether the path is the directory of the devices at one bus: `/dev/bus/usb/001`.
fn is_usb_bus(path: &str) -> bool {
    let bus = path.strip_prefix("/dev/bus/usb/").unwrap_or_default();
    !bus.is_empty() && bus.bytes().all(|it| it.is_ascii_digit())
}

/// Whether whoever may write to the path can take the node over.
pub fn is_of_system(path: &str) -> bool {
    SYSTEM_DIRECTORIES.contains(&plain(path).as_str()) || is_in(SYSTEM_TREES, path) || is_of_process(path)
}

/// Whether the path is a process of the node, or the root of one. Most other files in `/proc` can only be read.
fn is_of_process(path: &str) -> bool {
    let path = plain(path);
    let mut parts = path.strip_prefix("/proc/").unwrap_or_default().split('/');
    let process = parts.next().unwrap_or_default();
    let is_process =
        process == "self" || !process.is_empty() && process.bytes().all(|it| it.is_ascii_digit());
    is_process && parts.next().is_none_or(|it| ["cwd", "root"].contains(&it))
}

/// Whether nobody can write to the path, however it is mounted: the kernel computes most files in `/proc`.
pub fn is_never_written(path: &str) -> bool {
    is_in(&["/proc/"], path) && !is_of_system(path)
}

/// Whether the path is of Kubernetes itself: who mounts it works on the node.
pub fn is_of_kubernetes(path: &str) -> bool {
    is_in(KUBERNETES_TREES, path)
}

/// Whether what is below the path is the node's own, so that who reads it means this node.
pub fn is_of_node(path: &str) -> bool {
    is_of_system(path) || is_of_kubernetes(path) || is_in(NODE_TREES, path)
}

fn is_in(trees: &[&str], path: &str) -> bool {
    let path = plain(path) + "/";
    trees.iter().any(|tree| path.starts_with(tree))
}

/// Returns the path without slashes at its end, and `/run` for `/var/run`, which links to it.
fn plain(path: &str) -> String {
    let path = path.trim_end_matches('/');
    match path.strip_prefix("/var/run") {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("/run{rest}"),
        _ if path.is_empty() => "/".to_owned(),
        _ => path.to_owned(),
    }
}

/// A mount of a volume in a container.
#[derive(Clone, Copy)]
pub struct Mount<'d> {
    /// The container.
    pub container: Container<'d>,
    node: Node<'d>,
}

impl<'d> Mount<'d> {
    /// Whether the container can write through it.
    pub fn is_writable(self) -> bool {
        self.node.field("readOnly").boolean() != Some(true)
    }

    /// Returns the fields that say how far it reaches: an update that adds one of them, or sets it to another value,
    /// gives the container more of the node.
    fn reach(self) -> impl Iterator<Item = Field<'d>> {
        let parts = ["subPath", "subPathExpr"].map(|key| self.node.field(key));
        let is_whole = parts.iter().all(|it| it.is_missing());
        let parts = parts.into_iter().filter(move |it| is_whole || it.is_set());
        let read_only = Some(self.node.field("readOnly")).filter(|_| self.is_writable());
        // What the node has mounted below the path can be written to through a mount that is read-only.
        let recursive = Some(self.node.field("recursiveReadOnly")).filter(|it| !it.is("Enabled"));
        let propagation = Some(self.node.field("mountPropagation")).filter(|it| it.is("Bidirectional"));
        parts.chain(read_only).chain(recursive).chain(propagation)
    }
}

/// Returns the mounts of a pod by the name of their volume.
pub fn mounts_by_volume(pod: Pod<'_>) -> HashMap<&str, Vec<Mount<'_>>> {
    let mut mounts: HashMap<_, Vec<_>> = HashMap::new();
    for container in pod.containers() {
        for node in container.volume_mounts().items() {
            if let Some(name) = node.field("name").text() {
                mounts.entry(name).or_default().push(Mount { container, node });
            }
        }
    }
    mounts
}

/// Returns the mounts of a volume.
pub fn mounts_of<'m, 'd>(by_volume: &'m HashMap<&str, Vec<Mount<'d>>>, volume: Node<'_>) -> &'m [Mount<'d>] {
    let name = volume.field("name").text().unwrap_or_default();
    by_volume.get(name).map(Vec::as_slice).unwrap_or_default()
}

/// Whether a volume is a single file: it says so, or each mount of it has the same name with an ending.
pub fn is_file(volume: Node<'_>, mounts: &[Mount<'_>]) -> bool {
    let name_of = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let name = name_of(volume.field("hostPath.path").text().unwrap_or_default());
    match volume.field("hostPath.type").text() {
        Some("File" | "FileOrCreate") => true,
        None | Some("") => {
            let has_ending =
                name.split_once('.').is_some_and(|(stem, end)| !stem.is_empty() && end.len() > 1);
            has_ending
                && !name.ends_with(".d")
                && mounts
                    .iter()
                    .all(|it| it.node.field("mountPath").text().is_some_and(|it| name_of(it) == name))
        }
        Some(_) => false,
    }
}

/// Names the mounts of a volume in a finding about it.
pub fn relate_mounts(finding: &mut Finding, mounts: &[Mount<'_>]) {
    for mount in mounts {
        let label = if mount.is_writable() { "mounted read-write here" } else { "mounted read-only here" };
        finding.related(mount.node, label).affects(mount.reach());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_sockets_of_runtimes() {
        let sockets = [
            "/var/run/docker.sock",
            "/run/containerd/containerd.sock",
            "/run/containerd/",
            "/var/run/crio",
            "/run/k3s/containerd/containerd.sock",
            "\\\\.\\pipe\\docker_engine",
        ];
        for path in sockets {
            assert!(is_runtime_socket(path), "{path}");
        }
        for path in [
            "/",
            "/run",
            "/var/run",
            "/run/containerd-data",
            "/run/user/1000/podman/podman.sock",
            "/run/mysqld/mysqld.sock",
        ] {
            assert!(!is_runtime_socket(path), "{path}");
        }
    }

    #[test]
    fn knows_devices_and_sockets() {
        for path in [
            "/dev/zfs",
            "/dev/kvm",
            "/dev/dri/card0",
            "/dev/fuse",
            "/dev/net/tun",
            "/dev/bus/usb/001/004",
            "/dev/sda1",
        ] {
            assert!(special(path, None) == Some(Special::Device), "{path}");
        }
        for path in
            ["/dev/dri", "/dev/snd/", "/dev/bus/usb/", "/dev/bus/usb/001", "/dev/disk/by-id", "/dev/net"]
        {
            assert!(special(path, None) == Some(Special::Devices), "{path}");
        }
        assert!(special("/dev/accelerators", Some("Directory")) == Some(Special::Devices));
        assert!(special("/dev/dri", Some("CharDevice")) == Some(Special::Device));
        for path in ["/dev", "/dev/", "/dev/shm", "/dev/hugepages/a", "/srv/dev/a", "/development"] {
            assert!(special(path, None).is_none(), "{path}");
        }
        assert!(special("/dev/urandom", Some("CharDevice")) == Some(Special::CommonDevice));
        assert!(special("/srv/disk", Some("BlockDevice")) == Some(Special::Device));
        assert!(special("/dev/log", Some("Socket")) == Some(Special::Socket));
        assert!(special("/run/mysqld/mysqld.sock", None) == Some(Special::Socket));
        assert!(special("/srv/a.sock", Some("Directory")).is_none());
    }

    #[test]
    fn knows_what_nodes_fill_themselves() {
        for path in
            ["/", "/etc/kubernetes/pki", "/var/lib/etcd", "/var/log/pods/", "/var/run/netns", "/lib/modules"]
        {
            assert!(is_of_node(path), "{path}");
        }
        for path in
            ["/data", "/srv", "/var/backups", "/var/lib/postgresql", "/var/logs", "/mnt/disk", "/etcd"]
        {
            assert!(!is_of_node(path), "{path}");
        }
    }

    #[test]
    fn knows_what_belongs_to_the_system() {
        for path in [
            "/",
            "/etc",
            "/etc/cron.d",
            "/var/",
            "/var/run",
            "/var/lib/kubelet",
            "/var/lib/kubelet/pods",
            "/dev",
            "/proc",
            "/proc/1",
            "/proc/1/root/etc",
            "/proc/sys/kernel",
            "/proc/sysrq-trigger",
        ] {
            assert!(is_of_system(path) && !is_never_written(path), "{path}");
        }
        for path in ["/proc/self/mounts", "/proc/1/mountinfo", "/proc/meminfo", "/proc/mounts"] {
            assert!(!is_of_system(path) && is_never_written(path) && is_of_node(path), "{path}");
        }
        for path in ["/data", "/var/log", "/srv/backup", "/etcd", "/var/lib/postgresql", "/mnt", "/tmp"] {
            assert!(!is_of_system(path) && !is_never_written(path), "{path}");
        }
    }
}
