use crate::diagnostic::meta::Meta;
use crate::diagnostic::meta::Scope;
use crate::diagnostic::meta::{Admission, Category};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Rule};

pub(crate) static RULE: Rule = Rule {
    meta: Meta {
        id: "invalid-configuration",
        summary: "A `.batchlint.yaml` has a mistake, and is not used",
        category: Category::Validity,
        severity: Severity::Error,
        confidence: Confidence::High,
        admission: Admission::Never,
        scope: Scope::File,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Configuration,
};
