//! Programs with flags for passwords whose names do not say so.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::value::program::base_name;

/// A tool with flags for passwords whose names do not say so.
pub(crate) struct Tool {
    pub names: &'static [&'static str],
    /// The flags, with their value behind them or in the next word.
    pub flags: &'static [&'static str],
    /// Whether only a value in the same word counts.
    pub attached: bool,
    /// What stands between user and password in the value, where both are one.
    pub separator: Option<char>,
    /// What the value begins with where it holds a password: others name a variable or a file.
    pub prefix: &'static str,
    /// The subcommand that has the flags, where others mean something else by them.
    pub subcommand: &'static str,
    /// The letters without a value that may stand before a flag of one letter in its word: `-fsSu`.
    switches: &'static str,
}

const fn tool(names: &'static [&'static str], flags: &'static [&'static str]) -> Tool {
    Tool { names, flags, attached: false, separator: None, prefix: "", subcommand: "", switches: "" }
}

const MYSQL: &[&str] = &[
    "mysql",
    "mysqldump",
    "mysqlpump",
    "mysqladmin",
    "mysqlimport",
    "mysqlcheck",
    "mysqlbinlog",
    "mysqlsh",
    "mysqlshow",
    "mysqlslap",
    "mysql_upgrade",
    "mariadb",
    "mariadb-dump",
    "mariadb-admin",
    "mariadb-backup",
    "mariadb-binlog",
    "mariadb-check",
    "mariadb-import",
    "mariadb-upgrade",
    "xtrabackup",
];

const MONGO: &[&str] = &[
    "mongo",
    "mongosh",
    "mongodump",
    "mongorestore",
    "mongoexport",
    "mongofiles",
    "mongoimport",
    "mongostat",
    "mongotop",
];

/// Returns the tool of this name, as it is in the table.
pub(super) fn tool_name(name: &str) -> Option<&'static str> {
    BY_NAME.get_key_value(name).map(|it| *it.0)
}

/// The tools by the names of their programs.
static BY_NAME: LazyLock<HashMap<&'static str, &'static Tool>> = LazyLock::new(|| {
    TOOLS.iter().flat_map(|tool| tool.names.iter().map(move |name| (*name, tool))).collect()
});

