use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Safety};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Flavour;
use crate::shell::Script;
use crate::shell::ignored_failures::is_quiet;
use crate::shell::syntax::{Command, CommandKind, Redirection, Word, has_short_option};
use crate::shell::traversal::is_file_output;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unforwarded-signal",
        summary: "The shell does not forward SIGTERM to its program",
        category: Category::Scripts,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let (items, shell) = (&script.tree.list.items, script.source.shell);
    let shared = script.container().pod.spec.field("shareProcessNamespace").boolean() == Some(true);
    // `exec` finds no alias.
    let traps = script.commands().iter().any(|it| ["trap", "exec", "alias"].iter().any(|name| it.is(name)));
    // What another script defines may be a function, which `exec` does not find.
    let is_plain = shell.first && !shared && !traps && items.len() > 1 && script.set_variables().is_some();
    let Some(last) = items.last().filter(|_| is_plain) else { return };
    let [command] = last.first.commands.as_slice() else { return };
    let is_last =
        last.rest.is_empty() && !last.background && matches!(command.kind, CommandKind::Simple { .. });
    if !is_last
        || command.name().is_none_or(|name| script.function(&name).is_some())
        || !script.is_work(command)
        || is_quiet(command)
        || is_instant(command)
    {
        return;
    }
    // `bash -c` starts the last command in its own place (`execute_cmd.c`, `evalstring.c`), and BusyBox does where no
    // line break follows (tried with 1.35); `dash` never does.
    let is_busybox = matches!(shell.flavour, Flavour::BusyBox | Flavour::OldBusyBox);
    if shell.flavour == Flavour::Bash && command.redirections.is_empty()
        || is_busybox && !script.text().ends_with('\n')
    {
        return;
    }
    let before = script.text().get(..command.span.start as usize).unwrap_or_default();
    // `time` is a word of the shell, which stays to measure; BusyBox's `timeout` sends its signal to process 1 in vain.
    let (is_timed, is_timeout) = (before.trim_end().ends_with("time"), command.is("timeout"));
    let can_replace = command.assignments().is_empty() && !is_timed && !is_timeout;
    let name = script.title(command);
    let started =
        if name == shell.name { format!("the `{name}` that it starts") } else { format!("`{name}`") };
    // Nothing says which shell `sh` is in an image that is not known.
    let unless = match (command.redirections.is_empty(), script.text().ends_with('\n')) {
        _ if shell.flavour != Flavour::Unknown => "",
        (true, true) => ", unless `sh` is Bash",
        (true, false) => ", unless `sh` is Bash or BusyBox",
        (false, false) => ", unless `sh` is BusyBox",
        (false, true) => "",
    };
    let message = format!(
        "when the pod is terminated, SIGTERM goes to `{}` and not to {started}, which is killed after the grace period{unless}",
        shell.name
    );
    let finding = reporter.report(script.name_place(command), message);
    // Process 1 has no default action for a signal.
    finding.help(if is_timeout {
        "start `timeout` with `&`, `wait` for it, and kill it in a `trap`; or write `exec` before it, unless it is that of \
         BusyBox, which cannot end a program that is process 1"
            .to_owned()
    } else {
        format!(
            "write `exec` before this last `{name}`, which then gets SIGTERM itself; if `{name}` does not handle SIGTERM, \
             start it with `&`, `wait` for it, and kill it in a `trap`, because process 1 ignores a signal that it does not \
             handle"
        )
    });
    if let Some(word) = command.words().first().filter(|_| can_replace) {
        let edits = Edit::insert_in_script(script.source, word.span, "exec ", true);
        finding.fix(format!("write `exec` before `{name}`"), Safety::Unsafe, edits);
    }
}

/// Whether a command is over before a signal could matter.
fn is_instant(command: &Command<'_>) -> bool {
    const PROGRAMS: &str = "cat mv ls sed tr cut sort head base64 envsubst jq yq";
    const VERBS: &str = "ls list get status version checkout describe show info config";
    let name = command.name().unwrap_or_default();
    let has = |list: &str, text: &str| list.split(' ').any(|it| it == text);
    // A whole tree can take minutes.
    let is_short_copy = name == "cp" && !has_short_option(command.arguments(), &['a', 'r', 'R']);
    sends_one_request(command)
        || is_short_copy
        || has(PROGRAMS, &name)
        || command.arguments().first().and_then(Word::literal).is_some_and(|it| has(VERBS, &it))
}

/// Whether `curl` only sends something short and prints the answer: neither downloads nor uploads a file, nor follows a stream.
fn sends_one_request(command: &Command<'_>) -> bool {
    const LONG: [&str; 7] =
        ["--data-binary", "--form", "--no-buffer", "--output", "--remote-name", "--retry", "--upload-file"];
    let is_long = |it: &Word<'_>| LONG.iter().any(|long| it.prefix().starts_with(long));
    let is_file =
        |it: &Redirection<'_>| is_file_output(it.operator, &it.target) && !it.target.is("/dev/null");
    command.is("curl")
        && !has_short_option(command.arguments(), &['F', 'J', 'N', 'O', 'T', 'o'])
        && !command.arguments().iter().any(is_long)
        && !command.redirections.iter().any(is_file)
}
