//! Settings in files, lists of variables and JSON: `password: hunter2`, `DB_PASSWORD=hunter2`,
//! `{"name": "DB_PASSWORD", "value": "hunter2"}`.

use super::chance::is_plain_word;
use super::headers;
use super::promise::{is_secret, promise};

/// Finds the credentials in what becomes a file, or is sent: lines with `name=value` or `name: value`, and JSON.
pub(super) fn in_file(text: &str) -> Vec<(&str, &str)> {
    let mut variable = Variable::default();
    let mut found = Vec::new();
    for part in parts(text) {
        found.extend(setting(part).or_else(|| variable.add(part)).or_else(|| login(part)));
    }
    found
}

/// Splits a text into lines, and those that are JSON or YAML in flow style into their entries.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let is_json = text.trim_start().starts_with(['{', '[']);
    // Quotation marks behind a backslash belong to a text within another one, which is split too.
    let has_strings = !text.contains("\\\"");
    let (mut is_flow, mut is_quoted, mut is_start) = (is_json, false, true);
    text.split(move |it: char| {
        match it {
            '\n' => (is_flow, is_quoted, is_start) = (is_json, false, true),
            '"' if has_strings => is_quoted = !is_quoted,
            '{' => is_flow |= is_start,
            _ => {}
        }
        // `- {name: a, value: b}`
        is_start &= it.is_whitespace() || it == '-';
        it == '\n' || is_flow && !is_quoted && matches!(it, ',' | '{' | '}' | '[' | ']')
    })
}

/// An entry of a list of variables: `name: DB_PASSWORD` and `value: hunter2`, one next to the other.
#[derive(Default)]
struct Variable<'t> {
    name: Option<&'t str>,
    /// A value that came before its name.
    value: Option<&'t str>,
}

impl<'t> Variable<'t> {
    /// Adds a part; returns the variable's name and value once both are known and the value is a credential.
    fn add(&mut self, part: &'t str) -> Option<(&'t str, &'t str)> {
        let early = self.value.take();
        let (key, value) = part.trim().trim_start_matches("- ").split_once(':')?;
        let (key, value) = (unquote(key), unquote(value));
        let is_key = |names: [&str; 2]| names.iter().any(|it| key.eq_ignore_ascii_case(it));
        let (name, value) = if is_key(["name", "key"]) {
            self.name = Some(value);
            (value, early?)
        } else if is_key(["value", "val"]) {
            match self.name.take() {
                Some(name) => (name, value),
                None => {
                    self.value = Some(value);
                    return None;
                }
            }
        } else {
            return None;
        };
        (!is_made(value) && is_secret(name, value)).then_some((name, value))
    }
}

/// Removes the quotation marks around a text, also where each has a backslash before it.
fn unquote(text: &str) -> &str {
    text.trim().trim_matches(['\'', '"', '\\'])
}

/// Whether a value has a part that a shell or a template fills in.
fn is_made(value: &str) -> bool {
    value.contains(['$', '`']) || value.contains("{{")
}

/// Reads `name=value` or `name: value` with a credential in it.
fn setting(line: &str) -> Option<(&str, &str)> {
    let line = line.trim().trim_start_matches("- ").trim_start_matches("export ");
    let (name, value) = line.trim_end_matches([',', ';']).split_once(['=', ':'])?;
    let is_key_quoted = name.trim().ends_with(['\'', '"']);
    let (name, value) = (unquote(name), value.trim());
    let escaped = value.strip_prefix("\\\"").and_then(|it| it.strip_suffix("\\\""));
    let is_quoted = |quote: char| value.len() > 1 && value.starts_with(quote) && value.ends_with(quote);
    let value = if let Some(inner) = escaped {
        inner
    } else if is_quoted('"') || is_quoted('\'') {
        &value[1..value.len() - 1]
    } else if value.contains(['\'', '"']) || is_code(value) {
        return None;
    } else {
        value
    };
    // `'password': password` is a program's.
    let is_literal = |it: &str| it.bytes().any(|it| !it.is_ascii_alphabetic() && it != b'_');
    if is_key_quoted && escaped.is_none() && !is_quoted('"') && !is_quoted('\'') && !is_literal(value) {
        return None;
    }
    let is_name = name.bytes().all(|it| !it.is_ascii() || it.is_ascii_alphanumeric() || b"_.-".contains(&it));
    // `password=***,token=***`
    let is_list = || value.split_once(',').is_some_and(|(_, rest)| rest.contains('='));
    // `-storepass:env` is a flag.
    if !is_name || name.starts_with('-') || is_made(value) || is_list() {
        return None;
    }
    (is_secret(name, value) || headers::is_encoded_login(name, value)).then_some((name, value))
}

/// Whether a value is an expression of a program: a call, a field, another name for a secret.
fn is_code(value: &str) -> bool {
    let is_field =
        value.contains('.') && value.bytes().all(|it| it.is_ascii_alphabetic() || b"_.".contains(&it));
    let is_name = value.bytes().all(|it| it.is_ascii_lowercase() || it == b'_') && promise(value).is_some();
    value.contains(['(', '[', '{']) || is_field || (is_name && value != "password")
}

/// Reads the line of a `.netrc`: `machine example.com login app password hunter2`.
fn login(line: &str) -> Option<(&str, &str)> {
    let (before, rest) = line.split_once(" password ")?;
    let mut words = before.split_whitespace();
    let is_netrc = matches!(words.next(), Some("machine" | "default" | "login")) && before.contains("login ");
    let value = rest.split_whitespace().next()?.trim_end_matches("\\n");
    (is_netrc && !is_made(value) && !is_plain_word(value) && is_secret("login_password", value))
        .then_some(("password", value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<&str> {
        in_file(text).into_iter().map(|it| it.1).collect()
    }

    #[test]
    fn a_variable_has_its_name_and_its_value_next_to_each_other() {
        let texts = [
            r#"{"name":"DB_PASSWORD","value":"hun,ter{2}"}"#,
            r#"[{"name": "A", "value": "b"}, {"value": "hun,ter{2}", "name": "DB_PASSWORD"}]"#,
            "- name: A\n  value: b\n- name: DB_PASSWORD\n  value: hun,ter{2}\n",
            "env:\n- {name: DB_PASSWORD, value: \"hun,ter{2}\"}\n",
            r#"[{"Key":"DB_PASSWORD","Value":"hun,ter{2}"}]"#,
        ];
        for text in texts {
            assert_eq!(values(text), ["hun,ter{2}"], "{text}");
        }
        let others = [
            r#"[{"name":"DB_PASSWORD"},{"name":"A","value":"b"}]"#,
            "- name: A\n  value: b1\n- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef: {name: db, key: password}\n",
            r#"{"name":"DB_PASSWORD","value":"$(OTHER)"}"#,
        ];
        for text in others {
            assert_eq!(values(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_text_within_a_text_has_backslashes() {
        assert_eq!(values(r#"{"a":"{\"password\":\"hunter2\"}"}"#), ["hunter2"]);
        assert_eq!(values("machine example.com login app password hunter2"), ["hunter2"]);
        assert_eq!(values("set a login and password before you start"), [""; 0]);
    }
}
