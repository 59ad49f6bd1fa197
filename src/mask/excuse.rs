//! Which values under the name of a credential may be shown: those that are none.

use super::everyday::is_everyday;
use super::name::{
    Promise, USERS, is_object_name, is_of_ingredient, is_of_service, is_secret_variable, promise,
};
use crate::facts::secret::chance::{is_language, is_random};
use crate::facts::secret::promise::{is_key_name, is_stand_in, words};
use crate::text::word_list::has_word;

/// No longer value is looked at to find out whether it may be shown.
const LONGEST_HARMLESS: usize = 1000;

/// Of a longer sentence so many words say enough.
const MAX_WORDS: usize = 40;

/// The longest number of a group, or of a port, in digits.
const LONGEST_ID: usize = 5;

/// The longest name of a variable that is shown whatever it means, in bytes.
const LONGEST_NAME: usize = 5;

/// The shortest credential for a service, in bytes.
const LEAST: usize = 6;

/// The longest word that stands in for a credential, in bytes.
const LONGEST_FILLER: usize = 40;

/// So many digits may stand behind such a word: `changeme123`.
const MAX_DIGITS: usize = 3;

/// Groups that follow a user and a colon: `--user nobody:nogroup`.
const GROUPS: &str = "adm daemon docker nobody nogroup root staff sudo users wheel www-data";

/// Whether a value under such a name is hidden.
pub(super) fn hides(promise: Promise, name: &str, value: &str) -> bool {
    let value = value.trim();
    // In JSON a comma follows.
    let alone = value.strip_suffix(',').unwrap_or(value);
    if value.len() <= LONGEST_HARMLESS && is_harmless(promise, name, alone) {
        return false;
    }
    match promise {
        Promise::Password => true,
        Promise::Generated => {
            value.len() > 9 || !value.bytes().all(|it| it.is_ascii_digit()) || is_pin(name, value)
        }
        // The id of a secret, too: the `secret_id` with which a program logs in to Vault.
        Promise::Reference => {
            !is_object_name(value)
                || is_uuid(value)
                || is_chosen(name, value)
                || is_lone_word(value) && is_secret_variable(name)
                || name.starts_with('-') && is_dotted(value)
        }
        Promise::Weak => is_made(value) || is_pin(name, value) || is_chosen(name, value),
        Promise::Login => is_made(value) && !is_user_name(name) || has_login(value) || is_chosen(name, value),
    }
}

/// Whether a value is a credential for a service, and not a way to log in or another word that everybody uses: `TWILIO_AUTH: hunter2`,
/// `SMTP_AUTH: plain`.
fn is_chosen(name: &str, value: &str) -> bool {
    // `scram-sha-256`
    let mechanism = ["-1", "-256", "-512"].iter().find_map(|it| value.strip_suffix(it)).unwrap_or(value);
    let may_be_place = || value.contains(['/', '.', ':', ',']) && !is_of_ingredient(name);
    value.len() >= LEAST
        && !value.contains(' ')
        && is_of_service(name)
        && !may_be_place()
        && !is_everyday(mechanism)
}

/// Whether a value is one word that not everybody uses, as few objects are called.
fn is_lone_word(value: &str) -> bool {
    value.len() >= LEAST && value.bytes().all(|it| it.is_ascii_lowercase()) && !is_everyday(value)
}

/// Whether a value is words with dots between them that not everybody uses, as hardly a Secret is called: `dragon.nectar`.
fn is_dotted(value: &str) -> bool {
    const SHORTEST: usize = 4;
    let is_word = |it: &str| it.len() >= SHORTEST && it.bytes().all(|it| it.is_ascii_lowercase());
    value.contains('.') && value.split('.').all(is_word) && !is_everyday(value)
}

/// Whether a name is that of a user, which everybody may know.
pub(super) fn is_user_name(name: &str) -> bool {
    words(name).last().is_some_and(|it| has_word(USERS, it))
}

/// Whether a value is an id that a machine makes by chance: `6b1d0c9e-55a4-4f0e-9a57-1c0de7a1b2c3`.
pub(super) fn is_uuid(value: &str) -> bool {
    let parts = value.split('-').map(str::len);
    value.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-') && parts.eq([8, 4, 4, 4, 12])
}

/// Whether a value looks made by a machine.
fn is_made(value: &str) -> bool {
    !is_class(value) && (is_random(value) || value.len() >= 32 && !value.contains(char::is_whitespace))
}

