//! Programs that run until they are told to stop.

use crate::text::word_list::has_word;
use crate::value::duration;
use crate::value::program::base_name;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A program that serves until it is told to stop.
struct Server {
    names: &'static str,
    /// Words of which one must be among the arguments; none are needed where it is empty.
    needs: &'static str,
    /// Words that make it do something else, and end.
    ends: &'static str,
}

const fn server(names: &'static str, needs: &'static str, ends: &'static str) -> Server {
    Server { names, needs, ends }
}

/// Words that make any of them end.
const ENDS: &str = "--version -version version --help -help help -V";

static SERVERS: &[Server] = &[
    // Proxies that run alongside the work.
    server(
        "cloud_sql_proxy cloud-sql-proxy alloydb-auth-proxy",
        "",
        "--quitquitquit -quitquitquit --exit-zero-on-sigterm -exit_zero_on_sigterm wait completion",
    ),
    server("envoy", "", "--mode"),
    server("pilot-agent", "proxy", ""),
    server("linkerd2-proxy daprd consul-dataplane oauth2-proxy kube-rbac-proxy toxiproxy-server", "", ""),
    server("pgbouncer", "", "-d --daemon"),
    server("kubectl oc", "port-forward proxy", ""),
    server("pause", "", "-v"),
    server("vault bao", "agent proxy server", "-exit-after-auth"),
    server("consul", "agent", ""),
    // Collectors of logs and metrics.
    server("fluent-bit td-agent-bit", "", "--dry-run -D"),
    server("fluentd td-agent", "", "--dry-run --setup -s"),
    server("filebeat metricbeat", "", "--once test setup export"),
    server("telegraf", "", "--once --test config"),
    server("promtail", "", "--dry-run -dry-run --check-syntax -check-syntax"),
    server("vector", "", "validate test vrl list top tap graph generate"),
    server("otelcol otelcol-contrib", "", "validate components"),
    server("jaeger-agent statsd_exporter node_exporter pushgateway", "", ""),
    server("journalctl", "-f --follow", ""),
    server("inotifywait", "-m --monitor", "-t --timeout"),
    server("watch", "", "-g --chgexit -e --errexit -q --equexit"),
    // Servers.
    server("httpd-foreground apache2-foreground dockerd dockerd-entrypoint.sh tailscaled", "", ""),
    server("httpd apache2", "-DFOREGROUND FOREGROUND", ""),
    server("redis-server valkey-server", "", "--daemonize -v"),
    server("memcached", "", "-d -h"),
    server("mongod mongos", "", "--fork --shutdown --repair"),
    server("postgres", "", "--single --boot --check --describe-config -C"),
    server(
        "mysqld mariadbd",
        "",
        "--initialize --initialize-insecure --bootstrap --daemonize --validate-config --verbose",
    ),
    server("rabbitmq-server", "", "-detached"),
    server("kafka-server-start.sh zookeeper-server-start.sh", "", "-daemon"),
    server("etcd nats-server mosquitto influxd prometheus alertmanager grafana-server", "", ""),
    server("elasticsearch", "", "-d --daemonize"),
    server("minio registry", "server serve", ""),
    server("haproxy", "", "-c -D -v -vv"),
    server("traefik", "", "healthcheck storeconfig"),
    server("caddy", "run file-server reverse-proxy", ""),
    server("sshd", "-D", "-t -T"),
    server("crond cron", "-f -n", ""),
    server("supervisord", "-n --nodaemon", ""),
    server("gunicorn", "", "--check-config --print-config -D --daemon"),
    server("uvicorn hypercorn daphne puma unicorn sidekiq", "", ""),
    server("celery", "worker beat flower", "inspect"),
    server("airflow", "scheduler webserver triggerer worker", "check"),
    server("rq", "worker", "--burst -b"),
    server("flask streamlit", "run", ""),
    server("rails", "server", ""),
    server("python python3", "http.server", ""),
];

