//! Credentials in texts that do not parse, and at places where Kubernetes has no use for a value.

/// What machines make and what people think of, other than words.
pub(crate) const SECRETS: &[&str] = &[
    "k3X9wrongHorse7q",
    "9f86d081884c7d659a2f",
    "kqzvwxjhtrbnmpfd",
    "Winter2024!",
    "Tr0ub4dor&3",
    "hunter2",
];

/// Words, which are hidden unless they may be what they look like.
pub(crate) const CHOSEN: &[&str] = &["sunshine", "tangerine-orchard-lamp", "LetMeInPlease"];

/// Credentials of short parts, of digits, and in another script.
pub(crate) const SHORT: &[&str] =
    &["xK9-pQ2-zL7", "hot-dog-bun", "123456", "123-456-789", "пароль-мой", "日本語のパス"];

/// The kinds in which a word may be the name of a field or one of its values, an argument or a command.
pub(crate) const MEANT: [&str; 4] = [
    "in a key",
    "in a value that its field cannot have",
    "near behind a name, not next to it",
    "where a word may mean something else",
];

/// Writes a variant into the container of a Job, at the end of its metadata or as a whole file where it says so.
pub(crate) fn write(variant: &str, secret: &str) -> String {
    let variant = variant.replace("SECRET", secret);
    if let Some(file) = variant.strip_prefix("file:\n") {
        return file.to_owned();
    }
    if let Some(metadata) = variant.strip_prefix("metadata:\n") {
        return format!("apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\n{metadata}");
    }
    if let Some(json) = variant.strip_prefix("json:\n") {
        return format!(
            "{{\"apiVersion\": \"batch/v1\", \"kind\": \"Job\", \"metadata\": {{\"name\": \"a\"}}, \"spec\": {{\"template\": \
             {{\"spec\": {{\"restartPolicy\": \"Never\", \"containers\": [{{\"name\": \"a\", \"image\": \"b\",\n{json}\n}}]}}}}}}}}\n"
        );
    }
    format!("{}        {}\n", super::places::CONTAINER, variant.replace('\n', "\n        "))
}

