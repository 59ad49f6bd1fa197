//! The language server as an editor drives it: the real program, over its standard input and output.
//!
//! `▮` is the cursor.

use crate::common::editor::{Editor, abilities, edited};
use crate::common::manifests::{HEALTHY, without_deadline};
use crate::common::program::TempDirectory;
use serde_json::{Value, json};

fn position(line: u64, character: u64) -> Value {
    json!({"line": line, "character": character})
}

#[test]
fn findings_are_there_as_one_types() {
    let directory = TempDirectory::new("lsp-types", &[]);
    let mut editor = Editor::start(&directory);
    editor.open("job.yaml", &without_deadline());
    let diagnostics = editor.diagnostics("job.yaml");
    assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
    let diagnostic = &diagnostics[0];
    assert_eq!(diagnostic["code"], "missing-deadline");
    assert_eq!(diagnostic["codeDescription"]["href"], "https://batchlint.dev/rules/missing-deadline");
    assert_eq!((&diagnostic["source"], &diagnostic["severity"]), (&json!("batchlint"), &json!(2)));
    assert_eq!(diagnostic["range"], json!({"start": position(3, 0), "end": position(3, 4)}), "`spec`");

    editor.type_at("job.yaml", (5, 0), (5, 0), "  activeDeadlineSeconds: 600\n");
    assert_eq!(editor.rules("job.yaml"), [""; 0]);
    editor.type_at("job.yaml", (5, 25), (5, 28), "0");
    assert_eq!(editor.rules("job.yaml"), ["zero-deadline"]);
    editor.type_at("job.yaml", (5, 23), (5, 24), "");
    assert_eq!(editor.rules("job.yaml"), ["syntax-error"], "`activeDeadlineSeconds 0` is half a key");

    editor.close("job.yaml");
    let uri = editor.uri("job.yaml");
    editor.hear("textDocument/publishDiagnostics", |it| {
        it["uri"] == uri.as_str() && it["diagnostics"] == json!([]) && it["version"].is_null()
    });
    assert_eq!(editor.finish(), Some(0));
}

/// The two doors agree: rules about several objects see those of the file.
#[test]
fn an_editor_shows_what_check_finds_in_the_file() {
    let read = |name: &str| std::fs::read_to_string(format!("testdata/demo/{name}")).unwrap();
    let names: Vec<String> = std::fs::read_dir("testdata/demo")
        .unwrap()
        .map(|it| it.unwrap().file_name().to_str().unwrap().to_owned())
        .collect();
    let texts: Vec<(String, String)> = names.into_iter().map(|name| (name.clone(), read(&name))).collect();
    let directory = TempDirectory::new("lsp-agrees", &[]);
    let mut editor = Editor::start_as(&directory, abilities(), Value::Null, &["--preset", "strict"]);
    for (name, text) in &texts {
        directory.write(name, text.as_bytes());
        let report = directory.run(&["check", "--preset", "strict", "--format", "json", name]);
        let report: Value = serde_json::from_str(&report.out).unwrap();
        let found: Vec<(Value, Value)> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| (it["rule"].clone(), it["span"]["start"]["line"].clone()))
            .collect();
        editor.open(name, text);
        let shown: Vec<(Value, Value)> = editor
            .diagnostics(name)
            .iter()
            .map(|it| (it["code"].clone(), json!(it["range"]["start"]["line"].as_u64().unwrap() + 1)))
            .collect();
        assert!(!shown.is_empty());
        assert_eq!(shown, found, "{name}");
    }
}

/// An emoji counts two in UTF-16, four in UTF-8 and one for people.
#[test]
fn places_are_counted_as_the_client_counts() {
    let text = "{apiVersion: batch/v1, kind: Job, metadata: {name: a, labels: {x: \"😀é\"}}, speck: {}}\n";
    let directory = TempDirectory::new("lsp-utf16", &[]);
    for (encodings, encoding, start) in [
        (json!(["utf-32", "utf-8", "utf-16"]), "utf-8", text.find("speck").unwrap()),
        (json!(null), "utf-16", text.find("speck").unwrap() - 3),
    ] {
        let mut abilities = abilities();
        abilities["general"] = json!({"positionEncodings": encodings});
        let mut editor = Editor::start_as(&directory, abilities, Value::Null, &[]);
        assert_eq!(editor.capabilities["positionEncoding"], encoding);
        editor.open("job.yaml", text);
        let diagnostics = editor.diagnostics("job.yaml");
        let unknown = diagnostics.iter().find(|it| it["code"] == "unknown-field").unwrap();
        let expected = json!({"start": position(0, start as u64), "end": position(0, start as u64 + 5)});
        assert_eq!(unknown["range"], expected);
    }
}