/// As their manuals say.
pub(crate) const TOOLS: &[Tool] = &[
    Tool { attached: true, switches: "AbBCEfGHiILnNqrsStTvVwWX", ..tool(MYSQL, &["-p"]) },
    tool(MONGO, &["-p"]),
    tool(&["sshpass"], &["-p"]),
    tool(&["redis-cli", "redis-benchmark", "valkey-cli", "valkey-benchmark", "keydb-cli"], &["-a"]),
    tool(
        &[
            "ldapsearch",
            "ldapadd",
            "ldapcompare",
            "ldapdelete",
            "ldapexop",
            "ldapmodify",
            "ldapmodrdn",
            "ldapwhoami",
            "odoo",
            "odoo-bin",
            "vsql",
        ],
        &["-w"],
    ),
    tool(&["ldappasswd"], &["-w", "-s"]),
    tool(&["slappasswd"], &["-s"]),
    tool(&["useradd", "usermod"], &["-p"]),
    tool(
        &[
            "sqlcmd",
            "osql",
            "sqsh",
            "mssql-cli",
            "bcp",
            "freebcp",
            "tsql",
            "asadm",
            "knife",
            "mqttx",
            "mosquitto_ctrl",
            "mosquitto_pub",
            "mosquitto_sub",
            "mosquitto_rr",
            "isql",
        ],
        &["-P"],
    ),
    Tool {
        subcommand: "login",
        ..tool(
            &["docker", "podman", "nerdctl", "skopeo", "buildah", "helm", "crane", "oras", "az", "oc"],
            &["-p"],
        )
    },
    Tool {
        separator: Some(':'),
        switches: "#0123469afgGiIjJkLlnNOpqRsSv",
        ..tool(&["curl"], &["-u", "-U", "--user", "--proxy-user", "-E", "--cert", "--proxy-cert"])
    },
    Tool { separator: Some(':'), ..tool(&["http", "https", "xh"], &["-a", "--auth"]) },
    tool(
        &[
            "cqlsh",
            "dsbulk",
            "conjur",
            "kopia",
            "ncftpget",
            "ilorest",
            "smbmap",
            "register_new_matrix_user",
            "youtube-dl",
            "yt-dlp",
            "rabbitmqadmin",
            "beeline",
            "hdbsql",
            "cypher-shell",
            "couchbase-cli",
            "cbbackupmgr",
            "cbq",
            "mycli",
            "mydumper",
            "myloader",
            "twine",
            "elasticsearch-users",
            "ncftpput",
            "rdesktop",
        ],
        &["-p"],
    ),
    tool(
        &["doctl", "doppler", "codecov", "codecovcli", "drone", "flyctl", "k6", "vercel", "woodpecker-cli"],
        &["-t"],
    ),
    tool(&["influx"], &["-t", "-p"]),
    Tool { subcommand: "login", ..tool(&["glab"], &["-t"]) },
    Tool { subcommand: "register", ..tool(&["gitlab-runner"], &["-r"]) },
    tool(&["netlify"], &["--auth"]),
    tool(&["swaks"], &["-ap"]),
    tool(
        &[
            "snmpget",
            "snmpgetnext",
            "snmpwalk",
            "snmpset",
            "snmpbulkget",
            "snmpbulkwalk",
            "snmpdelta",
            "snmpdf",
            "snmpinform",
            "snmpnetstat",
            "snmpstatus",
            "snmptable",
            "snmptest",
            "snmptrap",
        ],
        &["-A", "-X", "-c"],
    ),
    tool(&["ipmitool"], &["-P", "-k"]),
    tool(&["nodetool", "sstableloader"], &["-pw"]),
    tool(&["aria2c"], &["--rpc-secret"]),
    tool(&["ceph", "rados", "rbd"], &["--key"]),
    Tool { prefix: "pass:", ..tool(&["easyrsa"], &["--passin", "--passout"]) },
    Tool { attached: true, ..tool(&["sqlpackage"], &["/sp:", "/tp:"]) },
    tool(&["pk12util"], &["-W", "-K"]),
    tool(&["ccrypt", "ccencrypt", "ccdecrypt"], &["-K"]),
    tool(&["gpg-preset-passphrase"], &["-P"]),
    tool(&["lokitool", "mimirtool", "cortextool"], &["--key"]),
    tool(
        &["pdftotext", "pdfimages", "pdfinfo", "pdftocairo", "pdftohtml", "pdftoppm", "pdftops"],
        &["-upw", "-opw"],
    ),
    tool(&["stomp"], &["-W"]),
    Tool { attached: true, ..tool(&["ssmtp"], &["-ap"]) },
    Tool { subcommand: "users", ..tool(&["airflow"], &["-p"]) },
    Tool { separator: Some(':'), ..tool(&["pulsar-client", "pulsar-admin"], &["--auth-params"]) },
    Tool { separator: Some(':'), ..tool(&["orchestrator-client"], &["-b"]) },
    tool(&["zip", "unzip", "zipcloak"], &["-P"]),
    Tool { attached: true, ..tool(&["7z", "7za", "7zr", "7zz"], &["-p"]) },
    Tool { attached: true, ..tool(&["rar", "unrar"], &["-hp", "-p"]) },
    Tool {
        attached: true,
        ..tool(
            &["xfreerdp", "xfreerdp3", "wlfreerdp", "wlfreerdp3", "sdl-freerdp"],
            &["/p:", "/gp:", "/pth:"],
        )
    },
    tool(&["keytool", "jarsigner"], &["-storepass", "-keypass", "-srcstorepass", "-deststorepass"]),
    Tool { prefix: "pass:", ..tool(&["openssl"], &["-passin", "-passout", "-pass"]) },
    Tool {
        separator: Some('%'),
        ..tool(&["smbclient", "rpcclient", "smbcacls", "smbget", "winexe", "wmic", "net"], &["-U", "--user"])
    },
    Tool { separator: Some('%'), ..tool(&["mount", "mount.cifs"], &["-o"]) },
    Tool { separator: Some(','), ..tool(&["lftp"], &["-u"]) },
    Tool { subcommand: "secret", ..tool(&["gh"], &["-b", "--body"]) },
    tool(&["ssh-keygen"], &["-N", "-P"]),
    tool(&["kadmin", "ldapvi"], &["-w"]),
    tool(&["softhsm2-util"], &["--pin", "--so-pin"]),
    tool(&["pkcs11-tool"], &["--pin", "--so-pin", "--new-pin", "-p"]),
    tool(&["pkcs15-tool", "pkcs15-init"], &["--pin", "--puk", "--so-pin"]),
    tool(&["p4"], &["-P"]),
    tool(&["veracrypt"], &["-p"]),
    Tool { subcommand: "unlock-keychain", ..tool(&["security"], &["-p"]) },
    Tool { separator: Some(':'), ..tool(&["ab"], &["-A", "-P"]) },
    Tool { separator: Some(':'), ..tool(&["hey"], &["-a"]) },
    Tool { subcommand: "nuget", ..tool(&["dotnet"], &["-p", "-k"]) },
];

