//! Reports for people, word for word.

mod formats;
mod html;

use std::sync::Arc;

use crate::common::report::{MANIFEST, finding, mark, no_text, outcome, render};
use batchlint::diagnostic::finding::Finding;
use batchlint::diagnostic::severity::Severity;
use batchlint::engine::outcome::{Outcome, SkipReason};
use batchlint::report::{Format, ReportOptions};
use batchlint::rules;

/// Renders findings without the summary.
fn excerpt(findings: Vec<Finding>, options: ReportOptions) -> String {
    render(Format::Human, &outcome(findings), ReportOptions { quiet: true, ..options })
}

#[test]
fn a_finding_shows_its_lines_its_path_its_object_and_its_help() {
    let mut finding = finding("jobs/nightly.yaml", MANIFEST, "jobTemplate", "a run that hangs keeps running");
    finding.help(
        "set `activeDeadlineSeconds` to a time, in seconds, that no healthy run takes, retries included",
    );
    let expected = "\
warning[missing-deadline]: a run that hangs keeps running
   ╭─[jobs/nightly.yaml:5:3]
 4 │   schedule: \"0 3 * * *\"
 5 │   jobTemplate:
   ·   ─────┬─────
   ·        ╰── spec.field
 6 │     spec:
   ╰────
  in:   CronJob prod/nightly
  help: set `activeDeadlineSeconds` to a time, in seconds, that no healthy run
        takes, retries included

";
    assert_eq!(excerpt(vec![finding], ReportOptions { width: 80, ..ReportOptions::default() }), expected);
}

/// Who wants to suppress the defect needs the ids of all rules that report it.
#[test]
fn a_finding_names_the_rules_that_it_stands_for() {
    let rule = rules::registry().find("stuck-forbid").unwrap();
    let mut finding = no_text("no run starts after one that hangs");
    let mut other = finding.clone();
    other.rule = rule;
    finding.also = vec![other];
    let expected = "\
warning[missing-deadline]: no run starts after one that hangs
  at:   spec.activeDeadlineSeconds
  also: stuck-forbid
  in:   Job import

";
    assert_eq!(excerpt(vec![finding.clone()], ReportOptions::default()), expected);

    // Twice the same rule is one id.
    finding.also.push(finding.also[0].clone());
    finding.help("set a deadline");
    for (format, expected) in [
        (Format::Concise, "no run starts after one that hangs (also stuck-forbid)\n"),
        (Format::Github, "no run starts after one that hangs%0Aalso: stuck-forbid%0Ahelp: set a deadline\n"),
        (Format::Gitlab, "no run starts after one that hangs (also stuck-forbid) (help: set a deadline)\""),
        (Format::Junit, ">no run starts after one that hangs\nalso: stuck-forbid\nhelp: set a deadline\n"),
        (
            Format::Markdown,
            "no run starts after one that hangs<br>also: stuck-forbid<br>help: set a deadline |",
        ),
        (Format::Html, "<p class=\"note\"><b>also</b> stuck-forbid</p>\n"),
        // Viewers show the text of a result, and few of them its properties.
        (Format::Sarif, "no run starts after one that hangs\\nalso: stuck-forbid\\nhelp: set a deadline\""),
    ] {
        let report = render(format, &outcome(vec![finding.clone()]), ReportOptions::default());
        assert!(report.contains(expected), "{report}");
    }
    for format in [Format::Json, Format::Sarif] {
        let report = render(format, &outcome(vec![finding.clone()]), ReportOptions::default());
        let report: String = report.split_whitespace().collect();
        assert!(report.contains("\"also\":[\"stuck-forbid\"]"), "{report}");
    }
}

