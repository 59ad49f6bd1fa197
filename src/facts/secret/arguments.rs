//! Credentials behind flags, variables and headers in the words of a command.

use std::sync::LazyLock;

use crate::facts::secret::chance::is_plain_word;
use crate::facts::secret::headers::{credential, header};
use crate::facts::secret::operand::{Operand, PROGRAMS, operand};
use crate::facts::secret::promise::{is_secret, may_promise};
use crate::facts::secret::tools::{TOOLS, Tool};
use crate::text::finder::Finder;
use crate::text::word_list::has_word_in_any_case;

/// Returns the credentials that flags, variables and headers name in the words of a command, each behind its name.
pub fn behind_names<'a>(words: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let operand = operand(words).filter(Operand::is_secret);
    let mut found: Vec<_> = operand.into_iter().map(|it| (it.name, it.text)).collect();
    let tool = Tool::of(words);
    for (index, &word) in words.iter().enumerate() {
        let next =
            words[index + 1..].iter().find(|it| **it != "=").filter(|it| !it.starts_with('-')).copied();
        let assigned = assignments(word).into_iter().find(|(name, value)| is_named(name, value));
        if let Some(named) = assigned.or_else(|| header_of(word)).or_else(|| login(word, next)) {
            found.push(named);
        } else if matches!(word, "--arg" | "--argstr")
            && let [name, value, ..] = &words[index + 1..]
            && is_named(name, value)
        {
            // `jq --arg password hunter2`
            found.push((*name, *value));
        } else if matches!(word, "-b" | "--cookie")
            && let Some(value) = next.and_then(|it| credential("cookie", it))
        {
            found.push((word, value));
        } else if word.starts_with('-')
            // `-storepass:env NAME` says where it is.
            && !word.contains(['=', ':'])
            && let Some(value) = next
            && is_named(word, value)
            && tool.is_none_or(Tool::takes_next)
        {
            found.push((word, value));
        } else if let Some(tool) = tool
            && let Some((flag, user, value)) = tool.secret(word, next)
            && (is_secret("flag_password", value) || is_delivered(user, value))
        {
            found.push((flag, value));
        }
    }
    found
}

fn is_named(name: &str, value: &str) -> bool {
    // A word before it, for `pass` alone is a password only behind another word.
    may_promise(name) && is_secret(&format!("flag_{}", name.trim_start_matches('-')), value)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:/[]".contains(&byte))
}

/// Splits `--name=value`, `NAME=value` and `-Dname=value`; in `--set a=b,c=d` there are several.
fn assignments(word: &str) -> Vec<(&str, &str)> {
    match word.split_once('=') {
        Some((name, _)) if !is_name(name) => Vec::new(),
        // `--from-literal=password=hunter2` has an assignment behind the flag.
        Some(whole) if whole.0.starts_with('-') => {
            let inner = whole.1.split_once('=').filter(|(name, _)| is_name(name));
            [whole].into_iter().chain(inner).collect()
        }
        Some(_) => word
            .split(',')
            .filter_map(|part| part.split_once('='))
            .filter(|(name, _)| is_name(name))
            .collect(),
        None => Vec::new(),
    }
}

/// Splits a header of HTTP that holds a credential, also behind the flag for it, and `/password:hunter2`.
fn header_of(word: &str) -> Option<(&str, &str)> {
    let word = word.strip_prefix("-H").or_else(|| word.strip_prefix("--header=")).unwrap_or(word);
    header(word.strip_prefix('/').unwrap_or(word))
}

/// Flags of many programs with a user and a password in one value.
const LOGINS: &[&str] = &[
    "-u",
    "--auth",
    "--basic-auth",
    "--creds",
    "--credentials",
    "--dest-creds",
    "--http-auth",
    "--login",
    "--proxy-user",
    "--src-creds",
    "--user",
    "--userpass",
];

/// Returns the password of `--user app:hunter2`. The same flags have a user and a group, or a user alone.
fn login<'a>(word: &'a str, next: Option<&'a str>) -> Option<(&'a str, &'a str)> {
    let (flag, value) = word.split_once('=').or_else(|| Some((word, next?)))?;
    let (user, password) = value.split_once(':').filter(|_| LOGINS.contains(&flag))?;
    let is_id = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    let is_password = !is_id(password)
        && !is_plain_word(password)
        && !password.contains(['/', ':', '$', '%'])
        && is_secret("flag_password", password)
        || is_delivered(user, password);
    (is_password && !user.contains(['/', '$']) && !is_id(user)).then_some((flag, password))
}

/// Whether a login is one that servers are delivered with, such as `admin:changeme`: the password asks to be changed, and
/// works until it is.
fn is_delivered(user: &str, password: &str) -> bool {
    const USERS: &str = "admin administrator elastic guest keystore kibana kibana_system logstash_system neo4j postgres root sa \
        splunk sysadmin system tomcat";
    has_word_in_any_case(USERS, user)
        && has_word_in_any_case("change-me change_me change_on_install changeit changeme", password)
}

/// Whether a text may start one of the programs whose arguments do not say that they hold a password.
pub fn may_start_tool(text: &str) -> bool {
    static NAMES: LazyLock<Finder> = LazyLock::new(|| {
        // Parts of many words, so that most scripts would be searched: in scripts, others must be named, too.
        let is_rare = |it: &&str| !matches!(*it, "b2" | "bw" | "exp" | "imp");
        let names = TOOLS.iter().flat_map(|it| it.names).chain(&PROGRAMS).copied().filter(is_rare);
        Finder::new(names.chain(LOGINS.iter().copied().filter(|it| it.len() > 2)))
    });
    NAMES.is_in(text)
}
