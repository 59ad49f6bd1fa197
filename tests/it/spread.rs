//! `calendar --spread`.

mod fix;

use std::collections::BTreeMap;

use crate::common::program::TempDirectory;
use serde_json::{Value, json};

/// A CronJob whose runs have so many pods.
fn cron_job(namespace: &str, name: &str, schedule: &str, pods: i64) -> String {
    format!(
        "apiVersion: batch/v1
kind: CronJob
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  schedule: {schedule}
  jobTemplate:
    spec:
      parallelism: {pods}
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: a
            image: registry.example.com/shop/a:1.4.2
            resources: {{requests: {{cpu: 500m, memory: 1Gi}}}}
---
"
    )
}

const QUOTA: &str = "apiVersion: v1
kind: ResourceQuota
metadata: {name: compute, namespace: shop}
spec:
  hard: {requests.cpu: '4', pods: '20', count/secrets: '9'}
";

const NAMES: [&str; 5] = ["import-orders", "export-orders", "check-orders", "pack-orders", "count-orders"];

/// The CronJobs of a shop at three in the morning.
fn shop() -> String {
    NAMES.map(|name| cron_job("shop", name, "\"0 3 * * *\"", 2)).concat()
}

fn data(directory: &TempDirectory, arguments: &[&str]) -> Value {
    let flags = [&["calendar", "--spread", "--as-of", "2026-11-30", "--format", "json"], arguments].concat();
    let run = directory.run(&flags);
    assert_eq!(run.code, 0, "{}", run.err);
    serde_json::from_str(&run.out).unwrap()
}

/// Returns the proposed schedule of each CronJob.
fn proposals(value: &Value) -> BTreeMap<String, String> {
    let all = value["proposals"].as_array().unwrap().iter();
    all.map(|it| (it["name"].as_str().unwrap().to_owned(), it["proposed"].as_str().unwrap().to_owned()))
        .collect()
}

