//! No finding shows a detected secret: not its message, help, related places, nor the text that excerpts are cut from.

use crate::common::strict;
use batchlint::engine::lint::{lint, lint_value};
use batchlint::engine::outcome::Outcome;
use batchlint::policy::config::Config;
use batchlint::text::source::Source;

/// Made up; no provider's form, so that scanners of this repository find nothing.
const SECRET: &str = "k3X9-wrong-Horse-7q";

/// Writes `env` into a Job that also has other findings, near the secret and far from it.
fn job(env: &str, args: &str) -> String {
    format!(
        "apiVersion: batch/v1
kind: Job
metadata: {{name: import}}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: import
        env:
{env}
        args: {args}
        image: registry.example.com/import
"
    )
}

/// Checks a text, asserts that no finding shows any of `hidden`, and that lines and columns are as in the text.
fn judge(text: &str, hidden: &[&str]) -> Outcome {
    judge_with(text, hidden, &strict(None))
}

fn judge_with(text: &str, hidden: &[&str], config: &Config) -> Outcome {
    let outcome = lint(Source::new("job.yaml", text), config);
    assert!(!outcome.findings.is_empty(), "{text}");
    let original = Source::new("job.yaml", text);
    for finding in &outcome.findings {
        let related = finding.related.iter().map(|label| &label.text);
        let sentences = related.chain(&finding.help).chain([&finding.message]).map(|it| &**it);
        for shown in sentences.chain([finding.source.text.as_str()]) {
            assert!(hidden.iter().all(|it| !shown.contains(it)), "{}: {shown}", finding.rule.id);
        }
        assert_eq!(finding.source.text.len(), text.len());
        let span = finding.place.span;
        assert_eq!(finding.source.positions(span), original.positions(span), "{}", finding.rule.id);
    }
    outcome
}

fn leaks(outcome: &Outcome) -> usize {
    outcome.findings.iter().filter(|it| it.rule.id == "literal-secret").count()
}

#[test]
fn block_style_plain_and_quoted() {
    for value in [SECRET.to_owned(), format!("'{SECRET}'"), format!("\"{SECRET}\" # {SECRET}")] {
        let env = format!("        - name: DB_PASSWORD\n          value: {value}");
        assert_eq!(leaks(&judge(&job(&env, "[]"), &[SECRET])), 1);
    }
}

/// The API server rejects a number there, and the message about that says which one.
#[test]
fn numbers() {
    for number in ["84726158493", "8472", "0.84726158493", "847261584930004"] {
        judge(&job(&format!("        - {{name: DB_PASSWORD, value: {number}}}"), "[]"), &[number]);
    }
}

#[test]
fn flow_style() {
    let env = format!("        - {{name: DB_PASSWORD, value: {SECRET}}}");
    let outcome = judge(&job(&env, "[]"), &[SECRET]);
    assert_eq!(leaks(&outcome), 1);
    assert!(outcome.findings[0].source.text.contains("{name: DB_PASSWORD, value: *******************}"));
}

