//! Options that several commands take.

use crate::cli::known;
use crate::cli::known::FormatTo;
use crate::diagnostic::severity::Severity;
use crate::policy::config::Preset;
use crate::project::paths::display;
use crate::project::selection::Selection;
use crate::schema::version::Version;
use crate::text::source::STDIN;
use clap::ValueEnum;
use std::path::Path;
use std::path::PathBuf;

/// Check manifests
///
/// Exit code: 0 when nothing was found, 1 when something at or above `--fail-on` was found, 2 when something could not
/// be read or the call was wrong.
#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    /// Files and directories, `-` for standard input. Directories are searched for `.yaml`, `.yml` and `.json` files;
    /// what `.gitignore` names is left out
    #[arg(default_value = ".", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// The name to show for standard input
    #[arg(long, value_name = "NAME", default_value = STDIN)]
    pub(crate) stdin_filename: String,

    /// How to report: human, concise, json, sarif, github, gitlab, junit, markdown or html. Several times for several
    /// reports, all but one with the file to write: `--format human --format sarif=report.sarif`
    #[arg(long, value_name = "FORMAT[=FILE]", default_value = "human", value_parser = known::FORMATS,
        hide_possible_values = true)]
    pub(crate) format: Vec<FormatTo>,

    /// Write the report to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// The least severity that makes the exit code 1
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    pub(crate) fail_on: FailOn,

    #[command(flatten)]
    pub(crate) rules: Rules,

    /// When to use colours
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,

    /// Leave the summary out
    #[arg(long, short)]
    pub(crate) quiet: bool,

    /// Add a table of findings by rule
    #[arg(long)]
    pub(crate) statistics: bool,

    /// Apply the safe fixes: those that change nothing once the API server has filled in its defaults
    #[arg(long)]
    pub(crate) fix: bool,

    /// With `--fix`, `--fix-only` or `--diff`: the other fixes too. They change what runs: look at them
    #[arg(long)]
    pub(crate) unsafe_fixes: bool,

    /// Show what the fixes, or `--add-ignore`, would change, and write nothing
    #[arg(long)]
    pub(crate) diff: bool,

    /// Apply the fixes and report nothing that is left
    #[arg(long)]
    pub(crate) fix_only: bool,

    /// Suppress everything that is found, for this reason: with comments, in JSON with annotations
    #[arg(long, value_name = "REASON", conflicts_with_all = ["fix", "fix_only", "unsafe_fixes"])]
    pub(crate) add_ignore: Option<String>,

    /// Judge charts and kustomizations as `helm template` and `kustomize build` (or `kubectl kustomize`) make them. These
    /// programs are run only if you say so
    #[arg(long, conflicts_with = "add_ignore")]
    pub(crate) render: bool,

    /// With `--render`: the values that charts are rendered with, instead of their own only. Several times for several
    /// renderings; a set of several files is `a.yaml,b.yaml`
    #[arg(long, value_name = "FILE[,FILE…]", requires = "render", value_parser = ValueSet::read)]
    pub(crate) helm_values: Vec<ValueSet>,

    /// Report only what this file does not list; what cannot be read is always reported
    #[arg(long, value_name = "FILE", conflicts_with_all = ["new_from", "add_ignore"])]
    pub(crate) baseline: Option<PathBuf>,

    /// Write all that is found to this file, for `--baseline`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "new_from", "add_ignore", "diff", "fix_only"])]
    pub(crate) write_baseline: Option<PathBuf>,

    /// Report only what the files did not have in this commit, branch or tag, as `git` knows it: `origin/main`
    #[arg(long, value_name = "GIT_REF", conflicts_with = "add_ignore")]
    pub(crate) new_from: Option<String>,
}

/// Say what the API server would answer: a strict server-side dry-run, offline
///
/// The answers of Kubernetes 1.36 are proven on a server's, word for word; those of 1.31 on which fields are refused, in
/// the words of 1.36; those of other versions follow their types and feature gates. What is in folders is left aside as
/// `check` leaves it aside: other kinds, templates, patches, what is no Kubernetes object. A patch that is named, or a file
/// that is no object, is answered. Exit code: 0 when everything is accepted, 1 when something is refused, 2 when
/// something could not be read.
#[derive(Debug, clap::Args)]
pub(crate) struct DryRun {
    /// Files and directories, `-` for standard input
    #[arg(default_value = ".", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// How to print the answers; json has an element for each document
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ListFormat,

    /// How the manifests reach the server
    #[arg(long = "as", value_enum, default_value_t, value_name = "CLIENT")]
    pub(crate) client: Client,

