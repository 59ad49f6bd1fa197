//! Calls that tell people what became of the work, and do none of it.

use super::syntax::Command;
use super::traversal::own_words;

/// Parts of addresses, and of the names of variables with addresses, of services that tell people something.
const SERVICES: [&str; 17] = [
    "alertmanager",
    "api.telegram.org",
    "cronitor.io",
    "discord",
    "hc-ping",
    "healthcheck",
    "mattermost",
    "ntfy",
    "opsgenie",
    "outlook.office",
    "pagerduty",
    "pushgateway",
    "pushover",
    "slack",
    "teams",
    "uptime",
    "webhook",
];

/// Whether a command of a script calls a service that tells people something: `curl -d … "$SLACK_WEBHOOK_URL"`.
pub fn notifies(command: &Command<'_>, text: &str) -> bool {
    let mut found = false;
    own_words(command, &mut |word| {
        let word = word.span.text(text).trim_matches('"');
        let is_address = word.contains("://") || word.starts_with('$');
        let lower = word.to_ascii_lowercase();
        found |= is_address && SERVICES.iter().any(|it| lower.contains(it));
    });
    (command.is("curl") || command.is("wget")) && found
}

/// Whether a command tells somebody elsewhere.
pub fn is_message(command: &Command<'_>) -> bool {
    ["curl", "wget", "mail", "mailx", "sendmail", "http", "ntfy", "apprise"]
        .iter()
        .any(|name| command.is(name))
}
