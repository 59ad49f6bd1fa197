//! Credentials that say by their shape what they are.

use std::sync::LazyLock;

use super::chance::{is_mixed, is_varied};
use super::key::{account_key, is_encoded_key, is_web_token, private_key};
use super::webhook;
use crate::facts::secret::promise::is_stand_in;
use crate::text::finder::Finder;

/// What a key id of AWS is called; it is only half a credential.
pub(crate) const AWS_KEY_ID: &str = "an AWS access key";

/// A kind of token: how it starts, what follows, how much of it at least and at most, and what else tells it from an
/// example.
pub(crate) struct Shape {
    what: &'static str,
    pub prefix: &'static str,
    pub body: fn(u8) -> bool,
    pub least: usize,
    most: usize,
    is_real: fn(&str) -> bool,
}

const fn shape_of(
    what: &'static str,
    prefix: &'static str,
    body: fn(u8) -> bool,
    least: usize,
    most: usize,
) -> Shape {
    Shape { what, prefix, body, least, most, is_real: is_varied }
}

/// A token of GitHub.
const fn github(prefix: &'static str) -> Shape {
    let what = "a GitHub token";
    Shape { what, prefix, body: alphanumeric, least: 36, most: 36, is_real: is_mixed }
}

const ANY: usize = usize::MAX;

/// No token has fewer characters, its prefix with it.
const MIN: usize = 20;

