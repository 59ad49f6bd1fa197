//! Jobs start their pods and end when the real controller says: every recorded Job of `testdata/time/job.json`, to
//! the second.

use std::fs;
use std::path::Path;

use batchlint::time::retry::{
    AttemptOutcome, ContainerRun, FailureAction, FailurePattern, FailureRule, Intervention, JobAssumptions,
    JobPlan, MAX_ATTEMPTS, Millis, PendingRun, RestartPolicy, SuccessRule, Timeline, first_retry_from,
    never_waits, restart_waits, simulate,
};
use proptest::prelude::*;
use serde_json::Value;

const NEVER: RestartPolicy = RestartPolicy::Never;
const ON_FAILURE: RestartPolicy = RestartPolicy::OnFailure;

fn runs(takes: Millis, exit_code: i64) -> ContainerRun {
    ContainerRun { takes, exit_code }
}

fn limit(restart_policy: RestartPolicy, backoff_limit: i64) -> JobPlan {
    JobPlan { restart_policy, backoff_limit, ..JobPlan::default() }
}

fn pods(count: i64) -> JobPlan {
    JobPlan { parallelism: count, completions: Some(count), ..JobPlan::default() }
}

fn indexed(count: i64) -> JobPlan {
    JobPlan { is_indexed: true, ..pods(count) }
}

type Recording = (String, JobPlan, Box<dyn Fn(PendingRun) -> ContainerRun>, Vec<(Millis, Intervention)>);

