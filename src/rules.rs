//! All rules, one file each.

mod added_capabilities;
mod capabilities_not_dropped;
mod container_socket;
mod deadline_not_below_ttl;
mod default_service_account;
mod duplicate_key;
mod escalation_not_forbidden;
mod excess_parallelism;
mod host_namespaces;
mod host_path;
mod host_port;
mod host_process;
mod literal_secret;
mod missing_backoff_limit;
mod missing_concurrency_policy;
mod missing_deadline;
mod missing_labels;
mod missing_memory_limit;
mod missing_resource_requests;
mod missing_seccomp_profile;
mod missing_ttl;
mod mounted_api_token;
mod mutable_image;
mod non_root_contradiction;
mod partial_object;
mod privilege_escalation;
mod privileged_container;
mod probe_host;
mod removed_api_version;
mod restart_policy;
mod restricted_volume_type;
mod root_user;
mod shared_exclusive_volume;
mod shared_process_namespace;
mod stuck_forbid;
pub(crate) mod syntax_error;
mod unconfined_apparmor;
mod unconfined_seccomp;
mod unknown_field;
mod unknown_kind;
mod unsafe_proc_mount;
mod unsafe_selinux_options;
mod unsafe_sysctls;
mod unsubstituted_placeholder;
mod writable_root_filesystem;
mod wrong_type;

use crate::rule::Rule;

/// Every rule, by id.
pub static ALL: &[&Rule] = &[
    &added_capabilities::RULE,
    &capabilities_not_dropped::RULE,
    &container_socket::RULE,
    &deadline_not_below_ttl::RULE,
    &default_service_account::RULE,
    &duplicate_key::RULE,
    &escalation_not_forbidden::RULE,
    &excess_parallelism::RULE,
    &host_namespaces::RULE,
    &host_path::RULE,
    &host_port::RULE,
    &host_process::RULE,
    &literal_secret::RULE,
    &missing_backoff_limit::RULE,
    &missing_concurrency_policy::RULE,
    &missing_deadline::RULE,
    &missing_labels::RULE,
    &missing_memory_limit::RULE,
    &missing_resource_requests::RULE,
    &missing_seccomp_profile::RULE,
    &missing_ttl::RULE,
    &mounted_api_token::RULE,
    &mutable_image::RULE,
    &non_root_contradiction::RULE,
    &partial_object::RULE,
    &privilege_escalation::RULE,
    &privileged_container::RULE,
    &probe_host::RULE,
    &removed_api_version::RULE,
    &restart_policy::RULE,
    &restricted_volume_type::RULE,
    &root_user::RULE,
    &shared_exclusive_volume::RULE,
    &shared_process_namespace::RULE,
    &stuck_forbid::RULE,
    &syntax_error::RULE,
    &unconfined_apparmor::RULE,
    &unconfined_seccomp::RULE,
    &unknown_field::RULE,
    &unknown_kind::RULE,
    &unsafe_proc_mount::RULE,
    &unsafe_selinux_options::RULE,
    &unsafe_sysctls::RULE,
    &unsubstituted_placeholder::RULE,
    &writable_root_filesystem::RULE,
    &wrong_type::RULE,
];

/// Finds a rule by its id.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}
