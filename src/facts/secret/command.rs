//! Credentials in command lines: behind flags, in headers, in assignments, and tokens wherever they stand.
//!
//! A script is read by `script.rs`, command by command.

use crate::facts::secret::arguments::behind_names;
use crate::value::program::script_position;
use std::cell::LazyCell;

use super::detected::Known;
use super::expansion::{Origins, Texts, Variables};
use super::headers;
use super::script;
use super::shape;
use super::text;
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
    variables: &Variables<'d>,
) -> Vec<Found<'d>> {
    if arguments.is_empty() {
        return Vec::new();
    }
    let texts: Vec<&'d str> = arguments.iter().map(|it| it.text().unwrap_or_default()).collect();
    let of_shell = script_position(&texts);
    let whole = (texts.len() == 1 && texts[0].trim().contains(' ')).then_some(0);
    // Every argument is searched as the program gets it.
    let filled: Vec<_> = texts.iter().map(|it| variables.fill_in(it)).collect();
    let origins = Origins::of(filled.iter().flatten());
    let pairs = filled.iter().zip(&texts);
    let words: Vec<&str> = pairs.map(|(it, text)| it.as_ref().map_or(*text, |it| &it.text)).collect();
    // Most commands hold none, and need no index.
    let values = LazyCell::new(|| {
        let of_variables = container.env().items().filter_map(|it| it.field("value").node());
        Texts::of(arguments.iter().copied().chain(of_variables))
    });
    let part = |text: &str| values.part(text).or_else(|| values.part(origins.origin(text)?));
    let (mut known, mut found) = (Known::default(), Vec::new());
    let mut keep = |it: text::Found<'_>| {
        if let Some((value, text)) = part(it.text)
            && known.add(value, text)
        {
            let name = part(it.name).map_or("", |it| it.1);
            found.push(Found { name, value, text, shape: it.shape, in_url: it.in_url });
        }
    };
    for (index, text) in words.iter().enumerate() {
        let before = index.checked_sub(1).map_or("", |it| words[it]);
        let named_id = LazyCell::new(|| is_key_id(before) || is_key_id(text));
        // A key id of AWS is not a secret where it is called one.
        let shapes = text::by_shape(text).into_iter();
        shapes.filter(|it| it.shape != Some(shape::AWS_KEY_ID) || !*named_id).for_each(&mut keep);
    }
    let script = of_shell.or(whole);
    let rest = script.and_then(|at| words.get(at + 1..)).unwrap_or_default();
    let mut positional = Variables::within(variables);
    let names = ["0"].into_iter().chain(script::POSITIONAL);
    rest.iter().zip(names).for_each(|(value, name)| positional.set(name, value));
    let named = match script {
        Some(at) => {
            let as_written = || cache.get(arguments[at]).filter(|_| filled[at].is_none());
            let mut named = script::search(words[at], &as_written, &positional);
            // `exec "$@"` runs what follows the script.
            named.extend(behind_names(rest));
            named
        }
        None => behind_names(&words),
    };
    named.into_iter().map(text::Found::named).for_each(&mut keep);
    for (index, text) in words.iter().enumerate() {
        // A single word is read with those around it.
        let is_word = !text.contains([' ', '\n', '{', '"', '\'', '@', ';', ',', '&', ':']);
        if Some(index) != of_shell && (!is_word || headers::may_be_in(text)) {
            text::by_name("", text).into_iter().for_each(&mut keep);
        }
    }
    found
}

fn is_key_id(text: &str) -> bool {
    let text = text.to_ascii_lowercase().replace(['-', '_'], "");
    text.contains("keyid")
}
