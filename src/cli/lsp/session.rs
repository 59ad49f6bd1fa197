//! The open texts of a client, and what it is told and asked.
#![expect(clippy::disallowed_methods, reason = "paths of files are looked at here")]

use std::cell::RefCell;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;

use lsp_server::{ErrorCode, Message, Notification, Request, Response};
use lsp_types::{
    CodeActionParams, CompletionParams, Diagnostic, DiagnosticSeverity, DidChangeTextDocumentParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams, DocumentSymbolParams,
    HoverParams, PublishDiagnosticsParams, TextDocumentPositionParams, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::answers::Question;
use super::client::{Client, SHOW};
use super::{Judged, Text};
use crate::cli::args::Rules;
use crate::cli::files::{display, is_in_chart};
use crate::cli::settings::{Found, Settings};
use crate::config::Config;
use crate::config::read::{FILE_NAME, read};
use crate::finding::Finding;
use crate::lint::misconfigured;
use crate::lsp::diagnostic::{self, SOURCE, is_manifest, judge};
use crate::lsp::position;
use crate::lsp::uri::{path_of, uri_of};
use crate::source::Source;

/// The id of the one question that is asked again and again.
const CONFIGURATION: &str = "configuration";

/// A text that is open in the editor.
pub(super) struct Open {
    pub(super) version: i32,
    /// The text, under the path of its file.
    pub(super) source: Arc<Source>,
    /// Whether an engine has yet to fill it in.
    is_template: bool,
    /// What is in force for it; nothing where its configuration cannot be used.
    config: Option<Arc<Config>>,
    /// What was found in this version of it.
    findings: Option<Arc<Vec<Finding>>>,
}

/// A conversation with a client.
pub(super) struct Session {
    client: Client,
    /// The flags of the command line.
    flags: Rules,
    /// The flags, under what the client configures.
    rules: Rules,
    settings: Settings,
    open: HashMap<Uri, Open>,
    /// The configuration files that cannot be used.
    broken: Vec<Uri>,
    /// Sends to the client.
    out: Box<dyn Fn(Message)>,
    /// Sends to be judged.
    texts: Sender<Text>,
    pub(super) is_shut_down: bool,
}

/// What a client can configure, as the command line's flags; what it leaves out, or empty, is not set.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Options {
    preset: Option<String>,
    select: Option<Vec<String>>,
    ignore: Option<Vec<String>>,
    kubernetes_version: Option<String>,
    config: Option<String>,
}

impl Options {
    /// Puts what is configured over the flags.
    fn over(self, flags: &Rules) -> Result<Rules, String> {
        let mut rules = flags.clone();
        let text = |text: Option<String>| text.filter(|text| !text.is_empty());
        if let Some(name) = text(self.preset) {
            let preset = crate::config::Preset::ALL.into_iter().find(|preset| preset.as_str() == name);
            let known =
                || format!("there is no preset `{name}`; there are `default`, `strict` and `security`");
            rules.preset = Some(preset.ok_or_else(known)?);
        }
        if let Some(version) = text(self.kubernetes_version) {
            rules.kubernetes_version = Some(version.parse()?);
        }
        let list = |list: Option<Vec<String>>| list.filter(|list| !list.is_empty());
        rules.select = list(self.select).unwrap_or(rules.select);
        rules.ignore = list(self.ignore).unwrap_or(rules.ignore);
        rules.config = text(self.config).map(PathBuf::from).or(rules.config);
        Ok(rules)
    }
}

