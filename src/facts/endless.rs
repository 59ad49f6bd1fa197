//! Containers that never end by themselves: `sleep infinity`, `tail -f`, servers and proxies.
//!
//! What runs is known from a command in exec form, from a script, or from an image whose server everybody knows.

use crate::shell::servers::describe_server;
use crate::shell::servers::describe_wait;
use crate::shell::servers::ends_server;
use crate::shell::servers::has_subcommand;

use crate::manifest::document::{Field, Node};
use crate::manifest::image::Image;
use crate::manifest::workload::{Container, Pod};
use crate::shell;
use crate::shell::loops::endless_reason;
use crate::shell::unlimited_waits::python_loop;
use crate::shell::{Flavour, Script};
use crate::text::word_list::has_word;
use crate::value::program::{base_name, is_plain, is_shell, script_of};

/// Why a container never ends.
#[derive(Clone)]
pub struct EndlessContainer<'d> {
    /// Where the manifest says so.
    pub field: Field<'d>,
    /// What it does, to follow the container's name: ``runs `tail -f /logs/app.log` ``.
    pub what: String,
    /// Whether nothing but a signal ends it, whatever the image or a configuration says.
    pub is_certain: bool,
}

/// Images that start a server by default, by the end of their name, with its command.
static IMAGES: &[(&str, &str)] = &[
    ("/nginx", "nginx"),
    ("/nginx-unprivileged", "nginx"),
    ("/httpd", "httpd-foreground"),
    ("/redis", "redis-server"),
    ("/valkey", "valkey-server"),
    ("/memcached", "memcached"),
    ("/postgres", "postgres"),
    ("/mysql", "mysqld"),
    ("/mariadb", "mariadbd"),
    ("/mongo", "mongod"),
    ("/rabbitmq", "rabbitmq-server"),
    ("/elasticsearch", "elasticsearch"),
    ("/haproxy", "haproxy"),
    ("/traefik", "traefik"),
    ("/cloud-sql-proxy", "cloud-sql-proxy"),
    ("/alloydb-auth-proxy", "alloydb-auth-proxy"),
    ("envoyproxy/envoy", "envoy"),
    ("/proxyv2", "pilot-agent"),
    ("linkerd/proxy", "linkerd2-proxy"),
    ("/daprd", "daprd"),
    ("/oauth2-proxy", "oauth2-proxy"),
    ("/kube-rbac-proxy", "kube-rbac-proxy"),
    ("/pgbouncer", "pgbouncer"),
    ("/fluent-bit", "fluent-bit"),
    ("/fluentd", "fluentd"),
    ("/filebeat", "filebeat"),
    ("/telegraf", "telegraf"),
    ("/promtail", "promtail"),
    ("timberio/vector", "vector"),
    ("prom/prometheus", "prometheus"),
    ("grafana/grafana", "grafana-server"),
    ("library/registry", "registry"),
    ("prom/statsd-exporter", "statsd_exporter"),
    ("prom/node-exporter", "node_exporter"),
    ("prom/pushgateway", "pushgateway"),
    ("prom/alertmanager", "alertmanager"),
    ("/opentelemetry-collector", "otelcol"),
    ("/opentelemetry-collector-contrib", "otelcol-contrib"),
    ("/gce-proxy", "cloud_sql_proxy"),
    ("datadog/agent", "agent"),
    ("hashicorp/vault", "vault"),
    ("hashicorp/consul", "consul"),
    ("library/nats", "nats-server"),
    ("library/caddy", "caddy"),
    ("/eclipse-mosquitto", "mosquitto"),
    ("/pause", "pause"),
];

/// Names of containers that only pass connections on.
const FORWARDERS: &str = "port-forward port-forwarder portforward ssh-tunnel tunnel";

