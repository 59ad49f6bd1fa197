//! Credentials in command lines: behind flags, in headers, in assignments, and tokens wherever they stand.
//!
//! A script is read by `script.rs`, command by command.

use crate::facts::secret::arguments::behind_names;
use crate::value::program::{is_shell, script_of};
use std::cell::LazyCell;

use super::detected::Known;
use super::expansion::{Origins, Texts, Variables};
use super::script;
use super::shape::{self, tokens};
use super::url;
use crate::manifest::document::Node;
use crate::manifest::workload::Container;
use crate::shell::ScriptCache;

/// A credential in a command line.
#[derive(Clone, Copy)]
pub struct Found<'d> {
    /// The flag or the variable that it stands behind, empty where none does.
    pub name: &'d str,
    /// The argument.
    pub value: Node<'d>,
    /// The credential in it.
    pub text: &'d str,
    /// What it is, where its shape tells.
    pub shape: Option<&'static str>,
    /// Whether it stands in an address.
    pub in_url: bool,
}

/// Finds the credentials in the arguments that one process of a container gets, with the container's variables; `cache` has its
/// scripts.
pub(super) fn search<'d>(
    arguments: &[Node<'d>],
    container: Container<'d>,
    cache: &ScriptCache<'d>,
    variables: &mut Variables<'d>,
) -> Vec<Found<'d>> {
    if arguments.is_empty() {
        return Vec::new();
    }
    let (mut known, mut found) = (Known::default(), Vec::new());
    let mut keep = |it: Found<'d>| {
        if known.add(it.value, it.text) {
            found.push(it);
        }
    };
    for &value in arguments {
        for text in url::passwords(value.text().unwrap_or_default()) {
            keep(Found { name: "", value, text, shape: shape::shape(text), in_url: true });
        }
    }
    let texts: Vec<&'d str> = arguments.iter().map(|it| it.text().unwrap_or_default()).collect();
    let whole = (texts.len() == 1 && texts[0].trim().contains(' ')).then_some(0);
    let of_shell = script(&texts);
    let script = of_shell.or(whole);
    // Most commands hold none, and need no index.
    let values = LazyCell::new(|| {
        let of_variables = container.env().items().filter_map(|it| it.field("value").node());
        Texts::of(arguments.iter().copied().chain(of_variables))
    });
    let mut add = |name, text, in_url| {
        if let Some(value) = values.node_of(text) {
            keep(Found { name, value, text, shape: shape::shape(text), in_url });
        }
    };
    let named = match script {
        Some(at) => script::search(texts[at], Some((cache, arguments[at])), variables),
        None => behind_names(&texts),
    };
    named.into_iter().for_each(|(name, text)| add(name, text, false));
    for (index, text) in texts.iter().enumerate() {
        if Some(index) != of_shell {
            in_settings(text).into_iter().for_each(|(name, text)| add(name, text, false));
        }
    }
    let filled: Vec<_> = texts.iter().map(|it| variables.fill_in(it)).collect();
    if filled.iter().any(Option::is_some) {
        let origins = Origins::of(filled.iter().flatten());
        let pairs = filled.iter().zip(&texts);
        let words: Vec<&str> = pairs.map(|(it, text)| it.as_ref().map_or(*text, |it| &it.text)).collect();
        let named = match script {
            Some(at) => script::search(words[at], None, &Variables::none()),
            None => behind_names(&words),
        };
        let mut add_origin = |name, text, in_url| {
            if let Some(text) = origins.origin(text) {
                add(origins.origin(name).unwrap_or_default(), text, in_url);
            }
        };
        named.into_iter().for_each(|(name, text)| add_origin(name, text, false));
        let of_urls = filled.iter().flatten().flat_map(|it| url::passwords(&it.text));
        of_urls.for_each(|text| add_origin("", text, true));
    }
    for (index, &value) in arguments.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|it| arguments[it].text()).unwrap_or_default();
        let named_id = LazyCell::new(|| is_key_id(before) || is_key_id(value.text().unwrap_or_default()));
        for (what, text) in tokens(value.text().unwrap_or_default()) {
            // A key id of AWS is no secret where it is called one.
            if what != shape::AWS_KEY_ID || !*named_id {
                keep(Found { name: "", value, text, shape: Some(what), in_url: false });
            }
        }
    }
    found
}

/// Finds the credentials in a file of settings that is an argument, or the value of a flag.
fn in_settings(argument: &str) -> Vec<(&str, &str)> {
    let json = argument.find(['{', '[']).filter(|&at| at == 0 || argument[..at].ends_with('='));
    match json {
        Some(at) => script::in_file(&argument[at..]),
        None if argument.contains('\n') => script::in_file(argument),
        None => Vec::new(),
    }
}

fn is_key_id(text: &str) -> bool {
    let text = text.to_ascii_lowercase().replace(['-', '_'], "");
    text.contains("keyid")
}

/// Returns the position of the script that a shell is given.
fn script(words: &[&str]) -> Option<usize> {
    let shell = words.iter().position(|word| is_shell(word))?;
    if let Some((_, script)) = script_of(&words[shell..]) {
        return Some(shell + script);
    }
    // The words of another program may stand between them: `docker run --entrypoint sh image -c …`.
    let is_option = |word: &str| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c');
    let option = words.iter().skip(shell + 1).position(|word| is_option(word))?;
    (option < 4 && shell + option + 2 < words.len()).then_some(shell + option + 2)
}
