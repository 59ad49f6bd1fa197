//! What a client can do, and what it is told that the server can.

use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions,
    ExecuteCommandOptions, HoverProviderCapability, InitializeParams, InitializeResult, OneOf,
    PositionEncodingKind, SaveOptions, ServerCapabilities, ServerInfo, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions,
};

use crate::lsp::diagnostic::Abilities;
use crate::lsp::position::Encoding;

/// The command behind actions that show a place or a page: its argument is a `ShowDocumentParams`.
pub(super) const SHOW: &str = "batchlint.show";

/// The kind of the action that applies all safe fixes.
pub(super) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.batchlint");

/// What a client can do.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Client {
    pub(super) encoding: Encoding,
    pub(super) diagnostics: Abilities,
    /// Whether completions may have places where typing goes on.
    pub(super) has_snippets: bool,
    /// Whether it shows pages and places when asked to.
    pub(super) shows_documents: bool,
    /// Whether symbols may hold others.
    pub(super) nests_symbols: bool,
    /// Whether it answers what its user has configured.
    pub(super) answers_configuration: bool,
    /// Whether it can be asked to watch files.
    pub(super) watches_files: bool,
    /// Whether edits may name the version of the text that they are for.
    pub(super) knows_versions: bool,
}

impl Client {
    pub(super) fn of(params: &InitializeParams) -> Self {
        let all = &params.capabilities;
        let (text, workspace) = (all.text_document.as_ref(), all.workspace.as_ref());
        let encodings = all.general.as_ref().and_then(|it| it.position_encodings.as_ref());
        let counts_bytes = encodings.is_some_and(|it| it.contains(&PositionEncodingKind::UTF8));
        let is = |it: Option<bool>| it.unwrap_or_default();
        let completion = text.and_then(|it| it.completion.as_ref()?.completion_item.as_ref());
        let watching = workspace.and_then(|it| it.did_change_watched_files.as_ref());
        Client {
            encoding: if counts_bytes { Encoding::Utf8 } else { Encoding::Utf16 },
            diagnostics: Abilities {
                related: is(text.and_then(|it| it.publish_diagnostics.as_ref()?.related_information)),
            },
            has_snippets: is(completion.and_then(|it| it.snippet_support)),
            shows_documents: is(all.window.as_ref().and_then(|it| Some(it.show_document.as_ref()?.support))),
            nests_symbols: is(
                text.and_then(|it| it.document_symbol.as_ref()?.hierarchical_document_symbol_support)
            ),
            answers_configuration: is(workspace.and_then(|it| it.configuration)),
            watches_files: is(watching.and_then(|it| it.dynamic_registration)),
            knows_versions: is(workspace.and_then(|it| it.workspace_edit.as_ref()?.document_changes)),
        }
    }

    /// Returns the answer to `initialize`.
    pub(super) fn answer(&self) -> serde_json::Value {
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
