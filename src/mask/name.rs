//! Which names announce a credential, and which values under such names may be shown.
//!
//! Rules must not cry wolf; a report that shows a star too many does no harm. Names count here that
//! [`promise`](crate::facts::secret::promise::promise) does not trust, and most values do.

use crate::facts::secret::chance::is_random;
use crate::facts::secret::promise::{is_foreign_password, is_generated_word, is_password_word, words};
use crate::text::word_list::has_word;

/// What a name announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Promise {
    /// Perhaps a user and a password, and perhaps a credential that looks like one.
    Login,
    /// Perhaps a credential: it has to look like one.
    Weak,
    /// A credential, or the name of an object that holds it.
    Reference,
    /// A credential that a machine has made.
    Generated,
    /// A password: nearly any text can be one.
    Password,
}

/// Words for passwords that alone are too short or too general for a rule.
const PASSWORDS: &str = "CLAVE GEHEIMNIS LOZINKA MDP P4SSW0RD PAROL PASS PASSCODE PASSKEY PASSW PASSWORDS PINCODE PSK PSSWD PSW PSWRD PW PWD PWORD \
    PWRD";

const GENERATED: &str = "AUTHORIZATION APIKEY APITOKEN AUTHTOKEN ACCESSKEY COOKIE JWT MNEMONIC OTP \
    PHPSESSID PRIVATEKEY SECRETKEY TOKEN TOKENS TOTP BEARER";

/// Words before `KEY` with which it is one to keep secret.
const KEYS: &str = "ADMIN AES AGE API ACCESS ACCOUNT APP AUTH BACKUP CIPHER CLIENT CRYPT DB DECRYPT DECRYPTION DEPLOY ENCRYPT ENCRYPTION \
    FERNET GOSSIP HMAC INGEST INGESTION INSTRUMENTATION INTEGRATION JWT LICENCE LICENSE MASTER NONCE PRESHARED PRIVATE PUSH QUERY READ \
    RECOVERY RSA SAS SEARCH SECRET SECURITY SEND SERVER SERVICE SESSION SHARED SIGN SIGNATURE SIGNING SSH STORAGE SUBSCRIPTION SYMMETRIC \
    TSIG UNSEAL USER VAPID WEBHOOK WRITE";

/// Pairs of words that announce one as no word of them does.
const PAIRS: [(&str, &str); 19] = [
    ("BACKUP", "CODE"),
    ("COMMUNITY", "STRING"),
    ("SNMP", "COMMUNITY"),
    ("VAPID", "PRIVATE"),
    ("WEBHOOK", "SIGNING"),
    ("PIN", "CODE"),
    ("REDIS", "AUTH"),
    ("REDISCLI", "AUTH"),
    ("SECRET", "PHRASE"),
    ("BASIC", "AUTH"),
    ("BIND", "CREDENTIALS"),
    ("ACCESS", "CODE"),
    ("SECURITY", "CODE"),
    ("UNLOCK", "CODE"),
    ("RECOVERY", "CODE"),
    ("RECOVERY", "PHRASE"),
    ("SEED", "PHRASE"),
    ("SECRET", "VALUE"),
    ("SECURITY", "ANSWER"),
];

const LOGINS: &str = "AUTH AUTHS BASICAUTH HTPASSWD LOGIN LOGINS SIGNIN";

/// Words at the end of names of users, whose values may have a password, too: `app:hunter2`.
pub(super) const USERS: &str = "ACCOUNT ACCOUNTS USER USERNAME USERS";

const WEAK: &str = "DSN HMAC KEY NPMRC PAT PEPPER PIN SALT SEED SIG SIGNATURE ZUGANGSDATEN";

/// Words at the end of names of services' credentials, which may be any word that not everybody uses.
const SERVICES: &str = "AUTH CRED CREDENTIAL CREDENTIALS CREDS HMAC PAT PEPPER SALT SEED";

/// Those of them whose values are the credential itself, and neither a host nor a file.
const INGREDIENTS: &str = "HMAC PAT PEPPER SALT SEED";

/// Words before `PIN` with which it is neither one of a chip nor of a version.
const PINS: &str = "ACCESS ADMIN CARD DEVICE LOGIN SECURITY SIM TOKEN UNLOCK USER";

