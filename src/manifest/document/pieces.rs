//! An input of any length, read in pieces: the documents in it, and the items of a `List` that is too long to be read whole.
//!
//! What comes out is what reading all of it at once gives ([`super::split`]), as far as pieces can be read without each other:
//! an alias does not reach into another item, and a document that is neither a `List` nor short enough is refused.

mod json;
mod window;
mod yaml;

use std::io::Read;
use std::sync::Arc;

use super::build::MAX_REPEATED;
use super::data::Document;
use super::error::SyntaxError;
use super::item::{ListType, type_of_items};
use super::node::Node;
use super::split::{self, Problem};
use super::yaml::Parsed;
use crate::text::source::Source;
pub use window::Unreadable;
use window::{Cut, Window};

/// A document, or an item of a `List`, that can be read again.
#[derive(Clone, Debug)]
pub struct Piece {
    cut: Cut,
    index: usize,
    form: Form,
}

/// How a piece is read.
#[derive(Clone, Debug)]
enum Form {
    /// A JSON value.
    Json,
    /// A YAML document, and how many bytes its aliases may repeat.
    Yaml { repeatable: usize },
    /// An item of a list in JSON.
    JsonItem { number: usize, list: Arc<ListType> },
    /// An item of a list in YAML, with its dash.
    YamlItem { number: usize, list: Arc<ListType>, repeatable: usize },
}

/// What is found in an input.
#[derive(Debug)]
pub enum Event {
    /// A document.
    Document(Piece, Document),
    /// An item of what may be a `List`.
    Item(Piece, Document),
    /// A part that Kubernetes refuses or does not read.
    Problem(Problem, Arc<Source>),
    /// The end of what may be a `List`: its fields except `items`, or `None` if it is no `List`, so that the items do not count.
    ListEnd(Option<String>),
}

/// Why a document cannot be read, and the source that has the place.
type Refusal = (Arc<Source>, SyntaxError);

/// Why reading stops.
enum Stop {
    /// The document cannot be read.
    Refused(Refusal),
    /// The input cannot.
    Unreadable(Unreadable),
}

type Outcome<T> = Result<T, Stop>;

impl From<Unreadable> for Stop {
    fn from(unreadable: Unreadable) -> Self {
        Stop::Unreadable(unreadable)
    }
}

/// Takes the refusal of a document out of what ended it, which is not the end of the input.
fn refusal(outcome: Outcome<()>) -> Result<Option<Refusal>, Unreadable> {
    match outcome {
        Ok(()) => Ok(None),
        Err(Stop::Refused(refusal)) => Ok(Some(refusal)),
        Err(Stop::Unreadable(unreadable)) => Err(unreadable),
    }
}

impl Piece {
    /// Returns the part of the input that it is, with the lines around it.
    pub fn source(&self) -> &Arc<Source> {
        &self.cut.source
    }

    /// Reads the piece again; `None` if it could not be read before.
    pub fn read(&self) -> Option<Document> {
        self.parse().document.ok().flatten()
    }

    /// Reads the piece, or says why it cannot be read.
    fn document(&self) -> Outcome<Option<Document>> {
        self.parse().document.map_err(|error| self.refused(error))
    }

    fn refused(&self, error: SyntaxError) -> Stop {
        Stop::Refused((self.cut.source.clone(), error))
    }

    fn parse(&self) -> Parsed {
        let Piece { cut: Cut { source, span }, index, form } = self;
        let start = span.start as usize;
        let json = |document| Parsed { document, dropped: None, repeatable: MAX_REPEATED };
        match form {
            Form::Json => json(super::json::parse_value(source, start, *index).map(|it| Some(it.0))),
            Form::Yaml { repeatable } => super::yaml::parse(source, *span, *index, *repeatable),
            Form::JsonItem { number, list } => {
                let item = super::json::parse_item(source, start, *index);
                json(item.map(|it| it.0.into_item(*number, list)))
            }
            Form::YamlItem { number, list, repeatable } => {
                let parsed = super::yaml::parse(source, *span, *index, *repeatable);
                let item = |list_of_one: Option<Document>| list_of_one?.into_item(*number, list);
                Parsed { document: parsed.document.map(item), ..parsed }
            }
        }
    }
}

