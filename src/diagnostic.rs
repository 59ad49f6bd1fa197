//! What a linter reports: findings, and what is known of the rules that report them.

pub mod comparison;
pub mod condition;
pub mod display;
pub mod elsewhere;
pub mod finding;
pub mod fold;
pub mod meta;
pub mod page;
pub mod practice;
pub mod registry;
pub mod severity;
