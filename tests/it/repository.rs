//! The repository agrees with itself: rules, pages, index, views and guides. `UPDATE=1 cargo test` writes what is
//! derived: the box at the top of each page and the index of the rules.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use batchlint::diagnostic::meta::OptionValue;
use batchlint::diagnostic::practice::Practice;
use batchlint::manifest::edit::Safety;
use batchlint::policy::config;
use batchlint::policy::config::Config;
use batchlint::rules;
use batchlint::schema;
use batchlint::schema::{Struct, Type};
use batchlint::text::source::Source;
use serde_json::json;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compares a file with what it should be, or writes it when `UPDATE=1` is set.
fn compare(path: &Path, expected: &str) {
    let found = fs::read_to_string(path).unwrap_or_default();
    if found != expected && std::env::var_os("UPDATE").is_some() {
        fs::write(path, expected).unwrap();
    } else {
        let name = path.strip_prefix(root()).unwrap_or(path).display();
        assert!(found == expected, "{name} is out of date: run `UPDATE=1 cargo test`");
    }
}

fn stems(directory: &str, extension: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(directory)).unwrap().map(|entry| entry.unwrap().path());
    let wanted = entries.filter(|path| path.extension().is_some_and(|found| found == extension));
    let mut stems: Vec<_> =
        wanted.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    stems.sort();
    stems
}

#[test]
fn every_rule_has_a_file_and_a_page_and_every_page_a_rule() {
    let ids: Vec<_> = rules::registry().iter().map(|rule| rule.id.to_owned()).collect();
    let files = stems("src/rules", "rs").into_iter().filter(|stem| stem != "all" && stem != "pages");
    let files: Vec<_> = files.map(|stem| stem.replace('_', "-")).collect();
    let pages: Vec<_> = stems("rules", "md").into_iter().filter(|stem| stem != "README").collect();
    assert_eq!(ids, files, "src/rules/all.rs lists the files of src/rules in order");
    assert_eq!(ids, pages, "each rule has its page in rules");
}

#[test]
fn rule_files_are_short() {
    let mut lengths: Vec<(usize, &str)> = Vec::new();
    for rule in rules::registry().iter() {
        let path = root().join("src/rules").join(rule.id.replace('-', "_") + ".rs");
        lengths.push((fs::read_to_string(path).unwrap().lines().count(), rule.id));
    }
    lengths.sort_unstable();
    assert!(lengths[lengths.len() / 2].0 <= 60, "the median rule file has over 60 lines: {lengths:?}");
    assert!(lengths[lengths.len() - 1].0 <= 200, "the longest rule file has over 200 lines: {lengths:?}");
}

#[test]
fn pages_have_their_sections_and_their_box() {
    for rule in rules::registry().iter() {
        let path = root().join("rules").join(format!("{}.md", rule.id));
        let page = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        let headings: Vec<_> = page.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(
            headings,
            ["## Wrong", "## Right", "## Why", "## Exceptions", "## References"],
            "{}",
            rule.id
        );
        let body = page
            .strip_prefix(&format!("# {}\n\n", rule.id))
            .unwrap_or_else(|| panic!("title of {}", rule.id));
        let body = body.split_once("<!-- end -->\n\n").map_or(body, |(_, rest)| rest);
        let mut expected = format!("# {}\n\n<!-- written by `UPDATE=1 cargo test` -->\n", rule.id);
        expected +=
            "| severity | confidence | category | fix | in admission | since |\n|---|---|---|---|---|---|\n";
        let (severity, confidence) = (rule.severity.as_str(), rule.confidence.as_str());
        let (category, admission) = (rule.category.title(), rule.admission.as_str());
        let (fix, since) = (rule.fix.map_or("none", Safety::as_str), rule.since);
        let _ =
            writeln!(expected, "| {severity} | {confidence} | {category} | {fix} | {admission} | {since} |");
        if let Some(practice) = rule.practice {
            let _ = writeln!(
                expected,
                "\n> Part of the [practice](../docs/practices.md) \"{}\": the admission policies `standard` and `strict` deny the objects that this rule reports.",
                practice.as_str()
            );
        }
        if !rule.yields_to.is_empty() {
            let links: Vec<_> = rule.yields_to.iter().map(|it| format!("[{0}]({0}.md)", it.to)).collect();
            let _ = writeln!(
                expected,
                "\n> If {} reports the same defect, only that finding is shown, and it lists this rule under `also`.",
                match links.split_last() {
                    Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
                    _ => links.concat(),
                }
            );
        }
        let _ = write!(expected, "<!-- end -->\n\n{body}");
        compare(&path, &expected);
    }
}

