//! A sidecar that the work ends with a signal, in a pod with `shareProcessNamespace`: its exit code fails the pod.

use crate::facts::endless::{never_completes, process_name, unintended_endless};
use crate::manifest::document::Node;
use crate::manifest::workload::{Container, Pod};
use crate::rule::Reporter;
use crate::shell::{self, Script};
use crate::text::word_list::has_word;

/// Returns what to do so that a sidecar ends without a trace.
pub(super) fn native(sidecar: &str) -> String {
    format!(
        "move `{sidecar}` to `initContainers` and give it `restartPolicy: Always`: Kubernetes then stops it when the \
         other containers are done"
    )
}

/// Reports each command that ends a sidecar so that it fails.
pub(super) fn report(pod: Pod<'_>, scripts: &[&Script<'_>], reporter: &mut Reporter<'_>) {
    let mut sidecars: Vec<_> = pod
        .main_containers()
        .filter(|it| unintended_endless(*it, scripts).is_some())
        .filter_map(|it| Some((it, process_name(it)?)))
        .collect();
    sidecars.sort_by_key(|(container, _)| container.title());
    for work in pod.main_containers() {
        let Some(script) = shell::script_of(scripts, work) else { continue };
        for kill in script.kills() {
            let ended = sidecars.iter().filter(|(it, name)| it.node.id != work.node.id && kill.ends(name));
            let mut failing =
                ended.filter_map(|(it, name)| Some((*it, name, end_of(*it, name, kill.is_certain)?)));
            let Some((sidecar, name, end)) = failing.next() else { continue };
            let (tool, sidecar, work) = (kill.tool, sidecar.title(), work.title());
            let restarts = pod.restart_policy().is("OnFailure");
            let message = match (end, restarts) {
                (End::Code(code), true) => format!(
                    "{}: `{tool}` ends `{sidecar}` with exit code {code}, and `restartPolicy: OnFailure` restarts it",
                    never_completes(pod)
                ),
                (End::Code(code), false) => format!(
                    "the pod fails even when `{work}` succeeds: `{tool}` ends `{sidecar}` with exit code {code}"
                ),
                (End::IfConnected, _) => format!(
                    "the pod can fail even when `{work}` succeeds: `{name}` exits with 2 if `{tool}` ends it \
                     while a connection is open"
                ),
            };
            let finding = reporter.report(script.name_place(kill.command), message);
            finding.help(format!("{}; remove the `{tool}`", native(sidecar)));
        }
    }
}

/// How a program ends at a signal.
enum End {
    /// With this exit code.
    Code(u32),
    /// With a failure if a client is still connected.
    IfConnected,
}

/// Programs that `SIGTERM` ends with 143: they do not handle it, or say so. With a process namespace for the whole pod
/// they are not its first process, which the kernel would spare.
const TERMINATED: &str = "sleep tail yes socat kubectl oc cloud-sql-proxy alloydb-auth-proxy";

/// Returns how a program ends, if that is known and no success.
fn end_of(container: Container<'_>, name: &str, is_certain: bool) -> Option<End> {
    let has_option = |word: &str| {
        container.command_line().filter_map(Node::text).any(|it| it.trim_start_matches('-').starts_with(word))
    };
    // `CSQL_PROXY_EXIT_ZERO_ON_SIGTERM` can stand in a ConfigMap, too.
    let in_env = || {
        let names = container.env().items().filter_map(|it| it.field("name").text());
        container.env_from().is_set() || names.into_iter().any(|it| it.ends_with("EXIT_ZERO_ON_SIGTERM"))
    };
    match name {
        _ if is_certain => Some(End::Code(137)),
        "cloud-sql-proxy" | "alloydb-auth-proxy" if in_env() => None,
        // `cloud_sql_proxy.go` of 1.16 and later: `proxyClient.Shutdown(*termTimeout)`.
        "cloud_sql_proxy" => (!has_option("term_timeout")).then_some(End::IfConnected),
        _ => has_word(TERMINATED, name).then_some(End::Code(143)),
    }
}