/// Whether a value is the name of a class with its packages: `org.apache.kafka.common.serialization.StringSerializer`.
fn is_class(value: &str) -> bool {
    let is_part = |it: &str| it.len() > 1 && is_language(it);
    value.split('.').count() > 2 && value.split('.').all(is_part)
}

/// Whether a value is a number that a person keeps secret: a PIN, the code that opens a door.
fn is_pin(name: &str, value: &str) -> bool {
    let is_number = (4..=12).contains(&value.len()) && value.bytes().all(|it| it.is_ascii_digit());
    is_number && words(name).last().is_some_and(|it| has_word("CODE PIN", it))
}

/// Whether a value is a user and a password, or several: `app:hunter2, admin:hunter2`.
fn has_login(value: &str) -> bool {
    let parts = value.split(|it: char| it.is_whitespace() || it == ',').take(MAX_WORDS);
    let mut logins = parts.filter_map(|it| it.split_once([':', ';']));
    logins.any(|(user, password)| is_user(user) && is_password_of(Promise::Password, user, password))
}

/// Whether a text can be the name of a user.
pub(super) fn is_user(text: &str) -> bool {
    let is_name_byte = |it: u8| it.is_ascii_alphanumeric() || b"_-.@${}()".contains(&it) || !it.is_ascii();
    !text.is_empty() && text.bytes().all(is_name_byte)
}

/// Whether what stands behind a user and a colon is a password, and neither a group, a port, a path nor yet to be filled in.
pub(super) fn is_password_of(promise: Promise, user: &str, password: &str) -> bool {
    let is_number = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
    let is_id = is_number(password) && (is_number(user) || password.len() <= LONGEST_ID);
    !(password.is_empty()
        || password == user
        || password.starts_with('/')
        || is_id
        || has_word(GROUPS, password)
        // `system:serviceaccount:kube-system:job-controller`
        || user == "system" && (password.starts_with("serviceaccount:") || password.starts_with("node:"))
        || is_harmless(promise, "", password))
}

/// Whether a value is a switch, a small number, the name of a variable, a path, or yet to be filled in. People choose words as
/// passwords: where the name promises one, a word among these is none only if it speaks of credentials.
fn is_harmless(promise: Promise, name: &str, value: &str) -> bool {
    const SWITCHES: &str =
        "true false yes no on off y n none null ~ auto enabled disabled required optional prompt";
    const SCHEMES: &str = "basic bearer digest negotiate ntlm";
    let lower = value.to_ascii_lowercase();
    value.is_empty()
        || has_word(SWITCHES, &lower)
        || has_word(SCHEMES, &lower)
        || value.len() < 4 && value.bytes().all(|it| it.is_ascii_digit())
        || is_variable(promise, value)
        || is_variable(promise, without_scheme(value))
        || is_digest(name, &lower)
        || is_key_name(name, value)
        || is_path(if is_of_ingredient(name) { Promise::Password } else { promise }, value)
        || is_unfilled(value, &lower)
        || is_secret_store(&lower)
        || is_address(promise, value)
        || is_call(promise, value)
        || value.contains(['-', '_', '.']) && words(value) == words(name)
        || name.starts_with('-') && is_named_alike(name, value)
}

/// Whether a value is what the usage of a program says instead of one: `--db-password PASSWORD`.
fn is_named_alike(flag: &str, value: &str) -> bool {
    value.bytes().all(|it| it.is_ascii_uppercase() || it == b'_') && words(flag).ends_with(&words(value))
}

/// Whether a value is the call of a function, or its beginning, with nothing in it but a variable: `PASSWORD('$PASSWORD')`.
fn is_call(promise: Promise, value: &str) -> bool {
    let is_letter = |it: u8| it.is_ascii_alphabetic() || it == b'_';
    value.split_once('(').is_some_and(|(name, inner)| {
        let inner = inner.trim_matches(['"', '\'', ')', ';', ' ']);
        name.bytes().all(is_letter) && (inner.is_empty() || is_variable(promise, inner))
    })
}

/// Whether a value is an expression of a template with a text of its own, which may be the credential: `{{ default "hunter2" .Values.a }}`.
pub(super) fn has_literal(value: &str) -> bool {
    value.starts_with("{{") && value.contains(['"', '\'', '`'])
}

