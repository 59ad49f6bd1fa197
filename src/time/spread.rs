//! Minutes for CronJobs that start together. The minute of each depends on nothing but the CronJob itself: it stays the same when others
//! come or go.

use std::fmt;
use std::str::FromStr;

use xxhash_rust::xxh3::xxh3_64;

use super::calendar::{Calendar, values};
use super::starts::has_one_minute;
use crate::manifest::workload::CronJob;
use crate::text::placeholder::is_placeholder;
use crate::value::duration;

/// The lengths of windows, in minutes.
const LENGTHS: [i64; 6] = [5, 10, 15, 20, 30, 60];

/// The part of the hour in which a CronJob keeps its start: the hour has a whole number of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    minutes: i64,
}

impl Window {
    /// The window where nobody asks for another.
    pub const DEFAULT: Window = Window { minutes: 15 };

    /// Returns its length in minutes.
    pub fn minutes(self) -> i64 {
        self.minutes
    }

    /// Returns the minute of a CronJob that now starts in `minute`: the XXH3 hash (64 bits) of `namespace/name` chooses it
    /// in the window of that minute. The namespace is empty where none is stated.
    fn choose(self, namespace: &str, name: &str, minute: i64) -> i64 {
        let hash = xxh3_64(format!("{namespace}/{name}").as_bytes());
        // In the first minute of a window people start what they start, and schedules such as `*/15` do.
        let offset = 1 + (hash % (self.minutes.unsigned_abs() - 1)) as i64;
        minute - minute % self.minutes + offset
    }
}

impl FromStr for Window {
    type Err = String;

    /// Reads a duration as Go writes it.
    fn from_str(text: &str) -> Result<Self, String> {
        let is = |minutes: &i64| duration::parse_go(text) == Ok(minutes * 60 * 1_000_000_000);
        let found = LENGTHS.into_iter().find(is).map(|minutes| Window { minutes });
        found.ok_or_else(|| {
            "a window must be `5m`, `10m`, `15m`, `20m`, `30m` or `1h`: each divides the hour".to_owned()
        })
    }
}

impl fmt::Display for Window {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.minutes == 60 { formatter.write_str("1h") } else { write!(formatter, "{}m", self.minutes) }
    }
}

/// Returns the schedule with which a CronJob starts in its own minute of a window; `None` where it does already, starts more
/// than once an hour, or its name is not known.
pub fn spread(cron_job: CronJob<'_>, calendar: &Calendar, window: Window) -> Option<String> {
    let fields = calendar.fields().filter(|_| has_one_minute(calendar))?;
    let (name, namespace) = (cron_job.object.name(), cron_job.object.namespace());
    let is_known = |text: &&str| !is_placeholder(text);
    let name = name.text().filter(is_known)?;
    let namespace = namespace.text().or(Some("")).filter(is_known)?;
    let now = values(fields.minute).next()?;
    let minute = window.choose(namespace, name, now);
    if minute == now { None } else { with_minute(cron_job.schedule().text()?, minute) }
}

/// Returns a schedule with another minute, its other fields as they are written.
fn with_minute(schedule: &str, minute: i64) -> Option<String> {
    let others = match schedule {
        "@hourly" => "* * * *",
        "@daily" | "@midnight" => "0 * * *",
        "@weekly" => "0 * * 0",
        "@monthly" => "0 1 * *",
        "@yearly" | "@annually" => "0 1 1 *",
        _ => {
            let before = schedule.len() - schedule.trim_start().len();
            let (space, fields) = schedule.split_at(before);
            let end = fields.find(char::is_whitespace)?;
            let (first, others) = fields.split_at(end);
            let is_minute = !first.contains(['@', '=']);
            return is_minute.then(|| format!("{space}{minute}{others}"));
        }
    };
    Some(format!("{minute} {others}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written into manifests stays the same in every version and on every machine.
    #[test]
    fn the_minute_of_a_name_never_changes() {
        assert_eq!(xxh3_64(b"shop/import-orders"), 0x1114_e083_3b5a_1d6e);
        assert_eq!(xxh3_64(b"/import-orders"), 0xb529_4539_07e1_b0e5);
        assert_eq!(xxh3_64(b"media/resize"), 0x6fdc_923c_1cda_ea37);
        let hour = Window { minutes: 60 };
        assert_eq!(Window::DEFAULT.choose("shop", "import-orders", 0), 7);
        assert_eq!(Window::DEFAULT.choose("", "import-orders", 44), 32);
        assert_eq!(hour.choose("media", "resize", 59), 47);
    }

    #[test]
    fn a_minute_stays_in_its_window() {
        for minutes in LENGTHS {
            let window = Window { minutes };
            for minute in 0..60 {
                let chosen = window.choose("shop", "import-orders", minute);
                assert_eq!(chosen / minutes, minute / minutes, "{minute} in {window}");
                assert_ne!(chosen % minutes, 0, "{minute} in {window}");
                assert_eq!(window.choose("shop", "import-orders", chosen), chosen, "{minute} in {window}");
            }
        }
    }

    #[test]
    fn a_window_divides_the_hour() {
        for (text, minutes) in [("5m", 5), ("15m", 15), ("1h", 60), ("60m", 60), ("900s", 15), ("0.5h", 30)] {
            assert_eq!(text.parse(), Ok(Window { minutes }), "{text}");
        }
        for text in ["", "0", "0m", "7m", "-15m", "15", "90m", "2h", "15m1s", "1m"] {
            assert!(text.parse::<Window>().is_err_and(|it| it.contains("`20m`, `30m` or `1h`")), "{text}");
        }
        assert_eq!(LENGTHS.map(|minutes| Window { minutes }.to_string()).join(" "), "5m 10m 15m 20m 30m 1h");
    }

    #[test]
    fn a_schedule_keeps_its_other_fields_and_its_spaces() {
        for (schedule, expected) in [
            ("0 3 * * *", "7 3 * * *"),
            ("00  3 1,15 * MON-FRI", "7  3 1,15 * MON-FRI"),
            (" 5-5\t*/2 * * ? ", " 7\t*/2 * * ? "),
            ("?/60 3 * * *", "7 3 * * *"),
            ("@hourly", "7 * * * *"),
            ("@daily", "7 0 * * *"),
            ("@midnight", "7 0 * * *"),
            ("@weekly", "7 0 * * 0"),
            ("@monthly", "7 0 1 * *"),
            ("@yearly", "7 0 1 1 *"),
            ("@annually", "7 0 1 1 *"),
        ] {
            let written = with_minute(schedule, 7);
            assert_eq!(written.as_deref(), Some(expected), "{schedule}");
            // Everything but the minute is as it was.
            let fields = |text: &str| Calendar::parse(text, None).and_then(|it| it.fields()).unwrap();
            let expected = super::super::cron::Fields { minute: 1 << 7, ..fields(schedule) };
            assert_eq!(fields(&written.unwrap()), expected, "{schedule}");
        }
        for schedule in ["", "0", "@every 1h", "@reboot", "TZ=UTC 0 3 * * *", "CRON_TZ=UTC 0 3 * * *"] {
            assert_eq!(with_minute(schedule, 7), None, "{schedule}");
        }
    }
}
