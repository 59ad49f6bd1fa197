//! What stands directly before a word that looks made by chance, and says that everybody may know it: `sha256:0f…`, `--revision 0f…`,
//! `CLIENT_ID=6b1d…`. A word farther away says nothing about it.

use std::ops::Range;

use super::excuse::is_digest;
use super::lines::end;
use super::name::promise;
use super::public_name::COMMIT;
use crate::facts::secret::promise::words;
use crate::text::word_list::has_word;

/// Words of names whose values are public, though made by chance: of contents, versions, accounts and requests.
const PUBLIC: &str = "CHECKSUM CLIENTID COMMIT DIGEST GUID HASH MD5 REVISION SHA SHA1 SHA224 SHA256 SHA384 SHA512 SUBSCRIPTION \
    TENANT TRACE TRACEPARENT UID UUID";

/// How much of a text before a word is looked at, in bytes.
const NEAR: usize = 80;

/// How many hexadecimal digits AWS gives a resource.
const AWS_ID: usize = 17;

/// The kinds of resources that AWS writes before them: `i-0abc123def4567890`.
const KINDS: &str = "acl ami aki ari cgw cvpn dopt eigw eipalloc eipassoc eni fs fsap fsmt i igw lt nat nfs pcx pl r rtb rtbassoc sg sgr \
    snap subnet tgw vgw vol vpc vpce vpn";

/// So many words stand between `git` and a commit.
const MAX_WORDS: usize = 4;

/// How much of an address is before a commit in its path, in bytes.
const LONGEST_ADDRESS: usize = 200;

/// The commands of Git that are given a commit.
const COMMANDS: &str = "archive bisect blame branch cat-file checkout cherry-pick describe diff fetch grep log ls-tree merge merge-base \
    name-rev rebase reset restore rev-list rev-parse revert show switch tag update-ref worktree";

/// Whether hexadecimal digits are public: the name directly before them says so, a command of Git has them, or AWS names a resource
/// by them: `i-0abc123def4567890`.
pub(super) fn is_public(text: &str, run: &Range<usize>) -> bool {
    let before = end(&text[..run.start], NEAR);
    let (name, rest) = name_before(before);
    // `name: GIT_COMMIT` stands above its value, or before it.
    let name = if name == "value" { name_before(rest.trim_end_matches(['\n', '\r', ' '])).0 } else { name };
    names_public(name) && (promise(name).is_none() || is_digest(name, &text[run.clone()]))
        || run.len() == AWS_ID && is_kind(before)
        || run.len() == COMMIT && (is_of_git(before) || is_in_repository(text, run))
}

/// Returns the name before a value, with nothing between them but marks, blanks and the dash of an item, and what is before it.
fn name_before(before: &str) -> (&str, &str) {
    let is_mark = |it: char| " \t\r\"'\\:=,[({".contains(it);
    let own = before.trim_end_matches(is_mark);
    // `- --commit`, and the value in the next item.
    let above =
        own.strip_suffix('-').map(|it| it.trim_end_matches([' ', '\t'])).and_then(|it| it.strip_suffix('\n'));
    let rest = above.map_or(own, |it| it.trim_end_matches(is_mark));
    let start = rest.rfind(|it: char| !is_name(it)).map_or(0, |at| rest.ceil_char_boundary(at + 1));
    (&rest[start..], &rest[..start])
}

fn is_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_-./".contains(letter)
}

/// Whether a word of a name says that its value is public.
fn names_public(name: &str) -> bool {
    // `checksum/config`, but not the host of an address.
    let parts: Vec<&str> = name.trim_end_matches('/').rsplit('/').take(2).collect();
    let words = words(&parts.join(" "));
    let is_public = |word: &String| {
        let one = word.strip_suffix('S').unwrap_or(word);
        [word.as_str(), one, one.strip_suffix("SUM").unwrap_or(one)].iter().any(|it| has_word(PUBLIC, it))
    };
    let is_client = |pair: &[String]| pair[0] == "CLIENT" && pair[1] == "ID";
    words.iter().any(is_public) || words.windows(2).any(is_client)
}

