//! The engine: runs every rule over every object, and makes one outcome of what they find.

pub mod cap;
pub mod change;
pub mod chart_template;
mod conflicts;
mod cut;
mod dispatch;
pub mod fingerprint;
pub mod finish;
mod kept_jobs;
mod later;
pub mod lint;
pub mod outcome;
pub mod pieces;
pub mod read;
pub mod rule_set;
pub mod run;
pub mod subject;
pub mod unchecked;
