//! Passwords that programs take as an argument without a flag.

use crate::facts::secret::promise::{is_secret, promise};
use crate::value::program::base_name;

/// The programs that do.
pub(crate) const PROGRAMS: [&str; 8] =
    ["aws", "expdp", "htpasswd", "impdp", "mc", "mcli", "sqlplus", "vault"];

/// An argument that is, or has in it, the credential for a program.
pub(crate) struct Operand<'a> {
    /// The credential.
    pub text: &'a str,
    /// The program or its subcommand.
    pub name: &'a str,
    /// Whether a machine made it, so that it must look like that to be one.
    pub is_generated: bool,
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
    match base_name(words[program]) {
        "aws" | "mc" | "mcli" => behind_subcommand(words, program, plain),
        "htpasswd" => of_htpasswd(words, program),
        "vault" => token_of_vault(words, program, plain),
        _ => behind_user(words, program, plain),
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
        ("aws", ..) => return None,
        (_, "alias", "set" | "s") => (first, plain.nth(3)?),
        (_, "config", "host") if words[plain.next()?] == "add" => (first, plain.nth(3)?),
        _ => return None,
    };
    Some(Operand { text: words[index], name, is_generated: false })
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

/// `sqlplus USER/PASSWORD@DATABASE`
fn behind_user<'a>(
    words: &[&'a str],
    program: usize,
    mut plain: impl Iterator<Item = usize>,
) -> Option<Operand<'a>> {
    let index = plain.next()?;
    let (user, rest) = words[index].split_once('/')?;
    let is_user = !user.is_empty() && !user.contains(['@', '=', '.', '$']);
    let text = rest.rsplit_once('@').map_or(rest, |it| it.0);
    is_user.then_some(Operand { text, name: words[program], is_generated: false })
}
