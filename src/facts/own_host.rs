//! Clients of databases that connect to their own machine unless they are told another one, and pods in which no server can answer there.

use crate::manifest::image::Image;
use crate::manifest::workload::{Container, ContainerKind, Pod};
use crate::text::word_list::has_word;

/// A client that connects to its own machine without a host.
pub(crate) struct LocalClient {
    names: &'static str,
    /// The options that name a server, or a file or service that does, by their starts; a letter alone is one of a short option.
    options: &'static str,
    /// The variable that names the host; empty if there is none.
    pub(crate) variable: &'static str,
    /// Whether an argument without an option can be the URL of a server.
    takes_url: bool,
    /// The images of the maker that have it, without any configuration of their own.
    images: &'static str,
}

const CLIENTS: [LocalClient; 4] = [
    LocalClient {
        names: "mariadb mariadb-admin mariadb-dump mysql mysqladmin mysqldump mysqlimport",
        options: "-h -S --host --socket --protocol --defaults --login-path",
        variable: "MYSQL_HOST",
        takes_url: false,
        images: "mariadb mysql",
    },
    LocalClient {
        names: "createdb dropdb pg_dump pg_dumpall psql",
        options: "-h --host --service",
        variable: "PGHOST",
        takes_url: true,
        images: "postgis/postgis postgres",
    },
    LocalClient {
        names: "redis-cli",
        options: "-h -u -s --cluster",
        variable: "",
        takes_url: true,
        images: "redis",
    },
    LocalClient {
        names: "mongodump mongoexport mongoimport mongorestore mongosh",
        options: "-h --host --uri --config",
        variable: "",
        takes_url: true,
        images: "mongo",
    },
];

/// What stands for a word of which only the run knows the value.
pub(crate) const SOME_VALUE: &str = "$";

/// Returns the client that a command runs if its arguments name no server; `None` stands for an argument that may be several.
pub(crate) fn local_client(name: &str, arguments: &[Option<&str>]) -> Option<&'static LocalClient> {
    // What follows them is a name, a password or a file.
    const WITH_VALUE: &str = "--file --out --user --username -F -U -a -f -n -o -t -u";
    let client = CLIENTS.iter().find(|it| has_word(it.names, name))?;
    let arguments: Option<Vec<&str>> = arguments.iter().copied().collect();
    let arguments = arguments?;
    // Letters of options can stand together: `-qh db`.
    let is_option = |it: &str, option: &str| match option.strip_prefix('-') {
        Some(letter) if letter.len() == 1 && !it.starts_with("--") => {
            it.starts_with('-') && it.contains(letter)
        }
        _ => it.starts_with(option),
    };
    let names_server = |it: &str| {
        client.options.split(' ').any(|option| is_option(it, option))
            || client.takes_url && (it.contains("://") || it.contains("host=") || it.contains("service="))
    };
    let may_name_server = |at: usize| {
        client.takes_url
            && arguments[at] == SOME_VALUE
            && !at.checked_sub(1).is_some_and(|it| has_word(WITH_VALUE, arguments[it]))
    };
    let asks = |it: &str| matches!(it, "--help" | "--version" | "-?" | "-V");
    let is_local = |(at, it): (usize, &&str)| !names_server(it) && !asks(it) && !may_name_server(at);
    arguments.iter().enumerate().all(is_local).then_some(client)
}

/// Whether no server for a client can be on the machine of a container, nor a configuration that names another one: it is the only
/// container of its pod, runs the image as the maker built it, and nothing is mounted where either could be.
pub(crate) fn is_alone(container: Container<'_>, client: &LocalClient) -> bool {
    const PLACES: [&str; 6] = ["/etc", "/home", "/root", "/run", "/tmp", "/var"];
    let pod = container.pod;
    let image = container.image().text().and_then(Image::parse);
    let name = image.map(|it| it.name.trim_start_matches("docker.io/").trim_start_matches("library/"));
    let mut mounts = container.volume_mounts().items().filter_map(|it| it.field("mountPath").text());
    let mut variables = container.env().items().filter_map(|it| it.field("name").text());
    let is_set =
        |it: &str| it == "HOME" || it.starts_with("PG") || it.ends_with("_HOST") || it.ends_with("OPTS");
    name.is_some_and(|it| has_word(client.images, it))
        && has_no_companion(pod, container)
        && !container.env_from().is_set()
        && !variables.any(is_set)
        && !mounts.any(|it| PLACES.iter().any(|place| it.starts_with(place)))
}

/// Whether no other container runs next to a container, nor anything of its node.
fn has_no_companion(pod: Pod<'_>, container: Container<'_>) -> bool {
    let is_beside = |it: Container<'_>| it.node.id != container.node.id;
    pod.containers().all(|it| !is_beside(it) || it.kind == ContainerKind::Init && !it.is_sidecar())
        && pod.spec.field("hostNetwork").boolean() != Some(true)
}

/// Whether a script may start a server, make a way to one, or read a configuration.
pub(crate) fn may_reach_server(script: &str) -> bool {
    const WORDS: [&str; 21] = [
        ".cnf",
        ".conf",
        ".pg",
        "HOST",
        "PGSERVICE",
        "config",
        "docker-entrypoint",
        "exec ",
        "kubectl",
        "mariadbd ",
        "mongod ",
        "mysqld ",
        "mysqld_safe",
        "pg_ctl",
        "proxy",
        "redis-server",
        "service ",
        "socat",
        "source ",
        "ssh ",
        "su ",
    ];
    let is_background = |line: &str| line.replace("&&", "").replace(">&", "").replace("&>", "").contains('&');
    WORDS.iter().any(|it| script.contains(it))
        || script.lines().any(|it| it.trim_start().starts_with(". ") || is_background(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_without_a_host_is_known_by_its_arguments() {
        let is_local = |line: &str| {
            let words: Vec<&str> = line.split(' ').collect();
            let arguments: Vec<_> = words[1..].iter().map(|it| (*it != "?").then_some(*it)).collect();
            local_client(words[0], &arguments).is_some()
        };
        for line in [
            "mysqldump -uroot -psecret shop",
            "pg_dump -U shop shop",
            "psql -c select",
            "redis-cli -a $ BGSAVE",
            "mysqldump -u $ $",
            "mongodump --out $",
        ] {
            assert!(is_local(line), "{line}");
        }
        for line in [
            "mysqldump -hdb shop",
            "mysql --host=db",
            "psql -qh db",
            "mysql --defaults-extra-file=/a",
            "mysqldump ? shop",
            "pg_dump postgres://db/shop",
            "psql host=db",
            "psql --version",
            "redis-cli -u redis://db",
            "mongodump --uri=mongodb://db",
            "pg_restore /a",
            "psql $",
            "pg_dump -d $",
            "cat a",
        ] {
            assert!(!is_local(line), "{line}");
        }
    }
}
