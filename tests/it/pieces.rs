//! Inputs that are longer than what is read at once: reports are those that reading all of it gives.

use std::io::Read;

use batchlint::engine::lint::lint;
use batchlint::engine::outcome::Outcome;
use batchlint::engine::pieces::{LongInput, lint_pieces};
use batchlint::manifest::document::Unreadable;
use batchlint::policy::config::{Config, Preset};
use batchlint::report::{self, Format, Report, ReportOptions};
use batchlint::text::source::Source;

/// Longer documents than this are read in pieces here.
const LIMIT: usize = 1_000;

fn config() -> Config {
    let mut config = Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 28));
    config.preset = Preset::Strict;
    config
}

/// Gives a few bytes at a time, as pipes do.
struct Trickle<'t>(&'t [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let most = bytes.len().min(97);
        self.0.read(&mut bytes[..most])
    }
}

fn in_pieces(bytes: &[u8]) -> Result<Outcome, Unreadable> {
    let (first, rest) = bytes.split_at(bytes.len().min(100));
    let whole = Source::new("list", "");
    let input = LongInput { whole, first: first.to_vec(), rest: &mut Trickle(rest), limit: LIMIT };
    lint_pieces(input, &config(), &mut |_| {}).map(|run| run.finish())
}

fn reports(outcome: &Outcome) -> Vec<String> {
    let report = |format: &Format| {
        let mut out = Vec::new();
        report::write(*format, &Report::new(outcome, &ReportOptions::default()), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    Format::ALL.iter().map(report).collect()
}

/// Demands that both ways of reading a text give the same reports, and that there is something in them.
fn is_the_same(text: &str) {
    let (whole, pieces) = (lint(Source::new("list", text), &config()), in_pieces(text.as_bytes()).unwrap());
    assert!(text.len() > LIMIT && !(whole.findings.is_empty() && whole.skipped.is_empty()), "{text}");
    for (whole, pieces) in reports(&whole).iter().zip(reports(&pieces)) {
        let differs = |(whole, pieces): &(&str, &str)| whole != pieces;
        let first = whole.lines().zip(pieces.lines()).find(differs);
        assert!(*whole == pieces, "{first:#?}\nwhole\n{whole}\nin pieces\n{pieces}\nof\n{text}");
    }
    assert_eq!((whole.unread, whole.objects), (pieces.unread, pieces.objects));
}

/// What is said of a text that can only be read as a whole.
fn refusal(text: &str) -> Vec<String> {
    let pieces = in_pieces(text.as_bytes()).unwrap();
    assert!(text.len() > LIMIT && pieces.unread == 1 && pieces.objects == 0, "{:?}", pieces.findings);
    pieces.findings.iter().map(|it| it.message.to_string()).collect()
}

/// A Job with findings, as an item of a list in JSON.
fn job(number: usize) -> String {
    format!(
        r#"        {{
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {{"name": "load-{number}", "namespace": "prod"}},
            "spec": {{
                "template": {{
                    "spec": {{
                        "containers": [{{"name": "ä", "image": "busybox:latest"}}],
                        "restartPolicy": "Always"
                    }}
                }}
            }}
        }}"#
    )
}

fn jobs() -> String {
    (1..=5).map(job).collect::<Vec<_>>().join(",\n")
}

/// What `kubectl get -o json` prints: `items` before `kind`.
fn list(items: &str) -> String {
    format!(
        "{{\n    \"apiVersion\": \"v1\",\n    \"items\": [\n{items}\n    ],\n    \"kind\": \"List\"\n}}\n"
    )
}

#[test]
fn a_list_as_kubectl_prints_it() {
    is_the_same(&list(&jobs()));
}

#[test]
fn a_list_on_one_line() {
    is_the_same(&list(&jobs()).replace('\n', " "));
    let without_blanks: String = list(&jobs()).split_whitespace().collect();
    is_the_same(&without_blanks);
}

#[test]
fn lines_end_with_carriage_returns() {
    is_the_same(&list(&jobs()).replace('\n', "\r\n"));
    is_the_same(&yaml_list("").replace('\n', "\r\n"));
}

