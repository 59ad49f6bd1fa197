//! All rules, one file each.

mod literal_secret;
mod missing_deadline;
mod missing_memory_limit;
mod missing_resource_requests;
mod mutable_image;
mod root_user;
mod unsubstituted_placeholder;

use crate::rule::Rule;

/// Every rule, by id.
pub static ALL: &[&Rule] = &[
    &literal_secret::RULE,
    &missing_deadline::RULE,
    &missing_memory_limit::RULE,
    &missing_resource_requests::RULE,
    &mutable_image::RULE,
    &root_user::RULE,
    &unsubstituted_placeholder::RULE,
];

/// Finds a rule by its id.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}
