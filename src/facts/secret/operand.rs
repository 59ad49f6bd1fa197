//! Passwords that programs take as an argument without a flag.

mod oracle;

use self::oracle::{behind_user, of_oracle, of_recovery};
use crate::facts::secret::promise::{Promise, is_secret, promise};
use crate::text::word_list::has_word;
use crate::value::program::base_name;

/// The programs that do.
pub(crate) const PROGRAMS: [&str; 69] = [
    "ansible-vault",
    "augtool",
    "aws",
    "az",
    "b2",
    "bundle",
    "bw",
    "caddy",
    "cargo",
    "cf",
    "chamber",
    "cloudflared",
    "composer",
    "conjur",
    "consul",
    "credstash",
    "crudini",
    "db2",
    "doppler",
    "drush",
    "ejabberdctl",
    "emqx",
    "etcdctl",
    "exp",
    "expdp",
    "gcloud",
    "glab",
    "grafana",
    "grafana-cli",
    "htpasswd",
    "imp",
    "impdp",
    "isql",
    "iwconfig",
    "mariadb-admin",
    "mc",
    "mcli",
    "mega-login",
    "mkpasswd",
    "mosquitto_passwd",
    "mysqladmin",
    "mysqlsh",
    "neo4j-admin",
    "net",
    "ngrok",
    "nmcli",
    "npm",
    "nuget",
    "openssl",
    "pdftk",
    "pm2",
    "pnpm",
    "poetry",
    "prosodyctl",
    "pulumi",
    "qpdf",
    "rabbitmqctl",
    "rclone",
    "redis-cli",
    "rman",
    "samba-tool",
    "smbclient",
    "sqlldr",
    "sqlplus",
    "vault",
    "wpa_passphrase",
    "xmlstarlet",
    "yarn",
    "zkCli.sh",
];

/// Programs that have it so many words behind the last of others, which follow each other.
const BEHIND: [(&str, &[&str], usize); 57] = [
    ("ansible-vault", &["encrypt_string"], 1),
    ("az", &["keyvault", "secret", "set", "--value"], 1),
    ("b2", &["authorize-account"], 2),
    ("bw", &["login"], 2),
    ("bw", &["unlock"], 1),
    ("cloudflared", &["service", "install"], 1),
    ("db2", &["user", "using"], 1),
    ("doppler", &["configure", "set", "token"], 1),
    ("drush", &["user-password"], 2),
    ("drush", &["user:password"], 2),
    ("drush", &["upwd"], 2),
    ("gcloud", &["activate-refresh-token"], 2),
    ("glab", &["variable", "set"], 2),
    ("grafana", &["reset-admin-password"], 1),
    ("grafana-cli", &["reset-admin-password"], 1),
    ("iwconfig", &["key"], 1),
    ("mariadb-admin", &["password"], 1),
    ("mega-login", &[], 2),
    ("mkpasswd", &[], 1),
    ("mysqladmin", &["password"], 1),
    ("neo4j-admin", &["set-initial-password"], 1),
    ("cf", &["auth"], 2),
    ("ngrok", &["add-authtoken"], 1),
    ("ngrok", &["authtoken"], 1),
    ("nmcli", &["password"], 1),
    ("openssl", &["enc", "-k"], 1),
    ("pm2", &["link"], 1),
    ("rabbitmqctl", &["add_user"], 2),
    ("rabbitmqctl", &["change_password"], 2),
    ("rabbitmqctl", &["authenticate_user"], 2),
    ("rclone", &["obscure"], 1),
    // With a user, and without one.
    ("redis-cli", &["AUTH"], 2),
    ("redis-cli", &["auth"], 2),
    ("redis-cli", &["AUTH"], 1),
    ("redis-cli", &["auth"], 1),
    ("redis-cli", &["requirepass"], 1),
    ("redis-cli", &["masterauth"], 1),
    ("samba-tool", &["user", "create"], 2),
    ("vault", &["operator", "unseal"], 1),
    ("wpa_passphrase", &[], 2),
    ("zkCli.sh", &["addauth", "digest"], 1),
    ("cargo", &["login"], 1),
    ("caddy", &["hash-password", "--plaintext"], 1),
    ("chamber", &["write"], 3),
    ("conjur", &["variable", "-v"], 1),
    ("credstash", &["put"], 2),
    ("ejabberdctl", &["register"], 3),
    ("ejabberdctl", &["change_password"], 3),
    ("emqx", &["admins", "add"], 2),
    ("emqx", &["admins", "passwd"], 2),
    ("nuget", &["push"], 2),
    ("openssl", &["-hmac"], 1),
    ("pdftk", &["input_pw"], 1),
    ("pdftk", &["owner_pw"], 1),
    ("pdftk", &["user_pw"], 1),
    ("prosodyctl", &["register"], 3),
    ("qpdf", &["--encrypt"], 1),
];

