//! An input of any length, checked piece by piece: nothing is kept of a piece in which nothing is found.

use std::io::Read;
use std::sync::Arc;

use crate::diagnostic::finding::Finding;
use crate::engine::finish::complete;
use crate::engine::lint::{lint_piece, lint_problem};
use crate::engine::read::{is_template, skipped_template};
use crate::engine::run::Run;
use crate::manifest::document::{Document, Event, Piece, Problem, Unreadable, read_pieces};
use crate::manifest::live;
use crate::mask::{self, Collected, Known, Places};
use crate::policy::config::Config;
use crate::text::source::Source;
use crate::text::span::Span;

/// An input that is not read as a whole.
pub struct LongInput<'r> {
    /// Its name and where it comes from, without a text.
    pub whole: Source,
    /// Its first bytes.
    pub first: Vec<u8>,
    /// The bytes behind these.
    pub rest: &'r mut dyn Read,
    /// So many bytes are read at once at most: a document that is longer has to be a `List`.
    pub limit: usize,
}

/// What an input has, as it is read.
pub enum Seen<'d> {
    /// A document.
    Document(&'d Document),
    /// An item of what may be a `List`.
    Item(&'d Document),
    /// The end of the items: whether they count.
    ListEnd(bool),
}

/// Checks an input that is a part of a run, and shows what it has to `see`.
///
/// # Errors
/// Returns why the input cannot be read to its end.
pub fn lint_pieces(
    input: LongInput<'_>,
    config: &Config,
    see: &mut dyn FnMut(Seen<'_>),
) -> Result<Run, Unreadable> {
    let LongInput { whole, first, rest, limit } = input;
    let file = Arc::new(whole.with_text(""));
    let (mut all, mut open) = (Findings::default(), Findings::default());
    let mut is_any_template = false;
    read_pieces(whole, first, rest, limit, &mut |event| match event {
        Event::Document(piece, mut document) => {
            live::unset_server_defaults(&mut document);
            see(Seen::Document(&document));
            all.document(piece, &document, &file, config);
        }
        Event::Item(piece, mut document) => {
            live::unset_server_defaults(&mut document);
            see(Seen::Item(&document));
            open.document(piece, &document, &file, config);
        }
        Event::Problem(problem, source) => {
            is_any_template |= is_template(&source, std::slice::from_ref(&problem));
            all.problem(&problem, source, config);
        }
        Event::ListEnd(frame) => {
            see(Seen::ListEnd(frame.is_some()));
            let items = std::mem::take(&mut open);
            match frame {
                Some(frame) => {
                    all.append(items);
                    all.secrets.add(&[], &[], &frame);
                }
                // What is said of the document may show their credentials.
                None => all.secrets.append(items.secrets),
            }
        }
    })?;
    Ok(if is_any_template { skipped_template(&file.name).into() } else { complete(all.masked()) })
}

/// What is known of some pieces.
#[derive(Default)]
struct Findings {
    /// The pieces that reports show something of, with what was found in them.
    shown: Vec<(Shown, Run)>,
    /// What needs no text.
    other: Run,
    /// The credentials of all pieces.
    secrets: Collected,
    /// Whether a part of some piece was not understood.
    has_unread: bool,
}

/// What is kept of a piece.
enum Shown {
    /// All of it.
    Whole(Piece),
    /// What excerpts show.
    Part,
    /// What excerpts show of a part that cannot be read.
    Unread,
}

impl Findings {
    fn document(&mut self, piece: Piece, document: &Document, file: &Arc<Source>, config: &Config) {
        let mut places = Places::default();
        let documents = std::slice::from_ref(document);
        let mut run = lint_piece(document, config, &mut |secrets| {
            places = self.secrets.add(secrets, documents, &document.source.text);
        });
        self.has_unread |= places.has_unread();
        run.outcome.checked.iter_mut().for_each(|it| it.source = file.clone());
        let has_findings = !(run.outcome.findings.is_empty() && run.outcome.suppressed.is_empty());
        let shown = if has_findings {
            Shown::Whole(piece)
        } else if run.fleet.drafts().next().is_none() {
            self.other.add(run);
            return;
        } else if places.is_empty() {
            run.fleet.drafts().for_each(|it| shorten(&mut it.finding));
            Shown::Part
        } else {
            Shown::Whole(piece)
        };
        self.shown.push((shown, run));
    }

    fn problem(&mut self, problem: &Problem, source: Arc<Source>, config: &Config) {
        let run = lint_problem(problem, &source, config);
        self.secrets.add(&[], &[], &source.text);
        self.has_unread = true;
        self.shown.push((Shown::Unread, run));
    }

    fn append(&mut self, other: Findings) {
        self.shown.extend(other.shown);
        self.other.add(other.other);
        self.secrets.append(other.secrets);
        self.has_unread |= other.has_unread;
    }

    /// Hides the credentials of all pieces in what was found in each.
    fn masked(self) -> Run {
        let Findings { shown, other: mut all, secrets, has_unread } = self;
        let known = secrets.known();
        let shows_any = !shown.is_empty();
        for (shown, mut run) in shown {
            if has_unread || !known.is_empty() {
                hide(&shown, &mut run, &known);
            }
            all.add(run);
        }
        if shows_any && !known.is_empty() {
            all.outcome.checked.iter_mut().for_each(|it| known.hide_in_subject(&mut it.subject));
        }
        all
    }
}

/// Leaves of the text of a finding only what excerpts show.
fn shorten(finding: &mut Finding) {
    let mut spans: Vec<&mut Span> = finding.related.iter_mut().map(|it| &mut it.place.span).collect();
    spans.push(&mut finding.place.span);
    let start = spans.iter().map(|it| it.start).min().unwrap_or_default();
    let end = spans.iter().map(|it| it.end).max().unwrap_or_default();
    let (source, offset) = finding.source.around(Span { start, end });
    for span in spans {
        *span = Span { start: span.start - offset, end: span.end - offset };
    }
    finding.source = Arc::new(source);
}

/// Hides the credentials of all pieces in what was found in one.
fn hide(shown: &Shown, run: &mut Run, known: &Known) {
    let Run { outcome, fleet, .. } = run;
    let drafts = fleet.drafts().map(|it| &mut it.finding);
    let mut all: Vec<&mut Finding> =
        outcome.findings.iter_mut().chain(&mut outcome.suppressed).chain(drafts).collect();
    match shown {
        Shown::Whole(piece) => {
            let mut document = piece.read();
            document.iter_mut().for_each(live::unset_server_defaults);
            mask::hide_in_piece(&mut all, piece.source(), document.as_slice(), None, known);
        }
        Shown::Part | Shown::Unread => {
            for finding in all {
                let source = finding.source.clone();
                let unread = matches!(shown, Shown::Unread).then_some(0..source.text.len());
                mask::hide_in_piece(&mut [finding], &source, &[], unread, known);
            }
        }
    }
}
