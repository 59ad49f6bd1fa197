//! Manifests: documents with places, the workloads in them, and edits that keep the rest as it was.

pub mod document;
pub mod edit;
pub mod hook;
pub mod image;
pub mod known_images;
pub mod kustomization;
pub mod live;
pub mod official_images;
pub mod old_dash;
pub mod place;
pub mod workload;
