//! Options that several commands take.

use crate::cli::completions;
use crate::cli::completions::FormatTo;
use crate::diagnostic::meta::Category;
use crate::diagnostic::severity::Severity;
use crate::policy::config::Preset;
use crate::project::paths::display;
use crate::project::selection::Selection;
use crate::schema::version::Version;
use crate::text::source::STDIN;
use crate::value::quantity::Quantity;
use clap::ValueEnum;
use std::path::Path;
use std::path::PathBuf;
use std::str::FromStr;

/// Check manifests
///
/// Exit code: 0 when nothing was found, 1 when something at or above `--fail-on` was found, 2 when some input could not
/// be read, a configuration has mistakes, or the command line is invalid.
#[derive(Debug, clap::Args)]
pub(crate) struct CheckArgs {
    /// Files and directories, `-` for standard input. Directories are searched for `.yaml`, `.yml` and `.json` files;
    /// files that `.gitignore` lists are skipped
    #[arg(default_value = ".", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Files and directories with objects that belong to the manifests: namespaces, quotas, LimitRanges, ConfigMaps. They are
    /// read, but not checked, and count wherever they are
    #[arg(long, value_name = "PATH")]
    pub(crate) with: Vec<PathBuf>,

    /// Skip these files and directories, besides those of the configuration: a pattern as in `.gitignore`, relative to the
    /// working directory, with `{a,b}` for either. Repeat it for several patterns
    #[arg(long, value_name = "PATTERN")]
    pub(crate) exclude: Vec<String>,

    /// The name to show for standard input
    #[arg(long, value_name = "NAME", default_value = STDIN)]
    pub(crate) stdin_filename: String,

    /// The size of the largest file to read, as Kubernetes writes quantities: `100Mi`, `2Gi`. Standard input has no limit
    /// but one for each document: 32 MiB, unless it is a `List`, whose items are read one by one
    #[arg(long, value_name = "SIZE", default_value = "32Mi")]
    pub(crate) max_size: Size,

    /// The report format: human, concise, json, sarif, github, gitlab, junit, markdown or html. Repeat it for several
    /// reports, all but one with the file to write: `--format human --format sarif=report.sarif`
    #[arg(long, short, value_name = "FORMAT[=FILE]", default_value = "human", value_parser = completions::FORMATS,
        hide_possible_values = true)]
    pub(crate) format: Vec<FormatTo>,

    /// Write the report to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// What SARIF reports call this run: code scanning keeps the results of runs with different ids apart
    #[arg(long, value_name = "ID")]
    pub(crate) sarif_id: Option<String>,

    /// List suppressed findings in SARIF reports too, marked as suppressed. GitHub's code scanning shows them as alerts
    #[arg(long)]
    pub(crate) sarif_suppressed: bool,

    /// The lowest severity that makes the exit code 1
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    pub(crate) fail_on: FailOn,

    /// Make the exit code 1 when there is no Job or CronJob to check, for example because a path is wrong
    #[arg(long)]
    pub(crate) fail_if_empty: bool,

    #[command(flatten)]
    pub(crate) rules: RuleArgs,

    /// When to use colors
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,

    /// Do not print the summary
    #[arg(long, short)]
    pub(crate) quiet: bool,

    /// Add a table of findings by rule
    #[arg(long)]
    pub(crate) statistics: bool,

    /// Apply the safe fixes: those that change nothing once the API server has filled in its defaults
    #[arg(long)]
    pub(crate) fix: bool,

    /// With `--fix`, `--fix-only` or `--diff`: also apply unsafe fixes. They change what runs: review them
    #[arg(long)]
    pub(crate) unsafe_fixes: bool,

    /// Show what the fixes, or `--add-ignore`, would change, without writing anything
    #[arg(long)]
    pub(crate) diff: bool,

    /// Apply the fixes without reporting what remains
    #[arg(long)]
    pub(crate) fix_only: bool,

    /// Suppress all findings, for this reason: with comments, or with annotations in JSON
    #[arg(long, value_name = "REASON", conflicts_with_all = ["fix", "fix_only", "unsafe_fixes"])]
    pub(crate) add_ignore: Option<String>,

    /// Check charts and kustomizations as `helm template` and `kustomize build` (or `kubectl kustomize`) render them. These
    /// programs run only with this flag
    #[arg(long, conflicts_with = "add_ignore")]
    pub(crate) render: bool,

    /// With `--render`: the values to render charts with, on top of their own. Repeat it for several
    /// renderings; a set of several files is `a.yaml,b.yaml`
    #[arg(long, value_name = "FILE[,FILE…]", requires = "render", value_parser = ValueSet::parse)]
    pub(crate) helm_values: Vec<ValueSet>,

    /// With `--render`: the name of the release. Without it, a name that is too long only because of Helm's
    /// `release-name` is not reported
    #[arg(long, value_name = "NAME", requires = "render", value_parser = crate::cli::render::release_name)]
    pub(crate) release_name: Option<String>,

    /// Report only findings that this file does not list; unreadable input is always reported
    #[arg(long, value_name = "FILE", conflicts_with_all = ["new_from", "add_ignore"])]
    pub(crate) baseline: Option<PathBuf>,

    /// Write all findings to this file, for `--baseline`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "new_from", "add_ignore", "diff", "fix_only"])]
    pub(crate) write_baseline: Option<PathBuf>,

    /// Report only findings that are new since this commit, branch or tag, such as `origin/main`
    #[arg(long, value_name = "GIT_REF", conflicts_with = "add_ignore")]
    pub(crate) new_from: Option<String>,
}