#[test]
fn the_practices_are_listed_with_their_rules() {
    let path = root().join("docs/practices.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once("<!-- written by `UPDATE=1 cargo test` -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- end -->").unwrap();
    let mut table = String::from("| practice | rules |\n|---|---|\n");
    for practice in Practice::ALL {
        let rules = rules::registry().iter().filter(|it| it.practice == Some(practice));
        let links: Vec<_> = rules.map(|it| format!("[{0}](../rules/{0}.md)", it.id)).collect();
        let _ = writeln!(table, "| {} | {} |", practice.as_str(), links.join(", "));
    }
    compare(&path, &format!("{before}<!-- written by `UPDATE=1 cargo test` -->\n{table}<!-- end -->{after}"));
}

#[test]
fn summaries_are_one_line_without_a_full_stop() {
    for rule in rules::registry().iter() {
        let summary = rule.summary;
        assert!(
            !summary.ends_with('.') && !summary.contains('\n') && summary.len() <= 80,
            "{}: {summary}",
            rule.id
        );
        assert!(summary.chars().next().is_some_and(char::is_uppercase), "{}: {summary}", rule.id);
    }
}

#[test]
fn the_index_lists_every_rule() {
    let mut text = String::from(
        "# The rules\n\nWritten by `UPDATE=1 cargo test`. A rule's page is its documentation, its test, and what `batchlint explain` shows. [What it says](../docs/check.md#what-a-rules-page-says): the columns of its box, and its examples.\n",
    );
    let mut all = rules::registry().iter().collect::<Vec<_>>();
    all.sort_by_key(|rule| (rule.category, rule.id));
    for group in all.chunk_by(|left, right| left.category == right.category) {
        let _ = write!(
            text,
            "\n## {}\n\n| rule | severity | what is wrong |\n|---|---|---|\n",
            group[0].category.title()
        );
        for rule in group {
            let _ = writeln!(
                text,
                "| [{0}]({0}.md) | {1} | {2} |",
                rule.id,
                rule.severity.as_str(),
                rule.summary
            );
        }
    }
    compare(&root().join("rules/README.md"), &text);
}

/// The schema with which editors complete and check `.batchlint.yaml`.
#[test]
fn the_configuration_has_its_schema() {
    let level = json!({"enum": ["off", "info", "warning", "error", false], "description": "YAML reads `off` as false"});
    let mut rule_properties = serde_json::Map::new();
    for rule in rules::registry().iter() {
        let mut properties =
            serde_json::Map::from_iter([("severity".to_owned(), json!({"$ref": "#/$defs/level"}))]);
        for option in rule.options {
            let (kind, default) = match &option.default {
                OptionValue::Integer(number) => (json!({"type": "integer", "minimum": 0}), json!(number)),
                OptionValue::Text(text) => (json!({"type": "string"}), json!(text)),
                OptionValue::List(list) => {
                    (json!({"type": "array", "items": {"type": "string"}}), json!(list))
                }
                OptionValue::Patterns(_) => {
                    (json!({"type": "array", "maxItems": 200, "items": {"type": "string"}}), json!([]))
                }
                OptionValue::Range(_) => {
                    let bound = json!({"type": "integer", "minimum": 0});
                    let bounds = json!({"minimum": bound, "maximum": bound});
                    (
                        json!({"type": "object", "additionalProperties": false, "properties": bounds}),
                        json!({}),
                    )
                }
                OptionValue::Map(_) => (
                    json!({"type": "object", "maxProperties": 200, "additionalProperties": {"type": ["string", "null"]}}),
                    json!({}),
                ),
            };
            let mut schema = kind.as_object().unwrap().clone();
            schema.insert("default".to_owned(), default);
            schema.insert("description".to_owned(), json!(option.summary));
            properties.insert(option.name.to_owned(), schema.into());
        }
        let settings = json!({"type": "object", "properties": properties, "additionalProperties": false});
        let schema = json!({"description": rule.summary, "anyOf": [{"$ref": "#/$defs/level"}, settings]});
        rule_properties.insert(rule.id.to_owned(), schema);
    }
    let ids: Vec<_> = rules::registry().iter().map(|rule| rule.id).collect();
    let texts =
        |description: &str| json!({"type": "array", "items": {"type": "string"}, "description": description});
    let patterns = |description: &str| json!({"type": "array", "minItems": 1, "items": {"type": "string"}, "description": description});
    let versions =
        (schema::version::OLDEST_MINOR..=schema::version::NEWEST_MINOR).map(|minor| format!("1.{minor}"));
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://batchlint.dev/schemas/config.schema.json",
        "title": "Configuration of batchlint",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "extends": {
                "anyOf": [{"type": "string"}, {"type": "array", "maxItems": 19, "items": {"type": "string"}}],
                "description": "configuration files to start from, relative to this file's directory; later ones win, and this file over all",
            },
            "preset": {"enum": ["default", "strict", "security"], "default": "default", "description": "which rules run: errors and warnings; all; security and secrets"},
            "kubernetes-version": {
                "anyOf": [{"enum": versions.collect::<Vec<_>>()}, {"type": "number"}],
                "description": "the version the manifests are for; without quotes, 1.30 is not read as 1.3",
            },
            "gitops": {"type": "boolean", "default": false, "description": "whether GitOps applies and deletes everything"},
            "exclude": texts("files and directories to skip, written as in a `.gitignore` in this file's directory"),
            "rules": {"$ref": "#/$defs/rules", "description": "for each rule `off`, `info`, `warning` or `error`, or a map with `severity` and its options"},
            "overrides": {"type": "array", "items": {
                "type": "object", "additionalProperties": false, "required": ["rules"],
                "anyOf": [{"required": ["paths"]}, {"required": ["namespaces"]}, {"required": ["names"]}],
                "properties": {
                    "paths": patterns("patterns of paths, relative to this file's directory"),
                    "namespaces": patterns("patterns of namespaces"),
                    "names": patterns("patterns of object names"),
                    "rules": {"$ref": "#/$defs/rules", "description": "as above, for what matches; the last override that matches wins"},
                    "reason": {"type": "string", "description": "why, for people"},
                },
            }},
            "suppressions": {
                "type": "object", "additionalProperties": false,
                "properties": {
                    "require-reason": {"type": "boolean", "default": false, "description": "whether a suppression without a reason is a warning"},
                    "forbidden": {"type": "array", "items": {"enum": ids}, "description": "rules that nobody can suppress"},
                },
            },
            "admission": admission_schema(),
        },
        "$defs": {
            "level": level,
            "rules": {"type": "object", "properties": rule_properties, "additionalProperties": false},
            "action": action_schema(),
            "admission-rules": {
                "type": "object",
                "properties": ids.iter().map(|&id| (id.to_owned(), json!({"$ref": "#/$defs/action"}))).collect::<serde_json::Map<_, _>>(),
                "additionalProperties": false,
            },
        },
    });
    compare(
        &root().join("schemas/config.schema.json"),
        &(serde_json::to_string_pretty(&schema).unwrap() + "\n"),
    );
    compare_chart(&schema);
    let template = read_yaml(include_str!("../../src/cli/template.yaml"));
    let example = read_yaml(
        "{extends: [../base.yaml], rules: {missing-ttl: {severity: info}, mutable-image: off, \
         missing-required-metadata: {labels: {team: null}}, value-out-of-range: {interval: {minimum: 60}}}, overrides: [{paths: [a], rules: {}}], \
         admission: {policy: strict, rules: {missing-ttl: {action: warn}}, overrides: [{labels: {team: a}}]}}",
    );
    for instance in [template, example] {
        jsonschema::validate(&schema, &instance).unwrap();
    }
    assert!(jsonschema::validate(&schema, &json!({"rules": {"missing-tll": "off"}})).is_err());
    for page in ["README.md", "docs/configuration.md"] {
        let text = fs::read_to_string(root().join(page)).unwrap();
        let block = text.split("```").find_map(|it| it.strip_prefix("yaml\npreset: ")).expect("an example");
        let source = Arc::new(Source::new(page, format!("preset: {block}")));
        let mistakes = config::file::read_into(
            &source,
            &mut Config::new(batchlint::rules::registry(), jiff::civil::Date::default()),
        )
        .err();
        assert_eq!(mistakes, None, "{page}");
        jsonschema::validate(&schema, &read_yaml(&source.text))
            .unwrap_or_else(|error| panic!("{page}: {error}"));
    }
}

