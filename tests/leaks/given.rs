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
    "command:\n- sh\n- -c\n- |\n  git log --oneline 4bf92f3577b34da6a3ce929d0e0e4736a0f067aa",
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
            "command:\n- sh\n- -c\n- |\n  echo 'unlock the vault of the team with SECRET'",
            "# log in to the portal as admin with SECRET\nstdin: false",
            "metadata:\n  annotations:\n    note: admin:SECRET\n",
            "metadata:\n  annotations:\n    note: root / SECRET\n",
        ],
    ),
    (
        "a here-document that people read",
        &[
            "command:\n- sh\n- -c\n- |\n  cat <<E\n  Hello,\n  our token for the share is SECRET\n  the API key, SECRET, expires in May\n  E",
            "command:\n- sh\n- -c\n- |\n  cat >&2 <<-'E'\n  use SECRET to log in\n  admin / SECRET\n  E",
            "command:\n- sh\n- -c\n- |\n  mail ops@example.com <<E\n  default login mirror, SECRET\n  our pat is SECRET\n  E",
            "command:\n- sh\n- -c\n- |\n  cat > README <<E\n  our token for the share is SECRET\n  you can sign in with SECRET\n  E",
        ],
    ),
    (
        "a word of another language, in capitals",
        &[
            "# ПАРОЛЬ: SECRET\nstdin: false",
            "# Пароль — SECRET\nstdin: false",
            "# Şifre: SECRET\nstdin: false",
            "# ŞİFRE SECRET\nstdin: false",
            "# HASŁO: SECRET\nstdin: false",
            "# Κωδικός: SECRET\nstdin: false",
            "command:\n- sh\n- -c\n- |\n  ПАРОЛЬ=SECRET",
        ],
    ),
    (
        "a shell",
        &[
            "command:\n- bash\n- -c\n- |\n  declare -A a=([admin_passwd]=SECRET [b]=c)",
            "command:\n- bash\n- -c\n- |\n  for password in SECRET 'SECRET'; do load; done",
            "command:\n- bash\n- -c\n- |\n  while read -r password; do load; done <<< SECRET",
            "command:\n- bash\n- -c\n- |\n  while read -r user password; do\n    load\n  done <<E\n  app SECRET\n  mirror SECRET\n  E",
            "command:\n- fish\n- -c\n- |\n  set -gx RECOVERY_CODE SECRET; load --access-code=SECRET",
            "command:\n- sh\n- -c\n- |\n  java -Dsession.secret=SECRET -jar a.jar; curl -b 'session=SECRET' https://a.example.com",
            "command:\n- sh\n- -c\n- |\n  echo \"password:\"\n  echo \"SECRET\"",
            "command:\n- bash\n- -c\n- |\n  read -r password <<< 'SECRET'",
            "command:\n- bash\n- -c\n- |\n  password=$(cat <<E\n  SECRET\n  E\n  )",
            "command: [bash, -c, \"password=\\\"$(cat <<E\\nSECRET\\nE\\n)\\\"; load\"]",
        ],
    ),
    (
        "SQL",
        &[
            "command:\n- sh\n- -c\n- |\n  psql -c \"SELECT pgp_sym_decrypt(a, 'SECRET') FROM b\"",
            "command:\n- sh\n- -c\n- |\n  mysql -e \"SELECT AES_DECRYPT(a, 'SECRET') FROM b\"",
            "command:\n- sh\n- -c\n- |\n  psql -c \"UPDATE a SET b = encrypt(c, 'SECRET', 'aes-cbc/pad:pkcs'), d = hmac(e, 'SECRET', 'sha256')\"",
            "command:\n- sh\n- -c\n- |\n  mysql -e \"ALTER USER app IDENTIFIED BY '$NEW' REPLACE 'SECRET'\"",
            "command:\n- sh\n- -c\n- |\n  psql -c '\\password app SECRET'",
            "command:\n- sh\n- -c\n- |\n  psql -c \"SET SESSION app.password TO 'SECRET'\"\n  sqlite3 a \"PRAGMA key = 'SECRET'\"",
            "command:\n- sh\n- -c\n- |\n  sqlplus /nolog <<E\n  CONNECT app/SECRET@db\n  conn app/\"SECRET\" as sysdba\n  E",
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
            "command:\n- sh\n- -c\n- |\n  yes SECRET | passwd app\n  printf 'SECRET\\nSECRET\\n' | adduser app",
            "command:\n- sh\n- -c\n- |\n  redis-cli ACL SETUSER app on '>SECRET' '~*'\n  redis-cli acl setuser app \">SECRET\" on",
            "command:\n- sh\n- -c\n- |\n  redis-cli -u redis://SECRET@cache:6379",
            "command:\n- sh\n- -c\n- |\n  set_password app SECRET\n  reset-passwd app 'SECRET'",
            "command:\n- sh\n- -c\n- |\n  cf auth app SECRET\n  pt-table-sync h=db,u=app,p=SECRET h=b\n  mysqlbinlog -u app -pSECRET b",
            "command:\n- sh\n- -c\n- |\n  softhsm2-util --init-token --pin SECRET --so-pin SECRET\n  pkcs11-tool --login --pin SECRET -O\n  ngrok authtoken SECRET",
            "command:\n- sh\n- -c\n- |\n  ab -A app:SECRET https://a.example.com/\n  hey -a app:SECRET https://a.example.com\n  p4 -u app -P SECRET sync",
            "command:\n- sh\n- -c\n- |\n  aws ssm put-parameter --name /shop/a --type SecureString --value SECRET\n  influx setup -u app -p SECRET\n  veracrypt -p SECRET a /mnt",
            "command:\n- sh\n- -c\n- |\n  redis-benchmark -a SECRET\n  mydumper -u app -p SECRET\n  wrangler secret put A <<< SECRET",
        ],
    ),
    (
        "a value by way of the shell",
        &[
            "command:\n- sh\n- -c\n- |\n  : \"${DB:=SECRET}\"; mysql -p$DB",
            "command:\n- sh\n- -c\n- |\n  mysql -p\"${DB:-SECRET}\"",
            "command:\n- bash\n- -c\n- |\n  IFS=: read -r u p <<< \"app:SECRET\"; mysql -u\"$u\" -p\"$p\"",
            "command:\n- sh\n- -c\n- |\n  set -- app SECRET; mysql -u\"$1\" -p\"$2\"",
            "command:\n- sh\n- -c\n- |\n  for p in SECRET; do mysql -p\"$p\"; done",
        ],
    ),
    (
        "a program with a way of its own",
        &[
            "command:\n- sh\n- -c\n- |\n  snmpget -v2c -c SECRET h\n  snmptrap -v3 -u a -A SECRET -X SECRET h\n  kopia repository connect s3 -p SECRET",
            "command:\n- sh\n- -c\n- |\n  net use z: share SECRET /user:app\n  net user app SECRET /add\n  smbget -U app%SECRET smb://h/s",
            "command:\n- sh\n- -c\n- |\n  curl -b 'sessionid=SECRET; theme=SECRET' https://a.example.com\n  curl -sSb sid=SECRET https://a.example.com",
            "command:\n- sh\n- -c\n- |\n  pulumi config set --secret db SECRET\n  nodetool -u app -pw SECRET status\n  odoo -d shop -w SECRET",
            "command:\n- sh\n- -c\n- |\n  expect -c 'send \"SECRET\\r\"; expect Password:'\n  expect -c 'spawn ssh a; send -- \"SECRET\\n\"; interact'",
            "command:\n- sh\n- -c\n- |\n  ejabberdctl register app h SECRET\n  chamber write shop db SECRET\n  openssl dgst -sha256 -hmac SECRET f",
            "command:\n- sh\n- -c\n- |\n  pdftotext -upw SECRET a.pdf\n  qpdf --encrypt SECRET b 256 -- a b\n  wlfreerdp /u:app /p:SECRET /v:h",
            "command:\n- sh\n- -c\n- |\n  age -p a <<< SECRET\n  echo SECRET | pdbedit -a -u app\n  logstash-keystore add A <<< SECRET",
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
    "command:\n- sh\n- -c\n- |\n  aws ssm put-parameter --name /shop/mode --type String --value readonly-mode; ab -n 100 https://a.example.com/; security find-certificate -p",
    "command:\n- sh\n- -c\n- |\n  echo \"No rook-ceph-mon secret found, exiting\" >&2",
    "# who can log in - see docs/access.md; the catalog in the registry is public\nstdin: false",
    "command:\n- sh\n- -c\n- |\n  for token in a b; do load \"$token\"; done; if [ -z \"$PASSWORD\" ]; then exit 1; fi",
    "args: [\"0 3 * * *\", \"a * b\", minio/mc:RELEASE.2025-08-13T08-35-41Z, QUEUE_MYSQL_QUEUE_URL, redis-mysql-nginx]",
    "env:\n- {name: COMMUNITY, value: edition}\n- {name: SMTP_AUTH, value: scram-sha-256}\n- {name: HMAC_ALGORITHM, value: sha512}",
    "command:\n- sh\n- -c\n- |\n  bw sync; rclone copy a b; vault operator init; net use; ngrok version; turn on > log",
    "command:\n- sh\n- -c\n- |\n  snmpget -c public h; curl -b jar.txt https://a.example.com; expect -c 'send \"yes\\r\"'; net use z:; qpdf a b",
    "# the password comes from the secret billing-db, see secrets `billing-db-ro` and no other\nstdin: false",
    "command:\n- sh\n- -c\n- |\n  cat <<E\n  Usage: setup [--password PASSWORD] <host>\n    --admin-token TOKEN  the token of the API\n  E\n  load \"$KC_ADMIN_PASSWORD\"",
    "command:\n- sh\n- -c\n- |\n  cat > a.yaml <<E\n  users: 12\n  auth: {kind: token, key: tls.key}\n  E\n  echo $((1 << 4)); yes | load",
    "command:\n- sh\n- -c\n- |\n  for token in a b; do load; done; for secret in shop-db shop-tls; do load; done; connect db/shop; reconnect a/b",
    "command:\n- sh\n- -c\n- |\n  psql -c \"SELECT encrypt(a, b, 'aes'), digest(c, 'sha256')\"; redis-cli ACL SETUSER app on > /dev/null; read -r answer",
    "env:\n- {name: PULL_SECRET, value: regcred}\n- {name: DB_SECRET, value: shop-credentials}\n- {name: AUTH, value: auth.example.com}\n- {name: VERSION_PIN, value: 1.2.3}",
];
