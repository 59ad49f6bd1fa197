//! What is known of programs by their names alone: a row for each, with all that holds for it.

use Fact::{Prints, Probes, Reads, Succeeds, Texts, Trivial};

/// What may hold for a program, whatever its arguments are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// It writes its arguments to its output and does nothing else.
    Prints,
    /// It never fails.
    Succeeds,
    /// It prints, asks or sets the shell up: its failure changes nothing.
    Trivial,
    /// A client, or a program that asks: it succeeds once something else is ready, so that repeating it is waiting.
    Probes,
    /// It looks for something in what it reads, so that wrong input is noticed.
    Reads,
    /// Its arguments are texts to print or to look for, not settings.
    Texts,
}

/// All programs that something is known of, by name.
const PROGRAMS: &[(&str, &[Fact])] = &[
    (":", &[Succeeds, Trivial]),
    ("[", &[Trivial, Probes, Reads, Texts]),
    ("[[", &[Trivial]),
    ("alias", &[Trivial]),
    ("awk", &[Trivial, Reads, Texts]),
    ("basename", &[Trivial]),
    ("bash", &[Probes]),
    ("break", &[Trivial]),
    ("cat", &[Probes]),
    ("cd", &[Trivial]),
    ("clear", &[Trivial]),
    ("clickhouse-client", &[Probes]),
    ("cmp", &[Reads]),
    ("cockroach", &[Probes]),
    ("command", &[Trivial]),
    ("continue", &[Trivial]),
    ("cqlsh", &[Probes]),
    ("curl", &[Probes]),
    ("cut", &[Trivial]),
    ("date", &[Succeeds, Trivial]),
    ("declare", &[Trivial]),
    ("df", &[Trivial]),
    ("diff", &[Reads]),
    ("dig", &[Trivial, Probes]),
    ("dirname", &[Trivial]),
    ("disown", &[Trivial]),
    ("dmesg", &[Trivial]),
    ("du", &[Trivial]),
    ("echo", &[Prints, Succeeds, Trivial, Texts]),
    ("egrep", &[Trivial, Reads, Texts]),
    ("env", &[Trivial]),
    ("etcdctl", &[Probes]),
    ("exit", &[Trivial]),
    ("export", &[Trivial]),
    ("expr", &[Trivial, Texts]),
    ("false", &[Trivial, Probes]),
    ("fgrep", &[Trivial, Reads, Texts]),
    ("figlet", &[Trivial]),
    ("file", &[Trivial]),
    ("find", &[Trivial, Probes]),
    ("free", &[Trivial]),
    ("gawk", &[Reads, Texts]),
    ("getent", &[Trivial, Probes]),
    ("getopts", &[Trivial]),
    ("grep", &[Trivial, Probes, Reads, Texts]),
    ("grpcurl", &[Probes]),
    ("hash", &[Trivial]),
    ("head", &[Trivial, Reads]),
    ("history", &[Trivial]),
    ("host", &[Trivial, Probes]),
    ("hostname", &[Trivial]),
    ("id", &[Trivial]),
    ("ifconfig", &[Trivial]),
    ("jobs", &[Trivial]),
    ("jq", &[Reads]),
    ("kill", &[Trivial]),
    ("killall", &[Trivial]),
    ("kubectl", &[Probes]),
    ("less", &[Trivial]),
    ("let", &[Trivial]),
    ("local", &[Trivial]),
    ("logger", &[Trivial, Texts]),
    ("ls", &[Trivial, Probes]),
    ("lsblk", &[Trivial]),
    ("lscpu", &[Trivial]),
    ("mapfile", &[Trivial]),
    ("mariadb", &[Probes]),
    ("mariadb-admin", &[Probes]),
    ("mawk", &[Reads, Texts]),
    ("mongo", &[Probes]),
    ("mongosh", &[Probes]),
    ("more", &[Trivial]),
    ("mount", &[Trivial]),
    ("mountpoint", &[Probes]),
    ("mysql", &[Probes]),
    ("mysqladmin", &[Probes]),
    ("nc", &[Probes]),
    ("ncat", &[Probes]),
    ("netcat", &[Probes]),
    ("netstat", &[Trivial]),
    ("nproc", &[Trivial]),
    ("nslookup", &[Trivial, Probes]),
    ("nvidia-smi", &[Trivial]),
    ("oc", &[Probes]),
    ("openssl", &[Probes]),
    ("paste", &[Trivial]),
    ("pg_isready", &[Probes]),
    ("ping", &[Trivial, Probes]),
    ("ping6", &[Probes]),
    ("pkill", &[Trivial]),
    ("popd", &[Trivial]),
    ("printenv", &[Trivial]),
    ("printf", &[Prints, Succeeds, Trivial, Texts]),
    ("ps", &[Trivial]),
    ("psql", &[Probes]),
    ("pushd", &[Trivial]),
    ("pwd", &[Trivial]),
    ("python", &[Reads]),
    ("python3", &[Reads]),
    ("rabbitmq-diagnostics", &[Probes]),
    ("rabbitmqadmin", &[Probes]),
    ("rabbitmqctl", &[Probes]),
    ("read", &[Trivial, Texts]),
    ("readarray", &[Trivial]),
    ("readonly", &[Trivial]),
    ("redis-cli", &[Probes]),
    ("return", &[Trivial]),
    ("rev", &[Trivial]),
    ("route", &[Trivial]),
    ("sed", &[Reads, Texts]),
    ("seq", &[Trivial]),
    ("set", &[Succeeds, Trivial]),
    ("sh", &[Probes]),
    ("shift", &[Trivial]),
    ("shopt", &[Trivial]),
    ("sleep", &[Succeeds, Trivial]),
    ("sort", &[Trivial]),
    ("sqlcmd", &[Probes]),
    ("sqlplus", &[Probes]),
    ("ss", &[Trivial]),
    ("stat", &[Trivial, Probes]),
    ("sync", &[Trivial]),
    ("systemctl", &[Probes]),
    ("tail", &[Trivial]),
    ("tee", &[Trivial]),
    ("telnet", &[Probes]),
    ("test", &[Trivial, Probes, Reads, Texts]),
    ("timeout", &[Probes]),
    ("times", &[Trivial]),
    ("top", &[Trivial]),
    ("tput", &[Trivial]),
    ("tr", &[Trivial]),
    ("trap", &[Trivial]),
    ("tree", &[Trivial]),
    ("true", &[Succeeds, Trivial, Probes]),
    ("tty", &[Trivial]),
    ("type", &[Trivial]),
    ("typeset", &[Trivial]),
    ("ulimit", &[Trivial]),
    ("umask", &[Trivial]),
    ("uname", &[Trivial]),
    ("uniq", &[Trivial]),
    ("unset", &[Trivial]),
    ("uptime", &[Trivial]),
    ("usql", &[Probes]),
    ("valkey-cli", &[Probes]),
    ("vault", &[Probes]),
    ("wait", &[Trivial]),
    ("wait4x", &[Probes]),
    ("wc", &[Trivial]),
    ("wget", &[Probes]),
    ("which", &[Trivial]),
    ("whoami", &[Trivial]),
    ("xargs", &[Reads]),
    ("yes", &[Trivial]),
    ("yq", &[Reads]),
];

