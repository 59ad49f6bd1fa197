//! All rules, one file each.

mod added_capabilities;
mod always_restarting_container;
mod api_warning;
mod busy_minute;
mod capabilities_not_dropped;
mod container_socket;
mod day_of_month_or_week;
mod deadline_not_below_ttl;
mod default_namespace;
mod default_service_account;
mod deprecated_field;
mod disruption_counts_as_failure;
mod dst_repeated_run;
mod dst_skipped_run;
mod duplicate_key;
mod endless_main;
mod endless_sidecar;
mod escalation_not_forbidden;
mod every_minute_of_the_hour;
mod excess_parallelism;
mod excessive_history;
mod excessive_retries;
mod expired_suppression;
mod grace_period_above_deadline;
mod host_namespaces;
mod host_path;
mod host_port;
mod host_port_in_parallel;
mod host_process;
mod immutable_job;
mod implausible_quantity;
mod index_retries_shared;
mod index_without_indexed_mode;
mod invalid_image_reference;
mod invalid_value;
mod killed_runs;
mod literal_secret;
mod lost_failure_logs;
mod missing_backoff_limit;
mod missing_concurrency_policy;
mod missing_cpu_limit;
mod missing_deadline;
mod missing_ephemeral_storage_limit;
mod missing_history_limits;
mod missing_image_digest;
mod missing_labels;
mod missing_liveness_probe;
mod missing_memory_limit;
mod missing_recommended_labels;
mod missing_resource_requests;
mod missing_seccomp_profile;
mod missing_starting_deadline;
mod missing_time_zone;
mod missing_ttl;
mod mounted_api_token;
mod mutable_image;
mod never_fires;
mod no_failed_history;
mod non_root_contradiction;
mod overlapping_runs;
mod partial_object;
mod pod_level_deadline;
mod privilege_escalation;
mod privileged_container;
mod probe_host;
mod rarely_fires;
mod removed_api_version;
mod restart_policy;
mod restart_policy_preference;
mod restricted_volume_type;
mod retried_migration;
mod root_user;
mod same_work_repeated;
mod secret_from_config_map;
mod secret_in_annotation;
mod secret_in_command;
mod secret_in_url;
mod shared_exclusive_volume;
mod shared_process_namespace;
mod short_starting_deadline;
mod short_ttl;
mod skipped_runs;
mod stale_image;
mod stuck_forbid;
pub(crate) mod suppression_without_reason;
mod surprising_scalar;
mod suspended;
mod suspended_template;
pub(crate) mod syntax_error;
mod ttl_defeats_history;
mod ttl_recreates_job;
mod unbounded_empty_dir;
mod unconfined_apparmor;
mod unconfined_seccomp;
mod uneven_step;
mod unknown_field;
mod unknown_kind;
mod unknown_rule_in_suppression;
mod unlisted_registry;
mod unreachable_failure_rule;
mod unreachable_retries;
mod unsafe_proc_mount;
mod unsafe_selinux_options;
mod unsafe_sysctls;
mod unsubstituted_placeholder;
mod unused_index;
mod unused_suppression;
mod useless_readiness_probe;
mod whole_secret_in_env;
mod writable_root_filesystem;
mod wrong_type;
mod zero_completions;
mod zero_deadline;
mod zero_parallelism;
mod zero_retries_with_on_failure;

use crate::rule::Rule;
use crate::value::nearest::nearest;