/// Returns why a container never ends, if it does not; its script is among `scripts`, if it has one.
pub fn endless<'d>(container: Container<'d>, scripts: &[&Script<'_>]) -> Option<EndlessContainer<'d>> {
    let (command, args) = (container.command(), container.args());
    let words: Vec<&str> = container.command_line().filter_map(|it| it.text()).collect();
    let script = shell::script_of(scripts, container);
    if let Some((what, is_certain)) = script.and_then(in_script) {
        return Some(EndlessContainer {
            field: if command.is_set() { command } else { args },
            what,
            is_certain,
        });
    }
    if command.is_set() {
        let words = inner_words(&words)?;
        let (what, is_certain) =
            describe_wait(&words).map(|it| (it, true)).or_else(|| Some((describe_server(&words)?, false)))?;
        return Some(EndlessContainer { field: command, what, is_certain });
    }
    let image = container.image();
    let is_forwarder = container.name().text().is_some_and(|it| has_word(FORWARDERS, it));
    if is_forwarder && container.node.field("ports").items().next().is_some() {
        let what = "forwards a port, as its name suggests".to_owned();
        return Some(EndlessContainer { field: image, what, is_certain: false });
    }
    let parsed = Image::parse(image.text()?)?;
    let name = parsed.full_name();
    let is_docker = name.ends_with("/docker") && parsed.tag.is_some_and(|tag| tag.contains("dind"));
    let server = default_server(&name).or(is_docker.then_some("dockerd"));
    let first = words.first().copied().unwrap_or_default();
    let runs = match server {
        // Flags are for the server; other words are the command, or an argument of a proxy that has no other.
        Some(server) if first.is_empty() || first.starts_with('-') || server.ends_with("-proxy") => {
            let is_ended = words.iter().any(|word| ends_server(server, word));
            (!is_ended).then(|| {
                format!("runs the default program of its image `{}`, which never ends", base_name(&name))
            })
        }
        // An entrypoint that is no server itself starts what the arguments say, or has them as subcommands.
        _ => {
            let words = inner_words(&words)?;
            let with_name: Vec<&str> = [base_name(&name)].into_iter().chain(words.iter().copied()).collect();
            describe_wait(&words)
                .or_else(|| describe_server(&words))
                .or_else(|| describe_server(&with_name).filter(|_| has_subcommand(&with_name)))
        }
    };
    let field = if args.is_set() { args } else { image };
    Some(EndlessContainer { field, what: runs?, is_certain: false })
}

/// Returns the server that an image starts by default.
fn default_server(image: &str) -> Option<&'static str> {
    IMAGES.iter().find(|(end, _)| image.ends_with(end)).map(|(_, server)| *server)
}

/// Returns the name of the process that runs in a container, if its command or image says so.
pub fn process_name(container: Container<'_>) -> Option<String> {
    let words: Vec<&str> = container.command_line().filter_map(Node::text).collect();
    if container.command().is_set() {
        return Some(base_name(inner_words(&words)?.first()?).to_owned());
    }
    default_server(&Image::parse(container.image().text()?)?.full_name()).map(str::to_owned)
}

/// Returns why a container never ends, unless its own `restartPolicy` says that it is not meant to.
pub fn unintended_endless<'d>(
    container: Container<'d>,
    scripts: &[&Script<'_>],
) -> Option<EndlessContainer<'d>> {
    endless(container, scripts).filter(|_| !container.restart_policy().is("Always"))
}

/// Returns what becomes of a Job with a container that never ends, to begin a sentence.
pub fn never_completes(pod: Pod<'_>) -> String {
    match pod.job.active_deadline_seconds().integer() {
        Some(deadline) => format!("{} fails at its deadline of {deadline} s", pod.job.title()),
        None if pod.job.cron_job().is_some() => "no run ever completes".to_owned(),
        None => "the Job never completes".to_owned(),
    }
}

/// Returns why a script never ends, and whether that is certain.
fn in_script(script: &Script<'_>) -> Option<(String, bool)> {
    let shell = script.source.shell;
    let mut before = script.source.invocation.words.iter().take(shell.word).filter_map(|it| it.text());
    if before.any(|it| base_name(it) == "timeout") {
        return None;
    }
    if shell.flavour == Flavour::Python {
        let endless = python_loop(script.text()).filter(|it| !it.leaves);
        return endless.map(|_| ("loops forever".to_owned(), false));
    }
    endless_reason(script.tree, shell.options.errexit, &|words| {
        describe_wait(words).map(|it| (it, true)).or_else(|| Some((describe_server(words)?, false)))
    })
}

