//! Credentials in sentences, calls and programs, where neither a name with a mark nor the look of the word gives them away.

/// Comments, each as one of YAML and as one of a script.
pub(crate) const COMMENTS: &[&str] = &[
    "default root password is SECRET",
    "SECRET was the passphrase of the old keystore",
    "the API key of the partner, SECRET, expires in May",
    "TODO(mk): hard-coded token SECRET until the operator works",
    "Passwort ist SECRET",
    "Zugangsdaten: nachtlauf / SECRET",
    "mot de passe pour la recette : SECRET",
    "la clave es SECRET, no la cambies",
    "creds for the mirror: mirror/SECRET",
    "user mirror, pw SECRET",
    "(pw SECRET)",
    "admin / SECRET on the test system",
    "root/SECRET works there",
    "grafana admin SECRET",
    "ssh mirror@vault01 (SECRET)",
    "mirror@vault01 / SECRET",
    "basic auth mirror:SECRET as before",
    "password changed from SECRET to another one",
    "key \"SECRET\" for the upload",
];

/// Texts that a command prints; and, in quotation marks or not, commands that print them.
pub(crate) const PRINTED: &[&str] = &[
    "log in as admin with password SECRET",
    "the new token of the mirror: use SECRET from now on",
    "login mirror / SECRET",
    "SECRET is the root password now",
];

/// Commands that print a text.
pub(crate) const PRINTERS: &[&str] = &[
    "echo \"TEXT\"",
    "echo -e 'TEXT' >&2",
    "printf \"%s: TEXT\\n\" \"$HOSTNAME\"",
    "logger -t backup 'TEXT'",
    "python3 -c 'print(\"TEXT\")'",
    "node -e 'console.log(\"TEXT\")'",
];

/// Texts of annotations.
pub(crate) const NOTES: &[&str] = &[
    "runs as mirror, password SECRET",
    "2026-02-03 mk: changed the db password to SECRET",
    "Bearer SECRET",
    "ask the team; log in with login mirror / SECRET at https://mirror.example.com",
    "creds: mirror/SECRET",
];

/// Parts of manifests, by what announces the credential.
pub(crate) const KINDS: &[(&str, &[&str])] = &[
    (
        "in a call",
        &[
            "command:\n- php\n- -r\n- '$db = new PDO(\"pgsql:host=db\", \"report\", \"SECRET\");'",
            "command:\n- php\n- -r\n- '$c = mysqli_connect(\"db\", \"report\", \"SECRET\", \"sales\");'",
            "command:\n- python3\n- -c\n- |\n  import pymssql\n  c = pymssql.connect(\"db\", \"report\", \"SECRET\", \"sales\")",
            "command:\n- python3\n- -c\n- |\n  c = oracledb.connect('report', 'SECRET', 'dwh')",
            "command:\n- python3\n- -c\n- |\n  c = psycopg2.connect(\n    dsn,\n    \"report\",\n    \"SECRET\")",
            "command:\n- python3\n- -c\n- |\n  l.simple_bind_s(\"cn=report,dc=example\", \"SECRET\")",
            "command:\n- python3\n- -c\n- |\n  ftp.login(os.environ[\"FTP_NAME\"], \"SECRET\")",
            "command: [sh, -c, \"java -cp . Main 'DriverManager.getConnection(url, \\\"report\\\", \\\"SECRET\\\")'\"]",
            "command: [groovy, -e, 'Sql.newInstance(\"jdbc:db2://db\", \"report\", \"SECRET\")']",
            "command:\n- perl\n- -e\n- |\n  my $h = DBI->connect(\"dbi:mysql:sales\", \"report\", \"SECRET\");",
            "command: [node, -e, 'createConnection(\"db\", \"report\", \"SECRET\")']",
        ],
    ),
    (
        "as an argument of a program",
        &[
            "command:\n- sh\n- -c\n- |\n  curl -s -u SECRET: https://pay.example.com/v1/payouts",
            "command: [curl, --user, 'SECRET:', 'https://pay.example.com']",
            "command:\n- sh\n- -c\n- |\n  snyk auth SECRET && snyk test",
            "command: [wandb, login, \"SECRET\"]",
            "command:\n- ngrok\n- authtoken\n- SECRET",
            "command:\n- sh\n- -c\n- |\n  set -e; flyctl auth:token SECRET\n  sudo netlify login SECRET",
            "command:\n- sh\n- -c\n- |\n  codecov -t SECRET -f cover.xml",
            "command:\n- sh\n- -c\n- |\n  printf 'user = \"report:SECRET\"\\n' > ~/.curlrc",
            "command: [sh, -c, \"echo \\\"user = \\\\\\\"report:SECRET\\\\\\\"\\\" > .curlrc\"]",
            "command:\n- sh\n- -c\n- |\n  http GET https://x X-Auth-Token:SECRET\n  xh post https://x Api-Key:SECRET",
            "command:\n- sh\n- -c\n- |\n  cat > haproxy.cfg <<E\n  userlist ops\n    user report insecure-password SECRET\n  E",
        ],
    ),
    (
        "under a name",
        &[
            "env:\n- name: SESSION_SALT\n  value: SECRET",
            "env:\n- name: ANALYTICS_WRITE_KEY\n  value: SECRET",
            "env:\n- name: PAGER_AUTH\n  value: SECRET",
            "env: [{name: TELEMETRY_INSTRUMENTATION_KEY, value: 'SECRET'}]",
        ],
    ),
];

/// Words that a machine makes for people to pronounce, where nothing announces them.
pub(crate) const PRONOUNCEABLE: &[&str] = &["mebo3dalifu", "wa7ukoniret", "Rokit9elubo", "5ojabedIra"];

/// Lines that are shown as they are.
pub(crate) const ORDINARY: &[&str] = &[
    "# the token is read from Vault\nstdin: false",
    "# Password: see the runbook, and ask the platform team before you rotate it\nstdin: false",
    "# Credentials come from the external secret, not from this file\nstdin: false",
    "# run as root: the volume is owned by another user\nstdin: false",
    "# existingSecret and secretKeyRef name the key, see docs/secrets.md and https://example.com/docs\nstdin: false",
    "# needs DB_PASSWORD, API_TOKEN and /run/secrets/token\nstdin: false",
    "command:\n- sh\n- -c\n- |\n  echo \"Waiting for the password of the database user to be rotated\"\n  echo \"No token found in $TOKEN_FILE, exiting\" >&2",
    "command:\n- sh\n- -c\n- |\n  gcloud auth activate-service-account --key-file=/key.json; az login --identity; gh auth status",
    "command:\n- sh\n- -c\n- |\n  docker login registry.example.com; vault auth enable kubernetes; argocd login argocd.example.com",
    "command:\n- python3\n- -c\n- |\n  s.connect((\"db\", 5432)); r = connect(url); client.connect(\"db\", \"5432\")\n  b.bind(\"click\", \"handler\")",
    "env:\n- {name: ACCESS_TOKEN_LIFETIME, value: 15m}\n- {name: TOKEN_VALIDITY, value: 24h}\n- {name: SMTP_AUTH, value: plain}\n- {name: HTTP_AUTH, value: kerberos}",
    "env:\n- {name: TOKEN_SCOPE, value: 'read:users'}\n- {name: PASSWORD_HASH_ROUNDS, value: '120000'}\n- {name: API_KEY_ENABLE, value: 'true'}",
    "metadata:\n  annotations:\n    note: The token of the job is rotated every month, and its owner is the platform team.\n",
    "# 3dimensional, base64decode, log4jproperties, kubernetes2\nstdin: false",
];
