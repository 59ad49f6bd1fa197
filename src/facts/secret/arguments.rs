//! Credentials behind flags, variables and headers in the words of a command.

use crate::facts::secret::operand::{Operand, operand};
use crate::facts::secret::promise::is_secret;
use crate::value::program::base_name;

/// Returns the credentials that flags, variables and headers name in the words of a command, each behind its name.
pub fn behind_names<'a>(words: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let operand = operand(words).filter(Operand::is_secret);
    let mut found: Vec<_> = operand.into_iter().map(|it| (it.name, it.text)).collect();
    let tool = Tool::of(words);
    for (index, &word) in words.iter().enumerate() {
        let next = words.get(index + 1).copied().filter(|next| !next.starts_with('-'));
        let assigned = assignments(word).into_iter().find(|(name, value)| is_named(name, value));
        if let Some(named) = assigned.or_else(|| header(word)) {
            found.push(named);
        } else if word.starts_with('-')
            && !word.contains('=')
            && let Some(value) = next
            && is_named(word, value)
            && tool.is_none_or(Tool::takes_next)
        {
            found.push((word, value));
        } else if let Some(tool) = tool
            && let Some((flag, value)) = tool.secret(word, next)
            && is_secret("flag_password", value)
        {
            found.push((flag, value));
        }
    }
    found
}

fn is_named(name: &str, value: &str) -> bool {
    // A word before it, for `pass` alone is a password only behind another word.
    is_secret(&format!("flag_{}", name.trim_start_matches('-')), value)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:/[]".contains(&byte))
}

/// Splits `--name=value`, `NAME=value` and `-Dname=value`; in `--set a=b,c=d` there are several.
fn assignments(word: &str) -> Vec<(&str, &str)> {
    match word.split_once('=') {
        Some((name, _)) if !is_name(name) => Vec::new(),
        // `--from-literal=password=hunter2` has an assignment behind the flag.
        Some(whole) if whole.0.starts_with('-') => {
            let inner = whole.1.split_once('=').filter(|(name, _)| is_name(name));
            [whole].into_iter().chain(inner).collect()
        }
        Some(_) => word
            .split(',')
            .filter_map(|part| part.split_once('='))
            .filter(|(name, _)| is_name(name))
            .collect(),
        None => Vec::new(),
    }
}

/// Splits a header of HTTP whose name or scheme says that it holds a credential.
fn header(word: &str) -> Option<(&str, &str)> {
    let word = word.strip_prefix("-H").or_else(|| word.strip_prefix("--header=")).unwrap_or(word);
    let (name, value) = word.split_once(':')?;
    let (name, value) = (name.trim(), value.trim());
    // `-storepass:env` is a flag.
    let is_name = !name.is_empty()
        && !name.starts_with('-')
        && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
    let is_secret = if name.eq_ignore_ascii_case("authorization") {
        let (_, value) = value.split_once(' ').unwrap_or(("", value));
        return is_secret("token", value.trim()).then_some((name, value.trim()));
    } else {
        is_secret(name, value)
    };
    (is_name && is_secret).then_some((name, value))
}

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
}

const fn tool(names: &'static [&'static str], flags: &'static [&'static str]) -> Tool {
    Tool { names, flags, attached: false, separator: None, prefix: "", subcommand: "" }
}

const MYSQL: &[&str] = &[
    "mysql",
    "mysqldump",
    "mysqladmin",
    "mysqlimport",
    "mysqlcheck",
    "mysqlsh",
    "mariadb",
    "mariadb-dump",
    "mariadb-admin",
    "mariadb-backup",
    "xtrabackup",
];

const MONGO: &[&str] =
    &["mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "mongoimport", "mongostat"];

/// Whether a text may start one of the tools whose flags do not say that they hold a password.
pub fn may_start_tool(text: &str) -> bool {
    // Parts that all their names have.
    const PARTS: [&str; 21] = [
        "alias s",
        "host add",
        "mysql",
        "maria",
        "backup",
        "mongo",
        "pass",
        "redis",
        "ldap",
        "sqlcmd",
        "bcp",
        "login",
        "curl",
        "zip -",
        "zipcloak",
        "7z",
        "keytool",
        "jarsigner",
        "cqlsh",
        "rabbitmqadmin",
        "openssl",
    ];
    PARTS.iter().chain(&["smbclient", "lftp", "sqlplus", "expdp", "impdp"]).any(|it| text.contains(it))
}

/// As their manuals say.
pub(crate) const TOOLS: &[Tool] = &[
    Tool { attached: true, ..tool(MYSQL, &["-p"]) },
    tool(MONGO, &["-p"]),
    tool(&["sshpass"], &["-p"]),
    tool(&["redis-cli"], &["-a"]),
    tool(&["ldapsearch", "ldapadd", "ldapmodify", "ldapdelete"], &["-w"]),
    tool(&["sqlcmd", "bcp"], &["-P"]),
    Tool {
        subcommand: "login",
        ..tool(&["docker", "podman", "skopeo", "buildah", "helm", "crane", "oras", "az"], &["-p"])
    },
    Tool { separator: Some(':'), ..tool(&["curl"], &["-u", "--user", "--proxy-user"]) },
    tool(&["cqlsh", "rabbitmqadmin"], &["-p"]),
    tool(&["zip", "unzip", "zipcloak"], &["-P"]),
    Tool { attached: true, ..tool(&["7z", "7za", "7zr", "7zz"], &["-p"]) },
    tool(&["keytool", "jarsigner"], &["-storepass", "-keypass", "-srcstorepass", "-deststorepass"]),
    Tool { prefix: "pass:", ..tool(&["openssl"], &["-passin", "-passout", "-pass"]) },
    Tool { separator: Some('%'), ..tool(&["smbclient"], &["-U"]) },
    Tool { separator: Some(','), ..tool(&["lftp"], &["-u"]) },
];

impl Tool {
    /// Finds the tool that a command line starts, if its flags are known.
    fn of(words: &[&str]) -> Option<&'static Tool> {
        let names = words.iter().map(|word| base_name(word));
        let tool = names.into_iter().find_map(|name| TOOLS.iter().find(|it| it.names.contains(&name)))?;
        (tool.subcommand.is_empty() || words.contains(&tool.subcommand)).then_some(tool)
    }

    /// Whether a long flag of the tool has nothing but its value in the next word: MySQL's `--password db` asks for
    /// one, OpenSSL's `-passin env:NAME` says where it is.
    fn takes_next(&self) -> bool {
        !self.attached && self.prefix.is_empty()
    }

    /// Returns one of the tool's flags, and the password behind it, in this word or in the next one.
    fn secret<'a>(&self, word: &'a str, next: Option<&'a str>) -> Option<(&'a str, &'a str)> {
        let flag = self.flags.iter().find(|flag| word.starts_with(**flag))?;
        let (name, rest) = word.split_at(flag.len());
        let value = match (rest, flag.len()) {
            ("", _) if self.attached => return None,
            ("", _) => next?,
            (rest, 2) => rest,
            (rest, _) => rest.strip_prefix('=')?,
        };
        let value = value.strip_prefix(self.prefix)?;
        let password = |separator: char| value.split_once(separator).map(|(_, password)| password);
        Some((name, self.separator.map_or(Some(value), password)?))
    }
}