/// Reads an input: `first` are its first bytes, `rest` has the others, and of `whole` the name counts. What is longer than
/// `limit` bytes is not read at once.
///
/// # Errors
/// Returns why the input cannot be read to its end.
pub fn read_pieces(
    whole: Source,
    first: Vec<u8>,
    rest: &mut dyn Read,
    limit: usize,
    take: &mut dyn FnMut(Event),
) -> Result<(), Unreadable> {
    let mut window = Window::new(whole, first, rest, limit);
    window.read_until(|text, _| (text.len() > 3).then_some(()))?;
    if window.rest().starts_with('\u{feff}') {
        window.skip('\u{feff}'.len_utf8());
    }
    window.read_until(|text, _| (!text.trim_start().is_empty()).then_some(()))?;
    let mut pieces = Pieces { window, index: 0, repeatable: MAX_REPEATED, take };
    if pieces.window.rest().trim_start().starts_with('{') && pieces.json_documents()? {
        return Ok(());
    }
    pieces.yaml_documents()
}

/// What is read of an input, in its order.
struct Pieces<'p> {
    window: Window<'p>,
    /// The document that comes next.
    index: usize,
    /// How many bytes of text aliases may still repeat.
    repeatable: usize,
    take: &'p mut dyn FnMut(Event),
}

impl Pieces<'_> {
    fn problem(&mut self, (source, error): Refusal, silent: bool) {
        let lost = error.span;
        (self.take)(Event::Problem(Problem { document: self.index, error, lost, silent }, source));
    }

    /// Hands on what came of a document, unless that is an error; returns how many bytes of it were read.
    fn hand_on(&mut self, piece: Piece) -> Outcome<usize> {
        let Parsed { document, dropped, repeatable } = piece.parse();
        self.repeatable = repeatable;
        let Cut { source, span } = piece.cut.clone();
        let document = document.map_err(|error| piece.refused(error))?;
        let length = document.as_ref().map_or(span.range().len(), |it| (it.span.end - span.start) as usize);
        if let Some(document) = document {
            (self.take)(Event::Document(piece, document));
        }
        if let Some(dropped) = dropped {
            let error = split::dropped_error(&source, dropped);
            self.problem((source, error), true);
        }
        Ok(length)
    }
}

/// What the items of a list took from it before all of it was known.
#[derive(Debug, Default)]
struct Taken {
    /// What the list said of its items when they were read.
    list: Arc<ListType>,
    /// Whether an item lacks its own version, or kind.
    lacks: [bool; 2],
}

impl Taken {
    /// Notes what an item lacks.
    fn note(&mut self, item: Node<'_>) {
        let lacks = |key| item.get(key).and_then(Node::text).is_none();
        self.lacks = [self.lacks[0] || lacks("apiVersion"), self.lacks[1] || lacks("kind")];
    }

    /// Whether the items are what they were read as in a list of this type.
    fn fits<'l>(&'l self, list: &'l ListType) -> bool {
        let is_same = |before: &'l Option<String>, now: &'l Option<String>| {
            let given = |it: &'l Option<String>| it.as_deref().and_then(type_of_items);
            given(before) == given(now)
        };
        (!self.lacks[0] || is_same(&self.list.api_version, &list.api_version))
            && (!self.lacks[1] || is_same(&self.list.kind, &list.kind))
    }
}

/// Says that a document is too long to be read whole, and cannot be read in pieces.
fn too_long(cut: &Cut, limit: usize, why: &str) -> SyntaxError {
    SyntaxError::new(format!("the document is larger than {}, and {why}", size(limit)), cut.span)
        .help("only a `List` whose items can be read one by one can be larger")
}

/// Says that reading stops amid a document that cannot be read.
fn endless(cut: &Cut, most: usize) -> SyntaxError {
    let message =
        format!("the rest of the input is not read: the document has no end within another {}", size(most));
    SyntaxError::new(message, cut.span)
        .help("end the document with `---`, or check what comes after it alone")
}

fn size(bytes: usize) -> String {
    if bytes < 1 << 20 { format!("{bytes} bytes") } else { format!("{} MiB", bytes >> 20) }
}