/// Newer clients say more than a server knows.
#[test]
fn what_a_client_can_do_beyond_this_does_not_matter() {
    let directory = TempDirectory::new("lsp-newer", &[]);
    let mut abilities = abilities();
    abilities["textDocument"]["completion"]["completionItem"]["insertTextModeSupport"] = json!("all");
    abilities["textDocument"]["foldingRange"] = json!({"foldingRangeKind": {"valueSet": ["import", 7]}});
    let mut editor = Editor::start_as(&directory, abilities, Value::Null, &[]);
    assert_eq!(editor.take("kind: Job\nspec:\n  sus▮\n", "suspend"), "kind: Job\nspec:\n  suspend: ▮\n");
}

#[test]
fn related_places_are_for_clients_that_show_them() {
    let text = HEALTHY
        .replace("  activeDeadlineSeconds: 600\n", "  activeDeadlineSeconds: 600\n  backoffLimit: 3\n");
    let directory = TempDirectory::new("lsp-related", &[]);
    for (abilities, expected) in [(abilities(), 1), (json!({}), 0)] {
        let mut editor = Editor::start_as(&directory, abilities, Value::Null, &[]);
        editor.open("job.yaml", &text);
        let diagnostics = editor.diagnostics("job.yaml");
        assert_eq!(diagnostics[0]["code"], "duplicate-key");
        let related = diagnostics[0]["relatedInformation"].as_array().map_or(0, Vec::len);
        assert_eq!(related, expected);
        let help = diagnostics[0]["message"].as_str().unwrap();
        assert!(help.contains('\n'), "the help follows the message: {help}");
    }
}

#[test]
fn of_a_burst_of_changes_the_last_counts() {
    let directory = TempDirectory::new("lsp-burst", &[]);
    let mut editor = Editor::start(&directory);
    let text = HEALTHY.to_owned()
        + &format!(
            "---
{HEALTHY}"
        )
        .repeat(20);
    editor.open("job.yaml", &text);
    for number in 1..=200 {
        editor.type_at(
            "job.yaml",
            (5, 25),
            (5, if number == 1 { 28 } else { 26 }),
            if number == 200 { "0" } else { "9" },
        );
    }
    assert!(editor.rules("job.yaml").contains(&"zero-deadline".to_owned()));
    let versions: Vec<i64> = editor.said.iter().filter_map(|it| it["params"]["version"].as_i64()).collect();
    assert!(versions.is_sorted(), "{versions:?}");
    assert!(versions.len() < 200, "stale texts are not judged: {}", versions.len());
}

#[test]
fn files_that_are_no_manifests_are_left_alone() {
    let directory = TempDirectory::new("lsp-others", &[("chart/Chart.yaml", "name: a\n")]);
    let mut editor = Editor::start(&directory);
    let broken_job = format!("{}  [\n", without_deadline());
    for (name, text, expected) in [
        ("compose.yaml", "services: [\n", 0),
        ("deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n", 0),
        ("broken.yaml", broken_job.as_str(), 1),
    ] {
        editor.open(name, text);
        assert_eq!(editor.diagnostics(name).len(), expected, "{name}");
    }
    editor.open("chart/templates/job.yaml", &broken_job);
    editor.open("job.yaml", &without_deadline());
    editor.diagnostics("job.yaml");
    let template = editor.uri("chart/templates/job.yaml");
    assert!(!editor.said.iter().any(|it| it["params"]["uri"] == template.as_str()), "Helm fills it in first");
}

/// Also when the exclusion comes while the file is open: what was said is taken back.
#[test]
fn of_excluded_files_nothing_is_said() {
    let directory = TempDirectory::new("lsp-exclude", &[(".batchlint.yml", "exclude: [vendor/]\n")]);
    let mut editor = Editor::start(&directory);
    editor.open("vendor/job.yaml", &without_deadline());
    editor.open("job.yaml", &without_deadline());
    assert_eq!(editor.diagnostics("vendor/job.yaml"), [json!(null); 0]);
    assert_eq!(editor.rules("job.yaml"), ["missing-deadline"]);

    editor.said.clear();
    directory.write(".batchlint.yml", b"exclude: ['*.yaml']\n");
    editor.tell("workspace/didChangeWatchedFiles", json!({"changes": []}));
    assert_eq!(editor.diagnostics("job.yaml"), [json!(null); 0]);
}

