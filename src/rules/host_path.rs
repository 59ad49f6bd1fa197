use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::host_path::{
    Mount, Special, is_devices, is_file, is_never_written, is_of_node, is_of_system, is_runtime_socket,
    mounts_by_volume, mounts_of, relate_mounts, requested_device, special,
};
use crate::facts::node_work::{enters_node, selects_nodes, selects_one_node, works_on_node};
use crate::facts::root::root_cause;
use crate::manifest::workload::{Container, Pod};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "host-path",
        summary: "The pods read or write files of their node",
        category: Category::Security,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let by_volume = mounts_by_volume(pod);
    let mut found = Vec::new();
    for volume in pod.volumes().items() {
        let field = volume.field("hostPath.path");
        let Some(path) = field.text().filter(|path| !is_runtime_socket(path)) else { continue };
        let mounts = mounts_of(&by_volume, volume);
        let special = special(path, volume.field("hostPath.type").text());
        let use_of_files = |mount: &Mount<'_>| match mount.container {
            // A device can be written to through a mount that is read-only.
            container if is_devices(path) && container.is_privileged() => Use::TakesOver,
            _ if !mount.is_writable() || is_never_written(path) => Use::Reads,
            container if takes_over(container, path) => Use::TakesOver,
            _ => Use::Writes,
        };
        // Its mode decides who uses a device, not that of the mount.
        let use_of = |mount: &Mount<'_>| match special {
            Some(special) => Use::of_special(special, mount.container),
            None => use_of_files(mount),
        };
        // What no container mounts, the kubelet skips (`processPodVolumes` in `desired_state_of_world_populator.go`).
        let Some(worst) = mounts.iter().map(use_of).max() else { continue };
        found.push((field, path, worst, mounts, special));
    }
    found.sort_by_key(|it| std::cmp::Reverse(it.2));
    let Some(&(field, path, worst, mounts, kind)) = found.first() else { return };
    let resource = mounts.iter().find_map(|it| requested_device(it.container)).unwrap_or_default();
    let [a_device, the_device, it, this_device] = match kind {
        Some(Special::Devices) => ["a directory of devices", "the devices in", "them", "these devices"],
        _ => ["a device", "the device", "it", "this device"],
    };
    let is_one = is_file(field.parent, mounts);
    let message = match worst {
        Use::TakesOver => {
            format!(
                "these pods can write to the node's `{path}`: anyone who controls one of them controls the node"
            )
        }
        Use::Writes if selects_one_node(pod) => {
            let files = if is_one { "the file stays" } else { "the files stay" };
            format!("the pods can write to `{path}` on their node: {files} there when the Job is deleted")
        }
        Use::Writes if is_one => format!(
            "the pods can write to `{path}` on whichever node they land on: the file stays there, and each node has its own"
        ),
        Use::Writes => format!(
            "the pods can write to `{path}` on whichever node they land on: the files \
            stay there, and pods on other nodes see them only if nodes share that directory"
        ),
        Use::Socket => format!(
            "the pods talk to whatever listens at `{path}` on the node they land on, and nothing may listen there"
        ),
        Use::RequestedDevice => format!(
            "`{path}` is {a_device} of the node that the pods land on, and a container that is not privileged can use {it} only if \
             the device plugin of `{resource}` gives {it} to the container"
        ),
        Use::Device => format!(
            "`{path}` is {a_device} of the node that the pods land on, and a container that is not privileged cannot use {it} unless \
             the runtime allows that"
        ),
        Use::DeviceOfNode => format!(
            "the pods use {the_device} `{path}` of the node that they land on, and other nodes may not have {it}"
        ),
        Use::CommonDevice => format!("the pods use the device `{path}` of the node that they land on"),
        Use::Reads if is_one => {
            format!("what the pods read from `{path}` depends on the node they land on")
        }
        Use::Reads => format!("what the pods see in `{path}` depends on the node they land on"),
    };
    let is_on_purpose = match worst {
        Use::TakesOver => enters_node(pod),
        Use::Writes => selects_one_node(pod),
        Use::CommonDevice | Use::RequestedDevice => true,
        Use::Device | Use::DeviceOfNode | Use::Socket => selects_nodes(pod) || works_on_node(pod),
        Use::Reads => {
            // What sees the processes of its node inspects it.
            let sees_processes = pod.host_pid().boolean() == Some(true);
            found.iter().all(|it| is_of_node(it.1))
                || selects_nodes(pod)
                || sees_processes
                || works_on_node(pod)
        }
    };
    let is_in_file = !pod.job.object.node.document.source.is_from_server();
    let finding = reporter.report_milder(is_on_purpose && is_in_file, field, message);
    finding.help(match worst {
        Use::TakesOver if is_devices(path) => {
            "remove the mount, unless the Job manages the devices of its node; `readOnly: true` does not help, because \
             devices can be written to even then"
                .to_owned()
        }
        Use::TakesOver | Use::Writes if is_of_kernel(path) => {
            "set kernel parameters of the pods in `securityContext.sysctls`, and those of the node in its own configuration; to read \
             files of the kernel, mount only their directories, with `readOnly: true`"
                .to_owned()
        }
        Use::TakesOver | Use::Writes if is_one => {
            "write to a PersistentVolumeClaim, or to an `emptyDir` if the file need not outlive the pod; if the pods only read the \
             file, mount it with `readOnly: true`"
                .to_owned()
        }
        Use::TakesOver | Use::Writes => {
            "write to a PersistentVolumeClaim, or to an \
        `emptyDir` if the files need not outlive the pod; if files must come from the node, mount only \
        their directories, with `readOnly: true`"
                .to_owned()
        }
        Use::CommonDevice => "remove the volume: the runtime gives every container this device".to_owned(),
        Use::RequestedDevice => format!(
            "remove the volume if `{resource}` stands for {this_device}: the device plugin then puts {it} into the container"
        ),
        Use::Device | Use::DeviceOfNode => format!(
            "request {this_device} from a device plugin in `resources.limits`, which also finds a node that has {it}, or for a disk \
             mount a claim with `volumeMode: Block`"
        ),
        Use::Socket => {
            "let the pods reach the server through a Service, or select the nodes on which it runs".to_owned()
        }
        Use::Reads => {
            "put the files into the image, a ConfigMap or a \
        PersistentVolumeClaim, which are the same on every node, unless the Job inspects the nodes themselves"
                .to_owned()
        }
    });
    for (index, (field, path, _, mounts, _)) in found.into_iter().enumerate() {
        if index > 0 {
            finding.related(field, format!("`{path}` is mounted from the node too"));
        }
        relate_mounts(finding, mounts);
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    CommonDevice,
    RequestedDevice,
    Reads,
    Socket,
    Device,
    DeviceOfNode,
    Writes,
    TakesOver,
}

impl Use {
    fn of_special(special: Special, container: Container<'_>) -> Self {
        match special {
            Special::CommonDevice => Use::CommonDevice,
            Special::Device | Special::Devices if container.is_privileged() => Use::DeviceOfNode,
            Special::Device | Special::Devices if requested_device(container).is_some() => {
                Use::RequestedDevice
            }
            Special::Device | Special::Devices => Use::Device,
            Special::Socket => Use::Socket,
        }
    }
}

/// Whether the files of a directory are parameters of the kernel.
fn is_of_kernel(path: &str) -> bool {
    ["/proc", "/sys"]
        .iter()
        .any(|it| path.strip_prefix(it).is_some_and(|it| it.is_empty() || it.starts_with('/')))
}

/// Whether a container that can write to the path can take the node over: only root may write to the directories of the
/// system, and a container that is not privileged cannot use the node's devices.
fn takes_over(container: Container<'_>, path: &str) -> bool {
    is_of_system(path) && (container.is_privileged() || root_cause(container).is_some() && !is_devices(path))
}
