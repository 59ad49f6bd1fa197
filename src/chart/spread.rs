//! Other minutes for CronJobs that start together, and what starts in one minute before and after.

mod load;
mod quota;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::model::ChartOptions;
use super::week::{Week, fleet, minutes};
use crate::diagnostic::elsewhere::Elsewhere;
use crate::manifest::workload::{CronJob, Object};
use crate::neighbours::Neighbours;
use crate::text::phrases::{count, list};
use crate::text::terminal::{escape, paint};
use crate::time::calendar::Calendar;
use crate::time::cron::Schedule;
use crate::time::format;
use crate::time::spread::{Window, spread};
use crate::time::starts::{Starts, alike};
use load::{Load, Pods, busiest};
use quota::{Limit, QuotaLoad, quotas};

/// Columns of names and schedules are no wider than this.
const WIDEST: usize = 48;

/// The two states of a fleet.
const STATES: [&str; 2] = ["before", "after"];

/// Proposed schedules, and what they change in a week.
#[derive(Clone, Debug)]
pub struct Spread {
    window: Window,
    zone: TimeZone,
    cron_jobs: usize,
    proposals: Vec<Proposal>,
    /// The busiest minute before and after.
    busiest: [Option<Load>; 2],
    quotas: Vec<QuotaLoad>,
    /// The week with the proposed schedules.
    week: Week,
}

/// A schedule with another minute.
#[derive(Clone, Debug)]
struct Proposal {
    namespace: Option<String>,
    /// The CronJob, with its namespace where it states one.
    title: String,
    name: String,
    now: String,
    proposed: String,
    /// Where the schedule is.
    place: Elsewhere,
}

impl Spread {
    /// Proposes schedules for CronJobs among objects; those that are suspended, or have no valid schedule, do not count.
    pub(crate) fn from_objects<'d>(
        objects: impl IntoIterator<Item = Object<'d>>,
        neighbours: &'d Neighbours,
        window: Window,
        first: Date,
        zone: TimeZone,
    ) -> Self {
        let fleet: Vec<_> = fleet(objects).collect();
        let calendars: Vec<Calendar> = fleet.iter().map(|it| it.2.clone()).collect();
        let own = fleet.iter().map(|(cron_job, _, calendar)| spread(*cron_job, calendar, window));
        let span = minutes(first, &zone);
        let schedules = of_crowds(own.collect(), &calendars, span);
        let (mut proposals, mut proposed) = (Vec::new(), calendars.clone());
        for (number, schedule) in schedules.into_iter().enumerate() {
            let Some((text, schedule)) =
                schedule.and_then(|it| Schedule::parse(&it).ok().map(|read| (it, read)))
            else {
                continue;
            };
            proposed[number].schedule = schedule;
            proposals.push(Proposal::new(fleet[number].0, &fleet[number].1, text));
        }
        let pods: Vec<Pods<'_>> = fleet.iter().map(|it| Pods::of(it.0.object, neighbours)).collect();
        let busiest = [&calendars, &proposed].map(|it| busiest(&pods, it, span));
        let quotas = quotas(&pods, [&calendars, &proposed], neighbours, span);
        let cron_jobs = fleet.len();
        let named: Vec<_> = fleet.into_iter().map(|it| it.1).zip(proposed).collect();
        let week = Week::new(&named, first, zone.clone());
        Spread { window, zone, cron_jobs, proposals, busiest, quotas, week }
    }

    /// Returns the week with the proposed schedules.
    pub fn week(&self) -> &Week {
        &self.week
    }

    /// Returns the proposals and their effect as data: moments in UTC, and quantities as Kubernetes writes them.
    pub fn to_json(&self) -> Value {
        let proposal = |it: &Proposal| {
            json!({
                "namespace": it.namespace,
                "name": it.name,
                "file": it.place.file(),
                "line": it.place.start.line,
                "schedule": it.now,
                "proposed": it.proposed,
            })
        };
        let load = |it: &Load| {
            json!({
                "minute": it.at.to_string(),
                "starts": it.starts,
                "pods": it.pods,
                "cpu": it.cpu.to_string(),
                "memory": it.memory.to_string(),
            })
        };
        let limit = |it: &Limit| {
            let [before, after] = [0, 1].map(
                |state| json!({"most": it.taken[state].to_string(), "isExceeded": it.is_exceeded()[state]}),
            );
            json!({"resource": it.resource, "hard": it.hard.to_string(), "before": before, "after": after})
        };
        let quota = |it: &QuotaLoad| {
            let limits: Vec<_> = it.limits.iter().map(limit).collect();
            json!({"namespace": it.namespace, "name": it.name, "limits": limits})
        };
        let [before, after] = self.busiest.each_ref().map(|it| it.as_ref().map(load));
        json!({
            "window": self.window.to_string(),
            "cronJobs": self.cron_jobs,
            "proposals": self.proposals.iter().map(proposal).collect::<Vec<_>>(),
            "busiest": {"before": before, "after": after},
            "quotas": self.quotas.iter().map(quota).collect::<Vec<_>>(),
        })
    }

    /// Writes the proposals and their effect for a terminal.
    pub fn to_text(&self, options: &ChartOptions) -> String {
        let mut text = paint(&self.title(), "1", options.color).into_owned() + "\n";
        let arrow = if options.unicode { "→" } else { "->" };
        let width = |column: fn(&Proposal) -> &str| {
            let widths = self.proposals.iter().map(|it| column(it).chars().count());
            widths.max().unwrap_or_default().min(WIDEST)
        };
        let (names, schedules, proposed) =
            (width(|it| &it.title), width(|it| &it.now), width(|it| &it.proposed));
        for Proposal { title, now, proposed: new, place, .. } in &self.proposals {
            let line =
                format!("{title:names$}  {now:schedules$} {arrow} {new:proposed$}  {}", place.written());
            text += &format!("  {}\n", escape(&line));
        }
        text += "\nBusiest minute\n";
        for (state, load) in STATES.iter().zip(&self.busiest) {
            let written = load.as_ref().map_or("no starts".to_owned(), |it| self.write_load(it));
            text += &format!("  {state:6}  {written}\n");
        }
        for QuotaLoad { name, namespace, limits } in &self.quotas {
            let of = namespace.as_ref().map(|it| format!(" of namespace `{it}`")).unwrap_or_default();
            let title = format!("ResourceQuota `{name}`{of}, pods that start in one minute");
            text += &format!("\n{}\n", escape(&title));
            for (number, state) in STATES.iter().enumerate() {
                text += &format!("  {state:6}  {}\n", escape(&write_limits(name, limits, number)));
            }
        }
        text
    }

    /// Returns how many CronJobs are to start in another minute.
    fn title(&self) -> String {
        let of = count(self.cron_jobs, "CronJob");
        format!(
            "Other minutes for {} of {of}, each within its window of {}",
            self.proposals.len(),
            self.window
        )
    }

    fn write_load(&self, load: &Load) -> String {
        let at = self.zone.to_datetime(load.at);
        let (day, clock) = (format::weekday(at.date()), format::clock(format::minute(at)));
        let (starts, pods) = (count(load.starts, "start"), count(load.pods, "pod"));
        let requests =
            [("cpu", &load.cpu), ("memory", &load.memory)].into_iter().filter(|it| !it.1.is_zero());
        let requests: Vec<_> = requests.map(|(name, amount)| format!("{amount} of {name}")).collect();
        let requests =
            if requests.is_empty() { String::new() } else { format!(", which request {}", list(&requests)) };
        format!("{day} {clock}  {starts} with {pods}{requests}")
    }
}

