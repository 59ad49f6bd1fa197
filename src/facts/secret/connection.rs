//! Passwords in texts that connect to a database or a broker, in any notation but that of addresses with `://`.

use super::chance::{is_plain_word, is_random};
use super::promise::{is_expression, is_secret};

/// Returns the passwords in `Server=db;User Id=app;Password=hunter2;`, `host=db user=app password=hunter2`,
/// `app:hunter2@tcp(db:3306)/shop`, `app:hunter2@db:5432/shop` and `scott/hunter2@//db:1521/shop`, and the signature in
/// `sv=…&sig=…`.
pub(super) fn in_text(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = of_pairs(text).collect();
    found.extend(of_driver(text));
    if text.contains('@') {
        let words = text.split(|it: char| it.is_whitespace() || "\"'`<>\\,;=".contains(it));
        found.extend(words.filter_map(of_login));
    }
    found.extend(signature(text));
    found
}

fn of_pairs(text: &str) -> impl Iterator<Item = &str> {
    // A sentence that mentions two settings is not a connection string.
    let is_list = |separator: &char| {
        let parts = text.split(*separator).filter(|it| !it.trim().is_empty());
        let (count, pairs) =
            parts.fold((0, 0), |(all, pairs), it| (all + 1, pairs + usize::from(it.contains('='))));
        pairs > 1 && pairs * 2 >= count
    };
    let separator = [';', ',', ' ', '&'].into_iter().find(is_list);
    let pairs = separator.into_iter().flat_map(|it| text.split(it)).filter_map(|pair| pair.split_once('='));
    pairs.filter_map(|(name, value)| {
        let value = value.trim().trim_end_matches(';').trim_matches(['"', '\'']);
        // A word before it, for `Pwd` alone is a password only behind another word.
        (!is_expression(value) && is_secret(&format!("connection_{}", name.trim()), value)).then_some(value)
    })
}

/// `app:hunter2@tcp(db:3306)/shop`, as the drivers for Go have it.
fn of_driver(text: &str) -> Option<&str> {
    let (user, _) = ["@tcp(", "@unix("].into_iter().find_map(|it| text.split_once(it))?;
    let (_, password) = user.split_once(':')?;
    is_secret("connection_password", password).then_some(password)
}

/// What stands before the colon of other notations with an `@`.
const SCHEMES: [&str; 10] = ["acct", "docker", "git", "mailto", "npm", "oci", "pkg", "sip", "sips", "xmpp"];

/// `app:hunter2@db:5432/shop`, `//app:hunter2@share/x`, `scott/hunter2@//db:1521/shop`
fn of_login(word: &str) -> Option<&str> {
    let (login, host) = word.rsplit_once('@')?;
    let is_share = login.starts_with("//");
    let login = login.rsplit("thin:").next()?.trim_start_matches('/');
    let (user, password) = login.split_once([':', '/'])?;
    let is_oracle = login[user.len()..].starts_with('/');
    let is_user = !user.is_empty()
        && user.bytes().all(|it| it.is_ascii_alphanumeric() || b"_.-".contains(&it))
        && !SCHEMES.contains(&user);
    let host = host.trim_start_matches('/');
    let end = host.find([':', '/']).unwrap_or(host.len());
    let port = host[end..].strip_prefix(':').map(|it| it.split('/').next().unwrap_or_default());
    let is_port =
        port.is_some_and(|it| (2..=5).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_digit()));
    let is_host = host.starts_with(|it: char| it.is_ascii_alphanumeric())
        && host[..end].bytes().all(|it| it.is_ascii_alphanumeric() || b".-_".contains(&it))
        // `app:1.4.2@sha256:…` is an image.
        && !["sha256", "sha512"].contains(&&host[..end]);
    let is_password = !password.contains(['/', ':', '$', '{', '(', '%'])
        && !password.bytes().all(|it| it.is_ascii_digit() || b".-".contains(&it))
        && !is_plain_word(password)
        && is_secret("connection_password", password);
    (is_user && is_host && is_password && (is_port || is_share && !is_oracle && end < host.len()))
        .then_some(password)
}

/// Returns the signature of Azure that lets anyone read or write: `sv=…&sig=…`.
fn signature(text: &str) -> Option<&str> {
    let mut marks =
        text.match_indices("sig=").filter(|(at, _)| *at == 0 || text[..*at].ends_with(['&', '?', '"', ' ']));
    let is_end = |it: char| it == '&' || it.is_whitespace() || "\"'<>`".contains(it);
    let is_signed = text.contains("sv=") || text.contains("se=");
    let value = |(at, mark): (usize, &str)| text[at + mark.len()..].split(is_end).next().unwrap_or_default();
    let (at, mark) = marks.next().filter(|_| is_signed)?;
    let found = value((at, mark));
    (found.len() >= 32 && is_random(found)).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_stands_next_to_the_name_of_its_user() {
        let texts = [
            "Server=db;User Id=app;Password=hunter2Zx;",
            "User Id=app;Password=\"hunter2Zx\"",
            "host=db user=app password='hunter2Zx'",
            "cache:6380,password=hunter2Zx,ssl=True",
            "user=app&password=hunter2Zx",
            "app:hunter2Zx@tcp(db:3306)/shop",
            "app:hunter2Zx@db:5432/shop",
            "app:hunter2Zx@db.example.com:5432",
            "--dsn=app:hunter2Zx@10.0.0.1:3306/shop",
            "//app:hunter2Zx@share/x",
            "scott/hunter2Zx@//db:1521/shop",
            "scott/hunter2Zx@db:1521/shop",
            "jdbc:oracle:thin:scott/hunter2Zx@db:1521",
        ];
        for text in texts {
            assert_eq!(in_text(text), ["hunter2Zx"], "{text}");
        }
        let signed = "sv=2020-08-04&ss=b&sig=abcdEFGH1234abcdEFGH1234abcdEFGH1234%3D";
        assert_eq!(in_text(signed), ["abcdEFGH1234abcdEFGH1234abcdEFGH1234%3D"]);
    }

    #[test]
    fn other_texts_have_none() {
        let texts = [
            "host=db user=app passfile=/run/db/pgpass",
            "A_TOKEN = os.environ.get('A_TOKEN', '')\nB_TOKEN = os.environ.get('B_TOKEN', '')",
            "connect(host=cfg.host, user=cfg.user, password=cfg.password)",
            "connect(host=h, user=u, password=read_secret(path))",
            "const password=process.env.DB_PASSWORD;const user=process.env.DB_USER;",
            "set user=app and password=secret or leave both out",
            "app:$(DB)@tcp(db:3306)/shop",
            "app:@tcp(db:3306)/shop",
            "registry.example.com:5000/team/app:1.4.2@sha256:9f86d081884c7d65",
            "app:v1.24.3@sha256:12345",
            "docker://registry:5000/a@sha256:9f86d081884c7d65",
            "git@example.com:team/a1.git",
            "npm:left2pad@1.2.3",
            "mailto:ops1@example.com:25",
            "sip:alice1@example.com:5060",
            "//user:name@attr/x",
            "app:password@db:5432/shop",
            "app:changeme1@db:5432/shop",
            "$USER:$PASS@db:5432/shop",
            "github.com/team/repo2@v1:80",
            "ssh://git@example.com:22/a.git",
            "feature/login2@example.com",
        ];
        for text in texts {
            assert_eq!(in_text(text), [""; 0], "{text}");
        }
    }
}