#[test]
fn json_with_escapes() {
    let text = r#"{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": {"template": {"spec": {
        "restartPolicy": "Never", "containers": [{"name": "a", "image": "a",
        "env": [{"name": "DB_PASSWORD", "value": "wrong\u002dhorse\"battery"}],
        "args": ["wrong\u002dhorse", "wrong-horse\"battery", "wrong-horse\\\"battery"]}]}}}}"#;
    let outcome = judge(text, &["u002dhorse\\\"", "horse\\\"battery"]);
    assert_eq!(leaks(&outcome), 1);
    let outcome = judge(&text.replace(r#"wrong\u002dhorse\"battery"#, SECRET), &[SECRET]);
    assert_eq!(leaks(&outcome), 1);
}

#[test]
fn escaped_and_folded_yaml() {
    let env = "        - name: DB_PASSWORD\n          value: \"wr\\x6fng-\\\n            horse\"";
    assert_eq!(leaks(&judge(&job(env, "[]"), &["x6fng", "horse"])), 1);
    let env = "        - name: DB_PASSWORD\n          value: >-\n            wrong-horse-9\n        - name: A\n          value: b";
    let outcome = judge(&job(env, "[wrong-horse-9]"), &["wrong-horse-9"]);
    assert!(outcome.findings[0].source.text.contains("            *************\n        - name: A\n"));
}

#[test]
fn a_private_key_in_a_block_scalar() {
    let line = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=";
    let (begin, end) =
        (["-----BEGIN ", "PRIVATE KEY-----"].concat(), ["-----END ", "PRIVATE KEY-----"].concat());
    let env = format!(
        "        - name: SIGNER\n          value: |\n            {begin}\n            {line}\n            {end}"
    );
    let outcome = judge(&job(&env, &format!("['{line}']")), &[line, "PRIVATE KEY"]);
    assert_eq!(leaks(&outcome), 1);
}

#[test]
fn the_same_value_elsewhere() {
    let env = format!(
        "        - name: DB_PASSWORD\n          value: {SECRET}\n        - {{name: DB_URL, value: 'db://app:{SECRET}@db'}}"
    );
    let text = job(&env, &format!("['--password={SECRET}', '-p{SECRET}']"));
    assert_eq!(leaks(&judge(&format!("{text}# {SECRET}\n---\n{text}"), &[SECRET])), 2);
}

#[test]
fn last_applied_configuration() {
    let value = r#"Q7&"x<k\9"#;
    let last = serde_json::json!({"env": [{"name": "DB_PASSWORD", "value": value}]}).to_string();
    let last = last.replace('&', "\\u0026").replace('<', "\\u003c");
    let object = serde_json::json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a", "annotations":
        {"kubectl.kubernetes.io/last-applied-configuration": last}}, "spec": {"template": {"spec": {"restartPolicy": "Never",
            "containers": [{"name": "a", "image": "a", "env": [{"name": "DB_PASSWORD", "value": value}]}]}}}});
    let outcome = judge(&serde_json::to_string_pretty(&object).expect("JSON"), &["Q7", "x<k", "u003ck"]);
    assert_eq!(leaks(&outcome), 1);
}

#[test]
fn a_plain_word_is_hidden_as_a_word() {
    let env = "        - {name: DB_PASSWORD, value: pass}";
    let outcome = judge(&job(env, "[--pass, pass, passes, compass]"), &["pass,", "pass}"]);
    assert!(outcome.findings[0].source.text.contains("args: [--****, ****, passes, compass]"));
}

/// `postgres` is an image, a name and a user before it is a password: there the word tells nothing, and stars would hide
/// what the finding is about. Where it is the password, in commands and in comments it is hidden.
#[test]
fn a_plain_word_that_stands_in_the_clear_stays_there() {
    let env =
        "        - {name: PGUSER, value: postgres}\n        - {name: PGPASSWORD, value: postgres} # postgres";
    let text = job(env, "[-W, postgres]").replace("registry.example.com/import", "postgres:16.4");
    let outcome = judge(&text.replace("name: import", "name: postgres"), &["PGPASSWORD, value: postgres"]);
    let image = outcome.findings.iter().find(|it| it.rule.id == "missing-image-digest").expect("a finding");
    assert!(image.message.contains("`postgres:16.4`"), "{}", image.message);
    for shown in
        ["image: postgres:16.4", "PGUSER, value: postgres}", "value: ********} # ********", "[-W, ********]"]
    {
        assert!(image.source.text.contains(shown), "{shown}: {}", image.source.text);
    }
    let leak = outcome.findings.iter().find(|it| it.rule.id == "literal-secret").expect("a finding");
    assert!(!leak.message.contains("postgres"), "{}", leak.message);
    assert!(outcome.findings.iter().any(|it| it.message.starts_with("`postgres` ")));
}

