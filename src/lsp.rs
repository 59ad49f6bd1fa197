//! What an editor asks about a text that someone is typing, as plain functions; [`server`] speaks the Language Server Protocol over
//! standard input and output.

pub mod action;
pub mod completion;
pub mod diagnostics;
pub mod field;
pub mod field_rules;
pub mod hover;
pub mod outline;
pub mod position;
pub mod server;
pub mod symbol;
pub mod uri;
