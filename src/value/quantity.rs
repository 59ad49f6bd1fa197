//! Quantities such as `500m` and `1Gi` (`k8s.io/apimachinery/pkg/api/resource/quantity.go`).

mod int64;

use std::cmp::Ordering;

/// How a quantity is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// `1500m`, `12k`
    Decimal,
    /// `1e3`
    Exponent,
    /// `1Gi`
    Binary,
}

/// A quantity: `digits` × 10^`scale`, at least a billionth.
#[derive(Clone, Debug)]
pub struct Quantity {
    digits: i128,
    scale: i32,
    format: Format,
    /// The text, where Kubernetes keeps it as it is.
    text: Option<String>,
    /// Where Kubernetes computes with it beyond 64 bits: the power of ten that it counts.
    unit: Option<i32>,
}

/// Why a text is not a quantity, in Kubernetes' words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuantityError {
    /// It has another form.
    Format,
    /// The letters after the number mean nothing.
    Suffix,
}

impl QuantityError {
    /// Returns the message.
    pub fn as_str(self) -> &'static str {
        match self {
            QuantityError::Format => {
                "quantities must match the regular expression \
                 '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
            }
            QuantityError::Suffix => "unable to parse quantity's suffix",
        }
    }
}

/// Digits after these make no difference: no quantity is so exact.
const READ_DIGITS: usize = 36;

/// The finest quantity is a billionth.
const NANO: i32 = -9;
/// Lists of resources are rounded to a thousandth.
const MILLI: i32 = -3;

/// Kubernetes computes with numbers of up to this many digits in 64 bits.
const MAX_DIGITS: usize = 18;

const DECIMAL: [(&str, i32); 10] =
    [("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];
const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
/// How many digits Kubernetes takes each of them to add.
const BINARY_DIGITS: [usize; 7] = [0, 3, 6, 9, 12, 15, 18];

/// A number's parts: sign, digits before and after the point, and what follows.
struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    suffix: &'a str,
}

fn split(text: &str) -> Result<Parts<'_>, QuantityError> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let trimmed = unsigned.trim_start_matches('0');
    let end = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = trimmed.split_at(end(trimmed));
    let (fraction, suffix) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(end(rest)),
        None => ("", rest),
    };
    let behind = suffix.trim_start_matches(['e', 'E', 'i', 'n', 'u', 'm', 'k', 'K', 'M', 'G', 'T', 'P']);
    let behind = behind.strip_prefix(['-', '+']).unwrap_or(behind);
    if !behind.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(QuantityError::Format);
    }
    Ok(Parts { negative: text.starts_with('-'), whole, fraction, suffix })
}

/// Returns base (10 or 2), exponent and format of a suffix.
fn interpret(suffix: &str) -> Option<(u32, i32, Format)> {
    if let Some(&(_, exponent)) = DECIMAL.iter().find(|it| it.0 == suffix) {
        return Some((10, exponent, Format::Decimal));
    }
    if let Some(at) = BINARY.iter().skip(1).position(|it| *it == suffix) {
        return Some((2, (at as i32 + 1) * 10, Format::Binary));
    }
    let digits = suffix.strip_prefix(['e', 'E'])?;
    let exponent: i64 = digits.parse().ok()?;
    Some((10, exponent.clamp(-1_000_000, 1_000_000) as i32, Format::Exponent))
}

impl Quantity {
    /// Nothing at all.
    pub const ZERO: Quantity =
        Quantity { digits: 0, scale: 0, format: Format::Decimal, text: None, unit: None };

    /// One.
    pub const ONE: Quantity = Quantity { digits: 1, ..Quantity::ZERO };