#[test]
fn a_list_of_jobs_gives_its_items_their_kind() {
    let items: String = jobs().replace("\"apiVersion\": \"batch/v1\",", "").replace("\"kind\": \"Job\",", "");
    is_the_same(&format!(r#"{{"kind": "JobList", "apiVersion": "batch/v1", "items": [{items}]}}"#));
    let behind = format!(r#"{{"items": [{items}], "kind": "JobList", "apiVersion": "batch/v1"}}"#);
    assert_eq!(refusal(&behind), ["the document is larger than 1000 bytes, and it is not a `List`"]);
}

#[test]
fn items_of_other_kinds_lists_and_what_is_no_object() {
    let inner = list(&job(1));
    let others =
        format!(r#"{}, {inner}, null, 5, "x", [], {{}}, {{"kind": "Pod", "apiVersion": "v1"}}"#, jobs());
    is_the_same(&list(&others));
}

#[test]
fn an_item_that_breaks_off() {
    is_the_same(&list(&jobs().replace("\"load-4\"", "\"load-4")));
    is_the_same(&list(&format!("{} {}", jobs(), job(6))));
    is_the_same(&list(&jobs().replace("\"load-4\"", "[")));
    let text = list(&jobs());
    is_the_same(&text[..text.len() - 60]);
}

#[test]
fn a_list_in_the_flow_style_of_yaml_is_refused() {
    let text = list(&jobs());
    let found = |end: &str| vec![format!("expected {end}")];
    assert_eq!(refusal(&text.replace("\"List\"", "List")), found("a JSON value, found 'L'"));
    assert_eq!(
        refusal(&text.replace("\"kind\": \"List\"", "kind: List")),
        found("a key in double quotes, found 'k'")
    );
    assert_eq!(refusal(&text.replace("\"load-4\"", "12ab")), found("`,` or `}`, found 'a'"));
    assert_eq!(refusal(&list(&(jobs() + ","))), found("a JSON value, found ']'"));
}

#[test]
fn what_turns_out_not_to_be_a_list_is_refused() {
    let text = list(&jobs()).replace("\"List\"", "\"ConfigMap\"");
    assert_eq!(refusal(&text), ["the document is larger than 1000 bytes, and it is not a `List`"]);
    let text = list(&jobs()).replace("\"kind\": \"List\"", "\"items\": 5, \"kind\": \"List\"");
    assert_eq!(refusal(&text), ["the document is larger than 1000 bytes, and it is not a `List`"]);
}

#[test]
fn keys_that_come_twice() {
    is_the_same(&list(&jobs().replace("\"name\": \"ä\"", "\"name\": \"ä\", \"name\": \"ä\"")));
    let text = list(&jobs());
    is_the_same(&text.replace("\"kind\": \"List\"", &format!("\"items\": [{}], \"kind\": \"List\"", job(9))));
    is_the_same(&text.replace("\"kind\": \"List\"", "\"kind\": \"Pod\", \"kind\": \"List\""));
    is_the_same(&text.replace("\"items\"", "\"\\u0069tems\""));
}

#[test]
fn values_one_after_the_other() {
    let text = format!("{}{}\n{}", list(&jobs()), job(7), list(&jobs()));
    is_the_same(&text);
    is_the_same(&format!("{text}\n}}"));
    is_the_same(&format!("{}\n---\nkind: Job\n---\n# end\n", list(&jobs())));
}

/// A list in YAML, with more lines at its end.
fn yaml_list(end: &str) -> String {
    let item = |number| {
        format!(
            "# About load-{number}.\n- apiVersion: batch/v1\n  kind: Job\n  metadata:\n    name: load-{number}\n    namespace: prod\n  spec:\n    \
             template:\n      spec:\n        restartPolicy: Always\n        containers:\n        - name: ä\n          \
             image: busybox:latest\n          command: [sh, -c]\n          args:\n          - |\n            load a | tee b\n            # not a comment\n\n"
        )
    };
    let items: String = (1..=5).map(item).collect();
    format!("apiVersion: v1\nitems: # of them\n\n{items}# Behind the items.\nkind: List\n{end}")
}

#[test]
fn a_list_in_yaml() {
    is_the_same(&yaml_list(""));
    let indented =
        |line: &str| if line.starts_with(['-', ' ']) { format!("  {line}\n") } else { format!("{line}\n") };
    is_the_same(&yaml_list("").lines().map(indented).collect::<String>());
    is_the_same(&format!("---\n{}---\n{}", yaml_list(""), yaml_list("")));
    is_the_same(&format!("kind: List\n{}", yaml_list("").replace("kind: List\n", "")));
}

#[test]
fn suppressions_belong_to_the_item_below_them() {
    let ignore = "# batchlint: ignore[missing-ttl, mutable-image, restart-policy] why";
    let text = yaml_list("");
    is_the_same(&text.replace("# About load-3.", ignore));
    is_the_same(&text.replace("# About load-1.", ignore));
    is_the_same(&text.replace("items: # of them", &format!("items: {ignore}")));
    is_the_same(&text.replace("# Behind the items.", ignore));
    is_the_same(&text.replace("busybox:latest", &format!("busybox:latest {ignore}")));
    is_the_same(&text.replace("restartPolicy: Always", &format!("restartPolicy: Always {ignore}")));
}

#[test]
fn yaml_that_cannot_be_read() {
    let text = yaml_list("");
    is_the_same(&text.replace("name: load-3\n", "name: load-3: x\n"));
    is_the_same(&text.replace("name: load-3\n", "name: 'load-3\n"));
    is_the_same(&text.replace("kind: List", "kind: [List"));
    is_the_same(&text.replace("apiVersion: v1", "apiVersion: @v1"));
    is_the_same(&yaml_list("...\nkind: Pod\n"));
    is_the_same(&yaml_list("--- junk\nkind: Pod\n"));
    is_the_same(&yaml_list("---\nkind: {{ .Values.kind }}\n"));
}

#[test]
fn yaml_in_which_items_need_each_other_is_refused() {
    let text = yaml_list("").replacen("namespace: prod", "namespace: &n prod", 1);
    is_the_same(&text);
    let refused = refusal(&text.replacen("namespace: prod", "namespace: *n", 1));
    let why = "an alias in it stands for a part of another item";
    assert_eq!(refused, [format!("the document is larger than 1000 bytes, and {why}")]);
    let why = "it is not a `List` in block style";
    for text in [yaml_list("").replace("List", "ConfigMap"), yaml_list("").replace("items", "objects")] {
        assert_eq!(refusal(&text), [format!("the document is larger than 1000 bytes, and {why}")]);
    }
}

/// What `yes` writes has no end, and is not waited for.
#[test]
fn an_input_without_an_end_is_read_up_to_a_limit() {
    for line in ["y\n", "y", "# y\n", "- y\n", "\n", "a: [\n", "a: |\n", "items:\n- - y\n"] {
        let mut endless = Endless(line, 0);
        let whole = Source::new("yes", "");
        let input = LongInput { whole, first: Vec::new(), rest: &mut endless, limit: LIMIT };
        let outcome = lint_pieces(input, &config(), &mut |_| {}).unwrap().finish();
        let messages: Vec<_> = outcome.findings.iter().map(|it| &*it.message).collect();
        let last = "the rest of the input is not read: the document has no end within another 4000 bytes";
        let is_said = messages.contains(&last) || messages.iter().any(|it| it.starts_with("expected"));
        assert!(is_said && outcome.unread > 0 && endless.1 < 500_000, "{line:?}: {messages:?} {}", endless.1);
    }
}

/// Repeats a text forever, and counts the bytes that it gave.
struct Endless(&'static str, usize);

impl Read for Endless {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let text = self.0.as_bytes();
        for byte in bytes.iter_mut() {
            *byte = text[self.1 % text.len()];
            self.1 += 1;
        }
        Ok(bytes.len())
    }
}

#[test]
fn documents_in_yaml() {
    let document = |number: usize| format!("---\n# batchlint: ignore[missing-ttl] why\n{}\n", job(number));
    let text: String = (1..20).map(document).collect();
    is_the_same(&text);
    is_the_same(&text.replace("---\n", "---   # next\n"));
    is_the_same(&format!("{text}---\na: b: c\n--- {{}}\n{text}"));
    is_the_same(&format!("\u{feff}{text}"));
}

#[test]
fn a_credential_of_one_item_is_hidden_in_all() {
    let variable = r#""env": [{"name": "DB_PASSWORD", "value": "xK7k9Q2z"}], "name""#;
    let text = list(&jobs()).replacen("\"name\": \"ä\"", &format!("{variable}: \"ä\""), 1);
    let text = text.replacen("\"load-4\"", "\"load-4-xk7k9q2z\"", 1);
    is_the_same(&text);
    let other = text.replacen("\"name\": \"ä\"", "\"args\": [\"-c\", \"xK7k9Q2z\"], \"name\": \"ä\"", 3);
    is_the_same(&other);
    assert!(!reports(&in_pieces(other.as_bytes()).unwrap()).concat().contains("xK7k9Q2z"));
    is_the_same(&other.replace("xK7k9Q2z", "busybox"));
}

#[test]
fn rules_about_several_objects_see_all_items() {
    let cron_job = |number: usize| {
        format!(
            r#"{{"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {{"name": "a{number}"}}, "spec": {{"schedule": "7 3 * * *",
            "jobTemplate": {{"spec": {{"template": {{"spec": {{"restartPolicy": "Never", "containers": [{{"name": "a", "image": "a:1"}}]}}}}}}}}}}}}"#
        )
    };
    let all: Vec<String> = (1..20).map(cron_job).collect();
    is_the_same(&list(&all.join(",\n")));
    let outcome = in_pieces(list(&all.join(",")).as_bytes()).unwrap();
    assert!(outcome.findings.iter().any(|it| it.message.starts_with("19 CronJobs start at 03:07")));
}

#[test]
fn bytes_that_are_not_text_end_the_input() {
    let mut bytes = list(&jobs()).into_bytes();
    let at = bytes.len() - 40;
    bytes[at] = 0xff;
    let Err(Unreadable::NotText(why)) = in_pieces(&bytes) else { panic!("it was read") };
    assert_eq!(why, format!("the file is not UTF-8: byte {} is invalid", at + 1));
}
