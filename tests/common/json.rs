//! JSON that two readers made of one text.

use serde_json::{Number, Value as Json};

/// Whether two values are equal, with numbers compared by `same_number`: Go writes `1e+06` where we write 1000000.
pub(crate) fn same(left: &Json, right: &Json, same_number: fn(&Number, &Number) -> bool) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => same_number(left, right),
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| same(left, right, same_number))
        }
        (Json::Object(left), Json::Object(right)) => {
            let is_same = |(key, value): (&String, &Json)| {
                right.get(key).is_some_and(|it| same(value, it, same_number))
            };
            left.len() == right.len() && left.iter().all(is_same)
        }
        _ => left == right,
    }
}
