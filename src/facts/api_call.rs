//! Does a container call the API server, and as whom? Read from what it runs.

use crate::facts::volume_file::volume_of;
use crate::manifest::document::Node;
use crate::manifest::workload::{Container, Pod};
use crate::shell::{Script, script_of};
use crate::value::program::base_name;

/// The verb is among so many words: options may come first.
const MAX_WORDS: usize = 12;

/// Returns the containers that call the API server as the pod's ServiceAccount, each with its client.
pub fn callers<'d, 's, 't>(
    pod: Pod<'d>,
    scripts: &'s [&'s Script<'t>],
) -> impl Iterator<Item = (Container<'d>, &'static str)> + use<'d, 's, 't> {
    let calling = pod.containers().filter(|it| !may_have_credentials(*it));
    calling.filter_map(move |it| Some((it, called_client(it, script_of(scripts, it))?)))
}

/// Returns the client with which a container calls the API server.
fn called_client(container: Container<'_>, script: Option<&Script<'_>>) -> Option<&'static str> {
    const CLIENTS: [&str; 2] = ["kubectl", "oc"];
    const VERBS: [&str; 20] = [
        "annotate", "apply", "cordon", "create", "delete", "describe", "drain", "exec", "get", "label",
        "logs", "patch", "replace", "rollout", "scale", "set", "taint", "top", "uncordon", "wait",
    ];
    let client = |program: &str| CLIENTS.into_iter().find(|it| *it == base_name(program));
    if let Some(script) = script {
        return script.steps.iter().find_map(|step| {
            let found = client(&step.command.name()?)?;
            let asks = step
                .command
                .arguments()
                .iter()
                .take(MAX_WORDS)
                .any(|it| VERBS.iter().any(|verb| it.is(verb)));
            asks.then_some(found)
        });
    }
    let words: Vec<&str> = container.command_line().filter_map(Node::text).collect();
    let (program, arguments) = words.split_first()?;
    let found = container.command().is_set().then(|| client(program)).flatten()?;
    arguments.iter().take(MAX_WORDS).any(|it| VERBS.contains(it)).then_some(found)
}

/// Whether a container may have another way to log in: a flag, a variable, or a volume with a file for it.
fn may_have_credentials(container: Container<'_>) -> bool {
    let is_harmless = |mount: Node<'_>| {
        let path = mount.field("mountPath").text().unwrap_or_default();
        let name = mount.field("name").text().unwrap_or_default();
        let volume = volume_of(container.pod, name);
        !path.contains("kube")
            && volume.is_some_and(|it| it.field("emptyDir").is_set() || it.field("configMap").is_set())
    };
    names_login(container)
        || container.env_from().is_set()
        || !container.volume_mounts().items().all(is_harmless)
}

/// Whether a flag, a variable or the script of a container names another way to log in, or says that it needs none.
pub fn names_login(container: Container<'_>) -> bool {
    const SIGNS: [&str; 11] = [
        "kubeconfig",
        "--context",
        "--token",
        "--server",
        "get-credentials",
        "use-context",
        "login",
        "config set-",
        "--dry-run",
        "--local",
        "serviceaccount",
    ];
    let variables = container.env().items().flat_map(|it| [it.get("name"), it.get("value")]).flatten();
    let is_sign = |text: &str| {
        // That is a login to a registry for images.
        let text = text.to_ascii_lowercase().replace("get-login-password", "");
        SIGNS.iter().any(|it| text.contains(it))
    };
    container.command_line().chain(variables).filter_map(Node::text).any(is_sign)
}
