//! What reports can be asked for, and what they are made of.

use crate::engine::outcome::Outcome;

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// For eyes.
    #[default]
    Human,
    /// For `grep`.
    Concise,
    /// For scripts.
    Json,
    /// For code scanning.
    Sarif,
    /// For GitHub Actions.
    Github,
    /// For merge requests in GitLab.
    Gitlab,
    /// For CI servers that show tests.
    Junit,
    /// For summaries of jobs and comments.
    Markdown,
    /// For browsers.
    Html,
}

/// How a report looks, as far as its format leaves a choice.
#[derive(Clone, Copy, Debug)]
pub struct ReportOptions {
    /// Colours, as ANSI escapes.
    pub color: bool,
    /// Lines and arrows of Unicode instead of ASCII.
    pub unicode: bool,
    /// The columns of the terminal.
    pub width: usize,
    /// A table of how many findings each rule has.
    pub statistics: bool,
    /// No summary.
    pub quiet: bool,
    /// The first day of the week that a page draws; none draws no week.
    pub as_of: Option<jiff::civil::Date>,
}

/// What every format is given.
pub(super) struct Report<'a> {
    pub outcome: &'a Outcome,
    pub files: usize,
    pub options: &'a ReportOptions,
}

impl Default for ReportOptions {
    fn default() -> Self {
        ReportOptions {
            color: false,
            unicode: true,
            width: 100,
            statistics: false,
            quiet: false,
            as_of: None,
        }
    }
}
