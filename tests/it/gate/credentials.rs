//! Where a credential can stand in an object, other than in a variable of a telling name: every such object is denied under
//! `strict`, and the denial does not show it.

use crate::common::gate::{create, job, pod, policy};
use crate::common::review::{ask, denied};
use batchlint::manifest::document;
use batchlint::text::source::Source;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) const PASSWORD: &str = "hunter2Zx9Qk";
const TOKEN: &str = "ghp_NqVwYS81VP7Hb1DX8pPd5khxE3pyIgKpaUnA";

/// A Job with one container and these fields of its pod, with `TOKEN` filled in.
fn object(fields: &str) -> Value {
    let text = fields.replace("TOKEN", TOKEN);
    let stream = document::read(&Arc::new(Source::new("pod.yaml", text)));
    assert!(stream.problems.is_empty(), "{fields}");
    let mut made = job();
    *pod(&mut made) = json!({"restartPolicy": "Never"});
    let fields = stream.documents[0].root().to_json();
    pod(&mut made).as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    if pod(&mut made)["containers"].is_null() {
        pod(&mut made)["containers"] = json!([{"name": "c", "image": "registry.example.com/c:1"}]);
    }
    made
}

/// Fields of a container.
fn container(fields: &str) -> Value {
    object(&format!("containers: [{{name: c, image: \"registry.example.com/c:1\", {fields}}}]"))
}

/// Returns the rules about credentials that deny an object; the answer must not show any.
pub(super) fn denial(object: Value) -> Vec<&'static str> {
    let verdict = ask(&create(object), &policy("strict"));
    let answer = serde_json::to_string(&verdict.answer).unwrap();
    assert!(!answer.contains(&PASSWORD[..6]) && !answer.contains(&TOKEN[..10]), "{answer}");
    let mut rules = denied(&verdict);
    rules.retain(|it| it.contains("secret-") || it.contains("-secret"));
    rules
}

#[track_caller]
fn assert_denied(object: impl Fn(&str) -> Value, all: &[&str]) {
    let passed: Vec<_> = all.iter().filter(|it| denial(object(it)).len() != 1).collect();
    assert!(passed.is_empty(), "{passed:#?}");
}

#[track_caller]
fn assert_admitted(object: impl Fn(&str) -> Value, all: &[&str]) {
    for it in all {
        assert_eq!(denial(object(it)), [""; 0], "{it}");
    }
}

#[test]
fn a_token_tells_by_its_shape_in_every_field() {
    assert_denied(
        container,
        &[
            "workingDir: /srv/TOKEN",
            "volumeMounts: [{name: v, mountPath: /a, subPath: a/TOKEN}]",
            "volumeMounts: [{name: v, mountPath: /TOKEN}]",
            "volumeMounts: [{name: v, mountPath: /a, subPathExpr: TOKEN}]",
            "volumeDevices: [{name: v, devicePath: /dev/TOKEN}]",
            "terminationMessagePath: /dev/TOKEN",
            "securityContext: {seccompProfile: {type: Localhost, localhostProfile: TOKEN}}",
            "securityContext: {seLinuxOptions: {user: TOKEN}}",
            "envFrom: [{prefix: TOKEN, configMapRef: {name: c}}]",
            "env: [{name: A, valueFrom: {configMapKeyRef: {name: c, key: TOKEN}}}]",
            "readinessProbe: {grpc: {port: 1, service: TOKEN}}",
            "readinessProbe: {httpGet: {port: 1, host: TOKEN}}",
        ],
    );
    assert_denied(
        object,
        &[
            "nodeSelector: {pool: TOKEN}",
            "nodeSelector: {TOKEN: pool}",
            "hostname: TOKEN",
            "subdomain: TOKEN",
            "schedulerName: TOKEN",
            "schedulingGates: [{name: TOKEN}]",
            "tolerations: [{key: a, value: TOKEN}]",
            "hostAliases: [{ip: 10.0.0.1, hostnames: [TOKEN]}]",
            "dnsConfig: {searches: [TOKEN]}",
            "dnsConfig: {options: [{name: a, value: TOKEN}]}",
            "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: \
         [{key: a, operator: In, values: [TOKEN]}]}]}}}",
            "securityContext: {sysctls: [{name: kernel.a, value: TOKEN}]}",
            "volumes: [{name: v, flexVolume: {driver: a/b, options: {a: TOKEN}}}]",
            "volumes: [{name: v, gitRepo: {repository: \"https://x:TOKEN@example.com/a\"}}]",
            "volumes: [{name: v, gitRepo: {repository: \"https://example.com/a\", directory: TOKEN}}]",
            "volumes: [{name: v, nfs: {server: s, path: /TOKEN}}]",
            "volumes: [{name: v, ephemeral: {volumeClaimTemplate: {metadata: {annotations: {a: TOKEN}}}}}]",
        ],
    );
}

