//! All rules, one file each.

mod absent_object;
mod added_capabilities;
mod always_restarting_container;
mod api_warning;
mod background_without_wait;
mod bashism_in_sh;
mod busy_minute;
mod bypassed_scheduler;
mod capabilities_not_dropped;
mod command_as_one_string;
mod container_socket;
mod contested_volume;
mod control_plane_node;
mod curl_without_fail;
mod day_of_month_or_week;
mod deadline_not_below_ttl;
mod default_namespace;
mod default_service_account;
mod default_without_braces;
mod denied_egress;
mod deprecated_field;
mod disruption_counts_as_failure;
mod dst_repeated_run;
mod dst_skipped_run;
mod duplicate_key;
mod empty_credential;
mod empty_script;
mod endless_main;
mod endless_retry;
mod endless_sidecar;
mod endless_wait;
mod escalation_not_forbidden;
mod every_minute_of_the_hour;
mod excess_parallelism;
mod excessive_history;
mod excessive_retries;
mod exec_as_one_string;
mod exit_codes_without_policy;
mod expired_suppression;
mod extra_shell_arguments;
mod failed_hook_deleted;
mod file_name_computed_twice;
mod flag_and_value_in_one_item;
mod folded_script;
mod forbidden_metadata;
mod frozen_registry;
mod generated_name_applied;
mod gnu_option_in_busybox;
mod grace_period_above_deadline;
mod history_fills_quota;
mod hook_left_behind;
mod hook_outlasts_wait;
mod host_namespaces;
mod host_path;
mod host_port;
mod host_port_in_parallel;
mod host_process;
mod ignored_annotation;
mod ignored_hook_weight;
mod ignored_shebang;
mod image_never_pulled;
mod immutable_field_changed;
mod immutable_job;
mod implausible_quantity;
mod index_retries_shared;
mod index_without_indexed_mode;
mod inner_timeout_above_deadline;
mod interactive_container;
pub(crate) mod invalid_configuration;
mod invalid_exit_code;
mod invalid_image_reference;
mod invalid_value;
mod killed_runs;
mod late_status_check;
mod literal_secret;
mod lost_failure_logs;
mod masked_exit_status;
mod misleading_file_name;
mod misplaced_metadata;
mod misplaced_separator;
mod missing_api_token;
mod missing_backoff_limit;
mod missing_concurrency_policy;
mod missing_cpu_limit;
mod missing_deadline;
mod missing_ephemeral_storage_limit;
mod missing_errexit;
mod missing_history_limits;
mod missing_image_digest;
mod missing_labels;
mod missing_liveness_probe;
mod missing_memory_limit;
mod missing_nounset;
mod missing_pipefail;
mod missing_program;
mod missing_recommended_labels;
mod missing_required_metadata;
mod missing_resource_requests;
mod missing_seccomp_profile;
mod missing_starting_deadline;
mod missing_time_zone;
mod missing_ttl;
mod misspelt_metadata;
mod misspelt_name;
mod mounted_api_token;
mod mutable_image;
mod needs_later_object;
mod never_fires;
mod no_failed_history;
mod no_grace_period;
mod no_successful_history;
mod non_root_contradiction;
mod not_idempotent;
mod option_as_command;
mod overlapping_runs;
mod partial_object;
mod path_in_object_key;
mod placeholder_in_script;
mod placeholder_in_secret;
mod pod_level_deadline;
mod privilege_escalation;
mod privileged_container;
mod probe_host;
mod protection_without_deadline;
mod rarely_fires;
mod refused_by_limit_range;
mod refused_by_pod_security;
mod refused_by_quota;
mod removed_api_version;
mod renamed_cron_job;
mod reserved_exit_code;
mod restart_policy;
mod restart_policy_preference;
mod restricted_volume_type;
mod result_lost_with_pod;
mod resume_starts_run;
mod retried_migration;
mod root_group;
mod root_user;
mod runs_exceed_quota;
mod runtime_install;
mod same_on_both_sides;
mod same_work_repeated;
mod schedule_change_starts_run;
mod script_not_executable;
mod script_syntax_error;
mod secret_from_config_map;
mod secret_in_annotation;
mod secret_in_command;
mod secret_in_config_map;
mod secret_in_log;
mod secret_in_url;
mod selected_by_accident;
mod shared_exclusive_volume;
mod shared_process_namespace;
mod shell_syntax_without_shell;
mod short_starting_deadline;
mod short_ttl;
mod skipped_runs;
mod stale_image;
mod steps_side_by_side;
mod stuck_forbid;
pub(crate) mod suppression_without_reason;
mod surprising_scalar;
mod suspended;
mod suspended_job;
mod suspended_template;
mod swallowed_failure;
pub(crate) mod syntax_error;
mod test_as_last_command;
mod tmpfs_above_memory_limit;
mod ttl_defeats_history;
mod ttl_races_hook;
mod ttl_recreates_job;
mod typographic_character;
mod unbound_service_account;
mod unbounded_empty_dir;
mod unchecked_client_errors;
mod unconfined_apparmor;
mod unconfined_seccomp;
mod undefined_key;
mod undefined_reference;
mod undefined_variable;
mod undocumented_exit_codes;
mod uneven_step;
mod unexpanded_variable;
mod unforwarded_signal;
mod unknown_container;
mod unknown_delete_policy;
mod unknown_field;
pub(crate) mod unknown_hook;
mod unknown_kind;
mod unknown_metadata_value;
mod unknown_rule_in_suppression;
mod unlisted_registry;
mod unlisted_value;
mod unprotected_long_run;
mod unreachable_failure_rule;
mod unreachable_pod_deadline;
mod unreachable_retries;
mod unread_script;
mod unsafe_proc_mount;
mod unsafe_selinux_options;
mod unsafe_sysctls;
mod unsubstituted_placeholder;
mod unused_index;
mod unused_password;
mod unused_suppression;
mod unverified_server;
mod useless_readiness_probe;
mod value_out_of_range;
mod variable_lost_in_pipeline;
mod whole_secret_in_env;
mod writable_root_filesystem;
mod write_to_read_only_root;
mod write_to_read_only_volume;
mod wrong_type;
mod zero_completions;
mod zero_deadline;
mod zero_parallelism;
mod zero_retries_with_on_failure;

