//! Whether runs of a CronJob can last longer than the time between them.

use super::calendar::Calendar;
use super::run::{LongestRun, longest_run};
use crate::manifest::workload::CronJob;

/// A longest run that is longer than the shortest time between two runs.
#[derive(Clone, Copy, Debug)]
pub struct Overlap {
    /// The longest run.
    pub longest: LongestRun,
    /// The shortest time between the starts of two runs, in seconds.
    pub shortest: i64,
}

/// Returns the longest run where it can still be there when the next one starts; `None` if nothing bounds a run, or
/// where the CronJob is suspended and starts none.
pub fn overlap(cron_job: CronJob<'_>, calendar: &Calendar, as_of: jiff::civil::Date) -> Option<Overlap> {
    let longest = longest_run(cron_job.job()?).filter(|_| !cron_job.is_suspended())?;
    let (shortest, _) = calendar.intervals(as_of)?;
    (longest.seconds > shortest).then_some(Overlap { longest, shortest })
}
