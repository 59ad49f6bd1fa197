//! The text of a schedule (`parser.go`).

use crate::time::cron::schedule::{Fields, Recurrence, STAR, Schedule};
use crate::time::zone;
use crate::value::duration;

/// What a field can hold.
pub(super) struct Bounds {
    least: u64,
    most: u64,
    pub(super) names: &'static [&'static str],
}

const MINUTES: Bounds = Bounds { least: 0, most: 59, names: &[] };
const HOURS: Bounds = Bounds { least: 0, most: 23, names: &[] };
const DAYS: Bounds = Bounds { least: 1, most: 31, names: &[] };
pub(super) const MONTHS: Bounds = Bounds {
    least: 1,
    most: 12,
    names: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
};
pub(super) const WEEKDAYS: Bounds =
    Bounds { least: 0, most: 6, names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] };

/// `ParseStandard`
pub(super) fn standard(text: &str) -> Result<Schedule, String> {
    if text.is_empty() {
        return Err("empty spec string".to_owned());
    }
    let (mut rest, mut location) = (text, None);
    if let Some(after) = text.strip_prefix("CRON_TZ=").or_else(|| text.strip_prefix("TZ=")) {
        let panic = "invalid schedule format: runtime error: slice bounds out of range [:-1]";
        let (name, after) = after.split_once(' ').ok_or(panic)?;
        location = Some(zone(name).ok_or_else(|| bad_location(name))?);
        rest = after.trim();
    }
    let pattern = if rest.starts_with('@') { descriptor(rest)? } else { Recurrence::Fields(fields(rest)?) };
    // The zone of `@every` makes no difference, but it is there.
    Ok(Schedule { pattern, zone: location })
}

fn bad_location(name: &str) -> String {
    let is_invalid = name.contains("..") || name.starts_with(['/', '\\']);
    let why = if is_invalid {
        "time: invalid location name".to_owned()
    } else {
        format!("unknown time zone {name}")
    };
    format!("provided bad location {name}: {why}")
}

fn fields(text: &str) -> Result<Fields, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [minute, hour, day_of_month, month, day_of_week] = *words else {
        return Err(format!("expected exactly 5 fields, found {}: [{}]", words.len(), words.join(" ")));
    };
    Ok(Fields {
        minute: field(minute, &MINUTES)?,
        hour: field(hour, &HOURS)?,
        day_of_month: field(day_of_month, &DAYS)?,
        month: field(month, &MONTHS)?,
        day_of_week: field(day_of_week, &WEEKDAYS)?,
    })
}

/// A list of ranges; empty items are passed over.
fn field(text: &str, bounds: &Bounds) -> Result<u64, String> {
    let ranges = text.split(',').filter(|it| !it.is_empty());
    ranges.map(|it| range(it, bounds)).try_fold(0, |set, bits| Ok(set | bits?))
}

fn range(text: &str, bounds: &Bounds) -> Result<u64, String> {
    let (span, step) = text.split_once('/').map_or((text, None), |(span, step)| (span, Some(step)));
    let (first, last) = span.split_once('-').map_or((span, None), |(first, last)| (first, Some(last)));
    let (start, mut end, mut star);
    if matches!(first, "*" | "?") {
        // Whatever follows a hyphen here is not looked at.
        (start, end, star) = (bounds.least, bounds.most, STAR);
    } else {
        start = number_or_name(first, bounds)?;
        star = 0;
        end = match last {
            None => start,
            Some(last) if last.contains('-') => return Err(format!("too many hyphens: {text}")),
            Some(last) => number_or_name(last, bounds)?,
        };
    }
    let step = match step {
        None => 1,
        Some(step) if step.contains('/') => return Err(format!("too many slashes: {text}")),
        Some(step) => {
            let step = number(step)?;
            // "N/step" means "N-max/step".
            end = if last.is_none() { bounds.most } else { end };
            star = if step > 1 { 0 } else { star };
            step
        }
    };
    let Bounds { least, most, .. } = bounds;
    if start < *least {
        return Err(format!("beginning of range ({start}) below minimum ({least}): {text}"));
    }
    if end > *most {
        return Err(format!("end of range ({end}) above maximum ({most}): {text}"));
    }
    if start > end {
        return Err(format!("beginning of range ({start}) beyond end of range ({end}): {text}"));
    }
    if step == 0 {
        return Err(format!("step of range should be a positive number: {text}"));
    }
    let values = (start..=end).step_by(usize::try_from(step).unwrap_or(usize::MAX));
    Ok(values.fold(star, |set, value| set | 1 << value))
}

fn number_or_name(text: &str, bounds: &Bounds) -> Result<u64, String> {
    match bounds.names.iter().position(|name| text.eq_ignore_ascii_case(name)) {
        Some(index) => Ok(bounds.least + index as u64),
        None => number(text),
    }
}

/// `strconv.Atoi`, and no negative numbers.
fn number(text: &str) -> Result<u64, String> {
    let refuse =
        |why: &str| format!("failed to parse int from {text}: strconv.Atoi: parsing {text:?}: {why}");
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() {
        return Err(refuse("invalid syntax"));
    }
    let mut value = 0u64;
    for byte in digits.bytes() {
        if !byte.is_ascii_digit() {
            return Err(refuse("invalid syntax"));
        }
        let next = value.checked_mul(10).and_then(|it| it.checked_add(u64::from(byte - b'0')));
        value = next.ok_or_else(|| refuse("value out of range"))?;
    }
    let is_negative = text.starts_with('-');
    if value > i64::MAX as u64 + u64::from(is_negative) {
        return Err(refuse("value out of range"));
    }
    if is_negative && value > 0 {
        return Err(format!("negative number (-{value}) not allowed: {text}"));
    }
    Ok(value)
}

fn descriptor(text: &str) -> Result<Recurrence, String> {
    let fields = match text {
        "@yearly" | "@annually" => fields("0 0 1 1 *"),
        "@monthly" => fields("0 0 1 * *"),
        "@weekly" => fields("0 0 * * 0"),
        "@daily" | "@midnight" => fields("0 0 * * *"),
        "@hourly" => fields("0 * * * *"),
        _ => {
            let Some(interval) = text.strip_prefix("@every ") else {
                return Err(format!("unrecognized descriptor: {text}"));
            };
            let refuse = |why| format!("failed to parse duration {text}: {why}");
            let nanoseconds = duration::parse_go(interval).map_err(refuse)?;
            return Ok(Recurrence::Every((nanoseconds / 1_000_000_000).max(1)));
        }
    };
    fields.map(Recurrence::Fields)
}
