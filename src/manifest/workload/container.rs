//! A container of a pod template (`k8s.io/api/core/v1`, `Container`).

use super::views::Container;
use super::views::ContainerKind;
use crate::manifest::document::{Field, Node};

impl<'d> Container<'d> {
    /// `name`
    pub fn name(self) -> Field<'d> {
        self.node.field("name")
    }

    /// `image`
    pub fn image(self) -> Field<'d> {
        self.node.field("image")
    }

    /// `imagePullPolicy`
    pub fn image_pull_policy(self) -> Field<'d> {
        self.node.field("imagePullPolicy")
    }

    /// `command`
    pub fn command(self) -> Field<'d> {
        self.node.field("command")
    }

    /// `args`
    pub fn args(self) -> Field<'d> {
        self.node.field("args")
    }

    /// Returns the items of `command` and `args`, one after another.
    pub fn command_line(self) -> impl Iterator<Item = Node<'d>> {
        self.command().items().chain(self.args().items())
    }

    /// `env`
    pub fn env(self) -> Field<'d> {
        self.node.field("env")
    }

    /// `envFrom`
    pub fn env_from(self) -> Field<'d> {
        self.node.field("envFrom")
    }

    /// `volumeMounts`
    pub fn volume_mounts(self) -> Field<'d> {
        self.node.field("volumeMounts")
    }

    /// `restartPolicy` of the container itself: `Always` makes an init container a sidecar.
    pub fn restart_policy(self) -> Field<'d> {
        self.node.field("restartPolicy")
    }

    /// `livenessProbe`
    pub fn liveness_probe(self) -> Field<'d> {
        self.node.field("livenessProbe")
    }

    /// Whether a liveness probe can tell that the container hangs. One that looks for the process in the list of
    /// processes cannot: a process that hangs is there.
    pub fn is_watched(self) -> bool {
        let command = self.node.field("livenessProbe.exec.command");
        let text: Vec<_> = command.items().filter_map(Node::text).collect();
        let text = text.join(" ");
        let mut words = text.split(|it: char| !it.is_ascii_alphanumeric());
        self.liveness_probe().is_set() && !words.any(|word| matches!(word, "pgrep" | "pidof" | "ps"))
    }

    /// `resources.limits`
    pub fn limits(self) -> Field<'d> {
        self.node.field("resources.limits")
    }

    /// `resources.limits.memory`
    pub fn memory_limit(self) -> Field<'d> {
        self.node.field("resources.limits.memory")
    }

    /// `resources.limits.cpu`
    pub fn cpu_limit(self) -> Field<'d> {
        self.node.field("resources.limits.cpu")
    }

    /// `resources.limits.ephemeral-storage`
    pub fn ephemeral_storage_limit(self) -> Field<'d> {
        self.node.field("resources.limits.ephemeral-storage")
    }

    /// `resources.requests`
    pub fn requests(self) -> Field<'d> {
        self.node.field("resources.requests")
    }

    /// `ports`
    pub fn ports(self) -> Field<'d> {
        self.node.field("ports")
    }

    /// `securityContext.privileged`
    pub fn privileged(self) -> Field<'d> {
        self.node.field("securityContext.privileged")
    }

    /// `securityContext.allowPrivilegeEscalation`: allowed where it is missing.
    pub fn allow_privilege_escalation(self) -> Field<'d> {
        self.node.field("securityContext.allowPrivilegeEscalation")
    }

    /// `securityContext.capabilities.add`
    pub fn added_capabilities(self) -> Field<'d> {
        self.node.field("securityContext.capabilities.add")
    }

    /// `securityContext.capabilities.drop`
    pub fn dropped_capabilities(self) -> Field<'d> {
        self.node.field("securityContext.capabilities.drop")
    }

    /// `securityContext.readOnlyRootFilesystem`
    pub fn read_only_root_filesystem(self) -> Field<'d> {
        self.node.field("securityContext.readOnlyRootFilesystem")
    }

    /// `securityContext.procMount`
    pub fn proc_mount(self) -> Field<'d> {
        self.node.field("securityContext.procMount")
    }

    /// Whether the container is `privileged`: what else it may do no longer matters.
    pub fn is_privileged(self) -> bool {
        self.privileged().boolean() == Some(true)
    }

    /// Whether a capability is among the added ones, with `CAP_` before it or without, in any case.
    pub fn adds_capability(self, name: &str) -> bool {
        let mut added = self.added_capabilities().items().filter_map(Node::text);
        added.any(|it| plain_capability(it).eq_ignore_ascii_case(name))
    }

    /// Returns the field at `path` that counts: the container's own where it is set, else its pod's.
    pub fn deciding(self, path: &'static str) -> Field<'d> {
        let own = self.node.field(path);
        if own.is_set() { own } else { self.pod.spec.field(path) }
    }

    /// Whether the container is sure to run as another user than root.
    pub fn is_non_root(self) -> bool {
        let user = self.deciding("securityContext.runAsUser").integer();
        let non_root = self.deciding("securityContext.runAsNonRoot").boolean() == Some(true);
        user.map_or(non_root, |it| it != 0)
    }

    /// Whether the container runs alongside the others and is stopped with them: a native sidecar.
    pub fn is_sidecar(self) -> bool {
        self.kind == ContainerKind::Init && self.restart_policy().is("Always")
    }

    /// Returns the name for messages, `container` where it has none.
    pub fn title(self) -> &'d str {
        self.name().text().unwrap_or("container")
    }
}

/// Returns the name of a capability without the `CAP_` that manifests should leave out.
pub fn plain_capability(name: &str) -> &str {
    match name.get(..4) {
        Some(prefix) if prefix.eq_ignore_ascii_case("CAP_") => &name[4..],
        _ => name,
    }
}
