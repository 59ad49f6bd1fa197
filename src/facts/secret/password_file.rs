//! Passwords in a `.pgpass` that a script writes.

use std::collections::BTreeMap;

use super::promise::is_secret;
use crate::text::span::Span;

/// Finds the passwords in lines of a `.pgpass`, which has `host:port:database:user:password`, each behind the name of the file.
pub(super) fn in_script<'d>(text: &'d str, bodies: &[Span]) -> Vec<(&'d str, &'d str)> {
    let Some(at) = text.find("pgpass") else { return Vec::new() };
    let name = &text[at..at + 6];
    let bodies = bodies.iter().flat_map(|it| it.text(text).lines());
    let arguments = text.split(['"', '\'', '\n', ' ', '\\']);
    let found: BTreeMap<usize, (&'d str, &'d str)> = bodies
        .chain(arguments)
        .filter_map(|line| {
            let fields: Vec<&str> = line.trim().split(':').collect();
            let [host, port, _, _, password] = fields[..] else { return None };
            let is_port = port == "*" || !port.is_empty() && port.bytes().all(|it| it.is_ascii_digit());
            let is_host = host.bytes().all(|it| it.is_ascii_alphanumeric() || b".-_*/".contains(&it));
            let is_made = password.contains(['$', '`']);
            (is_host && is_port && !is_made && is_secret("pgpass_password", password))
                .then_some((password.as_ptr().addr(), (name, password)))
        })
        .collect();
    found.into_values().collect()
}
