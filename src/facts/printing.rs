//! Pods that cannot hang: demonstrations whose containers only print, and requests that give up after a stated time.

use crate::facts::queued::is_queued;
use crate::manifest::image::Image;
use crate::manifest::workload::{Container, Pod};
use crate::text::word_list::has_word;
use crate::value::duration::seconds;
use crate::value::program::{base_name, is_shell, script_of};

/// Programs that only print.
const PRINTING: &str =
    ": date echo env expr hostname id nproc printenv printf pwd seq true uname uptime whoami";

/// Programs that ask whether something is there, and keep nothing of it.
const ASKING: &str = "getent grep host nc ncat netcat nslookup pg_isready ping";

/// Words of the shell that do nothing themselves.
const NEUTRAL: &str = "[ done exit export fi for set test";

/// Longer scripts do more, and need not be read for each rule that asks.
const LONGEST: usize = 2_000;

/// Words of the shell before a command.
const LEADING: &str = "! do else if then { }";

/// Programs that end soon, whatever they are given to read.
const ENDING: &str =
    "awk basename cat chmod cp cut dirname grep head jq ls mkdir mv rm sed sort touch tr uniq wc";

/// Whether no container of the pod can hang, fail or use up anything: each only prints, or sleeps for a stated time.
///
/// An admission policy insists on its practices even so: nothing is said of objects of an API server.
pub(crate) fn only_prints(pod: Pod<'_>) -> bool {
    each_container(pod, prints) || only_waits(pod)
}

/// Whether no container of the pod can hang once it runs: what waits for others, such as `curl --max-time 60`, gives up.
pub(crate) fn gives_up(pod: Pod<'_>) -> bool {
    each_container(pod, ends) || only_waits(pod)
}

/// Whether a container needs next to no memory: it only waits, tests, prints, or sends a request whose answer it does not keep.
///
/// An admission policy insists on its practices even so.
pub(crate) fn needs_little(container: Container<'_>) -> bool {
    !container.pod.job.object.node.document.source.is_from_server() && runs_only(container, is_little)
}

/// Whether the pod is there to do nothing: each container only waits, and the pod tries out a scheduler or a queue, or is a way into
/// its node for someone who works there.
pub(crate) fn only_waits(pod: Pod<'_>) -> bool {
    let is_pause = |it: Container<'_>| {
        let image = it.image().text().and_then(Image::parse);
        image.is_some_and(|it| base_name(it.name) == "pause") && !it.command().is_set()
    };
    let scheduler = pod.spec.field("schedulerName").text().unwrap_or("default-scheduler");
    let is_meant = || {
        scheduler != "default-scheduler"
            || is_queued(pod.job)
            || pod.containers().all(|it| is_pause(it) || it.is_privileged())
    };
    each_container(pod, waits) && is_meant()
}

fn each_container(pod: Pod<'_>, test: fn(&[&str]) -> bool) -> bool {
    !pod.job.object.node.document.source.is_from_server()
        && pod.containers().next().is_some()
        && pod.containers().all(|it| runs_only(it, test))
}

fn runs_only(container: Container<'_>, test: fn(&[&str]) -> bool) -> bool {
    // `command: [sleep, 10]` is meant as `"10"`, which its own finding says.
    let words = container.command_line().map(|it| it.text().unwrap_or(it.raw()));
    let words: Vec<&str> = words.collect();
    if container.command().is_set() {
        return test(&words);
    }
    let image = container.image().text().and_then(Image::parse);
    match image.map_or("", |it| base_name(it.name)) {
        "hello-world" => words.is_empty(),
        "pause" => test(&[&["pause"], &words[..]].concat()),
        // The programs that these images start have the arguments.
        name @ ("curl" | "sleep") => test(&[&[name], &words[..]].concat()),
        // These start their arguments.
        "alpine" | "bash" | "busybox" | "debian" | "perl" | "python" | "ubuntu" => test(&words),
        _ => false,
    }
}

