//! Programs in command lines: their names, which of them are shells, and the script that a shell is given.

/// The shells that read POSIX scripts.
const SHELLS: [&str; 8] = ["sh", "bash", "ash", "dash", "ksh", "mksh", "zsh", "rbash"];

/// Returns the name of a program without its directory.
pub fn base_name(program: &str) -> &str {
    memchr::memrchr(b'/', program.as_bytes()).map_or(program, |at| &program[at + 1..])
}

/// Whether a program is a shell.
pub fn is_shell(program: &str) -> bool {
    SHELLS.contains(&base_name(program))
}

/// Whether a script is one command, without substitutions and quotes.
pub fn is_single_command(script: &str) -> bool {
    !script.trim().contains(['\n', ';', '|', '&', '<', '>', '$', '`', '"', '\'', '('])
}

/// Whether a shell runs a script as it stands: one command, nothing to expand.
pub fn is_plain(script: &str) -> bool {
    is_single_command(script) && !script.contains(['\\', ')', '{', '}', '*', '?', '[', ']', '#', '~', '!'])
}

/// Whether a command line means the same if each of its words is an item of a list: `A=b load` needs a shell.
pub fn is_list_of_words(line: &str) -> bool {
    is_plain(line) && line.split_whitespace().next().is_some_and(|it| !it.contains('='))
}

/// Returns what to do about a command line that stands where the name of a program is expected.
pub fn advice_for_line(line: &str) -> &'static str {
    if is_list_of_words(line) {
        "write each word as a separate item, or put `sh`, `-c` before the line"
    } else {
        "put `sh`, `-c` before the line, so that a shell interprets its quotes and operators"
    }
}

/// What `set` can turn on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShellOptions {
    /// `-e`
    pub errexit: bool,
    /// `-u`
    pub nounset: bool,
    /// `-o pipefail`
    pub pipefail: bool,
    /// `-x`
    pub xtrace: bool,
}

impl ShellOptions {
    /// Takes the letters after `-` or `+`; returns whether a word for `-o` follows.
    pub fn set_letters(&mut self, letters: &str, on: bool) -> bool {
        self.errexit = if letters.contains('e') { on } else { self.errexit };
        self.nounset = if letters.contains('u') { on } else { self.nounset };
        self.xtrace = if letters.contains('x') { on } else { self.xtrace };
        letters.contains('o')
    }

    /// Takes the arguments of `set`, up to the first that is not an option.
    pub fn set<'w>(&mut self, words: impl IntoIterator<Item = &'w str>) {
        let mut rest = words.into_iter();
        while let Some(word) = rest.next().filter(|it| it.starts_with(['-', '+']) && *it != "--") {
            let on = word.starts_with('-');
            if self.set_letters(&word[1..], on)
                && let Some(name) = rest.next()
            {
                self.set_name(name, on);
            }
        }
    }

    /// Takes the name after `-o` or `+o`.
    pub fn set_name(&mut self, name: &str, on: bool) {
        match name {
            "errexit" => self.errexit = on,
            "nounset" => self.nounset = on,
            "pipefail" => self.pipefail = on,
            "xtrace" => self.xtrace = on,
            _ => {}
        }
    }
}

/// Reads the options of a shell, the first of these words; returns them with the position of the script after `-c`.
pub fn script_of(words: &[&str]) -> Option<(ShellOptions, usize)> {
    options_of(words).and_then(|(options, at, is_script)| is_script.then_some((options, at)))
}

/// Reads the options of a shell, the first of these words; returns them with the position of the file that it runs.
pub fn script_file_of(words: &[&str]) -> Option<(ShellOptions, usize)> {
    options_of(words).and_then(|(options, at, is_script)| (!is_script).then_some((options, at)))
}

