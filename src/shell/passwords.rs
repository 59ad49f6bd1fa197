//! How clients of databases get a password: by an option, a variable or a file.

use super::syntax::{Command, Part, UNKNOWN};
use crate::text::word_list::has_word;
use crate::value::program::base_name;

/// A client of a database server that asks for passwords.
pub struct PasswordClient {
    names: &'static str,
    /// Starts of the options with a host.
    host: &'static [&'static str],
    /// Starts of the options with a password, or with what else tells who asks.
    options: &'static [&'static str],
    /// The variables that tell it the password, or where it is; the first is the usual one.
    pub variables: &'static [&'static str],
    /// First words of the names of variables that people give it in vain.
    families: &'static str,
}

/// Sources: the environment variables of libpq, the programs' own help, and `getenv` in their sources.
static CLIENTS: [PasswordClient; 3] = [
    PasswordClient {
        names: "pg_dump pg_dumpall pg_restore pg_basebackup psql createdb dropdb vacuumdb reindexdb",
        host: &["-h", "--host"],
        options: &[],
        variables: &["PGPASSWORD", "PGPASSFILE", "PGSERVICE", "PGSERVICEFILE", "PGSSLCERT", "PGSSLKEY"],
        families: "DB DATABASE PG POSTGRES POSTGRESQL",
    },
    PasswordClient {
        names: "mysql mysqldump mysqladmin mysqlimport mysqlpump mariadb mariadb-dump mariadb-admin",
        host: &["-h", "--host"],
        options: &["-p", "--password", "--defaults", "--login-path", "--ssl-cert", "--default-auth"],
        variables: &["MYSQL_PWD"],
        families: "DB DATABASE MARIADB MYSQL",
    },
    PasswordClient {
        names: "redis-cli valkey-cli",
        host: &["-h"],
        options: &["-a", "--pass", "--askpass", "-u", "--cert", "--user"],
        variables: &["REDISCLI_AUTH"],
        families: "REDIS VALKEY",
    },
];

impl PasswordClient {
    /// Whether a variable of this name is meant to hold the client's password: `POSTGRES_PASSWORD`.
    pub fn is_meant_by(&self, name: &str) -> bool {
        let mut words = name.split('_');
        let is_family = words.next().is_some_and(|it| has_word(self.families, it));
        is_family && words.next_back().is_some_and(|it| has_word("PASS PASSWD PASSWORD PWD", it))
    }
}

/// Returns the client that the words of a command start, if they name another host and nothing that goes with a password.
pub fn client_without_password(words: &[String]) -> Option<&'static PasswordClient> {
    let [name, arguments @ ..] = words else { return None };
    let client = CLIENTS.iter().find(|it| has_word(it.names, base_name(name)))?;
    let starts =
        |starts: &[&str]| arguments.iter().position(|it| starts.iter().any(|start| it.starts_with(start)));
    let at = starts(client.host)?;
    // In the pod itself, a server or a proxy can let everybody in.
    let host = |it: &String| {
        ["localhost", "127.0.0.1", "::1"].iter().any(|near| it.contains(near)) || it.starts_with('/')
    };
    let is_near = arguments[at..].iter().take(2).any(host);
    // An address or a connection string can hold the password, and a variable options with it.
    const HOLDERS: [&str; 11] =
        ["://", "pass", "service=", "sslcert", "$*", "$@", UNKNOWN, "opt", "arg", "url", "conn"];
    let is_open = |it: &String| {
        // `-d$URL` and `--dbname=$URL`
        let value = match (it.starts_with("--"), it.strip_prefix('-')) {
            (true, _) => it.split_once('=').map_or("", |(_, value)| value),
            (false, Some(short)) => short.trim_start_matches(|it: char| it.is_ascii_alphabetic()),
            (false, None) => it,
        };
        let lower = value.to_ascii_lowercase();
        HOLDERS.iter().any(|holder| lower.contains(holder))
    };
    (!is_near && starts(client.options).is_none() && !arguments.iter().any(is_open)).then_some(client)
}

/// Returns the words of a command, with the names of variables and a mark for what else the shell puts in.
pub fn words_of(command: &Command<'_>) -> Vec<String> {
    let text = |part: &Part<'_>| match part {
        Part::Text { text, .. } => (*text).to_owned(),
        Part::Variable(variable) if variable.operator.is_empty() => format!("${}", variable.name),
        _ => UNKNOWN.to_owned(),
    };
    command.words().iter().map(|it| it.parts.iter().map(text).collect()).collect()
}
