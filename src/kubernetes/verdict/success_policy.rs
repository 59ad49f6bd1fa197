//! `successPolicy` (`validateSuccessPolicy` in `pkg/apis/batch/validation/validation.go`).

use super::api_field::ApiField;
use super::error::{BadValue, Errors, json, quote};
use crate::kubernetes::verdict::model::JobSpec;

const LONGEST_INDEXES: usize = 64 * 1024;

/// Checks the policy, if there is one.
pub fn check<'d>(spec: JobSpec<'d>, errors: &mut Errors<'d>) {
    let policy = spec.get_since("successPolicy", 31, errors.minor);
    if !policy.is_set() {
        return;
    }
    if !spec.is_indexed() {
        errors.invalid(policy, BadValue::Raw(to_json(policy)), "requires indexed completion mode");
        return;
    }
    let rules = policy.get("rules");
    if rules.is_empty() {
        errors.required(rules, "at least one rules must be specified when the successPolicy is specified");
    }
    if rules.len() > 20 {
        errors.too_many(rules, rules.len(), 20);
    }
    for rule in rules.items() {
        check_rule(rule, spec.completions.unwrap_or_default(), errors);
    }
}

fn check_rule<'d>(rule: ApiField<'d>, completions: i64, errors: &mut Errors<'d>) {
    let (count, indexes) = (rule.get("succeededCount"), rule.get("succeededIndexes"));
    if !count.is_set() && !indexes.is_set() {
        errors.required(rule, "at least one of succeededCount or succeededIndexes must be specified");
    }
    let mut total = 0;
    if let Some(text) = indexes.opt_text() {
        if text.len() > LONGEST_INDEXES {
            errors.too_long(indexes, LONGEST_INDEXES);
        }
        match count_indexes(text, completions) {
            Ok(number) => total = number,
            Err(reason) => {
                errors.invalid(indexes, text, format!("error parsing succeededIndexes: {reason}"));
            }
        }
    }
    let Some(number) = count.opt_int() else { return };
    errors.non_negative(count);
    if number > completions {
        let reason =
            format!("must be less than or equal to {completions} (the number of specified completions)");
        errors.invalid(count, number, reason);
    }
    if indexes.is_set() && number > total {
        let reason = format!(
            "must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)"
        );
        errors.invalid(count, number, reason);
    }
}

/// Counts the indexes of a list such as `0,2-4` (`validateIndexesFormat`).
fn count_indexes(text: &str, completions: i64) -> Result<i64, String> {
    if text.is_empty() {
        return Ok(0);
    }
    let (mut last, mut total) = (None, 0);
    for interval in text.split(',') {
        let (from, to) = interval_of(interval, completions)?;
        if let Some(last) = last.filter(|&last| last >= from) {
            return Err(format!("non-increasing order, previous: {last}, current: {from}"));
        }
        total += to - from + 1;
        last = Some(to);
    }
    Ok(total)
}

fn interval_of(text: &str, completions: i64) -> Result<(i64, i64), String> {
    let limits: Vec<&str> = text.split('-').collect();
    if limits.len() > 2 {
        let rule =
            "violates the requirement that an index interval can have at most two parts separated by '-'";
        return Err(format!("the fragment {} {rule}", quote(text)));
    }
    let number = |text: &str| match text.parse::<i64>() {
        Err(_) => Err(format!("cannot convert string to integer for index: {}", quote(text))),
        Ok(number) if number >= completions => Err(format!("too large index: {}", quote(text))),
        Ok(number) => Ok(number),
    };
    let from = number(limits[0])?;
    let Some(to) = limits.get(1) else { return Ok((from, from)) };
    match number(to)? {
        to if from >= to => Err(format!("non-increasing order, previous: {from}, current: {to}")),
        to => Ok((from, to)),
    }
}

/// Writes the policy as the server's own struct.
fn to_json(policy: ApiField<'_>) -> String {
    let rule = |rule: ApiField<'_>| {
        let indexes = rule.get("succeededIndexes").opt_text().map_or_else(|| "null".to_owned(), json);
        let count =
            rule.get("succeededCount").opt_int().map_or_else(|| "null".to_owned(), |it| it.to_string());
        format!("{{\"SucceededIndexes\":{indexes},\"SucceededCount\":{count}}}")
    };
    let rules = policy.get("rules");
    let list: Vec<String> = rules.items().map(rule).collect();
    if rules.is_set() { format!("{{\"Rules\":[{}]}}", list.join(",")) } else { "{\"Rules\":null}".to_owned() }
}
