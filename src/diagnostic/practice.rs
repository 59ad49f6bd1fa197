//! What a policy can insist on, and which of several findings stands for one defect.

/// A practice that an admission policy can insist on, whatever the severity of the findings that offend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Practice {
    /// The Job has a deadline.
    Deadline,
    /// The Job states how often it is retried.
    BackoffLimit,
    /// The record of the Job is kept for longer than the Job may last.
    DeadlineBelowTtl,
    /// The object contains no credential.
    NoCredential,
    /// Each container has a memory limit.
    MemoryLimits,
    /// No container keeps the Job from completing once the work is done.
    NoEndlessSidecar,
}

impl Practice {
    /// All practices.
    pub const ALL: [Practice; 6] = [
        Practice::Deadline,
        Practice::BackoffLimit,
        Practice::DeadlineBelowTtl,
        Practice::NoCredential,
        Practice::MemoryLimits,
        Practice::NoEndlessSidecar,
    ];

    /// Returns the practice in a few words, to follow "insists on".
    pub fn as_str(self) -> &'static str {
        match self {
            Practice::Deadline => "a deadline",
            Practice::BackoffLimit => "a back-off limit",
            Practice::DeadlineBelowTtl => "a deadline below the TTL",
            Practice::NoCredential => "no credential in the object",
            Practice::MemoryLimits => "memory limits",
            Practice::NoEndlessSidecar => "no endless sidecar",
        }
    }
}

/// A rule that reports the same defect in better words: its finding stands for the one of the rule that yields.
#[derive(Clone, Copy, Debug)]
pub struct Yield {
    /// The id of that rule.
    pub to: &'static str,
    /// When two findings in one object are about the same defect.
    pub same: Same,
}

/// When two findings in one object are about the same defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Same {
    /// Always: each of the two rules has one thing to say of an object.
    Object,
    /// When both name a field, as their place or as a related one.
    Field,
}

impl Yield {
    /// Yields to whatever a rule finds in the same object.
    pub const fn in_object(to: &'static str) -> Self {
        Yield { to, same: Same::Object }
    }

    /// Yields to what a rule finds at the same field.
    pub const fn at_field(to: &'static str) -> Self {
        Yield { to, same: Same::Field }
    }
}
