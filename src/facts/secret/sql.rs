//! Passwords that SQL gives to users: `IDENTIFIED BY 'hunter2'`, `ALTER ROLE app PASSWORD 'hunter2'`.

use crate::facts::secret::promise::is_secret;

/// A statement is looked at so far before its password.
const FAR: usize = 200;

/// What a statement that sets a password has before it.
const STATEMENTS: [&str; 8] = [
    "alter role ",
    "alter user ",
    "alter login ",
    "create role ",
    "create user ",
    "create login ",
    "set password",
    "update ",
];

/// Words with which `PASSWORD` is SQL, whatever stands before them.
const HEADS: [&str; 3] = ["with ", "encrypted ", "login "];

/// Returns the passwords in the SQL of a text, each behind the words before it.
pub(super) fn passwords(text: &str) -> Vec<(&str, &str)> {
    let lower = text.to_ascii_lowercase();
    let identified = lower.match_indices("identified ").filter_map(|(at, word)| {
        let rest = &lower[at + word.len()..];
        let by = match rest.strip_prefix("with ") {
            Some(plugin) => 5 + plugin.find(' ')? + 1,
            None => 0,
        };
        let is_by = rest.get(by..).is_some_and(|it| it.starts_with("by ") || it.starts_with("by'"));
        is_by.then_some((at, at + word.len() + by + 2))
    });
    let set = lower.match_indices("password").filter_map(|(at, word)| {
        let head = HEADS.iter().find(|it| lower[..at].ends_with(**it));
        let start = head.map_or(at, |it| at - it.len());
        let is_word = lower[..at].ends_with([' ', '=', '\n', '\t']);
        (head.is_some() || is_word && is_in_statement(&lower, at)).then_some((start, at + word.len()))
    });
    let found = identified.chain(set).filter_map(|(start, end)| {
        let value = literal(&text[end..])?;
        let is_made = value.contains(['$', '`', '\\', '%', '{']);
        (!is_made && is_secret("sql_password", value)).then_some((&text[start..end], value))
    });
    found.collect()
}

/// Whether the word at a place belongs to a statement that sets a password.
fn is_in_statement(lower: &str, at: usize) -> bool {
    let start = lower.ceil_char_boundary(at.saturating_sub(FAR));
    let before = &lower[start..at + "password".len()];
    let statement = before.rsplit([';', '\n', '"']).next().unwrap_or_default();
    STATEMENTS.iter().any(|it| statement.contains(it))
}

/// Reads `'value'`, `= 'value'`, `= N'value'` and `('value')`.
fn literal(rest: &str) -> Option<&str> {
    let rest = rest.trim_start();
    let rest = rest.strip_prefix(['=', '(']).unwrap_or(rest).trim_start();
    let rest = rest.strip_prefix(['N', 'E']).filter(|it| it.starts_with('\'')).unwrap_or(rest);
    rest.strip_prefix('\'')?.split('\'').next()
}