#[test]
fn the_readme_names_the_oldest_rust() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let oldest = env!("CARGO_PKG_RUST_VERSION");
    assert!(readme.contains(&format!("Rust ({oldest} or newer)")), "Cargo.toml has rust-version {oldest}");
}

/// Holds the chart to the schema: Helm checks the value `config` before anything reaches the cluster.
fn compare_chart(schema: &serde_json::Value) {
    let path = root().join("charts/batchlint/values.schema.json");
    let mut values: serde_json::Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let mut config = schema.as_object().unwrap().clone();
    for key in ["$schema", "$id"] {
        config.shift_remove(key);
    }
    // References are relative to the whole file.
    values["$defs"] = config.shift_remove("$defs").unwrap();
    // The chart mounts a single file.
    config["properties"].as_object_mut().unwrap().shift_remove("extends");
    values["properties"]["config"] = config.into();
    compare(&path, &(serde_json::to_string_pretty(&values).unwrap() + "\n"));
}

fn suppressions_schema() -> serde_json::Value {
    json!({"enum": ["honour", "audit", "ignore"], "description": "what suppressions may do; without it `advise` honours them, `standard` notes them, `strict` ignores them"})
}

fn action_schema() -> serde_json::Value {
    let action = json!({"enum": ["enforce", "warn", "audit"]});
    let settings = json!({
        "type": "object", "additionalProperties": false,
        "properties": {"action": action, "suppressions": suppressions_schema()},
    });
    json!({"anyOf": [action, settings]})
}

