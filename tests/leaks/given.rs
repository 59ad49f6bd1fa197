//! Credentials that their form, a sentence, a name, a program, a call or a line of a file gives away.

/// Strings that machines make, where no name directly before them says that everybody may know them.
pub(crate) const MADE: &[&str] = &[
    "b7f30c9e41d25a86",
    "5d1e0f7a9c3b48266eab07f1d2c4935e",
    "3f0c9a1e-7b52-4d18-9e64-0ab7c5d2f831",
    "Q8WE-3TRM-ZK1D-P0XV",
    "wqjf-tnxp-kzrb-vhdm",
    "tybvoQ-mefxaj-3wugpi",
    "rk4wpz_9xmt2q_hv7bnd",
    "Vq3Tz.m8RwK.x1YdP.c6LnB",
    "w@Tq7zK+mRxE",
    "Hd#x9Lw!2vQk-Pz*",
    "zxqvtbrkjhwpdmfg",
];

/// Places with a word that says so of something else.
pub(crate) const BESIDE: &[&str] = &[
    "# what the team shares by its shards: SECRET\nstdin: false",
    "# the hash of the commit is checked, and the mirror gets SECRET\nstdin: false",
    "command:\n- sh\n- -c\n- |\n  git fetch && sha256sum -c sums && load SECRET",
    "command:\n- sh\n- -c\n- |\n  load --trace --shard a --colour 'SECRET'",
    "env:\n- {name: HASH_MODE, value: md5}\n- {name: COLOUR, value: 'SECRET'}",
    "args: [--tenant, a, --colour, 'SECRET']",
    "env:\n- name: COLOUR\n  value: 'red,SECRET'",
];

/// Public ones, directly behind the name that says so.
pub(crate) const PUBLIC: &[&str] = &[
    "args: [--revision, 4bf92f3577b34da6a3ce929d0e0e4736a0f067aa, 'CLIENT_ID=3f0c9a1e-7b52-4d18-9e64-0ab7c5d2f831']",
    "args:\n- --tenant-id\n- 3f0c9a1e-7b52-4d18-9e64-0ab7c5d2f831",
    "env:\n- name: GIT_COMMIT\n  value: 4bf92f3577b34da6a3ce929d0e0e4736a0f067aa",
    "command:\n- sh\n- -c\n- |\n  git reset --hard 4bf92f3577b34da6a3ce929d0e0e4736a0f067aa",
    "# https://github.com/shop/app/blob/4bf92f3577b34da6a3ce929d0e0e4736a0f067aa/README.md\nstdin: false",
];

