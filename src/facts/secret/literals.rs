//! Literals that a program gives to a telling name, in whatever language: `password = 'hunter2'`,
//! `os.environ['DB_PASSWORD'] = "hunter2"`, `connect(password='hunter2')`, `define('DB_PASSWORD', 'hunter2')`.

use super::chance::is_plain_word;
use super::promise::{is_known_weak, is_secret};

/// Names and literals of programs are not longer.
const FAR: usize = 200;

/// Finds the literals in quotation marks whose name promises a credential.
pub(super) fn in_code(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut next = 0;
    for (at, quote) in text.match_indices(['"', '\'']) {
        // The mark that ends a literal begins no other one.
        if at < next {
            continue;
        }
        if let Some((name, value)) = assigned(text, at, quote) {
            next = at + value.len() + 2;
            if is_literal(name, value) || is_weak_default(&text[..at], name, value) {
                found.push((name, value));
            }
        }
    }
    found
}

/// Returns the name that the literal at a quotation mark is given to, and the literal.
fn assigned<'t>(text: &'t str, at: usize, quote: &str) -> Option<(&'t str, &'t str)> {
    let bytes = text.as_bytes();
    // `\"` is a mark of a text within another one, which ends at the next of them.
    let is_escaped = at > 0 && bytes[at - 1] == b'\\';
    let start = text.floor_char_boundary(at.saturating_sub(FAR));
    let before = text[start..at].trim_end_matches(['\\', ' ', '\t']);
    let before = before
        .strip_suffix(['N', 'b', 'r', 'u', 'f'])
        .filter(|it| it.ends_with(['=', ' ']))
        .unwrap_or(before);
    let before = before.trim_end();
    // `process.env.NAME || 'value'`, `os.environ['NAME'] or 'value'`, but not `[ "$NAME" ] || 'command'`
    let fallback = ["||", "??", " or"].into_iter().find_map(|it| before.strip_suffix(it));
    let fallback = fallback.filter(|it| !it.trim_end().ends_with(" ]"));
    let name_part = match before.strip_suffix(['=', ':', '>']).or(fallback) {
        Some(rest) => rest.trim_end_matches(['=', ':', '?', '!', ' ']),
        // `define('NAME', 'value')`, `setenv("NAME", "value")`, `os.getenv("NAME", "value")`
        None => before.strip_suffix(',').filter(|it| it.ends_with(['\'', '"']) && is_setter(it))?,
    };
    let name_part = name_part.trim_end_matches([' ', ']', ')', '}', '"', '\'', '\\']);
    let is_name = |it: u8| it.is_ascii_alphanumeric() || b"_.-$:".contains(&it);
    let length = name_part.bytes().rev().take_while(|it| is_name(*it)).count();
    let name = name_part[name_part.len() - length..].trim_start_matches(['.', '-', '$', ':']);
    let end = text.ceil_char_boundary(at + 1 + FAR);
    let literal = text[at + 1..end].split(['\n', quote.chars().next()?]).next()?;
    let is_closed = text[at + 1 + literal.len()..].starts_with(quote);
    let literal = if is_escaped { literal.trim_end_matches('\\') } else { literal };
    (is_closed && !name.is_empty()).then_some((name, literal))
}

/// Whether a call that sets a variable, or returns a default for it, has its first argument at the end of a text.
fn is_setter(before: &str) -> bool {
    const SETTERS: [&str; 8] =
        ["define", "setenv", "putenv", "setProperty", "Setenv", "SetEnvironmentVariable", "set", "put"];
    let call = call_of(before);
    SETTERS.iter().chain(&DEFAULTS).any(|it| call.ends_with(it))
}

/// Calls whose second argument counts if nothing sets the variable.
const DEFAULTS: [&str; 5] = ["getenv", "environ.get", "environ.setdefault", "environ.pop", "ENV.fetch"];

