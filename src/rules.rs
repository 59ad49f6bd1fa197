//! All rules, one file each.

mod deadline_not_below_ttl;
mod duplicate_key;
mod excess_parallelism;
mod literal_secret;
mod missing_backoff_limit;
mod missing_concurrency_policy;
mod missing_deadline;
mod missing_labels;
mod missing_memory_limit;
mod missing_resource_requests;
mod missing_ttl;
mod mutable_image;
mod partial_object;
mod removed_api_version;
mod restart_policy;
mod root_user;
mod shared_exclusive_volume;
mod stuck_forbid;
pub(crate) mod syntax_error;
mod unknown_field;
mod unknown_kind;
mod unsubstituted_placeholder;
mod wrong_type;

use crate::rule::Rule;

/// Every rule, by id.
pub static ALL: &[&Rule] = &[
    &deadline_not_below_ttl::RULE,
    &duplicate_key::RULE,
    &excess_parallelism::RULE,
    &literal_secret::RULE,
    &missing_backoff_limit::RULE,
    &missing_concurrency_policy::RULE,
    &missing_deadline::RULE,
    &missing_labels::RULE,
    &missing_memory_limit::RULE,
    &missing_resource_requests::RULE,
    &missing_ttl::RULE,
    &mutable_image::RULE,
    &partial_object::RULE,
    &removed_api_version::RULE,
    &restart_policy::RULE,
    &root_user::RULE,
    &shared_exclusive_volume::RULE,
    &stuck_forbid::RULE,
    &syntax_error::RULE,
    &unknown_field::RULE,
    &unknown_kind::RULE,
    &unsubstituted_placeholder::RULE,
    &wrong_type::RULE,
];

/// Finds a rule by its id.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}
