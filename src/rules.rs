//! All rules, one file each.

mod deadline_not_below_ttl;
mod duplicate_key;
mod excess_parallelism;
mod missing_backoff_limit;
mod missing_concurrency_policy;
mod missing_deadline;
mod missing_labels;
mod missing_ttl;
mod partial_object;
mod removed_api_version;
mod restart_policy;
mod shared_exclusive_volume;
mod stuck_forbid;
pub(crate) mod syntax_error;
mod unknown_field;
mod unknown_kind;
mod wrong_type;

use crate::rule::Rule;

/// Every rule, by id.
pub static ALL: &[&Rule] = &[
    &deadline_not_below_ttl::RULE,
    &duplicate_key::RULE,
    &excess_parallelism::RULE,
    &missing_backoff_limit::RULE,
    &missing_concurrency_policy::RULE,
    &missing_deadline::RULE,
    &missing_labels::RULE,
    &missing_ttl::RULE,
    &partial_object::RULE,
    &removed_api_version::RULE,
    &restart_policy::RULE,
    &shared_exclusive_volume::RULE,
    &stuck_forbid::RULE,
    &syntax_error::RULE,
    &unknown_field::RULE,
    &unknown_kind::RULE,
    &wrong_type::RULE,
];

/// Finds a rule by its id.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}
