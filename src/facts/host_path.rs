//! Paths of the node that `hostPath` volumes name.

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
const SYSTEM_TREES: &[&str] =
    &["/etc/", "/proc/", "/root/", "/sys/", "/usr/", "/var/lib/kubelet/", "/var/spool/cron/"];

/// Whether the path is the socket of a container runtime, or a directory that exists for it; on Windows sockets
/// are named pipes.
pub fn is_runtime_socket(path: &str) -> bool {
    let file = path.rsplit(['/', '\\']).next().unwrap_or_default();
    SOCKETS.contains(&file) || is_socket_directory(path)
}

/// Whether the path is a directory that exists for the socket of a container runtime.
pub fn is_socket_directory(path: &str) -> bool {
    SOCKET_DIRECTORIES.contains(&plain(path).as_str())
}

/// Whether the path is the directory of the node's devices.
pub fn is_devices(path: &str) -> bool {
    plain(path) == "/dev"
}

/// Whether whoever may write to the path can take the node over.
pub fn is_of_system(path: &str) -> bool {
    let path = plain(path);
    SYSTEM_DIRECTORIES.contains(&path.as_str())
        || SYSTEM_TREES.iter().any(|tree| (path.clone() + "/").starts_with(tree))
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
        for path in
            ["/", "/run", "/var/run", "/run/containerd-data", "/var/lib/docker", "/run/mysqld/mysqld.sock"]
        {
            assert!(!is_runtime_socket(path), "{path}");
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
        ] {
            assert!(is_of_system(path), "{path}");
        }
        for path in ["/data", "/var/log", "/srv/backup", "/etcd", "/var/lib/postgresql", "/mnt", "/tmp"] {
            assert!(!is_of_system(path), "{path}");
        }
    }
}
