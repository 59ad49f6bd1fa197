//! What Kubernetes reads in a manifest, with the place of everything in it.
//!
//! [`read`] takes a file apart as kubectl does (`split`), `yaml` and `json` turn each part into a tree of
//! nodes with byte spans, and [`Document::from_json`] and [`Document::from_value`] do the same for objects without a text
//! (admission).

mod build;
mod data;
mod error;
mod explain;
mod fault;
mod field;
mod item;
pub mod json;
mod node;
mod pieces;
mod received;
pub mod resolve;
mod split;
mod yaml;

pub use data::{Comment, Document, Duplicate, DuplicateCause, MAX_DEPTH, Style};
pub use error::SyntaxError;
pub use field::Field;
pub(crate) use item::type_of_items;
pub use node::{Entry, Node, Value};
pub use pieces::{Event, Piece, Unreadable, read_pieces};
pub use split::{Problem, Stream, read};
