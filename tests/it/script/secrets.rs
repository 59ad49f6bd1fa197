//! Credentials in shell scripts: where they are found, what is no credential, and that no report shows one.

use crate::common::report::render;
use crate::common::strict;
use batchlint::engine::lint::lint;
use batchlint::engine::outcome::Outcome;
use batchlint::report::{Format, ReportOptions};
use batchlint::text::source::Source;

/// Made up. In the scripts below `@` stands for it.
const SECRET: &str = "wrong-Horse-7q";

/// A script, the rule that speaks, and what the message says that the credential stands behind.
const LEAKS: &[(&str, &str, &str)] = &[
    // Assignments
    ("DB_PASSWORD=@ migrate up", "secret-in-command", "`DB_PASSWORD`"),
    ("export PGPASSWORD='@'\npsql -c 'select 1'", "secret-in-command", "`PGPASSWORD`"),
    ("if first; then local DB_PASSWORD=\"@\"; fi", "secret-in-command", "`DB_PASSWORD`"),
    ("env API_TOKEN=@ fetch", "secret-in-command", "`API_TOKEN`"),
    // Flags, those of well-known tools too
    ("mysql -h db -u root -p@ shop < /schema.sql", "secret-in-command", "`-p`"),
    ("set -e; mysqldump --password='@' shop | gzip > /dump.gz", "secret-in-command", "`--password`"),
    ("import --password @", "secret-in-command", "`--password`"),
    ("DAY=$(curl -sf -u \"report:@\" https://api.example.com/day)", "secret-in-command", "`-u`"),
    ("until redis-cli -h cache -a @ ping; do sleep 1; done", "secret-in-command", "`-a`"),
    ("/usr/bin/docker login -u ci -p @ registry.example.com", "secret-in-command", "`-p`"),
    ("timeout 60 sshpass -p '@' scp /a backup:", "secret-in-command", "`-p`"),
    ("kubectl create secret generic db --from-literal=password=@", "secret-in-command", "`password`"),
    ("echo '@' | docker login -u ci --password-stdin", "secret-in-command", "`--password-stdin`"),
    // Arguments without a flag
    ("mc alias set shop http://minio:9000 shop-admin @", "secret-in-command", "an argument of `mc`"),
    (
        "mc --quiet config host add shop http://minio:9000 shop-admin @",
        "secret-in-command",
        "an argument of `mc`",
    ),
    ("aws configure set aws_secret_access_key @", "secret-in-command", "`aws_secret_access_key`"),
    ("htpasswd -bB /etc/htpasswd shop @", "secret-in-command", "`htpasswd`"),
    ("expdp shop/@@db dumpfile=shop.dmp", "secret-in-command", "`expdp`"),
    ("impdp shop/@ dumpfile=shop.dmp", "secret-in-command", "`impdp`"),
    ("jarsigner -storepass @ /app.jar shop", "secret-in-command", "`-storepass`"),
    ("unzip -P @ /in.zip -d /data", "secret-in-command", "`-P`"),
    ("zipcloak -P @ /out.zip", "secret-in-command", "`-P`"),
    ("sqlplus -s shop/@@db:1521/shop", "secret-in-command", "`sqlplus`"),
    ("vault login @", "secret-in-command", "`vault`"),
    ("sqlldr userid=shop/@@db control=/a.ctl", "secret-in-command", "`sqlldr`"),
    ("rman target sys/@@db cmdfile /a.rman", "secret-in-command", "`rman`"),
    ("redis-cli -h cache AUTH shop @", "secret-in-command", "`AUTH`"),
    ("openssl passwd -6 @", "secret-in-command", "`openssl`"),
    ("smbclient -U shop //nas/share @ -c ls", "secret-in-command", "`smbclient`"),
    ("isql -v dsn shop @", "secret-in-command", "`isql`"),
    ("bundle config set gems.example.com shop:@", "secret-in-command", "`bundle`"),
    ("useradd -m -p @ shop", "secret-in-command", "`-p`"),
    ("mount -t cifs -o user=shop%@ //nas/share /data", "secret-in-command", "`-o`"),
    ("curl -f --cert /tls/a.pem:@ https://api.example.com", "secret-in-command", "`--cert`"),
    // Programs that pack, encrypt and manage
    ("zip -r -P @ /out.zip /data", "secret-in-command", "`-P`"),
    ("7z a -p@ /out.7z /data", "secret-in-command", "`-p`"),
    ("keytool -importkeystore -storepass @ -keystore /k.jks", "secret-in-command", "`-storepass`"),
    ("openssl enc -aes-256-cbc -in /a -out /b -pass pass:@", "secret-in-command", "`-pass`"),
    ("cqlsh -u app -p @ db", "secret-in-command", "`-p`"),
    ("rabbitmqadmin -u app -p @ list queues", "secret-in-command", "`-p`"),
    ("echo 'bob:@' | chpasswd", "secret-in-command", "`chpasswd`"),
    // Headers and bodies of requests
    ("curl -f -H 'X-Api-Key: @' https://api.example.com", "secret-in-command", "`X-Api-Key`"),
    (
        "curl -f -H \"Authorization: Bearer @\" https://api.example.com",
        "secret-in-command",
        "`Authorization`",
    ),
    (
        "curl -f -d '{\"user\": \"a\", \"password\": \"@\"}' https://api.example.com",
        "secret-in-command",
        "`password`",
    ),
    // Files that the script writes
    ("cat > ~/.my.cnf <<EOF\n[client]\npassword = @\nEOF\nmysql shop", "secret-in-command", "`password`"),
    ("cat <<'EOF' > /app.yaml\ndb:\n  password: \"@\"\nEOF\nrun", "secret-in-command", "`password`"),
    ("echo 'password=@' >> /etc/app.ini", "secret-in-command", "`password`"),
    // SQL
    ("psql -c \"ALTER USER app WITH PASSWORD '@'\"", "secret-in-command", "`WITH PASSWORD`"),
    ("mysql shop <<EOF\nCREATE USER app IDENTIFIED BY '@';\nEOF", "secret-in-command", "`IDENTIFIED BY`"),
    ("mysql -e \"SET PASSWORD FOR app = PASSWORD('@')\"", "secret-in-command", "`PASSWORD`"),
    ("psql -c \"ALTER ROLE app PASSWORD '@'\"", "secret-in-command", "`PASSWORD`"),
    ("sql -Q \"CREATE LOGIN app WITH PASSWORD = N'@'\"", "secret-in-command", "`WITH PASSWORD`"),
    (
        "mysql -e \"ALTER USER app IDENTIFIED WITH sha256_password BY '@'\"",
        "secret-in-command",
        "`IDENTIFIED WITH sha256_password BY`",
    ),
    // The file of passwords of PostgreSQL
    ("echo 'db:5432:shop:app:@' > ~/.pgpass; chmod 600 ~/.pgpass", "secret-in-command", "`pgpass`"),
    ("cat > ~/.pgpass <<EOF\n*:*:*:app:@\nEOF\npsql", "secret-in-command", "`pgpass`"),
    // Addresses
    ("set -e\npg_dump postgres://app:@@db:5432/shop > /dump", "secret-in-url", "a URL"),
];

