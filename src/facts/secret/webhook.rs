//! URLs that receive messages or calls for a service: whoever has one can send.

use super::chance::is_varied;
use super::promise::is_stand_in;

/// A service: how its URLs are recognized, what they are called, and where the secret is in what follows.
struct Service {
    mark: &'static str,
    what: &'static str,
    /// The segment of the path behind the mark that is secret, from 0.
    segment: usize,
    /// No secret is shorter.
    least: usize,
}

const fn service(mark: &'static str, what: &'static str, segment: usize, least: usize) -> Service {
    Service { mark, what, segment, least }
}

const SERVICES: [Service; 7] = [
    service("hooks.slack.com/services/", "a Slack webhook", 2, 20),
    service("hooks.slack.com/workflows/", "a Slack webhook", 3, 20),
    service("discord.com/api/webhooks/", "a Discord webhook", 1, 50),
    service("discordapp.com/api/webhooks/", "a Discord webhook", 1, 50),
    service("webhook.office.com/webhookb2/", "a Teams webhook", 2, 32),
    service("outlook.office.com/webhook/", "a Teams webhook", 2, 32),
    service("hooks.zapier.com/hooks/catch/", "a Zapier webhook", 1, 6),
];

/// Returns what all such URLs contain one of.
pub(super) fn marks() -> impl Iterator<Item = &'static str> {
    SERVICES.iter().map(|service| service.mark)
}

/// Finds the secret part of the first such URL in a text.
pub(super) fn secret(text: &str) -> Option<(&'static str, &str)> {
    SERVICES.iter().find_map(|service| {
        let (_, rest) = text.split_once(service.mark)?;
        let is_end = |it: char| !it.is_ascii_alphanumeric() && !"/-_@.".contains(it);
        let secret = rest.split(is_end).next()?.split('/').nth(service.segment)?;
        let is_secret =
            secret.len() >= service.least && (secret.len() < 20 || is_varied(secret)) && !is_stand_in(secret);
        is_secret.then_some((service.what, secret))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fakes are put together here, so that scanners of this repository find none.
    fn fake(length: usize) -> String {
        "A2B3C4D5E6F7G2H3I4J5K6L7M2N3O4P5".chars().cycle().take(length).collect()
    }

    #[test]
    fn the_secret_is_a_segment_of_the_path() {
        let urls = [
            ("hooks.slack.com/services/T0A1B2C3D/B0A1B2C3D/{}", 24),
            ("discord.com/api/webhooks/123456789012345678/{}", 68),
            ("discordapp.com/api/webhooks/123456789012345678/{}\n", 68),
            ("example.webhook.office.com/webhookb2/1@2/IncomingWebhook/{}/3-4", 32),
            ("outlook.office.com/webhook/1@2/IncomingWebhook/{}/3", 32),
            ("hooks.zapier.com/hooks/catch/1234567/{}/", 7),
        ];
        for (url, length) in urls {
            let text = format!("HOOK=https://{}", url.replace("{}", &fake(length)));
            assert_eq!(secret(&text).map(|it| it.1.to_owned()), Some(fake(length)), "{url}");
        }
    }

    #[test]
    fn examples_and_other_pages_are_not_secret() {
        let urls = [
            "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
            "https://discord.com/api/webhooks/123456789012345678/$TOKEN",
            "https://discord.com/developers/docs/resources/webhook",
            "https://hooks.zapier.com/hooks/catch/1234567/",
            "https://hooks.zapier.com/hooks/catch/1234567/<your-hook>",
        ];
        for url in urls {
            assert_eq!(secret(url), None, "{url}");
        }
    }
}
