//! Credentials that a name, a program or a place announces, and that look like any other word.

/// What people choose, and what looks like a number or an id.
pub(crate) const SECRETS: &[&str] = &[
    "orchidlantern",
    "marble_glacier",
    "velvet-otter",
    "480217739506",
    "6b1d0c9e-55a4-4f0e-9a57-1c0de7a1b2c3",
];

/// Parts of manifests with `SECRET` in the place of a credential, by what is odd about them.
pub(crate) const KINDS: &[(&str, &[&str])] = &[
    (
        "behind a quotation mark in the credential",
        &[
            "command: [sh, -c, \"curl -u 'app:it'\\\\''SECRET' https://x\"]",
            "command:\n- sh\n- -c\n- |\n  curl --user \"app:a\\\"SECRET\" https://x\n  sshpass -p'a\"b'SECRET ssh x",
            "command:\n- sh\n- -c\n- |\n  docker login -u app -p a'b c'\"SECRET\" r.example",
            "command:\n- sh\n- -c\n- |\n  mysql -uapp -p'a'\"'\"'SECRET' shop\n  redis-cli -a \"x'y\"SECRET ping",
            "command:\n- sh\n- -c\n- |\n  unzip -P 'it'\\''s'SECRET a.zip",
            "command:\n- sh\n- -c\n- |\n  lftp -u app,'SECRET' sftp://x\n  lftp -u 'app','a'\\''SECRET' sftp://x",
            "command: [bash, -c, 'mc alias set m http://m app ''a\"SECRET''']",
            "args: [\"openssl enc -aes256 -k 'a\\\"b'\\\\''SECRET' -in a\"]",
            "command:\n- sh\n- -c\n- |\n  openssl rsa -passin 'pass:a'\\''SECRET' -in a",
        ],
    ),
    (
        "in an expression of a template",
        &[
            "command: [sh, -c, 'mysqldump -uapp -p{{ default `SECRET` .Values.p }} shop']",
            "command:\n- sh\n- -c\n- |\n  redis-cli -a '{{ .Values.p | default \"SECRET\" }}' ping",
            "command:\n- sh\n- -c\n- |\n  curl -u app:{{ default \"SECRET\" .Values.p }} https://x",
            "command:\n- sh\n- -c\n- |\n  sshpass -p {{ coalesce .Values.p \"SECRET\" }} ssh x",
            "command:\n- sh\n- -c\n- |\n  curl -H 'Authorization: Bearer {{ default \"SECRET\" .Values.p }}' x",
            "env:\n- name: QUEUE\n  value: amqp://app:{{ .Values.p | default \"SECRET\" }}@mq:5672",
            "env:\n- name: QUEUE\n  value: 'amqp://{{ .Values.u }}:{{ default \"a/SECRET\" .Values.p }}@mq:5672'",
            "# - {name: API_TOKEN, value: {{ default \"SECRET\" .Values.t }}}\nstdin: false",
            "#  password: {{ .Values.p | default 'SECRET' | quote }}\nstdin: false",
            "#  value: {{ default \"SECRET\" .Values.t }}\n#  name: API_TOKEN\nstdin: false",
            "env:\n- name: DB_PASSWORD\n  value: '{{ ternary \"SECRET\" .Values.p .Values.x }}'",
            "command: [pwsh, -c, \"ConvertTo-SecureString '{{ default `SECRET` .Values.p }}' -AsPlainText\"]",
            "args: [\"--token={{ default `SECRET` .Values.t }}\"]",
        ],
    ),
    (
        "behind a comment or a dash",
        &[
            "args: [--password, # from the wiki\n  SECRET]",
            "args:\n- --api-key\n- // ask the team\n- SECRET",
            "args:\n- --password\n- - SECRET",
            "args:\n- --password\n-\n  SECRET",
            "args:\n- --password - - 'SECRET'",
            "args:\n- --password\n# one\n\n# two\n- SECRET",
            "args: [--token, /* of the shop */ SECRET]",
            "env:\n- name: DB_PASSWORD\n- #   value: SECRET\n",
            "# - name: DB_PASSWORD\n# - #   value: SECRET\nstdin: false",
            "json:\n\"args\": [\"--token\",\n// of the shop\n// and of others\n\"SECRET\"]",
            "json:\n\"args\": [\"--password\" /* of the shop */, \"SECRET\"]",
            "json:\n\"env\": [{\"name\": \"DB_PASSWORD\",\n// of the shop\n\"value\":\n// not real\n\"SECRET\"}]",
            "json:\n\"env\": [{\"name\": \"DB_PASSWORD\", \"value\": // of the shop\n\"SECRET\"}]",
        ],
    ),
    (
        "in a document without a kind",
        &[
            "env:\n- name: API_TOKEN\n---\n  value: SECRET\n- name: MODE\n  value: full",
            "env:\n- name: MODE\n  value: full\n---\n- login: SECRET",
            "env: []\n---\nshop:\n  login: SECRET\n",
            "file:\nmember: SECRET\n---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n",
            "file:\n[{\"member\": \"SECRET\"}]\n---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n",
            "file:\n{\"member\": {\"login\": [\"SECRET\"]}}\n---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n",
            "file:\nvalue: SECRET\n- name: MODE\n  value: full\n---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n",
            "file:\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata:\n---\n  login: SECRET\n---\napiVersion: batch/v1\nkind: Job\n",
            "file:\nmetadata:\n  annotations:\n    shop: SECRET\n---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n",
        ],
    ),
    (
        "in a Secret",
        &[
            "file:\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  member: '\nSECRET'\n---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n",
            "file:\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  member: \"\n\nSECRET\"\n  other: a\n---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n",
            "file:\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  # member: SECRET\n  other: a\n---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n",
            "file:\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata:\n  other: a\n  ## member:   SECRET\n#  member: 'SECRET'\n  last: b\n---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n",
            "file:\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  member:\n\n    SECRET\n---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n",
            "file:\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {other: a, # member: SECRET\n  member: 'a\nSECRET'}\n---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n",
            "file:\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  ? member\n  : SECRET\n---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n",
            "file:\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringDta:\n  member: \"\nSECRET\"\n---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n",
            "file:\napiVersion: v1\nkind: List\nitems:\n- kind: Secret\n  apiVersion: v1\n  stringData:\n    member: \"\nSECRET\"\n---\napiVersion: batch/v1\nkind: Job\n",
        ],
    ),
    (
        "as the name of a value that is a name",
        &[
            "env:\n- name: SECRET\n  value: \"API_TOKEN\"",
            "env:\n- value: DB_PASSWORD\n  name: 'SECRET'",
            "env: [{name: SECRET, value: MYSQL_ROOT_PASSWORD}]",
            "env: [{value: REDIS_PASSWORD, name: SECRET}, {name: MODE, value: full}]",
            "livenessProbe: {httpGet: {port: 80, httpHeaders: [{name: SECRET, value: X-Api-Key}]}}",
            "livenessProbe:\n  httpGet:\n    port: 80\n    httpHeaders:\n    - value: Authorization\n      name: SECRET",
            "json:\n\"env\": [{\"name\": \"SECRET\", \"value\": \"DB_PASSWORD\"}]",
        ],
    ),
    (
        "behind a user",
        &[
            "env:\n- name: PROXY_AUTH\n  value: app:SECRET",
            "env:\n- name: HTTP_BASIC_AUTH\n  value: 'app@example.com:SECRET'",
            "env:\n- name: DASHBOARD_LOGIN\n  value: admin:SECRET",
            "env:\n- name: REGISTRY_LOGINS\n  value: a:$(A),app:SECRET",
            "metadata:\n  annotations:\n    auth: \"app:SECRET\"\n",
            "metadata:\n  annotations:\n    shop/logins: \"reader:SECRET writer:SECRET\"\n",
            "command: [sh, -c, 'etcdctl --user=root:SECRET snapshot save a']",
            "args: [--user, \"app:SECRET\"]",
            "args: [--basic-auth=app:SECRET]",
            "command:\n- sh\n- -c\n- |\n  cat > a.conf <<E\n  auth = app:SECRET\n  E",
        ],
    ),
];