/// Parts of manifests with `SECRET` in the place of a credential, by what is wrong with them.
pub(crate) const KINDS: &[(&str, &[&str])] = &[
    (
        "behind a closing quotation mark",
        &[
            "args: [\"--password\" \"SECRET\"]",
            "args: ['--token', 'a' SECRET]",
            "args: [\"a\"SECRET]",
            "env:\n- name: DB_PASSWORD\n  value: \"a\" SECRET",
            "env:\n- name: DB_PASSWORD\n  value: '' SECRET",
            "env:\n- name: \"DB_PASSWORD\" SECRET\n  value: a",
            "command: [\"psql\", \"-W\"] SECRET",
            "metadata:\n  annotations:\n    api-key: \"a\" SECRET\n",
            "metadata:\n  labels: {\"a\": \"b\" \"SECRET\"}\n",
            "json:\n\"args\": [\"--password\" \"SECRET\"]",
            "json:\n\"env\": [{\"name\": \"DB_PASSWORD\", \"value\": \"a\" \"SECRET\"}]",
        ],
    ),
    (
        "a missing colon or comma",
        &[
            "env:\n- name: DB_PASSWORD\n  value SECRET",
            "env:\n- name DB_PASSWORD\n  value: SECRET",
            "env:\n- \"name\": \"DB_PASSWORD\"\n  \"value\" \"SECRET\"",
            "env:\n- DB_PASSWORD SECRET\n  a: b",
            "env: [{name: DB_PASSWORD value: SECRET}]",
            "env: {DB_PASSWORD 'SECRET'}}",
            "args: [--token SECRET\n- a",
            "metadata:\n  annotations:\n    db-password SECRET\n    a: b\n",
            "metadata:\n  annotations:\n    \"note\" \"SECRET\"\n",
            "json:\n\"env\": [{\"name\": \"DB_PASSWORD\" \"value\": \"SECRET\"}]",
            "json:\n\"env\": [{\"name\": \"DB_PASSWORD\", \"value\" \"SECRET\"}]",
            "json:\n\"env\": {\"DB_PASSWORD\" = \"SECRET\"}",
        ],
    ),
    (
        "on a line that is not indented",
        &[
            "env:\n- name: DB_PASSWORD\n  value: |\n  SECRET",
            "env:\n- name: DB_PASSWORD\n  value: >-\nSECRET\n  a: b",
            "env:\n- name: DB_PASSWORD\n  value: \"\nSECRET",
            "env:\n- name: DB_PASSWORD\n  value\n  SECRET\n  a: b",
            "args:\n- sh\n- -c\n- |\nSECRET\nenv: []",
            "metadata:\n  annotations:\n    password: |\n    SECRET\n",
            "metadata:\n  annotations:\n    key\n    SECRET\n    a: b\n",
            "metadata:\n  annotations:\n    note: >\n SECRET\n",
        ],
    ),
    (
        "in a key",
        &[
            "SECRET: a\nSECRET: b",
            "SECRET:",
            "env: {SECRET: 1, SECRET: 2}",
            "env: {DB_PASSWORD, SECRET}",
            "env: [{DB_PASSWORD, SECRET}]",
            "env:\n- name: A\n  SECRET:",
            "args: [{SECRET: a}]",
            "resources: {limits: [{SECRET: a}]}",
            "metadata:\n  annotations: [{SECRET: a}]\nspec: {}\n",
            "json:\n\"env\": {\"SECRET\": 1, \"SECRET\": 2}",
            "json:\n\"args\": [{\"SECRET\": 1}]",
        ],
    ),
    (
        "of another shape",
        &[
            "env: {DB_PASSWORD: SECRET, DB_PASSWORD: SECRET}",
            "env: {name: [DB_PASSWORD], value: [SECRET]}",
            "env: {a: {b: [c, SECRET]}}",
            "env: [DB_PASSWORD, \"=\", SECRET]",
            "env: [DB_PASSWORD, {value: SECRET}]",
            "env: [{name: DB_PASSWORD}, SECRET]",
            "env:\n- |\n  DB_PASSWORD=\\\n  SECRET",
            "env:\n- DB_PASSWORD:\n- SECRET",
            "env: [\"DB_PASSWORD\\nSECRET\"]",
            "env: [{name: DB_PASSWORD, value: SECRET, name: A}]",
            "env: [{name: DB_PASSWORD, value: SECRET, value: a}]",
            "env: [{name: A, value: {a: {a: SECRET}}}]",
            "args: [--password, {value: SECRET}]",
            "args: [{--password: SECRET}]",
            "args: {--token: SECRET}",
            "args: [[--api-key, SECRET]]",
            "image: [a, SECRET]",
            "image: {a: SECRET}",
            "colour: SECRET",
            "resources: {limits: {cpu: {a: SECRET}}}",
            "resources: {colour: {a: [b, SECRET]}}",
            "metadata:\n  annotations: [a, SECRET]\nspec: {}\n",
            "metadata:\n  labels: SECRET\nspec: {}\n",
            "json:\n\"env\": {\"A\": [\"SECRET\"]}",
            "json:\n\"args\": [\"a\", {\"b\": \"SECRET\"}]",
        ],
    ),
    (
        "behind the item that names it",
        &[
            "args: [\"set\", \"password\", \"SECRET\"]",
            "args: [\"--password:\", SECRET]",
            "args: [--api-token=, SECRET]",
            "args:\n- --password=\n- SECRET",
            "json:\n\"args\": [\"--token=\",\"SECRET\"]",
        ],
    ),
    (
        "behind a backslash",
        &[
            "command: [sh, -c, \"export DB_PASSWORD=\\\\\\r\\n SECRET; run\"]",
            "command: [sh, -c, \"export DB_PASSWORD=\\\\\\n\\\\\\n  SECRET run\"]",
            "command: [sh, -c, \"TOKEN=\\\\\\n\\n  SECRET run\"]",
            "args: [\"API_KEY=\\\\\", SECRET]",
            "args:\n- export DB_PASSWORD= \\\n- \"SECRET\"",
            "args:\n- --password \\\n# why\n- SECRET",
            "json:\n\"args\": [\"--password=\\\\\\u0085 SECRET\"]",
            "json:\n\"command\": [\"sh\", \"-c\", \"export TOKEN=\\\\ SECRET; run\"]",
        ],
    ),
    (
        "behind a separator in an item of its own",
        &[
            "args: [--password, =, SECRET]",
            "args:\n- --api-key\n- '='\n- SECRET",
            "args: [DB_PASSWORD, ':', SECRET]",
            "json:\n\"args\": [\"--token\", \"=\", \"SECRET\"]",
        ],
    ),
    (
        "beside a key that is there twice",
        &[
            "args: [--password]\nargs: [SECRET]",
            "args: [SECRET]\nargs: [--password]",
            "env:\n- name: DB_PASSWORD\nenv:\n- value: SECRET",
            "workingDir: password\nworkingDir: SECRET",
            "json:\n\"args\": [\"--password\"], \"args\": [\"SECRET\"]",
        ],
    ),
    (
        "in a value that its field cannot have",
        &[
            "imagePullPolicy: SECRET",
            "livenessProbe: {httpGet: {port: SECRET, scheme: SECRET}}",
            "env:\n- name: password/SECRET\n  value: a",
            "env:\n- name: a b\n  value: SECRET",
        ],
    ),
    (
        "where a word may mean something else",
        &[
            "args: --note SECRET",
            "command:\n- sh\n- -c\n- |\n  export TOKEN=\\\n\n    SECRET\n",
            "command: [sh, -c, \"mysql --password \\\\\\r\\n  SECRET\"]",
            "args: [api-key, SECRET]",
            "args:\n- login\n- token\n- SECRET",
            "json:\n\"args\": [\"api-token\", \"SECRET\"]",
            "command: [sh, -c, \"export TOKEN= \\\\\\n SECRET; run\"]",
            "tty: false\n---\nnote: SECRET: a",
        ],
    ),
    (
        "near behind a name, not next to it",
        &[
            "args: [--password, \"->\", SECRET]",
            "args: [--password, '|', SECRET]",
            "args: [DB_PASSWORD, '', SECRET]",
            "args: [\"the token is\", SECRET]",
            "args: [password, set, to, SECRET]",
            "args: [\"(password)\", SECRET]",
            "args: [\"password\\n\", SECRET]",
            "args: [\"Authorization: Basic\", SECRET]",
            "args: [--token, Bearer, SECRET]",
            "args: [\"{\\\"password\\\"\\n:\\\"SECRET\\\"}\"]",
            "command: [sh, -c, \"TOKEN= SECRET | y\"]",
            "command: [sh, -c, \"TOKEN=\\nSECRET; y\"]",
            "command: [sh, -c, \"password:\\nSECRET\"]",
            "command: [sh, -c, \"foo --password\\nSECRET\"]",
            "command: [sh, -c, \"foo --password; SECRET\"]",
            "command: [sh, -c, \"read TOKEN\\nSECRET\"]",
            "command: [sh, -c, \"foo && curl https://u:SECRET@h/x\"]",
        ],
    ),
    (
        "in a text that Kubernetes does not read",
        &[
            "tty: false\n----\nSECRET",
            "tty: false\n--- |\n SECRET",
            "tty: false\n---\n{}\nSECRET",
            "tty: false\n---\n\"SECRET\"\n",
            "tty: false\n---\nSECRET",
            "tty: false\n...\nnote SECRET",
        ],
    ),
];