/// Names that are short or written as one word promise less: their values have to look made by chance.
#[test]
fn short_names_hold_credentials_that_look_like_them() {
    for name in ["PASS", "DBPW", "DBPWD", "PGPWD", "LDAP_BINDPWD", "clientsecret", "masterkey"] {
        let outcome = judge(&job(&format!("        - {{name: {name}, value: {SECRET}}}"), "[]"), &[SECRET]);
        assert_eq!(leaks(&outcome), 1, "{name}");
    }
    for (name, value) in [("OLDPWD", "/var/lib/k3X9wrongHorse7q"), ("PASS", "2"), ("DBPWD", "/run/db")] {
        let outcome = judge(&job(&format!("        - {{name: {name}, value: {value}}}"), "[]"), &[]);
        assert_eq!(leaks(&outcome), 0, "{name}");
    }
}

/// In `name: hunter2` and `value: DB_PASSWORD` the two are swapped, so that the name is hidden; what is commented out says
/// nothing about the names around it.
#[test]
fn a_value_that_is_commented_out_does_not_make_the_name_beside_it_a_credential() {
    let env = "        - {name: PGUSER, value: app}\n        # value: \"your-aws-secret-access-key\"";
    let outcome = judge(&job(env, "[run]").replace("name: import", "name: billing-backup"), &[]);
    assert!(
        outcome.findings.iter().any(|it| it.message.contains("`billing-backup` ")),
        "{:?}",
        outcome.findings
    );
}

/// Stars in a sentence of ours would destroy it, and tell the password to whoever knows the sentence.
#[test]
fn a_plain_word_stays_in_the_words_of_a_message() {
    let env = "        - {name: DB_PASSWORD, value: other}";
    let outcome = judge(&job(env, "[echo, other]"), &["value: other", "echo, other"]);
    let memory = outcome.findings.iter().find(|it| it.rule.id == "missing-memory-limit").expect("a finding");
    assert!(memory.message.contains("cause other pods to be evicted"), "{}", memory.message);
}

#[test]
fn characters_of_several_bytes_keep_the_columns() {
    let text = job("        - {name: DB_PASSWORD, value: pässwörd€🦀1, name: DB_PASSWORD}", "[]");
    assert!(judge(&text, &["pässwörd", "€", "🦀"]).findings.iter().all(|it| it.source.text.contains('×')));
}

#[test]
fn a_value_that_a_duplicate_key_replaces() {
    let env = format!("        - name: DB_PASSWORD\n          value: {SECRET}\n          value: $(OTHER)");
    judge(&job(&env, "[]"), &[SECRET]);
}

#[test]
fn an_anchor_hides_at_its_place() {
    let env = "        - {name: A, value: &it abc1}\n        - {name: DB_PASSWORD, value: *it}\n        - {name: B, value: x}";
    judge(&job(env, "[]"), &["abc1"]);
}

#[test]
fn patches_other_documents_and_syntax_errors() {
    let patch = format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a}}\nspec:\n  template:\n    spec:\n      containers:\n      \
         - name: a\n        env: [{{name: API_TOKEN, value: {SECRET}}}]\n"
    );
    let broken = format!("a: [{SECRET}\nb: c\n");
    judge(&format!("{patch}---\n{}", job("        - {name: A, value: b}", "[]")), &[SECRET]);
    judge(&format!("{patch}---\n{}---\n{broken}", job("        - {name: A, value: b}", "[]")), &[SECRET]);
}

/// Chance makes tokens without a digit too; they are put together here, so that scanners of this repository find none.
#[test]
fn tokens_without_digits_in_texts_that_do_not_parse() {
    let body = "XTQnmalRrXjvDeUTuPWUZiFxiBrPyQHjHHs";
    for prefix in ["ghp_", "glpat-", "sk_live_", "npm_", "AIza"] {
        let token = format!("{prefix}{body}");
        judge(&format!("kind: Job\nspec:\n        - export X={token}\n       - x\n"), &[&token, body]);
    }
    let key = format!("AKIA{}", "QPFIBBZJSXLKGTUY");
    judge(&format!("kind: Job\nspec:\n        - {key}\n       - x\n"), &[&key]);
}