/// An argument that is, or has in it, the credential for a program.
pub(crate) struct Operand<'a> {
    /// The credential.
    pub text: &'a str,
    /// The program or its subcommand.
    pub name: &'a str,
    /// Whether a machine made it, so that it must look like that to be one.
    pub is_generated: bool,
}

/// Whether other arguments stand between the name of such a program or subcommand and the credential.
pub(crate) fn is_far_from_name(name: &str) -> bool {
    has_word(
        "add_user authorize-account bw change_password create htpasswd mc mcli mosquitto_passwd",
        base_name(name),
    )
}

impl Operand<'_> {
    /// Whether the argument can be a credential.
    pub(crate) fn is_secret(&self) -> bool {
        is_secret(if self.is_generated { "token" } else { "flag_password" }, self.text)
    }
}

/// Returns where the words of a command have the credential that its program takes without a flag.
pub(crate) fn operand<'a>(words: &[&'a str]) -> Option<Operand<'a>> {
    let program = words.iter().position(|word| PROGRAMS.contains(&base_name(word)))?;
    let is_plain = |at: &usize| !words[*at].starts_with('-');
    let plain = (program + 1..words.len()).filter(is_plain);
    let name = base_name(words[program]);
    let oracle =
        |text: Option<&'a str>| Some(Operand { text: text?, name: words[program], is_generated: false });
    let mut known = BEHIND.iter().filter(|it| it.0 == name).peekable();
    let is_known = known.peek().is_some();
    let behind = known.find_map(|(_, before, distance)| behind_word(words, program, before, *distance));
    match name {
        "cargo" | "cloudflared" | "doppler" | "glab" | "ngrok" | "nuget" | "pm2" => {
            behind.map(|it| Operand { is_generated: true, ..it })
        }
        "zkCli.sh" => behind.and_then(|it| Some(Operand { text: it.text.split_once(':')?.1, ..it })),
        "openssl" => behind.or_else(|| of_hash(words, program)),
        "vault" => behind.or_else(|| token_of_vault(words, program, plain)),
        "rclone" => behind.or_else(|| of_setting(words, program)),
        _ if is_known => behind,
        "aws" | "mc" | "mcli" => behind_subcommand(words, program, plain),
        "mysqlsh" => of_address(words, program),
        "pulumi" => of_stack(words, program).or_else(|| of_setting(words, program)),
        "composer" | "crudini" | "npm" | "pnpm" | "poetry" | "yarn" => of_setting(words, program),
        "augtool" => of_entry(words, program, "set"),
        "bundle" => of_bundle(words, program, plain),
        "consul" | "etcdctl" => of_entry(words, program, "put"),
        "exp" | "expdp" | "imp" | "impdp" | "sqlldr" => oracle(of_oracle(words, program, plain)),
        "net" => of_share(words, program),
        "isql" => plain.into_iter().nth(2).map(|at| whole(words, program, at)),
        "rman" => oracle(of_recovery(words, program)),
        "smbclient" => behind_share(words, program),
        "xmlstarlet" => of_edit(words, program),
        "htpasswd" | "mosquitto_passwd" => of_htpasswd(words, program),
        _ => oracle(behind_user(words, plain)),
    }
}

