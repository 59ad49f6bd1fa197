//! Programs that start another one in their place: `timeout 60 backup`, `exec su-exec app backup`.

use super::program::base_name;

/// A program that starts the one that its arguments name.
struct Wrapper {
    /// The options whose value is a word of its own.
    with_values: &'static [&'static str],
    /// How many words stand between the options and the program.
    operands: usize,
    /// Whether variables may stand before the program.
    sets_variables: bool,
}

/// Returns what is known of a program by its name. It is asked of the first word of every command, which is rarely one of these:
/// comparing with names that the compiler knows tells by their lengths.
fn wrapper(name: &str) -> Option<Wrapper> {
    let (with_values, operands): (&[&str], _) = match name {
        "busybox" | "catatonit" | "command" | "dumb-init" | "nohup" | "setsid" => (&[], 0),
        "env" => (&["-u", "-C", "--unset", "--chdir"], 0),
        "exec" => (&["-a"], 0),
        "gosu" | "su-exec" => (&[], 1),
        "ionice" | "nice" => (&["-c", "-n"], 0),
        "stdbuf" | "time" => (&["-e", "-f", "-i", "-o"], 0),
        "doas" | "sudo" => (&["-g", "-u", "--group", "--user"], 0),
        "timeout" => (&["-k", "-s", "-t", "--kill-after", "--signal"], 1),
        "tini" | "tini-static" => (&["-e", "-p"], 0),
        _ => return None,
    };
    Some(Wrapper { with_values, operands, sets_variables: matches!(name, "doas" | "env" | "sudo") })
}

impl Wrapper {
    /// Returns where the program is that this one starts, whose arguments begin at a word.
    fn target<'w>(&self, word: &impl Fn(usize) -> Option<&'w str>, mut at: usize) -> Option<usize> {
        let mut operands = self.operands;
        while let Some(option) = word(at).filter(|it| it.starts_with('-')) {
            at += 1 + usize::from(self.with_values.contains(&option));
            // As BusyBox had it: `timeout -t 60 backup`.
            operands -= usize::from(option == "-t" && operands > 0);
            if option == "--" {
                break;
            }
        }
        at += operands;
        if self.sets_variables {
            while word(at).is_some_and(|it| it.contains('=')) {
                at += 1;
            }
        }
        word(at).map(|_| at)
    }
}

/// Returns the position of the program that a command line runs in the end, after wrappers such as `env`, `timeout` and `tini`.
pub fn wrapped_program<'w>(word: impl Fn(usize) -> Option<&'w str>) -> usize {
    let mut at = 0;
    // Every step passes over a word at least.
    while let Some(next) = word(at).and_then(|name| wrapper(base_name(name))?.target(&word, at + 1)) {
        at = next;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappers_may_stand_before_a_program() {
        for line in [
            "run a",
            "timeout 60 run",
            "timeout -k 5 --signal KILL 60 run",
            "timeout -t 60 run",
            "exec nice -n 10 /usr/bin/ionice -c2 run",
            "env -u HOME A=1 B=2 run",
            "sudo -u postgres -- run",
            "exec gosu app:app run a",
            "tini -s -- su-exec 1000 run",
            "stdbuf -oL -e 0 run",
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            let at = wrapped_program(|at| words.get(at).copied());
            assert_eq!(words[at], "run", "{line}");
        }
    }

    #[test]
    fn a_wrapper_without_a_program_is_the_program() {
        for line in ["env", "timeout 60", "sudo -v", "exec"] {
            let words: Vec<&str> = line.split(' ').collect();
            assert_eq!(wrapped_program(|at| words.get(at).copied()), 0, "{line}");
        }
    }
}
