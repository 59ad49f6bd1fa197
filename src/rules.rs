//! All rules, one file each.

mod duplicate_key;
mod missing_deadline;
pub(crate) mod syntax_error;
mod unknown_field;
mod unknown_kind;
mod wrong_type;

use crate::rule::Rule;

/// Every rule, by id.
pub static ALL: &[&Rule] = &[
    &duplicate_key::RULE,
    &missing_deadline::RULE,
    &syntax_error::RULE,
    &unknown_field::RULE,
    &unknown_kind::RULE,
    &wrong_type::RULE,
];

/// Finds a rule by its id.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}