/// The Jobs of the recording: its title there, the plan, and how each run ends.
fn recorded_jobs() -> Vec<Recording> {
    let mut jobs: Vec<Recording> = Vec::new();
    let mut add = |title: &str, plan: JobPlan, run: Box<dyn Fn(PendingRun) -> ContainerRun>| {
        jobs.push((title.to_owned(), plan, run, Vec::new()));
    };
    let fails = |takes| Box::new(move |_: PendingRun| runs(takes, 1));
    add("01 Never backoffLimit 6, fails after 5s", limit(NEVER, 6), fails(5_000));
    add("02 Never backoffLimit 10, fails after 0s (cap)", limit(NEVER, 10), fails(0));
    add("03 Never backoffLimit 0", limit(NEVER, 0), fails(5_000));
    add("04 Never backoffLimit 3, fails after 0.7s (sub-second)", limit(NEVER, 3), fails(700));
    for backoff_limit in [0, 1, 2, 4, 6] {
        let title = format!("05 OnFailure backoffLimit {backoff_limit}, fails after 5s");
        add(&title, limit(ON_FAILURE, backoff_limit), fails(5_000));
    }
    add(
        "06 OnFailure backoffLimit 20, fails after 1s (kubelet cap 300)",
        limit(ON_FAILURE, 20),
        fails(1_000),
    );
    add(
        "07 OnFailure backoffLimit 6, runs 650s then fails (reset >600s)",
        limit(ON_FAILURE, 6),
        fails(650_000),
    );
    let deadline = |seconds| JobPlan { deadline: Some(seconds), ..JobPlan::default() };
    add("08 Never activeDeadline 30, fails after 5s", deadline(30), fails(5_000));
    add("08b activeDeadline 30, one pod running 100s", deadline(30), fails(100_000));
    add(
        "09 activeDeadline 60, suspended at 20s resumed at 200s, pod runs 1000s",
        deadline(60),
        fails(1_000_000),
    );
    add("10 parallelism 3 completions 3 backoffLimit 6, all fail after 5s", pods(3), fails(5_000));
    let codes = [1, 1, 0, 1, 0, 0];
    add(
        "11 completions 3 serial: fail,fail,ok,fail,ok,ok (5s each): success resets",
        JobPlan { completions: Some(3), ..JobPlan::default() },
        Box::new(move |it| runs(5_000, codes[it.pod])),
    );
    let index_1_fails = |others: Millis| {
        Box::new(move |it: PendingRun| if it.index == Some(1) { runs(5_000, 1) } else { runs(others, 0) })
    };
    let per_index =
        JobPlan { backoff_limit: i64::from(i32::MAX), backoff_limit_per_index: Some(2), ..indexed(3) };
    add(
        "12 Indexed 3, backoffLimitPerIndex 2, index 1 always fails after 5s, others succeed at 5s",
        per_index.clone(),
        index_1_fails(5_000),
    );
    add(
        "12b same with maxFailedIndexes 0, others run 300s",
        JobPlan { max_failed_indexes: Some(0), ..per_index },
        index_1_fails(300_000),
    );
    let rule = |action| {
        let pattern = FailurePattern::ExitCodes { not_in: false, values: vec![42] };
        Some(vec![FailureRule { action, pattern }])
    };
    add(
        "13 podFailurePolicy Ignore 42, backoffLimit 1: exits 42,42,42,1,1 (5s each): ignored failures still delay",
        JobPlan { failure_rules: rule(FailureAction::Ignore), ..limit(NEVER, 1) },
        Box::new(|it| runs(5_000, if it.pod < 3 { 42 } else { 1 })),
    );
    add(
        "14 podFailurePolicy FailJob 42, 2 pods, first exits 42 at 5s, other runs 60s (2s to terminate)",
        JobPlan { failure_rules: rule(FailureAction::FailJob), ..pods(2) },
        Box::new(|it| if it.pod == 0 { runs(5_000, 42) } else { runs(60_000, 0) }),
    );
    let success = SuccessRule { indexes: Some(vec![(0, 0), (2, 2)]), count: Some(1) };
    add(
        "15 successPolicy rule 0,2 count 1: index 2 succeeds at 10s, others run 100s",
        JobPlan { success_rules: vec![success], ..indexed(4) },
        Box::new(|it| runs(if it.index == Some(2) { 10_000 } else { 100_000 }, 0)),
    );
    let each = [runs(5_000, 0), runs(8_000, 1), runs(20_000, 0)];
    add(
        "16 work queue (completions nil, parallelism 3): first succeeds at 5s, second fails at 8s, third succeeds at 20s",
        JobPlan { completions: None, ..pods(3) },
        Box::new(move |it| each[it.pod]),
    );
    for policy in ["Failed", "TerminatingOrFailed"] {
        let title = "pod evicted (deleted) at 10s, takes 20s to terminate; replacement succeeds after 5s";
        add(
            &format!("17 podReplacementPolicy {policy}: {title}"),
            JobPlan { replaces_only_failed: policy == "Failed", ..JobPlan::default() },
            Box::new(|it| runs(if it.pod == 0 { 1_000_000 } else { 5_000 }, 0)),
        );
    }
    add("18 success after 7s", JobPlan::default(), Box::new(|_| runs(7_000, 0)));
    add("19 activeDeadline 0", deadline(0), fails(5_000));
    add(
        "20 created suspended, deadline 60, resumed at 100, runs 1000s",
        JobPlan { is_suspended: true, ..deadline(60) },
        fails(1_000_000),
    );
    let each = [runs(5_000, 1), runs(12_000, 1), runs(4_000, 0), runs(4_000, 0)];
    add(
        "21 parallelism 2: pod 0 fails at 5s, pod 1 runs 12s then fails, later pods succeed after 4s",
        pods(2),
        Box::new(move |it| each[it.pod]),
    );
    add("22 parallelism 5, 7th failure with 5 running: fail at 1,1,1,1,1 then again", pods(5), fails(1_000));
    add(
        "23 Indexed 3 without perIndex, backoffLimit 6 default, index 1 fails 5s, others succeed at 5s",
        indexed(3),
        index_1_fails(5_000),
    );
    add(
        "24 OnFailure 3, deadline 40, fails after 5s",
        JobPlan { deadline: Some(40), ..limit(ON_FAILURE, 3) },
        fails(5_000),
    );
    for (title, _, _, interventions) in &mut jobs {
        interventions.extend(match &title[..2] {
            "09" => vec![(20_000, Intervention::Suspend(true)), (200_000, Intervention::Suspend(false))],
            "17" => vec![(10_000, Intervention::Evict { pod: 0, ends_in: 20_000 })],
            "20" => vec![(100_000, Intervention::Suspend(false))],
            _ => Vec::new(),
        });
    }
    jobs
}

#[test]
fn recorded_jobs_start_and_end_to_the_second() {
    let text = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/time/job.json");
    let recorded: Value = serde_json::from_str(&fs::read_to_string(text).unwrap()).unwrap();
    let jobs = recorded_jobs();
    assert_eq!(jobs.len(), recorded.as_object().unwrap().len());
    for (title, plan, run, interventions) in &jobs {
        let assumptions = JobAssumptions { run, pod_starts_in: 0, pod_ends_in: 2_000, interventions };
        let expected = Recorded::of(&recorded[title]);
        assert_eq!(Recorded::from(&simulate(plan, &assumptions), plan), expected, "{title}");
    }
}

/// What the recording says of a Job, in whole seconds.
#[derive(Debug, Default, PartialEq)]
struct Recorded {
    pods: Vec<(i64, Option<i64>)>,
    restarts: Vec<i64>,
    decided: Option<i64>,
    end: Option<(i64, bool, String)>,
    failed: i64,
    succeeded: i64,
    start_time: Option<i64>,
    completed: String,
    failed_indexes: String,
}