/// Clients that answer what a server says.
pub(super) const CLIENTS: &str = "kubectl oc aws gcloud az curl wget psql mysql mariadb mongosh redis-cli gh glab helm s3cmd \
    rclone restic etcdctl";

/// Returns all that holds for a program.
pub fn facts(name: &str) -> &'static [Fact] {
    PROGRAMS.binary_search_by_key(&name, |row| row.0).map_or(&[], |at| PROGRAMS[at].1)
}

/// Whether something holds for a program.
pub fn holds(name: &str, fact: Fact) -> bool {
    facts(name).contains(&fact)
}

/// Whether something is known of a program.
pub fn is_known(name: &str) -> bool {
    PROGRAMS.binary_search_by_key(&name, |row| row.0).is_ok()
}

/// Returns the programs whose failure changes nothing.
pub fn trivial() -> impl Iterator<Item = &'static str> {
    PROGRAMS.iter().filter(|row| row.1.contains(&Trivial)).map(|row| row.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_has_one_row_in_order() {
        assert!(PROGRAMS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn what_prints_also_succeeds_and_is_trivial() {
        for (name, facts) in PROGRAMS.iter().filter(|(_, facts)| facts.contains(&Prints)) {
            assert!(facts.contains(&Succeeds) && facts.contains(&Texts), "{name}");
        }
        for (name, facts) in PROGRAMS.iter().filter(|(_, facts)| facts.contains(&Succeeds)) {
            assert!(facts.contains(&Trivial), "{name}");
        }
    }
}
