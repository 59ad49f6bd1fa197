//! All rules, one file each.

mod background_without_wait;
mod bashism_in_sh;
mod command_as_one_string;
mod curl_without_fail;
mod deadline_not_below_ttl;
mod duplicate_key;
mod endless_retry;
mod endless_wait;
mod excess_parallelism;
mod exit_codes_without_policy;
mod expired_suppression;
mod extra_shell_arguments;
mod folded_script;
mod inner_timeout_above_deadline;
mod invalid_exit_code;
mod literal_secret;
mod masked_exit_status;
mod missing_backoff_limit;
mod missing_concurrency_policy;
mod missing_deadline;
mod missing_errexit;
mod missing_labels;
mod missing_memory_limit;
mod missing_nounset;
mod missing_pipefail;
mod missing_resource_requests;
mod missing_ttl;
mod mutable_image;
mod not_idempotent;
mod partial_object;
mod removed_api_version;
mod reserved_exit_code;
mod restart_policy;
mod root_user;
mod runtime_install;
mod script_syntax_error;
mod shared_exclusive_volume;
mod shell_syntax_without_shell;
mod stuck_forbid;
pub(crate) mod suppression_without_reason;
mod swallowed_failure;
pub(crate) mod syntax_error;
mod undefined_reference;
mod undefined_variable;
mod undocumented_exit_codes;
mod unexpanded_variable;
mod unforwarded_signal;
mod unknown_field;
mod unknown_kind;
mod unknown_rule_in_suppression;
mod unsubstituted_placeholder;
mod unused_suppression;
mod write_to_read_only_root;
mod wrong_type;

use crate::rule::Rule;

/// Every rule, by id.
pub static ALL: &[&Rule] = &[
    &background_without_wait::RULE,
    &bashism_in_sh::RULE,
    &command_as_one_string::RULE,
    &curl_without_fail::RULE,
    &deadline_not_below_ttl::RULE,
    &duplicate_key::RULE,
    &endless_retry::RULE,
    &endless_wait::RULE,
    &excess_parallelism::RULE,
    &exit_codes_without_policy::RULE,
    &expired_suppression::RULE,
    &extra_shell_arguments::RULE,
    &folded_script::RULE,
    &inner_timeout_above_deadline::RULE,
    &invalid_exit_code::RULE,
    &literal_secret::RULE,
    &masked_exit_status::RULE,
    &missing_backoff_limit::RULE,
    &missing_concurrency_policy::RULE,
    &missing_deadline::RULE,
    &missing_errexit::RULE,
    &missing_labels::RULE,
    &missing_memory_limit::RULE,
    &missing_nounset::RULE,
    &missing_pipefail::RULE,
    &missing_resource_requests::RULE,
    &missing_ttl::RULE,
    &mutable_image::RULE,
    &not_idempotent::RULE,
    &partial_object::RULE,
    &removed_api_version::RULE,
    &reserved_exit_code::RULE,
    &restart_policy::RULE,
    &root_user::RULE,
    &runtime_install::RULE,
    &script_syntax_error::RULE,
    &shared_exclusive_volume::RULE,
    &shell_syntax_without_shell::RULE,
    &stuck_forbid::RULE,
    &suppression_without_reason::RULE,
    &swallowed_failure::RULE,
    &syntax_error::RULE,
    &undefined_reference::RULE,
    &undefined_variable::RULE,
    &undocumented_exit_codes::RULE,
    &unexpanded_variable::RULE,
    &unforwarded_signal::RULE,
    &unknown_field::RULE,
    &unknown_kind::RULE,
    &unknown_rule_in_suppression::RULE,
    &unsubstituted_placeholder::RULE,
    &unused_suppression::RULE,
    &write_to_read_only_root::RULE,
    &wrong_type::RULE,
];

/// Finds a rule by its id.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}
