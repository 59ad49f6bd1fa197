//! What names promise of their values, and which values are credentials.

use std::ops::Range;
use std::sync::LazyLock;

use crate::facts::secret::chance::{is_list, is_random};
use crate::text::finder::Finder;
use crate::text::placeholder::{is_filled_by_template, is_placeholder};
use crate::text::word_list::has_word;

/// What a name promises of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// People choose it: `pass` and `postgres` are passwords too.
    Password,
    /// Machines make it, and the same names hold references to Secrets: the value must look made by chance.
    Generated,
}

/// Whether a variable of this name with this value holds a credential.
pub fn is_secret(name: &str, value: &str) -> bool {
    let Some(promise) = promise_of(name, true) else { return false };
    let value = value.trim();
    if is_stand_in(value) || is_reference(name, value) || is_setting(value) {
        return false;
    }
    promise == Promise::Password
        || is_random(value) && !is_list(value)
        || is_known_weak(value) && !is_access_key(name)
}

/// Whether a name is that of an access key, of which the secret access key is the credential: it says who asks.
fn is_access_key(name: &str) -> bool {
    let name = words(name).concat();
    name.ends_with("ACCESSKEY") && !name.contains("SECRET")
}

/// The last words of names that hold what machines generate.
const GENERATED: &str = "SECRET TOKEN APIKEY API_KEY APPSECRET CLIENTSECRET MASTERKEY PRIVATEKEY ACCESSKEY ACCESS_KEY ACCOUNT_KEY APP_KEY AUTH_KEY CREDENTIAL \
    CREDENTIALS ENCRYPTION_KEY HMAC_KEY JWT_KEY LICENSE_KEY MASTER_KEY PRIVATE_KEY SECRETKEY SECRET_KEY SHARED_KEY \
    SIGNING_KEY STORAGE_KEY WEBHOOK_KEY";

/// The last words of names that mean a credential only if the value looks like one: `REDIS_AUTH`, `GITHUB_PAT`.
const AMBIGUOUS: &str = "AUTH BEARER CRED CREDS PASS PAT PEPPER";

/// Words behind the last word that leave the promise as it is: `SECRET_KEY_BASE`, `DB_PASSWORD_PROD`.
const TAILS: &str = "BASE B64 BASE64 CURRENT DEV NEW OLD PLAIN PLAINTEXT PREVIOUS PRIMARY PROD PRODUCTION SECONDARY \
    STAGING STRING TEST VALUE";

/// Words before the last word that make the value a choice, a counter or something for everybody.
const HEADS: &str = "ALLOW ASK BUST CACHE CONTINUATION CSRF DISABLE ENABLE FORCE GENERATE HAS HIDE IGNORE IS NEXT NO \
    PAGE PUBLIC PUBLISHABLE RANDOM REQUIRE RESET SHOW SITE SKIP SYNC USE VALIDATE";

/// Words for passwords, in languages in which manifests are written.
const PASSWORDS: &str = "ADGANGSKODE CONTRASENA HASLO HESLO JELSZO KENNWORT LOSENORD LOSENORDET MASTERAUTH MOTDEPASSE PAROLA \
    PASSE PASSORD PASSPHRASE PASSWD PASSWORD PASSWORT PSWD REQUIREPASS SALASANA SENHA SIFRE WACHTWOORD";

/// Parts of names that mean a password, in languages that ASCII cannot write.
const FOREIGN: [&str; 20] = [
    "contrase",
    "hasło",
    "heslo",
    "jelsz",
    "khẩu",
    "lösenord",
    "passwört",
    "şifre",
    "şi\u{307}fre",
    "κωδικ",
    "пароль",
    "סיסמ",
    "รหัสผ่าน",
    "密码",
    "密碼",
    "口令",
    "暗証番号",
    "パスワード",
    "비밀번호",
    "암호",
];

static FOREIGN_WORDS: LazyLock<Finder> = LazyLock::new(|| Finder::new(FOREIGN.into_iter()));

/// Whether a name has a word for a password in a language that ASCII cannot write.
pub(crate) fn is_foreign_password(name: &str) -> bool {
    !name.is_ascii() && FOREIGN_WORDS.is_in(&name.to_lowercase())
}

