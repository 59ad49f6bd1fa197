//! What the server keeps of a conversation.

use std::sync::mpsc::Sender;
use lsp_server::Message;
use super::client::Client;
use lsp_types::Uri;
use std::path::Path;
use crate::policy::config::read::is_configuration;
use std::collections::HashMap;
use crate::project::settings::Settings;
use crate::cli::options::Rules;
use crate::diagnostic::finding::Finding;
use crate::policy::config::Config;
use crate::text::source::Source;
use std::sync::Arc;

/// A text to be judged.
pub struct Text {
    pub uri: Uri,
    version: i32,
    source: Arc<Source>,
    config: Arc<Config>,
}

/// What came out of a text.
pub struct Judged {
    uri: Uri,
    version: i32,
    /// Nothing where a rule gave up.
    findings: Option<Vec<Finding>>,
}

/// A text that is open in the editor.
pub(crate) struct Open {
    pub(crate) version: i32,
    /// The text, under the path of its file.
    pub(crate) source: Arc<Source>,
    /// Whether an engine has yet to fill it in.
    pub is_template: bool,
    /// What is in force for it; nothing where its configuration cannot be used.
    pub config: Option<Arc<Config>>,
    /// What was found in this version of it.
    pub findings: Option<Arc<Vec<Finding>>>,
}

/// A conversation with a client.
pub(crate) struct Session {
    pub(crate) client: Client,
    /// The flags of the command line.
    pub(crate) flags: Rules,
    /// The flags, under what the client configures.
    pub(crate) rules: Rules,
    pub(crate) settings: Settings,
    pub(crate) open: HashMap<Uri, Open>,
    /// The configuration files that cannot be used.
    pub(crate) broken: Vec<Uri>,
    /// Sends to the client.
    pub out: Box<dyn Fn(Message)>,
    /// Sends to be judged.
    pub texts: Sender<Text>,
    pub(crate) is_shut_down: bool,
}

impl Open {
    /// Says whether it is a configuration of the linter.
    pub fn is_configuration(&self) -> bool {
        is_configuration(Path::new(&self.source.name))
    }
}