/// Scripts in which everything that looks like a credential is none.
const HARMLESS: &[&str] = &[
    // The arguments of one function are not those of the next, nor those of the one that is called within it.
    "check() { rm -f \"$1\"; }\nmake() { check idm.p12; }\nlog_in() { local password=$1; run; }\nmake; log_in \"$X\"",
    "cli() { tool \"$@\"; }\nadd() {\n  cli users declare --name=\"$1\"\n  cli declare user password=\"$2\"\n}\nadd \"$A\" \"$B\"",
    "set -- one two-Horse-7q; f() { run --password \"$2\"; }; f x",
    // Variables, files and wallets hold these; `-p` of others is no password.
    "openssl rsa -in /a -passin env:KEY_PASS -passout file:/run/pass",
    "sqlplus / as sysdba; sqlplus /@db; sqlplus shop@//db/shop; sqlplus -s shop/$PW@db",
    "exp data/train /out; rman cmdfile backup/full.rman; rman target /; openssl passwd -6 -stdin; cargo login --registry shop",
    "mount -t nfs -o ro,vers=4 nas:/a /b; smbclient //nas/share -c ls; bundle config set path vendor/bundle; isql dsn",
    "htpasswd /etc/htpasswd shop; vault login -method=kubernetes role=shop; echo \"bob:$PW\" | chpasswd",
    "zip -r /out.zip /data; 7z a -p /out.7z /data; gzip -p wrong-Horse-7q; rabbitmqctl -p shop list_queues",
    "keytool -storepass:env KEY_PASS -keystore /k.jks",
    "PASSWORD=$DB_PASSWORD run",
    "echo \"db:5432:shop:app:$PW\" > ~/.pgpass; cp /run/pgpass ~/.pgpass; date +a:00:b:c:wrong-Horse-7q",
    "psql -c \"ALTER ROLE app PASSWORD '$PW'\"; mysql -e \"SELECT PASSWORD('x'), password FROM users\"",
    "psql -c \"ALTER ROLE app PASSWORD NULL\"; echo 'identified by: wrong-Horse-7q' | wc",
    "export TOKEN=$(cat /run/secrets/token)",
    "export TOKEN=\"$(vault read -field=token secret/app)\" PASSWORD=`cat /p`",
    "PASSWORD=\"${1:?}\"; PASSWORD=\"${PASSWORD:-}\"; PASSWORD=; unset PASSWORD",
    "mysql -h db -p\"$MYSQL_PASSWORD\" -u\"$MYSQL_USER\" shop",
    "mysql -p shop < /schema.sql",
    "run --password \"$PASSWORD\" --token=\"$TOKEN\" shop-import-2024a",
    "curl -f -u \"$USER:$PASSWORD\" -H \"Authorization: Bearer $TOKEN\" https://api.example.com",
    "curl -f -u admin: https://api.example.com",
    "curl -f -H \"Authorization: Bearer $(cat /var/run/secrets/kubernetes.io/serviceaccount/token)\" https://api.example.com",
    "echo \"password=wrong\"; echo 'usage: run --password SECRET'; printf 'PASSWORD=%s\\n' \"$PASSWORD\"",
    "grep -q 'password=wrong-horse' /etc/app.ini",
    "run --password-file /run/secrets/db --secret-name shop-db --token-ttl 3600",
    "run --password changeme --api-key '<your key>' --token xxxxxxxxxxxx",
    "# PASSWORD=wrong-horse\nrun",
    "cat > /etc/app.ini <<EOF\npassword = ${DB_PASSWORD}\ntoken: $(cat /token)\nEOF\nrun",
    "cat > /load.py <<'EOF'\npassword = os.environ['DB_PASSWORD']\nconnect(password=password)\ntoken = config.token\nEOF\npython /load.py",
    "cat > /app.yaml <<'EOF'\npasswordSecretRef: shop-db\nsecretName: shop-db\npassword: {{ .password }}\nEOF\nrun",
    "psql -c \"ALTER USER app WITH PASSWORD '$DB_PASSWORD'\"",
    "PASS=0; FAIL=0; KEY=a; TOKENS=4096; run",
    "mkdir -p /data; tar -p -xf /a; ssh -p 2222 host",
    "docker run -p 8080:80 shop/app",
    "kubectl create secret generic db --from-literal=password=\"$PASSWORD\" --from-file=token=/token",
    "read -r -p 'password: ' PASSWORD",
    "mc alias set shop http://minio:9000 \"$KEY\" \"$SECRET\"; mc alias list; aws configure set region eu-west-1",
    "python3 - <<'EOF'\ndef connect(password):\n    open({\n        'password': password,\n    })\nEOF",
    "echo 'set the url to https://bot:token@git.example.com/shop'",
    "KUBECONFIG_SECRET_NAME=secret\ncat > /body.json <<EOF\n{\"kubeconfigSecret\": \"$KUBECONFIG_SECRET_NAME\"}\nEOF\nrun",
];

