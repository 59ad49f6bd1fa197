//! What a namespace decides about the pods of a Job when they are created: long after the Job itself was admitted.
//!
//! The pod is read from a pod template. It is taken to be one that the API server accepts as such: the verdict comes first.

pub mod contradiction;
pub mod created;
pub mod limits;
pub mod quota;
pub mod resources;
pub mod security;

use crate::kubernetes::verdict::api_field::ApiField;

/// The pod that is made of a template.
#[derive(Clone, Copy)]
pub struct Pod<'d> {
    /// `metadata`
    pub metadata: ApiField<'d>,
    /// `spec`
    pub spec: ApiField<'d>,
}

impl<'d> Pod<'d> {
    /// Returns the pod of a template, a mapping with `metadata` and `spec`.
    pub fn of_template(template: ApiField<'d>) -> Self {
        Pod { metadata: template.get("metadata"), spec: template.get("spec") }
    }
}