/// As the providers document them, or as their tokens look.
pub(crate) static SHAPES: &[Shape] = &[
    github("ghp_"),
    github("gho_"),
    github("ghu_"),
    github("ghs_"),
    github("ghr_"),
    shape_of("a GitHub token", "ghr_", alphanumeric, 76, 76),
    shape_of("a GitHub token", "github_pat_", word, 59, 100),
    shape_of("a GitLab token", "glpat-", dotted, 20, 300),
    shape_of("a GitLab token", "gldt-", dashed, 20, 300),
    shape_of("a GitLab token", "glrt-", dotted, 20, 300),
    shape_of("a GitLab token", "glcbt-", dashed, 20, 300),
    shape_of("a GitLab token", "glptt-", hexadecimal, 40, 40),
    shape_of("a GitLab token", "glagent-", dashed, 50, 300),
    shape_of("a GitLab token", "glsoat-", dashed, 20, 300),
    shape_of("a GitLab token", "glimt-", dashed, 20, 300),
    shape_of("a GitLab token", "gloas-", dashed, 20, 300),
    shape_of("a GitLab token", "GR1348941", dashed, 20, 20),
    shape_of("a Slack token", "xoxb-", dashed, 24, 300),
    shape_of("a Slack token", "xoxp-", dashed, 24, 300),
    shape_of("a Slack token", "xoxa-", dashed, 24, 300),
    shape_of("a Slack token", "xoxr-", dashed, 24, 300),
    shape_of("a Slack token", "xoxs-", dashed, 24, 300),
    shape_of("a Slack token", "xoxe.xox", dashed, 24, 400),
    shape_of("a Slack token", "xapp-1-", dashed, 24, 300),
    shape_of(AWS_KEY_ID, "AKIA", upper_base32, 16, 16),
    shape_of(AWS_KEY_ID, "ASIA", upper_base32, 16, 16),
    shape_of("a Stripe key", "sk_live_", alphanumeric, 20, 250),
    shape_of("a Stripe key", "rk_live_", alphanumeric, 20, 250),
    shape_of("a Stripe key", "whsec_", alphanumeric, 32, 64),
    shape_of("a Google API key", "AIza", dashed, 35, 35),
    shape_of("a Google client secret", "GOCSPX-", dashed, 28, 28),
    shape_of("a Google access token", "ya29.", dotted, 60, ANY),
    shape_of("a SendGrid key", "SG.", dotted, 66, 66),
    shape_of("a Mailgun key", "key-", hexadecimal, 32, 32),
    shape_of("an npm token", "npm_", alphanumeric, 36, 36),
    shape_of("a PyPI token", "pypi-AgEIcHlwaS5vcmc", dashed, 50, ANY),
    shape_of("a PyPI token", "pypi-AgENdGVzdC5weXBpLm9yZ", dashed, 50, ANY),
    shape_of("a RubyGems key", "rubygems_", hexadecimal, 48, 48),
    shape_of("an Anthropic key", "sk-ant-", dashed, 40, ANY),
    shape_of("an OpenAI key", "sk-proj-", dashed, 40, ANY),
    shape_of("an OpenAI key", "sk-svcacct-", dashed, 40, ANY),
    shape_of("an OpenAI key", "sk-admin-", dashed, 40, ANY),
    shape_of("an OpenAI key", "sk-", alphanumeric, 48, 48),
    shape_of("an OpenRouter key", "sk-or-v1-", hexadecimal, 64, 64),
    shape_of("a Groq key", "gsk_", alphanumeric, 52, 52),
    shape_of("an xAI key", "xai-", alphanumeric, 80, 80),
    shape_of("a Replicate token", "r8_", alphanumeric, 37, 37),
    shape_of("a Hugging Face token", "hf_", alphanumeric, 34, 40),
    shape_of("a Docker Hub token", "dckr_pat_", dashed, 27, 27),
    shape_of("a Docker Hub token", "dckr_oat_", dashed, 32, 32),
    shape_of("a DigitalOcean token", "dop_v1_", hexadecimal, 64, 64),
    shape_of("a DigitalOcean token", "doo_v1_", hexadecimal, 64, 64),
    shape_of("a DigitalOcean token", "dor_v1_", hexadecimal, 64, 64),
    shape_of("a Vault token", "hvs.", dashed, 24, 300),
    shape_of("a Vault token", "hvb.", dashed, 24, 400),
    shape_of("a Grafana token", "glsa_", word, 41, 41),
    shape_of("a Grafana token", "glc_eyJ", base64, 30, 400),
    shape_of("a New Relic key", "NRAK-", alphanumeric, 27, 27),
    shape_of("a Databricks token", "dapi", hexadecimal, 32, 32),
    shape_of("a Sentry token", "sntryu_", hexadecimal, 64, 64),
    shape_of("a Sentry token", "sntrys_eyJ", base64, 80, ANY),
    shape_of("a Shopify token", "shpat_", hexadecimal, 32, 32),
    shape_of("a Shopify token", "shpss_", hexadecimal, 32, 32),
    shape_of("a Shopify token", "shpca_", hexadecimal, 32, 32),
    shape_of("a Shopify token", "shppa_", hexadecimal, 32, 32),
    shape_of("a Square token", "sq0atp-", dashed, 22, 22),
    shape_of("a Square secret", "sq0csp-", dashed, 43, 43),
    shape_of("an Atlassian token", "ATATT3xFfGF0", dashed, 100, 250),
    shape_of("an Atlassian token", "ATCTT3xFfG", dashed, 100, 250),
    shape_of("a Linear key", "lin_api_", alphanumeric, 40, 40),
    shape_of("a Notion token", "ntn_", alphanumeric, 46, 46),
    shape_of("a Postman key", "PMAK-", dashed, 59, 59),
    shape_of("a Pulumi token", "pul-", hexadecimal, 40, 40),
    shape_of("a Doppler token", "dp.pt.", alphanumeric, 40, 44),
    shape_of("a Doppler token", "dp.st.", dotted, 40, 80),
    shape_of("a PlanetScale password", "pscale_pw_", dotted, 32, 64),
    shape_of("a PlanetScale token", "pscale_tkn_", dotted, 32, 64),
    shape_of("a Supabase token", "sbp_", hexadecimal, 40, 40),
    shape_of("a SonarQube token", "sqp_", hexadecimal, 40, 40),
    shape_of("a SonarQube token", "squ_", hexadecimal, 40, 40),
    shape_of("a SonarQube token", "sqa_", hexadecimal, 40, 40),
    shape_of("a Tailscale key", "tskey-auth-", dashed, 24, 80),
    shape_of("a Tailscale key", "tskey-api-", dashed, 24, 80),
    shape_of("a Dynatrace token", "dt0c01.", dotted, 89, 89),
    shape_of("a Heroku key", "HRKU-AA", dashed, 58, 58),
    shape_of("a Heroku key", "HRKU-", dashed, 36, 36),
    shape_of("an age key", "AGE-SECRET-KEY-1", alphanumeric, 58, 58),
];

