//! Rewritten manifests: all fixes applied, suppressions added.

pub mod add_suppressions;
pub mod diff;
pub mod fix_all;
pub mod suppress_each;