/// Whether a value is `$NAME`, `$(NAME)`, `${NAME}`, `{{ an expression }}`, `%s`, or the name of a variable alone.
fn is_variable(promise: Promise, value: &str) -> bool {
    let may_be_word = promise == Promise::Password;
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
        && (speaks_of_credentials(value) || !may_be_word && !value.bytes().any(|it| it.is_ascii_digit()));
    // `${hash:0:8}`
    let is_part = || {
        let inner =
            value.strip_prefix("${").and_then(|it| it.strip_suffix('}')).and_then(|it| it.split_once(':'));
        inner.is_some_and(|(name, place)| {
            is_name(name) && place.bytes().all(|it| it.is_ascii_digit() || b":-".contains(&it))
        })
    };
    within("$(", ")")
        || within("${", "}")
        || is_part()
        || value.starts_with("${")
            && value.ends_with('}')
            && value.split_once(":?").is_some_and(|it| is_name(&it.0[2..]))
        || within("$", "") && !value.contains('.') && is_shell_name(&value[1..], may_be_word)
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
pub(super) fn is_digest(name: &str, lower: &str) -> bool {
    let is_named = || words(name).iter().any(|it| has_word("CHECKSUM DIGEST SHA1 SHA256 SHA512", it));
    [40, 64, 128].contains(&lower.len()) && lower.bytes().all(|it| it.is_ascii_hexdigit()) && is_named()
}

/// Whether a text is the name of a shell's variable: in capitals, or a word; a password may begin with `$` too.
fn is_shell_name(name: &str, may_be_word: bool) -> bool {
    let is_capitals = name.bytes().all(|it| it.is_ascii_uppercase() || it == b'_' || it.is_ascii_digit());
    let is_word = || name.bytes().all(|it| it.is_ascii_lowercase() || it == b'_');
    let is_known = || !may_be_word || name.len() <= LONGEST_NAME || speaks_of_credentials(name);
    let is_position = name.len() == 1 && name.bytes().all(|it| it.is_ascii_digit());
    is_position || name.len() > 1 && (is_capitals || is_word() && is_known())
}

/// Whether a name has a word for a credential, or for what holds one.
pub(super) fn speaks_of_credentials(name: &str) -> bool {
    const OTHERS: &str = "PASSWORDFILE PWFILE SECRETFILE TOKENFILE";
    promise(name).is_some_and(|it| it != Promise::Weak)
        || words(name)
            .iter()
            .any(|it| has_word(OTHERS, it) || promise(it).is_some_and(|it| it > Promise::Weak))
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
fn is_path(promise: Promise, value: &str) -> bool {
    let is_plain =
        value.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || b"/-_.~".contains(&it));
    let is_file = [".txt", ".key", ".pem", ".json", ".yaml", ".yml", ".crt", ".env"]
        .iter()
        .any(|it| value.ends_with(it));
    let is_near = || value.starts_with("./") || value.starts_with("../");
    let is_absolute =
        || value.starts_with(['/', '~']) || is_near() && value.bytes().filter(|it| *it == b'/').count() > 1;
    is_plain
        && (is_file || value.contains('/') && value.bytes().filter(u8::is_ascii_digit).count() < 4)
        && (promise != Promise::Password || is_absolute() || speaks_of_credentials(value))
}

/// Whether a value is an address without a login: of a password at least one whose host has a dot, a port or a path.
fn is_address(promise: Promise, value: &str) -> bool {
    let Some((_, rest)) = value.split_once("://") else { return false };
    !value.contains(['@', ';', ' '])
        && (promise != Promise::Password && !value.contains('?') || rest.contains(['.', ':', '/']))
}

/// Whether a value says that somebody has yet to write it: `changeme`, `<password>`, `xxxx`, `your-password-here`.
fn is_unfilled(value: &str, lower: &str) -> bool {
    let is_words = lower.bytes().all(|it| it.is_ascii_lowercase() || b"-_ .*?#%@<>[]".contains(&it));
    let parts = || lower.split(|it: char| !it.is_ascii_alphabetic());
    let is_changed =
        || lower.starts_with("change") && lower.bytes().filter(u8::is_ascii_digit).count() <= MAX_DIGITS;
    is_stand_in(value) && (is_words || is_changed()) && parts().all(is_filler)
}

/// Whether a word, or several without anything between them, is one of those that stand in for a credential.
fn is_filler(word: &str) -> bool {
    const FILLERS: &str = "access account add admin an and any api app apply as at auth be bot by change changed changeit changeme \
        client cred credential credentials database db default dummy enter env example fake file fill fixme \
        foo for from generate generated git github gitlab go goes here hidden id in insert is it key local me my new none not \
        notareal oauth of on or org own pass passphrase passwd password pat placeholder please prod production provide put \
        pw random real redacted removed replace replaced required root same sample secret set shop slack some \
        staging store strong tbd template test that the this to todo token use user username value vault via \
        with you your";
    if word.len() > LONGEST_FILLER {
        return false;
    }
    let is_marks = word.bytes().all(|it| it == b'x');
    // Whether the word is made of others up to each byte.
    let mut made = vec![true];
    for end in 1..=word.len() {
        let is_word = |start: usize| made[start] && has_word(FILLERS, &word[start..end]);
        let is_made = (0..end).any(is_word);
        made.push(is_made);
    }
    is_marks || made[word.len()]
}

/// Whether a value says where a credential is kept: bank-vaults, vals, 1Password, cloud secret stores.
fn is_secret_store(lower: &str) -> bool {
    const PATHS: &str = "vault: ref+ secret: arn:aws";
    const ADDRESSES: &str = "op: awssm: awsps: gcp: sm: file:";
    let behind = |scheme: &str| lower.strip_prefix(scheme);
    PATHS.split(' ').any(|it| behind(it).is_some_and(|rest| rest.contains(['/', ':'])))
        || ADDRESSES.split(' ').any(|it| behind(it).is_some_and(|rest| rest.starts_with('/')))
        || lower.starts_with("enc[")
}

/// Whether a value in a comment is a sentence about a credential: `see the runbook`, `comes from the vault`.
pub(super) fn is_sentence(value: &str) -> bool {
    const FIRST: &str = "a all an any are as ask at be can comes do for from generated has in is it kept lives must never no \
        not on one only read rotated see set should stored taken that the this to use used we which will with you";
    // What follows a semicolon is another command.
    let value = value.split_once("; ").map_or(value, |it| it.0);
    let is_word = |it: &str| {
        let it = it.trim_end_matches(['.', ',', ';', ':', '!', '?', '"', '\'']);
        is_path(Promise::Weak, it)
            || it.bytes().all(|it| it.is_ascii_alphabetic() || b"'-".contains(&it)) && !is_mixed(it)
    };
    let mut words = value.split_whitespace();
    let opens = words.next().is_some_and(|it| has_word(FIRST, &it.to_ascii_lowercase()));
    (opens || is_happening(value)) && words.clone().next().is_some() && words.take(MAX_WORDS).all(is_word)
}

/// Whether a sentence says what a program does: `exiting now`.
pub(super) fn is_happening(value: &str) -> bool {
    let first = value.split_whitespace().next().unwrap_or_default();
    first.len() > "ing".len() + 2 && first.ends_with("ing")
}

/// Whether a word has capital letters behind others.
fn is_mixed(word: &str) -> bool {
    word.bytes().skip(1).any(|it| it.is_ascii_uppercase()) && word.bytes().any(|it| it.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_hidden(name: &str, value: &str) -> bool {
        promise(name).is_some_and(|it| hides(it, name, value))
    }

    #[test]
    fn what_stands_under_a_promising_name_is_hidden() {
        let pairs = "password:hunter2 DB_PASSWORD:12345678 dbPasswd:true1 pasword:hunter2 PASSWROD:hunter2 pw:hunter2 \
            db.pass:hunter2 token:abc12345 my-api-key:correcthorse client_secret:Zx9-k SECRET_KEY_BASE:abc1 \
            passwordOld:hunter2 ssh-key:A1b2C3d4E5f6 Authorization:abcdef contraseña:hunter2 пароль:hunter2 \
            password:example-Hunter2 password:$unshine password:tulip/amber password:your-sunshine password:insertcoin \
            password:sunshine.key password:op:sun/shine password:#sunshine# password:<tulipamber> password:TULIP_AMBER clientSecret:tulip-amber secret:s3cr3t password:$ecret1 AWS_SECRET_ACCESS_KEY:wJalrXUtnFEMI/K7MDENG \
            PEPPER:spruce.lotus6 GITHUB_PAT:spruce/lotus DB_SECRET:sprucelotus UNLOCK_PIN:sprucelotus ACCESS_CODE:482913 \
            --password:SPRUCE_LOTUS";
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
            password:vault:secret/data/db password:op://shop/db password:prod/db-password password:<your-password> \
            password:changeThisPassword password:${hash:0:8} password:changeme123 password:DB_PASS password:$db_password passwordEnv:SHOP_LOGIN_DATA token:arn:aws:secretsmanager:x \
            --password:PASSWORD --db-token:DB_TOKEN PULL_SECRET:regcred DB_SECRET:shop-credentials VERSION_PIN:lotus";
        for pair in pairs.split_whitespace() {
            let (name, value) = pair.split_once(':').expect("a pair");
            assert!(!is_hidden(name, value), "{pair}");
        }
    }
}
