//! Credentials in the place of a reference: somebody has pasted the password where the name of a Secret or the key in it belongs.

use super::excuse::{hides, speaks_of_credentials};
use super::name::{Promise, is_about, promise};
use super::neighbor::{LEAST, is_capitals};
use super::nodes::inside;
use super::unread::is_plain;
use crate::facts::secret::promise::words;
use crate::manifest::document::{Document, Node, Value};
use crate::text::span::Span;

/// Calls `hide` with the names and keys in a document that are hardly meant as such.
pub(super) fn pasted(document: &Document, hide: &mut dyn FnMut(Span, &str)) {
    swapped(document, hide);
    for node in document.all() {
        let text = match node.value() {
            Value::String(text) if !text.is_empty() => text,
            Value::Int(_) | Value::Float(_) => node.raw(),
            _ => continue,
        };
        let Some(key) = node.key() else { continue };
        let Some(holder) = node.parent() else { continue };
        let within = holder.key().or_else(|| holder.parent().and_then(Node::key)).unwrap_or_default();
        let is_of_secret = matches!(within, "secretKeyRef" | "secretRef" | "imagePullSecrets" | "secret");
        let is_pasted = match (key, within) {
            (
                "name",
                "secretKeyRef" | "secretRef" | "imagePullSecrets" | "configMapKeyRef" | "configMapRef",
            )
            | ("secretName", _) => is_no_name(text, holder, is_of_secret),
            ("key", "secretKeyRef" | "configMapKeyRef" | "fileKeyRef" | "items") => {
                is_odd(text) || is_foreign_in(text, holder)
            }
            ("fieldPath", "fieldRef") | ("resource", "resourceFieldRef") => {
                is_odd(text) && !text.contains('[') || !is_field(text) && is_foreign_in(text, holder)
            }
            _ => false,
        };
        if is_pasted && hides(Promise::Password, "", text) {
            hide(inside(node), text);
        }
    }
}

/// Finds credentials in the place of a variable's name in a mapping: `env: {hunter2: DB_PASSWORD}`.
fn swapped(document: &Document, hide: &mut dyn FnMut(Span, &str)) {
    for map in document.all().filter(|it| it.key() == Some("env") && it.value() == Value::Map) {
        for entry in map.entries() {
            let is_name =
                |it: &str| is_capitals(it) && promise(it).is_some_and(|it| it >= Promise::Reference);
            let is_swapped = entry.value.text().is_some_and(is_name)
                && entry.key.len() >= LEAST
                && entry.key.bytes().any(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
                && is_foreign(entry.key, "");
            if is_swapped {
                hide(entry.key_span, entry.key);
            }
        }
    }
}

/// Returns the name of the variable that a reference gives a value, if that announces a credential.
fn variable(reference: Node<'_>) -> Option<&str> {
    let source = reference.parent().filter(|it| it.key() == Some("valueFrom"))?;
    let name = source.parent()?.get("name")?.text()?;
    promise(name).filter(|it| *it >= Promise::Reference).map(|_| name)
}

/// Whether a text has a character that neither a name nor a key has, and by which nobody parts words.
fn is_odd(text: &str) -> bool {
    let is_filled_in = ["${", "$(", "{{"].iter().any(|it| text.contains(it));
    !is_filled_in && !text.bytes().all(|it| it.is_ascii_alphanumeric() || b"-._/".contains(&it))
}

/// Whether a text can be the name of no object, and does not look like a mistaken one.
fn is_no_name(text: &str, reference: Node<'_>, is_of_secret: bool) -> bool {
    let is_small = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b"-.".contains(&it);
    let is_mistaken = || match variable(reference) {
        Some(variable) => !is_foreign(text, variable),
        None => !is_of_secret || is_plain(text),
    };
    is_odd(text) || !text.bytes().all(is_small) && !text.contains(['$', '{']) && !is_mistaken()
}

/// Whether a reference gives its value to a variable that announces a credential, and a text in it says nothing about that.
fn is_foreign_in(text: &str, reference: Node<'_>) -> bool {
    !speaks_of_credentials(text) && variable(reference).is_some_and(|it| is_foreign(text, it))
}

/// Whether a key says nothing about the variable that it is for, nor about a credential.
fn is_foreign(text: &str, variable: &str) -> bool {
    let of_variable = words(variable);
    let is_known = |word: &String| {
        of_variable.contains(word)
            || speaks_of_credentials(word)
            || ["AUTH", "CERT", "DSN", "KEY", "PIN", "SALT", "URI", "URL"].iter().any(|it| word.contains(it))
    };
    !is_about(text) && !speaks_of_credentials(text) && !words(text).iter().any(is_known)
}

/// Whether a path begins as those of a Pod's fields do.
fn is_field(path: &str) -> bool {
    ["metadata.", "spec.", "status.", "limits.", "requests."].iter().any(|it| path.starts_with(it))
}