/// Whether a command only prints.
fn prints(words: &[&str]) -> bool {
    let Some((program, arguments)) = words.split_first() else { return false };
    match base_name(program) {
        shell if is_shell(shell) => in_shell(words).is_some_and(|it| script_consists_of(it, prints)),
        "exit" => arguments.iter().all(|it| *it == "0"),
        "sleep" => sleeps(arguments),
        "perl" | "python" | "python3" => arguments.last().is_some_and(|it| code_prints(it)),
        _ if arguments.iter().any(|it| it.contains(['>', '<'])) => false,
        name => has_word(PRINTING, name) || has_word(NEUTRAL, name),
    }
}

/// Whether a command only waits, for as long as its pod is left alone.
fn waits(words: &[&str]) -> bool {
    let Some((program, arguments)) = words.split_first() else { return false };
    match base_name(program) {
        shell if is_shell(shell) => in_shell(words).is_some_and(|it| script_consists_of(it, waits)),
        "sleep" => !arguments.is_empty(),
        "tail" => arguments.last() == Some(&"/dev/null"),
        name => name == "pause",
    }
}

/// Whether a command ends, even if nobody answers.
fn ends(words: &[&str]) -> bool {
    let Some((program, arguments)) = words.split_first() else { return false };
    match base_name(program) {
        shell if is_shell(shell) => in_shell(words).is_some_and(|it| script_consists_of(it, ends)),
        "curl" => arguments.iter().any(|it| it.starts_with("--max-time") || is_short_option(it, 'm')),
        "wget" => arguments.iter().any(|it| it.starts_with("--timeout") || is_short_option(it, 'T')),
        "sleep" => sleeps(arguments),
        "timeout" => arguments.iter().take(3).any(|it| is_short(it)),
        name => {
            has_word(PRINTING, name) || has_word(NEUTRAL, name) || has_word(ENDING, name) || prints(words)
        }
    }
}

/// Whether a command only waits, tests, prints or sends a request whose answer it does not keep.
fn is_little(words: &[&str]) -> bool {
    let Some((program, arguments)) = words.split_first() else { return false };
    let is_any = |test: fn(&str) -> bool| arguments.iter().any(|it| test(it));
    let has = |word: &str| arguments.contains(&word);
    match base_name(program) {
        shell if is_shell(shell) => in_shell(words).is_some_and(|it| script_consists_of(it, is_little)),
        "until" | "while" => {
            let question = arguments.strip_prefix(&["!"]).unwrap_or(arguments);
            question.is_empty() || is_little(question)
        }
        _ if is_any(|it| it.contains(['>', '<'])) => false,
        "curl" => {
            let writes = is_any(|it| it == "--output" || is_short_option(it, 'o')) && !has("/dev/null");
            !writes && !is_any(sends_or_keeps_file)
        }
        "wget" => {
            let is_kept =
                !has("/dev/null") && !is_any(|it| it == "--spider" || it == "-" || it.ends_with("O-"));
            !is_kept && !is_any(|it| it.contains("-file"))
        }
        "mysqladmin" | "redis-cli" => is_any(|it| it.eq_ignore_ascii_case("ping")),
        "break" | "continue" | "exit" | "[[" | "false" => true,
        name => has_word(ASKING, name) || waits(words) || prints(words),
    }
}

/// Whether an argument of `curl` sends a file, or writes one with the name that it has at the server.
fn sends_or_keeps_file(word: &str) -> bool {
    const LONG: [&str; 8] = [
        "--config",
        "--form",
        "--json",
        "--next",
        "--output=",
        "--parallel",
        "--remote-name",
        "--upload-file",
    ];
    // What follows one of these letters in the same word is its value: `-XPOST`.
    let is_short = |letters: &str| {
        let options = letters.split(['A', 'H', 'X', 'b', 'd', 'e', 'm', 'u', 'w']).next().unwrap_or_default();
        options.contains(['F', 'K', 'O', 'T', 'Z'])
    };
    match word.strip_prefix('-') {
        Some(letters) if !letters.starts_with('-') => letters.contains('@') || is_short(letters),
        _ => word.contains('@') || LONG.iter().any(|it| word.starts_with(it)),
    }
}

