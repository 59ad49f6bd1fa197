//! Answers to what a client asks of one text.

use std::collections::HashMap;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, Command, CompletionItem, CompletionItemKind,
    CompletionTextEdit, DocumentChanges, DocumentSymbol, DocumentSymbolResponse, Documentation, Hover,
    HoverContents, InsertTextFormat, Location, MarkupContent, MarkupKind, OneOf,
    OptionalVersionedTextDocumentIdentifier, Position, Range, ShowDocumentParams, SymbolInformation,
    SymbolKind, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};

use super::client::{EditorClient, FIX_ALL, SHOW};
use crate::diagnostic::finding::Finding;
use crate::lsp::action::{self, REASON};
use crate::lsp::completion::{self, Completion, without_snippet};
use crate::lsp::outline::Outline;
use crate::lsp::position::TextPositions;
use crate::lsp::server::state::OpenDocument;
use crate::lsp::symbol::{self, Symbol};
use crate::lsp::{diagnostics, hover};
use crate::manifest::edit::{Edit, Fix, Safety};
use crate::mask::hide_in_text;
use crate::policy::config::Config;
use crate::rewrite::fix_all::fix_all;
use crate::schema::version::Version;
use crate::text::source::Source;
use crate::text::span::{Span, to_u32};

/// A text that is open, and how its client counts.
pub(crate) struct RequestContext<'q> {
    pub(crate) client: &'q EditorClient,
    pub(crate) uri: &'q Uri,
    pub(crate) open: &'q OpenDocument,
    /// What is in force; `None` if the configuration cannot be used, and then there are no findings.
    pub(crate) config: Option<&'q Config>,
}