fn alphanumeric(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

fn hexadecimal(byte: u8) -> bool {
    byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase()
}

fn word(byte: u8) -> bool {
    alphanumeric(byte) || byte == b'_'
}

pub(crate) fn dashed(byte: u8) -> bool {
    word(byte) || byte == b'-'
}

fn dotted(byte: u8) -> bool {
    dashed(byte) || byte == b'.'
}

/// The characters of tokens: of base64 too, but for the slash, which parts paths.
fn base64(byte: u8) -> bool {
    dotted(byte) || byte == b'+' || byte == b'='
}

fn upper_base32(byte: u8) -> bool {
    byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte)
}

/// Says what credential a value is, or holds as a word of its own: `Bearer eyJ…`, `https://x:ghp_…@github.com`.
pub fn shape(value: &str) -> Option<&'static str> {
    tokens(value).first().map(|(what, _)| *what)
}

/// Finds the credentials in a text, each with what it is called.
///
/// Tokens made of few different characters are examples, as are those that say so or that count `12345678`.
pub(crate) fn tokens(text: &str) -> Vec<(&'static str, &str)> {
    // No credential that tells by its shape is shorter.
    if text.len() < MIN {
        return Vec::new();
    }
    let mut found = Vec::new();
    if MARKS.is_in(text) {
        found.extend(private_key(text));
        found.extend(account_key(text));
        found.extend(webhook::secret(text));
        found.extend(bot_token(text));
    }
    found.extend(token_words(text));
    found
}

/// What keys and addresses begin with that are no words: most texts have none of it, and are not looked through for each.
static MARKS: LazyLock<Finder> = LazyLock::new(|| {
    let marks = ["-----BEGIN ", "AccountKey=", "SharedAccessKey=", ":AA"];
    Finder::new(marks.into_iter().chain(webhook::marks()))
});

/// Finds the words of a text that are credentials.
fn token_words(text: &str) -> impl Iterator<Item = (&'static str, &str)> {
    let words = runs(text, base64, MIN);
    let words = words.flat_map(|word| [word, word.rsplit('=').next().unwrap_or_default()]);
    let words = words.map(|word| word.trim_matches(['.', '=', '+'])).filter(|word| word.len() >= MIN);
    let mut last = "";
    let words = words.filter(move |&word| {
        let before = std::mem::replace(&mut last, word);
        !std::ptr::eq(before, word)
    });
    words.filter_map(|word| Some((shape_of_word(word)?, word)))
}

/// Returns the longest parts of a text that have only such bytes, which are ASCII, and at least so many of them.
pub(super) fn runs(text: &str, is_part: fn(u8) -> bool, least: usize) -> impl Iterator<Item = &str> {
    let (bytes, mut start) = (text.as_bytes(), 0);
    std::iter::from_fn(move || {
        loop {
            // Most words are too short: of them only the end is looked at.
            match bytes.get(start..start + least)?.iter().rposition(|it| !is_part(*it)) {
                Some(other) => start += other + 1,
                None => {
                    let behind = &bytes[start + least..];
                    let first = start;
                    start += least + behind.iter().take_while(|it| is_part(**it)).count();
                    return Some(&text[first..start]);
                }
            }
        }
    })
}

/// The first bytes of all shapes, sorted: few words begin with one of them, and the rest need not be compared with all.
static BEGINNINGS: LazyLock<Vec<[u8; 3]>> = LazyLock::new(|| {
    let mut all: Vec<_> =
        SHAPES.iter().filter_map(|it| it.prefix.as_bytes().first_chunk().copied()).collect();
    all.sort_unstable();
    all
});