    /// The Kubernetes version of the server, from 1.29 on [default: that of the configuration, else 1.36, the
    /// newest whose answers are proven]
    #[arg(long, value_name = "VERSION")]
    pub(crate) kubernetes_version: Option<Version>,

    /// The configuration file, instead of the `.batchlint.yaml` found upward from each input. Of it only
    /// `kubernetes-version` counts
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,

    /// Use no configuration file
    #[arg(long)]
    pub(crate) no_config: bool,

    /// The name to show for standard input
    #[arg(long, value_name = "NAME", default_value = STDIN)]
    pub(crate) stdin_filename: String,

    /// When to use colours
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
}

/// Show the configuration that is in force for a file, and where each setting comes from
#[derive(Debug, clap::Args)]
pub(crate) struct ShowConfig {
    /// The file
    #[arg(default_value = ".", value_name = "PATH")]
    pub(crate) path: PathBuf,

    /// Only what is not as the preset and the program have it
    #[arg(long)]
    pub(crate) changed: bool,

    #[command(flatten)]
    pub(crate) rules: Rules,
}

/// How a manifest reaches the API server.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Client {
    /// The file as it is, as `curl` sends it
    #[default]
    Raw,
    /// As kubectl sends it: as JSON, of repeated keys the last one only
    Kubectl,
}

/// Which rules speak, and what they assume: what is said here goes before the configuration file.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Rules {
    /// The configuration file, instead of the `.batchlint.yaml` found upward from each input
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,

    /// Use no configuration file
    #[arg(long)]
    pub(crate) no_config: bool,

    /// Check these rules only, whatever the preset has; `missing-*` for all that start so, `all` for every rule
    #[arg(long, value_delimiter = ',', value_name = "RULE,…", value_parser = known::RULES,
        hide_possible_values = true)]
    pub(crate) select: Vec<String>,

    /// Leave these rules out
    #[arg(long, value_delimiter = ',', value_name = "RULE,…", value_parser = known::RULES,
        hide_possible_values = true)]
    pub(crate) ignore: Vec<String>,

    /// The rules to start from [default: default]
    #[arg(long, value_enum)]
    pub(crate) preset: Option<Preset>,

    /// The Kubernetes version that the manifests are for, from 1.29 on [default: the newest known, 1.37]
    #[arg(long, value_name = "VERSION")]
    pub(crate) kubernetes_version: Option<Version>,

    /// The date that counts as today, for rules that depend on it [default: today, in UTC]
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<jiff::civil::Date>,
}

impl Rules {
    /// Returns what the flags say, without how they are written.
    pub(crate) fn selection(&self) -> Selection {
        let Rules { config, no_config, select, ignore, preset, kubernetes_version, as_of } = self.clone();
        Selection { config, no_config, select, ignore, preset, kubernetes_version, as_of }
    }
}

/// The least severity that counts as a failure.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors only
    Error,
    /// Errors and warnings
    #[default]
    Warning,
    /// Anything found
    Info,
    /// Nothing found is a failure
    Never,
}

/// What there is a schema of.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Schema {
    /// `.batchlint.yaml`
    Config,
    /// What `check --format json` writes
    Report,
}

impl FailOn {
    /// Says whether a finding of this severity counts.
    pub(crate) fn counts(self, severity: Severity) -> bool {
        match self {
            FailOn::Error => severity >= Severity::Error,
            FailOn::Warning => severity >= Severity::Warning,
            FailOn::Info => true,
            FailOn::Never => false,
        }
    }
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How to print a list.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
}

/// One set of value files, which a chart is rendered with: `a.yaml,b.yaml`.
#[derive(Clone, Debug, Default)]
pub(crate) struct ValueSet(pub(crate) Vec<PathBuf>);

impl ValueSet {
    /// Reads `a.yaml,b.yaml`.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        match text.split(',').any(str::is_empty) {
            true => Err("a value set is `FILE` or `FILE,FILE`".to_owned()),
            false => Ok(ValueSet(text.split(',').map(PathBuf::from).collect())),
        }
    }

    /// Returns the set with other paths.
    pub(crate) fn map(&self, other: impl Fn(&Path) -> PathBuf) -> Self {
        ValueSet(self.0.iter().map(|file| other(file)).collect())
    }

    /// Returns the first of the files that is not there; Helm fetches those at addresses.
    pub(crate) fn missing(&self) -> Option<&Path> {
        let is_missing = |file: &&PathBuf| !file.is_file() && !file.to_string_lossy().contains("://");
        self.0.iter().find(is_missing).map(PathBuf::as_path)
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().map(PathBuf::as_path)
    }

    pub fn label(&self) -> String {
        self.0.iter().map(|file| format!("`{}`", display(file))).collect::<Vec<_>>().join(" and ")
    }
}
