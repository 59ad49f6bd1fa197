//! What someone most likely meant by a schedule that CronJobs do not accept.

use super::parse::{MONTHS, WEEKDAYS, standard};
use crate::text::nearest::nearest;

const MACROS: [&str; 8] =
    ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly", "@every"];

/// The months and days in full: who writes the full name means the short one.
const FULL_NAMES: [&str; 19] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "sunday",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
];

/// Returns the schedule with its misspelled macro, months and days corrected; `None` if that does not make it valid.
pub fn meant(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let meant = match *words {
        [minute, hour, day_of_month, month, day_of_week] => {
            let (month, day_of_week) = (field(month, MONTHS.names), field(day_of_week, WEEKDAYS.names));
            format!("{minute} {hour} {day_of_month} {month} {day_of_week}")
        }
        [name] => near_macro(name)?.to_owned(),
        [name, interval] if near_macro(name) == Some("@every") => format!("@every {interval}"),
        _ => return None,
    };
    (meant != text && standard(&meant).is_ok()).then_some(meant)
}

/// Returns what to write instead of something that other programs for schedules support, and CronJobs do not.
pub fn unsupported(text: &str) -> Option<&'static str> {
    match text.split_whitespace().collect::<Vec<_>>().as_slice() {
        _ if text.contains("TZ=") => {
            Some("put the zone into `timeZone`, and only the five fields into `schedule`")
        }
        ["@reboot"] => Some("CronJobs do not support `@reboot`; use a Job to run something once"),
        [_, _, _, _, _, _] => Some(
            "CronJobs have no field for seconds; the five fields are minute, hour, day of month, month, day of week",
        ),
        [_, _, _, _, day] if day.contains('7') => Some("write 0 for Sunday: Kubernetes does not accept 7"),
        _ if text.contains(['L', 'W', '#']) => {
            Some("write the days as numbers: CronJobs do not support `L`, `W` or `#`")
        }
        _ => None,
    }
}

/// Finds the macro, also where the `@` is missing.
fn near_macro(word: &str) -> Option<&'static str> {
    let word = format!("@{}", word.trim_start_matches('@'));
    nearest(&word, MACROS.into_iter())
}

/// Corrects the names in a field; whatever else it has stays.
fn field(text: &str, names: &[&str]) -> String {
    let mut corrected = String::new();
    for part in text.split_inclusive([',', '-', '/']) {
        let word = part.trim_end_matches([',', '-', '/']);
        corrected += name(word, names).unwrap_or(word);
        corrected += &part[word.len()..];
    }
    corrected
}

/// Finds the name of a month or day that a word means, unless the word is such a name.
fn name<'n>(word: &str, names: &[&'n str]) -> Option<&'n str> {
    let lower = word.to_lowercase();
    if lower.len() < 3 || !lower.bytes().all(|it| it.is_ascii_lowercase()) || names.contains(&lower.as_str())
    {
        return None;
    }
    let is_of_field = |full: &&str| names.contains(&&full[..3]);
    let full = FULL_NAMES.into_iter().filter(is_of_field).find(|full| full.starts_with(&lower));
    // `sept`, `tues` and `thurs` are the beginnings of names, `mondya` is near one.
    let full = full.or_else(|| nearest(&lower, FULL_NAMES.into_iter().filter(is_of_field)));
    let short = full.map(|full| &full[..3]).or_else(|| nearest(&lower, names.iter().copied()));
    names.iter().copied().find(|it| Some(*it) == short)
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn months_days_and_macros_are_recognized() {
        for (text, expected) in [
            ("0 3 * * monday", "0 3 * * mon"),
            ("0 3 * * Mon-Fridya", "0 3 * * Mon-fri"),
            ("0 3 * * mno", "0 3 * * mon"),
            ("0 3 1 Sept,january/2 *", "0 3 1 sep,jan/2 *"),
            ("0 3 * * tues,thurs", "0 3 * * tue,thu"),
            ("@dialy", "@daily"),
            ("daily", "@daily"),
            ("@evry 5m", "@every 5m"),
            ("every 5m", "@every 5m"),
        ] {
            assert_eq!(meant(text).as_deref(), Some(expected), "{text}");
        }
    }

    /// A wrong hint is worse than none.
    #[test]
    fn what_is_unlike_any_name_is_not_corrected() {
        for text in
            ["0 3 * mon *", "0 3 * * XYZ", "0 25 * * monday", "@reboot", "0 3 * *", "0 3 * * t", "always"]
        {
            assert_eq!(meant(text), None, "{text}");
        }
    }
}