/// The ways to write a script in a manifest.
fn manifests(script: &str) -> [(&'static str, String); 4] {
    let json = serde_json::to_string(script).unwrap();
    let block: String = script.lines().map(|line| format!("\n          {line}")).collect();
    let whole = |scalar: &str| {
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: job}}\nspec:\n  template:\n    spec:\n      containers:\n      \
             - name: main\n        image: registry.example.com/job:1.0\n        command: [bash, -c]\n        args:\n        - {scalar}\n"
        )
    };
    [
        ("literal", whole(&format!("|{block}"))),
        ("double-quoted", whole(&json)),
        (
            "single-quoted",
            whole(&format!("'{}'", script.replace('\'', "''").replace('\n', "\n\n          "))),
        ),
        ("escaped", whole(&json.replace("Horse", "H\\u006frse"))),
    ]
}

fn judge(text: &str) -> Outcome {
    lint(Source::new("job.yaml", text), &strict(None))
}

#[test]
fn each_is_found_at_its_place_in_every_style() {
    for &(script, rule, name) in LEAKS {
        let script = script.replacen('@', SECRET, 1);
        for (style, text) in manifests(&script) {
            let outcome = judge(&text);
            let mut found = outcome.findings.iter().filter(|it| it.rule.id.starts_with("secret-in-"));
            let finding = found.next().unwrap_or_else(|| panic!("{style}: nothing found in\n{text}"));
            assert_eq!((finding.rule.id, found.next().map(|it| &it.message)), (rule, None), "{text}");
            assert!(finding.message.contains(name), "{}\n{text}", finding.message);
            let place = finding.place.span.text(&text).replace("\\u006f", "o");
            assert_eq!(place, SECRET, "{style}:\n{text}");
        }
    }
}

