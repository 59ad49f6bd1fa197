//! How a run ends.

/// How a run ends; the process's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing was found, or nothing that counts.
    Clean = 0,
    /// Something was found.
    Findings = 1,
    /// Something could not be read or written, or the call was wrong.
    Failure = 2,
}
