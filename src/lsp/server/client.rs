//! What a client can do, and what it is told that the server can.

use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions,
    ExecuteCommandOptions, HoverProviderCapability, InitializeResult, OneOf, PositionEncodingKind,
    SaveOptions, ServerCapabilities, ServerInfo, TextDocumentSyncCapability, TextDocumentSyncKind,
    TextDocumentSyncOptions, TextDocumentSyncSaveOptions,
};
use serde_json::Value;

use crate::lsp::diagnostics::DiagnosticSupport;
use crate::lsp::position::Encoding;

/// The command behind actions that show a place or a page: its argument is a `ShowDocumentParams`.
pub(crate) const SHOW: &str = "batchlint.show";

/// The kind of the action that applies all safe fixes.
pub(crate) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.batchlint");

/// What a client can do.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct EditorClient {
    pub(crate) encoding: Encoding,
    pub(crate) diagnostics: DiagnosticSupport,
    /// Whether completions may have places where typing continues.
    pub(crate) has_snippets: bool,
    /// Whether it shows pages and places when asked to.
    pub(crate) shows_documents: bool,
    /// Whether symbols may hold others.
    pub(crate) nests_symbols: bool,
    /// Whether it answers what its user has configured.
    pub(crate) answers_configuration: bool,
    /// Whether it can be asked to watch files.
    pub(crate) watches_files: bool,
    /// Whether edits may name the version of the text that they are for.
    pub(crate) knows_versions: bool,
}

impl EditorClient {
    /// Reads the parameters of `initialize`. What is not understood of them is not there: clients are newer than servers.
    pub(crate) fn from_params(params: &Value) -> Self {
        let all = &params["capabilities"];
        let can = |ability: &str| all.pointer(ability).and_then(Value::as_bool).unwrap_or_default();
        let encodings = all["general"]["positionEncodings"].as_array();
        let counts_bytes = encodings.is_some_and(|it| it.iter().any(|it| it == "utf-8"));
        EditorClient {
            encoding: if counts_bytes { Encoding::Utf8 } else { Encoding::Utf16 },
            diagnostics: DiagnosticSupport {
                related: can("/textDocument/publishDiagnostics/relatedInformation"),
            },
            has_snippets: can("/textDocument/completion/completionItem/snippetSupport"),
            shows_documents: can("/window/showDocument/support"),
            nests_symbols: can("/textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
            answers_configuration: can("/workspace/configuration"),
            watches_files: can("/workspace/didChangeWatchedFiles/dynamicRegistration"),
            knows_versions: can("/workspace/workspaceEdit/documentChanges"),
        }
    }

    /// Returns the answer to `initialize`.
    pub(crate) fn answer(&self) -> Value {
        let sync = TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: None })),
            ..TextDocumentSyncOptions::default()
        };
        let capabilities = ServerCapabilities {
            position_encoding: Some(match self.encoding {
                Encoding::Utf8 => PositionEncodingKind::UTF8,
                Encoding::Utf16 => PositionEncodingKind::UTF16,
            }),
            text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            completion_provider: Some(CompletionOptions {
                trigger_characters: Some(vec![":".to_owned(), "[".to_owned()]),
                ..CompletionOptions::default()
            }),
            document_symbol_provider: Some(OneOf::Left(true)),
            code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, FIX_ALL]),
                ..CodeActionOptions::default()
            })),
            execute_command_provider: Some(ExecuteCommandOptions {
                commands: vec![SHOW.to_owned()],
                ..ExecuteCommandOptions::default()
            }),
            ..ServerCapabilities::default()
        };
        let info =
            ServerInfo { name: "batchlint".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) };
        serde_json::to_value(InitializeResult { capabilities, server_info: Some(info) }).unwrap_or_default()
    }
}
