//! IP addresses (`k8s.io/apimachinery/pkg/util/validation/ip.go`, `k8s.io/utils/net`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::api_field::ApiField;
use super::error::{Errors, quote};

/// Checks an address; since Kubernetes 1.36 without leading zeros and not an IPv4 address in IPv6's form.
pub fn check<'d>(field: ApiField<'d>, errors: &mut Errors<'d>) {
    let text = field.text();
    let Some(address) = parse_sloppily(text) else {
        let reason = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
        errors.invalid(field, text, reason);
        return;
    };
    if errors.minor < 36 {
        return;
    }
    if text.parse::<IpAddr>().is_err() {
        errors.invalid(field, text, "must not have leading 0s");
    } else if matches!(address, IpAddr::V6(address) if address.to_ipv4_mapped().is_some()) {
        errors.invalid(field, text, "must not be an IPv4-mapped IPv6 address");
    }
}

/// Returns what is unusual about an address that is taken (`GetWarningsForIP`).
pub fn warning(field: ApiField<'_>) -> Option<String> {
    let text = field.text();
    let address = parse_sloppily(text)?;
    let strict = text.parse::<IpAddr>().ok();
    let usual = match address {
        IpAddr::V6(address) => address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4),
        address => address,
    };
    let (path, shown) = (field.path(), quote(text));
    if strict.is_none() || usual != address {
        return Some(format!(
            "{path}: non-standard IP address {shown} is invalid: use {}",
            quote(&usual.to_string())
        ));
    }
    let canonical = address.to_string();
    (address.is_ipv6() && canonical != text).then(|| {
        format!("{path}: IPv6 address {shown} should be in RFC 5952 canonical format ({})", quote(&canonical))
    })
}

/// Reads an address as Go did until 1.17: numbers of an IPv4 address may start with zeros.
fn parse_sloppily(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    if !text.contains(':') {
        return parse_v4(text).map(IpAddr::V4);
    }
    // The end of an IPv6 address can be an IPv4 address.
    let (start, end) = text.rsplit_once(':')?;
    let [a, b, c, d] = parse_v4(end)?.octets();
    let plain = format!("{start}:{:x}:{:x}", u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    plain.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
}

fn parse_v4(text: &str) -> Option<Ipv4Addr> {
    let mut numbers = [0; 4];
    let mut parts = text.split('.');
    for number in &mut numbers {
        let part = parts.next()?;
        let digits = part.trim_start_matches('0');
        if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) || digits.len() > 3 {
            return None;
        }
        *number = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    }
    parts.next().is_none().then(|| Ipv4Addr::from(numbers))
}
