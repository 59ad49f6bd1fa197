//! The help says what to write in this manifest, and not what it has already.

use batchlint::diagnostic::finding::Finding;
use batchlint::engine::lint::lint;
use batchlint::policy::config::{Config, Preset};
use batchlint::text::source::Source;

/// Returns the findings of a rule in a Job with this name, these lines in its pod template, and these in its container.
fn findings(rule: &str, name: &str, template: &str, container: &str) -> Vec<Finding> {
    let text = format!(
        "apiVersion: batch/v1
kind: Job
metadata: {{name: {name}}}
spec:
  template:
{template}    spec:
      restartPolicy: Never
      containers:
      - &main
        name: main
        image: registry.example.com/import:1.4.2
{container}"
    );
    let mut config = Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 24));
    config.preset = Preset::Strict;
    let mut findings = lint(Source::new("job.yaml", text.as_str()), &config).findings;
    findings.retain(|it| it.rule.id == rule);
    findings
}

fn help(rule: &str, container: &str) -> String {
    let findings = findings(rule, "import", "", container);
    let [finding] = findings.as_slice() else { panic!("{rule}: one finding is expected: {findings:?}") };
    finding.help.as_deref().unwrap_or_default().to_owned()
}

#[test]
fn capabilities_that_are_dropped_need_not_be_dropped_again() {
    let capabilities = |fields: &str| format!("        securityContext: {{capabilities: {{{fields}}}}}\n");
    let help = |fields: &str| help("added-capabilities", &capabilities(fields));
    assert_eq!(help("add: [IPC_LOCK]"), "drop `ALL` and add back only what the program needs");
    assert_eq!(help("drop: [ALL], add: [IPC_LOCK]"), "remove `IPC_LOCK`, unless the program needs it");
    assert_eq!(
        help("drop: [ALL], add: [IPC_LOCK, SYS_TIME]"),
        "remove `IPC_LOCK`, `SYS_TIME`, unless the program needs them"
    );
}

#[test]
fn a_key_that_a_merge_overrides_stays_if_the_merge_comes_first() {
    let help = |key: &str| help("duplicate-key", &format!("      - {key}\n        <<: *main\n"));
    assert_eq!(help("name: second"), "move `<<` above `name` to keep the explicit value, or remove `name`");
    assert_eq!(help("name: main"), "remove `name`: `<<` sets the same value");
}

/// Of the words only the program is shown: an argument may be a credential.
#[test]
fn a_command_in_one_string_becomes_a_list_of_words() {
    let help = |line: &str| help("wrong-type", &format!("        {line}\n"));
    let items = "write each word as an item of its own: ";
    assert_eq!(help("command: import"), format!("{items}`[\"import\"]`"));
    assert_eq!(help("command: import --full"), format!("{items}`[\"import\", …]`"));
    assert_eq!(help("args: hunter2"), format!("{items}`[\"first\", \"second\"]`"));
    assert_eq!(help("env: import"), "start each item with `- `");
}

#[test]
fn an_exit_code_gets_a_name_with_its_own_number() {
    let script = "        command: [\"sh\", \"-c\", \"import || exit 3\"]\n";
    assert!(help("undocumented-exit-codes", script).ends_with("such as `EXIT_NO_INPUT=3`"));
}

/// The API server copies the name into a label of the pods, and rejects both.
#[test]
fn a_label_that_is_a_copy_of_the_name_is_not_reported_next_to_it() {
    let causes = |name: &str, template: &str| -> Vec<String> {
        let findings = findings("invalid-value", name, template, "");
        let cause = |it: &Finding| it.message.split(": ").nth(1).unwrap_or_default().to_owned();
        findings.iter().map(cause).collect()
    };
    assert_eq!(causes("note-", ""), ["metadata.name"]);
    let written = "    metadata: {labels: {app: note-}}\n";
    assert!(
        causes("note-", written).contains(&"spec.template.labels".to_owned()),
        "this one is in the manifest"
    );
    let too_long = format!("{}-", "a".repeat(63));
    let both = causes(&too_long, "");
    assert!(
        both.contains(&"spec.template.labels".to_owned()),
        "a correct name can still be too long: {both:?}"
    );
}