/// Whether a word of a name, in capitals, means something that machines generate.
pub(crate) fn is_generated_word(word: &str) -> bool {
    has_word(GENERATED, word) || has_word(AMBIGUOUS, word)
}

/// Words that end in `PASS` and are about something else.
const PASSES: &str = "BYPASS COMPASS ENCOMPASS OVERPASS SURPASS UNDERPASS";

/// Words before `PASS` with which it is one of several runs.
const RUNS: &str = "FFMPEG FIRST LAST MULTI NUM NUMBER ONE SECOND SINGLE TWO";

/// Whether a word of a name, in capitals, means a password whatever stands before it.
pub(crate) fn is_password_word(word: &str) -> bool {
    ["PASSWORD", "PASSWD", "PASSPHRASE"].iter().any(|it| word.ends_with(it))
        || has_word(PASSWORDS, word)
        || word.len() > 4 && word.ends_with("PASS") && !has_word(PASSES, word)
}

/// Says what a variable's name promises. Only its last words count, so that `TOKEN_TTL`, `PASSWORD_FILE`,
/// `SECRET_NAME` and whatever else follows a word like these stay out without a list of their own.
pub fn promise(name: &str) -> Option<Promise> {
    promise_of(name, false)
}

/// Says what a variable's name promises, ambiguous words included where the value is known.
fn promise_of(name: &str, has_value: bool) -> Option<Promise> {
    if is_foreign_password(name) {
        return Some(Promise::Password);
    }
    if !may_promise(name) {
        return None;
    }
    let words = words(name);
    let is_tail = |word: &String| has_word(TAILS, word) || word.bytes().all(|it| it.is_ascii_digit());
    let end = words.iter().rposition(|word| !is_tail(word))? + 1;
    let words = &words[..end];
    if words.iter().any(|word| has_word(HEADS, word)) {
        return None;
    }
    // Vault's server for development has no other root token than the one that this names.
    if words.iter().rev().take(3).eq(["ID", "TOKEN", "ROOT"]) {
        return Some(Promise::Password);
    }
    let last = words[end - 1].trim_end_matches(|it: char| it.is_ascii_digit());
    let before = end.checked_sub(2).map(|it| words[it].as_str());
    let is_short_password = matches!(last, "PASS" | "PWD" | "PW" | "PSW");
    // `dbPassWd`, `db.pass-word`: one word, written as two.
    let is_password = |before: &str| {
        if is_short_password { !has_word(RUNS, before) } else { is_password_word(&[before, last].concat()) }
    };
    if is_password_word(last) || before.is_some_and(is_password) {
        return Some(Promise::Password);
    }
    let is_generated =
        has_word(GENERATED, last) || (end > 1 && has_word(GENERATED, &words[end - 2..].join("_")));
    // `DBPWD`, but not the directory in which a shell was before.
    let is_short = || (last.ends_with("PW") || last.ends_with("PWD")) && !matches!(last, "PWD" | "OLDPWD");
    let is_known = is_generated || has_value && (has_word(AMBIGUOUS, last) || is_short());
    is_known.then_some(Promise::Generated)
}

/// Whether a text has any of the parts that all promising names have: few have, and the rest is costly.
pub(super) fn may_promise(text: &str) -> bool {
    static PARTS: LazyLock<Finder> = LazyLock::new(|| {
        let short = ["pass", "pw", "psw"].into_iter();
        let last = |name: &'static str| name.rsplit('_').next().unwrap_or(name);
        let long =
            [PASSWORDS, AMBIGUOUS, GENERATED].into_iter().flat_map(str::split_ascii_whitespace).map(last);
        Finder::new(short.chain(long).chain(FOREIGN))
    });
    let is_whole =
        |it: Range<usize>| !text[it.clone()].eq_ignore_ascii_case("pat") || ends_word(text, it.end);
    PARTS.find(text).any(|it| it.index.is_some() && is_whole(it.range))
}

/// Whether a word of a name ends here: `PAT` is in every path.
fn ends_word(text: &str, end: usize) -> bool {
    match (text.as_bytes().get(end.wrapping_sub(1)), text.as_bytes().get(end)) {
        (Some(last), Some(next)) => {
            !next.is_ascii_alphabetic() || last.is_ascii_lowercase() && next.is_ascii_uppercase()
        }
        _ => true,
    }
}