fn in_shell<'w>(words: &[&'w str]) -> Option<&'w str> {
    script_of(words).and_then(|(_, at)| words.get(at)).copied()
}

fn sleeps(durations: &[&str]) -> bool {
    !durations.is_empty() && durations.iter().all(|it| is_short(it))
}

/// Whether a word has a short option as the last of its letters: `-m`, `-sSm`.
fn is_short_option(word: &str, letter: char) -> bool {
    let letters = word.strip_prefix('-').filter(|it| !it.starts_with('-'));
    letters.is_some_and(|it| it.ends_with(letter) || it.starts_with(letter))
}

/// Whether a line of Perl or Python only prints the value of an expression.
fn code_prints(code: &str) -> bool {
    let code = code.trim();
    let is_plain = code.bytes().all(|it| it.is_ascii_alphanumeric() || b" ()\"',.!?:+-*/_\\".contains(&it));
    code.starts_with("print")
        && is_plain
        && !["open", "system", "exec", "import"].iter().any(|it| code.contains(it))
}

/// Whether all commands of a script for a shell pass a test; what is not understood does not.
fn script_consists_of(script: &str, test: fn(&[&str]) -> bool) -> bool {
    if script.len() > LONGEST {
        return false;
    }
    let Some(code) = without_quoted(&script.replace("\\\n", " ")) else { return false };
    let unread = ["2>/dev/null", "2> /dev/null", ">/dev/null", "> /dev/null", "2>&1", ">&2"];
    let code = unread.iter().fold(code, |code, it| code.replace(it, ""));
    if code.contains("<<") {
        return false;
    }
    let lines = code.lines().filter(|it| !it.trim_start().starts_with('#'));
    let mut commands = lines.flat_map(|it| it.split([';', '|', '&', '(', ')', '`'])).map(str::trim);
    commands.all(|command| {
        let is_assignment = |it: &&str| it.split_once('=').is_some_and(|(name, _)| is_name(name));
        let words =
            command.split_ascii_whitespace().skip_while(|it| has_word(LEADING, it)).skip_while(is_assignment);
        let words: Vec<&str> = words.collect();
        words.is_empty() || words == ["$"] || test(&words)
    })
}

/// Returns a script without its strings, unless a string has a command in it that may do more.
fn without_quoted(script: &str) -> Option<String> {
    let mut code = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(at) = rest.find(['"', '\'']) {
        code.push_str(&rest[..at]);
        let quote = rest[at..].chars().next()?;
        let end = at + 1 + rest[at + 1..].find(quote)?;
        let inner = &rest[at + 1..end];
        let is_known = |it: &str| ["$(date", "$(hostname", "$(("].iter().any(|known| it.starts_with(known));
        let is_plain =
            inner.match_indices("$(").all(|(at, _)| is_known(&inner[at..])) && !inner.contains('`');
        if quote == '"' && (!is_plain || inner.ends_with('\\')) {
            return None;
        }
        code.push('Q');
        rest = &rest[end + 1..];
    }
    code.push_str(rest);
    Some(code)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
}

