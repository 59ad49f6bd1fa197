//! The engine: runs every rule over every object, and makes one outcome of what they find.

pub mod cap;
pub mod finish;
pub mod fleet;
pub mod lint;
pub mod outcome;
pub mod unchecked;
