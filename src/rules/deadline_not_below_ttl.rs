use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::{Practice, Yield};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::gitops;
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::hook::{Tool, hooks_of};
use crate::manifest::workload::{Job, Kind};
use crate::policy::suppress::lines::comments_on_line_of;
use crate::rule::{Check, Reporter, Rule};
use crate::text::word_list::says_any;
use crate::time::history;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "deadline-not-below-ttl",
        summary: "The record of a run is kept no longer than a run can take",
        category: Category::Lifetime,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        practice: Some(Practice::DeadlineBelowTtl),
        yields_to: &[
            Yield::in_object("short-ttl"),
            Yield::in_object("ttl-defeats-history"),
            Yield::in_object("ttl-races-hook"),
        ],
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let (deadline_field, ttl_field) = (job.active_deadline_seconds(), job.ttl_seconds_after_finished());
    let (Some(deadline), Some(ttl)) = (deadline_field.integer(), ttl_field.integer()) else { return };
    if deadline < ttl {
        return;
    }
    // A TTL that a CronJob is better off without is not to be raised, whether or not another rule says so.
    let is_in_the_way = job.cron_job().is_some_and(|it| history::history_defeated_by_ttl(it).is_some());
    let is_applied = job.cron_job().is_none() && gitops::applied_by(job.object).is_some();
    let longer = deadline.saturating_add(3600) / 3600 * 3600;
    let subject = if job.cron_job().is_some() { "a Job" } else { "the Job" };
    let when = if deadline == ttl { "possibly just after" } else { "possibly before" };
    // A fix would leave the comment with another time: `# clean up after 1h`.
    let said = || ttl_field.node().into_iter().flat_map(comments_on_line_of).filter(|it| states_time(it));
    let (is_said, is_meant) = (said().next().is_some(), said().any(speaks_of_deletion));
    let node = ttl_field.node().filter(|_| !is_in_the_way && !is_applied && !is_said);
    // Argo CD itself sees how its hooks end, so nobody has to check on them after the deadline.
    let hooks = || hooks_of(job.object.node, Tool::ArgoCd);
    let is_hook = job.object.kind == Kind::Job && !matches!(hooks()[..], [] | ["Skip"]);
    reporter
        .report_milder(
            is_meant || is_hook,
            ttl_field,
            format!(
                "if {subject} ends early, it and its logs are deleted {ttl} s later, {when} its deadline of \
                    {deadline} s: anyone who waits for the deadline to check on it can find nothing left"
            ),
        )
        .related(deadline_field, "the deadline, counted from the start")
        .help(if is_in_the_way {
            history::ADVICE.to_owned()
        } else if is_applied {
            gitops::TTL_ADVICE.to_owned()
        } else {
            format!("set `ttlSecondsAfterFinished` above {deadline}, or lower the deadline")
        })
        .fix(
            format!("set `ttlSecondsAfterFinished: {longer}`, the next full hour"),
            Safety::Unsafe,
            node.map_or(Ok(Vec::new()), |node| Edit::replace(node, longer.to_string())),
        );
}

/// Whether a comment says how long something takes: `# 1 hour`, `# after 24h`.
fn states_time(comment: &str) -> bool {
    comment.split([' ', '(', '#']).any(|it| it.starts_with(|it: char| it.is_ascii_digit()))
}

/// Whether a comment says what the field is for, and not only how long it is.
fn speaks_of_deletion(comment: &str) -> bool {
    const WORDS: &str =
        "clean cleaned cleans cleanup delete deleted deletes keep keeps remove removed removes";
    says_any(WORDS, comment)
}
