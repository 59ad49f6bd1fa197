//! Durations as Go writes them, `1h30m` and `500ms`, and as `sleep` and `timeout` read them, `90` and `1.5m`.

use std::time::Duration;

/// Reads `90`, `1.5m`, `2h` or `1d` into seconds, as GNU's `sleep` and `timeout` do.
pub fn seconds(text: &str) -> Option<f64> {
    let digits = text.trim_end_matches(['s', 'm', 'h', 'd']);
    let unit = match &text[digits.len()..] {
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3_600.0,
        "d" => 86_400.0,
        _ => return None,
    };
    let is_number = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    let number: f64 = digits.parse().ok().filter(|_| is_number)?;
    Some(number * unit)
}

/// Reads a duration as people write it into a field for seconds: as Go does, or as `sleep` does with a unit.
pub fn whole_seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(nanoseconds) = parse_go(text) {
        return (nanoseconds >= 0 && nanoseconds % 1_000_000_000 == 0).then_some(nanoseconds / 1_000_000_000);
    }
    let is_whole = |it: &f64| it.fract() == 0.0 && *it < 1e15;
    let seconds = seconds(text).filter(|it| text.ends_with('d') && is_whole(it))?;
    Some(seconds as i64)
}

/// Reads a duration as Go does that is not negative.
pub fn parse_unsigned(text: &str) -> Option<Duration> {
    u64::try_from(parse_go(text).ok()?).ok().map(Duration::from_nanos)
}

/// Reads a duration as Go's `time.ParseDuration` does, in nanoseconds, and rejects it with Go's words.
pub fn parse_go(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {}", quote(text));
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total = 0u64;
    while !rest.is_empty() {
        let (whole, after) = digits(rest);
        let (decimals, after) = after.strip_prefix('.').map_or(("", after), digits);
        if whole.is_empty() && decimals.is_empty() {
            return Err(invalid());
        }
        let end = after.find(|it: char| it == '.' || it.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let scale: u64 = match unit {
            "" => return Err(format!("time: missing unit in duration {}", quote(text))),
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return Err(format!("time: unknown unit {} in duration {}", quote(unit), quote(text))),
        };
        let whole = if whole.is_empty() { Some(0) } else { whole.parse::<u64>().ok() };
        let scaled = whole.and_then(|it| it.checked_mul(scale));
        let part = scaled.and_then(|it| it.checked_add(fraction(decimals, scale)));
        let sum = part.and_then(|it| total.checked_add(it));
        total = sum.filter(|&it| it <= 1 << 63).ok_or_else(invalid)?;
        rest = after;
    }
    match (i64::try_from(total), text.starts_with('-')) {
        (Ok(total), false) => Ok(total),
        (Ok(total), true) => Ok(-total),
        (Err(_), true) => Ok(i64::MIN),
        (Err(_), false) => Err(invalid()),
    }
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len()))
}

/// Returns the part of a unit that decimals stand for, by floating point as Go does it.
fn fraction(decimals: &str, scale: u64) -> u64 {
    let (mut value, mut power) = (0u64, 1f64);
    for digit in decimals.bytes() {
        if value > i64::MAX as u64 / 10 {
            break;
        }
        (value, power) = (value * 10 + u64::from(digit - b'0'), power * 10.0);
    }
    (value as f64 * (scale as f64 / power)) as u64
}

/// Quotes as Go's `time` package does: bytes outside ASCII, and control characters, in hexadecimal.
pub fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
            b' '..=0x7f => quoted.push(char::from(byte)),
            _ => quoted += &format!("\\x{byte:02x}"),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleep_takes_one_unit() {
        let durations = [("90", 90.0), ("1.5m", 90.0), (".5s", 0.5), ("2h", 7_200.0), ("1d", 86_400.0)];
        for (text, value) in durations {
            assert_eq!(seconds(text), Some(value), "{text}");
        }
        for text in ["", "s", "5ms", "1h30m", "-5", "infinity", "${WAIT}"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn fields_for_seconds_take_whole_ones() {
        let durations = [("10m", 600), ("1h30m", 5_400), ("90s", 90), ("1d", 86_400), ("1.5h", 5_400)];
        for (text, value) in durations {
            assert_eq!(whole_seconds(text), Some(value), "{text}");
        }
        // A number without a unit is not a duration, and half a second is not a whole one.
        for text in ["", "10", "090", "500ms", "-5s", "ten minutes"] {
            assert_eq!(whole_seconds(text), None, "{text}");
        }
    }

    #[test]
    fn a_duration_without_a_sign_is_go_s() {
        assert_eq!(parse_unsigned("1m30s"), Some(Duration::from_secs(90)));
        assert_eq!(parse_unsigned("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(parse_unsigned("0"), Some(Duration::ZERO));
        assert!(["-1s", "5", "", "1d"].iter().all(|it| parse_unsigned(it).is_none()));
    }
}
