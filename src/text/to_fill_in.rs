//! Values that a person is asked to replace: `your-api-key`, `CHANGE_ME`, `<REGION>`, `192.168.X.X`.

use super::word_list::has_word;

/// Returns the part of an image's name that its reader is to replace: `your-registry`, `your-org`, `youruser`.
pub fn addressed_to_reader(name: &str) -> Option<&str> {
    const THINGS: &str = "account company docker dockerhub domain id image name org organisation organization project registry \
        repo repository team tenant user username";
    let is_addressed = |part: &str| {
        let Some(rest) = part.strip_prefix("your") else { return false };
        let thing = rest.trim_start_matches(['-', '_', '.']);
        let word = thing.split(['-', '_', '.']).next().unwrap_or_default();
        // `yourls` is the name of a program.
        has_word(THINGS, word) || has_word(THINGS, thing)
    };
    let host = name.split(['/', ':']).next().filter(|it| name.contains('/') && it.contains('.'));
    // `registry.your.domain`
    let has_domain = |it: &str| it.match_indices('.').any(|(at, _)| is_addressed(&it[at + 1..]));
    name.split(['/', ':', '@']).find(|part| is_addressed(part)).or(host.filter(|it| has_domain(it)))
}

/// Whether a name tells its reader to write another one: `REPLACE_NAMESPACE`, `CHANGE_ME`, `app:YOUR_TAG`.
///
/// Meant for names and images, which have no capital letters.
pub fn is_order(name: &str) -> bool {
    const VERBS: &str = "CHANGE CHANGEME FILL INSERT REPLACE REPLACEME YOUR";
    // Each of these has one of these letters, and nearly no name has.
    if memchr::memchr3(b'E', b'L', b'U', name.as_bytes()).is_none() {
        return false;
    }
    let is_inner = |it: u8| it.is_ascii_uppercase() || it.is_ascii_digit() || b"_-".contains(&it);
    name.split(['/', ':', '@']).filter(|it| it.len() > 4 && it.bytes().all(is_inner)).any(|part| {
        let mut words = part.split(['-', '_']).filter(|it| !it.is_empty());
        let first = words.next().unwrap_or_default();
        has_word(VERBS, first) && (first.ends_with("ME") || words.next().is_some())
    })
}

/// Whether a name is a placeholder, such as `JOB_NAME`, or has one: `import-JOB_SUFFIX`, `import-DATE`, but not `import-REVIEW`.
pub fn has_constant(name: &str) -> bool {
    const THINGS: &str =
        "DATE ENV HASH NAME NAMESPACE NUMBER SHA SUFFIX TAG TIMESTAMP USER UUID VERSION XXX XXXX";
    let is_upper = |it: &str| it.len() > 2 && !it.contains(|letter: char| letter.is_ascii_lowercase());
    is_upper(name)
        || name.split(['-', '.']).any(|it| is_upper(it) && (it.contains('_') || has_word(THINGS, it)))
}