/// Lines that are shown as they are.
pub(crate) const ORDINARY: &[&str] = &[
    "command: [sh, -c, 'mysqldump -u app -p\"$PASSWORD\" shop | gzip > \"/backup/shop report.gz\"']",
    "command: [sh, -c, \"tar -czpf 'backup file'.tgz /data && echo 'it'\\\\''s done'\"]",
    "command: [docker, run, -p, \"8080:8080\", -u, \"1000:1000\", registry.example.com/app]",
    "command: [sh, -c, 'psql -p 5432 -U \"app user\" -c \"VACUUM ANALYZE customers\"']",
    "command: [sh, -c, 'redis-cli -a {{ .Values.password }} ping && curl -u app:{{ .Values.p }} https://x']",
    "env:\n- name: QUEUE\n  value: amqp://app:{{ .Values.password }}@mq:5672/{{ .Values.vhost }}",
    "command: [sh, -c, 'cat report | docker login --password-stdin - && tar -xf - reports']",
    "args:\n- --password-file\n# of the shop\n- reports\n- // nothing\n- monthly",
    "env:\n- name: PASSWORD_SOURCE\n  value: DB_PASSWORD\n- {name: mode, value: token}\n- {name: level, value: FULL}",
    "env:\n- {name: AUTH_TYPE, value: 'basic:ldap'}\n- {name: DB_AUTH, value: scram-sha-256}\n- {name: AUTH, value: '$(U):$(P)'}",
    "command: [sh, -c, 'docker login registry.example.com:5000 && chown -R app:1000660000 /data']",
    "args: [--user, \"1000:1000660000\", --login, \"host:5432\", --auth=app:]",
];