/// Print what the API server would answer: a strict server-side dry-run, offline
///
/// The answers of Kubernetes 1.37 and 1.36 are tested word for word against a real server's, those of 1.31 for which fields
/// are rejected, in the words of 1.37; those of other versions follow their types and feature gates. In directories, other
/// kinds, templates, patches and anything that is not a Kubernetes object are skipped, as by `check`. A patch that is named,
/// or a named file that is not an object, is answered. Exit code: 0 when everything is accepted, 1 when something is
/// rejected, 2 when something could not be read.
#[derive(Debug, clap::Args)]
pub(crate) struct DryRunArgs {
    /// Files and directories, `-` for standard input
    #[arg(default_value = ".", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// How to print the answers; json has one element per document
    #[arg(long, short, value_enum, default_value_t)]
    pub(crate) format: ListFormat,

    /// How the manifests reach the server
    #[arg(long = "as", value_enum, default_value_t, value_name = "CLIENT")]
    pub(crate) client: ClientArg,

    /// The Kubernetes version of the server, 1.29 or later [default: that of the configuration, otherwise the
    /// newest, 1.37]
    #[arg(long, value_name = "VERSION")]
    pub(crate) kubernetes_version: Option<Version>,

    /// The configuration file, instead of the `.batchlint.yaml` found upward from each input. Only its
    /// `kubernetes-version` is used
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,

    /// Use no configuration file
    #[arg(long)]
    pub(crate) no_config: bool,

    /// Skip these files and directories, besides those of the configuration: a pattern as in `.gitignore`, relative to the
    /// working directory, with `{a,b}` for either. Repeat it for several patterns
    #[arg(long, value_name = "PATTERN")]
    pub(crate) exclude: Vec<String>,

    /// The name to show for standard input
    #[arg(long, value_name = "NAME", default_value = STDIN)]
    pub(crate) stdin_filename: String,

    /// When to use colors
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
}

/// Show the configuration that applies to a file, and where each setting comes from
#[derive(Debug, clap::Args)]
pub(crate) struct ConfigArgs {
    /// The file
    #[arg(default_value = ".", value_name = "PATH")]
    pub(crate) path: PathBuf,

    /// Show only what differs from the preset and the defaults
    #[arg(long)]
    pub(crate) changed: bool,

