//! What the server keeps of a conversation.

use super::client::EditorClient;
use crate::diagnostic::finding::Finding;
use crate::engine::rule_set::RuleSet;
use crate::policy::config::file::is_configuration;
use crate::project::selection::Selection;
use crate::project::settings::Settings;
use crate::text::source::Source;
use lsp_server::Message;
use lsp_types::Uri;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Sender;

/// A text to be checked.
pub struct LintJob {
    pub(crate) uri: Uri,
    pub(crate) version: i32,
    pub(crate) source: Arc<Source>,
    pub(crate) config: Arc<RuleSet>,
}

/// What came out of a text.
pub struct Linted {
    pub(crate) uri: Uri,
    pub(crate) version: i32,
    /// Nothing where a rule gave up.
    pub(crate) findings: Option<Vec<Finding>>,
}

/// A text that is open in the editor.
pub(crate) struct OpenDocument {
    pub(crate) version: i32,
    /// The text, under the path of its file.
    pub(crate) source: Arc<Source>,
    /// Whether an engine has yet to fill it in.
    pub(crate) is_template: bool,
    /// What is in force for it; `None` if its configuration cannot be used.
    pub(crate) config: Option<Arc<RuleSet>>,
    /// What was found in this version of it.
    pub(crate) findings: Option<Arc<Vec<Finding>>>,
}

/// A conversation with a client.
pub(crate) struct Session {
    pub(crate) client: EditorClient,
    /// The flags of the command line.
    pub(crate) flags: Selection,
    /// The flags, under what the client configures.
    pub(crate) rules: Selection,
    pub(crate) settings: Settings,
    pub(crate) open: HashMap<Uri, OpenDocument>,
    /// The configuration files that cannot be used.
    pub(crate) broken: Vec<Uri>,
    /// Sends to the client.
    pub(crate) out: Box<dyn Fn(Message)>,
    /// Sends to be checked.
    pub(crate) texts: Sender<LintJob>,
    pub(crate) is_shut_down: bool,
}

impl OpenDocument {
    /// Whether it is a configuration of the linter.
    pub(crate) fn is_configuration(&self) -> bool {
        is_configuration(Path::new(&self.source.name))
    }
}