/// `mc alias set shop URL KEY SECRET`, `aws configure set aws_secret_access_key SECRET`
fn behind_subcommand<'a>(
    words: &[&'a str],
    program: usize,
    mut plain: impl Iterator<Item = usize>,
) -> Option<Operand<'a>> {
    let (first, second) = (words[plain.next()?], words[plain.next()?]);
    let (name, index) = match (base_name(words[program]), first, second) {
        ("aws", "configure", "set") => {
            let name = words[plain.next()?];
            promise(name)?;
            (name, plain.next()?)
        }
        ("aws", "ssm", "put-parameter") => {
            let value = |flag: &str| Some(words.iter().position(|it| *it == flag)? + 1);
            let name = *words.get(value("--name")?)?;
            let is_secure = || words.windows(2).any(|it| it == ["--type", "SecureString"]);
            let at = value("--value").filter(|it| *it < words.len())?;
            if promise(name).is_none() && !is_secure() {
                return None;
            }
            (name, at)
        }
        ("aws", ..) => return None,
        (_, "admin", "user") if words[plain.next()?] == "add" => (words[program], plain.nth(2)?),
        (_, "alias", "set" | "s") => (words[program], plain.nth(3)?),
        (_, "config", "host") if words[plain.next()?] == "add" => (words[program], plain.nth(3)?),
        _ => return None,
    };
    Some(Operand { text: words[index], name, is_generated: false })
}

/// `rabbitmqctl add_user USER PASSWORD`
fn behind_word<'a>(
    words: &[&'a str],
    program: usize,
    subcommand: &[&str],
    distance: usize,
) -> Option<Operand<'a>> {
    let mut at = program;
    for word in subcommand {
        at += 1 + words[at + 1..].iter().position(|it| it == word)?;
    }
    let text = words.get(at + distance).filter(|it| !it.starts_with('-'))?;
    Some(Operand { text, name: words[at], is_generated: false })
}

/// `mysqlsh USER:PASSWORD@HOST`
fn of_address<'a>(words: &[&'a str], program: usize) -> Option<Operand<'a>> {
    let login = words[program + 1..].iter().find_map(|it| Some(it.rsplit_once('@')?.0))?;
    let (_, text) = login.rsplit('/').next()?.split_once(':')?;
    Some(Operand { text, name: words[program], is_generated: false })
}

/// `npm config set _auth VALUE`, `crudini --set FILE SECTION NAME VALUE`, `poetry config http-basic.NAME USER PASSWORD`
fn of_setting<'a>(words: &[&'a str], program: usize) -> Option<Operand<'a>> {
    let is_crudini = base_name(words[program]) == "crudini";
    let first = program + 1 + words[program + 1..].iter().position(|it| *it == "config" || is_crudini)?;
    let plain: Vec<&str> = words[first..].iter().copied().filter(|it| !it.starts_with('-')).collect();
    if let Some(at) = plain.iter().position(|it| it.starts_with("http-basic")) {
        return Some(Operand { text: plain.get(at + 2)?, name: plain[at], is_generated: false });
    }
    let is_token = |name: &str| {
        promise(name).is_some()
            || matches!(name, "_auth" | "pass")
            || name.starts_with("pypi-token")
            || name.starts_with("github-oauth")
    };
    let pair = plain.windows(2).find(|pair| is_token(pair[0]))?;
    let is_generated = promise(pair[0]) != Some(Promise::Password);
    Some(Operand { text: pair[1], name: pair[0], is_generated })
}

/// `pulumi config set --secret NAME VALUE`
fn of_stack<'a>(words: &[&'a str], program: usize) -> Option<Operand<'a>> {
    let rest = &words[program + 1..];
    rest.iter().find(|it| **it == "--secret")?;
    let set = rest.windows(2).position(|it| it == ["config", "set"])?;
    let mut plain = rest[set + 2..].iter().filter(|it| !it.starts_with('-'));
    let (name, text) = (plain.next()?, plain.next()?);
    Some(Operand { text, name, is_generated: false })
}

/// `net use DEVICE PASSWORD /user:USER`, `net user USER PASSWORD /add`
fn of_share<'a>(words: &[&'a str], program: usize) -> Option<Operand<'a>> {
    let verb = words.get(program + 1).filter(|it| matches!(**it, "use" | "user"))?;
    let plain: Vec<usize> = (program + 2..words.len()).filter(|at| !words[*at].starts_with('/')).collect();
    let is_place = |it: &str| it.starts_with('\\') || it.ends_with(':') || it == "*";
    let at = *if *verb == "user" { plain.get(1)? } else { plain[1.min(plain.len())..].last()? };
    (!is_place(words[at])).then(|| whole(words, program, at))
}

