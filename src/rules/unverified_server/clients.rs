//! Clients, and what makes them accept any server.

use crate::text::word_list::has_word;

/// Clients, and the options with which they accept any certificate.
const OPTIONS: [(&str, &str); 14] = [
    ("curl", "-k --insecure"),
    ("git", "http.sslVerify=false"),
    ("pip pip3", "--trusted-host"),
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

/// The letters of options of `curl` that have values.
const CURL_VALUES: &str = "AbcCdDeEFhHKmoPQrtTuUwxXyYz";

/// The long options of `curl` and `wget` whose values can be URLs of something else, or hold some.
const OTHER_URLS: &str = "--config --connect-to --cookie --data --data-ascii --data-binary --data-raw --data-urlencode --doh-url --form \
    --form-string --header --json --output --output-document --post-data --preproxy --proxy --proxy-header --proxy-user --referer \
    --request --url-query --user --user-agent --variable --write-out";

/// Programs that connect with `ssh`.
const OVER_SSH: &str = "ssh scp sftp rsync sshpass autossh sshfs git";

/// The variables in which clients get the certificate of a CA.
const OF_CA: [(&str, &str); 5] = [
    ("git", "GIT_SSL_CAINFO"),
    ("node", "NODE_EXTRA_CA_CERTS"),
    ("python", "SSL_CERT_FILE"),
    ("rclone", "RCLONE_CA_CERT"),
    ("vault", "VAULT_CACERT"),
];

/// Returns what to do about a variable that turns off a client's check.
pub(super) fn help_for_variable(client: &str) -> String {
    match OF_CA.iter().find(|(name, _)| *name == client) {
        Some((_, variable)) => format!(
            "remove the variable; if a private CA signed the server's certificate, mount the CA's certificate and name it in \
             `{variable}`"
        ),
        None => "remove the variable, and mount a `known_hosts` file with the keys of the hosts".to_owned(),
    }
}

/// Variables with which clients accept any certificate, with their values in lower case.
const VARIABLES: [(&str, &str, &str); 5] = [
    ("GIT_SSL_NO_VERIFY", "1 true", "git"),
    ("NODE_TLS_REJECT_UNAUTHORIZED", "0", "node"),
    ("RCLONE_NO_CHECK_CERTIFICATE", "1 true", "rclone"),
    ("VAULT_SKIP_VERIFY", "1 t true", "vault"),
    ("ANSIBLE_HOST_KEY_CHECKING", "0 false no", "ansible"),
];

/// Returns the client that checks no server if a variable has this value.
pub(super) fn client_of(variable: &str, value: &str) -> Option<&'static str> {
    let (_, values, client) = VARIABLES.iter().find(|(name, _, _)| *name == variable)?;
    has_word(values, &value.to_ascii_lowercase()).then_some(*client)
}

/// Whether a program is a client with such an option.
pub(super) fn is_client(name: &str) -> bool {
    has_word(OVER_SSH, name) || OPTIONS.iter().any(|(names, _)| has_word(names, name))
}

/// Returns the position of the word that turns the check off.
pub(super) fn option(name: &str, words: &[String]) -> Option<usize> {
    let is_fetched = has_word("curl wget", name);
    let urls = || words.iter().enumerate().filter(|(at, _)| !is_fetched || is_url(words, *at)).map(|it| it.1);
    // Without TLS there is nothing to check.
    let is_open = is_fetched && !urls().any(|it| it.contains("https://"));
    let is_near =
        urls().any(|it| ["://localhost", "://127.0.0.1", "://[::1]"].iter().any(|near| it.contains(near)));
    let options = OPTIONS.iter().find(|(names, _)| has_word(names, name)).map(|(_, options)| *options);
    // Among other letters, none of which takes the rest as its value: `-sk`, `-ks`, `-fsSLko`.
    let is_short = |it: &str| {
        let letters = it.strip_prefix('-').filter(|it| name == "curl" && !it.starts_with('-'));
        letters.is_some_and(|it| it.chars().take_while(|it| !CURL_VALUES.contains(*it)).any(|it| it == 'k'))
    };
    // What is clear need not be written in full.
    let is_cut = |it: &str| name == "wget" && it.starts_with("--no-check-cert");
    let skips = |it: &String| {
        let is_option = options.is_some_and(|options| has_word(options, it));
        has_word(OVER_SSH, name) && skips_host_key(it)
            || !is_near && !is_open && (is_option || is_short(it) || is_cut(it))
    };
    words.iter().skip(1).position(skips).map(|it| it + 1)
}

/// Whether `curl` or `wget` fetches what a word of its command names, which is not the value of another option.
fn is_url(words: &[String], at: usize) -> bool {
    let word = &words[at];
    let before = at.checked_sub(1).map_or("", |it| words[it].as_str());
    let is_value = match before.strip_prefix('-') {
        Some(long) if long.starts_with('-') => has_word(OTHER_URLS, before),
        // The first letter with a value takes the next word if it is the last.
        Some(letters) => {
            letters.find(|it| CURL_VALUES.contains(it)).is_some_and(|it| it + 1 == letters.len())
        }
        None => false,
    };
    let url = word.strip_prefix("--url=").unwrap_or(word);
    !is_value && ["https://", "http://"].iter().any(|it| url.starts_with(it))
}

/// Whether an option lets ssh accept any key of a host. `accept-new` is right where each pod meets the host anew.
pub(super) fn skips_host_key(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.split("stricthostkeychecking").skip(1).any(|rest| {
        let value = rest.trim_start_matches([' ', '=', '"']);
        let word =
            value.split(|it: char| !it.is_ascii_alphanumeric() && it != '-').next().unwrap_or_default();
        matches!(word, "no" | "off")
    })
}
