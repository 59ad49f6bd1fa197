//! The warnings that come with an answer of the API server.

use crate::kubernetes::verdict::api_field::ApiField;

/// A warning of the API server at its place.
#[derive(Clone)]
pub struct Warning<'d> {
    /// The text.
    pub text: String,
    /// The place in the document.
    pub field: ApiField<'d>,
}

/// Collects warnings.
pub type Warnings<'d> = Vec<Warning<'d>>;