/// Whether the kind of a resource and a dash end a text: `subnet-`.
fn is_kind(before: &str) -> bool {
    let kind = before.strip_suffix('-').unwrap_or_default();
    let letters = kind.bytes().rev().take_while(u8::is_ascii_lowercase).count();
    let (before, kind) = kind.split_at(kind.len() - letters);
    has_word(KINDS, kind) && !before.ends_with(is_name)
}

/// Whether a commit stands in the address of a file or a directory in a repository: `https://git.example.com/shop/app/blob/0f…/README.md`.
fn is_in_repository(text: &str, run: &Range<usize>) -> bool {
    const FOLDERS: &str = "archive blob raw tree";
    let before = end(&text[..run.start], LONGEST_ADDRESS);
    let address = before.rsplit(|it: char| !is_name(it) && it != ':').next().unwrap_or_default();
    let path = address.split_once("://").and_then(|it| it.1.strip_suffix('/'));
    // A host, a group and a project.
    path.is_some_and(|it| {
        it.split('/').count() > 3 && has_word(FOLDERS, it.rsplit('/').next().unwrap_or_default())
    }) && !text[run.end..].starts_with(|it: char| "?&=".contains(it))
}

/// Whether a command of Git ends a text, with nothing but flags and words behind it: `git checkout `, `"git", "reset", "--hard", "`.
fn is_of_git(before: &str) -> bool {
    let command = before.rsplit(['\n', ';', '|', '&', '(', '`']).next().unwrap_or_default();
    let is_word = |it: &&str| it.bytes().all(|it| it.is_ascii_lowercase() || it == b'-');
    let words = command.rsplit(|it: char| !is_name(it)).filter(|it| !it.is_empty()).take(MAX_WORDS);
    let words = words.take_while(is_word).filter(|it| !it.starts_with('-') || *it == "git");
    let mut behind = "";
    for word in words {
        if word == "git" {
            return has_word(COMMANDS, behind);
        }
        behind = word;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "4bf92f3577b34da6a3ce929d0e0e4736a0f067aa";

    fn is_public_behind(before: &str) -> bool {
        is_public(&format!("{before}{HEX}"), &(before.len()..before.len() + HEX.len()))
    }

    #[test]
    fn the_name_directly_before_says_that_everybody_may_know_it() {
        for before in [
            "alpine@sha256:",
            "commit: ",
            "CLIENT_ID=",
            "\"clientId\": \"",
            "--revision ",
            "args: [--commit, ",
            "- --tenant-id\n        - ",
            "- name: GIT_COMMIT\n  value: \"",
            "{\"name\":\"GIT_COMMIT\",\"value\":\"",
            "git checkout ",
            "git log --oneline ",
            "git show --stat ",
            "[\"git\", \"reset\", \"--hard\", \"",
            "https://example.com/shop/commit/",
            "app:sha-",
            "https://github.com/shop/app/blob/",
            "checksum/config: ",
            "checksum/secret: ",
            "sha256sum = ",
        ] {
            assert!(is_public_behind(before), "{before}");
        }
    }

    #[test]
    fn a_word_farther_away_or_within_another_one_does_not() {
        for before in [
            "share: ",
            "--shard ",
            "the hash of the shard is not ",
            "tenant: a, colour: ",
            "CLIENT_ID=a COLOUR=",
            "COMMIT_TOKEN=",
            "hash-secret: ",
            "subscription-key: ",
            "git pull && load ",
            "git config --global x ",
            "git remote add x ",
            "git push ",
            "https://hooks.example.com/raw/",
            "https_x=/shop/app/tree/",
            "digit ",
            "commit\nload ",
            "- name: GIT_COMMIT\n  value: a\n- name: COLOUR\n  value: ",
            "",
        ] {
            assert!(!is_public_behind(before), "{before}");
        }
    }
}