/// Lines of manifests that do not parse, and how they are shown.
pub(crate) const READABLE: &[(&str, &str)] = &[
    ("schedule: \"0 3 * * *", "schedule: \"0 3 * * *"),
    (
        "image: ghcr.io/acme/report:2.4\nargs: [apply, -f, -",
        "image: ghcr.io/acme/report:2.4\nargs: [*****, -f, -",
    ),
    (
        "env:\n- name: DB_PASSWORD\n  valueFrom: {secretKeyRef: {name: shop-db, key: password}\nconcurrencyPolicy: Forbid",
        "env:\n- name: DB_PASSWORD\n  valueFrom: {secretKeyRef: {name: *******, key: ********}\nconcurrencyPolicy: Forbid",
    ),
    (
        "resources: {limits: {memory: 128Mi, cpu: 500m}\nactiveDeadlineSeconds: 86400",
        "resources: {limits: {memory: 128Mi, cpu: 500m}\nactiveDeadlineSeconds: 86400",
    ),
    (
        "command: [sh, -c, \"set -eu; cd /backup && tar cf shop.tar shop && echo done",
        "command: [sh, -c, \"set -eu; cd /backup && *** cf ******** **** && echo done",
    ),
    (
        "retries: 3\nconcurencyPolicy: Forbid\nkind CronJob",
        "retries: 3\nconcurencyPolicy: Forbid\nkind CronJob",
    ),
    ("apiVersion: batch/v1beta1\nkind CronJob", "apiVersion: batch/v1beta1\nkind CronJob"),
    (
        "schedule: '*/15 0-6 * * 1,3'\nconcurrencyPolicy Forbid",
        "schedule: '*/15 0-6 * * 1,3'\nconcurrencyPolicy Forbid",
    ),
    (
        "command: [sh, -c, 'set -euo pipefail; echo done >> /var/log/job.log 2>&1'",
        "command: [sh, -c, 'set -euo pipefail; echo done >> /var/log/job.log 2>&1'",
    ),
    (
        "- app.kubernetes.io/part-of: web\nvalue: \"2026-11-28",
        "- app.kubernetes.io/part-of: ***\nvalue: \"2026-11-28",
    ),
    ("- --set=image.tag=v3 \"--timeout=90s\"", "- --set=image.tag=v3 \"--timeout=90s\""),
    ("schedule \"@every 1h30m10s\"", "schedule \"@every 1h30m10s\""),
];

/// Words of which nothing is shown where a text does not parse.
pub(crate) const HIDDEN: &[&str] = &[
    "hunter2",
    "Winter2024!",
    "Tr0ub4dor&3",
    "xKq7Zt2Pw9Lm4Rv8",
    "kqzvwxjhtrbnmpfd",
    "XKQZVWJHTRBNMPFD",
    "xKqZtPwLmRvBnHjD",
    "c2VjcmV0LXZhbHVl",
    "YWRtaW46aHVudGVyMg==",
    "9f86d081884c7d65",
    "9f86-d081-884c-7d65",
    "12345678",
    "p@55w0rd",
    "s3cr3t",
    "x9$K2!p7",
    "aB3$xY9z",
    "4111-1111-1111-1111",
    "0b0f00a0-1c2d-3e4f-5a6b-7c8d9e0f1a2b",
];

/// Words with a credential, and how they are shown where a text does not parse.
pub(crate) const ASSIGNED: &[(&str, &str)] = &[
    ("LEVEL=hunter2", "LEVEL=*******"),
    ("--set=level=hunter2", "--set=level=*******"),
    ("level:hunter2:", "level:*******:"),
    ("(level=hunter2);", "(level=*******);"),
];
