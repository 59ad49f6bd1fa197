//! Credentials that say by their shape what they are.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::is_stand_in;

/// What a key id of AWS is called; it is only half a credential.
pub const AWS_KEY_ID: &str = "an AWS access key";

/// A kind of token: how it starts, what follows, and how much of it at least and at most.
struct Shape {
    what: &'static str,
    prefix: &'static str,
    body: fn(u8) -> bool,
    least: usize,
    most: usize,
}

const fn shape_of(
    what: &'static str,
    prefix: &'static str,
    body: fn(u8) -> bool,
    least: usize,
    most: usize,
) -> Shape {
    Shape { what, prefix, body, least, most }
}

const ANY: usize = usize::MAX;

/// As the providers document them, or as their tokens look.
static SHAPES: &[Shape] = &[
    shape_of("a GitHub token", "ghp_", alphanumeric, 36, 36),
    shape_of("a GitHub token", "gho_", alphanumeric, 36, 36),
    shape_of("a GitHub token", "ghu_", alphanumeric, 36, 36),
    shape_of("a GitHub token", "ghs_", alphanumeric, 36, 36),
    shape_of("a GitHub token", "ghr_", alphanumeric, 36, 76),
    shape_of("a GitHub token", "github_pat_", word, 59, 100),
    shape_of("a GitLab token", "glpat-", dashed, 20, 300),
    shape_of("a GitLab token", "gldt-", dashed, 20, 300),
    shape_of("a GitLab token", "glrt-", dashed, 20, 300),
    shape_of("a Slack token", "xoxb-", dashed, 24, 300),
    shape_of("a Slack token", "xoxp-", dashed, 24, 300),
    shape_of("a Slack token", "xoxa-", dashed, 24, 300),
    shape_of("a Slack token", "xoxr-", dashed, 24, 300),
    shape_of("a Slack token", "xoxs-", dashed, 24, 300),
    shape_of("a Slack token", "xapp-1-", dashed, 24, 300),
    shape_of(AWS_KEY_ID, "AKIA", upper_base32, 16, 16),
    shape_of(AWS_KEY_ID, "ASIA", upper_base32, 16, 16),
    shape_of("a Stripe key", "sk_live_", alphanumeric, 20, 250),
    shape_of("a Stripe key", "rk_live_", alphanumeric, 20, 250),
    shape_of("a Google API key", "AIza", dashed, 35, 35),
    shape_of("a SendGrid key", "SG.", dotted, 66, 66),
    shape_of("an npm token", "npm_", alphanumeric, 36, 36),
    shape_of("a PyPI token", "pypi-AgEIcHlwaS5vcmc", dashed, 50, ANY),
    shape_of("a PyPI token", "pypi-AgENdGVzdC5weXBpLm9yZ", dashed, 50, ANY),
    shape_of("an Anthropic key", "sk-ant-", dashed, 40, ANY),
    shape_of("an OpenAI key", "sk-proj-", dashed, 40, ANY),
    shape_of("an OpenAI key", "sk-svcacct-", dashed, 40, ANY),
    shape_of("an OpenAI key", "sk-", alphanumeric, 48, 48),
    shape_of("a Hugging Face token", "hf_", alphanumeric, 34, 40),
    shape_of("a Docker Hub token", "dckr_pat_", dashed, 27, 27),
    shape_of("a DigitalOcean token", "dop_v1_", alphanumeric, 64, 64),
    shape_of("a Vault token", "hvs.", dashed, 24, 300),
    shape_of("an age key", "AGE-SECRET-KEY-1", alphanumeric, 58, 58),
];

fn alphanumeric(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

fn word(byte: u8) -> bool {
    alphanumeric(byte) || byte == b'_'
}

fn dashed(byte: u8) -> bool {
    word(byte) || byte == b'-'
}

fn dotted(byte: u8) -> bool {
    dashed(byte) || byte == b'.'
}

fn upper_base32(byte: u8) -> bool {
    byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte)
}

/// Says what credential a value is, or holds as a word of its own: `Bearer eyJ…`, `https://x:ghp_…@github.com`.
///
/// Tokens made of few different characters are examples, as are those that say so.
pub fn shape(value: &str) -> Option<&'static str> {
    if value.contains("-----BEGIN ") && value.contains("PRIVATE KEY-----") {
        return (!is_stand_in(value)).then_some("a private key");
    }
    if ["AccountKey=", "SharedAccessKey="].iter().any(|it| value.contains(it)) && has_account_key(value) {
        return Some("an Azure key");
    }
    let words = value.split(|it: char| !u8::try_from(it).is_ok_and(dotted));
    words.map(|word| word.trim_matches('.')).filter(|word| word.len() >= 20).find_map(shape_of_word)
}

