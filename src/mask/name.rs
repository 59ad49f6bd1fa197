//! Which names announce a credential, and which values under such names may be shown.
//!
//! Rules must not cry wolf; a report that shows a star too many does no harm. Names count here that
//! [`promise`](crate::facts::secret::promise::promise) does not trust, and most values do.

use crate::facts::secret::chance::is_random;
use crate::facts::secret::promise::{
    is_foreign_password, is_generated_word, is_key_name, is_password_word, is_stand_in, words,
};
use crate::text::word_list::has_word;

/// No longer value is looked at to find out whether it may be shown.
const LONGEST_HARMLESS: usize = 1000;

/// Of a longer sentence so many words say enough.
const MAX_WORDS: usize = 40;

/// The longest number of a group, or of a port, in digits.
const LONGEST_ID: usize = 5;

/// Groups that follow a user and a colon: `--user nobody:nogroup`.
const GROUPS: &str = "adm daemon docker nobody nogroup root staff sudo users wheel www-data";

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
const PASSWORDS: &str = "CLAVE P4SSW0RD PASS PASSCODE PASSW PASSWORDS PSK PSSWD PSW PSWRD PW PWD PWORD PWRD";

const GENERATED: &str =
    "AUTHORIZATION APIKEY APITOKEN AUTHTOKEN ACCESSKEY COOKIE JWT PRIVATEKEY SECRETKEY TOKEN TOKENS BEARER";

/// Words before `KEY` with which it is one to keep secret.
const KEYS: &str = "API ACCESS ACCOUNT APP AUTH CLIENT ENCRYPTION HMAC JWT LICENSE MASTER PRIVATE SECRET SERVICE SHARED \
    SIGNING STORAGE WEBHOOK";

const LOGINS: &str = "AUTH AUTHS BASICAUTH HTPASSWD LOGIN LOGINS SIGNIN";

const WEAK: &str = "DSN KEY NPMRC PAT PEPPER PIN SALT SEED SIG SIGNATURE ZUGANGSDATEN";

/// Words at the end of names that hold something about a credential.
const OTHER: &str = "AGE ALGORITHM AUDIENCE BACKEND BUDGET CLASS COUNT DAYS DIR DURATION ENABLED ENGINE EXISTS EXPIRATION EXPIRES \
    EXPIRY FIELD FILE FILENAME FOLDER FORMAT FROM GENERATOR HEADER HOURS ID INTERVAL ISSUER KIND LENGTH LIMIT \
    LOCATION MINUTES MODE MOUNT NAME NAMES NAMESPACE OPTIONAL PATH PATHS POLICY PREFIX PROVIDER REF REFERENCE \
    REFS REQUIRED RETRIES ROTATION SECONDS SELECTOR SIZE STORE SUFFIX TIMEOUT TTL TYPE URI URL USER USERNAME \
    VERSION VOLUME";

/// Words of keys that everybody may know: `topologyKey` of Kubernetes, `PRIMARY_KEY` of databases.
const OPEN: &str = "FOREIGN PARTITION PRIMARY PUBLIC PUBLISHABLE ROUTING SORT TOPOLOGY";

