//! The fix of `busy-minute`, which writes the minutes that `calendar --spread` proposes.

use std::collections::BTreeMap;

use super::{NAMES, cron_job, data, shop};
use crate::common::program::TempDirectory;
use crate::common::{only_finding, strict};
use batchlint::engine::lint::lint;
use batchlint::text::source::Source;
use serde_json::{Value, json};

/// Applies the fixes of `busy-minute` to a file, tries that a second run changes nothing, and returns what it is then.
fn fixed(text: &str) -> String {
    let directory = TempDirectory::new("spread-fix", &[("jobs.yaml", text)]);
    let fix = || {
        let flags = ["check", "--select", "busy-minute", "--fix", "--unsafe-fixes", "jobs.yaml"];
        let run = directory.run(&flags);
        assert!(run.code < 2, "{}", run.err);
        std::fs::read_to_string(directory.0.join("jobs.yaml")).unwrap()
    };
    let once = fix();
    assert_eq!(fix(), once);
    once
}

/// Returns a text with the schedules that `calendar --spread` proposes for it, in the places of the old ones.
fn expected(text: &str) -> String {
    let directory = TempDirectory::new("spread-expected", &[("jobs.yaml", text)]);
    let value = data(&directory, &[]);
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    for proposal in value["proposals"].as_array().unwrap() {
        let line = &mut lines[usize::try_from(proposal["line"].as_u64().unwrap()).unwrap() - 1];
        let (now, new) = (proposal["schedule"].as_str().unwrap(), proposal["proposed"].as_str().unwrap());
        assert_eq!(line.matches(now).count(), 1, "{line}");
        *line = line.replace(now, new);
    }
    lines.concat()
}

#[test]
fn the_fix_of_a_busy_minute_writes_what_is_proposed() {
    let styles = ["\"0 3 * * *\" # at night", "'0 3 * * *'", "0 3 * * *", "0  3 * * ?", "\"00 3 * * *\""];
    let block: String =
        NAMES.iter().zip(styles).map(|(name, style)| cron_job("shop", name, style, 1)).collect();
    let nightly: String = NAMES.iter().map(|name| cron_job("shop", name, "\"@daily\"", 1)).collect();
    for text in [block, nightly, shop().replace('\n', "\r\n")] {
        let after = fixed(&text);
        assert_ne!(after, text);
        assert_eq!(after, expected(&text));
    }
}

#[test]
fn the_fix_of_a_busy_minute_brings_no_other_finding() {
    let zones = ["UTC", "Europe/Berlin", "Australia/Lord_Howe"];
    let schedules = ["0 2 * * *", "@hourly", "0 0 31 * *", "@yearly", "0 3 * * 1-5"];
    let count = |text: &str| {
        let mut counts = BTreeMap::new();
        let findings = lint(Source::new("jobs.yaml", text), &strict(None)).findings;
        findings.iter().for_each(|it| *counts.entry(it.rule.id).or_insert(0) += 1);
        counts
    };
    for zone in zones {
        for schedule in schedules {
            let text =
                NAMES.map(|name| cron_job("shop", name, &format!("'{schedule}'\n  timeZone: {zone}"), 1));
            let (before, after) = (count(&text.concat()), count(&fixed(&text.concat())));
            let new: Vec<_> =
                after.iter().filter(|(id, count)| before.get(*id).unwrap_or(&0) < *count).collect();
            assert!(new.is_empty(), "{schedule} in {zone}: {new:?}");
            assert!(!after.contains_key("busy-minute"), "{schedule} in {zone}");
        }
    }
}

/// Someone who suppresses the finding of a CronJob wants its minute to stay; the others of the crowd move.
#[test]
fn a_suppressed_schedule_stays() {
    let text = shop().replacen(
        "\"0 3 * * *\"",
        "\"0 3 * * *\" # batchlint: ignore[busy-minute] the bank asks then",
        1,
    );
    let text = text.replacen("name: import-orders", "name: zebra", 1);
    let moved = cron_job("shop", "another", "0 3 * * *", 1) + &text;
    let after = fixed(&moved);
    assert!(after.contains("\"0 3 * * *\" # batchlint"), "{after}");
    assert_eq!(after.matches("0 3 * * *").count(), 1, "{after}");
}

/// Items of a list may be read one after the other, so that no fix covers several of them.
#[test]
fn a_crowd_in_a_list_has_a_help_and_no_fix() {
    let json: Vec<Value> = NAMES.iter().map(|name| json!({
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": name},
        "spec": {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": {"spec": {"restartPolicy": "Never",
            "containers": [{"name": "a", "image": "a:1"}]}}}}},
    })).collect();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": json});
    let text = serde_json::to_string_pretty(&list).unwrap();
    let (message, help) = only_finding("busy-minute", &text);
    assert!(message.starts_with("5 CronJobs start at 03:00"), "{message}");
    assert!(help.ends_with("; `batchlint calendar --spread` proposes a minute for each"), "{help}");
    assert_eq!(fixed(&text), text);
}

/// A fix edits one file. Of a crowd in several, the help names what proposes minutes for all.
#[test]
fn a_crowd_in_several_files_has_a_help_and_no_fix() {
    let files: Vec<_> =
        NAMES.iter().map(|name| (format!("{name}.yaml"), cron_job("shop", name, "0 3 * * *", 1))).collect();
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let directory = TempDirectory::new("spread-files", &files);
    let check = |flags: &[&str]| {
        let run = directory.run(&[&["check", "--select", "busy-minute", "--format", "json"], flags].concat());
        let value: Value = serde_json::from_str(&run.out).unwrap();
        value["findings"][0].clone()
    };
    let finding = check(&[]);
    let help = finding["help"].as_str().unwrap();
    assert!(help.ends_with("; `batchlint calendar --spread` proposes a minute for each"), "{finding}");
    assert_eq!(finding["fix"], Value::Null);
    assert_eq!(check(&["--fix", "--unsafe-fixes"])["message"], finding["message"]);
}