#[test]
fn no_report_shows_it() {
    for &(script, ..) in LEAKS {
        let script = script.replacen('@', SECRET, 1);
        for (style, text) in manifests(&script) {
            let outcome = judge(&text);
            for &format in Format::ALL {
                let shown = render(format, &outcome, ReportOptions::default());
                let leaks =
                    shown.contains(SECRET) || shown.contains("H\\u006frse") || shown.contains("Horse");
                assert!(!leaks, "{style} as {format:?}:\n{shown}");
            }
        }
    }
}

#[test]
fn these_are_none() {
    for script in HARMLESS {
        for (style, text) in manifests(script) {
            let outcome = judge(&text);
            let found = outcome.findings.iter().find(|it| it.rule.id.contains("secret-in-"));
            assert_eq!(found.map(|it| &it.message), None, "{style}:\n{script}");
        }
    }
}

/// A leak is one finding, however often the script repeats it.
#[test]
fn the_same_credential_twice_is_one_finding() {
    let text = &manifests("mysql -pwrong-Horse-7q a\nmysql -pwrong-Horse-7q b")[0].1;
    let outcome = judge(text);
    let found: Vec<_> = outcome.findings.iter().filter(|it| it.rule.id == "secret-in-command").collect();
    assert_eq!((found.len(), found[0].related.len()), (1, 1), "{text}");
    assert_eq!(found[0].related[0].place.span.text(text), SECRET);
}

/// Probes and hooks have scripts too, for which Kubernetes puts no variables in.
#[test]
fn scripts_of_probes_are_read() {
    let probe = "livenessProbe: {exec: {command: [sh, -c, 'redis-cli -a wrong-Horse-7q ping | grep PONG']}}";
    let text = manifests("serve")[0]
        .1
        .replace("command: [bash, -c]", &format!("{probe}\n        command: [bash, -c]"));
    let outcome = judge(&text);
    let finding = outcome.findings.iter().find(|it| it.rule.id == "secret-in-command").unwrap();
    assert_eq!(finding.place.span.text(&text), SECRET);
}
