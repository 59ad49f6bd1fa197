//! Text and where things are in it: spans, sources, patterns, words, what a terminal shows.

pub(crate) mod base64;
pub(crate) mod finder;
pub mod glob;
pub mod go_template;
pub mod nearest;
pub mod pattern;
pub mod percent;
pub mod phrases;
pub mod placeholder;
pub mod reserved_host;
pub mod source;
pub mod span;
pub mod terminal;
pub mod to_fill_in;
pub(crate) mod utf8;
pub mod word_list;
