//! What the program says to someone who wrote something slightly wrong, or who reads many findings.

use crate::common::manifests::without_deadline;
use crate::common::program::TempDirectory;
use serde_json::Value;

fn cron_job(schedule: &str, zone: &str, more: &str) -> String {
    format!(
        "apiVersion: batch/v1
kind: CronJob
metadata: {{name: report, namespace: shop}}
spec:
  schedule: \"{schedule}\"
  timeZone: {zone}
{more}  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{{name: report, image: \"registry.example.com/report:1.4.2\"}}]
"
    )
}

fn json(directory: &TempDirectory, arguments: &[&str]) -> Value {
    let run = directory.run(arguments);
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}{}", run.out, run.err))
}

/// Returns the help of the only `invalid-value` in a CronJob.
fn help(schedule: &str, zone: &str) -> Option<String> {
    let directory = TempDirectory::new("hint", &[("job.yaml", &cron_job(schedule, zone, ""))]);
    let report = json(&directory, &["check", "--select", "invalid-value", "--format", "json"]);
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{schedule} {zone}: {report}");
    findings[0]["help"].as_str().map(str::to_owned)
}

#[test]
fn a_misspelled_time_zone_has_a_hint() {
    let meant = |zone: &str| help("0 3 * * *", zone);
    let hint = |zone: &str| Some(format!("did you mean `{zone}`?"));
    assert_eq!(meant("Europe/Berln"), hint("Europe/Berlin"));
    assert_eq!(meant("Berlin"), hint("Europe/Berlin"), "a city alone");
    assert_eq!(meant("New York"), hint("America/New_York"));
    assert_eq!(meant("europe/berlin").as_deref(), Some("write `Europe/Berlin`: the value is case-sensitive"));
    assert_eq!(meant("Mars/Olympus"), None, "a wrong hint is worse than none");
    assert_eq!(meant("Louisville"), None, "there are two of that name");
}

#[test]
fn a_misspelled_schedule_has_a_hint_and_a_fix() {
    let meant = |schedule: &str| help(schedule, "UTC");
    assert_eq!(meant("0 3 * * monday").as_deref(), Some("did you mean `0 3 * * mon`?"));
    assert_eq!(meant("0 3 1 sept *").as_deref(), Some("did you mean `0 3 1 sep *`?"));
    assert_eq!(meant("@dialy").as_deref(), Some("did you mean `@daily`?"));
    assert_eq!(meant("0 3 * * xyz"), None);
    let directory = TempDirectory::new("hint-fix", &[("job.yaml", &cron_job("@dialy", "Berlin", ""))]);
    let flags = ["check", "--select", "invalid-value", "--fix", "--unsafe-fixes"];
    assert_eq!(directory.run(&flags).code, 0);
    let text = std::fs::read_to_string(directory.0.join("job.yaml")).unwrap();
    assert_eq!(text, cron_job("@daily", "Europe/Berlin", ""));
}

#[test]
fn a_timeline_names_the_line_of_what_it_cannot_use() {
    let job = "\
apiVersion: batch/v1
kind: Job
metadata: {name: import}
spec:
  completionMode: Indexed
  parallelism: 2
  backoffLimit: many
  template:
    spec:
      restartPolicy: Always
      containers: [{name: import, image: 'a:1'}]
";
    let error = |text: &str| {
        let run = TempDirectory::new("timeline-line", &[("job.yaml", text)]).run(&["timeline", "job.yaml"]);
        assert_eq!((run.code, run.out.as_str()), (2, ""));
        run.err
    };
    let policy = "error: job.yaml:10:22: Job import: `restartPolicy` is neither `Never` nor `OnFailure`\n";
    assert_eq!(error(job), policy);
    let job = job.replace("Always", "Never");
    let completions = "error: job.yaml:4:1: Job import: an Indexed Job needs `completions`\n";
    assert_eq!(error(&job), completions, "what is missing has the place of the mapping that lacks it");
    let job = job.replace("Indexed", "NonIndexed");
    assert_eq!(error(&job), "error: job.yaml:7:17: Job import: `backoffLimit` is not a number\n");
    let zone = error(&cron_job("0 3 * * *", "Berlin", ""));
    assert!(zone.starts_with("error: job.yaml:6:13: spec.timeZone: "), "{zone}");
    assert!(zone.ends_with("unknown time zone Berlin; did you mean `Europe/Berlin`?\n"), "{zone}");
}

/// With no time a run, `Forbid` and `Replace` would never have anything to do.
#[test]
fn a_run_lasts_as_long_as_it_can() {
    let timeline = |policy: &str, deadline: &str| {
        let more = format!("  concurrencyPolicy: {policy}\n");
        let job = cron_job("0 * * * *", "UTC", &more)
            .replace("jobTemplate:\n    spec:\n", &format!("jobTemplate:\n    spec:\n{deadline}"));
        let directory = TempDirectory::new("timeline-run", &[("job.yaml", &job)]);
        directory.run(&["timeline", "job.yaml", "--as-of", "2026-11-24", "--runs", "3"]).out
    };
    let deadline = "      activeDeadlineSeconds: 5400\n";
    let forbid = timeline("Forbid", deadline);
    assert!(forbid.contains("each run lasts 1 h 30 min, its deadline."), "{forbid}");
    assert!(forbid.contains("starts 30 min late"), "{forbid}");
    let replace = timeline("Replace", deadline);
    assert!(replace.contains("deleted by the next"), "{replace}");
    assert!(timeline("Allow", deadline).contains("alongside 1 other"));
    let unbounded = timeline("Forbid", "");
    let said = "each run lasts 30 s, because nothing bounds it: `--run-takes` sets another length.";
    assert!(unbounded.contains(said), "{unbounded}");
}

#[test]
fn a_report_ends_in_a_hint_to_explain() {
    let directory = TempDirectory::new("explain-hint", &[("job.yaml", &without_deadline())]);
    // Who reads the log of a CI job may not have the program.
    let hint = "`batchlint explain missing-deadline` or https://batchlint.dev/rules/missing-deadline explains the rule and \
                shows what is right\n";
    let select = ["check", "--select", "missing-deadline"];
    assert!(directory.run(&select).out.ends_with(hint));
    for flags in [&["--quiet"][..], &["--format", "concise"], &["--format", "markdown"]] {
        assert!(!directory.run(&[&select, flags].concat()).out.contains("batchlint explain"), "{flags:?}");
    }
    assert!(!directory.run(&["check", "--select", "syntax-error"]).out.contains("batchlint explain"));
    // A file or a pipe has no use for links.
    assert!(!directory.run(&[&select[..], &["--color", "always"]].concat()).out.contains("\u{1b}]8;"));
}

#[test]
fn many_findings_have_their_table_first() {
    let fleet = |number: usize| {
        let job = |at: usize| without_deadline().replace("name: import", &format!("name: import-{at}"));
        (0..number).map(job).collect::<Vec<_>>().join("---\n")
    };
    let select = ["check", "--select", "missing-deadline"];
    let run = |number: usize, more: &[&str]| {
        let directory = TempDirectory::new("many", &[("jobs.yaml", &fleet(number))]);
        directory.run(&[&select, more].concat()).out
    };
    assert!(run(50, &[]).starts_with("warning[missing-deadline]: "));
    let many = run(51, &["--statistics"]);
    assert!(many.starts_with("51  warning  missing-deadline\n\nwarning[missing-deadline]: "), "{many}");
    assert_eq!(many.matches("51  warning").count(), 1, "the table is there once");
    assert!(run(51, &["--quiet"]).starts_with("warning[missing-deadline]: "));
}

#[test]
fn sarif_says_how_it_was_made() {
    let suppressed =
        without_deadline().replace("spec:\n", "spec: # batchlint: ignore[missing-deadline] it ends\n");
    let files = [("a.yaml", without_deadline()), ("b.yaml", suppressed)];
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    let directory = TempDirectory::new("sarif", &files);
    let flags = ["check", "--select", "missing-deadline", "--format", "sarif"];
    let run = |more: &[&str]| json(&directory, &[&flags, more].concat())["runs"][0].clone();
    let plain = run(&[]);
    let invocation = &plain["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], true);
    assert_eq!(invocation["arguments"], serde_json::json!(flags));
    let started: jiff::Timestamp = invocation["startTimeUtc"].as_str().unwrap().parse().unwrap();
    assert!(started.as_second() > 0);
    assert_eq!(plain["automationDetails"], Value::Null);
    // GitHub would show them as alerts, whatever is said of them.
    assert_eq!(plain["results"].as_array().unwrap().len(), 1);
    let full = run(&["--sarif-id", "shop/jobs", "--sarif-suppressed"]);
    assert_eq!(full["automationDetails"]["id"], "shop/jobs/");
    let suppressions: Vec<_> =
        full["results"].as_array().unwrap().iter().map(|it| it["suppressions"].clone()).collect();
    let in_source = serde_json::json!([{"kind": "inSource", "status": "accepted"}]);
    assert_eq!(suppressions, [serde_json::json!([]), in_source]);
    directory.write("broken.yaml", b"kind: Job\nspec: [\n");
    assert_eq!(run(&[])["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn credentials_in_arguments_stay_out_of_reports() {
    let directory = TempDirectory::new("arguments", &[("job.yaml", &without_deadline())]);
    let address = "postgres://app:k3X9-wrong-Horse-7q@db.example.com/shop";
    let run = directory.run(&["check", "--format", "sarif", "--sarif-id", address]);
    assert!(!run.out.contains("k3X9"), "{}", run.out);
}

/// The hours are those of the zone, and a week in which its clock changes has an hour less.
#[test]
fn a_calendar_has_a_time_zone() {
    let fleet = format!(
        "{}---\n{}",
        cron_job("30 8 * * *", "Europe/Berlin", ""),
        cron_job("30 8 * * *", "Europe/Berlin", "").replace("name: report, ", "name: check, ")
    );
    let directory = TempDirectory::new("calendar-zone", &[("jobs.yaml", &fleet)]);
    let flags = ["calendar", "--as-of", "2027-03-25", "--time-zone", "Europe/Berlin"];
    let week = json(&directory, &[&flags[..], &["--format", "json"]].concat());
    assert_eq!((&week["timeZone"], &week["from"]), (&"Europe/Berlin".into(), &"2027-03-24T23:00:00Z".into()));
    for day in 0..7 {
        assert_eq!(week["hours"][day][8], 2, "day {day}: {week}");
    }
    let text = directory.run(&flags).out;
    assert!(text.contains("daily 08:30  2 starts: shop/report and shop/check; quieter: 08:"), "{text}");
    let wrong = directory.run(&["calendar", "--time-zone", "Berlin"]);
    assert!(wrong.code == 2 && wrong.err.contains("did you mean `Europe/Berlin`?"), "{}", wrong.err);
}

#[test]
fn the_minutes_at_which_the_same_cron_jobs_start_are_one() {
    let pair = |schedule: &str, name: &str| {
        ["a", "b"].map(|it| {
            cron_job(schedule, "UTC", "").replace("name: report, ", &format!("name: {name}-{it}, "))
        })
    };
    let lines = |schedules: &[&str]| {
        let fleet: Vec<String> =
            (0..).zip(schedules).flat_map(|(at, it)| pair(it, &format!("n{at}"))).collect();
        let directory = TempDirectory::new("calendar-merged", &[("jobs.yaml", &fleet.join("---\n"))]);
        let text = directory.run(&["calendar", "--as-of", "2026-11-23"]).out;
        let (_, lines) = text.split_once("Busiest minutes\n").unwrap_or_default();
        lines.lines().map(|it| it.trim().split(';').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let starts = "2 starts: shop/n0-a and shop/n0-b";
    assert_eq!(lines(&["0 * * * *"]), [format!("daily 00:00, 01:00, 02:00 and 21 more  {starts}")]);
    assert_eq!(lines(&["0 3,5 * * 1,5"]), [format!("Mon and Fri 03:00 and 05:00  {starts}")]);
    assert_eq!(
        lines(&["0 3 * * *", "0 3 * * 5"]),
        [
            "Fri 03:00  4 starts: shop/n0-a, shop/n0-b, shop/n1-a and shop/n1-b".to_owned(),
            format!("Mon, Tue, Wed, Thu, Sat and Sun 03:00  {starts}"),
        ]
    );
}
