//! What Kubernetes reads in a manifest, with the place of everything in it.
//!
//! [`read`] takes a file apart as kubectl does ([`split`]), [`yaml`] and [`json`] turn each part into a tree of
//! nodes with byte spans, and [`Document::from_value`] does the same for an object without a text (admission).

mod build;
mod data;
mod error;
pub mod json;
mod node;
pub mod resolve;
mod scan;
mod split;
mod strict;
mod yaml;

pub use data::{Comment, Document, Duplicate, DuplicateCause, MAXIMUM_DEPTH, Style};
pub use error::SyntaxError;
pub use node::{Entry, Field, Node, Value};
pub use split::{Problem, Stream, read};
