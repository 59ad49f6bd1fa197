//! Durations as `sleep` and `timeout` read them.

/// Reads `90`, `1.5m`, `2h`, `1d` into seconds; `infinity` is one that no deadline reaches.
pub fn seconds(text: &str) -> Option<f64> {
    let digits = text.trim_end_matches(['s', 'm', 'h', 'd']);
    let unit = match &text[digits.len()..] {
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        "d" => 86400.0,
        _ => return None,
    };
    let number: f64 = digits.parse().ok().filter(|_| digits.starts_with(|it: char| it.is_ascii_digit()))?;
    Some(number * unit)
}
