//! Credentials in notations of their own, wherever they stand: each kind in several variants, and next to it what looks like
//! it and is not one.

use super::credentials::{PASSWORD, denial};
use crate::common::gate::{job, pod};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

fn container(fields: &Value) -> Value {
    let mut made = job();
    let mut container = json!({"name": "c", "image": "registry.example.com/c:1"});
    container.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    *pod(&mut made) = json!({"restartPolicy": "Never", "containers": [container]});
    made
}

/// A Job with a variable whose name tells nothing.
fn variable(value: &str) -> Value {
    container(&json!({"env": [{"name": "E", "value": value}]}))
}

fn argument(value: &str) -> Value {
    container(&json!({"args": [value]}))
}

fn annotation(value: &str) -> Value {
    let mut made = container(&json!({}));
    made["metadata"]["annotations"] = json!({"example.com/note": value});
    made
}

fn script(text: &str) -> Value {
    container(&json!({"command": ["bash", "-c", text], "env": [{"name": "A", "value": PASSWORD}]}))
}

/// The words of a command line, with spaces between them.
fn command(words: &str) -> Value {
    container(&json!({"command": words.split(' ').collect::<Vec<_>>()}))
}

#[track_caller]
fn assert_denied(objects: &[fn(&str) -> Value], all: &[&str]) {
    let all = all.iter().flat_map(|it| objects.iter().map(move |object| (it, object(it))));
    let passed: Vec<_> = all.filter(|it| denial(it.1.clone()).is_empty()).map(|it| it.0).collect();
    assert!(passed.is_empty(), "{passed:#?}");
}

#[track_caller]
fn assert_admitted(objects: &[fn(&str) -> Value], all: &[&str]) {
    let all = all.iter().flat_map(|it| objects.iter().map(move |object| (it, object(it))));
    let found = all.map(|(text, object)| (text, denial(object))).filter(|it| !it.1.is_empty());
    let found: Vec<_> = found.collect();
    assert!(found.is_empty(), "{found:#?}");
}

const TEXTS: &[fn(&str) -> Value] = &[variable, argument, annotation];

#[test]
fn headers_of_http() {
    assert_denied(
        TEXTS,
        &[
            "Authorization: Bearer hunter2Zx9QkAbc",
            "authorization: bearer hunter2Zx9QkAbc",
            "Authorization: Basic YXBwOmh1bnRlcjJaeDlRaw==",
            "Authorization: Token hunter2Zx9QkAbc",
            "Proxy-Authorization: Basic YXBwOmh1bnRlcjJaeDlRaw==",
            "authorization=Basic YXBwOmh1bnRlcjJaeDlRaw==",
            "x-tenant=shop,api-key=hunter2Zx9QkAbc",
            "x-honeycomb-team=hunter2Zx9QkAbc",
            "X-Auth: hunter2Zx9QkAbc",
            "Cookie: session=hunter2Zx9QkAbc",
            "Accept: */*\nX-Api-Key: hunter2Zx9QkAbc",
            "Bearer hunter2Zx9QkAbc",
        ],
    );
    assert_admitted(
        TEXTS,
        &[
            "Authorization: Bearer $(TOKEN)",
            "Authorization: Bearer <token>",
            "authorization=Bearer ${TOKEN}",
            "x-tenant=shop,x-token-type=jwt",
            "Content-Type: application/json",
            "Cookie: theme=dark",
            "Bearer tokens are read from /run/token",
            "Basic authentication is off",
        ],
    );
    let probe = |name: &str, value: &str| {
        let headers = json!([{"name": name, "value": value}]);
        container(&json!({"livenessProbe": {"httpGet": {"port": 1, "httpHeaders": headers}}}))
    };
    for (name, value) in [("X-Auth", "hunter2Zx9QkAbc"), ("Cookie", "session=hunter2Zx9QkAbc")] {
        assert_eq!(denial(probe(name, value)).len(), 1, "{name}");
    }
    for (name, value) in [("X-Auth", "off"), ("Cookie", "theme=dark"), ("Accept", "*/*")] {
        assert_eq!(denial(probe(name, value)), [""; 0], "{name}");
    }
}

