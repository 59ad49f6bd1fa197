//! What the body of a request is, and how the API server reads numbers in it.

use crate::manifest::workload::Object;

/// How the manifest reaches the API server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Client {
    /// The file as it is.
    #[default]
    Raw,
    /// As kubectl sends it: turned into JSON, of repeated keys the last one only.
    Kubectl,
}

/// What the API server gets to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// YAML.
    Yaml,
    /// JSON as it is written.
    Json,
    /// JSON that kubectl has made.
    Kubectl,
}

impl Body {
    /// Returns what a client makes of the document of an object.
    pub fn for_client(object: Object<'_>, client: Client) -> Self {
        let document = object.node.document;
        match client {
            Client::Kubectl => Body::Kubectl,
            // The items of a list are sent one by one.
            Client::Raw if object.node.parent().is_some() && document.is_json() => Body::Json,
            Client::Raw if object.node.parent().is_some() => Body::Yaml,
            Client::Raw if is_json(document.span.text(&document.source.text).trim_ascii()) => Body::Json,
            Client::Raw => Body::Yaml,
        }
    }
}

/// Whether a document is sent as JSON: it starts with a brace and is valid.
pub fn is_json(text: &str) -> bool {
    text.starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}