impl Session {
    pub(super) fn new(
        client: Client,
        flags: &Rules,
        out: Box<dyn Fn(Message)>,
        texts: Sender<Text>,
    ) -> Result<Self, String> {
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
    pub(super) fn message(&mut self, message: Message) {
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
    pub(super) fn judged(&mut self, judged: Judged) {
        let Judged { uri, version, findings } = judged;
        let Some(open) = self.open.get_mut(&uri).filter(|open| open.version == version) else { return };
        let Some(findings) = findings else {
            let text = format!("batchlint gave up on {}: please report this", open.source.name);
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
        let response = match answer {
            Ok(Ok(value)) => Response::new_ok(id, value),
            Ok(Err((code, message))) => Response::new_err(id, code as i32, message),
            Err(_) => Response::new_err(id, ErrorCode::InternalError as i32, format!("`{method}` failed")),
        };
        (self.out)(response.into());
    }

    fn answer(&mut self, method: &str, params: Value) -> Result<Value, (ErrorCode, String)> {
        if self.is_shut_down {
            return Err((ErrorCode::InvalidRequest, "the server is shut down".to_owned()));
        }
        match method {
            "shutdown" => {
                self.is_shut_down = true;
                Ok(Value::Null)
            }
            "textDocument/hover" => {
                let HoverParams { text_document_position_params: place, .. } = read_params(params)?;
                self.at(&place, |question, findings| question.hover(place.position, findings))
            }
            "textDocument/completion" => {
                let CompletionParams { text_document_position: place, .. } = read_params(params)?;
                self.at(&place, |question, _| question.completion(place.position))
            }
            "textDocument/documentSymbol" => {
                let DocumentSymbolParams { text_document, .. } = read_params(params)?;
                self.ask(&text_document.uri, |question, _| question.symbols())
            }
            "textDocument/codeAction" => {
                let params: CodeActionParams = read_params(params)?;
                let uri = params.text_document.uri.clone();
                self.ask(&uri, |question, findings| question.actions(&params, findings))
            }
            "workspace/executeCommand" if params["command"] == SHOW => {
                self.ask_client("show", "window/showDocument", params["arguments"][0].clone());
                Ok(Value::Null)
            }
            "workspace/executeCommand" => {
                Err((ErrorCode::InvalidParams, format!("there is no command {}", params["command"])))
            }
            _ => Err((ErrorCode::MethodNotFound, format!("`{method}` is not served"))),
        }
    }

    fn at<T: Serialize>(
        &mut self,
        place: &TextDocumentPositionParams,
        answer: impl FnOnce(&Question<'_>, &[Finding]) -> T,
    ) -> Result<Value, (ErrorCode, String)> {
        self.ask(&place.text_document.uri, answer)
    }

    /// Answers a question about an open text, for which it is judged if need be.
    fn ask<T: Serialize>(
        &mut self,
        uri: &Uri,
        answer: impl FnOnce(&Question<'_>, &[Finding]) -> T,
    ) -> Result<Value, (ErrorCode, String)> {
        let client = self.client;
        let Some(open) = self.open.get_mut(uri) else {
            return Err((ErrorCode::InvalidParams, format!("{} is not open", uri.as_str())));
        };
        if open.is_template || open.is_configuration() {
            return Ok(Value::Null);
        }
        let config = open.config.clone();
        let findings = open.findings.get_or_insert_with(|| {
            let judge = |config: &Arc<Config>| judge(&open.source.name, &open.source.text, config);
            Arc::new(config.as_ref().map(judge).unwrap_or_default())
        });
        let findings = findings.clone();
        let question = Question { client: &client, uri, open, config: config.as_deref() };
        serde_json::to_value(answer(&question, &findings))
            .map_err(|error| (ErrorCode::InternalError, error.to_string()))
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
    pub(super) fn start(&mut self, options: &Value) {
        self.configure(options);
        self.ask_for_configuration();
        if self.client.watches_files {
            let watchers = json!([{ "globPattern": format!("**/{FILE_NAME}") }]);
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
        let is_template = document.language_id == "helm" || path.is_some_and(|path| is_in_chart(&path));
        let source = Arc::new(Source::new(name, document.text));
        let open = Open { version: document.version, source, is_template, config: None, findings: None };
        self.open.insert(document.uri.clone(), open);
        self.forget();
        self.judge(&document.uri);
    }

    fn changed(&mut self, params: Value) {
        let Ok(params) = serde_json::from_value::<DidChangeTextDocumentParams>(params) else { return };
        let uri = params.text_document.uri;
        let Some(open) = self.open.get_mut(&uri) else { return };
        let text = position::apply(&open.source.text, params.content_changes, self.client.encoding);
        open.source = Arc::new(Source::new(open.source.name.as_str(), text));
        open.version = params.text_document.version;
        open.findings = None;
        self.judge(&uri);
    }

    fn saved(&mut self, params: Value) {
        let Ok(params) = serde_json::from_value::<DidSaveTextDocumentParams>(params) else { return };
        let uri = params.text_document.uri;
        match self.open.get(&uri).is_some_and(Open::is_configuration) {
            true => self.reload(),
            false => {
                self.forget();
                self.judge(&uri);
            }
        }
    }

    fn closed(&mut self, params: Value) {
        let Ok(params) = serde_json::from_value::<DidCloseTextDocumentParams>(params) else { return };
        let uri = params.text_document.uri;
        if self.open.remove(&uri).is_some() {
            self.publish(uri, Vec::new(), None);
        }
    }

    /// Takes what the client has configured, if it can be meant.
    fn configure(&mut self, settings: &Value) {
        if settings.is_null() {
            return;
        }
        let options = serde_json::from_value::<Options>(settings.clone()).map_err(|error| error.to_string());
        let rules = options.and_then(|options| options.over(&self.flags));
        match rules.and_then(|rules| Settings::new(&rules).map(|_| rules)) {
            Ok(rules) => {
                self.rules = rules;
                self.reload();
            }
            Err(error) => self.show_error(&format!("batchlint: the settings cannot be used: {error}")),
        }
    }

    fn ask_for_configuration(&mut self) {
        if self.client.answers_configuration {
            let params = json!({ "items": [{ "section": "batchlint" }] });
            self.ask_client(CONFIGURATION, "workspace/configuration", params);
        }
    }

    /// Reads all configurations anew, and judges every text by them.
    fn reload(&mut self) {
        self.forget();
        for uri in std::mem::take(&mut self.broken) {
            self.publish(uri, Vec::new(), None);
        }
        let all: Vec<Uri> = self.open.keys().cloned().collect();
        all.iter().for_each(|uri| self.judge(uri));
    }

    /// Forgets the configurations that were read, and which day it is.
    fn forget(&mut self) {
        if let Ok(settings) = Settings::new(&self.rules) {
            self.settings = settings;
        }
    }

    /// Has a text judged; what comes out of it is told later.
    fn judge(&mut self, uri: &Uri) {
        let Some(open) = self.open.get(uri) else { return };
        let version = open.version;
        if open.is_configuration() {
            let source = open.source.clone();
            let mistakes = read(&source, &mut Config::new(jiff::civil::Date::default())).err();
            let findings = mistakes.map(|it| misconfigured(&source, it).findings).unwrap_or_default();
            let list = self.diagnostics(&findings, uri);
            return self.publish(uri.clone(), list, Some(version));
        }
        if open.is_template {
            return;
        }
        let source = open.source.clone();
        let config = self.config_for(&source.name);
        if let Some(open) = self.open.get_mut(uri) {
            open.config.clone_from(&config);
        }
        match config {
            Some(config) => _ = self.texts.send(Text { uri: uri.clone(), version, source, config }),
            None if !is_manifest(&source.text) => {}
            None => {
                let message = format!("not judged: {FILE_NAME} cannot be used, and says why itself");
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

    /// Returns what is in force for a file, and shows what is wrong with its configuration, in that.
    fn config_for(&mut self, name: &str) -> Option<Arc<Config>> {
        let said = RefCell::new(Vec::new());
        let found = self.settings.for_file(Path::new(name), &|outcome| said.borrow_mut().push(outcome));
        for outcome in said.into_inner() {
            let Some(source) = outcome.findings.first().map(|finding| finding.source.clone()) else {
                continue;
            };
            let Some(uri) = address(Path::new(&source.name)) else { continue };
            // Clients write one address in several ways.
            let is_open = |open: &Uri| path_of(open) == path_of(&uri);
            if !self.open.keys().any(is_open) {
                let list = self.diagnostics(&outcome.findings, &uri);
                self.publish(uri.clone(), list, None);
                self.broken.push(uri);
            }
        }
        if let Found::Valid { file: Some(file), .. } = &found
            && let Some(uri) = address(file)
            && let Some(at) = self.broken.iter().position(|broken| *broken == uri)
        {
            self.broken.swap_remove(at);
            self.publish(uri, Vec::new(), None);
        }
        found.config(Path::new(name)).map(|config| Arc::new(config.into_owned()))
    }

    fn diagnostics(&self, findings: &[Finding], uri: &Uri) -> Vec<Diagnostic> {
        let Client { encoding, diagnostics, .. } = self.client;
        findings.iter().map(|it| diagnostic::of(it, uri, encoding, diagnostics)).collect()
    }

    fn publish(&self, uri: Uri, diagnostics: Vec<Diagnostic>, version: Option<i32>) {
        self.tell("textDocument/publishDiagnostics", PublishDiagnosticsParams { uri, diagnostics, version });
    }

    fn show_error(&self, message: &str) {
        self.tell("window/showMessage", json!({ "type": 1, "message": message }));
    }

    fn tell(&self, method: &str, params: impl Serialize) {
        (self.out)(Notification::new(method.to_owned(), params).into());
    }

    /// Asks the client; of its answers only the one about its configuration is looked at.
    fn ask_client(&self, id: &str, method: &str, params: Value) {
        (self.out)(Request::new(id.to_owned().into(), method.to_owned(), params).into());
    }
}

impl Open {
    /// Says whether it is a configuration of the linter.
    fn is_configuration(&self) -> bool {
        Path::new(&self.source.name).file_name().is_some_and(|name| name == FILE_NAME)
    }
}

/// Returns the address of a file.
fn address(path: &Path) -> Option<Uri> {
    uri_of(&std::path::absolute(path).ok()?)
}

fn read_params<T: DeserializeOwned>(params: Value) -> Result<T, (ErrorCode, String)> {
    serde_json::from_value(params).map_err(|error| (ErrorCode::InvalidParams, error.to_string()))
}