/// Words before `SECRET` with which it is nobody's object.
const SECRETS: &str = "ADMIN API APP APPLE AUTH CLIENT CLUSTER CONSUMER COOKIE CRON HMAC INTERNAL JWT NEXTAUTH OAUTH OIDC RADIUS S3 SESSION \
    SHARED SIGNING WEBHOOK";

/// Words at the end of names that hold something about a credential.
const OTHER: &str = "AGE ALG ALGORITHM AUDIENCE BACKEND BASH BITS BUDGET BYTES CLASS COUNT DAYS DIR DOMAIN DURATION ENABLE ENABLED ENDPOINT \
    ENGINE ENV ENVVAR EXISTS EXPIRATION EXPIRE EXPIRES EXPIRY FIELD FILE FILENAME FOLDER FORMAT FROM GENERATOR GRACE HEADER \
    HOURS ID INTERVAL ISSUER ITERATIONS KIND LABEL LENGTH LIFESPAN LIFETIME LIMIT LOCATION MAXAGE MESSAGE MINUTES MODE MOUNT \
    NAME NAMES NAMESPACE OPTIONAL PATH PATHS PERIOD POLICY PREFIX PROVIDER REALM REF REFERENCE REFS REGEX RENEWAL REQUIRED \
    RETRIES ROTATION ROUNDS SCOPE SCOPES SECONDS SELECTOR SH SIZE SOURCE STORE SUBJECT SUFFIX TIMEOUT TITLE TTL TYPE URI URL \
    VALIDITY VAR VARIABLE VERSION VOLUME";

/// Words at the end of names of classes that have to do with credentials, or with keys of another kind.
const CLASSES: &str = "CONVERTER DECODER DESERIALIZER ENCODER ENCODERS FACTORY HASHER HASHERS MAPPER PARSER PROCESSOR RESOLVER \
    SERIALIZER SERIALIZERS VALIDATOR VALIDATORS";

/// Words of keys that everybody may know: `topologyKey` of Kubernetes, `PRIMARY_KEY` of databases.
const OPEN: &str = "FOREIGN OBJECT PARTITION PRIMARY PUBLIC PUBLISHABLE ROUTING SORT TOPOLOGY";

/// Returns what a name of two words announces: `API key`.
pub(super) fn promise_of_pair(before: &str, name: &str) -> Option<Promise> {
    let is_key = name.eq_ignore_ascii_case("key") || name.eq_ignore_ascii_case("keys");
    let before = before.strip_suffix(' ')?.rsplit(|it: char| !it.is_ascii_alphanumeric()).next()?;
    (is_key && has_word(KEYS, &before.to_ascii_uppercase())).then_some(Promise::Generated)
}

/// Returns what a name announces, if anything.
pub(super) fn promise(name: &str) -> Option<Promise> {
    // `-Dsession.secret`
    let property = name.strip_prefix("-D").or_else(|| name.strip_prefix("-P"));
    let name = property.filter(|it| it.starts_with(|it: char| it.is_ascii_lowercase())).unwrap_or(name);
    if is_foreign_password(name) {
        return Some(Promise::Password);
    }
    let words = words(name);
    let last = words.last()?.trim_end_matches(|it: char| it.is_ascii_digit());
    if words.ends_with(&["SECRET".to_owned(), "ID".to_owned()]) {
        return Some(Promise::Reference);
    }
    if has_word(USERS, last) {
        return Some(Promise::Login);
    }
    let is_period = words.ends_with(&["EXPIRES", "IN"].map(str::to_owned));
    if is_period || has_word(OTHER, last) || has_word(CLASSES, last) {
        return None;
    }
    let of_words = words.iter().filter_map(|word| of_word(word)).max();
    if of_words != Some(Promise::Password) && words.iter().any(|it| has_word(OPEN, it)) {
        return None;
    }
    let is_key = |pair: &[String]| pair[1].starts_with("KEY") && has_word(KEYS, &pair[0]);
    let is_secret = |pair: &[String]| {
        pair[1] == "SECRET" && has_word(SECRETS, &pair[0])
            || pair[1] == "PIN" && has_word(PINS, &pair[0])
            || PAIRS.iter().any(|(first, second)| pair[0] == *first && pair[1] == *second)
    };
    let of_pairs = words.windows(2).any(|it| is_key(it) || is_secret(it)).then_some(Promise::Generated);
    let of_salt = (words.len() > 1 && last == "SALT").then_some(Promise::Generated);
    // The last word alone says whether `secret` is an object: `secret`, but not `secret_access_key`.
    of_words.max(of_pairs).max(of_salt).filter(|it| *it != Promise::Weak || words.len() > 1 || last != "KEY")
}