/// The same by the names of the programs.
static BY_NAME: LazyLock<HashMap<&str, &Server>> = LazyLock::new(|| {
    SERVERS.iter().flat_map(|server| server.names.split(' ').map(move |name| (name, server))).collect()
});

/// Whether an argument makes `tail` wait for more.
fn is_follow(word: &str) -> bool {
    word.starts_with("--follow")
        || (word.starts_with('-') && !word.starts_with("--") && word.contains(['f', 'F']))
}

/// Some write a large number for infinity: more seconds than a month has.
const MONTH: f64 = 2_678_400.0;

/// Returns what a command that only waits does, to follow the container's name.
pub fn describe_wait(words: &[&str]) -> Option<String> {
    let (program, arguments) = words.split_first()?;
    let has_letters = |letters: &str| {
        let bundles = arguments.iter().filter(|it| it.starts_with('-') && !it.starts_with("--"));
        letters.chars().all(|letter| bundles.clone().any(|it| it.contains(letter)))
    };
    let is_endless = match base_name(program) {
        "sleep" => {
            let is_infinite = |it: &&str| matches!(*it, "infinity" | "inf" | "infinite");
            arguments.iter().any(is_infinite)
                || arguments.iter().filter_map(|it| duration::seconds(it)).sum::<f64>() > MONTH
        }
        "tail" => {
            arguments.iter().any(|word| is_follow(word))
                && !arguments.iter().any(|it| it.starts_with("--pid"))
        }
        "yes" => !arguments.iter().any(|it| has_word(ENDS, it)),
        // A tunnel without a command; `-f` sends it to the background.
        "ssh" | "autossh" => has_letters("N") && !has_letters("f"),
        "nc" | "ncat" | "netcat" => {
            let is_long = |word: &&str| matches!(*word, "--keep-open" | "--broker");
            has_letters("lk") || arguments.iter().any(is_long)
        }
        "socat" => arguments.iter().any(|it| it.split(',').skip(1).any(|option| option == "fork")),
        "kubectl" | "oc" => follows(arguments),
        _ => false,
    };
    is_endless.then(|| format!("runs `{}`", words.join(" ")))
}

/// Whether a client follows what ends with no run: the logs of a Deployment, the changes of objects.
fn follows(arguments: &[&str]) -> bool {
    const LASTING: [&str; 9] = [
        "deploy/",
        "deployment/",
        "deployments/",
        "ds/",
        "daemonset/",
        "sts/",
        "statefulset/",
        "svc/",
        "service/",
    ];
    let has = |words: &[&str]| arguments.iter().any(|it| words.contains(it));
    let is_lasting = |it: &&str| LASTING.iter().any(|kind| it.starts_with(kind));
    has(&["logs"]) && has(&["-f", "--follow"]) && arguments.iter().any(is_lasting)
        || has(&["get"]) && has(&["-w", "--watch", "--watch-only"])
}

/// Returns which server a command starts, to follow the container's name.
pub fn describe_server(words: &[&str]) -> Option<String> {
    let (program, arguments) = words.split_first()?;
    let name = base_name(program);
    // Without `daemon off` nginx goes to the background, and its container ends.
    let is_nginx = name == "nginx" && arguments.iter().any(|it| it.contains("daemon off"));
    let server = BY_NAME.get(name);
    let is_server = server.is_some_and(|server| {
        (server.needs.is_empty() || arguments.iter().any(|word| has_word(server.needs, word)))
            && !arguments.iter().any(|word| ends_server(name, word))
    });
    (is_nginx || is_server).then(|| format!("runs `{name}`, which never ends"))
}

/// Whether the server is one that an argument has to ask for.
pub fn has_subcommand(words: &[&str]) -> bool {
    words.first().is_some_and(|name| BY_NAME.get(name).is_some_and(|it| !it.needs.is_empty()))
}

/// Whether an argument makes a server do something else and end.
pub fn ends_server(server: &str, word: &str) -> bool {
    let word = word.split('=').next().unwrap_or_default();
    has_word(ENDS, word) || BY_NAME.get(server).is_some_and(|it| has_word(it.ends, word))
}
