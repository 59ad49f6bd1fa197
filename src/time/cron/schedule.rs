//! What a schedule is once it is read.

use jiff::tz::TimeZone;

/// When a CronJob runs.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// The fields, or the interval.
    pub pattern: Recurrence,
    /// The zone of a `TZ=` or `CRON_TZ=` before the fields. The API server rejects it in new objects.
    pub zone: Option<TimeZone>,
}

/// The times that a schedule matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recurrence {
    /// Times of the wall clock.
    Fields(Fields),
    /// `@every`: so many seconds after the run before.
    Every(i64),
}

/// The five fields as sets of bits; bit 63 is the mark of a star.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fields {
    /// Bits 0 to 59.
    pub minute: u64,
    /// Bits 0 to 23.
    pub hour: u64,
    /// Bits 1 to 31.
    pub day_of_month: u64,
    /// Bits 1 to 12.
    pub month: u64,
    /// Bits 0 to 6, Sunday first.
    pub day_of_week: u64,
}

/// The mark of a star in a field: `*` and `?` set it, also with a step of 1 and in lists, but not with a larger step.
pub const STAR: u64 = 1 << 63;
