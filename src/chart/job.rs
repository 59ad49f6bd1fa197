//! The course of a Job.

use crate::text::phrases::count;
use serde_json::{Value, json};

use crate::chart::model::{Bar, BarStyle, Chart, Marker, Row};
use crate::time::format;
use crate::time::retry::{Attempt, AttemptOutcome, JobEnd, JobPlan, MAX_ATTEMPTS, Millis, Timeline};

/// Returns the course as data; times are seconds from the creation of the Job, whole ones as the API has them.
pub fn to_json(timeline: &Timeline) -> Value {
    let attempt = |attempt: &Attempt| {
        json!({
            "start": seconds(attempt.start),
            "end": attempt.end.map(seconds),
            "pod": attempt.pod,
            "restart": attempt.restart,
            "index": attempt.index,
            "outcome": name(attempt.outcome),
        })
    };
    let end = |end: JobEnd| {
        json!({
            "at": seconds(end.at),
            "condition": if end.is_complete { "Complete" } else { "Failed" },
            "reason": end.reason,
            "failed": end.failed,
            "succeeded": end.succeeded,
        })
    };
    let mut value = json!({
        "attempts": timeline.attempts.iter().map(attempt).collect::<Vec<_>>(),
        "end": timeline.end.map(end),
        "deleted": timeline.deleted.map(seconds),
    });
    if timeline.is_truncated {
        value["cut"] = json!(format!("after {} attempts", timeline.attempts.len()));
    }
    value
}

fn seconds(at: Millis) -> i64 {
    at.div_euclid(1_000)
}

fn name(outcome: AttemptOutcome) -> &'static str {
    match outcome {
        AttemptOutcome::Succeeded => "succeeded",
        AttemptOutcome::Failed => "failed",
        AttemptOutcome::Deleted => "deleted",
        AttemptOutcome::Running => "running",
    }
}

/// Draws the course. `assumed` says what the attempts were taken to do.
pub fn chart(
    title: String,
    assumed: String,
    plan: &JobPlan,
    timeline: &Timeline,
    notes: Vec<String>,
) -> Chart {
    let last = timeline.attempts.iter().map(|it| it.end.unwrap_or(it.start)).max().unwrap_or_default();
    let end = timeline.end.map_or(last, |it| it.at.max(last)).max(1_000);
    let rows = timeline.attempts.iter().enumerate();
    let rows = rows.map(|(number, attempt)| row(attempt, before(timeline, number), end)).collect();
    let deadline = plan.deadline.zip(timeline.start_time).map(|(seconds, start)| start + seconds * 1_000);
    let deadline = deadline.filter(|&at| at <= end);
    let marks = deadline.map(|at| Marker { at, label: "deadline".to_owned() }).into_iter().collect();
    let ticks = (0..=5).map(|part| end * part / 5).map(|at| (at, format::duration(seconds(at)))).collect();
    let mut footer = vec![verdict(plan, timeline)];
    footer.extend(timeline.deleted.map(|at| {
        let when = format::duration(seconds(at));
        format!("After {when} the Job and its pods are deleted: `ttlSecondsAfterFinished`.")
    }));
    footer.extend(notes);
    Chart { title, subtitle: assumed, rows, marks, span: (0, end), ticks, footer }
}

/// Returns when the failure ended that an attempt waited after.
fn before(timeline: &Timeline, number: usize) -> Option<Millis> {
    let attempt = timeline.attempts.get(number)?;
    let earlier = timeline.attempts[..number].iter().rev();
    let mut failures =
        earlier.filter(|it| it.outcome == AttemptOutcome::Failed && it.end <= Some(attempt.start));
    let found = failures.find(|earlier| match attempt.restart {
        0 => attempt.index.is_none() || earlier.index == attempt.index,
        _ => earlier.pod == attempt.pod,
    });
    found.and_then(|it| it.end)
}

fn row(attempt: &Attempt, failed: Option<Millis>, end: Millis) -> Row {
    let ended = attempt.end.unwrap_or(end);
    let (style, outcome) = match attempt.outcome {
        AttemptOutcome::Succeeded => (BarStyle::Succeeded, "succeeded"),
        AttemptOutcome::Failed => (BarStyle::Failed, "failed"),
        AttemptOutcome::Deleted => (BarStyle::Deleted, "ended by deletion"),
        AttemptOutcome::Running => (BarStyle::Running, "still running"),
    };
    let waited = failed.filter(|&at| at < attempt.start);
    let wait = waited.map(|start| Bar { start, end: attempt.start, style: BarStyle::Waiting });
    let mut bars: Vec<Bar> = wait.into_iter().collect();
    bars.push(Bar { start: attempt.start, end: ended, style });
    let index = attempt.index.map(|it| format!(", index {it}")).unwrap_or_default();
    let restart = if attempt.restart > 0 { format!(", restart {}", attempt.restart) } else { String::new() };
    let start = format::duration(seconds(attempt.start));
    let took = format::duration(seconds(ended) - seconds(attempt.start));
    let mut note = format!("{outcome} after {took}");
    if let Some(at) = waited {
        note += &format!(", waited {}", format::duration(seconds(attempt.start) - seconds(at)));
    }
    Row { label: format!("{start}  pod {}{index}{restart}", attempt.pod), bars, note }
}

fn verdict(plan: &JobPlan, timeline: &Timeline) -> String {
    let Some(end) = timeline.end else {
        return match timeline {
            _ if timeline.is_truncated && timeline.attempts.len() >= MAX_ATTEMPTS => {
                format!("The Job continues: after {MAX_ATTEMPTS} attempts the chart is cut off here.")
            }
            _ if timeline.is_truncated => "The Job continues; the chart is cut off here.".to_owned(),
            _ if plan.is_suspended => {
                "The Job is suspended: nothing starts until someone resumes it.".to_owned()
            }
            _ => "The Job does not end; nothing more happens.".to_owned(),
        };
    };
    let when = format::duration(seconds(end.at));
    let what = if end.is_complete { "is complete" } else { "fails" };
    let (reason, pods, succeeded) = (end.reason, count(end.failed, "pod"), end.succeeded);
    format!("After {when} the Job {what}: {reason}, {pods} failed, {succeeded} succeeded.")
}
