//! What reports can be asked for, and what they are made of.

use crate::diagnostic::comparison::Comparison;
use crate::engine::outcome::Outcome;
use crate::report::pictures::Pictures;

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
    /// Links to the pages of rules, for terminals that show them.
    pub links: bool,
    /// Lines and arrows of Unicode instead of ASCII.
    pub unicode: bool,
    /// The columns of the terminal.
    pub width: usize,
    /// A table of how many findings each rule has.
    pub statistics: bool,
    /// No summary.
    pub quiet: bool,
    /// Whether suppressed findings are listed too, as such, where the format has a way to say so.
    pub suppressed: bool,
    /// The first day of the week that a page draws; none draws no week.
    pub as_of: Option<jiff::civil::Date>,
}

/// How the program was called.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The arguments, without the name of the program, with credentials masked.
    pub arguments: Vec<String>,
    /// When it started.
    pub started: jiff::Timestamp,
    /// What code scanning is to call the run, so that it keeps the results of several runs apart.
    pub id: Option<String>,
}

/// What a report is about, and how it looks.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// What came out of the run.
    pub outcome: &'a Outcome,
    /// How many files were looked into.
    pub files: usize,
    /// How the findings compare with known ones, which are no longer among them; `None` if nobody asked.
    pub comparison: Option<&'a Comparison>,
    /// How the program was called, for reports that say so.
    pub invocation: Option<&'a Invocation>,
    /// What a page draws of the objects.
    pub pictures: Option<&'a Pictures>,
    /// How it looks.
    pub options: &'a ReportOptions,
}

impl<'a> Report<'a> {
    /// Makes a report of one file without comparison and pictures.
    pub fn new(outcome: &'a Outcome, options: &'a ReportOptions) -> Self {
        Report { outcome, files: 1, comparison: None, invocation: None, pictures: None, options }
    }
}

impl Default for ReportOptions {
    fn default() -> Self {
        ReportOptions {
            color: false,
            links: false,
            unicode: true,
            width: 100,
            statistics: false,
            quiet: false,
            suppressed: false,
            as_of: None,
        }
    }
}