/// Whether the name of a value leaves room for a secret: `password`, `db`, but not `password-file`, `secret-name`.
pub fn is_about_secret(name: &str) -> bool {
    const OTHER: &str = "DIR ENABLED ENV FILE FILENAME FOLDER ID KIND LENGTH NAME NAMESPACE PATH REF REFERENCE TTL TYPE URI URL";
    words(name).last().is_none_or(|last| !has_word(OTHER, last))
}

/// Whether a value is the name of a key in a Secret: `passwordKey: postgres-password`. A variable such as `API_KEY` has the
/// credential itself.
pub fn is_key_name(name: &str, value: &str) -> bool {
    name.ends_with("Key")
        && value.bytes().all(|it| it.is_ascii_lowercase() || it == b'-')
        && promise(value).is_some()
}

/// Whether what a variable holds is the name of a Secret: `REMOTE_SECRET_NAME`. No use of it makes that a credential.
pub(super) fn names_secret(name: &str) -> bool {
    const WORDS: [&str; 2] = ["SECRET", "NAME"];
    let may_end = name.len().checked_sub(4).and_then(|at| name.get(at..));
    may_end.is_some_and(|it| it.eq_ignore_ascii_case("NAME"))
        && words(name).ends_with(&WORDS.map(str::to_owned))
}

/// Splits a name into its words in upper case: `spring.datasource.password`, `dbPassword`, `DB_PASSWORD`.
pub(crate) fn words(name: &str) -> Vec<String> {
    let goes_on = |left: &u8, right: &u8| {
        let is_inner = left.is_ascii_alphanumeric() && right.is_ascii_alphanumeric();
        is_inner && !(left.is_ascii_lowercase() && right.is_ascii_uppercase())
    };
    let words = name.as_bytes().chunk_by(goes_on).filter(|word| word[0].is_ascii_alphanumeric());
    words.map(|word| word.iter().map(|it| char::from(it.to_ascii_uppercase())).collect()).collect()
}

/// Parts of values that say: this is an example, or someone has yet to fill it in.
static STAND_INS: LazyLock<Finder> = LazyLock::new(|| {
    let parts = "changeme change-me change_me changeit change-it change_it changethis change-this change_this dummy example \
    fixme insert not-a-real notareal not-real placeholder redacted replace todo your- your_ yourpass yoursecret yourtoken";
    Finder::new(parts.split_ascii_whitespace())
});

/// Whether a value stands in for another: a placeholder, an example, `xxxx`, `***`.
pub fn is_stand_in(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    is_filled_by_template(value)
        || ["$", "%s"].iter().any(|it| value.starts_with(it))
        || is_in_marks(value)
        || (is_placeholder(value) && (value.starts_with(['<', '_', '%', '@'])))
        || STAND_INS.is_in(value)
        || super::published::is_of_emulator(value)
        || matches!(&*lower, "" | "tbd" | "n/a" | "na" | "nil" | "undefined" | "fake" | "sample" | "mock")
        || lower.bytes().all(|it| b"x*.-_?0#=:\\".contains(&it))
}

/// Whether a value is a word between the marks of a template: `{password}`, `#{password}#`, `@@PASSWORD@@`.
fn is_in_marks(value: &str) -> bool {
    let is_mark = |it: char| "{}[]()@#~".contains(it);
    let inner = value.trim_matches(is_mark);
    let is_word = inner.bytes().all(|it| it.is_ascii_alphanumeric() || b"_.-".contains(&it));
    value.starts_with(is_mark) && value.ends_with(is_mark) && is_word
}

/// Ways to write where a secret is kept: bank-vaults, vals, 1Password, cloud secret stores, sops.
const SCHEMES: &str =
    "vault: ref+ op: arn: awssm: awsps: gcp: sm: env: file: secret: enc[ @microsoft.keyvault(";

