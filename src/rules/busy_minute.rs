use crate::diagnostic::meta::Meta;
use crate::diagnostic::meta::Scope;
use crate::text::phrases;
use std::collections::BTreeMap;

use crate::diagnostic::meta::{Admission, Category, OptionValue, RuleOption};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::fleet::Fleet;
use crate::manifest::workload::CronJob;
use crate::rule::{Check, FleetReporter, Rule};
use crate::time::calendar::{ALL_HOURS, Calendar};
use crate::time::format;
use crate::time::starts::{Starts, each_run, has_one_minute};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "busy-minute",
        summary: "Many CronJobs start in the same minute",
        category: Category::Schedule,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: Scope::Fleet,
        since: "0.1.0",
        page: include_str!("../../rules/busy-minute.md"),
        options: &[RuleOption {
            name: "minimum",
            summary: "The number of CronJobs in one minute at which the rule reports them",
            default: OptionValue::Integer(5),
        }],
        ..Meta::DEFAULT
    },
    check: Check::Fleet(check),
};

const WEEK: usize = 7 * 1_440;

/// So many names stand in a message.
const NAMES: usize = 5;

fn check(fleet: &Fleet<'_>, reporter: &mut FleetReporter<'_>) {
    let cron_jobs = fleet.objects.iter().filter_map(|it| it.cron_job());
    // Which minute a schedule with many takes is no choice, and a suspended one takes none.
    let is_counted =
        |it: &(CronJob<'_>, Calendar)| has_one_minute(&it.1) && it.0.suspend().boolean() != Some(true);
    let all: Vec<_> =
        cron_jobs.filter_map(|it| Some((it, Calendar::for_cron_job(it)?))).filter(is_counted).collect();
    let Some(&(first, _)) = all.first() else { return };
    let (mut least, mut from) = (usize::MAX, jiff::Timestamp::UNIX_EPOCH);
    reporter(first.object, &mut |reporter| {
        least = usize::try_from(reporter.integer("minimum")).unwrap_or(usize::MAX).max(2);
        from = format::midnight(reporter.as_of());
    });
    if all.len() < least {
        return;
    }
    let starts = Starts::count(all.iter().map(|(_, calendar)| calendar), from, WEEK);
    let mut busiest: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
    for minute in (0..WEEK).filter(|&it| starts.counts[it] as usize >= least) {
        let at = starts.at(minute).as_second();
        let members = (0..all.len()).filter(|&index| {
            let mut is_member = false;
            each_run(&all[index].1, at, at + 60, &mut |_| is_member = true);
            is_member
        });
        busiest.entry(members.collect()).or_default().push(minute);
    }
    let is_part =
        |one: &[usize], other: &[usize]| one.len() < other.len() && one.iter().all(|it| other.contains(it));
    for (members, minutes) in &busiest {
        if busiest.keys().any(|other| is_part(members, other)) {
            continue;
        }
        let at = jiff::tz::TimeZone::UTC.to_datetime(starts.at(minutes[0]));
        let quieter = starts.quietest_minute(at.minute().into(), Some(at.hour().into()));
        // Those whose hour someone chose come first: that of an hourly one is just one of many.
        let is_hourly =
            |&it: &usize| all[it].1.fields().is_some_and(|fields| fields.hour & ALL_HOURS == ALL_HOURS);
        let (hourly, mut members): (Vec<usize>, Vec<usize>) = members.iter().copied().partition(is_hourly);
        members.extend(hourly);
        let name = |&it: &usize| format!("`{}`", all[it].0.object.name().text().unwrap_or_default());
        let mut names: Vec<String> = members.iter().take(NAMES).map(name).collect();
        if members.len() > NAMES {
            names.push(format!("{} more", members.len() - NAMES));
        }
        let is_each = |count: usize, span: usize| {
            minutes.len() == count && minutes.iter().all(|it| it % span == minutes[0] % span)
        };
        // Without `timeZone` the hour is that of the controller, UTC or not.
        let zone = if members.iter().all(|&it| all[it].1.has_zone) { " UTC" } else { "" };
        let when = match format::clock(format::minute(at)) {
            _ if is_each(WEEK / 60, 60) => format!("minute {} of every hour", at.minute()),
            clock if is_each(7, 1_440) => format!("{clock}{zone} every day"),
            clock => format!("{clock}{zone} on {}", format::weekday(at.date())),
        };
        let (count, names) = (members.len(), phrases::list(&names));
        reporter(all[members[0]].0.object, &mut |reporter| {
            reporter
                .report(all[members[0]].0.schedule(), format!("{count} CronJobs start at {when}: {names}"))
                .help(format!("spread them out; minute {quieter} of this hour has the fewest starts"));
        });
    }
}
