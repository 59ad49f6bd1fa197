//! Commands that install software.

use super::file_names::known_start;
use super::invocation::Invocation;
use super::syntax::{Command, Word};
use super::traversal::every_command;
use crate::manifest::known_images::KnownImage;
use crate::shell::script::Script;
use crate::text::word_list::has_word;
use crate::value::program::base_name;
use crate::value::wrapper::wrapped_program;

/// A program that installs software.
struct Installer {
    names: &'static str,
    /// The arguments with which it does.
    verbs: &'static str,
    /// Whether it is the package manager of a distribution, which needs the rights of root.
    is_of_distribution: bool,
}

const fn of_distribution(names: &'static str, verbs: &'static str) -> Installer {
    Installer { names, verbs, is_of_distribution: true }
}

const fn of_language(names: &'static str, verbs: &'static str) -> Installer {
    Installer { names, verbs, is_of_distribution: false }
}

/// The programs that install software with a verb of their own.
const INSTALLERS: [Installer; 5] = [
    of_distribution("apt apt-get yum dnf microdnf tdnf zypper", "install"),
    of_distribution("apk", "add"),
    of_language("brew bundle cargo composer conda gem go mamba pdm pip pip3 pipenv pipx poetry", "install"),
    of_language("uv", "install sync"),
    of_language("npm pnpm yarn", "install add i ci"),
];

fn installer(program: &str) -> Option<&'static Installer> {
    INSTALLERS.iter().find(|it| has_word(it.names, program))
}

/// Whether a program is the package manager of a distribution.
pub fn is_package_manager(program: &str) -> bool {
    installer(program).is_some_and(|it| it.is_of_distribution)
}

/// Returns the distribution's package manager that a script installs with.
pub fn package_manager(script: &Script<'_>) -> Option<String> {
    let installing = script.commands().iter().filter(|command| installs(command));
    let names = installing.filter_map(|command| wrapped_command(command).first()?.literal());
    names.map(|name| base_name(&name).to_owned()).find(|it| is_package_manager(it))
}

/// Whether a command installs with the distribution's package manager as the container's user, which has to be root.
pub fn installs_as_user(command: &Command<'_>) -> bool {
    let [name, arguments @ ..] = wrapped_command(command) else { return false };
    let is_manager = name.literal().is_some_and(|it| is_package_manager(base_name(&it)));
    let is_elsewhere = |word: &Word<'_>| {
        ["-p", "--root", "--installroot", "--usermode"].iter().any(|it| word.prefix().starts_with(it))
    };
    is_manager && installs(command) && !command.is("sudo") && !arguments.iter().any(is_elsewhere)
}

/// Returns the words of the program that `exec`, `sudo`, `timeout` and the like start.
pub fn wrapped_command<'c, 's>(command: &'c Command<'s>) -> &'c [Word<'s>] {
    let words = command.words();
    &words[wrapped_program(|at| words.get(at).map(Word::prefix))..]
}

/// Whether a command only asks where a program is: `command -v backup`.
pub fn only_asks(command: &Command<'_>) -> bool {
    command.is("command") && ["-v", "-V"].iter().any(|it| command.has_argument(it))
}

/// Whether a command fetches and installs software.
pub fn installs(command: &Command<'_>) -> bool {
    let Some((name, arguments)) = wrapped_command(command).split_first() else { return false };
    let Some(name) = name.literal() else { return false };
    let local = arguments.iter().any(|word| word.is("--no-index") || word.is("."));
    let has_verb =
        |verbs: &str| arguments.iter().filter_map(Word::literal).any(|word| has_word(verbs, &word));
    let installs = match base_name(&name) {
        "python" | "python3" => has_verb("pip") && has_verb("install"),
        program => installer(program).is_some_and(|it| has_verb(it.verbs)),
    };
    installs && !local
}

/// Whether a container may have more programs than its image: from a volume, another `PATH`, or its own script, other than by
/// an installer.
pub fn may_add_programs(
    invocation: &Invocation<'_>,
    script: Option<&Script<'_>>,
    image: &KnownImage,
) -> bool {
    const BRINGS: &str = ". alias curl eval source wget";
    // These bring a program only where programs are, or where nobody can tell.
    const MOVES: &str = "cd chmod cp install ln mv tar unzip";
    let is_for_programs = |path: &str| {
        ["/bin", "/sbin", "/usr", "/opt"].iter().any(|it| path.starts_with(it)) || path.ends_with("bin")
    };
    let mounts = invocation.container.volume_mounts().items();
    let mut paths = mounts.filter_map(|it| it.field("mountPath").text());
    if invocation.is_in_env("PATH") || paths.any(is_for_programs) {
        return true;
    }
    let Some(script) = script else { return false };
    let is_place = |word: &Word<'_>| {
        let text = script.resolved(word);
        known_start(&text).is_empty() || ["bin", "/usr", "/opt"].iter().any(|it| text.contains(it))
    };
    let mut commands = Vec::new();
    every_command(&script.tree.list, &mut commands);
    commands.iter().any(|command| {
        // What the image lacks brings nothing.
        command.name().is_some_and(|name| {
            let moves = has_word(MOVES, &name) && command.arguments().iter().any(is_place);
            (moves || has_word(BRINGS, &name)) && !image.lacks(&name)
        }) || command.assignments().iter().any(|it| it.name == "PATH")
            || command.is("export") && command.arguments().iter().any(|it| it.prefix().starts_with("PATH="))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_is_in_one_row() {
        let mut names: Vec<&str> = INSTALLERS.iter().flat_map(|it| it.names.split(' ')).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    }
}
