//! The pod template of a Job (`k8s.io/api/core/v1`, `PodSpec`).

use super::views::Pod;

use super::views::{Container, ContainerKind};
use crate::manifest::document::{Field, Node, Value};
use crate::schema::version::Version;

/// A field that counts for containers: one container's own, or the pod's.
pub struct Deciding<'d> {
    /// The field.
    pub field: Field<'d>,
    /// The first of the wanted containers that it counts for.
    pub first: Container<'d>,
    path: &'static str,
}

impl<'d> Deciding<'d> {
    fn is_pods(&self) -> bool {
        self.field.parent == self.first.pod.spec
    }

    /// Returns the containers that inherit the field from the pod, wanted or not; none if it is a container's own.
    pub fn heirs(&self) -> impl Iterator<Item = Node<'d>> {
        let (pod, path) = (self.first.pod, self.path);
        let containers = pod.containers().filter(move |it| it.deciding(path).parent == pod.spec);
        containers.filter(|_| self.is_pods()).map(|it| it.node)
    }
}

impl<'d> Pod<'d> {
    /// `restartPolicy`
    pub fn restart_policy(self) -> Field<'d> {
        self.spec.field("restartPolicy")
    }

    /// `activeDeadlineSeconds` of the pod, not of the Job.
    pub fn active_deadline_seconds(self) -> Field<'d> {
        self.spec.field("activeDeadlineSeconds")
    }

    /// `resources` of the pod as a whole, since Kubernetes 1.34.
    pub fn resources(self) -> Field<'d> {
        self.spec.field("resources")
    }

    /// Whether the kubelet respects the `resources` of the pod as a whole: by default it does since 1.34.
    pub fn has_own_resources(self, version: Version) -> bool {
        version.minor >= 34 && self.resources().is_set()
    }

    /// `serviceAccount`: the old name of `serviceAccountName`.
    pub fn service_account(self) -> Field<'d> {
        self.spec.field("serviceAccount")
    }

    /// `terminationGracePeriodSeconds`: 30 where it is missing.
    pub fn termination_grace_period_seconds(self) -> Field<'d> {
        self.spec.field("terminationGracePeriodSeconds")
    }

    /// `volumes`
    pub fn volumes(self) -> Field<'d> {
        self.spec.field("volumes")
    }

    /// `hostNetwork`
    pub fn host_network(self) -> Field<'d> {
        self.spec.field("hostNetwork")
    }

    /// `hostPID`
    pub fn host_pid(self) -> Field<'d> {
        self.spec.field("hostPID")
    }

    /// `hostIPC`
    pub fn host_ipc(self) -> Field<'d> {
        self.spec.field("hostIPC")
    }

    /// `shareProcessNamespace`
    pub fn share_process_namespace(self) -> Field<'d> {
        self.spec.field("shareProcessNamespace")
    }

    /// `securityContext.sysctls`
    pub fn sysctls(self) -> Field<'d> {
        self.spec.field("securityContext.sysctls")
    }

    /// `serviceAccountName`: `default` where it is missing.
    pub fn service_account_name(self) -> Field<'d> {
        self.spec.field("serviceAccountName")
    }

    /// Returns the field that names the ServiceAccount: `serviceAccount` is the old name, and counts where the other is missing.
    pub fn account(self) -> Field<'d> {
        let is_old = !self.service_account_name().is_set() && self.service_account().is_set();
        if is_old { self.service_account() } else { self.service_account_name() }
    }

    /// `priorityClassName`
    pub fn priority_class_name(self) -> Field<'d> {
        self.spec.field("priorityClassName")
    }

    /// `automountServiceAccountToken`: the service account decides where it is missing, and most let it.
    pub fn automount_service_account_token(self) -> Field<'d> {
        self.spec.field("automountServiceAccountToken")
    }

    /// Whether the pod runs as the service account that every namespace has; `serviceAccount` is the old name.
    pub fn has_default_service_account(self) -> bool {
        let name = self.service_account_name().text().or_else(|| self.spec.field("serviceAccount").text());
        matches!(name, None | Some("" | "default"))
    }

    /// Whether root in the pod is nobody on the node: by default the kubelet respects `hostUsers` since 1.33.
    pub fn has_user_namespace(self, version: Version) -> bool {
        version.minor >= 33 && self.spec.field("hostUsers").boolean() == Some(false)
    }

    /// Returns the fields at `path` that count for some of the wanted containers, their own or the pod's, each once.
    pub fn deciding(self, path: &'static str, wanted: impl Fn(Container<'d>) -> bool) -> Vec<Deciding<'d>> {
        let mut has_pods = false;
        let wanted = self.containers().filter(|it| wanted(*it));
        let fields = wanted.map(|first| Deciding { field: first.deciding(path), first, path });
        let is_new = |it: &Deciding<'d>| !it.is_pods() || !std::mem::replace(&mut has_pods, true);
        fields.filter(is_new).collect()
    }

    /// Whether the pod is for Windows nodes: its `os` says so, or in a file its node selector.
    ///
    /// At admission the selector alone does not count, as in Kubernetes' Pod Security: who has odd labels on nodes would get
    /// any pod past the rules for Linux.
    pub fn is_windows(self) -> bool {
        if self.spec.document.source.is_from_server() {
            return self.spec.field("os.name").is("windows");
        }
        let selector = self.spec.field("nodeSelector").node();
        let selects = |key: &str| selector.and_then(|it| it.get(key)).and_then(Node::text) == Some("windows");
        self.spec.field("os.name").is("windows")
            || selects("kubernetes.io/os")
            || selects("beta.kubernetes.io/os")
    }

    /// Returns the containers that run side by side, without init containers.
    pub fn main_containers(self) -> impl Iterator<Item = Container<'d>> {
        self.containers_of("containers", ContainerKind::Main)
    }

    /// Whether the kubelet ends what hangs in the pod: every main container has a liveness probe that can tell.
    pub fn is_watched(self) -> bool {
        self.main_containers().count() > 0 && self.main_containers().all(Container::is_watched)
    }

    /// Returns the init containers, native sidecars among them.
    pub fn init_containers(self) -> impl Iterator<Item = Container<'d>> {
        self.containers_of("initContainers", ContainerKind::Init)
    }

    /// Returns the init containers and then the others, as Kubernetes starts them.
    pub fn containers(self) -> impl Iterator<Item = Container<'d>> {
        self.init_containers().chain(self.main_containers())
    }

    fn containers_of(self, key: &'static str, kind: ContainerKind) -> impl Iterator<Item = Container<'d>> {
        let nodes = self.spec.field(key).items().filter(|node| node.value() == Value::Map);
        nodes.map(move |node| Container { pod: self, node, kind })
    }
}