/// Whether a name is that of a service's credential, as variables are named: `SESSION_SALT`, `PEPPER`, `twilioAuth`. Fields with
/// credentials name objects that hold them.
pub(super) fn is_of_service(name: &str) -> bool {
    let words = words(name);
    let is_variable = || name.bytes().all(|it| !it.is_ascii_lowercase());
    words.last().is_some_and(|it| {
        has_word(SERVICES, it) && (is_variable() || words.len() > 1 && !it.starts_with("CRED"))
    }) && name != "AUTH"
}

/// Whether a name is that of a credential which can have any mark in it: `PEPPER`, `GITHUB_PAT`.
pub(super) fn is_of_ingredient(name: &str) -> bool {
    words(name).last().is_some_and(|it| has_word(INGREDIENTS, it)) && is_of_service(name)
}

/// Whether a name is that of a variable for a secret itself: `DB_SECRET`, but not `PULL_SECRET`, which names an object.
pub(super) fn is_secret_variable(name: &str) -> bool {
    const OBJECTS: &str = "CERT IMAGE PULL REGISTRY TLS";
    let words = words(name);
    words.len() > 1
        && words.last().is_some_and(|it| it == "SECRET")
        && name.bytes().all(|it| !it.is_ascii_lowercase())
        && !words.iter().any(|it| has_word(OBJECTS, it))
}

/// Whether a name is that of a header of HTTP which its server alone knows.
pub(super) fn is_header(name: &str) -> bool {
    name.get(..2).is_some_and(|it| it.eq_ignore_ascii_case("x-"))
}

/// Returns what a name announces that a program gives to a server: there no object of Kubernetes has it.
pub(super) fn promise_of_parameter(name: &str) -> Option<Promise> {
    const LAST: &str = "APPID AUTH HEXKEY KEY REKEY SECRET SIG SIGNATURE";
    words(name).last().filter(|it| has_word(LAST, it)).map(|_| Promise::Generated)
}

/// Returns what the content of a file of this name is, if the name says that it is a file: `password_file`.
pub(super) fn promise_of_file(name: &str) -> Option<Promise> {
    let lower = name.to_ascii_lowercase();
    let what = lower.strip_suffix("file").or_else(|| lower.strip_suffix("path"))?;
    promise(what.trim_end_matches(['_', '-', '.']))
}

/// Whether a key below a promising one holds something about the credential, or says to which place it belongs.
pub(super) fn is_about(key: &str) -> bool {
    const PLACES: &str = "ANNOTATIONS COMMENT DESCRIPTION ENVIRONMENT HOST ITEMS KEY KEYS LABELS NOTE OPTIONAL OWNER PORT REGION REALM SCOPE SERVER";
    words(key).last().is_none_or(|last| has_word(OTHER, last) || has_word(PLACES, last))
}

fn of_word(word: &str) -> Option<Promise> {
    let word = word.trim_end_matches(|it: char| it.is_ascii_digit());
    let is_password = has_word(PASSWORDS, word)
        || is_password_word(word)
        || word.len() > 3 && ["PW", "PWD"].iter().any(|it| word.ends_with(it))
        || ["PASSWORD", "PASSWD", "PASSPHRASE", "PASSCOMMAND"].iter().any(|it| word.starts_with(it))
        || has_misspelled_end(word)
        || ["PASSWD", "PASSPHRASE", "KENNWORT"].iter().any(|it| is_nearly(word, it));
    if is_password {
        return Some(Promise::Password);
    }
    // `clientsecret`, `masterkey`
    let is_compound = |end: &str, starts: &str| word.strip_suffix(end).is_some_and(|it| has_word(starts, it));
    if has_word(GENERATED, word)
        || is_compound("SECRET", SECRETS)
        || is_compound("KEY", KEYS)
        || ["APIKEY", "TOKEN"].iter().any(|it| is_nearly(word, it))
        || word.ends_with("TOKEN")
    {
        return Some(Promise::Generated);
    }
    let is_reference = ["SECRET", "CREDENTIAL"].iter().any(|it| word.starts_with(it));
    let is_misspelled = ["SECRET", "CREDENTIALS", "CREDENTIAL"].iter().any(|it| is_nearly(word, it));
    if is_reference || matches!(word, "CRED" | "CREDS") || is_misspelled {
        return Some(Promise::Reference);
    }
    if has_word(WEAK, word) {
        return Some(Promise::Weak);
    }
    if has_word(LOGINS, word) {
        return Some(Promise::Login);
    }
    is_generated_word(word).then_some(Promise::Generated)
}