impl Proposal {
    fn new(cron_job: CronJob<'_>, title: &str, proposed: String) -> Self {
        let (object, schedule) = (cron_job.object, cron_job.schedule());
        Proposal {
            namespace: object.namespace().text().map(str::to_owned),
            title: title.to_owned(),
            name: object.name().text().unwrap_or_default().to_owned(),
            now: schedule.text().unwrap_or_default().to_owned(),
            proposed,
            place: Elsewhere::of(&object.node.document.source, schedule.span()),
        }
    }
}

/// Keeps the schedules of CronJobs that start in a minute with others which have another schedule, too. What is alone there, or
/// only with those that are in their own minutes already, stays: so that no proposal makes room for the next one.
fn of_crowds(
    mut schedules: Vec<Option<String>>,
    calendars: &[Calendar],
    (from, minutes): (Timestamp, usize),
) -> Vec<Option<String>> {
    let movable =
        calendars.iter().zip(&schedules).filter(|(_, it)| it.is_some()).map(|(calendar, _)| calendar);
    let starts = Starts::count(movable, from, minutes);
    for (calendar, members) in alike(calendars) {
        let mut is_crowd = false;
        starts.each_minute(calendar, &mut |minute| is_crowd |= starts.counts[minute] > 1);
        members.into_iter().filter(|_| !is_crowd).for_each(|it| schedules[it] = None);
    }
    schedules
}

/// Says what of a quota is taken before or after.
fn write_limits(name: &str, limits: &[Limit], state: usize) -> String {
    let exceeded: Vec<_> = limits.iter().filter(|it| it.is_exceeded()[state]).collect();
    let write = |it: &&Limit| format!("{} of {} `{}`", it.taken[state], it.hard, it.resource);
    if exceeded.is_empty() {
        let all: Vec<_> = limits.iter().map(|it| write(&it)).collect();
        format!("no more than quota `{name}` allows: {}", list(&all))
    } else {
        format!("more than quota `{name}` allows: {}", list(&exceeded.iter().map(write).collect::<Vec<_>>()))
    }
}
