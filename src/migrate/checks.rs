//! The checks of other linters, each with the rules that take its place. `docs/migrate.md` shows these tables.

mod kube_linter;
mod kube_score;
mod polaris;

use crate::migrate::check::Check;

/// Another linter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tool {
    /// `stackrox/kube-linter`.
    KubeLinter,
    /// `zegl/kube-score`.
    KubeScore,
    /// `FairwindsOps/polaris`.
    Polaris,
}

impl Tool {
    /// All of them.
    pub const ALL: [Tool; 3] = [Tool::KubeLinter, Tool::KubeScore, Tool::Polaris];

    /// Returns the name that people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Tool::KubeLinter => "kube-linter",
            Tool::KubeScore => "kube-score",
            Tool::Polaris => "Polaris",
        }
    }

    /// Returns the version whose checks are known.
    pub fn version(self) -> &'static str {
        match self {
            Tool::KubeLinter => "v0.8.1",
            Tool::KubeScore => "v1.20",
            Tool::Polaris => "v10.2",
        }
    }

    /// Returns all of its checks.
    pub fn checks(self) -> &'static [Check] {
        match self {
            Tool::KubeLinter => kube_linter::CHECKS,
            Tool::KubeScore => kube_score::CHECKS,
            Tool::Polaris => polaris::CHECKS,
        }
    }

    /// Finds a check by its name.
    pub fn check(self, name: &str) -> Option<&'static Check> {
        self.checks().iter().find(|it| it.name == name)
    }
}