/// Whether a value is one of the communities of SNMP that everybody knows.
pub(crate) fn is_community(flag: &str, value: &str) -> bool {
    flag == "-c" && matches!(value, "public" | "private")
}

impl Tool {
    /// Finds the tool that a command line starts, if its flags are known.
    pub(super) fn of(words: &[&str]) -> Option<&'static Tool> {
        // `docker run image mysql -phunter2`
        let is_meant = |tool: &&Tool| tool.subcommand.is_empty() || words.contains(&tool.subcommand);
        words.iter().find_map(|word| BY_NAME.get(base_name(word)).copied().filter(is_meant))
    }

    /// Whether a long flag of the tool has nothing but its value in the next word: MySQL's `--password db` asks for
    /// one, OpenSSL's `-passin env:NAME` says where it is.
    pub(super) fn takes_next(&self) -> bool {
        !self.attached && self.prefix.is_empty()
    }

    /// Splits a word behind one of the tool's flags; switches may stand before its letter.
    fn flag<'a>(&self, word: &'a str) -> Option<(&'a str, &'a str)> {
        if let Some(flag) = self.flags.iter().find(|flag| word.starts_with(**flag)) {
            return Some(word.split_at(flag.len()));
        }
        let letters = word.strip_prefix('-').filter(|it| !it.starts_with('-'))?;
        let count = letters.bytes().take_while(|it| self.switches.as_bytes().contains(it)).count();
        let letter = letters.get(count..count + 1).filter(|_| count > 0)?;
        let is_flag = self.flags.iter().any(|it| it.len() == 2 && it.ends_with(letter));
        is_flag.then(|| word.split_at(count + 2))
    }

    /// Returns one of the tool's flags, and the user, if there is one, and the password behind it, in this word or in the
    /// next one.
    pub(super) fn secret<'a>(
        &self,
        word: &'a str,
        next: Option<&'a str>,
    ) -> Option<(&'a str, &'a str, &'a str)> {
        let (name, rest) = self.flag(word)?;
        let value = match (rest, name.len()) {
            ("", _) if self.attached => return None,
            ("", _) => next?,
            (rest, length) if length == 2 || self.attached || !self.flags.contains(&name) => rest,
            (rest, _) => rest.strip_prefix('=')?,
        };
        let value = value.strip_prefix(self.prefix)?;
        let (user, password) = match self.separator {
            Some(separator) => value.split_once(separator)?,
            None => ("", value),
        };
        (!is_community(name, password)).then_some((name, user, password))
    }
}