#[test]
fn a_configuration_is_found_upward_and_read_anew_when_it_changes() {
    let directory =
        TempDirectory::new("lsp-config", &[(".batchlint.yaml", "rules: {missing-deadline: off}\n")]);
    let mut abilities = abilities();
    abilities["workspace"]["didChangeWatchedFiles"] = json!({"dynamicRegistration": true});
    let mut editor = Editor::start_as(&directory, abilities, Value::Null, &[]);
    let watch = editor.hear("client/registerCapability", |_| true);
    assert_eq!(
        watch["params"]["registrations"][0]["registerOptions"]["watchers"],
        json!([{"globPattern": "**/.batchlint.yaml"}, {"globPattern": "**/.batchlint.yml"}])
    );
    editor.answer(&watch, Value::Null);
    editor.open("jobs/job.yaml", &without_deadline());
    assert_eq!(editor.rules("jobs/job.yaml"), [""; 0]);

    editor.said.clear();
    directory.write(".batchlint.yaml", b"rules:\n  missing-deadlin: off\n");
    editor.tell("workspace/didChangeWatchedFiles", json!({"changes": []}));
    let config = editor.uri(".batchlint.yaml");
    let broken = editor.hear("textDocument/publishDiagnostics", |it| it["uri"] == config.as_str());
    let mistake = &broken["params"]["diagnostics"][0];
    assert!(mistake["message"].as_str().unwrap().contains("did you mean `missing-deadline`?"), "{mistake}");
    assert_eq!(mistake["range"]["start"], position(1, 2));
    let manifest = editor.diagnostics("jobs/job.yaml");
    assert!(manifest[0]["message"].as_str().unwrap().starts_with("not checked"), "{manifest:?}");

    editor.said.clear();
    directory.write(".batchlint.yaml", b"preset: default\n");
    editor.tell("workspace/didChangeWatchedFiles", json!({"changes": []}));
    assert_eq!(editor.rules("jobs/job.yaml"), ["missing-deadline"]);
    editor.hear("textDocument/publishDiagnostics", |it| {
        it["uri"] == config.as_str() && it["diagnostics"] == json!([])
    });
}

/// A base has any name: it is read again when it is saved, and what is wrong with it is shown there.
#[test]
fn what_a_configuration_extends_is_read_again_when_it_is_saved() {
    let files =
        [(".batchlint.yaml", "extends: [base.yml]\n"), ("base.yml", "rules: {missing-deadline: off}\n")];
    let directory = TempDirectory::new("lsp-extends", &files);
    directory.write(".git/HEAD", b"");
    let mut editor = Editor::start(&directory);
    editor.open("job.yaml", &without_deadline());
    assert_eq!(editor.rules("job.yaml"), [""; 0]);
    editor.open("base.yml", "rules: {missing-deadline: off}\n");

    editor.said.clear();
    directory.write("base.yml", b"rules: {missing-deadlin: off}\n");
    let base = editor.uri("base.yml");
    editor.tell("textDocument/didSave", json!({"textDocument": {"uri": base.as_str()}}));
    let is_broken = |it: &Value| it["uri"] == base.as_str() && it["diagnostics"] != json!([]);
    editor.hear("textDocument/publishDiagnostics", is_broken);
    assert!(editor.diagnostics("job.yaml")[0]["message"].as_str().unwrap().starts_with("not checked"));

    editor.said.clear();
    directory.write("base.yml", b"preset: default\n");
    editor.tell("textDocument/didSave", json!({"textDocument": {"uri": base.as_str()}}));
    assert_eq!(editor.rules("job.yaml"), ["missing-deadline"]);

    editor.open(".batchlint.yaml", "extends: [bas.yml]\n");
    let mistakes = editor.diagnostics(".batchlint.yaml");
    assert_eq!(
        mistakes[0]["range"],
        json!({"start": position(0, 10), "end": position(0, 17)}),
        "{mistakes:?}"
    );
}

#[test]
fn mistakes_in_an_open_configuration_are_there_as_one_types() {
    let directory = TempDirectory::new("lsp-config-open", &[(".batchlint.yaml", "preset: default\n")]);
    let mut editor = Editor::start(&directory);
    editor.open(".batchlint.yaml", "preset: default\n");
    assert_eq!(editor.diagnostics(".batchlint.yaml"), [json!(null); 0]);
    editor.type_at(".batchlint.yaml", (0, 8), (0, 15), "lax");
    let mistakes = editor.diagnostics(".batchlint.yaml");
    assert_eq!(mistakes[0]["range"], json!({"start": position(0, 8), "end": position(0, 11)}));
}

#[test]
fn settings_of_the_editor_go_before_flags_and_files() {
    let directory = TempDirectory::new("lsp-settings", &[]);
    let options = json!({"preset": "", "select": ["missing-deadline", "missing-image-digest"], "ignore": null, "trace": "off"});
    let mut abilities = abilities();
    abilities["workspace"]["configuration"] = json!(true);
    let mut editor = Editor::start_as(&directory, abilities, options, &["--select", "zero-deadline"]);
    let question = editor.hear("workspace/configuration", |_| true);
    assert_eq!(question["params"]["items"][0]["section"], "batchlint");
    editor.open("job.yaml", &without_deadline());
    assert_eq!(editor.rules("job.yaml"), ["missing-deadline", "missing-image-digest"]);

    editor.said.clear();
    editor
        .answer(&question, json!([{"ignore": ["missing-image-digest"], "select": ["missing-image-digest"]}]));
    assert_eq!(editor.rules("job.yaml"), [""; 0]);

    editor.tell("workspace/didChangeConfiguration", json!({"settings": {"batchlint": {"preset": "lax"}}}));
    let error = editor.hear("window/showMessage", |_| true);
    assert!(error["params"]["message"].as_str().unwrap().contains("there is no preset `lax`"), "{error}");
}

