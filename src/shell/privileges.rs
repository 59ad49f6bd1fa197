//! Programs that fail as root without capabilities: they change owners, users, roots or mounts.

use super::install::wrapped_command;
use super::programs::Fact;
use super::syntax::{Command, Word, has_short_option, has_start};
use super::traversal::every_command;
use crate::shell::script::Script;
use crate::text::word_list::has_word;
use crate::value::program::base_name;

const PROGRAMS: &str = "addgroup adduser capsh chgrp chown chpasswd chroot gosu groupadd hwclock insmod ip6tables iptables losetup \
    mknod modprobe mount nft nsenter passwd runuser setcap setpriv su su-exec sudo swapoff swapon sysctl tcpdump umount unshare \
    useradd usermod";

/// Whether a program fails as root without capabilities, whatever its arguments are.
pub fn needs_privileges(program: &str) -> bool {
    has_word(PROGRAMS, base_name(program))
}

/// Returns the first program of a script that fails as root without capabilities.
pub fn program_with_privileges(script: &Script<'_>) -> Option<String> {
    if script.error.is_some() {
        let is_part = |it: char| it.is_ascii_alphanumeric() || it == '-';
        let mut words = script.text().split(|it| !is_part(it));
        return words.find(|it| needs_privileges(it)).map(str::to_owned);
    }
    let mut commands = Vec::new();
    every_command(&script.tree.list, &mut commands);
    commands.into_iter().find_map(in_command)
}

/// Programs that read, change or delete whatever is in a directory.
const ON_FILES: &str =
    "7z borg bzip2 cp gzip kopia md5sum mv pigz rclone restic rm rsync sha256sum shred tar xz zip zstd";

/// Whether a program works on the files in a directory, whose owners and modes can be any.
pub fn works_on_files(program: &str) -> bool {
    has_word(ON_FILES, base_name(program))
}

/// Returns the first program of a script that works on the files in a directory.
pub fn program_on_files(script: &Script<'_>) -> Option<String> {
    let names = script.commands().iter().filter_map(|it| {
        let name = it.name()?;
        let deletes =
            || it.is("find") && it.arguments().iter().any(|word| word.is("-delete") || word.is("rm"));
        (works_on_files(&name) || deletes()).then(|| base_name(&name).to_owned())
    });
    names.into_iter().next()
}

/// Returns the capabilities that a program certainly needs as root, in the words of a message.
pub fn needed_capabilities(program: &str) -> &'static str {
    const OWNERS: &str = "chgrp chown cp install rsync tar";
    const USERS: &str = "gosu runuser setpriv su su-exec sudo";
    match program {
        it if has_word(OWNERS, it) => "`CHOWN`, and perhaps `DAC_OVERRIDE` and `FOWNER`",
        it if has_word(USERS, it) => "`SETUID` and `SETGID`",
        "chroot" => "`SYS_CHROOT`",
        _ => "some of these capabilities",
    }
}

fn in_command(command: &Command<'_>) -> Option<String> {
    let named = |word: &Word<'_>| {
        word.literal().filter(|it| needs_privileges(it)).map(|it| base_name(&it).to_owned())
    };
    let (program, arguments) = wrapped_command(command).split_first()?;
    // Wrappers such as `gosu` need them themselves.
    let until_program = command.words().len() - arguments.len();
    if let Some(name) = command.words()[..until_program].iter().find_map(named) {
        return Some(name);
    }
    // `find … -exec chown`, `xargs chown`
    if command.is("find") || command.is("xargs") {
        return arguments.iter().find_map(named);
    }
    let program = program.literal()?;
    let name = base_name(&program);
    (!command.has(Fact::Texts) && keeps_owners(name, arguments)).then(|| name.to_owned())
}

/// Whether a program gives the files that it writes the owners that they had, or others.
fn keeps_owners(name: &str, arguments: &[Word<'_>]) -> bool {
    let has = |start: &str| has_start(arguments, start);
    let has_letter = |letters: &[char]| has_short_option(arguments, letters);
    match name {
        "cp" => has_letter(&['a', 'p']) || has("--preserve") || has("--archive"),
        "rsync" => has_letter(&['a', 'o', 'g']) || has("--archive") || has("--owner"),
        "install" => has_letter(&['o', 'g']) || has("--owner") || has("--group"),
        "tar" => {
            let is_letters = |it: &Word<'_>| !it.prefix().starts_with("--") && it.prefix().contains('x');
            let extracts = arguments.first().is_some_and(is_letters) || has("--extract");
            extracts && !has("--no-same-owner") && !has_letter(&['o'])
        }
        _ => false,
    }
}
