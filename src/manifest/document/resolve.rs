//! What Kubernetes makes of a scalar: YAML 1.1 as `go.yaml.in/yaml/v2` reads it (`resolve.go`).

use std::borrow::Cow;

use super::data::{Content, Text};

/// The value of a scalar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar {
    /// `null`, `~` or nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer that fits 64 bits with a sign.
    Int(i64),
    /// An integer above the greatest `i64`.
    Uint(u64),
    /// Any other number.
    Float(f64),
    /// A text: the scalar as it is written.
    String,
}

impl Scalar {
    /// Returns the name of the scalar's type as YAML tags it, without `!!`.
    pub fn tag(self) -> &'static str {
        match self {
            Scalar::Null => "null",
            Scalar::Bool(_) => "bool",
            Scalar::Int(_) | Scalar::Uint(_) => "int",
            Scalar::Float(_) => "float",
            Scalar::String => "str",
        }
    }
}

/// Resolves a scalar without quotes and without a tag.
pub fn plain(text: &str) -> Scalar {
    match text.as_bytes().first() {
        None => Scalar::Null,
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => word(text),
        Some(b'.') => match word(text) {
            Scalar::String => go_float(text).map_or(Scalar::String, Scalar::Float),
            special => special,
        },
        Some(b'0'..=b'9' | b'+' | b'-') => match word(text) {
            Scalar::String => number(text),
            special => special,
        },
        Some(_) => Scalar::String,
    }
}

/// Resolves a scalar with a core tag (`!!int` and so on); the error says why it cannot be.
pub fn tagged(tag: &str, text: &str) -> Result<Scalar, String> {
    match tag {
        "str" => return Ok(Scalar::String),
        "null" | "bool" | "int" | "float" | "timestamp" => {}
        _ => return Ok(Scalar::String),
    }
    let scalar = plain(text);
    match (tag, scalar) {
        ("float", Scalar::Int(number)) => Ok(Scalar::Float(number as f64)),
        ("timestamp", Scalar::String) if is_timestamp(text) => Ok(Scalar::String),
        _ if scalar.tag() == tag => Ok(scalar),
        _ => Err(format!("cannot decode !!{} `{text}` as a !!{tag}", scalar.tag())),
    }
}

/// Looks the text up among the words with a meaning.
fn word(text: &str) -> Scalar {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ => Scalar::String,
    }
}

/// Reads a text that starts with a digit or a sign: Go's integer literals, then decimal floats.
fn number(text: &str) -> Scalar {
    let plain: Cow<'_, str> = if text.contains('_') { text.replace('_', "").into() } else { text.into() };
    let (negative, digits) = match plain.as_bytes().first() {
        Some(b'-') => (true, &plain[1..]),
        Some(b'+') => (false, &plain[1..]),
        _ => (false, &*plain),
    };
    if let Some(magnitude) = integer(digits) {
        let signed = if negative { -i128::from(magnitude) } else { i128::from(magnitude) };
        if let Ok(number) = i64::try_from(signed) {
            return Scalar::Int(number);
        }
        // Go reads an unsigned number only without a sign.
        if digits.len() == plain.len() {
            return Scalar::Uint(magnitude);
        }
    }
    if !is_decimal_float(digits) {
        return Scalar::String;
    }
    match plain.parse::<f64>() {
        Ok(number) if number.is_finite() => Scalar::Float(number),
        _ => Scalar::String,
    }
}

/// Reads digits after Go's base prefixes: `0x`, `0o`, `0b`, and `0` for octal.
fn integer(digits: &str) -> Option<u64> {
    let (base, rest) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    rest.bytes()
        .all(|byte| byte.is_ascii_alphanumeric())
        .then(|| u64::from_str_radix(rest, base).ok())
        .flatten()
}

/// Whether the text is `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
fn is_decimal_float(text: &str) -> bool {
    let mantissa_end = text.find(['e', 'E']).unwrap_or(text.len());
    let (mantissa, exponent) = text.split_at(mantissa_end);
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mantissa_reads =
        all_digits(whole) && all_digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    let exponent_reads = exponent.is_empty() || {
        let digits = exponent[1..].strip_prefix(['-', '+']).unwrap_or(&exponent[1..]);
        !digits.is_empty() && all_digits(digits)
    };
    mantissa_reads && exponent_reads
}

/// Reads a text that starts with a point as Go's `strconv.ParseFloat` does, which takes `_` between digits.
fn go_float(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let separates = |at: usize| {
        at > 0
            && bytes[at - 1].is_ascii_digit()
            && bytes.get(at + 1).is_some_and(|byte| byte.is_ascii_digit())
    };
    let underscores_read = bytes.iter().enumerate().all(|(at, &byte)| byte != b'_' || separates(at));
    let plain = text.replace('_', "");
    (underscores_read && is_decimal_float(&plain))
        .then(|| plain.parse().ok())
        .flatten()
        .filter(|it: &f64| it.is_finite())
}

