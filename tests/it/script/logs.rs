//! Credentials from Secrets that scripts print to the log.

use crate::common::strict;
use batchlint::engine::lint::lint;
use batchlint::text::source::Source;

/// A shell, a script, and the words that the findings of `secret-in-log` stand on.
type Case = (&'static str, &'static str, &'static [&'static str]);

const CASES: &[Case] = &[
    // Printed
    ("sh -ec", "echo $API_TOKEN", &["echo"]),
    ("sh -ec", "printf 'token: %s\\n' \"${API_TOKEN:-none}\" >&2", &["printf"]),
    ("sh -ec", "echo \"$API_TOKEN\" | tee /tmp/token", &["echo"]),
    ("sh -ec", "{ echo \"$API_TOKEN\" | base64; } 2>/dev/null", &["echo"]),
    ("sh -ec", "echo \"$API_TOKEN\" > /dev/stderr", &["echo"]),
    ("sh -ec", "echo $(API_TOKEN)", &["echo"]),
    ("sh -ec", "printenv API_TOKEN", &["printenv"]),
    ("sh -ec", "if ! load; then echo \"failed with $API_TOKEN\"; exit 1; fi", &["echo"]),
    ("sh -ec", "show() { echo \"$API_TOKEN\"; }\nshow", &["echo"]),
    ("sh -ec", "echo \"$SMTP_PASSWORD\"", &["echo"]),
    ("sh -ec", "echo \"$DATABASE_URL\"", &["echo"]),
    ("bash -ec", "export AUTH=\"Bearer $API_TOKEN\"\necho \"$AUTH\"", &["echo"]),
    // Not into the log
    ("sh -ec", "echo \"$API_TOKEN\" > ~/.token", &[]),
    ("sh -ec", "echo \"$API_TOKEN\" > /dev/null 2>&1", &[]),
    ("sh -ec", "{ echo token; echo \"$API_TOKEN\"; } > ~/.token", &[]),
    ("sh -ec", "exec > /tmp/log\necho \"$API_TOKEN\"", &[]),
    ("sh -ec", "echo \"$API_TOKEN\" | docker login --password-stdin", &[]),
    ("sh -ec", "echo \"$API_TOKEN\" | base64 > /tmp/token", &[]),
    ("sh -ec", "for it in 1 2; do echo \"$API_TOKEN\"; done | load", &[]),
    ("sh -ec", "sum=$(echo \"$API_TOKEN\" | sha256sum)\nload \"$sum\"", &[]),
    ("sh -ec", "token() { echo \"$API_TOKEN\"; }\nload \"$(token)\"", &[]),
    ("bash -ec", "load < <(echo \"$API_TOKEN\")", &[]),
    ("bash -ec", "load <<< \"$API_TOKEN\"", &[]),
    ("sh -ec", "load <<EOF\n$API_TOKEN\nEOF", &[]),
    // Not the value
    ("sh -ec", "echo \"${API_TOKEN:+set} ${#API_TOKEN}\"", &[]),
    ("bash -ec", "echo \"${API_TOKEN:0:4}… ${API_TOKEN//?/*}\"", &[]),
    ("sh -ec", "printf '%.3s…\\n' \"$API_TOKEN\"", &[]),
    ("sh -ec", "echo 'set $API_TOKEN, please'", &[]),
    ("sh -ec", "echo $$(API_TOKEN)", &[]),
    ("sh -ec", "test -n \"$API_TOKEN\"\n[ -z \"$API_TOKEN\" ] || load", &[]),
    ("sh -ec", "API_TOKEN=$(login)\necho \"$API_TOKEN\"", &[]),
    ("bash -ec", "printf -v auth '%s' \"$API_TOKEN\"", &[]),
    // Secrets hold other things, and names that promise nothing may come from elsewhere.
    ("sh -ec", "echo \"$DB_USER $SMTP_HOST\"", &[]),
    // All variables
    ("sh -ec", "env", &["env"]),
    ("sh -ec", "/usr/bin/env | sort", &["/usr/bin/env"]),
    ("sh -ec", "set", &["set"]),
    ("bash -ec", "export -p", &["export"]),
    ("bash -ec", "declare -p", &["declare"]),
    ("sh -ec", "cat /proc/1/environ", &["cat"]),
    ("sh -ec", "env > /etc/environment", &[]),
    ("sh -ec", "env | grep ^APP_", &[]),
    ("sh -ec", "env LANG=C load", &[]),
    ("sh -ec", "printenv HOSTNAME", &[]),
    ("sh -ec", "set -eu", &[]),
    ("sh -ec", "set --", &[]),
    ("sh -ec", "export -p > /tmp/env", &[]),
    ("sh -ec", "names=$(env)", &[]),
    // Traced
    ("sh -ec", "set -x\nload --token \"$API_TOKEN\"", &["load"]),
    ("sh -xc", "load --token \"$API_TOKEN\"", &["load"]),
    ("bash -o xtrace -c", "load --token \"$API_TOKEN\"", &["load"]),
    ("sh -ec", "set -o xtrace\necho \"$API_TOKEN\" | docker login --password-stdin", &["echo"]),
    ("sh -ec", "set -x\n[ -n \"$API_TOKEN\" ]\nload", &["["]),
    ("sh -ec", "set -x\nload $(API_TOKEN)", &["load"]),
    ("sh -ec", "run() { load --token \"$API_TOKEN\"; }\nset -x\nrun\nset +x", &["load"]),
    ("sh -ec", "set -x\nfetch\nset +x\nload --token \"$API_TOKEN\"", &[]),
    ("sh -ec", "set -x\nfetch\n{ set +x; } 2>/dev/null\nload --token \"$API_TOKEN\"", &[]),
    ("sh -ec", "off() { set +x; }\nset -x\noff\nset -x\noff\nload --token \"$API_TOKEN\"", &[]),
    ("sh -ec", "[ -z \"$DEBUG\" ] || set -x\nload --token \"$API_TOKEN\"", &[]),
    ("sh -ec", "if [ \"$DEBUG\" = 1 ]; then set -x; fi\nload --token \"$API_TOKEN\"", &[]),
    ("sh -ec", "(set -x; fetch)\nload --token \"$API_TOKEN\"", &[]),
    ("sh -xc", "load < \"$API_TOKEN\"", &[]),
    ("sh -xc", "load \"${API_TOKEN:+--token}\" \"$LOGIN\"", &[]),
    ("bash -xc", "exec 2>/tmp/trace\nload --token \"$API_TOKEN\"", &[]),
    ("bash -xc", "exec 9>/tmp/trace\nBASH_XTRACEFD=9\nload --token \"$API_TOKEN\"", &[]),
];

