//! The open texts of a client, and what it is told and asked.

use crate::lsp::server::state::OpenDocument;
use crate::lsp::server::state::Session;
use std::collections::HashMap;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{
    CompletionParams, Diagnostic, DiagnosticSeverity, DidChangeTextDocumentParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams, DocumentSymbolParams,
    HoverParams, PublishDiagnosticsParams, Range, TextDocumentIdentifier, TextDocumentPositionParams, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::answers::RequestContext;
use super::client::{EditorClient, SHOW};
use super::configuration::CONFIGURATION;
use crate::diagnostic::finding::Finding;
use crate::engine::rule_set::RuleSet;
use crate::lsp::diagnostics::{self, SOURCE, lint_text};
use crate::lsp::position;
use crate::lsp::server::state::{LintJob, Linted};
use crate::lsp::uri::path_of;
use crate::manifest::workload::is_manifest;
use crate::policy::config::file::{FILE_NAME, FILE_NAMES};
use crate::project::patches::Patches;
use crate::project::paths::{charts_around, display};
use crate::project::selection::Selection;
use crate::project::settings::mistakes;
use crate::project::settings::{Settings, SettingsError};
use crate::text::source::Source;

/// Why a request gets no answer but an error.
#[derive(Debug, thiserror::Error)]
enum RequestError {
    /// The client has asked for the shutdown before.
    #[error("the server has shut down")]
    ShutDown,
    /// The server does not know the method.
    #[error("`{0}` is not supported")]
    Method(String),
    /// The server does not know the command.
    #[error("there is no command {0}")]
    Command(Value),
    /// The parameters are not those of the method.
    #[error(transparent)]
    Params(serde_json::Error),
    /// The text is not open.
    #[error("{0} is not open")]
    NotOpen(String),
    /// The answer cannot be written as JSON.
    #[error(transparent)]
    Answer(serde_json::Error),
    /// The server panicked over the method.
    #[error("`{0}` failed")]
    Panicked(String),
}

impl RequestError {
    fn code(&self) -> ErrorCode {
        match self {
            RequestError::ShutDown => ErrorCode::InvalidRequest,
            RequestError::Method(_) => ErrorCode::MethodNotFound,
            RequestError::Command(_) | RequestError::Params(_) | RequestError::NotOpen(_) => {
                ErrorCode::InvalidParams
            }
            RequestError::Answer(_) | RequestError::Panicked(_) => ErrorCode::InternalError,
        }
    }
}

impl Session {
    pub(crate) fn new(
        client: EditorClient,
        flags: &Selection,
        out: Box<dyn Fn(Message)>,
        texts: Sender<LintJob>,
    ) -> Result<Self, SettingsError> {
        Ok(Session {
            client,
            flags: flags.clone(),
            rules: flags.clone(),
            settings: Settings::new(flags)?,
            open: HashMap::new(),
            broken: Vec::new(),
            out,
            texts,
            is_shut_down: false,
        })
    }

    /// Takes a message of the client.
    pub(crate) fn message(&mut self, message: Message) {
        match message {
            Message::Request(request) => self.request(request),
            Message::Notification(notification) => {
                // What cannot be taken in is lost, and not the conversation.
                let _ = catch_unwind(AssertUnwindSafe(|| self.notification(notification)));
            }
            Message::Response(response) => {
                let is_configuration = response.id == CONFIGURATION.to_owned().into();
                if let Some(settings) = response
                    .response_result
                    .ok()
                    .filter(|_| is_configuration)
                    .as_ref()
                    .and_then(|it| it.get(0))
                {
                    self.configure(settings);
                }
            }
        }
    }

    /// Takes what came out of a text, unless it has changed since.
    pub(crate) fn linted(&mut self, linted: Linted) {
        let Linted { uri, version, findings } = linted;
        let Some(open) = self.open.get_mut(&uri).filter(|open| open.version == version) else { return };
        let Some(findings) = findings else {
            let text =
                format!("batchlint crashed while checking {}: please report this bug", open.source.name);
            return self.show_error(&text);
        };
        let findings = Arc::new(findings);
        open.findings = Some(findings.clone());
        let list = self.diagnostics(&findings, &uri);
        self.publish(uri, list, Some(version));
    }

    fn request(&mut self, request: Request) {
        let Request { id, method, params } = request;
        // Whatever a text makes of a question, the next one is answered.
        let answer = catch_unwind(AssertUnwindSafe(|| self.answer(&method, params)));
        let response = match answer.unwrap_or(Err(RequestError::Panicked(method))) {
            Ok(value) => Response::new_ok(id, value),
            Err(error) => Response::new_err(id, error.code() as i32, error.to_string()),
        };
        (self.out)(response.into());
    }

    /// Answers a request that the client has cancelled before its turn came.
    pub(crate) fn cancel(&self, id: RequestId) {
        let why = "the client has cancelled the request".to_owned();
        (self.out)(Response::new_err(id, ErrorCode::RequestCanceled as i32, why).into());
    }

    fn answer(&mut self, method: &str, params: Value) -> Result<Value, RequestError> {
        if self.is_shut_down {
            return Err(RequestError::ShutDown);
        }
        match method {
            "shutdown" => {
                self.is_shut_down = true;
                Ok(Value::Null)
            }
            "textDocument/hover" => {
                let HoverParams { text_document_position_params: place, .. } = read_params(params)?;
                self.answer_at(&place, |question, findings| question.hover(place.position, findings))
            }
            "textDocument/completion" => {
                let CompletionParams { text_document_position: place, .. } = read_params(params)?;
                self.answer_at(&place, |question, _| question.completion(place.position))
            }
            "textDocument/documentSymbol" => {
                let DocumentSymbolParams { text_document, .. } = read_params(params)?;
                self.ask(&text_document.uri, |question, _| question.symbols())
            }
            "textDocument/codeAction" => {
                // The diagnostics in the context, also those of other servers, are not looked at.
                let document: TextDocumentIdentifier = read_params(params["textDocument"].clone())?;
                let range: Range = read_params(params["range"].clone())?;
                let only: Option<Vec<String>> = read_params(params["context"]["only"].clone())?;
                self.ask(&document.uri, |question, findings| {
                    question.actions(range, only.as_deref(), findings)
                })
            }
            "workspace/executeCommand" if params["command"] == SHOW => {
                self.ask_client("show", "window/showDocument", params["arguments"][0].clone());
                Ok(Value::Null)
            }
            "workspace/executeCommand" => Err(RequestError::Command(params["command"].clone())),
            _ => Err(RequestError::Method(method.to_owned())),
        }
    }

    fn answer_at<T: Serialize>(
        &mut self,
        place: &TextDocumentPositionParams,
        answer: impl FnOnce(&RequestContext<'_>, &[Finding]) -> T,
    ) -> Result<Value, RequestError> {
        self.ask(&place.text_document.uri, answer)
    }

    /// Answers a question about an open text, for which it is checked if need be.
    fn ask<T: Serialize>(
        &mut self,
        uri: &Uri,
        answer: impl FnOnce(&RequestContext<'_>, &[Finding]) -> T,
    ) -> Result<Value, RequestError> {
        let client = self.client;
        let Some(open) = self.open.get_mut(uri) else {
            return Err(RequestError::NotOpen(uri.as_str().to_owned()));
        };
        if open.is_template || open.is_configuration() {
            return Ok(Value::Null);
        }
        let config = open.config.clone();
        let findings = open.findings.get_or_insert_with(|| {
            let lint = |config: &Arc<RuleSet>| lint_text(&open.source, config);
            Arc::new(config.as_ref().map(lint).unwrap_or_default())
        });
        let findings = findings.clone();
        let question =
            RequestContext { client: &client, uri, open, config: config.as_deref().map(Deref::deref) };
        serde_json::to_value(answer(&question, &findings)).map_err(RequestError::Answer)
    }

    fn notification(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        match method.as_str() {
            "textDocument/didOpen" => self.opened(params),
            "textDocument/didChange" => self.changed(params),
            "textDocument/didSave" => self.saved(params),
            "textDocument/didClose" => self.closed(params),
            "workspace/didChangeWatchedFiles" => self.reload(),
            "workspace/didChangeConfiguration" => match params["settings"].get("batchlint") {
                Some(settings) => self.configure(&settings.clone()),
                None => self.ask_for_configuration(),
            },
            _ => {}
        }
    }

    /// Takes what the client configured when it started the server, and asks for what it has to say later.
    pub(crate) fn start(&mut self, options: &Value) {
        self.configure(options);
        self.ask_for_configuration();
        if self.client.watches_files {
            let watchers = FILE_NAMES.map(|name| json!({ "globPattern": format!("**/{name}") }));
            let method = "workspace/didChangeWatchedFiles";
            let options = json!({ "watchers": watchers });
            let registration = json!({ "id": "configuration", "method": method, "registerOptions": options });
            let params = json!({ "registrations": [registration] });
            self.ask_client("watch", "client/registerCapability", params);
        }
    }

    fn opened(&mut self, params: Value) {
        let Ok(params) = serde_json::from_value::<DidOpenTextDocumentParams>(params) else { return };
        let document = params.text_document;
        let path = path_of(&document.uri);
        let name = path.as_deref().map_or_else(|| document.uri.as_str().to_owned(), display);
        let source = Arc::new(match path.as_deref() {
            Some(path) => Patches::default().source(path, &name, document.text),
            None => Source::new(name, document.text),
        });
        let is_template = document.language_id == "helm" || path.is_some_and(|path| is_in_chart(&path));
        let open =
            OpenDocument { version: document.version, source, is_template, config: None, findings: None };
        self.open.insert(document.uri.clone(), open);
        self.clear_configurations();
        self.queue_lint(&document.uri);
    }

    fn changed(&mut self, params: Value) {
        let Ok(params) = serde_json::from_value::<DidChangeTextDocumentParams>(params) else { return };
        let uri = params.text_document.uri;
        let Some(open) = self.open.get_mut(&uri) else { return };
        let text = position::apply(&open.source.text, params.content_changes, self.client.encoding);
        open.source = Arc::new(open.source.with_text(text));
        open.version = params.text_document.version;
        open.findings = None;
        self.queue_lint(&uri);
    }

    fn saved(&mut self, params: Value) {
        let Ok(params) = serde_json::from_value::<DidSaveTextDocumentParams>(params) else { return };
        let uri = params.text_document.uri;
        // What a configuration extends has any name.
        let may_be_base = |it: &OpenDocument| !it.is_template && !is_manifest(&it.source.text);
        if self.open.get(&uri).is_some_and(|it| it.is_configuration() || may_be_base(it)) {
            self.reload()
        } else {
            self.clear_configurations();
            self.queue_lint(&uri);
        }
    }

    fn closed(&mut self, params: Value) {
        let Ok(params) = serde_json::from_value::<DidCloseTextDocumentParams>(params) else { return };
        let uri = params.text_document.uri;
        let Some(closed) = self.open.remove(&uri) else { return };
        self.publish(uri, Vec::new(), None);
        // What its file says counts again.
        if closed.is_configuration() {
            self.reload();
        }
    }

    /// Has a text checked; what comes out of it is told later.
    pub(crate) fn queue_lint(&mut self, uri: &Uri) {
        let Some(open) = self.open.get(uri) else { return };
        let version = open.version;
        if open.is_configuration() {
            let source = open.source.clone();
            let findings = mistakes(&source);
            let list = self.diagnostics(&findings, uri);
            return self.publish(uri.clone(), list, Some(version));
        }
        if open.is_template {
            return;
        }
        let source = open.source.clone();
        let config = self.config_for(&source.name);
        if config.is_some() && self.settings.excludes(Path::new(&source.name)) {
            if let Some(open) = self.open.get_mut(uri) {
                (open.config, open.findings) = (None, Some(Arc::default()));
            }
            return self.publish(uri.clone(), Vec::new(), Some(version));
        }
        if let Some(open) = self.open.get_mut(uri) {
            (open.config, open.findings) = (config.clone(), None);
        }
        match config {
            Some(config) => _ = self.texts.send(LintJob { uri: uri.clone(), version, source, config }),
            None if !is_manifest(&source.text) => {}
            None => {
                let message = format!("not checked: {FILE_NAME} has errors, which are shown there");
                let diagnostic = Diagnostic {
                    severity: Some(DiagnosticSeverity::ERROR),
                    source: Some(SOURCE.to_owned()),
                    message,
                    ..Diagnostic::default()
                };
                self.publish(uri.clone(), vec![diagnostic], Some(version));
            }
        }
    }

    pub(crate) fn diagnostics(&self, findings: &[Finding], uri: &Uri) -> Vec<Diagnostic> {
        let EditorClient { encoding, diagnostics, .. } = self.client;
        findings.iter().map(|it| diagnostics::to_diagnostic(it, uri, encoding, diagnostics)).collect()
    }

    pub(crate) fn publish(&self, uri: Uri, diagnostics: Vec<Diagnostic>, version: Option<i32>) {
        self.notify(
            "textDocument/publishDiagnostics",
            PublishDiagnosticsParams { uri, diagnostics, version },
        );
    }

    pub(crate) fn show_error(&self, message: &str) {
        self.notify("window/showMessage", json!({ "type": 1, "message": message }));
    }

    fn notify(&self, method: &str, params: impl Serialize) {
        (self.out)(Notification::new(method.to_owned(), params).into());
    }

    /// Asks the client; of its answers only the one about its configuration is looked at.
    pub(crate) fn ask_client(&self, id: &str, method: &str, params: Value) {
        (self.out)(Request::new(id.to_owned().into(), method.to_owned(), params).into());
    }
}

fn read_params<T: DeserializeOwned>(params: Value) -> Result<T, RequestError> {
    serde_json::from_value(params).map_err(RequestError::Params)
}

/// Whether a file is a template of a Helm chart.
fn is_in_chart(path: &Path) -> bool {
    charts_around(path).any(|chart| chart.join("Chart.yaml").is_file())
}
