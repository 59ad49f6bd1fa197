//! Keeps credentials out of everything that is shown: messages, excerpts, related places, diffs.
//!
//! What is hidden does not depend on what rules find. Whatever a file is, its text is looked through for what may be a
//! credential ([`scan`]); what rules detected, and what only the tree of a document tells, is added, in a sentence that mentions one
//! every word that not everybody uses ([`prose`]), and where nobody understood the text every word that is not plain ([`unread`]).
//! The findings of a file get a copy of its text in which stars stand for all of that, at the same offsets, lines and columns. Such a text
//! is to be shown: edits must be made on the file itself.

mod address;
mod bound;
mod call;
mod carried;
mod chosen;
mod command;
mod common;
mod context;
mod copy;
mod data;
mod dialogue;
mod encoded;
mod everyday;
mod excuse;
mod extent;
mod file;
mod given;
mod groups;
mod here_document;
pub(crate) mod hidden;
mod hide;
mod indirect;
mod input;
mod known;
mod label;
mod lines;
mod login_flags;
mod marks;
mod name;
mod neighbor;
mod next;
mod nodes;
mod pairs;
mod parts;
mod prose;
mod protocol;
mod public_name;
mod random;
mod reference;
mod scan;
mod sentence;
mod separator;
mod short_word;
mod shuffled;
mod stars;
mod structure;
mod table;
mod token;
mod told;
mod trigger;
mod unparsed;
mod unread;
mod values;
mod verb;
mod vocabulary;
mod word;
mod xml;

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use self::carried::carried;
pub(crate) use self::context::is_certain;
use self::file::Secrets;
pub(crate) use self::file::without_unread;
pub(crate) use self::known::{Collected, Known, Places};
pub(crate) use self::nodes::all_secrets;
use self::scan::scan;
use self::stars::{overwrite, quoted, replace, replace_in};
use self::values::{MIN, Values, is_plain_word};
use crate::diagnostic::finding::{Finding, Subject, change_subjects};
use crate::facts::secret::detected::Secret;
use crate::manifest::document::Document;
use crate::text::source::Source;

/// What kubectl says before it repeats an object.
const KIND_IS_MISSING: &str = "Object 'Kind' is missing in ";

/// Replaces the credentials of a file wherever the findings of that file would show them.
///
/// `documents` are what could be read of the file, and `secrets` what rules detected in them.
/// Findings and subjects of other files stay as they are, and so does everything once `is_cancelled`: nothing of it must be
/// shown then.
pub(crate) fn hide_secrets<'a>(
    findings: &mut [&mut Finding],
    judged: impl Iterator<Item = (&'a Arc<Source>, &'a mut Arc<Subject>)>,
    source: &Arc<Source>,
    secrets: &[Secret<'_>],
    documents: &[Document],
    is_cancelled: &dyn Fn() -> bool,
) {
    let of_file = |finding: &Finding| Arc::ptr_eq(&finding.source, source);
    if !findings.iter().any(|it| of_file(it)) {
        return;
    }
    let hidden = Secrets::of_file(secrets, documents, source);
    if hidden.is_empty() {
        return;
    }
    hide(findings, judged, source, secrets, &hidden, is_cancelled);
}

/// Replaces the credentials of an input wherever the findings of a piece of it would show them; `known` are those of all pieces,
/// and `unread` is the part of the piece that could not be read.
pub(crate) fn hide_in_piece(
    findings: &mut [&mut Finding],
    source: &Arc<Source>,
    documents: &[Document],
    unread: Option<Range<usize>>,
    known: &Known,
) {
    let secrets = all_secrets(documents);
    let mut places = Collected::default().add(&secrets, documents, &source.text);
    places.unread.extend(unread);
    let hidden = Secrets::new(places, known.clone(), &secrets, documents, &source.text);
    hide(findings, std::iter::empty(), source, &secrets, &hidden, &|| false);
}

fn hide<'a>(
    findings: &mut [&mut Finding],
    judged: impl Iterator<Item = (&'a Arc<Source>, &'a mut Arc<Subject>)>,
    source: &Arc<Source>,
    secrets: &[Secret<'_>],
    hidden: &Secrets,
    is_cancelled: &dyn Fn() -> bool,
) {
    let of_file = |finding: &Finding| Arc::ptr_eq(&finding.source, source);
    let own_places: HashSet<String> = if hidden.clear.is_empty() {
        HashSet::new()
    } else {
        secrets.iter().map(|it| it.value.path()).collect()
    };
    let masked = Arc::new(source.with_text(overwrite(&source.text, hidden.places(&source.text))));
    for finding in findings.iter_mut().filter(|it| of_file(it)) {
        if is_cancelled() {
            return;
        }
        finding.source = masked.clone();
        hidden.hide_in_finding(finding, &own_places, &source.text);
    }
    let of_findings =
        findings.iter_mut().filter(|it| Arc::ptr_eq(&it.source, &masked)).map(|it| &mut it.subject);
    let of_objects = judged.filter(|(file, _)| Arc::ptr_eq(file, source)).map(|(_, subject)| subject);
    change_subjects(of_findings.chain(of_objects), |it| hidden.known.hide_in_subject(it));
}