impl Recorded {
    fn of(job: &Value) -> Self {
        let last = &job["final"];
        let text = |key: &str| last[key].as_str().unwrap_or_default().to_owned();
        let mut recorded = Recorded {
            failed: last["failed"].as_i64().unwrap(),
            succeeded: last["succeeded"].as_i64().unwrap(),
            start_time: last["startTime"].as_i64(),
            completed: text("completedIndexes"),
            failed_indexes: text("failedIndexes"),
            ..Recorded::default()
        };
        for start in job["pod_starts"].as_array().into_iter().flatten() {
            let words: Vec<_> = start.as_str().unwrap().split(' ').collect();
            recorded.pods.push((words[0].parse().unwrap(), words.get(2).map(|it| it.parse().unwrap())));
        }
        recorded.pods.sort_unstable();
        for event in job["events"].as_array().unwrap() {
            let words: Vec<_> = event.as_str().unwrap().split(' ').collect();
            let at = words[0].parse().unwrap();
            match words[1..] {
                ["container", "restart", ..] => recorded.restarts.push(at),
                [_, "FailureTarget=True" | "SuccessCriteriaMet=True", ..] => recorded.decided = Some(at),
                [_, condition @ ("Failed=True" | "Complete=True"), reason, ..] => {
                    recorded.end = Some((at, condition == "Complete=True", reason.to_owned()));
                }
                _ => {}
            }
        }
        recorded
    }

    fn from(timeline: &Timeline, plan: &JobPlan) -> Self {
        let seconds = |at: Millis| at.div_euclid(1_000);
        let list = |indexes: &[i64]| indexes.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
        let index_of = |pod| timeline.attempts.iter().find(|it| it.pod == pod).and_then(|it| it.index);
        let pods = timeline.pods.iter().enumerate();
        let mut pods: Vec<_> = pods.map(|(pod, &at)| (seconds(at), index_of(pod))).collect();
        pods.sort_unstable();
        let restarts = timeline.attempts.iter().filter(|it| it.restart > 0);
        let end = timeline.end.unwrap();
        Recorded {
            pods,
            restarts: restarts.map(|it| seconds(it.start)).collect(),
            decided: timeline.decided.map(seconds),
            end: Some((seconds(end.at), end.is_complete, end.reason.to_owned())),
            failed: end.failed,
            succeeded: end.succeeded,
            start_time: timeline.start_time.map(seconds),
            completed: if plan.is_indexed { list(&timeline.completed_indexes) } else { String::new() },
            failed_indexes: list(&timeline.failed_indexes),
        }
    }
}

fn ideal(run: &dyn Fn(PendingRun) -> ContainerRun) -> JobAssumptions<'_> {
    JobAssumptions { run, pod_starts_in: 0, pod_ends_in: 2_000, interventions: &[] }
}

#[test]
fn the_job_is_deleted_when_its_time_to_live_after_the_end_is_over() {
    let plan = JobPlan { ttl: Some(100), ..limit(NEVER, 0) };
    let timeline = simulate(&plan, &ideal(&|_| runs(5_000, 1)));
    assert_eq!(timeline.end.unwrap().at, 6_000);
    assert_eq!(timeline.deleted, Some(106_000));
}

#[test]
fn a_restarted_container_is_ended_when_the_limit_is_reached() {
    let timeline = simulate(&limit(ON_FAILURE, 1), &ideal(&|_| runs(5_000, 1)));
    let outcomes: Vec<_> = timeline.attempts.iter().map(|it| (it.start, it.end, it.outcome)).collect();
    let expected = [(0, Some(5_000), AttemptOutcome::Failed), (5_000, Some(8_000), AttemptOutcome::Deleted)];
    assert_eq!(outcomes, expected);
}

#[test]
fn a_job_without_end_is_cut() {
    let timeline = simulate(&limit(NEVER, i64::from(i32::MAX)), &ideal(&|_| runs(5_000, 1)));
    assert!(timeline.is_truncated && timeline.end.is_none());
    assert_eq!(timeline.attempts.len(), MAX_ATTEMPTS);
    let many = JobPlan { parallelism: 100_000, completions: Some(100_000), ..JobPlan::default() };
    assert!(simulate(&many, &ideal(&|_| runs(5_000, 1))).attempts.len() <= MAX_ATTEMPTS);
}

