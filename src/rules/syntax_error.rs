use crate::diagnostic::meta::Meta;
use crate::diagnostic::meta::Scope;
use crate::diagnostic::meta::{Admission, Category};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Problem;
use crate::manifest::place::Place;
use crate::rule::{Check, Reporter, Rule};

pub(crate) static RULE: Rule = Rule {
    meta: Meta {
        id: "syntax-error",
        summary: "Kubernetes cannot parse this part of the file",
        category: Category::Validity,
        severity: Severity::Error,
        confidence: Confidence::High,
        admission: Admission::Never,
        scope: Scope::File,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Syntax(check),
};

fn check(problem: &Problem, reporter: &mut Reporter<'_>) {
    let place = Place { path: String::new(), span: problem.error.span };
    let help = if problem.silent {
        Some("start a new document with `---`, or remove the text".to_owned())
    } else {
        problem.error.help.clone()
    };
    let finding = reporter.report(place, problem.error.message.clone());
    if let Some(help) = help {
        finding.help(help);
    }
}