impl RequestContext<'_> {
    fn places(&self) -> TextPositions<'_> {
        TextPositions { source: &self.open.source, encoding: self.client.encoding }
    }

    fn minor(&self) -> u8 {
        self.config.map_or(Version::NEWEST, |config| config.assumptions.kubernetes_version).minor
    }

    pub(crate) fn hover(&self, position: Position, findings: &[Finding]) -> Option<Hover> {
        let (text, offset) = (&*hide_in_text(&self.open.source.text), self.places().offset(position));
        let (value, range) = hover::hover_at(&Outline::at(text, offset), findings, offset, self.minor())?;
        let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value });
        Some(Hover { contents, range: Some(self.places().range(range)) })
    }

    pub(crate) fn completion(&self, position: Position) -> Vec<CompletionItem> {
        let (text, offset) = (self.open.source.text.as_str(), self.places().offset(position));
        let found = completion::complete_at(&Outline::at(text, offset), offset, self.minor());
        found.into_iter().map(|it| self.completion_item(it)).collect()
    }

    fn completion_item(&self, it: Completion) -> CompletionItem {
        let range = self.places().range(it.replace);
        let snippet = self.client.has_snippets;
        let new_text = if snippet { it.insert } else { without_snippet(&it.insert) };
        let markdown = |value| MarkupContent { kind: MarkupKind::Markdown, value };
        let is_quoted = new_text.starts_with('"');
        CompletionItem {
            // Clients compare the filter with what the range holds, quotes and all.
            filter_text: is_quoted.then(|| new_text.clone()),
            sort_text: Some(format!("{:03} {}", it.rank, it.label)),
            label: it.label,
            kind: Some(if it.is_key { CompletionItemKind::FIELD } else { CompletionItemKind::ENUM_MEMBER }),
            detail: (!it.detail.is_empty()).then_some(it.detail),
            documentation: (!it.documentation.is_empty())
                .then(|| Documentation::MarkupContent(markdown(it.documentation))),
            insert_text_format: snippet.then_some(InsertTextFormat::SNIPPET),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text })),
            ..CompletionItem::default()
        }
    }

    #[expect(deprecated, reason = "the protocol's types have a field that newer versions leave out")]
    pub(crate) fn symbols(&self) -> DocumentSymbolResponse {
        let symbols = symbol::symbols(&self.open.source.text);
        if self.client.nests_symbols {
            return DocumentSymbolResponse::Nested(
                symbols.into_iter().map(|it| self.symbol(it, SymbolKind::OBJECT)).collect(),
            );
        }
        let flat = symbols.into_iter().flat_map(|symbol| {
            let container = symbol.name.clone();
            let information = |symbol: &Symbol, kind, container_name| SymbolInformation {
                name: symbol.name.clone(),
                kind,
                tags: None,
                deprecated: None,
                location: Location {
                    uri: self.uri.clone(),
                    range: self.places().range(symbol.range.clone()),
                },
                container_name,
            };
            let inner = symbol.children.iter();
            let inner = inner.map(|child| information(child, SymbolKind::MODULE, Some(container.clone())));
            std::iter::once(information(&symbol, SymbolKind::OBJECT, None)).chain(inner).collect::<Vec<_>>()
        });
        DocumentSymbolResponse::Flat(flat.collect())
    }

    #[expect(deprecated, reason = "the protocol's types have a field that newer versions leave out")]
    fn symbol(&self, it: Symbol, kind: SymbolKind) -> DocumentSymbol {
        let children = it.children.into_iter().map(|it| self.symbol(it, SymbolKind::MODULE));
        DocumentSymbol {
            name: it.name,
            detail: (!it.detail.is_empty()).then_some(it.detail),
            kind,
            tags: None,
            deprecated: None,
            range: self.places().range(it.range),
            selection_range: self.places().range(it.selection),
            children: Some(children.collect()),
        }
    }

    /// Returns what can be done between two positions; with `only`, of these kinds.
    pub(crate) fn actions(
        &self,
        range: Range,
        only: Option<&[String]>,
        findings: &[Finding],
    ) -> Vec<CodeActionOrCommand> {
        let places = self.places();
        let (start, end) = (places.offset(range.start), places.offset(range.end));
        let is_near = |finding: &&Finding| {
            let span = finding.place.span.range();
            span.start <= end && start <= span.end
        };
        let wants = |kind: &CodeActionKind| {
            let is_part = |only: &String| {
                let rest = kind.as_str().strip_prefix(only.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            only.is_none_or(|only| only.iter().any(is_part))
        };
        let mut actions = Vec::new();
        if wants(&CodeActionKind::QUICKFIX) {
            let near: Vec<&Finding> = findings.iter().filter(is_near).collect();
            for finding in &near {
                let fixes = [&finding.fix, &finding.alternative].into_iter().flatten();
                actions.extend(fixes.map(|fix| self.fix(finding, fix)));
            }
            actions.extend(self.ignore(&near));
            let mut known = Vec::new();
            for finding in near {
                if !known.contains(&finding.rule.id) {
                    known.push(finding.rule.id);
                    actions.extend(self.page(finding));
                }
            }
        }
        if wants(&FIX_ALL) {
            actions.extend(self.fix_all());
        }
        actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()
    }

    fn fix(&self, finding: &Finding, fix: &Fix) -> CodeAction {
        let is_safe = fix.safety == Safety::Safe;
        let warning = if is_safe { "" } else { " (changes what runs: review it)" };
        CodeAction {
            title: format!("{}{warning}", capitalized(&fix.title)),
            edit: Some(self.edit(&fix.edits)),
            is_preferred: Some(is_safe),
            ..self.action(finding)
        }
    }

    fn ignore(&self, findings: &[&Finding]) -> Vec<CodeAction> {
        let Some(config) = self.config else { return Vec::new() };
        let ways = action::ignore(findings, &self.open.source, config);
        let action = |(finding, edits): (&&Finding, Option<Vec<Edit>>)| {
            let edits = edits?;
            // The reason is selected, so that typing replaces it.
            let show = self.show(ShowDocumentParams {
                uri: self.uri.clone(),
                external: None,
                take_focus: Some(true),
                selection: Some(self.reason(&edits)?),
            });
            let ids = [&[finding.rule.id], &finding.also_ids()[..]].concat();
            Some(CodeAction {
                title: format!("Ignore {} here, with a reason", ids.join(" and ")),
                edit: Some(self.edit(&edits)),
                command: show,
                ..self.action(finding)
            })
        };
        findings.iter().zip(ways).filter_map(action).collect()
    }

    /// Returns where the reason of a new suppression stands once the edits are made; only their lines are looked at.
    fn reason(&self, edits: &[Edit]) -> Option<Range> {
        let (source, lines) = (&self.open.source, self.open.source.lines());
        let first = lines.line(edits.iter().map(|it| it.span.start).min()?);
        let (start, end) = (lines.start_of(first), edits.iter().map(|it| it.span.end).max()?);
        let moved = |it: &Edit| Edit {
            span: Span { start: it.span.start - start, end: it.span.end - start },
            text: it.text.clone(),
        };
        let edits: Vec<Edit> = edits.iter().map(moved).collect();
        let before = &source.text[start as usize..end as usize];
        let after = Source::new("", action::apply_edits(before, &edits));
        let edit = edits.iter().find(|edit| edit.text.contains(REASON))?;
        let reason = edit.span.start as usize + edit.text.find(REASON)?;
        let places = TextPositions { source: &after, encoding: self.client.encoding };
        let mut range = places.range(reason..reason + REASON.len());
        range.start.line += to_u32(first - 1);
        range.end.line += to_u32(first - 1);
        Some(range)
    }

    fn page(&self, finding: &Finding) -> Option<CodeAction> {
        let uri = finding.rule.url().parse().ok()?;
        let page = ShowDocumentParams { uri, external: Some(true), take_focus: None, selection: None };
        let title = format!("Open the documentation of {}", finding.rule.id);
        Some(CodeAction { title, command: Some(self.show(page)?), ..self.action(finding) })
    }

    /// Makes the command that shows something, for clients that can.
    fn show(&self, params: ShowDocumentParams) -> Option<Command> {
        let arguments = Some(vec![serde_json::to_value(params).ok()?]);
        let command = Command { title: "Show".to_owned(), command: SHOW.to_owned(), arguments };
        self.client.shows_documents.then_some(command)
    }

    fn fix_all(&self) -> Option<CodeAction> {
        let source = &self.open.source;
        let fixed = fix_all(source, self.config?, Safety::Safe);
        let edits = action::line_edits(&source.text, &fixed.text);
        (!edits.is_empty()).then(|| CodeAction {
            title: "Apply all safe fixes".to_owned(),
            kind: Some(FIX_ALL),
            edit: Some(self.edit(&edits)),
            ..CodeAction::default()
        })
    }

    fn action(&self, finding: &Finding) -> CodeAction {
        let EditorClient { encoding, diagnostics, .. } = *self.client;
        CodeAction {
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![diagnostics::to_diagnostic(finding, self.uri, encoding, diagnostics)]),
            ..CodeAction::default()
        }
    }

    fn edit(&self, edits: &[Edit]) -> WorkspaceEdit {
        let text_edit = |edit: &Edit| TextEdit {
            range: self.places().range(edit.span.range()),
            new_text: edit.text.clone(),
        };
        let edits: Vec<TextEdit> = edits.iter().map(text_edit).collect();
        if !self.client.knows_versions {
            return WorkspaceEdit::new(HashMap::from([(self.uri.clone(), edits)]));
        }
        let text_document = OptionalVersionedTextDocumentIdentifier {
            uri: self.uri.clone(),
            version: Some(self.open.version),
        };
        let edits = edits.into_iter().map(OneOf::Left).collect();
        let changes = DocumentChanges::Edits(vec![TextDocumentEdit { text_document, edits }]);
        WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() }
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
