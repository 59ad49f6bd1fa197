//! Times as Go's `time.Parse(time.RFC3339, …)` reads them, with its errors.

use crate::value::duration::quote;

const LAYOUT: &str = "2006-01-02T15:04:05Z07:00";

/// Reads a time; the error is Go's.
pub fn parse_rfc3339(text: &str) -> Result<(), String> {
    let fail = |rest: &str, element: &str| {
        let (text, rest, element) = (quote(text), quote(rest), quote(element));
        format!("parsing time {text} as \"{LAYOUT}\": cannot parse {rest} as {element}")
    };
    let out_of_range = |what: &str| format!("parsing time {}: {what} out of range", quote(text));
    let mut rest = text;
    let mut numbers = [0_u32; 6];
    let elements =
        [("", "2006", 4), ("-", "01", 2), ("-", "02", 2), ("T", "15", 2), (":", "04", 2), (":", "05", 2)];
    for (at, (before, element, width)) in elements.into_iter().enumerate() {
        rest = rest.strip_prefix(before).ok_or_else(|| fail(rest, before))?;
        let digits = rest.get(..width).filter(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
        // Go takes an hour of one digit.
        let digits = match digits {
            None if element == "15" => {
                rest.get(..1).filter(|it| it.bytes().all(|byte| byte.is_ascii_digit()))
            }
            digits => digits,
        };
        let digits = digits.ok_or_else(|| fail(rest, element))?;
        numbers[at] = digits.parse().unwrap_or_default();
        rest = &rest[digits.len()..];
        let most = [9999, 12, 31, 23, 59, 59][at];
        let least = if at == 1 { 1 } else { 0 };
        if !(least..=most).contains(&numbers[at]) && at != 2 {
            return Err(out_of_range(["year", "month", "day", "hour", "minute", "second"][at]));
        }
    }
    if let Some(fraction) = rest.strip_prefix(['.', ','])
        && fraction.starts_with(|it: char| it.is_ascii_digit())
    {
        rest = fraction.trim_start_matches(|it: char| it.is_ascii_digit());
    }
    rest = match rest.strip_prefix('Z') {
        Some(rest) => rest,
        None => {
            let zone = rest.get(..6).filter(|zone| {
                let bytes = zone.as_bytes();
                matches!(bytes[0], b'+' | b'-')
                    && bytes[3] == b':'
                    && [1, 2, 4, 5].iter().all(|&at| bytes[at].is_ascii_digit())
            });
            zone.ok_or_else(|| fail(rest, "Z07:00"))?;
            &rest[6..]
        }
    };
    if !rest.is_empty() {
        return Err(format!("parsing time {}: extra text: {}", quote(text), quote(rest)));
    }
    let [year, month, day, ..] = numbers;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if day == 0 || day > days { Err(out_of_range("day")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::parse_rfc3339;

    #[test]
    fn errors_are_those_of_go() {
        let error = |text| parse_rfc3339(text).unwrap_err();
        assert!(parse_rfc3339("2020-02-29T01:02:03.5+01:00").is_ok());
        assert!(error("2020-01-01").ends_with(r#"cannot parse "" as "T""#));
        assert!(error("x").ends_with(r#"cannot parse "x" as "2006""#));
        assert_eq!(
            error("2020-13-01T00:00:00Z"),
            r#"parsing time "2020-13-01T00:00:00Z": month out of range"#
        );
    }
}