#[test]
fn lists_of_variables() {
    assert_denied(
        TEXTS,
        &[
            r#"{"name":"DB_PASSWORD","value":"hunter2Zx9Qk"}"#,
            r#"[{"name": "A", "value": "b"}, {"name": "DB_PASSWORD", "value": "hunter2Zx9Qk"}]"#,
            r#"[{"value": "hunter2Zx9Qk", "name": "DB_PASSWORD"}]"#,
            r#"[{"Key": "db.password", "Value": "hunter2Zx9Qk"}]"#,
            "- name: DB_PASSWORD\n  value: hunter2Zx9Qk\n",
            "env:\n- {name: DB_PASSWORD, value: hunter2Zx9Qk}\n",
            r#"{"a": "{\"password\": \"hunter2Zx9Qk\"}"}"#,
        ],
    );
    assert_admitted(
        TEXTS,
        &[
            r#"[{"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}]"#,
            r#"[{"name": "DB_PASSWORD", "value": "$(OTHER)"}]"#,
            r#"[{"name": "DB_PASSWORD"}, {"name": "A", "value": "hunter2Zx9Qk"}]"#,
            r#"[{"name": "DB_PASSWORD_FILE", "value": "/run/secrets/db"}]"#,
        ],
    );
}

#[test]
fn what_base64_and_percent_signs_hide() {
    let texts = [
        r#"{"db":{"password":"hunter2Zx9Qk"}}"#,
        "db:\n  password: hunter2Zx9Qk\n",
        "db.user=app\ndb.password=hunter2Zx9Qk\n",
        "users:\n- name: a\n  user:\n    token: hunter2Zx9QkAbcdef\n",
        r#"{"auths":{"registry.example.com":{"auth":"YXBwOmh1bnRlcjJaeDlRaw=="}}}"#,
        "postgres://app:hunter2Zx9Qk@db/shop",
        "export DB_PASSWORD=hunter2Zx9Qk\n",
        "app:hunter2Zx9Qk@db:5432/shop",
    ];
    for text in texts {
        let encoded = [STANDARD.encode(text), URL_SAFE_NO_PAD.encode(text)];
        let encoded: Vec<String> =
            encoded.iter().flat_map(|it| [it.clone(), format!("--config={it}")]).collect();
        for encoded in encoded {
            assert_denied(TEXTS, &[&encoded]);
            assert_denied(&[script], &[&format!("echo {encoded} | base64 -d > /run/config")]);
        }
    }
    for text in
        ["db:\n  user: app\n  passwordFile: /run/db\n", r#"{"host": "db", "port": 5432, "user": "app"}"#]
    {
        assert_admitted(TEXTS, &[&STANDARD.encode(text)]);
    }
    assert_denied(
        TEXTS,
        &[
            "%7B%22password%22%3A%22hunter2Zx9Qk%22%7D",
            "postgres%3A%2F%2Fapp%3Ahunter2Zx9Qk%40db",
            "password%3Dhunter2Zx9Qk",
            "x=1&password%3dhunter2Zx9Qk&y=2",
        ],
    );
    assert_admitted(
        TEXTS,
        &[
            "%7B%22user%22%3A%22app%22%7D",
            "https%3A%2F%2Fexample.com%2Fa",
            "100%22 done",
            "user%3Dapp",
            "page%3D2&token%3Dfalse",
            "a%3D%3D",
        ],
    );
}

#[test]
fn copies_of_manifests_in_annotations() {
    let copies = [
        json!({"args": ["--password=hunter2Zx9Qk"]}),
        json!({"args": ["--password", "hunter2Zx9Qk"]}),
        json!({"command": ["sh", "-c", "mysql -phunter2Zx9Qk"]}),
        json!({"command": ["sh", "-c", "set -e\nexport PGPASSWORD=\"hunter2Zx9Qk\"\npsql"]}),
        json!({"env": [{"name": "DB_PASSWORD", "value": "hunter2Zx9Qk"}]}),
        json!({"env": [{"name": "A", "value": "hunter2Zx9Qk"}, {"name": "DB_PASSWORD", "value": "$(A)"}]}),
        json!({"env": [{"name": "A", "value": "hunter2Zx9Qk"}], "command": ["sh", "-c", "mysql -p$A"]}),
        json!({"livenessProbe": {"exec": {"command": ["redis-cli", "-a", "hunter2Zx9Qk"]}}}),
        json!({"env": [{"name": "U", "value": "postgres://app:hunter2Zx9Qk@db"}]}),
    ];
    for copy in copies {
        let spec = json!({"template": {"spec": {"containers": [copy]}}});
        let pod = json!({"spec": {"initContainers": [copy]}});
        for object in
            [json!({"apiVersion": "batch/v1", "kind": "Job", "spec": spec}), json!({"spec": spec}), pod]
        {
            for key in ["kubectl.kubernetes.io/last-applied-configuration", "objectset.rio.cattle.io/applied"]
            {
                let mut made = container(&json!({}));
                made["metadata"]["annotations"] = json!({key: object.to_string()});
                assert_eq!(denial(made), ["secret-in-annotation"], "{object}");
            }
        }
    }
    let others = [
        json!({"args": ["--password-file=/run/db"]}),
        json!({"env": [{"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}]}),
    ];
    for copy in others {
        let object = json!({"kind": "Job", "spec": {"template": {"spec": {"containers": [copy]}}}});
        assert_admitted(&[annotation], &[&object.to_string()]);
    }
}

/// What kubectl keeps of the object repeats a credential, which is reported where it stands.
#[test]
fn a_copy_repeats_what_the_object_has() {
    let mut made = container(&json!({"args": ["--password=hunter2Zx9Qk"]}));
    let copy = made.to_string();
    made["metadata"]["annotations"] = json!({"kubectl.kubernetes.io/last-applied-configuration": copy});
    assert_eq!(denial(made), ["secret-in-command"]);
}

#[test]
fn logins_without_a_scheme() {
    assert_denied(
        TEXTS,
        &[
            "app:hunter2Zx9Qk@db:5432/shop",
            "app:hunter2Zx9Qk@db.example.com:5432",
            "--dsn=app:hunter2Zx9Qk@10.0.0.1:3306/shop",
            "//app:hunter2Zx9Qk@share/x",
            "scott/hunter2Zx9Qk@//db:1521/shop",
            "scott/hunter2Zx9Qk@db:1521/shop",
            "jdbc:oracle:thin:scott/hunter2Zx9Qk@db:1521",
            "Data Source=db;User ID=app;Pwd=hunter2Zx9Qk",
            "User Id=app;Password=\"hunter2Zx9Qk\"",
            "host=db password=hunter2Zx9Qk",
            "user=app&password=hunter2Zx9Qk",
        ],
    );
    assert_admitted(
        TEXTS,
        &[
            "registry.example.com:5000/team/app:1.4.2@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "git@example.com:team/app1.git",
            "npm:left2pad@1.2.3",
            "sip:alice1@example.com:5060",
            "mailto:ops1@example.com:25",
            "$(USER):$(DB_PASS)@db:5432/shop",
            "app:changeme1@db:5432/shop",
            "//user:name@attr",
            "team/app2@v1.4.2",
            "user=app&page=2&token_type=bearer",
        ],
    );
}

#[test]
fn options_of_programs_in_a_text() {
    assert_denied(
        &[variable, annotation],
        &[
            "--user app --password hunter2Zx9Qk",
            "-u app:hunter2Zx9Qk",
            "--basic-auth=app:hunter2Zx9Qk",
            "kubectl set env job/a DB_PASSWORD=hunter2Zx9Qk",
            "helm upgrade --install shop --set db.password=hunter2Zx9Qk",
            "mysql -u root -phunter2Zx9Qk shop",
            "curl -fsSu app:hunter2Zx9Qk https://example.com",
            "psql \"host=db password=hunter2Zx9Qk\"",
        ],
    );
    assert_admitted(
        &[variable, annotation],
        &[
            "use --password to set one",
            "run with --password <password>",
            "--user app --password-file /run/db",
            "--user 1000:1000",
            "--user nginx:www-data",
            "--token-ttl 15m --secret-name db-credentials2",
            "kubectl set env job/a DB_PASSWORD=$PW",
            "curl -u user:password https://example.com",
            "Rotate the password with `rotate --password NEW`.",
        ],
    );
    let named = container(&json!({"env": [{"name": "MYSQL_OPTS", "value": "-uroot -phunter2Zx9Qk"}]}));
    assert_eq!(denial(named), ["literal-secret"]);
}

#[test]
fn literals_of_other_languages() {
    let texts = [
        "password = 'hunter2Zx9Qk'",
        "import os\nos.environ['DB_PASSWORD'] = 'hunter2Zx9Qk'",
        "connect(host='db', password='hunter2Zx9Qk')",
        "$ENV{DB_PASSWORD}=\"hunter2Zx9Qk\"",
        "new Pg({user:'a',password:'hunter2Zx9Qk'})",
        "{ :password => 'hunter2Zx9Qk' }",
        "define('DB_PASSWORD', 'hunter2Zx9Qk');",
        "$env:DB_PASSWORD=\"hunter2Zx9Qk\"; run",
        "<db password=\"hunter2Zx9Qk\"/>",
        "db_password = \"hunter2Zx9Qk\"",
    ];
    let interpreted: fn(&str) -> Value = |text| container(&json!({"command": ["python3", "-c", text]}));
    let document: fn(&str) -> Value = |text| script(&format!("python3 <<'EOF'\n{text}\nEOF\n"));
    assert_denied(&[variable, interpreted, document, annotation], &texts);
    let others = [
        "password = os.environ['DB_PASSWORD']",
        "connect(password=os.getenv('PGPASSWORD2'))",
        "<input type=\"password\" name=\"pw1\"/>",
        "password=\"${{ secrets.DB1 }}\"",
        "log.info('password', 'token2')",
        "token_type = 'Bearer1'",
    ];
    assert_admitted(&[variable, interpreted, document, annotation], &others);
}

#[test]
fn what_the_shell_makes_of_words() {
    assert_denied(
        &[script],
        &[
            "export PGPASSWORD=$(echo hunter2Zx9Qk)",
            "export PGPASSWORD=$(printf %s hunter2Zx9Qk)",
            "export PGPASSWORD=$(echo -n $A)",
            "export PGPASSWORD=`echo hunter2Zx9Qk`",
            "P=$(echo hunter2Zx9Qk); PGPASSWORD=$P psql",
            "export PGPASSWORD=$(printenv A)",
            "export PGPASSWORD=${A%x}",
            ": ${DB_PASSWORD:=hunter2Zx9Qk}",
            "run \"${DB_PASSWORD:-hunter2Zx9Qk}\"",
            "export PGPASSWORD=${X:+hunter2Zx9Qk}",
            "PGPASSWORD=${X:-${Y:-hunter2Zx9Qk}} psql",
            "mysql $(echo -phunter2Zx9Qk)",
            "set -- hunter2Zx9Qk; PGPASSWORD=$1 psql",
            "f() { PGPASSWORD=$1 psql; }; f hunter2Zx9Qk",
            "for P in hunter2Zx9Qk; do PGPASSWORD=$P psql; done",
            "PASSWORDS=(hunter2Zx9Qk b)",
            "declare -A C; C[password]=hunter2Zx9Qk",
            "a=(mysql -phunter2Zx9Qk); \"${a[@]}\"",
            "read -r PASSWORD <<EOF\nhunter2Zx9Qk\nEOF",
            "read -r PASSWORD <<< hunter2Zx9Qk",
            "read -r PASSWORD < <(echo hunter2Zx9Qk)",
            "IFS=: read -r U PASSWORD <<< app:hunter2Zx9Qk",
            "printf -v PGPASSWORD %s hunter2Zx9Qk",
            "cat > /c <<EOF\npassword: $A\nEOF",
            "psql \"host=db password=$A\"",
        ],
    );
    assert_admitted(
        &[script],
        &[
            "export PGPASSWORD=$(cat /run/db)",
            "export PGPASSWORD=$(echo $B)",
            "export PGPASSWORD=$(date +%s | sha256sum | head -c 32)",
            "export PGPASSWORD=${DB:-$OTHER}",
            "export PGPASSWORD=${DB:?no password}",
            "export PGPASSWORD=${FILE%.txt}",
            "f() { PGPASSWORD=$1 psql; }; f \"$(cat /run/db)\"",
            "for HOST in db1 db2; do psql -h $HOST; done",
            "read -r PASSWORD < /run/db",
            "read -rs -p 'password: ' PASSWORD",
            "printf 'password=%s\\n' \"$PW\" > /c",
            "cat > /c <<EOF\npassword: $PW\nEOF",
        ],
    );
}

#[test]
fn scripts_within_scripts() {
    assert_denied(
        &[script],
        &[
            "eval 'PGPASSWORD=hunter2Zx9Qk psql'",
            "eval \"PGPASSWORD=$A psql\"",
            "sh -c 'PGPASSWORD=hunter2Zx9Qk psql'",
            "bash -lc \"mysql -phunter2Zx9Qk\"",
            "sh -c \"bash -c 'mysql -phunter2Zx9Qk'\"",
            "su app -c 'mysql -phunter2Zx9Qk'",
            "ssh host 'mysql -phunter2Zx9Qk'",
            "trap 'mysql -phunter2Zx9Qk' EXIT",
            "alias m='mysql -phunter2Zx9Qk'",
            "docker run image mysql -phunter2Zx9Qk",
            "docker exec c sh -c 'mysql -phunter2Zx9Qk'",
        ],
    );
    let positional = ["mysql -p$0", "exec \"$@\""];
    for (text, rest) in positional.iter().zip([vec!["hunter2Zx9Qk"], vec!["x", "mysql", "-phunter2Zx9Qk"]]) {
        let words: Vec<&str> = ["bash", "-c", text].into_iter().chain(rest).collect();
        assert_eq!(denial(container(&json!({"command": words}))), ["secret-in-command"], "{text}");
    }
    assert_admitted(
        &[script],
        &[
            "eval 'PGPASSWORD=$(cat /run/db) psql'",
            "ssh host 'mysql --defaults-file=/run/my.cnf'",
            "trap 'echo password is gone' EXIT",
            "eval \"$(ssh-agent -s)\"",
        ],
    );
}

#[test]
fn programs_with_options_of_their_own() {
    let commands = [
        "curl -f -U app:hunter2Zx9Qk https://example.com",
        "curl -fsSu app:hunter2Zx9Qk https://example.com",
        "curl -f --oauth2-bearer hunter2Zx9QkAbc https://example.com",
        "curl -f -b session=hunter2Zx9QkAbc https://example.com",
        "curl -f -d user=a&password=hunter2Zx9Qk https://example.com",
        "docker run image mysql -phunter2Zx9Qk",
        "mysql -u root -vphunter2Zx9Qk",
        "mysqladmin -u root password hunter2Zx9Qk",
        "mysqlsh app:hunter2Zx9Qk@db",
        "skopeo copy --src-creds app:hunter2Zx9Qk docker://a docker://b",
        "etcdctl --user root:hunter2Zx9Qk get a",
        "etcdctl put /db/password hunter2Zx9Qk",
        "consul kv put db/password hunter2Zx9Qk",
        "rabbitmqctl add_user app hunter2Zx9Qk",
        "rabbitmqctl change_password app hunter2Zx9Qk",
        "redis-cli AUTH hunter2Zx9Qk",
        "redis-cli config set requirepass hunter2Zx9Qk",
        "openssl enc -aes-256-cbc -k hunter2Zx9Qk -in a",
        "ipmitool -U a -P hunter2Zx9Qk power",
        "mosquitto_pub -u a -P hunter2Zx9Qk -t x",
        "ldappasswd -s hunter2Zx9Qk cn=a",
        "net ads join -U a%hunter2Zx9Qk",
        "oc login -u a -p hunter2Zx9Qk",
        "twine upload -u a -p hunter2Zx9Qk dist",
        "beeline -n a -p hunter2Zx9Qk",
        "npm config set _auth aHVudGVyMlp4OVFr",
        "poetry config http-basic.a bob hunter2Zx9Qk",
        "crudini --set c db password hunter2Zx9Qk",
        "jq -n --arg password hunter2Zx9Qk .",
        "aws ssm put-parameter --name /db/password --value hunter2Zx9Qk",
        "aws secretsmanager create-secret --secret-string hunter2Zx9Qk",
        "az keyvault secret set --name p --value hunter2Zx9Qk",
        "run a /password:hunter2Zx9Qk",
    ];
    assert_denied(&[command, script], &commands);
    assert_denied(
        &[script],
        &[
            "echo hunter2Zx9Qk > /run/db_password",
            "printf 'password=%s\\n' hunter2Zx9Qk > /c",
            "echo hunter2Zx9Qk | kinit a",
            "echo \"$A\" | docker login --password-stdin -u a",
            "printenv A | docker login --password-stdin -u a",
            "echo -e \"hunter2Zx9Qk\\nhunter2Zx9Qk\" | passwd a",
            "echo hunter2Zx9Qk | sudo -S ls",
            "kinit a <<< hunter2Zx9Qk",
            "sed -i 's/__PASSWORD__/hunter2Zx9Qk/' /c",
            "sed -i 's/password=.*/password=hunter2Zx9Qk/' /c",
            "cat > ~/.netrc <<EOF\nmachine x login a password hunter2Zx9Qk\nEOF",
            "echo '//registry.example.com/:_authToken=hunter2Zx9QkAbc' > .npmrc",
            "git -c http.extraHeader='Authorization: Bearer hunter2Zx9QkAbc' clone https://example.com/a",
            "curl -f -d @- https://example.com <<< '{\"password\":\"hunter2Zx9Qk\"}'",
        ],
    );
    let others = [
        "docker run --user 1000:1000 image run",
        "docker run -u app:staff image run",
        "curl -f -o /tmp/a1b2c3d4e5 https://example.com",
        "ssh -p 2222 host run1",
        "openssl enc -aes-256-cbc -pass file:/run/key -in a",
        "redis-cli config get requirepass",
        "git config user.signingKey 0A1B2C3D4E5F6A7B",
        "etcdctl put /features/password-reset on1",
        "kubectl get pods -n app -o jsonpath={.items[0].metadata.name}",
        "keytool -list -storepass:env STOREPASS1 -keystore a.jks",
        "tar -xpf backup2024.tar",
        "http GET https://example.com/a1",
    ];
    assert_admitted(&[command, script], &others);
    assert_admitted(
        &[script],
        &[
            "echo done > /run/password_rotated",
            "echo \"$PW\" | kinit a",
            "sed -i \"s/__PASSWORD__/$PW/\" /c",
            "sed -i s/token/word/ /c",
            "echo 'set a password with --password'",
            "grep -c 'password: \"abc1\"' /var/log/a",
        ],
    );
}

#[test]
fn names_in_other_words() {
    for name in [
        "CREDS",
        "DB_CREDS",
        "GITHUB_PAT",
        "REDIS_AUTH",
        "PEPPER",
        "MOT_DE_PASSE",
        "HASLO",
        "PAROLA",
        "DB_SENHA",
        "KENNWORT",
        "DB_PASSWORT",
    ] {
        let object = container(&json!({"env": [{"name": name, "value": PASSWORD}]}));
        assert_eq!(denial(object), ["literal-secret"], "{name}");
    }
    let others = [
        ("CREDS", "db-credentials"),
        ("DB_CREDS", "/run/secrets/db"),
        ("AUTH", "oauth2"),
        ("REDIS_AUTH", "enabled"),
        ("PAT", "src/*.rs"),
        ("AUTH_URL", "https://example.com/a1"),
        ("FIRST_PASS", "validate"),
        ("NUM_PASS", "three"),
        ("FFMPEG_PASS", "first"),
        ("MASK_FIELDS", "password=***,token=***"),
    ];
    for (name, value) in others {
        let object = container(&json!({"env": [{"name": name, "value": value}]}));
        assert_eq!(denial(object), [""; 0], "{name}");
    }
}

/// However far into a text a credential stands, and however long the value is that a variable brings.
#[test]
fn length_hides_nothing() {
    let far = "x".repeat(200 << 10);
    assert_denied(
        TEXTS,
        &[&format!("{far} password=hunter2Zx9Qk"), &format!("{far}\npassword: hunter2Zx9Qk")],
    );
    let long = format!("{PASSWORD}{}", "hunter2Zx9Qk".repeat(500));
    let env = json!([{"name": "A", "value": long}, {"name": "DB_PASSWORD", "value": "$(A)"}]);
    assert_eq!(denial(container(&json!({"env": env}))), ["literal-secret"]);
}