/// Whether the text is a date, with or without a time, in the layouts of go-yaml (`parseTimestamp`), as Go reads them.
fn is_timestamp(text: &str) -> bool {
    let Some(rest) = after_date(text) else { return false };
    match rest.as_bytes().first() {
        None => true,
        Some(b'T' | b't') => after_clock(&rest[1..]).is_some_and(is_zone),
        Some(b' ') => after_clock(rest.trim_start_matches(' ')) == Some(""),
        Some(_) => false,
    }
}

/// Reads a number of one or two digits.
fn short_number(text: &str) -> Option<(u8, &str)> {
    let digits = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    Some((text[..digits].parse().ok()?, &text[digits..]))
}

fn after_date(text: &str) -> Option<&str> {
    let (year, rest) = text.split_once('-')?;
    let year: i16 =
        year.parse().ok().filter(|_| year.len() == 4 && year.bytes().all(|it| it.is_ascii_digit()))?;
    let (month, rest) = short_number(rest)?;
    let (day, rest) = short_number(rest.strip_prefix('-')?)?;
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => return None,
    };
    (1..=days).contains(&day).then_some(rest)
}

fn after_clock(text: &str) -> Option<&str> {
    let (hour, rest) = short_number(text)?;
    let (minute, rest) = short_number(rest.strip_prefix(':')?)?;
    let (second, rest) = short_number(rest.strip_prefix(':')?)?;
    let fraction = rest.strip_prefix(['.', ',']).unwrap_or_default();
    let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
    let rest = if digits > 0 { &fraction[digits..] } else { rest };
    (hour < 24 && minute < 60 && second < 60).then_some(rest)
}

fn is_zone(text: &str) -> bool {
    let is_offset = |text: &str| {
        let (hours, rest) = short_number(text)?;
        let (minutes, rest) = short_number(rest.strip_prefix(':')?)?;
        Some(text.len() == "00:00".len() && rest.is_empty() && hours <= 24 && minutes <= 60)
    };
    text == "Z" || text.strip_prefix(['+', '-']).and_then(is_offset) == Some(true)
}

/// Writes a number that is a mapping's key as `sigs.k8s.io/yaml` does: the shortest digits of a 32-bit float.
fn float_key(number: f64) -> String {
    if number.is_nan() {
        return ".nan".to_owned();
    }
    let number = number as f32;
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        number.to_string()
    } else {
        format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
    }
}

/// Returns the text that a value is as a key, as `sigs.k8s.io/yaml` has it; the error is why it cannot be one.
pub(super) fn key_text(content: Content) -> Result<Text, &'static str> {
    let owned = |text: String| Ok(Text::Owned(text.into()));
    match content {
        Content::String(text) => Ok(text),
        Content::Bool(value) => owned(value.to_string()),
        Content::Int(number) => owned(number.to_string()),
        Content::Float(number) => owned(float_key(number)),
        Content::Null => Err("unsupported map key of type: null"),
        Content::Uint(_) => Err("unsupported map key of type: uint64"),
        Content::List { .. } | Content::Map { .. } => Err("invalid map key"),
    }
}

/// Writes a float without a fraction as the integer that it becomes in JSON.
pub(super) fn whole(number: f64) -> Content {
    /// Up to here every integer is a float.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    // From 1e21 on Go's JSON writes an exponent, and no integer type takes it.
    if number.fract() != 0.0 || number.abs() >= 1e21 {
        return Content::Float(number);
    }
    if number.abs() <= EXACT {
        return Content::Int(number as i64);
    }
    // Go writes as many digits as tell the float from others, and zeros after them.
    number.to_string().parse().map_or(Content::Float(number), Content::Int)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_1_1_words_and_numbers() {
        let cases = [
            ("yes", Scalar::Bool(true)),
            ("y", Scalar::Bool(true)),
            ("tRue", Scalar::String),
            ("", Scalar::Null),
            ("0777", Scalar::Int(511)),
            ("0o17", Scalar::Int(15)),
            ("08", Scalar::Float(8.0)),
            ("1_000", Scalar::Int(1000)),
            ("1:30", Scalar::String),
            ("1e400", Scalar::String),
            ("1.10", Scalar::Float(1.1)),
            ("18446744073709551615", Scalar::Uint(u64::MAX)),
            ("2020-01-01", Scalar::String),
            (".5_0", Scalar::Float(0.5)),
            ("+", Scalar::String),
        ];
        for (text, expected) in cases {
            assert_eq!(plain(text), expected, "{text}");
        }
    }
}
