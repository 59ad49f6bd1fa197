//! The cluster around the controller: pods, the kubelet, and the queue.

use crate::time::retry::state::Event;
use crate::time::retry::state::PodPhase;
use crate::time::retry::state::SimulatedPod;
use crate::time::retry::state::Simulation;
use crate::time::retry::state::whole_second;
use std::collections::{BTreeMap, BTreeSet};

use super::backoff::Kubelet;
use super::policy::PodFailure;
use crate::time::retry::model::{
    Attempt, AttemptOutcome, Intervention, JobAssumptions, JobPlan, MAX_ATTEMPTS, MAX_EVENTS, Millis,
    PendingRun, RestartPolicy, Timeline,
};

/// `SyncJobBatchPeriod`: a change of a pod, or of the Job's status, is looked at so much later.
const BATCH: Millis = 1_000;

impl<'a> Simulation<'a> {
    pub(super) fn new(plan: &'a JobPlan, assumptions: &'a JobAssumptions<'a>) -> Self {
        let mut simulation = Simulation {
            plan,
            assumptions,
            now: 0,
            pods: BTreeMap::new(),
            status: crate::time::retry::state::JobStatus::default(),
            timeline: Timeline::default(),
            is_suspended: plan.is_suspended,
            has_changed: false,
            events: BTreeMap::new(),
            queue: BTreeMap::from([(0, 1)]),
            requested: Vec::new(),
            tries: BTreeMap::new(),
            count: 0,
        };
        for &(at, intervention) in assumptions.interventions {
            simulation.schedule(at, Event::Intervention(intervention));
        }
        simulation
    }

    /// Runs until the Job has ended and nothing of it is left, or nothing happens any more.
    pub(super) fn run(mut self) -> Timeline {
        loop {
            let event = self.events.first_key_value().map(|(&(at, _), _)| at);
            let sync = self.queue.first_key_value().map(|(&at, _)| at);
            self.count += 1;
            if self.count > MAX_EVENTS || self.timeline.attempts.len() > MAX_ATTEMPTS {
                self.timeline.is_truncated = true;
                self.timeline.attempts.truncate(MAX_ATTEMPTS);
                break;
            }
            match (event, sync) {
                // What happens at the moment of a look is seen by it.
                (Some(event), sync) if sync.is_none_or(|sync| event <= sync) => self.step(),
                (_, Some(sync)) if self.timeline.end.is_none() => self.sync_at(sync),
                _ => break,
            }
        }
        self.timeline.start_time = self.status.start_time;
        self.timeline.completed_indexes = self.status.completed.iter().copied().collect();
        self.timeline.failed_indexes = self.status.failed_indexes.iter().copied().collect();
        self.timeline
    }

    /// Lets the controller look at the Job. Looks that follow at the same moment and change nothing are counted, not
    /// repeated: each would ask for the same further looks.
    fn sync_at(&mut self, at: Millis) {
        self.now = at;
        self.has_changed = false;
        self.requested.clear();
        self.sync();
        let left = self.queue.remove(&at).unwrap_or(1);
        let done = if self.has_changed { 1 } else { left };
        if left > done {
            self.queue.insert(at, left - done);
        }
        for requested in std::mem::take(&mut self.requested) {
            let count = self.queue.entry(requested.max(at)).or_default();
            *count = count.saturating_add(done);
        }
    }

    /// Asks for a look at a later moment. As in the recordings, looks that were asked for before are kept.
    pub(super) fn request_sync(&mut self, at: Millis) {
        self.requested.push(at);
    }

    /// Something changed that the controller is told of.
    pub(super) fn notify(&mut self) {
        self.has_changed = true;
        *self.queue.entry(self.now + BATCH).or_default() += 1;
    }

    fn schedule(&mut self, at: Millis, event: Event) {
        self.count += 1;
        self.events.insert((at, self.count), event);
    }

    fn step(&mut self) {
        let Some(((at, _), event)) = self.events.pop_first() else { return };
        self.now = at;
        match event {
            Event::Starts(pod) => self.start(pod),
            Event::Restarts(pod) => {
                if self.pods.get(&pod).is_some_and(SimulatedPod::is_active) {
                    self.pods.entry(pod).and_modify(|it| it.restarts += 1);
                    self.start(pod);
                    self.notify();
                }
            }
            Event::Exits { pod, restart, code } => self.exit(pod, restart, code),
            Event::Ends(pod) => self.end(pod),
            Event::Intervention(Intervention::Suspend(suspend)) => {
                self.is_suspended = suspend;
                // A change of the spec is looked at at once.
                *self.queue.entry(at).or_default() += 1;
            }
            Event::Intervention(Intervention::Evict { pod, ends_in }) => {
                if self.pods.get(&pod).is_some_and(SimulatedPod::is_active) {
                    self.pods.entry(pod).and_modify(|it| it.failure.is_disrupted = true);
                    self.delete(pod, ends_in);
                }
            }
        }
    }

