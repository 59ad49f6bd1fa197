//! Names of hosts that are reserved for documentation.

/// Returns the host in a value if no DNS server knows it: `vault.example.com` in `https://vault.example.com:8200/v1`.
///
/// RFC 2606 reserves these domains; of their names only they themselves and `www` have an address.
pub fn reserved_host(value: &str) -> Option<&str> {
    const DOMAINS: [&str; 3] = [".example.com", ".example.net", ".example.org"];
    // Few values have any, and the others are not taken apart.
    if !value.contains(".example.") {
        return None;
    }
    let (rest, is_url) = match value.split_once("://") {
        Some((_, rest)) => (rest, true),
        None => (value, false),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    // `backup.example.com/policy` is the key of an annotation, and `shop@mail.example.com` an address for mail.
    if !is_url && (end < rest.len() || rest.contains('@')) {
        return None;
    }
    let host = rest[..end].rsplit('@').next()?.split(':').next()?;
    let is_name = host.bytes().all(|it| it.is_ascii_alphanumeric() || b"-._".contains(&it));
    let below = DOMAINS.iter().find_map(|it| host.strip_suffix(it))?;
    (is_name && !below.is_empty() && below != "www").then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_reserved_with_or_without_a_scheme() {
        for (value, host) in [
            ("https://vault.example.com", "vault.example.com"),
            ("postgres://shop:secret@db.example.org:5432/shop", "db.example.org"),
            ("s3.example.net", "s3.example.net"),
            ("mail.example.com:587", "mail.example.com"),
        ] {
            assert_eq!(reserved_host(value), Some(host), "{value}");
        }
    }

    #[test]
    fn other_values_name_no_reserved_host() {
        for value in [
            "https://example.com/health",
            "www.example.com",
            "shop@mail.example.com",
            "backup.example.com/policy",
            "https://counterexample.com",
            "https://api.shop.io/?next=vault.example.com",
            "",
        ] {
            assert_eq!(reserved_host(value), None, "{value}");
        }
    }
}
