//! What a run found, as text for people and as data for tools.

mod concise;
mod excerpt;
mod github;
mod gitlab;
mod html;
mod human;
mod json;
mod junit;
mod location;
mod markdown;
mod options;
mod pictures;
mod sarif;
mod summary;

pub use options::{Format, Invocation, Report, ReportOptions};
pub use pictures::Pictures;

use std::io;

type Writer = fn(&Report<'_>, &mut dyn io::Write) -> io::Result<()>;

impl Format {
    /// Every format, the default first.
    pub const ALL: &[Format] = &[
        Format::Human,
        Format::Concise,
        Format::Json,
        Format::Sarif,
        Format::Github,
        Format::Gitlab,
        Format::Junit,
        Format::Markdown,
        Format::Html,
    ];

    /// Returns the name that the command line knows it by.
    pub fn as_str(self) -> &'static str {
        self.definition().0
    }

    /// Describes in one line what it is for.
    pub fn description(self) -> &'static str {
        self.definition().1
    }

    fn definition(self) -> (&'static str, &'static str, Writer) {
        match self {
            Format::Human => ("human", "Each finding with an excerpt of the manifest", human::write),
            Format::Concise => ("concise", "Each finding on a line of its own", concise::write),
            Format::Json => ("json", "JSON, as described by schemas/report.schema.json", json::write),
            Format::Sarif => ("sarif", "SARIF 2.1.0, for code scanning", sarif::write),
            Format::Github => ("github", "Annotations of a GitHub Actions workflow", github::write),
            Format::Gitlab => ("gitlab", "A Code Quality report for GitLab", gitlab::write),
            Format::Junit => ("junit", "JUnit XML, for CI servers that show tests", junit::write),
            Format::Markdown => {
                ("markdown", "A table in Markdown, for the summary of a CI job or a comment", markdown::write)
            }
            Format::Html => ("html", "One page to open in a browser, with search and charts", html::write),
        }
    }
}

/// Writes a report.
pub fn write(format: Format, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let (_, _, write) = format.definition();
    write(report, out)
}