/// An argument that is a password as a whole.
fn whole<'a>(words: &[&'a str], program: usize, at: usize) -> Operand<'a> {
    Operand { text: words[at], name: words[program], is_generated: false }
}

/// `bundle config NAME USER:PASSWORD`
fn of_bundle<'a>(
    words: &[&'a str],
    program: usize,
    mut plain: impl Iterator<Item = usize>,
) -> Option<Operand<'a>> {
    plain.next().filter(|at| words[*at] == "config")?;
    let arguments: Vec<usize> = plain.collect();
    let [.., name, login] = arguments[..] else { return None };
    let is_host = words[name].contains(['.', ':']) || words[name].contains("__");
    let (_, text) = words[login].split_once(':').filter(|it| is_host && !it.1.starts_with("//"))?;
    Some(Operand { text, name: words[program], is_generated: false })
}

/// `openssl passwd -6 PASSWORD`
fn of_hash<'a>(words: &[&'a str], program: usize) -> Option<Operand<'a>> {
    let first = program + 1 + words[program + 1..].iter().position(|it| *it == "passwd")?;
    let is_plain = |at: &usize| !words[*at].starts_with('-') && !matches!(words[*at - 1], "-salt" | "-in");
    (first + 1..words.len()).find(is_plain).map(|at| whole(words, program, at))
}

/// `smbclient //HOST/SHARE PASSWORD`
fn behind_share<'a>(words: &[&'a str], program: usize) -> Option<Operand<'a>> {
    let share = program + 1 + words[program + 1..].iter().position(|it| it.starts_with("//"))?;
    words.get(share + 1).filter(|it| !it.starts_with('-')).map(|_| whole(words, program, share + 1))
}

/// `xmlstarlet ed -u //password -v VALUE`
fn of_edit<'a>(words: &[&'a str], program: usize) -> Option<Operand<'a>> {
    let edits = words[program..].windows(3).find(|it| it[1] == "-v" && promise(it[0]).is_some())?;
    Some(Operand { text: edits[2], name: edits[0], is_generated: promise(edits[0])? == Promise::Generated })
}

/// `etcdctl put /db/password VALUE`, `consul kv put db/password VALUE`, `augtool set /files/a/password VALUE`
fn of_entry<'a>(words: &[&'a str], program: usize, verb: &str) -> Option<Operand<'a>> {
    let put = program + 1 + words[program + 1..].iter().position(|it| *it == verb)?;
    let mut plain = words[put + 1..].iter().filter(|it| !it.starts_with('-'));
    let (name, text) = (plain.next()?, plain.next()?);
    let is_generated = promise(name)? == Promise::Generated;
    Some(Operand { text, name, is_generated })
}

/// `htpasswd -b FILE USER PASSWORD`, `htpasswd -nb USER PASSWORD`
fn of_htpasswd<'a>(words: &[&'a str], program: usize) -> Option<Operand<'a>> {
    let flags = |letter: char| {
        let options = words[program + 1..].iter().filter(|it| it.starts_with('-') && !it.starts_with("--"));
        options.into_iter().any(|it| it.contains(letter))
    };
    // The cost of the hash is in a word of its own.
    let is_plain = |at: &usize| !words[*at].starts_with('-') && !matches!(words[*at - 1], "-C" | "-r");
    let mut plain = (program + 1..words.len()).filter(is_plain);
    let index = plain.nth(if flags('n') { 1 } else { 2 }).filter(|_| flags('b'))?;
    Some(Operand { text: words[index], name: words[program], is_generated: false })
}

/// `vault login TOKEN`
fn token_of_vault<'a>(
    words: &[&'a str],
    program: usize,
    mut plain: impl Iterator<Item = usize>,
) -> Option<Operand<'a>> {
    let index = plain.next().filter(|&at| words[at] == "login").and_then(|_| plain.next())?;
    // `vault login -method=userpass username=app` names what it gives.
    (!words[index].contains('=')).then_some(Operand {
        text: words[index],
        name: words[program],
        is_generated: true,
    })
}