/// Parts of manifests with `SECRET` in the place of a credential that looks like any other word, by what gives it away.
pub(crate) const KINDS: &[(&str, &[&str])] = &[
    (
        "a sentence with marks, or a long one",
        &[
            "metadata:\n  annotations:\n    note: 'see <https://wiki.example.com>; the password of the mirror is SECRET'\n",
            "metadata:\n  annotations:\n    note: '- for {staging} we use the password SECRET'\n",
            "env:\n- {name: NOTE, value: 'ask us; the password is SECRET (until May)'}",
            "# The password, LONG and LONG and LONG and LONG and LONG and LONG and LONG and LONG, is SECRET\nstdin: false",
            "command:\n- sh\n- -c\n- |\n  echo 'The password, LONG and LONG and LONG and LONG and LONG and LONG and LONG, is SECRET'",
        ],
    ),
    (
        "a command that prints or sends a text",
        &[
            "command:\n- sh\n- -c\n- |\n  echo \"password for the mirror:\" 'SECRET' >&2",
            "command:\n- sh\n- -c\n- |\n  printf '%s: %s\\n' password SECRET",
            "command:\n- sh\n- -c\n- |\n  wall The root password is SECRET",
            "command:\n- sh\n- -c\n- |\n  mail -s 'your password is SECRET' ops@example.com < /dev/null",
            "command:\n- sh\n- -c\n- |\n  curl -d '{\"text\": \"the password was changed to SECRET\"}' https://chat.example.com",
            "command:\n- sh\n- -c\n- |\n  git commit -m 'the password is now SECRET'",
            "command:\n- sh\n- -c\n- |\n  mail ops@example.com <<E\n  The password of the mirror is SECRET\n  E",
        ],
    ),
    (
        "a phrase",
        &[
            "# use SECRET to log in\nstdin: false",
            "# you can sign in as mirror with SECRET\nstdin: false",
            "stdin: false # unlock it with SECRET",
            "command:\n- sh\n- -c\n- |\n  echo 'log in with SECRET'",
        ],
    ),
    (
        "a name",
        &[
            "env:\n- {name: HASH_PEPPER, value: SECRET}\n- {name: LOGGED_IN_SALT, value: SECRET}",
            "env:\n- {name: SNMP_COMMUNITY, value: SECRET}\n- {name: PAY_WEBHOOK_SIGNING, value: SECRET}",
            "env:\n- {name: OTP_SEED, value: SECRET}\n- {name: GITLAB_PAT, value: SECRET}\n- {name: FTP_CREDS, value: SECRET}",
            "env:\n- {name: GOSSIP_KEY, value: SECRET}\n- {name: DECRYPTION_KEY, value: SECRET}\n- {name: RECOVERY_KEY, value: SECRET}",
        ],
    ),
    (
        "a program",
        &[
            "command:\n- sh\n- -c\n- |\n  bw unlock SECRET; bw login ops@example.com SECRET",
            "command:\n- sh\n- -c\n- |\n  netlify deploy --auth SECRET\n  glab auth login -t SECRET\n  flyctl -t SECRET status\n  vercel -t SECRET",
            "command:\n- sh\n- -c\n- |\n  ngrok config add-authtoken SECRET\n  rclone obscure SECRET\n  rclone config create a sftp pass SECRET",
            "command:\n- sh\n- -c\n- |\n  vault operator unseal SECRET\n  ansible-vault encrypt_string SECRET\n  mosquitto_passwd -b f app SECRET",
            "command:\n- sh\n- -c\n- |\n  wpa_passphrase home SECRET > a\n  db2 connect to shop user app using SECRET\n  rar a -hpSECRET a b",
            "command:\n- sh\n- -c\n- |\n  java -jar jenkins-cli.jar -auth app:SECRET build a",
        ],
    ),
    (
        "a call",
        &[
            "command:\n- python3\n- -c\n- |\n  f = ftplib.FTP_TLS('files', 'app', 'SECRET')",
            "command:\n- python3\n- -c\n- |\n  db.authenticate('app', 'SECRET')\n  j = Jenkins('https://ci', 'app', 'SECRET')",
            "command:\n- python3\n- -c\n- |\n  s = Session('app', 'SECRET')\n  c = dial('queue', 'app', 'SECRET')\n  z.setpassword(b'SECRET')",
        ],
    ),
    (
        "the line of a file",
        &[
            "command:\n- sh\n- -c\n- |\n  cat > userlist.txt <<E\n  \"app\" \"SECRET\"\n  E",
            "command:\n- sh\n- -c\n- |\n  echo '\"app\" \"SECRET\"' > /etc/pgbouncer/userlist.txt",
            "command:\n- sh\n- -c\n- |\n  cat > /etc/postfix/sasl_passwd <<E\n  [smtp.example.com]:587 app:SECRET\n  E",
            "command:\n- sh\n- -c\n- |\n  cat > /etc/ppp/chap-secrets <<E\n  app * SECRET *\n  E",
            "command:\n- sh\n- -c\n- |\n  cat > users.acl <<E\n  user app on >SECRET ~* +@all\n  E",
            "command:\n- sh\n- -c\n- |\n  echo '*:*:*:app:SECRET' > pass.txt",
            "command:\n- sh\n- -c\n- |\n  cat > .htpasswd <<E\n  mirror:SECRET\n  report:SECRET\n  E",
            "env:\n- name: POOL\n  value: |\n    [smtp.example.com]:25 app:SECRET",
        ],
    ),
];

/// Lines that are shown as they are.
pub(crate) const ORDINARY: &[&str] = &[
    "command:\n- sh\n- -c\n- |\n  echo \"No rook-ceph-mon secret found, exiting\" >&2",
    "# who can log in - see docs/access.md; the catalog in the registry is public\nstdin: false",
    "command:\n- sh\n- -c\n- |\n  for token in a b; do load \"$token\"; done; if [ -z \"$PASSWORD\" ]; then exit 1; fi",
    "args: [\"0 3 * * *\", \"a * b\", minio/mc:RELEASE.2025-08-13T08-35-41Z, QUEUE_MYSQL_QUEUE_URL, redis-mysql-nginx]",
    "env:\n- {name: COMMUNITY, value: edition}\n- {name: SMTP_AUTH, value: scram-sha-256}\n- {name: HMAC_ALGORITHM, value: sha512}",
    "command:\n- sh\n- -c\n- |\n  bw sync; rclone copy a b; vault operator init; net use; ngrok version; turn on > log",
];
