//! `timeline`, `calendar` and `alerts` as people call them.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use crate::common::program::TempDirectory;
use crate::common::skip::skip;
use serde_json::{Value, json};

const JOB: &str = "\
apiVersion: batch/v1
kind: Job
metadata: {name: import}
spec:
  backoffLimit: 2
  ttlSecondsAfterFinished: 100
  template:
    spec:
      restartPolicy: Never
      containers: [{name: import, image: 'registry.example.com/import:1.4.2'}]
";

const CRON_JOB: &str = "\
apiVersion: batch/v1
kind: CronJob
metadata: {name: report, namespace: shop}
spec:
  schedule: '*/2 * * * *'
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      activeDeadlineSeconds: 600
      template:
        spec:
          restartPolicy: Never
          containers: [{name: report, image: 'registry.example.com/report:1.4.2'}]
";

fn run(arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_batchlint"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that refuses its arguments may be gone before its input is written.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(arguments: &[&str], input: &str) -> String {
    let output = run(arguments, input);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn data(arguments: &[&str], input: &str) -> Value {
    serde_json::from_str(&text(&[arguments, &["--format", "json"]].concat(), input)).unwrap()
}

const UNCOUNTED: &str = "A pod that cannot start, because its image or a Secret is missing, is not counted: without \
    `activeDeadlineSeconds` it waits until someone deletes it.";

#[test]
fn notes_say_what_is_not_counted_and_what_is_not_simulated() {
    let notes = |job: &str| data(&["timeline", "-"], job)["notes"].clone();
    let with_deadline = notes(&JOB.replacen("spec:\n", "spec:\n  activeDeadlineSeconds: 300\n", 1));
    let ends = "is not counted: only the deadline ends the Job, after 5 min.";
    assert!(with_deadline[0].as_str().unwrap().ends_with(ends), "{with_deadline}");
    let managed = notes(&JOB.replacen("spec:\n", "spec:\n  managedBy: example.com/queue\n", 1));
    assert!(managed[0].as_str().unwrap().starts_with("Not simulated: `managedBy`"), "{managed}");
}

#[test]
fn a_job_is_data_with_all_attempts_its_end_and_its_deletion() {
    let attempt = |start: i64, pod: i64| {
        let (index, outcome) = (Value::Null, "failed");
        json!({"start": start, "end": start + 5, "pod": pod, "restart": 0, "index": index, "outcome": outcome})
    };
    let expected = json!({
        "attempts": [attempt(0, 0), attempt(15, 1), attempt(40, 2)],
        "end": {"at": 46, "condition": "Failed", "reason": "BackoffLimitExceeded", "failed": 3, "succeeded": 0},
        "deleted": 146,
        "notes": [UNCOUNTED],
    });
    assert_eq!(data(&["timeline", "-", "--attempt", "5s"], JOB), expected);
}

#[test]
fn one_attempt_can_succeed_and_pods_can_be_slow() {
    let value =
        data(&["timeline", "-", "--attempt", "5s", "--succeed-on", "2", "--pod-starts-in", "3s"], JOB);
    let starts: Vec<_> = value["attempts"].as_array().unwrap().iter().map(|it| it["start"].clone()).collect();
    assert_eq!(starts, [json!(3), json!(21)]);
    assert_eq!(value["end"]["condition"], "Complete");
    assert_eq!(value["end"]["at"], 27);
}

#[test]
fn a_cron_job_is_data_with_its_start_times() {
    let arguments = ["timeline", "-", "--as-of", "2026-01-01T00:00:30Z", "--runs", "3", "--run-takes", "5m"];
    let run = |minute: i64, started: Option<i64>, skipped: Value| {
        let time = |minute: i64| format!("2026-01-01T00:{minute:02}:00Z");
        json!({"scheduled": time(minute), "started": started.map(time), "skipped": skipped})
    };
    let skipped = json!("another run is active");
    let runs = [run(2, Some(2), Value::Null), run(4, None, skipped), run(6, Some(7), Value::Null)];
    assert_eq!(data(&arguments, CRON_JOB), json!({"runs": runs}));
}

#[test]
fn until_bounds_the_start_times_and_many_are_no_matter() {
    let every_second = CRON_JOB.replace("*/2 * * * *", "@every 1s");
    let arguments = ["timeline", "-", "--as-of", "2026-01-01", "--until", "2027-01-01T00:00:00Z"];
    assert!(data(&arguments, &every_second)["runs"].as_array().unwrap().len() <= 10_000);
    let arguments = ["timeline", "-", "--as-of", "2026-01-01", "--until", "2026-01-01T00:05:00Z"];
    assert_eq!(data(&arguments, CRON_JOB)["runs"].as_array().unwrap().len(), 2);
}

#[test]
fn an_invalid_schedule_is_a_finding_with_its_place_and_exit_code_2() {
    for format in ["human", "json", "svg"] {
        let output = run(&["timeline", "-", "--format", format], &CRON_JOB.replace("*/2 *", "*/2 25"));
        assert_eq!(output.status.code(), Some(2));
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(error.contains("<stdin>:5:13"), "{error}");
        assert!(error.contains("end of range (25) above maximum (23): 25"), "{error}");
    }
}

#[test]
fn what_cannot_be_read_has_exit_code_2() {
    assert_eq!(run(&["timeline", "-"], "kind: [").status.code(), Some(2));
    assert_eq!(run(&["timeline", "-"], "kind: Service").status.code(), Some(2));
    assert_eq!(run(&["timeline", "-", "--attempt", "5"], JOB).status.code(), Some(2));
    assert_eq!(run(&["calendar", "/nowhere"], "").status.code(), Some(2));
    assert_eq!(run(&["alerts", "/nowhere"], "").status.code(), Some(2));
}

#[test]
fn the_chart_shows_attempts_waits_and_the_end() {
    let chart = text(&["timeline", "-", "--attempt", "5s"], JOB);
    assert!(chart.contains("40 s  pod 2"), "{chart}");
    assert!(chart.contains("failed after 5 s, waited 20 s"), "{chart}");
    assert!(
        chart.contains("After 46 s the Job fails: BackoffLimitExceeded, 3 pods failed, 0 succeeded."),
        "{chart}"
    );
    assert!(chart.contains("After 2 min 26 s the Job and its pods are deleted"), "{chart}");
    assert!(chart.trim_end().ends_with(UNCOUNTED), "{chart}");
}

#[test]
fn the_chart_of_a_cron_job_shows_nights_on_which_the_clock_changes() {
    let zoned = CRON_JOB.replace("'*/2 * * * *'", "'30 2 * * *'\n  timeZone: Europe/Paris");
    let chart = text(&["timeline", "-", "--as-of", "2027-03-27", "--runs", "2"], &zoned);
    assert!(chart.contains("Sat 2027-03-27 02:30"), "{chart}");
    assert!(chart.contains("01:30 UTC"), "{chart}");
    assert!(chart.contains("Mon 2027-03-29 02:30"), "{chart}");
    assert!(chart.contains("On Sun 2027-03-28 the clock goes forward: no run at 02:30."), "{chart}");
}

#[test]
fn a_schedule_without_dates_has_no_axis_and_says_why() {
    let never = CRON_JOB.replace("*/2 * * * *", "0 0 31 2 *");
    let text = text(&["timeline", "-"], &never);
    assert!(!text.contains("00:00"), "{text}");
    assert!(text.ends_with("\n0 start times. The schedule never fires: no date matches it.\n"), "{text}");
}

#[test]
fn pictures_escape_what_manifests_say() {
    let odd = JOB.replace("name: import}", "name: \"a<b>&\\\"\\u0007\"}");
    let svg = text(&["timeline", "-", "--format", "svg"], &odd);
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"), "{svg}");
    assert!(svg.contains("a&lt;b&gt;&amp;&quot;\u{fffd}"), "{svg}");
    assert!(!text(&["timeline", "-"], &odd).contains('\u{7}'));
}

#[test]
fn the_week_of_a_fleet_names_the_busiest_minutes_and_quieter_ones() {
    let daily =
        |name: &str| CRON_JOB.replace("*/2 * * * *", "0 3 * * *").replace("report, ", &format!("{name}, "));
    let fleet = ["pack", "count", "check"].map(daily).join("---\n");
    let value = data(&["calendar", "-", "--as-of", "2026-11-23"], &fleet);
    assert_eq!(value["hours"][0][3], 3);
    assert_eq!(value["busiest"][0]["cronJobs"], json!(["shop/pack", "shop/count", "shop/check"]));
    assert_eq!(value["busiest"][0]["quieter"], json!({"minute": "2026-11-23T03:01:00Z", "starts": 0}));
    let chart = text(&["calendar", "-", "--as-of", "2026-11-23"], &fleet);
    assert!(
        chart.contains("daily 03:00  3 starts: shop/pack, shop/count and shop/check; quieter: 03:01"),
        "{chart}"
    );
    assert!(text(&["calendar", "-", "--format", "svg"], &fleet).ends_with("</svg>\n"));
}

/// A weekday is named only where the days differ.
#[test]
fn a_busy_minute_of_one_weekday_has_its_name() {
    let fleet = CRON_JOB.replace("*/2 * * * *", "0 3 * * 5");
    let fleet = format!("{fleet}---\n{}", fleet.replace("report, ", "check, "));
    let chart = text(&["calendar", "-", "--as-of", "2026-11-23"], &fleet);
    assert!(chart.contains("  Fri 03:00  2 starts: shop/report and shop/check"), "{chart}");
}

/// A directory with a CronJob in `good.yaml`, one that the API server refuses, and a file that cannot be read.
fn mixed(name: &str) -> TempDirectory {
    let refused = CRON_JOB.replace("*/2 *", "*/2 25").replace("report, ", "refused, ");
    let template = CRON_JOB.replace("name: report", "name: {{ .Release.Name }}");
    let files = [
        ("good.yaml", CRON_JOB),
        ("cj.yaml", &refused),
        ("broken.yaml", "kind: [\n"),
        ("app/Chart.yaml", "name: app\n"),
        ("app/templates/job.yaml", &template),
    ];
    TempDirectory::new(name, &files)
}

/// What can be read is drawn whatever stands beside it; what is missing from the picture is said, with exit code 2.
#[test]
fn the_week_has_what_can_be_read_and_says_what_is_left_out() {
    let directory = mixed("time-week");
    for format in ["human", "json", "svg"] {
        let run = directory.run(&["calendar", "--as-of", "2026-11-23", "--format", format]);
        assert_eq!(run.code, 2);
        assert!(
            run.out.contains(if format == "json" { "\"cronJobs\": 1" } else { "1 CronJob from" }),
            "{}",
            run.out
        );
        assert!(run.err.contains("broken.yaml:1:7"), "{}", run.err);
        let left_out = "skipped: 1 CronJob with a rejected schedule (cj.yaml:5), 1 template (app/templates/job.yaml), 1 input that could not be \
                        read; use `--render` to include charts and overlays\n";
        assert!(run.err.ends_with(left_out), "{}", run.err);
    }
}

#[test]
fn alerts_are_written_for_what_can_be_read() {
    let directory = mixed("time-alerts");
    let run = directory.run(&["alerts"]);
    assert_eq!((run.code, run.out.matches("alert: ").count()), (2, 4), "{}", run.out);
    assert!(!run.out.contains("refused"), "an object that no server takes needs no alerts: {}", run.out);
    let left_out = "skipped: 1 CronJob with a rejected schedule (cj.yaml:5), 1 template (app/templates/job.yaml), 1 input that could not be read\n";
    assert!(run.err.ends_with(left_out), "{}", run.err);
}

#[test]
fn an_empty_set_is_said_to_be_empty() {
    let directory = TempDirectory::new(
        "time-empty",
        &[("service.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n")],
    );
    let run = directory.run(&["calendar"]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", "no CronJobs found\n"));
    let run = directory.run(&["alerts"]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", "no Jobs or CronJobs found\n"));
    let suspended = CRON_JOB.replace("spec:\n  schedule", "spec:\n  suspend: true\n  schedule");
    let run = directory.run_with(&["calendar", "-"], &suspended);
    assert_eq!((run.code, run.err.as_str()), (0, "no CronJobs to draw\nskipped: 1 suspended CronJob\n"));
}

/// One object that cannot be drawn does not hide the other ones of its file.
#[test]
fn a_timeline_has_what_can_be_drawn() {
    let refused = CRON_JOB.replace("*/2 *", "*/2 25");
    let output = run(&["timeline", "-"], &format!("{refused}---\n{JOB}---\nkind: [\n"));
    assert_eq!(output.status.code(), Some(2));
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(out.starts_with("Job import\n"), "{out}");
    assert!(error.contains("<stdin>:5:13") && error.contains("is never closed"), "{error}");
}

#[test]
fn a_name_that_is_not_there_is_said_with_the_nearest_one() {
    let error = |name: &str| {
        let output = run(&["timeline", "-", "--name", name], &format!("{CRON_JOB}---\n{JOB}"));
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(error("inport"), "error: -: there is no Job or CronJob `inport`; did you mean `import`?\n");
    assert_eq!(error("nope"), "error: -: there is no Job or CronJob `nope`; it has `report` and `import`\n");
}

/// The API server keeps no fractions of the second in which an object was created.
#[test]
fn the_time_of_creation_is_in_whole_seconds() {
    for format in ["human", "svg"] {
        let chart = text(&["timeline", "-", "--format", format], CRON_JOB);
        let (_, created) = chart.split_once("created ").unwrap();
        let (created, _) = created.split_once('Z').unwrap();
        assert_eq!(created.len(), "2026-11-24T12:13:37".len(), "{created}");
    }
}

#[test]
fn alerts_have_the_limits_of_schedules_and_deadlines() {
    let rules = text(&["alerts", "-"], &format!("{CRON_JOB}---\n{JOB}"));
    assert!(rules.contains("kind: PrometheusRule"), "{rules}");
    // Two intervals of 2 min, 10 min of a run, 5 min of slack.
    assert!(rules.contains(") > 1140\n"), "{rules}");
    assert!(rules.contains("kube_cronjob_spec_suspend{namespace=\"shop\",cronjob=\"report\"}"), "{rules}");
    assert!(
        rules.contains("kube_job_failed{namespace=\"default\",job_name=\"import\",condition=\"true\"}"),
        "{rules}"
    );
    let file = text(&["alerts", "-", "--format", "rule-file"], CRON_JOB);
    assert!(file.starts_with("groups:\n- name: "), "{file}");
}

/// `promtool check rules` agrees, where it is: `e2e/promtool` builds it.
#[test]
fn promtool_takes_the_alerts() {
    let generated = JOB
        .replace("name: import}", "generateName: import.}")
        .replace("backoffLimit: 2", "activeDeadlineSeconds: 60");
    let other = CRON_JOB.replace("name: report, ", "name: pack, ");
    let stated = JOB.replace("name: import}", "name: import, namespace: default}");
    let rules = text(
        &["alerts", "-", "--format", "rule-file"],
        &[CRON_JOB, JOB, CRON_JOB, &generated, &other, &stated].join("---\n"),
    );
    assert_eq!(rules.matches("- name: ").count(), 4, "an object is named once:\n{rules}");
    let rules_of =
        |alert: &str| rules.split("- alert: ").filter(|it| it.starts_with(alert)).collect::<Vec<_>>();
    // Prometheus' lint wants no two rules of one name with the same labels.
    let labels = |cronjob: &str| {
        format!("      severity: warning\n      namespace: \"shop\"\n      cronjob: \"{cronjob}\"\n")
    };
    for alert in ["CronJobWithoutSuccess", "CronJobRunTooLong", "CronJobRunFailed", "CronJobSuspended"] {
        let rules = rules_of(alert);
        assert!(
            rules.len() == 2 && rules[0].contains(&labels("report")) && rules[1].contains(&labels("pack")),
            "{rules:?}"
        );
    }
    let jobs = rules_of("JobFailed");
    assert!(jobs[0].contains("      namespace: \"default\"\n      job_name: \"import\"\n"), "{jobs:?}");
    // The series of generated Jobs have names of their own, which must stay.
    assert!(
        jobs[1].contains("      job_generate_name: \"import.\"\n") && !jobs[1].contains("job_name: "),
        "{jobs:?}"
    );
    assert!(rules.contains(r#"job_name=~"import\\..+""#), "{rules}");
    let Ok(promtool) = std::env::var("PROMTOOL") else {
        return skip("promtool is not asked; e2e/promtool builds it");
    };
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("rules.yaml");
    std::fs::write(&file, &rules).unwrap();
    let output = Command::new(promtool).args(["check", "rules", "--lint-fatal"]).arg(&file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(said.contains("rules found") && !said.contains(" 0 rules found"), "{said}");
}
