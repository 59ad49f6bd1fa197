use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::place::Place;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::{Invocation, Script};
use crate::text::word_list::has_word;
use crate::value::program::base_name;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unverified-server",
        summary: "A client does not verify the server that it connects to",
        category: Category::Security,
        severity: Severity::Info,
        confidence: Confidence::High,
        since: "0.1.0",
        page: include_str!("../../rules/unverified-server.md"),
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

/// Clients, and the options with which they accept any certificate.
const OPTIONS: [(&str, &str); 12] = [
    ("curl", "-k --insecure"),
    ("wget", "--no-check-certificate"),
    ("aws", "--no-verify-ssl"),
    (
        "kubectl oc helm",
        "--insecure-skip-tls-verify --insecure-skip-tls-verify=true --kube-insecure-skip-tls-verify",
    ),
    ("mc mcli", "--insecure"),
    ("rclone", "--no-check-certificate --no-check-certificate=true"),
    ("restic", "--insecure-tls"),
    ("s3cmd", "--no-check-certificate"),
    ("s5cmd", "--no-verify-ssl"),
    ("skopeo", "--tls-verify=false --src-tls-verify=false --dest-tls-verify=false"),
    ("vault", "-tls-skip-verify"),
    (
        "mongodump mongorestore mongosh mongo",
        "--tlsInsecure --tlsAllowInvalidCertificates --sslAllowInvalidCertificates",
    ),
];

fn check(invocation: &Invocation<'_>, script: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    let found: Option<(Place, String, String)> = match script {
        Some(script) => script.commands().iter().find_map(|command| {
            let (name, words) = (command.name().unwrap_or_default(), command.words());
            let texts: Vec<String> = words.iter().map(|it| it.known_text()).collect();
            let values = command.assignments().iter().map(|it| &it.value);
            let in_value = values.into_iter().find(|it| skips_host_key(&it.known_text()));
            if let Some(value) = in_value {
                return Some((script.place(value.span), "ssh".to_owned(), value.known_text()));
            }
            let at = option(&name, &texts)?;
            Some((script.place(words[at].span), name.into_owned(), texts[at].clone()))
        }),
        None => {
            let start = invocation.program();
            let texts: Vec<String> = (start..invocation.words.len())
                .map(|it| invocation.word(it).unwrap_or_default().to_owned())
                .collect();
            let name = texts.first().map(|it| base_name(it).to_owned()).unwrap_or_default();
            option(&name, &texts).map(|at| (invocation.words[start + at].into(), name, texts[at].clone()))
        }
    };
    let Some((place, name, text)) = found else { return };
    let (option, help) = if skips_host_key(&text) {
        (
            "StrictHostKeyChecking=no".to_owned(),
            "mount a `known_hosts` file with the server's key, and name it with `UserKnownHostsFile`",
        )
    } else {
        (text, "mount the CA's certificate, and name it with the client's option, such as curl's `--cacert`")
    };
    let message =
        format!("`{name}` trusts anyone who answers in the server's place: `{option}` turns the check off");
    reporter.report(place, message).help(help);
}

/// Returns the position of the word that turns the check off.
fn option(name: &str, words: &[String]) -> Option<usize> {
    // Without TLS there is nothing to check.
    let is_open = has_word("curl wget", name) && !words.iter().any(|it| it.contains("https://"));
    let is_near = words
        .iter()
        .any(|it| ["://localhost", "://127.0.0.1", "://[::1]"].iter().any(|near| it.contains(near)));
    let options = OPTIONS.iter().find(|(names, _)| has_word(names, name)).map(|(_, options)| *options);
    let is_short = |it: &str| {
        // Among other letters, none of which takes a value before it: `-sk`, `-fsSLk`.
        let letters = it.strip_prefix('-').unwrap_or_default();
        name == "curl" && letters.ends_with('k') && letters.bytes().all(|it| b"fgijklLnNqsSv".contains(&it))
    };
    let skips = |it: &String| {
        has_word("ssh scp sftp rsync sshpass autossh sshfs git", name) && skips_host_key(it)
            || !is_near && !is_open && (options.is_some_and(|options| has_word(options, it)) || is_short(it))
    };
    words.iter().skip(1).position(skips).map(|it| it + 1)
}

/// Whether an option lets ssh accept any key of a host. `accept-new` is right where each pod meets the host anew.
fn skips_host_key(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.split("stricthostkeychecking").skip(1).any(|rest| {
        let value = rest.trim_start_matches([' ', '=', '"']);
        let word =
            value.split(|it: char| !it.is_ascii_alphanumeric() && it != '-').next().unwrap_or_default();
        matches!(word, "no" | "off")
    })
}