/// Returns what a name announces, if anything.
pub(super) fn promise(name: &str) -> Option<Promise> {
    if is_foreign_password(name) {
        return Some(Promise::Password);
    }
    let words = words(name);
    let last = words.last()?.trim_end_matches(|it: char| it.is_ascii_digit());
    if has_word(OTHER, last) || words.iter().any(|it| has_word(OPEN, it)) {
        return None;
    }
    let of_words = words.iter().filter_map(|word| of_word(word)).max();
    let is_key = |pair: &[String]| pair[1].starts_with("KEY") && has_word(KEYS, &pair[0]);
    let of_pairs = words.windows(2).any(is_key).then_some(Promise::Generated);
    // The last word alone says whether `secret` is an object: `secret`, but not `secret_access_key`.
    of_words.max(of_pairs).filter(|it| *it != Promise::Weak || words.len() > 1 || last != "KEY")
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
        || word.len() > 4 && word.ends_with("PW")
        || ["PASSWORD", "PASSWD", "PASSPHRASE"].iter().any(|it| word.starts_with(it))
        || has_misspelt_end(word);
    if is_password {
        return Some(Promise::Password);
    }
    if has_word(GENERATED, word) || is_misspelt(word, "TOKEN") || word.ends_with("TOKEN") {
        return Some(Promise::Generated);
    }
    let is_reference = ["SECRET", "CREDENTIAL"].iter().any(|it| word.starts_with(it));
    if is_reference || matches!(word, "CRED" | "CREDS") || is_misspelt(word, "SECRET") {
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

/// Whether a kind is `Secret`, perhaps misspelt.
pub(super) fn is_secret(kind: &str) -> bool {
    // Most names have more letters than one too many, or less than one missing.
    let may_be_misspelt = || kind.chars().count().abs_diff("Secret".len()) <= 1;
    kind.eq_ignore_ascii_case("Secret") || may_be_misspelt() && strsim::osa_distance(kind, "Secret") == 1
}

/// Whether a word ends with one for a password that is misspelt: `PGPASWSORD`.
fn has_misspelt_end(word: &str) -> bool {
    let length = "PASSWORD".len();
    let starts = (length - 1..=length + 1).filter_map(|it| word.len().checked_sub(it));
    starts.filter_map(|it| word.get(it..)).any(|it| is_misspelt(it, "PASSWORD"))
}

/// Whether two letters of a word in ASCII are swapped, or, of a long one, one letter is wrong, missing or too many.
fn is_misspelt(word: &str, right: &str) -> bool {
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

/// Whether a value under such a name is hidden.
pub(super) fn hides(promise: Promise, name: &str, value: &str) -> bool {
    let value = value.trim();
    // In JSON a comma follows.
    let alone = value.strip_suffix(',').unwrap_or(value);
    if value.len() <= LONGEST_HARMLESS && is_harmless(name, alone) {
        return false;
    }
    match promise {
        Promise::Password => true,
        Promise::Generated => value.len() > 9 || !value.bytes().all(|it| it.is_ascii_digit()),
        Promise::Reference => !is_object_name(value),
        Promise::Weak => is_made(value),
        Promise::Login => is_made(value) || has_login(value),
    }
}

/// Whether a value looks made by a machine.
fn is_made(value: &str) -> bool {
    is_random(value) || value.len() >= 32 && !value.contains(char::is_whitespace)
}

/// Whether a value is a user and a password, or several: `app:hunter2, admin:hunter2`.
fn has_login(value: &str) -> bool {
    let parts = value.split(|it: char| it.is_whitespace() || it == ',').take(MAX_WORDS);
    let mut logins = parts.filter_map(|it| it.split_once(':'));
    logins.any(|(user, password)| is_user(user) && is_password_of(user, password))
}

/// Whether a text can be the name of a user.
pub(super) fn is_user(text: &str) -> bool {
    let is_name_byte = |it: u8| it.is_ascii_alphanumeric() || b"_-.@${}()".contains(&it) || !it.is_ascii();
    !text.is_empty() && text.bytes().all(is_name_byte)
}

/// Whether what stands behind a user and a colon is a password, and neither a group, a port, a path nor yet to be filled in.
pub(super) fn is_password_of(user: &str, password: &str) -> bool {
    let is_number = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
    let is_id = is_number(password) && (is_number(user) || password.len() <= LONGEST_ID);
    !(password.is_empty()
        || password == user
        || password.starts_with('/')
        || is_id
        || has_word(GROUPS, password)
        || is_harmless("", password))
}

/// Whether a value is a switch, a small number, the name of a variable, a path, or yet to be filled in.
fn is_harmless(name: &str, value: &str) -> bool {
    const SWITCHES: &str =
        "true false yes no on off y n none null ~ auto enabled disabled required optional prompt";
    let lower = value.to_ascii_lowercase();
    value.is_empty()
        || has_word(SWITCHES, &lower)
        || value.len() < 4 && value.bytes().all(|it| it.is_ascii_digit())
        || is_variable(value)
        || is_variable(without_scheme(value))
        || is_digest(name, &lower)
        || is_key_name(name, value)
        || is_path(value)
        || is_unfilled(value, &lower)
        || is_secret_store(&lower)
        || value.contains("://") && !value.contains(['@', '?', ';', ' '])
        || value.strip_suffix('(').is_some_and(|it| it.bytes().all(is_letter))
        || value.contains(['-', '_', '.']) && words(value) == words(name)
}

/// Whether a byte may be in the name of a function that is called.
fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// Whether a value is an expression of a template with a text of its own, which may be the credential: `{{ default "hunter2" .Values.a }}`.
pub(super) fn has_literal(value: &str) -> bool {
    value.starts_with("{{") && value.contains(['"', '\'', '`'])
}

/// Whether a value is `$NAME`, `$(NAME)`, `${NAME}`, `{{ an expression }}`, `%s`, or the name of a variable alone.
fn is_variable(value: &str) -> bool {
    let is_name =
        |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || b"_.-".contains(&it));
    let within = |open: &str, close: &str| {
        value.strip_prefix(open).and_then(|it| it.strip_suffix(close)).is_some_and(is_name)
    };
    let is_expression = |open: &str, close: &str| {
        let inner = value.strip_prefix(open).and_then(|it| it.strip_suffix(close));
        inner.is_some_and(|it| !it.contains(['"', '\'', '`']))
    };
    let is_capitals = value.contains('_')
        && value.bytes().all(|it| it.is_ascii_uppercase() || it == b'_' || it.is_ascii_digit())
        && (promise(value).is_some() || !value.bytes().any(|it| it.is_ascii_digit()));
    within("$(", ")")
        || within("${", "}")
        || value.starts_with("${")
            && value.ends_with('}')
            && value.split_once(":?").is_some_and(|it| is_name(&it.0[2..]))
        || within("$", "") && !value.contains('.') && value.len() > 2 && is_shell_name(&value[1..])
        || is_expression("{{", "}}")
        || is_expression("${{", "}}")
        || is_command(value)
        || is_capitals
        || value == "%s"
}

/// Returns the credentials of an `Authorization` header without their scheme: `Bearer $TOKEN`.
fn without_scheme(value: &str) -> &str {
    let is_scheme =
        |it: &str| ["basic", "bearer", "token"].iter().any(|known| it.eq_ignore_ascii_case(known));
    value.split_once(' ').filter(|(scheme, _)| is_scheme(scheme)).map_or(value, |(_, rest)| rest.trim())
}

/// Whether a value is the digest of a file, as charts write into annotations to restart pods: `checksum/secret.yaml`.
fn is_digest(name: &str, lower: &str) -> bool {
    let is_named = || words(name).iter().any(|it| has_word("CHECKSUM DIGEST SHA1 SHA256 SHA512", it));
    [40, 64, 128].contains(&lower.len()) && lower.bytes().all(|it| it.is_ascii_hexdigit()) && is_named()
}

/// Whether a text is the name of a shell's variable: in capitals, or a word; a password may begin with `$` too.
fn is_shell_name(name: &str) -> bool {
    let is_capitals = name.bytes().all(|it| it.is_ascii_uppercase() || it == b'_' || it.is_ascii_digit());
    name.len() == 1 || is_capitals || name.bytes().all(|it| it.is_ascii_lowercase() || it == b'_')
}

/// Whether a value is what a command prints, and that command prints no text of its own.
fn is_command(value: &str) -> bool {
    let inner = value.strip_prefix("$(").and_then(|it| it.strip_suffix(')'));
    let inner = inner.or_else(|| value.strip_prefix('`').and_then(|it| it.strip_suffix('`')));
    let program = |it: &str| it.split_whitespace().next().unwrap_or_default().to_owned();
    let is_text = |it: &str| !it.contains([' ', '/']) && is_random(it);
    inner.is_some_and(|it| !has_word("echo printf", &program(it)) && !it.contains("<<<") && !is_text(it))
}

/// Whether a value is a path of plain words, as passwords and base64 hardly are.
fn is_path(value: &str) -> bool {
    let is_plain =
        value.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || b"/-_.~".contains(&it));
    let is_file = [".txt", ".key", ".pem", ".json", ".yaml", ".yml", ".crt", ".env"]
        .iter()
        .any(|it| value.ends_with(it));
    is_plain && (is_file || value.contains('/') && value.bytes().filter(u8::is_ascii_digit).count() < 4)
}

/// Whether a value says that somebody has yet to write it: `changeme`, `<password>`, `xxxx`, `your-password-here`.
fn is_unfilled(value: &str, lower: &str) -> bool {
    let is_in_brackets = value.starts_with('<') && value.ends_with('>');
    let is_words = lower.bytes().all(|it| it.is_ascii_lowercase() || b"-_ .*?#%@<>[]".contains(&it));
    is_stand_in(value) && (is_in_brackets || is_words || lower.starts_with("change"))
}

/// Whether a value in a comment is a sentence about a credential: `see the runbook`, `comes from the vault`.
pub(super) fn is_sentence(value: &str) -> bool {
    const FIRST: &str = "a all an any are as ask at be can comes do for from generated has in is it kept lives must never no \
        not on one only read rotated see set should stored taken that the this to use used we which will with you";
    let is_word = |it: &str| {
        let it = it.trim_end_matches(['.', ',', ';', ':', '!', '?']);
        is_path(it) || it.bytes().all(|it| it.is_ascii_alphabetic() || b"'-".contains(&it)) && !is_mixed(it)
    };
    let mut words = value.split_whitespace();
    let opens = words.next().is_some_and(|it| has_word(FIRST, &it.to_ascii_lowercase()));
    opens && words.clone().next().is_some() && words.take(MAX_WORDS).all(is_word)
}

/// Whether a word has capital letters behind others.
fn is_mixed(word: &str) -> bool {
    word.bytes().skip(1).any(|it| it.is_ascii_uppercase()) && word.bytes().any(|it| it.is_ascii_lowercase())
}

/// Whether a value says where a credential is kept: bank-vaults, vals, 1Password, cloud secret stores.
fn is_secret_store(lower: &str) -> bool {
    const SCHEMES: &str = "vault: ref+ op: arn: awssm: awsps: gcp: sm: file: secret:";
    SCHEMES.split(' ').any(|it| lower.strip_prefix(it).is_some_and(|rest| rest.contains(['/', ':'])))
        || lower.starts_with("enc[")
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
const RULES: &str = "duplicate-key literal-secret missing-api-token mounted-api-token secret-from-config-map secret-in-annotation \
    secret-in-command secret-in-log undefined-key whole-secret-in-env";

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

    fn is_hidden(name: &str, value: &str) -> bool {
        promise(name).is_some_and(|it| hides(it, name, value))
    }

    #[test]
    fn what_stands_under_a_promising_name_is_hidden() {
        let pairs = "password:hunter2 DB_PASSWORD:12345678 dbPasswd:true1 pasword:hunter2 PASSWROD:hunter2 pw:hunter2 \
            db.pass:hunter2 token:abc12345 my-api-key:correcthorse client_secret:Zx9-k SECRET_KEY_BASE:abc1 \
            passwordOld:hunter2 ssh-key:A1b2C3d4E5f6 Authorization:abcdef contraseña:hunter2 пароль:hunter2 \
            password:example-Hunter2 secret:s3cr3t password:$ecret1 AWS_SECRET_ACCESS_KEY:wJalrXUtnFEMI/K7MDENG";
        for pair in pairs.split_whitespace() {
            let (name, value) = pair.split_once(':').expect("a pair");
            assert!(is_hidden(name, value), "{pair}");
        }
    }

    #[test]
    fn names_of_other_things_and_values_that_tell_nothing_are_shown() {
        let pairs = "secretName:db tokenExpirationSeconds:3600 automountServiceAccountToken:false, key:password \
            password:$(DB_PASSWORD) password:${DB_PASSWORD} password:changeme password:<password> token:$TOKEN \
            passwordFile:/run/db secretRef:db secret:db-credentials imagePullSecrets:regcred maxTokens:4096 \
            DB_PASSWORD:db-password password:/run/secrets/db topologyKey:kubernetes.io/hostname \
            topologyKey:registry.example.com/team/app:1.2.3 PARTITION_KEY:A1b2C3d4E5f6 \
            keycloak:x compass:north passport:x1 publicKey:A1b2C3d4E5f6 password:{{.Values.password}} \
            password:vault:secret/data/db token:arn:aws:secretsmanager:x";
        for pair in pairs.split_whitespace() {
            let (name, value) = pair.split_once(':').expect("a pair");
            assert!(!is_hidden(name, value), "{pair}");
        }
    }
}