/// Whether a duration is stated and no longer than a day.
fn is_short(duration: &str) -> bool {
    seconds(duration).is_some_and(|it| it <= 86_400.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demonstrations_only_print() {
        for command in [
            "echo|hello",
            "sleep|30",
            "sh|-c|date; echo Hello from the Kubernetes cluster",
            "bash|-c|for i in 9 8 7; do echo $i; sleep 1; done",
            "sh|-c|echo \"it is $(date)\" && sleep 1m",
            "sh|-c|set -e\n# greets\necho 'a; b' >&2\nexit 0\n",
            "perl|-Mbignum=bpi|-wle|print bpi(2000)",
            "python|-c|print('hello')",
            "/bin/sh|-c|X=5; echo \"item: $X\"",
        ] {
            let words: Vec<&str> = command.split('|').collect();
            assert!(prints(&words), "{command}");
        }
    }

    #[test]
    fn requests_may_give_up() {
        for command in [
            "curl|-fsS|--max-time|60|http://api/run",
            "curl|-sSm|60|http://api/run",
            "sh|-c|curl -f \\\n --max-time 60 \\\n \"$URL\"\necho done",
            "sh|-c|code=$(curl -s -o /tmp/out -m 30 -w '%{http_code}' http://api/run); cat /tmp/out; [ $code = 200 ] || exit 1",
            "timeout|5m|python|run.py",
            "sh|-c|timeout -k 5 300 run > /data/log",
        ] {
            let words: Vec<&str> = command.splitn(3, '|').collect();
            let words: Vec<&str> = if is_shell(words[0]) { words } else { command.split('|').collect() };
            assert!(ends(&words), "{command}");
        }
        for command in [
            "curl|-fsS|http://api/run",
            "sh|-c|curl -m 5 http://api/run; import",
            "sh|-c|until curl -m 5 http://api/run; do sleep 1; done",
            "timeout|$TIME|run",
        ] {
            let words: Vec<&str> = command.split('|').collect();
            assert!(!ends(&words), "{command}");
        }
    }

    #[test]
    fn what_waits_or_asks_needs_little() {
        let is_little = |command: &str| {
            let words: Vec<&str> = command.splitn(3, '|').collect();
            super::is_little(&if is_shell(words[0]) { words } else { command.split('|').collect() })
        };
        for command in [
            "sh|-c|until nc -z postgresql 5432; do echo waiting; sleep 2; done",
            "sh|-c|while ! pg_isready -h db >/dev/null 2>&1; do sleep 1; done",
            "sh|-c|until nslookup db | grep -q Address; do sleep 5; done",
            "sh|-c|[ -z \"$TOKEN\" ] && echo 'no token' && exit 1; exit 0",
            "curl|-fsS|-XPOST|http://api/run",
            "sh|-c|curl -sf -o /dev/null http://api/run || exit 1",
            "wget|-qO-|http://api/run",
            "sleep|infinity",
        ] {
            assert!(is_little(command), "{command}");
        }
        for command in [
            "curl|-fsSLo|/data/all.zip|http://files/all.zip",
            "curl|-fsSO|http://files/all.zip",
            "curl|-f|--data-binary|@/data/all.json|http://api/load",
            "curl|-T|/data/dump.sql|http://files/",
            "wget|http://files/all.zip",
            "sh|-c|curl -sf http://files/all.sql | psql",
            "sh|-c|curl -sf http://files/all.sql > /data/all.sql",
            "sh|-c|until nc -z db 5432; do sleep 1; done; migrate",
        ] {
            assert!(!is_little(command), "{command}");
        }
    }

    #[test]
    fn others_may_do_more() {
        for command in [
            "sleep|infinity",
            "sleep|$(TIME)",
            "sh|-c|echo a > /data/a",
            "sh|-c|echo \"$(fetch)\"",
            "sh|-c|while true; do echo a; sleep 1; done",
            "sh|-c|echo start; import; echo done",
            "sh|-c|echo failing; exit 1",
            "sh|-c|echo `fetch`",
            "sh|/scripts/run.sh",
            "python|-c|import os; print(os.listdir())",
            "perl|-e|print while <>",
            "sh|-c|sleep $TIME",
            "sh|-c|cat <<END",
        ] {
            let words: Vec<&str> = command.split('|').collect();
            assert!(!prints(&words), "{command}");
        }
    }
}