    #[command(flatten)]
    pub(crate) rules: RuleArgs,
}

/// List all rules, or those that all filters match
#[derive(Debug, clap::Args)]
pub(crate) struct RulesArgs {
    /// How to print them
    #[arg(long, short, value_enum, default_value_t)]
    pub(crate) format: ListFormat,

    /// Only the rules of this preset
    #[arg(long, value_enum)]
    pub(crate) preset: Option<Preset>,

    /// Only the rules of these categories
    #[arg(long, value_enum, value_delimiter = ',', value_name = "CATEGORY,…")]
    pub(crate) category: Vec<Category>,

    /// Only the rules with a fix
    #[arg(long)]
    pub(crate) fixable: bool,
}

/// How a manifest reaches the API server.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum ClientArg {
    /// Unchanged, as `curl` sends it
    #[default]
    Raw,
    /// As kubectl sends it: as JSON, with only the last of repeated keys
    Kubectl,
}

/// Which rules run, and what they assume; overrides the configuration file.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct RuleArgs {
    /// The configuration file, instead of the `.batchlint.yaml` found upward from each input
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,

    /// Use no configuration file
    #[arg(long)]
    pub(crate) no_config: bool,

    /// Check only these rules, whatever the preset; `missing-*` matches all that start like this, `all` is every rule
    #[arg(long, value_delimiter = ',', value_name = "RULE,…", value_parser = completions::RULES,
        hide_possible_values = true)]
    pub(crate) select: Vec<String>,

    /// Turn these rules off
    #[arg(long, value_delimiter = ',', value_name = "RULE,…", value_parser = completions::RULES,
        hide_possible_values = true)]
    pub(crate) ignore: Vec<String>,

    /// The rules to start from [default: default]
    #[arg(long, value_enum)]
    pub(crate) preset: Option<Preset>,

    /// The Kubernetes version that the manifests are for, 1.29 or later [default: the newest known, 1.37]
    #[arg(long, value_name = "VERSION")]
    pub(crate) kubernetes_version: Option<Version>,

    /// The date that counts as today, for rules that depend on it [default: today, in UTC]
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<jiff::civil::Date>,
}

impl RuleArgs {
    /// Returns what the flags say, without how they are written.
    pub(crate) fn selection(&self) -> Selection {
        let RuleArgs { config, no_config, select, ignore, preset, kubernetes_version, as_of } = self.clone();
        Selection {
            config,
            no_config,
            select,
            ignore,
            preset,
            kubernetes_version,
            as_of,
            ..Selection::default()
        }
    }
}

/// A number of bytes, as Kubernetes writes quantities.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size(pub(crate) u64);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let size = Quantity::parse(text).ok().and_then(|it| u64::try_from(it.whole()).ok());
        size.filter(|it| *it > 0).map(Size).ok_or_else(|| "it must be a size such as `100Mi`".to_owned())
    }
}

/// The lowest severity that counts as a failure.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors only
    Error,
    /// Errors and warnings
    #[default]
    Warning,
    /// Anything found
    Info,
    /// Findings never count as a failure
    Never,
}

/// What a schema describes.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SchemaKind {
    /// `.batchlint.yaml`
    Config,
    /// What `check --format json` writes
    Report,
}

impl FailOn {
    /// Whether a finding of this severity counts.
    pub(crate) fn counts(self, severity: Severity) -> bool {
        match self {
            FailOn::Error => severity >= Severity::Error,
            FailOn::Warning => severity >= Severity::Warning,
            FailOn::Info => true,
            FailOn::Never => false,
        }
    }
}

/// When to use colors.
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
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.split(',').any(str::is_empty) {
            Err("a value set must be `FILE` or `FILE,FILE`".to_owned())
        } else {
            Ok(ValueSet(text.split(',').map(PathBuf::from).collect()))
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

    pub(crate) fn label(&self) -> String {
        self.0.iter().map(|file| format!("`{}`", display(file))).collect::<Vec<_>>().join(" and ")
    }
}
