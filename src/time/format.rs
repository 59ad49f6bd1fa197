//! Durations and dates in messages.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Writes a duration in its two largest units: `5 min 10 s`, `2 h`, `4 days`, `8 years`.
pub fn duration(seconds: i64) -> String {
    const YEAR: i64 = 86_400 * 365;
    let (mut rest, mut parts) = (seconds.max(0), Vec::new());
    if rest >= 2 * YEAR {
        return format!("{} years", rest / YEAR + i64::from(rest % YEAR >= YEAR / 2));
    }
    for (size, name) in [(86_400, " days"), (3_600, " h"), (60, " min"), (1, " s")] {
        // Below two days, hours are easier to compare.
        let count = if size == 86_400 && rest < 2 * size { 0 } else { rest / size };
        if count > 0 && parts.len() < 2 {
            parts.push(format!("{count}{name}"));
        }
        rest -= count * size;
    }
    if parts.is_empty() { "0 s".to_owned() } else { parts.join(" ") }
}

/// Writes a date with its weekday, on the wall clock of a zone: `Sun 2027-03-28`.
pub fn date(at: Timestamp, zone: &TimeZone) -> String {
    let wall = zone.to_datetime(at);
    format!("{} {}", weekday(wall.date()), wall.date())
}

/// Writes the name of a weekday for what happens in every week: `Sundays`.
pub fn every_weekday(date: jiff::civil::Date) -> String {
    date.strftime("%As").to_string()
}

/// Writes the three letters of a weekday, for a table or a date.
pub fn weekday(date: jiff::civil::Date) -> &'static str {
    let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    names[(date.weekday().to_monday_zero_offset() as usize) % names.len()]
}

/// Writes a minute of the day: `02:30`.
pub fn clock(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Returns the minute of the day.
pub fn minute(at: jiff::civil::DateTime) -> i64 {
    i64::from(at.hour()) * 60 + i64::from(at.minute())
}

/// Returns the start of a day in UTC.
pub fn midnight(date: jiff::civil::Date) -> Timestamp {
    let start = date.to_datetime(jiff::civil::Time::midnight());
    TimeZone::UTC.to_timestamp(start).unwrap_or(Timestamp::UNIX_EPOCH)
}
