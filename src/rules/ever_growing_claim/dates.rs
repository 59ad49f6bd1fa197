//! Dates in the names of files: whether those of all runs of a CronJob are different.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};

use crate::time::calendar::Calendar;

/// A year with all days that a schedule can name.
const YEAR: i16 = 2028;

/// Which parts of a moment a name has in it.
#[derive(Clone, Copy, Default)]
struct Parts {
    year: bool,
    month: bool,
    day: bool,
    week: bool,
    weekday: bool,
    hour: bool,
    half: bool,
    half_hour: bool,
    minute: bool,
    all: bool,
}

/// Whether the dates in a name are different in each run: `shop-$(date +%Y%m%d).sql` where at most one starts in a day.
///
/// Nobody knows when the runs start where there is no calendar.
pub(super) fn are_new_each_run(name: &str, calendar: Option<&Calendar>) -> bool {
    let mut parts = Parts::default();
    commands(name).for_each(|it| parts.add(it));
    let fields = calendar.and_then(Calendar::fields);
    let minutes = fields.map_or_else(|| (0..1_440).collect(), |it| it.minutes_of_day());
    let days = date(YEAR, 1, 1).series(jiff::ToSpan::days(1)).take_while(|it| it.year() == YEAR);
    let days: Vec<Date> = days.filter(|&it| fields.is_none_or(|fields| fields.has_date(it))).collect();
    let shown = |minute: &i64| {
        let (hour, minute) = (minute / 60, minute % 60);
        (
            parts.hour.then_some(hour),
            parts.half_hour.then_some(hour % 12),
            parts.half.then_some(hour / 12),
            parts.minute.then_some(minute),
        )
    };
    let shown_day = |day: &Date| {
        (
            parts.month.then_some(day.month()),
            parts.day.then_some(day.day()),
            parts
                .week
                .then(|| (day.day_of_year() + 6 - i16::from(day.weekday().to_monday_zero_offset())) / 7),
            parts.weekday.then(|| day.weekday().to_monday_zero_offset()),
        )
    };
    let times: BTreeSet<_> = minutes.iter().map(shown).collect();
    let dates: BTreeSet<_> = days.iter().map(shown_day).collect();
    parts.all || parts.year && times.len() == minutes.len() && dates.len() == days.len()
}

/// Returns what follows `date` in each command of a name that computes one.
fn commands(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices("date").filter_map(|(at, word)| {
        let (before, rest) = (&name[..at], &name[at + word.len()..]);
        let is_command = before.ends_with(['(', '`', ' ', '/']) && rest.starts_with([' ', ')', '`']);
        is_command.then(|| rest.split([')', '`']).next().unwrap_or_default())
    })
}

impl Parts {
    /// Adds those that a `date` with these arguments writes.
    fn add(&mut self, arguments: &str) {
        let words = arguments.split_whitespace().map(|it| it.trim_matches(['"', '\'']));
        let is_file = |it: &str| it.starts_with("-r") || it.starts_with("--reference");
        // A date that is computed from something else may always be the same.
        let is_stated = || {
            let words: Vec<_> = words.clone().collect();
            let stated = words.iter().position(|it| it.starts_with("-d") || it.starts_with("--date"));
            stated.is_some()
                && !["ago", "day", "hour", "week", "month"].iter().any(|it| arguments.contains(it))
        };
        if words.clone().any(is_file) || is_stated() {
            return;
        }
        let precision = words.clone().find_map(|it| {
            ["--iso-8601", "--rfc-3339", "-I"].iter().find_map(|option| it.strip_prefix(option))
        });
        let letters = arguments.split_once('+').map(|it| it.1);
        match (precision.map(|it| it.trim_start_matches('=')), letters) {
            (Some(precision), _) => self.add_letters(match precision {
                "" | "date" => "%F",
                it if it.starts_with('h') => "%F%H",
                _ => "%F%R",
            }),
            (None, Some(letters)) => self.add_letters(letters),
            (None, None) => self.add_letters("%c"),
        }
    }

    fn add_letters(&mut self, format: &str) {
        let mut rest = format;
        while let Some((_, after)) = rest.split_once('%') {
            let after = after.trim_start_matches(|it: char| "-_0^#EO".contains(it) || it.is_ascii_digit());
            let Some(letter) = after.chars().next() else { return };
            rest = &after[letter.len_utf8()..];
            self.add_letter(letter);
        }
    }

    fn add_letter(&mut self, letter: char) {
        let is = |letters: &str| letters.contains(letter);
        self.all |= is("s");
        self.year |= is("YyGgFDxc+");
        self.month |= is("mbBhFDxcj+");
        self.day |= is("deFDxcj+");
        self.week |= is("VUW");
        self.weekday |= is("aAuwc+");
        self.hour |= is("HkRTXc+r");
        self.half |= is("pPr");
        self.half_hour |= is("Il");
        self.minute |= is("MRTXcr+");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_new_in_each_run_or_comes_again() {
        let is_new =
            |name: &str, schedule: &str| are_new_each_run(name, Calendar::parse(schedule, None).as_ref());
        for (name, schedule) in [
            ("a-$(date +%s)", "* * * * *"),
            ("a-$(date +%F)", "20 1 * * *"),
            ("a-$(date)", "* * * * *"),
            ("a-`date -u +%Y%m%d`", "@daily"),
            ("a-$(date +%Y%m%d%H%M)", "*/5 * * * *"),
            ("a-$(date +%Y%m%d%H%M)", "0 * * * *"),
            ("a-$(date +%Y%m%d-%H)", "0 * * * *"),
            ("a-$(date -d yesterday +%F)", "20 1 * * *"),
            ("a-$(date --iso-8601=seconds)", "*/5 * * * *"),
            ("a-$(date -Iminutes)", "*/5 * * * *"),
            ("$(date +%Y)/$(date +%m)/$(date +%d).sql", "20 1 * * *"),
            ("a-$(date +%y-%j-%I%p)", "0 */2 * * *"),
            ("a-$(date +%G-W%V)", "20 1 * * 0"),
            ("a-$(date +%Y-%m)", "20 1 1 * *"),
            ("a-$(date '+%Y-%m-%d_%H-%M-%S')", "@every 1h"),
        ] {
            assert!(is_new(name, schedule), "{name} {schedule}");
        }
        for (name, schedule) in [
            ("a.sql", "20 1 * * *"),
            ("update .sql", "20 1 * * *"),
            ("a-$(date +%A)", "20 1 * * *"),
            ("a-$(date +%H%M%S)", "0 * * * *"),
            ("a-$(date +%T)", "20 1 * * *"),
            ("a-$(date +%m%d%H%M)", "0 * * * *"),
            ("a-$(date +%F)", "0 * * * *"),
            ("a-$(date +%F)", "0 1,13 * * *"),
            ("a-$(date +%F-%I)", "0 1,13 * * *"),
            ("a-$(date +%Y%m%d%H)", "*/20 * * * *"),
            ("a-$(date +%Y-%m)", "20 1 * * *"),
            ("a-$(date +%G-W%V)", "20 1 * * *"),
            ("a-$(date +%Y%d)", "20 1 * * *"),
            ("a-$(date -r /data/last +%F)", "20 1 * * *"),
            ("a-$(date -d 2024-02-01 +%F)", "20 1 * * *"),
            ("a-$(date +%F)", "@every 1h"),
        ] {
            assert!(!is_new(name, schedule), "{name} {schedule}");
        }
    }
}