fn shape_of_word(word: &str) -> Option<&'static str> {
    let fits = |shape: &&Shape| {
        word.strip_prefix(shape.prefix).is_some_and(|body| {
            (shape.least..=shape.most).contains(&body.len())
                && body.bytes().all(shape.body)
                && is_varied(body)
        })
    };
    let what = SHAPES.iter().find(fits).map(|it| it.what);
    what.or_else(|| is_web_token(word).then_some("a JSON Web Token")).filter(|_| !is_stand_in(word))
}

/// Says whether the text has enough different characters to be made by chance.
fn is_varied(text: &str) -> bool {
    (0..=u8::MAX).filter(|&byte| text.as_bytes().contains(&byte)).count() >= 8
}

/// Says whether the text is a signed JSON Web Token: a header in JSON with an `alg`, a body, a signature.
fn is_web_token(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let [header, body, signature] = parts[..] else { return false };
    let header = || serde_json::from_slice::<serde_json::Value>(&URL_SAFE_NO_PAD.decode(header).ok()?).ok();
    text.starts_with("eyJ")
        && body.starts_with("eyJ")
        && signature.len() >= 16
        && header().is_some_and(|it| it.get("alg").is_some())
}

/// Says whether an Azure connection string has its key in it: 32 or 64 bytes in base64.
fn has_account_key(value: &str) -> bool {
    value
        .split(';')
        .filter_map(|part| part.split_once("Key="))
        .any(|(_, key)| key.len() >= 44 && is_varied(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fakes are put together here, so that scanners of this repository find none.
    fn fake(prefix: &str, length: usize) -> String {
        let body = "A2B3C4D5E6F7G2H3I4J5K6L7M2N3O4P5".chars().cycle();
        prefix.chars().chain(body.take(length)).collect()
    }

    #[test]
    fn providers_mark_their_tokens() {
        assert_eq!(shape(&fake("ghp_", 36)), Some("a GitHub token"));
        assert_eq!(shape(&fake("glpat-", 20)), Some("a GitLab token"));
        assert_eq!(shape(&fake("xoxb-", 40)), Some("a Slack token"));
        assert_eq!(shape(&fake("AKIA", 16)), Some(AWS_KEY_ID));
        assert_eq!(shape(&fake("sk_live_", 24)), Some("a Stripe key"));
        assert_eq!(shape(&fake("AIza", 35)), Some("a Google API key"));
        assert_eq!(shape(&fake("sk-ant-", 60)), Some("an Anthropic key"));
        assert_eq!(shape(&format!("Bearer {}", fake("npm_", 36))), Some("an npm token"));
        assert_eq!(shape(&format!("https://x:{}@github.com", fake("ghs_", 36))), Some("a GitHub token"));
    }

    #[test]
    fn examples_and_other_lengths_are_no_tokens() {
        assert_eq!(shape(&fake("ghp_", 35)), None);
        assert_eq!(shape(&fake("AKIA", 17)), None);
        assert_eq!(shape(&format!("ghp_{}", "x".repeat(36))), None);
        assert_eq!(shape("AKIAIOSFODNN7EXAMPLE"), None);
        assert_eq!(shape("sk-learn"), None);
        assert_eq!(shape("https://example.com/a/b?c=d"), None);
    }

    #[test]
    fn web_tokens_and_keys_have_a_form() {
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let token = |header: &str| format!("{}.{}.{}", part(header), part(r#"{"sub":"a"}"#), fake("", 43));
        assert_eq!(shape(&token(r#"{"alg":"HS256"}"#)), Some("a JSON Web Token"));
        assert_eq!(shape(&token(r#"{"typ":"JWT"}"#)), None);
        assert_eq!(shape(&token(r#"{"alg":"HS256""#)), None);
        let key = ["-----BEGIN ", "PRIVATE KEY-----\nAAAA\n-----END ", "PRIVATE KEY-----\n"].concat();
        assert_eq!(shape(&key), Some("a private key"));
        let azure = format!("AccountName=a;AccountKey={};EndpointSuffix=b", fake("", 86));
        assert_eq!(shape(&azure), Some("an Azure key"));
    }
}