    /// Reads a quantity; blanks around it do not count.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(QuantityError::Format);
        }
        let Parts { negative, whole, fraction, suffix } = split(text)?;
        let (base, exponent, format) = interpret(suffix).ok_or(QuantityError::Suffix)?;
        let count = whole.len() + fraction.len();
        let digits = whole.bytes().chain(fraction.bytes()).take(READ_DIGITS);
        let lost = i32::try_from(count.saturating_sub(READ_DIGITS)).unwrap_or(i32::MAX);
        let mut number = digits.fold(0, |number: i128, digit| number * 10 + i128::from(digit - b'0'));
        if negative {
            number = -number;
        }
        let mut scale = lost.saturating_sub(i32::try_from(fraction.len()).unwrap_or(i32::MAX));
        let length = whole.len().max(1) + fraction.len();
        let is_small = match format {
            // A power of 1024 has 3 digits, less a little.
            Format::Binary => {
                let power = BINARY_DIGITS[exponent as usize / 10];
                fraction.is_empty() && length + power < 15
            }
            _ => length <= MAX_DIGITS && scale.saturating_add(exponent) >= NANO,
        };
        if base == 10 {
            scale = scale.saturating_add(exponent);
        } else {
            number = number.saturating_mul(1 << exponent);
        }
        let keeps_text = is_small
            && text != "0"
            && match format {
                Format::Binary => (number >> exponent) & 7 != 0,
                _ => scale % 3 == 0 && !(count >= 3 && number % 1000 == 0) && !whole.is_empty(),
            };
        let kept = keeps_text.then(|| text.to_owned());
        let unit = (!is_small).then_some(NANO);
        let mut quantity = Quantity { digits: number, scale, format, text: kept, unit };
        quantity.round_up(NANO);
        let fits = quantity.scale == 0 && quantity.digits.unsigned_abs() <= i64::MAX as u128;
        if format == Format::Binary && !fits {
            let most = Quantity { digits: i128::from(i64::MAX), ..Quantity::ZERO };
            if quantity.magnitude().compare(&most) == Ordering::Greater {
                quantity.digits = most.digits * number.signum();
                quantity.scale = 0;
                quantity.text = None;
            }
        }
        Ok(quantity)
    }

    fn magnitude(&self) -> Quantity {
        Quantity { digits: self.digits.abs(), text: None, ..*self }
    }

    /// Rounds away from zero to a multiple of 10^`scale`, as lists of resources are to a thousandth.
    pub fn round_up(&mut self, scale: i32) {
        if self.scale >= scale {
            return;
        }
        let places = scale - self.scale;
        self.text = None;
        self.scale = scale;
        self.digits = match u32::try_from(places).ok().and_then(|it| 10_i128.checked_pow(it)) {
            Some(unit) => self.digits / unit + (self.digits % unit).signum(),
            None => self.digits.signum(),
        };
    }

    /// Rounds as Kubernetes does with every quantity of a list of resources (`SetDefaults_ResourceList`).
    pub fn rounded_to_milli(mut self) -> Self {
        self.round_up(MILLI);
        self.unit = self.unit.map(|_| MILLI);
        self
    }

    /// Compares two quantities.
    pub fn compare(&self, other: &Quantity) -> Ordering {
        let scale = self.scale.min(other.scale);
        match (self.at_scale(scale), other.at_scale(scale)) {
            (Some(left), Some(right)) => left.cmp(&right),
            // A number too large for the scale of the other one decides by its sign.
            (None, _) => self.digits.cmp(&0),
            (_, None) => 0.cmp(&other.digits),
        }
    }

    fn at_scale(&self, scale: i32) -> Option<i128> {
        let places = u32::try_from(self.scale - scale).ok()?;
        if self.digits == 0 {
            return Some(0);
        }
        self.digits.checked_mul(10_i128.checked_pow(places)?)
    }

    /// Whether the quantity is less than nothing.
    pub fn is_negative(&self) -> bool {
        self.digits < 0
    }

    /// Whether the quantity is nothing.
    pub fn is_zero(&self) -> bool {
        self.digits == 0
    }

    /// Returns the next whole number away from zero.
    pub fn whole(&self) -> i128 {
        let mut whole = Quantity { text: None, ..*self };
        whole.round_up(0);
        whole.at_scale(0).unwrap_or(i128::from(i64::MAX))
    }

    /// Returns how often another quantity, more than nothing, fits into this one.
    pub fn how_often(&self, part: &Quantity) -> i128 {
        let scale = self.scale.min(part.scale);
        match (self.at_scale(scale), part.at_scale(scale)) {
            _ if self.digits <= 0 => 0,
            (Some(all), Some(part)) => all.checked_div(part).unwrap_or(i128::MAX),
            (None, _) => i128::MAX,
            (_, None) => 0,
        }
    }

    /// Returns the quantity so many times.
    pub fn times(&self, count: i64) -> Quantity {
        Quantity { digits: self.digits.saturating_mul(count.into()), text: None, ..*self }
    }

    /// Returns the same quantity with a binary suffix: `768Mi` for `805306368`.
    pub fn in_binary(self) -> Quantity {
        Quantity { format: Format::Binary, text: None, ..self }
    }

    /// Adds another quantity; the sum is written as this one is.
    pub fn add(&mut self, other: &Quantity) {
        self.text = None;
        if self.is_zero() {
            self.format = other.format;
        }
        let is_small = self.unit.is_none() && other.unit.is_none();
        if is_small && other.is_zero() {
            return;
        }
        if is_small && self.is_zero() {
            (self.digits, self.scale) = (other.digits, other.scale);
            return;
        }
        let scale = self.scale.min(other.scale);
        let fits = |it: &Option<i128>| it.is_some_and(|it| i64::try_from(it).is_ok());
        let (left, right) = (self.at_scale(scale), other.at_scale(scale));
        let sum = left.zip(right).and_then(|(left, right)| left.checked_add(right));
        if !is_small || ![left, right, sum].iter().all(fits) {
            let finest = |it: &Quantity| it.unit.unwrap_or(it.scale);
            self.unit = Some(finest(self).min(finest(other)));
        }
        (self.digits, self.scale) = (sum.unwrap_or(i128::MAX), scale);
    }
}