/// Whether a value names the place of a secret: a path, an address, another variable.
pub fn is_reference(name: &str, value: &str) -> bool {
    if is_key_name(name, value) {
        return true;
    }
    let lower = value.to_ascii_lowercase();
    let is_path = value.starts_with(['/', '~'])
        || value.starts_with("./")
        || value.starts_with("../")
        || value.get(1..3) == Some(":\\")
        || (value.contains('/') && value.bytes().all(|it| it.is_ascii_lowercase() || b"/-_.".contains(&it)));
    let is_file = [".txt", ".key", ".pem", ".json", ".yaml", ".yml", ".crt", ".env"]
        .iter()
        .any(|it| lower.ends_with(it));
    let is_variable = value.contains('_')
        && value.bytes().all(|it| it.is_ascii_uppercase() || it == b'_' || it.is_ascii_digit());
    // `DB_PASSWORD: db-password` names a key of a Secret.
    let is_own_name = value.contains(['-', '_', '.']) && words(value) == words(name);
    is_path
        || is_file
        || is_variable
        || is_own_name
        || value.contains("://")
        || SCHEMES.split_ascii_whitespace().any(|it| lower.starts_with(it))
}

/// Whether a value is the start of an expression of a program, which reads the secret from elsewhere: `os.getenv('PASSWORD'`,
/// `read(path)`, `config.password`.
pub(super) fn is_expression(value: &str) -> bool {
    let end = value.find(|it: char| !it.is_ascii_alphabetic() && !"_.".contains(it));
    let (path, rest) = value.split_at(end.unwrap_or(value.len()));
    let is_path = path.len() > 2 && path.starts_with(|it: char| it.is_ascii_alphabetic());
    // `connect(password=db_password)`
    let is_field = || (path.contains('.') || rest.starts_with(')')) && promise(path).is_some();
    let is_call = || {
        let inner = rest.strip_prefix(['(', '[']);
        inner.is_some_and(|it| it.starts_with(['"', '\'']) || it.contains([')', ']']))
    };
    let is_end = rest.is_empty() || rest.starts_with([')', ']', '}', ',', ';']);
    is_path && if is_end { is_field() } else { is_call() }
}

/// Whether a value is a switch, a number or a sentence.
fn is_setting(value: &str) -> bool {
    const SWITCHES: &str = "true false yes no on off y n none null auto enabled disabled required optional prompt \
        random generate generated";
    has_word(SWITCHES, &value.to_ascii_lowercase())
        || value.parse::<f64>().is_ok()
        || value.contains(char::is_whitespace)
}

