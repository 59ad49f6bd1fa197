//! Words that look made by chance, at places that announce nothing, and others that look a little like them.

/// What machines make, and what people think of.
pub(crate) const SECRETS: &[&str] = &[
    "k3X9wrongHorse7q",
    "9f86d081884c7d659a2f",
    "kqzvwxjhtrbnmpfd",
    "XKQZVWJHTRBNMPFD",
    "xKqZtPwLmRvBnHjD",
    "Winter2024!",
    "Tr0ub4dor&3",
    "hunter2Zx",
    "c2VjcmV0LXZhbHVl",
    "HLY9-A26L-64LB-4CWK",
    "iGVCaQDneOKhR/8Sa+cpy1hGfnB5hS1orQ/9vspx",
    "0tff2wawouvzgoswhbk4",
    "Marble4Glacier",
    "copper7lantern",
    "Bridge2Meadow",
    "harbor1234",
    "Summer2026",
    "6b1d0c9e-55a4-4f0e-9a57-1c0de7a1b2c3",
    "sdk-6b1d0c9e-55a4-4f0e-9a57-1c0de7a1b2c3",
    "qzvx-klwp-mjhd-rtkb",
];

/// Lines of a container with `SECRET` where nothing says what it is.
pub(crate) const LINES: &[&str] = &[
    "args: [SECRET]",
    "args: [--colour, SECRET]",
    "args: [--colour=SECRET, b]",
    "args: [-x, \"=\", SECRET]",
    "command: [wpa_passphrase, home, SECRET]",
    "command: [db2, connect, to, shop, user, bob, using, SECRET]",
    "command: [net, use, z, SECRET]",
    "command: [sh, -c, \"mount.cifs //nas/a /b -o username=bob,p=SECRET\"]",
    "command: [sh, -c, \"load SECRET | sort\"]",
    "args:\n- |\n  load\n  SECRET\n",
    "env:\n- name: COLOUR\n  value: SECRET",
    "env:\n- name: COLOUR\n  value: \"a\\nSECRET\"",
    "args: [a] # SECRET\nenv: []",
    "workingDir: /data/SECRET",
];

/// Lines that are shown as they are.
pub(crate) const PUBLIC: &[&str] = &[
    "args: [pull, alpine@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08]",
    "envFrom: [{configMapRef: {name: app-config-7g5h8k2m9f}}]",
    "args: [report-28391230-x7k2q, app-7d9c5f4b8-x2x9z]",
    "args: [ip-10-0-1-23.eu-west-1.compute.internal, i-0abc123def4567890]",
    "args: [\"2026-11-29T03:00:00Z\", 20261129T030000Z, 1h30m15s, 90m, 128Mi, 500m, 1e3]",
    "args: [v1.31.2-rc1, 1.2.3-beta4, v20260401, x86_64, amd64, ubuntu2204, python3.12, pg_dump16, ec2metadata]",
    "args: [s3://shop-backup-2/a, oauth2-proxy, md5sum, utf8mb4, ipv6, k8s-tools, b2storage, sha256sum, base64]",
    "args: [--commit, 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b]",
    "args: [\"%Y-%m-%dT%H:%M:%S\", \"s/[^0-9]*//g\", \"$1$2\", \"${A##*/}\"]",
    "args: [PostgreSQL16, MySQL8, HTTP2Server, Base64Decoder, getHttp2Client, Log4jConfig]",
    "args: [workflowtaskresults, dockerconfigjson, kubernetes.io/dockerconfigjson, libpostgresql]",
    "args: [Base64, Debian12, Ubuntu22, Python311, Java17, Report2024, Sprint42, Phase2b, rack12b, yolov8n.pt, imagenet1k]",
    "args: [\"-XX:+UseG1GC\", -Djava.net.preferIPv4Stack=true, 2024W05, P1Y2M10DT2H30M, UTF-16LE, ISO-8859-1, AES-256-GCM]",
    "args: [ECDHE-RSA-AES128-GCM-SHA256, TLSv1.3, RS256, us-east-1a, m5.2xlarge, c6i.4xlarge, 10.0.0.0/16]",
    "args: [json2yaml, kube2iam, sha256sum, KRB5CCNAME, V1EnvVarSource, existingLog4jConfigMap, oauth2Provider, -Xmx1024m]",
    "args: [long-term-blob-data, shop-east-prod-http, cron-sync-html-ftps, worker01, node12, pg15, Route53]",
    "args: [--tenant-id, 6b1d0c9e-55a4-4f0e-9a57-1c0de7a1b2c3, 00000000-0000-0000-0000-000000000000]",
    "args: [-h, mydb.c9akciq32rfd.us-east-1.rds.amazonaws.com, 'arn:aws:iam::123456789012:role/a-BackupRole-1XQ7ZK3VNWFHE']",
    "args: [\"git checkout 0eb0e95caee35c9eb86ecf88b155e812550321aa\"]",
    "args: [a] # an unquoted \"Authorization: Bearer\" would be a mapping",
    "args: [KOPIA_S3_ENDPOINT, RCLONE_CONFIG_B2_TYPE, POSTGRES_MULTIPLE_EXTENSIONS]",
];
