//! What is found in a text, and what fixes make of it.

use batchlint::engine::lint::lint;
use batchlint::{Config, Edit, Finding, Fix, Safety, Source};
use serde_json::{Value, json};

use crate::FILE;
use crate::units::Units;

/// Checks a text.
pub(crate) fn check(text: &str, config: &Config) -> Value {
    let outcome = lint(Source::new(FILE, text), config);
    let units = Units::new(text);
    let skipped = outcome.skip_counts.iter().map(|(reason, count)| reason.describe(*count));
    json!({
        "findings": outcome.findings.iter().map(|it| finding(it, &units)).collect::<Vec<_>>(),
        "objects": outcome.objects,
        "suppressed": outcome.suppressed.len(),
        "skipped": skipped.collect::<Vec<_>>(),
    })
}

/// Applies the safe fixes of a text, or all of them.
pub(crate) fn fix(text: &str, config: &Config, with_unsafe: bool) -> Value {
    let least = if with_unsafe { Safety::Unsafe } else { Safety::Safe };
    let fixed = batchlint::fix(FILE, text, config, least);
    json!({"text": fixed.text, "fixes": fixed.fixes})
}

fn finding(finding: &Finding, units: &Units) -> Value {
    let (from, to) = units.of(finding.place.span);
    let related = finding.related.iter().map(|label| {
        let (from, to) = units.of(label.place.span);
        json!({"from": from, "to": to, "message": label.text})
    });
    let fixes = [&finding.fix, &finding.alternative].into_iter().flatten();
    json!({
        "rule": finding.rule.id,
        "also": finding.also_ids(),
        "severity": finding.severity.as_str(),
        "message": finding.message,
        "help": finding.help,
        "object": finding.subject.to_string(),
        "from": from,
        "to": to,
        "related": related.collect::<Vec<_>>(),
        "fixes": fixes.map(|it| fix_of(it, units)).collect::<Vec<_>>(),
        "url": finding.rule.url(),
    })
}

fn fix_of(fix: &Fix, units: &Units) -> Value {
    let edit = |edit: &Edit| {
        let (from, to) = units.of(edit.span);
        json!({"from": from, "to": to, "insert": edit.text})
    };
    json!({
        "title": fix.title,
        "safety": fix.safety,
        "edits": fix.edits.iter().map(edit).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use batchlint::{Date, config};

    const MANIFEST: &str = "\
# é
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: \"0 3 * * *\"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: main
            image: registry.example.com/nightly:latest
";

    #[test]
    fn a_finding_has_its_place_and_its_fix() {
        let found = check(MANIFEST, &config(Date::constant(2027, 1, 31)));
        let findings = found["findings"].as_array().unwrap();
        let image = findings.iter().find(|it| it["rule"] == "mutable-image").unwrap();
        let letters: Vec<u16> = MANIFEST.encode_utf16().collect();
        let (from, to) = (image["from"].as_u64().unwrap() as usize, image["to"].as_u64().unwrap() as usize);
        assert_eq!(String::from_utf16(&letters[from..to]).unwrap(), "registry.example.com/nightly:latest");
        assert_eq!((&found["objects"], &image["severity"]), (&json!(1), &json!("warning")));
    }

    #[test]
    fn fixes_leave_nothing_to_fix() {
        let config = config(Date::constant(2027, 1, 31));
        let fixed = fix(MANIFEST, &config, false);
        assert!(fixed["fixes"].as_u64().unwrap() > 0);
        assert_eq!(fix(fixed["text"].as_str().unwrap(), &config, false)["fixes"], 0);
    }
}
