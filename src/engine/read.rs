//! A file read into documents, before any rule has seen them.

use std::sync::Arc;

use crate::engine::outcome::{Outcome, SkipReason};
use crate::manifest::document::{self, Document, Problem};
use crate::manifest::live;
use crate::manifest::workload::Classification;
use crate::text::placeholder::{is_marked, stands_for_line};
use crate::text::source::Source;
use crate::text::to_fill_in::is_in_angle_brackets;
use crate::text::word_list::has_word;

/// A file that has been read.
#[derive(Debug)]
pub struct Manifest {
    /// The file.
    pub source: Arc<Source>,
    /// What could be read of it, without the defaults that nobody stated.
    pub documents: Vec<Document>,
    /// What could not.
    pub problems: Vec<Problem>,
    /// How many of the documents are checked: those behind them are checked elsewhere, and hold scripts that the objects run.
    own: usize,
}

/// Reads a file.
pub fn read(source: Source) -> Manifest {
    read_shared(Arc::new(source))
}

/// Reads a file that others have too.
pub(super) fn read_shared(source: Arc<Source>) -> Manifest {
    let document::Stream { mut documents, problems } = document::read(&source);
    documents.iter_mut().for_each(live::unset_server_defaults);
    let own = documents.len();
    Manifest { source, documents, problems, own }
}

/// Reads a text whose documents from `end` on are checked elsewhere.
pub fn read_until(source: Source, end: usize) -> Manifest {
    let mut manifest = read(source);
    manifest.own = manifest.documents.partition_point(|it| (it.span.start as usize) < end);
    manifest.problems.retain(|it| (it.error.span.start as usize) < end);
    manifest
}

impl Manifest {
    /// Returns the documents whose objects are checked.
    pub(super) fn checked_documents(&self) -> &[Document] {
        &self.documents[..self.own]
    }

    /// Whether it is a template that an engine has yet to fill in.
    pub fn is_template(&self) -> bool {
        is_template(&self.source, &self.problems) || is_filled_in_by_line(&self.source, &self.problems)
    }

    /// Returns what comes out of a template, which is not checked.
    pub(super) fn skipped(&self) -> Option<Outcome> {
        self.is_template().then(|| skipped_template(&self.source.name))
    }
}

/// Returns what comes out of a file that is a template.
pub(super) fn skipped_template(name: &str) -> Outcome {
    let reason = "a template engine has yet to fill it in";
    Outcome::for_skipped(name, SkipReason::Template, reason.to_owned())
}

/// What opens an expression or a statement in braces: for Go's templates and Jinja.
const TEMPLATES: [&str; 3] = ["{{", "{% ", "{%-"];

/// What a line begins with that is a statement of FreeMarker or ERB.
const STATEMENTS: [&str; 7] = ["<#if", "<#else", "<#list", "<#assign", "<#include", "</#", "<%"];

/// Whether a text is a template that an engine has yet to fill in: reading it stops at braces.
///
/// Some put its statements into comments, so that YAML tools can read the file: `# {{ if .Values.enabled }}`.
pub fn is_template(source: &Source, problems: &[Problem]) -> bool {
    has_statement_in_comment(&source.text)
        || problems.iter().any(|problem| {
            let line = source.lines().line(problem.error.span.start);
            let near = [line, line.saturating_sub(1)];
            !problem.silent && near.iter().any(|&line| line > 0 && is_statement(source.line(line)))
        })
}

/// Whether a line has braces of a template engine, a placeholder such as `%%NAME%%` or `<NAME_OF_ALL>` alone, or is a statement of FreeMarker or ERB.
fn is_statement(line: &str) -> bool {
    let start = line.trim_start();
    TEMPLATES.iter().any(|it| line.contains(it))
        || STATEMENTS.iter().any(|it| start.starts_with(it))
        || line.contains("<%=")
        || is_marked(line, "%%")
        || is_alone_in_angle_brackets(start.trim_end())
}

/// Whether a line is nothing but a placeholder that stands for several: `<INGRESS_ANNOTATIONS>`.
fn is_alone_in_angle_brackets(line: &str) -> bool {
    line.contains('_') && !line.contains(|it: char| it.is_ascii_lowercase()) && is_in_angle_brackets(line)
}

/// Whether reading a text stops at nothing but lines that a tool replaces by others: `ETL_IMAGE` or `${VOLUMES}` alone.
///
/// With any other error it is checked, so that none is hidden.
fn is_filled_in_by_line(source: &Source, problems: &[Problem]) -> bool {
    let is_open = |problem: &Problem| {
        let line = source.lines().line(problem.error.span.start);
        let near = [line, line.saturating_sub(1)];
        !problem.silent && near.iter().any(|&it| it > 0 && stands_for_line(source.line(it)))
    };
    !problems.is_empty() && problems.iter().all(is_open)
}

/// Whether a line is a comment with a statement of Go's templates.
fn has_statement_in_comment(text: &str) -> bool {
    const WORDS: &str = "block define else end if include range template with";
    // Nearly every file has none, which the search for two bytes tells at once.
    if !text.contains("{{") {
        return false;
    }
    // Nothing but the comment's mark stands before it, so that the first braces of each line tell.
    let mut comments = text.lines().filter(|it| it.contains('#')).filter_map(|it| it.split_once("{{"));
    comments.any(|(before, statement)| {
        let statement = statement.trim_start_matches(['-', ' ']);
        let word = statement.split([' ', '}']).next().unwrap_or_default();
        before.trim() == "#" && (has_word(WORDS, word) || word.starts_with('$') && statement.contains(":="))
    })
}

/// Returns why an object is skipped, or checked only in part; `None` if all of it is checked.
pub fn skip_reason(object: Classification<'_>) -> Option<SkipReason> {
    match object {
        // Nobody writes such an object: what would be changed is what made it.
        Classification::Object(object) if object.is_owned() => Some(SkipReason::Owned),
        Classification::Object(object) => object.is_patch().then_some(SkipReason::Patch),
        Classification::OtherKind => Some(SkipReason::OtherKind),
        Classification::NotKubernetes => Some(SkipReason::NotKubernetes),
        Classification::Empty => None,
    }
}
