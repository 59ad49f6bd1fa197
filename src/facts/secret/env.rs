//! Credentials in variables: whole values by their names, and parts of values.

use super::expansion::{Texts, Variables};
use super::promise::is_secret;
use super::shape::{self, shape};
use super::text::{self, Found};
use crate::facts::secret::detected::{Known, Parts, Secret, Within};
use crate::manifest::document::Node;
use crate::manifest::workload::Container;

/// Finds the credentials in the variables of a container, and notes them as known.
pub(super) fn in_container<'d>(
    container: Container<'d>,
    variables: &Variables<'d>,
    known: &mut Known,
) -> Vec<Secret<'d>> {
    let mut found: Vec<_> = container.env().items().flat_map(in_env).collect();
    found.iter().for_each(|it| _ = known.add(it.value, it.text));
    let values = Texts::of(container.env().items().filter_map(|it| it.field("value").node()));
    for entry in container.env().items() {
        let Some(name) = entry.field("name").text() else { continue };
        let Some(filled) = entry.field("value").text().and_then(|it| variables.fill_in(it)) else { continue };
        for Found { text, in_url, .. } in credentials(name, &filled.text) {
            if let Some(text) = filled.origin(text)
                && let Some(value) = values.node_of(text)
                && known.add(value, text)
            {
                let (part, shape) = (Parts::default().place(value, text), shape(text));
                let within = if in_url { Within::Url } else { Within::Env };
                found.push(Secret { name, value, text, part, shape, within });
            }
        }
    }
    found
}

/// Looks at one entry of an `env`.
fn in_env(entry: Node<'_>) -> Vec<Secret<'_>> {
    let name = entry.field("name").text().unwrap_or_default();
    let Some((value, text)) = entry.field("value").node().and_then(|it| Some((it, it.text()?))) else {
        return Vec::new();
    };
    text::at(credentials(name, text), name, value, Within::Env)
}

/// Finds the credentials in the value of a variable: all of it, or parts.
fn credentials<'t>(name: &str, text: &'t str) -> Vec<Found<'t>> {
    // A key id of AWS is not a secret where it is called one.
    let is_key_id = name.to_ascii_uppercase().ends_with("_ID");
    let is_secret_shape = |it: &'static str| it != shape::AWS_KEY_ID || !is_key_id;
    let is_address = text.contains("://");
    if !is_address && is_secret(name, text) {
        return vec![Found {
            name: "",
            text,
            shape: shape(text).filter(|it| is_secret_shape(it)),
            in_url: false,
        }];
    }
    let mut found = text::search(name, text);
    found.retain(|it| it.shape.is_none_or(is_secret_shape));
    // A token alone is all that its variable is for.
    if let Some(shape) = shape(text).filter(|it| is_secret_shape(it))
        && !found.iter().any(|it| it.in_url)
    {
        return vec![Found { name: "", text, shape: Some(shape), in_url: false }];
    }
    found
}