#[test]
fn proposals_come_with_the_load_before_and_after() {
    let directory = TempDirectory::new("spread-text", &[("a/jobs.yaml", &shop()), ("b/quota.yaml", QUOTA)]);
    let run = directory.run(&["calendar", "--spread", "--as-of", "2026-11-30"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
    let expected = "\
Other minutes for 5 of 5 CronJobs, each within its window of 15m
  shop/import-orders  0 3 * * * → 7 3 * * *   a/jobs.yaml:5:13
  shop/export-orders  0 3 * * * → 11 3 * * *  a/jobs.yaml:21:13
  shop/check-orders   0 3 * * * → 9 3 * * *   a/jobs.yaml:37:13
  shop/pack-orders    0 3 * * * → 2 3 * * *   a/jobs.yaml:53:13
  shop/count-orders   0 3 * * * → 2 3 * * *   a/jobs.yaml:69:13

Busiest minute
  before  Mon 03:00  5 starts with 10 pods, which request 5 of cpu and 10Gi of memory
  after   Mon 03:02  2 starts with 4 pods, which request 2 of cpu and 4Gi of memory

ResourceQuota `compute` of namespace `shop`, pods that start in one minute
  before  more than quota `compute` allows: 5 of 4 `requests.cpu`
  after   no more than quota `compute` allows: 4 of 20 `pods` and 2 of 4 `requests.cpu`
";
    assert_eq!(run.out, expected);
}

#[test]
fn proposals_are_data_with_the_place_of_each_schedule() {
    let directory = TempDirectory::new("spread-json", &[("a/jobs.yaml", &shop()), ("b/quota.yaml", QUOTA)]);
    let value = data(&directory, &[]);
    assert_eq!(value["window"], "15m");
    assert_eq!(value["proposals"][1]["line"], 21, "{value}");
    let before =
        json!({"minute": "2026-11-30T03:00:00Z", "starts": 5, "pods": 10, "cpu": "5", "memory": "10Gi"});
    assert_eq!(value["busiest"]["before"], before);
    let cpu = &value["quotas"][0]["limits"][1];
    assert_eq!((&cpu["resource"], &cpu["hard"]), (&json!("requests.cpu"), &json!("4")), "{value}");
    assert_eq!(cpu["before"], json!({"most": "5", "isExceeded": true}));
    assert_eq!(cpu["after"]["isExceeded"], false);
}

/// What a LimitRange fills in counts, and a quota counts only the pods in its scopes and its namespace.
#[test]
fn pods_are_counted_as_they_are_created() {
    let resources = "            resources: {requests: {cpu: 500m, memory: 1Gi}}\n";
    let stated = cron_job("media", "resize", "0 3 * * *", 4);
    let jobs =
        shop().replace(resources, "").replacen("parallelism: 2", "parallelism: 9\n      completions: 3", 1);
    let range = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: defaults, namespace: shop}\nspec:\n  limits: [{type: \
                 Container, defaultRequest: {cpu: 250m}}]\n";
    let other = QUOTA.replace("compute", "other").replace("  hard", "  scopes: [Terminating]\n  hard");
    let files = [
        ("jobs.yaml", jobs + &stated),
        ("range.yaml", range.into()),
        ("quotas.yaml", format!("{QUOTA}---\n{other}")),
    ];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let value = data(&TempDirectory::new("spread-created", &files), &[]);
    let before =
        json!({"minute": "2026-11-30T03:00:00Z", "starts": 6, "pods": 15, "cpu": "4750m", "memory": "4Gi"});
    assert_eq!(value["busiest"]["before"], before);
    let quotas = value["quotas"].as_array().unwrap();
    assert_eq!(quotas.len(), 1, "{value}");
    assert_eq!(quotas[0]["limits"][0]["before"], json!({"most": "11", "isExceeded": false}));
    assert_eq!(quotas[0]["limits"][1]["before"], json!({"most": "2750m", "isExceeded": false}));
}

/// Returns a number of a series that looks random and is always the same.
fn random(state: &mut u64, below: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % below
}

fn fleet(state: &mut u64) -> Vec<String> {
    let schedule = |state: &mut u64| match random(state, 8) {
        0 => "'@hourly'".to_owned(),
        1 => "'@daily'".to_owned(),
        2 => "'*/10 * * * *'".to_owned(),
        3 => format!("'{} * * * *'", random(state, 20)),
        4 => format!("{} {} * * 1-5", random(state, 60), random(state, 3)),
        _ => format!("\"0  {} * * *\"", random(state, 3)),
    };
    let count = 5 + random(state, 30);
    (0..count).map(|number| cron_job("shop", &format!("job-{number}"), &schedule(state), 1)).collect()
}

/// Writes proposals into the lines of a file.
fn apply(text: &str, value: &Value) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for proposal in value["proposals"].as_array().unwrap() {
        let number = usize::try_from(proposal["line"].as_u64().unwrap()).unwrap() - 1;
        assert!(lines[number].contains(proposal["schedule"].as_str().unwrap()), "{proposal}");
        lines[number] = format!("  schedule: '{}'", proposal["proposed"].as_str().unwrap());
    }
    lines.join("\n") + "\n"
}

#[test]
fn applied_proposals_leave_none() {
    let mut state = 7;
    for round in 0..12 {
        let window = ["5m", "15m", "20m", "1h"][round % 4];
        let directory = TempDirectory::new("spread-again", &[("jobs.yaml", &fleet(&mut state).concat())]);
        let text = std::fs::read_to_string(directory.0.join("jobs.yaml")).unwrap();
        let first = data(&directory, &["--window", window]);
        assert!(!proposals(&first).is_empty(), "{text}");
        directory.write("jobs.yaml", apply(&text, &first).as_bytes());
        let second = data(&directory, &["--window", window]);
        assert_eq!(second["proposals"], json!([]), "{window}\n{text}");
        assert_eq!(second["busiest"]["before"], first["busiest"]["after"]);
    }
}

#[test]
fn another_cron_job_changes_no_proposal() {
    let mut state = 11;
    for _ in 0..4 {
        let mut all = fleet(&mut state);
        let directory = TempDirectory::new("spread-more", &[("jobs.yaml", &all.concat())]);
        let few = proposals(&data(&directory, &[]));
        all.insert(0, cron_job("shop", "another", "0 1 * * *", 1));
        directory.write("jobs.yaml", all.concat().as_bytes());
        let more = proposals(&data(&directory, &[]));
        assert!(few.iter().all(|(name, proposed)| more.get(name) == Some(proposed)), "{few:?}\n{more:?}");
    }
}

