//! All rules, one file each.

mod deadline_not_below_ttl;
mod default_namespace;
mod deprecated_field;
mod duplicate_key;
mod excess_parallelism;
mod immutable_job;
mod implausible_quantity;
mod invalid_image_reference;
mod literal_secret;
mod missing_backoff_limit;
mod missing_concurrency_policy;
mod missing_cpu_limit;
mod missing_deadline;
mod missing_ephemeral_storage_limit;
mod missing_image_digest;
mod missing_labels;
mod missing_memory_limit;
mod missing_recommended_labels;
mod missing_resource_requests;
mod missing_ttl;
mod mutable_image;
mod partial_object;
mod removed_api_version;
mod restart_policy;
mod root_user;
mod secret_from_config_map;
mod shared_exclusive_volume;
mod stale_image;
mod stuck_forbid;
mod surprising_scalar;
pub(crate) mod syntax_error;
mod unbounded_empty_dir;
mod unknown_field;
mod unknown_kind;
mod unlisted_registry;
mod unsubstituted_placeholder;
mod whole_secret_in_env;
mod wrong_type;

use crate::rule::Rule;

/// Every rule, by id.
pub static ALL: &[&Rule] = &[
    &deadline_not_below_ttl::RULE,
    &default_namespace::RULE,
    &deprecated_field::RULE,
    &duplicate_key::RULE,
    &excess_parallelism::RULE,
    &immutable_job::RULE,
    &implausible_quantity::RULE,
    &invalid_image_reference::RULE,
    &literal_secret::RULE,
    &missing_backoff_limit::RULE,
    &missing_concurrency_policy::RULE,
    &missing_cpu_limit::RULE,
    &missing_deadline::RULE,
    &missing_ephemeral_storage_limit::RULE,
    &missing_image_digest::RULE,
    &missing_labels::RULE,
    &missing_memory_limit::RULE,
    &missing_recommended_labels::RULE,
    &missing_resource_requests::RULE,
    &missing_ttl::RULE,
    &mutable_image::RULE,
    &partial_object::RULE,
    &removed_api_version::RULE,
    &restart_policy::RULE,
    &root_user::RULE,
    &secret_from_config_map::RULE,
    &shared_exclusive_volume::RULE,
    &stale_image::RULE,
    &stuck_forbid::RULE,
    &surprising_scalar::RULE,
    &syntax_error::RULE,
    &unbounded_empty_dir::RULE,
    &unknown_field::RULE,
    &unknown_kind::RULE,
    &unlisted_registry::RULE,
    &unsubstituted_placeholder::RULE,
    &whole_secret_in_env::RULE,
    &wrong_type::RULE,
];

/// Finds a rule by its id.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}
