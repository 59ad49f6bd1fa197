//! Credentials that commands of a script are given otherwise than by a flag: on their input, in a file, by `sed`.

use super::chance::is_plain_word;
use super::promise::is_secret;
use super::settings;
use crate::shell::programs::Fact;
use crate::shell::syntax::Command;
use crate::value::program::base_name;

/// Programs that read a password from their input.
const READERS: [&str; 4] = ["kinit", "passwd", "smbpasswd", "cryptsetup"];

/// Whether a text may have a program that reads a password, or one that puts it into a file.
pub(super) fn may_read(text: &str) -> bool {
    READERS.iter().any(|it| text.contains(it)) || text.contains("sudo")
}

/// Returns the credential in what a command reads from its input.
pub(super) fn given<'d>(command: &Command<'d>, text: &'d str) -> Vec<(&'d str, &'d str)> {
    let Some(program) = command.words().first() else { return Vec::new() };
    let name = program.prefix();
    let text = text.trim();
    if command.is("chpasswd") {
        let passwords = text.lines().filter_map(|line| Some(line.split_once(':')?.1.trim_end_matches("\\n")));
        return passwords.filter(|it| is_secret("piped_password", it)).map(|it| (name, it)).collect();
    }
    if command.is("read") {
        return read(command, text);
    }
    let words = command.words();
    let flag = words.iter().find(|it| it.prefix().ends_with("password-stdin"));
    let is_reader = READERS.iter().any(|it| command.is(it))
        || command.is("sudo") && command.has_argument("-S")
        || flag.is_some();
    let first = text.split(['\n']).next().unwrap_or_default();
    // `echo -e "hunter2\nhunter2"`
    let first = first.split("\\n").next().unwrap_or_default();
    if is_reader && is_secret("piped_password", first) {
        return vec![(flag.map_or(name, |it| it.prefix()), first)];
    }
    Vec::new()
}

/// `read -r PASSWORD`, `IFS=: read -r USER PASSWORD`
fn read<'d>(command: &Command<'d>, text: &'d str) -> Vec<(&'d str, &'d str)> {
    let names: Vec<&str> =
        command.arguments().iter().map(|it| it.prefix()).filter(|it| !it.starts_with('-')).collect();
    let separators =
        command.assignments().iter().find(|it| it.name == "IFS").and_then(|it| it.value.literal());
    let separators: Vec<char> =
        separators.as_deref().filter(|it| !it.is_empty()).unwrap_or(" \t\n").chars().collect();
    let line = text.lines().next().unwrap_or_default();
    let values: Vec<&str> = match names.len() {
        1 => vec![line],
        count => line.splitn(count, separators.as_slice()).collect(),
    };
    names.into_iter().zip(values).filter(|(name, value)| is_secret(name, value)).collect()
}

/// Returns the credentials in the words of a command that writes them elsewhere: `echo hunter2 > /run/db_password`,
/// `printf -v PASSWORD %s hunter2`, `sed s/__PASSWORD__/hunter2/`.
pub(super) fn in_command<'a>(command: &Command<'_>, words: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let Some((program, arguments)) = words.split_first() else { return Vec::new() };
    if matches!(base_name(program), "sed" | "perl") {
        return arguments.iter().flat_map(|it| replaced(it)).collect();
    }
    if !command.has(Fact::Prints) {
        return Vec::new();
    }
    let Some(value) = arguments.last().map(|it| it.trim_end_matches("\\n")) else { return Vec::new() };
    let is_value = |name: &str| !is_plain_word(value) && is_secret(name, value);
    if let ["-v", name, _, ..] = arguments
        && is_value(name)
    {
        return vec![(*name, value)];
    }
    // `printf 'password=%s\n' hunter2`
    if let [format, _] = arguments
        && let Some((name, _)) = format.split_once("%s")
        && is_value(name.trim_end_matches([' ', '=', ':', '"', '\'']))
    {
        return vec![(name, value)];
    }
    let targets = command.redirections.iter().filter(|it| it.operator.starts_with('>'));
    let names = targets.filter_map(|it| it.target.literal()).map(|it| base_name(&it).to_owned());
    // The lines of a `.pgpass` have more than the password.
    let mut names = names.filter(|it| !it.contains("pgpass"));
    // The flags of `echo` and the format of `printf` may stand before it.
    let is_alone = arguments.iter().filter(|it| !it.starts_with(['-', '%'])).count() == 1;
    if is_alone && names.any(|name| is_value(&format!("file_{name}"))) {
        return vec![("", value)];
    }
    Vec::new()
}

/// Returns what `s/__PASSWORD__/hunter2/` or `s/password=.*/password=hunter2/` puts into a file.
fn replaced(expression: &str) -> Vec<(&str, &str)> {
    let Some(rest) = expression.strip_prefix('s') else { return Vec::new() };
    let Some(mark) = rest.chars().next().filter(char::is_ascii_punctuation) else { return Vec::new() };
    let mut parts = rest[mark.len_utf8()..].split(mark);
    let (Some(from), Some(to)) = (parts.next(), parts.next()) else { return Vec::new() };
    let name = from.trim_matches(|it: char| !it.is_ascii_alphanumeric());
    let is_made = to.contains(['$', '`', '\\', '&']);
    if !is_made && !is_plain_word(to) && is_secret(&format!("sed_{name}"), to) {
        return vec![(name, to)];
    }
    settings::in_file(to)
}