/// Returns what stands before the parenthesis of a call whose first argument, in quotation marks, ends a text.
fn call_of(before: &str) -> &str {
    let call = before.trim_end_matches(['\'', '"']).rsplit(['\'', '"']).nth(1);
    call.map(|it| it.trim_end().trim_end_matches('(').trim_end()).unwrap_or_default()
}

/// Whether the literal after a text is the default of a variable, and one of the credentials that everybody writes first.
fn is_weak_default(before: &str, name: &str, value: &str) -> bool {
    is_known_weak(value)
        && is_secret(&format!("code_{name}"), value)
        && before.trim_end().strip_suffix(',').is_some_and(|it| {
            let call = call_of(it.trim_end());
            DEFAULTS.iter().any(|it| call.ends_with(it))
        })
}

/// Whether a literal is a credential by its name, and neither filled in nor a word.
fn is_literal(name: &str, value: &str) -> bool {
    let is_made = value.contains(['$', '`', '{', '%', '<', '\\']);
    // A word before it, for `pass` alone is a password only behind another word.
    !is_made && !is_plain_word(value) && is_secret(&format!("code_{name}"), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_belongs_to_the_name_before_it() {
        let texts = [
            "password = 'hunter2Zx'",
            "import os\nos.environ['DB_PASSWORD'] = 'hunter2Zx'",
            "connect(host='db', password='hunter2Zx')",
            "process.env.DB_PASSWORD='hunter2Zx'",
            "$ENV{DB_PASSWORD}=\"hunter2Zx\"",
            "new Pg({user:'a',password:'hunter2Zx'})",
            "PG.connect(password: 'hunter2Zx')",
            "{ :password => 'hunter2Zx' }",
            "define('DB_PASSWORD', 'hunter2Zx');",
            "os.Setenv(\"DB_PASSWORD\", \"hunter2Zx\")",
            "os.getenv(\"DB_PASSWORD\", \"hunter2Zx\")",
            "os.environ.get('DB_PASSWORD', 'hunter2Zx')",
            "ENV.fetch('DB_PASSWORD', 'hunter2Zx')",
            "process.env.DB_PASSWORD || 'hunter2Zx'",
            "os.environ.get('DB_PASSWORD') or 'hunter2Zx'",
            "$env:DB_PASSWORD=\"hunter2Zx\"; run",
            "db.createUser({user:\"a\",pwd:\"hunter2Zx\"})",
            ".db.password = \"hunter2Zx\"",
            "<db password=\"hunter2Zx\"/>",
            "if password == 'hunter2Zx':",
            "{\\\"password\\\":\\\"hunter2Zx\\\"}",
        ];
        for text in texts {
            assert_eq!(in_code(text).first().map(|it| it.1), Some("hunter2Zx"), "{text}");
        }
    }

    #[test]
    fn a_default_is_a_credential_even_if_it_is_weak() {
        let text = "client(secret_key=os.getenv('AWS_SECRET_ACCESS_KEY', 'minioadmin'))";
        assert_eq!(in_code(text), [("AWS_SECRET_ACCESS_KEY", "minioadmin")]);
        assert_eq!(in_code("os.getenv('AWS_ACCESS_KEY_ID', 'minioadmin')"), [("", ""); 0]);
    }

    #[test]
    fn other_literals_are_not_credentials() {
        let texts = [
            "password = os.environ['DB_PASSWORD']",
            "connect(password=os.getenv('PGPASSWORD2'))",
            "password = ''",
            "password = os.getenv('DB_PASSWORD', '')",
            "process.env.DB_PASSWORD || ''",
            "[ \"$DB_PASSWORD\" ] || 'ask2'",
            "password: 'string'",
            "<input type=\"password\" name=\"pw1\"/>",
            "password='$DB_PASSWORD1'",
            "password=\"${{ secrets.DB1 }}\"",
            "password='<password1>'",
            "log.info('password', 'token2')",
            "don't print the password: 'tis secret",
            "token_type = 'Bearer1'",
            "get('password', 'x1')",
        ];
        for text in texts {
            assert_eq!(in_code(text), [("", ""); 0], "{text}");
        }
    }
}
