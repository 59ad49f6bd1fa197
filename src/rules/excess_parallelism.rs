use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Job;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "excess-parallelism",
        summary: "Fewer pods run at once than `parallelism` says",
        category: Category::Parallelism,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let (parallelism_field, completions_field) = (job.parallelism(), job.completions());
    let (Some(parallelism), Some(completions)) = (parallelism_field.integer(), completions_field.integer())
    else {
        return;
    };
    // `completions: 0` is for `zero-completions`; below it the API server rejects the Job.
    if completions < 1 || parallelism <= completions {
        return;
    }
    let (pods, wanted) = match completions {
        1 => ("pod runs", "1 completion".to_owned()),
        _ => ("pods run", format!("{completions} completions")),
    };
    let finding = reporter.report(
        parallelism_field,
        format!("at most {completions} {pods} at once, not {parallelism}: the Job needs only {wanted}"),
    );
    finding.related(completions_field, format!("the number of pods that have to succeed: {completions}"));
    // An Indexed Job cannot do without `completions`.
    finding.help(if job.completion_mode().is("Indexed") {
        format!("lower `parallelism` to {completions}, or raise `completions`")
    } else {
        format!(
            "lower `parallelism` to {completions}, raise `completions`, or remove `completions` if the pods \
             share a work queue"
        )
    });
}