fn admission_schema() -> serde_json::Value {
    let rules = json!({"$ref": "#/$defs/admission-rules", "description": "for each rule `audit`, `warn` or `enforce`, or a map with `action` and `suppressions`"});
    let suppressions = suppressions_schema();
    let policy = json!({"enum": ["advise", "standard", "strict"], "description": "what is denied"});
    json!({
        "description": "what the admission webhook does with findings",
        "type": "object", "additionalProperties": false,
        "properties": {
            "policy": policy, "rules": rules, "suppressions": suppressions,
            "children": {"enum": ["enforce", "warn", "audit"], "default": "audit", "description": "the strictest action for a finding in an object that a controller creates"},
            "controllers": {"type": "array", "description": "controllers whose objects are children too, besides the CronJob controller", "items": {
                "type": "object", "additionalProperties": false, "required": ["user", "owners"],
                "properties": {
                    "user": {"type": "string", "description": "the exact name of one account"},
                    "owners": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^[A-Z][A-Za-z0-9]*\\.[a-z0-9.-]+$"}, "description": "kinds with their groups, such as `ScaledJob.keda.sh`"},
                },
            }},
            "unjudged": {"enum": ["allow", "deny"], "description": "what happens to a request whose object cannot be checked; without it `strict` denies, the other policies allow"},
            "overrides": {"type": "array", "items": {
                "type": "object", "additionalProperties": false,
                "anyOf": [{"required": ["namespaces"]}, {"required": ["labels"]}],
                "properties": {
                    "namespaces": {"type": "array", "minItems": 1, "items": {"type": "string"}, "description": "patterns of namespaces"},
                    "labels": {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}, "description": "patterns of the values of labels"},
                    "policy": policy, "rules": rules, "suppressions": suppressions,
                    "reason": {"type": "string", "description": "why, for people"},
                },
            }},
        },
    })
}

fn read_yaml(text: &str) -> serde_json::Value {
    let stream = batchlint::manifest::document::read(&Arc::new(Source::new("a.yaml", text)));
    stream.documents[0].root().to_json()
}

