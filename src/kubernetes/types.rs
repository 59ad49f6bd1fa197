//! The types of the Kubernetes API: fields, allowed values, defaults.

pub mod allowed;
pub mod default;
pub mod intended_field;
pub mod placeholders;
pub mod required;
pub mod type_check;