fn shape_of_word(word: &str) -> Option<&'static str> {
    let fits = |shape: &&Shape| {
        word.strip_prefix(shape.prefix).is_some_and(|body| {
            (shape.least..=shape.most).contains(&body.len())
                && body.bytes().all(shape.body)
                && (shape.is_real)(body)
        })
    };
    let begins = word.as_bytes().first_chunk().is_some_and(|it| BEGINNINGS.binary_search(it).is_ok());
    let what = if begins { SHAPES.iter().find(fits).map(|it| it.what) } else { None };
    what.or_else(|| is_terraform_token(word).then_some("a Terraform token"))
        .or_else(|| is_web_token(word).then_some("a JSON Web Token"))
        .or_else(|| is_encoded_key(word).then_some("a private key"))
        .filter(|_| !is_stand_in(word))
}

/// Whether the text is a token of Terraform: an id of 14 characters, `.atlasv1.` and the credential.
fn is_terraform_token(text: &str) -> bool {
    let (id, rest) = text.split_at_checked(14).unwrap_or_default();
    rest.strip_prefix(".atlasv1.").is_some_and(|rest| {
        !id.contains(".atlasv1.") && rest.len() >= 60 && rest.bytes().all(dashed) && is_varied(rest)
    })
}

/// Finds the token of a Telegram bot: `123456789:AA` and 33 characters.
fn bot_token(text: &str) -> Option<(&'static str, &str)> {
    text.contains(':').then_some(())?;
    let colons = text.match_indices(":AA").map(|(at, _)| at);
    let mut tokens = colons.filter_map(|at| {
        let digits = text[..at].bytes().rev().take_while(u8::is_ascii_digit).count();
        let behind = text[at + 1..].bytes().take_while(|it| dashed(*it)).count();
        let token = &text[at - digits..at + 1 + behind];
        ((8..=10).contains(&digits) && behind == 35 && is_varied(&token[digits..])).then_some(token)
    });
    tokens.next().map(|token| ("a Telegram bot's token", token))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

    /// Fakes are put together here, so that scanners of this repository find none.
    fn fake(prefix: &str, length: usize) -> String {
        let body = "A2B3C4D5E6F7G2H3I4J5K6L7M2N3O4P5".chars().cycle();
        prefix.chars().chain(body.take(length)).collect()
    }

    fn fake_hex(prefix: &str, length: usize) -> String {
        let body = "0f3a9c5e71b8d264".chars().cycle();
        prefix.chars().chain(body.take(length)).collect()
    }

    #[test]
    fn providers_mark_their_tokens() {
        assert_eq!(shape(&fake("glpat-", 20)), Some("a GitLab token"));
        assert_eq!(shape(&fake("xoxb-", 40)), Some("a Slack token"));
        assert_eq!(shape(&fake("AKIA", 16)), Some(AWS_KEY_ID));
        assert_eq!(shape(&fake("sk_live_", 24)), Some("a Stripe key"));
        assert_eq!(shape(&fake("AIza", 35)), Some("a Google API key"));
        assert_eq!(shape(&fake("sk-ant-", 60)), Some("an Anthropic key"));
        assert_eq!(shape(&fake_hex("dop_v1_", 64)), Some("a DigitalOcean token"));
        assert_eq!(shape(&format!("Bearer {}", fake("npm_", 36))), Some("an npm token"));
        assert_eq!(shape(&format!("token={}", fake("npm_", 36))), Some("an npm token"));
        assert_eq!(shape(&format!("https://x:{}@example.com", fake("glpat-", 20))), Some("a GitLab token"));
    }

    /// Its last six characters check the others today, but that is GitHub's to change.
    #[test]
    fn a_github_token_has_letters_of_both_cases_and_digits() {
        // The token that GitHub revoked and that texts about its checksum show.
        let token = ["ghp_zQWBuTSOoRi4A9spHcVY", "5ncnsDkxkJ", "0mLq17"].concat();
        assert_eq!(shape(&token), Some("a GitHub token"));
        assert_eq!(shape(&token.replace("ghp_", "ghs_")), Some("a GitHub token"));
        assert_eq!(shape(&token.to_lowercase()), None);
        assert_eq!(shape(&fake("ghp_", 36)), None);
    }

    #[test]
    fn shapes_are_known_by_their_first_bytes() {
        assert!(SHAPES.iter().all(|it| it.prefix.len() >= 3));
        assert_eq!(BEGINNINGS.len(), SHAPES.len());
    }

    #[test]
    fn a_terraform_token_has_its_mark_in_the_middle() {
        let token = format!("{}.atlasv1.{}", fake("", 14), fake("", 67));
        assert_eq!(shape(&token), Some("a Terraform token"));
        assert_eq!(shape(&token.replace("atlasv1", "atlasv2")), None);
    }

    #[test]
    fn several_tokens_are_found_with_their_places() {
        let (one, two) = (fake("npm_", 36), fake("glpat-", 20));
        let text = format!("NPM_TOKEN={one} run --header 'PRIVATE-TOKEN: {two}'.");
        let found: Vec<_> = tokens(&text).into_iter().map(|(_, token)| token).collect();
        assert_eq!(found, [&one, &two]);
    }

    #[test]
    fn addresses_that_post_are_credentials() {
        let slack = format!("https://hooks.slack.com/services/T0A1B2C3D/B0A1B2C3D/{}", fake("", 24));
        assert_eq!(tokens(&slack).first(), Some(&("a Slack webhook", &*fake("", 24))));
        let telegram = format!("https://api.telegram.org/bot123456789:AA{}/sendMessage", fake("", 33));
        assert_eq!(shape(&telegram), Some("a Telegram bot's token"));
    }

    #[test]
    fn examples_and_other_lengths_are_no_tokens() {
        assert_eq!(shape(&fake("npm_", 35)), None);
        assert_eq!(shape(&fake("AKIA", 17)), None);
        assert_eq!(shape(&format!("npm_{}", "x".repeat(36))), None);
        assert_eq!(shape("npm_abcdefghijklmnopqrstuvwxyz0123456789"), None);
        assert_eq!(shape("AKIA1234567890ABCDEF"), None);
        assert_eq!(shape("AKIAIOSFODNN7EXAMPLE"), None);
        assert_eq!(shape("sk-learn"), None);
        assert_eq!(shape("https://example.com/a/b?c=d"), None);
    }

    #[test]
    fn web_tokens_and_keys_have_a_form() {
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let with_body =
            |header: &str, body: &str| format!("{}.{}.{}", part(header), part(body), fake("", 43));
        let token = |header: &str| with_body(header, r#"{"sub":"a"}"#);
        assert_eq!(shape(&token(r#"{"alg":"HS256"}"#)), Some("a JSON Web Token"));
        assert_eq!(shape(&token(r#"{"typ":"JWT"}"#)), None);
        assert_eq!(shape(&token(r#"{"alg":"HS256""#)), None);
        let example = with_body(r#"{"alg":"HS256"}"#, r#"{"sub":"1234567890","name":"John Doe"}"#);
        assert_eq!(shape(&example), None);
        let key = ["-----BEGIN ", "PRIVATE KEY-----\nAAAA\n-----END ", "PRIVATE KEY-----"].concat();
        let script = format!("cat > key <<EOF\n{key}\nEOF\n");
        assert_eq!(tokens(&script).first(), Some(&("a private key", &*key)));
        assert_eq!(shape("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), None);
        let encoded = STANDARD_NO_PAD.encode(format!("{key}{}", fake("", 90)));
        assert_eq!(shape(&encoded), Some("a private key"));
        let azure = format!("AccountName=a;AccountKey={};EndpointSuffix=b", fake("", 86));
        assert_eq!(tokens(&azure).first(), Some(&("an Azure key", &*fake("", 86))));
    }
}