impl std::fmt::Display for Quantity {
    /// Writes the quantity as Kubernetes does: as it was read, or with the largest suffix that leaves a whole number.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(text) = &self.text {
            return formatter.write_str(text);
        }
        if self.digits == 0 {
            return formatter.write_str("0");
        }
        let mut format = self.format;
        if format == Format::Binary {
            let whole = self.at_scale(0).or_else(|| {
                let unit = u32::try_from(-self.scale).ok().and_then(|it| 10_i128.checked_pow(it))?;
                (self.digits % unit == 0).then(|| self.digits / unit)
            });
            match whole.filter(|number| number.abs() >= 1024) {
                Some(mut number) => {
                    let mut suffix = 0;
                    while number % 1024 == 0 && suffix + 1 < BINARY.len() {
                        (number, suffix) = (number / 1024, suffix + 1);
                    }
                    return write!(formatter, "{number}{}", BINARY[suffix]);
                }
                None => format = Format::Decimal,
            }
        }
        let (mut number, mut scale) = (self.digits, self.scale);
        while number % 10 == 0 {
            (number, scale) = (number / 10, scale + 1);
        }
        while scale.rem_euclid(3) != 0 {
            (number, scale) = (number.saturating_mul(10), scale - 1);
        }
        match DECIMAL.iter().find(|it| it.1 == scale) {
            Some((suffix, _)) if format == Format::Decimal => write!(formatter, "{number}{suffix}"),
            _ if format == Format::Exponent && scale != 0 => write!(formatter, "{number}e{scale}"),
            _ => write!(formatter, "{number}"),
        }
    }
}

/// Writes an amount such as `512MB` as Kubernetes takes it.
pub fn corrected(text: &str) -> Option<String> {
    let digits = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let (number, unit) = text.split_at(digits);
    let unit = unit.trim();
    let (first, rest) = (unit.get(..1)?.to_uppercase(), unit.get(1..)?.to_lowercase());
    let first = if first == "K" && rest != "i" { "k".to_owned() } else { first };
    let suffix = match rest.as_str() {
        "" | "b" => first,
        "i" | "ib" => format!("{first}i"),
        _ => return None,
    };
    let written = format!("{number}{suffix}");
    Quantity::parse(&written).ok().filter(|_| !number.is_empty()).map(|_| written)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match Quantity::parse(text) {
            Ok(quantity) => quantity.to_string(),
            Err(error) => format!("{error:?}"),
        }
    }

    #[test]
    fn quantities_are_written_as_kubernetes_does() {
        let cases = [
            ("0", "0"),
            ("1", "1"),
            ("1.5", "1500m"),
            ("0.5", "500m"),
            ("100m", "100m"),
            ("1500m", "1500m"),
            ("1000m", "1"),
            ("1Gi", "1Gi"),
            ("1024Mi", "1Gi"),
            ("8Gi", "8Gi"),
            ("1.5Gi", "1536Mi"),
            ("0.1Gi", "107374182400m"),
            ("12000", "12k"),
            ("1e3", "1e3"),
            ("10e2", "1e3"),
            ("1n", "1n"),
            ("0.1n", "1n"),
            ("+5", "+5"),
            ("-1", "-1"),
            ("1Kb", "Format"),
            ("1GB", "Format"),
            ("", "Format"),
            ("1 Gi", "Format"),
            ("1K", "Suffix"),
            ("100Ei", "9223372036854775807"),
            ("abc", "Format"),
            (".5", "500m"),
            ("1.", "1."),
            ("0x10", "Format"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn quantities_compare_across_units() {
        let parse = |text| Quantity::parse(text).unwrap();
        assert_eq!(parse("1Gi").compare(&parse("1G")), Ordering::Greater);
        assert_eq!(parse("1000m").compare(&parse("1")), Ordering::Equal);
        assert_eq!(parse("1e40").compare(&parse("1n")), Ordering::Greater);
        assert_eq!(["250m", "1536Mi", "2"].map(|it| parse(it).times(4).to_string()), ["1", "6Gi", "8"]);
        assert!(!parse("100m").is_whole() && parse("1500k").is_whole() && !parse("1n").is_whole());
    }
}
