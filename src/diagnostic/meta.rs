//! What is known of a rule without running it.

use crate::diagnostic::practice::Practice;
use crate::diagnostic::practice::Yield;
use crate::diagnostic::severity::Confidence;
use crate::diagnostic::severity::Severity;
use crate::manifest::edit::Safety;
use crate::text::pattern::Pattern;
use std::borrow::Cow;

/// The address of the web site, without a slash at its end: `site/build` makes it, and every link to a page starts with it.
pub const SITE: &str = "https://batchlint.dev";

/// What is known of a rule without running it; its page is its documentation and its test.
#[derive(Debug)]
pub struct Meta {
    /// Names the defect in kebab case, so that "ignore missing-deadline" reads well. Never changes its meaning.
    pub id: &'static str,
    /// What is wrong, in one line without a full stop.
    pub summary: &'static str,
    /// What the rule is about.
    pub category: Category,
    /// How bad a finding is unless the configuration says otherwise.
    pub severity: Severity,
    /// How sure a finding is.
    pub confidence: Confidence,
    /// The practice that each of its findings offends.
    pub practice: Option<Practice>,
    /// The rules that report the same defect in better words, the best first: no finding is folded into one of theirs
    /// where they are off or suppressed.
    pub yields_to: &'static [Yield],
    /// What it is run on.
    pub scope: Scope,
    /// What is left for it to see once an API server has filled in its defaults.
    pub admission: Admission,
    /// Whether it also checks an object that kubectl never sees, since another one follows it without a `---`.
    pub checks_lost: bool,
    /// The version of batchlint that had it first.
    pub since: &'static str,
    /// What the configuration can set.
    pub options: &'static [RuleOption],
    /// How safe the fix is that it offers, where it offers one.
    pub fix: Option<Safety>,
}

impl Meta {
    /// What most rules have; each rule states its id, its words and whatever else is its own.
    pub const DEFAULT: Meta = Meta {
        id: "",
        summary: "",
        category: Category::Validity,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        practice: None,
        yields_to: &[],
        scope: Scope::Object,
        admission: Admission::Same,
        checks_lost: false,
        since: "",
        options: &[],
        fix: None,
    };

    /// Returns the web address of the page.
    pub fn url(&self) -> String {
        format!("{SITE}/rules/{}", self.id)
    }
}

/// What a rule is run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A file, whether it can be read or not.
    File,
    /// An object.
    Object,
    /// A suppression.
    Suppression,
    /// All objects of a run.
    Fleet,
    /// An object and its version before.
    Change,
}

/// Something about a rule that the configuration can set: `rules: {short-ttl: {minimum: 300}}`.
#[derive(Clone, Debug)]
pub struct RuleOption {
    /// The key, in kebab case; one about a field of Kubernetes has the name of that.
    pub name: &'static str,
    /// What it does, in one line without a full stop.
    pub summary: &'static str,
    /// The value unless the configuration says otherwise, which gives the type too.
    pub default: OptionValue,
}

/// The value of a rule's option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionValue {
    /// A whole number from 0 on.
    Integer(i64),
    /// A text.
    Text(Cow<'static, str>),
    /// A list of texts.
    List(Cow<'static, [Cow<'static, str>]>),
    /// A list of patterns.
    Patterns(Vec<Pattern>),
    /// The smallest and the largest number.
    Range(Range),
    /// Patterns of values, by key.
    Map(Vec<ValuePattern>),
}

/// The smallest and the largest whole number that a field may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// The smallest one, if there is one.
    pub minimum: Option<i64>,
    /// The largest one, if there is one.
    pub maximum: Option<i64>,
}

/// A pattern of the values of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValuePattern {
    /// The keys.
    pub key: Pattern,
    /// Their values; none where what another setting says of the keys no longer applies.
    pub value: Option<Pattern>,
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// What the API server says.
    Validity,
    /// Failure and retry.
    Failure,
    /// How long a Job and its parts last.
    Lifetime,
    /// When a CronJob runs.
    Schedule,
    /// Several pods for one Job.
    Parallelism,
    /// Credentials in the open.
    Secrets,
    /// Images and resources.
    Resources,
    /// What a container may do.
    Security,
    /// Labels, names, life in a repository.
    Metadata,
    /// What the shell inside a Job will do.
    Scripts,
    /// What is wrong with suppressions.
    Suppressions,
}

/// What a rule can still see in an object that an API server has filled in: a Job has all defaults then, a CronJob's
/// `jobTemplate.spec` has not (`SetObjectDefaults_CronJob`), comments and formatting are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// All that it sees in a file.
    Same,
    /// Enough only in a CronJob: in a Job the default hides whether the field was stated.
    CronJobOnly,
    /// Enough where the object says what was stated (`last-applied-configuration`, `managedFields`).
    WhenKnown,
    /// Nothing: the API server has seen to it, or the text is gone.
    Never,
}

impl Admission {
    /// Returns the name as the sources write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Admission::Same => "same",
            Admission::CronJobOnly => "only in CronJobs",
            Admission::WhenKnown => "if the object shows what was set",
            Admission::Never => "never",
        }
    }
}

impl Category {
    /// All categories, in the order of lists.
    pub const ALL: [Category; 11] = [
        Category::Validity,
        Category::Failure,
        Category::Lifetime,
        Category::Schedule,
        Category::Parallelism,
        Category::Secrets,
        Category::Resources,
        Category::Security,
        Category::Metadata,
        Category::Scripts,
        Category::Suppressions,
    ];

    /// Returns the name that arguments have.
    pub fn as_str(self) -> &'static str {
        match self {
            Category::Validity => "validity",
            Category::Failure => "failure",
            Category::Lifetime => "lifetime",
            Category::Schedule => "schedule",
            Category::Parallelism => "parallelism",
            Category::Secrets => "secrets",
            Category::Resources => "resources",
            Category::Security => "security",
            Category::Metadata => "metadata",
            Category::Scripts => "scripts",
            Category::Suppressions => "suppressions",
        }
    }

    /// Returns the heading for lists of rules.
    pub fn title(self) -> &'static str {
        match self {
            Category::Validity => "Validity",
            Category::Failure => "Failure and retry",
            Category::Lifetime => "Lifetime",
            Category::Schedule => "Schedule",
            Category::Parallelism => "Parallel work",
            Category::Secrets => "Secrets",
            Category::Resources => "Images and resources",
            Category::Security => "Security",
            Category::Metadata => "Labels and names",
            Category::Scripts => "Scripts",
            Category::Suppressions => "Suppressions",
        }
    }
}