/// A key that is there twice with one value: taking one away is safe.
fn with_duplicate() -> String {
    HEALTHY.replace("  activeDeadline", "  back▮offLimit: 2\n  activeDeadline")
}

#[test]
fn a_fix_is_offered_where_the_finding_is() {
    let directory = TempDirectory::new("lsp-fix", &[]);
    let mut editor = Editor::start(&directory);
    let (clean, actions) = editor.actions(&with_duplicate(), Some("quickfix"));
    let fix = &actions[0];
    assert_eq!((&fix["kind"], &fix["isPreferred"]), (&json!("quickfix"), &json!(true)), "{fix:#}");
    assert_eq!(fix["diagnostics"][0]["code"], "duplicate-key");
    let change = &fix["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"]["version"], 1, "the edit is for this version of the text");
    assert_eq!(edited(&clean, change["edits"].as_array().unwrap()), HEALTHY);
}

#[test]
fn all_safe_fixes_at_once_are_those_of_check() {
    let directory = TempDirectory::new("lsp-fix-all", &[]);
    let mut editor = Editor::start(&directory);
    let (clean, actions) = editor.actions(&with_duplicate(), Some("source.fixAll"));
    assert_eq!(actions.len(), 1, "{actions:#?}");
    assert_eq!(actions[0]["kind"], "source.fixAll.batchlint");
    let edits = actions[0]["edit"]["documentChanges"][0]["edits"].as_array().unwrap();
    assert_eq!(edits.len(), 1, "lines that stay are not touched: {edits:?}");
    directory.write("job.yaml", clean.as_bytes());
    directory.run(&["check", "--fix", "job.yaml"]);
    assert_eq!(edited(&clean, edits), std::fs::read_to_string(directory.0.join("job.yaml")).unwrap());
}

/// The comment stands where it hides the finding: above it, or above the item whose script holds it.
#[test]
fn a_finding_can_be_ignored_where_it_is() {
    let directory = TempDirectory::new("lsp-ignore", &[]);
    let mut editor = Editor::start(&directory);
    let script = HEALTHY.replace(
        "        resources",
        "        command: [bash, -c]\n        args:\n        - |\n          set -eu\n          cu▮rl http://example.com/start\n        resources",
    );
    let deadline = without_deadline().replace("spec:\n  back", "sp▮ec:\n  back");
    for (text, rule, above) in
        [(deadline, "missing-deadline", "spec:\n  back"), (script, "curl-without-fail", "        - |")]
    {
        let (clean, actions) = editor.actions(&text, Some("quickfix"));
        let title = format!("Ignore {rule} here, with a reason");
        let ignore = actions.iter().find(|it| it["title"] == title.as_str());
        let ignore = ignore.unwrap_or_else(|| panic!("{rule}: {actions:#?}"));
        let edits = ignore["edit"]["documentChanges"][0]["edits"].as_array().unwrap();
        let indent = " ".repeat(above.len() - above.trim_start().len());
        let comment = format!("{indent}# batchlint: ignore[{rule}] say why\n");
        assert_eq!(edited(&clean, edits), clean.replace(above, &format!("{comment}{above}")));
        editor.replace("acted.yaml", &edited(&clean, edits));
        assert!(!editor.rules("acted.yaml").contains(&rule.to_owned()));

        // The reason is selected, so that typing replaces it.
        let command = &ignore["command"];
        editor.ask(
            "workspace/executeCommand",
            json!({"command": command["command"], "arguments": command["arguments"]}),
        );
        let show = editor.hear("window/showDocument", |it| it["selection"].is_object());
        let selection = &show["params"]["selection"];
        let line = selection["start"]["line"].as_u64().unwrap() as usize;
        let text = edited(&clean, edits);
        let line: Vec<u16> = text.lines().nth(line).unwrap().encode_utf16().collect();
        let start = selection["start"]["character"].as_u64().unwrap() as usize;
        let end = selection["end"]["character"].as_u64().unwrap() as usize;
        assert_eq!(String::from_utf16(&line[start..end]).unwrap(), "say why");
        editor.said.clear();
    }
}

