//! `--write-baseline` and `--baseline`: what was there before is counted, what is new is found.

use std::fs;

use crate::common::manifests::without_deadline_named as job;
use crate::common::program::{TempDirectory, run_in};
use serde_json::{Value, json};

const DEADLINE: (&str, &str) = ("  backoffLimit: 2\n", "  backoffLimit: 2\n  activeDeadlineSeconds: 60\n");

fn healthy(name: &str) -> String {
    job(name).replace(DEADLINE.0, DEADLINE.1)
}

fn check(directory: &TempDirectory, arguments: &[&str]) -> (i32, Vec<String>, Value) {
    let run = directory.run(&[&["check", "--format", "json"], arguments].concat());
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let place = |it: &Value| format!("{} {}", it["file"].as_str().unwrap(), it["rule"].as_str().unwrap());
    let found = report["findings"].as_array().unwrap().iter().map(place).collect();
    (run.code, found, report["summary"]["baseline"].clone())
}

fn none() -> Vec<String> {
    Vec::new()
}

#[test]
fn a_baseline_is_sorted_and_has_a_line_for_each_finding_that_people_can_read() {
    let files = [("jobs/b.yaml", job("two")), ("jobs/a.yaml", job("one"))];
    let directory =
        TempDirectory::new("baseline-file", &files.each_ref().map(|(name, text)| (*name, text.as_str())));
    let run = directory.run(&["check", "--write-baseline", "known.json"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert_eq!(run.out, "checked 2 objects in 2 files: no new findings; 2 in the baseline\n");
    let text = fs::read_to_string(directory.0.join("known.json")).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[..3], ["{", "  \"version\": 1,", "  \"findings\": ["], "{text}");
    let start = r#"    {"file":"jobs/a.yaml","object":"Job one","rule":"missing-deadline","path":"spec.activeDeadlineSeconds","fingerprint":""#;
    assert!(lines[3].starts_with(start) && lines[3].ends_with("\"},"), "{text}");
    assert!(lines[4].contains("jobs/b.yaml") && lines[4].ends_with("\"}"), "{text}");
    assert_eq!(lines[5..], ["  ]", "}"], "{text}");
    let run = directory.run(&["check", "--write-baseline", "known.json"]);
    assert!(!run.out.contains("skipped:"), "the baseline itself is no manifest: {}", run.out);
    assert_eq!(fs::read_to_string(directory.0.join("known.json")).unwrap(), text);
}

#[test]
fn known_findings_are_counted_while_lines_and_files_move_and_new_ones_are_found() {
    let directory = TempDirectory::new("baseline-moves", &[("a.yaml", &job("one"))]);
    directory.run(&["check", "--write-baseline", "known.json"]);
    let known = |number: usize| json!({"known": number, "fixed": []});

    directory.write("a.yaml", format!("# moved\n\n{}", job("one")).as_bytes());
    assert_eq!(check(&directory, &["--baseline", "known.json"]), (0, none(), known(1)));

    fs::rename(directory.0.join("a.yaml"), directory.0.join("b.yaml")).unwrap();
    assert_eq!(check(&directory, &["--baseline", "known.json"]), (0, none(), known(1)));

    directory.write("b.yaml", format!("{}---\n{}", job("one"), job("other")).as_bytes());
    let found = vec!["b.yaml missing-deadline".to_owned()];
    assert_eq!(check(&directory, &["--baseline", "known.json"]), (1, found, known(1)));
}

/// Each entry stands for one finding: a copy of an object is a second one, also where only the copy is checked.
#[test]
fn a_copy_is_new() {
    let directory = TempDirectory::new("baseline-copy", &[("b.yaml", &job("one"))]);
    directory.run(&["check", "--write-baseline", "known.json"]);
    directory.write("a.yaml", job("one").as_bytes());
    let copy = vec!["a.yaml missing-deadline".to_owned()];
    for (paths, known) in [([".", "--quiet"], 1), (["a.yaml", "--quiet"], 0)] {
        let expected = (1, copy.clone(), json!({"known": known, "fixed": []}));
        assert_eq!(check(&directory, &[&paths[..], &["--baseline", "known.json"]].concat()), expected);
    }
    directory.write("b.yaml", format!("{0}---\n{0}", job("one")).as_bytes());
    let (code, found, _) = check(&directory, &["b.yaml", "--baseline", "known.json"]);
    assert_eq!((code, found.len()), (1, 1), "twice in its own file");
}

#[test]
fn what_is_fixed_is_said_until_the_baseline_is_written_anew() {
    let directory =
        TempDirectory::new("baseline-fixed", &[("a.yaml", &job("one")), ("gone.yaml", &job("two"))]);
    directory.run(&["check", "--write-baseline", "known.json"]);
    directory.write("a.yaml", healthy("one").as_bytes());
    fs::remove_file(directory.0.join("gone.yaml")).unwrap();
    let run = directory.run(&["check", "--baseline", "known.json"]);
    let expected = "no new findings; 0 in the baseline; 2 entries of the baseline are fixed: \
                    write it again with `--write-baseline known.json`";
    assert!(run.out.contains(expected), "{}", run.out);
    let (_, _, summary) = check(&directory, &["--baseline", "known.json"]);
    let fixed: Vec<_> = summary["fixed"].as_array().unwrap().iter().map(|it| &it["file"]).collect();
    assert_eq!(fixed, ["a.yaml", "gone.yaml"]);
    // Of files and rules that a run leaves out, nothing is known.
    directory.write("c.yaml", healthy("three").as_bytes());
    for arguments in [["c.yaml", "--quiet"], [".", "--select=missing-ttl"]] {
        let (_, _, summary) = check(&directory, &[&arguments[..], &["--baseline", "known.json"]].concat());
        assert_eq!(summary["fixed"], json!([]), "{arguments:?}");
    }
}

#[test]
fn what_cannot_be_read_is_never_known() {
    let broken = format!("kind: [\n---\n{}", job("one"));
    let directory = TempDirectory::new("baseline-broken", &[("a.yaml", &broken)]);
    let run = directory.run(&["check", "--write-baseline", "known.json", "--format", "concise"]);
    assert_eq!(run.code, 2);
    assert!(run.out.contains("a.yaml:") && run.out.contains("error[syntax-error]"), "{}", run.out);
    let (code, found, baseline) = check(&directory, &["--baseline", "known.json"]);
    assert_eq!((code, found), (2, vec!["a.yaml syntax-error".to_owned()]));
    assert_eq!(baseline, json!({"known": 1, "fixed": []}));
    // In the rest of such a file a finding may be there still: it is not called fixed.
    directory.write("a.yaml", b"kind: [\n");
    assert_eq!(check(&directory, &["--baseline", "known.json"]).2, json!({"known": 0, "fixed": []}));
}

#[test]
fn a_baseline_is_the_same_from_every_directory() {
    let directory = TempDirectory::new("baseline-folders", &[("jobs/a.yaml", &job("one"))]);
    directory.run(&["check", "--write-baseline", "ci/known.json"]);
    let text = fs::read_to_string(directory.0.join("ci/known.json"));
    assert!(text.is_err(), "a folder that is not there is an error");
    fs::create_dir(directory.0.join("ci")).unwrap();
    directory.run(&["check", "--write-baseline", "ci/known.json"]);
    let text = fs::read_to_string(directory.0.join("ci/known.json")).unwrap();
    assert!(text.contains(r#""file":"../jobs/a.yaml""#), "{text}");
    let run = run_in(&directory.0.join("jobs"), &["check", "--baseline", "../ci/known.json"], "");
    assert_eq!((run.code, run.out.contains("1 in the baseline")), (0, true), "{}", run.out);
    fs::write(directory.0.join("jobs/a.yaml"), healthy("one")).unwrap();
    let run = run_in(&directory.0.join("jobs"), &["check", "--baseline", "../ci/known.json"], "");
    assert!(run.out.contains("1 entry of the baseline is fixed"), "{}", run.out);
}

#[test]
fn a_baseline_that_cannot_be_used_is_named() {
    let directory = TempDirectory::new("baseline-wrong", &[("a.yaml", &job("one"))]);
    directory.write("list.json", b"[]");
    directory.write("newer.json", br#"{"version": 2, "findings": []}"#);
    directory.write("merge.json", b"{\n  \"version\": 1,\n  \"findings\": [\n<<<<<<< ours\n  ]\n}\n");
    for (name, words) in [
        ("missing.json", "cannot be read"),
        ("list.json", "it is not a baseline"),
        ("newer.json", "its version is 2"),
        ("merge.json", "line 4"),
    ] {
        let run = directory.run(&["check", "--baseline", name]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{name}");
        let hint = format!("create it with `--write-baseline {name}`");
        assert!(run.err.starts_with(&format!("error: {name}: ")), "{}", run.err);
        assert!(run.err.contains(words) && run.err.contains(&hint), "{}", run.err);
    }
}
