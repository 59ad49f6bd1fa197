//! A pod's resources as they are when the namespace decides (`Create` in `k8s.io/apiserver/pkg/registry/generic/registry`).

use super::Pod;
use super::limits::LimitRange;
use super::resources::{POD_LEVEL_LAST, PodResources};
use crate::kubernetes::verdict::api_field::ApiField;

/// Returns what a pod has once it is created in a namespace with LimitRanges, all that is filled in by the server of a minor
/// in its order. The `overhead` is the `podFixed` of its RuntimeClass; without it the pod's own counts.
pub fn created<'d>(
    pod: Pod<'d>,
    ranges: &[LimitRange<'d>],
    overhead: Option<ApiField<'d>>,
    minor: u8,
) -> PodResources<'d> {
    let mut created = PodResources::of_containers(pod, overhead, minor);
    if minor < POD_LEVEL_LAST {
        created.fill_in_pod(minor);
    }
    created.round();
    for range in ranges {
        range.fill_in(&mut created);
    }
    if minor >= POD_LEVEL_LAST {
        created.fill_in_pod(minor);
    }
    created
}