/// The first retry behind a deadline is the one that counting finds, also where nobody could count that far.
#[test]
fn the_first_retry_behind_a_deadline_is_found_without_counting() {
    let counted = |policy, end: i64| {
        let mut start = 0;
        let mut add = |wait: i64| {
            start += wait;
            start
        };
        let is_late = |(_, start): &(i64, i64)| *start >= end;
        match policy {
            NEVER => (1..).zip(never_waits().map(&mut add)).find(is_late).unwrap(),
            ON_FAILURE => (1..).zip(restart_waits().map(&mut add)).find(is_late).unwrap(),
        }
    };
    for policy in [NEVER, ON_FAILURE] {
        for end in (1..20_000).step_by(7).chain([600, 1_230, 1_231, 1_829, 1_830, 1_831, 930, 931]) {
            assert_eq!(first_retry_from(policy, end), counted(policy, end), "{policy:?} {end}");
        }
        assert!(first_retry_from(policy, i64::MAX).0 > i64::from(i32::MAX), "{policy:?}");
    }
}

#[test]
fn a_suspended_job_starts_nothing() {
    let plan = JobPlan { is_suspended: true, ..JobPlan::default() };
    let timeline = simulate(&plan, &ideal(&|_| runs(5_000, 1)));
    assert_eq!((timeline.attempts.len(), timeline.start_time, timeline.end), (0, None, None));
}

fn any_plan() -> impl Strategy<Value = JobPlan> {
    let small = || 0..6i64;
    let shape = (small(), proptest::option::of(small()), any::<bool>(), any::<bool>(), any::<bool>());
    let limits = (small(), proptest::option::of(small()), proptest::option::of(small()));
    let times = (proptest::option::of(0..2_000i64), proptest::option::of(small()));
    let rules = proptest::option::of(prop::sample::select(vec![
        FailureAction::Ignore,
        FailureAction::FailJob,
        FailureAction::Count,
    ]));
    (shape, limits, times, rules).prop_map(
        |(
            (parallelism, completions, is_indexed, on_failure, only_failed),
            limits,
            (deadline, ttl),
            rules,
        )| {
            let is_indexed = is_indexed && completions.is_some();
            let rule = |action| FailureRule {
                action,
                pattern: FailurePattern::ExitCodes { not_in: false, values: vec![2] },
            };
            JobPlan {
                restart_policy: if on_failure { ON_FAILURE } else { NEVER },
                parallelism,
                completions,
                is_indexed,
                backoff_limit: limits.0,
                backoff_limit_per_index: limits.1.filter(|_| is_indexed),
                max_failed_indexes: limits.2.filter(|_| is_indexed),
                deadline,
                ttl,
                replaces_only_failed: only_failed || rules.is_some(),
                failure_rules: rules.map(|it| vec![rule(it)]),
                ..JobPlan::default()
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever the fields: attempts start in order and end, the deadline holds, no more pods run at once than may.
    #[test]
    fn any_job_keeps_what_its_fields_promise(
        plan in any_plan(),
        codes in proptest::collection::vec(0..4i64, 1..12),
        takes in proptest::collection::vec(0..90_000i64, 1..5),
        delays in (0..3_000i64, 0..40_000i64),
    ) {
        let run = |it: PendingRun| runs(takes[it.pod % takes.len()], codes[(it.pod + it.restart as usize) % codes.len()]);
        let assumptions =
            JobAssumptions { run: &run, pod_starts_in: delays.0, pod_ends_in: delays.1, interventions: &[] };
        let timeline = simulate(&plan, &assumptions);
        let attempts = &timeline.attempts;
        prop_assert!(attempts.windows(2).all(|pair| pair[0].start <= pair[1].start));
        prop_assert!(attempts.iter().all(|it| it.end.is_none_or(|end| end >= it.start)));
        if plan.parallelism > 0 && !timeline.is_truncated {
            prop_assert!(timeline.end.is_some(), "{:?}", timeline);
        }
        if let Some(end) = timeline.end {
            let overtime = 1_000 + delays.1 + 1_000;
            let allowed = plan.deadline.map(|seconds| seconds * 1_000 + overtime);
            prop_assert!(allowed.is_none_or(|allowed| end.at <= allowed), "{:?}", timeline);
            prop_assert_eq!(timeline.deleted.is_some(), plan.ttl.is_some());
            prop_assert!(end.is_complete || end.reason != "CompletionsReached");
        }
        for attempt in attempts {
            let at_once = attempts.iter().filter(|it| {
                it.start <= attempt.start && it.end.is_none_or(|end| end > attempt.start) && it.outcome != AttemptOutcome::Deleted
            });
            prop_assert!(at_once.count() as i64 <= plan.parallelism, "{:?}", timeline);
        }
    }
}