#[test]
fn whatever_rules_run() {
    let mut config = strict(None);
    config.select.insert("mutable-image");
    let env = format!("        - name: DB_PASSWORD\n          value: {SECRET}");
    assert_eq!(leaks(&judge_with(&job(&env, "[]"), &[SECRET], &config)), 0);
}

#[test]
fn messages_about_objects_without_a_text() {
    let image = |value: &str| {
        serde_json::json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"},
            "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "a",
                "image": format!("registry.example.com/{value}"), "env": [{"name": "DB_PASSWORD", "value": value}]}]}}}})
    };
    let outcome = lint_value(&image("wr0ng-horse"), &strict(None));
    assert!(outcome.findings.iter().any(|it| it.message.contains("registry.example.com/***")));
    assert!(
        outcome.findings.iter().all(|it| !format!("{} {:?}", it.message, it.help).contains("wr0ng-horse"))
    );
}

#[test]
fn a_file_without_secrets_keeps_its_text() {
    let text = job("        - {name: DB_PASSWORD_FILE, value: /run/secrets/db}", "[]");
    let outcome = judge(&text, &[]);
    assert!(outcome.findings.iter().all(|it| it.source.text == text));
}

fn found(outcome: &Outcome, id: &str) -> usize {
    outcome.findings.iter().filter(|it| it.rule.id == id).count()
}

#[test]
fn a_part_of_an_argument_is_hidden_and_the_rest_is_shown() {
    let outcome = judge(&job("", &format!("['--password={SECRET}', --verbose]")), &[SECRET]);
    assert_eq!(found(&outcome, "secret-in-command"), 1);
    assert!(outcome.findings[0].source.text.contains("args: ['--password=*******************', --verbose]"));
    let outcome = judge(&job("", "[mysql, '-pabc', 'abc']"), &["-pabc"]);
    assert_eq!(found(&outcome, "secret-in-command"), 1);
    assert!(outcome.findings[0].source.text.contains("args: [mysql, '-p***', 'abc']"));
}

