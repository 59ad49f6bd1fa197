//! What the checks of pods, Jobs and volumes hand to each other.

use crate::kubernetes::verdict::api_field::ApiField;
use std::collections::BTreeMap;
use std::collections::HashMap;

/// A Job's `spec` with what the server fills in before it looks (`SetDefaults_Job`): not for a CronJob's template.
#[derive(Clone, Copy)]
pub struct JobSpec<'d> {
    /// `spec`
    pub field: ApiField<'d>,
    /// `completions`
    pub completions: Option<i64>,
    /// `parallelism`
    pub parallelism: Option<i64>,
    /// Whether it is a Job's own.
    pub(crate) is_of_job: bool,
}

/// The labels of a Job's pods with those that the server adds, and the selector that finds the pods.
pub struct PodLabels<'d> {
    pub(crate) spec: ApiField<'d>,
    pub(crate) name: String,
    pub(crate) uid: &'d str,
    pub(crate) manual: bool,
    pub(crate) labels: BTreeMap<&'d str, String>,
    pub(crate) selected: BTreeMap<&'d str, String>,
    /// The labels that are not in the manifest.
    pub(crate) added: Vec<&'static str>,
}

/// A pod's `spec` with what its containers need to know of it.
pub struct PodSpec<'d> {
    /// `spec`
    pub(crate) spec: ApiField<'d>,
    /// The volumes that are sound, by name.
    pub volumes: Volumes<'d>,
    /// The names of `resourceClaims`.
    pub claims: Vec<&'d str>,
    /// `terminationGracePeriodSeconds`
    pub grace: i64,
    /// Whether the pod shares its users with the node.
    pub host_users: bool,
}

/// Returns all containers of a pod's `spec`, in the order in which Kubernetes visits them.
pub fn all_containers(spec: ApiField<'_>) -> impl Iterator<Item = ApiField<'_>> {
    let lists = ["initContainers", "containers", "ephemeralContainers"];
    lists.into_iter().flat_map(move |list| spec.get(list).items())
}

/// The volumes of a pod that are sound, by name: only these can be mounted.
#[derive(Default)]
pub struct Volumes<'d> {
    pub(crate) sound: HashMap<&'d str, ApiField<'d>>,
    pub(crate) dropped: Vec<&'d str>,
}
