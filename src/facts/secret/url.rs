//! Passwords in addresses: `postgres://app:hunter2@db/shop`, `jdbc:postgresql://db/shop?user=app&password=hunter2`.

use crate::facts::secret::chance::is_random;
use crate::facts::secret::promise::{is_secret, is_stand_in};

/// Finds the passwords in all addresses of a text.
pub(super) fn passwords(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    // Most texts have neither of what a password stands at.
    if memchr::memchr2(b'@', b'?', text.as_bytes()).is_none() {
        return found;
    }
    let is_end = |it: char| it.is_whitespace() || "\"'`<>\\".contains(it);
    // An address may hold others: what they have in common is read once.
    for addresses in text.split(is_end) {
        let marks = addresses.match_indices("://").map(|(at, _)| at);
        let starts = marks.filter(|at| has_scheme(&addresses[..*at])).map(|at| at + 3);
        let mut first = None;
        for start in starts {
            found.extend(user_password(authority(&addresses[start..])));
            first.get_or_insert(start);
        }
        found.extend(first.into_iter().flat_map(|start| query_passwords(&addresses[start..])));
    }
    found
}

/// Whether the text ends in what may stand before `://`.
fn has_scheme(before: &str) -> bool {
    before.ends_with(|it: char| it.is_ascii_alphanumeric())
}

/// Returns what stands before the path of an address, with a password that should have been encoded: `app:a/b?c@db`.
fn authority(address: &str) -> &str {
    let authority = address.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((user, password)) = authority.split_once(':').filter(|_| !authority.contains('@')) else {
        return authority;
    };
    // `db:8080/a@b`, `github.com:a/b@v1`
    let is_host = password.bytes().all(|it| it.is_ascii_digit()) || user.contains('.');
    let end = address.rfind('@').filter(|_| !is_host);
    let host = |at: usize| address[at + 1..].split(['/', '?', '#']).next().map_or(0, str::len);
    end.map_or(authority, |at| &address[..at + 1 + host(at)])
}

/// Returns what stands between the user's colon and the `@`.
fn user_password(authority: &str) -> Option<&str> {
    let (user, password) = authority.rsplit_once('@')?.0.split_once(':')?;
    let is_example = matches!(user, "user" | "username" | "USER" | "USERNAME" | "login")
        && password.to_ascii_lowercase().starts_with("pass")
        // Nobody's token is this word.
        || password.eq_ignore_ascii_case("token");
    let is_filled_in =
        is_stand_in(password) || password.contains(['$', '{', '<', '%']) && !is_encoded(password);
    (!is_example && !is_filled_in).then_some(password)
}

/// Whether every `%` begins two hexadecimal digits, as in an address.
fn is_encoded(text: &str) -> bool {
    let mut parts = text.split('%');
    let first = parts.next().unwrap_or_default();
    let is_digits =
        |part: &str| part.as_bytes().get(..2).is_some_and(|it| it.iter().all(u8::is_ascii_hexdigit));
    !first.contains(['$', '{', '<']) && parts.all(|part| is_digits(part) && !part.contains(['$', '{', '<']))
}

/// Returns the values of the parameters whose names promise a secret.
pub(super) fn query_passwords(address: &str) -> impl Iterator<Item = &str> {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split(['&', ';', '#', ',']).filter_map(|pair| pair.split_once('='));
    let is_signed = query.contains("sv=") || query.contains("se=");
    let is_signature = move |name: &str, value: &str| name == "sig" && is_signed && value.len() >= 43;
    let is_password = move |name: &str, value: &str| {
        is_secret(&format!("url_{name}"), value) || is_signature(name, value) && is_random(value)
    };
    pairs.filter(move |(name, value)| is_password(name, value)).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        passwords(text)
    }

    #[test]
    fn passwords_stand_before_the_host_or_behind_the_question_mark() {
        assert_eq!(found("postgres://app:hunter2@db:5432/shop"), ["hunter2"]);
        assert_eq!(found("redis://:hunter2@cache/0"), ["hunter2"]);
        assert_eq!(found("amqp://guest:guest@queue"), ["guest"]);
        assert_eq!(found("mongodb://app:p%40ss@a,b/shop?authSource=admin"), ["p%40ss"]);
        assert_eq!(found("postgres://app:p@ss@db/shop"), ["p@ss"]);
        assert_eq!(found("postgres://app:a/b?c#d@db:5432/shop?x=y"), ["a/b?c#d"]);
        assert_eq!(found("jdbc:postgresql://db/shop?user=app&password=hunter2"), ["hunter2"]);
        assert_eq!(found("curl http://a:one1@b/ ftp://c:two2@d"), ["one1", "two2"]);
    }

    #[test]
    fn other_addresses_have_none() {
        let addresses = "https://example.com ssh://git@example.com:22/a http://db:8080/a@b git+ssh://github.com:a/b@v1 http://db:$PORT/a@b https://db/a:b@c https://token@example.com \
            postgres://app:$(PASSWORD)@db postgres://app:${PASSWORD}@db http://app:$PASSWORD@db postgres://app:@db \
            postgres://user:password@db postgres://app:<password>@db postgres://app:changeme@db postgres://app:%s@db \
            postgres://app:{password}@db postgres://app:***@db http://db/?token_type=bearer http://a/?page_token=x1y2z3a4b5";
        for address in addresses.split_whitespace() {
            assert_eq!(found(address), [""; 0], "{address}");
        }
    }
}