/// Lines stand in the order of the file, and the heading at the top says where the finding is.
#[test]
fn related_places_are_marked_and_far_ones_get_lines_of_their_own() {
    let mut finding = finding("a.yaml", MANIFEST, "backoffLimit", "the 5th retry starts after the deadline");
    finding.severity = Severity::Error;
    finding.related(mark(MANIFEST, "300"), "ends the Job after 5 min");
    finding.related(mark(MANIFEST, "CronJob"), "this one");
    let expected = "\
error[missing-deadline]: the 5th retry starts after the deadline
   ,-[a.yaml:7:7]
 1 | kind: CronJob
   :       ^^^|^^^
   :          `-- this one
   `----
   ,-[a.yaml:7:7]
 6 |     spec:
 7 |       backoffLimit: 6
   :       ^^^^^^|^^^^^
   :             `-- spec.field
 8 |       activeDeadlineSeconds: 300
   :                              ^|^
   :                               `-- ends the Job after 5 min
 9 |       template: {}
   `----
  in:   CronJob prod/nightly

";
    assert_eq!(
        excerpt(vec![finding], ReportOptions { unicode: false, ..ReportOptions::default() }),
        expected
    );
}

/// A line or two between places are shown, so that they are one piece.
#[test]
fn places_that_are_near_share_their_lines() {
    let mut finding = finding("a.yaml", MANIFEST, "backoffLimit", "no number of retries helps");
    finding.related(mark(MANIFEST, "nightly"), "this one");
    let text = excerpt(vec![finding], ReportOptions::default());
    assert_eq!(text.matches("[a.yaml:").count(), 1, "{text}");
    assert!(text.find("this one") < text.find("spec.field"), "{text}");
}

/// What the line above says has no announcement that could tell a credential: `app/tulipamber`.
#[test]
fn a_line_nearby_is_shown_only_if_it_certainly_holds_no_credential() {
    let text = "kind: Job\nvalue: app/tulipamber\nbackoffLimit: 6\nrestartPolicy: Never\n";
    let expected = "\
warning[missing-deadline]: too many
   ╭─[a.yaml:3:15]
 3 │ backoffLimit: 6
   ·               ┬
   ·               ╰── spec.field
 4 │ restartPolicy: Never
   ╰────
  in:   CronJob prod/nightly

";
    assert_eq!(excerpt(vec![finding("a.yaml", text, "6", "too many")], ReportOptions::default()), expected);
}

#[test]
fn places_that_overlap_in_a_line_share_their_mark() {
    let mut finding = finding("a.yaml", MANIFEST, "300", "too short");
    finding.related(mark(MANIFEST, "activeDeadlineSeconds: 300"), "stated here");
    let expected = "\
warning[missing-deadline]: too short
   ╭─[a.yaml:8:30]
 7 │       backoffLimit: 6
 8 │       activeDeadlineSeconds: 300
   ·                              ─┬─
   ·                               ╰─┤ spec.field
   ·                                 │ stated here
 9 │       template: {}
   ╰────
  in:   CronJob prod/nightly

";
    assert_eq!(excerpt(vec![finding], ReportOptions::default()), expected);
}

#[test]
fn a_span_of_several_lines_has_a_bracket_and_a_longer_one_its_first_line_only() {
    let text = "args:\n- |\n  one\n  two\n- last\n";
    let expected = "\
warning[missing-deadline]: odd
   ╭─[a.yaml:2:3]
 1 │     args:
 2 │ ╭─▶ - |
 3 │ │     one
 4 │ ├─▶   two
   · ╰──── spec.field
   ╰────
  in:   CronJob prod/nightly

";
    let block = finding("a.yaml", text, "|\n  one\n  two\n", "odd");
    assert_eq!(excerpt(vec![block], ReportOptions::default()), expected);

    let text = format!("- |\n{}- last\n", "  echo\n".repeat(50));
    let expected = "\
warning[missing-deadline]: odd
   ╭─[a.yaml:1:3]
 1 │ - |
   ·   ┬
   ·   ╰── spec.field
 2 │   echo
   ╰────
  in:   CronJob prod/nightly

";
    let block = finding("a.yaml", &text, &text[2..text.len() - 7], "odd");
    assert_eq!(excerpt(vec![block], ReportOptions::default()), expected);
}

#[test]
fn an_empty_span_is_an_arrow_even_at_the_end_of_the_file() {
    let expected = "\
warning[missing-deadline]: ends too early
   ╭─[a.yaml:2:1]
 1 │ a: [
 2 │ 
   · ▲
   · ╰── spec.field
   ╰────
  in:   CronJob prod/nightly

";
    let mut end = finding("a.yaml", "a: [\r\n", "a", "ends too early");
    (end.place.span.start, end.place.span.end) = (6, 6);
    assert_eq!(excerpt(vec![end], ReportOptions::default()), expected);
}

#[test]
fn a_long_line_is_cut_around_the_place() {
    let text = format!("a: {}é{}\n", "x".repeat(600_000), "y".repeat(400_000));
    let expected = "\
warning[missing-deadline]: not ASCII
   ╭─[a.yaml:1:600004]
 1 │ …xxxxxxxxxxxxxxxxéyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy…
   ·                  ┬
   ·                  ╰── spec.field
   ╰────
  in:   CronJob prod/nightly

";
    let long = finding("a.yaml", &text, "é", "not ASCII");
    assert_eq!(excerpt(vec![long], ReportOptions { width: 60, ..ReportOptions::default() }), expected);
}

#[test]
fn control_characters_reach_no_terminal() {
    let text = "a: \u{1b}]0;owned\u{7} \u{202e}\tz\n";
    let mut hostile =
        finding("a\u{1b}[2J.yaml", text, "\u{1b}]0;owned\u{7} \u{202e}\tz", "is \u{1b}[31m\nred");
    Arc::make_mut(&mut hostile.subject).name = "x\u{9b}m".to_owned();
    hostile.help("not \r that");
    let expected = "\
warning[missing-deadline]: is \\u{1b}[31m\\nred
   ╭─[a\\u{1b}[2J.yaml:1:4]
 1 │ a: \\u{1b}]0;owned\\u{7} \\u{202e} z
   ·    ───────────────┬──────────────
   ·                   ╰── spec.field
   ╰────
  in:   CronJob prod/x\\u{9b}m
  help: not \\r that

";
    assert_eq!(excerpt(vec![hostile.clone()], ReportOptions::default()), expected);
    for &format in Format::ALL {
        let text = render(format, &outcome(vec![hostile.clone()]), ReportOptions::default());
        assert!(!text.contains(|char: char| char != '\n' && char.is_control()), "{format:?}: {text}");
    }
}

#[test]
fn colours_are_ansi_and_only_where_wanted() {
    let outcome = outcome(vec![finding("a.yaml", MANIFEST, "300", "too short")]);
    let colored = render(Format::Human, &outcome, ReportOptions { color: true, ..ReportOptions::default() });
    assert!(
        colored.starts_with("\u{1b}[1;33mwarning[missing-deadline]\u{1b}[0m: \u{1b}[1mtoo short\u{1b}[0m\n")
    );
    assert!(!render(Format::Human, &outcome, ReportOptions::default()).contains('\u{1b}'));
}

#[test]
fn rules_are_links_where_the_terminal_shows_links() {
    let outcome = outcome(vec![finding("a.yaml", MANIFEST, "300", "too short")]);
    let text = |format| render(format, &outcome, ReportOptions { links: true, ..ReportOptions::default() });
    let link =
        "\u{1b}]8;;https://batchlint.dev/rules/missing-deadline\u{1b}\\missing-deadline\u{1b}]8;;\u{1b}\\";
    assert!(text(Format::Human).starts_with(&format!("warning[{link}]: too short\n")));
    assert!(!text(Format::Concise).contains('\u{1b}'), "`grep` wants no links");
}

#[test]
fn an_object_without_text_has_paths() {
    let mut admitted = no_text("a Job that hangs keeps running");
    admitted.related(
        batchlint::manifest::place::Place { path: "spec.other".to_owned(), ..Default::default() },
        "see",
    );
    let expected = "\
warning[missing-deadline]: a Job that hangs keeps running
  at:   spec.activeDeadlineSeconds
  see:  spec.other: see
  in:   Job import

";
    assert_eq!(excerpt(vec![admitted.clone()], ReportOptions::default()), expected);
    let concise = render(Format::Concise, &outcome(vec![admitted]), ReportOptions::default());
    let expected = "spec.activeDeadlineSeconds: warning[missing-deadline] a Job that hangs keeps running\n";
    assert!(concise.starts_with(expected), "{concise}");
}

#[test]
fn the_summary_counts_in_good_english() {
    let summary = |outcome: &Outcome| render(Format::Human, outcome, ReportOptions::default());
    let none = Outcome::default();
    assert_eq!(summary(&none), "no Job or CronJob in 9 files\n");
    let mut clean = Outcome { objects: 1, unread: 1, ..Outcome::default() };
    clean.count_skipped(SkipReason::Template);
    let expected =
        "checked 1 object in 9 files: no findings; skipped: 1 template; 1 input could not be read\n";
    assert_eq!(summary(&clean), expected);
    for format in [Format::Human, Format::Concise, Format::Github] {
        assert_eq!(render(format, &none, ReportOptions { quiet: true, ..ReportOptions::default() }), "");
    }
}

#[test]
fn statistics_count_what_each_rule_says() {
    let mut findings = vec![finding("a.yaml", MANIFEST, "300", "too short"); 11];
    findings[3].severity = Severity::Error;
    let mut outcome = outcome(findings);
    (outcome.objects, outcome.unread) = (12, 2);
    outcome.skip_counts = [(SkipReason::OtherKind, 5), (SkipReason::Template, 2)].into();
    let concise =
        render(Format::Concise, &outcome, ReportOptions { statistics: true, ..ReportOptions::default() });
    let expected = "\
a.yaml:8:30: warning[missing-deadline] too short
10  warning  missing-deadline
 1  error    missing-deadline

checked 12 objects in 9 files: 1 error, 10 warnings; skipped: 2 templates, 5 of other kinds; 2 inputs could not be read
";
    assert!(concise.ends_with(expected), "{concise}");
}