#[test]
fn an_argument_with_escapes_is_hidden_as_a_whole() {
    let outcome = judge(&job("", r#"["--password=wr\x6fng-horse-7"]"#), &["x6fng", "horse-7"]);
    assert_eq!(found(&outcome, "secret-in-command"), 1);
}

#[test]
fn a_password_in_an_address_is_hidden_wherever_it_stands() {
    let env = format!("        - {{name: DB, value: 'db://app:{SECRET}@db'}}");
    let outcome = judge(&job(&env, &format!("['{SECRET}', 'db://app:{SECRET}@other/a']")), &[SECRET]);
    assert_eq!(found(&outcome, "secret-in-url"), 1);
    assert!(
        outcome.findings.iter().any(|it| it.related.iter().any(|label| label.text == "the same credential"))
    );
}

#[test]
fn a_token_in_a_script_is_hidden_and_the_script_is_shown() {
    let token = ["npm_", "A2B3C4D5E6F7G2H3I4J5K6L7M2N3O4P5A2B3"].concat();
    let args = format!("\n        - |\n          npm config set token {token}\n          npm ci");
    let outcome = judge(&job("", &args), &[&token]);
    assert_eq!(found(&outcome, "secret-in-command"), 1);
    assert!(outcome.findings[0].source.text.contains("npm config set token ****"));
    assert!(outcome.findings[0].source.text.contains("          npm ci"));
}

/// Returns a Job whose container has such a probe, and whose volume has such attributes.
fn with_fields(request: &str, attributes: &str) -> String {
    let probe = format!("args: []\n        livenessProbe: {{httpGet: {{port: 80, {request}}}}}\n");
    let volume = format!(
        "      volumes:\n      - {{name: v, csi: {{driver: d.example.com, volumeAttributes: {{{attributes}}}}}}}\n"
    );
    format!("{}\n{volume}", job("", "[]").trim_end().replace("args: []", probe.trim_end()))
}

#[test]
fn headers_and_paths_of_probes_and_attributes_of_volumes() {
    let token = "kYpQzWvBnMxLtRsDfG7h";
    let requests = [
        format!("httpHeaders: [{{name: Authorization, value: Bearer {token}}}]"),
        format!("httpHeaders: [{{name: X-Api-Key, value: {token}}}]"),
    ];
    for request in requests {
        assert_eq!(found(&judge(&with_fields(&request, ""), &[token]), "literal-secret"), 1, "{request}");
    }
    for hook in ["postStart", "preStop"] {
        let header = format!("httpHeaders: [{{name: X-Api-Key, value: {token}}}]");
        let text = with_fields(&header, "")
            .replace("livenessProbe: {httpGet", &format!("lifecycle: {{{hook}: {{httpGet"));
        let text = text.replace("}]}}\n", "}]}}}\n");
        assert_eq!(found(&judge(&text, &[token]), "literal-secret"), 1, "{text}");
    }
    let path = with_fields(&format!("path: '/healthz?verbose=1&token={token}'"), "");
    assert_eq!(found(&judge(&path, &[token]), "secret-in-url"), 1);
    let attributes = with_fields("path: /", &format!("server: nfs, password: {SECRET}"));
    assert_eq!(found(&judge(&attributes, &[SECRET]), "literal-secret"), 1);
    // Names of objects, switches and paths.
    let harmless = with_fields(
        "path: '/healthz?token_type=bearer', httpHeaders: [{name: Accept, value: text/plain}, {name: X-Token, value: none}]",
        "secretName: shop-db, secretProviderClass: vault-shop-db, passwordFile: /run/db, useToken: 'true'",
    );
    let outcome = judge(&harmless, &[]);
    assert_eq!(found(&outcome, "literal-secret") + found(&outcome, "secret-in-url"), 0);
}

#[test]
fn annotations_and_labels() {
    let text = job("", "[]").replace(
        "metadata: {name: import}",
        &format!("metadata: {{name: import, annotations: {{example.com/password: {SECRET}}}}}"),
    );
    assert_eq!(found(&judge(&text, &[SECRET]), "secret-in-annotation"), 1);
}

/// Texts that programs read from one variable or annotation: JSON, and options for Java.
#[test]
fn credentials_within_a_value() {
    let values = [
        format!(r#"{{"db": {{"user": "app", "password": "{SECRET}"}}}}"#),
        format!(r#"[{{"apiKey":"kYpQzWvBnMxLtRsDfG7h","password":"{SECRET}"}}]"#),
        format!("-Xmx512m -Dspring.datasource.password={SECRET} -Dx=y"),
        format!("-Djavax.net.ssl.keyStorePassword={SECRET}"),
    ];
    for value in values {
        let env = format!("        - name: SETTINGS\n          value: '{value}'");
        assert!(leaks(&judge(&job(&env, "[]"), &[SECRET])) > 0, "{value}");
        let text = job("", "[]").replace(
            "metadata: {name: import}",
            &format!("metadata:\n  name: import\n  annotations:\n    example.com/settings: '{value}'"),
        );
        assert!(found(&judge(&text, &[SECRET]), "secret-in-annotation") > 0, "{value}");
    }
    let harmless = [
        r#"{"db": {"user": "app", "passwordFile": "/run/db", "password": "${DB_PASSWORD}"}}"#,
        r#"{"passwordPolicy": "strict", "tokenBudget": 4096, "secretName": "shop-db", "token": null}"#,
        "-Xmx512m -Ddb.password=$(DB_PASSWORD) -Ddb.password.file=/run/db -Dtoken.ttl=3600",
        "-Dpassword=changeme -Dpassword= --password",
    ];
    for value in harmless {
        let env = format!("        - name: SETTINGS\n          value: '{value}'");
        assert_eq!(leaks(&judge(&job(&env, "[]"), &[])), 0, "{value}");
    }
}

/// What has been taken out of an object since kubectl applied it is still there for everyone to read.
#[test]
fn a_credential_that_only_last_applied_configuration_has() {
    let judge = |last: &str, value: &str| {
        let object = serde_json::json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a",
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": last}},
            "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a",
                "env": [{"name": "DB_PASSWORD", "value": value}]}]}}}});
        judge(&serde_json::to_string_pretty(&object).expect("JSON"), &[SECRET])
    };
    let last = serde_json::json!({"env": [{"name": "DB_PASSWORD", "value": SECRET}]}).to_string();
    assert_eq!(found(&judge(&last, "$(OTHER)"), "secret-in-annotation"), 1);
    // What stands elsewhere is reported there.
    let outcome = judge(&last, SECRET);
    assert_eq!((found(&outcome, "secret-in-annotation"), leaks(&outcome)), (0, 1));
    let url = serde_json::json!({"spec": {"a": format!("postgres://app:{SECRET}@db/shop")}}).to_string();
    assert_eq!(found(&judge(&url, "$(OTHER)"), "secret-in-annotation"), 1);
    let none = serde_json::json!({"env": [{"name": "DB_PASSWORD", "value": "$(A)"}]});
    assert_eq!(found(&judge(&none.to_string(), "$(OTHER)"), "secret-in-annotation"), 0);
}

