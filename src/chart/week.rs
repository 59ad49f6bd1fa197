//! The week of a fleet of CronJobs: starts per hour, the busiest minutes, and quieter ones.

mod busy;

use crate::text::phrases;
use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde_json::{Value, json};

use super::svg;
use crate::chart::model::ChartOptions;
use crate::chart::model::SvgKind;
use crate::manifest::workload::{CronJob, Object};
use crate::text::phrases::count;
use crate::text::terminal::{escape, paint};
use crate::time::calendar::Calendar;
use crate::time::format;
use crate::time::starts::Starts;
use busy::{Busy, busiest, times};

const DAYS: usize = 7;
const HOURS: usize = 24;

/// A week on the wall clock of a time zone, from a midnight.
#[derive(Clone, Debug)]
pub struct Week {
    first: Date,
    zone: TimeZone,
    cron_jobs: usize,
    /// By day and hour: the starts, and those of the busiest minute.
    hours: Vec<[(u32, u32); HOURS]>,
    busiest: Vec<Busy>,
    total: u64,
}

impl Week {
    /// Counts the starts of the CronJobs among objects; those that are suspended, or have no valid schedule, have none.
    pub fn from_objects<'d>(
        objects: impl IntoIterator<Item = Object<'d>>,
        first: Date,
        zone: TimeZone,
    ) -> Self {
        let fleet: Vec<_> = fleet(objects).map(|(_, name, calendar)| (name, calendar)).collect();
        Week::new(&fleet, first, zone)
    }

    /// Whether any CronJob starts.
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// Counts the starts of named CronJobs.
    pub fn new(fleet: &[(String, Calendar)], first: Date, zone: TimeZone) -> Self {
        let (from, minutes) = minutes(first, &zone);
        let starts = Starts::count(fleet.iter().map(|(_, calendar)| calendar), from, minutes);
        let mut hours = vec![[(0, 0); HOURS]; DAYS];
        for (minute, &count) in starts.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let wall = zone.to_datetime(starts.at(minute));
            let day = usize::try_from((wall.date() - first).get_days()).unwrap_or_default();
            if let Some(hour) = hours.get_mut(day).and_then(|day| day.get_mut(wall.hour() as usize)) {
                *hour = (hour.0 + count, hour.1.max(count));
            }
        }
        let total = starts.counts.iter().map(|&it| u64::from(it)).sum();
        let busiest = busiest(fleet, &starts, &zone);
        Week { first, zone, cron_jobs: fleet.len(), hours, busiest, total }
    }

    /// Returns the week as data: moments in UTC, days and hours in the time zone.
    pub fn to_json(&self) -> Value {
        let busy = |minute: &Busy| {
            json!({
                "minute": minute.at.to_string(),
                "times": minute.all.len(),
                "starts": minute.starts,
                "cronJobs": minute.names,
                "quieter": minute.quieter.map(|(at, starts)| json!({"minute": at.to_string(), "starts": starts})),
            })
        };
        let from = self.first.to_zoned(self.zone.clone()).map(|it| it.timestamp()).unwrap_or_default();
        json!({
            "from": from.to_string(),
            "timeZone": self.zone_name(),
            "cronJobs": self.cron_jobs,
            "starts": self.total,
            "hours": self.hours.iter().map(|day| day.map(|it| it.0)).collect::<Vec<_>>(),
            "busiestMinutes": self.hours.iter().map(|day| day.map(|it| it.1)).collect::<Vec<_>>(),
            "busiest": self.busiest.iter().map(busy).collect::<Vec<_>>(),
        })
    }

    /// Draws the week for a terminal.
    pub fn to_text(&self, options: &ChartOptions) -> String {
        let mut text = paint(&self.title(), "1", options.color).into_owned() + "\n\n            ";
        let most = self.most();
        // Columns are as wide as the largest number.
        let width = most.to_string().len().max(2);
        (0..HOURS).for_each(|hour| text += &format!(" {hour:>width$}"));
        text += &format!("  {}\n", self.zone_name());
        for (number, day) in self.hours.iter().enumerate() {
            text += &format!("{:>12}", self.day(number));
            for (starts, _) in day {
                text.push(' ');
                text += &cell(*starts, most, width, options);
            }
            text.push('\n');
        }
        text += &format!("\nStarts in an hour, at most {most}.\n");
        if !self.busiest.is_empty() {
            text += "\nBusiest minutes\n";
        }
        for line in self.lines() {
            text += &format!("  {}\n", escape(&line));
        }
        text
    }

    /// Draws the week as an SVG document.
    pub fn to_svg(&self) -> String {
        self.draw(SvgKind::Document)
    }

    /// Draws the week as an SVG element, without its words.
    pub fn to_svg_element(&self) -> String {
        self.draw(SvgKind::Element)
    }

    fn draw(&self, usage: SvgKind) -> String {
        let is_document = usage == SvgKind::Document;
        let (size, left, top) = (34.0, 110.0, if is_document { 70.0 } else { 26.0 });
        let lines = if is_document { self.lines() } else { Vec::new() };
        // A letter takes 7 at most, on average.
        let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or_default();
        let width = (left + size * HOURS as f64 + 20.0).max(32.0 + 7.0 * longest as f64);
        let most = self.most();
        let below = if is_document { 40.0 } else { 6.0 };
        let height = top + size * DAYS as f64 + below + 18.0 * lines.len() as f64;
        let mut out = svg::open(width, height, &self.title(), usage);
        if is_document {
            svg::text(&mut out, 16.0, 26.0, "title", "start", &self.title());
        }
        (0..HOURS).for_each(|hour| {
            let x = left + size * (hour as f64 + 0.5);
            svg::text(&mut out, x, top - 8.0, "", "middle", &hour.to_string());
        });
        for (number, day) in self.hours.iter().enumerate() {
            let y = top + size * number as f64;
            svg::text(&mut out, left - 10.0, y + 21.0, "", "end", &self.day(number));
            for (hour, &(starts, busiest)) in day.iter().enumerate() {
                let x = left + size * hour as f64;
                let share = f64::from(starts) / f64::from(most.max(1));
                let class = if share > 0.55 { "light" } else { "" };
                let _ = write!(
                    out,
                    "<rect x=\"{:.0}\" y=\"{:.0}\" width=\"{2:.0}\" height=\"{2:.0}\" rx=\"3\" {3}>\
                     <title>{starts} starts, at most {busiest} in a minute</title></rect>",
                    x + 1.0,
                    y + 1.0,
                    size - 2.0,
                    heat(share)
                );
                let label = if starts > 0 { starts.to_string() } else { String::new() };
                svg::text(&mut out, x + size / 2.0, y + 21.0, class, "middle", &label);
            }
        }
        let base = top + size * DAYS as f64 + 30.0;
        for (number, line) in lines.iter().enumerate() {
            svg::text(&mut out, 16.0, base + 18.0 * number as f64, "", "start", line);
        }
        out + "</svg>\n"
    }

    /// Returns how many CronJobs start how often.
    pub fn title(&self) -> String {
        format!("{} from {}: {} starts", count(self.cron_jobs, "CronJob"), self.first, self.total)
    }

    fn zone_name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    fn day(&self, number: usize) -> String {
        let date = self.first.saturating_add(Span::new().days(number as i64));
        format!("{} {:02}-{:02}", format::weekday(date), date.month(), date.day())
    }

    fn most(&self) -> u32 {
        self.hours.iter().flatten().map(|it| it.0).max().unwrap_or_default()
    }

    /// Returns a line for each of the busiest minutes.
    pub fn lines(&self) -> Vec<String> {
        let line = |busy: &Busy| {
            let mut names: Vec<String> = busy.names.iter().take(6).cloned().collect();
            names.extend((busy.names.len() > 6).then(|| format!("{} more", busy.names.len() - 6)));
            let quieter = busy.quieter.map_or(String::new(), |(at, starts)| {
                let clock = format::clock(format::minute(self.zone.to_datetime(at)));
                format!("; quieter: {clock} ({})", count(starts as usize, "start"))
            });
            let (times, starts) = (times(&busy.all), count(busy.starts as usize, "start"));
            format!("{times}  {starts}: {}{quieter}", phrases::list(&names))
        };
        self.busiest.iter().map(line).collect()
    }
}

