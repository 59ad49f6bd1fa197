//! Does a container connect to anything? Read from what it runs and is told.

use super::api_client::command_names;
use crate::manifest::document::Node;
use crate::manifest::workload::Container;

/// Programs that do nothing without a network.
const CLIENTS: &[&str] = &[
    "aws",
    "azcopy",
    "curl",
    "etcdctl",
    "gcloud",
    "gsutil",
    "kafka-console-consumer.sh",
    "kafka-console-producer.sh",
    "kafka-topics.sh",
    "kubectl",
    "mariadb",
    "mariadb-dump",
    "mongodump",
    "mongosh",
    "mysql",
    "mysqladmin",
    "mysqldump",
    "oc",
    "pg_dump",
    "pg_dumpall",
    "pg_isready",
    "psql",
    "rclone",
    "redis-cli",
    "s3cmd",
    "s5cmd",
    "scp",
    "sftp",
    "ssh",
    "wget",
];

/// Commands of package managers that download, and what keeps them from it.
const DOWNLOADS: &[&str] =
    &["apk add", "apt-get install", "apt-get update", "npm ci", "npm install", "pip install", "pip3 install"];
const OFFLINE: &[&str] = &["--no-index", "--find-links", "--offline", "--no-network"];

/// What follows the scheme of a URL of something in the network.
const SCHEME_END: &str = "://";

/// Returns what shows that a container connects to something: the client that it runs, or that it is told a URL.
pub fn network_use(container: Container<'_>) -> Option<&'static str> {
    let words = container.command_line().filter_map(Node::text);
    let client =
        words.flat_map(command_names).find_map(|name| CLIENTS.iter().find(|it| **it == name).copied());
    let told = || {
        let values = container.env().items().filter_map(|it| it.get("value"));
        let mut texts = container.command_line().chain(values).filter_map(Node::text);
        texts.any(is_told_url).then_some("a URL")
    };
    client.or_else(|| downloads(container)).or_else(told)
}

/// Returns the command of a package manager that a container runs at the start of a line or list.
fn downloads(container: Container<'_>) -> Option<&'static str> {
    let mut texts = container.command_line().filter_map(Node::text);
    let starts = |line: &str, command: &str| {
        line.strip_prefix(command).is_some_and(|it| it.starts_with(' ') || it.is_empty())
    };
    texts.find_map(|text| {
        let mut lines = text.split(['\n', ';', '&', '|']).map(str::trim);
        let is_offline = OFFLINE.iter().any(|it| text.contains(it));
        lines.find_map(|line| DOWNLOADS.iter().find(|it| !is_offline && starts(line, it))).copied()
    })
}

/// Whether a text has a URL that is not one of a file or of the container itself.
fn is_told_url(text: &str) -> bool {
    text.match_indices(SCHEME_END).any(|(at, _)| {
        let scheme = text[..at].rsplit(|it: char| !it.is_ascii_alphanumeric() && it != '+').next();
        let rest = &text[at + SCHEME_END.len()..];
        let is_local = ["localhost", "127.", "/", "0.0.0.0"].iter().any(|it| rest.starts_with(it));
        let is_host = rest.starts_with(|it: char| it.is_ascii_alphanumeric() || "$[(".contains(it));
        is_host && !is_local && scheme.is_some_and(|it| !it.is_empty() && it != "file")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_name_something_in_the_network() {
        for text in ["https://api.example.com", "postgres://db:5432/shop", "--to=s3://backups/shop"] {
            assert!(is_told_url(text), "{text}");
        }
        for text in ["file:///data", "http://localhost:8080", "http://127.0.0.1/", "a://", "://x", "a: b"] {
            assert!(!is_told_url(text), "{text}");
        }
    }
}
