//! How bad a finding is, and how sure.

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Severity {
    /// Good practice, shown when asked for.
    Info,
    /// Likely harm in production.
    Warning,
    /// The API server rejects the object, or it can never do its work.
    Error,
}

/// How sure a rule can be that what it found is a defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A guess by names or habits.
    Low,
    /// Right unless something outside the manifest says otherwise.
    Medium,
    /// Certain from the manifest alone.
    High,
}

impl Confidence {
    /// Returns the word that people and tools know it by.
    pub fn as_str(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

impl Severity {
    /// Returns the word that people and tools know it by.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}
