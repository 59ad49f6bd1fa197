//! The types of the Kubernetes API: fields, allowed values, defaults.

pub mod allowed;
pub mod decode;
pub mod default;
pub mod nearest;
pub mod placeholder;
pub mod required;
