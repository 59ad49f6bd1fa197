//! What an editor asks about a text that someone is typing: plain functions over texts, no I/O and no protocol state.
//!
//! The server that speaks the Language Server Protocol over standard input and output is `cli/lsp.rs`.

pub mod about;
pub mod action;
pub mod completion;
pub mod diagnostic;
pub mod field;
pub mod hover;
pub mod outline;
pub mod position;
pub mod server;
pub mod symbol;
pub mod uri;