/// Whether a kind is `Secret`, perhaps misspelled.
pub(super) fn is_secret(kind: &str) -> bool {
    // Most names have more letters than one too many, or less than one missing.
    let may_be_misspelled = || kind.chars().count().abs_diff("Secret".len()) <= 1;
    kind.eq_ignore_ascii_case("Secret") || may_be_misspelled() && strsim::osa_distance(kind, "Secret") == 1
}

/// Whether a word is another one of five letters or more with two letters swapped, or one missing or too many in its middle; a short
/// word with another letter is another word.
fn is_nearly(word: &str, right: &str) -> bool {
    let is_length = word.len().abs_diff(right.len()) <= 1;
    let ends_alike =
        word.bytes().next() == right.bytes().next() && word.bytes().last() == right.bytes().last();
    is_misspelled(word, right)
        || is_length && ends_alike && word.len() != right.len() && strsim::levenshtein(word, right) == 1
}

/// Whether a word ends with one for a password that is misspelled: `PGPASWSORD`.
fn has_misspelled_end(word: &str) -> bool {
    let length = "PASSWORD".len();
    let starts = (length - 1..=length + 1).filter_map(|it| word.len().checked_sub(it));
    starts.filter_map(|it| word.get(it..)).any(|it| is_misspelled(it, "PASSWORD"))
}

/// Whether two letters of a word in ASCII are swapped, or, of a long one, one letter is wrong, missing or too many.
fn is_misspelled(word: &str, right: &str) -> bool {
    let is_long = right.len() > 6;
    let (word, right) = (word.as_bytes(), right.as_bytes());
    let same = word.iter().zip(right).take_while(|(letter, other)| letter == other).count();
    match (&word[same..], &right[same..]) {
        ([a, b, rest @ ..], [c, d, others @ ..]) if a == d && b == c && rest == others => true,
        ([_, rest @ ..], [_, others @ ..]) if rest == others => is_long,
        ([_, rest @ ..], others) | (others, [_, rest @ ..]) if rest == others => is_long,
        _ => false,
    }
}

/// Whether a value is a name that an object of Kubernetes can have, and that people give.
pub(super) fn is_object_name(value: &str) -> bool {
    let is_name_byte = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b"-./".contains(&it);
    let is_word = value.bytes().all(|it| it.is_ascii_lowercase());
    let first = value.split(['-', '.', '/']).next().unwrap_or_default();
    let is_hex = first.len() >= 8 && first.bytes().all(|it| it.is_ascii_hexdigit());
    value.bytes().all(is_name_byte)
        && (is_word || value.contains(['-', '.', '/']) && !is_hex && !is_random(value))
}

/// The ids of rules that sound like names of credentials. What configurations and suppressions say behind them is none.
const RULES: &str = "default-service-account duplicate-key empty-credential literal-secret \
    missing-api-token mounted-api-token placeholder-in-secret placeholder-in-service-account root-user secret-from-config-map \
    secret-in-annotation secret-in-command secret-in-config-map secret-in-log secret-not-base64 unbound-service-account \
    undefined-key unencrypted-secrets unused-password";

/// Whether a name is the id of a rule.
pub(super) fn is_rule(name: &str) -> bool {
    has_word(RULES, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_rule_is_taken_for_a_credential() {
        let sounding = crate::rules::registry().iter().map(|rule| rule.id).filter(|id| promise(id).is_some());
        assert_eq!(sounding.collect::<Vec<_>>().join(" "), RULES);
    }
}
