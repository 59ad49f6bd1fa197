//! Paths in addresses, where `%20` stands for a blank (RFC 3986, section 2.1).

use std::fmt::Write as _;

/// Encodes all bytes of a path that an address cannot have as they are.
pub fn encode(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Decodes a path of an address; `None` if the bytes are not UTF-8, or a `%` is not followed by two digits.
pub fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_come_back_as_they_were() {
        let (path, encoded) = ("/srv/a b/jöb_1~%#.yaml", "/srv/a%20b/j%C3%B6b_1~%25%23.yaml");
        assert_eq!(encode(path), encoded);
        assert_eq!(decode(encoded).as_deref(), Some(path));
    }

    #[test]
    fn what_is_not_encoded_has_no_path() {
        assert!(["%", "%2", "%zz", "%FF"].iter().all(|it| decode(it).is_none()));
    }
}
