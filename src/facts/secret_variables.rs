//! The environment variables of a container that hold credentials from Secrets.

use std::collections::{HashMap, HashSet};

use super::secret::promise::{promise, words};
use crate::manifest::workload::Container;
use crate::shell::reference;
use crate::text::word_list::has_word;

/// The environment variables of a container that hold credentials from Secrets.
pub struct SecretVariables<'d> {
    /// The variables of `env`, each with its Secret if that holds a credential.
    env: HashMap<&'d str, Option<&'d str>>,
    /// The first of them that holds one.
    first: Option<&'d str>,
    /// The prefixes and Secrets of `envFrom`.
    whole: Vec<(&'d str, &'d str)>,
}

impl<'d> SecretVariables<'d> {
    /// Finds those of a container.
    pub fn of(container: Container<'d>) -> Self {
        let mut env: HashMap<&str, Option<&str>> = HashMap::new();
        let mut first = None;
        let names: HashSet<&str> = container.env().items().filter_map(|it| it.field("name").text()).collect();
        let has_password =
            |name: &str| ["PASSWORD", "PASS", "PW"].iter().any(|it| names.contains(&*format!("{name}_{it}")));
        for item in container.env().items() {
            let Some(name) = item.field("name").text() else { continue };
            let own = item.field("valueFrom.secretKeyRef.name").text();
            let key = item.field("valueFrom.secretKeyRef.key").text().unwrap_or_default();
            // Kubernetes puts in the variables that stand before: `postgres://shop:$(DB_PASSWORD)@db`.
            let inner = || {
                let value = item.field("value").text()?;
                references(value).find_map(|it| env.get(it).copied().flatten())
            };
            // `SHOP_ADMIN` next to `SHOP_ADMIN_PASSWORD` is a user.
            let is_user = promise(name).is_none() && promise(key).is_none() && has_password(name);
            let secret = own.filter(|_| !is_user && is_credential(name, key)).or_else(inner);
            first = first.or(secret.map(|_| name));
            env.insert(name, secret);
        }
        let whole = container.env_from().items().filter_map(|source| {
            let secret = source.field("secretRef.name").text()?;
            Some((source.field("prefix").text().unwrap_or_default(), secret))
        });
        SecretVariables { first, whole: whole.collect(), env }
    }

    /// Takes away those that a script sets itself.
    pub fn without(mut self, names: impl IntoIterator<Item = &'d str>) -> Self {
        self.env.extend(names.into_iter().map(|name| (name, None)));
        let mut left: Vec<_> =
            self.env.iter().filter(|(_, secret)| secret.is_some()).map(|(name, _)| *name).collect();
        left.sort_unstable();
        self.first = self.first.filter(|it| left.contains(it)).or(left.first().copied());
        self
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.first.is_none() && self.whole.is_empty()
    }

    /// Returns one of those that `env` sets, with its Secret.
    pub fn first(&self) -> Option<(&'d str, &'d str)> {
        let name = self.first?;
        Some((name, self.env.get(name).copied().flatten()?))
    }

    /// Returns a Secret all of whose keys are variables.
    pub fn whole_secret(&self) -> Option<&'d str> {
        self.whole.first().map(|(_, secret)| *secret)
    }

    /// Returns the Secret from which a variable has its credential.
    pub fn secret_of(&self, name: &str) -> Option<&'d str> {
        if let Some(secret) = self.env.get(name) {
            return *secret;
        }
        // The last one wins.
        let from = self.whole.iter().rev().find(|(prefix, _)| name.starts_with(prefix));
        from.filter(|_| promise(name).is_some()).map(|(_, secret)| *secret)
    }
}

/// Returns the names that Kubernetes replaces in a text: `$(NAME)`, but not `$$(NAME)`.
pub fn references(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("$(").filter_map(|(at, _)| {
        let dollars = text[..at].bytes().rev().take_while(|it| *it == b'$').count();
        let name = reference(&text[at..])?;
        (!name.is_empty() && !name.contains('(') && dollars.is_multiple_of(2)).then_some(name)
    })
}

/// Whether a variable from a Secret holds a credential: Secrets also hold what stands next to one, such as a user name.
fn is_credential(name: &str, key: &str) -> bool {
    const OTHER: &str = "ACCOUNT ADMIN ADDR ADDRESS ARN BRANCH BUCKET BUCKETS CA CERT CERTIFICATE CHANNEL CIDR CLUSTER COLLECTION COMPANY COUNT \
        CRT DATABASE DAYS DB DBNAME DESCRIPTION DIR DIRECTORY DN DOMAIN DRIVER EMAIL ENABLED ENDPOINT ENV ENVIRONMENT \
        FILE FOLDER FORMAT FQDN FROM GROUP HOST HOSTNAME HOSTS ID IMAGE INDEX INTERVAL IP IPS ISSUER KEYSPACE KIND LABEL \
        LANG LEVEL LIMIT LOCATION LOGIN MAIL MODE NAME NAMESPACE ORG ORGANIZATION OWNER PATH PORT PREFIX PROJECT \
        PROTOCOL PROVIDER PUBKEY QUEUE REALM RECIPIENT RECIPIENTS REGION REPO REPOSITORY RETENTION ROLE SCHEDULE SCHEMA \
        SCHEME SENDER SERVER SERVERS SERVICE SITE SIZE STAGE STREAM SUBJECT SUBNET SUFFIX TABLE TAG TAGS TEAM TENANT \
        TIMEOUT TIMEZONE TITLE TO TOPIC TTL TYPE TZ USER USERNAME USR VERSION VPC ZONE";
    const ADDRESSES: &str = "URL URI";
    const WITH_PASSWORD: &str = "AMQP BROKER CELERY CLICKHOUSE CONNECTION DATABASE DB DSN JDBC MARIADB MONGO MONGODB MYSQL PG \
        POSTGRES POSTGRESQL RABBITMQ REDIS SENTRY SLACK SMTP SQLALCHEMY WEBHOOK";
    if promise(name).is_some() || promise(key).is_some() {
        return true;
    }
    let words = words(name);
    let is_address = words.last().is_some_and(|it| has_word(ADDRESSES, it));
    let has_password = || words.iter().any(|it| has_word(WITH_PASSWORD, it));
    let is_other = words.last().is_none_or(|it| {
        // `PGHOST`, `DBUSER`
        has_word(OTHER, it)
            || ["DATABASE", "HOST", "NAME", "PORT", "USER"].iter().any(|end| it.ends_with(end))
    });
    if is_address { has_password() } else { !is_other }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_holds_credentials_and_what_stands_next_to_them() {
        let credentials = [
            ("API_TOKEN", "token"),
            // Nobody puts a greeting into a Secret.
            ("SHOP", "shop"),
            ("DATABASE_URL", "url"),
            ("SLACK_WEBHOOK_URL", "url"),
            ("DB", "password"),
        ];
        for (name, key) in credentials {
            assert!(is_credential(name, key), "{name}, {key}");
        }
        for name in [
            "DB_USER",
            "PGHOST",
            "MYSQL_DATABASE",
            "S3_BUCKET",
            "AWS_ACCESS_KEY_ID",
            "SHOP_URL",
            "S3_PREFIX",
            "TLS_CERT",
            "KEYCLOAK_ADMIN",
        ] {
            assert!(!is_credential(name, "value"), "{name}");
        }
    }

    #[test]
    fn kubernetes_replaces_names_in_parentheses() {
        let found: Vec<_> = references("$(A) $$(B) $$$(C) $(date +%F) $D ${E}").collect();
        assert_eq!(found, ["A", "C"]);
    }
}
