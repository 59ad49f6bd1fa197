//! One look of the Job controller at a Job (`syncJob`, `manageJob`, `trackJobStatusAndRemoveFinalizers`).

use crate::time::retry::state::Backoff;
use crate::time::retry::state::JobStatus;
use crate::time::retry::state::JobVerdict;
use std::collections::{BTreeMap, BTreeSet};

use super::policy::{FailureAction, action, is_success};
use crate::time::retry::model::{JobEnd, Millis, RestartPolicy};
use crate::time::retry::state::{PodPhase, SimulatedPod, Simulation, whole_second};

/// `MaxPodCreateDeletePerSync` and `MaxUncountedPods`.
const MAX_PODS: usize = 500;

/// `SyncJobBatchPeriod`, the least delay of a look for the sake of the back-off.
const MIN_DELAY: Millis = 1_000;

/// What one look knows (`syncJobCtx`).
struct SyncContext {
    succeeded: i64,
    failed: i64,
    completed: BTreeSet<i64>,
    failed_indexes: BTreeSet<i64>,
    backoff: Backoff,
    /// The failed pods of indexes that wait, which carry the counts for the next ones.
    waiting: BTreeMap<i64, usize>,
    terminating: i64,
}

impl Simulation<'_> {
    /// `syncJob`
    pub(super) fn sync(&mut self) {
        let mut context = self.begin();
        let before = self.status.verdict;
        let mut verdict = before.or_else(|| self.verdict(&context));
        if self.plan.is_indexed {
            context.completed.extend(self.new_indexes(|pod| pod.phase == PodPhase::Succeeded));
            context.succeeded = context.completed.len() as i64;
            if let Some(limit) = self.plan.backoff_limit_per_index {
                context.failed_indexes.extend(self.new_indexes(|pod| self.is_index_failed(pod, limit)));
                verdict = verdict.or_else(|| self.index_verdict(&context));
                context.waiting = self.waiting_indexes(&context);
            }
            let completions = self.plan.completions.unwrap_or_default();
            let is_met = is_success(&self.plan.success_rules, &context.completed, completions);
            let met = JobVerdict { is_success: true, reason: "SuccessPolicy" };
            verdict = verdict.or_else(|| is_met.then_some(met));
        }
        let mut deleted = BTreeSet::new();
        match verdict {
            Some(_) => {
                deleted = self.active().collect();
                deleted.iter().for_each(|&number| self.delete_pod(number));
                context.terminating += deleted.len() as i64;
            }
            None => {
                let active = self.manage(&context);
                let is_complete = active == 0
                    && match self.plan.completions {
                        None => context.succeeded > 0,
                        Some(completions) => context.succeeded >= completions,
                    };
                if is_complete {
                    verdict = Some(JobVerdict { is_success: true, reason: "CompletionsReached" })
                } else {
                    self.note_suspension()
                }
            }
        }
        if verdict.is_some() && before.is_none() {
            self.timeline.decided = Some(self.now);
            self.has_changed = true;
        }
        self.status.verdict = verdict;
        self.status.backoff = context.backoff;
        let is_all_counted = self.count_pods(verdict, &context, &deleted);
        if let Some(verdict) = verdict.filter(|_| is_all_counted && context.terminating == 0) {
            self.finish(verdict);
        }
        if self.has_changed {
            // The status is written, and the controller is told of it.
            self.notify();
        }
    }

    fn begin(&mut self) -> SyncContext {
        let succeeded = self.new_pods(|pod| pod.phase == PodPhase::Succeeded);
        let failed = self.new_pods(|pod| self.is_failed(pod));
        let counted = failed.iter().filter(|it| self.action(it) != FailureAction::Ignore).count() as i64;
        if self.status.start_time.is_none() && !self.is_suspended {
            self.status.start_time = Some(whole_second(self.now));
        }
        SyncContext {
            succeeded: self.status.succeeded + succeeded.len() as i64,
            failed: self.status.failed + counted,
            completed: self.status.completed.clone(),
            failed_indexes: self.status.failed_indexes.clone(),
            backoff: self.status.backoff.with(&succeeded, &failed),
            waiting: BTreeMap::new(),
            terminating: self.pods.values().filter(|it| it.is_terminating()).count() as i64,
        }
    }

    /// `getFailJobMessage`, the limit and the deadline, in this order.
    fn verdict(&mut self, context: &SyncContext) -> Option<JobVerdict> {
        let fail = |reason| Some(JobVerdict { is_success: false, reason });
        if self.pods.values().any(|it| self.is_failed(it) && self.action(it) == FailureAction::FailJob) {
            return fail("PodFailurePolicy");
        }
        if context.failed > self.plan.backoff_limit || self.is_past_restarts() {
            return fail("BackoffLimitExceeded");
        }
        if let (Some(deadline), Some(start), false) =
            (self.plan.deadline, self.status.start_time, self.is_suspended)
        {
            let end = start.saturating_add(deadline.saturating_mul(1_000));
            if self.now >= end {
                return fail("DeadlineExceeded");
            }
            self.request_sync(end);
        }
        None
    }

    /// `pastBackoffLimitOnFailure`
    fn is_past_restarts(&self) -> bool {
        let running = self.pods.values().filter(|it| !it.is_terminal());
        let restarts: i64 = running.map(|it| it.restarts).sum();
        self.plan.restart_policy == RestartPolicy::OnFailure && restarts >= self.plan.backoff_limit.max(1)
    }

    fn index_verdict(&self, context: &SyncContext) -> Option<JobVerdict> {
        let (failed, done) = (context.failed_indexes.len() as i64, context.succeeded);
        let fail = |reason| Some(JobVerdict { is_success: false, reason });
        match self.plan.max_failed_indexes {
            Some(most) if failed > most => fail("MaxFailedIndexesExceeded"),
            _ if failed > 0 && failed + done >= self.plan.completions.unwrap_or_default() => {
                fail("FailedIndexes")
            }
            _ => None,
        }
    }

    /// `isPodFailed`
    fn is_failed(&self, pod: &SimulatedPod) -> bool {
        let is_replaced_early = !self.plan.replaces_only_failed && self.plan.failure_rules.is_none();
        pod.phase == PodPhase::Failed
            || (is_replaced_early && pod.deleted.is_some() && pod.phase != PodPhase::Succeeded)
    }

    fn action(&self, pod: &SimulatedPod) -> FailureAction {
        action(self.plan.failure_rules.as_deref(), pod.failure)
    }

    fn active(&self) -> impl Iterator<Item = usize> {
        self.pods.values().filter(|it| it.is_active()).map(|it| it.number)
    }

    fn new_pods(&self, wanted: impl Fn(&SimulatedPod) -> bool) -> Vec<SimulatedPod> {
        self.pods.values().filter(|it| it.is_tracked && wanted(it)).cloned().collect()
    }

    fn new_indexes(&self, wanted: impl Fn(&SimulatedPod) -> bool) -> BTreeSet<i64> {
        self.indexes(|it| it.is_tracked && wanted(it))
    }

    /// `isIndexFailed`
    fn is_index_failed(&self, pod: &SimulatedPod, limit: i64) -> bool {
        self.is_failed(pod)
            && match self.action(pod) {
                FailureAction::FailIndex => true,
                FailureAction::Ignore => false,
                FailureAction::Count | FailureAction::FailJob => pod.failures >= limit,
            }
    }

    /// `getPodsWithDelayedDeletionPerIndex`
    fn waiting_indexes(&self, context: &SyncContext) -> BTreeMap<i64, usize> {
        let active = self.indexes(SimulatedPod::is_active);
        let mut waiting: BTreeMap<i64, usize> = BTreeMap::new();
        for pod in self.pods.values().filter(|it| it.is_tracked && self.is_failed(it)) {
            let Some(index) = pod.index else { continue };
            if [&context.completed, &context.failed_indexes, &active].iter().any(|it| it.contains(&index)) {
                continue;
            }
            let is_later = waiting.get(&index).and_then(|it| self.pods.get(it)).is_none_or(|last| {
                last.failures + last.ignored <= pod.failures + pod.ignored
                    && pod.finish_time() >= last.finish_time()
            });
            if is_later {
                waiting.insert(index, pod.number);
            }
        }
        waiting
    }

    /// `manageJob`: deletes and creates pods; returns how many are active then.
    fn manage(&mut self, context: &SyncContext) -> i64 {
        let active = self.active().count() as i64;
        let wanted = match (self.is_suspended, self.plan.completions) {
            (true, _) => 0,
            (false, None) if context.succeeded > 0 => active,
            (false, None) => self.plan.parallelism,
            (false, Some(completions)) => (completions - context.succeeded).clamp(0, self.plan.parallelism),
        };
        if active > wanted || self.is_suspended {
            return active - self.remove_pods((active - wanted) as usize);
        }
        let only_failed = self.plan.replaces_only_failed || self.plan.failure_rules.is_some();
        let missing = wanted - active - if only_failed { context.terminating } else { 0 };
        if missing <= 0 {
            return active;
        }
        if self.plan.backoff_limit_per_index.is_none() {
            let wait = context.backoff.remaining(self.now);
            if wait > 0 {
                self.request_sync(self.now + wait.max(MIN_DELAY));
                return active;
            }
        }
        let missing = (missing as usize).min(MAX_PODS);
        if !self.plan.is_indexed {
            (0..missing).for_each(|_| self.create(None, 0, 0));
            return active + missing as i64;
        }
        active + self.create_indexes(context, missing, only_failed)
    }

    fn create_indexes(&mut self, context: &SyncContext, missing: usize, only_failed: bool) -> i64 {
        let taken = self.indexes(|it| it.is_active() || (only_failed && it.is_terminating()));
        let is_free = |index: &i64| {
            ![&taken, &context.completed, &context.failed_indexes].iter().any(|it| it.contains(index))
        };
        let completions = self.plan.completions.unwrap_or_default();
        let free: Vec<i64> = (0..completions).filter(is_free).take(missing).collect();
        let (mut created, mut least_wait) = (0, None);
        for index in free {
            let last = context.waiting.get(&index).and_then(|it| self.pods.get(it));
            let (mut failures, mut ignored, mut wait) = (0, 0, 0);
            if let Some(last) = last {
                let is_ignored = self.action(last) == FailureAction::Ignore;
                failures = last.failures + i64::from(!is_ignored);
                ignored = last.ignored + i64::from(is_ignored);
                let record = Backoff {
                    failures: last.failures + last.ignored + 1,
                    last_failure: Some(last.finish_time()),
                };
                wait = record.remaining(self.now);
            }
            match wait {
                0 => {
                    self.create(Some(index), failures, ignored);
                    created += 1;
                }
                _ => least_wait = Some(least_wait.unwrap_or(wait).min(wait)),
            }
        }
        if let Some(wait) = least_wait.filter(|_| created == 0) {
            self.request_sync(self.now + wait.max(MIN_DELAY));
        }
        created
    }

    /// Deletes pods without counting them: those that have not started first, then the youngest
    /// (`activePodsForRemoval`).
    fn remove_pods(&mut self, count: usize) -> i64 {
        let rank = |pod: &&SimulatedPod| {
            (pod.phase == PodPhase::Running, -pod.started, -pod.restarts, -pod.created, pod.number)
        };
        let mut active: Vec<&SimulatedPod> = self.pods.values().filter(|it| it.is_active()).collect();
        active.sort_by_key(rank);
        let removed: Vec<usize> = active.iter().take(count.min(MAX_PODS)).map(|it| it.number).collect();
        for &number in &removed {
            self.pods.entry(number).and_modify(|it| it.is_tracked = false);
            self.delete_pod(number);
        }
        removed.len() as i64
    }

    fn note_suspension(&mut self) {
        let is_changed = self.status.suspended.unwrap_or_default() != self.is_suspended;
        if is_changed {
            self.status.suspended = Some(self.is_suspended);
            // Since 1.36 a suspended Job has no start time; the deadline starts again when it is resumed.
            self.status.start_time = (!self.is_suspended).then_some(whole_second(self.now));
            self.has_changed = true;
        }
    }

    /// `trackJobStatusAndRemoveFinalizers`; says whether every pod could be counted in this look.
    fn count_pods(
        &mut self,
        verdict: Option<JobVerdict>,
        context: &SyncContext,
        deleted: &BTreeSet<usize>,
    ) -> bool {
        let mut tracked: Vec<&SimulatedPod> = self.pods.values().filter(|it| it.is_tracked).collect();
        if self.plan.is_indexed {
            tracked.sort_by_key(|it| (it.index, it.number));
        }
        let (mut succeeded, mut failed, mut completed, mut counted) = (0, 0, BTreeSet::new(), Vec::new());
        let mut is_all = true;
        for pod in tracked {
            let is_failed = self.is_failed(pod) && !deleted.contains(&pod.number);
            let is_waiting = pod.index.and_then(|it| context.waiting.get(&it)) == Some(&pod.number);
            let is_over = pod.phase == PodPhase::Succeeded || (is_failed && !is_waiting);
            if verdict.is_none() && !is_over {
                continue;
            }
            counted.push(pod.number);
            if pod.phase == PodPhase::Succeeded {
                succeeded += 1;
                completed.extend(pod.index);
            } else if is_failed || verdict.is_some_and(|it| !it.is_success) {
                failed += i64::from(self.action(pod) != FailureAction::Ignore);
            }
            if succeeded + failed >= MAX_PODS as i64 {
                is_all = false;
                break;
            }
        }
        self.status.completed.extend(completed);
        self.status.failed_indexes.clone_from(&context.failed_indexes);
        self.status.failed += failed;
        self.status.succeeded = if self.plan.is_indexed {
            self.status.completed.len() as i64
        } else {
            self.status.succeeded + succeeded
        };
        for number in counted {
            self.pods.entry(number).and_modify(|it| it.is_tracked = false);
            self.drop_pod(number);
            self.notify();
        }
        is_all
    }

    fn finish(&mut self, verdict: JobVerdict) {
        let JobStatus { failed, succeeded, .. } = self.status;
        let at = self.now;
        self.timeline.end =
            Some(JobEnd { at, is_complete: verdict.is_success, reason: verdict.reason, failed, succeeded });
        let ttl = self.plan.ttl.map(|seconds| seconds.saturating_mul(1_000));
        self.timeline.deleted = ttl.map(|ttl| whole_second(at).saturating_add(ttl));
    }
}