/// Where people choose the names, a name tells as it does in a variable.
#[test]
fn a_telling_name_and_a_password_in_any_map() {
    assert_denied(
        object,
        &[
            "nodeSelector: {password: hunter2Zx9Qk}",
            "tolerations: [{key: db-password, value: hunter2Zx9Qk}]",
            "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: \
         db-password, operator: In, values: [hunter2Zx9Qk]}]}]}}}",
            "dnsConfig: {options: [{name: password, value: hunter2Zx9Qk}]}",
            "dnsConfig: {options: [{value: hunter2Zx9Qk, name: db.password}]}",
            "volumes: [{name: v, flexVolume: {driver: a/b, options: {password: hunter2Zx9Qk}}}]",
            "volumes: [{name: v, flexVolume: {driver: a/cifs, options: {mountOptions: \"user=a,password=hunter2Zx9Qk\"}}}]",
            "volumes: [{name: v, csi: {driver: a.b, volumeAttributes: {password: hunter2Zx9Qk}}}]",
            "volumes: [{name: v, gitRepo: {repository: \"https://app:hunter2Zx9Qk@example.com/a\"}}]",
            "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: a, labelSelector: {matchLabels: \
         {db-password: hunter2Zx9Qk}}}]}}",
        ],
    );
    assert_denied(
        container,
        &[
            "env: [{name: dbPassWd, value: hunter2Zx9Qk}]",
            "env: [{name: db.pass-word, value: hunter2Zx9Qk}]",
            "env: [{name: KEY_PASS_PHRASE, value: hunter2Zx9Qk}]",
            "env: [{name: DB_PW, value: hunter2Zx9Qk}]",
            "env: [{name: DBPASS, value: hunter2Zx9Qk}]",
            "env: [{name: DB_PASSWORT, value: hunter2Zx9Qk}]",
            "env: [{name: E, value: \"DB_PASSWORD=hunter2Zx9Qk\"}]",
            "env: [{name: C, value: \"db:\\n  user: app\\n  password: hunter2Zx9Qk\\n\"}]",
            "env: [{name: C, value: \"db.user=app\\ndb.password=hunter2Zx9Qk\\n\"}]",
            "args: [\"db:\\n  password: hunter2Zx9Qk\\n\"]",
            "env: [{name: DSN, value: \"host=db user=app password=hunter2Zx9Qk dbname=shop\"}]",
            "env: [{name: DSN, value: \"host=db user=app password='hunter2Zx9Qk'\"}]",
            "env: [{name: DSN, value: \"app:hunter2Zx9Qk@tcp(db:3306)/shop?parseTime=true\"}]",
            "env: [{name: REDIS, value: \"cache:6380,password=hunter2Zx9Qk,ssl=True\"}]",
            "env: [{name: JAAS, value: 'PlainLoginModule required username=\"app\" password=\"hunter2Zx9Qk\";'}]",
            "args: ['{\"password\":\"hunter2Zx9Qk\"}']",
            "args: ['{\"db\": {\"user\": \"app\", \"password\": \"hunter2Zx9Qk\"}}']",
            "args: [--config, '{\"password\":\"hunter2Zx9Qk\"}']",
            "args: ['--config={\"password\":\"hunter2Zx9Qk\"}']",
            "args: ['[{\"dbPassword\":\"hunter2Zx9Qk\"}]']",
        ],
    );
}