/// Hides the credentials of documents in findings that point into the files that these were made of: templates, which
/// cannot be read as documents, and `origins`, which can.
pub(crate) fn hide_in_origins(findings: &mut [Finding], made: &[Document], origins: &[Document]) {
    let secrets = all_secrets(made);
    let of_made = of_files(made);
    let of_origins = of_files(origins);
    let short: Vec<&str> = secrets.iter().map(|it| it.text.trim()).filter(|it| it.len() < MIN).collect();
    let mut masked: HashMap<*const Source, (Arc<Source>, Arc<Source>)> = HashMap::new();
    for finding in findings {
        let source = finding.source.clone();
        let entry = masked.entry(Arc::as_ptr(&source)).or_insert_with(|| {
            let text = source.text.as_str();
            let own = origins.iter().filter(|it| Arc::ptr_eq(&it.source, &source));
            let own: Vec<Range<usize>> = own.flat_map(spans_of).collect();
            let everywhere = of_made.find(text).chain(of_origins.find(text));
            let words = short.iter().flat_map(|value| words(text, value));
            let hidden = overwrite(text, scan(text).into_iter().chain(own).chain(everywhere).chain(words));
            // The first one is kept, so that no other takes its address.
            (source.clone(), Arc::new(source.with_text(hidden)))
        });
        finding.source = entry.1.clone();
        for text in finding.sentences_mut() {
            for values in [&of_made, &of_origins] {
                // Outside of quotation marks and backquotes such a word is one of the sentence itself.
                let quoted = quoted(text);
                let is_quoted = |it: &Range<usize>| {
                    quoted.iter().any(|part| part.start <= it.start && it.end <= part.end)
                };
                let is_value = |it: &Range<usize>| !is_plain_word(&text[it.clone()]) || is_quoted(it);
                let found: Vec<_> = values.find(text).filter(is_value).collect();
                replace_in(text, found);
            }
        }
    }
}

/// Returns the values of the credentials in the files that documents come from.
fn of_files(documents: &[Document]) -> Values {
    let files = documents.chunk_by(|left, right| Arc::ptr_eq(&left.source, &right.source));
    let texts = files.flat_map(|file| {
        let mut collected = Collected::default();
        collected.add_all(&all_secrets(file), file, &file[0].source.text);
        file[0].source.earlier.iter().for_each(|text| collected.add_known(&Secrets::of_text(text).known));
        collected.texts
    });
    Values::new(texts)
}

/// Returns where the credentials of a document are.
fn spans_of(document: &Document) -> Vec<Range<usize>> {
    let documents = std::slice::from_ref(document);
    Secrets::of(&all_secrets(documents), documents, "").spans
}

/// Finds a short value where it stands alone.
fn words<'a>(text: &'a str, value: &'a str) -> impl Iterator<Item = Range<usize>> {
    let is_inner = |letter: Option<char>| letter.is_some_and(|it| it.is_alphanumeric() || it == '_');
    let ranges = text.match_indices(value).map(|(at, _)| at..at + value.len());
    ranges.filter(move |it| {
        !it.is_empty()
            && !is_inner(text[..it.start].chars().next_back())
            && !is_inner(text[it.end..].chars().next())
    })
}

/// Replaces the credentials of a file wherever texts about it would show them.
pub(crate) fn hide_in<'t>(
    texts: impl Iterator<Item = &'t mut String>,
    source: &Source,
    documents: &[Document],
) {
    let hidden = Secrets::of_file(&all_secrets(documents), documents, source);
    for text in texts {
        replace(text, hidden.shown(text, true));
        // Answers of the API server repeat objects as JSON.
        if let Some(at) = text.find("{\"") {
            let object = scan(&text[at..]);
            replace(text, object.into_iter().map(|it| it.start + at..it.end + at).collect());
        }
        // What no kind explains is not understood.
        if let Some(at) = text.find(KIND_IS_MISSING).filter(|_| documents.iter().any(unread::is_foreign)) {
            let mut found = Vec::new();
            unread::words(text, at + KIND_IS_MISSING.len()..text.len(), &mut |word| found.push(word));
            replace(text, found);
        }
    }
}

/// Returns a text that was made of files without their credentials.
pub fn hide_in_output(mut text: String, documents: &[Document]) -> String {
    hide_in_titles([&mut text].into_iter(), documents);
    text
}

/// Replaces the credentials of files in texts that were made of them.
pub(crate) fn hide_in_titles<'t>(titles: impl Iterator<Item = &'t mut String>, documents: &[Document]) {
    let values = of_files(documents);
    for title in titles {
        let found: Vec<_> = values.find(title).filter(|it| !is_plain_word(&title[it.clone()])).collect();
        replace(title, found);
    }
}

/// Whether a text may hold a credential, so that nothing made of it is to be shown.
pub(crate) fn may_hold_secret(text: &str) -> bool {
    !scan(text).is_empty()
}

/// Returns a text of any kind to show, in which stars stand for what may be a credential.
pub(crate) fn hide_in_text(text: &str) -> String {
    let hidden = Secrets::of(&[], &[], text);
    overwrite(text, hidden.places(text))
}

/// Returns the versions of a text to show, in which stars stand for the credentials of any of them, and of others that were between
/// them. What one of them hides the other hides, too.
pub(crate) fn without_secrets(texts: [&str; 2], between: &[String]) -> [String; 2] {
    let mut secrets = texts.map(Secrets::of_text);
    let between: Vec<Secrets> = between.iter().map(|text| Secrets::of_text(text)).collect();
    // A fix moves a plain word to where nothing says that it is a password.
    let mut all = Collected::default();
    secrets.iter().chain(&between).for_each(|it| all.add_known(&it.known));
    let known = all.known();
    let of_other = [carried(&secrets[1], texts[1], texts[0]), carried(&secrets[0], texts[0], texts[1])];
    secrets.iter_mut().for_each(|it| it.known = known.clone());
    let mut own = secrets.into_iter().zip(of_other);
    texts.map(|text| {
        let Some((own, Places { mut hidden, unread })) = own.next() else { return String::new() };
        unread.into_iter().for_each(|part| unread::words(text, part, &mut |word| hidden.push(word)));
        overwrite(text, own.places(text).chain(hidden))
    })
}
