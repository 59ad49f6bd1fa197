//! Time zones, and the wall clock as Go's `time` package reads it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::text::nearest::nearest;

/// Finds a time zone as Go's `time.LoadLocation` does with the IANA database; names are case-sensitive there.
///
/// The controller manager's own zone stands for `Local`; it is nearly always UTC.
pub fn zone(name: &str) -> Option<TimeZone> {
    match name {
        "" | "UTC" | "Local" => Some(TimeZone::UTC),
        _ => TimeZone::get(name).ok().filter(|zone| zone.iana_name() == Some(name)),
    }
}

/// Returns the name of the time zone that differs from a text in upper and lower case only.
pub fn zone_in_any_case(text: &str) -> Option<String> {
    let zone = jiff::tz::TimeZone::get(text).ok()?;
    zone.iana_name().filter(|name| *name != text).map(str::to_owned)
}

/// Returns the time zone that a misspelled name most likely means: a city alone, or a similar name.
pub fn nearest_zone(text: &str) -> Option<String> {
    let names = zone_names();
    let city = text.trim().replace(' ', "_");
    let is_city = |name: &&String| name.rsplit('/').next().is_some_and(|it| it.eq_ignore_ascii_case(&city));
    let mut cities = names.iter().filter(is_city);
    match (cities.next(), cities.next()) {
        (Some(name), None) => Some(name.clone()),
        (Some(_), Some(_)) => None,
        (None, _) => nearest(&city, names.iter().map(String::as_str)).map(str::to_owned),
    }
}

/// Returns the names of all time zones, `UTC` first, those of cities before the others.
pub fn zone_names() -> Vec<String> {
    let mut names: Vec<String> = jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
    names.sort_by_key(|name| (name != "UTC", !name.contains('/') || name.starts_with("Etc/"), name.clone()));
    names
}

/// A wall clock in a zone. It remembers the span in which the offset holds: asking near by is cheap.
pub(super) struct Clock<'z> {
    zone: &'z TimeZone,
    start: i64,
    end: i64,
    offset: i64,
}

/// What the wall clock shows at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WallTime {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub(super) unix: i64,
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    /// 0 is Sunday.
    pub(super) weekday: i64,
}

const DAY: i64 = 86_400;

impl<'z> Clock<'z> {
    pub(super) fn new(zone: &'z TimeZone) -> Self {
        match zone.to_fixed_offset() {
            Ok(offset) => Clock { zone, start: i64::MIN, end: i64::MAX, offset: offset.seconds().into() },
            Err(_) => Clock { zone, start: 0, end: 0, offset: 0 },
        }
    }

    /// Returns the offset at a moment, and the span in which it holds.
    pub(super) fn offset(&mut self, unix: i64) -> (i64, i64, i64) {
        if unix < self.start || unix >= self.end {
            self.look_up(unix);
        }
        (self.offset, self.start, self.end)
    }

    fn look_up(&mut self, unix: i64) {
        let at = timestamp(unix);
        self.offset = self.zone.to_offset(at).seconds().into();
        let second = |transition: jiff::tz::TimeZoneTransition<'_>| transition.timestamp().as_second();
        self.start = self.zone.preceding(timestamp(unix + 1)).next().map_or(i64::MIN, second);
        self.end = self.zone.following(at).next().map_or(i64::MAX, second);
    }

    /// Reads the wall clock.
    pub(super) fn wall_time(&mut self, unix: i64) -> WallTime {
        let local = unix + self.offset(unix).0;
        let (days, second) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let (year, month, day) = civil(days);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let weekday = (days + 4).rem_euclid(7);
        WallTime { unix, year, month, day, hour, minute, second, weekday }
    }

    /// Finds the moment at which the clock shows this, as Go's `time.Date` does: months and days run over, and where
    /// a time is skipped or comes twice, it is the one that Go happens to take.
    pub(super) fn date(&mut self, year: i64, month: i64, day: i64, second_of_day: i64) -> WallTime {
        let year = year + (month - 1).div_euclid(12);
        let month = (month - 1).rem_euclid(12) + 1;
        let local = (days(year, month) + day - 1) * DAY + second_of_day;
        let (mut offset, start, end) = self.offset(local);
        if offset != 0 && !(start..end).contains(&(local - offset)) {
            offset = self.offset(local - offset).0;
        }
        self.wall_time(local - offset)
    }
}

/// Makes a timestamp of seconds since 1970, or the nearest that there is.
pub(super) fn timestamp(unix: i64) -> Timestamp {
    let limits = (Timestamp::MIN.as_second() + 1, Timestamp::MAX.as_second() - 1);
    Timestamp::from_second(unix.clamp(limits.0, limits.1)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Returns the days from 1970-01-01 to the first of a month.
fn days(year: i64, month: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Returns the date, so many days after 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * shifted + 2) / 5 + 1)
}