/// Whether a value is meant for its reader, who is to write another one: `your-api-key`, `https://YOUR_DOMAIN/hook`, `replace-me`.
pub fn is_addressed_to_reader(value: &str) -> bool {
    const LONGEST: usize = 200;
    const THINGS: &str = "access account address api app application branch bucket channel client cluster company \
        credentials database db domain email endpoint fqdn here host hostname id image ip key license licence login \
        mail name namespace org organisation organization pass passphrase password path port project pw pwd region \
        registry repo repository secret server site smtp storage subdomain subscription team tenant token uri url \
        user username value webhook workspace zone";
    let bytes = value.as_bytes();
    let has = |word: &[u8]| bytes.windows(word.len()).any(|it| it.eq_ignore_ascii_case(word));
    if bytes.len() > LONGEST || value.contains(char::is_whitespace) || !(has(b"your") || has(b"replace")) {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    if ["replace-me", "replace_me", "replaceme", "replace-this", "replace_this"].contains(&lower.as_str())
        || lower.starts_with("replace-with-")
        || lower.starts_with("replace_with_")
    {
        return true;
    }
    lower.split(|it: char| !(it.is_ascii_alphanumeric() || "-_".contains(it))).any(|part| {
        let mut words = part.split(['-', '_']);
        // `what-is-your-name` is a question, and `yourls` a program.
        words.next() == Some("your")
            && words.next_back().is_some_and(|it| !it.is_empty() && has_word(THINGS, it))
    })
}

/// Whether one word, in capitals, asks for another one: `/backups/REPLACE_ME.dump`, `CHANGEME`.
pub fn asks_in_capitals(value: &str) -> bool {
    const WORDS: &str =
        "CHANGEME CHANGE_ME CHANGE-ME REPLACEME REPLACE_ME REPLACE-ME REPLACE_THIS CHANGE_THIS";
    let is_inner = |it: char| it.is_ascii_alphanumeric() || "-_".contains(it);
    let asks = |it: &str| has_word(WORDS, it) || it.starts_with("REPLACE_WITH_");
    // Each of these has a `C`, and most values have none.
    memchr::memchr(b'C', value.as_bytes()).is_some()
        && !value.contains(char::is_whitespace)
        && value.split(|it| !is_inner(it)).any(asks)
}

/// Whether the value of a credential asks for another one: `changeme`, `CHANGE_ME_IN_PRODUCTION`. Java's `changeit` is a password.
pub fn asks_to_be_changed(value: &str) -> bool {
    let word: String =
        value.chars().filter(|it| !"-_".contains(*it)).map(|it| it.to_ascii_lowercase()).collect();
    let rest = word.strip_prefix("please").unwrap_or(&word);
    let asks = ["changeme", "changethis", "replaceme", "replacethis"].iter().any(|it| rest.starts_with(it));
    let is_blanked = word.len() >= 4 && word.bytes().all(|it| it == b'x');
    (asks || is_blanked) && word.bytes().all(|it| it.is_ascii_alphanumeric() || b"!.".contains(&it))
}

/// Whether a value has letters in place of the last parts of an IPv4 address: `backup@192.168.X.X:/srv`.
pub fn has_open_address(value: &str) -> bool {
    let is_inner = |it: char| it.is_ascii_alphanumeric() || it == '.';
    // Only a few networks are written so; others would be versions.
    let is_network = |it: &str| matches!(it, "10" | "100" | "172" | "192");
    memchr::memchr2(b'x', b'X', value.as_bytes()).is_some()
        && !value.contains(char::is_whitespace)
        && value.split(|it| !is_inner(it)).any(|word| {
            let parts: Vec<&str> = word.split('.').collect();
            let is_number = |it: &str| !it.is_empty() && it.parse::<u8>().is_ok();
            let is_open =
                |it: &str| matches!(it.len(), 1..=3) && it.bytes().all(|it| it.eq_ignore_ascii_case(&b'x'));
            let [first, second, rest @ ..] = parts.as_slice() else { return false };
            rest.len() == 2
                && is_network(first)
                && is_number(second)
                && rest.iter().all(|it| {
                    is_number(it) || is_open(it) || it.strip_prefix(['x', 'X']).is_some_and(is_number)
                })
                && rest.iter().any(|it| !is_number(it))
        })
}

/// Whether a text is nothing but `<REGION>`, `<api-key>` or `<yourname>`. `<none>` and `<br>` are values.
pub fn is_in_angle_brackets(text: &str) -> bool {
    let Some(word) = text.strip_prefix('<').and_then(|it| it.strip_suffix('>')) else { return false };
    let is_inner = |it: char| it.is_ascii_alphanumeric() || "_ -".contains(it);
    let is_upper = word.len() > 1 && !word.contains(|it: char| it.is_ascii_lowercase());
    word.starts_with(|it: char| it.is_ascii_alphabetic())
        && word.chars().all(is_inner)
        && (is_upper || word.contains(['_', ' ', '-']) || word.len() > 4 && word.starts_with("your"))
}

/// Whether an argument of a program asks for another value: all of it, what follows `=`, or what follows a short option.
pub fn is_to_fill_in(argument: &str) -> bool {
    let value = argument.split_once('=').map_or(argument, |(_, value)| value);
    // `Authorization: Bearer YOUR_TOKEN`
    let header =
        argument.split_once(": ").filter(|(name, _)| !name.contains(' ') && !argument.contains('\n'));
    let value = header.and_then(|(_, it)| it.rsplit(' ').next()).unwrap_or(value);
    let short =
        argument.strip_prefix('-').and_then(|it| it.strip_prefix(|it: char| it.is_ascii_alphabetic()));
    [Some(argument), Some(value), short].into_iter().flatten().any(is_in_angle_brackets)
        || is_addressed_to_reader(value)
        || asks_in_capitals(value)
        || has_open_address(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_images_are_addressed_to_their_reader() {
        for (name, part) in [
            ("your-registry/app:latest", "your-registry"),
            ("ghcr.io/your-org/app:v1", "your-org"),
            ("youruser/app", "youruser"),
            ("your_dockerhub_username/app", "your_dockerhub_username"),
            ("your-registry.example.com/app", "your-registry.example.com"),
            ("your-image:1", "your-image"),
            ("registry.your.domain/app:1", "registry.your.domain"),
            ("docker.yourdomain.tld:5000/app", "docker.yourdomain.tld"),
        ] {
            assert_eq!(addressed_to_reader(name), Some(part), "{name}");
        }
        for name in [
            "yourls:1.9",
            "yourls/yourls",
            "registry.example.com/app:1",
            "your-spotify/server",
            "app:your",
            "www.your-server.de/app",
            "app:1.your.domain",
        ] {
            assert_eq!(addressed_to_reader(name), None, "{name}");
        }
    }

    #[test]
    fn values_are_addressed_to_their_reader() {
        for value in [
            "your-api-key",
            "YOUR_API_KEY",
            "your-site-url",
            "https://your-domain.com/hook",
            "postgres://your-user:your-password@db/shop",
            "your_token_here",
            "s3://your-bucket/backups",
            "REPLACE_ME",
            "replace-with-token",
        ] {
            assert!(is_addressed_to_reader(value), "{value}");
        }
        for value in [
            "yourls",
            "your-spotify",
            "what-is-your-name",
            "your password was changed",
            "replace",
            "replace-into",
            "your-",
            "yours-key",
            "",
        ] {
            assert!(!is_addressed_to_reader(value), "{value}");
        }
    }

    #[test]
    fn names_in_capital_letters_are_orders() {
        for name in [
            "REPLACE_NAMESPACE",
            "CHANGE_ME",
            "CHANGEME",
            "YOUR-NAMESPACE",
            "registry.example.com/app:YOUR_TAG",
        ] {
            assert!(is_order(name), "{name}");
        }
        for name in [
            "",
            "replace-me",
            "REPLACE",
            "CHANGELOG",
            "app:CHANGES_1",
            "RELEASE.2020-05-28T23-43-36Z",
            "A_YOUR_B",
        ] {
            assert!(!is_order(name), "{name}");
        }
    }

    #[test]
    fn a_value_in_angle_brackets_is_a_placeholder_as_a_whole_only() {
        for text in ["<REGION>", "<api_key>", "<your-region>", "<your region>", "<yourdbpass>"] {
            assert!(is_in_angle_brackets(text), "{text}");
        }
        for text in ["<none>", "<br>", "<b>done</b>", "<A> <B>", "${REGION}", "<>", "<5>", "<your>"] {
            assert!(!is_in_angle_brackets(text), "{text}");
        }
    }

    #[test]
    fn arguments_are_to_be_filled_in() {
        for text in [
            "-p<yourdbpass>",
            "--host=<db-host>",
            "/backups/REPLACE_ME.dump",
            "--token=CHANGEME",
            "backup@192.168.X.X:/srv",
            "10.0.0.x",
            "192.168.1.xxx",
            "http://192.168.X.X2:9000",
            "Authorization: Bearer YOUR_TOKEN_HERE",
            "X-Api-Key: <api-key>",
            "remote:REPLACE_WITH_BUCKET/shop",
        ] {
            assert!(is_to_fill_in(text), "{text}");
        }
        for text in [
            "-p<x",
            "s/CHANGE ME/x/",
            "DO_NOT_REPLACE_ME_NOW",
            "1.2.x",
            "10.0.0.1",
            "v1.30.x",
            "1.2.3.4",
            "1.x.x.x",
            "linux.x.y.z",
            "Subject: we replaced your token",
        ] {
            assert!(!is_to_fill_in(text), "{text}");
        }
    }

    #[test]
    fn passwords_ask_to_be_changed() {
        for text in [
            "changeme",
            "CHANGE_ME",
            "change-me-in-production",
            "ChangeMe123!",
            "please-change-me",
            "xxxxxxxx",
        ] {
            assert!(asks_to_be_changed(text), "{text}");
        }
        for text in ["changeit", "exchange", "change", "changeme/path", "please", ""] {
            assert!(!asks_to_be_changed(text), "{text}");
        }
    }
}