/// Reads the options of a shell; returns them with the position of the word that follows, and whether that is a script.
fn options_of(words: &[&str]) -> Option<(ShellOptions, usize, bool)> {
    let (shell, mut at) = (base_name(words.first()?), 1);
    let mut options = ShellOptions::default();
    let mut is_script = false;
    while let Some(option) = words.get(at).filter(|word| word.starts_with(['-', '+']) && word.len() > 1) {
        at += 1;
        if *option == "--" {
            break;
        }
        if option.starts_with("--") {
            continue;
        }
        let (on, letters) = (option.starts_with('-'), &option[1..]);
        is_script |= on && letters.contains('c');
        if options.set_letters(letters, on) {
            options.set_name(words.get(at)?, on);
            at += 1;
        } else if shell == "bash" && letters.contains('O') {
            // The name of an option of `shopt`.
            at += 1;
        }
    }
    (at < words.len()).then_some((options, at, is_script))
}

/// Returns the position of the script that a shell is given, wherever the shell stands in a command line.
pub fn script_position(words: &[&str]) -> Option<usize> {
    let shell = words.iter().position(|word| is_shell(word))?;
    if let Some((_, script)) = script_of(&words[shell..]) {
        return Some(shell + script);
    }
    // The words of another program may stand between them: `docker run --entrypoint sh image -c …`.
    let is_option = |word: &str| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c');
    let option = words.iter().skip(shell + 1).position(|word| is_option(word))?;
    (option < 4 && shell + option + 2 < words.len()).then_some(shell + option + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_stand_behind_any_options() {
        let script = |line: &str| {
            let words: Vec<&str> = line.split(' ').collect();
            script_of(&words).map(|(options, at)| (words[at].to_owned(), options.errexit))
        };
        let scripts = [
            ("/bin/sh -c run", false),
            ("bash -ec run", true),
            ("bash -ce run name", true),
            ("bash -eu -o pipefail -c run", true),
            ("bash -O extglob -c run", false),
            ("bash --norc -c -- run", false),
            ("bash +e -c run", false),
            ("python3 -O -c run", false),
        ];
        for (line, errexit) in scripts {
            assert_eq!(script(line), Some(("run".to_owned(), errexit)), "{line}");
        }
        for line in ["sh", "sh -c", "bash run.sh -c run", "python3 -m run -c run", "bash -e run.sh"] {
            assert_eq!(script(line), None, "{line}");
        }
    }

    #[test]
    fn a_shell_may_run_a_file() {
        let file = |line: &str| {
            let words: Vec<&str> = line.split(' ').collect();
            script_file_of(&words).map(|(options, at)| (words[at].to_owned(), options.errexit))
        };
        for (line, errexit) in
            [("sh run.sh", false), ("bash -e run.sh a", true), ("bash -eo pipefail run.sh", true)]
        {
            assert_eq!(file(line), Some(("run.sh".to_owned(), errexit)), "{line}");
        }
        assert_eq!((file("sh"), file("sh -c run.sh")), (None, None));
    }

    #[test]
    fn set_turns_options_on_and_off() {
        let set = |line: &str| {
            let mut options = ShellOptions::default();
            options.set(line.split(' '));
            [('e', options.errexit), ('u', options.nounset), ('p', options.pipefail), ('x', options.xtrace)]
                .iter()
                .filter_map(|(letter, on)| on.then_some(*letter))
                .collect::<String>()
        };
        for (line, on) in [
            ("-eux", "eux"),
            ("-eo pipefail -x", "epx"),
            ("-o xtrace", "x"),
            ("-x +x", ""),
            ("-e file -x", "e"),
            // What follows are the script's arguments.
            ("-- -x", ""),
        ] {
            assert_eq!(set(line), on, "set {line}");
        }
    }

    #[test]
    fn shells_are_known_with_and_without_a_directory() {
        assert!(["sh", "/bin/dash", "/usr/bin/mksh"].iter().all(|it| is_shell(it)));
        assert!(!["/bin/run.sh", "fish", "", "/bin/sh/"].iter().any(|it| is_shell(it)));
    }

    #[test]
    fn a_plain_script_has_nothing_to_expand() {
        assert!(is_plain("exec tail -F /logs/app.log\n"));
        assert!(is_single_command("timeout 60 convert *.png") && !is_plain("timeout 60 convert *.png"));
        assert!(!is_single_command("timeout 60 import; report"));
    }
}