#[test]
fn what_scripts_print_of_secrets_is_found() {
    for (shell, script, expected) in CASES {
        let text = manifest(shell, script);
        assert_eq!(found(&text), *expected, "{shell}: {script}");
    }
}

#[test]
fn without_secrets_nothing_is_found() {
    for (shell, script, _) in CASES {
        let text = manifest(shell, script).replace("secretKeyRef", "configMapKeyRef");
        let text = text.replace("secretRef", "configMapRef");
        assert_eq!(found(&text), Vec::<String>::new(), "{shell}: {script}");
    }
}

#[test]
fn programs_print_secrets_without_a_shell() {
    let cases: &[(&str, &[&str])] = &[
        ("[printenv]", &["printenv"]),
        ("[env, '-0']", &["env"]),
        ("[printenv, API_TOKEN]", &["API_TOKEN"]),
        ("[echo, token, $(API_TOKEN)]", &["$(API_TOKEN)"]),
        ("[timeout, '5', env]", &["env"]),
        ("[echo, $$(API_TOKEN), $API_TOKEN]", &[]),
        ("[env, LANG=C, load]", &[]),
        ("[load, $(API_TOKEN)]", &[]),
        // A shell in another container has other variables.
        ("[kubectl, exec, shop, --, sh, -c, 'echo $API_TOKEN; env']", &[]),
    ];
    for (command, expected) in cases {
        let text = manifest("sh -c", "load")
            .replace("[sh, -c]", command)
            .replace("args:", "workingDir: /\n        x:");
        assert_eq!(found(&text), *expected, "{command}");
    }
}

#[test]
fn messages_name_the_variable_and_its_secret() {
    let message = |script: &str| {
        let source = Source::new("job.yaml", manifest("sh -ec", script));
        let findings = lint(source, &strict(None)).findings;
        let found = findings.into_iter().find(|it| it.rule.id == "secret-in-log");
        found.map(|it| it.message.into_owned()).unwrap_or_default()
    };
    let readers = "to the log: everyone who can read the pod's logs can read it";
    let cases = [
        ("echo $API_TOKEN", "`echo` prints `API_TOKEN` from the Secret `shop-api`"),
        ("env", "`env` prints every variable to the log, including `API_TOKEN` from the Secret `shop-api`"),
        (
            "set -x; load $API_TOKEN",
            "the shell prints this command with the value of `API_TOKEN` from the Secret `shop-api`",
        ),
        (
            "A=\"x $API_TOKEN\"; echo $A",
            "`echo` prints `A`, which contains `API_TOKEN` from the Secret `shop-api`,",
        ),
        ("echo $SMTP_PASSWORD", "`echo` prints `SMTP_PASSWORD` from the Secret `shop-smtp`"),
    ];
    for (script, start) in cases {
        let found = message(script);
        assert!(
            found.starts_with(start) && found.ends_with(readers.trim_start_matches("to the log")),
            "{found}"
        );
    }
}

/// Returns what the findings stand on.
fn found(text: &str) -> Vec<String> {
    let findings = lint(Source::new("job.yaml", text.to_owned()), &strict(None)).findings;
    let own = findings.iter().filter(|it| it.rule.id == "secret-in-log");
    own.map(|it| text[it.place.span.start as usize..it.place.span.end as usize].to_owned()).collect()
}

fn manifest(shell: &str, script: &str) -> String {
    let command = shell.replace(' ', ", ");
    let script = script.replace('\n', "\n          ");
    format!(
        "apiVersion: batch/v1
kind: Job
metadata: {{name: load}}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: load
        image: registry.example.com/shop/load:1.4.2
        env:
        - name: API_TOKEN
          valueFrom: {{secretKeyRef: {{name: shop-api, key: token}}}}
        - name: DB_USER
          valueFrom: {{secretKeyRef: {{name: shop-db, key: user}}}}
        - name: DB_PASSWORD
          valueFrom: {{secretKeyRef: {{name: shop-db, key: password}}}}
        - name: DATABASE_URL
          value: postgres://$(DB_USER):$(DB_PASSWORD)@db/shop
        envFrom:
        - secretRef: {{name: shop-smtp}}
        command: [{command}]
        args:
        - |
          {script}
"
    )
}