/// An editor that asks about a whole file gets the suppression of each finding, and each hides what it is about.
#[test]
fn each_finding_of_a_file_can_be_ignored() {
    let directory = TempDirectory::new("lsp-ignore-all", &[]);
    let mut editor = Editor::start(&directory);
    let plain = without_deadline();
    let broken = plain.replace("  template:", "  backoffLimit: 2\n  template:").replace("example", "other");
    let script = "        command: [sh, -c]\n        args:\n        - |\n          cd /tmp\n          curl http://a/b\n        resources";
    let text = [plain.clone(), broken, plain.replace("        resources", script)].join("---\n");
    editor.open("all.yaml", &text);
    let found = editor.rules("all.yaml");
    let lines = text.lines().count();
    let range = json!({"start": position(0, 0), "end": position(lines as u64, 0)});
    let document = json!({"uri": editor.uri("all.yaml")});
    let params = json!({"textDocument": document, "range": range, "context": {"diagnostics": [], "only": ["quickfix"]}});
    let actions = editor.ask("textDocument/codeAction", params);
    let actions: Vec<Value> = actions.as_array().unwrap().clone();
    let ignoring = actions.iter().filter(|it| it["title"].as_str().unwrap().starts_with("Ignore "));
    let ignoring: Vec<_> = ignoring.collect();
    assert!(found.len() >= 5 && ignoring.len() == found.len(), "{found:?} {ignoring:#?}");
    for action in ignoring {
        let edits = action["edit"]["documentChanges"][0]["edits"].as_array().unwrap();
        editor.replace("all.yaml", &edited(&text, edits));
        let mut left = editor.rules("all.yaml");
        left.push(action["diagnostics"][0]["code"].as_str().unwrap().to_owned());
        let (mut left, mut found) = (left, found.clone());
        left.sort_unstable();
        found.sort_unstable();
        assert_eq!(left, found, "{}", action["title"]);
    }
}

/// What an editor asks about a whole file takes time in proportion to it.
#[test]
fn suppressions_for_many_findings_are_tried_out_together() {
    let directory = TempDirectory::new("lsp-many", &[]);
    let mut editor = Editor::start(&directory);
    let jobs = (0..400).map(|it| without_deadline().replace("example", &format!("job-{it}")));
    let text = jobs.collect::<Vec<_>>().join("---\n");
    editor.open("many.yaml", &text);
    let count = editor.rules("many.yaml").len();
    let range = json!({"start": position(0, 0), "end": position(100_000, 0)});
    let document = json!({"uri": editor.uri("many.yaml")});
    let params = json!({"textDocument": document, "range": range, "context": {"diagnostics": []}});
    // One check for each finding takes minutes, and so long nobody waits.
    let actions = editor.ask("textDocument/codeAction", params);
    let titles = actions.as_array().unwrap().iter().filter_map(|it| it["title"].as_str());
    assert_eq!(titles.filter(|it| it.starts_with("Ignore ")).count(), count);
}