/// The Secret in a script ends with its here-document, and the keys around it are those of the ConfigMap.
#[test]
fn a_secret_in_a_script_hides_no_more_than_its_data() {
    let script = |value: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: scripts}}\ndata:\n  run.sh: |\n    fetch certificate\n    \
             kubectl apply -f - <<EOT\n    apiVersion: v1\n    kind: Secret\n    metadata:\n      name: access\n    \
             stringData:\n      entry: {value}\n    EOT\n    load certificate\n  other.sh: echo shown\n"
        )
    };
    let job = "---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      restartPolicy: \
               Never\n      containers:\n      - name: a\n        image: 'a:1'\n        command: [sh, /scripts/run.sh]\n        \
               volumeMounts: [{name: s, mountPath: /scripts}]\n      volumes: [{name: s, configMap: {name: scripts}}]\n";
    let outcome = judge(&format!("{}{job}", script("tulip-amber-27")), &["tulip-amber-27"]);
    let finding =
        outcome.findings.iter().find(|it| &*it.place.path == "data[run.sh]").expect("the script is read");
    for line in [
        "    fetch certificate\n",
        "    kubectl apply",
        "    kind: Secret\n",
        "    load certificate\n",
        "echo shown",
    ] {
        assert!(finding.source.text.contains(line), "{line}: {}", finding.source.text);
    }
}

/// A script in a Secret is data of that, whatever stands in it.
#[test]
fn a_secret_around_a_script_hides_all_of_it() {
    let text = "apiVersion: v1\ndata:\n  run.sh: |\n    kind: Secret\n    stringData: {a: b}\n  entry: tulip-amber-27\nkind: Secret\n---\n";
    judge(&format!("{text}{}", job("        - {name: A, value: b}", "[c]")), &["tulip-amber-27"]);
}

/// What everybody knows is shown, however it looks.
#[test]
fn tags_of_commits_and_words_of_the_shell_are_shown() {
    let commit = "9f1c0c7e5b2a4d3380a6e1f4c2d5b7a9e0f31c24";
    let text = |image: &str| {
        job("        - {name: A, value: b}", "[a]").replace("registry.example.com/import", image)
    };
    let shown = |image: &str| {
        let findings = lint(Source::new("job.yaml", text(image)), &strict(None)).findings;
        findings.iter().any(|it| it.message.contains(image))
    };
    assert!(shown(&format!("acme/import:git-{commit}")));
    let login = format!("git clone https://shop:git-{commit}@git.example.com/shop");
    judge(&job("        - {name: A, value: b}", &format!("['{login}']")), &[commit]);
    let own = job("        - {name: API_KEY, value: bash}", "[bash, -c, 'deploy --now']");
    let findings = lint(Source::new("job.yaml", own), &strict(None)).findings;
    assert!(findings.iter().all(|it| !it.message.contains("***")), "{findings:?}");
}