use std::sync::LazyLock;

use crate::diagnostic::meta::Meta;
use crate::diagnostic::registry::Registry;
use crate::rule::Rule;

/// Every rule, by id.
pub static ALL: &[&Rule] = &[
    &absent_object::RULE,
    &added_capabilities::RULE,
    &always_restarting_container::RULE,
    &api_warning::RULE,
    &background_without_wait::RULE,
    &bashism_in_sh::RULE,
    &busy_minute::RULE,
    &bypassed_scheduler::RULE,
    &capabilities_not_dropped::RULE,
    &command_as_one_string::RULE,
    &container_socket::RULE,
    &contested_volume::RULE,
    &control_plane_node::RULE,
    &curl_without_fail::RULE,
    &day_of_month_or_week::RULE,
    &deadline_not_below_ttl::RULE,
    &default_namespace::RULE,
    &default_service_account::RULE,
    &default_without_braces::RULE,
    &denied_egress::RULE,
    &deprecated_field::RULE,
    &disruption_counts_as_failure::RULE,
    &dst_repeated_run::RULE,
    &dst_skipped_run::RULE,
    &duplicate_key::RULE,
    &empty_credential::RULE,
    &empty_script::RULE,
    &endless_main::RULE,
    &endless_retry::RULE,
    &endless_sidecar::RULE,
    &endless_wait::RULE,
    &escalation_not_forbidden::RULE,
    &every_minute_of_the_hour::RULE,
    &excess_parallelism::RULE,
    &excessive_history::RULE,
    &excessive_retries::RULE,
    &exec_as_one_string::RULE,
    &exit_codes_without_policy::RULE,
    &expired_suppression::RULE,
    &extra_shell_arguments::RULE,
    &failed_hook_deleted::RULE,
    &file_name_computed_twice::RULE,
    &flag_and_value_in_one_item::RULE,
    &folded_script::RULE,
    &forbidden_metadata::RULE,
    &frozen_registry::RULE,
    &generated_name_applied::RULE,
    &gnu_option_in_busybox::RULE,
    &grace_period_above_deadline::RULE,
    &history_fills_quota::RULE,
    &hook_left_behind::RULE,
    &hook_outlasts_wait::RULE,
    &host_namespaces::RULE,
    &host_path::RULE,
    &host_port::RULE,
    &host_port_in_parallel::RULE,
    &host_process::RULE,
    &ignored_annotation::RULE,
    &ignored_hook_weight::RULE,
    &ignored_shebang::RULE,
    &image_never_pulled::RULE,
    &immutable_field_changed::RULE,
    &immutable_job::RULE,
    &implausible_quantity::RULE,
    &index_retries_shared::RULE,
    &index_without_indexed_mode::RULE,
    &inner_timeout_above_deadline::RULE,
    &interactive_container::RULE,
    &invalid_configuration::RULE,
    &invalid_exit_code::RULE,
    &invalid_image_reference::RULE,
    &invalid_value::RULE,
    &killed_runs::RULE,
    &late_status_check::RULE,
    &literal_secret::RULE,
    &lost_failure_logs::RULE,
    &masked_exit_status::RULE,
    &misleading_file_name::RULE,
    &misplaced_metadata::RULE,
    &misplaced_separator::RULE,
    &missing_api_token::RULE,
    &missing_backoff_limit::RULE,
    &missing_concurrency_policy::RULE,
    &missing_cpu_limit::RULE,
    &missing_deadline::RULE,
    &missing_ephemeral_storage_limit::RULE,
    &missing_errexit::RULE,
    &missing_history_limits::RULE,
    &missing_image_digest::RULE,
    &missing_labels::RULE,
    &missing_liveness_probe::RULE,
    &missing_memory_limit::RULE,
    &missing_nounset::RULE,
    &missing_pipefail::RULE,
    &missing_program::RULE,
    &missing_recommended_labels::RULE,
    &missing_required_metadata::RULE,
    &missing_resource_requests::RULE,
    &missing_seccomp_profile::RULE,
    &missing_starting_deadline::RULE,
    &missing_time_zone::RULE,
    &missing_ttl::RULE,
    &misspelt_metadata::RULE,
    &misspelt_name::RULE,
    &mounted_api_token::RULE,
    &mutable_image::RULE,
    &needs_later_object::RULE,
    &never_fires::RULE,
    &no_failed_history::RULE,
    &no_grace_period::RULE,
    &no_successful_history::RULE,
    &non_root_contradiction::RULE,
    &not_idempotent::RULE,
    &option_as_command::RULE,
    &overlapping_runs::RULE,
    &partial_object::RULE,
    &path_in_object_key::RULE,
    &placeholder_in_script::RULE,
    &placeholder_in_secret::RULE,
    &pod_level_deadline::RULE,
    &privilege_escalation::RULE,
    &privileged_container::RULE,
    &probe_host::RULE,
    &protection_without_deadline::RULE,
    &rarely_fires::RULE,
    &refused_by_limit_range::RULE,
    &refused_by_pod_security::RULE,
    &refused_by_quota::RULE,
    &removed_api_version::RULE,
    &renamed_cron_job::RULE,
    &reserved_exit_code::RULE,
    &restart_policy::RULE,
    &restart_policy_preference::RULE,
    &restricted_volume_type::RULE,
    &result_lost_with_pod::RULE,
    &resume_starts_run::RULE,
    &retried_migration::RULE,
    &root_group::RULE,
    &root_user::RULE,
    &runs_exceed_quota::RULE,
    &runtime_install::RULE,
    &same_on_both_sides::RULE,
    &same_work_repeated::RULE,
    &schedule_change_starts_run::RULE,
    &script_not_executable::RULE,
    &script_syntax_error::RULE,
    &secret_from_config_map::RULE,
    &secret_in_annotation::RULE,
    &secret_in_command::RULE,
    &secret_in_config_map::RULE,
    &secret_in_log::RULE,
    &secret_in_url::RULE,
    &selected_by_accident::RULE,
    &shared_exclusive_volume::RULE,
    &shared_process_namespace::RULE,
    &shell_syntax_without_shell::RULE,
    &short_starting_deadline::RULE,
    &short_ttl::RULE,
    &skipped_runs::RULE,
    &stale_image::RULE,
    &steps_side_by_side::RULE,
    &stuck_forbid::RULE,
    &suppression_without_reason::RULE,
    &surprising_scalar::RULE,
    &suspended::RULE,
    &suspended_job::RULE,
    &suspended_template::RULE,
    &swallowed_failure::RULE,
    &syntax_error::RULE,
    &test_as_last_command::RULE,
    &tmpfs_above_memory_limit::RULE,
    &ttl_defeats_history::RULE,
    &ttl_races_hook::RULE,
    &ttl_recreates_job::RULE,
    &typographic_character::RULE,
    &unbound_service_account::RULE,
    &unbounded_empty_dir::RULE,
    &unchecked_client_errors::RULE,
    &unconfined_apparmor::RULE,
    &unconfined_seccomp::RULE,
    &undefined_key::RULE,
    &undefined_reference::RULE,
    &undefined_variable::RULE,
    &undocumented_exit_codes::RULE,
    &uneven_step::RULE,
    &unexpanded_variable::RULE,
    &unforwarded_signal::RULE,
    &unknown_container::RULE,
    &unknown_delete_policy::RULE,
    &unknown_field::RULE,
    &unknown_hook::RULE,
    &unknown_kind::RULE,
    &unknown_metadata_value::RULE,
    &unknown_rule_in_suppression::RULE,
    &unlisted_registry::RULE,
    &unlisted_value::RULE,
    &unprotected_long_run::RULE,
    &unreachable_failure_rule::RULE,
    &unreachable_pod_deadline::RULE,
    &unreachable_retries::RULE,
    &unread_script::RULE,
    &unsafe_proc_mount::RULE,
    &unsafe_selinux_options::RULE,
    &unsafe_sysctls::RULE,
    &unsubstituted_placeholder::RULE,
    &unused_index::RULE,
    &unused_password::RULE,
    &unused_suppression::RULE,
    &unverified_server::RULE,
    &useless_readiness_probe::RULE,
    &value_out_of_range::RULE,
    &variable_lost_in_pipeline::RULE,
    &whole_secret_in_env::RULE,
    &writable_root_filesystem::RULE,
    &write_to_read_only_root::RULE,
    &write_to_read_only_volume::RULE,
    &wrong_type::RULE,
    &zero_completions::RULE,
    &zero_deadline::RULE,
    &zero_parallelism::RULE,
    &zero_retries_with_on_failure::RULE,
];

static METAS: LazyLock<Vec<&'static Meta>> = LazyLock::new(|| ALL.iter().map(|rule| &rule.meta).collect());

/// Returns all rules as data, in the order of [`ALL`].
pub fn registry() -> Registry {
    Registry::new(&METAS)
}