/// The kubelet and the shell fill variables in.
#[test]
fn a_password_that_reaches_its_place_through_a_variable() {
    assert_denied(
        container,
        &[
            "env: [{name: A, value: hunter2Zx9Qk}, {name: DB_PASSWORD, value: $(A)}]",
            "env: [{name: A, value: hunter2Zx9Qk}, {name: B, value: $(A)}, {name: DB_PASSWORD, value: $(B)}]",
            "env: [{name: A, value: hunter2}, {name: B, value: Zx9Qk}, {name: DB_PASSWORD, value: $(A)$(B)}]",
            "env: [{name: A, value: \"postgres://app:\"}, {name: URL, value: \"$(A)hunter2Zx9Qk@db/shop\"}]",
            "env: [{name: A, value: hunter2Zx9Qk}, {name: URL, value: \"postgres://app:$(A)@db/shop\"}]",
            "env: [{name: A, value: hunter2Zx9Qk}, {name: C, value: \"Server=db;User Id=app;Password=$(A)\"}]",
            "env: [{name: A, value: hunter2Zx9Qk}, {name: JAVA_OPTS, value: \"-Ddb.password=$(A)\"}]",
            "env: [{name: A, value: hunter2Zx9Qk}], args: [--password, $(A)]",
            "env: [{name: A, value: hunter2Zx9Qk}], args: [--password=$(A)]",
            "env: [{name: A, value: hunter2Zx9Qk}], args: [\"postgres://app:$(A)@db/shop\"]",
            "env: [{name: A, value: hunter2Zx9Qk}], command: [sh, -c, \"PGPASSWORD=$(A) psql\"]",
            "env: [{name: A, value: hunter2Zx9Qk}], command: [sh, -c, \"export PGPASSWORD=$A; psql\"]",
            "env: [{name: A, value: hunter2Zx9Qk}], command: [sh, -c, \"mysql -p$A\"]",
            "env: [{name: A, value: hunter2Zx9Qk}], command: [sh, -c, \"psql postgres://app:${A}@db/shop\"]",
            "command: [sh, -c, \"P=hunter2Zx9Qk; export PGPASSWORD=$P; psql\"]",
            "command: [sh, -c, \"export P=hunter2Zx9Qk; export PGPASSWORD=\\\"${P}\\\"; psql\"]",
            "command: [sh, -c, \"P=hunter2Zx9Qk; Q=$P; PGPASSWORD=$Q psql\"]",
            "command: [sh, -c, \"P='hunter2Zx9Qk'\\nmysql --password=\\\"$P\\\" shop\"]",
            "command: [sh, -c, \"P=hunter2Zx9Qk; psql \\\"postgres://app:$P@db/shop\\\"\"]",
            "command: [sh, -c, \"export PGPASSWORD=${PGPASSWORD:-hunter2Zx9Qk}; psql\"]",
            "command: [sh, -c, \"mysql -p${MYSQL_PWD:-hunter2Zx9Qk} shop\"]",
            "lifecycle: {preStop: {exec: {command: [sh, -c, \"P=hunter2Zx9Qk; mysql -p$P\"]}}}",
        ],
    );
}

/// A name that sounds like a credential, and a value that is not one.
#[test]
fn what_is_not_a_credential_is_admitted() {
    assert_admitted(
        container,
        &[
            "env: [{name: HTTP_PWA, value: offline-first}]",
            "env: [{name: FIRST_PASS, value: validate}]",
            "env: [{name: NUM_PASS, value: three}]",
            "env: [{name: PW, value: playwright}]",
            "env: [{name: PASS_WORDS, value: a-list}]",
            "env: [{name: DSN, value: \"host=db user=app passfile=/run/db/pgpass sslmode=require\"}]",
            "env: [{name: DSN, value: \"app:$(DB)@tcp(db:3306)/shop\"}]",
            "env: [{name: HELP, value: \"set user=app and password=secret or leave both out\"}]",
            "env: [{name: A, value: app}, {name: DB_USER, value: $(A)}]",
            "env: [{name: A, value: changeme}, {name: DB_PASSWORD, value: $(A)}]",
            "env: [{name: DB_PASSWORD, value: $(A)}]",
            "env: [{name: DB_PASSWORD, value: $$(A)}, {name: A, value: app}]",
            "env: [{name: A, value: /run/secrets/db}, {name: DB_PASSWORD, value: $(A)}]",
            "env: [{name: A, value: app}, {name: URL, value: \"postgres://$(A):$(PASSWORD_OF_DB)@db/shop\"}]",
            "args: ['{\"passwordFile\":\"/run/secrets/db\"}']",
            "args: ['{\"password\":\"$(DB)\"}']",
            "args: ['{\"password\":\"${DB}\"}']",
            "args: [\"jq '{password: .db}'\"]",
            "command: [sh, -c, \"P=$(cat /run/db); export PGPASSWORD=$P; psql\"]",
            "command: [sh, -c, \"P=/run/db; export PGPASSWORD_FILE=$P; psql\"]",
            "command: [sh, -c, \"export PGPASSWORD=${DB:-$OTHER}; psql\"]",
            "command: [sh, -c, \"export PGPASSWORD=${DB:?no password}; psql\"]",
            "command: [sh, -c, \"P=hunter2Zx9Qk; P=$(cat /run/db); PGPASSWORD=$P psql\"]",
            "workingDir: /home/key-pass",
        ],
    );
    assert_admitted(
        object,
        &[
            "nodeSelector: {node-password: \"true\"}",
            "nodeSelector: {secret-pool: spot-pool}",
            "volumes: [{name: v, flexVolume: {driver: a/b, secretRef: {name: db}, options: {passwordFile: /run/db}}}]",
            "volumes: [{name: v, secret: {secretName: db-password, items: [{key: password, path: pass/word}]}}]",
            "volumes: [{name: v, gitRepo: {repository: \"https://git@example.com/a\", revision: 22f1d8406d464b0c0874075539c1f2e96c253775}}]",
            "imagePullSecrets: [{name: registry-password}]",
            "dnsConfig: {options: [{name: ndots, value: \"2\"}]}",
        ],
    );
}