/// Every `field("…")` of a view names a field that Kubernetes has, so a misspelled accessor cannot stay silent for ever.
#[test]
fn views_name_real_fields() {
    let views: [(&str, Vec<&'static Struct>); 5] = [
        ("src/manifest/workload.rs", vec![schema::job(), schema::cron_job()]),
        ("src/manifest/workload/cron_job.rs", vec![struct_at(schema::cron_job(), "spec")]),
        (
            "src/manifest/workload/job.rs",
            vec![struct_at(schema::job(), "spec"), struct_at(schema::cron_job(), "spec")],
        ),
        ("src/manifest/workload/pod.rs", vec![struct_at(schema::job(), "spec.template.spec")]),
        (
            "src/manifest/workload/container.rs",
            vec![struct_at(schema::job(), "spec.template.spec.containers")],
        ),
    ];
    for (file, types) in views {
        let source = fs::read_to_string(root().join(file)).unwrap();
        for call in source.split(".field(\"").skip(1) {
            let path = call.split('"').next().unwrap();
            let is_field = types.iter().any(|start| find(start, path).is_some());
            let is_part_of_owner = path == "controller";
            assert!(is_field || is_part_of_owner, "{file}: Kubernetes has no field `{path}` there");
        }
    }
}

/// The same for fields that a container or its pod decides.
#[test]
fn rules_ask_for_real_fields() {
    let pod = struct_at(schema::job(), "spec.template.spec");
    for id in stems("src/rules", "rs") {
        let source = fs::read_to_string(root().join(format!("src/rules/{id}.rs"))).unwrap();
        for call in source.split(".deciding(\"").skip(1) {
            let path = call.split('"').next().unwrap();
            let is_field = [pod, struct_at(pod, "containers")].iter().all(|at| find(at, path).is_some());
            assert!(is_field, "{id}: containers and pods have no field `{path}`");
        }
    }
}

fn struct_at(start: &'static Struct, path: &str) -> &'static Struct {
    match find(start, path) {
        Some(Type::Struct(found)) => found,
        other => panic!("{path} is no struct: {other:?}"),
    }
}

/// Walks a path; a list stands for its items, and a map has every key.
fn find(start: &'static Struct, path: &str) -> Option<Type> {
    let mut at = Type::Struct(start);
    for name in path.split('.') {
        at = match at {
            Type::Struct(inner) => inner.field(name, schema::version::NEWEST_MINOR)?.kind,
            Type::Map { value, .. } => *value,
            _ => return None,
        };
        if let Type::List { element, .. } = at {
            at = *element;
        }
    }
    Some(at)
}

/// Every path that the guides name exists.
#[test]
fn guides_name_real_paths() {
    for guide in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"] {
        let text = fs::read_to_string(root().join(guide)).unwrap();
        for quoted in text.split('`').skip(1).step_by(2) {
            let top = [
                "src/",
                "rules/",
                "tests/",
                "testdata/",
                "benches/",
                "oracle/",
                "schemas/",
                ".github/",
                ".ci/",
            ];
            let is_path = top.iter().any(|directory| quoted.starts_with(directory));
            if is_path && !quoted.contains(['<', '*', '…', ' ', '{']) {
                let path: PathBuf = root().join(quoted);
                assert!(path.exists(), "{guide} names `{quoted}`, which is not there");
            }
        }
    }
}

#[test]
fn the_extension_has_the_version_of_the_program() {
    let package = fs::read_to_string(root().join("editors/vscode/package.json")).unwrap();
    let package: serde_json::Value = serde_json::from_str(&package).unwrap();
    assert_eq!(package["version"], env!("CARGO_PKG_VERSION"));
    let lock = fs::read_to_string(root().join("editors/vscode/package-lock.json")).unwrap();
    let lock: serde_json::Value = serde_json::from_str(&lock).unwrap();
    for version in [&lock["version"], &lock["packages"][""]["version"]] {
        assert_eq!(
            version,
            env!("CARGO_PKG_VERSION"),
            "run `npm install --package-lock-only` in editors/vscode"
        );
    }
}

/// The findings that the README shows are those of its first command, word for word.
#[test]
fn the_readme_shows_what_its_first_command_prints() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (_, block) = readme.split_once("```text\n").unwrap();
    let (shown, _) = block.split_once("```").unwrap();
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_batchlint"))
        .args(["check", "testdata/demo"])
        .current_dir(root())
        .output()
        .unwrap();
    let printed = String::from_utf8(run.stdout).unwrap();
    let findings: Vec<_> = shown.trim_end().split("\n\n").collect();
    assert_eq!(findings.len(), 3);
    for finding in findings {
        assert!(printed.contains(finding), "README.md shows what is not printed:\n{finding}\n\n{printed}");
    }
    let number = printed.lines().filter(|it| it.starts_with("error[") || it.starts_with("warning[")).count();
    assert!(number == 9 && readme.contains("Three of the nine findings"), "{number} are printed");
}