/// Every rule, by id.
pub static ALL: &[&Rule] = &[
    &added_capabilities::RULE,
    &always_restarting_container::RULE,
    &api_warning::RULE,
    &busy_minute::RULE,
    &capabilities_not_dropped::RULE,
    &container_socket::RULE,
    &day_of_month_or_week::RULE,
    &deadline_not_below_ttl::RULE,
    &default_namespace::RULE,
    &default_service_account::RULE,
    &deprecated_field::RULE,
    &disruption_counts_as_failure::RULE,
    &dst_repeated_run::RULE,
    &dst_skipped_run::RULE,
    &duplicate_key::RULE,
    &endless_main::RULE,
    &endless_sidecar::RULE,
    &escalation_not_forbidden::RULE,
    &every_minute_of_the_hour::RULE,
    &excess_parallelism::RULE,
    &excessive_history::RULE,
    &excessive_retries::RULE,
    &expired_suppression::RULE,
    &grace_period_above_deadline::RULE,
    &host_namespaces::RULE,
    &host_path::RULE,
    &host_port::RULE,
    &host_port_in_parallel::RULE,
    &host_process::RULE,
    &immutable_job::RULE,
    &implausible_quantity::RULE,
    &index_retries_shared::RULE,
    &index_without_indexed_mode::RULE,
    &invalid_image_reference::RULE,
    &invalid_value::RULE,
    &killed_runs::RULE,
    &literal_secret::RULE,
    &lost_failure_logs::RULE,
    &missing_backoff_limit::RULE,
    &missing_concurrency_policy::RULE,
    &missing_cpu_limit::RULE,
    &missing_deadline::RULE,
    &missing_ephemeral_storage_limit::RULE,
    &missing_history_limits::RULE,
    &missing_image_digest::RULE,
    &missing_labels::RULE,
    &missing_liveness_probe::RULE,
    &missing_memory_limit::RULE,
    &missing_recommended_labels::RULE,
    &missing_resource_requests::RULE,
    &missing_seccomp_profile::RULE,
    &missing_starting_deadline::RULE,
    &missing_time_zone::RULE,
    &missing_ttl::RULE,
    &mounted_api_token::RULE,
    &mutable_image::RULE,
    &never_fires::RULE,
    &no_failed_history::RULE,
    &non_root_contradiction::RULE,
    &overlapping_runs::RULE,
    &partial_object::RULE,
    &pod_level_deadline::RULE,
    &privilege_escalation::RULE,
    &privileged_container::RULE,
    &probe_host::RULE,
    &rarely_fires::RULE,
    &removed_api_version::RULE,
    &restart_policy::RULE,
    &restart_policy_preference::RULE,
    &restricted_volume_type::RULE,
    &retried_migration::RULE,
    &root_user::RULE,
    &same_work_repeated::RULE,
    &secret_from_config_map::RULE,
    &secret_in_annotation::RULE,
    &secret_in_command::RULE,
    &secret_in_url::RULE,
    &shared_exclusive_volume::RULE,
    &shared_process_namespace::RULE,
    &short_starting_deadline::RULE,
    &short_ttl::RULE,
    &skipped_runs::RULE,
    &stale_image::RULE,
    &stuck_forbid::RULE,
    &suppression_without_reason::RULE,
    &surprising_scalar::RULE,
    &suspended::RULE,
    &suspended_template::RULE,
    &syntax_error::RULE,
    &ttl_defeats_history::RULE,
    &ttl_recreates_job::RULE,
    &unbounded_empty_dir::RULE,
    &unconfined_apparmor::RULE,
    &unconfined_seccomp::RULE,
    &uneven_step::RULE,
    &unknown_field::RULE,
    &unknown_kind::RULE,
    &unknown_rule_in_suppression::RULE,
    &unlisted_registry::RULE,
    &unreachable_failure_rule::RULE,
    &unreachable_retries::RULE,
    &unsafe_proc_mount::RULE,
    &unsafe_selinux_options::RULE,
    &unsafe_sysctls::RULE,
    &unsubstituted_placeholder::RULE,
    &unused_index::RULE,
    &unused_suppression::RULE,
    &useless_readiness_probe::RULE,
    &whole_secret_in_env::RULE,
    &writable_root_filesystem::RULE,
    &wrong_type::RULE,
    &zero_completions::RULE,
    &zero_deadline::RULE,
    &zero_parallelism::RULE,
    &zero_retries_with_on_failure::RULE,
];

/// Finds a rule by its id.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}

/// Finds the id that is most like `id`.
pub fn nearest_id(id: &str) -> Option<&'static str> {
    nearest(id, ALL.iter().map(|rule| rule.id))
}

/// Finds a rule by its id.
///
/// # Errors
/// Names the rule that is most likely meant.
pub fn named(id: &str) -> Result<&'static Rule, String> {
    find(id).ok_or_else(|| match nearest_id(id) {
        Some(near) => format!("there is no rule `{id}`; did you mean `{near}`?"),
        None => format!("there is no rule `{id}`; `batchlint rules` lists all"),
    })
}