/// JSON has no comments, but objects have annotations.
#[test]
fn a_finding_in_json_is_ignored_by_an_annotation() {
    let directory = TempDirectory::new("lsp-ignore-json", &[]);
    let mut editor = Editor::start_as(&directory, abilities(), json!({"select": ["zero-deadline"]}), &[]);
    let text = r#"{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": {"activeDeadlineSeconds": ▮0,
        "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "b", "image": "b:1"}]}}}}"#;
    let (clean, actions) = editor.actions(text, Some("quickfix"));
    let ignore = actions.iter().find(|it| it["title"] == "Ignore zero-deadline here, with a reason").unwrap();
    let edits = ignore["edit"]["documentChanges"][0]["edits"].as_array().unwrap();
    let annotation = r#""annotations": {"batchlint.dev/ignore": "zero-deadline: say why"}, "name": "a""#;
    assert_eq!(edited(&clean, edits), clean.replace(r#""name": "a""#, annotation));
}

#[test]
fn the_page_of_a_rule_opens_where_the_client_can() {
    let directory = TempDirectory::new("lsp-page", &[]);
    let text = without_deadline().replace("spec:\n  back", "sp▮ec:\n  back");
    let mut editor = Editor::start(&directory);
    let (_, actions) = editor.actions(&text, None);
    let page = actions.iter().find(|it| it["title"] == "Open the documentation of missing-deadline").unwrap();
    let command = page["command"]["arguments"].clone();
    editor.ask(
        "workspace/executeCommand",
        json!({"command": page["command"]["command"], "arguments": command}),
    );
    let show = editor.hear("window/showDocument", |_| true);
    assert_eq!(
        show["params"],
        json!({"uri": "https://batchlint.dev/rules/missing-deadline", "external": true})
    );

    let mut plain = Editor::start_as(&directory, json!({}), Value::Null, &[]);
    let (_, actions) = plain.actions(&text, None);
    assert!(actions.iter().all(|it| it["command"].is_null()), "{actions:#?}");
}

#[test]
fn hover_explains_rules_and_fields() {
    let directory = TempDirectory::new("lsp-hover", &[]);
    let mut editor = Editor::start(&directory);
    let rule = editor.hover(&without_deadline().replace("spec:\n  back", "sp▮ec:\n  back"));
    assert!(rule.starts_with("**missing-deadline**: "), "{rule}");
    assert!(rule.contains("https://batchlint.dev/rules/missing-deadline"), "{rule}");

    let field = editor.hover(&HEALTHY.replace("backoffLimit", "backoff▮Limit"));
    for expected in [
        "**spec.backoffLimit**: integer",
        "Not set: `6`; no limit with `backoffLimitPerIndex`.",
        "[missing-backoff-limit](https://batchlint.dev/rules/missing-backoff-limit)",
        "#jobspec-v1-batch",
    ] {
        assert!(field.contains(expected), "{expected}: {field}");
    }
    // The rules that report the field, whatever their words are.
    let schedule = editor.hover("kind: CronJob\nspec:\n  sched▮ule: 0 3 * * *\n");
    assert!(schedule.starts_with("**spec.schedule**: string\n"), "{schedule}");
    for rule in ["never-fires", "rarely-fires", "uneven-step"] {
        assert!(
            schedule.contains(&format!("- [{rule}](https://batchlint.dev/rules/{rule}): ")),
            "{schedule}"
        );
    }
    let image =
        "kind: CronJob\nspec: {jobTemplate: {spec: {template: {spec: {initContainers: [{im▮age: a}]}}}}}\n";
    assert!(editor.hover(image).contains("- [mutable-image]"), "{}", editor.hover(image));
    let value = editor.hover(&HEALTHY.replace("Never", "Ne▮ver"));
    assert!(value.contains("`Never`, `OnFailure`") && value.contains("rejects in a Job"), "{value}");
    let young = editor.hover("kind: Job\nspec:\n  managed▮By: example.com/controller\n");
    assert!(young.contains("Since Kubernetes 1.30."), "{young}");
    let broken = editor.hover("kind: CronJob\nspec:\n  concurrency▮Policy: [\n  x\n");
    assert!(broken.contains("`Allow`, `Forbid`, `Replace`"), "{broken}");
    let comment = editor.hover(&format!("# batchlint: ignore[missing-▮ttl] never\n{HEALTHY}"));
    assert!(comment.contains("**missing-ttl**: "), "{comment}");
    assert_eq!(editor.hover("kind: Job\n▮\n"), "");
}

const HALF: &str =
    "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  schedule: \"0 3 * * *\"\n";

#[test]
fn fields_are_completed_on_a_half_typed_line() {
    let directory = TempDirectory::new("lsp-complete", &[]);
    let mut editor = Editor::start(&directory);
    let fields = editor.complete(&format!("{HALF}  ▮\n"));
    assert_eq!(fields[..2], ["timeZone", "concurrencyPolicy"], "what people write most comes first");
    assert!(!fields.contains(&"schedule".to_owned()), "it is there already");
    assert!(!fields.contains(&"backoffLimit".to_owned()), "it belongs into `jobTemplate.spec`");

    let taken = editor.take(&format!("{HALF}  conc▮\n  suspend: false\n"), "concurrencyPolicy");
    assert_eq!(taken, format!("{HALF}  concurrencyPolicy: ▮\n  suspend: false\n"));
    let taken = editor.take(&format!("{HALF}  job▮\n"), "jobTemplate");
    assert_eq!(taken, format!("{HALF}  jobTemplate:\n    ▮\n"));
    let taken = editor.take(&format!("{HALF}  sus▮: true\n"), "suspend");
    assert_eq!(taken, format!("{HALF}  suspend: true\n"), "the colon is there already");

    let pod = format!("{HALF}  jobTemplate:\n    spec:\n      template:\n        spec:\n");
    let taken = editor.take(&format!("{pod}          cont▮\n          restartPolicy: Never\n"), "containers");
    assert_eq!(
        taken,
        format!("{pod}          containers:\n            - ▮\n          restartPolicy: Never\n")
    );
    let taken = editor.take(&format!("{pod}          containers:\n          - na▮\n"), "name");
    assert_eq!(taken, format!("{pod}          containers:\n          - name: ▮\n"));
    let taken = editor.take(&format!("{pod}          containers:\n          - reso▮\n"), "resources");
    assert_eq!(taken, format!("{pod}          containers:\n          - resources:\n              ▮\n"));
    let taken = editor.take(&format!("{pod}          containers:\n            ▮\n"), "- name");
    assert_eq!(taken, format!("{pod}          containers:\n            - name: ▮\n"));
    let taken = editor.take(&format!("{pod}          containers: [{{▮\n"), "image");
    assert_eq!(taken, format!("{pod}          containers: [{{image: ▮\n"));
    let taken = editor.take("{\"kind\": \"Job\", \"spec\": {\"back▮\"}}", "backoffLimit");
    assert_eq!(taken, "{\"kind\": \"Job\", \"spec\": {\"backoffLimit\": ▮}}");
    let limits = format!(
        "{pod}          containers:\n          - resources:\n              limits:\n                ▮\n"
    );
    assert_eq!(editor.complete(&limits), ["cpu", "memory", "ephemeral-storage"]);
}

#[test]
fn values_are_completed_where_few_are_possible() {
    let directory = TempDirectory::new("lsp-values", &[]);
    let mut editor = Editor::start(&directory);
    for (text, expected) in [
        (
            "kind: Job\nspec:\n  template:\n    spec:\n      restartPolicy: ▮\n      containers:\n",
            "Never OnFailure",
        ),
        ("kind: Job\nspec:\n  template:\n    spec:\n      restartPolicy: O▮\n  x", "Never OnFailure"),
        ("kind: CronJob\nspec:\n  concurrencyPolicy: ▮\n", "Allow Forbid Replace"),
        ("kind: Job\nspec: {completionMode: ▮\n", "NonIndexed Indexed"),
        ("kind: Job\nspec:\n  podReplacementPolicy: ▮", "TerminatingOrFailed Failed"),
        (
            "kind: Job\nspec:\n  template: {spec: {containers: [{imagePullPolicy: ▮}]}}\n",
            "IfNotPresent Always Never",
        ),
        (
            "kind: Job\nspec:\n  podFailurePolicy:\n    rules:\n    - action: ▮\n",
            "FailJob Ignore Count FailIndex",
        ),
        (
            "kind: Job\nspec:\n  podFailurePolicy:\n    rules:\n    - onExitCodes:\n        operator: ▮\n",
            "In NotIn",
        ),
        ("kind: Job\nspec:\n  suspend: ▮\n", "true false"),
        ("apiVersion: ▮\n", "batch/v1"),
        ("apiVersion: batch/v1\nkind: ▮\n", "CronJob Job"),
        ("▮", "apiVersion kind metadata spec"),
        ("kind: Deployment\n▮", ""),
        ("services:\n  a: 1\n▮", ""),
        ("kind: Job\nmetadata:\n  name: ▮\n", ""),
        ("kind: Job # ▮\n", ""),
    ] {
        assert_eq!(editor.complete(text).join(" "), expected, "{text}");
    }
    let zones = editor.complete("kind: CronJob\nspec:\n  timeZone: ▮\n");
    assert_eq!(zones[0], "UTC");
    assert!(zones.contains(&"Europe/Berlin".to_owned()) && zones.len() > 400, "{}", zones.len());
    let rules = editor.complete("kind: Job # batchlint: ignore[missing-ttl, miss▮\n");
    assert!(rules.contains(&"missing-deadline".to_owned()), "{rules:?}");

    assert_eq!(editor.take("kind: Job\nspec:\n  suspend:▮\n", "true"), "kind: Job\nspec:\n  suspend: true\n");
    let replaced = editor.take("kind: CronJob\nspec:\n  concurrencyPolicy: All▮ow # x\n", "Forbid");
    assert_eq!(replaced, "kind: CronJob\nspec:\n  concurrencyPolicy: Forbid # x\n");
    let json = "{\"kind\": \"Job\", \"spec\": {\"completionMode\": \"▮\"}}";
    assert_eq!(editor.take(json, "Indexed"), json.replace('▮', "Indexed"));
    // YAML reads `True` as a truth value, and Kubernetes wants a text.
    let status =
        "kind: Job\nspec:\n  podFailurePolicy:\n    rules:\n    - onPodConditions:\n      - status: ▮\n";
    assert_eq!(editor.take(status, "True"), status.replace('▮', "\"True\""));
}

#[test]
fn fields_of_other_versions_are_not_offered() {
    let directory = TempDirectory::new("lsp-version", &[]);
    let options = json!({"kubernetesVersion": "1.29"});
    let text = "kind: Job\nspec:\n  ▮\n";
    let has = |fields: Vec<String>| fields.contains(&"managedBy".to_owned());
    assert!(has(Editor::start(&directory).complete(text)));
    assert!(!has(Editor::start_as(&directory, abilities(), options, &[]).complete(text)));
}

#[test]
fn objects_and_their_containers_are_symbols() {
    let directory = TempDirectory::new("lsp-symbols", &[]);
    let text = format!(
        "{HEALTHY}---\nkind: CronJob\nmetadata:\n  name: nightly\nspec:\n  sched\n---\nkind: Service\n"
    );
    let mut editor = Editor::start(&directory);
    editor.open("jobs.yaml", &text);
    let document = json!({"textDocument": {"uri": editor.uri("jobs.yaml")}});
    let symbols = editor.ask("textDocument/documentSymbol", document);
    let of = |it: &Value| (it["name"].clone(), it["detail"].clone());
    assert_eq!(of(&symbols[0]), (json!("import"), json!("Job")));
    assert_eq!(of(&symbols[0]["children"][0]), (json!("import"), json!("registry.example.com/import:1.4.2")));
    assert_eq!(symbols[0]["children"][0]["range"]["start"], position(12, 6));
    assert_eq!(of(&symbols[1]), (json!("nightly"), json!("CronJob")));
    assert_eq!(symbols.as_array().map(Vec::len), Some(2), "a Service is not ours");

    let mut plain = Editor::start_as(&directory, json!({}), Value::Null, &[]);
    plain.open("jobs.yaml", &text);
    let document = json!({"textDocument": {"uri": plain.uri("jobs.yaml")}});
    let flat = plain.ask("textDocument/documentSymbol", document);
    assert_eq!((&flat[1]["name"], &flat[1]["containerName"]), (&json!("import"), &json!("import")));
}

#[test]
fn the_exit_code_says_whether_the_client_said_goodbye() {
    let directory = TempDirectory::new("lsp-exit", &[]);
    assert_eq!(Editor::start(&directory).finish(), Some(0));
    assert_eq!(Editor::start(&directory).leave(), Some(1));
    assert_eq!(Editor::start(&directory).vanish(), Some(1));
    assert_eq!(Editor::launch(&directory, &[]).vanish(), Some(2));
}

#[test]
fn questions_that_cannot_be_answered_get_an_error_and_the_next_one_an_answer() {
    let directory = TempDirectory::new("lsp-errors", &[]);
    let mut editor = Editor::start(&directory);
    assert_eq!(editor.ask("textDocument/definition", json!({}))["code"], -32601);
    assert_eq!(editor.ask("textDocument/hover", json!({"position": 1}))["code"], -32602);
    assert_eq!(editor.ask("workspace/executeCommand", json!({"command": "rm"}))["code"], -32602);
    editor.tell("textDocument/didChange", json!({"nonsense": true}));
    assert!(editor.hover(&HEALTHY.replace("backoffLimit", "back▮offLimit")).contains("integer"));
    assert_eq!(editor.ask("shutdown", Value::Null), Value::Null);
    assert_eq!(editor.ask("textDocument/hover", json!({}))["code"], -32600);
    assert_eq!(editor.leave(), Some(0));
}

/// An emoji that is cut in two keeps its place in the text, and what is not JSON-RPC is answered.
#[test]
fn a_message_that_cannot_be_understood_is_answered_and_the_next_one_read() {
    let directory = TempDirectory::new("lsp-malformed", &[]);
    let mut editor = Editor::start(&directory);
    for (message, code) in [("", -32700), ("{\"id\": 1", -32700), ("[]", -32600), ("{\"id\": 1}", -32600)] {
        editor.send_text(message);
        let answer = editor.hear_error(code);
        assert_eq!(answer["id"], Value::Null, "{message}");
    }
    let name = "half.yaml";
    editor.open(name, &format!("# x\n{}", without_deadline()));
    let before = editor.rules(name);
    let change = |version: i64, range: Value, text: &str| {
        let document =
            json!({"uri": format!("file://{}", directory.0.join(name).display()), "version": version});
        let changes = json!([{"range": range, "text": "TEXT"}]);
        let params = json!({"textDocument": document, "contentChanges": changes});
        let message = json!({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params});
        message.to_string().replace("TEXT", text)
    };
    let at = |character: u64| json!({"start": position(0, character), "end": position(0, character)});
    editor.send_text(&change(2, at(2), "\\ud83d"));
    editor.send_text(&change(3, at(3), "\\ude00"));
    // Behind both halves: the comment is gone with its line only if they count two.
    editor.send_text(&change(4, json!({"start": position(0, 4), "end": position(1, 0)}), "\\n"));
    editor.set_version(name, 4);
    assert_eq!(editor.rules(name), before);
    assert_eq!(editor.finish(), Some(0));
}

/// Whatever a client announces: memory is taken for what comes, and a message has at most 64 MiB.
#[test]
fn a_message_that_is_too_large_or_without_an_end_ends_the_conversation() {
    let directory = TempDirectory::new("lsp-large", &[]);
    let too_large = "is larger than 64 MiB, the most that batchlint reads";
    for (input, why) in [
        ("Content-Length: 99999999999999\r\n\r\n{}".to_owned(), too_large),
        ("Content-Length: 67108865\r\n\r\n{}".to_owned(), too_large),
        (format!("Content-Length: {}\r\n\r\n{{}}", "9".repeat(1000)), too_large),
        (
            format!("Content-Length: {}\r\n\r\n{{}}", "0".repeat(5000)),
            "a message header is longer than 4 KiB",
        ),
        ("Content-Length: -1\r\n\r\n{}".to_owned(), "a `Content-Length` is not a number"),
        ("Content-Length: \r\n\r\n{}".to_owned(), "a `Content-Length` is not a number"),
        ("Content-Length: 60000000\r\n\r\n{}".to_owned(), "unexpected end of file"),
        ("Content-Type: text\r\n\r\n{}".to_owned(), "a message has no `Content-Length`"),
        ("x".repeat(100_000), "a message header is longer than 4 KiB"),
        ("a: b\r\n".repeat(5_000), "a message header is longer than 4 KiB"),
    ] {
        let run = directory.run_with(&["lsp"], &input);
        assert!(run.code == 2 && run.err.contains(why), "{why}: {} {}", run.code, run.err);
    }
}