#[test]
fn who_starts_alone_or_has_no_minute_to_choose_stays() {
    let suspended =
        cron_job("shop", "asleep", "0 3 * * *", 1).replace("  schedule", "  suspend: true\n  schedule");
    let all = [
        cron_job("shop", "import", "0 3 * * *", 1),
        cron_job("shop", "often", "'*/15 * * * *'", 1),
        cron_job("shop", "interval", "'@every 1h'", 1),
        cron_job("shop", "'${NAME}'", "0 4 * * *", 1),
        cron_job("shop", "export", "0 4 * * *", 1),
        suspended,
    ];
    let directory = TempDirectory::new("spread-alone", &[("jobs.yaml", &all.concat())]);
    let run = directory.run(&["calendar", "--spread", "--as-of", "2026-11-30"]);
    assert_eq!((run.code, run.err.as_str()), (0, "skipped: 1 suspended CronJob\n"));
    assert!(run.out.starts_with("Other minutes for 0 of 5 CronJobs,"), "{}", run.out);
}

#[test]
fn a_window_divides_the_hour_and_needs_a_proposal() {
    let directory = TempDirectory::new("spread-window", &[("jobs.yaml", &shop())]);
    for window in ["7m", "0s", "2h", "x"] {
        let run = directory.run(&["calendar", "--spread", "--window", window]);
        assert_eq!(run.code, 2);
        let said = "a window must be `5m`, `10m`, `15m`, `20m`, `30m` or `1h`: each divides the hour";
        assert!(run.err.contains(said), "{}", run.err);
    }
    let run = directory.run(&["calendar", "--window", "5m"]);
    assert!(run.code == 2 && run.err.contains("--spread"), "{}", run.err);
    let hour = proposals(&data(&directory, &["--window", "60m"]));
    assert!(hour.values().any(|it| it.split(' ').next().unwrap().parse::<i64>().unwrap() > 14), "{hour:?}");
}

#[test]
fn the_picture_shows_the_week_after() {
    let directory = TempDirectory::new("spread-svg", &[("jobs.yaml", &shop())]);
    let picture = |flags: &[&str]| {
        directory.run(&[&["calendar", "--format", "svg", "--as-of", "2026-11-30"], flags].concat()).out
    };
    assert!(picture(&[]).contains("5 starts, at most 5 in a minute"));
    assert!(!picture(&["--spread"]).contains("5 starts, at most 5 in a minute"));
    assert!(picture(&["--spread"]).contains("<title>5 starts, at most "));
}

/// What cannot be read is said, with the exit code of a calendar.
#[test]
fn nothing_to_spread_is_said() {
    let directory = TempDirectory::new("spread-none", &[("quota.yaml", QUOTA)]);
    let run = directory.run(&["calendar", "--spread"]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", "no CronJobs found\n"));
    directory.write("broken.yaml", b"kind: CronJob\napiVersion: batch/v1\nx: [\n");
    assert_eq!(directory.run(&["calendar", "--spread"]).code, 2);
}

#[test]
fn credentials_stay_hidden() {
    let secret = "hunter2-Xk39fQz81Lmw";
    let manifest = shop().replace(
        "name: a\n",
        &format!("name: a\n            env: [{{name: DB_PASSWORD, value: {secret}}}]\n"),
    );
    let named = manifest.replace("import-orders", secret);
    let directory = TempDirectory::new("spread-secret", &[("jobs.yaml", &named)]);
    for format in ["human", "json", "svg"] {
        let run = directory.run(&["calendar", "--spread", "--format", format]);
        assert!(run.code == 0 && !run.out.contains(secret), "{}", run.out);
    }
}

/// The time of a run doubles with the fleet, and stays far below a minute.
#[test]
fn many_cron_jobs_are_spread_in_time() {
    let schedule = |number: usize| format!("{} {} * * *", number % 5, number % 24);
    let of = |number: usize| {
        let namespace = format!("team-{}", number % 200);
        cron_job(&namespace, &format!("job-{number}"), &schedule(number), 1)
    };
    let quota = |number: usize| QUOTA.replace("shop", &format!("team-{number}")) + "---\n";
    let text: String = (0..20_000).map(of).chain((0..200).map(quota)).collect();
    let directory = TempDirectory::new("spread-many", &[("jobs.yaml", &text)]);
    let start = std::time::Instant::now();
    let value = data(&directory, &[]);
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    assert!(value["proposals"].as_array().unwrap().len() > 15_000);
    assert_eq!(value["quotas"].as_array().unwrap().len(), 200);
}
