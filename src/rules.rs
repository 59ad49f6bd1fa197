//! All rules, one file each.

mod api_warning;
mod busy_minute;
mod day_of_month_or_week;
mod deadline_not_below_ttl;
mod dst_repeated_run;
mod dst_skipped_run;
mod duplicate_key;
mod every_minute_of_the_hour;
mod excess_parallelism;
mod excessive_retries;
mod expired_suppression;
mod invalid_value;
mod killed_runs;
mod literal_secret;
mod missing_backoff_limit;
mod missing_concurrency_policy;
mod missing_deadline;
mod missing_labels;
mod missing_memory_limit;
mod missing_resource_requests;
mod missing_ttl;
mod mutable_image;
mod never_fires;
mod overlapping_runs;
mod partial_object;
mod rarely_fires;
mod removed_api_version;
mod restart_policy;
mod root_user;
mod shared_exclusive_volume;
mod short_starting_deadline;
mod skipped_runs;
mod stuck_forbid;
pub(crate) mod suppression_without_reason;
pub(crate) mod syntax_error;
mod uneven_step;
mod unknown_field;
mod unknown_kind;
mod unknown_rule_in_suppression;
mod unreachable_retries;
mod unsubstituted_placeholder;
mod unused_suppression;
mod wrong_type;

use crate::rule::Rule;
use crate::value::nearest::nearest;

/// Every rule, by id.
pub static ALL: &[&Rule] = &[
    &api_warning::RULE,
    &busy_minute::RULE,
    &day_of_month_or_week::RULE,
    &deadline_not_below_ttl::RULE,
    &dst_repeated_run::RULE,
    &dst_skipped_run::RULE,
    &duplicate_key::RULE,
    &every_minute_of_the_hour::RULE,
    &excess_parallelism::RULE,
    &excessive_retries::RULE,
    &expired_suppression::RULE,
    &invalid_value::RULE,
    &killed_runs::RULE,
    &literal_secret::RULE,
    &missing_backoff_limit::RULE,
    &missing_concurrency_policy::RULE,
    &missing_deadline::RULE,
    &missing_labels::RULE,
    &missing_memory_limit::RULE,
    &missing_resource_requests::RULE,
    &missing_ttl::RULE,
    &mutable_image::RULE,
    &never_fires::RULE,
    &overlapping_runs::RULE,
    &partial_object::RULE,
    &rarely_fires::RULE,
    &removed_api_version::RULE,
    &restart_policy::RULE,
    &root_user::RULE,
    &shared_exclusive_volume::RULE,
    &short_starting_deadline::RULE,
    &skipped_runs::RULE,
    &stuck_forbid::RULE,
    &suppression_without_reason::RULE,
    &syntax_error::RULE,
    &uneven_step::RULE,
    &unknown_field::RULE,
    &unknown_kind::RULE,
    &unknown_rule_in_suppression::RULE,
    &unreachable_retries::RULE,
    &unsubstituted_placeholder::RULE,
    &unused_suppression::RULE,
    &wrong_type::RULE,
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
