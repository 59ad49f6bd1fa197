//! Rewritten manifests: all fixes applied, suppressions added.

pub mod add_suppressions;
pub mod fix_all;
