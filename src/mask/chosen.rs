//! Words that people make up for passwords: a number within a word or two, or behind one. Names are rarely written so.

use std::ops::Range;

use crate::text::word_list::has_word;

/// The shortest word with a number inside, in bytes.
const SHORTEST: usize = 8;

/// The shortest word of syllables with a digit inside, in bytes.
const SHORTEST_SYLLABLES: usize = 9;

/// The fewest letters on either side of a number.
const LETTERS: usize = 3;

/// Words that people like in a password before a number. Others with a number are names more often: `Report2024`.
const FAVORITES: &str = "admin autumn changeme company hello letmein password qwerty root secret spring summer test welcome winter";

/// Names of algorithms, formats, protocols and programs that end in a number: `sha256sum`, `existingLog4jConfigMap`.
const NUMBERED: &str = "aac3 adler32 aes128 aes192 aes256 api2 arm64 auth0 base16 base32 base58 base62 base64 base85 \
    blake2 blake3 bzip2 cloud9 crc32 crc64 ecma6 float16 float32 float64 http1 http2 http3 int16 int32 int64 \
    ipv4 ipv6 iso8601 java11 java17 java21 java8 krb5 llama2 llama3 log4 mpeg4 mysql5 mysql8 neo4 oauth1 oauth2 \
    pbkdf2 pkcs1 pkcs10 pkcs11 pkcs12 pkcs7 pkcs8 postgres12 postgres13 postgres14 postgres15 postgres16 postgres17 \
    psycopg2 python2 python3 rfc1123 rfc3339 rfc822 route53 sha1 sha224 sha256 sha384 sha512 socks4 socks5 sqlite3 \
    ssl3 sslv3 tls10 tls11 tls12 tls13 uint16 uint32 uint64 uint8 utf16 utf32 utf8 web3 win32 windows10 windows11 \
    windows2016 windows2019 windows2022 windows2025 xmx1024 xmx256 xmx512";

/// Whether a word with letters and digits is one that people make up: `Marble4Glacier`, `Winter2024`, `admin123`.
pub(super) fn is_made_up(word: &str) -> bool {
    let bytes = word.as_bytes();
    let Some(start) = bytes.iter().position(u8::is_ascii_digit) else { return false };
    let digits = bytes[start..].iter().take_while(|it| it.is_ascii_digit()).count();
    let number = start..start + digits;
    let behind = bytes[number.end..].iter().take_while(|it| it.is_ascii_alphabetic()).count();
    match behind {
        0 => number.end == bytes.len() && ends_in_number(word, number),
        _ => bytes.len() >= SHORTEST && has_number_inside(word, number, behind),
    }
}

fn has_number_inside(word: &str, number: Range<usize>, behind: usize) -> bool {
    let last = last_word(&word[..number.start]);
    // `json2yaml`
    let is_to = &word[number.clone()] == "2" && word.bytes().all(|it| !it.is_ascii_uppercase());
    last.len() >= LETTERS && behind >= LETTERS && !is_to && !is_numbered(last, &word[number])
}

fn ends_in_number(word: &str, number: Range<usize>) -> bool {
    let letters = number.start;
    let is_count = "123456789".starts_with(&word[number.clone()]) && number.len() > 2;
    let is_favorite = has_word(FAVORITES, &word[..letters].to_ascii_lowercase());
    letters > LETTERS
        && (is_count || is_favorite && number.len() > 1)
        && !is_numbered(last_word(&word[..letters]), &word[number])
}

/// Returns the last word of letters, as their capitals tell: `Secret` of `fileSecret`, `S` of `fileS`.
fn last_word(letters: &str) -> &str {
    let smalls = letters.bytes().rev().take_while(u8::is_ascii_lowercase).count();
    let capital = usize::from(smalls < letters.len());
    let capitals = letters.bytes().rev().take_while(u8::is_ascii_uppercase).count();
    &letters[letters.len() - if smalls == 0 { capitals } else { smalls + capital }..]
}

/// Whether a word and the number behind it are a name that is known: `Sha256` in `fileSha256Sum`.
fn is_numbered(word: &str, number: &str) -> bool {
    has_word(NUMBERED, &format!("{word}{number}").to_ascii_lowercase())
}

/// Whether a word is one that a machine makes for people to pronounce: consonants and vowels in turn with a digit among them,
/// `ga1ulojalapo`, or before them and a capital among them, `4uhabegUni`.
pub(super) fn is_pronounceable(word: &str) -> bool {
    let bytes = word.as_bytes();
    let mut digits = (0..bytes.len()).filter(|at| bytes[*at].is_ascii_digit());
    let (Some(digit), None) = (digits.next(), digits.next()) else { return false };
    let is_vowel = |at: usize| b"aeiou".contains(&bytes[at].to_ascii_lowercase());
    let alternates =
        |part: Range<usize>| (part.start + 1..part.end).all(|at| is_vowel(at) != is_vowel(at - 1));
    let capitals = bytes.iter().skip(1).filter(|it| it.is_ascii_uppercase()).count();
    let is_inside = digit > 1 && digit + 2 < bytes.len();
    // `text2image`
    let is_to = bytes[digit] == b'2' && capitals == 0;
    bytes.len() >= SHORTEST_SYLLABLES
        && (is_inside && capitals < 2 || capitals == 1 && digit + 1 < bytes.len())
        && !is_to
        && alternates(0..digit)
        && alternates(digit + 1..bytes.len())
}

/// Whether a word, a number and a mark make a password as people choose them: `Winter2024!`.
pub(super) fn is_chosen(text: &str, run: &Range<usize>) -> bool {
    let word = &text.as_bytes()[run.clone()];
    let letters = word.iter().take_while(|it| it.is_ascii_alphabetic()).count();
    let numbers = word[letters..].iter().filter(|it| it.is_ascii_digit()).count();
    letters >= 4
        && word[0].is_ascii_uppercase()
        && word[1..letters].iter().all(u8::is_ascii_lowercase)
        && (1..=4).contains(&numbers)
        && letters + numbers == word.len()
        && text[run.end..].starts_with(['!', '#', '$', '%', '&', '*', '?', '@'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_with_a_digit_inside_are_no_name() {
        for word in ["mebo3dalifu", "Rokit9elubo", "5ojabedIra", "ba7ukoniret"] {
            assert!(is_pronounceable(word), "{word}");
        }
        for word in
            ["text2image", "unicodeData2", "kubernetes2", "base64decode", "5minutes", "Katakoda", "utf8mb4"]
        {
            assert!(!is_pronounceable(word), "{word}");
        }
    }

    #[test]
    fn a_number_in_a_word_is_made_up_but_in_a_known_name() {
        for word in [
            "Marble4Glacier",
            "marble4glacier",
            "MARBLE4GLACIER",
            "Marble2Glacier",
            "Winter2024",
            "admin123",
            "McpSecure123",
            "harbor12345",
            "back8sup",
        ] {
            assert!(is_made_up(word), "{word}");
        }
        for word in [
            "json2yaml",
            "sha256sum",
            "SHA256SUMS",
            "KRB5CCNAME",
            "existingLog4jConfigMap",
            "destinationS3SecretKey",
            "k8sSecretName",
            "V1EnvVarSource",
            "Base64url",
            "oauth2Provider",
            "Route53",
            "postgres12",
            "worker01",
            "KillCredit2",
            "scannerV4",
            "ubuntu2204",
            "2024Report",
            "aarch64",
            "Xmx1024m",
        ] {
            assert!(!is_made_up(word), "{word}");
        }
    }
}
