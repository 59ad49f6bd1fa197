//! Numbers as JSON has them (`encoding/json`).

use crate::kubernetes::verdict::body::Body;
use crate::manifest::document::{Node, Value};

/// Writes a number as the JSON that the server reads.
pub fn json_number(node: Node<'_>, body: Body) -> String {
    match node.value() {
        _ if body == Body::Json => node.raw().to_owned(),
        // kubectl keeps 64 bits with a sign.
        Value::Int(number) if body == Body::Kubectl && i64::try_from(number).is_err() => {
            json_float(number as f64)
        }
        Value::Int(number) => number.to_string(),
        Value::Float(number) => json_float(number),
        _ => String::new(),
    }
}

/// Writes a float as Go's `encoding/json`: the fewest digits that say which it is.
fn json_float(number: f64) -> String {
    let text = format!("{number:e}");
    if number != 0.0 && !(1e-6..1e21).contains(&number.abs()) {
        return if text.contains("e-") { text } else { text.replace('e', "e+") };
    }
    match text.split_once('e').map(|(digits, exponent)| (digits, exponent.parse::<usize>())) {
        Some((digits, Ok(places))) => {
            let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
            let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
            let (inner, rest) = fraction.split_at(places.min(fraction.len()));
            let point = if rest.is_empty() { "" } else { "." };
            let zeros = "0".repeat(places - inner.len());
            format!("{sign}{whole}{inner}{zeros}{point}{rest}")
        }
        _ => number.to_string(),
    }
}
