//! Durations as Go writes them: `1h30m`, `500ms`.

/// Reads a duration as Go's `time.ParseDuration` does, in nanoseconds, and refuses it with Go's words.
pub fn parse(text: &str) -> Result<i64, String> {
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