/// Returns the CronJobs among objects that start, with their names and calendars.
pub(super) fn fleet<'d>(
    objects: impl IntoIterator<Item = Object<'d>>,
) -> impl Iterator<Item = (CronJob<'d>, String, Calendar)> {
    objects.into_iter().filter_map(|object| {
        let cron_job = object.cron_job().filter(|it| !it.is_suspended())?;
        let name = object.name().text().unwrap_or_default();
        let namespace = object.namespace().text().map(|it| format!("{it}/")).unwrap_or_default();
        Some((cron_job, format!("{namespace}{name}"), Calendar::for_cron_job(cron_job)?))
    })
}

/// Returns the start of a week and its minutes: one in which the clock changes is an hour longer or shorter.
pub(super) fn minutes(first: Date, zone: &TimeZone) -> (Timestamp, usize) {
    let midnight = |day: Date| day.to_zoned(zone.clone()).map_or(Timestamp::UNIX_EPOCH, |it| it.timestamp());
    let from = midnight(first);
    let last = midnight(first.saturating_add(Span::new().days(DAYS as i64)));
    (from, usize::try_from((last.as_second() - from.as_second()) / 60).unwrap_or_default())
}

/// Returns the look of a cell: red, the stronger the larger the share is, on whatever the page is.
fn heat(share: f64) -> String {
    if share > 0.0 {
        format!("fill=\"#b3202c\" fill-opacity=\"{:.2}\"", 0.12 + 0.88 * share)
    } else {
        "class=\"cell\" fill=\"#f3f4f6\"".to_owned()
    }
}

/// Writes a number, on a background that is stronger the larger it is.
fn cell(starts: u32, most: u32, width: usize, options: &ChartOptions) -> String {
    let nothing = if options.unicode { "·" } else { "." };
    let text = if starts == 0 { nothing.to_owned() } else { starts.to_string() };
    let text = format!("{text:>width$}");
    let share = f64::from(starts) / f64::from(most.max(1));
    let style = match share {
        _ if starts == 0 => "2",
        ..0.25 => "32",
        ..0.5 => "33",
        ..0.75 => "31",
        _ => "1;31",
    };
    paint(&text, style, options.color).into_owned()
}
