use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::file_names::known_start;
use crate::shell::syntax::{Command, Part, Word};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "path-in-object-key",
        summary: "An object is stored under the whole path of its file",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

/// Clients that copy a file to the key they are told.
const CLIENTS: [&str; 7] = ["aws", "gsutil", "gcloud", "s3cmd", "s5cmd", "mc", "mcli"];

/// No copy has more arguments.
const MAX_ARGUMENTS: usize = 30;

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let copies = |it: &&Command<'_>| {
        let is_client = CLIENTS.iter().any(|name| it.is(name));
        // Trees keep their paths on purpose.
        let is_tree = ["--recursive", "-r", "-R", "sync", "rsync"].iter().any(|word| it.has_argument(word));
        is_client && !is_tree
    };
    let copying = script.commands().iter().copied().filter(copies).take(100);
    let found = copying.flat_map(|command| {
        command
            .arguments()
            .iter()
            .take(MAX_ARGUMENTS)
            .filter_map(move |word| Some((word, path_in_key(script, command, word)?)))
    });
    let found: Vec<_> = found.collect();
    let Some(((word, (name, path, prefix)), others)) = found.split_first() else { return };
    let message = format!(
        "the key of the object becomes `{prefix}{path}…`, with the directories of the file in it: `${name}` is an absolute path"
    );
    let finding = reporter.report(script.place(word.span), message);
    finding.help(format!("write `${{{name}##*/}}`, the name without its directories, in the key"));
    others.iter().take(5).for_each(|(word, _)| {
        finding.related(script.place(word.span), "this key contains a whole path too");
    });
}

/// Returns the variable in the key of an object that holds the path of the file that is copied, the start of that path, and what
/// stands before it in the key.
fn path_in_key<'a>(
    script: &Script<'a>,
    command: &'a Command<'a>,
    word: &'a Word<'a>,
) -> Option<(&'a str, String, String)> {
    word.parts.iter().enumerate().skip(1).find_map(|(at, part)| {
        let Part::Variable(variable) = part else { return None };
        let before = script.resolved_parts(&word.parts[..at]);
        let path = script.resolved_parts(std::slice::from_ref(part));
        let is_file = command.arguments().iter().take(MAX_ARGUMENTS).any(|it| script.resolved(it) == path);
        if !is_key_start(command, &before) || !is_file || !variable.operator.is_empty() {
            return None;
        }
        let start = known_start(&path);
        let start = if start.is_empty() { loop_start(script, variable.name)? } else { start };
        let directory = &start[..start.rfind('/').filter(|_| start.starts_with('/'))? + 1];
        // The name of the bucket comes first, before it the scheme or the name of a server.
        let key = before.rsplit("://").next().unwrap_or_default().trim_end_matches('/');
        let of_bucket = if before.contains("://") { 1 } else { 2 };
        let segment = key.split('/').skip(of_bucket).last();
        let segment = segment.map(|it| if it.chars().any(char::is_control) { "…" } else { it });
        let prefix = segment.map_or_else(String::new, |it| format!("{it}/"));
        Some((variable.name, directory.to_owned(), prefix))
    })
}

/// Whether a key continues here: `s3://shop/daily/`, or `store/shop/` for MinIO's client, whose first part is the name of a server.
fn is_key_start(command: &Command<'_>, before: &str) -> bool {
    let is_of_server = (command.is("mc") || command.is("mcli"))
        && before.starts_with(|it: char| it.is_ascii_alphanumeric())
        && before.contains('/');
    before.ends_with('/') && (["s3://", "gs://"].iter().any(|it| before.starts_with(it)) || is_of_server)
}

/// Returns what the values start with that a loop gives a variable: `/backup/` in `for file in /backup/*.sql`.
fn loop_start<'a>(script: &Script<'a>, name: &str) -> Option<&'a str> {
    let words = script.loop_words(name)?;
    let first = words.first()?.prefix();
    words.iter().all(|it| it.prefix().starts_with('/')).then_some(first)
}