/// Whether a value is among the secrets that everybody writes first.
pub(super) fn is_known_weak(value: &str) -> bool {
    const WEAK: &str = "admin admin123 hunter2 letmein minio123 minioadmin mysecret mysecretkey mytoken pass passw0rd password \
        password1 qwerty root s3cr3t s3cret secret secret123 secretkey supersecret topsecret verysecret";
    has_word(WEAK, &value.to_ascii_lowercase())
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_words_of_a_name_promise_a_secret() {
        let passwords = "PASSWORD PGPASSWORD dbPassword spring.datasource.password SMTP_PASS DB_PWD PASSWORD_2 password2 \
            DB_PASSWORD_PROD MYSQL_ROOT_PASSWD dbPassWd db.pass-word keyPassPhrase DB_PW rootPw DBPASS DB_PASSWORT SENHA MOT_DE_PASSE HASLO DB_PAROLA contraseña db_hasło пароль VAULT_DEV_ROOT_TOKEN_ID";
        for name in passwords.split_whitespace() {
            assert_eq!(promise(name), Some(Promise::Password), "{name}");
        }
        let generated =
            "JWT_SECRET GITHUB_TOKEN X_API_KEY apiKey SECRET_KEY_BASE AWS_SECRET_ACCESS_KEY S3_SECRETKEY";
        for name in generated.split_whitespace() {
            assert_eq!(promise(name), Some(Promise::Generated), "{name}");
        }
    }

    #[test]
    fn other_names_promise_nothing() {
        let names = "_ PWD PASS TOKENIZER_PATH MAX_TOKENS PATH PATTERN AUTH_URL AUTHOR CREDITS PASSWORDLESS SECRETARY CACHE_BUST_TOKEN KEYCLOAK KEYCLOAK_URL \
            PASSWORD_FILE PASSWORD_ENV SECRET_NAME TLS_SECRET_NAME TOKEN_TTL TOKEN_URL AWS_ACCESS_KEY_ID CLIENT_SECRET_PATH \
            PASSWORD_MIN_LENGTH TOKEN_TYPE API_KEY_ENABLED PUBLIC_KEY PRIMARY_KEY PARTITION_KEY ALLOW_EMPTY_PASSWORD \
            AUTH TOKEN_ID SLACK_TOKEN_ID REDIS_AUTH GITHUB_PAT CREDS SECRET_BACKEND COMPASS BYPASS PW HTTP_PWA FIRST_PASS NUM_PASS FFMPEG_PASS";
        for name in names.split_whitespace().chain([""]) {
            assert_eq!(promise(name), None, "{name}");
        }
    }

    #[test]
    fn a_field_may_name_the_key_of_a_secret() {
        assert!(!is_secret("secretKey", "password") && !is_secret("passwordKey", "postgres-password"));
        assert!(is_secret("SECRET_KEY", "password") && is_secret("secretKey", "hunter2"));
    }

    #[test]
    fn an_access_key_is_a_name() {
        assert!(!is_secret("access-key", "minioadmin") && !is_secret("S3_ACCESS_KEY", "minioadmin"));
        assert!(is_secret("secret-access-key", "minioadmin") && is_secret("secretKey", "minioadmin"));
    }

    #[test]
    fn a_password_may_be_weak() {
        for value in
            ["pass", "aaaa", "postgres", "root", "admin", "password", "hunter2", "p4$$w0rd!", "Tr0ub4dor&3"]
        {
            assert!(is_secret("DB_PASSWORD", value), "{value}");
        }
    }

    #[test]
    fn what_stands_in_for_a_password_is_none() {
        let values = "changeme CHANGE_ME xxxx XXXXXXXX *** <password> example TODO your-password ${DB_PASSWORD} \
            $(DB_PASSWORD) $DB_PASSWORD {{.Values.password}} __PASSWORD__ REDACTED /run/secrets/db ./password \
            vault:secret/data/db#password secret/data/db password.txt true 12345678 yes MYSQL_ROOT_PASSWORD db-password \
            https://example.org {password} #{PASSWORD}# @@PASSWORD@@ (PASSWORD) @Microsoft.KeyVault(SecretUri=x)";
        for value in values.split_whitespace().chain(["", "type it in"]) {
            assert!(!is_secret("DB_PASSWORD", value), "{value}");
        }
    }

    #[test]
    fn an_ambiguous_name_needs_a_value_that_looks_random() {
        for name in ["REDIS_AUTH", "GITHUB_PAT", "DB_CREDS", "PEPPER"] {
            assert!(is_secret(name, "hunter2Zx9Qk") && !is_secret(name, "enabled"), "{name}");
        }
        assert!(!is_secret("user_auth", "local,oauth2") && is_secret("user_auth", "local,hunter2Zx9Qk"));
    }

    #[test]
    fn an_expression_has_no_secret_in_it() {
        let expressions = [
            "os.environ.get('API_TOKEN'",
            "os.environ[\"DB_PASSWORD\"]",
            "os.getenv('DB_PASSWORD','')",
            "read_secret(path))",
            "process.env.DB_PASSWORD",
            "process.env.DB_PASSWORD;const",
            "cfg.password)",
            "db_password)",
        ];
        for value in expressions {
            assert!(is_expression(value), "{value}");
        }
        for value in ["hunter2(x)", "hunter(2", "left.horse", "my_secret", "hunter2", "a('", "P.w0rd"] {
            assert!(!is_expression(value), "{value}");
        }
    }

    #[test]
    fn a_token_looks_made_by_chance() {
        for value in
            ["9f86d081884c7d65", "0b7e4f5a-1c2d-4e3f-8a9b-0c1d2e3f4a5b", "kYpQzWvBnMxLtRsDfG", "supersecret"]
        {
            assert!(is_secret("JWT_SECRET", value), "{value}");
        }
        let names =
            ["wildcard-tls", "regcred", "app-tls-7g5h8k2m9f", "aes256gcm", "my-app-v2-token", "bearer", "v1"];
        for value in names {
            assert!(!is_secret("TLS_SECRET", value), "{value}");
        }
    }
}
