//! Does a container talk to the API server? Guesses by names.

use crate::manifest::document::Node;
use crate::manifest::workload::Container;
use crate::value::program::base_name;

/// Programs that do nothing without the API server.
const CLIENTS: &[&str] = &["kubectl", "oc", "helm", "helmfile"];

/// Words after which a shell expects a command.
const BEFORE_COMMANDS: &[&str] = &["if", "then", "else", "elif", "while", "until", "do", "exec", "time", "!"];

/// What the names of other clients, and of what they are told about the API server, have in them.
const HINTS: &[&str] = &["kube", "k8s", "openshift", "serviceaccount"];

/// Other programs that may talk to the API server.
const OTHERS: &[&str] = &[
    "argo",
    "argocd",
    "cilium",
    "eksctl",
    "flux",
    "istioctl",
    "kn",
    "kops",
    "linkerd",
    "odo",
    "rancher",
    "skaffold",
    "spark-submit",
    "tkn",
    "vault",
    "velero",
];

/// Whether the container plainly is a client: it runs `kubectl`, `oc` or `helm`, or its image is named after one.
pub fn is_api_client(container: Container<'_>) -> bool {
    let image = container.image().text().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    let name = image.split([':', '@']).next().unwrap_or_default();
    let program = container.command().items().next().and_then(Node::text).map(base_name);
    let is_client = |word: &str| CLIENTS.contains(&word);
    let mut scripts = texts(container).filter(|text| text.contains(char::is_whitespace));
    name.split(['-', '_']).any(is_client) || program.is_some_and(is_client) || scripts.any(runs_client)
}

/// Whether anything in the image, the command, the arguments or the variables hints at the API server.
pub fn may_use_api(container: Container<'_>) -> bool {
    let image = container.image().text().map(repository).unwrap_or_default();
    let variables = container.env().items().flat_map(|it| [it.get("name"), it.get("value")]);
    let variables = variables.flatten().filter_map(Node::text);
    [image].into_iter().chain(texts(container)).chain(variables).any(hints_at_api)
}

fn texts(container: Container<'_>) -> impl Iterator<Item = &str> {
    container.command().items().chain(container.args().items()).filter_map(Node::text)
}

/// Whether a client stands where a shell expects a command.
fn runs_client(script: &str) -> bool {
    CLIENTS.iter().any(|it| script.contains(it)) && command_names(script).any(|it| CLIENTS.contains(&it))
}

/// Returns the words that stand where a shell expects a command, without their directories.
pub(super) fn command_names(script: &str) -> impl Iterator<Item = &str> {
    let commands = script.split(['\n', ';', '&', '|', '(', '`', '{']);
    let first = commands
        .filter_map(|command| command.split_ascii_whitespace().find(|word| !BEFORE_COMMANDS.contains(word)));
    first.map(base_name)
}

/// Returns an image reference without its registry: all of `registry.k8s.io` has `k8s` in its name.
fn repository(image: &str) -> &str {
    match image.split_once('/') {
        Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => rest,
        _ => image,
    }
}

fn hints_at_api(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let mut words = text.split(|it: char| !it.is_ascii_alphanumeric() && it != '-' && it != '_');
    HINTS.iter().any(|hint| text.contains(hint))
        || words.any(|word| CLIENTS.contains(&word) || OTHERS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_stands_where_a_command_is_expected() {
        for script in [
            "set -e\nkubectl get pods",
            "if ! oc whoami; then exit 1; fi",
            "x=$(helm list -q)",
            "sleep 5 && /usr/local/bin/kubectl apply -f /a",
        ] {
            assert!(runs_client(script), "{script}");
        }
        for script in
            ["echo kubectl failed", "curl -d 'synced by argocd' https://chat.example.com", "apk add helm"]
        {
            assert!(!runs_client(script), "{script}");
        }
    }

    #[test]
    fn hints_are_names_and_not_parts_of_words() {
        for text in ["bitnami/kubectl:1.31", "oc", "alpine/k8s:1.30.0", "argocd app sync"] {
            assert!(hints_at_api(text), "{text}");
        }
        for text in ["docker", "block", "overhelm", "app:1.4.2", "process the queue"] {
            assert!(!hints_at_api(text), "{text}");
        }
        assert_eq!(repository("registry.k8s.io/pause:3.9"), "pause:3.9");
        assert_eq!(repository("team/app:1"), "team/app:1");
    }
}