    /// Creates a pod.
    pub(super) fn create(&mut self, index: Option<i64>, failures: i64, ignored: i64) {
        let number = self.timeline.pods.len();
        self.timeline.pods.push(self.now);
        let pod = SimulatedPod {
            number,
            created: self.now,
            index,
            failures,
            ignored,
            phase: PodPhase::Pending,
            started: self.now,
            restarts: 0,
            deleted: None,
            finished: None,
            failure: PodFailure::default(),
            is_tracked: true,
            kubelet: Kubelet::default(),
            attempt: None,
        };
        self.pods.insert(number, pod);
        self.notify();
        match self.assumptions.pod_starts_in {
            0 => self.start(number),
            wait => self.schedule(self.now + wait, Event::Starts(number)),
        }
    }

    fn start(&mut self, number: usize) {
        let Some(pod) = self.pods.get_mut(&number).filter(|it| it.is_active()) else { return };
        (pod.phase, pod.started) = (PodPhase::Running, self.now);
        let (index, restart) = (pod.index, pod.restarts);
        pod.attempt = Some(self.timeline.attempts.len());
        let tries = self.tries.entry(index).or_default();
        *tries += 1;
        let run = (self.assumptions.run)(PendingRun { pod: number, restart, index, number: *tries });
        let (start, outcome) = (self.now, AttemptOutcome::Running);
        self.timeline.attempts.push(Attempt { start, end: None, pod: number, restart, index, outcome });
        let exit = Event::Exits { pod: number, restart, code: run.exit_code };
        self.schedule(start + run.takes.max(0), exit);
        if self.assumptions.pod_starts_in > 0 {
            self.notify();
        }
    }

    fn exit(&mut self, number: usize, restart: i64, code: i64) {
        let now = self.now;
        let Some(pod) = self.pods.get_mut(&number).filter(|it| it.is_active() && it.restarts == restart)
        else {
            return;
        };
        let outcome = if code == 0 { AttemptOutcome::Succeeded } else { AttemptOutcome::Failed };
        if let Some(attempt) = pod.attempt.take().and_then(|it| self.timeline.attempts.get_mut(it)) {
            (attempt.end, attempt.outcome) = (Some(now), outcome);
        }
        if code != 0 && self.plan.restart_policy == RestartPolicy::OnFailure {
            let at = pod.kubelet.restart(now);
            self.schedule(at, Event::Restarts(number));
            return;
        }
        pod.finished = Some(whole_second(now));
        pod.failure.exit_code = Some(code);
        pod.phase = if code == 0 { PodPhase::Succeeded } else { PodPhase::Failed };
        self.notify();
    }

    /// Deletes a pod: it is told to end, and ends some time later.
    pub(super) fn delete_pod(&mut self, number: usize) {
        self.delete(number, self.assumptions.pod_ends_in);
    }

    fn delete(&mut self, number: usize, ends_in: Millis) {
        let Some(pod) = self.pods.get_mut(&number) else { return };
        pod.deleted = Some(self.now);
        self.schedule(self.now + ends_in, Event::Ends(number));
        self.notify();
    }

    fn end(&mut self, number: usize) {
        let now = self.now;
        let Some(pod) = self.pods.get_mut(&number) else { return };
        if let Some(attempt) = pod.attempt.take().and_then(|it| self.timeline.attempts.get_mut(it)) {
            (attempt.end, attempt.outcome) = (Some(now), AttemptOutcome::Deleted);
        }
        pod.finished = Some(whole_second(now));
        pod.failure.exit_code = Some(TERMINATED);
        pod.phase = PodPhase::Failed;
        self.notify();
        self.drop_pod(number);
    }

    /// Drops a pod that is counted and over: nothing looks at it any more.
    pub(super) fn drop_pod(&mut self, number: usize) {
        if self.pods.get(&number).is_some_and(|it| !it.is_tracked && it.is_terminal()) {
            self.pods.remove(&number);
        }
    }

    /// Returns the indexes of active pods, or of others that keep their index.
    pub(super) fn indexes(&self, wanted: impl Fn(&SimulatedPod) -> bool) -> BTreeSet<i64> {
        self.pods.values().filter(|it| wanted(it)).filter_map(|it| it.index).collect()
    }
}

/// The exit code of a process that SIGTERM ends.
const TERMINATED: i64 = 143;
