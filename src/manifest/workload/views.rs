//! What the parts of a workload are; each has a file of its own with what is asked of it.

use crate::manifest::document::Node;

/// The kinds of objects that the linter reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A Job of any API version.
    Job,
    /// A CronJob of any API version.
    CronJob,
}

/// A Job or CronJob as a whole.
#[derive(Clone, Copy)]
pub struct Object<'d> {
    /// The outermost mapping of the object.
    pub node: Node<'d>,
    /// What the object is.
    pub kind: Kind,
}

/// Which list a container is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContainerKind {
    /// `containers`
    Main,
    /// `initContainers`
    Init,
}

/// A container or an init container.
#[derive(Clone, Copy)]
pub struct Container<'d> {
    /// The pod template around it.
    pub pod: Pod<'d>,
    /// The container's mapping.
    pub node: Node<'d>,
    /// Which list it is in.
    pub kind: ContainerKind,
}

/// A CronJob with its `spec`.
#[derive(Clone, Copy)]
pub struct CronJob<'d> {
    /// The whole object.
    pub object: Object<'d>,
    /// `spec`
    pub spec: Node<'d>,
}

/// A Job's `spec`, of a Job or of a CronJob's `jobTemplate`.
#[derive(Clone, Copy)]
pub struct Job<'d> {
    /// The Job or CronJob around it.
    pub object: Object<'d>,
    /// The Job's `spec`.
    pub spec: Node<'d>,
}

/// A pod template's `spec`.
#[derive(Clone, Copy)]
pub struct Pod<'d> {
    /// The Job around it.
    pub job: Job<'d>,
    /// The pod's `spec`.
    pub spec: Node<'d>,
}
