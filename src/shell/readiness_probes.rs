//! Which commands only ask how something else is doing: who repeats them waits.

use super::programs::Fact;
use super::syntax::{Command, CommandKind, Redirection};
use crate::text::word_list::has_word;

/// Whether a command asks whether something is there.
pub(super) fn is_probe(command: &Command<'_>) -> bool {
    if matches!(command.kind, CommandKind::Test(_)) || command.redirections.iter().any(opens_connection) {
        return true;
    }
    let Some(name) = command.name() else { return false };
    let acts = ["apply", "create", "patch", "delete", "replace", "annotate", "label"];
    let changes = matches!(&*name, "kubectl" | "oc") && acts.iter().any(|verb| command.has_argument(verb));
    let is_client = command.has(Fact::Probes);
    let has_name =
        ["wait", "check", "ready", "health", "status", "ping", "alive"].iter().any(|it| name.contains(it));
    !changes && (is_client || has_name || asks(command, &name))
}

/// Whether a redirection connects to a server, through a file that only Bash knows: `</dev/tcp/db/5432`.
pub(super) fn opens_connection(redirection: &Redirection<'_>) -> bool {
    let target = redirection.target.prefix();
    target.starts_with("/dev/tcp/") || target.starts_with("/dev/udp/")
}

/// Whether the arguments say that the command looks.
fn asks(command: &Command<'_>, name: &str) -> bool {
    const VERBS: &str =
        "check describe diff get health info inspect list login ls ping ps show status version whoami --list";
    // What `ssh` runs elsewhere to see whether it can.
    const REMOTE: &str = "hostname true : exit date uptime whoami echo id";
    let verb = |text: &str| has_word(VERBS, text) || text.starts_with("describe-");
    let mut words = command.arguments().iter().filter_map(|word| word.literal());
    match name {
        "ssh" => words
            .next_back()
            .is_some_and(|it| REMOTE.split(' ').any(|word| Some(word) == it.split(' ').next())),
        "python" | "python3" => words.any(|it| it.contains("connect") || it == "check"),
        "mc" => words.any(|it| verb(&it) || matches!(&*it, "alias" | "config" | "ready")),
        _ => words.any(|it| verb(&it)),
    }
}