/// Returns the words of the command that runs in the end, without wrappers; `None` if a script has to be read, or
/// where `timeout` ends it.
fn inner_words<'a>(words: &[&'a str]) -> Option<Vec<&'a str>> {
    const WRAPPERS: &str =
        "tini dumb-init catatonit busybox env exec nice ionice su-exec gosu -- -g -s docker-entrypoint.sh";
    let is_wrapper = |word: &&&str| {
        has_word(WRAPPERS, base_name(word))
            || word.split_once('=').is_some_and(|(name, _)| !name.starts_with('-'))
    };
    let skipped = words.iter().take_while(is_wrapper).count();
    let words = &words[skipped..];
    let first = base_name(words.first()?);
    if !is_shell(first) {
        return (first != "timeout").then(|| words.to_vec());
    }
    let (_, at) = script_of(words)?;
    let script = words.get(at).filter(|script| is_plain(script))?;
    let inner: Vec<&str> = script.split_whitespace().collect();
    inner_words(&inner).filter(|_| !inner.first().is_some_and(|word| is_shell(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn what(command: &str) -> Option<String> {
        let words: Vec<&str> = command.split('|').collect();
        let words = inner_words(&words)?;
        describe_wait(&words).or_else(|| describe_server(&words))
    }

    #[test]
    fn these_never_end() {
        let commands = [
            "sleep|infinity",
            "/bin/sh|-c|sleep infinity",
            "bash|-ec|exec tail -F /logs/app.log\n",
            "tini|--|tail|-f|/dev/null",
            "tail|-n0|-f|a",
            "nginx|-g|daemon off;",
            "/cloud_sql_proxy|-instances=a:b:c=tcp:5432",
            "env|A=b|redis-server|/etc/redis.conf",
            "vault|agent|-config=/etc/agent.hcl",
            "python3|-m|http.server|8080",
            "celery|-A|shop|worker",
            "sleep|999d",
            "sleep|20d|20d",
            "busybox|sleep|infinity",
            "/pause",
            "yes",
            "watch|-n|5|ls",
            "ssh|-NT|-L|5432:db:5432|bastion",
            "nc|-lk|-p|80",
            "socat|TCP-LISTEN:80,fork,reuseaddr|TCP:a:80",
            "journalctl|-f",
            "inotifywait|-m|/a",
            "kubectl|logs|-f|deploy/api",
            "kubectl|get|pods|--watch",
        ];
        for command in commands {
            assert!(what(command).is_some(), "{command}");
        }
    }

    #[test]
    fn these_end_or_are_for_those_who_read_scripts() {
        let commands = [
            "sleep|3600",
            "timeout|60|sleep|infinity",
            "tail|-n|10|a",
            "tail|--pid=1|-f|a",
            "sh|-c|tail -f a & run",
            "sh|/scripts/run.sh",
            "nginx",
            "nginx|-t",
            "redis-cli|ping",
            "postgres|--single",
            "mysqld|--initialize-insecure",
            "vault|kv|get|a",
            "vault|agent|-exit-after-auth",
            "cloud-sql-proxy|--quitquitquit|a:b:c",
            "envoy|--version",
            "celery|-A|shop|call|a.b",
            "python|main.py",
            "sleep|20d",
            "watch|-g|ls",
            "ssh|bastion|run",
            "ssh|-fN|-L|5432:db:5432|bastion",
            "nc|-l|80",
            "nc|-zv|db|5432",
            "socat|TCP-LISTEN:80|TCP:a:80",
            "journalctl|-n|10",
            "inotifywait|/a",
            "kubectl|logs|-f|job/import",
            "kubectl|get|pods",
        ];
        for command in commands {
            assert_eq!(what(command), None, "{command}");
        }
    }
}
